"""Worked cases: raw rows in, expected rows out, as written in tests/cases; nothing here runs dbt.

`load_cases` reads them, `companies` says which can share a warehouse, `raw_rows` is what to load
for those, `failures` compares what was built and `failures_in` what anything else made of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table

from worked.completing import (
    CASE_COLUMN,
    Filled,
    Tables,
    company_rows,
    complete,
    is_own,
    own_name,
    own_row,
)
from worked.figures import agrees, shown
from worked.marts import REJECTED_ROWS, SEGMENT, CaseError, Mart, read_marts
from worked.reading import CASES, Case, Row, load_cases, read_defaults

__all__ = [
    "CASES",
    "REJECTED_ROWS",
    "Case",
    "CaseError",
    "Company",
    "Expectation",
    "companies",
    "expectations",
    "failures",
    "failures_in",
    "load_cases",
    "raw_rows",
]

FoundRow = Mapping[str, Any]
MartReader = Callable[[str], Sequence[FoundRow]]
# Segments whose values are names of the case's own; of the others a case cannot have its own.
_OWN_SEGMENTS = frozenset(("plan_tier", "region", "country", "industry", "acquisition_channel"))
_OWN_SEGMENTS |= {"csm_owner"}


@dataclass(frozen=True)
class Company:
    """Cases that share raw tables and a build: the same vars and as-of date."""

    name: str
    as_of: str
    variables: Mapping[str, Any]
    cases: tuple[Case, ...]

    @property
    def marts(self) -> list[str]:
        """Tables that a case of the company asks for."""
        return sorted({mart for case in self.cases for mart in case.marts})


@dataclass(frozen=True)
class Expectation:
    """A row that a mart must hold, or (`absent`) must not, with names as in the warehouse."""

    case: Case
    mart: Mart
    row: Filled
    absent: bool = False
    keys: frozenset[str] = field(default_factory=frozenset)


def companies(cases: Iterable[Case]) -> list[Company]:
    """Return the fewest companies in which the cases can live, `alone` ones last."""
    defaults = read_defaults()
    groups: dict[tuple[str, str, str], list[Case]] = {}
    for case in cases:
        variables = json.dumps({**defaults.variables, **case.variables}, sort_keys=True)
        groups.setdefault((case.name if case.alone else "", case.as_of, variables), []).append(case)
    return [
        Company(own or f"{as_of} {variables}", as_of, json.loads(variables), tuple(group))
        for (own, as_of, variables), group in sorted(groups.items(), key=lambda each: each[0][0])
    ]


def raw_rows(cases: Iterable[Case]) -> Tables:
    """Return the raw tables of one company in which all of the cases live."""
    return company_rows({case.name: case for case in cases}, read_defaults())


def expectations(cases: Iterable[Case]) -> list[Expectation]:
    """Return every row that the cases expect, or expect not to be there."""
    marts = read_marts()
    return [
        _expectation(case, marts[name], row, absent)
        for case in cases
        for part, absent in ((case.expect, False), (case.absent, True))
        for name, rows in part.items()
        for row in rows
    ]


def _expectation(case: Case, mart: Mart, row: Row, absent: bool) -> Expectation:
    named = own_row(case, mart.name, row)
    if mart.has_segments:
        named |= _segment(case, row)
    elif not case.alone and not any(is_own(mart.name, column) for column in row):
        raise CaseError(
            f"{case.topic}.yml: case {case.name}: rows of {mart.name} belong to the whole company: "
            "name an account, or give the case a company of its own (alone: true)"
        )
    keys = frozenset(named) & frozenset(mart.grain)
    return Expectation(case, mart, named, absent, keys)


def _segment(case: Case, row: Row) -> Filled:
    """Return the segment that stands for the one written: a case's total is a segment."""
    kind, value = row.get("segment_type", "total"), row.get("segment_value", "all")
    if kind == "total":
        pair = (kind, value) if case.alone else (CASE_COLUMN, case.name)
    elif kind in _OWN_SEGMENTS and (case.alone or own_name(case, value) != value):
        pair = (kind, own_name(case, value))
    elif case.alone:
        pair = (kind, value)
    else:
        raise CaseError(
            f"{case.topic}.yml: case {case.name}: other cases are in {kind} {value} too: "
            "give the case a company of its own (alone: true)"
        )
    return dict(zip(SEGMENT, pair, strict=True))


def failures(connection: duckdb.DuckDBPyConnection, cases: Iterable[Case]) -> dict[str, str]:
    """Return, by case, a readable account of what a built warehouse has otherwise.

    Cases that agree are not in it. Each mart is read once.
    """

    def read(name: str) -> Sequence[FoundRow]:
        mart = read_marts()[name]
        columns = ", ".join(mart.columns)
        cursor = connection.execute(f"select {columns} from {mart.schema}.{name}")
        names = list(mart.columns)
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    return failures_in(read, cases)


def failures_in(read: MartReader, cases: Iterable[Case]) -> dict[str, str]:
    """Return, by case, a readable account of where a mart's rows differ; `read` returns them."""
    rows: dict[str, Sequence[FoundRow]] = {}
    problems: dict[str, list[str]] = {}
    by_name: dict[str, Case] = {}
    for expected in expectations(cases):
        name = expected.mart.name
        if name not in rows:
            rows[name] = read(name)
        problem = _problem(expected, rows[name])
        if problem:
            by_name[expected.case.name] = expected.case
            problems.setdefault(expected.case.name, []).append(problem)
    return {name: _account(by_name[name], found) for name, found in problems.items()}


def _matches(expected: Expectation, row: FoundRow, columns: Iterable[str]) -> bool:
    types = expected.mart.columns
    return all(agrees(expected.row[name], row[name], types[name]) for name in columns)


def _problem(expected: Expectation, rows: Sequence[FoundRow]) -> str:
    """Return what is wrong with one expected row, empty if nothing is."""
    if expected.absent:
        wrong = [row for row in rows if _matches(expected, row, expected.row)]
        return _table(expected, "must not be there", wrong) if wrong else ""
    found = [row for row in rows if _matches(expected, row, expected.keys)]
    if len(found) == 1 and _matches(expected, found[0], expected.row):
        return ""
    if not found:
        return _table(expected, "no such row; the case has", _rows_of(expected, rows))
    if len(found) > 1:
        missing = ", ".join(name for name in expected.mart.grain if name not in expected.row)
        return _table(expected, f"several rows, say which by {missing}", found)
    return _table(expected, "found", found)


def _rows_of(expected: Expectation, rows: Sequence[FoundRow]) -> list[FoundRow]:
    """Return the rows of a mart that belong to the case, as far as they say so."""
    mark = f"{expected.case.name}__"
    if expected.mart.has_segments:
        return [row for row in rows if _matches(expected, row, SEGMENT)]
    return [row for row in rows if any(str(value).startswith(mark) for value in row.values())]


def _table(expected: Expectation, title: str, rows: Sequence[FoundRow]) -> str:
    """Return expected and found as a table, a star before each figure that differs."""
    names = [name for name in expected.row if name not in SEGMENT]
    if len(set(expected.row) & set(SEGMENT)) and expected.row["segment_type"] != CASE_COLUMN:
        names = [*SEGMENT, *names]
    table = Table("", *names, title=f"{expected.mart.name}: {title}", title_justify="left")
    bare = f"{expected.case.name}__"
    wanted = [shown(expected.row[name]).replace(bare, "") for name in names]
    table.add_row("absent" if expected.absent else "expected", *wanted)
    for row in rows[:40]:
        cells = []
        for name in names:
            same = agrees(expected.row[name], row[name], expected.mart.columns[name])
            cells.append(("" if same else "* ") + shown(row[name]).replace(bare, ""))
        table.add_row("found", *cells)
    return _printed(table)


def _account(case: Case, problems: Sequence[str]) -> str:
    """Return what a case shows, the rows it begins with, and what came out otherwise."""
    parts = [f"{case.topic}.yml: {case.name}: {case.shows}"]
    for name, rows in complete(case, read_defaults()).items():
        columns = [column for column in _columns(rows) if any(row.get(column) for row in rows)]
        table = Table(*columns, title=f"raw {name}", title_justify="left")
        for row in rows[:40]:
            table.add_row(*(row.get(column) or "" for column in columns))
        if len(rows) > 40:
            table.add_row(f"and {len(rows) - 40} more")
        parts.append(_printed(table))
    return "\n".join([*parts, *problems])


def _columns(rows: Sequence[Filled]) -> list[str]:
    return list(dict.fromkeys(column for row in rows for column in row))


def _printed(table: Table) -> str:
    stream = StringIO()
    Console(file=stream, width=160).print(table)
    return stream.getvalue().rstrip()
