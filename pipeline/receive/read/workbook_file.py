"""One Excel file: whether it is one, which sheets it has, and the rows of a sheet as text."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from xml.etree import ElementTree

from pipeline.receive.read.archive import Archive
from pipeline.receive.read.cells import cell_text
from pipeline.receive.read.kinds import OLE, ZIP, content_of
from pipeline.receive.read.old_workbook import ENCRYPTED, broken_cells
from pipeline.receive.read.sheet_xml import SheetFacts, look_through
from pipeline.receive.read.source import BROKEN_MARK, DATE_MARK, Unreadable
from pipeline.receive.read.text import read_head
from pipeline.receive.read.workbook_head import LARGE, CutShort, SmallWorkbook

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
#: Sheets stay in memory until they have more cells than these: a sheet is asked for its headings, then for its rows.
_KEPT_CELLS = 2_000_000
_DAMAGED = (
    "The workbook is damaged or not one that Excel writes. Open it in Excel and save it anew, or export it again."
)


class Workbook:
    """A workbook whose archive is sound and small enough. Sheets are read when their rows are asked for."""

    def __init__(self, path: Path, *, begun: bool = False) -> None:
        """Unreadable when the file is no workbook of the kind that its ending says, is encrypted or too large.

        `begun`: of large sheets only the first rows are wanted; CutShort when it turns out that more are.
        """
        import python_calamine

        head = read_head(path)
        _check_kind(path, head)
        self._parts: dict[str, str] = {}
        self._facts: dict[str, SheetFacts] = {}
        self._cut: frozenset[str] = frozenset()
        content: Path | BinaryIO = path
        if head.startswith(ZIP):
            with Archive(path) as archive:
                if begun and path.stat().st_size > LARGE:
                    content = self._first_rows(path, archive)
                else:
                    self._look_through(path, archive)
        old = broken_cells(path) if head.startswith(OLE) else []
        try:
            self._book = python_calamine.CalamineWorkbook.from_object(content)
        except python_calamine.PasswordError:
            raise Unreadable(ENCRYPTED) from None
        except (python_calamine.CalamineError, OSError, ValueError):
            raise Unreadable(_DAMAGED) from None
        for number, broken in enumerate(old):
            # sheets of macros and charts are listed too, so that the numbers agree
            self._facts[str(number)] = SheetFacts(broken)
        if old:
            self._parts = {name: str(number) for number, name in enumerate(self._book.sheet_names)}
        self._loaded: dict[str, CalamineSheet] = {}

    @property
    def sheets(self) -> list[str]:
        """The visible worksheets in the order of the tabs."""
        from python_calamine import SheetTypeEnum, SheetVisibleEnum

        found = self._book.sheets_metadata
        return [s.name for s in found if s.visible == SheetVisibleEnum.Visible and s.typ == SheetTypeEnum.WorkSheet]

    def choose(self, wanted: tuple[str, ...]) -> list[str]:
        """The sheets that a mapping names, hidden ones too, or the first visible one."""
        if not wanted:
            if not self.sheets:
                raise Unreadable(
                    "The workbook has no visible sheet. Name the sheet to read with `sheet` in the mapping."
                )
            return self.sheets[:1]
        by_key = {name.strip().casefold(): name for name in reversed(self._book.sheet_names)}
        lacking = [w for w in wanted if w.strip().casefold() not in by_key]
        if lacking:
            named = ", ".join(f'"{n}"' for n in lacking)
            have = ", ".join(f'"{n}"' for n in self._book.sheet_names)
            raise Unreadable(f"The workbook has no sheet {named}; it has {have}. Correct `sheet` in the mapping.")
        return [by_key[w.strip().casefold()] for w in wanted]

    def others(self, sheet: str) -> str:
        """A sentence that names the other visible sheets; empty when there is none."""
        named = ", ".join(f'"{n}"' for n in self.sheets if n != sheet)
        return (
            f'Read was the sheet "{sheet}"; there are also {named}: name the right one with `sheet`.' if named else ""
        )

    def rows(self, sheet: str) -> Iterator[tuple[int, list[str]]]:
        """(row number as Excel shows it, cells from the first used column on) of every row, blank ones included."""
        loaded = self._load(sheet)
        broken = self._broken_by_row(sheet)
        start = loaded.start[1] if loaded.start else 0
        # calamine leaves out columns and rows that hold nothing but formulas without a value
        first = min([start, *(column for cells in broken.values() for column in cells)])
        number = 0
        for number, cells in enumerate(loaded.iter_rows(), 1):
            # most cells are text below the marks: these are spared a call
            texts = [""] * (start - first) + [c if type(c) is str and c < DATE_MARK else cell_text(c) for c in cells]
            yield number, _marked(texts, broken.pop(number), first) if number in broken else texts
        for below in range(number + 1, max(broken, default=0) + 1):
            yield below, _marked([""] * (loaded.width + start - first), broken.pop(below, {}), first)
        if self._parts.get(sheet) in self._cut:
            raise CutShort

    def _broken_by_row(self, sheet: str) -> dict[int, dict[int, str]]:
        """Row number -> column (from 0) -> reason."""
        found: dict[int, dict[int, str]] = {}
        for (row, column), reason in self._facts_of(sheet).broken.items():
            found.setdefault(row, {})[column - 1] = reason
        return found

    def _facts_of(self, sheet: str) -> SheetFacts:
        return self._facts.get(self._parts.get(sheet, ""), SheetFacts())

    def _load(self, sheet: str) -> CalamineSheet:
        import python_calamine

        if sheet not in self._loaded:
            if sum(s.total_height * s.total_width for s in self._loaded.values()) > _KEPT_CELLS:
                self._loaded.clear()
            self._facts_of(sheet).check(sheet)
            try:
                self._loaded[sheet] = self._book.get_sheet_by_name(sheet)
            except python_calamine.CalamineError:
                raise Unreadable(_DAMAGED) from None
        return self._loaded[sheet]

    def _look_through(self, path: Path, archive: Archive) -> None:
        """Inflates every part once: its true size, and in the sheets the broken cells."""
        self._parts = _parts_of(path, archive)
        sheets = set(self._parts.values())
        for name in archive.parts:
            if name in sheets:
                self._facts[name] = look_through(archive.stream(name))
            else:
                for _ in archive.stream(name):
                    pass

    def _first_rows(self, path: Path, archive: Archive) -> BinaryIO:
        """A small workbook that begins like this one."""
        self._parts = _parts_of(path, archive)
        small = SmallWorkbook(archive, self._parts.values())
        self._facts = {name: look_through(iter([text])) for name, text in small.sheets.items()}
        self._cut = small.cut
        return small.file


def _marked(cells: list[str], broken: dict[int, str], first: int) -> list[str]:
    """The cells of a row with the broken ones marked; `first` is the column of the first cell."""
    for column, reason in broken.items():
        cells += [""] * (column - first + 1 - len(cells))
        cells[column - first] = BROKEN_MARK + reason
    return cells


def _check_kind(path: Path, head: bytes) -> None:
    """A .xls is an OLE container, an .xlsx or .xlsm a zip archive; an encrypted one is an OLE container too."""
    ending = path.suffix.casefold()
    if head.startswith(OLE) and _mentions(path, "EncryptedPackage"):
        raise Unreadable(ENCRYPTED)
    if head.startswith(ZIP if ending != ".xls" else OLE) or (ending == ".xls" and head[:2] == b"\x09\x08"):
        return
    if head.startswith(ZIP):
        raise Unreadable(_not_what(path, "a newer Excel workbook (.xlsx) or another zip archive"))
    if head.startswith(OLE):
        raise Unreadable(_not_what(path, "an old Excel workbook (.xls) or another Office document"))
    raise Unreadable(_not_what(path, content_of(head) or "text or something else, no workbook"))


def _not_what(path: Path, content: str) -> str:
    return (
        f"The file is not what its ending ({path.suffix}) says: its content is {content}. "
        "Save it as an Excel workbook (.xlsx) or as CSV, with the ending that belongs to it."
    )


def _mentions(path: Path, name: str) -> bool:
    """Whether an OLE container lists a stream of this name (in its folder sectors, as UTF-16)."""
    wanted = name.encode("utf-16-le")
    tail = b""
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            if wanted in tail + chunk:
                return True
            tail = chunk[-len(wanted) :]
    return False


def _parts_of(path: Path, archive: Archive) -> dict[str, str]:
    if _BOOK not in archive.parts:
        raise Unreadable(_not_what(path, "a zip archive without a workbook inside"))
    return _sheet_parts(archive)


def _sheet_parts(archive: Archive) -> dict[str, str]:
    """Sheet name -> name of its part in the archive."""
    try:
        book = ElementTree.fromstring(archive.read(_BOOK))  # noqa: S314 (expat limits expansion and opens nothing)
        relations = ElementTree.fromstring(archive.read(_RELATIONS))  # noqa: S314
    except (ElementTree.ParseError, KeyError):
        raise Unreadable(_DAMAGED) from None
    targets = {r.get("Id"): posixpath.normpath(posixpath.join("xl", r.get("Target", ""))) for r in relations}
    found: dict[str, str] = {}
    for element in book.iter():
        if element.tag.rpartition("}")[2] == "sheet":
            link = next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == "id"), None)
            found[element.get("name", "")] = targets.get(link, "").lstrip("/")
    return found
