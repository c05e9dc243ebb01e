"""DECISIONS.md: decisions are whole, ids that are used are there, tests that are named exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
import pytest
import yaml

from toolbox.contract import ROOT

PARTS = ("Context", "Choice", "Rejected", "Example", "Test")
# Where ids are used: comments of SQL and Python, descriptions, docs.
PLACES = ("models", "macros", "tests", "seeds", "scripts", "analyses", "README.md", "CHANGELOG.md")
SUFFIXES = (".sql", ".yml", ".md", ".py", ".csv")


def decisions(text: str) -> list[tuple[str, str]]:
    """Return the id and the text of each decision, in file order."""
    parts = re.split(r"^### (D-\d+) ", text, flags=re.MULTILINE)
    return [
        (name, re.split(r"^## ", body, flags=re.MULTILINE)[0])
        for name, body in zip(parts[1::2], parts[2::2], strict=True)
    ]


DECISIONS = (ROOT / "DECISIONS.md").read_text(encoding="utf-8")
ENTRIES = decisions(DECISIONS)
DOCS = sorted((ROOT / "models").rglob("*.md"))


def named_tests(text: str) -> list[tuple[str, str]]:
    """Return what a page calls its tests: (kind, name)."""
    return re.findall(r"`(unit_test|data_test|pytest):([^`]+)`", text)


def texts() -> Iterator[tuple[Path, str]]:
    for place in PLACES:
        path = ROOT / place
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.suffix in SUFFIXES and file.is_file():
                yield file, file.read_text(encoding="utf-8")


def _data_tests(value: Any) -> Iterator[str]:
    """Yield the names that data tests in a YAML file have been given."""
    if isinstance(value, list):
        for item in value:
            yield from _data_tests(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "data_tests":
                for test in item:
                    if isinstance(test, dict):
                        body = {**test, **next(iter(test.values()))} if len(test) == 1 else test
                        if "name" in body:
                            yield body["name"]
            else:
                yield from _data_tests(item)


@pytest.fixture(scope="module")
def known_tests() -> dict[str, set[str]]:
    """The names of all tests of the project, by kind."""
    unit, data = set(), {path.stem for path in (ROOT / "tests" / "definitions").rglob("*.sql")}
    for path in (ROOT / "tests" / "generic").rglob("*.sql"):
        data |= set(re.findall(r"{%-? test (\w+)", path.read_text(encoding="utf-8")))
    for folder in ("models", "seeds"):
        for path in (ROOT / folder).rglob("*.yml"):
            content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
            unit |= {test["name"] for test in content.get("unit_tests", [])}
            data |= set(_data_tests(content))
    functions = {
        f"{path.name}::{node.name}"
        for path in (ROOT / "tests" / "python").glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    return {"unit_test": unit, "data_test": data, "pytest": functions}


def test_ids_are_unique_and_without_gaps():
    numbers = sorted(int(name.removeprefix("D-")) for name, _ in ENTRIES)
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize(("name", "text"), ENTRIES, ids=[name for name, _ in ENTRIES])
def test_decision_is_whole(name, text):
    said = re.findall(r"^- \*\*(\w+)\*\*: ", text, flags=re.MULTILINE)
    assert said == list(PARTS)
    example = text.split("**Example**")[1].split("**Test**")[0]
    assert re.search(r"\d", example), f"{name}: the example has no number"


@pytest.mark.parametrize(("name", "text"), ENTRIES, ids=[name for name, _ in ENTRIES])
def test_tests_of_a_decision_exist(name, text, known_tests):
    tests = named_tests(text.split("**Test**")[1])
    assert tests, f"{name} names no test"
    assert [test for kind, test in tests if test not in known_tests[kind]] == []


@pytest.mark.parametrize("path", DOCS, ids=[path.stem for path in DOCS])
def test_tests_in_the_docs_exist(path, known_tests):
    tests = named_tests(path.read_text(encoding="utf-8"))
    assert sorted({test for kind, test in tests if test not in known_tests[kind]}) == []


def test_every_id_that_is_used_is_a_decision():
    ids = {name for name, _ in ENTRIES}
    unknown = {
        f"{file.relative_to(ROOT)}: {name}"
        for file, text in texts()
        for name in re.findall(r"\bD-\d+\b", text)
        if name not in ids
    }
    assert unknown == set()


def test_table_of_contents_lists_every_id():
    contents = DECISIONS.split("\n## ", maxsplit=1)[0]
    listed = set()
    for first, last in re.findall(r"D-(\d+)(?: to D-(\d+))?", contents):
        listed |= set(range(int(first), int(last or first) + 1))
    assert listed == {int(name.removeprefix("D-")) for name, _ in ENTRIES}


@pytest.mark.parametrize(
    ("engine", "root_project", "prefix", "schema"),
    [
        ("duckdb", "customer_success_metrics", "", "marts"),
        ("duckdb", "somebody_elses", "", "analytics_marts"),
        ("postgres", "customer_success_metrics", "", "analytics_marts"),
        ("duckdb", "customer_success_metrics", "csm_", "csm_marts"),
        ("postgres", "somebody_elses", "csm_", "csm_marts"),
    ],
)
def test_schemas_of_others_are_not_taken_over(engine, root_project, prefix, schema):
    text = (ROOT / "macros" / "generate_schema_name.sql").read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=False)  # SQL, not HTML
    environment.globals |= {
        "target": {"type": engine, "schema": "analytics"},
        "project_name": root_project,
        "var": {"schema_prefix": prefix}.__getitem__,
    }
    macros = environment.from_string(text).module
    assert macros.generate_schema_name("marts", None) == schema
    assert macros.generate_schema_name(None, None) == "analytics"
