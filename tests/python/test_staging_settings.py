"""What the vars of staging do: the clock, the zone, the currency, the share, increments."""

from __future__ import annotations

import datetime
import random
from pathlib import Path
from typing import Any

import pytest

from harness import UNTESTED, Built, Project, write_raw

RAW: dict[str, list[dict[str, Any]]] = {
    "accounts": [{"account_id": "a", "created_at": "2023-01-01"}],
    "plans": [{"plan_id": "p", "billing_interval": "month"}],
    "subscriptions": [
        {
            "subscription_id": "s",
            "account_id": "a",
            "created_at": "2024-01-01",
            "canceled_at": "2024-05-01 12:00",
            "ended_at": "2024-08-01",
            "cancel_reason": "price",
            "cancel_comment": "too much",
        }
    ],
    "subscription_changes": [
        {
            "change_id": "c",
            "subscription_id": "s",
            "effective_at": "2024-01-01",
            "plan_id": "p",
            "quantity": "1",
            "unit_amount": "10",
            "currency": "EUR",
            "status": "active",
        }
    ],
    "invoices": [
        {
            "invoice_id": "i",
            "account_id": "a",
            "issued_at": "2024-01-01",
            "paid_at": "2024-05-01",
            "amount_due": "10",
            "amount_paid": "10",
            "currency": "EUR",
            "status": "paid",
        }
    ],
    "users": [
        {
            "user_id": "u",
            "account_id": "a",
            "created_at": "2024-01-01",
            "deactivated_at": "2024-05-01",
        }
    ],
    "support_tickets": [
        {
            "ticket_id": "t",
            "account_id": "a",
            "opened_at": "2024-01-01",
            "first_response_at": "2024-04-30T23:59:00Z",
            "resolved_at": "2024-05-01",
        }
    ],
}
REPLAYED = "+stg_subscriptions +stg_invoices +stg_users +stg_support_tickets"
USAGE = (
    "+stg_usage_events +base_usage_user_days +int_user_days +int_user_day_events +int_user_sessions"
)
OWN_TESTS = ["--indirect-selection", "cautious"]


def has(built: Built, name: str) -> bool:
    """Say whether the warehouse has a table or view of that name in schema staging."""
    sql = "select count(*) from information_schema.tables where table_schema = 'staging'"
    return built.value(sql + " and table_name = ?", name) == 1


def staged(built: Built) -> dict[str, Any]:
    """Return what the as-of date may hide, of the only row of each staged table."""
    columns = {
        "subscriptions": "canceled_date, cancel_reason, cancel_comment, ended_date",
        "invoices": "paid_date, amount_paid, status",
        "users": "deactivated_date",
        "support_tickets": "first_response_at, resolved_at",
    }
    found: dict[str, Any] = {}
    for table, names in columns.items():
        (row,) = built.query(f"select {names} from staging.stg_{table}")
        found |= row
    return found


def test_what_came_after_the_as_of_date_has_not_happened(project: Project) -> None:
    def at(as_of: str) -> dict[str, Any]:
        return staged(project.build(RAW, as_of=as_of, select=REPLAYED, only_rows=True))

    before = at("2024-04-30")
    assert before == {
        "canceled_date": None,
        "cancel_reason": None,
        "cancel_comment": None,
        "ended_date": datetime.date(2024, 8, 1),
        "paid_date": None,
        "amount_paid": None,
        "status": "open",
        "deactivated_date": None,
        "first_response_at": datetime.datetime(2024, 4, 30, 23, 59),  # noqa: DTZ001
        "resolved_at": None,
    }
    on_the_day = at("2024-05-01")
    assert all(value is not None for value in on_the_day.values())
    assert on_the_day["status"] == "paid"


def test_the_as_of_date_is_the_latest_day_before_the_run(project: Project) -> None:
    stray = RAW | {
        "survey_responses": [{"response_id": "r", "responded_at": "2024-05-07T01:00:00+02:00"}],
        "usage_events": [
            {"event_id": "e", "occurred_at": "2099-01-01"},
            {"occurred_at": "2024-99"},
        ],
    }
    built = project.build(stray, select="int_as_of_date", only_rows=True)
    assert built.value("select as_of_date from intermediate.int_as_of_date") == datetime.date(
        2024, 5, 6
    )
    without = {name: RAW[name] for name in list(RAW)[:4]}
    built = project.build(without, select="int_as_of_date", only_rows=True)
    days = "select date_diff('day', as_of_date, current_date) from intermediate.int_as_of_date"
    assert built.value(days) in (1, 2)  # midnight may pass while dbt runs


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"as_of_date": "2024-02-30"}, "as_of_date '2024-02-30' is no date"),
        ({"as_of_date": "yesterday"}, "YYYY-MM-DD, today or empty"),
        ({"earliest_date": "1.1.2000"}, "earliest_date '1.1.2000' is no date"),
        ({"reporting_timezone": "Oslo"}, "reporting_timezone 'Oslo' is no IANA time zone"),
        ({"reporting_currency": "euro"}, "reporting_currency 'EURO' is no currency"),
    ],
)
def test_a_wrong_var_says_what_to_set(
    project: Project, variables: dict[str, str], words: str
) -> None:
    built = project.build(RAW, variables=variables, select=REPLAYED, check=False)
    assert not built.outcome.success
    assert any(words in problem.message for problem in built.outcome.problems)


def test_the_only_currency_in_use_is_the_reporting_one(project: Project) -> None:
    built = project.build(RAW, select="+int_reporting_currency", only_rows=True)
    assert built.query("from intermediate.int_reporting_currency") == [
        {"reporting_currency": "EUR", "currencies_in_use": "EUR"}
    ]


def test_several_currencies_stop_the_build(project: Project) -> None:
    cost = {"cost_id": "k", "incurred_on": "2024-01-01", "category": "ads", "amount": "1"}
    costs = [cost | {"currency": "usd"}, cost | {"currency": "NOK", "incurred_on": "2099-01-01"}]
    built = project.build(
        RAW | {"costs": costs},
        as_of="2024-05-01",
        select="+stg_costs",
        arguments=UNTESTED,
        check=False,
    )
    (problem,) = built.outcome.problems
    assert "several currencies are in use (EUR, USD): set the var" in problem.message
    assert not has(built, "base_costs__judged")


def test_too_many_rejected_rows_stop_all_that_is_behind(project: Project) -> None:
    account = RAW["accounts"][0]
    many = [account | {"account_id": f"a{number}"} for number in range(98)]
    raw = RAW | {"accounts": [account, *many, account | {"account_id": "x", "created_at": "x"}]}
    settings: dict[str, Any] = {
        "as_of": "2024-05-01",
        "select": "+stg_accounts",
        "arguments": OWN_TESTS,
    }
    built = project.build(raw, **settings)
    assert built.value("select count(*) from staging.stg_accounts") == 99
    raw["accounts"].append(account | {"account_id": "y", "created_at": "y"})
    built = project.build(raw, check=False, **settings)
    assert [problem.name for problem in built.outcome.problems] == ["rejected_share_accounts"]
    assert not has(built, "stg_accounts")


def test_a_table_that_is_not_used_reads_as_empty(project: Project) -> None:
    built = project.build(
        RAW,
        as_of="2024-05-01",
        variables={"using_users": False, "using_invoices": False},
        select="+raw_row_accounting",
        arguments=OWN_TESTS,
    )
    assert built.query(
        "select source_table, row_count from marts.raw_row_accounting where outcome = 'raw'"
        " and source_table in ('users', 'invoices', 'accounts') order by 1"
    ) == [
        {"source_table": "accounts", "row_count": 1},
        {"source_table": "invoices", "row_count": 0},
        {"source_table": "users", "row_count": 0},
    ]


def usage_rows(days: int, dice: random.Random) -> list[dict[str, Any]]:
    """Return events of the given number of days from 1 March 2024, some of them bad."""
    events = []
    for number in range(days * 30):
        day = datetime.datetime(2024, 3, 1) + datetime.timedelta(  # noqa: DTZ001
            minutes=dice.randrange(days * 1440)
        )
        zone = dice.choice(["", "Z", "+11:00", "-09:30"])
        events.append(
            {
                "event_id": f"e{dice.randrange(days * 25)}",
                "user_id": dice.choice(["u", "u", "u", "stranger", ""]),
                "account_id": dice.choice(["a", "a", "a", "nobody"]),
                "occurred_at": dice.choice(
                    [f" {day}{zone}"] + [f"{day}{zone}"] * 29 + ["", f"{day}x", str(day.date())]
                ),
                "event_name": dice.choice(["login", "report_viewed", "made_up", "error_shown"]),
                "_loaded_at": str(day + datetime.timedelta(number)),
            }
        )
    return events


def usage_of(built: Built) -> tuple[list[Any], ...]:
    """Return everything the incremental models hold, in an order of its own."""
    return tuple(
        sorted(tuple(map(str, row.values())) for row in built.query(f"from {table}"))
        for table in (
            "staging.base_usage_events__judged",
            "staging.base_usage_user_days",
            "staging.stg_usage_events",
            "intermediate.int_user_days",
            "intermediate.int_user_day_events",
            "intermediate.int_user_day_sessions",
            "intermediate.int_user_sessions",
        )
    )


# The longer window of the last seed is needed: a shorter one would miss some of its late events.
@pytest.mark.parametrize(("seed", "late_event_days"), [(0, 3), (1, 3), (2, 5)])
def test_increments_end_in_the_rows_of_a_full_build(
    project: Project, tmp_path: Path, seed: int, late_event_days: int
) -> None:
    events = usage_rows(20, random.Random(seed))
    variables = {
        "late_event_days": late_event_days,
        "max_rejected_share": 1,
        "reporting_timezone": "Asia/Tokyo",
    }
    # What is read again begins the window before 6 March; a zone moves an event by a day.
    first_late = f"2024-03-{6 - late_event_days + 1:02}"
    built = None
    # last day loaded, as-of date: forward, back to an earlier day, ahead of its data, forward
    # again; and from which day on some events are not loaded yet, though others of the day are
    for loaded, as_of, late_from in [
        ("2024-03-09", "2024-03-08", first_late),
        ("2024-03-10", "2024-03-06", first_late),
        ("2024-03-11", "2024-03-14", "2024-03-10"),
        ("2024-03-31", "2024-03-15", "never"),
    ]:
        known = [
            event
            for event in events
            if _day(event) <= loaded
            and not (event["event_id"].endswith("7") and _day(event) >= late_from)
        ]
        built = project.build(
            write_raw(tmp_path, RAW | {"usage_events": known}),
            as_of=as_of,
            variables=variables,
            select=USAGE,
            arguments=UNTESTED,
            onto=built,
        )
    full = project.build(
        tmp_path, as_of="2024-03-15", variables=variables, select=USAGE, arguments=UNTESTED
    )
    assert built is not None
    assert len(usage_of(full)[0]) == len(events)
    assert min(map(len, usage_of(full))) > 50
    assert usage_of(built) == usage_of(full)


def _day(event: dict[str, Any]) -> str:
    """Return the day of an event as it is written, empty where nothing is."""
    return str(event["occurred_at"]).strip()[:10]


@pytest.mark.parametrize(
    "changed", [{"reporting_timezone": "Europe/Oslo"}, {"session_gap_minutes": 45}]
)
def test_usage_of_another_kind_is_not_added(
    project: Project, tmp_path: Path, changed: dict[str, Any]
) -> None:
    events = {"usage_events": usage_rows(2, random.Random(0))}
    settings: dict[str, Any] = {
        "as_of": "2024-03-15",
        "select": USAGE,
        "arguments": ["--exclude-resource-type", "test"],
    }
    first = project.build(write_raw(tmp_path, RAW | events), **settings)
    second = project.build(tmp_path, variables=changed, onto=first, check=False, **settings)
    (problem,) = second.outcome.problems
    assert "build with --full-refresh, or into another warehouse" in problem.message
