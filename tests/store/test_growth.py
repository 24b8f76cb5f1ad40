"""What is asked of the database does not grow with what a customer has: it is asked for all of it at once."""

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing.core import account, receipts
from billing.core.book import Book
from billing.core.facts import Entry, Fact
from billing.errors import Refusal
from billing.office.entries import entries
from billing.office.transacting import look
from billing.office.transaction import Setting
from billing.requests.account import AskAccount
from billing.requests.balances import AskReply
from billing.requests.bank import AskOpenItems, ImportBankFile, SettleItem
from billing.requests.explaining import AskWhy
from billing.requests.hooks import AddHook, AskNextTry, ClaimMessages
from billing.requests.invoicing import CreditInvoice
from billing.requests.maintenance import ListMaintenance
from billing.requests.parties import AskCustomer
from billing.requests.payments import Pay, PayOnAccount, Refund, Sell
from billing.requests.reminders import Remind
from billing.store import billed, documents, issued
from billing.store import quoted as store
from tests import quoted, support
from tests.exchange.test_bank_kinds import IBAN, document, entry, statement
from tests.store.test_plans import statements
from tests.support import ask, do, load, made

FIRST, LAST = date(2025, 2, 1), date(2025, 12, 31)


def agreed(count: int) -> list[dict[str, Any]]:
    """A customer with so many time credits that can be drawn, and what was drawn of them."""
    days = [FIRST + timedelta(days=n) for n in range(count)]
    return [
        {"type": "customer", "code": "ANNA", "name": "Anna SA", "country": "CH"},
        {"type": "contract", "customer": "ANNA", "tariff": "q3", "tier": "premium", "start": "2025-01-01"},
        *({"type": "goodwill", "customer": "ANNA", "minutes": 5, "reason": "x", "date": str(day),
           "expires": "2026-12-31"} for day in days),
        {"type": "entry", "id": "E1", "customer": "ANNA", "case": "A", "date": str(LAST), "minutes": 40},
    ]  # fmt: skip


ACTS: dict[str, Callable[[Setting], object]] = {
    "balance": lambda on: support.balance(on, "ANNA"),
    "reply": lambda on: ask(on, AskReply(customer="ANNA")),
    "log": lambda on: support.log(on, customer="ANNA", seconds=600),
    "log, of a past day": lambda on: support.log(on, customer="ANNA", seconds=600, on=date(2025, 3, 9)),
    "statement": lambda on: support.statement(on, "ANNA", FIRST, LAST),
}


def asked(setting: Setting, act: Callable[[Setting], object]) -> list[str]:
    """What a process that has just started asks to do something."""
    setting.engine.dispose()
    with statements(setting) as said:
        act(setting)
    return [one for one in said if one.split()[0] in ("SELECT", "INSERT", "UPDATE", "WITH")]


@pytest.mark.parametrize("name", ACTS)
def test_what_was_drawn_is_asked_at_once_of_all_time_credits_r4_g6(tmp_path: Path, name: str) -> None:
    """R4, G6: a statement was asked for each of them: with 1,000, a log asked 1,029 and asks 30."""
    few, many = (made(f"sqlite:///{tmp_path}/{count}.db", today=LAST) for count in (20, 40))
    load(few, *agreed(20))
    load(many, *agreed(40))
    assert len(asked(few, ACTS[name])) == len(asked(many, ACTS[name]))
    assert support.balance(many, "ANNA")["minutes"] == 40 * 5 - 40 - (10 if name.startswith("log") else 0)


def test_a_case_is_explained_in_one_reading_b4(tmp_path: Path) -> None:
    """B4: for each charge a book was made anew, and all draws summed: of a case with 1,000 entries it took 700 ms."""
    few, many = (made(f"sqlite:///{tmp_path}/{count}.db", today=LAST) for count in (5, 30))
    for setting, count in ((few, 5), (many, 30)):
        work = {"type": "entry", "customer": "ANNA", "case": "A", "minutes": 7}
        load(setting, *agreed(9), *({**work, "date": str(FIRST + timedelta(days=n))} for n in range(count)))
        load(setting, {"type": "void", "entry": "E1", "date": str(LAST), "reason": "x"})
    counts = [len(asked(setting, lambda on: ask(on, AskWhy(what="A")))) for setting in (few, many)]
    assert counts[0] == counts[1]
    told = [line.strip() for line in ask(many, AskWhy(what="A"))["text"] if "drawn from" in line]
    # Eight by the one of 40 minutes, the last by the next; all nine again by those that are rated anew
    assert len(told) == 8 + 1 + 9
    assert all(line.startswith("5 min drawn") and line.endswith("5 min were left, 0 after (R4).") for line in told)


def test_work_taken_back_that_nobody_would_have_paid_is_not_looked_at_again(tmp_path: Path) -> None:
    """B1, C1: until a run bills something every log read each void, and on a pack nothing ever is billed."""
    setting = made(f"sqlite:///{tmp_path}/a.db", today=LAST)
    load(setting, *agreed(40))
    work = {"customer": "ANNA", "case": "A", "date": str(LAST)}
    taken_back = ({"type": "entry", "id": f"V{n}", "minutes": 5} | work for n in range(8))
    load(setting, *taken_back, {"type": "entry", "id": "OVER"} | work | {"case": "B", "minutes": 1400})
    load(setting, *({"type": "void", "entry": f"V{n}", "reason": "x", "date": str(LAST)} for n in range(8)))
    for ids in ([], ["OVER"]):
        with look(setting) as tx:
            found = billed.unbilled(tx.connection, tx.customer("ANNA", lock=False), LAST, in_months=False)
            assert [entry.id for entry, _ in found.apart.values()] == ids
        if not ids:
            load(setting, {"type": "void", "entry": "OVER", "reason": "x", "date": str(LAST)})
    assert support.balance(setting, "ANNA")["unbilled"]["minutes"] == 0


def test_quotes_are_read_where_they_are_asked_for_alone_s8(tmp_path: Path) -> None:
    """S8: each sale, payment, contract and statement read all quotes of its customer, and work on one all others."""
    setting = made(f"sqlite:///{tmp_path}/a.db", today=LAST)
    load(setting, *agreed(2))
    numbers = [quoted.add(setting, kind="service")["quote"] for _ in range(3)]
    acts = ACTS | {"sell": lambda on: do(on, Sell(customer="ANNA", product="half-fare", price=Decimal(90)))}
    said = [one for act in acts.values() for one in asked(setting, act)]
    assert said and not [one for one in said if re.search(r"FROM quote(_event)?\b", one)]
    with look(setting) as tx:
        head = tx.customer("ANNA", lock=False)
        found = [place[1] for number in numbers if (place := store.place_of(tx.connection, number))]
        assert tx.with_work(head, set, found[:1]).quotes.keys() == {found[0]}
    (read,) = (one for one in asked(setting, lambda on: quoted.show(on, numbers[0])) if "FROM quote_event" in one)
    assert f"quote IN ({found[0]})" in read


def test_what_is_left_of_an_invoice_is_summed_and_no_note_is_read_m12(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """M12: each credit read all notes before it: 1,000 of one invoice took 23 s to load and take 3."""
    setting = made(f"sqlite:///{tmp_path}/a.db", today=LAST)
    load(setting, *agreed(2))
    invoice = do(setting, Sell(customer="ANNA", product="half-fare", price=Decimal(90)))["invoice"]
    monkeypatch.setattr(documents, "notes_of", lambda *_: pytest.fail("notes were read"))
    part = CreditInvoice(invoice=invoice, reason="late", amount=Decimal(20), keep=True, yes=True)
    counts = [len(asked(setting, lambda on: do(on, part))) for _ in range(4)]
    assert counts[1] == counts[3]
    with pytest.raises(Refusal, match=f"amount 20: 10.00 net is left of {invoice}"):
        do(setting, part)


def test_one_movement_of_the_bank_is_looked_for_alone_m14(tmp_path: Path) -> None:
    """M14: to settle one, and to tell of those of a file, all that are open were read, and what is booked of each."""
    setting = made(f"sqlite:///{tmp_path}/a.db", today=LAST, iban=IBAN)
    load(setting, *agreed(2))
    file = statement(*(entry(f"{n}.50", own=f"R{n}") for n in range(1, 31)))
    do(setting, ImportBankFile(file="b", data=document(file).encode()))
    said = asked(setting, lambda on: do(on, SettleItem(item="B8", on="ANNA")))
    (open_one,) = (one for one in said if "ORDER BY bank_movement.value_on" in one)
    assert "bank_movement.id = 8" in open_one
    for none in ("B8", "B08", "B", "B99999999999999999999", "B²", "x"):
        with pytest.raises(Refusal, match="there is no open item"):
            do(setting, SettleItem(item=none, on="ANNA"))
    one_more = document(statement(entry("99.00", own="R99"))).encode()
    said = asked(setting, lambda on: do(on, ImportBankFile(file="c", data=one_more)))
    (open_of_file,) = (one for one in said if "ORDER BY bank_movement.value_on" in one)
    assert 'bank_movement."key" IN (' in open_of_file
    assert len(ask(setting, AskOpenItems())["open"]) == 30


def test_a_void_and_a_verdict_go_once_through_the_case_c1_c2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """C1, C2: all that was recorded was gone through for each entry charged anew, all of a case for each one freed."""
    setting = made(f"sqlite:///{tmp_path}/a.db", today=LAST)
    load(setting, *agreed(2))
    work = {"type": "entry", "customer": "ANNA", "case": "B", "date": f"{LAST}"}
    bugs = ({"id": f"B{n}", "category": "bug", "minutes": 2} | work for n in range(12))
    load(setting, *bugs, *({"id": f"S{n}", "case": "S", "minutes": 2} | work | {"case": "S"} for n in range(12)))
    gone_through: list[object] = []
    pool_after = Book.pool_after

    class Recorded(list[Fact]):
        def __iter__(self) -> Iterator[Fact]:
            gone_through.append(self)
            return super().__iter__()

    def counted(book: Book, entry: Entry, category: str) -> Iterator[Entry]:
        gone_through.append(entry)
        return pool_after(book, entry, category)

    changes = entries.changes
    monkeypatch.setattr(entries, "changes", lambda book, fresh: changes(book, Recorded(fresh)))
    monkeypatch.setattr(Book, "pool_after", counted)
    voided = support.void(setting, "S0", "twice")["changed"]
    assert len(voided) == 12 and len(gone_through) == 3  # the pool, what was drawn, what was charged
    gone_through.clear()
    freed = support.verify(setting, "B", kind="program-error")["changed"]
    assert len(freed) == 12 and len(gone_through) == 3


def test_a_reminder_is_held_against_its_own_invoice_alone_m10(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """M10, L7: `audit` worked out for each reminder what was open on all invoices: of 2,000 it took 2.5 s."""
    setting = made(f"sqlite:///{tmp_path}/a.db", today=LAST)
    load(setting, *agreed(2))
    sold = {"type": "purchase", "customer": "ANNA", "product": "half-fare", "price": "90", "date": "2025-02-01"}
    load(setting, *(sold | {"id": f"p{n}"} for n in range(6)))
    load(setting, {"type": "payment", "purchase": "p1", "date": "2025-03-01", "amount": "5"})
    assert len(do(setting, Remind(on=LAST))["reminders"][0]["invoices"]) == 6
    looked_at: list[int] = []
    open_on = receipts.open_on

    def counted(documents: Iterable[receipts.Issued], *more: Any) -> list[receipts.Open]:
        known = list(documents)
        looked_at.append(len(known))
        return open_on(known, *more)

    monkeypatch.setattr(receipts, "open_on", counted)
    assert support.audit(setting)["faults"] == []
    assert looked_at == [1] * 6


def test_the_notes_of_an_account_are_looked_up_m10() -> None:
    """M10: for each invoice all documents were gone through: the account of 1,000 took 60 ms, half of it for that."""
    compared: list[str] = []

    class Number(str):
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            compared.append(self)
            return str.__eq__(self, other)

    def issued(number: str, corrects: str | None, total: int) -> receipts.Issued:
        return receipts.Issued(number, "ANNA", FIRST, None, "CHF", (), Decimal(total), corrects)

    invoices = [issued(f"INV-{n}", None, 90) for n in range(40)]
    notes = [issued(f"CN-{n}", Number(f"INV-{n}"), -10) for n in range(40)]
    assert sum(moved.amount for moved in account.moves(Book(), [*invoices, *notes])) == 40 * 80
    assert len(compared) <= 3 * 40


def test_maintenance_is_read_at_once_however_much_is_ahead_s9(tmp_path: Path) -> None:
    """S9: each balance asked who acknowledged each announcement."""
    setting = made(f"sqlite:///{tmp_path}/a.db", today=LAST)
    load(setting, *agreed(2))
    acts = [ACTS["balance"], ACTS["reply"], lambda on: support.balance(on, "ANNA", date(2025, 12, 30))]
    counts = []
    for first in (1, 8):
        for day in range(first, first + 3):
            quoted.announce(setting, f"2026-01-{day:02}T20:00", f"2026-01-{day:02}T22:00")
        quoted.acknowledge(setting, "ANNA", f"M-2025-{1 if first == 1 else 5:05}")
        counts.append([len(asked(setting, act)) for act in acts])
    assert counts[0] == counts[1]
    shown = ask(setting, ListMaintenance())["maintenance"]
    assert [len(one["acknowledged"]) for one in shown] == [1, 0, 0, 0, 1, 0]


def test_a_backlog_for_listeners_is_gone_through_once_for_those_that_are_next(tmp_path: Path) -> None:
    """Of each message that waits it was asked whether one waits before: of 30,000 that took 28 ms of each claim."""
    setting = made(f"sqlite:///{tmp_path}/a.db", today=LAST)
    do(setting, AddHook(url="https://desk.example/"))
    load(setting, *agreed(2), {"type": "customer", "code": "BEAT", "name": "Beat", "country": "CH"})
    said = asked(setting, lambda on: ask(on, AskNextTry())) + asked(setting, lambda on: do(on, ClaimMessages(most=10)))
    about = [one for one in said if "outbox.next_at" in one and one.startswith("SELECT")]
    assert len(about) == 2
    with sqlite3.connect(tmp_path / "a.db") as connection:
        for one in about:
            plan = [step for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {one}")]
            assert plan and not [step for step in plan if "CORRELATED" in step]
            assert any("USING COVERING INDEX" in step for step in plan)


def test_what_a_customer_owes_is_told_without_the_texts_of_its_documents_m10(tmp_path: Path) -> None:
    """M10: they were read whole, with all work that they bill, once or three times for each act on its money."""
    setting = made(f"sqlite:///{tmp_path}/a.db", today=LAST)
    load(setting, *agreed(2))
    invoice = do(setting, Sell(customer="ANNA", product="half-fare", price=Decimal(90)))["invoice"]
    do(setting, PayOnAccount(customer="ANNA", amount=Decimal(20)))
    acts: list[Callable[[Setting], object]] = [
        lambda on: ask(on, AskCustomer(customer="ANNA")),
        lambda on: ask(on, AskAccount(customer="ANNA", first=FIRST, last=LAST)),
        lambda on: do(on, PayOnAccount(customer="ANNA", amount=Decimal(5))),
        lambda on: do(on, Refund(customer="ANNA", amount=Decimal(3))),
    ]
    for act in acts:
        assert [one for one in asked(setting, act) if "document.content" in one] == []
    paid = asked(setting, lambda on: do(on, Pay(invoice=invoice, amount=Decimal(9), own_money=True)))
    texts = [one for one in paid if "document.content" in one]
    assert texts and all(f"document.code = '{invoice}'" in one for one in texts)
    with look(setting) as tx:
        head = tx.customer("ANNA", lock=False)
        ours = [replace(kept, text="") for kept in documents.listed(tx.connection, customer_id=head.id)]
        assert documents.sums(tx.connection, head.id) == ours != []
        whole = [replace(one, vat=(), name="", country="") for one in issued.documents(tx.connection, head.id)]
        assert issued.amounts(tx.connection, head.id) == whole != []
