"""What to do about a test that stopped the build at the door: which rows, which rules, which var.

The tests themselves decide; here is only what they decided on, for people.
"""

from __future__ import annotations

from decimal import ROUND_UP, Decimal

from toolbox.engines.base import Engine
from toolbox.summary import Built, money

_SHARE_TEST = "rejected_share_"
_DOUBT_TEST = "assert_mrr_at_doubt__is_small"
_ACCOUNTING_TEST = "assert_raw_row_accounting__adds_up"
# Where rows are judged and how many raw rows one of its rows stands for, if it is not one by one.
_GROUPED = {"usage_events": ("base_usage_parents__judged", "event_count")}
_DAYS_NAMED = 5


def explain(engine: Engine, test: str) -> str | None:
    """Return the line that explains the failed `test`, None if it is of another kind."""
    if not test.startswith((_SHARE_TEST, _DOUBT_TEST, _ACCOUNTING_TEST)):
        return None
    with engine.reader() as reader:
        built = Built(reader, engine)
        if test == _ACCOUNTING_TEST:
            return _late_usage(built)
        if test == _DOUBT_TEST:
            return _at_doubt(built, limit(engine, "max_mrr_at_doubt_share"))
        table = test.removeprefix(_SHARE_TEST)
        return _rejected(built, table, limit(engine, "max_rejected_share"))


def limit(engine: Engine, name: str) -> Decimal:
    """Return the share in force (a fraction)."""
    return Decimal(str(engine.variables[name]))


def _rejected(built: Built, table: str, highest: Decimal) -> str:
    model, weight = _GROUPED.get(table, (f"base_{table}__judged", "1"))
    rows = built.rows(
        f"select row_status, first_rule, cast(sum({weight}) as bigint) as row_count"
        f" from {built.relation('staging', model)} where row_status <> 'not_yet_seen'"
        " group by row_status, first_rule order by row_count desc, first_rule"
    )
    total = sum(count for _, _, count in rows)
    rules = [(rule, count) for status, rule, count in rows if status == "rejected"]
    rejected = sum(count for _, count in rules)
    by_rule = ", ".join(f"{rule} {count:,}" for rule, count in rules)
    return (
        f"{table}: {rejected:,} of {total:,} rows are rejected ({rejected / total:.2%}: {by_rule}),"
        f" more than max_rejected_share {highest}; mend the file (the rows are in"
        f" {built.relation('staging', model)}) or raise the var:"
        f" scripts/build ... -- --vars '{{max_rejected_share: {_above(rejected, total)}}}'"
    )


def _at_doubt(built: Built, highest: Decimal) -> str:
    ((doubt, mrr),) = built.rows(
        "select mrr_at_doubt, mrr_with_missing"
        f" from {built.relation('intermediate', 'int_build_clearance')}"
    )
    list_of_doubts = built.relation("intermediate", "int_mrr_at_doubt")
    return (
        f"MRR at doubt: {money(doubt)} of {money(mrr)} rests on rejected rows, more than"
        f" max_mrr_at_doubt_share {highest}; mend the rows ({list_of_doubts} lists the"
        f" subscriptions) or raise the var: scripts/build ... --"
        f" --vars '{{max_mrr_at_doubt_share: {_above(doubt, mrr) if mrr else 1}}}'"
    )


def _late_usage(built: Built) -> str | None:
    """Name the days of events that increments passed over, None where usage is not what differs."""
    raw = built.relation("raw", str(built.engine.variables["usage_events_identifier"]))
    judged = built.relation("staging", "base_usage_events__judged")
    days = [
        (str(day), int(count))
        for day, count in built.rows(
            "select substr(concat(events.occurred_at, ''), 1, 10) as event_day, count(*)"
            f" from {raw} as events left join {judged} as judged"
            " on events.event_id = judged.event_id"
            " where judged.event_id is null and events.event_id is not null"
            " group by substr(concat(events.occurred_at, ''), 1, 10) order by 1"
        )
    ]
    if not days:
        return None
    named = ", ".join(day for day, _ in days[:_DAYS_NAMED])
    more = f" and {len(days) - _DAYS_NAMED} more" if len(days) > _DAYS_NAMED else ""
    return (
        f"usage_events: {sum(count for _, count in days):,} events of {named}{more} came later than"
        f" late_event_days {built.engine.variables['late_event_days']} allows and are not counted;"
        " build with --full-refresh"
    )


def _above(part: int | Decimal, whole: int | Decimal) -> Decimal:
    """Return the share `part` / `whole` as a fraction, rounded up to four decimals."""
    return (Decimal(part) / Decimal(whole)).quantize(Decimal("0.0001"), ROUND_UP)
