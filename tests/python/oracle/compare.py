"""Compares a built warehouse with the oracle, mart by mart and row by row, in readable lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb

from oracle.marts import GRAINS, Oracle
from oracle.rounded import Rounded

TOLERANCE = 1e-9


@dataclass(frozen=True)
class Difference:
    """A row that one side lacks, or a column that differs.

    kind: missing (the warehouse lacks the row), extra (the oracle lacks it) or differs.
    account_id: where the row is an account's. accounts: those whose raw rows are behind it.
    """

    mart: str
    key: Mapping[str, Any]
    kind: str
    column: str = ""
    built: Any = None
    expected: Any = None
    account_id: str | None = None

    def __str__(self) -> str:
        """Return one line that says where and what."""
        place = " ".join(f"{name}={_plain(value)}" for name, value in self.key.items())
        if self.kind != "differs":
            return f"{self.mart} [{place}] {self.kind} in the warehouse"
        return (
            f"{self.mart} [{place}] {self.column}: warehouse {_plain(self.built)},"
            f" oracle {_plain(self.expected)}"
        )

    @property
    def segment(self) -> tuple[str, str] | None:
        """Return the segment of the row, where it has one."""
        if "segment_type" not in self.key:
            return None
        return self.key["segment_type"], self.key["segment_value"]


def _plain(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, Fraction):
        return repr(float(value))
    return value.isoformat() if isinstance(value, date) else str(value)


def is_same(built: Any, expected: Any) -> bool:
    """Are two values equal: money and counts exactly, rates to 1e-9?"""
    if isinstance(expected, Rounded) and built is not None:
        return Decimal(built) in {expected, *expected.others}
    if built is None or expected is None:
        return built is None and expected is None
    if isinstance(built, bool) or isinstance(expected, bool):
        return bool(built) == bool(expected) and built in (True, False)
    if isinstance(built, float) or isinstance(expected, (float, Fraction)):
        near = TOLERANCE * max(1.0, abs(float(expected)))
        return abs(float(built) - float(expected)) <= near
    if isinstance(built, (int, Decimal)):
        return Decimal(built) == Decimal(expected)
    return bool(built == expected)


def built_rows(warehouse: Path, mart: str) -> list[dict[str, Any]]:
    """Return the rows of a mart of a DuckDB warehouse; an empty list where it was not built."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        there = connection.execute(
            "select count(*) from information_schema.tables"
            " where table_schema = 'marts' and table_name = ?",
            [mart],
        ).fetchone()
        if there is None or not there[0]:
            raise LookupError(f"{warehouse} has no mart {mart}")
        cursor = connection.execute(f"select * from marts.{mart}")
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def compare_mart(
    mart: str, built: Iterable[Mapping[str, Any]], oracle: Oracle
) -> Iterator[Difference]:
    """Yield where the rows of a built mart differ from the oracle's; an AssertionError for two
    rows of the oracle with one key, or a row without a covered column."""
    grain, columns = GRAINS[mart], oracle.covered[mart]
    expected: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for row in oracle.rows(mart):
        assert columns <= set(row), f"the oracle's {mart} lacks {sorted(columns - set(row))}"
        key = tuple(row[name] for name in grain)
        assert key not in expected, f"the oracle has {mart} {key} twice"
        expected[key] = row
    seen: Counter[tuple[Any, ...]] = Counter()
    for row in built:
        if oracle.segment_types and row.get("segment_type", "total") not in oracle.segment_types:
            continue
        key = tuple(row[name] for name in grain)
        names = dict(zip(grain, key, strict=True))
        account_id = row.get("account_id")
        seen[key] += 1
        if key not in expected or seen[key] > 1:
            yield Difference(mart, names, "extra", account_id=account_id)
            continue
        for column in sorted(columns):
            want = expected[key][column]
            if not is_same(row[column], want):
                yield Difference(mart, names, "differs", column, row[column], want, account_id)
    for key, row in expected.items():
        if key not in seen:
            names = dict(zip(grain, key, strict=True))
            yield Difference(mart, names, "missing", account_id=row.get("account_id"))


def compare(
    warehouse: Path, oracle: Oracle, marts: Iterable[str] | None = None
) -> list[Difference]:
    """Return all differences between a warehouse and the oracle, in the marts given or in all."""
    found: list[Difference] = []
    for mart in oracle.covered if marts is None else marts:
        found += compare_mart(mart, built_rows(warehouse, mart), oracle)
    return found


def by_company(
    differences: Iterable[Difference], prefixes: Sequence[str], attribute: str = "company"
) -> dict[str, list[Difference]]:
    """Return the differences of each of many companies that share one build.

    A company's accounts, subscriptions ... begin with its prefix (`g007_`); in monthly marts it is
    the segment (attribute, prefix without its last `_`), with `segment_attributes: [attribute]`.
    What belongs to no one company (totals, other segments) is under "".
    """
    found: dict[str, list[Difference]] = {prefix: [] for prefix in prefixes}
    found[""] = []
    for difference in differences:
        names = [difference.account_id or "", *map(str, difference.key.values())]
        if difference.segment and difference.segment[0] == attribute:
            names = [f"{difference.segment[1]}_"]
        elif difference.segment:
            names = []
        mine = [p for p in prefixes if any(name.startswith(p) for name in names)]
        found[mine[0] if mine else ""].append(difference)
    return found


def raw_rows_of(
    raw: Mapping[str, Sequence[Mapping[str, Any]]], account_ids: Iterable[str]
) -> Iterator[str]:
    """Yield the raw rows of some accounts as readable lines, with the plans they hold."""
    wanted = set(account_ids)
    held = {
        row["subscription_id"]
        for row in raw.get("subscriptions", ())
        if row.get("account_id") in wanted
    }
    changes = [r for r in raw.get("subscription_changes", ()) if r["subscription_id"] in held]
    plans = {row.get("plan_id") for row in changes}
    names = ("account_id", "referring_account_id", "referred_account_id")
    for table, rows in raw.items():
        for row in rows:
            if (
                wanted & {row.get(name) for name in names}
                or (table == "subscription_changes" and row["subscription_id"] in held)
                or (table == "plans" and row["plan_id"] in plans)
            ):
                values = (f"{k}={v}" for k, v in row.items() if v not in (None, ""))
                yield f"{table}: {' '.join(values)}"


def report(
    differences: Sequence[Difference],
    raw: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    limit: int = 20,
) -> str:
    """Return the first differences in lines for people, with the raw rows of their accounts."""
    counts = Counter((d.mart, d.column or d.kind) for d in differences)
    lines = [f"{count} x {mart}.{column}" for (mart, column), count in counts.most_common(limit)]
    lines += [str(difference) for difference in differences[:limit]]
    if raw is not None:
        accounts = {d.account_id for d in differences[:limit] if d.account_id}
        lines += raw_rows_of(raw, accounts)
    return "\n".join(lines)
