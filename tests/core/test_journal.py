"""The books as double entries: what each thing posts, and that it adds up to nothing (M9, M10)."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from billing.core import journal, openings
from billing.core.basis import Bases
from billing.core.book import Book
from billing.core.facts import BankPart, Bounce, Deposit, Fact, Payment, Refund, WriteOff
from billing.core.journal import Balance, Books, Entry, IssuedLine, Journal, Leg
from billing.core.receipts import Issued
from billing.core.units import ZERO
from billing.core.vat import VatClass
from tests.core import test_openings
from tests.core.build import Ledger, chf, packs, q3
from tests.core.test_fees import signed

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


# What each thing posts, to the last leg, worked out by hand


def on(day: int) -> date:
    return date(2025, 3, day)


def document(number: str, day: int, net: str, *lines: tuple[str, str, str], corrects: str | None = None,
             rounding: str = "0.00") -> tuple[Issued, tuple[IssuedLine, ...], Decimal]:  # fmt: skip
    """A document in CHF with 20 % VAT; of one line of overage where none are given: kind, name, amount."""
    vat = chf(net) / 5
    issued = Issued(number, "A", on(day), None, "CHF", ((TWENTY, chf(net), vat),), chf(net) + vat + chf(rounding),
                    corrects)  # fmt: skip
    of = lines or (("overage", "support", net),)
    return issued, tuple(IssuedLine(kind, name, chf(amount)) for kind, name, amount in of), chf(rounding)


def posted(found: list[Entry]) -> list[str]:
    """Entries as lines: day, journal, what, document, about; its legs."""
    return [
        f"{e.on:%m-%d} {e.journal} {e.what} {e.document}{' of ' + ' '.join(e.about) if e.about else ''}: "
        + ", ".join(f"{leg.role}{'/' + leg.detail if leg.detail else ''} {leg.amount:.2f}" for leg in e.legs)
        for e in found
    ]


def part(seq: int, seen: str, charges: str = "0", settled: int | None = None, money: int | None = None) -> BankPart:
    return BankPart(seq, f"=m{seq}", chf(seen), chf(charges), on(settled) if settled else None, money)


# I1: 5.00 of a payment is kept back, another settled later, one too large; then a note, and money taken back.
# A deposit is refunded and taken back; I2 owes VAT when it is paid, is written off, and paid after all. What was
# recorded by hand (10, 13, 15) turns out to be a movement of the bank.
MONEY: list[Fact] = [
    Payment(1, "I1", chf("200.00"), on(5)), part(1, "195.00", "5.00"),
    Payment(2, "I1", chf("400.00"), on(8)), part(2, "400.00", settled=10),
    Payment(3, "I1", chf("700.00"), on(12)), Bounce(4, 2, on(15), None),
    Deposit(5, chf("50.00"), "CHF", on(16)), part(5, "49.00", "1.00"),
    Payment(6, "I2", chf("40.00"), on(26), own_money=True), Bounce(7, 6, on(27), None),
    WriteOff(8, "I2", chf("30.00"), on(28), "lost"), Payment(9, "I2", chf("100.00"), on(29)),
    Refund(10, chf("20.00"), "CHF", on(17)), part(11, "20.00", settled=18, money=10), Bounce(12, 5, on(19), None),
    Payment(13, "I2", chf("5.00"), on(30)), part(14, "5.00", settled=31, money=13),
    Bounce(15, 9, on(30), None), part(16, "100.00", settled=31, money=15),
]  # fmt: skip
POSTED = """
03-03 sales invoice I1: receivable 1080.02, revenue/bug -700.00, revenue/cad -200.00, vat/S-20 -180.00, rounding -0.02
03-05 bank payment I1 of I1: bank 195.00, bank-charges 5.00, receivable -200.00
03-10 bank payment I1 of I1: suspense 400.00, receivable -400.00
03-12 bank payment I1 of I1: bank 700.00, receivable -480.02, customer-money -219.98
03-13 sales credit-note N1 of I1: receivable -108.00, revenue/support 90.00, vat/S-20 18.00
03-13 general customer-money N1 of I1: receivable 108.00, customer-money -108.00
03-15 bank payment-back I1 of I1: bank -400.00, receivable 72.02, customer-money 327.98
03-16 bank on-account A-5: bank 49.00, bank-charges 1.00, customer-money -50.00
03-17 bank refund A-10: bank -20.00, customer-money 20.00
03-18 bank recognised A-10 of A-10: bank 20.00, suspense -20.00
03-19 bank on-account-back A-5: bank -50.00, customer-money 50.00
03-20 sales invoice Q1: receivable 120.00, quotes -100.00, vat/S-20 -20.00
03-21 sales credit-note QN of Q1: receivable -12.00, quotes 10.00, vat/S-20 2.00
03-25 sales invoice I2: receivable 120.00, revenue/support -100.00, vat-pending/S-20 -20.00
03-26 general own-money I2 of I2: receivable -40.00, customer-money 40.00
03-26 general vat-due I2 of I2: vat-pending/S-20 6.67, vat/S-20 -6.67
03-27 general own-money-back I2 of I2: receivable 40.00, customer-money -40.00
03-27 general vat-due I2 of I2: vat-pending/S-20 -6.67, vat/S-20 6.67
03-28 general write-off I2 of I2: receivable -30.00, loss 30.00
03-29 bank payment I2 of I2: bank 100.00, receivable -90.00, loss -10.00
03-29 general vat-due I2 of I2: vat-pending/S-20 16.67, vat/S-20 -16.67
03-30 bank payment I2 of I2: bank 5.00, loss -5.00
03-30 bank payment-back I2 of I2: bank -100.00, receivable 85.00, loss 15.00
03-30 general vat-due I2 of I2: vat-pending/S-20 0.83, vat/S-20 -0.83
03-30 general vat-due I2 of I2: vat-pending/S-20 -16.67, vat/S-20 16.67
03-31 sales credit-note N2 of I2: receivable -60.00, revenue/support 50.00, vat-pending/S-20 10.00
03-31 bank recognised A-13 of A-13: bank -5.00, suspense 5.00
03-31 bank recognised A-15 of A-15: bank 100.00, suspense -100.00
"""


def test_what_money_and_documents_post_m10_m13_m14_m15_m18() -> None:
    book = Book()
    for fact in MONEY:
        book.remember(fact)
    documents = [
        document("I1", 3, "900.00", ("overage", "bug", "700.00"), ("overage", "cad", "200.00"),
                 rounding="0.02"),
        document("N1", 13, "-90.00", corrects="I1"),
        document("Q1", 20, "100.00", ("product", "Q-1", "100.00")),
        document("QN", 21, "-10.00", ("product", "Q-1", "-10.00"), corrects="Q1"),
        document("I2", 25, "100.00"),
        document("N2", 31, "-50.00", corrects="I2"),
    ]  # fmt: skip
    bases = Bases(((on(22), "payment"),))
    assert posted(journal.entries(book, "A", documents, LAST, bases)) == POSTED.strip().splitlines()
    early = journal.entries(book, "A", documents, on(24), bases)
    assert posted(early) == POSTED.strip().splitlines()[: len(early)] and early[-1].document == "QN"


def test_what_add_ons_fees_and_what_was_brought_post_m9_m21_g14() -> None:
    """An add-on is revenue when it is invoiced; 25 of 60 minutes for 90.00 are left, of which 10 are used."""
    added = q3()
    sale = added.sell("half-fare", "2025-03-05", "480.00")
    sold = document(sale.invoice, 5, "480.00", ("product", "half-fare", "480.00"))
    assert posted(journal.entries(added.book, "A", [sold], LAST)) == [
        "03-05 sales invoice P2: receivable 576.00, add-ons/half-fare -480.00, vat/S-20 -96.00",
    ]
    brought, day = test_openings.opened(), test_openings.ON
    brought.grant()
    brought.bring(openings.money, day, chf("12.50"), "EUR")
    brought.log("2025-07-02", 10)
    brought.invoice(number="OLD-9")
    old = Issued("OLD-9", "A", on(1), None, "EUR", (), chf("40.00"), None, opened_on=day)
    assert posted(journal.entries(brought.book, "A", [(old, (), ZERO)], date(2025, 12, 31))) == [
        "07-01 opening brought A-3: customer-money -12.50, opening-balance 12.50",
        "07-01 opening brought OLD-7 of OLD-7: deferred/pack-1h -37.50, opening-balance 37.50",
        "07-01 opening brought OLD-9 of OLD-9: receivable 40.00, opening-balance -40.00",
        "07-02 general earned OLD-7 of pack-1h 10 0 60: deferred/pack-1h 15.00, revenue/pack-1h -15.00",
    ]
    cancelled = signed("365.00", date(2025, 1, 1), date(2025, 1, 1), date(2025, 2, 10))
    fee = Issued("INV-1", "A", date(2025, 1, 1), None, "CHF", (), chf("365.00"), None)
    line = IssuedLine("product", "contract-fee", chf("365.00"))
    assert posted(journal.entries(cancelled, "A", [(fee, (line,), ZERO)], LAST)) == [
        "01-01 sales invoice INV-1: receivable 365.00, deferred/contract-fee -365.00",
        "01-31 general fee-earned INV-1 of contract-fee 31 0 365: deferred/contract-fee 31.00, "
        "revenue/contract-fee -31.00",
        "02-10 general fee-earned INV-1 of contract-fee 10 324 365: deferred/contract-fee 334.00, "
        "revenue/contract-fee -10.00, breakage/contract-fee -324.00",
    ]


@pytest.mark.parametrize(("day", "name"), [(on(31), "Then"), (date(2025, 4, 1), "Later"), (date(2025, 5, 1), "Now")])
def test_the_books_of_a_closed_month_keep_the_names_of_then_m16(day: date, name: str) -> None:
    closed = tuple(
        journal.Closed(end, date(2025, 6, 1), {"A": then})
        for end, then in ((on(31), "Then"), (date(2025, 4, 30), "Later"))
    )
    books = Books("Demo", "FR", "EUR", LAST, {"A": "Now", "B": "Beat"}, (), (), (), closed=closed)
    assert (books.name_of("A", day), books.name_of("B", day), books.name_of("C", day)) == (name, "Beat", "")
