"""What came of damaged inputs: counted, and of each kind of failure some kept."""

from __future__ import annotations

import os
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Tally:
    """What came of the inputs."""

    keep: Path
    ended: Counter[str] = field(default_factory=Counter)
    failed: dict[str, int] = field(default_factory=dict)

    def note(self, kind: str, ending: str) -> None:
        """One input ended as it should."""
        self.ended[f"{kind} {ending}"] += 1

    def fail(self, kind: str, what: str, material: dict[str, bytes]) -> None:
        """One input did not; of each kind of failure the first three inputs are kept."""
        self.ended[f"{kind} FAILED"] += 1
        seen = self.failed.get(what, 0)
        self.failed[what] = seen + 1
        if seen < 3:
            place = self.keep / f"{len(self.failed)}-{seen}"
            for name, content in material.items():
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                (place / name).write_bytes(content)
            (place / "what").write_text(what, errors="backslashreplace")


def place_of(error: BaseException) -> str:
    """The kind of error and the last places of ours."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f"{os.sep}pipeline{os.sep}" in f.filename]
    places = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames[-3:]))
    return f"{type(error).__name__}: {str(error)[:100]!r} {places}"


def run(
    kind: str, words: list[str], tally: Tally, material: dict[str, bytes], allowed: tuple[int, ...] = (0, 2, 3)
) -> None:
    """The command in this process, and what it did."""
    from typer.testing import CliRunner

    import cli

    begun = time.process_time()
    result = CliRunner().invoke(cli.app, words)
    took = time.process_time() - begun
    what = ""
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        what = place_of(result.exception)
    elif "unexpected failure" in result.output or "Traceback" in result.output:
        again = CliRunner().invoke(cli.app, [*words, "--debug"])
        what = " | ".join(again.output.splitlines()[-14:])
    elif result.exit_code not in allowed:
        what = f"exit {result.exit_code}: {result.output[-300:]}"
    elif took > 30:
        what = f"{words[0]} took long"
    elif strange := {c for c in result.output if not (c.isprintable() or c == "\n")}:
        what = f"printed {sorted(strange)!r}"
    if what:
        tally.fail(
            kind, what, material | {"output": result.output.encode("utf-8", "replace"), "words": repr(words).encode()}
        )
    else:
        tally.note(kind, f"exit {result.exit_code}")
