"""What a customer can use on a day, and what waits: contract, grace, payment, renewal (B1, G2, G5, R1)."""

from datetime import date
from typing import Any

import pytest

from billing.core import holding, statement, windows
from billing.core.holding import Span, Waiting
from tests.core.build import PACKS, Q3, Ledger, category, changed, day, on_time, packs, q3


def waits(ledger: Ledger, at: str) -> list[Waiting]:
    used = statement.gone_by(ledger.book, day(at))
    lots = statement.lots_on(ledger.grants, windows.of(ledger.book), used, day(at), ledger.book.ended)
    return list(holding.waiting(ledger.book, lots, used, day(at)))


def under(ledger: Ledger, at: str) -> Span | None:
    return holding.contract(ledger.book, day(at))


def test_the_contract_runs_as_long_as_terms_follow_without_a_gap() -> None:
    """B1, R1, G13: two years signed are one contract; after a gap the end of the first and the next beginning."""
    assert under(Ledger(Q3), "2025-03-01") is None
    ledger = q3()
    ledger.renew("2025-06-01")
    ledger.renew("2028-02-01")
    assert under(ledger, "2025-03-01") == Span(date(2026, 12, 31), True)
    assert under(ledger, "2024-12-31") == Span(None, False, date(2025, 1, 1))
    assert under(ledger, "2027-01-01") == Span(date(2026, 12, 31), False, date(2028, 1, 1))
    assert under(ledger, "2029-01-01") == Span(date(2028, 12, 31), False)
    ledger.cancel("2026-05-31")
    assert under(ledger, "2025-03-01") == Span(date(2026, 5, 31), True)
    assert under(packs(), "2025-03-01") == Span(date(9999, 12, 31), True)


def test_support_is_included_as_long_as_the_versions_say_so() -> None:
    """B1: until the last day of the terms on which the default category is free."""
    free = changed(Q3, categories={"support": category("support", free="always")})
    assert under(on_time(free), "2025-03-01") == Span(date(2025, 12, 31), True, included_until=date(2025, 12, 31))
    ledger = Ledger(free, changed(Q3, valid_from=date(2026, 1, 1)))
    ledger.sign("2025-01-01", "premium")
    ledger.renew("2025-06-01")
    assert under(ledger, "2025-03-01") == Span(date(2026, 12, 31), True, included_until=date(2025, 12, 31))
    assert under(ledger, "2026-03-01") == Span(date(2026, 12, 31), True)


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2025-12-31", []),
        ("2026-01-01", [Waiting("grace", 675, date(2026, 1, 30), ended=date(2025, 12, 31))]),
        ("2026-01-30", [Waiting("grace", 675, date(2026, 1, 30), ended=date(2025, 12, 31))]),
        ("2026-01-31", []),
    ],
)
def test_grace_is_told_from_the_end_to_its_last_day_g5(at: str, told: list[Waiting]) -> None:
    """B1, G5: what is left of a pack comes back with one paid within 30 days of its end."""
    ledger = packs()
    ledger.buy("pack-12h", "2025-01-01")
    ledger.log("2025-06-01", 45)
    assert waits(ledger, at) == told


def test_what_is_carried_is_in_grace_again_after_the_later_pack() -> None:
    """B1, G5: carried minutes carry again, so both packs wait, and nothing does while a window is open."""
    ledger = packs()
    ledger.buy("half-year", "2025-01-01")
    ledger.buy("half-year", "2025-06-15")
    assert waits(ledger, "2025-07-10") == []
    assert waits(ledger, "2025-12-20") == [Waiting("grace", 120, date(2026, 1, 13), ended=date(2025, 12, 14))]


def test_what_is_used_cancelled_bounced_or_credited_is_not_in_grace() -> None:
    """B1, G10, M10, M12: only what a payment would bring back is promised."""
    used = packs()
    used.buy("pack-1h", "2025-01-01")
    used.log("2025-03-01", 60)
    assert waits(used, "2026-01-10") == []
    ended = packs()
    ended.buy("pack-1h", "2025-01-01")
    ended.cancel("2026-01-05")
    assert waits(ended, "2026-01-04") == [Waiting("grace", 60, date(2026, 1, 5), ended=date(2025, 12, 31))]
    assert waits(ended, "2026-01-06") == []
    credited = packs()
    sale = credited.sell("pack-1h", "2025-01-01", "900.00")
    credited.pay(sale, "2025-01-01")
    credited.credit(sale.invoice, "2025-12-01")
    assert waits(credited, "2026-01-10") == []


def test_a_pack_waits_for_its_payment_until_it_is_paid_in_full_g2() -> None:
    """B1, G2, M10: from the sale to the day of crediting, and again once the payment bounced, less what was drawn."""
    ledger = packs()
    sale = ledger.sell("pack-12h", "2025-02-01", "900.00")
    ledger.pay(sale, "2025-02-03", "400.00")
    paid = ledger.pay(sale, "2025-02-10")
    assert waits(ledger, "2025-01-31") == waits(ledger, "2025-02-10") == []
    assert waits(ledger, "2025-02-09") == [Waiting("unpaid", 720, None, sale.invoice)]
    ledger.log("2025-02-12", 20)
    ledger.bounce(paid, "2025-02-20")
    assert waits(ledger, "2025-02-19") == []
    assert waits(ledger, "2025-02-20") == [Waiting("unpaid", 700, None, sale.invoice)]
    ledger.cancel("2025-03-31")
    assert waits(ledger, "2025-04-01") == []
    credited = packs()
    sale = credited.sell("pack-1h", "2025-02-01", "90.00")
    credited.credit(sale.invoice, "2025-03-01")
    assert [len(waits(credited, on)) for on in ("2025-02-28", "2025-03-01")] == [1, 0]


def test_minutes_that_outlive_the_contract_wait_for_its_renewal_r1() -> None:
    """B1, R1, G3: Support+ runs on after the term's end, and nothing can be logged on it."""
    ledger = q3()
    ledger.sell("support-plus", "2025-06-01", contacts=(1,))
    ledger.log("2025-06-02", 20, None, "training", 1)
    assert waits(ledger, "2025-12-31") == []
    assert waits(ledger, "2026-01-01") == [Waiting("no-contract", 100, date(2026, 5, 31))]
    ledger.renew("2026-02-01")
    assert waits(ledger, "2026-02-01") == []


@pytest.mark.parametrize(
    ("who", "what", "minutes"),
    [(None, "support", 25), (1, "support", 145), (2, "support", 145), (3, "support", 25), (1, "training", 120),
     (None, "training", 0), (1, "programming", 0)],
)  # fmt: skip
def test_what_one_contact_can_use_for_one_category_g3(who: int | None, what: str, minutes: int) -> None:
    """B1, R4, G3: the allowance is for support, Support+ for its contact and the one who was added."""
    ledger = Ledger(Q3)
    ledger.sign("2025-01-01", "premium", ("COFI",), "480.00")
    ledger.sell("half-fare", "2025-01-05", "480.00")
    ledger.sell("support-plus", "2025-01-06", contacts=(1,))
    ledger.sell("support-plus-contact", "2025-01-07", contacts=(2,))
    book, at = ledger.book, date(2025, 2, 1)
    lots: Any = statement.lots_on(ledger.grants, windows.of(book), {}, at)
    assert holding.available(book, lots, at, what, who) == minutes
    assert holding.available(book, lots, date(2027, 1, 1), what, who) == 0
    allowance, plus = ledger.grants
    assert (holding.admitted(book, allowance, at), holding.admitted(book, plus, at)) == ((), (1, 2))
    assert holding.served(book, allowance, at)[1] == ("support",)
    assert holding.served(book, plus, at)[1] == ("support", "training", "data-check")
    assert holding.charged(Q3) == ("support", "training", "data-check", "programming")
    assert not holding.is_included(Q3) and not holding.is_included(PACKS)
