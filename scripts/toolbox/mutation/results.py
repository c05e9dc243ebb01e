"""What became of each mutant, one line of JSON each, so that a run can go on where it stopped."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import yaml

from toolbox.contract import ROOT
from toolbox.mutation.trial import Verdict

EQUIVALENT = "tests/mutation/equivalent*.yml"


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
    return {
        name: entry["why"]
        for file in sorted(ROOT.glob(EQUIVALENT))
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))
        for name in entry["mutants"]
    }
