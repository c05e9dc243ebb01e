"""One built company under changed vars and seeds: which marts hold other rows then.

A build per var would take minutes. So the project is parsed once and the company built once. For
each change only the models that can see it are compiled again (those that name the var, themselves
or in a macro they use); what compiles to other SQL is run in a transaction, and so is whatever
reads a table with other rows, in the order of the project. Then it is rolled back.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from compiled import Compiled

MART_FOLDER = "models/marts/"


class Variants:
    """Answers which marts a change touches; nothing of it is kept."""

    def __init__(self, raw: Path, scratch: Path, variables: Mapping[str, Any]) -> None:
        """Build a raw folder with `variables` under `scratch`."""
        self._variables = dict(variables)
        self._warehouse = scratch / "company.duckdb"
        self._before = scratch / "before.duckdb"
        live = scratch / "live"
        live.mkdir()
        self._compiled = Compiled(live, live / self._warehouse.name)
        self._manifest = self._compiled.manifest(variables)
        # In dbt's order.
        self._models = {node.unique_id: node for node in self._compiled.models(variables)}
        self._as_built = self._compiled.sql(variables)
        self._compiled.build(raw, self._warehouse, variables)
        shutil.copy2(self._warehouse, self._before)

    def marts_changed_by(
        self, variables: Mapping[str, Any] | None = None, seed_edits: Sequence[str] = ()
    ) -> set[str]:
        """Return the marts with other rows under other vars, or after SQL edits of seeds."""
        seen = {key for name in variables or {} for key in self._models if self._sees(key, name)}
        changed_sql = {
            key: sql
            for key, sql in self._sql(seen, variables or {}).items()
            if sql != self._as_built[key]
        }
        with duckdb.connect(self._warehouse) as connection:
            connection.execute(f"attach '{self._before}' as before (read_only)")
            connection.execute("begin")
            dirty: set[str] = set()
            for edit in seed_edits:
                connection.execute(edit)
                edited = {key for key in self._manifest.nodes if self._is_edited(key, edit)}
                assert edited, f"no seed in: {edit}"
                dirty |= edited
            self._run(connection, changed_sql, dirty)
            connection.execute("rollback")
        return {
            self._models[key].name
            for key in dirty & set(self._models)
            if self._models[key].original_file_path.startswith(MART_FOLDER)
        }

    def _run(
        self, connection: duckdb.DuckDBPyConnection, changed_sql: dict[str, str], dirty: set[str]
    ) -> None:
        """Run what has other SQL or reads other rows; add to `dirty` what then holds others."""
        for key, node in self._models.items():
            if key not in changed_sql and not dirty & set(node.depends_on.nodes):
                continue
            kind = "view" if node.config.materialized == "view" else "table"
            sql = changed_sql.get(key, self._as_built[key])
            connection.execute(f"create or replace {kind} {node.relation_name} as {sql}")
            if kind == "view" or self._differs(connection, node.schema, node.alias):
                dirty.add(key)

    def _differs(self, connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
        columns = connection.execute(
            "select column_name, data_type from information_schema.columns"
            " where table_catalog = 'before' and table_schema = ? and table_name = ?",
            [schema, table],
        ).fetchall()
        # Engines add doubles in any order.
        values = ", ".join(
            f'round("{name}", 9)' if kind == "DOUBLE" else f'"{name}"' for name, kind in columns
        )
        now = f"select {values} from {self._warehouse.stem}.{schema}.{table}"
        then = f"select {values} from before.{schema}.{table}"
        found = connection.execute(
            f"(({now}) except all ({then})) union all (({then}) except all ({now})) limit 1"
        ).fetchone()
        return found is not None

    def _is_edited(self, key: str, seed_edit: str) -> bool:
        node = self._manifest.nodes[key]
        return node.resource_type == "seed" and f"{node.schema}.{node.alias}" in seed_edit.split()

    def _sees(self, key: str, name: str) -> bool:
        """Say whether a model names a var, itself or in a macro that it uses."""
        quoted = (f"'{name}'", f'"{name}"')
        if any(text in self._models[key].raw_code for text in quoted):
            return True
        macros = self._manifest.macros
        waiting = [name for name in self._models[key].depends_on.macros if name in macros]
        seen = set(waiting)
        while waiting:
            macro = macros[waiting.pop()]
            if any(text in macro.macro_sql for text in quoted):
                return True
            more = {name for name in macro.depends_on.macros if name in macros} - seen
            seen |= more
            waiting += more
        return False

    def _sql(self, keys: set[str], changed: Mapping[str, Any]) -> dict[str, str]:
        if not keys:
            return {}
        names = [self._models[key].name for key in sorted(keys)]
        return self._compiled.sql(self._variables | dict(changed), names)
