"""What is due next, who comes first, how urgent a case is (S2, S6).

Deadlines and the closing rules, which follow from a case's events, are tried with those in `test_cases.py`.
"""

from dataclasses import replace

import pytest

from billing.core import promises
from billing.core.cases import case_of
from billing.core.facts import Sale
from billing.core.promises import Promise
from tests.core.build import Q3, Ledger, changed
from tests.core.test_cases import SERVICE, at, events


def test_S2_the_earliest_deadline_of_what_is_not_met_is_next() -> None:
    """Without a deadline, because the case waits, comes last; what was met is no longer due."""
    met = Promise("reply", at("3 09:00"), at("3 08:00"), "met")
    soon, later = Promise("take-up", at("4 09:00"), None, "late"), Promise("resolution", at("5 09:00"), None, "running")
    paused = Promise("resolution", None, None, "paused")
    assert promises.next_due([met, later, soon]) == soon
    assert promises.next_due([met, paused, later]) == later
    assert promises.next_due([met, paused]) == paused
    assert promises.next_due([met]) is None


@pytest.mark.parametrize(
    ("priorities", "priority", "urgent"),
    [(("high", "low"), "high", True), (("high", "low"), "low", False), (("normal",), "normal", False),
     (("normal",), "urgent", True), (None, "urgent", True), (None, "normal", False)],
)  # fmt: skip
def test_S6_the_first_of_several_priorities_is_urgent(
    priorities: tuple[str, ...] | None, priority: str, urgent: bool
) -> None:
    """With one priority, or no service part in the tariff, only what says so itself."""
    service = None if priorities is None else replace(SERVICE, priorities=priorities)
    assert promises.is_urgent(case_of("T", events("3 09:00 open", priority=priority)), service) is urgent


def vip(*contacts: int) -> tuple[Ledger, Sale]:
    plus = replace(Q3.products["support-plus"], priority_service=True)
    ledger = Ledger(changed(Q3, products={**Q3.products, "support-plus": plus}))
    ledger.sign("2025-01-01", "premium", ("COFI",), "480.00")
    return ledger, ledger.sell("support-plus", "2025-02-01", "565.00", len(contacts), contacts)


def test_S6_support_plus_gives_its_contacts_priority_while_it_runs() -> None:
    """G3: for the registered contact, from its sale to its last day."""
    ledger, sale = vip(7)
    opened = events("3 09:00 open")[0]
    his, hers = (case_of("T", [replace(opened, contact=contact)]) for contact in (7, 8))
    day = sale.sold_on
    assert promises.has_priority_service(ledger.book, his, day)
    assert not promises.has_priority_service(ledger.book, hers, day)
    assert promises.has_priority_service(ledger.book, his, sale.until)
    assert not promises.has_priority_service(ledger.book, his, sale.until.replace(year=sale.until.year + 1))
    assert not promises.has_priority_service(ledger.book, his, day.replace(month=1))


def test_S2_what_the_customer_first_heard_meets_its_targets() -> None:
    """An attempt to reach him is a first reply and tells him nothing; the first of each counts, the last is `told`."""
    case = case_of("T", events("3 09:00 open", "3 09:30 take ana", "3 10:00 attempt ana", "3 10:30 priority ana urgent",
                               "3 11:00 answer ana", "3 12:00 reply ana"))  # fmt: skip
    assert case.met == {"take-up": (at("3 09:30"), "normal"), "reply": (at("3 10:00"), "normal")}
    assert (case.told, case.first_told) == (at("3 12:00"), (at("3 11:00"), "urgent"))
    told = replace(SERVICE, told_at_take_up=True)
    assert promises.met_at(case, "take-up", SERVICE) == (at("3 09:30"), "normal")
    assert promises.met_at(case, "take-up", told) == (at("3 11:00"), "urgent")
    assert promises.met_at(case, "reply", SERVICE) == promises.met_at(case, "reply", told) == (at("3 10:00"), "normal")
    unmet = case_of("T", events("3 09:00 open", "3 10:00 note ana"))
    assert [promises.met_at(unmet, kind, told) for kind in promises.KINDS] == [(None, "normal")] * 3
