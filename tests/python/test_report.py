"""The report in a browser: its numbers are the marts', nothing leaves it, nothing runs in it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browser import Opened, chromium, open_file
from harness import Project, query
from toolbox.console import UserError
from toolbox.contract import ROOT
from toolbox.engines import choose
from toolbox.report.command import make
from toolbox.report.contents import contents
from toolbox.report.datasets import FIGURE_MONTHS
from toolbox.report.definitions import blocks

MOST_BYTES = 2_000_000
HOSTILE = "<script>window.hacked = 1</script><img src=x onerror=window.hacked=1>"
MOVEMENTS = ("new", "expansion", "reactivation", "contraction", "churned", "fx")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def report(demo_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("report") / "report.html"
    make(choose.engine("duckdb", demo_warehouse, {}), file)
    return file


@pytest.fixture(scope="module")
def opened(browser: Browser, report: Path) -> Opened:
    """The page as it opens; a test that picks something puts it back."""
    return open_file(browser, report)


def number(text: str) -> Decimal:
    """Return a number as the page writes it, with a real minus."""
    return Decimal(text.replace("\u2212", "-").replace(",", ""))


def total_rows(warehouse: Path, mart: str, month: str, count: int) -> list[dict]:
    """Return the newest whole months of the total, oldest first."""
    rows = query(
        warehouse,
        f"select * from marts.{mart} where segment_type = 'total' and not is_partial_month"
        f" order by {month} desc limit {count}",
    )
    return rows[::-1]


def tile(opened: Opened, column: str) -> str:
    return opened.page.locator(f"[data-column={column}] strong").inner_text()


def test_one_small_file_that_asks_for_nothing(opened, report):
    assert report.stat().st_size < MOST_BYTES
    assert opened.requests == [f"file://{report}"]
    assert opened.complaints == []


def test_no_chart_is_empty(opened):
    for chart in opened.page.locator("figure:has(.chart:not([hidden]))").all():
        marks = chart.locator(".chart g.mark-rect path, .chart g.mark-line path, .mark-symbol path")
        assert marks.count() > 0, chart.get_attribute("id")
    assert opened.page.locator("figure .empty:not([hidden])").count() == 0


def test_a_bar_for_every_month_and_movement(opened, demo_warehouse):
    months = len(total_rows(demo_warehouse, "fct_mrr_monthly", "mrr_month", FIGURE_MONTHS))
    bars = opened.page.locator("#figure-bridge .chart g.mark-rect.role-mark path")
    assert bars.count() == months * len(MOVEMENTS)


def test_the_bridge_is_the_marts_to_the_cent(opened, demo_warehouse):
    rows = total_rows(demo_warehouse, "fct_mrr_monthly", "mrr_month", FIGURE_MONTHS)
    opened.page.locator("#figure-bridge summary").click()
    shown = opened.page.locator("#figure-bridge tbody tr").all_inner_texts()
    columns = ["opening_mrr", *(f"{name}_mrr" for name in MOVEMENTS), "net_new_mrr", "mrr"]
    expected = [[row[name] for name in columns] for row in rows[::-1]]
    assert [[number(cell) for cell in line.split("\t")[1:]] for line in shown] == expected


def test_tiles_are_the_marts(opened, demo_warehouse):
    (money,) = total_rows(demo_warehouse, "fct_mrr_monthly", "mrr_month", 1)
    (kept,) = total_rows(demo_warehouse, "fct_retention_monthly", "mrr_month", 1)
    assert number(tile(opened, "mrr")) == money["mrr"]
    assert number(tile(opened, "customer_count")) == money["customer_count"]
    assert tile(opened, "customer_churn_rate") == f"{kept['customer_churn_rate']:.1%}"
    rate = kept["trailing_12_net_revenue_retention_rate"]
    assert tile(opened, "trailing_12_net_revenue_retention_rate") == f"{rate:.1%}"


def test_the_scorecard_is_judged_as_the_mart(opened, demo_warehouse):
    rows = query(
        demo_warehouse,
        "select label, target_status from marts.fct_scorecard where target is not null and"
        " metric_month = (select max(metric_month) from marts.fct_scorecard"
        " where not is_partial_month)",
    )
    said = {"on_target": "on target", "near": "near", "off_target": "off target", None: "\u2013"}
    lines = opened.page.locator("#scorecard-content article tbody tr").all()
    shown = {
        line.locator("td").nth(0).inner_text(): line.locator("td").nth(3).inner_text()
        for line in lines
    }
    assert {label: re.sub(r"^[●▲✕] ", "", text) for label, text in shown.items()} == {
        row["label"]: said[row["target_status"]] for row in rows
    }


def test_pickers_change_what_they_should(opened, demo_warehouse):
    region, month = "region", "2026-03"
    values = query(
        demo_warehouse,
        "select segment_value, mrr, customer_count from marts.fct_mrr_monthly"
        f" where segment_type = '{region}' and mrr_month = cast('{month}-01' as date)",
    )
    scorecard = opened.text("#scorecard-content article")
    opened.pick("pick-cut", region)
    for row in values:
        opened.page.select_option("#pick-value", row["segment_value"])
        opened.page.select_option("#pick-month", month)
        opened.page.wait_for_selector(
            f'body[data-ready="{month} {region} {row["segment_value"]}"]', timeout=20_000
        )
        assert number(tile(opened, "mrr")) == row["mrr"], row
        assert number(tile(opened, "customer_count")) == row["customer_count"], row
    assert opened.page.locator("#scorecard .scope").is_visible()
    assert f"month={month}" in opened.page.url, "a link to what is shown"
    assert opened.text("#scorecard-content article") != scorecard, "another month is judged"
    opened.page.select_option("#pick-cut", "total")
    opened.pick(
        "pick-month", opened.page.locator("#pick-month option").first.get_attribute("value")
    )
    assert opened.complaints == []


def test_a_link_opens_what_it_names(browser, report, demo_warehouse):
    shared = open_file(browser, report, fragment="#month=2026-02&cut=plan_tier&value=gold")
    (row,) = query(
        demo_warehouse,
        "select mrr from marts.fct_mrr_monthly where segment_type = 'plan_tier'"
        " and segment_value = 'gold' and mrr_month = cast('2026-02-01' as date)",
    )
    assert number(tile(shared, "mrr")) == row["mrr"]
    nonsense = open_file(browser, report, fragment="#month=9999-99&cut=no&value=<b>")
    assert nonsense.complaints == []


def test_lists_are_whole_and_can_be_searched_and_sorted(opened, demo_warehouse):
    rows = query(demo_warehouse, "select * from marts.fct_at_risk_accounts order by list_position")
    lines = opened.page.locator("#list-risk tbody tr")
    assert lines.count() == len(rows)
    total = sum(row["mrr_at_stake"] for row in rows)
    assert f"{total:,.2f}" in opened.text("#list-risk .sum")
    name = rows[0]["account_name"]
    opened.page.fill("#list-risk input", name.upper())
    assert 0 < lines.count() < len(rows)
    assert name in lines.first.inner_text()
    opened.page.fill("#list-risk input", "")
    head = opened.page.locator("#list-risk th", has_text="MRR at stake")
    head.locator("button").focus()
    opened.page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    column = [number(text) for text in lines.locator("td.number:nth-child(3)").all_inner_texts()]
    assert column == sorted(column, reverse=True)
    opened.page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"


def test_definitions_are_the_docs(opened):
    with (ROOT / "seeds" / "config" / "metric_catalogue.csv").open(encoding="utf-8") as file:
        formulas = {row["label"]: row["formula"] for row in csv.DictReader(file)}
    button = opened.page.locator("#headline button.definition").first
    assert button.get_attribute("title") == formulas["MRR"]
    button.focus()
    opened.page.keyboard.press("Enter")
    dialog = opened.page.locator("#definition")
    assert dialog.is_visible()
    words = re.findall(r"\w{4,}", blocks()["mrr"].replace("`", ""))
    shown = dialog.inner_text()
    assert [word for word in words if word not in shown] == []
    opened.page.keyboard.press("Escape")
    assert not dialog.is_visible()


def test_every_number_can_be_read_without_seeing_the_chart(opened):
    page = opened.page
    for figure in page.locator("figure").all():
        assert figure.locator(".chart").get_attribute("aria-label")
        assert figure.locator("details table").count() == 1
        assert figure.locator("button.definition").count() > 0
    unnamed = page.evaluate(
        "[...document.querySelectorAll('button, select, input')].filter("
        "(e) => !(e.textContent.trim() || e.ariaLabel || e.closest('label'))).length"
    )
    assert unnamed == 0


def test_print_leaves_out_what_only_a_screen_can_use(browser, report):
    printed = open_file(browser, report)
    printed.page.emulate_media(media="print")
    assert not printed.page.locator(".pickers").is_visible()
    assert printed.page.locator("#figure-bridge .chart svg").is_visible()
    assert len(printed.page.pdf(format="A4")) > 50_000


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_wider_than_the_window(browser, report, width):
    narrow = open_file(browser, report, width=width)
    assert narrow.page.evaluate("document.documentElement.scrollWidth") <= width


def test_colours_can_be_chosen(opened):
    paper = "getComputedStyle(document.body).backgroundColor"
    seen = []
    for _ in range(3):
        opened.page.click("#theme")
        seen.append((opened.page.get_attribute("html", "data-theme"), opened.page.evaluate(paper)))
    assert [way for way, _ in seen] == ["light", "dark", "system"]
    assert seen[0][1] != seen[1][1]


@pytest.fixture(scope="module")
def hostile(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a company whose only customer has markup for a name, and churns soon."""
    started = "2026-01-05"
    built = project.build(
        {
            "accounts": [
                {"account_id": "a", "account_name": HOSTILE, "created_at": started,
                 "csm_owner": HOSTILE, "region": "</script>"}
            ],
            "plans": [
                {"plan_id": "p", "plan_name": HOSTILE, "plan_tier": "gold",
                 "billing_interval": "month", "interval_count": 1, "list_price": "100",
                 "currency": "EUR"}
            ],
            "subscriptions": [
                {"subscription_id": "s", "account_id": "a", "created_at": started,
                 "canceled_at": "2026-05-01", "ended_at": "2026-07-20", "cancel_comment": HOSTILE}
            ],
            "subscription_changes": [
                {"change_id": "c", "subscription_id": "s", "effective_at": started,
                 "status": "active", "plan_id": "p", "quantity": 1, "unit_amount": "100",
                 "currency": "EUR"}
            ],
        },
        as_of="2026-06-30",
        only_rows=True,
    )  # fmt: skip
    file = tmp_path_factory.mktemp("hostile") / "report.html"
    make(choose.engine("duckdb", built.warehouse, {}), file)
    return file


def test_markup_in_raw_data_is_shown_and_not_run(browser, hostile):
    shown = open_file(browser, hostile)
    assert HOSTILE in shown.text("#list-risk")
    shown.pick("pick-cut", "csm_owner")
    assert HOSTILE in shown.text("#state")
    assert shown.page.evaluate("window.hacked") is None
    assert shown.page.locator("img").count() == 0
    assert shown.complaints == []
    assert shown.requests == [f"file://{hostile}"]


def test_a_company_of_one_table_has_a_report(browser, hostile):
    """Without usage, surveys, costs: what is off says so, and the rest stands."""
    shown = open_file(browser, hostile)
    assert shown.page.locator("#figure-nps .empty").is_visible()
    assert number(tile(shown, "mrr")) == 100
    assert shown.complaints == []


def test_the_file_stays_small_whatever_the_company(demo_warehouse, monkeypatch):
    """With less room, fewer values of each cut, those with most MRR; the total always."""
    monkeypatch.setattr("toolbox.report.contents.ROOM", 200_000)
    engine = choose.engine("duckdb", demo_warehouse, {})
    smaller = contents(engine)
    (largest,) = query(
        demo_warehouse,
        "select segment_value from marts.fct_mrr_monthly where segment_type = 'country' and"
        " mrr_month = (select max(mrr_month) from marts.fct_mrr_monthly)"
        " order by mrr desc limit 1",
    )
    assert len(smaller["cuts"]["country"]) == 3
    assert largest["segment_value"] in smaller["cuts"]["country"]
    table = smaller["data"]["mrr"]
    kept = set(zip(table["segment_type"], table["segment_value"], strict=True))
    assert ("total", "all") in kept
    assert {value for cut, value in kept if cut == "country"} == set(smaller["cuts"]["country"])


def test_marts_that_are_not_built_are_one_line(tmp_path):
    engine = choose.engine("duckdb", tmp_path / "empty.duckdb", {})
    import duckdb  # noqa: PLC0415

    duckdb.connect(tmp_path / "empty.duckdb").close()
    with pytest.raises(UserError, match="build all marts first"):
        make(engine, tmp_path / "report.html")
    assert not (tmp_path / "report.html").exists()
