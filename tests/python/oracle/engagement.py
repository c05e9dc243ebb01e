"""Engagement once more: sets of users for every day, sessions walked through event by event.

Built on the days of `oracle.retention`: what an account holds, and under which tier, is looked up
there. Users of a window are the union of its days; nothing is kept from one day to the next.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from oracle.retention import UNKNOWN, Life, RetentionCompany, Segment, first_of_month, later
from oracle.revenue import ONE_DAY, Day, Row, Rules

Counts = dict[str, Any]


@dataclass
class Usage:
    """What the users of one account did."""

    users: dict[Day, set[str]] = field(default_factory=lambda: defaultdict(set))
    events: dict[Day, list[str]] = field(default_factory=lambda: defaultdict(list))
    sessions: dict[Day, list[Decimal]] = field(default_factory=lambda: defaultdict(list))
    seconds: dict[tuple[Day, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))


class EngagementCompany(RetentionCompany):
    """A company that knows who used what, when and for how long."""

    def __init__(
        self,
        tables: Mapping[str, Sequence[Row]],
        rules: Rules,
        attributes: Iterable[str],
        session_gap: datetime.timedelta,
    ) -> None:
        """Take staged rows and the seed feature_catalogue by name."""
        super().__init__(tables, rules, attributes)
        self.session_gap = session_gap
        self.catalogue = {row["event_name"]: row for row in tables["feature_catalogue"]}
        self.features = {row["feature"] for row in self.catalogue.values() if row["feature"]}
        self.modules = {
            row["module"] for row in self.catalogue.values() if row["module"] and row["is_activity"]
        } | {UNKNOWN}
        self.employees = {row["account_id"]: row["employee_count"] for row in tables["accounts"]}
        own = {row["account_id"] for row in tables["accounts"] if row["is_internal"]}
        self.usage = {name: Usage() for name in self.attributes if name not in own}
        self.by_account = {life.account_id: life for life in self.lives}
        self.active = [event for event in tables["usage_events"] if self._is_activity(event)]
        self.active.sort(key=lambda event: (event["occurred_at"], event["event_name"]))
        self.user_rows = tables["users"]
        homes = {row["user_id"]: row["account_id"] for row in tables["users"]}
        for event in self.active:
            homes.setdefault(event["user_id"], event["account_id"])
        self._count_events(homes)
        days = [day for usage in self.usage.values() for day in usage.users]
        self.first_day = min(days, default=rules.as_of + ONE_DAY)
        first_month = first_of_month(self.first_day) if days else self.first_day
        self.usage_months = [month for month in self.months if month >= first_month]

    def _is_activity(self, event: Row) -> bool:
        known = self.catalogue.get(event["event_name"])
        return known is None or bool(known["is_activity"])

    def _count_events(self, homes: Mapping[str, str]) -> None:
        visits: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for event in self.active:
            usage = self.usage.get(homes[event["user_id"]])
            if usage is not None:
                usage.users[event["occurred_date"]].add(event["user_id"])
                usage.events[event["occurred_date"]].append(event["event_name"])
                visits[(event["user_id"], event["account_id"])].append(event)
        for (user, _), events in visits.items():
            usage = self.usage[homes[user]]
            start, last = events[0], events[0]
            for event in events[1:]:
                gap = event["occurred_at"] - last["occurred_at"]
                if gap < self.session_gap:
                    usage.seconds[(last["occurred_date"], last["event_name"])] += _seconds(gap)
                else:
                    length = _seconds(last["occurred_at"] - start["occurred_at"])
                    usage.sessions[start["occurred_date"]].append(length)
                    start = event
                last = event
            length = _seconds(last["occurred_at"] - start["occurred_at"])
            usage.sessions[start["occurred_date"]].append(length)

    def closing_day(self, month: Day) -> Day:
        """Return the last day of a month, at most the as-of date."""
        return min(later(month, 1) - ONE_DAY, self.rules.as_of)

    def tier(self, account_id: str, month: Day) -> str:
        """Return the tier held at a month's opening, else at its closing."""
        life = self.by_account.get(account_id)
        if life is None:
            return UNKNOWN
        return life.tiers.get(later(month, -1)) or life.tiers.get(month, "") or UNKNOWN

    def segments(self, account_id: str, month: Day) -> Iterator[Segment]:
        """Yield the segments of an account in a month."""
        yield "total", "all"
        yield "plan_tier", self.tier(account_id, month)
        yield from self.attributes[account_id].items()

    def daily(self) -> dict[tuple[Any, ...], Counts]:
        """Count the users of each day, week and 30 days, by day and segment."""
        counts: dict[tuple[Any, ...], Counts] = defaultdict(lambda: defaultdict(int))
        day = self.first_day
        while day <= self.rules.as_of:
            for account_id, usage in self.usage.items():
                if not any((day - n * ONE_DAY) in usage.users for n in range(30)):
                    continue
                for name, length in (("dau", 1), ("wau", 7), ("mau", 30)):
                    days = [day - number * ONE_DAY for number in range(length)]
                    users = set().union(*(usage.users.get(past, set()) for past in days))
                    for segment in self.segments(account_id, first_of_month(day)):
                        counts[(day, *segment)][name] += len(users)
            day += ONE_DAY
        return counts

    def active_users(self) -> dict[tuple[Day, Segment], int]:
        """Count the users active in each month from the first activity on, by segment."""
        counts: dict[tuple[Day, Segment], int] = defaultdict(int)
        for account_id, usage in self.usage.items():
            for month in self.usage_months:
                days = [day for day in usage.users if first_of_month(day) == month]
                users = set().union(*(usage.users[day] for day in days))
                for segment in self.segments(account_id, month):
                    counts[(month, segment)] += len(users)
        return counts

    def is_live(self, account_id: str, days: Iterable[Day]) -> bool:
        """Say whether a subscription of the account is live on one of the days."""
        life = self.by_account.get(account_id)
        return life is not None and any(self._live_kinds(life, day) for day in days)

    def seats(self, account_id: str, day: Day) -> Decimal:
        """Return the seats that the account pays for on a day."""
        return sum((self._seats(life, day) for life in self._lives_of(account_id)), Decimal(0))

    def _lives_of(self, account_id: str) -> list[Life]:
        return [self.by_account[account_id]] if account_id in self.by_account else []

    def _seats(self, life: Life, day: Day) -> Decimal:
        seats = Decimal(0)
        day = self.stands_for.get((life.account_id, day), day)
        for subscription in self.accounts[life.account_id]:
            begun = [state for state in subscription.states if state["effective_date"] <= day]
            has_ended = subscription.service_end is not None and day >= subscription.service_end
            if begun and not has_ended and self._is_earning(begun, day):
                plan = self.plans[begun[-1]["plan_id"]]
                if plan["is_seat_based"] and not plan["is_free"]:
                    seats += begun[-1]["quantity"]
        return seats

    def account_months(self) -> dict[tuple[str, Day], Counts]:
        """Count what each account's users did, by account and month."""
        counts = {}
        for account_id, usage in self.usage.items():
            for month in self.usage_months:
                closing = self.closing_day(month)
                days = [month + n * ONE_DAY for n in range((closing - month).days + 1)]
                week = [closing - n * ONE_DAY for n in range(7)]
                recent, before = (
                    sum(len(usage.events.get(closing - n * ONE_DAY, ())) for n in numbers)
                    for numbers in (range(28), range(28, 56))
                )
                is_live = self.is_live(account_id, days)
                events = [name for day in days for name in usage.events.get(day, ())]
                if not (is_live or events or recent or before):
                    continue
                users = set().union(*(usage.users.get(day, set()) for day in days))
                lengths = [length for day in days for length in usage.sessions.get(day, ())]
                seats = self.seats(account_id, closing)
                staff = self.employees[account_id] if is_live else None
                counts[(account_id, month)] = {
                    "plan_tier": self.tier(account_id, month),
                    "is_live": is_live,
                    "is_active": bool(events),
                    "is_live_in_last_week": self.is_live(account_id, week),
                    "is_active_in_last_week": any(usage.events.get(day) for day in week),
                    "active_user_count": len(users),
                    "active_day_count": sum(1 for day in days if usage.events.get(day)),
                    "activity_event_count": len(events),
                    "login_count": sum(self._marked(name, "is_login") for name in events),
                    "session_count": len(lengths),
                    "session_seconds": sum(lengths, Decimal(0)),
                    "used_feature_count": len({self._feature(name) for name in events} - {None}),
                    "purchased_seat_count": seats,
                    "seat_user_count": len(users) if seats else 0,
                    "employee_count": staff,
                    "staff_user_count": len(users) if staff else 0,
                    "event_count_28d": recent,
                    "previous_event_count_28d": before,
                    "previous_year_event_count": self._events(usage, later(month, -12)) or None,
                }
        return counts

    def _feature(self, event_name: str) -> str | None:
        feature: str | None = self.catalogue.get(event_name, {}).get("feature")
        return feature

    def _marked(self, event_name: str, flag: str) -> bool:
        return event_name in self.catalogue and bool(self.catalogue[event_name][flag])

    def _events(self, usage: Usage, month: Day) -> int:
        days = [day for day in usage.events if first_of_month(day) == month]
        return sum(len(usage.events[day]) for day in days)

    def now(self, champion_roles: Iterable[str]) -> dict[str, Counts]:
        """Return how each account in use on the as-of date uses the product, by account."""
        last, roles = self.rules.as_of, {str(role).lower() for role in champion_roles}
        champions = [row for row in self.user_rows if (row["role"] or "").lower() in roles]
        found = {}
        for account_id, usage in self.usage.items():
            if not self.is_live(account_id, [last]):
                continue

            def days(first: int, until: int = 0) -> list[Day]:
                return [last - n * ONE_DAY for n in range(until, first)]

            def events(span: list[Day], usage: Usage = usage) -> list[str]:
                return [name for day in span for name in usage.events.get(day, ())]

            def users(span: list[Day], usage: Usage = usage) -> set[str]:
                return set().union(*(usage.users.get(day, set()) for day in span))

            logins = [
                day
                for day, names in usage.events.items()
                if any(self._marked(name, "is_login") for name in names)
            ]
            earlier = last - 90 * ONE_DAY
            found[account_id] = {
                "event_count_28d": len(events(days(28))),
                "previous_event_count_28d": len(events(days(56, 28))),
                "active_user_count_30d": len(users(days(30))),
                "purchased_seat_count": self.seats(account_id, last),
                "used_feature_count_30d": len(
                    {self._feature(name) for name in events(days(30))} - {None}
                ),
                "last_login_date": max(logins, default=None),
                "has_active_champion": any(
                    row["deactivated_date"] is None and row["user_id"] in users(days(30))
                    for row in champions
                ),
                "had_active_champion_90d_before": any(
                    (row["deactivated_date"] is None or row["deactivated_date"] > earlier)
                    and row["user_id"] in users(days(120, 90))
                    for row in champions
                ),
            }
        return found

    def feature_months(self) -> dict[tuple[Any, ...], Counts]:
        """Count the accounts that use each feature, by month, feature and segment."""
        counts: dict[tuple[Any, ...], Counts] = defaultdict(lambda: defaultdict(int))
        for account_id, usage in self.usage.items():
            met: set[str] = set()
            for day in sorted(usage.events):
                month = first_of_month(day)
                for name in usage.events[day]:
                    feature = self._feature(name)
                    if not feature:
                        continue
                    for segment in self.segments(account_id, month):
                        found = counts[(month, feature, *segment)]
                        found.setdefault("accounts", set()).add(account_id)
                        found["first_use_date"] = min(found.get("first_use_date", day), day)
                        found["feature_event_count"] += 1
                        found["first_use_account_count"] += feature not in met
                    met.add(feature)
        for found in counts.values():
            found["adopting_account_count"] = len(found.pop("accounts"))
        return counts

    def module_months(self) -> dict[tuple[Any, ...], Counts]:
        """Add the time spent in each module, by month, module and segment."""
        counts: dict[tuple[Any, ...], Counts] = defaultdict(lambda: defaultdict(Decimal))
        for account_id, usage in self.usage.items():
            for (day, name), seconds in usage.seconds.items():
                for segment in self.segments(account_id, first_of_month(day)):
                    key = (first_of_month(day), self._module(name), *segment)
                    counts[key]["module_seconds"] += seconds
            for day, names in usage.events.items():
                for name in names:
                    for segment in self.segments(account_id, first_of_month(day)):
                        key = (first_of_month(day), self._module(name), *segment)
                        counts[key]["module_event_count"] += 1
                        counts[key].setdefault("accounts", set()).add(account_id)
        return counts

    def _module(self, event_name: str) -> str:
        return str(self.catalogue.get(event_name, {}).get("module") or UNKNOWN)


def _seconds(length: datetime.timedelta) -> Decimal:
    return Decimal(length // datetime.timedelta(microseconds=1)) / 1000000
