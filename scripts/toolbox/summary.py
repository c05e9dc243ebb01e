"""The few lines a build ends with, each figure one plain query on the warehouse."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from toolbox.console import one_line
from toolbox.contract import ROOT
from toolbox.options import DEMO_WAREHOUSE
from toolbox.warehouse import connect

Line = tuple[str, str]

# What each optional table brings; said when it is absent or empty.
BRINGS = {
    "invoices": "payments",
    "exchange_rates": "more than one currency",
    "users": "seats in use",
    "usage_events": "engagement",
    "survey_invitations": "response rates",
    "survey_responses": "survey scores",
    "support_tickets": "support",
    "referrals": "referrals",
    "goal_events": "goal conversion",
    "costs": "unit economics",
}
_MOVEMENTS = (
    ("new", "new_mrr"),
    ("reactivation", "reactivation_mrr"),
    ("expansion", "expansion_mrr"),
    ("contraction", "contraction_mrr"),
    ("churned", "churned_mrr"),
    ("fx", "fx_mrr"),
)


def money(amount: Decimal | float | None) -> str:
    """Return an amount with thousands marks and two decimals, "-" for none."""
    return "-" if amount is None else f"{amount:,.2f}"


def percent(rate: float | None) -> str:
    """Return a fraction in percent with one decimal, "-" for none."""
    return "-" if rate is None else f"{rate:.1%}"


def _signed(amount: Decimal | float | None) -> str:
    return money(amount) if amount is None or amount < 0 else f"+{money(amount)}"


def lines(warehouse: Path) -> Iterator[Line]:
    """Yield (label, text) of the summary; a figure whose table is not built says so."""
    with connect(warehouse, read_only=True) as connection:
        for label, part in (
            ("as of", _as_of),
            ("rows in", _rows),
            ("rejected", _rejected),
            ("suspicious", _suspicious),
            ("off", _off),
            ("MRR", _bridge),
            ("retention", _retention),
            ("at doubt", _at_doubt),
        ):
            try:
                yield label, part(connection)
            except duckdb.Error as error:
                yield label, f"not built ({one_line(error)[:120]})"
    yield from _where(warehouse)


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...] | None:
    row: tuple[Any, ...] | None = connection.execute(query).fetchone()
    return row


def _as_of(connection: duckdb.DuckDBPyConnection) -> str:
    row = _one(connection, "select as_of_date from intermediate.int_as_of_date")
    return f"{row[0]}, the last day that counts" if row else "no data"


def _rows(connection: duckdb.DuckDBPyConnection) -> str:
    query = "select outcome, sum(row_count) from marts.raw_row_accounting group by outcome"
    counts = {outcome: int(count) for outcome, count in connection.execute(query).fetchall()}
    raw, rejected = counts.get("raw", 0), counts.get("rejected", 0)
    share = f" ({rejected / raw:.2%})" if raw else ""
    return (
        f"{raw:,} = {counts.get('staged', 0):,} used + {rejected:,} rejected{share}"
        f" + {counts.get('not_yet_seen', 0):,} not yet seen"
    )


def _by_rule(connection: duckdb.DuckDBPyConnection, outcome: str) -> str:
    rows = connection.execute(
        "select rule, sum(row_count) as rows from marts.raw_row_accounting where outcome = ?"
        " group by rule having sum(row_count) > 0 order by rows desc, rule",
        [outcome],
    ).fetchall()
    return ", ".join(f"{rule} {int(count):,}" for rule, count in rows) or "none"


def _rejected(connection: duckdb.DuckDBPyConnection) -> str:
    return _by_rule(connection, "rejected")


def _suspicious(connection: duckdb.DuckDBPyConnection) -> str:
    return f"{_by_rule(connection, 'suspicious')} (kept)"


def _off(connection: duckdb.DuckDBPyConnection) -> str:
    rows = connection.execute(
        "select table_name, is_given from raw.loaded_files where row_count = 0"
    ).fetchall()
    off = [
        f"{BRINGS.get(table, table)} ({table}: {'no rows' if given else 'no file'})"
        for table, given in rows
    ]
    return ", ".join(off) or "nothing"


# The last month that is over, in total.
_LAST_MONTH = """
    from marts.fct_mrr_monthly
    where segment_type = 'total' and segment_value = 'all' and not is_partial_month
    order by mrr_month desc
    limit 1
"""


def _bridge(connection: duckdb.DuckDBPyConnection) -> str:
    columns = ", ".join(column for _, column in _MOVEMENTS)
    counts = "opening_customer_count, customer_count"
    query = f"select mrr_month, opening_mrr, mrr, {counts}, {columns} {_LAST_MONTH}"
    row = connection.execute(query).fetchone()
    if row is None:
        return "no month is over yet"
    month: datetime.date = row[0]
    moves = ", ".join(
        f"{label} {_signed(amount)}"
        for (label, _), amount in zip(_MOVEMENTS, row[5:], strict=True)
        if amount or label != "fx"
    )
    currency = _one(
        connection, "select reporting_currency from intermediate.int_reporting_currency"
    )
    unit = f" {currency[0]}" if currency else ""
    customers = f"{row[4]:,} customers at its end, {row[3]:,} at its beginning"
    return f"{month:%B %Y}: {money(row[1])} {moves} = {money(row[2])}{unit}; {customers}"


def _retention(connection: duckdb.DuckDBPyConnection) -> str:
    row = _one(
        connection,
        "select mrr_month, customer_churn_rate, customer_churn_rate_ci_low,"
        " customer_churn_rate_ci_high, gross_revenue_retention_rate, net_revenue_retention_rate,"
        " trailing_12_net_revenue_retention_rate from marts.fct_retention_monthly"
        " where segment_type = 'total' and segment_value = 'all' and not is_partial_month"
        " order by mrr_month desc limit 1",
    )
    if row is None:
        return "no month is over yet"
    churn, low, high, grr, nrr, trailing_nrr = (percent(rate) for rate in row[1:])
    return (
        f"{row[0]:%B %Y}: customer churn {churn} ({low} to {high}), GRR {grr}, NRR {nrr},"
        f" NRR of 12 months {trailing_nrr}"
    )


def _at_doubt(connection: duckdb.DuckDBPyConnection) -> str:
    row = _one(
        connection,
        "select mrr_at_doubt, mrr_with_missing, mrr_at_doubt_share"
        " from intermediate.int_build_clearance",
    )
    if row is None or not row[0]:
        return "none: no MRR rests on rejected rows"
    return f"{money(row[0])} of {money(row[1])} MRR ({row[2]:.2%}) rests on rejected rows"


def _where(warehouse: Path) -> Iterator[Line]:
    shown = warehouse.relative_to(ROOT) if warehouse.is_relative_to(ROOT) else warehouse
    yield "warehouse", f"{shown} (schema marts is for people, fct_mrr_monthly the place to begin)"
    opened = f"duckdb.connect('{shown}', read_only=True)"
    code = f"import duckdb; print({opened}.sql('from marts.fct_mrr_monthly'))"
    own = "" if shown == Path(DEMO_WAREHOUSE) else f"CSM_WAREHOUSE={shown} "
    docs = f"{own}.venv/bin/dbt docs generate, then .venv/bin/dbt docs serve"
    yield "look", f'any DuckDB client, or .venv/bin/python -c "{code}"; the docs: {docs}'
