"""The calls that a fake Metabase got, as lines that a person can read and a diff can show."""

from __future__ import annotations

import json

from metabase.fake import Call, FakeMetabase
from toolbox.contract import ROOT

FILE = ROOT / "tests" / "python" / "metabase" / "calls.txt"


def lines(fake: FakeMetabase, calls: list[Call], schema: str) -> list[str]:
    """Return one line per call, tables and columns by name, sorted; then collection and dashboard.

    SQL is left out: it is in questions.yml.
    """
    told = [_told(fake, call, schema) for call in calls]
    of_what = list(zip(told, map(_is_meaning, calls), strict=True))
    meanings = sorted(text for text, is_meaning in of_what if is_meaning)
    return meanings + [text for text, is_meaning in of_what if not is_meaning]


def _is_meaning(call: Call) -> bool:
    return call.kind in ("table", "field")


def _told(fake: FakeMetabase, call: Call, schema: str) -> str:
    body = dict(call.body)
    if "fk_target_field_id" in body:
        body["fk_target_field_id"] = _name(fake, "field", body["fk_target_field_id"], schema)
    if "dataset_query" in body:
        body["dataset_query"] = "..."
    if "collection_id" in body:
        body["collection_id"] = fake.things["collection"][body["collection_id"]]["name"]
    if "dashcards" in body:
        cards = fake.things["card"]
        body["dashcards"] = [
            [cards[card["card_id"]]["name"], *(card[key] for key in ("row", "col"))]
            for card in body["dashcards"]
        ]
    said = json.dumps(body, sort_keys=True, ensure_ascii=False)
    return f"{call.method} {_name(fake, call.kind, call.id, schema)} {said}"


def _name(fake: FakeMetabase, kind: str, number: int, schema: str) -> str:
    thing = fake.things[kind][number]
    if kind == "field":
        return f"{_name(fake, 'table', thing['table_id'], schema)}.{thing['name']}"
    if kind == "table":
        return str(thing["name"]) if thing["schema"] == schema else f"?{thing['schema']}"
    return f"{kind} {thing['name']}"
