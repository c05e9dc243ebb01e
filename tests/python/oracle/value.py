"""Lifetime value and cost once more, set by set: every month's numbers from all that came before.

Built on the days of `oracle.revenue` and the lives of `oracle.retention`. Nothing is accumulated:
each month and segment goes through all accounts, invoices and costs again, in fractions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from oracle.books import BooksCompany, money, ratio
from oracle.retention import Life, Segment, first_of_month
from oracle.revenue import Day, Row, Rules
from oracle.rounded import rounded

PURPOSES = ("retention", "acquisition", "cost_of_revenue", "other", "uncategorised")


class ValueCompany(BooksCompany):
    """A company that knows what a customer is worth."""

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
        self._values: dict[tuple[Day, Segment], dict[str, Any]] = {}
        self._subjects: dict[Segment, list[Life]] = {}

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
