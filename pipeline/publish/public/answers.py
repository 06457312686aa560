"""The three answers of the public first page, made from what is published and from nothing else."""

from __future__ import annotations

from pipeline.measure.figure import Figure
from pipeline.program.period import TO_DATE
from pipeline.publish import numbers, wording
from pipeline.publish.public.context import PublicContext
from pipeline.publish.public.trend import monthly, months_of
from pipeline.publish.report.happened import happened
from pipeline.publish.report.views import Answer, Run

MATCHED = "team_calls_logged_rate"


def answers(context: PublicContext) -> tuple[Answer, ...]:
    """What happened; against what is usual; can it be trusted."""
    return (
        Answer("What happened", what_happened(context)),
        Answer("Against the average", against_average(context)),
        Answer("Can I trust it", trusted(context)),
    )


def what_happened(context: PublicContext) -> tuple[Run, ...]:
    """Only what is published is said; of what is withheld not even that it happened."""
    said = happened(lambda metric: context.count(metric, context.period.label), wording.span(context.period))
    return said or (Run("The figures of this period are withheld.", strong=True),)


def against_average(context: PublicContext) -> tuple[Run, ...]:
    """The period beside program to date, without a verdict: how much months usually vary is not public."""
    period = context.period.label
    if period == TO_DATE:
        return (Run("The whole program so far.", strong=True), Run(" There is no longer period to compare it with."))
    whole, now = context.get("calls_responded", TO_DATE), context.get("calls_responded", period)
    runs: list[Run] = []
    if whole is not None and now is not None and "published" == whole.status == now.status:
        if (whole.period_start, whole.period_end) == (now.period_start, now.period_end):
            return (Run("These are the first figures of the program.", strong=True), Run(" Nothing is comparable yet."))
        runs += _a_month(whole, now)
    if stable := _both(context, "stable_rate", period):
        said = f"Of people with a known follow-up {stable[0]} were stable, {stable[1]} to date."
        runs.append(Run(f"{' ' if runs else ''}{said}"))
    return tuple(runs) or (Run("The figures to compare with are withheld."),)


def _a_month(whole: Figure, now: Figure) -> list[Run]:
    """Calls of the period by month beside those of an average month to date; only of whole months."""
    average, here = monthly(whole), monthly(now)
    if average is None or here is None:
        return []
    calls = "No calls" if here == "0" else "1 call" if here == "1" else f"{here} calls"
    per = " a month" if months_of(now) > 1 else ""
    return [
        Run(f"{calls}{per}", strong=True),
        Run(f"; an average month since {wording.month_name(whole.period_start)} has {average}."),
    ]


def _both(context: PublicContext, metric: str, period: str) -> tuple[str, str] | None:
    """A rate of the period and to date in words, when both are published."""
    found = [context.get(metric, p) for p in (period, TO_DATE)]
    texts = [numbers.value_text(f) for f in found if f is not None and f.status == "published" and f.value is not None]
    return (texts[0], texts[1]) if len(texts) == 2 else None


def trusted(context: PublicContext) -> tuple[Run, ...]:
    """How many team calls have a log entry, and whether anything is withheld."""
    runs: list[Run] = []
    matched = context.get(MATCHED, context.period.label) if MATCHED in context.metrics else None
    if matched is not None and matched.status in ("published", "bounded"):
        share = numbers.value_text(matched)
        if share not in (numbers.NO_DATA, numbers.WITHHELD):
            counts = f" ({numbers.of_text(matched)})" if matched.status == "published" else ""
            share = share[0].upper() + share[1:]
            runs += [Run(f"{share} of team calls have a log entry", strong=True), Run(f"{counts}. ")]
    return (*runs, *_withheld(context))


def _withheld(context: PublicContext) -> tuple[Run, ...]:
    if not context.figures.protected:
        return (Run(context.shell.control_off, strong=True),)
    if not context.any_withheld:
        return (Run("Nothing is withheld: every planned figure is shown."),)
    months = "; single months of agencies always are" if len(context.names) > 1 else ""
    return (Run(f"Some figures are withheld so that nobody can be identified{months}."),)
