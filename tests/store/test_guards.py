"""The database itself refuses to change facts, and databases that are not ours are refused (L1)."""

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from billing import shipped
from billing.errors import DatabaseRefusal
from billing.office import answers, reminders, setup
from billing.office.transaction import Setting, look, work
from billing.store import schema
from billing.store.engine import open_engine
from tests.history import rich
from tests.support import TODAY, load, made


@pytest.fixture
def setting(database_url: str) -> Setting:
    found = made(database_url)
    load(found, *rich())
    reminders.remind(found, TODAY)
    return found


@pytest.mark.parametrize("table", schema.GUARDED, ids=lambda table: table.name)
def test_no_row_of_facts_is_changed(setting: Setting, table) -> None:
    """L1: UPDATE and DELETE are refused on every guarded table, also after `init` again."""
    setup.init(setting, terms=20)
    column = next(c for c in table.columns if c.name not in ("id", "customer_id", "seq", "n"))
    quoted = setting.engine.dialect.identifier_preparer.quote(column.name)
    with look(setting) as looking:
        assert looking.connection.execute(select(table).limit(1)).first() is not None, "the test needs a row"
    verbs = [f"UPDATE {table.name} SET {quoted} = {quoted}", f"DELETE FROM {table.name}"]
    if setting.engine.dialect.name == "postgresql":
        verbs.append(f"TRUNCATE {table.name} CASCADE")
    for statement in verbs:
        with pytest.raises(DBAPIError, match="rows are only ever inserted"), setting.engine.begin() as connection:
            connection.execute(text(statement))


def test_every_migration_leaves_the_guards(database_url: str) -> None:
    """L1: one by one, each migration ends with triggers on all guarded tables that exist by then."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")))
    engine = open_engine(database_url)
    for script in reversed(list(ScriptDirectory.from_config(config).walk_revisions())):
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, script.revision)
            connection.commit()
        with engine.connect() as connection:
            guarded = {table.name for table in schema.GUARDED} & set(inspect(connection).get_table_names())
            names = (
                "SELECT tbl_name || '_' || 'x' FROM sqlite_master WHERE type = 'trigger'"
                if engine.dialect.name == "sqlite"
                else "SELECT tgrelid::regclass::text || '_x' FROM pg_trigger WHERE NOT tgisinternal"
            )
            found = {name.removesuffix("_x") for name in connection.execute(text(names)).scalars()}
            assert found == guarded
    engine.dispose()


def test_migrations_make_the_schema(database_url: str) -> None:
    """The newest migration is the one that the program asks for, and makes what `schema` describes."""
    setting = made(database_url)
    with setting.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() == schema.REVISION
        assert compare_metadata(context, schema.metadata) == []


FORBIDDEN = {
    "ck_entry_logged_seconds": (schema.entry, {"logged_seconds": 0}),
    "ck_entry_logged_seconds too long": (schema.entry, {"logged_seconds": 86401}),
    "ck_charge_minutes": (schema.charge, {"minutes": 5, "overage": 4, "owed": 2}),
    "ck_draw_minutes": (schema.draw, {"minutes": 0}),
    "ck_time_grant_minutes": (schema.time_grant, {"minutes": -1}),
    "ck_sale_quantity": (schema.sale, {"quantity": 0}),
    "ck_sale_price": (schema.sale, {"price": -1}),
    "ck_payment_amount": (schema.payment, {"amount": 0}),
    "ck_reminder_amounts open": (schema.reminder, {"open": 0, "step": 9}),
    "ck_reminder_amounts step": (schema.reminder, {"step": 0}),
    "ck_reminder_amounts interest": (schema.reminder, {"interest": -1, "step": 9}),
    "ck_reminder_amounts indemnity": (schema.reminder, {"indemnity": -1, "step": 9}),
    "ck_term_order": (schema.term, {"first_on": "2025-01-02", "last_on": "2025-01-01"}),
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_checks_refuse_what_no_rule_allows(setting: Setting, name: str) -> None:
    table, wrong = FORBIDDEN[name]
    with look(setting) as looking:
        row = dict(looking.connection.execute(select(table).limit(1)).mappings().one())
    with pytest.raises(IntegrityError, match=name.split()[0]), setting.engine.begin() as connection:
        connection.execute(insert(table).values(**{**row, "n": 99, **wrong}))


def test_the_issuer_is_one(setting: Setting) -> None:
    with pytest.raises(IntegrityError), setting.engine.begin() as connection:
        connection.execute(text("INSERT INTO issuer (id, name, country, currency, timezone, terms) "
                                "VALUES (2, 'B', 'CH', 'CHF', 'UTC', 1)"))  # fmt: skip


# Databases that are not ours


def _code(url: str) -> tuple[str, str]:
    with pytest.raises(DatabaseRefusal) as refused:
        answers.balance(Setting(open_engine(url), TODAY, ()), "X")
    return refused.value.code, refused.value.message


def test_missing_foreign_older_and_newer(tmp_path: Path, database_url: str) -> None:
    assert _code(f"sqlite:///{tmp_path}/none.db")[0] == "no-database"
    assert not (tmp_path / "none.db").exists()
    (tmp_path / "text.db").write_text("this is no database, however long the text may be made to look like one")
    assert _code(f"sqlite:///{tmp_path}/text.db")[0] == "no-database"
    with pytest.raises(DatabaseRefusal, match="not a database"):
        made(f"sqlite:///{tmp_path}/text.db")
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE shop (id INTEGER)")
    assert _code(f"sqlite:///{tmp_path}/other.db")[0] == "no-database"
    with pytest.raises(DatabaseRefusal, match="other tables"):
        made(f"sqlite:///{tmp_path}/other.db")
    setting = made(database_url)
    for version in ("0001", "9999"):
        with setting.engine.begin() as connection:
            connection.execute(text(f"UPDATE alembic_version SET version_num = '{version}'"))
        assert _code(database_url)[0] == "not-migrated"
    with pytest.raises(DatabaseRefusal, match="newer"):
        setup.init(setting)
    setting.engine.dispose()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DatabaseRefusal, match="no folder"):
        made(f"sqlite:///{tmp_path}/nowhere/b.db")


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    """A database that may not grow: the refusal is clear, the books are as before."""
    setting = made(f"sqlite:///{tmp_path}/b.db")
    load(setting, *rich())
    before = answers.balance(setting, "ANNA")
    pages = sqlite3.connect(tmp_path / "b.db").execute("PRAGMA page_count").fetchone()[0]
    full = Setting(open_engine(f"sqlite:///{tmp_path}/b.db"), TODAY, setting.folders, True)
    from sqlalchemy import event

    @event.listens_for(full.engine, "connect")
    def small(connection, _record) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    many = [{"type": "entry", "customer": "ANNA", "date": "2025-04-01", "minutes": 5, "note": "n" * 900}] * 300
    with pytest.raises(DatabaseRefusal, match="full"):
        load(full, *many)
    assert answers.balance(setting, "ANNA") == before
    load(setting, many[0])


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    setting = made(f"sqlite:///{tmp_path}/b.db")
    load(setting, *rich())
    url = f"sqlite:///file:{tmp_path}/b.db?mode=ro&uri=true"
    readonly = Setting(open_engine(url), TODAY, setting.folders, True)
    with pytest.raises(DatabaseRefusal) as refused:
        load(readonly, {"type": "entry", "customer": "ANNA", "date": "2025-04-01", "minutes": 5})
    assert refused.value.code == "no-database"


def test_a_transaction_is_kept_whole_or_not_at_all(setting: Setting) -> None:
    with pytest.raises(RuntimeError), work(setting) as begun:
        head = begun.customer("ANNA")
        begun.record(head, begun.book(head), "nothing", TODAY)
        raise RuntimeError("the machine stops")
    from billing.office import auditing

    assert auditing.audit(setting)["ok"]
