"""The outbox under kills and beside many writers: nothing lost, nothing told too soon, each customer in order."""

import json
import os
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import update

from billing.office.transaction import Setting
from billing.outgoing import courier
from billing.requests.hooks import AddHook
from billing.service import Billing
from billing.store import schema
from billing.store.engine import writing
from tests.outgoing.listener import INSIDE, Listener, listening
from tests.store import histories
from tests.support import audit, contents, do, log, on, opened

DAY = date(2025, 2, 1)


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    monkeypatch.setenv(*next(iter(INSIDE.items())))
    with listening() as found:
        yield found


def killed(setting: Setting, folder: Path, at: int, *words: str) -> int:
    """Runs a command in a process of its own that is killed at the `at`-th thing it does; 0: it ends."""
    env = os.environ | {
        "BILLING_DB": setting.engine.url.render_as_string(hide_password=False), "BILLING_TODAY": f"{DAY}"
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.store.bomb", str(folder / "note"), str(at), "0", *words]
    return subprocess.run(command, env=env, stdout=subprocess.DEVNULL, check=False).returncode


def test_a_log_that_is_killed_tells_what_it_recorded_and_no_more(
    copied: Callable[..., Setting], tmp_path: Path
) -> None:
    """Killed at every statement and commit: there is a position if and only if there is its message."""
    setting = on(copied(histories.q3), DAY)
    do(setting, AddHook(url="https://desk.example/", events=("balance.changed",)))
    at = 1
    while killed(setting, tmp_path, at, "log", "C0", "7", "--id", f"k{at}") != 0:
        _as_recorded(contents(setting))
        at += 1
    assert at > 5 and len(_as_recorded(contents(setting))) >= 1 and audit(setting)["ok"]


def _as_recorded(found: dict[str, list[dict[str, Any]]]) -> list[int]:
    """The positions that messages name are those of the entries."""
    named = [int(json.loads(row["body"])["data"]["position"].partition("-")[0]) for row in found["outbox"]]
    assert sorted(named) == sorted(row["seq"] for row in found["link"] if (row["external_id"] or "")[:1] == "k")
    return named


def test_a_delivery_that_is_killed_loses_nothing(
    copied: Callable[..., Setting], tmp_path: Path, listener: Listener
) -> None:
    """`tick` killed anywhere: each message comes at least once, under one id, and at the end nothing waits."""
    setting = on(copied(histories.q3), DAY)
    do(setting, AddHook(url=listener.url, events=("balance.changed",)))
    assert killed(setting, tmp_path, 0, "tick") == 0
    log(setting, customer="C0", seconds=420)
    assert killed(setting, tmp_path, 0, "tick") == 0
    many, twice = int((tmp_path / "note").read_text()), 0
    for at in range(1, many + 1, max(1, many // 12)):
        log(setting, customer="C0", seconds=420)
        wanted = {row["id"] for row in contents(setting)["outbox"] if row["state"] == "waiting"}
        before = len(listener.heard)
        assert killed(setting, tmp_path, at, "tick") == -signal.SIGKILL
        with writing(setting.engine) as connection:  # the time of a claim whose courier was killed is over
            connection.execute(update(schema.outbox).values(next_at=f"{datetime.now(UTC):%Y-%m-%dT00:00:00.000000Z}"))
        courier.run(Billing(setting))
        heard = [one.headers["webhook-id"] for one in listener.heard[before:]]
        assert set(heard) == wanted and len(heard) <= len(wanted) + 1
        twice += len(heard) > len(wanted)
        assert all(row["state"] == "delivered" for row in contents(setting)["outbox"])
    assert many > 10 and twice >= 1, "no kill came between a delivery and its record"


def test_each_customer_is_told_in_order_beside_many_writers(copied: Callable[..., Setting], listener: Listener) -> None:
    """Six writers, three couriers, a listener that fails now and then: the first telling of each is in order."""
    setting = on(copied(histories.q3), DAY)
    hook = do(setting, AddHook(url=listener.url, events=("balance.changed",)))
    tried: set[str] = set()
    written = Event()

    def answer(heard: object) -> int:
        id = heard.headers["webhook-id"]  # type: ignore[attr-defined]
        fails = id not in tried and int(id[-1], 16) < 4
        tried.add(id)
        return 400 if fails else 200

    listener.answers = answer
    url = setting.engine.url.render_as_string(hide_password=False)

    def write(n: int) -> None:
        mine = opened(url, setting.today)
        for _ in range(8):
            log(mine, customer=f"C{n % 2}", seconds=420)
        mine.engine.dispose()

    def deliver(_: int) -> None:
        mine = Billing(opened(url, setting.today))
        while not written.is_set():
            courier.run(mine)
        mine.close()

    with ThreadPoolExecutor(9) as pool:
        delivering = [pool.submit(deliver, n) for n in range(3)]
        try:
            for job in [pool.submit(write, n) for n in range(6)]:
                job.result()
        finally:
            written.set()
        for job in delivering:
            job.result()
    for _ in range(200):
        with writing(setting.engine) as connection:
            connection.execute(
                update(schema.outbox)
                .where(schema.outbox.c.state == "waiting")
                .values(next_at="2025-01-01T00:00:00.000000Z")
            )
        if courier.run(Billing(setting)) == courier.Round():
            break
    rows = contents(setting)["outbox"]
    assert len(rows) == 48 and {row["state"] for row in rows} == {"delivered"} and hook["hook"] == 1
    heard: dict[str, list[int]] = defaultdict(list)
    for one in listener.heard:
        heard[one.data["customer"]].append(int(one.data["position"].partition("-")[0]))
    for customer, seqs in heard.items():
        once = list(dict.fromkeys(seqs))
        assert once == sorted(once) == sorted(set(seqs)) and len(once) == 24, customer
    assert len(listener.heard) > 48
