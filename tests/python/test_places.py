"""Vars of places and limits: where raw tables are read from, and when the build stops."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import pytest
import yaml

from harness import query
from toolbox.contract import ROOT, read_contract
from toolbox.dbt_process import DbtProcess

TINY = ROOT / "examples" / "tiny"
TABLES = list(read_contract())
OWN_PLACES: dict[str, Any] = {
    "raw_schema": "crm",
    "using_loaded_at": False,
    "as_of_date": "2025-03-31",
    "reporting_currency": "USD",
} | {f"{table}_identifier": f"v_{table}" for table in TABLES}


def rendered(text: str, variables: dict[str, Any], database: str | None = None) -> str:
    """Return a template of the project with these vars; a ref is a name in `intermediate`."""
    template = jinja2.Environment(autoescape=False).from_string(text)  # SQL, not HTML
    return template.render(
        var=variables.__getitem__, target={"database": database}, ref="intermediate.{}".format
    )


@pytest.fixture(scope="module")
def own_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny company in a warehouse of its own: another schema, other names, no _loaded_at."""
    scratch = tmp_path_factory.mktemp("own")
    warehouse = scratch / "own.duckdb"
    with duckdb.connect(warehouse) as connection:
        connection.execute("create schema crm")
        for table in TABLES:
            # Typed by DuckDB, as a warehouse's tables are: nothing here is text that need not be.
            rows = f"select * from read_csv('{TINY / table}.csv')"
            connection.execute(f"create table crm.v_{table} as {rows}")
    process = DbtProcess(warehouse, target_path=scratch / "target", log_path=scratch / "logs")
    words = ("--vars", json.dumps(OWN_PLACES), "--exclude-resource-type", "test", "unit_test")
    outcome = process.run("build", "--select", "+path:models/staging", *words)
    assert outcome.success, outcome.problems
    return warehouse


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_read_by_its_own_name(own_warehouse: Path, table: str) -> None:
    """Each raw row is judged, from a table that only the vars know of; none says when it came."""
    counts = f"select count(*) as n, count(distinct loaded_at) as loads from staging.stg_{table}"
    (staged,) = query(own_warehouse, counts)
    (raw,) = query(own_warehouse, f"select count(*) as n from crm.v_{table}")
    assert 0 < staged["n"] <= raw["n"]
    assert staged["loads"] == 0


def test_the_database_is_the_targets_unless_a_var_says_another() -> None:
    contract = yaml.safe_load((ROOT / "models/staging/_raw_contract.yml").read_text("utf-8"))
    (source,) = contract["sources"]
    assert rendered(source["database"], {"raw_database": "lake"}, "own") == "lake"
    assert rendered(source["database"], {"raw_database": ""}, "own") == "own"


@pytest.mark.parametrize(("limit", "stops"), [(0.0001, True), (0.005, False)])
def test_mrr_at_doubt_stops_the_build_above_its_share(
    demo_warehouse: Path, manifest: dict[str, Any], limit: float, stops: bool
) -> None:
    """31.84 of 60,313.41 rests on rejected rows in the demo company: a share of 0.0005."""
    path = ROOT / "tests" / "definitions" / "quality" / "assert_mrr_at_doubt__is_small.sql"
    sql = rendered(path.read_text("utf-8"), {"max_mrr_at_doubt_share": limit})
    assert bool(query(demo_warehouse, sql)) == stops
    # And no mart is built behind a test that fails: it stands on what all of them wait for.
    test = next(node for node in manifest["nodes"].values() if node["name"] == path.stem)
    assert [name.rsplit(".")[-1] for name in test["depends_on"]["nodes"]] == ["int_build_clearance"]
