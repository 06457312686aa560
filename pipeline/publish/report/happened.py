"""The answer to "what happened": how many calls and people, and what came of it; alike on staff and public pages."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.publish import labels, wording
from pipeline.publish.report.views import Run
from pipeline.publish.wording import Span

#: What people with a figure of their own did, in the order of the answer.
DID = (
    ("people_diverted", "kept out of jail"),
    ("people_referred", "referred to services"),
    ("people_transported", "taken to care"),
)


def happened(count: Callable[[str], int | None], span: Span) -> tuple[Run, ...]:
    """The sentences about a period. `count` gives a metric's count there, None where it may not or cannot be said.

    Zero is said as none; of what is None not even that it happened. Empty when every count is None.
    """
    calls, met = count("calls_responded"), count(labels.PEOPLE_MET)
    if calls == 0 and met == 0:
        return (Run("No calls and no encounters.", strong=True), Run(f" {span.opening} teams met nobody."))
    runs: list[Run] = []
    if calls is not None:
        runs += [Run("Teams responded to "), Run(wording.counted(calls, "calls"), strong=True)]
    if met is not None:
        runs += [Run(" and met " if runs else "Teams met "), Run(wording.counted(met, "people"), strong=True)]
    if runs:
        runs.append(Run("."))
    did = [(n, what) for metric, what in DID if (n := count(metric)) is not None]
    said = _outcomes(did, people_known=met is not None)
    return (*runs, Run(f"{' ' if runs else ''}{said}")) if said else tuple(runs)


def _outcomes(did: list[tuple[int, str]], *, people_known: bool) -> str:
    """`24 were kept out of jail, 1 was referred to services and none was taken to care.`

    Where the sentence before does not speak of people, this one does.
    """
    if not did:
        return ""
    none = "none" if people_known else "nobody"
    if len(did) > 1 and not any(n for n, _ in did):
        things = [what for _, what in did]
        return f"{none.capitalize()} was {', '.join(things[:-1])} or {things[-1]}."
    said = [f"{none if n == 0 else f'{n:,}'} {'was' if n <= 1 else 'were'} {what}" for n, what in did]
    if not people_known and (first := did[0])[0]:
        said[0] = f"{wording.counted(first[0], 'people')} {'was' if first[0] == 1 else 'were'} {first[1]}"
    text = wording.listed(said)
    return f"{text[0].upper()}{text[1:]}."
