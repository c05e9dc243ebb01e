"""Surveys sent and answered: NPS twice a year, CSAT and CES after tickets, feedback once a year."""

from __future__ import annotations

from dataclasses import dataclass

from .comments import comment
from .dates import DAY, HOUR, Clock
from .dice import Dice, Weighted
from .lifecycle import Life
from .people import User
from .signals import mood
from .subscription import Level
from .support import Ticket
from .tables import Table

# Scores by mood: below 25, below 45, below 70, and above.
SCORES = {
    "nps": (
        Weighted((0, 2), (2, 3), (3, 4), (4, 4), (5, 4), (6, 4), (7, 2)),
        Weighted((3, 2), (5, 4), (6, 5), (7, 5), (8, 3)),
        Weighted((6, 3), (7, 6), (8, 7), (9, 5), (10, 2)),
        Weighted((7, 2), (8, 4), (9, 8), (10, 7)),
    ),
    "csat": (
        Weighted((1, 4), (2, 4), (3, 4), (4, 3), (5, 2)),
        Weighted((2, 2), (3, 3), (4, 4), (5, 4), (6, 2)),
        Weighted((4, 2), (5, 4), (6, 7), (7, 4)),
        Weighted((5, 2), (6, 6), (7, 9)),
    ),
    "ces": (
        Weighted((1, 4), (2, 4), (3, 4), (4, 3), (5, 2)),
        Weighted((2, 2), (3, 3), (4, 5), (5, 4), (6, 2)),
        Weighted((3, 1), (4, 3), (5, 6), (6, 6), (7, 3)),
        Weighted((4, 1), (5, 4), (6, 7), (7, 7)),
    ),
    "feedback": (
        Weighted((1, 3), (2, 3), (3, 4), (4, 4), (5, 3)),
        Weighted((3, 2), (4, 3), (5, 5), (6, 5), (7, 2)),
        Weighted((5, 2), (6, 4), (7, 7), (8, 6), (9, 2)),
        Weighted((7, 3), (8, 7), (9, 7), (10, 4)),
    ),
}
ANSWER_SHARE = {"nps": 0.36, "csat": 0.42, "ces": 0.35, "feedback": 0.25}
MOST_ASKED = 3  # users of an account asked at once


@dataclass(slots=True)
class Ask:
    """A survey to be sent."""

    survey: str
    touchpoint: str
    at: int
    user: User | None


class Voice:
    """Writes invitations and answers as they come, one account after the other."""

    def __init__(self, dice: Dice, clock: Clock, invitations: Table, responses: Table) -> None:
        """Take the two tables to write to."""
        self.dice = dice
        self.clock = clock
        self.invitations = invitations
        self.responses = responses

    def add(
        self, life: Life, levels: list[Level], users: list[User], tickets: list[Ticket], base: int
    ) -> None:
        """Ask one account everything it is ever asked."""
        for ask in self._asks(levels, users, tickets):
            self._send(life, ask, base)

    def _asks(self, levels: list[Level], users: list[User], tickets: list[Ticket]) -> list[Ask]:
        dice, asks = self.dice, []
        paid = [level for level in levels if level.status == "paid"]
        if paid:
            first, last = paid[0].start, paid[-1].end
            for day in range(first + dice.integer(30, 90), last, 182):
                asks += [
                    Ask("nps", "relationship", self._at(day), user)
                    for user in self._some(users, day)
                ]
            for day in range(first + dice.integer(150, 250), last, 365):
                asks += [
                    Ask("feedback", "yearly_review", self._at(day), user)
                    for user in self._some(users, day)[:2]
                ]
            if dice.chance(0.6):
                asks.append(Ask("ces", "onboarding", self._at(first + 30), users[0]))
        for ticket in tickets:
            if ticket.resolved is None:
                continue
            if dice.chance(0.4):
                asks.append(Ask("csat", "support", ticket.resolved + HOUR, ticket.user))
            elif dice.chance(0.5):
                asks.append(Ask("ces", "support", ticket.resolved + HOUR, ticket.user))
        asks.sort(key=lambda ask: ask.at)
        return [ask for ask in asks if ask.at < self.clock.end]

    def _at(self, day: int) -> int:
        return day * DAY + self.dice.integer(8 * HOUR, 16 * HOUR)

    def _some(self, users: list[User], day: int) -> list[User]:
        there = [user for user in users if user.created < day * DAY and user.left > day]
        begun = self.dice.integer(0, max(len(there) - 1, 0))
        return (there[begun:] + there[:begun])[:MOST_ASKED]

    def _send(self, life: Life, ask: Ask, base: int) -> None:
        dice, clock = self.dice, self.clock
        user = None if ask.user is None or dice.chance(0.04) else ask.user.id
        invitation: str | None = f"I{self.invitations.count + 1:07d}"
        is_asked = not dice.chance(0.04)  # some answer without having been asked
        if is_asked:
            self.invitations.add(
                (
                    invitation,
                    life.account.id,
                    user,
                    ask.survey,
                    ask.touchpoint,
                    clock.stamp(ask.at, "plain"),
                    clock.loaded(ask.at),
                )
            )
        else:
            invitation = None
        if is_asked and not dice.chance(ANSWER_SHARE[ask.survey]):
            return
        late = 31 if dice.chance(0.04) else 0
        at = ask.at + (late + dice.integer(0, 12)) * DAY + dice.integer(600, 7 * HOUR)
        self._answer(life, ask, base, at, user=user, invitation=invitation)
        if dice.chance(0.02):  # and once more, thinking better of it
            self._answer(life, ask, base, at + 2 * DAY, user=user, invitation=invitation)

    def _answer(
        self, life: Life, ask: Ask, base: int, at: int, *, user: str | None, invitation: str | None
    ) -> None:
        dice, clock = self.dice, self.clock
        if at >= clock.end:
            return
        content = mood(life, at // DAY, base) + dice.integer(-12, 12)
        step = 0 if content < 25 else (1 if content < 45 else (2 if content < 70 else 3))
        score = dice.weighted(SCORES[ask.survey][step])
        survey = ask.survey.upper() if dice.chance(0.01) else ask.survey
        self.responses.add(
            (
                f"R{self.responses.count + 1:07d}",
                invitation,
                life.account.id,
                user,
                survey,
                ask.touchpoint,
                str(score),
                comment(content, life.account.language, dice),
                clock.stamp(at, "plain"),
                clock.loaded(at),
            )
        )
