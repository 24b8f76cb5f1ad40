"""What is changed behind the engine's back shows: 200 edits, deletions, insertions and reorderings (L6, L7)."""

import os
import random
import shutil
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Table, event, insert, select, text
from sqlalchemy.exc import IntegrityError

from billing.office.transaction import Setting
from billing.requests.addresses import AddAddress
from billing.requests.agents import AddAgent
from billing.requests.anchors import AskAnchored, MakeAnchor
from billing.requests.desks import AddDesk
from billing.requests.hooks import AddHook
from billing.requests.keys import AddKey
from billing.requests.links import MakeLink
from billing.requests.parties import SetIssuer
from billing.requests.periods import CloseMonth, ReopenMonth
from billing.requests.reminders import Remind
from billing.service import Billing
from billing.store import migrate, schema, watching
from billing.store.engine import open_engine
from tests import banked, brought, quoted, support
from tests.history import rich
from tests.invoicing import files
from tests.store import forging
from tests.support import TODAY, do, load, made, opened

HOW_MANY = int(os.environ.get("BILLING_TAMPERS", "120"))
HOW_MANY_AGAIN = HOW_MANY * 3 // 10
KINDS = ("edit", "delete", "insert", "reorder")


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rich database with the guards off and nothing wrong."""
    folder = tmp_path_factory.mktemp("tampering")
    setting = made(f"sqlite:///{folder}/ready.db")
    load(setting, *rich())
    quoted.everything(setting)
    do(setting, Remind(on=TODAY))
    files.complete(setting)
    banked.everything(setting)
    brought.everything(setting)
    do(setting, CloseMonth(month=date(2025, 1, 1)), "c1")
    do(setting, CloseMonth(month=date(2025, 2, 1)), "c2")
    do(setting, ReopenMonth(month=date(2025, 2, 1), reason="a slip"), "r2")
    journalled(setting)
    do(setting, SetIssuer(vat_basis="payment", vat_basis_from=date(2029, 1, 1)))
    assert support.audit(setting)["faults"] == []
    with setting.engine.begin() as connection:
        migrate.unguard(connection)
    setting.engine.dispose()
    return folder / "ready.db"


def journalled(setting: Setting) -> None:
    """A row in each table that the journal watches and that a history does not fill."""
    code = next(str(row["code"]) for row in support.contents(setting)["customer"])
    do(setting, AddAgent(code="ana", name="Ana"))
    do(setting, AddKey(name="desk", scope="log"))
    do(setting, MakeLink(customer=code))
    do(setting, AddAddress(customer=code, address="@kunde.example"))
    do(setting, AddHook(url="https://desk.invalid/hooks"))
    do(setting, AddDesk(name="zammad", kind="zammad", url="https://desk.invalid"))


ORDINARY = [one.table for one in watching.ALL if one.table not in schema.GUARDED and one.table is not schema.issuer]
WATCHED = [*schema.GUARDED, schema.issuer, *ORDINARY]


def changed(value: Any, pick: random.Random) -> Any:
    if value is None:
        return pick.choice(["x", "2025-01-01"])
    if isinstance(value, int):
        return value + pick.choice([-1, 1, 7])
    if isinstance(value, bytes):
        place = pick.randrange(len(value))
        return value[:place] + bytes([value[place] ^ 1]) + value[place + 1 :]
    return value + "x" if not value or pick.random() < 0.5 else ("1" if value[0] != "1" else "2") + value[1:]


def tamper(connection: Connection, pick: random.Random) -> tuple[str, str]:
    """Does one thing to one row of one guarded table: what, and where."""
    table = pick.choice(WATCHED)
    rows = [dict(row) for row in connection.execute(select(table)).mappings()]
    keys = [key.name for key in table.primary_key]
    unwatched = watching.OF_TABLE[table].free if table in ORDINARY else ()
    columns = [c.name for c in table.columns if c.name not in {*keys, *unwatched}]
    row, kind = pick.choice(rows), pick.choice(KINDS)
    if kind == "edit":
        column = pick.choice(columns)
        connection.execute(table.update().where(*at(table, row)).values({column: changed(row[column], pick)}))
        return kind, f"{table.name}.{column}"
    if kind == "delete":
        connection.execute(table.delete().where(*at(table, row)))
        return kind, table.name
    if kind == "insert":
        new = {name: pick.choice(rows)[name] for name in columns}
        unique = {"number", "code", "digest", "reference", "external_id"}
        free = {k: f"{row[k]}-new" if isinstance(row[k], str) else row[k] for k in keys}
        free[keys[-1]] = 9000 + pick.randint(1, 99) if isinstance(row[keys[-1]], int) else f"{row[keys[-1]]}-new"
        new |= {k: (9000 if isinstance(v, int) else f"{v}-new") for k, v in new.items() if k in unique}
        connection.execute(insert(table).values(**new | free))
        return kind, table.name
    other = pick.choice(rows)
    moving = [c for c in columns if row[c] != other[c]]
    if not moving:
        raise LookupError("nothing to swap")
    connection.execute(table.delete().where(*at(table, row)))
    connection.execute(table.delete().where(*at(table, other)))
    for one, two in ((row, other), (other, row)):
        connection.execute(insert(table).values(**{k: one[k] for k in keys}, **{c: two[c] for c in columns}))
    return kind, table.name


def at(table: Table, row: dict[str, Any]) -> list[Any]:
    return [table.c[key.name] == row[key.name] for key in table.primary_key]


def unguarded(path: Path) -> Engine:
    """An engine without foreign keys and checks: what somebody with the file can do."""
    engine = open_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def loose(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA ignore_check_constraints = ON")

    return engine


def test_changes_are_all_named(ready: Path, tmp_path: Path) -> None:
    """L7: whatever was done to a row, the audit has a line for it."""
    pick = random.Random(200)
    seen: Counter[str] = Counter()
    done = 0
    while done < HOW_MANY:
        shutil.copy(ready, tmp_path / "t.db")
        engine = unguarded(tmp_path / "t.db")
        try:
            with engine.begin() as connection:
                what, where = tamper(connection, pick)
        except (IntegrityError, LookupError):  # a unique key refused it, or it changed nothing
            engine.dispose()
            continue
        answer = support.audit(Setting(engine, TODAY, ()))
        engine.dispose()
        assert not answer["ok"] and answer["faults"], (what, where)
        assert all(len(fault) > 10 for fault in answer["faults"])
        seen[what] += 1
        done += 1
    assert sum(seen.values()) == HOW_MANY
    assert set(seen) == set(KINDS)


def test_changes_with_all_hashes_made_again_are_named_against_an_anchor(ready: Path, tmp_path: Path) -> None:
    """L6, L7: who changes a row and makes every chain again that it is in."""
    anchor, pick, done = str(tmp_path / "anchor"), random.Random(60), 0
    Billing(opened(f"sqlite:///{ready}", TODAY)).do(MakeAnchor(file=anchor, key_file=str(tmp_path / "key")))
    while done < HOW_MANY_AGAIN:
        shutil.copy(ready, tmp_path / "t.db")
        engine = unguarded(tmp_path / "t.db")
        try:
            with engine.begin() as connection:
                where = tamper(connection, pick)
                for (key,) in connection.execute(select(schema.customer.c.id)).all():
                    forging.rehash(connection, key)
                forging.journal_again(connection)
                migrate.guard(connection)
        except (IntegrityError, LookupError):
            engine.dispose()
            continue
        asked = AskAnchored(anchor=anchor, key_file=str(tmp_path / "key"))
        found = Billing(Setting(engine, TODAY, ())).ask(asked)
        engine.dispose()
        assert not found.ok and found.faults, where
        done += 1


def test_books_that_lost_their_issuer_say_so(ready: Path, tmp_path: Path) -> None:
    """L7: what needs him is refused; the audit, also against an anchor, opens the books and names it."""
    anchor, key = str(tmp_path / "anchor"), str(tmp_path / "key")
    Billing(opened(f"sqlite:///{ready}", TODAY)).do(MakeAnchor(file=anchor, key_file=key))
    shutil.copy(ready, tmp_path / "t.db")
    engine = unguarded(tmp_path / "t.db")
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM issuer"))
        migrate.guard(connection)
    engine.dispose()
    db = f"sqlite:///{tmp_path}/t.db"
    assert not Billing(opened(db, TODAY)).ask(AskAnchored(anchor=anchor, key_file=key)).ok
    status, out, err = support.run("audit", BILLING_DB=db)
    assert status == 1 and "Traceback" not in err and "fault of the program" not in out + err, err
    status, out, err = support.run("balance", "ANNA", BILLING_DB=db)
    assert status == 1 and "the issuer cannot be read as it is kept" in err, err


def test_a_tail_cut_off_shows(ready: Path, tmp_path: Path) -> None:
    """L6: the last position with all its rows is gone; the chain is whole without it."""
    shutil.copy(ready, tmp_path / "t.db")
    engine = unguarded(tmp_path / "t.db")
    with engine.begin() as connection:
        last = connection.execute(text("SELECT max(seq) FROM link WHERE customer_id = 1")).scalar()
        for table in (*schema.LEDGER, schema.link, schema.reference):
            connection.execute(text(f"DELETE FROM {table.name} WHERE customer_id = 1 AND seq = {last}"))
    faults = support.audit(Setting(engine, TODAY, ()))["faults"]
    assert any("its head says" in fault for fault in faults), faults
    engine.dispose()


@pytest.mark.parametrize(
    "how", ["UPDATE head SET seq = seq - 1", f"UPDATE head SET hash = '{'a' * 64}'", "DELETE FROM head"]
)
def test_an_end_that_is_another_or_gone_shows(ready: Path, tmp_path: Path, how: str) -> None:
    """L6: where a chain ends stands beside the customer, in a table without guards."""
    shutil.copy(ready, tmp_path / "t.db")
    engine = open_engine(f"sqlite:///{tmp_path}/t.db")
    with engine.begin() as connection:
        connection.execute(text(f"{how} WHERE customer_id = 1"))
        code = connection.execute(select(schema.customer.c.code).where(schema.customer.c.id == 1)).scalar_one()
    faults = support.audit(Setting(engine, TODAY, ()))["faults"]
    assert any(fault.startswith(f"{code}: the chain ends at") and "its head says" in fault for fault in faults), faults
    engine.dispose()


@pytest.mark.parametrize(
    ("how", "says"),
    [("DELETE FROM document_number", "the document is not found by it"),
     ("UPDATE document_number SET seq = seq + 1", "it leads to no document"),
     ("UPDATE document_number SET code = code || 'x'", "it leads to no document")],
)  # fmt: skip
def test_a_number_that_leads_elsewhere_or_is_gone_shows(ready: Path, tmp_path: Path, how: str, says: str) -> None:
    """M6, L6: whose a number is stands in a table by itself, which is compared with documents and quotes."""
    shutil.copy(ready, tmp_path / "t.db")
    engine = unguarded(tmp_path / "t.db")
    with engine.begin() as connection:
        code = connection.execute(select(schema.document_number.c.code).limit(1)).scalar_one()
        connection.execute(text(f"{how} WHERE code = '{code}'"))
    faults = support.audit(Setting(engine, TODAY, ()))["faults"]
    assert any(fault.startswith(f"number {code}") and says in fault for fault in faults), faults
    engine.dispose()


def test_erased_and_changed_personal_data_shows(ready: Path, tmp_path: Path) -> None:
    """L6, P1: personal data is outside the chain, its digest is not."""
    for statement, says in (
        ("UPDATE personal SET value = 'other' WHERE field = 'note'", "the note is not what was recorded"),
        ("DELETE FROM personal WHERE field LIKE 'contact%'", "the contact-1 is missing"),
    ):
        shutil.copy(ready, tmp_path / "t.db")
        engine = open_engine(f"sqlite:///{tmp_path}/t.db")
        with engine.begin() as connection:
            connection.execute(text(statement))
        assert any(says in fault for fault in support.audit(Setting(engine, TODAY, ()))["faults"])
        engine.dispose()
