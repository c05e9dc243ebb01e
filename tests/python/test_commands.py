"""The entry points: help, options, environment; and a project that dbt has nothing to say about."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from toolbox import bootstrap, build_command, demo, environment, options, stops
from toolbox.console import UserError
from toolbox.contract import ROOT
from toolbox.dbt_process import DbtProcess
from toolbox.engines.duckdb_file import DuckDBFile
from toolbox.engines.spark import require_java

ENTRIES = ("build", "test", "load", "generate")


def run(*words: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **variables},
    )


# --- help and options -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ENTRIES)
def test_help(name):
    script = ROOT / "scripts" / name
    assert os.access(script, os.X_OK)
    done = run(script, "--help")
    assert done.returncode == 0
    assert f"scripts/{name}" in done.stdout
    assert "examples:" in done.stdout


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--as-of", "yesterday"], "'yesterday' is not a day; write it as YYYY-MM-DD"),
        (["--target", "oracle"], "invalid choice: 'oracle'"),
        (["--raw", "/no/such"], "folder /no/such does not exist"),
        (["--raw", ".", "--warehouse", "raw.duckdb"], "named like the schema raw"),
        (["--raw", ".", "--", "--vars", "a"], "--vars 'a' is not YAML"),
        (["--fresh"], "unrecognized arguments: --fresh"),
    ],
)
def test_build_complains_in_one_line(words, expected):
    done = run(ROOT / "scripts" / "build", *words)
    assert done.returncode == 1
    assert done.stderr.startswith("error")
    assert done.stderr.count("\n") == 1
    assert expected in done.stderr


def test_build_options():
    parsed = options.build_options(
        ["--raw", "x", "--as-of", "2024-06-30", "--full-refresh", "--", "--select", "marts"]
    )
    assert (parsed.raw, parsed.as_of, parsed.full_refresh) == (Path("x"), date(2024, 6, 30), True)
    assert parsed.dbt == ["--select", "marts"]
    assert (parsed.target, parsed.warehouse) == ("duckdb", None)


@pytest.mark.parametrize(
    ("words", "file"),
    [
        ([], ROOT / "demo.duckdb"),
        (["--raw", "x"], ROOT / "warehouse.duckdb"),
        (["--raw", "x", "--warehouse", "/tmp/own.duckdb"], Path("/tmp/own.duckdb")),
    ],
)
def test_demo_and_own_data_never_share_a_warehouse(words, file):
    assert build_command.warehouse_of(options.build_options(words)) == file


def test_test_options():
    assert options.test_options([]).only == ["lint", "dbt", "pytest"]
    parsed = options.test_options(["--only", "pytest", "--", "-k", "loader"])
    assert (parsed.only, parsed.pytest) == (["pytest"], ["-k", "loader"])


def test_vars_are_taken_out_of_dbts_arguments():
    words = ["--vars", "{a: 1, b: x}", "--select", "m", "--vars={a: 2}", "--threads=4"]
    given, rest = build_command.split_vars(words)
    assert given == {"a": 2, "b": "x"}
    assert rest == ["--select", "m", "--threads=4"]
    for text in ("a", "{a: ", "[1]"):
        with pytest.raises(UserError):
            build_command.split_vars(["--vars", text])


def test_limits_come_from_the_project_unless_given():
    file = Path("nowhere.duckdb")
    assert stops.limit(DuckDBFile(file), "max_rejected_share") == Decimal("0.01")
    given = DuckDBFile(file, {"max_rejected_share": 0.25})
    assert stops.limit(given, "max_rejected_share") == Decimal("0.25")


# --- Python and environment -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "supported"),
    [((2, 7), False), ((3, 10), False), ((3, 11), True), ((3, 13), True), ((3, 14), False)],
)
def test_supported_pythons(version, supported):
    assert bootstrap.is_supported((*version, 1, "final", 0)) is supported


def test_advice_is_one_line_that_names_what_to_install():
    advice = bootstrap.advice((3, 9, 2))
    assert "\n" not in advice
    assert "found only 3.9" in advice
    assert "apt install python3" in advice


def fake_python(folder: Path, name: str, says: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\nprintf '{says}'\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_finds_the_newest_python_that_starts(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    fake_python(first, "python3.11", "3.11")
    fake_python(first, "python3.13", "")  # a shim that leads nowhere
    wanted = fake_python(second, "python3.12", "3.12")
    fake_python(second, "python3.14", "3.14")
    assert bootstrap.find_python(f"{first}:{second}") == str(wanted)
    assert bootstrap.find_python(str(tmp_path)) is None


def test_an_old_python_without_another_reads_one_line(monkeypatch, capfd):
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setattr(bootstrap, "find_python", lambda path: None)
    with pytest.raises(SystemExit) as ended:
        bootstrap.require_python()
    assert ended.value.code == 1
    assert capfd.readouterr().err == bootstrap.advice((3, 9)) + "\n"


def test_an_old_python_hands_over_to_a_fitting_one(monkeypatch):
    called = []
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setattr(bootstrap.sys, "argv", ["scripts/build", "--raw", "a b"])
    monkeypatch.setattr(bootstrap, "find_python", lambda path: "/opt/python3.13")
    monkeypatch.setattr(bootstrap.os, "execv", lambda *words: called.append(words))
    bootstrap.require_python()
    assert called == [("/opt/python3.13", ["/opt/python3.13", "scripts/build", "--raw", "a b"])]


@pytest.mark.parametrize("name", [*ENTRIES, "toolbox/bootstrap.py", "toolbox/__init__.py"])
def test_what_an_old_python_reads_first_has_no_new_syntax(name):
    """Python 2.7 must get through it: no annotations, f-strings, starred lists and the like."""
    tree = ast.parse((ROOT / "scripts" / name).read_text(encoding="ascii"))
    new = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Match, ast.Starred, ast.Nonlocal)
    new += (ast.AsyncFunctionDef, ast.Await, ast.YieldFrom, ast.TryStar)
    for node in ast.walk(tree):
        assert not isinstance(node, new), ast.dump(node)
        if isinstance(node, ast.FunctionDef):
            assert node.returns is None
            assert not node.args.kwonlyargs
            assert not any(argument.annotation for argument in node.args.args)
        if isinstance(node, ast.Raise):
            assert node.cause is None


@pytest.fixture
def small(tmp_path) -> Path:
    """A project folder with empty requirements; making its environment installs nothing."""
    folder = tmp_path / "requirements"
    folder.mkdir()
    for name in ("run", "dev", "spark"):
        (folder / f"{name}.txt").write_text(f"# {name}\n", encoding="utf-8")
    return tmp_path


def test_an_extra_is_put_on_top_once(small, capfd):
    venv = small / ".venv"
    environment.make("run", venv, small)
    assert not environment.has_extra("spark", venv, small)
    environment.add_extra("spark", venv, small)
    assert environment.has_extra("spark", venv, small)
    assert environment.is_current("run", venv, small), "an extra changes nothing below it"
    (small / "requirements" / "spark.txt").write_text("# newer\n", encoding="utf-8")
    assert not environment.has_extra("spark", venv, small)


def test_a_spark_without_java_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(UserError, match="sudo apt install openjdk-17-jre-headless"):
        require_java()


def test_environment_is_made_once_and_again_when_something_changes(small, capfd):
    venv, stamp = small / ".venv", small / ".venv" / "requirements.json"
    assert not environment.is_current("run", venv, small)
    environment.make("run", venv, small)
    assert environment.is_current("run", venv, small)
    assert not environment.is_current("dev", venv, small)

    environment.make("dev", venv, small)
    assert environment.is_current("dev", venv, small)
    assert environment.is_current("run", venv, small), "dev holds run"

    good = stamp.read_text(encoding="utf-8")
    stamp.write_text(json.dumps({**json.loads(good), "python": "3.1"}), encoding="utf-8")
    assert not environment.is_current("dev", venv, small), "another Python moved in"
    stamp.write_text(good[: len(good) // 2], encoding="utf-8")
    assert not environment.is_current("dev", venv, small), "torn"
    stamp.write_text(good, encoding="utf-8")
    assert environment.is_current("dev", venv, small)

    broken = small / "requirements" / "dev.txt"
    broken.write_text("no-such-thing ==\n", encoding="utf-8")
    assert not environment.is_current("run", venv, small)
    assert not environment.is_current("dev", venv, small)
    capfd.readouterr()
    with pytest.raises(SystemExit) as ended:
        environment.make("dev", venv, small)
    assert ended.value.code == 1
    error = capfd.readouterr().err
    assert error.count("\n") == 1
    assert "requirements/dev.txt" in error
    assert not stamp.exists(), "a failed installation leaves no stamp"


def test_missing_ensurepip_names_the_package(small, monkeypatch, capfd):
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit):
        environment.make("run", small / ".venv", small)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert capfd.readouterr().err.rstrip().endswith(f"sudo apt install python{version}-venv")


# --- requirements -----------------------------------------------------------------------------


def pins(name: str) -> set[str]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return set(re.findall(r"^[a-z0-9].*==[^ ;\\]+", text, flags=re.MULTILINE))


@pytest.mark.parametrize("name", ["run", "dev"])
def test_requirements_are_pinned_hashed_and_hold_no_address(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert "index" not in text
    blocks = re.split(r"\n(?=[a-z0-9])", text)
    assert len(blocks) == len(pins(name)) > 30
    for block in blocks:
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_dev_holds_everything_run_holds():
    assert pins("run") <= pins("dev")


# --- demo data --------------------------------------------------------------------------------


def test_demo_data_are_generated_once_and_again_when_touched(tmp_path):
    folder = tmp_path / "demo_data"
    assert demo.ensure_demo(folder) is True
    assert demo.ensure_demo(folder) is False
    (folder / "plans.csv").write_text("torn", encoding="utf-8")
    assert demo.ensure_demo(folder) is True
    (folder / "costs.csv").unlink()
    assert demo.ensure_demo(folder) is True
    assert not (tmp_path / "demo_data.partial").exists()


# --- warnings of dbt, of which scripts/test allows none ----------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("version: 2\nbogus: 1\n", "CustomTopLevelKeyDeprecation"),
        (
            "models: [{name: m, data_tests: [{accepted_values: {values: [1], column_name: a}}]}]",
            "MissingArgumentsPropertyInGenericTestDeprecation",
        ),
        ("models:\n  - name: n\n", "Did not find matching node"),
    ],
)
def test_a_warning_or_deprecation_would_be_seen(tmp_path, text, kind):
    (tmp_path / "dbt_project.yml").write_text(
        "name: small\nprofile: customer_success_metrics\nmodel-paths: [models]\n"
    )
    (tmp_path / "profiles.yml").write_text((ROOT / "profiles.yml").read_text())
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "m.sql").write_text("select 1 as a")
    (tmp_path / "models" / "m.yml").write_text(text)
    process = DbtProcess(tmp_path / "parse.duckdb", project=tmp_path)
    assert any(kind in complaint for complaint in process.parse_strictly())
