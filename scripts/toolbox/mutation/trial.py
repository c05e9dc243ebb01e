"""What becomes of one mutant: unit tests and renderings, then companies' data tests and oracle."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from toolbox.mutation.laboratory import Laboratory
from toolbox.mutation.mutants import Mutant
from toolbox.mutation.project_in_memory import RenderingError
from toolbox.mutation.unit_tests import NotRunnableError

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
    except (RenderingError, NotRunnableError) as error:
        verdict = Verdict(NO_SQL, str(error)[:120])
    verdict.seconds = round(time.perf_counter() - begin, 3)
    return verdict


def _judge(mutant: Mutant, laboratory: Laboratory, is_quick: bool) -> Verdict:
    touched = laboratory.project.touched_by(mutant)
    verdict = _by_unit_tests(mutant, laboratory, touched)
    if verdict.outcome not in (UNDECIDED, SAME):
        return verdict
    with laboratory.project.mutated(mutant):
        wrong = laboratory.renderings.first_wrong()
    if wrong:
        return Verdict(KILLED, f"rendering: {wrong}")
    if is_quick:
        has_tests = any(True for _test in laboratory.unit_tests.of(touched))
        return verdict if has_tests else Verdict(UNDECIDED)
    return _by_companies(mutant, laboratory, touched, is_seen=verdict.outcome != SAME)


def _by_unit_tests(mutant: Mutant, laboratory: Laboratory, touched: set[str]) -> Verdict:
    """Return KILLED, NO_SQL, SAME where no test's SQL changes, or UNDECIDED."""
    is_seen = False
    problem = ""
    laboratory.unit_tests.make_ready(touched)
    with laboratory.project.mutated(mutant):
        for test in laboratory.unit_tests.of(touched):
            try:
                sql = laboratory.unit_tests.render(test)
                if sql != test.sql:
                    is_seen = True
                    if laboratory.unit_tests.finds(test, sql):
                        return Verdict(KILLED, f"unit test: {test.name}")
            except (RenderingError, NotRunnableError) as error:
                # one test's case may lead to SQL that is none, another's not
                problem = problem or str(error)[:120]
    if problem:
        return Verdict(NO_SQL, problem)
    return Verdict(UNDECIDED if is_seen else SAME)


def _by_companies(
    mutant: Mutant, laboratory: Laboratory, touched: set[str], *, is_seen: bool
) -> Verdict:
    """Return what data tests and the oracle say: they cost ten times as much."""
    changed: dict[str, list[str]] = {}
    for world in laboratory.worlds:
        with world.applied(mutant, touched) as outcome:
            is_seen |= outcome.is_rendered
            if outcome.killed_by:
                return Verdict(KILLED, outcome.killed_by, outcome.changed)
            if outcome.changed:
                changed[world.key] = outcome.changed
    if changed:
        names = [name for names in changed.values() for name in names]
        return Verdict(SURVIVED, changed=list(dict.fromkeys(names)))
    return Verdict(UNSEEN if is_seen else SAME)
