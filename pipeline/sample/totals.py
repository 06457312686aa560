"""What the demo must come to, and how its months run: the planning constants, in this one place.

The totals are the published figures of the program that the demo imitates (July 2022 to November 2023). The plan is
drawn so that its rows add up to them; all below that (who, when, where) is chance, and all of it is made up.
"""

from __future__ import annotations

from datetime import date

WEST, URBANDALE, WAUKEE, CLIVE = "west-des-moines", "urbandale", "waukee", "clive"

#: Each agency's share of the work.
AGENCIES = {WEST: 0.40, URBANDALE: 0.26, WAUKEE: 0.20, CLIVE: 0.14}

#: The first day of each of the 17 months.
MONTHS = tuple(date(2022 + (6 + i) // 12, (6 + i) % 12 + 1, 1) for i in range(17))
BEGAN, ENDED = date(2022, 7, 1), date(2023, 11, 30)

# Calls -------------------------------------------------------------------------------------------------------

#: Calls that teams responded to, month by month: grows, with a real rise from June 2023 on.
CALLS = (121, 138, 129, 147, 131, 144, 126, 139, 148, 137, 152, 168, 155, 171, 150, 162, 168)
#: Calls at which a team met two people.
SECOND_PERSON = 118
#: Of the calls: the log's incident number is mistyped, missing, or of a call that no agency's CAD holds.
MISTYPED, NO_NUMBER, NOT_IN_CAD = 58, 22, 45
#: Team calls in CAD that nobody logged.
NOT_LOGGED = 90
#: Encounters that did not begin with a call.
OTHER_ENCOUNTERS = {"self_initiated": 87, "referral_in": 45, "phone": 64}

# People ------------------------------------------------------------------------------------------------------

#: People met; the nameless are encounters without name or birth date, each of which counts as one.
PEOPLE_MET, NAMELESS = 1_731, 23
#: People with a known follow-up, and those of them who were de-escalated and stable at the last one.
FOLLOWED_UP, STABLE = 1_254, 1_003

# Arrests -----------------------------------------------------------------------------------------------------

#: Encounters that would likely have ended in arrest, with a known end, month by month.
LIKELY = (24, 28, 24, 31, 26, 30, 23, 28, 32, 27, 30, 33, 29, 34, 28, 31, 32)
#: Those that did end in arrest: (month, agency). No month, quarter, year or agency has more than ten of them, and
#: the last falls in the last month: to date there are 11 on both sides, so that the public rate can be given exactly.
ARRESTS = (
    (0, WEST), (2, URBANDALE), (4, WEST), (5, WAUKEE), (7, WEST), (9, URBANDALE),
    (11, CLIVE), (13, WEST), (13, URBANDALE), (15, WEST), (16, WAUKEE),
)  # fmt: skip
#: People with an encounter at which arrest was likely and did not happen.
DIVERTED = 367
#: Arrests that were not likely; likely arrests of which the log does not say how they ended; likelihood left blank.
OTHER_ARRESTS, END_UNKNOWN, LIKELIHOOD_UNKNOWN = 23, 6, 31
#: The log says no arrest, CAD says arrest: (month, agency). And the other way round: how many.
CAD_ARRESTS = (
    (1, WEST), (3, URBANDALE), (4, WAUKEE), (6, WEST), (8, WEST), (9, CLIVE),
    (11, URBANDALE), (12, WEST), (14, URBANDALE), (16, WEST), (16, WAUKEE),
)  # fmt: skip
LOG_ARRESTS_ONLY = 4

# Care and referrals ------------------------------------------------------------------------------------------

#: Encounters that ended in a hospital or in crisis stabilization, month by month, and the people they were.
TO_CARE = (8, 12, 7, 11, 9, 12, 8, 9, 12, 8, 10, 12, 10, 11, 11, 8, 11)
TRANSPORTED = 157
#: Encounters with a referral, month by month, the people they were, and all referrals.
REFERRING = (31, 37, 30, 39, 33, 40, 31, 36, 41, 35, 39, 43, 38, 44, 37, 40, 43)
REFERRED, REFERRALS = 572, 742
FORCE_USED, INJURED = 7, 4

# How the service runs ----------------------------------------------------------------------------------------

#: Median minutes from call received to first unit on scene at team calls: falls.
RESPONSE = (8.6, 8.2, 8.7, 8.1, 8.4, 8.0, 8.5, 8.1, 7.8, 8.3, 7.6, 7.9, 7.5, 7.8, 7.4, 7.7, 7.5)
#: Percent of behavioral-health calls with a team.
COVERAGE = (40.8, 42.6, 39.9, 43.1, 41.4, 42.2, 40.2, 42.9, 43.5, 41.7, 44.0, 43.2, 42.4, 44.6, 41.9, 43.3, 43.8)
#: All calls in the four CAD systems, traffic stops and patrol checks left out by the agencies.
CAD_CALLS = (
    1565, 1548, 1490, 1512, 1418, 1436, 1402, 1331, 1455, 1479, 1562, 1590, 1644, 1612, 1534, 1549, 1483,
)  # fmt: skip
#: Minutes that the teams reported: direct, and all; and percent direct, month by month.
DIRECT_MINUTES, ALL_MINUTES = 592_920, 705_840
DIRECT = (83.1, 84.6, 82.8, 85.0, 83.5, 84.2, 83.0, 84.9, 84.4, 83.7, 85.1, 83.9, 84.6, 83.3, 84.8, 82.7, 84.3)
#: Law-enforcement people who completed a course, all of them by July 2023.
TRAINED, TRAINED_BY = 371, date(2023, 7, 31)


def month_of(day: date) -> int:
    """The number of a day's month, counted from the first; days before the first month belong to it."""
    return max(0, (day.year - BEGAN.year) * 12 + day.month - BEGAN.month)
