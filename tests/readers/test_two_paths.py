"""The fast and the exact reader give one result; the exact one reads what is well formed as Python's csv does."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.receive.read import Unreadable, open_source
from tests.readers.made import exact, fast, mapping, write

WANTED = mapping("Incident")
HEADINGS = ["Incident", "Nature", "Unit"]
CELLS = st.text(st.sampled_from('ab,;"\n\r \té€\0'), max_size=6)
PLAIN = st.text(st.characters(codec="utf-8", exclude_characters='",\r\n\x1a\ufeff\0'), max_size=6)


def table(cells: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    return st.lists(st.lists(cells, min_size=3, max_size=3), max_size=8)


def written(rows: list[list[str]], line_end: str, quoting: int) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=line_end, quoting=quoting)
    writer.writerows([HEADINGS, *rows])
    return text.getvalue().encode()


@settings(max_examples=60, deadline=None)
@given(
    table(PLAIN),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    st.booleans(),
    st.booleans(),
)
def test_regular_files_are_scanned_and_both_agree(
    rows: list[list[str]], line_end: str, quoting: int, mark: bool, last_line_end: bool
) -> None:
    content = written(rows, line_end, quoting)
    if not last_line_end:
        content = content[: -len(line_end)]
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), b"\xef\xbb\xbf" * mark + content)
        source = open_source(path, WANTED)
        found = fast(source)
        assert found is not None
        assert found == exact(source)
        assert source.take_bad_lines() == []
        assert [[c or "" for c in cells] for _, cells in found] == [r for r in rows if any(c.strip() for c in r)]


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from('aB,,""\n\n\r é\0\x1a'), max_size=40), st.sampled_from(["", "t\n\n", "\ufeff"]))
@example('a,"b\nc,"d",e\n', "")
@example('"a"b,c,d\n', "")
@example("a,b,c\n\n", "")
@example('a,b,""\n"",,\n', "")
@example("B,,,\x00", "")
def test_whatever_the_fast_reader_reads_the_exact_one_reads_alike(body: str, head: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), head + "Incident,B,C\n" + body)
        try:
            source = open_source(path, WANTED)
        except Unreadable:
            return
        found = fast(source)
        if found is not None:
            assert found == exact(source)
            assert source.take_bad_lines() == []


@settings(max_examples=100, deadline=None)
@given(
    table(CELLS),
    st.sampled_from(
        [("\n", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_ALL), ("\r", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_MINIMAL)]
    ),
)
def test_well_formed_files_are_read_as_pythons_csv_reads_them(rows: list[list[str]], style: tuple[str, int]) -> None:
    content = written(rows, *style)
    expected = [
        (number, cells)
        for number, cells in enumerate(csv.reader(io.StringIO(content.decode(), newline="")), 1)
        if number > 1 and any(c.strip() for c in cells)
    ]
    with tempfile.TemporaryDirectory() as folder:
        source = open_source(write(Path(folder), content), WANTED)
        assert [(n, [c or "" for c in cells]) for n, cells in exact(source, size=3)] == expected
        assert source.take_bad_lines() == []
