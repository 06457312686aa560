"""When things happen: by month, weekday and hour, as in a real year."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta

from pipeline.sample.dice import Dice

#: Monday to Sunday. Teams are on duty less at weekends, patrol is busier on Fridays and Saturdays.
TEAM_DAYS = (378, 387, 390, 383, 387, 282, 279)
PATROL_DAYS = (96, 97, 98, 99, 112, 108, 90)

#: Midnight to 11 pm. Few team calls at night means few teams on duty then.
TEAM_HOURS = (4, 3, 2, 1, 2, 3, 6, 13, 30, 42, 44, 43, 44, 46, 48, 47, 45, 40, 34, 28, 23, 17, 11, 7)
PATROL_HOURS = (19, 15, 12, 9, 8, 9, 14, 26, 34, 37, 40, 42, 44, 44, 46, 49, 52, 50, 47, 43, 40, 36, 30, 24)
OFFICE_HOURS = (0,) * 8 + (3, 9, 10, 9, 5, 8, 10, 9, 5) + (0,) * 7


def moment(
    dice: Dice, month: date, days: tuple[int, ...] = PATROL_DAYS, hours: tuple[int, ...] = PATROL_HOURS
) -> datetime:
    """A time in the month, to the second."""
    dates = [month + timedelta(days=i) for i in range(monthrange(month.year, month.month)[1])]
    day = dice.weigh(dates, [days[d.weekday()] for d in dates])
    return at_hour(dice, day, hours) + timedelta(seconds=dice.below(60))


def at_hour(dice: Dice, day: date, hours: tuple[int, ...] = OFFICE_HOURS) -> datetime:
    """A time on the day, to the minute."""
    return datetime(day.year, day.month, day.day, dice.weigh(range(24), hours), dice.below(60))


def minutes(n: float) -> timedelta:
    """A stretch of time in whole seconds."""
    return timedelta(seconds=int(n * 60 + 0.5))
