"""What the words of a bank's movement name: invoices by reference, by number and shortened, and people (M14)."""

from decimal import Decimal

import pytest

from billing.core.mentions import Mentions, Payable, canonical
from tests.core.test_matching import movement

QR = "120250000000000000000000010"


def payable(number: str, customer: str, reference: str | None = None) -> Payable:
    return Payable(number, customer, "CHF", Decimal(100), reference)


KNOWN = Mentions(
    {
        "INV-2025-00001": payable("INV-2025-00001", "Alpina SA", QR),
        "INV-2025-00002": payable("INV-2025-00002", "Bergbahn AG", "RF18539007547034"),
        "RE-4711": payable("RE-4711", "Alpina SA"),
    },
    ["Alpina SA", "Bergbahn AG", "Li"],
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"Rechnung {QR}", ["INV-2025-00001"]),
        ("12 02500 00000 00000 00000 00010", ["INV-2025-00001"]),
        ("RF18 5390 0754 7034 thank you", ["INV-2025-00002"]),
        ("120250000000000000000000011", []),
        ("no reference", []),
    ],
)
def test_references_in_words_m14(text: str, found: list[str]) -> None:
    assert list(dict.fromkeys(KNOWN.referred(movement(text=text)))) == found


def test_a_reference_of_its_own_is_compared_without_blanks_letter_case_and_leading_zeros() -> None:
    assert list(KNOWN.referred(movement(references=("rf18 5390 0754 7034",)))) == ["INV-2025-00002"]
    assert canonical("0012 34") == canonical("1234") == "1234"
    assert canonical("rf18 12") == "RF1812"


@pytest.mark.parametrize(
    ("text", "whole", "short"),
    [
        ("inv 2025 00001 and INV-2025-00002", ["INV-2025-00001", "INV-2025-00002"], []),
        ("INV 2025-1", [], ["INV-2025-00001"]),
        ("facture 2025-00002", [], ["INV-2025-00002"]),
        ("re-4711", ["RE-4711"], []),
        ("xre-47112", [], []),
        ("INV-2025-00009", [], []),
    ],
)
def test_numbers_in_words_as_they_are_printed_and_as_people_shorten_them_m14(
    text: str, whole: list[str], short: list[str]
) -> None:
    assert list(KNOWN.numbered(movement(text=text))) == whole
    assert list(KNOWN.shortened(movement(text=text))) == short


@pytest.mark.parametrize(
    ("text", "invoices", "people"),
    [
        ("Sammelgutschrift", set(), set()),
        ("INV-2025-00009", {"INV-2025-00009"}, set()),
        ("INV-2025-00001", {"INV-2025-00001"}, {"alpinasa"}),
        ("von BERGBAHN AG", set(), {"bergbahnag"}),
        ("Huber GmbH", set(), {"hubergmbh"}),
        ("li", set(), set()),
    ],
)
def test_all_that_words_name_says_whom_and_which_invoice_m14(text: str, invoices: set[str], people: set[str]) -> None:
    """A number that no invoice has, and a firm that nobody knows, are named too; general words name nothing."""
    found = KNOWN.named(movement(text=text))
    assert found.invoices == invoices
    assert found.people == people
