"""Figures as a person writes them, and whether what was found is the same."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from worked.marts import CaseError

RATE_TOLERANCE = Fraction(1, 10**9)
_NUMBER = r"-?\d+(?:\.\d+)?"
_PLAIN = re.compile(rf"^{_NUMBER}$")
_QUOTIENT = re.compile(rf"^({_NUMBER}) */ *({_NUMBER})$")
_ABOUT = re.compile(rf"^about ({_NUMBER})$")
_DATE = re.compile(r"^\d{4}-\d{2}(-\d{2})?$")
_NUMERIC = ("bigint", "integer", "decimal", "double")


def check_written(text: str | None, data_type: str) -> None:
    """Raise CaseError when a figure cannot be one of its column's type."""
    if text is None:
        return
    if data_type in _NUMERIC:
        quotient = _QUOTIENT.match(text)
        if quotient and Fraction(quotient[2]) == 0:
            raise CaseError(f"{text!r} divides by zero")
        if not (quotient or _PLAIN.match(text) or _ABOUT.match(text)):
            raise CaseError(f"{text!r} is no number: write 166.67, 2 / 8 or about 0.47")
    elif data_type == "date" and not _DATE.match(text):
        raise CaseError(f"{text!r} is no date: write 2024-01-31, or 2024-01 for a month")
    elif data_type == "boolean" and text not in ("true", "false"):
        raise CaseError(f"{text!r} is neither true nor false")


def agrees(text: str | None, found: Any, data_type: str) -> bool:
    """Tell whether a found value is the figure that was written.

    Money and counts agree to the digit, rates to 1e-9; `about 0.47` agrees with whatever rounds
    to 0.47 at the digits written.
    """
    if text is None or found is None:
        return text is None and found is None
    if data_type in _NUMERIC:
        return _is_number(text, found, data_type)
    if data_type == "date":
        day = found.date() if isinstance(found, datetime.datetime) else found
        return bool(day.isoformat() == (text if len(text) > 7 else f"{text}-01"))
    if data_type == "boolean":
        return bool(found is (text == "true"))
    return str(found) == text


def _is_number(text: str, found: Any, data_type: str) -> bool:
    value = Fraction(found) if not isinstance(found, Decimal) else Fraction(str(found))
    if about := _ABOUT.match(text):
        places = len(about[1].partition(".")[2])
        return abs(value - Fraction(about[1])) <= Fraction(1, 2 * 10**places)
    quotient = _QUOTIENT.match(text)
    wanted = Fraction(quotient[1]) / Fraction(quotient[2]) if quotient else Fraction(text)
    # Doubles, and columns of several units that hold them rounded to a fixed number of places.
    tolerance = RATE_TOLERANCE if data_type == "double" else Fraction(0)
    return abs(value - wanted) <= tolerance


def shown(found: Any) -> str:
    """Return a found value as a case file would write it."""
    if found is None:
        return "null"
    if isinstance(found, bool):
        return str(found).lower()
    return str(found)
