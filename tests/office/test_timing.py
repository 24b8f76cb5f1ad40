"""An agent's timer: one runs, and its stop makes the entry that `log` would."""

from datetime import date, time

import pytest

from billing.errors import Already, BadInput, Refusal, Unknown
from billing.office.transaction import Setting
from billing.requests.timing import AskTimers, Discard, Pause, Resume, Start, Stop
from billing.requests.work import AskWork
from tests.support import ask, audit, contents, do, load, made, opened, run

DAY = date(2025, 3, 4)


@pytest.fixture
def setting(database_url: str) -> Setting:
    found = made(database_url, today=DAY)
    case = {"type": "case", "customer": "ALPINA", "at": "2025-03-03T09:00"}
    load(
        found,
        {"type": "customer", "code": "ALPINA", "name": "Alpina", "country": "CH"},
        {"type": "contract", "customer": "ALPINA", "tariff": "q3", "tier": "premium", "start": "2025-01-01"},
        case | {"id": "T-1", "category": "training", "contact": "Rey"},
        case | {"id": "T-2"},
        {"type": "entry", "customer": "ALPINA", "case": "T-3", "minutes": 5},
    )
    return found


def start(setting: Setting, case: str, hour: int, minute: int = 0, agent: str = "ana") -> dict[str, object]:
    return do(setting, Start(case=case, agent=agent, at=time(hour, minute)))


def test_stop_makes_the_entry_that_log_would(setting: Setting) -> None:
    start(setting, "t-1", 9)
    done = do(setting, Stop(agent="ana", at=time(9, 12), note="VAT"), "k")
    assert (done["case"], done["category"], done["raw_seconds"], done["charged"]) == ("T-1", "training", 720, 15)
    assert ask(setting, AskTimers(agent="ana")) == {"agent": "ana", "running": None, "paused": []}
    assert contents(setting)["timer"] == []
    assert do(setting, Stop(agent="ana", at=time(9, 12), note="VAT"), "k")["unchanged"]
    with pytest.raises(Unknown):
        do(setting, Stop(agent="ana"))
    assert audit(setting)["ok"]


def test_another_case_pauses_the_first_and_says_so(setting: Setting, database_url: str) -> None:
    """The phone rings: what ran stands still, and goes on afterwards; another terminal sees the same."""
    start(setting, "T-1", 9)
    assert start(setting, "T-2", 9, 10)["paused_now"] == "T-1"
    assert start(setting, "T-2", 9, 11)["unchanged"]
    assert start(setting, "T-1", 9, 5, agent="ben")["running"]["seconds"] == 0  # type: ignore[index]
    assert do(setting, Stop(agent="ana", at=time(9, 15)))["case"] == "T-2"
    other = opened(database_url, DAY)
    (paused,) = ask(other, AskTimers(agent="ana"))["paused"]
    other.engine.dispose()
    assert (paused["case"], paused["seconds"], paused["began_at"]) == ("T-1", 600, "2025-03-04T09:00:00+01:00")
    assert do(setting, Resume(agent="ana", at=time(9, 20)))["running"]["case"] == "T-1"
    assert ask(setting, AskWork(agent="ana"))["running"]["case"] == "T-1"
    do(setting, Pause(agent="ana", at=time(9, 25)))
    assert do(setting, Stop(agent="ana"))["raw_seconds"] == 900
    assert do(setting, Discard(agent="ben"))["discarded"] == "T-1"
    assert contents(setting)["timer"] == []


def test_what_is_refused_leaves_the_timers(setting: Setting) -> None:
    start(setting, "T-1", 9)
    before = contents(setting)["timer"]
    for request, code in (
        (Start(case="T-9", agent="ana"), "unknown-case"),
        (Start(case="T-3", agent="ana"), "unknown-case"),  # never opened: it speaks for nothing (R0)
        (Start(case="T-2"), "bad-input"),
        (Stop(agent="ana", at=time(8)), "bad-time"),
        (Stop(agent="ana", at=time(9)), "bad-duration"),
        (Stop(agent="ana", at=time(9, 5), category="nonsense"), "unknown-category"),
        (Stop(agent="ana", case="T-2"), "unknown-case"),
        (Pause(agent="ben"), "unknown-case"),
    ):
        with pytest.raises(Refusal) as refused:
            do(setting, request)
        assert refused.value.code == code, request
        assert contents(setting)["timer"] == before
    start(setting, "T-2", 9, 5)
    do(setting, Pause(agent="ana", at=time(9, 10)))
    with pytest.raises(Already, match="several timers are paused"):
        do(setting, Stop(agent="ana"))
    with pytest.raises(BadInput):
        do(setting, Start(case="T-1", agent=" "))


def test_the_commands_say_what_runs(setting: Setting, database_url: str) -> None:
    setting.engine.dispose()
    env = {"BILLING_DB": database_url, "BILLING_TODAY": "2025-03-04", "BILLING_AGENT": "ana"}
    assert run("start", "T-1", "--at", "09:00", **env)[1] == "T-1 (Alpina) runs, 0 min since 09:00.\n"
    assert run("start", "T-2", "--at", "09:12", **env)[1].splitlines() == [
        "T-1 is paused.", "T-2 (Alpina) runs, 0 min since 09:12.", "T-1 (Alpina) is paused at 12 min.",
    ]  # fmt: skip
    assert run("day", **env)[1].splitlines()[0].startswith("T-2 (Alpina) runs, ")
    assert run("cancel", "T-2", **env)[1].splitlines()[0] == "The timer of T-2 is forgotten; nothing was logged."
    assert run("stop", **env)[1].splitlines()[0].startswith("ALPINA-5  ALPINA  T-1  training")
    assert run("status", **env)[1] == "No timer of ana runs.\n"
