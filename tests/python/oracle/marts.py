"""The one door to the oracle: raw rows in, the rows of any mart out.

    oracle = Oracle(raw, as_of=date(2024, 6, 30), variables={"reactivation_grace_days": 7})
    oracle.rows("fct_mrr_monthly")

Raw rows are what the files hold: text by column, "" or None where there is nothing, tables of the
raw contract by name. Money comes as Decimal, rates as float, counts as int, days as date.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from oracle import (
    mart_dimensions,
    mart_engagement,
    mart_growth,
    mart_health,
    mart_retention,
    mart_revenue,
    mart_scorecard,
    mart_support,
    mart_value,
    mart_voice,
)
from oracle.settings import ROOT
from oracle.world import World

SEGMENT = ("segment_type", "segment_value")
# The columns that name a row of each mart that the oracle knows.
GRAINS: Mapping[str, tuple[str, ...]] = {
    "dim_accounts": ("account_id",),
    "dim_plans": ("plan_id",),
    "dim_features": ("feature",),
    "dim_dates": ("date_day",),
    "dim_months": ("calendar_month",),
    "dim_segments": SEGMENT,
    "raw_row_accounting": ("source_table", "outcome", "rule"),
    "fct_mrr_movements": ("account_id", "movement_date", "is_fx"),
    "fct_subscription_changes": ("subscription_id", "change_date", "is_fx"),
    "fct_account_months": ("account_id", "mrr_month"),
    "fct_mrr_monthly": ("mrr_month", *SEGMENT),
    "fct_mrr_by_plan_monthly": ("mrr_month", "plan_id"),
    "fct_scheduled_changes": ("subscription_id", "change_date"),
    "fct_contracted_mrr": ("contracted_month", *SEGMENT),
    "fct_retention_monthly": ("mrr_month", *SEGMENT),
    "fct_cohort_retention": ("cohort_month", "months_since", *SEGMENT),
    "fct_renewals_monthly": ("due_month", *SEGMENT, "billing_interval"),
    "fct_repeat_purchases_monthly": ("mrr_month", *SEGMENT),
    "fct_churned_customers": ("account_id", "churn_month"),
    "fct_retention_by_period": ("period_type", "period_start_date", *SEGMENT),
    "fct_account_engagement_monthly": ("account_id", "usage_month"),
    "fct_engagement_monthly": ("usage_month", *SEGMENT),
    "fct_active_users_daily": ("activity_date", *SEGMENT),
    "fct_feature_adoption_monthly": ("usage_month", "feature", *SEGMENT),
    "fct_module_use_monthly": ("usage_month", "module", *SEGMENT),
    "fct_trials": ("subscription_id",),
    "fct_trial_conversion_monthly": ("cohort_month", *SEGMENT),
    "fct_freemium_conversion_monthly": ("mrr_month", *SEGMENT),
    "fct_onboarding_funnel": ("cohort_month", *SEGMENT, "step_number"),
    "fct_activation_monthly": ("cohort_month", *SEGMENT),
    "fct_goal_conversion_monthly": ("exposure_month", "goal", "channel"),
    "fct_referrals_monthly": ("mrr_month", *SEGMENT),
    "fct_advocates": ("account_id",),
    "fct_customer_lifetime_value": ("mrr_month", *SEGMENT),
    "fct_retention_cost_monthly": ("mrr_month", *SEGMENT),
    "fct_unit_economics_monthly": ("mrr_month", *SEGMENT),
    "fct_account_value": ("account_id",),
    "fct_survey_responses": ("response_id",),
    "fct_survey_scores_monthly": ("survey_month", *SEGMENT, "survey_type", "touchpoint"),
    "fct_feedback_themes_monthly": ("feedback_month", *SEGMENT, "theme"),
    "fct_support_tickets": ("ticket_id",),
    "fct_support_monthly": ("support_month", *SEGMENT, "channel"),
    "fct_account_health": ("account_id", "snapshot_date"),
    "fct_health_backtest": ("backtest_scope", "backtest_date", "health_band"),
    "fct_at_risk_accounts": ("account_id",),
    "fct_expansion_candidates": ("account_id",),
    "fct_scorecard": ("metric", "metric_month"),
    "fct_metric_history": ("metric", "metric_month", "as_of_date"),
}
# Columns that the oracle does not know, with the reason.
NOT_COVERED: Mapping[tuple[str, str], str] = {
    ("fct_metric_history", "reported_at"): "the clock of the run",
    ("fct_metric_history", "vars_fingerprint"): "a hash: says only whether it is the same",
    ("fct_metric_history", "seeds_fingerprint"): "a hash: says only whether it is the same",
}

_MARTS: dict[str, Callable[[World], Iterable[dict[str, Any]]]] = {
    **mart_dimensions.MARTS,
    **mart_revenue.MARTS,
    **mart_retention.MARTS,
    **mart_engagement.MARTS,
    **mart_growth.MARTS,
    **mart_value.MARTS,
    **mart_voice.MARTS,
    **mart_support.MARTS,
    **mart_health.MARTS,
}


@cache
def mart_columns() -> dict[str, dict[str, str]]:
    """Return the columns of every mart with their types, from the YAML beside the models."""
    found = {}
    for path in sorted((ROOT / "models" / "marts").rglob("*.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            found[model["name"]] = {
                column["name"]: str(column.get("data_type", "")) for column in model["columns"]
            }
    return found


def covered_columns(mart: str) -> frozenset[str]:
    """Return the columns of a mart that `Oracle.rows` gives."""
    return frozenset(c for c in mart_columns()[mart] if (mart, c) not in NOT_COVERED)


def read_raw(folder: Path) -> dict[str, list[dict[str, str]]]:
    """Return the raw rows of a folder of CSV files, by table."""
    raw = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            raw[path.stem] = list(csv.DictReader(stream))
    return raw


class Oracle:
    """What every mart of a company must hold, worked out of its raw rows."""

    covered: Mapping[str, frozenset[str]] = {
        mart: covered_columns(mart) for mart in (*_MARTS, *mart_scorecard.MARTS)
    }

    def __init__(
        self,
        raw: Mapping[str, Sequence[Mapping[str, Any]]],
        *,
        as_of: date | None = None,
        variables: Mapping[str, Any] | None = None,
        seeds: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
        segment_types: Iterable[str] | None = None,
        today: date | None = None,
    ) -> None:
        """Take a company's raw rows.

        as_of: the last day that counts; None as the var as_of_date or else the data say.
        variables: vars that differ from dbt_project.yml.
        seeds: config seeds by name in place of the project's own, typed as `read_seeds` does.
        segment_types: cut by the total and these only (None: by all), which saves time.
        today: the day of the run, where the data shall say the as-of date.
        """
        self.segment_types = None if segment_types is None else {"total", *segment_types}
        self.world = World(
            raw,
            as_of=as_of,
            variables=variables,
            seeds=seeds,
            segment_types=self.segment_types,
            today=today,
        )
        self._rows: dict[str, list[dict[str, Any]]] = {}

    def rows(self, mart: str) -> list[dict[str, Any]]:
        """Return a mart's rows, each with the columns of `covered[mart]`; KeyError if unknown."""
        if mart not in self._rows:
            if mart in mart_scorecard.MARTS:
                rows = list(mart_scorecard.MARTS[mart](self.world, self.rows))
            else:
                rows = list(_MARTS[mart](self.world))
            if self.segment_types is not None:
                kept = self.segment_types
                rows = [row for row in rows if row.get("segment_type", "total") in kept]
            self._rows[mart] = rows
        return self._rows[mart]

    def rejected_rows(self) -> list[tuple[str, str | None, str, str]]:
        """Return (table, key, first rule, all rules with commas) of the rejected raw rows."""
        return self.world.staging.rejected()
