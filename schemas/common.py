"""What several tables share: the agency, the origin of a row, and the forms that rules take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.spec import Broken, ColumnSpec, Settings

if TYPE_CHECKING:
    import pandas as pd

AGENCY = ColumnSpec("agency", "code", "The agency whose row this is: an id from program.toml.", required=True)

YES_NO = "Yes or no; null when it is not known."


def earlier_than(*stages: str) -> Broken:
    """Rows where a time stands before one that comes earlier in `stages`."""

    def broken(frame: pd.DataFrame, column: str, _: Settings) -> pd.Series[bool]:
        before = stages[: stages.index(column)]
        first = frame[before[0]]
        wrong = frame[column] < first
        for stage in before[1:]:
            wrong |= frame[column] < frame[stage]
        return wrong

    return broken


def earlier_than_sql(*stages: str) -> str:
    """The same as SQL, for every one of `stages`: true where any of them is out of order."""
    return " OR ".join(f"{later} < {earlier}" for i, later in enumerate(stages) for earlier in stages[:i])
