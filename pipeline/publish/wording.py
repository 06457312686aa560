"""Periods, lists and numbers of things in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.measure.figure import Figure
from pipeline.program.period import Period

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
SMALL_NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
SINGULAR = {
    "people": "person", "calls": "call", "encounters": "encounter", "referrals": "referral", "minutes": "minute",
    "hours": "hour", "days": "day", "rows": "row", "months": "month", "agencies": "agency", "arrests": "arrest",
    "extracts": "extract", "incidents": "incident", "personnel": "person", "entries": "entry", "places": "place",
    "team calls": "team call", "further rules": "further rule",
}  # fmt: skip
VERBS = {"were": "was", "are": "is", "have": "has", "wait": "waits", "do": "does"}


@dataclass(frozen=True, slots=True)
class Span:
    """A period as it was asked for, with its first and its last day."""

    text: str
    start: date
    end: date

    @property
    def is_month(self) -> bool:
        """Whether it is one calendar month."""
        return re.fullmatch(r"\d{4}-\d{2}", self.text) is not None

    @property
    def whole_months(self) -> bool:
        """Whether it starts with a month and ends with one."""
        return self.start.day == 1 and (self.end + timedelta(days=1)).day == 1

    @property
    def complete(self) -> bool:
        """False for a fiscal or calendar year that has not ended with this period."""
        if re.fullmatch(r"(FY)?\d{4}", self.text) is None:
            return True
        return self.end + timedelta(days=1) == self.start.replace(year=self.start.year + 1)

    @property
    def title(self) -> str:
        """`November 2023`, `October to December 2023`, `Fiscal year 2024 to date`, `July 2022 to November 2023`."""
        if re.fullmatch(r"(FY)?\d{4}", self.text):
            kind = "Fiscal" if self.text.startswith("FY") else "Calendar"
            return f"{kind} year {self.text.removeprefix('FY')}{self._so_far}"
        return "Program to date" if self.text == "to-date" else self.days

    @property
    def short(self) -> str:
        """For a column heading: `Nov 2023`, `2023-Q4`, `FY2024 to date`, `Program to date`."""
        if self.is_month:
            return short_month(self.start)
        if re.fullmatch(r"\d{4}-Q\d|(FY)?\d{4}", self.text):
            return f"{self.text}{self._so_far}"
        if ".." in self.text and self.whole_months:
            return f"{short_month(self.start)} to {short_month(self.end)}"
        if ".." in self.text and self.start != self.end:
            return self.text.replace("..", " to ")
        return self.title

    @property
    def inside(self) -> str:
        """The title as it stands inside a sentence: `fiscal year 2024 to date`, `November 2023`."""
        return self.title if self.title == self.days else lower_first(self.title)

    @property
    def within(self) -> str:
        """`in November 2023`, `from October 2023 through December 2023`."""
        return lower_first(self.opening.removesuffix(","))

    @property
    def _so_far(self) -> str:
        return "" if self.complete else " to date"

    @property
    def days(self) -> str:
        """From when to when, in the coarsest words that are exact."""
        first, last = self.start, self.end
        if not self.whole_months:
            return day(first) if first == last else f"{day(first)} to {day(last)}"
        if (first.year, first.month) == (last.year, last.month):
            return month_name(first)
        if first.year == last.year:
            return f"{MONTHS[first.month - 1]} to {month_name(last)}"
        return f"{month_name(first)} to {month_name(last)}"

    @property
    def opening(self) -> str:
        """How a sentence begins that can be copied: `In November 2023,` or `From July 2022 through November 2023,`."""
        first, last = self.start, self.end
        if self.whole_months and (first.year, first.month) == (last.year, last.month):
            return f"In {month_name(first)},"
        if self.whole_months:
            return f"From {month_name(first)} through {month_name(last)},"
        return f"On {day(first)}," if first == last else f"From {day(first)} through {day(last)},"


def span_of(figure: Figure) -> Span:
    """The period of a figure."""
    return Span(figure.period, figure.period_start, figure.period_end)


def span(period: Period) -> Span:
    """A declared period as a span."""
    return Span(period.label, period.start, period.end)


def day(value: date) -> str:
    """`November 5, 2023`."""
    return f"{MONTHS[value.month - 1]} {value.day}, {value.year}"


def month_name(value: date) -> str:
    """`November 2023`."""
    return f"{MONTHS[value.month - 1]} {value.year}"


def short_month(value: date) -> str:
    """`Nov 2023`."""
    return f"{MONTHS[value.month - 1][:3]} {value.year}"


def month_start(text: str) -> date:
    """The first day of `2023-11`."""
    return date(int(text[:4]), int(text[5:7]), 1)


def listed(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def counted(n: float, plural: str) -> str:
    """`1 call`, `2 calls`, `no calls`."""
    noun = SINGULAR.get(plural, plural.removesuffix("s")) if n == 1 else plural
    return f"{'no' if n == 0 else f'{n:,.0f}'} {noun}"


def spelled(n: int) -> str:
    """Small numbers as words: `four`; above twelve as digits."""
    return SMALL_NUMBERS[n] if 0 <= n < len(SMALL_NUMBERS) else f"{n:,}"


def agree(sentence: str) -> str:
    """A filled-in sentence made to agree with its numbers: `1 person was`, `no people`, with a capital first."""
    nouns, verbs = "|".join(SINGULAR), "|".join(VERBS)

    def single(found: re.Match[str]) -> str:
        between, verb = found[2] or "", found[3]
        return f"1 {SINGULAR[found[1]]}{between}{VERBS[verb]}" if verb else f"1 {SINGULAR[found[1]]}"

    sentence = re.sub(rf"(?<![\d,.])\b1 ({nouns})\b(?:( )({verbs})\b)?", single, sentence)
    sentence = re.sub(rf"(?<![\d,.])\b0 (?=(?:{nouns})\b)(?<!of 0 )", "no ", sentence)
    return sentence[:1].upper() + sentence[1:]


def lower_first(sentence: str) -> str:
    """The sentence as it goes on after a comma; words in capitals such as CAD stay."""
    return sentence[:1].lower() + sentence[1:] if sentence[1:2].islower() or sentence[1:2] == " " else sentence


def common_words(names: Iterable[str]) -> str:
    """`Police departments of Clive and Waukee` when all names end in the same way, else the names listed."""
    given = list(names)
    for ending, kind in (
        (" Police Department", "Police departments of"),
        (" Sheriff's Office", "Sheriff’s offices of"),
        (" Sheriff’s Office", "Sheriff’s offices of"),
    ):
        if len(given) > 1 and all(n.endswith(ending) for n in given):
            return f"{kind} {listed([n.removesuffix(ending) for n in given])}"
    return listed(given)


def short_names(names: dict[str, str]) -> dict[str, str]:
    """Agency names without the ending that says what they are, unless two would become the same."""
    cut = {k: re.sub(r"\s+(Police Department|Police Dept\.?|PD|Sheriff['’]s Office)$", "", n) for k, n in names.items()}
    return cut if len(set(cut.values())) == len(cut) else names
