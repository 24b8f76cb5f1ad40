"""Writers at the same moment: no grant below zero, nothing twice, no number missing, nobody waits in a circle (L4, L5).

Those that are let go together are processes of their own. Where only one moment is dangerous, threads are led to it.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from billing import performing, tariffs
from billing.core import crediting
from billing.errors import Already
from billing.office.invoicing import runs
from billing.office.transacting import work
from billing.office.transaction import Setting
from billing.requests.agents import AddAgent
from billing.requests.contracts import Sign
from billing.requests.entries import Log
from billing.requests.parties import Hold
from billing.requests.payments import Sell
from billing.store import journal, parties, schema
from tests import support
from tests.history import Line
from tests.invoicing import documents
from tests.store import histories
from tests.store.test_idempotency import KINDS, line_of
from tests.store.writers import at_once
from tests.support import contents, do, load, on

DAY = date(2025, 2, 1)
WRITERS = 8
ROUNDS = 3
postgresql_only = pytest.mark.parametrize("shelf", ["postgresql"], indirect=True)


@pytest.fixture
def q3(copied: Callable[..., Setting]) -> Setting:
    """Eight customers, each with 5 minutes."""
    return copied(histories.q3, today=DAY)


def url_of(setting: Setting) -> str:
    return setting.engine.url.render_as_string(hide_password=False)


# Processes, let go together


def test_one_of_eight_draws_the_last_five_minutes(q3: Setting) -> None:
    """L4: the others get overage, and all eight are recorded."""
    for code in [f"C{n}" for n in range(ROUNDS)]:
        tasks = [("log", {"customer": code, "seconds": 300, "case": f"{code}-{n}"}) for n in range(WRITERS)]
        found = at_once(url_of(q3), tasks)
        assert [answer.get("error") for answer in found] == [None] * WRITERS
        drawn = [draw for answer in found for draw in answer["drawn"]]
        assert [(draw["grant"], draw["minutes"]) for draw in drawn] == [(f"{code}-G1", 5)]
        assert [answer["overage"]["minutes"] for answer in found if answer["overage"]] == [5] * (WRITERS - 1)
        assert len({answer["entry"] for answer in found}) == WRITERS
        balance = support.balance(q3, code)
        assert (balance["minutes"], balance["unbilled"]["minutes"]) == (0, 5 * (WRITERS - 1))
    checked = support.audit(q3)
    assert checked["ok"]
    assert checked["checked"]["charges"] == WRITERS * ROUNDS


def test_one_of_eight_draws_and_seven_owe(copied: Callable[..., Setting]) -> None:
    """L4 with R5's other answer, `owe`; each has the minutes in one round or shares them in the other."""
    setting = copied(histories.french, today=DAY)
    for code, minutes in (("ANNA", 5), ("BEAT", 12)):
        load(
            setting,
            {"type": "customer", "code": code, "name": code, "country": "FR"},
            {"type": "contract", "customer": code, "tariff": "qualiodoo", "start": "2025-01-01"},
            {"type": "goodwill", "customer": code, "minutes": minutes, "date": "2025-01-01", "expires": "2025-12-31",
             "reason": "g"},
        )  # fmt: skip
        found = at_once(url_of(setting), [("log", {"customer": code, "seconds": 300})] * WRITERS)
        assert [answer.get("error") for answer in found] == [None] * WRITERS
        assert sum(part["minutes"] for answer in found for part in answer["drawn"]) == minutes
        assert sum(answer["owed"] for answer in found) == 5 * WRITERS - minutes
        balance = support.balance(setting, code)
        assert (balance["minutes"], balance["owed"]) == (0, 5 * WRITERS - minutes)
    assert support.audit(setting)["ok"]


def test_the_same_id_at_once_is_one_entry(q3: Setting) -> None:
    """L5: one is recorded, the others are told that nothing changed, and get the same answer."""
    found = at_once(url_of(q3), [("log", {"customer": "C0", "seconds": 300, "id": "x"})] * WRITERS)
    assert sorted(answer.pop("unchanged", False) for answer in found) == [False] + [True] * (WRITERS - 1)
    assert all(answer == found[0] for answer in found)
    assert support.audit(q3)["checked"]["charges"] == 1


def test_the_same_id_at_once_with_other_content(q3: Setting) -> None:
    """L5: whoever is first has it, the other is refused."""
    found = at_once(url_of(q3), [("log", {"customer": f"C{n}", "seconds": 300, "id": "x"}) for n in range(2)])
    assert sorted(answer.get("error", {}).get("code", "") for answer in found) == ["", "conflict"]
    assert support.audit(q3)["checked"]["charges"] == 1


def test_two_commands_with_the_same_id(q3: Setting) -> None:
    """L5, as scripts see it: two runs of the program."""
    env = os.environ | {"BILLING_DB": url_of(q3), "BILLING_TODAY": DAY.isoformat()}
    words = [sys.executable, "-m", "billing", "log", "C0", "5", "--id", "x", "--json"]
    started = [subprocess.Popen(words, env=env, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    found = [json.loads(p.communicate()[0]) for p in started]
    assert [p.returncode for p in started] == [0, 0]
    assert sorted(answer.get("unchanged", False) for answer in found) == [False, True]
    assert len({answer["entry"] for answer in found}) == 1


def test_numbers_without_gaps_when_all_sell_at_once(q3: Setting) -> None:
    """M6: whoever sells, the numbers are one series; they are in the order of the chain of documents."""
    for most in (WRITERS, 2 * WRITERS):
        request: dict[str, Any] = {"product": "half-fare", "price": Decimal("90")}
        found = at_once(url_of(q3), [("buy", {"customer": f"C{n}", **request}) for n in range(WRITERS)])
        assert [answer.get("error") for answer in found] == [None] * WRITERS
        first = most - WRITERS + 1
        assert sorted(a["invoice"] for a in found) == [f"INV-2025-{n:05d}" for n in range(first, most + 1)]
    assert support.audit(q3)["ok"]


def test_loads_in_opposite_order(q3: Setting) -> None:
    """L4: a load locks its customers in one order, whatever order the file has."""
    lines: list[Line] = [{"type": "entry", "customer": f"C{n % WRITERS}", "minutes": 5} for n in range(40)]
    found = at_once(url_of(q3), [("load", {"lines": lines}), ("load", {"lines": lines[::-1]})] * 2)
    assert [each["applied"] for each in found] == [40] * 4
    assert sum("warnings" in each for each in found) == 2  # the second of each file says that it is
    assert support.audit(q3)["ok"]


def test_everything_at_once(q3: Setting) -> None:
    """L4, L5, M6: what different people do to the same customers at the same moment is all recorded, and holds."""
    load(q3, *({"type": "entry", "id": f"e{n}", "customer": f"C{n}", "case": f"K{n}", "date": "2025-01-10",
                "minutes": 30, "category": "bug"} for n in range(4)))  # fmt: skip
    tasks: list[tuple[str, dict[str, Any]]] = [
        ("log", {"customer": "C0", "seconds": 700, "case": "K0"}),
        ("log", {"customer": "C1", "seconds": 60}),
        ("buy", {"customer": "C0", "product": "half-fare", "price": Decimal("90")}),
        ("buy", {"customer": "C1", "product": "half-fare", "price": Decimal("80")}),
        ("load", {"lines": [{"type": "entry", "customer": f"C{n % 4}", "minutes": 3, "case": f"K{n % 4}"}
                            for n in range(20)]}),
        ("load", {"lines": [{"type": "goodwill", "customer": f"C{3 - n}", "minutes": 10, "expires": "2025-12-31",
                             "reason": "g"} for n in range(4)]}),
        ("balance", {"code": "C0"}),
        ("balance", {"code": "C1"}),
    ]  # fmt: skip
    for _ in range(2):
        assert [answer.get("error") for answer in at_once(url_of(q3), tasks)] == [None] * len(tasks)
    answer = support.audit(q3)
    assert answer["faults"] == []
    assert answer["checked"]["charges"] == 4 + 2 * 22


# One at a time, step by step


@contextmanager
def led(*jobs: Callable[[], Any]) -> Iterator[list[Any]]:
    """Starts jobs in threads; at the end the list holds what each answered or raised."""
    results: list[Any] = [None] * len(jobs)

    def go(place: int) -> None:
        try:
            results[place] = jobs[place]()
        except Exception as failed:
            results[place] = failed

    threads = [threading.Thread(target=go, args=(place,), daemon=True) for place in range(len(jobs))]
    for thread in threads:
        thread.start()
    yield results
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads), "they wait for each other for ever"


def until_waiting(engine: Engine, count: int, seconds: float = 20) -> bool:
    """Waits until so many transactions of this database wait for a lock (PostgreSQL)."""
    asked = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with engine.connect() as connection:
            if (connection.execute(asked).scalar() or 0) >= count:
                return True
        time.sleep(0.01)
    return False


def quick_deadlocks(setting: Setting) -> None:
    """PostgreSQL looks for deadlocks at once, not after a second; it names them before anything waits for long."""
    database = setting.engine.url.database
    with setting.engine.begin() as connection:
        connection.execute(text(f"ALTER DATABASE {database} SET deadlock_timeout = '20ms'"))
    setting.engine.dispose()


def test_who_reads_never_waits(q3: Setting) -> None:
    """L4: while somebody writes, a balance is answered as it was before."""
    before = support.balance(q3, "C0")
    with work(q3) as tx:
        performing.perform(tx, Log(customer="C0", seconds=300))
        with led(lambda: support.balance(on(q3, DAY), "C0")) as found:
            pass
        assert found == [before]
    assert support.balance(q3, "C0")["minutes"] == 0


@postgresql_only
def test_two_customers_never_wait_for_each_other(q3: Setting) -> None:
    """L4: one customer is locked in an open transaction, the other's time is logged meanwhile, and corrected."""
    logged = support.log(q3, customer="C1", seconds=300, case="K")["entry"]
    with q3.engine.begin() as connection:
        connection.execute(text(f"ALTER DATABASE {q3.engine.url.database} SET statement_timeout = '2s'"))
    q3.engine.dispose()
    with ExitStack() as holding:
        performing.perform(holding.enter_context(work(q3)), Log(customer="C0", seconds=300, case="L"))
        assert support.log(q3, customer="C1", seconds=300)["charged"] == 5
        assert support.void(q3, logged, "twice")["customer"] == "C1"
        assert load(q3, {"type": "entry", "customer": "C1", "case": "K", "minutes": 2})["applied"] == 1
        with led(lambda: support.log(q3, customer="C0", seconds=300)) as found:
            assert until_waiting(q3.engine, 1), "the same customer's other writer does not wait"
            holding.close()
    assert [answer["charged"] for answer in found] == [5]
    assert support.audit(q3)["ok"]


@postgresql_only
@pytest.mark.parametrize("how", ["void", "undo"])
def test_a_void_waits_for_its_customer(q3: Setting, how: str) -> None:
    """L4: while another writer has the customer, a void waits, and then goes on from where that one came to."""
    entry = support.log(q3, customer="C0", seconds=300, agent="ana")["entry"]
    with ExitStack() as holding:
        performing.perform(holding.enter_context(work(q3)), Log(customer="C0", seconds=300))
        with led(lambda: support.void(q3, entry, "x") if how == "void" else support.undo(q3, "ana")) as found:
            assert until_waiting(q3.engine, 1)
            holding.close()
    assert [answer["changed"][0]["charged"] for answer in found] == [0]
    assert support.audit(q3)["ok"]


@postgresql_only
def test_who_waited_reads_what_the_holder_changed(q3: Setting) -> None:
    """L4: a customer who is held while a run waits for him gets no invoice; all of him is read after the lock."""
    load(q3, {"type": "entry", "customer": "C0", "minutes": 60, "date": "2025-01-10"})
    with ExitStack() as holding:
        performing.perform(holding.enter_context(work(q3)), Hold(customer="C0", reason="asked to wait"))
        with led(lambda: documents.run(q3, date(2025, 1, 1), DAY)) as found:
            assert until_waiting(q3.engine, 1)
            holding.close()
    assert [(answer["invoices"], answer["held"][0]["reason"]) for answer in found] == [([], "asked to wait")]


def twice_at_once(setting: Setting, line: Line, hold: Callable[[Any], Any]) -> list[Any]:
    """The same line in two loads, both begun while somebody else holds what they need."""
    with setting.engine.connect() as connection, connection.begin() as holding:
        hold(connection)
        with led(lambda: load(setting, line), lambda: load(setting, line)) as found:
            assert until_waiting(setting.engine, 2)
            holding.rollback()
    return found


@postgresql_only
@pytest.mark.parametrize("kind", KINDS)
def test_two_loads_of_the_same_line_at_once(copied: Callable[..., Setting], kind: str) -> None:
    """L5: one records it, the other says that nothing changed, for every kind of line."""
    setting = copied(histories.q3)
    load(setting, *KINDS[kind].before)

    def hold(connection: Any) -> None:
        connection.execute(select(schema.head).with_for_update())
        if kind == "customer":
            journal.begin(connection, "2025-01-01T12:00:00.000000Z", None)
            parties.add_customer(connection, {"code": "NEW", "name": "N", "country": "CH"})

    found = twice_at_once(setting, line_of(kind), hold)
    assert sorted(str(answer) for answer in found) == [
        str({"lines": 1, "applied": applied, "unchanged": 1 - applied}) for applied in (0, 1)
    ]
    assert support.audit(setting)["ok"]


def met(together: int, seconds: float = 2) -> Callable[[], None]:
    """A meeting point that is passed when all are there, or when they do not come because one waits for another."""
    gate = threading.Barrier(together)

    def pass_by() -> None:
        try:
            gate.wait(seconds)
        except threading.BrokenBarrierError:
            return

    return pass_by


def after(monkeypatch: pytest.MonkeyPatch, where: Any, name: str, pause: Callable[[], None]) -> None:
    """Pauses each thread once after it has called a function."""
    original, seen = getattr(where, name), threading.local()

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        answer = original(*args, **kwargs)
        if not getattr(seen, "paused", False):
            seen.paused = True
            pause()
        return answer

    monkeypatch.setattr(where, name, wrapped)


@postgresql_only
def test_a_sale_while_the_run_is_under_way(q3: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """L4, M7: the run has billed one customer and comes to the next, to whom somebody is selling: both are done."""
    load(q3, *({"type": "entry", "customer": code, "minutes": 60, "date": "2025-01-10"} for code in ("C0", "C1")))
    quick_deadlocks(q3)
    sold, waited = threading.Event(), list[bool]()

    def pause() -> None:
        sold.set()
        waited.append(until_waiting(q3.engine, 1))

    after(monkeypatch, crediting, "eligible", pause)
    request: dict[str, Any] = {"customer": "C1", "product": "half-fare", "price": Decimal("90"), "on": DAY}

    def run() -> int:
        assert sold.wait(20)
        return len(documents.run(q3, date(2025, 1, 1), DAY)["invoices"])

    with led(run, lambda: do(q3, Sell(**request))["customer"]) as found:
        pass
    monkeypatch.undo()  # an audit decides the sale again
    assert found == [2, "C1"] and waited == [True]
    assert support.audit(q3)["ok"]


@postgresql_only
def test_loads_that_name_customers_by_their_purchases(q3: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """L4: payments of two customers in two loads, in opposite order."""
    load(q3, *({"type": "purchase", "id": code, "customer": code, "product": "half-fare", "price": "90"}
               for code in ("C0", "C1")))  # fmt: skip
    quick_deadlocks(q3)
    lines: list[Line] = [{"type": "payment", "purchase": code, "amount": "1"} for code in ("C0", "C1")]
    after(monkeypatch, crediting, "pay", met(2))
    with led(lambda: load(q3, *lines), lambda: load(q3, *lines[::-1])) as found:
        pass
    assert found == [{"lines": 2, "applied": 2, "unchanged": 0}] * 2


@postgresql_only
def test_loads_with_a_run(q3: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """L4: each load has one of two customers when its run needs both."""
    load(q3, *({"type": "entry", "customer": code, "minutes": 60, "date": "2025-01-10"} for code in ("C0", "C1")))
    quick_deadlocks(q3)
    run: Line = {"type": "invoice-run", "month": "2025-01"}
    after(monkeypatch, performing, "_done", met(2))
    with led(*(lambda code=code: load(q3, {"type": "entry", "customer": code, "minutes": 5}, run)
               for code in ("C0", "C1"))) as found:  # fmt: skip
        pass
    assert [answer["lines"] for answer in found] == [2, 2]
    assert [d["customer"] for d in documents.list_documents(q3)["invoices"]] == ["C0", "C1"]


@postgresql_only
def test_loads_that_make_the_same_customers(q3: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """L5: two files with the same new customers, in opposite order."""
    quick_deadlocks(q3)
    lines: list[Line] = [
        {"type": "customer", "id": f"c{code}", "code": code, "name": code, "country": "CH"} for code in ("NEW", "NEWER")
    ]
    after(monkeypatch, parties, "add_customer", met(2))
    with led(lambda: load(q3, *lines), lambda: load(q3, *lines[::-1])) as found:
        pass
    assert sorted(answer["applied"] for answer in found) == [0, 2]
    assert support.audit(q3)["ok"]


@postgresql_only
def test_l4_who_changes_a_customer_waits_for_nobody_else_at_the_journal(q3: Setting) -> None:
    """The journal's end is locked when a transaction ends, and by nobody who logs."""
    with work(q3) as tx:
        parties.change_customer(tx.connection, "C0", {"terms": 10})
        found = led_through(q3)
    assert found == ["C1", "C2"]
    assert [row["subject"] for row in contents(q3)["journal"]][-2:] == [key_of(q3, "C1"), key_of(q3, "C0")]
    assert support.audit(q3)["ok"]


def led_through(setting: Setting) -> list[str]:
    """Two who do something while another's transaction is open, neither of whom waits."""
    with led(
        lambda: support.change_customer(setting, "C1", terms=10)["customer"],
        lambda: support.log(setting, customer="C2", case="K", seconds=300)["customer"],
    ) as found:
        pass
    return [str(one) for one in found]


def key_of(setting: Setting, code: str) -> str:
    return next(str(row["id"]) for row in contents(setting)["customer"] if row["code"] == code)


def test_l6_facts_of_many_who_write_at_once_are_one_chain(q3: Setting) -> None:
    """Each change is a fact, in one order, whoever writes: customers, agents, the issuer."""
    before = len(contents(q3)["journal"])

    def named(code: str) -> None:
        for name in "UVWXY":
            support.do(q3, AddAgent(code=code, name=name))

    def changed(code: str) -> None:
        for days in range(1, 6):
            support.change_customer(q3, code, terms=days)

    jobs = [partial(job, code) for n in range(3) for job, code in ((changed, f"C{n}"), (named, f"a{n}"))]
    with led(*jobs) as found:
        pass
    assert [one for one in found if isinstance(one, Exception)] == []
    assert len(contents(q3)["journal"]) - before == 30
    assert support.audit(q3)["ok"]


def signing(setting: Setting, how: str) -> Callable[[str], Any]:
    request: dict[str, Any] = {"tariff": "q3", "tier": "profi", "start": date(2025, 1, 1)}
    line = {"type": "contract", "tariff": "q3", "tier": "profi", "start": "2025-01-01"}
    if how == "load":
        return lambda code: load(setting, line | {"customer": code})
    return lambda code: support.do(setting, Sign(customer=code, **request))


@postgresql_only
@pytest.mark.parametrize("how", ["sign", "load"])
def test_the_first_two_contracts_on_a_tariff(copied: Callable[..., Setting], how: str) -> None:
    """L4: two customers sign at once, and the tariff's version is kept once."""
    setting = copied(histories.swiss)
    codes = ("ANNA", "BEAT")
    load(setting, *({"type": "customer", "code": code, "name": code, "country": "CH"} for code in codes))
    with setting.engine.connect() as connection, connection.begin() as holding:
        version = tariffs.version_for(tariffs.versions(list(setting.folders), "q3"), date(2025, 1, 1))
        journal.begin(connection, "2025-01-01T12:00:00.000000Z", None)
        parties.keep_version(connection, version.name, version.valid_from, version.text)
        sign = signing(setting, how)
        with led(*(lambda code=code: sign(code) for code in codes)) as found:
            assert until_waiting(setting.engine, 2)
            holding.rollback()
    assert [answer for answer in found if isinstance(answer, Exception)] == []
    assert len(contents(setting)["tariff_version"]) == 1
    assert support.audit(setting)["ok"]


@postgresql_only
@pytest.mark.parametrize("how", ["log", "load"])
@pytest.mark.parametrize("other", ["K", "k"])
def test_T3_one_case_for_two_customers_at_once(q3: Setting, how: str, other: str) -> None:
    """T3: case references are unique: one customer gets it, for the other it is refused."""
    jobs = [
        (lambda code=code, case=case: load(q3, {"type": "entry", "customer": code, "case": case, "minutes": 5}))
        if how == "load"
        else (lambda code=code, case=case: support.log(q3, customer=code, case=case, seconds=300))
        for code, case in (("C0", "K"), ("C1", other))
    ]
    with q3.engine.connect() as connection, connection.begin() as holding:
        connection.execute(schema.case_reference.insert().values(reference="K", customer_id=8, seq=99))
        connection.execute(schema.case_name.insert().values(folded="k", reference="K"))
        with led(*jobs) as found:
            assert until_waiting(q3.engine, 2)
            holding.rollback()
    refused = [answer for answer in found if isinstance(answer, Exception)]
    assert len(refused) == 1
    assert isinstance(refused[0], Already)
    assert "is a case of" in refused[0].message
    assert support.audit(q3)["ok"]


def test_a_run_in_two_places_at_once(q3: Setting) -> None:
    """M7: two people start the run at the same moment: each document is issued once."""
    load(q3, *({"type": "entry", "customer": f"C{n}", "minutes": 60, "date": "2025-01-10"} for n in range(8)))
    found = at_once(url_of(q3), [("run", {"month": date(2025, 1, 1), "on": date(2025, 1, 31)})] * 4)
    assert sum(len(answer["invoices"]) for answer in found) == 8
    numbers = [d["number"] for d in documents.list_documents(q3)["invoices"]]
    assert numbers == [f"INV-2025-{n:05d}" for n in range(1, 9)]
    assert support.audit(q3)["ok"]
    assert runs.AT_ONCE >= 8
