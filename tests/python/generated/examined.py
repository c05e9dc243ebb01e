"""Many companies in one build, compared with the oracle company by company."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from generated.surroundings import ATTRIBUTE, Surroundings
from generated.values import Company, Row
from harness import Built, Project
from oracle.compare import Difference, by_company, compare
from oracle.marts import Oracle

# Days and months are no company's, and thousands; a report is no part of a company's rows.
LEFT_OUT = {"dim_dates", "dim_months", "fct_metric_history"}
MARTS = tuple(mart for mart in Oracle.covered if mart not in LEFT_OUT)
REJECTED = "rejected_rows"


def prefix_of(number: int) -> str:
    """Return what the ids of the n-th company of a build begin with."""
    return f"g{number:03}_"


def joined(companies: Sequence[Company], around: Surroundings) -> Company:
    """Return the raw rows of all companies as those of one, ids prefixed."""
    raw: Company = {"exchange_rates": list(around.rates)}
    for number, company in enumerate(companies):
        prefix = prefix_of(number)
        for table, rows in company.items():
            raw.setdefault(table, []).extend(_prefixed(row, prefix, table) for row in rows)
    return raw


def _prefixed(row: Row, prefix: str, table: str) -> Row:
    named = {
        name: f"{prefix}{value.strip()}" if name.endswith("_id") and value.strip() else value
        for name, value in row.items()
    }
    return named | {ATTRIBUTE: prefix[:-1]} if table == "accounts" else named


class Examiner:
    """Builds companies and says where the models and the oracle differ."""

    def __init__(self, project: Project) -> None:
        """Build with `project`."""
        self._project = project

    def differences(
        self, raw: Company, around: Surroundings, segment_types: Iterable[str] | None = None
    ) -> list[Difference]:
        """Build raw rows as one company; `segment_types` None compares all cuts."""
        built = self._project.build(
            raw,
            as_of=around.as_of.isoformat() if around.as_of else None,
            variables=around.all_variables,
            only_rows=True,
        )
        oracle = Oracle(
            raw,
            as_of=around.as_of,
            variables=around.all_variables,
            segment_types=segment_types,
        )
        return compare(built.warehouse, oracle, MARTS) + list(_rejected(built, oracle))

    def by_company(
        self, companies: Sequence[Company], around: Surroundings
    ) -> Mapping[str, list[Difference]]:
        """Build many companies at once: the differences of each by prefix, of no one under ""."""
        found = self.differences(joined(companies, around), around, [ATTRIBUTE])
        return by_company(found, [prefix_of(number) for number in range(len(companies))])


def _rejected(built: Built, oracle: Oracle) -> Iterable[Difference]:
    """Yield rejected rows that one side only has."""
    names = ("source_table", "source_key", "first_rule", "broken_rules")
    rows = built.query(f"select {', '.join(names)} from staging.{REJECTED}")
    there, wanted = [tuple(row[name] for name in names) for row in rows], oracle.rejected_rows()
    for kind, some, others in (("extra", there, wanted), ("missing", wanted, there)):
        left = list(others)
        for row in some:
            if row in left:
                left.remove(row)
            else:
                key = dict(zip(names, row, strict=True))
                yield Difference(REJECTED, key, kind, account_id=row[1])
