"""The DuckDB warehouse file: where it may lie, opening it, and what its errors mean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from toolbox.console import UserError, one_line

# DuckDB names a database after its file; one named as a schema makes every reference ambiguous.
_SCHEMAS = {"raw", "staging", "intermediate", "marts", "config", "main", "temp", "system"}
# Nothing is fetched from outside; the same settings as in profiles.yml.
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


def check_path(path: Path) -> None:
    """Raise UserError when no warehouse can be at `path`."""
    if path.stem in _SCHEMAS:
        raise UserError(f"warehouse {path} is named like the schema {path.stem}; name it otherwise")
    if path.is_dir():
        raise UserError(f"warehouse {path} is a folder; name a file")
    if not path.parent.is_dir():
        raise UserError(f"folder {path.parent} of the warehouse does not exist; make it first")


def _explain(path: Path, error: duckdb.Error) -> UserError:
    text = one_line(error)
    if "Could not set lock" in text or "being used by another process" in text:
        return UserError(f"warehouse {path} is open in another program; close it there first")
    if "not a valid DuckDB database file" in text:
        return UserError(f"{path} is not a DuckDB file; name another --warehouse or delete it")
    return UserError(f"warehouse {path} cannot be opened: {text}")


@contextmanager
def connect(path: Path, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse at `path` and close it afterwards.

    Raises UserError when the place, another process or the file itself prevents that.
    """
    check_path(path)
    if read_only and not path.exists():
        raise UserError(f"warehouse {path} does not exist; scripts/build makes it")
    try:
        connection = duckdb.connect(path, read_only=read_only, config=CONFIG)
    except duckdb.Error as error:
        raise _explain(path, error) from error
    try:
        yield connection
    finally:
        connection.close()


def literal(text: object) -> str:
    """Return `text` as a SQL string literal."""
    return "'" + str(text).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Return `name` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
