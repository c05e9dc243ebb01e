"""MRR day by day: what each account pays on each day, and what moved from one day to the next.

Slow and plain on purpose. Nothing here is shared with the models: a state is looked up for every
day, a rate for every month, and a movement is the difference between two days.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

Row = Mapping[str, Any]
Day = datetime.date
Movement = tuple[str, Day, bool, str, Decimal, Decimal]

ONE_DAY = datetime.timedelta(days=1)
PER_MONTH = {
    "day": Fraction(365, 12),
    "week": Fraction(52, 12),
    "month": Fraction(1),
    "quarter": Fraction(1, 3),
    "half_year": Fraction(1, 6),
    "year": Fraction(1, 12),
}


@dataclass(frozen=True)
class Rules:
    """The settings that change MRR, with the project's own defaults."""

    as_of: Day
    reporting_currency: str = "USD"
    fx_policy: str = "constant"
    past_due_grace_days: int = 30
    reactivation_grace_days: int = 0
    churn_recognition: str = "service_end"
    fx_base_month: Day | None = None
    renewal_grace_days: int = 30
    trial_conversion_window_days: int = 30
    health_window_days: int = 30
    health_backtest_days: int = 90


@dataclass(frozen=True)
class Position:
    """What a subscription holds on a day: a price in its own currency, before conversion."""

    native: Fraction
    currency: str


@dataclass(frozen=True)
class Subscription:
    """A subscription with its states in order, and the first day without service, if any."""

    subscription_id: str
    account_id: str
    states: Sequence[Row]
    service_end: Day | None


def to_cents(amount: Fraction) -> Decimal:
    """Round half away from zero to two decimals."""
    cents = (abs(amount) * 100 * 2 + 1) // 2
    return (Decimal(int(cents)) / 100) * (-1 if amount < 0 else 1)


class Rates:
    """Reporting units for one unit of a currency, by month."""

    def __init__(self, rows: Sequence[Row], rules: Rules) -> None:
        """Keep the rates of `rows` (currency, rate_month, rate_to_reporting)."""
        self.rules = rules
        self.known: dict[str, dict[Day, Fraction]] = defaultdict(dict)
        for row in rows:
            self.known[row["currency"]][row["rate_month"]] = Fraction(row["rate_to_reporting"])
        self._values: dict[tuple[Fraction, Fraction], Decimal] = {}

    def rate(self, currency: str, day: Day) -> Fraction:
        """Return the rate in force for a currency on a day."""
        if currency == self.rules.reporting_currency:
            return Fraction(1)
        months = self.known[currency]
        if self.rules.fx_policy == "constant":
            base = self.rules.fx_base_month
            until_base = [month for month in months if base and month <= base]
            return months[max(until_base) if until_base else min(months)]
        past = [month for month in months if month <= day and month <= self.rules.as_of]
        return months[max(past)] if past else months[min(months)]

    def value(self, position: Position, day: Day) -> Decimal:
        """Return a position's MRR at the rate of a day, rounded to the cent."""
        sides = position.native, self.rate(position.currency, day)
        if sides not in self._values:
            self._values[sides] = to_cents(sides[0] * sides[1])
        return self._values[sides]


class Company:
    """Every account's positions on every day up to the as-of date."""

    def __init__(self, tables: Mapping[str, Sequence[Row]], rules: Rules) -> None:
        """Take staged rows by raw table name; rows of internal accounts do not count."""
        self.rules = rules
        # in a bridged gap every day stands for the last one before it
        self.stands_for: dict[tuple[str, Day], Day] = {}
        self.open_gaps: dict[str, Day] = {}
        self.rates = Rates(tables["exchange_rates"], rules)
        self.plans = {plan["plan_id"]: plan for plan in tables["plans"]}
        own = {row["account_id"] for row in tables["accounts"] if row["is_internal"]}
        by_subscription: dict[str, list[Row]] = defaultdict(list)
        for change in sorted(tables["subscription_changes"], key=lambda row: row["effective_at"]):
            by_subscription[change["subscription_id"]].append(change)
        self.accounts: dict[str, list[Subscription]] = defaultdict(list)
        self.states_of: dict[str, Sequence[Row]] = {}
        for row in tables["subscriptions"]:
            if row["account_id"] not in own:
                states = by_subscription[row["subscription_id"]]
                self.states_of[row["subscription_id"]] = states
                self.accounts[row["account_id"]].append(self._subscription(row, states))

    def _subscription(self, row: Row, states: Sequence[Row]) -> Subscription:
        as_of = self.rules.as_of
        requested = row["canceled_date"]
        canceled = [state for state in states if state["status"] == "canceled"]
        if requested is None and canceled and states[-1]["status"] == "canceled":
            for state in reversed(states):
                if state["status"] != "canceled":
                    break
                requested = state["effective_date"]
        end = row["ended_date"]
        if end is not None and end > as_of and row["canceled_date"] is None and not canceled:
            end = None
        if self.rules.churn_recognition == "cancellation_request" and requested is not None:
            end = requested if end is None else min(end, requested)
        if end is not None:
            states = [
                state
                for state in states
                if state["effective_date"] < end and state["status"] != "canceled"
            ]
        return Subscription(row["subscription_id"], row["account_id"], states, end)

    def _position(self, subscription: Subscription, day: Day) -> Position | None:
        """Return what a subscription pays for on a day, None where it pays nothing."""
        if subscription.service_end is not None and day >= subscription.service_end:
            return None
        begun = [state for state in subscription.states if state["effective_date"] <= day]
        if not begun:
            return None
        state = begun[-1]
        if self.plans[state["plan_id"]]["is_free"] or not self._is_earning(begun, day):
            return None
        return self._priced(state, day)

    def _priced(self, state: Row, day: Day) -> Position | None:
        """Return what a state that counts brings on a day, None where that is nothing."""
        plan = self.plans[state["plan_id"]]
        amount = Fraction(state["quantity"]) * Fraction(state["unit_amount"])
        if self._has_discount(state, day):
            amount = amount * (1 - Fraction(state["discount_percent"]) / 100)
            amount = amount - Fraction(state["discount_amount"])
        native = max(amount, Fraction(0)) * PER_MONTH[plan["billing_interval"]]
        return Position(native / plan["interval_count"], state["currency"]) if native else None

    def _is_earning(self, begun: Sequence[Row], day: Day) -> bool:
        status = begun[-1]["status"]
        if status == "active":
            return True
        if status != "past_due":
            return False
        since = day
        for state in reversed(begun):
            if state["status"] != "past_due":
                break
            since = state["effective_date"]
        return (day - since).days < self.rules.past_due_grace_days

    @staticmethod
    def _has_discount(state: Row, day: Day) -> bool:
        if state["discount_duration"] == "repeating":
            return state["discount_ends_date"] is None or day < state["discount_ends_date"]
        return bool(state["discount_duration"] == "forever")

    def account_days(self, account_id: str) -> dict[Day, dict[str, Position]]:
        """Return an account's paid positions by subscription for every day, gaps bridged."""
        subscriptions = self.accounts[account_id]
        firsts = [sub.states[0]["effective_date"] for sub in subscriptions if sub.states]
        if not firsts:
            return {}
        days: dict[Day, dict[str, Position]] = {}
        day = min(firsts)
        while day <= self.rules.as_of:
            held = {sub.subscription_id: self._position(sub, day) for sub in subscriptions}
            days[day] = {name: position for name, position in held.items() if position}
            day += ONE_DAY
        return self._bridged(account_id, days)

    def _bridged(
        self, account_id: str, days: dict[Day, dict[str, Position]]
    ) -> dict[Day, dict[str, Position]]:
        grace = self.rules.reactivation_grace_days
        gap: list[Day] = []
        last: dict[str, Position] = {}
        for day, positions in list(days.items()):
            if not positions:
                gap.append(day)
                continue
            if last and len(gap) <= grace:
                self._bridge(account_id, days, gap, last)
            gap, last = [], positions
        # service may still resume within the grace, counted from the first day without it
        if last and gap and len(gap) <= grace:
            self._bridge(account_id, days, gap, last)
            self.open_gaps[account_id] = gap[0]
        return days

    def _bridge(
        self,
        account_id: str,
        days: dict[Day, dict[str, Position]],
        gap: Sequence[Day],
        last: dict[str, Position],
    ) -> None:
        days.update(dict.fromkeys(gap, last))
        for day in gap:
            self.stands_for[(account_id, day)] = gap[0] - ONE_DAY

    def movements(self, account_id: str) -> Iterator[Movement]:
        """Yield (account, day, is_fx, movement, amount, closing) of an account, in order."""
        balance, had_mrr = Decimal(0), False
        before: dict[str, Position] = {}
        for day, after in self.account_days(account_id).items():
            fx, other = self._split(before, after, day)
            if fx:
                balance += fx
                yield account_id, day, True, "fx", fx, balance
            if other:
                name = _movement(balance, balance + other, had_mrr=had_mrr)
                balance += other
                yield account_id, day, False, name, other, balance
            had_mrr = had_mrr or balance > 0
            before = after

    def _split(
        self, before: Mapping[str, Position], after: Mapping[str, Position], day: Day
    ) -> tuple[Decimal, Decimal]:
        """Return a day's fx, on what survives it, and the rest, currency by currency."""
        fx = other = Decimal(0)
        eve = day - ONE_DAY
        for currency in {position.currency for position in (*before.values(), *after.values())}:
            was, was_now = self._sums(before, currency, eve, day)
            becomes_then, becomes = self._sums(after, currency, eve, day)
            if becomes_then <= was:
                fx += becomes - becomes_then
                other += becomes_then - was
            else:
                fx += was_now - was
                other += becomes - was_now
        return fx, other

    def _sums(
        self, positions: Mapping[str, Position], currency: str, *days: Day
    ) -> tuple[Decimal, ...]:
        mine = [position for position in positions.values() if position.currency == currency]
        return tuple(
            sum((self.rates.value(position, day) for position in mine), Decimal(0)) for day in days
        )

    def all_movements(self) -> Iterator[Movement]:
        """Yield every account's movements, accounts in order."""
        for account_id in sorted(self.accounts):
            yield from self.movements(account_id)


def _movement(before: Decimal, after: Decimal, *, had_mrr: bool) -> str:
    if before == 0:
        return "reactivation" if had_mrr else "new"
    if after == 0:
        return "churn"
    return "expansion" if after > before else "contraction"
