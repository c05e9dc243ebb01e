"""All that mutants are tried in: the parsed project, its unit tests, and companies built once.

Everything lies in one folder and is kept from run to run; what is older than what it is made of is
built anew.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from toolbox import console
from toolbox.console import UserError
from toolbox.contract import ROOT
from toolbox.dbt_process import DbtProcess
from toolbox.loader import load
from toolbox.mutation.project_in_memory import ProjectInMemory
from toolbox.mutation.renderings import Renderings
from toolbox.mutation.unit_tests import UnitTests
from toolbox.mutation.worlds import World

_SQL = ("macros/**/*.sql", "models/**/*.sql", "seeds/**/*.csv")
# What a built company depends on beyond the models, which every run works out anew.
_COMPANIES = (
    "tests/cases/*.yml",
    "tests/python/worked/*.py",
    "tests/python/cases.py",
    "tests/python/test_oracle.py",
    "models/staging/**/*.sql",
    "seeds/**/*.csv",
)


class Laboratory:
    """The project in memory, its unit tests and renderings; worlds when they are asked for."""

    def __init__(self, folder: Path, built: Path | None = None) -> None:
        """Prepare in `folder` what is not there yet (minutes the first time).

        `built` is a built warehouse to read the columns' types from; it is opened for writing.
        """
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        warehouse = built or folder / "home" / "project.duckdb"
        if built is None and not self._is_fresh("home", _SQL):
            self._build_home(warehouse)
        self.project = ProjectInMemory(warehouse, folder)
        self.unit_tests = UnitTests(self.project, folder)
        self.renderings = Renderings(self.project)
        self._worlds: list[World] | None = None

    @property
    def worlds(self) -> list[World]:
        """The companies that the oracle works out too, built and open."""
        if self._worlds is None:
            kept = self.folder / "worlds"
            if not self._is_fresh("worlds", _COMPANIES):
                self._build_companies(kept)
            # one place for each process, as each changes its own copy
            place = self.folder / f"open_{os.getpid()}"
            self._worlds = [
                World(each, self.project, place / each.name)
                for each in sorted(kept.iterdir())
                if each.is_dir()
            ]
        return self._worlds

    def close(self) -> None:
        """Remove the open copies."""
        for world in self._worlds or []:
            world.connection.close()
        shutil.rmtree(self.folder / f"open_{os.getpid()}", ignore_errors=True)

    def _is_fresh(self, part: str, patterns: Sequence[str]) -> bool:
        mark = self.folder / part / "stamp"
        return mark.exists() and mark.read_text(encoding="utf-8") == _stamp(patterns)

    def _build_home(self, warehouse: Path) -> None:
        console.say("mutate", "building examples/tiny, for the columns' types")
        shutil.rmtree(warehouse.parent, ignore_errors=True)
        warehouse.parent.mkdir(parents=True)
        load(ROOT / "examples" / "tiny", warehouse)
        process = DbtProcess(
            warehouse, target_path=self.folder / "target", log_path=self.folder / "logs"
        )
        outcome = process.run("build", "--exclude-resource-type", "unit_test", "test")
        if not outcome.success:
            raise UserError(f"examples/tiny does not build: {outcome.problems}")
        (warehouse.parent / "stamp").write_text(_stamp(_SQL), encoding="utf-8")

    def _build_companies(self, kept: Path) -> None:
        """Build them in a process of their own: dbt has one adapter for each."""
        console.say("mutate", "building the companies of the worked cases and of the oracle's test")
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        done = subprocess.run(
            [sys.executable, str(ROOT / "tests" / "python" / "mutation_companies.py"), str(kept)],
            env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise UserError(f"the companies do not build: {done.stderr[-600:]}")
        (kept / "stamp").write_text(_stamp(_COMPANIES), encoding="utf-8")


def _stamp(patterns: Sequence[str]) -> str:
    """Return a mark that changes with the text of these files."""
    mark = hashlib.sha256()
    for pattern in patterns:
        for file in sorted(ROOT.glob(pattern)):
            mark.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return mark.hexdigest()
