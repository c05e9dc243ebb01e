"""Loading a folder: what can be read, and one line for everything that cannot."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from harness import query, write_raw
from toolbox.console import UserError
from toolbox.contract import read_contract
from toolbox.loader import changed_files, load

CONTRACT = read_contract()
REQUIRED = ("accounts", "plans", "subscriptions", "subscription_changes")
HOLD_LOCK = (
    "import duckdb, sys\n"
    "connection = duckdb.connect(sys.argv[1])\n"
    "print('open', flush=True)\n"
    "sys.stdin.read()\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The four required tables, one account in them; a quote in the path."""
    return write_raw(
        tmp_path / "it's raw",
        {"accounts": [{"account_id": "a1", "account_name": " ACME, Inc. ", "employee_count": "7"}]},
    )


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    return tmp_path / "test.duckdb"


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def complaint(folder: Path, warehouse: Path) -> str:
    with pytest.raises(UserError) as caught:
        load(folder, warehouse)
    message = str(caught.value)
    assert "\n" not in message
    return message


def parquet(path: Path, select: str) -> None:
    duckdb.sql(f"copy ({select}) to '{str(path).replace(chr(39), chr(39) * 2)}' (format parquet)")


# --- what can be read -------------------------------------------------------------------------


def test_csv_is_text_as_written(folder, warehouse):
    load(folder, warehouse)
    (row,) = query(warehouse, "from raw.accounts")
    assert row["account_name"] == " ACME, Inc. "
    assert row["employee_count"] == "7"
    assert row["region"] is None
    assert row["_loaded_at"] is None
    assert list(row) == [*CONTRACT["accounts"].column_names, "_loaded_at"]


def test_columns_go_by_name_and_extra_ones_are_kept_and_noted(folder, warehouse):
    names = ["extra", "_loaded_at", *reversed(CONTRACT["plans"].column_names)]
    write(folder / "plans.csv", ",".join(name.upper() for name in names), ",".join(names))
    result = load(folder, warehouse)
    (row,) = query(warehouse, "from raw.plans")
    assert all(name == value for name, value in row.items())
    assert result.notes == ["plans.csv: columns beyond the raw contract, kept: EXTRA"]


def test_byte_order_mark_quotes_and_line_breaks_inside_a_value(folder, warehouse):
    names = CONTRACT["plans"].column_names
    text = ",".join(f'"{name}"' for name in names) + '\r\n"p\r\n1","say ""hi"""' + "," * 8 + "\r\n"
    (folder / "plans.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    load(folder, warehouse)
    (row,) = query(warehouse, "from raw.plans")
    assert (row["plan_id"], row["plan_name"]) == ("p\r\n1", 'say "hi"')


def test_compressed_csv(folder, warehouse):
    plain = folder / "accounts.csv"
    (folder / "accounts.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    load(folder, warehouse)
    assert query(warehouse, "select account_id from raw.accounts") == [{"account_id": "a1"}]


def test_parquet_keeps_its_types(folder, warehouse):
    columns = [f"null as {name}" for name in CONTRACT["users"].column_names[1:]]
    parquet(folder / "users.parquet", f"select 7 as user_id, {', '.join(columns)}")
    load(folder, warehouse)
    assert query(warehouse, "select user_id from raw.users") == [{"user_id": 7}]


def test_column_that_may_be_absent_reads_as_empty(folder, warehouse):
    names = [name for name in CONTRACT["plans"].column_names if name != "is_seat_based"]
    write(folder / "plans.csv", ",".join(names), "p1" + "," * (len(names) - 1))
    load(folder, warehouse)
    assert query(warehouse, "select plan_id, is_seat_based from raw.plans") == [
        {"plan_id": "p1", "is_seat_based": None}
    ]


def test_optional_tables_that_are_absent_are_empty(folder, warehouse):
    result = load(folder, warehouse)
    assert set(result.absent) == set(CONTRACT) - set(REQUIRED)
    for name in result.absent:
        assert query(warehouse, f"from raw.{name}") == []
    described = query(warehouse, "describe raw.costs")
    assert [row["column_name"] for row in described] == [
        *CONTRACT["costs"].column_names,
        "_loaded_at",
    ]
    assert {row["column_type"] for row in described} == {"VARCHAR"}


def test_stranger_files_are_noted(folder, warehouse):
    write(folder / "acounts.csv", "a")
    write(folder / "readme.txt", "a")
    assert load(folder, warehouse).notes == ["not in the raw contract, ignored: acounts.csv"]


def test_loaded_files_records_what_was_there(folder, warehouse):
    load(folder, warehouse)
    rows = {row["table_name"]: row for row in query(warehouse, "from raw.loaded_files")}
    assert set(rows) == set(CONTRACT)
    accounts, costs = rows["accounts"], rows["costs"]
    stat = (folder / "accounts.csv").stat()
    assert accounts["path"] == str((folder / "accounts.csv").resolve())
    assert (accounts["size_bytes"], accounts["modified_ns"]) == (stat.st_size, stat.st_mtime_ns)
    assert (accounts["is_given"], accounts["row_count"]) == (True, 1)
    assert (costs["is_given"], costs["path"], costs["row_count"]) == (False, None, 0)
    assert {row["raw_folder"] for row in rows.values()} == {str(folder.resolve())}


def test_another_folder_replaces_every_view(folder, warehouse, tmp_path):
    load(folder, warehouse)
    other = write_raw(tmp_path / "other", {"costs": [{"cost_id": "c1"}]})
    load(other, warehouse)
    assert query(warehouse, "from raw.accounts") == []
    assert query(warehouse, "select cost_id from raw.costs") == [{"cost_id": "c1"}]
    assert query(warehouse, "select distinct raw_folder from raw.loaded_files") == [
        {"raw_folder": str(other.resolve())}
    ]


def test_changed_files_are_named(folder, warehouse):
    load(folder, warehouse)
    assert changed_files(warehouse) == []
    os.utime(folder / "plans.csv", ns=(1, 1))
    (folder / "accounts.csv").unlink()
    gone, replaced = changed_files(warehouse)
    assert "accounts.csv is gone" in gone
    assert "plans.csv was replaced" in replaced


# --- what cannot ------------------------------------------------------------------------------


@pytest.mark.parametrize("table", REQUIRED)
def test_required_table_missing(folder, warehouse, table):
    (folder / f"{table}.csv").unlink()
    message = complaint(folder, warehouse)
    assert str(folder) in message
    assert f"lacks the required table {table};" in message


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (name, column.name)
        for name in ("accounts", "invoices")
        for column in CONTRACT[name].columns
        if not column.may_be_absent
    ],
)
def test_column_missing(folder, warehouse, table, column):
    names = [name for name in CONTRACT[table].column_names if name != column]
    path = write(folder / f"{table}.csv", ",".join(names))
    assert complaint(folder, warehouse).startswith(f"{path} lacks column {column};")


def test_parquet_column_missing(folder, warehouse):
    parquet(folder / "costs.parquet", "select 1 as cost_id")
    assert "costs.parquet lacks columns incurred_on, category" in complaint(folder, warehouse)


def test_table_in_two_formats(folder, warehouse):
    parquet(folder / "accounts.parquet", "select 1 as account_id")
    assert "holds both accounts.csv and accounts.parquet" in complaint(folder, warehouse)


def test_folder_that_is_not_there(tmp_path, warehouse):
    assert f"{tmp_path / 'no'} does not exist" in complaint(tmp_path / "no", warehouse)
    assert not warehouse.exists()


def test_file_in_place_of_the_folder(folder, warehouse):
    assert "is not a folder" in complaint(folder / "plans.csv", warehouse)


def test_folder_in_place_of_a_file(folder, warehouse):
    (folder / "costs.csv").mkdir()
    assert "costs.csv is not a file" in complaint(folder, warehouse)


def test_file_without_a_header(folder, warehouse):
    (folder / "costs.csv").write_bytes(b"")
    assert "costs.csv is empty" in complaint(folder, warehouse)


def test_header_with_a_name_twice(folder, warehouse):
    write(folder / "costs.csv", ",".join([*CONTRACT["costs"].column_names, "Amount"]))
    message = complaint(folder, warehouse)
    assert "costs.csv has more than one column named 'amount'" in message


def test_semicolons(folder, warehouse):
    write(folder / "costs.csv", ";".join(CONTRACT["costs"].column_names))
    assert "costs.csv is separated by ';'" in complaint(folder, warehouse)


@pytest.mark.parametrize("head", [True, False])
def test_not_utf_8(folder, warehouse, head):
    names = ",".join(CONTRACT["costs"].column_names)
    lines = [f"{names},Größe", "," * 8] if head else [names, "c1,Größe" + "," * 6]
    (folder / "costs.csv").write_bytes("\n".join(lines).encode("latin-1"))
    message = complaint(folder, warehouse)
    assert "costs.csv" in message
    assert "is not UTF-8" in message


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("c2,2024-01", "line 3 has 2 values where its header names 8"),
        ("c2" + "," * 8 + "x", "line 3 has 9 values where its header names 8"),
        ('c2,"torn', "line 3 has a quote that does not end"),
    ],
)
def test_torn_csv(folder, warehouse, row, words):
    names = ",".join(CONTRACT["costs"].column_names)
    (folder / "costs.csv").write_text(f"{names}\nc1,,,,,,,\n{row}")
    assert words in complaint(folder, warehouse)


def test_broken_parquet_and_gzip(folder, warehouse):
    (folder / "costs.parquet").write_bytes(b"PAR1 no")
    assert "costs.parquet is not readable Parquet" in complaint(folder, warehouse)
    (folder / "costs.parquet").unlink()
    (folder / "costs.csv.gz").write_bytes(b"no gzip")
    assert "costs.csv.gz has an unreadable first line" in complaint(folder, warehouse)


def test_torn_gzip(folder, warehouse):
    plain = folder / "accounts.csv"
    rows = b"".join(f"a{n:06},{os.urandom(9).hex()},,,,,,,,,\n".encode() for n in range(9999))
    whole = gzip.compress(plain.read_bytes() + rows)
    plain.unlink()
    (folder / "accounts.csv.gz").write_bytes(whole[: len(whole) // 2])
    assert "accounts.csv.gz" in complaint(folder, warehouse)


def test_failed_load_leaves_the_earlier_one(folder, warehouse):
    load(folder, warehouse)
    write(folder / "accounts.csv", ",".join(CONTRACT["accounts"].column_names))
    write(folder / "costs.csv", "nonsense")
    before = query(warehouse, "from raw.loaded_files order by table_name")
    complaint(folder, warehouse)
    assert query(warehouse, "from raw.loaded_files order by table_name") == before


def test_warehouse_open_elsewhere(folder, warehouse):
    load(folder, warehouse)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_LOCK, str(warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout.readline() == "open\n"
        message = complaint(folder, warehouse)
        holder.stdin.close()
    assert f"{warehouse} is open in another program; close it there" in message


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("marts.duckdb", "is named like the schema marts"),
        ("no/such.duckdb", "of the warehouse does not exist"),
        (".", "is a folder"),
    ],
)
def test_impossible_warehouse(folder, tmp_path, name, words):
    assert words in complaint(folder, tmp_path / name)


def test_warehouse_that_is_no_duckdb_file(folder, warehouse):
    warehouse.write_bytes(b"x" * 5000)
    assert "is not a DuckDB file" in complaint(folder, warehouse)


def test_warehouse_with_tables_of_its_own(folder, warehouse):
    with duckdb.connect(warehouse) as connection:
        connection.execute("create schema raw; create table raw.plans (plan_id int)")
    assert "raw.plans is in the warehouse but not as a view" in complaint(folder, warehouse)


def test_command_ends_with_one_line_and_code_1(root, folder, warehouse):
    (folder / "plans.csv").unlink()
    done = subprocess.run(
        [sys.executable, root / "scripts" / "load", folder, "--warehouse", warehouse],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("error folder ")
