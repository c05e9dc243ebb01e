"""What the report shows: figures, tiles and lists, in their order, each with its definitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from toolbox.report import charts
from toolbox.report.charts import COUNT, MONEY, ONE_DECIMAL, RATE, WHOLE_RATE, Series, Spec


class Column(NamedTuple):
    """A column of a table. `kind` says how it is written (report.js knows each)."""

    name: str
    label: str
    kind: str


@dataclass(frozen=True)
class Figure:
    """One chart with the numbers behind it.

    `window`: which months of the dataset it shows, counted from the month picked: "months" (those
    before it, too), "month" (it alone), "year" (the twelve up to it), "cohorts", or "all" (what
    does not depend on it). `metrics`: docs blocks that define what is shown.
    """

    key: str
    section: str
    title: str
    lead: str
    dataset: str
    chart: Spec
    metrics: tuple[str, ...]
    columns: tuple[Column, ...]
    legend: tuple[Series, ...] = ()
    window: str = "months"
    is_wide: bool = False
    empty: str = "Nothing to show for this choice."


class Tile(NamedTuple):
    """One number of the month picked, beside the month before."""

    label: str
    dataset: str
    column: str
    kind: str
    metric: str


class AccountList(NamedTuple):
    """A list of accounts as of today, to sort and search."""

    key: str
    section: str
    title: str
    lead: str
    dataset: str
    metrics: tuple[str, ...]
    columns: tuple[Column, ...]


SECTIONS = (
    ("scorecard", "Scorecard"),
    ("revenue", "Revenue"),
    ("retention", "Retention"),
    ("value", "Customer value"),
    ("voice", "Voice of the customer"),
    ("usage", "Use of the product"),
    ("growth", "Trials and onboarding"),
    ("support", "Support"),
    ("health", "Health"),
    ("accounts", "Accounts to talk to"),
    ("quality", "Data quality"),
)

TILES = (
    Tile("MRR", "mrr", "mrr", "money", "mrr"),
    Tile("Net new MRR", "mrr", "net_new_mrr", "money", "net_new_mrr"),
    Tile("Customers", "mrr", "customer_count", "count", "customer_count"),
    Tile("Customer churn", "retention", "customer_churn_rate", "rate", "customer_churn_rate"),
    Tile(
        "NRR of 12 months", "retention", "trailing_12_net_revenue_retention_rate", "rate",
        "trailing_12_net_revenue_retention_rate",
    ),
    Tile(
        "GRR of 12 months", "retention", "trailing_12_gross_revenue_retention_rate", "rate",
        "trailing_12_gross_revenue_retention_rate",
    ),
    Tile("ARPA", "mrr", "arpa", "money", "arpa"),
    Tile("Quick ratio", "mrr", "quick_ratio", "ratio", "quick_ratio"),
)  # fmt: skip
# Beside the lifetime values: what a customer costs.
VALUE_TILES = (
    Tile("Lifetime", "value", "customer_lifetime_months", "months", "customer_lifetime_months"),
    Tile("Retention cost", "costs", "customer_retention_cost", "money", "customer_retention_cost"),
    Tile("CAC", "economics", "cac", "money", "cac"),
    Tile("CLV to CAC", "economics", "clv_to_cac", "ratio", "clv_to_cac"),
    Tile("CAC payback", "economics", "cac_payback_months", "months", "cac_payback_months"),
    Tile("CLV net of costs", "economics", "clv_net_of_costs", "money", "clv_net_of_costs"),
)

_MONTH = Column("month", "Month", "month")
_KINDS = (
    Series("cancelled_customer_count", "cancelled", "churned"),
    Series("payment_failure_customer_count", "payment failed", "contraction"),
    Series("downgraded_to_free_customer_count", "to the free plan", "expansion"),
    Series("paused_customer_count", "paused", "reactivation"),
    Series("fully_discounted_customer_count", "full discount", "third"),
    Series("unknown_customer_count", "unknown", "fx"),
)
_VALUES = (
    Series("clv_from_churn", "from churn", "new"),
    Series("clv_margin_adjusted", "with margin", "reactivation"),
    Series("clv_from_purchases", "from purchases", "contraction"),
    Series("clv_survival", "survival curve", "third"),
)


def _rate_columns(rate: str, label: str) -> tuple[Column, Column, Column]:
    return (
        Column(rate, label, "rate"),
        Column(f"{rate}_ci_low", "at least", "rate"),
        Column(f"{rate}_ci_high", "at most", "rate"),
    )


def figures(health_bands: Sequence[str]) -> list[Figure]:
    """Return every figure; `health_bands` from the worst to the best."""
    return [*_revenue(), *_retention(), *_value(), *_voice(), *_usage(), *_growth(), *_support(),
            *_health(health_bands)]  # fmt: skip


def _revenue() -> list[Figure]:
    movements = (
        Series("new_mrr", "new", "new"),
        Series("expansion_mrr", "expansion", "expansion"),
        Series("reactivation_mrr", "reactivation", "reactivation"),
        Series("contraction_mrr", "contraction", "contraction"),
        Series("churned_mrr", "churned", "churned"),
        Series("fx_mrr", "exchange rates", "fx"),
    )
    net = Series("net_new_mrr", "net new", "ink")
    return [
        Figure(
            "bridge", "revenue", "MRR bridge",
            "What came and what went, month by month; the line is what was left over.",
            "mrr", charts.stacked(movements, MONEY, total=net),
            ("mrr_bridge", "new_mrr", "expansion_mrr", "reactivation_mrr", "contraction_mrr",
             "churned_mrr", "fx_mrr", "net_new_mrr"),
            (_MONTH, Column("opening_mrr", "opening", "money"),
             *(Column(one.column, one.label, "money") for one in (*movements, net)),
             Column("mrr", "closing", "money")),
            is_wide=True,
            legend=(*movements, net),
        ),
        Figure(
            "mrr", "revenue", "MRR", "At the end of each month.", "mrr",
            charts.lines([Series("mrr", "MRR", "new")], MONEY, zero=True,
                         tooltip_format=charts.CENTS),
            ("mrr", "arr", "arpa", "customer_count"),
            (_MONTH, Column("mrr", "MRR", "money"), Column("arr", "ARR", "money"),
             Column("customer_count", "customers", "count"), Column("arpa", "ARPA", "money")),
        ),
        Figure(
            "contracted", "revenue", "What is already agreed",
            "MRR of the coming months if nothing new happens: less what is cancelled, with signed"
            " changes and discounts that end. The axis does not begin at zero.",
            "contracted",
            charts.lines([Series("contracted_mrr", "contracted MRR", "new")], MONEY,
                         tooltip_format=charts.CENTS),
            ("contracted_mrr", "scheduled_churn_mrr"),
            (_MONTH, Column("scheduled_churn_mrr", "scheduled churn", "money"),
             Column("signed_change_mrr", "signed changes", "money"),
             Column("discount_change_mrr", "discounts", "money"),
             Column("contracted_mrr", "contracted MRR", "money")),
            window="all",
        ),
    ]  # fmt: skip


def _retention() -> list[Figure]:
    retained = (
        Series("trailing_12_net_revenue_retention_rate", "NRR, 12 months", "new"),
        Series("trailing_12_gross_revenue_retention_rate", "GRR, 12 months", "churned"),
        Series("net_revenue_retention_rate", "NRR of the month", "expansion"),
        Series("gross_revenue_retention_rate", "GRR of the month", "contraction"),
    )
    return [
        Figure(
            "retained", "retention", "GRR and NRR",
            "What is left of the MRR that was there before, without and with its growth.",
            "retention", charts.lines(retained, WHOLE_RATE, level=1, tooltip_format=RATE),
            ("gross_revenue_retention_rate", "net_revenue_retention_rate",
             "trailing_12_gross_revenue_retention_rate",
             "trailing_12_net_revenue_retention_rate"),
            (_MONTH, *(Column(one.column, one.label, "rate") for one in retained)),
            legend=retained,
        ),
        Figure(
            "churn", "retention", "Customer churn",
            "The band is where the true rate may lie, given so few customers (95 %).",
            "retention",
            charts.lines([Series("customer_churn_rate", "churn", "churned")], WHOLE_RATE,
                         banded=("customer_churn_rate",), zero=True, tooltip_format=RATE),
            ("customer_churn_rate", "confidence_interval"),
            (_MONTH, Column("opening_customer_count", "at opening", "count"),
             Column("churned_customer_count", "churned", "count"),
             *_rate_columns("customer_churn_rate", "churn")),
        ),
        Figure(
            "kinds", "retention", "Why customers churned", "Customers lost, by kind.",
            "retention", charts.stacked(_KINDS, COUNT),
            ("churn_by_kind", "churn_kind"),
            (_MONTH, *(Column(one.column, one.label, "count") for one in _KINDS)),
            legend=_KINDS,
        ),
        Figure(
            "renewals", "retention", "Renewal rate",
            "Of the terms due in a month, those that were renewed; a month still open has none.",
            "renewals",
            charts.lines([Series("renewal_rate", "renewal rate", "reactivation")], WHOLE_RATE,
                         banded=("renewal_rate",), tooltip_format=RATE),
            ("renewal_rate", "terms"),
            (_MONTH, Column("due_term_count", "due", "count"),
             Column("renewed_term_count", "renewed", "count"),
             *_rate_columns("renewal_rate", "renewal rate"),
             Column("is_matured", "all decided", "flag")),
        ),
        Figure(
            "cohorts", "retention", "Customers kept, by cohort",
            "Of the customers of a first month, the share that is there so many months later.",
            "cohorts", charts.heat("cohort_retention_rate", "cohort_customer_count"),
            ("cohort_retention_rate",),
            (Column("cohort", "Cohort", "month"), Column("months_since", "months since", "count"),
             Column("cohort_customer_count", "began", "count"),
             Column("retained_customer_count", "there", "count"),
             Column("cohort_retention_rate", "kept", "rate")),
            window="cohorts", is_wide=True,
        ),
        Figure(
            "cohort_mrr", "retention", "MRR kept, by cohort",
            "Of the MRR of a first month, what the same customers bring so many months later.",
            "cohorts", charts.heat("cohort_mrr_retention_rate", "cohort_mrr"),
            ("cohort_mrr_retention_rate",),
            (Column("cohort", "Cohort", "month"), Column("months_since", "months since", "count"),
             Column("cohort_mrr", "began with", "money"),
             Column("retained_mrr", "brings", "money"),
             Column("cohort_mrr_retention_rate", "kept", "rate")),
            window="cohorts", is_wide=True,
        ),
    ]  # fmt: skip


def _value() -> list[Figure]:
    return [
        Figure(
            "value", "value", "Lifetime value, four ways",
            "They answer different questions; where they disagree, ask why before quoting one.",
            "value", charts.lines(_VALUES, MONEY, zero=True, tooltip_format=charts.CENTS),
            ("clv_from_churn", "clv_margin_adjusted", "clv_from_purchases", "clv_survival",
             "customer_retention_cost"),
            (_MONTH, Column("customer_lifetime_months", "lifetime, months", "ratio"),
             *(Column(one.column, one.label, "money") for one in _VALUES)),
            is_wide=True,
            legend=_VALUES,
        )
    ]  # fmt: skip


def _voice() -> list[Figure]:
    asked = (
        Series("csat_satisfied_rate", "CSAT, satisfied", "new", "datum.survey_type == 'csat'"),
        Series("ces_easy_rate", "CES, easy", "contraction", "datum.survey_type == 'ces'"),
    )
    nps = Series("nps_score", "NPS", "reactivation", "datum.survey_type == 'nps'")
    return [
        Figure(
            "nps", "voice", "NPS", "Promoters less detractors, latest answer of each; with its"
            " interval.",
            "surveys",
            charts.lines([nps], COUNT,
                         banded=("nps_score",), level=0, tooltip_format=ONE_DECIMAL),
            ("nps_score",),
            (_MONTH, Column("response_count", "answers", "count"),
             Column("nps_score", "NPS", "points"), Column("nps_score_ci_low", "at least", "points"),
             Column("nps_score_ci_high", "at most", "points")),
        ),
        Figure(
            "satisfaction", "voice", "CSAT and CES",
            "Share of the answers that were satisfied, and that found it easy.",
            "surveys",
            charts.lines(asked, WHOLE_RATE, banded=("csat_satisfied_rate", "ces_easy_rate"),
                         tooltip_format=RATE),
            ("csat_satisfied_rate", "csat_average", "ces_easy_rate", "ces_average"),
            (_MONTH, Column("survey_type", "survey", "text"),
             Column("response_count", "answers", "count"),
             *_rate_columns("csat_satisfied_rate", "satisfied"),
             *_rate_columns("ces_easy_rate", "easy")),
            legend=asked,
        ),
        Figure(
            "themes", "voice", "What people speak of",
            "Comments of the month by theme; one comment may have several.",
            "themes",
            charts.ranked("comment_count", "theme", COUNT, colour="expansion", is_banded=False),
            ("theme_comment_count", "churned_customer_theme_rate"),
            (Column("theme", "theme", "text"), Column("comment_count", "comments", "count"),
             Column("churned_with_theme_count", "churned who named it", "count")),
            window="month", is_wide=True,
        ),
    ]  # fmt: skip


def _usage() -> list[Figure]:
    rates = (
        Series("product_usage_rate", "accounts that use it", "new"),
        Series("stickiness_rate", "stickiness (DAU / MAU)", "contraction"),
        Series("seat_utilisation_rate", "seats in use", "reactivation"),
    )
    people = (
        Series("mau", "MAU", "new"),
        Series("average_dau", "DAU, average", "expansion"),
    )
    return [
        Figure(
            "usage", "usage", "Is it used?", "Of live accounts, of active users and of seats sold.",
            "engagement",
            charts.lines(rates, WHOLE_RATE, banded=("product_usage_rate",), zero=True,
                         tooltip_format=RATE),
            ("product_usage_rate", "stickiness_rate", "seat_utilisation_rate"),
            (_MONTH, Column("live_account_count", "live accounts", "count"),
             *_rate_columns("product_usage_rate", "use it"),
             Column("stickiness_rate", "stickiness", "rate"),
             Column("seat_utilisation_rate", "seats in use", "rate")),
            legend=rates,
        ),
        Figure(
            "users", "usage", "Active users",
            "Different users of the last 30 days at month end, and of a day on average.",
            "engagement", charts.lines(people, COUNT, zero=True, tooltip_format=ONE_DECIMAL),
            ("mau", "dau"),
            (_MONTH, Column("mau", "MAU", "count"), Column("average_dau", "DAU", "ratio")),
            legend=people,
        ),
        Figure(
            "features", "usage", "Feature adoption",
            "Of the accounts active in the month, the share that used a feature.",
            "features",
            charts.ranked("feature_adoption_rate", "feature", WHOLE_RATE, colour="new",
                          is_banded=True),
            ("feature_adoption_rate",),
            (Column("feature", "feature", "text"),
             Column("adopting_account_count", "use it", "count"),
             Column("active_account_count", "active", "count"),
             *_rate_columns("feature_adoption_rate", "adoption")),
            window="month", is_wide=True,
        ),
    ]  # fmt: skip


def _growth() -> list[Figure]:
    steps = (
        Series("reached_account_count", "took the step", "reactivation"),
        Series("waiting_account_count", "still in time", "fx"),
        Series("dropped_account_count", "left here", "churned"),
    )
    return [
        Figure(
            "trials", "growth", "Trial conversion",
            "By the month in which the trial began; without those that may still convert.",
            "trials",
            charts.lines([Series("free_trial_conversion_rate", "conversion", "new")], WHOLE_RATE,
                         banded=("free_trial_conversion_rate",), zero=True, tooltip_format=RATE),
            ("free_trial_conversion_rate", "trial"),
            (_MONTH, Column("trial_count", "trials", "count"),
             Column("converted_trial_count", "converted", "count"),
             Column("open_trial_count", "still open", "count"),
             *_rate_columns("free_trial_conversion_rate", "conversion"),
             Column("is_matured", "all decided", "flag")),
        ),
        Figure(
            "onboarding", "growth", "Where new accounts leave",
            "Accounts that signed up in the twelve months to the one picked, step by step.",
            "onboarding", charts.funnel(steps),
            ("onboarding", "drop_off_rate", "activation_rate"),
            (_MONTH, Column("step", "step", "text"),
             Column("entered_account_count", "came to it", "count"),
             *(Column(one.column, one.label, "count") for one in steps)),
            window="year",
            legend=steps,
        ),
    ]  # fmt: skip


def _support() -> list[Figure]:
    first = Series("first_contact_resolution_rate", "at first contact", "new")
    hours = Series("resolution_hours_median", "median hours", "contraction")
    return [
        Figure(
            "contact", "support", "Solved at first contact", "Of the tickets resolved in a month.",
            "support",
            charts.lines([first], WHOLE_RATE, banded=(first.column,), tooltip_format=RATE),
            ("first_contact_resolution_rate",),
            (_MONTH, Column("opened_ticket_count", "opened", "count"),
             Column("resolved_ticket_count", "resolved", "count"),
             *_rate_columns(first.column, "first contact")),
        ),
        Figure(
            "hours", "support", "Hours to a solution", "Half of the tickets take longer.",
            "support", charts.lines([hours], ONE_DECIMAL, zero=True),
            ("resolution_hours", "first_response_minutes", "tickets_per_customer"),
            (_MONTH, Column("resolution_hours_median", "hours to solution", "ratio"),
             Column("first_response_minutes_median", "minutes to answer", "ratio"),
             Column("tickets_per_customer", "tickets a customer", "ratio")),
        ),
    ]  # fmt: skip


def _health(order: Sequence[str]) -> list[Figure]:
    return [
        Figure(
            "bands", "health", "Customers by health band", "At the end of each month.",
            "bands", charts.bands(order),
            ("health_score", "health_band"),
            (_MONTH, Column("health_band", "band", "text"),
             Column("customer_count", "customers", "count"), Column("mrr", "MRR", "money")),
            legend=tuple(charts.band_series(order)),
        ),
        Figure(
            "backtest", "health", "Did the score see it coming?",
            "Customers who churned soon after, by the band they were in. The dashed line"
            " is the churn of all: bars on one side of it mean that bands tell something.",
            "backtest", charts.backtest(order),
            ("health_churn_rate", "health_churn_lift", "health_auc"),
            (Column("health_band", "band", "text"), Column("account_count", "customers", "count"),
             Column("churned_count", "churned", "count"), *_rate_columns("churn_rate", "churn"),
             Column("auc", "AUC of all", "ratio"), Column("auc_ci_low", "at least", "ratio"),
             Column("auc_ci_high", "at most", "ratio")),
            window="all",
        ),
    ]  # fmt: skip


LISTS = (
    AccountList(
        "risk", "accounts", "At risk",
        "Today, most MRR first. The reasons are facts about the account, not a prediction.",
        "risk", ("at_risk",),
        (Column("account_name", "Account", "text"), Column("csm_owner", "CSM", "name"),
         Column("mrr_at_stake", "MRR at stake", "money"), Column("health_band", "Band", "text"),
         Column("renewal_date", "Renews", "day"), Column("service_end_date", "Ends", "day"),
         Column("reason_count", "Reasons", "count"),
         Column("reasons_sentence", "Why", "text")),
    ),
    AccountList(
        "candidates", "accounts", "Ready for more",
        "Customers with signs of growth; who is at risk as well is marked.",
        "candidates", ("at_risk",),
        (Column("account_name", "Account", "text"), Column("csm_owner", "CSM", "name"),
         Column("mrr", "MRR", "money"), Column("health_band", "Band", "text"),
         Column("is_at_risk", "At risk", "flag"), Column("sign_count", "Signs", "count"),
         Column("signs_sentence", "Why", "text")),
    ),
)  # fmt: skip

SCORECARD_COLUMNS = (
    Column("label", "Metric", "metric"),
    Column("actual", "Actual", "unit"),
    Column("target", "Target", "unit"),
    Column("target_status", "Status", "status"),
    Column("change_on_month", "On the month", "change"),
    Column("change_on_year", "On the year", "change"),
    Column("trend", "12 months", "spark"),
    Column("owner", "Owner", "text"),
)
