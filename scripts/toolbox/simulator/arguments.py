"""The command line of scripts/generate; standard library only, so that --help needs nothing."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from .settings import DEFAULT_END, Settings


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write it as YYYY-MM-DD") from None


def parse(arguments: list[str]) -> argparse.Namespace:
    """Parse scripts/generate; the names are those of `Settings`."""
    parser = argparse.ArgumentParser(
        prog="scripts/generate",
        description="Generate a believable company in the raw contract: fourteen files.\n"
        "The same seed and options give the same CSV bytes on every machine.",
        epilog="examples:\n"
        "  scripts/generate                              300 accounts, 30 months, ./demo_data\n"
        "  scripts/generate --accounts 100000 --months 60 --events 10000000 \\\n"
        "      --format parquet --out /tmp/big           for benchmarks\n"
        "  scripts/generate --no-usage-churn-link --out /tmp/null\n"
        "                                                usage that foretells nothing",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add(
        "--accounts",
        type=int,
        default=Settings.accounts,
        metavar="N",
        help="accounts that ever sign up (default: %(default)s)",
    )
    add(
        "--months",
        type=int,
        default=Settings.months,
        metavar="N",
        help="calendar months, the last one holding --end (default: %(default)s)",
    )
    add(
        "--events",
        type=int,
        default=None,
        metavar="N",
        help="about so many usage events (default: what the business brings)",
    )
    add(
        "--seed",
        type=int,
        default=Settings.seed,
        metavar="N",
        help="another number, another company (default: %(default)s)",
    )
    add(
        "--format",
        dest="file_format",
        choices=("csv", "parquet"),
        default=Settings.file_format,
        help="file format (default: %(default)s)",
    )
    add(
        "--out",
        type=Path,
        default=Path("demo_data"),
        metavar="DIR",
        help="folder to write to; files of the same names are replaced (default: %(default)s)",
    )
    add(
        "--end",
        type=_day,
        default=DEFAULT_END,
        metavar="YYYY-MM-DD",
        help="last day of the data (default: %(default)s)",
    )
    add(
        "--no-usage-churn-link",
        dest="usage_churn_link",
        action="store_false",
        help="usage does not fade before an account leaves",
    )
    add(
        "--bad-share",
        type=float,
        default=Settings.bad_share,
        metavar="SHARE",
        help="share of bad rows in each table, 0 for none (default: %(default)s)",
    )
    return parser.parse_args(arguments)
