"""Reads the case files and says in one line what is wrong with one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from toolbox.contract import LOADED_AT, ROOT, Table, read_contract
from worked.figures import check_written
from worked.marts import CaseError, pick, read_marts

CASES = ROOT / "tests" / "cases"
DEFAULTS_FILE = "_defaults.yml"
_FILE_KEYS = ("vars", "as_of", "cases")
_CASE_KEYS = ("name", "shows", "vars", "as_of", "alone", "as_written", "raw", "expect", "absent")
_NULLS = ("null", "~", "")
# Named in a row and no column of its raw table: worked_case is the runner's own.
HELPERS = {"times"}
EXTRA_COLUMNS = {"subscription_changes": {"account_id"}}

Row = Mapping[str, str | None]
Rows = Mapping[str, Sequence[Row]]


@dataclass(frozen=True)
class Case:
    """One worked case: raw rows in, expected rows out, as written in its file.

    `alone` cases get a company of their own; `as_written` ones no rows but those they list.
    """

    topic: str
    name: str
    shows: str
    as_of: str
    raw: Rows
    expect: Rows
    absent: Rows
    variables: Mapping[str, Any] = field(default_factory=dict)
    alone: bool = False
    as_written: bool = False

    @property
    def marts(self) -> list[str]:
        """Tables that the case expects rows in, or none."""
        return list(dict.fromkeys([*self.expect, *self.absent]))


@dataclass(frozen=True)
class Defaults:
    """What a case need not say: its as-of date, values by raw table and column, plans, vars."""

    as_of: str
    variables: Mapping[str, Any]
    values: Mapping[str, Mapping[str, str]]
    plans: Mapping[str, Row]


@cache
def raw_contract() -> Mapping[str, Table]:
    """Return the raw contract, read once."""
    return read_contract()


class _Loader(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):  # type: ignore[misc]
    """YAML whose scalars stay as they were written, and whose keys are never given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        twice = [key for key in keys if keys.count(key) > 1]
        if twice:
            line = node.start_mark.line + 1
            raise CaseError(f"line {line}: {twice[0]!r} is given twice")
        return super().construct_mapping(node, deep)


def _load(path: Path) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise CaseError(f"{path.name}: line {line}: {error.problem}") from error
    except CaseError as error:
        raise CaseError(f"{path.name}: {error}") from error


def _scalar(value: Any) -> Any:
    """Return a var's value as dbt would read it: a number, true or false, else text."""
    if isinstance(value, list):
        return [_scalar(each) for each in value]
    if not isinstance(value, str):
        raise CaseError(f"a var is a value or a list, not {value!r}")
    typed = yaml.safe_load(value)
    return typed if isinstance(typed, bool | int | float) else value


@cache
def _known_vars() -> Sequence[str]:
    document = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    return list(document["vars"])


def _variables(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise CaseError("vars are names with values")
    known = _known_vars()
    return {pick("var", name, known): _scalar(value) for name, value in given.items()}


def _row(given: Any) -> Row:
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise CaseError(f"a row is columns with values, not {given!r}")
    return {name: None if value in _NULLS else value for name, value in given.items()}


def _rows(part: str, given: Any) -> Rows:
    if not isinstance(given, dict) or not all(isinstance(rows, list) for rows in given.values()):
        raise CaseError(f"{part}: names tables, each with a list of rows")
    return {table: [_row(row) for row in rows] for table, rows in given.items()}


def _check_raw(raw: Rows) -> None:
    contract = raw_contract()
    for table, rows in raw.items():
        pick("raw table", table, contract)
        known = {*contract[table].column_names, LOADED_AT, *HELPERS}
        known |= EXTRA_COLUMNS.get(table, set())
        for row in rows:
            for name in row:
                pick(f"column of {table}", name, sorted(known))


def _check_expected(part: str, expected: Rows) -> None:
    marts = read_marts()
    for name, rows in expected.items():
        mart = marts[pick("mart", name, marts)]
        for row in rows:
            for column, text in row.items():
                pick(f"column of {name}", column, mart.columns)
                try:
                    check_written(text, mart.columns[column])
                except CaseError as error:
                    raise CaseError(f"{part}: {name}.{column}: {error}") from error


def _flag(given: Mapping[str, Any], key: str) -> bool:
    value = given.get(key, "false")
    if value not in ("true", "false"):
        raise CaseError(f"{key} is true or false, not {value!r}")
    return bool(value == "true")


def _case(topic: str, given: Any, head: Mapping[str, Any], defaults: Defaults) -> Case:
    name = given.get("name")
    if not isinstance(name, str) or not name.replace("_", "").isalnum():
        raise CaseError("needs a name of letters, digits and _")
    for key in given:
        pick("key", key, _CASE_KEYS)
    for key in ("shows", "raw"):
        if not given.get(key):
            raise CaseError(f"has no {key}")
    raw = _rows("raw", given["raw"])
    expect, absent = (_rows(part, given.get(part, {})) for part in ("expect", "absent"))
    if not any(expect.values()) and not any(absent.values()):
        raise CaseError("expects nothing")
    _check_raw(raw)
    _check_expected("expect", expect)
    _check_expected("absent", absent)
    alone = _flag(given, "alone")
    if not alone and any(not row.get("account_id") for row in raw.get("costs", [])):
        raise CaseError("costs that name no account are the whole company's: say alone: true")
    return Case(
        topic=topic,
        name=given["name"],
        shows=given["shows"],
        as_of=given.get("as_of", head.get("as_of", defaults.as_of)),
        raw=raw,
        expect=expect,
        absent=absent,
        variables=_variables(given.get("vars", head.get("vars", {}))),
        alone=alone,
        as_written=_flag(given, "as_written"),
    )


@cache
def read_defaults(folder: Path = CASES) -> Defaults:
    """Return what the folder's cases have in common."""
    document = _load(folder / DEFAULTS_FILE)
    contract = raw_contract()
    for table, values in document["values"].items():
        for name in values:
            pick(
                f"column of {table}",
                name,
                contract[pick("raw table", table, contract)].column_names,
            )
    plans = {row["plan_id"]: _row(row) for row in document["plans"]}
    return Defaults(document["as_of"], _variables(document["vars"]), document["values"], plans)


def read_file(path: Path, defaults: Defaults) -> list[Case]:
    """Return the cases of one file; CaseError names file, case and what is wrong."""
    document = _load(path)
    if not isinstance(document, dict) or not isinstance(document.get("cases"), list):
        raise CaseError(f"{path.name}: has no list of cases")
    cases: list[Case] = []
    for number, given in enumerate(document["cases"], start=1):
        name = given.get("name") if isinstance(given, dict) else None
        try:
            for key in document:
                pick("key", key, _FILE_KEYS)
            cases.append(_case(path.stem, given, document, defaults))
        except CaseError as error:
            raise CaseError(f"{path.name}: case {name or number}: {error}") from error
    return cases


def load_cases(folder: Path = CASES) -> list[Case]:
    """Return every case of a folder of case files, in order of file and place.

    Raises CaseError with one line: file, case, and what is wrong there.
    """
    defaults = read_defaults(folder)
    paths = [path for path in sorted(folder.glob("*.yml")) if path.name != DEFAULTS_FILE]
    cases = [case for path in paths for case in read_file(path, defaults)]
    names = [case.name for case in cases]
    for case in cases:
        if names.count(case.name) > 1:
            raise CaseError(f"{case.topic}.yml: case {case.name}: another case has this name")
    return cases
