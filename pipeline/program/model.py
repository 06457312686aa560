"""What a program folder declares, as plain frozen objects. `load_program` alone makes them; every room reads them.

Kept free of heavy imports: the command line loads it at each start.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Agency:
    """A police department or sheriff's office that takes part."""

    id: str
    name: str
    population: int | None = None
    team_units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Privacy:
    """Public counts from 1 to `suppress_below` - 1 are protected; `encrypt`: rows below out/ are encrypted at rest."""

    suppress_below: int = 11
    key_file: str = "person.key"
    encrypt: bool = False


@dataclass(frozen=True, slots=True)
class Branding:
    """`logo` is a path below the program folder, `accent` is `#rrggbb`."""

    logo: str | None = None
    accent: str = "#1f5a7a"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a canonical column comes from: a constant, or headings whose cells are joined with a space.

    `parts` has one tuple of alternative headings per joined cell: `"A"` is `(("A",),)`, `["A", "B"]` is
    `(("A",), ("B",))`, `{ any = ["A", "B"] }` is `(("A", "B"),)`.
    """

    parts: tuple[tuple[str, ...], ...] = ()
    constant: str | None = None


@dataclass(frozen=True, slots=True)
class Codes:
    """Source values of one canonical column, in the order of the file.

    `pairs` are (pattern, canonical value); a pattern matches without case and outer spaces, `*` matches anything.
    Order of matching: exact patterns, patterns with wildcards, a value that is canonical already, the bare `*`.
    `derived_from` names the canonical column whose source cell is judged instead (`from` in the file); then a bool is
    false where nothing matches and null where the cell is blank.
    """

    pairs: tuple[tuple[str, str], ...]
    derived_from: str | None = None


@dataclass(frozen=True, slots=True)
class Unpivot:
    """A wide time sheet: category -> heading; `unit` is `hours` or `minutes`."""

    unit: str
    columns: dict[str, Source]


@dataclass(frozen=True, slots=True)
class Mapping:
    """How one kind of extract becomes canonical rows: one `[[extract]]` of agencies/ID.toml.

    `agency` is None when the file's name is no agency id; then every row's agency comes from the column `agency`.
    The pseudo-columns `person` and `address` (also spelled `person_key`, `place_key`) are in `columns` as `person`
    and `address`.
    """

    declared_in: str
    number: int
    agency: str | None
    table: str
    files: str
    grain: str = "call"
    datetime: tuple[str, ...] = ()
    null: tuple[str, ...] = ("",)
    sheets: tuple[str, ...] = ()
    header_row: int | None = None
    encoding: str | None = None
    delimiter: str | None = None
    columns: dict[str, Source] = field(default_factory=dict)
    codes: dict[str, Codes] = field(default_factory=dict)
    split: dict[str, str] = field(default_factory=dict)
    unpivot: Unpivot | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """A known fault of one extract, mended without touching it. Exactly one of shift, set and exclude is given."""

    extract: str
    reason: str
    where: str
    expect: int
    shift_columns: tuple[str, ...] = ()
    shift_minutes: float = 0
    set: dict[str, str] = field(default_factory=dict)
    exclude: bool = False


@dataclass(frozen=True, slots=True)
class Metric:
    """A declared definition of spec 3. Conditions are SQL that the program room has parsed and found harmless."""

    id: str
    title: str
    definition: str
    over: str
    kind: str
    unit: str
    numerator: str | None = None
    denominator: str | None = None
    measure: str | None = None
    event: str | None = None
    within_days: int | None = None
    last_by: str | None = None
    time: str | None = None
    direction: str = "neither"
    sentence: str = ""
    caveat: str = ""
    source: str = ""
    counterpart: str = ""
    own: bool = False  # declared or changed by the program's metrics.toml


@dataclass(frozen=True, slots=True)
class Program:
    """One co-responder program: its agencies, settings and declarations."""

    folder: Path
    name: str
    organization: str
    timezone: str
    fiscal_year_starts: int
    began: date
    contact: str
    privacy: Privacy
    branding: Branding
    agencies: tuple[Agency, ...]
    mappings: tuple[Mapping, ...]
    corrections: tuple[Correction, ...]
    metrics: dict[str, Metric]  # shipped and own, in order of declaration (shipped first)

    @property
    def raw(self) -> Path:
        """Extracts as received; read-only to the software."""
        return self.folder / "raw"

    @property
    def out(self) -> Path:
        """What the software writes; may be deleted at any time."""
        return self.folder / "out"

    @property
    def published(self) -> Path:
        """The append-only ledger of public figures."""
        return self.folder / "published"

    def agency(self, agency_id: str) -> Agency:
        """The agency with this id; KeyError when there is none."""
        return next(a for a in self.agencies if a.id == agency_id)
