"""What several tables share: the agency, words and limits, and the forms that rules take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.spec import Broken, ColumnSpec, Settings

if TYPE_CHECKING:
    import pandas as pd

AGENCY = ColumnSpec("agency", "code", "The agency whose row this is: an id from program.toml.", required=True)

YES_NO = "Yes or no; null when it is not known."
#: Minutes of a day, the most that an encounter or a team's day can take.
DAY_MINUTES = 1440


def none_of(frame: pd.DataFrame) -> pd.Series[bool]:
    """No row of the frame."""
    import pandas as pd

    return pd.Series(False, index=frame.index)


def column_of(frame: pd.DataFrame, name: str) -> pd.Series[Any]:
    """A column; all null when the extract does not have it."""
    import pandas as pd

    return frame[name] if name in frame else pd.Series(None, index=frame.index, dtype="object")


def earlier_than(*stages: str) -> Broken:
    """Rows where a time stands before one that comes earlier in `stages`."""

    def broken(frame: pd.DataFrame, column: str, _: Settings) -> pd.Series[bool]:
        wrong = None
        for stage in stages[: stages.index(column)]:
            if stage in frame:
                earlier = frame[column] < frame[stage]
                wrong = earlier if wrong is None else wrong | earlier
        return none_of(frame) if wrong is None else wrong

    return broken


def earlier_than_sql(*stages: str) -> str:
    """The same as SQL, for every one of `stages`: true where any of them is out of order."""
    return " OR ".join(f"{later} < {earlier}" for i, later in enumerate(stages) for earlier in stages[:i])
