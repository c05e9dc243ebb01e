"""What customers paid and what was spent on them, by month and segment, in the reporting currency.

Built on the days of `oracle.revenue` and the lives of `oracle.retention`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from oracle.retention import UNKNOWN, Life, RetentionCompany, Segment, first_of_month, later
from oracle.revenue import ONE_DAY, Day, Row, Rules, to_cents

TOTAL = ("total", "all")


@dataclass(frozen=True)
class Invoice:
    """A paid invoice, in the reporting currency."""

    account_id: str
    is_one_off: bool
    paid: Day
    amount: Decimal


@dataclass(frozen=True)
class Cost:
    """A cost in the reporting currency, and the segments it belongs to."""

    month: Day
    purpose: str
    amount: Decimal
    segments: frozenset[Segment]
    account_id: str | None


@dataclass(frozen=True)
class Month:
    """What an account is in a month: its segments, MRR at both ends, and days of service."""

    segments: frozenset[Segment]
    opening: Decimal
    closing: Decimal
    is_new: bool
    days: int


def money(amount: Fraction) -> Decimal:
    """Round an amount to the cent."""
    return to_cents(amount)


def ratio(upper: Any, lower: Any) -> Fraction | None:
    """Divide exactly; None by 0 or where a side is not known."""
    return None if upper is None or not lower else Fraction(upper) / Fraction(lower)


class BooksCompany(RetentionCompany):
    """A company that knows what its customers paid, and what they cost."""

    def __init__(
        self, tables: Mapping[str, Sequence[Row]], rules: Rules, attributes: Iterable[str]
    ) -> None:
        """Take staged rows by raw table name, and the seed cost_categories among them."""
        super().__init__(tables, rules, attributes)
        self.attribute_names = list(attributes)
        self._places_of: dict[Invoice, frozenset[Segment]] = {}
        self.own = {row["account_id"] for row in tables["accounts"] if row["is_internal"]}
        self.life_of = {life.account_id: life for life in self.lives}
        self.invoices = [self._invoice(row) for row in tables["invoices"] if self._counts(row)]
        purposes = {row["category"]: row["purpose"] for row in tables["cost_categories"]}
        self.costs = [
            self._cost(row, purposes.get(row["category"], "uncategorised"))
            for row in tables["costs"]
            if row["account_id"] not in self.own
        ]
        # every account in every month of the table, by month and segment
        self.places: dict[tuple[Day, Segment], list[Month]] = defaultdict(list)
        for life in self.lives:
            for month in self.months:
                own = self._month(life, month)
                for segment in own.segments:
                    self.places[(month, segment)].append(own)
        self.is_partial = (rules.as_of + ONE_DAY).day != 1

    def _counts(self, row: Row) -> bool:
        return row["status"] == "paid" and row["account_id"] not in self.own

    def _invoice(self, row: Row) -> Invoice:
        amount = Fraction(0)
        due = Fraction(row["amount_due"] or 0)
        if due > 0:
            untaxed = 1 - Fraction(row["tax_amount"] or 0) / due
            amount = Fraction(row["amount_paid"] or 0) * untaxed
            amount -= Fraction(row["amount_refunded"] or 0)
        amount *= self.rates.rate(row["currency"], row["issued_date"])
        paid = row["paid_date"] or row["issued_date"]
        return Invoice(row["account_id"], row["subscription_id"] is None, paid, money(amount))

    def _cost(self, row: Row, purpose: str) -> Cost:
        rate = self.rates.rate(row["currency"], row["incurred_date"])
        month = first_of_month(row["incurred_date"])
        names = [*self.attribute_names, "plan_tier"]
        segments = dict.fromkeys(names, "unallocated")
        if row["account_id"]:
            segments |= self.attributes[row["account_id"]]
            segments["plan_tier"] = self._tier_in(row["account_id"], month)
        elif row["channel"]:
            segments["acquisition_channel"] = row["channel"]
        amount = money(Fraction(row["amount"]) * rate)
        return Cost(
            month, purpose, amount, frozenset([*segments.items(), TOTAL]), row["account_id"]
        )

    def _tier_in(self, account_id: str, month: Day) -> str:
        life = self.life_of.get(account_id)
        if life is None:
            return UNKNOWN
        return life.tiers.get(later(month, -1)) or life.tiers.get(month) or UNKNOWN

    def _month(self, life: Life, month: Day) -> Month:
        paid = [day for day, held in life.paid.items() if held]
        opening, closing = life.closing(later(month, -1)), life.closing(month)
        return Month(
            frozenset(self._cuts(life, self._tier_in(life.account_id, month))),
            opening,
            closing,
            not opening and closing > 0 and min(paid) >= month,
            sum(first_of_month(day) == month for day in paid),
        )

    def _silenced(self, month: Day, row: dict[str, Any], counted: Iterable[str]) -> dict[str, Any]:
        """Leave only counts and money to date in a month that is not over."""
        if not (self.is_partial and month == first_of_month(self.rules.as_of)):
            return row
        names = tuple(counted)
        return {name: value if name.startswith(names) else None for name, value in row.items()}

    def _mine(self, month: Day, segment: Segment) -> list[Month]:
        return self.places.get((month, segment), [])

    def _window(self, month: Day, length: int) -> list[Day]:
        return [day for day in self.months if later(month, 1 - length) <= day <= month]

    def _booked(self, purpose: str, months: Iterable[Day]) -> list[Day]:
        """Return those of some months that come no sooner than the purpose's first cost."""
        firsts = [cost.month for cost in self.costs if cost.purpose == purpose]
        return [month for month in months if firsts and month >= min(firsts)]

    def is_known(self, segment: Segment) -> bool:
        """Is it a segment of accounts, not only one of costs?"""
        return segment[1] != "unallocated" and segment not in self._late_channels

    def cost_segments(self, month: Day, segments: Iterable[Segment]) -> list[Segment]:
        """Return the segments of costs in a month: given ones, unallocated and late channels."""
        found = list(segments)
        found += sorted({(kind, "unallocated") for kind, _ in found if kind != "total"})
        first = {segment: self._first_cost(segment) for segment in self._late_channels}
        late = [segment for segment, day in first.items() if day and day <= month]
        return list(dict.fromkeys([*found, *sorted(late)]))

    def _first_cost(self, segment: Segment) -> Day | None:
        return min((c.month for c in self.costs if segment in c.segments), default=None)

    def window_months(self, month: Day, segment: Segment, purpose: str, length: int) -> int:
        """Count the months of a window whose books are kept, from a late channel's first cost."""
        months = self._booked(purpose, self._window(month, length))
        if segment in self._late_channels:
            first = self._first_cost(segment)
            months = [day for day in months if first and day >= first]
        return len(months)

    @cached_property
    def _late_channels(self) -> set[Segment]:
        """Return the channels that only costs know: their rows begin with their first cost."""
        known = {
            ("acquisition_channel", a.get("acquisition_channel", UNKNOWN)) for a in self._others()
        }
        spent = {segment for cost in self.costs for segment in cost.segments}
        late = {s for s in spent - known if s[0] == "acquisition_channel"}
        return late - {("acquisition_channel", "unallocated")}

    def _others(self) -> Iterator[Mapping[str, str]]:
        yield from (a for name, a in self.attributes.items() if name not in self.own)

    def _spent(self, months: Iterable[Day], segment: Segment, purpose: str) -> Decimal:
        wanted = set(months)
        amounts = (
            cost.amount
            for cost in self.costs
            if cost.month in wanted and cost.purpose == purpose and segment in cost.segments
        )
        return sum(amounts, Decimal(0))

    def _known(self, month: Day, segment: Segment, purpose: str, length: int) -> Decimal | None:
        """Return what was spent, None where nothing of the kind was booked on the segment yet."""
        ever = any(
            self.months[0] <= cost.month <= month
            and cost.purpose == purpose
            and segment in cost.segments
            for cost in self.costs
        )
        return self._spent(self._window(month, length), segment, purpose) if ever else None

    def _has_unallocated(self, month: Day, segment: Segment, purpose: str, length: int) -> bool:
        window = set(self._window(month, length))
        return any(
            cost.purpose == purpose
            and cost.month in window
            and (segment[0], "unallocated") in cost.segments
            for cost in self.costs
        )

    def _margin_sides(
        self, month: Day, segment: Segment
    ) -> tuple[Decimal | None, Decimal | None, bool]:
        is_company = self._has_unallocated(month, segment, "cost_of_revenue", 12)
        whose = TOTAL if is_company else segment
        months = self._booked("cost_of_revenue", self._window(month, 12))
        if not months:
            return None, None, is_company
        closings = (own.closing for m in months for own in self._mine(m, whose))
        cost = self._spent(self._window(month, 12), whose, "cost_of_revenue")
        return cost, sum(closings, Decimal(0)), is_company

    def _segments_then(self, invoice: Invoice) -> frozenset[Segment]:
        if invoice not in self._places_of:
            self._places_of[invoice] = self._places_at_purchase(invoice)
        return self._places_of[invoice]

    def _places_at_purchase(self, invoice: Invoice) -> frozenset[Segment]:
        month = max(first_of_month(invoice.paid), self.months[0])
        attributes = self.attributes[invoice.account_id]
        tier = self._tier_in(invoice.account_id, month)
        return frozenset([*attributes.items(), ("plan_tier", tier), TOTAL])
