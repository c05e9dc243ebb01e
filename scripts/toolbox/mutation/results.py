"""What became of each mutant, one line of JSON each, so that a run can go on where it stopped."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import yaml

from toolbox.contract import ROOT
from toolbox.mutation.trial import Verdict

# one file for each part of the project, so that none grows long
EQUIVALENT = ROOT / "tests" / "mutation"


class Results:
    """Verdicts by the mutant's name, kept in a file."""

    def __init__(self, file: Path) -> None:
        """Read what the file has; a later line about a mutant counts."""
        self._file = file
        self.verdicts: dict[str, Verdict] = {}
        if file.exists():
            for line in file.read_text(encoding="utf-8").splitlines():
                content = json.loads(line)
                name = content.pop("name")
                self.verdicts[name] = Verdict(**content)

    def add(self, name: str, verdict: Verdict) -> None:
        """Keep one verdict."""
        self.verdicts[name] = verdict
        with self._file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps({"name": name, **asdict(verdict)}) + "\n")


def equivalents() -> dict[str, str]:
    """Return why a mutant is no fault, by its name."""
    known: dict[str, str] = {}
    for file in sorted(EQUIVALENT.glob("equivalent*.yml")):
        content = yaml.safe_load(file.read_text(encoding="utf-8")) or []
        known.update({name: entry["why"] for entry in content for name in entry["mutants"]})
    return known
