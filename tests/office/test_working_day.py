"""An agent's day and week: the live entries, what they were charged to, and the gaps between them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from unittest import mock

import pytest

from billing.office.transaction import Setting
from billing.requests.edits import Edit
from billing.requests.work import AskWork
from tests.support import ask, do, load, log, made, on, run, undo

DAY = date(2025, 3, 4)


@pytest.fixture
def setting(database_url: str) -> Setting:
    found = made(database_url, today=DAY)
    for code in ("ALPINA", "BEAT"):
        load(
            found,
            {"type": "customer", "code": code, "name": f"{code} SA", "country": "CH"},
            {"type": "contract", "customer": code, "tariff": "q3", "tier": "premium", "start": "2025-01-01"},
        )
    return found


def test_a_day_is_the_agents_own_over_all_customers(setting: Setting) -> None:
    """Voided entries are none of it, an edited one is there as it stands; the sums are those of the rows."""
    log(setting, "b1", customer="BEAT", seconds=720, agent="ana", note="one")
    log(setting, "a1", customer="ALPINA", case="T-1", seconds=180, agent="ana")
    log(setting, "x", customer="ALPINA", seconds=300, agent="ben")
    log(setting, "a2", customer="ALPINA", seconds=300, agent="ana", on=date(2025, 3, 3))
    log(setting, "gone", customer="ALPINA", seconds=300, agent="ana")
    undo(setting, "ana")
    do(setting, Edit(entry="a1", seconds=420, note="two"))
    found = ask(setting, AskWork(agent="ana"))
    assert (found["agent"], found["from"], found["to"]) == ("ana", "2025-03-04", "2025-03-04")
    assert [(each["entry"], each["customer_name"], each["note"]) for each in found["entries"]] == [
        ("b1", "BEAT SA", "one"), ("a1#2", "ALPINA SA", "two"),
    ]  # fmt: skip
    assert (found["raw_seconds"], found["charged"]) == (1140, 25)
    week = ask(setting, AskWork(agent="ana", on=date(2025, 3, 9), week=True))
    assert (week["from"], week["to"]) == ("2025-03-03", "2025-03-09")
    assert [each["entry"] for each in week["entries"]] == ["a2", "b1", "a1#2"]
    assert ask(setting, AskWork())["entries"] == []


def test_a_gap_is_what_nothing_was_recorded_in(setting: Setting) -> None:
    """An entry that is recorded at 10:30 and took half an hour began at 10:00: an hour after that of 9:00."""
    live = replace(setting, fixed_clock=False)
    for hour, minute, seconds in ((9, 0, 600), (10, 30, 1800), (10, 40, 3600)):
        at = datetime(2025, 3, 4, hour, minute, tzinfo=UTC)
        with mock.patch.object(Setting, "now", lambda _, at=at: at):
            log(live, customer="ALPINA", seconds=seconds, agent="ana")
    log(on(setting, date(2025, 3, 5)), customer="ALPINA", seconds=300, agent="ana", on=DAY)
    gaps = [each["gap_seconds"] for each in ask(setting, AskWork(agent="ana"))["entries"]]
    assert gaps == [None, 3600, None, None]


def test_the_commands_show_a_table_and_the_sums(setting: Setting, database_url: str) -> None:
    log(setting, "a1", customer="ALPINA", case="T-1", seconds=720, agent="ana", note="a note " * 20)
    setting.engine.dispose()
    env = {"BILLING_DB": database_url, "BILLING_TODAY": "2025-03-04", "BILLING_AGENT": "ana"}
    status, out, err = run("day", **env)
    assert status == 0, err
    lines = out.splitlines()
    assert lines[2].startswith("a1") and lines[2].endswith("…")
    assert lines[-1] == "ana, 4 Mar 2025: 12 min worked, 15 min charged."
    assert run("week", "--on", "2025-02-04", **env)[1] == "ana, 3 Feb 2025 – 9 Feb 2025: nothing was logged.\n"
