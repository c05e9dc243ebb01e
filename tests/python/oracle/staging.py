"""Raw rows judged once more, rule by rule: staged, rejected and not yet seen, in plain Python.

Takes raw rows as they stand in the files. Nothing here is shared with the models but the contract,
read as data: which columns there are, which of them a row cannot do without, and what they name.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from oracle import grammar
from oracle.judged import Judged
from oracle.sense import SENSE, off_scale
from oracle.settings import RawColumn, RawTable, Row, contract

Day = datetime.date
LOADED_AT = "_loaded_at"
DATED = {
    "usage_events": "occurred_at",
    "survey_responses": "responded_at",
    "support_tickets": "opened_at",
    "invoices": "issued_at",
}
PRICED = {"subscription_changes": "effective_at", "invoices": "issued_at", "costs": "incurred_on"}
# Tables whose rows are judged after those of the tables they name.
ORDER = (
    "accounts",
    "plans",
    "exchange_rates",
    "users",
    "subscriptions",
    "subscription_changes",
    "invoices",
    "usage_events",
    "survey_invitations",
    "survey_responses",
    "support_tickets",
    "referrals",
    "goal_events",
    "costs",
)
# What reads as empty where a day lies after the as-of date.
UNTIL_THEN = {
    "subscriptions": {
        "canceled_date": ("canceled_at", "canceled_date", "cancel_reason", "cancel_comment")
    },
    "invoices": {"paid_date": ("paid_at", "paid_date", "amount_paid")},
    "users": {"deactivated_date": ("deactivated_at", "deactivated_date")},
    "support_tickets": {
        "first_response_date": ("first_response_at", "first_response_date"),
        "resolved_date": ("resolved_at", "resolved_date"),
    },
}
DEFAULTS: Mapping[str, Row] = {
    "accounts": {"is_internal": False},
    "plans": {"interval_count": 1, "is_free": False, "is_seat_based": True},
    "invoices": {"tax_amount": Decimal(0)},
    "subscription_changes": {"discount_percent": Decimal(0), "discount_amount": Decimal(0)},
}


class Staging:
    """Every raw row of a company, judged."""

    def __init__(
        self,
        raw: Mapping[str, Sequence[Row]],
        variables: Row,
        survey_scales: Sequence[Row],
        as_of: Day | None = None,
        today: Day | None = None,
    ) -> None:
        """Judge raw rows (text by column, by table); `as_of` None: as the data say.

        variables: all of dbt_project.yml. today: the day of the run in the reporting zone.
        """
        self.zone = ZoneInfo(variables["reporting_timezone"])
        self.extra = tuple(variables["segment_attributes"])
        self.earliest = datetime.date.fromisoformat(str(variables["earliest_date"]))
        self.scales = {row["survey_type"]: row for row in survey_scales}
        self.raw = {
            name: list(raw.get(name, ())) if variables.get(f"using_{name}", True) else []
            for name in contract()
        }
        self.uses_loaded_at = bool(variables["using_loaded_at"])
        self.today = today or datetime.datetime.now(self.zone).date()
        self.as_of = as_of or self._latest_day()
        self.currency = str(variables["reporting_currency"] or "").strip().upper()
        self.currency = self.currency or self._only_currency()
        self.judged: dict[str, list[Judged]] = {}
        self._currencies: set[str] | None = None
        for name in ORDER:
            self.judged[name] = self._judge(contract()[name])
        self.staged = {name: self._staged(name) for name in ORDER}

    # --- what is read before any row is judged -------------------------------------------------

    def _text(self, row: Row, name: str) -> str | None:
        if name == LOADED_AT and not self.uses_loaded_at:
            return None
        return grammar.trimmed(row.get(name))

    def _days(self, table: str, name: str) -> Iterator[tuple[Row, Day]]:
        for row in self.raw[table]:
            text = self._text(row, name)
            day = grammar.reporting_day(text, self.zone) if text else None
            if day is not None:
                yield row, day

    def _latest_day(self) -> Day:
        days = [day for table, name in DATED.items() for _, day in self._days(table, name)]
        past = [day for day in days if day < self.today]
        return max(past, default=self.today - datetime.timedelta(days=1))

    def _only_currency(self) -> str:
        in_use = set()
        for table, name in PRICED.items():
            for row, day in self._days(table, name):
                currency = (self._text(row, "currency") or "").upper()
                is_time = self.earliest <= day <= self.as_of
                if is_time and grammar.is_known(currency, "currency", set()):
                    in_use.add(currency)
        if len(in_use) < 2:
            return min(in_use, default="XXX")
        rates = defaultdict(set)
        for row in self.raw["exchange_rates"]:
            text = self._text(row, "rate_to_reporting")
            rate = grammar.decimal(text, (18, 8), is_rounded=True) if text else None
            if rate is not None:
                rates[(self._text(row, "currency") or "").upper()].add(rate)
        at_par = [name for name, found in rates.items() if found == {Decimal(1)}]
        if len(at_par) != 1:
            raise ValueError(f"several currencies are in use: {sorted(in_use)}")
        return at_par[0]

    # --- judging --------------------------------------------------------------------------------

    def _judge(self, table: RawTable) -> list[Judged]:
        rows = [self._read(table, row) for row in self.raw[table.name]]
        self._judge_parents(table, rows)
        self._judge_duplicates(table, rows)
        for row in rows:
            self._judge_values(table, row)
            self._judge_sense(table.name, row)
        if table.name == "subscription_changes":
            self._judge_instants(rows)
        if table.name == "usage_events":
            for row in rows:
                # whose an event is, is asked only of one that has nothing else wrong
                if row.broken != {"unknown_parent"}:
                    row.broken.discard("unknown_parent")
        return rows

    def _read(self, table: RawTable, row: Row) -> Judged:
        names = [column.name for column in table.columns]
        names += list(self.extra) if table.name == "accounts" else []
        texts = {name: self._text(row, name) for name in (*names, LOADED_AT)}
        values: dict[str, Any] = {name: texts[name] for name in names}
        found = Judged(texts, values, None, ())
        for column in table.columns:
            self._read_value(table, column, found)
        loaded = texts[LOADED_AT]
        values["loaded_at"] = grammar.instant(loaded, self.zone) if loaded else None
        if loaded and values["loaded_at"] is None:
            found.broken.add("value_does_not_cast")
        typed_names = {column.name: column.typed_name for column in table.columns}
        found.key = tuple(values[typed_names[name]] for name in table.key)
        is_replayed = table.name not in ("accounts", "plans", "users", "exchange_rates")
        if is_replayed and found.place is not None and found.place > self.as_of:
            found.is_not_yet_seen = True
        return found

    def _read_value(self, table: RawTable, column: RawColumn, row: Judged) -> None:
        """Put the value of one column, and its day, into a row."""
        text = row.texts[column.name]
        typed = grammar.typed(column, text, self.zone)
        if text is not None and typed[column.typed_name] is None:
            row.broken.add("value_does_not_cast")
        if column.kind in ("timestamp", "date"):
            is_month = column.name.endswith("_month")
            earliest = self.earliest.replace(day=1) if is_month else self.earliest
            day = typed[column.day_name]
            is_early = day is not None and day < earliest
            if column.name == table.placed_by:
                row.place = day
                row.broken.update(["implausible_date"] * is_early)
            elif is_early and table.placed_by:
                row.warnings.add("implausible_date")
                typed = dict.fromkeys(typed)
        if column.typed_name != column.name:
            del row.values[column.name]
        row.values |= typed

    def _judge_parents(self, table: RawTable, rows: Sequence[Judged]) -> None:
        for column in table.columns:
            parent = column.meta.get("parent")
            if parent is None:
                continue
            known: dict[str, str] = {}
            for row in self.judged[parent]:
                if row.outcome != "rejected" and known.get(row.key[0]) != "staged":
                    known[row.key[0]] = row.outcome
            for row in rows:
                value = row.values[column.name]
                if value is None:
                    continue
                if value not in known:
                    if known or contract()[parent].is_required:
                        row.broken.add("unknown_parent")
                elif known[value] == "not_yet_seen":
                    row.is_not_yet_seen = True

    def _judge_duplicates(self, table: RawTable, rows: Sequence[Judged]) -> None:
        by_key: dict[tuple[Any, ...], list[Judged]] = defaultdict(list)
        for row in rows:
            key = (*row.key, row.place) if table.name == "usage_events" else row.key
            if None not in key:
                by_key[key].append(row)
        for same in by_key.values():
            best = max(same, key=self._standing)
            for row in same:
                if row is not best:
                    row.broken.add("duplicate_key")

    @staticmethod
    def _standing(row: Judged) -> tuple[Any, ...]:
        """Return what the row that stays has most of: seen, loaded late, great as text."""
        texts = [text for name, text in row.texts.items() if name != LOADED_AT]
        return (
            not row.is_not_yet_seen,
            row.loaded_at,
            [(text is not None, (text or "").encode()) for text in texts],
        )

    def _judge_values(self, table: RawTable, row: Judged) -> None:
        for column in table.columns:
            meta, value = column.meta, row.values[column.typed_name]
            if row.texts[column.name] is None:
                if column.name in table.key:
                    row.broken.add("missing_key")
                elif meta.get("required"):
                    row.broken.add("missing_required_value")
            if value is None:
                continue
            enum = meta.get("enum")
            if enum and not grammar.is_known(value, enum, set(self.scales)):
                row.broken.add("unknown_enum_value")
            if "maximum" in meta:
                if not meta["minimum"] <= value <= meta["maximum"]:
                    row.broken.add("discount_percent_out_of_range")
            elif "minimum" in meta and value < meta["minimum"]:
                row.broken.add("negative_value")

    def _judge_sense(self, table: str, row: Judged) -> None:
        if table in SENSE:
            row.broken.update(SENSE[table](row))
        if table == "survey_responses" and off_scale(row, self.scales):
            row.broken.add("score_off_scale")
        currency = row.values["currency"] if table in PRICED else None
        if currency is not None and currency not in self._rated():
            row.broken.add("currency_without_rate")

    def _rated(self) -> set[str]:
        """Return the currencies that can be converted, found once."""
        if self._currencies is None:
            rates = self.judged["exchange_rates"]
            known = {row.values["currency"] for row in rates if row.outcome == "staged"}
            self._currencies = known | {self.currency}
        return self._currencies

    @staticmethod
    def _judge_instants(rows: Sequence[Judged]) -> None:
        together: dict[tuple[Any, ...], list[Judged]] = defaultdict(list)
        for row in rows:
            if not row.broken:
                values = row.values
                instant = values["subscription_id"], values["effective_at"], row.is_not_yet_seen
                together[instant].append(row)
        for same in together.values():
            latest = max(
                same,
                key=lambda row: (row.loaded_at, row.values["change_id"].encode()),
            )
            for row in same:
                if row is not latest:
                    row.broken.add("two_states_at_one_instant")

    # --- what comes of it -----------------------------------------------------------------------

    def _staged(self, table: str) -> list[dict[str, Any]]:
        rows = [dict(row.values) for row in self.judged[table] if row.outcome == "staged"]
        return [self._as_known(table, row) for row in rows]

    def _as_known(self, table: str, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row with defaults for what is missing, and without what came later."""
        missing = {n: v for n, v in DEFAULTS.get(table, {}).items() if row[n] is None}
        later: dict[str, Any] = {}
        for placed_by, names in UNTIL_THEN.get(table, {}).items():
            if row[placed_by] is not None and row[placed_by] > self.as_of:
                later |= dict.fromkeys(names)
        if table == "invoices" and later and row["status"] == "paid":
            later["status"] = "open"
        if table == "subscription_changes" and row["discount_duration"] is None:
            has_end = row["discount_ends_date"] is not None
            missing["discount_duration"] = "repeating" if has_end else "forever"
        return row | missing | later

    def rejected(self) -> list[tuple[str, str | None, str, str]]:
        """Return (table, key, first rule, all rules with commas) of the rejected rows, sorted."""
        found = []
        for name, rows in self.judged.items():
            key_names = contract()[name].key
            for row in rows:
                if row.outcome == "rejected":
                    parts = [row.texts[part] for part in key_names]
                    key = "|".join(part or "" for part in parts) if None not in parts else None
                    found.append((name, key, row.rules[0], ",".join(row.rules)))
        return sorted(found, key=str)

    def accounting(self) -> list[dict[str, Any]]:
        """Return rows (source_table, outcome, rule, row_count): every raw row is somewhere."""
        counts: Counter[tuple[str, str, str]] = Counter()
        for name, rows in self.judged.items():
            counts[(name, "raw", "all")] = len(self.raw[name])
            for outcome in ("staged", "not_yet_seen"):
                counts[(name, outcome, "all")] = 0
            for row in rows:
                rule = row.rules[0] if row.outcome == "rejected" else "all"
                counts[(name, row.outcome, rule)] += 1
                if row.outcome == "staged" and name != "usage_events":
                    counts.update((name, "suspicious", warning) for warning in row.warnings)
        counts.update(self._suspicious())
        names = ("source_table", "outcome", "rule", "row_count")
        return [dict(zip(names, (*key, count), strict=True)) for key, count in counts.items()]

    def _suspicious(self) -> Iterator[tuple[str, str, str]]:
        born = {row["account_id"]: row["created_date"] for row in self.staged["accounts"]}
        homes = {row["user_id"]: row["account_id"] for row in self.staged["users"]}
        by_id = {row["subscription_id"]: row for row in self.staged["subscriptions"]}
        for event in self.staged["usage_events"]:
            day = event["occurred_date"]
            if day < born[event["account_id"]]:
                yield "usage_events", "suspicious", "before_account"
            elif not any(
                row["account_id"] == event["account_id"]
                and row["created_date"] <= day
                and (row["ended_date"] is None or row["ended_date"] > day)
                for row in by_id.values()
            ):
                yield "usage_events", "suspicious", "without_subscription"
            if homes.get(event["user_id"], event["account_id"]) != event["account_id"]:
                yield "usage_events", "suspicious", "account_not_of_user"
        for state in self.staged["subscription_changes"]:
            row = by_id.get(state["subscription_id"])
            if row is None:
                continue
            if state["effective_date"] < row["created_date"]:
                yield "subscription_changes", "suspicious", "before_creation"
            elif row["ended_date"] is not None and state["effective_date"] > row["ended_date"]:
                yield "subscription_changes", "suspicious", "after_end"
