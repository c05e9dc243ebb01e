"""The command lines of the entry points; standard library only, so that --help needs nothing."""

from __future__ import annotations

import argparse
import datetime
import sys
from pathlib import Path
from typing import NoReturn

TARGETS = ("duckdb", "postgres", "spark")
WAREHOUSES = ("snowflake", "bigquery", "redshift", "trino", "databricks")
STEPS = ("lint", "dbt", "pytest")
DEMO_WAREHOUSE = "demo.duckdb"
OWN_WAREHOUSE = "warehouse.duckdb"
MUTATION_LAB = ".mutation"


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write it as YYYY-MM-DD") from None


class _Parser(argparse.ArgumentParser):
    """Complains in one line and with exit code 1, as every command here does."""

    def error(self, message: str) -> NoReturn:
        sys.stderr.write(f"error {message} (see {self.prog} --help)\n")
        sys.exit(1)


def _parser(name: str, text: str, epilog: str, rest: str | None = None) -> argparse.ArgumentParser:
    return _Parser(
        prog=f"scripts/{name}",
        usage=f"scripts/{name} [options] [-- {rest}]" if rest else None,
        description=text,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Return what stands before and after the first `--`."""
    if "--" not in arguments:
        return arguments, []
    position = arguments.index("--")
    return arguments[:position], arguments[position + 1 :]


def build_options(arguments: list[str]) -> argparse.Namespace:
    """Parse scripts/build: raw, as_of, warehouse, target, full_refresh, dbt (a list)."""
    parser = _parser(
        "build",
        "Build the metrics: environment, raw data, dbt, and a ten-line summary.\n"
        "Without --raw it generates a demo company and builds that.",
        "examples:\n"
        "  scripts/build                                 the demo company into demo.duckdb\n"
        "  scripts/build --as-of 2024-06-30              the same, as it looked on that day\n"
        "  scripts/build --raw ~/exports                 your files into warehouse.duckdb\n"
        "  scripts/build --raw ~/exports --target postgres\n"
        "  scripts/build -- --select marts.revenue       any option of dbt build after --\n"
        "  scripts/build -- --vars '{max_rejected_share: 0.03}'",
        "dbt options",
    )
    parser.add_argument(
        "--raw",
        metavar="DIR",
        type=Path,
        help="folder with the raw tables as <table>.csv, .csv.gz or .parquet",
    )
    parser.add_argument(
        "--as-of",
        metavar="YYYY-MM-DD",
        type=_day,
        help="build as if it were the end of this day (default: the latest day in the data)",
    )
    parser.add_argument(
        "--warehouse",
        metavar="FILE",
        type=Path,
        help=f"DuckDB file to build (default: {DEMO_WAREHOUSE}, {OWN_WAREHOUSE} with --raw)",
    )
    parser.add_argument(
        "--target",
        choices=TARGETS,
        default="duckdb",
        help="engine to build on (default: duckdb); postgres is found by PGHOST, PGPORT, PGUSER,"
        " PGPASSWORD, PGDATABASE, spark runs here unless CSM_SPARK_METHOD says otherwise",
    )
    parser.add_argument(
        "--full-refresh", action="store_true", help="build incremental tables from nothing"
    )
    own, rest = _split(arguments)
    options = parser.parse_args(own)
    options.dbt = rest
    return options


def test_options(arguments: list[str]) -> argparse.Namespace:
    """Parse scripts/test: only (list of steps, all by default), engines, pytest (a list)."""
    parser = _parser(
        "test",
        "Test the project: sqlfluff, ruff, mypy, a demo build with every dbt test, pytest.\n"
        "Runs every step even if one fails; works in a scratch folder, not on your warehouse.",
        "examples:\n"
        "  scripts/test\n"
        "  scripts/test --only pytest -- -k loader       any option of pytest after --",
        "pytest options",
    )
    parser.add_argument(
        "--only",
        choices=STEPS,
        action="append",
        help="run this step alone (can be repeated): lint = sqlfluff, ruff, mypy;"
        " dbt = parse and the demo build with every test; pytest = tests/python",
    )
    parser.add_argument(
        "--engines",
        action="store_true",
        help="test PostgreSQL and Spark in full, on the demo company too, and plant faults that"
        " only a comparison of engines can find (half an hour)",
    )
    own, rest = _split(arguments)
    options = parser.parse_args(own)
    options.only = options.only or list(STEPS)
    options.pytest = rest
    return options


def load_options(arguments: list[str]) -> argparse.Namespace:
    """Parse scripts/load: folder, warehouse, target."""
    parser = _parser(
        "load",
        "Make a folder of raw files the raw tables of a warehouse: views on the files in DuckDB,\n"
        "which stay where they are; copies, as text, in PostgreSQL and Spark.",
        "examples:\n  scripts/load ~/exports\n"
        "  scripts/load examples/tiny --warehouse tiny.duckdb\n"
        "  scripts/load ~/exports --target postgres",
    )
    parser.add_argument(
        "folder", metavar="DIR", type=Path, help="holds <table>.csv, .csv.gz or .parquet"
    )
    parser.add_argument(
        "--warehouse",
        metavar="FILE",
        type=Path,
        default=Path(OWN_WAREHOUSE),
        help=f"DuckDB file to load into (default: {OWN_WAREHOUSE})",
    )
    parser.add_argument(
        "--target", choices=TARGETS, default="duckdb", help="engine to load into (default: duckdb)"
    )
    return parser.parse_args(arguments)


def _built_options(parser: argparse.ArgumentParser, output: str) -> argparse.ArgumentParser:
    """Add what a command that reads a built warehouse takes: warehouse, target, output."""
    parser.add_argument(
        "--warehouse",
        metavar="FILE",
        type=Path,
        default=Path(DEMO_WAREHOUSE),
        help=f"DuckDB file that was built (default: {DEMO_WAREHOUSE})",
    )
    parser.add_argument(
        "--target", choices=TARGETS, default="duckdb", help="engine to read from (default: duckdb)"
    )
    parser.add_argument(
        "--output", metavar="FILE", type=Path, help=f"where to write (default: {output})"
    )
    return parser


def report_options(arguments: list[str]) -> argparse.Namespace:
    """Parse scripts/report: warehouse, target, output."""
    parser = _parser(
        "report",
        "Write the report of what was built: one HTML file to open in a browser, send or print.\n"
        "It needs nothing else and asks nobody. scripts/build writes it, too.",
        "examples:\n"
        "  scripts/report                                  demo.html from demo.duckdb\n"
        "  scripts/report --warehouse warehouse.duckdb --output monday.html\n"
        "  scripts/report --target postgres",
    )
    return _built_options(parser, "beside the warehouse, demo.html for demo.duckdb").parse_args(
        arguments
    )


def docs_options(arguments: list[str]) -> argparse.Namespace:
    """Parse scripts/docs: warehouse, target, output."""
    parser = _parser(
        "docs",
        "Write the documentation as one HTML file: every metric with formula, source, worked\n"
        "example, decisions and tests; every model and column; the lineage.",
        "examples:\n"
        "  scripts/docs\n"
        "  scripts/docs --warehouse warehouse.duckdb --output definitions.html",
    )
    return _built_options(parser, "docs.html").parse_args(arguments)


def metabase_options(arguments: list[str]) -> argparse.Namespace:
    """Parse scripts/metabase: database, dbt (a list)."""
    parser = _parser(
        "metabase",
        "Tell Metabase what the marts in PostgreSQL mean (names, formats, keys, caveats), and\n"
        "keep a collection of questions with a dashboard. Run it again after every change: it\n"
        "updates what it made and touches nothing else. METABASE_URL and METABASE_API_KEY say\n"
        "which Metabase, PGHOST and so on where the marts are.",
        "examples:\n"
        "  METABASE_URL=https://metabase.example.com METABASE_API_KEY=mb_... scripts/metabase\n"
        "  scripts/metabase --database 'Our warehouse'\n"
        "  scripts/metabase -- --vars '{schema_prefix: cs_}'   the vars that it was built with",
        "dbt options",
    )
    parser.add_argument(
        "--database",
        metavar="NAME",
        help="Metabase's name of the database (default: the one whose PostgreSQL database is"
        " PGDATABASE)",
    )
    own, rest = _split(arguments)
    options = parser.parse_args(own)
    options.dbt = rest
    return options


def compile_options(arguments: list[str]) -> argparse.Namespace:
    """Parse scripts/compile_elsewhere: warehouse (list, empty for all)."""
    parser = _parser(
        "compile_elsewhere",
        "Compile every model for warehouses that the project has not been run on, and read the\n"
        "result in their dialect. Nothing connects, nothing is executed: it shows that there is\n"
        "SQL for them, not that its rows are right. Databricks is parsed only.",
        "examples:\n  scripts/compile_elsewhere\n  scripts/compile_elsewhere --warehouse snowflake",
    )
    parser.add_argument(
        "--warehouse",
        choices=WAREHOUSES,
        action="append",
        help="compile for this one alone (can be repeated)",
    )
    return parser.parse_args(arguments)


def mutate_options(arguments: list[str]) -> argparse.Namespace:
    """Parse scripts/mutate: only (list or None), sample, seed, list, quick, resume, report, lab."""
    parser = _parser(
        "mutate",
        "Plant every small fault there is in formulas and models, one at a time (< for <=, a\n"
        "condition dropped, a sum for a count), and see which tests notice. A fault that none\n"
        "does is shown as a diff: write the test, or say in tests/mutation why it\n"
        "is no fault.",
        "examples:\n"
        "  scripts/mutate --only 'macros/formulas/revenue/*' --quick\n"
        "  scripts/mutate --only mrr_movement            one file, all tests\n"
        "  scripts/mutate --sample 200 --seed 7          some of all\n"
        "  scripts/mutate --resume && scripts/mutate --report",
    )
    parser.add_argument(
        "--only", metavar="GLOB", action="append", help="files by path or name (can be repeated)"
    )
    parser.add_argument("--sample", metavar="N", type=int, default=0, help="draw so many of them")
    parser.add_argument("--seed", metavar="S", type=int, default=1, help="draw them by this seed")
    parser.add_argument("--list", action="store_true", help="name the mutants and try none")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="unit tests and renderings alone: a tenth of a second each",
    )
    parser.add_argument(
        "--resume", action="store_true", help="leave out what an earlier run has decided"
    )
    parser.add_argument(
        "--report", action="store_true", help="write MUTATION.md from what the runs have found"
    )
    parser.add_argument(
        "--lab",
        metavar="DIR",
        type=Path,
        default=Path(MUTATION_LAB),
        help=f"keep what is built and found here (default: {MUTATION_LAB})",
    )
    return parser.parse_args(arguments)
