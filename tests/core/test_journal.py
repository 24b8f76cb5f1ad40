"""The books as double entries: what each thing posts, and that it adds up to nothing (M9, M10)."""

from collections import Counter
from datetime import date
from decimal import Decimal

from billing.core import journal
from billing.core.journal import Balance, Books, Entry, IssuedLine, Journal, Leg
from billing.core.receipts import Issued
from billing.core.units import ZERO
from billing.core.vat import VatClass
from tests.core.build import Ledger, packs

NET, VAT, TOTAL = Decimal("900.00"), Decimal("180.00"), Decimal("1080.00")
TWENTY = VatClass("S", Decimal("20"))
LAST = date(2030, 12, 31)


def sold() -> tuple[Ledger, str]:
    """A pack that is paid in two parts, the second too large, of which two hours were used."""
    ledger = packs()
    sale = ledger.sell("pack-12h", "2025-01-10", "900.00")
    ledger.pay(sale, "2025-01-15", "500.00")
    ledger.pay(sale, "2025-01-20", "600.00")
    ledger.log("2025-02-03", 120)
    return ledger, sale.invoice


def entries(ledger: Ledger, invoice: str, until: date = LAST) -> list[Entry]:
    document = Issued(invoice, "A", date(2025, 1, 10), date(2025, 2, 9), "EUR", ((TWENTY, NET, VAT),), TOTAL, None)
    return journal.entries(ledger.book, "A", [(document, (IssuedLine("product", "pack-12h", NET),), Decimal(0))], until)


def accounts(found: list[Entry]) -> dict[str, Decimal]:
    sums: Counter[str] = Counter()
    for entry in found:
        for leg in entry.legs:
            sums[leg.role] += leg.amount  # type: ignore[assignment]
    return {role: Decimal(amount) for role, amount in sums.items()}


def test_M9_a_pack_is_a_liability_until_its_minutes_are_used() -> None:
    """Invoiced, paid in two parts with 20.00 too much, a sixth of it used: 150.00 are earned."""
    found = entries(*sold(), until=date(2025, 6, 30))
    assert [(e.what, str(e.on)) for e in found] == [
        ("invoice", "2025-01-10"), ("payment", "2025-01-15"), ("payment", "2025-01-20"), ("earned", "2025-02-03"),
    ]  # fmt: skip
    assert {role: str(amount) for role, amount in accounts(found).items()} == {
        "receivable": "0.00", "deferred": "-750.00", "vat": "-180.00", "bank": "1100.00", "customer-money": "-20.00",
        "revenue": "-150.00",
    }  # fmt: skip


def test_M9_what_expires_is_earned_as_breakage() -> None:
    sums = accounts(entries(*sold()))
    assert (sums["deferred"], sums["revenue"], sums["breakage"]) == (ZERO, Decimal("-150.00"), Decimal("-750.00"))


def test_each_entry_adds_up_to_nothing_and_names_no_empty_leg() -> None:
    for entry in entries(*sold()):
        assert sum(leg.amount for leg in entry.legs) == 0
        assert all(leg.amount for leg in entry.legs)


def test_M10_a_payment_taken_back_makes_the_invoice_open_again() -> None:
    """What the second payment left over is needed again: the receivable is what is missing."""
    ledger, invoice = sold()
    first = next(iter(ledger.book.payments.values()))
    ledger.bounce(first, "2025-03-01")
    found = entries(ledger, invoice, until=date(2025, 3, 31))
    sums = accounts(found)
    assert (sums["receivable"], sums["customer-money"], sums["bank"]) == (Decimal("480.00"), ZERO, Decimal("600.00"))
    assert [e.what for e in found if e.on == date(2025, 3, 1)] == ["payment-back"]


def test_entries_of_a_day_are_in_the_order_of_their_journals() -> None:
    day = date(2025, 1, 10)
    places: list[tuple[Journal, str]] = [
        ("opening", "Z"), ("sales", "B"), ("sales", "C"), ("bank", "A"), ("general", "A"),
    ]  # fmt: skip
    made = [Entry(kind, day, "A", "opening", (), name, ()) for kind, name in places]
    assert sorted([made[3], made[0], made[4], made[2], made[1]], key=journal.order) == made
    assert journal.order(made[-1]) < journal.order(Entry("opening", date(2025, 1, 11), "A", "opening", (), "", ()))


def test_a_later_period_opens_with_what_the_earlier_left() -> None:
    """Accounts that are kept from year to year; the other side of them is `retained`, so that it adds up."""
    earlier = entries(*sold(), until=date(2025, 6, 30))
    left = journal.carried_over(earlier, [])
    assert {(b.role, b.detail): str(b.amount) for b in left} == {
        ("bank", ""): "1100.00", ("customer-money", ""): "-20.00", ("deferred", "pack-12h"): "-750.00",
        ("vat", "S-20"): "-180.00",
    }  # fmt: skip
    minutes = Balance("A", "minutes", Decimal(600), journal.MINUTES, "G1")
    since = date(2025, 7, 1)
    books = Books("Demo", "FR", "EUR", LAST, {}, tuple(earlier), (), (), since, (*left, minutes))
    first, *rest = journal.opened(books)
    assert (first.what, first.on, first.document) == ("opening", since, "OPENING-2025-07-01")
    assert first.legs[-1] == Leg("retained", Decimal("-150.00"), "EUR")
    assert sum(leg.amount for leg in first.legs) == 0 and tuple(rest) == tuple(earlier)
