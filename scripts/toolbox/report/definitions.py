"""The pages of models/docs, as the report shows them: the same text as in the docs."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from markdown_it import MarkdownIt

from toolbox.contract import ROOT

_BLOCK = re.compile(r"{%-?\s*docs\s+(\w+)\s*-?%}(.*?){%-?\s*enddocs\s*-?%}", re.DOTALL)
CATALOGUE = ROOT / "seeds" / "config" / "metric_catalogue.csv"


class Definition(NamedTuple):
    """One metric or word. `text` is HTML, `formula` the one line for a hover, perhaps empty."""

    label: str
    formula: str
    text: str


@cache
def blocks() -> dict[str, str]:
    """Return the Markdown of every docs block by name."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "models" / "docs").glob("*.md")):
        found |= {
            name: text.strip() for name, text in _BLOCK.findall(path.read_text(encoding="utf-8"))
        }
    return found


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Return the register's row of every metric."""
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        return {row["metric"]: row for row in csv.DictReader(file)}


def definitions(names: Iterable[str]) -> dict[str, Definition]:
    """Return the definition of every name; raises KeyError for one without a docs block."""
    # No raw HTML: the text is ours, yet a page that cannot hold a script needs no trust.
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    found = {}
    for name in names:
        row = catalogue().get(name, {})
        text = re.sub(r"\]\(#!/[^)]*\)", "](#)", blocks()[name])  # links of the docs site
        found[name] = Definition(
            label=row.get("label") or _words(name),
            formula=row.get("formula", ""),
            text=markdown.render(re.sub(r"\[([^\]]*)\]\(#\)", r"\1", text)),
        )
    return found


def _words(name: str) -> str:
    """Return "mrr_bridge" as "MRR bridge"."""
    return name.replace("_", " ").capitalize().replace("Mrr", "MRR")
