"""scripts/build: raw data, load, dbt build, summary."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from toolbox import console, load_command, stops, summary
from toolbox.console import UserError
from toolbox.contract import ROOT, shortest
from toolbox.dbt_process import Outcome, ProgressCall
from toolbox.demo import DEMO_FOLDER, ensure_demo
from toolbox.engines import choose
from toolbox.engines.base import Engine
from toolbox.options import DEMO_WAREHOUSE, OWN_WAREHOUSE
from toolbox.report import command as report

_SHOWN_PROBLEMS = 8


def split_vars(arguments: list[str]) -> tuple[dict[str, Any], list[str]]:
    """Return the vars among dbt's arguments as a dict, and the other arguments."""
    given: dict[str, Any] = {}
    rest = []
    words = iter(arguments)
    for word in words:
        if word == "--vars" or word.startswith("--vars="):
            text = word.removeprefix("--vars=") if "=" in word else next(words, "")
            given |= _parse_vars(text)
        else:
            rest.append(word)
    return given, rest


def _parse_vars(text: str) -> dict[str, Any]:
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError:
        value = None
    if not isinstance(value, dict):
        raise UserError(f"--vars {text!r} is not YAML like '{{max_rejected_share: 0.03}}'")
    return value


def warehouse_of(options: argparse.Namespace) -> Path:
    """Return the absolute path of the file to build; the demo and your own data never share one."""
    if options.warehouse:
        return Path(options.warehouse).expanduser().resolve()
    return ROOT / (OWN_WAREHOUSE if options.raw else DEMO_WAREHOUSE)


def main(options: argparse.Namespace) -> int:
    """Run scripts/build with parsed options; return the exit code."""
    given, arguments = split_vars(options.dbt)
    if options.as_of:
        given["as_of_date"] = options.as_of.isoformat()
    engine = choose.engine(options.target, warehouse_of(options), given)
    folder = options.raw
    if folder is None:
        folder = DEMO_FOLDER
        refuse_to_replace(engine)
        made = ensure_demo()
        console.say("demo data", f"{'generated in' if made else 'already in'} {folder}", "good")
    load_command.report(engine.load(Path(folder).expanduser()))

    command = ["build", "--exclude-resource-type", "unit_test"]
    if given:
        command += ["--vars", yaml.safe_dump(given, default_flow_style=True, width=10_000)]
    if options.full_refresh:
        command.append("--full-refresh")
    with progress("dbt build") as on_node:
        outcome = engine.process().run(*command, *arguments, on_node=on_node)
    if changes := engine.changed_files():
        raise UserError(
            f"{'; '.join(changes)}: the results mix two states, run scripts/build again"
        )
    if not outcome.success:
        return explain(outcome, engine)
    console.say("built", counted(outcome), "good")
    make_report(engine, warehouse_of(options))
    console.out.print()
    for label, text in summary.lines(engine):
        console.say(label, text)
    return 0


def make_report(engine: Engine, warehouse: Path) -> None:
    """Write the report, or say why there is none: a part of the project may have been built."""
    file = report.place_of(engine, warehouse)
    try:
        report.make(engine, file)
    except UserError as error:
        console.note(f"no report: {error}")
    else:
        console.say("report", f"{shortest(file)}, to open in a browser", "good")


def refuse_to_replace(engine: Engine) -> None:
    """Raise UserError where the demo would replace raw tables of somebody's own.

    A file is the demo's own or not there; a database or cluster holds one company's raw tables.
    """
    if engine.target == "duckdb":
        return
    held = engine.loaded_folder()
    if held not in (None, str(DEMO_FOLDER)):
        raise UserError(
            f"schema {engine.schema('raw')} holds the rows of {held}, which the demo would replace;"
            " build these with --raw, or the demo with -- --vars '{raw_schema: demo_raw}'"
        )


@contextlib.contextmanager
def progress(title: str) -> Iterator[ProgressCall]:
    """Show a bar while dbt runs, if someone is looking; yield what dbt's nodes are told to."""
    columns = (
        TextColumn(f"[label]{title}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    silent = not console.out.is_terminal
    with Progress(*columns, console=console.out, transient=True, disable=silent) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda text, number, total: bar.update(
            task, description=text[:60], completed=number - 1, total=total
        )


def counted(outcome: Outcome) -> str:
    """Return how many nodes ended how."""
    labels = {"success": "models and seeds", "pass": "tests passed", "warn": "warned"}
    parts = [f"{outcome.counts[s]} {text}" for s, text in labels.items() if s in outcome.counts]
    return ", ".join(parts) or "nothing selected"


def explain(outcome: Outcome, engine: Engine) -> int:
    """Print why a build failed, one line a node, with advice where there is any; return 1."""
    for problem in outcome.problems[:_SHOWN_PROBLEMS]:
        advice = stops.explain(engine, problem.name)
        console.complain(advice or f"{problem.name}: {problem.message}")
    if len(outcome.problems) > _SHOWN_PROBLEMS:
        console.complain(f"and {len(outcome.problems) - _SHOWN_PROBLEMS} more, see logs/dbt.log")
    skipped = outcome.counts.get("skipped", 0)
    if skipped:
        console.complain(f"the build stopped; {skipped} nodes behind the failure were not built")
    return 1
