"""The migrations make what `schema` describes, keep every row, and leave the guards on (L1)."""

from collections.abc import Callable, Collection
from datetime import date

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, column, inspect, text
from sqlalchemy import table as sa_table

from billing import shipped
from billing.core import promises
from billing.office.transaction import Setting
from billing.store import migrate, numbering, schema
from billing.store.engine import open_engine, writing
from tests import cases, support
from tests.store import histories
from tests.store.test_guards import require_guarded
from tests.store.writers import at_once
from tests.support import contents, load, made, opened

CONFIG = Config()
CONFIG.set_main_option("script_location", str(shipped("migrations")))
SCRIPTS = ScriptDirectory.from_config(CONFIG)
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]

pytestmark = pytest.mark.usefixtures("migrating")


def to(engine: Engine, revision: str) -> None:
    """Brings a database up to a revision."""
    with engine.connect() as connection:
        CONFIG.attributes["connection"] = connection
        command.upgrade(CONFIG, revision)
        connection.commit()


def triggers(connection: Connection) -> set[str]:
    """The names of all guards that there are."""
    names = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    return set(connection.execute(text(names)).scalars())


def test_the_newest_migration_is_the_one_that_the_program_needs() -> None:
    assert SCRIPTS.get_heads() == [schema.REVISION] == REVISIONS[-1:]
    assert len(REVISIONS) >= 2


def test_migrations_make_the_schema(copied: Callable[..., Setting]) -> None:
    """Nothing is missing and nothing too much: tables, columns, their types, keys and indexes."""
    with copied(histories.swiss).engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert context.get_current_revision() == schema.REVISION
        assert compare_metadata(context, schema.metadata) == []
        found = inspect(connection)
        partial = {i["name"] for t in found.get_table_names() for i in found.get_indexes(t)
                   if any(key.endswith("_where") for key in i.get("dialect_options", {}))}  # fmt: skip
        assert partial == {
            "ix_charge_owed", "ix_charge_corrected", "ix_charge_corrected_on", "ix_charge_overage",
            "ix_document_billed", "ix_document_corrects",
        }  # fmt: skip


def test_each_migration_keeps_the_rows_and_leaves_the_guards(rich: Setting, url: str) -> None:
    """L1: one by one, over the rows of a rich history, each migration ends with every guard on every table of facts."""
    rows = contents(rich)
    engine = open_engine(url)
    before: set[str] = set()
    for revision in REVISIONS:
        to(engine, revision)
        with engine.connect() as connection:
            there = set(inspect(connection).get_table_names())
            fill(connection, rows, there - before)
            connection.commit()
            before = there
            guarded = [table for table in schema.GUARDED if table.name in there]
            last = "truncate" if engine.dialect.name == "postgresql" else "replace"
            verbs = ("update", "delete", last)
            assert triggers(connection) == {f"{table.name}_no_{verb}" for table in guarded for verb in verbs}
            for table in guarded:
                require_guarded(connection, table)
    upgraded = opened(url)
    for row in rows["bank_movement"]:
        row |= dict.fromkeys(("posted_on", "charges", "is_charge"))  # as an earlier version kept it
    rows["issuer"][0]["logo"] = None
    with engine.begin() as connection:  # of a chain that an earlier version did not have
        ends = {name: rows["issuer"][0][name] for name in ("period_n", "period_hash")}
        connection.execute(schema.issuer.update().values(ends))
    after = contents(upgraded)
    watched = []
    for found in (rows, after):  # the journal of a database that was there begins with what it holds
        marks = {row.pop("mark") for row in found["customer_address"]}
        known = {(row["kind"], row["subject"]) for row in found.pop("journal")}
        watched.append({one for one in known if one[1] not in marks})
        del found["journal_salt"], found["issuer"][0]["journal_n"], found["issuer"][0]["journal_hash"]
    assert watched[0] == watched[1]
    assert after == rows
    assert support.audit(upgraded)["ok"]
    engine.dispose()


def test_T3_cases_of_an_older_database_are_found_in_other_letters(rich: Setting, url: str) -> None:
    """Of two that differ in letter case alone, the one that was recorded first has the name."""
    rows = contents(rich)
    one = next(iter(rows["case_reference"]))
    other = one | {"reference": one["reference"].swapcase(), "seq": max(r["seq"] for r in rows["link"]
                   if r["customer_id"] == one["customer_id"])}  # fmt: skip
    assert other["reference"] != one["reference"]
    engine = open_engine(url)
    before = REVISIONS[REVISIONS.index("0008") - 1]
    to(engine, before)
    with engine.connect() as connection:
        there = set(inspect(connection).get_table_names())
        fill(connection, rows, there)
        connection.execute(schema.case_reference.insert(), [other])
        connection.commit()
    to(engine, "0008")
    with engine.connect() as connection:
        found = connection.execute(text("SELECT folded, reference FROM case_name"))
        names = {row.folded: row.reference for row in found}
    engine.dispose()
    assert names == {row["folded"]: row["reference"] for row in rows["case_name"]}
    assert names[one["reference"].casefold()] == one["reference"]


def fill(connection: Connection, rows: dict[str, list[dict[str, object]]], names: Collection[str]) -> None:
    """Puts rows into tables, as far as these have the columns; what a migration made itself stays as it made it."""
    found = inspect(connection)
    ends = {row["customer_id"]: {"head_seq": row["seq"], "head_hash": row["hash"]} for row in rows.get("head", ())}
    rows = rows | {"customer": [row | ends.get(row["id"], {}) for row in rows.get("customer", ())]}  # where they stood
    for table in schema.metadata.sorted_tables:
        if (
            rows.get(table.name)
            and table.name in names
            and found.has_table(table.name)
            and connection.execute(text(f"SELECT 1 FROM {table.name} LIMIT 1")).first() is None
        ):
            columns = {column["name"] for column in found.get_columns(table.name)}
            held = [{name: value for name, value in row.items() if name in columns} for row in rows[table.name]]
            as_there = sa_table(table.name, *map(column, held[0]))
            connection.execute(as_there.insert(), held)


def test_a_migration_that_stops_leaves_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """L1: no database is ever there without its guards; `init` begins again."""
    with monkeypatch.context() as patched:
        patched.setattr(migrate, "guard", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            made(url)
    engine = open_engine(url)
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == []
    engine.dispose()
    setting = made(url)
    load(setting, *histories.signed("ANNA"))
    assert support.audit(setting)["ok"]
    setting.engine.dispose()


def test_init_again_changes_nothing_but_what_is_given(rich: Setting) -> None:
    before = contents(rich)
    again = made(str(rich.engine.url.render_as_string(hide_password=False)), terms=17)
    after = contents(again)
    again.engine.dispose()
    ends = {name: after["issuer"][0][name] for name in ("journal_n", "journal_hash")}
    assert after.pop("issuer") == [before.pop("issuer")[0] | {"terms": 17} | ends]
    (fact,) = [row for row in after.pop("journal") if row not in before["journal"]]
    assert (fact["kind"], fact["subject"], fact["act"]) == ("issuer", "1", "set")
    assert after == {name: rows for name, rows in before.items() if name != "journal"}


def test_a_database_is_made_once_when_many_make_it_at_once(url: str) -> None:
    """On PostgreSQL, of two that made the tables at the same moment one was refused with a message about a type."""
    assert at_once(url, [("init", {})] * 4) == [{"version": schema.REVISION}] * 4
    engine = open_engine(url)
    with writing(engine) as connection:
        numbering.make_series(connection)
        assert set(inspect(connection).get_table_names()) == {*schema.metadata.tables, "alembic_version"}
    engine.dispose()


def test_a_guard_missing_would_show(rich: Setting) -> None:
    """The tests above can fail: without its guards a table gives way."""
    with rich.engine.connect() as connection:
        migrate.unguard(connection, ["note"])
        assert not any(name.startswith("note_") for name in triggers(connection))
        with pytest.raises(pytest.fail.Exception), connection.begin_nested():
            require_guarded(connection, schema.note)


def test_S14_cases_of_an_older_database_stand_as_they_stood(
    database_url: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that was the agent's stays his, an asking for files that closed nothing leaves the case waiting."""
    old = made(database_url, "FR", today=date(2025, 3, 14))
    load(
        old,
        {"type": "customer", "code": "ANNA", "name": "Anna", "country": "FR"},
        {"type": "contract", "customer": "ANNA", "tariff": "systell", "start": "2025-01-01"},
    )
    event = {"type": "case-event", "agent": "ana"}
    monkeypatch.setattr(promises, "files_close", lambda _: None)  # as it was
    for n, case in enumerate("ABCD"):
        load(old, {"type": "case", "id": case, "customer": "ANNA", "at": f"2025-03-04T09:0{n}"})
    load(
        old,
        event | {"case": "A", "kind": "answer", "from": "agent", "at": "2025-03-04T10:00"},
        event | {"case": "B", "kind": "ask-files", "at": "2025-03-04T10:00"},
        event | {"case": "B", "kind": "ask", "at": "2025-03-04T10:01"},
        event | {"case": "C", "kind": "callback", "at": "2025-03-04T10:00",
                 "window": ["2025-03-13T09:00", "2025-03-13T10:00"]},
        event | {"case": "D", "kind": "close", "at": "2025-03-04T10:00"},
    )  # fmt: skip
    monkeypatch.undo()
    rows = contents(old)
    assert not any(row["refers"] for row in rows["case_event"])
    engine = open_engine(url)
    to(engine, "0022")
    with engine.connect() as connection:
        there = set(inspect(connection).get_table_names())
        fill(connection, rows, there)
        connection.commit()
    engine.dispose()
    upgraded = made(url, "FR", today=date(2025, 3, 14))
    shown = {case: cases.show(upgraded, case) for case in "ABCD"}
    assert {case: (one["state"], one["owner"]) for case, one in shown.items()} == {
        "A": ("taken", "ana"), "B": ("waiting", "ana"), "C": ("open", None), "D": ("closed", "ana"),
    }  # fmt: skip
    assert [call["state"] for call in shown["C"]["callbacks"]] == ["missed"]
    assert [row["case"] for row in cases.sweep(upgraded)["closed"]] == ["B"]
    assert cases.show(upgraded, "B")["state"] == "closed"
    assert support.audit(upgraded)["ok"]
    old.engine.dispose()
    upgraded.engine.dispose()
