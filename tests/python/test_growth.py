"""Trials, free plans, onboarding, goals and referrals of whole companies, against plain Python."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness import Built, Project, query
from oracle.growth import Counts, GrowthCompany
from oracle.revenue import Rules

CUTS = ("total", "region", "plan_tier")
TABLES = (
    "accounts",
    "plans",
    "subscriptions",
    "subscription_changes",
    "exchange_rates",
    "users",
    "usage_events",
    "goal_events",
    "referrals",
)
SEEDS = ("onboarding_steps", "conversion_goals")
AS_OF = "2024-06-17"
SEGMENT = ("segment_type", "segment_value")

TRIALS: list[dict[str, Any]] = [
    # window of 14 March + 30 days: 13 April is its last day
    {"name": "last_day", "start": "2024-03-01", "end": "2024-03-14", "paid": "2024-04-13"},
    {"name": "too_late", "start": "2024-03-01", "end": "2024-03-14", "paid": "2024-04-14"},
    {"name": "same_day", "start": "2024-03-01", "end": "2024-03-14", "paid": "2024-03-01"},
    {"name": "no_dates", "paid": "2024-03-20"},
    {"name": "no_end", "start": "2024-03-03"},
    {"name": "cut", "start": "2024-02-29", "ended": "2024-03-10"},
    # 18 May + 30 days is the as-of date, 19 May a day more
    {"name": "decided", "start": "2024-05-04", "end": "2024-05-18"},
    {"name": "open", "start": "2024-05-04", "end": "2024-05-19"},
    {"name": "open_won", "start": "2024-05-04", "end": "2024-05-19", "paid": "2024-06-01"},
    {"name": "today", "start": "2024-06-17", "end": "2024-07-01"},
    {"name": "tomorrow", "start": "2024-06-18", "end": "2024-07-01"},
    {"name": "by_other", "start": "2024-03-01", "end": "2024-03-14", "other": "2024-03-05"},
    {"name": "add_on", "start": "2024-03-01", "end": "2024-03-14", "paid": "2024-03-15"}
    | {"other": "2024-02-29"},
    {"name": "add_on_no", "start": "2024-03-01", "end": "2024-03-14", "other": "2024-01-01"},
    {"name": "lost_then", "start": "2024-03-01", "end": "2024-03-14", "other": "2024-01-01"}
    | {"other_ended": "2024-03-01"},
    {"name": "lost_before", "start": "2024-03-01", "end": "2024-03-14", "other": "2024-01-01"}
    | {"other_ended": "2024-02-29"},
    {"name": "own", "start": "2024-03-01", "end": "2024-03-14", "paid": "2024-03-15"},
]
# account, then its states: day, plan, status
FREE: dict[str, list[tuple[str, str, str]]] = {
    "free_held": [("2024-01-20", "free", "active")],
    "free_won": [("2024-02-01", "free", "active"), ("2024-03-31", "gold", "active")],
    "free_won_first": [("2024-02-10", "free", "active"), ("2024-03-01", "gold", "active")],
    "free_same_month": [("2024-02-10", "free", "active"), ("2024-02-20", "gold", "active")],
    "free_fell": [("2024-02-10", "gold", "active"), ("2024-03-10", "free", "active")],
    "free_back": [
        ("2024-02-10", "gold", "active"),
        ("2024-03-10", "gold", "paused"),
        ("2024-03-11", "free", "active"),
        ("2024-03-20", "gold", "active"),
    ],
    "free_paused": [("2024-02-10", "free", "active"), ("2024-02-20", "free", "paused")],
    "free_twice": [
        ("2024-02-10", "free", "active"),
        ("2024-03-05", "free", "paused"),
        ("2024-03-25", "free", "active"),
    ],
    "free_on_trial": [("2024-02-10", "free", "trialing"), ("2024-06-10", "gold", "active")],
    "own_free": [("2024-02-10", "free", "active")],
}
# account, day of sign-up, day of each step
STARTED: list[tuple[str, str, list[str]]] = [
    ("step_edges", "2024-03-01", ["2024-03-04", "2024-03-08", "2024-03-15", "2024-03-31"]),
    ("step_late", "2024-03-01", ["2024-03-05", "2024-03-09", "2024-03-16", "2024-04-01"]),
    ("step_skips", "2024-03-01", ["", "2024-03-02", "", "2024-03-10"]),
    ("step_early", "2024-03-02", ["2024-02-28", "2024-03-02", "2024-03-03", "2024-03-04"]),
    ("step_none", "2024-03-31", []),
    ("step_waits", "2024-06-14", ["2024-06-14"]),
    ("step_open", "2024-06-15", []),
    ("step_after", "2024-06-18", []),
    ("own_steps", "2024-03-01", ["2024-03-01"]),
    ("step_before", "2024-01-31", ["2024-02-01"]),
]
STEPS = ("workspace_created", "data_imported", "user_invited", "report_created")
# visitor, goal, step, when, channel, account
GOALS: list[tuple[str, str, str, str, str, str]] = [
    ("v1", "webinar", "exposed", "2024-03-31 23:00:00", "ads", ""),
    ("v1", "webinar", "completed", "2024-04-01 01:00:00", "mail", "free_held"),
    ("v1", "webinar", "exposed", "2024-04-02 01:00:00", "mail", ""),
    ("v2", "webinar", "exposed", "2024-03-10 10:00:00", "ads", ""),
    ("v2", "webinar", "exposed", "2024-03-11 10:00:00", "mail", ""),
    ("v2", "webinar", "completed", "2024-03-11 10:00:00", "mail", ""),
    ("v2", "webinar", "completed", "2024-03-12 10:00:00", "mail", ""),
    ("v3", "webinar", "completed", "2024-03-01 10:00:00", "ads", ""),
    ("v3", "webinar", "exposed", "2024-03-01 10:00:01", "", ""),
    ("v3", "own_goal", "exposed", "2024-03-01 10:00:01", "", ""),
    ("v4", "webinar", "exposed", "2024-03-01 10:00:01", "ads", ""),
    ("v4", "webinar", "completed", "2024-03-05 10:00:01", "ads", "own"),
    ("v5", "webinar", "exposed", "2024-06-17 10:00:01", "ads", ""),
    ("v5", "webinar", "completed", "2024-06-18 10:00:01", "ads", ""),
]
# who referred, whom, when
REFERRALS: list[tuple[str, str, str]] = [
    ("add_on", "same_day", "2024-03-01"),
    ("add_on", "same_day", "2024-02-20"),
    ("free_held", "same_day", "2024-03-02"),
    ("free_held", "too_late", "2024-04-01"),
    ("free_held", "decided", "2024-05-01"),
    ("add_on_no", "", "2024-05-01"),
    ("add_on_no", "tomorrow", "2024-05-02"),
    ("add_on_no", "step_after", "2024-05-02"),
    ("add_on_no", "add_on_no", "2024-05-02"),
    ("own", "same_day", "2024-02-20"),
    ("last_day", "own", "2024-03-20"),
    ("last_day", "free_won", "2024-06-18"),
    ("lost_before", "lost_then", "2024-01-01"),
]


def odd_company() -> dict[str, list[dict[str, Any]]]:
    """Return the raw rows: one account for each thing that may be miscounted."""
    accounts: dict[str, str] = {}
    subscriptions: list[dict[str, Any]] = []
    changes: list[dict[str, Any]] = []

    def change(subscription: str, day: str, plan: str, status: str) -> None:
        changes.append(
            {
                "change_id": f"c{len(changes)}",
                "subscription_id": subscription,
                "effective_at": day,
                "plan_id": plan,
                "quantity": 1,
                "unit_amount": 0 if plan == "free" else 10,
                "currency": "EUR",
                "status": status,
            }
        )

    def subscribe(name: str, account: str, created: str, **more: object) -> None:
        accounts.setdefault(account, created)
        subscriptions.append(
            {"subscription_id": name, "account_id": account, "created_at": created} | more
        )

    for number, trial in enumerate(TRIALS):
        name, start = trial["name"], trial.get("start", "2024-03-03")
        subscribe(
            name,
            name,
            min(start, AS_OF),
            trial_start=trial.get("start"),
            trial_end=trial.get("end"),
            ended_at=trial.get("ended"),
            canceled_at=trial.get("ended"),
        )
        if trial.get("paid") != start:
            change(name, start, "gold" if number % 2 else "silver", "trialing")
        if "paid" in trial:
            change(name, trial["paid"], "gold", "active")
        if "other" in trial:
            ended = trial.get("other_ended")
            subscribe(f"{name}_2", name, trial["other"], ended_at=ended, canceled_at=ended)
            change(f"{name}_2", trial["other"], "silver", "active")
    for account, states in FREE.items():
        subscribe(account, account, states[0][0])
        for day, plan, status in states:
            change(account, day, plan, status)
    accounts |= {account: day for account, day, _ in STARTED}
    return {
        "accounts": [
            {
                "account_id": name,
                "created_at": day,
                "region": ["North", "South", ""][number % 3],
                "is_internal": "true" if name.startswith("own") else "false",
            }
            for number, (name, day) in enumerate(accounts.items())
        ],
        "plans": [
            {"plan_id": "gold", "plan_tier": "gold", "tier_rank": 2, "billing_interval": "month"},
            {"plan_id": "silver", "plan_tier": "silver", "billing_interval": "month"},
            {"plan_id": "free", "billing_interval": "month", "is_free": "true"},
        ],
        "subscriptions": subscriptions,
        "subscription_changes": changes,
        "usage_events": [
            {
                "event_id": f"{account}_{step}_{again}",
                "user_id": account,
                "account_id": account,
                "occurred_at": f"{day} 23:59:59",
                "event_name": step,
            }
            for account, _, days in STARTED
            for step, day in zip(STEPS, days, strict=False)
            for again in (1, 2)
            if day
        ],
        "goal_events": [
            {
                "event_id": f"g{number}",
                "visitor_id": visitor,
                "goal": goal,
                "step": step,
                "occurred_at": when,
                "channel": channel,
                "account_id": account,
            }
            for number, (visitor, goal, step, when, channel, account) in enumerate(GOALS)
        ],
        "referrals": [
            {
                "referral_id": f"r{number}",
                "referring_account_id": referring,
                "referred_account_id": referred,
                "referred_at": day,
            }
            for number, (referring, referred, day) in enumerate(REFERRALS)
        ],
    }


@dataclass(frozen=True)
class Case:
    """A built warehouse and the oracle's view of the same staged rows."""

    warehouse: Path
    company: GrowthCompany

    def rows(self, mart: str, keys: Sequence[str], values: Sequence[str]) -> dict[Any, Any]:
        """Return a mart's rows, those of the cuts that the oracle makes, values by key."""
        names = ", ".join((*keys, *values))
        where = f" where segment_type in {CUTS}" if "segment_type" in keys else ""
        rows = query(self.warehouse, f"select {names} from marts.{mart}{where}")
        found = {
            tuple(row[key] for key in keys): tuple(row[name] for name in values) for row in rows
        }
        assert len(found) == len(rows), f"{mart}: {keys} is not its grain"
        return found


def make_case(warehouse: Path, as_of: datetime.date) -> Case:
    (currency,) = query(warehouse, "select * from intermediate.int_reporting_currency")
    rules = Rules(as_of, reporting_currency=currency["reporting_currency"])
    tables = {name: query(warehouse, f"select * from staging.stg_{name}") for name in TABLES}
    seeds = {name: query(warehouse, f"select * from config.{name}") for name in SEEDS}
    return Case(warehouse, GrowthCompany(tables, seeds, rules, ["region"]))


@pytest.fixture(scope="module")
def odd(project: Project) -> Built:
    return project.build(
        odd_company(),
        as_of=AS_OF,
        # the identities, and so every mart of growth
        select="+path:tests/definitions/growth",
        arguments=["--exclude", "test_type:generic"],
    )


@pytest.fixture(scope="module", params=["odd_company", "demo"])
def case(request: pytest.FixtureRequest) -> Case:
    """A company of edges, then the demo company."""
    if request.param == "demo":
        demo = request.getfixturevalue("demo_warehouse")
        (day,) = query(demo, "select * from intermediate.int_as_of_date")
        return make_case(demo, day["as_of_date"])
    return make_case(request.getfixturevalue("odd").warehouse, datetime.date.fromisoformat(AS_OF))


def compare(found: dict[Any, Any], expected: Counts, names: Sequence[str]) -> None:
    """Every row of the mart is as counted here, and nothing is counted here that has no row."""
    wanted = {key: tuple(expected.get(key, {}).get(name, 0) for name in names) for key in found}
    wrong = {key: (row, wanted[key]) for key, row in found.items() if row != wanted[key]}
    assert wrong == {}
    counted = {key for key, sums in expected.items() if any(sums.values())}
    assert counted, "nothing to count: the case shows nothing"
    assert counted - set(found) == set()


def test_trials_agree(case: Case) -> None:
    values = (
        "account_id",
        "trial_start_date",
        "trial_end_date",
        "conversion_window_end_date",
        "plan_id",
        "plan_tier",
        "is_add_on",
        "conversion_date",
        "is_matured",
    )
    expected = {
        (name,): (
            trial.account_id,
            trial.start,
            trial.end,
            trial.window_end,
            trial.plan_id,
            trial.plan_tier,
            trial.is_add_on,
            trial.converted_on,
            trial.is_matured,
        )
        for name, trial in case.company.trials().items()
    }
    found = case.rows("fct_trials", ["subscription_id"], values)
    assert {key: row for key, row in found.items() if row != expected.get(key)} == {}
    assert set(found) == set(expected)
    outcomes = {(row[6], row[7] is not None, row[8]) for row in found.values()}
    # add-ons or not, won, lost and open: won is always decided
    assert len(outcomes) >= 5


def test_trial_cohorts_agree(case: Case) -> None:
    names = (
        "trial_count",
        "converted_trial_count",
        "open_trial_count",
        "add_on_trial_count",
        "converted_add_on_trial_count",
    )
    keys = ("cohort_month", *SEGMENT)
    expected = case.company.trial_cohorts()
    compare(case.rows("fct_trial_conversion_monthly", keys, names), expected, names)


@pytest.mark.parametrize("period_type", ["quarter", "fiscal_year"])
def test_trials_of_periods_agree(case: Case, period_type: str) -> None:
    names = ("trial_count", "converted_trial_count", "open_trial_count")
    months = 3 if period_type == "quarter" else 12
    expected: Counts = {}
    for (month, *segment), sums in case.company.trial_cohorts().items():
        start = datetime.date(month.year, (month.month - 1) // months * months + 1, 1)
        total = expected.setdefault((period_type, start, *segment), dict.fromkeys(names, 0))
        for name in names:
            total[name] += sums.get(name, 0)
    keys = ("period_type", "period_start_date", *SEGMENT)
    rows = case.rows("fct_retention_by_period", keys, names)
    compare({key: row for key, row in rows.items() if key[0] == period_type}, expected, names)


def test_freemium_agrees(case: Case) -> None:
    names = (
        "free_plan_account_count",
        "opening_free_plan_account_count",
        "started_free_plan_account_count",
        "converted_free_plan_account_count",
    )
    keys = ("mrr_month", *SEGMENT)
    expected = case.company.freemium()
    compare(case.rows("fct_freemium_conversion_monthly", keys, names), expected, names)
    assert any(sums["converted_free_plan_account_count"] for sums in expected.values())


def test_funnel_agrees(case: Case) -> None:
    names = (
        "signed_up_account_count",
        "entered_account_count",
        "reached_account_count",
        "dropped_account_count",
        "waiting_account_count",
    )
    keys = ("cohort_month", "step_number", *SEGMENT)
    compare(case.rows("fct_onboarding_funnel", keys, names), case.company.funnel(), names)


def test_activation_agrees(case: Case) -> None:
    names = ("signed_up_account_count", "activated_account_count")
    keys = ("cohort_month", *SEGMENT)
    expected = case.company.activation()
    compare(case.rows("fct_activation_monthly", keys, names), expected, names)
    medians = case.rows("fct_activation_monthly", keys, ["time_to_value_days"])
    for key, (median,) in medians.items():
        wanted = expected.get(key, {}).get("time_to_value_days")
        assert median == (None if wanted is None else pytest.approx(wanted, abs=1e-9)), key
    assert any(median for (median,) in medians.values())


def test_goals_agree(case: Case) -> None:
    names = ("exposed_visitor_count", "completed_visitor_count")
    keys = ("exposure_month", "goal", "channel")
    found = case.rows("fct_goal_conversion_monthly", keys, names)
    compare(found, case.company.goals(), names)
    listed = {row["goal"] for row in case.company.seeds["conversion_goals"]}
    assert listed <= {goal for _, goal, _ in found}


def test_referrals_agree(case: Case) -> None:
    names = (
        "referral_count",
        "signed_up_referral_count",
        "converted_referral_count",
        "new_customer_count",
        "referred_new_customer_count",
    )
    keys = ("mrr_month", *SEGMENT)
    expected = case.company.referral_months()
    compare(case.rows("fct_referrals_monthly", keys, names), expected, names)


def test_advocates_agree(case: Case) -> None:
    names = (
        "advocate_rank",
        "referral_count",
        "signed_up_referral_count",
        "converted_referral_count",
        "referred_mrr",
    )
    found = case.rows("fct_advocates", ["account_id"], names)
    compare(found, case.company.advocates(), names)
    assert len({row[0] for row in found.values()}) > 2


@pytest.mark.parametrize(
    ("mart", "rate", "numerator", "denominator"),
    [
        (
            "fct_trial_conversion_monthly",
            "free_trial_conversion_rate",
            "converted_trial_count",
            "trial_count",
        ),
        (
            "fct_freemium_conversion_monthly",
            "freemium_conversion_rate",
            "converted_free_plan_account_count",
            "free_plan_account_count",
        ),
        (
            "fct_onboarding_funnel",
            "drop_off_rate",
            "dropped_account_count",
            "entered_account_count",
        ),
        (
            "fct_activation_monthly",
            "activation_rate",
            "activated_account_count",
            "signed_up_account_count",
        ),
        (
            "fct_goal_conversion_monthly",
            "conversion_rate",
            "completed_visitor_count",
            "exposed_visitor_count",
        ),
        (
            "fct_referrals_monthly",
            "referral_conversion_rate",
            "converted_referral_count",
            "referral_count",
        ),
        (
            "fct_referrals_monthly",
            "referred_customer_share",
            "referred_new_customer_count",
            "new_customer_count",
        ),
    ],
)
def test_rates_are_their_two_sides(
    case: Case, mart: str, rate: str, numerator: str, denominator: str
) -> None:
    """NULL where there is nothing to divide by, and in a month that is not over."""
    rows = query(
        case.warehouse,
        f"select {rate} as rate, {numerator} as upper, {denominator} as lower, is_partial_month"
        f" from marts.{mart}",
    )
    shown = [row for row in rows if row["lower"] and not row["is_partial_month"]]
    assert shown
    assert [row for row in shown if abs(row["rate"] - row["upper"] / row["lower"]) > 1e-9] == []
    assert {row["rate"] for row in rows if row not in shown} <= {None}


@pytest.mark.parametrize("mart", ["fct_onboarding_funnel", "fct_activation_monthly"])
def test_a_cohort_is_matured_when_its_last_day_is(case: Case, mart: str) -> None:
    rows = query(
        case.warehouse,
        f"select cohort_month, within_days, is_matured from marts.{mart}",
    )
    for row in rows:
        next_month = (row["cohort_month"] + datetime.timedelta(days=31)).replace(day=1)
        last = next_month + datetime.timedelta(days=row["within_days"] - 1)
        assert row["is_matured"] == (last <= case.company.rules.as_of), row
    assert len({row["is_matured"] for row in rows}) == 2
