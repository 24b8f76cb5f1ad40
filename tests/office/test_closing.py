"""A closed month stays as it was declared; what comes later is posted on the first open day and names its own (M16)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from billing.core.closing import Step
from billing.errors import BadInput, Forbidden
from billing.exchange import beancount, bookkeeping, datev
from billing.law.accounts import chart, of_datev
from billing.office.reports import closing
from billing.office.transaction import Setting
from billing.requests.bank import SettleItem
from billing.requests.entries import Log, Void
from billing.requests.income import AskIncome
from billing.requests.invoicing import CreditInvoice
from billing.requests.journal import AskJournal
from billing.requests.parties import SetIssuer
from billing.requests.payments import Bounce, Pay, PayOnAccount, Sell, WriteOff
from billing.requests.periods import AskPeriods, CloseMonth, ReopenMonth
from billing.requests.reports import AskDeferred, AskReceivables, AskVat
from billing.requests.returns import AskVatReturn
from billing.store import migrate
from tests import support
from tests.exchange.test_bank_kinds import FIRST, FOURTH, REFERENCE, entry, part, setting, statement, take
from tests.support import ask, change_customer, do, init, load, made, on

__all__ = ["setting"]  # the fixture: two invoices of ALPINA, one each of BAHN and CIMA, on the 31st of March
JANUARY, FEBRUARY, MARCH, APRIL = (date(2025, month, 1) for month in (1, 2, 3, 4))
PACK = "INV-2025-00001"
PACKS: list[dict[str, Any]] = [
    {"type": "customer", "code": "A", "name": "Alpes SARL", "country": "FR"},
    {"type": "contract", "customer": "A", "tariff": "qualiodoo", "start": "2025-01-01"},
    {"type": "purchase", "id": "p", "customer": "A", "product": "pack-12h", "price": "720.00", "date": "2025-01-10"},
    {"type": "entry", "id": "E1", "customer": "A", "case": "T-1", "date": "2025-01-20", "minutes": 60},
]


def filed(setting: Setting, first: date, last: date) -> dict[str, Any]:
    """Every export and report of a time that has to stay."""
    found = support.books(setting, last, first)
    accounts = chart(found.country)
    return {
        "fec": support.fec(found, accounts),
        "hledger": bookkeeping.hledger(found, accounts),
        "csv": bookkeeping.csv(found, accounts),
        "beancount": beancount.ledger(found),
        "vat": ask(setting, AskVat(first=first, last=last)),
        "boxes": ask(setting, AskVatReturn(first=first, last=last)),
        "journal": ask(setting, AskJournal(first=first, last=last)),
        "revenue": ask(setting, AskIncome(first=first, last=last, by=("month", "customer", "kind", "name"))),
        "deferred": ask(setting, AskDeferred(at=last, since=first)),
        "receivables": ask(setting, AskReceivables(at=last)),
    }


def posted(setting: Setting, since: date, last: date) -> list[str]:
    """The entries of a time, each with its own day where that is another."""
    return [
        f"{e.on:%m-%d}{f' of {e.own_day:%m-%d}' if e.own_day else ''} {e.document}: "
        + ", ".join(f"{leg.role} {leg.amount}" for leg in e.legs)
        for e in support.books(setting, last, since).entries
    ]


def close(setting: Setting, month: date, **given: Any) -> dict[str, Any]:
    return do(setting, CloseMonth(month=month, **given))


@pytest.fixture
def packs(database_url: str) -> Setting:
    """A pack sold and drawn in January, not paid; today is in February."""
    made_ = made(database_url, "FR", today=date(2025, 2, 10), vat_id="FR83404833048", vat_basis="payment")
    load(made_, *PACKS)
    return made_


def test_M16_whatever_comes_later_a_closed_month_is_the_same(packs: Setting) -> None:
    """A payment, work, a void, a bounce, a write-off, a credit, own money of January, recorded in February."""
    answer = close(packs, JANUARY)
    assert (answer["closed"], answer["open_from"]) == (True, "2025-02-01")
    then = filed(packs, JANUARY, date(2025, 1, 31))
    do(packs, Pay(invoice=PACK, amount=Decimal("600.00"), on=date(2025, 1, 25)), "y")
    do(packs, Log(customer="A", case="T-2", seconds=5400, on=date(2025, 1, 28)))
    do(packs, Void(entry="E1", reason="never happened", on=date(2025, 1, 20)))
    do(packs, Bounce(payment="y", on=date(2025, 1, 27)))
    do(packs, PayOnAccount(customer="A", amount=Decimal("50.00"), on=date(2025, 1, 30)))
    do(packs, WriteOff(invoice=PACK, amount=Decimal("1.00"), reason="short", on=date(2025, 1, 31)))
    do(packs, CreditInvoice(invoice=PACK, amount=Decimal("20.00"), keep=True, reason="a slip"))
    change_customer(packs, "A", name="Alpes et Fils SAS")
    init(packs, name="Demo SAS")
    assert filed(packs, JANUARY, date(2025, 1, 31)) == then
    assert filed(packs, JANUARY, date(2025, 1, 31))["fec"].count("Demo") == 0
    assert support.balance(packs, "A", date(2025, 1, 31))["minutes"] is not None  # towards the customer it is as it is
    assert support.audit(packs)["faults"] == []
    late = [line for line in posted(packs, FEBRUARY, date(2025, 2, 28)) if " of " in line]
    assert "02-01 of 01-25 INV-2025-00001: bank 600.00, receivable -600.00" in late
    assert "02-01 of 01-27 INV-2025-00001: bank -600.00, receivable 600.00" in late
    assert all(line.startswith("02-01 of 01-") for line in late)


def test_M16_minutes_of_a_closed_month_stay_and_what_is_drawn_late_is_marked(packs: Setting) -> None:
    do(packs, Pay(invoice=PACK, on=date(2025, 1, 15)))
    close(packs, JANUARY)
    then = filed(packs, JANUARY, date(2025, 1, 31))
    change_customer(packs, "A", name="Alpes et Fils SAS")
    do(packs, Log(customer="A", case="T-2", seconds=5400, on=date(2025, 1, 28)))
    assert filed(packs, JANUARY, date(2025, 1, 31)) == then
    february = beancount.ledger(support.books(packs, date(2025, 2, 28), FEBRUARY))
    assert '2025-02-01 * "Alpes et Fils SAS" "draw, case T-2 of 2025-01-28"' in february
    assert support.balance(packs, "A", date(2025, 1, 31))["minutes"] == 720 - 60 - 90


def test_M16_the_fec_has_the_day_of_closing_and_of_the_piece(packs: Setting) -> None:
    close(packs, JANUARY)
    do(packs, Pay(invoice=PACK, on=date(2025, 1, 25)))
    lines = support.fec(support.books(packs, date(2025, 2, 28)), chart("FR")).splitlines()
    rows = [dict(zip(lines[0].split("\t"), line.split("\t"), strict=True)) for line in lines[1:]]
    days = {(row["EcritureDate"], row["PieceDate"], row["ValidDate"]) for row in rows}
    assert days == {("20250110", "20250110", "20250210"), ("20250201", "20250125", "20250201")}
    assert any("du 25/01/2025" in row["EcritureLib"] for row in rows)
    assert [row["EcritureNum"] for row in rows] == sorted((row["EcritureNum"] for row in rows), key=int)


def test_M16_no_document_is_issued_in_a_closed_month(packs: Setting) -> None:
    close(packs, JANUARY)
    for request in (
        Sell(customer="A", product="pack-12h", price=Decimal(720), on=date(2025, 1, 31)),
        CreditInvoice(invoice=PACK, reason="a slip", on=date(2025, 1, 31)),
    ):
        with pytest.raises(Forbidden) as refused:
            do(packs, request)
        assert refused.value.code == "period-closed"
        assert "issue from 2025-02-01 on" in refused.value.message
    do(packs, CreditInvoice(invoice=PACK, reason="a slip", on=FEBRUARY))


def test_M16_months_close_in_order_when_they_are_over(packs: Setting) -> None:
    with pytest.raises(BadInput, match="2025-02 is not over on 2025-02-10; close it from 2025-03-01 on"):
        close(packs, FEBRUARY)
    with pytest.raises(BadInput, match="2025-01 is not over on 2025-01-31"):
        close(packs, JANUARY, on=date(2025, 1, 31))
    close(packs, JANUARY)
    assert close(packs, JANUARY)["unchanged"] is True
    assert close(packs, date(2024, 11, 1))["unchanged"] is True  # closed with it
    april = on(packs, APRIL)
    with pytest.raises(Forbidden, match="the last closed one is 2025-01; next is `billing close 2025-02`"):
        close(april, MARCH)
    close(april, FEBRUARY)
    with pytest.raises(Forbidden, match="2025-01 is not the last closed month; open 2025-02 first"):
        do(april, ReopenMonth(month=JANUARY, reason="a slip"))
    may = on(packs, date(2025, 5, 10))
    close(may, MARCH)
    with pytest.raises(BadInput, match="2025-05-05 is before the last closing, of 2025-05-10"):
        close(may, APRIL, on=date(2025, 5, 5))


def test_M16_a_month_opened_again_has_everything_on_its_own_day(packs: Setting) -> None:
    with pytest.raises(Forbidden, match="no month is closed"):
        do(packs, ReopenMonth(month=JANUARY, reason="a slip"))
    close(packs, JANUARY)
    do(packs, Pay(invoice=PACK, on=date(2025, 1, 25)))
    assert " of " in str(posted(packs, FEBRUARY, date(2025, 2, 28)))
    answer = do(packs, ReopenMonth(month=JANUARY, reason="the bank's file was missing"))
    assert (answer["closed"], answer["reason"], answer["open_from"]) == (False, "the bank's file was missing", None)
    assert posted(packs, FEBRUARY, date(2025, 2, 28)) == []
    assert "01-25 INV-2025-00001: bank 864.00, receivable -864.00" in posted(packs, JANUARY, date(2025, 1, 31))
    close(packs, JANUARY)
    steps = ask(packs, AskPeriods())["steps"]
    assert [(step["kind"], step["month"]) for step in steps] == [
        ("close", "2025-01"), ("reopen", "2025-01"), ("close", "2025-01"),
    ]  # fmt: skip
    assert support.audit(packs)["faults"] == []


def test_M16_what_was_late_once_is_closed_with_its_month(packs: Setting) -> None:
    """Late in February, closed with it, taken back in March: each month has its part."""
    close(packs, JANUARY)
    do(packs, Pay(invoice=PACK, amount=Decimal("600.00"), on=date(2025, 1, 25)), "y")
    march = on(packs, MARCH)
    close(march, FEBRUARY)
    then = filed(march, JANUARY, date(2025, 1, 31)), filed(march, FEBRUARY, date(2025, 2, 28))
    do(march, Bounce(payment="y", on=date(2025, 1, 27)))
    assert (filed(march, JANUARY, date(2025, 1, 31)), filed(march, FEBRUARY, date(2025, 2, 28))) == then
    assert posted(march, MARCH, date(2025, 3, 31)) == [
        "03-01 of 01-27 INV-2025-00001: bank -600.00, receivable 600.00",
        "03-01 of 01-27 INV-2025-00001: vat-pending -100.00, vat 100.00",
    ]
    assert [ask(march, AskVat(first=month, last=end_of(month)))["rows"][0]["amount"]
            for month in (FEBRUARY, MARCH)] == ["100.00", "-100.00"]  # fmt: skip


def end_of(month: date) -> date:
    return {1: date(2025, 1, 31), 2: date(2025, 2, 28), 3: date(2025, 3, 31)}[month.month]


def test_M16_a_batch_for_datev_keeps_the_names_of_then(tmp_path: Path) -> None:
    setting_ = made(f"sqlite:///{tmp_path}/b.db", "DE", today=date(2025, 2, 10))
    load(setting_, *({**line, "country": "DE"} if line["type"] == "customer" else line for line in PACKS))
    close(setting_, JANUARY)

    def batch() -> bytes:
        found = support.books(setting_, date(2025, 1, 31), JANUARY)
        return datev.batch(found, of_datev("DE", "04"), datev.Batch(1001, 1, "04", JANUARY))

    then = batch()
    assert b"Alpes SARL" in then
    change_customer(setting_, "A", name="Alpes et Fils SAS")
    init(setting_, name="Demo GmbH")
    assert batch() == then


# The bank


def test_M16_parts_that_replace_a_sum_of_a_closed_month(setting: Setting) -> None:
    """The sum stays on suspense in February; the parts pay on the bank's day, and are posted in March."""
    take(setting, statement(entry("94.59", own="E9")))
    close(setting, FEBRUARY)
    then = filed(setting, FEBRUARY, date(2025, 2, 28))
    assert posted(setting, FEBRUARY, date(2025, 2, 10)) == ["02-10 B1: bank 94.59, suspense -94.59"]
    parts = [part("94.59", ref=[REFERENCE], own="T1")]
    assert len(take(setting, statement(entry("94.59", *parts, own="E9")), kind="054")["booked"]) == 1
    assert filed(setting, FEBRUARY, date(2025, 2, 28)) == then
    sums: dict[str, Decimal] = {}
    for line in support.books(setting, date(2025, 3, 31), MARCH).entries:
        assert line.own_day == date(2025, 2, 10)
        for leg in line.legs:
            sums[leg.role] = sums.get(leg.role, Decimal(0)) + leg.amount
    assert sums == {"bank": 0, "suspense": Decimal("94.59"), "receivable": Decimal("-94.59")}
    assert support.receivables(setting, date(2025, 2, 28)) == then["receivables"]


def test_M16_what_is_settled_later_leaves_its_day(setting: Setting) -> None:
    take(setting, statement(entry("300.00", part("300.00", text=["January, February"]), own="R1")))
    close(setting, FEBRUARY)
    then = filed(setting, FEBRUARY, date(2025, 2, 28))
    do(setting, SettleItem(item="B1", on=FIRST, amount=Decimal("94.59")))
    do(setting, SettleItem(item="B1", on=FOURTH, amount=Decimal("100.00")))
    april = on(setting, date(2025, 4, 7))
    close(april, MARCH)
    march = filed(april, MARCH, date(2025, 3, 31))
    do(april, SettleItem(item="B1", on="ALPINA"))
    assert filed(april, FEBRUARY, date(2025, 2, 28)) == then
    assert filed(april, MARCH, date(2025, 3, 31)) == march
    assert posted(april, APRIL, date(2025, 4, 30)) == ["04-07 ALPINA-8: suspense 105.41, customer-money -105.41"]


# Whether a month can be closed


def test_M16_what_is_not_done_is_warned_of_and_keeps_nothing_from_closing(setting: Setting) -> None:
    take(setting, statement(entry("300.00", part("300.00", text=["January, February"]), own="R1")))
    load(setting, {"type": "entry", "customer": "CIMA", "case": "C9", "date": "2025-02-11", "minutes": 30})
    asked = ask(setting, AskPeriods())
    assert asked["closed_until"] is None
    assert asked["next"] | {"warnings": 2} == {
        "month": "2025-02", "closed": False, "closable": True, "why": None, "uninvoiced": ["CIMA"], "open_items": 1,
        "warnings": 2,
    }  # fmt: skip
    assert close(setting, FEBRUARY)["warnings"] == asked["next"]["warnings"] == [
        "2025-02 is not invoiced yet for CIMA; `billing invoice run 2025-02`",
        "movements of the bank on suspense: 1; `billing payments open`",
    ]  # fmt: skip
    following = ask(setting, AskPeriods())["next"]
    assert (following["month"], following["closable"]) == ("2025-03", False)
    assert following["why"] == "2025-03 is not over on 2025-03-31; close it from 2025-04-01 on"
    assert ask(setting, AskPeriods(month=FEBRUARY))["next"]["closed"] is True


# When VAT is due


def test_M16_another_basis_counts_from_its_day(packs: Setting) -> None:
    """What waits to be paid still waits; what is invoiced from then on is owed at once."""
    init(packs, vat_basis="invoice", vat_basis_from=date(2025, 2, 5))
    do(packs, Sell(customer="A", product="pack-12h", price=Decimal(600), on=date(2025, 2, 4)))
    do(packs, Sell(customer="A", product="pack-12h", price=Decimal(500), on=date(2025, 2, 5)))
    do(packs, Pay(invoice=PACK, on=date(2025, 2, 7)))
    rows = ask(packs, AskVat(first=FEBRUARY, last=date(2025, 2, 28)))
    assert (rows["basis"], rows["rows"][0]["amount"]) == ("invoice", "244.00")
    assert ask(packs, AskVat(first=JANUARY, last=date(2025, 1, 31)))["basis"] == "payment"
    entries = support.books(packs, date(2025, 2, 28)).entries
    vat = [(e.document, leg.role, leg.amount) for e in entries for leg in e.legs if leg.role.startswith("vat")]
    assert ("INV-2025-00002", "vat-pending", Decimal("-120.00")) in vat
    assert ("INV-2025-00003", "vat", Decimal("-100.00")) in vat
    assert ask(packs, AskVatReturn(first=FEBRUARY, last=date(2025, 2, 28)))["account"]["difference"] == "0.00"


def test_M16_a_basis_is_not_changed_in_a_closed_month(packs: Setting) -> None:
    close(packs, JANUARY)
    with pytest.raises(Forbidden, match="--vat-basis-from 2025-02-01 or later"):
        init(packs, vat_basis="invoice", vat_basis_from=date(2025, 1, 31))
    with pytest.raises(BadInput, match="give --vat-basis too"):
        init(packs, vat_basis_from=FEBRUARY)
    assert do(packs, SetIssuer(vat_basis="invoice"))["vat_basis"] == "invoice"
    assert do(packs, SetIssuer(vat_basis="invoice"))["vat_basis"] == "invoice"
    assert support.audit(packs)["faults"] == []


def test_M16_who_is_exempt_since_has_the_return_of_before_still(packs: Setting) -> None:
    do(packs, Pay(invoice=PACK, on=date(2025, 1, 15)))
    close(packs, JANUARY)
    then = filed(packs, JANUARY, date(2025, 1, 31))
    init(packs, exempt=True)
    assert filed(packs, JANUARY, date(2025, 1, 31)) == then
    with pytest.raises(BadInput, match="exempts from VAT"):
        ask(packs, AskVatReturn(first=FEBRUARY, last=date(2025, 2, 28)))


# What was done to the rows


def test_M16_a_closing_that_was_changed_or_cut_off_shows(packs: Setting) -> None:
    close(packs, JANUARY)
    with packs.engine.begin() as connection:
        migrate.unguard(connection)
        connection.execute(text("UPDATE period SET postings = replace(postings, '864.00', '964.00')"))
        migrate.guard(connection)
    assert support.audit(packs)["faults"] == ["closed months: close 2025-01 is not what was recorded"]
    with packs.engine.begin() as connection:
        migrate.unguard(connection)
        connection.execute(text("DELETE FROM period"))
        migrate.guard(connection)
    assert support.audit(packs)["faults"] == ["closed months: the chain ends at 0, its head says 1"]


@pytest.mark.parametrize(
    ("month", "day", "said"),
    [
        (date(2025, 3, 1), date(2025, 3, 31), "2025-03 is not over on 2025-03-31; close it from 2025-04-01 on"),
        (date(2025, 3, 1), date(2025, 4, 1), None),
        (date(2025, 4, 1), date(2025, 5, 1),
         "months close in order, and the last closed one is 2025-02; next is `billing close 2025-03`"),
        (date(2025, 1, 1), date(2025, 5, 1), "months close in order, and the last closed one is 2025-02; next is"),
        (date(2025, 3, 1), date(2025, 4, 1), None),
    ],
)  # fmt: skip
def test_M16_why_a_month_cannot_be_closed(month: date, day: date, said: str | None) -> None:
    step = Step(1, "close", date(2025, 2, 1), date(2025, 4, 1), None, {}, {}, {})
    refused = closing._refused([step], month, day)
    assert refused is None if said is None else str(refused).startswith(said)
    late = closing._refused([replace(step, on=date(2025, 4, 2))], date(2025, 3, 1), date(2025, 4, 1))
    assert str(late) == "2025-04-01 is before the last closing, of 2025-04-02"
    assert closing._refused([], date(2025, 3, 1), date(2025, 4, 1)) is None
