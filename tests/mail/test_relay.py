"""The relay: a mail goes on with the balance or as it came, and nothing is lost when either side is away (A4)."""

import signal
import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.errors import BadInput
from billing.mail import relay, stamping
from billing.mail.relay import Books, Hop, Relay, Way
from billing.service import Billing
from tests.mail import letters
from tests.mail.server import Server, _free_port, serving
from tests.mail.test_stamping import books as books
from tests.support import run

ANA, ANNA, BEAT = "ana@acme.example", "anna@alpina.example", "b@beat.example"


@contextmanager
def relaying(books: Billing, port: int, **more: Any) -> Iterator[int]:
    """A relay to a port, and the one on which it listens."""
    way = replace(Way(Hop("127.0.0.1", _free_port()), Hop("127.0.0.1", port)), **more)
    found = Relay(way, lambda: books.acting(None))
    found.start()
    try:
        yield way.listen.port
    finally:
        found.stop()


@pytest.fixture
def hop() -> Iterator[Server]:
    with serving(data_size_limit=None) as found:
        yield found


def send(port: int, data: bytes, *to: str, sender: str = ANA) -> dict[str, Any]:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        return client.sendmail(sender, to or (ANNA,), data, mail_options=["BODY=8BITMIME"])


def code_of(port: int, data: bytes = letters.plain(), *to: str) -> int:
    """The first refusal of a mail; 250 where it was taken."""
    try:
        send(port, data, *to)
    except smtplib.SMTPRecipientsRefused as refused:
        return next(iter(refused.recipients.values()))[0]
    except smtplib.SMTPResponseException as refused:
        return refused.smtp_code
    return 250


def test_A4_a_mail_goes_on_with_the_balance_or_as_it_came(books: Billing, hop: Server) -> None:
    with relaying(books, hop.port) as port:
        send(port, letters.plain())
        send(port, letters.plain(), ANNA, BEAT)
        send(port, letters.plain(), sender="")
        send(port, letters.plain(Auto_Submitted="auto-replied"))
    told, *others = hop.taken
    assert (told.sender, told.recipients, told.options) == (ANA, [ANNA], ["BODY=8BITMIME"])
    assert letters.rest(told.data) == letters.rest(letters.plain())
    assert letters.texts(told.data)["plain"].count("(Ref. ") == 1
    assert [other.data for other in others[:2]] == [letters.plain()] * 2
    assert [(other.sender, other.recipients) for other in others[:2]] == [
        (ANA, [ANNA, BEAT]),
        ("<>", [ANNA]),
    ]  # so it calls nobody
    assert "(Ref. " not in letters.texts(others[2].data)["plain"]


def test_a_mail_that_came_through_before_gets_no_second_sentence(books: Billing, hop: Server) -> None:
    with relaying(books, hop.port) as second, relaying(books, second) as first:
        send(first, letters.headed(letters.both()))
    (taken,) = hop.taken
    assert taken.data.count(b"Ref. ") <= 2 and letters.texts(taken.data)["html"].count("(Ref. ") == 1


def test_where_the_next_hop_is_away_the_client_keeps_the_mail(books: Billing) -> None:
    nobody = _free_port()
    with relaying(books, nobody) as port:
        assert code_of(port) == 451
    with serving() as hop, relaying(books, hop.port) as port:
        hop.down = True
        assert code_of(port) == 451
        hop.down = False
        hop.break_before = hop.begun
        assert code_of(port) == 451
        assert hop.taken == []
        hop.break_after = 0
        assert code_of(port) == 451  # it took it, and nobody heard of it: the client sends it again
        assert code_of(port) == 250
        assert len(hop.taken) == 2


def test_what_the_next_hop_says_of_a_recipient_is_passed_on(books: Billing, hop: Server) -> None:
    hop.refuses = {BEAT: "550 5.1.1 nobody here", "full@beat.example": "452 4.2.2 full"}
    with relaying(books, hop.port) as port:
        assert send(port, letters.plain(), ANNA, BEAT) == {BEAT: (550, b"5.1.1 nobody here")}
        assert code_of(port, letters.plain(), "full@beat.example") == 452
    (taken,) = hop.taken  # and who did not get it does not count
    assert taken.recipients == [ANNA] and "(Ref. " in letters.texts(taken.data)["plain"]


def test_nobody_else_may_send_through_it(books: Billing, hop: Server) -> None:
    with relaying(books, hop.port, allowed=(relay.network("10.0.0.0/24"),)) as port:
        assert code_of(port) == 554
    assert relay.is_allowed(("10.0.0.7", 1), (relay.network("10.0.0.0/24"),))
    assert relay.is_allowed(("::ffff:127.0.0.1", 1, 0, 0), relay.LOOPBACK)
    assert not any(relay.is_allowed(peer, relay.LOOPBACK) for peer in (("10.0.0.7", 1), ("", 0), "/tmp/socket", None))


def test_a_mail_too_large_is_given_back_and_a_fault_is_not(
    books: Billing, hop: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with relaying(books, hop.port, largest=5000) as port:
        assert code_of(port, letters.plain("x" * 6000)) == 552
        monkeypatch.setattr(stamping, "stamp", lambda *_: 1 / 0)
        assert code_of(port) == 451
    assert hop.taken == []


def test_books_that_are_away_stop_no_mail(hop: Server, tmp_path: Path) -> None:
    away = Books(lambda: Billing.open(f"sqlite:///{tmp_path}/none.db"))
    found = Relay(Way(Hop("127.0.0.1", _free_port()), Hop("127.0.0.1", hop.port)), away)
    found.start()
    try:
        send(found.port, letters.plain())
    finally:
        found.stop()
    assert [each.data for each in hop.taken] == [letters.plain()]


def test_many_at_a_time_each_arrive_once(books: Billing, hop: Server) -> None:
    def client(number: int) -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=30) as server:
            for turn in range(5):
                server.sendmail(ANA, [ANNA], letters.plain(Subject=f"{number}/{turn}"))

    with relaying(books, hop.port) as port:
        threads = [threading.Thread(target=client, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len({taken.message["Subject"] for taken in hop.taken}) == len(hop.taken) == 40
    assert all("(Ref. " in letters.texts(taken.data)["plain"] for taken in hop.taken)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_any_bytes_arrive_as_they_were_sent(books: Billing, hop: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """One server for all examples: what goes to nobody of ours is not touched, whatever it is."""
    monkeypatch.setattr(SMTP, "line_length_limit", 2**24)  # of the next hop, which is of the same make
    lines = st.lists(
        st.one_of(st.binary(max_size=40), st.just(b"."), st.just(b".."), st.just(b"x" * 2000)), min_size=1, max_size=8
    )

    with relaying(books, hop.port) as port, smtplib.SMTP("127.0.0.1", port, timeout=20) as client:

        @given(lines)
        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
        def sent(some: list[bytes]) -> None:
            data = b"".join(line.replace(b"\n", b"").replace(b"\r", b"") + b"\r\n" for line in some)
            client.sendmail(ANA, ["somebody@else.example"], data)
            assert hop.taken[-1].data == data

        sent()


def test_the_process_ends_by_a_signal_and_what_was_on_its_way_was_not_taken(books: Billing, hop: Server) -> None:
    """A mail that is not answered is not lost: the client has it still, whether or not it arrived."""
    port = _free_port()
    url = books.setting.engine.url.render_as_string(hide_password=False)
    process = subprocess.Popen(
        [sys.executable, "-m", "billing", "--db", url, "mail", "relay", "--listen", f"127.0.0.1:{port}", "--next",
         f"127.0.0.1:{hop.port}"], stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        _until_open(port)
        send(port, letters.plain())
        began, go_on = threading.Event(), threading.Event()
        hop.before_data = lambda: (began.set(), go_on.wait(20))[0]  # type: ignore[func-returns-value]
        failed: list[BaseException] = []

        def second() -> None:
            try:
                send(port, letters.plain(Subject="second"))
            except (smtplib.SMTPException, OSError) as error:
                failed.append(error)

        thread = threading.Thread(target=second)
        thread.start()
        assert began.wait(20)
        process.send_signal(signal.SIGKILL)
        thread.join(20)
        go_on.set()
        assert failed and not isinstance(failed[0], smtplib.SMTPResponseException)
    finally:
        process.kill()
        assert process.stderr is not None
        said = process.stderr.read()
        process.wait(20)
    assert "with the balance of ALPINA" in said and ANNA not in said
    assert hop.taken[0].message["Subject"] == "TVA"


def _until_open(port: int) -> None:
    for _ in range(200):
        with socket.socket() as found:
            if found.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("it does not listen")


def test_what_the_command_refuses(books: Billing) -> None:
    for wrong in ("127.0.0.1", ":25", "host:0", "host:x"):
        with pytest.raises(BadInput):
            relay.hop(wrong)
    assert relay.hop("[::1]:25") == Hop("::1", 25)
    for words in (["--listen", "here"], ["--allow", "all"], ["--next", "127.0.0.1:10025"]):
        status, _, err = run("mail", "relay", *words)
        assert status == 1 and err.startswith("error: "), err
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        status, _, err = run("mail", "relay", "--listen", f"127.0.0.1:{taken.getsockname()[1]}")
    assert status == 1 and "cannot listen on" in err
