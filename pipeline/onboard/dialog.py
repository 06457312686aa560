"""The questions of onboarding: only about what is doubtful, few, each with an answer that is right most often."""

from __future__ import annotations

from pipeline.onboard.opened import Opened
from pipeline.onboard.proposal import Choice, CodeList, Proposal
from pipeline.onboard.show import examples
from pipeline.onboard.talk import Nobody, Talk
from pipeline.program.mistakes import nearest
from pipeline.program.tables import service_codes, targets

_MOST_COLUMNS, _MOST_CODES = 8, 4
#: A value that stands on fewer of a thousand rows is not worth a question.
_RARE = 0.01


def settle(opened: Opened, proposal: Proposal, talk: Talk) -> None:
    """Asks about doubtful columns, call types that may or may not count, and values that no crosswalk knows.

    With nobody to ask, what is doubtful stays so, and is told as such.
    """
    if isinstance(talk, Nobody):
        return
    for choice in [c for c in proposal.columns.values() if not c.sure and c.column != "incident"]:
        _confirm(opened, proposal, choice, talk)
    for choice in sorted(proposal.doubtful, key=lambda c: -c.confidence)[:_MOST_COLUMNS]:
        _offer(opened, proposal, choice, talk)
    if "behavioral_health" in proposal.codes:
        _natures(proposal.codes["behavioral_health"], talk)
    for name, codes in proposal.codes.items():
        if not codes.derived_from and codes.unknown:
            _values(opened, proposal, name, codes, talk)


def _confirm(opened: Opened, proposal: Proposal, choice: Choice, talk: Talk) -> None:
    """A column that no row can do without, but that is not sure."""
    what = _what(proposal, choice.column)
    if talk.yes(f"Is {_named(choice)} {what}?{_such_as(opened, proposal, choice)}", True):
        proposal.columns[choice.column] = _sure(choice)
        return
    free = [c.heading for c in opened.named if c.heading not in proposal.used | set(proposal.persons)]
    while True:
        typed = talk.text(f"Which heading is {what}? (Enter for none)")
        heading = next((h for h in free if h.casefold() == typed.casefold()), None)
        if heading or not typed:
            break
        near = nearest(typed, free)
        talk.show(f'  There is no heading "{typed}".' + (f' Did you mean "{near}"?' if near else ""))
    del proposal.columns[choice.column]
    if heading:
        proposal.columns[choice.column] = Choice(choice.column, (heading,), 1.0, ("you said so",))


def _offer(opened: Opened, proposal: Proposal, choice: Choice, talk: Talk) -> None:
    if choice.column in proposal.columns or set(choice.headings) & proposal.used:
        return
    question = f"Is {_named(choice)} {_what(proposal, choice.column)}?{_such_as(opened, proposal, choice)}"
    if talk.yes(question, choice.confidence >= 0.5):
        proposal.columns[choice.column] = _sure(choice)
        proposal.doubtful.remove(choice)


def _natures(codes: CodeList, talk: Talk) -> None:
    """Welfare checks and the like: what counts is the program's to say."""
    for pattern in [p for p, said in codes.notes.items() if said.endswith("?")]:
        said = codes.notes[pattern].rpartition(" - ")[0]
        if talk.yes(f"Count {said} ({codes.rows[pattern]:,} rows) as behavioral health?", True):
            codes.notes[pattern] = said
        else:
            del codes.entries[pattern]


def _values(opened: Opened, proposal: Proposal, name: str, codes: CodeList, talk: Talk) -> None:
    """The commonest values that nobody knows."""
    options = _options(proposal, name)
    rows = max(1, opened.rows)
    common = [v for v, n in sorted(codes.unknown.items(), key=lambda i: -i[1]) if n / rows >= _RARE or rows < 200]
    for value in common[:_MOST_CODES]:
        default = codes.catch_all or "leave open"
        count = codes.unknown[value]
        question = (
            f'What does "{value}" ({count:,} {"row" if count == 1 else "rows"}) mean as {name.replace("_", " ")}?'
        )
        answer = talk.choose(question, [*options, *([] if default in options else ["leave open"])], default)
        if answer in options and answer != codes.catch_all:
            codes.entries[value] = answer
            codes.rows[value] = codes.unknown.pop(value)
    if not codes.unknown:
        codes.catch_all = None


def _options(proposal: Proposal, name: str) -> list[str]:
    if name == "service":
        return list(service_codes())
    target = targets(proposal.table, proposal.grain)[name]
    return list(target.codes) or ["true", "false"]


def _what(proposal: Proposal, column: str) -> str:
    """A column in the words of the data dictionary."""
    import schemas

    specs = {c.name: c.description for c in schemas.TABLES[proposal.table].columns}
    said = specs.get(column, specs.get({"unit": "units"}.get(column, column), "")).split(";")[0].rstrip(".")
    return f"`{column}` ({said[:1].lower() + said[1:]})" if said else f"`{column}`"


def _named(choice: Choice) -> str:
    return " with ".join(f'"{h}"' for h in choice.headings)


def _such_as(opened: Opened, proposal: Proposal, choice: Choice) -> str:
    shown = examples(opened, proposal, choice.headings)
    return f" It holds {shown}." if shown else ""


def _sure(choice: Choice) -> Choice:
    return Choice(choice.column, choice.headings, 1.0, (*choice.reasons, "you said so"))
