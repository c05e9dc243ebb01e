"""scripts/compile_elsewhere: what dbt writes for other warehouses is SQL there; nothing is run.

No warehouse is asked: the profiles in tests/warehouses lead nowhere. dbt writes each model, sqlglot
reads it in the warehouse's own dialect. That finds macros without a body for an engine and syntax
that it does not have, not functions that mean something else there.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import sqlglot
from sqlglot.errors import SqlglotError

from toolbox import console
from toolbox.console import UserError, one_line
from toolbox.contract import ROOT
from toolbox.options import WAREHOUSES

_PROFILES = ROOT / "tests" / "warehouses"
_SHOWN = 5
# Compiling without a connection is something these adapters cannot do.
_ONLY_PARSED = ("databricks",)


def main(options: argparse.Namespace) -> int:
    """Run scripts/compile_elsewhere with parsed options; return 0 when every model compiled."""
    failed = False
    with tempfile.TemporaryDirectory(prefix="csm-compile-") as scratch:
        for warehouse in options.warehouse or WAREHOUSES:
            failed |= not _check(warehouse, Path(scratch) / warehouse)
    return int(failed)


def _check(warehouse: str, folder: Path) -> bool:
    if warehouse in _ONLY_PARSED:
        _run_dbt(warehouse, folder, "parse")
        console.say(warehouse, "parsed, neither compiled nor executed", "good")
        return True
    _run_dbt(warehouse, folder, "compile", "--no-introspect", "--no-populate-cache")
    files = sorted((folder / "compiled").rglob("models/**/*.sql"))
    files = [file for file in files if file.is_file() and file.parent.suffix != ".yml"]
    problems = [problem for file in files if (problem := _problem(file, warehouse))]
    for problem in problems[:_SHOWN]:
        console.complain(f"{warehouse}: {problem}")
    text = f"{len(files) - len(problems)} of {len(files)} models compile, none executed"
    console.say(warehouse, text, "bad" if problems else "good")
    return bool(files) and not problems


def _problem(file: Path, dialect: str) -> str | None:
    """Return why a compiled model is no SQL of that dialect, None where it is."""
    try:
        statements = sqlglot.parse(file.read_text(encoding="utf-8"), dialect=dialect)
    except SqlglotError as error:
        return f"{file.stem}: {one_line(error)[:200]}"
    return None if any(statements) else f"{file.stem}: compiled to nothing"


def _run_dbt(warehouse: str, folder: Path, *words: str) -> None:
    """Run dbt in a process of its own: adapters of one process get in each other's way."""
    command = [sys.executable, "-m", "dbt.cli.main", *words, "--quiet"]
    command += ["--project-dir", str(ROOT), "--profiles-dir", str(_PROFILES)]
    command += ["--target", warehouse, "--target-path", str(folder), "--log-path", str(folder)]
    environment = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    done = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise UserError(f"{warehouse}: dbt {words[0]} failed: {one_line(done.stdout)[-400:]}")
