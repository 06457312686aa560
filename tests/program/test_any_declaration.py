"""Whatever a user writes ends in a mistake that is named or in a program, never in a traceback."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import schemas
from pipeline.program.corrections import read_corrections
from pipeline.program.mappings import check_duplicates, read_mappings
from pipeline.program.metrics import read_metrics, shipped_metrics
from pipeline.program.mistakes import Declared, Mistakes, find_lines
from pipeline.program.model import Agency
from pipeline.program.settings import read_settings
from pipeline.program.shapes import AgencyIn, BrandingIn, CorrectionIn, ExtractIn, MetricIn, PrivacyIn, ProgramIn
from pipeline.program.toml import parse_declared

AGENCIES = (Agency("oak", "Oak"), Agency("elm", "Elm"))
WORDS = sorted(
    {"unit", "person", "address", "referrals", "service", "from", "value", "any", "true", "false", "hours", "direct"}
    | {"oak", "columns", "rate", "count", "median", "NOT arrested", "epoch", "%Y-%m-%d", "../x", "*", "oak/*.csv"}
    | {name for table in schemas.TABLES.values() for name in (table.name, *table.names)}
)
SCALARS = st.one_of(
    st.sampled_from(WORDS),
    st.text(max_size=6),
    st.integers(-2, 99),
    st.floats(allow_nan=True),
    st.booleans(),
    st.sampled_from([date(2023, 1, 1), datetime(2023, 1, 1, 10), time(10)]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def tables(*models: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Tables with the keys of a model (and others), each with any value."""
    keys = sorted({name for model in models for name in model.model_fields})
    return st.dictionaries(st.sampled_from(keys) | st.sampled_from(WORDS), VALUES, max_size=6)


EXTRACTS = tables(ExtractIn).flatmap(
    lambda table: st.tuples(
        st.just(table),
        st.sampled_from(["calls", "encounters", "shifts", "trainings", "referrals"]),
        st.dictionaries(st.sampled_from(WORDS), VALUES, max_size=5),
        st.dictionaries(
            st.sampled_from(WORDS), st.dictionaries(st.sampled_from(WORDS), VALUES, max_size=3), max_size=3
        ),
    ).map(lambda p: {"table": p[1], "files": "oak/*.csv", "columns": p[2], "codes": p[3], **p[0]})
)


def named(mistakes: Mistakes, file: str) -> None:
    """Every mistake names the file, and can be printed."""
    for mistake in mistakes.found:
        assert mistake.where.startswith(file)
        assert str(mistake).encode("utf-8", "surrogatepass")


@QUICK
@given(st.one_of(st.lists(EXTRACTS, max_size=2), VALUES), st.sampled_from(["oak", "none"]))
def test_any_mapping(extracts: Any, stem: str) -> None:
    mistakes = Mistakes()
    declared = Declared(f"agencies/{stem}.toml", "", {"extract": extracts})
    found = read_mappings(declared, AGENCIES, mistakes)
    check_duplicates([(m, declared) for m in found], mistakes)
    named(mistakes, declared.name)


@QUICK
@given(st.lists(tables(CorrectionIn), max_size=2) | VALUES)
def test_any_correction(corrections: Any) -> None:
    mistakes, own = Mistakes(), Mistakes()
    extract = {"table": "calls", "files": "**", "columns": {"incident": "I", "received_at": "R"}}
    mappings = read_mappings(Declared("agencies/oak.toml", "", {"extract": [extract]}), AGENCIES, own)
    assert not own.found
    read_corrections(Declared("corrections.toml", "", {"correction": corrections}), mappings, AGENCIES, mistakes)
    named(mistakes, "corrections.toml")


@QUICK
@given(st.dictionaries(st.sampled_from(["mine", "diversion_rate", "x-y", ""]), tables(MetricIn) | VALUES, max_size=2))
def test_any_metric(metrics: Any) -> None:
    mistakes = Mistakes()
    read_metrics(Declared("metrics.toml", "", metrics), shipped_metrics(), mistakes)
    named(mistakes, "metrics.toml")


@QUICK
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "program": tables(ProgramIn) | VALUES,
            "privacy": tables(PrivacyIn) | VALUES,
            "branding": tables(BrandingIn) | VALUES,
            "agency": st.lists(tables(AgencyIn) | VALUES, max_size=2) | VALUES,
            "more": VALUES,
        },
    )
)
def test_any_program(data: Any) -> None:
    mistakes = Mistakes()
    read_settings(Declared("program.toml", "", data), Path(__file__).parent, mistakes)
    named(mistakes, "program.toml")


@QUICK
@given(st.binary(max_size=60) | st.text(alphabet="[]{}=\"'#\n\\ .,abc1\r\t", max_size=60).map(str.encode))
def test_any_bytes(content: bytes) -> None:
    mistakes = Mistakes()
    declared = parse_declared("agencies/oak.toml", content, mistakes)
    assert (declared is None) == bool(mistakes.found)
    named(mistakes, "agencies/oak.toml")
    find_lines(content.decode("utf-8", "replace"))
