"""The project as SQL: parsed once, compiled once for each set of vars, run without dbt.

dbt takes half a minute for what DuckDB does in two seconds, so tests that need only the rows run
the SQL that dbt has compiled, in dbt's order. What runs is the models' own SQL and nothing else: no
tests, no increments, and no reports (fct_metric_history), which are no part of a company.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from toolbox.contract import ROOT
from toolbox.dbt_process import close_connections
from toolbox.loader import load

# Vars that decide which nodes there are and what they are called: dbt reads them when it parses.
# All others are read when it compiles, and a reference that only then appears is dbt's own error.
_READ_BY_PARSING = re.compile(
    r"using_\w+|\w+_identifier|raw_\w+|schema_prefix|segment_attributes|reader_roles"
)
_LEFT_OUT = {"fct_metric_history"}

SQL = dict[str, str]


class Compiled:
    """Knows the project's models under any vars. `warehouse` is the path that dbt is told."""

    def __init__(self, scratch: Path, warehouse: Path) -> None:
        """Work under `scratch` only; nothing is done before it is asked for."""
        self._scratch = scratch
        self._warehouse = warehouse
        self._manifests: dict[str, Any] = {}
        self._sql: dict[str, SQL] = {}
        self._seeded: dict[str, Path] = {}

    def manifest(self, variables: Mapping[str, Any]) -> Any:
        """Return dbt's manifest of the parsed project under these vars; never change it."""
        given = {name: v for name, v in variables.items() if _READ_BY_PARSING.fullmatch(name)}
        words = json.dumps(given, sort_keys=True)
        if words not in self._manifests:
            self._manifests[words] = self._dbt(None, words, "parse")
        return self._manifests[words]

    def models(self, variables: Mapping[str, Any], select: Sequence[str] = ()) -> list[Any]:
        """Return the nodes of the models, each after those it reads.

        `select` holds names and folders (`path:models/...`), with a `+` before those that bring all
        they are made of; nothing means everything. What selects nothing is an AssertionError.
        """
        nodes = self.manifest(variables).nodes
        models = {key: node for key, node in nodes.items() if node.resource_type == "model"}
        models = {key: node for key, node in models.items() if node.name not in _LEFT_OUT}
        wanted = set() if select else set(models)
        for word in select:
            found = set(_selected(models, word.removeprefix("+")))
            assert found, f"no model {word}"
            wanted |= set(_with_parents(models, found)) if word.startswith("+") else found
        return [models[key] for key in _sorted(models) if key in wanted]

    def sql(self, variables: Mapping[str, Any], names: Sequence[str] = ()) -> SQL:
        """Return the SQL of these models, or of every one, under these vars, by unique id."""
        words = json.dumps(variables, sort_keys=True)
        key = f"{words} {sorted(names)}"
        if key not in self._sql:
            manifest = self.manifest(variables).deepcopy()
            select = names or ["resource_type:model"]
            arguments = ("--no-populate-cache", "--full-refresh", "--select", *select)
            self._dbt(manifest, words, "compile", *arguments)
            self._sql[key] = {
                key: node.compiled_code
                for key, node in manifest.nodes.items()
                if node.resource_type == "model" and (not names or node.name in names)
            }
        return self._sql[key]

    def rendered(self, text: str) -> str:
        """Return SQL with the project's macros in it as dbt renders it."""
        manifest = self.manifest({}).deepcopy()
        arguments = ("--no-populate-cache", "--inline", text)
        (result,) = self._dbt(manifest, "{}", "compile", *arguments).results
        return str(result.node.compiled_code)

    def build(
        self, raw: Path, warehouse: Path, variables: Mapping[str, Any], select: Sequence[str] = ()
    ) -> None:
        """Make a warehouse of a raw folder. It must be called as the one that dbt was told."""
        assert warehouse.name == self._warehouse.name
        shutil.copy2(self._seeds(variables), warehouse)
        load(raw, warehouse)
        sql = self.sql(variables)
        with duckdb.connect(warehouse) as connection:
            connection.execute("set TimeZone = 'UTC'")
            for node in self.models(variables, select):
                kind = "view" if node.config.materialized == "view" else "table"
                connection.execute(f"create schema if not exists {node.schema}")
                query = sql[node.unique_id]
                connection.execute(f"create or replace {kind} {node.relation_name} as {query}")

    def _seeds(self, variables: Mapping[str, Any]) -> Path:
        """Return a warehouse that holds the seeds and nothing else."""
        manifest = self.manifest(variables)
        name = next(node.schema for node in manifest.nodes.values() if node.resource_type == "seed")
        if name not in self._seeded:
            words = json.dumps(variables, sort_keys=True)
            self._dbt(manifest.deepcopy(), words, "seed")
            kept = self._scratch / f"seeds_{name}.duckdb"
            self._warehouse.rename(kept)
            self._seeded[name] = kept
        return self._seeded[name]

    def _dbt(self, manifest: Any, variables: str, command: str, *arguments: str) -> Any:
        from dbt.cli.main import dbtRunner  # noqa: PLC0415

        words = ["--log-level", "none", "--quiet", "--no-write-json", command]
        words += ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT)]
        words += ["--target-path", str(self._scratch / "compiled")]
        words += ["--log-path", str(self._scratch / "logs"), "--vars", variables]
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CSM_WAREHOUSE", str(self._warehouse))
            try:
                answer = dbtRunner(manifest=manifest).invoke([*words, *arguments])
            finally:
                close_connections()
                if command == "compile":
                    self._warehouse.unlink(missing_ok=True)
        assert answer.success, answer.exception or answer.result
        return answer.result


def _selected(models: Mapping[str, Any], word: str) -> Iterator[str]:
    """Yield the models of a name or of a folder."""
    kind, _, folder = word.partition("path:")
    for key, node in models.items():
        if node.name == kind or (folder and node.original_file_path.startswith(f"{folder}/")):
            yield key


def _with_parents(models: Mapping[str, Any], keys: set[str]) -> Iterator[str]:
    """Yield the models and all they are made of."""
    waiting, seen = list(keys), set(keys)
    while waiting:
        yield (found := waiting.pop())
        more = set(models[found].depends_on.nodes) & set(models) - seen
        seen |= more
        waiting += more


def _sorted(models: Mapping[str, Any]) -> Iterator[str]:
    """Yield the models, each after those it reads."""
    waiting = dict.fromkeys(models)
    while waiting:
        ready = [
            key for key in waiting if not set(models[key].depends_on.nodes) & waiting.keys() - {key}
        ]
        assert ready, "models read each other in a circle"
        yield from ready
        for key in ready:
            del waiting[key]
