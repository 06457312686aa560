"""Worker processes never outlive the command that started them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

#: a command whose workers wait: one for the end of its work, one for work
COMMAND = """
import os, sys, time
sys.path.insert(0, {root!r})
from pipeline.pools import Pool

if __name__ == "__main__":
    pool = Pool(2)
    for _ in range(2):
        pool.submit(time.sleep, 0.2).result()
    pool.submit(time.sleep, {work})
    print("at work", flush=True)
    time.sleep(3600)
"""


@pytest.mark.parametrize("work", [0, 3600])
def test_workers_of_a_killed_command_end_with_it(tmp_path: Path, work: int) -> None:
    script = tmp_path / "command.py"
    script.write_text(COMMAND.format(root=str(ROOT), work=work))
    command = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert command.stdout is not None
    assert command.stdout.readline() == "at work\n"
    command.kill()
    # every worker holds the command's output: it comes to its end when the last one has ended
    assert command.communicate(timeout=60)[0] == ""
