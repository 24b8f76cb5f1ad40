"""Call-backs: due, done, missed and withdrawn, by what happened and a moment (S10)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from billing.core import callbacks, case_checks
from billing.core.callbacks import CallBack
from billing.core.cases import case_of
from billing.core.facts import CaseEvent
from billing.errors import Refusal
from tests.core.test_cases import ZONE, at, events

FIRST, LAST = at("4 14:00"), at("4 15:00")
OPENED = [
    *events("3 09:00 open"),
    CaseEvent(2, "T", "callback", at("3 10:00"), agent="ana", from_at=FIRST, until_at=LAST),
]


def call(*told: str, channel: str | None = None) -> CallBack:
    """What became of a call-back from 14:00 to 15:00 on the 4th."""
    more = [replace(event, seq=n, channel=channel) for n, event in enumerate(events(*told), 3)]
    (found,) = case_of("T", [*OPENED, *more]).callbacks
    return found


def settled(kind: str, when: str) -> CaseEvent:
    return CaseEvent(9, "T", kind, at(when), agent="ana", refers=2)  # type: ignore[arg-type]


def test_S6_a_call_back_is_due_until_its_window_is_over() -> None:
    """Also before it begins; to be called now is who is in his window."""
    moments = [at("3 10:00"), FIRST - timedelta(seconds=1), FIRST, LAST - timedelta(seconds=1), LAST]
    one = call()
    assert [one.state(now) for now in moments] == ["due", "due", "due", "due", "missed"]
    assert [callbacks.due_now([one], now) for now in moments] == [False, False, True, True, False]


@pytest.mark.parametrize(
    ("told", "channel", "state"),
    [
        ("4 14:30 attempt ana", None, "done"),
        ("4 14:30 attempt ana", "voicemail", "done"),
        ("4 14:30 attempt ana", "mail", "missed"),
        ("4 14:30 reply ana", "phone", "done"),
        ("4 14:30 reply ana", "mail", "missed"),
        ("4 14:30 reply ana", None, "missed"),
        ("4 14:30 answer customer", "phone", "missed"),
        ("4 13:59 attempt ana", "phone", "missed"),
        ("4 15:01 attempt ana", "phone", "missed"),
        ("4 14:00 attempt ana", "phone", "done"),
        ("4 15:00 attempt ana", "phone", "done"),
        ("4 13:00 close ana", None, "withdrawn"),
        ("4 15:30 close ana", None, "missed"),
        ("4 13:00 ask-files ana closes", None, "withdrawn"),
        ("4 13:00 resolve ana", None, "missed"),
    ],
)
def test_S10_what_makes_a_call_back_done(told: str, channel: str | None, state: str) -> None:
    """A call within its window, reached or not; a mail is none. What is closed is called about no more."""
    assert call(told, channel=channel).state(at("5 09:00")) == state


@pytest.mark.parametrize(
    ("kind", "when", "state", "late"),
    [
        ("callback-done", "4 13:00", "done", False),
        ("callback-done", "4 14:10", "done", False),
        ("callback-done", "4 16:00", "done", True),
        ("callback-withdrawn", "4 13:00", "withdrawn", False),
    ],
)
def test_S10_a_call_back_is_said_to_be_done(kind: str, when: str, state: str, late: bool) -> None:
    """Also before its window, or after it: then it was missed first."""
    event = settled(kind, when)
    case_checks.check(OPENED, event, ZONE)
    (one,) = case_of("T", [*OPENED, event]).callbacks
    assert (one.state(at("5 09:00")), one.done_late) == (state, late)
    with pytest.raises(Refusal) as refused:
        case_checks.check([*OPENED, event], replace(event, seq=10, at=at("4 17:00")), ZONE)
    assert refused.value.code == "conflict"


def test_S10_what_was_missed_is_said_until_the_customer_hears_something() -> None:
    """A call, a mail, even a message on his voicemail after the window makes up for it."""
    now = at("5 09:00")
    assert callbacks.to_say([call()], now) == [call()]
    for told in ("4 15:30 reply ana", "4 15:30 attempt ana", "4 15:30 resolve ana"):
        assert callbacks.to_say([call(told)], now) == []
        assert call(told).state(now) == "missed"
    assert callbacks.to_say([call("4 13:30 reply ana")], now) != []


def test_S14_a_void_call_back_is_none() -> None:
    void = CaseEvent(9, "T", "void", at("3 11:00"), detail="of another case", refers=2)
    assert case_of("T", [*OPENED, void]).callbacks == []
    made = replace(events("3 12:00 attempt ana")[0], seq=3, channel="voicemail", from_at=FIRST, until_at=LAST)
    both = case_of("T", [*OPENED, made]).callbacks
    assert [one.agreed.seq for one in both] == [2, 3]


def test_which_call_back_is_meant_where_only_the_case_is_named() -> None:
    """The one whose window it is; else the one that is open, if there is but one."""
    other = CaseEvent(3, "T", "callback", at("3 10:01"), from_at=at("6 10:00"), until_at=at("6 11:00"))
    both = case_of("T", [*OPENED, other]).callbacks
    seqs = {
        now: [one.agreed.seq for one in callbacks.meant(both, at(now))]
        for now in ("4 14:10", "5 09:00", "6 10:00", "6 10:30", "6 11:00")
    }
    assert seqs == {"4 14:10": [2], "5 09:00": [2, 3], "6 10:00": [3], "6 10:30": [3], "6 11:00": [2, 3]}


def test_S10_what_is_said_as_the_window_ends_is_no_call_made_up_for() -> None:
    told = {when: call(f"4 {when} reply ana", channel="mail") for when in ("14:59", "15:00", "15:01")}
    assert {when: one.made_up_for is not None for when, one in told.items()} == {
        "14:59": False, "15:00": False, "15:01": True,
    }  # fmt: skip
