"""Health once more: scores event by event, the backtest pair by pair, the lists rule by rule.

What an account pays and since when comes from the day by day oracle of retention; how it uses the
product now (seats, features, champions) is given: engagement has its own tests.
"""

from __future__ import annotations

import datetime
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from oracle.retention import INTERVAL_DAYS, INTERVAL_MONTHS, Life, RetentionCompany, later
from oracle.revenue import ONE_DAY, Day, Row, Rules

Health = dict[tuple[str, Day], dict[str, Any]]


def days(count: int) -> datetime.timedelta:
    """Return so many days."""
    return datetime.timedelta(days=count)


@dataclass(frozen=True)
class Seen:
    """A customer at a month end: its score then, and whether it was lost in the days after."""

    account_id: str
    month_end: Day
    score: Decimal
    band: str
    is_lost: bool


class HealthCompany(RetentionCompany):
    """A company that knows what its users did, and what that is worth."""

    def __init__(
        self,
        tables: Mapping[str, Sequence[Row]],
        seeds: Mapping[str, Sequence[Row]],
        rules: Rules,
        attributes: Iterable[str] = ("region",),
    ) -> None:
        """Take staged rows by raw table name, seeds by their own, and the columns to cut by."""
        super().__init__(tables, rules, attributes)
        self.tables, self.seeds = tables, seeds
        self.as_of = rules.as_of
        self.details = {row["account_id"]: row for row in tables["accounts"]}
        self.life_of = {life.account_id: life for life in self.lives}
        home = {row["user_id"]: row["account_id"] for row in tables["users"]}
        self.deeds: dict[str, Counter[tuple[str, Day]]] = defaultdict(Counter)
        for event in tables["usage_events"]:
            account_id = home.get(event["user_id"], event["account_id"])
            if not self.details[account_id]["is_internal"]:
                self.deeds[account_id][(event["event_name"], event["occurred_date"])] += 1
        self.idle = {
            row["event_name"] for row in seeds["feature_catalogue"] if not row["is_activity"]
        }
        active = [
            day for done in self.deeds.values() for name, day in done if name not in self.idle
        ]
        self.first_usage = min(active) if active else None

    def size(self, account_id: str) -> str:
        """Return the company size of an account."""
        employees = self.details[account_id]["employee_count"]
        for band in self.seeds["company_size_bands"]:
            most = band["max_employees"]
            if employees is not None and band["min_employees"] <= employees <= (most or 10**9):
                return str(band["company_size"])
        return "unknown"

    def weight(self, name: str, segment: str, day: Day) -> Decimal | None:
        """Return what one action is worth on a day: the segment's own weight, else that for all."""
        for wanted in (segment, "all"):
            rows = [
                row
                for row in self.seeds["health_action_weights"]
                if row["event_name"] == name
                and row["segment"] == wanted
                and row["valid_from"] <= day
            ]
            if rows:
                return Decimal(max(rows, key=lambda row: row["valid_from"])["impact_score"])
        return None

    def band(self, score: Decimal) -> str:
        """Return the only band that holds a score."""
        (band,) = [
            row["band"]
            for row in self.seeds["health_bands"]
            if (
                row["lower_bound"] is None
                or score > row["lower_bound"]
                or (row["lower_inclusive"] and score == row["lower_bound"])
            )
            and (
                row["upper_bound"] is None
                or score < row["upper_bound"]
                or (row["upper_inclusive"] and score == row["upper_bound"])
            )
        ]
        return str(band)

    def snapshots(self) -> Iterator[Day]:
        """Yield the month ends from that of the first usage on, and the as-of date."""
        for month in self.months:
            end = min(later(month, 1) - ONE_DAY, self.as_of)
            if self.first_usage is not None and later(month, 1) > self.first_usage:
                yield end

    def mrr(self, account_id: str, day: Day) -> Decimal:
        """Return the MRR of an account at the end of a day."""
        life = self.life_of.get(account_id)
        return sum(life.paid.get(day, {}).values(), Decimal(0)) if life else Decimal(0)

    def health(self) -> Health:
        """Return score, band and the rest by account and snapshot."""
        found: Health = {}
        for day in self.snapshots():
            for life in self.lives:
                if not self._live_kinds(life, day):
                    continue
                segment = self.size(life.account_id)
                score, count = Decimal(0), 0
                for (name, done_on), times in self.deeds[life.account_id].items():
                    if not day - days(29) <= done_on <= day:
                        continue
                    weight = self.weight(name, segment, day)
                    if weight is not None:
                        score += weight * times
                        count += times
                found[(life.account_id, day)] = {
                    "health_score": score,
                    "health_band": self.band(score),
                    "weighted_action_count": count,
                    "mrr": self.mrr(life.account_id, day),
                    "health_segment": segment,
                }
        return found

    def seen(self, health: Health) -> list[Seen]:
        """Return the customers of every month end whose 90 days after are over."""
        found = []
        churns = {
            life.account_id: [m[1] for m in life.movements if m[3] == "churn"]
            for life in self.lives
        }
        for (account_id, day), row in health.items():
            is_month_end = (day + ONE_DAY).day == 1
            is_whole = self.first_usage is not None and self.first_usage <= day - days(29)
            if row["mrr"] and is_month_end and is_whole and day + days(90) <= self.as_of:
                is_lost = any(day < churn <= day + days(90) for churn in churns[account_id])
                found.append(
                    Seen(account_id, day, row["health_score"], row["health_band"], is_lost)
                )
        return found

    def renewal_date(self, account_id: str) -> Day | None:
        """Return the next end of a term of three months or more that nobody has cancelled."""
        life, found = self.life_of[account_id], []
        for subscription in self.accounts[account_id]:
            name, start = subscription.subscription_id, self.as_of
            if subscription.service_end is not None or name not in life.paid.get(start, {}):
                continue
            interval, count = self._interval(life, name, start)
            while name in life.paid.get(start - ONE_DAY, {}) and self._interval(
                life, name, start - ONE_DAY
            ) == (interval, count):
                start -= ONE_DAY
            months = INTERVAL_MONTHS.get(interval, 0) * count
            length = INTERVAL_DAYS.get(interval, 0) * count
            if months < 3 and length < 90:
                continue
            number, end = 0, start
            while end <= self.as_of:
                number += 1
                end = later(start, months * number) if months else start + days(length * number)
            found.append(end)
        return min(found, default=None)

    def reasons(self, health: Health, engagement: Mapping[str, Row]) -> dict[str, dict[str, Any]]:
        """Return what is true of every account that could be at risk, by account."""
        now = {account_id: row for (account_id, day), row in health.items() if day == self.as_of}
        is_weighed = any(row["weighted_action_count"] for row in now.values())
        logins = {row["event_name"] for row in self.seeds["feature_catalogue"] if row["is_login"]}
        last_login = {
            account_id: max(dates)
            for account_id, done in self.deeds.items()
            if (dates := [day for name, day in done if name in logins])
        }
        found = {}
        for account_id, life in self.life_of.items():
            said = self._said(account_id)
            row = self._contract(life) | {
                "is_low_band": is_weighed
                and now.get(account_id, {}).get("health_band") in ("critical", "weak"),
                "is_detractor": said.get("nps", 99) <= 6,
                "is_dissatisfied": said.get("csat", 99) <= 3,
                "is_high_effort": said.get("ces", 99) <= 3,
                "is_promoter": said.get("nps", 0) >= 9,
                "has_open_escalation": any(
                    ticket["is_escalated"] and ticket["resolved_date"] is None
                    for ticket in self.tables["support_tickets"]
                    if ticket["account_id"] == account_id
                ),
                "is_thriving": now.get(account_id, {}).get("health_band") == "thriving",
            }
            if not (row["is_live"] or row["is_past_due"] or row["is_trial_unpaid"]):
                continue
            used = engagement.get(account_id)
            last = last_login.get(account_id, self.details[account_id]["created_date"])
            row["is_login_missing"] = bool(used and last_login and last <= self.as_of - days(14))
            found[account_id] = row | self._use(account_id, used)
        return found

    def _contract(self, life: Life) -> dict[str, Any]:
        account_id = life.account_id
        mrr, ends, statuses = self.mrr(account_id, self.as_of), [], []
        for subscription in self.accounts[account_id]:
            begun = [s for s in subscription.states if s["effective_date"] <= self.as_of]
            end = subscription.service_end
            if not begun or (end is not None and end <= self.as_of):
                continue
            statuses.append(begun[-1]["status"])
            if end is not None and (
                statuses[-1] == "trialing" or self._is_earning(begun, self.as_of)
            ):
                ends.append(end)
        trials = [
            row["trial_end_date"]
            for row in self.tables["subscriptions"]
            if row["account_id"] == account_id and row["trial_end_date"] is not None
        ]
        renewal = self.renewal_date(account_id)
        return {
            "mrr": mrr,
            "is_live": bool(self._live_kinds(life, self.as_of)),
            "has_cancelled": bool(ends),
            "service_end_date": min(ends, default=None),
            "is_past_due": "past_due" in statuses,
            "renewal_date": renewal,
            "days_to_renewal": (renewal - self.as_of).days if renewal else None,
            "is_renewal_near": renewal is not None and renewal <= self.as_of + days(60),
            "is_trial_unpaid": mrr == 0
            and any(self.as_of - days(30) < end <= self.as_of for end in trials),
        }

    def _said(self, account_id: str) -> dict[str, Decimal]:
        """Return the latest answers of the last 180 days by survey type."""
        mine = [row for row in self.tables["survey_responses"] if row["account_id"] == account_id]
        found = {}
        for answer in sorted(mine, key=lambda row: (row["responded_at"], row["response_id"])):
            is_fresh = answer["responded_date"] > self.as_of - days(180)
            found.pop(answer["survey_type"], None)
            if is_fresh:
                found[answer["survey_type"]] = answer["score"]
        return found

    def _use(self, account_id: str, used: Row | None) -> dict[str, bool]:
        def count(first: int, last: int) -> int:
            return sum(
                times
                for (name, day), times in self.deeds[account_id].items()
                if name not in self.idle
                and self.as_of - days(first) < day <= self.as_of - days(last)
            )

        if used is None:
            return dict.fromkeys(
                (
                    "is_usage_down",
                    "is_usage_up",
                    "is_seats_unused",
                    "is_seats_full",
                    "is_using_few_features",
                    "is_champion_gone",
                ),
                False,
            )
        recent, before = count(28, 0), count(56, 28)
        seats, users = used["purchased_seat_count"], used["active_user_count_30d"]
        features = {row["feature"] for row in self.seeds["feature_catalogue"]} - {None}
        return {
            "is_usage_down": before >= 20 and 10 * recent < 7 * before,
            "is_usage_up": before >= 20 and 10 * recent > 13 * before,
            "is_seats_unused": seats >= 2 and 2 * users < seats,
            "is_seats_full": seats >= 2 and 10 * users >= 9 * seats,
            "is_using_few_features": 5 * used["used_feature_count_30d"] < len(features),
            "is_champion_gone": used["had_active_champion_90d_before"]
            and not used["has_active_champion"],
        }


def auc(seen: Sequence[Seen]) -> tuple[int, Decimal, float | None, float | None]:
    """Return pairs, pairs in order, AUC and its standard error, by looking at every pair."""
    pairs, ordered = 0, Decimal(0)
    own: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for stayed in (one for one in seen if not one.is_lost):
        for lost in (one for one in seen if one.is_lost and one.month_end == stayed.month_end):
            half = Decimal("0.5") if stayed.score == lost.score else Decimal(0)
            point = Decimal(1) if stayed.score > lost.score else half
            pairs, ordered = pairs + 1, ordered + point
            for one in (stayed, lost):
                own[one.account_id][0] += point
                own[one.account_id][1] += 1
    if not pairs:
        return 0, Decimal(0), None, None
    share = ordered / pairs
    pulls = [points - share * count for points, count in own.values()]
    return pairs, ordered, float(share), math.sqrt(sum(pull * pull for pull in pulls)) / pairs
