"""What the marts' YAML tells Metabase, and the questions, without a Metabase."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from typing import Any

import pytest
import sqlglot
from sqlglot import expressions

from metabase.rule import demanded, words
from toolbox.contract import ROOT
from toolbox.metabase.questions import COLUMNS, places, read

Node = dict[str, Any]
SPACE = "metabase."


@pytest.fixture(scope="module")
def marts(manifest: Node) -> dict[str, Node]:
    return {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and node["original_file_path"].startswith("models/marts/")
    }


def metabase_meta(node: Node) -> Node:
    return {name: value for name, value in node["meta"].items() if name.startswith(SPACE)}


def test_every_column_says_what_its_name_and_type_demand(marts):
    wrong = {
        f"{name}.{column['name']}": f"meta should be {should}, is {said}"
        for name, node in marts.items()
        for column in node["columns"].values()
        for should in [demanded(column["name"], column["data_type"], node["columns"])]
        for said in [metabase_meta(column)]
        if should != said
    }
    assert wrong == {}


def test_every_mart_has_a_name_and_says_what_to_filter(marts):
    names = [node["meta"].get("metabase.display_name") for node in marts.values()]
    assert None not in names
    assert len(set(names)) == len(names)
    for name, node in marts.items():
        caveats = node["meta"].get("metabase.caveats", "")
        assert ("Filter one segment_type" in caveats) == ("segment_type" in node["columns"]), name
        assert caveats == caveats.strip()


def test_the_catalogues_units_are_the_formats(marts, manifest):
    """A metric in money is shown as money, a rate as a percentage, anything else as neither."""
    styles = {"money": "currency", "rate": "percent"}
    path = ROOT / "seeds" / "config" / "metric_catalogue.csv"
    with path.open(encoding="utf-8") as stream:
        metrics = list(csv.DictReader(stream))
    assert metrics
    for metric in metrics:
        meta = marts[metric["model"]]["columns"][metric["column"]]["meta"]
        assert meta.get("metabase.number_style") == styles.get(metric["unit"]), metric["metric"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("opening_mrr", "Opening MRR"),
        ("nps_score_ci_low", "NPS Score, 95 % Low"),
        ("trailing_12_churn_rate_ci_high", "Churn Rate, Trailing 12 Months, 95 % High"),
        ("acquisition_cost_3m_amount", "Acquisition Cost Amount, 3 Months"),
        ("first_response_minutes_p90", "First Response Minutes, 90th Percentile"),
        ("account_id", "Account ID"),
    ],
)
def test_names_as_people_read_them(name, expected):
    assert words(name) == expected


def test_the_exposure_names_what_the_questions_read(manifest):
    read_by_questions = {
        table.name
        for question in read()
        for table in sqlglot.parse_one(question.query("marts"), "postgres").find_all(
            expressions.Table
        )
        if table.db == "marts"
    }
    exposure = manifest["exposures"]["exposure.customer_success_metrics.customer_success_dashboard"]
    assert {node.split(".")[-1] for node in exposure["depends_on"]["nodes"]} == read_by_questions


def test_cards_neither_overlap_nor_leave_the_dashboard():
    taken = set()
    for place in places(read()):
        assert place["col"] + place["size_x"] <= COLUMNS
        cells = {
            (row, column)
            for row in range(place["row"], place["row"] + place["size_y"])
            for column in range(place["col"], place["col"] + place["size_x"])
        }
        assert not cells & taken
        taken |= cells
    height = max(row for row, _ in taken) + 1
    assert len(taken) == height * COLUMNS, "no hole"


def test_keys_and_names_of_questions_are_their_own():
    questions = read()
    assert len({question.key for question in questions}) == len(questions)
    assert len({question.name for question in questions}) == len(questions)


def test_help():
    script = ROOT / "scripts" / "metabase"
    assert os.access(script, os.X_OK)
    done = subprocess.run(
        [sys.executable, script, "--help"], capture_output=True, text=True, check=True
    )
    assert "METABASE_URL" in done.stdout
    assert "examples:" in done.stdout
