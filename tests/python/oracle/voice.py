"""Surveys, themes and support once more, counted answer by answer and ticket by ticket.

Reads raw rows as they are written to the files, and takes a company in which every account has at
most one subscription at a time, so that who was a customer when can be looked up.
"""

from __future__ import annotations

import datetime
import re
import statistics
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

Row = Mapping[str, Any]
Day = datetime.date
Counts = dict[tuple[Any, ...], dict[str, Any]]

ONE_DAY = datetime.timedelta(days=1)
UNTAGGED = "untagged"
# Letters that do not come apart into a plain one and an accent.
WHOLE_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l"})


@dataclass(frozen=True)
class Scale:
    """A survey type's bounds and method."""

    low_max: int
    high_min: int
    is_net: bool


def month_of(day: Day) -> Day:
    """Return the first day of a day's month."""
    return day.replace(day=1)


def next_month(month: Day) -> Day:
    """Return the first day of the month after."""
    return month_of(month + 31 * ONE_DAY)


def spelled_plainly(text: str) -> str:
    """Return the words of a text in small letters without accents, a blank before each."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return "".join(f" {word}" for word in re.findall(r"[^\W_]+", bare.translate(WHOLE_LETTERS)))


def percentile(values: Sequence[float], tenths: int) -> float | None:
    """Return a percentile between the two nearest values in proportion, None of nothing."""
    if len(values) < 2:
        return values[0] if values else None
    return statistics.quantiles(values, n=10, method="inclusive")[tenths - 1]


def share(part: float, whole: float) -> float | None:
    """Return part / whole, None of nothing."""
    return part / whole if whole else None


class CustomerVoice:
    """What customers say and ask, by month and segment (total, region, plan_tier)."""

    def __init__(
        self,
        tables: Mapping[str, Sequence[Row]],
        as_of: Day,
        zone: str,
        scales: Mapping[str, Scale],
        keywords: Iterable[tuple[str, str]],
    ) -> None:
        """Take raw rows by table, scales by survey type, and pairs of theme and keyword."""
        self.as_of, self.zone, self.scales = as_of, ZoneInfo(zone), scales
        self.keywords = [
            (theme, keyword.startswith("*"), spelled_plainly(keyword))
            for theme, keyword in keywords
        ]
        self.regions = {
            row["account_id"]: row["region"] or "unknown"
            for row in tables["accounts"]
            if row["is_internal"] != "true"
        }
        self.tables = tables
        self.subscriptions = {row["account_id"]: row for row in tables["subscriptions"]}
        self.states: dict[str, list[Row]] = defaultdict(list)
        owners = {row["subscription_id"]: row["account_id"] for row in tables["subscriptions"]}
        for row in tables["subscription_changes"]:
            self.states[owners[row["subscription_id"]]].append(row)
        begun = [self.day(row["effective_at"]) for row in tables["subscription_changes"]]
        self.months = [month_of(min(begun))]
        while next_month(self.months[-1]) <= as_of:
            self.months.append(next_month(self.months[-1]))

    def instant(self, text: str) -> datetime.datetime:
        """Return the instant in UTC; a day without a time begins in the company's own zone."""
        if len(text) == 10:
            midnight = datetime.datetime.fromisoformat(text).replace(tzinfo=self.zone)
            return midnight.astimezone(datetime.UTC)
        return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)

    def day(self, text: str) -> Day:
        """Return the day in the company's own zone."""
        return self.instant(text).astimezone(self.zone).date()

    def is_seen(self, text: str | None) -> bool:
        """Has it happened by the as-of date?"""
        return bool(text) and self.day(str(text)) <= self.as_of

    def rows(self, table: str, placed_by: str) -> Iterator[Row]:
        """Yield the rows seen of accounts that are not internal."""
        for row in self.tables[table]:
            if row["account_id"] in self.regions and self.is_seen(row[placed_by]):
                yield row

    def tier_on(self, account_id: str, day: Day) -> str:
        """Return the tier that an account pays for at the end of a day, empty without one."""
        subscription = self.subscriptions.get(account_id)
        if subscription and subscription["ended_at"] and day >= self.day(subscription["ended_at"]):
            return ""
        held = [row for row in self.states[account_id] if self.day(row["effective_at"]) <= day]
        return str(max(held, key=lambda row: row["effective_at"])["plan_id"]) if held else ""

    def cuts(self, account_id: str, month: Day) -> list[tuple[str, str]]:
        """Return the segments an account counts in, in a month."""
        closing = min(self.as_of, next_month(month) - ONE_DAY)
        tier = self.tier_on(account_id, month - ONE_DAY) or self.tier_on(account_id, closing)
        region = self.regions[account_id]
        return [("total", "all"), ("region", region), ("plan_tier", tier or "unknown")]

    # --- surveys ------------------------------------------------------------------------------

    def counted_answers(self) -> list[Row]:
        """Return the latest answer of each respondent to a survey in a month."""
        latest: dict[tuple[Any, ...], Row] = {}
        for row in self.rows("survey_responses", "responded_at"):
            month = month_of(self.day(row["responded_at"]))
            who = ("user", row["user_id"]) if row["user_id"] else ("account", row["account_id"])
            key = (month, row["survey_type"], place(row["touchpoint"]), who)
            before = latest.get(key)
            if before is None or self._moment(before) < self._moment(row):
                latest[key] = row
        return list(latest.values())

    def _moment(self, row: Row) -> tuple[datetime.datetime, str]:
        return self.instant(row["responded_at"]), row["response_id"]

    def is_high(self, row: Row) -> bool:
        """Is it a promoter's, or somebody's who is satisfied?"""
        return int(row["score"]) >= self.scales[row["survey_type"]].high_min

    def is_low(self, row: Row) -> bool:
        """Is it a detractor's, or somebody's who is dissatisfied?"""
        return int(row["score"]) <= self.scales[row["survey_type"]].low_max

    def survey_scores(self, window_days: int) -> Counts:
        """Count by month, type, touchpoint and segment."""
        scores: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
        sent: dict[tuple[Any, ...], list[tuple[bool, bool]]] = defaultdict(list)
        for row in self.counted_answers():
            for key in self._survey_keys(row, self.day(row["responded_at"])):
                scores[key].append(row)
        answers: dict[str, list[Day]] = defaultdict(list)
        for row in self.tables["survey_responses"]:
            if row["invitation_id"] and self.is_seen(row["responded_at"]):
                answers[row["invitation_id"]].append(self.day(row["responded_at"]))
        for row in self.rows("survey_invitations", "sent_at"):
            day = self.day(row["sent_at"])
            given = answers[row["invitation_id"]]
            last_day = day + window_days * ONE_DAY
            is_answered = any(answer <= last_day for answer in given)
            for key in self._survey_keys(row, day):
                sent[key].append((is_answered, not given and last_day > self.as_of))
        return {
            key: self._scored(scores.get(key, []), sent.get(key, []), self.scales[key[1]])
            for key in set(scores) | set(sent)
        }

    def _survey_keys(self, row: Row, day: Day) -> Iterator[tuple[Any, ...]]:
        month = month_of(day)
        for touchpoint in (place(row["touchpoint"]), "all"):
            for segment in self.cuts(row["account_id"], month):
                yield (month, row["survey_type"], touchpoint, *segment)

    def _scored(
        self, rows: Sequence[Row], sent: Sequence[tuple[bool, bool]], scale: Scale
    ) -> dict[str, Any]:
        signs = [self.is_high(row) - self.is_low(row) for row in rows]
        answered = sum(is_answered for is_answered, _ in sent)
        high = sum(self.is_high(row) for row in rows)
        counted = {
            "response_count": len(rows),
            "high_response_count": high,
            "low_response_count": sum(self.is_low(row) for row in rows),
            "score_sum": sum(int(row["score"]) for row in rows),
            "average_score": statistics.fmean(int(row["score"]) for row in rows) if rows else None,
            "invitation_count": len(sent),
            "answered_invitation_count": answered,
            "open_invitation_count": sum(is_open for _, is_open in sent),
            "survey_response_rate": share(answered, len(sent)),
            "nps_score": None,
            "nps_score_standard_error": None,
            "high_score_rate": None if scale.is_net else share(high, len(rows)),
        }
        if scale.is_net and rows:
            # the spread of +1, 0 and -1 is what the formula comes to
            counted["nps_score"] = 100 * statistics.fmean(signs)
            counted["nps_score_standard_error"] = 100 * statistics.pstdev(signs) / len(rows) ** 0.5
        return counted

    # --- themes -------------------------------------------------------------------------------

    def themes_of(self, *texts: str | None) -> set[str]:
        """Return the themes of texts taken as one."""
        words = spelled_plainly(" ".join(text or "" for text in texts))
        return {
            theme
            for theme, is_inside, keyword in self.keywords
            if (keyword.strip() if is_inside else keyword) in words
        }

    def feedback_themes(self, days_before: int) -> Counts:
        """Count by month, theme and segment: comments, and customers lost."""
        counts: Counts = defaultdict(lambda: defaultdict(int))
        for row in self.counted_answers():
            if row["comment"]:
                month = month_of(self.day(row["responded_at"]))
                counted = {"comment_count": 1}
                if self.scales[row["survey_type"]].is_net:
                    counted["nps_comment_count"] = 1
                    counted["promoter_comment_count"] = self.is_high(row)
                    counted["detractor_comment_count"] = self.is_low(row)
                for theme in self.themes_of(row["comment"]) or {UNTAGGED}:
                    self._add(counts, row["account_id"], month, theme, counted)
        for account_id, subscription in self.subscriptions.items():
            if account_id in self.regions and self.is_seen(subscription["ended_at"]):
                lost = self.day(subscription["ended_at"])
                leaving = self.themes_of(
                    subscription["cancel_reason"], subscription["cancel_comment"]
                )
                before: set[str] = set()
                for row in self.rows("survey_responses", "responded_at"):
                    days = (lost - self.day(row["responded_at"])).days
                    if row["account_id"] == account_id and 0 <= days <= days_before:
                        before |= self.themes_of(row["comment"])
                for theme in leaving | before or {UNTAGGED}:
                    counted = {
                        "churned_with_theme_count": 1,
                        "said_on_leaving_count": theme in leaving,
                        "said_before_count": theme in before,
                    }
                    self._add(counts, account_id, month_of(lost), theme, counted)
        return counts

    def _add(
        self, counts: Counts, account_id: str, month: Day, theme: str, counted: Mapping[str, int]
    ) -> None:
        for segment in self.cuts(account_id, month):
            for name, number in counted.items():
                counts[(month, theme, *segment)][name] += number

    # --- support ------------------------------------------------------------------------------

    def customers(self) -> dict[tuple[Any, ...], int]:
        """Count who pays at each closing, by month and segment."""
        counts: dict[tuple[Any, ...], int] = defaultdict(int)
        for account_id in self.regions:
            for month in self.months:
                if self.tier_on(account_id, min(self.as_of, next_month(month) - ONE_DAY)):
                    for segment in self.cuts(account_id, month):
                        counts[(month, *segment)] += 1
        return counts

    def support(self) -> Counts:
        """Count by month, channel and segment."""
        opened: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
        resolved: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
        for row in self.rows("support_tickets", "opened_at"):
            for key in self._ticket_keys(row, row["opened_at"]):
                opened[key].append(row)
            if self.is_seen(row["resolved_at"]):
                for key in self._ticket_keys(row, row["resolved_at"]):
                    resolved[key].append(row)
        return {
            key: self._served(opened.get(key, []), resolved.get(key, []))
            for key in set(opened) | set(resolved)
        }

    def _ticket_keys(self, row: Row, at: str) -> Iterator[tuple[Any, ...]]:
        month = month_of(self.day(at))
        for channel in (place(row["channel"]), "all"):
            for segment in self.cuts(row["account_id"], month):
                yield (month, channel, *segment)

    def _served(self, opened: Sequence[Row], resolved: Sequence[Row]) -> dict[str, Any]:
        waits = [
            (
                self.instant(row["first_response_at"]) - self.instant(row["opened_at"])
            ).total_seconds()
            for row in opened
            if self.is_seen(row["first_response_at"])
        ]
        minutes = [wait / 60 for wait in waits if wait >= 0]
        hours = [
            (self.instant(row["resolved_at"]) - self.instant(row["opened_at"])).total_seconds()
            / 3600
            for row in resolved
        ]
        known = [row for row in resolved if row["agent_interactions"] is not None]
        reopenings = [
            row["reopened_count"] for row in resolved if row["reopened_count"] is not None
        ]
        escalations = [row["is_escalated"] for row in opened if row["is_escalated"] is not None]
        first = sum(map(self._is_first_contact, resolved))
        first_of_opened = sum(
            self.is_seen(row["resolved_at"]) and self._is_first_contact(row) for row in opened
        )
        reopened = sum(count > 0 for count in reopenings)
        return {
            "opened_ticket_count": len(opened),
            "resolved_ticket_count": len(resolved),
            "responded_ticket_count": len(minutes),
            "first_contact_count": first,
            "interactions_known_count": len(known),
            "opened_first_contact_count": first_of_opened,
            "reopened_ticket_count": reopened,
            "reopening_known_count": len(reopenings),
            "escalated_ticket_count": escalations.count("true"),
            "escalation_known_count": len(escalations),
            "first_contact_resolution_rate": share(first, len(known)),
            "first_contact_resolution_of_opened_rate": share(first_of_opened, len(opened)),
            "reopened_rate": share(reopened, len(reopenings)),
            "escalated_rate": share(escalations.count("true"), len(escalations)),
            "first_response_minutes_median": percentile(minutes, 5),
            "first_response_minutes_p90": percentile(minutes, 9),
            "resolution_hours_median": percentile(hours, 5),
            "resolution_hours_p90": percentile(hours, 9),
        }

    @staticmethod
    def _is_first_contact(row: Row) -> bool:
        return row["agent_interactions"] == 1 and not row["reopened_count"]


def place(name: str | None) -> str:
    """Return a touchpoint or channel; `all` is the name of all of them together."""
    return name if name and name != "all" else "unknown"
