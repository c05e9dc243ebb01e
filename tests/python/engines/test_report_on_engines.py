"""The report is the same from every engine: what it reads, it reads in their common words."""

from __future__ import annotations

import json
from typing import Any

from toolbox.engines.base import Engine
from toolbox.report.contents import contents


def in_order(engine: Engine) -> dict[str, Any]:
    """Return the report's contents, the rows of each dataset in an order of their own."""
    found = json.loads(json.dumps(contents(engine)))
    for name, table in found["data"].items():
        rows = sorted(zip(*table.values(), strict=True), key=str)
        found["data"][name] = dict(zip(table, zip(*rows, strict=True), strict=True))
    return found


def test_the_report_from_postgres_is_the_one_from_duckdb(demo, demo_on_postgres):
    engine, _ = demo_on_postgres
    expected, found = in_order(demo), in_order(engine)
    assert found["data"].keys() == expected["data"].keys()
    for name, table in expected["data"].items():
        assert found["data"][name] == table, name
    assert found == expected
