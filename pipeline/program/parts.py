"""What one `[[extract]]` is read into before it is a mapping: where it stands, and its parts as they are judged."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.program.mistakes import Declared, Key, Mistakes
from pipeline.program.model import Codes, Source, Unpivot


@dataclass(frozen=True, slots=True)
class Context:
    """Where an [[extract]] stands and whose it is."""

    declared: Declared
    key: Key
    mistakes: Mistakes
    agency: str | None
    agencies: tuple[str, ...]

    def note(self, what: str, *key: str | int, hint: str = "") -> None:
        """A mistake at a key of this extract."""
        self.mistakes.add(what, self.declared, (*self.key, *key), hint)


@dataclass(slots=True)
class Parts:
    """The judged parts of a mapping."""

    columns: dict[str, Source] = field(default_factory=dict)
    codes: dict[str, Codes] = field(default_factory=dict)
    unpivot: Unpivot | None = None
