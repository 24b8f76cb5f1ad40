"""A command line that has a key and no database: what it is answered, and what it says when the way is not free."""

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from billing.core import attaching
from billing.remote import address, wire
from billing.remote.client import Remote
from tests.neighbours import neighbours
from tests.remote.running import Running, running
from tests.support import run
from tests.test_startup import command, imported
from tests.transcripts import blocks, played

DAY = "2025-03-05"
CERTIFICATE = Path(__file__).parents[1] / "mail" / "localhost.pem"
PAGE = Path(__file__).parents[2] / "docs" / "remote.md"


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as found:
        yield found


@pytest.fixture
def env(server: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What an agent has: an address and a key."""
    monkeypatch.setenv("BILLING_TODAY", DAY)
    url = f"sqlite:///{tmp_path}/b.db"
    neighbours(url)
    return {"BILLING_DB": server.url, "BILLING_KEY": server.key(url, "ana", "log"), "BILLING_TODAY": DAY}


def refused(code: str, *words: str, **env: str) -> str:
    """The sentence of a refusal: one line, no traceback, and the same code in JSON."""
    status, out, err = run(*words, **env)
    assert (status, out) == (1, "") and err.startswith("error: ") and err.count("\n") == 1, err
    status, out, told = run(*words, "--json", **env)
    assert (status, out) == (1, "")
    assert json.loads(told)["error"]["code"] == code, told
    return err


@pytest.mark.parametrize("words", [("log", "ALPINA", "5", "--case", "T-A"), ("balance", "ALPINA"),
                                   ("case", "show", "T-A"), ("queue",)])  # fmt: skip
def test_neither_the_database_nor_a_server_comes_in(env: dict[str, str], words: tuple[str, ...]) -> None:
    """SQLAlchemy, FastAPI and what else takes long stays away: an agent needs neither database nor driver."""
    assert imported(command(*words), **env) == set()


def test_a_tab_is_answered_by_the_server_or_by_nothing(env: dict[str, str]) -> None:
    line = {"_BILLING_COMPLETE": "complete_plain", "_BILLING_LINE": "billing log alp"}
    asked = [sys.executable, "-c", command()]
    shown = subprocess.run(asked, env=os.environ | env | line, capture_output=True, text=True, check=False).stdout
    assert "ALPINA" in shown
    for wrong in ({"BILLING_KEY": "bk_wrong"}, {"BILLING_DB": "http://localhost:1"}):
        done = subprocess.run(asked, env=os.environ | env | line | wrong, capture_output=True, text=True, check=False)
        assert (done.stdout.strip(), done.stderr) == ("", "")


def test_what_an_agent_may_not_is_refused_as_by_http(env: dict[str, str]) -> None:
    assert "agent may not do that (RunMonth)" in refused("not-allowed", "invoice", "run", "2025-02", **env)
    assert "agent may not do that (AskKeys)" in refused("not-allowed", "key", "list", **env)


def test_a_file_of_customers_is_taken_in_by_who_may_add_one(
    server: Running, env: dict[str, str], tmp_path: Path
) -> None:
    """It was many requests, which no server takes; its rows are longer than other requests are."""
    file = tmp_path / "c.csv"
    rows = "".join(f"NEW-{n},New {n} SA,CH,q3,profi\n" for n in range(400))
    file.write_text("code,name,country,tariff,tier\nALPINA,Alpina Neu,,,\n" + rows)
    assert "agent may not do that (ImportCustomers)" in refused("not-allowed", "customer", "import", str(file), **env)
    books = env | {"BILLING_KEY": server.key(f"sqlite:///{tmp_path}/b.db", "books", "books")}
    dry = run("customer", "import", str(file), "--dry-run", "--json", **books)
    assert dry == run("customer", "import", str(file), "--json", **books) and dry[0] == 0, dry
    answer = json.loads(dry[1])
    assert (len(answer["new"]), [one["customer"] for one in answer["changed"]]) == (400, ["ALPINA"])
    assert run("customer", "import", str(file), **books) == (0, "0 new, 0 changed, 401 unchanged.\n", "")
    file.write_text("code,terms,tier\nALPINA,soon,nope\n")
    assert "line 2, column terms: 'soon': give a whole number" in refused(
        "bad-input", "customer", "import", str(file), **books
    )


def test_refusals_are_said_in_the_language_of_who_asks(env: dict[str, str]) -> None:
    assert run("case", "show", "T-404", **env)[2].startswith("error: unknown case 'T-404'; did you mean")
    french = run("case", "show", "T-404", **env, BILLING_LANGUAGE="fr")[2]
    assert french.startswith("erreur : dossier inconnu : 'T-404' ; ")


def test_an_id_asked_twice_does_nothing_twice(env: dict[str, str]) -> None:
    words = ("log", "ALPINA", "12", "--case", "T-A", "--id", "mine-1", "--json")
    first, again = json.loads(run(*words, **env)[1]), json.loads(run(*words, **env)[1])
    assert first["entry"] == again["entry"] == "mine-1"
    assert again["unchanged"] and first["balance"]["position"] == again["balance"]["position"]
    assert "other content" in refused("conflict", *words[:2], "13", *words[3:-1], **env)


def test_what_needs_the_database_says_so(env: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"type": "entry", "customer": "ALPINA", "minutes": 5, "case": "T-A"}\n')
    assert "load the file where the database is" in refused("bad-input", "load", str(file), **env)
    assert "do it where the database is" in refused("bad-input", "hook", "test", "1", **env)
    status, _, err = run("serve", **env)
    assert status == 1 and "a server needs the database itself" in err


def test_relative_days_are_the_issuers(env: dict[str, str]) -> None:
    """`hier` is the day before the server's today, whatever this machine's clock says (T5)."""
    own = {name: value for name, value in env.items() if name != "BILLING_TODAY"}
    status, out, err = run("log", "ALPINA", "5", "--case", "T-A", "--on", "yesterday", "--json", **own)
    assert status == 0, err
    assert json.loads(out)["date"] == "2025-03-04"


def test_a_file_goes_there_and_comes_back(env: dict[str, str], tmp_path: Path) -> None:
    """Of as many bytes as are kept, and one more is refused in the words of the rule (S8)."""
    picture, back = tmp_path / "screen.png", tmp_path / "back.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * (attaching.MOST_BYTES - 8))
    status, out, err = run("case", "attach", "T-A", str(picture), "--json", **env)
    assert status == 0, err
    number = str(json.loads(out)["number"])
    assert run("case", "attach", "T-A", "--get", number, "-o", str(back), **env)[0] == 0
    assert back.read_bytes() == picture.read_bytes()
    picture.write_bytes(picture.read_bytes() + b"x")
    assert "5" in refused("bad-input", "case", "attach", "T-A", str(picture), **env)


# The key


@pytest.mark.parametrize("code, key", [("not-allowed", "bk_wrong"), ("bad-input", "bk é"), ("bad-input", "a\nb")])
def test_a_wrong_key(env: dict[str, str], code: str, key: str) -> None:
    assert key not in refused(code, "balance", "ALPINA", **env | {"BILLING_KEY": key})


def test_a_key_in_a_file_that_its_owner_alone_may_read(env: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "config" / "billing" / "key"
    file.parent.mkdir(parents=True)
    own = env | {"BILLING_KEY": "", "XDG_CONFIG_HOME": str(tmp_path / "config")}
    assert f"put it in BILLING_KEY, or in {file} with mode 600" in refused("not-allowed", "balance", "ALPINA", **own)
    file.write_text(env["BILLING_KEY"] + "\n")
    file.chmod(0o640)
    assert f"chmod 600 {file}" in refused("not-allowed", "balance", "ALPINA", **own)
    file.chmod(0o600)
    assert run("balance", "ALPINA", **own)[0] == 0
    assert run("balance", "ALPINA", **own | {"XDG_CONFIG_HOME": "", "BILLING_KEY_FILE": str(file)})[0] == 0


# The way


@pytest.mark.parametrize(
    "url, said",
    [
        ("http://billing.example.org", "unencrypted"),
        ("https://", "no address"),
        ("https://me:secret@billing.example.org", "no address"),
        ("https://billing.example.org/?key=bk_1", "no address"),
        ("https://billing.example.org:port", "no address"),
        ("https://exämple.org", "no address"),
    ],
)
def test_an_address_that_is_none(env: dict[str, str], url: str, said: str) -> None:
    told = refused("bad-input", "balance", "ALPINA", **env | {"BILLING_DB": url})
    assert said in told and "secret" not in told


def test_a_server_that_is_away(env: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert "see whether it runs" in refused("no-server", "balance", "ALPINA",
                                            **env | {"BILLING_DB": f"http://localhost:{port}"})  # fmt: skip
    assert "cannot be reached" in refused("no-server", "balance", "ALPINA",
                                          **env | {"BILLING_DB": "https://nowhere.invalid"})  # fmt: skip


def test_a_server_without_tls_is_not_spoken_to_by_tls(env: dict[str, str], server: Running) -> None:
    told = refused("no-server", "balance", "ALPINA", **env | {"BILLING_DB": server.url.replace("http", "https")})
    assert "TLS fails" in told


def test_by_tls_to_whom_somebody_vouches_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate that nobody vouches for is refused, and before the key is sent."""
    monkeypatch.setenv("BILLING_TODAY", DAY)
    url = f"sqlite:///{tmp_path}/b.db"
    neighbours(url)
    with running(CERTIFICATE) as secure:
        own = {"BILLING_DB": secure.url, "BILLING_KEY": secure.key(url, "ana", "log"), "BILLING_TODAY": DAY}
        assert "not to be trusted" in refused("no-server", "balance", "ALPINA", **own)
        own |= {"SSL_CERT_FILE": str(CERTIFICATE)}
        status, out, err = run("balance", "ALPINA", "--json", **own)
        assert status == 0, err
        assert json.loads(out)["customer"] == "ALPINA"


@contextmanager
def listening(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The address of a server of this process that handles requests so."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as fake:
        thread = threading.Thread(target=fake.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{fake.server_port}"
        finally:
            fake.shutdown()
            thread.join()


@contextmanager
def answering(status: int, kind: str, body: bytes, cut: bool = False) -> Iterator[tuple[str, list[str]]]:
    """A server that answers everything alike, or hangs up instead; and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.rfile.read(int(self.headers["Content-Length"]))
            if cut:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Location", "https://elsewhere.example.org/")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with listening(Handler) as url:
        yield url, asked


@pytest.mark.parametrize(
    "status, kind, body, code",
    [
        (200, "text/html", b"<html>", "no-server"),
        (302, "text/html", b"", "no-server"),
        (200, "application/json", b"{}", "no-server"),
        (404, "text/html", b"Not found", "no-server"),
        (500, "application/problem+json", b'{"code": "internal", "detail": "a fault"}', "no-server"),
        (404, "application/problem+json", b'{"code": "not-found", "detail": "there is no such path"}', "wrong-version"),
        (413, "application/problem+json", b'{"code": "bad-input", "detail": "long"}', "bad-input"),
        (200, wire.MEDIA, b"{}", "wrong-version"),
        (200, wire.MEDIA, b"[", "wrong-version"),
        (200, wire.MEDIA, b'{"view": {"customer": 7}}', "wrong-version"),
        (409, wire.MEDIA, b'{"refused": {"code": "of-tomorrow", "what": "x", "remedy": null}}', "wrong-version"),
    ],
)
def test_what_no_server_of_ours_answers(env: dict[str, str], status: int, kind: str, body: bytes, code: str) -> None:
    """No answer is a fault of the program, and a key goes nowhere that BILLING_DB does not name."""
    with answering(status, kind, body) as (url, asked):
        refused(code, "balance", "ALPINA", **env | {"BILLING_DB": url})
    assert asked == ["/v1/door/AskBalance"] * 2


@contextmanager
def losing(server: Running, lose: Callable[[dict[str, Any]], bool]) -> Iterator[str]:
    """What stands before the server: it hands on, and loses the answers of which that is said, by what was asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            there = http.client.HTTPConnection(server.url.removeprefix("http://"))
            there.request("POST", self.path, body, {"Authorization": self.headers["Authorization"]})
            answer = there.getresponse()
            data = answer.read()
            if lose(json.loads(body)):
                self.close_connection = True
                return
            self.send_response(answer.status)
            self.send_header("Content-Type", str(answer.headers["Content-Type"]))
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    with listening(Handler) as url:
        yield url


@pytest.mark.parametrize("id", [(), ("--id", "mine-9")])
def test_a_lost_answer_is_asked_for_again_and_nothing_is_done_twice(
    env: dict[str, str], server: Running, id: tuple[str, ...]
) -> None:
    lost: list[dict[str, Any]] = []

    def first(asked: dict[str, Any]) -> bool:
        lost.append(asked)
        return len(lost) == 1

    before = json.loads(run("balance", "ALPINA", "--json", **env)[1])["position"]
    with losing(server, first) as url:
        status, out, err = run("log", "ALPINA", "5", "--case", "T-A", "--json", *id, **env | {"BILLING_DB": url})
    assert status == 0, err
    assert len(lost) == 2 and lost[0]["fields"] == lost[1]["fields"]
    now = json.loads(run("balance", "ALPINA", "--json", **env)[1])["position"]
    assert int(now.partition("-")[0]) == int(before.partition("-")[0]) + 1
    assert json.loads(out)["balance"]["position"] == now
    assert json.loads(out)["entry"] == (id[1] if id else f"ALPINA-{now.partition('-')[0]}")


def test_an_answer_that_is_lost_twice_says_that_it_may_be_done(env: dict[str, str], server: Running) -> None:
    with losing(server, lambda _: True) as url:
        told = run("log", "ALPINA", "5", "--case", "T-A", **env | {"BILLING_DB": url})
        asked = run("balance", "ALPINA", **env | {"BILLING_DB": url})
    assert told[0] == 1 and "before you ask again" in told[2]
    assert asked[0] == 1 and "see whether it runs" in asked[2]  # a question did nothing


def test_what_a_server_does_not_remember_it_does_not_do_again(env: dict[str, str], server: Running) -> None:
    """It was asked before the server began, or it never arrived: nobody knows, and that is said."""
    before = run("balance", "ALPINA", "--json", **env)[1]
    with answering(200, wire.MEDIA, b"", cut=True) as (url, _), pytest.MonkeyPatch.context() as patch:
        sent = Remote._sent

        def elsewhere(self: Remote, method: str, path: str, body: bytes | None) -> Any:
            if body is not None and b'"again":true' in body:
                self.close()
                self._at = address.address(server.url)
            return sent(self, method, path, body)

        patch.setattr(Remote, "_sent", elsewhere)
        told = refused("conflict", "log", "ALPINA", "5", "--case", "T-A", **env | {"BILLING_DB": url})
    assert "the server has begun anew" in told
    assert run("balance", "ALPINA", "--json", **env)[1] == before


def test_the_page_shows_what_is_printed(env: dict[str, str], tmp_path: Path, server: Running) -> None:
    text = PAGE.read_text()
    shown = played(text, tmp_path, server.url, **env)
    assert len(blocks(text)) == 1
    assert shown == text
