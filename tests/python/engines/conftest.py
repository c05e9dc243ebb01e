"""Servers and builds that the engine tests share."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from engines.postgres_server import Server, postgres_server
from harness import query
from toolbox.contract import ROOT
from toolbox.engines.base import Engine
from toolbox.engines.duckdb_file import DuckDBFile
from toolbox.engines.postgres import Postgres
from toolbox.engines.spark import Spark, require_java

TINY = ROOT / "examples" / "tiny"
# Vars under which bad rows stop nothing.
LENIENT = {"max_rejected_share": 1, "max_mrr_at_doubt_share": 1}
# scripts/test --engines sets it: everything on every engine, tests included.
ALL = bool(os.environ.get("CSM_TEST_ALL_ENGINES"))


@dataclass
class Builder:
    """Builds raw folders on engines; what dbt writes beside the tables lies under `scratch`.

    `seconds` is what the latest build of an engine took.
    """

    scratch: Path
    seconds: dict[Engine, float] = field(default_factory=dict)

    def build(
        self,
        engine: Engine,
        raw: Path | None,
        *,
        tested: bool = False,
        project: Path = ROOT,
        select: str = "",
        **variables: Any,
    ) -> Path:
        """Load `raw`, where given, and build it; return the manifest. Fails with dbt's messages."""
        engine.variables |= variables
        if raw is not None:
            engine.load(raw)
        skipped = ["unit_test"] if tested else ["unit_test", "test"]
        words = ["build", "--exclude-resource-type", *skipped]
        if select:
            words += ["--select", *select.split()]
        if variables:
            words += ["--vars", yaml.safe_dump(variables, default_flow_style=True, width=10_000)]
        # One folder for each set of vars: dbt parses anew when they change.
        name = hashlib.sha256(f"{engine.target} {project} {words}".encode()).hexdigest()[:12]
        folder = self.scratch / name
        process = engine.process(
            project=project, target_path=folder, log_path=self.scratch / "logs"
        )
        began = time.monotonic()
        outcome = process.run(*words)
        self.seconds[engine] = time.monotonic() - began
        problems = "\n".join(f"{problem.name}: {problem.message}" for problem in outcome.problems)
        assert outcome.success, f"dbt build on {engine.target} failed\n{problems}"
        return folder / "manifest.json"


@pytest.fixture(scope="session")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Builder:
    """The one builder."""
    return Builder(tmp_path_factory.mktemp("engines"))


@pytest.fixture(scope="session")
def demo(demo_warehouse: Path) -> DuckDBFile:
    """The demo company, built on DuckDB."""
    return DuckDBFile(demo_warehouse)


@pytest.fixture(scope="session")
def demo_folder(demo_warehouse: Path) -> Path:
    """The raw folder that the demo company was built of."""
    (row,) = query(demo_warehouse, "select distinct raw_folder from raw.loaded_files")
    return Path(row["raw_folder"])


@pytest.fixture(scope="session")
def tiny(builder: Builder) -> DuckDBFile:
    """The readable company, built on DuckDB."""
    engine = DuckDBFile(builder.scratch / "tiny.duckdb")
    builder.build(engine, TINY)
    return engine


@pytest.fixture(scope="session")
def odd_folder(builder: Builder) -> Path:
    """A small company of which one row in twenty is bad, in every way that rows are."""
    folder = builder.scratch / "odd"
    words = ["--accounts", "40", "--months", "8", "--seed", "11", "--bad-share", "0.05"]
    subprocess.run(
        [sys.executable, ROOT / "scripts" / "generate", *words, "--out", folder],
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture(scope="session")
def odd(builder: Builder, odd_folder: Path) -> DuckDBFile:
    """The odd company, built on DuckDB."""
    engine = DuckDBFile(builder.scratch / "odd.duckdb")
    builder.build(engine, odd_folder, **LENIENT)
    return engine


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL that the environment leads to while tests run."""
    with postgres_server() as server, pytest.MonkeyPatch.context() as patch:
        for name, value in server.environment.items():
            patch.setenv(name, value)
        patch.delenv("CSM_SCHEMA", raising=False)
        yield server


@pytest.fixture(scope="session")
def demo_on_postgres(builder: Builder, server: Server, demo_folder: Path) -> tuple[Postgres, Path]:
    """The demo company on PostgreSQL, every data test included, with its manifest."""
    engine = Postgres()
    return engine, builder.build(engine, demo_folder, tested=True, reader_roles=["bi_reader"])


@pytest.fixture(scope="session")
def second_company(builder: Builder, server: Server) -> tuple[Postgres, Path, str]:
    """The readable company beside the demo's, by the command that people use; what it printed."""
    engine = Postgres({"raw_schema": "second_raw"}, schema="second")
    folder = builder.scratch / "second"
    command = [sys.executable, ROOT / "scripts" / "build", "--raw", TINY, "--target", "postgres"]
    command += ["--", "--vars", "{raw_schema: second_raw}", "--target-path", folder]
    done = subprocess.run(
        [str(word) for word in command],
        env={**os.environ, **engine.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return engine, folder / "manifest.json", done.stdout


@pytest.fixture(scope="session")
def spark(builder: Builder) -> Iterator[Spark]:
    """A Spark of the tests' own: folder, metastore and all."""
    require_java()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CSM_SPARK_FOLDER", str(builder.scratch / "spark"))
        # Small queries, many of them: what Spark does to make big ones fast only costs time, and
        # its catalogue need not outlive a crash.
        patch.setenv("CSM_SPARK_CODEGEN", "false")
        patch.setenv("CSM_SPARK_PARTITIONS", "1")
        patch.setenv(
            "CSM_SPARK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -Dderby.system.durability=test"
        )
        patch.delenv("CSM_SPARK_METHOD", raising=False)
        patch.delenv("CSM_SCHEMA", raising=False)
        yield Spark()
