"""Retention, churn, cohorts and renewals once more, counted account by account from its days.

Built on the days of `oracle.revenue`: what an account holds on the last day of a month is looked
up, runs of MRR are walked through day by day, and both ends of a window are counted.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from oracle.months import first_of_month, later, months_up_to
from oracle.revenue import ONE_DAY, Company, Day, Movement, Position, Row, Rules, Subscription

UNKNOWN = "unknown"
INTERVAL_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
INTERVAL_DAYS = {"day": 1, "week": 7}

Segment = tuple[str, str]
Sums = dict[tuple[Any, ...], dict[str, Decimal]]
Beginning = tuple[str, Day, Decimal]


@dataclass(frozen=True)
class Holding(Position):
    """A position with the plan that it is held on."""

    plan_id: str


@dataclass(frozen=True)
class Life:
    """What an account pays for: MRR by subscription and day, closings, fx, by first of month."""

    account_id: str
    attributes: Mapping[str, str]
    held: Mapping[Day, Mapping[str, Holding]]
    paid: Mapping[Day, Mapping[str, Decimal]]
    movements: Sequence[Movement]
    closings: Mapping[Day, Decimal]
    tiers: Mapping[Day, str]
    fx: Mapping[Day, Decimal]

    def closing(self, month: Day) -> Decimal:
        """Return the MRR at a month's end, 0 before the first state."""
        return self.closings.get(month, Decimal(0))

    def fx_between(self, opening_month: Day, closing_month: Day) -> Decimal:
        """Return the fx of the months after one up to another, at most what is left at the end."""
        amounts = [fx for month, fx in self.fx.items() if opening_month < month <= closing_month]
        return fx_of_what_is_left(self.closing(closing_month), sum(amounts, Decimal(0)))


@dataclass(frozen=True)
class Term:
    """A billing interval of an unbroken run of MRR: its scheduled end, and where it was held."""

    subscription_id: str
    due_date: Day
    cut_date: Day | None
    billing_interval: str
    is_long: bool
    is_carried_on: bool


def fx_of_what_is_left(closing: Decimal, fx: Decimal) -> Decimal:
    """Return the part of an fx amount that falls on what is still there."""
    return min(closing, fx) if closing else Decimal(0)


class RetentionCompany(Company):
    """A company that knows the plan of every position and what becomes of its customers."""

    def __init__(
        self, tables: Mapping[str, Sequence[Row]], rules: Rules, attributes: Iterable[str]
    ) -> None:
        """Take staged rows by raw table name, and the account columns to cut by."""
        super().__init__(tables, rules)
        self.renewal_grace = datetime.timedelta(days=rules.renewal_grace_days)
        self._days: dict[str, dict[Day, dict[str, Position]]] = {}
        known = getattr(tables, "known", None)
        if isinstance(known, RetentionCompany):
            self._take_over(known)
            return
        self.attributes = {
            row["account_id"]: {name: row[name] or UNKNOWN for name in attributes}
            for row in tables["accounts"]
        }
        self.lives = [self._life(account_id) for account_id in sorted(self.accounts)]
        begun = [day for life in self.lives for day in life.held]
        self.months = months_up_to(min(begun), rules.as_of) if begun else []

    def _take_over(self, known: RetentionCompany) -> None:
        """Take what another company has worked out of the same rows and rules."""
        self._days, self.lives, self.months = known._days, known.lives, known.months
        self.attributes, self.rates = known.attributes, known.rates
        self.stands_for, self.open_gaps = known.stands_for, known.open_gaps

    def _position(self, subscription: Subscription, day: Day) -> Position | None:
        position = super()._position(subscription, day)
        if position is None:
            return None
        states = [state for state in subscription.states if state["effective_date"] <= day]
        return Holding(position.native, position.currency, states[-1]["plan_id"])

    def account_days(self, account_id: str) -> dict[Day, dict[str, Position]]:
        """Return an account's positions by day, worked out once."""
        if account_id not in self._days:
            self._days[account_id] = super().account_days(account_id)
        return self._days[account_id]

    def _life(self, account_id: str) -> Life:
        held: dict[Day, dict[str, Holding]] = {}
        paid: dict[Day, dict[str, Decimal]] = {}
        closings: dict[Day, Decimal] = {}
        tiers: dict[Day, str] = {}
        for day, positions in self.account_days(account_id).items():
            held[day] = {n: p for n, p in positions.items() if isinstance(p, Holding)}
            values = {name: self.rates.value(p, day) for name, p in positions.items()}
            paid[day] = {name: value for name, value in values.items() if value}
            month = first_of_month(day)
            # the last day of the month that is there overwrites those before
            closings[month] = sum(paid[day].values(), Decimal(0))
            tiers[month] = self._tier(held[day], paid[day])
        movements = list(self.movements(account_id))
        fx: dict[Day, Decimal] = defaultdict(Decimal)
        for _, day, is_fx, _, amount, _ in movements:
            if is_fx:
                fx[first_of_month(day)] += amount
        net_fx = {month: fx_of_what_is_left(closings[month], sums) for month, sums in fx.items()}
        attributes = self.attributes[account_id]
        return Life(account_id, attributes, held, paid, movements, closings, tiers, net_fx)

    def _tier(self, held: Mapping[str, Holding], paid: Mapping[str, Decimal]) -> str:
        """Return the tier with the most MRR, empty where nothing is held."""
        mrr: dict[str, Decimal] = defaultdict(Decimal)
        plans: dict[str, list[str]] = defaultdict(list)
        for subscription_id, value in paid.items():
            plan_id = held[subscription_id].plan_id
            mrr[self._plan_tier(plan_id)] += value
            plans[self._plan_tier(plan_id)].append(plan_id)

        def order(tier: str) -> tuple[Decimal, float, str]:
            ranks = [self.plans[plan_id]["tier_rank"] for plan_id in plans[tier]]
            highest = max((rank for rank in ranks if rank is not None), default=float("-inf"))
            return -mrr[tier], -highest, min(plans[tier])

        return min(mrr, key=order) if mrr else ""

    def _plan_tier(self, plan_id: str) -> str:
        return str(self.plans[plan_id]["plan_tier"] or UNKNOWN)

    @staticmethod
    def _cuts(life: Life, tier: str) -> Iterator[Segment]:
        yield "total", "all"
        yield "plan_tier", tier or UNKNOWN
        yield from life.attributes.items()

    def monthly(self) -> Sums:
        """Count each month's opening customers and what is left of them, by month and segment."""
        sums: Sums = defaultdict(lambda: defaultdict(Decimal))
        for life in self.lives:
            won = {first_of_month(day) for day, paid in life.paid.items() if paid}
            for month in self.months:
                eve = later(month, -1)
                opening, closing = life.closing(eve), life.closing(month)
                tier = life.tiers.get(eve) or life.tiers.get(month, "")
                counted = self._two_points(life, eve, month)
                if not opening and not closing and month in won:
                    counted = {"intra_month_churned_count": Decimal(1)}
                for segment in self._cuts(life, tier):
                    _add(sums[(month, *segment)], counted)
        return sums

    def windows(self, windows: Iterable[tuple[Day, Day]]) -> Sums:
        """Count the customers at one closing seen again at another, by both and segment."""
        sums: Sums = defaultdict(lambda: defaultdict(Decimal))
        for opening_month, closing_month in windows:
            for life in self.lives:
                counted = self._two_points(life, opening_month, closing_month)
                for segment in self._cuts(life, life.tiers.get(opening_month, "")):
                    _add(sums[(opening_month, closing_month, *segment)], counted)
        return sums

    @staticmethod
    def _two_points(life: Life, opening_month: Day, closing_month: Day) -> dict[str, Decimal]:
        """Return what became of a customer at opening; nothing for who was none."""
        opening, closing = life.closing(opening_month), life.closing(closing_month)
        if not opening:
            return {}
        closing_mrr = closing - life.fx_between(opening_month, closing_month)
        return {
            "opening_customer_count": Decimal(1),
            "churned_customer_count": Decimal(not closing),
            "opening_mrr": opening,
            "retained_mrr": min(opening, closing_mrr),
            "opening_customers_closing_mrr": closing_mrr,
        }

    def cohorts(self) -> Sums:
        """Follow who had its first MRR in a month, by that month, month and segment."""
        sums: Sums = defaultdict(lambda: defaultdict(Decimal))
        for life in self.lives:
            firsts = [day for day, paid in life.paid.items() if paid]
            if not firsts:
                continue
            start = first_of_month(min(firsts))
            won = {
                "cohort_customer_count": Decimal(1),
                "cohort_mrr": life.closing(start),
            }
            for month in self.months:
                if month < start:
                    continue
                kept = {
                    "retained_customer_count": Decimal(life.closing(month) > 0),
                    "retained_mrr": life.closing(month) - life.fx_between(start, month),
                }
                for segment in self._cuts(life, life.tiers[start]):
                    _add(sums[(start, month, *segment)], won | kept)
        return sums

    def renewals(self) -> Sums:
        """Count the terms due, by month, segment and interval (each, all, a year and more)."""
        sums: Sums = defaultdict(lambda: defaultdict(Decimal))
        for life in self.lives:
            beginnings = list(self._beginnings(life))
            for term in self._terms(life):
                if self._is_superseded(term, beginnings):
                    continue
                counted = self._outcome(life, term, beginnings)
                last_day = (term.cut_date or term.due_date) - ONE_DAY
                tier = self._plan_tier(life.held[last_day][term.subscription_id].plan_id)
                groups = [term.billing_interval, "all"]
                groups += ["twelve_months_and_more"] if term.is_long else []
                for segment in self._cuts(life, tier):
                    for group in groups:
                        _add(sums[(first_of_month(term.due_date), *segment, group)], counted)
        return sums

    @staticmethod
    def _beginnings(life: Life) -> Iterator[Beginning]:
        """Yield (subscription, day, MRR) where a subscription begins to have MRR."""
        before: Mapping[str, Decimal] = {}
        for day, paid in life.paid.items():
            for name, value in paid.items():
                if name not in before:
                    yield name, day, value
            before = paid

    def _terms(self, life: Life) -> Iterator[Term]:
        """Yield the terms of every run that have come to their scheduled end."""
        runs: dict[str, list[list[Day]]] = defaultdict(list)
        for day, paid in life.paid.items():
            for name in paid:
                eve = day - ONE_DAY
                goes_on = name in life.paid.get(eve, {})
                if goes_on and self._interval(life, name, eve) == self._interval(life, name, day):
                    runs[name][-1].append(day)
                else:
                    runs[name].append([day])
        for name, days_of_runs in runs.items():
            following = [*(run[0] for run in days_of_runs[1:]), None]
            for run, next_start in zip(days_of_runs, following, strict=True):
                yield from self._run_terms(life, name, run, next_start)

    def _interval(self, life: Life, name: str, day: Day) -> tuple[str, int]:
        plan = self.plans[life.held[day][name].plan_id]
        return plan["billing_interval"], plan["interval_count"]

    def _run_terms(
        self, life: Life, name: str, run: Sequence[Day], next_start: Day | None
    ) -> Iterator[Term]:
        interval, count = self._interval(life, name, run[0])
        months, days = INTERVAL_MONTHS.get(interval, 0), INTERVAL_DAYS.get(interval, 0)
        end = run[-1] + ONE_DAY if run[-1] < self.rules.as_of else None
        goes_on = end is not None and next_start == end
        number, start = 1, run[0]
        while (end is None or start < end) and start <= self.rules.as_of:
            length = number * count
            due = later(run[0], length * months) if months else run[0] + length * days * ONE_DAY
            is_cut = end is not None and end < due
            # what goes on at another interval has no end that was missed
            if due <= self.rules.as_of and not (is_cut and goes_on):
                yield Term(
                    name,
                    due,
                    end if is_cut else None,
                    interval,
                    months * count >= 12 or days * count >= 365,
                    not is_cut and (end is None or end > due or goes_on),
                )
            number, start = number + 1, due

    def _is_superseded(self, term: Term, beginnings: Sequence[Beginning]) -> bool:
        return term.cut_date is not None and any(
            name != term.subscription_id and abs(day - term.cut_date) <= self.renewal_grace
            for name, day, _ in beginnings
        )

    def _outcome(
        self, life: Life, term: Term, beginnings: Sequence[Beginning]
    ) -> dict[str, Decimal]:
        name, due = term.subscription_id, term.due_date
        renewed = Decimal(0)
        if term.is_carried_on:
            # at the rates of the day before: a new month's rate is not what was renewed
            renewed = self.rates.value(life.held[due][name], due - ONE_DAY)
        elif term.cut_date is None:
            days = [
                day
                for other, day, _ in beginnings
                if abs(day - due) <= self.renewal_grace and (other != name or day > due)
            ]
            renewed = sum(
                (
                    value
                    for other, day, value in beginnings
                    if days and day == min(days) and (other != name or day > due)
                ),
                Decimal(0),
            )
        held_until = term.cut_date or due
        is_open = not renewed and held_until + self.renewal_grace > self.rules.as_of
        return {
            "due_term_count": Decimal(1),
            "renewed_term_count": Decimal(renewed > 0),
            "cut_short_term_count": Decimal(term.cut_date is not None),
            "open_term_count": Decimal(is_open),
            "due_mrr": life.paid[held_until - ONE_DAY][name],
            "renewed_mrr": renewed,
        }

    def free_accounts(self) -> Sums:
        """Count who had only free plans and trials at opening, and who has nothing left of it."""
        sums: Sums = defaultdict(lambda: defaultdict(Decimal))
        for life in self.lives:
            for month in self.months[1:]:
                opening = self._live_kinds(life, month - ONE_DAY)
                closing = min(later(month, 1) - ONE_DAY, self.rules.as_of)
                if opening != {"free"}:
                    continue
                counted = {
                    "opening_free_account_count": Decimal(1),
                    "churned_free_account_count": Decimal(not self._live_kinds(life, closing)),
                }
                for segment in self._cuts(life, UNKNOWN):
                    _add(sums[(month, *segment)], counted)
        return sums

    def _live_kinds(self, life: Life, day: Day) -> set[str]:
        """Return what an account has on a day: free or trial, paid, both, or nothing."""
        kinds = {"paid"} if life.held.get(day) else set()
        day = self.stands_for.get((life.account_id, day), day)
        for subscription in self.accounts[life.account_id]:
            begun = [state for state in subscription.states if state["effective_date"] <= day]
            has_ended = subscription.service_end is not None and day >= subscription.service_end
            if not begun or has_ended:
                continue
            is_trial = begun[-1]["status"] == "trialing"
            if is_trial or self._is_earning(begun, day):
                is_free = self.plans[begun[-1]["plan_id"]]["is_free"]
                kinds.add("free" if is_trial or is_free else "paid")
        return kinds

    def trailing_windows(self) -> list[tuple[Day, Day]]:
        """Return each month with the one twelve months before, both at their closing."""
        return [(later(month, -12), month) for month in self.months]

    def period_windows(self, length: int, first_month: int) -> dict[Day, tuple[Day, Day]]:
        """Return the two closings of every period of some months, by the period's first day."""
        windows: dict[Day, tuple[Day, Day]] = {}
        for month in self.months:
            start = later(month, -((month.month - first_month) % length))
            # the last month that is there overwrites those before
            windows[start] = (later(start, -1), month)
        return windows


def _add(sums: dict[str, Decimal], counted: Mapping[str, Decimal]) -> None:
    for name, amount in counted.items():
        sums[name] += amount
