"""What decides about money is watched: each row is a fact, and the audit compares (L1, L6, L7)."""

import ast
import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table, select, text
from sqlalchemy.exc import DBAPIError

import billing
from billing import requests
from billing.office.transacting import work
from billing.office.transaction import Setting
from billing.service import Billing
from billing.store import auditing_journal, chain, journal, loaded, migrate, schema, watching
from billing.store.engine import reading
from tests import banked
from tests.store import histories
from tests.support import TODAY, audit, change_customer, contents, do, load, made, on, run

SAFE = {"secret": "a-secret-of-24-characters", "name": "Anna Rey"}


def watched(url: str) -> Setting:
    """A database with a row in every table that is watched, and with every column of it filled somewhere."""
    issuer: dict[str, Any] = {"email": "billing@demo.example", "contact": SAFE["name"], "phone": "+41 44 000 00 00"}
    setting = made(url, logo=histories.LOGO, **issuer)
    load(setting, *histories.signed("ANNA"), {"type": "agent", "code": "ar", "name": SAFE["name"]})
    change_customer(setting, "ANNA", email="anna@kunde.example", street="Seegasse", terms=20)
    do(setting, requests.Hold(customer="ANNA", reason="asks for it"))
    do(setting, requests.AddKey(name="desk", scope="log"))
    do(setting, requests.MakeLink(customer="ANNA"))
    do(setting, requests.AddAddress(customer="ANNA", address="@kunde.example"))
    do(setting, requests.AddHook(url="https://desk.invalid/hooks"))
    do(setting, requests.AddDesk(name="zammad", kind="zammad", url="https://desk.invalid", secret=SAFE["secret"]))
    do(setting, requests.RunMonth(month=date(2024, 1, 1)), "run-1")
    banked.everything(setting, "ANNA")
    with work(setting) as tx:
        loaded.keep(tx.connection, "0" * 64, 7, TODAY)
    return setting


@pytest.fixture
def kept(copied: Callable[..., Setting]) -> Setting:
    return copied(watched)


def test_every_table_is_in_a_chain_or_decides_nothing_about_money() -> None:
    """L1: a new table must be one or the other, with the reason beside it."""
    lists = [set(schema.LEDGER), set(watching.OF_TABLE), set(watching.CHECKED), set(watching.FREE)]
    assert set().union(*lists) == set(schema.metadata.tables.values())
    assert sum(map(len, lists)) == len(schema.metadata.tables)


@pytest.mark.parametrize("one", watching.ALL, ids=lambda one: one.kind)
def test_every_column_is_watched_or_says_why_not(one: watching.Watched) -> None:
    names = [one.subject, *one.plain, *one.salted, *one.free]
    assert sorted(names) == sorted(one.table.columns.keys())
    assert all(one.free.values())


def test_nobody_writes_a_watched_table_but_the_journal() -> None:
    """A2: what is written elsewhere would have no fact; counters, and where chains end, are no facts."""
    allowed = {("journal", None), ("keys", "count"), ("links", "use"), ("ledger", None), ("periods", "_append")}
    names = {table.name for table in watching.OF_TABLE}
    for file in sorted(Path(billing.__file__).parent.rglob("*.py")):
        for function, name in written(ast.parse(file.read_text())):
            if name in names:
                assert {(file.stem, function), (file.stem, None)} & allowed, (file.name, function, name)


def written(tree: ast.Module) -> Iterator[tuple[str | None, str]]:
    """The tables that a module inserts into, updates or deletes from: in which function, and which."""
    for top in tree.body:
        for node in ast.walk(top):
            if not isinstance(node, ast.Call):
                continue
            verb, given = node.func, [*node.args]
            if isinstance(verb, ast.Attribute) and verb.attr in ("insert", "update", "delete"):
                given = [verb.value]
            elif not (isinstance(verb, ast.Name) and verb.id in ("insert", "update", "delete")):
                continue
            for table in given:
                if isinstance(table, ast.Attribute) and ast.unparse(table.value) == "schema":
                    yield getattr(top, "name", None), table.attr


def cells(connection: Connection) -> Iterator[tuple[watching.Watched, str, dict[str, Any]]]:
    """Every watched column of every watched table, with a row of it, one that holds something if there is one."""
    for one in watching.ALL:
        rows = [dict(row) for row in connection.execute(select(one.table)).mappings()]
        assert rows, one.kind
        for name in (one.subject, *one.plain, *one.salted):
            yield one, name, next((row for row in rows if row[name] is not None), rows[0])


def other(table: Table, name: str, value: Any) -> Any:
    if isinstance(value, int) or (value is None and str(table.c[name].type) in ("INTEGER", "BIGINT")):
        return 1 if value in (None, 0) else value + 1
    return "FR" if name == "country" else "x" if not value else ("1" if value[0] != "1" else "2") + value[1:]


def test_L7_every_changed_column_is_named(kept: Setting) -> None:
    """Each cell is changed behind the engine's back; the audit names the row and the column."""
    assert audit(kept)["faults"] == []
    with kept.engine.connect() as connection, connection.begin() as begun:
        for one in watching.ALL:
            migrate.unguard(connection, [one.table.name])
        codes = dict(iter(connection.execute(select(schema.customer.c.id, schema.customer.c.code))))
        tried = 0
        for watched, name, row in list(cells(connection)):
            keys = [key == row[key.name] for key in watched.table.primary_key]
            with connection.begin_nested() as nested:
                try:
                    changed = {name: other(watched.table, name, row[name])}
                    with connection.begin_nested():
                        connection.execute(watched.table.update().where(*keys).values(changed))
                except DBAPIError:  # another row's key, or a rule of the database: it cannot be
                    nested.rollback()
                    continue
                found = list(auditing_journal.faults(connection, codes))
                assert found, (watched.kind, name)
                if name != watched.subject:
                    said = f"the {auditing_journal._column(name)} is not what was recorded"
                    assert any(said in fault for fault in found), (watched.kind, name, found)
                nested.rollback()
                tried += 1
        begun.rollback()
    assert tried > 100


@pytest.mark.parametrize("one", watching.ALL, ids=lambda one: one.kind)
def test_L7_a_row_gone_and_a_row_invented_are_named(kept: Setting, one: watching.Watched) -> None:
    with kept.engine.connect() as connection, connection.begin() as begun:
        migrate.unguard(connection, [one.table.name, "session"])
        codes = dict(iter(connection.execute(select(schema.customer.c.id, schema.customer.c.code))))
        row = dict(connection.execute(select(one.table)).mappings().first() or {})
        if one.kind not in ("issuer", "customer", "tariff"):  # what others point at cannot go
            with connection.begin_nested() as nested:
                keys = [key == row[key.name] for key in one.table.primary_key]
                connection.execute(one.table.delete().where(*keys))
                assert any(fault.endswith("it is missing") for fault in auditing_journal.faults(connection, codes))
                nested.rollback()
        if one.kind != "issuer":  # there is one
            unique = {c.name for c in one.table.columns if c.primary_key or c.unique} | {"valid_from", "external_id"}
            again = {n: v if n not in unique else 99 if isinstance(v, int) else f"~{v[1:] if v else ''}"
                     for n, v in row.items()}  # fmt: skip
            connection.execute(one.table.insert().values(**again))
            assert any(fault.endswith("nobody recorded it") for fault in auditing_journal.faults(connection, codes))
        begun.rollback()


def test_L6_the_journal_itself_is_a_chain(kept: Setting) -> None:
    """A fact that is changed, taken out or cut off is named, and so is the salt of what can be erased (P1)."""
    said = {
        "UPDATE journal SET content = '{}' WHERE n = 3": "journal place 3 (",
        "UPDATE journal SET recorded_by = 'x' WHERE n = 2": "journal place 2 (",
        "UPDATE journal SET recorded_at = '2020' WHERE n = 2": "journal place 2 (",
        "DELETE FROM journal WHERE n = 4": "journal: places 4 to 4 are missing",
        "DELETE FROM journal WHERE n = (SELECT max(n) FROM journal)": "its head says",
        "UPDATE issuer SET journal_n = 1": "its head says 1",
        "DELETE FROM journal_salt": "what its digests are made with is gone",
        "UPDATE journal_salt SET salt = '0'": "the name is not what was recorded",
    }
    with kept.engine.connect() as connection, connection.begin() as begun:
        migrate.unguard(connection, ["journal"])
        for statement, expected in said.items():
            with connection.begin_nested() as nested:
                connection.execute(text(statement))
                found = list(auditing_journal.faults(connection, {}))
                assert any(expected in fault for fault in found), (statement, found)
                nested.rollback()
        begun.rollback()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ("UPDATE issuer SET timezone = 'Europe/Nowhere'", "issuer: the timezone is not what was recorded"),
        ("UPDATE issuer SET country = 'X', legal = '{'", "issuer: the country is not what was recorded"),
        ("DELETE FROM issuer", "issuer: it is missing"),
    ],
)
def test_L7_the_audit_answers_though_the_issuer_can_be_no_issuer(kept: Setting, changed: str, said: str) -> None:
    """Its time zone gave the day before anything was looked at: the audit was a fault of the program."""
    with kept.engine.begin() as connection:
        connection.execute(text(changed))
    url = kept.engine.url.render_as_string(hide_password=False)
    status, out, err = run("audit", BILLING_DB=url, BILLING_TODAY="")
    assert (status, err) == (1, "")
    assert said in out.splitlines()


def test_A2_a_fact_says_who_and_when_and_what_it_became(kept: Setting) -> None:
    before = len(contents(kept)["journal"])
    Billing(Setting(kept.engine, kept.today, kept.folders, True, "ar")).do(
        requests.SetIssuer(iban="CH5604835012345678009")
    )
    (fact,) = contents(kept)["journal"][before:]
    assert (fact["kind"], fact["subject"], fact["act"], fact["recorded_by"]) == ("issuer", "1", "set", "ar")
    assert fact["recorded_at"].startswith(kept.today.isoformat())
    assert json.loads(fact["content"])["iban"] == "CH5604835012345678009"
    with reading(kept.engine) as connection:
        assert journal.head(connection) == (fact["n"], fact["hash"])


def test_what_changes_nothing_is_no_fact(kept: Setting) -> None:
    """L5: asked again, it says so and nothing is recorded; counting the uses of a link neither; a dry run neither."""
    before = contents(kept)["journal"]
    do(kept, requests.ChangeCustomer(customer="ANNA", terms=20))
    do(kept, requests.ChangeCustomer(customer="ANNA", terms=21), dry_run=True)
    do(kept, requests.AddAgent(code="ar", name=SAFE["name"]))
    assert contents(kept)["journal"] == before


def test_P1_personal_data_and_secrets_are_in_no_fact(kept: Setting) -> None:
    """Names, addresses and secrets are salted digests, whose salt can be erased; a new row has another salt."""
    facts = " ".join(row["content"] for row in contents(kept)["journal"])
    for said in (*SAFE.values(), "Seegasse", "kunde.example", "asks for it", "desk.invalid", "+41 44"):
        assert said not in facts
    do(kept, requests.RemoveDesk(name="zammad"))
    assert "zammad" not in {row["subject"] for row in contents(kept)["journal_salt"]}
    do(kept, requests.AddDesk(name="zammad", kind="zammad", url="https://desk.invalid", secret=SAFE["secret"]))
    made, gone, again = [row for row in contents(kept)["journal"] if row["subject"] == "zammad"]
    assert (made["act"], gone["act"], again["act"]) == ("set", "removed", "set")
    assert json.loads(made["content"])["secret"] != json.loads(again["content"])["secret"]
    assert audit(kept)["ok"]


def test_a_load_of_many_customers_is_one_look_at_the_journal(url: str) -> None:
    """L4: facts are appended together when the load ends; a second writer waits for no more than that."""
    setting = made(url)
    load(setting, *({"type": "customer", "code": f"C{n}", "name": f"N {n}", "country": "CH"} for n in range(1200)))
    facts = contents(setting)["journal"]
    assert [fact["n"] for fact in facts] == list(range(1, 1203))
    assert facts[-1]["hash"] != chain.GENESIS and audit(setting)["ok"]
    setting.engine.dispose()


def test_P5_a_link_that_is_forgotten_is_a_fact_and_its_salt_is_gone(kept: Setting) -> None:
    """Who came by it is not kept for ever; that it was given and is gone is."""
    later = on(kept, kept.today + timedelta(days=200))
    do(later, requests.MakeLink(customer="ANNA"))
    made, gone, new = [row for row in contents(kept)["journal"] if row["kind"] == "link"]
    assert [row["act"] for row in (made, gone, new)] == ["set", "removed", "set"]
    assert made["subject"] == gone["subject"] != new["subject"]
    salts = {row["subject"] for row in contents(kept)["journal_salt"] if row["kind"] == "link"}
    assert salts == {new["subject"]}
    assert audit(later)["ok"]
