"""Support tickets: more of them, and worse ones, from accounts that are about to leave."""

from __future__ import annotations

from dataclasses import dataclass

from .dates import DAY, HOUR, Clock
from .dice import Dice, Weighted
from .lifecycle import Life
from .people import User
from .signals import mood
from .subscription import Level
from .tables import Row

CHANNELS = Weighted(("email", 420), ("chat", 300), ("portal", 180), ("phone", 100))
PRIORITIES = Weighted(("low", 300), ("normal", 480), ("high", 170), ("urgent", 50))
INTERACTIONS = Weighted((1, 560), (2, 220), (3, 110), (4, 60), (6, 35), (9, 15))
MINUTES_TO_ANSWER = Weighted((4, 140), (12, 160), (35, 220), (90, 220), (240, 160), (900, 100))
HOURS_TO_SOLVE = Weighted((1, 240), (3, 220), (8, 200), (26, 180), (72, 110), (240, 50))


@dataclass(slots=True)
class Ticket:
    """One case; seconds, None where it has not happened."""

    account: str
    user: User | None
    channel: str
    priority: str
    opened: int
    answered: int | None
    resolved: int | None
    interactions: int | None
    reopened: int
    is_escalated: bool
    mood: int


def draw_tickets(
    life: Life, levels: list[Level], users: list[User], *, base: int, dice: Dice, clock: Clock
) -> list[Ticket]:
    """Return the account's tickets in order of opening."""
    tickets: list[Ticket] = []
    for level in levels:
        for start in range(level.start, level.end, 30):
            content = mood(life, start, base)
            chance = 0.08 + 0.02 * min(level.seats, 10) + (0.15 if content < 40 else 0.0)
            while dice.chance(min(chance, 0.6)):
                day = start + dice.integer(0, 29)
                if day < min(level.end, clock.last_day + 1):
                    tickets.append(
                        _ticket(life, day, users, content=content, dice=dice, clock=clock)
                    )
    tickets.sort(key=lambda ticket: ticket.opened)
    return tickets


def _ticket(
    life: Life, day: int, users: list[User], *, content: int, dice: Dice, clock: Clock
) -> Ticket:
    opened = max(day * DAY + dice.integer(6 * HOUR, 20 * HOUR), life.account.created + 600)
    there = [user for user in users if user.created < opened and user.left > day]
    user = dice.pick(there) if there and not dice.chance(0.06) else None
    is_sour = content < 40
    answered = opened + dice.weighted(MINUTES_TO_ANSWER) * 60 + dice.integer(0, 900)
    hours = dice.weighted(HOURS_TO_SOLVE) * (3 if is_sour else 1)
    resolved = answered + hours * HOUR + dice.integer(0, HOUR)
    if dice.chance(0.004):
        answered = resolved + 600  # answered after it was closed: kept, but suspicious
    interactions = None if dice.chance(0.05) else dice.weighted(INTERACTIONS)
    reopened = 1 + int(dice.chance(0.2)) if dice.chance(0.16 if is_sour else 0.06) else 0
    return Ticket(
        life.account.id,
        user,
        dice.weighted(CHANNELS),
        dice.weighted(PRIORITIES),
        opened,
        None if dice.chance(0.01) else clock.seen(answered),
        None if dice.chance(0.015) else clock.seen(resolved),
        interactions,
        reopened,
        dice.chance(0.2 if is_sour else 0.04),
        content,
    )


def ticket_row(ticket: Ticket, number: int, clock: Clock) -> Row:
    """Return the raw row; the ticket system writes its times with an offset."""
    latest = max(ticket.opened, ticket.answered or 0, ticket.resolved or 0)
    return (
        f"T{number:07d}",
        ticket.account,
        None if ticket.user is None else ticket.user.id,
        ticket.channel,
        ticket.priority,
        clock.stamp(ticket.opened, "offset"),
        None if ticket.answered is None else clock.stamp(ticket.answered, "offset"),
        None if ticket.resolved is None else clock.stamp(ticket.resolved, "offset"),
        None if ticket.interactions is None else str(ticket.interactions),
        str(ticket.reopened),
        "t" if ticket.is_escalated else "f",
        clock.loaded(latest),
    )
