"""person.key: made once, whole, secret, and never where it could be deleted or handed out."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

from pipeline.errors import UserError
from pipeline.program.key import fingerprint, read_key
from pipeline.program.load import load_program
from pipeline.program.model import Privacy, Program
from tests.program.conftest import Folder


def read_in(folder: Path) -> bytes:
    """In another process: load the program and read its key."""
    return read_key(load_program(folder))


def with_key(program: Program, name: str) -> Program:
    return replace(program, privacy=Privacy(key_file=name))


def test_the_key_is_made_on_first_use(folder: Folder) -> None:
    program = folder.load()
    key = read_key(program)
    path = folder.path / "person.key"
    assert len(key) == 32
    assert bytes.fromhex(path.read_text().strip()) == key
    assert read_key(program) == key
    assert [p.name for p in folder.path.iterdir() if "key" in p.name] == ["person.key"]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_programs_have_two_keys(folder: Folder, tmp_path: Path) -> None:
    other = Folder(tmp_path / "other")
    other.write("program.toml", (folder.path / "program.toml").read_text())
    assert read_key(folder.load()) != read_key(other.load())


def test_many_processes_end_with_one_key(folder: Folder) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        keys = set(pool.map(read_in, [folder.path] * 4))
    assert len(keys) == 1
    assert [p.name for p in folder.path.iterdir() if "key" in p.name] == ["person.key"]


def test_many_threads_end_with_one_key(folder: Folder) -> None:
    program = folder.load()
    for _ in range(20):
        (folder.path / "person.key").unlink(missing_ok=True)
        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(read_key, [program] * 8))) == 1


def test_without_hard_links_the_key_is_made_too(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    assert read_key(folder.load()) == read_key(folder.load())


@pytest.mark.parametrize("content", ["", "\n", "00ff", "hunter", "a" * 30])
def test_an_empty_or_short_key_is_refused(folder: Folder, content: str) -> None:
    folder.write("person.key", content)
    with pytest.raises(UserError) as caught:
        read_key(folder.load())
    assert caught.value.code == 2
    assert "person.key" in str(caught.value)
    assert not content.strip() or content not in str(caught.value)


def test_spelling_of_hex_and_line_ends_do_not_change_the_key(folder: Folder) -> None:
    program = folder.load()
    folder.write("person.key", b"\xef\xbb\xbf" + b"AB" * 32 + b"\r\n")
    first = read_key(program)
    folder.write("person.key", b"ab" * 32)
    assert read_key(program) == first == b"\xab" * 32


def test_a_key_that_is_no_hex_is_used_as_it_stands(folder: Folder) -> None:
    folder.write("person.key", "correct horse battery staple\n")
    assert read_key(folder.load()) == b"correct horse battery staple"


@pytest.mark.parametrize("name", ["out/person.key", "raw/person.key", "published/k", "../person.key", "/tmp/k"])  # noqa: S108
def test_the_key_lies_nowhere_else(folder: Folder, name: str) -> None:
    with pytest.raises(UserError):
        read_key(with_key(folder.load(), name))
    assert not (folder.path / name).exists()


def test_the_key_may_lie_in_a_folder_of_its_own(folder: Folder) -> None:
    read_key(with_key(folder.load(), "secrets/person.key"))
    assert (folder.path / "secrets" / "person.key").is_file()


def test_a_folder_is_no_key(folder: Folder) -> None:
    (folder.path / "person.key").mkdir()
    with pytest.raises(UserError, match="regular file"):
        read_key(folder.load())


def test_the_fingerprint_tells_keys_apart_and_gives_none_away() -> None:
    one, other = bytes(32), bytes([1] * 32)
    assert fingerprint(one) == fingerprint(bytes(32))
    assert fingerprint(one) != fingerprint(other)
    assert len(fingerprint(one)) == 16
    assert other.hex()[:16] not in fingerprint(other)
