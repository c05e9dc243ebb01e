"""What SQL takes for granted on one engine, planted: the comparison must find every one.

Each fault leaves DuckDB's rows as they are, or right by its own lights: only another engine shows
that the SQL says something else there.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from engines.conftest import ALL, LENIENT, TINY, Builder
from engines.parity import compare, marts_of
from toolbox.contract import ROOT
from toolbox.engines.base import Engine
from toolbox.engines.duckdb_file import DuckDBFile
from toolbox.engines.postgres import Postgres
from toolbox.engines.spark import Spark

pytestmark = pytest.mark.skipif(not ALL, reason="takes minutes: scripts/test --engines")

_PARTS = ("models", "macros", "seeds", "tests/generic", "tests/definitions", "analyses")
_FILES = ("dbt_project.yml", "profiles.yml")


@dataclass(frozen=True)
class Fault:
    """`old` becomes `new` in `file`; an empty `old` is the whole file."""

    name: str
    target: str
    file: str
    old: str
    new: str
    select: str

    def __str__(self) -> str:
        """pytest shows this."""
        return f"{self.name} on {self.target}"


DATES = "models/marts/dimensions/dim_dates.sql"
PLANS = "models/marts/dimensions/dim_plans.sql"
FAULTS = [
    Fault(
        "integers divided as integers", "postgres", "macros/formulas/rate.sql",
        "cast({{ numerator }} as {{ type_double() }})\n"
        "        / nullif(cast({{ denominator }} as {{ type_double() }}), 0)",
        "cast(({{ numerator }}) / nullif({{ denominator }}, 0) as {{ type_double() }})",
        "+fct_retention_monthly",
    ),
    Fault(
        "money through a float", "postgres", "macros/formulas/revenue/divide_money.sql",
        "case when {{ numerator }} < 0 then -1 else 1 end * cast({{ cents }} as decimal(20, 0))"
        " * 0.01",
        "round(cast({{ numerator }} as {{ type_double() }}) / nullif({{ divisor }}, 0)"
        " / {{ 10 ** places }}, 2)",
        "+fct_mrr_movements",
    ),
    Fault(
        "booleans summed", "postgres", "models/marts/retention/fct_renewals_monthly.sql",
        "sum(case when is_renewed then 1 else 0 end)", "sum(is_renewed)",
        "+fct_renewals_monthly",
    ),
    Fault(
        "group by all", "postgres", "models/staging/engagement/base_usage_parents__judged.sql",
        "group by coalesce(user_id, ''), coalesce(account_id, ''), day_outcome",
        "group by all",
        "+raw_row_accounting",
    ),
    Fault(
        "one operator for patterns", "postgres", "macros/engine/text.sql",
        "{{ value }} ~ '^({{ pattern }})$'", "{{ value }} ~ '({{ pattern }})'",
        "+raw_row_accounting",
    ),
    Fault(
        "seeds loaded dbt-spark's way", "spark", "macros/engine/seeds_on_spark.sql", "", "",
        "feature_catalogue dim_features",
    ),
    Fault(
        "months by datediff", "spark", DATES,
        "extract(month from date_day)",
        """{{ dbt.datediff("cast('2024-01-31' as date)", 'date_day', 'month') }}""",
        "dim_dates",
    ),
    Fault(
        "date minus date", "spark", DATES,
        "extract(day from date_day)", "date_day - {{ month_of('date_day') }} + 1", "dim_dates",
    ),
    Fault(
        "a cast that cuts", "spark", DATES,
        "extract(quarter from date_day)", "(extract(month from date_day) + 2) / 3", "dim_dates",
    ),
    Fault(
        "a decimal without places", "spark", PLANS,
        "        list_price,",
        "        cast(cast(list_price + 0.25 as numeric) as decimal(16, 4)) as list_price,",
        "base_plans__judged stg_plans dim_plans",
    ),
    Fault(
        "NULL joined to a text", "spark", PLANS,
        "        plan_name,", "        concat(plan_name, {{ as_text('null') }}) as plan_name,",
        "base_plans__judged stg_plans dim_plans",
    ),
    Fault(
        "the engine's own place for NULLs", "spark", PLANS,
        "cast(tier_rank as bigint)",
        "cast(row_number() over (order by nullif(tier_rank, 1), plan_id) as bigint)",
        "base_plans__judged stg_plans dim_plans",
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where copies of the project are made to plant faults in."""
    return tmp_path_factory.mktemp("faults")


def _plant(fault: Fault, folder: Path) -> Path:
    for part in _PARTS:
        shutil.copytree(ROOT / part, folder / part)
    for name in _FILES:
        shutil.copy2(ROOT / name, folder / name)
    file = folder / fault.file
    text = file.read_text(encoding="utf-8")
    assert fault.old in text, f"{fault.file} has changed; plant {fault.name!r} anew"
    file.write_text(text.replace(fault.old, fault.new) if fault.old else "", encoding="utf-8")
    return folder


def _difference(fault: Fault, builder: Builder, copy: Path, engine: Engine, raw: Path) -> str:
    """Return what the comparison says of the planted project, empty when it sees nothing."""
    file = DuckDBFile(copy / "fault.duckdb")
    variables = dict(LENIENT)
    if "+" not in fault.select:
        # A day that is given needs none of the models that would find it.
        variables["as_of_date"] = "2025-03-31"
    builder.build(file, raw, project=copy, select=fault.select, **variables)
    try:
        manifest = builder.build(
            engine, raw, project=copy, select=fault.select, raw_schema="fault_raw", **variables
        )
    except AssertionError as error:
        return str(error)
    built = {
        name
        for (name,) in _fetch(
            file, "select table_name from information_schema.tables where table_schema = 'marts'"
        )
    }
    marts = [mart for mart in marts_of(manifest) if mart.name in built]
    return "\n".join(compare(file, engine, marts).differences)


def _fetch(engine: Engine, query: str) -> list:
    with engine.reader() as reader:
        return reader.fetch(query)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_planted_fault_is_found(fault, builder, copies, request, record_property):
    number = FAULTS.index(fault)
    copy = _plant(fault, copies / str(number))
    request.getfixturevalue("server" if fault.target == "postgres" else "spark")
    kind = Postgres if fault.target == "postgres" else Spark
    raw = request.getfixturevalue("odd_folder") if fault.target == "postgres" else TINY
    engine = kind({"raw_schema": "fault_raw"}, schema=f"fault_{number}")
    found = _difference(fault, builder, copy, engine, raw)
    assert found, f"nobody noticed: {fault}"
    record_property("compared", f"planted: {fault}; found: {found.splitlines()[-1][:150]}")
