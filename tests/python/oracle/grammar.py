"""Text to values, by the grammar of the raw contract: what does not match has no value."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from oracle.settings import RawColumn

BLANKS = " \t\n\x0b\x0c\r\xa0"
FLAGS = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}
CLOCK = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?"
    r" ?(?:(Z)|([+-])(\d\d):?(\d\d)?)?",
    re.ASCII,
)
# Each known value with its other spellings, after blanks and hyphens have become underscores.
SPELLINGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "billing_interval": {
        "day": ("days", "daily"),
        "week": ("weeks", "weekly"),
        "month": ("months", "monthly"),
        "quarter": ("quarters", "quarterly"),
        "half_year": ("halfyear", "half_yearly", "semiannual", "semi_annual", "semiannually"),
        "year": ("years", "yearly", "annual", "annually"),
    },
    "subscription_status": {
        "trialing": ("trialling", "trial"),
        "active": (),
        "past_due": ("pastdue",),
        "unpaid": (),
        "paused": (),
        "incomplete": (),
        "canceled": ("cancelled",),
    },
    "discount_duration": {"once": (), "repeating": (), "forever": ()},
    "invoice_status": {
        "draft": (),
        "open": (),
        "paid": (),
        "uncollectible": ("uncollectable",),
        "void": ("voided",),
    },
    "goal_step": {"exposed": (), "completed": ()},
}


def trimmed(value: object) -> str | None:
    """Return a raw value without blanks around it; None where nothing is left."""
    return (str(value).strip(BLANKS) or None) if value is not None else None


def integer(text: str) -> int | None:
    """Return a whole number of at most nine digits."""
    match = re.fullmatch(r"([+-]?)0*(\d{1,9})(\.0+)?", text, re.ASCII)
    return int(match[1] + match[2]) if match else None


def decimal(text: str, digits: tuple[int, int], *, is_rounded: bool) -> Decimal | None:
    """Return a decimal that fits `digits` (all, after the point); surplus zeros do no harm."""
    whole, places = digits[0] - digits[1], digits[1]
    match = re.fullmatch(r"([+-]?)(\d*)(?:\.(\d+))?", text, re.ASCII)
    if match is None or not (match[2] or match[3]):
        return None
    before, after = match[2].lstrip("0"), (match[3] or "")
    if len(before) > whole or (not is_rounded and len(after.rstrip("0")) > places):
        return None
    value = Decimal(f"{match[1]}{before or 0}.{after or 0}")
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def day(text: str) -> datetime.date | None:
    """Return a day written YYYY-MM-DD."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def instant(text: str, zone: ZoneInfo) -> datetime.datetime | None:
    """Return the instant in UTC, without a zone; a day begins at midnight in `zone`."""
    if len(text) == 10:
        first = day(text)
        if first is None:
            return None
        midnight = datetime.datetime(first.year, first.month, first.day, tzinfo=zone)
        return midnight.astimezone(datetime.UTC).replace(tzinfo=None)
    match = CLOCK.fullmatch(text)
    first = day(match[1]) if match else None
    if match is None or first is None:
        return None
    micros = int((match[5] or "").ljust(6, "0")[:6])
    hours, minutes = int(match[8] or 0), int(match[9] or 0)
    try:
        clock = datetime.time(int(match[2]), int(match[3]), int(match[4] or 0), micros)
    except ValueError:
        return None
    if hours > 14 or minutes > 59:
        return None
    offset = datetime.timedelta(hours=hours, minutes=minutes) * (-1 if match[7] == "-" else 1)
    return datetime.datetime.combine(first, clock) - offset


def day_in(zone: ZoneInfo, moment: datetime.datetime) -> datetime.date:
    """Return the day of an instant in UTC, as it is in a zone."""
    return moment.replace(tzinfo=datetime.UTC).astimezone(zone).date()


def reporting_day(text: str, zone: ZoneInfo) -> datetime.date | None:
    """Return the day in the reporting zone; a day without a time is never moved."""
    if len(text) == 10:
        return day(text)
    moment = instant(text, zone)
    return day_in(zone, moment) if moment else None


def coded(text: str, enum: str) -> str:
    """Return a coded value as the project spells it; an unknown one in that form."""
    if enum == "currency":
        return text.upper()
    code = text.lower().replace("-", "_").replace(" ", "_")
    for known, others in SPELLINGS.get(enum, {}).items():
        if code in others:
            return known
    return code


def is_known(value: str, enum: str, survey_types: set[str]) -> bool:
    """Is a coded value one that the project knows?"""
    if enum == "currency":
        return re.fullmatch("[A-Z]{3}", value) is not None
    return value in (survey_types if enum == "survey_type" else SPELLINGS[enum])


def typed(column: RawColumn, text: str | None, zone: ZoneInfo) -> dict[str, Any]:
    """Return the staged columns of one raw column, None where there is no value."""
    names = {column.typed_name: None}
    if column.kind in ("timestamp", "date"):
        names[column.day_name] = None
    if text is None:
        return dict(names)
    if column.kind == "timestamp":
        return {column.name: instant(text, zone), column.day_name: reporting_day(text, zone)}
    if column.kind == "date":
        found = reporting_day(text, zone)
        if found and column.name.endswith("_month"):
            found = found.replace(day=1)
        return {column.day_name: found}
    return {column.name: _plain(column, text)}


def _plain(column: RawColumn, text: str) -> Any:
    """Return a value that is no time."""
    if column.kind == "integer":
        return integer(text)
    if column.kind == "decimal":
        return decimal(text, column.digits, is_rounded=column.name == "rate_to_reporting")
    if column.kind == "boolean":
        return FLAGS.get(text.lower())
    enum = column.meta.get("enum")
    return coded(text, enum) if enum else text
