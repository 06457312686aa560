"""Can I trust it: how many team calls have a log entry, which rows wait, which extracts could not be read."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.publish import labels, numbers, wording
from pipeline.publish.report.context import Context
from pipeline.publish.report.views import Run, Tile

#: A share of team calls without a log entry from which the report speaks of a gap.
GAP_IN_LOG = 0.05
#: A share of rows in quarantine from which the report speaks of a gap.
GAP_IN_ROWS = 0.01
#: Letters that agency names may take in an answer of page 1; longer ones stand in the tables alone.
LONGEST_NAMES = 40


@dataclass(frozen=True, slots=True)
class Trust:
    """The third answer of the first page, and the tiles of its data-quality box."""

    answer: tuple[Run, ...]
    tiles: tuple[Tile, ...]


def trust(context: Context) -> Trust:
    """Judge the data behind the edition by fixed rules."""
    gaps, said = 0, []
    for gap, words in (_unreadable(context), _unmatched(context), _waiting(context), _silent(context)):
        gaps += gap
        said += [words] if words else []
    lead = "Yes." if gaps == 0 else "Yes, with one gap." if gaps == 1 else f"With care: {wording.spelled(gaps)} gaps."
    if not context.inputs.receipts:
        lead, said = "No data yet.", ["No extract has been received."]
    return Trust((Run(lead, strong=True), Run(f" {' '.join(said)}")), _tiles(context))


def _unreadable(context: Context) -> tuple[bool, str]:
    n = sum(r.problem is not None and r.table is not None for r in context.inputs.receipts)
    return n > 0, f"{wording.counted(n, 'extracts')} could not be read." if n else ""


def _unmatched(context: Context) -> tuple[bool, str]:
    whole = next((m for m in context.matching if m.agency == "all"), None)
    if whole is None or whole.team_calls == 0:
        return False, ""
    if whole.cad_only == 0:
        return False, "Every team call has a log entry."
    most = sorted((m for m in context.matching if m.agency != "all"), key=lambda m: -m.cad_only)
    named = [context.names[m.agency] for m in most if m.cad_only * 4 >= whole.cad_only][:2]
    named = named if sum(len(n) for n in named) <= LONGEST_NAMES else []
    where = f", most in {wording.listed(named)}" if len(context.names) > 2 and named else ""
    verb = "has" if whole.cad_only == 1 else "have"
    calls = wording.counted(whole.team_calls, "team calls")
    said = f"{numbers.number(whole.cad_only)} of {calls} {verb} no log entry{where}."
    return whole.cad_only / whole.team_calls >= GAP_IN_LOG, said


def _waiting(context: Context) -> tuple[bool, str]:
    read, waiting = rows(context)
    if read == 0:
        return False, ""
    if waiting == 0:
        return False, "No row waits in quarantine."
    verb = "waits" if waiting == 1 else "wait"
    said = f"{numbers.number(waiting)} of {wording.counted(read, 'rows')} {verb} in quarantine."
    return waiting / read >= GAP_IN_ROWS, said


def _silent(context: Context) -> tuple[bool, str]:
    """Agencies without a single encounter in a period in which others have some; or none at all, of whoever has CAD."""
    if not context.count(labels.PEOPLE_MET):
        calls = context.count("calls_for_service")
        return bool(calls), f"Nothing was logged {context.period.within}: a log may be missing." if calls else ""
    if len(context.names) < 2:
        return False, ""
    quiet = [context.names[a] for a in context.agencies if not context.count(labels.PEOPLE_MET, agency=a)]
    if not quiet:
        return False, ""
    short = len(quiet) <= 3 and sum(len(n) for n in quiet) <= LONGEST_NAMES
    shown = wording.listed(quiet) if short else f"{wording.spelled(len(quiet))} agencies"
    return True, f"Nothing was logged for {shown}."


def rows(context: Context) -> tuple[int, int]:
    """Rows read, and rows in quarantine, over all extracts."""
    receipts = context.inputs.receipts
    return sum(r.read for r in receipts), sum(r.quarantined for r in receipts)


def _tiles(context: Context) -> tuple[Tile, ...]:
    """At most three numbers, the ones that say most first."""
    tiles = []
    whole = next((m for m in context.matching if m.agency == "all"), None)
    if whole and whole.team_calls:
        share = numbers.percent(numbers.exact(whole.with_log) / whole.team_calls)
        counts = f"{numbers.number(whole.with_log)} of {numbers.number(whole.team_calls)}"
        tiles.append(Tile(share, f"of team calls have a log entry ({counts})"))
    read, waiting = rows(context)
    if read:
        wait = f"{wording.counted(read, 'rows')} {'waits' if waiting == 1 else 'wait'}"
        tiles.append(Tile(numbers.number(waiting), f"of {wait} in quarantine for a correction"))
    if whole and whole.team_calls:
        noun = "arrest" if whole.arrests_disagree == 1 else "arrests"
        tiles.append(Tile(numbers.number(whole.arrests_disagree), f"{noun} on which CAD and log disagree"))
    sound = [r for r in context.inputs.receipts if r.problem is None]
    if sound:
        noun = "extract" if len(sound) == 1 else "extracts"
        tiles.append(Tile(numbers.number(len(sound)), f"{noun} read; every row is accounted for"))
    return tuple(tiles[:3])
