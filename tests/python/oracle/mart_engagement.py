"""The engagement marts, row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from oracle.figures import rate, with_interval
from oracle.retention import Segment, first_of_month, later
from oracle.revenue import ONE_DAY, Day
from oracle.world import World

Rows = Iterator[dict[str, Any]]
FLAGS = {
    "live_account_count": ("is_live",),
    "active_live_account_count": ("is_live", "is_active"),
    "weekly_live_account_count": ("is_live_in_last_week",),
    "weekly_active_live_account_count": ("is_live_in_last_week", "is_active_in_last_week"),
    "active_account_count": ("is_active",),
}
COUNTS = (
    "active_user_count",
    "activity_event_count",
    "login_count",
    "session_count",
    "seat_user_count",
    "employee_count",
    "staff_user_count",
    "event_count_28d",
    "previous_event_count_28d",
    "session_seconds",
    "purchased_seat_count",
)


def _shared_rates(row: Mapping[str, Any], *, is_shown: bool) -> dict[str, Any]:
    """Return what accounts and segments have in common."""
    users, minutes = row["active_user_count"], Fraction(row["session_seconds"]) / 60
    recent, before = row["event_count_28d"], row["previous_event_count_28d"]
    year_before = row["previous_year_event_count"]
    on_year = None
    if year_before and is_shown:
        on_year = rate(row["activity_event_count"] - year_before, year_before)
    return {
        "session_minutes": minutes,
        "logins_per_user": rate(row["login_count"], users),
        "sessions_per_user": rate(row["session_count"], users),
        "average_session_minutes": rate(minutes, row["session_count"]),
        "minutes_per_active_user": rate(minutes, users),
        "seat_utilisation_rate": rate(row["seat_user_count"], row["purchased_seat_count"]),
        "staff_penetration_rate": rate(row["staff_user_count"], row["employee_count"]),
        "usage_change_rate": rate(recent - before, before),
        "usage_change_on_year_rate": on_year,
        "is_partial_month": not is_shown,
    }


def account_engagement_monthly(world: World) -> Rows:
    """Yield fct_account_engagement_monthly."""
    features = len(world.engagement.features)
    for (account_id, month), counts in world.engagement_account_months.items():
        row = counts | {
            "account_id": account_id,
            "usage_month": month,
            "feature_count": features,
            "feature_breadth_rate": rate(counts["used_feature_count"], features),
        }
        yield row | _shared_rates(row, is_shown=not world.is_partial(month))


def engagement_monthly(world: World) -> Rows:
    """Yield fct_engagement_monthly."""
    places: dict[tuple[Day, Segment], list[dict[str, Any]]] = defaultdict(list)
    for (account_id, month), counts in world.engagement_account_months.items():
        for segment in world.cuts(account_id, counts["plan_tier"]):
            places[(month, segment)].append(counts)
    daily = world.engagement_daily
    for segment in world.segments:
        events: dict[Day, int] = {}
        for month in world.engagement.usage_months:
            mine = places.get((month, segment), [])
            row: dict[str, Any] = {
                "usage_month": month,
                "segment_type": segment[0],
                "segment_value": segment[1],
            }
            for name, flags in FLAGS.items():
                row[name] = sum(all(counts[flag] for flag in flags) for counts in mine)
            for name in COUNTS:
                row[name] = sum((counts[name] or 0 for counts in mine), Decimal(0))
            events[month] = row["activity_event_count"]
            row["previous_year_event_count"] = events.get(later(month, -12))
            for name in ("product_usage_rate", "weekly_product_usage_rate"):
                prefix = name.removesuffix("product_usage_rate")
                row |= with_interval(
                    name,
                    row[f"{prefix}active_live_account_count"],
                    row[f"{prefix}live_account_count"],
                )
            closing = world.last_day(month)
            days = _days(max(month, world.engagement.first_day), closing)
            dau = sum(daily.get((day, *segment), {}).get("dau", 0) for day in days)
            row["average_dau"] = rate(dau, len(days)) or 0.0
            row["mau"] = daily.get((closing, *segment), {}).get("mau", 0)
            row["stickiness_rate"] = rate(Fraction(dau, len(days)), row["mau"])
            yield row | _shared_rates(row, is_shown=not world.is_partial(month))


def _days(first: Day, last: Day) -> list[Day]:
    return [first + number * ONE_DAY for number in range((last - first).days + 1)]


def active_users_daily(world: World) -> Rows:
    """Yield fct_active_users_daily: every day and segment from the first activity on."""
    daily = world.engagement_daily
    for day in _days(world.engagement.first_day, world.as_of) if world.months else []:
        for segment in world.segments:
            counts = daily.get((day, *segment), {})
            yield {
                "activity_date": day,
                "segment_type": segment[0],
                "segment_value": segment[1],
                "usage_month": first_of_month(day),
            } | {name: counts.get(name, 0) for name in ("dau", "wau", "mau")}


def feature_adoption_monthly(world: World) -> Rows:
    """Yield fct_feature_adoption_monthly: every feature, used or not."""
    used = world.engagement.feature_months()
    active: dict[tuple[Day, Segment], int] = defaultdict(int)
    for (account_id, month), counts in world.engagement_account_months.items():
        for segment in world.cuts(account_id, counts["plan_tier"]):
            active[(month, segment)] += counts["is_active"]
    firsts: dict[tuple[str, Segment], Day] = {}
    for (_, feature, *place), counts in used.items():
        key = feature, (place[0], place[1])
        day = counts["first_use_date"]
        firsts[key] = min(firsts.get(key, day), day)
    for month in world.engagement.usage_months:
        for feature in world.engagement.features:
            for segment in world.segments:
                counts = used.get((month, feature, *segment), {})
                first = firsts.get((feature, segment))
                adopting, users = counts.get("adopting_account_count", 0), active[(month, segment)]
                yield {
                    "usage_month": month,
                    "feature": feature,
                    "segment_type": segment[0],
                    "segment_value": segment[1],
                    "adopting_account_count": adopting,
                    "active_account_count": users,
                    "first_use_account_count": counts.get("first_use_account_count", 0),
                    "feature_event_count": counts.get("feature_event_count", 0),
                    "first_use_date": first if first and first <= world.last_day(month) else None,
                    "is_partial_month": world.is_partial(month),
                } | with_interval("feature_adoption_rate", adopting, users)


def module_use_monthly(world: World) -> Rows:
    """Yield fct_module_use_monthly: every module, used or not."""
    used = world.engagement.module_months()
    modules = sorted(world.engagement.modules)
    for month in world.engagement.usage_months:
        for segment in world.segments:
            mine = {module: used.get((month, module, *segment), {}) for module in modules}
            spent = {
                module: Fraction(counts.get("module_seconds", 0)) for module, counts in mine.items()
            }
            total = sum(spent.values(), Fraction(0))
            for module, counts in mine.items():
                yield {
                    "usage_month": month,
                    "module": module,
                    "segment_type": segment[0],
                    "segment_value": segment[1],
                    "module_account_count": len(counts.get("accounts", ())),
                    "module_event_count": int(counts.get("module_event_count", 0)),
                    "module_seconds": spent[module],
                    "module_minutes": spent[module] / 60,
                    "all_modules_seconds": total,
                    "module_use_share_rate": rate(spent[module], total),
                    "is_partial_month": world.is_partial(month),
                }


MARTS = {
    "fct_account_engagement_monthly": account_engagement_monthly,
    "fct_engagement_monthly": engagement_monthly,
    "fct_active_users_daily": active_users_daily,
    "fct_feature_adoption_monthly": feature_adoption_monthly,
    "fct_module_use_monthly": module_use_monthly,
}
