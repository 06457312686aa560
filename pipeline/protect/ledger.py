"""Rule 9: the memory. `published/` holds one file per edition handed out, append-only, each chained to the one
before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pipeline import durable
from pipeline.errors import Exit, UserError
from pipeline.measure.figure import Figure
from pipeline.protect.entry import Entry, Line, read_entry, sha256
from pipeline.protect.public import PublicFigures, Restated, make_public

Key = tuple[str, str, str | None, str | None, date, date]
_BACKUP = "Put the folder back from a backup of published/, or from the machine that built the last edition."


def key_of(figure: Figure) -> Key:
    """What makes two figures the same figure: metric, agency, group, category, start and end."""
    return (figure.metric, figure.agency, figure.group, figure.category, figure.period_start, figure.period_end)


@dataclass(frozen=True, slots=True)
class PublicEdition:
    """An edition with public files that lies in out/: its folder name and the ledger file it says it is listed in."""

    name: str
    ledger_sha256: str = ""  # empty: not known


@dataclass(frozen=True)
class Ledger:
    """All entries, oldest first, with the checksum of each file."""

    folder: Path
    entries: tuple[Entry, ...] = ()
    checksums: tuple[str, ...] = ()

    @classmethod
    def read(cls, folder: Path, editions: Iterable[PublicEdition] = ()) -> Ledger:
        """The ledger in `folder`. Raises UserError, with what to do, when a file is missing, changed or forked.

        `editions` are the public editions in out/: each must be listed, or the ledger has lost its end.
        """
        files = sorted(p for p in folder.glob("*.csv") if p.is_file()) if folder.is_dir() else []
        entries: list[Entry] = []
        checksums: list[str] = []
        for path in files:
            data = path.read_bytes()
            entry = read_entry(data, path.name)
            _check_place(entry, path.name, entries, checksums)
            entries.append(entry)
            checksums.append(sha256(data))
        ledger = cls(folder, tuple(entries), tuple(checksums))
        ledger.check_editions(editions)
        return ledger

    def check_editions(self, editions: Iterable[PublicEdition]) -> None:
        """Raises UserError when out/ holds public editions that the ledger does not list, or lists otherwise."""
        listed = {e.edition: c for e, c in zip(self.entries, self.checksums, strict=True) if e.kind == "edition"}
        for edition in editions:
            if edition.name not in listed:
                raise UserError(
                    f"out/editions/{edition.name} is a public edition that the ledger does not list",
                    "published/",
                    "Public figures that the ledger forgets can give people away. "
                    + _BACKUP
                    + " If that edition was never handed to anyone, delete its folder in out/editions/ instead.",
                    Exit.DISCLOSURE,
                )
            if edition.ledger_sha256 and edition.ledger_sha256 != listed[edition.name]:
                raise UserError(
                    f"the entry of edition {edition.name} is not the one it was built with",
                    "published/",
                    _BACKUP,
                    Exit.DISCLOSURE,
                )

    # -- reading ---------------------------------------------------------------------------------------------

    @property
    def head(self) -> str:
        """The checksum of the last entry; empty when there is none."""
        return self.checksums[-1] if self.checksums else ""

    @property
    def editions(self) -> tuple[Entry, ...]:
        """Entries of editions, withdrawn ones included."""
        return tuple(e for e in self.entries if e.kind == "edition")

    @property
    def withdrawn(self) -> dict[str, Entry]:
        """Withdrawn editions: folder name -> the entry that withdrew it."""
        return {e.edition: e for e in self.entries if e.kind == "withdrawal"}

    def pending(self, end: date) -> tuple[Entry, ...]:
        """Restatements of months up to `end` that no edition has printed yet: none since then goes so far."""
        return tuple(
            r
            for r in self.entries
            if r.kind == "restatement" and r.month is not None and r.month <= end
            if not any(e.number > r.number and e.end >= r.month for e in self.editions)
        )

    def find(self, period: str, inputs: str) -> Entry | None:
        """The edition that was already published from these inputs for this period; withdrawn ones do not count."""
        for entry in reversed(self.editions):
            if entry.period == period and entry.inputs == inputs and entry.edition not in self.withdrawn:
                return entry
        return None

    def before(self, number: int) -> Ledger:
        """The ledger as it was before entry `number`: what an edition is made again from."""
        return Ledger(self.folder, self.entries[: number - 1], self.checksums[: number - 1])

    def admitted(self) -> Iterator[tuple[Entry, Figure]]:
        """Every figure ever admitted, with the entry that did; withdrawn editions included (they were public)."""
        for entry in self.editions:
            for line in entry.own:
                if line.figure.status != "withheld":
                    yield entry, line.figure

    def standing(self) -> dict[Key, Line]:
        """The value that each figure has in public now: the last admitted one of editions that were not withdrawn."""
        gone = self.withdrawn
        return {key_of(f): Line(f, e.number) for e, f in self.admitted() if e.edition not in gone}

    def rows_of(self, agency: str, month: date) -> tuple[int, str]:
        """The last listed version number and fingerprint of the rows of an agency's month; (0, "") when never
        listed."""
        for entry in reversed(self.editions):
            if (agency, month) in entry.versions:
                return entry.versions[agency, month]
        return 0, ""

    # -- writing ---------------------------------------------------------------------------------------------

    def append(self, entry: Entry) -> Ledger:
        """Write `entry` as the next file: whole or not at all. Raises UserError when another build was faster.

        Call it just before the edition appears; an entry whose edition is missing counts as published all the same.
        """
        with durable.alone(self.folder / ".lock"):
            files = sorted(self.folder.glob("*.csv"))
            head = sha256(files[-1].read_bytes()) if files else ""
            if head != self.head or len(files) != len(self.entries) or entry.previous != head:
                raise UserError(
                    "another edition was published while this one was being built",
                    "published/",
                    "Build again: the new build takes the other edition into account.",
                    Exit.DISCLOSURE,
                )
            data = entry.to_bytes()
            durable.write_file(self.folder / entry.name, data)
        return Ledger(self.folder, (*self.entries, entry), (*self.checksums, sha256(data)))

    def restate(self, month: date, reason: str) -> Ledger:
        """Note that the next edition shall print the figures of `month` anew, beside the old ones, with `reason`."""
        self._reason(reason)
        if not any(_covers(f, month) for _, f in self.admitted()):
            raise UserError(
                f"no published figure covers {month:%Y-%m}", "--restate", "`outcomes editions` lists what was."
            )
        return self.append(self._next(kind="restatement", month=month.replace(day=1), reason=reason.strip()))

    def withdraw(self, edition: str, reason: str) -> Ledger:
        """Mark an edition as withdrawn. Its figures stay in the ledger: who has read them still knows them."""
        self._reason(reason)
        names = [e.edition for e in self.editions]
        if edition not in names:
            raise UserError(
                f"there is no published edition {edition}",
                "--withdraw",
                f"Published: {', '.join(names) or 'nothing yet'}.",
            )
        if edition in self.withdrawn:
            raise UserError(f"edition {edition} is withdrawn already", "--withdraw")
        return self.append(self._next(kind="withdrawal", edition=edition, reason=reason.strip()))

    def _next(self, **fields: object) -> Entry:
        return replace(Entry(len(self.entries) + 1, "edition", self.head), **fields)  # type: ignore[arg-type]

    @staticmethod
    def _reason(reason: str) -> None:
        if not reason.strip():
            raise UserError("a reason is needed: it is printed beside the figures", "--reason")


def withdrawals(folder: Path) -> dict[str, str]:
    """Withdrawn editions and why, as the ledger's own files say; those that cannot be read are left to `read`."""
    found = {}
    for path in sorted(folder.glob("*_withdrawal_*.csv")):
        with suppress(UserError, OSError):
            entry = read_entry(path.read_bytes(), path.name)
            found[entry.edition] = entry.reason
    return found


def published_figures(ledger: Ledger, entry: Entry) -> PublicFigures:
    """The public figures of an edition as its entry holds them: the same that the build made."""
    before = ledger.before(entry.number)
    reasons = {e.month: e.reason for e in before.pending(entry.end) if e.month}
    new = {key_of(line.figure): line.figure for line in entry.lines if line.admitted == entry.number}
    restated = [
        Restated(month, reason, line.figure, new[key_of(line.figure)])
        for line in entry.lines
        if line.admitted != entry.number and key_of(line.figure) in new
        for month, reason in reasons.items()
        if _covers(line.figure, month)
    ]
    return make_public((line.figure for line in entry.lines), entry.suppress_below, restated)


def _covers(figure: Figure, month: date) -> bool:
    return figure.period_start <= month.replace(day=28) and month.replace(day=1) <= figure.period_end


def _check_place(entry: Entry, name: str, entries: list[Entry], checksums: list[str]) -> None:
    expected = len(entries) + 1
    if entry.number == expected and entry.previous == (checksums[-1] if checksums else ""):
        return
    if entries and entry.number == entries[-1].number:
        raise UserError(
            f"two editions were published apart from each other: {entries[-1].name} and {name}",
            "published/",
            "Neither build knew what the other had published. Decide which of the two was handed out; move the "
            "other file out of published/, delete its edition in out/editions/, and build it again: it then takes "
            "the first into account. If both were handed out, set both files aside and ask for help before "
            "publishing more.",
            Exit.DISCLOSURE,
        )
    what = (
        f"entry {expected:04d} is missing" if entry.number > expected else f"{name} does not follow the entry before it"
    )
    raise UserError(f"the ledger is not complete: {what}", "published/", _BACKUP, Exit.DISCLOSURE)
