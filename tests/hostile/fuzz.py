"""Damages extracts, declarations and arguments, and runs the program on each. Counts the inputs, keeps what failed.

    python -m tests.hostile.fuzz FOLDER [--seconds 60] [--seed 1] [--only KIND,…] [--keep FOLDER]

FOLDER holds extracts that are damaged as they are. Whatever goes in: the command ends with 0, 2 or 3, its receipts add
up, nothing that a terminal obeys is printed, and nothing unexpected happens.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.hostile.damaged_extracts import Extracts, Readings
from tests.hostile.damaged_words import Arguments, Declarations, Loadings
from tests.hostile.tally import Tally

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="extract,reading,declaration,loading,argument")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-failed"))
    given = parser.parse_args()
    chance = random.Random(given.seed)  # noqa: S311 (damage that repeats)
    tally = Tally(given.keep.absolute())
    with tempfile.TemporaryDirectory() as place:
        makers: dict[str, Callable[[], Extracts | Readings | Declarations | Loadings | Arguments]] = {
            "extract": lambda: Extracts(given.folder.absolute(), Path(place, "extract")),
            "reading": lambda: Readings(given.folder.absolute(), Path(place, "reading")),
            "loading": lambda: Loadings(Path(place, "loading")),
            "declaration": lambda: Declarations(Path(place, "declaration")),
            "argument": lambda: Arguments(Path(place, "argument")),
        }
        kinds = [makers[name]() for name in given.only.split(",")]
        begun = time.monotonic()
        while time.monotonic() - begun < given.seconds:
            for kind in kinds:
                kind.one(chance, tally)
        os.chdir(ROOT)
    for ending, count in sorted(tally.ended.items()):
        sys.stdout.write(f"{count:7} {ending}\n")
    for what, count in tally.failed.items():
        sys.stdout.write(f"FAILED {count} times: {what}\n")
    sys.stdout.write(f"{sum(tally.ended.values())} inputs\n")
    sys.exit(bool(tally.failed))


if __name__ == "__main__":
    main()
