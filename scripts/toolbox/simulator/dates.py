"""The company's clock: whole days and seconds counted from its first day, and their text.

Day 0 is the first day of the first month; second 0 is its midnight, UTC. Nothing here reads the
machine's clock.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date

DAY = 86_400
HOUR = 3_600
LOAD_TIME = "T02:30:00Z"  # the nightly load that brings a day's rows


def first_of_month(day: date, months_before: int) -> date:
    """Return the first day of the month that lies that many months before a day's month."""
    month = day.year * 12 + day.month - 1 - months_before
    return date(month // 12, month % 12 + 1, 1)


class Clock:
    """Converts between the company's day numbers, dates and text."""

    def __init__(self, end: date, months: int) -> None:
        """Span that many calendar months, the last being the one that holds `end`."""
        self.first = first_of_month(end, months - 1)
        self.months = months
        self.base = self.first.toordinal()
        self.last_day = end.toordinal() - self.base
        self.end = (self.last_day + 1) * DAY  # first second that is no longer data
        self._texts: dict[int, str] = {}

    def date(self, day: int) -> date:
        """Return the calendar date of a day number."""
        return date.fromordinal(self.base + day)

    def text(self, day: int) -> str:
        """Return a day as YYYY-MM-DD."""
        found = self._texts.get(day)
        if found is None:
            found = self._texts[day] = self.date(day).isoformat()
        return found

    def add_months(self, day: int, months: int) -> int:
        """Return the day that many months later, cut to the month's last day, without drift."""
        begun = self.date(day)
        month = begun.year * 12 + begun.month - 1 + months
        year, month_number = month // 12, month % 12 + 1
        last = monthrange(year, month_number)[1]
        return date(year, month_number, min(begun.day, last)).toordinal() - self.base

    def month_start(self, month: int) -> int:
        """Return the first day of the company's month with that number (0 is the first)."""
        return self.add_months(0, month)

    def month_of(self, day: int) -> int:
        """Return the number of the month a day lies in."""
        found = self.date(day)
        return (found.year - self.first.year) * 12 + found.month - self.first.month

    def stamp(self, second: int, style: str = "Z") -> str:
        """Return an instant as text.

        Styles are the spellings the source systems use: `Z` (2026-01-31T09:00:00Z), `plain`
        (2026-01-31 09:00:00, UTC), `offset` (the same instant written two hours east).
        """
        if style == "offset":
            second += 2 * HOUR
        day, rest = divmod(second, DAY)
        hour, rest = divmod(rest, HOUR)
        time = f"{hour:02d}:{rest // 60:02d}:{rest % 60:02d}"
        if style == "plain":
            return f"{self.text(day)} {time}"
        return f"{self.text(day)}T{time}{'+02:00' if style == 'offset' else 'Z'}"

    def loaded(self, second: int) -> str:
        """Return when a row written at that second was loaded: the night after it."""
        return self.text(min(second // DAY, self.last_day) + 1) + LOAD_TIME

    def seen(self, second: int | None) -> int | None:
        """Return the instant, or None when it lies after the end of the data."""
        return None if second is None or second >= self.end else second
