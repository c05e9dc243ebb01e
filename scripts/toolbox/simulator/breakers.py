"""What breaks a row, by table and rule: one changed value each."""

from __future__ import annotations

from collections.abc import Callable

Values = dict[str, str | None]
Breaker = Callable[[Values], None]

EARLIER_LOAD = "2001-01-01T02:30:00Z"  # a duplicate of it loses to the row that stays
OLD_TIME = "1970-01-01T00:00:00Z"


def _set(**values: str | None) -> Breaker:
    return lambda row: row.update(values)


# What breaks a row, by table and rule; the first ones come first where a table allows only few.
FAULTS: dict[str, dict[str, Breaker]] = {
    "accounts": {
        "duplicate_key": _set(account_name="Old name", _loaded_at=EARLIER_LOAD),
        "value_does_not_cast": _set(employee_count="12.7"),
        "missing_required_value": _set(created_at=None),
        "missing_key": _set(account_id=None),
    },
    "subscriptions": {
        "trial_end_before_start": _set(trial_start="2025-03-20", trial_end="2025-03-06"),
        "end_before_start": _set(canceled_at=None, ended_at="2001-02-03T00:00:00Z"),
        "unknown_parent": _set(account_id="A999999"),
        "value_does_not_cast": _set(created_at="03/04/2025"),
        "duplicate_key": _set(cancel_reason="unknown", _loaded_at=EARLIER_LOAD),
        "missing_required_value": _set(created_at=None),
        "missing_key": _set(subscription_id=" "),
        "implausible_date": _set(created_at=OLD_TIME, trial_start=None, trial_end=None),
    },
    "subscription_changes": {
        "negative_value": _set(quantity="-3"),
        "discount_percent_out_of_range": _set(discount_percent="120"),
        "two_states_at_one_instant": _set(quantity="9", _loaded_at=EARLIER_LOAD),
        "unknown_enum_value": _set(status="zombie"),
        "currency_without_rate": _set(currency="CHF"),
        "value_does_not_cast": _set(unit_amount="1,200.00"),
        "unknown_parent": _set(subscription_id="S9999999"),
        "missing_required_value": _set(plan_id=None),
        "duplicate_key": _set(quantity="8", _loaded_at=EARLIER_LOAD),
        "missing_key": _set(change_id=None),
        "implausible_date": _set(effective_at=OLD_TIME),
    },
    "invoices": {
        "paid_without_amount_due": _set(
            amount_due="0.00", tax_amount=None, amount_paid="49.00", amount_refunded="0.00"
        ),
        "end_before_start": _set(period_start="2025-05-01", period_end="2025-04-01"),
        "currency_without_rate": _set(currency="GBP"),
        "unknown_enum_value": _set(status="lost"),
        "value_does_not_cast": _set(amount_due="49,00"),
        "unknown_parent": _set(account_id="A999999"),
        "duplicate_key": _set(amount_paid="0.00", _loaded_at=EARLIER_LOAD),
        "missing_required_value": _set(amount_due=None, amount_paid="0.00"),
        "implausible_date": _set(issued_at=OLD_TIME),
        "missing_key": _set(invoice_id=None),
    },
    "users": {
        "unknown_parent": _set(account_id="A999999"),
        "duplicate_key": _set(role="viewer", _loaded_at=EARLIER_LOAD),
        "missing_key": _set(user_id=None),
        "value_does_not_cast": _set(created_at="yesterday"),
        "missing_required_value": _set(account_id=None),
    },
    "usage_events": {
        "duplicate_key": _set(_loaded_at=EARLIER_LOAD),
        "unknown_parent": _set(user_id="U9999999"),
        "value_does_not_cast": _set(occurred_at="31.12.2025 10:15"),
        "missing_required_value": _set(event_name=None),
        "missing_key": _set(event_id=None),
        "implausible_date": _set(occurred_at=OLD_TIME),
    },
    "survey_invitations": {
        "unknown_enum_value": _set(survey_type="smile"),
        "unknown_parent": _set(account_id="A999999"),
        "duplicate_key": _set(touchpoint="other", _loaded_at=EARLIER_LOAD),
        "missing_required_value": _set(sent_at=None),
        "value_does_not_cast": _set(sent_at="2025-02-30 10:00:00"),
        "missing_key": _set(invitation_id=None),
    },
    "survey_responses": {
        "score_off_scale": _set(score="11"),
        "value_does_not_cast": _set(score="nine"),
        "unknown_parent": _set(account_id="A999999"),
        "unknown_enum_value": _set(survey_type="smile"),
        "missing_required_value": _set(score=None),
        "duplicate_key": _set(comment="An earlier export", _loaded_at=EARLIER_LOAD),
    },
    "support_tickets": {
        "end_before_start": _set(first_response_at=None, resolved_at="2001-05-05T10:00:00+02:00"),
        "value_does_not_cast": _set(agent_interactions="two"),
        "unknown_parent": _set(account_id="A999999"),
        "duplicate_key": _set(priority="low", _loaded_at=EARLIER_LOAD),
        "missing_required_value": _set(opened_at=None),
    },
    "referrals": {
        "unknown_parent": _set(referring_account_id="A999999"),
        "missing_required_value": _set(referred_at=None),
    },
    "goal_events": {
        "unknown_enum_value": _set(step="clicked"),
        "missing_required_value": _set(visitor_id=None),
        "duplicate_key": _set(channel="direct", _loaded_at=EARLIER_LOAD),
        "value_does_not_cast": _set(occurred_at="24:00 on Monday"),
        "missing_key": _set(event_id=None),
    },
    "costs": {
        "currency_without_rate": _set(currency="SEK"),
        "value_does_not_cast": _set(amount="1.200,00"),
        "missing_required_value": _set(category=None),
        "duplicate_key": _set(vendor="Unknown", _loaded_at=EARLIER_LOAD),
    },
}
