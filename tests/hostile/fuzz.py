"""Damages extracts, declarations and arguments, and runs the program on each. Counts the inputs, keeps what failed.

    python -m tests.hostile.fuzz FOLDER [--seconds 60] [--seed 1] [--only KIND,…] [--keep FOLDER]

FOLDER holds extracts that are damaged as they are. Whatever goes in: the command ends with 0, 2 or 3, its receipts add
up, nothing that a terminal obeys is printed, and nothing unexpected happens.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.hostile.corpus import TEXTS
from tests.hostile.mutate import damaged, seeds

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
[program]
name = "Test Program (made up)"
organization = "Example region"
timezone = "America/Chicago"
fiscal_year_starts = 7
began = 2024-01-01
contact = "data@example.org"
[privacy]
suppress_below = 11
key_file = "person.key"
[branding]
accent = "#1f5a7a"
[[agency]]
id = "oak"
name = "Oak Police Department"
population = 10000
team_units = ["CR1"]
[[agency]]
id = "elm"
name = "Elm Sheriff's Office"
"""
OAK = """
[[extract]]
table = "calls"
files = "oak/cad*"
datetime = ["%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M"]
null = ["", "NULL"]
header_row = 1
delimiter = ","
encoding = "utf-8"
[extract.columns]
incident = "Incident"
received_at = ["Date", "Time"]
nature = { any = ["Problem", "Nature"] }
disposition = "Dispo"
units = "Units"
source = { value = "911" }
[extract.split]
units = ","
[extract.codes.disposition]
ARR = "arrest"
"*" = "other"
[extract.codes.behavioral_health]
from = "nature"
true = ["MENTAL*"]

[[extract]]
table = "encounters"
files = "oak/log*"
datetime = ["%m/%d/%Y %H:%M"]
[extract.columns]
incident = "CAD"
started_at = "Start"
person = ["Last", "First", "DOB"]
arrest_likely = "Likely"
arrested = "Arrested"
referrals = "Referred"
[extract.split]
referrals = ";"
[extract.codes.service]
"MH Center" = "mental_health"

[[extract]]
table = "shifts"
files = "oak/time*"
[extract.columns]
team = "Team"
date = "Day"
[extract.unpivot]
direct = "Client Hours"
travel = "Drive"
unit = "hours"
"""
CORRECTIONS = """
[[correction]]
extract = "oak/cad_1.csv"
reason = "CAD clock one hour ahead (made up)"
where = "received_at BETWEEN '2024-01-05 02:00' AND '2024-01-06 09:00'"
shift = { columns = ["received_at"], minutes = -60 }
expect = 2
[[correction]]
extract = "oak/cad_1.csv"
reason = "Wrong code (made up)"
where = "nature = 'MENTAL'"
set = { disposition = "other" }
expect = 10
"""
METRICS = """
[night_calls]
title = "Calls at night"
definition = "Of all calls, those received at night."
over = "calls"
kind = "rate"
denominator = "TRUE"
numerator = "hour(received_at) < 6"
unit = "fraction"
sentence = "{percent} of calls were received at night ({numerator} of {denominator})."
[time_to_arrival]
title = "Time"
definition = "Minutes from received to arrived."
over = "calls"
kind = "median"
measure = "date_diff('second', received_at, arrived_at) / 60.0"
unit = "minutes"
[diversion_rate]
caveat = "As judged by the team."
"""
RAW = {
    "raw/oak/cad_1.csv": "Incident,Date,Time,Problem,Dispo,Units\n"
    + "".join(
        f"A-{n},01/{1 + n % 28:02}/2024,{n % 24:02}:10:00,{'MENTAL' if n % 2 else 'THEFT'},ARR,CR1\n" for n in range(20)
    ),
    "raw/oak/log_1.csv": "CAD,Start,Last,First,DOB,Likely,Arrested,Referred\n"
    + "".join(f"A-{n},01/{1 + n % 28:02}/2024 10:20,Made,Up,01/02/1990,Y,N,MH Center\n" for n in range(12)),
    "raw/oak/time_1.csv": "Team,Day,Client Hours,Drive\nT1,2024-01-02,4,1\nT1,2024-01-03,5,1.5\n",
}
DECLARED = {
    "program.toml": PROGRAM,
    "agencies/oak.toml": OAK,
    "corrections.toml": CORRECTIONS,
    "metrics.toml": METRICS,
}
#: Values that stand where another was: every kind of TOML, at its limits.
VALUES = (
    "0", "-1", "1", "true", "inf", "nan", "-inf", "1e308", "9223372036854775807", "9223372036854775808", "99999999999999999999999999",
    "0001-01-01", "9999-12-31", "2024-01-01T00:00:00Z", "10:00:00", '""', '" "', "[]", "{}", "[[]]", "[1, 2]", '["", ""]', '{ value = "" }',
    '{ any = [] }', '{ value = "x", any = ["y"] }', '"\\u0000"', '"\\u001b[31m"', '"\\u202e"', '"*"', '"**"', '"../x"', '"/etc/passwd"', '"[["',
    '"a\\nb"', '"\\\\"', '"%"', '"%Q"', '"%Y-%m-%d"', '"SELECT 1"', '"1 = 1"', '"NULL"', '"now()"', '"x IN (SELECT 1)"', '"{"', '"{x}"', '"{numerator!r:>99}"',
    '"calls"', '"encounters"', '"utf-16"', '"rot13"', '"idna"', '"\\t"', '"\\n"', '"\\""', '","', '"||"', '"é"', '"\U0001f600"', "'''x'''", '"' + "x" * 5000 + '"',
)  # fmt: skip
#: Words of arguments.
WORDS = (
    "check", "build", "figures", "explain", "editions", "compare", "audit", "verify", "dictionary", "doctor", "onboard", "init", "demo", "",
    "2024-01", "2024-Q1", "FY2024", "2024", "2023-07-01..2024-01-31", "to-date", "0000-00", "9999-12", "2199", "1900", "FY1900", "FY2199", "2024-13",
    "2024-01-31..2024-01-01", "2024-02-30..2024-03-01", "..", "٢٠٢٤-٠١", "2024-01\n", " 2024-01 ", "fy2024", "TO-DATE", "2024-q1",
    "--metric", "--by", "--format", "--output", "--audience", "--quiet", "--debug", "--strict", "--workers", "--scheduler", "--letter", "--rows", "--agency",
    "--restate", "--withdraw", "--reason", "--program", "--help", "--version", "--open-", "--yes", "--table", "--force", "-x", "-", "--",
    "csv", "json", "xlsx", "text", "markdown", "staff", "public", "agency", "month", "agency,month", "month,month", ",", ",,", "all", "oak", "elm", "calls",
    "people_diverted", "diversion_rate", "stable_rate", "calls_responded,people_met", "night_calls", "no_such", "0", "-1", "1", "999999999999", "1e3", "nan",
    "/dev/null", "/", ".", "..", "raw/oak/cad_1.csv", "oak/cad_1.csv", "*.csv", "tcp://1.2.3.4:1", "tls://x:y", "tcp://127.0.0.1:1", "x://", "{}", "%s",
)  # fmt: skip


@dataclass
class Tally:
    """What came of the inputs."""

    keep: Path
    ended: Counter[str] = field(default_factory=Counter)
    failed: dict[str, int] = field(default_factory=dict)

    def note(self, kind: str, ending: str) -> None:
        """One input ended as it should."""
        self.ended[f"{kind} {ending}"] += 1

    def fail(self, kind: str, what: str, material: dict[str, bytes]) -> None:
        """One input did not; of each kind of failure the first three inputs are kept."""
        self.ended[f"{kind} FAILED"] += 1
        seen = self.failed.get(what, 0)
        self.failed[what] = seen + 1
        if seen < 3:
            place = self.keep / f"{len(self.failed)}-{seen}"
            for name, content in material.items():
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                (place / name).write_bytes(content)
            (place / "what").write_text(what, errors="backslashreplace")


def place_of(error: BaseException) -> str:
    """The kind of error and the last places of ours."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f"{os.sep}pipeline{os.sep}" in f.filename]
    places = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames[-3:]))
    return f"{type(error).__name__}: {str(error)[:100]!r} {places}"


# -- extracts ---------------------------------------------------------------------------------------------------------


class Extracts:
    """Damaged extracts, received as a whole."""

    kind = "extract"

    def __init__(self, folder: Path, work: Path) -> None:
        self.known = seeds(folder)
        self.work = work
        shutil.rmtree(work, ignore_errors=True)
        for name, text in {"program.toml": PROGRAM, "person.key": "11" * 32}.items():
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            (work / name).write_text(text)
        from pipeline.program.load import load_program

        self.program = load_program(work)

    def one(self, chance: random.Random, tally: Tally) -> None:
        """One extract."""
        from pipeline.program.key import read_key
        from pipeline.program.model import Mapping
        from pipeline.receive import receive
        from pipeline.receive.product import Extract
        from pipeline.receive.read import Unreadable, read_headings

        ending, content = chance.choice(self.known)
        content = damaged(content, chance)
        path = self.work / "raw" / ("cad" + ending)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        mapping = Mapping("fuzz", 1, "oak", "calls", "*")
        try:
            rows = read_headings(path, mapping)
        except Unreadable:
            rows = []
        except Exception as error:
            tally.fail(self.kind, place_of(error), {"cad" + ending: content})
            return
        mapping = self._mapping(chance, [h for row in rows[:1] for h in row.headings if h.strip()])
        try:
            receipt = receive(Extract(path, "cad" + ending, mapping), self.program, read_key(self.program)).receipt
            assert receipt.adds_up, receipt
            assert not (receipt.problem and receipt.read)
            tally.note(self.kind, "told why not" if receipt.problem else "read")
        except Exception as error:
            tally.fail(self.kind, place_of(error), {"cad" + ending: content, "mapping": repr(mapping).encode()})
        finally:
            shutil.rmtree(self.work / "out", ignore_errors=True)

    def _mapping(self, chance: random.Random, headings: list[str]) -> object:
        from pipeline.program.model import Mapping, Source

        def source() -> Source:
            number = chance.choice((1, 1, 2))
            return Source(tuple((chance.choice(headings or ["x"]),) for _ in range(number)))

        if chance.random() < 0.5:
            columns = {
                c: source()
                for c in ("incident", "received_at", "nature", "priority", "units", "arrived_at", "co_response")
            }
            return Mapping(
                "fuzz",
                1,
                "oak",
                "calls",
                "*",
                columns=columns,
                grain=chance.choice(("call", "call")),
                datetime=("%m/%d/%Y %H:%M:%S",),
            )
        columns = {
            c: source() for c in ("incident", "started_at", "person", "minutes", "birth_year", "gender", "arrested")
        }
        return Mapping("fuzz", 1, "oak", "encounters", "*", columns=columns)


# -- declarations -----------------------------------------------------------------------------------------------------


def declared(text: str, chance: random.Random) -> str:
    """The declarations with one to three changes: of a value, a key, a line, or of bytes."""
    lines = text.splitlines()
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        at = chance.randrange(len(lines))
        key, equals, _ = lines[at].partition(" = ")
        way = chance.random()
        if way < 0.55 and equals:
            lines[at] = f"{key} = {chance.choice(VALUES)}"
        elif way < 0.65 and equals:
            lines[at] = f"{key} = {_quoted(chance.choice(TEXTS))}"
        elif way < 0.72:
            del lines[at]
        elif way < 0.79:
            lines.insert(at, chance.choice(lines))
        elif way < 0.86 and equals:
            lines.insert(at, f"{_quoted(chance.choice(TEXTS))[:300]} = {chance.choice(VALUES)}")
        elif way < 0.9 and equals:
            other = chance.choice([line.partition(" = ")[0] for line in lines if " = " in line])
            lines[at] = lines[at].replace(key, other, 1)
        else:
            return damaged("\n".join(lines).encode(), chance).decode("latin-1")
        if not lines:
            return ""
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    made = "".join(f"\\u{ord(c):04x}" if c in '"\\\x7f' or c < " " else c for c in text)
    return '"' + made.encode("utf-8", "replace").decode()[:3000].rstrip("\\u0123456789abcdef") + '"'


class Readings:
    """Damaged extracts, opened and read and no more."""

    kind = "reading"

    def __init__(self, folder: Path, work: Path) -> None:
        self.known = seeds(folder)
        self.work = work
        work.mkdir()

    def one(self, chance: random.Random, tally: Tally) -> None:
        """One extract."""
        from pipeline.program.model import Mapping
        from pipeline.receive.read import Unreadable, open_source

        ending, content = chance.choice(self.known)
        content = damaged(content, chance)
        path = self.work / ("cad" + ending)
        path.write_bytes(content)
        try:
            for _ in open_source(path, Mapping("fuzz", 1, "oak", "calls", "*")).batches():
                pass
            tally.note(self.kind, "read")
        except Unreadable:
            tally.note(self.kind, "told why not")
        except Exception as error:
            tally.fail(self.kind, place_of(error), {path.name: content})


class Declarations:
    """Damaged declarations, through `check`, `figures` and now and then `build`."""

    kind = "declaration"

    def __init__(self, work: Path) -> None:
        self.work = work

    def one(self, chance: random.Random, tally: Tally) -> None:
        """One declaration."""
        shutil.rmtree(self.work, ignore_errors=True)
        for name, text in (DECLARED | RAW | {"person.key": "11" * 32}).items():
            (self.work / name).parent.mkdir(parents=True, exist_ok=True)
            (self.work / name).write_text(text)
        name = chance.choice(tuple(DECLARED))
        text = declared(DECLARED[name], chance).encode("utf-8", "replace")
        (self.work / name).write_bytes(text)
        roll = chance.random()
        command = ["check"] if roll < 0.5 else ["figures", "2024-01", "--audience", "staff"]
        if roll > 0.95:
            command = ["build", "2024-01", "--audience", chance.choice(("staff", "public"))]
        run(self.kind, [*command, "--program", str(self.work)], tally, {Path(name).name: text})


class Loadings:
    """Damaged declarations, loaded and no more: many in little time."""

    kind = "loading"

    def __init__(self, work: Path) -> None:
        self.work = work
        for name, text in (DECLARED | {"raw/oak/cad_1.csv": "x", "person.key": "11" * 32}).items():
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            (work / name).write_text(text)

    def one(self, chance: random.Random, tally: Tally) -> None:
        """One declaration, and one period of it."""
        from pipeline.errors import UserError
        from pipeline.program.load import load_program
        from pipeline.program.periods import parse_period

        name = chance.choice(tuple(DECLARED))
        text = declared(DECLARED[name], chance).encode("utf-8", "replace")
        period = damaged(chance.choice(WORDS).encode("utf-8", "replace") or b"2024", chance).decode("latin-1")
        (self.work / name).write_bytes(text)
        ending = "read"
        try:
            program = load_program(self.work)
            parse_period(period, program.fiscal_year_starts, program.began, None)
        except UserError:
            ending = "told why not"
        except Exception as error:
            tally.fail(self.kind, place_of(error), {Path(name).name: text, "period": repr(period).encode()})
            return
        finally:
            (self.work / name).write_text(DECLARED[name])
        tally.note(self.kind, ending)


# -- arguments --------------------------------------------------------------------------------------------------------


class Arguments:
    """Commands with arguments that nobody meant, on a sound program."""

    kind = "argument"

    def __init__(self, work: Path) -> None:
        self.work = work
        self._fresh()

    def _fresh(self) -> None:
        shutil.rmtree(self.work, ignore_errors=True)
        for name, text in ({"program.toml": PROGRAM, "agencies/oak.toml": OAK, "metrics.toml": METRICS} | RAW).items():
            (self.work / "data" / name).parent.mkdir(parents=True, exist_ok=True)
            (self.work / "data" / name).write_text(text)
        os.chdir(self.work)

    def one(self, chance: random.Random, tally: Tally) -> None:
        """One command line."""
        command = chance.choice(
            (
                "check",
                "figures",
                "figures",
                "figures",
                "explain",
                "explain",
                "editions",
                "compare",
                "verify",
                "onboard",
                "init",
                "audit",
                "build",
            )
        )
        words = [command]
        for _ in range(chance.choice((0, 1, 1, 2, 3, 4, 6))):
            words.append(chance.choice(WORDS) if chance.random() < 0.9 else chance.choice(TEXTS)[:2000])
        if command == "build":
            words += ["--audience", "staff", "--workers", "1"]
        if chance.random() < 0.3:
            words += ["--audience", "staff"]
        words = [w.replace("\0", "").encode("utf-8", "replace").decode() for w in words]
        if {"--open", "/"} & set(words):
            return
        run(self.kind, words, tally, {"words": repr(words).encode()}, allowed=(0, 1, 2, 3))
        if chance.random() < 0.01:
            self._fresh()


# -- running ----------------------------------------------------------------------------------------------------------


def run(
    kind: str, words: list[str], tally: Tally, material: dict[str, bytes], allowed: tuple[int, ...] = (0, 2, 3)
) -> None:
    """The command in this process, and what it did."""
    from typer.testing import CliRunner

    import cli

    begun = time.process_time()
    result = CliRunner().invoke(cli.app, words)
    took = time.process_time() - begun
    what = ""
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        what = place_of(result.exception)
    elif "unexpected failure" in result.output or "Traceback" in result.output:
        again = CliRunner().invoke(cli.app, [*words, "--debug"])
        what = " | ".join(again.output.splitlines()[-14:])
    elif result.exit_code not in allowed:
        what = f"exit {result.exit_code}: {result.output[-300:]}"
    elif took > 30:
        what = f"{words[0]} took long"
    elif strange := {c for c in result.output if not (c.isprintable() or c == "\n")}:
        what = f"printed {sorted(strange)!r}"
    if what:
        tally.fail(
            kind, what, material | {"output": result.output.encode("utf-8", "replace"), "words": repr(words).encode()}
        )
    else:
        tally.note(kind, f"exit {result.exit_code}")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="extract,reading,declaration,loading,argument")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-failed"))
    given = parser.parse_args()
    chance = random.Random(given.seed)  # noqa: S311 (damage that repeats)
    tally = Tally(given.keep.absolute())
    with tempfile.TemporaryDirectory() as place:
        makers: dict[str, Callable[[], Extracts | Readings | Declarations | Loadings | Arguments]] = {
            "extract": lambda: Extracts(given.folder.absolute(), Path(place, "extract")),
            "reading": lambda: Readings(given.folder.absolute(), Path(place, "reading")),
            "loading": lambda: Loadings(Path(place, "loading")),
            "declaration": lambda: Declarations(Path(place, "declaration")),
            "argument": lambda: Arguments(Path(place, "argument")),
        }
        kinds = [makers[name]() for name in given.only.split(",")]
        begun = time.monotonic()
        while time.monotonic() - begun < given.seconds:
            for kind in kinds:
                kind.one(chance, tally)
        os.chdir(ROOT)
    for ending, count in sorted(tally.ended.items()):
        sys.stdout.write(f"{count:7} {ending}\n")
    for what, count in tally.failed.items():
        sys.stdout.write(f"FAILED {count} times: {what}\n")
    sys.stdout.write(f"{sum(tally.ended.values())} inputs\n")
    sys.exit(bool(tally.failed))


if __name__ == "__main__":
    main()
