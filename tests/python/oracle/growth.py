"""Trials, free plans, onboarding, goals and referrals once more, one account and day at a time.

Built on the lives of `oracle.retention`: whether an account pays on a day is looked up, windows are
walked through day by day, visitors' events are read in the order in which they happened.
"""

from __future__ import annotations

import datetime
import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from oracle.retention import (
    UNKNOWN,
    Life,
    RetentionCompany,
    Segment,
    first_of_month,
    later,
)
from oracle.revenue import ONE_DAY, Day, Row, Rules, Subscription

Counts = dict[tuple[Any, ...], dict[str, Any]]


@dataclass(frozen=True)
class Trial:
    """A trial and what became of it."""

    account_id: str
    start: Day
    end: Day | None
    window_end: Day | None
    plan_id: str | None
    plan_tier: str
    is_add_on: bool
    converted_on: Day | None
    is_matured: bool


@dataclass(frozen=True)
class Referral:
    """A referral that counts, and what became of it."""

    row: Row
    is_signed_up: bool
    is_converted: bool


def days_between(first: Day, last: Day) -> Iterator[Day]:
    """Yield each day from one to another, both included."""
    while first <= last:
        yield first
        first += ONE_DAY


class GrowthCompany(RetentionCompany):
    """A company that also knows who tried, signed up, saw and referred."""

    def __init__(
        self,
        tables: Mapping[str, Sequence[Row]],
        seeds: Mapping[str, Sequence[Row]],
        rules: Rules,
        attributes: Iterable[str],
    ) -> None:
        """Take staged rows by raw table name, config seeds by name, and the columns to cut by."""
        super().__init__(tables, rules, attributes)
        self.tables, self.seeds = tables, seeds
        self.trial_window = datetime.timedelta(days=rules.trial_conversion_window_days)
        self.life_of: dict[str, Life] = {life.account_id: life for life in self.lives}
        self.signups = {
            row["account_id"]: row["created_date"]
            for row in tables["accounts"]
            if not row["is_internal"]
        }
        self.internal = {row["account_id"] for row in tables["accounts"] if row["is_internal"]}

    def pays(self, account_id: str, day: Day) -> Mapping[str, Decimal]:
        """Return what an account pays on a day by subscription, nothing where it pays nothing."""
        life = self.life_of.get(account_id)
        return life.paid.get(day, {}) if life else {}

    def first_paid(self, account_id: str) -> Day | None:
        """Return the first day on which an account pays."""
        life = self.life_of.get(account_id)
        return min((day for day, paid in life.paid.items() if paid), default=None) if life else None

    def segments(self, account_id: str, tier: str) -> Iterator[Segment]:
        """Yield the total, the tier and the attributes that an account counts under."""
        yield "total", "all"
        yield "plan_tier", tier or UNKNOWN
        yield from self.attributes[account_id].items()

    def month_tier(self, account_id: str, month: Day) -> str:
        """Return the tier at a month's opening, else at its closing."""
        life = self.life_of.get(account_id)
        return (life.tiers.get(later(month, -1)) or life.tiers.get(month, "")) if life else ""

    @staticmethod
    def _state_on(subscription: Subscription, day: Day) -> Row | None:
        """Return the state at the end of a day, None before the first and after service."""
        if subscription.service_end is not None and day >= subscription.service_end:
            return None
        begun = [state for state in subscription.states if state["effective_date"] <= day]
        return begun[-1] if begun else None

    def trials(self) -> dict[str, Trial]:
        """Return every trial that has begun, by subscription."""
        found = {}
        rows = {row["subscription_id"]: row for row in self.tables["subscriptions"]}
        for account_id, subscriptions in self.accounts.items():
            for subscription in subscriptions:
                trial = self._trial(account_id, subscription, rows[subscription.subscription_id])
                if trial:
                    found[subscription.subscription_id] = trial
        return found

    def _trial(self, account_id: str, subscription: Subscription, row: Row) -> Trial | None:
        as_of = self.rules.as_of
        days = [row["created_date"], *(state["effective_date"] for state in subscription.states)]
        known = {day: self._state_on(subscription, day) for day in days_between(min(days), as_of)}
        trying = [day for day, state in known.items() if state and state["status"] == "trialing"]
        start = row["trial_start_date"] or min(trying, default=None)
        if start is None or start > as_of:
            return None
        end = row["trial_end_date"]
        if end is None:
            over = [
                day
                for day, state in known.items()
                if day >= start
                and (state["status"] != "trialing" if state else day == subscription.service_end)
            ]
            # what is agreed to end later is known to end then
            end = min(over, default=subscription.service_end)
        window_end = end + self.trial_window if end else None
        at_start = self._state_on(subscription, start)
        first_day = next((day for day in sorted(known) if day >= start and known[day]), None)
        state = at_start or (known[first_day] if first_day else None)
        is_add_on = bool(self.pays(account_id, start - ONE_DAY))
        converted_on = None
        for day in days_between(start, min(window_end or as_of, as_of)):
            paid = self.pays(account_id, day)
            if paid and (not is_add_on or subscription.subscription_id in paid):
                converted_on = day
                break
        return Trial(
            account_id,
            start,
            end,
            window_end,
            state["plan_id"] if state else None,
            self._plan_tier(state["plan_id"]) if state else UNKNOWN,
            is_add_on,
            converted_on,
            converted_on is not None or (window_end is not None and window_end <= as_of),
        )

    def trial_cohorts(self) -> Counts:
        """Count trials by month of their start and segment."""
        counts: Counts = defaultdict(lambda: defaultdict(int))
        for trial in self.trials().values():
            for segment in self.segments(trial.account_id, trial.plan_tier):
                sums = counts[(first_of_month(trial.start), *segment)]
                if trial.is_add_on:
                    sums["add_on_trial_count"] += 1
                    sums["converted_add_on_trial_count"] += trial.converted_on is not None
                else:
                    sums["trial_count"] += 1
                    sums["converted_trial_count"] += trial.converted_on is not None
                    sums["open_trial_count"] += not trial.is_matured
        return counts

    def _is_free(self, subscription: Subscription, day: Day) -> bool:
        """Is a free plan in use on a day, or on trial?"""
        state = self._state_on(subscription, day)
        if state is None or not self.plans[state["plan_id"]]["is_free"]:
            return False
        begun = [other for other in subscription.states if other["effective_date"] <= day]
        return state["status"] == "trialing" or self._is_earning(begun, day)

    def freemium(self) -> Counts:
        """Count who had a free plan to be won from, and who was won, by month and segment."""
        counts: Counts = defaultdict(lambda: defaultdict(int))
        for account_id, subscriptions in self.accounts.items():
            for month in self.months:
                eve = month - ONE_DAY
                last = min(later(month, 1) - ONE_DAY, self.rules.as_of)
                held = any(self._is_free(subscription, eve) for subscription in subscriptions)
                is_opening = held and not self.pays(account_id, eve)
                has_started = any(
                    self._is_free(subscription, day)
                    and not self._is_free(subscription, day - ONE_DAY)
                    and not self.pays(account_id, day - ONE_DAY)
                    for subscription in subscriptions
                    for day in days_between(month, last)
                )
                if not is_opening and not has_started:
                    continue
                for segment in self.segments(account_id, ""):
                    sums = counts[(month, *segment)]
                    sums["free_plan_account_count"] += 1
                    sums["opening_free_plan_account_count"] += is_opening
                    sums["started_free_plan_account_count"] += not is_opening
                    is_won = bool(self.pays(account_id, last))
                    sums["converted_free_plan_account_count"] += is_won
        return counts

    def _steps(self) -> Iterator[tuple[str, Row, int | None, bool]]:
        """Yield account, step, days to it where it was in time, and whether it still may be."""
        names = {step["event_name"] for step in self.seeds["onboarding_steps"]}
        homes = {row["user_id"]: row["account_id"] for row in self.tables["users"]}
        done: dict[tuple[str, str], set[Day]] = defaultdict(set)
        for event in self.tables["usage_events"]:
            # Whoever works in the account of another acts for its own.
            account_id = homes.get(event["user_id"], event["account_id"])
            if event["event_name"] in names and account_id in self.signups:
                done[account_id, event["event_name"]].add(event["occurred_date"])
        if not done:
            return
        first_month = first_of_month(min(min(days) for days in done.values()))
        for account_id, signup in self.signups.items():
            if first_of_month(signup) < first_month or signup > self.rules.as_of:
                continue
            for step in sorted(self.seeds["onboarding_steps"], key=lambda row: row["step_number"]):
                last = signup + datetime.timedelta(days=step["within_days"])
                days = [day for day in done[account_id, step["event_name"]] if day <= last]
                taken = max((min(days) - signup).days, 0) if days else None
                yield account_id, step, taken, last > self.rules.as_of

    def funnel(self) -> Counts:
        """Count who came to each step, took it, left or waits, by cohort, step and segment."""
        counts: Counts = defaultdict(lambda: defaultdict(int))
        on_the_way: set[str] = set()
        for account_id, step, taken, is_open in self._steps():
            if step["step_number"] == 1:
                on_the_way.add(account_id)
            has_come = account_id in on_the_way
            if taken is None:
                on_the_way.discard(account_id)
            cohort = first_of_month(self.signups[account_id])
            for segment in self.segments(account_id, self.month_tier(account_id, cohort)):
                sums = counts[(cohort, step["step_number"], *segment)]
                sums["signed_up_account_count"] += 1
                sums["entered_account_count"] += has_come
                sums["reached_account_count"] += has_come and taken is not None
                sums["waiting_account_count"] += has_come and taken is None and is_open
                sums["dropped_account_count"] += has_come and taken is None and not is_open
        return counts

    def activation(self) -> Counts:
        """Count the activated, and take the median of their days, by cohort and segment."""
        counts: Counts = defaultdict(lambda: defaultdict(int))
        days: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        for account_id, step, taken, _ in self._steps():
            if not step["is_activation"]:
                continue
            cohort = first_of_month(self.signups[account_id])
            for segment in self.segments(account_id, self.month_tier(account_id, cohort)):
                sums = counts[(cohort, *segment)]
                sums["signed_up_account_count"] += 1
                sums["activated_account_count"] += taken is not None
                if taken is not None:
                    days[(cohort, *segment)].append(taken)
        for key, values in days.items():
            counts[key]["time_to_value_days"] = float(statistics.median(values))
        return counts

    def goals(self) -> Counts:
        """Count the visitors who saw a goal and completed it, by month, goal and channel."""
        events: dict[tuple[str, str], list[Row]] = defaultdict(list)
        staff = set()
        for event in self.tables["goal_events"]:
            events[event["visitor_id"], event["goal"]].append(event)
            if event["account_id"] in self.internal:
                staff.add(event["visitor_id"])
        seen: dict[tuple[Any, ...], set[str]] = defaultdict(set)
        completed: dict[tuple[Any, ...], set[str]] = defaultdict(set)
        for (visitor, goal), visits in events.items():
            if visitor in staff:
                continue
            latest: list[tuple[Any, ...]] = []
            visits.sort(key=lambda e: (e["occurred_at"], e["step"] != "exposed", e["event_id"]))
            for event in visits:
                if event["step"] == "exposed":
                    month = first_of_month(event["occurred_date"])
                    latest = [(month, goal, event["channel"] or UNKNOWN), (month, goal, "all")]
                kept = seen if event["step"] == "exposed" else completed
                for key in latest:
                    kept[key].add(visitor)
        return {
            key: {
                "exposed_visitor_count": len(visitors),
                "completed_visitor_count": len(completed[key]),
            }
            for key, visitors in seen.items()
        }

    def referrals(self) -> list[Referral]:
        """Return the referrals that count."""
        found = []
        for row in self.tables["referrals"]:
            referring, referred = row["referring_account_id"], row["referred_account_id"]
            if {referring, referred} & self.internal or referring == referred:
                continue
            first = self.first_paid(referred) if referred else None
            found.append(
                Referral(
                    row,
                    referred is not None and self.signups[referred] <= self.rules.as_of,
                    first is not None and first >= row["referred_date"],
                )
            )
        return found

    def referral_months(self) -> Counts:
        """Count referrals under who made them, new customers under themselves, by month."""
        counts: Counts = defaultdict(lambda: defaultdict(int))
        won = set()
        for referral in self.referrals():
            account_id = referral.row["referring_account_id"]
            month = first_of_month(referral.row["referred_date"])
            if referral.is_converted:
                won.add(referral.row["referred_account_id"])
            for segment in self.segments(account_id, self.month_tier(account_id, month)):
                sums = counts[(month, *segment)]
                sums["referral_count"] += 1
                sums["signed_up_referral_count"] += referral.is_signed_up
                sums["converted_referral_count"] += referral.is_converted
        if not counts:
            return counts
        first_month = min(key[0] for key in counts)
        for life in self.lives:
            day = self.first_paid(life.account_id)
            if day is None or first_of_month(day) < first_month:
                continue
            month = first_of_month(day)
            if life.closing(month):
                for segment in self.segments(life.account_id, life.tiers[month]):
                    sums = counts[(month, *segment)]
                    sums["new_customer_count"] += 1
                    sums["referred_new_customer_count"] += life.account_id in won
        return counts

    def advocates(self) -> Counts:
        """Return what each referring account has done, with its place."""
        counts: Counts = defaultdict(lambda: defaultdict(int))
        won: dict[str, set[str]] = defaultdict(set)
        for referral in self.referrals():
            account_id = referral.row["referring_account_id"]
            sums = counts[(account_id,)]
            sums["referral_count"] += 1
            sums["signed_up_referral_count"] += referral.is_signed_up
            sums["converted_referral_count"] += referral.is_converted
            if referral.is_converted:
                won[account_id].add(referral.row["referred_account_id"])
        for (account_id,), sums in counts.items():
            last = self.rules.as_of
            paid = [sum(self.pays(name, last).values(), Decimal(0)) for name in won[account_id]]
            sums["referred_mrr"] = sum(paid, Decimal(0))
            mine = sums["converted_referral_count"], sums["referral_count"]
            better = [
                other
                for other in counts.values()
                if (other["converted_referral_count"], other["referral_count"]) > mine
            ]
            sums["advocate_rank"] = len(better) + 1
        return counts
