"""Accounts, plans, contracts and money of a generated company."""

from __future__ import annotations

import datetime
from random import Random

from generated.values import (
    CURRENCIES,
    LONG_STEPS,
    STEPS,
    Company,
    Day,
    Row,
    after,
    any_day,
    is_one_in,
    moment,
    one,
    times,
)

# From the end of one contract to the next of the account: a switch, overlaps, gaps about graces.
TO_THE_NEXT = (-31, -12, -1, 0, 0, 1, 7, 12, 13, 19, 20, 21, 30, 31, 32, 95)
GRACES = (1, 2, 7, 8, 12, 13, 19, 20, 20, 21, 30, 31)
STATUSES = (*["active"] * 8, "past_due", "past_due", "trialing", "unpaid", "paused", "incomplete")
DISCOUNTS: tuple[Row, ...] = (
    {},
    {"discount_percent": "100"},
    {"discount_percent": "33.3333", "discount_duration": "forever"},
    {"discount_percent": "50", "discount_duration": "once"},
    {"discount_amount": "5.005", "discount_percent": "10"},
    {"discount_amount": "1000000"},
    {"discount_percent": "20", "discount_duration": "repeating"},
)
NO_DISCOUNT = dict.fromkeys(
    ("discount_percent", "discount_amount", "discount_duration", "discount_ends_at"), ""
)


def plans(rng: Random) -> list[Row]:
    """Draw the price list: some of it free, of odd intervals, without tier."""
    return [
        {
            "plan_id": f"p{number}",
            "plan_name": f"Plan {number}",
            "plan_tier": one(rng, "basic", "pro", ""),
            "tier_rank": one(rng, "1", "2", ""),
            "billing_interval": one(
                rng, "month", "month", "year", "year", "Quarter", "half-year", "week", "day"
            ),
            "interval_count": one(rng, "", "", "1", "2", "3"),
            "list_price": one(rng, "10", ""),
            "currency": "USD",
            "is_free": one(rng, "", "false", "false", "true"),
            "is_seat_based": one(rng, "", "true", "false"),
        }
        for number in times(rng, 1, 2, 2, 3, 4)
    ]


def account(rng: Random, number: int) -> Row:
    """Draw an account; one in eight is the company's own."""
    return {
        "account_id": f"a{number}",
        "account_name": f"Account {number}",
        "created_at": moment(rng, any_day(rng)),
        "country": one(rng, "NO", ""),
        "region": one(rng, "north", "south", ""),
        "industry": one(rng, "bank", ""),
        "employee_count": one(rng, "", "0", "3", "9", "10", "49", "50", "1000"),
        "acquisition_channel": one(rng, "search", "events", "referral", ""),
        "csm_owner": one(rng, "ann", ""),
        "is_internal": "true" if is_one_in(rng, 8) else one(rng, "", "false"),
    }


def day_of(text: str) -> Day:
    """Return the day that a text begins with."""
    return datetime.date.fromisoformat(text[:10])


def _terms(rng: Random, plan_ids: list[str], currency: str) -> Row:
    """Draw what a subscription costs: nothing, or more than a rate can turn into nothing."""
    return NO_DISCOUNT | {
        "plan_id": rng.choice(plan_ids),
        "quantity": one(rng, "1", "2", "5", "1.5", "0"),
        "unit_amount": one(rng, "10", "29.99", "500", "1", "0"),
        "currency": currency,
        "status": one(rng, *STATUSES),
    }


def _discount(rng: Random, day: Day) -> Row:
    """Draw a discount, half of them with an end."""
    found = DISCOUNTS[rng.randrange(len(DISCOUNTS))]
    ends = str(after(rng, day)) if found and is_one_in(rng, 2) else ""
    return NO_DISCOUNT | found | {"discount_ends_at": ends}


def states(rng: Random, subscription_id: str, first: Day, plan_ids: list[str]) -> list[Row]:
    """Draw the states of a subscription; most change one thing only."""
    currency = one(rng, "USD", *CURRENCIES)
    terms, day, found = _terms(rng, plan_ids, currency), first, []
    for number in times(rng, 1, 1, 2, 3, 4, 6):
        if number:
            day = after(rng, day, LONG_STEPS)
            other = _terms(rng, plan_ids, one(rng, currency, currency, *CURRENCIES))
            name = one(rng, "status", "status", "quantity", "unit_amount", "plan_id", "all")
            terms = other if name == "all" else terms | {name: other[name]}
        if is_one_in(rng, 3):
            terms |= _discount(rng, day)
        row = {
            "change_id": f"c_{subscription_id}_{number}",
            "subscription_id": subscription_id,
            "effective_at": moment(rng, day),
            **terms,
        }
        if is_one_in(rng, 12):
            row["_loaded_at"] = moment(rng, after(rng, day))
        found.append(row)
    return found + (_gap(rng, found[-1], day) if is_one_in(rng, 3) else [])


def _gap(rng: Random, last: Row, day: Day) -> list[Row]:
    """Draw a state without MRR and the one in which it is back, about the days of a grace later."""
    begins = after(rng, day)
    ends = after(rng, begins, GRACES)
    stopped, name = one(rng, "paused", "unpaid", "past_due"), last["change_id"]
    return [
        last | {"change_id": f"{name}g", "effective_at": str(begins), "status": stopped},
        last | {"change_id": f"{name}h", "effective_at": str(ends), "status": "active"},
    ]


def _ending(rng: Random, last: Day) -> Row:
    """Draw how a subscription ends, if it does: cancelled before, at once, or never said."""
    kind = one(rng, "not", "not", "ended", "cancelled", "both", "both", "both")
    day = after(rng, last, LONG_STEPS)
    ended, canceled = "", ""
    if kind in ("ended", "both"):
        ended = moment(rng, day)
    if kind in ("cancelled", "both"):
        asked = min(last + datetime.timedelta(rng.choice(STEPS)), day)
        canceled = moment(rng, asked)
    reason = one(rng, "", "Price", "payment_failed", "Card_Declined") if kind != "not" else ""
    comment = one(rng, "", "Too expensive", "poor support", "nei") if kind != "not" else ""
    return {
        "canceled_at": canceled,
        "ended_at": ended,
        "cancel_reason": reason,
        "cancel_comment": comment,
    }


def contracts(rng: Random, company: Company, own: Row) -> None:
    """Draw the subscriptions of an account, one after the other or side by side."""
    plan_ids = [row["plan_id"] for row in company["plans"]]
    day = after(rng, day_of(own["created_at"]), (0, 0, 1, 7, 30))
    for number in times(rng, 0, 1, 1, 2, 2, 3):
        name = f"s_{own['account_id']}_{number}"
        mine = states(rng, name, day, plan_ids)
        last = day_of(mine[-1]["effective_at"])
        row = {
            "subscription_id": name,
            "account_id": own["account_id"],
            "created_at": moment(rng, day),
            "trial_start": "",
            "trial_end": "",
        }
        if mine[0]["status"] == "trialing" or is_one_in(rng, 5):
            starts = after(rng, day, (0, 0, 0, 1, 30))
            row["trial_start"] = str(starts)
            row["trial_end"] = str(after(rng, starts)) if not is_one_in(rng, 6) else ""
        row |= _ending(rng, last)
        if is_one_in(rng, 6):
            mine.append(_cancelling_state(rng, mine[-1], row, last))
        company["subscriptions"].append(row)
        company["subscription_changes"] += mine
        ended = day_of(row["ended_at"]) if row["ended_at"] else last
        following = ended + datetime.timedelta(rng.choice(TO_THE_NEXT))
        day = max(following, day_of(own["created_at"]))


def _cancelling_state(rng: Random, state: Row, row: Row, last: Day) -> Row:
    """Draw a state that says canceled, at the request or at the end of service."""
    day = row["canceled_at"] or row["ended_at"] or str(after(rng, last))
    extra = {"change_id": f"{state['change_id']}x", "status": one(rng, "canceled", "Cancelled")}
    return state | extra | {"effective_at": moment(rng, day_of(day))}


def invoices(rng: Random, company: Company, own: Row) -> None:
    """Draw what an account was billed and paid."""
    name = own["account_id"]
    held = [r["subscription_id"] for r in company["subscriptions"] if r["account_id"] == name]
    day = day_of(own["created_at"])
    for number in times(rng, 0, 0, 1, 2, 4):
        day = after(rng, day)
        due = one(rng, "100", "119", "33.33", "0", "-5")
        paid = one(rng, due, due, "", "50") if due[0] not in "-0" else ""
        company["invoices"].append(
            {
                "invoice_id": f"i_{name}_{number}",
                "account_id": name,
                "subscription_id": rng.choice([*held, ""]),
                "issued_at": moment(rng, day),
                "due_at": str(after(rng, day)),
                "paid_at": moment(rng, after(rng, day)) if not is_one_in(rng, 4) else "",
                "period_start": str(day),
                "period_end": str(after(rng, day)),
                "amount_due": due,
                "tax_amount": one(rng, "", "0", "19"),
                "amount_paid": paid,
                "amount_refunded": one(rng, "", "0", "7.5", "200"),
                "currency": one(rng, "USD", *CURRENCIES),
                "status": one(rng, "paid", "paid", "paid", "open", "draft", "Voided"),
            }
        )


def costs(rng: Random, company: Company) -> None:
    """Draw costs of an account, of a channel and of neither; a credit note among them."""
    names = [row["account_id"] for row in company["accounts"]]
    for number in times(rng, 0, 0, 1, 3, 5):
        on = one(rng, "account", "channel", "channel", "neither", "both")
        company["costs"].append(
            {
                "cost_id": f"k{number}",
                "incurred_on": str(any_day(rng)),
                "category": one(
                    rng, "gifts", "training", "paid_search", "events", "hosting", "who knows"
                ),
                "amount": one(rng, "1000", "99.995", "-40", "0"),
                "currency": one(rng, "USD", *CURRENCIES),
                "account_id": rng.choice(names) if on in ("account", "both") else "",
                "channel": one(rng, "search", "fairs") if on in ("channel", "both") else "",
                "vendor": "",
            }
        )
