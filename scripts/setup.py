"""Sets this checkout up: .venv, pinned dependencies, Pango. Standard library only; run by `make setup`.

`python3 scripts/setup.py` prepares to run Outcomes, `--dask` with the optional part for Dask clusters, `--dev` to test
it as well. Says what it does, does nothing
when nothing changed, and ends with the path of what it made. Works on Linux, macOS and (without apt) Windows.
"""

from __future__ import annotations

import argparse
import ctypes
import ctypes.util
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
OLDEST = (3, 11)
# WeasyPrint loads these at run time (libraries by the names it looks for, Debian's packages that hold them)
PANGO = {
    "libpango-1.0-0": ("pango-1.0-0", "pango-1.0"),
    "libpangoft2-1.0-0": ("pangoft2-1.0-0", "pangoft2-1.0"),
    "libharfbuzz-subset0": ("harfbuzz-subset", "harfbuzz-subset-0"),
}
# tests look at pages (poppler) and open HTML (Chromium); without them those tests are skipped and say so
TEST_PROGRAMS = {"poppler-utils": "pdftoppm", "chromium": "chromium"}


def say(text: str) -> None:
    """One line of progress, at once even when make buffers."""
    print(text, flush=True)


def stop(text: str) -> None:
    """End with one clear line."""
    sys.exit(f"setup: {text}")


def run(*command: str | Path, quiet: bool = False, env: dict[str, str] | None = None) -> int:
    """Run a command; its exit code. With `quiet` its output is shown only when it fails."""
    done = subprocess.run([str(c) for c in command], capture_output=quiet, text=True, check=False, env=env)
    if quiet and done.returncode:
        say((done.stdout or "") + (done.stderr or ""))
    return done.returncode


def may_apt() -> list[str] | None:
    """How to call apt-get here, or None when it is missing or not permitted."""
    if shutil.which("apt-get") is None:
        return None
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return ["apt-get"]
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n", "apt-get"]
    return None


def apt_install(packages: list[str]) -> bool:
    """Install Debian packages; False when that is not possible here."""
    apt = may_apt()
    if apt is None:
        return False
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    say(f"  apt-get install {' '.join(packages)}")
    if run(*apt, "install", "-y", "-qq", "--no-install-recommends", *packages, quiet=True, env=env) == 0:
        return True
    run(*apt, "update", "-qq", quiet=True, env=env)
    return run(*apt, "install", "-y", "-qq", "--no-install-recommends", *packages, quiet=True, env=env) == 0


def loads(names: tuple[str, ...]) -> bool:
    """Whether a shared library can be loaded under one of the names."""
    for name in names:
        for candidate in (
            ctypes.util.find_library(name),
            f"lib{name}.so.0",
            f"lib{name.removesuffix('-0')}.so.0",
        ):
            if not candidate:
                continue
            try:
                ctypes.CDLL(candidate)
            except OSError:
                continue
            return True
    return False


def ensure_pango() -> None:
    """Install Pango when it is missing and permitted; otherwise one line that says what to install."""
    if platform.system() == "Darwin":  # where Homebrew and MacPorts put it; make has lost what the shell had set
        os.environ.setdefault("DYLD_FALLBACK_LIBRARY_PATH", "/opt/homebrew/lib:/usr/local/lib:/opt/local/lib")
    missing = [package for package, names in PANGO.items() if not loads(names)]
    if not missing:
        return
    say("Pango, which lays out the PDF pages, is missing")
    if apt_install(missing):
        return
    for package in missing:  # older systems have one of them inside another
        apt_install([package])
    missing = [package for package, names in PANGO.items() if not loads(names)]
    if not missing:
        return
    advice = {
        "Linux": f"sudo apt-get install {' '.join(missing)}   (Fedora: sudo dnf install pango)",
        "Darwin": "brew install pango",
        "Windows": "use WSL or the container image",
    }.get(platform.system(), "install Pango 1.44 or newer")
    stop(f"Pango is missing and cannot be installed from here. Please run:  {advice}")


def ensure_venv() -> None:
    """Make .venv, also where Debian keeps venv in a package of its own."""
    if PYTHON.exists() and run(PYTHON, "-m", "pip", "--version", quiet=True) == 0:
        return
    say("making .venv")
    if (
        subprocess.run(
            [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, check=False
        ).returncode
        == 0
    ):
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if not (apt_install([package]) or apt_install(["python3-venv"])):
        stop(f"Python's venv module is missing. Please run:  sudo apt-get install {package}")
    if run(sys.executable, "-m", "venv", "--clear", VENV, quiet=True):
        stop("could not make .venv; see the lines above")


def fingerprint(lock: Path) -> str:
    """What an installation was made from: the pins, the project's declaration, this Python and this folder."""
    parts = [
        lock.read_bytes(),
        (ROOT / "pyproject.toml").read_bytes(),
        sys.version.encode(),
        str(ROOT).encode(),
    ]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def ensure_packages(lock: Path) -> bool:
    """Install the pinned packages and the command `outcomes`; False when nothing changed since last time."""
    stamp = VENV / f".installed-{lock.stem}"
    wanted = fingerprint(lock)
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    say(f"installing the packages of {lock.name} (pinned, checked by hash)")
    pip: list[str | Path] = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-input"]
    if run(*pip, "--require-hashes", "--only-binary", ":all:", "-r", lock) and run(
        *pip, "--require-hashes", "-r", lock
    ):
        stop("the packages could not be installed; is this machine online? (see the lines above)")
    if run(*pip, "--no-build-isolation", "--no-deps", "--editable", ROOT):
        stop("the command `outcomes` could not be installed; see the lines above")
    stamp.write_text(wanted)
    return True


def ensure_test_programs() -> None:
    """Programs that some tests use; never a reason to stop."""
    missing = [package for package, program in TEST_PROGRAMS.items() if shutil.which(program) is None]
    lacking = [
        package for package in missing if not apt_install([package])
    ]  # one may be unknown here (Ubuntu's Chromium)
    if lacking:
        say(f"note: {', '.join(lacking)} not installed; the tests that look at pages are skipped")


def main() -> None:
    """Set up for running, with --dask for clusters, with --dev for testing too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also what the tests and linters need")
    parser.add_argument("--dask", action="store_true", help="also the optional part for Dask clusters")
    options = parser.parse_args()
    if sys.version_info < OLDEST:
        stop(f"Python {'.'.join(map(str, OLDEST))} or newer is needed; this is {platform.python_version()}")
    ensure_venv()
    lock = "requirements-dev.lock" if options.dev else "requirements-dask.lock" if options.dask else "requirements.lock"
    changed = ensure_packages(ROOT / lock)
    ensure_pango()
    if options.dev:
        ensure_test_programs()
    say(f"{'ready' if changed else 'ready, nothing to set up'}: {(BIN / 'outcomes').relative_to(ROOT)}")


if __name__ == "__main__":
    main()
