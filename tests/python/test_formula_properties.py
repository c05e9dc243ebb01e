"""Formulas on numbers that nobody chose: what holds for some rows must hold for all.

The macros are rendered once by dbt; hypothesis draws the numbers, and shrinks what fails.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness import Project
from oracle.figures import wilson

CENT = Decimal("0.01")
Z = 1.959963984540054
# One select for all, so that dbt renders once; each column is asked for by its name.
FORMULAS = {
    "divided": "divide_money('numerator', 'divisor')",
    "scaled": "divide_money('numerator', 'divisor', places=8)",
    "low": "wilson_low('part', 'whole')",
    "high": "wilson_high('part', 'whole')",
    "months": "months_between('first', 'last')",
    "month": "month_of('first')",
    "movement": "mrr_movement('before', 'after', 'had_before')",
    "due": "term_date('first', 'terms')",
    "annual": "annualised_customer_churn_rate('share')",
}
TYPES = {
    "numerator": "hugeint", "divisor": "hugeint", "part": "bigint", "whole": "bigint",
    "first": "date", "last": "date", "before": "decimal(18, 2)", "after": "decimal(18, 2)",
    "had_before": "boolean", "terms": "int", "interval_months": "int", "interval_days": "int",
    "share": "double",
}  # fmt: skip
Evaluate = Callable[..., Any]

examples = settings(max_examples=300, deadline=None, derandomize=True)
counts = st.integers(0, 10**7)
days = st.dates(datetime.date(2000, 1, 1), datetime.date(2049, 12, 31))
amounts = st.decimals(0, 10**9, places=2)


@pytest.fixture(scope="module")
def evaluate(project: Project) -> Evaluate:
    """Return what evaluates one formula: evaluate("low", part=1, whole=4)."""
    text = "\n;\n".join(f"{{{{ {call} }}}}" for call in FORMULAS.values())
    rendered = dict(zip(FORMULAS, project.rendered(text).split("\n;\n"), strict=True))
    connection = duckdb.connect()

    def run(formula: str, **values: object) -> Any:
        columns = ", ".join(f"cast(${name} as {TYPES[name]}) as {name}" for name in values)
        query = f"select {rendered[formula]} from (select {columns}) as drawn"
        return connection.execute(query, values).fetchall()[0][0]

    return run


def half_away(value: Fraction) -> Decimal:
    """Round to the cent, halves away from zero."""
    cents = math.floor(abs(value) * 100 + Fraction(1, 2))
    return (CENT * cents).copy_sign(Decimal(-1 if value < 0 else 1))


@examples
@given(numerator=st.integers(-(10**15), 10**15), divisor=st.integers(1, 10**6))
def test_money_is_divided_once_and_rounded_half_away_from_zero(evaluate, numerator, divisor):
    expected = half_away(Fraction(numerator, 100 * divisor))
    assert evaluate("divided", numerator=numerator, divisor=divisor) == expected
    smaller = half_away(Fraction(numerator, 10**8 * divisor))
    assert evaluate("scaled", numerator=numerator, divisor=divisor) == smaller


@examples
@given(cents=st.integers(0, 10**12), divisor=st.sampled_from([2, 4, 8, 20, 200]))
def test_ties_go_away_from_zero_either_way(evaluate, cents, divisor):
    odd = (2 * cents + 1) * divisor // 2
    up = evaluate("divided", numerator=odd, divisor=divisor)
    down = evaluate("divided", numerator=-odd, divisor=divisor)
    assert up == -down == CENT * (cents + 1)


@examples
@given(whole=counts, share=st.floats(0, 1))
def test_an_interval_holds_its_rate_and_is_the_oracles(evaluate, whole, share):
    part = round(share * whole)
    low = evaluate("low", part=part, whole=whole)
    high = evaluate("high", part=part, whole=whole)
    if whole == 0:
        assert (low, high) == (None, None)
        return
    assert 0 <= low <= part / whole <= high <= 1
    assert (low, high) == pytest.approx(wilson(part, whole), abs=1e-9)
    # Turned round, the interval is the mirror image.
    mirrored = evaluate("high", part=whole - part, whole=whole)
    assert 1 - low == pytest.approx(mirrored, abs=1e-9)


@examples
@given(first=days, last=days)
def test_months_between_only_asks_for_the_months(evaluate, first, last):
    months = evaluate("months", first=first, last=last)
    assert months == (last.year - first.year) * 12 + last.month - first.month
    assert months == -evaluate("months", first=last, last=first)
    assert evaluate("month", first=first) == first.replace(day=1)


@examples
@given(before=amounts, after=amounts, had_before=st.booleans())
def test_every_change_has_one_name_and_no_change_has_none(evaluate, before, after, had_before):
    # What has MRR now has had it.
    had = had_before or before > 0
    name = evaluate("movement", before=before, after=after, had_before=had)
    assert name == named(before, after, had=had)


def named(before: Decimal, after: Decimal, *, had: bool) -> str | None:
    if before == after:
        return None
    if after == 0:
        return "churn"
    if before == 0:
        return "reactivation" if had else "new"
    return "expansion" if after > before else "contraction"


@examples
@given(first=days, terms=st.integers(0, 60), months=st.sampled_from([1, 3, 6, 12]))
def test_terms_keep_the_day_they_began_on(evaluate, first, terms, months):
    due = evaluate("due", first=first, terms=terms, interval_months=months, interval_days=0)
    total = first.year * 12 + first.month - 1 + terms * months
    assert (due.year * 12 + due.month - 1) == total
    assert due.day == min(first.day, last_day(due))


def last_day(day: datetime.date) -> int:
    following = (day.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
    return (following - datetime.timedelta(days=1)).day


@examples
@given(share=st.floats(0, 1))
def test_a_year_of_churn_is_no_less_than_a_month_of_it(evaluate, share):
    annual = evaluate("annual", share=share)
    assert 0 <= annual <= 1
    assert annual >= share or annual == pytest.approx(share)


def test_every_formula_above_is_asked_for(request):
    """None is rendered and never tried."""
    source = request.path.read_text(encoding="utf-8")
    asked: Sequence[str] = [name for name in FORMULAS if f'evaluate("{name}"' in source]
    assert asked == list(FORMULAS)
