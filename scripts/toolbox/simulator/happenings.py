"""What can happen to a customer in a month: one function each, all with the same shape.

Each takes the life, the main contract and the day, writes states, and returns the contract that
goes on, or None when the customer left (a return later, if any, is lived inside the call).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from . import catalogue
from .catalogue import ADD_ON, PAID_TIERS, SILVER
from .dates import DAY, HOUR
from .departures import REASONS, cancel, pause, payment_fails, to_free
from .subscription import State, Subscription

if TYPE_CHECKING:
    from .lifecycle import Life

Handler = Callable[["Life", Subscription, int], Subscription | None]

LOSSES = frozenset({"cancel", "payment_fails", "pause", "to_free", "sponsor"})


def seats_up(life: Life, main: Subscription, day: int) -> Subscription:
    """Buy more seats."""
    seats = main.last.quantity // 100
    more = max(1, seats * life.dice.integer(10, 35) // 100)
    main.change(life.second(day), quantity=main.last.quantity + more * 100)
    life.account.seats = seats + more
    return main


def seats_down(life: Life, main: Subscription, day: int) -> Subscription:
    """Give up some seats, never the last."""
    seats = main.last.quantity // 100
    fewer = seats * life.dice.integer(10, 40) // 100
    if fewer and seats - fewer >= 1:
        main.change(life.second(day), quantity=main.last.quantity - fewer * 100)
        life.account.seats = seats - fewer
    return main


def _move(life: Life, main: Subscription, day: int, tier: str, interval: str) -> State:
    plan = catalogue.plan_of(tier, interval, life.account.currency)
    unit = catalogue.raised(plan.cents, main.rises)
    reprices = plan.interval != main.last.plan.interval
    state = main.change(life.second(day), plan=plan, unit=unit)
    if reprices:
        main.anchor = state.day
    return state


def _shift_tier(life: Life, main: Subscription, day: int, step: int) -> Subscription:
    tier = main.last.plan.tier
    place = PAID_TIERS.index(tier) + step if tier in PAID_TIERS else -1
    if 0 <= place < len(PAID_TIERS):
        _move(life, main, day, PAID_TIERS[place], main.last.plan.interval)
    return main


def upgrade(life: Life, main: Subscription, day: int) -> Subscription:
    """Move one tier up."""
    return _shift_tier(life, main, day, 1)


def downgrade(life: Life, main: Subscription, day: int) -> Subscription:
    """Move one tier down."""
    return _shift_tier(life, main, day, -1)


def to_yearly(life: Life, main: Subscription, day: int) -> Subscription:
    """Pay by the year from now on: in the same contract, or by a new one the same day."""
    old = main.last
    if old.plan.interval == "yearly" or old.plan.tier not in PAID_TIERS:
        return main
    if life.dice.chance(0.5):
        _move(life, main, day, old.plan.tier, "yearly")
        return main
    at = day * DAY + 11 * HOUR
    main.end(at, at, "switched_plan")
    new = life.open(day, old.plan.tier, "yearly", "active", max(old.quantity // 100, 1))
    life.discount(new.last, day, 0.1)
    return new


def add_on(life: Life, main: Subscription, day: int) -> Subscription:
    """Buy a second contract beside the first, or try one; some are dropped again."""
    dice, clock = life.dice, life.clock
    if any(extra.ended_at is None for extra in life.extras):
        return main
    tier, seats = (ADD_ON, 1) if dice.chance(0.6) else (SILVER, dice.integer(1, 3))
    if dice.chance(0.4):
        extra = life.open(day, tier, "monthly", "trialing", seats)
        extra.trial_start, extra.trial_end = day, day + 14
        if dice.chance(0.4):
            extra.end((day + 14) * DAY, None, "trial_ended")
            return main
        extra.change((day + 14) * DAY, status="active")
        extra.anchor = day + 14
    else:
        extra = life.open(day, tier, dice.pick(("monthly", "monthly", "yearly")), "active", seats)
    life.extras.append(extra)
    over = day + dice.integer(60, 400)
    if dice.chance(0.3) and over < clock.last_day:
        extra.end(life.second(over), life.second(over - 5), dice.weighted(REASONS))
    return main


def sponsor(life: Life, main: Subscription, day: int) -> Subscription:
    """Get the product for nothing for some months: all off, or a price of nothing."""
    dice = life.dice
    over = life.clock.add_months(day, dice.integer(2, 4))
    if dice.chance(0.5):
        main.change(day * DAY, percent=10_000, amount=0, duration="repeating", discount_ends=over)
    else:
        unit = main.last.unit
        main.change(day * DAY, unit=0)
        main.change(over * DAY, unit=unit)
    life.cursor = over + 1
    return main


def offer(life: Life, main: Subscription, day: int) -> Subscription:
    """Get a discount in the middle of the contract."""
    if main.last.percent == 0 and main.last.amount == 0:
        life.discount(main.change(life.second(day)), day, 1.0)
    return main


def busy_day(life: Life, main: Subscription, day: int) -> Subscription:
    """Change the seats in the morning, again at noon, and the tier in the evening."""
    quantity = main.last.quantity
    main.change(day * DAY + 9 * HOUR, quantity=quantity + 200)
    main.change(day * DAY + 12 * HOUR, quantity=quantity + 100)
    life.account.seats = quantity // 100 + 1
    if main.last.plan.tier == SILVER:
        plan = catalogue.plan_of("gold", main.last.plan.interval, life.account.currency)
        if plan.interval == main.last.plan.interval:
            unit = catalogue.raised(plan.cents, main.rises)
            main.change(day * DAY + 18 * HOUR, plan=plan, unit=unit)
    return main


def sign_ahead(life: Life) -> None:
    """Sign changes that begin after the end of the data, for a few of the live contracts."""
    dice, clock = life.dice, life.clock
    for held in life.subscriptions:
        if held.ended_at is not None or held.last.status != "active" or held.last.plan.is_free:
            continue
        if held.last.at >= clock.end or not dice.chance(0.05):
            continue
        at = (clock.last_day + dice.integer(3, 120)) * DAY
        quantity = held.last.quantity + 100 * dice.pick((1, 2, 3, 5))
        if dice.chance(0.25) and held.last.quantity > 100:
            quantity = held.last.quantity - 100
        state = held.change(at, quantity=quantity, is_signed=True)
        state.known = clock.end - dice.integer(2, 30) * DAY


HANDLERS: dict[str, Handler] = {
    "seats_up": seats_up, "seats_down": seats_down, "upgrade": upgrade, "downgrade": downgrade,
    "to_yearly": to_yearly, "add_on": add_on, "payment_fails": payment_fails, "pause": pause,
    "to_free": to_free, "sponsor": sponsor, "cancel": cancel, "offer": offer,
    "busy_day": busy_day,
}  # fmt: skip
