"""scripts/metabase on a fake Metabase that holds what PostgreSQL does; dbt-metabase is real.

Rewrite the golden file with CSM_TEST_WRITE_CALLS=1, and read its diff.
"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator

import pytest

from metabase.fake import KEY, Call, FakeMetabase, listening
from metabase.golden import FILE, lines
from metabase.rule import demanded, words
from toolbox import options
from toolbox.console import UserError
from toolbox.metabase import command, questions

# What Metabase writes as money.
MONEY = {f"type/{name}" for name in ("Currency", "Cost", "Price", "Discount", "GrossMargin")}


@pytest.fixture(scope="module")
def marts(demo_on_postgres) -> str:
    return demo_on_postgres[0].schema("marts")


@pytest.fixture(scope="module")
def manifest_there(demo_on_postgres) -> dict:
    return json.loads(demo_on_postgres[1].read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def nodes(manifest_there, marts) -> dict:
    """The marts' nodes by name."""
    return {
        node["name"]: node
        for node in manifest_there["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == marts
    }


@pytest.fixture(scope="module")
def patch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def fake(demo_on_postgres, server, patch, tmp_path_factory) -> Iterator[FakeMetabase]:
    """A Metabase that was set up on the built warehouse and has other people's things in it."""
    engine, _ = demo_on_postgres
    fake = FakeMetabase(server.database)
    with engine.reader() as reader:
        fake.sync(reader)
    fake.add("collection", name="Finance", description=None, location="/")
    with listening(fake):
        patch.setenv("METABASE_URL", fake.url)
        patch.setenv("METABASE_API_KEY", KEY)
        patch.delenv("METABASE_DATABASE", raising=False)
        patch.setattr(command, "FOLDER", tmp_path_factory.mktemp("metabase"))
        yield fake


def run(*words_given: str) -> int:
    return command.main(options.metabase_options(list(words_given)))


@pytest.fixture(scope="module")
def first(fake) -> list[Call]:
    """What the first run sends."""
    assert run() == 0
    return list(fake.calls)


# --- what is sent -------------------------------------------------------------------------------


def test_calls_are_the_golden_ones(fake, first, marts):
    told = lines(fake, first, marts)
    if os.environ.get("CSM_TEST_WRITE_CALLS"):
        FILE.write_text("\n".join(told) + "\n", encoding="utf-8")
    assert told == FILE.read_text(encoding="utf-8").splitlines()


def test_it_changes_the_marts_alone(fake, first, marts):
    tables, fields = fake.things["table"], fake.things["field"]
    touched = {tables[call.id]["schema"] for call in first if call.kind == "table"}
    touched |= {
        tables[fields[call.id]["table_id"]]["schema"] for call in first if call.kind == "field"
    }
    assert touched == {marts}


def test_metabase_has_every_column_of_every_mart(fake, first, nodes, marts):
    declared = {(name, column) for name, node in nodes.items() for column in node["columns"]}
    assert declared == set(fake.columns(marts))
    assert len(declared) > 800


def test_every_column_has_a_name_a_person_reads(fake, first, marts):
    shown = {key: item["display_name"] for key, item in fake.columns(marts).items()}
    assert shown == {key: words(key[1]) for key in shown}


def test_money_is_in_the_warehouses_currency_and_rates_are_percentages(
    fake, first, nodes, marts, demo_on_postgres
):
    with demo_on_postgres[0].reader() as reader:
        schema = demo_on_postgres[0].schema("intermediate")
        ((currency,),) = reader.fetch(
            f"select reporting_currency from {schema}.int_reporting_currency"
        )
    styles = {"currency": 0, "percent": 0}
    for (table, column), item in fake.columns(marts).items():
        columns = nodes[table]["columns"]
        meta = demanded(column, columns[column]["data_type"], columns, currency)
        settings = item["settings"] or {}
        for key in ("number_style", "decimals", "currency"):
            assert settings.get(key) == meta.get(f"metabase.{key}"), (table, column)
        is_money = meta.get("metabase.number_style") == "currency"
        is_number = columns[column]["data_type"] not in ("string", "date", "boolean", "timestamp")
        assert not is_number or (item["semantic_type"] in MONEY) == is_money, (table, column)
        if settings:
            styles[settings["number_style"]] += 1
    assert styles["currency"] > 100
    assert styles["percent"] > 100


def test_keys_lead_where_the_relationship_tests_do(fake, first, manifest_there, nodes, marts):
    columns = fake.columns(marts)
    names = {node["unique_id"]: name for name, node in nodes.items()}
    expected = {}
    for test in manifest_there["nodes"].values():
        metadata = test.get("test_metadata") or {}
        if metadata.get("name") == "relationships" and test["attached_node"] in names:
            others = [node for node in test["depends_on"]["nodes"] if node in names]
            target = [names[node] for node in others if node != test["attached_node"]]
            if target:  # a seed is not among the marts
                key = (names[test["attached_node"]], test["column_name"])
                expected[key] = columns[target[0], metadata["kwargs"]["field"]]["id"]
    found = {key: item["fk_target_field_id"] for key, item in columns.items()}
    led = {key: target for key, target in found.items() if target}
    assert led == expected
    assert len(led) > 40
    assert all(columns[key]["semantic_type"] == "type/FK" for key in led)


@pytest.fixture(scope="module")
def keyed(manifest_there, nodes) -> set[tuple[str, str]]:
    """Return the marts that one column alone is the key of, each with that column."""
    names = {node["unique_id"]: name for name, node in nodes.items()}
    alone = {
        (names[test["attached_node"]], columns[0])
        for test in manifest_there["nodes"].values()
        if (test.get("test_metadata") or {}).get("name") == "grain"
        and test["attached_node"] in names
        and len(columns := test["test_metadata"]["kwargs"]["columns"]) == 1
    }
    # a second key of its table: there is one primary key
    return alone - {("fct_at_risk_accounts", "list_position")}


def test_primary_keys(fake, first, keyed, marts, demo_on_postgres):
    with demo_on_postgres[0].reader() as reader:
        enforced = reader.fetch(
            "select t.relname, a.attname from pg_constraint as k"
            " join pg_class as t on t.oid = k.conrelid"
            " join pg_attribute as a on a.attrelid = t.oid and a.attnum = any (k.conkey)"
            f" where k.contype = 'p' and k.connamespace = '{marts}'::regnamespace"
        )
    assert set(enforced) == keyed
    # a key that leads to another table is shown as that
    shown = {key for key in keyed if fake.columns(marts)[key]["semantic_type"] == "type/PK"}
    assert shown == {key for key in keyed if not fake.columns(marts)[key]["fk_target_field_id"]}
    assert ("dim_accounts", "account_id") in shown


def test_amounts_below_zero_are_said_to_be(fake, first, marts, demo_on_postgres):
    caveats = {
        table["name"]: table["caveats"] or ""
        for table in fake.things["table"].values()
        if table["schema"] == marts
    }
    silent = []
    with demo_on_postgres[0].reader() as reader:
        for (table, column), item in fake.columns(marts).items():
            if item["semantic_type"] == "type/Currency":
                ((lowest,),) = reader.fetch(f"select min({column}) from {marts}.{table}")
                if lowest is not None and lowest < 0 and column not in caveats[table]:
                    silent.append((table, column))
    assert silent == []
    assert "are negative amounts" in caveats["fct_mrr_monthly"]


def test_comments_stand_in_postgres(fake, nodes, marts):
    """Before anything is sent, what Metabase reads from the server is what the marts say."""
    told = {
        table["name"]: table["description"]
        for table in fake.things["table"].values()
        if table["schema"] == marts
    }
    assert told == {name: node["description"] for name, node in nodes.items()}
    columns = fake.columns(marts)
    for name, node in nodes.items():
        for column in node["columns"].values():
            assert columns[name, column["name"]]["description"] == column["description"]


# --- questions ----------------------------------------------------------------------------------


@pytest.mark.parametrize("question", questions.read(), ids=lambda question: question.key)
def test_question_answers(question, demo_on_postgres, marts):
    engine, _ = demo_on_postgres
    with engine.reader() as reader:
        query = question.query(marts)
        rows = reader.fetch(f"select to_jsonb(answer) from ({query}) as answer")
        assert rows
        columns = set(rows[0][0])
        assert rows == [row for row in rows if set(row[0]) == columns]
    used = {*question.y, *question.percent, *question.money, *question.pivot}
    used |= {name for name in (question.x, question.series) if name}
    assert used <= columns
    for name in question.y:
        assert any(row[0][name] is not None for row in rows), name


def test_a_second_run_changes_nothing(fake, first):
    before = copy.deepcopy(fake.things)
    fake.calls.clear()
    assert run() == 0
    assert fake.things == before
    assert [call for call in fake.calls if call.method == "POST"] == []
    assert [call for call in fake.calls if call.kind in ("table", "field")] == []


def test_what_others_made_stays(fake, first):
    """A question beside ours, a card of it on our dashboard; ours, renamed, come back."""
    there = {item["name"]: item["id"] for item in fake.things["collection"].values()}
    collection = there["Customer success"]
    theirs = fake.add("card", name="MRR bridge", description="Mine", collection_id=collection)
    (dashboard,) = fake.things["dashboard"].values()
    count = len(dashboard["dashcards"])
    card = {"id": 7, "card_id": theirs, "row": 90, "col": 0, "size_x": 4, "size_y": 4}
    dashboard["dashcards"].append(card)
    dashboard["dashcards"][0]["parameter_mappings"] = [{"parameter_id": "theirs"}]
    dashboard["tabs"] = [{"id": 3, "name": "Theirs"}]
    (ours,) = [item for item in fake.things["card"].values() if item["name"] == "NPS"]
    ours["name"] = "Our NPS"
    assert run() == 0
    assert fake.things["card"][theirs]["description"] == "Mine"
    assert card in dashboard["dashcards"]
    assert len(dashboard["dashcards"]) == count + 1
    assert dashboard["dashcards"][0]["parameter_mappings"] == [{"parameter_id": "theirs"}]
    assert dashboard["tabs"] == [{"id": 3, "name": "Theirs"}]
    assert ours["name"] == "NPS"


# --- what can go wrong --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("METABASE_URL", "", "METABASE_URL is not set"),
        ("METABASE_API_KEY", "", "METABASE_API_KEY is not set"),
        ("METABASE_URL", "metabase.example.com", "is not like https://metabase.example.com"),
        ("METABASE_URL", "http://127.0.0.1:1", "http://127.0.0.1:1 cannot be reached"),
        ("METABASE_API_KEY", "mb_other", "does not let METABASE_API_KEY do GET /api/database"),
        ("METABASE_DATABASE", "Other", "no database named Other .it has: Sample Database, Ware"),
        ("PGDATABASE", "elsewhere", "no database on the PostgreSQL database elsewhere"),
        ("CSM_SCHEMA", "nowhere", "holds nothing built .* scripts/build --target postgres first"),
    ],
)
def test_errors_are_one_line(fake, monkeypatch, name, value, told):
    monkeypatch.setenv(name, value)
    fake.calls.clear()
    with pytest.raises(UserError, match=told) as error:
        run()
    assert "\n" not in str(error.value)
    assert KEY not in str(error.value)
    assert fake.calls == []


def test_a_collection_of_somebody_elses_is_left_alone(fake, first, monkeypatch):
    theirs = {"id": 1, "name": "Customer success", "description": "Mine", "location": "/"}
    monkeypatch.setitem(fake.things, "collection", {1: theirs})
    fake.calls.clear()
    with pytest.raises(UserError, match="did not make and leaves alone"):
        run()
    assert fake.calls == []
