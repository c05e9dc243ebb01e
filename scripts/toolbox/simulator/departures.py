"""How customers leave, for a while or for good: one function each, as in `happenings`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import catalogue
from .catalogue import FREE, SILVER
from .dates import DAY, HOUR
from .dice import Weighted
from .subscription import Churn, Subscription

if TYPE_CHECKING:
    from .lifecycle import Life

REASONS = Weighted(
    ("too_expensive", 300), ("missing_features", 200), ("switched_to_competitor", 170),
    ("low_usage", 160), ("bad_support", 80), ("company_closed", 90),
)  # fmt: skip
# How a failed payment ends: paid soon; paid after the grace; unpaid, then paid or over; over.
FAILURE = Weighted(
    ("recovers", 660), ("beyond_grace", 70), ("unpaid_recovers", 60), ("unpaid_ends", 90),
    ("ends", 120),
)  # fmt: skip
WIN_BACK_CHANCE = 0.2


def payment_fails(life: Life, main: Subscription, day: int) -> Subscription | None:
    """Fail to pay at the next billing date; most pay within days, some leave for it."""
    dice = life.dice
    due = main.next_boundary(life.clock, day)
    if due > day + 45 or main.last.status != "active" or not main.last.is_paid(day):
        return main
    at = due * DAY + dice.integer(1, 20) * HOUR
    main.change(at, status="past_due")
    outcome = dice.weighted(FAILURE)
    if outcome in ("recovers", "beyond_grace"):
        days = dice.integer(2, 24) if outcome == "recovers" else dice.integer(33, 60)
        main.change((due + days) * DAY + 9 * HOUR, status="active")
        life.cursor = due + days + 1
        return main
    if outcome == "ends":
        over = due + dice.integer(12, 25)
        main.end(over * DAY, None, "payment_failure")
    else:
        over = due + dice.integer(15, 28)
        main.change(over * DAY, status="unpaid")
        if outcome == "unpaid_recovers":
            back = over + dice.integer(5, 50)
            main.change(back * DAY + 10 * HOUR, status="active")
            life.cursor = back + 1
            _end_extras(life, over)
            return main
        main.end((over + 30) * DAY, None, "payment_failure" if dice.chance(0.7) else None)
    return _lost(life, main, over, is_voluntary=False)


def pause(life: Life, main: Subscription, day: int) -> Subscription | None:
    """Pause for some months; three of four come back."""
    dice = life.dice
    if main.last.status != "active" or any(extra.ended_at is None for extra in life.extras):
        return main
    main.change(life.second(day), status="paused")
    over = day + dice.integer(25, 100)
    if dice.chance(0.75):
        main.change(over * DAY, status="active")
        life.cursor = over + 1
        return main
    at = life.second(over)
    main.end(at, at, dice.weighted(REASONS))
    return _lost(life, main, day, is_voluntary=True)


def to_free(life: Life, main: Subscription, day: int) -> Subscription | None:
    """Fall back to the free plan: by a change of plan, or by a free contract the same day."""
    dice = life.dice
    _end_extras(life, day)
    plan = catalogue.plan_of(FREE, "monthly", life.account.currency)
    if dice.chance(0.6):
        main.change(
            day * DAY,
            plan=plan,
            quantity=100,
            unit=0,
            percent=0,
            amount=0,
            duration="",
            discount_ends=None,
        )
    else:
        main.end(day * DAY, day * DAY, "switched_plan")
        main = life.open(day, FREE, "monthly", "active", 1)
    back = day + dice.integer(40, 200)
    if dice.chance(0.3) and back <= life.clock.last_day:
        paid = catalogue.plan_of(SILVER, "monthly", life.account.currency)
        main.rises = life.rises_on(back)
        unit = catalogue.raised(paid.cents, main.rises)
        main.change(back * DAY, plan=paid, quantity=life.account.seats * 100, unit=unit)
        main.anchor = life.cursor = back
        life.account.seats = max(life.account.seats, 1)
        return main
    return _lost(life, main, day, is_voluntary=True, returns=False)


def cancel(life: Life, main: Subscription, day: int) -> Subscription | None:
    """Cancel: service runs to the end of what is paid, or stops that day."""
    dice = life.dice
    asked = life.second(day)
    over = main.next_boundary(life.clock, day)
    way = dice.roll()
    if way < 0.08:  # a state alone says so
        main.change(asked, status="canceled")
        over = day
    elif way < 0.14:  # nobody says why or when
        main.end(over * DAY, None, None)
    elif way < 0.26:  # stops at once
        main.end(asked, asked, dice.weighted(REASONS))
        over = day
    else:
        main.end(over * DAY, asked, dice.weighted(REASONS))
        if dice.chance(0.2):
            main.change(asked, status="canceled")
    return _lost(life, main, over, is_voluntary=True)


def _end_extras(life: Life, day: int) -> None:
    for extra in life.extras:
        if extra.ended_at is None or extra.ended_at > day * DAY:
            extra.end(max(day * DAY, extra.last.at), day * DAY, "switched_plan")
    life.extras = []


def _lost(
    life: Life, main: Subscription, day: int, *, is_voluntary: bool, returns: bool = True
) -> Subscription | None:
    """Note that the customer leaves on `day`; win some back, by the old contract or a new one."""
    dice = life.dice
    _end_extras(life, day)
    life.churns.append(Churn(day, is_voluntary))
    back = day + dice.integer(15, 240)
    if not returns or not dice.chance(WIN_BACK_CHANCE) or back > life.clock.last_day:
        return None
    if main.ended_at is None and main.last.status == "canceled":
        main.change(back * DAY + 8 * HOUR, status="active")
        main.anchor, life.cursor = back, back + 1
        return main
    life.purchase(back)
    return None
