"""scripts/mutate: plant every small fault there is, one at a time, and see what notices."""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter

from toolbox import console
from toolbox.console import UserError
from toolbox.mutation import report
from toolbox.mutation.laboratory import Laboratory
from toolbox.mutation.mutants import Mutant, files, mutants_of
from toolbox.mutation.results import Results, equivalents
from toolbox.mutation.trial import KILLED, NO_SQL, SAME, UNDECIDED, judge


def main(options: argparse.Namespace) -> int:
    """Run scripts/mutate with parsed options; return 1 when a mutant survived, else 0."""
    mutants = chosen(options)
    if options.list:
        for mutant in mutants:
            console.out.print(f"{mutant.line:4} {mutant.name}", markup=False)
        console.say("mutate", f"{len(mutants)} mutants")
        return 0
    options.lab.mkdir(parents=True, exist_ok=True)
    if options.report:
        report.write(chosen(options), Results(options.lab / "results.jsonl"))
        return 0
    results = Results(options.lab / "results.jsonl")
    known = equivalents()
    left = [
        mutant
        for mutant in mutants
        if mutant.name not in known and not (options.resume and _is_done(mutant, results))
    ]
    console.say("mutate", f"{len(left)} of {len(mutants)} mutants to try")
    _try_all(left, results, options)
    return _told(mutants, results, known)


def chosen(options: argparse.Namespace) -> list[Mutant]:
    """Return the mutants that the options ask for."""
    found = [mutant for file in files(options.only or ()) for mutant in mutants_of(file)]
    if not found:
        raise UserError(f"no file in scope fits {options.only}")
    if options.sample and options.sample < len(found):
        found = random.Random(options.seed).sample(found, options.sample)
    return found


def _is_done(mutant: Mutant, results: Results) -> bool:
    """Return whether no new test can change what became of a mutant."""
    verdict = results.verdicts.get(mutant.name)
    return verdict is not None and verdict.outcome in (KILLED, NO_SQL)


def _try_all(mutants: list[Mutant], results: Results, options: argparse.Namespace) -> None:
    if not mutants:
        return
    laboratory = Laboratory(options.lab)
    begin = time.perf_counter()
    try:
        for number, mutant in enumerate(mutants, 1):
            verdict = judge(mutant, laboratory, is_quick=options.quick)
            # unit tests alone say nothing new about what the companies have been asked about
            if verdict.outcome != UNDECIDED or mutant.name not in results.verdicts:
                results.add(mutant.name, verdict)
            if number % 100 == 0:
                seconds = time.perf_counter() - begin
                console.say("mutate", f"{number} of {len(mutants)}, {seconds:.0f} s")
    finally:
        laboratory.close()


def _told(mutants: list[Mutant], results: Results, known: dict[str, str]) -> int:
    """Print the survivors as diffs and the sums; return 1 if there are any."""
    counts: Counter[str] = Counter()
    alive = 0
    for mutant in mutants:
        if mutant.name in known:
            counts["equivalent"] += 1
            continue
        verdict = results.verdicts[mutant.name]
        counts[verdict.outcome] += 1
        if verdict.outcome not in (KILLED, NO_SQL, SAME):
            alive += 1
            console.out.print(f"\n{mutant.name}", markup=False)
            console.out.print(mutant.diff(), markup=False)
            console.out.print(f"{verdict.outcome}: {', '.join(verdict.changed[:8])}", markup=False)
    told = ", ".join(f"{count} {name}" for name, count in counts.most_common())
    console.say("mutate", told, "bad" if alive else "good")
    return int(alive > 0)
