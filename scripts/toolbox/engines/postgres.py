"""PostgreSQL: raw files are copied in as text, in one transaction.

Where the server is, the environment says in libpq's own words: PGHOST, PGPORT, PGUSER, PGPASSWORD,
PGDATABASE; profiles.yml reads the same.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import psycopg2
from psycopg2.extensions import make_dsn

from toolbox.console import UserError, one_line
from toolbox.engines.base import (
    Engine,
    EngineError,
    Reader,
    Row,
    as_text,
    loaded_copy,
    text_columns,
)
from toolbox.loader import LoadResult
from toolbox.warehouse import identifier, literal

# What scripts/load made it may replace; what is somebody's own it may not.
_MARK = "loaded by scripts/load"
_LOADED_FILES = "loaded_files"


def server() -> dict[str, str]:
    """Return where the server is, as psycopg2 takes it; what is not set is libpq's default."""
    return {
        "host": os.environ.get("PGHOST") or "localhost",
        "port": os.environ.get("PGPORT") or "5432",
        "user": os.environ.get("PGUSER") or "postgres",
        "password": os.environ.get("PGPASSWORD") or "",
        "dbname": os.environ.get("PGDATABASE") or "postgres",
    }


def described() -> str:
    """Return the server's place in words."""
    place = server()
    return f"PostgreSQL at {place['host']}:{place['port']}, database {place['dbname']}"


@contextmanager
def _connect() -> Iterator[Any]:
    try:
        connection = psycopg2.connect(make_dsn(connect_timeout=10, **server()))
    except psycopg2.Error as error:
        raise UserError(
            f"{described()}, cannot be reached as {server()['user']} ({one_line(error)});"
            " set PGHOST, PGPORT, PGUSER, PGPASSWORD and PGDATABASE"
        ) from error
    try:
        yield connection
    finally:
        connection.close()


class _ServerReader:
    """Reads from an open connection; a query that fails spoils no other."""

    def __init__(self, connection: Any) -> None:  # noqa: ANN401  (psycopg2 has no types)
        self._connection = connection
        self._connection.autocommit = True

    def fetch(self, query: str) -> list[Row]:
        """Return the rows of `query`; raises EngineError."""
        with self._connection.cursor() as cursor:
            try:
                cursor.execute(query)
                rows: list[Row] = cursor.fetchall()
            except psycopg2.Error as error:
                raise EngineError(one_line(error)) from error
        return rows


class Postgres(Engine):
    """One database of a PostgreSQL server."""

    target = "postgres"

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """Connect to read."""
        with _connect() as connection:
            yield _ServerReader(connection)

    def where(self) -> Iterator[tuple[str, str]]:
        """Name the database, and the shortest way to look into it."""
        marts = self.schema("marts")
        yield (
            "warehouse",
            f"{described()} (schema {marts} is for people, fct_mrr_monthly the place to begin)",
        )
        query = f"psql -c 'select * from {marts}.fct_mrr_monthly'"
        docs = ".venv/bin/dbt docs generate --target postgres, then .venv/bin/dbt docs serve"
        yield "look", f"any PostgreSQL client, or {query}; the docs: {docs}"

    def load(self, folder: Path) -> LoadResult:
        """Copy the tables of `folder` into the raw schema, all or none."""
        with loaded_copy(folder) as (source, result), _connect() as connection:
            try:
                with connection, connection.cursor() as cursor:
                    self._copy_all(source, cursor)
            except psycopg2.Error as error:
                raise UserError(
                    f"{folder} cannot be loaded into {described()}: {one_line(error)}"
                ) from error
        return result

    def _copy_all(self, source: duckdb.DuckDBPyConnection, cursor: Any) -> None:  # noqa: ANN401
        schema = self.schema("raw")
        cursor.execute(f"create schema if not exists {identifier(schema)}")
        names = source.execute("select table_name from raw.loaded_files").fetchall()
        for name in [*(str(row[0]) for row in names), _LOADED_FILES]:
            columns = text_columns(source, name)
            self._make_room(cursor, schema, name, columns)
            _copy(source, cursor, f"{identifier(schema)}.{identifier(name)}", name, columns)

    def _make_room(self, cursor: Any, schema: str, table: str, columns: list[str]) -> None:  # noqa: ANN401
        """Leave an empty table of these text columns under that name."""
        relation = f"{identifier(schema)}.{identifier(table)}"
        cursor.execute(
            f"select obj_description(to_regclass({literal(relation)}), 'pg_class'),"
            f" to_regclass({literal(relation)}) is not null"
        )
        mark, is_there = cursor.fetchone()
        if is_there and mark != _MARK:
            raise UserError(
                f"{schema}.{table} of {described()} was not made by scripts/load and is not"
                " replaced; build from it with dbt build, or load into another raw_schema"
            )
        cursor.execute(
            "select column_name from information_schema.columns"
            f" where table_schema = {literal(schema)} and table_name = {literal(table)}"
            " order by ordinal_position"
        )
        if is_there and [row[0] for row in cursor.fetchall()] == columns:
            # Not dropped: grants and views of others on it stay.
            cursor.execute(f"truncate {relation}")
            return
        cursor.execute(f"drop table if exists {relation}")
        types = ", ".join(f"{identifier(column)} {_type_of(table, column)}" for column in columns)
        cursor.execute(f"create table {relation} ({types})")
        cursor.execute(f"comment on table {relation} is {literal(_MARK)}")


def _type_of(table: str, column: str) -> str:
    """Raw rows are text, as their files are; only what the load says of itself has types."""
    types = {"is_given": "boolean", "size_bytes": "bigint", "row_count": "bigint"}
    return types.get(column, "text") if table == _LOADED_FILES else "text"


def _copy(
    source: duckdb.DuckDBPyConnection,
    cursor: Any,  # noqa: ANN401
    relation: str,
    table: str,
    columns: list[str],
) -> None:
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        source.execute(
            f"copy (select {as_text(columns)} from raw.{identifier(table)})"
            f" to {literal(file.name)} (format csv, header false, nullstr '', force_quote *)"
        )
        with Path(file.name).open("rb") as stream:
            cursor.copy_expert(f"copy {relation} from stdin (format csv, encoding 'UTF8')", stream)
