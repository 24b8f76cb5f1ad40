"""When a relationship ends, and until when papers keep their recipients (P1, P2)."""

from datetime import date

import pytest

from billing.core import ends
from billing.core.correction import UNDONE
from billing.core.units import END_OF_TIME


def test_P1_a_relationship_ends_with_the_last_of_its_days() -> None:
    day = date(2020, 2, 29)
    found = ends.ended([("contract", date(2019, 1, 1)), ("document", day), ("case", date(2020, 1, 1))], date.min)
    assert (found.on, found.by, found.erased_from) == (day, "document", date(2023, 3, 1))
    assert ends.ended([], day) == ends.Ended(day, "customer")
    assert ends.ended([("contract", END_OF_TIME), ("case", day)], day).erased_from is None


def test_P2_papers_keep_their_recipient_for_ten_years_from_the_end_of_the_year() -> None:
    assert ends.papers_until(date(2020, 1, 10)) == ends.papers_until(date(2020, 12, 31)) == date(2030, 12, 31)
    assert ends.papers_before(date(2030, 12, 31)) == date(2020, 1, 1)
    assert ends.papers_before(date(2031, 1, 1)) == date(2021, 1, 1)


@pytest.mark.parametrize(
    ("table", "row", "columns"),
    [
        ("time_grant", {"reason": "sorry, Anna"}, ("reason",)),
        ("time_grant", {"reason": None}, ()),
        ("opening_void", {"reason": "typed twice"}, ("reason",)),
        ("case_event", {"kind": "void", "detail": "not hers"}, ("detail",)),
        ("case_event", {"kind": "change", "detail": ""}, ()),
        ("case_event", {"kind": "answer", "detail": "told"}, ()),
        ("correction", {"kind": "void", "reason": "Anna was not there"}, ("reason",)),
        ("correction", {"kind": "void", "reason": UNDONE}, ()),
        ("correction", {"kind": "verify", "reason": "training"}, ()),
        ("entry", {"kind": "void", "reason": "x"}, ()),
    ],
)
def test_P1_what_people_wrote_is_emptied_and_what_the_program_wrote_stays(
    table: str, row: dict[str, object], columns: tuple[str, ...]
) -> None:
    assert ends.written(table, row) == columns
