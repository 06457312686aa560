"""An explanation as text for a terminal: the template says what, this module how numbers are written."""

from __future__ import annotations

import textwrap
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.measure.explain import Explanation
from pipeline.program.model import Program
from pipeline.publish import numbers, sentences, wording
from pipeline.publish.fonts import REPORTS
from pipeline.publish.text import WIDTH, clean


def explained_text(program: Program, found: Explanation, written: Path | None = None) -> str:
    """Definition, figure, what was left out and why, extracts, SQL; `written` is the file that holds the rows."""
    environment = Environment(
        loader=FileSystemLoader(REPORTS / "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - plain text for a terminal; clean() takes care of control characters
    )
    metric, figure = found.metric, found.figure
    agency = "" if found.agency == "all" else f" for {clean(program.agency(found.agency).name)}"
    text = environment.get_template("explain.txt.j2").render(
        metric=metric,
        title=f"{clean(metric.title)} ({metric.id}), {wording.span_of(figure).title}{agency}",
        figure=_figure(found),
        facts=_facts(found),
        total=f"{found.total:,}",
        rows=f"{found.rows:,}",
        of_agency=agency,
        exclusions=_aligned([(f"{e.rows:,}", e.words) for e in found.exclusions]),
        origins=_aligned([(f"{o.rows:,}", clean(o.extract)) for o in found.origins]),
        sql=found.sql.strip(),
        written=str(written) if written else "",
        wrap=_wrap,
    )
    return text.rstrip("\n")


def _figure(found: Explanation) -> str:
    figure = found.figure
    parts = [numbers.value_text(figure), numbers.of_text(figure)]
    interval = numbers.interval_text(figure)
    parts.append(f"95% interval {interval}" if interval else "")
    parts.append(f"unknown {figure.unknown:,}" if figure.unknown else "")
    return " · ".join(p for p in parts if p)


def _facts(found: Explanation) -> list[tuple[str, str]]:
    metric = found.metric
    each = found.without_person and (metric.kind == "people" or metric.last_by == "person_key")
    people = f"{wording.counted(found.without_person, 'rows')} without a person key" if each else ""
    within = f"{metric.event or 'true'} within {metric.within_days} days" if metric.within_days else ""
    facts = [
        ("Sentence", sentences.copy_ready(metric, found.figure)),
        ("In words", sentences.rare(metric, found.figure)),
        ("Definition", metric.definition),
        ("Numerator", metric.numerator or ""),
        ("Denominator", metric.denominator or ""),
        ("Measure", metric.measure or ""),
        ("Event", within),
        ("Counted once each", people),
        ("Unit", metric.unit),
        ("Better", {"higher": "higher", "lower": "lower"}.get(metric.direction, "")),
        ("Keep in mind", metric.caveat),
        ("Source", metric.source),
        ("Counterpart", metric.counterpart),
        ("Declared in", "metrics.toml of the program" if metric.own else ""),
    ]
    return [(label, clean(text)) for label, text in facts if text]


def _wrap(text: str, label: str) -> str:
    first, rest = f"{label + ':':<19}", " " * 19
    return textwrap.fill(text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False)


def _aligned(rows: list[tuple[str, str]]) -> list[str]:
    wide = max((len(number) for number, _ in rows), default=0)
    return [f"  {number:>{wide}}  {words}" for number, words in rows]
