"""Every rule has a row that must fail, and a sound row that breaks none (made-up data)."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandera.errors import SchemaErrors

import schemas
from pipeline.receive.tables import canonical_schema
from schemas import RULES, TABLES, Settings
from schemas.cells import LINE_RULES, MISSING
from schemas.model import UNREAD
from schemas.spec import Table, fill

EARLIEST = date(2012, 7, 1)
T = pd.Timestamp

SOUND: dict[str, dict[str, Any]] = {
    "calls": {
        "agency": "river",
        "incident": "R-1",
        "received_at": T("2024-01-05 10:00"),
        "queued_at": T("2024-01-05 10:01"),
        "dispatched_at": T("2024-01-05 10:02"),
        "enroute_at": T("2024-01-05 10:02"),
        "arrived_at": T("2024-01-05 10:09"),
        "cleared_at": T("2024-01-05 11:00"),
        "source": "911",
        "disposition": "report",
        "behavioral_health": True,
    },
    "encounters": {
        "agency": "river",
        "encounter": "1",
        "kind": "call",
        "started_at": T("2024-01-05 10:10"),
        "ended_at": T("2024-01-05 10:50"),
        "minutes": 40.0,
        "birth_year": 1980,
        "arrest_likely": True,
        "arrested": False,
        "resolution": "referred",
        "transported_to": "none",
        "gender": "female",
        "race_ethnicity": "white",
    },
    "referrals": {
        "agency": "river",
        "encounter": "1",
        "service": "housing",
        "referred_on": T("2024-01-05"),
        "connected_on": T("2024-01-09"),
    },
    "shifts": {"agency": "river", "date": T("2024-01-05"), "category": "direct", "minutes": 60.0},
    "trainings": {"agency": "river", "held_on": T("2024-01-05"), "course": "cit_40h", "trained": 12},
}

#: (table, what is changed in the sound row, rule and column that must fail)
FAILING: list[tuple[str, dict[str, Any], str]] = [
    *(("calls", {c: T("2024-01-05 09:00")}, f"out_of_order:{c}") for c in ("queued_at", "dispatched_at", "enroute_at")),
    ("calls", {"arrived_at": T("2024-01-05 10:01:59")}, "out_of_order:arrived_at"),
    ("calls", {"cleared_at": T("2024-01-05 10:08:59")}, "out_of_order:cleared_at"),
    ("calls", {"received_at": T("2012-06-30 23:59:59")}, "received_too_early:received_at"),
    ("calls", {"source": "carrier pigeon"}, "unknown_code:source"),
    ("calls", {"disposition": "ARR"}, "unknown_code:disposition"),
    ("encounters", {"kind": "chat"}, "unknown_code:kind"),
    ("encounters", {"gender": "w"}, "unknown_code:gender"),
    ("encounters", {"race_ethnicity": "w"}, "unknown_code:race_ethnicity"),
    ("encounters", {"resolution": "none"}, "unknown_code:resolution"),
    ("encounters", {"transported_to": "moon"}, "unknown_code:transported_to"),
    ("encounters", {"arrested": True, "transported_to": "home"}, "arrested_elsewhere:transported_to"),
    ("encounters", {"arrested": True}, "arrested_and_released:transported_to"),
    ("encounters", {"arrested": True, "arrest_likely": False}, "arrest_unlikely:arrest_likely"),
    ("encounters", {"resolution": "arrest"}, "arrest_denied:arrested"),
    ("encounters", {"ended_at": T("2024-01-05 10:09:59")}, "ended_before_started:ended_at"),
    ("encounters", {"ended_at": T("2024-01-06 10:10:01")}, "over_a_day:ended_at"),
    ("encounters", {"minutes": 1440.5}, "over_a_day:minutes"),
    ("encounters", {"minutes": -1.0}, "out_of_range:minutes"),
    ("encounters", {"birth_year": 2025}, "doubtful_birth_year:birth_year"),
    ("encounters", {"birth_year": 1903}, "doubtful_birth_year:birth_year"),
    ("referrals", {"service": "yoga"}, "unknown_code:service"),
    ("referrals", {"connected_on": T("2024-01-04")}, "connected_too_early:connected_on"),
    ("shifts", {"category": "nap"}, "unknown_code:category"),
    ("shifts", {"minutes": 1440.01}, "out_of_range:minutes"),
    ("shifts", {"minutes": -0.5}, "out_of_range:minutes"),
    ("trainings", {"course": "yoga"}, "unknown_code:course"),
    ("trainings", {"trained": 10_001}, "out_of_range:trained"),
    ("trainings", {"trained": -1}, "out_of_range:trained"),
    *(
        (table.name, {c.name: None}, f"not_nullable:{c.name}")
        for table in TABLES.values()
        for c in table.columns
        if c.required
    ),
]

#: Rules that no row alone can break: tests/receive has the extracts that break them.
ELSEWHERE = {rule.id for rule in RULES.values() if rule.judged in ("line", "cell", "extract")}


def frame_of(table: Table, *rows: dict[str, Any]) -> pd.DataFrame:
    kinds = {c.name: c.kind for c in table.columns if c.kind != "texts"}
    schema = pa.schema([f for f in canonical_schema(table) if f.name in kinds])
    columns = [pa.array([row.get(f.name) for row in rows], f.type, from_pandas=True) for f in schema]
    types = {pa.bool_(): pd.BooleanDtype(), pa.int64(): pd.Int64Dtype()}
    return pa.Table.from_arrays(columns, schema=schema).to_pandas(types_mapper=types.get, date_as_object=False)


def broken(table: Table, frame: pd.DataFrame) -> dict[str, list[int]]:
    """Check -> rows that fail it."""
    try:
        table.model_for(Settings(EARLIEST)).validate(frame, lazy=True)
    except SchemaErrors as found:
        failed = {}
        for error in found.schema_errors:
            if error.check == "not_nullable":
                failed[f"not_nullable:{error.schema.name}"] = list(frame.index[frame[error.schema.name].isna()])
            else:
                failed[str(error.check.name)] = list(error.check_output.index[~error.check_output])
        return failed
    return {}


@pytest.mark.parametrize("name", TABLES)
def test_a_sound_row_breaks_no_rule(name: str) -> None:
    assert broken(TABLES[name], frame_of(TABLES[name], SOUND[name])) == {}


@pytest.mark.parametrize("name", TABLES)
def test_a_row_of_required_columns_alone_breaks_no_rule(name: str) -> None:
    table = TABLES[name]
    required = {c.name: SOUND[name][c.name] for c in table.columns if c.required}
    assert broken(table, frame_of(table, required)) == {}


@pytest.mark.parametrize(("name", "change", "check"), FAILING, ids=[f"{t}-{c}" for t, _, c in FAILING])
def test_each_rule_has_a_row_that_fails(name: str, change: dict[str, Any], check: str) -> None:
    """The changed row fails, and the sound one beside it does not."""
    table = TABLES[name]
    failed = broken(table, frame_of(table, SOUND[name], {**SOUND[name], **change}))
    assert failed[check] == [1]


def test_every_rule_is_covered() -> None:
    """A rule that is added needs a row that fails, or an extract in tests/receive."""
    here = {check.partition(":")[0].replace("not_nullable", MISSING.id) for _, _, check in FAILING}
    assert here | ELSEWHERE == set(RULES)
    for table in TABLES.values():
        for rule in table.rules:
            if rule.judged == "row":
                assert {(table.name, f"{rule.id}:{c}") for c in rule.columns} <= {(t, c) for t, _, c in FAILING}
        for column in table.columns:
            if column.codes:
                assert (table.name, f"unknown_code:{column.name}") in {(t, c) for t, _, c in FAILING}
            if column.minimum is not None or column.maximum is not None:
                assert (table.name, f"out_of_range:{column.name}") in {(t, c) for t, _, c in FAILING}


def test_a_cell_that_could_not_be_read_fails_the_model() -> None:
    for table in TABLES.values():
        frame = frame_of(table, SOUND[table.name], SOUND[table.name])
        frame[UNREAD] = [0, 4]
        assert broken(table, frame) == {UNREAD: [1]}


def test_cite_and_release_and_hospital_are_no_errors() -> None:
    table = TABLES["encounters"]
    rows = [{**SOUND["encounters"], "arrested": True, "transported_to": p} for p in ("none", "jail", "hospital", None)]
    assert broken(table, frame_of(table, *rows)) == {"arrested_and_released:transported_to": [0]}


VALUES: dict[str, Any] = {
    "bool": [None, True, False],
    "number": [None, -1.0, 0.0, 1440.0, 1441.0],
    "integer": [None, -1, 1880, 1980, 2025, 20_000],
    "timestamp": [None, *pd.date_range("2011-12-31", periods=3, freq="365D"), T("2024-01-05 10:00"), T("2024-01-07")],
    "date": [None, T("2024-01-05"), T("2024-01-07")],
}


@st.composite
def rows(draw: st.DrawFn) -> tuple[Table, list[dict[str, Any]]]:
    table = TABLES[draw(st.sampled_from(list(TABLES)))]

    def row() -> dict[str, Any]:
        return {
            c.name: draw(st.sampled_from([None, *c.codes] if c.codes else VALUES.get(c.kind, ["x"])))
            for c in table.columns
            if c.kind != "texts"
        }

    return table, [row() for _ in range(draw(st.integers(1, 4)))]


@settings(deadline=None, max_examples=60)
@given(rows())
def test_what_may_break_a_rule_is_foreseen(made: tuple[Table, list[dict[str, Any]]]) -> None:
    """`likely` in SQL holds on every row that breaks its rule: else its cells would have to be read a second time."""
    table, listed = made
    frame = frame_of(table, *listed)
    failed = broken(table, frame)
    con = duckdb.connect()
    con.register("frame", pa.Table.from_pandas(frame))
    for rule in table.rules:
        for column in rule.columns if rule.broken else ():
            likely = rule.likely.replace("{earliest}", f"TIMESTAMP '{EARLIEST}'")
            kept = con.execute(f"SELECT coalesce({likely}, false) FROM frame").fetchall()
            assert all(kept[row][0] for row in failed.get(f"{rule.id}:{column}", []))


def test_messages_have_only_known_fields_and_end_as_sentences() -> None:
    for rule in RULES.values():
        filled = fill(rule.message, value="V", heading="H", expected="E")
        assert "{" not in filled, rule.id
        assert filled.endswith("."), rule.id
        assert rule.description.endswith("."), rule.id
        assert rule.severity in ("error", "warning")


def test_a_value_with_braces_is_left_alone() -> None:
    assert fill("“{heading}”: {value}", heading="{value}", value="{heading}") == "“{value}”: {heading}"


def test_bad_lines_have_a_rule() -> None:
    from pipeline.receive.read import source

    named = {source.TOO_FEW_CELLS, source.TOO_MANY_CELLS, source.UNCLOSED_QUOTE, source.UNREADABLE_LINE}
    assert named == set(LINE_RULES)


def test_relations_name_canonical_origin_and_derived_columns() -> None:
    calls = schemas.RELATIONS["calls"]
    assert list(calls)[:2] == ["agency", "incident"]
    assert calls["source_rows"].duckdb_type == "BIGINT[]"
    assert calls["response_minutes"].kind == "number"
    assert schemas.RELATIONS["encounters_linked"]["call_disposition"].codes == calls["disposition"].codes


def test_importing_schemas_is_light() -> None:
    code = "import schemas, sys; print([m for m in ('pandas', 'pandera', 'numpy', 'pyarrow') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
