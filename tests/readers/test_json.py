"""JSON: an array of flat objects, or one object a line."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.receive.read import Unreadable, json_rows, open_source, read_headings
from tests.readers.made import exact, mapping, read, write

WANTED = mapping("Incident")
ROWS = [
    {"Incident": "A-1", "Minutes": 1.50},
    {"incident ": 240001, "Veteran": True, "Minutes": None},
    {},
    {"Incident": ""},
]
READ = [(1, ["A-1", "1.5", None]), (2, ["240001", None, "true"])]
LINES = "\n".join(json.dumps(r) for r in ROWS)

WRITTEN = {
    "array.json": json.dumps(ROWS).encode(),
    "pretty.json": json.dumps(ROWS, indent=2).encode("utf-8-sig"),
    "utf16.json": json.dumps(ROWS).encode("utf-16"),
    "lines.jsonl": LINES.encode(),
    "lines.ndjson": ("\r\n\r\n" + LINES.replace("\n", "\r\n\r\n") + "\r\n").encode(),
    "lines.json": ("\ufeff" + LINES).encode("utf-16-le"),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_each_way_to_write_the_same_rows(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, WRITTEN[name], name)
    assert open_source(path, WANTED).headings == ("Incident", "Minutes", "Veteran")
    assert read(path, WANTED) == (READ, [])
    assert read_headings(path, WANTED)[0].headings == ("Incident", "Minutes", "Veteran")


def test_numbers_keep_their_text(tmp_path: Path) -> None:
    text = '[{"Incident": 12345678901234567890, "a": 1.50, "b": 1E5, "c": -0, "d": "\\ud83d\\ude00 \\ud83d"}]'
    rows, _ = read(write(tmp_path, text, "a.json"), WANTED)
    assert rows == [(1, ["12345678901234567890", "1.50", "1E5", "-0", "😀 ?"])]


def test_a_broken_line_costs_itself(tmp_path: Path) -> None:
    text = '{"Incident": 1}\n{"Incident": \n{"Incident": 3}\n{"Incident": 4'
    rows, bad = read(write(tmp_path, text, "a.jsonl"), WANTED)
    assert rows == [(1, ["1"]), (3, ["3"])]
    assert bad == [(2, "unreadable_line"), (4, "unreadable_line")]


def test_an_empty_list_is_an_extract_without_rows(tmp_path: Path) -> None:
    assert read(write(tmp_path, "[ ]", "a.json"), WANTED) == ([], [])


UNREADABLE = {
    "blank": (" \n ", "empty"),
    "text": ("Incident\nA-1", "not what its ending"),
    "object": ('{\n "features": [{"attributes": {"Incident": 1}}]\n}', "one object over several lines"),
    "nested object": ('{"features": [{"attributes": {"Incident": 1}}]}', "nested"),
    "nested value": ('[{"Incident": {"id": 1}}]', '"Incident" in element 1 is a list or an object'),
    "nested elsewhere": ('[{"Incident": 1}, {"Doe, Sam": []}]', "A value in element 2"),
    "no objects": ("[[1, 2]]", "Element 1 is no object"),
    "deep": ('[{"Incident": ' + "[" * 100_000, "nested"),
    "cut off": ('[{"Incident": 1}, {"Incid', "cut off in element 2"),
    "more": ('[{"Incident": 1}] [{"Incident": 2}]', "more text"),
    "twice": ('[{"Incident": 1, "INCIDENT": 2}]', "more than once"),
    "heading": ('[{"Incidnt": 1}]', "missing"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_an_extract_says_why(tmp_path: Path, name: str) -> None:
    text, expected = UNREADABLE[name]
    with pytest.raises(Unreadable, match=expected) as caught:
        open_source(write(tmp_path, text, "a.json"), WANTED)
    assert "Doe" not in str(caught.value)


FLAT = st.dictionaries(
    st.sampled_from(["a", "b", "c d"]), st.none() | st.booleans() | st.integers() | st.text(max_size=5)
)


@settings(max_examples=80, deadline=None)
@given(st.lists(FLAT, max_size=6), st.sampled_from([None, 1]), st.integers(1, 40))
def test_streamed_in_any_chunks(elements: list[dict[str, object]], indent: int | None, chunk: int) -> None:
    elements = [{"Incident": "x", **e} for e in elements]
    text = json.dumps(elements, indent=indent)
    lines = "\n".join(json.dumps(e) for e in elements)
    expected = json.loads(text, parse_int=str)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_rows, "_CHUNK", chunk)
        assert [dict(e) for e in json_rows._read_elements(io.StringIO(text))] == expected
        if elements:
            assert [dict(e) for e in json_rows._read_elements(io.StringIO(lines))] == expected


def test_rows_are_given_in_the_order_of_the_headings(tmp_path: Path) -> None:
    source = open_source(write(tmp_path, '[{"b": 1, "Incident": 2}, {"Incident": 3, "b": 4}]', "a.json"), WANTED)
    assert source.headings == ("b", "Incident")
    assert exact(source, size=1) == [(1, ["1", "2"]), (2, ["4", "3"])]
