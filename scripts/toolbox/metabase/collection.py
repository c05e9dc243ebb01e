"""The collection with its questions and its dashboard: made once, then kept up to date in place.

Everything of ours ends its description with a mark, and is found again by it, whatever people call
it by then. What bears no mark is not touched: questions that others add to the collection stay,
and so do the cards that they put on the dashboard.
"""

from __future__ import annotations

from dataclasses import dataclass

from toolbox.console import UserError
from toolbox.metabase.api import Entity, Metabase
from toolbox.metabase.questions import Question, places

NAME = "Customer success"
_ABOUT = "Questions on the marts of customer success, and a dashboard of them."
_ABOUT_DASHBOARD = "Revenue, retention, voice, usage and health: every card reads finished marts."


def mark(key: str) -> str:
    """Return the line by which our own things are known."""
    return f"Kept by scripts/metabase: {key}"


@dataclass
class Kept:
    """What a run came to: how many things it made and updated, and the dashboard's id."""

    created: int = 0
    updated: int = 0
    dashboard: int = 0


@dataclass(frozen=True)
class Marts:
    """Where the questions read: Metabase's id of the database, the schema, the money's currency."""

    database: int
    schema: str
    currency: str


def keep(api: Metabase, questions: list[Question], marts: Marts) -> Kept:
    """Bring collection, questions and dashboard to what they should be.

    Raises UserError where a collection of that name is somebody else's, or Metabase refuses.
    """
    kept = Kept()
    collection = _keep_collection(api, kept)
    items = f"/api/collection/{collection}/items"
    cards = _ours(api.get(f"{items}?models=card"))
    ids = {
        question.key: _keep(api, kept, "card", cards.get(question.key), body)
        for question in questions
        for body in [_card(question, marts, collection)]
    }
    dashboards = _ours(api.get(f"{items}?models=dashboard"))
    body = {
        "name": NAME,
        "description": f"{_ABOUT_DASHBOARD}\n\n{mark('dashboard')}",
        "collection_id": collection,
    }
    kept.dashboard = _keep(api, kept, "dashboard", dashboards.get("dashboard"), body)
    _lay_out(api, kept.dashboard, questions, ids)
    return kept


def _ours(items: list[Entity]) -> dict[str, int]:
    """Return the ids of what bears our mark, by key."""
    start = mark("")
    found = {}
    for item in items:
        last = (item.get("description") or "").rsplit("\n", 1)[-1]
        if last.startswith(start):
            found[last.removeprefix(start)] = int(item["id"])
    return found


def _keep(api: Metabase, kept: Kept, kind: str, known: int | None, body: Entity) -> int:
    if known is None:
        kept.created += 1
        return int(api.post(f"/api/{kind}", body)["id"])
    kept.updated += 1
    api.put(f"/api/{kind}/{known}", body)
    return known


def _keep_collection(api: Metabase, kept: Kept) -> int:
    collections = [item for item in api.get("/api/collection") if item["id"] != "root"]
    body = {"name": NAME, "description": f"{_ABOUT}\n\n{mark('collection')}"}
    known = _ours(collections).get("collection")
    if known is None and any(
        item["name"] == NAME and item.get("location", "/") == "/" and not item.get("archived")
        for item in collections
    ):
        raise UserError(
            f"Metabase has a collection {NAME} that scripts/metabase did not make and leaves alone;"
            " give it another name"
        )
    return _keep(api, kept, "collection", known, body)


def _card(question: Question, marts: Marts, collection: int) -> Entity:
    return {
        "name": question.name,
        "description": f"{question.description}\n\n{mark(question.key)}",
        "collection_id": collection,
        "display": question.display,
        "dataset_query": {
            "type": "native",
            "database": marts.database,
            "native": {"query": question.query(marts.schema), "template-tags": {}},
        },
        "visualization_settings": question.settings(marts.currency),
    }


def _lay_out(api: Metabase, dashboard: int, questions: list[Question], ids: dict[str, int]) -> None:
    """Put the questions in their places; others' cards stay where and what they are."""
    there = api.get(f"/api/dashboard/{dashboard}")
    of_card = {card.get("card_id"): card for card in there["dashcards"]}
    dashcards = []
    for number, (question, place) in enumerate(zip(questions, places(questions), strict=True), 1):
        card = ids[question.key]
        # A number below 0 asks for a new card; filters that somebody tied to a known one stay.
        known = of_card.get(card, {"id": -number})
        dashcards.append({**known, "card_id": card, **place})
    ours = {card["id"] for card in dashcards}
    dashcards += [card for card in there["dashcards"] if card["id"] not in ours]
    # What is left out of the lists is taken off the dashboard.
    tabs = {"tabs": there["tabs"]} if there.get("tabs") else {}
    api.put(f"/api/dashboard/{dashboard}", {"dashcards": dashcards, **tabs})
