"""Short forms for narrow columns and headings, for the shipped metrics. A metric without one gets a form made from its
declaration, so that adding a metric touches one place."""

from __future__ import annotations

import re

from pipeline.program.model import Metric

#: The seven headline metrics, in the order of the program's page.
HEADLINE = (
    "calls_responded", "people_diverted", "people_transported", "people_referred",
    "diversion_rate", "stable_rate", "direct_time_share",
)  # fmt: skip
#: Service measures that are followed month by month beside the headline figures.
FOLLOWED = ("response_time_median", "coverage", "repeat_30_days", "follow_up_48h")
#: The diversion ladder, strictest first: always shown together.
LADDER = ("diversion_confirmed", "diversion_rate", "diversion_loose")
#: Counts of people, whose "out of" is people met in the same period.
PEOPLE_MET = "people_met"

OF = {
    "calls_responded": "count of incidents",
    "diversion_rate": "of encounters where arrest was likely",
    "diversion_confirmed": "of encounters where arrest was likely",
    "diversion_loose": "of encounters with a known outcome",
    "stable_rate": "of people with a known follow-up",
    "direct_time_share": "of team hours reported",
    "coverage": "of behavioral-health calls",
    "recurring_calls": "of calls before the first contact",
    "follow_up_48h": "of encounters on a call",
    "repeat_7_days": "of encounters on a call",
    "repeat_30_days": "of encounters on a call",
    "repeat_90_days": "of encounters on a call",
}
COLUMNS = {
    "calls_responded": "Calls\nresponded to",
    "people_met": "People\nmet",
    "people_diverted": "Kept out\nof jail",
    "people_transported": "Taken\nto care",
    "people_referred": "Referred",
    "diversion_rate": "Likely arrests\nnot happened",
    "stable_rate": "Stable at\nfollow-up",
}
UNITS = {
    "calls": "Calls",
    "people": "People",
    "encounters": "Encounters",
    "referrals": "Referrals",
    "fraction": "Percent",
    "minutes": "Minutes",
    "days": "Days",
    "per_1000": "Per 1,000 residents",
}
CATEGORIES = {
    "american_indian": "American Indian or Alaska Native",
    "black": "Black or African American",
    "hispanic": "Hispanic or Latino",
    "middle_eastern": "Middle Eastern or North African",
    "pacific_islander": "Native Hawaiian or Pacific Islander",
    "multiracial": "Two or more",
    "nonbinary": "Nonbinary",
    "0-17": "Under 18",
    "65+": "65 and over",
    "call": "Call for service",
    "follow_up": "Follow-up",
    "self_initiated": "Self-initiated",
    "referral_in": "Referral in",
}
YES_NO = {
    ("veteran", "true"): "Veteran",
    ("veteran", "false"): "Not a veteran",
    ("unhoused", "true"): "Unhoused",
    ("unhoused", "false"): "Housed",
}


def unknown(metric: Metric) -> str:
    """What the `unknown` of a figure counts. Of people it holds those without a key, who count once each, and those
    of whom it is not known whether the condition holds, who do not count.
    """
    if metric.kind != "people":
        return "Unknown, left out"
    sure = metric.numerator in (None, "true") and metric.denominator in (None, "true")
    return "Without a person key" if sure else "Without a person key, or not known whether counted"


def out_of(metric: Metric) -> str:
    """What a figure is out of, in a few words under its title; empty for plain counts without a known whole."""
    if metric.id in OF and not metric.own:
        return OF[metric.id]
    if metric.kind == "people" and metric.id != PEOPLE_MET:
        return "of people met"
    if metric.kind in ("median", "p90"):
        return f"{'median ' if metric.kind == 'median' else ''}{metric.unit}"
    if metric.kind not in ("rate", "share_of_sum", "survival"):
        return ""
    found = re.match(r"Of ([^,]{3,60}),", metric.definition)
    return f"of {found[1]}" if found else f"of {metric.over.removesuffix('_linked')} counted"


#: What the monthly charts of shipped metrics count, where the unit alone does not say it.
MEASURES = {
    "calls_responded": "Incidents per month",
    "people_transported": "People per month, to a hospital or crisis stabilization",
    "people_referred": "People per month with at least one referral",
    "response_time_median": "Median minutes from call to first unit on scene",
    "dispatch_time_median": "Median minutes from dispatch to first unit on scene",
    "on_scene_time_median": "Median minutes from first unit on scene to last unit cleared",
}


def measure(metric: Metric) -> str:
    """What a monthly chart of the metric counts: `People per month`, `Percent of behavioral-health calls`."""
    if metric.id in MEASURES and not metric.own:
        return MEASURES[metric.id]
    unit = UNITS.get(metric.unit, metric.unit.capitalize())
    if metric.unit == "fraction":
        return f"Percent {out_of(metric).removesuffix(' counted')}"
    if metric.kind in ("median", "p90"):
        return f"{'Median' if metric.kind == 'median' else '9 of 10 within'} {unit.lower()}"
    return f"{unit} per month"


def column(metric: Metric) -> str:
    """A heading for a narrow column."""
    return metric.title if metric.own else COLUMNS.get(metric.id, metric.title)


def category(group: str, code: str) -> str:
    """A code as people read it: `american_indian` is `American Indian or Alaska Native`, `25-34` is `25 to 34`."""
    if (group, code) in YES_NO:
        return YES_NO[group, code]
    if code in CATEGORIES:
        return CATEGORIES[code]
    if re.fullmatch(r"\d+-\d+", code):
        return code.replace("-", " to ")
    return code.replace("_", " ").capitalize()
