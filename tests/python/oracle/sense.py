"""The rules that look at several values of a row, by raw table: what breaks them makes no sense."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from oracle.judged import Judged
from oracle.settings import Row

EARNING = ("active", "past_due")
Sense = Callable[[Judged], Iterator[str]]


def exchange_rate(row: Judged) -> Iterator[str]:
    """A rate of nothing would turn all MRR into nothing."""
    if row.values["rate_to_reporting"] == 0:
        yield "negative_value"


def subscription(row: Judged) -> Iterator[str]:
    """Neither a contract nor its trial ends before it begins."""
    if row.is_before("ended_date", "created_date"):
        yield "end_before_start"
    if row.is_before("trial_end_date", "trial_start_date"):
        yield "trial_end_before_start"


def ticket(row: Judged) -> Iterator[str]:
    """A case is not resolved before it is opened."""
    if row.is_before("resolved_at", "first_response_at"):
        row.warnings.add("first_response_after_resolution")
    if row.is_before("resolved_at", "opened_at"):
        yield "end_before_start"


def state(row: Judged) -> Iterator[str]:
    """A state that earns says how much."""
    needed = (row.texts["quantity"], row.texts["unit_amount"], row.texts["currency"])
    if row.values["status"] in EARNING and None in needed:
        yield "missing_required_value"


def invoice(row: Judged) -> Iterator[str]:
    """An invoice is for days in their order, and nobody pays one of nothing."""
    if row.is_before("period_end_date", "period_start_date"):
        yield "end_before_start"
    due, paid = row.values["amount_due"], row.values["amount_paid"] or 0
    is_nothing_due = row.texts["amount_due"] is None or (due is not None and due <= 0)
    if paid > 0 and is_nothing_due:
        yield "paid_without_amount_due"


SENSE: Mapping[str, Sense] = {
    "exchange_rates": exchange_rate,
    "subscriptions": subscription,
    "support_tickets": ticket,
    "subscription_changes": state,
    "invoices": invoice,
}


def off_scale(row: Judged, scales: Mapping[str, Row]) -> bool:
    """Is the score of an answer off the scale of its survey type?"""
    scale, score = scales.get(row.values["survey_type"]), row.values["score"]
    if scale is None or score is None:
        return False
    return not scale["min_score"] <= score <= scale["max_score"]
