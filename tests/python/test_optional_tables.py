"""Revenue needs four tables; each of the others may be missing, and nothing else falls with it."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from harness import Built, Project
from toolbox.contract import ROOT, read_contract

TINY = ROOT / "examples" / "tiny"
OPTIONAL = [name for name, table in read_contract().items() if not table.required]
REQUIRED = [name for name, table in read_contract().items() if table.required]
# the euro of the tiny company has no rate without its table, so one account is judged away
LENIENT = {"reporting_currency": "USD", "max_rejected_share": 1, "max_mrr_at_doubt_share": 1}
AS_OF = "2025-03-31"
# there without their tables, and without a row
EMPTY_MARTS = (
    "fct_onboarding_funnel",
    "fct_activation_monthly",
    "fct_goal_conversion_monthly",
    "fct_referrals_monthly",
    "fct_advocates",
)
# when, and from which folder, which no compiled SQL knows
SAYS_WHAT_WAS_LOADED = ("loaded_files", "base_usage_fingerprint")
LEDGER = "select * from marts.fct_mrr_movements order by account_id, movement_date"


def without(tmp_path: Path, *missing: str) -> Path:
    """Copy the tiny company without some of its tables."""
    folder = tmp_path / "raw"
    folder.mkdir()
    for file in TINY.glob("*.csv"):
        if file.stem not in missing:
            shutil.copy(file, folder)
    return folder


@pytest.fixture(scope="module")
def whole(project: Project) -> Built:
    """Build the tiny company with all its tables."""
    return project.build(TINY, as_of=AS_OF, variables=LENIENT)


def test_only_four_tables_are_required() -> None:
    assert REQUIRED == ["accounts", "plans", "subscriptions", "subscription_changes"]
    assert len(OPTIONAL) == 10


def test_the_required_tables_alone_build_with_every_test(
    project: Project, whole: Built, tmp_path: Path
) -> None:
    built = project.build(without(tmp_path, *OPTIONAL), as_of=AS_OF, variables=LENIENT)
    movements = built.query(LEDGER)
    assert movements == [row for row in whole.query(LEDGER) if row["account_id"] != "A8"]
    assert len(movements) > 10
    rejected = built.query("select source_table, first_rule from staging.rejected_rows")
    assert rejected == [
        {"source_table": "subscription_changes", "first_rule": "currency_without_rate"}
    ]
    for mart in EMPTY_MARTS:
        assert built.value(f"select count(*) from marts.{mart}") == 0, mart
        assert whole.value(f"select count(*) from marts.{mart}") > 0, mart


def test_rows_without_dbt_are_those_of_dbt(project: Project, whole: Built) -> None:
    """Other tests rest on it: what DuckDB makes of the compiled SQL is what dbt builds."""
    short = project.build(TINY, as_of=AS_OF, variables=LENIENT, only_rows=True)
    compared = 0
    with duckdb.connect(short.warehouse, read_only=True) as connection:
        connection.execute(f"attach '{whole.warehouse}' as by_dbt (read_only)")
        for schema, table in _tables(connection):
            # Engines add doubles in any order; when something was loaded is another matter.
            values = ", ".join(
                f'round("{name}", 9)' if kind == "DOUBLE" else f'"{name}"'
                for name, kind in _columns(connection, schema, table)
            )
            one, other = (
                f"select {values} from {base}{schema}.{table}" for base in ("", "by_dbt.")
            )
            differing = connection.execute(
                f"(({one}) except all ({other})) union all (({other}) except all ({one}))"
            ).fetchall()
            assert not differing, f"{schema}.{table}"
            compared += 1
    assert compared > 150


def _tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = 'by_dbt'"
        " and table_name not in (?, ?, ?) order by all",
        ["fct_metric_history", *SAYS_WHAT_WAS_LOADED],
    ).fetchall()


def _columns(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str
) -> list[tuple[str, str]]:
    return connection.execute(
        "select column_name, data_type from duckdb_columns() where database_name = 'by_dbt'"
        " and schema_name = ? and table_name = ? and column_name <> 'loaded_at' order by 1",
        [schema, table],
    ).fetchall()


@pytest.mark.parametrize("missing", OPTIONAL)
def test_each_optional_table_may_be_missing(
    project: Project, whole: Built, tmp_path: Path, missing: str
) -> None:
    raw = without(tmp_path, missing)
    built = project.build(raw, as_of=AS_OF, variables=LENIENT, only_rows=True)
    counts = {
        row["source_table"]: row["row_count"]
        for row in built.query(
            "select source_table, row_count from marts.raw_row_accounting where outcome = 'raw'"
        )
    }
    assert counts[missing] == 0
    assert min(count for table, count in counts.items() if table != missing) > 0
    if missing == "exchange_rates":
        assert {row["account_id"] for row in built.query(LEDGER)}.isdisjoint({"A8"})
    else:
        assert built.query(LEDGER) == whole.query(LEDGER)


def test_every_optional_table_can_be_switched_off(project: Project) -> None:
    """Each by its own var, with all of its rows at hand."""
    switched_off = {f"using_{table}": False for table in OPTIONAL}
    built = project.build(TINY, as_of=AS_OF, variables=LENIENT | switched_off, only_rows=True)
    counts = built.query(
        "select source_table, row_count from marts.raw_row_accounting where outcome = 'raw'"
    )
    read = {row["source_table"] for row in counts if row["row_count"] > 0}
    assert len(counts) == len(OPTIONAL) + len(REQUIRED)
    assert read == set(REQUIRED)
