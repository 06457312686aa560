"""Damaged extracts: received as a whole, or opened and read and no more."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from tests.hostile.mutate import damaged, seeds
from tests.hostile.sound import PROGRAM
from tests.hostile.tally import Tally, place_of


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
