"""Rates, intervals and averages as everybody would work them out, from counts beside them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from oracle.revenue import to_cents

Z = 1.959963984540054
Number = int | Decimal | Fraction | None


def rate(part: Number, whole: Number) -> float | None:
    """Return part / whole; None of nothing or where a side is not known."""
    return None if part is None or not whole else float(Fraction(part) / Fraction(whole))


def average_money(amount: Number, count: Number) -> Decimal | None:
    """Return amount / count to the cent; None of nothing."""
    return None if amount is None or not count else to_cents(Fraction(amount) / Fraction(count))


def wilson(part: Number, whole: Number) -> tuple[float | None, float | None]:
    """Return the two shares that lie z standard errors, taken at themselves, from part / whole.

    They solve (p - part / whole)^2 = z^2 p (1 - p) / whole.
    """
    if part is None or not whole:
        return None, None
    n, share, square = float(whole), float(Fraction(part) / Fraction(whole)), Z * Z
    root = Z * math.sqrt(n * 4 * share * (1 - share) + square)
    middle, width = 2 * n * share + square, 2 * (n + square)
    low, high = (middle - root) / width, (middle + root) / width
    return (0.0 if part == 0 else low), (1.0 if part == whole else high)


def with_interval(
    name: str, part: Number, whole: Number, *, is_shown: bool = True
) -> dict[str, float | None]:
    """Return a rate and its two ends, by name; all None where they are not shown yet."""
    low, high = wilson(part, whole)
    found = {name: rate(part, whole), f"{name}_ci_low": low, f"{name}_ci_high": high}
    return found if is_shown else dict.fromkeys(found)


def shown(values: Mapping[str, Any], *, is_shown: bool) -> dict[str, Any]:
    """Return the values, all of them None in a month that is not over."""
    return dict(values) if is_shown else dict.fromkeys(values)
