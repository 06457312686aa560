"""What Outcomes is made of: pins, hashes and licences of the lock files, and the reading of advisories (made up here)."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("cyclonedx", reason="the libraries that make a bundle are not installed")

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts import supply
from scripts.bundling.wheels import Pin, read_lock

HASH = "sha256:" + "0" * 64
PINS = [Pin(Requirement("made-up==1.5.0"), (HASH,)), Pin(Requirement("other==2.0"), (HASH,))]


@pytest.mark.parametrize("name", supply.LOCKS)
def test_every_package_is_pinned_and_hashed(name: str) -> None:
    path = supply.ROOT / name
    assert list(supply.pin_mistakes(name, path.read_text(encoding="utf-8"), read_lock(path))) == []


def test_every_licence_was_looked_at() -> None:
    names = {canonicalize_name(p.requirement.name) for name in supply.LOCKS for p in read_lock(supply.ROOT / name)}
    assert list(supply.licence_mistakes(names)) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"made-up>=1 --hash={HASH}", "not pinned to one version"),
        (f"made-up==1.* --hash={HASH}", "not pinned to one version"),
        ("made-up==1.0", "no SHA-256 hash"),
        ("made-up==1.0 --hash=md5:00", "no SHA-256 hash"),
        (f"made-up @ https://example.org/made-up.whl --hash={HASH}", "holds an address"),
        (f"--index-url example\nmade-up==1.0 --hash={HASH}", "holds an address"),
    ],
)
def test_a_lock_that_pins_less_is_found(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "some.lock"
    path.write_text(line + "\n", encoding="utf-8")
    pins = read_lock(path) if not line.startswith("--") else []
    assert any(said in m for m in supply.pin_mistakes("some.lock", line, pins))


def test_the_workflow_can_be_read_and_runs_what_is_there() -> None:
    import yaml  # type: ignore[import-untyped]

    text = (supply.ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    jobs = yaml.safe_load(text)["jobs"]
    assert {"linux", "macos", "windows", "bundle", "container", "faults"} == set(jobs)
    run = " ".join(step.get("run", "") for job in jobs.values() for step in job["steps"])
    for name in (".ci/run", "scripts/bundle.py", "scripts/try_bundle.sh", "Containerfile"):
        assert name in run
        assert (supply.ROOT / name).is_file()
    for place in (word for word in run.split() if word.startswith("tests/")):
        assert (supply.ROOT / place).exists()


def record(**affected: object) -> dict[str, object]:
    package = {"ecosystem": "PyPI", "name": "Made_Up"}
    return {"id": "MADE-UP-1", "summary": "made up", "affected": [{"package": package, **affected}]}


def between(*events: dict[str, str]) -> dict[str, object]:
    return record(ranges=[{"type": "ECOSYSTEM", "events": list(events)}])


@pytest.mark.parametrize(
    ("advisory", "hit"),
    [
        (record(versions=["1.5.0"]), True),
        (record(versions=["1.4"]), False),
        (between({"introduced": "0"}), True),
        (between({"introduced": "0"}, {"fixed": "1.5.0"}), False),
        (between({"introduced": "1.0"}, {"fixed": "1.5.1"}), True),
        (between({"introduced": "0"}, {"last_affected": "1.5"}), True),
        (between({"introduced": "0"}, {"last_affected": "1.4.9"}), False),
        (between({"introduced": "1.6"}), False),
        (between({"introduced": "0"}, {"fixed": "1.1"}, {"introduced": "1.4"}), True),
        (between({"introduced": "1.10"}, {"fixed": "1.11"}), False),
        ({**record(versions=["1.5.0"]), "withdrawn": "2024-01-01"}, False),
        ({"id": "X", "affected": [{"package": {"ecosystem": "npm", "name": "made-up"}, "versions": ["1.5.0"]}]}, False),
    ],
)
def test_advisories_name_the_versions_that_they_mean(tmp_path: Path, advisory: dict[str, object], hit: bool) -> None:
    export = tmp_path / "all.zip"
    with zipfile.ZipFile(export, "w") as archive:
        archive.writestr("MADE-UP-1.json", json.dumps(advisory))
    found = list(supply.faults(PINS, supply.read_records(export)))
    assert found == (["made-up 1.5.0: MADE-UP-1: made up"] if hit else [])
