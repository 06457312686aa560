"""All documents of a monthly edition, against the time that WeasyPrint alone takes for the same HTML.

The sample program is built once. Then, round by round: (1) everything that an edition is made of, documents rendered on
all cores; (2) WeasyPrint alone, one document after another in this process. The bar is 1.3 times, in wall time.
"""

from __future__ import annotations

import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.build import edition_inputs, refresh
from pipeline.facts import choose_period
from pipeline.program.load import load_program
from pipeline.publish import edition
from pipeline.publish.identity import edition_name
from pipeline.publish.inputs import EditionInputs
from pipeline.publish.letters.documents import letter_documents
from pipeline.publish.manifests import read_ledger
from pipeline.publish.pdf import _fetcher, _quiet
from pipeline.publish.public.documents import public_documents
from pipeline.publish.render import Job, Renderer
from pipeline.publishing import pass_control
from pipeline.sample import make_demo

ROUNDS, BAR = 3, 1.3


class Collector(Renderer):
    """Keeps the jobs of an edition instead of doing them."""

    def __init__(self) -> None:
        super().__init__()
        self.jobs: list[Job] = []

    def submit(self, job: Job) -> None:
        """Keep it."""
        self.jobs.append(job)


@contextmanager
def sample_inputs(folder: Path) -> Iterator[EditionInputs]:
    """What the edition of the sample program's last month is made from; letters ask its warehouse, so it stays open."""
    make_demo(folder)
    program = load_program(folder)
    warehouse, _ = refresh(program)
    with warehouse:
        inputs = edition_inputs(program, warehouse, choose_period(program, warehouse, None))
        yield pass_control(program, warehouse, inputs, read_ledger(program))[1]


def alone(jobs: list[Job]) -> None:
    """WeasyPrint itself: the same HTML and the same charts, tagged."""
    from weasyprint import HTML

    with _quiet():
        for job in jobs:
            html = HTML(string=job.html, base_url="outcomes://document/", url_fetcher=_fetcher(job.charts, job.logo))
            html.write_pdf(pdf_variant="pdf/ua-1")


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Wall seconds and CPU seconds, processes below included."""

    def cpu() -> float:
        used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(u.ru_utime + u.ru_stime for u in used)

    wall, before = time.perf_counter(), cpu()
    work()
    return time.perf_counter() - wall, cpu() - before


def main() -> None:
    """Print medians of the rounds."""
    cores = os.cpu_count() or 1
    collector = Collector()
    ours, floor = [], []
    with tempfile.TemporaryDirectory() as folder, sample_inputs(Path(folder) / "demo") as inputs:
        name = edition_name(inputs)
        edition.staff_documents(inputs, name, collector)
        letter_documents(inputs, name, None, collector)
        assert inputs.public is not None
        public_documents(inputs.public, inputs.program, inputs.period, name, None, None, collector)
        for _ in range(ROUNDS):
            ours.append(timed(lambda: edition.edition_documents(inputs, workers=cores)))
            floor.append(timed(lambda: alone(collector.jobs)))
    wall, cpu = (statistics.median(v[i] for v in ours) for i in (0, 1))
    wall0, cpu0 = (statistics.median(v[i] for v in floor) for i in (0, 1))
    print(f"{len(collector.jobs)} documents, {cores} cores, medians of {ROUNDS} rounds")
    print(f"the whole edition      {wall:6.1f} s wall {cpu:6.1f} s CPU")
    print(f"WeasyPrint alone       {wall0:6.1f} s wall {cpu0:6.1f} s CPU")
    print(f"ratio                  {wall / wall0:6.2f}   wall {cpu / cpu0:6.2f}   CPU  (bar: {BAR} wall)")


if __name__ == "__main__":
    main()
