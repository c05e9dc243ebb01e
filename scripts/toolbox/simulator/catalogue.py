"""What the company sells: tiers, prices, billing intervals, discounts."""

from __future__ import annotations

from dataclasses import dataclass

from .dice import Weighted

FREE, SILVER, GOLD, PLATINUM, ADD_ON = "free", "silver", "gold", "platinum", "add_on"
PAID_TIERS = (SILVER, GOLD, PLATINUM)
TIER_RANK = {FREE: 0, SILVER: 1, GOLD: 2, PLATINUM: 3, ADD_ON: 0}
TIER_CODE = {FREE: 0, ADD_ON: 0, SILVER: 1, GOLD: 2, PLATINUM: 3}

# Cents a seat and month (the add-on: a month, not by seat), by currency.
MONTHLY_PRICE = {
    "USD": {SILVER: 3000, GOLD: 5000, PLATINUM: 9000, ADD_ON: 12000},
    "EUR": {SILVER: 2800, GOLD: 4600, PLATINUM: 8400, ADD_ON: 11000},
    "NOK": {SILVER: 32000, GOLD: 53000, PLATINUM: 95000, ADD_ON: 129000},
}

# Name of the sold interval: (contract interval, spelling, interval_count, months or 0, price as a
# ratio of the monthly one). Weeks and days are billed by days.
INTERVALS: dict[str, tuple[str, str, int, int, tuple[int, int]]] = {
    "monthly": ("month", "", 1, 0, (1, 1)),
    "quarterly": ("QUARTER", "", 3, 0, (57, 20)),
    "half-yearly": ("half_year", "1", 6, 0, (27, 5)),
    "yearly": ("year", "1", 12, 0, (10, 1)),
    "two-year": ("year", "2", 24, 0, (18, 1)),
    "weekly": ("week", "1", 0, 7, (1, 4)),
    "daily": ("day", "", 0, 1, (1, 25)),
}

NEW_INTERVAL = Weighted(
    ("monthly", 620), ("yearly", 255), ("quarterly", 60), ("half-yearly", 25), ("weekly", 25),
    ("two-year", 10), ("daily", 5),
)  # fmt: skip

# Prices rise by six percent a year, from the thirteenth month on.
PRICE_RISE = (106, 100)
MONTHS_BETWEEN_RISES = 12


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as sold; `cents` is its first list price, `months` or `days` its billing interval."""

    id: str
    name: str
    tier: str
    interval: str
    months: int
    days: int
    cents: int
    currency: str

    @property
    def is_free(self) -> bool:
        """Return whether the plan costs nothing by nature."""
        return self.tier == FREE

    @property
    def is_long(self) -> bool:
        """Return whether it is billed a quarter or more at a time."""
        return self.months >= 3


def _all_plans() -> dict[tuple[str, str, str], Plan]:
    plans = {}
    for currency, prices in MONTHLY_PRICE.items():
        for tier, cents in prices.items():
            for interval, (_, _, months, days, (up, down)) in INTERVALS.items():
                if tier == ADD_ON and interval not in ("monthly", "yearly"):
                    continue
                if tier != SILVER and interval in ("weekly", "daily"):
                    continue
                name = f"{tier.replace('_', '-').title()} {interval}"
                plan = Plan(
                    id=f"{tier}_{interval.replace('-', '_')}_{currency.lower()}",
                    name="Insights add-on " + interval if tier == ADD_ON else name,
                    tier=tier,
                    interval=interval,
                    months=months,
                    days=days,
                    cents=cents * up // down,
                    currency=currency,
                )
                plans[tier, interval, currency] = plan
        plans[FREE, "monthly", currency] = Plan(
            f"free_{currency.lower()}", "Free", FREE, "monthly", 1, 0, 0, currency
        )
    return plans


PLANS = _all_plans()


def plan_of(tier: str, interval: str, currency: str) -> Plan:
    """Return the plan of a tier, falling back on monthly where the interval is not sold."""
    return PLANS.get((tier, interval, currency)) or PLANS[tier, "monthly", currency]


def raised(cents: int, rises: int) -> int:
    """Return a price after so many yearly rises, cut to whole cents each time."""
    for _ in range(rises):
        cents = cents * PRICE_RISE[0] // PRICE_RISE[1]
    return cents
