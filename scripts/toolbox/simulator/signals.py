"""How eager an account is over time: the curve behind its usage, its scores and its tickets."""

from __future__ import annotations

from dataclasses import dataclass

from .dates import DAY, HOUR, Clock
from .dice import Dice
from .lifecycle import Life
from .people import User
from .subscription import Level

FADE_DAYS = 105  # how long before leaving usage begins to fade
FADE_STEP = 7
GROUCH_DAYS = 200  # how long before leaving scores suffer


@dataclass(slots=True)
class Stretch:
    """Days [start, end) of one eagerness (thousandths) on one tier."""

    start: int
    end: int
    eagerness: int
    tier: int


@dataclass(slots=True)
class Deed:
    """One event known beforehand: a setup step, a look at the cancellation page."""

    second: int
    user: int
    account: int
    name: str


def stretches(life: Life, levels: list[Level], dice: Dice, *, is_linked: bool) -> list[Stretch]:
    """Return the account's usage curve.

    With `is_linked` usage fades before a voluntary churn, to a share drawn for each; without it
    the same draws are made and the fading is left out.
    """
    base = dice.integer(450, 1350)
    found: list[Stretch] = []
    converts = any(level.status == "paid" for level in levels)
    for level in levels:
        eagerness = base
        if level.status != "paid":
            eagerness = base if converts else base * 45 // 100
        begun = level.start
        if not found:  # finding one's way
            begun = min(level.start + 30, level.end)
            found.append(Stretch(level.start, begun, eagerness * 75 // 100, level.tier))
        found.append(Stretch(begun, level.end, eagerness, level.tier))
    for churn in life.churns:
        strength = dice.integer(35, 95) if churn.is_voluntary else dice.integer(0, 30)
        if dice.chance(0.2):
            strength = 0  # no sign at all
        if is_linked and strength:
            found = _faded(found, churn.day, strength)
    if dice.chance(0.2) and levels:  # a slow month that means nothing
        begun = dice.integer(levels[0].start, levels[-1].end)
        found = _scaled(found, begun, begun + dice.integer(20, 45), 45)
    return found


def _faded(found: list[Stretch], churn_day: int, strength: int) -> list[Stretch]:
    for start in range(churn_day - FADE_DAYS, churn_day, FADE_STEP):
        done = start + FADE_STEP - (churn_day - FADE_DAYS)
        left = 100 - strength * min(done * 14, FADE_DAYS * 10) // (FADE_DAYS * 10)
        found = _scaled(found, start, start + FADE_STEP, left)
    return found


def _scaled(found: list[Stretch], start: int, end: int, percent: int) -> list[Stretch]:
    """Return the stretches with [start, end) brought to that percentage."""
    cut: list[Stretch] = []
    for old in found:
        low, high = max(old.start, start), min(old.end, end)
        if low >= high:
            cut.append(old)
            continue
        if old.start < low:
            cut.append(Stretch(old.start, low, old.eagerness, old.tier))
        cut.append(Stretch(low, high, old.eagerness * percent // 100, old.tier))
        if high < old.end:
            cut.append(Stretch(high, old.end, old.eagerness, old.tier))
    return cut


# Setup steps: event, days after sign-up (from, to), chance that an account gets so far.
SETUP = (
    ("workspace_created", 0, 1, 0.96),
    ("data_imported", 0, 5, 0.86),
    ("user_invited", 1, 9, 0.84),
    ("report_created", 1, 16, 0.82),
    ("integration_connected", 3, 35, 0.7),
)
WARNINGS = ("cancellation_page_viewed", "data_exported")


def deeds(
    life: Life,
    users: list[User],
    levels: list[Level],
    *,
    dice: Dice,
    clock: Clock,
    is_linked: bool,
) -> list[Deed]:
    """Return the setup steps and the warnings.

    Without the link the same draws are made, but churn brings no warning and an account has as many
    a year whether it stays for long or not, so that they foretell nothing.
    """
    if not levels:
        return []
    account, owner = life.account, users[0].number
    found: list[Deed] = []
    at = max(account.created, levels[0].start * DAY)
    for name, soonest, latest, chance in SETUP:
        if not dice.chance(chance):
            break
        day = at // DAY + dice.integer(soonest, latest)
        at = max(at + dice.integer(120, 1800), day * DAY + dice.integer(8 * HOUR, 17 * HOUR))
        found.append(Deed(at, owner, account.number, name))
    for churn in life.churns:
        for _ in range(dice.integer(0, 3)):
            before, _ = dice.integer(1, 50), dice.roll()
            at = (churn.day - before) * DAY + dice.integer(8 * HOUR, 17 * HOUR)
            warning = Deed(at, owner, account.number, dice.pick(WARNINGS))
            if is_linked:
                found.append(warning)
    first, last = levels[0].start, levels[-1].end
    for _ in range(dice.integer(0, 2)):  # and the same from accounts that stay
        day = dice.integer(first, last) if is_linked else dice.integer(0, clock.last_day)
        at = day * DAY + dice.integer(8 * HOUR, 17 * HOUR)
        warning = Deed(at, owner, account.number, dice.pick(WARNINGS))
        if first <= day <= last:
            found.append(warning)
    return [deed for deed in found if life.account.created <= deed.second < clock.end]


def mood(life: Life, day: int, base: int) -> int:
    """Return how content an account is on a day, 0 to 100; those about to leave are not."""
    for churn in life.churns:
        if day <= churn.day <= day + GROUCH_DAYS:
            return base - (40 if churn.is_voluntary else 8)
    return base
