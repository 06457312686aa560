"""What the store adds to the canonical tables: origin and derived columns, views, and rules that need several extracts.

Declared here once: the store's SQL makes exactly these columns (a test compares), the checker of metric SQL allows
exactly these names, and the data dictionary describes them. Importing it is cheap.
"""

from __future__ import annotations

from dataclasses import dataclass

from schemas.spec import DUCKDB_TYPES, Kind, Severity

AGE_BANDS = ("0-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65+", "unknown")


@dataclass(frozen=True, slots=True)
class Derived:
    """A column that no extract holds. `codes`, when given, are its only values."""

    name: str
    kind: Kind
    description: str
    codes: tuple[str, ...] = ()

    @property
    def duckdb_type(self) -> str:
        """The column's type in the warehouse."""
        return DUCKDB_TYPES[self.kind]


@dataclass(frozen=True, slots=True)
class Copied:
    """Columns of a table (canonical and derived, without origin) that a view repeats, each name behind `prefix`."""

    table: str
    prefix: str = ""
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """A view of the warehouse: `copied` columns first, then `columns`, then the origin columns of its row.

    `time` is the column that puts a row into a period; `key` identifies a row for people; `row` says what a row is.
    """

    name: str
    row: str
    time: str
    key: tuple[str, ...]
    columns: tuple[Derived, ...]
    copied: tuple[Copied, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadRule:
    """A rule that one extract alone cannot decide; judged when the warehouse is loaded, always a warning."""

    id: str
    table: str
    column: str
    message: str
    description: str
    severity: Severity = "warning"


ORIGIN: tuple[Derived, ...] = (
    Derived("extract", "text", "File the row came from, as its path below raw/."),
    Derived("source_row", "integer", "Row of that file as a person sees it (1-based); of a folded call the first one."),
    Derived("source_rows", "integers", "All rows of that file behind this row; more than one for a folded call."),
    Derived("sheet", "text", "Worksheet of that file; null when the file has none."),
    Derived("extract_sha256", "text", "SHA-256 of that file: which version of it was read."),
)

_ELAPSED = (
    "Unknown when a time is missing or they are out of order. The hour of a daylight-saving night is counted right."
)

_ORPHAN = "Null, like all that follows, when no accepted encounter has this id."

#: Derived columns of each canonical table, in the order in which they stand behind its canonical columns.
DERIVED: dict[str, tuple[Derived, ...]] = {
    "calls": (
        Derived("response_minutes", "number", f"Minutes from received_at to arrived_at. {_ELAPSED}"),
        Derived("dispatch_minutes", "number", f"Minutes from dispatched_at to arrived_at. {_ELAPSED}"),
        Derived("on_scene_minutes", "number", f"Minutes from arrived_at to cleared_at. {_ELAPSED}"),
        Derived("has_encounter", "bool", "Whether an encounter of the same agency names this incident."),
    ),
    "encounters": (
        Derived(
            "age_band",
            "code",
            "Age in the year of the encounter (from the birth year alone, so up to a year too high).",
            AGE_BANDS,
        ),
        Derived("has_call", "bool", "Whether incident matches a call of the same agency; false without an incident."),
    ),
    "referrals": (
        Derived("started_at", "timestamp", f"When the encounter began: puts the referral into a period. {_ORPHAN}"),
        Derived("person_key", "text", "The person who was referred, as the encounter has it."),
        Derived("incident", "text", "The incident that the encounter names."),
        Derived("team", "text", "The team of the encounter."),
        Derived("kind", "code", "How the encounter came about."),
        Derived("gender", "code", "Gender, as the encounter has it."),
        Derived("race_ethnicity", "code", "Race and ethnicity, as the encounter has it."),
        Derived("age_band", "code", "Age in the year of the encounter.", AGE_BANDS),
        Derived("veteran", "bool", "Whether the person is a veteran, as the encounter has it."),
        Derived("unhoused", "bool", "Whether the person is unhoused, as the encounter has it."),
        Derived(
            "days_to_connection",
            "integer",
            "Days from referred_on (when missing: the day of the encounter) to connected_on; unknown when negative.",
        ),
    ),
    "shifts": (),
    "trainings": (),
}

_PLACES = View(
    name="places",
    row="One place of one agency where a team has been, at its first contact there.",
    time="first_contact_at",
    key=("agency", "place_key"),
    columns=(
        Derived("agency", "code", "The agency."),
        Derived("place_key", "text", "Keyed hash of the address."),
        Derived(
            "first_contact_at",
            "timestamp",
            "received_at of the first call from this place that a team was on or that an encounter names.",
        ),
        Derived("incident", "text", "That first call."),
        Derived("calls_before", "integer", "Calls from the place in the 180 days before first_contact_at."),
        Derived("calls_after", "integer", "Calls from the place in the 180 days after first_contact_at."),
        Derived(
            "windows_complete",
            "bool",
            "Whether the agency's calls reach 180 days back and 180 days on from first_contact_at.",
        ),
    ),
)

_RECONCILIATION = View(
    name="reconciliation",
    row="One thing that CAD and log should agree on: a team call, a log entry with an incident, or an arrest.",
    time="happened_at",
    key=("subject", "incident", "encounter"),
    columns=(
        Derived("agency", "code", "The agency."),
        Derived(
            "subject",
            "code",
            "team_call: a call with co-response. log_entry: an encounter of kind call with an incident. "
            "arrest: a linked call that CAD or the log says ended in arrest.",
            ("team_call", "log_entry", "arrest"),
        ),
        Derived(
            "matched",
            "bool",
            "team_call: an encounter names it. log_entry: its call is there. "
            "arrest: CAD and log both say so; null when one is silent.",
        ),
        Derived("happened_at", "timestamp", "received_at of the call; started_at of a log entry."),
        Derived("incident", "text", "The incident."),
        Derived(
            "encounter",
            "text",
            "The log entry; of an arrest the first one of the call that the log marks as arrested, else the first.",
        ),
        Derived("team", "text", "Team of the log entry."),
        Derived("disposition", "code", "Disposition in CAD."),
        Derived("arrested", "bool", "Whether the log says that anybody was arrested on the call."),
    ),
)

_CANDIDATES = View(
    name="link_candidates",
    row="A call that an encounter without a matching call may belong to: for people to decide, never linked by itself.",
    time="started_at",
    key=("agency", "encounter", "call_incident"),
    columns=(
        Derived("agency", "code", "The agency."),
        Derived(
            "encounter", "text", "An encounter whose incident matches no call, or of kind call without an incident."
        ),
        Derived("started_at", "timestamp", "Start of the encounter."),
        Derived("team", "text", "Team of the encounter."),
        Derived("incident", "text", "Incident as logged; null when missing."),
        Derived(
            "call_incident",
            "text",
            "A call with a team unit, from 30 minutes before it was received to 30 after it was cleared.",
        ),
        Derived("call_received_at", "timestamp", "received_at of that call."),
        Derived("call_cleared_at", "timestamp", "cleared_at of that call."),
        Derived(
            "minutes_apart",
            "number",
            "Minutes that the encounter started after (before: negative) the call was received.",
        ),
        Derived(
            "same_team", "bool", "Whether the encounter's team is among the call's units; null when either is missing."
        ),
        Derived("call_taken", "bool", "Whether another encounter names that call already."),
        Derived("candidates", "integer", "How many such calls this encounter has."),
        Derived("rank", "integer", "1 for the likeliest: same team first, then calls not taken, then the nearest."),
    ),
)

_LINKED = View(
    name="encounters_linked",
    row="One encounter, with the call that it names.",
    time="started_at",
    key=("agency", "encounter"),
    copied=(Copied("encounters"), Copied("calls", "call_", without=("agency", "incident", "has_encounter"))),
    columns=(
        Derived(
            "referral_services",
            "texts",
            "Services referred to at the encounter, each once, sorted; empty when there are none.",
        ),
        Derived("referral_count", "integer", "Number of referrals made at the encounter; 0 when there are none."),
    ),
)

VIEWS: dict[str, View] = {v.name: v for v in (_LINKED, _PLACES, _RECONCILIATION, _CANDIDATES)}

#: Days on each side of the first contact that `places` looks at.
PLACE_WINDOW_DAYS = 180
#: Minutes around a call in which an encounter without a call may belong to it.
CANDIDATE_MINUTES = 30
#: Days after the end of the period asked for from which received_at is doubted.
LATE_DAYS = 31

NO_SUCH_CALL = LoadRule(
    "no_such_call",
    "encounters",
    "incident",
    "No call of this agency has this incident number. The row counts, but cannot be linked to CAD: "
    "check the number, or send the extract of calls that holds it.",
    "The incident of an encounter is a call of its agency.",
)
RECEIVED_LATER = LoadRule(
    "received_later",
    "calls",
    "received_at",
    "This call was received well after the period of the report, or after today. The row counts where its date says: "
    "check the year and the month.",
    f"A call is received at most {LATE_DAYS} days after the end of the period asked for; with none asked for, not"
    " after today.",
)
NO_SUCH_ENCOUNTER = LoadRule(
    "no_such_encounter",
    "referrals",
    "encounter",
    "No accepted encounter of this agency has this id, so the referral belongs to no period and no person: "
    "check the id, or mend the encounter.",
    "A referral belongs to an encounter of its agency.",
)
LOAD_RULES: tuple[LoadRule, ...] = (NO_SUCH_CALL, RECEIVED_LATER, NO_SUCH_ENCOUNTER)
