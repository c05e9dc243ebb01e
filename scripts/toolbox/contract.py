"""The raw contract as Python objects, read from the YAML that dbt reads too."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from toolbox.console import UserError

ROOT = Path(__file__).resolve().parents[2]
CONTRACT_FILE = ROOT / "models" / "staging" / "_raw_contract.yml"
LOADED_AT = "_loaded_at"


def shortest(file: Path) -> Path:
    """Return a file as people here call it: below the project's folder without that folder."""
    return file.relative_to(ROOT) if file.is_relative_to(ROOT) else file


@dataclass(frozen=True)
class Column:
    """One column of a raw table.

    `required`: every row must have a value; `may_be_absent`: a file may lack the column itself.
    """

    name: str
    data_type: str
    required: bool = False
    may_be_absent: bool = False


@dataclass(frozen=True)
class Table:
    """One raw table; `required` means the project cannot run without it."""

    name: str
    required: bool
    key: tuple[str, ...]
    placed_by: str | None
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names in contract order, without `_loaded_at`."""
        return tuple(column.name for column in self.columns)


def _meta(node: dict[str, Any]) -> dict[str, Any]:
    meta: dict[str, Any] = (node.get("config") or {}).get("meta") or {}
    return meta


def _column(node: dict[str, Any]) -> Column:
    meta = _meta(node)
    return Column(
        name=str(node["name"]),
        data_type=str(node["data_type"]),
        required=bool(meta.get("required", False)),
        may_be_absent=bool(meta.get("may_be_absent", False)),
    )


def _table(node: dict[str, Any]) -> Table:
    meta = _meta(node)
    placed_by = meta.get("placed_by")
    return Table(
        name=str(node["name"]),
        required=bool(meta["required"]),
        key=tuple(str(name) for name in meta["key"]),
        placed_by=None if placed_by is None else str(placed_by),
        columns=tuple(_column(c) for c in node["columns"] if c["name"] != LOADED_AT),
    )


def read_contract(path: Path = CONTRACT_FILE) -> dict[str, Table]:
    """Return the tables of source `raw` by name, in contract order.

    Raises UserError when the file is missing, is no YAML or lacks a part of the contract's shape.
    """
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        source = next(s for s in document["sources"] if s["name"] == "raw")
        return {node["name"]: _table(node) for node in source["tables"]}
    except FileNotFoundError as error:
        raise UserError(f"the raw contract {path} is missing; restore it") from error
    except yaml.YAMLError as error:
        raise UserError(f"the raw contract {path} is not valid YAML: {error}") from error
    except (KeyError, TypeError, StopIteration) as error:
        raise UserError(f"the raw contract {path} lacks {error!r}; see its head comment") from error
