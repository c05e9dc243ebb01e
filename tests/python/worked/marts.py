"""The marts as their YAML declares them: columns with types, and the columns of the grain."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from toolbox.contract import ROOT

# A third of a second for all marts instead of five.
_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SEGMENT = ("segment_type", "segment_value")


class CaseError(Exception):
    """A case file says something that cannot be; the message is one line for who wrote it."""


@dataclass(frozen=True)
class Mart:
    """A table that cases may expect rows of.

    `columns` are types by name (date, boolean, string, bigint, decimal, double, timestamp);
    `grain` the columns that tell one row from another.
    """

    name: str
    columns: Mapping[str, str]
    grain: tuple[str, ...]
    schema: str = "marts"

    @property
    def has_segments(self) -> bool:
        """Does the mart hold whole companies cut by segment?"""
        return set(SEGMENT) <= set(self.columns)


# The one table that is no mart and yet has numbers to argue about: whole rows, in schema staging.
REJECTED_ROWS = Mart(
    "rejected_rows",
    dict.fromkeys(("source_table", "source_key", "first_rule", "broken_rules"), "string"),
    ("source_table", "source_key"),
    "staging",
)


def _plain_type(declared: str) -> str:
    """Return a declared type without its digits; a type that engines name apart is a double."""
    return "double" if declared.startswith("{{") else declared.split("(", maxsplit=1)[0]


def _grain(model: Mapping[str, Any]) -> tuple[str, ...]:
    tests = [test for test in model.get("data_tests", []) if isinstance(test, dict)]
    grains = [test["grain"]["arguments"]["columns"] for test in tests if "grain" in test]
    assert grains, f"{model['name']} declares no grain"
    return tuple(grains[0])


@cache
def read_marts() -> Mapping[str, Mart]:
    """Return every mart by name, from the YAML beside the models."""
    found = {REJECTED_ROWS.name: REJECTED_ROWS}
    for path in sorted((ROOT / "models" / "marts").rglob("*.yml")):
        document = yaml.load(path.read_text(encoding="utf-8"), _FAST)
        for model in document.get("models", []):
            types = {
                column["name"]: _plain_type(str(column["data_type"])) for column in model["columns"]
            }
            found[model["name"]] = Mart(model["name"], types, _grain(model))
    return found


def pick(kind: str, name: str, known: Iterable[str]) -> str:
    """Return `name` if it is one of `known`, else raise CaseError naming the likeliest one."""
    names = list(known)
    if name in names:
        return name
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(names)}"
    raise CaseError(f"unknown {kind} {name!r}; {hint}")
