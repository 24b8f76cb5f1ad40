"""What ends soon and can be bought again: of what nothing goes on (G5, G13)."""

from datetime import date, timedelta

from billing.core.expiring import Ending, Low, expiring, low
from billing.core.units import Window
from tests.core.build import PACKS, Q3, Ledger, day

LAST = date(2025, 12, 31)


def near(ledger: Ledger, first: str, days: int = 60) -> list[Ending]:
    return expiring(ledger.book, Window(day(first), day(first) + timedelta(days=days)))


def test_a_contract_is_near_its_end_until_it_is_renewed_or_cancelled() -> None:
    ledger = Ledger(Q3)
    ledger.sign("2025-01-01", tier="profi")
    assert near(ledger, "2025-11-01") == near(ledger, "2025-12-31") == [Ending("contract", "q3", LAST)]
    assert near(ledger, "2025-10-31") == []  # 61 days before
    assert near(ledger, "2026-01-01") == []
    ledger.renew("2025-11-05")
    assert near(ledger, "2025-11-05") == []
    assert near(ledger, "2026-12-01") == [Ending("contract", "q3", date(2026, 12, 31))]
    ledger.cancel("2025-12-31")
    assert near(ledger, "2026-12-01") == []


def test_an_add_on_is_near_its_end_until_it_is_bought_anew() -> None:
    ledger = Ledger(Q3)
    ledger.sign("2025-01-01", tier="profi")
    ledger.renew("2025-02-01")
    ledger.sell("half-fare", "2025-03-01", price="90.00")
    assert near(ledger, "2026-02-01") == [Ending("add-on", "half-fare", date(2026, 2, 28))]
    ledger.sell("half-fare", "2026-02-01", price="90.00")
    assert near(ledger, "2026-02-01") == []


def test_a_pack_is_near_its_end_while_minutes_are_left_and_none_was_bought_after_it() -> None:
    ledger = Ledger(PACKS)
    ledger.sign()
    ledger.buy("pack-1h", "2025-01-10")
    ending = near(ledger, "2025-12-01")
    assert ending == [Ending("pack", "pack-1h", date(2026, 1, 9), 60, 1)]
    ledger.log("2025-12-01", 20)
    assert [e.minutes for e in near(ledger, "2025-12-01")] == [40]
    kept = ledger.read_again()
    ledger.log("2025-12-02", 40)
    assert near(ledger, "2025-12-02") == []  # used up: nothing is lost
    again = Ledger(PACKS)
    again.book, again.kept = kept, ledger.kept[:]
    again.buy("pack-1h", "2025-12-03")
    assert near(again, "2025-12-03") == []  # what is left goes over to the new one (G5)


def test_packs_are_low_with_a_tenth_of_the_last_one_left_or_less() -> None:
    ledger = Ledger(PACKS)
    ledger.sign()
    assert low(ledger.book, day("2025-01-10")) is None
    ledger.buy("pack-1h", "2025-01-10")
    ledger.log("2025-01-11", 50)
    assert low(ledger.book, day("2025-01-11")) is None
    ledger.log("2025-01-12", 5)
    assert low(ledger.book, day("2025-01-12")) == Low(1, "pack-1h", 5)
    assert low(ledger.book, day("2026-01-10")) is None  # it has ended: that is another matter
    ledger.buy("pack-1h", "2025-01-20")
    assert low(ledger.book, day("2025-01-20")) is None  # the next one is there
