"""A customer's account: every movement on its own day, and what it comes to (M10, M12, M13, M15)."""

from datetime import date
from decimal import Decimal

from billing.core import account, own_money, receipts
from billing.core.book import Book
from billing.core.facts import BankPart, Bounce, Deposit, Payment, Refund, WriteOff
from billing.core.receipts import Issued, Receipt


def document(number: str, day: str, total: str, of: str | None = None, currency: str = "EUR") -> Issued:
    on = date.fromisoformat(day)
    return Issued(number, "A", on, on, currency, (), Decimal(total), of)


DOCUMENTS = [
    document("INV-1", "2025-01-10", "1200.00"),
    document("INV-2", "2025-02-01", "60.00"),
    document("CN-1", "2025-02-10", "-200.00", of="INV-1"),
    document("INV-3", "2025-02-10", "50.00", currency="CHF"),
]


def euros(amount: str) -> Decimal:
    return Decimal(amount)


def book() -> Book:
    found = Book()
    for fact in (
        Payment(1, "INV-1", euros("700.00"), date(2025, 1, 10)),
        Payment(2, "INV-1", euros("600.00"), date(2025, 1, 20)),
        Payment(3, "INV-2", euros("40.00"), date(2025, 2, 2), own_money=True),
        WriteOff(4, "INV-2", euros("20.00"), date(2025, 2, 3), "too little"),
        Payment(5, "INV-2", euros("5.00"), date(2025, 3, 1)),
        BankPart(5, "m", euros("5.00"), euros("0.00"), date(2025, 4, 1)),
        Refund(6, euros("10.00"), "EUR", date(2025, 3, 2)),
        Deposit(7, euros("30.00"), "EUR", date(2025, 3, 3)),
        Bounce(8, 5, date(2025, 3, 4), None),
        Bounce(9, 7, date(2025, 3, 5), None),
    ):
        found.record(fact)
    return found


def test_m10_every_movement_and_the_balance_after_it() -> None:
    """Documents of a day come first; what is paid after all takes a write-off back, and its bounce brings it again."""
    moved = account.moves(book(), DOCUMENTS)
    shown = [(f"{m.on:%m-%d}", m.kind, m.document, m.currency, str(m.amount), str(m.used)) for m in moved]
    assert shown == [
        ("01-10", "invoice", "INV-1", "EUR", "1200.00", "0.00"),
        ("01-10", "payment", "INV-1", "EUR", "-700.00", "0.00"),
        ("01-20", "payment", "INV-1", "EUR", "-600.00", "0.00"),
        ("02-01", "invoice", "INV-2", "EUR", "60.00", "0.00"),
        ("02-02", "own-money", "INV-2", "EUR", "0.00", "40.00"),
        ("02-03", "write-off", "INV-2", "EUR", "-20.00", "0.00"),
        ("02-10", "credit-note", "CN-1", "EUR", "-200.00", "0.00"),
        ("02-10", "invoice", "INV-3", "CHF", "50.00", "0.00"),
        ("03-01", "payment", "INV-2", "EUR", "-5.00", "0.00"),
        ("03-01", "write-off-back", "INV-2", "EUR", "5.00", "0.00"),
        ("03-02", "refund", "", "EUR", "10.00", "0.00"),
        ("03-03", "on-account", "", "EUR", "-30.00", "0.00"),
        ("03-04", "payment-back", "INV-2", "EUR", "5.00", "0.00"),
        ("03-04", "write-off", "INV-2", "EUR", "-5.00", "0.00"),
        ("03-05", "on-account-back", "", "EUR", "30.00", "0.00"),
    ]
    assert account.balances(moved) == {"EUR": Decimal("-250.00"), "CHF": Decimal("50.00")}


def test_m15_a_note_takes_back_what_was_written_off_beyond_what_it_leaves_due() -> None:
    """Of 100.00 that 30.00 were written off of, 90.00 are credited: 10.00 are lost, and 20.00 come back that day."""
    lost = Book()
    lost.record(WriteOff(1, "INV-9", euros("30.00"), date(2025, 1, 20), "too little"))
    documents = [document("INV-9", "2025-01-10", "100.00"), document("CN-9", "2025-02-10", "-90.00", of="INV-9")]
    assert [(f"{m.on:%m-%d}", m.kind, str(m.amount)) for m in account.moves(lost, documents)] == [
        ("01-10", "invoice", "100.00"), ("01-20", "write-off", "-30.00"),
        ("02-10", "credit-note", "-90.00"), ("02-10", "write-off-back", "20.00"),
    ]  # fmt: skip


def test_m10_the_balance_is_what_is_open_less_own_money_on_every_day() -> None:
    moved = account.moves(book(), DOCUMENTS)
    flows = [Receipt(p.invoice, p.paid_on, p.amount) for p in book().payments.values()]
    flows += [Receipt("INV-2", date(2025, 3, 4), Decimal("-5.00"))]
    flows += [Receipt(w.invoice, w.on, w.amount, written_off=True) for w in book().write_offs]
    for on in sorted({m.on for m in moved}):
        open_: dict[str, Decimal] = {}
        for item in receipts.open_on(DOCUMENTS, flows, on):
            open_[item.invoice.currency] = open_.get(item.invoice.currency, Decimal(0)) + item.open
        own = own_money.on(book(), DOCUMENTS, on)
        for currency, balance in account.balances(m for m in moved if m.on <= on).items():
            assert balance == open_.get(currency, Decimal(0)) - own.get(currency, Decimal(0)), (on, currency)
