"""The data files below `public/`: figures as csv, xlsx and json with a data package that describes them.

Everything here takes `PublicFigures`, which disclosure control alone can make: staff figures cannot get in.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

from pipeline.protect.public import PublicFigures, only_public
from pipeline.publish.tables import csv_text, json_text, write_xlsx

if TYPE_CHECKING:
    from pipeline.program.model import Program

FOLDER = "public"
_TYPES = {
    "period_start": ("date", "First day."),
    "period_end": ("date", "Last day, inclusive: how far the figure goes."),
    "numerator": ("number", "What was counted; a count repeats its value here."),
    "denominator": ("number", "Out of how many; null for counts."),
    "value": ("number", "In the unit; a rate is a fraction from 0 to 1."),
    "low": ("number", "Lower end of the 95% interval; of a bounded figure its lower bound."),
    "high": ("number", "Upper end of the 95% interval; of a bounded figure its upper bound."),
    "unknown": ("integer", "Rows left out because a value is not known."),
    "metric": ("string", "Id of the metric."),
    "title": ("string", "Title of the metric."),
    "unit": ("string", "Unit of the value."),
    "period": ("string", "The period as it is spelled; a fiscal year and `to-date` go as far as period_end."),
    "agency": ("string", "An agency's id, or `all`."),
    "group": ("string", "What a breakdown divides by; null for a whole figure."),
    "category": ("string", "The part of the breakdown."),
    "edition": ("string", "The edition that holds the figure."),
}
_STATUS = ("published", "bounded", "withheld", "no_data")


def public_files(figures: PublicFigures, program: Program, edition: str) -> dict[str, bytes]:
    """Path in the edition -> bytes of the figures in three forms and their data package."""
    only_public(figures)
    book = io.BytesIO()
    write_xlsx(figures, book, program.metrics, f"{program.name}, {edition}")
    package = json.dumps(data_package(program, edition, figures.protected), ensure_ascii=False, indent=1) + "\n"
    return {
        f"{FOLDER}/figures.csv": csv_text(figures).encode("utf-8"),
        f"{FOLDER}/figures.json": json_text(figures).encode("utf-8"),
        f"{FOLDER}/figures.xlsx": book.getvalue(),
        f"{FOLDER}/datapackage.json": package.encode("utf-8"),
    }


_WITHHELD = (
    "A figure with status `withheld` has no numbers: it, or another one, could tell of fewer people than may be shown."
)
_OFF = "Disclosure control was switched off: small counts are shown."


def data_package(program: Program, edition: str, protected: bool = True) -> dict[str, object]:
    """A Frictionless data package of figures.csv; it says so when control is switched off."""
    from pipeline.measure.figure import COLUMNS

    fields = [_field(name) for name in COLUMNS]
    schema = {"fields": fields, "missingValues": [""]}
    return {
        "name": f"figures-{edition.lower().replace('_', '-')}",
        "title": f"{program.name}: public figures",
        "description": f"Public figures of edition {edition}. {_WITHHELD if protected else _OFF}",
        "resources": [
            {
                "name": "figures",
                "path": "figures.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": schema,
            }
        ],
    }


def _field(name: str) -> dict[str, object]:
    if name == "status":
        words = "published; bounded: at least `low` or at most `high`; withheld; no_data: nothing was reported."
        return {"name": name, "type": "string", "description": words, "constraints": {"enum": list(_STATUS)}}
    kind, description = _TYPES[name]
    return {"name": name, "type": kind, "description": description}
