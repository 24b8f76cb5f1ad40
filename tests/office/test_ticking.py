"""What runs by time: cases are closed, alerts are told once, and a second tick finds nothing (S5, S2, G5, G13)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from billing.errors import Refusal
from billing.office.transaction import Setting
from billing.requests.cases import OpenCase, Take
from billing.requests.contracts import Renew
from billing.requests.payments import Sell
from billing.requests.reminders import Remind
from billing.requests.ticking import Tick
from billing.requests.timing import Start, Stop
from billing.service import Billing
from tests.support import audit, balance, contents, do, load, made, on, opened

TODAY = date(2025, 3, 4)
LINES: list[dict[str, Any]] = [
    {"type": "customer", "code": "Q", "name": "Q", "country": "CH"},
    {"type": "contract", "customer": "Q", "tariff": "q3", "tier": "profi", "start": "2024-03-15"},
    {"type": "purchase", "id": "h", "customer": "Q", "product": "half-fare", "price": "90", "date": "2024-03-20"},
    {"type": "payment", "purchase": "h", "date": "2024-03-20"},
    {"type": "customer", "code": "P", "name": "P", "country": "FR"},
    {"type": "contract", "customer": "P", "tariff": "qualiodoo", "start": "2024-01-01"},
    {"type": "purchase", "id": "p", "customer": "P", "product": "pack-12h", "price": "900", "date": "2024-03-25"},
    {"type": "payment", "purchase": "p", "date": "2024-03-25"},
    {"type": "purchase", "id": "r", "customer": "P", "product": "pack-12h", "price": "900", "date": "2025-01-10"},
    {"type": "customer", "code": "S", "name": "S", "country": "FR"},
    {"type": "contract", "customer": "S", "tariff": "systell", "start": "2025-01-01"},
    {"type": "case", "id": "S-1", "customer": "S", "at": "2025-02-24T09:00"},
    {"type": "case-event", "case": "S-1", "kind": "ask", "agent": "ana", "at": "2025-02-24T10:00"},
    {"type": "case", "id": "S-2", "customer": "S", "at": "2025-02-28T09:00"},
]


@pytest.fixture
def setting(database_url: str) -> Setting:
    found = made(database_url, today=TODAY)
    load(found, *LINES)
    return found


def kinds(ticked: dict[str, Any]) -> list[tuple[str, str]]:
    return [(alert["kind"], alert["about"]) for alert in ticked["alerts"]]


def test_a_tick_closes_and_tells_once_and_the_next_does_nothing(setting: Setting) -> None:
    before = contents(setting)
    tried = do(setting, Tick(), dry_run=True)
    assert contents(setting) == before
    ticked = do(setting, Tick())
    assert ticked == tried
    assert [one["case"] for one in ticked["closed"]] == ["S-1"]
    assert kinds(ticked) == [
        ("late", "S-2"), ("contract", "q3"), ("add-on", "half-fare"), ("grant", "P-G1"), ("reminder", "INV-2025-00001"),
    ]  # fmt: skip
    assert {alert["about"]: alert.get("command") for alert in ticked["alerts"]} == {
        "S-2": "billing case show S-2", "q3": "billing contract renew Q", "half-fare": "billing buy Q half-fare",
        "P-G1": "billing buy P pack-12h", "INV-2025-00001": "billing remind",
    }  # fmt: skip
    after = contents(setting)
    again = do(setting, Tick())
    assert (again["closed"], again["alerts"], again["unchanged"]) == ([], [], True)
    assert contents(setting) == after
    assert audit(setting)["ok"]


def test_what_was_mended_is_not_told_and_what_is_new_is(setting: Setting) -> None:
    """A case that is answered, a contract renewed: gone; its next target or year is told when its time comes."""
    do(setting, Renew(customer="Q"))
    do(setting, Sell(customer="Q", product="half-fare", price=Decimal(90), on=date(2025, 3, 1)))
    do(setting, Remind(on=TODAY))
    assert kinds(do(setting, Tick())) == [("late", "S-2"), ("grant", "P-G1")]
    later = on(setting, date(2026, 2, 20))
    told = kinds(do(later, Tick()))
    assert ("contract", "q3") in told and ("add-on", "half-fare") in told and ("late", "S-2") not in told


def test_a_call_back_that_nobody_made_is_told_once_s10(setting: Setting) -> None:
    """Not while its window runs, nor where the customer was reached since."""
    for case, hour in (("S-3", 9), ("S-4", 9), ("S-5", 15)):
        load(
            setting,
            {"type": "case", "id": case, "customer": "S", "at": "2025-03-03T08:00"},
            {"type": "case-event", "case": case, "kind": "callback", "at": "2025-03-03T08:10", "agent": "ana",
             "window": [f"2025-03-03T{hour:02}:00", f"2025-03-03T{hour + 1:02}:00"]},
        )  # fmt: skip
    load(setting, {"type": "case-event", "case": "S-4", "kind": "attempt", "at": "2025-03-03T11:00", "agent": "ana"})
    at = datetime(2025, 3, 3, 15, 30)
    told = [key for key in kinds(do(setting, Tick(at=at))) if key[0] == "callback"]
    assert told == [("callback", "S-3")]
    assert [key for key in kinds(do(setting, Tick())) if key[0] == "callback"] == [("callback", "S-5")]
    assert do(setting, Tick())["alerts"] == []


def test_what_ends_is_told_as_many_days_before_as_one_likes(setting: Setting) -> None:
    assert ("contract", "q3") not in kinds(do(setting, Tick(days=9)))
    assert kinds(do(setting, Tick(days=10))) == [("contract", "q3")]  # its last day is the 14th
    with pytest.raises(Refusal):
        Tick(days=0)


def test_packs_are_low_with_a_tenth_left(setting: Setting) -> None:
    do(setting, Tick())
    load(setting, {"type": "entry", "id": "w", "customer": "P", "duration": "10h45", "date": "2025-03-03"})
    assert kinds(do(setting, Tick())) == []
    load(setting, {"type": "entry", "customer": "P", "duration": "1m", "date": "2025-03-03"})
    (low,) = do(setting, Tick())["alerts"]
    assert (low["kind"], low["about"], low["command"]) == ("low", "P-G1", "billing buy P pack-12h")
    assert "70 min" in low["text"]
    load(setting, {"type": "entry", "customer": "P", "duration": "5m", "date": "2025-03-03"})
    assert kinds(do(setting, Tick())) == []


def test_a_pack_that_was_credited_whole_makes_no_other_low(setting: Setting) -> None:
    """What ended with its sale was taken off twice where nothing was drawn, so a full pack beside it seemed used up."""
    for sale in ("x", "y"):
        load(
            setting,
            {"type": "purchase", "id": sale, "customer": "P", "product": "pack-12h", "price": "900",
             "date": "2025-02-01"},
            {"type": "payment", "purchase": sale, "date": "2025-02-01"},
        )  # fmt: skip
    load(
        setting,
        {"type": "entry", "customer": "P", "minutes": 650, "date": "2025-03-04"},
        {"type": "invoice-credit", "invoice": "INV-2025-00002", "reason": "a mistake", "date": "2025-03-04"},
    )
    (left,) = [grant["remaining"] for grant in balance(setting, "P")["grants"] if grant["id"] == "P-G3"]
    assert left == 720
    assert [key for key in kinds(do(setting, Tick(days=1))) if key[0] == "low"] == []


def test_a_timer_that_runs_over_eight_hours_is_told_once_each_time(setting: Setting) -> None:
    do(setting, Tick())
    do(setting, OpenCase(customer="Q", case="Q-1", at=time(0, 30)))
    do(setting, Take(case="Q-1", agent="ana", at=time(0, 30)))
    do(setting, Start(case="Q-1", agent="ana", at=time(4)))
    assert ("timer", "Q-1") not in kinds(do(setting, Tick(at=time(12))))
    (timer,) = (one for one in do(setting, Tick(at=time(12, 1)))["alerts"] if one["kind"] == "timer")
    assert timer["text"] == "ana's timer of Q-1 (Q) has run for 8 hours"
    assert kinds(do(setting, Tick(at=time(12, 30)))) == []
    do(setting, Stop(agent="ana", at=time(12, 40)))
    do(setting, Start(case="Q-1", agent="ana", at=time(0, 40)))
    assert kinds(do(setting, Tick(at=time(12, 50)))) == [("timer", "Q-1")]


def test_two_ticks_at_once_close_and_tell_once(setting: Setting, database_url: str) -> None:
    def one(_: int) -> dict[str, Any]:
        mine = opened(database_url, TODAY)
        try:
            return do(mine, Tick())
        finally:
            mine.engine.dispose()

    with ThreadPoolExecutor(4) as pool:
        ticks = list(pool.map(one, range(4)))
    assert sum(len(tick["closed"]) for tick in ticks) == 1
    assert sorted(len(tick["alerts"]) for tick in ticks) == [0, 0, 0, 5]
    closings = [row for row in contents(setting)["case_event"] if row["kind"] == "close"]
    assert len(closings) == 1
    assert audit(setting)["ok"]


def test_what_was_told_is_no_fact_and_may_be_forgotten(setting: Setting) -> None:
    """Whoever drops the table hears it all a second time, and nothing else changes."""
    from sqlalchemy import delete

    from billing.store import schema

    first = do(setting, Tick())
    with setting.engine.begin() as connection:
        connection.execute(delete(schema.alert))
    second = do(setting, Tick())
    assert (second["alerts"], second["closed"]) == (first["alerts"], [])
    assert audit(setting)["ok"]


def test_a_tick_of_a_moment_to_come_is_refused(setting: Setting) -> None:
    ahead = datetime.combine(TODAY + timedelta(days=2), time(12))
    before = contents(setting)
    with pytest.raises(Refusal) as refused:
        Billing(setting).do(Tick(at=ahead))
    assert refused.value.code == "bad-time"
    assert contents(setting) == before
