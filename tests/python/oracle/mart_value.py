"""The marts of lifetime value and cost, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from oracle.figures import average_money
from oracle.mart_dimensions import accounts
from oracle.mart_revenue import account_month_list
from oracle.retention import Segment
from oracle.revenue import Day
from oracle.world import World

Rows = Iterator[dict[str, Any]]


def _key(world: World, month: Day, segment: Segment) -> dict[str, Any]:
    return {
        "mrr_month": month,
        "segment_type": segment[0],
        "segment_value": segment[1],
        "is_partial_month": world.is_partial(month),
    }


def customer_lifetime_value(world: World) -> Rows:
    """Yield fct_customer_lifetime_value."""
    provisional = {
        (row["mrr_month"], segment)
        for row in account_month_list(world)
        if row["is_provisional"]
        for segment in world.cuts(row["account_id"], row["plan_tier"])
    }
    for month in world.months:
        for segment in world.segments:
            row = _key(world, month, segment) | world.value.lifetime_value(month, segment)
            yield row | {"is_provisional": (month, segment) in provisional}


def retention_cost_monthly(world: World) -> Rows:
    """Yield fct_retention_cost_monthly."""
    for month in world.months:
        for segment in world.value.cost_segments(month, world.segments):
            row = world.value.retention_cost(month, segment)
            yield _key(world, month, segment) | row


def unit_economics_monthly(world: World) -> Rows:
    """Yield fct_unit_economics_monthly."""
    for month in world.months:
        for segment in world.value.cost_segments(month, world.segments):
            row = world.value.unit_economics(month, segment)
            yield _key(world, month, segment) | row


def account_value(world: World) -> Rows:
    """Yield fct_account_value."""
    values = world.value.account_values()
    for account in accounts(world):
        row = values[account["account_id"]]
        shared = ("account_id", "first_mrr_date", "mrr", "is_customer")
        yield (
            {name: account[name] for name in shared}
            | row
            | {
                "average_invoice_amount": average_money(
                    row["realised_value"], row["paid_invoice_count"]
                )
            }
        )


MARTS = {
    "fct_customer_lifetime_value": customer_lifetime_value,
    "fct_retention_cost_monthly": retention_cost_monthly,
    "fct_unit_economics_monthly": unit_economics_monthly,
    "fct_account_value": account_value,
}
