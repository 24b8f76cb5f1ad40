"""What cannot have happened in that order is refused, and says what would work (M10, M13, M15)."""

from datetime import date
from decimal import Decimal

import pytest

from billing.errors import Refusal
from billing.office.transaction import Setting
from billing.requests.invoicing import CreditInvoice, RunMonth
from billing.requests.payments import Bounce, Pay, PayOnAccount, Refund, WriteOff
from billing.requests.sending import HandOverPaper
from billing.requests.verdicts import Verify
from billing.service import Billing
from tests.support import contents, load, made

INVOICE = "INV-2025-00001"


@pytest.fixture
def shop(database_url: str) -> Setting:
    """A customer with an invoice of 10 March."""
    setting = made(database_url, today=date(2025, 6, 30))
    load(
        setting,
        {"type": "customer", "code": "ANNA", "name": "Anna SA", "country": "CH"},
        {"type": "contract", "customer": "ANNA", "tariff": "q3", "tier": "profi", "start": "2025-01-01"},
        {"type": "entry", "customer": "ANNA", "date": "2025-02-05", "minutes": 60},
    )
    Billing(setting).do(RunMonth(month=date(2025, 2, 1), on=date(2025, 3, 10), yes=True))
    return setting


def refused(setting: Setting, request: object) -> tuple[str, str]:
    with pytest.raises(Refusal) as wrong:
        Billing(setting).do(request)  # type: ignore[arg-type]
    return wrong.value.code, wrong.value.message


EARLY = date(2025, 3, 9)


def test_a_payment_is_not_dated_before_its_invoice_m10(shop: Setting) -> None:
    """It was booked on a day on which the invoice did not exist, and the receivable was less than nothing for days."""
    code, said = refused(shop, Pay(invoice=INVOICE, on=EARLY))
    assert code == "bad-date"
    assert "2025-03-09 is before INV-2025-00001, issued on 2025-03-10; date it from then on" in said
    assert "`billing pay --on-account ANNA`" in said
    with pytest.raises(Refusal, match="line 1: 2025-03-09 is before INV-2025-00001"):
        load(shop, {"type": "payment", "invoice": INVOICE, "date": "2025-03-09"})
    assert Billing(shop).do(Pay(invoice=INVOICE, on=date(2025, 3, 10))).view.status == "paid"


def test_money_that_came_before_is_taken_on_account_and_used_from_the_invoice_on(shop: Setting) -> None:
    books = Billing(shop)
    books.do(PayOnAccount(customer="ANNA", amount=Decimal(50), on=EARLY))
    view = books.do(Pay(invoice=INVOICE, on=date(2025, 3, 10), own_money=True, amount=Decimal(50))).view
    assert view.paid == Decimal(50)


def test_own_money_is_not_used_before_it_came_m10(shop: Setting) -> None:
    """It could be used on a day before, on which the customer then had less than nothing."""
    books = Billing(shop)
    books.do(PayOnAccount(customer="ANNA", amount=Decimal(50), on=date(2025, 5, 1)))
    code, said = refused(shop, Pay(invoice=INVOICE, on=date(2025, 4, 30), own_money=True, amount=Decimal(10)))
    assert (code, "ANNA has 0" in said) == ("bad-input", True)
    assert books.do(Pay(invoice=INVOICE, on=date(2025, 5, 1), own_money=True, amount=Decimal(10))).view.paid == 10


def test_other_impossible_orders(shop: Setting) -> None:
    books = Billing(shop)
    assert refused(shop, WriteOff(invoice=INVOICE, reason="x", on=EARLY, yes=True))[0] == "bad-date"
    assert refused(shop, CreditInvoice(invoice=INVOICE, reason="x", on=EARLY, yes=True))[0] == "out-of-order"
    code, said = refused(shop, HandOverPaper(number=INVOICE, on=EARLY))
    assert (code, "2025-03-09 is before INV-2025-00001" in said) == ("bad-date", True)
    books.do(Pay(invoice=INVOICE, on=date(2025, 3, 20)), "P1")
    assert refused(shop, Bounce(payment="P1", on=date(2025, 3, 19)))[0] == "bad-date"
    books.do(PayOnAccount(customer="ANNA", amount=Decimal(50), on=date(2025, 5, 1)), "D1")
    assert refused(shop, Bounce(payment="D1", on=date(2025, 4, 30)))[0] == "bad-date"
    assert refused(shop, Refund(customer="ANNA", on=date(2025, 4, 30)))[0] == "bad-input"


def test_a_case_is_not_verified_before_the_work_on_it_c1_c2(shop: Setting) -> None:
    """A verification of the day before was taken, and what it freed was dated by the work. Its id stays free (L5)."""
    load(
        shop,
        {"type": "entry", "customer": "ANNA", "date": "2025-02-05", "minutes": 20, "case": "B-1", "category": "bug"},
    )
    books, before = Billing(shop), contents(shop)
    code, said = refused(shop, Verify(case="b-1", on=date(2025, 2, 4)))
    assert (code, said) == (
        "bad-date",
        "2025-02-04 is before the work on case B-1, on 2025-02-05; it can be verified from then on",
    )
    assert contents(shop) == before
    freed = books.do(Verify(case="B-1", on=date(2025, 2, 5))).view
    assert [change.charged for change in freed.changed] == [0]
    with pytest.raises(Refusal, match="no entry of case B-1 is logged as training"):
        books.do(Verify(case="B-1", on=date(2025, 2, 4), also=("training",)))
    load(
        shop,
        {
            "type": "entry",
            "customer": "ANNA",
            "date": "2025-02-06",
            "minutes": 5,
            "case": "B-1",
            "category": "training",
        },
    )
    assert refused(shop, Verify(case="B-1", on=date(2025, 2, 4), also=("training",)))[0] == "bad-date"
    assert books.do(Verify(case="B-1", on=date(2025, 2, 5), also=("training",))).new
    assert not books.do(Verify(case="B-1", on=date(2025, 2, 4))).new, "it is verified already: nothing is dated anew"
