"""What every engine can be asked: load a folder, read rows, tell dbt where to build."""

from __future__ import annotations

import os
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import duckdb
import yaml

from toolbox.contract import ROOT
from toolbox.dbt_process import DbtProcess
from toolbox.loader import LOADED_FILES, LoadResult, load
from toolbox.warehouse import connect, identifier, literal

Row = tuple[Any, ...]
DEFAULT_SCHEMA = "customer_success"
# Says of a raw table that scripts/load made it and may replace it.
MARK = "loaded by scripts/load"


def foreign_table(table: str, place: str) -> str:
    """Return why a raw table that somebody else made is not replaced."""
    return (
        f"{table} of {place} was not made by scripts/load and is not replaced;"
        " build from it with dbt build, or load into another raw_schema"
    )


class Reader(Protocol):
    """An open connection that reads."""

    def fetch(self, query: str) -> list[Row]:
        """Return the rows of `query`; raises EngineError."""
        ...


class EngineError(Exception):
    """A query that an engine refused, its reason on one line."""


class Engine(ABC):
    """One place to build in. `target` is dbt's name of it in profiles.yml."""

    target: str

    def __init__(
        self, variables: Mapping[str, Any] | None = None, schema: str | None = None
    ) -> None:
        """Take the vars of the run, which override those of dbt_project.yml.

        `schema` is what the schemas begin with, CSM_SCHEMA unless given.
        """
        project = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
        self.variables: dict[str, Any] = {**project["vars"], **(variables or {})}
        self._schema = schema or os.environ.get("CSM_SCHEMA") or DEFAULT_SCHEMA

    @property
    def environment(self) -> dict[str, str]:
        """What profiles.yml has to be told of this place by environment variables."""
        return {"CSM_SCHEMA": self._schema}

    def process(
        self,
        *,
        project: Path = ROOT,
        target_path: Path | None = None,
        log_path: Path | None = None,
    ) -> DbtProcess:
        """Return a dbt that builds here; project and folders are the usual ones unless given."""
        return DbtProcess(
            target=self.target,
            environment=self.environment,
            project=project,
            target_path=target_path,
            log_path=log_path,
        )

    def prefix(self) -> str:
        """Return what stands before the names of the project's schemas."""
        own = str(self.variables["schema_prefix"] or "")
        return own or f"{self._schema}_"

    def schema(self, name: str) -> str:
        """Return the schema of a layer: staging, intermediate, marts or config; or of raw."""
        return str(self.variables["raw_schema"]) if name == "raw" else self.prefix() + name

    @abstractmethod
    def load(self, folder: Path) -> LoadResult:
        """Make the tables of `folder` the raw tables here.

        Raises UserError, and leaves what was there, when the folder is not in the raw contract.
        """

    @abstractmethod
    def reader(self) -> AbstractContextManager[Reader]:
        """Open a connection to read with."""

    @abstractmethod
    def described(self) -> str:
        """Return the place in words."""

    @abstractmethod
    def look(self) -> str:
        """Return the shortest way to look at what was built."""

    def loaded_folder(self) -> str | None:
        """Return the folder that the raw tables here were loaded from, None where none was."""
        loaded = f"{self.schema('raw')}.{LOADED_FILES}"
        with self.reader() as reader:
            try:
                rows = reader.fetch(f"select min(raw_folder) from {loaded}")
            except EngineError:
                return None
        return None if rows[0][0] is None else str(rows[0][0])

    def changed_files(self) -> list[str]:
        """Return one sentence for every raw file that changed since it was loaded."""
        return []


@contextmanager
def loaded_copy(
    folder: Path,
) -> Iterator[tuple[duckdb.DuckDBPyConnection, LoadResult]]:
    """Read a folder with everything that scripts/load checks; yield a DuckDB that holds its views.

    The other engines take their rows from there, so that a folder means the same on each.
    """
    with tempfile.TemporaryDirectory(prefix="csm-load-") as scratch:
        file = Path(scratch) / "loading.duckdb"
        result = load(folder, file)
        with connect(file) as connection:
            connection.execute("set TimeZone = 'UTC'")
            yield connection, result


@dataclass(frozen=True)
class LoadedTable:
    """A table of a loaded copy: its columns in order, each with `text`, `boolean` or `bigint`.

    Raw rows are text, whatever their files hold: staging alone decides what casts. Only what the
    load says of itself (`loaded_files`) has types.
    """

    name: str
    types: dict[str, str]

    def select(self) -> str:
        """Return the DuckDB query that gives these columns in these types."""
        columns = (
            f"cast({identifier(column)} as {kind}) as {identifier(column)}"
            for column, kind in self.types.items()
        )
        return f"select {', '.join(columns)} from raw.{identifier(self.name)}"


def loaded_tables(connection: duckdb.DuckDBPyConnection) -> list[LoadedTable]:
    """Return every table of a loaded copy, `loaded_files` last."""
    names = connection.execute(f"select table_name from raw.{LOADED_FILES}").fetchall()
    tables = []
    for name in [*(str(row[0]) for row in names), LOADED_FILES]:
        described = connection.execute(
            "select column_name, lower(data_type) from duckdb_columns()"
            f" where schema_name = 'raw' and table_name = {literal(name)} order by column_index"
        ).fetchall()
        kept = ("boolean", "bigint") if name == LOADED_FILES else ()
        types = {str(column): kind if kind in kept else "text" for column, kind in described}
        tables.append(LoadedTable(name, types))
    return tables
