"""What judging gives: the rows of a batch that break one rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from schemas.spec import Rule


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule that rows of a batch break: `rows` are their places in the batch. `parts` are a person's headings."""

    rule: Rule
    column: str | None
    rows: NDArray[np.int64]
    parts: tuple[str, ...] = ()


def erroneous(faults: Iterable[Fault], count: int) -> NDArray[np.bool_]:
    """Which of `count` rows have an error."""
    wrong = np.zeros(count, dtype=bool)
    for fault in faults:
        if fault.rule.severity == "error":
            wrong[fault.rows] = True
    return wrong
