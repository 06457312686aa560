"""The table `encounters`: one contact of a co-responder team with one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.common import AGENCY, DAY_MINUTES, column_of
from schemas.spec import ColumnSpec, Rule, Settings, Table

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("call", "follow_up", "self_initiated", "referral_in", "phone")
GENDERS = ("female", "male", "nonbinary", "other", "unknown")
#: OMB, Statistical Policy Directive No. 15 (2024), with the answers that logs have beside its categories.
RACES = (
    "american_indian",
    "asian",
    "black",
    "hispanic",
    "middle_eastern",
    "pacific_islander",
    "white",
    "multiracial",
    "other",
    "unknown",
)
RESOLUTIONS = (
    "resolved_on_scene",
    "voluntary_transport",
    "involuntary_hold",
    "arrest",
    "referred",
    "declined",
    "not_located",
    "other",
)
PLACES = ("none", "hospital", "crisis_stabilization", "detox", "shelter", "home", "jail", "other")
#: Where a person who was arrested can have been taken: cite and release is `none`, with a warning.
PLACES_OF_ARRESTED = ("jail", "hospital", "none")
OLDEST = 120


def _arrested(frame: pd.DataFrame) -> pd.Series[bool]:
    arrested: pd.Series[bool] = column_of(frame, "arrested").fillna(False).astype(bool)
    return arrested


def _arrested_elsewhere(frame: pd.DataFrame, column: str, _: Settings) -> pd.Series[bool]:
    place = frame[column]
    return _arrested(frame) & place.notna() & ~place.isin(PLACES_OF_ARRESTED)


def _arrest_denied(frame: pd.DataFrame, column: str, _: Settings) -> pd.Series[bool]:
    ended_so: pd.Series[bool] = (column_of(frame, "resolution") == "arrest").fillna(False)
    return ended_so & ~frame[column].fillna(True).astype(bool)


def _arrested_and_released(frame: pd.DataFrame, column: str, _: Settings) -> pd.Series[bool]:
    return _arrested(frame) & (frame[column] == "none").fillna(False)


def _arrest_unlikely(frame: pd.DataFrame, column: str, _: Settings) -> pd.Series[bool]:
    return _arrested(frame) & ~frame[column].fillna(True).astype(bool)


def _ended_before_started(frame: pd.DataFrame, column: str, _: Settings) -> pd.Series[bool]:
    return frame[column] < frame["started_at"]


def _over_a_day(frame: pd.DataFrame, column: str, _: Settings) -> pd.Series[bool]:
    if column == "minutes":
        return frame["minutes"] > DAY_MINUTES
    took: pd.Series[float] = (frame[column] - frame["started_at"]).dt.total_seconds()
    return took > DAY_MINUTES * 60


def _doubtful_birth_year(frame: pd.DataFrame, column: str, _: Settings) -> pd.Series[bool]:
    age: pd.Series[float] = frame["started_at"].dt.year - frame[column].astype("float64")
    return (age < 0) | (age > OLDEST)


COLUMNS = (
    AGENCY,
    ColumnSpec("team", "text", "The team's call sign."),
    ColumnSpec(
        "encounter", "text", "The log's number of the encounter, or a keyed hash when it has none.", required=True
    ),
    ColumnSpec("incident", "text", "The call's incident number; null for follow-ups and walk-ins."),
    ColumnSpec("kind", "code", "How the encounter came about; `call` when the log does not say.", True, KINDS),
    ColumnSpec("started_at", "timestamp", "When the encounter began.", required=True),
    ColumnSpec("ended_at", "timestamp", "When the encounter ended."),
    ColumnSpec(
        "minutes",
        "number",
        "How many minutes the encounter took; in the warehouse from start to end when the log gives none.",
        minimum=0,
    ),
    ColumnSpec("person_key", "text", "Keyed hash of who was met: the same person has the same key in every agency."),
    ColumnSpec("birth_year", "integer", "The year of birth; the birth date itself is never stored."),
    ColumnSpec("gender", "code", "Gender as the log has it.", codes=GENDERS),
    ColumnSpec("race_ethnicity", "code", "Race and ethnicity, in the categories of OMB 2024.", codes=RACES),
    ColumnSpec("veteran", "bool", "Whether the person served in the armed forces; null = unknown."),
    ColumnSpec("unhoused", "bool", "Whether the person had no home of their own; null = unknown."),
    ColumnSpec(
        "arrest_likely",
        "bool",
        "Without the program this would likely have ended in arrest (probable cause present); null = unknown.",
    ),
    ColumnSpec("arrested", "bool", "Whether the person was arrested; null = unknown."),
    ColumnSpec("resolution", "code", "How the encounter ended.", codes=RESOLUTIONS),
    ColumnSpec("transported_to", "code", "Where the person was taken.", codes=PLACES),
    ColumnSpec("deescalated", "bool", "Whether the crisis was calmer when the team left; null = unknown."),
    ColumnSpec("stable", "bool", "Whether the person is still stable in the community at follow-up; null = unknown."),
    ColumnSpec("force_used", "bool", "Whether force was used on the person; null = unknown."),
    ColumnSpec("injury", "bool", "Whether anybody was injured; null = unknown."),
    ColumnSpec("backup_released", "bool", "Whether patrol officers were released from the scene; null = unknown."),
)

RULES = (
    Rule(
        "arrested_elsewhere",
        "error",
        "The person is marked as arrested, yet taken to “{value}”. An arrested person goes to jail, to hospital, or"
        " nowhere (cited and released). Correct one of the two and send the extract again.",
        "Who was arrested was taken to jail, to hospital or nowhere.",
        columns=("transported_to",),
        broken=_arrested_elsewhere,
        likely="arrested",
    ),
    Rule(
        "arrest_denied",
        "error",
        "The encounter ended in arrest, yet “{heading}” says that nobody was arrested ({value}). Correct"
        " one of the two and send the extract again.",
        "An encounter that ended in arrest has the person arrested.",
        columns=("arrested",),
        broken=_arrest_denied,
        likely="resolution = 'arrest'",
    ),
    Rule(
        "arrested_and_released",
        "warning",
        "The person is marked as arrested and taken nowhere. The row is kept as cited and released; check"
        " that it was so.",
        "Who was arrested was taken somewhere, unless cited and released.",
        columns=("transported_to",),
        broken=_arrested_and_released,
        likely="arrested",
    ),
    Rule(
        "arrest_unlikely",
        "warning",
        "The person was arrested, yet “{heading}” says that an arrest was not likely ({value}). The row is"
        " kept; check both.",
        "Who was arrested was likely to be arrested.",
        columns=("arrest_likely",),
        broken=_arrest_unlikely,
        likely="arrested",
    ),
    Rule(
        "ended_before_started",
        "warning",
        "“{heading}” ({value}) lies before the start of the encounter. The row is kept without a duration;"
        " check both times.",
        "An encounter ends after it started.",
        columns=("ended_at",),
        broken=_ended_before_started,
        likely="ended_at < started_at",
    ),
    Rule(
        "over_a_day",
        "warning",
        "The encounter took more than 24 hours by “{heading}” ({value}). The row is kept; check the time.",
        "An encounter takes at most 24 hours.",
        columns=("ended_at", "minutes"),
        broken=_over_a_day,
        likely=f"ended_at - started_at > INTERVAL {DAY_MINUTES} MINUTE OR minutes > {DAY_MINUTES}",
    ),
    Rule(
        "doubtful_birth_year",
        "warning",
        f"By “{{heading}}” the person would be younger than 0 or older than {OLDEST}. The row is kept;"
        " check the date of birth and the date of the encounter.",
        f"A person is from 0 to {OLDEST} years old.",
        columns=("birth_year",),
        broken=_doubtful_birth_year,
        likely=f"year(started_at) - birth_year NOT BETWEEN 0 AND {OLDEST}",
    ),
    Rule(
        "person_missing",
        "warning",
        "Nothing stands in {heading}, so we cannot tell whether this person was met before. The encounter is kept"
        " and counts as one person. Fill it in if it is known.",
        "Every part of the person's identity is given.",
        judged="extract",
        columns=("person_key",),
    ),
    Rule(
        "person_unreadable",
        "warning",
        "What stands in {heading} cannot be read as a name or a date of birth, so we cannot tell whether"
        " this person was met before. The encounter is kept and counts as one person. Correct it if you can.",
        "Every part of the person's identity can be read; a birth date is a date.",
        judged="extract",
        columns=("person_key",),
    ),
    Rule(
        "key_conflict",
        "error",
        "Encounter {value} stands on several rows with different content. We cannot tell which one is"
        " right: give each encounter its own number, or leave only the right row, and send the extract again.",
        "An encounter stands once in an extract.",
        judged="extract",
        columns=("encounter",),
    ),
)

TABLE = Table(
    "encounters",
    "One contact of a co-responder team with one person.",
    COLUMNS,
    ("agency", "encounter"),
    "started_at",
    RULES,
)
