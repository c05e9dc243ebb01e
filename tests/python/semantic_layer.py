"""Asks MetricFlow for metrics by name, many times in one process, on a built DuckDB warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
from metricflow.data_table.mf_table import MetricFlowDataTable
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow.validation.data_warehouse_model_validator import DataWarehouseModelValidator
from metricflow_semantic_interfaces.validations.semantic_manifest_validator import (
    SemanticManifestValidator,
)
from metricflow_semantics.model.dbt_manifest_parser import (
    parse_manifest_from_dbt_generated_manifest,
)
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

Key = tuple[Any, ...]
# What is asked for, as MetricFlow calls it, with the mart's SQL for the same.
By = dict[str, str]


class DuckDbClient:
    """MetricFlow's door to a warehouse: one DuckDB file, to read, by the name it was built as."""

    sql_engine_type = SqlEngine.DUCKDB
    sql_plan_renderer = DuckDbSqlPlanRenderer()

    def __init__(self, warehouse: Path, database: str) -> None:
        self._connection = duckdb.connect()
        self._connection.execute(f"attach '{warehouse}' as \"{database}\" (read_only)")
        self._connection.execute(f'use "{database}"')

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Return the rows of a query, each as a dict; midnights as days."""
        cursor = self._connection.execute(sql)
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, map(_as_day, row), strict=True)) for row in cursor.fetchall()]

    def query(self, stmt: str, sql_bind_parameter_set: Any = None) -> MetricFlowDataTable:
        """Run a query that MetricFlow wants answered."""
        cursor = self._connection.execute(stmt)
        names = [column[0] for column in cursor.description or []]
        return MetricFlowDataTable.create_from_rows(names, cursor.fetchall())

    def dry_run(self, stmt: str, sql_bind_parameter_set: Any = None) -> None:
        """Let DuckDB plan a query, which raises where it cannot."""
        self._connection.execute(f"explain {stmt}")


def _as_day(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value


class SemanticLayer:
    """The project's semantic layer on a warehouse.

    layer.ask(["mrr", "nps_score"], ["metric_time__month"])
    """

    def __init__(self, artifacts: Path, warehouse: Path) -> None:
        """`artifacts` is the folder where dbt wrote what it knows, wherever that was built."""
        text = (artifacts / "semantic_manifest.json").read_text(encoding="utf-8")
        self._manifest = parse_manifest_from_dbt_generated_manifest(manifest_json_string=text)
        database = self._manifest.semantic_models[0].node_relation.database
        self.client = DuckDbClient(warehouse, database or "warehouse")
        self._engine = MetricFlowEngine(SemanticManifestLookup(self._manifest), self.client)

    def ask(
        self,
        metrics: Sequence[str] = (),
        by: Sequence[str] = (),
        where: str | None = None,
        *,
        saved_query: str | None = None,
    ) -> list[dict[str, Any]]:
        """Return what `mf query` would."""
        request = MetricFlowQueryRequest.create(
            saved_query_name=saved_query,
            metric_names=list(metrics) or None,
            group_by_names=list(by) or None,
            where_constraints=[where] if where else None,
        )
        return self.client.rows(self._engine.explain(request).sql_statement.sql)

    def issues(self) -> list[str]:
        """Return what `mf validate-configs --show-all` says against the project.

        All but its last step, a query for each metric, as tests run those.
        """
        validator = SemanticManifestValidator[Any]()
        warehouse = DataWarehouseModelValidator(self.client)
        results = [
            validator.validate_semantic_manifest(self._manifest),
            warehouse.validate_semantic_models(self._manifest),
            warehouse.validate_dimensions(self._manifest),
            warehouse.validate_entities(self._manifest),
            warehouse.validate_simple_metrics(self._manifest),
        ]
        return [issue.as_readable_str() for result in results for issue in result.all_issues]


def month_of(column: str) -> str:
    """Return the SQL of a day's month, as MetricFlow tells it."""
    return f"cast(date_trunc('month', {column}) as date)"


def keyed(rows: Sequence[dict[str, Any]], by: Sequence[str], value: str) -> dict[Key, float]:
    """Return the values that are there by what they were asked by, each once."""
    found: dict[Key, float] = {}
    for row in rows:
        if row[value] is not None:
            key = tuple(row[name] for name in by)
            assert key not in found, f"{value} twice for {key}"
            found[key] = float(row[value])
    return found


def months_in(keys: Sequence[Key]) -> set[date]:
    """Return the months that some keys speak of."""
    return {part.replace(day=1) for key in keys for part in key if isinstance(part, date)}
