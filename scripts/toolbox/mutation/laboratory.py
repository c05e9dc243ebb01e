"""All that mutants are tried in: the parsed project, its unit tests, and companies built once.

Everything lies in one folder and is kept from run to run; what is older than the SQL, the seeds or
the oracle tests is built anew.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from toolbox import console
from toolbox.console import UserError
from toolbox.contract import ROOT
from toolbox.dbt_process import DbtProcess
from toolbox.loader import load
from toolbox.mutation.project_in_memory import ProjectInMemory
from toolbox.mutation.unit_tests import UnitTests
from toolbox.mutation.worlds import World

# Tests that build a company and compare it with an oracle in plain Python: each one is a world.
ORACLE_TESTS = (
    "value", "retention", "health", "ledger", "growth", "engagement", "voice_and_support",
)  # fmt: skip
# The demo company is too large to be worked out again for every mutant.
NOT_THESE = "not demo and not unlinked and not without_the_link"
_SOURCES = (
    "macros/**/*.sql",
    "models/**/*.sql",
    "seeds/**/*.csv",
    "tests/python/oracle/*.py",
    *(f"tests/python/test_{name}.py" for name in ORACLE_TESTS),
)


class Laboratory:
    """The project in memory and its unit tests; worlds when they are asked for."""

    def __init__(self, folder: Path, built: Path | None = None) -> None:
        """Prepare in `folder` what is not there yet (minutes the first time).

        `built` is a built warehouse to read the columns' types from; it is opened for writing.
        """
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._stamp = _stamp()
        warehouse = built or folder / "home" / "project.duckdb"
        if built is None and not self._is_fresh("home"):
            self._build_home(warehouse)
        self.project = ProjectInMemory(warehouse, folder)
        self.unit_tests = UnitTests(self.project, folder)
        self._worlds: list[World] | None = None

    @property
    def worlds(self) -> list[World]:
        """The companies of the oracle tests, built and open, the quickest first."""
        if self._worlds is None:
            kept = self.folder / "worlds"
            if not self._is_fresh("worlds"):
                self._record(kept)
            # one place for each process, as each changes its own copy
            place = self.folder / f"open_{os.getpid()}"
            self._worlds = sorted(
                (
                    World(each, self.project, place / each.name)
                    for each in kept.iterdir()
                    if each.is_dir()
                ),
                key=lambda world: len(world.models),
            )
        return self._worlds

    def close(self) -> None:
        """Remove the open copies."""
        for world in self._worlds or []:
            world.connection.close()
        shutil.rmtree(self.folder / f"open_{os.getpid()}", ignore_errors=True)

    def _is_fresh(self, part: str) -> bool:
        mark = self.folder / part / "stamp"
        return mark.exists() and mark.read_text(encoding="utf-8") == self._stamp

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
        (warehouse.parent / "stamp").write_text(self._stamp, encoding="utf-8")

    def _record(self, kept: Path) -> None:
        """Run the oracle tests once, keeping what they build."""
        console.say("mutate", "building the companies of the oracle tests")
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        paths = [f"tests/python/test_{name}.py" for name in ORACLE_TESTS]
        words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "mutation_plugin"]
        done = subprocess.run(
            [sys.executable, *words, "-k", NOT_THESE, *paths],
            env={
                **os.environ,
                "CSM_MUTATION_RECORD": str(kept),
                "PYTHONPATH": f"{ROOT / 'tests' / 'python'}{os.pathsep}{ROOT / 'scripts'}",
            },
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise UserError(f"the oracle tests fail without a mutant: {done.stdout[-600:]}")
        (kept / "stamp").write_text(self._stamp, encoding="utf-8")


def _stamp() -> str:
    """Return a mark of all that a built company depends on."""
    mark = hashlib.sha256()
    for pattern in _SOURCES:
        for file in sorted(ROOT.glob(pattern)):
            mark.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return mark.hexdigest()
