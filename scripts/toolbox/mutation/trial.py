"""What becomes of one mutant: unit tests first, then the worlds' data tests, then the oracles."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from toolbox.contract import ROOT
from toolbox.mutation.mutants import Mutant
from toolbox.mutation.laboratory import NOT_THESE, Laboratory
from toolbox.mutation.project_in_memory import RenderingError
from toolbox.mutation.unit_tests import DoesNotRun
from toolbox.mutation.worlds import World

KILLED, SURVIVED, UNSEEN = "killed", "survived", "changes nothing seen"
SAME, NO_SQL, UNDECIDED = "same SQL", "is no SQL", "no unit test"


@dataclass
class Verdict:
    """What became of a mutant; `by` is the test that found it, `changed` what it changed."""

    outcome: str
    by: str = ""
    changed: list[str] = field(default_factory=list)
    seconds: float = 0.0


def judge(mutant: Mutant, laboratory: Laboratory, *, is_quick: bool = False) -> Verdict:
    """Try one mutant and return what became of it; `is_quick` leaves the built companies out."""
    begin = time.perf_counter()
    try:
        verdict = _judge(mutant, laboratory, is_quick)
    except (RenderingError, DoesNotRun) as error:
        verdict = Verdict(NO_SQL, str(error)[:120])
    verdict.seconds = round(time.perf_counter() - begin, 3)
    return verdict


def _judge(mutant: Mutant, laboratory: Laboratory, is_quick: bool) -> Verdict:
    is_rendered = False
    project, tests = laboratory.project, laboratory.unit_tests
    touched = project.touched_by(mutant)
    problem = ""
    with project.mutated(mutant):
        for test in tests.of(touched):
            try:
                sql = tests.render(test)
                if sql != test.sql:
                    is_rendered = True
                    if tests.finds(test, sql):
                        return Verdict(KILLED, f"unit test: {test.name}")
            except (RenderingError, DoesNotRun) as error:
                # one test's case may lead to SQL that is none, another's not
                problem = problem or str(error)[:120]
    if problem:
        return Verdict(NO_SQL, problem)
    if is_quick:
        return Verdict(UNDECIDED)
    # data tests in every world before the first oracle: they cost a hundredth
    changed: dict[str, list[str]] = {}
    for world in laboratory.worlds:
        with world.applied(mutant, touched) as outcome:
            is_rendered |= outcome.is_rendered
            if outcome.killed_by:
                return Verdict(KILLED, outcome.killed_by, outcome.changed)
            if outcome.changed:
                changed[world.key] = outcome.changed
    for world in laboratory.worlds:
        if world.key in changed:
            with world.applied(mutant, touched):
                if not oracle_agrees(world):
                    return Verdict(KILLED, f"oracle: {Path(world.test).stem}", changed[world.key])
    if changed:
        names = [name for names in changed.values() for name in names]
        return Verdict(SURVIVED, changed=list(dict.fromkeys(names)))
    return Verdict(UNSEEN if is_rendered else SAME)


def oracle_agrees(world: World) -> bool:
    """Return whether the oracle's tests of a world pass on it as it is now."""
    import pytest  # noqa: PLC0415

    folder = str(ROOT / "tests" / "python")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    os.environ["CSM_MUTATION_READ"] = "1"
    import mutation_plugin  # noqa: PLC0415

    mutation_plugin.worlds.clear()
    mutation_plugin.worlds[world.key] = world.read
    words = ["-x", "-q", "-p", "no:cacheprovider", "-p", "mutation_plugin", "--rootdir", str(ROOT)]
    words += ["-k", NOT_THESE, str(ROOT / world.test)]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return pytest.main(words) == 0
