"""Invoices credited because somebody asks for it: how much, and what ends with it (M12). Figures are worked by hand."""

from decimal import Decimal

import pytest

from billing.core import credit_notes, invoicing, rating, revenue
from billing.core.book import Book
from billing.core.drafts import Remainder, note_totals
from billing.core.facts import CreditNote
from billing.core.invoicing import Line
from billing.core.quoting import event_of, state_of, step
from billing.core.units import ZERO
from billing.core.vat import VatClass
from billing.errors import Refusal
from tests.core.build import PACKS, VAT, Ledger, chf, day, packs, q3
from tests.core.test_quoting import DAY, drafted

TAXED, OLD = VatClass("S", Decimal("8.1")), VatClass("S", Decimal("7.7"))


def earned(ledger: Ledger, at: str) -> list[tuple[str, str, str]]:
    """Of each pack what is recognised, what of that is breakage, and what is deferred."""
    rows = revenue.deferred_on(ledger.book, day(at))
    return [(str(row.recognised), str(row.breakage), str(row.deferred)) for row in rows]


def half_drawn() -> Ledger:
    """A pack of 12 h at 900.00, paid on 10 January, of which 3 h were drawn."""
    ledger = packs()
    ledger.buy("pack-12h", "2025-01-10")
    ledger.log("2025-02-03", 180)
    return ledger


def invoice_of(ledger: Ledger, place: int = 0) -> str:
    return list(ledger.book.sales.values())[place].invoice


def test_of_a_pack_the_undrawn_minutes_end_and_their_share_is_credited_m12() -> None:
    """9 of 12 h at 900.00 are 675.00; what was drawn stays paid, and is all that is earned."""
    ledger = half_drawn()
    assert ledger.credit(invoice_of(ledger), "2025-03-31") == [(1, "675.00")]
    assert ledger.issued[-1].lines[0].minutes == -540
    assert ledger.moved() == [
        ("2025-01-10", "grant", 1, 720), ("2025-02-03", "draw", 1, -180), ("2025-03-31", "correction", 1, -540),
    ]  # fmt: skip
    assert ledger.balance("2025-03-30") == 540 and ledger.balance("2025-03-31") == 0
    assert earned(ledger, "2025-03-30") == [("225.00", "0.00", "675.00")]
    assert earned(ledger, "2025-03-31") == [("225.00", "0.00", "0.00")]
    assert ledger.log("2025-03-05", 20).owed == 20  # work of before, recorded late, cannot draw what was paid back
    assert ledger.log("2025-04-01", 20).owed == 20


def test_with_what_was_drawn_all_is_credited_and_nothing_is_earned_m12() -> None:
    ledger = half_drawn()
    assert ledger.credit(invoice_of(ledger), "2025-03-31", drawn=True) == [(1, "900.00")]
    assert earned(ledger, "2025-03-31") == [("0.00", "0.00", "0.00")]
    with pytest.raises(Refusal, match="nothing is left of"):
        ledger.credit(invoice_of(ledger), "2025-03-31")


def test_an_amount_is_credited_in_place_of_the_share_and_the_pack_ends_m12() -> None:
    """Of 900.00 400.00 are kept: 225.00 were worked for, 175.00 are for minutes that ended."""
    ledger = half_drawn()
    ledger.credit(invoice_of(ledger), "2025-03-31", "500.00")
    assert earned(ledger, "2025-03-31") == [("400.00", "175.00", "0.00")]
    with pytest.raises(Refusal, match=r"400\.00 is left of its price"):
        ledger.credit(invoice_of(ledger), "2025-04-01")
    with pytest.raises(Refusal, match=r"400\.00 net is left of P2"):
        ledger.credit(invoice_of(ledger), "2025-04-01", "400.01")
    ledger.credit(invoice_of(ledger), "2025-04-01", "400.00")
    assert earned(ledger, "2025-04-01") == [("0.00", "0.00", "0.00")]


def test_a_price_reduction_ends_nothing_where_somebody_says_so_m12() -> None:
    ledger = half_drawn()
    ledger.credit(invoice_of(ledger), "2025-03-31", "90.00", keep=True)
    assert ledger.balance("2025-12-31") == 540
    assert earned(ledger, "2025-03-31") == [("202.50", "0.00", "607.50")]
    assert ledger.credit(invoice_of(ledger), "2025-04-30") == [(1, "607.50")]


def test_a_pack_that_was_never_credited_is_credited_whole_and_never_granted_m12() -> None:
    ledger = packs()
    sale = ledger.sell("pack-12h", "2025-01-10", "900.00")
    assert ledger.credit(sale.invoice, "2025-02-01") == [(1, "900.00")]
    assert ledger.issued[-1].lines[0].minutes == -720
    assert ledger.book.grants == {}
    assert earned(ledger, "2025-02-01") == [("0.00", "0.00", "0.00")]
    ledger.pay(sale, "2025-02-02", "900.00")  # as a bank may bring it
    assert ledger.book.grants == {}


def test_a_reduction_of_a_pack_that_is_not_paid_goes_on_and_may_pay_it_m12_m10() -> None:
    """With 850.00 of 900.00 paid, a reduction of 50.00 leaves nothing open: the pack is credited with it."""
    ledger = packs()
    sale = ledger.sell("pack-12h", "2025-01-10", "900.00")
    ledger.pay(sale, "2025-01-15", "850.00")
    assert ledger.book.grants == {}
    ledger.credit(sale.invoice, "2025-02-01", "50.00")
    assert ledger.left("2025-02-01") == {1: 720} and ledger.left("2025-01-31") == {}
    ledger.log("2025-02-03", 360)
    assert earned(ledger, "2025-02-28") == [("425.00", "0.00", "425.00")]


def test_what_returns_to_a_pack_that_ended_is_drawn_again_by_the_work_it_was_for_m12_c3() -> None:
    """A void rates its pool again: what stays paid stays drawn, what is left of it is lost."""
    ledger = Ledger(PACKS)
    ledger.sign("2025-01-01")
    ledger.buy("pack-12h", "2025-01-10")
    slip = ledger.log("2025-02-03", 180)
    ledger.credit(invoice_of(ledger), "2025-03-31")
    ledger.void(slip, "2025-04-02")
    assert ledger.balance("2025-04-02") == 0
    late = ledger.log("2025-02-05", 60)
    assert ledger.drawn(late) == [(1, 60)]
    assert ledger.log("2025-04-03", 60).owed == 60


def test_what_a_pack_carried_over_ends_with_it_g5_m12() -> None:
    ledger = packs()
    ledger.buy("half-year", "2025-01-10")  # to 9 July
    ledger.buy("pack-12h", "2025-07-01")
    assert ledger.open_on(1) == ["2025-01-10 to 2025-07-09", "2025-07-10 to 2026-06-30 carried"]
    ledger.credit(invoice_of(ledger, 1), "2025-08-15")
    assert ledger.open_on(1) == ["2025-01-10 to 2025-07-09", "2025-07-10 to 2025-08-15 carried"]
    assert ledger.open_on(2) == ["2025-07-01 to 2025-08-15"]


def test_an_add_on_that_was_used_is_credited_by_its_days_to_come_m12() -> None:
    """Half-fare at 90.00 for 2025: from 1 April 275 of 365 days are to come, 67.81; work is at the full rate again."""
    ledger = q3()
    sale = ledger.sell("half-fare", "2025-01-01", "90.00")
    assert ledger.log("2025-02-03", 60).rate == chf("119.00")
    assert ledger.credit(sale.invoice, "2025-04-01") == [(1, "67.81")]
    assert ledger.log("2025-03-31", 60).rate == chf("119.00")
    assert ledger.log("2025-04-01", 60).rate == chf("175.00")
    assert not list(rating.in_force(ledger.book, day("2025-04-01")))
    with pytest.raises(Refusal, match="was used or has ended"):
        ledger.credit(sale.invoice, "2025-04-01")


def test_an_add_on_that_was_not_used_is_credited_whole_m12() -> None:
    ledger = q3()
    sale = ledger.sell("half-fare", "2025-01-01", "90.00")
    ledger.void(ledger.log("2025-02-03", 60), "2025-02-04")
    assert ledger.credit(sale.invoice, "2025-04-01") == [(1, "90.00")]


@pytest.mark.parametrize(("on", "amount"), [("2025-12-30", "0.49"), ("2025-12-31", "0.25"), ("2026-01-01", None)])
def test_the_day_of_the_note_is_the_first_that_is_to_come_m12(on: str, amount: str | None) -> None:
    """Its last day is one of 365 of 90.00; the day after it nothing is to come. It was used on its last day alone."""
    ledger = q3()
    sale = ledger.sell("half-fare", "2025-01-01", "90.00")
    ledger.log("2025-12-31", 60)
    if amount is None:
        with pytest.raises(Refusal, match="was used or has ended"):
            ledger.credit(sale.invoice, on)
    else:
        assert ledger.credit(sale.invoice, on) == [(1, amount)]
        assert ledger.issued[-1].lines[0].vat == VAT and ledger.issued[-1].lines[0].amount == -chf(amount)


def test_less_than_one_can_be_credited_and_not_nothing_m12() -> None:
    ledger = half_drawn()
    for wrong in ("0.00", "-0.50"):
        with pytest.raises(Refusal, match="give more than 0"):
            ledger.credit(invoice_of(ledger), "2025-03-31", wrong, keep=True)
    for amount in ("0.50", "1.00"):
        assert ledger.credit(invoice_of(ledger), "2025-03-31", amount, keep=True) == [(1, amount)]


def test_an_add_on_whose_contact_drew_what_it_extends_was_used_m12_g3() -> None:
    """What other contacts drew, or he of other grants, is no use of it: then all is credited."""
    for contact, amount in ((2, "86.64"), (1, "115.00")):
        ledger = q3()
        ledger.sell("half-fare", "2025-01-01", "90.00")
        ledger.sell("support-plus", "2025-01-01", contacts=(1,))
        further = ledger.sell("support-plus-contact", "2025-01-01", contacts=(2,))
        ledger.goodwill(60, "2025-01-01", "2025-01-31")
        ledger.log("2025-01-20", 20, contact=2)
        ledger.log("2025-02-03", 20, contact=contact)
        assert ledger.credit(further.invoice, "2025-04-01") == [(1, amount)]


def test_the_minutes_of_an_add_on_end_with_it_m12_g3() -> None:
    """Support+ with 20 of 120 minutes drawn: 275 of 365 days of 565.00 are 425.68."""
    ledger = q3()
    sale = ledger.sell("support-plus", "2025-01-01", contacts=(1,))
    ledger.log("2025-02-03", 20, contact=1)
    assert ledger.credit(sale.invoice, "2025-04-01") == [(1, "425.68")]
    assert ledger.moved("2025-03-01") == [("2025-04-01", "correction", 1, -100)]
    with pytest.raises(Refusal, match="needs half-fare, support-plus in force"):
        ledger.sell("support-plus-contact", "2025-04-02", contacts=(2,))


def test_overage_by_amount_is_a_price_reduction_and_is_not_billed_again_m12_c4() -> None:
    """60 min at 175.00, 10.00 off; then 30 min were wrong: without them it is 87.50, 165.00 less that is 77.50."""
    ledger = q3()
    ledger.log("2025-02-03", 30, "a")
    wrong = ledger.log("2025-02-04", 30, "b")
    (invoice,) = ledger.run("2025-02-28")
    assert ledger.credit(invoice.number, "2025-03-01", "10.00") == [(1, "10.00")]
    assert ledger.run("2025-03-31") == []
    ledger.void(wrong, "2025-03-02")
    (note,) = ledger.run("2025-03-31")
    assert ledger.amounts([note]) == [("C3", "I1", -30, "-77.50")]
    assert ledger.run("2025-04-30") == []


def test_where_the_reduction_was_more_than_the_wrong_time_nothing_is_credited_m12_c4() -> None:
    """90 min at 175.00 with 200.00 off leave 62.50: the line without 30 min is 175.00, without 60 min 87.50, without
    all nothing. Until then nothing more is credited, and then what is left."""
    ledger = q3()
    charges = [ledger.log(f"2025-02-0{n}", 30, f"{n}") for n in (3, 4, 5)]
    (invoice,) = ledger.run("2025-02-28")
    ledger.credit(invoice.number, "2025-03-01", "200.00")
    for charge in charges[:2]:
        ledger.void(charge, "2025-03-02")
        assert ledger.run("2025-03-31") == []
    ledger.void(charges[2], "2025-03-03")
    assert ledger.amounts(ledger.run("2025-04-30")) == [("C3", "I1", -90, "-62.50")]


def test_an_invoice_credited_whole_stays_so_when_its_time_is_voided_m12_c4() -> None:
    ledger = q3()
    charge = ledger.log("2025-02-03", 30)
    (invoice,) = ledger.run("2025-02-28")
    ledger.credit(invoice.number, "2025-03-01")
    ledger.void(charge, "2025-03-02")
    assert ledger.run("2025-03-31") == []


def test_an_amount_is_divided_over_lines_by_what_is_left_m12() -> None:
    """Lines of 102.08 and 32.50 make 134.58: of 100.00 that is 75.85 and 24.15."""
    ledger = q3()
    ledger.log("2025-02-03", 35, "a")
    ledger.log("2025-02-03", 10, "b", "programming")
    (invoice,) = ledger.run("2025-02-28")
    assert [str(line.amount) for line in invoice.lines] == ["102.08", "32.50"]
    assert ledger.credit(invoice.number, "2025-03-01", "100.00") == [(1, "75.85"), (2, "24.15")]
    assert ledger.credit(invoice.number, "2025-03-01", line=2) == [(2, "8.35")]
    assert ledger.credit(invoice.number, "2025-03-01") == [(1, "26.23")]
    with pytest.raises(Refusal, match="has lines 1 to 2"):
        ledger.credit(invoice.number, "2025-03-01", line=3)


def test_part_notes_of_two_rates_add_up_to_the_invoice_m2_m4_m10_m12() -> None:
    """An invoice of 100.01 at 8.1 % and 10.00 at 7.7 %: VAT 8.10 and 0.77, total 118.88. Three notes by themselves come
    to 39.62, 39.62 and 39.65: a cent of VAT more, which is the rounding of the last."""
    sold = invoicing.totals([Line("overage", "a", chf("100.01"), TAXED), Line("overage", "b", chf("10.00"), OLD)])
    net, total = sold.net, sold.total
    assert ([str(row.amount) for row in sold.vat], str(total)) == (["0.77", "8.10"], "118.88")
    found = []
    for new, old in (("33.33", "3.33"), ("33.33", "3.33"), ("33.35", "3.34")):
        lines = (Line("credit", "a", -chf(new), TAXED), Line("credit", "b", -chf(old), OLD))
        sums = note_totals(lines, Remainder(day("2025-01-31"), "CHF", net, total), None)
        net, total = net + sums.net, total + sums.total
        found.append(([str(row.amount) for row in sums.vat], str(sums.rounding), str(sums.total)))
    assert found == [
        (["-0.26", "-2.70"], "0.00", "-39.62"),
        (["-0.26", "-2.70"], "0.00", "-39.62"),
        (["-0.26", "-2.70"], "0.01", "-39.64"),
    ]
    assert (net, total) == (ZERO, ZERO)


def test_no_note_credits_more_than_is_left_m12() -> None:
    """Rounded to 0.05 the note would be 108.10; 108.08 is left."""
    line = Line("credit", "a", -chf("99.99"), TAXED)
    sums = note_totals((line,), Remainder(day("2025-01-31"), "CHF", chf("100.00"), chf("108.08")), chf("0.05"))
    assert (str(sums.total), str(sums.rounding)) == ("-108.08", "0.01")


def test_a_quote_is_open_again_and_is_invoiced_anew_m12_s8() -> None:
    """A part leaves it invoiced; with what is left of it the last note opens it, as often as that happens."""
    book, quote = drafted("sent", "accepted")
    for invoice, part in (("I1", "200.00"), ("I2", None)):
        step(book, quote, "invoiced", DAY, invoice)
        with pytest.raises(Refusal, match="was invoiced on"):
            step(book, quote, "invoiced", DAY, "I3")
        if part is not None:
            credited(book, invoice, part)
            assert state_of(book.quote_events[quote.seq]) == "invoiced"
        credited(book, invoice, str(quote.price - book.reduced_by(invoice)))
        assert state_of(book.quote_events[quote.seq]) == "accepted"
        assert event_of(book, quote, "invoiced") is None


def credited(book: Book, invoice: str, amount: str) -> None:
    note = CreditNote(book.seq, "N1", invoice, DAY, "asked for", keeps=False)
    credit_notes.credit(book, note, [(1, chf(amount))], ZERO)


def test_a_price_is_less_from_the_day_of_its_note_on_m12() -> None:
    ledger = half_drawn()
    sale = next(iter(ledger.book.sales.values()))
    ledger.credit(sale.invoice, "2025-03-31", "90.00", keep=True)
    assert [str(ledger.book.price_of(sale, day(at))) for at in ("2025-03-30", "2025-03-31")] == ["900.00", "810.00"]
    assert str(ledger.book.price_of(sale)) == "810.00"


@pytest.mark.parametrize(("on", "minutes"), [("2025-12-31", 30), ("2026-01-01", 0), ("2026-03-01", 0)])
def test_m12_what_ended_before_the_note_ends_once(on: str, minutes: int) -> None:
    """The minutes that expired are gone already; on the last day they still are there."""
    ledger = packs()
    sale = ledger.sell("pack-1h", "2025-01-01", "90.00")
    ledger.pay(sale, "2025-01-01")
    ledger.log("2025-02-01", 30)
    ledger.credit(sale.invoice, on, drawn=True)
    assert ledger.book.ended[sale.seq].minutes == minutes
    assert sum(moved for _, _, _, moved in ledger.moved("2025-12-01")) == -30
