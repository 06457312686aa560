"""The rules of spec 3 as switches. All are on; a test turns each off and shows that something then gives counts
away."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rules:
    """Which rules are in force. Only tests make anything but `Rules()`."""

    gate: bool = True  # 4: figures pass the gate
    agencies: bool = True  # 2: counts of agencies are protected, not only of the program
    parts: bool = True  # 2: quarters and fiscal years so far are protected, not only months
    rests: bool = True  # 2: denominator - numerator is protected
    people: bool = True  # 3: part <= union <= sum of parts; people <= encounters
    lows: bool = True  # 3: the smallest possible value
    highs: bool = True  # 3: the largest possible value
    steps: bool = True  # 5
    bounded: bool = True  # 6
    samples: bool = True  # 7: medians and survival need n
    followed: bool = True  # 3: what survival figures tell of events
    remainders: bool = True  # 8
    memory: bool = True  # 9: earlier editions are known
    frozen: bool = True  # 9: a published figure keeps its value
    audit: bool = True  # 10: unpublished counts stay unprovable
    final_check: bool = True  # 10: everything once more before it appears
