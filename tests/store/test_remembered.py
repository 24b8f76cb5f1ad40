"""What a connection remembers costs less and answers the same: nothing outlives a change, whoever made it (L2, B1)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from billing.office.transaction import Setting
from billing.requests.balances import AskBalance
from billing.requests.entries import Log, Undo
from billing.requests.maintenance import Announce
from billing.requests.parties import ChangeCustomer
from billing.service import Billing
from billing.store.engine import open_light, reading, writing
from billing.store.light import LightConnection, light
from tests.store import histories
from tests.support import load, made

ASKED = AskBalance(customer="ANNA", reply=True)


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    url = f"sqlite:///{tmp_path}/b.db"
    setting = histories.rich(url)
    yield url
    setting.engine.dispose()


def counted(books: Billing, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that a door runs from now on."""
    run: list[str] = []
    rows = LightConnection.rows

    def told(own: LightConnection, sql: str, values: Any = ()) -> list[tuple[Any, ...]]:
        run.append(sql)
        return rows(own, sql, values)

    monkeypatch.setattr(LightConnection, "rows", told)
    return run


def test_what_nobody_changed_is_not_worked_out_again(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Billing.open(url) as books, Billing.open(url) as other:
        first = books.ask(ASKED)
        run = counted(books, monkeypatch)
        assert books.ask(ASKED) == first
        few = len(run)
        other.do(Log(customer="ANNA", seconds=420, on=first.at))
        run.clear()
        assert books.ask(ASKED) != first
        assert few <= 6 < len(run)


def test_what_another_process_or_this_one_changes_is_seen(url: str) -> None:
    """Each act is asked after at three doors: who did it, who stands beside it, and one that was opened just now."""
    acts = [
        Log(customer="ANNA", seconds=420, agent="bob"),
        Undo(agent="bob"),
        ChangeCustomer(customer="ANNA", name="Anna Neu AG"),
        ChangeCustomer(customer="ANNA", language="de"),
        Log(customer="ANNA", seconds=3600),
    ]
    told = []
    with Billing.open(url) as books, Billing.open(url) as other:
        for turn, act in enumerate(acts * 2):
            (books if turn % 2 else other).do(act)
            with Billing.open(url) as fresh:
                told.append(fresh.ask(ASKED))
            assert books.ask(ASKED) == other.ask(ASKED) == told[-1], act
            for door in (books, other):
                door.do(Log(customer="ANNA", seconds=36_000, yes=True), dry_run=True)
                assert door.ask(ASKED) == told[-1], "what was taken back was never so"
    assert len(set(map(repr, told))) > 5


def test_what_is_not_committed_is_remembered_by_nobody(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/b.db"
    made(url).engine.dispose()
    engine = open_light(url)
    change = "UPDATE issuer SET name = name || '!'"

    def kept(connection: object) -> dict[object, object]:
        own = light(connection)
        assert own is not None
        return own.settled

    def told(connection: object) -> dict[object, object]:
        return {name: value for name, value in kept(connection).items() if name != "version"}

    with reading(engine) as connection:
        kept(connection)["a"] = 1
    with reading(engine) as connection:
        assert told(connection) == {"a": 1}
    with pytest.raises(KeyError), writing(engine) as connection:
        assert told(connection) == {"a": 1}
        own = light(connection)
        assert own is not None
        own.rows(change)
        kept(connection)["b"] = 2
        assert told(connection) == {}
        raise KeyError
    with reading(engine) as connection:
        assert told(connection) == {}
        kept(connection)["c"] = 3
    other = open_light(url)
    with writing(other) as connection:
        own = light(connection)
        assert own is not None
        own.rows(change)
    other.dispose()
    with reading(engine) as connection:
        assert told(connection) == {}
    engine.dispose()


@pytest.fixture
def plain(tmp_path: Path) -> str:
    """Books with a customer under contract, without announcements."""
    setting = made(f"sqlite:///{tmp_path}/plain.db", today=date(2025, 3, 15))
    load(setting, *histories.signed("ANNA"))
    setting.engine.dispose()
    return f"sqlite:///{tmp_path}/plain.db"


def test_an_answer_stands_while_nothing_changes_and_no_longer_than_the_day(
    plain: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No statement but the one that asks whether anybody committed."""
    with Billing.open(plain, today=date(2025, 3, 15)) as books:
        first = books.ask(ASKED)
        run = counted(books, monkeypatch)
        assert books.ask(ASKED) == first and len(run) == 1
        books.do(Log(customer="ANNA", seconds=36_000, yes=True), dry_run=True)
        run.clear()
        assert books.ask(ASKED) == first and len(run) > 1, "what was taken back may have been seen"
        run.clear()
        books.setting = replace(books.setting, today=books.today + timedelta(days=1))
        assert books.ask(ASKED).at != first.at and len(run) > 1


def test_an_answer_that_hangs_on_the_hour_is_not_kept(plain: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of maintenance that is over by now nothing is said, though nobody recorded anything (S9)."""
    with Billing.open(plain, today=date(2025, 3, 15)) as books:
        noon = datetime.combine(books.today, time(12), UTC)
        monkeypatch.setattr(Setting, "now", lambda _: noon)
        first, last = noon + timedelta(hours=1), noon + timedelta(hours=2)
        books.do(Announce(text="new disks", emergency=True, starts=first, ends=last))
        for at, said in ((noon, "ahead"), (noon + timedelta(minutes=90), "running"), (noon + timedelta(hours=3), None)):
            monkeypatch.setattr(Setting, "now", lambda _, at=at: at)
            planned = books.ask(ASKED).maintenance
            assert (None if planned is None else planned.state) == said


def test_two_who_ask_at_a_time_are_answered_what_is_so(url: str) -> None:
    """Threads that log and ask through one door: what each is told is never older than what it has logged."""
    with Billing.open(url) as books:

        def log_and_ask(_: int) -> bool:
            told = []
            for _ in range(10):
                logged = books.acting(None).do(Log(customer="ANNA", seconds=60, yes=True)).view.balance
                assert logged is not None
                found = books.acting(None).ask(ASKED).position
                told.append(int(found.split("-")[0]) >= int(logged.position.split("-")[0]))
            return all(told)

        with ThreadPoolExecutor(4) as threads:
            assert all(threads.map(log_and_ask, range(4)))
