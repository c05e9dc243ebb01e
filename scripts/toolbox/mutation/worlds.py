"""Small companies that are built already: a mutant rebuilds what it changes, then rolls back."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from toolbox.console import UserError
from toolbox.contract import ROOT
from toolbox.mutation.mutants import Mutant
from toolbox.mutation.project_in_memory import Node, ProjectInMemory, RenderingError
from toolbox.mutation.unit_tests import NOT_SQL, NotRunnableError, patience

Fingerprint = tuple[int, Any]


@dataclass
class Applied:
    """What a mutant did to a world: the models it changed, and the first that noticed."""

    changed: list[str] = field(default_factory=list)
    is_rendered: bool = False
    killed_by: str = ""


class World:
    """One built company and the SQL of all that was built in it."""

    def __init__(self, folder: Path, parsed: ProjectInMemory, scratch: Path) -> None:
        """Open a copy of the kept build in `folder` and work it out once, as mutants will be."""
        tests = str(ROOT / "tests" / "python")
        if tests not in sys.path:
            sys.path.insert(0, tests)
        from mutation_companies import Witness  # type: ignore  # noqa: PLC0415

        self.key = folder.name
        self._witness = Witness(folder)
        scratch.mkdir(parents=True, exist_ok=True)
        warehouse = scratch / "project.duckdb"
        shutil.copy2(folder / "project.duckdb", warehouse)
        self.project = parsed.with_variables(self._witness.variables)
        self.connection = duckdb.connect(warehouse, config={"threads": 1})
        there = {
            (schema, name)
            for schema, name in self.connection.execute(
                "select table_schema, table_name from information_schema.tables"
            ).fetchall()
        }
        self.models = [node for node in self.project.models() if (node.schema, node.alias) in there]
        self._sql: dict[str, str] = {}
        self._fingerprints: dict[str, Fingerprint] = {}
        self._types: dict[str, list[Any]] = {}
        for node in self.models:
            try:
                sql = self.project.render(node)
                self._build(node, sql)
            except (RenderingError, duckdb.IOException):
                continue  # it asks the warehouse, or reads raw files; it stays as it was built
            self._sql[node.unique_id] = sql
            self._fingerprints[node.unique_id] = self._fingerprint(node)
            self._types[node.unique_id] = self._describe(node)
        self._tests = self._placed_tests()
        for mart in sorted(self._witness.marts):
            problem = self._other_than_the_oracle(mart)
            if problem:
                raise UserError(f"{self.key}: without a mutant: {problem}")

    @contextmanager
    def applied(self, mutant: Mutant, touched: set[str]) -> Iterator[Applied]:
        """Build what the mutant changes, run its data tests, ask the oracle; undone at the end.

        Raises RenderingError or NotRunnableError where the mutant is no SQL.
        """
        self.connection.execute("begin")
        try:
            with self.project.mutated(mutant), patience(self.connection):
                outcome = self._apply(touched)
            yield outcome
        finally:
            with suppress(duckdb.Error):  # where the failed statement has rolled back
                self.connection.execute("rollback")

    def _apply(self, touched: set[str]) -> Applied:
        outcome = Applied()
        changed: set[str] = set()
        for node in self.models:
            key = node.unique_id
            if key not in self._sql:
                continue
            sql = self.project.render(node) if key in touched else self._sql[key]
            is_other = sql != self._sql[key]
            outcome.is_rendered |= is_other
            if is_other or changed & set(node.depends_on.nodes):
                try:
                    self._build(node, sql)
                    if self._fingerprint(node) != self._fingerprints[key]:
                        changed.add(key)
                        outcome.changed.append(node.name)
                except NOT_SQL as error:
                    raise NotRunnableError(str(error)[:300]) from error
                except duckdb.Error as error:
                    outcome.killed_by = f"build error: {node.name}: {str(error)[:80]}"
                    return outcome
                if node.config.contract.enforced and self._describe(node) != self._types[key]:
                    outcome.killed_by = f"contract: {node.name}"
                    return outcome
            found = self._failing_test(key, changed, touched)
            if found:
                outcome.killed_by = f"data test: {found}"
                return outcome
            if key in changed and self._other_than_the_oracle(node.name):
                outcome.killed_by = f"oracle: {node.name}"
                return outcome
        return outcome

    def _other_than_the_oracle(self, mart: str) -> str:
        """Return one line on the first row that the oracle has otherwise; empty if none."""
        if mart not in self._witness.marts:
            return ""
        cursor = self.connection.execute(f"select * from marts.{mart}")
        names = [column[0] for column in cursor.description or []]
        rows = (dict(zip(names, row, strict=True)) for row in cursor.fetchall())
        return str(self._witness.first_difference(mart, rows))

    def _failing_test(self, key: str, changed: set[str], touched: set[str]) -> str:
        """Return the data test that fails of those whose last model this is; empty if none."""
        for test, sql in self._tests.get(key, []):
            is_touched = test.unique_id in touched
            if not is_touched and not changed & set(test.depends_on.nodes):
                continue
            now = self.project.render(test) if is_touched else sql
            if (now != sql or changed & set(test.depends_on.nodes)) and self._fails(test, now):
                return str(test.name)
        return ""

    def _placed_tests(self) -> dict[str, list[tuple[Node, str]]]:
        """Return the data tests that pass here, each under the last model that it reads."""
        order = {node.unique_id: place for place, node in enumerate(self.models)}
        found: dict[str, list[tuple[Node, str]]] = {}
        for test in self.project.data_tests():
            read = [key for key in test.depends_on.nodes if key.startswith("model.")]
            if not read or not set(read) <= set(order):
                continue
            try:
                sql = self.project.render(test)
            except RenderingError:
                continue
            if not self._fails(test, sql):
                found.setdefault(max(read, key=order.__getitem__), []).append((test, sql))
        return found

    def _fails(self, test: Node, sql: str) -> bool:
        try:
            row = self.connection.execute(
                f"select {test.config.fail_calc} {test.config.error_if}"
                f" from (\n{sql}\n) as rows_found"
            ).fetchone()
        except duckdb.Error:
            return True
        return bool(row and row[0])

    def _build(self, node: Node, sql: str) -> None:
        kind = "view" if node.config.materialized == "view" else "table"
        if node.config.materialized == "incremental":
            return  # as it was built: what a run adds to it is not what a mutant changes
        name = f'"{node.schema}"."{node.alias}"'
        self.connection.execute(f"create or replace {kind} {name} as (\n{sql}\n)")

    def _fingerprint(self, node: Node) -> Fingerprint:
        row = self.connection.execute(
            f'select count(*), sum(hash(rows_now)) from "{node.schema}"."{node.alias}" as rows_now'
        ).fetchone()
        assert row is not None
        return row[0], row[1]

    def _describe(self, node: Node) -> list[Any]:
        rows = self.connection.execute(f'describe "{node.schema}"."{node.alias}"').fetchall()
        return [(row[0], row[1]) for row in rows]
