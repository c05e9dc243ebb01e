"""dbt's documentation as people open it, and what it is made of."""

from __future__ import annotations

import csv
import subprocess
import sys
from typing import Any

import pytest

from browser import chromium, open_file
from toolbox import docs_command
from toolbox.contract import ROOT
from toolbox.engines import choose
from toolbox.report.contents import NEWEST, OTHERS
from toolbox.report.datasets import DATASETS

PROJECT = "customer_success_metrics"


def nodes(manifest: dict[str, Any], kind: str) -> dict[str, Any]:
    return {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] == kind and node["package_name"] == PROJECT
    }


def test_definitions_can_be_read_in_a_browser(demo_warehouse, tmp_path):
    page = tmp_path / "docs.html"
    docs_command.make(choose.engine("duckdb", demo_warehouse, {}), page)
    with chromium() as browser:
        opened = open_file(browser, page, ready="h1", fragment="#!/overview")
        words = opened.page.locator("body").inner_text()
        assert "From raw to marts" in words
        with (ROOT / "seeds" / "config" / "metric_catalogue.csv").open(encoding="utf-8") as file:
            missing = [row["metric"] for row in csv.DictReader(file) if row["metric"] not in words]
        assert missing == [], "metrics that the overview does not name"
        opened.page.goto(f"file://{page}#!/model/model.{PROJECT}.fct_mrr_monthly")
        opened.page.wait_for_selector("h1:has-text('fct_mrr_monthly')", timeout=20_000)
        assert "quick_ratio" in opened.page.locator("body").inner_text()
        # dbt's page asks for icons of its own that are not there, never for anybody else's.
        assert {url.partition(":")[0] for url in opened.requests} <= {"file", "data"}


def test_every_model_belongs_to_somebody(manifest):
    owners = {group["name"]: group["owner"]["name"] for group in manifest["groups"].values()}
    without = [name for name, node in nodes(manifest, "model").items() if not node["group"]]
    assert without == []
    used = {node["group"] for node in nodes(manifest, "model").values()}
    assert used == set(owners), "a group without a model, or a model without a group"


def test_layers_can_be_told_apart_in_the_lineage(manifest):
    colours: dict[str, set[str]] = {}
    for node in nodes(manifest, "model").values():
        colours.setdefault(node["fqn"][1], set()).add(node["docs"]["node_color"])
    assert all(len(found) == 1 for found in colours.values()), colours
    assert len(set.union(*colours.values())) == len(colours)


def test_the_report_is_in_the_lineage_with_all_it_reads(manifest):
    exposure = manifest["exposures"][f"exposure.{PROJECT}.customer_success_report"]
    names = {one.rpartition(".")[2] for one in exposure["depends_on"]["nodes"]}
    read = {dataset.mart for dataset in DATASETS} | {mart for _, mart, _ in NEWEST}
    assert names == read | set(OTHERS)


@pytest.mark.parametrize("name", ["report", "docs"])
def test_nothing_built_is_one_line(name, tmp_path):
    """As the commands say it, for a warehouse that is not there."""
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / name, "--warehouse", tmp_path / "none.duckdb"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "build it first" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
