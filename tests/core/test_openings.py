"""What a customer brings from another system: refused where it cannot have been, taken back while nothing hangs on it
(G14)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.core import openings, statement
from billing.core.book import Book
from billing.core.facts import BroughtInvoice, Charge, Contract, Deposit, Entry, Fact, Grant, Opening, Sale
from billing.core.openings import Brought
from billing.errors import Refusal
from tests.core.build import ALL, CUSTOMER, PACKS, PLUS, Q3, YEAR, Ledger, category, changed, chf, day

ON = date(2025, 7, 1)
PACK = Brought(
    kind="pack", product="pack-1h", minutes=60, left=25, price=chf("90.00"), starts=day("2025-02-01"), invoice="OLD-7"
)


class Opened(Ledger):
    """A ledger into which a customer brings things, each at a position of its own."""

    def bring(self, do: Callable[..., Any], *given: Any) -> Any:
        with self._position() as book:
            return do(book, *given)

    def contract(self, start: str = "2025-01-01", tariff: str = "packs") -> Any:
        return self.bring(openings.contract, self.version_on, ON, tariff, None, (), None, day(start))

    def grant(self, asked: Brought = PACK) -> Any:
        return self.bring(openings.grant, ON, asked, CUSTOMER)

    def owe(self, minutes: int, worked_on: str | None = None) -> Any:
        return self.bring(openings.owed, ON, minutes, None, worked_on and day(worked_on), CUSTOMER)

    def invoice(self, **other: Any) -> Any:
        usual = BroughtInvoice(0, "OLD-7", day("2025-06-01"), day("2025-07-01"), "EUR", chf("90.00"), chf("40.00"))
        with self._position() as book:
            return openings.invoice(book, ON, replace(usual, seq=book.seq, **other))

    def take_back(self, fact: Any) -> Any:
        return self.bring(openings.void, fact.seq, ON, "slip")


def opened() -> Opened:
    ledger = Opened(PACKS, Q3)
    ledger.contract()
    return ledger


def refused(code: str) -> AbstractContextManager[Any]:
    return pytest.raises(Refusal, check=lambda refusal: isinstance(refusal, Refusal) and refusal.code == code)


def test_what_is_left_is_a_grant_of_which_the_rest_was_spent_g14() -> None:
    ledger = opened()
    grant = ledger.grant()
    book = ledger.read_again()
    assert (grant.minutes, book.used[grant.number], book.spent[grant.number]) == (60, 35, 35)
    assert (grant.starts, grant.expires) == (day("2025-02-01"), day("2026-01-31"))
    assert book.sales[grant.sale].invoice == "OLD-7" and book.opened_on == ON


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"left": 61}, "bad-duration"), ({"left": -1}, "bad-duration"), ({"minutes": 0, "left": 0}, "bad-duration"),
        ({"price": None}, "price-required"), ({"invoice": None}, "bad-input"), ({"product": None}, "bad-input"),
        ({"kind": "add-on"}, "bad-input"), ({"contacts": (1,)}, "not-eligible"),
        ({"kind": "allowance", "product": None, "price": None, "invoice": None}, "not-eligible"),
        ({"kind": "goodwill", "product": None, "price": None, "invoice": None}, "bad-input"),
    ],
)  # fmt: skip
def test_a_grant_that_cannot_have_been_is_refused_g14(change: dict[str, Any], code: str) -> None:
    ledger = opened()
    with refused(code):
        ledger.grant(replace(PACK, **change))
    assert not ledger.read_again().grants


def test_the_edges_of_what_may_be_left_g14() -> None:
    ledger = opened()
    for left, spent in ((0, 60), (60, 0), (None, 0)):
        assert ledger.book.spent[ledger.grant(replace(PACK, left=left)).number] == spent


def test_minutes_are_owed_for_work_of_a_day_up_to_the_opening_g14() -> None:
    ledger = opened()
    charge = ledger.owe(30, "2025-07-01")
    assert ledger.read_again().owing == {charge.entry: 30}
    with refused("bad-date"):
        ledger.owe(30, "2025-07-02")
    with refused("bad-duration"):
        ledger.owe(0)


def test_a_tariff_that_bills_what_is_over_owes_nothing_g14() -> None:
    ledger = Opened(PACKS, Q3)
    ledger.bring(openings.contract, ledger.version_on, ON, "q3", "profi", ("COFI",), chf("480.00"), day("2025-01-01"))
    with refused("not-eligible"):
        ledger.owe(30)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"issued_on": day("2025-07-02"), "due_on": None}, "bad-date"), ({"due_on": day("2025-05-31")}, "bad-date"),
        ({"open": chf("90.01")}, "bad-input"), ({"open": chf("0.00")}, "bad-input"),
    ],
)  # fmt: skip
def test_an_invoice_that_cannot_be_open_is_refused_g14(change: dict[str, Any], code: str) -> None:
    with refused(code):
        opened().invoice(**change)


def test_an_invoice_is_brought_once_until_it_is_taken_back_g14() -> None:
    ledger = opened()
    first = ledger.invoice(issued_on=ON, due_on=ON, open=chf("90.00"))  # all of it, of that day
    with refused("conflict"):
        ledger.invoice()
    ledger.take_back(first)
    assert ledger.invoice().open == chf("40.00")


def test_own_money_is_more_than_nothing_g14() -> None:
    ledger = opened()
    assert ledger.bring(openings.money, ON, chf("0.01"), "EUR").amount == chf("0.01")
    with refused("bad-input"):
        ledger.bring(openings.money, ON, Decimal(0), "EUR")


def test_a_contract_is_in_the_year_of_its_first_start_g12_g14() -> None:
    ledger = Opened(PACKS, Q3)
    contract = ledger.bring(openings.contract, ledger.version_on, ON, "q3", "profi", ("COFI",), None, day("2023-09-15"))
    (term,) = ledger.read_again().terms
    assert contract.starts_on == day("2023-09-15")
    assert (term.number, term.window.first, term.window.last) == (1, day("2024-09-15"), day("2025-09-14"))
    with refused("bad-date"):
        Opened(PACKS, Q3).contract("2025-07-02")


def test_nothing_is_taken_back_that_something_hangs_on_g14() -> None:
    ledger = opened()
    contract = next(iter(ledger.book.contracts.values()))
    grant = ledger.grant()
    with refused("conflict"):
        ledger.take_back(contract)  # a grant is under it
    ledger.take_back(grant)
    ledger.take_back(contract)
    book = ledger.read_again()
    assert not book.grants and not book.contracts and book.opened_on is None and book.grants_given == grant.number


def test_all_is_as_of_one_day_before_anything_else_g14() -> None:
    book = Book()
    openings.check_day(book, ON, ON, CUSTOMER)
    with refused("bad-date"):
        openings.check_day(book, ON, day("2025-06-30"), CUSTOMER)
    book.remember(Opening(1, "money", ON))
    openings.check_day(book, ON, None, CUSTOMER)
    with refused("bad-date"):
        openings.check_day(book, day("2025-07-02"), None, CUSTOMER)


def test_nothing_is_recorded_of_a_day_before_g14() -> None:
    entry = Entry(2, "E1", 1, None, "support", day("2025-06-30"), 300)
    openings.check_after(None, [entry], ON, CUSTOMER)
    openings.check_after(ON, [replace(entry, worked_on=ON)], ON, CUSTOMER)
    openings.check_after(ON, [Opening(2, "owed", ON, worked_on=day("2025-01-01"))], day("2025-01-01"), CUSTOMER)
    for facts, on in (([entry], ON), ([], day("2025-06-30"))):
        with refused("bad-date"):
            openings.check_after(ON, facts, on, CUSTOMER)


# What is recorded, to the last field; and that it is decided the same again (L7)

OURS = changed(
    PACKS, goodwill_priority=7, products={"pack-1h": replace(PACKS.products["pack-1h"], priority=3)},
    categories={"bug": category("bug", charged_as="support")},
)  # fmt: skip
assert Q3.allowance is not None
THEIRS = changed(Q3, allowance=replace(Q3.allowance, priority=5),
                 products={"support-plus": replace(Q3.products["support-plus"], priority=4)})  # fmt: skip
LAST, BEGAN, PRICE = day("2025-12-31"), day("2025-02-01"), chf("90.00")


def spent(minutes: int, grant: int | None = 1, seq: int = 2) -> Opening:
    return Opening(seq, "grant", ON, grant, minutes)


def pack_sale(seq: int, pieces: int, sold: str, until: str, credited_on: Any) -> Sale:
    return Sale(seq, 1, "pack-1h", "pack", pieces, PRICE, "EUR", 60 * pieces, day(sold), YEAR, day(until), credited_on,
                ALL, (), None, None, (), 3, 30, "OLD-7")  # fmt: skip


def pack_grant(pieces: int, expires: str) -> Grant:
    return Grant(1, 2, 1, "pack", "pack-1h", 60 * pieces, BEGAN, day(expires), ALL, (), 3, 30, 2)


def added(product: str, minutes: int, covers: tuple[str, ...], contacts: tuple[int, ...], priority: int | None,
          reduced: str | None, applies_to: tuple[str, ...]) -> Sale:  # fmt: skip
    return Sale(2, 1, product, "add-on", 1, PRICE, "CHF", minutes, BEGAN, YEAR, day("2026-01-31"), "sale", covers,
                contacts, None, chf(reduced) if reduced else None, applies_to, priority, None, "OLD-7")  # fmt: skip


def goodwill(minutes: int, first: date, covers: tuple[str, ...]) -> Grant:
    return Grant(1, 2, 1, "goodwill", None, minutes, first, LAST, covers, (), 7, None, None, reason="sorry")


SORRY = Brought(kind="goodwill", minutes=30, reason="sorry", expires=LAST)
ADDED = Brought(kind="add-on", product="half-fare", price=PRICE, starts=BEGAN, invoice="OLD-7")
PLUSSED = replace(ADDED, product="support-plus", minutes=120, left=100, contacts=(7,))
BROUGHT: list[tuple[str, Brought, list[Fact]]] = [
    ("packs", PACK, [spent(35), pack_sale(2, 1, "2025-02-01", "2026-01-31", "sale"), pack_grant(1, "2026-01-31")]),
    ("packs", replace(PACK, minutes=120, left=None, expires=day("2026-03-31")),
     [spent(0), pack_sale(2, 2, "2025-02-01", "2026-03-31", "sale"), pack_grant(2, "2026-03-31")]),
    ("packs", replace(SORRY, left=10, covers=("support",)), [spent(20), goodwill(30, ON, ("support",))]),
    ("packs", replace(SORRY, starts=BEGAN), [spent(0), goodwill(30, BEGAN, ("support", "incident", "travel", "bug"))]),
    ("q3", Brought(kind="allowance", minutes=25, left=5),
     [spent(20), Grant(1, 2, 1, "allowance", None, 25, day("2025-01-01"), LAST, ("support",), (), 5, None, None)]),
    ("q3", ADDED, [spent(0, None), added("half-fare", 0, (), (), None, "119.00", ("support",))]),
    ("q3", PLUSSED,
     [spent(20), added("support-plus", 120, PLUS, (7,), 4, None, ()),
      Grant(1, 2, 1, "add-on", "support-plus", 120, BEGAN, day("2026-01-31"), PLUS, (7,), 4, None, 2)]),
]  # fmt: skip


def under(tariff: str) -> Opened:
    ledger = Opened(OURS, THEIRS)
    if tariff == "packs":
        ledger.contract()
    else:
        ledger.bring(
            openings.contract, ledger.version_on, ON, "q3", "profi", ("COFI",), chf("480.00"), day("2025-01-01")
        )
    return ledger


def recorded(ledger: Opened, do: Callable[[], object]) -> list[Fact]:
    """The facts that something records, which decided again of a ledger that lacks them are the same."""
    before = len(ledger.kept)
    do()
    found = ledger.kept[before:]
    again = Opened(*ledger.versions)
    for fact in ledger.kept[:before]:
        again.book.remember(fact)
    again.book.seq = found[0].seq
    openings.decided_again(again.book, found, again.version_on, CUSTOMER)
    assert again.book.fresh == found
    return found


@pytest.mark.parametrize(("tariff", "asked", "facts"), BROUGHT)
def test_what_is_brought_is_recorded_as_it_stood_and_decided_the_same_again_g14_l7(
    tariff: str, asked: Brought, facts: list[Fact]
) -> None:
    ledger = under(tariff)
    assert recorded(ledger, lambda: ledger.grant(asked)) == facts


def test_whatever_else_is_brought_is_recorded_and_decided_the_same_again_g14_l7() -> None:
    ledger = under("packs")
    assert recorded(ledger, lambda: ledger.invoice()) == [
        Opening(2, "invoice", ON),
        BroughtInvoice(2, "OLD-7", day("2025-06-01"), ON, "EUR", PRICE, chf("40.00")),
    ]
    assert recorded(ledger, lambda: ledger.grant(replace(PACK, starts=None, left=None))) == [
        spent(0, None, 3), pack_sale(3, 1, "2025-06-01", "2026-06-30", "payment"),
    ]  # fmt: skip
    owed = recorded(ledger, lambda: ledger.bring(openings.owed, ON, 30, "bug", BEGAN, CUSTOMER))
    assert owed == [Opening(4, "owed", ON, worked_on=BEGAN), Charge(4, 1, 4, "support", 30, None, 0, None, 30, ON)]
    assert [entry.worked_on for entry in ledger.book.owed_before.values()] == [BEGAN]
    assert recorded(ledger, lambda: ledger.owe(5))[1] == Charge(5, 1, 5, "support", 5, None, 0, None, 5, ON)
    assert recorded(ledger, lambda: ledger.bring(openings.money, ON, chf("1.50"), "EUR")) == [
        Opening(6, "money", ON), Deposit(6, chf("1.50"), "EUR", ON),
    ]  # fmt: skip
    signed = Opened(OURS, THEIRS)
    first, contract, term = recorded(signed, lambda: signed.bring(
        openings.contract, signed.version_on, ON, "q3", "profi", ("COFI",), chf("480.00"), day("2023-09-15")
    ))  # fmt: skip
    assert (first, contract) == (
        Opening(1, "contract", ON), Contract(1, "q3", "profi", ("COFI",), chf("480.00"), day("2023-09-15")),
    )  # fmt: skip
    assert (term.seq, signed.book.terms[0].number) == (1, 1)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"starts": day("2025-07-02")}, "bad-date"), ({"expires": day("2025-01-31")}, "bad-date"),
        ({"expires": day("2025-06-30")}, None),  # a pack that a later one can bring back
        ({"starts": None}, "bad-input"),  # no invoice was brought
        ({"starts": None, "left": 60}, "bad-input"), ({"product": "nothing"}, "unknown-product"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_any_more_is_left_out_g14(change: dict[str, Any], code: str | None) -> None:
    ledger = opened()
    if code is None:
        assert ledger.grant(replace(PACK, **change)).expires == change["expires"]
    else:
        with refused(code):
            ledger.grant(replace(PACK, **change))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"expires": None}, "bad-input"), ({"reason": None}, "bad-input"), ({"minutes": 0}, "bad-duration"),
        ({"expires": day("2025-06-30")}, "bad-date"), ({"expires": ON}, None), ({"minutes": 1}, None),
        ({"product": "pack-1h"}, "bad-input"), ({"price": PRICE}, "bad-input"), ({"invoice": "OLD-7"}, "bad-input"),
        ({"covers": ("nothing",)}, "unknown-category"), ({"left": 31}, "bad-duration"),
    ],
)  # fmt: skip
def test_goodwill_that_cannot_have_been_is_refused_g14(change: dict[str, Any], code: str | None) -> None:
    ledger = opened()
    if code is None:
        assert ledger.grant(replace(SORRY, **change)).kind == "goodwill"
    else:
        with refused(code):
            ledger.grant(replace(SORRY, **change))
    with refused("not-eligible"):
        ledger.grant(Brought(kind="allowance", minutes=5))


def test_nothing_is_taken_back_whose_money_or_minutes_went_g14() -> None:
    """What was drawn, settled, paid, credited or used keeps what it hangs on."""
    ledger = under("packs")
    invoice, grant = ledger.invoice(), ledger.grant()
    waiting = ledger.grant(replace(PACK, starts=None, left=None))
    owed = ledger.owe(25)
    with refused("conflict"):
        ledger.take_back(invoice)  # a pack waits for its payment
    with refused("conflict"):
        ledger.take_back(next(iter(ledger.book.contracts.values())))
    ledger.take_back(waiting)
    ledger.take_back(invoice)
    ledger.log("2025-07-02", 5)
    with refused("conflict"):
        ledger.take_back(grant)
    ledger.buy("pack-1h", "2025-07-03")
    with refused("conflict"):
        ledger.take_back(owed)


@pytest.mark.parametrize(
    ("expires", "there", "moved"),
    [("2025-06-29", 0, []), ("2025-06-30", 25, [("expiry", -25)]), ("2025-07-01", 25, [])],
)
def test_what_was_over_before_the_opening_moves_nothing_g14_b2(
    expires: str, there: int, moved: list[tuple[str, int]]
) -> None:
    """A pack that a later one may bring back: what ended the day before is there as the books open, and ends."""
    ledger = opened()
    ledger.grant(replace(PACK, expires=day(expires)))
    before, after = statement.opening(statement.movements(ledger.book), ON)
    assert (before, [(m.kind, m.minutes) for m in after if m.on == ON]) == (there, moved)
