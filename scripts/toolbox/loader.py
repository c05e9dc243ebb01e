"""Raw files -> views in schema `raw` of a DuckDB warehouse, in one transaction.

CSV is read as text, Parquet as it is. The files are read through once here, so that a torn one is
named before anything is built on it; `raw.loaded_files` records what was loaded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from toolbox.console import UserError, one_line
from toolbox.contract import LOADED_AT, Table, read_contract
from toolbox.raw_files import (
    RawFile,
    changed_file,
    check_columns,
    csv_header,
    find_files,
    quoted,
    strangers,
)
from toolbox.warehouse import connect, identifier, literal

# What was loaded, and from where: a table beside the raw ones.
LOADED_FILES = "loaded_files"
_MAKE_LOADED_FILES = f"""
    create or replace table raw.{LOADED_FILES} (
        table_name text not null,
        is_given boolean not null,
        raw_folder text not null,
        path text,
        format text,
        size_bytes bigint,
        modified_ns bigint,
        row_count bigint not null,
        loaded_at timestamp not null
    )
"""


@dataclass
class LoadResult:
    """What one load did: rows by given table, tables without a file, things worth a note."""

    folder: Path
    rows: dict[str, int] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def load(folder: Path, warehouse: Path, contract: dict[str, Table] | None = None) -> LoadResult:
    """Make the views of `folder` in `warehouse`, replacing those of an earlier load.

    Raises UserError, and leaves the warehouse as it was, when the folder is not in the contract.
    """
    tables = read_contract() if contract is None else contract
    folder = folder.resolve()
    files = find_files(folder, tables)
    missing = [name for name, table in tables.items() if table.required and name not in files]
    if missing:
        raise UserError(
            f"folder {folder} lacks the required table{'s' * (len(missing) > 1)}"
            f" {', '.join(missing)}; add {missing[0]}.csv, .csv.gz or .parquet"
        )
    result = LoadResult(folder)
    if unknown := strangers(folder, tables):
        result.notes.append(f"not in the raw contract, ignored: {quoted(unknown)}")
    with connect(warehouse) as connection:
        connection.execute("begin")
        try:
            _replace_views(connection, tables, files, result)
        except BaseException:
            connection.execute("rollback")
            raise
        connection.execute("commit")
    return result


def _replace_views(
    connection: duckdb.DuckDBPyConnection,
    tables: dict[str, Table],
    files: dict[str, RawFile],
    result: LoadResult,
) -> None:
    connection.execute("create schema if not exists raw")
    connection.execute(_MAKE_LOADED_FILES)
    for name, table in tables.items():
        file = files.get(name)
        if file is None:
            query, rows = _empty_query(table), 0
            result.absent.append(name)
        else:
            query, rows = _file_query(connection, file, table, result.notes)
            result.rows[name] = rows
        _create_view(connection, name, query)
        connection.execute(
            "insert into raw.loaded_files select ?, ?, ?, ?, ?, ?, ?, ?, now() at time zone 'UTC'",
            [
                name,
                file is not None,
                str(result.folder),
                *([str(file.path), file.format, file.size, file.modified] if file else [None] * 4),
                rows,
            ],
        )


def _create_view(connection: duckdb.DuckDBPyConnection, name: str, query: str) -> None:
    try:
        connection.execute(f"create or replace view raw.{identifier(name)} as {query}")
    except duckdb.CatalogException as error:
        raise UserError(
            f"raw.{name} is in the warehouse but not as a view that scripts/load made;"
            " name another --warehouse"
        ) from error


def _empty_query(table: Table) -> str:
    names = (*table.column_names, LOADED_AT)
    columns = ", ".join(f"cast(null as varchar) as {identifier(name)}" for name in names)
    return f"select {columns} where false"


def _file_query(
    connection: duckdb.DuckDBPyConnection, file: RawFile, table: Table, notes: list[str]
) -> tuple[str, int]:
    """Return the select that a view of `file` is, and its number of rows."""
    if file.format == "parquet":
        relation = f"read_parquet({literal(file.path)}, hive_partitioning = false)"
        present = _parquet_columns(connection, file, relation)
    else:
        present = csv_header(file)
        relation = _read_csv(file, present)
    extra = check_columns(file, table, present)
    if extra:
        notes.append(f"{file.path.name}: columns beyond the raw contract, kept: {quoted(extra)}")
    actual = {name.lower(): name for name in present}
    columns = ", ".join(
        f"{identifier(actual[name]) if name in actual else 'cast(null as varchar)'}"
        f" as {identifier(name)}"
        # further columns of accounts may be named in the var segment_attributes
        for name in (*table.column_names, LOADED_AT, *(name.lower() for name in extra))
    )
    return f"select {columns} from {relation}", _count_rows(connection, file, relation, present)


def _read_csv(file: RawFile, present: list[str]) -> str:
    """Return the table function that reads a CSV as text, strictly, with nothing guessed."""
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in present)
    compression = "gzip" if file.format == "csv.gz" else "none"
    return (
        f"read_csv({literal(file.path)}, auto_detect = false, columns = {{{columns}}},"
        " header = true, delim = ',', quote = '\"', escape = '\"', comment = '', nullstr = '',"
        f" strict_mode = true, encoding = 'utf-8', compression = '{compression}',"
        " hive_partitioning = false)"
    )


def _parquet_columns(
    connection: duckdb.DuckDBPyConnection, file: RawFile, relation: str
) -> list[str]:
    try:
        rows = connection.execute(f"describe select * from {relation}").fetchall()
    except duckdb.Error as error:
        raise UserError(f"{file.path} is not readable Parquet: {one_line(error)}") from error
    return [str(row[0]) for row in rows]


def _count_rows(
    connection: duckdb.DuckDBPyConnection, file: RawFile, relation: str, present: list[str]
) -> int:
    """Read the file through once; of a CSV every value, which proves its form and encoding."""
    values = "".join(f", count({identifier(name)})" for name in present)
    if file.format == "parquet":
        values = ""
    try:
        row = connection.execute(f"select count(*){values} from {relation}").fetchone()
    except duckdb.Error as error:
        raise UserError(_explain_read_error(file, str(error))) from error
    return int(row[0]) if row else 0


def _explain_read_error(file: RawFile, message: str) -> str:
    """Return one line that names file, line and remedy for a DuckDB read error."""
    line = re.search(r"CSV Error on Line: (\d+)", message)
    where = f"{file.path} line {line.group(1)}" if line else f"{file.path}"
    columns = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message)
    if columns:
        return (
            f"{where} has {columns.group(2)} values where its header names {columns.group(1)};"
            " write the file anew"
        )
    if "not utf-8 encoded" in message:
        return f"{where} is not UTF-8; save the file as UTF-8"
    if "unterminated quote" in message:
        return f"{where} has a quote that does not end; write the file anew"
    if "invalid state" in message:
        return f"{where} is no valid CSV (mixed line ends or stray quotes); write the file anew"
    text = one_line(message.split("Possible", maxsplit=1)[0])[:300]
    return f"{where} cannot be read ({text}); write the file anew"


def changed_files(warehouse: Path) -> list[str]:
    """Return one sentence for every raw file that is not as it was when it was loaded."""
    with connect(warehouse, read_only=True) as connection:
        rows = connection.execute(
            "select path, size_bytes, modified_ns from raw.loaded_files where is_given"
        ).fetchall()
    changes = (changed_file(Path(path), size, modified) for path, size, modified in rows)
    return [change for change in changes if change is not None]
