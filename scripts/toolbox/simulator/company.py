"""The whole company: account by account, table by table, streamed to files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from . import billing, costs, faults, growth, signals, support, usage
from .accounts import Account, account_row, draw_accounts
from .dates import DAY, Clock
from .dice import Dice
from .lifecycle import Life
from .people import User, draw_users, user_row
from .settings import Settings
from .subscription import Level, Subscription, levels
from .tables import COLUMNS, Row, Table, to_parquet
from .voice import Voice

Advance = Callable[[str, int], None]


class Company:
    """One simulation: its settings, its clock, its dice and its open tables."""

    def __init__(self, settings: Settings) -> None:
        """Open every table in the output folder."""
        self.settings = settings
        self.clock = Clock(settings.end, settings.months)
        self.dice = {
            stream: Dice(settings.seed, stream)
            for stream in (
                "accounts",
                "life",
                "invoices",
                "people",
                "voice",
                "support",
                "growth",
                "costs",
                "rates",
                "signals",
            )
        }
        settings.out.mkdir(parents=True, exist_ok=True)
        for name in COLUMNS:  # the other format's files of an earlier run would be read too
            for suffix in (".csv", ".parquet"):
                (settings.out / f"{name}{suffix}").unlink(missing_ok=True)
        self.tables = {name: Table(name, settings.out) for name in COLUMNS}
        self.usage = usage.Usage(self.clock)
        self.customers: list[list[str]] = [[] for _ in range(self.clock.months)]
        self.voice = Voice(
            self.dice["voice"],
            self.clock,
            self.tables["survey_invitations"],
            self.tables["survey_responses"],
        )
        self.user_count = 0
        self.material = faults.Material()

    def run(self, advance: Advance) -> list[Path]:
        """Simulate and write everything; return the files. `advance` hears of progress."""
        clock, tables = self.clock, self.tables
        for row in billing.plan_rows(clock):
            tables["plans"].add(row)
        accounts = draw_accounts(self.dice["accounts"], clock, self.settings.accounts)
        for account in accounts:
            self._add_account(account, accounts)
            advance("accounts", 1)
        costs.rate_rows(self.dice["rates"], clock, tables["exchange_rates"])
        costs.cost_rows(self.dice["costs"], clock, self.customers, len(accounts), tables["costs"])
        growth.visitor_goals(self.dice["growth"], clock, len(accounts), tables["goal_events"])
        events = usage.draw_events(
            self.usage,
            self.settings.events,
            self.settings.seed,
            lambda done: advance("usage", done),
        )
        usage.write_events(events, tables["usage_events"], clock)
        share = self.settings.bad_share
        if share:
            faults.add_broken(tables, self.material, self.settings.seed, share)
            faults.add_suspicious(tables, self.material, clock)
        faults.add_not_due(tables, clock, is_stray=share > 0)
        return self._close(advance)

    def _close(self, advance: Advance) -> list[Path]:
        paths = []
        for table in self.tables.values():
            table.close()
            is_parquet = self.settings.file_format == "parquet"
            paths.append(to_parquet(table) if is_parquet else table.path)
            advance("files", 1)
        return paths

    def _add_account(self, account: Account, accounts: list[Account]) -> None:
        clock, dice, tables = self.clock, self.dice, self.tables
        row = account_row(account, dice["accounts"], clock)
        tables["accounts"].add(row)
        life = Life(account, dice["life"], clock).live()
        held = levels(life.subscriptions, clock.last_day)
        if not any(level.status == "paid" for level in held):
            self.material.accounts.append(row)
        self._add_billing(life)
        if not account.is_internal:
            self._count_customer(account, held)
        users = draw_users(account, held, self.user_count, dice["people"], clock)
        self.user_count += len(users)
        for user in users:
            tables["users"].add(user_row(user, account, clock))
        if held and held[-1].end < clock.last_day - 20 and not account.is_internal:
            self.material.gone.append((account.id, users[0].id, held[-1].end))
        self._add_usage(life, held, users)
        base = dice["support"].integer(45, 95)
        tickets = support.draw_tickets(
            life, held, users, base=base, dice=dice["support"], clock=clock
        )
        for ticket in tickets:
            number = tables["support_tickets"].count + 1
            tables["support_tickets"].add(support.ticket_row(ticket, number, clock))
        self.voice.add(life, held, users, tickets, base)
        for row in growth.referral_rows(account, held, dice["growth"], clock, accounts):
            number = tables["referrals"].count + 1
            tables["referrals"].add((f"F{number:06d}", *row))
        growth.sign_up_goals(account, dice["growth"], clock, tables["goal_events"])

    def _add_billing(self, life: Life) -> None:
        clock, dice, tables = self.clock, self.dice["invoices"], self.tables
        life.subscriptions = [held for held in life.subscriptions if held.created < clock.end]
        for held in life.subscriptions:
            held.id = f"S{tables['subscriptions'].count + 1:07d}"
            row = billing.subscription_row(held, life.account, dice, clock)
            tables["subscriptions"].add(row)
            changes = tables["subscription_changes"]
            states = []
            for state in held.states:
                states.append(billing.state_row(state, held, changes.count + 1, dice, clock))
                changes.add(states[-1])
            self._gather(life, held, row, states)
        invoices = tables["invoices"]
        for row in billing.invoice_rows(life, dice, clock):
            invoices.add((f"N{invoices.count + 1:08d}", *row))

    def _gather(self, life: Life, held: Subscription, row: Row, states: list[Row]) -> None:
        """Keep what broken rows may hang on: contracts never paid, and the cheapest live one."""
        material, last = self.material, held.last
        if not any(state.is_paid(state.day) for state in held.states):
            material.subscriptions.append(row)
            material.states.extend(states)
        elif held.ended_at is None and not life.account.is_internal and last.status == "active":
            cents = last.net_cents(last.day) // max(last.plan.months, 1)
            old = last.at < self.clock.end - 30 * DAY
            if old and last.plan.months and 0 < cents < material.cheapest_cents:
                material.cheapest, material.cheapest_cents = states[-1], cents

    def _add_usage(self, life: Life, held: list[Level], users: list[User]) -> None:
        is_linked, dice = self.settings.usage_churn_link, self.dice["signals"]
        curve = signals.stretches(life, held, dice, is_linked=is_linked)
        known = signals.deeds(life, users, held, dice=dice, clock=self.clock, is_linked=is_linked)
        breadth = dice.pick((35, 70, 80, 90, 100, 100))
        self.usage.add(curve, users, breadth, known)

    def _count_customer(self, account: Account, held: list[Level]) -> None:
        for level in held:
            if level.status != "paid":
                continue
            month = self.clock.month_of(level.start)
            while month < self.clock.months:
                close = self.clock.month_start(month + 1) - 1
                if close >= level.end:
                    break
                if close >= level.start:
                    self.customers[month].append(account.id)
                month += 1


def generate(settings: Settings, advance: Advance | None = None) -> list[Path]:
    """Simulate a company and return the files written."""
    return Company(settings).run(advance or (lambda _step, _done: None))


def total_steps(settings: Settings) -> dict[str, int]:
    """Return the steps of the progress bar and their sizes."""
    events = 0 if settings.events == 0 else settings.accounts
    return {"accounts": settings.accounts, "usage": events, "files": len(COLUMNS)}
