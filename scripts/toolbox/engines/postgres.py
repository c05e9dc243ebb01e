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

import duckdb
import psycopg2
from psycopg2 import extensions

from toolbox.console import UserError, one_line
from toolbox.engines.base import (
    MARK,
    Engine,
    EngineError,
    LoadedTable,
    Reader,
    Row,
    foreign_table,
    loaded_copy,
    loaded_tables,
)
from toolbox.loader import LoadResult
from toolbox.warehouse import identifier, literal


def server() -> dict[str, str]:
    """Return where the server is, as psycopg2 takes it; what is not set is libpq's default."""
    return {
        "host": os.environ.get("PGHOST") or "localhost",
        "port": os.environ.get("PGPORT") or "5432",
        "user": os.environ.get("PGUSER") or "postgres",
        "password": os.environ.get("PGPASSWORD") or "",
        "dbname": os.environ.get("PGDATABASE") or "postgres",
    }


class _ServerReader:
    """Reads from an open connection; a query that fails spoils no other."""

    def __init__(self, connection: extensions.connection) -> None:
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

    @property
    def environment(self) -> dict[str, str]:
        """profiles.yml reads the place, so that both sides mean one server."""
        place = server()
        return {
            **super().environment,
            "PGHOST": place["host"],
            "PGPORT": place["port"],
            "PGUSER": place["user"],
            "PGPASSWORD": place["password"],
            "PGDATABASE": place["dbname"],
        }

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """Connect to read."""
        with self._connect() as connection:
            yield _ServerReader(connection)

    def described(self) -> str:
        """Name the server and the database."""
        place = server()
        return f"PostgreSQL at {place['host']}:{place['port']}, database {place['dbname']}"

    def look(self) -> str:
        """Any client does."""
        query = f"psql -c 'select * from {self.schema('marts')}.fct_mrr_monthly'"
        return f"any PostgreSQL client, or {query}; the docs: scripts/docs --target postgres"

    def load(self, folder: Path) -> LoadResult:
        """Copy the tables of `folder` into the raw schema, all or none."""
        with loaded_copy(folder) as (source, result), self._connect() as connection:
            try:
                with connection, connection.cursor() as cursor:
                    self._copy_all(source, cursor)
            except psycopg2.Error as error:
                raise UserError(
                    f"{folder} cannot be loaded into {self.described()}: {one_line(error)}"
                ) from error
        return result

    @contextmanager
    def _connect(self) -> Iterator[extensions.connection]:
        try:
            connection = psycopg2.connect(extensions.make_dsn(connect_timeout=10, **server()))
        except psycopg2.Error as error:
            raise UserError(
                f"{self.described()}, cannot be reached as {server()['user']} ({one_line(error)});"
                " set PGHOST, PGPORT, PGUSER, PGPASSWORD and PGDATABASE"
            ) from error
        try:
            yield connection
        finally:
            connection.close()

    def _copy_all(self, source: duckdb.DuckDBPyConnection, cursor: extensions.cursor) -> None:
        schema = self.schema("raw")
        cursor.execute(f"create schema if not exists {identifier(schema)}")
        for table in loaded_tables(source):
            self._make_room(cursor, schema, table)
            _copy(source, cursor, f"{identifier(schema)}.{identifier(table.name)}", table)

    def _make_room(self, cursor: extensions.cursor, schema: str, table: LoadedTable) -> None:
        """Leave an empty table of these columns under that name."""
        relation = f"{identifier(schema)}.{identifier(table.name)}"
        cursor.execute(
            f"select obj_description(to_regclass({literal(relation)}), 'pg_class')"
            f" where to_regclass({literal(relation)}) is not null"
        )
        found = cursor.fetchall()
        if found and found != [(MARK,)]:
            raise UserError(foreign_table(f"{schema}.{table.name}", self.described()))
        cursor.execute(
            "select column_name, data_type from information_schema.columns"
            f" where table_schema = {literal(schema)} and table_name = {literal(table.name)}"
            " order by ordinal_position"
        )
        if found and cursor.fetchall() == list(table.types.items()):
            # Not dropped: grants and views of others on it stay.
            cursor.execute(f"truncate {relation}")
            return
        cursor.execute(f"drop table if exists {relation}")
        types = ", ".join(f"{identifier(name)} {kind}" for name, kind in table.types.items())
        cursor.execute(f"create table {relation} ({types})")
        cursor.execute(f"comment on table {relation} is {literal(MARK)}")


def _copy(
    source: duckdb.DuckDBPyConnection, cursor: extensions.cursor, relation: str, table: LoadedTable
) -> None:
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        source.execute(
            f"copy ({table.select()})"
            f" to {literal(file.name)} (format csv, header false, nullstr '', force_quote *)"
        )
        with Path(file.name).open("rb") as stream:
            cursor.copy_expert(f"copy {relation} from stdin (format csv, encoding 'UTF8')", stream)
