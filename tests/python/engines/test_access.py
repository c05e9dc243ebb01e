"""A reader of the marts on PostgreSQL reads the marts, and nothing else, and writes nowhere."""

from __future__ import annotations

import psycopg2
import pytest

from engines.conftest import TINY
from harness import query
from toolbox.console import UserError
from toolbox.engines.postgres import Postgres


@pytest.fixture(scope="module", autouse=True)
def _built(demo_on_postgres):
    """The demo company stands, built for the role bi_reader."""


def _run(server, statement: str, user: str) -> list:
    connection = psycopg2.connect(
        host="127.0.0.1", port=server.port, dbname=server.database, user=user
    )
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def _relations(server, schema: str) -> list[str]:
    rows = _run(
        server,
        "select table_name from information_schema.tables"
        f" where table_schema = '{schema}' order by table_name",
        server.user,
    )
    return [name for (name,) in rows]


def test_every_mart_can_be_read(server, demo_on_postgres):
    engine, _ = demo_on_postgres
    names = _relations(server, engine.schema("marts"))
    assert "fct_mrr_monthly" in names
    for name in names:
        _run(server, f"select * from {engine.schema('marts')}.{name} limit 1", "bi_reader")


@pytest.mark.parametrize("layer", ["raw", "staging", "intermediate", "config"])
def test_nothing_else_can(server, demo_on_postgres, layer):
    engine, _ = demo_on_postgres
    names = _relations(server, engine.schema(layer))
    assert names
    for name in names:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            _run(server, f"select * from {engine.schema(layer)}.{name} limit 1", "bi_reader")


@pytest.mark.parametrize(
    "statement",
    [
        "insert into {marts}.dim_plans select * from {marts}.dim_plans",
        "update {marts}.fct_mrr_monthly set mrr = 0",
        "delete from {marts}.fct_mrr_monthly",
        "truncate {marts}.fct_mrr_monthly",
        "drop table {marts}.fct_mrr_monthly",
        "create table {marts}.of_mine (a int)",
        "create view {marts}.of_mine as select 1",
        "create table public.of_mine (a int)",
        "create schema of_mine",
    ],
)
def test_nothing_can_be_written(server, demo_on_postgres, statement):
    engine, _ = demo_on_postgres
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        _run(server, statement.format(marts=engine.schema("marts")), "bi_reader")


def test_rights_outlive_a_rebuild(server, demo_on_postgres, builder):
    engine, _ = demo_on_postgres
    statement = f"select count(*) from {engine.schema('marts')}.fct_mrr_monthly"
    before = _run(server, statement, "bi_reader")
    builder.build(engine, None, select="fct_mrr_monthly", reader_roles=["bi_reader"])
    assert _run(server, statement, "bi_reader") == before


def test_filters_of_readers_have_indexes(server, demo_on_postgres):
    engine, _ = demo_on_postgres
    rows = _run(
        server,
        f"select tablename, indexdef from pg_indexes where schemaname = '{engine.schema('marts')}'",
        server.user,
    )
    indexed = {(name, text.split("(")[1].rstrip(")")) for name, text in rows}
    assert ("fct_mrr_monthly", "segment_type, segment_value, mrr_month") in indexed
    assert ("fct_account_months", "account_id") in indexed


def test_personal_data_stay_in_staging(demo_warehouse):
    rows = query(
        demo_warehouse,
        "select distinct table_schema, table_name, column_name from information_schema.columns"
        " where column_name in ('contact_email', 'row_json')"
        " and table_schema not in ('raw', 'staging')",
    )
    assert rows == []


def test_account_names_can_be_hidden(server, builder, demo_on_postgres):
    engine = Postgres({"raw_schema": "hidden_raw"}, schema="hidden")
    builder.build(
        engine,
        TINY,
        select="+dim_accounts",
        raw_schema="hidden_raw",
        hash_account_names=True,
    )
    marts = engine.schema("marts")
    rows = _run(server, "select account_name from hidden_raw.accounts", server.user)
    plain = {name for (name,) in rows}
    shown = _run(server, f"select account_name from {marts}.dim_accounts", server.user)
    assert shown
    assert all(len(name) == 32 and name not in plain for (name,) in shown)
    texts = _run(
        server,
        "select table_name, column_name from information_schema.columns"
        f" where table_schema = '{marts}' and data_type = 'text'",
        server.user,
    )
    for table, column in texts:
        values = _run(server, f"select distinct {column} from {marts}.{table}", server.user)
        assert not plain & {value for (value,) in values}, (table, column)


def test_a_table_of_somebody_elses_is_not_replaced(server, monkeypatch):
    _run(server, "create schema of_theirs", server.user)
    _run(server, "create table of_theirs.accounts (account_id text)", server.user)
    with pytest.raises(UserError, match=r"of_theirs\.accounts .* not made by scripts/load"):
        Postgres({"raw_schema": "of_theirs"}).load(TINY)
    assert _relations(server, "of_theirs") == ["accounts"]


def test_a_server_that_is_not_there_is_one_line(server, monkeypatch):
    monkeypatch.setenv("PGPORT", "1")
    with pytest.raises(
        UserError, match=r"PostgreSQL at 127\.0\.0\.1:1, database warehouse"
    ) as told:
        Postgres().load(TINY)
    assert "\n" not in str(told.value)
