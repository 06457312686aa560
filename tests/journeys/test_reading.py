"""Extracts as they really come: encodings, delimiters, quotes, title rows, Excel, JSON. One row in, one row out, with its number."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import openpyxl
import pytest

from tests.journeys.conftest import CALLS, LOG, Folder

HEAD = "Incident,Received,Nature,Dispo,Units"
ROWS = ["A-1,01/02/2024 10:00:00,MENTAL CAFÉ,RPT,CR1", "A-2,01/02/2024 11:00:00,THEFT,ARR,P1"]
TEXT = "\n".join([HEAD, *ROWS]) + "\n"

READABLE: dict[str, bytes] = {
    "utf8": TEXT.encode(),
    "bom": b"\xef\xbb\xbf" + TEXT.encode(),
    "utf16": TEXT.encode("utf-16"),
    "utf16be": b"\xfe\xff" + TEXT.encode("utf-16-be"),
    "cp1252": TEXT.encode("cp1252"),
    "crlf": TEXT.replace("\n", "\r\n").encode(),
    "cr": TEXT.replace("\n", "\r").encode(),
    "mixed": (HEAD + "\r\n" + "\n".join(ROWS)).encode(),
    "no final line end": TEXT.rstrip("\n").encode(),
    "semicolon": TEXT.replace(",", ";").encode(),
    "tab": TEXT.replace(",", "\t").encode(),
    "pipe": TEXT.replace(",", "|").encode(),
    "quoted": ("\n".join(",".join(f'"{c}"' for c in line.split(",")) for line in [HEAD, *ROWS])).encode(),
    "title rows": ("Oak Police Department - calls\n\nprinted 2024\n" + TEXT).encode(),
    "blank lines": (HEAD + "\n\n" + ROWS[0] + "\n,,,,\n\n" + ROWS[1] + "\n").encode(),
    "surplus space": TEXT.replace(",", " , ").encode(),
    "headings in another case": (HEAD.upper() + "\n" + "\n".join(ROWS)).encode(),
    "surplus columns": ("\n".join(line + ",more" for line in [HEAD, *ROWS])).encode(),
    "empty last column": ("\n".join(line + "," for line in [HEAD, *ROWS])).encode(),
}


@pytest.fixture
def oak(folder: Folder) -> Folder:
    folder.write("agencies/oak.toml", CALLS)
    return folder


def test_every_way_to_write_the_same_two_rows(oak: Folder) -> None:
    for name, content in READABLE.items():
        oak.write(f"raw/oak/cad_{name}.csv", content)
    receipts = oak.check()
    found = {name: (r["read"], r["quarantined"], r["problem"]) for name, r in receipts.items()}
    assert found == {f"oak/cad_{name}.csv": (2, 0, None) for name in READABLE}


def test_rows_keep_the_number_that_a_person_sees(oak: Folder) -> None:
    oak.write(
        "raw/oak/cad.csv",
        "Title\n\n"
        + HEAD
        + "\n"  # heading on row 3
        + 'A-1,01/02/2024 10:00:00,"MENTAL\nin two lines",RPT,CR1\n'  # row 4
        + "\n"  # row 5
        + "A-2,never,THEFT,ARR,P1\n"  # row 6: no date
        + "A-3,01/02/2024 10:00:00,THEFT\n"  # row 7: too few cells
        + 'A-4,01/02/2024 10:00:00,"never closed,ARR,P1\n'  # row 8: costs its own line only
        + "A-5,01/02/2024 10:00:00,THEFT,ARR,P1\n"  # row 9
        + "TOTAL 5,,,,\n",  # row 10: a footer is a row like any other
    )
    receipt = oak.check()["oak/cad.csv"]
    assert (receipt["read"], receipt["accepted"], receipt["quarantined"]) == (6, 2, 4)
    errors = {v["source_row"] for v in oak.violations() if v["severity"] == "error"}
    assert errors == {6, 7, 8, 10}


def workbook(path: Any, rows: list[list[Any]], before: list[list[Any]] | None = None, title: str = "Calls") -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in [*(before or []), *rows]:
        sheet.append(row)
    hidden = book.create_sheet("Working", 0)
    hidden.append(["not", "this"])
    hidden.sheet_state = "hidden"
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def test_excel_dates_are_dates_and_hidden_sheets_are_passed_over(oak: Folder) -> None:
    heading = HEAD.split(",")
    workbook(
        oak.path / "raw/oak/cad.xlsx",
        [
            heading,
            [240001, dt.datetime(2024, 1, 2, 10, 0, 0, 600_000), "MENTAL", "RPT", "CR1"],
            ["A-2", "01/02/2024 11:00", "THEFT", "arr ", None],
            ["5.00E+93", dt.datetime(2024, 1, 3), "THEFT", "ARR", "P1"],
            ["Total", None, None, None, None],
        ],
        before=[["Oak Police Department"], []],
    )
    receipt = oak.check()["oak/cad.xlsx"]
    assert (receipt["read"], receipt["accepted"], receipt["quarantined"]) == (4, 2, 2)
    rows = {v["source_row"]: v for v in oak.violations() if v["severity"] == "error"}
    assert set(rows) == {6, 7}
    assert "text" in rows[6]["message"].lower() or "export" in rows[6]["message"].lower()


def test_json_arrays_and_lines(oak: Folder) -> None:
    rows = [dict(zip(HEAD.split(","), line.split(","), strict=True)) for line in ROWS]
    oak.write("raw/oak/cad_a.json", json.dumps(rows))
    oak.write("raw/oak/cad_b.json", "\n".join(json.dumps({**r, "Incident": "B" + r["Incident"]}) for r in rows))
    receipts = oak.check()
    assert [r["accepted"] for r in receipts.values()] == [2, 2]


UNREADABLE: dict[str, bytes] = {
    "empty.csv": b"",
    "no_excel.xlsx": b"this is text",
    "page.xls": b"<html><body><table><tr><td>Incident</td></tr></table></body></html>",
    "nested.json": b'{"features": [{"attributes": {"Incident": "A-1"}}]}',
    "other.csv": b"Other,Headings\n1,2\n",
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_has_a_receipt_that_says_so(oak: Folder, name: str) -> None:
    oak.write("raw/oak/cad_good.csv", TEXT)
    oak.write(f"raw/oak/cad_{name}", UNREADABLE[name])
    receipts = oak.check(expect=3)
    bad = receipts[f"oak/cad_{name}"]
    assert bad["problem"]
    assert (bad["read"], bad["accepted"], bad["rules"]) == (0, 0, {})
    assert receipts["oak/cad_good.csv"]["accepted"] == 2
    build = oak.run("build", "2024-01", "--audience", "staff")
    assert build.code == 3
    assert name in build.out + build.err


def test_strict_asks_for_attention_when_rows_are_quarantined(oak: Folder) -> None:
    oak.write("raw/oak/cad.csv", TEXT + "A-9,never,THEFT,ARR,P1\n")
    assert oak.run("check").code == 0
    assert oak.run("check", "--strict").code == 3


def test_links_pipes_and_files_that_no_mapping_matches_are_listed_and_never_opened(oak: Folder, tmp_path: Any) -> None:
    import os

    oak.write("raw/oak/cad.csv", TEXT)
    oak.write("raw/elsewhere/notes.txt", "x")
    outside = tmp_path / "outside.csv"
    outside.write_text(TEXT)
    (oak.path / "raw/oak/cad_link.csv").symlink_to(outside)
    os.mkfifo(oak.path / "raw/oak/cad_pipe.csv")
    receipts = oak.check()
    for name in ("elsewhere/notes.txt", "oak/cad_link.csv", "oak/cad_pipe.csv"):
        assert receipts[name]["problem"], name
        assert receipts[name]["agency"] is None
        assert receipts[name]["table"] is None
    assert receipts["oak/cad.csv"]["accepted"] == 2


NAMES = ("Zzyzxski", "Quillfeather", "1971-03-04", "3/4/1971", "404 Nowhere")


def test_nothing_about_a_person_leaves_the_ingest_step(folder: Folder) -> None:
    folder.write(
        "agencies/oak.toml",
        LOG.replace('arrested = "Arrested"', 'arrested = "Arrested"\nresolution = "Result"') + CALLS,
    )
    head = "No,CAD,Start,Last,First,DOB,Likely,Arrested,To,Result,Address,Note\n"
    person = "Zzyzxski,Quillfeather,3/4/1971"
    folder.write(
        "raw/oak/log.csv",
        head
        + f"1,A-1,01/02/2024 10:00,{person},Y,N,none,declined,404 Nowhere,Zzyzxski\n"
        + f"2,A-1,never Zzyzxski,{person},Y,N,none,declined,404 Nowhere,x\n"
        + f"3,A-1,01/02/2024 10:00,{person},Zzyzxski,N,none,declined,404 Nowhere,x\n"
        + f"4,A-1,01/02/2024 10:00,{person},Y,N,Quillfeather,3/4/1971,404 Nowhere,x\n"
        + f"5,A-1,01/02/2024 10:00,{person},Y,Y,home,declined,404 Nowhere,x\n"
        + f"6,A-1,01/02/2024 10:00,{person},Y,N\n"
        + f'7,A-1,01/02/2024 10:00,"{person},Y,N,none,declined,404 Nowhere,x\n'
        + f"8,A-1,01/02/2024 10:00,{person},Y,N,none,declined,404 Nowhere,x\n"
        + f"8,A-1,01/02/2024 10:09,{person},Y,N,none,declined,404 Nowhere,x\n"
        + "9,A-1,01/02/2024 10:00,Zzyzxski,Quillfeather,99/99/1971,Y,N,none,declined,404 Nowhere,x\n",
    )
    folder.write(
        "raw/oak/cad.csv",
        "Incident,Received,Nature,Dispo,Units,Where\nA-1,01/02/2024 10:00:00,MENTAL,RPT,CR1,404 Nowhere\n"
        "A-2,404 Nowhere,MENTAL,404 Nowhere,CR1,404 Nowhere\n",
    )
    toml = (
        (folder.path / "agencies/oak.toml").read_text().replace('units = "Units"', 'units = "Units"\naddress = "Where"')
    )
    folder.write("agencies/oak.toml", toml)
    said = []
    for command in (
        ("check",),
        ("check", "--format", "json"),
        ("build", "2024-01", "--audience", "staff"),
        ("figures", "2024-01", "--audience", "staff"),
    ):
        result = folder.run(command[0], *command[1:])
        assert result.code == 0, result.err
        said.append(result.out + result.err)
    rows = folder.path / "rows.csv"
    said.append(folder.run("explain", "people_met", "2024-01", "--rows", rows).out + rows.read_text())
    import subprocess

    for pdf in (folder.path / "out").rglob("*.pdf"):
        said.append(subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, text=True, check=False).stdout)
    for file in (folder.path / "out").rglob("*"):
        if file.is_file():
            said.append(_text(file))
    everything = "\n".join(said).casefold()
    for secret in NAMES:
        assert secret.casefold() not in everything, secret


def _text(file: Any) -> str:
    """What a reader could find in a file, compressed columns of Parquet included."""
    if file.suffix == ".parquet":
        import pyarrow.parquet as pq

        return str(pq.read_table(file).to_pylist())
    if file.suffix == ".xlsx":
        book = openpyxl.load_workbook(file)
        return str([[c.value for c in row] for sheet in book for row in sheet.iter_rows()])
    if file.suffix == ".duckdb":
        import duckdb

        with duckdb.connect(str(file), read_only=True) as con:
            tables = [r[0] for r in con.execute("SELECT table_name FROM information_schema.tables").fetchall()]
            return str([con.execute(f'SELECT * FROM "{t}"').fetchall() for t in tables]) + file.read_bytes().decode(
                "latin-1"
            )
    return str(file.read_bytes().decode("latin-1"))
