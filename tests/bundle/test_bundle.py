"""The bundle: what goes in, the same bytes each time, a bill of materials that names everything, a careful installer.

`scripts/try_bundle.sh` installs a real one without a network; that takes minutes and is no test of this suite.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("cyclonedx", reason="the libraries that make a bundle are not installed")

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from pipeline.publish import pango
from scripts import bundle
from scripts.bundling import sbom, wheels
from scripts.bundling.pango import Library

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheels.build_own(tmp_path_factory.mktemp("own"))


def test_the_wheel_has_every_file_that_the_program_reads(own: Path) -> None:
    with zipfile.ZipFile(own) as archive:
        there = set(archive.namelist())
    kept = subprocess.run(
        ["git", "ls-files", *wheels.SOURCES[:4]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    wanted = set(kept.stdout.split()) or {"cli.py"}  # an archive of the project has no list
    assert wanted - there == set()
    assert not [name for name in there if "__pycache__" in name]


def test_the_wheel_is_the_same_each_time(own: Path, tmp_path: Path) -> None:
    os.utime(ROOT / "cli.py")
    assert wheels.build_own(tmp_path).read_bytes() == own.read_bytes()


def test_each_kind_of_machine_gets_what_it_needs() -> None:
    pins = wheels.read_lock(ROOT / "requirements.lock")

    def names(platform: str, python: str = "3.11") -> list[str]:
        return [p.requirement.name for p in pins if p.wanted(wheels.PLATFORMS[platform], python)]

    assert "colorama" in names("windows-amd64")
    assert "colorama" not in names("linux-x86_64")
    for platform in wheels.PLATFORMS:
        for python in ("3.11", "3.13"):
            wanted = names(platform, python)
            assert len(wanted) == len(set(wanted)), "one version of each"
            assert {"duckdb", "pandas", "weasyprint", "pip"} <= set(wanted)


def test_pip_reads_back_what_was_read_from_the_lock(tmp_path: Path) -> None:
    pins = wheels.read_lock(ROOT / "requirements.lock")
    again = tmp_path / "again.txt"
    again.write_text("".join(pin.text() for pin in pins), encoding="utf-8")
    assert wheels.read_lock(again) == pins
    assert all(pin.hashes for pin in pins)


def test_the_bill_of_materials(own: Path) -> None:
    library = Library("libpango-1.0.so.0", "libpango-1.0-0", "1.50.12+ds-1")
    fonts = [sbom.Fonts("Source Sans 3", tuple((ROOT / "reports" / "fonts").glob("*.woff2")), "OFL-1.1")]
    text = sbom.bill_of_materials(own, [own], [library], fonts)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert sbom.bill_of_materials(own, [own], [library], fonts) == text
    bill = json.loads(text)
    main = bill["metadata"]["component"]
    assert (main["name"], main["purl"].split("?")[0]) == ("outcomes", f"pkg:pypi/outcomes@{main['version']}")
    assert main["hashes"] == [{"alg": "SHA-256", "content": hashlib.sha256(own.read_bytes()).hexdigest()}]
    assert {c["name"] for c in bill["components"]} == {"libpango-1.0.so.0", "Source Sans 3"}
    assert main["licenses"] == [{"license": {"id": "MIT"}}]


def test_an_archive_is_the_same_each_time(tmp_path: Path) -> None:
    made = []
    for place in ("one", "two"):
        folder = tmp_path / place / "outcomes-bundle"
        shutil.copytree(bundle.FILES, folder)
        os.utime(folder / "install.sh", (1, 1))
        (folder / "install.sh").chmod(0o700 if place == "one" else 0o644)
        bundle.archive(folder, tmp_path / f"{place}.zip")
        made.append((tmp_path / f"{place}.zip").read_bytes())
    assert made[0] == made[1]


def unpacked(folder: Path, **facts: object) -> Path:
    """A bundle with nothing to install in it."""
    shutil.copytree(bundle.FILES, folder)
    here = wheels.PLATFORMS[bundle.this_platform()]
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    said = {"platform": here.name, "system": here.system, "machine": here.machine, "pythons": [version], **facts}
    (folder / "bundle.json").write_text(json.dumps(said), encoding="utf-8")
    sums = "".join(f"{bundle.digest(p)}  {p.name}\n" for p in bundle.files_of(folder))
    (folder / "SHA256SUMS").write_text(sums, encoding="utf-8")
    return folder


def install(folder: Path, *options: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, str(folder / "install.py"), *options], capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def test_a_damaged_bundle_installs_nothing(tmp_path: Path) -> None:
    folder = unpacked(tmp_path / "bundle")
    (folder / "README.txt").write_text("changed", encoding="utf-8")
    code, said = install(folder)
    assert (code, "README.txt was damaged" in said) == (1, True)
    (folder / "README.txt").unlink()
    assert "README.txt is missing" in install(folder)[1]
    assert not (folder / "outcomes").exists()


@pytest.mark.parametrize(
    ("facts", "said"),
    [({"machine": "other"}, "this bundle is for"), ({"pythons": ["3.2"]}, "this bundle is for Python 3.2")],
)
def test_a_bundle_for_another_machine_says_so(tmp_path: Path, facts: dict[str, object], said: str) -> None:
    folder = unpacked(tmp_path / "bundle", **facts)
    assert said in install(folder)[1]
    assert not (folder / "outcomes").exists()


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    folder = unpacked(tmp_path / "bundle")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years", encoding="utf-8")
    assert "holds something else" in install(folder, "--to", str(tmp_path / "mine"))[1]
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


@pytest.mark.skipif(sys.platform != "linux", reason="bundles bring Pango for Linux alone")
def test_libraries_of_the_bundle_step_in_for_missing_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pango, "_CONFIGURATIONS", ())
    monkeypatch.setenv("FONTCONFIG_FILE", "before")
    pango.load(tmp_path)  # no bundle
    (tmp_path / "order.txt").write_text("libc.so.6\nlibmadeup.so.0\n", encoding="utf-8")
    with pytest.raises(OSError, match="libmadeup"):
        pango.load.__wrapped__(tmp_path)
    (tmp_path / "order.txt").write_text("libc.so.6\n", encoding="utf-8")
    pango.load.__wrapped__(tmp_path)
    assert os.environ["FONTCONFIG_FILE"] == "before"
