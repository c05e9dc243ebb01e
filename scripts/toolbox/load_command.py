"""scripts/load: a folder of raw files becomes the raw tables of a warehouse."""

from __future__ import annotations

import argparse

from toolbox import console
from toolbox.engines import choose
from toolbox.loader import LoadResult


def report(result: LoadResult) -> None:
    """Print what a load did, one line and its notes."""
    rows = sum(result.rows.values())
    text = f"{len(result.rows)} tables, {rows:,} rows from {result.folder}"
    if result.absent:
        text += f"; not given: {', '.join(result.absent)}"
    console.say("loaded", text, "good")
    for line in result.notes:
        console.note(line)


def main(options: argparse.Namespace) -> int:
    """Run scripts/load with parsed options; return the exit code."""
    report(choose.engine(options.target, options.warehouse).load(options.folder))
    return 0
