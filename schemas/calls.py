"""The table `calls`: one incident in an agency's CAD."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.common import AGENCY, earlier_than, earlier_than_sql
from schemas.spec import ColumnSpec, Rule, Settings, Table

if TYPE_CHECKING:
    import pandas as pd

SOURCES = ("911", "nonemergency", "officer", "transfer", "other")
DISPOSITIONS = (
    "arrest",
    "citation",
    "report",
    "no_report",
    "transport",
    "referral",
    "unfounded",
    "cancelled",
    "gone_on_arrival",
    "duplicate",
    "other",
)
#: The times of a call in the order in which they happen.
STAGES = ("received_at", "queued_at", "dispatched_at", "enroute_at", "arrived_at", "cleared_at")


def _received_too_early(frame: pd.DataFrame, column: str, settings: Settings) -> pd.Series[bool]:
    import pandas as pd

    earliest = pd.Timestamp(settings.earliest) if settings.earliest else pd.NaT
    return frame[column] < earliest


COLUMNS = (
    AGENCY,
    ColumnSpec("incident", "text", "The incident number: trimmed, upper-cased, inner spaces folded.", required=True),
    ColumnSpec("received_at", "timestamp", "When the call was received; the clock starts here.", required=True),
    ColumnSpec("queued_at", "timestamp", "When the call was put in the queue for dispatch."),
    ColumnSpec("dispatched_at", "timestamp", "When the first unit was dispatched."),
    ColumnSpec("enroute_at", "timestamp", "When the first unit was on its way."),
    ColumnSpec("arrived_at", "timestamp", "When the first unit arrived."),
    ColumnSpec("cleared_at", "timestamp", "When the last unit cleared."),
    ColumnSpec("source", "code", "How the call came in.", codes=SOURCES),
    ColumnSpec("nature", "text", "The agency's own final call type."),
    ColumnSpec("nature_initial", "text", "The agency's own first call type."),
    ColumnSpec(
        "behavioral_health", "bool", "Whether the mapping counts the call as behavioral health; null = unknown."
    ),
    ColumnSpec("priority", "text", "The agency's own priority."),
    ColumnSpec("disposition", "code", "How the call ended.", codes=DISPOSITIONS),
    ColumnSpec("units", "texts", "Call signs of the units that responded."),
    ColumnSpec("co_response", "bool", "Whether a co-responder team is among the units; null when units are unknown."),
    ColumnSpec("area", "text", "Beat, zone or ZIP; never a street address."),
    ColumnSpec("place_key", "text", "Keyed hash of the address; the address itself is never stored."),
)

RULES = (
    Rule(
        "out_of_order",
        "warning",
        "“{heading}” ({value}) lies before an earlier step of the same call. The call is kept, but"
        " intervals that use this time are unknown. If the time is wrong, correct it and send the extract again.",
        "The times of a call stand in order: received, queued, dispatched, en route, arrived, cleared.",
        columns=STAGES[1:],
        broken=earlier_than(*STAGES),
        likely=earlier_than_sql(*STAGES),
    ),
    Rule(
        "received_too_early",
        "warning",
        "“{heading}” ({value}) lies more than ten years before the program began. The call is kept; check the year.",
        "A call is received no more than ten years before the program began.",
        columns=("received_at",),
        broken=_received_too_early,
        likely="received_at < {earliest}",
    ),
    Rule(
        "repeated_incident",
        "warning",
        "Incident {value} stands on a later row too, with other content; the last row is used and this one is not. If"
        " the file has one row for each responding unit, tell the program staff, so that the rows are put together.",
        "An incident stands once in an extract; otherwise its last row is used.",
        judged="extract",
        columns=("incident",),
    ),
    Rule(
        "repeated_unit",
        "warning",
        "This unit stands on a later row of incident {value} too, with other content; the last row is used and this one"
        " is not. Check that both rows belong to the same incident and unit.",
        "A unit stands once on an incident in an extract; otherwise its last row is used.",
        judged="extract",
        columns=("incident",),
    ),
    Rule(
        "differing_units",
        "warning",
        "The rows of this incident do not agree on “{heading}”; the last one that has a value is used ({value}).",
        "The unit rows of one incident agree on call type and disposition.",
        judged="extract",
        columns=("nature", "disposition"),
    ),
)

TABLE = Table("calls", "One incident in an agency's CAD.", COLUMNS, ("agency", "incident"), "received_at", RULES)
