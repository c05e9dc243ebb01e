"""Terminal output: one place for style, and errors that a person can act on in one line."""

from __future__ import annotations

import sys
from collections.abc import Callable

from rich.console import Console
from rich.markup import escape
from rich.theme import Theme

_THEME = Theme({"label": "bold", "good": "green", "warn": "yellow", "bad": "bold red"})
# Piped output is not wrapped: a line stays a line for whoever greps it.
_WIDTH = None if sys.stdout.isatty() else 400

out = Console(theme=_THEME, highlight=False, width=_WIDTH)
err = Console(theme=_THEME, highlight=False, width=_WIDTH, stderr=True, soft_wrap=True)


class UserError(Exception):
    """Something the person at the keyboard can put right: printed as one line, exit code 1."""


def one_line(text: object) -> str:
    """Return `text` on one line, blanks collapsed."""
    return " ".join(str(text).split())


def say(label: str, text: str, style: str = "label") -> None:
    """Print one finished step: `label` in `style`, then plain `text` (no markup)."""
    out.print(f"[{style}]{escape(label):<11}[/] {escape(text)}", soft_wrap=True)


def note(text: str) -> None:
    """Print something worth knowing that stops nothing."""
    say("note", text, "warn")


def complain(text: str) -> None:
    """Print one error line to stderr."""
    err.print(f"[bad]error[/] {escape(one_line(text))}")


def run_command(command: Callable[[], int]) -> int:
    """Run `command`; return its exit code, 1 for a UserError (printed), 130 when interrupted."""
    try:
        return command()
    except UserError as error:
        complain(str(error))
        return 1
    except KeyboardInterrupt:
        complain("interrupted")
        return 130
