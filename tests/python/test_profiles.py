"""profiles.yml and the commands look for a database in the same places."""

from __future__ import annotations

import re
from pathlib import Path

from toolbox.engines import postgres, spark
from toolbox.engines.base import DEFAULT_SCHEMA


def _defaults(root: Path) -> dict[str, set[str]]:
    """Return what profiles.yml takes for each environment variable that is not set."""
    text = (root / "profiles.yml").read_text(encoding="utf-8")
    found: dict[str, set[str]] = {}
    for name, default in re.findall(r"env_var\('(\w+)', '([^']*)'\)", text):
        found.setdefault(name, set()).add(default)
    return found


def test_no_variable_has_two_defaults(root):
    assert {name: d for name, d in _defaults(root).items() if len(d) > 1} == {}


def test_defaults_are_those_of_the_commands(root, monkeypatch):
    defaults = _defaults(root)
    names = {
        "PGHOST": "host",
        "PGPORT": "port",
        "PGUSER": "user",
        "PGPASSWORD": "password",
        "PGDATABASE": "dbname",
    }
    for name in (*names, "CSM_SPARK_FOLDER"):
        monkeypatch.delenv(name, raising=False)
    for name, key in names.items():
        assert defaults[name] == {postgres.server()[key]}, name
    assert defaults["CSM_SCHEMA"] == {DEFAULT_SCHEMA}
    assert defaults["CSM_SPARK_FOLDER"] == {spark.folder().relative_to(root).as_posix()}
