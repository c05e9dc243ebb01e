"""The files: the contract's columns, and writers that stream rows as CSV or Parquet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

import duckdb

Row = Sequence[str | None]

COLUMNS: dict[str, tuple[str, ...]] = {
    "accounts": (
        "account_id", "account_name", "created_at", "country", "region", "industry",
        "employee_count", "acquisition_channel", "csm_owner", "is_internal", "contact_email",
    ),
    "plans": (
        "plan_id", "plan_name", "plan_tier", "tier_rank", "billing_interval", "interval_count",
        "list_price", "currency", "is_free", "is_seat_based",
    ),
    "subscriptions": (
        "subscription_id", "account_id", "created_at", "trial_start", "trial_end", "canceled_at",
        "ended_at", "cancel_reason", "cancel_comment",
    ),
    "subscription_changes": (
        "change_id", "subscription_id", "effective_at", "plan_id", "quantity", "unit_amount",
        "currency", "discount_percent", "discount_amount", "discount_duration",
        "discount_ends_at", "status",
    ),
    "invoices": (
        "invoice_id", "account_id", "subscription_id", "issued_at", "due_at", "paid_at",
        "period_start", "period_end", "amount_due", "tax_amount", "amount_paid",
        "amount_refunded", "currency", "status",
    ),
    "exchange_rates": ("rate_month", "currency", "rate_to_reporting"),
    "users": ("user_id", "account_id", "created_at", "role", "deactivated_at"),
    "usage_events": ("event_id", "user_id", "account_id", "occurred_at", "event_name"),
    "survey_invitations": (
        "invitation_id", "account_id", "user_id", "survey_type", "touchpoint", "sent_at",
    ),
    "survey_responses": (
        "response_id", "invitation_id", "account_id", "user_id", "survey_type", "touchpoint",
        "score", "comment", "responded_at",
    ),
    "support_tickets": (
        "ticket_id", "account_id", "user_id", "channel", "priority", "opened_at",
        "first_response_at", "resolved_at", "agent_interactions", "reopened_count",
        "is_escalated",
    ),
    "referrals": ("referral_id", "referring_account_id", "referred_account_id", "referred_at"),
    "goal_events": (
        "event_id", "visitor_id", "account_id", "goal", "step", "occurred_at", "channel",
    ),
    "costs": (
        "cost_id", "incurred_on", "category", "amount", "currency", "account_id", "channel",
        "vendor",
    ),
}  # fmt: skip

LOADED_AT = "_loaded_at"
BUFFERED_LINES = 20_000
SAMPLE_SIZE = 400


def money(cents: int) -> str:
    """Return integer cents as a decimal with two places."""
    sign, cents = ("-", -cents) if cents < 0 else ("", cents)
    return f"{sign}{cents // 100}.{cents % 100:02d}"


def hundredths(value: int) -> str:
    """Return a count of hundredths as the shortest decimal: 250 is 2.5, 300 is 3."""
    return money(value).rstrip("0").rstrip(".")


def escaped(value: str | None) -> str:
    """Return one CSV field; None is the empty field."""
    if not value:
        return ""
    if '"' in value or "," in value or "\n" in value:
        return '"' + value.replace('"', '""') + '"'
    return value


class Table:
    """One raw table being written; keeps an even sample of its rows for the bad ones to copy."""

    def __init__(self, name: str, folder: Path) -> None:
        """Open `<folder>/<name>.csv` and write its header."""
        self.name = name
        self.columns = (*COLUMNS[name], LOADED_AT)
        self.path = folder / f"{name}.csv"
        self.count = 0
        self.sample: list[Row] = []
        self._stride = 1
        self._lines: list[str] = [",".join(self.columns)]
        self._file: TextIO = self.path.open("w", encoding="utf-8", newline="")

    def add(self, row: Row) -> None:
        """Write one row: the contract's columns in order, then `_loaded_at`."""
        if self.count % self._stride == 0:
            self._remember(row)
        self.add_lines((",".join(map(escaped, row)),), 1)

    def add_lines(self, lines: Iterable[str], count: int) -> None:
        """Write lines that are CSV already."""
        self._lines.extend(lines)
        self.count += count
        if len(self._lines) >= BUFFERED_LINES:
            self._flush()

    def _remember(self, row: Row) -> None:
        self.sample.append(row)
        if len(self.sample) == SAMPLE_SIZE:
            self.sample = self.sample[::2]
            self._stride *= 2

    def _flush(self) -> None:
        if self._lines:
            self._file.write("\n".join(self._lines) + "\n")
            self._lines = []

    def close(self) -> None:
        """Write what is left."""
        self._flush()
        self._file.close()


def to_parquet(table: Table) -> Path:
    """Turn a table's CSV into Parquet with the same values, all text, and remove the CSV."""
    target = table.path.with_suffix(".parquet")
    columns = "{" + ", ".join(f"'{column}': 'varchar'" for column in table.columns) + "}"
    source = str(table.path).replace("'", "''")
    wanted = str(target).replace("'", "''")
    with duckdb.connect() as connection:
        connection.execute("set preserve_insertion_order = true")
        connection.execute(
            f"copy (select * from read_csv('{source}', auto_detect = false, header = true, "
            f"delim = ',', quote = '\"', escape = '\"', nullstr = '', columns = {columns})) "
            f"to '{wanted}' (format parquet, compression zstd)"
        )
    table.path.unlink()
    return target
