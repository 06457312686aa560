"""Rules of sentences: no rise without a signal, no better without a direction, nothing about what is withheld."""

from dataclasses import replace

import pytest

from pipeline.measure.series import Series
from pipeline.program.period import month
from pipeline.publish import sentences
from pipeline.publish.labels import HEADLINE
from pipeline.publish.report.context import Context
from pipeline.publish.report.first import what_happened
from pipeline.publish.report.happened import happened
from pipeline.publish.report.trust import trust
from pipeline.publish.text import entries, figures_markdown, figures_text

from . import made_up

USUAL = Series("a", "all", ("2023-11",), (5.0,), 5.0, 1.0, 9.0, False, (), "usual", "No change. As usual.")


def of(metric: str, verdict: str, last: float = 9.5) -> Series:
    return replace(
        USUAL, metric=metric, values=(last,), verdict=verdict, signals=(0,), sentence="A real rise. It rose."
    )


TITLES = {"a": "Calls", "b": "Response time", "c": "People referred"}


def test_without_a_signal_nothing_is_said_to_have_changed() -> None:
    lead, rest = sentences.followed([USUAL, replace(USUAL, metric="b")], TITLES)
    assert lead == "As usual." and rest == "Of 2 figures followed over time, none left its usual range."


def test_better_only_with_a_direction_and_higher_without() -> None:
    lead, rest = sentences.followed([of("a", "rise"), of("b", "better"), replace(USUAL, metric="c")], TITLES)
    assert lead == "Two real changes."
    assert rest == "Better than usual: response time. Higher than usual: calls. The rest is as usual."


def test_too_few_months_say_how_many_there_are() -> None:
    few = replace(USUAL, verdict="too_few", mean=None)
    assert sentences.followed([few], TITLES)[1].endswith("so far there is one.")
    assert sentences.followed([replace(few, values=(None,))], TITLES)[1].endswith("so far there is none.")


def test_only_signals_are_bold() -> None:
    assert sentences.split_finding(USUAL) == ("", "No change. As usual.")
    assert sentences.split_finding(of("a", "rise")) == ("A real rise.", "It rose.")


def test_the_strongest_signal_is_the_one_farthest_from_the_mean() -> None:
    assert sentences.strength(of("a", "rise", 12.0)) > sentences.strength(of("a", "rise", 9.5)) > 1
    assert sentences.strength(replace(USUAL, values=(100.0,))) == 0


def words(context: Context) -> str:
    return "".join(run.text for run in what_happened(context))


def with_values(**values: float) -> Context:
    """The made-up November with some values replaced."""
    inputs = made_up.inputs()
    rows = [
        replace(f, value=values[f.metric], numerator=values[f.metric])
        if f.metric in values and f.period == "2023-11" and f.agency == "all" and f.group is None
        else f
        for f in inputs.figures
    ]
    return Context(replace(inputs, figures=made_up.Figures(rows)))


def test_what_happened_is_singular_plural_and_none() -> None:
    said = words(
        with_values(
            calls_responded=1.0, people_met=1.0, people_diverted=0.0, people_referred=1.0, people_transported=2.0
        )
    )
    assert said == (
        "Teams responded to 1 call and met 1 person. None was kept out of jail, 1 was referred to services and 2 were "
        "taken to care."
    )


def test_without_the_people_met_the_sentence_names_people_itself() -> None:
    """Where people met are withheld, `31 were referred` would seem to speak of calls."""
    span = Context(made_up.inputs()).period

    def said(**counts: int) -> str:
        return "".join(run.text for run in happened(counts.get, span))

    assert said(calls_responded=168, people_diverted=24, people_referred=31) == (
        "Teams responded to 168 calls. 24 people were kept out of jail and 31 were referred to services."
    )
    assert (
        said(people_diverted=1, people_transported=0) == "1 person was kept out of jail and nobody was taken to care."
    )
    assert said(people_transported=0) == "Nobody was taken to care." and said() == ""
    assert said(people_met=3, people_diverted=0, people_transported=0, people_referred=0) == (
        "Teams met 3 people. None was kept out of jail, referred to services or taken to care."
    )


def test_a_month_without_encounters_says_so() -> None:
    assert (
        words(Context(made_up.inputs(empty=True))) == "No calls and no encounters. In November 2023, teams met nobody."
    )


def test_trust_names_gaps_and_never_long_names() -> None:
    judged = trust(Context(made_up.inputs()))
    assert judged.answer[0].text == "Yes." and "of 141 team calls have no log entry" in judged.answer[1].text
    long = made_up.inputs(
        names=tuple(f"{t} Valley Metropolitan Township Department of Public Safety" for t in made_up.TOWNS)
    )
    assert "Metropolitan" not in trust(Context(long)).answer[1].text
    inputs = made_up.inputs()
    one = [replace(r, quarantined=int(i == 0)) for i, r in enumerate(inputs.receipts)]
    tiles = trust(Context(replace(inputs, receipts=tuple(one)))).tiles
    assert (tiles[1].value, tiles[1].says) == ("1", "of 7,196 rows waits in quarantine for a correction")
    broken = replace(inputs.receipts[0], problem="encrypted", read=0, accepted=0, quarantined=0, duplicate=0)
    worse = trust(Context(replace(inputs, receipts=(broken, *inputs.receipts[1:]))))
    assert worse.answer[0].text == "Yes, with one gap." and "1 extract could not be read." in worse.answer[1].text


def test_a_month_of_calls_without_a_log_is_a_gap() -> None:
    """Nobody met, and 5,200 calls in CAD: most likely the log has not come."""
    judged = trust(with_values(people_met=0.0, calls_responded=0.0))
    assert judged.answer[0].text == "Yes, with one gap."
    assert "Nothing was logged in November 2023: a log may be missing." in judged.answer[1].text


@pytest.fixture(scope="module")
def program():
    return made_up.program()


def figure(program, metric: str, **changes):
    made = made_up.figure(program.metrics[metric], month(2023, 11), "all", 1.0, 0)
    return replace(made, **changes)


def test_copy_ready_carries_period_and_denominator(program) -> None:
    rate = figure(program, "diversion_rate", numerator=479.0, denominator=490.0, value=479 / 490)
    said = sentences.copy_ready(program.metrics["diversion_rate"], rate)
    assert said == ("In November 2023, 98% of encounters that would likely have ended in arrest did not (479 of 490).")


def test_withheld_bounded_and_missing_say_no_number_of_their_own(program) -> None:
    metric = program.metrics["diversion_rate"]
    hidden = figure(program, "diversion_rate", status="withheld", numerator=None, denominator=None, value=None)
    assert sentences.copy_ready(metric, hidden) == "Likely arrests that did not happen, November 2023: withheld."
    least = replace(hidden, status="bounded", numerator=367.0, low=0.97)
    assert sentences.copy_ready(metric, least) == (
        "In November 2023, at least 97% of encounters that would likely have ended in arrest did not (367 encounters)."
    )
    most = replace(hidden, status="bounded", denominator=1.0, low=None, high=0.04)
    assert (
        sentences.fill(program.metrics["force_rate"], most)
        == "Force was used in at most 4% of encounters (of 1 encounter)."
    )
    assert sentences.fill(program.metrics["stable_rate"], least).endswith(
        "were stable in their community (367 people)."
    )
    own = replace(metric, sentence="{percent} were spared jail.", own=True)
    assert sentences.copy_ready(own, least) == (
        "Likely arrests that did not happen, November 2023: at least 97% (367 encounters)."
    )
    empty = replace(hidden, status="no_data", numerator=0.0, denominator=0.0)
    assert sentences.fill(metric, empty) == "Likely arrests that did not happen: no data."


def test_every_shipped_sentence_can_be_filled(program) -> None:
    for metric in program.metrics.values():
        made = figure(program, metric.id)
        said = sentences.fill(metric, made)
        assert said and "{" not in said and "None" not in said


def test_text_and_markdown_hold_each_headline_figure_with_definition_and_caveat(program) -> None:
    rows = [f for f in made_up.inputs().figures if f.period == "2023-11" and f.agency == "all"]
    listed = entries(program, rows)
    text, markdown = figures_text(program, listed), figures_markdown(program, listed)
    assert [e.metric.id for e in listed] == list(HEADLINE)
    assert max(len(line) for line in text.splitlines()) <= 88
    for entry in listed:
        assert entry.metric.title in text and f"## {entry.metric.title}" in markdown
        assert entry.metric.definition.split()[-1] in text
    assert "“In November 2023," in text and "> In November 2023," in markdown
    assert "Out of: 107 people met" in text
    times = figures_text(program, entries(program, rows, ["response_time_median", "follow_up_48h"]))
    assert "Out of: 156 calls" in times and "Out of: 86 of 125 (encounters on a call)" in times
    assert "“In November 2023, half of 156 calls with a co-responder team had a unit on scene" in times


def test_none_in_so_many_cases_is_said_in_words_with_the_exact_bound(program) -> None:
    """0 of 211: 1 - 0.025 ** (1 / 211) = 1.733%, rounded up. Only of rates that should be low, and only where none was seen."""
    none = figure(
        program, "force_rate", numerator=0.0, denominator=211.0, value=0.0, low=0.0, high=0.0179, status="published"
    )
    bound = "In words: none; the true rate could be as high as 1.8%"
    text = figures_text(program, entries(program, [none], ["force_rate"]))
    assert bound in text and "95% interval" not in text
    assert "- **In words:** none; the true rate" in figures_markdown(program, entries(program, [none], ["force_rate"]))
    one = replace(none, numerator=1.0, value=1 / 211)
    assert "In words" not in figures_text(program, entries(program, [one], ["force_rate"]))
    assert sentences.rare(program.metrics["diversion_rate"], replace(none, metric="diversion_rate")) == ""
    assert sentences.rare(program.metrics["force_rate"], replace(none, status="withheld")) == ""


def test_the_unknown_of_people_is_named_for_what_it_holds(program) -> None:
    """Of people diverted the unknown are those without a key and those of whom the outcome is not known."""
    diverted = figure(program, "people_diverted", numerator=7.0, value=7.0, unknown=9, status="published")
    text = figures_text(program, entries(program, [diverted], ["people_diverted"]))
    assert "Without a person key, or not known whether counted: 9" in text
    met = figure(program, "people_met", numerator=7.0, value=7.0, unknown=9, status="published")
    assert "  Without a person key: 9" in figures_text(program, entries(program, [met], ["people_met"]))
    nothing = figure(program, "people_diverted", numerator=0.0, value=None, unknown=0, status="no_data")
    assert "Out of" not in figures_text(program, entries(program, [nothing], ["people_diverted"]))


def test_parts_by_agency_follow_their_whole(program) -> None:
    rows = [f for f in made_up.inputs().figures if f.period == "2023-11" and f.group is None]
    listed = entries(program, rows, ["calls_responded"])
    assert len(listed) == 1 and len(listed[0].parts) == 4 and listed[0].whole.agency == "all"
    assert "Alder Police Department, Nov 2023" in figures_text(program, listed)


def test_names_with_markup_stay_text(program) -> None:
    odd = replace(program, name="A <b>*bold*</b> & [x](y)\x1b[31m")
    rows = [figure(program, "calls_responded")]
    markdown = figures_markdown(odd, entries(odd, rows))
    assert "<b>" not in markdown and "\x1b" not in markdown and "\\*bold\\*" in markdown
    assert "\x1b" not in figures_text(odd, entries(odd, rows))
