"""A pytest plugin of scripts/mutate: keeps what the oracle tests build, gives it back mutated.

With CSM_MUTATION_RECORD each build is kept in that folder, a copy of the warehouse with its vars.
Otherwise `worlds` says which builds are there already and how to read them.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

import harness
from toolbox.dbt_process import Outcome

# Set by scripts/mutate in its own process: how a kept build is read, by its key.
worlds: dict[str, Callable[..., list[dict[str, Any]]]] = {}

_build = harness.Project.build
_query = harness.query


def key_of(raw: harness.RawTables | Path, settings: Mapping[str, Any]) -> str:
    """Return a name for a build that changes with its raw rows and its settings."""
    mark = hashlib.sha256(json.dumps(settings, sort_keys=True, default=str).encode())
    if isinstance(raw, Path):
        for file in sorted(raw.rglob("*.csv")):
            mark.update(file.read_bytes())
    else:
        mark.update(json.dumps({name: list(raw[name]) for name in raw}, default=str).encode())
    return mark.hexdigest()[:16]


def _recording(project: harness.Project, raw: Any, **settings: Any) -> harness.Built:
    built = _build(project, raw, **settings)
    folder = Path(os.environ["CSM_MUTATION_RECORD"]) / key_of(raw, settings)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy2(built.warehouse, folder / built.warehouse.name)
    variables = dict(settings.get("variables") or {})
    if settings.get("as_of"):
        variables["as_of_date"] = settings["as_of"]
    test = os.environ["PYTEST_CURRENT_TEST"].split("::")[0]
    world = {"variables": variables, "test": test}
    (folder / "world.json").write_text(json.dumps(world, sort_keys=True), encoding="utf-8")
    return built


def _giving_back(_project: harness.Project, raw: Any, **settings: Any) -> harness.Built:
    return harness.Built(Path(key_of(raw, settings)), Outcome(success=True))


def _reading(warehouse: Path, sql: str, parameters: Any = ()) -> list[dict[str, Any]]:
    if warehouse.name not in worlds:
        pytest.skip("not the company that is looked at")
    return worlds[warehouse.name](sql, parameters)


# The test modules import harness after this plugin, so they get what is put in its place here.
if os.environ.get("CSM_MUTATION_RECORD"):
    harness.Project.build = _recording  # type: ignore[assignment,method-assign]
elif os.environ.get("CSM_MUTATION_READ"):
    harness.Project.build = _giving_back  # type: ignore[assignment,method-assign]
    harness.query = _reading
