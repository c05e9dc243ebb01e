"""Fixtures that the tests share; what builds a project is in harness.py."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from harness import Project
from toolbox.contract import ROOT
from toolbox.dbt_process import DbtProcess
from toolbox.demo import ensure_demo
from toolbox.loader import load


class ByFile(LoadScopeScheduling):
    """Keeps a file's tests in one process, as they share builds; the engines' files share servers.

    A scheduler of our own, as xdist's `loadgroup` goes by a part of pytest that has changed.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        return "engines" if "/engines/" in file else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """Share the work out by file."""
    return ByFile(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what tests compared: marts between engines, and how long each took; metrics by name."""
    for report in terminalreporter.getreports("passed"):
        for name, text in report.user_properties:
            if name == "compared" and report.when == "call":
                terminalreporter.write_line(text)


@pytest.fixture(autouse=True, scope="session")
def _no_telemetry() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
        patch.delenv("DBT_TARGET_PATH", raising=False)
        patch.delenv("DBT_LOG_PATH", raising=False)
        yield


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The one builder of raw rows; builds are slow (seconds), so share what they return."""
    return Project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="session")
def demo_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built demo company: the one scripts/test has just built, else one of its own."""
    given = os.environ.get("CSM_TEST_WAREHOUSE")
    if given and Path(given).exists():
        return Path(given)
    scratch = tmp_path_factory.mktemp("demo")
    ensure_demo(scratch / "demo_data")
    load(scratch / "demo_data", scratch / "demo.duckdb")
    process = DbtProcess(
        scratch / "demo.duckdb", target_path=scratch / "target", log_path=scratch / "logs"
    )
    outcome = process.run("build", "--exclude-resource-type", "unit_test")
    assert outcome.success, outcome.problems
    return scratch / "demo.duckdb"


@pytest.fixture(scope="session")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which dbt wrote what it knows of the project: of scripts/test's build, or own.

    What is read of it lies in `manifest.json`, with the SQL of every model.
    """
    given = os.environ.get("CSM_TEST_MANIFEST")
    if given and Path(given).exists():
        return Path(given).parent
    scratch = tmp_path_factory.mktemp("manifest")
    process = DbtProcess(
        scratch / "none.duckdb", target_path=scratch / "target", log_path=scratch / "logs"
    )
    outcome = process.run("compile")
    assert outcome.success, outcome.problems
    return scratch / "target"


@pytest.fixture(scope="session")
def manifest(artifacts: Path) -> dict[str, Any]:
    """What dbt knows of the project. Read it; every test of this process has the same one."""
    text = (artifacts / "manifest.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


@pytest.fixture(scope="session")
def root() -> Path:
    """The project folder."""
    return ROOT


@pytest.fixture(scope="session")
def python() -> str:
    """This environment's interpreter, to run entry points with."""
    return sys.executable
