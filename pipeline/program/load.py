"""`load_program`: the declarations of a program folder, judged as a whole before any data is read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pipeline.errors import UserError
from pipeline.program.corrections import read_corrections
from pipeline.program.mappings import check_duplicates, read_mappings
from pipeline.program.metrics import read_metrics, shipped_metrics
from pipeline.program.mistakes import Declared, Mistakes
from pipeline.program.model import Mapping, Program
from pipeline.program.settings import Settings, read_settings
from pipeline.program.toml import read_declared


def load_program(folder: Path) -> Program:
    """The program in `folder`. Raises DeclarationError with every mistake of every file at once (exit 2)."""
    _check_folder(folder)
    mistakes = Mistakes()
    declared = read_declared(folder, "program.toml", mistakes)
    settings = read_settings(declared or Declared("program.toml"), folder, mistakes if declared else Mistakes())
    mappings = _read_agencies(folder, settings, mistakes, known=declared is not None)
    correction_file = _optional(folder, "corrections.toml", mistakes)
    corrections = read_corrections(correction_file, mappings, settings.agencies, mistakes) if correction_file else ()
    metric_file = _optional(folder, "metrics.toml", mistakes)
    metrics = read_metrics(metric_file, shipped_metrics(), mistakes)
    mistakes.stop()
    section = settings.program
    return Program(
        folder=folder,
        name=section.name if section else "",
        organization=section.organization.strip() if section else "",
        timezone=section.timezone if section else "",
        fiscal_year_starts=section.fiscal_year_starts if section else 1,
        began=section.began if section else date.min,
        contact=section.contact.strip() if section else "",
        privacy=settings.privacy,
        branding=settings.branding,
        agencies=settings.agencies,
        mappings=tuple(mappings),
        corrections=corrections,
        metrics=metrics,
    )


def declaration_files(folder: Path) -> list[Path]:
    """The files of the program folder that `load_program` reads, sorted; whatever else lies there declares nothing."""
    names = ("program.toml", "corrections.toml", "metrics.toml", *_agency_files(folder, Mistakes()))
    return sorted(path for name in names if (path := folder / name).is_file())


def _check_folder(folder: Path) -> None:
    hint = "Name a program folder with --program DIR, or make one with `outcomes init DIR`."
    if not folder.is_dir():
        what = "the program is a folder, but this is a file" if folder.exists() else "there is no such folder"
        raise UserError(what, str(folder), hint)
    if not (folder / "program.toml").exists():
        raise UserError("this is no program folder: it has no program.toml", str(folder), hint)


def _optional(folder: Path, name: str, mistakes: Mistakes) -> Declared | None:
    path = folder / name
    return read_declared(folder, name, mistakes) if path.exists() or path.is_symlink() else None


def _read_agencies(folder: Path, settings: Settings, mistakes: Mistakes, *, known: bool) -> list[Mapping]:
    """All mappings, files in the order of their names. `known` is False when program.toml itself cannot be read."""
    found: list[tuple[Mapping, Declared]] = []
    for name in _agency_files(folder, mistakes):
        declared = read_declared(folder, name, mistakes)
        if declared is not None and known:
            found += [(m, declared) for m in read_mappings(declared, settings.agencies, mistakes)]
    check_duplicates(found, mistakes)
    return [mapping for mapping, _ in found]


def _agency_files(folder: Path, mistakes: Mistakes) -> list[str]:
    agencies = folder / "agencies"
    if not agencies.exists():
        return []
    if not agencies.is_dir():
        mistakes.add("this is a file, but a folder is expected", Declared("agencies"))
        return []
    names = [p.name for p in agencies.iterdir() if p.suffix == ".toml" and not p.name.startswith((".", "~$"))]
    return [f"agencies/{n}" for n in sorted(names)]
