"""Builds any raw rows with the real project and reads what came out; used by most tests."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from compiled import Compiled
from toolbox.contract import read_contract
from toolbox.dbt_process import DbtProcess, Outcome
from toolbox.loader import load

Rows = Sequence[Mapping[str, object]]
RawTables = Mapping[str, Rows]
# For `arguments`: models and seeds alone.
UNTESTED = ("--exclude-resource-type", "test")


def query(warehouse: Path, sql: str, parameters: Sequence[object] = ()) -> list[dict[str, Any]]:
    """Return the rows of a query on a warehouse file, each as a dict."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        cursor = connection.execute(sql, parameters)
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def write_raw(folder: Path, tables: RawTables) -> Path:
    """Write raw rows as CSV files of the contract and return the folder.

    A required table that is not given gets no rows, an optional one no file; a value that is not
    given or None is empty. Columns beyond the contract (`_loaded_at`) are written when given.
    """
    contract = read_contract()
    unknown = set(tables) - set(contract)
    assert not unknown, f"not in the raw contract: {unknown}"
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in contract.items():
        if name not in tables and not table.required:
            continue
        rows = tables.get(name, [])
        names = list(dict.fromkeys([*table.column_names, *(key for row in rows for key in row)]))
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, names, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(dict(row) for row in rows)
    return folder


@dataclass(frozen=True)
class Built:
    """A warehouse after one dbt command, and what the command came to."""

    warehouse: Path
    outcome: Outcome

    def query(self, sql: str, *parameters: object) -> list[dict[str, Any]]:
        """Return the rows of a query, each as a dict."""
        return query(self.warehouse, sql, parameters)

    def value(self, sql: str, *parameters: object) -> Any:
        """Return the only value of a query's only row."""
        (row,) = self.query(sql, *parameters)
        (value,) = row.values()
        return value


class _ParsedOnce(DbtProcess):
    """A dbt that takes a parsed project instead of parsing one."""

    def __init__(self, manifest: Any, warehouse: Path, target_path: Path, log_path: Path) -> None:
        super().__init__(warehouse, target_path=target_path, log_path=log_path)
        self._manifest = manifest

    def _runner(self, listen: Callable[[Any], None]) -> Any:
        from dbt.cli.main import dbtRunner  # noqa: PLC0415

        # A copy: compiling leaves its marks.
        return dbtRunner(manifest=self._manifest.deepcopy(), callbacks=[listen])


class Project:
    """Builds raw rows with the real project, quickly: one process, and parsed as rarely as can be.

    dbt would parse anew whenever a var changes, which takes longer than most builds here. Every run
    writes one and the same path, moved away afterwards under an unchanged file name (views hold it
    as the database's name).
    """

    def __init__(self, scratch: Path) -> None:
        """Work under `scratch` only."""
        self.scratch = scratch
        self.runs = 0
        self._live = scratch / "live" / "project.duckdb"
        self._live.parent.mkdir()
        self._compiled = Compiled(scratch, self._live)

    def rendered(self, text: str) -> str:
        """Return SQL with the project's macros in it as dbt renders it."""
        return self._compiled.rendered(text)

    def build(
        self,
        raw: RawTables | Path,
        *,
        as_of: str | None = None,
        select: str | Sequence[str] = (),
        variables: Mapping[str, Any] | None = None,
        command: str = "build",
        arguments: Sequence[str] = (),
        only_rows: bool = False,
        onto: Built | None = None,
        check: bool = True,
    ) -> Built:
        """Load `raw` (rows, or a folder) and run dbt on it.

        `select` is dbt's, such as "+fct_mrr_monthly"; nothing means everything. Unit tests are left
        out; `arguments` are dbt's. With `only_rows` dbt compiles and the SQL is run without it: no
        tests, no increments, but a tenth of the time. `onto` builds on top of an earlier warehouse
        (increments). With `check`, a dbt failure is an AssertionError naming the nodes.
        """
        self.runs += 1
        place = self.scratch / f"run_{self.runs}"
        place.mkdir()
        folder = raw if isinstance(raw, Path) else write_raw(place / "raw", raw)
        given = dict(variables or {}) | ({"as_of_date": as_of} if as_of else {})
        selected = select.split() if isinstance(select, str) else list(select)
        if only_rows:
            assert (onto, command, list(arguments)) == (None, "build", [])
            self._compiled.build(folder, place / self._live.name, given, selected)
            return Built(place / self._live.name, Outcome(success=True))
        if onto is not None:
            shutil.copy2(onto.warehouse, self._live)
        load(folder, self._live)
        words = [command, "--vars", json.dumps(given, sort_keys=True)]
        if command == "build":
            # Not the tests that ask for models beyond the selected ones.
            words += ["--exclude-resource-type", "unit_test", "--indirect-selection", "cautious"]
        words += arguments
        if selected:
            words += ["--select", *selected]
        try:
            outcome = self._process(given, parsed=check).run(*words)
        finally:
            built = place / self._live.name
            self._live.rename(built)
        problems = "\n".join(f"{problem.name}: {problem.message}" for problem in outcome.problems)
        assert outcome.success or not check, f"dbt {command} failed\n{problems}"
        return Built(built, outcome)

    def _process(self, given: Mapping[str, Any], *, parsed: bool) -> DbtProcess:
        folders = {"target_path": self.scratch / "target", "log_path": self.scratch / "logs"}
        if not parsed:
            # What is expected to fail may fail in the parsing.
            return DbtProcess(self._live, **folders)
        manifest = self._compiled.manifest(given)
        return _ParsedOnce(manifest, self._live, **folders)
