"""Health, its backtest and the two lists of whole companies, against an oracle in plain Python."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from harness import Project, query
from oracle.health import Health, HealthCompany, Seen, auc
from oracle.revenue import Rules
from toolbox.simulator.company import generate
from toolbox.simulator.settings import Settings

TABLES = (
    "accounts",
    "plans",
    "subscriptions",
    "subscription_changes",
    "exchange_rates",
    "users",
    "usage_events",
    "survey_responses",
    "support_tickets",
)
SEEDS = ("health_action_weights", "health_bands", "feature_catalogue", "company_size_bands")
REASONS = (
    "has_cancelled",
    "is_low_band",
    "is_usage_down",
    "is_detractor",
    "is_dissatisfied",
    "is_high_effort",
    "has_open_escalation",
    "is_past_due",
    "is_renewal_near",
    "is_trial_unpaid",
    "is_login_missing",
    "is_seats_unused",
    "is_using_few_features",
    "is_champion_gone",
)
SIGNS = ("is_thriving", "is_seats_full", "is_promoter", "is_usage_up")
AS_OF = datetime.date(2026, 3, 17)


@dataclass(frozen=True)
class Case:
    """A built warehouse, and the oracle's view of the same staged rows."""

    warehouse: Path

    def rows(self, sql: str) -> list[dict[str, Any]]:
        return query(self.warehouse, sql)

    @cached_property
    def company(self) -> HealthCompany:
        return HealthCompany(
            {name: self.rows(f"select * from staging.stg_{name}") for name in TABLES},
            {name: self.rows(f"select * from config.{name}") for name in SEEDS},
            Rules(AS_OF),
        )

    @cached_property
    def health(self) -> Health:
        return self.company.health()

    @cached_property
    def seen(self) -> list[Seen]:
        return self.company.seen(self.health)

    @cached_property
    def reasons(self) -> dict[str, dict[str, Any]]:
        rows = self.rows("select * from intermediate.int_account_engagement_now")
        return self.company.reasons(self.health, {row["account_id"]: row for row in rows})


# --- an odd company -----------------------------------------------------------------------------


class OddCompany:
    """Raw rows, account by account; everybody signs up on 1 June 2025 and pays from that day."""

    def __init__(self) -> None:
        plan = {"billing_interval": "month", "tier_rank": 1}
        self.tables: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.tables["plans"] = [
            plan | {"plan_id": "month"},
            plan | {"plan_id": "year", "billing_interval": "year"},
            plan | {"plan_id": "quarter", "billing_interval": "quarter"},
            plan | {"plan_id": "weeks", "billing_interval": "week", "interval_count": 13},
            plan | {"plan_id": "free", "is_free": "true"},
        ]

    def account(self, name: str, plan: str = "month", **more: Any) -> str:
        start = more.pop("start", "2025-06-01")
        contract = {
            key: more.pop(key)
            for key in ("ended_at", "canceled_at", "trial_start", "trial_end")
            if key in more
        }
        state = {
            "status": more.pop("status", "active"),
            "quantity": more.pop("quantity", 1),
            "unit_amount": more.pop("unit_amount", 0 if plan == "free" else 100),
        }
        self.tables["accounts"].append(
            {"account_id": name, "created_at": "2025-06-01", "employee_count": 100} | more
        )
        self.tables["users"].append(
            {"user_id": f"u_{name}", "account_id": name, "created_at": start, "role": "owner"}
        )
        self.tables["subscriptions"].append(
            {"subscription_id": f"s_{name}", "account_id": name, "created_at": start} | contract
        )
        self.change(name, start, plan_id=plan, currency="USD", **state)
        return name

    def change(self, name: str, day: str, **state: Any) -> None:
        changes = self.tables["subscription_changes"]
        mine = [row for row in changes if row["subscription_id"] == f"s_{name}"]
        before = mine[-1] if mine else {"subscription_id": f"s_{name}"}
        changes.append(before | state | {"change_id": f"{name}_{len(mine)}", "effective_at": day})

    def act(self, name: str, event: str, day: str, times: int = 1, user: str = "") -> None:
        for _ in range(times):
            self.tables["usage_events"].append(
                {
                    "event_id": f"e{len(self.tables['usage_events'])}",
                    "user_id": user or f"u_{name}",
                    "account_id": name,
                    "occurred_at": f"{day}T10:00:00Z",
                    "event_name": event,
                }
            )

    def answer(self, name: str, survey_type: str, score: int, day: str) -> None:
        self.tables["survey_responses"].append(
            {
                "response_id": f"r{len(self.tables['survey_responses'])}",
                "account_id": name,
                "survey_type": survey_type,
                "score": score,
                "responded_at": f"{day}T12:00:00Z",
            }
        )


def odd_company() -> dict[str, list[dict[str, Any]]]:
    odd = OddCompany()
    score_rows(odd)
    list_rows(odd)
    usage_rows(odd)
    return dict(odd.tables)


def score_rows(odd: OddCompany) -> None:
    # the same up to the end of September; what the second did afterwards changes nothing before
    for name in ("twin", "twin_later"):
        odd.account(name)
        odd.act(name, "report_created", "2025-07-10", 17)
        odd.act(name, "login", "2025-09-30", 3)
    odd.act("twin_later", "report_created", "2025-10-01", 100)
    odd.act("twin_later", "data_exported", "2025-10-02", 40)
    odd.act("twin_later", "report_created", "2026-03-18", 100)  # not yet seen
    odd.change("twin_later", "2025-11-01", status="paused")
    # lost on the first and the last of the 90 days after 30 September, and a day later
    for name, end in (
        ("first_day", "2025-10-01"),
        ("last_day", "2025-12-29"),
        ("too_late", "2025-12-30"),
    ):
        odd.account(name, ended_at=end)
        odd.act(name, "dashboard_viewed", "2025-09-15", 5)
    odd.account("returns")
    odd.change("returns", "2025-10-10", status="paused")
    odd.change("returns", "2025-10-20", status="active")
    # windows: 1 September is the first of 30 days to 30 September, 31 August the day before
    odd.account("window")
    odd.act("window", "login", "2025-09-01", 4)
    odd.act("window", "login", "2025-08-31", 7)
    # edges of bands: 40 = 8 x 5; 68 = 4 x 17; micro has its own weights; no size has those for all
    odd.account("forty")
    odd.act("forty", "user_invited", "2025-08-20", 8)
    odd.account("micro", employee_count=5)
    odd.act("micro", "report_created", "2025-08-20", 17)
    odd.account("enterprise", employee_count=9000)
    odd.act("enterprise", "login", "2025-08-20", 5)
    odd.account("sizeless", employee_count=None)
    odd.act("sizeless", "data_exported", "2025-08-20", 1)
    odd.act("sizeless", "report_shared", "2025-12-20", 2)  # 5 points in December
    odd.act("sizeless", "report_shared", "2026-01-05", 2)  # 6 from January on
    # in no metric: own accounts, and their people in a customer's
    odd.account("own", is_internal="true")
    odd.act("own", "report_created", "2025-08-20", 99)
    odd.act("forty", "report_created", "2025-08-20", 99, user="u_own")
    # who belongs to another account acts for that one
    odd.act("window", "comment_added", "2025-08-20", 3, user="u_forty")


def list_rows(odd: OddCompany) -> None:
    # no MRR: free, on trial, paused, discounted away, past due beyond its grace
    odd.account("free", "free")
    odd.account("trial", status="trialing", start="2026-03-10", trial_start="2026-03-10",
                trial_end="2026-03-24")  # fmt: skip
    odd.account("paused", status="paused")
    odd.account("past_due")
    odd.change("past_due", "2026-03-01", status="past_due")
    odd.account("unpaid_for_long")
    odd.change("unpaid_for_long", "2026-01-01", status="past_due")
    for name, end in (("trial_over", "2026-02-16"), ("trial_long_over", "2026-02-15")):
        odd.account(name, status="trialing", start="2026-02-01", trial_start="2026-02-01",
                    trial_end=end, ended_at=end)  # fmt: skip
    # what a CSM is to hear of
    odd.account("leaves", "year", canceled_at="2026-02-01", ended_at="2026-06-01")
    for name, plan, start in (
        ("renews_60", "year", "2025-05-16"), ("renews_61", "year", "2025-05-17"),
        ("renewed_today", "quarter", "2025-06-17"), ("month_end", "quarter", "2025-08-31"),
        ("weeks", "weeks", "2025-06-01"),
    ):  # fmt: skip
        odd.account(name, plan, start=start)
    odd.account("unhappy")
    odd.answer("unhappy", "nps", 9, "2026-01-10")
    odd.answer("unhappy", "nps", 6, "2026-01-11")
    odd.answer("unhappy", "csat", 3, "2025-09-19")  # the first of 180 days
    odd.answer("unhappy", "ces", 3, "2025-09-18")  # too old
    odd.account("happy")
    odd.answer("happy", "nps", 9, "2026-01-10")
    odd.answer("happy", "ces", 1, "2026-03-18")  # not yet seen
    ticket = {"opened_at": "2026-03-01", "is_escalated": "true", "account_id": "unhappy"}
    odd.tables["support_tickets"] = [
        ticket | {"ticket_id": "open"},
        ticket | {"ticket_id": "done", "account_id": "happy", "resolved_at": "2026-03-17"},
        # resolved tomorrow: open today
        ticket | {"ticket_id": "later", "account_id": "window", "resolved_at": "2026-03-18"},
    ]


def usage_rows(odd: OddCompany) -> None:
    # 28 days to 17 March begin on 18 February
    for name, recent in (("down", 68), ("not_down", 69), ("up", 131), ("not_up", 130)):
        odd.account(name, quantity=2)
        odd.act(name, "dashboard_viewed", "2026-02-17", 100)
        odd.act(name, "dashboard_viewed", "2026-02-18", recent)
    odd.act("not_down", "login", "2026-03-04")  # 70 of 100, and the first of 14 days
    odd.act("down", "login", "2026-03-03")
    odd.act("up", "error_shown", "2026-03-10", 3)  # weighs, and is no activity
    # half of two seats is in use above; a third of three, and both of two
    odd.account("few_seats", quantity=3)
    odd.act("few_seats", "search_used", "2026-03-10")
    odd.account("full_seats", quantity=2)
    odd.tables["users"].append(odd.tables["users"][-1] | {"user_id": "second"})
    odd.act("full_seats", "search_used", "2026-03-10")
    odd.act("full_seats", "search_used", "2026-03-10", user="second")
    # 90 days before is 17 December
    odd.account("champion_gone")
    odd.act("champion_gone", "search_used", "2025-12-17")
    odd.account("effort")
    odd.answer("effort", "ces", 3, "2025-09-19")


# --- the cases ----------------------------------------------------------------------------------


def build(project: Project, raw: dict[str, list[dict[str, Any]]] | Path) -> Case:
    """Build with the same settings each time, so that the project is parsed once."""
    built = project.build(
        raw,
        as_of=AS_OF.isoformat(),
        variables={"reporting_currency": "USD"},
        select=["+path:models/marts/health", "+fct_churned_customers"],
        only_rows=True,
    )
    return Case(built.warehouse)


@pytest.fixture(scope="module")
def odd_case(project: Project) -> Case:
    return build(project, odd_company())


@pytest.fixture(scope="module")
def unlinked_case(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A company whose usage has nothing to do with who leaves."""
    folder = tmp_path_factory.mktemp("unlinked")
    company = Settings(accounts=250, months=20, events=12_000, seed=31, bad_share=0, out=folder)
    generate(replace(company, end=AS_OF, usage_churn_link=False))
    return build(project, folder)


@pytest.fixture(scope="module", params=["odd", "unlinked"])
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.getfixturevalue(f"{request.param}_case")
    return found


# --- against the oracle -------------------------------------------------------------------------


def test_scores_agree(case: Case) -> None:
    rows = case.rows("select * from marts.fct_account_health")
    found = {
        (row["account_id"], row["snapshot_date"]): {
            name: row[name] for name in next(iter(case.health.values()))
        }
        for row in rows
    }
    assert found == case.health
    assert len(rows) == len(found) > 100
    assert all(row["is_latest"] == (row["snapshot_date"] == case.company.as_of) for row in rows)
    assert all(row["is_customer"] == (row["mrr"] > 0) for row in rows)


def test_backtest_agrees(case: Case) -> None:
    by_scope = defaultdict(list)
    last = max(one.month_end for one in case.seen)
    for one in case.seen:
        by_scope[("month_end", one.month_end)].append(one)
        by_scope[("all_month_ends", last)].append(one)
    rows = case.rows("select * from marts.fct_health_backtest")
    assert len(rows) == 6 * len(by_scope)
    for row in rows:
        seen = by_scope[(row["backtest_scope"], row["backtest_date"])]
        mine = [one for one in seen if row["health_band"] in ("all", one.band)]
        lost = sum(one.is_lost for one in mine)
        assert (row["account_count"], row["churned_count"]) == (len(mine), lost)
        rate = lost / len(mine) if mine else None
        base = sum(one.is_lost for one in seen) / len(seen)
        assert row["churn_rate"] == near(rate)
        assert row["churn_lift"] == near(rate / base if rate is not None and base else None)
        if row["health_band"] == "all":
            pairs, ordered, share, error = auc(seen)
            assert (row["pair_count"], row["ordered_pair_count"]) == (pairs, ordered)
            assert (row["auc"], row["auc_standard_error"]) == (near(share), near(error))
        else:
            assert (row["pair_count"], row["auc"]) == (None, None)
    assert sum(one.is_lost for one in case.seen) > 3


def near(value: float | None) -> Any:
    return None if value is None else pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize(
    ("mart", "flags", "columns"),
    [
        (
            "fct_at_risk_accounts",
            REASONS,
            {
                "mrr_at_stake": "mrr",
                "renewal_date": "renewal_date",
                "days_to_renewal": "days_to_renewal",
                "service_end_date": "service_end_date",
            },
        ),
        ("fct_expansion_candidates", SIGNS, {"mrr": "mrr"}),
    ],
)
def test_lists_agree(
    case: Case, mart: str, flags: tuple[str, ...], columns: dict[str, str]
) -> None:
    rows = case.rows(f"select * from marts.{mart} order by list_position")
    found = {
        row["account_id"]: {flag: row[flag] for flag in flags}
        | {name: row[column] for column, name in columns.items()}
        for row in rows
    }
    expected = {
        account_id: {name: true[name] for name in (*flags, *columns.values())}
        for account_id, true in case.reasons.items()
        if any(true[flag] for flag in flags)
    }
    assert found == expected
    assert [row["list_position"] for row in rows] == list(range(1, len(rows) + 1))

    def at_risk(row: dict[str, Any]) -> bool:
        return any(case.reasons[row["account_id"]][flag] for flag in REASONS)

    def place(row: dict[str, Any]) -> tuple[Any, ...]:
        count = sum(row[flag] for flag in flags)
        if flags == REASONS:
            return not row["has_cancelled"], -row["mrr_at_stake"], -count, row["account_id"]
        return at_risk(row), -count, -row["mrr"], row["account_id"]

    assert rows == sorted(rows, key=place)
    if flags == SIGNS:
        assert [row["is_at_risk"] for row in rows] == [at_risk(row) for row in rows]


# --- what the odd company is there for ----------------------------------------------------------


@pytest.mark.parametrize(
    ("flag", "true", "false"),
    [
        ("has_cancelled", {"leaves"}, {"first_day"}),
        ("is_low_band", {"few_seats"}, {"up"}),
        ("is_usage_down", {"down"}, {"not_down"}),
        ("is_detractor", {"unhappy"}, {"happy"}),
        ("is_dissatisfied", {"unhappy"}, {"happy"}),
        ("is_high_effort", {"effort"}, {"unhappy", "happy"}),
        ("has_open_escalation", {"unhappy", "window"}, {"happy"}),
        ("is_past_due", {"past_due", "unpaid_for_long"}, {"happy"}),
        ("is_renewal_near", {"renews_60"}, {"renews_61", "renewed_today", "month_end", "leaves"}),
        ("is_trial_unpaid", {"trial_over"}, {"trial_long_over", "trial"}),
        ("is_login_missing", {"down"}, {"not_down"}),
        ("is_seats_unused", {"few_seats"}, {"up", "full_seats"}),
        ("is_using_few_features", {"few_seats"}, set()),
        ("is_champion_gone", {"champion_gone"}, {"up", "window"}),
        ("is_thriving", {"up"}, {"few_seats"}),
        ("is_seats_full", {"full_seats"}, {"up", "happy"}),
        ("is_promoter", {"happy"}, {"unhappy"}),
        ("is_usage_up", {"up"}, {"not_up"}),
    ],
)
def test_each_rule_has_its_edge(odd_case: Case, flag: str, true: set[str], false: set[str]) -> None:
    mart = "fct_at_risk_accounts" if flag in REASONS else "fct_expansion_candidates"
    rows = odd_case.rows(f"select account_id from marts.{mart} where {flag}")
    found = {row["account_id"] for row in rows}
    assert found >= true
    assert not found & (false | {"own", "paused"})


def test_what_happens_later_changes_no_snapshot_before(odd_case: Case) -> None:
    """Twins until the end of September: then one has 140 more events, and leaves."""
    sql = (
        "select snapshot_date, health_score, health_band, weighted_action_count, mrr"
        " from marts.fct_account_health where account_id = '{}' order by snapshot_date"
    )
    twin, later = (odd_case.rows(sql.format(name)) for name in ("twin", "twin_later"))
    cut = datetime.date(2025, 9, 30)
    before = [row for row in twin if row["snapshot_date"] <= cut]
    assert [row for row in later if row["snapshot_date"] <= cut] == before
    assert before[0]["health_score"] == Decimal(68)
    assert later[len(before)] != twin[len(before)]


def test_the_lost_are_shown_with_what_was_known_before(odd_case: Case) -> None:
    rows = odd_case.rows(
        "select account_id, churn_date, last_health_band, last_health_date, last_nps_answer"
        " from marts.fct_churned_customers"
    )
    assert len(rows) == 5
    for row in rows:
        days = [
            day
            for account_id, day in odd_case.health
            if account_id == row["account_id"] and day < row["churn_date"]
        ]
        last = odd_case.health[(row["account_id"], max(days))]
        assert (row["last_health_date"], row["last_health_band"]) == (
            max(days),
            last["health_band"],
        )


# --- does the score foretell? -------------------------------------------------------------------

VERDICT = (
    "select * from marts.fct_health_backtest"
    " where backtest_scope = 'all_month_ends' and health_band = '{}'"
)


def test_fading_usage_foretells_churn(demo_warehouse: Path) -> None:
    (everybody,) = query(demo_warehouse, VERDICT.format("all"))
    (critical,) = query(demo_warehouse, VERDICT.format("critical"))
    assert everybody["auc_ci_low"] > 0.55
    assert critical["churn_rate_ci_low"] > 2 * everybody["churn_rate"]


def test_usage_without_the_link_foretells_nothing(unlinked_case: Case) -> None:
    (everybody,) = unlinked_case.rows(VERDICT.format("all"))
    assert everybody["churned_count"] > 50
    assert everybody["auc_standard_error"] < 0.05
    assert everybody["auc_ci_low"] < 0.5 < everybody["auc_ci_high"]
