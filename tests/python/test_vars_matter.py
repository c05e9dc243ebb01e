"""Every var and every seed changes the marts that it should, and no other.

What a change touches is written down here, mart by mart, and compared row by row. Changes that
touch different marts are made together: the company is worked out two dozen times, not fifty.
The scorecard shows what other marts hold: it may change with any of them.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

import pytest
import yaml

from toolbox.contract import ROOT, read_contract
from toolbox.simulator.company import generate
from toolbox.simulator.settings import Settings
from variants import Variants

AS_BUILT: dict[str, Any] = {
    "as_of_date": "2026-06-17",
    "reporting_currency": "USD",
    "max_rejected_share": 1,
    "max_mrr_at_doubt_share": 1,
}

# Whatever changes MRR changes these.
MRR = {
    "dim_accounts",
    "fct_account_health",
    "fct_account_months",
    "fct_account_value",
    "fct_at_risk_accounts",
    "fct_churned_customers",
    "fct_cohort_retention",
    "fct_contracted_mrr",
    "fct_customer_lifetime_value",
    "fct_mrr_by_plan_monthly",
    "fct_mrr_monthly",
    "fct_mrr_movements",
    "fct_renewals_monthly",
    "fct_repeat_purchases_monthly",
    "fct_retention_by_period",
    "fct_retention_cost_monthly",
    "fct_retention_monthly",
    "fct_subscription_changes",
    "fct_unit_economics_monthly",
}
# And these where it changes who pays: customers, their tiers, and what is counted per customer.
PAYING = {
    "fct_account_engagement_monthly",
    "fct_active_users_daily",
    "fct_engagement_monthly",
    "fct_feedback_themes_monthly",
    "fct_health_backtest",
    "fct_support_monthly",
}
# What has a time of day, or is counted by day, falls on another day in another zone.
DAYS = {
    "dim_accounts",
    "fct_account_engagement_monthly",
    "fct_account_health",
    "fct_account_months",
    "fct_account_value",
    "fct_activation_monthly",
    "fct_active_users_daily",
    "fct_advocates",
    "fct_at_risk_accounts",
    "fct_churned_customers",
    "fct_customer_lifetime_value",
    "fct_engagement_monthly",
    "fct_expansion_candidates",
    "fct_feature_adoption_monthly",
    "fct_feedback_themes_monthly",
    "fct_goal_conversion_monthly",
    "fct_health_backtest",
    "fct_module_use_monthly",
    "fct_mrr_monthly",
    "fct_mrr_movements",
    "fct_onboarding_funnel",
    "fct_renewals_monthly",
    "fct_repeat_purchases_monthly",
    "fct_scheduled_changes",
    "fct_subscription_changes",
    "fct_support_monthly",
    "fct_support_tickets",
    "fct_survey_responses",
    "fct_survey_scores_monthly",
    "raw_row_accounting",
}
# Everything with segments has one type of segment more.
CUTS = {
    "fct_activation_monthly",
    "fct_active_users_daily",
    "fct_cohort_retention",
    "fct_contracted_mrr",
    "fct_customer_lifetime_value",
    "fct_engagement_monthly",
    "fct_feature_adoption_monthly",
    "fct_feedback_themes_monthly",
    "fct_freemium_conversion_monthly",
    "fct_module_use_monthly",
    "fct_mrr_monthly",
    "fct_onboarding_funnel",
    "fct_referrals_monthly",
    "fct_renewals_monthly",
    "fct_repeat_purchases_monthly",
    "fct_retention_by_period",
    "fct_retention_cost_monthly",
    "fct_retention_monthly",
    "fct_support_monthly",
    "fct_survey_scores_monthly",
    "fct_trial_conversion_monthly",
    "fct_unit_economics_monthly",
}
# And where a size is shown or weighed by, beside the cuts.
SIZES = {
    "dim_accounts",
    "fct_account_health",
    "fct_advocates",
    "fct_at_risk_accounts",
    "fct_expansion_candidates",
    "fct_health_backtest",
}
HEALTH = {"fct_account_health", "fct_at_risk_accounts", "fct_expansion_candidates"}
HEALTH |= {"fct_health_backtest"}
# Whatever is laid out by day or month, and what rests on it.
MONTHS = (CUTS | HEALTH) - {"fct_contracted_mrr"}
MONTHS |= {"dim_dates", "dim_months", "fct_account_engagement_monthly", "fct_account_months"}
MONTHS |= {"fct_account_value", "fct_advocates", "fct_churned_customers"}
MONTHS |= {"fct_goal_conversion_monthly", "fct_mrr_by_plan_monthly"}
AT_RISK = {"fct_at_risk_accounts"}
EXPANSION = {"fct_expansion_candidates"}


@dataclass(frozen=True)
class Change:
    """A var with another value, or an edit of a seed, and the marts that it changes."""

    name: str
    value: Any
    marts: set[str] = field(default_factory=set)


VARS = [
    Change("reporting_timezone", "Asia/Tokyo", DAYS),
    Change(
        "reporting_currency",
        "EUR",
        MRR | {"fct_advocates", "fct_expansion_candidates", "fct_scheduled_changes"},
    ),
    Change(
        "fx_policy",
        "monthly",
        MRR | {"fct_advocates", "fct_expansion_candidates", "fct_scheduled_changes"},
    ),
    Change(
        "fx_base_month",
        "2026-01",
        MRR | {"fct_advocates", "fct_expansion_candidates", "fct_scheduled_changes"},
    ),
    Change(
        "past_due_grace_days",
        3,
        MRR | PAYING | {"fct_feature_adoption_monthly", "fct_module_use_monthly"},
    ),
    Change(
        "churn_recognition",
        "cancellation_request",
        MRR
        | PAYING
        | {
            "fct_advocates",
            "fct_expansion_candidates",
            "fct_feature_adoption_monthly",
            "fct_module_use_monthly",
            "fct_scheduled_changes",
            "fct_survey_scores_monthly",
        },
    ),
    Change("reactivation_grace_days", 40, MRR | PAYING | {"fct_advocates"}),
    Change(
        "payment_failure_reasons",
        ["too_expensive", "missing_features", "no_longer_needed", "price", "other"],
        {
            "fct_account_months",
            "fct_churned_customers",
            "fct_mrr_movements",
            "fct_retention_monthly",
        },
    ),
    Change("renewal_grace_days", 2, {"fct_renewals_monthly"}),
    Change("fiscal_year_start_month", 4, {"fct_retention_by_period"}),
    Change(
        "trial_conversion_window_days",
        2,
        {"fct_retention_by_period", "fct_trial_conversion_monthly", "fct_trials"},
    ),
    Change("survey_window_days", 1, {"fct_survey_scores_monthly"}),
    Change("churn_feedback_days", 5, {"fct_feedback_themes_monthly"}),
    Change("include_free_text", False, {"fct_churned_customers", "fct_survey_responses"}),
    Change(
        "min_churned_for_lifetime",
        50,
        {"fct_customer_lifetime_value", "fct_retention_cost_monthly", "fct_unit_economics_monthly"},
    ),
    Change("clv_horizon_months", 24, {"fct_customer_lifetime_value"}),
    Change("health_window_days", 10, HEALTH | {"fct_churned_customers"}),
    Change("health_segment_attribute", "region", HEALTH),
    Change("health_backtest_days", 30, {"fct_health_backtest"}),
    Change("signal_min_previous_events", 1, AT_RISK | EXPANSION),
    Change("signal_answer_days", 20, AT_RISK | EXPANSION),
    Change("signal_min_seats", 5, AT_RISK),
    Change("at_risk_bands", ["critical"], AT_RISK | EXPANSION),
    Change("at_risk_usage_change_rate", -0.9, AT_RISK),
    Change("at_risk_renewal_days", 10, AT_RISK),
    Change("at_risk_min_term_months", 1, AT_RISK),
    Change("at_risk_trial_days", 300, AT_RISK),
    Change("at_risk_login_days", 3, AT_RISK),
    Change("at_risk_seat_utilisation_rate", 0.1, AT_RISK),
    Change("at_risk_feature_breadth_rate", 0.9, AT_RISK),
    Change("expansion_bands", ["critical", "weak", "moderate"], EXPANSION),
    Change("expansion_seat_utilisation_rate", 0.1, EXPANSION),
    Change("expansion_usage_change_rate", -0.5, EXPANSION),
    Change(
        "session_gap_minutes",
        5,
        {"fct_account_engagement_monthly", "fct_engagement_monthly", "fct_module_use_monthly"},
    ),
    Change("champion_roles", ["member"], AT_RISK),
    # A day and a month more than there are: the company is younger.
    Change("earliest_date", "1999-12-31", {"dim_dates", "dim_months"}),
    # No months after December 2025: nothing is said of 2026, nor of the accounts as they are now.
    Change("calendar_years", 26, MONTHS),
    # What is accounted for, and how much is read again, is the same.
    Change("max_rejected_share", 0.5),
    Change("late_event_days", 9),
    Change(
        "hash_account_names",
        True,
        {"dim_accounts", "fct_advocates", "fct_at_risk_accounts", "fct_expansion_candidates"},
    ),
    Change("segment_attributes", ["age_band"], CUTS | {"dim_segments"}),
]
SEEDS = [
    Change(
        "survey_scales",
        "update config.survey_scales set high_min = high_min - 1",
        {
            "fct_expansion_candidates",
            "fct_feedback_themes_monthly",
            "fct_survey_responses",
            "fct_survey_scores_monthly",
        },
    ),
    Change(
        "cost_categories",
        "update config.cost_categories set purpose = 'other' where purpose = 'retention'",
        {"fct_retention_cost_monthly", "fct_unit_economics_monthly"},
    ),
    Change(
        "feedback_themes",
        "delete from config.feedback_themes where theme = 'price'",
        {"fct_feedback_themes_monthly"},
    ),
    Change(
        "feature_catalogue",
        "update config.feature_catalogue set module = 'x'",
        {"dim_features", "fct_module_use_monthly"},
    ),
    Change(
        "onboarding_steps",
        "update config.onboarding_steps set within_days = 1",
        {"fct_activation_monthly", "fct_onboarding_funnel"},
    ),
    Change("conversion_goals", "update config.conversion_goals set owner = 'x'"),
    Change(
        "health_action_weights",
        "update config.health_action_weights set impact_score = impact_score + 1",
        HEALTH,
    ),
    Change(
        "health_bands",
        "update config.health_bands set upper_bound = upper_bound + 1, "
        "lower_bound = lower_bound + 1",
        HEALTH | {"fct_churned_customers"},
    ),
    Change(
        "company_size_bands",
        "update config.company_size_bands set company_size = company_size || 'x'",
        CUTS | SIZES | {"dim_segments"},
    ),
    Change("metric_targets", "update config.metric_targets set target = target + 1"),
]
# Vars whose matter is another one than rows of marts, with the test in which they matter.
ELSEWHERE = {
    "test_replay.py::test_history_is_the_same": {"as_of_date"},
    "test_raw_rows.py::test_the_earliest_date_is_the_first_that_is_possible": {"earliest_date"},
    "test_staging_settings.py::test_increments_end_in_the_rows_of_a_full_build": {
        "late_event_days"
    },
    "test_staging_settings.py::test_too_many_rejected_rows_stop_all_that_is_behind": {
        "max_rejected_share"
    },
    "test_places.py::test_mrr_at_doubt_stops_the_build_above_its_share": {"max_mrr_at_doubt_share"},
    "test_optional_tables.py::test_every_optional_table_can_be_switched_off": {
        f"using_{name}" for name, table in read_contract().items() if not table.required
    },
    "test_places.py::test_a_table_is_read_by_its_own_name": {
        "raw_schema",
        "using_loaded_at",
        *(f"{name}_identifier" for name in read_contract()),
    },
    "test_places.py::test_the_database_is_the_targets_unless_a_var_says_another": {"raw_database"},
    "test_decisions.py::test_schemas_of_others_are_not_taken_over": {"schema_prefix"},
    "engines/test_access.py::test_every_mart_can_be_read": {"reader_roles"},
}
# They may be changed above all the same: no mart has other rows then.
CHANGE_NO_MART = {"max_rejected_share", "late_event_days"}


def together(changes: list[Change]) -> list[list[Change]]:
    """Return the changes in as few groups as first fit makes, no two of a group in one mart."""
    groups: list[list[Change]] = []
    for change in sorted(changes, key=lambda change: -len(change.marts)):
        for group in groups:
            if all(change.marts.isdisjoint(other.marts) for other in group):
                group.append(change)
                break
        else:
            groups.append([change])
    return groups


def named(group: list[Change]) -> str:
    return "+".join(change.name for change in group)


@pytest.fixture(scope="module")
def variants(tmp_path_factory: pytest.TempPathFactory) -> Variants:
    """A company that has a case of nearly everything."""
    scratch = tmp_path_factory.mktemp("variants")
    generate(
        Settings(accounts=120, months=20, events=4000, seed=11, bad_share=0, out=scratch / "raw")
    )
    accounts = scratch / "raw" / "accounts.csv"
    header, *rows = accounts.read_text(encoding="utf-8").splitlines()
    bands = [f"{row},{'young' if number % 3 else 'old'}" for number, row in enumerate(rows)]
    accounts.write_text("\n".join([f"{header},age_band", *bands, ""]), encoding="utf-8")
    return Variants(scratch / "raw", scratch, AS_BUILT)


def test_every_var_and_seed_is_changed() -> None:
    """Each var here or in a test that is named; and here none in vain."""
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    elsewhere = set().union(*ELSEWHERE.values())
    assert {change.name for change in VARS} | elsewhere == set(project["vars"])
    assert {change.name for change in VARS if not change.marts} == CHANGE_NO_MART
    assert elsewhere >= CHANGE_NO_MART
    seeds = {path.stem for path in (ROOT / "seeds" / "config").glob("*.csv")}
    assert {change.name for change in SEEDS} | {"metric_catalogue"} == seeds


@pytest.mark.parametrize("test", ELSEWHERE)
def test_the_test_of_a_var_exists(test: str) -> None:
    file, name = test.split("::")
    functions = ast.walk(ast.parse((ROOT / "tests" / "python" / file).read_text(encoding="utf-8")))
    assert name in {node.name for node in functions if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("group", together(VARS), ids=named)
def test_vars_change_what_they_should(group: list[Change], variants: Variants) -> None:
    expected = set().union(*(change.marts for change in group))
    found = variants.marts_changed_by({change.name: change.value for change in group})
    assert found - {"fct_scorecard"} == expected


@pytest.mark.parametrize("group", together(SEEDS), ids=named)
def test_seeds_change_what_they_should(group: list[Change], variants: Variants) -> None:
    expected = set().union(*(change.marts for change in group))
    found = variants.marts_changed_by(seed_edits=[change.value for change in group])
    assert found - {"fct_scorecard"} == expected


def test_targets_change_the_scorecard(variants: Variants) -> None:
    edit = "update config.metric_targets set target = target + 1"
    assert variants.marts_changed_by(seed_edits=[edit]) == {"fct_scorecard"}
