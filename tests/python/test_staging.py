"""Every rule of the raw contract on hand-made rows, one build for all tables."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from harness import Built, Project
from toolbox.contract import read_contract

AS_OF = "2024-06-30"
OK, AHEAD = "staged", "not_yet_seen"
Row = dict[str, Any]
Cases = list[tuple[Row, str]]


def rows(key: str, cases: dict[str, tuple[Row, str]], base: Row | None = None) -> Cases:
    """Return raw rows with their keys, each with the status or the rules that are expected."""
    return [
        ({key: name, **(base or {}), **row}, expected) for name, (row, expected) in cases.items()
    ]


ACCOUNTS = rows(
    "account_id",
    {
        "good": ({"created_at": "2023-01-01"}, OK),
        "ahead": ({"created_at": "2024-07-01"}, OK),
        "bad": ({"created_at": "2023-02-30"}, "value_does_not_cast"),
        "early": ({"created_at": "1999-12-31"}, "implausible_date"),
        "first_day": ({"created_at": "2000-01-01"}, OK),
        "undated": ({}, "missing_required_value"),
        "iso": ({"created_at": "01.05.2024"}, "value_does_not_cast"),
        "slash": ({"created_at": "2024/05/01"}, "value_does_not_cast"),
        "one_digit": ({"created_at": "2024-5-1 10:00:00"}, "value_does_not_cast"),
        "noon_24": ({"created_at": "2024-05-01 24:00"}, "value_does_not_cast"),
        "zone_name": ({"created_at": "2024-05-01 10:00 CET"}, "value_does_not_cast"),
        "fraction": ({"created_at": "2023-01-01", "employee_count": "12.7"}, "value_does_not_cast"),
        "thousand": (
            {"created_at": "2023-01-01", "employee_count": "1,000"},
            "value_does_not_cast",
        ),
        "exponent": ({"created_at": "2023-01-01", "employee_count": "1e3"}, "value_does_not_cast"),
        "huge": ({"created_at": "2023-01-01", "employee_count": "9" * 10}, "value_does_not_cast"),
        "negative": ({"created_at": "2023-01-01", "employee_count": "-1"}, "negative_value"),
        "yes": ({"created_at": "2023-01-01", "is_internal": "yes"}, "value_does_not_cast"),
        "loaded": ({"created_at": "2023-01-01", "_loaded_at": "soon"}, "value_does_not_cast"),
    },
)
ACCOUNTS += [
    ({"account_id": "\t", "created_at": "2023-01-01"}, "missing_key"),
    ({"account_id": "twice", "created_at": "2023-01-01"}, OK),
    ({"account_id": "twice", "created_at": "2022-12-31"}, "duplicate_key"),
    (
        {"account_id": "reloaded", "created_at": "x", "_loaded_at": "2024-01-02"},
        "value_does_not_cast",
    ),
    ({"account_id": "reloaded", "created_at": "2023-01-01"}, "duplicate_key"),
    (
        {
            "account_id": "reloaded",
            "created_at": "2023-01-01",
            "employee_count": "-1",
            "_loaded_at": "2024-01-01",
        },
        "duplicate_key,negative_value",
    ),
]
PLANS = rows(
    "plan_id",
    {
        "gold": ({"billing_interval": " Annually ", "currency": "eur", "list_price": "0"}, OK),
        "zero": ({"billing_interval": "month", "interval_count": "0"}, "negative_value"),
        "fortnight": ({"billing_interval": "fortnight"}, "unknown_enum_value"),
        "euro": ({"billing_interval": "week", "currency": "EURO"}, "unknown_enum_value"),
        "no_interval": ({}, "missing_required_value"),
        "exact": ({"billing_interval": "day", "list_price": "123456789012.12340"}, OK),
        "too_long": ({"billing_interval": "day", "list_price": "1" * 13}, "value_does_not_cast"),
        "too_fine": ({"billing_interval": "day", "list_price": "1.00001"}, "value_does_not_cast"),
        "comma": ({"billing_interval": "day", "list_price": "1,5"}, "value_does_not_cast"),
    },
)
SUBSCRIPTIONS = rows(
    "subscription_id",
    {
        "s1": ({}, OK),
        "s2": ({"created_at": "2024-01-01 10:00", "ended_at": "2024-01-01"}, OK),
        "ended_before": ({"ended_at": "2023-12-31"}, "end_before_start"),
        "ended_1970": ({"ended_at": "1970-01-01"}, OK),
        "trial": (
            {"trial_start": "2024-01-02", "trial_end": "2024-01-01"},
            "trial_end_before_start",
        ),
        "later": ({"created_at": "2024-07-01"}, AHEAD),
        "later_orphan": ({"created_at": "2024-07-01", "account_id": "nobody"}, AHEAD),
        "orphan": ({"account_id": "nobody"}, "unknown_parent"),
        "of_rejected": ({"account_id": "bad"}, "unknown_parent"),
        "of_ahead": ({"account_id": "ahead"}, OK),
    },
    {"account_id": "good", "created_at": "2024-01-01"},
)
SUBSCRIPTIONS.append((SUBSCRIPTIONS[0][0] | {"created_at": "2024-07-01"}, AHEAD))
STATE = {
    "subscription_id": "s1",
    "plan_id": "gold",
    "quantity": "1",
    "unit_amount": "1200",
    "currency": "eur",
    "status": "Active",
}
CHANGES = rows(
    "change_id",
    {
        "c1": ({"effective_at": "2024-01-01"}, OK),
        "trialling": ({"effective_at": "2024-01-02", "status": "Trialling", "quantity": ""}, OK),
        "cancelled": ({"effective_at": "2024-01-03", "status": "CANCELLED", "currency": ""}, OK),
        "no_price": ({"effective_at": "2024-01-04", "unit_amount": ""}, "missing_required_value"),
        "no_count": (
            {"effective_at": "2024-01-04", "status": "past due", "quantity": None},
            "missing_required_value",
        ),
        "frozen": ({"effective_at": "2024-01-05", "status": "frozen"}, "unknown_enum_value"),
        "money": ({"effective_at": "2024-01-06", "quantity": "-1"}, "negative_value"),
        "discount": ({"effective_at": "2024-01-07", "discount_amount": "-1"}, "negative_value"),
        "percent": (
            {"effective_at": "2024-01-08", "discount_percent": "100.01"},
            "discount_percent_out_of_range",
        ),
        "free": ({"effective_at": "2024-01-09", "discount_percent": "100"}, OK),
        "usd": ({"effective_at": "2024-01-10", "currency": "USD"}, OK),
        "nok": ({"effective_at": "2024-01-11", "currency": "NOK"}, "currency_without_rate"),
        "no_plan": ({"effective_at": "2024-01-12", "plan_id": "zero"}, "unknown_parent"),
        "no_sub": ({"effective_at": "2024-01-13", "subscription_id": "orphan"}, "unknown_parent"),
        "half_a_seat": ({"effective_at": "2024-01-14", "quantity": "0.5"}, OK),
        "for_nothing": ({"effective_at": "2024-01-15", "unit_amount": "0"}, OK),
        "old": ({"effective_at": "1970-01-01"}, "implausible_date"),
        "instant_a": ({"effective_at": "2024-02-01"}, "two_states_at_one_instant"),
        "instant_b": ({"effective_at": "2024-02-01T00:00:00Z"}, OK),
        "instant_c": ({"effective_at": "2024-02-01", "status": "x"}, "unknown_enum_value"),
        "loaded_a": ({"effective_at": "2024-03-01", "_loaded_at": "2024-03-02"}, OK),
        "loaded_b": ({"effective_at": "2024-03-01"}, "two_states_at_one_instant"),
        "next": ({"effective_at": "2024-07-01"}, AHEAD),
        "next_orphan": ({"effective_at": "2024-07-02", "plan_id": "zero"}, AHEAD),
        "next_twin": ({"effective_at": "2024-07-01"}, AHEAD),
        "of_later": ({"effective_at": "2024-01-01", "subscription_id": "later"}, AHEAD),
        "many": (
            {"effective_at": "?", "plan_id": "", "quantity": "-1", "discount_percent": "101"},
            ",".join(
                [
                    "value_does_not_cast",
                    "missing_required_value",
                    "negative_value",
                    "discount_percent_out_of_range",
                ]
            ),
        ),
    },
    STATE,
)
CHANGES += [
    (STATE | {"change_id": "ahead_twice", "effective_at": "2024-08-01"}, AHEAD),
    (STATE | {"change_id": "ahead_twice", "effective_at": "2024-08-02"}, AHEAD),
]
RATES = [
    ({"rate_month": "2024-01-15", "currency": "usd", "rate_to_reporting": "0.123456785"}, OK),
    ({"rate_month": "2024-01", "currency": "usd", "rate_to_reporting": "1"}, "value_does_not_cast"),
    ({"rate_month": "2024-01-01", "currency": "USD", "rate_to_reporting": "0.9"}, "duplicate_key"),
    ({"rate_month": "2030-01-01", "currency": "USD", "rate_to_reporting": "0.9"}, OK),
    ({"rate_month": "2024-01-01", "currency": "NOK", "rate_to_reporting": "0"}, "negative_value"),
    ({"rate_month": "2024-01-01", "rate_to_reporting": "1"}, "missing_key"),
    ({"rate_month": "2024-02-01", "currency": "USD"}, "missing_required_value"),
]
INVOICE = {
    "account_id": "good",
    "issued_at": "2024-01-01",
    "amount_due": "10",
    "currency": "EUR",
    "status": "open",
}
INVOICES = rows(
    "invoice_id",
    {
        "i1": ({"subscription_id": "s1", "status": "Paid", "amount_paid": "10"}, OK),
        "credit": ({"amount_due": "-10", "tax_amount": "-2"}, OK),
        "gift": ({"amount_due": "0", "amount_paid": "5"}, "paid_without_amount_due"),
        "no_due": (
            {"amount_due": "", "amount_paid": "5"},
            "missing_required_value,paid_without_amount_due",
        ),
        "period": (
            {"period_start": "2024-02-01", "period_end": "2024-01-01"},
            "end_before_start",
        ),
        "no_sub": ({"subscription_id": "nothing"}, "unknown_parent"),
        "of_later": ({"subscription_id": "later"}, AHEAD),
        "lost": ({"status": "lost"}, "unknown_enum_value"),
        "nok": ({"currency": "NOK"}, "currency_without_rate"),
        "later": ({"issued_at": "2024-07-01 00:00"}, AHEAD),
    },
    INVOICE,
)
COSTS = rows(
    "cost_id",
    {
        "k1": ({"amount": "-5"}, OK),
        "nok": ({"amount": "5", "currency": "NOK"}, "currency_without_rate"),
        "later": ({"amount": "5", "incurred_on": "2024-07-01"}, AHEAD),
        "orphan": ({"amount": "5", "account_id": "nobody"}, "unknown_parent"),
        "empty": ({}, "missing_required_value"),
    },
    {"incurred_on": "2024-01-01", "category": "ads", "currency": "EUR"},
)
USERS = rows(
    "user_id",
    {
        "u1": ({}, OK),
        "u2": ({"created_at": "2024-07-01", "account_id": "first_day"}, OK),
        "orphan": ({"account_id": "nobody"}, "unknown_parent"),
    },
    {"account_id": "good", "created_at": "2023-01-01"},
)
INVITATIONS = rows(
    "invitation_id",
    {
        "v1": ({}, OK),
        "other": ({"survey_type": "mood"}, "unknown_enum_value"),
        "no_user": ({"user_id": "nobody"}, "unknown_parent"),
        "later": ({"sent_at": "2024-07-01"}, AHEAD),
    },
    {"account_id": "good", "survey_type": "NPS", "sent_at": "2024-01-01"},
)
ANSWERS = rows(
    "response_id",
    {
        "r1": ({"invitation_id": "v1", "user_id": "u1"}, OK),
        "eleven": ({"score": "11"}, "score_off_scale"),
        "half": ({"score": "-0.5"}, "score_off_scale"),
        "csat": ({"survey_type": "csat", "score": "0"}, "score_off_scale"),
        "unasked": ({"invitation_id": "nothing"}, "unknown_parent"),
        "asked_later": ({"invitation_id": "later"}, AHEAD),
        "mood": ({"survey_type": "mood", "score": "99"}, "unknown_enum_value"),
        "none": ({"score": ""}, "missing_required_value"),
    },
    {"account_id": "good", "survey_type": "nps", "score": "10", "responded_at": "2024-01-02"},
)
TICKETS = rows(
    "ticket_id",
    {
        "t1": ({"resolved_at": "2024-01-02", "first_response_at": "2024-01-03"}, OK),
        "back": ({"resolved_at": "2024-01-01 09:59"}, "end_before_start"),
        "minus": ({"agent_interactions": "-1"}, "negative_value"),
        "later": ({"opened_at": "2024-06-30T23:59:59-01:00"}, AHEAD),
    },
    {"account_id": "good", "opened_at": "2024-01-01 10:00"},
)
REFERRALS = rows(
    "referral_id",
    {
        "f1": ({}, OK),
        "f2": ({"referred_account_id": "ahead"}, OK),
        "stranger": ({"referred_account_id": "nobody"}, "unknown_parent"),
    },
    {"referring_account_id": "good", "referred_at": "2024-01-01"},
)
GOALS = rows(
    "event_id",
    {
        "g1": ({"step": "Exposed"}, OK),
        "step": ({"step": "clicked"}, "unknown_enum_value"),
        "blank": ({"step": " "}, "missing_required_value"),
    },
    {"visitor_id": "w", "goal": "demo", "occurred_at": "2024-01-01"},
)
USAGE = rows(
    "event_id",
    {
        "e1": ({}, OK),
        "orphan": ({"account_id": "nobody"}, "unknown_parent"),
        "no_user": ({"user_id": "nobody"}, "unknown_parent"),
        "other": ({"user_id": "u2"}, OK),
        "later": ({"occurred_at": "2024-07-01"}, AHEAD),
        "later_bad": ({"occurred_at": "2024-07-01", "user_id": ""}, AHEAD),
        "when": ({"occurred_at": "now"}, "value_does_not_cast"),
        "old": ({"occurred_at": "1999-12-31"}, "implausible_date"),
        "what": ({"event_name": ""}, "missing_required_value"),
        "early": ({"occurred_at": "2022-12-31"}, OK),
    },
    {
        "user_id": "u1",
        "account_id": "good",
        "occurred_at": "2024-01-01 10:00",
        "event_name": "login",
    },
)
EVENT = USAGE[0][0]
USAGE += [
    (EVENT | {"event_id": "again", "occurred_at": "2024-01-05 10:00"}, OK),
    (EVENT | {"event_id": "again", "occurred_at": "2024-01-05 09:00"}, "duplicate_key"),
    (EVENT | {"event_id": "again", "occurred_at": "2024-01-06"}, OK),
    (EVENT | {"event_id": "again", "occurred_at": "-"}, "value_does_not_cast"),
    (EVENT | {"event_id": "again", "occurred_at": "-"}, "value_does_not_cast"),
]
CASES: dict[str, Cases] = {
    "accounts": ACCOUNTS,
    "plans": PLANS,
    "subscriptions": SUBSCRIPTIONS,
    "subscription_changes": CHANGES,
    "invoices": INVOICES,
    "exchange_rates": RATES,
    "users": USERS,
    "usage_events": USAGE,
    "survey_invitations": INVITATIONS,
    "survey_responses": ANSWERS,
    "support_tickets": TICKETS,
    "referrals": REFERRALS,
    "goal_events": GOALS,
    "costs": COSTS,
}
RAW = {table: [row for row, _ in cases] for table, cases in CASES.items()}
STAGING = "+raw_row_accounting +rejected_rows path:models/staging path:tests/definitions/staging"
VARIABLES = {"reporting_currency": "EUR", "max_rejected_share": 1, "max_mrr_at_doubt_share": 1}


@pytest.fixture(scope="module")
def built(project: Project) -> Built:
    """Judge all rows as of 30 June 2024, in UTC."""
    return project.build(
        RAW,
        as_of=AS_OF,
        variables=VARIABLES,
        select=STAGING,
        arguments=["--indirect-selection", "cautious"],
    )


def expected_outcomes(table: str) -> dict[tuple[str, str], int]:
    """Count the expected rows of a table by outcome and first rule."""
    counts: dict[tuple[str, str], int] = {}
    for _, expected in CASES[table]:
        known = expected in (OK, AHEAD)
        place = (expected, "all") if known else ("rejected", expected.split(",")[0])
        counts[place] = counts.get(place, 0) + 1
    return counts


@pytest.mark.parametrize("table", [table for table in CASES if table != "usage_events"])
def test_each_row_breaks_the_rules_it_should(built: Built, table: str) -> None:
    key = read_contract()[table].column_names[0]
    found = built.query(
        f"select {key} as key, row_status, first_rule, broken_rules"
        f" from staging.base_{table}__judged"
    )
    short = sorted(
        (
            str(row["key"] or ""),
            row["broken_rules"] if row["row_status"] == "rejected" else row["row_status"],
        )
        for row in found
    )
    wanted = sorted((_key(row.get(key)), expected) for row, expected in CASES[table])
    if table == "exchange_rates":  # its key is typed: a month that does not cast is none
        assert sorted(rule for _, rule in short) == sorted(rule for _, rule in wanted)
    else:
        assert short == wanted
    assert all(row["first_rule"] == (row["broken_rules"].split(",")[0] or None) for row in found)


def _key(value: object) -> str:
    return str(value or "").strip()


@pytest.mark.parametrize("table", CASES)
def test_every_row_is_accounted_for_once(built: Built, table: str) -> None:
    counted = {
        (row["outcome"], row["rule"]): row["row_count"]
        for row in built.query(
            "select outcome, rule, row_count from marts.raw_row_accounting"
            " where source_table = ? and outcome <> 'suspicious' and row_count > 0",
            table,
        )
    }
    assert counted.pop(("raw", "all")) == len(CASES[table])
    assert counted == expected_outcomes(table)


def test_rows_not_yet_seen_are_judged_all_the_same(built: Built) -> None:
    found = built.query(
        "select change_id, broken_rules from staging.base_subscription_changes__judged"
        " where row_status = 'not_yet_seen'"
    )
    assert sorted((row["change_id"], row["broken_rules"]) for row in found) == [
        ("ahead_twice", ""),
        ("ahead_twice", "duplicate_key"),
        ("next", "two_states_at_one_instant"),
        ("next_orphan", "unknown_parent"),
        ("next_twin", ""),
        ("of_later", ""),
    ]


def test_suspicious_rows_stay_and_are_counted(built: Built) -> None:
    found = built.query(
        "select source_table, rule, row_count from marts.raw_row_accounting"
        " where outcome = 'suspicious'"
    )
    assert {(row["source_table"], row["rule"]): row["row_count"] for row in found} == {
        ("subscriptions", "implausible_date"): 1,
        ("support_tickets", "first_response_after_resolution"): 1,
        ("usage_events", "account_not_of_user"): 1,
        ("usage_events", "before_account"): 1,
    }


def test_values_are_normalised(built: Built) -> None:
    assert built.query(
        "select billing_interval, currency from staging.base_plans__judged where plan_id = 'gold'"
    ) == [{"billing_interval": "year", "currency": "EUR"}]
    assert built.query(
        "select rate_month, currency, rate_to_reporting from staging.stg_exchange_rates"
        " order by rate_month"
    ) == [
        {
            "rate_month": datetime.date(2024, 1, 1),
            "currency": "USD",
            "rate_to_reporting": Decimal("0.12345679"),
        },
        {
            "rate_month": datetime.date(2030, 1, 1),
            "currency": "USD",
            "rate_to_reporting": Decimal("0.9"),
        },
    ]


def test_rejected_rows_hold_the_raw_row(built: Built) -> None:
    (row,) = built.query(
        "select source_key, raw_row from staging.rejected_rows"
        " where source_table = 'plans' and source_key = 'comma'"
    )
    assert '"list_price":"1,5"' in row["raw_row"].replace(": ", ":")
    orphan = built.value(
        "select raw_row from staging.rejected_rows"
        " where source_table = 'usage_events' and source_key = 'orphan'"
    )
    assert '"account_id":"nobody"' in orphan.replace(": ", ":")
