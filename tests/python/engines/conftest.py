"""Servers and builds that the engine tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
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
# scripts/test --engines sets it: everything on every engine, tests included.
ALL = bool(os.environ.get("CSM_TEST_ALL_ENGINES"))


@dataclass
class Builder:
    """Builds raw folders on engines; what dbt writes beside the tables lies under `scratch`."""

    scratch: Path

    def build(self, engine: Engine, raw: Path | None, *, tested: bool, **variables: Any) -> Path:
        """Load `raw`, where given, and build it; return the manifest. Fails with dbt's messages."""
        engine.variables |= variables
        if raw is not None:
            engine.load(raw)
        name = f"{engine.target}_{abs(hash(str(sorted(variables.items()))))}"
        folder = self.scratch / name
        skipped = ["unit_test"] if tested else ["unit_test", "test"]
        words = ["build", "--exclude-resource-type", *skipped]
        if variables:
            words += ["--vars", yaml.safe_dump(variables, default_flow_style=True, width=10_000)]
        process = engine.process(target_path=folder, log_path=self.scratch / "logs")
        outcome = process.run(*words)
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
    builder.build(engine, TINY, tested=False)
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
def spark(builder: Builder) -> Iterator[Spark]:
    """A Spark of the tests' own: folder, metastore and all."""
    require_java()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CSM_SPARK_FOLDER", str(builder.scratch / "spark"))
        patch.delenv("CSM_SPARK_METHOD", raising=False)
        patch.delenv("CSM_SCHEMA", raising=False)
        yield Spark()
