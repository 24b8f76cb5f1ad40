"""The database itself refuses to change facts (L1), and rows that no rule allows."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, Connection, Table, inspect, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.schema import UniqueConstraint

from billing import requests
from billing.office.transaction import Setting
from billing.store import migrate, schema
from billing.store.engine import reading
from tests.store import histories
from tests.store.conftest import Shelf
from tests.support import contents, do, init, opened

REFUSED = "rows are only ever inserted"


@pytest.fixture(scope="module")
def kept(shelf: Shelf) -> Iterator[Setting]:
    """A rich database that was initialised again since; nothing in it can be changed, so the tests share it."""
    setting = opened(shelf.copy(histories.rich))
    init(setting, terms=20)
    with reading(setting.engine) as connection:
        code = connection.execute(select(schema.customer.c.code).order_by(schema.customer.c.code)).scalars().first()
    assert code is not None
    do(setting, requests.MakeLink(customer=code))
    do(setting, requests.AddHook(url="https://desk.invalid/hooks"))
    do(setting, requests.OpenCase(customer=code, case="T-hooked", note="it is told"))
    yield setting
    setting.engine.dispose()


def forbidden(table: Table, dialect: str, there: set[str]) -> Iterator[str]:
    """Every statement that would change or take away a row of a table, of which those columns are there."""
    quote = schema_quote(dialect)
    columns = [quote(column.name) for column in table.columns if column.name in there]
    keys = ", ".join(quote(key.name) for key in table.primary_key)
    yield from (f"UPDATE {table.name} SET {column} = {column}" for column in columns)
    yield f"DELETE FROM {table.name}"
    again = f"INTO {table.name} SELECT * FROM {table.name} WHERE true"
    yield f"INSERT {again} ON CONFLICT ({keys}) DO UPDATE SET {columns[-1]} = excluded.{columns[-1]}"
    if dialect == "sqlite":
        yield f"UPDATE OR REPLACE {table.name} SET {columns[-1]} = {columns[-1]}"
        yield f"INSERT OR REPLACE {again}"
    else:
        yield f"TRUNCATE {table.name} CASCADE"
        yield "TRUNCATE customer, tariff_version CASCADE"


def schema_quote(dialect: str) -> Any:
    from sqlalchemy.dialects import postgresql, sqlite

    kind = sqlite if dialect == "sqlite" else postgresql
    return kind.dialect().identifier_preparer.quote


def require_guarded(connection: Connection, table: Table) -> None:
    """L1: the table has a row, and no statement changes it or takes it away."""
    assert connection.execute(select(1).select_from(table).limit(1)).first() is not None, (
        f"{table.name} has no row to change"
    )
    there = {column["name"] for column in inspect(connection).get_columns(table.name)}
    for statement in forbidden(table, connection.dialect.name, there):
        with pytest.raises(DBAPIError, match=REFUSED), connection.begin_nested():
            connection.exec_driver_sql(statement)


@pytest.mark.parametrize("table", schema.GUARDED, ids=lambda table: table.name)
def test_no_row_of_facts_is_changed(kept: Setting, table: Table) -> None:
    """L1: UPDATE, DELETE, REPLACE and TRUNCATE are refused, also after `init` again."""
    with kept.engine.connect() as connection:
        require_guarded(connection, table)


def test_every_table_of_facts_is_guarded() -> None:
    """L1: what is not guarded is ordinary data, named here; a new table must be one or the other."""
    ordinary = {
        "issuer", "customer", "head", "personal", "series", "bank_movement", "payment_reference", "agent", "timer",
        "alert", "journal_salt", "imported_time", "import_cursor",
        "access_key", "customer_address", "mail_thread", "mail_waiting",
        "desk", "desk_push",
        "access_link", "session", "hook", "outbox",
    }  # fmt: skip
    derived = {table.name for table in schema.DERIVED}
    assert {table.name for table in schema.metadata.sorted_tables} - {
        t.name for t in schema.GUARDED
    } == ordinary | derived


@pytest.mark.parametrize("shelf", ["sqlite"], indirect=True)
def test_no_row_is_replaced_by_any_unique_key(rich: Setting) -> None:
    """L1. SQLite deleted what REPLACE replaces without asking the triggers, unless `recursive_triggers` was on."""
    before = contents(rich)
    with rich.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA recursive_triggers").scalar() == 0
        for table in schema.GUARDED:
            for key in unique_keys(table):
                row = dict(connection.execute(select(table).limit(1)).mappings().one())
                other = {name: value for name, value in fresh_key(table, row).items() if name not in key}
                with pytest.raises(IntegrityError, match=REFUSED), connection.begin_nested():
                    connection.execute(table.insert().prefix_with("OR REPLACE").values(**row | other))
    assert contents(rich) == before


def unique_keys(table: Table) -> list[set[str]]:
    """The columns of each unique key of a table, the primary one first."""
    keys = [{key.name for key in table.primary_key}]
    keys += [{c.name for c in u.columns} for u in table.constraints if isinstance(u, UniqueConstraint)]
    return keys + [{c.name for c in index.columns} for index in table.indexes if index.unique]


def fresh_key(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """Values for the columns of unique keys that no row has."""
    names = set().union(*unique_keys(table)) - {"customer_id", "seq"}
    return {name: 9999 if isinstance(row[name], int) else f"{row[name]}~"[-10:] for name in names}


def test_guards_are_made_again_by_every_upgrade_that_calls_for_them(rich: Setting) -> None:
    """L1: a migration that rebuilds tables takes the guards off and puts them on again; twice does no harm."""
    with rich.engine.connect() as connection:
        migrate.unguard(connection)
        for table in schema.GUARDED:
            with connection.begin_nested() as tried:
                assert connection.exec_driver_sql(f"DELETE FROM {table.name} WHERE 1 = 2").rowcount == 0
                tried.rollback()
        migrate.guard(connection)
        migrate.guard(connection)
        for table in schema.GUARDED:
            require_guarded(connection, table)


# Rows that no rule allows: a table, and what of a good row is changed; then what is still allowed

FORBIDDEN: dict[str, tuple[Table, list[dict[str, Any]], list[dict[str, Any]]]] = {
    "ck_issuer_single": (schema.issuer, [{"id": 2}, {"id": 0}], []),
    "ck_term_order": (
        schema.term,
        [{"first_on": "2025-01-02", "last_on": "2025-01-01"}],
        [{"first_on": "2025-01-01", "last_on": "2025-01-01"}],
    ),
    "ck_sale_quantity": (schema.sale, [{"quantity": 0}, {"quantity": -1}], [{"quantity": 1}]),
    "ck_sale_price": (schema.sale, [{"price": -1}], [{"price": 0}]),
    "ck_payment_amount": (schema.payment, [{"amount": 0}, {"amount": -1}], [{"amount": 1}]),
    "ck_deposit_amount": (schema.deposit, [{"amount": 0}, {"amount": -1}], [{"amount": 1}]),
    "ck_refund_amount": (schema.refund, [{"amount": 0}, {"amount": -1}], [{"amount": 1}]),
    "ck_write_off_amount": (schema.write_off, [{"amount": 0}, {"amount": -1}], [{"amount": 1}]),
    "ck_attachment_size": (schema.attachment, [{"size": 0}, {"number": 0}], [{"size": 1}]),
    "ck_bank_part_amounts": (schema.bank_part, [{"amount": 0}, {"charges": -1}], [{"amount": 1, "charges": 0}]),
    "ck_bank_part_settled": (
        schema.bank_part,
        [{"money": 3, "settled_on": None}],
        [{"money": None, "settled_on": None}, {"money": 3, "settled_on": "2025-01-01"}],
    ),
    "ck_time_grant_minutes": (schema.time_grant, [{"minutes": -1}], [{"minutes": 0}]),
    "ck_entry_logged_seconds": (
        schema.entry,
        [{"logged_seconds": 0}, {"logged_seconds": -60}, {"logged_seconds": 86401}],
        [{"logged_seconds": 1}, {"logged_seconds": 86400}],
    ),
    "ck_charge_minutes": (
        schema.charge,
        [
            {"minutes": -1, "overage": 0, "owed": 0},
            {"minutes": 5, "overage": -1, "owed": 0},
            {"minutes": 5, "overage": 0, "owed": -1},
            {"minutes": 5, "overage": 6, "owed": 0},
            {"minutes": 5, "overage": 0, "owed": 6},
            {"minutes": 5, "overage": 3, "owed": 3},
        ],
        [{"minutes": 0, "overage": 0, "owed": 0}, {"minutes": 5, "overage": 5, "owed": 0},
         {"minutes": 5, "overage": 2, "owed": 3}],
    ),
    "ck_draw_minutes": (schema.draw, [{"minutes": 0}], [{"minutes": 1}, {"minutes": -1}]),
    "ck_case_event_recipient": (
        schema.case_event,
        [{"kind": "take", "recipient": "ben"}, {"kind": "hand-over", "recipient": None}],
        [{"kind": "hand-over", "recipient": "ben"}],
    ),
    "ck_case_event_reason": (schema.case_event, [{"kind": "priority", "priority": "urgent", "detail": None}], []),
    "ck_case_event_callback": (schema.case_event, [{"kind": "callback", "from_at": None, "until_at": None}], []),
    "ck_case_event_void": (schema.case_event, [{"kind": "void", "detail": None, "refers": 1}], []),
    "ck_case_event_refers": (
        schema.case_event,
        [{"kind": "take", "recipient": None, "refers": 1}, {"kind": "callback-done", "refers": None}],
        [{"kind": "callback-done", "refers": 1}],
    ),
    "ck_case_event_earlier": (schema.case_event, [{"kind": "void", "detail": "x", "refers": 9999}], []),
    "ck_case_event_agreed": (schema.case_event, [{"kind": "take", "agreed": 1}], [{"kind": "open", "agreed": 1}]),
    "ck_case_event_window": (schema.case_event, [{"kind": "callback", "from_at": "2025", "until_at": None}], []),
    "ck_case_event_order": (schema.case_event, [{"kind": "callback", "from_at": "2025", "until_at": "2025"}], []),
    "ck_quote_price": (schema.quote, [{"price": -1}, {"amount": 100, "price": 101}], [{"amount": 100, "price": 100}]),
    "ck_quote_minutes": (schema.quote, [{"minutes": 0}], [{"minutes": None}]),
    "ck_quote_valid": (schema.quote, [{"quoted_on": "2025-01-02", "valid_until": "2025-01-01"}], []),
    "ck_period_reason": (
        schema.period,
        [{"n": 99, "external_id": None, "kind": "reopen"}, {"n": 99, "external_id": None, "reason": "a slip"}],
        [{"n": 99, "external_id": None, "kind": "reopen", "reason": "a slip"}],
    ),
    "ck_reduction_amount": (schema.reduction, [{"amount": 0}, {"amount": -1}], [{"amount": 1}]),
    "ck_sale_end_minutes": (schema.sale_end, [{"minutes": -1}], [{"minutes": 0}]),
    "ck_reminder_amounts": (
        schema.reminder,
        [{"open": 0, "step": 9}, {"step": 0}, {"interest": -1, "step": 9}, {"indemnity": -1, "step": 9}],
        [{"interest": 0, "step": 9}],
    ),
    "ck_access_link_whose": (
        schema.access_link,
        [{"name": "l", "digest": "d", "agent": "ana"}, {"name": "l", "digest": "d", "customer_id": None}],
        [{"name": "l", "digest": "d", "agent": "ana", "customer_id": None}],
    ),
    "ck_erasure_earlier": (
        schema.erasure, [{"place": 9999, "reason": None}], [{"place": 9998, "reason": None}],
    ),
    "ck_erasure_reason": (schema.erasure, [{"reason": None}, {"place": 1}], [{"reason": "over"}]),
    "ck_approval_minutes": (schema.approval, [{"minutes": 0}, {"minutes": -1}], [{"minutes": 1}]),
    "ck_opening_spent": (
        schema.opening,
        [{"spent": -1}, {"kind": "grant", "grant": None, "spent": 1, "worked_on": None}],
        [{"kind": "grant", "grant": 3, "spent": 1, "worked_on": None}],
    ),
    "ck_opening_worked_on": (
        schema.opening,
        [{"kind": "owed", "worked_on": None}, {"kind": "money", "worked_on": "2025-01-01"}],
        [{"kind": "owed", "worked_on": "2025-01-01"}],
    ),
    "ck_brought_invoice_open": (schema.brought_invoice, [{"open": 0}, {"open": 101, "total": 100}], [{"open": 1}]),
    "ck_opening_void_earlier": (schema.opening_void, [{"opening": 9999}], [{"opening": 9998}]),
    "ck_outbox_state": (
        schema.outbox,
        [{"number": 999, "id": "m", "state": "lost"}],
        [{"number": 999, "id": "m", "state": "dead"}],
    ),
    "ck_journal_act": (schema.journal, [{"n": 9999, "act": "changed"}], [{"n": 9999, "act": "removed"}]),
    "ck_maintenance_order": (
        schema.maintenance,
        [{"number": 9, "code": "M-9", "external_id": None, "ends_at": "2025"}],
        [],
    ),
}  # fmt: skip


def checks() -> set[str]:
    """The names of all CHECKs that the schema describes."""
    return {
        str(constraint.name)
        for table in schema.metadata.sorted_tables
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }


def test_every_check_is_tried() -> None:
    assert set(FORBIDDEN) == checks()


def test_every_check_is_in_the_database(kept: Setting) -> None:
    """Alembic's autogenerate drops a CHECK written inside a column, and `compare_metadata` never notices."""
    with kept.engine.connect() as connection:
        found = inspect(connection)
        names = {check["name"] for table in found.get_table_names() for check in found.get_check_constraints(table)}
    assert names == checks()


@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_check_refuses_what_no_rule_allows(kept: Setting, name: str) -> None:
    table, wrong, right = FORBIDDEN[name]
    with kept.engine.connect() as connection:
        row = dict(connection.execute(select(table).limit(1)).mappings().one())
        if "seq" in row:  # a position of its own, so that no unique key is in the way
            first = dict(connection.execute(select(schema.link).limit(1)).mappings().one())
            connection.execute(schema.link.insert().values(**first | {"customer_id": row["customer_id"], "seq": 9999}))
            row |= {"seq": 9999} | {k: 9999 for k in ("number", "contract", "sale") if k in row}
        for values in wrong:
            with pytest.raises(IntegrityError, match=name), connection.begin_nested():
                connection.execute(table.insert().values(**row | values))
        for values in right:
            with connection.begin_nested() as tried:
                connection.execute(table.insert().values(**row | values))
                tried.rollback()
        connection.rollback()


def test_no_row_without_its_place_in_a_chain(kept: Setting) -> None:
    """L6: a row of the ledger belongs to a position, and a position to a customer."""
    with kept.engine.connect() as connection:
        for table in (*schema.LEDGER, schema.link, schema.reference, schema.case_reference):
            row = dict(connection.execute(select(table).limit(1)).mappings().one())
            away = {"customer_id": 9999} | fresh_key(table, row)
            away |= {"seq": 99_999} if "seq" in row else {}  # after all that it can name
            with pytest.raises(IntegrityError, match=r"(?i)foreign key"), connection.begin_nested():
                connection.execute(table.insert().values(**row | away))
