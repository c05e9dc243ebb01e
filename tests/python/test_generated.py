"""Companies that nobody thought of: the models agree with the oracle about each of them.

Raw rows are drawn towards odd places; many companies share a build and are compared one by
one. A company that fails is made as small as it can be and printed. CSM_TEST_EXAMPLES says how many
are drawn (200); beyond 300 vars are drawn too, with 100 companies for each set.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from generated.companies import drawn
from generated.examined import Examiner, joined, prefix_of
from generated.kept import as_json, as_tables, kept
from generated.shrunk import shrunk
from generated.surroundings import ATTRIBUTE, KNOWN, Surroundings, surroundings_of
from generated.values import Company
from harness import Project
from oracle.compare import Difference, report
from oracle.marts import Oracle
from toolbox.contract import read_contract

EXAMPLES = int(os.environ.get("CSM_TEST_EXAMPLES", "200"))
IN_ONE_BUILD = 70
ALONE = 2


def arounds() -> list[Surroundings]:
    """Return the known surroundings, those of kept companies and what time allows beyond."""
    found = list(KNOWN.values())
    found += [around for _, around in kept().values() if around.name not in KNOWN]
    more = (EXAMPLES - 300) // 100
    return found + [surroundings_of(number) for number in range(more)]


@pytest.fixture(scope="module")
def examiner(project: Project) -> Examiner:
    return Examiner(project)


@pytest.fixture(scope="module")
def some() -> dict[str, list[Company]]:
    """Companies for each of the known surroundings."""
    count = min(EXAMPLES, 300) // len(KNOWN)
    return {name: drawn(count, name) for name in KNOWN}


def batches(around: Surroundings, some: dict[str, list[Company]]) -> Iterator[list[Company]]:
    """Yield companies that share a build, those that once failed among them."""
    mine = [company for company, known in kept().values() if known.name == around.name]
    if around.name in some:
        mine += some[around.name]
    elif around.name.startswith("drawn"):
        mine += drawn(100, around.name)
    for start in range(0, len(mine), IN_ONE_BUILD):
        yield mine[start : start + IN_ONE_BUILD]


def told(
    differences: Sequence[Difference], company: Company, around: Surroundings, folder: Path
) -> str:
    """Return what a person needs to see a difference, and keep the company as a file."""
    path = folder / "company.json"
    path.write_text(as_json("say what went wrong", company, around), encoding="utf-8")
    words = [f"as_of {around.as_of}, vars {dict(around.variables)}", as_tables(company)]
    return "\n".join(
        ["", *words, report(differences), f"to keep it: tests/python/generated, {path}"]
    )


def same_fault(found: Sequence[Difference], fault: Difference) -> bool:
    """Is one of the differences like the first one, in the same column?"""
    return any((d.mart, d.column, d.kind) == (fault.mart, fault.column, fault.kind) for d in found)


@pytest.mark.parametrize("around", arounds(), ids=lambda around: around.name)
def test_each_company_agrees(
    examiner: Examiner,
    some: dict[str, list[Company]],
    around: Surroundings,
    tmp_path: Path,
) -> None:
    for together in batches(around, some):
        found = examiner.by_company(together, around)
        bad = [number for number in range(len(together)) if found[prefix_of(number)]]
        if bad:
            fault = found[prefix_of(bad[0])][0]

            def fails(smaller: Sequence[Company], fault: Difference = fault) -> list[bool]:
                verdicts = examiner.by_company(smaller, around)
                return [same_fault(verdicts[prefix_of(n)], fault) for n in range(len(smaller))]

            least = shrunk(together[bad[0]], fails)
            left = examiner.by_company([least], around)[prefix_of(0)]
            says = told(left or found[prefix_of(bad[0])], least, around, tmp_path)
            pytest.fail(f"{len(bad)} of {len(together)} companies, the first is no. {bad[0]}{says}")
        if found[""]:
            fail_as_one(examiner, together, around, found[""][0], tmp_path)


def fail_as_one(
    examiner: Examiner,
    together: Sequence[Company],
    around: Surroundings,
    fault: Difference,
    folder: Path,
) -> None:
    """Fail with as few rows as it takes that companies differ as one; each try is a build."""
    cuts = ["total", fault.segment[0]] if fault.segment else []

    def fails(smaller: Sequence[Company]) -> list[bool]:
        verdicts = [examiner.differences(joined([one], around), around, cuts) for one in smaller]
        return [same_fault(verdict, fault) for verdict in verdicts]

    whole = joined(together, around)
    del whole["exchange_rates"]
    least = shrunk(whole, fails, most_builds=3)
    left = examiner.differences(joined([least], around), around, cuts)
    pytest.fail(told(left or [fault], least, around, folder))


@pytest.mark.parametrize("number", range(ALONE))
@pytest.mark.parametrize("name", list(KNOWN))
def test_a_company_alone_agrees_in_all_cuts(
    examiner: Examiner, some: dict[str, list[Company]], name: str, number: int, tmp_path: Path
) -> None:
    """The first of them is twelve drawn companies as one, the others are as they were drawn."""
    mine, around = some[name], KNOWN[name]
    together = mine[:12] if number == 0 else [mine[-number]]
    found = examiner.differences(joined(together, around), around)
    if found:
        fail_as_one(examiner, together, around, found[0], tmp_path)


# --- what is drawn reaches the odd places ---------------------------------------------------------


def test_the_companies_reach_the_odd_places(some: dict[str, list[Company]]) -> None:
    """Each movement, kind of churn, driver and rule is there: they are compared with something."""
    oracles = [
        Oracle(
            joined(some[name], around),
            as_of=around.as_of,
            variables=around.all_variables,
            segment_types=[ATTRIBUTE],
        )
        for name, around in KNOWN.items()
    ]

    def seen(mart: str, column: str) -> set[object]:
        return {row[column] for oracle in oracles for row in oracle.rows(mart)} - {None}

    movements = {"new", "churn", "reactivation", "expansion", "contraction", "fx"}
    assert seen("fct_mrr_movements", "movement") == movements
    assert len(seen("fct_mrr_movements", "churn_kind")) == 6
    assert len(seen("fct_subscription_changes", "driver")) >= 8
    assert seen("fct_trials", "is_add_on") == seen("fct_trials", "is_converted") == {True, False}
    assert len(seen("fct_account_health", "health_band")) >= 4
    assert len({row[2] for oracle in oracles for row in oracle.rejected_rows()}) >= 10


# --- a failing company becomes small --------------------------------------------------------------


def test_a_failing_company_is_shrunk_to_what_fails() -> None:
    """One state and the value in it are to blame: nothing else is left, in few tries."""
    company = max(drawn(20, "shrunk"), key=lambda one: len(one["subscription_changes"]))
    culprit = company["subscription_changes"][3]["change_id"]
    asked = []

    def fails(smaller: Sequence[Company]) -> list[bool]:
        asked.append(len(smaller))
        return [
            any(
                row["change_id"] == culprit and row["status"] for row in one["subscription_changes"]
            )
            for one in smaller
        ]

    least = shrunk(company, fails, most_builds=30)
    (row,) = least["subscription_changes"]
    assert sum(len(rows) for rows in least.values()) == 1
    assert {name for name, value in row.items() if value and name[-3:] != "_id"} == {"status"}
    assert len(asked) <= 20
    assert culprit in as_tables(least)


def test_kept_companies_say_why() -> None:
    """A file is read as it was written, and names the columns of the contract only."""
    company, around = drawn(1, "kept")[0], KNOWN["odd"]
    written = json.loads(as_json("because", company, around))
    assert (written["why"], written["surroundings"]) == ("because", "odd")
    assert written["raw"]["accounts"][0]["account_id"] == company["accounts"][0]["account_id"]
    assert kept(), "there is a folder of them"
    for name, (raw, _) in kept().items():
        assert set(raw) <= set(read_contract()), name
