"""The least of a failing company that still fails, found with few builds.

To try one smaller company at a time would be a build for each. So what may go is tried all at once:
many smaller companies in one build, and what can go together goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from generated.values import Company

# A part of a company: places of rows, or of values where a column is named.
Place = tuple[str, int, str]
Part = frozenset[Place]
Fails = Callable[[Sequence[Company]], Sequence[bool]]
MOST_AT_ONCE = 60


def shrunk(company: Company, fails: Fails, most_builds: int = 16) -> Company:
    """Return the least failing company that `most_builds` calls of `fails` lead to.

    fails: says of each of several companies whether it still fails, with one build if it can.
    """
    builds = 0
    for parts_of in (_accounts_and_tables, _chunks, _rows, _values):
        while builds < most_builds:
            parts = list(parts_of(company))[:MOST_AT_ONCE]
            if not parts:
                break
            verdicts = fails([without(company, part) for part in parts])
            spare = [part for part, failing in zip(parts, verdicts, strict=True) if failing]
            builds += 1
            if not spare:
                break
            company, used = _without_most(company, spare, fails)
            builds += used
    return company


def _without_most(company: Company, spare: list[Part], fails: Fails) -> tuple[Company, int]:
    """Leave out as many of the parts as can go together, at least one; say how many builds."""
    if len(spare) == 1:
        return without(company, spare[0]), 0
    counts = sorted({len(spare), *(len(spare) * n // 4 for n in (1, 2, 3))} - {0, 1}, reverse=True)
    ends = [some for count in counts for some in (spare[:count], spare[-count:])]
    together = [without(company, frozenset().union(*some)) for some in ends]
    failing = [one for one, fail in zip(together, fails(together), strict=True) if fail]
    return (failing[0] if failing else without(company, max(spare, key=len))), 1


def without(company: Company, part: Part) -> Company:
    """Return a company without some rows, and with nothing in some columns of others."""
    gone = {(table, place) for table, place, name in part if not name}
    return {
        table: [
            {name: "" if (table, place, name) in part else row[name] for name in row}
            for place, row in enumerate(rows)
            if (table, place) not in gone
        ]
        for table, rows in company.items()
    }


def _places(company: Company) -> list[Place]:
    return [(table, place, "") for table, rows in company.items() for place in range(len(rows))]


def _accounts_and_tables(company: Company) -> Iterator[Part]:
    """Yield half of the accounts, each account and each table."""
    names = list(dict.fromkeys(row["account_id"] for row in company.get("accounts", ())))
    groups = [names[: len(names) // 2], names[len(names) // 2 :], *([name] for name in names)]
    for group in groups:
        found = _rows_of(company, set(group))
        if len(group) < len(names) and found:
            yield found
    for table, rows in company.items():
        if rows:
            yield frozenset((table, place, "") for place in range(len(rows)))


def _rows_of(company: Company, accounts: set[str]) -> Part:
    """Return the rows that name some accounts or what these hold."""
    held = {
        row["subscription_id"]
        for row in company.get("subscriptions", ())
        if row["account_id"] in accounts
    }
    return frozenset(
        (table, place, "")
        for table, rows in company.items()
        for place, row in enumerate(rows)
        if row.get("account_id") in accounts
        or (row.get("subscription_id") in held and not row.get("account_id"))
        or row.get("referring_account_id") in accounts
    )


def _chunks(company: Company) -> Iterator[Part]:
    """Yield an eighth of the rows after the other."""
    places = _places(company)
    size = max(2, len(places) // 8)
    for start in range(0, len(places), size):
        yield frozenset(places[start : start + size])


def _rows(company: Company) -> Iterator[Part]:
    """Yield each row."""
    yield from (frozenset([place]) for place in _places(company))


def _values(company: Company) -> Iterator[Part]:
    """Yield each value that is no key."""
    for table, rows in company.items():
        for place, row in enumerate(rows):
            for name, value in row.items():
                if value and not name.endswith("_id"):
                    yield frozenset([(table, place, name)])
