"""MUTATION.md."""

from __future__ import annotations

from toolbox.mutation.mutants import Mutant
from toolbox.mutation.results import Results


def write(mutants: list[Mutant], results: Results) -> None:
    """Write it."""
    del mutants, results
