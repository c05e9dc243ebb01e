"""scripts/load: a folder of raw files becomes the views of schema raw."""

from __future__ import annotations

import argparse

from toolbox import console
from toolbox.loader import LoadResult, load


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
    report(load(options.folder, options.warehouse.resolve()))
    return 0
