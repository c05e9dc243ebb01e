"""Companies as readable tables and as files: what ever failed is built again with each run."""

from __future__ import annotations

import datetime
import io
import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from generated.surroundings import KNOWN, Surroundings
from generated.values import Company

FOLDER = Path(__file__).parent / "regressions"


def as_tables(company: Company) -> str:
    """Return a company's rows as small tables of the columns that hold something."""
    console = Console(file=io.StringIO(), width=180, record=True)
    for name, rows in company.items():
        columns = list(dict.fromkeys(column for row in rows for column in row if row[column]))
        if not columns:
            continue
        table = Table(title=name, title_justify="left", box=None, padding=(0, 2, 0, 0))
        for column in columns:
            table.add_column(column, no_wrap=True)
        for row in rows:
            table.add_row(*(row.get(column, "") for column in columns))
        console.print(table)
    return console.export_text()


def as_json(why: str, company: Company, around: Surroundings) -> str:
    """Return the text of a file that `kept` reads; columns that hold nothing are left out."""
    raw = {
        table: [{name: value for name, value in row.items() if value} for row in rows]
        for table, rows in company.items()
        if rows
    }
    found: dict[str, Any] = {"why": why, "surroundings": around.name, "raw": raw}
    if around.name not in KNOWN:
        found["surroundings"] = {
            "as_of": around.as_of.isoformat() if around.as_of else None,
            "variables": dict(around.variables),
        }
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def kept() -> dict[str, tuple[Company, Surroundings]]:
    """Return the kept companies by file name, with their surroundings."""
    found = {}
    for path in sorted(FOLDER.glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        around = content["surroundings"]
        if isinstance(around, str):
            known = KNOWN[around]
        else:
            as_of = around["as_of"] and datetime.date.fromisoformat(around["as_of"])
            known = Surroundings(path.stem, as_of, around["variables"])
        found[path.stem] = content["raw"], known
    return found
