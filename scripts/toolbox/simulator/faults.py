"""Rows as life delivers them: broken, suspicious, or not yet due.

Broken rows are added beside good ones, never in their place, and only hang on accounts and
subscriptions that never paid (one small contract apart), so that no recurring revenue rests on
them. Each copies a real row and breaks one thing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle

from .breakers import FAULTS, OLD_TIME, Values
from .dates import DAY, HOUR, Clock
from .dice import Dice
from .tables import COLUMNS, LOADED_AT, Row, Table

BROKEN_KEY = "X"  # begins the keys of added rows, so that they collide with none
STRAY_TIME = "2099-01-01T09:00:00Z"


@dataclass
class Material:
    """Rows on which no revenue rests, gathered while the company is written."""

    accounts: list[Row] = field(default_factory=list)
    subscriptions: list[Row] = field(default_factory=list)
    states: list[Row] = field(default_factory=list)
    cheapest: Row | None = None  # newest state of the cheapest live contract
    cheapest_cents: int = 1 << 60
    gone: list[tuple[str, str, int]] = field(default_factory=list)  # account, user, last day

    def of(self, table: Table) -> list[Row]:
        """Return the rows of a table that may be copied and broken."""
        own = {
            "accounts": self.accounts,
            "subscriptions": self.subscriptions,
            "subscription_changes": self.states,
        }
        return own.get(table.name, table.sample)


def _key(name: str) -> str:
    return COLUMNS[name][0]


def _copies(table: Table, rows: list[Row], dice: Dice) -> Iterator[tuple[str, Values]]:
    """Yield (rule, broken row) for ever, rules in turn; a duplicate keeps its key."""
    names = (*COLUMNS[table.name], LOADED_AT)
    for number, (rule, breaker) in enumerate(cycle(FAULTS[table.name].items()), start=1):
        row: Values = dict(zip(names, dice.pick(rows), strict=True))
        if rule != "duplicate_key":
            row[_key(table.name)] = f"{BROKEN_KEY}{number:06d}"
        breaker(row)
        yield rule, row


def add_broken(tables: dict[str, Table], material: Material, seed: int, share: float) -> None:
    """Add that share of broken rows to every table that is long enough for one."""
    for place, name in enumerate(FAULTS):
        table, dice = tables[name], Dice(seed, "faults", place)
        rows = list(material.of(table))  # as it is now, without what is added here
        wanted = int(table.count * share)
        if not rows or not wanted:
            continue
        for _, (_, row) in zip(range(wanted), _copies(table, rows, dice), strict=False):
            table.add(tuple(row.values()))
    if material.cheapest is not None and tables["accounts"].count >= 200:
        names = (*COLUMNS["subscription_changes"], LOADED_AT)
        late: Values = dict(zip(names, material.cheapest, strict=True))
        late.update(change_id="X900001", effective_at=late["_loaded_at"], status="zombie")
        tables["subscription_changes"].add(tuple(late.values()))


def add_suspicious(tables: dict[str, Table], material: Material, clock: Clock) -> None:
    """Add rows that are odd but kept: usage out of place, states outside their contract."""
    events, changes = tables["usage_events"], tables["subscription_changes"]
    # not earlier: monthly tables begin with the first state and the first event
    first_instant = clock.stamp(clock.month_start(0) * DAY)
    for number, (account, user, last) in enumerate(material.gone[:4], start=1):
        at = (last + 8) * DAY + 10 * HOUR
        key, stamp = f"X8{number:05d}", clock.stamp(at)
        events.add((key, user, account, stamp, "dashboard_viewed", clock.loaded(at)))
    if events.count and len(material.gone) >= 2:
        (account, user, _), (other, _, _) = material.gone[0], material.gone[1]
        at = clock.end - 30 * DAY
        events.add(("X810001", user, other, clock.stamp(at), "login", clock.loaded(at)))
        account, user, _ = max(material.gone)  # keys count up: the youngest of them
        events.add(("X810002", user, account, first_instant, "login", clock.loaded(0)))
    names = (*COLUMNS["subscriptions"], LOADED_AT)
    for number, row in enumerate(material.subscriptions):
        held = dict(zip(names, row, strict=True))
        state = next((found for found in material.states if found[1] == row[0]), None)
        if state is None or not held["ended_at"]:
            continue
        added: Values = dict(zip((*COLUMNS["subscription_changes"], LOADED_AT), state, strict=True))
        before = dict(added, change_id=f"X82{number:04d}", effective_at=first_instant)
        after = dict(
            added,
            change_id=f"X83{number:04d}",
            status="canceled",
            effective_at=clock.stamp(clock.end - 5 * DAY),
        )
        changes.add(tuple(before.values()))
        changes.add(tuple(after.values()))
        break
    if tables["support_tickets"].sample:
        ticket = list(tables["support_tickets"].sample[0])
        ticket[0], ticket[6] = "X840001", OLD_TIME  # reads as never answered
        tables["support_tickets"].add(ticket)


def add_not_due(tables: dict[str, Table], clock: Clock, *, is_stray: bool) -> None:
    """Add rows dated after the end of the data; with `is_stray` some of the year 2099."""
    soon, loaded = clock.end + 3 * DAY + 8 * HOUR, clock.loaded(clock.end - 3 * DAY)
    day = clock.text(clock.last_day + 4)
    sample = tables["accounts"].sample
    if not sample:
        return
    account = str(sample[len(sample) // 2][0])
    tables["subscriptions"].add(
        ("X700001", account, clock.stamp(soon), None, None, None, None, None, None, loaded)
    )
    plan = "silver_monthly_usd"
    tables["subscription_changes"].add(
        (
            "X700001",
            "X700001",
            clock.stamp(soon),
            plan,
            "2",
            "30.00",
            "USD",
            None,
            None,
            None,
            None,
            "active",
            loaded,
        )
    )
    tables["costs"].add(("X700001", day, "events", "4000.00", "EUR", None, "event", None, loaded))
    tables["survey_invitations"].add(
        ("X700001", account, None, "nps", "relationship", clock.stamp(soon, "plain"), loaded)
    )
    tables["referrals"].add(("X700001", account, None, clock.stamp(soon), loaded))
    if not is_stray or not tables["users"].sample:
        return
    user, owner, *_ = tables["users"].sample[0]
    tables["usage_events"].add(("X790001", user, owner, STRAY_TIME, "login", loaded))
    tables["support_tickets"].add(
        ("X790001", owner, user, "email", "normal", STRAY_TIME, None, None, None, "0", "f", loaded)
    )
    tables["invoices"].add(
        (
            "X790001",
            owner,
            None,
            STRAY_TIME,
            None,
            None,
            None,
            None,
            "100.00",
            None,
            "0.00",
            "0.00",
            "USD",
            "draft",
            loaded,
        )
    )
