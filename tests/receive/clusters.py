"""A real Dask cluster on this machine: a scheduler and workers, each a process of its own, as a program would find it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Long enough for a busy machine; a test that waits so long fails.
PATIENCE = 60


class Cluster:
    """Processes that are stopped at the end, whatever happens. `settings` are environment variables of Dask."""

    def __init__(self, folder: Path, protocol: str = "tcp", settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.env = {**os.environ, "PYTHONPATH": str(ROOT), **(settings or {})}
        self.workers: list[subprocess.Popen[bytes]] = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"{protocol}://127.0.0.1:{port}"
        options = ["--host", "127.0.0.1", "--port", str(port), "--protocol", protocol, "--no-dashboard", "--no-show"]
        self.scheduler = self._start("dask_scheduler", *options)
        until(lambda: _answers(port))

    def _start(self, module: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{module}", *options]
        with (self.folder / "cluster.log").open("ab") as log:
            return subprocess.Popen(command, env=self.env, cwd=self.folder, stdout=log, stderr=log)

    def grow(self, workers: int, threads: int = 1) -> None:
        """Start workers until there are so many."""
        while len(self.workers) < workers:
            options = ["--nthreads", str(threads), "--no-nanny", "--no-dashboard", "--memory-limit", "0"]
            self.workers.append(self._start("dask_worker", self.address, "--host", "127.0.0.1", *options))

    def lose(self, worker: int) -> None:
        """Kill a worker at once, as a power cut would."""
        lost = self.workers.pop(worker)
        lost.kill()
        lost.wait(PATIENCE)

    @property
    def log(self) -> str:
        """What scheduler and workers have written."""
        return (self.folder / "cluster.log").read_text(encoding="utf-8", errors="replace")

    def close(self) -> None:
        """Stop everything."""
        for process in (*self.workers, self.scheduler):
            if os.name == "posix" and process.poll() is None:
                process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait(PATIENCE)


def until(true: Callable[[], bool]) -> None:
    """Wait for something that happens in another process."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "what was waited for did not happen"
        time.sleep(0.02)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
