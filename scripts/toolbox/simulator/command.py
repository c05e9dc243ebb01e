"""scripts/generate: settings in, files out, a progress bar on a terminal."""

from __future__ import annotations

from argparse import Namespace

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from toolbox import console

from . import company
from .settings import Settings, SettingsError


def main(arguments: Namespace) -> int:
    """Generate the company the arguments ask for; return the exit code."""
    try:
        settings = Settings(**vars(arguments))
    except SettingsError as error:
        raise console.UserError(str(error)) from None
    sizes = company.total_steps(settings)
    columns = (
        TextColumn("{task.description:<9}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    try:
        with Progress(
            *columns, console=console.err, transient=True, disable=not console.err.is_terminal
        ) as progress:
            tasks = {step: progress.add_task(step, total=size) for step, size in sizes.items()}
            paths = company.generate(
                settings, lambda step, done: progress.advance(tasks[step], done)
            )
    except OSError as error:
        reason = error.strerror or str(error)
        raise console.UserError(f"--out {settings.out}: {reason}; give another folder") from None
    console.say("generated", f"{len(paths)} files in {settings.out} (seed {settings.seed})")
    return 0
