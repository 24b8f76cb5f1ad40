"""What will not be paid is written off: a difference, a bad debt (M15)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.errors import Already, BadInput
from billing.office.transaction import Setting
from billing.requests.invoicing import AskDocument
from billing.requests.parties import AskCustomer
from billing.requests.payments import Bounce, Pay, WriteOff
from billing.requests.reminders import Remind
from billing.requests.reports import AskVat
from billing.store import migrate, schema
from tests import support
from tests.support import ask, do, init, load, made

FR = {"type": "customer", "code": "A", "name": "A", "country": "FR"}
OF_PACKS = {"type": "contract", "customer": "A", "tariff": "qualiodoo", "start": "2025-01-01"}
PACK = {"type": "purchase", "id": "p", "customer": "A", "product": "pack-12h", "price": "1000.00", "date": "2025-01-10"}
INVOICE = "INV-2025-00001"


def day(text: str) -> date:
    return date.fromisoformat(f"2025-{text}")


@pytest.fixture
def setting(database_url: str) -> Setting:
    """An invoice of 1200.00 of which a cent is open."""
    made_ = made(database_url, "FR")
    load(made_, FR, OF_PACKS, PACK, {"type": "payment", "id": "y", "purchase": "p", "amount": "1199.99",
                                     "date": "2025-03-20"})  # fmt: skip
    return made_


def write_off(**given: Any) -> WriteOff:
    return WriteOff(**{"invoice": INVOICE, "reason": "short", "on": day("03-21"), **given})


def test_M15_a_cent_short_is_written_off_and_the_pack_credited(setting: Setting) -> None:
    """720 minutes were withheld, and reminders with 40.00 of indemnity sent, over a cent."""
    answer = do(setting, write_off(), "w")
    assert answer == {
        "write_off": "w", "invoice": INVOICE, "customer": "A", "amount": "0.01", "paid": "1199.99",
        "written_off": "0.01", "open": "0.00", "status": "paid", "currency": "EUR", "credited": ["A-G1"],
    }  # fmt: skip
    again = do(setting, write_off(), "w")
    assert again == answer | {"credited": [], "unchanged": True}
    shown = ask(setting, AskDocument(number=INVOICE))
    assert (shown["status"], shown["paid"], shown["written_off"]) == ("paid", "1199.99", "0.01")
    assert ask(setting, AskCustomer(customer="A"))["documents"][0]["written_off"] == "0.01"
    assert support.balance(setting, "A", day("03-21"))["grants"][0]["starts"] == "2025-03-21"
    assert support.receivables(setting, day("12-31"))["rows"] == []
    assert support.receivables(setting, day("03-20"))["rows"][0]["open"] == "0.01"
    assert do(setting, Remind(on=day("12-31")))["reminders"] == []
    assert support.audit(setting)["faults"] == []


def test_M15_more_than_a_difference_is_asked_back(setting: Setting) -> None:
    """The limit counts for all that is written off of one invoice, so that no bad debt goes in small parts."""
    load(setting, PACK | {"id": "q"})
    other = "INV-2025-00002"
    with pytest.raises(BadInput) as refused:
        do(setting, write_off(invoice=other))
    assert refused.value.code == "ask-back"
    do(setting, write_off(invoice=other, amount=Decimal(5)))
    with pytest.raises(BadInput):
        do(setting, write_off(invoice=other, amount=Decimal("0.01")))
    assert init(setting, write_off_limit=Decimal("5.01"))["write_off_limit"] == "5.01"
    do(setting, write_off(invoice=other, amount=Decimal("0.01")))
    init(setting, write_off_limit=Decimal(0))
    with pytest.raises(BadInput, match="difference of 0"):
        do(setting, write_off())
    left = do(setting, write_off(invoice=other, yes=True))
    assert (left["amount"], left["written_off"], left["open"]) == ("1194.99", "1200.00", "0.00")


def test_M15_a_bad_debt_that_is_paid_after_all(setting: Setting) -> None:
    """Without an amount nothing is open; what comes after all is taken, and no reminder asks for the rest."""
    load(setting, PACK | {"id": "q"})
    do(setting, write_off(invoice="INV-2025-00002", yes=True))
    with pytest.raises(Already, match=r"1200\.00 was written off: --amount"):
        do(setting, Pay(invoice="INV-2025-00002", on=day("04-01")))
    paid = do(setting, Pay(invoice="INV-2025-00002", amount=Decimal(30), on=day("04-01")), "late")
    assert (paid["paid"], paid["open"], paid["written_off"], paid["credited"]) == ("30.00", "0.00", "1170.00", [])
    assert support.receivables(setting, day("12-31"))["rows"][0]["invoice"] == INVOICE
    back = do(setting, Bounce(payment="late", on=day("04-05")))
    assert (back["open"], back["no_longer_drawn"]) == ("0.00", [])
    assert support.audit(setting)["faults"] == []


def test_M15_a_payment_taken_back_opens_the_invoice_but_for_what_was_written_off(setting: Setting) -> None:
    do(setting, write_off())
    back = do(setting, Bounce(payment="y", on=day("04-01")))
    assert (back["open"], back["status"], back["no_longer_drawn"]) == ("1199.99", "open", ["A-G1"])
    paid = do(setting, Pay(invoice=INVOICE, on=day("05-01")))
    assert (paid["amount"], paid["status"], paid["credited"]) == ("1199.99", "paid", ["A-G2"])
    assert support.audit(setting)["faults"] == []


def test_M15_a_reminder_of_the_rest_holds_in_the_audit(setting: Setting) -> None:
    """The audit compared it with what was open before the write-off."""
    load(setting, PACK | {"id": "q"})
    do(setting, write_off(invoice="INV-2025-00002", amount=Decimal(2)))
    (reminder,) = do(setting, Remind(on=day("06-01")))["reminders"]
    assert [row["open"] for row in reminder["invoices"]] == ["0.01", "1198.00"]
    assert support.audit(setting)["faults"] == []


def test_M15_vat_on_receipts_is_of_what_was_received(database_url: str) -> None:
    setting = made(database_url, "FR", vat_basis="payment")
    load(setting, FR, OF_PACKS, PACK, {"type": "payment", "purchase": "p", "amount": "600", "date": "2025-02-01"})
    do(setting, write_off(yes=True))
    (row,) = ask(setting, AskVat(first=day("01-01"), last=day("12-31")))["rows"]
    assert (row["base"], row["amount"]) == ("500.00", "100.00")


def test_M15_the_audit_decides_every_write_off_again(setting: Setting) -> None:
    """L7."""
    do(setting, write_off())
    with setting.engine.begin() as connection:
        migrate.unguard(connection)
        connection.execute(schema.write_off.update().values(amount=2))
        migrate.guard(connection)
    faults = support.audit(setting)["faults"]
    assert any("would be refused today: amount 0.02: 0.01 is open" in fault for fault in faults), faults
