"""The decisions on raw rows, each with the numbers of its example in DECISIONS.md."""

from __future__ import annotations

import datetime
from collections import Counter
from decimal import Decimal

import pytest

from harness import Built, Project

DAY = "2024-05-31"
STATE = {
    "subscription_id": "s1",
    "plan_id": "gold",
    "quantity": 1,
    "unit_amount": "100.00",
    "currency": "USD",
    "status": "active",
}
INVOICE = {
    "account_id": "a1",
    "issued_at": "2024-05-01",
    "amount_due": "100.00",
    "currency": "USD",
    "status": "open",
}
ANSWER = {"account_id": "a1", "survey_type": "nps", "score": 9, "responded_at": "2024-06-01"}
RAW = {
    "accounts": [
        {"account_id": "a1", "created_at": DAY},
        {"account_id": "a2", "created_at": "2024-06-01"},
        {"account_id": "a3", "created_at": "2024-06-01T03:30:00Z"},
    ],
    "plans": [
        {"plan_id": "gold", "billing_interval": "Annually"},
        {"plan_id": "odd", "billing_interval": "fortnight"},
    ],
    "subscriptions": [{"subscription_id": "s1", "account_id": "a1", "created_at": DAY}],
    "subscription_changes": [
        STATE | {"change_id": "good", "effective_at": DAY},
        STATE | {"change_id": "comma", "effective_at": "2024-06-01", "unit_amount": "1,200.00"},
        STATE | {"change_id": "odd_plan", "effective_at": "2024-06-02", "plan_id": "odd"},
        STATE | {"change_id": "older", "effective_at": "2024-06-03", "_loaded_at": "2024-06-03"},
        STATE | {"change_id": "newer", "effective_at": "2024-06-03", "_loaded_at": "2024-06-04"},
        STATE | {"change_id": "ahead", "effective_at": "2024-07-01"},
    ],
    "invoices": [
        INVOICE | {"invoice_id": "7", "_loaded_at": "2024-06-01"},
        INVOICE | {"invoice_id": "7", "_loaded_at": "2024-06-02", "amount_due": "120.00"},
        INVOICE | {"invoice_id": "8", "issued_at": "1970-01-01"},
        INVOICE | {"invoice_id": "9", "due_at": "1970-01-01"},
        INVOICE | {"invoice_id": "first_day", "issued_at": "1999-12-31"},
        INVOICE | {"invoice_id": "day_before", "issued_at": "1999-12-30"},
    ],
    "survey_invitations": [
        {"invitation_id": "i1", "account_id": "a1", "survey_type": "nps", "sent_at": DAY}
    ],
    "survey_responses": [
        ANSWER | {"response_id": "no_users_file", "user_id": "u1", "invitation_id": "i1"},
        ANSWER | {"response_id": "no_such_invitation", "invitation_id": "i2"},
    ],
}


@pytest.fixture(scope="module")
def judged(project: Project) -> Built:
    """RAW, judged as of 30 June 2024 in New York."""
    return project.build(
        RAW,
        as_of="2024-06-30",
        variables={
            "reporting_currency": "USD",
            "reporting_timezone": "America/New_York",
            "earliest_date": "1999-12-31",
            "max_rejected_share": 1,
        },
        select="+base_subscription_changes__judged +base_invoices__judged"
        " +base_survey_responses__judged",
    )


def rules(judged: Built, table: str, key: str) -> list[tuple[str, str, str | None]]:
    """Return (key, row_status, first_rule) of the rows of a judged table, sorted."""
    rows = judged.query(f"select {key}, row_status, first_rule from staging.base_{table}__judged")
    return sorted((row[key], row["row_status"], row["first_rule"]) for row in rows)


def test_days_are_days_of_the_reporting_zone_and_a_date_is_not_moved(judged):
    rows = judged.query("select account_id, created_date from staging.base_accounts__judged")
    days = {row["account_id"]: row["created_date"] for row in rows}
    may, june = datetime.date(2024, 5, 31), datetime.date(2024, 6, 1)
    assert days == {"a1": may, "a2": june, "a3": may}


def test_every_row_is_staged_rejected_or_not_yet_seen(judged):
    outcomes = Counter(
        status for _, status, _ in rules(judged, "subscription_changes", "change_id")
    )
    assert outcomes == {"staged": 2, "rejected": 3, "not_yet_seen": 1}
    assert sum(outcomes.values()) == len(RAW["subscription_changes"])


def test_a_value_that_is_none_of_its_type_rejects_the_row(judged):
    found = rules(judged, "subscription_changes", "change_id")
    assert ("comma", "rejected", "value_does_not_cast") in found


def test_an_unknown_interval_rejects_the_plan_and_what_is_on_it(judged):
    assert rules(judged, "plans", "plan_id") == [
        ("gold", "staged", None),
        ("odd", "rejected", "unknown_enum_value"),
    ]
    interval = "select billing_interval from staging.base_plans__judged where plan_id = 'gold'"
    assert judged.value(interval) == "year"
    found = rules(judged, "subscription_changes", "change_id")
    assert ("odd_plan", "rejected", "unknown_parent") in found


def test_of_duplicates_the_one_loaded_last_stays(judged):
    rows = judged.query(
        "select amount_due, row_status, first_rule from staging.base_invoices__judged"
        " where invoice_id = '7' order by amount_due"
    )
    assert [tuple(row.values()) for row in rows] == [
        (Decimal(100), "rejected", "duplicate_key"),
        (Decimal(120), "staged", None),
    ]


def test_of_two_states_at_one_instant_the_one_loaded_last_stays(judged):
    found = rules(judged, "subscription_changes", "change_id")
    assert ("newer", "staged", None) in found
    assert ("older", "rejected", "two_states_at_one_instant") in found


def test_an_impossible_date_rejects_only_where_it_places_the_row(judged):
    found = rules(judged, "invoices", "invoice_id")
    assert ("8", "rejected", "implausible_date") in found
    assert ("9", "staged", None) in found
    due = "select due_date from staging.base_invoices__judged where invoice_id = '9'"
    assert judged.value(due) is None


def test_the_earliest_date_is_the_first_that_is_possible(judged):
    found = rules(judged, "invoices", "invoice_id")
    assert ("first_day", "staged", None) in found
    assert ("day_before", "rejected", "implausible_date") in found


def test_an_optional_table_without_rows_judges_nobody(judged):
    assert rules(judged, "survey_responses", "response_id") == [
        ("no_such_invitation", "rejected", "unknown_parent"),
        ("no_users_file", "staged", None),
    ]
