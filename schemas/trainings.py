"""The table `trainings`: one course held."""

from __future__ import annotations

from schemas.common import AGENCY
from schemas.spec import ColumnSpec, Table

COURSES = ("cit_40h", "cit_8h", "co_responder", "deescalation", "other")
MOST_TRAINED = 10_000

COLUMNS = (
    AGENCY,
    ColumnSpec("held_on", "date", "The day on which the course was held.", required=True),
    ColumnSpec("course", "code", "Which course.", required=True, codes=COURSES),
    ColumnSpec("trained", "integer", "People who completed it.", required=True, minimum=0, maximum=MOST_TRAINED),
)

TABLE = Table("trainings", "One course held.", COLUMNS, ("agency", "held_on", "course"), "held_on")
