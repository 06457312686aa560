"""Letters as bytes: at most two pages, and the workbook beside it. The same facts, the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.program.model import Program
from pipeline.publish.html import chart_address, page, style_sheet
from pipeline.publish.inputs import EditionInputs
from pipeline.publish.letters.facts import LetterFacts
from pipeline.publish.letters.fit import may_fit, rooms
from pipeline.publish.letters.prepare import Letter, prepare
from pipeline.publish.letters.room import ROOMS
from pipeline.publish.letters.workbook import workbook
from pipeline.publish.logo import Logo
from pipeline.publish.pdf import LOGO_ADDRESS
from pipeline.publish.render import BODY, Job, Renderer

FOLDER = "letters"
MOST_PAGES = 2
#: Settings that are tried before the one that fits whatever an agency sends.
_TRIED = 5


@dataclass(frozen=True, slots=True)
class Frame:
    """What letters of one edition share; `edition` is empty when they belong to none (`check --letter`)."""

    program: Program
    edition: str
    logo: Logo | None


def letter_documents(
    inputs: EditionInputs,
    name: str,
    logo: Logo | None,
    renderer: Renderer,
    say: Callable[[str], object] | None = None,
) -> dict[str, bytes]:
    """The workbooks of an edition by their path in it; the letters themselves are handed in to the renderer.

    One agency's facts are in memory at a time.
    """
    made: dict[str, bytes] = {}
    if inputs.letters is None:
        return made
    for agency in inputs.program.agencies:
        if say is not None:
            say(f"{FOLDER}/{agency.id}.pdf")
        made |= _documents(inputs.letters(agency), Frame(inputs.program, name, logo), renderer)
    return made


def letter_files(facts: LetterFacts, frame: Frame) -> dict[str, bytes]:
    """letters/AGENCY.pdf and .xlsx of one agency."""
    renderer = Renderer()
    made = _documents(facts, frame, renderer)
    return made | renderer.finished()


def _documents(facts: LetterFacts, frame: Frame, renderer: Renderer) -> dict[str, bytes]:
    name = f"{FOLDER}/{facts.agency.id}"
    renderer.submit(_job(facts, frame, f"{name}.pdf"))
    return {f"{name}.xlsx": workbook(facts, frame.program)}


def _job(facts: LetterFacts, frame: Frame, path: str) -> Job:
    """The letter, set closer and told in fewer rows, step by step, until it fits; what cannot fit is not tried."""
    pages: list[str] = []
    for room in rooms(prepare(facts, frame.program, frame.edition, ROOMS[0])):
        letter = prepare(facts, frame.program, frame.edition, room)
        if room is ROOMS[-1] or (len(pages) < _TRIED and may_fit(letter, room.css)):
            pages.append(_page(letter, room.css, frame.logo))
    logo = (frame.logo.media, frame.logo.data) if frame.logo else None
    identifier = f"{frame.edition}/{path}"
    return Job(path, pages[0], {}, identifier, logo, MOST_PAGES, shorter=tuple(pages[1:]))


def _page(letter: Letter, css: str, logo: Logo | None) -> str:
    html = page("letter.html.j2", letter, chart_address, style_sheet(), LOGO_ADDRESS if logo else None)
    return html.replace(BODY, f"{BODY[:-1]} {css}{BODY[-1]}", 1)
