"""Who the accounts are: country, size, industry, where they came from, when they signed up."""

from __future__ import annotations

from dataclasses import dataclass

from .dates import DAY, HOUR, Clock
from .dice import Dice, Weighted
from .tables import Row

# Country, region, language and currency, with their weight.
PLACES = Weighted(
    (("US", "North America", "en", "USD"), 340), (("CA", "North America", "en", "USD"), 70),
    (("GB", "UK and Ireland", "en", "USD"), 90), (("IE", "UK and Ireland", "en", "EUR"), 20),
    (("NO", "Nordics", "no", "NOK"), 140), (("SE", "Nordics", "en", "EUR"), 40),
    (("DE", "DACH", "de", "EUR"), 110), (("AT", "DACH", "de", "EUR"), 25),
    (("ES", "Southern Europe", "es", "EUR"), 70), (("MX", "Latin America", "es", "USD"), 40),
    (("BR", "Latin America", "en", "USD"), 25), (("AU", "Asia Pacific", "en", "USD"), 30),
)  # fmt: skip
INDUSTRIES = (
    "software",
    "retail",
    "manufacturing",
    "health",
    "education",
    "finance",
    "logistics",
    "media",
)
CHANNELS = Weighted(
    ("organic_search", 260), ("paid_search", 220), ("referral", 90), ("content", 150),
    ("outbound", 110), ("partner", 90), ("event", 80),
)  # fmt: skip
MANAGERS = ("Ada Berg", "Jonas Keller", "Maria Ruiz", "Priya Nair", "Tom Ellis")
# (employees from, to, seats from, to), weight
SIZES = Weighted(
    ((1, 9, 1, 3), 330), ((10, 49, 2, 6), 360), ((50, 249, 4, 12), 200),
    ((250, 999, 6, 16), 80), ((1000, 6000, 10, 24), 30),
)  # fmt: skip
FIRST_WORDS = (
    "Aurora",
    "Blue Fjord",
    "Cedar",
    "Delta",
    "Eastgate",
    "Falcon",
    "Granite",
    "Harbor",
    "Indigo",
    "Juniper",
    "Kite",
    "Lumen",
    "Maple",
    "Nordlys",
    "Oak",
    "Pioneer",
    "Quarry",
    "Río Verde",
    "Summit",
    "Über",
)
SECOND_WORDS = (
    "Analytics",
    "Bikes",
    "Clinics",
    "Design",
    "Energy",
    "Foods",
    "Freight",
    "Games",
    "Health",
    "Labs",
    "Media",
    "Partners",
    "Retail",
    "School",
    "Systems",
    "Works",
)
SUFFIXES = {
    "US": "Inc.",
    "CA": "Inc.",
    "GB": "Ltd",
    "IE": "Ltd",
    "NO": "AS",
    "SE": "AB",
    "DE": "GmbH",
    "AT": "GmbH",
    "ES": "S.L.",
    "MX": "S.A.",
    "BR": "Ltda",
    "AU": "Pty",
}
# Sign-ups by calendar month, January first: thin in July and December.
SEASON = (112, 104, 106, 100, 98, 96, 74, 86, 122, 112, 106, 72)
FIRST_MONTH_BONUS = 6  # the company did not begin from nothing
MONTHLY_GROWTH = 5  # percent of the first month's sign-ups, added every month


@dataclass(slots=True)
class Account:
    """One account; `created` is a second, `employees` None when unknown."""

    number: int
    id: str
    created: int
    country: str
    region: str
    language: str
    currency: str
    industry: str
    employees: int | None
    seats: int
    channel: str
    manager: str
    is_internal: bool
    name: str
    referrer: int | None = None

    @property
    def day(self) -> int:
        """Return the day the account was created."""
        return self.created // DAY


def account_id(number: int) -> str:
    """Return the id of the account with that number (0 is the first)."""
    return f"A{number + 1:06d}"


def sign_up_days(dice: Dice, clock: Clock, count: int) -> list[int]:
    """Return the sorted days on which that many accounts sign up: growing, with seasons."""
    starts = [clock.month_start(month) for month in range(clock.months)]
    ends = [*starts[1:], clock.last_day + 1]
    months = []
    for month, (start, end) in enumerate(zip(starts, ends, strict=True)):
        season = SEASON[clock.date(start).month - 1]
        weight = season * (100 + MONTHLY_GROWTH * month) * (end - start)
        months.append((month, weight * (FIRST_MONTH_BONUS if month == 0 else 1)))
    choices = Weighted(*months)
    days = []
    for _ in range(count):
        month = dice.weighted(choices)
        days.append(dice.integer(starts[month], ends[month] - 1))
    return sorted(days)


def draw_accounts(dice: Dice, clock: Clock, count: int) -> list[Account]:
    """Return all accounts in the order in which they signed up."""
    accounts = []
    for number, day in enumerate(sign_up_days(dice, clock, count)):
        country, region, language, currency = dice.weighted(PLACES)
        low, high, fewest, most = dice.weighted(SIZES)
        channel = dice.weighted(CHANNELS)
        if channel == "referral" and number == 0:
            channel = "organic_search"
        name = f"{dice.pick(FIRST_WORDS)} {dice.pick(SECOND_WORDS)}"
        if dice.chance(0.15):
            name += f", {dice.pick(('Sons & Co', 'Smith', 'Hansen', 'Vega'))}"
        accounts.append(
            Account(
                number=number,
                id=account_id(number),
                created=day * DAY + dice.integer(6 * HOUR, 21 * HOUR),
                country=country,
                region=region,
                language=language,
                currency=currency,
                industry=dice.pick(INDUSTRIES),
                employees=dice.integer(low, high),
                seats=dice.integer(fewest, most),
                channel=channel,
                manager=dice.pick(MANAGERS),
                is_internal=number % 60 == 37,
                name=f"{name} {SUFFIXES[country]}",
                referrer=int(dice.roll() * number) if channel == "referral" else None,
            )
        )
    return accounts


def account_row(account: Account, dice: Dice, clock: Clock) -> Row:
    """Return the raw row; some attributes are missing, as they are in life."""
    missing = dice.roll()
    employees = None if missing < 0.07 else account.employees
    region = None if 0.07 <= missing < 0.11 else account.region
    industry = None if 0.11 <= missing < 0.14 else account.industry
    manager = None if account.seats <= 2 and dice.chance(0.5) else account.manager
    internal = "true" if account.is_internal else (None if missing > 0.98 else "false")
    return (
        account.id,
        "Our own test company" if account.is_internal else account.name,
        clock.stamp(account.created),
        account.country,
        region,
        industry,
        None if employees is None else str(employees),
        None if 0.14 <= missing < 0.16 else account.channel,
        manager,
        internal,
        None if dice.chance(0.1) else f"contact{account.number + 1}@example.com",
        clock.loaded(account.created),
    )
