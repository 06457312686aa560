"""doctor: what is so about machine and program, and what to do; it makes nothing and changes nothing (made-up program)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.doctor import Finding, examine
from pipeline.doctor import machine as room
from pipeline.program.key import fingerprint
from tests.journeys.conftest import PROGRAM, Folder

KEY = "ab" * 32


@pytest.fixture(scope="module", autouse=True)
def one_look_at_the_machine():
    """The machine is the same in every test; a trial page takes a second."""
    found = list(room.look_at_machine())
    patch = pytest.MonkeyPatch()
    patch.setattr("pipeline.doctor.look_at_machine", lambda: iter(found))
    yield found
    patch.undo()


def look(folder: Folder, subject: str, backup: Path | None = None) -> Finding:
    found = [f for f in examine(folder.path, backup) if f.subject == subject]
    assert len(found) == 1
    assert found[0].ok or found[0].hint
    return found[0]


def edition(folder: Folder, key: str = KEY, end: str = "2024-08-31") -> None:
    """A finished edition, as far as doctor looks at it."""
    manifest = {
        "edition": "2024-08_0123abcd",
        "period": {"end": end},
        "sources": {"person_key": fingerprint(bytes.fromhex(key))},
    }
    folder.write("out/editions/2024-08_0123abcd/manifest.json", json.dumps(manifest))


def with_key(folder: Folder, key: str = KEY) -> Path:
    path = folder.write("person.key", key + "\n")
    path.chmod(0o600)
    return path


def test_this_machine_is_ready(one_look_at_the_machine) -> None:
    assert [f.subject for f in one_look_at_the_machine] == ["Python", "Libraries", "Pango", "Fonts", "Trial page"]
    assert all(f.ok for f in one_look_at_the_machine)


def test_the_command_ends_with_0_and_with_1_when_something_must_be_done(folder: Folder) -> None:
    ready = folder.run("doctor")
    assert (ready.code, ready.out) == (0, "")
    folder.write("program.toml", PROGRAM.replace("America/Chicago", "America/Chikago"))
    wrong = folder.run("doctor")
    assert wrong.code == 1
    assert wrong.out.startswith("NOT OK   Program: ") and "America/Chicago" in wrong.out


def test_nothing_is_made(folder: Folder) -> None:
    before = sorted(folder.path.rglob("*"))
    assert "will be made by the first build" in look(folder, "Key file").state
    assert sorted(folder.path.rglob("*")) == before


def test_the_key_must_be_that_of_the_last_edition(folder: Folder) -> None:
    with_key(folder)
    edition(folder)
    assert look(folder, "Same key").ok
    with_key(folder, "cd" * 32)
    wrong = look(folder, "Same key")
    assert not wrong.ok and "2024-08_0123abcd" in wrong.state and "cd" * 32 not in wrong.text
    (folder.path / "person.key").unlink()
    gone = look(folder, "Key file")
    assert not gone.ok and "Put the backed-up key in its place" in gone.hint


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_a_key_that_others_can_read_is_told(folder: Folder) -> None:
    with_key(folder).chmod(0o644)
    found = look(folder, "Key file")
    assert not found.ok and found.hint.startswith("Run: chmod 600")
    spaced = Folder(folder.path.parent / "of our town")
    with_key(spaced).chmod(0o644)
    assert look(spaced, "Key file").hint == f"Run: chmod 600 '{spaced.path / 'person.key'}'"


def test_a_backup_beside_a_key_in_a_folder_of_its_own_lies_with_the_data(folder: Folder) -> None:
    folder.write("program.toml", PROGRAM.replace("person.key", "keys/person.key"))
    own = folder.write("keys/person.key", KEY)
    assert "lies with the data" in look(folder, "Backup", shutil.copy(own, folder.path / "copy.key")).state


def test_a_backup_is_compared(folder: Folder, tmp_path: Path) -> None:
    own = with_key(folder)
    assert "fingerprint" in look(folder, "Backup").state
    copy = tmp_path / "safe.key"
    shutil.copy(own, copy)
    assert look(folder, "Backup", copy).ok
    assert "lies with the data" in look(folder, "Backup", shutil.copy(own, folder.path / "copy.key")).state
    copy.write_text("ef" * 32, encoding="ascii")
    assert "another key" in look(folder, "Backup", copy).state
    assert "cannot be read" in look(folder, "Backup", tmp_path / "none").state


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not there")
def test_a_key_that_git_would_take_along_is_told(folder: Folder) -> None:
    with_key(folder)
    subprocess.run(["git", "init", "-q", str(folder.path)], check=True)
    assert "git would take person.key along" in look(folder, "Key and git").state
    folder.write(".gitignore", "person.key\n")
    assert look(folder, "Key and git").ok


def test_a_changed_ledger_is_told(folder: Folder) -> None:
    assert look(folder, "Ledger").ok
    folder.write("published/0001_2024-08_0123abcd.csv", "not what was written\n")
    assert not look(folder, "Ledger").ok


def test_a_clock_behind_the_last_edition_is_told(folder: Folder) -> None:
    edition(folder, end="2024-08-31")
    assert look(folder, "Clock").ok
    edition(folder, end="2999-12-31")
    assert "before 2999-12-31, the last day of an edition" in look(folder, "Clock").state


def test_an_accent_that_is_too_light_is_darkened_and_told(folder: Folder) -> None:
    folder.write("program.toml", PROGRAM + '\n[branding]\naccent = "#ffcc00"\n')
    found = look(folder, "Accent")
    assert found.ok and "pages use it darkened, #" in found.state


def test_a_logo_that_cannot_be_printed_is_told(folder: Folder) -> None:
    folder.write("program.toml", PROGRAM + '\n[branding]\nlogo = "logo.svg"\n')
    found = look(folder, "Logo")
    assert not found.ok and "is not there" in found.state


def test_a_full_disk_is_told(folder: Folder, monkeypatch) -> None:
    usage = shutil.disk_usage(folder.path)._replace(free=10_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    found = look(folder, "Disk")
    assert not found.ok and "out/ may be deleted at any time" in found.hint


def test_missing_and_damaged_fonts_are_told(monkeypatch, tmp_path: Path) -> None:
    faces = sorted(room.FONTS.glob("*.woff2"))
    monkeypatch.setattr(room, "FONTS", tmp_path)
    monkeypatch.setattr(room, "_page", lambda: Finding("Trial page", True, ""))
    for number, face in enumerate(faces):
        found = next(f for f in room.look_at_machine() if f.subject == "Fonts")
        assert not found.ok and f"{number} of 4" in found.state
        shutil.copy(face, tmp_path)
    (tmp_path / faces[0].name).write_bytes(b"no font")
    found = next(f for f in room.look_at_machine() if f.subject == "Fonts")
    assert not found.ok and "is damaged" in found.state and found.hint


def test_a_library_of_another_version_is_told(monkeypatch) -> None:
    monkeypatch.setattr(room, "requires", lambda _: ["duckdb>=99", "rich>=14", "not-there-at-all>=1"])
    found = next(f for f in room.look_at_machine() if f.subject == "Libraries")
    assert not found.ok
    assert "duckdb is" in found.state and "not-there-at-all is missing" in found.state and "rich" not in found.state
