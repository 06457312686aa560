"""`check`: the first rooms alone. Every extract is read and judged, and nothing is built.

It loads no more than it needs: measuring and writing documents take as long to load as a small extract to read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import Exit, UserError
from pipeline.program.load import load_program
from pipeline.program.model import Program
from pipeline.progress import SILENT, Progress
from pipeline.receive.product import Found, Receipt, Violation
from pipeline.store.resolve import Resolution, resolve
from pipeline.turns import turn

#: Tables whose rows are named by the rows of a table.
NAMED_BY = {"encounters": ("calls",), "referrals": ("encounters",)}


@dataclass(frozen=True, slots=True)
class Checked:
    """Receipts, violations that can be walked as often as needed, and the letters that were written."""

    receipts: tuple[Receipt, ...]
    resolution: Resolution
    notices: tuple[str, ...]
    exit: Exit
    only: frozenset[str] | None = None
    letters: tuple[Path, ...] = ()

    def violations(self) -> Iterator[Violation]:
        """Violations in the order of extracts and rows, of the extracts asked for."""
        for violation in self.resolution.violations():
            if self.only is None or violation.extract in self.only:
                yield violation

    def violations_as_json(self) -> Iterator[str]:
        """The same as JSON objects, some at a time with commas between."""
        return self.resolution.violations_as_json(self.only)


def check(
    folder: Path,
    files: Sequence[Path] = (),
    *,
    letter: bool = False,
    workers: int = 1,
    scheduler: str | None = None,
    strict: bool = False,
    progress: Progress = SILENT,
) -> Checked:
    """Validate without building. With `files`, only these are reported; UserError when one is not in raw/.

    `letter` writes the letters to the agencies, with `files` those to the agencies that they are of.
    """
    from pipeline.receive.find import find_extracts
    from pipeline.receive.workers import receive_all

    program = load_program(folder)
    progress.stage("Looking at raw/")
    found = find_extracts(program)
    only = _named(program, found, files) if files else None
    # a letter speaks of all extracts of its agency, and of how they agree
    chosen = found if letter else _beside(found, only)
    with turn(program, progress) as cleared:
        received = receive_all(program, chosen, workers, progress, scheduler)
        resolution = resolve(program, received, problems=found.problems)
        receipts = tuple(r for r in resolution.receipts if only is None or r.extract in only)
        written: tuple[Path, ...] = ()
        if letter:
            asked = {r.agency for r in receipts}
            agencies = [a for a in program.agencies if only is None or a.id in asked]
            from pipeline.letters import write_letters

            written = write_letters(program, resolution, agencies, progress)
    return Checked(receipts, resolution, (*cleared, *found.notices), attention(receipts, strict), only, written)


def attention(receipts: Iterable[Receipt], strict: bool) -> Exit:
    """3 when an extract could not be read at all; with `strict` also when rows wait in quarantine.

    Files that no mapping matches, links and pipes are listed, but are no extracts: they have no code of their own.
    """
    for receipt in receipts:
        unreadable = receipt.problem is not None and receipt.table is not None
        if unreadable or (strict and receipt.quarantined):
            return Exit.ATTENTION
    return Exit.DONE


def _named(program: Program, found: Found, files: Sequence[Path]) -> frozenset[str]:
    """The names below raw/ of files given on the command line."""
    known = {e.name for e in found.extracts} | {r.extract for r in found.problems}
    names = set()
    for file in files:
        options = [file.as_posix()]
        for path in (file.parent.resolve() / file.name, file.resolve()):  # a link has a name of its own
            with suppress(ValueError):
                options.append(path.relative_to(program.raw.resolve()).as_posix())
        name = next((o for o in options if o in known), None)
        if name is None:
            hint = f"Put it below {program.raw}, or name one of the files there."
            raise UserError("this file is not in raw/", str(file), hint)
        names.add(name)
    return frozenset(names)


def _beside(found: Found, only: frozenset[str] | None) -> Found:
    """The named extracts, those that may supersede their rows, and those that their rows name (calls, encounters)."""
    if only is None:
        return found
    named = [e.mapping for e in found.extracts if e.name in only]
    sides = {(table, m.agency) for m in named for table in (m.table, *NAMED_BY.get(m.table, ()))}

    def may_overlap(table: str, agency: str | None) -> bool:
        return any(t == table and (a == agency or None in (a, agency)) for t, a in sides)

    chosen = [e for e in found.extracts if may_overlap(e.mapping.table, e.mapping.agency)]
    return replace(found, extracts=tuple(chosen))
