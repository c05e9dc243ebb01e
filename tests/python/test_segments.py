"""Cuts of an awkward company: nothing is lost or counts twice, in any mart with segments."""

from __future__ import annotations

from typing import Any

import pytest

from harness import Built, Project

QUOTED = 'O\'Brien "x"'
# MRR of 100, 10 and 1, so that every sum says whose it is
ACCOUNTS: list[dict[str, Any]] = [
    {"account_id": "nothing"},
    {"account_id": "no_tier", "region": "Nordics", "csm_owner": "Ada", "age_band": "30-40"},
    {"account_id": "quotes", "region": "Nordics", "csm_owner": QUOTED, "age_band": "'40+'; --"},
    {"account_id": "free", "csm_owner": "Ada"},
]
MRR = {"nothing": 100, "no_tier": 10, "quotes": 1, "free": 0}
PLANS = {"nothing": "gold", "no_tier": "bare", "quotes": "gold", "free": "free"}
USERS = [(name, f"{name}_{number}") for name, amount in MRR.items() for number in range(amount)]
RAW: dict[str, list[dict[str, Any]]] = {
    "accounts": [account | {"created_at": "2024-01-15"} for account in ACCOUNTS],
    "plans": [
        {"plan_id": "gold", "plan_tier": "gold", "tier_rank": 1, "billing_interval": "month"},
        {"plan_id": "bare", "billing_interval": "month"},
        {"plan_id": "free", "plan_tier": "free", "billing_interval": "month", "is_free": "true"},
    ],
    "subscriptions": [
        {"subscription_id": name, "account_id": name, "created_at": "2024-01-15"}
        | {"trial_start": "2024-01-15", "trial_end": "2024-01-15"}
        for name in MRR
    ],
    "subscription_changes": [
        {
            "change_id": name,
            "subscription_id": name,
            "effective_at": "2024-01-15",
            "plan_id": PLANS[name],
            "quantity": 1,
            "unit_amount": amount,
            "currency": "EUR",
            "status": "active",
        }
        for name, amount in MRR.items()
    ],
    "invoices": [
        {
            "invoice_id": name,
            "account_id": name,
            "issued_at": "2024-01-15",
            "paid_at": "2024-01-20",
            "amount_due": amount,
            "amount_paid": amount,
            "currency": "EUR",
            "status": "paid",
        }
        for name, amount in MRR.items()
        if amount
    ],
    # of each account one user in January, and one in December for each unit of its MRR, who
    # comments on the price and opens a ticket
    "users": [
        {"user_id": user, "account_id": name, "created_at": "2024-01-15"}
        for name, user in [*USERS, *((name, name) for name in MRR)]
    ],
    "usage_events": [
        {
            "event_id": user,
            "user_id": user,
            "account_id": name,
            "occurred_at": day,
            "event_name": event,
        }
        for name, user, day, event in [
            *((name, name, "2024-01-15", "report_created") for name in MRR),
            *((name, user, "2024-12-10T10:00:00Z", "dashboard_viewed") for name, user in USERS),
        ]
    ],
    "referrals": [
        {"referral_id": name, "referring_account_id": name, "referred_at": "2024-01-15"}
        for name in MRR
    ],
    "survey_responses": [
        {
            "response_id": user,
            "account_id": name,
            "user_id": user,
            "survey_type": "feedback",
            "score": 1,
            "comment": "the price",
            "responded_at": "2024-12-10",
        }
        for name, user in USERS
    ],
    "support_tickets": [
        {"ticket_id": user, "account_id": name, "opened_at": "2024-12-10"} for name, user in USERS
    ],
}
EXPECTED = {
    "total": {"all": 111},
    "plan_tier": {"gold": 101, "unknown": 10},
    "region": {"Nordics": 11, "unknown": 100},
    "csm_owner": {QUOTED: 1, "Ada": 10, "unknown": 100},
    "age_band": {"'40+'; --": 1, "30-40": 10, "unknown": 100},
    "country": {"unknown": 111},
    "industry": {"unknown": 111},
    "company_size": {"unknown": 111},
    "acquisition_channel": {"unknown": 111},
    "signup_cohort": {"2024-Q1": 111},
}
# what each account counts under where it counts once, in the types in which they differ
CUTS = {
    "nothing": {"plan_tier": "gold", "region": "unknown", "csm_owner": "unknown"}
    | {"age_band": "unknown"},
    "no_tier": {"plan_tier": "unknown", "region": "Nordics", "csm_owner": "Ada"}
    | {"age_band": "30-40"},
    "quotes": {"plan_tier": "gold", "region": "Nordics", "csm_owner": QUOTED}
    | {"age_band": "'40+'; --"},
    "free": {"plan_tier": "unknown", "region": "unknown", "csm_owner": "Ada"}
    | {"age_band": "unknown"},
}
# every mart with segments that counts accounts: a column, the rows, the accounts, their tier if
# it is none held at the month's end
COUNTS: dict[str, tuple[str, str, list[str], dict[str, str]]] = {
    "fct_trial_conversion_monthly": (
        "trial_count",
        "cohort_month = '2024-01-01'",
        list(CUTS),
        {"free": "free"},
    ),
    "fct_freemium_conversion_monthly": (
        "free_plan_account_count",
        "mrr_month = '2024-12-01'",
        ["free"],
        {},
    ),
    "fct_onboarding_funnel": (
        "signed_up_account_count",
        "cohort_month = '2024-01-01' and step_number = 4",
        list(CUTS),
        {},
    ),
    "fct_activation_monthly": (
        "activated_account_count",
        "cohort_month = '2024-01-01'",
        list(CUTS),
        {},
    ),
    "fct_referrals_monthly": ("referral_count", "mrr_month = '2024-01-01'", list(CUTS), {}),
}
# every other one, with a column that is the MRR of December and the rows of that month
MARTS = {
    "fct_mrr_monthly": ("mrr", "mrr_month = '2024-12-01'"),
    "fct_contracted_mrr": ("contracted_mrr", "months_ahead = 12"),
    "fct_retention_monthly": ("retained_mrr", "mrr_month = '2024-12-01'"),
    "fct_retention_by_period": (
        "opening_customers_closing_mrr",
        "period_type = 'quarter' and period_start_date = '2024-10-01'",
    ),
    "fct_cohort_retention": ("retained_mrr", "months_since = 11"),
    "fct_renewals_monthly": (
        "renewed_mrr",
        "due_month = '2024-12-01' and billing_interval = 'month'",
    ),
    "fct_repeat_purchases_monthly": ("single_invoice_amount", "mrr_month = '2024-12-01'"),
    "fct_survey_scores_monthly": ("score_sum", "touchpoint = 'all'"),
    "fct_feedback_themes_monthly": (
        "comment_count",
        "theme = 'price' and feedback_month = '2024-12-01'",
    ),
    "fct_support_monthly": ("opened_ticket_count", "channel = 'all'"),
    "fct_customer_lifetime_value": ("mrr", "mrr_month = '2024-12-01'"),
    # every account was won in January
    "fct_retention_cost_monthly": ("arr / 12", "mrr_month = '2024-12-01'"),
    "fct_unit_economics_monthly": ("new_mrr", "mrr_month = '2024-01-01'"),
    "fct_active_users_daily": ("dau", "activity_date = '2024-12-10'"),
    "fct_engagement_monthly": ("active_user_count", "usage_month = '2024-12-01'"),
    "fct_feature_adoption_monthly": ("feature_event_count", "usage_month = '2024-12-01'"),
    "fct_module_use_monthly": ("module_event_count", "usage_month = '2024-12-01'"),
}
AS_OF = "2024-12-31"


@pytest.fixture(scope="module")
def built(project: Project) -> Built:
    """Build the company with a cut of its own, all data tests passing: segments_add_up as well."""
    return project.build(RAW, as_of=AS_OF, variables={"segment_attributes": ["age_band"]})


def test_every_mart_with_segments_is_looked_at(built: Built) -> None:
    rows = built.query(
        "select distinct table_name from information_schema.columns"
        " where table_schema = 'marts' and column_name = 'segment_type'"
    )
    facts = {row["table_name"] for row in rows} - {"dim_segments"}
    assert facts == set(MARTS) | set(COUNTS)


@pytest.mark.parametrize("mart", [*MARTS, *COUNTS])
def test_every_segment_of_a_fact_is_in_the_dimension(built: Built, mart: str) -> None:
    unknown = built.query(
        f"select distinct segment_type, segment_value from marts.{mart}"
        " except select segment_type, segment_value from marts.dim_segments"
    )
    assert unknown == []


@pytest.mark.parametrize("mart", MARTS)
def test_each_value_counts_under_itself_or_unknown(built: Built, mart: str) -> None:
    column, condition = MARTS[mart]
    rows = built.query(
        f"select segment_type, segment_value, {column} as amount"
        f" from marts.{mart} where {condition} and {column} != 0"
    )
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        assert row["segment_value"] not in found.setdefault(row["segment_type"], {})
        found[row["segment_type"]][row["segment_value"]] = row["amount"]
    assert found == EXPECTED


@pytest.mark.parametrize("mart", COUNTS)
def test_each_account_counts_once_under_itself_or_unknown(built: Built, mart: str) -> None:
    column, condition, accounts, tiers = COUNTS[mart]
    rows = built.query(
        f"select segment_type, segment_value, {column} as number"
        f" from marts.{mart} where {condition} and {column} != 0"
    )
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["segment_type"], {})[row["segment_value"]] = row["number"]
    number = len(accounts)
    expected: dict[str, dict[str, int]] = {name: {"unknown": number} for name in EXPECTED}
    expected |= {"total": {"all": number}, "signup_cohort": {"2024-Q1": number}}
    for name in ("plan_tier", "region", "csm_owner", "age_band"):
        expected[name] = {}
        for account in accounts:
            value = CUTS[account][name]
            if name == "plan_tier":
                value = tiers.get(account, value)
            expected[name][value] = expected[name].get(value, 0) + 1
    assert found == expected


def test_no_segment_is_null_or_empty(built: Built) -> None:
    for mart in (*MARTS, *COUNTS):
        assert not built.query(
            f"from marts.{mart} where coalesce(segment_type, '') = ''"
            " or coalesce(segment_value, '') = ''"
        )


def test_who_pays_nothing_holds_no_tier(built: Built) -> None:
    rows = built.query(
        "select segment_type, segment_value, opening_free_account_count as accounts"
        " from marts.fct_retention_monthly where mrr_month = '2024-12-01'"
        " and opening_free_account_count > 0"
        " and segment_type in ('total', 'plan_tier', 'csm_owner')"
    )
    assert sorted(tuple(row.values()) for row in rows) == [
        ("csm_owner", "Ada", 1),
        ("plan_tier", "unknown", 1),
        ("total", "all", 1),
    ]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Age Band", ": list columns of raw accounts, lower case"),
        ("age_band'", ": list columns of raw accounts, lower case"),
        ("contact_email", ", which says who somebody is: take it out"),
    ],
)
def test_a_name_that_cannot_be_cut_by_is_one_line(project: Project, name: str, reason: str) -> None:
    built = project.build(
        RAW,
        as_of=AS_OF,
        variables={"segment_attributes": [name]},
        select="int_account_attributes",
        check=False,
    )
    (problem,) = built.outcome.problems
    assert f"var segment_attributes names '{name}'{reason}" in problem.message
    assert "\n" not in problem.message


def test_a_column_that_raw_accounts_lacks_is_named(project: Project) -> None:
    built = project.build(
        RAW,
        as_of=AS_OF,
        variables={"segment_attributes": ["mood"]},
        select="+int_account_attributes",
        check=False,
    )
    assert not built.outcome.success
    assert any("mood" in problem.message for problem in built.outcome.problems)
