"""A DuckDB file: no server, raw files read where they lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from toolbox.console import one_line
from toolbox.contract import shortest
from toolbox.engines.base import Engine, EngineError, Reader, Row
from toolbox.loader import LoadResult, changed_files, load
from toolbox.options import DEMO_WAREHOUSE
from toolbox.warehouse import check_path, connect


class _FileReader:
    """Reads from an open DuckDB connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def fetch(self, query: str) -> list[Row]:
        """Return the rows of `query`; raises EngineError."""
        try:
            return self._connection.execute(query).fetchall()
        except duckdb.Error as error:
            raise EngineError(one_line(error)) from error


class DuckDBFile(Engine):
    """One warehouse file."""

    target = "duckdb"

    def __init__(self, file: Path, variables: Mapping[str, Any] | None = None) -> None:
        """Name the file; it may not be there yet. Raises UserError where no file can be."""
        super().__init__(variables)
        check_path(file)
        self.file = file

    @property
    def environment(self) -> dict[str, str]:
        """profiles.yml reads the file's path."""
        return {"CSM_WAREHOUSE": str(self.file)}

    def prefix(self) -> str:
        """A file is a company's own: the schemas have bare names unless the var says otherwise."""
        return str(self.variables["schema_prefix"] or "")

    def load(self, folder: Path) -> LoadResult:
        """Make views of the files; they are not copied."""
        return load(folder, self.file)

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """Open the file to read."""
        with connect(self.file, read_only=True) as connection:
            yield _FileReader(connection)

    def changed_files(self) -> list[str]:
        """Views read the files at build time, so these must not have changed under it."""
        return changed_files(self.file)

    def described(self) -> str:
        """Name the file."""
        return str(shortest(self.file))

    def look(self) -> str:
        """Any client does, and the environment holds one."""
        shown = shortest(self.file)
        marts = self.schema("marts")
        opened = f"duckdb.connect('{shown}', read_only=True)"
        code = f"import duckdb; print({opened}.sql('from {marts}.fct_mrr_monthly'))"
        own = "" if shown == Path(DEMO_WAREHOUSE) else f" --warehouse {shown}"
        return f'any DuckDB client, or .venv/bin/python -c "{code}"; the docs: scripts/docs{own}'
