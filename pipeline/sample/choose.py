"""Exact choices among rows: so many in each month, and of so many different people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from pipeline.sample.contact import Encounter
from pipeline.sample.dice import Dice


def choose(dice: Dice, eligible: Sequence[Encounter], quotas: Sequence[int], people: int) -> list[Encounter]:
    """So many of the eligible encounters in each month, so that they are encounters of exactly `people` people.

    Begins with a chance choice and exchanges encounters within a month until the number of people is right.
    """
    by_month: dict[int, list[Encounter]] = defaultdict(list)
    for encounter in dice.shuffled(eligible):
        by_month[encounter.month].append(encounter)
    chosen = {m: by_month[m][:quota] for m, quota in enumerate(quotas)}
    spare = {m: by_month[m][quota:] for m, quota in enumerate(quotas)}
    times = Counter(e.who for rows in chosen.values() for e in rows)
    while len(times) != people:
        fewer = len(times) > people
        if not any(_exchange(chosen[m], spare[m], times, fewer, abs(len(times) - people)) for m in chosen):
            raise ValueError("no choice of encounters has so many people")  # a mistake in totals.py
    return sorted((e for rows in chosen.values() for e in rows), key=lambda e: e.number)


def _exchange(chosen: list[Encounter], spare: list[Encounter], times: Counter[int], fewer: bool, most: int) -> bool:
    """Exchange encounters of one month, up to a few, each changing the number of people by one; whether any did."""
    done = 0
    for i, out in enumerate(chosen):
        if done == min(most, 3):
            break
        if (times[out.who] == 1) != fewer:
            continue
        for j, new in enumerate(spare):
            if new.who != out.who and (times[new.who] > 0) == fewer:
                chosen[i], spare[j] = new, out
                times[new.who] += 1
                times[out.who] -= 1
                times += Counter()  # forgets who is no longer among them
                done += 1
                break
    return done > 0
