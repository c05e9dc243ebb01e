"""Single values of raw rows, drawn towards the places where arithmetic goes wrong.

Everything is text as the files hold it, "" where there is nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from random import Random

Day = datetime.date
Row = dict[str, str]
Company = dict[str, list[Row]]

FIRST_DAY = datetime.date(2022, 12, 30)
# Days around ends of months, of years, of February and of the as-of dates that the tests use.
ODD_DAYS = tuple(
    datetime.date(year, month, day)
    for year, month, day in (
        *((2022, 12, 31), (2023, 1, 1), (2023, 1, 31), (2023, 2, 28), (2023, 3, 1), (2023, 3, 31)),
        *((2023, 6, 30), (2023, 8, 31), (2023, 10, 1), (2023, 11, 30), (2023, 12, 1)),
        *((2023, 12, 31), (2024, 1, 1), (2024, 1, 30), (2024, 1, 31), (2024, 2, 1), (2024, 2, 28)),
        *((2024, 2, 29), (2024, 3, 1), (2024, 3, 14), (2024, 3, 15), (2024, 3, 16)),
        *((2024, 3, 31), (2024, 4, 1)),
    )
)
# Days from one thing to the next: the same day, either side of every grace, window and term.
STEPS = (0, 0, 1, 1, 2, 6, 7, 8, 9, 10, 12, 14, 19, 20, 21, 28, 29, 30, 31, 32, 59, 61, 90, 92)
LONG_STEPS = (*STEPS, 120, 181, 184, 274, 335, 364, 365, 366, 396)
CLOCKS = ("", " 00:00:00", " 23:59:59", " 12:00", "T04:30:00Z", "T03:59:59.5Z", " 01:00:00+02:00")
CURRENCIES = ("USD", "EUR", "GBP")


def any_day(rng: Random) -> Day:
    """Draw a day of somewhat more than a year; half of them are odd ones."""
    if is_one_in(rng, 2):
        return rng.choice(ODD_DAYS)
    return FIRST_DAY + datetime.timedelta(rng.randrange(441))


def after(rng: Random, day: Day, steps: Sequence[int] = STEPS) -> Day:
    """Draw a day one of the steps later."""
    return day + datetime.timedelta(rng.choice(steps))


def moment(rng: Random, day: Day) -> str:
    """Write a day with or without a time of day."""
    return f"{day}{rng.choice(CLOCKS)}"


def one(rng: Random, *values: str) -> str:
    """Draw one of the texts; write one twice to have it more often."""
    return rng.choice(values)


def is_one_in(rng: Random, n: int) -> bool:
    """Draw something that is so once in n times."""
    return not rng.randrange(n)


def times(rng: Random, *counts: int) -> range:
    """Draw how often something is there."""
    return range(rng.choice(counts))
