"""Decimals of what is not exact on every engine: where half a unit decides, both sides will do."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

CLOSE = Fraction(1, 1_000_000)


class Rounded(Decimal):
    """A rounded number; `others` are those that a double may come to as well."""

    others: frozenset[Decimal] = frozenset()


def rounded(exact: Fraction | Decimal | float, places: int) -> Rounded:
    """Round half away from zero to so many decimals, keeping the neighbour of a near tie."""
    units = abs(Fraction(exact)) * 10**places
    whole = (2 * units + 1) // 2
    sign = -1 if exact < 0 else 1
    unit = Decimal(1).scaleb(-places)
    found = Rounded((Decimal(sign * int(whole)) * unit).quantize(unit, ROUND_HALF_UP))
    if abs(units - int(units) - Fraction(1, 2)) < CLOSE:
        beside = int(units) if whole > int(units) else int(units) + 1
        found.others = frozenset([Decimal(sign * beside) * unit])
    return found


def difference(one: Decimal, less: Decimal) -> Decimal:
    """Return one - less, with all that it may be where either side is a near tie."""
    found = Rounded(one - less)
    sides = [{value, *getattr(value, "others", ())} for value in (one, less)]
    found.others = frozenset(first - second for first in sides[0] for second in sides[1])
    return found
