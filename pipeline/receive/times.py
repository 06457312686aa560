"""How the text of a time becomes a naive time in the program's zone: SQL over the macros of cells.sql."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.receive.text import literal, literals

_ISO_DATE = "%Y-%m-%d"
_CLOCK = re.compile(r"%-?[HIMSpfgnzZX]")
#: A day by itself cannot be told by these, so a person's part is never read with them.
_EPOCHS = {"epoch": 1, "epoch_ms": 1000}

_SHOWN = {
    "Y": "YYYY",
    "y": "YY",
    "m": "MM",
    "d": "DD",
    "H": "HH",
    "I": "HH",
    "M": "MM",
    "S": "SS",
    "p": "AM/PM",
    "b": "Mon",
    "h": "Mon",
    "B": "Month",
    "a": "Day",
    "A": "Weekday",
    "f": "000",
    "j": "day of the year",
    "z": "+00:00",
    "Z": "zone",
    "%": "%",
}


@dataclass(frozen=True, slots=True)
class Times:
    """The datetime formats of one mapping, in the order in which they are tried, and the program's time zone."""

    formats: tuple[str, ...]
    zone: str
    typed: bool

    def quick(self, text: str) -> str:
        """The formats without zone with which the list begins, in one call: enough for nearly every cell."""
        if not self.formats:
            return f"CASE WHEN length({text}) IN (10, 19) THEN try_strptime({text}, iso_formats()) END"
        leading = self._leading()
        return f"try_strptime({text}, [{literals(leading)}])" if leading else "NULL::TIMESTAMP"

    def read(self, text: str, quick: str) -> str:
        """The time, given the column that holds what `quick` gave: null where the text is none."""
        slow = f"coalesce({', '.join(self._each(f'spaced({text})'))})"
        if self.typed:
            slow = f"CASE WHEN dated({text}) THEN {self._excel(text)} ELSE {slow} END"
        return f"CASE WHEN plausible({quick}) THEN {quick} WHEN {text} IS NOT NULL THEN {slow} END"

    def read_day(self, text: str) -> str:
        """The day of a person's part: an Excel date, a declared format (its time may lack), ISO, M/D/YYYY or M/D/YY."""
        declared = [f for f in self.formats if f not in _EPOCHS]
        days = [d for d in (_split(f)[0] for f in declared) if d and d not in declared]
        ways = [self._one(text, f) for f in (*declared, *dict.fromkeys(days))]
        ways += [f"in_iso({text}, {literal(self.zone)})", f"slashed_date({text})"]
        found = f"coalesce({', '.join(ways)})"
        if self.typed:
            excel = f"in_iso(excel_text({text}), {literal(self.zone)})"
            found = f"CASE WHEN dated({text}) THEN {excel} ELSE {found} END"
        return f"{found}::DATE"

    def expected(self) -> str:
        """The formats as people write them: MM/DD/YYYY HH:MM:SS."""
        return " or ".join(shown(f) for f in self.formats) if self.formats else "YYYY-MM-DD HH:MM:SS"

    def _leading(self) -> list[str]:
        leading: list[str] = []
        for form in self.formats:
            if form in _EPOCHS or _zoned(form) or "%f" in form:
                break
            leading.append(form)
        return leading

    def _each(self, text: str) -> list[str]:
        if not self.formats:
            return [f"in_iso({text}, {literal(self.zone)})"]
        return [self._one(text, form) for form in self.formats]

    def _one(self, text: str, form: str) -> str:
        zone = literal(self.zone)
        if form in _EPOCHS:
            return f"in_epoch({text}, {_EPOCHS[form]}, {zone})"
        if _zoned(form):
            return f"in_zoned_format({text}, {literal(form)}, {zone})"
        return f"in_format({f'micro({text})' if '%f' in form else text}, {literal(form)})"

    def _excel(self, text: str) -> str:
        """A cell that Excel keeps as a date, alone or joined with a time of day as text, or the other way round."""
        zone, plain = literal(self.zone), f"excel_text({text})"
        forms = []
        for form in self.formats:
            if form in _EPOCHS or _zoned(form):
                continue
            day, clock = _split(form)
            forms += [f"{_ISO_DATE} {clock}"] if clock else []
            forms += [f"{day} %H:%M:%S", day] if day else []
        ways = [f"in_iso({plain}, {zone})", *(f"in_format({plain}, {literal(f)})" for f in dict.fromkeys(forms))]
        return f"coalesce({', '.join(ways)})"


def shown(form: str) -> str:
    """A format as people write it."""
    if form in _EPOCHS:
        return "seconds since 1970" if form == "epoch" else "milliseconds since 1970"
    return re.sub(r"%-?([a-zA-Z%])", lambda m: _SHOWN.get(m[1], m[0]), form)


def _zoned(form: str) -> bool:
    return "%z" in form or "%Z" in form


def _split(form: str) -> tuple[str, str]:
    """The part of a format that tells the day and the part that tells the time of day; empty where there is none."""
    clock = _CLOCK.search(form)
    if clock is None:
        return form, ""
    day = form[: clock.start()].rstrip(" T,")
    return (day, form[clock.start() :]) if "%" in day else ("", "")
