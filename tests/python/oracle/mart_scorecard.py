"""The scorecard and the first report of its history, from the oracle's own marts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from oracle.figures import rate
from oracle.retention import later
from oracle.revenue import Day, Row
from oracle.rounded import rounded
from oracle.scorecard import Target, judge
from oracle.settings import ROOT, contract
from oracle.world import World

Rows = Iterator[dict[str, Any]]
Marts = Callable[[str], list[dict[str, Any]]]
SURVEYS = {
    "nps_score": "nps",
    "survey_response_rate": "nps",
    "csat_average": "csat",
    "csat_satisfied_rate": "csat",
    "ces_average": "ces",
    "ces_easy_rate": "ces",
    "feedback_average": "feedback",
}
# Marts with one value a month, their column of the month, and what else names that one row.
MONTHLY: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "fct_mrr_monthly": ("mrr_month", {}),
    "fct_retention_monthly": ("mrr_month", {}),
    "fct_renewals_monthly": ("due_month", {"billing_interval": "twelve_months_and_more"}),
    "fct_repeat_purchases_monthly": ("mrr_month", {}),
    "fct_customer_lifetime_value": ("mrr_month", {}),
    "fct_retention_cost_monthly": ("mrr_month", {}),
    "fct_unit_economics_monthly": ("mrr_month", {}),
    "fct_survey_scores_monthly": ("survey_month", {"touchpoint": "all"}),
    "fct_support_monthly": ("support_month", {"channel": "all"}),
    "fct_engagement_monthly": ("usage_month", {}),
    "fct_trial_conversion_monthly": ("cohort_month", {}),
    "fct_freemium_conversion_monthly": ("mrr_month", {}),
    "fct_activation_monthly": ("cohort_month", {}),
    "fct_referrals_monthly": ("mrr_month", {}),
}
# Money and counts are exact; of a rate eight decimals are kept.
PLACES = 8
# A metric of one of these marts that has no one value a month.
LEFT_OUT = ("high_score_rate",)


def _metrics(world: World) -> list[Row]:
    return [
        row
        for row in world.seeds["metric_catalogue"]
        if row["model"] in MONTHLY and row["metric"] not in LEFT_OUT
    ]


def _values(world: World, marts: Marts) -> dict[str, dict[Day, Decimal | None]]:
    """Return every metric's value by month; None where there is none."""
    found: dict[str, dict[Day, Decimal | None]] = {}
    for metric in _metrics(world):
        month_column, only = MONTHLY[metric["model"]]
        wanted = dict(only) | {"segment_type": "total"}
        if metric["metric"] in SURVEYS:
            wanted["survey_type"] = SURVEYS[metric["metric"]]
        values: dict[Day, Decimal | None] = dict.fromkeys(world.months)
        for row in marts(metric["model"]):
            if all(row[name] == value for name, value in wanted.items()):
                values[row[month_column]] = _exact(row[metric["column"]])
        found[metric["metric"]] = values
    return found


def _exact(value: Any) -> Decimal | None:
    if value is None or isinstance(value, Decimal):
        return value
    return Decimal(value) if isinstance(value, int) else rounded(value, PLACES)


def scorecard(world: World, marts: Marts) -> Rows:
    """Yield fct_scorecard."""
    targets: dict[str, list[Target]] = defaultdict(list)
    for row in world.seeds["metric_targets"]:
        target = Target(row["valid_from"], row["target"], row["near_distance"])
        targets[row["metric"]].append(target)
    values = _values(world, marts)
    for metric in _metrics(world):
        name, known = metric["metric"], values[metric["metric"]]
        for month in world.months:
            is_partial = world.is_partial(month)
            judged = judge(
                known,
                month,
                direction=metric["direction"],
                targets=targets[name],
                is_partial=is_partial,
            )
            aims = [target for target in targets[name] if target.valid_from <= month]
            aim = max(aims, key=lambda target: target.valid_from, default=None)
            names = ("metric", "label", "domain", "unit", "direction", "owner")
            yield {column: metric[column] for column in names} | {
                "metric_month": month,
                "actual": known[month],
                "target": judged.target,
                "near_distance": aim.near_distance if aim else None,
                "target_miss": judged.miss,
                "target_attainment": judged.attainment,
                "target_status": judged.status,
                "month_before_actual": known.get(later(month, -1)),
                "change_on_month": judged.change_on_month,
                "year_before_actual": known.get(later(month, -12)),
                "change_on_year": judged.change_on_year,
                "last_3_months_average": None if is_partial else _average(known, month, 0),
                "earlier_3_months_average": None if is_partial else _average(known, month, 3),
                "trend": judged.trend,
                "is_partial_month": is_partial,
            }


def _average(values: Mapping[Day, Decimal | None], month: Day, before: int) -> float | None:
    three = [values.get(later(month, -number)) for number in range(before, before + 3)]
    known = [Fraction(value) for value in three if value is not None]
    return rate(sum(known, Fraction(0)), 3) if len(known) == 3 else None


def metric_history(world: World, marts: Marts) -> Rows:
    """Yield fct_metric_history as the first build of a company writes it: all that has a value."""
    version = re.search(
        r'^version: "(.+)"$', (ROOT / "dbt_project.yml").read_text(encoding="utf-8"), re.MULTILINE
    )
    counts = {
        f"{table}_row_count": sum(row.outcome == "staged" for row in rows)
        for table, rows in world.staging.judged.items()
    }
    assert set(counts) == {f"{table}_row_count" for table in contract()}
    for name, values in _values(world, marts).items():
        for month, value in values.items():
            if value is None or month not in world.months:
                continue
            yield {
                "metric": name,
                "metric_month": month,
                "as_of_date": world.as_of,
                "reported_value": value,
                "is_partial_month": world.is_partial(month),
                "earlier_reported_at": None,
                "earlier_as_of_date": None,
                "earlier_value": None,
                "change_reason": "first_report",
                "change_detail": None,
                "project_version": version[1] if version else None,
                **counts,
            }


MARTS = {"fct_scorecard": scorecard, "fct_metric_history": metric_history}
