"""What the companies of one build have in common: vars, the as-of date and exchange rates.

dbt takes longer to compile a new set of vars than to build a company, so there are few of them.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from generated.values import Row

# One column of raw accounts says whose company they are: it is cut by like any attribute.
ATTRIBUTE = "company"
ALWAYS: Mapping[str, Any] = {"reporting_currency": "USD", "segment_attributes": [ATTRIBUTE]}


def rates(*rows: tuple[str, str, str]) -> list[Row]:
    """Return raw exchange rates."""
    return [
        dict(zip(("rate_month", "currency", "rate_to_reporting"), r, strict=True)) for r in rows
    ]


# Euros, some months without a rate; pounds from a month in the middle on; one bad row, one double.
RATES = rates(
    ("2023-02-01", "EUR", "1.1"),
    ("2023-05-17", "EUR", "1.2345"),
    ("2024-01-01", "EUR", "0.98"),
    ("2024-02-01", "EUR", "1.05"),
    ("2024-03-01", "EUR", "1.3"),
    ("2024-06-01", "EUR", "9"),
    ("2023-09-01", "GBP", "1.25671234"),
    ("2024-02-01", "GBP", "0.91"),
    ("2024-02-29", "GBP", "0.95"),
    ("2024-01-01", "GBP", "0"),
)


@dataclass(frozen=True)
class Surroundings:
    """as_of: the last day that counts; None: the day of the latest event."""

    name: str
    as_of: datetime.date | None
    variables: Mapping[str, Any]
    rates: list[Row] = field(default_factory=lambda: RATES)

    @property
    def all_variables(self) -> dict[str, Any]:
        """Return the vars that differ from the project's, without the as-of date."""
        return {**ALWAYS, **self.variables}


# As the project comes, on a leap day.
PLAIN = Surroundings("plain", datetime.date(2024, 2, 29), {})
# All set to something else, in the middle of a month.
ODD = Surroundings(
    "odd",
    datetime.date(2024, 3, 15),
    {
        "reporting_timezone": "America/New_York",
        "fx_policy": "monthly",
        "reactivation_grace_days": 20,
        "past_due_grace_days": 7,
        "renewal_grace_days": 12,
        "fiscal_year_start_month": 4,
        "trial_conversion_window_days": 9,
        "survey_window_days": 12,
        "churn_feedback_days": 45,
        "min_churned_for_lifetime": 1,
        "clv_horizon_months": 12,
        "session_gap_minutes": 10,
        "health_window_days": 14,
        "health_backtest_days": 60,
        "signal_min_previous_events": 1,
        "at_risk_renewal_days": 100,
        "at_risk_min_term_months": 1,
        "expansion_bands": ["healthy", "thriving"],
    },
)
# The data say the as-of date; what a customer says counts, not when service ends.
ASKED = Surroundings(
    "asked",
    None,
    {
        "churn_recognition": "cancellation_request",
        "reactivation_grace_days": 1,
        "fx_base_month": "2024-01",
        "min_churned_for_lifetime": 1,
        "signal_min_previous_events": 1,
        "signal_answer_days": 31,
        "health_segment_attribute": "region",
    },
)
KNOWN = {around.name: around for around in (PLAIN, ODD, ASKED)}


def surroundings_of(number: int) -> Surroundings:
    """Draw vars and an as-of date, for runs with time for more than the known ones."""
    rng = Random(f"surroundings {number}")
    variables = {
        "reporting_timezone": rng.choice(("UTC", "Asia/Tokyo", "America/New_York", "Europe/Oslo")),
        "fx_policy": rng.choice(("constant", "monthly")),
        "churn_recognition": rng.choice(("service_end", "cancellation_request")),
        "fiscal_year_start_month": rng.randint(1, 12),
        "include_free_text": rng.choice((True, False)),
        "hash_account_names": rng.choice((True, False)),
        "using_loaded_at": rng.choice((True, False)),
    }
    for name in (
        "reactivation_grace_days",
        "past_due_grace_days",
        "renewal_grace_days",
        "trial_conversion_window_days",
        "survey_window_days",
    ):
        variables[name] = rng.choice((0, 1, 2, 7, 12, 20, 30, 31))
    as_of = datetime.date(2024, 1, 31) + datetime.timedelta(rng.randrange(92))
    return Surroundings(f"drawn_{number}", as_of, variables)
