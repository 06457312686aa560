"""A full disk, missing permissions, files that change while they are read, locks of the dead, a clock set back.

All data is made up. What was finished before stands, and the message says what happened.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from pipeline import build as recipe
from pipeline import durable
from pipeline.build import build
from pipeline.checking import check
from pipeline.program.load import load_program
from pipeline.receive import find_extracts, receive_all, workers
from pipeline.receive import run as receiving
from pipeline.store.warehouse import Warehouse
from tests.crashes.power import CALLS, HEAD, PROGRAM

ROOT = Path(__file__).resolve().parents[2]
ROOT_USER = hasattr(os, "geteuid") and os.geteuid() == 0
ROW = "A-{},01/{:02}/2024 10:00:00\n"


def make(folder: Path, rows: int = 3) -> Path:
    """A program with one extract."""
    for name, text in {
        "program.toml": PROGRAM,
        "person.key": "11" * 32,
        "agencies/oak.toml": CALLS,
        "raw/oak/cad_1.csv": HEAD + "".join(ROW.format(n, 1 + n % 31) for n in range(rows)),
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def outcomes(*args: str | Path, before: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    """The real command line; `before` is a command that starts it."""
    command = [*before, sys.executable, str(ROOT / "cli.py"), *map(str, args)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done


# -- a full disk ------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 6 MB; only the superuser can make one, and only on some systems."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = ROOT_USER and shutil.which("mount") is not None
    if not mounted or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", place], check=False).returncode:
        pytest.skip("no small disk can be made here")
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)


def test_a_full_disk_leaves_the_last_good_warehouse(small_disk: Path) -> None:
    folder = make(small_disk / "program")
    assert outcomes("figures", "2024-01", "--audience", "staff", "--program", folder, "--quiet").returncode == 0
    warehouse = (folder / "out" / "warehouse.duckdb").read_bytes()
    make(folder, rows=20_000)
    for free in (900_000, 100_000):
        (small_disk / "other").unlink(missing_ok=True)
        (small_disk / "other").write_bytes(bytes(shutil.disk_usage(small_disk).free - free))
        full = outcomes("build", "2024-01", "--audience", "staff", "--program", folder, "--quiet")
        assert full.returncode == 1, full.stderr
        assert "the disk is full" in full.stderr
        assert "same command again" in full.stderr
    assert (folder / "out" / "warehouse.duckdb").read_bytes() == warehouse
    assert [p.name for p in folder.rglob(".*") if p.name not in (".build.lock", ".warehouse.lock")] == []
    again = outcomes("figures", "2024-01", "--audience", "staff", "--program", folder)
    assert again.returncode == 0
    assert "have changed since the last build" in again.stderr


# -- permissions ------------------------------------------------------------------------------------------------------


def test_raw_may_be_read_only_and_out_must_not_be(tmp_path: Path) -> None:
    if os.name != "posix":
        pytest.skip("modes are for systems that have them")
    folder = make(tmp_path / "program")
    (folder / "raw/oak/cad_2.csv").write_text(HEAD + "B-1,01/09/2024 10:00:00\n")
    modes = {"raw/oak/cad_1.csv": 0o444, "raw/oak/cad_2.csv": 0o000, "raw/oak": 0o555, "raw": 0o555}
    for name, mode in modes.items():
        (folder / name).chmod(mode)
    before: list[str] = []
    if ROOT_USER:  # who may read everything, unless that power is taken away
        if shutil.which("setpriv") is None:
            pytest.skip("the superuser may read everything")
        before = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
    try:
        done = outcomes("check", "--program", folder, "--quiet", before=before)
        assert done.returncode == 3, done.stderr
        assert "Permission denied" in done.stdout
        assert "cad_2.csv" in done.stdout
        assert (folder / "out").stat().st_mode & 0o777 == 0o700
        (folder / "out").chmod(0o555)
        refused = outcomes("build", "2024-01", "--program", folder, "--quiet", before=before)
        assert refused.returncode == 1
        assert "no permission" in refused.stderr
        assert "out" in refused.stderr
    finally:
        for path in (folder / "raw", folder / "raw/oak", folder / "out"):
            if path.exists():
                path.chmod(0o755)


# -- files that change ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["grows", "vanishes", "same"])
def test_a_file_that_changes_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    folder = make(tmp_path / "program")
    path = folder / "raw/oak/cad_1.csv"
    program = load_program(folder)
    found = find_extracts(program)
    real = receiving.open_source

    def opened(*args: object) -> object:
        source = real(*args)  # type: ignore[arg-type]
        content = path.read_bytes()
        path.unlink()
        if change != "vanishes":
            path.write_bytes(content + (b"Z-9,01/09/2024 10:00:00\n" if change == "grows" else b""))
            os.utime(path, ns=(1, 1))
        return source

    monkeypatch.setattr(receiving, "open_source", opened)
    (one,) = receive_all(program, found)
    if change == "same":  # another time, the same bytes
        assert (one.receipt.problem, one.receipt.accepted) == (None, 3)
    else:
        word = {"grows": "changed while it was being read", "vanishes": "gone"}[change]
        assert word in (one.receipt.problem or "")
        assert (one.receipt.read, one.folder) == (0, None)
        assert not any((folder / "out/extracts").iterdir())
    monkeypatch.undo()
    path.write_text(HEAD + ROW.format(1, 1))
    assert receive_all(program, found)[0].receipt.accepted == 1


def test_files_that_vanish_before_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make(tmp_path / "program")
    (folder / "raw/oak/cad_2.csv").write_text(HEAD + "B-1,01/09/2024 10:00:00\n")
    real = workers.receive_all

    def later(program: object, found: object, *rest: object) -> object:
        (folder / "raw/oak/cad_1.csv").unlink(missing_ok=True)
        return real(program, found, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(workers, "receive_all", later)
    checked = check(folder)
    assert [(r.extract, r.accepted, bool(r.problem)) for r in checked.receipts] == [
        ("oak/cad_1.csv", 0, True),
        ("oak/cad_2.csv", 1, False),
    ]
    assert checked.exit == 3


# -- locks ------------------------------------------------------------------------------------------------------------


def test_locks_and_work_of_the_dead_stop_nobody(tmp_path: Path) -> None:
    folder = make(tmp_path / "program")
    out = folder / "out"
    for name in ("extracts/.0123.abcd", ".spill-99999-abcd", "editions/.2024-01_x-abcd"):
        (out / name).mkdir(parents=True)
        (out / name / "rows").write_text("half")
        (out / f"{name}.lock").write_text("99999")
    for name in (
        ".build.lock",
        ".warehouse.lock",
        ".publishing.lock",
        ".warehouse-abcd.duckdb",
        ".warehouse-abcd.duckdb.wal",
    ):
        (out / name).write_text("99999")
    (folder / "published").mkdir()
    (folder / "published" / ".0001.csv.abcd.part").write_text("half")
    first = check(folder)
    assert [n for n in first.notices if "interrupted" in n and "6 temporary items" in n]
    assert {p.name for p in out.rglob(".*")} <= {".build.lock", ".warehouse.lock", ".publishing.lock", *spills(out)}
    assert not list((folder / "published").glob(".*.part"))
    assert not [n for n in check(folder).notices if "interrupted" in n]


def spills(out: Path) -> set[str]:
    """The folder of this process, which is alive."""
    return {p.name for p in out.glob(f".spill-{os.getpid()}-*")}


def test_a_second_command_waits_and_says_so(tmp_path: Path) -> None:
    folder = make(tmp_path / "program")
    hold = "import sys; from pathlib import Path; from filelock import FileLock\nwith FileLock(sys.argv[1]): print('held', flush=True); sys.stdin.read()"
    (folder / "out").mkdir()
    first = subprocess.Popen(
        [sys.executable, "-c", hold, str(folder / "out/.build.lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert first.stdout is not None
    assert first.stdout.readline() == "held\n"
    said: list[str] = []
    waits = threading.Event()

    class Told:
        def stage(self, title: str, total: int | None = None) -> None:
            said.append(title)
            if "Waiting" in title:
                waits.set()

        def advance(self, item: str = "") -> None: ...

    done = threading.Event()
    thread = threading.Thread(target=lambda: (check(folder, progress=Told()), done.set()))
    thread.start()
    assert waits.wait(60)
    assert not done.is_set()
    first.kill()  # the lock of a process that is killed is free
    first.communicate()
    thread.join(60)
    assert done.is_set()
    assert "Waiting for another command that works on this program" in said


# -- the clock --------------------------------------------------------------------------------------------------------


def test_a_clock_set_back_moves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make(tmp_path / "program", rows=31)
    first = recipe.refresh(load_program(folder), "2024-01")[0]
    with first:
        before = first.metadata()

    class Back(date):
        @classmethod
        def today(cls) -> date:
            return date(2023, 1, 1)

    for module in ("pipeline.store.resolve", "pipeline.store.warehouse"):
        monkeypatch.setattr(f"{module}.date", Back)
    for path in (folder / "raw").rglob("*.csv"):
        os.utime(path, ns=(1, 1))
    again = recipe.refresh(load_program(folder), "2024-01")[0]
    with again:
        assert again.metadata() == before
    with Warehouse(folder / "out/warehouse.duckdb") as warehouse:
        assert warehouse.connection.execute("SELECT count(*) FROM calls").fetchall() == [(31,)]
    with pytest.raises(Exception, match="no complete month"):
        build(folder)


@pytest.mark.skipif(os.name == "nt", reason="this system has no modes")
def test_a_file_is_closed_to_others_from_its_first_byte_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable, "_set_mode", lambda path, mode: None)
    before = os.umask(0)
    try:
        durable.write_file(tmp_path / "rows.csv", b"made up")
    finally:
        os.umask(before)
    assert (tmp_path / "rows.csv").stat().st_mode & 0o777 == 0o600


def test_a_full_disk_leaves_the_answer_of_before(small_disk: Path) -> None:
    folder = make(small_disk / "program")
    ask = ("figures", "2024-01", "--audience", "staff", "--program", folder, "--quiet")
    answers = [small_disk / "f.xlsx", small_disk / "f.csv", small_disk / "rows.csv"]

    def write(expected: int) -> None:
        for path in answers[:2]:
            done = outcomes(*ask, "--format", path.suffix[1:], "--output", path)
            assert (done.returncode, "the disk is full" in done.stderr) == (expected, expected == 1), done.stderr
        rows = ("explain", "calls_for_service", "2024-01", "--program", folder, "--quiet", "--rows", answers[2])
        assert outcomes(*rows).returncode == expected

    write(0)
    before = [path.read_bytes() for path in answers]
    (small_disk / "other").write_bytes(bytes(shutil.disk_usage(small_disk).free))
    write(1)
    assert [path.read_bytes() for path in answers] == before
    assert not list(small_disk.glob(".*"))


# -- being ended ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_command_that_is_asked_to_end_clears_its_work_away(tmp_path: Path, name: str) -> None:
    number = getattr(signal, name, None)
    if number is None or os.name != "posix":
        pytest.skip("Windows asks in other ways")
    folder = make(tmp_path / "program")
    os.mkfifo(tmp_path / "answer")  # nobody reads: writing waits
    command = [sys.executable, str(ROOT / "cli.py"), "figures", "2024-01", "--audience", "staff", "--format", "csv"]
    command += ["--program", str(folder), "--output", str(tmp_path / "answer")]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=_hears)  # noqa: PLW1509
    deadline = time.monotonic() + 120
    while not (folder / "out/warehouse.duckdb").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(1)
    running.send_signal(number)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 1
    assert "stopped; what was finished before is untouched" in said
    assert "Traceback" not in said
    assert not list((folder / "out").glob(".spill-*"))


def _hears() -> None:
    """Tests may run where these signals are ignored."""
    for name in ("SIGTERM", "SIGHUP", "SIGINT"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)
