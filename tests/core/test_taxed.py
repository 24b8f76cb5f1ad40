"""The VAT report taken apart: whose VAT it is, on both bases, and in the books' currency (M2, M18)."""

from datetime import date
from decimal import Decimal

from billing.core import receipts, taxed
from billing.core.receipts import Issued, Receipt
from billing.core.units import day_before
from billing.core.vat import VatClass

S20, AE = VatClass("S", Decimal("20.0")), VatClass("AE", Decimal("0.0"))
FIRST, LAST = date(2025, 1, 1), date(2025, 3, 31)


def document(number: str, customer: str, day: str, vat: VatClass, base: str, amount: str, of: str | None = None,
             currency: str = "EUR") -> Issued:  # fmt: skip
    rows = ((vat, Decimal(base), Decimal(amount)),)
    total = Decimal(base) + Decimal(amount)
    on = date.fromisoformat(day)
    return Issued(number, customer, on, None, currency, rows, total, of, f"{customer} SA", "FR", f"FR{customer}")


KNOWN = [
    document("INV-1", "A", "2025-01-10", S20, "1000.00", "200.00"),
    document("INV-2", "B", "2025-01-12", AE, "500.00", "0.00"),
    document("INV-3", "A", "2025-02-10", S20, "100.00", "20.00"),
    document("CN-1", "A", "2025-02-11", S20, "-50.00", "-10.00", of="INV-1"),
    document("CN-2", "B", "2025-04-01", AE, "-500.00", "0.00", of="INV-2"),
]
CAME = [
    Receipt("INV-1", date(2025, 1, 20), Decimal("600.00")),
    Receipt("INV-3", date(2025, 1, 21), Decimal("120.00")),
    Receipt("INV-3", date(2025, 2, 12), Decimal("-120.00")),
]


def shown(parts: list[taxed.Taxed]) -> list[tuple[str, str, bool, str, str]]:
    return [(p.invoice, p.customer, p.is_note, str(p.base), str(p.amount)) for p in parts]


def test_on_invoices_each_document_is_a_part_and_a_note_takes_back() -> None:
    found = taxed.on_invoices(KNOWN, FIRST, LAST)
    assert shown(found) == [
        ("INV-1", "A", False, "1000.00", "200.00"),
        ("INV-2", "B", False, "500.00", "0.00"),
        ("INV-3", "A", False, "100.00", "20.00"),
        ("INV-1", "A", True, "-50.00", "-10.00"),
    ]
    assert (found[0].name, found[0].country, found[0].vat_id) == ("A SA", "FR", "FRA")
    assert taxed.summed(found) == receipts.vat_on_invoices(KNOWN, FIRST, LAST)


def test_on_receipts_an_invoice_and_its_notes_are_a_part() -> None:
    """Reverse charge is of the day of its document; what came and was taken back in the period is nothing."""
    found = taxed.on_receipts(KNOWN, CAME, FIRST, LAST)
    assert shown(found) == [("INV-1", "A", False, "500.00", "100.00"), ("INV-2", "B", False, "500.00", "0.00")]
    assert taxed.summed(found) == receipts.vat_on_receipts(KNOWN, CAME, day_before(FIRST), LAST)
    february = taxed.on_receipts(KNOWN, CAME, date(2025, 2, 1), date(2025, 2, 28))
    assert shown(february) == [("INV-3", "A", True, "-100.00", "-20.00")]


def test_m18_periods_in_another_currency_add_up_to_the_year() -> None:
    """A third of a cent a document: three months of one are a cent, as the year is."""
    francs = [document(f"INV-{n}", "A", f"2025-0{n}-10", S20, "10.00", "0.01", currency="CHF") for n in (1, 2, 3)] + [
        document("INV-4", "A", "2025-03-11", S20, "10.00", "2.00")
    ]
    rates = {"CHF": Decimal("0.3334")}
    months = [(date(2025, n, 1), date(2025, n, 28)) for n in (1, 2, 3)]
    each = []
    for first, last in months:
        earlier = taxed.on_invoices(francs, date.min, day_before(first))
        each.append(taxed.converted(earlier, taxed.on_invoices(francs, first, last), "EUR", rates))
    year = taxed.converted((), taxed.on_invoices(francs, FIRST, LAST), "EUR", rates)
    assert {part.currency for part in year} == {"EUR"}
    assert [str(part.amount) for parts in each for part in parts] == ["0.00", "0.01", "0.00", "2.00"]
    assert sum(part.amount for parts in each for part in parts) == sum(part.amount for part in year)
    assert sum(part.base for part in year) == Decimal("20.00")
