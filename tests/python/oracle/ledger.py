"""Why MRR moved: each subscription's share of a day, its driver, and what kind a churn was.

Also what is agreed for the days to come. Built on the days of `oracle.retention`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from oracle.retention import Life, RetentionCompany
from oracle.revenue import ONE_DAY, Day, Position, Row, Rules, Subscription

ZERO = Decimal(0)
ENDED = "ended"


@dataclass(frozen=True)
class View:
    """What there is of a subscription on a day, paid or not."""

    status: str
    is_earning: bool
    state: Row
    plan: Row

    def get(self, name: str) -> Any:
        """Return a value of the state, else of its plan; None where service has ended."""
        if self.status == ENDED:
            return None
        return self.state[name] if name in self.state else self.plan[name]


@dataclass(frozen=True)
class Share:
    """A subscription's part of what moved on a day."""

    subscription_id: str
    account_id: str
    day: Day
    is_fx: bool
    driver: str
    before: View | None
    after: View | None
    mrr_before: Decimal
    mrr_after: Decimal

    @property
    def amount(self) -> Decimal:
        """Return by how much MRR changed."""
        return self.mrr_after - self.mrr_before

    def then(self, name: str) -> Any:
        """Return a value of the state before, None where there was none."""
        return self.before.get(name) if self.before else None

    def now(self, name: str) -> Any:
        """Return a value of the state after, None where there is none."""
        return self.after.get(name) if self.after else None


class LedgerCompany(RetentionCompany):
    """A company that knows why it earns more or less than the day before."""

    def __init__(
        self,
        tables: Mapping[str, Sequence[Row]],
        rules: Rules,
        attributes: Iterable[str],
        failures: Iterable[str],
        signed_states: Sequence[Row] = (),
    ) -> None:
        """Take staged rows, cancel reasons that mean a failed payment, and states to come."""
        super().__init__(tables, rules, attributes)
        self.failures = {reason.lower() for reason in failures}
        self.rows = {row["subscription_id"]: row for row in tables["subscriptions"]}
        self.signed: dict[str, list[Row]] = {}
        for state in sorted(signed_states, key=lambda row: row["effective_at"]):
            self.signed.setdefault(state["subscription_id"], []).append(state)
        self.life_of = {life.account_id: life for life in self.lives}
        self.shares = {life.account_id: list(self._shares(life)) for life in self.lives}

    def _view(self, subscription: Subscription, day: Day) -> View | None:
        """Return what holds at the end of a day; in a bridged gap what held before it."""
        day = self.stands_for.get((subscription.account_id, day), day)
        states = [*subscription.states, *self._signed_of(subscription)]
        begun = [state for state in states if state["effective_date"] <= day]
        if not begun:
            return None
        plan = self.plans[begun[-1]["plan_id"]]
        if subscription.service_end is not None and day >= subscription.service_end:
            return View(ENDED, False, begun[-1], plan)
        # a past due customer is expected to pay: no grace runs out in the future
        is_earning = self._is_earning(begun, min(day, self.rules.as_of))
        return View(begun[-1]["status"], is_earning, begun[-1], plan)

    def _signed_of(self, subscription: Subscription) -> Iterator[Row]:
        for state in self.signed.get(subscription.subscription_id, ()):
            end = subscription.service_end
            if end is None or (state["effective_date"] < end and state["status"] != "canceled"):
                yield state

    def driver(self, before: View | None, after: View, *, had_mrr: bool, paid: bool) -> str:
        """Return the first that applies of all that may have changed on a day."""
        if not paid and not had_mrr and not (before and before.is_earning):
            return "subscription_added"
        if after.status in (ENDED, "canceled"):
            return "subscription_removed"
        if before is None or after.is_earning != before.is_earning:
            return "status"
        changed = {
            name: before.get(name) != after.get(name)
            for name in ("plan_id", "plan_tier", "billing_interval", "interval_count", "quantity",
                         "unit_amount", "currency")
        }  # fmt: skip
        if changed["plan_id"]:
            is_interval = changed["billing_interval"] or changed["interval_count"]
            return "interval" if is_interval and not changed["plan_tier"] else "plan"
        if changed["quantity"]:
            return "quantity"
        return "price" if changed["unit_amount"] or changed["currency"] else "discount"

    def _shares(self, life: Life) -> Iterator[Share]:
        before: Mapping[str, Position] = {}
        had_mrr: set[str] = set()
        for day, after in self.account_days(life.account_id).items():
            is_new_rate = self.rules.fx_policy == "monthly" and day.day == 1
            if after != before or is_new_rate:
                yield from self._day_shares(life.account_id, day, before, after, had_mrr)
            had_mrr |= set(life.paid[day])
            before = after

    def _shrinking(
        self, before: Mapping[str, Position], after: Mapping[str, Position], eve: Day
    ) -> dict[str, bool]:
        """Say of each currency whether less of it is paid than on the eve, at the eve's rate."""
        currencies = {position.currency for position in (*before.values(), *after.values())}
        return {
            currency: self._sums(after, currency, eve)[0] <= self._sums(before, currency, eve)[0]
            for currency in currencies
        }

    def _day_shares(
        self,
        account_id: str,
        day: Day,
        before: Mapping[str, Position],
        after: Mapping[str, Position],
        had_mrr: set[str],
    ) -> Iterator[Share]:
        eve = day - ONE_DAY
        shrinking = self._shrinking(before, after, eve)
        for subscription in self.accounts[account_id]:
            name = subscription.subscription_id
            was, becomes = before.get(name), after.get(name)
            old = self.rates.value(was, eve) if was else ZERO
            new = self.rates.value(becomes, day) if becomes else ZERO
            fx = ZERO
            if was and not shrinking[was.currency]:
                fx += self.rates.value(was, day) - old
            if becomes and shrinking[becomes.currency]:
                fx += new - self.rates.value(becomes, eve)
            then, now = self._view(subscription, eve), self._view(subscription, day)
            if fx:
                yield Share(name, account_id, day, True, "fx", then, now, old, old + fx)
            if new - old != fx and now is not None:
                driver = self.driver(then, now, had_mrr=name in had_mrr, paid=bool(old))
                yield Share(name, account_id, day, False, driver, then, now, old + fx, new)

    def seats_of(self, account_id: str, subscription_id: str, day: Day) -> Decimal:
        """Return the seats that a subscription holds on a day, 0 on a plan without seats."""
        for subscription in self.accounts[account_id]:
            if subscription.subscription_id == subscription_id:
                view = self._view(subscription, day)
                if view and view.plan["is_seat_based"]:
                    return Decimal(view.state["quantity"])
        return ZERO

    # --- why a customer went ----------------------------------------------------------------------

    def loss(self, account_id: str, day: Day) -> Share:
        """Return the largest share of a day on which everything was lost."""
        lost = [s for s in self.shares[account_id] if s.day == day and not s.is_fx]
        return min(lost, key=lambda share: (share.amount, share.subscription_id))

    def churn_kind(self, account_id: str, day: Day) -> str:
        """Return why an account that was lost on a day has gone."""
        views = [self._view(subscription, day) for subscription in self.accounts[account_id]]
        if any(view and view.status == "active" and view.plan["is_free"] for view in views):
            return "downgraded_to_free"
        loss = self.loss(account_id, day)
        status = loss.after.status if loss.after else ENDED
        reason = self.rows[loss.subscription_id]["cancel_reason"]
        failed = ("past_due", "unpaid")
        if status in failed:
            return "payment_failure"
        if status in (ENDED, "canceled"):
            was_failing = loss.before is not None and loss.before.status in failed
            if was_failing or (reason or "").lower() in self.failures:
                return "payment_failure"
        if status == "paused":
            return "paused"
        if status == "active":
            return "fully_discounted"
        is_cancelled = self.canceled_day(loss.subscription_id) is not None or reason is not None
        return "cancelled" if status == "canceled" or is_cancelled else "unknown"

    def canceled_day(self, subscription_id: str) -> Day | None:
        """Return when a cancellation was asked for, by date or by a last state that says so."""
        asked: Day | None = self.rows[subscription_id]["canceled_date"]
        if asked is not None:
            return asked
        states = self.states_of[subscription_id]
        for state in reversed(states):
            if state["status"] != "canceled":
                break
            asked = state["effective_date"]
        return asked

    # --- what is agreed ---------------------------------------------------------------------------

    def agreed(self, life: Life) -> Iterator[Share]:
        """Yield what will change after the as-of date, by subscription and day."""
        as_of = self.rules.as_of
        now = self.account_days(life.account_id).get(as_of, {})
        for subscription in self.accounts[life.account_id]:
            name = subscription.subscription_id
            states = [*subscription.states, *self._signed_of(subscription)]
            days = {state["effective_date"] for state in states}
            days |= {
                state["discount_ends_date"]
                for state in states
                if state["discount_duration"] == "repeating" and state["discount_ends_date"]
            }
            if states and subscription.service_end:
                days.add(subscription.service_end)
            held = now.get(name)
            view = self._view(subscription, as_of)
            had_mrr = any(name in paid for paid in life.paid.values())
            for day in sorted(day for day in days if day > as_of):
                after, becomes = self._view(subscription, day), self._future(subscription, day)
                old = self.rates.value(held, as_of) if held else ZERO
                new = self.rates.value(becomes, as_of) if becomes else ZERO
                if new != old and after is not None:
                    driver = self.driver(view, after, had_mrr=had_mrr, paid=bool(old))
                    yield Share(name, life.account_id, day, False, driver, view, after, old, new)
                had_mrr = had_mrr or new > 0
                held, view = becomes, after

    def _future(self, subscription: Subscription, day: Day) -> Position | None:
        view = self._view(subscription, day)
        if view is None or not view.is_earning or view.plan["is_free"]:
            return None
        return self._priced(view.state, day)
