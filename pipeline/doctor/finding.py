"""What one look found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `hint` says what to do; one that is not `ok` always has a hint."""

    subject: str
    ok: bool
    state: str
    hint: str = ""

    @property
    def text(self) -> str:
        """One line, and further ones with what to do."""
        advice = "".join(f"\n         {line}" for line in self.hint.splitlines())
        return f"{'ok' if self.ok else 'NOT OK':7}  {self.subject}: {self.state}{advice}"
