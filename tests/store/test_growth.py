"""What is asked of the database does not grow with what a customer has: it is asked for all of it at once."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing.errors import Refusal
from billing.office.transacting import look
from billing.office.transaction import Setting
from billing.requests.balances import AskReply
from billing.requests.bank import AskOpenItems, ImportBankFile, SettleItem
from billing.requests.explaining import AskWhy
from billing.requests.invoicing import CreditInvoice
from billing.requests.payments import Sell
from billing.store import billed, documents
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
