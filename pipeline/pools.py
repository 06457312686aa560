"""Processes of this machine that share out work, deaf to Ctrl-C and not waited for once nobody wants their work."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
Made = TypeVar("Made")


class Pool:
    """So many processes, spawned: threads of the libraries below survive no fork, and Windows has no other way."""

    def __init__(self, workers: int) -> None:
        self._others = set(multiprocessing.active_children())
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_leave_interrupts)

    def submit(self, work: Callable[P, Made], *given: P.args, **named: P.kwargs) -> Future[Made]:
        """Hand in one piece of work."""
        return self._pool.submit(work, *given, **named)

    def end(self, *, early: bool) -> None:
        """No more work. Ended early, what a process is in the middle of is not worth waiting for."""
        if early:
            for process in set(multiprocessing.active_children()) - self._others:
                process.terminate()
        self._pool.shutdown(cancel_futures=True)


def _leave_interrupts() -> None:
    """Ctrl-C goes to every process of a terminal; the command alone answers it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
