"""The project as dbt parsed it once: any node rendered anew in milliseconds, mutated or not."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from toolbox.console import one_line
from toolbox.contract import ROOT
from toolbox.mutation.mutants import Mutant

Node = Any  # dbt's classes of nodes are made at run time
PACKAGE = "customer_success_metrics"


class RenderingError(Exception):
    """A node does not become SQL: the mutant does not compile."""


class ProjectInMemory:
    """A parsed project and what its nodes render to, with at most one mutant in it.

    dbt keeps one adapter for the whole process; each project holds on to its own.
    """

    def __init__(self, warehouse: Path, scratch: Path) -> None:
        """Parse the project, or read what an earlier parse left in `scratch`.

        Only unit tests ask the warehouse; its file's name is the database's name in the SQL.
        """
        # Takes seconds to import.
        from dbt.cli.main import cli  # noqa: PLC0415

        os.environ["CSM_WAREHOUSE"] = str(warehouse)
        os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
        words = ["--quiet", "--log-level", "none", "parse"]
        words += ["--target", "duckdb"]
        words += ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT)]
        words += ["--target-path", str(scratch / "target"), "--log-path", str(scratch / "logs")]
        context = cli.make_context("dbt", list(words))
        context.obj = {"manifest": None, "callbacks": [], "dbt_runner_command_args": words}
        cli.invoke(context)
        self.config = context.obj["runtime_config"]
        self.manifest = context.obj["manifest"]
        self.manifest.build_flat_graph()
        self._contexts: dict[str, tuple[Node, dict[str, Any]]] = {}
        self._callers: dict[str, set[str]] | None = None
        self._spans = {
            key: _span(macro)
            for key, macro in self.manifest.macros.items()
            if macro.package_name == PACKAGE
        }

    def with_variables(self, variables: Mapping[str, Any]) -> ProjectInMemory:
        """Return the same project, the same mutant in it, with other vars: parsed only once."""
        other = copy.copy(self)
        other.config = copy.copy(self.config)
        other.config.cli_vars = dict(variables)
        other._contexts = {}
        return other

    def models(self) -> list[Node]:
        """Return the models of the project, each after the ones that it reads."""
        from graphlib import TopologicalSorter  # noqa: PLC0415

        nodes = self.manifest.nodes
        own = {key: node for key, node in nodes.items() if node.resource_type == "model"}
        graph = {
            key: {parent for parent in node.depends_on.nodes if parent in own}
            for key, node in own.items()
        }
        return [own[key] for key in TopologicalSorter(graph).static_order()]

    def data_tests(self) -> list[Node]:
        """Return every data test that can fail a build."""
        return [
            node
            for node in self.manifest.nodes.values()
            if node.resource_type == "test" and node.config.severity.lower() == "error"
        ]

    def render(self, node: Node, manifest: Node | None = None) -> str:
        """Return a node's SQL as it is now; a unit test's node needs its own `manifest`."""
        return self._rendered(node, manifest or self.manifest, node.raw_code, {})

    def render_text(self, text: str, at: datetime | None = None) -> str:
        """Return what Jinja outside of any node renders to; `at` is the time of the run."""
        given = {"run_started_at": at} if at else {}
        nodes = self.manifest.nodes.values()
        model = next(node for node in nodes if node.resource_type == "model")
        return self._rendered(model, self.manifest, text, given)

    def _rendered(self, node: Node, manifest: Node, text: str, given: Mapping[str, Any]) -> str:
        from dbt.clients.jinja import get_rendered  # noqa: PLC0415
        from dbt.compilation import Compiler  # noqa: PLC0415

        try:
            if node.unique_id not in self._contexts:
                made = Compiler(self.config)._create_node_context(node, manifest, {})
                self._contexts[node.unique_id] = (node, made)
            _node, context = self._contexts[node.unique_id]
            # macros read the same context, so what is given must be in it
            kept = {name: context[name] for name in given}
            context.update(given)
            try:
                return str(get_rendered(text, context, node)).strip()
            finally:
                context.update(kept)
        except Exception as error:
            raise RenderingError(one_line(error)[:300]) from error

    def touched_by(self, mutant: Mutant) -> set[str]:
        """Return the ids of the models and data tests whose SQL the mutant's file can change."""
        if mutant.file.startswith("models/"):
            return {self._model_of(mutant).unique_id}
        found: set[str] = set()
        for key in self._macros_of(mutant):
            found |= self._nodes_calling(key)
        return found

    @contextmanager
    def mutated(self, mutant: Mutant) -> Iterator[None]:
        """Hold the mutant in the manifest: macros and raw code, as dbt would read them."""
        source = mutant.source()
        before: list[tuple[Node, str, str]] = []
        if mutant.file.startswith("models/"):
            model = self._model_of(mutant)
            before.append((model, "raw_code", model.raw_code))
            model.raw_code = source.strip()
        else:
            grown = len(mutant.edit.replacement) - (mutant.edit.end - mutant.edit.start)
            for key in self._macros_of(mutant):
                macro = self.manifest.macros[key]
                start, end = self._spans[key]
                before.append((macro, "macro_sql", macro.macro_sql))
                macro.macro_sql = source[start : end + grown]
        try:
            yield
        finally:
            for thing, name, value in before:
                setattr(thing, name, value)

    def _model_of(self, mutant: Mutant) -> Node:
        return self.manifest.nodes[f"model.{PACKAGE}.{Path(mutant.file).stem}"]

    def _macros_of(self, mutant: Mutant) -> list[str]:
        """Return the ids of the macros whose text the mutant changes."""
        found = []
        for key, macro in self.manifest.macros.items():
            if macro.original_file_path == mutant.file and macro.package_name == PACKAGE:
                start, end = self._spans[key]
                if start <= mutant.edit.start and mutant.edit.end <= end:
                    found.append(key)
        return found

    def _nodes_calling(self, macro: str) -> set[str]:
        """Return the models and tests that call a macro, through others too."""
        if self._callers is None:
            self._callers = {}
            for key, node in [*self.manifest.macros.items(), *self.manifest.nodes.items()]:
                for called in node.depends_on.macros:
                    self._callers.setdefault(called, set()).add(key)
        found: set[str] = set()
        waiting: list[str] = [macro]
        while waiting:
            for key in self._callers.get(waiting.pop(), ()):
                if key not in found:
                    found.add(key)
                    waiting.append(key)
        return found & set(self.manifest.nodes)


def _span(macro: Node) -> tuple[int, int]:
    """Return where a macro begins and ends in its file."""
    text = (ROOT / macro.original_file_path).read_text(encoding="utf-8")
    start = text.index(macro.macro_sql)
    return start, start + len(macro.macro_sql)
