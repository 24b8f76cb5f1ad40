"""A year rated anew under another tariff, by hand (R2 to R5, G1, M1)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from billing import tariffs
from billing.core import correction, rating, renewal, replaying
from billing.core.book import Book
from billing.core.facts import Entry
from billing.core.replaying import Cost
from billing.core.tariff import Tariff
from billing.core.units import Window, price_of

YEAR = Window(date(2025, 1, 1), date(2025, 12, 31))
WORK = [  # day, seconds, category
    ("2025-01-14", 180, "support"), ("2025-02-17", 2400, "support"), ("2025-02-18", 4500, "training"),
    ("2025-03-03", 600, "bug"), ("2024-12-30", 3600, "support"),
]  # fmt: skip


def tariff(name: str) -> Tariff:
    return tariffs.version_for(tariffs.versions(tariffs.folders({}), name), YEAR.first).tariff


def q3(tier: str = "profi") -> Book:
    """A customer on q3 since 2024, with some work, the last of it before the year."""
    of = tariff("q3")
    book = Book(seq=1)
    renewal.sign(book, lambda *_: (1, of), "q3", tier, ("COFI",), Decimal(480), date(2024, 1, 1))
    book.seq = 2
    renewal.renew(book, lambda *_: (1, of), YEAR.first, "A")
    for seq, (day, seconds, category) in enumerate(sorted(WORK), 10):
        on = date.fromisoformat(day)
        book.seq = seq
        rating.rate(book, Entry(seq, f"e{seq}", 1, f"c{seq}", category, on, seconds), rating.term_for(book, on, "A"))
    return book


def test_under_its_own_tariff_a_year_costs_what_it_did() -> None:
    """R2 to R5: 5, 40, 75 and 10 minutes; 20 of the allowance cover support alone."""
    book = q3()
    entries = replaying.worked(book, YEAR)
    assert [entry.worked_on.year for entry in entries] == [2025] * 4
    was = replaying.cost(book, entries)
    again = replaying.replay(book, YEAR, tariff("q3"))
    assert again.cost == was and again.tier == "profi" and again.lacking == ()
    covered = was.charged - was.overage
    assert (was.charged, was.owed, covered) == (130, 0, was.covered) and covered > 0
    assert was.amount == sum((price_of(minutes, Decimal(175)) for minutes in (45 - covered, 75, 10)), Decimal(0))


def test_another_tier_has_another_allowance() -> None:
    """G1: premium grants more than profi; the book that was is left alone."""
    book = q3()
    before = replaying.cost(book, replaying.worked(book, YEAR))
    premium = replaying.replay(book, YEAR, tariff("q3"), "premium")
    assert premium.tier == "premium" and premium.cost.covered > before.covered
    assert premium.cost.amount < before.amount
    assert replaying.cost(book, replaying.worked(book, YEAR)) == before


def test_what_a_tariff_lacks_is_its_default_and_what_it_refuses_is_owed() -> None:
    """A tariff that refuses work without credit says how much would have to be bought."""
    book = q3()
    moveon = tariff("moveon")
    assert moveon.overage == "refuse" and "training" in moveon.categories
    again = replaying.replay(book, YEAR, moveon)
    assert again.tier is None and again.cost.amount == 0
    assert again.cost.owed == again.cost.charged - again.cost.covered > 0
    assert replaying.replay(book, YEAR, tariff("visualqie")).lacking == tuple(
        dict.fromkeys(c for _, _, c in sorted(WORK)[1:] if c not in tariff("visualqie").categories)
    )


def test_voids_and_other_years_do_not_count_and_verdicts_do() -> None:
    """C1, C2: a void entry costs nothing; a verified bug is free in both."""
    book = q3()
    book.seq = 20
    bug = next(entry for entry in book.entries.values() if entry.category == "bug")
    assert bug.case is not None
    correction.verify(book, bug.case, date(2025, 3, 10), "")
    book.seq = 21
    training = next(entry for entry in book.entries.values() if entry.category == "training")
    correction.void(book, training, date(2025, 3, 11), "slip")
    entries = replaying.worked(book, YEAR)
    assert training not in entries and bug in entries
    was, again = replaying.cost(book, entries), replaying.replay(book, YEAR, tariff("q3")).cost
    assert was == again and was.charged == 45
    assert replaying.cost(book, []) == Cost()


@pytest.mark.parametrize("name", tariffs.names(tariffs.folders({})))
def test_every_shipped_tariff_can_be_tried(name: str) -> None:
    cost = replaying.replay(q3(), YEAR, tariff(name)).cost
    assert cost.charged == cost.covered + cost.overage + cost.owed and min(cost.covered, cost.overage, cost.owed) >= 0


def test_m1_each_months_line_is_rounded_by_itself() -> None:
    """5 minutes at 175.00 are 14.58 in each of two months, 10 in one are 29.17."""
    of = replace(tariff("q3"), allowance=None)
    for days, amount in ((("2025-01-14", "2025-02-14"), "29.16"), (("2025-01-14", "2025-01-15"), "29.17")):
        book = Book(seq=1)
        renewal.sign(book, lambda *_: (1, of), "q3", "profi", (), None, YEAR.first)
        for seq, day in enumerate(days, 10):
            on, book.seq = date.fromisoformat(day), seq
            rating.rate(book, Entry(seq, f"e{seq}", 1, f"c{seq}", "training", on, 300), rating.term_for(book, on, "A"))
        assert str(replaying.cost(book, replaying.worked(book, YEAR)).amount) == amount
        assert str(replaying.replay(book, YEAR, of).cost.amount) == amount
    assert replaying.cost(book, []).amount == Decimal(0)


def test_r5_what_a_tariff_would_ask_for_is_billed() -> None:
    """Nobody knows what would have been approved: all of it; each entry is one of its own."""
    book = q3()
    asking = replace(tariff("q3"), overage="ask")
    assert replaying.replay(book, YEAR, asking) == replaying.replay(book, YEAR, tariff("q3"))


def test_c2_what_was_declared_free_with_a_verification_is_free_there_too() -> None:
    """Another category of the same case, and of that case alone."""
    book = q3()
    bug, training = (next(e for e in book.entries.values() if e.category == name) for name in ("bug", "training"))
    assert bug.case is not None
    book.seq = 20
    rating.rate(
        book, replace(training, seq=20, id="e20", case=bug.case), rating.term_for(book, training.worked_on, "A")
    )
    book.seq = 21
    correction.verify(book, bug.case, date(2025, 3, 10), "", ("training",))
    was = replaying.cost(book, replaying.worked(book, YEAR))
    assert was.charged == 45 + 75
    assert replaying.replay(book, YEAR, tariff("q3")).cost == was


def test_who_agreed_nothing_yet_has_the_first_tier_of_a_tariff() -> None:
    """A contract that begins after the year is none of it."""
    of = tariff("q3")
    later = Book(seq=1)
    renewal.sign(later, lambda *_: (1, of), "q3", "profi", (), None, date(2026, 1, 1))
    for book in (Book(), later):
        assert replaying.replay(book, YEAR, of) == replaying.Replayed(of.tiers[0], Cost(), ())
        assert replaying.replay(book, YEAR, of, "premium").tier == "premium"
