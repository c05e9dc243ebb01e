"""The few lines a build ends with, each figure one plain query on the warehouse."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from toolbox.engines.base import Engine, EngineError, Reader, Row
from toolbox.loader import LOADED_FILES

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


class Built(NamedTuple):
    """An open warehouse, and its engine, which knows how the schemas are called there."""

    reader: Reader
    engine: Engine

    def relation(self, schema: str, name: str) -> str:
        """Return a relation as queries name it."""
        return f"{self.engine.schema(schema)}.{name}"

    def rows(self, query: str) -> list[Row]:
        """Return the rows of `query`."""
        return self.reader.fetch(query)

    def row(self, query: str) -> Row | None:
        """Return the first row of `query`, None where it has none."""
        return next(iter(self.rows(query)), None)


def lines(engine: Engine) -> Iterator[Line]:
    """Yield (label, text) of the summary; a figure whose table is not built says so."""
    with engine.reader() as reader:
        built = Built(reader, engine)
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
                yield label, part(built)
            except EngineError as error:
                yield label, f"not built ({str(error)[:120]})"
    marts = f"schema {engine.schema('marts')} is for people, fct_mrr_monthly the place to begin"
    yield "warehouse", f"{engine.described()} ({marts})"
    yield "look", engine.look()


def _as_of(built: Built) -> str:
    row = built.row(f"select as_of_date from {built.relation('intermediate', 'int_as_of_date')}")
    return f"{row[0]}, the last day that counts" if row else "no data"


def _rows(built: Built) -> str:
    accounting = built.relation("marts", "raw_row_accounting")
    query = f"select outcome, sum(row_count) from {accounting} group by outcome"
    counts = {outcome: int(count) for outcome, count in built.rows(query)}
    raw, rejected = counts.get("raw", 0), counts.get("rejected", 0)
    share = f" ({rejected / raw:.2%})" if raw else ""
    return (
        f"{raw:,} = {counts.get('staged', 0):,} used + {rejected:,} rejected{share}"
        f" + {counts.get('not_yet_seen', 0):,} not yet seen"
    )


def _by_rule(built: Built, outcome: str) -> str:
    accounting = built.relation("marts", "raw_row_accounting")
    rows = built.rows(
        f"select rule, sum(row_count) as rule_row_count from {accounting}"
        f" where outcome = '{outcome}'"
        " group by rule having sum(row_count) > 0 order by rule_row_count desc, rule"
    )
    return ", ".join(f"{rule} {int(count):,}" for rule, count in rows) or "none"


def _rejected(built: Built) -> str:
    return _by_rule(built, "rejected")


def _suspicious(built: Built) -> str:
    return f"{_by_rule(built, 'suspicious')} (kept)"


def _off(built: Built) -> str:
    loaded = built.relation("raw", LOADED_FILES)
    off = [
        f"{BRINGS.get(table, table)} ({table}: {'no rows' if given else 'no file'})"
        for table, given in built.rows(
            f"select table_name, is_given from {loaded} where row_count = 0 order by table_name"
        )
    ]
    off += _health(built)
    return ", ".join(off) or "nothing"


def _health(built: Built) -> list[str]:
    """Return what is to be said of health bands that tell nothing."""
    try:
        row = built.row(
            "select count(*), coalesce(sum(weighted_action_count), 0)"
            f" from {built.relation('marts', 'fct_account_health')} where is_latest"
        )
    except EngineError:
        return []  # Not built: another line says so.
    if row is None or not row[0] or row[1]:
        return []
    return ["health bands (no event of the seed health_action_weights in the last days)"]


# The last month that is over, in total.
_LAST_MONTH = """
    where segment_type = 'total' and segment_value = 'all' and not is_partial_month
    order by mrr_month desc
    limit 1
"""


def _bridge(built: Built) -> str:
    columns = ", ".join(column for _, column in _MOVEMENTS)
    counts = "opening_customer_count, customer_count"
    row = built.row(
        f"select mrr_month, opening_mrr, mrr, {counts}, {columns}"
        f" from {built.relation('marts', 'fct_mrr_monthly')} {_LAST_MONTH}"
    )
    if row is None:
        return "no month is over yet"
    month: datetime.date = row[0]
    moves = ", ".join(
        f"{label} {_signed(amount)}"
        for (label, _), amount in zip(_MOVEMENTS, row[5:], strict=True)
        if amount or label != "fx"
    )
    currency = built.row(
        f"select reporting_currency from {built.relation('intermediate', 'int_reporting_currency')}"
    )
    unit = f" {currency[0]}" if currency else ""
    customers = f"{row[4]:,} customers at its end, {row[3]:,} at its beginning"
    return f"{month:%B %Y}: {money(row[1])} {moves} = {money(row[2])}{unit}; {customers}"


def _retention(built: Built) -> str:
    row = built.row(
        "select mrr_month, customer_churn_rate, customer_churn_rate_ci_low,"
        " customer_churn_rate_ci_high, gross_revenue_retention_rate, net_revenue_retention_rate,"
        " trailing_12_net_revenue_retention_rate"
        f" from {built.relation('marts', 'fct_retention_monthly')} {_LAST_MONTH}"
    )
    if row is None:
        return "no month is over yet"
    churn, low, high, grr, nrr, trailing_nrr = (percent(rate) for rate in row[1:])
    return (
        f"{row[0]:%B %Y}: customer churn {churn} ({low} to {high}), GRR {grr}, NRR {nrr},"
        f" NRR of 12 months {trailing_nrr}"
    )


def _at_doubt(built: Built) -> str:
    row = built.row(
        "select mrr_at_doubt, mrr_with_missing, mrr_at_doubt_share"
        f" from {built.relation('intermediate', 'int_build_clearance')}"
    )
    if row is None or not row[0]:
        return "none: no MRR rests on rejected rows"
    return f"{money(row[0])} of {money(row[1])} MRR ({row[2]:.2%}) rests on rejected rows"
