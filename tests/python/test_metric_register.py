"""The register of metrics: each has its macro, mart column and docs page, and none is left out."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest

from toolbox.contract import ROOT

PROJECT = "customer_success_metrics"
CATALOGUE = ROOT / "seeds" / "config" / "metric_catalogue.csv"
with CATALOGUE.open(encoding="utf-8", newline="") as file:
    REGISTER = list(csv.DictReader(file))

each_metric = pytest.mark.parametrize("metric", REGISTER, ids=[row["metric"] for row in REGISTER])


def page_of(manifest: dict[str, Any], name: str) -> str:
    """Return the docs block of a name on one line, without emphasis."""
    block = manifest["docs"].get(f"doc.{PROJECT}.{name}")
    assert block, f"no docs block {name}; write one in models/docs/"
    return " ".join(block["block_contents"].replace("*", "").split())


def model_of(manifest: dict[str, Any], name: str) -> dict[str, Any]:
    node = manifest["nodes"].get(f"model.{PROJECT}.{name}")
    assert node, f"no model {name}"
    return node


@each_metric
def test_metric_is_a_described_column_of_a_mart(metric, manifest):
    model = model_of(manifest, metric["model"])
    assert model["access"] == "public"
    column = model["columns"].get(metric["column"])
    assert column, f"{metric['model']} has no column {metric['column']}"
    assert column["description"].strip()


@each_metric
def test_metric_has_a_macro_or_is_a_plain_sum(metric, manifest):
    if metric["macro"]:
        macro = manifest["macros"].get(f"macro.{PROJECT}.{metric['macro']}")
        assert macro, f"no macro {metric['macro']}"
        assert "/formulas/" in Path(macro["original_file_path"]).as_posix()
    else:
        assert metric["aggregation"] == "sum" or metric["unit"] == "count"


@each_metric
def test_metric_has_a_page_that_says_the_same(metric, manifest):
    page = page_of(manifest, metric["metric"])
    for part in ("Formula:", "Source:", "Example:", "NULL:", "Where:", "Decisions:", "Guarded by:"):
        assert part in page, f"{metric['metric']}: the page lacks {part}"
    assert re.search(r"\d", page.split("Example:")[1].split(" - ")[0]), "the example has no number"
    assert f"{metric['model']}.{metric['column']}" in page
    if metric["macro"]:
        assert f"`{metric['macro']}`" in page
    for source in metric["source"].split("; "):
        assert source in page


@each_metric
def test_ratio_has_its_parts_beside_it(metric, manifest):
    parts = [metric["numerator_column"], metric["denominator_column"]]
    if metric["aggregation"] == "own" and metric["unit"] in ("minutes", "hours"):
        assert parts == ["", ""]  # a median
    elif metric["aggregation"] not in ("sum", "closing"):
        columns = model_of(manifest, metric["model"])["columns"]
        assert [part for part in parts if part not in columns] == []
    else:
        assert metric["unit"] not in ("rate", "ratio")
        assert parts == ["", ""]


def test_no_rate_of_a_fact_is_missing_from_the_register(manifest):
    """Another fact may hold a registered rate over other periods: same name, same parts."""
    registered = {row["column"]: row for row in REGISTER}
    missing = []
    for node in manifest["nodes"].values():
        if node["resource_type"] != "model" or not node["name"].startswith("fct_"):
            continue
        for column in node["columns"]:
            if re.search(r"_(rate|ratio)(_\d+m)?$", column):
                row = registered.get(column, {})
                parts = {row.get("numerator_column"), row.get("denominator_column")}
                if not parts <= set(node["columns"]):
                    missing.append(f"{node['name']}.{column}")
    assert missing == []


def test_overview_links_every_metric_and_only_what_is_there(manifest):
    overview = manifest["docs"][f"doc.{PROJECT}.__overview__"]["block_contents"]
    links = set(re.findall(r"#!/(\w+)/([\w.]+)", overview))
    known = {("source_list", "raw")}
    for kind in ("model", "seed"):
        known |= {(kind, key) for key in manifest["nodes"] if key.startswith(f"{kind}.")}
    known |= {("macro", key) for key in manifest["macros"]}
    assert links - known == set()

    for metric in REGISTER:
        row = next(
            (line for line in overview.splitlines() if line.startswith(f"| {metric['metric']} |")),
            None,
        )
        assert row, f"the overview lacks {metric['metric']}"
        assert f"[{metric['model']}.{metric['column']}]" in row
        assert f"[{metric['macro']}]" in row if metric["macro"] else row.endswith("| as is |")


def test_every_page_can_be_read_in_the_docs(manifest):
    """The register's own page shows them all; a block that nobody shows is not in the site."""
    handbook = manifest["nodes"][f"seed.{PROJECT}.metric_catalogue"]["description"]
    unseen = [
        block["name"]
        for block in manifest["docs"].values()
        if block["package_name"] == PROJECT
        and block["original_file_path"].startswith("models/docs/")
        and block["name"] != "__overview__"
        and block["block_contents"].strip() not in handbook
    ]
    assert sorted(unseen) == []
