"""A whole generated company, and what is wrong with its rows.

Drawn from a seeded generator and not by hypothesis: two thirds of what that drew were one another
with a part repeated (good to fail at once, no good where many share a build), it took 0.2 s for
each of the others, and its shrinking asks one by one where here a build answers sixty times.
"""

from __future__ import annotations

from random import Random

from generated import product, revenue
from generated.values import Company, after, any_day, is_one_in, moment, times
from toolbox.contract import read_contract

# What a bad extract puts into any column: nothing, no number, no day, off every scale, too early.
SPOILED = (
    "",
    " ",
    "x",
    "-1",
    "0",
    "12.7",
    "101",
    "1,5",
    "XYZ",
    "1999-12-31",
    "2024-02-30",
    "2023-07-01",
    "2024-04-02 00:00:00",
    "2099-01-01",
)
# Values that break the rules which a value anywhere seldom breaks.
BREAKING = (
    ("survey_responses", "score", "11"),
    ("subscription_changes", "discount_percent", "101"),
    ("subscription_changes", "currency", "CHF"),
    ("subscription_changes", "status", "gone"),
    ("subscriptions", "trial_end", "2022-01-01"),
    ("invoices", "amount_due", "0"),
    ("users", "account_id", "nobody"),
    ("costs", "amount", "1,5"),
    ("usage_events", "occurred_at", "1999-12-31"),
)
# Exchange rates are what the companies of one build have in common.
TABLES = tuple(name for name in read_contract() if name != "exchange_rates")


def drawn(count: int, name: str) -> list[Company]:
    """Return companies, the same ones for the same name."""
    return [company_of(Random(f"{name} {number}")) for number in range(count)]


def company_of(rng: Random) -> Company:
    """Draw a company of up to four accounts; every table of the contract is there."""
    company: Company = {name: [] for name in TABLES}
    company["plans"] = revenue.plans(rng)
    for number in times(rng, 1, 1, 2, 2, 3, 4):
        company["accounts"].append(revenue.account(rng, number))
    for own in company["accounts"]:
        revenue.contracts(rng, company, own)
        revenue.invoices(rng, company, own)
        people = product.people(rng, company, own)
        product.surveys(rng, company, own, people)
        product.tickets(rng, company, own, people)
    revenue.costs(rng, company)
    product.referrals(rng, company)
    product.goals(rng, company)
    if is_one_in(rng, 2):
        for _ in times(rng, 1, 2, 4):
            _spoil(rng, company)
        table, name, value = rng.choice(BREAKING)
        if company[table]:
            rng.choice(company[table])[name] = value
    if is_one_in(rng, 8):
        company[rng.choice(sorted(company))] = []
    return company


def _spoil(rng: Random, company: Company) -> None:
    """Put a bad value somewhere, or have a row twice with another load, another value, or as is."""
    table = rng.choice(sorted(name for name, rows in company.items() if rows))
    rows = company[table]
    place = rng.randrange(len(rows))
    row = dict(rows[place])
    name = rng.choice(sorted(row))
    if is_one_in(rng, 3):
        if is_one_in(rng, 2):
            row["_loaded_at"] = moment(rng, after(rng, any_day(rng)))
        if is_one_in(rng, 2):
            row[name] = rng.choice(SPOILED)
        rows.append(row)
    else:
        row[name] = rng.choice(SPOILED)
        rows[place] = row
