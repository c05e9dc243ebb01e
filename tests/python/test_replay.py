"""An earlier as-of date gives, for every month before it, the rows that the full build gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness import Built, Project
from toolbox.simulator.company import generate
from toolbox.simulator.settings import Settings

FULL, HALF = "2026-06-30", "2025-05-17"
# table, the column that places its rows in time
HISTORIES = [
    ("fct_mrr_movements", "movement_date"),
    ("fct_subscription_changes", "change_date"),
    ("fct_account_months", "mrr_month"),
    ("fct_mrr_monthly", "mrr_month"),
    ("fct_mrr_by_plan_monthly", "mrr_month"),
    ("fct_retention_monthly", "mrr_month"),
    ("fct_cohort_retention", "mrr_month"),
    ("fct_repeat_purchases_monthly", "mrr_month"),
    ("fct_survey_responses", "survey_month"),
    ("fct_feedback_themes_monthly", "feedback_month"),
    ("fct_customer_lifetime_value", "mrr_month"),
    ("fct_retention_cost_monthly", "mrr_month"),
    ("fct_unit_economics_monthly", "mrr_month"),
    ("fct_freemium_conversion_monthly", "mrr_month"),
    ("fct_active_users_daily", "activity_date"),
    ("fct_engagement_monthly", "usage_month"),
    ("fct_account_engagement_monthly", "usage_month"),
    ("fct_feature_adoption_monthly", "usage_month"),
    ("fct_module_use_monthly", "usage_month"),
    ("fct_account_health", "snapshot_date"),
]


@pytest.fixture(scope="module")
def builds(project: Project, tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, Built]:
    """Build one dirty company as of its end and as of half-way."""
    folder: Path = tmp_path_factory.mktemp("company")
    generate(Settings(accounts=150, months=30, events=3000, seed=21, out=folder))
    # a small company has few rows, so that one bad row is more than one in a hundred
    variables = {"max_rejected_share": 0.2, "max_mrr_at_doubt_share": 0.2}
    full, half = (
        project.build(
            folder,
            as_of=as_of,
            variables=variables,
            only_rows=True,
        )
        for as_of in (FULL, HALF)
    )
    return full, half


@pytest.mark.parametrize(("table", "placed_by"), HISTORIES)
def test_history_is_the_same(builds: tuple[Built, Built], table: str, placed_by: str) -> None:
    full, half = (
        {
            tuple(row.values())
            for row in build.query(
                f"select * from marts.{table} where {placed_by} < date_trunc('month', ?::date)",
                HALF,
            )
        }
        for build in builds
    )
    assert len(half) > 10
    assert half == full


def test_the_ledger_is_the_same_up_to_the_day(builds: tuple[Built, Built]) -> None:
    sql = "select * from marts.fct_mrr_movements where movement_date <= ?::date"
    full, half = ({tuple(row.values()) for row in build.query(sql, HALF)} for build in builds)
    assert half == full


def test_the_backtest_of_a_month_end_stays(builds: tuple[Built, Built]) -> None:
    sql = (
        "select * from marts.fct_health_backtest"
        " where backtest_scope = 'month_end' and backtest_date <= ?::date - 90"
    )
    # doubles are added in any order: the last digits may differ
    full, half = (
        {
            tuple(round(value, 9) if isinstance(value, float) else value for value in row.values())
            for row in build.query(sql, HALF)
        }
        for build in builds
    )
    assert len(half) > 10
    assert half == full
    ahead = "select * from marts.fct_health_backtest where backtest_date > ?::date - 90"
    assert builds[1].query(ahead, HALF) == []


def test_the_month_of_the_as_of_date_is_partial(builds: tuple[Built, Built]) -> None:
    full, half = builds
    sql = (
        "select strftime(mrr_month, '%Y-%m') as month, quick_ratio from marts.fct_mrr_monthly"
        " where is_partial_month and segment_type = 'total'"
    )
    assert half.query(sql) == [{"month": "2025-05", "quick_ratio": None}]
    assert full.query(sql) == []


def test_nothing_is_rejected_for_lying_ahead(builds: tuple[Built, Built]) -> None:
    full, half = (
        {
            tuple(row.values())
            for row in build.query("select source_table, source_key from staging.rejected_rows")
        }
        for build in builds
    )
    assert half <= full
    ahead = builds[1].value(
        "select sum(row_count) from marts.raw_row_accounting where outcome = 'not_yet_seen'"
    )
    assert ahead > 1000
