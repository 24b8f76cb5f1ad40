"""When VAT is owed, from day to day (M16)."""

from datetime import date

from billing.core.basis import Bases, always

NEW_YEAR = date(2026, 1, 1)


def test_M16_a_basis_counts_from_its_day() -> None:
    bases = Bases(((date.min, "invoice"), (NEW_YEAR, "payment"), (date(2026, 7, 1), "invoice")))
    found = [bases.on(date(*day)) for day in ((2025, 12, 31), (2026, 1, 1), (2026, 6, 30), (2026, 7, 1))]
    assert found == ["invoice", "payment", "payment", "invoice"]


def test_vat_is_owed_on_invoices_where_nothing_was_said() -> None:
    assert Bases().on(NEW_YEAR) == Bases(((NEW_YEAR, "payment"),)).on(date(2025, 12, 31)) == "invoice"
    assert always("payment").on(date.min) == "payment"
