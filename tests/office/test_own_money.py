"""The customer's own money: on account, used, paid out, taken back (M10, M13)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.errors import Already, BadInput
from billing.office.transaction import Setting
from billing.requests.invoicing import AskDocument, AskDocuments
from billing.requests.parties import AskCustomer
from billing.requests.payments import Bounce, Pay, PayOnAccount, Refund
from billing.store import migrate, schema
from tests import support
from tests.support import ask, do, load, made

FR = {"type": "customer", "code": "A", "name": "A", "country": "FR"}
OF_PACKS = {"type": "contract", "customer": "A", "tariff": "qualiodoo", "start": "2025-01-01"}
PACK = {"type": "purchase", "id": "p", "customer": "A", "product": "pack-12h", "price": "1000.00", "date": "2025-01-10"}
INVOICE, LAST = "INV-2025-00001", date(2025, 12, 31)


@pytest.fixture
def setting(database_url: str) -> Setting:
    made_ = made(database_url, "FR")
    load(made_, FR, OF_PACKS, PACK)
    return made_


def shown(setting: Setting) -> dict[str, Any]:
    found: dict[str, Any] = ask(setting, AskCustomer(customer="A"))
    return found


def bank(setting: Setting) -> Decimal:
    legs = [leg for entry in support.books(setting, LAST).entries for leg in entry.legs if leg.role == "bank"]
    return sum((leg.amount for leg in legs), Decimal(0))


def day(text: str) -> date:
    return date.fromisoformat(f"2025-{text}")


def test_M10_money_on_account_pays_an_invoice_later(setting: Setting) -> None:
    answer = do(setting, PayOnAccount(customer="A", amount=Decimal(1500), on=day("01-05")), "d1")
    assert answer == {
        "payment": "d1", "customer": "A", "amount": "1500.00", "currency": "EUR", "own_money": "1500.00"
    }  # fmt: skip
    paid = do(setting, Pay(invoice=INVOICE, own_money=True, on=day("01-12")))
    assert (paid["status"], paid["credited"]) == ("paid", ["A-G1"])
    customer = shown(setting)
    assert customer["own_money"] == [{"amount": "300.00", "currency": "EUR"}]
    assert [(row["invoice"], row["amount"]) for row in customer["payments"]] == [
        (None, "1500.00"),
        (INVOICE, "1200.00"),
    ]
    assert bank(setting) == 1500
    assert support.audit(setting)["ok"]


def test_M10_what_came_on_account_is_taken_back_with_what_it_paid(setting: Setting) -> None:
    do(setting, PayOnAccount(customer="A", amount=Decimal(1500), on=day("01-05")), "d1")
    do(setting, Pay(invoice=INVOICE, own_money=True, on=day("01-12")), "use")
    back = do(setting, Bounce(payment="d1", on=day("01-20")), "b1")
    assert back["own_money"] == "0.00"
    assert (back["no_longer_drawn"], back["with_it"]) == (["A-G1"], ["use"])
    assert "invoice" not in back
    assert do(setting, Bounce(payment="d1", on=day("01-20")), "b1")["own_money"] == "0.00"
    with pytest.raises(Already):
        do(setting, Bounce(payment="d1", on=day("01-20")))
    assert ask(setting, AskDocument(number=INVOICE))["status"] == "open"
    assert bank(setting) == 0
    assert support.audit(setting)["ok"]


def test_M10_no_money_on_account_is_taken_back_before_it_came(setting: Setting) -> None:
    do(setting, PayOnAccount(customer="A", amount=Decimal(15), on=day("01-05")), "d1")
    with pytest.raises(BadInput, match="before the payment"):
        do(setting, Bounce(payment="d1", on=day("01-04")))


def test_M13_a_refund_pays_out_own_money_and_never_more(setting: Setting) -> None:
    """Own money that was paid back could be used once more."""
    do(setting, Pay(invoice=INVOICE, amount=Decimal(1220), on=day("01-12")))
    with pytest.raises(BadInput, match=r"20\.00 would do"):
        do(setting, Refund(customer="A", amount=Decimal("20.01")))
    with pytest.raises(BadInput, match="no money of its own"):
        do(setting, Refund(customer="A", on=day("01-11")))
    answer = do(setting, Refund(customer="A", on=day("03-20")), "r1")
    assert answer == {"refund": "r1", "customer": "A", "amount": "20.00", "currency": "EUR", "own_money": "0.00"}
    assert do(setting, Refund(customer="A", on=day("03-20")), "r1") == answer | {"unchanged": True}
    assert shown(setting)["refunds"] == [{"refund": "r1", "amount": "20.00", "currency": "EUR", "date": "2025-03-20"}]
    load(setting, PACK | {"id": "q", "date": "2025-04-01"})
    with pytest.raises(BadInput):
        do(setting, Pay(invoice="INV-2025-00002", own_money=True, amount=Decimal(20)))
    with pytest.raises(BadInput, match="no money of its own"):
        do(setting, Refund(customer="A"))
    assert bank(setting) == 1200
    assert support.audit(setting)["ok"]


def test_M13_what_is_used_later_cannot_be_paid_out_before(setting: Setting) -> None:
    do(setting, PayOnAccount(customer="A", amount=Decimal(100), on=day("01-05")))
    do(setting, Pay(invoice=INVOICE, own_money=True, amount=Decimal(60), on=day("02-01")))
    with pytest.raises(BadInput, match=r"40\.00 would do"):
        do(setting, Refund(customer="A", amount=Decimal(100), on=day("01-10")))
    assert do(setting, Refund(customer="A", on=day("01-10")))["amount"] == "40.00"


def test_M13_a_payment_taken_back_after_its_refund_leaves_a_debt(setting: Setting) -> None:
    """The customer owes what was paid out; the invoice is paid with what it asks for."""
    do(setting, Pay(invoice=INVOICE, amount=Decimal(1220), on=day("01-12")), "y")
    do(setting, Refund(customer="A", on=day("01-15")))
    do(setting, Bounce(payment="y", on=day("01-20")))
    assert shown(setting)["own_money"] == [{"amount": "-20.00", "currency": "EUR"}]
    assert bank(setting) == -20
    do(setting, Pay(invoice=INVOICE, on=day("02-01")))
    do(setting, PayOnAccount(customer="A", amount=Decimal(20), on=day("02-01")))
    assert shown(setting)["own_money"] == []
    assert bank(setting) == 1200
    assert support.audit(setting)["ok"]


def test_M13_in_two_currencies_it_has_to_be_said_which(setting: Setting) -> None:
    for currency in ("EUR", "chf"):
        do(setting, PayOnAccount(customer="A", amount=Decimal(10), currency=currency, on=day("01-05")))
    with pytest.raises(BadInput, match="--currency"):
        do(setting, Refund(customer="A"))
    assert do(setting, Refund(customer="A", currency="chf"))["currency"] == "CHF"
    assert shown(setting)["own_money"] == [{"amount": "10.00", "currency": "EUR"}]


def test_M13_a_note_on_a_paid_invoice_is_to_refund_until_its_money_went(database_url: str) -> None:
    """What was paid out before the note was issued is not the note's money."""
    setting = made(database_url)
    entry = {"type": "entry", "customer": "A", "date": "2025-01-10", "minutes": 60}
    load(
        setting, FR | {"country": "CH"},
        {"type": "contract", "customer": "A", "tariff": "q3", "tier": "standard", "start": "2025-01-01"},
        entry | {"id": "e1", "case": "K"}, entry | {"id": "e2", "case": "L"},
        {"type": "invoice-run", "month": "2025-01", "date": "2025-01-31"},
        {"type": "payment", "invoice": INVOICE, "amount": "388.35", "date": "2025-02-01"},
        {"type": "refund", "customer": "A", "amount": "10.00", "date": "2025-02-02"},
        {"type": "void", "entry": "e1", "date": "2025-02-03", "reason": "x"},
        {"type": "invoice-run", "month": "2025-02", "date": "2025-02-28"},
    )  # fmt: skip
    note = "CN-2025-00001"

    def left() -> tuple[str | None, str | None]:
        rows = {row["number"]: row.get("to_refund") for row in shown(setting)["documents"]}
        assert ask(setting, AskDocument(number=note)).get("to_refund") == rows[note]
        return rows[note], rows[INVOICE]

    assert left() == ("189.18", None)
    assert shown(setting)["own_money"] == [{"amount": "189.18", "currency": "CHF"}]
    load(setting, entry | {"date": "2025-03-01", "minutes": 20},
         {"type": "invoice-run", "month": "2025-03", "date": "2025-03-31"},
         {"type": "payment", "invoice": "INV-2025-00002", "own_money": True, "date": "2025-04-01"})  # fmt: skip
    assert left() == ("126.13", None)
    do(setting, Refund(customer="A", on=day("04-02")))
    assert left() == (None, None)
    notes = [d for d in ask(setting, AskDocuments())["invoices"] if d["kind"] == "credit-note"]
    assert [d["status"] for d in notes] == ["paid"]  # what scripts read stays as it was
    assert support.audit(setting)["ok"]


def test_M13_the_audit_decides_every_refund_again(setting: Setting) -> None:
    """L7: what was changed by hand to more than there was is named."""
    do(setting, Pay(invoice=INVOICE, amount=Decimal(1220), on=day("01-12")))
    do(setting, Refund(customer="A", on=day("03-20")))
    with setting.engine.begin() as connection:
        migrate.unguard(connection)
        connection.execute(schema.refund.update().values(amount=3000))
        migrate.guard(connection)
    faults = support.audit(setting)["faults"]
    assert any("would be refused today: 30.00: the customer has EUR 20.00" in fault for fault in faults), faults


def test_a_line_of_a_load_does_the_same(setting: Setting) -> None:
    load(setting, {"type": "on-account", "id": "d", "customer": "A", "amount": "5", "date": "2025-02-01"},
         {"type": "refund", "id": "r", "customer": "A", "amount": "2", "date": "2025-02-02"},
         {"type": "bounce", "payment": "d", "date": "2025-02-03"})  # fmt: skip
    assert shown(setting)["own_money"] == [{"amount": "-2.00", "currency": "EUR"}]
