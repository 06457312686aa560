"""Checks what Outcomes is made of, without a network: pins, hashes, licences, and known faults where a list is at hand.

    make supply
    python scripts/supply.py [--advisories FILE.zip]

`--advisories` is an export of the OSV database for PyPI (a zip of JSON records), carried here from a machine with a
network; without it known faults are not looked for, and the last line says so. CI asks pip-audit instead, which needs
the network. Ends with 1 when something is found.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.bundling.sbom import licence_of  # noqa: E402
from scripts.bundling.wheels import Pin, read_lock  # noqa: E402

LOCKS = ("requirements.lock", "requirements-dask.lock", "requirements-dev.lock")
LICENCES = Path(__file__).with_name("licences.toml")


def pin_mistakes(name: str, text: str, pins: Iterable[Pin]) -> Iterator[str]:
    """What is wrong with a lock file: an address in it, or a package that is not one version with hashes."""
    if re.search(r"[a-z]+://|^\s*(-i|--(extra-)?index-url|--find-links|--trusted-host)\b", text, flags=re.MULTILINE):
        yield f"{name}: holds an address; packages must come from where the machine says"
    for pin in pins:
        exact = [s.operator for s in pin.requirement.specifier] == ["=="] and "*" not in str(pin.requirement.specifier)
        if not exact or pin.requirement.url:
            yield f"{name}: {pin.requirement.name} is not pinned to one version"
        if not pin.hashes or any(not re.fullmatch(r"sha256:[0-9a-f]{64}", h) for h in pin.hashes):
            yield f"{name}: {pin.requirement.name} has no SHA-256 hash"


def licence_mistakes(names: Iterable[str]) -> Iterator[str]:
    """Installed packages whose licence nobody has looked at yet (scripts/licences.toml)."""
    known = tomllib.loads(LICENCES.read_text(encoding="utf-8"))
    accepted, looked_at = known["accepted"], known["looked_at"]
    for name in sorted(names):
        try:
            licence = licence_of(distribution(name).metadata)  # type: ignore[arg-type]
        except PackageNotFoundError:
            continue  # not for this machine
        if licence not in accepted and looked_at.get(name) != licence:
            yield f"{name}: licence {licence or 'not stated'!r} is not in {LICENCES.name}; read it, then add it"


def faults(pins: Iterable[Pin], records: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Pinned versions that an OSV record calls affected. A record that was withdrawn says nothing."""
    pinned = {(canonicalize_name(p.requirement.name), str(p.requirement.specifier).removeprefix("==")) for p in pins}
    for record in records:
        for affected in [] if record.get("withdrawn") else record.get("affected", []):
            package = affected.get("package", {})
            for name, version in sorted(pinned) if package.get("ecosystem") == "PyPI" else ():
                if name == canonicalize_name(package.get("name", "")) and is_affected(version, affected):
                    yield f"{name} {version}: {record['id']}: {record.get('summary', 'see the record')}"


def is_affected(version: str, affected: dict[str, Any]) -> bool:
    """Whether an `affected` entry of the OSV schema covers this version: listed, or within a range of versions."""
    if version in affected.get("versions", []):
        return True
    ranges = (r for r in affected.get("ranges", []) if r.get("type") == "ECOSYSTEM")
    return any(_within(Version(version), r.get("events", [])) for r in ranges)


def _within(version: Version, events: list[dict[str, str]]) -> bool:
    """OSV's own rule: the last event at or before the version decides."""
    inside = False
    for kind, text in sorted(((k, v) for e in events for k, v in e.items()), key=lambda e: _order(e[1])):
        at = _order(text)
        if kind == "introduced" and version >= at:
            inside = True
        elif (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            inside = False
    return inside


def _order(text: str) -> Version:
    try:
        return Version("0.dev0" if text == "0" else text)
    except InvalidVersion:
        return Version("0.dev0")  # rather one report too many


def read_records(path: Path) -> Iterator[dict[str, Any]]:
    """The records of an export."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith(".json"):
                yield json.loads(archive.read(name))


def main() -> int:
    """Look at everything, print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--advisories", type=Path, metavar="FILE.zip")
    given = parser.parse_args()
    found: list[str] = []
    pins: list[Pin] = []
    for name in LOCKS:
        own = read_lock(ROOT / name)
        found += pin_mistakes(name, (ROOT / name).read_text(encoding="utf-8"), own)
        pins += own
    names = {canonicalize_name(pin.requirement.name) for pin in pins}
    found += licence_mistakes(names)
    if given.advisories:
        found += faults(pins, read_records(given.advisories))
    for line in found:
        print(line)
    known = "known faults looked for" if given.advisories else "known faults NOT looked for (--advisories)"
    print(f"{len(names)} packages: {len(found)} finding{'' if len(found) == 1 else 's'}; {known}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
