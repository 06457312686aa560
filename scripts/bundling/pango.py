"""Pango for a machine that lacks it: the shared libraries of this Linux machine, and everything that they need.

They come from the packages of this machine's distribution, so a bundle runs where the C library is at least as new.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

#: What WeasyPrint loads.
WANTED = (
    "libgobject-2.0.so.0",
    "libpango-1.0.so.0",
    "libharfbuzz.so.0",
    "libharfbuzz-subset.so.0",
    "libfontconfig.so.1",
    "libpangoft2-1.0.so.0",
)
#: The C library belongs to the machine.
_SYSTEM = re.compile(r"^(linux-vdso|ld-linux.*|lib(c|m|dl|rt|pthread|resolv|util))\.so")
ORDER = "order.txt"
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><!-- used where the machine has no fonts of its own: for letters that the fonts of documents lack -->
<dir prefix="relative">fonts</dir>
<cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
"""


@dataclass(frozen=True)
class Library:
    """A shared library, and the package of the distribution that it comes from."""

    name: str
    package: str
    version: str


def collect(folder: Path) -> list[Library]:
    """Copies Pango and what it needs to `folder`, with the order in which to load it, and the licences.

    LookupError when this machine has no Pango itself, or no dpkg that says where a library comes from.
    """
    paths = _in_order([_find(name) for name in WANTED])
    folder.mkdir(parents=True)
    found = []
    for path in paths:
        shutil.copyfile(path, folder / path.name)
        found.append(_library(path, folder / "licences"))
    (folder / ORDER).write_text("".join(f"{path.name}\n" for path in paths), encoding="utf-8")
    (folder / "fonts.conf").write_text(_FONTS, encoding="utf-8")
    _keep_a_font(folder / "fonts")
    return found


def _keep_a_font(folder: Path) -> None:
    """DejaVu Sans, as matplotlib ships it: Pango ends the program when a machine has no font at all."""
    import matplotlib

    source = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    folder.mkdir()
    for name in ("DejaVuSans.ttf", "LICENSE_DEJAVU"):
        shutil.copyfile(source / name, folder / name)


def _find(name: str) -> Path:
    known = _run("/sbin/ldconfig", "-p")
    match = re.search(rf"^\s*{re.escape(name)} \(.*\) => (.+)$", known, flags=re.MULTILINE)
    if match is None:
        raise LookupError(f"{name} is not on this machine")
    return Path(match[1])


def _in_order(paths: list[Path]) -> list[Path]:
    """The libraries with all that they need, each after what it needs."""
    found: dict[str, Path] = {}

    def visit(path: Path) -> None:
        for name, where in re.findall(r"^\s*(\S+) => (\S+)", _run("ldd", str(path)), flags=re.MULTILINE):
            if name not in found and name != path.name and not _SYSTEM.match(name):
                visit(Path(where))
        found.setdefault(path.name, path)

    for path in paths:
        visit(path)
    return list(found.values())


def _library(path: Path, licences: Path) -> Library:
    """Debian's package of a library; its copyright file is kept."""
    candidates = {str(path), str(path.resolve()), f"/usr{path}", f"/usr{path.resolve()}"}
    for candidate in sorted(candidates):
        done = subprocess.run(["dpkg", "-S", candidate], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            package = done.stdout.split(": ")[0]
            break
    else:
        raise LookupError(f"no package of this machine holds {path}")
    version = _run("dpkg-query", "-W", "-f", "${Version}", package)
    name = package.split(":")[0]
    licences.mkdir(exist_ok=True)
    shutil.copyfile(Path("/usr/share/doc") / name / "copyright", licences / f"{name}.txt")
    return Library(path.name, name, version)


def _run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
