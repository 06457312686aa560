"""The shape of each declaration as pydantic models: which keys there are and what kind of value they take.

What pydantic cannot know (columns of tables, codes, other files) is judged in settings.py, mappings.py and metrics.py.
"""

from __future__ import annotations

import copy
import datetime as dt
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from pipeline.program.mistakes import Declared, Key, Mistakes, suggest


class Strict(BaseModel):
    """No unknown keys, no conversion of values behind the user's back."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


def plain_text(value: object) -> str:
    """A TOML scalar as the text that stands in an extract: `7` is `7`, `true` is `true`, a date is ISO."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, (str, int, float)):
        return str(value)
    raise PydanticCustomError("plain", "must be text")


def _filled(value: object) -> object:
    if isinstance(value, str) and not value.strip():
        raise PydanticCustomError("filled", "must not be empty")
    return value.strip() if isinstance(value, str) else value


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _scalars(value: object) -> list[str]:
    return [plain_text(v) for v in (value if isinstance(value, list) else [value])]


Filled = Annotated[str, BeforeValidator(_filled)]
Texts = Annotated[list[Filled], BeforeValidator(_one_or_more)]
Scalars = Annotated[list[str], BeforeValidator(_scalars)]


class ProgramIn(Strict):
    """[program]"""

    name: Filled
    organization: str = ""
    timezone: Filled
    fiscal_year_starts: int = Field(ge=1, le=12)
    began: dt.date
    contact: str = ""


class PrivacyIn(Strict):
    """[privacy]"""

    suppress_below: int = Field(default=11, ge=1)
    key_file: Filled = "person.key"
    encrypt: bool = False


class BrandingIn(Strict):
    """[branding]"""

    logo: Filled | None = None
    accent: Filled = "#1f5a7a"


class AgencyIn(Strict):
    """[[agency]]"""

    id: Filled
    name: Filled
    population: int | None = Field(default=None, ge=1)
    team_units: Scalars = []


class ExtractIn(Strict):
    """[[extract]]; columns, codes and unpivot are judged in mappings.py against the table."""

    table: Filled
    files: Filled
    grain: Filled = "call"
    datetime: Texts = []
    null: Scalars = [""]
    sheet: Texts = []
    header_row: int | None = Field(default=None, ge=1, le=10_000)
    encoding: Filled | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=4)] | None = None
    columns: dict[str, Any] = {}
    codes: dict[str, dict[str, Any]] = {}
    split: dict[str, Annotated[str, Field(min_length=1)]] = {}
    unpivot: dict[str, Any] | None = None


#: Minutes of a hundred years: no clock is further off, and every time so moved can be stored.
_CENTURY = 52_596_000


class ShiftIn(Strict):
    """`shift` of a correction."""

    columns: Texts = Field(min_length=1)
    minutes: int | float = Field(ge=-_CENTURY, le=_CENTURY)


class CorrectionIn(Strict):
    """[[correction]]"""

    extract: Filled
    reason: Filled
    where: Filled
    expect: int = Field(ge=0)
    shift: ShiftIn | None = None
    set: dict[str, Any] | None = None
    exclude: bool | None = None


class MetricIn(Strict):
    """One table of metrics.toml, after a change was laid over the shipped metric of the same id."""

    title: Filled
    definition: Filled
    over: Filled
    kind: Filled
    unit: Filled
    numerator: Filled | None = None
    denominator: Filled | None = None
    measure: Filled | None = None
    event: Filled | None = None
    within_days: int | None = Field(default=None, ge=1, le=36_500)
    last_by: Filled | None = None
    time: Filled | None = None
    direction: Filled = "neither"
    sentence: str = ""
    caveat: str = ""
    source: str = ""
    counterpart: str = ""


M = TypeVar("M", bound=BaseModel)


def fit(
    model: type[M], data: Any, declared: Declared, key: Key, mistakes: Mistakes, spare: dict[str, Any] | None = None
) -> M | None:
    """`data` as `model`, every mistake noted. What is wrong is left out, so that the rest can still be judged.

    `spare` stands in for required keys that are missing or wrong. None when what remains is too little even so.
    """
    if not isinstance(data, dict):
        mistakes.add("this must be a table", declared, key, _table_hint(key))
        return None
    remains = copy.deepcopy(data)
    noted: set[Key] = set()
    while True:
        try:
            return model.model_validate(remains)
        except ValidationError as failure:
            errors = failure.errors(include_url=False)
        for error in errors:
            if error["loc"] not in noted:
                noted.add(error["loc"])
                _note(error, model, declared, key, mistakes)
        mended = [_mend(remains, e["loc"], spare or {}) for e in errors]
        if not any(mended):
            return None


def _table_hint(key: Key) -> str:
    name = str(key[0]) if key else ""
    return f"Write `[[{name}]]` above its keys." if len(key) > 1 else f"Write `[{name}]` above its keys."


def _mend(data: dict[str, Any], place: Key, spare: dict[str, Any]) -> bool:
    """Leaves out the key at which a mistake was found, or puts the spare there. False when neither can be done."""
    node: dict[Any, Any] = data
    for part in place[:-1]:
        inner = node.get(part)
        if not isinstance(inner, dict):
            return node.pop(part, None) is not None
        node = inner
    if place[-1] in node:
        del node[place[-1]]
        return True
    if len(place) == 1 and place[0] in spare:
        data[str(place[0])] = spare[str(place[0])]
        return True
    return False


_WORDS = {
    "string_type": "must be text in double quotes",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "list_type": "must be text or a list of texts in [ ]",
    "dict_type": "must be a table of keys and values",
    "model_type": "must be a table of keys and values",
    "date_type": "must be a date without quotes, like 2022-07-01",
    "date_from_datetime_inexact": "must be a date without a time, like 2022-07-01",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
}


def _note(error: ErrorDetails, model: type[BaseModel], declared: Declared, key: Key, mistakes: Mistakes) -> None:
    """One error of pydantic in the words of users."""
    loc = tuple(part for part in error["loc"] if not str(part).startswith("function-"))
    name, kind = str(loc[-1]), error["type"]
    place = (*key, *loc)
    if kind == "extra_forbidden":
        mistakes.add(f"unknown key `{name}`", declared, place, suggest(name, _fields(model, loc)))
    elif kind == "missing":
        mistakes.add(f"the key `{name}` is missing", declared, place)
    else:
        mistakes.add(f"`{name}` {_in_words(error)}", declared, place)


def _in_words(error: ErrorDetails) -> str:
    bounds = error.get("ctx", {})
    if "ge" in bounds:
        return f"must be at least {bounds['ge']:,}"
    if "le" in bounds:
        return f"must be at most {bounds['le']:,}"
    return _WORDS.get(error["type"], error["msg"])


def _fields(model: type[BaseModel], loc: Key) -> list[str]:
    """The keys that the table at `loc` takes."""
    for part in loc[:-1]:
        inner = model.model_fields[part].annotation if part in model.model_fields else None
        for candidate in getattr(inner, "__args__", (inner,)):
            if isinstance(candidate, type) and issubclass(candidate, BaseModel):
                model = candidate
    return list(model.model_fields)
