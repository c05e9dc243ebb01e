"""scripts/report: the page from a built warehouse."""

from __future__ import annotations

import argparse
from pathlib import Path

from toolbox import console
from toolbox.contract import ROOT, shortest
from toolbox.engines import choose
from toolbox.engines.base import Engine
from toolbox.report.contents import contents
from toolbox.report.page import write


def place_of(engine: Engine, warehouse: Path) -> Path:
    """Return where a report goes unless told: beside the warehouse file, or here for a server."""
    if engine.target == "duckdb":
        return warehouse.with_suffix(".html")
    return ROOT / f"{engine.target}.html"


def make(engine: Engine, file: Path) -> None:
    """Write the report; raises UserError where the marts are not built."""
    write(contents(engine), file)


def main(options: argparse.Namespace) -> int:
    """Run scripts/report with parsed options; return the exit code."""
    warehouse = options.warehouse.expanduser().resolve()
    engine = choose.engine(options.target, warehouse, {})
    if engine.target == "duckdb" and not warehouse.is_file():
        raise console.UserError(f"{warehouse} is not there: build it first (scripts/build)")
    file = (options.output or place_of(engine, warehouse)).expanduser().resolve()
    make(engine, file)
    console.say(
        "report",
        f"{shortest(file)} ({file.stat().st_size / 1e6:.1f} MB): open it in a browser",
        "good",
    )
    return 0
