"""scripts/docs: dbt's documentation of a built warehouse in one HTML file."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from toolbox import console
from toolbox.console import UserError
from toolbox.contract import ROOT, shortest
from toolbox.engines import choose
from toolbox.engines.base import Engine

DOCS_FILE = ROOT / "docs.html"


def make(engine: Engine, file: Path) -> None:
    """Write the page; raises UserError with dbt's reason where it cannot."""
    with tempfile.TemporaryDirectory(prefix="csm-docs-") as scratch:
        target = Path(scratch)
        process = engine.process(target_path=target, log_path=target / "logs")
        outcome = process.run("docs", "generate", "--static")
        if not outcome.success:
            reasons = "; ".join(problem.message for problem in outcome.problems)
            raise UserError(f"dbt docs generate failed: {reasons or 'see logs/dbt.log'}")
        page = (target / "static_index.html").read_text(encoding="utf-8")
    partial = file.with_name(f".{file.name}.partial")
    partial.write_text(page, encoding="utf-8")
    partial.replace(file)


def main(options: argparse.Namespace) -> int:
    """Run scripts/docs with parsed options; return the exit code."""
    warehouse = options.warehouse.expanduser().resolve()
    if options.target == "duckdb" and not warehouse.is_file():
        raise UserError(f"{warehouse} is not there: build it first (scripts/build)")
    file = (options.output or DOCS_FILE).expanduser().resolve()
    make(choose.engine(options.target, warehouse, {}), file)
    console.say("docs", f"{shortest(file)} ({file.stat().st_size / 1e6:.1f} MB)", "good")
    return 0
