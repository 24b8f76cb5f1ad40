"""A printed position, and the book as it was there (L6, L9)."""

import pytest
from stdnum.iso7064 import mod_37_36

from billing.core import proof
from billing.core.proof import Place
from billing.errors import BadInput
from tests.core.build import day, packs

WHOLE = "1b9d" * 16
PRINTED = "42-3EEH-Q78V-KMDS-T6WX-3EEH-Q78V-KMDM"


def test_what_is_printed_binds_128_bits_l6() -> None:
    """L6: 32 bits were printed, which a core tries through in 91 seconds."""
    assert proof.printed(42, WHOLE) == PRINTED
    found = proof.place(PRINTED)
    assert (found.seq, found.bits, found.weak, str(found)) == (42, 135, False, PRINTED)
    assert found.leads_to(WHOLE)
    for digit in range(32):
        other = WHOLE[:digit] + ("0" if WHOLE[digit] != "0" else "1") + WHOLE[digit + 1 :]
        assert not found.leads_to(other), digit


@pytest.mark.parametrize("written", [
    f" {PRINTED.lower()}\n", PRINTED.replace("-", "").replace("42", "42-", 1), "042" + PRINTED[2:],
    PRINTED.replace("V-KMDS", "V\n-KMDS"),
])  # fmt: skip
def test_a_place_as_people_copy_it_l6(written: str) -> None:
    assert proof.place(written) == proof.place(PRINTED)


def test_the_check_sign_is_that_of_iso_7064_l6() -> None:
    for seq in range(1, 200):
        signs = proof.printed(seq, f"{seq * 7919:064x}").replace("-", "")
        assert mod_37_36.is_valid(signs, proof.SIGNS)
    with pytest.raises(BadInput, match="last sign"):
        proof.place(PRINTED[:-2] + "UM")


def test_signs_that_look_alike_are_read_as_one_l6() -> None:
    paper = proof.printed(100, "0842108421" * 6 + "0000")
    assert "1" in paper and "0" in paper
    assert proof.place(paper.replace("1", "I").replace("0", "o").replace("Ioo", "100")) == proof.place(paper)


def test_a_slip_of_the_pen_is_told_as_one_l6() -> None:
    """L6: a typing error is no sign that something was changed; any one sign is told, the number's too."""
    tried = 0
    for at, sign in enumerate(PRINTED):
        for other in "0123456789" if at < 2 else "" if sign == "-" else proof.SIGNS + "U":
            if other != sign:
                tried += 1
                with pytest.raises(BadInput, match="is mistyped: its last sign does not fit the others; compare it"):
                    proof.place(PRINTED[:at] + other + PRINTED[at + 1 :])
    assert tried == 2 * 9 + 28 * 32
    with pytest.raises(BadInput, match="it has 27 signs after its number, not 28"):
        proof.place(PRINTED[:-1])


@pytest.mark.parametrize("printed", ["42-7c1f09ab", " 42-7C1F09AB ", "42-7c1f09ab\n"])
def test_a_place_as_older_papers_print_it_is_weak_l6(printed: str) -> None:
    found = proof.place(printed)
    assert found == Place(42, "7c1f09ab", hexadecimal=True)
    assert (str(found), found.bits, found.weak) == ("42-7c1f09ab", 32, True)
    assert found.leads_to("7c1f09ab" + "0" * 56) and not found.leads_to("7c1f09ac" + "0" * 56)
    assert proof.place("42-" + "7c1f" * 8).weak is False


@pytest.mark.parametrize("printed", ["", "42", "42-7c1f09a", "42-7c1f09ag", "x-7c1f09ab", "4 2-7c1f09ab", "42-é" * 9])
def test_what_is_no_place_is_refused_l6(printed: str) -> None:
    with pytest.raises(BadInput, match=r"is no position; write it as a statement .* as 17-3EC8-E097") as refused:
        proof.place(printed)
    assert refused.value.remedy is not None
    assert proof.place(str(refused.value.remedy).rpartition(" ")[2]).seq == 17


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
