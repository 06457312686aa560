"""The wheels of a bundle: those that the lock file pins, for one platform and some versions of Python."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
#: Second that is stamped into the wheel of Outcomes: 2023-11-14, as into its documents.
EPOCH = 1_700_000_000
#: What the wheel of Outcomes is built from.
SOURCES = ("cli.py", "pipeline", "schemas", "reports", "pyproject.toml", "README.md", "LICENSE")


@dataclass(frozen=True)
class Platform:
    """One kind of machine: the tags of wheels that run there, and what markers of requirements see."""

    name: str
    tags: tuple[str, ...]
    system: str
    sys_platform: str
    machine: str


def _linux(machine: str) -> Platform:
    tags = [f"manylinux_2_{minor}_{machine}" for minor in range(28, 16, -1)]
    return Platform(f"linux-{machine}", (*tags, f"manylinux2014_{machine}"), "Linux", "linux", machine)


def _mac(name: str, machine: str) -> Platform:
    tags = tuple(f"macosx_{v}_0_{m}" for v in range(14, 10, -1) for m in (machine, "universal2"))
    return Platform(name, (*tags, f"macosx_10_15_{machine}", f"macosx_10_13_{machine}"), "Darwin", "darwin", machine)


PLATFORMS = {
    p.name: p
    for p in (
        _linux("x86_64"),
        _linux("aarch64"),
        _mac("macos-arm64", "arm64"),
        _mac("macos-x86_64", "x86_64"),
        Platform("windows-amd64", ("win_amd64",), "Windows", "win32", "AMD64"),
    )
}


@dataclass(frozen=True)
class Pin:
    """One requirement of a lock file, with the hashes of all its files."""

    requirement: Requirement
    hashes: tuple[str, ...]

    def wanted(self, platform: Platform, python: str) -> bool:
        """Whether a machine of this kind needs it."""
        seen = {
            "python_version": python,
            "python_full_version": f"{python}.0",
            "sys_platform": platform.sys_platform,
            "platform_system": platform.system,
            "platform_machine": platform.machine,
            "os_name": "nt" if platform.system == "Windows" else "posix",
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
        }
        return self.requirement.marker is None or self.requirement.marker.evaluate(seen)

    def text(self, *, marker: bool = True, hashes: tuple[str, ...] | None = None) -> str:
        """The line for pip."""
        condition = f" ; {self.requirement.marker}" if marker and self.requirement.marker else ""
        pinned = f"{self.requirement.name}{self.requirement.specifier}{condition}"
        return " \\\n    ".join((pinned, *(f"--hash={h}" for h in hashes or self.hashes))) + "\n"


def read_lock(path: Path) -> list[Pin]:
    """The pins of a lock file that `scripts/lock.sh` wrote."""
    logical = path.read_text(encoding="utf-8").replace("\\\n", " ")
    pins = []
    for line in logical.splitlines():
        text, *hashes = re.split(r"\s+--hash=", line.split(" #")[0].strip())
        if text and not text.startswith("#"):
            pins.append(Pin(Requirement(text), tuple(h.strip() for h in hashes)))
    return pins


def download(pins: list[Pin], platform: Platform, pythons: list[str], folder: Path) -> None:
    """The wheel of each pin for each version of Python, checked by hash. SystemExit when one is not to be had."""
    for python in pythons:
        wanted = [pin for pin in pins if pin.wanted(platform, python)]
        with tempfile.TemporaryDirectory() as temporary:
            requirements = Path(temporary) / "requirements.txt"
            requirements.write_text("".join(pin.text(marker=False) for pin in wanted), encoding="utf-8")
            target = ["--python-version", python, "--implementation", "cp", "--abi", f"cp{python.replace('.', '')}"]
            target += [
                "--abi",
                "abi3",
                "--abi",
                "none",
                *(part for tag in platform.tags for part in ("--platform", tag)),
            ]
            options = ["--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:", "--dest", str(folder)]
            _pip("download", *options, *target, "--requirement", str(requirements))


def build_own(folder: Path) -> Path:
    """The wheel of this checkout: the same bytes from the same files, whenever and wherever it is built."""
    with tempfile.TemporaryDirectory() as temporary:
        source = Path(temporary) / "outcomes"
        source.mkdir()
        for name in SOURCES:
            _copy(ROOT / name, source / name)
        for path in source.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        env = {**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH)}
        options = ["--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", temporary]
        _pip("wheel", *options, str(source), env=env)
        made = next(Path(temporary).glob("outcomes-*.whl"))
        return Path(shutil.copy(made, folder / made.name))


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    else:
        shutil.copy(source, target)


def _pip(*arguments: str, env: dict[str, str] | None = None) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]
    if subprocess.run(command, check=False, env=env).returncode:
        sys.exit(f"bundle: pip {arguments[0]} failed; see the lines above")
