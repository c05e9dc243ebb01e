"""The retention marts, row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from oracle.figures import average_money, rate, shown, with_interval
from oracle.mart_revenue import account_month_list
from oracle.retention import Segment, Sums, first_of_month, later
from oracle.revenue import ONE_DAY, Day
from oracle.world import World

Rows = Iterator[dict[str, Any]]
ZERO = Decimal(0)
KINDS = (
    "downgraded_to_free",
    "payment_failure",
    "paused",
    "fully_discounted",
    "cancelled",
    "unknown",
)
COUNTS = ("opening_customer_count", "churned_customer_count")
AMOUNTS = ("opening_mrr", "retained_mrr", "opening_customers_closing_mrr")


def _sides(sums: Mapping[str, Decimal], prefix: str = "") -> dict[str, Any]:
    """Return counts as whole numbers and amounts as they are, 0 where there are none."""
    found: dict[str, Any] = {f"{prefix}{name}": int(sums.get(name, ZERO)) for name in COUNTS}
    return found | {f"{prefix}{name}": sums.get(name, ZERO) for name in AMOUNTS}


def retention_monthly(world: World) -> Rows:
    """Yield fct_retention_monthly."""
    company = world.ledger
    monthly, free = company.monthly(), company.free_accounts()
    trailing = company.windows(company.trailing_windows())
    moved: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in account_month_list(world):
        for segment in world.cuts(row["account_id"], row["plan_tier"]):
            moved[(row["mrr_month"], *segment)].append(row)
    for segment in world.segments:
        pooled: list[tuple[int, int]] = []
        for month in world.months:
            key = (month, *segment)
            sums, nobody = monthly.get(key, {}), free.get(key, {})
            year = trailing.get((later(month, -12), month, *segment), {})
            row = {
                "mrr_month": month,
                "segment_type": segment[0],
                "segment_value": segment[1],
                "is_partial_month": world.is_partial(month),
                "is_provisional": any(r["is_provisional"] for r in moved[key]),
                "intra_month_churned_count": int(sums.get("intra_month_churned_count", ZERO)),
            }
            row |= _sides(sums) | _sides(year, "trailing_12_")
            for name in ("opening_free_account_count", "churned_free_account_count"):
                row[name] = int(nobody.get(name, ZERO))
            pooled.append((row["churned_customer_count"], row["opening_customer_count"]))
            row["average_12m_churned_customer_count"] = sum(lost for lost, _ in pooled[-12:])
            row["average_12m_opening_customer_count"] = sum(had for _, had in pooled[-12:])
            row["window_months"] = len(pooled[-12:])
            yield row | _month_rates(row, moved[key], is_shown=not row["is_partial_month"])


def _month_rates(
    row: Mapping[str, Any], moved: list[dict[str, Any]], *, is_shown: bool
) -> dict[str, Any]:
    def total(name: str) -> Decimal:
        return sum((r["movement_amount"] for r in moved if r["movement"] == name), ZERO)

    lost, opened = row["churned_customer_count"], row["opening_customer_count"]
    expansion, contraction, churned = total("expansion"), total("contraction"), total("churn")
    gone, opening = contraction + churned, row["opening_mrr"]
    found: dict[str, Any] = {
        "expansion_mrr": expansion,
        "contraction_mrr": contraction,
        "churned_mrr": churned,
        "lost_mrr": gone,
    }
    for kind in KINDS:
        count = sum(r["movement"] == "churn" and r["churn_kind"] == kind for r in moved)
        found[f"{kind}_customer_count"] = count
        found |= with_interval(f"{kind}_churn_rate", count, opened, is_shown=is_shown)
    for name, part, whole in (
        ("customer_churn_rate", lost, opened),
        ("customer_retention_rate", opened - lost, opened),
        (
            "trailing_12_customer_churn_rate",
            row["trailing_12_churned_customer_count"],
            row["trailing_12_opening_customer_count"],
        ),
        (
            "average_monthly_churn_rate_12m",
            row["average_12m_churned_customer_count"],
            row["average_12m_opening_customer_count"],
        ),
        (
            "free_account_churn_rate",
            row["churned_free_account_count"],
            row["opening_free_account_count"],
        ),
    ):
        found |= with_interval(name, part, whole, is_shown=is_shown)
    churn_rate, year = rate(lost, opened), row["trailing_12_opening_mrr"]
    rates = {
        "annualised_customer_churn_rate": None
        if churn_rate is None
        else 1 - (1 - churn_rate) ** 12,
        "gross_mrr_churn_rate": rate(-gone, opening),
        "net_mrr_churn_rate": rate(-(gone + expansion), opening),
        "is_net_negative_churn": opening > 0 and gone + expansion > 0,
        "gross_revenue_retention_rate": rate(row["retained_mrr"], opening),
        "net_revenue_retention_rate": rate(row["opening_customers_closing_mrr"], opening),
        "trailing_12_gross_revenue_retention_rate": rate(row["trailing_12_retained_mrr"], year),
        "trailing_12_net_revenue_retention_rate": rate(
            row["trailing_12_opening_customers_closing_mrr"], year
        ),
    }
    return found | shown(rates, is_shown=is_shown)


def cohort_retention(world: World) -> Rows:
    """Yield fct_cohort_retention: a row also for months in which nobody is left."""
    for (start, month, kind, value), sums in world.ledger.cohorts().items():
        is_shown = not world.is_partial(month)
        members, kept = int(sums["cohort_customer_count"]), int(sums["retained_customer_count"])
        since = (month.year - start.year) * 12 + month.month - start.month
        mrr_rate = rate(sums["retained_mrr"], sums["cohort_mrr"])
        yield {
            "cohort_month": start,
            "months_since": since,
            "segment_type": kind,
            "segment_value": value,
            "mrr_month": month,
            "cohort_customer_count": members,
            "retained_customer_count": kept,
            "cohort_mrr": sums["cohort_mrr"],
            "retained_mrr": sums["retained_mrr"],
            "cohort_mrr_retention_rate": mrr_rate if is_shown else None,
            "is_partial_month": not is_shown,
        } | with_interval("cohort_retention_rate", kept, members, is_shown=is_shown)


TERM_COUNTS = ("due_term_count", "renewed_term_count", "cut_short_term_count", "open_term_count")


def renewals_monthly(world: World) -> Rows:
    """Yield fct_renewals_monthly, for every interval that any term ever had."""
    renewals = world.ledger.renewals()
    intervals = sorted({key[3] for key in renewals})
    for segment in world.segments:
        for month in world.months:
            for interval in intervals:
                sums = renewals.get((month, *segment, interval), {})
                counts = {name: int(sums.get(name, ZERO)) for name in TERM_COUNTS}
                due, renewed = sums.get("due_mrr", ZERO), sums.get("renewed_mrr", ZERO)
                is_shown = not world.is_partial(month)
                yield {
                    "due_month": month,
                    "segment_type": segment[0],
                    "segment_value": segment[1],
                    "billing_interval": interval,
                    **counts,
                    "due_mrr": due,
                    "renewed_mrr": renewed,
                    "renewed_mrr_rate": rate(renewed, due) if is_shown else None,
                    "is_matured": counts["open_term_count"] == 0,
                    "is_partial_month": not is_shown,
                } | with_interval(
                    "renewal_rate",
                    counts["renewed_term_count"],
                    counts["due_term_count"],
                    is_shown=is_shown,
                )


def repeat_purchases_monthly(world: World) -> Rows:
    """Yield fct_repeat_purchases_monthly: all paid invoices up to each month's end."""
    bought: dict[str, list[tuple[Day, Decimal]]] = defaultdict(list)
    for invoice in world.value.invoices:
        bought[invoice.account_id].append((invoice.paid, invoice.amount))
    for month in world.months:
        places: dict[Segment, list[list[Decimal]]] = defaultdict(list)
        for account_id, invoices in bought.items():
            amounts = [amount for day, amount in invoices if day < later(month, 1)]
            if amounts:
                for segment in world.cuts(account_id, world.month_tier(account_id, month)):
                    places[segment].append(amounts)
        for segment in world.segments:
            yield {
                "mrr_month": month,
                "segment_type": segment[0],
                "segment_value": segment[1],
                "is_partial_month": world.is_partial(month),
            } | _repeat_purchases(places[segment])


def _repeat_purchases(buyers: list[list[Decimal]]) -> dict[str, Any]:
    repeat = [amounts for amounts in buyers if len(amounts) > 1]
    single = [amounts for amounts in buyers if len(amounts) == 1]
    row: dict[str, Any] = {"buyer_count": len(buyers), "repeat_buyer_count": len(repeat)}
    for name, mine in (("repeat", repeat), ("single", single)):
        amounts = [amount for those in mine for amount in those]
        row[f"{name}_invoice_count"] = len(amounts)
        row[f"{name}_invoice_amount"] = sum(amounts, ZERO)
        row[f"{name}_average_invoice_amount"] = average_money(sum(amounts, ZERO), len(amounts))
    row["repeat_spend_ratio"] = rate(
        row["repeat_average_invoice_amount"], row["single_average_invoice_amount"]
    )
    return row | with_interval("repeat_purchase_rate", len(repeat), len(buyers))


def churned_customers(world: World) -> Rows:
    """Yield fct_churned_customers: who had or won MRR in a month, and has none at its end."""
    shows_text = bool(world.variables["include_free_text"])
    for row in account_month_list(world):
        life = world.ledger.life_of[row["account_id"]]
        month = row["mrr_month"]
        churns = [m for m in life.movements if m[3] == "churn" and first_of_month(m[1]) == month]
        if row["closing_mrr"] or not churns:
            continue
        _, day, _, _, amount, _ = churns[-1]
        loss = world.ledger.loss(life.account_id, day)
        subscription = world.ledger.rows[loss.subscription_id]
        back = [m[1] for m in life.movements if m[3] == "reactivation" and m[1] > day]
        is_intra_month = not row["opening_mrr"]
        plan_id = loss.then("plan_id")
        yield {
            "account_id": life.account_id,
            "churn_month": month,
            "churn_date": day,
            "churn_kind": world.ledger.churn_kind(life.account_id, day),
            "cancel_reason": subscription["cancel_reason"],
            "cancel_comment": subscription["cancel_comment"] if shows_text else None,
            "is_intra_month": is_intra_month,
            "lost_mrr": -amount if is_intra_month else row["opening_mrr"],
            "first_mrr_date": row["first_mrr_date"],
            "tenure_days": (day - row["first_mrr_date"]).days,
            "subscription_id": loss.subscription_id,
            "plan_id": plan_id,
            "plan_tier": world.plans[plan_id]["plan_tier"] if plan_id else None,
            "csm_owner": world.accounts[life.account_id]["csm_owner"],
            "returned_month": first_of_month(min(back)) if back else None,
            "is_partial_month": row["is_partial_month"],
        } | _last_signs(world, life.account_id, day)


def _last_signs(world: World, account_id: str, lost: Day) -> dict[str, Any]:
    """Return the last score at a month's end and the last NPS answer before a loss."""
    bands = [
        (day, row["health_band"])
        for day, row in world.health_by_account[account_id]
        if day < lost and (day + ONE_DAY).day == 1
    ]
    answers = [
        (row["responded_at"], row["response_id"], row)
        for row in world.tables["survey_responses"]
        if row["account_id"] == account_id
        and row["survey_type"] == "nps"
        and row["responded_date"] < lost
    ]
    band = max(bands, default=None)
    answer = max(answers, key=lambda found: found[:2])[2] if answers else None
    return {
        "last_health_band": band[1] if band else None,
        "last_health_date": band[0] if band else None,
        "last_nps_answer": answer["score"] if answer else None,
        "last_nps_date": answer["responded_date"] if answer else None,
    }


def retention_by_period(world: World) -> Rows:
    """Yield fct_retention_by_period: calendar quarters and fiscal years."""
    company = world.ledger
    fiscal = int(world.variables["fiscal_year_start_month"])
    kinds = {
        "quarter": (3, company.period_windows(3, 1)),
        "fiscal_year": (12, company.period_windows(12, fiscal)),
    }
    renewals, trials = company.renewals(), world.growth.trial_cohorts()
    for period_type, (length, windows) in kinds.items():
        sums = company.windows(windows.values())
        gaps = _open_gaps(world, windows.values())
        for start, (opening_month, closing_month) in windows.items():
            end = later(start, length)
            months = [later(start, number) for number in range(length)]
            for segment in world.segments:
                row = {
                    "period_type": period_type,
                    "period_start_date": start,
                    "next_period_start_date": end,
                    "segment_type": segment[0],
                    "segment_value": segment[1],
                    "is_partial_period": end > world.as_of + ONE_DAY,
                    "is_provisional": (opening_month, closing_month, *segment) in gaps,
                }
                row |= _sides(sums.get((opening_month, closing_month, *segment), {}))
                row |= _period_terms(renewals, months, segment)
                for name in ("trial_count", "converted_trial_count", "open_trial_count"):
                    row[name] = sum(trials[(month, *segment)][name] for month in months)
                yield row | _period_rates(row)


def _open_gaps(world: World, windows: Iterable[tuple[Day, Day]]) -> set[tuple[Any, ...]]:
    """Return where a customer at opening is, at closing, in a gap that may still be bridged."""
    found = set()
    for opening_month, closing_month in windows:
        for account_id, first in world.ledger.open_gaps.items():
            life = world.ledger.life_of[account_id]
            if life.closing(opening_month) and first_of_month(first) <= closing_month:
                for segment in world.cuts(account_id, life.tiers[opening_month]):
                    found.add((opening_month, closing_month, *segment))
    return found


def _period_terms(renewals: Sums, months: list[Day], segment: Segment) -> dict[str, int]:
    return {
        name: sum(
            int(renewals.get((month, *segment, "twelve_months_and_more"), {}).get(name, ZERO))
            for month in months
        )
        for name in ("due_term_count", "renewed_term_count", "open_term_count")
    }


def _period_rates(row: Mapping[str, Any]) -> dict[str, Any]:
    is_shown = not row["is_partial_period"]
    lost, opened = row["churned_customer_count"], row["opening_customer_count"]
    found: dict[str, Any] = {}
    for name, part, whole in (
        ("customer_churn_rate", lost, opened),
        ("customer_retention_rate", opened - lost, opened),
        ("renewal_rate", row["renewed_term_count"], row["due_term_count"]),
        ("free_trial_conversion_rate", row["converted_trial_count"], row["trial_count"]),
    ):
        found |= with_interval(name, part, whole, is_shown=is_shown)
    found["is_renewal_matured"] = row["open_term_count"] == 0
    found["is_trial_conversion_matured"] = is_shown and row["open_trial_count"] == 0
    rates = {
        "gross_revenue_retention_rate": rate(row["retained_mrr"], row["opening_mrr"]),
        "net_revenue_retention_rate": rate(
            row["opening_customers_closing_mrr"], row["opening_mrr"]
        ),
    }
    return found | shown(rates, is_shown=is_shown)


MARTS = {
    "fct_retention_monthly": retention_monthly,
    "fct_cohort_retention": cohort_retention,
    "fct_renewals_monthly": renewals_monthly,
    "fct_repeat_purchases_monthly": repeat_purchases_monthly,
    "fct_churned_customers": churned_customers,
    "fct_retention_by_period": retention_by_period,
}
