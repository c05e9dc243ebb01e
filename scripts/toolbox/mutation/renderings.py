"""What macros of Jinja render to under other vars, as tests/mutation/renderings.yml has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from toolbox.contract import ROOT
from toolbox.mutation.project_in_memory import PACKAGE, ProjectInMemory, RenderingError

WRITTEN = ROOT / "tests" / "mutation" / "renderings.yml"


@dataclass(frozen=True)
class Rendering:
    """One text of Jinja, or a model, under some vars, and what becomes of it.

    `gives` is all of the text with its blanks collapsed, `holds` a part of it, `refuses` a part of
    the error that it stops with; one of them is written. `at` is the time of the run.
    """

    name: str
    variables: tuple[tuple[str, str], ...] = ()
    jinja: str = ""
    model: str = ""
    at: datetime | None = None
    gives: str | None = None
    holds: str = ""
    refuses: str = ""


class Renderings:
    """All that are written, each ready to be asked whether it still holds."""

    def __init__(self, project: ProjectInMemory, file: Path = WRITTEN) -> None:
        """Read the file; a mutant in `project` is in what is rendered here."""
        self.written = list(_read(file))
        self._project = project
        self._others: dict[tuple[tuple[str, str], ...], ProjectInMemory] = {}

    def first_wrong(self) -> str:
        """Return the name of the first that is not as written; empty if all are."""
        return next((each.name for each in self.written if not self.holds(each)), "")

    def holds(self, rendering: Rendering) -> bool:
        """Return whether the text is as written."""
        found, refused = self._rendered(rendering)
        if rendering.refuses:
            return refused and rendering.refuses in found
        if rendering.gives is None:
            return not refused and rendering.holds in found
        return not refused and rendering.gives == found

    def _rendered(self, rendering: Rendering) -> tuple[str, bool]:
        """Return the text, or that of the error and True."""
        key = rendering.variables
        if key not in self._others:
            self._others[key] = self._project.with_variables(dict(key))
        project = self._others[key]
        try:
            if rendering.model:
                node = project.manifest.nodes[f"model.{PACKAGE}.{rendering.model}"]
                return _collapsed(project.render(node)), False
            return _collapsed(project.render_text(rendering.jinja, rendering.at)), False
        except RenderingError as error:
            return _collapsed(str(error)), True


def _read(file: Path) -> Iterator[Rendering]:
    """Yield one rendering for each value of an entry's var, and each model."""
    for entry in yaml.safe_load(file.read_text(encoding="utf-8")):
        if "model" in entry:
            yield Rendering(entry["model"], model=entry["model"], holds=entry["holds"])
            continue
        for value, text in entry.get("gives", {}).items():
            yield Rendering(**_common(entry, value), gives=text)
        for value, text in entry.get("refuses", {}).items():
            yield Rendering(**_common(entry, value), refuses=text)


def _common(entry: Mapping[str, Any], value: str) -> dict[str, Any]:
    variables = entry.get("vars", {}) | {entry["var"]: value}
    return {
        "name": f"{entry['jinja']} with {entry['var']} '{value}'",
        "variables": tuple(sorted(variables.items())),
        "jinja": entry["jinja"],
        "at": datetime.fromisoformat(entry["at"]) if "at" in entry else None,
    }


def _collapsed(text: str) -> str:
    return " ".join(text.split())
