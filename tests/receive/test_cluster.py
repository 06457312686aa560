"""Extracts read by a real Dask cluster: the same bytes as one process, whatever happens to workers and scheduler."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.build import refresh
from pipeline.errors import DeclarationError, Exit, UserError
from pipeline.program.load import load_program
from pipeline.progress import SILENT
from pipeline.receive import find_extracts, receive_all
from pipeline.receive.cluster import checked_address, in_clear
from pipeline.receive.task import carry_out, task_of
from pipeline.turns import turn
from tests.receive.clusters import ROOT, Cluster, until
from tests.receive.conftest import KEY, Folder

pytest.importorskip("distributed", reason="the optional part for Dask clusters is not installed")

CALLS = """
[[extract]]
table = "calls"
files = "river/*.csv"
[extract.columns]
incident = "No"
received_at = "At"
nature = "Nature"
[[extract]]
table = "encounters"
files = "river/log.csv"
[extract.columns]
encounter = "Id"
started_at = "At"
person = ["Last", "First", "Born"]
"""
LOG = "Id,At,Last,First,Born\n1,2024-01-05,MADEUPNAME,Person,1990-01-01\n2,2024-01-06,MADEUPNAME,Person,1990-01-01\n"
posix = pytest.mark.skipif(os.name != "posix", reason="stops a process in the middle of its work")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    yield made
    made.close()


def write(folder: Folder, extracts: int = 4) -> None:
    folder.write("agencies/river.toml", CALLS.replace("river/*.csv", "river/cad_*.csv"))
    folder.write("raw/river/log.csv", LOG)
    for n in range(extracts):
        folder.write(
            f"raw/river/cad_{n}.csv", f"No,At,Nature\n1,2024-01-05,A\n2,soon,A\n1,2024-01-06,B\n9{n},2024-01-05,A\n"
        )


def large(folder: Folder) -> None:
    """An extract whose reading takes long enough to be caught at it."""
    rows = "".join(f"{n},2024-01-05 10:{n % 60:02}:00,N{n % 7}\n" for n in range(150_000))
    folder.write("raw/river/cad_9.csv", "No,At,Nature\n" + rows)


def contents(folder: Folder) -> dict[str, bytes]:
    base = folder.path / "out" / "extracts"
    return {p.relative_to(base).as_posix(): p.read_bytes() for p in sorted(base.rglob("*")) if p.is_file()}


def here(folder: Folder) -> dict[str, bytes]:
    """What one process makes of the program; nothing of it is left behind."""
    folder.receive()
    made = contents(folder)
    shutil.rmtree(folder.path / "out")
    return made


def command(folder: Folder, *args: str, env: dict[str, str] | None = None) -> subprocess.Popen[str]:
    """The real command line, under way."""
    line = [sys.executable, str(ROOT / "cli.py"), *args, "--program", str(folder.path)]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(line, text=True, env={**os.environ, **(env or {})}, **streams)  # type: ignore[call-overload,no-any-return]


def ended(asked: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command."""
    out, err = asked.communicate(timeout=120)
    assert "Traceback" not in err
    return asked.returncode, out, err


def loaded(folder: Folder) -> bytes:
    """The bytes of the warehouse, brought up to date as a build does."""
    program = load_program(folder.path)
    with turn(program, SILENT):
        warehouse, _ = refresh(program, "2024-01")
    warehouse.close()
    return warehouse.path.read_bytes()


def at_work(folder: Folder) -> list[Path]:
    return [p for p in (folder.path / "out" / "extracts").glob(".*") if p.is_dir()]


def halted_in_the_middle(folder: Folder, worker: subprocess.Popen[bytes]) -> Path:
    """Halt a worker while it is in the middle of an extract; the folder that it is writing."""
    while True:
        until(lambda: bool(at_work(folder)))
        worker.send_signal(signal.SIGSTOP)
        if found := at_work(folder):
            return found[0]
        worker.send_signal(signal.SIGCONT)


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_a_cluster_makes_the_same_bytes(folder: Folder, cluster: Cluster, workers: int) -> None:
    write(folder)
    folder.write("raw/river/cad_8.csv", b"")
    expected = here(folder)
    cluster.grow(workers, threads=1 if workers < 4 else 2)
    program = load_program(folder.path)
    found = find_extracts(program)
    received = receive_all(program, found, scheduler=cluster.address)
    assert contents(folder) == expected
    assert [one.extract for one in received] == list(found.extracts)
    assert [bool(one.receipt.problem) for one in received] == [
        one.extract.name.endswith("cad_8.csv") for one in received
    ]


def test_mistakes_in_corrections_come_together_from_a_cluster(folder: Folder, cluster: Cluster) -> None:
    write(folder)
    one = '[[correction]]\nextract = "river/cad_{}.csv"\nreason = "r"\nwhere = "true"\nexclude = true\nexpect = 9\n'
    folder.write("corrections.toml", one.format(0) + one.format(1))
    cluster.grow(1)
    program = load_program(folder.path)
    with pytest.raises(DeclarationError) as failure:
        receive_all(program, find_extracts(program), scheduler=cluster.address)
    assert [m.where.split("'")[1] for m in failure.value.mistakes] == ["river/cad_0.csv", "river/cad_1.csv"]


@posix
def test_a_worker_killed_in_the_middle_costs_nothing_but_time(folder: Folder, cluster: Cluster) -> None:
    write(folder, extracts=1)
    large(folder)
    expected = here(folder)
    while cluster.workers:
        cluster.lose(0)
    cluster.grow(1)
    checking = command(folder, "check", "--scheduler", cluster.address, "--quiet", "--format", "json")
    left = halted_in_the_middle(folder, cluster.workers[0])
    cluster.lose(0)
    cluster.grow(1)
    code, out, err = ended(checking)
    assert (code, err) == (0, "")
    assert '"read": 150000' in out
    made = {name: data for name, data in contents(folder).items() if not name.startswith(".")}
    assert made == expected
    assert left.is_dir()  # until a build cleans up
    loaded(folder)
    assert not at_work(folder)


def test_no_secret_and_no_person_in_what_a_cluster_sees(folder: Folder, cluster: Cluster) -> None:
    write(folder)
    program = load_program(folder.path)
    for extract in find_extracts(program).extracts:
        import cloudpickle  # type: ignore[import-untyped]

        sent = cloudpickle.dumps((carry_out, task_of(extract, program, bytes.fromhex(KEY))))
        assert bytes.fromhex(KEY) not in sent
        assert KEY.encode() not in sent
        assert b"MADEUPNAME" not in cloudpickle.dumps(carry_out(task_of(extract, program, bytes.fromhex(KEY))))
    assert "MADEUPNAME" not in cluster.log
    assert KEY not in cluster.log


def test_a_failure_on_a_worker_names_places_and_no_data(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.receive import task

    def broken(*_: object) -> None:
        raise ValueError("could not convert MADEUPNAME")

    write(folder)
    program = load_program(folder.path)
    asked = task_of(find_extracts(program).extracts[0], program, bytes.fromhex(KEY))
    monkeypatch.setattr(task, "receive", broken)
    outcome = carry_out(asked)
    assert isinstance(outcome, UserError)
    assert "unexpected failure of a worker (ValueError)" in str(outcome)
    assert "MADEUPNAME" not in f"{outcome} {outcome.__dict__} {outcome.args}"
    assert "broken" in str(outcome.__dict__)


@pytest.mark.parametrize("change", ["key", "no key", "software", "raw"])
def test_a_worker_on_another_machine_must_see_the_same(folder: Folder, change: str) -> None:
    from dataclasses import replace

    write(folder)
    program = load_program(folder.path)
    asked = task_of(find_extracts(program).extracts[0], program, bytes.fromhex(KEY))
    if change == "key":
        folder.write("person.key", "11" * 32)
    elif change == "no key":
        (folder.path / "person.key").unlink()
    elif change == "software":
        asked = replace(asked, made_by="another")
    else:
        shutil.rmtree(folder.path / "raw")
    outcome = carry_out(asked)
    assert isinstance(outcome, UserError)
    assert outcome.code == Exit.FAILURE
    assert (folder.path / "person.key").exists() == (change != "no key")
    assert not (folder.path / "out").exists()


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("127.0.0.1:8786", "tcp://127.0.0.1:8786"),
        ("tcp://localhost:8786", "tcp://localhost:8786"),
        ("tcp://[::1]:8786", "tcp://[::1]:8786"),
        ("tls://dask.example.org:8786", "tls://dask.example.org:8786"),
    ],
)
def test_addresses_on_this_machine_and_by_tls(given: str, meant: str) -> None:
    assert checked_address(given) == meant


@pytest.mark.parametrize(
    "given",
    [
        "tcp://dask.example.org:8786",
        "10.0.0.5:8786",
        "tcp://127.0.0.1.example.org:8786",
        "tcp://localhost.example.org:8786",
        "tcp://0.0.0.0:8786",
        "ws://127.0.0.1:8786",
        "inproc://127.0.0.1:1",
        "ucx://127.0.0.1:8786",
        "http://127.0.0.1:8786",
        "tls://dask.example.org",
        "tls://user@dask.example.org:8786",
        "tcp://127.0.0.1:99999",
        "tcp://[::1:8786",
        "127.0.0.1",
        "tls://",
        "",
    ],
)
def test_other_addresses_are_refused(folder: Folder, given: str) -> None:
    with pytest.raises(UserError) as refused:
        checked_address(given)
    assert refused.value.code == Exit.USAGE
    assert refused.value.hint


@pytest.mark.parametrize(
    ("worker", "clear"),
    [("tcp://127.0.0.1:40000", False), ("tls://10.0.0.5:40000", False), ("tcp://10.0.0.5:40000", True)],
)
def test_the_scheduler_must_not_hand_tasks_on_in_clear(worker: str, clear: bool) -> None:
    assert in_clear(worker) is clear


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes the certificate of a test cluster")
def test_a_cluster_behind_tls(folder: Folder, tmp_path_factory: pytest.TempPathFactory) -> None:
    place = tmp_path_factory.mktemp("tls")
    key, certificate = place / "key.pem", place / "certificate.pem"
    subject = ["-subj", "/CN=localhost", "-days", "2"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *files, *subject], check=True, capture_output=True
    )
    prefix = "DASK_DISTRIBUTED__COMM__TLS__"
    both = {
        f"{prefix}{who}__{what}": str(file)
        for who in ("SCHEDULER", "WORKER", "CLIENT")
        for what, file in (("KEY", key), ("CERT", certificate))
    }
    settings = {**both, f"{prefix}CA_FILE": str(certificate)}
    write(folder)
    expected = here(folder)
    cluster = Cluster(place, "tls", settings)
    try:
        cluster.grow(1)
        assert ended(command(folder, "check", "--scheduler", cluster.address, "--quiet", env=settings))[0] == 0
        assert contents(folder) == expected
        for without in ({}, {f"{prefix}CA_FILE": str(place / "missing.pem")}):
            code, _, err = ended(command(folder, "check", "--scheduler", cluster.address, env=without))
            assert code == 2
            assert "distributed.comm.tls" in err
    finally:
        cluster.close()


def test_a_refused_address_stops_before_anything_is_read(folder: Folder) -> None:
    for option in (["tcp://10.0.0.5:8786"], ["127.0.0.1:8786", "--workers", "2"]):
        code, out, err = ended(command(folder, "build", "--scheduler", *option))
        assert (code, out) == (2, "")
        assert "--scheduler" in err
        assert not (folder.path / "out").exists()


def test_without_the_optional_part_the_command_says_how_to_install_it(folder: Folder) -> None:
    code = "import sys; sys.modules['distributed'] = None; import cli; cli.main()"
    line = [sys.executable, "-c", code, "check", "--scheduler", "127.0.0.1:8786", "--program", str(folder.path)]
    done = subprocess.run(line, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 2
    assert "outcomes[dask]" in done.stderr
    assert "setup.py --dask" in done.stderr
    assert "://" not in done.stderr


@posix
def test_a_scheduler_that_goes_leaves_the_last_good_warehouse(folder: Folder, cluster: Cluster) -> None:
    """The last test of the module: it kills the scheduler."""
    write(folder)
    good = loaded(folder)
    large(folder)
    cluster.grow(1)
    while len(cluster.workers) > 1:
        cluster.lose(1)
    building = command(folder, "build", "2024-01", "--scheduler", cluster.address, "--quiet")
    halted_in_the_middle(folder, cluster.workers[0])
    cluster.scheduler.kill()
    code, out, err = ended(building)
    assert (code, out) == (1, "")
    assert "the scheduler is gone" in err
    assert (folder.path / "out" / "warehouse.duckdb").read_bytes() == good
    after = command(folder, "figures", "2024-01", "--audience", "staff", "--metric", "calls_for_service", "--quiet")
    assert ended(after)[0] == 0
    cluster.lose(0)
    assert loaded(folder) != good
    assert not at_work(folder)


def test_a_scheduler_that_is_not_there_is_said_clearly(folder: Folder) -> None:
    write(folder)
    env = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "1s"}
    code, _, err = ended(command(folder, "check", "--scheduler", "tcp://127.0.0.1:9", env=env))
    assert code == 1
    assert "no scheduler answers at tcp://127.0.0.1:9" in err
