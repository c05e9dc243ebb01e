"""MUTATION.md: the score by folder, which kind of test finds how many, every survivor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from toolbox import console
from toolbox.contract import ROOT
from toolbox.mutation.mutants import Mutant
from toolbox.mutation.results import Results, equivalents
from toolbox.mutation.trial import KILLED, NO_SQL, SAME, SURVIVED, UNDECIDED, UNSEEN, Verdict

_FILE = ROOT / "MUTATION.md"
_BEGIN = "<!-- written by scripts/mutate --report -->"
_UNTRIED = "not tried"
_SHOWN = {
    SURVIVED: "changes numbers, and nothing is red",
    UNSEEN: "changes nothing in the companies",
}
_UNASKED = {
    UNDECIDED: "Not found by unit tests; data tests and oracles have not been asked",
    _UNTRIED: "Not tried",
}


def write(mutants: Sequence[Mutant], results: Results) -> None:
    """Write the part of MUTATION.md that a run makes; what stands above it stays."""
    known = equivalents()
    outcomes = {mutant.name: _outcome(mutant, results, known) for mutant in mutants}
    text = _FILE.read_text(encoding="utf-8") if _FILE.exists() else "# Mutation testing\n\n"
    parts = [text.split(_BEGIN)[0] + _BEGIN, "", *_scores(mutants, outcomes)]
    parts += ["", *_finders(mutants, results, outcomes)]
    parts += ["", *_equivalents(mutants, known), "", *_survivors(mutants, results, outcomes)]
    _FILE.write_text("\n".join(parts).rstrip() + "\n", encoding="utf-8")
    console.say("mutate", f"wrote {_FILE.name}")


def _outcome(mutant: Mutant, results: Results, known: dict[str, str]) -> str:
    if mutant.name in known:
        return "equivalent"
    verdict = results.verdicts.get(mutant.name)
    return verdict.outcome if verdict else _UNTRIED


def _folder(mutant: Mutant) -> str:
    return mutant.file.rsplit("/", 1)[0]


def _scores(mutants: Sequence[Mutant], outcomes: dict[str, str]) -> list[str]:
    """Score: killed of all that are SQL, change what is run and are no equivalent."""
    lines = [
        "## Score",
        "",
        "| folder | mutants | is no SQL | same SQL | equivalent | killed | alive | score |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    groups: dict[str, Counter[str]] = {}
    for mutant in mutants:
        for group in (_folder(mutant), "all"):
            groups.setdefault(group, Counter())[outcomes[mutant.name]] += 1
    for group in [*sorted(set(groups) - {"all"}), "all"]:
        counts = groups[group]
        total = counts.total()
        counted = total - counts[NO_SQL] - counts[SAME] - counts["equivalent"]
        share = f"{100 * counts[KILLED] / counted:.1f} %" if counted else ""
        numbers = (total, counts[NO_SQL], counts[SAME], counts["equivalent"], counts[KILLED])
        cells = " | ".join(str(number) for number in (*numbers, counted - counts[KILLED]))
        lines.append(f"| {group} | {cells} | {share} |")
    return lines


def _finders(mutants: Sequence[Mutant], results: Results, outcomes: dict[str, str]) -> list[str]:
    verdicts = [
        results.verdicts[mutant.name] for mutant in mutants if mutant.name in results.verdicts
    ]
    killed = [verdict for verdict in verdicts if verdict.outcome == KILLED]
    kinds = Counter(verdict.by.split(":")[0] for verdict in killed)
    told = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())
    seconds = sum(verdict.seconds for verdict in verdicts)
    outcome_counts = Counter(outcomes.values())
    rest = outcome_counts[_UNTRIED]
    lines = ["## Who finds them", "", f"Killed first by: {told}."]
    lines += [f"Tried for {seconds / 60:.0f} minutes in one process."]
    if rest:
        lines += [f"{rest} mutants have not been tried; they count as alive."]
    return lines


def _equivalents(mutants: Sequence[Mutant], known: dict[str, str]) -> list[str]:
    lines = ["## Equivalents", "", "No data can tell these from the original.", ""]
    by_reason: dict[tuple[str, str], list[Mutant]] = {}
    for mutant in mutants:
        if mutant.name in known:
            by_reason.setdefault((mutant.file, known[mutant.name]), []).append(mutant)
    for (file, why), group in sorted(by_reason.items()):
        lines.append(f"- `{file}`, {len(group)}: {why}")
    return lines


def _survivors(mutants: Sequence[Mutant], results: Results, outcomes: dict[str, str]) -> list[str]:
    """List each survivor; where only unit tests were asked, or none, how many by file."""
    lines = ["## Alive"]
    file = ""
    for mutant in mutants:
        if outcomes[mutant.name] not in _SHOWN:
            continue
        if mutant.file != file:
            file = mutant.file
            lines += ["", f"`{file}`", ""]
        verdict = results.verdicts[mutant.name]
        why = f"{mutant.edit.operator}: `{_change(mutant)}`: {_why(verdict)}"
        lines.append(f"- {mutant.line}, {why}")
    for outcome, title in _UNASKED.items():
        counts = Counter(mutant.file for mutant in mutants if outcomes[mutant.name] == outcome)
        if counts:
            told = ", ".join(
                f"`{Path(file).stem}` {count}" for file, count in sorted(counts.items())
            )
            lines += ["", f"### {title}", "", f"{counts.total()} in all: {told}."]
    if len(lines) == 1:
        lines += ["", "None."]
    return lines


def _change(mutant: Mutant) -> str:
    return f"{mutant.before[:70]} -> {mutant.after[:70]}".replace("`", "'").replace("|", "/")


def _why(verdict: Verdict) -> str:
    if verdict.outcome == SURVIVED:
        return f"{_SHOWN[SURVIVED]} ({', '.join(verdict.changed[:3])})"
    return _SHOWN[verdict.outcome]
