"""What a person asks of the simulator, checked once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

DEFAULT_END = date(2026, 6, 30)
EARLIEST_START = date(2000, 1, 1)
MOST_ACCOUNTS = 1_000_000
MOST_MONTHS = 240
MOST_BAD_SHARE = 0.5


class SettingsError(ValueError):
    """An option that makes no company; the message is one line for people."""


@dataclass(frozen=True)
class Settings:
    """One company to simulate.

    `accounts` and `months` are counts; `events` is the wanted number of usage events or None when
    it follows from the business; `end` is the last day of the data; `bad_share` the share of bad
    rows in each table (0.004 is four in a thousand).
    """

    out: Path
    accounts: int = 300
    months: int = 30
    events: int | None = None
    seed: int = 5
    file_format: str = "csv"
    end: date = DEFAULT_END
    usage_churn_link: bool = True
    bad_share: float = 0.004

    def __post_init__(self) -> None:
        """Refuse what cannot be simulated."""
        if not 1 <= self.accounts <= MOST_ACCOUNTS:
            raise SettingsError(
                f"--accounts {self.accounts}: give a number from 1 to {MOST_ACCOUNTS}"
            )
        if not 1 <= self.months <= MOST_MONTHS:
            raise SettingsError(f"--months {self.months}: give a number from 1 to {MOST_MONTHS}")
        if self.events is not None and self.events < 0:
            raise SettingsError(f"--events {self.events}: give 0 or more")
        if self.seed < 0:
            raise SettingsError(f"--seed {self.seed}: give 0 or more")
        if self.file_format not in ("csv", "parquet"):
            raise SettingsError(f"--format {self.file_format}: give csv or parquet")
        if not 0 <= self.bad_share <= MOST_BAD_SHARE:
            raise SettingsError(f"--bad-share {self.bad_share}: give 0 to {MOST_BAD_SHARE}")
        first_year = self.end.year - self.months // 12 - 1
        if first_year < EARLIEST_START.year:
            raise SettingsError(
                f"--end {self.end} less {self.months} months begins before {EARLIEST_START}"
            )
