"""The scorecard's judgement, month by month: shares no code with the SQL it is compared with."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from oracle.rounded import difference


@dataclass(frozen=True)
class Target:
    """A row of metric_targets."""

    valid_from: datetime.date
    target: Decimal
    near_distance: Decimal


@dataclass(frozen=True)
class Judgement:
    """What the scorecard says of one metric in one month."""

    target: Decimal | None = None
    miss: Decimal | None = None
    attainment: float | None = None
    status: str | None = None
    change_on_month: Decimal | None = None
    change_on_year: Decimal | None = None
    trend: str | None = None


def months_before(month: datetime.date, count: int) -> datetime.date:
    """Return the first day of the month so many months before."""
    number = month.year * 12 + month.month - 1 - count
    return datetime.date(number // 12, number % 12 + 1, 1)


def judge(
    values: Mapping[datetime.date, Decimal | None],
    month: datetime.date,
    *,
    direction: str,
    targets: Sequence[Target],
    is_partial: bool,
) -> Judgement:
    """Judge the value of a month; `values` are those of all months of the metric."""
    known = [target for target in targets if target.valid_from <= month]
    aim = max(known, key=lambda target: target.valid_from, default=None)
    if is_partial:
        return Judgement(target=aim.target if aim else None)
    actual = values[month]
    miss = attainment = status = None
    if actual is not None and aim is not None and direction != "neutral":
        sides = (aim.target, actual) if direction == "up" else (actual, aim.target)
        wrong_side = difference(*sides)
        miss = max(wrong_side, Decimal(0))
        status = "off_target" if miss > aim.near_distance else "near" if miss else "on_target"
        if actual > 0 and aim.target > 0:
            part, whole = (actual, aim.target) if direction == "up" else (aim.target, actual)
            attainment = float(Fraction(part) / Fraction(whole))
    return Judgement(
        target=aim.target if aim else None,
        miss=miss,
        attainment=attainment,
        status=status,
        change_on_month=_change(values, month, 1),
        change_on_year=_change(values, month, 12),
        trend=_trend(values, month, aim.near_distance if aim else Decimal(0)),
    )


def _change(
    values: Mapping[datetime.date, Decimal | None], month: datetime.date, count: int
) -> Decimal | None:
    now, then = values[month], values.get(months_before(month, count))
    return None if now is None or then is None else difference(now, then)


def _trend(
    values: Mapping[datetime.date, Decimal | None], month: datetime.date, near: Decimal
) -> str | None:
    six = [values.get(months_before(month, count)) for count in range(6)]
    known = [Fraction(value) for value in six if value is not None]
    if len(known) < len(six):
        return None
    rise = (sum(known[:3]) - sum(known[3:])) / 3
    if abs(rise) <= near:
        return "flat"
    return "up" if rise > 0 else "down"
