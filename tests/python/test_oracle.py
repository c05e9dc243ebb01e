"""The oracle knows every column of every mart, and the models agree with it."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from harness import Built, Project
from oracle.compare import Difference, by_company, compare, compare_mart, is_same, report
from oracle.marts import GRAINS, NOT_COVERED, Oracle, mart_columns, read_raw
from oracle.rounded import difference, rounded
from toolbox.contract import ROOT
from toolbox.simulator.company import generate
from toolbox.simulator.settings import Settings

AS_OF = datetime.date(2026, 6, 17)
# Everything that moves a number is set to something else than usual.
VARIABLES: dict[str, Any] = {
    "reporting_currency": "USD",
    "reporting_timezone": "America/New_York",
    "fx_policy": "monthly",
    "reactivation_grace_days": 20,
    "past_due_grace_days": 7,
    "renewal_grace_days": 12,
    "fiscal_year_start_month": 4,
    "segment_attributes": ["company"],
    "max_rejected_share": 1,
    "max_mrr_at_doubt_share": 1,
    "trial_conversion_window_days": 9,
    "survey_window_days": 12,
    "churn_feedback_days": 45,
    "min_churned_for_lifetime": 2,
    "clv_horizon_months": 12,
    "session_gap_minutes": 10,
    "health_window_days": 14,
    "health_backtest_days": 60,
    "signal_min_previous_events": 5,
    "at_risk_renewal_days": 100,
    "at_risk_min_term_months": 1,
    "expansion_bands": ["healthy", "thriving"],
}


# --- the register ---------------------------------------------------------------------------------


def test_every_column_of_every_mart_is_covered() -> None:
    """A column that the oracle does not know stands in NOT_COVERED with its reason."""
    known = {(mart, column) for mart, columns in Oracle.covered.items() for column in columns}
    wanted = {(mart, column) for mart, columns in mart_columns().items() for column in columns}
    assert wanted - known == set(NOT_COVERED)
    assert known - wanted == set()
    assert all(NOT_COVERED.values())
    assert len(NOT_COVERED) <= 3, "the list is to stay short"


def test_every_mart_has_a_grain_of_its_columns() -> None:
    assert set(GRAINS) == set(mart_columns())
    odd = {mart for mart, names in GRAINS.items() if not set(names) <= Oracle.covered[mart]}
    assert odd == set()


# --- the models agree -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A built company and the oracle of the same raw rows."""

    built: Built
    oracle: Oracle
    raw: dict[str, list[dict[str, str]]]


# Two yearly contracts: one renewed and since cancelled for next year, one that was not renewed.
CONTRACTS: dict[str, list[dict[str, str]]] = {
    "accounts": [
        {"account_id": "stays", "created_at": "2025-05-01"},
        {"account_id": "goes", "created_at": "2025-05-02"},
    ],
    "plans": [{"plan_id": "yearly", "billing_interval": "year", "currency": "USD"}],
    "subscriptions": [
        {
            "subscription_id": "s_stays",
            "account_id": "stays",
            "created_at": "2025-05-01",
            "canceled_at": "2026-06-01",
            "ended_at": "2027-05-01",
        },
        {
            "subscription_id": "s_goes",
            "account_id": "goes",
            "created_at": "2025-05-02",
            "ended_at": "2026-03-31",
            "cancel_reason": "Price",
            "cancel_comment": "Too expensive for what we use",
        },
    ],
    "subscription_changes": [
        {
            "change_id": f"c_{name}",
            "subscription_id": f"s_{name}",
            "effective_at": day,
            "plan_id": "yearly",
            "quantity": "4",
            "unit_amount": "500",
            "currency": "USD",
            "status": "active",
        }
        for name, day in (("stays", "2025-05-01"), ("goes", "2025-03-31"))
    ],
}


def add_contracts(raw: dict[str, list[dict[str, str]]]) -> None:
    """Add CONTRACTS to a company's raw rows."""
    for table, rows in CONTRACTS.items():
        raw[table] += [dict.fromkeys(raw[table][0], "") | row for row in rows]


def write_odd_company(folder: Path) -> dict[str, list[dict[str, str]]]:
    """Write 40 accounts over 15 months with bad rows, cut by a column of its own; return all rows.

    scripts/mutate builds it too.
    """
    generate(Settings(accounts=40, months=15, events=1500, seed=23, bad_share=0.03, out=folder))
    raw = read_raw(folder)
    add_contracts(raw)
    for number, row in enumerate(raw["accounts"]):
        row["company"] = f"g{number % 3:03}" if number % 5 else ""
    for table in CONTRACTS:
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(raw[table][0]), restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(raw[table])
    return raw


@pytest.fixture(scope="module")
def case(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The odd company, built."""
    folder = tmp_path_factory.mktemp("company")
    raw = write_odd_company(folder)
    built = project.build(
        folder,
        as_of=AS_OF.isoformat(),
        variables=VARIABLES,
        arguments=["--exclude-resource-type", "test"],
    )
    return Case(built, Oracle(raw, as_of=AS_OF, variables=VARIABLES), raw)


@pytest.mark.parametrize("mart", list(Oracle.covered))
def test_a_mart_agrees(case: Case, mart: str) -> None:
    """Row by row and column by column, from raw rows; no mart is empty in this company."""
    assert case.oracle.rows(mart), f"{mart} has no rows: the company shows nothing"
    found = compare(case.built.warehouse, case.oracle, [mart])
    assert not found, "\n" + report(found, case.raw)


def test_rejected_rows_agree(case: Case) -> None:
    rows = case.built.query(
        "select source_table, source_key, first_rule, broken_rules from staging.rejected_rows"
    )
    found = sorted((tuple(row.values()) for row in rows), key=str)
    assert found == case.oracle.rejected_rows()
    assert len({rule for _, _, rule, _ in found}) >= 8, "the company breaks too few rules"


def test_no_column_is_always_empty(case: Case) -> None:
    """A column that is NULL in every row of this company is compared with nothing."""
    empty = [
        (mart, column)
        for mart in Oracle.covered
        for column in sorted(Oracle.covered[mart])
        if all(row[column] is None for row in case.oracle.rows(mart))
    ]
    # what only a second report of a company knows
    later = ("change_detail", "earlier_as_of_date", "earlier_reported_at", "earlier_value")
    assert empty == [("fct_metric_history", column) for column in later]


# --- the comparison -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tiny() -> Oracle:
    """The example that a person can read."""
    return Oracle(read_raw(ROOT / "examples" / "tiny"))


Rows = list[dict[str, Any]]


def _cent(rows: Rows) -> None:
    rows[3]["mrr"] += Decimal("0.01")


def _lost(rows: Rows) -> None:
    del rows[5]


def _twice(rows: Rows) -> None:
    rows.append(rows[7])


def _rate(rows: Rows) -> None:
    row = next(row for row in rows if row["quick_ratio"])
    row["quick_ratio"] *= 1 + 1e-7


def _null(rows: Rows) -> None:
    next(row for row in rows if row["arpa"] is not None)["arpa"] = None


@pytest.mark.parametrize(
    ("spoil", "kind", "column"),
    [
        (_cent, "differs", "mrr"),
        (_lost, "missing", ""),
        (_twice, "extra", ""),
        (_rate, "differs", "quick_ratio"),
        (_null, "differs", "arpa"),
    ],
)
def test_a_spoiled_mart_is_found(
    tiny: Oracle, spoil: Callable[[Rows], None], kind: str, column: str
) -> None:
    rows = [dict(row) for row in tiny.rows("fct_mrr_monthly")]
    assert list(compare_mart("fct_mrr_monthly", rows, tiny)) == []
    spoil(rows)
    (found,) = compare_mart("fct_mrr_monthly", rows, tiny)
    assert (found.kind, found.column) == (kind, column)


def test_a_difference_is_told_with_the_raw_rows_of_its_account(tiny: Oracle) -> None:
    rows = [dict(row) for row in tiny.rows("fct_account_value")]
    rows[0]["realised_value"] += 1
    found = list(compare_mart("fct_account_value", rows, tiny))
    text = report(found, read_raw(ROOT / "examples" / "tiny"))
    assert f"account_id={rows[0]['account_id']}] realised_value: warehouse" in text
    assert f" account_id={rows[0]['account_id']} created_at=" in text
    assert "subscription_changes: " in text


def test_differences_go_to_their_companies() -> None:
    def found(mart: str, account_id: str | None = None, **key: str) -> Difference:
        return Difference(mart, key, "missing", account_id=account_id)

    account = found("fct_account_value", "g001_a1")
    trial = found("fct_trials", subscription_id="g002_s1")
    segment = found("fct_mrr_monthly", segment_type="company", segment_value="g002")
    total = found("fct_mrr_monthly", segment_type="total", segment_value="all")
    region = found("fct_mrr_monthly", segment_type="region", segment_value="g001_land")
    grouped = by_company([account, trial, segment, total, region], ["g001_", "g002_"])
    assert grouped == {"g001_": [account], "g002_": [trial, segment], "": [total, region]}


def same_and_other() -> Iterator[tuple[Any, Any, bool]]:
    yield Decimal("1.10"), Decimal("1.1"), True
    yield Decimal("1.10"), Decimal("1.11"), False
    yield None, 0, False
    yield 0.1 + 0.2, 0.3, True
    yield 0.3, 0.3 + 1e-8, False
    yield True, 1, True
    yield False, None, False
    yield "a", "b", False
    # half a cent that a double may round either way
    yield Decimal("0.02"), rounded(Decimal("0.015"), 2), True
    yield Decimal("0.01"), rounded(Decimal("0.015"), 2), True
    yield Decimal("0.01"), rounded(Decimal("0.0151"), 2), False
    yield Decimal("0.99"), difference(Decimal(1), rounded(Decimal("0.015"), 2)), True


@pytest.mark.parametrize(("built", "expected", "same"), list(same_and_other()))
def test_money_to_the_cent_and_rates_to_nine_digits(
    built: object, expected: object, same: bool
) -> None:
    assert is_same(built, expected) is same


def test_segments_may_be_left_out(tiny: Oracle) -> None:
    """The total is the same whatever else is cut by; nothing else is there."""
    fewer = Oracle(read_raw(ROOT / "examples" / "tiny"), segment_types=["region"])
    rows = fewer.rows("fct_retention_monthly")
    assert {row["segment_type"] for row in rows} == {"total", "region"}
    kept = [
        row
        for row in tiny.rows("fct_retention_monthly")
        if row["segment_type"] in ("total", "region")
    ]
    assert sorted(rows, key=_key) == sorted(kept, key=_key)


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in GRAINS["fct_retention_monthly"])


@pytest.mark.parametrize("name", ["reactivation_grace_day", "as_of"])
def test_an_unknown_var_is_an_error(name: str) -> None:
    with pytest.raises(KeyError, match=name):
        Oracle({}, as_of=AS_OF, variables={name: 1})


def test_a_company_of_nothing_has_no_months() -> None:
    empty = Oracle({}, as_of=AS_OF)
    for mart in Oracle.covered:
        if mart.startswith("fct_"):
            assert empty.rows(mart) == []
