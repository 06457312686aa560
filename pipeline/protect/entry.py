"""One entry of the ledger `published/`: a CSV file with everything that an outsider may know of one edition.

Its last line holds the sha256 of all lines before it, and its first lines the sha256 of the entry before: nobody
can change,
remove or insert an entry without the reader noticing.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Literal

from pipeline.errors import Exit, UserError
from pipeline.measure.figure import COLUMNS, Figure
from pipeline.protect.quantities import Declared

FORMAT = "outcomes-ledger-1"
Kind = Literal["edition", "restatement", "withdrawal"]
_HEADER = ("record", "name", "text", "version", "fingerprint", "admitted", *COLUMNS)
_AT = {name: i for i, name in enumerate(_HEADER)}
_FIGURE = [(c, _AT[c]) for c in COLUMNS]
_NUMBERS = ("numerator", "denominator", "value", "low", "high")
Versions = Mapping[
    tuple[str, date], tuple[int, str]
]  # (agency, first of month) -> (version, keyed fingerprint of its rows)


@dataclass(frozen=True, slots=True)
class Line:
    """A public figure as an edition printed it, and the number of the entry that admitted its value."""

    figure: Figure
    admitted: int


@dataclass(frozen=True)
class Entry:
    """An edition with its public figures, a restatement of a month, or the withdrawal of an edition."""

    number: int
    kind: Kind
    previous: str  # sha256 of the entry before; empty for the first
    edition: str = ""  # folder name of the edition (of the withdrawn one)
    period: str = ""  # as asked: 2023-11
    end: date = date.min  # last day of the period
    inputs: str = ""  # digest of everything that went into the build, except the ledger
    suppress_below: int = 11
    began: date = date.min
    fiscal_year_starts: int = 1
    agencies: tuple[str, ...] = ()
    metrics: tuple[tuple[Declared, int], ...] = ()  # with the epoch of each
    versions: Versions = field(default_factory=dict)
    lines: Sequence[Line] = ()
    month: date | None = None  # of a restatement
    reason: str = ""

    @property
    def own(self) -> list[Line]:
        """The lines that this entry admitted (or withheld): not those that repeat an earlier value."""
        if isinstance(self.lines, _Lines):
            return self.lines.admitted_by(self.number)
        return [line for line in self.lines if line.admitted == self.number]

    @property
    def breakdowns(self) -> list[Line]:
        """The lines of breakdowns."""
        if isinstance(self.lines, _Lines):
            return self.lines.of_groups()
        return [line for line in self.lines if line.figure.group is not None]

    @property
    def name(self) -> str:
        """The file name: entries sort by number."""
        what = self.edition if self.kind == "edition" else f"{self.kind}_{self.edition or f'{self.month:%Y-%m}'}"
        return f"{self.number:04d}_{what}.csv"

    def to_bytes(self) -> bytes:
        """The file, the same bytes for the same entry."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(_HEADER)
        for record in self._records():
            writer.writerow([record.get(c, "") for c in _HEADER])
        body = out.getvalue()
        writer.writerow(["end", "sha256", hashlib.sha256(body.encode()).hexdigest(), *[""] * (len(_HEADER) - 3)])
        return out.getvalue().encode()

    def _records(self) -> Iterator[dict[str, object]]:
        known = {
            "format": FORMAT,
            "number": self.number,
            "kind": self.kind,
            "previous": self.previous,
            "edition": self.edition,
            "period": self.period,
            "end": self.end,
            "inputs": self.inputs,
            "suppress_below": self.suppress_below,
            "began": self.began,
            "fiscal_year_starts": self.fiscal_year_starts,
            "month": self.month or "",
            "reason": self.reason,
        }
        for name, value in known.items():
            yield {"record": "entry", "name": name, "text": value}
        for agency in self.agencies:
            yield {"record": "agency", "name": agency}
        for declared, epoch in self.metrics:
            yield {"record": "metric", "name": declared.id, "text": declared.to_json(), "version": epoch}
        for (agency, month), (version, fingerprint) in sorted(self.versions.items()):
            yield {
                "record": "rows",
                "name": agency,
                "text": f"{month:%Y-%m}",
                "version": version,
                "fingerprint": fingerprint,
            }
        for line in self.lines:
            yield {"record": "figure", "admitted": line.admitted, **{c: _text(line.figure, c) for c in COLUMNS}}


class _Lines(Sequence[Line]):
    """Lines of a file, made into figures when they are asked for: most of a long ledger repeats what stands
    already."""

    def __init__(self, records: Sequence[Sequence[str]]) -> None:
        self._records = records
        self._own: dict[int, list[Line]] = {}  # asked for again and again

    def __len__(self) -> int:
        return len(self._records)

    def __getitem__(self, index):  # type: ignore[no-untyped-def]
        found = self._records[index]
        return [_line(r) for r in found] if isinstance(index, slice) else _line(found)

    def admitted_by(self, number: int) -> list[Line]:
        """The lines that an entry admitted."""
        if number not in self._own:
            self._own[number] = [_line(r) for r in self._records if r[_AT["admitted"]] == str(number)]
        return self._own[number]

    def of_groups(self) -> list[Line]:
        """The lines of breakdowns."""
        return [_line(r) for r in self._records if r[_AT["group"]]]


def sha256(data: bytes) -> str:
    """The checksum by which the next entry names this one."""
    return hashlib.sha256(data).hexdigest()


def read_entry(data: bytes, name: str) -> Entry:
    """The entry in a file's bytes. Raises UserError when the file is not what was once written."""
    try:
        text = data.decode()
        body, end = text[: text.rindex("end,sha256,")], text[text.rindex("end,sha256,") :]
        if end.split(",")[2] != hashlib.sha256(body.encode()).hexdigest() or not text.endswith("\n"):
            raise _changed(name)
        header, *records = csv.reader(io.StringIO(body))
        if tuple(header) != _HEADER:
            raise _changed(name)
        return _entry(records)
    except (ValueError, KeyError, TypeError) as error:
        raise _changed(name) from error


def _changed(name: str) -> UserError:
    return UserError(
        "this file of the ledger is not as it was written; nothing is published until it is",
        f"published/{name}",
        "Put the file back from a backup of published/ (it must be byte for byte the same; spreadsheet programs change "
        "files that they save). Every machine that built an edition has it, and so has every copy of published/.",
        Exit.DISCLOSURE,
    )


def _entry(records: Sequence[Sequence[str]]) -> Entry:
    of: dict[str, list[Sequence[str]]] = {kind: [] for kind in ("entry", "agency", "metric", "rows", "figure")}
    for r in records:
        of[r[0]].append(r)
    known = {r[1]: r[2] for r in of["entry"]}
    if known["format"] != FORMAT:
        raise UserError(
            f"the ledger was written by a newer version of this software ({known['format']})",
            "published/",
            "Install the version that wrote it.",
        )
    return Entry(
        number=int(known["number"]),
        kind=_kind(known["kind"]),
        previous=known["previous"],
        edition=known["edition"],
        period=known["period"],
        end=date.fromisoformat(known["end"]),
        inputs=known["inputs"],
        suppress_below=int(known["suppress_below"]),
        began=date.fromisoformat(known["began"]),
        fiscal_year_starts=int(known["fiscal_year_starts"]),
        agencies=tuple(r[1] for r in of["agency"]),
        metrics=tuple((Declared.from_json(r[2]), int(r[3])) for r in of["metric"]),
        versions={(r[1], date.fromisoformat(r[2] + "-01")): (int(r[3]), r[4]) for r in of["rows"]},
        lines=_Lines(of["figure"]),
        month=date.fromisoformat(known["month"]) if known["month"] else None,
        reason=known["reason"],
    )


def _kind(text: str) -> Kind:
    kinds: dict[str, Kind] = {"edition": "edition", "restatement": "restatement", "withdrawal": "withdrawal"}
    return kinds[text]


def _text(figure: Figure, column: str) -> object:
    value = getattr(figure, column)
    if isinstance(value, float):
        return int(value) if value.is_integer() and column in ("numerator", "denominator") else repr(value)
    return "" if value is None else value


def _line(record: Sequence[str]) -> Line:
    values: dict[str, object] = {c: record[i] or None for c, i in _FIGURE}
    for c in ("period_start", "period_end"):
        values[c] = _day(record[_AT[c]])
    for c in _NUMBERS:
        values[c] = float(record[_AT[c]]) if record[_AT[c]] else None
    values["unknown"] = int(record[_AT["unknown"]]) if record[_AT["unknown"]] else None
    for c in ("title", "unit"):
        values[c] = record[_AT[c]]
    return Line(Figure(**values), int(record[_AT["admitted"]]))  # type: ignore[arg-type]


_day = lru_cache(maxsize=4096)(date.fromisoformat)  # a long ledger has few days and many lines
