"""Delimited text and JSON that a careless or hostile sender could hand over (made up)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from tests.hostile.made import HEAD, HEADINGS, ROW, TEXTS, TIME

_HEAD = HEAD.encode() + b"\n"
_ROW = ROW.format("A-1", "MADEUP").encode() + b"\n"
#: Times that are none, or none that a program can have.
_TIMES = (
    "99/99/9999 99:99:99", "02/30/2024 10:00:00", "01/01/0000 00:00:00", "12/31/9999 23:59:59", "-1", "1e308", "nan", "infinity",
    "epoch", "now", "today", "01/01/-2024 10:00:00", "1" * 5000,
)  # fmt: skip


def texts(full: bool) -> Iterator[tuple[str, bytes]]:
    """Names and contents of delimited text."""
    yield from _large(100_000_000 if full else 300_000, 100_000 if full else 3_000)
    yield from _torn()
    yield from _encoded()
    yield from _told()


def _large(big: int, columns: int) -> Iterator[tuple[str, bytes]]:
    """Cells, rows and columns without end."""
    yield "cell_large.csv", _HEAD + b"A-1," + TIME.encode() + b"," + b"x" * big + b",arrest,CR1\n" + _ROW
    quoted = b'"' + b"x\n" * (big // 2) + b'"'
    yield "cell_large_quoted.csv", _HEAD + b"A-1," + TIME.encode() + b"," + quoted + b",arrest,CR1\n" + _ROW
    commas = b"," * columns + b"\n"
    named = b"".join(b",C%d" % n for n in range(columns)) + b"\n"
    yield "columns.csv", _HEAD[:-1] + named + _ROW[:-1] + commas
    yield "columns_unnamed.csv", _HEAD[:-1] + commas + _ROW[:-1] + commas
    yield "one_line.csv", b"x" * big
    yield "only_quotes.csv", b'"' * (big // 3 | 1)
    yield "only_commas.csv", _HEAD + b"," * big
    yield "only_line_ends.csv", b"\n" * big + _HEAD + _ROW
    yield "line_ends_below.csv", _HEAD + _ROW + b"\n" * big + _ROW
    yield "commas_below.csv", _HEAD + _ROW + b",,,,\n" * (big // 5) + _ROW
    yield "no_rows_below.csv", _HEAD + _ROW + b"x\n" * (big // 2) + _ROW
    yield "no_row_far_below.csv", _HEAD + _ROW * (big // 40) + b"x\n" + _ROW
    yield "only_returns.csv", b"\r" * (big // 10) + _HEAD.replace(b"\n", b"\r") + _ROW


def _torn() -> Iterator[tuple[str, bytes]]:
    """Quotes, delimiters and headings out of place."""
    quotes = b'"A""1""","' + TIME.encode() + b'","""""a""""","arrest"x,"C"R"1"\n"open,x\n'
    yield "nested_quotes.csv", _HEAD + quotes + _ROW * 3
    yield "unclosed.csv", _HEAD + _ROW * 2 + b'A-3,"' + _ROW * 5000
    yield "quotes_everywhere.csv", _HEAD + b'"' + _ROW.replace(b",", b'","') * 3 + b'"\n' + _ROW
    yield "ragged.csv", _HEAD + b"".join(b"x," * (n % 9) + b"\n" for n in range(2000)) + _ROW
    yield "heading_many_times.csv", (_HEAD + _ROW) * 200
    yield "headings_alike.csv", b",".join([HEAD.encode()] * 50) + b"\n" + b",".join([_ROW[:-1]] * 50) + b"\n"
    yield "heading_control.csv", _HEAD.replace(b"Units", b"Units,\x1b[31;7mHOSTILE\x1b[0m") + _ROW[:-1] + b",x\n"
    yield "sep_line.csv", b"sep=;\n" + _HEAD.replace(b",", b";") + _ROW.replace(b",", b";")
    yield "tabs_and_pipes.csv", _HEAD.replace(b",", b"\t|\t") + _ROW.replace(b",", b"\t|\t")


def _encoded() -> Iterator[tuple[str, bytes]]:
    """Bytes that are no text, or text in another encoding."""
    plain = (_HEAD + _ROW).decode()
    yield "nul_bytes.csv", _HEAD + _ROW.replace(b"MADEUP", b"MA\0DE\0UP") + b"\0" * 1000
    yield "only_nul.csv", b"\0" * 100_000
    yield "not_utf8.csv", _HEAD + _ROW.replace(b"MADEUP", bytes(range(128, 256))) + b"\xff\xfe\xfd\n"
    yield "utf16.csv", plain.encode("utf-16")
    yield "utf16_bare.csv", plain.encode("utf-16-le")
    yield "utf16_odd.csv", plain.encode("utf-16")[:-1]
    yield "utf32.csv", plain.encode("utf-32")
    yield "utf7.csv", (HEAD + "\nA-1,+AD0-1+AD0-,x,arrest,CR1\n").encode()
    yield "marks.csv", b"\xef\xbb\xbf" * 3 + _HEAD + _ROW
    yield "ctrl_z.csv", _HEAD + _ROW + b"\x1a" + _ROW
    yield "shell.csv", b"#!/bin/sh\necho HOSTILE\n"
    yield "program.csv", b"MZ" + bytes(500) + _HEAD + _ROW


def _told() -> Iterator[tuple[str, bytes]]:
    """Sound rows whose cells do something when they are shown."""
    dates = (ROW.format(f"D-{n}", "x").replace(TIME, time).encode() + b"\n" for n, time in enumerate(_TIMES))
    yield "dates.csv", _HEAD + b"".join(dates)
    yield "texts.csv", _rows((f"T-{n}", TIME, text, "arrest", "CR1") for n, text in enumerate(TEXTS))
    yield "texts_as_codes.csv", _rows((text,) * 5 for text in TEXTS)


def _rows(rows: Iterable[tuple[str, ...]]) -> bytes:
    lines = "\n".join(",".join(map(_cell, cells)) for cells in rows)
    return (HEAD + "\n" + lines + "\n").encode("utf-8", "surrogatepass")


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


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
