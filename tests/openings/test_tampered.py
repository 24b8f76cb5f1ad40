"""A changed row of what was brought is named by the audit, also where every hash was made again (G14, L6, L7)."""

from typing import Any

import pytest
from sqlalchemy import Table, select, update

from billing.office.transaction import Setting
from billing.store import migrate, schema
from tests import brought
from tests.store import forging
from tests.support import audit, load, made

BROUGHT = (schema.opening, schema.brought_invoice, schema.opening_void)
COLUMNS = [(table, column.name) for table in BROUGHT for column in table.columns
           if column.name not in ("customer_id", "seq", "n")]  # fmt: skip


@pytest.fixture
def setting(tmp_path: Any) -> Setting:
    setting = made(f"sqlite:///{tmp_path}/billing.db")
    brought.everything(setting)
    load(setting, {"type": "payment", "invoice": "OLD-2", "date": "2025-03-03", "amount": "40.00"})
    assert audit(setting)["faults"] == []
    return setting


def changed(
    setting: Setting, table: Table, values: dict[str, Any], of: dict[str, Any] | None = None, again: bool = False
) -> list[str]:
    """What the audit says once a row was changed, with or without every hash made again."""
    with setting.engine.begin() as connection:
        migrate.unguard(connection)
        row = connection.execute(select(table).filter_by(**(of or {}))).mappings().first()
        assert row is not None
        here = [table.c[key] == row[key] for key in ("customer_id", "seq", "n")]
        connection.execute(update(table).where(*here).values(**values))
        if again:
            forging.rehash(connection, row["customer_id"])
        migrate.guard(connection)
    faults: list[str] = audit(setting)["faults"]
    return faults


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda each: getattr(each, "name", each))
def test_L7_a_changed_column_is_named(setting: Setting, table: Table, column: str) -> None:
    kind = {"spent": "grant", "grant": "grant", "worked_on": "owed"}.get(column)
    of = {"kind": kind} if kind else {}
    whole = {"spent": 421, "grant": 2, "total": 10001, "open": 3999, "opening": 2}
    word = {"kind": "grant", "number": "OLD-3", "currency": "USD", "reason": "another"}
    assert changed(setting, table, {column: whole.get(column) or word.get(column) or "2025-01-31"}, of)


@pytest.mark.parametrize(
    ("table", "values", "of"),
    [
        (schema.opening, {"on": "2025-03-02"}, {"kind": "grant"}),
        (schema.opening, {"spent": 721}, {"kind": "grant"}),
        (schema.opening, {"kind": "money"}, {"kind": "invoice"}),
        (schema.brought_invoice, {"issued_on": "2025-03-02"}, {}),
        (schema.opening_void, {"opening": 1}, {}),
        (schema.payment, {"paid_on": "2025-02-28"}, {}),
    ],
    ids=lambda each: getattr(each, "name", None),
)
def test_L7_what_the_rules_would_refuse_is_named_where_all_hashes_were_made_again(
    setting: Setting, table: Table, values: dict[str, Any], of: dict[str, Any]
) -> None:
    assert changed(setting, table, values, of, again=True)


def test_G14_something_before_that_day_is_named_where_its_day_was_changed_everywhere(setting: Setting) -> None:
    with setting.engine.begin() as connection:
        migrate.unguard(connection)
        payment = connection.execute(select(schema.payment)).mappings().one()
        where = (schema.link.c.customer_id == payment["customer_id"], schema.link.c.seq == payment["seq"])
        connection.execute(update(schema.link).where(*where).values(effective_on="2025-02-28"))
        migrate.guard(connection)
    (fault, *_) = changed(setting, schema.payment, {"paid_on": "2025-02-28"}, again=True)
    assert "before 2025-03-01, when the books of CARA open" in fault
