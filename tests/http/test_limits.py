"""What stands before everything: keys, how often, how long a body, and that a long one costs nothing."""

import base64
import http.client
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import uvicorn

from billing.core import attaching
from billing.http import limits, uploads
from billing.http.app import made
from billing.http.limits import MOST_BYTES, Rate
from billing.http.problems import Problem
from billing.office.transaction import Setting
from billing.requests.keys import AddKey, AskKeys, RevokeKey
from billing.service import Billing
from tests.http.served import is_problem, served
from tests.neighbours import neighbours
from tests.support import ask, do


@pytest.fixture
def setting(database_url: str) -> Setting:
    return neighbours(database_url)


@contextmanager
def listening(setting: Setting) -> Iterator[int]:
    """A server that listens on a port of this machine."""
    server = uvicorn.Server(uvicorn.Config(made(Billing(setting)), port=0, log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


def test_A2_who_has_no_key_that_opens_is_not_let_in(setting: Setting) -> None:
    with served(setting) as api:
        path = "/v1/balance?customer=ALPINA"
        wrong = ("Bearer bk_wrong", f"Basic {api.keys['log']}", "Bearer", f"Bearer {api.keys['log']}x", "Bearer \xff")
        for header in wrong:
            answer = api.client.get(path, headers=[(b"Authorization", header.encode("latin-1"))])
            is_problem(answer, 401, "not-allowed")
            assert answer.headers["www-authenticate"] == "Bearer"
        is_problem(api.client.get(path), 401, "not-allowed")
        assert api.ask("log", "GET", path).status_code == 200
        do(setting, RevokeKey(name="key of log"))
        is_problem(api.ask("log", "GET", path), 401, "not-allowed")


def test_A2_a_key_ends_while_the_server_runs(setting: Setting) -> None:
    """The server took the day on which it was started for today, as long as it ran."""
    running = replace(setting, fixed_clock=False)  # started in 2025, and asked today
    with served(running) as api:
        is_problem(api.ask("log", "GET", "/v1/tariffs"), 401, "not-allowed")
        fresh = do(Billing(running).acting(None).setting, AddKey(name="new", scope="log"))["key"]
        api.keys["log"] = fresh
        assert api.ask("log", "GET", "/v1/tariffs").status_code == 200


def test_A2_each_use_is_counted_outside_the_request(setting: Setting) -> None:
    with served(setting) as api:
        for _ in range(3):
            api.ask("reply", "GET", "/v1/reply?customer=ALPINA")
    uses = {row["name"]: row["uses"] for row in ask(setting, AskKeys())["keys"]}
    assert uses["key of reply"] == 3 and uses["key of log"] == 0


def test_who_asks_too_often_waits(setting: Setting) -> None:
    with served(setting, rate=8) as api:
        codes = [api.ask("log", "GET", "/v1/tariffs").status_code for _ in range(4)]
        assert codes[:2] == [200, 200] and codes[-1] == 429
        late = api.ask("log", "GET", "/v1/tariffs")
        is_problem(late, 429, "not-allowed")
        assert 1 <= int(late.headers["retry-after"]) <= 8
        assert api.ask("books", "GET", "/v1/tariffs").status_code == 200  # each key for itself


def test_who_guesses_waits(setting: Setting) -> None:
    with served(setting) as api:
        headers = {"Authorization": "Bearer bk_guess"}
        codes = {api.client.get("/v1/tariffs", headers=headers).status_code for _ in range(40)}
        assert codes == {401, 429}
        assert api.ask("log", "GET", "/v1/tariffs").status_code == 200


def test_a_rate_fills_again() -> None:
    now = [0.0]
    rate = Rate(60, clock=lambda: now[0])
    for _ in range(15):
        rate.take("a")
    with pytest.raises(Problem) as late:
        rate.take("a")
    assert late.value.headers == {"Retry-After": "2"}
    now[0] = 2.0
    rate.take("a")


def test_a_body_is_bounded_by_its_length_and_while_it_is_read(setting: Setting) -> None:
    with served(setting) as api:
        for content in (b"x" * (MOST_BYTES + 1), iter([b"x" * 40_000] * 2)):
            answer = api.client.post("/v1/entries", content=content)  # without a key: nobody was asked for one
            is_problem(answer, 413, "bad-input")
        just = b'{"note":"' + b"x" * (MOST_BYTES - 11) + b'"}'
        assert len(just) == MOST_BYTES
        is_problem(api.client.post("/v1/entries", content=just), 401, "not-allowed")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", ["/v1/entries", "/v1/cases/T-A/attachments", "/v1/door/AttachToCase"])
@pytest.mark.parametrize("told", [True, False])
def test_300_megabytes_from_nobody_cost_nothing(setting: Setting, told: bool, path: str) -> None:
    """Told or in pieces: it is refused at once, the connection is closed, and what was sent is not kept.

    An unauthenticated post of 300 MB peaked at 655 MB before there was a bound.
    """
    with listening(setting) as port, socket.create_connection(("127.0.0.1", port)) as sender:
        tracemalloc.start()
        try:
            head = "Content-Length: 314572800" if told else "Transfer-Encoding: chunked"
            sender.sendall(
                f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer bk_wrong\r\n{head}\r\n\r\n".encode()
            )
            piece, sent = b"x" * 65536, 0
            try:
                while sent < 300 * 1024 * 1024:
                    sender.sendall(piece if told else b"10000\r\n" + piece + b"\r\n")
                    sent += len(piece)
            except OSError:
                pass  # the server has closed: nobody reads the rest
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert sent < 32 * 1024 * 1024
    assert peak < 8 * 1024 * 1024


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_server_on_a_port(setting: Setting) -> None:
    with listening(setting) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("POST", "/v1/entries", body=b"x" * 70_000)
        assert connection.getresponse().status == 413
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("HEAD", "/v1/openapi.json")
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, b"")


# Files


def test_a_file_has_room_where_one_may_be_sent(setting: Setting) -> None:
    """As JSON or by itself; everywhere else 64 kB is the most, and of who has no key everywhere."""
    picture = b"\x89PNG\r\n\x1a\n" + b"x" * (attaching.MOST_BYTES - 8)
    kept = "/v1/cases/T-A/attachments"
    raw = {"Content-Type": "image/png", "Idempotency-Key": "p-1"}
    with served(setting) as api:
        answer = api.ask("log", "POST", f"{kept}?name=screen.png", content=picture, headers=raw)
        assert answer.status_code == 200 and answer.json()["size"] == len(picture)
        again = api.ask("log", "POST", kept, json={"name": "screen.png", "data": base64.b64encode(picture).decode()},
                        headers={"Idempotency-Key": "p-1"})  # fmt: skip
        assert again.status_code == 200 and again.json()["unchanged"]
        found = api.ask("log", "GET", f"{kept}/{answer.json()['number']}")
        assert found.content == picture and found.headers["content-type"] == "application/octet-stream"
        assert found.headers["content-disposition"] == "attachment; filename*=UTF-8''screen.png"
        is_problem(api.ask("log", "POST", f"{kept}?name=screen.png", content=picture + b"x", headers=raw), 422,
                   "bad-input")  # fmt: skip
        is_problem(api.ask("log", "POST", f"{kept}?name=a", content=bytes(uploads.MOST + 1), headers=raw), 413,
                   "bad-input")  # fmt: skip
        is_problem(api.ask("log", "POST", f"{kept}?odd=a", content=picture, headers=raw), 422, "bad-input")
        is_problem(api.ask("log", "POST", "/v1/entries", content=picture, headers=raw), 413, "bad-input")
        is_problem(api.client.post(f"{kept}?name=a", content=picture), 401, "not-allowed")
        is_problem(api.ask("log", "POST", "/v1/payments/bank?file=a.xml", content=picture, headers=raw), 403,
                   "not-allowed")  # fmt: skip
        asked = api.ask("books", "POST", "/v1/payments/bank?file=a.xml", content=b"<Document/>", headers=raw)
        is_problem(asked, 422, "bad-input")


def test_so_many_files_at_a_time_have_room(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FILES", 0)
    with served(setting) as api:
        answer = api.ask("log", "POST", "/v1/cases/T-A/attachments?name=a.txt", content=b"x" * 70_000,
                         headers={"Content-Type": "text/plain"})  # fmt: skip
        is_problem(answer, 429, "not-allowed")
        assert answer.headers["retry-after"] == "2"
