"""The marts of support, row by row."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from oracle.figures import rate, with_interval
from oracle.retention import Segment, first_of_month
from oracle.revenue import Day, Row
from oracle.voice import percentile, place
from oracle.world import World

Rows = Iterator[dict[str, Any]]
Key = tuple[Day, str, Segment]


def _passed(start: datetime.datetime, end: datetime.datetime | None, unit: int) -> float | None:
    """Return how many units (in seconds) passed by the clock, whose seconds are whole.

    None where the end is unknown, or before the start.
    """
    if end is None or end < start:
        return None
    passed = end.replace(microsecond=0) - start.replace(microsecond=0)
    return float(Fraction(passed // datetime.timedelta(seconds=1), unit))


def support_tickets(world: World) -> Rows:
    """Yield fct_support_tickets."""
    names = ("ticket_id", "account_id", "user_id", "priority", "opened_at", "opened_date")
    names += ("first_response_at", "resolved_at", "resolved_date", "agent_interactions")
    names += ("reopened_count", "is_escalated")
    for row in world.tables["support_tickets"]:
        if row["account_id"] not in world.accounts:
            continue
        resolved, reopened = row["resolved_date"], row["reopened_count"]
        is_known = resolved is not None and row["agent_interactions"] is not None
        is_first = row["agent_interactions"] == 1 and not reopened
        yield {name: row[name] for name in names} | {
            "channel": place(row["channel"]),
            "opened_month": first_of_month(row["opened_date"]),
            "resolved_month": first_of_month(resolved) if resolved else None,
            "first_response_minutes": _passed(row["opened_at"], row["first_response_at"], 60),
            "resolution_hours": _passed(row["opened_at"], row["resolved_at"], 3600),
            "is_reopened": None if reopened is None else reopened > 0,
            "is_resolved": resolved is not None,
            "is_first_contact_resolution": is_first if is_known else None,
        }


def support_monthly(world: World) -> Rows:
    """Yield fct_support_monthly."""
    opened: dict[Key, list[Row]] = defaultdict(list)
    resolved: dict[Key, list[Row]] = defaultdict(list)
    for ticket in support_tickets(world):
        for month, places in (
            (ticket["opened_month"], opened),
            (ticket["resolved_month"], resolved),
        ):
            if month is not None:
                tier = world.month_tier(ticket["account_id"], month)
                for segment in world.cuts(ticket["account_id"], tier):
                    places[(month, ticket["channel"], segment)].append(ticket)
                    places[(month, "all", segment)].append(ticket)
    channels = {key[1] for key in (*opened, *resolved)}
    customers = _customers(world)
    for month in world.months:
        for channel in channels:
            for segment in world.segments:
                key = (month, channel, segment)
                row = _served(opened.get(key, []), resolved.get(key, []))
                count = customers[(month, segment)]
                is_over = not world.is_partial(month)
                each = rate(row["opened_ticket_count"], count)
                yield row | {
                    "support_month": month,
                    "segment_type": segment[0],
                    "segment_value": segment[1],
                    "channel": channel,
                    "customer_count": count,
                    "tickets_per_customer": each if is_over else None,
                    "is_partial_month": not is_over,
                }


def _customers(world: World) -> dict[tuple[Day, Segment], int]:
    """Count who pays at each closing."""
    customers: dict[tuple[Day, Segment], int] = defaultdict(int)
    for life in world.ledger.lives:
        for month in world.months:
            if life.closing(month):
                tier = world.month_tier(life.account_id, month)
                for segment in world.cuts(life.account_id, tier):
                    customers[(month, segment)] += 1
    return customers


def _served(opened: list[Row], resolved: list[Row]) -> dict[str, Any]:
    def known(tickets: list[Row], name: str) -> list[Any]:
        return [ticket[name] for ticket in tickets if ticket[name] is not None]

    first, minutes = "is_first_contact_resolution", known(opened, "first_response_minutes")
    hours = known(resolved, "resolution_hours")
    row: dict[str, Any] = {
        "opened_ticket_count": len(opened),
        "opened_first_contact_count": sum(known(opened, first)),
        "escalated_ticket_count": sum(known(opened, "is_escalated")),
        "escalation_known_count": len(known(opened, "is_escalated")),
        "responded_ticket_count": len(minutes),
        "resolved_ticket_count": len(resolved),
        "first_contact_count": sum(known(resolved, first)),
        "interactions_known_count": len(known(resolved, first)),
        "reopened_ticket_count": sum(known(resolved, "is_reopened")),
        "reopening_known_count": len(known(resolved, "is_reopened")),
        "first_response_minutes_median": percentile(minutes, 5),
        "first_response_minutes_p90": percentile(minutes, 9),
        "resolution_hours_median": percentile(hours, 5),
        "resolution_hours_p90": percentile(hours, 9),
    }
    for name, part, whole in (
        ("first_contact_resolution_rate", "first_contact_count", "interactions_known_count"),
        (
            "first_contact_resolution_of_opened_rate",
            "opened_first_contact_count",
            "opened_ticket_count",
        ),
        ("reopened_rate", "reopened_ticket_count", "reopening_known_count"),
        ("escalated_rate", "escalated_ticket_count", "escalation_known_count"),
    ):
        row |= with_interval(name, row[part], row[whole])
    return row


MARTS = {"fct_support_tickets": support_tickets, "fct_support_monthly": support_monthly}
