"""Active users, sessions, seats, features and modules of an odd company, against plain Python."""

from __future__ import annotations

import datetime
import functools
import random
from dataclasses import dataclass
from typing import Any

import pytest

from harness import Built, Project
from oracle.engagement import EngagementCompany
from oracle.revenue import Rules

AS_OF = datetime.date(2024, 3, 17)
FIRST_DAY = datetime.date(2023, 1, 9)
ZONE_OFFSET = datetime.timedelta(hours=9)  # Asia/Tokyo, without summer time
CUTS = ("total", "region", "plan_tier")
TABLES = (
    "accounts",
    "plans",
    "subscriptions",
    "subscription_changes",
    "exchange_rates",
    "users",
    "usage_events",
)
EVENT_NAMES = ["login", "login", "report_viewed", "report_created", "automation_run"]
EVENT_NAMES += ["made_up", "workspace_created", "error_shown", "data_exported"]

# account, region, employees, then its states: day, plan, quantity, status
STATES: dict[str, list[tuple[str, str, str, str]]] = {
    "steady": [("2023-01-02", "silver", "4", "active")],
    "upgrade": [("2023-01-20", "silver", "2", "active"), ("2024-02-10", "gold", "6", "active")],
    "trial": [("2024-02-01", "gold", "3", "trialing")],
    "free": [("2023-06-01", "free", "1", "active")],
    "gone": [("2023-03-01", "gold", "2", "active")],
    "paused": [("2023-02-01", "gold", "5", "active"), ("2024-01-31", "gold", "5", "paused")],
    "late_payer": [("2023-02-01", "gold", "2", "active"), ("2024-01-20", "gold", "2", "past_due")],
    "flat": [("2023-04-01", "flat", "9", "active")],
    "mixed": [("2023-05-01", "half", "1.5", "active")],
    "internal": [("2023-01-02", "gold", "3", "active")],
    "lonely": [],
}
ENDED = {"gone": "2024-01-31"}
EMPLOYEES = {"steady": "40", "upgrade": "10", "gone": "7", "trial": "0", "lonely": "12"}
USERS = {f"{name}_{number}": name for name in STATES for number in (1, 2)}


def raw_tables(dice: random.Random) -> dict[str, list[dict[str, Any]]]:
    """Return the company: every kind of account with two users each, events crowding midnight."""
    return {
        "accounts": [
            {
                "account_id": name,
                "created_at": "2023-01-01",
                "region": "North" if number % 2 else "",
                "employee_count": EMPLOYEES.get(name, ""),
                "is_internal": str(name == "internal").lower(),
            }
            for number, name in enumerate(STATES)
        ],
        "plans": [
            plan | {"billing_interval": "month"}
            for plan in (
                {"plan_id": "silver", "plan_tier": "silver", "tier_rank": 1},
                {"plan_id": "gold", "plan_tier": "gold", "tier_rank": 2, "is_seat_based": "true"},
                {"plan_id": "half", "is_seat_based": ""},
                {"plan_id": "flat", "plan_tier": "gold", "is_seat_based": "false"},
                {"plan_id": "free", "plan_tier": "free", "is_free": "true"},
            )
        ],
        "subscriptions": [
            {
                "subscription_id": name,
                "account_id": name,
                "created_at": states[0][0],
                "ended_at": ENDED.get(name, ""),
            }
            for name, states in STATES.items()
            if states
        ],
        "subscription_changes": [
            {
                "change_id": f"{name}_{number}",
                "subscription_id": name,
                "effective_at": day,
                "plan_id": plan,
                "quantity": quantity,
                "unit_amount": "0" if plan == "free" else "10",
                "currency": "EUR",
                "status": status,
            }
            for name, states in STATES.items()
            for number, (day, plan, quantity, status) in enumerate(states)
        ],
        "users": [
            {"user_id": user, "account_id": account, "created_at": "2023-01-01"}
            for user, account in USERS.items()
        ],
        "usage_events": list(_events(dice)),
    }


def _events(dice: random.Random) -> list[dict[str, Any]]:
    """Return bursts of events, gaps of about half an hour, some by strangers or elsewhere."""
    events: list[dict[str, Any]] = []
    days = (AS_OF - FIRST_DAY).days + 20
    for user, home in USERS.items():
        account = home
        for _ in range(60):
            moment = datetime.datetime.combine(
                FIRST_DAY + dice.randrange(days) * datetime.timedelta(1), datetime.time()
            )
            # half of the bursts begin shortly before midnight in the reporting zone
            moment += datetime.timedelta(minutes=dice.choice([1400, dice.randrange(1440)]))
            moment -= ZONE_OFFSET
            account = dice.choice([home] * 12 + ["steady", "internal", "nobody"])
            who = dice.choice([user] * 20 + ["stranger"])
            for _ in range(dice.randrange(1, 9)):
                events.append(
                    {
                        "event_id": f"e{len(events)}",
                        "user_id": who,
                        "account_id": account,
                        "occurred_at": moment.isoformat(sep=" ", timespec="microseconds"),
                        "event_name": dice.choice(EVENT_NAMES),
                    }
                )
                moment += dice.choice(
                    [
                        datetime.timedelta(0),
                        datetime.timedelta(seconds=dice.randrange(3600)),
                        datetime.timedelta(minutes=30),
                        datetime.timedelta(minutes=30, microseconds=-1),
                        datetime.timedelta(hours=7),
                    ]
                )
    return events


@dataclass(frozen=True)
class Case:
    """A built warehouse and the oracle's view of the same staged rows."""

    built: Built
    company: EngagementCompany

    @functools.cached_property
    def daily(self) -> Any:
        """The oracle's days, worked out once."""
        return self.company.daily()

    @functools.cached_property
    def account_months(self) -> Any:
        """The oracle's months of accounts, worked out once."""
        return self.company.account_months()

    def rows(self, mart: str, keys: tuple[str, ...]) -> dict[Any, dict[str, Any]]:
        """Return a mart's rows by key, those of the cuts that the oracle makes."""
        cut = f" where segment_type in {CUTS}" if "segment_type" in keys else ""
        rows = self.built.query(f"select * from marts.{mart}{cut}")
        found = {tuple(row[key] for key in keys): row for row in rows}
        assert len(found) == len(rows), f"{mart}: {keys} is not its grain"
        return found


@pytest.fixture(scope="module")
def case(project: Project) -> Case:
    """One build in a zone far from UTC, seen as of the midst of a month."""
    built = project.build(
        raw_tables(random.Random(5)),
        as_of=AS_OF.isoformat(),
        variables={"reporting_timezone": "Asia/Tokyo", "max_rejected_share": 1},
        select=["+path:models/marts/engagement", "+fct_mrr_monthly", "stg_usage_events"],
        only_rows=True,
    )
    tables = {name: built.query(f"from staging.stg_{name}") for name in TABLES}
    tables["feature_catalogue"] = built.query("from config.feature_catalogue")
    rules = Rules(AS_OF, reporting_currency="EUR")
    gap = datetime.timedelta(minutes=30)
    return Case(built, EngagementCompany(tables, rules, ["region"], gap))


def compare(found: dict[Any, dict[str, Any]], expected: Any, names: tuple[str, ...]) -> None:
    """Every row of the mart is as counted here, and nothing is counted here that has no row."""
    wrong = {}
    for key, row in found.items():
        wanted = {name: expected.get(key, {}).get(name, 0) for name in names}
        if {name: row[name] for name in names} != wanted:
            wrong[key] = {n: (row[n], wanted[n]) for n in names if row[n] != wanted[n]}
    assert dict(list(wrong.items())[:5]) == {}
    assert {key for key, counts in expected.items() if any(counts.values())} - set(found) == set()


def test_the_company_is_odd_enough(case: Case) -> None:
    sessions = case.built.query("from intermediate.int_user_sessions")
    joined = case.built.value(
        "select count(*) from intermediate.int_midnight_sessions where is_continuation"
    )
    assert joined > 20
    assert {event["account_id"] for event in case.company.active} >= {"internal", "lonely"}
    assert any(row["session_microseconds"] == 0 for row in sessions)
    strangers = case.built.value(
        "select sum(event_count) from staging.base_usage_parents__judged"
        " where first_rule = 'unknown_parent'"
    )
    assert strangers > 20


def test_daily_users_agree(case: Case) -> None:
    rows = case.rows("fct_active_users_daily", ("activity_date", "segment_type", "segment_value"))
    compare(rows, case.daily, ("dau", "wau", "mau"))
    days = {key[0] for key in rows}
    assert min(days) == case.company.first_day
    assert max(days) == AS_OF
    assert len(days) == (AS_OF - min(days)).days + 1


def test_account_months_agree(case: Case) -> None:
    expected = case.account_months
    found = case.rows("fct_account_engagement_monthly", ("account_id", "usage_month"))
    assert set(found) == set(expected)
    compare(found, expected, tuple(next(iter(expected.values()))))
    assert {row["plan_tier"] for row in found.values()} == {"silver", "gold", "unknown"}


def test_months_agree(case: Case) -> None:
    """A month's segments are the sums of its accounts, and its users those of its last day."""
    sums: dict[Any, dict[str, Any]] = {}
    names = (
        "active_user_count",
        "activity_event_count",
        "login_count",
        "session_count",
        "session_seconds",
        "purchased_seat_count",
        "seat_user_count",
        "employee_count",
        "staff_user_count",
        "event_count_28d",
        "previous_event_count_28d",
    )
    flags = {
        "live_account_count": ["is_live"],
        "active_live_account_count": ["is_live", "is_active"],
        "weekly_live_account_count": ["is_live_in_last_week"],
        "weekly_active_live_account_count": ["is_live_in_last_week", "is_active_in_last_week"],
        "active_account_count": ["is_active"],
    }
    for (account_id, month), counts in case.account_months.items():
        for segment in case.company.segments(account_id, month):
            found = sums.setdefault((month, *segment), {})
            for name in names:
                found[name] = found.get(name, 0) + (counts[name] or 0)
            for name, needed in flags.items():
                found[name] = found.get(name, 0) + all(counts[flag] for flag in needed)
    daily = case.daily
    rows = case.rows("fct_engagement_monthly", ("usage_month", "segment_type", "segment_value"))
    compare(rows, sums, (*names, *flags))
    assert {key[0] for key in rows} == set(case.company.usage_months)
    for (month, *segment), row in rows.items():
        closing = case.company.closing_day(month)
        days = [day for day in {key[0] for key in daily} if month <= day <= closing]
        users = [daily.get((day, *segment), {}).get("dau", 0) for day in days]
        assert row["mau"] == daily.get((closing, *segment), {}).get("mau", 0)
        assert row["average_dau"] == pytest.approx(sum(users) / len(days), abs=1e-9)
        before = rows.get((later_year(month), *segment), {}).get("activity_event_count")
        assert row["previous_year_event_count"] == before


def later_year(month: datetime.date) -> datetime.date:
    return month.replace(year=month.year - 1)


@pytest.mark.parametrize(
    ("mart", "rate", "numerator", "denominator"),
    [
        ("month", "product_usage_rate", "active_live_account_count", "live_account_count"),
        (
            "month",
            "weekly_product_usage_rate",
            "weekly_active_live_account_count",
            "weekly_live_account_count",
        ),
        ("month", "stickiness_rate", "average_dau", "mau"),
        ("both", "logins_per_user", "login_count", "active_user_count"),
        ("both", "sessions_per_user", "session_count", "active_user_count"),
        ("both", "average_session_minutes", "session_seconds / 60", "session_count"),
        ("both", "minutes_per_active_user", "session_seconds / 60", "active_user_count"),
        ("both", "seat_utilisation_rate", "seat_user_count", "purchased_seat_count"),
        ("both", "staff_penetration_rate", "staff_user_count", "employee_count"),
        ("account", "feature_breadth_rate", "used_feature_count", "feature_count"),
        (
            "both",
            "usage_change_rate",
            "event_count_28d - previous_event_count_28d",
            "previous_event_count_28d",
        ),
        (
            "both",
            "usage_change_on_year_rate",
            "activity_event_count - previous_year_event_count",
            "previous_year_event_count",
        ),
        ("feature", "feature_adoption_rate", "adopting_account_count", "active_account_count"),
        ("module", "module_use_share_rate", "module_seconds", "all_modules_seconds"),
    ],
)
def test_rates_are_their_two_sides(
    case: Case, mart: str, rate: str, numerator: str, denominator: str
) -> None:
    """NULL where there is nothing to divide by; a change on the year also in a partial month."""
    names = {
        "month": ["fct_engagement_monthly"],
        "account": ["fct_account_engagement_monthly"],
        "both": ["fct_engagement_monthly", "fct_account_engagement_monthly"],
        "feature": ["fct_feature_adoption_monthly"],
        "module": ["fct_module_use_monthly"],
    }
    for name in names[mart]:
        rows = case.built.query(
            f"select {rate} as rate, cast({numerator} as double) as upper,"
            f" cast({denominator} as double) as lower, is_partial_month from marts.{name}"
        )
        is_change = rate == "usage_change_on_year_rate"
        shown = [
            row for row in rows if row["lower"] and not (is_change and row["is_partial_month"])
        ]
        assert shown
        assert [row for row in shown if abs(row["rate"] - row["upper"] / row["lower"]) > 1e-9] == []
        assert {row["rate"] for row in rows if row not in shown} <= {None}


def test_features_agree(case: Case) -> None:
    keys = ("usage_month", "feature", "segment_type", "segment_value")
    expected = case.company.feature_months()
    rows = case.rows("fct_feature_adoption_monthly", keys)
    names = ("adopting_account_count", "first_use_account_count", "feature_event_count")
    compare(rows, expected, names)
    assert {key[1] for key in rows} == case.company.features
    for (month, feature, segment_type, _), row in rows.items():
        days = [
            day
            for usage in case.company.usage.values()
            for day, names in usage.events.items()
            if day <= case.company.closing_day(month)
            and any(case.company.catalogue.get(n, {}).get("feature") == feature for n in names)
        ]
        if segment_type == "total":
            assert row["first_use_date"] == min(days, default=None)


def test_modules_agree(case: Case) -> None:
    keys = ("usage_month", "module", "segment_type", "segment_value")
    rows = case.rows("fct_module_use_monthly", keys)
    compare(rows, case.company.module_months(), ("module_seconds", "module_event_count"))
    assert {key[1] for key in rows} == case.company.modules
    shared = case.built.query(
        "select usage_month, sum(module_seconds) as parts, max(all_modules_seconds) as whole"
        " from marts.fct_module_use_monthly where segment_type = 'total' group by 1"
    )
    assert [row for row in shared if row["parts"] != row["whole"]] == []


def test_revenue_per_user_is_that_of_the_months_users(case: Case) -> None:
    rows = case.built.query(
        "select mrr_month, mrr, m.active_user_count, e.active_user_count as users, arpu"
        " from marts.fct_mrr_monthly as m left join marts.fct_engagement_monthly as e"
        " on mrr_month = usage_month and m.segment_type = e.segment_type"
        " and m.segment_value = e.segment_value"
    )
    assert all(row["active_user_count"] == row["users"] for row in rows)
    assert any(row["arpu"] for row in rows)
    for row in rows:
        if row["users"]:
            assert abs(float(row["arpu"]) - float(row["mrr"]) / row["users"]) <= 0.005 + 1e-9
        else:
            assert row["arpu"] is None
