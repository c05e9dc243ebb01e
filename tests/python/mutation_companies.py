"""The companies in which scripts/mutate rebuilds what a mutant changes, and their oracle.

As a command it builds them: those of the worked cases that share a warehouse, and test_oracle's.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cases import companies, load_cases, raw_rows
from compiled import Compiled
from harness import write_raw
from oracle.compare import compare_mart
from oracle.marts import Oracle, read_raw
from test_oracle import AS_OF, VARIABLES, write_odd_company

# What the worked cases are cut by: the others cost the oracle minutes.
SEGMENTS = ("worked_case", "region", "plan_tier")


@dataclass(frozen=True)
class Source:
    """Raw files, and what the project is told about them."""

    name: str
    raw: Path
    as_of: str
    variables: Mapping[str, Any]


class Witness:
    """Knows what the marts of a built company hold, from its raw rows and never from models."""

    def __init__(self, folder: Path) -> None:
        """Work the company of `folder` out by the oracle."""
        content = json.loads((folder / "world.json").read_text(encoding="utf-8"))
        self.variables: dict[str, Any] = content["variables"] | {"as_of_date": content["as_of"]}
        self._oracle = Oracle(
            read_raw(folder / "raw"),
            as_of=date.fromisoformat(content["as_of"]),
            variables=content["variables"],
            segment_types=SEGMENTS if "worked_case" in str(content["variables"]) else None,
        )
        # only later reports of a company fill its history, and a mutant is tried in one
        self.marts = set(self._oracle.covered) - {"fct_metric_history"}

    def first_difference(self, mart: str, rows: Iterable[Mapping[str, Any]]) -> str:
        """Return one line on a row that the oracle has otherwise; empty if there is none."""
        return str(next(compare_mart(mart, rows, self._oracle), ""))


def sources(scratch: Path) -> list[Source]:
    """Return the companies, their raw files written below `scratch`."""
    found = [
        Source(
            f"cases_{number}",
            write_raw(scratch / f"cases_{number}", raw_rows(company.cases)),
            company.as_of,
            company.variables,
        )
        for number, company in enumerate(companies(load_cases()), 1)
        if len(company.cases) > 1
    ]
    folder = scratch / "odd"
    folder.mkdir()
    write_odd_company(folder)
    return [*found, Source("odd", folder, AS_OF.isoformat(), VARIABLES)]


def main(kept: Path) -> None:
    """Build every company in a folder of its own below `kept`."""
    scratch = kept.with_name(f"{kept.name}_scratch")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    compiled = Compiled(scratch, scratch / "project.duckdb")
    for source in sources(scratch):
        folder = kept / source.name
        folder.mkdir()
        shutil.copytree(source.raw, folder / "raw")
        variables = dict(source.variables) | {"as_of_date": source.as_of}
        compiled.build(folder / "raw", folder / "project.duckdb", variables)
        world = {"as_of": source.as_of, "variables": dict(source.variables)}
        (folder / "world.json").write_text(json.dumps(world), encoding="utf-8")
    shutil.rmtree(scratch)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
