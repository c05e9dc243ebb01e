"""Retention, cohorts and renewals of whole companies, against an oracle in plain Python."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from harness import Project, query
from oracle.retention import RetentionCompany, Sums
from oracle.revenue import Rules
from toolbox.simulator.company import generate
from toolbox.simulator.settings import Settings

AS_OF = datetime.date(2026, 6, 17)
CUTS = ("total", "region", "plan_tier")
TABLES = ("accounts", "plans", "subscriptions", "subscription_changes", "exchange_rates")
TWO_POINTS = (
    "opening_customer_count",
    "churned_customer_count",
    "opening_mrr",
    "retained_mrr",
    "opening_customers_closing_mrr",
)


@dataclass(frozen=True)
class Case:
    """A built warehouse and the oracle's view of the same staged rows."""

    warehouse: Path
    company: RetentionCompany
    fiscal_year_start_month: int

    def rows(self, mart: str, keys: Sequence[str], values: Sequence[str]) -> dict[Any, Any]:
        """Return a mart's rows of the cuts that the oracle makes, values by key."""
        names = ", ".join((*keys, *values))
        rows = query(
            self.warehouse,
            f"select {names} from marts.{mart} where segment_type in {CUTS}",
        )
        found = {
            tuple(row[key] for key in keys): tuple(row[name] for name in values) for row in rows
        }
        assert len(found) == len(rows), f"{mart}: {keys} is not its grain"
        return found


def make_case(warehouse: Path, rules: Rules, fiscal_year_start_month: int = 1) -> Case:
    tables = {name: query(warehouse, f"select * from staging.stg_{name}") for name in TABLES}
    company = RetentionCompany(tables, rules, ["region"])
    return Case(warehouse, company, fiscal_year_start_month)


def demo_case(warehouse: Path) -> Case:
    (day,) = query(warehouse, "select * from intermediate.int_as_of_date")
    (currency,) = query(warehouse, "select * from intermediate.int_reporting_currency")
    return make_case(
        warehouse, Rules(day["as_of_date"], reporting_currency=currency["reporting_currency"])
    )


@pytest.fixture(scope="module", params=["demo", "small_company"])
def case(request: pytest.FixtureRequest) -> Case:
    """The demo company, then a small one with moving rates and bridged gaps."""
    if request.param == "demo":
        return demo_case(request.getfixturevalue("demo_warehouse"))
    return make_case(
        request.getfixturevalue("small_warehouse"),
        Rules(AS_OF, fx_policy="monthly", reactivation_grace_days=20),
        fiscal_year_start_month=4,
    )


@pytest.fixture(scope="module")
def small_warehouse(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company of 120 accounts over 20 months, its year beginning in April."""
    folder = tmp_path_factory.mktemp("small_company")
    generate(Settings(accounts=120, months=20, events=500, seed=11, bad_share=0, out=folder))
    built = project.build(
        folder,
        as_of=AS_OF.isoformat(),
        variables={
            "reporting_currency": "USD",
            "fx_policy": "monthly",
            "reactivation_grace_days": 20,
            "fiscal_year_start_month": 4,
        },
        select=["+path:models/marts/retention"],
        only_rows=True,
    )
    return built.warehouse


def compare(found: dict[Any, Any], expected: Sums, names: Sequence[str]) -> None:
    """Every row of the mart is as counted here, and nothing is counted here that has no row."""
    wanted = {
        key: tuple(expected.get(key, {}).get(name, Decimal(0)) for name in names) for key in found
    }
    wrong = {key: (row, wanted[key]) for key, row in found.items() if row != wanted[key]}
    assert wrong == {}
    counted = {key for key, sums in expected.items() if any(sums.values())}
    assert counted, "nothing to count: the case shows nothing"
    assert counted - set(found) == set()


def test_months_agree(case: Case) -> None:
    names = (*TWO_POINTS, "intra_month_churned_count")
    keys = ("mrr_month", "segment_type", "segment_value")
    expected = case.company.monthly()
    compare(case.rows("fct_retention_monthly", keys, names), expected, names)
    assert any(sums["churned_customer_count"] for sums in expected.values())


def test_trailing_12_agrees(case: Case) -> None:
    by_window = case.company.windows(case.company.trailing_windows())
    expected = {(closing, *rest): sums for (_, closing, *rest), sums in by_window.items()}
    keys = ("mrr_month", "segment_type", "segment_value")
    columns = tuple(f"trailing_12_{name}" for name in TWO_POINTS)
    compare(case.rows("fct_retention_monthly", keys, columns), expected, TWO_POINTS)


def test_free_accounts_agree(case: Case) -> None:
    names = ("opening_free_account_count", "churned_free_account_count")
    keys = ("mrr_month", "segment_type", "segment_value")
    expected = case.company.free_accounts()
    compare(case.rows("fct_retention_monthly", keys, names), expected, names)
    assert any(sums["churned_free_account_count"] for sums in expected.values())


@pytest.mark.parametrize("period_type", ["quarter", "fiscal_year"])
def test_periods_agree(case: Case, period_type: str) -> None:
    length, first_month = (3, 1) if period_type == "quarter" else (12, case.fiscal_year_start_month)
    windows = case.company.period_windows(length, first_month)
    sums = case.company.windows(windows.values())
    starts = {window: start for start, window in windows.items()}
    expected = {
        (period_type, starts[(opening, closing)], *segment): counted
        for (opening, closing, *segment), counted in sums.items()
    }
    keys = ("period_type", "period_start_date", "segment_type", "segment_value")
    rows = case.rows("fct_retention_by_period", keys, TWO_POINTS)
    rows = {key: values for key, values in rows.items() if key[0] == period_type}
    compare(rows, expected, TWO_POINTS)
    assert {key[1] for key in rows} == set(windows)


def test_cohorts_agree(case: Case) -> None:
    names = ("cohort_customer_count", "cohort_mrr", "retained_customer_count", "retained_mrr")
    keys = ("cohort_month", "mrr_month", "segment_type", "segment_value")
    compare(case.rows("fct_cohort_retention", keys, names), case.company.cohorts(), names)


def test_renewals_agree(case: Case) -> None:
    names = (
        "due_term_count",
        "renewed_term_count",
        "cut_short_term_count",
        "open_term_count",
        "due_mrr",
        "renewed_mrr",
    )
    keys = ("due_month", "segment_type", "segment_value", "billing_interval")
    compare(case.rows("fct_renewals_monthly", keys, names), case.company.renewals(), names)


@pytest.mark.parametrize(
    ("mart", "rate", "numerator", "denominator"),
    [
        (
            "fct_retention_monthly",
            "customer_churn_rate",
            "churned_customer_count",
            "opening_customer_count",
        ),
        (
            "fct_retention_monthly",
            "gross_revenue_retention_rate",
            "retained_mrr",
            "opening_mrr",
        ),
        (
            "fct_retention_monthly",
            "net_revenue_retention_rate",
            "opening_customers_closing_mrr",
            "opening_mrr",
        ),
        (
            "fct_retention_monthly",
            "trailing_12_net_revenue_retention_rate",
            "trailing_12_opening_customers_closing_mrr",
            "trailing_12_opening_mrr",
        ),
        (
            "fct_retention_monthly",
            "average_monthly_churn_rate_12m",
            "average_12m_churned_customer_count",
            "average_12m_opening_customer_count",
        ),
        (
            "fct_cohort_retention",
            "cohort_retention_rate",
            "retained_customer_count",
            "cohort_customer_count",
        ),
        ("fct_cohort_retention", "cohort_mrr_retention_rate", "retained_mrr", "cohort_mrr"),
        ("fct_renewals_monthly", "renewal_rate", "renewed_term_count", "due_term_count"),
        ("fct_renewals_monthly", "renewed_mrr_rate", "renewed_mrr", "due_mrr"),
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
    assert [
        row for row in shown if abs(row["rate"] - float(row["upper"] / row["lower"])) > 1e-9
    ] == []
    assert {row["rate"] for row in rows if row not in shown} <= {None}


@pytest.mark.parametrize(
    ("mart", "rate", "numerator", "denominator"),
    [
        (
            "fct_retention_monthly",
            "customer_churn_rate",
            "churned_customer_count",
            "opening_customer_count",
        ),
        ("fct_renewals_monthly", "renewal_rate", "renewed_term_count", "due_term_count"),
        (
            "fct_cohort_retention",
            "cohort_retention_rate",
            "retained_customer_count",
            "cohort_customer_count",
        ),
    ],
)
def test_interval_ends_are_as_far_as_chance_goes(
    case: Case, mart: str, rate: str, numerator: str, denominator: str
) -> None:
    """An end p lies z standard errors, taken at p itself, from the share that was seen."""
    rows = query(
        case.warehouse,
        f"select {rate}_ci_low as low, {rate} as rate, {rate}_ci_high as high,"
        f" {denominator} as n, {numerator} as x from marts.{mart} where {rate} is not null",
    )
    assert rows
    for row in rows:
        assert 0 <= row["low"] <= row["rate"] <= row["high"] <= 1, row
        for end in (row["low"], row["high"]):
            chance = 1.959963984540054**2 * end * (1 - end) / row["n"]
            assert (row["rate"] - end) ** 2 == pytest.approx(chance, abs=1e-9), row
        # the two ends are two, unless the scale ends first
        assert row["low"] < row["rate"] or row["x"] == 0, row
        assert row["high"] > row["rate"] or row["x"] == row["n"], row


def test_renewals_of_periods_are_those_of_their_months(case: Case) -> None:
    names = ("due_term_count", "renewed_term_count", "open_term_count")
    windows = {
        "quarter": case.company.period_windows(3, 1),
        "fiscal_year": case.company.period_windows(12, case.fiscal_year_start_month),
    }
    expected: Sums = {}
    for (month, *segment, group), counted in case.company.renewals().items():
        if group != "twelve_months_and_more":
            continue
        for period_type, periods in windows.items():
            start = max(start for start in periods if start <= month)
            sums = expected.setdefault((period_type, start, *segment), {})
            for name in names:
                sums[name] = sums.get(name, Decimal(0)) + counted.get(name, Decimal(0))
    keys = ("period_type", "period_start_date", "segment_type", "segment_value")
    compare(case.rows("fct_retention_by_period", keys, names), expected, names)
