"""The analyses answer what they say they do: each runs on the demo company."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from harness import query
from toolbox.contract import ROOT
from toolbox.dbt_process import DbtProcess

ANALYSES = sorted(path.stem for path in (ROOT / "analyses").glob("*.sql"))
# Empty until a value that was reported has changed.
MAY_BE_EMPTY = {"what_did_we_report"}


@pytest.fixture(scope="module")
def compiled(demo_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The SQL of every analysis, for the demo warehouse."""
    scratch = tmp_path_factory.mktemp("analyses")
    process = DbtProcess(demo_warehouse, target_path=scratch / "target", log_path=scratch / "logs")
    outcome = process.run("compile", "--select", *ANALYSES)
    assert outcome.success, outcome.problems
    folder = scratch / "target" / "compiled" / "customer_success_metrics" / "analyses"
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.sql")}


def test_the_overview_asks_the_question_of_each() -> None:
    overview = (ROOT / "models" / "docs" / "overview.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \| [^|]+\? \|$", overview, flags=re.MULTILINE)
    assert sorted(listed) == ANALYSES


@pytest.mark.parametrize("name", ANALYSES)
def test_analysis_runs(name: str, compiled: dict[str, str], demo_warehouse: Path) -> None:
    rows = query(demo_warehouse, compiled[name])
    assert rows or name in MAY_BE_EMPTY


def test_effects_add_up_to_what_nrr_moved_by(
    compiled: dict[str, str], demo_warehouse: Path
) -> None:
    effects: dict[tuple[Any, Any], list[float]] = defaultdict(list)
    changes: dict[tuple[Any, Any], float] = {}
    for row in query(demo_warehouse, compiled["why_nrr_moved"]):
        key = (row["segment_type"], row["mrr_month"])
        effects[key] += [row["rate_effect"], row["mix_effect"]]
        changes[key] = row["total_nrr_change"]
    assert len({month for _, month in changes}) > 12
    wrong = {
        key: (math.fsum(effects[key]), change)
        for key, change in changes.items()
        if abs(math.fsum(effects[key]) - change) > 1e-12
    }
    assert wrong == {}


def test_churn_by_service_end_is_the_marts(compiled: dict[str, str], demo_warehouse: Path) -> None:
    """And by request everybody is lost who is lost by service end, in the same month or before."""
    found: dict[Any, int] = defaultdict(int)
    by_service = by_request = 0
    for row in query(demo_warehouse, compiled["churn_by_recognition_and_kind"]):
        found[row["mrr_month"], row["churn_kind"]] = row["service_end_churned_count"]
        by_service += row["service_end_churned_count"]
        by_request += row["cancellation_request_churned_count"]
    mart = query(
        demo_warehouse,
        "select churn_month, churn_kind, count(*) as customers from marts.fct_churned_customers"
        " where not is_intra_month and not is_partial_month group by all",
    )
    expected = {(row["churn_month"], row["churn_kind"]): row["customers"] for row in mart}
    assert {key: count for key, count in found.items() if count} == expected
    assert by_request >= by_service > 20
