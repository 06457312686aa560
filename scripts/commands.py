"""Writes docs/commands.md from the real `--help` of every command; a test fails when it is stale.

python scripts/commands.py [--print]
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from typer.testing import CliRunner

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
TARGET = ROOT / "docs" / "commands.md"


def manual() -> str:
    """The commands in the order of the program, each with its help as a user sees it."""
    os.environ.update({"COLUMNS": "100", "TERMINAL_WIDTH": "100"})
    import cli  # noqa: F401 (registers its commands)
    from pipeline.shell import app

    parts = [
        "# Commands",
        "Printed from the program by `python scripts/commands.py`. Answers go to stdout, all else to stderr.",
        "Exit codes: 0 done; 1 unexpected failure; 2 usage or declaration; 3 done, but an extract could not be read"
        " (`--strict`: or has quarantined rows); 4 disclosure control failed, nothing published.",
    ]
    for command in app.registered_commands:
        shown = CliRunner().invoke(app, [str(command.name), "--help"], prog_name="outcomes").stdout
        parts.append(f"## outcomes {command.name}\n```\n{shown.strip()}\n```")
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    if "--print" in sys.argv:
        sys.stdout.write(manual())
    else:
        TARGET.write_text(manual(), encoding="utf-8", newline="\n")
        print(TARGET.relative_to(ROOT))
