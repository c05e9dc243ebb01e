"""The scorecard holds every metric, judges it right, and keeps what was reported."""

from __future__ import annotations

import csv
import datetime
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import jinja2
import pytest
import yaml

from harness import UNTESTED, Built, Project, RawTables, query, write_raw
from oracle.scorecard import Judgement, Target, judge
from toolbox.contract import ROOT, read_contract

SEEDS = ROOT / "seeds" / "config"
PROJECT_FILE = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))


def seed_rows(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def returned(path: str, macro: str) -> Any:
    """Return what a macro returns that needs nothing but the list of raw tables."""
    found: list[Any] = []
    environment = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=False)
    environment.globals |= {
        "return": lambda value: found.append(value) or "",
        "raw_tables": lambda: list(read_contract()),
    }
    text = (ROOT / "macros" / "scorecard" / path).read_text(encoding="utf-8")
    getattr(environment.from_string(text).module, macro)()
    return found[0]


MARTS: list[dict[str, Any]] = returned("scorecard_marts.sql", "scorecard_marts")
COLUMNS: dict[str, tuple[str, str]] = {
    metric: (mart["model"], column)
    for mart in MARTS
    for metric, column in [
        *((name, name) for name in mart["metrics"]),
        *mart.get("renamed", {}).items(),
    ]
}


# --- the lists ----------------------------------------------------------------------------------


def test_every_metric_is_on_the_scorecard_or_says_why_not() -> None:
    register = {
        row["metric"]: (row["model"], row["column"]) for row in seed_rows("metric_catalogue")
    }
    reasons = returned("scorecard_marts.sql", "metrics_off_the_scorecard")
    left_out = [metric for metrics in reasons.values() for metric in metrics]
    listed = [name for mart in MARTS for name in [*mart["metrics"], *mart.get("renamed", {})]]
    assert sorted([*listed, *left_out]) == sorted(register)
    assert {metric: register[metric] for metric in COLUMNS} == COLUMNS


def test_every_target_is_of_a_metric_that_can_be_judged() -> None:
    directions = {row["metric"]: row["direction"] for row in seed_rows("metric_catalogue")}
    wrong = {
        row["metric"]
        for row in seed_rows("metric_targets")
        if row["metric"] not in COLUMNS or directions[row["metric"]] not in ("up", "down")
    }
    assert wrong == set()


def test_every_var_defines_the_numbers_or_does_not() -> None:
    defining = returned("definition_fingerprints.sql", "defining_vars")
    others = returned("definition_fingerprints.sql", "other_vars")
    assert sorted([*defining, *others]) == sorted(PROJECT_FILE["vars"])


def test_the_history_knows_the_projects_version() -> None:
    assert returned("definition_fingerprints.sql", "project_release") == PROJECT_FILE["version"]


# --- the judgement ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scorecard(demo_warehouse: Path) -> list[dict[str, Any]]:
    return query(demo_warehouse, "select * from marts.fct_scorecard order by metric, metric_month")


def test_values_are_those_of_the_marts(
    demo_warehouse: Path, scorecard: list[dict[str, Any]]
) -> None:
    """Every month of a mart is a month of the scorecard, with the same value to eight decimals."""
    found: dict[str, dict[datetime.date, Any]] = defaultdict(dict)
    for mart in MARTS:
        rows = query(demo_warehouse, f"from marts.{mart['model']} where {mart['only']}")
        assert rows, f"{mart['model']}: no rows where {mart['only']}"
        months = [row[mart["month"]] for row in rows]
        assert len(months) == len(set(months)), f"{mart['model']}: several rows a month"
        for metric in [*mart["metrics"], *mart.get("renamed", {})]:
            found[metric] = {row[mart["month"]]: row[COLUMNS[metric][1]] for row in rows}
    months_of_all = {row["metric_month"] for row in scorecard}
    assert {metric for metric, values in found.items() if set(values) - months_of_all} == set()

    wrong = []
    for row in scorecard:
        value = found[row["metric"]].get(row["metric_month"])
        if isinstance(value, Decimal | int) or value is None:
            same = row["actual"] == value
        else:
            same = abs(row["actual"] - Decimal(value)) <= Decimal("0.000000005000001")
        if not same:
            wrong.append((row["metric"], row["metric_month"], row["actual"], value))
    assert wrong == []
    assert len(scorecard) == len(found) * len(months_of_all)


def test_judgement_agrees(scorecard: list[dict[str, Any]]) -> None:
    targets = defaultdict(list)
    for row in seed_rows("metric_targets"):
        day = datetime.date.fromisoformat(row["valid_from"])
        targets[row["metric"]].append(
            Target(day, Decimal(row["target"]), Decimal(row["near_distance"]))
        )
    values: dict[str, dict[datetime.date, Decimal | None]] = defaultdict(dict)
    for row in scorecard:
        values[row["metric"]][row["metric_month"]] = row["actual"]
    wrong, statuses, trends = [], set(), set()
    for row in scorecard:
        expected = judge(
            values[row["metric"]],
            row["metric_month"],
            direction=row["direction"],
            targets=targets[row["metric"]],
            is_partial=row["is_partial_month"],
        )
        attainment = row["target_attainment"]
        if attainment is not None and expected.attainment == pytest.approx(attainment, rel=1e-12):
            attainment = expected.attainment
        found = Judgement(
            row["target"],
            row["target_miss"],
            attainment,
            row["target_status"],
            row["change_on_month"],
            row["change_on_year"],
            row["trend"],
        )
        if found != expected:
            wrong.append((row["metric"], row["metric_month"], found, expected))
        statuses.add(found.status)
        trends.add(found.trend)
    assert wrong == []
    assert statuses == {None, "on_target", "near", "off_target"}
    assert trends == {None, "up", "down", "flat"}


# --- what was reported --------------------------------------------------------------------------

SUBSCRIPTION = {"subscription_id": "s", "account_id": "a", "created_at": "2024-01-01"}
STATE = {
    "change_id": "c1",
    "subscription_id": "s",
    "effective_at": "2024-01-01",
    "plan_id": "p",
    "quantity": "1",
    "unit_amount": "10",
    "currency": "EUR",
    "status": "active",
    "_loaded_at": "2024-01-02",
}
RAW = {
    "accounts": [{"account_id": "a", "created_at": "2024-01-01"}],
    "plans": [{"plan_id": "p", "billing_interval": "month"}],
    "subscriptions": [SUBSCRIPTION],
    "subscription_changes": [STATE],
}
LATE = RAW | {
    "subscription_changes": [
        STATE,
        STATE
        | {
            "change_id": "c2",
            "effective_at": "2024-04-10",
            "unit_amount": "25",
            "_loaded_at": "2999-01-01",
        },
    ]
}
HISTORY = "select * from marts.fct_metric_history order by reported_at, metric, metric_month"


@pytest.fixture(scope="module")
def reports(project: Project, tmp_path_factory: pytest.TempPathFactory) -> list[Built]:
    """April reported in time; again in full, with a late row; in part."""
    folder = tmp_path_factory.mktemp("reports")

    def report(raw: RawTables, onto: Built | None, *more: str, **given: str) -> Built:
        settings = {"as_of": "2024-04-30", "select": "+fct_metric_history"} | given
        return project.build(
            write_raw(folder, raw), onto=onto, arguments=[*UNTESTED, *more], **settings
        )

    first = report(RAW, None)
    late = report(LATE, first, "--full-refresh")
    part = report(RAW, late, select="+fct_mrr_monthly int_metric_values fct_metric_history")
    return [first, late, part]


def test_a_report_is_kept_once(reports: list[Built]) -> None:
    """A full refresh keeps it, and what is the same again is not said again."""
    first, late, _ = (built.query(HISTORY) for built in reports)
    assert {row["change_reason"] for row in first} == {"first_report"}
    assert {row["metric"] for row in first} >= {"mrr", "arpa", "customer_churn_rate"}
    assert all(row["reported_value"] is not None for row in first)
    assert late[: len(first)] == first
    same = {row["metric"] for row in first} - {row["metric"] for row in late[len(first) :]}
    assert same >= {"customer_count", "new_mrr", "customer_churn_rate", "customer_retention_rate"}


def test_a_late_row_is_named_beside_both_values(reports: list[Built]) -> None:
    first, late, _ = (built.query(HISTORY) for built in reports)
    news = late[len(first) :]
    (april,) = [row for row in news if row["metric"] == "mrr"]
    assert april["metric_month"] == datetime.date(2024, 4, 1)
    assert (april["earlier_value"], april["reported_value"]) == (10, 25)
    assert april["earlier_reported_at"] == first[0]["reported_at"] < april["reported_at"]
    assert april["subscription_changes_row_count"] == 2
    assert {(row["change_reason"], row["change_detail"]) for row in news} == {
        ("late_rows", "subscription_changes 1 (c2)")
    }
    assert {row["metric_month"] for row in news} == {datetime.date(2024, 4, 1)}
    assert {row["metric"] for row in news} >= {"arr", "expansion_mrr", "net_revenue_retention_rate"}
    assert "customer_count" not in {row["metric"] for row in news}


def test_a_run_of_a_part_reports_nothing(reports: list[Built]) -> None:
    _, late, part = reports
    (mrr,) = part.query(
        "select mrr from marts.fct_mrr_monthly"
        " where segment_type = 'total' and mrr_month = '2024-04-01'"
    )
    assert mrr["mrr"] == 10
    assert part.query(HISTORY) == late.query(HISTORY)
