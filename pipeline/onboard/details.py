"""What a mapping says beside its columns: formats of dates, words for nothing, code lists, what is split."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.onboard.candidates import Candidate, formats_of
from pipeline.onboard.codes import behavioral_health, code_list, separator, service_list
from pipeline.onboard.proposal import Choice, Proposal
from pipeline.onboard.sentences import sentence
from pipeline.program.tables import targets
from pipeline.recognize import TAKEN, Profile, fit
from pipeline.recognize.moments import DATE_MARK, ISO


def say_formats(proposal: Proposal, offered: Sequence[Candidate], columns: Sequence[Profile]) -> None:
    """The formats of all times, in one list, and how days are told from months."""
    by_headings = {c.headings: c for c in offered}
    used = [by_headings[c.headings] for c in proposal.columns.values() if c.headings in by_headings]
    times = [c for c in used if c.moments and c.moments.has_date and _is_time(proposal, c)]
    clocks = [c for c in times if c.moments and c.moments.has_clock]
    if times and not clocks and proposal.table in ("calls", "encounters"):
        proposal.notes.append(sentence("no_clock"))
    formats = list(dict.fromkeys(f for c in times for f in c.formats))
    iso = [c for c in times if not c.joined and c.moments and any(f == ISO for f, _ in c.moments.formats)]
    if formats and iso:
        formats += [f for c in iso for f in _iso_formats(c) if f not in formats]
    orders = {c.order for c in times if c.order}
    proposal.order = next((o for o in ("day", "month", "undecided") if o in orders), "")
    if {"day", "month"} <= orders:
        proposal.notes.append(sentence("mixed_order"))
    if proposal.order in ("day", "month"):
        formats = [_ordered(f, proposal.order) for f in formats]
    if proposal.order == "undecided":
        proposal.notes.append(sentence("undecided_order"))
    formats += _formats_of_births(proposal, columns, formats)
    proposal.datetime = tuple(sorted(dict.fromkeys(formats), key=lambda f: "%y" not in f))


def _formats_of_births(proposal: Proposal, columns: Sequence[Profile], formats: Sequence[str]) -> list[str]:
    """Birth dates are read by the formats declared, in ISO, and as M/D/Y; others must be declared for them alone."""
    parts = proposal.columns["person"].headings if "person" in proposal.columns else ()
    births = [c.moments for c in columns if c.heading in parts and c.moments and c.moments.has_date]
    needed = [f for moments in births for f in formats_of(moments)]
    usual = ("%m/%d/%Y", "%m/%d/%y", "%m/%d/%Y ", "%m/%d/%y ")
    return [f for f in needed if f not in usual[:2] and not f.startswith(usual[2:]) and f not in _days(formats)]


def _days(formats: Sequence[str]) -> set[str]:
    """The dates of formats that have a time of day as well."""
    return {f.split(" ")[0] for f in formats if "%" in f.split(" ")[0]} | set(formats)


def _is_time(proposal: Proposal, candidate: Candidate) -> bool:
    kinds = targets(proposal.table)
    columns = [c.column for c in proposal.columns.values() if c.headings == candidate.headings]
    return any(n in kinds and kinds[n].kind in ("timestamp", "date") for n in columns)


def _iso_formats(candidate: Candidate) -> list[str]:
    """ISO times stand beside others only when they are declared, too."""
    texts = {c for c in candidate.seen.filled if c[:1] != DATE_MARK and c[:4].isdigit() and c[4:5] == "-"}
    found = []
    for text in sorted(texts)[:200]:
        join = "T" if "T" in text else " "
        clock = text[11:]
        seconds = (":%S" if ":" in clock[5:8] else "") + (".%f" if "." in clock else "")
        zone = "%z" if clock and (clock[-1] in "zZ" or "+" in clock or "-" in clock) else ""
        found.append("%Y-%m-%d" + (f"{join}%H:%M{seconds}{zone}" if clock else ""))
    return list(dict.fromkeys(found))


def _ordered(form: str, order: str) -> str:
    """A numeric format with day and month in the order that the evidence says."""
    if order == "month" or form.find("%m") < 0 or form.find("%d") < 0 or form.startswith("%Y"):
        return form
    if form.find("%d") < form.find("%m"):
        return form
    return form.replace("%m", "%!").replace("%d", "%m").replace("%!", "%d")


def say_null(proposal: Proposal, columns: Sequence[Profile]) -> None:
    """Words that stand for nothing in the mapped columns; none that is a code in one of them."""
    kinds = targets(proposal.table, proposal.grain)
    found: list[str] = []
    codes: set[str] = set()
    used = {h: c.column for c in (*proposal.columns.values(), *proposal.unpivot.values()) for h in c.headings}
    for column in columns:
        name = used.get(column.heading)
        if name is None:
            continue
        if name in kinds and kinds[name].kind == "code":
            codes |= {w.casefold() for w in column.missing if w.casefold() in kinds[name].codes}
        elif name not in ("person", "address"):
            found += [w.removeprefix(DATE_MARK) for w in sorted(column.missing)]
    proposal.null = tuple(w for w in dict.fromkeys(found) if w.casefold() not in codes)


def say_codes(proposal: Proposal, columns: Sequence[Profile]) -> None:
    """The code lists of the mapped columns, and what parts several services in a cell."""
    by_heading = {c.heading: c for c in columns}
    kinds = targets(proposal.table, proposal.grain)
    null = frozenset(proposal.null)
    for name, choice in proposal.columns.items():
        if not choice.headings or name not in kinds:
            continue
        seen = by_heading[choice.headings[0]]
        if name == "referrals":
            _say_services(proposal, seen, null)
        elif kinds[name].kind in ("code", "bool") and name != "agency":
            listed = code_list(proposal.table, name, seen, null)
            if listed:
                proposal.codes[name] = listed
    if proposal.table == "calls" and "nature" in proposal.columns:
        _say_behavioral_health(proposal, by_heading)


def _say_services(proposal: Proposal, seen: Profile, null: frozenset[str]) -> None:
    mark = separator(seen, spaces=False)
    if mark:
        proposal.split["referrals"] = mark
    listed = service_list(seen, mark, null)
    if listed:
        proposal.codes["service"] = listed


def _say_behavioral_health(proposal: Proposal, by_heading: dict[str, Profile]) -> None:
    """Judged by call types; a flag of the file's own is told of, and used when no call type says so."""
    free = [c for h, c in by_heading.items() if h not in proposal.persons]
    flags = [c for c in free if fit("calls", "behavioral_health", c).confidence >= TAKEN]
    listed = behavioral_health(by_heading[proposal.columns["nature"].headings[0]])
    if listed and listed.entries:
        proposal.codes["behavioral_health"] = listed
        proposal.notes += [sentence("flag_beside", flag=f.heading) for f in flags]
    elif flags:
        found = fit("calls", "behavioral_health", flags[0])
        choice = Choice(found.column, (flags[0].heading,), found.confidence, found.reasons)
        proposal.columns["behavioral_health"] = choice
    else:
        proposal.notes.append(sentence("no_crisis_types"))
