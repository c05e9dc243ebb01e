"""The files of a raw folder: which table each one is, its columns, and whether it can be read."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from toolbox.console import UserError
from toolbox.contract import Table

# Suffix of a file -> its format. The order is the order of search only.
FORMATS = {".csv": "csv", ".csv.gz": "csv.gz", ".parquet": "parquet"}
_OTHER_DELIMITERS = (";", "\t", "|")


@dataclass(frozen=True)
class RawFile:
    """One file of a raw folder as it lay there; size in bytes, modified in ns since the epoch."""

    table: str
    path: Path
    format: str
    size: int
    modified: int


def find_files(folder: Path, tables: Collection[str]) -> dict[str, RawFile]:
    """Return the file of each table that `folder` holds.

    Raises UserError when the folder cannot be read or holds one table in two formats.
    """
    if not folder.exists():
        raise UserError(f"folder {folder} does not exist; name one with the raw files")
    if not folder.is_dir():
        raise UserError(f"{folder} is not a folder; name the one that holds the raw files")
    found = {}
    for name in tables:
        paths = [path for suffix in FORMATS if (path := folder / f"{name}{suffix}").exists()]
        if len(paths) > 1:
            names = " and ".join(path.name for path in paths)
            raise UserError(f"folder {folder} holds both {names}; keep one of them")
        if paths:
            found[name] = _raw_file(name, paths[0])
    return found


def _raw_file(table: str, path: Path) -> RawFile:
    if not path.is_file():
        raise UserError(f"{path} is not a file; put the rows of table {table} there")
    stat = path.stat()
    suffix = path.name.removeprefix(table)
    return RawFile(table, path, FORMATS[suffix], stat.st_size, stat.st_mtime_ns)


def strangers(folder: Path, tables: Collection[str]) -> list[str]:
    """Return the data files of `folder` that belong to no table of the contract, sorted."""
    names = []
    for path in folder.iterdir():
        suffix = next((s for s in FORMATS if path.name.endswith(s)), None)
        if suffix and path.name.removesuffix(suffix) not in tables:
            names.append(path.name)
    return sorted(names)


def _open_text(file: RawFile) -> IO[str]:
    if file.format == "csv.gz":
        return io.TextIOWrapper(gzip.open(file.path), encoding="utf-8-sig", newline="")
    return file.path.open(encoding="utf-8-sig", newline="")


def csv_header(file: RawFile) -> list[str]:
    """Return the column names of a CSV file, in file order, blanks trimmed.

    Raises UserError when the first line is no header of distinct names separated by commas.
    """
    try:
        with _open_text(file) as stream:
            names = [name.strip() for name in next(csv.reader(stream, strict=True), [])]
    except UnicodeDecodeError as error:
        raise UserError(f"{file.path} is not UTF-8; save it as UTF-8") from error
    except (csv.Error, EOFError, gzip.BadGzipFile) as error:
        raise UserError(f"{file.path} has an unreadable first line ({error})") from error
    except OSError as error:
        raise UserError(f"{file.path} cannot be read: {error.strerror or error}") from error
    if not any(names):
        raise UserError(f"{file.path} is empty; write at least the line of column names")
    if len(names) == 1:
        for delimiter in _OTHER_DELIMITERS:
            if delimiter in names[0]:
                raise UserError(
                    f"{file.path} is separated by {delimiter!r}; save it with commas instead"
                )
    counts = Counter(name.lower() for name in names if name)
    twice = [name for name, count in counts.items() if count > 1]
    if twice:
        what = ", ".join(repr(name) for name in twice)
        raise UserError(f"{file.path} has more than one column named {what}; keep one")
    return [name or f"unnamed_{position}" for position, name in enumerate(names, start=1)]


def check_columns(file: RawFile, table: Table, present: list[str]) -> list[str]:
    """Return the columns of `file` that the contract does not know.

    Raises UserError naming the contract's columns that the file lacks.
    """
    names = {name.lower() for name in present}
    missing = [c.name for c in table.columns if c.name not in names and not c.may_be_absent]
    if missing:
        raise UserError(
            f"{file.path} lacks column{'s' * (len(missing) > 1)} {', '.join(missing)}; add"
            f" {'them' if len(missing) > 1 else 'it'} (values may be empty)"
        )
    known = {*table.column_names, "_loaded_at"}
    return [name for name in present if name.lower() not in known]


def changed_file(path: Path, size: int, modified: int) -> str | None:
    """Return what happened to a file since it was loaded, None if nothing did."""
    if not path.exists():
        return f"{path} is gone since it was loaded"
    stat = path.stat()
    if (stat.st_size, stat.st_mtime_ns) != (size, modified):
        return f"{path} was replaced since it was loaded"
    return None


def quoted(names: Collection[str], limit: int = 8) -> str:
    """Return `names` for a message, at most `limit` of them."""
    shown = ", ".join(itertools.islice(names, limit))
    return shown + (f" and {len(names) - limit} more" if len(names) > limit else "")
