"""What the report reads from the marts: one query each, and how many rows it may bring."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from toolbox.engines.base import Row

# The month picker goes back this far, and a figure shows the months before the one picked.
PICKED_MONTHS = 24
FIGURE_MONTHS = 24
# The file stays small in a company with hundreds of CSMs: of each cut, as many values as fit, those
# with most MRR first.
VALUES_OF_A_CUT = (24, 12, 6, 3)
# Of the lists of accounts, those with most MRR; the marts hold all.
LISTED_ACCOUNTS = 500
# Cuts that dim_accounts holds, so that the lists can be cut as the figures are.
CUTS_OF_ACCOUNTS = (
    "region", "country", "industry", "company_size", "acquisition_channel", "csm_owner",
    "signup_cohort",
)  # fmt: skip


@dataclass(frozen=True)
class Dataset:
    """Columns of one mart; with sums among them, grouped by the others.

    `month`: its column of months, None for a list of today. `is_cut`: it has the segment columns.
    `where`: which rows. `months`: how many before the newest one (those ahead are kept).
    """

    name: str
    mart: str
    columns: tuple[str, ...]
    month: str | None = None
    is_cut: bool = False
    where: str = "1 = 1"
    months: int = PICKED_MONTHS + FIGURE_MONTHS

    @property
    def selected(self) -> tuple[str, ...]:
        """The columns of the query, in order; the month is called `month` in the page."""
        segment = ("segment_type", "segment_value") if self.is_cut else ()
        month = (self.month,) if self.month else ()
        return (*month, *segment, *self.columns)

    @property
    def names(self) -> tuple[str, ...]:
        """What the page calls the columns."""
        names = (column.rpartition(" as ")[2] for column in self.selected)
        return tuple("month" if name == self.month else name for name in names)

    def query(self, relation: str, as_of: datetime.date) -> str:
        """Return the query; `as_of` is the last day that counts."""
        text = f"select {', '.join(self.selected)} from {relation} where {self.where}"
        if self.month:
            text += f" and {self.month} >= cast('{months_before(as_of, self.months)}' as date)"
        keys = [column for column in self.selected if "(" not in column]
        return text if len(keys) == len(self.selected) else f"{text} group by {', '.join(keys)}"


def months_before(day: datetime.date, count: int) -> datetime.date:
    """Return the first of the month `count` months before the month of `day`."""
    months = day.year * 12 + day.month - 1 - count
    return datetime.date(months // 12, months % 12 + 1, 1)


def _with_interval(rate: str) -> tuple[str, str, str]:
    return rate, f"{rate}_ci_low", f"{rate}_ci_high"


_MONTHLY = (
    Dataset(
        "mrr",
        "fct_mrr_monthly",
        (
            "opening_mrr", "new_mrr", "expansion_mrr", "reactivation_mrr", "contraction_mrr",
            "churned_mrr", "fx_mrr", "net_new_mrr", "mrr", "arr", "customer_count", "arpa",
            "quick_ratio", "is_partial_month",
        ),
        "mrr_month",
    ),
    Dataset(
        "retention",
        "fct_retention_monthly",
        (
            "opening_customer_count", "churned_customer_count",
            *_with_interval("customer_churn_rate"),
            "gross_revenue_retention_rate", "net_revenue_retention_rate",
            "trailing_12_gross_revenue_retention_rate", "trailing_12_net_revenue_retention_rate",
            "cancelled_customer_count", "payment_failure_customer_count",
            "downgraded_to_free_customer_count", "paused_customer_count",
            "fully_discounted_customer_count", "unknown_customer_count",
        ),
        "mrr_month",
    ),
    Dataset(
        "renewals",
        "fct_renewals_monthly",
        ("due_term_count", "renewed_term_count", *_with_interval("renewal_rate"), "is_matured"),
        "due_month",
        where="billing_interval = 'all'",
    ),
    Dataset(
        "surveys",
        "fct_survey_scores_monthly",
        (
            "survey_type", "response_count", *_with_interval("nps_score"),
            *_with_interval("csat_satisfied_rate"), *_with_interval("ces_easy_rate"),
        ),
        "survey_month",
        where="touchpoint = 'all' and survey_type in ('nps', 'csat', 'ces')",
    ),
    Dataset(
        "themes",
        "fct_feedback_themes_monthly",
        ("theme", "comment_count", "churned_with_theme_count"),
        "feedback_month",
        where="(comment_count > 0 or churned_with_theme_count > 0)",
    ),
    Dataset(
        "engagement",
        "fct_engagement_monthly",
        (
            "live_account_count", "active_live_account_count", "mau", "average_dau",
            *_with_interval("product_usage_rate"), "stickiness_rate", "seat_utilisation_rate",
        ),
        "usage_month",
    ),
    Dataset(
        "features",
        "fct_feature_adoption_monthly",
        (
            "feature", "adopting_account_count", "active_account_count",
            *_with_interval("feature_adoption_rate"),
        ),
        "usage_month",
        months=PICKED_MONTHS,
    ),
    Dataset(
        "trials",
        "fct_trial_conversion_monthly",
        (
            "trial_count", "converted_trial_count", "open_trial_count",
            *_with_interval("free_trial_conversion_rate"), "is_matured",
        ),
        "cohort_month",
    ),
    Dataset(
        "onboarding",
        "fct_onboarding_funnel",
        (
            "step_number", "step", "within_days", "entered_account_count", "reached_account_count",
            "dropped_account_count", "waiting_account_count", "is_matured",
        ),
        "cohort_month",
    ),
    Dataset(
        "support",
        "fct_support_monthly",
        (
            "opened_ticket_count", "resolved_ticket_count",
            *_with_interval("first_contact_resolution_rate"), "resolution_hours_median",
            "first_response_minutes_median", "tickets_per_customer",
        ),
        "support_month",
        where="channel = 'all'",
    ),
    Dataset(
        "value",
        "fct_customer_lifetime_value",
        (
            "customer_lifetime_months", "clv_from_churn", "clv_margin_adjusted",
            "clv_from_purchases", "clv_survival",
        ),
        "mrr_month",
    ),
    Dataset(
        "costs",
        "fct_retention_cost_monthly",
        ("customer_retention_cost", "retention_cost_ratio"),
        "mrr_month",
    ),
    Dataset(
        "economics",
        "fct_unit_economics_monthly",
        ("cac", "clv_to_cac", "cac_payback_months", "clv_net_of_costs"),
        "mrr_month",
    ),
    Dataset(
        "cohorts",
        "fct_cohort_retention",
        (
            "months_since", "cohort_customer_count", "retained_customer_count",
            "cohort_retention_rate", "cohort_mrr", "retained_mrr", "cohort_mrr_retention_rate",
            "is_partial_month",
        ),
        "cohort_month",
        months=FIGURE_MONTHS,
    ),
    Dataset(
        "contracted",
        "fct_contracted_mrr",
        (
            "months_ahead", "contracted_mrr", "scheduled_churn_mrr", "signed_change_mrr",
            "discount_change_mrr",
        ),
        "contracted_month",
    ),
)  # fmt: skip

DATASETS: tuple[Dataset, ...] = (
    *(
        Dataset(d.name, d.mart, d.columns, d.month, True, d.where, d.months) for d in _MONTHLY
    ),
    Dataset(
        "scorecard",
        "fct_scorecard",
        (
            "metric", "label", "domain", "unit", "direction", "owner", "actual", "target",
            "target_status", "change_on_month", "change_on_year", "trend", "is_partial_month",
        ),
        "metric_month",
    ),
    Dataset(
        "bands",
        "fct_account_health",
        ("snapshot_date", "health_band", "count(*) as customer_count", "sum(mrr) as mrr"),
        "snapshot_month",
        where="(is_month_end or is_latest) and is_customer",
    ),
    Dataset(
        "backtest",
        "fct_health_backtest",
        (
            "backtest_date", "health_band", "account_count", "churned_count",
            *_with_interval("churn_rate"), "churn_rate_of_all", "auc", "auc_ci_low", "auc_ci_high",
        ),
        where="backtest_scope = 'all_month_ends'",
    ),
    Dataset(
        "risk",
        "fct_at_risk_accounts",
        (
            "account_id", "list_position", "account_name", "csm_owner", "mrr_at_stake",
            "renewal_date", "service_end_date", "reason_count", "reasons_sentence", "health_band",
        ),
        where=f"list_position <= {LISTED_ACCOUNTS}",
    ),
    Dataset(
        "candidates",
        "fct_expansion_candidates",
        (
            "account_id", "list_position", "account_name", "csm_owner", "mrr", "sign_count",
            "signs_sentence", "is_at_risk", "health_band",
        ),
        where=f"list_position <= {LISTED_ACCOUNTS}",
    ),
    Dataset(
        "quality", "raw_row_accounting", ("source_table", "outcome", "rule", "row_count")
    ),
)  # fmt: skip


def plain(value: object) -> object:
    """Return a value as JSON has it: months as "2026-06", other days as "2026-06-30"."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float):
        return round(value, 5)
    return value


def columns_of(dataset: Dataset, rows: Sequence[Row]) -> dict[str, list[object]]:
    """Return the rows turned into one list a column, months without their day."""
    table: dict[str, list[object]] = {}
    for position, name in enumerate(dataset.names):
        values = [plain(row[position]) for row in rows]
        table[name] = [str(value)[:7] for value in values] if name == "month" else values
    return table
