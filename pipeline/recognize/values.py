"""What values say by themselves: for each kind of canonical column how well a profile fits, headings aside.

Every judge gives a `Said`: `possible` (0 to 1) is whether these values can be the column at all, `strength` (0 to 1)
how much they speak for it by themselves, `reason` what was seen, in words for users. No reason repeats a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline.recognize.crosswalk import crosswalk, nature_words, plain_words, words_of
from pipeline.recognize.crosswalk import natures as crisis_types
from pipeline.recognize.kinds import (
    CALL_SIGN,
    DECIMAL,
    NOTHING,
    Said,
    days,
    entries,
    identifiers,
    is_time,
    minutes,
    times,
    whole_numbers,
    years_of_birth,
)
from pipeline.recognize.persons import address_share
from pipeline.recognize.profile import Profile

_LIST = re.compile(r"[^,;/|]+(?:[,;/|] ?[^,;/|]+)+")
_ZIP = re.compile(r"\d{5}(?:-\w+)?")
_AREA = re.compile(r"[A-Za-z]{0,8}[ -]?\d{1,4}[A-Za-z]?|[A-Za-z]{1,3}")
_RANK = re.compile(r"(?:p|pri|priority)?[ -]?[0-9e]|[1-9][a-z]|[a-e]", re.IGNORECASE)


Judge = Callable[[Profile], Said]


def values_say(table: str, column: str, seen: Profile) -> Said:
    """How well the values of a profile fit a canonical column. An empty column fits anything and says nothing."""
    if not seen.filled:
        return Said(0.5, 0.0, "the column is empty")
    return _judge(table, column)(seen)


def _judge(table: str, column: str) -> Judge:
    own = _OWN.get((table, column)) or _OWN.get(("", column))
    if own:
        return own
    from pipeline.program.tables import targets

    kind = targets(table, "unit" if column == "unit" else "call")[column].kind
    if kind == "code":
        return lambda seen: codes(table, column, seen)
    if kind == "bool":
        return lambda seen: answers(table, column, seen)
    return _KINDS.get(kind, anything)


# -- codes ------------------------------------------------------------------------------------------------------------


def known_share(table: str, column: str, seen: Profile) -> tuple[float, set[str]]:
    """The share of filled cells whose code is known, and the codes met. Letters count when hardly a cell is left."""
    words = crosswalk(table, column)
    total = sum(seen.folded.values())
    known, met = 0, set[str]()
    for value, count in seen.folded.items():
        code = words.code(value)
        if code:
            known += count
            met.add(code)
    if known < 0.9 * total and words.letters and seen.distinct <= len(words.letters) + 2:
        lettered = {v: words.letters.get(v) or words.code(v) for v in seen.folded}
        share = sum(n for v, n in seen.folded.items() if lettered[v]) / total
        if share > 0.9:
            return share * 0.9, {c for c in lettered.values() if c}
    return (known / total if total else 0.0), met


def codes(table: str, column: str, seen: Profile) -> Said:
    """A coded column: how many of its values are known."""
    different = seen.distinct
    if different > 400 or (seen.variety > 0.8 and len(seen.filled) > 40) or is_time(seen):
        return Said(0.15, 0.0)
    if seen.yes_no > 0.95 and not {"x"} & set(seen.folded):
        return Said(0.2, 0.0)
    share, met = known_share(table, column, seen)
    few = 1.0 if different <= 40 else 0.8
    strength = share * min(1.0, len(met) / 3) * 0.85 if len(met) > 1 else 0.0
    spelled = sum(n for v, n in seen.folded.items() if len(v) > 2) / max(1, sum(seen.folded.values()))
    # single letters mean different things in different columns, many of them or the two sexes the same
    telling = 1.0 if column == "gender" and {"female", "male"} <= met else min(1.0, len(met) / 7)
    strength *= 0.5 + 0.5 * max(spelled, telling)
    return Said(
        few * (0.55 + 0.45 * share),
        strength,
        f"{share:.0%} of the values are known codes of {column.replace('_', ' ')}",
    )


def answers(table: str, column: str, seen: Profile) -> Said:
    """A column of yes and no, or of two words that say it."""
    if seen.yes_no >= 0.9:
        return Said(seen.yes_no, 0.1, "yes and no")
    share, met = known_share(table, column, seen)
    both = {"true", "false"} <= met
    return Said(share if share > 0.6 else 0.0, 0.6 * share if both else 0.0, f"{share:.0%} of the values say yes or no")


# -- words ------------------------------------------------------------------------------------------------------------


def natures(seen: Profile) -> Said:
    """Call types: words that return, many of them known ones."""
    if seen.numbers or is_time(seen) or seen.yes_no > 0.9 or seen.distinct > max(800, len(seen.filled)):
        return Said(0.2, 0.0)
    if seen.variety > 0.7 and len(seen.filled) > 40:
        return Said(0.2, 0.0)
    total = sum(seen.folded.values())
    known = sum(n for v, n in seen.folded.items() if set(plain_words(v)) & nature_words()) / max(1, total)
    many = min(1.0, seen.distinct / 8)
    words = [w for v in seen.folded for w in plain_words(v)]
    kinds = len(set(words) & nature_words())
    said = crisis_types(list(seen.folded))
    crisis = sum(seen.folded[v] for matched in said.always.values() for v in matched) / max(1, total)
    strength = max(min(1.0, 1.3 * known) * many if kinds >= 4 else 0.0, crisis if crisis > 0.5 else 0.0) * 0.85
    strength *= 0.3 if address_share(seen) > 0.5 else 1.0
    return Said(1.0 if seen.distinct > 1 else 0.8, strength, f"{known:.0%} of the values have words of call types")


def priorities(seen: Profile) -> Said:
    """A few ranks."""
    if not 2 <= seen.distinct <= 12 or is_time(seen):
        return Said(0.3 if seen.distinct == 1 else 0.1, 0.0)
    total = sum(seen.folded.values())
    ranked = sum(n for v, n in seen.folded.items() if _RANK.fullmatch(v) or set(plain_words(v)) & words_of("priority"))
    numbers = [n for n in seen.numbers if n >= 0]
    spread = not numbers or 2 <= max(numbers) <= 9
    share = ranked / total
    said = sum(n for v, n in seen.folded.items() if set(plain_words(v)) & words_of("priority")) / total
    strength = 0.75 if said > 0.5 else 0.65 if not numbers or max(numbers) <= 5 else 0.5
    return Said(0.5 + 0.5 * share, strength * share if spread and seen.yes_no < 0.9 else 0.0, f"{seen.distinct} ranks")


def areas(seen: Profile) -> Said:
    """Beats, zones, ZIP codes: short, few, returning. Never street addresses."""
    if (address_share(seen) > 0.4 and seen.words > 2) or is_time(seen) or seen.share(DECIMAL) > 0.3:
        return NOTHING
    if seen.variety > 0.6 and len(seen.filled) > 200:
        return Said(0.2, 0.0)
    total = sum(seen.folded.values())
    said = sum(n for v, n in seen.folded.items() if set(plain_words(v)) & words_of("area")) / max(1, total)
    zips, short = seen.share(_ZIP), seen.share(_AREA)
    strength = max(0.75 * said, 0.75 * zips, 0.35 * short) if 2 <= seen.distinct <= 400 else 0.0
    return Said(1.0 if seen.distinct <= 1000 else 0.4, strength, f"{seen.distinct} areas that return")


def call_signs(seen: Profile) -> Said:
    """One call sign a cell."""
    signs = seen.share(CALL_SIGN)
    listed = seen.share(_LIST)
    if is_time(seen) or (seen.numbers and seen.variety > 0.8) or listed > 0.3:
        return Said(0.2, 0.0)
    if seen.variety > 0.6 and len(seen.filled) > 100:
        return Said(0.3, 0.0)  # call signs return
    lettered = sum(any(c.isalpha() for c in v) for v in seen.filled) / len(seen.filled)
    return Said(
        0.5 + 0.5 * signs,
        0.45 * signs * lettered if 2 <= seen.distinct <= 2000 else 0.1,
        f"{signs:.0%} look like call signs",
    )


def call_sign_lists(seen: Profile) -> Said:
    """Several call signs in a cell."""
    parts = [p.strip() for c in seen.filled for p in re.split(r"[,;/| ]", c) if p.strip()]
    signs = sum(bool(CALL_SIGN.fullmatch(p)) for p in parts) / max(1, len(parts))
    several = sum(len(re.split(r"[,;/|] ?| ", c)) > 1 for c in seen.filled) / len(seen.filled)
    if signs < 0.6 or is_time(seen) or seen.share(DECIMAL) > 0.3:
        return Said(0.3, 0.0)
    return Said(
        1.0, 0.85 * signs if several > 0.1 else 0.2 * signs, f"call signs, several in {several:.0%} of the cells"
    )


def addresses(seen: Profile) -> Said:
    """Street addresses, blocks, crossings."""
    share = address_share(seen)
    if is_time(seen) or seen.numbers:
        return Said(0.3 if seen.numbers else 0.0, 0.0)
    strength = 0.85 * share if seen.distinct > 3 and seen.words > 1.5 else 0.0
    return Said(1.0, strength, f"{share:.0%} read like addresses")


def service_lists(seen: Profile) -> Said:
    """Services, often several in a cell."""
    words = crosswalk("referrals", "service")
    parts = [p.strip() for v, n in seen.folded.items() for p in re.split(r"[,;/|]", v) if p.strip()]
    known = sum(bool(words.code(p)) for p in parts) / max(1, len(parts))
    several = sum(bool(_LIST.fullmatch(v)) for v in seen.folded) / max(1, seen.distinct)
    if seen.yes_no > 0.9 or is_time(seen):
        return NOTHING
    strength = 0.8 * known if len(parts) > 1 and (several > 0.2 or seen.fill < 0.6) else 0.4 * known
    return Said(0.5 + 0.5 * known, strength, f"{known:.0%} of the services are known")


def anything(_: Profile) -> Said:
    """Text of any kind."""
    return Said(0.8, 0.0)


_KINDS: dict[str, Judge] = {"timestamp": times, "date": days, "number": minutes, "integer": whole_numbers}
_OWN: dict[tuple[str, str], Judge] = {
    ("", "incident"): identifiers,
    ("encounters", "encounter"): entries,
    ("", "encounter"): identifiers,
    ("", "nature"): natures,
    ("", "nature_initial"): natures,
    ("", "priority"): priorities,
    ("", "area"): areas,
    ("", "unit"): call_signs,
    ("", "team"): call_signs,
    ("", "units"): call_sign_lists,
    ("", "address"): addresses,
    ("", "birth_year"): years_of_birth,
    ("", "referrals"): service_lists,
}
