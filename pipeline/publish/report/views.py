"""The pieces that every page is made of: text with strong words, tables, pictures."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.measure.figure import Figure
from pipeline.publish import numbers
from pipeline.publish.charts.canvas import Chart

#: Tables of so many rows are never broken over pages.
SHORT_TABLE = 14
#: Tables of fewer rows are seen at a glance; they cannot be sorted in the twins.
FEWEST_SORTED = 4


@dataclass(frozen=True, slots=True)
class Run:
    """Some words, strong or not."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """A column heading; a line feed breaks it. `width` is in points."""

    text: str
    css: str = ""
    width: float | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: its text, a small line below (denominator), a style, or a chart with a word beside it."""

    text: str
    small: str = ""
    css: str = "r"
    chart: Chart | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A table row with its heading; `note` is a footnote number, `target` the definition that it leads to."""

    head: str
    cells: tuple[Cell, ...]
    small: str = ""
    css: str = ""
    note: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption. `css` chooses the look; `under` is a line of small print."""

    caption: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    about: str = ""
    css: str = ""
    under: str = ""

    @property
    def row_heads(self) -> bool:
        """Whether first cells are headings of their rows; in a tiny table headings would outnumber the data, and in a
        `plain` one they might where it breaks over pages."""
        if "plain" in self.css:
            return False
        columns, rows = len(self.heads), len(self.rows)
        return columns + rows <= rows * (columns - 1)

    @property
    def sorts(self) -> bool:
        """Whether a reader may want another order: rows of a kind, none of them a group of others."""
        plain = not any("gap" in row.css for row in self.rows)
        return plain and len(self.rows) >= FEWEST_SORTED and not {"heat", "key"} & set(self.css.split())

    @property
    def together(self) -> bool:
        """Whether the table is short enough to stay on one page; one of long texts is not."""
        return len(self.rows) <= SHORT_TABLE and "long" not in self.css


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with its title, its unit and the sentence that says what it means (`finding` is set in bold)."""

    title: str
    unit: str
    chart: Chart
    finding: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A number in the data-quality box, and what it is."""

    value: str
    says: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the three answers on the first page."""

    heading: str
    runs: tuple[Run, ...] = field(default=())


def value_cell(figure: Figure | None, css: str = "r", of: Figure | None = None, decimals: int = 0) -> Cell:
    """A figure in a table: value above, what it is out of below. `of` is the whole of a count (people met)."""
    if figure is None:
        return Cell(numbers.DASH, css="r")
    text = numbers.value_text(figure, decimals)
    if text == numbers.WITHHELD:
        return Cell(text, css="r wh")
    if text == numbers.NO_DATA:
        return Cell(text, css="r wh")
    small = numbers.of_text(figure)
    if not small and of is not None and of.value and of.status == "published":
        small = f"of {numbers.number(of.value)}"
    return Cell(text, small, css)


def two_lines(text: str) -> str:
    """`Nov 2023` and `FY2024 to date` broken where a narrow heading breaks best."""
    for joint in (" to date", " to "):
        if joint in text:
            return text.replace(joint, f"\n{joint.strip()}" + (" " if joint == " to " else ""), 1)
    return text.replace(" ", "\n", 1)
