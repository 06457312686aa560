"""An agency changes its export, sends a corrected file, sends a broken one: what staff and the agency are told (made up)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from pathlib import Path

import openpyxl
import pytest

from tests.journeys.conftest import CALLS, LOG, Folder
from tests.journeys.terminal import Terminal
from tests.publish.test_pdf import text_of

OLD, NEW = "Incident,Received,Nature,Dispo,Units", "Case Nbr,Call Time,Call Type,Result,Units"
OLD_LOG, NEW_LOG = "No,CAD,Start,Last,First,DOB,Likely,Arrested,To", "No,CAD,Start,Surname,First,DOB,Likely,Arrested,To"
NATURES, RESULTS = ("MENTAL", "ALARM", "THEFT"), ("ARR", "RPT")
LAST = ("Quartermain", "Featherstone", "Abernathy", "Oglethorpe")


def calls(month: int, heads: str = OLD, count: int = 30) -> str:
    rows = [
        f"24-{month:02d}{i:04d},{month:02d}/{1 + i % 28:02d}/2024 10:{i:02d}:00,{NATURES[i % 3]},{RESULTS[i % 2]},CR1"
        for i in range(count)
    ]
    return "\n".join([heads, *rows, ""])


def log(month: int, heads: str = OLD_LOG, count: int = 30) -> str:
    rows = [
        f"E{month}-{i},24-{month:02d}{i:04d},{month:02d}/{1 + i % 28:02d}/2024 10:{i:02d}:00,{LAST[i % 4]},Ann{i},"
        f"01/{1 + i % 28:02d}/{1950 + i},Y,{'NY'[RESULTS[i % 2] == 'ARR']},hospital"
        for i in range(count)
    ]
    return "\n".join([heads, *rows, ""])


@pytest.fixture
def oak(folder: Folder) -> Folder:
    """Two months of sound extracts of one agency."""
    folder.write("agencies/oak.toml", CALLS + LOG)
    for month in (7, 8):
        folder.write(f"raw/oak/cad_2024-{month:02d}.csv", calls(month))
        folder.write(f"raw/oak/log_2024-{month:02d}.csv", log(month))
    return folder


def letter(folder: Folder) -> str:
    return " ".join(text_of((folder.path / "out/letters/oak.pdf").read_bytes()).split())


def sheet(folder: Folder, name: str) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(io.BytesIO((folder.path / "out/letters/oak.xlsx").read_bytes()))
    return list(book[name].values)


def at_terminal(folder: Folder, columns: int, command: str, *args: str | Path) -> Terminal:
    """One command as staff give it, watched to its end; the exit code is kept. No word is broken on the screen."""
    with Terminal(command, *args, "--program", folder.path, columns=columns) as terminal:
        terminal.code = terminal.watch()
    broken = [line for line in terminal.screen if line.endswith("⏎") and " " in line.strip("⏎").strip()]
    assert not broken, broken
    return terminal


def edit(folder: Folder, name: str, lines: Iterable[str]) -> None:
    """Each line takes the place of the one that reads the same column from the old heading, as it is copied."""
    text = (folder.path / name).read_text(encoding="utf-8").splitlines()
    for line in lines:
        column, old = line.strip().partition(" = ")[0], line.partition('any = ["')[2].partition('"')[0]
        (place,) = [n for n, had in enumerate(text) if had.startswith(f"{column} = ") and f'"{old}"' in had]
        text[place] = line.strip()
    folder.write(name, "\n".join([*text, ""]))


@pytest.mark.parametrize("columns", [80, 120])
def test_headings_change_in_month_nine_and_the_lines_on_the_screen_mend_it(oak: Folder, columns: int) -> None:
    oak.write("raw/oak/cad_2024-09.csv", calls(9, NEW))
    oak.write("raw/oak/log_2024-09.csv", log(9, NEW_LOG))
    shown = at_terminal(oak, columns, "check", "--letter")
    assert shown.code == 3
    assert '"Dispo" looks renamed to "Result": 100% of its values (“ARR”, “RPT”) stood under "Dispo"' in shown.told
    assert '"Incident" looks renamed to "Case Nbr": its values have the form 99-999999' in shown.told
    assert '"Received" looks renamed to "Call Time"' in shown.told and "its values are times (“09/" in shown.told
    assert "cad_2024-09.csv" in letter(oak) and "looks renamed" in letter(oak) and "any =" not in letter(oak)
    # nothing of a person anywhere, and the agency is not told about our declarations
    assert not any(name in shown.seen + letter(oak) for name in (*LAST, "Ann1", "1951"))
    lines = [line for line in shown.screen if "{ any = [" in line]
    assert [line.strip() for line in lines] == [
        'incident = { any = ["Incident", "Case Nbr"] }',
        'received_at = { any = ["Received", "Call Time"] }',
        'nature = { any = ["Nature", "Call Type"] }',
        'disposition = { any = ["Dispo", "Result"] }',
        'person = [{ any = ["Last", "Surname"] }, "First", "DOB"]',
    ]
    edit(oak, "agencies/oak.toml", lines)
    if columns == 80:  # the rest is the same at any width
        return
    built = at_terminal(oak, columns, "build", "2024-09", "--audience", "staff")
    assert built.code == 0
    assert "letters/oak.pdf" in "".join(built.screen).replace("⏎", "")
    assert at_terminal(oak, columns, "check", "--letter").code == 0
    assert "looks renamed" not in letter(oak)
    assert "Thank you. All 180 rows of 6 extracts could be read" in letter(oak)
    figures = oak.figures("2024-07-01..2024-09-30", "--by", "agency", "--metric", "people_met,team_calls")
    # the same 30 people are met in each of three months: the new heading gives the same keys
    assert (figures["people_met", "oak"]["value"], figures["team_calls", "oak"]["value"]) == (30, 90)


@pytest.mark.parametrize("columns", [72, 120])
def test_the_receipts_stand_in_columns_at_any_width(oak: Folder, columns: int) -> None:
    oak.write(f"raw/oak/cad_2024-09 {'of the whole county ' * 3}.csv", calls(9))
    shown = at_terminal(oak, columns, "check").screen
    assert all(len(line.rstrip("⏎")) <= columns for line in shown)
    heads = next(line for line in shown if line.startswith("Extract"))
    total = next(line for line in shown if line.startswith("All extracts"))
    ends = [m.end() for m in re.finditer(r"\S+", heads)][-5:]
    assert heads.split()[-5:] == ["Read", "Accepted", "Quarantined", "Duplicate", "Superseded"]
    assert [total[:end].split()[-1] for end in ends] == ["150", "150", "0", "0", "0"]
    assert sum("30" in line[: ends[0]].split() for line in shown) == 5


def test_a_heading_that_no_file_has_stops_with_the_line_to_change(oak: Folder) -> None:
    for name in ("cad_2024-07.csv", "cad_2024-08.csv"):
        (oak.path / "raw/oak" / name).unlink()
    oak.write("raw/oak/cad_2024-09.csv", calls(9, "Incident,Received,Nature,Result,Units"))
    result = oak.run("build")
    assert result.code == 2
    assert 'columns.disposition: the only file that can be read lacks the heading "Dispo"' in result.err
    assert "100% of its values are codes of the mapping (“ARR”, “RPT”)" in result.err
    assert '\n    disposition = { any = ["Dispo", "Result"] }' in result.err


def test_a_column_of_a_person_is_never_taken_for_another(oak: Folder) -> None:
    text = log(9, "No,CAD,Start,Last,First,Date of Birth,Likely,Arrested,To").replace("DOB", "Date of Birth")
    text = "\n".join(",".join([*row.split(",")[:2], *row.split(",")[3:]]) for row in text.splitlines())
    oak.write("raw/oak/log_2024-09.csv", text + "\n")  # Start is gone, and so is the heading DOB
    result = oak.run("check")
    assert result.code == 3
    assert '"DOB" looks renamed to "Date of Birth": the headings are alike (its values are not looked at)' in " ".join(
        result.out.split()
    )
    assert "started_at =" not in result.out and "1951" not in result.out


def test_a_corrected_file_takes_the_place_of_the_one_before(oak: Folder) -> None:
    wrong = calls(8).replace("08/05/2024", "05.08.24").replace("THEFT", "=1+1")
    oak.write("raw/oak/cad_2024-08.csv", wrong)
    shown = at_terminal(oak, 80, "check", "oak/cad_2024-08.csv", "--letter")
    assert shown.code == 0
    assert "Errors: these rows wait in quarantine" in shown.screen
    assert "oak/cad_2024-08.csv row 6:" in shown.told and "05.08.24 10:04:00" in shown.told
    assert "out/letters/oak.pdf" in "".join(shown.screen).replace("⏎", "")
    first = letter(oak)
    assert "1 of them waits in quarantine until you send a correction" in first
    assert "“Received” holds something that is no date and time" in first
    assert "cad_2024-08.csv, row 6" in first
    waits = [row[2:5] for row in sheet(oak, "What waits")[1:]]
    assert waits == [(6, "Received", "05.08.24 10:04:00")]
    oak.write("raw/oak/cad_2024-08-corrected.csv", calls(8))
    shown = at_terminal(oak, 120, "check", "--letter")
    assert shown.code == 0
    cells = {line.split()[0]: line.split()[2:] for line in shown.screen if line.startswith("oak/cad_2024-08")}
    assert cells == {
        "oak/cad_2024-08.csv": ["30", "0", "1", "0", "29"],
        "oak/cad_2024-08-corrected.csv": ["30", "30", "0", "0", "0"],
    }
    assert "Gone: “Received” holds something that is no date and time" in letter(oak)


def test_a_month_with_a_broken_file_is_built_and_the_letter_says_so(oak: Folder) -> None:
    oak.write("raw/oak/log_2024-08.csv", b"")
    built = at_terminal(oak, 80, "build", "2024-08", "--audience", "staff")
    assert built.code == 3 and "needs attention: oak/log_2024-08.csv: The file is empty" in built.told
    edition = next((oak.path / "out/editions").glob("2024-08_*"))
    assert {p.name for p in (edition / "letters").iterdir()} == {"oak.pdf", "oak.xlsx", "elm.pdf", "elm.xlsx"}
    text = " ".join(text_of((edition / "letters/oak.pdf").read_bytes()).split())
    assert "log_2024-08.csv could not be read. The file is empty" in text
    assert "In August 2024 no team calls" not in text and "0 of 30 team calls in CAD have a log entry" in text
    assert "30 calls of August 2024 with a team have no log entry" in text
    oak.write("raw/oak/log_2024-08.csv", log(8))
    built = at_terminal(oak, 120, "build", "2024-08", "--audience", "staff")
    assert built.code == 0 and "needs attention" not in built.told
    again = next(p for p in (oak.path / "out/editions").glob("2024-08_*") if p != edition)
    mended = " ".join(text_of((again / "letters/oak.pdf").read_bytes()).split())
    assert "Thank you. All 120 rows of 4 extracts could be read" in mended


def test_what_was_corrected_is_told_in_receipt_report_and_letter(oak: Folder) -> None:
    oak.write(
        "corrections.toml",
        '[[correction]]\nextract = "oak/cad_2024-08.csv"\nreason = "clock was an hour ahead (made up)"\n'
        "where = \"received_at < '2024-08-03'\"\n"
        'shift = { columns = ["received_at"], minutes = -60 }\nexpect = 4\n',
    )
    assert oak.run("check", "--letter").code == 0
    assert oak.check()["oak/cad_2024-08.csv"]["corrections"] == [
        {"reason": "clock was an hour ahead (made up)", "rows": 4}
    ]
    assert "clock was an hour ahead (made up)" in letter(oak)
    assert sheet(oak, "What we corrected")[1] == (
        "oak/cad_2024-08.csv", "clock was an hour ahead (made up)", "“Received” moved by −60 minutes", 4,
    )  # fmt: skip
    oak.write("raw/oak/cad_2024-08.csv", calls(8, count=1))  # the agency sends another extract: the correction must go
    result = oak.run("build")
    assert result.code == 2 and "touches 1 row, but expects 4" in result.err


def test_rows_of_a_log_of_the_whole_program_are_told_to_their_agency_alone(folder: Folder) -> None:
    folder.write(
        "agencies/program.toml",
        '[[extract]]\ntable = "encounters"\nfiles = "log.csv"\n[extract.columns]\nagency = "Agency"\nencounter = "No"\n'
        'started_at = "Start"\nperson = ["Last", "First"]\ngender = "Sex"\n',
    )
    rows = "oak,1,2024-10-01 10:00,Aa,Bb,female\noak,2,oakslip,Aa,Bb,female\nelm,3,2024-10-01 10:00,Cc,Dd,elmslip\n"
    folder.write("raw/log.csv", "Agency,No,Start,Last,First,Sex\n" + rows)
    assert folder.run("check", "--letter").code == 0
    for agency, own, other in (("oak", "oakslip", "elmslip"), ("elm", "elmslip", "oakslip")):
        data = (folder.path / f"out/letters/{agency}.xlsx").read_bytes()
        cells = str([list(s.values) for s in openpyxl.load_workbook(io.BytesIO(data))])
        text = " ".join(text_of((folder.path / f"out/letters/{agency}.pdf").read_bytes()).split())
        assert own in text and own in cells and other not in text + cells
        used = "1 row of yours is used; 1 row waits" if agency == "oak" else "no rows of yours are used; 1 row waits"
        assert f"In the program’s own log.csv, {used}." in text
