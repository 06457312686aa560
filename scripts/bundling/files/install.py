"""Installs Outcomes from this bundle, without a network. Needs Python and nothing else.

    sh install.sh [--to FOLDER] [--dask]          (Linux, macOS)
    install.cmd [--to FOLDER] [--dask]            (Windows)

FOLDER is where it is put (default: the folder `outcomes` beside this file); delete it to remove Outcomes again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
WINDOWS = os.name == "nt"


def stop(text: str) -> None:
    """End with one clear line."""
    sys.exit(f"install: {text}")


def check_machine() -> None:
    """Stop when the bundle is for another kind of machine, or another version of Python."""
    facts = json.loads((HERE / "bundle.json").read_text(encoding="utf-8"))
    here = (platform.system(), platform.machine())
    if here != (facts["system"], facts["machine"]):
        stop(f"this bundle is for {facts['platform']}; this machine is {here[0]} {here[1]}")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if version not in facts["pythons"]:
        stop(f"this bundle is for Python {' or '.join(facts['pythons'])}; this is {platform.python_version()}")


def check_files() -> None:
    """Stop when a file is missing or is not what was bundled."""
    for line in (HERE / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        path = HERE / name
        if not path.is_file():
            stop(f"{name} is missing; unpack the whole archive again")
        if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            stop(f"{name} was damaged or changed; get the bundle again")


def install(target: Path, *, dask: bool) -> Path:
    """Make a Python environment in `target` and install the wheels into it. Gives the command."""
    venv.EnvBuilder(with_pip=False, clear=target.joinpath("pyvenv.cfg").exists()).create(target)
    programs = target / ("Scripts" if WINDOWS else "bin")
    python = programs / ("python.exe" if WINDOWS else "python")
    pip = next((HERE / "wheels").glob("pip-*.whl")) / "pip"
    options = ["--no-index", "--find-links", str(HERE / "wheels"), "--require-hashes", "--quiet", "--no-input"]
    wanted = HERE / ("requirements-dask.txt" if dask else "requirements.txt")
    command = [str(python), str(pip), "--disable-pip-version-check", "install", *options, "-r", str(wanted)]
    env = {**os.environ, "PIP_CONFIG_FILE": os.devnull}
    if subprocess.run(command, env=env, check=False).returncode:
        stop("the packages could not be installed; see the lines above")
    if (HERE / "pango").is_dir():
        shutil.copytree(HERE / "pango", target / "share" / "outcomes" / "pango", dirs_exist_ok=True)
    return programs / ("outcomes.exe" if WINDOWS else "outcomes")


def main() -> None:
    """Check, install, say what to do next."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=HERE / "outcomes", metavar="FOLDER", help="where to put it")
    parser.add_argument("--dask", action="store_true", help="also what --scheduler needs")
    given = parser.parse_args()
    target = given.to.resolve()
    if target.exists() and any(target.iterdir()) and not (target / "pyvenv.cfg").exists():
        stop(f"{target} is there and holds something else; name another folder with --to")
    check_machine()
    check_files()
    print(f"installing into {target} (half a minute)", flush=True)
    command = install(target, dask=given.dask)
    print(f"done. The command is\n  {command}\nTry it:\n  {command} demo")


if __name__ == "__main__":
    main()
