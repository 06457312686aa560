"""A second opinion on the demo's extracts: plain Python, csv and openpyxl, and nothing of the pipeline.

Written against spec 2 and the extracts as an agency's clerk would read them. All data is made up.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import openpyxl

YES, NO = {"yes", "y", "1"}, {"no", "n", "0"}
CALLS = {"call for service", "cfs", "call", "1"}
CARE = {"hospital", "crisis center", "er", "csu", "crisis observation center", "crisis_stabilization"}
HELD_AT_HOME = {"home", "shelter", "detox", "other"}
GENDERS = {
    *("female", "male", "non-binary", "other", "unknown", "f", "m", "x", "o", "u", "woman", "man", "nonbinary"),
    *("not asked", "nb", "?", ""),
}


@dataclass(frozen=True)
class Row:
    """One entry of a log that can be counted."""

    agency: str
    key: tuple[object, ...]
    call: bool
    incident: str
    start: datetime
    person: str | None
    likely: bool | None
    arrested: bool | None
    place: str
    calm: bool | None
    stable: bool | None
    referrals: tuple[str, ...]


def text_rows(path: Path, delimiter: str, encoding: str) -> list[dict[str, object]]:
    """Rows of a delimited file that have as many cells as its headings."""
    with io.TextIOWrapper(io.BytesIO(path.read_bytes()), encoding, newline="") as file:
        heads, *rows = list(csv.reader(file, delimiter=delimiter))
    return [dict(zip(heads, row, strict=True)) for row in rows if len(row) == len(heads)]


def sheet_rows(path: Path, sheet: str, heads_at: int = 1) -> list[dict[str, object]]:
    """Rows of a worksheet below the row of headings."""
    with path.open("rb") as file:
        rows = list(openpyxl.load_workbook(file, read_only=True, data_only=True)[sheet].iter_rows(values_only=True))
    heads = [str(h) for h in rows[heads_at - 1]]
    return [dict(zip(heads, [*row, *[None] * len(heads)], strict=False)) for row in rows[heads_at:] if any(row)]


def said(cell: object) -> bool | None:
    """An answer; ValueError when it is neither yes nor no."""
    word = str(cell or "").strip().lower()
    if word in {"", "unk"}:
        return None
    if word not in YES | NO:
        raise ValueError(word)
    return word in YES


def when(day: object, clock: object = None) -> datetime:
    """A start; ValueError when it cannot be read."""
    if isinstance(day, datetime):
        return day if clock is None else datetime.combine(day.date(), clock if isinstance(clock, time) else time.min)
    whole = f"{day} {clock}".strip() if clock is not None else str(day)
    for form in ("%m/%d/%Y %H:%M", "%m/%d/%y %H:%M"):
        try:
            return datetime.strptime(whole, form)
        except ValueError:
            continue
    raise ValueError(whole)


def who(last: object, first: object, born: object) -> str | None:
    """The same text for the same person, None when a part is missing."""
    names = [_letters(last), _letters(first)]
    day = _birth(born)
    return "|".join([*names, day]) if all(names) and day else None


def _letters(cell: object) -> str:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", str(cell or "")))
    return re.sub(r"[\W_]", "", "".join(c for c in folded if not unicodedata.combining(c))).upper()


def _birth(cell: object) -> str:
    if isinstance(cell, datetime | date):
        return f"{cell:%Y-%m-%d}"
    word = str(cell or "").strip()
    if match := re.fullmatch(r"(\d+)/(\d+)/(\d+)", word):
        month, day, year = (int(part) for part in match.groups())
        if year < 100:
            year += 2000 if year < 27 else 1900
        return f"{year}-{month:02d}-{day:02d}"
    return word if re.fullmatch(r"\d{4}-\d\d-\d\d", word) else ""


def _incident(cell: object) -> str:
    return " ".join(str(cell or "").split()).upper()


def _parts(cell: object, by: str) -> tuple[str, ...]:
    return tuple(p.strip().lower() for p in str(cell or "").split(by) if p.strip())


#: agency -> (files, how to read one, headings in the order of _row)
LOGS = {
    "west-des-moines": (
        "west-des-moines/contacts_*.csv",
        lambda p: text_rows(p, ",", "utf-8"),
        ("Entry ID", "Type of contact", "CAD #", "Contact start", None, "Last Name", "First Name", "DOB", "Gender",
         "Arrest likely (PC)", "Arrested", "Transported to", "De-escalated", "Stable at follow-up", None, "Outcome"),
    ),
    "urbandale": (
        "urbandale/co-response log *.xlsx",
        lambda p: sheet_rows(p, "Log", 3),
        ("ID", "Type", "Incident", "Start", None, "Last", "First", "Birth date", "Sex",
         "Likely arrest", "Arrest", "Taken to", "Calm", "Stable", "Referrals", "Disp"),
    ),
    "waukee": (
        "waukee/Contact log *.xlsx",
        lambda p: sheet_rows(p, "Contacts"),
        (None, "Kind of contact", "CFS number", "Date", "Time", "Client last name", "Client first name", "Date of birth",
         "Gender", "Would have been arrested?", "Arrested?", "Taken where", "Calmer when we left?", "Stable?", "Referred to",
         "What happened"),
    ),
    "clive": (
        "clive/log_*.csv",
        lambda p: text_rows(p, ";", "cp1252"),
        ("Contact", "Kind", "CAD No", "Date", "Start", "Name (last)", "Name (first)", "Born", "Sex",
         "PC", "Arrest", "To", "Calm", "Stable", "Referral", "Result"),
    ),
}  # fmt: skip
_SPLIT = {"west-des-moines": "|", "urbandale": ";", "waukee": ",", "clive": "/"}


def _row(agency: str, cells: dict[str, object]) -> Row:
    """The row; ValueError when a value cannot be read or two answers contradict each other."""
    value = [cells.get(h) if h else None for h in LOGS[agency][2]]
    (
        entry,
        kind,
        incident,
        day,
        clock,
        last,
        first,
        born,
        gender,
        likely,
        arrested,
        place,
        calm,
        stable,
        services,
        end,
    ) = value
    start = when(day, clock)
    person = who(last, first, born)
    went = str(place or "").strip().lower()
    if str(gender or "").strip().lower() not in GENDERS or str(cells.get("Team")) == "TEST":
        raise ValueError("gender or team")
    if said(arrested) and went in HELD_AT_HOME:
        raise ValueError("arrested, yet elsewhere")
    if str(end or "").strip().lower() in {"arrest", "arrested", "arr"} and said(arrested) is False:
        raise ValueError("arrest without arrest")
    if "Minutes" in cells and not str(cells["Minutes"]).strip().isdigit():
        raise ValueError("minutes")
    referred = _parts(services, _SPLIT[agency])
    if "horse therapy" in referred:
        raise ValueError("service")
    key = (str(entry).strip(),) if entry else (_incident(incident), person, start)
    return Row(
        agency, key, str(kind or "").strip().lower() in CALLS, _incident(incident), start, person, said(likely),
        said(arrested), went, said(calm), said(stable), referred,
    )  # fmt: skip


def encounters(raw: Path) -> list[Row]:
    """What counts: readable, once, from the last extract that has it."""
    kept: dict[tuple[object, ...], Row] = {}
    for agency, (files, read, _) in LOGS.items():
        for path in sorted(raw.glob(files), key=lambda p: (len(p.stem) if agency == "waukee" else 0, p.name)):
            found: dict[tuple[object, ...], set[Row]] = {}
            for cells in read(path):
                try:
                    row = _row(agency, cells)
                except ValueError:
                    continue
                found.setdefault(row.key, set()).add(row)
            kept |= {(agency, *key): rows.pop() for key, rows in found.items() if len(rows) == 1}
    return list(kept.values())


def referred_in_files(raw: Path) -> dict[str, list[dict[str, object]]]:
    """West Des Moines' entry ids with their referrals, from the last file that has them."""
    found: dict[str, list[dict[str, object]]] = {}
    for path in sorted((raw / "west-des-moines").glob("referrals_*.csv")):
        here: dict[str, list[dict[str, object]]] = {}
        for cells in text_rows(path, ",", "utf-8"):
            if cells["Referred on"] != "04/31/2023":
                here.setdefault(str(cells["Entry ID"]), []).append(cells)
        found |= here
    return found


def minutes(raw: Path) -> tuple[float, float]:
    """Direct and all minutes of the teams."""
    sheets: dict[tuple[object, ...], list[float]] = {}
    for path in sorted((raw / "program").glob("time *.xlsx"), key=lambda p: p.stem):
        here: dict[tuple[object, ...], list[float]] = {}
        for row in sheet_rows(path, "Hours", 2):
            hours = [float(str(row[h] or 0)) * 60 for h in list(row)[3:9]]
            if isinstance(row["Date"], datetime) and sum(hours) <= 1440:
                here.setdefault((row["Agency"], row["Team"], row["Date"]), []).extend([hours[0], sum(hours)])
        sheets |= here
    days = [(sum(v[0::2]), sum(v[1::2])) for v in sheets.values()]
    for row in text_rows(raw / "clive/time_sheets.csv", ",", "utf-8"):
        cells = [str(c) or "0" for c in list(row.values())[2:]]
        if all(c.isdigit() for c in cells) and row["day"] != "2022-07-32":
            days.append((float(cells[0]), float(sum(int(c) for c in cells))))
    return sum(d for d, _ in days), sum(a for _, a in days)
