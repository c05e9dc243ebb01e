"""The life of one account: trial, purchase, and month after month what happens to a customer."""

from __future__ import annotations

from . import catalogue, happenings
from .accounts import Account
from .catalogue import ADD_ON, FREE, GOLD, PAID_TIERS, PLATINUM, SILVER
from .dates import DAY, HOUR, Clock
from .dice import Dice, Weighted
from .subscription import Churn, State, Subscription

START = Weighted(("trial", 430), ("purchase", 450), ("free", 120))
TIERS = Weighted((SILVER, 400), (GOLD, 440), (PLATINUM, 160))
TRIAL_DAYS = Weighted((14, 800), (30, 200))
# How a trial ends: converts on its last day, some days late, by a new contract; or not at all.
TRIAL_OUTCOME = Weighted(
    ("convert", 420), ("late", 45), ("other", 30), ("end", 340), ("free", 95), ("stall", 70)
)
DISCOUNT = Weighted(("percent", 700), ("amount", 200), ("both", 100))
DURATION = Weighted(("repeating", 550), ("once", 120), ("forever", 130), ("", 200))
# Chances out of a million, a month, of a customer's news.
NEWS = Weighted(
    ("seats_up", 75_000), ("seats_down", 10_000), ("upgrade", 11_000), ("downgrade", 5_000),
    ("to_yearly", 11_000), ("add_on", 14_000), ("payment_fails", 19_000), ("pause", 5_000),
    ("to_free", 3_000), ("sponsor", 3_000), ("cancel", 18_000), ("offer", 5_000),
    ("busy_day", 4_000), ("", 817_000),
)  # fmt: skip


class Life:
    """Everything one account bought, and when it left."""

    def __init__(self, account: Account, dice: Dice, clock: Clock) -> None:
        """Prepare a life; `live()` lives it."""
        self.account = account
        self.dice = dice
        self.clock = clock
        self.subscriptions: list[Subscription] = []
        self.extras: list[Subscription] = []  # live beside the main contract
        self.churns: list[Churn] = []
        self.cursor = 0  # the day up to which the customer's news is settled

    def live(self) -> Life:
        """Live from sign-up to the end of the data and return itself."""
        day = self.account.day
        begun = "purchase" if self.account.is_internal else self.dice.weighted(START)
        if begun == "trial":
            self.trial(day)
        elif begun == "purchase":
            self.purchase(day + self.dice.integer(0, 12))
        else:
            self.use_free(day)
        happenings.sign_ahead(self)
        self._forget_future()
        return self

    def second(self, day: int) -> int:
        """Return a second of that day: midnight for half of what a billing system writes."""
        noon = self.dice.integer(7 * HOUR, 20 * HOUR)
        return day * DAY + (0 if self.dice.chance(0.5) else noon)

    def rises_on(self, day: int) -> int:
        """Return how many price rises there have been by that day."""
        return max(self.clock.month_of(day), 0) // catalogue.MONTHS_BETWEEN_RISES

    def open(self, day: int, tier: str, interval: str, status: str, seats: int) -> Subscription:
        """Begin a contract for whole seats at today's list price."""
        plan = catalogue.plan_of(tier, interval, self.account.currency)
        at = self.second(day)
        if day == self.account.day:
            at = self.account.created + 300
        rises = self.rises_on(day)
        quantity = 100 if tier == ADD_ON else seats * 100
        if tier != ADD_ON and self.dice.chance(0.02):
            quantity += 50  # a half-time seat
        unit = catalogue.raised(plan.cents, rises)
        new = Subscription(created=at, anchor=day, rises=rises)
        new.states.append(State(at, plan, quantity, unit, status, known=at))
        self.subscriptions.append(new)
        return new

    def trial(self, day: int) -> None:
        """Try before buying."""
        dice, length = self.dice, self.dice.weighted(TRIAL_DAYS)
        tier = dice.weighted(TIERS)
        seats = min(self.account.seats, 3)
        new = self.open(day, tier, dice.weighted(catalogue.NEW_INTERVAL), "trialing", seats)
        new.trial_start, new.trial_end = day, day + length
        if day + length > self.clock.last_day:
            return
        outcome = dice.weighted(TRIAL_OUTCOME)
        if outcome == "convert":
            self._begin_paying(new, day + length)
        elif outcome == "late":
            waiting = dice.pick(("incomplete", "paused"))
            new.change((day + length) * DAY, status=waiting)
            self._begin_paying(new, day + length + dice.integer(3, 40))
        elif outcome == "free":
            self._move_to_free(new, day + length)
        elif outcome == "stall":
            new.change((day + length) * DAY, status="paused")
        else:
            asked = self.second(day + dice.integer(1, length)) if dice.chance(0.5) else None
            new.end((day + length) * DAY, asked, "trial_ended" if dice.chance(0.5) else None)
            if outcome == "other":
                self.purchase(day + length + dice.integer(2, 28))

    def purchase(self, day: int) -> None:
        """Buy without a trial; nothing happens after the end of the data."""
        if day > self.clock.last_day:
            return
        tier = PLATINUM if self.account.is_internal else self.dice.weighted(TIERS)
        interval = self.dice.weighted(catalogue.NEW_INTERVAL)
        new = self.open(day, tier, interval, "active", self.account.seats)
        self.discount(new.last, day, 0.28)
        self.follow(new)

    def use_free(self, day: int) -> None:
        """Begin on the free plan; some buy later, some leave, some stay for ever."""
        new = self.open(day, FREE, "monthly", "active", 1)
        self._after_free(new, day)

    def _after_free(self, free: Subscription, day: int) -> None:
        dice = self.dice
        later = day + dice.integer(20, 300)
        fate = dice.roll()
        if fate < 0.35:
            if later > self.clock.last_day:
                return
            if dice.chance(0.5):
                self._begin_paying(free, later)
            else:
                at = self.second(later)
                free.end(at, at, "switched_plan")
                self.purchase(later)
        elif fate < 0.6 and later <= self.clock.last_day:
            free.end(self.second(later), None, None)

    def _begin_paying(self, old: Subscription, day: int) -> None:
        if day > self.clock.last_day:
            return
        tier = old.last.plan.tier if old.last.plan.tier in PAID_TIERS else SILVER
        interval = old.last.plan.interval
        plan = catalogue.plan_of(tier, interval, self.account.currency)
        old.rises = self.rises_on(day)
        state = old.change(
            day * DAY,
            plan=plan,
            status="active",
            quantity=self.account.seats * 100,
            unit=catalogue.raised(plan.cents, old.rises),
        )
        old.anchor = day
        self.discount(state, day, 0.2)
        self.follow(old)

    def _move_to_free(self, old: Subscription, day: int) -> None:
        plan = catalogue.plan_of(FREE, "monthly", self.account.currency)
        old.change(
            day * DAY,
            plan=plan,
            status="active",
            quantity=100,
            unit=0,
            percent=0,
            amount=0,
            duration="",
            discount_ends=None,
        )
        self._after_free(old, day)

    def discount(self, state: State, day: int, chance: float) -> None:
        """Grant a discount with that chance; some end, some do not."""
        dice = self.dice
        if not dice.chance(chance):
            return
        kind = dice.weighted(DISCOUNT)
        if kind != "amount":
            state.percent = dice.pick((1000, 1250, 2000, 2500, 3000))
        if kind != "percent":
            gross = state.quantity * state.unit // 100
            state.amount = max(gross // 1000, 1) * 100
        state.duration = dice.weighted(DURATION)
        if state.duration == "repeating" or (state.duration == "" and dice.chance(0.5)):
            state.discount_ends = self.clock.add_months(day, dice.pick((2, 3, 6, 12)))

    def follow(self, main: Subscription) -> None:
        """Follow a customer month by month until it leaves or the data end."""
        clock, begun, month = self.clock, main.last.day, 0
        self.cursor = begun
        current: Subscription | None = main
        while current is not None:
            start = clock.add_months(begun, month)
            month += 1
            if start > clock.last_day:
                return
            if start < self.cursor:
                continue
            if self._raise_price(current, start):
                continue
            news = self.dice.weighted(NEWS)
            if news and not (self.account.is_internal and news in happenings.LOSSES):
                current = happenings.HANDLERS[news](self, current, start + self.dice.integer(1, 27))

    def _raise_price(self, main: Subscription, start: int) -> bool:
        """Bring a contract to the newest list price when its next term begins; say if so."""
        if self.rises_on(start) <= main.rises or main.last.status != "active":
            return False
        term = main.next_boundary(self.clock, start)
        if term > start + 31:
            return False
        main.rises = self.rises_on(start)
        if main.last.unit and self.dice.chance(0.75):
            unit = catalogue.raised(main.last.plan.cents, main.rises)
            state = main.change(term * DAY, unit=unit, is_signed=True)
            state.known = max(term - 35, main.created // DAY) * DAY
            self.cursor = max(self.cursor, term + 1)
            return True
        return False

    def _forget_future(self) -> None:
        """Leave out what nobody can know at the end of the data."""
        clock = self.clock
        for held in self.subscriptions:
            held.canceled_at = clock.seen(held.canceled_at)
            if held.ended_at is not None and held.ended_at >= clock.end and not held.canceled_at:
                held.ended_at = held.reason = held.comment = None
            held.states = [
                state for state in held.states if state.at < clock.end or state.is_signed
            ]
        self.churns = [churn for churn in self.churns if churn.day <= clock.last_day + 60]
