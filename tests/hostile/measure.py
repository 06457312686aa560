"""What each file of the corpus costs: processor seconds, peak memory, and how it ends.

    python -m tests.hostile.measure FOLDER [--only TEXT]

Each file is received in a process of its own, limited to 120 processor seconds.
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import resource
import signal
import sys
import time
from pathlib import Path

LIMIT_SECONDS = 120


def one(number: int, folder: Path, report: int) -> None:
    """Receives the extract with this number and writes one line."""
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT_SECONDS, LIMIT_SECONDS + 5))
    faulthandler.register(signal.SIGXCPU)
    from pipeline.program.key import read_key
    from pipeline.program.load import load_program
    from pipeline.receive import find_extracts, receive

    program = load_program(folder)
    extract = find_extracts(program).extracts[number]
    usage = resource.getrusage(resource.RUSAGE_SELF)
    before = usage.ru_utime + usage.ru_stime
    try:
        receipt = receive(extract, program, read_key(program)).receipt
        ending = receipt.problem[:60] if receipt.problem else f"read {receipt.read} accepted {receipt.accepted}"
        assert receipt.adds_up
    except BaseException as problem:
        ending = f"FAILED {type(problem).__name__}: {str(problem)[:200]}"
    usage = resource.getrusage(resource.RUSAGE_SELF)
    line = f"{usage.ru_utime + usage.ru_stime - before:8.2f} s {usage.ru_maxrss / 1000:8.0f} MB  {extract.name!a:44} {ending!a}\n"
    os.write(report, line.encode())


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from pipeline.program.load import load_program
    from pipeline.receive import find_extracts

    extracts = find_extracts(load_program(given.folder)).extracts
    begun = time.monotonic()
    for number, extract in enumerate(extracts):
        if given.only not in extract.name:
            continue
        child = os.fork()
        if not child:
            one(number, given.folder, 1)
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status:
            sys.stdout.write(f"ENDED {status}  {extract.name!a}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(extracts)} files, {time.monotonic() - begun:.0f} s\n")


if __name__ == "__main__":
    main()
