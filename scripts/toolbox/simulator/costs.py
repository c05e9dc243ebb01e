"""What the company spends: to keep customers, to win them, to serve them, and the rest."""

from __future__ import annotations

from .dates import Clock
from .dice import Dice
from .tables import Table, money

RATES = {"EUR": 10_850, "NOK": 935}  # ten-thousandths of a dollar in the first month
RATE_STEP = {"EUR": 160, "NOK": 17}  # the most a rate moves in a month
MISSING_RATE = ("NOK", 7)  # one month nobody entered

# category, fixed cents a month, cents a customer and month, channel, vendor, currency
MONTHLY = (
    ("support_salaries", 120_000, 900, None, None, "USD"),
    ("customer_success_salaries", 100_000, 900, None, None, "USD"),
    ("customer_success_tools", 30_000, 120, None, "HelpStack", "USD"),
    ("training", 15_000, 80, None, "Kursverket AS", "NOK"),
    ("loyalty_program", 10_000, 60, None, None, "USD"),
    ("paid_search", 60_000, 350, "paid_search", "SearchAds", "USD"),
    ("content", 50_000, 150, "content", "Textwerk GmbH", "EUR"),
    ("events", 40_000, 150, "event", None, "EUR"),
    ("sales_salaries", 220_000, 900, None, None, "USD"),
    ("hosting", 90_000, 1_900, None, "Cloud, Inc.", "USD"),
    ("payment_fees", 5_000, 700, None, "PayWay", "USD"),
    ("licences", 40_000, 300, None, None, "EUR"),
    ("office", 180_000, 0, None, None, "USD"),
    ("research", 300_000, 500, None, None, "USD"),
)


def rate_rows(dice: Dice, clock: Clock, table: Table) -> None:
    """Write the months' rates to dollars; the dollar's own row says what they are rates to."""
    table.add(
        (clock.text(clock.month_start(0)), "USD", "1", clock.loaded(clock.month_start(0) * 86_400))
    )
    for currency, first_rate in RATES.items():
        rate = first_rate
        step = RATE_STEP[currency]
        for month in range(clock.months):
            rate += dice.integer(-step, step)
            if (currency, month) == MISSING_RATE:
                continue
            start = clock.month_start(month)
            text = f"{rate // 10_000}.{rate % 10_000:04d}"
            table.add((clock.text(start), currency, text, clock.loaded(start * 86_400)))


def _add(
    table: Table,
    clock: Clock,
    day: int,
    category: str,
    cents: int,
    *,
    currency: str,
    account: str | None = None,
    channel: str | None = None,
    vendor: str | None = None,
) -> None:
    if day <= clock.last_day:
        table.add(
            (
                f"K{table.count + 1:06d}",
                clock.text(day),
                category,
                money(cents),
                currency,
                account,
                channel,
                vendor,
                clock.loaded(day * 86_400),
            )
        )


def cost_rows(
    dice: Dice, clock: Clock, customers: list[list[str]], size: int, table: Table
) -> None:
    """Write every month's spending; `customers` holds each month's paying account ids.

    `size` is the number of accounts the company was asked for: fixed costs grow with it.
    """
    for month, paying in enumerate(customers):
        start = clock.month_start(month)
        for category, fixed, each, channel, vendor, currency in MONTHLY:
            base = fixed * size // 300 + each * len(paying)
            base *= 10 if currency == "NOK" else 1
            cents = base * dice.integer(90, 112) // 100
            _add(
                table,
                clock,
                start + dice.integer(0, 27),
                category,
                cents,
                currency=currency,
                channel=channel,
                vendor=vendor,
            )
        for _ in range(len(paying) * 4 // 100):
            category = dice.pick(("gifts", "training", "onboarding_services"))
            _add(
                table,
                clock,
                start + dice.integer(0, 27),
                category,
                dice.integer(40, 220) * 100,
                currency="USD",
                account=dice.pick(paying),
            )
        if dice.chance(0.25):  # a credit note
            _add(
                table,
                clock,
                start + dice.integer(0, 27),
                "hosting",
                -dice.integer(100, 400) * 100,
                currency="USD",
                vendor="Cloud, Inc.",
            )
