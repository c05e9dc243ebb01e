"""The semantic layer: MetricFlow tells every metric of the register as its mart does."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from harness import Project
from oracle.marts import GRAINS
from semantic_layer import By, Key, SemanticLayer, keyed, month_of, months_in
from toolbox.contract import ROOT

CATALOGUE = ROOT / "seeds" / "config" / "metric_catalogue.csv"
with CATALOGUE.open(encoding="utf-8", newline="") as file:
    REGISTER = {row["metric"]: row for row in csv.DictReader(file)}

TOLERANCE = 1e-9
SEGMENT = {"segment__segment_type": "segment_type", "segment__segment_value": "segment_value"}
A_CUT = "{{ Dimension('segment__segment_type') }} <> 'total'"
# Columns of time in the grains of marts; by day where the mart has days.
TIMES = {"mrr_month", "due_month", "cohort_month", "survey_month", "feedback_month"}
TIMES |= {"support_month", "usage_month", "exposure_month", "contracted_month"}
DAYS = {"activity_date", "snapshot_date", "backtest_date"}
# What a metric tells where no filter asks for something else.
TOLD = {
    "fct_renewals_monthly": "billing_interval = 'twelve_months_and_more'",
    "fct_survey_scores_monthly": "touchpoint = 'all'",
    "fct_support_monthly": "channel = 'all'",
    "fct_goal_conversion_monthly": "channel = 'all'",
    "fct_health_backtest": "backtest_scope = 'month_end' and health_band = 'all'",
}
# What else can be asked for: the dimension, and what is not to be seen beside the others.
OTHERS = {
    "fct_renewals_monthly": ("renewals_monthly__billing_interval", "all", "twelve_months_and_more"),
    "fct_survey_scores_monthly": ("survey_scores_monthly__touchpoint", "all"),
    "fct_support_monthly": ("support_monthly__channel", "all"),
    "fct_goal_conversion_monthly": ("goal_conversion_monthly__channel", "all"),
    "fct_health_backtest": ("health_backtest__health_band", "all"),
}
# Which survey a metric is of, where its column holds several.
SURVEYS = {"nps_score": "survey_type = 'nps'"}
ENTITIES = {"plan": "plan_id", "account": "account_id", "feature": "feature"}

# Not from two sums, but from sums all the same.
REWORKED = {"repeat_spend_ratio", "feature_breadth_rate"}

SEGMENTED = [name for name, row in REGISTER.items() if "segment_type" in GRAINS[row["model"]]]
each_metric = pytest.mark.parametrize("metric", REGISTER)


@dataclass
class Compared:
    """What has been compared so far."""

    metrics: set[str] = field(default_factory=set)
    months: set[date] = field(default_factory=set)
    values: int = 0
    largest: float = 0.0


COMPARED = Compared()


@pytest.fixture(scope="module")
def layer(artifacts: Path, demo_warehouse: Path) -> SemanticLayer:
    return SemanticLayer(artifacts, demo_warehouse)


@pytest.fixture(scope="module")
def unfinished(artifacts: Path, project: Project) -> SemanticLayer:
    """The tiny company in the middle of a month."""
    built = project.build(ROOT / "examples" / "tiny", as_of="2025-03-15", only_rows=True)
    return SemanticLayer(artifacts, built.warehouse)


@pytest.fixture(scope="module")
def asked_by(manifest: dict[str, Any]) -> dict[str, str]:
    """By what each metric is asked, as its meta says."""
    return {
        node["name"]: node["config"]["meta"]["ask_by"]
        for node in manifest["metrics"].values()
        if "ask_by" in node["config"]["meta"]
    }


def definition(manifest: dict[str, Any], metric: str) -> str:
    """Return what a metric is worked out from."""
    return str(manifest["metrics"][f"metric.customer_success_metrics.{metric}"]["type_params"])


def expected(layer: SemanticLayer, metric: str, by: By, only: list[str]) -> dict[Key, float]:
    """Return a metric's values as its mart holds them."""
    row = REGISTER[metric]
    selected = "".join(f'{sql} as "{name}", ' for name, sql in by.items())
    sql = f"select {selected}{row['column']} as told from marts.{row['model']}"
    return keyed(layer.client.rows(f"{sql} where {' and '.join(only)}"), list(by), "told")


def place(metric: str, asked_by: dict[str, str]) -> By:
    """Return what makes a value of a metric unique besides its segment."""
    mart, by = REGISTER[metric]["model"], {}
    for column in GRAINS[mart]:
        if column in TIMES or column == "backtest_date":
            by["metric_time__month"] = month_of(column)
        elif column in DAYS:
            by["metric_time__day"] = column
    if name := asked_by.get(metric):
        by[name] = ENTITIES.get(name) or name.split("__")[1]
    return by


def compare(layer: SemanticLayer, metric: str, by: By, where: str | None, only: list[str]) -> int:
    """Hold MetricFlow's answer against the mart; return how many values there were."""
    told = keyed(layer.ask([metric], list(by), where), list(by), metric)
    in_mart = expected(layer, metric, by, only)
    assert told.keys() == in_mart.keys()
    for key, value in in_mart.items():
        difference = abs(told[key] - value)
        assert difference <= TOLERANCE, f"{key}: {told[key]} is not {value}"
        COMPARED.largest = max(COMPARED.largest, difference)
    COMPARED.metrics.add(metric)
    COMPARED.months |= months_in(list(in_mart))
    COMPARED.values += len(in_mart)
    return len(in_mart)


def conditions(metric: str) -> list[str]:
    return [TOLD.get(REGISTER[metric]["model"], "true"), SURVEYS.get(metric, "true")]


def compare_total(layer: SemanticLayer, metric: str, asked_by: dict[str, str]) -> int:
    by = place(metric, asked_by)
    if metric == "realised_value":
        by = {"account": "account_id"}
    total = ["segment_type = 'total'"] if metric in SEGMENTED else []
    return compare(layer, metric, by, None, [*conditions(metric), *total])


def compare_cuts(layer: SemanticLayer, metric: str, asked_by: dict[str, str]) -> int:
    by = place(metric, asked_by) | SEGMENT
    return compare(layer, metric, by, A_CUT, [*conditions(metric), "segment_type <> 'total'"])


# --- what is there ------------------------------------------------------------------------------


def test_every_metric_of_the_register_has_a_name_here_and_no_other(manifest):
    nodes = {node["name"]: node for node in manifest["metrics"].values()}
    assert set(REGISTER) - set(nodes) == set()
    # others are what these are worked out from
    used = {
        part["name"]
        for name in REGISTER
        for part in nodes[name]["type_params"].get("input_metrics", [])
        + nodes[name]["type_params"].get("metrics", [])
        + [nodes[name]["type_params"].get(side) for side in ("numerator", "denominator")]
        if part
    }
    assert set(nodes) - set(REGISTER) - used == set()


@each_metric
def test_metric_says_what_the_register_says(metric, manifest):
    node = manifest["metrics"][f"metric.customer_success_metrics.{metric}"]
    assert node["label"] == REGISTER[metric]["label"]
    page = manifest["docs"][f"doc.customer_success_metrics.{metric}"]["block_contents"]
    assert node["description"].startswith(page.strip())


def test_what_is_stored_says_so(manifest):
    docs = manifest["docs"]
    note = docs["doc.customer_success_metrics.semantic_stored"]["block_contents"].strip()
    for name in REGISTER:
        node = manifest["metrics"][f"metric.customer_success_metrics.{name}"]
        parts = [part["name"] for part in node["type_params"].get("metrics") or []]
        is_stored = f"stored_{name}" in parts
        assert (node["config"]["meta"].get("aggregation") == "stored") == is_stored, name
        assert (note in node["description"]) == is_stored, name
        # what the register says to take as it is, is taken so
        assert is_stored or REGISTER[name]["aggregation"] != "own" or name in REWORKED, name


def test_metricflow_has_nothing_to_say_against_it(layer):
    assert layer.issues() == []


# --- the same as the marts ----------------------------------------------------------------------


@each_metric
def test_metric_without_a_filter_is_the_companys(metric, layer, asked_by):
    assert compare_total(layer, metric, asked_by) > 0


@pytest.mark.parametrize("metric", SEGMENTED)
def test_metric_by_segment_is_the_marts(metric, layer, asked_by):
    assert compare_cuts(layer, metric, asked_by) > 0


@pytest.mark.parametrize("mart", OTHERS)
def test_other_slices_are_told_when_asked_for(mart, layer, asked_by):
    name, *left_out = OTHERS[mart]
    column = name.split("__")[1]
    listed = ", ".join(f"'{value}'" for value in left_out)
    total = "segment_type = 'total'" if "segment_type" in GRAINS[mart] else "true"
    scope = "backtest_scope = 'month_end'" if mart == "fct_health_backtest" else "true"
    for metric in (name for name, row in REGISTER.items() if row["model"] == mart):
        by = place(metric, asked_by) | {name: column}
        where = f"{{{{ Dimension('{name}') }}}} not in ({listed})"
        only = [f"{column} not in ({listed})", total, scope, SURVEYS.get(metric, "true")]
        if metric == "health_auc":  # of all bands only
            assert keyed(layer.ask([metric], list(by), where), list(by), metric) == {}
        else:
            assert compare(layer, metric, by, where, only) > 0, metric


def test_a_month_that_is_not_over_has_no_rate_here_either(unfinished, asked_by):
    for metric in REGISTER:
        compare_total(unfinished, metric, asked_by)
        if metric in SEGMENTED:
            compare_cuts(unfinished, metric, asked_by)
    in_bridge = [name for name, row in REGISTER.items() if row["model"] == "fct_mrr_monthly"]
    rows = unfinished.ask(in_bridge, ["metric_time__month"])
    (march,) = (row for row in rows if row["metric_time__month"] == date(2025, 3, 1))
    assert {name for name in in_bridge if march[name] is None} == {
        "expansion_mrr_rate",
        "expansion_mrr_growth_rate",
        "contraction_mrr_rate",
        "expansion_to_contraction_ratio",
        "quick_ratio",
        "arpu",
    }


def test_scorecards_are_saved_queries(layer, manifest):
    names = sorted(node["name"] for node in manifest["saved_queries"].values())
    assert len(names) == 6
    told: dict[Key, float] = {}
    for name in names:
        rows = layer.ask(saved_query=name)
        for metric in set(rows[0]) - {"metric_time__month"}:
            assert name == f"scorecard_{REGISTER[metric]['domain']}"
            found = keyed(rows, ["metric_time__month"], metric)
            told |= {(metric, *key): value for key, value in found.items()}
    rows = layer.client.rows("select metric, metric_month, actual from marts.fct_scorecard")
    reported = keyed(rows, ["metric", "metric_month"], "actual")
    # the scorecard's is that of NPS, and this is asked for by survey
    reported = {key: value for key, value in reported.items() if key[0] != "survey_response_rate"}
    months = {month for _, month in reported}
    assert {key for key in told if key[1] in months} == reported.keys()
    assert all(told[key] == pytest.approx(value, abs=5.1e-9) for key, value in reported.items())


# --- nothing is counted twice -------------------------------------------------------------------


def test_grouping_without_a_filter_tells_the_total_only(layer):
    by = ["metric_time__month", *SEGMENT]
    rows = layer.ask(["mrr", "customer_churn_rate", "clv_from_churn", "nps_score"], by)
    assert {row["segment__segment_type"] for row in rows} == {"total"}
    assert len(rows) == len({row["metric_time__month"] for row in rows}) > 12


def test_a_cut_without_its_segments_adds_up_to_the_company(layer):
    metrics = ["mrr", "new_mrr", "customer_churn_rate", "net_revenue_retention_rate", "nps_score"]
    whole = layer.ask(metrics, ["metric_time__month"])
    region = "{{ Dimension('segment__segment_type') }} = 'region'"
    added = layer.ask(metrics, ["metric_time__month"], region)
    for metric in metrics:
        sums = keyed(added, ["metric_time__month"], metric)
        assert sums == pytest.approx(keyed(whole, ["metric_time__month"], metric))
        assert len(sums) > 12


def test_marts_can_be_asked_together(layer):
    metrics = ["mrr", "product_usage_rate", "tickets_per_customer"]
    by = ["metric_time__month", "segment__segment_value"]
    region = "{{ Dimension('segment__segment_type') }} = 'region'"
    rows = layer.ask(metrics, by, region)
    for metric in metrics:
        alone = keyed(layer.ask([metric], by, region), by, metric)
        assert keyed(rows, by, metric) == alone
        assert len(alone) > 100


def test_longer_periods_add_flows_and_end_with_states(layer):
    metrics = ["new_mrr", "mrr", "arpa", "customer_churn_rate", "clv_from_churn", "opening_mrr"]
    rows = layer.ask(metrics, ["metric_time__quarter"])
    (told,) = (row for row in rows if row["metric_time__quarter"] == date(2026, 1, 1))
    (sums,) = layer.client.rows(
        "select sum(new_mrr) as new_mrr, sum(m.opening_mrr) as opening_mrr,"
        " max_by(m.mrr, mrr_month) as mrr, max_by(m.arpa, mrr_month) as arpa,"
        " max_by(clv_from_churn, mrr_month) as clv_from_churn,"
        " sum(r.churned_customer_count) / sum(r.opening_customer_count) as customer_churn_rate"
        " from marts.fct_mrr_monthly as m join marts.fct_retention_monthly as r"
        " using (mrr_month, segment_type, segment_value)"
        " join marts.fct_customer_lifetime_value using (mrr_month, segment_type, segment_value)"
        " where segment_type = 'total' and mrr_month between '2026-01-01' and '2026-03-01'"
    )
    floats = {name: float(value) for name, value in sums.items()}
    assert {name: float(told[name]) for name in metrics} == pytest.approx(floats)


def test_without_a_month_states_are_as_of_now(layer):
    (now,) = layer.ask(["mrr", "customer_count", "realised_value"])
    (mart,) = layer.client.rows(
        "select sum(mrr) as mrr, sum(realised_value) as realised_value,"
        " count(*) filter (is_customer) as customer_count from marts.fct_account_value"
    )
    assert now == mart


def test_what_cannot_be_added_up_is_not(layer, manifest, asked_by):
    """Stored values of several segments, and values that overlap, are nothing together."""
    stored = [name for name in SEGMENTED if f"stored_{name}" in definition(manifest, name)]
    region = "{{ Dimension('segment__segment_type') }} = 'region'"
    told = layer.ask(stored, ["metric_time__month"], region)
    assert len(stored) > 10
    assert len(told) > 12
    assert {row[name] for row in told for name in stored} == {None}

    overlapping = [name for name in asked_by if "_read = 1" in definition(manifest, name)]
    # the youngest cohort has one age only, which is no choice
    youngest = "{{ TimeDimension('metric_time', 'month') }} < '2026-06-01'"
    told = layer.ask(overlapping, ["metric_time__month"], youngest)
    assert len(overlapping) > 8
    assert {row[name] for row in told for name in overlapping} == {None}


def test_what_was_compared(record_property):
    """Comes last; says how much the tests of this file have seen."""
    if len(COMPARED.metrics) < len(REGISTER):
        pytest.skip("some of this file's tests were left out")
    assert COMPARED.values > 100_000
    record_property(
        "compared",
        f"semantic layer: {len(COMPARED.metrics)} metrics in {len(COMPARED.months)} months, "
        f"{COMPARED.values:,} values, largest difference {COMPARED.largest:.1e}",
    )
