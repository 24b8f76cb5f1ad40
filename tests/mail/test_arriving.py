"""Mails that come in: a case, an answer, or something that waits; nothing twice, nothing lost, no loops (A4)."""

import contextlib
import smtplib
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from email.mime.text import MIMEText
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing import requests
from billing.core.mailing import MOST_ACKNOWLEDGED, references_in
from billing.documents import acknowledging
from billing.errors import MailRefusal
from billing.locales import languages
from billing.mail import arriving, placing, reading
from billing.mail import settings as mail_settings
from billing.mail.inbox import Inbox
from billing.mail.parts import Doubt
from billing.mail.post import Post
from billing.mail.relay import Hop, Way
from billing.service import Billing
from billing.views.incoming import MailTaken
from tests.mail import letters
from tests.mail.server import Server, _free_port, serving
from tests.mail.test_returns import POSTFIX
from tests.mail.test_stamping import LEFT, MAILS, WORDS
from tests.mail.test_stamping import books as books
from tests.support import ask, do, on, run

ANNA = "Anna Ast <anna@alpina.example>"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as found:
        yield found


@pytest.fixture
def post(server: Server) -> Iterator[Post]:
    with Post(mail_settings.read(server.settings(BILLING_MAIL_FROM="Acme <support@acme.example>"))) as found:
        yield found


def mail(text: str = "Rien ne va plus.", id: str = "1@alpina.example", sender: str = ANNA, **more: str) -> bytes:
    return letters.plain(text, **{"From": sender, "To": "support@acme.example", "Message_ID": f"<{id}>", **more})


def case(books: Billing, name: str | None) -> dict[str, Any]:
    assert name is not None
    return ask(books.setting, requests.AskCase(case=name))


def waiting(books: Billing) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(books.setting, requests.AskWaiting())["mails"]
    return found


def test_A4_a_mail_of_a_customer_opens_a_case_and_is_acknowledged_once(
    books: Billing, post: Post, server: Server
) -> None:
    """What goes back holds the case, the target and the sentence."""
    found = arriving.receive(books, mail(Subject="=?utf-8?q?Bilan_=C3=A0_z=C3=A9ro?="), post)
    assert (found.result, found.customer, found.acknowledged) == ("opened", "ALPINA", True)
    shown = case(books, found.case)
    assert (shown["subject"], shown["channel"], shown["events"][0]["note"]) == (
        "Bilan à zéro", "mail", "Bilan à zéro\nRien ne va plus.")  # fmt: skip
    (told,) = server.taken
    assert (told.sender, told.recipients) == ("<>", ["anna@alpina.example"])
    message = told.message
    assert message["Auto-Submitted"] == "auto-replied" and message["In-Reply-To"] == "<1@alpina.example>"
    assert str(message["Subject"]) == f"[{found.case}] Bilan à zéro"
    sentence = ask(books.setting, requests.AskReply(customer="ALPINA"))
    for kind in ("plain", "html"):
        assert str(found.case) in told.body(kind) and sentence["position"] in told.body(kind)
    assert sentence["text"] in told.body("plain").replace("\r\n", "\n")
    again = arriving.receive(books, mail(Subject="other"), post)
    assert again == MailTaken(result="known", customer="ALPINA", case=found.case)
    assert len(server.taken) == 1
    assert ask(books.setting, requests.AskAudit())["ok"]


def test_A4_the_target_stands_in_what_goes_back(books: Billing) -> None:
    do(books.setting, requests.AddCustomer(code="MOVE", name="Move", country="CH"))
    do(books.setting, requests.Sign(customer="MOVE", tariff="moveon"))
    do(books.setting, requests.OpenCase(customer="MOVE", case="M-1", subject="Bug"))
    shown, reply = books.ask(requests.AskCase(case="M-1")), books.ask(requests.AskReply(customer="MOVE"))
    assert [target.kind for target in shown.targets if target.due] == ["reply", "resolution"]
    for language in languages():
        made = acknowledging.render(shown, replace(reply, language=language), "Acme")
        assert made.subject == "[M-1] Bug" and "{" not in made.text
        assert made.text.count("2025") >= 2, made.text


def test_A4_an_answer_finds_its_case_by_the_subject_or_by_what_it_answers(
    books: Billing, post: Post, server: Server
) -> None:
    first = arriving.receive(books, mail(), post)
    answer = arriving.receive(books, mail("Et ?", "2@alpina.example", "Ben <ben@alpina.example>",
                                          Subject=f"RE: [{first.case}] TVA"), post)  # fmt: skip
    threaded = arriving.receive(books, mail("Merci.", "3@alpina.example", Subject="AW: TVA",
                                            References="<1@alpina.example> <reply@acme.example>",
                                            In_Reply_To="<reply@acme.example>"), post)  # fmt: skip
    to_ack = arriving.receive(books, mail("Ah.", "4@alpina.example", Subject="x",
                                          In_Reply_To=str(server.taken[0].message["Message-ID"])), post)  # fmt: skip
    assert [(each.result, each.case) for each in (answer, threaded, to_ack)] == [("answered", first.case)] * 3
    events = case(books, first.case)["events"]
    assert [(event["kind"], event["note"]) for event in events[1:]] == [
        ("answer", "Et ?"), ("answer", "Merci."), ("answer", "Ah.")]  # fmt: skip
    assert len(server.taken) == 1  # who answers is not told that he did
    other = arriving.receive(books, mail("?", "5@beat.example", "b@beat.example", Subject=f"[{first.case}]"), post)
    assert (other.result, other.customer) == ("opened", "BEAT") and other.case != first.case


def test_what_may_be_a_reference() -> None:
    assert references_in("Re: [#T-17] Facture 2025 (M12)") == ["T-17", "M12"]
    assert references_in("Re: [ T-17 ] 2025")[0] == "T-17"
    assert "2025" not in references_in("Facture 2025 urgent") and references_in("AW: #4711 x")[0] == "4711"
    assert references_in("") == []


def test_S5_a_case_that_is_closed_is_followed_by_another(books: Billing) -> None:
    first = arriving.receive(books, mail())
    assert first.case is not None
    do(books.setting, requests.Take(case=first.case, agent="ana"))
    do(books.setting, requests.Attempt(case=first.case, agent="ana"))
    do(books.setting, requests.Ask(case=first.case, agent="ana"))
    do(books.setting, requests.VoidEvent(event=f"{first.case}#1", reason="slip"))  # closed as opened by mistake
    found = arriving.receive(books, mail("Encore.", "2@alpina.example", Subject=f"[{first.case}] TVA"))
    assert found.result == "opened" and found.case != first.case
    assert f"[{first.case}]\n\nEncore." in case(books, found.case)["events"][0]["note"]


def test_S5_files_open_a_case_again_that_waited_for_them(books: Billing) -> None:
    do(books.setting, requests.AddCustomer(code="SYS", name="Sys", country="CH", email="s@sys.example"))
    do(books.setting, requests.Sign(customer="SYS", tariff="systell"))
    first = arriving.receive(books, mail(sender="s@sys.example"))
    do(books.setting, requests.AskForFiles(case=first.case or "", agent="ana"))
    assert case(books, first.case)["state"] == "closed"
    data = letters.headed(letters.multi("mixed", MIMEText("Voici.", "plain", "utf-8"), letters.file()),
                          Subject=f"[{first.case}]").replace(b"Ana <ana@acme.example>", b"s@sys.example")  # fmt: skip
    found = arriving.receive(books, data.replace(b"Subject: TVA\r\n", b"").replace(b"<1@acme", b"<2@sys"))
    assert (found.result, found.case) == ("answered", first.case)
    assert case(books, first.case)["state"] != "closed"


def test_files_are_kept_within_their_limits_and_the_rest_is_named(books: Billing) -> None:
    program, big = letters.file("run.exe", b"MZ\x00\x00"), letters.file("big.pdf", b"%PDF-" + b"x" * 5_000_001)
    data = letters.headed(
        letters.multi("mixed", MIMEText("Voici.", "plain", "utf-8"), letters.file("../../bank.pdf"), letters.picture(),
                      program, big), From=ANNA)  # fmt: skip
    data = data.replace(b"From: Ana <ana@acme.example>\r\n", b"", 1)
    found = arriving.receive(books, data)
    assert found.result == "opened" and found.left_out == ("run.exe", "big.pdf")
    shown = case(books, found.case)
    assert [each["name"] for each in shown["attachments"]] == ["bank.pdf"]
    assert "run.exe: " in shown["events"][0]["note"] and "Voici." in shown["events"][0]["note"]
    assert arriving.receive(books, data).result == "known"


def test_unknown_senders_wait_and_are_taken_in_once_somebody_says_whose_they_are(books: Billing) -> None:
    data = mail(sender="eve@else.example")
    assert arriving.receive(books, data) == arriving.receive(books, data) == MailTaken(result="waiting", why="unknown")
    assert arriving.receive(books, mail(id="2", sender="ben@acme.example")).why == "ours"
    assert arriving.receive(books, mail(id="3", Precedence="bulk")).why == "automatic"
    assert arriving.receive(books, b"").why == "odd"
    assert [row["sender"] for row in waiting(books)] == [
        "eve@else.example", "ben@acme.example", "anna@alpina.example", "?"]  # fmt: skip
    env = {"BILLING_DB": books.setting.engine.url.render_as_string(hide_password=False), "BILLING_TODAY": "2025-03-05"}
    status, out, _ = run("mail", "unknown", **env)
    assert status == 0 and "no customer's address" in out and "eve@else.example" in out
    status, out, _ = run("mail", "unknown", "1", **env)
    assert out.encode() == data
    status, out, err = run("mail", "unknown", "1", "--customer", "ALPINA", **env)
    assert (status, out.startswith("Case ALPINA-")) == (0, True), err
    assert run("mail", "unknown", "2", "--drop", **env)[:2] == (0, "Mail 2 is dropped.\n")
    assert run("mail", "unknown", "2", "--drop", **env)[0] == 1
    assert [row["number"] for row in waiting(books)] == [3, 4]
    late = Billing(on(books.setting, date(2025, 3, 5) + timedelta(days=91)))
    assert arriving.receive(late, mail(id="9", sender="x@else.example")).result == "waiting"
    assert [row["sender"] for row in waiting(late)] == ["x@else.example"]


def test_loops_bounces_and_absences_make_no_case(books: Billing, post: Post, server: Server) -> None:
    assert arriving.receive(books, mail(), post).acknowledged
    for number, data in enumerate((
        mail("I am away.", "7", Auto_Submitted="auto-replied"), mail("Away", "8", X_Autoreply="yes"),
        mail("Away", "9", Precedence="auto_reply"), server.taken[0].data,
    )):  # fmt: skip
        assert arriving.receive(books, data, post).result == "ignored", number
    assert arriving.receive(books, mail(id="10"), post, sender="").result == "ignored"
    bounce = POSTFIX.format(to="x@acme.example", action="failed", back="", id="none@acme.example", document="")
    assert arriving.receive(books, bounce.encode(), post).result == "bounced"
    assert len(server.taken) == 1 and waiting(books) == []
    assert len(ask(books.setting, requests.ListCases())["cases"]) == 1


def test_two_programs_that_answer_each_other_fall_silent(books: Billing, post: Post, server: Server) -> None:
    """Also where the other one heeds no rule and names no case."""
    for number in range(MOST_ACKNOWLEDGED + 3):
        assert arriving.receive(books, mail(id=f"{number}@alpina.example", Subject="x"), post).result == "opened"
    assert len(server.taken) == MOST_ACKNOWLEDGED


def test_what_is_interrupted_anywhere_is_taken_up_again_and_nothing_is_doubled(
    books: Billing, post: Post, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = letters.headed(
        letters.multi("mixed", MIMEText("x"), letters.file("a.pdf"), letters.file("b.pdf")), From=ANNA
    )
    data = data.replace(b"From: Ana <ana@acme.example>\r\n", b"", 1)
    original, steps = Billing.do, 0

    for stop in range(8):
        calls = 0

        def stopping(self: Billing, *of: Any, most: int = stop, **more: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls > most:
                raise KeyboardInterrupt
            return original(self, *of, **more)

        monkeypatch.setattr(Billing, "do", stopping)
        try:
            arriving.receive(books, data, post)
            steps = stop
            break
        except KeyboardInterrupt:
            continue
        finally:
            monkeypatch.setattr(Billing, "do", original)
    assert steps >= 4
    (row,) = ask(books.setting, requests.ListCases())["cases"]
    shown = case(books, row["case"])
    assert len(shown["attachments"]) == 1  # both are the same file
    assert [event["kind"] for event in shown["events"]].count("open") == 1
    assert 1 <= len(server.taken) <= 3  # what a kill between sending and recording it can double is the notice


def test_where_the_mail_server_is_away_the_mail_is_brought_again_and_told_then(
    books: Billing, post: Post, server: Server
) -> None:
    server.down = True
    with pytest.raises(MailRefusal):
        arriving.receive(books, mail(), post)
    server.down = False
    assert arriving.receive(books, mail(), post).acknowledged
    assert len(ask(books.setting, requests.ListCases())["cases"]) == len(server.taken) == 1
    env = {"BILLING_DB": "sqlite:////nowhere/b.db"}
    assert run("mail", "in", stdin=mail().decode(), **env)[0] == 75


def test_mails_are_brought_in_by_lmtp(books: Billing) -> None:
    way = Way(Hop("127.0.0.1", 1), Hop("127.0.0.1", 2), lmtp=Hop("127.0.0.1", _free_port()))
    inbox = Inbox(way, lambda: books.acting(None))
    inbox.start()
    try:
        with smtplib.LMTP("127.0.0.1", inbox.port) as client:
            client.ehlo()
            client.mail("anna@alpina.example")
            for to in ("support@acme.example", "help@acme.example"):
                client.rcpt(to)
            assert [client.data(mail()), client.getreply()] == [(250, b"2.0.0 opened")] * 2  # one for each
            assert client.noop()[0] == 250
    finally:
        inbox.stop()
    assert len(ask(books.setting, requests.ListCases())["cases"]) == 1


@given(st.one_of(st.binary(max_size=200), MAILS, st.sampled_from(list(LEFT.values()))),
       st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 9), WORDS), max_size=3))  # fmt: skip
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_are_read(data: bytes, breaks: list[tuple[int, int, bytes]]) -> None:
    for at, length, put in breaks:
        at %= len(data) + 1
        data = data[:at] + put + data[at + length :]
    found = reading.read(data)
    assert found.id and (found.text is None or len(found.text) <= reading.MOST_TEXT + 2)
    arriving._filed(found, "fr")


def test_what_is_quoted_is_not_taken_for_what_is_said() -> None:
    assert reading.read(letters.plain(letters.QUOTING)).text == "Bonjour,\n\nc'est fait."
    assert reading.read(letters.headed(letters.page())).text == "Bonjour Anna,\n\nc'est réglé.\n\n--\nAna"
    long = reading.read(letters.plain("x" * 20_000))
    assert long.text is not None and len(long.text) < 9_100 and long.files[0].name == "mail.txt"


@pytest.mark.parametrize(
    "unit", ["<a ", "<!--", "<![", "<b>", "<a <a >", "<p class=gmail_quote", "<script>", "&#", "</i>"]
)
def test_a_page_that_is_made_to_be_slow_is_read_at_once(unit: str) -> None:
    """Python's reader of HTML took two minutes for sixty kilobytes of `<a `."""
    began = time.monotonic()
    reading.read(letters.headed(letters.page(unit * 100_000)))
    with contextlib.suppress(Doubt):
        placing.in_html(unit * 100_000, "{{balance}}")
    with contextlib.suppress(Doubt):
        placing.in_html(">" * 100_000 + unit * 100_000, "{{balance}}")
    assert time.monotonic() - began < 10


def test_a_mail_within_a_mail_without_an_end_is_of_nobody(books: Billing) -> None:
    deep = mail().partition(b"\r\n\r\n")[0] + b"\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 3000
    assert reading.read(b"From: a@b.example\n" + b"Content-Type: message/rfc822\n\n" * 3000).sender is None
    assert arriving.receive(books, deep).result in ("waiting", "opened")
