"""scripts/metabase: what the marts mean, by dbt-metabase; questions and dashboard, by the API."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from toolbox import console
from toolbox.build_command import split_vars
from toolbox.console import UserError, one_line
from toolbox.contract import ROOT
from toolbox.engines.base import Engine, EngineError
from toolbox.engines.postgres import Postgres, server
from toolbox.metabase import questions
from toolbox.metabase.api import Entity, Metabase
from toolbox.metabase.collection import Marts, keep

# Apart from the usual target folder: another target is another manifest.
FOLDER = ROOT / "target" / "metabase"
# A line of dbt-metabase's log, between its level and time and where in its source it is from.
_COMPLAINT = re.compile(r"^(?:ERROR|WARNING)\b.*?— (.*?)(?:\s+\w+\.py:\d+)?\s*$")
_SYNC_SECONDS = 120  # for Metabase to have seen what was built last


def main(options: argparse.Namespace) -> int:
    """Run scripts/metabase with parsed options; return the exit code."""
    url, key = _required("METABASE_URL"), _required("METABASE_API_KEY")
    given, arguments = split_vars(options.dbt)
    engine = Postgres(given)
    api = Metabase(url, key)
    database = _database(api, options.database or os.environ.get("METABASE_DATABASE"))
    currency = _currency(engine)

    manifest = _manifest(engine, {**given, "reporting_currency": currency}, arguments)
    changed = _describe(api, key, str(database["name"]), engine.schema("marts"), manifest)
    console.say("marts", f"{changed} tables and columns updated by dbt-metabase", "good")

    marts = Marts(int(database["id"]), engine.schema("marts"), currency)
    kept = keep(api, questions.read(), marts)
    console.say("collection", f"{kept.created} created, {kept.updated} brought up to date", "good")
    console.say("dashboard", f"{api.url}/dashboard/{kept.dashboard}", "good")
    return 0


def _required(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise UserError(f"{name} is not set; METABASE_URL and METABASE_API_KEY say which Metabase")
    return value


def _database(api: Metabase, name: str | None) -> Entity:
    """Return Metabase's entry of the warehouse: by `name`, else by the PostgreSQL database's."""
    there: list[Entity] = api.get("/api/database")
    if name:
        found = [entry for entry in there if entry["name"].casefold() == name.casefold()]
    else:
        wanted = server()["dbname"]
        found = [
            entry
            for entry in there
            if entry.get("engine") == "postgres"
            and (entry.get("details") or {}).get("dbname") == wanted
        ]
    if len(found) == 1:
        return found[0]
    names = ", ".join(sorted(str(entry["name"]) for entry in there)) or "none"
    which = f"named {name}" if name else f"on the PostgreSQL database {server()['dbname']}"
    raise UserError(
        f"Metabase at {api.url} has {'no' if not found else 'more than one'} database {which}"
        f" (it has: {names}); name one by --database or METABASE_DATABASE"
    )


def _currency(engine: Engine) -> str:
    """Return the currency that the warehouse's money is in, empty where it holds no money."""
    relation = f"{engine.schema('intermediate')}.int_reporting_currency"
    with engine.reader() as reader:
        try:
            rows = reader.fetch(f"select reporting_currency from {relation}")
        except EngineError as error:
            raise UserError(
                f"{engine.described()} holds nothing built ({error}): scripts/build --target"
                f" {engine.target} first"
            ) from error
    return str(rows[0][0]) if rows and rows[0][0] else ""


def _manifest(engine: Engine, variables: Mapping[str, Any], arguments: list[str]) -> Path:
    """Have dbt read the project for this warehouse; return its manifest."""
    words = ["--vars", yaml.safe_dump(dict(variables), default_flow_style=True, width=10_000)]
    outcome = engine.process(target_path=FOLDER).run("parse", *words, *arguments)
    if not outcome.success:
        raise UserError("; ".join(problem.message for problem in outcome.problems))
    return FOLDER / "manifest.json"


def _describe(api: Metabase, key: str, database: str, schema: str, manifest: Path) -> int:
    """Run dbt-metabase; return how many tables and columns it has changed."""
    command = [sys.executable, "-m", "dbtmetabase", "models", "--skip-sources"]
    command += ["--manifest-path", str(manifest), "--include-schemas", schema]
    command += ["--sync-timeout", str(_SYNC_SECONDS)]
    with tempfile.TemporaryDirectory(prefix="csm-metabase-") as home:
        environment = {
            **os.environ,
            "METABASE_URL": api.url,
            "METABASE_API_KEY": key,
            "METABASE_DATABASE": database,
            # It logs into the home folder, and reads settings there that are not ours.
            "HOME": home,
            "USERPROFILE": home,
            "COLUMNS": "400",
        }
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    said = (done.stdout + done.stderr).splitlines()
    if done.returncode != 0:
        raise UserError(f"dbt-metabase: {_reason(said)}")
    return sum("updated successfully" in line for line in said)


def _reason(said: list[str]) -> str:
    """Return what dbt-metabase complains of, each thing once, at most three."""
    complaints = [found[1] for line in said if (found := _COMPLAINT.search(line))]
    told = list(dict.fromkeys(complaints))[:3] or said[-1:]
    return one_line("; ".join(told)) or "no message"
