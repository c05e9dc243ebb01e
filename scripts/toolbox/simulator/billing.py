"""The rows of billing: plans, subscriptions, their states, invoices that agree with them."""

from __future__ import annotations

from collections.abc import Iterator

from .accounts import Account
from .catalogue import INTERVALS, PLANS, TIER_RANK, raised
from .dates import DAY, Clock
from .dice import Dice, Weighted
from .lifecycle import Life
from .subscription import State, Subscription, boundary
from .tables import Row, hundredths, money

# Value added tax in percent, where the company charges it.
TAX = {"DE": 19, "AT": 20, "ES": 21, "SE": 25, "NO": 25, "IE": 23}
TERMS_DAYS = 14
FATE = Weighted(("paid", 940), ("late", 45), ("void", 8), ("uncollectible", 7))
COMMENTS = {
    "too_expensive": {
        "en": "The price went up and our budget did not.",
        "no": "Det ble for dyrt for oss etter prisøkningen.",
        "de": "Für unser Budget ist der Preis leider zu teuer.",
        "es": "El precio es demasiado caro para nosotros.",
    },
    "missing_features": {
        "en": "We need a feature that is missing: approvals, with history.",
        "no": "Vi mangler en funksjon for godkjenning.",
        "de": "Uns fehlt eine Funktion für Freigaben.",
        "es": "Falta una función para aprobaciones.",
    },
    "switched_to_competitor": {
        "en": 'A competitor offered "everything in one".',
        "no": "Vi har gått over til en konkurrent.",
        "de": "Wir sind zu einem Wettbewerber gewechselt.",
        "es": "Nos vamos con la competencia.",
    },
    "low_usage": {
        "en": "The team hardly used it, so we stop here.",
        "no": "Teamet brukte det nesten ikke.",
        "de": "Das Team hat es kaum genutzt.",
        "es": "El equipo casi no lo usaba.",
    },
    "bad_support": {
        "en": "Support was slow to answer.",
        "no": "Kundestøtten svarte for sent.",
        "de": "Der Support hat zu langsam geantwortet.",
        "es": "El soporte fue lento.",
    },
}


def plan_rows(clock: Clock) -> Iterator[Row]:
    """Yield every plan at its newest list price, some spellings as sloppy as in life."""
    rises = max(clock.months - 1, 0) // 12
    for plan in PLANS.values():
        interval, count, *_ = INTERVALS[plan.interval]
        seats = "false" if plan.tier == "add_on" else ("true" if plan.tier == "gold" else None)
        yield (
            plan.id,
            plan.name,
            plan.tier,
            str(TIER_RANK[plan.tier]),
            interval,
            count or None,
            money(raised(plan.cents, rises)),
            plan.currency,
            "true" if plan.is_free else "false",
            seats,
            clock.loaded(0),
        )


def subscription_row(held: Subscription, account: Account, dice: Dice, clock: Clock) -> Row:
    """Return the raw row of one subscription."""
    comment = None
    if held.reason in COMMENTS and dice.chance(0.6):
        comment = COMMENTS[held.reason][account.language]
    moved = [at for at in (held.ended_at, held.canceled_at) if at is not None and at < clock.end]
    return (
        held.id,
        account.id,
        clock.stamp(held.created),
        None if held.trial_start is None else clock.text(held.trial_start),
        None if held.trial_end is None else clock.text(held.trial_end),
        None if held.canceled_at is None else clock.stamp(held.canceled_at),
        None if held.ended_at is None else clock.stamp(held.ended_at),
        held.reason,
        comment,
        clock.loaded(max([held.created, *moved])),
    )


def state_row(state: State, held: Subscription, number: int, dice: Dice, clock: Clock) -> Row:
    """Return the raw row of one state."""
    status = state.status
    if dice.chance(0.01):
        status = "cancelled" if status == "canceled" else status.title()
    return (
        f"C{number:07d}",
        held.id,
        clock.stamp(state.at),
        state.plan.id,
        hundredths(state.quantity),
        money(state.unit),
        state.plan.currency,
        hundredths(state.percent) if state.percent else None,
        money(state.amount) if state.amount else None,
        state.duration or None,
        None if state.discount_ends is None else clock.text(state.discount_ends),
        status,
        clock.loaded(state.known or state.at),
    )


def _state_on(held: Subscription, day: int) -> State | None:
    found = None
    for state in held.states:
        if state.day > day:
            break
        if state.status != "canceled" or held.ended_at is None:
            found = state
    return found


def terms(held: Subscription, clock: Clock) -> Iterator[tuple[int, int, State, int, bool]]:
    """Yield what is billed: (first day, day after the last, state, cents, is the very first).

    A term begins where billing begins or its interval changes; a change inside a term of a
    quarter or more is billed for the days that are left of it.
    """
    last = clock.last_day if held.ended_at is None else held.ended_at // DAY - 1
    last = min(last, clock.last_day)
    paid = [state for state in held.states if state.is_paid(state.day)]
    is_first = True
    for place, begun in enumerate(paid):
        if place and paid[place - 1].plan.interval == begun.plan.interval:
            continue  # goes on in the same rhythm
        later = [state.day for state in paid[place:] if state.plan.interval != begun.plan.interval]
        until = min(later[0] - 1, last) if later else last
        count = 0
        while (start := boundary(clock, begun.day, begun.plan, count)) <= until:
            count += 1
            end = boundary(clock, begun.day, begun.plan, count)
            state = _state_on(held, start)
            if state is None or not state.is_paid(start):
                continue
            cents = state.net_cents(start, first=is_first)
            if cents:
                yield start, end, state, cents, is_first
            is_first = False
            yield from _prorated(held, state, start, end, until)


def _prorated(
    held: Subscription, billed: State, start: int, end: int, until: int
) -> Iterator[tuple[int, int, State, int, bool]]:
    if not billed.plan.is_long:
        return
    before = billed.net_cents(start)
    for state in held.states:
        if start < state.day <= min(until, end - 1) and state.is_paid(state.day):
            if state.plan.interval != billed.plan.interval:
                return
            more = state.net_cents(state.day) - before
            before += more
            if more > 0:
                cents = more * (end - state.day) // (end - start)
                yield state.day, end, state, cents, False


def invoice_rows(life: Life, dice: Dice, clock: Clock) -> Iterator[Row]:
    """Yield the account's invoices without their id, in order of their subscriptions."""
    account = life.account
    for held in life.subscriptions:
        for start, end, state, cents, _ in terms(held, clock):
            paid_on = _paid_on(held, start, dice)
            yield _row(
                account,
                held.id,
                start,
                end,
                currency=state.plan.currency,
                cents=cents,
                paid_on=paid_on,
                dice=dice,
                clock=clock,
            )
    first = life.subscriptions[0] if life.subscriptions else None
    if first is not None and dice.chance(0.08) and first.created < clock.end:
        day = first.created // DAY  # setting up or training, billed once
        cents = dice.pick((25_000, 50_000, 120_000))
        yield _row(
            account,
            None,
            day,
            None,
            currency=account.currency,
            cents=cents,
            paid_on=day + 9,
            dice=dice,
            clock=clock,
        )


def _paid_on(held: Subscription, start: int, dice: Dice) -> int | None:
    """Return the day an invoice of that day is paid, None when it never is."""
    for place, state in enumerate(held.states):
        if start <= state.day <= start + 2 and state.status == "past_due":
            later = (next_.day for next_ in held.states[place:] if next_.status == "active")
            return next(later, None)
    fate = dice.weighted(FATE)
    if fate in ("void", "uncollectible"):
        return -1 if fate == "void" else None
    return start + (dice.integer(0, 6) if fate == "paid" else dice.integer(15, 50))


def _row(
    account: Account,
    subscription: str | None,
    start: int,
    end: int | None,
    *,
    currency: str,
    cents: int,
    paid_on: int | None,
    dice: Dice,
    clock: Clock,
) -> Row:
    tax = cents * TAX.get(account.country, 0) // 100
    due = cents + tax
    issued = start * DAY + 6 * 3600 + dice.integer(0, 3599)
    is_paid = paid_on is not None and start <= paid_on <= clock.last_day
    paid_at = None if not is_paid else max(paid_on or 0, start) * DAY + 15 * 3600
    status = "paid"
    if paid_on == -1:
        status = "void"
    elif not is_paid:
        overdue = clock.last_day > start + 60
        status = "uncollectible" if paid_on is None and overdue else "open"
        if start == clock.last_day and dice.chance(0.4):
            status = "draft"
    refund = due * dice.pick((10, 25, 100)) // 100 if is_paid and dice.chance(0.012) else 0
    return (
        account.id,
        subscription,
        clock.stamp(issued),
        clock.text(start + TERMS_DAYS),
        None if paid_at is None else clock.stamp(paid_at),
        None if end is None else clock.text(start),
        None if end is None else clock.text(end),
        money(due),
        money(tax) if tax else None,
        money(due if is_paid else 0),
        money(refund),
        currency,
        status,
        clock.loaded(issued if paid_at is None else paid_at),
    )
