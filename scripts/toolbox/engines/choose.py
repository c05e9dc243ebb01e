"""Which engine a command line asks for; its client is imported only then."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from toolbox.console import UserError
from toolbox.engines.base import Engine
from toolbox.engines.duckdb_file import DuckDBFile


def engine(target: str, warehouse: Path, variables: Mapping[str, Any] | None = None) -> Engine:
    """Return the engine of a target of profiles.yml; `warehouse` is the file of a DuckDB.

    `variables` are the vars of the run. Raises UserError for a place where nothing can be built.
    """
    if target == "duckdb":
        return DuckDBFile(warehouse.expanduser().resolve(), variables)
    if target == "postgres":
        from toolbox.engines.postgres import Postgres  # noqa: PLC0415

        return Postgres(variables)
    if target == "spark":
        from toolbox.engines.spark import Spark  # noqa: PLC0415

        return Spark(variables)
    raise UserError(f"there is no target {target}; profiles.yml names duckdb, postgres and spark")
