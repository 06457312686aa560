"""How many columns `outcomes onboard` gets right without asking, against mappings that people made.

    python -m benchmarks.onboard_share [--misses] [--real DIR]

Twice for each extract: with its headings, and with headings that say nothing (Column1, Column2, …). The truth are the
mappings of the sample program and, where the real public extracts are at hand, those of tests/real/declared.py and of
HEADER_SAMPLES below. A column counts as right when it is taken without a question from exactly the headings of the
truth. A call number that had to be made up counts as right when it is made up, whatever of. Printed beside: columns taken
that the truth leaves out (not wrong by themselves: a person mapped no more than needed), and columns of persons taken for
something that is stored, which must be none. The files of HEADER_SAMPLES have one to nine rows: too few for values to say
anything, so they count with their headings only.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.onboard.opened import Opened, open_unknown
from pipeline.onboard.propose import propose
from pipeline.program.load import load_program
from pipeline.program.model import Agency, Mapping, Program
from pipeline.receive.find import find_extracts
from pipeline.receive.read import Unreadable
from pipeline.receive.read.headings import heading_key
from pipeline.recognize import person_like
from pipeline.sample import make_demo

ROOT = Path(__file__).resolve().parents[1]
REAL = ROOT.parent / "shared" / "data" / "real"

#: What a person would map of the headings of seven more agencies (a row to nine each).
HEADER_SAMPLES: dict[str, dict[str, tuple[str, ...]]] = {
    "cincinnati__2021_05_12_cfs.csv": {
        "incident": ("event_number",),
        "received_at": ("create_time_incident",),
        "dispatched_at": ("dispatch_time_primary_unit",),
        "arrived_at": ("arrival_time_primary_unit",),
        "cleared_at": ("closed_time_incident",),
        "nature": ("incident_type_desc",),
        "disposition": ("disposition_text",),
        "priority": ("priority",),
        "area": ("beat",),
        "address": ("address_x",),
    },
    "howard_conty_police__2021_05_11_cfs.csv": {
        "incident": (),
        "received_at": ("date_reported", "time_reported"),
        "nature": ("computer_aided_dispatch_event_type",),
        "area": ("beat",),
        "address": ("location",),
    },
    "los_angeles__2021_05_14_2019.csv": {
        "incident": ("incident_number",),
        "received_at": ("dispatch_date", "dispatch_time"),
        "nature": ("call_type_text",),
        "area": ("rpt_dist",),
    },
    "pittsburgh__2023_08_17_incident_blotter_30day.csv": {
        "incident": ("CCR",),
        "received_at": ("INCIDENTTIME",),
        "nature": ("INCIDENTHIERARCHYDESC",),
        "area": ("INCIDENTZONE",),
        "address": ("INCIDENTLOCATION",),
    },
    "san_francisco__2021_05_11_cfs.csv": {
        "incident": ("crime_id",),
        "received_at": ("call_dttm",),
        "nature": ("original_crimetype_name",),
        "disposition": ("disposition",),
        "address": ("address",),
    },
    "seattle__2021_05_17_crisis_data.csv": {
        "incident": ("template_id",),
        "received_at": ("occured_date_time",),
        "source": ("call_type",),
        "nature_initial": ("initial_call_type",),
        "nature": ("final_call_type",),
        "disposition": ("disposition",),
        "area": ("beat",),
    },
    "st_petersburg__2021_05_19_cfs.csv": {
        "incident": ("event_number",),
        "received_at": ("crime_date",),
        "nature": ("classification",),
        "area": ("council_district",),
        "address": ("display_address",),
    },
}


@dataclass(frozen=True)
class Case:
    """One extract and what a person would map of it: canonical column -> headings; () is a number to be made up."""

    group: str
    name: str
    table: str
    opened: Opened
    truth: dict[str, tuple[str, ...]]
    persons: frozenset[str]
    agencies: tuple[Agency, ...] = ()

    def anonymous(self) -> Case:
        """The same extract with headings that say nothing."""
        names = [f"Column{n}" for n in range(1, len(self.opened.headings) + 1)]
        new = dict(zip((h.strip() for h in self.opened.headings), names, strict=True))
        columns = tuple(replace(c, heading=n) for c, n in zip(self.opened.columns, names, strict=True))
        opened = replace(self.opened, headings=tuple(names), columns=columns)
        truth = {c: tuple(new[h] for h in hs) for c, hs in self.truth.items()}
        persons = frozenset(new[h] for h in self.persons)
        return Case(self.group, self.name, self.table, opened, truth, persons, self.agencies)


@dataclass
class Score:
    """Columns of the truth, those right, columns beside it, and persons taken for something else."""

    columns: int = 0
    right: int = 0
    beside: int = 0
    told: int = 0

    def add(self, other: Score) -> None:
        """The sum of two."""
        self.columns += other.columns
        self.right += other.right
        self.beside += other.beside
        self.told += other.told

    @property
    def share(self) -> float:
        """The share of columns right."""
        return self.right / self.columns if self.columns else 1.0


def score(case: Case, misses: list[str]) -> Score:
    """One extract, proposed and compared."""
    proposal = propose(case.opened, case.table, "agency", case.agencies)
    taken = {c: p.headings for c, p in (*proposal.columns.items(), *proposal.unpivot.items())}
    found = Score(len(case.truth))
    for column, headings in case.truth.items():
        have = taken.get(column)
        if (have == headings) if headings else (have is not None and len(have) > 1):
            found.right += 1
        else:
            misses.append(f"{case.group} {case.name}: {column} is {headings}, taken {have}")
    found.beside = len(set(taken) - set(case.truth))
    stored = {h: c for c, hs in taken.items() if c not in ("person", "address") for h in hs}
    for heading in case.persons & set(stored):
        found.told += 1
        misses.append(f"PERSON {case.group} {case.name}: {heading} taken for {stored[heading]}")
    return found


def cases_of(program: Program, group: str) -> Iterator[Case]:
    """The largest extract of every mapping of a program."""
    found = find_extracts(program)
    for mapping in program.mappings:
        paths = [e.path for e in found.extracts if e.mapping is mapping]
        for path in sorted(paths, key=lambda p: -p.stat().st_size):
            try:
                opened = open_unknown(path)
                truth, persons = truth_of(mapping, opened), persons_of(mapping, opened)
            except (Unreadable, LookupError):  # not the file that the mapping is for
                continue
            yield Case(group, path.name, mapping.table, opened, truth, persons, program.agencies)
            break


def truth_of(mapping: Mapping, opened: Opened) -> dict[str, tuple[str, ...]]:
    """What a mapping says, in the headings of this file. A number made of several columns was made up."""
    spelled = {heading_key(h): h.strip() for h in opened.headings}
    sources = dict(mapping.columns) | (mapping.unpivot.columns if mapping.unpivot else {})
    truth = {}
    for column, source in sources.items():
        if source.constant is None:
            keys = [[heading_key(a) for a in part] for part in source.parts]
            headings = [spelled[next((k for k in part if k in spelled), "")] for part in keys]
            truth[column] = () if column == "incident" and len(headings) > 1 else tuple(headings)
    return truth


def persons_of(mapping: Mapping, opened: Opened) -> frozenset[str]:
    """Headings whose cells tell who somebody is: those of the person, and what is evidently one by its heading."""
    parts = mapping.columns["person"].parts if "person" in mapping.columns else ()
    named = {heading_key(a) for part in parts for a in part}
    told = {c.heading for c in opened.named if (p := person_like(c)) and p.by_heading >= 0.97}
    return frozenset({h.strip() for h in opened.headings if heading_key(h) in named} | told)


def demo_cases(folder: Path) -> Iterator[Case]:
    """The sample program."""
    make_demo(folder)
    yield from cases_of(load_program(folder), "demo")


def real_cases(folder: Path, real: Path) -> Iterator[Case]:
    """The real public extracts."""
    if not real.exists():
        return
    import tests.real.conftest as made
    from tests.real.declared import AGENCIES

    made.REAL = real

    without = {a: d for a, d in AGENCIES.items() if a != "baltimore"}  # nested JSON: no table
    yield from cases_of(load_program(made.write_program(folder, without, {})), "real")
    for name, truth in HEADER_SAMPLES.items():
        opened = open_unknown(real / "pdap_header_samples" / name)
        told = frozenset(c.heading for c in opened.named if (p := person_like(c)) and p.by_heading >= 0.97)
        yield Case("headers", name, "calls", opened, truth, told)


def main() -> int:
    """Prints a line for each group and the totals; 1 when a person was taken for something that is stored."""
    real = Path(sys.argv[sys.argv.index("--real") + 1]) if "--real" in sys.argv else REAL
    misses: list[str] = []
    totals: dict[tuple[str, bool], Score] = {}
    with tempfile.TemporaryDirectory() as place:
        for case in (*demo_cases(Path(place) / "demo"), *real_cases(Path(place) / "real", real)):
            for named in (True,) if case.group == "headers" else (True, False):
                found = score(case if named else case.anonymous(), misses)
                for group in (case.group, "all"):
                    totals.setdefault((group, named), Score()).add(found)
    print(f"{'':10} {'headings as they are':>32} {'Column1, Column2, …':>32}")
    for group in dict.fromkeys(g for g, _ in totals):
        cells = [totals.get((group, named), Score()) for named in (True, False)]
        print(
            f"{group:10}", *(f"{s.right:>5} of {s.columns:<4} {s.share:>6.1%} (+{s.beside})".rjust(32) for s in cells)
        )
    told = sum(s.told for (group, _), s in totals.items() if group == "all")
    print(f"(+n): columns taken beside the truth. Columns of persons taken for something stored: {told}")
    if "--misses" in sys.argv:
        print("\n".join(misses))
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
