"""Surveys, themes and support of an awkward company, against an oracle in plain Python."""

from __future__ import annotations

import csv
import datetime
import math
import random
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from harness import Built, Project
from oracle.voice import CustomerVoice, Scale
from toolbox.contract import ROOT

AS_OF = datetime.date(2024, 6, 17)
ZONE = "Europe/Oslo"  # a day begins at 22:00 or 23:00 in UTC
SCALES = {
    "nps": Scale(6, 9, is_net=True),
    "csat": Scale(3, 6, is_net=False),
    "ces": Scale(3, 5, is_net=False),
    "feedback": Scale(4, 8, is_net=False),
}
HIGHEST = {"nps": 10, "csat": 7, "ces": 7, "feedback": 10}
TOUCHPOINTS = ("support", "onboarding", None, "all")
CHANNELS = ("email", "phone", None, "all")
COMMENTS = (
    None,
    None,
    "TOO EXPENSIVE! It crashed, and crashed again",
    "Facil de usar",
    "Prisokningen var stor",
    "PRISØKNING… igjen",
    "It's hard-to-use\nand slow",
    "inexpensive",
    "Thanks!",
    "!?",
    "MYE  FEIL, \tmangler \"alt\"",
)  # fmt: skip
REASONS = (None, "too_expensive", "switched-to-competitor", "moved", "bad_support")
VARIABLES = {
    "reporting_timezone": ZONE,
    "survey_window_days": 12,
    "churn_feedback_days": 45,
    "include_free_text": False,
}
Tables = dict[str, list[dict[str, Any]]]
TABLES = (
    "accounts",
    "plans",
    "subscriptions",
    "subscription_changes",
    "users",
    "survey_invitations",
    "survey_responses",
    "support_tickets",
)


def moment(dice: random.Random, first: datetime.date, last: datetime.date) -> str:
    """Write a time between two days: some at the edge of a day in Oslo, some without a time."""
    day = first + datetime.timedelta(days=dice.randrange((last - first).days + 1))
    if dice.random() < 0.1:
        return day.isoformat()
    hour = dice.choice([21, 22, 23, dice.randrange(24)])
    return f"{day} {hour:02}:{dice.choice([0, 29, 59]):02}:{dice.choice([0, 30, 59]):02}"


def make_company() -> Tables:
    """Draw forty accounts that answer and ask, before, in and after the months that count."""
    dice = random.Random(17)
    tables: Tables = {name: [] for name in TABLES}
    for tier in ("gold", "silver"):
        tables["plans"].append({"plan_id": tier, "plan_tier": tier, "billing_interval": "month"})
    for number in range(40):
        add_account(tables, dice, f"a{number:02}")
    return tables


def add_account(tables: Tables, dice: random.Random, account_id: str) -> None:
    """Add an account with its contract, its users, and all that they say."""
    tables["accounts"].append(
        {
            "account_id": account_id,
            "created_at": "2023-06-01",
            "region": dice.choice(["Nordics", "Iberia", None]),
            "is_internal": "true" if dice.random() < 0.1 else "false",
        }
    )
    if dice.random() < 0.85:
        add_contract(tables, dice, account_id)
    users = [f"{account_id}_u{number}" for number in range(dice.randint(1, 3))]
    tables["users"] += [
        {"user_id": user, "account_id": account_id, "created_at": "2023-06-01"} for user in users
    ]
    for _ in range(dice.randint(5, 30)):
        add_survey(tables, dice, account_id, dice.choice([*users, None]))
    for _ in range(dice.randint(0, 20)):
        add_ticket(tables, dice, account_id)


def add_contract(tables: Tables, dice: random.Random, account_id: str) -> None:
    """Add one subscription, two months long at least, that may change its tier and end."""
    begin = datetime.date(2023, 11, 5) + datetime.timedelta(days=dice.randrange(90))
    end = begin + datetime.timedelta(days=dice.randint(60, 200))
    is_lost = dice.random() < 0.6 and end <= AS_OF
    tables["subscriptions"].append(
        {
            "subscription_id": f"s_{account_id}",
            "account_id": account_id,
            "created_at": begin.isoformat(),
            "canceled_at": end.isoformat() if is_lost else None,
            "ended_at": end.isoformat() if is_lost else None,
            "cancel_reason": dice.choice(REASONS) if is_lost else None,
            "cancel_comment": dice.choice(COMMENTS) if is_lost else None,
        }
    )
    tier = dice.choice(["gold", "silver"])
    tiers = [(begin, tier)]
    if dice.random() < 0.5:
        other = "silver" if tier == "gold" else "gold"
        tiers.append((begin + datetime.timedelta(days=dice.randint(5, 55)), other))
    for number, (day, plan_id) in enumerate(tiers):
        tables["subscription_changes"].append(
            {
                "change_id": f"c_{account_id}_{number}",
                "subscription_id": f"s_{account_id}",
                "effective_at": day.isoformat(),
                "plan_id": plan_id,
                "quantity": 1,
                "unit_amount": 100,
                "currency": "EUR",
                "status": "active",
            }
        )


def add_survey(tables: Tables, dice: random.Random, account_id: str, user_id: str | None) -> None:
    """Add an invitation, answered never, in time, late or twice; or an answer without one."""
    survey_type = dice.choice(list(SCALES))
    about = {
        "account_id": account_id,
        "user_id": user_id,
        "survey_type": survey_type,
        "touchpoint": dice.choice(TOUCHPOINTS),
    }
    sent = moment(dice, datetime.date(2024, 1, 10), datetime.date(2024, 6, 25))
    day = datetime.date.fromisoformat(sent[:10])
    invitation_id = None
    if dice.random() < 0.8:
        invitation_id = f"i{len(tables['survey_invitations']):04}"
        tables["survey_invitations"].append(
            {"invitation_id": invitation_id, "sent_at": sent} | about
        )
    if day > AS_OF:
        return
    at = moment(dice, day, day + datetime.timedelta(days=dice.choice([3, 12, 13, 30])))
    for _ in range(dice.choice([0, 1, 1, 1, 2])):  # twice at one instant, another score
        tables["survey_responses"].append(
            {
                "response_id": f"r{len(tables['survey_responses']):04}",
                "invitation_id": invitation_id,
                "score": dice.randint(0 if survey_type == "nps" else 1, HIGHEST[survey_type]),
                "comment": dice.choice(COMMENTS),
                "responded_at": at,
            }
            | about
        )


def add_ticket(tables: Tables, dice: random.Random, account_id: str) -> None:
    """Add a ticket: open, resolved, resolved after the as-of date, little known of some."""
    opened = moment(dice, datetime.date(2023, 9, 1), datetime.date(2024, 6, 25))
    day = datetime.date.fromisoformat(opened[:10])

    def later(days: int) -> str:
        return moment(dice, day + datetime.timedelta(days=2), day + datetime.timedelta(days=days))

    first = dice.choice([None, opened, later(4), later(30)])
    if dice.random() < 0.05:  # by a clock that is slow
        first = (day - datetime.timedelta(days=2)).isoformat()
    tables["support_tickets"].append(
        {
            "ticket_id": f"t{len(tables['support_tickets']):04}",
            "account_id": account_id,
            "channel": dice.choice(CHANNELS),
            "opened_at": opened,
            "first_response_at": first,
            "resolved_at": dice.choice([None, later(4), later(4), later(60)]),
            "agent_interactions": dice.choice([None, 0, 1, 1, 1, 2]),
            "reopened_count": dice.choice([None, 0, 0, 0, 1, 2]),
            "is_escalated": dice.choice([None, "false", "false", "true"]),
        }
    )


@pytest.fixture(scope="module")
def company() -> Tables:
    """Draw the raw rows once."""
    return make_company()


@pytest.fixture(scope="module")
def built(project: Project, company: Tables) -> Built:
    """Build the company's marts."""
    return project.build(
        company,
        as_of=AS_OF.isoformat(),
        variables=VARIABLES,
        select=["+path:models/marts/voice", "+path:models/marts/support"],
        only_rows=True,
    )


@pytest.fixture(scope="module")
def voice(company: Tables) -> CustomerVoice:
    """The oracle's view of the same raw rows."""
    with (ROOT / "seeds/config/feedback_themes.csv").open(encoding="utf-8") as file:
        keywords = [(row["theme"], row["keyword"]) for row in csv.DictReader(file)]
    empty = {
        "accounts": ("region",),
        "subscriptions": ("ended_at", "cancel_reason", "cancel_comment"),
    }
    tables = {
        name: [dict.fromkeys(empty.get(name, ())) | row for row in rows]
        for name, rows in company.items()
    }
    return CustomerVoice(tables, AS_OF, ZONE, SCALES, keywords)


def compare(
    built: Built,
    mart: str,
    keys: Sequence[str],
    expected: Mapping[tuple[Any, ...], Mapping[str, Any]],
    months: Sequence[datetime.date],
) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Every row is as counted here, what is not counted is empty, and no month is missing."""
    rows = built.query(
        f"select * from marts.{mart} where segment_type in ('total', 'region', 'plan_tier')"
    )
    found = {tuple(row[key] for key in keys): row for row in rows}
    assert len(found) == len(rows)
    assert sorted({key[0] for key in found}) == list(months)
    assert len(found) == len(months) * len({key[1:] for key in found}), "a month lacks a row"
    names = list(dict.fromkeys(name for counted in expected.values() for name in counted))
    wrong = []
    for key, row in found.items():
        for name in names:
            nothing = 0 if name.endswith(("_count", "_sum")) else None
            wanted = expected.get(key, {}).get(name, nothing)
            if not is_same(row[name], wanted):
                wrong.append((key, name, row[name], wanted))
    assert wrong == []
    counted_keys = {key for key in expected if key[0] in months}
    assert len(counted_keys) > 50, "too little to show anything"
    assert counted_keys - set(found) == set()
    return found


def is_same(value: Any, wanted: Any) -> bool:
    if value is None or wanted is None:
        return value is wanted
    return math.isclose(float(value), float(wanted), rel_tol=1e-9, abs_tol=1e-9)


def test_survey_scores_agree(built: Built, voice: CustomerVoice) -> None:
    expected = voice.survey_scores(VARIABLES["survey_window_days"])
    months = [month for month in voice.months if month >= datetime.date(2024, 1, 1)]
    keys = ("survey_month", "survey_type", "touchpoint", "segment_type", "segment_value")
    found = compare(built, "fct_survey_scores_monthly", keys, expected, months)
    for key, row in found.items():
        is_settled = row["open_invitation_count"] == 0 and key[0] != datetime.date(2024, 6, 1)
        assert row["is_matured"] == is_settled
        for name, wanted in (("csat", "csat_average"), ("ces", "ces_average")):
            assert row[wanted] == (row["average_score"] if key[1] == name else None)
    assert any(row["open_invitation_count"] for row in found.values())


def test_answers_that_count_agree(built: Built, voice: CustomerVoice) -> None:
    rows = built.query("select response_id from marts.fct_survey_responses where is_counted")
    wanted = {row["response_id"] for row in voice.counted_answers()}
    assert {row["response_id"] for row in rows} == wanted
    seen = built.value("select count(*) from marts.fct_survey_responses")
    assert seen == len(list(voice.rows("survey_responses", "responded_at"))) > len(wanted)


def test_feedback_themes_agree(built: Built, voice: CustomerVoice) -> None:
    expected = voice.feedback_themes(VARIABLES["churn_feedback_days"])
    keys = ("feedback_month", "theme", "segment_type", "segment_value")
    found = compare(built, "fct_feedback_themes_monthly", keys, expected, voice.months)
    for theme in ("price", "untagged"):
        rows = [row for key, row in found.items() if key[1] == theme]
        assert any(row["comment_count"] for row in rows)
        assert any(row["churned_with_theme_count"] for row in rows)
    assert any(row["said_before_count"] for row in found.values())


@pytest.mark.parametrize(
    ("mart", "column"),
    [("fct_survey_responses", "comment"), ("fct_churned_customers", "cancel_comment")],
)
def test_hidden_free_text_is_nowhere(built: Built, mart: str, column: str) -> None:
    """The themes above were found in it all the same."""
    assert built.query(f"select distinct {column} from marts.{mart}") == [{column: None}]


def test_support_agrees(built: Built, voice: CustomerVoice) -> None:
    customers = voice.customers()
    keys = ("support_month", "channel", "segment_type", "segment_value")
    found = compare(built, "fct_support_monthly", keys, voice.support(), voice.months)
    for (month, _, *segment), row in found.items():
        count = customers.get((month, *segment), 0)
        assert row["customer_count"] == count
        is_shown = count and month != datetime.date(2024, 6, 1)
        wanted = row["opened_ticket_count"] / count if is_shown else None
        assert is_same(row["tickets_per_customer"], wanted)
