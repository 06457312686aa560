"""Nothing leaves the program folder, nothing in raw/ is opened, and globs mean the same on every system."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UserError
from pipeline.program.globs import matches
from pipeline.program.paths import inside, list_raw, within
from tests.program.conftest import Folder

posix = pytest.mark.skipif(os.name != "posix", reason="needs links and pipes")


def listed(folder: Folder) -> dict[str, str]:
    return {entry.name: entry.kind for entry in list_raw(folder.load())}


def test_files_are_listed_with_forward_slashes(folder: Folder) -> None:
    for name in ("a.csv", "oak/b.csv", "oak/2023/c d.CSV", "no-ending"):
        folder.write(f"raw/{name}", "x")
    assert listed(folder) == dict.fromkeys(["a.csv", "oak/b.csv", "oak/2023/c d.CSV", "no-ending"], "file")


def test_litter_is_no_extract(folder: Folder) -> None:
    for name in (".gitkeep", ".DS_Store", "oak/~$log.xlsx", "Thumbs.db", "oak/desktop.ini", "oak/._a.csv"):
        folder.write(f"raw/{name}", "x")
    assert listed(folder) == {}


def test_hidden_files_and_folders_are_named(folder: Folder) -> None:
    for name in (".cad.csv.part", "oak/.b.csv", ".old/a.csv", "oak/c.csv"):
        folder.write(f"raw/{name}", "x")
    assert listed(folder) == {".cad.csv.part": "hidden", "oak/.b.csv": "hidden", ".old": "hidden", "oak/c.csv": "file"}


def test_without_raw_there_is_nothing(folder: Folder) -> None:
    assert listed(folder) == {}


@posix
def test_links_pipes_and_sockets_are_told_apart(folder: Folder, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text("x")
    folder.write("raw/a.csv", "x")
    folder.write("incoming/b.csv", "x")
    folder.write("out/warehouse.duckdb", "x")
    folder.write("person.key", "x")
    raw = folder.path / "raw"
    (raw / "stays.csv").symlink_to("a.csv")
    (raw / "incoming.csv").symlink_to(folder.path / "incoming" / "b.csv")
    (raw / "incoming").symlink_to(folder.path / "incoming")
    (raw / "leaves.csv").symlink_to(outside / "secret.csv")
    (raw / "leaves").symlink_to(outside)
    (raw / "key.csv").symlink_to(folder.path / "person.key")
    (raw / "made.csv").symlink_to(folder.path / "out" / "warehouse.duckdb")
    (raw / "broken.csv").symlink_to("nowhere.csv")
    (raw / "gone.csv").symlink_to(outside / "nowhere.csv")
    (raw / "loop.csv").symlink_to("loop.csv")
    (raw / "again").symlink_to(raw)
    os.mkfifo(raw / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as sock:
        here = Path.cwd()
        os.chdir(raw)  # the name of a socket must be short
        try:
            sock.bind("socket.csv")
        finally:
            os.chdir(here)
    assert listed(folder) == {
        "a.csv": "file",
        "stays.csv": "file",
        "incoming.csv": "file",
        "incoming/b.csv": "file",
        "leaves.csv": "outside",
        "leaves": "outside",
        "key.csv": "outside",
        "made.csv": "outside",
        "broken.csv": "broken",
        "gone.csv": "outside",
        "loop.csv": "broken",
        "pipe.csv": "special",
        "socket.csv": "special",
    }


@posix
def test_a_raw_folder_that_lies_elsewhere_is_one_problem(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.csv").write_text("x")
    (folder.path / "raw").symlink_to(tmp_path / "elsewhere")
    assert listed(folder) == {"": "outside"}


@posix
def test_a_name_that_is_no_text_is_shown_with_its_bytes(folder: Folder) -> None:
    (folder.path / "raw").mkdir()
    try:
        (folder.path / "raw" / os.fsdecode(b"caf\xe9.csv")).write_text("x")
    except (OSError, ValueError):
        pytest.skip("this file system takes no such name")
    assert listed(folder) == {"caf\\xe9.csv": "file"}


@pytest.mark.parametrize("name", ["", "  ", "/etc/passwd", "../x", "a/../../x", "C:/x", "c:x", "a\\b", "~/x", "x\0y"])
def test_paths_that_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError):
        inside(tmp_path, name)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30))
def test_whatever_is_accepted_stays_inside(name: str) -> None:
    folder = Path(__file__).parent
    try:
        path = inside(folder, name)
    except UserError:
        return
    assert within(path, folder)


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("oak/cad_*.csv", "oak/cad_2023.csv", True),
        ("oak/cad_*.csv", "OAK/CAD_2023.CSV", True),
        ("oak/cad_*.csv", "oak/cad_/x.csv", False),
        ("oak/cad_*.csv", "oak/cad_2023.csv.bak", False),
        ("oak/cad_*.csv", "x/oak/cad_2023.csv", False),
        ("oak/cad_?.csv", "oak/cad_1.csv", True),
        ("oak/cad_?.csv", "oak/cad_12.csv", False),
        ("oak/cad_[0-9][0-9].csv", "oak/cad_12.csv", True),
        ("oak/cad_[!0-9].csv", "oak/cad_1.csv", False),
        ("oak/[a", "oak/[a", True),
        ("**/*.csv", "a.csv", True),
        ("**/*.csv", "a/b/c.csv", True),
        ("oak/**", "oak/a/b.csv", True),
        ("oak/**/b.csv", "oak/b.csv", True),
        ("./oak/a.csv", "oak/a.csv", True),
        ("oak/a+b (1).csv", "oak/a+b (1).csv", True),
        ("*", "a/b.csv", False),
    ],
)
def test_globs(pattern: str, name: str, expected: bool) -> None:
    assert matches(pattern, name) is expected


def test_an_accent_of_its_own_is_the_same_letter() -> None:
    """A Mac may keep ö as two characters; the mapping that was typed on it has one, or the other way round."""
    assert matches("oak/l\u00f6g_?.csv", "oak/lo\u0308g_1.csv")
    assert matches("oak/lo\u0308g*", "oak/L\u00d6G.csv")


def test_a_glob_of_many_stars_ends() -> None:
    assert not matches("*a" * 12 + ".csv", "a" * 60 + ".txt")
