"""Spark: raw files become Parquet in a folder, and tables on it. All through dbt's own connection.

profiles.yml says which Spark: one in this process, or a cluster by environment variables. A cluster
must see the folder CSM_SPARK_FOLDER under the same path; else let it have raw tables of its own and
use plain dbt.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from toolbox.console import UserError, one_line
from toolbox.contract import ROOT
from toolbox.dbt_process import DbtProcess
from toolbox.engines.base import (
    MARK,
    Engine,
    EngineError,
    Reader,
    Row,
    foreign_table,
    loaded_copy,
    loaded_tables,
)
from toolbox.loader import LoadResult
from toolbox.warehouse import literal

_NEEDED_JAVA = 17


def folder() -> Path:
    """Return where a Spark of one's own keeps its tables, and every Spark its raw files."""
    given = os.environ.get("CSM_SPARK_FOLDER")
    return Path(given).expanduser().resolve() if given else ROOT / "spark_warehouse"


def is_own_spark() -> bool:
    """Return whether Spark runs in this process, not on a cluster."""
    return os.environ.get("CSM_SPARK_METHOD", "session") == "session"


def require_java() -> None:
    """Raise UserError where a Spark in this process could not start."""
    if not is_own_spark():
        return
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    advice = f"install it with: sudo apt install openjdk-{_NEEDED_JAVA}-jre-headless"
    if java is None:
        raise UserError(f"Spark needs Java {_NEEDED_JAVA} and there is no java on PATH; {advice}")
    try:
        subprocess.run([java, "-version"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise UserError(
            f"Spark needs Java {_NEEDED_JAVA} and {java} does not start; {advice}"
        ) from error


class _SessionReader:
    """Reads from the Spark that dbt started in this process."""

    def fetch(self, query: str) -> list[Row]:
        """Return the rows of `query`; raises EngineError."""
        from pyspark.errors import PySparkException  # noqa: PLC0415  (an optional extra)
        from pyspark.sql import SparkSession  # noqa: PLC0415

        try:
            rows = SparkSession.builder.getOrCreate().sql(query).collect()
        except PySparkException as error:
            raise EngineError(one_line(error)) from error
        return [tuple(row) for row in rows]


class _ClusterReader:
    """Reads through dbt, whatever way it reaches its cluster."""

    def __init__(self, process: DbtProcess) -> None:
        self._process = process

    def fetch(self, query: str) -> list[Row]:
        """Return the rows of `query`; raises EngineError."""
        rows, problem = self._process.show(query)
        if problem:
            raise EngineError(problem)
        return rows


class Spark(Engine):
    """One Spark."""

    target = "spark"

    @property
    def environment(self) -> dict[str, str]:
        """profiles.yml reads the folder."""
        return {**super().environment, "CSM_SPARK_FOLDER": str(folder())}

    def load(self, folder_of_files: Path) -> LoadResult:
        """Write the tables of the folder as Parquet, and register them in the raw schema."""
        schema = self.schema("raw")
        # A folder of files for each raw schema, as each has tables of its own.
        place = folder() / "raw_files" / schema
        tables = []
        with self.reader() as reader, loaded_copy(folder_of_files) as (source, result):
            loaded = loaded_tables(source)
            foreign = _foreign_tables(reader, schema)
            for table in loaded:
                if table.name in foreign:
                    raise UserError(foreign_table(f"{schema}.{table.name}", self.described()))
            # Every file aside first, so that a full disk leaves what was there.
            aside = place.with_name(f"{schema}.new")
            shutil.rmtree(aside, ignore_errors=True)
            for table in loaded:
                (aside / table.name).mkdir(parents=True)
                file = aside / table.name / "rows.parquet"
                source.execute(f"copy ({table.select()}) to {literal(file)} (format parquet)")
                types = [
                    {"name": name, "type": "string" if kind == "text" else kind}
                    for name, kind in table.types.items()
                ]
                tables.append({"name": table.name, "columns": types})
            shutil.rmtree(place, ignore_errors=True)
            aside.rename(place)
        arguments = {"schema": schema, "folder": str(place), "tables": tables, "mark": MARK}
        outcome = self.process().run(
            "run-operation", "register_raw_files", "--args", json.dumps(arguments)
        )
        if not outcome.success:
            reason = "; ".join(problem.message for problem in outcome.problems)
            raise UserError(f"{folder_of_files} cannot be loaded into Spark: {reason}")
        return result

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """Read from the Spark in this process, else through dbt."""
        require_java()
        if is_own_spark():
            # Spark takes its settings when it starts: dbt, which has them, starts it.
            _, problem = self.process().show("select 1 as one")
            if problem:
                raise UserError(f"Spark does not start: {problem}")
            yield _SessionReader()
        else:
            yield _ClusterReader(self.process())

    def described(self) -> str:
        """Name the folder or the cluster."""
        if is_own_spark():
            return f"Spark tables in {folder()}"
        return f"Spark at {os.environ.get('CSM_SPARK_HOST', 'localhost')}"

    def look(self) -> str:
        """Without a client of one's own, dbt shows tables."""
        query = f"select * from {self.schema('marts')}.fct_mrr_monthly"
        show = f'.venv/bin/dbt show --target spark --inline "{query}"'
        return f"{show}; the docs: scripts/docs --target spark"


def _foreign_tables(reader: Reader, schema: str) -> set[str]:
    """Return the tables of a schema that scripts/load did not make; raises EngineError."""
    try:
        rows = reader.fetch(f"show table extended in {schema} like '*'")
    except EngineError as error:
        if "SCHEMA_NOT_FOUND" in str(error):
            return set()
        raise
    return {name for _, name, _, properties in rows if f"made={MARK}" not in properties}
