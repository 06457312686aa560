"""`[privacy] encrypt = true`: nothing below out/ shows a row, and everything works as before (all data made up)."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pytest

from pipeline.ask import figures
from pipeline.checking import check
from pipeline.doctor import examine
from pipeline.errors import UserError
from pipeline.program import seal as sealing
from pipeline.program.key import read_key
from pipeline.program.load import load_program
from pipeline.program.seal import Seal
from pipeline.receive import repeats, sound, tables
from pipeline.store import in_place
from tests.crashes.power import PROGRAM

ROOT = Path(__file__).resolve().parents[2]
#: Values of rows that must not be found in any file.
ROWS = ("INCIDENT-77", "MADEUP-NATURE", "BAD-TIME-88")
MAPPINGS = """
[[extract]]
table = "calls"
files = "oak/cad_*.csv"
datetime = ["%m/%d/%Y %H:%M:%S"]
[extract.columns]
incident = "Incident"
received_at = "Received"
nature = "Nature"
units = "Units"
[extract.split]
units = ","

[[extract]]
table = "encounters"
files = "oak/log_*.csv"
datetime = ["%m/%d/%Y %H:%M:%S"]
[extract.columns]
encounter = "No"
incident = "Incident"
started_at = "Start"
person = ["Last", "First", "DOB"]
arrest_likely = "Likely"
arrested = "Arrested"
"""

pytestmark = pytest.mark.skipif(
    find_spec(sealing.PACKAGE) is None, reason="DuckDB's extension has no wheel for this machine"
)


def make(folder: Path, *, encrypt: bool, rows: int = 40) -> Path:
    calls = "".join(f"INCIDENT-77{n},01/{1 + n % 28:02}/2024 10:00:00,MADEUP-NATURE,CR1\n" for n in range(rows))
    bad = "".join(f"INCIDENT-99{n},BAD-TIME-88,MADEUP-NATURE,CR1\n" for n in range(3))
    log = "".join(
        f"{n},INCIDENT-77{n},01/{1 + n % 28:02}/2024 10:10:00,Doe{n % 7},Sam,1/2/1980,Y,N\n" for n in range(rows // 2)
    )
    for name, text in {
        "program.toml": PROGRAM + f"[privacy]\nencrypt = {str(encrypt).lower()}\n",
        "person.key": "ab" * 32,
        "agencies/oak.toml": MAPPINGS,
        "raw/oak/cad_1.csv": "Incident,Received,Nature,Units\n" + calls + calls[: calls.index("\n") + 1] + bad,
        "raw/oak/log_1.csv": "No,Incident,Start,Last,First,DOB,Likely,Arrested\n" + log,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def shown(folder: Path) -> list[str]:
    """The files below out/ that show a row or a person key."""
    program = load_program(folder)
    secret = read_key(program)
    words = [w.encode() for w in ROWS] + [secret, secret.hex().encode(), base64.b64encode(secret)]
    files = [p for p in (folder / "out").rglob("*") if p.is_file()]
    return [p.relative_to(folder).as_posix() for p in files if any(w in p.read_bytes() for w in words)]


def staff(folder: Path) -> list[tuple[object, ...]]:
    """All figures of January."""
    found = figures(folder, "2024-01").figures
    return [(f.metric, f.agency, f.numerator, f.denominator, f.value) for f in found]


def test_nothing_shows_and_everything_is_as_before(tmp_path: Path) -> None:
    clear, sealed = make(tmp_path / "clear", encrypt=False), make(tmp_path / "sealed", encrypt=True)
    assert staff(clear) == staff(sealed)
    assert any(name.endswith(".parquet") for name in shown(clear))
    assert shown(sealed) == []
    warehouse = sealed / "out" / "warehouse.duckdb"
    with pytest.raises(duckdb.Error, match="encrypted"):
        duckdb.connect(warehouse, read_only=True)
    checked, other = check(sealed), check(clear)
    assert [(r.read, r.accepted, r.quarantined, r.duplicate) for r in checked.receipts] == [
        (44, 40, 3, 1),
        (20, 20, 0, 0),
    ]
    assert list(checked.violations()) == list(other.violations())
    assert staff(sealed) == staff(clear)  # from the warehouse that stands


def test_large_extracts_go_to_disk_encrypted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound, "_IN_MEMORY", 1)
    monkeypatch.setattr(repeats, "_IN_MEMORY", 10)
    monkeypatch.setattr(tables, "_FLUSH", 2)
    seen: list[str] = []
    real = sound.Sound.remove

    def look(self: sound.Sound) -> None:
        work = self._path.parent
        seen.extend(p.name for p in work.rglob("*") if p.is_file())
        assert not [p for p in work.rglob("*") if p.is_file() and any(w.encode() in p.read_bytes() for w in ROWS)]
        real(self)

    monkeypatch.setattr(sound.Sound, "remove", look)
    checked = check(make(tmp_path / "sealed", encrypt=True))
    assert "accepted.parquet" in seen
    assert [(r.read, r.accepted, r.quarantined, r.duplicate) for r in checked.receipts] == [
        (44, 40, 3, 1),
        (20, 20, 0, 0),
    ]
    assert sum(v.rule.startswith("received_at") or v.column == "received_at" for v in checked.violations()) == 3


def test_calls_read_in_place_are_encrypted_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = staff(make(tmp_path / "copied", encrypt=True))
    monkeypatch.setattr(in_place, "IN_PLACE_ROWS", 1)
    folder = make(tmp_path / "in place", encrypt=True)
    assert staff(folder) == before
    assert staff(folder) == before  # from the warehouse that stands
    assert shown(folder) == []


def test_switching_leaves_nothing_in_clear(tmp_path: Path) -> None:
    folder = make(tmp_path / "program", encrypt=False)
    before = staff(folder)
    assert shown(folder)
    (folder / "program.toml").write_text(PROGRAM + "[privacy]\nencrypt = true\n")
    assert staff(folder) == before
    assert shown(folder) == []


def test_another_key_makes_everything_anew(tmp_path: Path) -> None:
    folder = make(tmp_path / "program", encrypt=True)
    before = staff(folder)
    first = {p.name for p in (folder / "out/extracts").iterdir()}
    (folder / "person.key").write_text("cd" * 32)
    assert staff(folder) == before  # nobody is counted otherwise
    assert not first & {p.name for p in (folder / "out/extracts").iterdir()}
    assert shown(folder) == []


def test_the_key_is_in_no_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make(tmp_path / "program", encrypt=True)
    secret = bytes.fromhex("ab" * 32)
    one = Seal(secret)
    keys = [secret, one._parquet, one._database]
    words = [w for k in keys for w in (k.hex(), base64.b64encode(k).decode(), repr(k))]
    (folder / "out").mkdir()
    (folder / "out" / "warehouse.duckdb").write_bytes(b"no database")
    command = [sys.executable, str(ROOT / "cli.py"), "build", "2024-01", "--audience", "staff", "--debug"]
    process = subprocess.Popen(
        [*command, "--program", str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    lines = set()
    while process.poll() is None and Path("/proc").is_dir():
        for name in ("cmdline", "environ"):
            with suppress(OSError):  # it may end meanwhile
                lines.add(Path(f"/proc/{process.pid}/{name}").read_text(errors="replace"))
        try:
            process.wait(0.5)
        except subprocess.TimeoutExpired:
            continue
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert not [w for w in words if w in out + err + repr(one) + str(vars(sealing)) or any(w in line for line in lines)]
    manifest = next((folder / "out/editions").glob("*/manifest.json")).read_text()
    assert not [w for w in words if w in manifest]


def test_without_the_package_the_message_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make(tmp_path / "program", encrypt=True)
    monkeypatch.setattr(sealing, "PACKAGE", "duckdb_extension_missing")
    sealing.extension.cache_clear()
    try:
        with pytest.raises(UserError) as caught:
            check(folder)
    finally:
        sealing.extension.cache_clear()
    assert caught.value.code == 2
    assert "is not installed" in str(caught.value)
    assert f"duckdb-extension-missing=={duckdb.__version__}" in str(caught.value)


@pytest.mark.skipif(os.name != "posix", reason="modes are for systems that have them")
def test_only_the_owner_may_read(tmp_path: Path) -> None:
    folder = make(tmp_path / "program", encrypt=False)
    (folder / "person.key").unlink()
    staff(folder)
    modes = {
        p: p.stat().st_mode & 0o777 for p in (folder / "person.key", folder / "out", folder / "out/warehouse.duckdb")
    }
    assert list(modes.values()) == [0o600, 0o700, 0o600]
    for path in (folder / "out/extracts").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_key_that_went_missing_is_told(tmp_path: Path) -> None:
    folder = make(tmp_path / "program", encrypt=False)
    (folder / "person.key").unlink()
    assert not [n for n in check(folder).notices if "missing" in n]  # its first use
    (folder / "person.key").unlink()
    assert [n for n in check(folder).notices if "person.key was missing" in n]


def test_doctor_tells_of_encryption_and_of_open_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make(tmp_path / "program", encrypt=True)
    (folder / "person.key").chmod(0o600)
    (folder / "out").mkdir(mode=0o755)
    found = {f.subject: f for f in examine(folder)}
    assert found["Encryption"].ok
    if os.name == "posix":
        assert "chmod 700" in [f for f in examine(folder) if f.subject == "out/"][-1].state
    monkeypatch.setattr(sealing, "PACKAGE", "duckdb_extension_missing")
    sealing.extension.cache_clear()
    try:
        assert not {f.subject: f for f in examine(folder)}["Encryption"].ok
    finally:
        sealing.extension.cache_clear()
