"""Compares the marts of two warehouses row by row: money to the cent, rates to 1e-9.

Which marts there are, their columns and their keys is read from dbt's manifest, so that a mart
added later is compared without anyone remembering it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from toolbox.engines.base import Engine

TOLERANCE = 1e-9
_SHOWN = 5


@dataclass(frozen=True)
class Mart:
    """A mart as the manifest describes it: name, columns to compare, columns that make its key."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]


@dataclass
class Comparison:
    """What was compared, and one line for every kind of difference."""

    tables: int = 0
    rows: int = 0
    differences: list[str] = field(default_factory=list)


def marts_of(manifest: Path) -> list[Mart]:
    """Return every mart of a manifest.json.

    Columns that say when a build ran (`meta: {varies_by_run: true}`) are left out. A mart without
    a grain test is an error: nobody could say which rows belong together.
    """
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    tests = [node for node in nodes if node.get("attached_node")]
    grains = {
        test["attached_node"]: tuple(test["test_metadata"]["kwargs"]["columns"])
        for test in tests
        if test["test_metadata"]["name"] == "grain"
    }
    marts = []
    for node in nodes:
        if node["resource_type"] != "model" or node["config"]["schema"] != "marts":
            continue
        columns = tuple(
            name
            for name, column in node["columns"].items()
            if not column["config"]["meta"].get("varies_by_run")
        )
        key = tuple(name for name in grains[node["unique_id"]] if name in columns)
        marts.append(Mart(node["name"], columns, key))
    assert marts, f"{manifest} holds no marts"
    return marts


def compare(left: Engine, right: Engine, marts: Iterable[Mart]) -> Comparison:
    """Read every mart of both and compare it."""
    result = Comparison()
    with left.reader() as left_reader, right.reader() as right_reader:
        for mart in marts:
            query = f"select {', '.join(mart.columns)} from {{}}.{mart.name}"
            left_rows = left_reader.fetch(query.format(left.schema("marts")))
            right_rows = right_reader.fetch(query.format(right.schema("marts")))
            result.tables += 1
            result.rows += len(left_rows)
            result.differences += differences(mart, left_rows, right_rows)
    return result


def differences(
    mart: Mart, left: Iterable[tuple[Any, ...]], right: Iterable[tuple[Any, ...]]
) -> list[str]:
    """Return one line per row that only one side has, and one per column that differs."""
    left_rows, right_rows = _by_key(mart, left), _by_key(mart, right)
    found = []
    for side, keys in (
        ("the first", left_rows.keys() - right_rows.keys()),
        ("the second", right_rows.keys() - left_rows.keys()),
    ):
        if keys:
            shown = sorted(map(str, keys))[:_SHOWN]
            found.append(f"{mart.name}: {len(keys)} rows only in {side}: {shown}")
    for position, column in enumerate(mart.columns):
        unlike = [
            (key, row[position], right_rows[key][position])
            for key, row in left_rows.items()
            if key in right_rows and not _same(row[position], right_rows[key][position])
        ]
        if unlike:
            key, one, other = min(unlike, key=str)
            found.append(
                f"{mart.name}.{column}: {len(unlike)} rows differ, such as {key}: {one} and {other}"
            )
    return found


def _by_key(mart: Mart, rows: Iterable[tuple[Any, ...]]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    positions = [mart.columns.index(column) for column in mart.key]
    keyed: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    count = 0
    for row in rows:
        count += 1
        keyed[tuple(_comparable(row[position]) for position in positions)] = row
    assert len(keyed) == count, f"{mart.name}: {count - len(keyed)} rows share a key"
    return keyed


def _comparable(value: Any) -> Any:
    # Zoned or not, instants are UTC here.
    return value.replace(tzinfo=None) if hasattr(value, "tzinfo") and value.tzinfo else value


def _same(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    # A decimal is exact on either side or it is no decimal.
    kinds = {type(one), type(other)} & {float, Decimal}
    if kinds and kinds != {Decimal}:
        return False
    return bool(_comparable(one) == _comparable(other))
