"""What the oracle is told beside raw rows: settings, the contract and the config seeds.

Read as data from dbt_project.yml, models/staging/_raw_contract.yml and seeds/config/*.csv.
"""

from __future__ import annotations

import csv
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[3]
Row = Mapping[str, Any]
Day = datetime.date

# What is no text in a seed, by column.
SEED_KINDS: Mapping[str, str] = {
    "is_core": "flag",
    "is_activity": "flag",
    "is_login": "flag",
    "is_activation": "flag",
    "lower_inclusive": "flag",
    "upper_inclusive": "flag",
    "min_employees": "number",
    "max_employees": "number",
    "step_number": "number",
    "within_days": "number",
    "min_score": "number",
    "max_score": "number",
    "low_max": "number",
    "high_min": "number",
    "impact_score": "decimal",
    "lower_bound": "decimal",
    "upper_bound": "decimal",
    "target": "decimal",
    "near_distance": "decimal",
    "valid_from": "day",
}


@dataclass(frozen=True)
class RawColumn:
    """A column of the contract; `kind` is text, integer, decimal, boolean, timestamp or date."""

    name: str
    kind: str
    digits: tuple[int, int]
    meta: Row

    @property
    def day_name(self) -> str:
        """Name of the day beside a time, or in place of a date."""
        if self.name.endswith("_month"):
            return self.name
        return self.name.removesuffix("_at").removesuffix("_on") + "_date"

    @property
    def typed_name(self) -> str:
        """Name under which the value is staged."""
        return self.day_name if self.kind == "date" else self.name


@dataclass(frozen=True)
class RawTable:
    """A table of the contract; `placed_by` is the column that says when a row happened."""

    name: str
    is_required: bool
    key: tuple[str, ...]
    placed_by: str | None
    columns: tuple[RawColumn, ...]


def _column(node: Row) -> RawColumn:
    kind, _, digits = node["data_type"].partition("(")
    whole, _, decimals = digits.rstrip(")").partition(",")
    sizes = (int(whole), int(decimals)) if digits else (0, 0)
    return RawColumn(node["name"], kind, sizes, (node.get("config") or {}).get("meta") or {})


@cache
def contract() -> dict[str, RawTable]:
    """Return the raw tables by name, in the order of the contract."""
    text = (ROOT / "models" / "staging" / "_raw_contract.yml").read_text(encoding="utf-8")
    tables = {}
    for node in yaml.safe_load(text)["sources"][0]["tables"]:
        meta = node["config"]["meta"]
        columns = tuple(_column(column) for column in node["columns"] if column["name"][0] != "_")
        names = [column.name for column in columns]
        placed_by = meta["placed_by"] or ("created_at" if "created_at" in names else None)
        tables[node["name"]] = RawTable(
            node["name"], meta["required"], tuple(meta["key"]), placed_by, columns
        )
    return tables


@cache
def _default_variables() -> Row:
    text = (ROOT / "dbt_project.yml").read_text(encoding="utf-8")
    variables: Row = yaml.safe_load(text)["vars"]
    return variables


def variables_with_defaults(given: Row) -> dict[str, Any]:
    """Return every var of dbt_project.yml, as given or by default; KeyError for an unknown one."""
    unknown = set(given) - set(_default_variables())
    if unknown:
        raise KeyError(f"dbt_project.yml has no var {sorted(unknown)}")
    return dict(_default_variables()) | dict(given)


def _seed_value(name: str, text: str) -> Any:
    kind = SEED_KINDS.get(name)
    if kind == "flag":
        return text == "true"
    if not text:
        return None
    if kind == "number":
        return int(text)
    if kind == "decimal":
        return Decimal(text)
    return datetime.date.fromisoformat(text) if kind == "day" else text


def typed_seed(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return a seed's rows of text with numbers, days and flags in place of some texts."""
    return [
        {name: _seed_value(name, str("" if text is None else text)) for name, text in row.items()}
        for row in rows
    ]


def read_seeds() -> dict[str, list[dict[str, Any]]]:
    """Return the project's own config seeds by name."""
    seeds = {}
    for path in sorted((ROOT / "seeds" / "config").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            seeds[path.stem] = typed_seed(list(csv.DictReader(stream)))
    return seeds
