"""Whatever an extract looks like: onboarding answers clearly or writes a mapping that loads, and names nobody."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import Exit, UserError
from pipeline.onboard.begin import Answers, begin
from pipeline.onboard.run import onboard
from pipeline.program.load import load_program
from pipeline.recognize.words import vocabulary
from tests.onboard.conftest import ENDS, FIRST, LAST, TYPES, table

PHRASES = sorted({" ".join(p) for t in vocabulary().values() for e in t.values() for p, _ in e.phrases})
HEADINGS = st.one_of(
    st.sampled_from(PHRASES).map(str.title),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=20).filter(str.strip),
    st.sampled_from(
        ['A "quoted" one', "back\\slash", "hash # sign", "two\nlines", "[extract]", "= x", "'''", "Ünïcode é"]
    ),
)
SECRET = tuple(f"{last}qz" for last in LAST)
CELLS = st.sampled_from(
    [
        lambda n: f"24-{n:05}",
        lambda n: f"{1 + n % 12:02}/{1 + n % 28:02}/2024 {n % 24:02}:{n % 60:02}",
        lambda n: f"2024-{1 + n % 12:02}-{1 + n % 28:02}",
        lambda n: f"{n % 24:02}:{n % 60:02}",
        lambda n: TYPES[n % 6],
        lambda n: ENDS[n % 5],
        lambda n: ("Yes", "No", "")[n % 3],
        lambda n: str(n % 7),
        lambda n: f"{n} Elm St",
        lambda n: "",
        lambda n: ("x", "=1+1", '"', "\u200b", "NULL", "-999", "#")[n % 7],
    ]
)
#: Invented names under a heading that says so: under "Call Type" nobody could know them for names.
PERSONS = st.sampled_from(["Last Name", "Client Name", "Patient Name", "Full Name", "Caller Name", "Surname"])
NAMES = st.sampled_from([lambda n: SECRET[n % 8], lambda n: f"{SECRET[n % 8]}, {FIRST[n % 7]}"])
COLUMNS = st.one_of(st.tuples(HEADINGS, CELLS), st.tuples(HEADINGS, CELLS), st.tuples(PERSONS, NAMES))
TABLES = st.sampled_from(["calls", "encounters", "referrals", "shifts", "trainings", None])


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(COLUMNS, min_size=1, max_size=9), st.integers(2, 40), TABLES, st.sampled_from(",;\t|"))
def test_any_extract(columns: list[tuple[str, object]], count: int, name: str | None, delimiter: str) -> None:
    headings = [h for h, _ in columns]
    rows = [[cell(n) for _, cell in columns] for n in range(count)]  # type: ignore[operator]
    with tempfile.TemporaryDirectory() as place:
        folder, file = Path(place) / "p", Path(place) / "extract.csv"
        begin(folder, Answers(name="Any", timezone="America/Chicago", began="2024-01-01"))
        file.write_bytes(table(headings, rows, delimiter))
        said = ""
        try:
            done = onboard(file, "oak", folder, table=name)
            said = "\n".join((done.text, *done.messages))
            assert done.exit in (Exit.DONE, Exit.ATTENTION)
        except UserError as problem:
            said = str(problem)
            assert not list((folder / "agencies").iterdir())
        program = load_program(folder)
        said += "".join(p.read_text(encoding="utf-8") for p in (folder / "agencies").iterdir())
        assert len(program.mappings) == len(list((folder / "agencies").iterdir()))
        assert not any(secret in said for secret in SECRET)
