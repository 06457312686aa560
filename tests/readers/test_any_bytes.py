"""Whatever bytes a file holds, it is read or says in plain words why not; nothing else escapes the readers."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.receive.read import Unreadable, open_source, read_headings
from tests.readers.books import book, old_book
from tests.readers.made import exact, mapping, write

WANTED = mapping("Incident")
SEEDS = {
    "cad.csv": b'Incident,Nature\nA-1,"say ""hi"""\n',
    "wide.csv": "Incident,Nature\nA-1,é\n".encode("utf-16"),
    "cad.json": b'[{"Incident": "A-1", "Nature": null}]',
    "cad.jsonl": b'{"Incident": 1}\n{"Incident": 2}\n',
}


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A sound file of each kind."""
    folder = tmp_path_factory.mktemp("seeds")
    rows = [["Incident", "Received"], ["A-1", "=1+1"], ["A-2", 45000.5]]
    made = {
        "cad.xlsx": book(folder / "cad.xlsx", rows).read_bytes(),
        "cad.xls": old_book(folder / "cad.xls", [(0, 0, "Incident"), (1, 0, "A-1"), (2, 0, "#REF!")]).read_bytes(),
        "small.xls": old_book(folder / "s.xls", [(0, 0, "Incident"), (1, 0, "A-1")], small=True).read_bytes(),
    }
    return SEEDS | made


def read_or_explain(name: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), content, name)
        for reading in (lambda: exact(open_source(path, WANTED)), lambda: read_headings(path, WANTED)):
            try:
                reading()
            except Unreadable as problem:
                assert len(str(problem)) > 20
                assert "Traceback" not in str(problem)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60), st.sampled_from([".csv", ".xlsx", ".xls", ".json", ".txt", ""]))
def test_any_bytes(content: bytes, ending: str) -> None:
    read_or_explain("cad" + ending, content)


@settings(max_examples=250, deadline=None)
@given(data=st.data())
def test_sound_files_with_damage(seeds: dict[str, bytes], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(seeds)))
    content = bytearray(seeds[name])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
        if not content:
            break
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content))) :]
    read_or_explain(name, bytes(content))
