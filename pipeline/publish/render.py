"""Documents become PDF on all cores: each is a job of its own, the same bytes whoever does it and in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from pipeline.errors import Exit, UserError
from pipeline.publish.pdf import render_pages

if TYPE_CHECKING:
    from concurrent.futures import Future

    from pipeline.pools import Pool

#: How the body of a page begins; a document that must fit is set closer by further classes there.
BODY = '<body class="doc"'


@dataclass(frozen=True, slots=True)
class Job:
    """A document to make: its path in the edition, its HTML, charts by name, the name behind its PDF identifier.

    With `pages` it is set closer, step by step, until it has no more than these: `closer` are classes of its body.
    `shorter` are other pages to try after `html`, each of which says less.
    """

    path: str
    html: str
    charts: Mapping[str, str]
    identifier: str
    logo: tuple[str, bytes] | None = None
    pages: int | None = None
    closer: tuple[str, ...] = ("",)
    shorter: tuple[str, ...] = ()


def carry_out(job: Job) -> bytes:
    """The PDF of a job; the closest setting stands when even that takes more pages."""
    data = b""
    for page, step in product((job.html, *job.shorter), job.closer):
        html = page.replace(BODY, f"{BODY[:-1]} {step}{BODY[-1]}", 1) if step else page
        data, pages = render_pages(html, job.charts, job.identifier, job.logo)
        if job.pages is None or pages <= job.pages:
            break
    return data


class Renderer:
    """Takes jobs while documents are being prepared, and hands back all of them at the end.

    With one worker each job is done when it is handed in; with more, in processes of their own.
    """

    def __init__(self, workers: int = 1) -> None:
        self.workers = workers
        self._done: dict[str, bytes] = {}
        self._waiting: dict[str, Future[bytes]] = {}
        self._pool: Pool | None = None

    def __enter__(self) -> Renderer:
        return self

    def __exit__(self, *_: object) -> None:
        """Stops what is still at work: nobody waits for it any more."""
        if self._pool is not None:
            self._pool.end(early=bool(self._waiting))
            self._pool = None

    def submit(self, job: Job) -> None:
        """Hand in a job."""
        if self.workers <= 1:
            self._done[job.path] = carry_out(job)
        else:
            self._waiting[job.path] = self._started().submit(carry_out, job)

    def finished(self) -> dict[str, bytes]:
        """Every document by its path. UserError when a process was killed."""
        from concurrent.futures.process import BrokenProcessPool

        try:
            for path in list(self._waiting):
                self._done[path] = self._waiting[path].result()
                del self._waiting[path]
        except BrokenProcessPool:
            what = "a process that made documents ended in the middle of its work: it was killed, or memory ran out"
            raise UserError(what, "--workers", "Build again; the figures are not lost.", Exit.FAILURE) from None
        return dict(sorted(self._done.items()))

    def _started(self) -> Pool:
        from pipeline.pools import Pool

        if self._pool is None:
            self._pool = Pool(self.workers)
        return self._pool
