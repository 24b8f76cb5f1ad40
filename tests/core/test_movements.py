"""Which movements of a bank file earlier files have brought (M14, L5)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from billing.core.mentions import Mentions
from billing.core.movements import BankMovement, Entry, KeptMovement, seen

DAY = date(2025, 2, 10)


def movement(key: str, batch: str, amount: str = "50.00", **how: object) -> BankMovement:
    plain = BankMovement(
        key=key, batch=batch, is_batch=False, account="CH93", amount=Decimal(amount), currency="CHF", value_on=DAY,
        booked_on=DAY, incoming=True, returned=False, references=(), text="", name="Alpina SA", end_to_end=None,
        whole=Decimal(amount),
    )  # fmt: skip
    return replace(plain, **how)  # type: ignore[arg-type]


def kept(*entries: Entry, booked: bool = True) -> list[KeptMovement]:
    return [
        KeptMovement(
            m.key, m.batch, m.is_batch, m.amount, m.currency, m.value_on, m.incoming, m.references, m.text, m.name,
            booked, m.end_to_end,
        )
        for entry in entries
        for m in entry
    ]  # fmt: skip


def known(entries: list[Entry], rows: list[KeptMovement]) -> list[tuple[int, int]]:
    return sorted(seen(entries, rows, NAMES.named).known)


NAMES = Mentions({}, ["Alpina SA", "Bergbahn AG", "Cima Sagl", "Huber Hans"])


STRONG = movement("=T1", "=E1")
WEAK = movement("~C", "~D", text="INV-2025-00004")
ID, NEXT = replace(WEAK, end_to_end="ABC-778"), date(2025, 2, 11)
WHOLE = movement("=E1", "=E1", is_batch=True, name=None)
SUM = movement("=E9", "=E9", "236.47", is_batch=True, name=None)
PARTS = (
    movement("=T1", "=E9", "94.59", whole=Decimal("236.47")),
    movement("=T2", "=E9", "141.88", whole=Decimal("236.47"), name="Bergbahn AG"),
)


@pytest.mark.parametrize(
    ("now", "before", "same"),
    [
        (STRONG, STRONG, True),
        (STRONG, replace(STRONG, value_on=date(2025, 2, 9), name=None), True),  # its names are enough
        (replace(STRONG, key="~C"), STRONG, True),  # one entry, its part named in one file only
        (replace(STRONG, batch="~D"), STRONG, True),  # one part, its entry named in one file only
        (replace(STRONG, key="=T2", batch="=E2"), STRONG, False),  # two names are two movements, however alike
        (WEAK, WEAK, True),
        (WEAK, STRONG, False),  # the one says more than the other, and nothing that is the same
        (replace(WEAK, name="Alpina SA"), replace(STRONG, text="inv 2025 00004"), True),
        (replace(WEAK, value_on=date(2025, 3, 10)), WEAK, False),  # an instalment a month later
        (replace(WEAK, name="Bergbahn AG"), WEAK, False),
        (replace(WEAK, text="INV-2025-00005"), WEAK, False),
        (replace(WEAK, incoming=False), WEAK, False),
        # another value date in another file: the payer's id within some days, or the day of booking
        (replace(ID, value_on=NEXT), ID, True),
        (ID, replace(ID, value_on=NEXT), True),
        (replace(ID, value_on=NEXT, text=""), ID, True),
        (replace(ID, value_on=NEXT), replace(ID, end_to_end="ABC-779"), False),
        (replace(ID, value_on=NEXT, text="INV-2025-00005"), ID, False),
        (replace(ID, value_on=NEXT, name="Bergbahn AG"), ID, False),
        (replace(ID, value_on=date(2025, 2, 16)), ID, False),
        (ID, replace(ID, end_to_end="ABC-779"), False),  # on one day too
        (ID, replace(ID, end_to_end=None), True),
        (replace(WEAK, value_on=NEXT), replace(WEAK, key="~D"), True),
        (replace(WEAK, value_on=NEXT, booked_on=NEXT), replace(WEAK, key="~D"), False),
        (replace(WEAK, value_on=NEXT, text=""), replace(WEAK, key="~D"), False),
        (WHOLE, STRONG, True),
        (STRONG, WHOLE, True),
    ],
)
def test_whether_it_came_before(now: BankMovement, before: BankMovement, same: bool) -> None:
    if not same and now is WEAK:
        before = replace(before, name=None)
    assert known([(now,)], kept((before,))) == ([(0, 0)] if same else [])


def test_the_parts_of_a_sum_and_the_sum_of_parts() -> None:
    """A sum that was settled is all of its parts; parts that were booked are their sum."""
    assert known([PARTS], kept((SUM,))) == [(0, 0), (0, 1)]
    assert known([(SUM,)], kept(PARTS)) == [(0, 0)]
    nameless = replace(SUM, key="~S", batch="~B")
    assert known([PARTS], kept((nameless,))) == [(0, 0), (0, 1)]
    assert known([(nameless,)], kept(PARTS)) == [(0, 0)]
    assert known([(replace(nameless, text="Cima Sagl"),)], kept(PARTS)) == []  # it speaks of another


def test_an_open_sum_gives_way_to_its_parts() -> None:
    found = seen([PARTS], kept((SUM,), booked=False))
    assert (found.known, found.replaced) == (set(), {0: "=E9"})


def test_of_two_equal_payments_the_second_is_new() -> None:
    """Two notifications of an hour each with one, then the day's statement with both: in the end there are two."""
    assert known([(WEAK,), (WEAK,)], kept((WEAK,))) == [(0, 0)]
    assert known([(WEAK,), (WEAK,)], kept((WEAK,), (replace(WEAK, key="~C-2"),))) == [(0, 0), (1, 0)]


def test_what_earlier_versions_kept_is_known_by_what_it_says() -> None:
    """Their keys were made otherwise: of the day, the amount and the words, or of the entry's own name."""
    row = kept((replace(WEAK, key="abc", batch="def"),))
    assert known([(WEAK,)], row) == [(0, 0)]
    odd = replace(STRONG, former="def", amount=Decimal("94.59"), name=None)  # kept with its part's amount
    assert known([(odd,)], row) == [(0, 0)]
    assert known([(replace(odd, former="ghi"),)], row) == []


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("", True),
        ("from BERGBAHN AG", True),
        ("T-7", True),
        ("Sammelgutschrift", True),
        ("Versement groupé 2", True),
        ("Cima Sagl", False),
        ("Gutschrift von Huber Hans", False),
        ("Gutschrift Muster GmbH", False),
        ("Rechnung INV-2025-00009", False),
    ],
)
def test_a_sum_that_says_something_is_the_sum_of_the_parts_that_it_names(text: str, same: bool) -> None:
    """Either may have come first: by a part's name, its words, or its reference."""
    parts = (PARTS[0], replace(PARTS[1], references=("T-7",), text="INV-2025-00002 for March"))
    whole = replace(SUM, key="~S", batch="~B", text=text)
    assert known([parts], kept((whole,))) == ([(0, 0), (0, 1)] if same else [])
    assert known([(whole,)], kept(parts)) == ([(0, 0)] if same else [])


@pytest.mark.parametrize("text", ["Zahlungseingang", ""])
@pytest.mark.parametrize("own", ["=E7", "~B"])
def test_words_that_name_nothing_make_one_credit_no_two_m14(text: str, own: str) -> None:
    """A statement that said "Zahlungseingang" was taken for another payment than the notification with its details."""
    whole = replace(WHOLE, key="~S", batch=own, text=text)
    part = replace(WEAK, references=("T-7",))
    assert known([(part,)], kept((whole,))) == known([(whole,)], kept((part,))) == [(0, 0)]
    assert known([(part,), (replace(part, references=("T-8",)),)], kept((whole,))) == [(0, 0)]


def test_of_two_alike_the_one_that_is_spoken_of_is_known_m14() -> None:
    """Whichever stands first in the statement: the other is new."""
    part = replace(WEAK, references=("T-7",))
    wholes: list[Entry] = [
        (replace(WHOLE, key=f"~S{n}", batch=f"=E{n}", text=t),) for n, t in enumerate(("Gutschrift", "von T-7"))
    ]
    assert known(wholes, kept((part,))) == [(1, 0)]
    assert known(wholes, kept((part,), (replace(part, key="~X", references=("T-8",)),))) == [(0, 0), (1, 0)]


def test_one_sum_in_two_files_without_its_parts_m14() -> None:
    """Where one file says nothing it is one; where both say something else, two."""
    said = replace(SUM, key="~S", batch="~B", text="Sammelgutschrift")
    for one, other, same in ((said, "", True), (replace(said, text=""), "QR", True), (said, "Gutschrift IBAN", False)):
        assert known([(replace(one, key="~T", text=other),)], kept((one,))) == ([(0, 0)] if same else [])


def test_money_out_with_details_in_one_file_m14() -> None:
    bare = replace(WHOLE, key="~S", batch="~B", incoming=False, text="Vergütung")
    told = replace(bare, key="~T", name="Muster GmbH", text="Rechnung 17")
    assert known([(told,)], kept((bare,))) == known([(bare,)], kept((told,))) == [(0, 0)]
    assert known([(replace(bare, text="Miete"),)], kept((bare,))) == []


def test_two_with_the_payers_id_in_one_file_are_two_m14() -> None:
    """Each that is kept stands for one, the nearest day first."""
    both: list[Entry] = [(replace(ID, key="~N", value_on=NEXT),), (ID,)]
    assert known(both, kept((ID,))) == [(1, 0)]
    assert known(both, kept(*both)) == [(0, 0), (1, 0)]


def test_a_sum_of_another_value_date_m14() -> None:
    """A notification without one and the statement with one: known by the day of booking."""
    whole = replace(SUM, key="~S", batch="~B", text="Sammelgutschrift", value_on=NEXT)
    assert known([(whole,)], kept(PARTS)) == [(0, 0)]
    assert known([(replace(whole, booked_on=NEXT),)], kept(PARTS)) == []
    alone = replace(PARTS[0], batch="~E", whole=PARTS[0].amount)
    assert known([(replace(whole, amount=PARTS[0].amount),)], kept((alone,))) == []  # a day's payment like the next's


def test_m10_what_is_paid_again_after_its_return_is_no_movement_of_before() -> None:
    """With the payer's own id, some days later, whichever file has the return."""
    back = replace(ID, key="~R", incoming=False, value_on=date(2025, 2, 12))
    again = replace(ID, key="~A", value_on=date(2025, 2, 13), booked_on=date(2025, 2, 13))
    assert known([(again,)], kept((ID,), (back,))) == known([(back,), (again,)], kept((ID,))) == []
    assert known([(again,)], kept((ID,))) == [(0, 0)]
    assert known([(ID,)], kept((ID,), (back,))) == [(0, 0)]
