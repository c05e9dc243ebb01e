"""Months: their first days, and the same day some months later."""

from __future__ import annotations

import calendar
import datetime

Day = datetime.date


def first_of_month(day: Day) -> Day:
    """Return the first day of a day's month."""
    return day.replace(day=1)


def later(day: Day, months: int) -> Day:
    """Return the same day some months later, or the last one of a shorter month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_up_to(first: Day, last: Day) -> list[Day]:
    """Return the first days of the months from one day's to another's."""
    months = [first_of_month(first)]
    while later(months[-1], 1) <= last:
        months.append(later(months[-1], 1))
    return months
