"""No statement of an everyday request walks a table, nor all the work of a customer: the plans say so."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, text

from billing.errors import Refusal
from billing.office.transacting import look
from billing.office.transaction import Setting
from billing.requests.balances import AskReply
from billing.requests.cases import Answer, AskCase, Close, OpenCase, Take
from billing.requests.explaining import AskWhy
from billing.requests.payments import Pay, Sell
from billing.requests.statements import AskStatement
from billing.requests.timing import AskTimers, Start, Stop
from billing.requests.work import AskWork
from billing.store import billed
from tests import cases, support
from tests.support import ask, do, load, made

# Tables that grow with the work of one customer, and those that grow with the customers
WORK = {
    "entry", "charge", "draw", "link", "correction", "case_event", "document", "document_line", "document_entry",
    "personal", "note", "day_overage",
}  # fmt: skip
GROW = WORK | {
    "customer", "contact", "sale", "payment", "time_grant", "reference", "case_reference", "case_name", "journal",
    "outbox", "mail", "issued_file", "term", "contract", "reminder", "day_drawn", "day_owed",
}  # fmt: skip


WHEN = datetime(2029, 12, 5, 9, tzinfo=ZoneInfo("Europe/Zurich"))


def grown(url: str) -> Setting:
    """Customers who bill and who owe, with work that is invoiced, not invoiced, voided, on cases and on none."""
    setting = made(url)
    for code, tariff, tier in (("ANNA", "q3", "premium"), ("BEAT", "qualiodoo", None), ("CARL", "q3", "profi")):
        load(
            setting,
            {"type": "customer", "code": code, "name": code, "country": "CH"},
            {"type": "contract", "customer": code, "tariff": tariff, "tier": tier, "start": "2029-07-01"},
            {
                "type": "entry",
                "id": f"{code}0",
                "customer": code,
                "case": f"{code}-A",
                "date": "2029-11-03",
                "minutes": 9,
            },
            {
                "type": "entry",
                "id": f"{code}1",
                "customer": code,
                "case": f"{code}-A",
                "date": "2029-11-05",
                "minutes": 9,
            },
            {"type": "void", "entry": f"{code}0", "date": "2029-11-06", "reason": "x"},
        )
    load(setting, {"type": "invoice-run", "month": "2029-11", "date": "2029-12-01"})
    for code in ("ANNA", "BEAT"):
        support.log(setting, customer=code, seconds=900, case=f"{code}-B", on=date(2029, 12, 3), agent="ana")
        support.log(setting, id=f"{code}-id", customer=code, seconds=900, case=f"{code}-C", agent="ana")
    return setting


ACTS: dict[str, Callable[[Setting, str], object]] = {
    "log": lambda on, code: support.log(on, customer=code, seconds=600, case=f"{code}-B", agent="ana", reply=True),
    "log, late": lambda on, code: support.log(on, customer=code, seconds=600, on=date(2029, 11, 9), agent="ana"),
    "log, again": lambda on, code: support.log(
        on, id=f"{code}-id", customer=code, seconds=900, case=f"{code}-C", agent="ana"
    ),
    "a file of one": lambda on, code: load(
        on, {"type": "entry", "customer": code, "case": f"{code}-B", "date": "2029-12-04", "minutes": 9}
    ),
    "balance": lambda on, code: support.balance(on, code),
    "balance, of a past day": lambda on, code: support.balance(on, code, date(2029, 11, 5)),
    "reply": lambda on, code: ask(on, AskReply(customer=code)),
    "why": lambda on, code: ask(on, AskWhy(what=f"{code}1")),
    "why, a case": lambda on, code: ask(on, AskWhy(what=f"{code}-A")),
    "undo": lambda on, code: support.undo(on, "ana"),
    "undo, refused": lambda on, code: _refused(on),
    "void": lambda on, code: support.void(on, f"{code}1", "twice"),
    "verify": lambda on, code: support.verify(on, f"{code}-C", kind="program-error"),
    "sell and pay": lambda on, code: do(on, Pay(invoice=_sold(on, code))),
    "statement": lambda on, code: ask(on, AskStatement(customer=code, first=WHEN.date(), last=date(2029, 12, 31))),
    "day": lambda on, code: ask(on, AskWork(agent="ana")),
    "start, status and stop": lambda on, code: _timed(on, code),
    "case": lambda on, code: _case(on, code),
}  # fmt: skip


def _refused(setting: Setting) -> None:
    for agent in (None, "ana"):
        with pytest.raises(Refusal):
            support.undo(support.on(setting, date(2030, 1, 5)), agent)


def _timed(setting: Setting, code: str) -> None:
    do(setting, OpenCase(customer=code, case=f"{code}-timed", agent="ana", at=WHEN))
    do(setting, Take(case=f"{code}-timed", agent="ana", at=WHEN))
    do(setting, Start(case=f"{code}-timed", agent="ana", at=WHEN))
    ask(setting, AskTimers(agent="ana"))
    do(setting, Stop(agent="ana", at=WHEN + timedelta(minutes=7)))


def _case(setting: Setting, code: str) -> None:
    """What is done to a case, and shown of it, walked all that its customer was charged."""
    case = f"{code}-new"
    do(setting, OpenCase(customer=code, case=case, agent="ana", at=WHEN))
    do(setting, Answer(case=case, agent="ana", note="a", at=WHEN + timedelta(minutes=1)))
    ask(setting, AskCase(case=case))
    do(setting, Close(case=case, agent="ana"))


def _sold(setting: Setting, code: str) -> str:
    product, contacts = ("support-plus", ("Ana Roth",)) if code == "ANNA" else ("pack-12h", ())
    sold = do(setting, Sell(customer=code, product=product, quantity=1, price=Decimal(900), contacts=contacts))
    return str(sold["invoice"])


# What was corrected, and what ever was owed, is looked at one by one, by an index of nothing else
APART = ("ix_charge_corrected", "ix_charge_owed")
_STEP = re.compile(r"(SCAN|SEARCH) (\w+)(?: USING .*?(?:INDEX|KEY)(?: \w+)?)?(?: \((?P<by>.*)\))?$")


def walks(connection: sqlite3.Connection, statement: str) -> Iterator[str]:
    """The steps of a statement's plan that read a whole table, or all of a customer's rows of one that holds work."""
    aliases = dict(re.findall(r"(?:FROM|JOIN|,)\s+\"?(\w+)\"?\s+(?:AS\s+)?(\w+)", statement))
    of = {alias: table for table, alias in aliases.items()}
    for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}"):
        found = _STEP.match(step)
        if found is None:
            continue
        table = of.get(found[2], found[2])
        if table in GROW and found[1] == "SCAN":
            yield step
        if table in WORK and found["by"] in ("customer_id=?", "agent=?") and not any(name in step for name in APART):
            yield step


@contextmanager
def statements(setting: Setting) -> Iterator[list[str]]:
    """What SQLite is asked meanwhile."""
    said: list[str] = []

    def listen(connection: sqlite3.Connection, _record: object) -> None:
        connection.set_trace_callback(said.append)

    event.listen(setting.engine, "connect", listen)
    try:
        yield said
    finally:
        event.remove(setting.engine, "connect", listen)


def in_orders(connection: sqlite3.Connection) -> Iterator[None]:
    """With the indexes in the order in which they were made, then made anew in two others.

    SQLite weighs them in their order, and what rebuilds a table may leave them in any: half of the databases found the
    open cases by walking all that happened to each one's customer.
    """
    yield
    made = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"
    indexes = connection.execute(made).fetchall()
    for order in (indexes, indexes[::-1]):
        for name, _ in order:
            connection.execute(f"DROP INDEX {name}")
        for _, sql in order:
            connection.execute(sql)
        yield


def test_no_everyday_statement_walks_a_table_of_sqlite(tmp_path: Path) -> None:
    setting = grown(f"sqlite:///{tmp_path}/a.db")
    asked: set[tuple[str, str]] = set()
    for name, act in ACTS.items():
        for code in ("ANNA", "BEAT"):
            with statements(setting) as said:
                act(setting, code)
            these = {(name, one) for one in said if one.split()[0] in ("SELECT", "INSERT", "UPDATE", "WITH")}
            assert these
            asked |= these
    found = set()
    with sqlite3.connect(tmp_path / "a.db") as connection:
        for _ in in_orders(connection):
            for name, one in asked:
                found |= {(name, step, " ".join(one.split())[:300]) for step in walks(connection, one)}
    assert not found, "\n".join(f"{name}: {step}\n    {one}" for name, step, one in sorted(found))


def test_open_cases_are_told_from_closed_ones_by_their_own_events(tmp_path: Path) -> None:
    """S1: of each that was opened, what closed it is found by an index of cases, not among all of its customer's."""
    setting = grown(f"sqlite:///{tmp_path}/a.db")
    with statements(setting) as said:
        cases.queue(setting)
        cases.sweep(setting, "2029-12-04T10:00", dry_run=True)
    (asked,) = {one for one in said if "NOT (EXISTS" in one and "case_event" in one}
    with sqlite3.connect(tmp_path / "a.db") as connection:
        for _ in in_orders(connection):
            steps = [step for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {asked}") if "SEARCH" in step]
            inner = [step for step in steps if re.match(r"SEARCH case_event_\d", step)]
            assert len(inner) >= 2
            assert all("customer_id=? AND case=?" in step for step in inner), inner


def test_a_run_finds_whom_to_bill_by_what_came_since_the_last_document(tmp_path: Path) -> None:
    """L2, M5: all that was ever charged was read to see who has something new; of 60,000 entries 50 ms of each run."""
    setting = grown(f"sqlite:///{tmp_path}/a.db")
    with statements(setting) as said, look(setting) as tx:
        assert len(billed.customers_to_bill(tx.connection)) == 2  # CARL has nothing since
    (asked,) = (one for one in said if "max(seq)" in one)
    with sqlite3.connect(tmp_path / "a.db") as connection:
        for _ in in_orders(connection):
            steps = [step for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {asked}")]
            of_work = [step for step in steps if re.match(r"(SCAN|SEARCH) [ce]\b", step)]
            assert len(of_work) == 4
            assert all(re.search(r"seq>\?|worked_on>\?|entry=\?|AND seq=\?", step) for step in of_work), of_work


def test_every_everyday_statement_finds_an_index_on_postgresql(database_url: str) -> None:
    """Told to walk no table where an index can be used, PostgreSQL walks none that grows."""
    setting = grown(database_url)
    if setting.engine.dialect.name == "sqlite":
        return  # the test before says more
    with setting.engine.begin() as connection:
        name = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.execute(text(f'ALTER DATABASE "{name}" SET enable_seqscan = off'))
    before = _walked(setting)
    for act in ACTS.values():
        for code in ("ANNA", "BEAT"):
            act(setting, code)
    after = _walked(setting)
    assert not {table for table in GROW if after[table] > before[table]}


def _walked(setting: Setting) -> dict[str, int]:
    """How often each table was walked by connections that are closed."""
    setting.engine.dispose()
    with setting.engine.connect() as connection:
        return dict(iter(connection.execute(text("SELECT relname, seq_scan FROM pg_stat_user_tables"))))
