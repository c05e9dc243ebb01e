"""Raw rows in, the ledger out: one life by hand, then whole companies day by day."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from harness import Built, Project, query
from oracle.revenue import Company, Rules
from toolbox.simulator.company import generate
from toolbox.simulator.settings import Settings

GOLD_YEAR = {
    "plan_id": "gold_year",
    "plan_name": "Gold, by the year",
    "plan_tier": "Gold",
    "tier_rank": 3,
    "billing_interval": "year",
    "list_price": 500,
    "currency": "USD",
    "is_free": "false",
    "is_seat_based": "true",
}
GOLD_MONTH = GOLD_YEAR | {"plan_id": "gold_month", "billing_interval": "month", "list_price": 50}
SILVER_MONTH = GOLD_MONTH | {"plan_id": "silver_month", "plan_tier": "Silver", "list_price": 30}


def state(
    subscription_id: str, day: str, plan_id: str, quantity: int, price: int
) -> dict[str, Any]:
    """Return one active state of a subscription."""
    return {
        "change_id": f"{subscription_id}_{day}",
        "subscription_id": subscription_id,
        "effective_at": day,
        "plan_id": plan_id,
        "quantity": quantity,
        "unit_amount": price,
        "currency": "USD",
        "status": "active",
    }


def subscription(subscription_id: str, day: str, ended: str = "") -> dict[str, Any]:
    """Return one subscription of the account `acme`."""
    return {
        "subscription_id": subscription_id,
        "account_id": "acme",
        "created_at": day,
        "canceled_at": ended,
        "ended_at": ended,
    }


@pytest.fixture(scope="module")
def life(project: Project) -> Built:
    """Build the life of one account."""
    raw = {
        "accounts": [{"account_id": "acme", "account_name": "Acme", "created_at": "2022-12-20"}],
        "plans": [GOLD_YEAR, GOLD_MONTH, SILVER_MONTH],
        "subscriptions": [
            subscription("gold", "2023-01-01", "2024-01-01"),
            subscription("silver", "2023-04-10", "2023-09-10"),
            subscription("again", "2024-03-15"),
        ],
        "subscription_changes": [
            state("gold", "2023-01-01", "gold_year", 4, 500),
            state("silver", "2023-04-10", "silver_month", 2, 30),
            state("again", "2024-03-15", "gold_month", 3, 50),
        ],
    }
    return project.build(raw, as_of="2024-04-30")


def test_life_of_one_account(life: Built) -> None:
    rows = life.query(
        "select cast(movement_date as text) as day, movement, movement_amount, closing_mrr"
        " from marts.fct_mrr_movements order by movement_date"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("2023-01-01", "new", Decimal("166.67"), Decimal("166.67")),  # 4 x 500 / 12
        ("2023-04-10", "expansion", Decimal("60.00"), Decimal("226.67")),  # 2 x 30
        ("2023-09-10", "contraction", Decimal("-60.00"), Decimal("166.67")),
        ("2024-01-01", "churn", Decimal("-166.67"), Decimal("0.00")),
        ("2024-03-15", "reactivation", Decimal("150.00"), Decimal("150.00")),  # 3 x 50
    ]


def test_life_of_one_account_by_month(life: Built) -> None:
    rows = life.query(
        "select strftime(mrr_month, '%Y-%m') as month, movement, opening_mrr, movement_amount,"
        " closing_mrr from marts.fct_account_months where movement <> 'none' order by mrr_month"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("2023-01", "new", Decimal(0), Decimal("166.67"), Decimal("166.67")),
        ("2023-04", "expansion", Decimal("166.67"), Decimal(60), Decimal("226.67")),
        ("2023-09", "contraction", Decimal("226.67"), Decimal(-60), Decimal("166.67")),
        ("2024-01", "churn", Decimal("166.67"), Decimal("-166.67"), Decimal(0)),
        ("2024-03", "reactivation", Decimal(0), Decimal(150), Decimal(150)),
    ]


def test_every_month_has_its_row(life: Built) -> None:
    months = life.query(
        "select mrr_month, mrr from marts.fct_mrr_monthly where segment_type = 'total'"
        " order by mrr_month"
    )
    assert months[0]["mrr_month"] == datetime.date(2023, 1, 1)
    assert months[-1] == {"mrr_month": datetime.date(2024, 4, 1), "mrr": Decimal(150)}
    assert len(months) == 16
    assert [row["mrr"] for row in months[12:14]] == [0, 0]  # January and February 2024


def _expected(warehouse: Path, rules: Rules) -> set[tuple[Any, ...]]:
    names = ("accounts", "plans", "subscriptions", "subscription_changes", "exchange_rates")
    tables = {name: query(warehouse, f"select * from staging.stg_{name}") for name in names}
    return set(Company(tables, rules).all_movements())


def _ledger(warehouse: Path) -> set[tuple[Any, ...]]:
    rows = query(
        warehouse,
        "select account_id, movement_date, is_fx, movement, movement_amount, closing_mrr"
        " from marts.fct_mrr_movements",
    )
    return {tuple(row.values()) for row in rows}


def test_oracle_agrees_on_the_demo(demo_warehouse: Path) -> None:
    (row,) = query(demo_warehouse, "select * from intermediate.int_as_of_date")
    (currency,) = query(demo_warehouse, "select * from intermediate.int_reporting_currency")
    rules = Rules(row["as_of_date"], reporting_currency=currency["reporting_currency"])
    assert _ledger(demo_warehouse) == _expected(demo_warehouse, rules)


@pytest.fixture(scope="module")
def small_company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generate a company of 120 accounts over 20 months without bad rows."""
    folder = tmp_path_factory.mktemp("small_company")
    generate(Settings(accounts=120, months=20, events=500, seed=11, bad_share=0, out=folder))
    return folder


@pytest.mark.parametrize(
    "settings",
    [
        {"fx_policy": "monthly"},
        {
            "fx_policy": "monthly",
            "reactivation_grace_days": 20,
            "past_due_grace_days": 7,
            "churn_recognition": "cancellation_request",
        },
    ],
    ids=["monthly_rates", "every_setting"],
)
def test_oracle_agrees_on_other_settings(
    project: Project, small_company: Path, settings: Mapping[str, Any]
) -> None:
    as_of = datetime.date(2026, 6, 17)
    built = project.build(
        small_company,
        as_of=as_of.isoformat(),
        variables={"reporting_currency": "USD", **settings},
        select=["+fct_mrr_movements"],
        only_rows=True,
    )
    expected = _expected(built.warehouse, Rules(as_of, **settings))
    assert _ledger(built.warehouse) == expected
    assert any(movement[2] for movement in expected), "no fx movement: the case shows nothing"
