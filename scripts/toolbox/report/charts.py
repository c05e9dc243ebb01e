"""The charts, as Vega without data: the page puts in the rows that are picked.

Colours are the page's own (CSS variables), so that light, dark and print need no second chart.
Months are text ("2026-06"): a time axis would show them in the reader's time zone, a day off.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import altair as alt
import vl_convert

Spec = dict[str, Any]

HEIGHT = 240
ROWS = alt.NamedData("rows")
# A year stands below where it begins, and below the first month that is shown.
_MONTH_LABEL = (
    "[['Jan','Feb','Mar','Apr','May','Jun','Jul','Aug','Sep','Oct','Nov','Dec']"
    "[toNumber(slice(datum.value,5,7))-1],"
    " slice(datum.value,5,7)=='01' || datum.index==0 ? slice(datum.value,0,4) : '']"
)
MONEY = ",.0f"
CENTS = ",.2f"
RATE = ".1%"
WHOLE_RATE = ".0%"
COUNT = ",.0f"
ONE_DECIMAL = ",.1f"

CONFIG: dict[str, Any] = {
    "background": "transparent",
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": "var(--muted)",
        "titleColor": "var(--muted)",
        "titleFontWeight": "normal",
        "gridColor": "var(--line)",
        "domainColor": "var(--line)",
        "tickColor": "var(--line)",
        "labelFontSize": 11,
        "titleFontSize": 11,
    },
    "axisX": {"grid": False, "labelAngle": 0, "labelOverlap": "greedy", "labelSeparation": 6},
    "axisY": {"domain": False, "ticks": False, "titleAnchor": "end"},
    "text": {"color": "var(--ink)"},
    "rule": {"color": "var(--muted)"},
}


class Series(NamedTuple):
    """One column drawn in one colour (a CSS variable's name).

    `only` is an expression for the rows that have the column, where others stand between them.
    """

    column: str
    label: str
    colour: str
    only: str = "true"


def _spec(chart: alt.Chart | alt.LayerChart | alt.FacetChart) -> Spec:
    """Return the chart as Vega, so that a page need not compile twenty of them when it opens."""
    version = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    spec: Spec = vl_convert.vegalite_to_vega(chart.to_dict(), vl_version=version, config=CONFIG)
    return spec


def month_axis() -> alt.X:
    """Return the months that the rows have, in order."""
    return alt.X("month:O", axis=alt.Axis(labelExpr=_MONTH_LABEL, title=None))


def _colours(series: Sequence[Series]) -> alt.Color:
    """Return the colours; the page writes the legend, whose lines wrap as text does."""
    scale = alt.Scale(
        domain=[one.label for one in series], range=[f"var(--{one.colour})" for one in series]
    )
    return alt.Color("series:N", scale=scale, legend=None)


def _folded(series: Sequence[Series]) -> alt.Chart:
    """Return a chart of long rows: `series` is the label, `amount` the value."""
    labels = {one.column: one.label for one in series}
    place = {one.label: number for number, one in enumerate(series)}
    return (
        alt.Chart(ROWS)
        .transform_fold([one.column for one in series], as_=["column", "amount"])
        .transform_calculate(
            series=f"{labels}[datum.column]", place=f"{place}[{labels}[datum.column]]"
        )
    )


def stacked(series: Sequence[Series], format_: str, *, total: Series | None = None) -> Spec:
    """Return stacked bars by month, what is below zero downwards; `total` is a line over them."""
    everything = [*series, total] if total else series
    bars = (
        _folded(series)
        .mark_bar()
        .encode(
            month_axis(),
            alt.Y("sum(amount):Q", axis=alt.Axis(format=format_, title=None)),
            _colours(everything),
            order=alt.Order("place:Q"),
            tooltip=[
                alt.Tooltip("month:O", title="month"),
                alt.Tooltip("series:N", title="what"),
                alt.Tooltip(
                    "sum(amount):Q", title="amount", format=CENTS if format_ == MONEY else format_
                ),
            ],
        )
    )
    zero = alt.Chart(ROWS).mark_rule().encode(y=alt.datum(0))
    layers = [bars, zero]
    if total:
        layers.append(_line(total, everything, CENTS if format_ == MONEY else format_))
    return _spec(alt.layer(*layers).properties(height=HEIGHT, width="container"))


def _line(one: Series, series: Sequence[Series], format_: str) -> alt.Chart:
    chart: alt.Chart = (
        alt.Chart(ROWS)
        .transform_filter(one.only)
        .transform_calculate(series=f"'{one.label}'")
        .mark_line(point={"size": 26, "filled": True}, strokeWidth=2)
        .encode(
            month_axis(),
            alt.Y(f"{one.column}:Q", title=None),
            _colours(series),
            tooltip=[
                alt.Tooltip("month:O", title="month"),
                alt.Tooltip(f"{one.column}:Q", title=one.label, format=format_),
            ],
        )
    )
    return chart


def _band(one: Series) -> alt.Chart:
    chart: alt.Chart = (
        alt.Chart(ROWS)
        .transform_filter(one.only)
        .mark_area(opacity=0.16, color=f"var(--{one.colour})")
        .encode(
            month_axis(),
            alt.Y(f"{one.column}_ci_low:Q", title=None),
            alt.Y2(f"{one.column}_ci_high:Q"),
        )
    )
    return chart


def lines(
    series: Sequence[Series],
    format_: str,
    *,
    banded: Sequence[str] = (),
    level: float | None = None,
    zero: bool = False,
    tooltip_format: str | None = None,
) -> Spec:
    """Return one line a series; `banded` columns have a band between their interval's ends.

    `level` is where a thin line shows what would be no change; `zero`: the axis begins there.
    """
    layers: list[alt.Chart] = [_band(one) for one in series if one.column in banded]
    if level is not None:
        layers.append(alt.Chart(ROWS).mark_rule(strokeDash=[3, 3]).encode(y=alt.datum(level)))
    layers += [_line(one, series, tooltip_format or format_) for one in series]
    scale = alt.Scale(zero=zero, nice=True)
    axis = alt.Axis(format=format_, title=None, tickCount=5)
    layers[-1] = layers[-1].encode(alt.Y(f"{series[-1].column}:Q", scale=scale, axis=axis))
    return _spec(alt.layer(*layers).properties(height=HEIGHT, width="container"))


def heat(column: str, count: str) -> Spec:
    """Return cohorts by months since, darker where more is left; `count` is in the tooltip."""
    base = alt.Chart(ROWS).encode(
        alt.X("months_since:O", axis=alt.Axis(title="months since the first", grid=False)),
        alt.Y("cohort:O", axis=alt.Axis(title=None), sort="ascending"),
    )
    cells = base.mark_rect().encode(
        alt.Color(
            f"{column}:Q",
            scale=alt.Scale(scheme="blues", domain=[0, 1.2], clamp=True),
            legend=None,
        ),
        tooltip=[
            alt.Tooltip("cohort:O", title="cohort"),
            alt.Tooltip("months_since:O", title="months since"),
            alt.Tooltip(f"{column}:Q", title="left", format=RATE),
            alt.Tooltip(f"{count}:Q", title="of", format=COUNT),
        ],
    )
    numbers = base.mark_text(fontSize=9).encode(
        alt.Text(f"{column}:Q", format=WHOLE_RATE),
        # No figures where they would run into each other.
        opacity=alt.condition("bandwidth('x') < 30", alt.value(0), alt.value(1)),
        color=alt.condition(f"datum.{column} > 0.7", alt.value("#ffffff"), alt.value("#17324d")),
    )
    return _spec(alt.layer(cells, numbers).properties(width="container", height=alt.Step(17)))


def ranked(column: str, label: str, format_: str, *, colour: str, is_banded: bool) -> Spec:
    """Return horizontal bars, the longest on top, with the interval where there is one."""
    order = alt.EncodingSortField(column, op="max", order="descending")
    base = alt.Chart(ROWS).encode(
        alt.Y(f"{label}:N", sort=order, axis=alt.Axis(title=None, labelLimit=180))
    )
    low, high = f"{column}_ci_low", f"{column}_ci_high"
    shown = [
        alt.Tooltip(f"{label}:N", title="what"),
        alt.Tooltip(f"{column}:Q", title="value", format=format_),
    ]
    if is_banded:
        shown.append(alt.Tooltip(f"{low}:Q", title="at least", format=format_))
        shown.append(alt.Tooltip(f"{high}:Q", title="at most", format=format_))
    bars = base.mark_bar(color=f"var(--{colour})", height=13).encode(
        alt.X(
            f"{column}:Q",
            axis=alt.Axis(
                format=format_,
                title=None,
                grid=True,
                tickCount=5,
                tickMinStep=1 if format_ == COUNT else 0.01,
            ),
        ),
        tooltip=shown,
    )
    layers: list[alt.Chart] = [bars]
    if is_banded:
        layers.append(
            base.mark_rule(strokeWidth=1.5).encode(alt.X(f"{low}:Q"), alt.X2(f"{high}:Q"))
        )
    return _spec(alt.layer(*layers).properties(width="container", height=alt.Step(21)))


def funnel(series: Sequence[Series]) -> Spec:
    """Return one stacked bar a step, in the order of the steps."""
    chart = (
        _folded(series)
        .transform_aggregate(
            amount="sum(amount)", groupby=["step_number", "step", "series", "place"]
        )
        .mark_bar(height=20)
        .encode(
            alt.Y(
                "step:N",
                sort=alt.EncodingSortField("step_number", op="min"),
                axis=alt.Axis(title=None, labelLimit=180),
            ),
            alt.X("amount:Q", axis=alt.Axis(title=None, format=COUNT, grid=True, tickMinStep=1)),
            _colours(series),
            order=alt.Order("place:Q"),
            tooltip=[
                alt.Tooltip("step:N", title="step"),
                alt.Tooltip("series:N", title="what"),
                alt.Tooltip("amount:Q", title="accounts", format=COUNT),
            ],
        )
        .properties(width="container", height=alt.Step(32))
    )
    return _spec(chart)


def band_series(order: Sequence[str]) -> list[Series]:
    """Return the health bands with a colour each, from --band1, the worst, to --band5."""
    places = [round(number * 4 / max(len(order) - 1, 1)) for number in range(len(order))]
    return [
        Series("health_band", band, f"band{place + 1}")
        for band, place in zip(order, places, strict=True)
    ]


def bands(order: Sequence[str]) -> Spec:
    """Return customers by health band and month, stacked, the worst band at the bottom."""
    place = {band: number for number, band in enumerate(order)}
    chart = (
        alt.Chart(ROWS)
        .transform_calculate(place=f"{place}[datum.health_band]")
        .mark_bar()
        .encode(
            month_axis(),
            alt.Y("sum(customer_count):Q", axis=alt.Axis(format=COUNT, title=None, tickMinStep=1)),
            alt.Color(
                "health_band:N",
                scale=alt.Scale(
                    domain=list(order), range=[f"var(--{one.colour})" for one in band_series(order)]
                ),
                legend=None,
            ),
            order=alt.Order("place:Q"),
            tooltip=[
                alt.Tooltip("month:O", title="month"),
                alt.Tooltip("health_band:N", title="band"),
                alt.Tooltip("sum(customer_count):Q", title="customers", format=COUNT),
                alt.Tooltip("sum(mrr):Q", title="MRR", format=CENTS),
            ],
        )
        .properties(height=HEIGHT, width="container")
    )
    return _spec(chart)


def backtest(order: Sequence[str]) -> Spec:
    """Return the churn that followed each band, with its interval and the churn of all."""
    base = alt.Chart(ROWS).encode(
        alt.Y("health_band:N", sort=list(order), axis=alt.Axis(title=None))
    )
    bars = base.mark_bar(color="var(--churned)", height=18).encode(
        alt.X("churn_rate:Q", axis=alt.Axis(format=WHOLE_RATE, title=None, grid=True, tickCount=5)),
        tooltip=[
            alt.Tooltip("health_band:N", title="band"),
            alt.Tooltip("account_count:Q", title="customers", format=COUNT),
            alt.Tooltip("churned_count:Q", title="churned", format=COUNT),
            alt.Tooltip("churn_rate:Q", title="churn", format=RATE),
        ],
    )
    interval = base.mark_rule(strokeWidth=1.5).encode(
        alt.X("churn_rate_ci_low:Q"), alt.X2("churn_rate_ci_high:Q")
    )
    all_ = alt.Chart(ROWS).mark_rule(strokeDash=[3, 3]).encode(alt.X("mean(churn_rate_of_all):Q"))
    return _spec(alt.layer(bars, interval, all_).properties(width="container", height=alt.Step(34)))
