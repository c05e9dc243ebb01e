"""All mutants of a file, each one change of one place that can be shown as a diff."""

from __future__ import annotations

import difflib
import fnmatch
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolbox.contract import ROOT
from toolbox.mutation.jinja_operators import jinja_edits
from toolbox.mutation.operators import Edit, edits
from toolbox.mutation.shapes import Fragment
from toolbox.mutation.source import jinja_tags, sql_fragments

# What decides a number: every formula and classification, and the models of three domains.
SCOPE = (
    "macros/formulas/**/*.sql",
    "macros/segments/*.sql",
    "macros/time/*.sql",
    "macros/scorecard/*.sql",
    "models/intermediate/revenue/*.sql",
    "models/intermediate/retention/*.sql",
    "models/intermediate/health/*.sql",
    "models/marts/revenue/*.sql",
    "models/marts/retention/*.sql",
    "models/marts/health/*.sql",
)


@dataclass(frozen=True)
class Mutant:
    """One change of one file. `name` stays the same while the lines that it changes do."""

    name: str
    file: str
    edit: Edit
    line: int
    before: str
    after: str

    def source(self) -> str:
        """Return the whole file as the mutant has it."""
        text = (ROOT / self.file).read_text(encoding="utf-8")
        return changed(text, self.edit)

    def diff(self) -> str:
        """Return what the mutant changes, as a reader of the file would see it."""
        text = (ROOT / self.file).read_text(encoding="utf-8")
        lines = difflib.unified_diff(
            text.splitlines(), self.source().splitlines(), self.file, self.file, lineterm="", n=1
        )
        return "\n".join(lines)


def changed(text: str, edit: Edit) -> str:
    """Return the text with the edit made."""
    return text[: edit.start] + edit.replacement + text[edit.end :]


def files(patterns: Sequence[str] = ()) -> list[str]:
    """Return the files in scope whose path, or name without .sql, fits one of the patterns."""
    found = {str(path.relative_to(ROOT)) for scope in SCOPE for path in ROOT.glob(scope)}
    return sorted(
        file
        for file in found
        if not patterns
        or any(
            fnmatch.fnmatch(file, pattern) or fnmatch.fnmatch(Path(file).stem, pattern)
            for pattern in patterns
        )
    )


def mutants_of(file: str, text: str | None = None) -> Iterator[Mutant]:
    """Return the mutants of a file, each text that comes out only once."""
    source = (ROOT / file).read_text(encoding="utf-8") if text is None else text
    seen = {source}
    names: dict[str, int] = {}
    for edit in sorted(_proposed(source), key=lambda edit: (edit.start, edit.end)):
        text_after = changed(source, edit)
        if text_after in seen:
            continue
        seen.add(text_after)
        before = _shown(source[edit.start : edit.end])
        after = _shown(edit.replacement)
        line = source.count("\n", 0, edit.start) + 1
        context = _shown(source[source.rfind("\n", 0, edit.start) + 1 :].split("\n", 1)[0])
        name = f"{edit.operator} | {context} | {before} -> {after}"
        names[name] = names.get(name, 0) + 1
        if names[name] > 1:
            name += f" | {names[name]}"
        yield Mutant(f"{file} | {name}", file, edit, line, before, after)


def _proposed(source: str) -> Iterator[Edit]:
    for tokens in sql_fragments(source):
        yield from edits(Fragment(source, tokens))
    for tag in jinja_tags(source):
        yield from jinja_edits(tag, source)


def _shown(text: str) -> str:
    return " ".join(text.split())
