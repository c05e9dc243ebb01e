"""The project's shape: what is documented, typed, guarded and reachable, by dbt's manifest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
import pytest

from toolbox.contract import ROOT, read_contract

PACKAGE = "customer_success_metrics"
GATE = f"model.{PACKAGE}.int_build_clearance"
Node = dict[str, Any]

# One body of a macro for one engine: its docs are those of the name it is called by.
ENGINE_BODY = re.compile(r"^(default|duckdb|postgres|spark|snowflake|bigquery|redshift)__(.+)$")
CLOCK = re.compile(
    r"\b(current_date|current_timestamp|current_time|localtimestamp|sysdate)\b"
    r"|\b(now|today|getdate|get_current_timestamp|transaction_timestamp|clock_timestamp)\s*\(",
    re.IGNORECASE,
)
QUOTED_OR_COMMENT = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)
GRAIN = re.compile(r"^(Filter one segment_type\. )?One row (per|for) ")
MODEL_LINES = 150
YAML_LINES = 400


def models(manifest: Node) -> list[Node]:
    nodes = manifest["nodes"].values()
    return [
        node
        for node in nodes
        if node["resource_type"] == "model" and node["package_name"] == PACKAGE
    ]


def marts(manifest: Node) -> list[Node]:
    return [
        node for node in models(manifest) if node["original_file_path"].startswith("models/marts/")
    ]


def macros(manifest: Node) -> list[Node]:
    """Every macro under macros/ that is called by its own name."""
    own = [
        macro
        for macro in manifest["macros"].values()
        if macro["package_name"] == PACKAGE and macro["original_file_path"].startswith("macros/")
    ]
    names = {macro["name"] for macro in own}
    return [
        macro
        for macro in own
        if not ((body := ENGINE_BODY.match(macro["name"])) and body[2] in names)
    ]


def checks_on(manifest: Node, model: Node) -> Iterator[Node]:
    for node in manifest["nodes"].values():
        if node["resource_type"] == "test" and model["unique_id"] in node["depends_on"]["nodes"]:
            yield node


def ancestors(manifest: Node, unique_id: str) -> set[str]:
    """Everything a node is built from, itself left out."""
    found: set[str] = set()
    waiting = [unique_id]
    while waiting:
        for parent in manifest["parent_map"].get(waiting.pop(), []):
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found


def names(nodes: list[Node]) -> list[str]:
    return sorted(node["name"] for node in nodes)


def argument_names(macro: Node) -> list[str]:
    """Arguments as the macro's own first line has them."""
    environment = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=False)
    for definition in environment.parse(macro["macro_sql"]).find_all(jinja2.nodes.Macro):
        return [argument.name for argument in definition.args]
    raise AssertionError(f"{macro['name']}: no macro in its own text")


# --- models -------------------------------------------------------------------------------------


def test_every_mart_waits_for_the_build_clearance(manifest: Node) -> None:
    assert len(marts(manifest)) >= 12
    early = [mart for mart in marts(manifest) if GATE not in ancestors(manifest, mart["unique_id"])]
    assert names(early) == []


def test_marts_are_public_and_everything_else_is_protected(manifest: Node) -> None:
    public = [node for node in models(manifest) if node["config"]["access"] == "public"]
    protected = [node for node in models(manifest) if node["config"]["access"] == "protected"]
    assert names(public) == names(marts(manifest))
    assert len(public) + len(protected) == len(models(manifest))


def test_marts_hold_to_their_contract(manifest: Node) -> None:
    loose = [mart for mart in marts(manifest) if not mart["config"]["contract"]["enforced"]]
    assert names(loose) == []


def test_every_mart_column_is_described_and_typed(manifest: Node) -> None:
    poor = [
        f"{mart['name']}.{column['name']}"
        for mart in marts(manifest)
        for column in mart["columns"].values()
        if not column["description"].strip() or not column["data_type"]
    ]
    bare = [mart for mart in marts(manifest) if not mart["columns"]]
    assert poor == []
    assert names(bare) == []


def test_every_model_is_described(manifest: Node) -> None:
    mute = [node for node in models(manifest) if not node["description"].strip()]
    assert names(mute) == []


def test_descriptions_of_marts_and_intermediates_begin_with_the_grain(manifest: Node) -> None:
    vague = [
        node
        for node in models(manifest)
        if not node["original_file_path"].startswith("models/staging/")
        and not GRAIN.match(node["description"])
    ]
    assert names(vague) == []


def test_segmented_marts_say_that_one_segment_type_is_to_be_chosen(manifest: Node) -> None:
    silent = [
        mart
        for mart in marts(manifest)
        if ("segment_type" in mart["columns"])
        != mart["description"].startswith("Filter one segment_type. ")
    ]
    assert names(silent) == []


def test_every_model_has_a_test_of_its_grain(manifest: Node) -> None:
    """Judged and rejected rows are raw ones, duplicates too: they are counted instead. Loaded rows
    are the staged ones, each tested where it is made; usage is too much to count twice."""
    one_row = "assert_settings__have_one_row"
    unguarded = [
        model
        for model in models(manifest)
        if not model["name"].startswith(("base_", "rejected_rows", "int_loaded_rows"))
        and not any(
            (test.get("test_metadata") or {}).get("name") == "grain" or test["name"] == one_row
            for test in checks_on(manifest, model)
        )
    ]
    assert names(unguarded) == []


def test_no_model_reads_a_clock(manifest: Node) -> None:
    clocks = [
        (node["name"], found[0])
        for node in models(manifest)
        if (found := CLOCK.search(QUOTED_OR_COMMENT.sub("", node["compiled_code"])))
    ]
    assert clocks == []


def test_no_model_asks_which_engine_it_runs_on(manifest: Node) -> None:
    asking = [
        node
        for node in models(manifest)
        if re.search(r"\btarget\s*(\.\s*type\b|\[)", node["raw_code"])
    ]
    assert names(asking) == []


# --- macros -------------------------------------------------------------------------------------


def test_every_macro_is_described_with_all_its_arguments(manifest: Node) -> None:
    poor = []
    # an underscore marks a helper of its own file, described where it stands
    for macro in (found for found in macros(manifest) if not found["name"].startswith("_")):
        documented = [argument["name"] for argument in macro["arguments"]]
        if not macro["description"].strip() or documented != argument_names(macro):
            poor.append(macro["name"])
        poor += [
            f"{macro['name']}({argument['name']})"
            for argument in macro["arguments"]
            if not argument["type"] or not argument["description"].strip()
        ]
    assert sorted(poor) == []


def test_every_formula_says_what_a_reviewer_asks(manifest: Node) -> None:
    parts = ("Formula", "Source", "NULL", "Example", "Units", "Errors")
    short = [
        (macro["name"], part)
        for macro in macros(manifest)
        if macro["original_file_path"].startswith("macros/formulas/")
        for part in parts
        if f"\n- {part}: " not in macro["description"]
    ]
    assert short == []


def test_every_formula_is_used_by_a_model(manifest: Node) -> None:
    used: set[str] = set()
    waiting = [macro for node in models(manifest) for macro in node["depends_on"]["macros"]]
    while waiting:
        macro = waiting.pop()
        if macro not in used:
            used.add(macro)
            waiting += manifest["macros"][macro]["depends_on"]["macros"]
    idle = [
        macro
        for macro in macros(manifest)
        if macro["original_file_path"].startswith("macros/formulas/")
        and macro["unique_id"] not in used
    ]
    assert names(idle) == []


# --- files --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("folders", "pattern", "limit"),
    [
        (("models",), "*.sql", MODEL_LINES),
        (("models", "macros", "seeds", "tests", "analyses"), "*.yml", YAML_LINES),
    ],
)
def test_files_are_short_enough_to_hold_one_idea(
    folders: tuple[str, ...], pattern: str, limit: int
) -> None:
    files: list[Path] = [path for folder in folders for path in (ROOT / folder).rglob(pattern)]
    assert files
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in files}
    assert {name: length for name, length in lengths.items() if length > limit} == {}


def test_every_share_of_rejected_rows_holds_the_marts_back(manifest: Node) -> None:
    """A model that a rejected_share test stands on lies before every mart."""
    guarded = {
        parent
        for test in manifest["nodes"].values()
        if (test.get("test_metadata") or {}).get("name") == "rejected_share"
        for parent in test["depends_on"]["nodes"]
    }
    clearance = next(m for m in models(manifest) if m["name"] == "int_build_clearance")
    assert len(guarded) == 14
    assert guarded <= set(clearance["depends_on"]["nodes"])


def test_the_list_of_raw_tables_is_the_contracts(manifest: Node) -> None:
    """Macro raw_tables repeats names because dbt wants refs before it can read the contract."""
    macro = manifest["macros"]["macro.customer_success_metrics.raw_tables"]["macro_sql"]
    assert re.findall(r"'(\w+)'", macro) == list(read_contract())
