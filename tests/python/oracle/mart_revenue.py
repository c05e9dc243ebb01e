"""The revenue marts, row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from oracle.figures import average_money, rate, shown
from oracle.retention import UNKNOWN, Life, Segment, first_of_month, later
from oracle.revenue import Day, Movement
from oracle.world import World

Rows = Iterator[dict[str, Any]]
ZERO = Decimal(0)
# movement, and the name its columns begin with
NAMES = {
    "new": "new",
    "expansion": "expansion",
    "contraction": "contraction",
    "churn": "churned",
    "reactivation": "reactivation",
}


def _movements(world: World) -> Iterator[tuple[Life, Movement]]:
    for life in world.ledger.lives:
        for movement in life.movements:
            yield life, movement


def mrr_movements(world: World) -> Rows:
    """Yield fct_mrr_movements."""
    for life, (_, day, is_fx, name, amount, closing) in _movements(world):
        is_churn = name == "churn"
        yield {
            "account_id": life.account_id,
            "movement_date": day,
            "is_fx": is_fx,
            "movement_month": first_of_month(day),
            "movement": name,
            "churn_kind": world.ledger.churn_kind(life.account_id, day) if is_churn else None,
            "opening_mrr": closing - amount,
            "movement_amount": amount,
            "closing_mrr": closing,
        }


def subscription_changes(world: World) -> Rows:
    """Yield fct_subscription_changes."""
    for life in world.ledger.lives:
        names = {(day, is_fx): name for _, day, is_fx, name, _, _ in life.movements}
        for share in world.ledger.shares[life.account_id]:
            yield {
                "subscription_id": share.subscription_id,
                "account_id": share.account_id,
                "change_date": share.day,
                "is_fx": share.is_fx,
                "driver": share.driver,
                "movement": names.get((share.day, share.is_fx), "none"),
                "previous_plan_id": share.then("plan_id"),
                "plan_id": share.now("plan_id"),
                "previous_quantity": share.then("quantity"),
                "quantity": share.now("quantity"),
                "mrr_before": share.mrr_before,
                "change_amount": share.amount,
                "mrr_after": share.mrr_after,
            }


def account_months(world: World) -> Rows:
    """Yield fct_account_months: months with MRR at opening or closing, or in which it moved."""
    for life in world.ledger.lives:
        first = min((day for day, paid in life.paid.items() if paid), default=None)
        if first is None:
            continue
        for month in world.months:
            moved = [m for m in life.movements if first_of_month(m[1]) == month]
            opening, closing = life.closing(later(month, -1)), life.closing(month)
            if opening or closing or moved:
                yield _account_month(world, life, month, first, moved)


def _account_month(
    world: World, life: Life, month: Day, first: Day, moved: list[Movement]
) -> dict[str, Any]:
    opening, closing = life.closing(later(month, -1)), life.closing(month)
    fx = life.fx.get(month, ZERO)
    change = closing - opening - fx
    name = "none"
    if opening and not closing:
        name = "churn"
    elif closing and not opening:
        name = "reactivation" if first < month else "new"
    elif change:
        name = "expansion" if change > 0 else "contraction"
    churns = [m[1] for m in moved if m[3] == "churn"]
    is_lost = name == "churn"
    gap = world.ledger.open_gaps.get(life.account_id)
    row = {
        "account_id": life.account_id,
        "mrr_month": month,
        "movement": name,
        "churn_kind": world.ledger.churn_kind(life.account_id, max(churns)) if is_lost else None,
        "churn_date": max(churns) if is_lost else None,
        "first_mrr_date": first,
        "plan_tier": world.month_tier(life.account_id, month),
        "closing_plan_tier": life.tiers.get(month) or UNKNOWN,
        "opening_mrr": opening,
        "movement_amount": change,
        "fx_amount": fx,
        "closing_mrr": closing,
        "is_partial_month": world.is_partial(month),
        "is_provisional": gap is not None and month >= first_of_month(gap),
    }
    for movement, prefix in {**NAMES, "fx": "fx"}.items():
        row[f"gross_{prefix}_mrr"] = sum((m[4] for m in moved if m[3] == movement), ZERO)
    return row


def account_month_list(world: World) -> list[dict[str, Any]]:
    """Return the rows of fct_account_months, counted once."""
    kept: list[dict[str, Any]] | None = getattr(world, "_account_months", None)
    if kept is None:
        kept = list(account_months(world))
        world._account_months = kept  # type: ignore[attr-defined]
    return kept


def mrr_monthly(world: World) -> Rows:
    """Yield fct_mrr_monthly."""
    places: dict[tuple[Day, Segment], list[dict[str, Any]]] = defaultdict(list)
    for row in account_month_list(world):
        for segment in world.cuts(row["account_id"], row["plan_tier"]):
            places[(row["mrr_month"], segment)].append(row)
    users = world.engagement.active_users()
    for segment in world.segments:
        previous = None
        for month in world.months:
            row = _bridge(world, month, segment, places.get((month, segment), []))
            row |= {
                "active_user_count": users.get((month, segment), 0)
                if month in world.engagement.usage_months
                else None,
                "previous_expansion_mrr": previous,
            }
            previous = row["expansion_mrr"]
            yield row | _bridge_rates(row, is_shown=not row["is_partial_month"])


def _bridge(
    world: World, month: Day, segment: Segment, mine: list[dict[str, Any]]
) -> dict[str, Any]:
    def total(name: str) -> Decimal:
        return sum((row[name] for row in mine), ZERO)

    row: dict[str, Any] = {
        "mrr_month": month,
        "segment_type": segment[0],
        "segment_value": segment[1],
        "opening_mrr": total("opening_mrr"),
        "mrr": total("closing_mrr"),
        "net_new_mrr": total("closing_mrr") - total("opening_mrr"),
        "arr": total("closing_mrr") * 12,
        "fx_mrr": total("fx_amount"),
        "gross_fx_mrr": total("gross_fx_mrr"),
        "opening_customer_count": sum(row["opening_mrr"] > 0 for row in mine),
        "customer_count": sum(row["closing_mrr"] > 0 for row in mine),
        "is_partial_month": world.is_partial(month),
        "is_provisional": any(row["is_provisional"] for row in mine),
    }
    for movement, name in NAMES.items():
        moved = [row["movement_amount"] for row in mine if row["movement"] == movement]
        row[f"{name}_mrr"] = sum(moved, ZERO)
        row[f"{name}_customer_count"] = len(moved)
        row[f"gross_{name}_mrr"] = total(f"gross_{name}_mrr")
    row["won_mrr"] = row["new_mrr"] + row["expansion_mrr"] + row["reactivation_mrr"]
    row["lost_mrr"] = row["contraction_mrr"] + row["churned_mrr"]
    row["arpa"] = average_money(row["mrr"], row["customer_count"])
    return row


def _bridge_rates(row: dict[str, Any], *, is_shown: bool) -> dict[str, Any]:
    expansion, previous = row["expansion_mrr"], row["previous_expansion_mrr"]
    lost, opening = -row["lost_mrr"], row["opening_mrr"]
    rates = {
        "expansion_mrr_rate": rate(expansion, opening),
        "expansion_mrr_growth_rate": rate(expansion - previous, previous) if previous else None,
        "contraction_mrr_rate": rate(-row["contraction_mrr"], opening),
        "expansion_to_contraction_ratio": rate(expansion, lost),
        "quick_ratio": rate(row["won_mrr"], lost),
    }
    arpu = average_money(row["mrr"], row["active_user_count"])
    return {"arpu": arpu} | shown(rates, is_shown=is_shown)


def mrr_by_plan_monthly(world: World) -> Rows:
    """Yield fct_mrr_by_plan_monthly: each plan from the month in which it first brought MRR."""
    held: dict[tuple[Day, str], list[tuple[str, Decimal, Decimal]]] = defaultdict(list)
    firsts: dict[str, Day] = {}
    for life in world.ledger.lives:
        for day, paid in life.paid.items():
            for name, mrr in paid.items():
                plan_id = life.held[day][name].plan_id
                firsts[plan_id] = min(firsts.get(plan_id, day), day)
                if day == world.last_day(first_of_month(day)):
                    seats = world.ledger.seats_of(life.account_id, name, day)
                    held[(first_of_month(day), plan_id)].append((life.account_id, mrr, seats))
    for month in world.months:
        plans = [plan_id for plan_id, first in firsts.items() if first_of_month(first) <= month]
        sums = {plan: sum((mrr for _, mrr, _ in held[(month, plan)]), ZERO) for plan in plans}
        total = sum(sums.values(), ZERO)
        for rank, plan_id in enumerate(sorted(plans, key=lambda plan: (-sums[plan], plan)), 1):
            mine = held[(month, plan_id)]
            yield {
                "mrr_month": month,
                "plan_id": plan_id,
                "mrr": sums[plan_id],
                "customer_count": len({account_id for account_id, _, _ in mine}),
                "subscription_count": len(mine),
                "seat_count": sum((seats for _, _, seats in mine), ZERO),
                "mrr_rank": rank,
                "mrr_share_rate": rate(sums[plan_id], total),
                "all_plans_mrr": total,
                "is_partial_month": world.is_partial(month),
            }


def scheduled_changes(world: World) -> Rows:
    """Yield fct_scheduled_changes: what is agreed by the as-of date and happens after it."""
    for life in world.ledger.lives:
        for share in world.ledger.agreed(life):
            is_end = not share.mrr_after and share.driver == "subscription_removed"
            kind = "discount" if share.driver == "discount" else "signed_state"
            yield {
                "subscription_id": share.subscription_id,
                "account_id": share.account_id,
                "change_date": share.day,
                "change_month": first_of_month(share.day),
                "change_type": "cancellation" if is_end else kind,
                "driver": share.driver,
                "previous_plan_id": share.then("plan_id"),
                "plan_id": share.now("plan_id"),
                "canceled_date": world.ledger.canceled_day(share.subscription_id),
                "mrr_before": share.mrr_before,
                "change_amount": share.amount,
                "mrr_after": share.mrr_after,
                "is_scheduled_churn": is_end,
            }


def contracted_mrr(world: World) -> Rows:
    """Yield fct_contracted_mrr: the rest of the as-of month and twelve months more."""
    if not world.months:
        return
    this_month = first_of_month(world.as_of)
    present: dict[Segment, Decimal] = defaultdict(Decimal)
    changes: dict[Segment, list[dict[str, Any]]] = defaultdict(list)
    tiers = {life.account_id: life.tiers.get(this_month) for life in world.ledger.lives}
    for life in world.ledger.lives:
        for segment in world.cuts(life.account_id, tiers[life.account_id]):
            present[segment] += life.closing(this_month)
    for row in scheduled_changes(world):
        for segment in world.cuts(row["account_id"], tiers[row["account_id"]]):
            changes[segment].append(row)
    for segment in world.segments:
        for ahead in range(13):
            month = later(this_month, ahead)
            mine = [row for row in changes[segment] if row["change_month"] == month]
            ends = [row["change_amount"] for row in mine if row["is_scheduled_churn"]]
            by_type: dict[str, Decimal] = defaultdict(Decimal)
            for row in mine:
                by_type[row["change_type"]] += row["change_amount"]
            until = [r["change_amount"] for r in changes[segment] if r["change_month"] <= month]
            yield {
                "contracted_month": month,
                "segment_type": segment[0],
                "segment_value": segment[1],
                "months_ahead": ahead,
                "mrr": present[segment],
                "scheduled_churn_count": len(ends),
                "scheduled_churn_mrr": -sum(ends, ZERO),
                "signed_change_mrr": by_type["signed_state"],
                "discount_change_mrr": by_type["discount"],
                "contracted_mrr": present[segment] + sum(until, ZERO),
            }


MARTS = {
    "fct_mrr_movements": mrr_movements,
    "fct_subscription_changes": subscription_changes,
    "fct_account_months": account_month_list,
    "fct_mrr_monthly": mrr_monthly,
    "fct_mrr_by_plan_monthly": mrr_by_plan_monthly,
    "fct_scheduled_changes": scheduled_changes,
    "fct_contracted_mrr": contracted_mrr,
}
