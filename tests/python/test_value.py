"""Lifetime value, retention cost and unit economics of whole companies, against an oracle."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from harness import Project, query
from oracle.revenue import Rules
from oracle.value import ValueCompany

AS_OF = datetime.date(2025, 8, 17)
CUTS = ("total", "region", "acquisition_channel", "plan_tier")
STAGED = (
    "accounts",
    "plans",
    "subscriptions",
    "subscription_changes",
    "exchange_rates",
    "invoices",
    "costs",
)
HORIZON, LEAST_LOST = 6, 2
# months with MRR, None: still there
STAYS = (2, 3, None, 5, 1, 7, None, 13, 4, None, 2, 9, 3, None, 6, 11)
PLANS = ("gold", "silver", "bare")


def day_of(index: int, day: int) -> str:
    """Return a day of the company's month number `index`, 0 being February 2024."""
    year, month = divmod(2024 * 12 + 1 + index, 12)
    return f"{year:04d}-{month + 1:02d}-{day:02d}"


def state(name: str, at: str, plan: str, amount: object, currency: str = "USD") -> dict[str, Any]:
    return {
        "change_id": f"{name} {at}",
        "subscription_id": name,
        "effective_at": at,
        "plan_id": plan,
        "quantity": 1,
        "unit_amount": amount,
        "currency": currency,
        "status": "active",
    }


def invoice(number: str, account: str, at: str, due: object, **rest: object) -> dict[str, Any]:
    return {
        "invoice_id": number,
        "account_id": account,
        "subscription_id": account,
        "issued_at": at,
        "paid_at": at,
        "amount_due": due,
        "amount_paid": due,
        "currency": "USD",
        "status": "paid",
    } | rest


def cost(at: str, category: str, amount: object, **rest: object) -> dict[str, Any]:
    row = {"incurred_on": at, "category": category, "amount": amount, "currency": "USD"} | rest
    return row | {"cost_id": " ".join(str(value) for value in row.values())}


def raw_company() -> dict[str, list[dict[str, Any]]]:
    """Accounts that come, go and return, invoices of every kind, costs of everyone and no one."""
    raw: dict[str, list[dict[str, Any]]] = {name: [] for name in STAGED}
    raw["plans"] = [
        {"plan_id": "gold", "plan_tier": "Gold", "tier_rank": 2, "billing_interval": "month"},
        {"plan_id": "silver", "plan_tier": "Silver", "tier_rank": 1, "billing_interval": "year"},
        {"plan_id": "bare", "billing_interval": "month"},
    ]
    raw["exchange_rates"] = [
        {"rate_month": day_of(i, 1), "currency": "EUR", "rate_to_reporting": f"1.{i * 7 % 10}3"}
        for i in range(0, 19, 3)
    ]
    for number, stay in enumerate(STAYS):
        name, start = f"V{number:02d}", number * 5 % 9
        begun = day_of(start, 1 + number * 5 % 27)
        ended = None if stay is None else day_of(start + stay, 1 + number * 7 % 27)
        currency = "EUR" if number % 4 == 0 else "USD"
        raw["accounts"].append(
            {
                "account_id": name,
                "created_at": "2024-01-02",
                "region": ("North", "South", "")[number % 3],
                "acquisition_channel": ("referral", "event", "referral", "")[number % 4],
            }
        )
        raw["subscriptions"].append(
            {"subscription_id": name, "account_id": name, "created_at": begun, "ended_at": ended}
        )
        plan = PLANS[number % 3]
        raw["subscription_changes"].append(
            state(name, begun, plan, f"{90 + 37 * number}.35", currency)
        )
        if number % 5 == 0:  # another tier later
            raw["subscription_changes"].append(
                state(name, day_of(start + 2, 3), "gold", 77 + number, currency)
            )
        if stay and number % 2 == 1 and start + stay < 15:  # returns with another subscription
            back = day_of(start + stay + 2, 9)
            raw["subscriptions"].append(
                {"subscription_id": f"{name}b", "account_id": name, "created_at": back}
            )
            raw["subscription_changes"].append(state(f"{name}b", back, "silver", 1000))
        raw["invoices"] += [
            invoice(
                f"{name}-{month}",
                name,
                day_of(start + month, 28),
                f"{100 + number}.10",
                tax_amount="16.68",
                currency=currency,
                amount_refunded="3.33" if month == 2 else None,
                paid_at=day_of(start + month + 1, 4) if month % 2 else None,
            )
            for month in range(min(stay or 9, 9))
        ]
    # won and lost inside a month, lost on the day before the table's end, and one's own
    for name, begun, ended, internal in (
        ("brief", day_of(4, 3), day_of(4, 20), ""),
        ("last", day_of(9, 1), "2025-08-16", ""),
        ("own", day_of(0, 1), None, "true"),
    ):
        raw["accounts"].append(
            {"account_id": name, "created_at": "2024-01-02", "is_internal": internal}
        )
        raw["subscriptions"].append(
            {"subscription_id": name, "account_id": name, "created_at": begun, "ended_at": ended}
        )
        raw["subscription_changes"].append(state(name, begun, "gold", 500))
    raw["invoices"] += [
        invoice("before", "V02", "2023-11-05", 41),
        invoice("one-off", "V03", day_of(6, 2), 900, subscription_id=None),
        invoice("half", "V03", day_of(7, 2), 100, amount_paid="33.335", tax_amount=20),
        invoice("refunded", "V05", day_of(7, 2), 75, amount_refunded=75, tax_amount=15),
        invoice("nothing", "V05", day_of(7, 3), 0, amount_paid=0),
        invoice("void", "V05", day_of(7, 4), 500, status="void"),
        invoice("later", "V06", day_of(8, 4), 500, paid_at="2025-08-18"),
        invoice("own", "own", day_of(7, 4), 7777),
    ]
    for month in range(19):
        at = day_of(month, 11)
        raw["costs"] += [
            cost(at, "support_salaries", 1000 + 10 * month),
            cost(at, "events", "210.55", currency="EUR", channel="event"),
        ]
        if month >= 3:  # hosting was first booked in the fourth month
            raw["costs"].append(cost(at, "hosting", 300 + month, account_id="V06"))
    raw["costs"] += [
        cost("2023-12-31", "sales_salaries", 555),
        cost(day_of(8, 5), "sales_salaries", 90000),
        cost(day_of(5, 1), "hosting", "-40.255"),
        cost(day_of(2, 2), "gifts", 30, account_id="V00"),
        cost(day_of(9, 2), "gifts", 60, account_id="V05", channel="radio"),
        cost(day_of(6, 2), "onboarding_services", "70.07", account_id="V07"),
        cost(day_of(7, 1), "paid_search", 80, channel="radio"),
        cost(day_of(8, 1), "golf", 99),
        cost(day_of(8, 2), "gifts", 9999, account_id="own"),
        cost("2025-08-18", "gifts", 9999),
    ]
    return raw


@dataclass(frozen=True)
class Case:
    """A built warehouse and the oracle's view of the same staged rows."""

    warehouse: Path
    company: ValueCompany


@pytest.fixture(scope="module")
def case(project: Project) -> Case:
    """A small company in which everything happens, with moving rates and a short horizon."""
    built = project.build(
        raw_company(),
        as_of=AS_OF.isoformat(),
        variables={
            "reporting_currency": "USD",
            "fx_policy": "monthly",
            "clv_horizon_months": HORIZON,
            "min_churned_for_lifetime": LEAST_LOST,
        },
        select=["+fct_unit_economics_monthly", "+fct_retention_cost_monthly", "+fct_account_value"],
        only_rows=True,
    )
    tables = {name: built.query(f"select * from staging.stg_{name}") for name in STAGED}
    tables["cost_categories"] = built.query("select * from config.cost_categories")
    company = ValueCompany(
        tables,
        Rules(AS_OF, fx_policy="monthly"),
        ["region", "acquisition_channel"],
        horizon=HORIZON,
        least_lost=LEAST_LOST,
    )
    return Case(built.warehouse, company)


def agree(found: object, wanted: object) -> bool:
    """Money and counts to the last digit; doubles to what doubles can hold."""
    if isinstance(found, float) and wanted is not None:
        wanted = float(Fraction(wanted))  # type: ignore[arg-type]
        return abs(found - wanted) <= 1e-9 * max(1.0, abs(wanted))
    return found == wanted


@pytest.mark.parametrize(
    ("mart", "rows_of"),
    [
        ("fct_customer_lifetime_value", "lifetime_value"),
        ("fct_retention_cost_monthly", "retention_cost"),
        ("fct_unit_economics_monthly", "unit_economics"),
    ],
)
def test_every_month_and_segment_agrees(case: Case, mart: str, rows_of: str) -> None:
    found = query(case.warehouse, f"select * from marts.{mart} where segment_type in {CUTS}")
    assert len(found) > 150
    count = getattr(case.company, rows_of)
    wrong = []
    for row in found:
        segment = (row["segment_type"], row["segment_value"])
        wanted = count(row["mrr_month"], segment)
        differing = {
            name: (row[name], value)
            for name, value in wanted.items()
            if not agree(row[name], value)
        }
        if differing:
            wrong.append((row["mrr_month"], segment, differing))
    assert wrong == []
    assert {row["mrr_month"] for row in found} == set(case.company.months)
    # a column that is always NULL would agree with anything
    told = {name for row in found for name, value in row.items() if value is not None}
    assert set(wanted) <= told


def test_every_cost_has_a_row(case: Case) -> None:
    rows = query(
        case.warehouse,
        "select mrr_month, segment_type, segment_value from marts.fct_retention_cost_monthly",
    )
    there = {(row["mrr_month"], (row["segment_type"], row["segment_value"])) for row in rows}
    wanted = {
        (month, segment)
        for cost in case.company.costs
        for segment in cost.segments
        for month in case.company.months
        if month >= cost.month
    }
    assert wanted - there == set()


def test_account_values_agree(case: Case) -> None:
    found = query(case.warehouse, "select * from marts.fct_account_value")
    wanted = case.company.account_values()
    assert {row["account_id"] for row in found} == set(wanted)
    assert [
        row
        for row in found
        if any(row[name] != value for name, value in wanted[row["account_id"]].items())
    ] == []
    assert sum(row["realised_value"] for row in found) > Decimal(1000)


def test_the_odd_company_is_odd(case: Case) -> None:
    """What the comparison is to show happens in it."""
    flags = query(
        case.warehouse,
        "select count(distinct is_extrapolated) as extrapolated,"
        " count(distinct is_lifetime_unbounded) as unbounded,"
        " count(distinct is_company_margin) as company_margin"
        " from marts.fct_customer_lifetime_value where segment_type = 'region'",
    )
    assert flags == [{"extrapolated": 2, "unbounded": 2, "company_margin": 2}]
    late = query(
        case.warehouse,
        "select min(mrr_month) as first, sum(acquisition_cost_amount) as spent"
        " from marts.fct_unit_economics_monthly where segment_value = 'radio'",
    )
    assert late == [{"first": datetime.date(2024, 9, 1), "spent": Decimal(80)}]
    net = query(
        case.warehouse,
        "select distinct pays_back from marts.fct_unit_economics_monthly order by 1",
    )
    assert [row["pays_back"] for row in net] == [False, True, None]
