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
from fractions import Fraction
from typing import Any

from oracle.retention import INTERVAL_DAYS, INTERVAL_MONTHS, Life, RetentionCompany, later
from oracle.revenue import ONE_DAY, Day, Row, Rules
from oracle.settings import read_seeds, variables_with_defaults

NEED_USAGE = ("is_usage_down", "is_seats_unused", "is_using_few_features", "is_champion_gone")
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
        variables: Row | None = None,
    ) -> None:
        """Take staged rows by table, seeds by name, the columns to cut by, and all vars."""
        super().__init__(tables, rules, attributes)
        self.variables = variables or variables_with_defaults({})
        scales = seeds.get("survey_scales") or read_seeds()["survey_scales"]
        self.scales = {row["survey_type"]: row for row in scales}
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

    def segment_of(self, account_id: str) -> str:
        """Return the value of the attribute by which actions are weighed."""
        name = self.variables["health_segment_attribute"]
        if name == "company_size":
            return self.size(account_id)
        return str(self.details[account_id][name] or "unknown")

    def is_whole(self, day: Day) -> bool:
        """Is all of the window that ends on a day after the first usage?"""
        first = day - days(self.rules.health_window_days - 1)
        return self.first_usage is not None and self.first_usage <= first

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
                segment = self.segment_of(life.account_id)
                score, count = Decimal(0), 0
                for (name, done_on), times in self.deeds[life.account_id].items():
                    if not day - days(self.rules.health_window_days) < done_on <= day:
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
        horizon = days(self.rules.health_backtest_days)
        # a gap that may still be bridged is no churn yet
        known_after = horizon + days(self.rules.reactivation_grace_days)
        for (account_id, day), row in health.items():
            is_month_end = (day + ONE_DAY).day == 1
            is_known = self.is_whole(day) and day + known_after <= self.as_of
            if row["mrr"] and is_month_end and is_known:
                is_lost = any(day < churn <= day + horizon for churn in churns[account_id])
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
            least = int(self.variables["at_risk_min_term_months"])
            if months < least and length < 30 * least:
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
        found = {}
        for account_id, life in self.life_of.items():
            said = self.said(account_id)
            low = {kind: score for kind, score in said.items() if self._is_low(kind, score)}
            row = self._contract(life) | {
                "is_detractor": "nps" in low,
                "is_dissatisfied": "csat" in low,
                "is_high_effort": "ces" in low,
                "is_promoter": said.get("nps", -1) >= self.scales["nps"]["high_min"],
                "open_escalation_count": sum(
                    bool(ticket["is_escalated"] and ticket["resolved_date"] is None)
                    for ticket in self.tables["support_tickets"]
                    if ticket["account_id"] == account_id
                ),
            }
            row["has_open_escalation"] = row["open_escalation_count"] > 0
            if row["is_live"] or row["is_past_due"] or row["is_trial_unpaid"]:
                found[account_id] = row
        # a feed that says nothing of anybody says nothing
        used = [engagement[account_id] for account_id in found if account_id in engagement]
        weighed = [now[account_id] for account_id in found if account_id in now]
        has_weights = any(row["weighted_action_count"] for row in weighed)
        has_usage = any(row["event_count_28d"] for row in used)
        has_logins = any(row["last_login_date"] for row in used)
        for account_id, row in found.items():
            mine = engagement.get(account_id)
            band = now.get(account_id, {}).get("health_band")
            row["is_low_band"] = has_weights and band in self.variables["at_risk_bands"]
            row["is_thriving"] = band in self.variables["expansion_bands"]
            use = self._use(mine)
            row.update({n: v and (has_usage or n not in NEED_USAGE) for n, v in use.items()})
            row["is_login_missing"] = (
                mine is not None
                and has_logins
                and self._is_away(
                    mine["last_login_date"] or self.details[account_id]["created_date"]
                )
            )
        return found

    def _is_low(self, survey_type: str, score: Decimal) -> bool:
        return bool(score <= self.scales[survey_type]["low_max"])

    def _is_away(self, last: Day) -> bool:
        return last <= self.as_of - days(int(self.variables["at_risk_login_days"]))

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
            if row["account_id"] == account_id
            and row["trial_end_date"] is not None
            and row["trial_end_date"] <= self.as_of
        ]
        renewal = self.renewal_date(account_id)
        oldest = self.as_of - days(int(self.variables["at_risk_trial_days"]))
        near = self.as_of + days(int(self.variables["at_risk_renewal_days"]))
        return {
            "mrr": mrr,
            "is_live": bool(self._live_kinds(life, self.as_of)),
            "has_cancelled": bool(ends),
            "service_end_date": min(ends, default=None),
            "is_past_due": "past_due" in statuses,
            "renewal_date": renewal,
            "days_to_renewal": (renewal - self.as_of).days if renewal else None,
            "is_renewal_near": renewal is not None and renewal <= near,
            "trial_end_date": max(trials, default=None),
            "is_trial_unpaid": mrr == 0 and any(end > oldest for end in trials),
        }

    def said(self, account_id: str) -> dict[str, Decimal]:
        """Return an account's latest answer by survey type, where it is fresh."""
        mine = [row for row in self.tables["survey_responses"] if row["account_id"] == account_id]
        oldest = self.as_of - days(int(self.variables["signal_answer_days"]))
        found = {}
        for answer in sorted(mine, key=lambda row: (row["responded_at"], row["response_id"])):
            found.pop(answer["survey_type"], None)
            if answer["responded_date"] > oldest:
                found[answer["survey_type"]] = answer["score"]
        return found

    def _use(self, used: Row | None) -> dict[str, bool]:
        if used is None:
            return dict.fromkeys((*NEED_USAGE, "is_usage_up", "is_seats_full"), False)

        def share(name: str) -> Fraction:
            return Fraction(str(self.variables[name]))

        recent, before = used["event_count_28d"], used["previous_event_count_28d"]
        has_before = before >= int(self.variables["signal_min_previous_events"])
        seats, users = Fraction(used["purchased_seat_count"]), used["active_user_count_30d"]
        has_seats = seats > 0 and seats >= Fraction(str(self.variables["signal_min_seats"]))
        features = len({row["feature"] for row in self.seeds["feature_catalogue"]} - {None})
        few = share("at_risk_feature_breadth_rate") * features
        return {
            "is_usage_down": has_before
            and recent < before * (1 + share("at_risk_usage_change_rate")),
            "is_usage_up": has_before
            and recent > before * (1 + share("expansion_usage_change_rate")),
            "is_seats_unused": has_seats and users < seats * share("at_risk_seat_utilisation_rate"),
            "is_seats_full": has_seats
            and users >= seats * share("expansion_seat_utilisation_rate"),
            "is_using_few_features": features > 0 and used["used_feature_count_30d"] < few,
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
