"""Call-backs at the door: named, settled, missed, and made by a voicemail outside of the customer's hours (S10, S6)."""

from typing import Any

import pytest

from billing.errors import BadInput
from billing.office.transaction import Setting
from billing.requests import working_hours
from billing.requests.cases import CalledBack
from tests import cases, support
from tests.office.test_cases import New, code, happened, new, opened
from tests.support import change_customer, load

__all__ = ["new"]  # a fixture
WINDOW = ["2025-03-05T14:00", "2025-03-05T15:00"]


def calls(setting: Setting, case: str = "T", at: str | None = None) -> list[tuple[str, str]]:
    return [(call["id"], call["state"]) for call in cases.show(setting, case, at)["callbacks"]]


def queued(setting: Setting, at: str) -> list[tuple[str, str]]:
    return [(call["id"], call["state"]) for row in cases.queue(setting, at)["cases"] for call in row["callbacks"]]


def test_S10_a_call_back_is_due_then_missed_then_made_up_for(new: New) -> None:
    setting = new("q3", "CH", tier="standard")
    load(setting, opened("T", "2025-03-04T10:00"), happened("T", "callback", "2025-03-04T10:05", window=WINDOW))
    assert calls(setting, at="2025-03-05T09:00") == calls(setting, at="2025-03-05T14:30") == [("T#2", "due")]
    assert calls(setting, at="2025-03-05T15:00") == [("T#2", "missed")]
    assert queued(setting, "2025-03-05T15:00") == [("T#2", "missed")]
    load(setting, happened("T", "reply", "2025-03-06T09:00", agent="ana"))
    assert queued(setting, "2025-03-06T09:00") == []
    assert calls(setting) == [("T#2", "missed")]
    done = support.do(setting, CalledBack(case="T#2", agent="ana"))
    assert (done["callbacks"][0]["state"], done["callbacks"][0]["agent"]) == ("done", "ana")
    assert not support.audit(setting)["faults"]


def test_S6_who_is_to_be_called_now_comes_before_what_is_late(new: New) -> None:
    """Not before his window, and not after it."""
    setting = new("systell")
    load(
        setting,
        opened("L", "2025-03-03T10:00"),
        opened("T", "2025-03-05T10:00"),
        happened("T", "callback", "2025-03-05T10:05", window=["2025-03-06T14:00", "2025-03-06T15:00"]),
    )
    first = {at: cases.queue(setting, f"2025-03-06T{at}")["cases"][0]["case"] for at in ("13:59", "14:00", "15:00")}
    assert first == {"13:59": "L", "14:00": "T", "15:00": "L"}


def test_S10_of_several_the_one_is_named_or_it_is_asked_back(new: New) -> None:
    setting = new("q3", "CH", tier="standard")
    load(
        setting,
        opened("T", "2025-03-04T10:00"),
        happened("T", "callback", "2025-03-04T10:05", window=WINDOW),
        happened("T", "callback", "2025-03-04T10:06", window=["2025-03-06T09:00", "2025-03-06T10:00"]),
    )
    assert code(lambda: cases.add_event(setting, "T", "callback-done", at="2025-03-04T11:00")) == "bad-input"
    now = cases.add_event(setting, "T", "callback-done", at="2025-03-05T14:30", agent="ana")
    assert [call["state"] for call in now["callbacks"]] == ["done", "missed"]
    assert code(lambda: cases.add_event(setting, "T#1", "callback-withdrawn")) == "not-found"
    assert code(lambda: cases.add_event(setting, "T", "callback-withdrawn", event="T#9")) == "not-found"
    assert code(lambda: cases.add_event(setting, "T", "callback-withdrawn", event="U#3")) == "not-found"
    withdrawn = cases.add_event(setting, "T", "callback-withdrawn", at="2025-03-05T16:00", agent="ana")
    assert [call["state"] for call in withdrawn["callbacks"]] == ["done", "withdrawn"]
    assert code(lambda: cases.add_event(setting, "T", "callback-done")) == "not-found"
    assert code(lambda: cases.add_event(setting, "T#2", "callback-done")) == "conflict"
    assert not support.audit(setting)["faults"]


def test_a_file_with_call_backs_is_loaded_twice(new: New) -> None:
    """L5: also where the case alone is named, and where a voicemail made one, whatever the hours are since."""
    setting = new("systell")
    change_customer(setting, "A", hours="mon-fri 08:00-12:00")
    lines = [
        opened("T", "2025-03-04T10:00"),
        happened("T", "callback", "2025-03-04T10:05", window=WINDOW),
        happened("T", "callback-done", "2025-03-05T14:30", agent="ana"),
        happened("T", "attempt", "2025-03-05T15:00", agent="ana", channel="voicemail"),
    ]
    assert load(setting, *lines)["applied"] == 4
    change_customer(setting, "A", hours="mon-fri 08:00-18:00")
    assert load(setting, *lines[1:]) == {"lines": 3, "applied": 0, "unchanged": 3}
    assert calls(setting) == [("T#2", "done"), ("T#4", "missed")]


@pytest.mark.parametrize(
    ("hours", "at", "window"),
    [
        ("mon-fri 08:00-17:00", "2025-03-06T17:00", ("2025-03-07T08:00", "2025-03-07T17:00")),  # a Thursday
        ("mon-fri 08:00-17:00", "2025-03-06T16:59", None),
        ("mon-fri 10:00-12:00, 14:00-16:00", "2025-03-06T12:30", ("2025-03-07T10:00", "2025-03-07T16:00")),
        ("mon-thu 10:00-12:00", "2025-03-06T13:00", ("2025-03-10T10:00", "2025-03-10T12:00")),
        ("mon-fri 18:00-20:00", "2025-03-06T13:00", ("2025-03-07T18:00", "2025-03-07T20:00")),
        ("sat 09:00-12:00", "2025-03-06T13:00", None),
        (None, "2025-03-06T23:00", None),
    ],
)
def test_S10_a_voicemail_outside_the_customers_hours(
    new: New, hours: str | None, at: str, window: tuple[str, str] | None
) -> None:
    """systell: by itself, for the next day on which he works and we do, in the hours that both have."""
    setting = new("systell")
    if hours is not None:
        change_customer(setting, "A", hours=hours)
    load(setting, opened("T", "2025-03-04T10:00"))
    shown = cases.add_event(setting, "T", "attempt", at=at, channel="voicemail", agent="ana")
    found = [(call["from"][:16], call["to"][:16]) for call in shown["callbacks"]]
    assert found == ([window] if window else [])
    assert (
        cases.add_event(setting, "T", "attempt", at=at, channel="phone", agent="ana")["callbacks"] == shown["callbacks"]
    )
    assert not support.audit(setting)["faults"]


def test_S10_a_case_that_came_by_voicemail_is_called_back_too(new: New) -> None:
    """Voided, what made the call-back takes it along."""
    setting = new("systell")
    change_customer(setting, "A", hours="mon-fri 08:00-17:00")
    shown = cases.open_case(setting, customer="A", case="T", channel="voicemail", at="2025-03-06T19:00")
    assert [(call["id"], call["from"][:16]) for call in shown["callbacks"]] == [("T#1", "2025-03-07T08:00")]
    assert cases.add_event(setting, "T", "close", at="2025-03-07T07:00")["callbacks"][0]["state"] == "withdrawn"


def test_S10_a_window_that_is_over_is_refused(new: New) -> None:
    setting = new("q3", "CH", tier="standard")
    load(setting, opened("T", "2025-03-04T10:00"))

    def add(first: str, last: str) -> Any:
        from billing.requests.moments import when

        return cases.add_event(setting, "T", "callback", at="2025-03-06T10:00", window=(when(first), when(last)))

    assert code(lambda: add("2025-03-06T08:00", "09:00")) == "bad-time"
    assert add("2025-03-06T09:30", "11:00")["callbacks"][0]["state"] == "missed"  # by now: today is the 14th


HOURS = [
    ("mon-fri 08:00-17:00", [((480, 1020),)] * 5 + [(), ()]),
    (
        "MON-TUE 8:00-12:00,13:30-17:30; sat 09:00-24:00",
        [((480, 720), (810, 1050))] * 2 + [(), (), (), ((540, 1440),), ()],
    ),
    ("sun 00:00-01:00", [()] * 6 + [((0, 60),)]),
]


@pytest.mark.parametrize(("text", "week"), HOURS)
def test_hours_are_read_as_people_write_them(text: str, week: list[Any]) -> None:
    assert list(working_hours.week_of(text)) == week


@pytest.mark.parametrize(
    "text",
    ["", "always", "mon", "mon-fri", "08:00-17:00", "fri-mon 08:00-17:00", "mon 08:00-17:00; mon-tue 09:00-10:00",
     "mon 17:00-08:00", "mon 08:00-12:00, 11:00-13:00", "mon 08:61-12:00", "mon 08:00-24:01", "mon 08:00", "x" * 300],
)  # fmt: skip
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(BadInput, match="days once each"):
        working_hours.week_of(text)
