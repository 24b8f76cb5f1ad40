"""An entry edited: voided and logged anew, or its note alone changed (C1)."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from billing.errors import Already, BadInput, Refusal, Unknown
from billing.office.transaction import Setting
from billing.requests.edits import Edit
from billing.requests.explaining import AskWhy
from tests import support
from tests.support import ask, audit, balance, contents, do, load, log, made, run, void

DAY = date(2025, 3, 4)


@pytest.fixture
def setting(database_url: str) -> Setting:
    return agreed(database_url)


def agreed(url: str) -> Setting:
    """Two customers, and two entries on a case of one."""
    found = made(url, today=DAY)
    for code in ("ALPINA", "BEAT"):
        load(
            found,
            {"type": "customer", "code": code, "name": code, "country": "CH"},
            {"type": "contract", "customer": code, "tariff": "q3", "tier": "profi", "modules": ["COFI"], "fee": "500",
             "start": "2025-01-01"},
        )  # fmt: skip
    log(found, "e1", customer="ALPINA", case="T-1", seconds=180, agent="ana", contact="Rey", note="first")
    log(found, "e2", customer="ALPINA", case="T-1", seconds=240, agent="ana")
    return found


def test_C1_what_is_not_named_stays_and_the_difference_is_said(setting: Setting) -> None:
    """3 and 4 minutes were charged 5 and 5; 12 in place of the first are charged after the second: 5 and 15."""
    done = do(setting, Edit(entry="e1", seconds=720), "k")
    assert (done["entry"], done["replaces"]) == ("e1#2", "e1")
    assert [(each["entry"], each["charged_before"], each["charged"]) for each in done["changed"]] == [
        ("e1", 5, 0), ("e2", 5, 5), ("e1#2", 0, 15),
    ]  # fmt: skip
    assert done["balance"]["minutes"] == balance(setting, "ALPINA")["minutes"]
    (why,) = ask(setting, AskWhy(what="e1#2"))["entries"]
    assert (why["case"], why["agent"], why["raw_seconds"]) == ("T-1", "ana", 720)
    assert "  Note: first" in why["text"]
    assert do(setting, Edit(entry="e1", seconds=720), "k") == done | {"changed": [], "unchanged": True}
    assert audit(setting)["ok"]


def test_C1_edited_again_it_is_number_three(setting: Setting) -> None:
    do(setting, Edit(entry="e1", seconds=720))
    assert do(setting, Edit(entry="e1#2", category="training"))["entry"] == "e1#3"
    with pytest.raises(Already, match="e1 is voided already"):
        do(setting, Edit(entry="e1", seconds=60))
    log(setting, "issue#2", customer="BEAT", seconds=300)
    assert do(setting, Edit(entry="issue#2", seconds=60))["entry"] == "issue#2#2"
    assert audit(setting)["ok"]


def test_C1_without_an_entry_it_is_the_agents_own_last(setting: Setting) -> None:
    """The one that `undo` would take: not another agent's, and none that was recorded on another day."""
    log(setting, "b1", customer="BEAT", seconds=300, agent="ben")
    done = do(setting, Edit(agent="ana", seconds=600), "k")
    assert (done["entry"], done["replaces"]) == ("e2#2", "e2")
    assert do(setting, Edit(agent="ana", seconds=600), "k")["unchanged"]
    assert do(setting, Edit(agent="ana", note="mine"))["entry"] == "e2#2"
    with pytest.raises(Unknown, match="eva has no entry"):
        do(setting, Edit(agent="eva", seconds=600))
    for entry, agent in ((None, None), ("e1", "ana")):
        with pytest.raises(BadInput, match="which entry"):
            Edit(entry=entry, agent=agent, seconds=600)
    with pytest.raises(Already, match="was recorded on 2025-03-04"):
        do(replace(setting, today=date(2025, 3, 5)), Edit(agent="ana", seconds=600))
    assert audit(setting)["ok"]


def test_C1_a_note_alone_touches_no_charge(setting: Setting) -> None:
    charges = contents(setting)["charge"]
    done = do(setting, Edit(entry="e1", note="second"), "k")
    assert (done["entry"], done["replaces"], done["changed"]) == ("e1", None, [])
    assert contents(setting)["charge"] == charges
    (why,) = ask(setting, AskWhy(what="e1"))["entries"]
    assert "  Note: second" in why["text"] and "  Note: first" not in why["text"]
    assert do(setting, Edit(entry="e1", note="second"), "k")["unchanged"]
    assert do(setting, Edit(entry="e1", note="second"))["unchanged"]
    assert audit(setting)["ok"]


def test_C1_time_of_another_customer(setting: Setting) -> None:
    before = balance(setting, "ALPINA")["minutes"]
    done = do(setting, Edit(entry="e2", customer="BEAT"))
    assert (done["entry"], done["customer"]) == ("e2#2", "BEAT")
    assert balance(setting, "ALPINA")["minutes"] == before + 5
    assert balance(setting, "BEAT")["minutes"] == done["balance"]["minutes"]
    (why,) = ask(setting, AskWhy(what="e2#2"))["entries"]
    assert (why["case"], why["customer"]) == (None, "BEAT")
    assert audit(setting)["ok"]


def test_C1_what_is_refused_changes_nothing(setting: Setting) -> None:
    before = contents(setting)
    for request, code in (
        (Edit(entry="e9", seconds=60), "unknown-entry"),
        (Edit(entry="e1", customer="NOBODY"), "unknown-customer"),
        (Edit(entry="e1", category="nonsense"), "unknown-category"),
        (Edit(entry="e1", on=date(2025, 3, 5)), "future-date"),
    ):
        with pytest.raises(Refusal) as refused:
            do(setting, request)
        assert refused.value.code == code
    with pytest.raises(BadInput, match="nothing is to be changed"):
        Edit(entry="e1")
    void(setting, "e2", "slip")
    with pytest.raises(Already):
        do(setting, Edit(entry="e2", note="too late"))
    assert contents(setting)["entry"] == before["entry"]
    with pytest.raises(Unknown):
        do(setting, Edit(entry="T-1", seconds=60))


def test_C4_of_an_invoiced_entry_the_next_run_credits_the_old_and_bills_the_new(setting: Setting) -> None:
    load(setting, {"type": "entry", "id": "t", "customer": "BEAT", "category": "training", "minutes": 60},
         {"type": "invoice-run", "month": "2025-03", "date": "2025-03-04"})  # fmt: skip
    do(setting, Edit(entry="t", seconds=1800))
    load(setting, {"type": "invoice-run", "month": "2025-03", "date": "2025-03-04"})
    documents = [(row["kind"], row["net"]) for row in contents(setting)["document"] if row["customer_id"] == 2]
    assert documents == [("invoice", 17500), ("invoice", 8750), ("credit-note", -17500)]
    assert audit(setting)["ok"]


def test_a_file_edits_too(setting: Setting) -> None:
    line = {"type": "edit", "id": "x", "entry": "e1", "minutes": 30, "reason": "slip"}
    assert load(setting, line)["applied"] == 1
    assert load(setting, line)["unchanged"] == 1
    assert load(setting, {"type": "edit", "entry": "e1#2", "note": "better"})["applied"] == 1
    assert audit(setting)["ok"]


def test_the_command_shows_what_stands_now(setting: Setting, database_url: str) -> None:
    setting.engine.dispose()
    env = {"BILLING_DB": database_url, "BILLING_TODAY": "2025-03-04"}
    status, out, err = run("edit", "e1", "--duration", "12", **env)
    assert status == 0, err
    assert out.splitlines()[:2] == ["e1 is now e1#2 (ALPINA).", "  e1: 5 min → 0 min, 5 min back to the grants"]
    status, out, _ = run("edit", "e1#2", "--note", "why", **env)
    assert (status, out.splitlines()[0]) == (0, "e1#2 (ALPINA): its note is another; its charge stays.")


def test_edits_of_a_file_read_a_book_once_c1_l2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """C1, L2: the whole book was read twice for each: 1,000 took 37 s. They come to what each alone comes to."""
    lines: list[dict[str, Any]] = [
        {"type": "edit", "entry": "e1", "minutes": 12, "reason": "x"},
        {"type": "edit", "entry": "e2", "customer": "BEAT", "case": "B-1", "reason": "x"},
        {"type": "edit", "entry": "e1#2", "category": "training", "reason": "x"},
        {"type": "entry", "customer": "ALPINA", "case": "T-1", "minutes": 9, "agent": "ben"},
        {"type": "edit", "entry": "e2#2", "minutes": 21, "reason": "x"},
    ]
    at_once, each = (agreed(f"sqlite:///{tmp_path}/{name}.db") for name in ("at-once", "each"))
    for line in lines:
        load(each, line)
    read = support.whole_books(monkeypatch)
    assert load(at_once, *lines)["applied"] == len(lines)
    assert read == {"ALPINA": 1, "BEAT": 1}
    found, alone = contents(at_once), contents(each)
    for table in ("entry", "charge", "draw", "correction", "day_overage", "day_drawn"):
        assert found[table] == alone[table], table
    assert found["draw"] and audit(at_once)["ok"]
