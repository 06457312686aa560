"""Delimited text as it really comes. Row numbers are those that a spreadsheet shows."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from pipeline.program.model import Mapping
from pipeline.receive.read import Unreadable, open_source, read_headings
from pipeline.receive.read import lines as exact_lines
from tests.readers.made import exact, fast, mapping, read, write

WANTED = mapping("Incident", "Nature", "Unit")
TEXT = "Incident,Nature,Unit\nA-1,CAFÉ FIGHT,CR1\nA-2,THEFT,P7\n"
ROWS = [(2, ["A-1", "CAFÉ FIGHT", "CR1"]), (3, ["A-2", "THEFT", "P7"])]

ENCODED = {
    "utf-8": TEXT.encode(),
    "utf-8 with mark": b"\xef\xbb\xbf" + TEXT.encode(),
    "utf-16 le with mark": b"\xff\xfe" + TEXT.encode("utf-16-le"),
    "utf-16 be with mark": b"\xfe\xff" + TEXT.encode("utf-16-be"),
    "utf-16 le without mark": TEXT.encode("utf-16-le"),
    "utf-16 be without mark": TEXT.encode("utf-16-be"),
    "utf-32 with mark": TEXT.encode("utf-32"),
    "cp1252": TEXT.encode("cp1252"),
    "crlf": TEXT.replace("\n", "\r\n").encode(),
    "bare cr": TEXT.replace("\n", "\r").encode(),
    "mixed line ends": TEXT.replace("\n", "\r\n", 1).replace("FIGHT,CR1\n", "FIGHT,CR1\r").encode(),
    "no final line end": TEXT.rstrip("\n").encode(),
    "blank lines at the end": (TEXT + "\n\n\n").encode(),
    "end of file mark": TEXT.encode() + b"\x1a",
    "semicolon": TEXT.replace(",", ";").encode(),
    "tab": TEXT.replace(",", "\t").encode(),
    "pipe": TEXT.replace(",", "|").encode(),
    "caret": TEXT.replace(",", "^").encode(),
    "unit separator": TEXT.replace(",", "\x1f").encode(),
    "all quoted": "\n".join(",".join(f'"{c}"' for c in line.split(",")) for line in TEXT.splitlines()).encode(),
    "blank cells at the end": TEXT.replace("\n", ",,\n").encode(),
    "blank cells at the end of rows": TEXT.replace("1\n", "1,, \n").replace("7\n", "7,\n").encode(),
    "blank heading at the end": TEXT.replace("Unit\n", "Unit,\n").encode(),
}


@pytest.mark.parametrize("name", ENCODED)
def test_each_way_to_write_the_same_rows(tmp_path: Path, name: str) -> None:
    rows, bad = read(write(tmp_path, ENCODED[name], "cad.txt"), WANTED)
    assert [(number, cells[:3]) for number, cells in rows] == ROWS
    assert not any(any(cells[3:]) for _, cells in rows)
    assert bad == []


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("cad.tsv", {"delimiter": r"\t"}),
        ("cad.psv", {"delimiter": "||"}),
        ("cad.dat", {"delimiter": "¦", "encoding": "cp1252"}),
        ("cad", {"delimiter": ",", "encoding": "mac_roman"}),
    ],
)
def test_declared_delimiter_and_encoding(tmp_path: Path, name: str, settings: dict[str, str]) -> None:
    delimiter = settings["delimiter"].replace(r"\t", "\t")
    text = TEXT.replace(",", delimiter).replace("THEFT", f'"THE{delimiter}FT"')
    path = write(tmp_path, text.encode(settings.get("encoding", "utf-8")), name)
    rows, _ = read(path, mapping("Incident", "Nature", "Unit", **settings))
    assert rows == [ROWS[0], (3, ["A-2", f"THE{delimiter}FT", "P7"])]


def test_cp1252_far_into_the_file_is_found(tmp_path: Path) -> None:
    content = TEXT.encode() + b"A-9,x,y\n" * 100_000 + b"A-10,it\x92s,\x80\n"
    rows, _ = read(write(tmp_path, content.replace("É".encode(), b"E")), WANTED)
    assert rows[-1] == (100_004, ["A-10", "it’s", "€"])


def test_title_rows_blank_lines_and_the_declared_heading_row(tmp_path: Path) -> None:
    text = 'Oak Police "calls"\n\nprinted 2024,,\nIncident,Nature,Unit\nA-1,,CR1\n\n , ,\nTotal,1,\n'
    path = write(tmp_path, text)
    expected = [(5, ["A-1", None, "CR1"]), (8, ["Total", "1", None])]
    assert read(path, WANTED) == (expected, [])
    assert read(path, mapping("Incident", "Nature", "Unit", header_row=4)) == (expected, [])
    with pytest.raises(Unreadable, match=r"Row 2.*header_row"):
        open_source(path, mapping("Incident", header_row=2))
    with pytest.raises(Unreadable, match=r"Row 99.*header_row"):
        open_source(path, mapping("Incident", header_row=99))
    with pytest.raises(Unreadable, match="row 5"):
        open_source(path, mapping("Incident", header_row=5))


def test_headings_match_without_case_and_surplus_space(tmp_path: Path) -> None:
    path = write(tmp_path, ' INCIDENT , call\xa0 nature,"Unit\nname"\nA-1,b,c\n')
    rows, _ = read(path, mapping("incident", ("Type", "Call Nature"), "unit name"))
    assert rows == [(2, ["A-1", "b", "c"])]


FAULTS = {
    "line feeds inside a cell": ('A-1,"in\ntwo\r\nlines",x\nA-2,b,c\n', [2, 3], []),
    "doubled quotes": ('A-1,"say ""hi""",x\n', [2], []),
    "a quote inside an unquoted cell": ('A-1,5" pipe,x\nA-2,6" pipe,x\n', [2, 3], []),
    "a quote that is never closed": ('A-1,"open,x\nA-2,b,c\nA-3,b,c\n', [3, 4], [(2, "unclosed_quote")]),
    "closed by the next quoted cell": ('A-1,"open,x\nA-2,"b",c\nA-3,b,c\n', [3, 4], [(2, "unclosed_quote")]),
    "closed before a delimiter": ('A-1,"open,x\nA-2,b,","\nA-3,b,c\n', [3, 4], [(2, "unclosed_quote")]),
    "all quoted but one": ('"A-1","open,"x"\n"A-2","b","c"\n', [3], [(2, "unreadable_line")]),
    "last cell never closed": ('"A-1","b","x\n"A-2","b","c"\n', [3], [(2, "unclosed_quote")]),
    "in the last line": ('A-1,b,c\nA-2,b,"x', [2], [(3, "unclosed_quote")]),
    "text after a closed quote": ('A-1,"b"b,c\nA-2,b,c\n', [3], [(2, "unreadable_line")]),
    "too few cells": ("A-1,b\nA-2,b,c\n", [3], [(2, "too_few_cells")]),
    "too many cells": ("A-1,b,c,d\nA-2,b,c\n", [3], [(2, "too_many_cells")]),
    "too many cells over two lines": ('A-1,"b\nb",c,d\nA-2,b,c\n', [3], [(2, "too_many_cells")]),
    "a cut-off last record": ("A-1,b,c\nA-2,b", [2], [(3, "too_few_cells")]),
    "NUL": ("A-1,b\0b,c\n", [2], []),
    "blank rows": ("\nA-1,b,c\n,,\n \t \n\nA-2,b,c\n", [3, 7], []),
    "blank rows with a wrong number of cells": ("A-1,b,c\n,\n,,,,\nA-2,b,c\n", [2, 5], []),
    "quoted blanks": ('"","",""\nA-1,b,c\n', [3], []),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_costs_its_own_line(tmp_path: Path, name: str) -> None:
    body, good, bad = FAULTS[name]
    rows, found = read(write(tmp_path, "Incident,Nature,Unit\n" + body), WANTED)
    assert ([number for number, _ in rows], found) == (good, bad)


def test_many_open_quotes_do_not_take_forever(tmp_path: Path) -> None:
    body = "".join(f'A-{n},"open,x\n' if n % 2 else f"A-{n},b,c\n" for n in range(2_000))
    rows, bad = read(write(tmp_path, "Incident,Nature,Unit\n" + body), WANTED)
    assert (len(rows), len(bad)) == (1_000, 1_000)


def test_cells_of_megabytes_and_lines_beyond_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = "x" * 3_000_000
    path = write(tmp_path, f"Incident,Nature,Unit\nA-1,{long},c\nA-2,b,c\n")
    rows, bad = read(path, WANTED)
    assert (rows[0][1][1], len(rows), bad) == (long, 2, [])
    monkeypatch.setattr(exact_lines, "LONGEST", 1 << 20)
    monkeypatch.setattr(exact_lines.read_rows, "__defaults__", (None, 1 << 20))
    source = open_source(path, WANTED)
    assert exact(source) == [(3, ["A-2", "b", "c"])]
    assert [(b.source_row, b.rule) for b in source.take_bad_lines()] == [(2, "unreadable_line")]


def test_batches_keep_their_size_and_bad_lines_can_be_taken_meanwhile(tmp_path: Path) -> None:
    body = "".join(f"A-{n},b,c\nshort\n" for n in range(250))
    source = open_source(write(tmp_path, "Incident,Nature,Unit\n" + body), WANTED)
    sizes, taken = [], []
    for batch in source.batches(100):
        sizes.append(batch.num_rows)
        taken.append(len(source.take_bad_lines()))
    taken.append(len(source.take_bad_lines()))
    assert sizes == [100, 100, 50]
    assert sum(taken) == 250
    assert max(taken) <= 101
    assert source.bad_lines == []


def test_only_a_heading_is_an_extract_without_rows(tmp_path: Path) -> None:
    assert read(write(tmp_path, "Incident,Nature,Unit"), WANTED) == ([], [])


def test_a_file_of_one_column(tmp_path: Path) -> None:
    assert read(write(tmp_path, "Incident\nA-1\nA-2\n"), mapping("Incident")) == ([(2, ["A-1"]), (3, ["A-2"])], [])


def test_names_that_look_like_globs_and_quotes(tmp_path: Path) -> None:
    for name in ("cad[1].csv", "cad (1).csv", "o'brien.csv", "cad*.csv", "year=2024.csv"):
        assert read(write(tmp_path, TEXT, name), WANTED) == (ROWS, [])


def test_the_fast_path_is_taken_for_large_exports(tmp_path: Path) -> None:
    """A title, a blank line above the headings and quoted cells with line feeds do not cost the fast path."""
    path = write(tmp_path, 'Calls\n\nIncident,Nature,Unit\n"A-1","in\ntwo",c\nA-2,,c\n\n')
    found = fast(open_source(path, WANTED))
    assert found == [(4, ["A-1", "in\ntwo", "c"]), (5, ["A-2", None, "c"])]


UNREADABLE = {
    "empty": (b"", "empty"),
    "blank": (b"\xef\xbb\xbf \r\n\n\t\n", "empty"),
    "nothing but delimiters": (b",,\n,,\n", "empty"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
    "zip": (b"PK\x03\x04" + bytes(30), "zip"),
    "gzip": (b"\x1f\x8b\x08" + bytes(30), "compressed"),
    "page": (b"\xef\xbb\xbf\n <!DOCTYPE html><table><tr><td>Incident</td></tr></table>", "web page"),
    "rubbish": (bytes(range(256)) * 40, "not text"),
    "neither utf-8 nor cp1252": (TEXT.encode() + b"A-3,\x81,c\n", "line 4"),
    "no heading": (b"A-1,b,c\nA-2,b,c\n", "3 mapped headings are missing"),
    "one heading missing": (b"Incident,Natur,Unit\nA-1,b,c\n", 'nearest heading here: "Natur"'),
    "a heading twice": (b"Incident,Nature,Unit,nature \nA-1,b,c,d\n", "more than once"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_an_extract_says_why(tmp_path: Path, name: str) -> None:
    content, expected = UNREADABLE[name]
    with pytest.raises(Unreadable, match=expected):
        open_source(write(tmp_path, content), WANTED)


def test_a_wrong_declared_encoding_says_where(tmp_path: Path) -> None:
    path = write(tmp_path, TEXT.encode("cp1252"))
    with pytest.raises(Unreadable, match=r"line 2 .*utf-8"):
        open_source(path, mapping("Incident", encoding="utf8"))
    with pytest.raises(Unreadable, match="no encoding of text"):
        open_source(path, mapping("Incident", encoding="zip"))


def test_a_folder_a_missing_file_and_one_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unreadable, match="folder"):
        open_source(tmp_path, WANTED)
    with pytest.raises(Unreadable, match="cannot be opened"):
        open_source(tmp_path / "gone.csv", WANTED)
    path = write(tmp_path, TEXT)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)  # root may read everything
    with pytest.raises(Unreadable, match="permissions"):
        open_source(path, WANTED)


def test_without_headings_no_cell_is_repeated(tmp_path: Path) -> None:
    """The first row of such a file may be a person."""
    path = write(tmp_path, "Lastova,Firsty,1971-03-04\n")
    with pytest.raises(Unreadable) as caught:
        open_source(path, mapping("Last", "First", "DOB"))
    assert "Lastova" not in str(caught.value)
    assert "Firsty" not in str(caught.value)


def test_headings_alone(tmp_path: Path) -> None:
    (row,) = read_headings(write(tmp_path, "Title\n" + TEXT), Mapping("agencies/oak.toml", 1, "oak", "calls", "*"))
    assert row.headings == ("Incident", "Nature", "Unit")
    assert row.number == 2


def test_memory_does_not_grow_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows, cells of many characters and bad lines are handed on and forgotten."""
    monkeypatch.setattr("pipeline.receive.read.batches.MOST_CHARACTERS", 200_000)
    peaks = []
    for times in (20, 100):
        piece = 'A-1,"in\ntwo",c\nshort\n' * 500 + f"A-2,{'x' * 50_000},c\n"
        source = open_source(write(tmp_path, "Incident,Nature,Unit\n" + piece * times), WANTED)
        tracemalloc.start()
        for _ in source.batches(2_000):
            source.take_bad_lines()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0] + 100_000


def test_a_line_in_another_encoding_does_not_spoil_the_rest(tmp_path: Path) -> None:
    """As when exports were put together, or a system cut a text amid a character."""
    content = TEXT.encode() + b"A-3,CAF\xc9,x\n" + b"A-4,caf\xc3,CR2\nA-5,\xe2\x82,\xe2\x82\xac\n"
    rows, bad = read(write(tmp_path, content), WANTED)
    assert rows == [*ROWS, (4, ["A-3", "CAFÉ", "x"]), (5, ["A-4", "cafÃ", "CR2"]), (6, ["A-5", "â‚", "€"])]
    assert bad == []
    marked = open_source(write(tmp_path, b"\xef\xbb\xbf" + content), WANTED)
    assert [n for n, _ in exact(marked)] == [2, 3, 4, 5, 6]
