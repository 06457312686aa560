"""About how high a letter is: rendering is what takes time, so what cannot fit is not rendered."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from pipeline.publish import fonts
from pipeline.publish.letters.room import ROOMS, Room
from pipeline.publish.report.views import Cell, Row, Table

if TYPE_CHECKING:
    from pipeline.publish.letters.prepare import Letter

#: Two pages, less the rule at the head of the second, in points; and the width of a line.
ONE_PAGE, TWO_PAGES, WIDTH = 684.0, 684.0 + 675.0, 504.0
_LITTLE_MORE = 1.2
#: Page breaks waste a little; an estimate above this share of two pages is not tried.
_SLACK = 0.99
#: Heights in style.css at each setting: roomy, closer, closest.
_PADDING, _GAP, _SMALL = (5.6, 3.8, 3.8), (14.0, 9.0, 9.0), (10.0, 10.0, 9.0)


def rooms(roomy: Letter) -> tuple[Room, ...]:
    """The settings to try, in this order; a letter of little more than one page is set closer, to stay on one."""
    closer = next(n for n, room in enumerate(ROOMS) if room.css != ROOMS[0].css)
    over = ONE_PAGE < height(roomy, ROOMS[0].css) <= ONE_PAGE * _LITTLE_MORE
    return ROOMS[closer:] if over and height(roomy, ROOMS[closer].css) <= ONE_PAGE else ROOMS


def may_fit(letter: Letter, css: str) -> bool:
    """Whether the letter could go on two pages at this setting."""
    return height(letter, css) <= TWO_PAGES * _SLACK


def height(letter: Letter, css: str) -> float:
    """The height of the letter in points, were it one long page."""
    step = css.count("clos")
    tables = [letter.unreadable, letter.arrived, letter.waits, letter.look, letter.agreement.proposals, letter.mended]
    tables += [letter.changes.months, letter.changes.newest]
    found = sum(_table(t, step) for t in tables if t is not None)
    sections = (letter.agreement.sentence or letter.agreement.proposals, letter.changes.months or letter.changes.newest)
    headings = sum(bool(s) for s in sections)
    return found + headings * (37.0, 25.0, 25.0)[step] + _frame(letter, step) + _box(letter, step)


def _frame(letter: Letter, step: int) -> float:
    """Masthead, title, lead, the sentence on CAD and log, and how to answer."""
    title = _lines(letter.heading, WIDTH, 24.0 if step < 2 else 20.0, 700) * (28.0 if step < 2 else 24.0)
    sentence = _lines(letter.agreement.sentence, WIDTH, 10.0) * 14.0 if letter.agreement.sentence else 0.0
    lead = (48.0, 38.0, 38.0)[step]
    shared = _lines(letter.shared, WIDTH, 10.0) * 14.0 + 5.0 if letter.shared else 0.0
    return 31.0 + shared + title + 17.0 + lead + sentence + (27.0 if letter.arrived else 0.0) + 52.0


def _box(letter: Letter, step: int) -> float:
    if not letter.useful:
        return 0.0
    size, line, gap = ((9.5, 12.5, 5.0), (9.5, 12.5, 2.5), (9.0, 11.5, 2.5))[step]
    items = (_lines(f"{u.what}. {u.how} {u.where}.", WIDTH - 40.0, size) * line + gap for u in letter.useful)
    return _GAP[step] + (39.0, 34.0, 34.0)[step] + sum(items)


def _table(table: Table, step: int) -> float:
    given = [h.width for h in table.heads]
    share = (WIDTH - sum(w or 0.0 for w in given)) / max(1, sum(w is None for w in given))
    widths = [w or share for w in given]
    under = _lines(table.under, WIDTH, 8.5) * 11.0 + 5.0 if table.under else 0.0
    return _GAP[step] + 33.0 + sum(_row(row, widths, step) for row in table.rows) + under


def _row(row: Row, widths: list[float], step: int) -> float:
    head = _cell(Cell(row.head, row.small), widths[0], step)
    return _PADDING[step] + max(
        [head, *(_cell(c, w - 10.0, step) for c, w in zip(row.cells, widths[1:], strict=False))]
    )


def _cell(cell: Cell, width: float, step: int) -> float:
    small = _lines(cell.small, width, 8.0) * _SMALL[step] if cell.small else 0.0
    return _lines(cell.text, width, 9.25) * 12.0 + small


def _lines(text: str, width: float, size: float, weight: int = 400) -> int:
    return max(1, ceil(fonts.width(text, size, weight) * 1.04 / max(width, 20.0)))
