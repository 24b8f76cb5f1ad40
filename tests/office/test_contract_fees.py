"""A contract's fee at the door: invoiced with its signing and renewal, earned in the books, credited, audited (M21)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.errors import Refusal
from billing.office.transaction import Setting
from billing.requests.contracts import Cancel, Renew, Sign
from billing.requests.invoicing import CreditInvoice
from tests import support
from tests.invoicing import documents
from tests.support import do, load, made

ANNA = {"type": "customer", "code": "ANNA", "name": "Anna", "country": "CH", "language": "fr"}
SIGN: dict[str, Any] = {"customer": "ANNA", "tariff": "q3", "tier": "profi", "modules": ("COFI",), "fee": Decimal(480)}
START, ON = date(2025, 1, 1), date(2024, 12, 20)


@pytest.fixture
def setting(database_url: str) -> Setting:
    setting = made(database_url, "CH", vat_id="CHE-116.281.710")
    load(setting, ANNA)
    return setting


def entries(setting: Setting, until: date) -> list[str]:
    return [
        f"{e.on} {e.what} " + ", ".join(f"{leg.role} {leg.amount}" for leg in e.legs)
        for e in support.books(setting, until).entries
    ]


def test_m21_a_fee_is_a_line_of_its_own_and_a_debt_until_its_months_are_over(setting: Setting) -> None:
    answer = do(setting, Sign(**SIGN, start=START, invoice=True, invoice_on=ON))
    assert (answer["invoice"], answer["total"], answer["currency"]) == ("INV-2024-00001", "518.88", "CHF")
    (line,) = documents.document(setting, "INV-2024-00001").lines
    assert (line.kind, line.product, line.label) == ("product", "contract-fee", "Redevance du contrat, q3 profi")
    assert (line.first, line.last, line.quantity, str(line.amount)) == (START, date(2025, 12, 31), 1, "480.00")
    assert entries(setting, date(2025, 2, 27)) == [
        "2024-12-20 invoice receivable 518.88, deferred -480.00, vat -38.88",
        "2025-01-31 fee-earned deferred 40.77, revenue -40.77",
    ]
    assert support.audit(setting)["ok"]


def test_m21_a_renewal_invoices_the_next_term(setting: Setting) -> None:
    do(setting, Sign(**SIGN, start=START))
    answer = do(setting, Renew(customer="ANNA", on=date(2025, 11, 15), invoice=True), "r-1")
    assert (answer["invoice"], answer["from"], answer["to"]) == ("INV-2025-00001", "2026-01-01", "2026-12-31")
    assert do(setting, Renew(customer="ANNA", on=date(2025, 11, 15), invoice=True), "r-1")["unchanged"]
    again = Renew(customer="ANNA", on=date(2025, 11, 15), invoice=True, invoice_on=date(2025, 11, 16))
    for other in (again, Renew(customer="ANNA", on=date(2025, 11, 15))):
        with pytest.raises(Refusal, match="other content"):
            do(setting, other, "r-1")
    assert len(entries(setting, date(2026, 12, 31))) == 13
    assert support.audit(setting)["ok"]


def test_m21_m12_the_days_after_a_cancellation_are_credited(setting: Setting) -> None:
    do(setting, Sign(**{**SIGN, "fee": Decimal(365)}, start=START, invoice=True, invoice_on=START))
    do(setting, Cancel(customer="ANNA", on=date(2025, 6, 30)))
    note = do(setting, CreditInvoice(invoice="INV-2025-00001", reason="moved away", on=date(2025, 7, 1)))
    assert note["net"] == "-184.00"
    assert note["ends"] == [{"kind": "fee", "name": "contract-fee", "date": "2025-07-01", "minutes": 0}]
    assert documents.document(setting, note["number"]).lines[0].label == "Redevance du contrat, q3 profi"
    assert entries(setting, date(2025, 12, 31))[-2:] == [
        "2025-07-01 credit-note receivable -198.90, deferred 184.00, vat 14.90",
        "2025-07-01 fee-earned deferred -184.00, breakage 184.00",
    ]
    assert support.audit(setting)["ok"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"fee": None}, "price-required"), ({"tariff": "qualiodoo", "tier": None, "modules": ()}, "not-eligible")],
)
def test_m21_a_fee_that_cannot_be_invoiced_signs_nothing(setting: Setting, changed: dict[str, Any], code: str) -> None:
    before = support.contents(setting)
    with pytest.raises(Refusal) as refused:
        do(setting, Sign(**SIGN | changed, start=START, invoice=True))
    assert refused.value.code == code and support.contents(setting) == before


def test_m21_a_day_of_an_invoice_that_is_not_asked_for_is_refused() -> None:
    with pytest.raises(Refusal, match="add --invoice"):
        Renew(customer="ANNA", invoice_on=ON)
