"""Lifetime value and cost once more, set by set: every month's numbers from all that came before.

Built on the days of `oracle.revenue` and the lives of `oracle.retention`. Nothing is accumulated:
each month and segment goes through all accounts, invoices and costs again, in fractions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from oracle.retention import (
    UNKNOWN,
    Life,
    RetentionCompany,
    Segment,
    first_of_month,
    later,
)
from oracle.revenue import ONE_DAY, Day, Row, Rules, to_cents
from oracle.rounded import rounded

TOTAL = ("total", "all")
PURPOSES = ("retention", "acquisition", "cost_of_revenue", "other", "uncategorised")


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


class ValueCompany(RetentionCompany):
    """A company that knows what its customers paid, and what they cost."""

    def __init__(
        self,
        tables: Mapping[str, Sequence[Row]],
        rules: Rules,
        attributes: Iterable[str],
        *,
        horizon: int = 60,
        least_lost: int = 5,
    ) -> None:
        """Take staged rows by raw table name, and the seed cost_categories among them."""
        super().__init__(tables, rules, attributes)
        self.horizon, self.least_lost = horizon, least_lost
        self.attribute_names = list(attributes)
        self._values: dict[tuple[Day, Segment], dict[str, Any]] = {}
        self._places_of: dict[Invoice, frozenset[Segment]] = {}
        self._subjects: dict[Segment, list[Life]] = {}
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

    # --- marts ----------------------------------------------------------------------------------

    def lifetime_value(self, month: Day, segment: Segment) -> dict[str, Any]:
        """Return a row of fct_customer_lifetime_value without its keys, worked out once."""
        if (month, segment) not in self._values:
            self._values[(month, segment)] = self._lifetime_value(month, segment)
        return self._values[(month, segment)]

    def _lifetime_value(self, month: Day, segment: Segment) -> dict[str, Any]:
        mine = self._mine(month, segment)
        mrr = sum((own.closing for own in mine), Decimal(0))
        customers = sum(own.closing > 0 for own in mine)
        window = self._window(month, 12)
        pooled = [own for earlier in window for own in self._mine(earlier, segment)]
        opened = sum(own.opening > 0 for own in pooled)
        lost = sum(own.opening > 0 and not own.closing for own in pooled)
        lifetime = None if lost < self.least_lost else ratio(opened, lost)
        arpa = ratio(mrr, customers)
        clv = None if lifetime is None or arpa is None else money(arpa * lifetime)
        cost, revenue, is_company = self._margin_sides(month, segment)
        margin = None if cost is None or not revenue else 1 - Fraction(cost) / Fraction(revenue)
        bought = [
            invoice
            for invoice in self.invoices
            if not invoice.is_one_off
            and invoice.amount > 0
            and first_of_month(invoice.paid) <= month
            and segment in self._segments_then(invoice)
        ]
        amount = sum((invoice.amount for invoice in bought), Decimal(0))
        days = sum(
            own.days
            for earlier in self.months
            if earlier <= month
            for own in self._mine(earlier, segment)
        )
        average, yearly = ratio(amount, len(bought)), ratio(len(bought) * Fraction(1461, 4), days)
        purchases = None
        if average is not None and yearly is not None and lifetime is not None:
            purchases = money(average * yearly * lifetime / 12)
        tenures = self._tenures(month, segment)
        stay, last = self._restricted_mean(tenures)
        row = {
            "mrr": mrr,
            "customer_count": customers,
            "arpa": None if arpa is None else money(arpa),
            "cost_of_revenue_12m_amount": cost or Decimal(0),
            "mrr_12m_amount": revenue or Decimal(0),
            "margin_window_months": len(self._booked("cost_of_revenue", window)),
            "average_12m_churned_customer_count": lost,
            "average_12m_opening_customer_count": opened,
            "window_months": len(window),
            "customer_lifetime_months": lifetime,
            "is_lifetime_unbounded": lost < self.least_lost,
            "clv_from_churn": clv,
            "gross_margin_rate_12m": margin,
            "is_company_margin": is_company,
            "clv_margin_adjusted": None
            if clv is None or margin is None
            else money(Fraction(clv) * margin),
            "invoice_count": len(bought),
            "invoice_amount": amount,
            "customer_days": days,
            "average_invoice_amount": None if average is None else money(average),
            "invoices_per_customer_year": yearly,
            "clv_from_purchases": purchases,
            "survival_subject_count": len(tenures),
            "survival_lost_count": sum(is_lost for _, is_lost in tenures),
            "last_tenure_months": last,
            "restricted_mean_lifetime_months": stay,
            "is_extrapolated": None if last is None else last < self.horizon - 1,
            # the curve is a double: where it says half a cent, either will do
            "clv_survival": None if arpa is None or stay is None else rounded(arpa * stay, 2),
        }
        counted = (
            "mrr",
            "arpa",
            "customer_count",
            "customer_days",
            "average_",
            "window",
            "invoice",
        )
        return self._silenced(month, row, (*counted, "is_company", "cost_of_revenue", "margin_win"))

    def retention_cost(self, month: Day, segment: Segment) -> dict[str, Any]:
        """Return a row of fct_retention_cost_monthly without its keys."""
        mine = self._mine(month, segment)
        customers = sum(own.closing > 0 for own in mine)
        arr = sum((own.closing for own in mine), Decimal(0)) * 12
        known = self._known(month, segment, "retention", 12)
        new = sum(own.is_new for m in self._window(month, 12) for own in self._mine(m, segment))
        cost = ratio(known, customers)
        clv = self.lifetime_value(month, segment)["clv_from_churn"]
        arpa = ratio(arr, customers * 12)
        row: dict[str, Any] = {
            "customer_count": customers,
            "arpa": None if arpa is None else money(arpa),
            "arr": arr,
            "retention_cost_amount": self._spent([month], segment, "retention"),
            "acquisition_cost_amount": self._spent([month], segment, "acquisition"),
            "cost_of_revenue_amount": self._spent([month], segment, "cost_of_revenue"),
            "other_cost_amount": self._spent([month], segment, "other"),
            "window_months": self.window_months(month, segment, "retention", 12),
            "clv_from_churn": clv,
            "cost_amount": sum(
                (self._spent([month], segment, purpose) for purpose in PURPOSES), Decimal(0)
            ),
            "uncategorised_cost_amount": self._spent([month], segment, "uncategorised"),
            "retention_cost_12m_amount": self._spent(self._window(month, 12), segment, "retention"),
            "acquisition_cost_12m_amount": self._spent(
                self._window(month, 12), segment, "acquisition"
            ),
            "new_customer_12m_count": new,
            "has_unallocated_costs": self._has_unallocated(month, segment, "retention", 12),
            "customer_retention_cost": None if cost is None else money(cost),
            "retention_cost_ratio": ratio(known, arr),
            "new_customers_expected_value_amount": None if clv is None else clv * new,
        }
        figures = ("customer_retention", "retention_cost_ratio", "new_customers", "clv_")
        return self._silenced(month, row, [name for name in row if not name.startswith(figures)])

    def unit_economics(self, month: Day, segment: Segment) -> dict[str, Any]:
        """Return a row of fct_unit_economics_monthly without its keys."""
        value = self.lifetime_value(month, segment)
        clv, lifetime = value["clv_from_churn"], value["customer_lifetime_months"]
        window = self._window(month, 3)
        booked = self._booked("acquisition", window)
        won = [own for m in booked for own in self._mine(m, segment) if own.is_new]
        new_mrr = sum((own.closing for own in won), Decimal(0))
        spent = self._known(month, segment, "acquisition", 3)
        cac = ratio(spent, len(won))
        cac = None if cac is None else money(cac)
        kept = self._known(month, segment, "retention", 12)
        yearly = ratio(kept, value["customer_count"])
        keeping = None
        if yearly is not None and lifetime is not None:
            keeping = money(yearly * lifetime / 12)
        net = None if None in (clv, cac, keeping) else clv - cac - keeping
        if not self.is_known(segment):
            value = dict.fromkeys(value) | {"customer_count": 0}
        margin = value["gross_margin_rate_12m"]
        own = [place for place in self._mine(month, segment) if place.is_new]
        retention = self.retention_cost(month, segment)
        is_paid_back = margin is not None and margin > 0 and new_mrr and spent is not None
        row = {
            "acquisition_cost_amount": self._spent([month], segment, "acquisition"),
            "new_customer_count": len(own),
            "new_mrr": sum((place.closing for place in own), Decimal(0)),
            "cac_window_months": self.window_months(month, segment, "acquisition", 3),
            "retention_cost_12m_amount": retention["retention_cost_12m_amount"],
            "retention_window_months": retention["window_months"],
            "customer_retention_cost": retention["customer_retention_cost"],
            "clv_from_churn": clv,
            "customer_lifetime_months": lifetime,
            "is_lifetime_unbounded": value["is_lifetime_unbounded"],
            "cost_of_revenue_12m_amount": value["cost_of_revenue_12m_amount"],
            "mrr_12m_amount": value["mrr_12m_amount"],
            "gross_margin_rate_12m": margin,
            "is_company_margin": value["is_company_margin"],
            "customer_count": value["customer_count"],
            "acquisition_cost_3m_amount": self._spent(window, segment, "acquisition"),
            "new_customer_3m_count": len(won),
            "new_3m_mrr": new_mrr,
            "has_unallocated_costs": self._has_unallocated(month, segment, "acquisition", 3)
            or self._has_unallocated(month, segment, "retention", 12),
            "cac": cac,
            "clv_to_cac": ratio(clv, cac),
            "cac_payback_months": Fraction(spent) / Fraction(new_mrr) / margin
            if is_paid_back
            else None,
            "lifetime_retention_cost": keeping,
            "clv_net_of_costs": net,
            "pays_back": None if net is None else net > 0,
        }
        counted = ("acquisition", "new_", "has_", "cac_window", "retention_", "cost_of_revenue")
        return self._silenced(month, row, (*counted, "mrr_12m", "is_company", "customer_count"))

    def account_values(self) -> dict[str, dict[str, Any]]:
        """Return the rows of fct_account_value by account, but for what dim_accounts has."""
        rows = {}
        for account_id in self.attributes:
            if account_id in self.own:
                continue
            mine = [invoice for invoice in self.invoices if invoice.account_id == account_id]
            days = [invoice.paid for invoice in mine]
            life = self.life_of.get(account_id)
            rows[account_id] = {
                "customer_days": sum(bool(held) for held in life.paid.values()) if life else 0,
                "first_paid_date": min(days, default=None),
                "last_paid_date": max(days, default=None),
                "paid_invoice_count": len(mine),
                "one_off_invoice_count": sum(invoice.is_one_off for invoice in mine),
                "booked_cost_amount": sum(
                    (cost.amount for cost in self.costs if cost.account_id == account_id),
                    Decimal(0),
                ),
                "realised_value": sum((invoice.amount for invoice in mine), Decimal(0)),
                "one_off_realised_value": sum(
                    (invoice.amount for invoice in mine if invoice.is_one_off), Decimal(0)
                ),
            }
        return rows

    # --- parts ----------------------------------------------------------------------------------

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
        return segment[1] != "unallocated" and segment not in self._late_channels()

    def cost_segments(self, month: Day, segments: Iterable[Segment]) -> list[Segment]:
        """Return the segments of costs in a month: given ones, unallocated and late channels."""
        found = list(segments)
        found += sorted({(kind, "unallocated") for kind, _ in found if kind != "total"})
        first = {segment: self._first_cost(segment) for segment in self._late_channels()}
        late = [segment for segment, day in first.items() if day and day <= month]
        return list(dict.fromkeys([*found, *sorted(late)]))

    def _first_cost(self, segment: Segment) -> Day | None:
        return min((c.month for c in self.costs if segment in c.segments), default=None)

    def window_months(self, month: Day, segment: Segment, purpose: str, length: int) -> int:
        """Count the months of a window whose books are kept, from a late channel's first cost."""
        months = self._booked(purpose, self._window(month, length))
        if segment in self._late_channels():
            first = self._first_cost(segment)
            months = [day for day in months if first and day >= first]
        return len(months)

    def _late_channels(self) -> set[Segment]:
        """Return the channels that only costs know: their rows begin with their first cost."""
        known = {
            ("acquisition_channel", a.get("acquisition_channel", UNKNOWN)) for a in self._others()
        }
        spent = {segment for cost in self.costs for segment in cost.segments}
        return {s for s in spent - known if s[0] == "acquisition_channel"}

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

    def _tenures(self, month: Day, segment: Segment) -> list[tuple[int, bool]]:
        """Return (whole months seen, lost by then) of each subject that has begun by a month."""
        months = [day for day in self.months if day <= month]
        if not self._subjects:
            for life in self.lives:
                paid = [day for day in self.months if life.closing(day) > 0]
                if paid:
                    for place in self._cuts(life, life.tiers[paid[0]]):
                        self._subjects.setdefault(place, []).append(life)
        tenures = []
        for life in self._subjects.get(segment, []):
            begun = [index for index, day in enumerate(months) if life.closing(day) > 0]
            if not begun:
                continue
            start = begun[0]
            ends = [i for i in range(start, len(months)) if not life.closing(months[i])]
            tenures.append(((ends or [len(months) - 1])[0] - start, bool(ends)))
        return tenures

    def _restricted_mean(
        self, tenures: Sequence[tuple[int, bool]]
    ) -> tuple[Fraction | None, int | None]:
        """Return the area under the Kaplan-Meier curve, and the last tenure that was seen."""
        if not tenures:
            return None, None
        counts: dict[int, list[bool]] = defaultdict(list)
        for tenure, is_lost in tenures:
            counts[tenure].append(is_lost)
        survival, area = Fraction(1), Fraction(0)
        for tenure in range(self.horizon):
            at_risk = sum(len(seen) for months, seen in counts.items() if months >= tenure)
            if at_risk:
                survival *= 1 - Fraction(sum(counts.get(tenure, [])), at_risk)
            area += survival
        return area, max(counts)
