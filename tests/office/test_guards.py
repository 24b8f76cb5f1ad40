"""What is more than people do, and who is not on the list: asked back from whoever types, else a warning (M19)."""

import json
import os
import pty
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from billing.errors import BadInput, Unknown
from billing.lines import bulk
from billing.office.transaction import Setting
from billing.requests.agents import AddAgent, AskAgents, EndAgent
from billing.requests.base import Request
from billing.requests.contracts import Renew
from billing.requests.edits import Edit
from billing.requests.entries import Log, Undo, Void
from billing.requests.timing import Start, Stop
from billing.service import Billing
from tests.support import ask, audit, contents, do, load, made, on, opened, run

TODAY = date(2025, 3, 4)
HOUR = 3600
PARTIES: list[dict[str, Any]] = [
    {"type": "customer", "code": "A", "name": "A", "country": "CH", "id": "a"},
    {"type": "customer", "code": "B", "name": "B", "country": "CH", "id": "b"},
    {"type": "contract", "customer": "A", "tariff": "q3", "tier": "premium", "start": "2025-01-01", "id": "ca"},
    {"type": "contract", "customer": "B", "tariff": "q3", "tier": "premium", "start": "2025-01-01", "id": "cb"},
]


@pytest.fixture
def setting(database_url: str) -> Setting:
    found = made(database_url, today=TODAY)
    load(found, *PARTIES)
    return found


def typed(setting: Setting, request: Request[Any]) -> str:
    """What is asked back from whoever types a request, which keeps nothing then."""
    before = contents(setting)
    with pytest.raises(BadInput) as refused:
        Billing(setting).do(request)
    assert refused.value.code == "ask-back"
    assert contents(setting) == before
    return str(refused.value.text)


def loaded(setting: Setting, *some: dict[str, Any]) -> dict[str, Any]:
    """What a file of lines comes to."""
    return bulk.load(Billing(setting), lines(*some))


def lines(*some: dict[str, Any]) -> list[str]:
    return [json.dumps(line) for line in some]


def log(hours: float, customer: str = "A", agent: str | None = "ana", **of: Any) -> Log:
    return Log(customer=customer, seconds=int(hours * HOUR), agent=agent, **of)


# Much


def test_an_entry_over_eight_hours_is_asked_back_and_else_warned_of(setting: Setting) -> None:
    assert typed(setting, log(8.5, typed=True)) == "8 h 30 in one entry is over 8 hours; --yes takes it as it is"
    assert "warnings" not in do(setting, log(8, agent=None, typed=True))
    assert do(setting, log(8.5, agent=None))["warnings"] == ["8 h 30 in one entry is over 8 hours"]


def test_an_agents_day_is_over_all_customers_and_of_live_entries(setting: Setting) -> None:
    do(setting, log(7))
    do(setting, log(5, "B"))
    assert typed(setting, log(1 / 60, typed=True)).startswith("ana would have worked 12 h 01 on 2025-03-04, over 12")
    assert "warnings" not in do(setting, log(5, "B", agent="ben", typed=True))  # another's day
    assert "warnings" not in do(setting, log(5, "B", agent=None, typed=True))  # nobody's
    assert "warnings" not in do(setting, log(5, on=date(2025, 3, 3), typed=True))  # another day
    do(setting, Undo(agent="ana"))
    do(setting, Undo(agent="ana"))
    assert "warnings" not in do(setting, log(5, typed=True))  # the entry that was voided is not counted


def test_an_edit_and_a_timer_are_guarded_as_log_is(setting: Setting) -> None:
    do(setting, log(7), "E")
    do(setting, log(5), "F")
    assert "12 h 30" in typed(setting, Edit(entry="F", seconds=int(5.5 * HOUR), typed=True))
    assert "warnings" not in do(setting, Edit(entry="F", seconds=4 * HOUR, typed=True))
    assert "warnings" not in do(setting, Edit(entry="F#2", category="training", typed=True))
    assert do(setting, Edit(entry="E", seconds=9 * HOUR))["warnings"] == [
        "9 h 00 in one entry is over 8 hours", "ana would have worked 13 h 00 on 2025-03-04, over 12 hours",
    ]  # fmt: skip
    load(setting, {"type": "case", "id": "T-1", "customer": "A", "at": "2025-03-03T09:00"})
    do(setting, Start(case="T-1", agent="ben", at=time(0, 30)))
    assert "9 h 30 in one entry" in typed(setting, Stop(agent="ben", at=time(10), typed=True))
    assert do(setting, Stop(agent="ben", at=time(10)))["warnings"] == ["9 h 30 in one entry is over 8 hours"]


def test_a_file_is_taken_and_says_of_each_day_once_that_it_is_long(setting: Setting) -> None:
    """Its own lines are counted as they come: entries, what it voids, what it edits."""
    entry = {"type": "entry", "customer": "A", "agent": "ana", "duration": "5h", "date": "2025-03-03"}
    do(setting, log(4, on=date(2025, 3, 3)), "E")
    answer = loaded(setting, *({**entry, "id": f"e{n}"} for n in range(3)),
                    {"type": "void", "entry": "E", "reason": "x"}, {**entry, "id": "e3", "date": "2025-03-02"},
                    {"type": "void", "entry": "e0", "reason": "x"},
                    {"type": "edit", "id": "d", "entry": "e1", "duration": "1h"},
                    {**entry, "id": "e4", "duration": "6h"}, {**entry, "id": "e5", "duration": "1m"})  # fmt: skip
    assert answer["applied"] == 9
    assert answer["warnings"] == [
        "line 2: ana would have worked 14 h 00 on 2025-03-03, over 12 hours",
        "line 9: ana would have worked 12 h 01 on 2025-03-03, over 12 hours",
    ]
    assert audit(setting)["ok"]


def test_an_agents_day_is_no_scan(setting: Setting) -> None:
    from billing.store import desk
    from billing.store.engine import reading

    with reading(setting.engine) as connection:
        if connection.dialect.name != "sqlite":
            pytest.skip("PostgreSQL reads a small table whole")
        statement, values = desk._WORKED.written(connection.dialect, {"agent": "ana", "day": "2025-03-04"})
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", tuple(values))
        assert any("ix_entry_agent_worked_on" in row[-1] for row in plan)


# A second renewal


def test_a_year_is_renewed_a_second_time_only_when_it_is_meant_g13(setting: Setting) -> None:
    """`contract renew` twice in a row agreed two years, and nobody noticed."""
    december = on(setting, date(2025, 12, 10))
    assert "warnings" not in do(december, Renew(customer="A", typed=True))
    assert typed(december, Renew(customer="A", typed=True)) == (
        "the contract is renewed until 2026-12-31 already; this is the year from 2027-01-01; --yes takes it as it is"
    )
    late = on(setting, date(2026, 1, 12))
    assert typed(late, Renew(customer="A", typed=True))
    assert "warnings" not in do(late, Renew(customer="B", typed=True))
    assert typed(late, Renew(customer="B", typed=True))
    again = {"type": "renewal", "customer": "A", "date": "2025-12-10", "id": "r"}
    (warning,) = loaded(december, again)["warnings"]
    assert warning.startswith("line 1: the contract is renewed until 2026-12-31 already")
    assert loaded(december, again)["unchanged"] == 1


# A file twice

ENTRY = {"type": "entry", "customer": "A", "minutes": 5, "date": "2025-03-03"}


def test_lines_without_an_id_are_asked_back_the_second_time(setting: Setting) -> None:
    """The second load charged everything again."""
    books = Billing(setting)
    file = lines(ENTRY, ENTRY, {**ENTRY, "id": "E"})
    assert bulk.load(books, file, typed=True) == {"lines": 3, "applied": 3, "unchanged": 0}
    before = contents(setting)
    with pytest.raises(BadInput) as refused:
        bulk.load(books, [*file[1:], "", f" {file[0]}\r"], typed=True)  # alike but for what is no content
    assert refused.value.code == "ask-back"
    assert contents(setting) == before
    answer = bulk.load(books, file)
    assert answer == {"lines": 3, "applied": 2, "unchanged": 1, "warnings": [
        "the same lines without an id were loaded on 2025-03-04; this does them a second time"]}  # fmt: skip
    assert bulk.load(books, [*file, *lines(ENTRY)], typed=True)["applied"] == 3  # one line more is another file


def test_lines_that_do_nothing_again_are_loaded_as_often_as_one_likes(setting: Setting) -> None:
    books = Billing(setting)
    agent, issuer = {"type": "agent", "code": "ana"}, {"type": "issuer", "name": "Other SA"}
    for _ in range(2):
        bulk.load(books, lines(*PARTIES, agent, issuer), typed=True)
    bulk.load(books, lines(ENTRY), dry_run=True, typed=True)
    assert bulk.load(books, lines(ENTRY), typed=True)["applied"] == 1  # a dry run loaded nothing
    assert bulk.load(books, lines(*PARTIES), typed=True)["unchanged"] == len(PARTIES)


def test_of_two_loads_at_one_moment_one_is_asked_back(setting: Setting, database_url: str) -> None:
    file = lines(*([ENTRY] * 40))

    def one(_: int) -> str:
        mine = opened(database_url, TODAY)
        try:
            bulk.load(Billing(mine), file, typed=True)
            return "loaded"
        except BadInput as refused:
            return refused.code
        finally:
            mine.engine.dispose()

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(one, range(3))) == ["ask-back", "ask-back", "loaded"]
    assert len(contents(setting)["entry"]) == 40


# Agents


def test_nobody_is_asked_about_while_nobody_is_on_the_list(setting: Setting) -> None:
    assert "warnings" not in do(setting, log(1, agent="ana", typed=True))
    assert "did you mean ana?" in typed(setting, log(1, agent="anna", typed=True))
    assert ask(setting, AskAgents()) == {"agents": [{"agent": "ana", "name": None, "last": None, "listed": False}]}


def test_who_is_not_on_the_list_or_has_left_is_asked_back(setting: Setting) -> None:
    assert do(setting, AddAgent(code="ana", name="Ana Weber"))["added"]
    assert do(setting, AddAgent(code="ana", name="Ana Weber"))["unchanged"]
    assert do(setting, AddAgent(code="ana"))["unchanged"]  # what is not given stays
    assert "`billing agent add zoe` puts it there" in typed(setting, log(1, agent="zoe", typed=True))
    assert "did you mean ana?" in typed(setting, log(1, agent="anna", typed=True))
    assert do(setting, log(1, agent="zoe"))["warnings"] == ["agent 'zoe' is not on the list"]
    assert "warnings" not in do(setting, log(1, typed=True))
    do(setting, EndAgent(code="ana", on=date(2025, 3, 3)))
    assert "ana worked until 2025-03-03" in typed(setting, log(1, typed=True))
    assert "warnings" not in do(setting, log(1, on=date(2025, 3, 3), typed=True))  # late, but of then
    assert do(setting, log(1, typed=True, new=True))["warnings"] == ["agent ana worked until 2025-03-03"]
    assert "ana worked until" in typed(setting, Start(case=_case(setting), agent="ana", typed=True))
    do(setting, AddAgent(code="ana"))  # back again
    assert "warnings" not in do(setting, log(1, typed=True))
    with pytest.raises(Unknown) as unknown:
        do(setting, EndAgent(code="anna"))
    assert str(unknown.value.text) == "unknown agent 'anna'; did you mean ana?"
    assert [each["listed"] for each in ask(setting, AskAgents())["agents"]] == [True, False]
    assert audit(setting)["ok"]


def _case(setting: Setting) -> str:
    load(setting, {"type": "case", "id": "T-1", "customer": "A", "at": "2025-03-03T09:00"})
    return "T-1"


def test_a_file_puts_agents_on_the_list_and_says_of_each_other_once(setting: Setting) -> None:
    entries = [ENTRY | {"agent": agent, "id": f"{agent}{n}"} for n in range(3) for agent in ("ana", "zoe", "anna")]
    answer = loaded(setting, {"type": "agent", "code": "ana", "name": "Ana Weber"}, *entries)
    assert answer["warnings"] == ["line 3: agent 'zoe' is not on the list", "line 4: agent 'anna' is not on the list"]
    assert contents(setting)["agent"] == [
        {"code": "ana", "name": "Ana Weber", "last_on": None, "email": None, "role": None}
    ]


def test_the_chain_holds_the_code_alone_p4(setting: Setting) -> None:
    before = contents(setting)
    do(setting, AddAgent(code="ana", name="Ana Weber"))
    do(setting, Void(entry=do(setting, log(1))["entry"], reason="slip"))
    holding = {name for name, rows in contents(setting).items() if "Ana Weber" in str(rows)}
    assert holding == {"agent"}
    assert before["agent"] == []


# BILLING_AGENT


def at_a_terminal(*words: str, **env: str) -> str:
    """What a command says to a terminal."""
    child, terminal = pty.fork()
    if child == 0:
        os.execve(sys.executable, [sys.executable, "-m", "billing", *words], os.environ | env)
    said = b""
    try:
        while part := os.read(terminal, 4096):
            said += part
    except OSError:  # the end of a terminal on Linux
        pass
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, said
    return said.decode()


def test_that_billing_agent_is_not_set_is_said_once_a_day(setting: Setting, database_url: str, tmp_path: Path) -> None:
    env = {"BILLING_DB": database_url, "BILLING_AGENT": "", "XDG_STATE_HOME": f"{tmp_path}/states", "LC_ALL": "C.UTF-8"}
    monday, tuesday = {"BILLING_TODAY": "2025-03-04"}, {"BILLING_TODAY": "2025-03-05"}
    told = "BILLING_AGENT is not set"
    assert told not in at_a_terminal("log", "A", "5", **env | monday | {"BILLING_AGENT": "ana"})
    assert told not in at_a_terminal("log", "A", "5", "--agent", "ana", **env, **monday)
    assert told not in at_a_terminal("log", "A", "5", "--json", **env, **monday)
    assert told in at_a_terminal("log", "A", "5", **env, **monday)
    assert told not in at_a_terminal("day", **env, **monday)
    assert told in at_a_terminal("day", **env, **tuesday)
    (tmp_path / "file").touch()
    nowhere = env | tuesday | {"XDG_STATE_HOME": f"{tmp_path}/file"}
    assert told in at_a_terminal("day", **nowhere)
    assert told in at_a_terminal("day", **nowhere)
    status, _, err = run("log", "A", "5", **env | {"BILLING_TODAY": "2025-03-06"})
    assert (status, err) == (0, "")  # to a pipe nothing is said
