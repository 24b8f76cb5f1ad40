"""Whose time runs out, from facts alone."""

from datetime import date

from billing.core import shortage
from billing.core.book import Book
from billing.core.shortage import Shortage
from billing.core.units import Window
from tests.core.build import Ledger, packs, q3

ON = Window(date(2025, 3, 31), date(2025, 4, 30))


def test_b1_nothing_is_short_where_nothing_was_agreed() -> None:
    assert shortage.shortages(Book(), 0, ON, 60) == []


def test_g9_what_is_owed_is_told_also_where_nothing_was_bought() -> None:
    [owed] = shortage.shortages(Book(), 25, ON, 60)
    assert (owed.kind, owed.minutes, owed.name, owed.last) == ("owed", 25, None, None)
    assert {"low", "grace", "owed"} < set(shortage.KINDS)


def short(ledger: Ledger, first: str, last: str, below: int, owed: int = 0) -> list[Shortage]:
    return shortage.shortages(ledger.book, owed, Window(date.fromisoformat(first), date.fromisoformat(last)), below)


def test_g2_fewer_minutes_than_asked_about_are_low_until_the_last_of_them_ends() -> None:
    """What was bought is counted, whatever it is; who has as many as asked about is not running out."""
    ledger = packs()
    ledger.buy("half-year", "2025-01-10")
    ledger.buy("pack-1h", "2025-02-10")
    ledger.goodwill(500, "2025-02-10", "2025-12-31")
    ledger.log("2025-02-20", 45)
    assert short(ledger, "2025-03-01", "2025-03-31", 75) == []
    assert short(ledger, "2025-03-01", "2025-03-31", 76) == [Shortage("low", 75, date(2026, 2, 9), "pack-1h")]
    assert short(ledger, "2025-01-20", "2025-01-31", 99) == [Shortage("low", 15, date(2025, 7, 9), "half-year")]
    [low, owed] = short(ledger, "2025-01-20", "2025-01-31", 99, 20)
    assert (low.kind, owed) == ("low", Shortage("owed", 20, name="half-year"))


def test_b1_who_has_no_contract_or_bought_nothing_is_not_running_out() -> None:
    assert short(q3("premium", modules=("COFI",), fee="100"), "2025-01-20", "2025-01-31", 99) == []
    ledger = packs()
    ledger.buy("pack-1h", "2025-01-10")
    ledger.cancel("2025-03-31")
    assert {found.kind for found in short(ledger, "2025-04-01", "2025-04-30", 99)} <= {"no-contract"}


def test_g4_what_ends_in_the_days_is_told_with_its_grant_and_what_is_left() -> None:
    ledger = packs()
    grant = ledger.buy("half-year", "2025-01-10")
    given = ledger.goodwill(30, "2025-02-01", "2025-07-01")
    ledger.log("2025-02-20", 25)
    for last, kinds in (("2025-06-30", []), ("2025-07-01", ["goodwill"]), ("2025-07-09", ["pack", "goodwill"])):
        assert [found.kind for found in short(ledger, "2025-06-15", last, 0)] == kinds
    pack, goodwill = short(ledger, "2025-06-15", "2025-07-31", 0)
    left = {grant.number: ledger.book.remaining(grant), given.number: ledger.book.remaining(given)}
    assert sum(left.values()) == 65
    assert (pack.minutes, pack.last, pack.name, pack.grant) == (
        left[grant.number], date(2025, 7, 9), "half-year", grant.number,
    )  # fmt: skip
    assert pack.ending is not None and pack.ending.kind == "pack"
    assert goodwill == Shortage("goodwill", left[given.number], date(2025, 7, 1), grant=given.number)
    assert [found.kind for found in short(ledger, "2025-07-10", "2025-07-31", 0)] == ["grace"]


def test_g5_what_waits_is_told_with_what_brings_it_back() -> None:
    """Minutes in their days of grace name the product that brings them back, a pack that waits its invoice."""
    ledger = packs()
    ledger.buy("half-year", "2025-01-10")
    [grace] = short(ledger, "2025-07-20", "2025-07-31", 0)
    assert grace == Shortage("grace", 60, date(2025, 8, 8), "half-year")
    sale = ledger.sell("pack-1h", "2025-07-15", "90.00")
    kinds = {found.kind: found for found in short(ledger, "2025-07-20", "2025-07-31", 0)}
    assert set(kinds) == {"grace", "unpaid"}
    assert (kinds["unpaid"].minutes, kinds["unpaid"].name, kinds["unpaid"].invoice) == (60, None, sale.invoice)
    assert kinds["grace"].name == "half-year" and kinds["grace"].invoice is None
