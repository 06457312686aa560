"""metrics.toml of a program: own metrics and changes to shipped ones, judged by the rules that the shipped ones obey."""

from __future__ import annotations

import pytest

from pipeline.measure.figure import COLUMNS
from pipeline.program.metrics import KINDS, SENTENCE_FIELDS, read_metrics, shipped_metrics
from pipeline.program.mistakes import Declared, Mistakes
from pipeline.program.toml import parse_declared
from tests.program.conftest import Folder

OWN = """
[hotel_nights]
title = "Encounters at night"
definition = "Encounters that began at night."
over = "encounters"
kind = "rate"
unit = "fraction"
denominator = "started_at IS NOT NULL"
numerator = "hour(started_at) < 6"
sentence = "{percent} of encounters began at night ({numerator} of {denominator})."
"""


def test_the_shipped_metrics_obey_the_rules() -> None:
    shipped, mistakes = shipped_metrics(), Mistakes()
    found = read_metrics(Declared("metrics.toml", shipped.text, shipped.data), Declared("none"), mistakes)
    assert [str(m) for m in mistakes.found] == []
    assert {"calls_responded", "people_diverted", "diversion_rate", "stable_rate", "recurring_calls"} <= set(found)


def test_sentences_may_name_every_column_of_a_figure() -> None:
    assert set(COLUMNS) | {"percent"} == set(SENTENCE_FIELDS)


def test_an_own_metric_stands_behind_the_shipped_ones(folder: Folder) -> None:
    folder.write("metrics.toml", OWN)
    metrics = folder.load().metrics
    assert list(metrics)[-1] == "hotel_nights"
    assert metrics["hotel_nights"].own
    assert not metrics["diversion_rate"].own


def test_a_change_gives_only_the_changed_keys(folder: Folder) -> None:
    before = folder.load().metrics
    folder.write("metrics.toml", '[diversion_rate]\ntitle = "Kept out"\nnumerator = "NOT arrested OR false"\n')
    after = folder.load().metrics
    assert list(after) == list(before)
    changed, shipped = after["diversion_rate"], before["diversion_rate"]
    assert (changed.title, changed.numerator, changed.own) == ("Kept out", "NOT arrested OR false", True)
    assert (changed.denominator, changed.definition, changed.caveat) == (
        shipped.denominator,
        shipped.definition,
        shipped.caveat,
    )


def test_a_change_of_kind_leaves_behind_what_the_kind_has_no_use_for(folder: Folder) -> None:
    folder.write("metrics.toml", '[direct_time_share]\nkind = "rate"\ndenominator = "true"\n')
    assert folder.load().metrics["direct_time_share"].measure is None


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_needs_its_keys(folder: Folder, kind: str) -> None:
    sound = {"numerator": "'arrested'", "denominator": "'true'", "measure": "'minutes'", "event": "'arrested'"}
    needs = KINDS[kind][0]
    text = f'[mine]\ntitle = "T"\ndefinition = "D"\nover = "encounters"\nkind = "{kind}"\nunit = "days"\n'
    if kind == "share_of_sum":  # without a measure the numerator is a number itself
        text += 'measure = "minutes"\n'
    given = "".join(f"{k} = {sound.get(k, '7')}\n" for k in needs)
    folder.write("metrics.toml", text + given)
    assert folder.load().metrics["mine"].kind == kind
    for left_out in needs:
        folder.write("metrics.toml", text + "".join(f"{k} = {sound.get(k, '7')}\n" for k in needs if k != left_out))
        assert f"needs the key `{left_out}`" in folder.mistake()


#: (old, new) in OWN -> pieces of the message
CHANGED = {
    ('title = "Encounters at night"', ""): ["`title` is missing"],
    ("over =", "ovr ="): ["hotel_nights.ovr", "`over`"],
    ('"encounters"', '"encounter"'): ["line 5", "over", "`encounters`"],
    ('kind = "rate"', 'kind = "ratio"'): ["hotel_nights.kind", "`rate`"],
    ('unit = "fraction"', 'unit = "fractions"'): ["unit", "`fraction`"],
    ("sentence =", 'direction = "up"\nsentence ='): ["direction", "`higher`"],
    ("hour(started_at) < 6", "hour(startd_at) < 6"): ["line 9", "numerator", "`started_at`"],
    ("hour(started_at) < 6", "hour(started_at)"): ["numerator", "no condition"],
    ("hour(started_at) < 6", "started_at > now()"): ["numerator", "`now`", "clock"],
    ("hour(started_at) < 6", "call_disposition = 'arrest'"): ["numerator", "`call_disposition`"],
    ("sentence =", 'measure = "minutes"\nsentence ='): ["measure", "no use"],
    ("sentence =", "within_days = 2\nsentence ="): ["within_days", "no use"],
    ("sentence =", 'time = "kind"\nsentence ='): ["time", "no time"],
    ("sentence =", 'last_by = "person"\nsentence ='): ["last_by", "`person_key`"],
    ("{percent}", "{percnt}"): ["sentence", "`percent`"],
    ("{percent}", "{percent!r}"): ["sentence", "{percent!r}"],
    ("{percent}", "{percent:>9999999999}"): ["sentence", "plain field"],
    ("{percent}", "{value.__class__}"): ["sentence", "plain field"],
    ("{percent}", "{value[0]}"): ["sentence", "plain field"],
    ("{percent}", "{}"): ["sentence", "plain field"],
    ("{percent}", "{0}"): ["sentence", "no `0`"],
    ("{percent}", "{"): ["sentence", "brace"],
    ("{percent}", "}"): ["sentence", "brace"],
    ("{percent}", "{{percent}}"): ["sentence", "doubled"],
    ("[hotel_nights]", "[Hotel-nights]"): ["no metric id"],
    ('title = "Encounters at night"', "title = 7"): ["title", "text"],
}


@pytest.mark.parametrize("change", CHANGED)
def test_a_mistake_in_a_metric(folder: Folder, change: tuple[str, str]) -> None:
    assert change[0] in OWN
    folder.write("metrics.toml", OWN.replace(*change, 1))
    message = "\n".join(map(str, folder.mistakes()))
    assert message.startswith("metrics.toml")
    for piece in CHANGED[change]:
        assert piece in message, message


def test_a_misspelt_id_is_a_metric_of_its_own_and_lacks_its_keys(folder: Folder) -> None:
    folder.write("metrics.toml", '[diversion_rat]\ntitle = "Kept out"\n')
    message = "\n".join(map(str, folder.mistakes()))
    assert "did you mean to change `diversion_rate`" in message.lower()


def test_a_key_outside_of_a_metric(folder: Folder) -> None:
    folder.write("metrics.toml", 'title = "x"\n')
    assert "outside of a metric" in folder.mistake()


def test_metrics_can_be_judged_from_text_alone() -> None:
    mistakes = Mistakes()
    own = parse_declared("metrics.toml", OWN.encode(), mistakes)
    assert own is not None
    assert list(read_metrics(own, Declared("none"), mistakes)) == ["hotel_nights"]
    assert mistakes.found == []
