"""Damages real extracts byte by byte and opens each: it is read, or says in plain words why not. Counts the inputs.

    python -m tests.hostile.mutate FOLDER [--seconds 60] [--seed 1]

FOLDER holds extracts; of each the first 20,000 bytes of text, or the whole of a small workbook, are the seeds.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

ENDINGS = (".csv", ".json", ".xlsx", ".xls")
TOKENS = (
    b'"',
    b",",
    b"\n",
    b"\r",
    b"\0",
    b"\xff",
    b"'",
    b"\\",
    b"{",
    b"[",
    b"<",
    b"&",
    b"\x1a",
    b"\xef\xbb\xbf",
    b"\t",
    b"9" * 400,
    b"",
)


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The content with one to eight changes: bytes replaced, taken out, put in, doubled, or the end cut off."""
    held = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(held) + 1)
        kind = chance.randrange(5)
        if kind == 0 and at < len(held):
            held[at] = chance.randrange(256)
        elif kind == 1:
            del held[at : at + chance.choice((1, 2, 16, 500))]
        elif kind == 2:
            held[at:at] = chance.choice(TOKENS)
        elif kind == 3:
            held[at:at] = held[at : at + chance.choice((1, 50, 2000))]
        elif chance.random() < 0.2:
            del held[at:]
    return bytes(held)


def seeds(folder: Path) -> list[tuple[str, bytes]]:
    """Ending and content of what can be damaged."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix in ENDINGS and path.is_file():
            with path.open("rb") as file:
                content = file.read(20_000)
            if path.suffix.startswith(".xls"):
                content = path.read_bytes() if path.stat().st_size < 500_000 else b""
            if content:
                found.append((path.suffix, content))
    return found


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    from pipeline.program.model import Mapping, Source
    from pipeline.receive.read import Unreadable, open_source, read_headings

    chance = random.Random(given.seed)  # noqa: S311 (damage that repeats)
    begun, counts = time.monotonic(), [0, 0]
    known = seeds(given.folder)
    with tempfile.TemporaryDirectory() as place:
        while time.monotonic() - begun < given.seconds:
            ending, content = chance.choice(known)
            path = Path(place, "cad" + ending)
            path.write_bytes(damaged(content, chance))
            mapping = Mapping("fuzz", 1, "oak", "calls", "*")
            try:
                rows = read_headings(path, mapping)
                name = next((h for h in rows[0].headings if h.strip()), "x") if rows else "x"
                mapping = Mapping("fuzz", 1, "oak", "calls", "*", columns={"incident": Source(((name,),))})
                for _ in open_source(path, mapping).batches():
                    pass
                counts[0] += 1
            except Unreadable:
                counts[1] += 1
    sys.stdout.write(
        f"{sum(counts)} inputs of {len(known)} seeds: {counts[0]} read, {counts[1]} told why not, none failed\n"
    )


if __name__ == "__main__":
    main()
