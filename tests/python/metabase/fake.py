"""A fake of Metabase's HTTP API: what dbt-metabase and scripts/metabase ask, and no more.

It holds the tables that a PostgreSQL really has, guesses from their names as Metabase does,
refuses what Metabase would refuse, and writes down every call that changes something. It shows
what is sent, not what a real Metabase makes of it.
"""

from __future__ import annotations

import itertools
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from metabase.rule import metabase_words

Entity = dict[str, Any]
KEY = "mb_of_the_tests"

# What may be sent; everything else is refused.
_MAY_CHANGE = {
    "table": {"display_name", "description", "caveats", "points_of_interest", "visibility_type"},
    "field": {
        "display_name", "description", "visibility_type", "semantic_type", "fk_target_field_id",
        "has_field_values", "settings", "caveats", "points_of_interest",
    },
    "collection": {"name", "description"},
    "card": {
        "name", "description", "collection_id", "display", "dataset_query",
        "visualization_settings",
    },
    "dashboard": {"name", "description", "collection_id", "dashcards", "tabs"},
}  # fmt: skip
_SEMANTIC = {
    None, "type/PK", "type/FK", "type/Name", "type/Category", "type/Quantity", "type/Score",
    "type/Currency", "type/Percentage",
}  # fmt: skip
_VISIBILITY = {None, "normal", "details-only", "hidden", "sensitive"}
_DISPLAYS = {"table", "bar", "line", "area", "row", "combo", "scalar"}
# The guesses that these marts provoke, the first that fits: what the name holds, of which type.
_GUESSES = (
    ("_type$", "text", "Category"),
    ("^country", "text", "Country"),
    ("^currency$", "text", "Category"),
    ("discount", "number", "Discount"),
    ("count$|number", "integer", "Quantity"),
    ("create|start", "date", "CreationDate"),
    ("cancel", "date", "CancelationDate"),
    ("source|channel", "text", "Source"),
    ("share|rate$", "float", "Share"),
    ("margin", "number", "GrossMargin"),
    ("cost", "number", "Cost"),
    ("owner", "text", "Owner"),
    ("company", "text", "Company"),
    ("subscription", "text", "Subscription"),
    ("score", "number", "Score"),
    ("comment", "text", "Comment"),
)
# PostgreSQL's types as the guesses know them.
_KINDS = {
    "text": {"text"},
    "bigint": {"integer", "number"},
    "integer": {"integer", "number"},
    "numeric": {"float", "number"},
    "double precision": {"float", "number"},
    "date": {"date"},
}
_COLUMNS = """
    select n.nspname, t.relname, a.attname, format_type(a.atttypid, null),
        obj_description(t.oid, 'pg_class'), col_description(t.oid, a.attnum),
        exists (
            select 1 from pg_constraint as k
            where k.conrelid = t.oid and k.contype = 'p' and a.attnum = any (k.conkey)
        )
    from pg_class as t
    join pg_namespace as n on n.oid = t.relnamespace
    join pg_attribute as a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
    where t.relkind in ('r', 'v') and n.nspname !~ '^(pg_|information_schema)'
    order by n.nspname, t.relname, a.attnum
"""


def guess(name: str, kind: str) -> str | None:
    """Return the semantic type that Metabase takes a column for."""
    for pattern, of, semantic_type in _GUESSES:
        if of in _KINDS.get(kind, ()) and re.search(pattern, name):
            return f"type/{semantic_type}"
    return None


@dataclass(frozen=True)
class Call:
    """A call that changed something: `kind` and `id` of what it made or changed."""

    method: str
    kind: str
    id: int
    body: Entity


@dataclass
class FakeMetabase:
    """Everything by kind and id. `url` is where it listens."""

    database: str
    url: str = ""
    calls: list[Call] = field(default_factory=list)
    things: dict[str, dict[int, Entity]] = field(default_factory=dict)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(100))

    def sync(self, reader: Any) -> None:
        """Take up every table that the server has, with guesses, comments and keys."""
        self.things = {kind: {} for kind in _MAY_CHANGE}
        known: dict[tuple[str, str], int] = {}
        for schema, table, name, kind, about, about_column, is_key in reader.fetch(_COLUMNS):
            if (schema, table) not in known:
                known[schema, table] = self._add(
                    "table", name=table, schema=schema, display_name=metabase_words(table),
                    description=about, visibility_type=None, caveats=None, points_of_interest=None,
                )  # fmt: skip
            self._add(
                "field", name=name, table_id=known[schema, table], base_type=kind,
                display_name=metabase_words(name), description=about_column,
                visibility_type="normal", fk_target_field_id=None, has_field_values=None,
                settings=None, coercion_strategy=None,
                semantic_type="type/PK" if is_key else guess(name, kind),
            )  # fmt: skip

    def columns(self, schema: str) -> dict[tuple[str, str], Entity]:
        """Return the fields of a schema by table and column."""
        tables = self.things["table"]
        return {
            (tables[item["table_id"]]["name"], item["name"]): item
            for item in self.things["field"].values()
            if tables[item["table_id"]]["schema"] == schema
        }

    def add(self, kind: str, **values: Any) -> int:
        """Make something as a person would; return its id."""
        return self._add(kind, **values)

    def _add(self, kind: str, **values: Any) -> int:
        number = next(self._ids)
        self.things[kind][number] = {"id": number, **values}
        return number

    # --- what is asked -----------------------------------------------------------------------

    def answer(self, method: str, url: str, body: Any) -> tuple[int, Any]:
        """Return the HTTP status and what is said."""
        place = urlsplit(url)
        words = place.path.removeprefix("/api/").split("/")
        if method == "GET":
            return self._get(words, parse_qs(place.query))
        if words[0] == "database":
            return 200, {"status": "ok"}
        kind, *rest = words
        if kind not in self.things or (method == "PUT") != bool(rest):
            return 404, "Not found."
        if reason := self._refusal(kind, body):
            return 400, {"errors": reason}
        if method == "POST":
            number = self._add(kind, **({"dashcards": []} if kind == "dashboard" else {}))
        else:
            number = int(rest[0])
            if number not in self.things[kind]:
                return 404, "Not found."
        self.calls.append(Call(method, kind, number, json.loads(json.dumps(body))))
        if "dashcards" in body:
            self.things[kind][number]["tabs"] = []  # those that are not sent are gone
            body["dashcards"] = [self._card_on(card) for card in body["dashcards"]]
        self.things[kind][number] |= body
        return 200, self.things[kind][number]

    def _card_on(self, card: Entity) -> Entity:
        return {**card, "id": next(self._ids)} if card["id"] < 0 else card

    def _get(self, words: list[str], query: dict[str, list[str]]) -> tuple[int, Any]:
        match words:
            case ["database"]:
                details = {"dbname": self.database, "host": "127.0.0.1"}
                entry = {"id": 2, "name": "Warehouse", "engine": "postgres", "details": details}
                sample = {"id": 1, "name": "Sample Database", "engine": "h2", "details": {}}
                return 200, {"data": [sample, entry], "total": 2}
            case ["database", "2", "metadata"]:
                return 200, {"id": 2, "engine": "postgres", "tables": self._metadata()}
            case ["collection"]:
                root = {"id": "root", "name": "Our analytics"}
                return 200, [root, *self.things["collection"].values()]
            case ["collection", number, "items"]:
                kinds = query.get("models", ["card", "dashboard"])
                found = [
                    {"id": item["id"], "model": kind, "name": item["name"],
                     "description": item.get("description")}
                    for kind in kinds
                    for item in self.things[kind].values()
                    if item.get("collection_id") == int(number)
                ]  # fmt: skip
                return 200, {"data": found, "total": len(found), "models": kinds}
            case [("card" | "dashboard") as kind, number] if int(number) in self.things[kind]:
                return 200, self.things[kind][int(number)]
        return 404, "Not found."

    def _metadata(self) -> list[Entity]:
        of_table: dict[int, list[Entity]] = {number: [] for number in self.things["table"]}
        for item in self.things["field"].values():
            of_table[item["table_id"]].append(item)
        return [{**table, "fields": of_table[n]} for n, table in self.things["table"].items()]

    def _refusal(self, kind: str, body: Entity) -> str | None:
        """Return why a body is refused, None where it is not."""
        known = self.things
        cards = {card.get("card_id") for card in body.get("dashcards", [])} - {None}
        reasons = {
            f"unknown {sorted(set(body) - _MAY_CHANGE[kind])}": set(body) <= _MAY_CHANGE[kind],
            "no such semantic type": body.get("semantic_type") in _SEMANTIC,
            "no such visibility type": body.get("visibility_type") in _VISIBILITY,
            "no such field": body.get("fk_target_field_id") in {None, *known["field"]},
            "no such card": cards <= set(known["card"]),
            "no such display": body.get("display", "table") in _DISPLAYS,
            "no such database": body.get("dataset_query", {"database": 2})["database"] == 2,
            "no such collection": body.get("collection_id") in {None, *known["collection"]},
        }
        return next((reason for reason, is_fine in reasons.items() if not is_fine), None)


@contextmanager
def listening(fake: FakeMetabase) -> Iterator[FakeMetabase]:
    """Let the fake answer on a free loopback port; it knows its `url` while it does."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            text = self.rfile.read(length)
            if self.headers.get("X-API-KEY") != KEY:
                status, said = 401, "Unauthenticated"
            else:
                status, said = fake.answer(self.command, self.path, json.loads(text or "{}"))
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = _answer  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        fake.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()
