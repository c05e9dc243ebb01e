"""dbt in this process: one start-up for many runs, each on its own warehouse file."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toolbox.console import one_line
from toolbox.contract import ROOT

ProgressCall = Callable[[str, int, int], None]
_BAD = ("error", "fail", "runtime error", "partial success")
_MESSAGE_LENGTH = 400
# What dbt and DuckDB put before the message proper; the node is named beside it anyway.
_PREAMBLE = re.compile(r"^(\w+ Error in \S+ \S+ \(\S+\) )?(Invalid Input Error: )?")


@dataclass(frozen=True)
class NodeProblem:
    """One node that did not end well: its name and dbt's message on one line."""

    name: str
    message: str


@dataclass
class Outcome:
    """What one dbt command came to.

    `counts` is the number of nodes by status, `problems` the nodes that failed, `complaints` every
    warning and deprecation that dbt would have printed, each on one line.
    """

    success: bool
    counts: dict[str, int] = field(default_factory=dict)
    problems: list[NodeProblem] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


class DbtProcess:
    """Runs dbt commands on one warehouse; target and log folder are the project's unless given."""

    def __init__(
        self,
        warehouse: Path | None = None,
        *,
        target: str = "duckdb",
        environment: Mapping[str, str] | None = None,
        project: Path = ROOT,
        target_path: Path | None = None,
        log_path: Path | None = None,
    ) -> None:
        """Prepare a runner; nothing is opened before the first command.

        `warehouse` is a DuckDB file; another `target` is found by `environment`, the variables that
        profiles.yml reads.
        """
        self._values = dict(environment or {})
        if warehouse is not None:
            self._values["CSM_WAREHOUSE"] = str(warehouse)
        self._common = ["--target", target]
        self._common += ["--project-dir", str(project), "--profiles-dir", str(project)]
        self._common += ["--target-path", str(target_path or project / "target")]
        self._common += ["--log-path", str(log_path or project / "logs")]

    def run(self, *arguments: str, on_node: ProgressCall | None = None) -> Outcome:
        """Run one command, such as ("build", "--select", "marts"), printing nothing.

        `on_node` is called with a node's description, its number and the number of nodes.
        """
        complaints: list[str] = []

        def listen(event: Any) -> None:  # noqa: ANN401  (dbt's events are made at run time)
            if event.info.level == "warn":
                complaints.append(one_line(event.info.msg)[:_MESSAGE_LENGTH])
            elif on_node and event.info.name == "LogStartLine":
                on_node(event.data.description, event.data.index, event.data.total)

        answer = self._invoke(arguments, listen)
        outcome = _outcome(getattr(answer.result, "results", None) or [])
        outcome.success = answer.success
        outcome.complaints = complaints
        if answer.exception is not None:
            text = one_line(answer.exception)[:_MESSAGE_LENGTH]
            outcome.problems.append(NodeProblem(f"dbt {arguments[0]}", text))
        return outcome

    def show(self, query: str, *arguments: str) -> tuple[list[tuple[Any, ...]], str | None]:
        """Return the rows of a query, and None or why there are none."""
        words = ("show", "--inline", query, "--limit", "-1", *arguments)
        answer = self._invoke(words, lambda _event: None)
        results = getattr(answer.result, "results", None)
        if not answer.success or not results:
            reason = answer.exception or (results[0].message if results else "no answer")
            return [], one_line(reason)[:_MESSAGE_LENGTH]
        return [tuple(row.values()) for row in results[0].agate_table.rows], None

    def _invoke(self, arguments: Sequence[str], listen: Callable[[Any], None]) -> Any:  # noqa: ANN401
        # What the caller gives comes last and so wins.
        words = 2 if arguments[0] == "docs" else 1  # "docs generate" is one command
        command = ["--log-level", "none", "--quiet", *arguments[:words]]
        command += [*self._common, *arguments[words:]]
        with _environment(**self._values, DBT_SEND_ANONYMOUS_USAGE_STATS="false"):
            try:
                answer = self._runner(listen).invoke(command)
            finally:
                close_connections()
        if isinstance(answer.exception, KeyboardInterrupt):
            raise KeyboardInterrupt
        return answer

    def _runner(self, listen: Callable[[Any], None]) -> Any:  # noqa: ANN401
        # Takes seconds to import; errors before the first run should not wait for it.
        from dbt.cli.main import dbtRunner  # noqa: PLC0415

        return dbtRunner(callbacks=[listen])

    def parse_strictly(self) -> list[str]:
        """Parse everything anew; return every warning, deprecation and error, one line each.

        dbt checks YAML against its schemas only for some adapters. dbt 2, for which all of these
        are errors, does so for all, and so do we.
        """
        from dbt.jsonschemas import jsonschemas  # noqa: PLC0415

        adapters = jsonschemas._JSONSCHEMA_SUPPORTED_ADAPTERS
        added = {"duckdb"} - adapters
        adapters |= added
        try:
            outcome = self.run("parse", "--no-partial-parse", "--show-all-deprecations")
        finally:
            adapters -= added
        return outcome.complaints + [problem.message for problem in outcome.problems]


def _outcome(results: Sequence[Any]) -> Outcome:
    outcome = Outcome(success=False)
    for result in results:
        status = str(result.status)
        outcome.counts[status] = outcome.counts.get(status, 0) + 1
        message = _PREAMBLE.sub("", one_line(result.message or ""))[:_MESSAGE_LENGTH]
        if status in _BAD:
            outcome.problems.append(NodeProblem(result.node.name, message))
    return outcome


def close_connections() -> None:
    """Close what dbt-duckdb keeps open for the whole process, so that others can open the file."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager  # noqa: PLC0415

    environment = DuckDBConnectionManager._ENV
    if environment is not None:
        environment.close()
        DuckDBConnectionManager._ENV = None


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    """Set environment variables, and put back afterwards what was there."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
