"""Cases that were recorded wrongly: changed, voided, put right late; and what is only for ourselves (S14, S5)."""

from datetime import date
from typing import Any

import pytest

from billing.core.access import Principal
from billing.errors import BadInput, Refusal
from billing.office.transaction import Setting
from billing.requests.cases import Answer, AskCase
from billing.requests.corrections import ChangeCase, VoidEvent
from billing.requests.names import AskNames
from billing.service import Billing
from tests import cases, support
from tests.office.test_cases import New, code, happened, kinds, new, opened
from tests.support import do, load

__all__ = ["new"]  # a fixture
HISTORY = [
    opened("T", "2025-03-04T10:00", note="VAT report", contact="Marie"),
    happened("T", "take", "2025-03-04T10:10", agent="ana"),
    happened("T", "ask", "2025-03-04T10:30", agent="ana", note="which version?"),
    happened("T", "answer", "2025-03-05T09:00", note="12"),
    happened("T", "resolve", "2025-03-05T11:00", agent="ben"),
]


def change(setting: Setting, **what: Any) -> dict[str, Any]:
    return do(setting, ChangeCase(case="T", agent="ana", **what))


def void(setting: Setting, event: str, reason: str = "a slip") -> dict[str, Any]:
    return do(setting, VoidEvent(event=event, reason=reason, agent="ana"))


def fine(setting: Setting) -> bool:
    return not support.audit(setting)["faults"]


def test_S14_what_a_case_is_about_can_be_corrected(new: New) -> None:
    """R0: what is logged from then on takes the new contact and category; what was logged before stays."""
    setting = new("q3", "CH", tier="profi")
    load(setting, *HISTORY)
    support.log(setting, customer="A", seconds=300, case="T", id="before")
    shown = change(setting, subject="VAT report:\nwrong year", contact="Paul", category="training")
    assert (shown["subject"], shown["contact"], shown["category"]) == ("VAT report: wrong year", "Paul", "training")
    event = shown["events"][-1]
    assert {k: event[k] for k in ("id", "subject", "category", "contact", "note")} == {
        "id": "T#6", "subject": "VAT report: wrong year", "category": "training", "contact": "Paul", "note": None,
    }  # fmt: skip
    support.log(setting, customer="A", seconds=300, case="T", id="after")
    with setting.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT id, category, contact FROM entry ORDER BY seq").fetchall()
    assert [tuple(row) for row in found] == [("before", "support", 1), ("after", "training", 2)]
    assert cases.listed(setting)["cases"][0]["subject"] == "VAT report: wrong year"
    assert fine(setting)


def test_S14_a_new_priority_needs_its_reason(new: New) -> None:
    """S10: and is a new one; a closed case has no more priority, but its subject can be mended."""
    setting = new("q3", "CH", tier="profi")
    load(setting, *HISTORY)
    with pytest.raises(BadInput, match="needs a reason"):
        ChangeCase(case="T", priority="urgent")
    with pytest.raises(BadInput, match="nothing is to be changed"):
        ChangeCase(case="T", reason="why not")
    shown = change(setting, priority="urgent", reason="they cannot invoice")
    assert (shown["priority"], shown["events"][-1]["note"]) == ("urgent", "they cannot invoice")
    assert code(lambda: change(setting, priority="urgent", reason="again")) == "conflict"
    cases.add_event(setting, "T", "close", agent="ben")
    assert code(lambda: change(setting, priority="normal", reason="over")) == "case-closed"
    assert change(setting, subject="another")["state"] == "closed"
    assert code(lambda: change(setting, category="suport")) == "unknown-category"
    assert fine(setting)


def test_S14_an_event_is_voided_and_stays_in_the_history(new: New) -> None:
    setting = new("qualiodoo")
    load(setting, *HISTORY)
    assert cases.show(setting, "T")["state"] == "resolved"
    shown = void(setting, " t#5 ", "was another case")
    assert (shown["state"], kinds(shown)[-2:]) == ("taken", ["resolve", "void"])
    assert [event.get("void") for event in shown["events"]] == [None] * 4 + [True, None]
    assert (shown["events"][-1]["of"], shown["events"][-1]["note"]) == ("T#5", "was another case")
    assert code(lambda: void(setting, "T#5")) == "conflict"
    assert code(lambda: void(setting, "T#6")) == "not-eligible"
    assert code(lambda: void(setting, "T#7")) == "not-found"
    assert code(lambda: void(setting, "U#1")) == "unknown-case"
    with pytest.raises(BadInput, match="names none"):
        VoidEvent(event="T", reason="which?")
    assert cases.show(setting, "T", "2025-03-05T12:00")["state"] == "resolved"  # as it was
    assert fine(setting)


def test_S14_a_case_opened_by_mistake_counts_in_nothing(new: New) -> None:
    """It is closed, in no queue, report or target; reopened, it is what it was."""
    setting = new("qualiodoo")
    load(setting, *HISTORY[:2], opened("U", "2025-03-04T10:00"))
    assert {row["case"] for row in cases.queue(setting)["cases"]} == {"T", "U"}
    before = cases.report_sla(setting, date(2025, 3, 1))["rows"]
    shown = void(setting, "T#1", "meant for another customer")
    assert (shown["state"], shown["targets"]) == ("closed", [])
    assert [row["case"] for row in cases.queue(setting)["cases"]] == ["U"]
    assert [row["case"] for row in cases.report_open(setting)["cases"]] == ["U"]
    assert [row["state"] for row in cases.listed(setting)["cases"]] == ["closed", "open"]
    after = cases.report_sla(setting, date(2025, 3, 1))["rows"]
    assert sum(row["met"] + row["running"] + row["missed"] for row in after) == 1
    assert code(lambda: cases.add_event(setting, "T", "reply", agent="ana")) == "case-closed"
    assert code(lambda: void(setting, "T#1")) == "conflict"
    assert cases.sweep(setting)["closed"] == []
    assert fine(setting)
    assert cases.add_event(setting, "T", "reopen", agent="ana")["state"] == "taken"
    assert cases.report_sla(setting, date(2025, 3, 1))["rows"] == before
    assert fine(setting)


def test_S14_what_is_recorded_late_counts_from_its_moment(new: New) -> None:
    """The same case, whether an event came in time or late; its number is that of its recording."""
    setting = new("systell")
    late = [HISTORY[0], HISTORY[3], HISTORY[4], HISTORY[1], HISTORY[2]]
    load(setting, *late, *({**line, "id" if "id" in line else "case": "U"} for line in HISTORY))
    one, other = cases.show(setting, "T"), cases.show(setting, "U")
    for name in ("state", "owner", "targets", "told", "last"):
        assert one[name] == other[name], name
    assert kinds(one) == kinds(other) == ["open", "take", "ask", "answer", "resolve"]
    assert [event["id"] for event in one["events"]] == ["T#1", "T#4", "T#5", "T#2", "T#3"]
    assert code(lambda: cases.add_event(setting, "T", "close", at="2025-03-04T10:20", agent="ana")) == "conflict"
    assert code(lambda: cases.add_event(setting, "T", "ask", at="2025-03-04T09:00", agent="ana")) == "bad-time"
    assert load(setting, *late)["applied"] == 0
    assert fine(setting)


def test_S5_a_word_of_thanks_reopens_nothing(new: New) -> None:
    """What was closed by agreement stays closed; what the rules closed goes on."""
    setting = new("systell")
    load(setting, *HISTORY, happened("T", "close", "2025-03-05T12:00", agent="ben"))
    thanked = cases.add_event(setting, "T", "answer", at="2025-03-05T13:00", note="thank you")
    assert (thanked["state"], kinds(thanked)[-1], thanked["last"]["kind"]) == ("closed", "answer", "answer")
    assert code(lambda: cases.add_event(setting, "T", "files", at="2025-03-05T13:00")) == "case-closed"
    assert code(lambda: cases.add_event(setting, "T", "reply", at="2025-03-05T13:00", agent="ben")) == "case-closed"
    assert cases.queue(setting)["cases"] == []
    assert fine(setting)


def test_S14_a_note_is_ours_alone(new: New) -> None:
    """It moves no clock, is nothing that happened last, and no customer reads it, asking or answering."""
    setting = new("moveon")
    load(setting, opened("T", "2025-03-04T10:00"))
    before = cases.show(setting, "T")
    noted = cases.add_event(setting, "T", "note", agent="ana", note="their server is old")
    for name in ("state", "owner", "targets", "last", "told"):
        assert noted[name] == before[name], name
    assert code(lambda: cases.add_event(setting, "T", "note", agent="ana")) == "bad-input"
    customer = Billing(setting).acting(Principal("marie", "customer", "A"))
    assert kinds_of(customer.ask(AskCase(case="T"))) == ["open"]
    assert kinds_of(customer.do(Answer(case="T", note="any news?")).view) == ["open", "answer"]
    assert kinds_of(Billing(setting).ask(AskCase(case="T"))) == ["open", "note", "answer"]
    with pytest.raises(Refusal) as refused:
        customer.do(VoidEvent(event="T#1", reason="mine"))
    assert refused.value.code == "not-allowed"
    assert fine(setting)


def kinds_of(shown: Any) -> list[str]:
    return [event.kind for event in shown.events]


def test_S14_the_subject_that_stands_is_offered_by_the_shell(new: New) -> None:
    """A voided change is none."""
    setting = new("q3", "CH", tier="profi")
    load(setting, *HISTORY[:1])
    change(setting, subject="wrong one")
    offered = Billing(setting).ask(AskNames(kind="cases", start="T"))
    assert dict(zip(offered.names, offered.about, strict=True))["T"].endswith("wrong one")
    shown = void(setting, "T#2")
    assert (shown["subject"], cases.listed(setting)["cases"][0]["subject"]) == ("VAT report", "VAT report")
    offered = Billing(setting).ask(AskNames(kind="cases", start="T"))
    assert dict(zip(offered.names, offered.about, strict=True))["T"].endswith("VAT report")
