"""The dimensions and the accounting of raw rows."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from oracle.retention import first_of_month, later
from oracle.revenue import ONE_DAY, Day
from oracle.world import World, quarter_label

Rows = Iterator[dict[str, Any]]


def accounts(world: World) -> Rows:
    """Yield dim_accounts."""
    for account_id, row in world.accounts.items():
        life = world.ledger.life_of.get(account_id)
        paid = [day for day, held in life.paid.items() if held] if life else []
        mrr = life.closing(first_of_month(world.as_of)) if life else Decimal(0)
        names = ("account_id", "created_date", "signup_cohort", "country", "region", "industry")
        names += ("employee_count", "company_size", "acquisition_channel", "csm_owner")
        yield {name: row[name] for name in names} | {
            "account_name": world.shown_name(account_id),
            "first_mrr_date": min(paid, default=None),
            "mrr": mrr,
            "is_customer": mrr > 0,
        }


def plans(world: World) -> Rows:
    """Yield dim_plans."""
    for row in world.plans.values():
        yield {name: value for name, value in row.items() if name != "loaded_at"}


def features(world: World) -> Rows:
    """Yield dim_features."""
    signs = defaultdict(list)
    for row in world.seeds["feature_catalogue"]:
        if row["feature"]:
            signs[row["feature"]].append(row)
    for feature, rows in signs.items():
        modules = [row["module"] for row in rows if row["module"]]
        yield {
            "feature": feature,
            "module": min(modules, default=None),
            "event_count": len(rows),
            "is_core": any(row["is_core"] for row in rows),
        }


def _calendar(day: Day) -> dict[str, Any]:
    return {
        "calendar_month": first_of_month(day),
        "quarter_start_date": day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
        "year_start_date": day.replace(month=1, day=1),
        "year_number": day.year,
        "quarter_number": (day.month + 2) // 3,
        "month_number": day.month,
    }


def dates(world: World) -> Rows:
    """Yield dim_dates."""
    day = datetime.date.fromisoformat(str(world.variables["earliest_date"]))
    for _ in range(int(world.variables["calendar_years"]) * 366):
        if day <= world.as_of:
            yield _calendar(day) | {
                "date_day": day,
                "day_of_month": day.day,
                "is_last_day_of_month": (day + ONE_DAY).day == 1,
            }
        day += ONE_DAY


def months(world: World) -> Rows:
    """Yield dim_months."""
    for month in sorted({row["calendar_month"] for row in dates(world)}):
        yield _calendar(month) | {
            "next_month": later(month, 1),
            "quarter_label": quarter_label(month),
            "is_partial_month": world.is_partial(month),
        }


def segments(world: World) -> Rows:
    """Yield dim_segments."""
    found = {
        segment
        for month in world.months
        for segment in world.value.cost_segments(month, world.segments)
    }
    for segment_type, segment_value in sorted(found):
        yield {"segment_type": segment_type, "segment_value": segment_value}


def raw_row_accounting(world: World) -> Rows:
    """Yield raw_row_accounting."""
    yield from world.staging.accounting()


MARTS = {
    "dim_accounts": accounts,
    "dim_plans": plans,
    "dim_features": features,
    "dim_dates": dates,
    "dim_months": months,
    "dim_segments": segments,
    "raw_row_accounting": raw_row_accounting,
}
