"""When a relationship ends, and until when papers keep their recipients (P1, P2)."""

from datetime import date

from billing.core import ends
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
