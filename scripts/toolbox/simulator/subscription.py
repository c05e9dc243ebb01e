"""Subscriptions and their states, and what follows from them day by day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple, TypedDict, Unpack

from .catalogue import ADD_ON, TIER_CODE, Plan
from .dates import DAY, Clock

LIVE = frozenset({"active", "past_due", "trialing"})


@dataclass(slots=True)
class State:
    """A state of a subscription from second `at` on.

    `quantity` is in hundredths, `unit` and `amount` (the amount discount) in cents, `percent` in
    hundredths of a percent, `discount_ends` a day, `known` the second it was written down.
    """

    at: int
    plan: Plan
    quantity: int
    unit: int
    status: str
    percent: int = 0
    amount: int = 0
    duration: str = ""
    discount_ends: int | None = None
    known: int = 0
    is_signed: bool = False

    @property
    def day(self) -> int:
        """Return the day the state begins."""
        return self.at // DAY

    def net_cents(self, day: int, *, first: bool = False) -> int:
        """Return what one billing interval costs on that day, discounts off, in cents."""
        gross = self.quantity * self.unit // 100
        if self.duration == "once" and not first:
            return gross
        if self.discount_ends is not None and day >= self.discount_ends:
            return gross
        return max(gross * (10_000 - self.percent) // 10_000 - self.amount, 0)

    def is_paid(self, day: int) -> bool:
        """Return whether the state brings recurring revenue on that day (grace set aside)."""
        live = self.status in ("active", "past_due") and not self.plan.is_free
        return live and self.net_cents(day) > 0


class Change(TypedDict, total=False):
    """What a new state may say anew; the names are those of `State`."""

    plan: Plan
    quantity: int
    unit: int
    status: str
    percent: int
    amount: int
    duration: str
    discount_ends: int | None
    is_signed: bool


@dataclass(slots=True)
class Subscription:
    """One contract; seconds, except the trial's days; `anchor` is the day billing began."""

    created: int
    trial_start: int | None = None
    trial_end: int | None = None
    canceled_at: int | None = None
    ended_at: int | None = None
    reason: str | None = None
    comment: str | None = None
    anchor: int = 0
    rises: int = 0
    states: list[State] = field(default_factory=list)
    id: str = ""

    @property
    def last(self) -> State:
        """Return the newest state."""
        return self.states[-1]

    def change(self, at: int, **changes: Unpack[Change]) -> State:
        """Add a state like the last one but for `changes`; a discount that is over is dropped."""
        last = self.last
        at = max(at, last.at + 60)
        ended = last.discount_ends is not None and at // DAY >= last.discount_ends
        if ended or last.duration == "once":
            last = replace(last, percent=0, amount=0, duration="", discount_ends=None)
        state = replace(last, at=at, known=at, is_signed=False)
        for name, value in changes.items():
            setattr(state, name, value)
        self.states.append(state)
        return state

    def end(self, at: int, canceled_at: int | None, reason: str | None) -> None:
        """End the contract at that second; `canceled_at` is None when nobody said so."""
        self.ended_at = max(at, self.created)
        self.canceled_at = canceled_at
        self.reason = reason

    def boundary(self, clock: Clock, count: int) -> int:
        """Return the day on which the billing period with that number begins (0 is the first)."""
        plan = self.last.plan
        return boundary(clock, self.anchor, plan, count)

    def next_boundary(self, clock: Clock, day: int) -> int:
        """Return the first day after `day` on which a billing period begins."""
        plan = self.last.plan
        if plan.days:
            return self.anchor + ((day - self.anchor) // plan.days + 1) * plan.days
        count = max((clock.month_of(day) - clock.month_of(self.anchor)) // plan.months, 0)
        while (found := boundary(clock, self.anchor, plan, count)) <= day:
            count += 1
        return found


def boundary(clock: Clock, anchor: int, plan: Plan, count: int) -> int:
    """Return the start of billing period `count` of a plan billed since `anchor`; no drift."""
    if plan.days:
        return anchor + count * plan.days
    return clock.add_months(anchor, count * plan.months)


@dataclass(slots=True)
class Churn:
    """The account left on `day`; `is_voluntary` when it chose to."""

    day: int
    is_voluntary: bool


class Span(NamedTuple):
    """A stretch of days [start, end) in which one state of one subscription held."""

    start: int
    end: int
    state: State
    subscription: Subscription


def spans(subscription: Subscription, last_day: int) -> Iterator[Span]:
    """Yield the stretches of a subscription up to and including `last_day`, states in order."""
    ended = last_day + 1
    if subscription.ended_at is not None:
        ended = min(ended, subscription.ended_at // DAY)
    states = [
        state
        for place, state in enumerate(subscription.states)
        if state.status != "canceled"
        or subscription.ended_at is None
        or place + 1 < len(subscription.states)
    ]
    for place, state in enumerate(states):
        until = states[place + 1].day if place + 1 < len(states) else ended
        if state.day < min(until, ended):
            yield Span(state.day, min(until, ended), state, subscription)


class Level(NamedTuple):
    """What an account has on the days [start, end): seats bought and the best tier's code."""

    start: int
    end: int
    seats: int
    tier: int
    status: str  # paid, free or trial


def levels(subscriptions: list[Subscription], last_day: int) -> list[Level]:
    """Return the account's live stretches in order, subscriptions added up."""
    live = [
        span
        for subscription in subscriptions
        for span in spans(subscription, last_day)
        if span.state.status in LIVE
    ]
    edges = sorted({day for span in live for day in (span.start, span.end)})
    found: list[Level] = []
    for start, end in pairwise(edges):
        held = [span.state for span in live if span.start <= start < span.end]
        if not held:
            continue
        seats = sum(max(state.quantity // 100, 1) for state in held if state.plan.tier != ADD_ON)
        if any(state.is_paid(start) for state in held):
            status = "paid"
        else:
            status = "trial" if any(state.status == "trialing" for state in held) else "free"
        tier = max(TIER_CODE[state.plan.tier] for state in held)
        found.append(Level(start, end, max(seats, 1), tier, status))
    return found
