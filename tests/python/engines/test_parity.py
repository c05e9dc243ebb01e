"""Every mart has the same rows on every engine."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from pathlib import Path

import pytest

from engines.conftest import ALL, LENIENT, TINY
from engines.parity import Mart, compare, differences, marts_of
from toolbox.build_command import refuse_to_replace
from toolbox.console import UserError
from toolbox.engines.base import Engine
from toolbox.engines.postgres import Postgres
from toolbox.engines.spark import Spark

MART = Mart("fct", ("key", "value"), ("key",))


def _built(run_results: Path) -> set[str]:
    """Return the models that a run built: all of them, unless it was told to build some."""
    results = json.loads(run_results.read_text(encoding="utf-8"))["results"]
    return {result["unique_id"].split(".")[-1] for result in results}


@pytest.fixture
def same_rows(record_property, builder):
    """Compares two built engines, mart by mart, and has the summary say what was compared."""

    def check(what: str, left: Engine, right: Engine, manifest: Path) -> None:
        built = _built(manifest.with_name("run_results.json"))
        marts = [mart for mart in marts_of(manifest) if mart.name in built]
        found = compare(left, right, marts)
        assert not found.differences, "\n".join(found.differences)
        assert found.tables == len(marts)
        assert found.rows > 0
        times = [
            f"{engine.target} {builder.seconds[engine]:.0f} s"
            for engine in (left, right)
            if engine in builder.seconds
        ]
        record_property(
            "compared",
            f"{what} on {right.target}: {found.tables} marts, {found.rows:,} rows as on"
            f" {left.target}; built in {', '.join(times) or 'another process'}",
        )

    return check


def test_demo_on_postgres(demo, demo_on_postgres, same_rows):
    engine, manifest = demo_on_postgres
    same_rows("demo", demo, engine, manifest)


def test_two_companies_side_by_side_in_one_database(
    tiny, demo, demo_on_postgres, second_company, same_rows
):
    second, manifest, said = second_company
    lines = said.split("\n\n")[-1].splitlines()
    assert len(lines) == 10, said
    assert "schema second_marts is for people" in lines[8]
    same_rows("tiny", tiny, second, manifest)
    first, manifest = demo_on_postgres
    assert first.schema("marts") != second.schema("marts")
    assert not compare(demo, first, marts_of(manifest)).differences


def test_the_demo_does_not_replace_rows_of_ones_own(second_company):
    with pytest.raises(UserError, match=r"schema second_raw holds the rows of .*tiny"):
        refuse_to_replace(second_company[0])
    refuse_to_replace(Postgres({"raw_schema": "nowhere"}))


def test_bad_rows_on_postgres(odd, odd_folder, server, builder, same_rows):
    engine = Postgres({"raw_schema": "odd_raw"}, schema="odd")
    manifest = builder.build(engine, odd_folder, raw_schema="odd_raw", **LENIENT)
    same_rows("odd", odd, engine, manifest)
    for model in ("rejected_rows", "suspicious_rows"):
        query = f"select * from {{}}.{model} order by 1, 2, 3"
        with odd.reader() as left, engine.reader() as right:
            rows = left.fetch(query.format(odd.schema("staging")))
            others = right.fetch(query.format(engine.schema("staging")))
        assert len(rows) == len(others) > 0
        assert {row[:4] for row in rows} == {row[:4] for row in others}


@pytest.mark.skipif(not ALL, reason="takes minutes: scripts/test --engines")
def test_bad_rows_on_spark(odd, odd_folder, spark, builder, same_rows):
    engine = Spark(schema="odd")
    manifest = builder.build(engine, odd_folder, raw_schema="odd_raw", **LENIENT)
    same_rows("odd", odd, engine, manifest)


def test_tiny_on_spark(tiny, spark, builder, same_rows):
    # Spark plans for seconds what the others do in no time, so that all of it takes a quarter of an
    # hour: without --engines only what everything else rests on.
    basic = "raw_row_accounting fct_subscription_changes fct_account_months fct_mrr_movements"
    basic += " dim_accounts dim_plans dim_dates dim_months"
    select = "" if ALL else " ".join(f"+{mart}" for mart in basic.split())
    manifest = builder.build(spark, TINY, tested=ALL, select=select)
    same_rows("tiny", tiny, spark, manifest)


@pytest.mark.skipif(not ALL, reason="takes minutes: scripts/test --engines")
def test_demo_on_spark(demo, demo_folder, spark, builder, same_rows):
    engine = Spark(schema="demo")
    manifest = builder.build(engine, demo_folder, raw_schema="demo_raw")
    same_rows("demo", demo, engine, manifest)


def test_raw_schemas_of_spark_keep_apart(spark, odd_folder):
    rows = {}
    # The first is loaded once more over itself, as every build does.
    for schema, folder in (("one_raw", TINY), ("other_raw", odd_folder), ("one_raw", TINY)):
        rows[schema] = Spark({"raw_schema": schema}).load(folder).rows["accounts"]
    assert len(set(rows.values())) == 2
    for schema, count in rows.items():
        with spark.reader() as reader:
            assert reader.fetch(f"select count(*) from {schema}.accounts") == [(count,)]
            # What the load says of itself keeps its types.
            assert reader.fetch(
                f"select is_given, row_count from {schema}.loaded_files"
                " where table_name = 'accounts'"
            ) == [(True, count)]


def test_spark_tables_of_somebody_else_are_not_replaced(spark):
    engine = Spark({"raw_schema": "of_theirs"})
    with engine.reader() as reader:
        reader.fetch("create schema of_theirs")
        reader.fetch("create table of_theirs.costs using parquet as select 'x' as cost_id")
        with pytest.raises(UserError, match=r"of_theirs\.costs .* not made by scripts/load"):
            engine.load(TINY)
        assert reader.fetch("select cost_id from of_theirs.costs") == [("x",)]
        assert [row[1] for row in reader.fetch("show tables in of_theirs")] == ["costs"]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (Decimal("1.00"), Decimal("1.01")),
        (Decimal("1.00"), 1.0),
        (0.1, 0.1 + 2e-9),
        (None, 0.0),
        (None, ""),
        (True, 1),
        (datetime.date(2024, 1, 1), datetime.date(2024, 1, 2)),
        ("a", "A"),
        (1, 2),
    ],
)
def test_what_differs_is_seen(left, right):
    assert len(differences(MART, [("k", left)], [("k", right)])) == 1
    assert len(differences(MART, [("k", right)], [("k", left)])) == 1


def test_what_is_the_same_is_not():
    rows = [("k", 0.1), ("l", None), ("m", Decimal("1.10"))]
    same = [("m", Decimal("1.1")), ("k", 0.1 + 1e-12), ("l", None)]
    assert not differences(MART, rows, same)


def test_rows_that_one_side_lacks_are_seen():
    (line,) = differences(MART, [("k", 1), ("l", 1)], [("k", 1)])
    assert line.startswith("fct: 1 rows only in the first")
    with pytest.raises(AssertionError, match="share a key"):
        differences(MART, [("k", 1), ("k", 1)], [("k", 1)])
