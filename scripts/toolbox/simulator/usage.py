"""Usage events, drawn for whole blocks of accounts at once with numpy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .dates import DAY, HOUR, Clock
from .dice import generator
from .event_names import CODES, EVENTS, LOGIN, MONTHS, NAMES, WEEKDAYS
from .people import User
from .signals import Deed, Stretch
from .tables import Table

Ints = npt.NDArray[np.int64]

BLOCK = 256  # accounts drawn at once
MILLION = 1_000_000
MOST_ACTIVE = 950_000  # nobody is surer than this to be active on a day, in millionths
USUAL_EVENTS = 2200  # events on an active day, in thousandths, when nobody asks for a number
CROWDED = 11_000  # the most, in thousandths, before users become active on more days instead
FEWEST = 1100
NIGHT_OWLS = 50  # one active day in so many begins late and may cross midnight
WRITE_AT_ONCE = 200_000


@dataclass(slots=True)
class Events:
    """Events of one draw: second, user number, account number and name code, row by row."""

    second: Ints
    user: Ints
    account: Ints
    code: Ints


@dataclass
class Usage:
    """What the draw needs to know of every account, gathered while they live."""

    clock: Clock
    curves: list[list[Stretch]] = field(default_factory=list)
    users: list[list[User]] = field(default_factory=list)
    breadth: list[int] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)

    def add(self, curve: list[Stretch], users: list[User], breadth: int, deeds: list[Deed]) -> None:
        """Take in one account; `breadth` is the percentage of the event list it ever discovers."""
        self.curves.append(curve)
        self.users.append(users)
        self.breadth.append(breadth)
        self.deeds.extend(deeds)

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Yield the account numbers [first, after the last) of each block."""
        for first in range(0, len(self.users), BLOCK):
            yield first, min(first + BLOCK, len(self.users))


def _busy(clock: Clock) -> Ints:
    days = [clock.date(day) for day in range(clock.last_day + 1)]
    return np.array([WEEKDAYS[day.weekday()] * MONTHS[day.month - 1] for day in days], np.int64)


def _chances(usage: Usage, first: int, after: int, busy: Ints) -> tuple[Ints, Ints, list[User]]:
    """Return (chance of activity by user and day in millionths, tier by user and day, users)."""
    days = len(busy)
    eager = np.zeros((after - first, days), np.int64)
    tier = np.zeros((after - first, days), np.int64)
    for row, curve in enumerate(usage.curves[first:after]):
        for part in curve:
            start = max(part.start, 0)
            eager[row, start : part.end] = part.eagerness
            tier[row, start : part.end] = part.tier
    users = [user for held in usage.users[first:after] for user in held]
    rows = np.array([user.account - first for user in users], np.int64)
    habit = np.array([user.habit for user in users], np.int64)
    begun = np.array([user.created // DAY for user in users], np.int64)
    left = np.array([user.left for user in users], np.int64)
    chance = eager[rows] * habit[:, None] // 1000 * busy[None, :] // 10_000
    day = np.arange(days)[None, :]
    chance[(day <= begun[:, None]) | (day >= left[:, None])] = 0
    return np.minimum(chance, MOST_ACTIVE), tier[rows], users


def _scale(usage: Usage, busy: Ints, wanted: int | None) -> tuple[int, int]:
    """Return (factor on activity in thousandths, events on an active day in thousandths)."""
    if wanted is None:
        return 1000, USUAL_EVENTS
    wanted = max(wanted - len(usage.deeds), 0)

    def active_days(factor: int) -> int:
        total = 0
        for first, after in usage.blocks():
            chance, _, _ = _chances(usage, first, after, busy)
            total += int(np.minimum(chance * factor // 1000, MOST_ACTIVE).sum())
        return total // MILLION

    natural = max(active_days(1000), 1)
    dense = wanted * 1000 // natural
    if FEWEST <= dense <= CROWDED:
        return 1000, dense
    factor = dense * 1000 // (CROWDED if dense > CROWDED else USUAL_EVENTS)
    return factor, max(wanted * 1000 // max(active_days(factor), 1), FEWEST)


def _repeats(thousandths: int) -> npt.NDArray[np.float64]:
    """Return the cumulated chances of 1, 2, 3 ... events on an active day with that mean."""
    stay = 1.0 - 1000.0 / thousandths
    table: list[float] = []
    left = 1.0
    while left > 1e-9 and len(table) < 20_000:
        left *= stay
        table.append(1.0 - left)
    return np.array(table)


def _draw(
    usage: Usage, first: int, after: int, busy: Ints, *, scale: tuple[int, int], seed: int
) -> Events:
    factor, mean = scale
    chance, tiers, users = _chances(usage, first, after, busy)
    if factor != 1000:
        chance = np.minimum(chance * factor // 1000, MOST_ACTIVE)
    rng = generator(seed, "usage", first // BLOCK)
    active = rng.integers(0, MILLION, chance.shape, dtype=np.uint32) < chance
    who, day = np.nonzero(active)
    times = np.searchsorted(_repeats(mean), rng.random(len(who)), side="right") + 1
    total = int(times.sum())
    group = np.repeat(np.arange(len(who)), times)
    heads = np.cumsum(times) - times
    start = rng.integers(6 * HOUR, 16 * HOUR, len(who))
    late = rng.integers(0, NIGHT_OWLS, len(who)) == 0
    start[late] = rng.integers(22 * HOUR, DAY, len(who))[late]
    gap = _gaps(rng, total, mean)
    gap[heads] = 0
    walked = np.cumsum(gap)
    second = day[group] * DAY + start[group] + walked - walked[heads][group]
    code = _codes(usage, rng, users, who[group], tiers[who, day][group])
    code[heads[rng.integers(0, 5, len(who)) > 1]] = CODES[LOGIN]
    numbers = np.array([user.number for user in users], np.int64)
    accounts = np.array([user.account for user in users], np.int64)
    keep = second < usage.clock.end
    who = who[group][keep]
    return Events(second[keep], numbers[who], accounts[who], code[keep])


def _gaps(rng: np.random.Generator, total: int, mean: int) -> Ints:
    """Return seconds between events: mostly minutes, sometimes a pause that ends the session."""
    kind = rng.integers(0, 100, total)
    gap = rng.integers(15, 480, total)
    gap[kind >= 85] = rng.integers(480, 1800, total)[kind >= 85]
    gap[kind >= 96] = rng.integers(1800, 10_800, total)[kind >= 96]
    gap[kind == 95] = 1800  # exactly half an hour
    return gap if mean <= CROWDED else np.maximum(gap * CROWDED // mean, 1)


def _codes(
    usage: Usage, rng: np.random.Generator, users: list[User], who: Ints, tier: Ints
) -> Ints:
    breadth = np.array([usage.breadth[user.account] for user in users], np.int64)[who]
    point = rng.integers(0, 1000, len(who)) * breadth // 100
    code = np.zeros(len(who), np.int64)
    for number in range(4):
        cumulated = np.cumsum([weights[number] for _, weights in EVENTS])
        mine = tier == number
        found = np.searchsorted(cumulated, point[mine] * cumulated[-1] // 1000, side="right")
        code[mine] = found
    return code


def draw_events(
    usage: Usage, wanted: int | None, seed: int, advance: Callable[[int], None]
) -> Events:
    """Return every event of the company in order of time; `advance` is told accounts done."""
    parts: list[Events] = []
    if wanted != 0:
        busy = _busy(usage.clock)
        scale = _scale(usage, busy, wanted)
        for first, after in usage.blocks():
            parts.append(_draw(usage, first, after, busy, scale=scale, seed=seed))
            advance(after - first)
        parts.append(
            Events(
                np.array([deed.second for deed in usage.deeds], np.int64),
                np.array([deed.user for deed in usage.deeds], np.int64),
                np.array([deed.account for deed in usage.deeds], np.int64),
                np.array([CODES[deed.name] for deed in usage.deeds], np.int64),
            )
        )
    empty = np.zeros(0, np.int64)
    parts = parts or [Events(empty, empty, empty, empty)]
    second = np.concatenate([part.second for part in parts])
    user = np.concatenate([part.user for part in parts])
    order = np.lexsort((user, second))
    account = np.concatenate([part.account for part in parts])
    code = np.concatenate([part.code for part in parts])
    return Events(second[order], user[order], account[order], code[order])


def write_events(events: Events, table: Table, clock: Clock) -> None:
    """Write the events as rows, in order of time, some at once."""
    times = [
        f"T{hour:02d}:{minute:02d}:{second:02d}Z"
        for hour in range(24)
        for minute in range(60)
        for second in range(60)
    ]
    loaded = [clock.loaded(day * DAY) for day in range(clock.last_day + 1)]
    total = len(events.second)
    for start in range(0, total, WRITE_AT_ONCE):
        part = slice(start, min(start + WRITE_AT_ONCE, total))
        days, seconds = np.divmod(events.second[part], DAY)
        columns: tuple[Sequence[int], ...] = tuple(
            values.tolist()
            for values in (
                days,
                seconds,
                events.user[part],
                events.account[part],
                events.code[part],
            )
        )
        lines = [
            f"E{number:09d},U{user + 1:07d},A{account + 1:06d},"
            f"{clock.text(day)}{times[second]},{NAMES[code]},{loaded[day]}"
            for number, (day, second, user, account, code) in enumerate(
                zip(*columns, strict=True), start=start + 1
            )
        ]
        for line in lines[:: max(len(lines) // 100, 1)]:
            table.sample.append(line.split(","))
        table.add_lines(lines, len(lines))
