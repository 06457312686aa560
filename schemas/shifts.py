"""The table `shifts`: time that a team reported, by category of activity."""

from __future__ import annotations

from schemas.common import AGENCY, DAY_MINUTES
from schemas.spec import ColumnSpec, Rule, Table

CATEGORIES = ("direct", "documentation", "travel", "training", "meeting", "other")

COLUMNS = (
    AGENCY,
    ColumnSpec("team", "text", "The team's call sign."),
    ColumnSpec("date", "date", "The day worked.", required=True),
    ColumnSpec("category", "code", "What the time was spent on.", required=True, codes=CATEGORIES),
    ColumnSpec("minutes", "number", "Minutes spent.", required=True, minimum=0, maximum=DAY_MINUTES),
)

RULES = (
    Rule(
        "day_over_24_hours",
        "error",
        "The rows of this team and day add up to more than 24 hours, so none of them can be used. Check for"
        " rows that stand twice and for hours entered as minutes, and send the extract again.",
        "A team's day adds up to at most 1,440 minutes.",
        judged="extract",
        columns=("minutes",),
    ),
)

TABLE = Table(
    "shifts",
    "Time that a team reported, by category of activity. Rows with the same team, date and category add up.",
    COLUMNS,
    ("agency", "team", "date"),
    "date",
    RULES,
)
