"""The table `referrals`: one service that a person was referred to in an encounter."""

from __future__ import annotations

from schemas.common import AGENCY, YES_NO, earlier_than, earlier_than_sql
from schemas.spec import ColumnSpec, Rule, Table

SERVICES = (
    "mental_health",
    "substance_use",
    "crisis_bed",
    "medical",
    "housing",
    "case_management",
    "peer_support",
    "benefits",
    "family",
    "other",
)
STAGES = ("referred_on", "connected_on")

COLUMNS = (
    AGENCY,
    ColumnSpec("encounter", "text", "The encounter in which the person was referred.", required=True),
    ColumnSpec("service", "code", "What the person was referred to.", required=True, codes=SERVICES),
    ColumnSpec("referred_on", "date", "The day of the referral."),
    ColumnSpec("accepted", "bool", f"Whether the person accepted. {YES_NO}"),
    ColumnSpec("connected_on", "date", "The day on which the person was connected to the service."),
)

RULES = (
    Rule(
        "connected_too_early",
        "warning",
        "“{heading}” ({value}) lies before the day of the referral. The row is kept without days to"
        " connection; check both dates.",
        "A person is connected on or after the day of the referral.",
        columns=("connected_on",),
        broken=earlier_than(*STAGES),
        likely=earlier_than_sql(*STAGES),
    ),
)

TABLE = Table(
    "referrals",
    "One service that a person was referred to in an encounter.",
    COLUMNS,
    ("agency", "encounter"),
    None,
    RULES,
)
