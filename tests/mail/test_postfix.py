"""With a real Postfix, set up as docs/mail.md says: each mail comes through, and none is lost, whoever is stopped."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from billing import requests
from billing.service import Billing
from tests.mail import letters, postfix
from tests.mail.postfix import Postfix
from tests.mail.server import Server, serving
from tests.mail.test_relay import ANA, ANNA, BEAT, _until_open
from tests.mail.test_stamping import books as books
from tests.support import ask

pytestmark = [
    pytest.mark.skipif(bool(postfix.WHY_NOT), reason=postfix.WHY_NOT),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


@contextmanager
def relay(books: Billing, mail: Postfix, next: int | None = None) -> Iterator["subprocess.Popen[bytes]"]:
    """The relay as a process of its own, as systemd starts it."""
    url = books.setting.engine.url.render_as_string(hide_password=False)
    process = subprocess.Popen(
        [sys.executable, "-m", "billing", "--db", url, "mail", "relay", "--listen", f"127.0.0.1:{mail.to_relay}",
         "--next", f"127.0.0.1:{next or mail.back}", "--lmtp", f"127.0.0.1:{mail.inbox}"], stderr=subprocess.DEVNULL,
        env=os.environ | {"BILLING_TODAY": "2025-03-05"},
    )  # fmt: skip
    try:
        _until_open(mail.to_relay)
        _until_open(mail.inbox)
        yield process
    finally:
        process.kill()
        process.wait(20)


def subjects(out: Server) -> list[str]:
    return [taken.message["Subject"] for taken in out.taken]


def test_each_mail_comes_through_and_none_is_lost_whoever_is_stopped(books: Billing) -> None:
    with serving(data_size_limit=None) as out, postfix.running(out.port) as mail:
        with relay(books, mail):  # all is well
            mail.send(letters.headed(letters.both(), Subject="to Anna"), ANNA)
            mail.send(letters.plain(Subject="to both"), ANNA, BEAT)
            mail.send(letters.plain(Subject="from a machine"), ANNA, sender="")
            mail.until(lambda: len(out.taken) >= 3 and not mail.waiting(), "the first mails")
        told = {taken.message["Subject"]: taken.data.count(b"Ref. ") + taken.data.count(b"KFJlZi4g")
                for taken in out.taken if taken.message["Subject"] != "to Anna"}  # fmt: skip
        assert told == {"to both": 0, "from a machine": 0}
        anna = next(taken for taken in out.taken if taken.message["Subject"] == "to Anna")
        assert all(text.count("(Ref. ") == 1 for text in letters.texts(anna.data).values())
        assert (anna.sender, anna.recipients) == (ANA, [ANNA])
        out.taken.clear()

        for number in range(5):  # nobody is there
            mail.send(letters.plain(Subject=f"away {number}"), ANNA)
        mail.until(lambda: mail.log().count("Connection refused") >= 1, "nobody there")
        with relay(books, mail, next=1):  # the relay is, its next hop is not
            mail.until(lambda: "the next hop is away" in mail.log(), "the next hop away")
            assert out.taken == [] and mail.waiting() == 5
        with relay(books, mail):
            mail.until(lambda: len(out.taken) == 5 and not mail.waiting(), "what waited")
        assert sorted(subjects(out)) == [f"away {number}" for number in range(5)]
        assert all("(Ref. " in letters.texts(taken.data)["plain"] for taken in out.taken)
        out.taken.clear()

        with relay(books, mail) as process:  # it is killed with mails in its hands, and Postfix is stopped
            for number in range(30):
                mail.send(letters.plain(Subject=f"killed {number}"), ANNA)
                if number == 15:
                    process.send_signal(signal.SIGKILL)
            mail.do("postfix", "stop")
        mail.do("postfix", "start")
        with relay(books, mail):
            mail.until(lambda: len(set(subjects(out))) == 30 and not mail.waiting(), "what was cut off")
        assert all("(Ref. " in letters.texts(taken.data)["plain"] for taken in out.taken)
        assert "status=bounced" not in mail.log()


def test_mails_that_come_in_wait_for_us_and_open_their_case_once(books: Billing) -> None:
    with serving() as out, postfix.running(out.port) as mail:
        for number in range(3):  # nobody is there
            mail.send(incoming(number), "support@acme.example", "support@acme.example", sender="anna@alpina.example")
        mail.until(lambda: "Connection refused" in mail.log() and mail.waiting() == 3, "nobody there")
        with relay(books, mail):
            mail.until(lambda: not mail.waiting(), "what waited")
            mail.send(incoming(0), "support@acme.example", sender="anna@alpina.example")  # again
            mail.until(lambda: not mail.waiting(), "the same again")
        assert "250 2.0.0 opened" in mail.log() and "250 2.0.0 known" in mail.log()
    cases = ask(books.setting, requests.ListCases())["cases"]
    assert sorted(case["subject"] for case in cases) == ["mail 0", "mail 1", "mail 2"]


def incoming(number: int) -> bytes:
    return letters.plain("?", From=ANNA, To="support@acme.example", Subject=f"mail {number}",
                         Message_ID=f"<{number}@alpina.example>")  # fmt: skip
