"""Damaged declarations, through the commands or loaded and no more, and arguments that nobody meant."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

from tests.hostile.made import TEXTS
from tests.hostile.mutate import damaged
from tests.hostile.sound import DECLARED, METRICS, OAK, PROGRAM, RAW, VALUES, WORDS
from tests.hostile.tally import Tally, place_of, run

#: Commands; those that can do most are tried most.
_COMMANDS = (
    *(
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
    ),
    *("audit", "build"),
)


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
        command = chance.choice(_COMMANDS)
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
