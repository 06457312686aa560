"""Runs the benchmarks one after another, each in a process of its own so that none warms another up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """The benchmarks: every module of this folder that ends in _speed, _utility or _share."""
    return sorted(p.stem for p in FOLDER.glob("*.py") if p.stem.endswith(("_speed", "_utility", "_share")))


def main() -> int:
    """Run those that are named, or all; the exit code is that of the last one that failed."""
    chosen = sys.argv[1:] or names()
    unknown = sorted(set(chosen) - set(names()))
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(names())}")
        return 2
    failed = 0
    for name in chosen:
        print(f"\n== {name}: python -m benchmarks.{name}", flush=True)
        failed = (
            subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=FOLDER.parent, check=False).returncode
            or failed
        )
    return failed


if __name__ == "__main__":
    sys.exit(main())
