"""The demo company: the same bytes for the same seed, every kind of row, a believable business."""

from __future__ import annotations

import csv
import hashlib
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from harness import Project
from toolbox.contract import Table, read_contract
from toolbox.simulator.company import Company, generate
from toolbox.simulator.event_names import NAMES
from toolbox.simulator.settings import Settings, SettingsError
from toolbox.simulator.tables import COLUMNS

Rows = list[dict[str, str]]

CONTRACT = read_contract()
SMALL = {"accounts": 40, "months": 9, "seed": 7}
# A change of the simulator changes this company; see that it is meant and write the new hash.
SMALL_HASH = "d93bc5d9e21cfbf0c8377165e21469f3fe6683523b16efc84ae2567549741ed8"
RULES = {
    "missing_key", "duplicate_key", "value_does_not_cast", "implausible_date",
    "missing_required_value", "unknown_parent", "unknown_enum_value", "negative_value",
    "discount_percent_out_of_range", "score_off_scale", "end_before_start",
    "currency_without_rate", "trial_end_before_start", "paid_without_amount_due",
    "two_states_at_one_instant",
}  # fmt: skip
NOT_IN_CATALOGUE = {"beta_banner_clicked"}


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def digest(folder: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        whole.update(path.name.encode() + path.read_bytes())
    return whole.hexdigest()


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """The company scripts/build uses, written once."""
    made = Company(Settings(out=tmp_path_factory.mktemp("company")))
    made.run(lambda _step, _done: None)
    return made


@pytest.fixture(scope="module")
def tables(company: Company) -> dict[str, Rows]:
    return {name: read(company.settings.out / f"{name}.csv") for name in COLUMNS}


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    first, again, other = tmp_path / "a", tmp_path / "b", tmp_path / "c"
    generate(Settings(out=first, **SMALL))
    generate(Settings(out=again, **SMALL))
    generate(Settings(out=other, **(SMALL | {"seed": 8})))
    assert digest(first) == digest(again)
    assert digest(first) != digest(other)
    assert digest(first) == SMALL_HASH
    assert b"\r" not in (first / "accounts.csv").read_bytes()


def test_files_have_the_columns_of_the_contract(tables: dict[str, Rows]) -> None:
    assert {name: table.column_names for name, table in CONTRACT.items()} == COLUMNS
    for name, rows in tables.items():
        assert tuple(rows[0]) == (*CONTRACT[name].column_names, "_loaded_at")


def test_parquet_holds_the_same_values(tmp_path: Path) -> None:
    generate(Settings(out=tmp_path / "csv", **SMALL))
    generate(Settings(out=tmp_path / "parquet", file_format="parquet", **SMALL))
    for name in COLUMNS:
        (found,) = (tmp_path / "parquet").glob(f"{name}.*")
        assert found.suffix == ".parquet"
        with duckdb.connect() as connection:
            rows = connection.read_parquet(str(found)).fetchall()
        written = read(tmp_path / "csv" / f"{name}.csv")
        assert rows == [tuple(value or None for value in row.values()) for row in written]


def test_the_other_formats_files_do_not_stay_behind(tmp_path: Path) -> None:
    generate(Settings(out=tmp_path, file_format="parquet", **SMALL))
    generate(Settings(out=tmp_path, **SMALL))
    assert {path.suffix for path in tmp_path.iterdir()} == {".csv"}


# --- Bad rows -------------------------------------------------------------------------------------

INSTANT = re.compile(r"\d{4}-[01]\d-[0-3]\d([T ]\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?)?")
GRAMMAR = {
    "integer": re.compile(r"-?\d+"),
    "decimal": re.compile(r"-?\d+(\.\d+)?"),
    "timestamp": INSTANT,
    "date": INSTANT,
    "boolean": re.compile(r"true|false|t|f"),
}
ENUMS = {
    ("subscription_changes", "status"):
        "trialing active past_due unpaid paused incomplete canceled cancelled",
    ("invoices", "status"): "draft open paid uncollectible void",
    ("goal_events", "step"): "exposed completed",
    ("survey_invitations", "survey_type"): "nps csat ces feedback",
    ("survey_responses", "survey_type"): "nps csat ces feedback",
}  # fmt: skip
PARENTS = {
    "account_id": "accounts", "referring_account_id": "accounts", "user_id": "users",
    "subscription_id": "subscriptions", "plan_id": "plans",
}  # fmt: skip
SPANS = (
    ("created_at", "ended_at"),
    ("opened_at", "resolved_at"),
    ("period_start", "period_end"),
)
HIGHEST = {"nps": 10, "csat": 7, "ces": 7, "feedback": 10}


def is_day(text: str) -> bool:
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True


def casts(value: str, data_type: str) -> bool:
    kind = data_type.partition("(")[0]
    if not value or kind not in GRAMMAR:
        return True
    return bool(GRAMMAR[kind].fullmatch(value)) and (GRAMMAR[kind] is not INSTANT or is_day(value))


def value_rules(table: Table, row: dict[str, str], keys: dict[str, set[str]]) -> Iterator[str]:
    """Yield the broken rules that the contract says of single columns."""
    if not all(row[column].strip() for column in table.key):
        yield "missing_key"
    if table.placed_by and "" < row[table.placed_by] < "2000":
        yield "implausible_date"
    needed = [column.name for column in table.columns if column.required]
    if any(not row[column] for column in needed if column not in table.key):
        yield "missing_required_value"
    foreign = [column for column in PARENTS if row.get(column) and column not in table.key]
    if any(row[column] not in keys[PARENTS[column]] for column in foreign):
        yield "unknown_parent"
    known = [column for owner, column in ENUMS if owner == table.name and row[column]]
    if any(row[column].lower() not in ENUMS[table.name, column].split() for column in known):
        yield "unknown_enum_value"


def money_rules(table: Table, row: dict[str, str]) -> Iterator[str]:
    """Yield the broken rules about prices, discounts, currencies and payments."""
    if any(row.get(column, "").startswith("-") for column in ("quantity", "unit_amount")):
        yield "negative_value"
    if Decimal(row.get("discount_percent") or 0) > 100:
        yield "discount_percent_out_of_range"
    is_money = table.name in ("subscription_changes", "invoices", "costs")
    if is_money and row["currency"] not in ("USD", "EUR", "NOK"):
        yield "currency_without_rate"
    paid, due = (Decimal(row.get(column) or 0) for column in ("amount_paid", "amount_due"))
    if paid > 0 >= due:
        yield "paid_without_amount_due"


def order_rules(row: dict[str, str]) -> Iterator[str]:
    """Yield the broken rules about scales and about what comes first."""
    highest = HIGHEST.get(row.get("survey_type", "").lower())
    if highest is not None and Decimal(row.get("score") or 0) > highest:
        yield "score_off_scale"
    if any(row.get(end) and row[end][:10] < row.get(start, "")[:10] for start, end in SPANS):
        yield "end_before_start"
    if row.get("trial_end") and row["trial_end"] < row["trial_start"]:
        yield "trial_end_before_start"


def broken_rules(table: Table, row: dict[str, str], keys: dict[str, set[str]]) -> list[str]:
    """Return the rules a row breaks that can be seen in the row alone: a second, plainer judge."""
    if not all(casts(row[column.name].strip(), column.data_type) for column in table.columns):
        return ["value_does_not_cast"]
    return [*value_rules(table, row, keys), *money_rules(table, row), *order_rules(row)]


def judge(tables: dict[str, Rows]) -> tuple[Counter[str], dict[str, float]]:
    """Return (rows by rule, share of broken rows by table)."""
    keys = {name: {row[CONTRACT[name].key[0]] for row in rows} for name, rows in tables.items()}
    by_rule: Counter[str] = Counter()
    shares: dict[str, float] = {}
    for name, rows in tables.items():
        table, seen, bad = CONTRACT[name], set(), 0
        places = Counter((row.get("subscription_id"), row.get("effective_at")) for row in rows)
        for row in rows:
            rules = broken_rules(table, row, keys)
            key = tuple(row[column] for column in table.key)
            if key in seen and all(key):
                rules.append("duplicate_key")
            seen.add(key)
            place = (row.get("subscription_id"), row.get("effective_at"))
            if name == "subscription_changes" and places[place] > 1 and not rules:
                rules.append("two_states_at_one_instant")
            by_rule.update(rules)
            bad += bool(rules)
        shares[name] = bad / len(rows)
    return by_rule, shares


def test_every_rule_is_broken_and_few_rows_are(tables: dict[str, Rows]) -> None:
    by_rule, shares = judge(tables)
    assert set(by_rule) == RULES
    assert max(shares.values()) < 0.008, shares  # well below max_rejected_share
    assert shares["plans"] == shares["exchange_rates"] == 0


def test_without_bad_rows_nothing_is_broken(tmp_path: Path) -> None:
    generate(Settings(out=tmp_path, accounts=120, months=12, bad_share=0))
    by_rule, _ = judge({name: read(tmp_path / f"{name}.csv") for name in COLUMNS})
    assert not by_rule


# --- The business ---------------------------------------------------------------------------------


def test_the_company_is_healthy(company: Company) -> None:
    customers = [set(month) for month in company.customers]
    assert 150 <= len(customers[-1]) <= 220
    assert len(customers[-1]) > len(customers[12])
    pairs = list(pairwise(customers[12:]))
    churn = sum(len(before - after) for before, after in pairs) / sum(len(b) for b, _ in pairs)
    assert 0.01 <= churn <= 0.03


def test_everything_happens(tables: dict[str, Rows]) -> None:
    changes, subscriptions = tables["subscription_changes"], tables["subscriptions"]
    statuses = {row["status"].lower() for row in changes}
    assert statuses >= {"trialing", "active", "past_due", "unpaid", "paused", "incomplete",
                        "canceled"}  # fmt: skip
    assert {row["discount_duration"] for row in changes} == {"", "once", "repeating", "forever"}
    intervals = {row["plan_id"]: row["billing_interval"].lower() for row in tables["plans"]}
    used = {intervals[row["plan_id"]] for row in changes if row["plan_id"]}
    assert used == {"day", "week", "month", "quarter", "half_year", "year"}
    assert {row["currency"] for row in changes} == {"USD", "EUR", "NOK", ""} - {""}
    assert any(row["discount_percent"] and row["discount_amount"] for row in changes)
    ahead = [row for row in changes if "2026-07" < row["effective_at"] < "2090"]
    assert len(ahead) >= 5
    assert all(row["_loaded_at"] < "2026-07" for row in ahead)  # signed by the end of the data
    assert any(row["ended_at"] > "2026-07" > row["canceled_at"] > "" for row in subscriptions)
    assert any(row["cancel_reason"] == "payment_failure" for row in subscriptions)
    assert {row["status"] for row in tables["invoices"]} >= {"draft", "open", "paid",
                                                            "uncollectible", "void"}  # fmt: skip
    assert any(not row["subscription_id"] for row in tables["invoices"])
    assert any(row["amount_refunded"] not in ("", "0.00") for row in tables["invoices"])
    assert {"", "1"} < {row["agent_interactions"] for row in tables["support_tickets"]}
    assert any(row["amount"].startswith("-") for row in tables["costs"])
    assert any(not row["invitation_id"] for row in tables["survey_responses"])
    assert any("ø" in row["comment"] for row in tables["survey_responses"])
    assert any(not row["referred_account_id"] for row in tables["referrals"])


def test_invoices_agree_with_their_subscriptions(tables: dict[str, Rows]) -> None:
    """Checked on contracts with one state and no discount, for whose terms it is plain."""
    states: dict[str, Rows] = {}
    for row in tables["subscription_changes"]:
        states.setdefault(row["subscription_id"], []).append(row)
    checked = 0
    for invoice in tables["invoices"]:
        held = states.get(invoice["subscription_id"], [])
        discount = [held[0]["discount_percent"], held[0]["discount_amount"]] if held else []
        is_plain = len(held) == 1 and not any(discount)
        if invoice["invoice_id"].startswith("X") or not is_plain:
            continue
        due = Decimal(invoice["amount_due"]) - Decimal(invoice["tax_amount"] or 0)
        quantity, unit = Decimal(held[0]["quantity"]), Decimal(held[0]["unit_amount"])
        assert due == quantity * unit, invoice
        checked += 1
    assert checked > 100


def test_usage_fades_before_churn_only_with_the_link(company: Company, tmp_path: Path) -> None:
    linked = company.settings.out
    generate(Settings(out=tmp_path, usage_churn_link=False))
    for name in COLUMNS:
        same = (linked / f"{name}.csv").read_bytes() == (tmp_path / f"{name}.csv").read_bytes()
        assert same == (name != "usage_events"), name
    with_link, without = late_share(linked), late_share(tmp_path)
    assert with_link < 0.75
    assert 0.85 < without < 1.4  # accounts grow


def late_share(folder: Path) -> float:
    """Return usage in the last 28 days before a voluntary end, over that 112 to 85 days before."""
    query = """
        with ends as (
            select account_id, max(cast(left(ended_at, 10) as date)) as ended_on
            from read_csv($subscriptions, all_varchar = true)
            group by account_id
            having
                count(*) = count(ended_at) and max(left(ended_at, 10)) < '2026-06-30'
                and max(cancel_reason) not in ('payment_failure', 'trial_ended')
        ),
        events as (
            select account_id, try_cast(left(occurred_at, 10) as date) as event_day
            from read_csv($events, all_varchar = true)
        )
        select
            sum(case when ended_on - event_day between 1 and 28 then 1.0 else 0 end)
            / sum(case when ended_on - event_day between 85 and 112 then 1.0 else 0 end)
        from ends
        inner join events on ends.account_id = events.account_id
    """
    paths = {
        "subscriptions": str(folder / "subscriptions.csv"),
        "events": str(folder / "usage_events.csv"),
    }
    with duckdb.connect() as connection:
        (share,) = connection.execute(query, paths).fetchone() or (0.0,)
    return float(share)


@pytest.mark.parametrize("wanted", [0, 2_000, 60_000])
def test_events_come_in_about_the_number_asked_for(tmp_path: Path, wanted: int) -> None:
    generate(Settings(out=tmp_path, accounts=60, months=12, events=wanted, bad_share=0))
    found = len(read(tmp_path / "usage_events.csv"))
    assert abs(found - wanted) <= 0.1 * wanted


def test_the_seeds_know_what_the_company_sends(root: Path, tables: dict[str, Rows]) -> None:
    seeds = root / "seeds" / "config"
    catalogue = {row["event_name"] for row in read(seeds / "feature_catalogue.csv")}
    assert set(NAMES) - catalogue == NOT_IN_CATALOGUE
    assert catalogue <= set(NAMES)
    for name in ("health_action_weights", "onboarding_steps"):
        assert {row["event_name"] for row in read(seeds / f"{name}.csv")} <= set(NAMES)
    categories = {row["category"] for row in read(seeds / "cost_categories.csv")}
    assert {row["category"] for row in tables["costs"]} - {""} == categories
    goals = {row["goal"] for row in read(seeds / "conversion_goals.csv")}
    assert {row["goal"] for row in tables["goal_events"]} == goals


# --- The entry point ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"accounts": 0}, "--accounts 0"),
        ({"months": 0}, "--months 0"),
        ({"events": -1}, "--events -1"),
        ({"seed": -1}, "--seed -1"),
        ({"bad_share": 0.9}, "--bad-share 0.9"),
        ({"file_format": "xlsx"}, "--format xlsx"),
        ({"end": date(2001, 1, 31)}, "--end 2001-01-31"),
    ],
)
def test_options_that_make_no_company_are_refused(
    tmp_path: Path, change: dict[str, object], words: str
) -> None:
    with pytest.raises(SettingsError, match=words):
        Settings(**({"out": tmp_path} | change))  # type: ignore[arg-type]


def run_command(root: Path, python: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, str(root / "scripts" / "generate"), *options],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_command_writes_files_and_says_so(root: Path, python: str, tmp_path: Path) -> None:
    done = run_command(root, python, "--accounts", "20", "--months", "6", "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "14 files" in done.stdout
    assert len(list(tmp_path.iterdir())) == 14


def test_a_wrong_option_is_one_line(root: Path, python: str, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    for options in (("--accounts", "0"), ("--accounts", "5", "--out", str(blocked))):
        done = run_command(root, python, *options)
        assert done.returncode == 1
        assert len(done.stderr.strip().splitlines()) == 1
        assert "Traceback" not in done.stderr


# --- The company to read by eye -------------------------------------------------------------------

TINY = [
    ("A1", date(2024, 1, 15), "new", None, "166.67"),
    ("A1", date(2024, 4, 1), "expansion", None, "60.00"),
    ("A1", date(2024, 7, 1), "contraction", None, "-60.00"),
    ("A1", date(2025, 1, 15), "churn", "cancelled", "-166.67"),
    ("A1", date(2025, 3, 10), "reactivation", None, "150.00"),
    ("A3", date(2024, 3, 15), "new", None, "60.00"),
    ("A3", date(2024, 11, 1), "churn", "downgraded_to_free", "-60.00"),
    ("A5", date(2024, 5, 1), "new", None, "200.00"),
    ("A5", date(2024, 8, 1), "expansion", None, "50.00"),
    ("A6", date(2024, 3, 1), "new", None, "50.00"),
    ("A6", date(2024, 9, 20), "churn", "payment_failure", "-50.00"),
    ("A7", date(2024, 6, 1), "new", None, "90.00"),
    ("A7", date(2024, 9, 1), "churn", "paused", "-90.00"),
    ("A7", date(2024, 11, 1), "reactivation", None, "90.00"),
    ("A8", date(2024, 2, 1), "new", None, "101.20"),
]


def test_the_tiny_company_breaks_nothing(root: Path) -> None:
    tiny = {name: read(root / "examples" / "tiny" / f"{name}.csv") for name in CONTRACT}
    by_rule, _ = judge(tiny)
    assert not by_rule
    for name, rows in tiny.items():
        assert tuple(rows[0]) == CONTRACT[name].column_names


def test_the_tiny_company_moves_as_its_page_says(root: Path, project: Project) -> None:
    built = project.build(
        root / "examples" / "tiny",
        select="+fct_mrr_movements",
        arguments=["--indirect-selection", "empty"],
        variables={"reporting_currency": "USD"},
    )
    found = built.query(
        "select account_id, movement_date, movement, churn_kind, movement_amount"
        " from marts.fct_mrr_movements order by account_id, movement_date"
    )
    assert [tuple(row.values()) for row in found] == [
        (*rest, Decimal(amount)) for *rest, amount in TINY
    ]
    page = (root / "examples" / "tiny" / "README.md").read_text(encoding="utf-8")
    for _, day, movement, kind, amount in TINY:
        words = f"{day} {movement} {amount.lstrip('-')}" + (f" ({kind})" if kind else "")
        assert words in page
