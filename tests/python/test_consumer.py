"""The project as a package in somebody else's: what can be set, and what cannot be reached."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from harness import query
from toolbox.contract import ROOT
from toolbox.loader import load

CONSUMER = ROOT / "tests" / "consumer"


def dbt(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run dbt in the consumer's folder, as its people do."""
    environment: Mapping[str, str] = {
        **os.environ,
        "CSM_WAREHOUSE": str(folder / "warehouse.duckdb"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    ours = {
        name: value
        for name, value in environment.items()
        if name not in ("DBT_TARGET_PATH", "DBT_LOG_PATH")
    }
    return subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", "--no-use-colors", *words],
        cwd=folder,
        env=ours,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The consumer with the package in it, and the tiny company under the consumer's own names."""
    folder = tmp_path_factory.mktemp("consumer") / "subscription_company"
    shutil.copytree(
        CONSUMER, folder, ignore=shutil.ignore_patterns("target", "dbt_packages", "logs")
    )
    packages = folder / "packages.yml"
    packages.write_text(packages.read_text(encoding="utf-8").replace("../..", str(ROOT)))
    load(ROOT / "examples" / "tiny", folder / "warehouse.duckdb")
    with duckdb.connect(folder / "warehouse.duckdb") as connection:
        connection.execute(
            "create table raw.crm_accounts as select * replace"
            " (case account_id when 'A1' then ' - ' else csm_owner end as csm_owner)"
            " from raw.accounts"
        )
        connection.execute("drop view raw.accounts")
    done = dbt(folder, "deps")
    assert done.returncode == 0, done.stdout
    return folder


@pytest.fixture(scope="module")
def built(installed: Path) -> Path:
    done = dbt(installed, "build", "--exclude-resource-type", "unit_test")
    assert done.returncode == 0, done.stdout[-3000:]
    return installed / "warehouse.duckdb"


def test_its_own_mart_stands_on_the_public_ones(built):
    rows = query(built, "select * from company.board_numbers order by mrr_month desc limit 3")
    # By hand from examples/tiny: A1 is back after 54 days, within the 60 of this company, so its
    # 166.67 stays through January and February (441.20 + 166.67), then 150.00 comes in its place.
    assert [row["mrr"] for row in rows] == [Decimal(v) for v in ("591.20", "607.87", "607.87")]


def test_schemas_are_its_own(built):
    rows = query(built, "select distinct table_schema as name from information_schema.tables")
    names = {row["name"] for row in rows}
    assert {"company_marts", "company_staging", "company_intermediate", "company_config"} <= names
    assert not names & {"marts", "staging", "intermediate", "config"}


def test_its_own_seed_takes_the_place_of_the_packages(built):
    rows = query(built, "select distinct metric from company_marts.fct_scorecard where target > 0")
    assert [row["metric"] for row in rows] == ["mrr"]
    rows = query(built, "select distinct mrr_target from company.board_numbers")
    assert [row["mrr_target"] for row in rows] == [500]


def test_its_own_macro_takes_the_place_of_the_packages(built):
    """A dash is nobody, as the consumer's macro says; the package alone would keep it."""
    rows = query(built, "select account_id, csm_owner from company_marts.dim_accounts")
    owners = {row["account_id"]: row["csm_owner"] for row in rows}
    assert owners["A1"] is None
    assert any(owners.values())


def test_what_is_behind_the_marts_cannot_be_reached(installed):
    leak = installed / "models" / "leak.sql"
    leak.write_text("select * from {{ ref('customer_success_metrics', 'int_mrr_changes') }}")
    try:
        done = dbt(installed, "parse")
    finally:
        leak.unlink()
    assert done.returncode != 0
    assert "int_mrr_changes" in done.stdout
    assert "protected" in done.stdout
