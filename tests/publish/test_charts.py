"""Charts: labels that do not touch, scales that can be read, the same bytes, text that is never a formula."""

import re
import warnings
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.publish import fonts
from pipeline.publish.charts.bars import Rung, ladder_chart
from pipeline.publish.charts.canvas import Chart, Frame, place_in_row, spread
from pipeline.publish.charts.dots import Dot, dot_chart
from pipeline.publish.charts.levels import Dot as Month
from pipeline.publish.charts.levels import Level, level_chart
from pipeline.publish.charts.rates import Rate, RateRow, Size, rates_chart
from pipeline.publish.charts.scales import marks, ticks
from pipeline.publish.charts.xmr import alternative, drawable, spark, xmr_chart
from pipeline.publish.palette import contrast, palette, readable

from . import made_up

COLOURS = palette("#1f5a7a")


@given(st.lists(st.floats(0, 110), min_size=1, max_size=6).map(sorted))
def test_labels_never_touch_and_keep_their_order(wanted) -> None:
    places = spread(wanted, 9.6, 0, 110)
    assert all(b - a >= 9.6 - 1e-6 for a, b in pairwise(places))
    assert places[-1] <= 110 + 1e-6 and places[0] >= -1e-6


def test_labels_with_room_stay_where_they_want() -> None:
    assert spread([0, 50, 100], 9.6, 0, 110) == [0, 50, 100]
    assert spread([50, 50], 10, 0, 110) == [45, 55]


@given(st.floats(0, 1e6), st.floats(0.5, 1e6))
def test_scales_have_two_to_five_whole_labels_inside(low, span) -> None:
    found = ticks(low, low + span)
    assert 2 <= len(found) <= 5 and all(low - 1e-6 * span <= t <= low + span + 1e-6 * span for t in found)


def test_percent_scales_have_whole_percents() -> None:
    assert ticks(0.91, 1.0, finest=0.01) == [0.92, 0.94, 0.96, 0.98, 1.0] or len(ticks(0.91, 1.0, finest=0.01)) <= 4
    assert all(abs(t * 100 - round(t * 100)) < 1e-9 for t in ticks(0.931, 0.962, finest=0.01))


def test_month_labels_that_would_touch_are_left_out() -> None:
    assert place_in_row([(5, "Jul 2022"), (12, "Jan 2023"), (170, "Nov")], 8) == [True, False, True]


@pytest.fixture(scope="module")
def rise():
    return made_up.inputs().series[0]


def test_a_chart_has_its_exact_size_and_the_same_bytes(rise) -> None:
    first = xmr_chart(rise, "Calls responded to", "calls", "Incidents per month", COLOURS)
    again = xmr_chart(rise, "Calls responded to", "calls", "Incidents per month", COLOURS)
    assert first == again and 'width="246pt" height="134pt"' in first.svg
    assert "<text" not in first.svg and not re.search(r"<dc:date>", first.svg)
    ElementTree.fromstring(first.svg)  # noqa: S314 - our own chart


def test_alternative_text_states_finding_range_and_last_value(rise) -> None:
    said = alternative(rise, "Calls responded to", "calls", "Incidents per month")
    assert "July 2022 to November 2023" in said and rise.sentence in said
    assert "The mean is 146; the usual range is 110 to 183." in said and said.endswith("November 2023 is 168.")


def test_too_few_months_are_no_chart(rise) -> None:
    assert not drawable(replace(rise, values=(*[None] * 13, 1.0, 2.0, 3.0, 4.0))) and drawable(rise)


@pytest.mark.parametrize(
    "values", [[5.0] * 17, [0.0] * 17, [None] * 5 + [3.0] * 12, [1.0] * 8, [2.0, 3.0, 2.0, 3.0, 2.0]]
)
def test_odd_series_can_be_drawn(values) -> None:
    metric = made_up.metrics()["people_diverted"]
    months = [f"{2022 + (i + 6) // 12}-{(i + 6) % 12 + 1:02d}" for i in range(len(values))]
    made = made_up.series(metric, values, months)
    chart = xmr_chart(made, "People", "people", "People per month", COLOURS)
    assert chart.alt.startswith("Trend chart: People, people per month") and "nan" not in chart.alt
    assert spark(made, "People", "people", COLOURS).width == 58


def test_sixty_months_keep_their_labels_apart() -> None:
    long = made_up.inputs(made_up.month(2027, 6), months=60).series[0]
    assert "July 2022 to June 2027" in xmr_chart(long, "Calls", "calls", "Calls per month", COLOURS).alt


@pytest.mark.parametrize("values", [(131, 162, 168), (0, 1, 1), (168, 162, 131), (12, 900, 901)])
def test_the_value_of_a_low_month_stands_above_the_axis(values) -> None:
    chart = averages(values, (0, 11, 12), "calls")
    axis = re.search(r'id="patch_3">\s*<path d="M [\d.]+ ([\d.]+)', chart.svg)
    assert axis and place_of(chart, str(values[0]))[1] < float(axis[1]) - 1  # where its digits stand


def averages(values, places, unit: str) -> Chart:
    """Three months against their mean."""
    levels = [Level("to date", "July 2022 to November 2023", 0, places[-1], sum(values) / 3)]
    dots = [Month(m, place, v) for m, place, v in zip(("2022-11", "2023-10", "2023-11"), places, values, strict=True)]
    return level_chart("x", "Calls", "Per month", levels, dots, unit, COLOURS, Frame("Calls", "Per month", "Made up"))


def place_of(chart: Chart, text: str) -> tuple[float, float]:
    """Where a label of a chart begins, in points from the upper left."""
    found = re.search(rf"<!-- {re.escape(text)} -->\s*<g [^>]*translate\(([-\d.]+) ([\d.]+)\)", chart.svg)
    assert found, labels_of(chart)
    return float(found[1]), float(found[2])


def labels_of(chart: Chart) -> list[str]:
    return re.findall(r"<!-- (.+?) -->", chart.svg)


def test_the_value_of_a_month_is_not_taken_for_that_of_the_next() -> None:
    """Sixty months: the dots of neighbours nearly touch, so the first one's value stands on the other side."""
    rising, falling = averages((131, 162, 168), (47, 58, 59), "calls"), averages((131, 168, 162), (47, 58, 59), "calls")
    assert place_of(rising, "162")[1] > place_of(rising, "168")[1] + 8
    assert place_of(falling, "168")[1] < place_of(falling, "162")[1]


@pytest.mark.parametrize(
    ("unit", "value", "shown"),
    [("people", 0.0, {"0", "1"}), ("fraction", 1.0, {"90%", "95%", "100%"}), ("fraction", 0.0, {"0%", "2%", "4%"}),
     ("people", 5.0, {"4", "5", "6"}), ("minutes", 0.0, {"0.0", "0.5", "1.0"})],
)  # fmt: skip
def test_scales_show_nothing_that_cannot_be(unit, value, shown) -> None:
    metric = {"people": "people_diverted", "fraction": "diversion_rate", "minutes": "response_time_median"}[unit]
    months = [f"{2022 + (i + 6) // 12}-{(i + 6) % 12 + 1:02d}" for i in range(17)]
    flat = made_up.series(made_up.metrics()[metric], [value] * 17, months)
    chart = xmr_chart(flat, "Flat", unit, "Per month", COLOURS)
    scale = {text for text in labels_of(chart) if re.fullmatch(r"[\d.]+%?", text)}
    assert scale == shown
    assert not [
        t for t in labels_of(averages([value] * 3, (0, 11, 12), unit)) if "\u2212" in t or t in ("105%", "110%")
    ]


@given(st.sampled_from(["people", "fraction", "minutes"]), st.floats(0, 1), st.floats(0, 1))
def test_marks_stay_within_what_the_unit_can_be(unit, one, other) -> None:
    low, high = sorted((one, other))
    assert all(0 <= m <= (1 if unit == "fraction" else 2) for m in marks(low - 0.1, high + 0.1, unit))


def test_rates_at_the_ends_have_no_percent_beyond_them() -> None:
    for rate in (Rate(1.0, 0.992, 1.0), Rate(0.0, 0.0, 0.008)):
        chart = rates_chart("r", [RateRow("All", rate)], COLOURS, Size(504, 190, 20), Frame("T", "U", "S"))
        assert not {"101%", "-1%", "\u22121%"} & set(labels_of(chart))


def test_numbers_of_five_digits_stay_within_the_chart() -> None:
    months = [f"2023-{i:02d}" for i in range(1, 13)]
    series = made_up.series(made_up.metrics()["calls_responded"], [119_000.0, 120_500.0] * 6, months)
    chart = xmr_chart(series, "Calls", "calls", "Calls per month", COLOURS)
    for text in labels_of(chart):
        at = place_of(chart, text)[0]
        assert at >= 0 and at + fonts.width(text, 8) <= chart.width, text


def test_labels_of_two_lines_do_not_reach_into_the_next_row() -> None:
    names = [f"{t} Valley Metropolitan Township Department of Public Safety" for t in ("Alder", "Birch")]
    dots = dot_chart("d.svg", "Stable", [Dot(n, 0.5, 0.4, 0.6) for n in names], 0.5, COLOURS)
    rows = [RateRow(n, Rate(0.5, 0.4, 0.6)) for n in names]
    rates = rates_chart("r", rows, COLOURS, Size(504, 90, 20), Frame("T", "U", "S"))
    for chart in (dots, rates):
        first, second, third = [place_of(chart, t)[1] for t in labels_of(chart) if "Valley" in t or "…" in t][:3]
        assert second - first < third - second, chart.name


def test_letters_without_a_font_are_no_news_at_the_terminal() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        dot_chart("d.svg", "Stable", [Dot("警察 \N{POLICE CAR}", 0.8, 0.7, 0.9)], 0.75, COLOURS)


def test_agency_names_are_never_formulas_or_markup() -> None:
    rows = [Dot("Cost $x^2$ PD", 0.8, 0.7, 0.9), Dot("<b>&</b> شرطة", 0.5, 0.2, 0.6)]
    chart = dot_chart("d.svg", "Stable", rows, 0.75, COLOURS)
    ElementTree.fromstring(chart.svg)  # noqa: S314 - our own chart
    assert "Cost $x^2$ PD 80%" in chart.alt and "does not include the program's rate for <b>&</b>" in chart.alt


def test_the_ladder_says_its_numbers() -> None:
    chart = ladder_chart([Rung("1", "Strict", 479, 490, True), Rung("2", "Loose", 3084, 3118, False)], COLOURS)
    single = ladder_chart([Rung("1", "Strict", 1, 1, True), Rung("2", "Loose", 1, 1, False)], COLOURS)
    assert "1 encounter" in labels_of(single)
    assert "Strict: 479 of 490 encounters, or 97.8%. Loose: 3,084 of 3,118 encounters, or 98.9%." in chart.alt


def test_long_names_are_wrapped_and_cut_within_their_room() -> None:
    lines = fonts.wrapped("Alder Valley Metropolitan Township Department of Public Safety", 88, 9).split("\n")
    assert len(lines) == 2 and all(fonts.width(line, 9) <= 88 for line in lines) and lines[-1].endswith("…")


@given(st.integers(0, 0xFFFFFF))
def test_every_accent_can_be_read(number) -> None:
    made = palette(f"#{number:06x}")
    assert readable(made.accent) and contrast(made.deep, "#ffffff") >= 4.5
    assert made.darkened or made.accent == f"#{number:06x}"
    assert all(contrast("#17232b", shade) >= 4.5 for shade in made.heat[:4])


def test_the_palette_of_the_design() -> None:
    made = palette("#1f5a7a")
    assert (made.deep, made.tint, made.band) == ("#123649", "#c7d6de", "#e9eff2") and not made.darkened
    with pytest.raises(ValueError, match="#rrggbb"):
        palette("red")
