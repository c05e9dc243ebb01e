"""What scripts/build says when it is done, and when it had to stop."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import NormalDist

import duckdb
import pytest

from harness import query, write_raw
from toolbox import build_command, stops, summary
from toolbox.contract import read_contract
from toolbox.dbt_process import NodeProblem, Outcome
from toolbox.engines.duckdb_file import DuckDBFile
from toolbox.loader import load


def test_summary_says_what_the_marts_hold(demo_warehouse):
    said = dict(summary.lines(DuckDBFile(demo_warehouse)))
    assert len(said) == 10
    assert not [text for text in said.values() if "not built" in text]
    (month,) = query(
        demo_warehouse,
        "select mrr_month, sum(opening_mrr) as opening, sum(closing_mrr) as closing,"
        " sum(closing_mrr) filter (movement = 'new') as new,"
        " count(*) filter (closing_mrr > 0) as customers"
        " from marts.fct_account_months where mrr_month = ("
        "   select max(mrr_month) from marts.fct_mrr_monthly where not is_partial_month"
        " ) group by mrr_month",
    )
    assert said["MRR"].startswith(f"{month['mrr_month']:%B %Y}: {month['opening']:,.2f} new +")
    assert f" = {month['closing']:,.2f} " in said["MRR"]
    moves = [Decimal(text) for text in re.findall(r" ([+-][0-9.]+)", said["MRR"].replace(",", ""))]
    assert month["opening"] + sum(moves) == month["closing"]
    assert f"; {month['customers']} customers at its end, " in said["MRR"]
    assert said["retention"] == retention_of(demo_warehouse, month["mrr_month"])
    numbers = [
        int(text.replace(",", ""))
        for text in re.findall(r"(?<![0-9.(])[0-9,]+(?= )", said["rows in"])
    ]
    raw, used, rejected, unseen = numbers
    assert raw == used + rejected + unseen
    (counted,) = query(demo_warehouse, "select sum(row_count) as rows from raw.loaded_files")
    assert raw == counted["rows"]
    assert said["as of"].startswith(
        str(query(demo_warehouse, "from intermediate.int_as_of_date")[0]["as_of_date"])
    )


def retention_of(warehouse: Path, month: date) -> str:
    """Return the summary's line on a month, from the account months and not from its mart."""
    (kept,) = query(
        warehouse,
        "select count(*) as opening, count(*) filter (closing_mrr = 0) as churned,"
        " sum(opening_mrr) as opening_mrr, sum(closing_mrr - fx_amount) as closing_mrr,"
        " sum(least(opening_mrr, closing_mrr - fx_amount)) as retained_mrr"
        f" from marts.fct_account_months where mrr_month = '{month}' and opening_mrr > 0",
    )
    (year,) = query(
        warehouse,
        "select sum(opening.closing_mrr) as opening_mrr, sum(closing.closing_mrr) as closing_mrr"
        " from marts.fct_account_months as opening"
        " left join marts.fct_account_months as closing"
        "   on closing.account_id = opening.account_id"
        f"  and closing.mrr_month = '{month}'"
        f" where opening.mrr_month = date '{month}' - interval 12 months"
        "  and opening.closing_mrr > 0",
    )
    cases, share = kept["opening"], kept["churned"] / kept["opening"]
    square = NormalDist().inv_cdf(0.975) ** 2
    half = (square * (share * (1 - share) / cases + square / (4 * cases**2))) ** 0.5
    low, high = (
        (share + square / (2 * cases) + side * half) / (1 + square / cases) for side in (-1, 1)
    )
    return (
        f"{month:%B %Y}: customer churn {share:.1%} ({low:.1%} to {high:.1%}),"
        f" GRR {kept['retained_mrr'] / kept['opening_mrr']:.1%},"
        f" NRR {kept['closing_mrr'] / kept['opening_mrr']:.1%},"
        f" NRR of 12 months {year['closing_mrr'] / year['opening_mrr']:.1%}"
    )


def test_summary_without_a_year_behind_it_or_a_month_that_is_over(tmp_path):
    path = tmp_path / "young.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute(
            "create schema marts; create table marts.fct_retention_monthly as"
            " select date '2026-05-01' as mrr_month, 'total' as segment_type,"
            " 'all' as segment_value, 0.125 as customer_churn_rate,"
            " 0.0224 as customer_churn_rate_ci_low, 0.4709 as customer_churn_rate_ci_high,"
            " 0.7429 as gross_revenue_retention_rate, 1.1 as net_revenue_retention_rate,"
            " null as trailing_12_net_revenue_retention_rate, false as is_partial_month"
        )
    assert dict(summary.lines(DuckDBFile(path)))["retention"] == (
        "May 2026: customer churn 12.5% (2.2% to 47.1%), GRR 74.3%, NRR 110.0%, NRR of 12 months -"
    )
    with duckdb.connect(path) as connection:
        connection.execute("update marts.fct_retention_monthly set is_partial_month = true")
    assert dict(summary.lines(DuckDBFile(path)))["retention"] == "no month is over yet"


def test_summary_of_a_warehouse_that_holds_nothing(tmp_path):
    load(write_raw(tmp_path / "raw", {}), tmp_path / "empty.duckdb")
    said = dict(summary.lines(DuckDBFile(tmp_path / "empty.duckdb")))
    assert said["MRR"].startswith("not built (")
    assert "payments (invoices: no file)" in said["off"]


@pytest.fixture
def stopped(tmp_path) -> Path:
    """A warehouse in which both tests that can stop a build have just failed."""
    path = tmp_path / "stopped.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute(
            "create schema staging; create schema intermediate;"
            "create table staging.base_costs__judged as"
            " select 'staged' as row_status, null as first_rule from range(97) union all"
            " select 'rejected', 'negative_value' from range(1) union all"
            " select 'rejected', 'missing_key' from range(2) union all"
            " select 'not_yet_seen', null from range(50);"
            "create table staging.base_usage_parents__judged as"
            " select 'staged' as row_status, null as first_rule, 999 as event_count union all"
            " select 'rejected', 'unknown_parent', 1;"
            "create table intermediate.int_build_clearance as"
            " select 12.5 as mrr_at_doubt, 1000.0 as mrr_with_missing"
        )
    return path


@pytest.mark.parametrize(
    ("test", "words"),
    [
        (
            "rejected_share_costs",
            "costs: 3 of 100 rows are rejected (3.00%: missing_key 2, negative_value 1), more than",
        ),
        ("rejected_share_usage_events", "usage_events: 1 of 1,000 rows are rejected (0.10%: "),
        (
            "assert_mrr_at_doubt__is_small",
            "MRR at doubt: 12.50 of 1,000.00 rests on rejected rows, more than",
        ),
    ],
)
def test_a_stop_names_table_rules_share_and_var(stopped, test, words):
    line = stops.explain(DuckDBFile(stopped, {"max_rejected_share": 0.02}), test)
    assert line is not None
    assert line.startswith(words)
    assert "\n" not in line
    share = "mrr_at_doubt" if test.startswith("assert") else "rejected"
    assert re.search(rf" --vars '{{max_{share}_share: [0-9.]+}}'$", line)


def test_the_share_advised_is_just_enough(stopped):
    line = stops.explain(DuckDBFile(stopped, {"max_rejected_share": 0.02}), "rejected_share_costs")
    assert line.endswith("{max_rejected_share: 0.0300}'")
    assert stops._above(1, 3) == Decimal("0.3334")


def test_events_that_came_too_late_are_named_by_day(tmp_path):
    path = tmp_path / "late.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute(
            "create schema raw; create schema staging;"
            "create table raw.usage_events as select format('e{}', n) as event_id,"
            " format('2024-01-{:02d} 10:00', 1 + n % 9) as occurred_at from range(18) as r(n);"
            "create table staging.base_usage_events__judged as"
            " select event_id from raw.usage_events where event_id not in ('e2', 'e3', 'e11')"
        )
    line = stops.explain(DuckDBFile(path), "assert_raw_row_accounting__adds_up")
    assert line == (
        "usage_events: 3 events of 2024-01-03, 2024-01-04 came later than late_event_days 3 allows"
        " and are not counted; build with --full-refresh"
    )
    with duckdb.connect(path) as connection:
        connection.execute("delete from staging.base_usage_events__judged")
    line = stops.explain(DuckDBFile(path), "assert_raw_row_accounting__adds_up")
    assert "2024-01-05 and 4 more came" in line
    with duckdb.connect(path) as connection:
        connection.execute("delete from raw.usage_events")
    assert stops.explain(DuckDBFile(path), "assert_raw_row_accounting__adds_up") is None


def test_every_share_test_is_explained(root):
    """The advice goes by the tests' names, so the names must be these."""
    yaml_text = "".join(path.read_text() for path in (root / "models").rglob("*.yml"))
    for table in read_contract():
        assert f"name: rejected_share_{table}\n" in yaml_text
    for name in ("assert_mrr_at_doubt__is_small", "assert_raw_row_accounting__adds_up"):
        assert list((root / "tests").rglob(f"{name}.sql"))


def test_a_failed_build_names_its_nodes(stopped, capfd):
    problems = [NodeProblem(f"assert_{number}", "Got 1 result") for number in range(10)]
    outcome = Outcome(success=False, counts={"fail": 10, "skipped": 7}, problems=problems)
    assert build_command.explain(outcome, DuckDBFile(stopped)) == 1
    said = capfd.readouterr().err.splitlines()
    assert said[0] == "error assert_0: Got 1 result"
    assert said[-2] == "error and 2 more, see logs/dbt.log"
    assert said[-1] == "error the build stopped; 7 nodes behind the failure were not built"


def test_build_from_a_folder(root, tmp_path):
    words = ["--raw", root / "examples" / "tiny", "--warehouse", tmp_path / "tiny.duckdb"]
    paths = ["--target-path", tmp_path / "target", "--log-path", tmp_path / "logs"]
    lenient = "{max_rejected_share: 1, max_mrr_at_doubt_share: 1, reporting_currency: USD}"
    own = [*paths, "--exclude-resource-type", "test", "--vars", lenient]
    done = subprocess.run(
        [sys.executable, root / "scripts" / "build", *words, "--as-of", "2024-03-31", "--", *own],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "as of       2024-03-31" in done.stdout
    assert "\nMRR         March 2024: " in done.stdout
    assert "not built" not in done.stdout
    assert "\nretention   March 2024: customer churn 0.0% (0.0% to " in done.stdout
    assert len(done.stdout.split("\n\n")[-1].splitlines()) == 10
