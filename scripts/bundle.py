"""Makes the bundle: wheels, fonts and an install script in one archive, for machines without a network.

    make bundle                               for this machine and its Python
    python scripts/bundle.py [--platform NAME] [--python 3.11 3.12] [--output DIR]

The same checkout gives the same bytes. `scripts/try_bundle.sh` installs it with networking off and builds the demo.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.bundling import pango, sbom, wheels  # noqa: E402

FILES = Path(__file__).parent / "bundling" / "files"
#: Zip knows no time before 1980 and no zone; the same for every file.
STAMP = (2023, 11, 14, 22, 13, 20)


def this_platform() -> str:
    """The name of the kind of machine that this is."""
    for one in wheels.PLATFORMS.values():
        if (one.system, one.machine) == (platform.system(), platform.machine()):
            return one.name
    sys.exit(f"bundle: no bundle is known for {platform.system()} {platform.machine()}; name one with --platform")


def fill(folder: Path, target: wheels.Platform, pythons: list[str]) -> None:
    """Everything that the archive holds."""
    packages = folder / "wheels"
    packages.mkdir()
    pins = needed("requirements-dask")
    print(f"wheels for {target.name}, Python {', '.join(pythons)}", flush=True)
    wheels.download(pins, target, pythons, packages)
    own = wheels.build_own(packages)
    for lock in ("requirements", "requirements-dask"):
        text = requirements(needed(lock), packages, own, target, pythons)
        (folder / f"{lock}.txt").write_text(text, encoding="utf-8", newline="\n")
    shutil.copytree(ROOT / "reports" / "fonts", folder / "fonts")
    libraries = pango.collect(folder / "pango") if target.name == this_platform() and target.system == "Linux" else []
    facts = {"platform": target.name, "system": target.system, "machine": target.machine, "pythons": pythons}
    (folder / "bundle.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    families = [sbom.Fonts("Source Sans 3", tuple((folder / "fonts").glob("*.woff2")), "OFL-1.1")]
    if libraries:
        families.append(sbom.Fonts("DejaVu Sans", (folder / "pango" / "fonts" / "DejaVuSans.ttf",), "Bitstream-Vera"))
    bill = sbom.bill_of_materials(own, packages.glob("*.whl"), libraries, families)
    (folder / "sbom.cdx.json").write_text(bill, encoding="utf-8", newline="\n")
    for path in (*FILES.iterdir(), ROOT / "LICENSE"):
        shutil.copyfile(path, folder / path.name)
    sums = "".join(f"{digest(p)}  {p.relative_to(folder).as_posix()}\n" for p in files_of(folder))
    (folder / "SHA256SUMS").write_text(sums, encoding="utf-8", newline="\n")


def needed(lock: str) -> list[wheels.Pin]:
    """The pins of a lock file, without what only builds the wheel of Outcomes."""
    return [pin for pin in wheels.read_lock(ROOT / f"{lock}.lock") if pin.requirement.name != "setuptools"]


def requirements(pins: list[wheels.Pin], packages: Path, own: Path, target: wheels.Platform, pythons: list[str]) -> str:
    """What pip is to install: the pins with the hashes of the wheels in the bundle alone, and Outcomes itself."""
    there = {f"sha256:{digest(path)}" for path in packages.glob("*.whl")}
    lines = []
    for pin in pins:
        if any(pin.wanted(target, python) for python in pythons):
            hashes = tuple(h for h in pin.hashes if h in there)
            assert hashes, f"the bundle lacks {pin.requirement}"  # noqa: S101
            lines.append(pin.text(hashes=hashes))
    version = sbom.metadata_of(own)["Version"]
    return "".join([*lines, f"outcomes=={version} --hash=sha256:{digest(own)}\n"])


def files_of(folder: Path) -> list[Path]:
    """All files, in an order that does not depend on the machine."""
    return sorted((p for p in folder.rglob("*") if p.is_file()), key=lambda p: p.relative_to(folder).as_posix())


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def archive(folder: Path, target: Path) -> None:
    """A zip with the same bytes for the same files. Wheels are packed already."""
    with zipfile.ZipFile(target, "w") as made:
        for path in files_of(folder):
            entry = zipfile.ZipInfo(f"{folder.name}/{path.relative_to(folder).as_posix()}", STAMP)
            entry.create_system = 3  # modes mean something there
            entry.external_attr = (0o100755 if path.suffix == ".sh" else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_STORED if path.suffix == ".whl" else zipfile.ZIP_DEFLATED
            made.writestr(entry, path.read_bytes(), compresslevel=6)


def main() -> None:
    """Make the archive, and lay the bill of materials beside it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--platform", choices=sorted(wheels.PLATFORMS), default=None)
    parser.add_argument("--python", nargs="+", default=[f"{sys.version_info.major}.{sys.version_info.minor}"])
    parser.add_argument("--output", type=Path, default=ROOT / "dist")
    given = parser.parse_args()
    target = wheels.PLATFORMS[given.platform or this_platform()]
    given.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "outcomes-bundle"
        folder.mkdir()
        fill(folder, target, given.python)
        version = json.loads((folder / "sbom.cdx.json").read_text(encoding="utf-8"))["metadata"]["component"]["version"]
        name = f"outcomes-{version}-{target.name}-py{'-'.join(given.python)}"
        made = given.output / f"{name}.zip"
        archive(folder, made)
        shutil.copyfile(folder / "sbom.cdx.json", given.output / f"{name}.sbom.cdx.json")
    print(made, given.output / f"{name}.sbom.cdx.json", sep="\n")


if __name__ == "__main__":
    main()
