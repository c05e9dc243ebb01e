"""The worked cases of tests/cases, one test each: against what dbt builds, and the oracle."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import duckdb
import pytest

from cases import Case, Company, companies, failures, load_cases, raw_rows
from harness import Project

CASES = load_cases()
Failures = Callable[[Case], str]


def company_of(case: Case) -> Company:
    """Return the company that a case lives in."""
    (company,) = (each for each in companies(CASES) if case.name in {c.name for c in each.cases})
    return company


@pytest.fixture(scope="module")
def built(project: Project) -> Failures:
    """What differs in the warehouse of a case's company, built when first asked for."""

    @cache
    def of_company(name: str) -> dict[str, str]:
        (company,) = (each for each in companies(CASES) if each.name == name)
        build = project.build(
            raw_rows(company.cases),
            as_of=company.as_of,
            variables=company.variables,
            select=[f"+{mart}" for mart in company.marts],
            arguments=["--exclude-resource-type", "test"],
        )
        with duckdb.connect(build.warehouse, read_only=True) as connection:
            return failures(connection, company.cases)

    return lambda case: of_company(company_of(case).name).get(case.name, "")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.topic}-{case.name}")
def test_dbt_builds_what_the_case_expects(case: Case, built: Failures) -> None:
    problem = built(case)
    if problem:
        pytest.fail(problem, pytrace=False)
