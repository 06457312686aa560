"""Processes of this machine that share out work.

They are deaf to Ctrl-C, are not waited for once nobody wants their work, and end with the command, killed or not.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing.connection import wait
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
Made = TypeVar("Made")


class Pool:
    """So many processes, spawned: threads of the libraries below survive no fork, and Windows has no other way."""

    def __init__(self, workers: int) -> None:
        self._others = set(multiprocessing.active_children())
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_follow)

    def submit(self, work: Callable[P, Made], *given: P.args, **named: P.kwargs) -> Future[Made]:
        """Hand in one piece of work."""
        return self._pool.submit(work, *given, **named)

    def end(self, *, early: bool) -> None:
        """No more work. Ended early, what a process is in the middle of is not worth waiting for."""
        if early:
            for process in set(multiprocessing.active_children()) - self._others:
                process.terminate()
        self._pool.shutdown(cancel_futures=True)


def _follow() -> None:
    """A process of the pool leaves Ctrl-C to the command, and ends with it however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it goes to every process of a terminal; the command alone answers it
    threading.Thread(target=_end_with_the_command, name="follower", daemon=True).start()


def _end_with_the_command() -> None:
    """A command that is killed says nothing: its processes would wait for work forever and hold its terminal open."""
    command = multiprocessing.parent_process()
    if command is not None:
        wait([command.sentinel])
        os._exit(1)
