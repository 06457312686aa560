"""Stops a real public build at every step that must survive, in three ways, and looks at what stands (made-up data).

    python -m tests.crashes.power [--ways kill,lost,torn] [--every N]

`kill` ends the process at once. `lost` also takes away what no sync has secured: bytes, and names. `torn` takes the
bytes and leaves the names, as file systems may. After each stop the editions, the ledger and the warehouse of before
must stand, and the same build must end as if nothing had been. The documents are rendered once, since their bytes are
a pure function of what went in. Needs fork: each build starts with everything imported.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import pickle
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

WAYS = ("kill", "lost", "torn")
STOPPED = 77
PERIOD = "2024-02"

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
CALLS = """
[[extract]]
table = "calls"
files = "oak/cad_*.csv"
datetime = ["%m/%d/%Y %H:%M:%S"]
[extract.columns]
incident = "Incident"
received_at = "Received"
"""
HEAD = "Incident,Received\n"


def make_program(folder: Path) -> None:
    """A program with an extract and a published edition of January; then a second extract comes."""
    for name, text in {
        "program.toml": PROGRAM,
        "person.key": "11" * 32,
        "agencies/oak.toml": CALLS,
        "raw/oak/cad_1.csv": HEAD + "A-1,01/02/2024 10:00:00\nA-2,01/31/2024 10:00:00\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    in_child(lambda: run_build(folder, "2024-01"))
    (folder / "raw/oak/cad_1.csv").write_text(HEAD + "A-1,01/02/2024 10:00:00\nA-9,01/31/2024 10:00:00\n")
    (folder / "raw/oak/cad_2.csv").write_text(HEAD + "B-1,02/02/2024 10:00:00\nB-2,02/29/2024 10:00:00\n,\nB-3,x\n")


def run_build(folder: Path, period: str = PERIOD) -> tuple[str, ...]:
    """The build, and its notices."""
    from pipeline.build import build

    return build(folder, period).notices


# -- the failing computer ---------------------------------------------------------------------------------------------


class Power:
    """Counts the steps of `durable` and fails before step number `last`."""

    def __init__(self, folder: Path, last: int, way: str) -> None:
        self.folder, self.last, self.way = folder, last, way
        self.steps: list[str] = []
        self.safe = {p.stat().st_ino for p in self._files()}
        self.names: list[tuple[Path, Path | None]] = []
        self.kept = folder.parent / f"kept-{os.getpid()}"
        self.kept.mkdir()
        self._then: Callable[[], None] = lambda: None

    def _files(self) -> list[Path]:
        roots = (self.folder / "out", self.folder / "published")
        return [p for root in roots for p in root.rglob("*") if p.is_file() and not p.is_symlink()]

    def __call__(self, step: str, path: Path) -> None:
        self._then()
        self.steps.append(f"{step} {path.name}")
        if len(self.steps) > self.last:
            self._fail()
        self._then = {"sync": self._synced, "name": self._named, "sync folder": self._folder_synced}[step](path)

    def _synced(self, path: Path) -> Callable[[], None]:
        return lambda: self.safe.add(path.stat().st_ino)

    def _named(self, path: Path) -> Callable[[], None]:
        before = None
        if path.is_file():
            before = self.kept / str(len(self.steps))
            before.hardlink_to(path)
        self.names.append((path, before))
        return lambda: None

    def _folder_synced(self, folder: Path) -> Callable[[], None]:
        def done() -> None:
            self.names = [(path, before) for path, before in self.names if path.parent != folder]

        return done

    def _fail(self) -> None:
        if self.way in ("lost", "torn"):
            for path in self._files():
                if path.stat().st_ino not in self.safe:
                    os.truncate(path, path.stat().st_size // 2)
        if self.way == "lost":
            for path, before in reversed(self.names):
                if before is not None:
                    before.replace(path)
                elif path.exists():
                    path.rename(path.with_name(f".{path.name}.undone.part"))
        os._exit(STOPPED)


# -- what must stand --------------------------------------------------------------------------------------------------


def contents(folder: Path) -> dict[str, str]:
    """Every file of the editions and the ledger, by the sha256 of its bytes."""
    roots = (folder / "out" / "editions", folder / "published")
    files = [p for root in roots for p in root.rglob("*") if p.is_file() and not p.name.startswith(".")]
    shown = [p for p in files if not any(part.startswith(".") for part in p.relative_to(folder).parts)]
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in shown}


def check_standing(folder: Path, before: dict[str, str]) -> None:
    """The editions and entries of before are there, those that are new are whole, the warehouse answers."""
    from pipeline.program.load import load_program
    from pipeline.publish.manifests import public_editions, read_ledger
    from pipeline.store.warehouse import FILE_NAME, Warehouse

    now = contents(folder)
    lost = [n for n, digest in before.items() if now.get(n) != digest and not n.endswith("index.html")]
    assert not lost, f"changed or gone: {lost}"
    program = load_program(folder)
    ledger = read_ledger(program)
    assert len(ledger.entries) in (1, 2)
    for edition in public_editions(program):
        place = program.out / "editions" / edition.name
        documents = json.loads((place / "manifest.json").read_text())["documents"]
        for name, digest in documents.items():
            assert hashlib.sha256((place / name).read_bytes()).hexdigest() == digest, name
    with Warehouse(program.out / FILE_NAME) as warehouse:
        found = {n for (n,) in warehouse.connection.execute("SELECT incident FROM calls").fetchall()}
    assert found in ({"A-1", "A-2"}, {"A-1", "A-9", "B-1", "B-2"}), found


def temporary(folder: Path) -> list[str]:
    """Things with a leading dot that are no lock of a folder."""
    locks = {".build.lock", ".warehouse.lock", ".publishing.lock", ".lock"}
    roots = (folder, folder / "out", folder / "out/extracts", folder / "out/editions", folder / "published")
    return [p.name for r in roots for p in r.glob(".*") if p.name not in locks]


def check_mended(folder: Path, after: dict[str, str]) -> None:
    """The next build ends as if nothing had been, tells what it cleared away, and leaves nothing lying about."""
    left = [n for n in temporary(folder) if not n.endswith(".lock")]
    notices = run_build(folder)
    assert contents(folder) == after
    assert temporary(folder) == []
    said = [n for n in notices if "interrupted" in n]
    assert bool(said) == bool(left), (left, notices)


# -- the walk ---------------------------------------------------------------------------------------------------------


def in_child(work: Callable[[], object]) -> int:
    """Does the work in a fork of this process. Its exit code; 1 after an exception, which it prints."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 1
    try:
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def render_once(folder: Path, store: Path) -> None:
    """Builds once and keeps what was rendered, by the edition's id."""
    from pipeline.publish import edition as room

    kept: dict[str, object] = {}
    render = room.edition_documents

    def keeping(inputs, say=None, workers=1):  # type: ignore[no-untyped-def]
        made = kept[room.edition_id(inputs)] = render(inputs, say)
        return made

    room.edition_documents = keeping
    run_build(folder)
    store.write_bytes(pickle.dumps(kept))


def use_rendered(store: Path) -> None:
    """From now on documents that were rendered already are taken from there."""
    from pipeline.publish import edition as room

    kept = pickle.loads(store.read_bytes())  # noqa: S301 (we wrote it)
    render = room.edition_documents
    room.edition_documents = lambda inputs, say=None, workers=1: (
        kept.get(room.edition_id(inputs)) or render(inputs, say)
    )


def stopped_build(folder: Path, last: int, way: str, steps: Path) -> None:
    """A build that fails before step `last`; all its steps are written down when it does not."""
    from pipeline import durable

    power = Power(folder, last, way)
    durable.watch = power
    run_build(folder)
    steps.write_text("\n".join(power.steps))


def one_stop(base: Path, last: int, way: str, before: dict[str, str], after: dict[str, str]) -> bool:
    """A build that fails before step `last` + 1, and a look at what stands. False when the build has no such step."""
    folder = base / f"{way}-{last}"
    shutil.copytree(base / "template", folder)
    code = in_child(lambda: stopped_build(folder, last, way, base / "steps"))
    if code == 0:
        return False
    assert code == STOPPED
    for look in (lambda: check_standing(folder, before), lambda: check_mended(folder, after)):
        assert in_child(look) == 0, f"{way} before step {last + 1}"
    shutil.rmtree(folder)
    return True


def walk(base: Path, ways: tuple[str, ...], every: int, say: Callable[[str], object]) -> tuple[int, int]:
    """Stops at every step (or every n-th, another with each way). How many steps there are, how many stops were made."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import pandera.pandas  # noqa: F401  (what builds import, so that each need not)

    import pipeline.build
    import pipeline.publishing
    import pipeline.receive.work  # noqa: F401
    from pipeline.publish.report import prepare  # noqa: F401

    template, whole, store, listed = base / "template", base / "whole", base / "rendered", base / "steps"
    make_program(template)
    before = contents(template)
    shutil.copytree(template, whole)
    assert in_child(lambda: render_once(whole, store)) == 0
    after = contents(whole)
    assert set(before) < set(after)
    use_rendered(store)
    stops, last = 0, 0
    while not listed.exists():
        for n, way in enumerate(ways):
            if (last + n) % every == 0 and not listed.exists():
                stops += one_stop(base, last, way, before, after)
        last += 1
    steps = listed.read_text().splitlines()
    for number, step in enumerate(steps, 1):
        say(f"{number:3} {step}")
    return len(steps), stops


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ways", default=",".join(WAYS))
    parser.add_argument("--every", type=int, default=1)
    given = parser.parse_args()

    def say(text: str) -> None:
        sys.stdout.write(text + "\n")

    with tempfile.TemporaryDirectory() as folder:
        steps, stops = walk(Path(folder), tuple(given.ways.split(",")), given.every, say)
    say(f"{steps} steps, {stops} stops, all mended")


if __name__ == "__main__":
    main()
