"""What there is, is tested: every mart column, every model, every macro; and money is exact."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from harness import query
from oracle.marts import NOT_COVERED, Oracle

Node = Mapping[str, Any]

PACKAGE = "customer_success_metrics"
WORD = re.compile(r"\w+")
# What may be a double: rates and their intervals, and what is counted or timed and then divided.
# Money is none of these, on the way neither.
DOUBLE = re.compile(
    r"(^|_)(rate|share|ratio|ci_low|ci_high|average|median|p90|standard_error|lift|auc|attainment)$"
    r"|^churn_rate_of_all$|^average_|(^|_)(minutes|hours|days|months)$|_per_(user|active_user)$"
    r"|^(customer_lifetime_months|invoices_per_customer_year|tickets_per_customer)$"
    r"|^(gross_margin_rate_12m|average_monthly_churn_rate_12m|clv_to_cac)$|nps_score$"
)
# Views on what is judged and loaded: the accounting of rows tests them.
TESTED_BY_WHAT_READS_THEM = {"int_loaded_rows", "base_usage_events__judged"}


def models(manifest: Node) -> dict[str, Node]:
    return {
        key: node
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["package_name"] == PACKAGE
    }


def words_of(value: object) -> Iterator[str]:
    """Yield every word in a value of YAML."""
    if isinstance(value, str):
        yield from WORD.findall(value)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from WORD.findall(str(key))
            yield from words_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from words_of(item)


def words_of_tests(manifest: Node) -> dict[str, set[str]]:
    """Return, by model, the words of its data tests and of its unit tests' expected rows."""
    words: dict[str, set[str]] = defaultdict(set)
    for node in manifest["nodes"].values():
        if node["resource_type"] != "test":
            continue
        if node.get("attached_node"):
            found = words[node["attached_node"]]
            found.update(words_of(node["test_metadata"]["kwargs"]), [node["column_name"] or ""])
        else:
            for parent in node["depends_on"]["nodes"]:
                words[parent].update(WORD.findall(node["raw_code"]))
    for unit_test in manifest["unit_tests"].values():
        model = f"model.{PACKAGE}.{unit_test['model']}"
        words[model].update(words_of(unit_test["expect"]["rows"] or []))
    return words


def test_every_column_of_a_mart_is_tested(manifest: Node) -> None:
    """By a dbt test that names it, or by the oracle, which says what every row of it must hold."""
    words = words_of_tests(manifest)
    untested = [
        (node["name"], column)
        for key, node in models(manifest).items()
        if node["original_file_path"].startswith("models/marts/")
        for column in node["columns"]
        if column not in words[key] and column not in Oracle.covered.get(node["name"], ())
    ]
    assert untested == []


def test_every_mart_is_known_to_the_oracle(manifest: Node) -> None:
    marts = {
        node["name"]: set(node["columns"])
        for node in models(manifest).values()
        if node["original_file_path"].startswith("models/marts/")
    }
    left_out = {
        (mart, column)
        for mart, columns in marts.items()
        for column in columns - set(Oracle.covered.get(mart, ()))
    }
    assert left_out == set(NOT_COVERED)


def test_every_model_is_tested_and_read(manifest: Node) -> None:
    """By a dbt test of its own; and nothing is built that no mart or test needs."""
    words = words_of_tests(manifest)
    found = models(manifest)
    untested = {node["name"] for key, node in found.items() if not words[key]}
    assert untested == TESTED_BY_WHAT_READS_THEM
    needed: set[str] = set()
    waiting = [
        key
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "test" or node.get("config", {}).get("schema") == "marts"
    ]
    while waiting:
        key = waiting.pop()
        if key not in needed:
            needed.add(key)
            waiting += manifest["parent_map"].get(key, [])
    assert [node["name"] for key, node in found.items() if key not in needed] == []


def test_every_macro_is_used(manifest: Node, root: Path) -> None:
    """By name, anywhere but in its definition: dbt's list knows nothing of dispatched bodies."""
    files = [
        path
        for folder in ("models", "macros", "tests", "analyses", "seeds", "scripts")
        for path in (root / folder).rglob("*")
        if path.suffix in (".sql", ".yml", ".md", ".py") and path.is_file()
    ]
    texts = [path.read_text(encoding="utf-8") for path in [*files, root / "dbt_project.yml"]]
    definition = re.compile(r"{%-?\s*(macro|test|materialization)\s+\w+|^\s*- name: \w+$", re.M)
    words = {word for text in texts for word in WORD.findall(definition.sub("", text))}
    unused = [
        macro["name"]
        for macro in manifest["macros"].values()
        if macro["package_name"] == PACKAGE
        # One engine's body, and what dbt calls by name.
        and "__" not in macro["name"]
        and not macro["name"].startswith(("test_", "generate_"))
        and macro["name"] not in words
    ]
    assert unused == []


def test_money_is_never_a_float(demo_warehouse: Path) -> None:
    columns = query(
        demo_warehouse,
        "select table_name, column_name from information_schema.columns"
        " where table_schema in ('staging', 'intermediate', 'marts')"
        " and data_type in ('DOUBLE', 'FLOAT')",
    )
    assert len(columns) > 100
    assert [column for column in columns if not DOUBLE.search(column["column_name"])] == []
