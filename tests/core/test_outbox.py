"""Which events a position comes to, who wants them, and when a message is tried again."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from billing.core import outbox
from billing.core.facts import CaseEvent, Charge, Grant, Payment

DAY, DAY_PRICE = date(2025, 3, 5), Decimal(10)


def charge(seq: int, entry: int, minutes: int) -> Charge:
    return Charge(seq, 0, entry, "support", minutes, None, 0, None, 0, DAY)


def test_a_balance_changes_by_what_it_is_made_of() -> None:
    grant = Grant(1, 5, 1, "goodwill", None, 30, DAY, DAY, ("support",))
    assert outbox.told([grant], [], False) == [("balance.changed", {})]
    assert outbox.told([charge(5, 5, 10)], [], False) == [("balance.changed", {})]
    assert outbox.told([charge(5, 5, 0)], [], False) == []  # free work
    assert outbox.told([charge(6, 5, 0)], [], False) == [("balance.changed", {})]  # taken back
    assert outbox.told([Payment(5, "INV-1", DAY_PRICE, DAY)], [], False) == []
    assert outbox.told([], ["INV-1"], True) == [("balance.changed", {}), ("invoice.issued", {"invoice": "INV-1"})]


def test_a_case_tells_what_happened_to_it() -> None:
    event = CaseEvent(5, "T-1", "ask-files", datetime(2025, 3, 5, 9, tzinfo=UTC))
    assert outbox.told([event], [], False) == [("case.ask_files", {"case": "T-1"})]
    assert outbox.of_case("ask-files") in outbox.EVENTS


def test_names_are_those_that_standard_webhooks_allows() -> None:
    assert all(part.replace("_", "").isalpha() for event in outbox.EVENTS for part in event.split("."))
    assert {f"{event.partition('.')[0]}.*" for event in outbox.EVENTS} == set(outbox.FAMILIES) - {"*"}


def test_who_wants_what() -> None:
    assert outbox.wanted(["*"], "invoice.paid") and outbox.wanted(["invoice.*"], "invoice.paid")
    assert outbox.wanted(["invoice.paid"], "invoice.paid") and not outbox.wanted(["invoice.issued"], "invoice.paid")


def test_ten_tries_over_three_days() -> None:
    waits = [outbox.after(tries, 500) for tries in range(1, 12)]
    assert waits[0] == timedelta(seconds=5) and waits[9:] == [None, None]
    assert timedelta(days=3) < sum((wait for wait in waits if wait), timedelta()) < timedelta(days=4)
    assert outbox.after(1, 410) is None and outbox.after(1, None) == timedelta(seconds=5)
