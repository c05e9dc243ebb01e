"""dbt's unit tests without dbt: inputs kept as tables in memory, the model's SQL run on them."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from toolbox.console import UserError
from toolbox.mutation.project_in_memory import Node, ProjectInMemory

Rows = Counter[tuple[Any, ...]]
# Errors that say that SQL is none, whatever the data.
NOT_SQL = (
    duckdb.ParserException,
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.NotImplementedException,
)


_PATIENCE = 30  # seconds


class NotRunnableError(Exception):
    """The SQL is none: a mutant that no test has to find."""


@dataclass
class UnitTest:
    """One unit test: its node, the SQL and the rows that it expects without a mutant."""

    name: str
    model: str
    node: Node
    manifest: Node
    schema: str
    columns: tuple[str, ...]
    sql: str
    expected: Rows


class UnitTests:
    """Every unit test of the project, ready to be run on whatever its model renders to."""

    def __init__(self, project: ProjectInMemory, scratch: Path) -> None:
        """Prepare the inputs; their types are read from the project's warehouse, a built one."""
        self._project = project
        self._connection = duckdb.connect(":memory:", config={"threads": 1})
        self._cache = scratch / "fixtures.json"
        known = json.loads(self._cache.read_text()) if self._cache.exists() else {}
        self._fixtures: dict[str, dict[str, str]] = {}
        self._known = known
        self._keys: dict[str, list[str]] = {}
        for key, test in sorted(project.manifest.unit_tests.items()):
            self._keys.setdefault(test.depends_on.nodes[0], []).append(key)
        self._ready: dict[str, UnitTest] = {}

    def of(self, models: set[str]) -> Iterator[UnitTest]:
        """Return the tests of some models, which `make_ready` has seen."""
        for model in sorted(models):
            for key in self._keys.get(model, []):
                yield self._ready[key]

    def make_ready(self, models: set[str]) -> None:
        """Prepare the tests of some models; raises UserError where one fails as it is."""
        missing = [
            key
            for model in sorted(models)
            for key in self._keys.get(model, [])
            if key not in self._ready
        ]
        for key in missing:
            self._ready[key] = self._prepare(key, f"t{len(self._ready)}", self._known)
        if missing:
            self._cache.write_text(json.dumps(self._known | self._fixtures), encoding="utf-8")

    def render(self, test: UnitTest) -> str:
        """Return what the tested model renders to in the test, as the project is now."""
        test.node.raw_code = self._project.manifest.nodes[test.model].raw_code
        return self._project.render(test.node, test.manifest)

    def finds(self, test: UnitTest, sql: str) -> bool:
        """Return whether the test fails on that SQL; raise NotRunnableError where it is none."""
        try:
            with patience(self._connection):
                return self._rows(test.schema, test.columns, sql) != test.expected
        except NOT_SQL as error:
            raise NotRunnableError(str(error)[:300]) from error
        except duckdb.Error:
            return True

    def _prepare(self, key: str, schema: str, known: dict[str, dict[str, str]]) -> UnitTest:
        from dbt.parser.unit_tests import UnitTestManifestLoader  # noqa: PLC0415

        project = self._project
        manifest = UnitTestManifestLoader(project.manifest, project.config, {key}).load()
        node: Node = manifest.nodes[key]
        given = {name: each for name, each in manifest.nodes.items() if name != key}
        mark = hashlib.sha256(
            json.dumps({name: each.raw_code for name, each in given.items()}).encode()
        ).hexdigest()
        self._fixtures[mark] = known.get(mark) or self._compile(given, manifest)
        self._connection.execute(f"create schema {schema}; set schema = '{schema}'")
        for name, sql in self._fixtures[mark].items():
            self._connection.execute(f'create table "__dbt__cte__{name}" as {sql}')
        sql = project.render(node, manifest)
        types = {
            row[0].lower(): row[1]
            for row in self._connection.execute(f"describe {sql}\n").fetchall()
        }
        rows = node.config.expected_rows
        columns = tuple(name.lower() for name in rows[0]) if rows else tuple(types)
        expected = self._expected(rows, columns, types)
        test = UnitTest(
            node.name, node.tested_node_unique_id, node, manifest, schema, columns, sql, expected
        )
        if self._rows(schema, columns, sql) != expected:
            raise UserError(f"unit test {node.name} fails without a mutant")
        return test

    def _compile(self, given: dict[str, Node], manifest: Node) -> dict[str, str]:
        from dbt.adapters.factory import get_adapter  # noqa: PLC0415
        from dbt.compilation import Compiler  # noqa: PLC0415

        compiler = Compiler(self._project.config)
        with get_adapter(self._project.config).connection_named("fixtures"):
            return {
                getattr(each, "cte_name", each.identifier): str(
                    compiler.compile_node(each, manifest, {}, write=False).compiled_code
                )
                for each in given.values()
            }

    def _expected(
        self, rows: list[dict[str, Any]], columns: tuple[str, ...], types: dict[str, str]
    ) -> Rows:
        if not rows:
            return Counter()
        selects = []
        for row in rows:
            values = {name.lower(): value for name, value in row.items()}
            selects.append(
                "select "
                + ", ".join(f"cast({_literal(values[name])} as {types[name]})" for name in columns)
            )
        return _counted(self._connection.execute(" union all ".join(selects)).fetchall())

    def _rows(self, schema: str, columns: tuple[str, ...], sql: str) -> Rows:
        names = ", ".join(f'"{name}"' for name in columns)
        self._connection.execute(f"set schema = '{schema}'")
        return _counted(self._connection.execute(f"select {names} from (\n{sql}\n)").fetchall())


@contextmanager
def patience(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Interrupt what takes too long: a join without its condition must not hold up the rest."""
    timer = threading.Timer(_PATIENCE, connection.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _literal(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)


def _counted(rows: list[tuple[Any, ...]]) -> Rows:
    return Counter(tuple(map(_hashable, row)) for row in rows)


def _hashable(value: object) -> object:
    return repr(value) if isinstance(value, list | dict) else value
