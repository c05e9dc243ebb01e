"""scripts/test: lint, a demo build with every dbt test, pytest; all of it in a scratch folder."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from toolbox import console
from toolbox.build_command import counted, progress
from toolbox.contract import ROOT
from toolbox.dbt_process import DbtProcess, Outcome
from toolbox.demo import ensure_demo
from toolbox.loader import load

_SQL_FOLDERS = ("models", "tests/definitions", "analyses")
# Entry points have no suffix, so the type checker is told about them.
_ENTRIES = (
    "build", "test", "load", "report", "docs", "metabase", "generate", "compile_elsewhere",
    "mutate",
)  # fmt: skip
# Two processes; which tests stay together is said beside them.
_PYTEST = ("pytest", "-n", "2", "--dist", "loadscope")
_SHOWN = 20


class Steps:
    """Runs the steps, prints how each went and remembers the ones that failed."""

    def __init__(self, scratch: Path) -> None:
        """Let every step that needs a place work under `scratch`."""
        self.scratch = scratch
        self.failed: list[str] = []
        self.environment = {
            **os.environ,
            "CSM_WAREHOUSE": str(scratch / "lint" / "lint.duckdb"),
            "CSM_TEST_WAREHOUSE": str(self.warehouse),
            "CSM_TEST_MANIFEST": str(scratch / "target" / "manifest.json"),
            "DBT_TARGET_PATH": str(scratch / "lint" / "target"),
            "DBT_LOG_PATH": str(scratch / "lint" / "logs"),
        }
        (scratch / "lint").mkdir()

    @property
    def warehouse(self) -> Path:
        """The demo warehouse that the dbt step builds and pytest may read."""
        return self.scratch / "demo.duckdb"

    def note(self, name: str, *, passed: bool, text: str, details: str = "") -> None:
        """Print the result of one step, its output only if it failed."""
        if not passed:
            self.failed.append(name)
            if details.strip():
                console.out.print(details.rstrip(), markup=False)
        console.say(name, text if passed else f"FAILED {text}", "good" if passed else "bad")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a module of the environment in the project folder; its output is kept."""
        return subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def finish(self, name: str, process: subprocess.Popen[str], text: str) -> None:
        """Wait for a started module and note its result."""
        findings, errors = process.communicate()
        # Tools write findings to stdout; stderr is chatter, unless there is nothing else.
        details = findings if findings.strip() else errors
        self.note(name, passed=process.returncode == 0, text=text, details=details)


def main(options: argparse.Namespace) -> int:
    """Run scripts/test with parsed options; return 0 when every step passed, else 1."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="csm-test-") as folder:
        steps = Steps(Path(folder))
        if options.engines:
            steps.environment["CSM_TEST_ALL_ENGINES"] = "1"
        # The SQL linter compiles every model and takes longest: it runs beside the rest.
        sql_lint = start_sql_lint(steps) if "lint" in options.only else None
        try:
            if "lint" in options.only:
                lint_python(steps)
            if "dbt" in options.only:
                build_and_test(steps)
            pytest = None
            if "pytest" in options.only and sql_lint is not None:
                pytest = steps.start(*_PYTEST, *options.pytest)
                output, _ = pytest.communicate()
            if sql_lint is not None:
                steps.finish("sqlfluff", sql_lint, " ".join(_SQL_FOLDERS))
        finally:
            if sql_lint is not None and sql_lint.poll() is None:
                sql_lint.terminate()
        text = f"{time.monotonic() - began:.0f} s"
        if steps.failed:
            console.say("failed", ", ".join(steps.failed), "bad")
        if "pytest" not in options.only:
            console.say("done", text, "bad" if steps.failed else "good")
            return bool(steps.failed)
        if pytest is not None:
            # Last, so that its own summary is the last line.
            sys.stdout.write(output)
            sys.stdout.flush()
            return int(bool(steps.failed or pytest.returncode))
        alone = subprocess.run(
            [sys.executable, "-m", *_PYTEST, *options.pytest],
            cwd=ROOT,
            env=steps.environment,
            check=False,
        )
        return int(bool(steps.failed or alone.returncode))


def start_sql_lint(steps: Steps) -> subprocess.Popen[str]:
    """Start sqlfluff on every folder that holds SQL of dbt's."""
    folders = [folder for folder in _SQL_FOLDERS if any((ROOT / folder).rglob("*.sql"))]
    return steps.start("sqlfluff", "lint", "--disable-progress-bar", *folders)


def lint_python(steps: Steps) -> None:
    """Lint, format-check and type-check everything in Python."""
    steps.finish("ruff", steps.start("ruff", "check", "--quiet", "."), "check")
    steps.finish("ruff format", steps.start("ruff", "format", "--check", "--quiet", "."), "check")
    steps.finish("mypy", steps.start("mypy"), "scripts/toolbox")
    entries = [f"scripts/{name}" for name in _ENTRIES]
    steps.finish("mypy", steps.start("mypy", "--scripts-are-modules", *entries), "entry points")


def build_and_test(steps: Steps) -> None:
    """Parse without a complaint, then build a demo company with every data and unit test."""
    demo = steps.scratch / "demo_data"
    dbt = DbtProcess(
        steps.warehouse,
        target_path=steps.scratch / "target",
        log_path=steps.scratch / "logs",
    )
    try:
        ensure_demo(demo)
        result = load(demo, steps.warehouse)
    except console.UserError as error:
        steps.note("demo data", passed=False, text=str(error))
        return
    console.say("demo data", f"{sum(result.rows.values()):,} rows", "good")
    complaints = dbt.parse_strictly()
    text = f"{len(complaints)} warnings, deprecations and errors"
    steps.note("dbt parse", passed=not complaints, text=text, details="\n".join(complaints))
    with progress("dbt build") as on_node:
        outcome = dbt.run("build", on_node=on_node)
    steps.note("dbt build", passed=outcome.success, text=counted(outcome), details=_shown(outcome))


def _shown(outcome: Outcome) -> str:
    shown = [f"{problem.name}: {problem.message}" for problem in outcome.problems[:_SHOWN]]
    if len(outcome.problems) > _SHOWN:
        shown.append(f"and {len(outcome.problems) - _SHOWN} more")
    return "\n".join(shown)
