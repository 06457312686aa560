"""Files as bad as they come, builds that are killed, stopped or started twice (made-up data): the next build just works."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.journeys.conftest import CALLS, LOG, ROOT, Folder

HEAD = "Incident,Received,Nature,Dispo,Units\n"
GOOD = HEAD + "A-1,01/02/2024 10:00:00,MENTAL,ARR,CR1\nA-2,01/03/2024 10:00:00,THEFT,RPT,P1\n"
STAFF = ("--audience", "staff")

#: files that no reader can read, each with a word that its problem must say
UNREADABLE: dict[str, tuple[bytes, str]] = {
    "a_empty.csv": (b"", "empty"),
    "b_blank.csv": (b"\n\n  \n", "empty"),
    "c_missing.csv": (b"Incident,Received\nA,01/02/2024 10:00\n", '"Nature"'),
    "d_binary.csv": (bytes(range(256)) * 20, "text"),
    "e_text.xlsx": (b"hello", ".xlsx"),
    "f_page.xls": (b"<html><table><tr><td>Incident</td></tr></table></html>", "web page"),
    "g_paper.csv": (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n", "PDF"),
    "h_archive.csv": (b"PK\x03\x04" + bytes(300), "archive"),
    "i_broken.json": (b'{"a": 1', "JSON"),
    "j_nested.json": (b'[{"Incident":"J","Received":{"a":1},"Nature":"x","Dispo":null,"Units":null}]', "nested"),
    "k_twice.csv": (b"Incident,Received,Received,Nature,Dispo,Units\nA,1,2,x,,\n", "more than once"),
    "l_locked.xlsx": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + bytes(4000),
        "password",
    ),
}


@pytest.fixture
def program(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path / "program é (1)")
    folder.write("agencies/oak.toml", CALLS + LOG)
    folder.write("raw/oak/cad_1.csv", GOOD)
    folder.write(
        "raw/oak/log.csv",
        "No,CAD,Start,Last,First,DOB,Likely,Arrested,To\n1,A-1,01/02/2024 10:10,Doe,Sam,1/2/80,Y,N,none\n",
    )
    folder.write(
        "raw/oak/log_2.csv",
        "No,CAD,Start,Last,First,DOB,Likely,Arrested,To\n2,,02/02/2024 10:10,Doe,Sam,1/2/80,Y,N,none\n",
    )
    return folder


def start(program: Folder, period: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(ROOT / "cli.py"), "build", period, *STAFF, "--program", str(program.path)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def editions(program: Folder) -> list[str]:
    folders = (p for p in (program.path / "out/editions").iterdir() if p.is_dir())
    return sorted(p.name for p in folders if not p.name.startswith("."))


def test_builds_killed_stopped_and_started_twice(program: Folder) -> None:
    for seconds in (1.0, 3.0):
        process = start(program, "2024-01")
        time.sleep(seconds)
        process.kill()
        process.communicate()
    builds = [start(program, "2024-01") for _ in range(2)]
    ended = [(*process.communicate(), process.returncode) for process in builds]
    assert [code for *_, code in ended] == [0, 0], ended
    assert ended[0][0] == ended[1][0]
    assert all(line.startswith(str(program.path)) for line in ended[0][0].splitlines())
    assert len(editions(program)) == 1
    before = program.run("figures", "2024-01", *STAFF, "--format", "csv").out
    # the last good warehouse answers while a later build was stopped half-way
    program.write("raw/oak/cad_2.csv", GOOD.replace("A-1", "B-1"))
    process = start(program, "2024-01")
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    after = program.run("figures", "2024-01", *STAFF, "--format", "csv").out
    if process.returncode:  # a fast machine may have finished
        assert out == ""
        assert "Traceback" not in err
        command = [sys.executable, str(ROOT / "cli.py"), "figures", "2024-01", *STAFF, "--program", str(program.path)]
        spoken = subprocess.run(command, capture_output=True, text=True, check=True)
        assert ("oak/cad_2.csv" in spoken.stderr) == (after == before)  # the new rows are announced, or counted
        assert "oak/cad_2.csv" not in spoken.stdout
    assert program.run("build", "2024-01", *STAFF).code == 0
    later = program.run("figures", "2024-01", *STAFF, "--format", "csv").out
    assert later != before
    assert after in (before, later)
    (program.path / "raw/oak/cad_2.csv").unlink()
    assert program.run("build", "2024-01", *STAFF).code == 0
    assert program.run("figures", "2024-01", *STAFF, "--format", "csv").out == before
    assert len(editions(program)) == 2
    (program.path / "out/warehouse.duckdb").write_bytes(b"no database")
    assert program.run("figures", "2024-01", *STAFF, "--format", "csv").out == before


def test_bad_files_are_named_and_the_others_are_built(program: Folder, tmp_path: Path) -> None:
    bad = Folder.__new__(Folder)
    bad.path = tmp_path / "bad"
    shutil.copytree(program.path, bad.path, ignore=shutil.ignore_patterns("out", "published"))
    for name, (content, _) in UNREADABLE.items():
        bad.write(f"raw/oak/cad_{name}", content)
    bad.write("raw/oak/=notes.txt", "x")
    bad.write("raw/oak/cad_head.csv", HEAD)
    if hasattr(os, "mkfifo"):
        os.mkfifo(bad.path / "raw/oak/cad_pipe.csv")
        (bad.path / "raw/oak/cad_link.csv").symlink_to("/etc/hostname")
        (bad.path / "raw/oak/cad_gone.csv").symlink_to("nowhere.csv")
    receipts = bad.check(expect=3)
    for name, (_, word) in UNREADABLE.items():
        receipt = receipts[f"oak/cad_{name}"]
        assert word in receipt["problem"], (name, receipt["problem"])
        assert (receipt["read"], receipt["accepted"], receipt["rules"]) == (0, 0, {})
        assert (receipt["agency"], receipt["table"]) == ("oak", "calls")
    for name in ("=notes.txt", *(("cad_pipe.csv", "cad_link.csv", "cad_gone.csv") if hasattr(os, "mkfifo") else ())):
        receipt = receipts[f"oak/{name}"]
        assert receipt["problem"]
        assert (receipt["agency"], receipt["table"], receipt["read"]) == (None, None, 0)
    assert (receipts["oak/cad_head.csv"]["read"], receipts["oak/cad_head.csv"]["problem"]) == (0, None)
    result = bad.run("build", "2024-01", *STAFF)
    assert result.code == 3
    for name in UNREADABLE:
        assert f"cad_{name}" in result.err
        assert f"cad_{name}" not in result.out
    assert bad.figures("2024-01")["calls_for_service", "all"]["value"] == 2


def test_a_program_with_nothing_to_count(folder: Folder) -> None:
    folder.write("agencies/oak.toml", CALLS)
    assert folder.run("check").code == 0
    nothing = folder.run("figures", *STAFF)
    assert nothing.code == 2
    assert "period" in nothing.err
    assert folder.figures("2024-01")["diversion_rate", "all"]["status"] == "no_data"
    folder.write("raw/oak/cad.csv", GOOD)  # calls, and no encounter at all
    assert folder.run("build", "2024-01", *STAFF).code == 0
    figures = folder.figures("2024-01")
    assert figures["calls_for_service", "all"]["value"] == 2
    assert figures["people_met", "all"]["numerator"] == 0
    assert (figures["diversion_rate", "all"]["numerator"], figures["diversion_rate", "all"]["denominator"]) == (0, 0)
