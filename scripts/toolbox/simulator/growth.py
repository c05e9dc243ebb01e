"""Referrals, and visitors who see and reach the goals of the website."""

from __future__ import annotations

from .accounts import Account, account_id
from .dates import DAY, HOUR, Clock
from .dice import Dice, Weighted
from .subscription import Level
from .tables import Row, Table

# (goal, chance of reaching it), weight: how often it is shown
GOALS = Weighted(
    (("trial_signup", 0.08), 300), (("demo_request", 0.04), 220), (("newsletter", 0.15), 260),
    (("webinar", 0.22), 120), (("pricing_contact", 0.06), 100),
)  # fmt: skip
CHANNELS = Weighted(
    ("organic_search", 300), ("paid_search", 280), ("content", 200), ("referral", 70),
    ("event", 60), ("partner", 90),
)  # fmt: skip
VISITORS = 26  # anonymous visitors in the first month for each 100 accounts
MORE_VISITORS = 1  # added each month, for each 100 accounts
MOST_VISITORS = 20_000  # in a month


def referral_rows(
    account: Account, levels: list[Level], dice: Dice, clock: Clock, accounts: list[Account]
) -> list[Row]:
    """Return the referral that brought this account, and those of its own that came to nothing."""
    found: list[tuple[str, str | None, int]] = []
    if account.referrer is not None:
        earlier = accounts[account.referrer]
        at = max(account.created - dice.integer(0, 30) * DAY, earlier.created + HOUR)
        found.append((account_id(account.referrer), account.id, min(at, account.created)))
    for level in levels:
        for start in range(level.start, level.end, 30):
            if level.status == "paid" and dice.chance(0.008):
                at = start * DAY + dice.integer(8 * HOUR, 18 * HOUR)
                found.append((account.id, None, at))
    return [
        (referrer, referred, clock.stamp(at), clock.loaded(at))
        for referrer, referred, at in found
        if at < clock.end
    ]


def sign_up_goals(account: Account, dice: Dice, clock: Clock, table: Table) -> None:
    """Write the visit that became an account: its visitor is known by then."""
    if not dice.chance(0.6):
        return
    visitor = f"V{10_000_000 + account.number}"
    seen = max(account.created - dice.integer(300, 9 * DAY), 0)
    for step, at in (("exposed", seen), ("completed", account.created)):
        known = account.id if step == "completed" else None
        _add(
            table, visitor, known, "trial_signup", step, at=at, channel=account.channel, clock=clock
        )


def visitor_goals(dice: Dice, clock: Clock, count: int, table: Table) -> None:
    """Write what anonymous visitors saw and reached, month by month."""
    for month in range(clock.months):
        start = clock.month_start(month)
        end = min(clock.month_start(month + 1), clock.last_day + 1)
        visitors = min((VISITORS + MORE_VISITORS * month) * count // 100, MOST_VISITORS)
        for number in range(visitors):
            visitor = f"V{month + 1:03d}{number:05d}"
            for _ in range(1 + int(dice.chance(0.25))):
                goal, chance = dice.weighted(GOALS)
                channel = dice.weighted(CHANNELS)
                at = dice.integer(start, end - 1) * DAY + dice.integer(0, DAY - 1)
                _add(table, visitor, None, goal, "exposed", at=at, channel=channel, clock=clock)
                if dice.chance(chance):
                    later = at + dice.integer(30, 3 * HOUR)
                    _add(
                        table,
                        visitor,
                        None,
                        goal,
                        "completed",
                        at=later,
                        channel=channel,
                        clock=clock,
                    )


def _add(
    table: Table,
    visitor: str,
    account: str | None,
    goal: str,
    step: str,
    *,
    at: int,
    channel: str,
    clock: Clock,
) -> None:
    if at < clock.end:
        table.add(
            (
                f"G{table.count + 1:07d}",
                visitor,
                account,
                goal,
                step,
                clock.stamp(at),
                channel,
                clock.loaded(at),
            )
        )
