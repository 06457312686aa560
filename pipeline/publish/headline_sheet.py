"""The sheet of figures.xlsx that people read: headline figures, what each is out of, a sentence to copy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.measure.figure import Figure
from pipeline.program.model import Metric
from pipeline.program.period import TO_DATE
from pipeline.publish import labels, numbers, sentences, wording
from pipeline.publish.wording import Span

HEAD_ROW = 3
#: Number formats by the unit of a figure; other units are counted in whole numbers.
FORMATS = {"fraction": "0%", "minutes": "0.0", "days": "0.0", "per_1000": "0.0"}
WHOLE = "#,##0"
SHOWN = (*labels.HEADLINE, labels.PEOPLE_MET)
WIDTHS = {"figure": 34, "about": 34, "value": 11, "out of": 12, "sentence": 84}
ABOUT = (
    "Each figure with what it is out of. The sheet Figures holds every figure, Definitions what each one counts and "
    "what to keep in mind."
)


def headline_rows(figures: Iterable[Figure], metrics: Mapping[str, Metric]) -> tuple[list[Span], list[Metric]]:
    """The periods of whole figures of the program, in their order, and the headline metrics that have a figure."""
    whole = [f for f in figures if f.agency == "all" and f.group is None]
    spans: dict[str, Span] = {}
    for f in whole:
        before = spans.get(f.period)
        if before is None or f.period_end > before.end:  # a figure may have stepped back; the column goes on
            spans[f.period] = wording.span_of(f)
    there = {f.metric for f in whole}
    return list(spans.values()), [metrics[m] for m in SHOWN if m in metrics and m in there]


def headline_sheet(book: Any, sheet: Any, figures: Sequence[Figure], metrics: Mapping[str, Metric], title: str) -> None:
    """Fill the sheet. Numbers are numbers; what is withheld or bounded stands there in words."""
    spans, shown = headline_rows(figures, metrics)
    found = {(f.metric, f.period): f for f in figures if f.agency == "all" and f.group is None}
    styles = _styles(book)
    _top(sheet, spans, styles, title)
    for row, metric in enumerate(shown, HEAD_ROW + 1):
        sheet.write_string(row, 0, metric.title, styles["text"])
        sheet.write_string(row, 1, labels.out_of(metric), styles["muted"])
        for i, span in enumerate(spans):
            figure = found.get((metric.id, span.text))
            if figure is not None:
                whole = found.get((labels.PEOPLE_MET, span.text))
                _figure(sheet, (row, 2 + 2 * i), metric, figure, whole, styles)
        said = _sentence(metric, [found.get((metric.id, s.text)) for s in spans])
        sheet.write_string(row, 2 + 2 * len(spans), said, styles["wrap"])


def _top(sheet: Any, spans: Sequence[Span], styles: Mapping[str, Any], title: str) -> None:
    """Title, an explanation and the frozen headings; the sheet prints on one page's width."""
    sheet.write_string(0, 0, title, styles["title"])
    sheet.write_string(1, 0, ABOUT, styles["muted"])
    names = ["Figure", "What it is"]
    widths = [WIDTHS["figure"], WIDTHS["about"]]
    for span in spans:
        names += [span.short, "out of"]
        widths += [max(WIDTHS["value"], len(span.short) + 1), WIDTHS["out of"]]
    names.append("Sentence to copy, for the longest period")
    widths.append(WIDTHS["sentence"])
    for column, (name, width) in enumerate(zip(names, widths, strict=True)):
        sheet.set_column(column, column, width)
        value = 2 <= column < len(names) - 1
        sheet.write_string(HEAD_ROW, column, name, styles["head right" if value else "head"])
    sheet.freeze_panes(HEAD_ROW + 1, 1)
    sheet.repeat_rows(HEAD_ROW)
    sheet.set_landscape()
    sheet.set_paper(1)  # US Letter
    sheet.fit_to_pages(1, 0)


def _figure(
    sheet: Any, at: tuple[int, int], metric: Metric, figure: Figure, met: Figure | None, styles: Mapping[str, Any]
) -> None:
    row, column = at
    if figure.value is None or figure.status != "published":
        sheet.write_string(row, column, numbers.value_text(figure), styles["said"])
        return
    sheet.write_number(row, column, figure.value, styles[FORMATS.get(figure.unit, WHOLE)])
    out_of = figure.denominator
    if out_of is not None and numbers.in_hours(figure):
        out_of /= 60
    same = met is not None and met.status == "published" and met.period_end == figure.period_end
    if metric.kind == "people" and metric.id != labels.PEOPLE_MET and met is not None and same:
        out_of = met.value
    if out_of is not None and figure.unit != "per_1000":
        sheet.write_number(row, column + 1, out_of, styles[WHOLE])


def _sentence(metric: Metric, figures: Sequence[Figure | None]) -> str:
    """Ready to copy, for program to date or else the longest period that is shown; empty when there is none."""
    known = [f for f in figures if f is not None and f.status in ("published", "bounded")]
    longest = max(known, key=lambda f: (f.period == TO_DATE, f.period_end - f.period_start), default=None)
    return sentences.copy_ready(metric, longest) if longest is not None else ""


def _styles(book: Any) -> dict[str, Any]:
    head = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"}
    styles = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "text": book.add_format({"bold": True, "valign": "top"}),
        "muted": book.add_format({"font_color": "#4f5d66", "valign": "top"}),
        "said": book.add_format({"italic": True, "align": "right", "font_color": "#4f5d66", "valign": "top"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top", "indent": 1}),
        "head": book.add_format(head),
        "head right": book.add_format({**head, "align": "right"}),
    }
    for code in sorted({*FORMATS.values(), WHOLE}):
        styles[code] = book.add_format({"num_format": code, "valign": "top"})
    return styles
