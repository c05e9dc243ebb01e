"""The worked cases of tests/cases, one test each: against what dbt builds, and the oracle."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cases import CASES as FOLDER
from cases import (
    REJECTED_ROWS,
    Case,
    CaseError,
    Company,
    companies,
    failures,
    failures_in,
    load_cases,
    raw_rows,
)
from harness import Project
from oracle.marts import Oracle

CASES = load_cases()
COMPANIES = {case.name: company for company in companies(CASES) for case in company.cases}
# What cases are cut by: the oracle need not work out the other segments.
SEGMENTS = ("worked_case", "region", "plan_tier")
Failures = Callable[[Case], str]


def name_of(case: Case) -> str:
    return f"{case.topic}-{case.name}"


@pytest.fixture(scope="module")
def built(project: Project) -> Failures:
    """What differs in the warehouse of a case's company, built when first asked for."""
    done: dict[str, dict[str, str]] = {}

    def of_company(company: Company) -> dict[str, str]:
        build = project.build(
            raw_rows(company.cases),
            as_of=company.as_of,
            variables=company.variables,
            select=[f"+{mart}" for mart in company.marts],
            only_rows=True,
        )
        with duckdb.connect(build.warehouse, read_only=True) as connection:
            return failures(connection, company.cases)

    def of_case(case: Case) -> str:
        company = COMPANIES[case.name]
        if company.name not in done:
            done[company.name] = of_company(company)
        return done[company.name].get(case.name, "")

    return of_case


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_dbt_builds_what_the_case_expects(case: Case, built: Failures) -> None:
    problem = built(case)
    if problem:
        pytest.fail(problem, pytrace=False)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_the_oracle_says_what_the_case_expects(case: Case) -> None:
    """Each case alone in a company, so that none is right only because of another one."""
    company = COMPANIES[case.name]
    oracle = Oracle(
        raw_rows([case]),
        as_of=datetime.date.fromisoformat(company.as_of),
        variables=company.variables,
        segment_types=SEGMENTS,
    )

    def read(mart: str) -> list[dict[str, Any]]:
        if mart == REJECTED_ROWS.name:
            columns = tuple(REJECTED_ROWS.columns)
            return [dict(zip(columns, row, strict=True)) for row in oracle.rejected_rows()]
        return oracle.rows(mart)

    problems = failures_in(read, [case])
    if problems:
        pytest.fail(problems[case.name], pytrace=False)


def test_there_are_enough_cases_and_few_builds() -> None:
    assert len(CASES) >= 80
    assert len([company for company in companies(CASES) if len(company.cases) > 1]) <= 2


ONE_CASE = """
cases:
  - name: one
    shows: One thing.
    raw:
      subscription_changes:
        - {account_id: acme, effective_at: 2024-01-01, plan_id: gold}
    expect:
      fct_account_months:
        - {account_id: acme, mrr_month: 2024-01, closing_mrr: 50.00}
"""


@cache
def rows_of_one(number: str) -> list[dict[str, Any]]:
    """Return the rows of fct_account_months that ONE_CASE would find, with another MRR."""
    months = {"account_id": "one__acme", "mrr_month": datetime.date(2024, 1, 1)}
    return [months | {"closing_mrr": number}]


def load_one(folder: Path, text: str) -> list[Case]:
    folder.joinpath("_defaults.yml").write_text((FOLDER / "_defaults.yml").read_text())
    folder.joinpath("topic.yml").write_text(text)
    return load_cases(folder)


@pytest.mark.parametrize(
    ("was", "becomes", "message"),
    [
        ("fct_account_months", "fct_acount_months", "did you mean fct_account_months?"),
        ("closing_mrr", "closing", "did you mean closing_mrr?"),
        ("effective_at", "effectiv_at", "did you mean effective_at?"),
        ("subscription_changes", "changes", "unknown raw table 'changes'"),
        ("    raw:", "    raws: {}\n    raw:", "did you mean raw?"),
        ("50.00", "fifty", "'fifty' is no number"),
        ("50.00", "50.00, closing_mrr: 60", "line 10: 'closing_mrr' is given twice"),
        ("2024-01, ", "January, ", "'January' is no date"),
        (
            "    shows",
            "    vars: {past_due_days: 3}\n    shows",
            "did you mean past_due_grace_days?",
        ),
        ("One thing.", "", "has no shows"),
        ("    expect", "      costs: [{amount: 5}]\n    expect", "say alone: true"),
        ("cases:", "case:", "has no list of cases"),
        ("{account_id: acme, eff", "{account_id: [acme], eff", "a row is columns with values"),
        ("plan_id: gold}", "plan_id: gold", "line 8: "),
    ],
)
def test_a_wrong_file_gives_one_line(tmp_path: Path, was: str, becomes: str, message: str) -> None:
    assert was in ONE_CASE
    with pytest.raises(CaseError) as error:
        load_one(tmp_path, ONE_CASE.replace(was, becomes, 1))
    line = str(error.value)
    assert message in line
    assert line.startswith("topic.yml: ")
    assert "\n" not in line


def test_a_failure_shows_raw_rows_expected_and_found(tmp_path: Path) -> None:
    (case,) = load_one(tmp_path, ONE_CASE)
    problem = failures_in(lambda _: rows_of_one("60.00"), [case])["one"]
    assert "topic.yml: one: One thing." in problem
    assert "raw subscription_changes" in problem
    assert "50.00" in problem
    assert "* 60.00" in problem
    assert failures_in(lambda _: rows_of_one("50.00"), [case]) == {}
    assert "no such row" in failures_in(lambda _: [], [case])["one"]
    assert "several rows" in failures_in(lambda _: rows_of_one("50.00") * 2, [case])["one"]


def test_rows_that_must_be_absent_are_reported(tmp_path: Path) -> None:
    (case,) = load_one(tmp_path, ONE_CASE.replace("    expect:", "    absent:"))
    assert "must not be there" in failures_in(lambda _: rows_of_one("50.00"), [case])["one"]
    assert failures_in(lambda _: rows_of_one("60.00"), [case]) == {}


@pytest.mark.parametrize(
    ("text", "found", "same"),
    [
        ("2 / 8", 0.25, True),
        ("2 / 8", 0.2500001, False),
        ("about 0.47", 0.4709, True),
        ("about 0.47", 0.4651, True),
        ("about 0.47", 0.476, False),
        ("null", None, True),
        ("null", 0.0, False),
        ("0", None, False),
    ],
)
def test_figures_are_read_as_a_person_means_them(
    tmp_path: Path, text: str, found: float | None, same: bool
) -> None:
    raw, _, _ = ONE_CASE.partition("    expect:")
    expected = f"fct_mrr_monthly: [{{mrr_month: 2024-01, quick_ratio: {text}}}]"
    (case,) = load_one(tmp_path, f"{raw}    expect:\n      {expected}\n")
    row = {
        "mrr_month": datetime.date(2024, 1, 1),
        "segment_type": "worked_case",
        "segment_value": "one",
        "quick_ratio": found,
    }
    assert (failures_in(lambda _: [row], [case]) == {}) is same
