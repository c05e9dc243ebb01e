"""Reads the marts and puts together what the page holds: one JSON value."""

from __future__ import annotations

import base64
import datetime
import gzip
import json
from collections.abc import Iterable, Mapping
from typing import Any

from toolbox.console import UserError
from toolbox.engines.base import Engine, EngineError, Row
from toolbox.report import figures
from toolbox.report.datasets import (
    CUTS_OF_ACCOUNTS,
    DATASETS,
    LISTED_ACCOUNTS,
    PICKED_MONTHS,
    VALUES_OF_A_CUT,
    Dataset,
    columns_of,
    months_before,
    plain,
)
from toolbox.report.definitions import catalogue, definitions
from toolbox.summary import Built

Contents = dict[str, Any]
TOTAL = ("total", "all")
# Characters for the rows; Vega takes 0.9 of the 2 MB that a page may have.
ROOM = 900_000
# What else the page reads, beside datasets and the newest rows.
OTHERS = ("dim_accounts", "health_bands", "int_as_of_date", "int_reporting_currency")
# The newest row of each kind that people expect to be new.
NEWEST = (
    ("Usage", "fct_active_users_daily", "max(case when dau > 0 then activity_date end)"),
    ("Survey answers", "fct_survey_responses", "max(responded_date)"),
    ("Support tickets", "fct_support_tickets", "max(opened_date)"),
    ("Payments", "fct_account_value", "max(last_paid_date)"),
    ("Changes of MRR", "fct_mrr_movements", "max(movement_date)"),
)


def contents(engine: Engine) -> Contents:
    """Return everything the page shows; raises UserError where the marts are not built."""
    with engine.reader() as reader:
        built = Built(reader, engine)
        try:
            return _contents(built)
        except EngineError as error:
            raise UserError(
                f"the report cannot be made from {engine.described()}: {error};"
                " build all marts first (scripts/build)"
            ) from error


def _contents(built: Built) -> Contents:
    as_of: datetime.date = _one(built, "intermediate", "int_as_of_date", "as_of_date")
    currency = _one(built, "intermediate", "int_reporting_currency", "reporting_currency")
    read = {
        dataset: built.rows(dataset.query(built.relation("marts", dataset.mart), as_of))
        for dataset in DATASETS
    }
    cuts, data = _that_fit(read, _segments(built))
    if not data["mrr"]["month"]:
        raise UserError("the report has no month to show: fct_mrr_monthly has no row")
    bands = _health_bands(built)
    shown = figures.figures(bands)
    return {
        "as_of": as_of.isoformat(),
        "currency": currency,
        "months": _months(data["mrr"], as_of),
        "cuts": cuts,
        "data": data,
        "accounts": _accounts(built),
        "figures": [_figure(one) for one in shown],
        "tiles": {"headline": _tiles(figures.TILES), "value": _tiles(figures.VALUE_TILES)},
        "list_cuts": CUTS_OF_ACCOUNTS,
        "lists": [_list(one) for one in figures.LISTS],
        "listed": LISTED_ACCOUNTS,
        "list_sizes": _list_sizes(built),
        "metrics": list(catalogue()),
        "scorecard": [column._asdict() for column in figures.SCORECARD_COLUMNS],
        "newest": _newest(built),
        "definitions": {
            name: one._asdict() for name, one in definitions(_defined(shown, data)).items()
        },
    }


def _list(one: figures.AccountList) -> Contents:
    """Return a list's parts with its columns as objects."""
    return {**one._asdict(), "columns": [column._asdict() for column in one.columns]}


def _one(built: Built, layer: str, model: str, column: str) -> Any:  # noqa: ANN401
    row = built.row(f"select {column} from {built.relation(layer, model)}")
    if row is None or row[0] is None:
        raise UserError(f"{model} is empty: build the project first (scripts/build)")
    return row[0]


def _segments(built: Built) -> list[tuple[str, str]]:
    """Return every segment but the total, in each cut those with most MRR first."""
    relation = built.relation("marts", "fct_mrr_monthly")
    rows = built.rows(
        f"select segment_type, segment_value from {relation} where segment_type <> 'total'"
        f" and mrr_month = (select max(mrr_month) from {relation})"
        " order by segment_type, mrr desc, segment_value"
    )
    return [(row[0], row[1]) for row in rows]


def _that_fit(
    read: Mapping[Dataset, list[Row]], segments: Iterable[tuple[str, str]]
) -> tuple[dict[str, list[str]], dict[str, dict[str, list[Any]]]]:
    """Return the cuts with as many values each as the file has room for, and their rows."""
    found: dict[str, list[str]] = {}
    for name, value in segments:
        found.setdefault(name, []).append(value)
    for count in VALUES_OF_A_CUT:
        cuts = {name: sorted(values[:count]) for name, values in found.items()}
        kept = {TOTAL} | {(name, value) for name, values in cuts.items() for value in values}
        data = {
            dataset.name: columns_of(dataset, _kept(dataset, rows, kept))
            for dataset, rows in read.items()
        }
        if len(compressed(data)) <= ROOM:
            break
    return cuts, data


def compressed(value: object) -> str:
    """Return a value as JSON, compressed, as base64; the same value gives the same text."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False, sort_keys=True)
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def _kept(dataset: Dataset, rows: list[Row], kept: set[tuple[str, str]]) -> list[Row]:
    if not dataset.is_cut:
        return rows
    place = 1 if dataset.month else 0
    return [row for row in rows if (row[place], row[place + 1]) in kept]


def _months(mrr: Mapping[str, list[Any]], as_of: datetime.date) -> list[Contents]:
    """Return the months that can be picked, newest first."""
    first = months_before(as_of, PICKED_MONTHS - 1).isoformat()[:7]
    pairs = sorted(set(zip(mrr["month"], mrr["is_partial_month"], strict=True)), reverse=True)
    return [
        {"month": month, "is_partial": bool(is_partial)}
        for month, is_partial in pairs
        if month >= first
    ]


def _health_bands(built: Built) -> list[str]:
    """Return the bands of the company's seed, the worst first."""
    rows = built.rows(f"select band, lower_bound from {built.relation('config', 'health_bands')}")
    return [band for band, _ in sorted(rows, key=lambda row: (row[1] is not None, row[1] or 0))]


def _accounts(built: Built) -> dict[str, dict[str, str]]:
    """Return the attributes of every listed account, called as segments are."""
    columns = [f"coalesce(a.{name}, 'unknown')" for name in CUTS_OF_ACCOUNTS]
    lists = " union ".join(
        f"select account_id from {built.relation('marts', mart)}"
        f" where list_position <= {LISTED_ACCOUNTS}"
        for mart in ("fct_at_risk_accounts", "fct_expansion_candidates")
    )
    rows = built.rows(
        f"select a.account_id, {', '.join(columns)} from {built.relation('marts', 'dim_accounts')}"
        f" as a where a.account_id in ({lists})"
    )
    return {row[0]: dict(zip(CUTS_OF_ACCOUNTS, row[1:], strict=True)) for row in rows}


def _list_sizes(built: Built) -> dict[str, int]:
    sizes = {}
    for one in figures.LISTS:
        mart = next(dataset.mart for dataset in DATASETS if dataset.name == one.dataset)
        row = built.row(f"select count(*) from {built.relation('marts', mart)}")
        sizes[one.key] = int(row[0]) if row else 0
    return sizes


def _newest(built: Built) -> list[Contents]:
    rows = []
    for label, mart, expression in NEWEST:
        row = built.row(f"select {expression} from {built.relation('marts', mart)}")
        rows.append({"what": label, "newest": plain(row[0]) if row else None})
    return rows


def _figure(one: figures.Figure) -> Contents:
    shown = {key: value for key, value in vars(one).items() if key not in ("chart", "columns")}
    return {
        **shown,
        "legend": [{"label": series.label, "colour": series.colour} for series in one.legend],
        "columns": [column._asdict() for column in one.columns],
        "spec": one.chart,
    }


def _tiles(tiles: Iterable[figures.Tile]) -> list[Contents]:
    return [tile._asdict() for tile in tiles]


def _defined(shown: list[figures.Figure], data: Mapping[str, Any]) -> list[str]:
    """Return every docs block that the page can open."""
    names = {metric for one in shown for metric in one.metrics}
    names |= {tile.metric for tile in (*figures.TILES, *figures.VALUE_TILES)}
    names |= {metric for one in figures.LISTS for metric in one.metrics}
    names |= set(data["scorecard"]["metric"])
    return sorted(names | {"as_of_date", "bad_rows"})
