"""scripts/mutate: what its operators change, and a drawn sample of the formulas' mutants dies."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest

from toolbox.mutation.laboratory import Laboratory
from toolbox.mutation.mutants import Mutant, changed, files, mutants_of
from toolbox.mutation.results import equivalents
from toolbox.mutation.trial import KILLED, NO_SQL, SAME, judge

FORMULA = "macros/formulas/rate.sql"
# More with CSM_MUTANTS; the seed stays, so that a red run can be looked into.
SAMPLE = int(os.environ.get("CSM_MUTANTS", "40"))


def texts(source: str) -> set[str]:
    """Return what the mutants of a text read, blanks collapsed."""
    return {" ".join(changed(source, m.edit).split()) for m in mutants_of(FORMULA, source)}


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("{{ a }} + b", "{{ a }} - b"),
        ("{{ a }} * b", "{{ a }} / b"),
        ("select -{{ a }}", "select {{ a }}"),
        ("a = b", "a != b"),
        ("a < b", "a <= b"),
        ("a < b", "a >= b"),
        ("a is null", "a is not null"),
        ("a is not null", "a is null"),
        ("not a", "a"),
        ("a and b", "a or b"),
        ("a and b", "a and true"),
        ("a and b", "true and b"),
        ("a or (b and c)", "false or (b and c)"),
        ("x between 1 and 2 and a", "x between 1 and 2 and true"),
        ("a > 0", "a > 1"),
        ("a > 31", "a > 32"),
        ("a in ('x', 'y')", "a in ('mutant', 'y')"),
        ("sum(a)", "count(a)"),
        ("min(a)", "max(a)"),
        ("count(distinct a)", "count( a)"),
        ("coalesce(a, 0)", "a"),
        ("nullif(a, 0)", "a"),
        ("from a left join b on a.x = b.x", "from a inner join b on a.x = b.x"),
        ("from a join b on a.x = b.x where c", "from a join b on true where c"),
        ("from a where b = c group by d", "from a where true group by d"),
        ("select 5 union all select 6", "select 5"),
        (
            "{% macro a() %}where b = c{% endmacro %} {% macro d() %}e{% endmacro %}",
            "{% macro a() %}where true{% endmacro %} {% macro d() %}e{% endmacro %}",
        ),
        ("select 5 union distinct select 6", "select 5 union all select 6"),
        ("case when a then 'x' else 'y' end", "case when false then 'x' else 'y' end"),
        ("case when a then 'x' else 'y' end", "case when a then 'y' else 'x' end"),
        ("case when a then 'x' else 'y' end", "case when a then 'x' else null end"),
        ("order by a asc, b", "order by a desc, b"),
        ("order by a asc, b", "order by a asc, b desc"),
        (
            "row_number() over (partition by a order by b)",
            "rank() over (partition by a order by b)",
        ),
        ("lag(a) over (partition by b order by c)", "lag(a) over (partition by b order by c desc)"),
        ("lag(a) over (partition by b order by c)", "lag(a) over (partition by null order by c)"),
        ("rows between 11 preceding and current row", "rows between 12 preceding and current row"),
        ("{{ rate(won, lost) }}", "{{ rate(lost, won) }}"),
        ("{{ rate('a + b', c) }}", "{{ rate('a - b', c) }}"),
        (
            "{{ dbt.dateadd('day', var('x') | int, day) }}",
            "{{ dbt.dateadd('day', (var('x') | int) ~ ' + 1', day) }}",
        ),
    ],
)
def test_each_operator_on_a_snippet(source: str, wanted: str) -> None:
    assert wanted in texts(source)


@pytest.mark.parametrize(
    "source",
    [
        "cast(a as decimal(38, 2))",
        "{{ exceptions.raise_compiler_error('1 < 2 and 3') }}",
        "{% do log('not 1 < 2', info=true) %}",
        "{#- 1 < 2 -#} a -- 1 < 2",
        "{{ ref('a') }}",
    ],
)
def test_what_decides_nothing_is_left_alone(source: str) -> None:
    assert texts(source) == set()


def test_names_are_unique_and_every_file_in_scope_is_read() -> None:
    names = [mutant.name for file in files() for mutant in mutants_of(file)]
    assert len(names) == len(set(names))
    assert len(names) > 5000
    assert len(files(["macros/formulas/*"])) > 100


def test_no_equivalent_is_stale() -> None:
    known = equivalents()
    there = {mutant.name for file in files() for mutant in mutants_of(file)}
    assert set(known) - there == set()
    assert all(why.strip() for why in known.values())


def sample() -> list[Mutant]:
    found = [mutant for file in files(["macros/formulas/*"]) for mutant in mutants_of(file)]
    return random.Random(20240229).sample(found, SAMPLE)


@pytest.fixture(scope="module")
def laboratory(demo_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    """The parsed project, asking a demo company for types and nothing else."""
    scratch = tmp_path_factory.mktemp("laboratory")
    # opened for writing, so not the one that others read
    built = Path(shutil.copy2(demo_warehouse, scratch / "demo.duckdb"))
    return Laboratory(scratch / "lab", built)


def test_macros_render_as_written(laboratory: Laboratory) -> None:
    written = laboratory.renderings.written
    assert len({each.name for each in written}) == len(written) > 40
    assert [each.name for each in written if not laboratory.renderings.holds(each)] == []


def test_a_sample_of_the_formulas_mutants_is_found_by_unit_tests(laboratory: Laboratory) -> None:
    known = equivalents()
    verdicts = {mutant.name: judge(mutant, laboratory, is_quick=True) for mutant in sample()}
    alive = {
        name
        for name, verdict in verdicts.items()
        if verdict.outcome not in (KILLED, NO_SQL, SAME) and name not in known
    }
    assert alive == set(), "write a unit test, or see scripts/mutate --help"
    killed = [verdict for verdict in verdicts.values() if verdict.outcome == KILLED]
    assert len(killed) > SAMPLE / 2
