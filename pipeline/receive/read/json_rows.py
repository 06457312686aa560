"""JSON: an array of flat objects, or one flat object a line. Read as a stream, twice: headings, then rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from pipeline.program.model import Mapping
from pipeline.receive.read.batches import in_batches
from pipeline.receive.read.fingerprint import Fingerprint
from pipeline.receive.read.headings import HeadingRow, check_headings, heading_key, interchangeable, wanted_headings
from pipeline.receive.read.kinds import check_is_text
from pipeline.receive.read.source import UNREADABLE_LINE, Source, Unreadable
from pipeline.receive.read.text import UTF8, check_text, find_encoding, open_text, read_head

if TYPE_CHECKING:
    import pyarrow as pa

_CHUNK = 1 << 20
#: Longest element, in characters, and most headings: beyond these a file is no table.
_LONGEST, _MOST_HEADINGS = 1 << 25, 10_000
_SPACE = " \t\r\n"
_NO_TABLE = "Export a list of flat objects: [{...}, {...}], or one object a line."

#: A heading as the place in a row: its key, and which occurrence of that key in the object it is.
Place = tuple[str, int]


class _Object(list[tuple[str, Any]]):
    """The pairs of one JSON object, a key that stands twice included."""


class _Broken:
    """An element that is no JSON."""


def open_json(path: Path, mapping: Mapping, facts: Fingerprint) -> Source:
    """The extract; Unreadable when it is no JSON, no list of flat objects, or lacks a heading."""
    head = read_head(path)
    encoding = find_encoding(head, mapping.encoding, utf8=facts.utf8)
    check_is_text(path, head, encoding)
    if encoding != UTF8 or not facts.utf8:
        check_text(path, encoding, mapping.encoding)
    source = JsonSource(path, encoding, mapping)
    check_headings(HeadingRow(source.headings, 0), mapping)
    return source


def json_headings(path: Path, mapping: Mapping) -> list[HeadingRow]:
    """The union of the keys of all elements, as a heading row with the number 0."""
    head = read_head(path)
    encoding = find_encoding(head, mapping.encoding, utf8=False)
    check_is_text(path, head, encoding)
    return [HeadingRow(JsonSource(path, encoding, mapping).headings, 0)]


class JsonSource(Source):
    """One JSON file; `source_row` is the number of the element."""

    heading_row = 0

    def __init__(self, path: Path, encoding: str, mapping: Mapping) -> None:
        super().__init__()
        self._path = path
        self._encoding = encoding
        wanted = wanted_headings(mapping)
        known = {heading_key(a) for w in wanted for a in w.alternatives}
        self._places: dict[Place, int] = {}
        headings: list[str] = []
        empty = True
        for number, element in self._elements():
            empty = False
            if isinstance(element, _Broken):
                continue
            _check_flat(number, element, known)
            for place, key, _ in _placed(element):
                if place not in self._places:
                    self._places[place] = len(headings)
                    headings.append(key)
            if len(headings) > _MOST_HEADINGS:
                raise Unreadable(f"The elements have more than {_MOST_HEADINGS} different keys: no table. {_NO_TABLE}")
        # An empty list is an extract without rows, as a file with nothing but headings is.
        self.headings = tuple(w.alternatives[0] for w in wanted) if empty else tuple(headings)
        self._same = [[heading_key(a) for a in alternatives] for alternatives in interchangeable(mapping)]

    def batches(self, size: int = 100_000) -> Iterator[pa.RecordBatch]:
        """Every element that is not blank."""
        self._noted = 0
        yield from in_batches(self._rows(), len(self.headings), size)

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        for number, element in self._elements():
            if isinstance(element, _Broken):
                self._note(number, UNREADABLE_LINE)
                continue
            cells = [""] * len(self.headings)
            for place, _, value in _placed(element):
                cells[self._places[place]] = _text(value)
            if self._same:
                self._to_one_name({heading_key(key) for key, _ in element}, cells)
            if any(map(str.strip, cells)):
                yield number, cells

    def _to_one_name(self, keys: set[str], cells: list[str]) -> None:
        """Of { any = [...] } an element may have one key and the next another: the value goes to the first of them."""
        for same in self._same:
            places = [self._places[key, 0] for key in same if (key, 0) in self._places]
            own = next((self._places[key, 0] for key in same if key in keys), None)
            if own is not None and own != places[0]:
                cells[places[0]], cells[own] = cells[own], ""

    def _elements(self) -> Iterator[tuple[int, Any]]:
        with open_text(self._path, self._encoding) as stream:
            yield from enumerate(_read_elements(stream), 1)


def _placed(element: Iterable[tuple[str, Any]]) -> Iterator[tuple[Place, str, Any]]:
    """(place, key as it stands, value) of each pair of an object."""
    seen: dict[str, int] = {}
    for key, value in element:
        plain = heading_key(key)
        occurrence = seen.get(plain, 0)
        seen[plain] = occurrence + 1
        yield (plain, occurrence), _whole(key), value


def _text(value: Any) -> str:
    if isinstance(value, str):
        return _whole(value)
    return "" if value is None else str(value).lower()


def _whole(text: str) -> str:
    """Half characters, which JSON can spell and no encoding can hold, are replaced."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _check_flat(number: int, element: Any, known: set[str]) -> None:
    """Only mapped keys are named: other keys may be cells in truth."""
    if not isinstance(element, _Object):
        raise Unreadable(f"Element {number} is no object with keys and values: this JSON is no table. {_NO_TABLE}")
    for key, value in element:
        if isinstance(value, list):
            where = f'"{key}" in element {number}' if heading_key(key) in known else f"A value in element {number}"
            raise Unreadable(f"{where} is a list or an object itself: nested JSON is no table. {_NO_TABLE}")


def _decoder() -> json.JSONDecoder:
    """Numbers keep their text."""
    return json.JSONDecoder(object_pairs_hook=_Object, parse_float=str, parse_int=str, parse_constant=str, strict=False)


def _read_elements(stream: TextIO) -> Iterator[Any]:
    first = ""
    while not first:
        chunk = stream.read(_CHUNK)
        if not chunk:
            raise Unreadable("The file is empty: it holds nothing but blank lines. Export it again.")
        first = chunk.lstrip(_SPACE + "\ufeff")
    if first[0] == "[":
        yield from _array(stream, first)
    elif first[0] == "{":
        yield from _lines(stream, first)
    else:
        raise Unreadable(f"The file is not what its ending says: it does not begin as JSON does. {_NO_TABLE}")


def _lines(stream: TextIO, first: str) -> Iterator[Any]:
    """One object a line; a line that is no JSON is _Broken, but the first must be one."""
    decoder = _decoder()
    for number, line in enumerate(_split_lines(stream, first)):
        try:
            yield decoder.decode(line)
        except (json.JSONDecodeError, RecursionError):
            if number == 0:
                raise Unreadable(
                    f"The JSON is one object over several lines, no list of rows: nested JSON is no table. {_NO_TABLE}"
                ) from None
            yield _Broken()


def _split_lines(stream: TextIO, first: str) -> Iterator[str]:
    """Lines that are not blank."""
    held = first
    while True:
        *lines, held = held.replace("\r", "\n").split("\n")
        yield from (line for line in lines if line.strip())
        if len(held) > _LONGEST:
            raise Unreadable(f"A line of the file is too long to be a row. {_NO_TABLE}")
        chunk = stream.read(_CHUNK)
        if not chunk:
            break
        held += chunk
    if held.strip():
        yield held


def _array(stream: TextIO, first: str) -> Iterator[Any]:
    decoder = _decoder()
    held, at, number = first, 1, 0
    while True:
        at = _skip(held, at, _SPACE + "," if number else _SPACE)
        if at < len(held) and held[at] == "]":
            if held[at + 1 :].strip() or stream.read().strip():
                raise Unreadable(f"After the end of the list more text follows. {_NO_TABLE}")
            return
        try:
            element, at = decoder.raw_decode(held, at)
        except RecursionError:
            raise Unreadable(f"Element {number + 1} is nested: nested JSON is no table. {_NO_TABLE}") from None
        except json.JSONDecodeError:
            chunk = stream.read(max(_CHUNK, len(held) - at))
            if not chunk or len(held) - at > _LONGEST:
                raise Unreadable(
                    f"The JSON is broken or cut off in element {number + 1}. Export the file again."
                ) from None
            held, at = held[at:] + chunk, 0
            continue
        number += 1
        yield element


def _skip(text: str, at: int, characters: str) -> int:
    while at < len(text) and text[at] in characters:
        at += 1
    return at
