"""The users of an account: who joins as seats are bought, who leaves."""

from __future__ import annotations

from dataclasses import dataclass

from .accounts import Account
from .dates import DAY, HOUR, Clock
from .dice import Dice, Weighted
from .subscription import Level
from .tables import Row

ROLES = Weighted(("admin", 120), ("member", 660), ("viewer", 220))
# A user's chance of being active on an ordinary working day, out of a million.
HABITS = Weighted((330_000, 150), (125_000, 470), (40_000, 380))
TURNOVER = 0.010  # share of users who leave, a month
SEATS_FILLED = (19, 20)
MOST_TRIAL_USERS = 3
NEVER = 1 << 30


@dataclass(slots=True)
class User:
    """One person; `created` a second, `left` a day (NEVER while there), `habit` in millionths."""

    number: int
    account: int
    created: int
    left: int
    role: str
    habit: int

    @property
    def id(self) -> str:
        """Return the user's id."""
        return f"U{self.number + 1:07d}"


def draw_users(
    account: Account, levels: list[Level], first_number: int, dice: Dice, clock: Clock
) -> list[User]:
    """Return the account's users in order of joining; the first is its owner."""
    users = [
        User(
            first_number,
            account.number,
            account.created,
            NEVER,
            "owner",
            max(dice.weighted(HABITS), 125_000),
        )
    ]
    for level in levels:
        wanted = max(level.seats * SEATS_FILLED[0] // SEATS_FILLED[1], 1)
        if level.status != "paid":
            wanted = min(wanted, MOST_TRIAL_USERS)
        present = [user for user in users if user.left > level.start]
        for _ in range(wanted - len(present)):
            joined = level.start + dice.integer(0, 24)
            if joined >= min(level.end + 30, clock.last_day + 1):
                continue
            at = max(joined * DAY + dice.integer(7 * HOUR, 18 * HOUR), account.created + 60)
            users.append(_user(users, at, account, first_number, dice))
        for user in present[wanted:]:
            user.left = min(user.left, level.start + dice.integer(0, 10))
        _turn_over(users, level, account, first_number, dice=dice, clock=clock)
    return users


def _user(users: list[User], at: int, account: Account, first_number: int, dice: Dice) -> User:
    number = first_number + len(users)
    return User(number, account.number, at, NEVER, dice.weighted(ROLES), dice.weighted(HABITS))


def _turn_over(
    users: list[User], level: Level, account: Account, first: int, *, dice: Dice, clock: Clock
) -> None:
    months = (level.end - level.start) // 30
    for user in list(users):
        if user.left < NEVER or not dice.chance(TURNOVER * months):
            continue
        left = dice.integer(level.start, level.end)
        if left * DAY <= user.created or left > clock.last_day:
            continue
        user.left = left
        if left + 5 <= clock.last_day and dice.chance(0.8):
            at = (left + 5) * DAY + 9 * HOUR
            users.append(_user(users, at, account, first, dice))


def user_row(user: User, account: Account, clock: Clock) -> Row:
    """Return the raw row; somebody who leaves after the end of the data is still there."""
    left = user.left * DAY + 17 * HOUR if user.left <= clock.last_day else None
    return (
        user.id,
        account.id,
        clock.stamp(user.created),
        user.role,
        None if left is None else clock.stamp(left),
        clock.loaded(left or user.created),
    )
