"""L5: a case and its events asked twice are one, however a moment is spelled; ids of earlier versions stay valid."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from billing.errors import Refusal
from billing.requests.cases import CallBack, OpenCase, RecordEvent, Take
from billing.requests.moments import when
from tests import cases
from tests.support import load, made

NOTHING = {"sender": None, "to": None, "priority": None, "channel": None, "window": None, "note": None}


@pytest.mark.parametrize(
    "spelling", ["2025-03-04T09:00", "2025-03-04 09:00", "2025-03-04t09:00:00", "2025-03-04 09:00:00"]
)
def test_L5_contents_of_earlier_versions_are_the_same_request(spelling: str) -> None:
    """L5: what versions digested that took a moment as it was written, as they made it."""
    opened = OpenCase(customer="A", case="T", at=when(spelling), agent="ana")
    earlier: dict[str, Any] = {"customer": "A", "case": "T", "priority": None, "category": None, "channel": None,
               "contact": None, "at": spelling, "agent": "ana", "note": None}  # fmt: skip
    assert earlier in [opened.content(), *opened.earlier()]
    taken = Take(case="T", at=when(spelling), agent="ana")
    earlier = {"case": "T", "kind": "take", "at": spelling, "agent": "ana", **NOTHING}
    assert earlier in [taken.content(), *taken.earlier()]
    window = (when(spelling), when("2025-03-04 11:00"))
    earlier |= {"kind": "callback", "at": None, "window": (spelling, "2025-03-04 11:00")}
    called = CallBack(case="T", window=window, agent="ana")
    assert earlier in [called.content(), *called.earlier()]
    assert called.content() == RecordEvent(kind="callback", case="T", window=window, agent="ana").content()


def test_L5_both_spellings_are_one_content(tmp_path: Path) -> None:
    """L5: `2025-03-04T09:00` and `2025-03-04 09:00` change nothing the second time; another moment is refused."""
    setting = made(f"sqlite:///{tmp_path}/a.db", "CH", today=date(2025, 3, 14))
    load(
        setting,
        {"type": "customer", "code": "A", "name": "A", "country": "CH"},
        {"type": "contract", "customer": "A", "tariff": "q3", "tier": "standard", "start": "2025-01-01"},
    )
    told: list[dict[str, Any]] = [
        cases.open_case(setting, customer="A", case="T", at=at) for at in ("2025-03-04T09:00", "2025-03-04 09:00")
    ]
    assert [answer.get("unchanged", False) for answer in told] == [False, True]
    told = [cases.add_event(setting, "T", "take", at=at, id="x") for at in ("2025-03-04 09:10", "2025-03-04T09:10:00")]
    assert [answer.get("unchanged", False) for answer in told] == [False, True]
    with pytest.raises(Refusal, match="other content"):
        cases.add_event(setting, "T", "take", at="2025-03-04T09:11", id="x")
    assert json.dumps(told[0]["last"]) == json.dumps({"at": "2025-03-04T09:10:00+01:00", "kind": "take", "agent": None})
    assert (told[0]["customer_name"], told[0]["minutes"]) == ("A", {"raw": 0, "charged": 0})
    assert cases.listed(setting)["cases"][0]["minutes"] == {"raw": 0, "charged": 0}
