"""A raw row, the rules that it breaks, and what became of it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

Day = datetime.date
RULES = (
    "missing_key",
    "duplicate_key",
    "value_does_not_cast",
    "implausible_date",
    "missing_required_value",
    "unknown_parent",
    "unknown_enum_value",
    "negative_value",
    "discount_percent_out_of_range",
    "score_off_scale",
    "end_before_start",
    "currency_without_rate",
    "trial_end_before_start",
    "paid_without_amount_due",
    "two_states_at_one_instant",
)


@dataclass
class Judged:
    """A raw row with its values, the rules that it breaks, and what became of it."""

    texts: dict[str, str | None]
    values: dict[str, Any]
    place: Day | None
    key: tuple[Any, ...]
    broken: set[str] = field(default_factory=set)
    warnings: set[str] = field(default_factory=set)
    is_not_yet_seen: bool = False

    @property
    def outcome(self) -> str:
        """Return staged, rejected or not_yet_seen."""
        if self.is_not_yet_seen:
            return "not_yet_seen"
        return "rejected" if self.broken else "staged"

    @property
    def loaded_at(self) -> datetime.datetime:
        """Return when the row was loaded; before all others where nobody says."""
        return self.values["loaded_at"] or datetime.datetime.fromisoformat("0001-01-01")

    def is_before(self, end: str, start: str) -> bool:
        """Is one value known to be less than another?"""
        values = self.values[end], self.values[start]
        return None not in values and values[0] < values[1]

    @property
    def rules(self) -> list[str]:
        """Return the rules that are broken, in the order in which the first one is named."""
        return [rule for rule in RULES if rule in self.broken]
