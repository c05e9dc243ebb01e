"""Random draws that are the same on every machine."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Generic, TypeVar

import numpy as np

Item = TypeVar("Item")

POOL_SIZE = 8192

# One stream per part of the company, so that one part's draws never move another's.
STREAMS = {
    name: number
    for number, name in enumerate(
        ("accounts", "life", "invoices", "people", "usage", "voice", "support", "growth",
         "costs", "rates", "faults", "signals"),
        start=1,
    )
}  # fmt: skip


def generator(seed: int, stream: str, *more: int) -> np.random.Generator:
    """Return the numpy generator of one stream of a company (and block, if given)."""
    return np.random.Generator(np.random.PCG64([seed, STREAMS[stream], *more]))


class Weighted(Generic[Item]):
    """Items with integer weights, to be drawn with `Dice.weighted`."""

    def __init__(self, *pairs: tuple[Item, int]) -> None:
        """Take (item, weight) pairs; weights are whole numbers."""
        self.items = [item for item, _ in pairs]
        self.cumulated = list(accumulate(weight for _, weight in pairs))
        self.total = self.cumulated[-1]


class Dice:
    """Scalar draws from one stream; a pool keeps them cheap."""

    def __init__(self, seed: int, stream: str, *more: int) -> None:
        """Open the stream of that name (and part, if given) for that seed."""
        self._generator = generator(seed, stream, *more)
        self._pool: list[float] = []

    def roll(self) -> float:
        """Return a uniform number in [0, 1)."""
        if not self._pool:
            self._pool = self._generator.random(POOL_SIZE).tolist()
        return self._pool.pop()

    def chance(self, probability: float) -> bool:
        """Return true with that probability."""
        return self.roll() < probability

    def integer(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included."""
        return low + int(self.roll() * (high - low + 1))

    def pick(self, items: Sequence[Item]) -> Item:
        """Return one of the items, all equally likely."""
        return items[int(self.roll() * len(items))]

    def weighted(self, choices: Weighted[Item]) -> Item:
        """Return one of the weighted items."""
        point = int(self.roll() * choices.total)
        return choices.items[bisect_right(choices.cumulated, point)]
