"""SQL of metrics and corrections: what is harmless passes, everything else is refused with the piece that is wrong."""

from __future__ import annotations

import subprocess
import sys

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UserError
from pipeline.program.sql import check_sql, relation_columns
from pipeline.program.sql_words import FUNCTIONS

COLUMNS = {
    "arrested": "BOOLEAN",
    "arrest_likely": "BOOLEAN",
    "kind": "VARCHAR",
    "priority": "VARCHAR",
    "received_at": "TIMESTAMP",
    "arrived_at": "TIMESTAMP",
    "held_on": "DATE",
    "units": "VARCHAR[]",
    "minutes": "DOUBLE",
    "rows": "BIGINT",
}


def check(text: str, want: str = "bool") -> str:
    return check_sql(text, "encounters", want, COLUMNS)  # type: ignore[arg-type]


SOUND = [
    "true",
    "arrest_likely",
    "NOT arrested",
    "ARRESTED AND Arrest_Likely",
    "arrested IS NULL OR arrest_likely IS NOT NULL",
    "arrested IS TRUE",
    "arrested IS NOT FALSE",
    "kind = 'call'",
    "kind IN ('call', 'phone')",
    "kind NOT IN ('call')",
    "kind LIKE 'c%'",
    "kind NOT ILIKE '%x_'",
    "kind LIKE '50!%' ESCAPE '!'",
    "kind SIMILAR TO 'c(a|b)+'",
    "kind IS DISTINCT FROM 'call'",
    "priority = 'it''s -- no; /* comment */ $$'",
    "\"kind\" = 'call'",
    "lower(trim(kind)) || 'x' = 'callx'",
    "regexp_matches(kind, '^[a-z]+$')",
    "starts_with(kind, 'c')",
    "nullif(kind, '') = 'x'",
    "coalesce(arrested, false)",
    "ifnull(arrested, false)",
    "if(arrested, true, arrest_likely)",
    "CASE WHEN arrested THEN arrest_likely ELSE NULL END",
    "CASE kind WHEN 'call' THEN true END",
    "received_at BETWEEN '2023-11-05 02:00' AND '2023-11-06 09:00'",
    "received_at >= TIMESTAMP '2023-01-01'",
    "received_at::DATE = DATE '2023-01-01'",
    "received_at + INTERVAL 30 MINUTE > arrived_at",
    "received_at + INTERVAL '3 days' > arrived_at",
    "arrived_at - received_at < INTERVAL 1 HOUR",
    "date_diff('minute', received_at, arrived_at) <= 10",
    "extract(hour FROM received_at) BETWEEN 8 AND 16",
    "dayofweek(received_at) IN (0, 6)",
    "held_on > '2023-01-01'",
    "list_contains(units, 'CR1')",
    "'CR1' IN units",
    "units && ['CR1', 'CR2']",
    "list_has_any(units, ['CR1'])",
    "len(units) > 1 AND units[1] = 'CR1'",
    "TRY_CAST(priority AS INTEGER) < 3",
    "minutes * 2 / 60 > 1.5",
    "rows % 2 = 0 AND -rows < 3",
    "greatest(minutes, 3, rows) > abs(round(minutes))",
]


@pytest.mark.parametrize("text", SOUND)
def test_sound(text: str) -> None:
    assert check(f"  {text}\n") == text


@pytest.mark.parametrize(
    "text",
    ["minutes", "rows", "minutes / 60", "date_diff('day', received_at, arrived_at)", "epoch(received_at)", "1.5"],
)
def test_a_measure_is_a_number(text: str) -> None:
    assert check(text, "number") == text


#: text -> a piece that the message must hold
REFUSED = {
    "": "empty",
    "arrested AND": "too early",
    "arrested arrested": "no SQL expression",
    "arrested AS x": "no SQL expression",
    "arrested, arrested": "one expression",
    "arrested) OR (arrested": "no SQL expression",
    "DISTINCT arrested": "one expression",
    "arrested FROM calls": "no SQL expression",
    "arrested UNION SELECT true": "one expression",
    "true WHERE arrested": "no SQL expression",
    "arrested; SELECT 1": "`;`",
    "arrested -- ": "`--`",
    "arrested /* x": "`/*`",
    "arested": "`arrested`",
    'kind = "call"': "single quotes",
    "calls.arrested": "`arrested`",
    "encounters.arrested": "column alone",
    "kind.lower() = 'x'": "lower(column)",
    "kind = E'a'": "single quotes",
    "kind = $$a$$": "single quotes",
    "(SELECT true)": "subquery",
    "EXISTS (SELECT 1 FROM calls)": "subquery",
    "kind IN (SELECT kind FROM calls)": "subquery",
    "kind = ANY(units)": "subquery",
    "kind = (FROM calls SELECT kind)": "subquery",
    "*": "`*`",
    "COLUMNS('a.*')": "`*`",
    "count(*) > 1": "count_star",
    "sum(minutes) > 1": "`sum`",
    "max(arrested)": "`max`",
    "count(kind) FILTER (WHERE arrested) > 1": "`count`",
    "sum(minutes) OVER () > 1": "OVER",
    "row_number() OVER () = 1": "OVER",
    "list_filter(units, x -> x = 'a') = []": "list_filter",
    "[x FOR x IN units] = []": "not allowed",
    "list_sum([1]) > 1": "list_sum",
    "list_aggregate(units, 'count') > 1": "list_aggregate",
    "now() > received_at": "clock",
    "get_current_timestamp() > received_at": "clock",
    "received_at > current_date": "clock",
    "received_at > CURRENT_TIMESTAMP": "clock",
    "received_at > localtimestamp": "clock",
    "today() > received_at": "clock",
    "age(received_at) > INTERVAL 1 DAY": "clock",
    "random() > 0.5": "random",
    "uuid() = kind": "random",
    "nextval('s') > 1": "random",
    "read_text('/etc/passwd') = ''": "read_text",
    "getenv('HOME') = kind": "getenv",
    "current_setting('threads') = '1'": "current_setting",
    "kind = current_user": "current_user",
    "glob('*') = kind": "glob",
    "repeat(kind, 1000000000) = ''": "endless",
    "len(range(1000000000)) > 1": "endless",
    "generate_series(1, 2) = []": "endless",
    "replace(kind, 'a', 'aaaa') = ''": "endless",
    "lpad(kind, 1000000000, 'x') = ''": "endless",
    "2 ** 1000 > 1": "`**`",
    "pow(2, 1000) > 1": "endless",
    "rows ! > 1": "not allowed",
    "?": "parameter",
    "$1 = kind": "parameter",
    "#1": "position",
    "kind LIKE priority": "written out",
    "regexp_matches(kind, priority)": "written out",
    "kind LIKE '%a%a%a%a%a%a%a%a%a%a%'": "wildcards",
    f"kind LIKE '{'a' * 300}'": "characters",
    "kind SIMILAR TO '(a{1000}){1000}'": "repetition",
    "kind COLLATE NOCASE = 'x'": "COLLATE",
    "received_at::TIMESTAMPTZ > '2020-01-01'": "TIME ZONE",
    "kind::JSON = ''": "cast",
    "kind::ENUM('a') = 'a'": "cast",
    "struct_pack(a := 1) IS NULL": "struct_pack",
    "units[1:2] = []": "ARRAY_SLICE",
    "hash(kind) > 1": "hash",
    "nosuch(kind) = 1": "nosuch",
    "lowr(kind) = 'x'": "`lower`",
    "minutes > 1e999": "too large",
    "minutes": "no condition",
    "kind": "text",
    "NULL": "null",
    "priority > 3": "quotes",
    "CAST(priority AS INTEGER) = 3": "TRY_CAST",
    "CASE WHEN kind = 'call' THEN CAST(priority AS INTEGER) = 3 END": "TRY_CAST",
    "received_at > 'yesterday'": "yesterday",
    "lower(minutes, 2) = ''": "lower",
    "rows * 9223372036854775807 > 1": "verflow",
    "'a' || '" + "x" * 5000 + "' = ''": "too long",
    "NOT " * 900 + "arrested": "too deeply",
    "kind IN (" + "'a'," * 700 + "'a')": "too long",
    "1" + "+1" * 1500 + " > 0": "too",
    "kind = 'a\0'": "NUL",
}


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text: str) -> None:
    with pytest.raises(UserError) as caught:
        check(text)
    assert caught.value.code == 2
    assert REFUSED[text] in str(caught.value), str(caught.value)
    assert "relation" not in str(caught.value)


@pytest.mark.parametrize("text", ["arrested", "kind", "received_at", "NULL"])
def test_what_is_no_number_is_no_measure(text: str) -> None:
    with pytest.raises(UserError, match="no number"):
        check(text, "number")


def test_an_unknown_relation_names_the_nearest() -> None:
    with pytest.raises(UserError) as caught:
        check_sql("true", "encounter", "bool")
    assert "`encounters`" in str(caught.value)


def test_the_relations_of_the_warehouse() -> None:
    assert relation_columns("calls")["units"] == "VARCHAR[]"
    assert check_sql("call_disposition <> 'arrest' AND len(referral_services) > 0", "encounters_linked", "bool")
    with pytest.raises(UserError):
        check_sql("call_disposition <> 'arrest'", "encounters", "bool")


def test_every_listed_function_exists_and_is_deterministic() -> None:
    """An alias that DuckDB drops, or one that turns volatile, shows here."""
    rows = duckdb.execute(
        "SELECT lower(function_name), bool_or(stability = 'VOLATILE'), bool_or(function_type <> 'aggregate') "
        "FROM duckdb_functions() GROUP BY ALL"
    ).fetchall()
    known = {name: (volatile, scalar) for name, volatile, scalar in rows}
    for name in FUNCTIONS:
        assert name in known, name
        volatile, scalar = known[name]
        assert scalar, name
        assert not volatile, name


@given(st.text(alphabet="()'\"-/*;,$ abc=<>1.%|[]{}:!?@#~\n\\eE", max_size=40))
def test_any_text_is_judged_without_a_crash(text: str) -> None:
    try:
        found = check(text)
    except UserError:
        return
    # what passes can stand between parentheses inside a larger statement
    duckdb.execute(f"SELECT 1 WHERE ({found}) AND false") if not any(c in found for c in "abceE") else None


@given(st.sampled_from(SOUND), st.sampled_from(SOUND), st.sampled_from(["AND", "OR"]))
def test_sound_pieces_make_sound_wholes(one: str, other: str, word: str) -> None:
    whole = f"({one}) {word} ({other})"
    assert check(whole) == whole


def test_judging_does_not_load_pandas() -> None:
    """`figures` answers within a second of start; binding parameters in DuckDB would import pandas."""
    code = (
        "import sys; from pipeline.program.sql import check_sql; check_sql('NOT arrested', 'encounters', 'bool'); "
        "sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("text", "relation", "pieces"),
    [
        ("kind = 'cal'", "encounters", ["`cal` is no code of `kind`", "`call`"]),
        ("'femle' <> gender", "encounters", ["`femle`", "`female`"]),
        ("NOT (transported_to IN ('hospital', 'jial'))", "encounters", ["`jial`", "`jail`"]),
        ("CASE resolution WHEN 'refered' THEN true END", "encounters", ["`refered`", "`referred`"]),
        ("call_disposition IS DISTINCT FROM 'arested'", "encounters_linked", ["`arested`", "`arrest`"]),
        ("age_band = '18-25'", "referrals", ["`18-25`", "`18-24`"]),
    ],
)
def test_text_that_is_no_code_of_the_column_beside_it(text: str, relation: str, pieces: list[str]) -> None:
    """Such a condition would hold on no row: a figure of 0 that nobody doubts."""
    with pytest.raises(UserError) as caught:
        check_sql(text, relation, "bool")
    for piece in pieces:
        assert piece in str(caught.value), str(caught.value)


def test_codes_are_asked_of_coded_columns_alone() -> None:
    for text in ("incident = 'x'", "agency = 'oak'", "kind IN ('call', 'phone')", "kind = team", "lower(kind) = 'CAL'"):
        assert check_sql(text, "encounters", "bool") == text
