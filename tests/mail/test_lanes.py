"""Mails that go over several connections at once: each document once, and of each what the server said (M20)."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import Any

import pytest

from billing.errors import DatabaseRefusal
from billing.interrupts import Stopped
from billing.mail import lanes, sending, settings
from billing.mail.post import Post
from billing.requests.base import Request
from billing.requests.sending import AskOutbox, AskSendings, BeginMail
from billing.service import Billing
from billing.texts import say
from tests.mail.server import Server, serving
from tests.support import audit, load, made, opened, run

TODAY = date(2025, 4, 2)
MONTH = date(2025, 3, 1)
CODES = [f"K{number:02d}" for number in range(12)]
PATIENCE = 60  # seconds that a test waits for what comes at once


@pytest.fixture
def url(database_url: str) -> str:
    """Twelve customers who bought something in March."""
    setting = made(database_url, today=TODAY)
    of_each: Iterator[tuple[dict[str, Any], ...]] = (
        (
            {"type": "customer", "code": code, "name": code, "country": "CH", "email": f"{code.lower()}@kunde.example"},
            {"type": "contract", "customer": code, "tariff": "q3", "tier": "profi", "modules": ["COFI"],
             "fee": "480", "start": "2025-01-01"},
            {"type": "purchase", "customer": code, "product": "half-fare", "price": "90", "date": "2025-03-10"},
        )
        for code in CODES
    )  # fmt: skip
    load(setting, *chain.from_iterable(of_each))
    setting.engine.dispose()
    return database_url


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as found:
        yield found


def send(url: str, server: Server, at_once: int | None = 3, status: int = 0) -> dict[str, Any]:
    """What `billing send 2025-03 --json` answers."""
    more = {} if at_once is None else {"BILLING_SMTP_CONNECTIONS": f"{at_once}"}
    env = {"BILLING_DB": url, "BILLING_TODAY": f"{TODAY}", **server.settings(**more)}
    found, out, err = run("send", "2025-03", "--json", **env)
    assert found == status, (found, out, err)
    answer: dict[str, Any] = json.loads(out or err)
    return answer


def states(url: str) -> list[str]:
    with Billing.open(url, today=TODAY) as books:
        return [one.state for one in books.ask(AskSendings(months=(MONTH,))).papers]


def gone_out(server: Server) -> list[str]:
    """To whom mails went, in the order of their customers."""
    return sorted(taken.recipients[0].partition("@")[0].upper() for taken in server.taken)


def go(url: str, server: Server, progress: sending.Progress | None = None, kind: type[Billing] = Billing) -> None:
    """Sends from a program over three connections."""
    read = settings.read(server.settings(BILLING_SMTP_CONNECTIONS="3"))
    with kind.open(url, today=TODAY) as books, Post(read) as post:
        sending.run(books, sending.Wanted(AskOutbox(months=(MONTH,))), sending.ByPost(post), progress)


def test_as_many_mails_as_connections_are_under_way_at_once_m20(url: str, server: Server) -> None:
    """Each mail is held until three are there; they are told in their order, and each goes once."""
    server.before_data = threading.Barrier(3, timeout=PATIENCE).wait
    answer = send(url, server)
    assert [mail["customer"] for mail in answer["mails"]] == CODES
    assert {mail["state"] for mail in answer["mails"]} == {"sent"}
    assert gone_out(server) == CODES
    assert len(server.clients) == 3
    assert send(url, server)["known"] == 12
    assert audit(opened(url, TODAY))["ok"]


def test_few_mails_go_over_one_connection_and_many_over_four(
    url: str, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(url, server, None)
    assert len(server.clients) == 1
    monkeypatch.setattr(sending, "MANY", 12)
    server.clients.clear()
    server.before_data = threading.Barrier(4, timeout=PATIENCE).wait
    with Billing.open(url, today=TODAY) as books, Post(settings.read(server.settings())) as post:
        wanted = sending.Wanted(AskOutbox(months=(MONTH,), again=True))
        assert len(sending.run(books, wanted, sending.ByPost(post)).mails) == 12
    assert len(server.clients) == 4


@pytest.mark.parametrize("which", ["lets_in", "serves"])
@pytest.mark.parametrize("most", [1, 2])
def test_a_server_that_takes_fewer_connections_gets_all_mails_over_those(
    url: str, server: Server, which: str, most: int
) -> None:
    setattr(server, which, most)
    assert {mail["state"] for mail in send(url, server)["mails"]} == {"sent"}
    assert gone_out(server) == CODES


def test_a_line_that_breaks_before_a_mail_costs_none(url: str, server: Server) -> None:
    server.break_before = 5
    assert {mail["state"] for mail in send(url, server)["mails"]} == {"sent"}
    assert gone_out(server) == CODES


def test_what_a_server_says_of_a_mail_is_told_of_that_mail_m20(url: str, server: Server) -> None:
    """One is refused, one is in doubt, the others are sent."""
    server.refuses["k03@kunde.example"] = "550 5.1.1 nobody of this name"
    server.break_after = 6
    mails = send(url, server, status=1)["mails"]
    assert Counter(mail["state"] for mail in mails) == {"sent": 10, "unsure": 1, "refused": 1}
    assert mails[3]["said"] == "5.1.1 nobody of this name"
    assert states(url) == [mail["state"] for mail in mails]
    server.refuses.clear()
    assert [mail["customer"] for mail in send(url, server)["mails"]] == ["K03"]
    assert gone_out(server) == CODES


def test_a_server_that_goes_away_leaves_the_rest_for_the_next_run_m20(url: str, server: Server) -> None:
    """What was under way is waited for, and what was sent is not sent again."""
    together = threading.Barrier(3, timeout=PATIENCE)

    def close() -> None:
        together.wait()
        server.down = True

    server.before_data = close
    answer = send(url, server, status=1)
    assert (Counter(mail["state"] for mail in answer["mails"]), answer["left"]) == ({"sent": 3}, 9)
    assert answer["stopped"]
    assert Counter(states(url)) == {"sent": 3, "refused": 3, "unsent": 6}, (
        "a mail that no line took is for the next run"
    )
    server.down, server.before_data = False, None
    assert len(send(url, server)["mails"]) == 9
    assert gone_out(server) == CODES


def test_a_run_that_is_stopped_waits_for_what_is_under_way_m20(url: str, server: Server) -> None:
    """Ctrl-C after the first mail: the two beside it are recorded, and nothing is in doubt."""

    def stop(_: int, __: int | None) -> None:
        raise Stopped(signal.SIGINT)

    server.before_data = threading.Barrier(3, timeout=PATIENCE).wait
    with pytest.raises(Stopped):
        go(url, server, stop)
    assert len(server.taken) == 3
    assert Counter(states(url)) == {"sent": 3, "unsent": 9}


def test_a_run_that_is_stopped_does_not_wait_for_ever_m20(
    url: str, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server has two whole mails and says nothing: their lines are cut, and they are in doubt."""
    monkeypatch.setattr(lanes, "PATIENCE", 0.1)
    together, over, free = threading.Barrier(3, timeout=PATIENCE), threading.Event(), iter([True])

    def hold() -> None:
        together.wait()
        if not next(free, False):
            over.wait(PATIENCE)

    def stop(_: int, __: int | None) -> None:
        raise Stopped(signal.SIGINT)

    server.before_data = hold
    with pytest.raises(Stopped):
        go(url, server, stop)
    over.set()
    assert Counter(states(url)) == {"sent": 1, "unsure": 2, "unsent": 9}


def test_a_refusal_of_the_books_leaves_what_is_under_way_recorded_m20(url: str, server: Server) -> None:
    """The database goes away as the fourth mail is begun, and is back when the others are answered."""
    begun = iter(range(12))

    class Failing(Billing):
        def do(self, request: Request[Any], key: str | None = None, **how: Any) -> Any:
            if isinstance(request, BeginMail) and next(begun) == 3:
                raise DatabaseRefusal("no-database", say("the server is away"))
            return super().do(request, key, **how)

    server.before_data = threading.Barrier(3, timeout=PATIENCE).wait
    with pytest.raises(DatabaseRefusal):
        go(url, server, kind=Failing)
    assert Counter(states(url)) == {"sent": 3, "unsent": 9}


def test_a_run_that_is_killed_leaves_in_doubt_what_was_under_way_m20(url: str, server: Server) -> None:
    """SIGKILL while the server holds three mails of twelve; what comes after goes with the next run."""
    reached, killed = threading.Barrier(4, timeout=PATIENCE), threading.Event()

    def hold() -> None:
        reached.wait()
        killed.wait(PATIENCE)

    server.before_data = hold
    env = {**os.environ, **server.settings(BILLING_SMTP_CONNECTIONS="3")}
    running = subprocess.Popen(
        [sys.executable, "-m", "billing", "send", "2025-03"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**env, "BILLING_DB": url, "BILLING_TODAY": f"{TODAY}"},
    )  # fmt: skip
    reached.wait()
    running.kill()
    running.wait(PATIENCE)
    server.before_data = None
    killed.set()
    assert Counter(states(url)) == {"unsure": 3, "unsent": 9}
    answer = send(url, server)
    assert (len(answer["mails"]), len(answer["unsure"])) == (9, 3)
    assert set(CODES[3:]) <= set(gone_out(server))
    assert len(set(gone_out(server))) == len(server.taken)
    assert audit(opened(url, TODAY))["ok"]
