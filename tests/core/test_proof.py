"""A printed position, and the book as it was there (L6, L9)."""

import pytest

from billing.core import proof
from billing.core.proof import Place
from billing.errors import BadInput
from tests.core.build import day, packs


@pytest.mark.parametrize("printed", ["42-7c1f09ab", " 42-7C1F09AB ", "42-7c1f09ab\n"])
def test_a_place_as_papers_print_it_l6(printed: str) -> None:
    assert proof.place(printed) == Place(42, "7c1f09ab")
    assert str(proof.place(printed)) == "42-7c1f09ab"


@pytest.mark.parametrize("printed", ["", "42", "42-7c1f09a", "42-7c1f09ag", "x-7c1f09ab", "4 2-7c1f09ab"])
def test_what_is_no_place_is_refused_l6(printed: str) -> None:
    with pytest.raises(BadInput, match="is no position; write it as"):
        proof.place(printed)


def test_the_book_at_a_position_knows_nothing_that_came_after_l9() -> None:
    ledger = packs()
    ledger.buy("pack-1h", "2025-01-10")
    charge = ledger.log("2025-02-01", 20)
    before = ledger.balance("2025-12-31")
    seq = ledger.book.seq
    ledger.void(charge, "2025-02-01")
    ledger.log("2025-01-15", 50)
    ledger.cancel("2025-06-30")
    ledger.book = proof.book_at([(fact.seq, fact) for fact in ledger.kept], seq)
    assert ledger.book.seq == seq + 1
    assert ledger.balance("2025-12-31") == before == 40
    assert ledger.book.term_on(day("2025-12-31")) is not None
