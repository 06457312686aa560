"""The whole program report as one prepared object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from pipeline.publish import fonts
from pipeline.publish.charts.canvas import Chart
from pipeline.publish.inputs import EditionInputs
from pipeline.publish.palette import Palette
from pipeline.publish.report.agencies import Agencies, agencies
from pipeline.publish.report.context import Context
from pipeline.publish.report.data import DataPage, data_page
from pipeline.publish.report.definitions import Definitions, definitions
from pipeline.publish.report.first import FirstPage, first_page, kind_of_report
from pipeline.publish.report.ladder import Ladder, ladder
from pipeline.publish.report.moved import MovedSince, moved_since
from pipeline.publish.report.people import People, people
from pipeline.publish.report.trends import Trends, changes, service
from pipeline.publish.report.trust import trust
from pipeline.publish.report.when import When, when

#: Room for the footer beside the page number, in points (style.css), and the size of its type.
FOOTER_WIDTH, FOOTER_SIZE = 436.0, 8.5


@dataclass(frozen=True, slots=True)
class Report:
    """What the template of the program report prints. Sections without a single figure are None."""

    title: str
    description: str
    program: str
    organization: str
    audience: str
    footer: str
    palette: Palette
    first: FirstPage
    changes: Trends | None
    service: Trends | None
    ladder: Ladder | None
    agencies: Agencies | None
    when: When | None
    people: People | None
    data: DataPage
    moved: MovedSince | None
    definitions: Definitions


def prepare(inputs: EditionInputs, edition: str) -> Report:
    """Prepare the staff report of an edition; every number in it is a figure or a count of a receipt."""
    context = Context(inputs)
    kind = kind_of_report(context.period)
    return Report(
        title=f"{kind}, {context.period.title}: {inputs.program.name}",
        description=f"{kind} for staff: headline figures, trends, diversion, breakdowns, data quality and definitions",
        program=inputs.program.name,
        organization=inputs.program.organization,
        audience="Staff only",
        footer=footer(inputs.program.name, f"{kind}, {context.period.title}", "Staff only", edition),
        palette=context.palette,
        first=first_page(context, trust(context)),
        changes=changes(context),
        service=service(context),
        ladder=ladder(context),
        agencies=agencies(context),
        when=when(context),
        people=people(context),
        data=data_page(context),
        moved=moved_since(context),
        definitions=definitions(context),
    )


def footer(program: str, document: str, audience: str, edition: str) -> str:
    """The line at the foot of each page; a long program name gives way, the edition never."""
    rest = " · ".join(p for p in (document, audience, f"Edition {edition}") if p)
    if not program:
        return rest
    room = FOOTER_WIDTH - fonts.width(f" · {rest}", FOOTER_SIZE)
    name = fonts.cut(program, room, FOOTER_SIZE)
    return f"{name} · {rest}" if len(name) > 8 or name == program else rest


def charts_of(item: Any) -> Iterator[Chart]:
    """Every chart inside a prepared object, in reading order."""
    if isinstance(item, Chart):
        yield item
    elif isinstance(item, tuple):
        for part in item:
            yield from charts_of(part)
    elif is_dataclass(item):
        for each in fields(item):
            yield from charts_of(getattr(item, each.name))
