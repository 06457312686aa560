"""Makes files that a careless or hostile sender could hand over, as a program folder (all data is made up).

    python -m tests.hostile.corpus FOLDER [--full]

`--full` makes them at their full size: cells of 100 MB, 100,000 columns, archives that expand beyond 1 GB.
"""

from __future__ import annotations

import argparse
import json
import os
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tests.hostile.made import HEAD, HEADINGS, NAMES, ROW, TIME, program
from tests.hostile.texts import jsons, texts
from tests.hostile.workbooks import workbooks
from tests.readers.books import book


def others(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Contents under names with a wrong ending."""
    good = book(folder / "made.xlsx", [list(HEADINGS), ["X-1", TIME, "x", "arrest", "CR1"]]).read_bytes()
    text = (HEAD + "\n" + ROW.format("A-1", "MADEUP") + "\n").encode()
    yield "workbook.csv", good
    yield "text.xlsx", text
    yield "text.json", text
    yield "json.csv", json.dumps([dict(zip(HEADINGS, "abcde", strict=True))]).encode()
    yield "page.xls", b"<html><table><tr><td>Incident</td></tr></table><script>HOSTILE()</script></html>"
    yield "packed.csv", zlib.compress(text)
    yield "gzip.csv", b"\x1f\x8b\x08\x00" + bytes(100)
    yield "empty.csv", b""
    yield "empty.xlsx", b""
    yield "empty.json", b""
    yield "space.csv", b" "
    yield "no_ending", text
    yield "many.dots.csv.xlsx.txt", text


def special(raw: Path) -> list[str]:
    """Pipes, devices, sockets, links that lead out, nowhere or round in circles. Names below raw/."""
    oak = raw / "oak"
    made = []
    if hasattr(os, "mkfifo"):
        os.mkfifo(oak / "cad_pipe.csv")
        made.append("cad_pipe.csv")
    if hasattr(os, "mknod"):
        with suppress(OSError):  # only the superuser may
            os.mknod(oak / "cad_zero.csv", 0o600 | stat.S_IFCHR, os.makedev(1, 5))
            made.append("cad_zero.csv")
    links = {
        "cad_passwd.csv": "/etc/passwd",
        "cad_dev.csv": "/dev/zero",
        "cad_nowhere.csv": "nothing",
        "cad_self.csv": "cad_self.csv",
        "cad_round_a.csv": "cad_round_b.csv",
        "cad_round_b.csv": "cad_round_a.csv",
        "cad_key.csv": "../../person.key",
        "cad_toml.csv": "../../program.toml",
        "cad_up.csv": "../../../outside.csv",
        "cad_folder": "..",
        "cad_again": ".",
    }
    for name, target in links.items():
        with suppress(OSError):
            (oak / name).symlink_to(target)
            made.append(name)
    (raw.parent.parent / "outside.csv").write_text(HEAD + "\n" + ROW.format("OUTSIDE-1", "x") + "\n")
    return made


def make(folder: Path, full: bool = False) -> list[str]:
    """The whole corpus. The names of the files below raw/oak/ that are regular."""
    program(folder)
    oak = folder / "raw" / "oak"
    made = []
    aside = folder.parent / "aside"
    aside.mkdir(exist_ok=True)
    for kind, files in (("t", texts(full)), ("j", jsons(full)), ("w", workbooks(aside, full)), ("o", others(aside))):
        for name, content in files:
            (oak / f"cad_{kind}_{name}").write_bytes(content)
            made.append(f"cad_{kind}_{name}")
    for number, name in enumerate(NAMES):
        with suppress(OSError, ValueError):  # a system may refuse the name
            (oak / f"cad_{name}").write_text(HEAD + "\n" + ROW.format(f"N-{number}", "MADEUP") + "\n")
            made.append(f"cad_{name}")
    special(folder / "raw")
    return made


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--full", action="store_true")
    given = parser.parse_args()
    sys.stdout.write(f"{len(make(given.folder, given.full))} files\n")


if __name__ == "__main__":
    main()
