"""From the few raw rows that a case lists to the rows that a warehouse would hold.

A case leaves out what anybody would fill in alike: keys, the currency, the plan's price, and the
account, subscription or user that its rows speak of. Ids and names are then put under the case's
own name, so that many cases can live in one company without meeting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from worked.marts import CaseError
from worked.reading import HELPERS, Case, Defaults, Row, raw_contract

Filled = dict[str, str | None]
Tables = dict[str, list[Filled]]

CASE_COLUMN = "worked_case"
# Texts that segments, plans and channels are told apart by: each case has its own.
_OWN_NAMES = frozenset(
    ("plan_tier", "closing_plan_tier", "region", "country", "industry", "acquisition_channel")
) | {"csm_owner", "source_key"}
_OWN_CHANNELS = frozenset(("costs", "goal_events", "fct_goal_conversion_monthly"))
# What stands for a whole, or for what nobody knows: not a name.
_NO_NAMES = frozenset(("all", "unknown", "unallocated"))


def is_own(table: str, column: str) -> bool:
    """Tell whether a column of a raw table or mart holds names that belong to one case."""
    return (
        column.endswith("_id")
        or column in _OWN_NAMES
        or (column == "channel" and table in _OWN_CHANNELS)
    )


def own_name(case: Case, text: str | None) -> str | None:
    """Return a name as it stands in the warehouse: under the case's."""
    if text is None or text in _NO_NAMES:
        return text
    return f"{case.name}__{text}"


def own_row(case: Case, table: str, row: Row) -> Filled:
    """Return a row with its names under the case's."""
    return {
        column: own_name(case, text) if is_own(table, column) else text
        for column, text in row.items()
    }


def _repeated(row: Row) -> Iterator[Filled]:
    """Yield a row as often as it says, `{n}` being 1, 2, 3 and so on."""
    plain = {name: text for name, text in row.items() if name not in HELPERS}
    if "times" not in row:
        yield plain
        return
    times = row["times"]
    if times is None or not times.isdigit():
        raise CaseError(f"times is a whole number, not {times!r}")
    for n in range(1, int(times) + 1):
        yield {name: text and text.format(n=n) for name, text in plain.items()}


def _listed(case: Case, defaults: Defaults) -> Tables:
    """Return the rows the case lists, each with its key and the values anybody would give."""
    contract = raw_contract()
    tables: Tables = defaultdict(list)
    for table, rows in case.raw.items():
        key = contract[table].key
        for row in rows:
            for filled in _repeated(row):
                number = len(tables[table]) + 1
                own_key = {key[0]: f"{table}-{number}"} if len(key) == 1 else {}
                tables[table].append(own_key | dict(defaults.values.get(table, {})) | filled)
    return tables


def _price_states(tables: Tables, defaults: Defaults, add_plans: bool) -> None:
    """Give states without a price that of their plan, and list the plans that are in use."""
    plans: dict[str, Row] = dict(defaults.plans)
    for number, plan in enumerate(tables["plans"]):
        tables["plans"][number] = dict(plans.get(plan["plan_id"] or "", {})) | plan
        plans[plan["plan_id"] or ""] = tables["plans"][number]
    listed = {plan["plan_id"] for plan in tables["plans"]}
    for state in tables["subscription_changes"]:
        name = state.get("plan_id")
        plan = plans.get(name or "")
        if plan is not None:
            state.setdefault("unit_amount", plan.get("list_price"))
        if add_plans and plan is not None and name not in listed:
            tables["plans"].append(dict(plan))
            listed.add(name)


def _add_subscriptions(tables: Tables) -> None:
    """Add the subscription of every state; one that is not named is its account's only one."""
    listed = {row["subscription_id"]: row for row in tables["subscriptions"]}
    for state in tables["subscription_changes"]:
        account = state.pop("account_id", None)
        name = state.setdefault("subscription_id", account)
        row = listed.get(name)
        if row is None:
            row = {"subscription_id": name}
            listed[name] = row
            tables["subscriptions"].append(row)
        row.setdefault("account_id", account or name)
        if "created_at" not in row or row.get("_first_state"):
            row["_first_state"] = "yes"
            row["created_at"] = min(filter(None, (row.get("created_at"), state["effective_at"])))
    for row in tables["subscriptions"]:
        row.pop("_first_state", None)
        row.setdefault("account_id", row["subscription_id"])


def _first_days(tables: Tables, column: str) -> dict[str, str]:
    """Return the first day on which rows speak of each value of a column."""
    contract = raw_contract()
    days: dict[str, str] = {}
    for table, rows in tables.items():
        placed_by = contract[table].placed_by or "created_at"
        for row in rows:
            for name in row:
                value, day = row[name], (row.get(placed_by) or "")[:10]
                if name.endswith(column) and value and day:
                    days[value] = min(day, days.get(value, day))
    return days


def _add_users(tables: Tables) -> None:
    """Add the users that rows speak of, and give events the account of their user."""
    accounts = {row["user_id"]: row["account_id"] for row in tables["users"]}
    for table, rows in tables.items():
        for row in rows:
            user = row.get("user_id")
            if user and table != "users":
                row.setdefault("account_id", accounts.get(user))
                if user not in accounts:
                    accounts[user] = row["account_id"]
                    tables["users"].append({"user_id": user, "account_id": row["account_id"]})
    days = _first_days(tables, "user_id")
    for row in tables["users"]:
        row.setdefault("created_at", days.get(row["user_id"] or ""))


def _add_accounts(tables: Tables) -> None:
    """Add the accounts that rows speak of, created on their first day."""
    listed = {row["account_id"] for row in tables["accounts"]}
    days = _first_days(tables, "account_id")
    for name in dict.fromkeys(
        row[column]
        for table, rows in list(tables.items())
        for row in rows
        for column in row
        if column.endswith("account_id") and row[column] and table != "accounts"
    ):
        if name not in listed:
            tables["accounts"].append({"account_id": name})
    for row in tables["accounts"]:
        row.setdefault("account_name", row["account_id"])
        row.setdefault("created_at", days.get(row["account_id"] or ""))


def complete(case: Case, defaults: Defaults) -> Tables:
    """Return the case's raw tables with everything filled in, names still as written."""
    tables = _listed(case, defaults)
    _price_states(tables, defaults, add_plans=not case.as_written)
    if case.as_written:
        for state in tables["subscription_changes"]:
            state.pop("account_id", None)
    else:
        _add_subscriptions(tables)
        _add_users(tables)
        _add_accounts(tables)
    return {table: rows for table, rows in tables.items() if rows}


def company_rows(cases: Mapping[str, Case], defaults: Defaults) -> Tables:
    """Return the raw tables of the company in which all of the cases live.

    Rates of exchange belong to everybody: a currency has the same rates in each case that gives
    any, or the case gets a company of its own.
    """
    together: Tables = defaultdict(list)
    rates: dict[str | None, tuple[str, list[Filled]]] = {}
    for case in cases.values():
        for table, rows in complete(case, defaults).items():
            if table == "exchange_rates":
                _gather_rates(case, rows, rates)
                continue
            for row in rows:
                own = own_row(case, table, row)
                if table == "accounts":
                    own.setdefault(CASE_COLUMN, case.name)
                together[table].append(own)
    for _, rows in rates.values():
        together["exchange_rates"].extend(rows)
    return dict(together)


def _gather_rates(
    case: Case, rows: list[Filled], rates: dict[str | None, tuple[str, list[Filled]]]
) -> None:
    by_currency: dict[str | None, list[Filled]] = defaultdict(list)
    for row in rows:
        by_currency[row.get("currency")].append(row)
    for currency, given in by_currency.items():
        owner, known = rates.setdefault(currency, (case.name, given))
        if known != given:
            raise CaseError(
                f"{case.topic}.yml: case {case.name}: {owner} has other rates of {currency}: "
                "use another currency"
            )
