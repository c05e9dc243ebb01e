"""One company as all oracles see it: its staged rows, settings, seeds, months and segments."""

from __future__ import annotations

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from oracle.engagement import EngagementCompany
from oracle.growth import GrowthCompany
from oracle.health import HealthCompany
from oracle.ledger import LedgerCompany
from oracle.retention import UNKNOWN, Segment, first_of_month, later
from oracle.revenue import ONE_DAY, Company, Day, Row, Rules
from oracle.settings import read_seeds, variables_with_defaults
from oracle.staging import Staging
from oracle.value import ValueCompany

OWN_ATTRIBUTES = (
    "region",
    "country",
    "industry",
    "company_size",
    "acquisition_channel",
    "csm_owner",
    "signup_cohort",
)


def quarter_label(day: Day) -> str:
    """Return the calendar quarter of a day, such as 2024-Q1."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


class Tables(dict[str, Sequence[Row]]):
    """Staged rows by raw table name, with a company that was worked out of them before."""

    known: Company | None = None


class World:
    """Everything that a mart of the oracle is counted from."""

    def __init__(
        self,
        raw: Mapping[str, Sequence[Row]],
        *,
        as_of: Day | None = None,
        variables: Row | None = None,
        seeds: Mapping[str, Sequence[Row]] | None = None,
        segment_types: Iterable[str] | None = None,
        today: Day | None = None,
    ) -> None:
        """Take raw rows by table; see `oracle.marts.Oracle`."""
        self.variables = variables_with_defaults(variables or {})
        self.seeds = read_seeds() | dict(seeds or {})
        chosen = str(self.variables["as_of_date"] or "").strip()
        if as_of is None and chosen and chosen != "today":
            as_of = datetime.date.fromisoformat(chosen)
        self.staging = Staging(
            raw, self.variables, self.seeds["survey_scales"], as_of=as_of, today=today
        )
        self.as_of = self.staging.as_of
        extra = tuple(self.variables["segment_attributes"])
        wanted = None if segment_types is None else set(segment_types)
        self.attribute_names = [
            name for name in (*OWN_ATTRIBUTES, *extra) if wanted is None or name in wanted
        ]
        self.tables = Tables(self.staging.staged)
        self.tables |= {name: self.seeds[name] for name in ("feature_catalogue", "cost_categories")}
        self.tables["accounts"] = [
            row
            | {
                "company_size": self._size(row["employee_count"]),
                "signup_cohort": quarter_label(row["created_date"]),
            }
            for row in self.staging.staged["accounts"]
        ]
        self.accounts: dict[str, dict[str, Any]] = {
            row["account_id"]: dict(row)
            for row in self.tables["accounts"]
            if not row["is_internal"]
        }
        self.plans = {row["plan_id"]: row for row in self.tables["plans"]}
        self.rules = self._rules()
        self.ledger = LedgerCompany(
            self.tables,
            self.rules,
            (*OWN_ATTRIBUTES, *extra),
            self.variables["payment_failure_reasons"],
            self._signed_states(),
        )
        self._keep_attributes()
        self.tables.known = self.ledger
        self.months = self.ledger.months

    def _size(self, employees: int | None) -> str:
        for band in self.seeds["company_size_bands"]:
            most = band["max_employees"]
            if employees is None or employees < band["min_employees"]:
                continue
            if most is None or employees <= most:
                return str(band["company_size"])
        return UNKNOWN

    def _rules(self) -> Rules:
        base = str(self.variables["fx_base_month"] or "")
        return Rules(
            as_of=self.as_of,
            reporting_currency=self.staging.currency,
            fx_policy=self.variables["fx_policy"],
            fx_base_month=datetime.date.fromisoformat(f"{base}-01") if base else None,
            churn_recognition=self.variables["churn_recognition"],
            **{
                name: int(self.variables[name])
                for name in (
                    "past_due_grace_days",
                    "reactivation_grace_days",
                    "renewal_grace_days",
                    "trial_conversion_window_days",
                    "health_window_days",
                    "health_backtest_days",
                )
            },
        )

    def _signed_states(self) -> list[dict[str, Any]]:
        """Return the states that begin later and were on file by the as-of date."""
        found = []
        for row in self.staging.judged["subscription_changes"]:
            loaded = row.values["loaded_at"]
            is_on_file = loaded is None or loaded.date() <= self.as_of
            if row.is_not_yet_seen and not row.broken and is_on_file:
                state = dict(row.values)
                for name in ("discount_percent", "discount_amount"):
                    state[name] = state[name] or 0
                if state["discount_duration"] is None:
                    has_end = state["discount_ends_date"] is not None
                    state["discount_duration"] = "repeating" if has_end else "forever"
                found.append(state)
        return found

    def _keep_attributes(self) -> None:
        """Cut by the wanted attributes only."""
        for kept in self.ledger.attributes.values():
            for name in set(kept) - set(self.attribute_names):
                del kept[name]

    # --- months and segments --------------------------------------------------------------------

    @property
    def is_last_month_partial(self) -> bool:
        """Does the month of the as-of date still lack days?"""
        return (self.as_of + ONE_DAY).day != 1

    def is_partial(self, month: Day) -> bool:
        """Is a month not over?"""
        return self.is_last_month_partial and month == first_of_month(self.as_of)

    def last_day(self, month: Day) -> Day:
        """Return the last day of a month, at most the as-of date."""
        return min(later(month, 1) - ONE_DAY, self.as_of)

    @cached_property
    def segments(self) -> list[Segment]:
        """Every segment that there is: the total, tiers of the price list, values of attributes."""
        tiers = {str(plan["plan_tier"] or UNKNOWN) for plan in self.plans.values()} | {UNKNOWN}
        found = [("total", "all"), *(("plan_tier", tier) for tier in sorted(tiers))]
        for name in self.attribute_names:
            values = {row[name] or UNKNOWN for row in self.accounts.values()}
            found += [(name, value) for value in sorted(values)]
        return found

    def cuts(self, account_id: str, tier: str | None) -> Iterator[Segment]:
        """Yield the segments an account counts in while it holds a tier."""
        yield "total", "all"
        yield "plan_tier", tier or UNKNOWN
        yield from self.ledger.attributes[account_id].items()

    def month_tier(self, account_id: str, month: Day) -> str:
        """Return the tier held at a month's opening, else at its closing, else unknown."""
        life = self.ledger.life_of.get(account_id)
        if life is None:
            return UNKNOWN
        return life.tiers.get(later(month, -1)) or life.tiers.get(month) or UNKNOWN

    def shown_name(self, account_id: str) -> str | None:
        """Return an account's name as the marts show it."""
        name: str | None = self.accounts[account_id]["account_name"]
        if self.variables["hash_account_names"]:
            return hashlib.md5(f"{account_id} {name or ''}".encode()).hexdigest()
        return name

    @cached_property
    def seeds_by_survey(self) -> dict[str, Row]:
        """The scale of each survey type."""
        return {row["survey_type"]: row for row in self.seeds["survey_scales"]}

    @cached_property
    def answers_of(self) -> dict[str, list[Row]]:
        """Each account's answers to surveys."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.tables["survey_responses"]:
            found[row["account_id"]].append(row)
        return found

    @cached_property
    def account_health(self) -> dict[tuple[str, Day], dict[str, Any]]:
        """Score, band and the rest by account and snapshot."""
        return self.health.health()

    @cached_property
    def health_by_account(self) -> dict[str, list[tuple[Day, dict[str, Any]]]]:
        """Each account's snapshots of health: day and row."""
        found: dict[str, list[tuple[Day, dict[str, Any]]]] = defaultdict(list)
        for (account_id, day), row in self.account_health.items():
            found[account_id].append((day, row))
        return found

    # --- the companies of the domains -------------------------------------------------------------

    @cached_property
    def growth(self) -> GrowthCompany:
        """Trials, onboarding, goals and referrals."""
        return GrowthCompany(self.tables, self.seeds, self.rules, self.attribute_names)

    @cached_property
    def engagement(self) -> EngagementCompany:
        """Who used what."""
        gap = datetime.timedelta(minutes=float(self.variables["session_gap_minutes"]))
        return EngagementCompany(self.tables, self.rules, self.attribute_names, gap)

    @cached_property
    def engagement_account_months(self) -> dict[tuple[str, Day], dict[str, Any]]:
        """What each account's users did, by account and month."""
        return self.engagement.account_months()

    @cached_property
    def engagement_daily(self) -> dict[tuple[Any, ...], dict[str, Any]]:
        """Users of each day, week and 30 days, by day and segment."""
        return dict(self.engagement.daily())

    @cached_property
    def value(self) -> ValueCompany:
        """What customers paid and cost."""
        return ValueCompany(
            self.tables,
            self.rules,
            self.attribute_names,
            horizon=int(self.variables["clv_horizon_months"]),
            least_lost=int(self.variables["min_churned_for_lifetime"]),
        )

    @cached_property
    def health(self) -> HealthCompany:
        """Scores and signs."""
        return HealthCompany(
            self.tables, self.seeds, self.rules, self.attribute_names, self.variables
        )
