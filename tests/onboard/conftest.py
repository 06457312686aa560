"""A program that has just begun, and extracts that it does not know yet. All data is made up."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.onboard.begin import Answers, begin
from pipeline.onboard.run import Onboarded, onboard
from pipeline.program.load import load_program
from pipeline.program.model import Mapping, Program

START = datetime(2024, 1, 1, 6, 5, 7)
TYPES = ("Welfare Check", "Traffic Stop", "Alarm - Burglary", "Mental Health", "Theft", "Noise Complaint")
ENDS = ("Report Taken", "Arrest Made", "Gone on Arrival", "No Report", "Unfounded")
LAST = ("Smith", "Garcia", "Nguyen", "Miller", "Walker", "Hall", "Young", "King")
FIRST = ("Mary", "James", "Linda", "Noah", "Karen", "Carlos", "Ruth")


def table(headings: Sequence[str], rows: Sequence[Sequence[object]], delimiter: str = ",") -> bytes:
    """A delimited text."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode()


def cad_rows(count: int = 60, form: str = "%m/%d/%Y %H:%M:%S") -> list[list[str]]:
    """Calls: number, received, arrived, cleared, type, disposition, beat, address, phone."""
    rows = []
    for n in range(count):
        received = START + timedelta(hours=13 * n)
        times = [(received + timedelta(minutes=m)).strftime(form) for m in (0, 9, 55)]
        phone = f"(515) 555-{n:04}"
        rows.append([f"24-{n:05}", *times, TYPES[n % 6], ENDS[n % 5], f"Beat {n % 4}", f"{100 + n} Main St", phone])
    return rows


CAD = (
    "Incident Number",
    "Received",
    "Arrived",
    "Cleared",
    "Call Type",
    "Disposition",
    "Beat",
    "Address",
    "Caller Phone",
)
LOG = ("Contact ID", "Date", "Last Name", "First Name", "DOB", "Outcome", "Gender", "Notes")


def log_rows(count: int = 40) -> list[list[str]]:
    """Encounters: id, date, name, birth date, outcome, gender, notes."""
    ends = ("Resolved on scene", "Declined", "Arrest", "Unable to locate")
    return [
        [
            f"C-{n:04}",
            (START + timedelta(days=n)).strftime("%m/%d/%Y %H:%M"),
            LAST[n % 8],
            FIRST[n % 7],
            f"{1 + n % 12}/{1 + n % 28}/{1950 + n}",
            ends[n % 4],
            "FM"[n % 2],
            f"Talked with {FIRST[n % 7]} {LAST[n % 8]} about number {n} and more",
        ]
        for n in range(count)
    ]


@dataclass
class Scripted:
    """Answers in the order in which they are asked for; what was asked and shown is kept. After them, the usual one."""

    answers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)

    def show(self, text: str) -> None:
        self.shown.append(text)

    def _answer(self, question: str, default: str) -> str:
        self.asked.append(question)
        return next((a for part, a in self.answers.items() if part in question), default)

    def yes(self, question: str, default: bool) -> bool:
        return self._answer(question, "y" if default else "n") == "y"

    def text(self, question: str, default: str = "") -> str:
        return self._answer(question, default)

    def choose(self, question: str, options: list[str], default: str) -> str:
        answer = self._answer(question, default)
        assert answer in options
        return answer


@dataclass
class Place:
    """A program folder, and a folder with files as they came by mail."""

    folder: Path
    mail: Path

    def sent(self, name: str, content: bytes) -> Path:
        """A file that an agency has sent."""
        path = self.mail / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def onboard(self, file: Path, table_: str | None = "calls", agency: str = "oak", **more: object) -> Onboarded:
        """Onboarding with nobody to ask, unless `talk` is given."""
        return onboard(file, agency, self.folder, table=table_, **more)  # type: ignore[arg-type]

    @property
    def program(self) -> Program:
        """The program as it is declared now."""
        return load_program(self.folder)

    def mapping(self, number: int = 0) -> Mapping:
        """A mapping that was written."""
        return self.program.mappings[number]

    def heading(self, column: str, number: int = 0) -> object:
        """The headings of a canonical column, None when it is not mapped."""
        source = self.mapping(number).columns.get(column)
        return None if source is None else tuple(p[0] for p in source.parts)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    begin(tmp_path / "program", Answers(name="Test Program", timezone="America/Chicago", began="2024-01-01"))
    return Place(tmp_path / "program", tmp_path / "mail")


@pytest.fixture
def cad(place: Place) -> Callable[..., Path]:
    def write(name: str = "cad_2024-01.csv", **more: object) -> Path:
        return place.sent(name, table(CAD, cad_rows(**more)))  # type: ignore[arg-type]

    return write
