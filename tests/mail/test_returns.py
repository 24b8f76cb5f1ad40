"""Mails that came back: each report, as mail servers write them, names its document, once; all else is left (M20)."""

import json
import mailbox
import os
from datetime import date
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from billing.errors import BadInput
from billing.mail import returns
from billing.mail.returns import Report
from billing.requests.sending import AskSendings, BeginMail, EndMail
from billing.service import Billing
from billing.texts import Text
from tests.mail.test_sending import TODAY, filled
from tests.support import audit, do, opened, run

NAME = "inv-2025-00001.3fa9c2d1"  # of the mail, where a sample needs one
POSTFIX = """\
Return-Path: <>
X-Original-To: {to}
Date: Thu,  3 Apr 2025 08:00:01 +0200 (CEST)
From: MAILER-DAEMON@mx.acme.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="9B7D4.1743660001/mx.acme.example"

This is a MIME-encapsulated message.

--9B7D4.1743660001/mx.acme.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients.

--9B7D4.1743660001/mx.acme.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.acme.example
X-Postfix-Queue-ID: 9B7D4
Arrival-Date: Thu,  3 Apr 2025 07:59:58 +0200 (CEST)

Final-Recipient: rfc822; alpina@kunde.example
Original-Recipient: rfc822;alpina@kunde.example
Action: {action}
Status: 5.1.1
Remote-MTA: dns; mx.kunde.example
Diagnostic-Code: smtp; 550 5.1.1 <alpina@kunde.example>: Recipient address
    rejected: User unknown in virtual mailbox table

--9B7D4.1743660001/mx.acme.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Return-Path: <{back}>
From: =?utf-8?q?D=C3=A9mo?= <billing@acme.example>
To: alpina@kunde.example
Subject: Facture INV-2025-00001
Message-ID: <{id}>
X-Billing-Document: {document}

--9B7D4.1743660001/mx.acme.example--
"""
EXCHANGE = """\
From: postmaster@kunde.example
To: billing@acme.example
Date: Thu, 3 Apr 2025 06:00:01 +0000
Subject: Undeliverable: Rechnung INV-2025-00001
Content-Type: multipart/report; report-type=delivery-status; boundary="_000_x_"
MIME-Version: 1.0
In-Reply-To: <{id}>
References: <{id}>

--_000_x_
Content-Type: multipart/alternative; boundary="_001_"

--_001_
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

<html><body>Ihre Nachricht wurde nicht zugestellt.</body></html>
--_001_--
--_000_x_
Content-Type: message/delivery-status

Reporting-MTA: dns;EX01.kunde.example
Received-From-MTA: dns;mx.acme.example

Final-Recipient: rfc822;gone@kunde.example
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp;554 5.2.2 mailbox full; STOREDRV.Deliver

--_000_x_
Content-Type: message/rfc822

From: billing@acme.example
To: gone@kunde.example
Subject: Rechnung INV-2025-00001
MIME-Version: 1.0
Content-Type: text/plain

Anbei
--_000_x_--
"""
QMAIL = """\
Return-Path: <>
Delivered-To: {to}
Date: 3 Apr 2025 06:00:01 -0000
From: MAILER-DAEMON@kunde.example
To: {to}
Subject: failure notice

Hi. This is the qmail-send program at kunde.example.
I'm afraid I wasn't able to deliver your message to the following addresses.

<alpina@kunde.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <{to}>
Message-ID: <{id}>
Subject: Facture
"""
EXIM = """\
Return-path: <>
Envelope-to: {to}
X-Failed-Recipients: alpina@kunde.example
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@host.example>
To: {to}
Subject: Mail delivery failed: returning message to sender
Date: Thu, 03 Apr 2025 06:00:01 +0000

This message was created automatically by mail delivery software.

  alpina@kunde.example
    host mx.kunde.example: 550 5.1.1 No such user
"""
ABSENT = """\
Return-Path: <>
From: Alpina <alpina@kunde.example>
To: {to}
Subject: =?utf-8?q?Absence_du_bureau_=C3=A9t=C3=A9?=
Auto-Submitted: auto-replied
Date: Thu, 3 Apr 2025 06:00:01 +0000

Je suis absent.
"""
ANSWER = "From: alpina@kunde.example\nTo: {to}\nSubject: Re: Facture\nIn-Reply-To: <{id}>\n\nMerci\n"
WORDS = {"to": f"billing+{NAME}@acme.example", "id": f"{NAME}@acme.example", "back": f"billing+{NAME}@acme.example",
         "document": "INV-2025-00001", "action": "failed"}  # fmt: skip


def read(sample: str, **other: str) -> Report | Text:
    return returns.report(message_from_bytes(sample.format(**WORDS | other).encode()))


@pytest.mark.parametrize(
    ("sample", "other", "to", "status"),
    [
        (POSTFIX, {}, "alpina@kunde.example", "5.1.1"),
        (POSTFIX, {"to": "billing@acme.example"}, "alpina@kunde.example", "5.1.1"),  # the return path says it
        (POSTFIX, {"to": "billing@acme.example", "back": "x@y.example"}, "alpina@kunde.example", "5.1.1"),  # its id
        (
            POSTFIX,
            {"to": f"BILLING+{NAME.upper()}@ACME.example", "back": "", "id": ""},
            "alpina@kunde.example",
            "5.1.1",
        ),
        (EXCHANGE, {}, "gone@kunde.example", "5.2.2"),
        (QMAIL, {}, "alpina@kunde.example", "5.1.1"),
        (QMAIL, {"to": "billing@acme.example"}, "alpina@kunde.example", "5.1.1"),
        (EXIM, {}, "alpina@kunde.example", "5.1.1"),
    ],
)
def test_a_report_names_the_mail_and_why_it_did_not_arrive(
    sample: str, other: dict[str, str], to: str, status: str
) -> None:
    found = read(sample, **other)
    assert isinstance(found, Report)
    assert (found.mails[0], found.to, found.status, found.on) == (NAME, to, status, date(2025, 4, 3))
    assert found.said


def test_what_the_server_said_is_on_one_line() -> None:
    found = read(POSTFIX)
    assert isinstance(found, Report)
    assert found.said == (
        "550 5.1.1 <alpina@kunde.example>: Recipient address rejected: User unknown in virtual mailbox table"
    )
    assert found.document == "INV-2025-00001"


@pytest.mark.parametrize(
    ("sample", "other", "why"),
    [
        (POSTFIX, {"action": "delayed"}, "a notice of delay or of delivery"),
        (POSTFIX, {"action": "delivered"}, "a notice of delay or of delivery"),
        (ABSENT, {}, "an automatic answer"),
        (ANSWER, {}, "no report of a mail server"),
    ],
)
def test_what_says_of_no_document_that_it_did_not_arrive(sample: str, other: dict[str, str], why: str) -> None:
    """A delay, a delivery, an absence at the return path, somebody's answer: nothing came back."""
    assert str(read(sample, **other)) == why


@pytest.mark.parametrize("cut", [0, 1, 40, 300, 700, 1100, 1500, 1900])
def test_a_mail_that_is_cut_off_or_garbled_is_read_as_far_as_it_goes(cut: int) -> None:
    whole = POSTFIX.format(**WORDS).encode()
    for data in (
        whole[:cut],
        whole[cut:],
        bytes(255 - byte for byte in whole[:cut]),
        whole.replace(b"Date: T", b"Date: \xff"),
    ):
        found = returns.report(message_from_bytes(data))
        assert isinstance(found, Report | Text)


# From mailboxes into the books


@pytest.fixture
def url(database_url: str) -> str:
    return filled(database_url)


def begun(url: str, number: str = "INV-2025-00001", customer: str = "ALPINA") -> str:
    """The name of a mail that was sent."""
    setting = opened(url, TODAY)
    name: str = do(setting, BeginMail(code=number, customer=customer, to=f"{customer.lower()}@kunde.example"))["mail"]
    do(setting, EndMail(mail=name, taken=True, status="2.0.0", said="queued"))
    setting.engine.dispose()
    return name


def samples(name: str) -> list[bytes]:
    """A report about a mail, three mails that are none, and a report about a mail of other books."""
    mine = WORDS | {"to": f"billing+{name}@acme.example", "id": f"{name}@acme.example", "back": ""}
    return [
        ABSENT.format(**mine).encode(),
        POSTFIX.format(**mine).encode(),
        ANSWER.format(**mine).encode(),
        POSTFIX.format(**mine | {"action": "delayed"}).encode(),
        POSTFIX.format(**WORDS).encode(),
    ]


def bounces(url: str, *words: str, status: int = 0) -> dict[str, Any]:
    found, out, err = run("send", "bounces", *words, "--json", BILLING_DB=url, BILLING_TODAY="2025-04-04")
    assert found == status, (out, err)
    answer: dict[str, Any] = json.loads(out or err)
    return answer


@pytest.mark.parametrize("kind", ["mbox", "maildir", "folder", "files"])
def test_each_mailbox_names_the_documents_that_came_back_m20(url: str, tmp_path: Path, kind: str) -> None:
    """Read again, a report is known; the mailbox stays as it was; what is not ours stays out of the books."""
    mails = samples(begun(url))
    place = tmp_path / kind
    words = [str(place)]
    if kind == "mbox":
        box = mailbox.mbox(place)
        for data in mails:
            box.add(mailbox.mboxMessage(message_from_bytes(data)))
        box.close()
    elif kind == "maildir":
        found = mailbox.Maildir(place)
        for data in mails:
            found.add(message_from_bytes(data))
    else:
        place.mkdir()
        for number, data in enumerate(mails):
            (place / f"{number}.eml").write_bytes(data)
        words = [str(file) for file in sorted(place.iterdir())] if kind == "files" else words
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.name != "billing.db"}
    assert len(bounces(url, *words, "--dry-run")["bounced"]) == 1
    answer = bounces(url, *words)
    (one,) = answer["bounced"]
    assert (one["code"], one["customer"], one["to"]) == ("INV-2025-00001", "ALPINA", "alpina@kunde.example")
    assert (one["status"], one["date"]) == ("5.1.1", "2025-04-03")
    assert one["command"] == "billing customer change ALPINA --email ADDRESS"
    assert len(answer["others"]) == 4
    assert "it names no mail of these books" in {other["reason"] for other in answer["others"]}
    assert "Absence du bureau été" in {other["subject"] for other in answer["others"]}
    again = bounces(url, *words)
    assert (len(again["bounced"]), len(again["known"])) == (0, 1)
    assert {path: path.read_bytes() for path in before} == before
    with Billing.open(url, today=TODAY) as books:
        states = {one.code: one.state for one in books.ask(AskSendings(numbers=("INV-2025-00001",))).papers}
    assert states == {"INV-2025-00001": "bounced"}
    assert audit(opened(url, TODAY))["ok"]


def test_what_came_back_is_sent_again_to_the_new_address_only_when_asked_m20(url: str, tmp_path: Path) -> None:
    name = begun(url)
    (tmp_path / "back.eml").write_bytes(samples(name)[1])
    bounces(url, str(tmp_path / "back.eml"))
    env = {"BILLING_DB": url, "BILLING_TODAY": f"{TODAY}"}
    drafts = ("--drafts", str(tmp_path / "drafts"), "--json")
    _, out, _ = run("send", "INV-2025-00001", *drafts, **env)
    found = json.loads(out)
    assert (found["mails"], found["unsure"][0]["command"]) == ([], "billing customer change ALPINA --email ADDRESS")
    assert run("customer", "change", "ALPINA", "--email", "new@kunde.example", **env)[0] == 0
    _, out, _ = run("send", "INV-2025-00001", *drafts, **env)
    assert json.loads(out)["unsure"][0]["command"] == "billing send INV-2025-00001 --again"
    _, out, _ = run("send", "INV-2025-00001", "--again", *drafts, **env)
    assert json.loads(out)["mails"][0]["to"] == "new@kunde.example"


def test_a_report_of_another_set_of_books_is_not_taken_for_ours(url: str, tmp_path: Path) -> None:
    """The same number was sent from a copy for trials: the name of its mail is another, and the number alone counts
    only for what went out as a draft."""
    begun(url)
    (tmp_path / "back.eml").write_bytes(POSTFIX.format(**WORDS).encode())
    assert len(bounces(url, str(tmp_path / "back.eml"))["others"]) == 1


def test_what_is_no_mailbox_is_refused(url: str, tmp_path: Path) -> None:
    assert bounces(url, str(tmp_path / "nowhere"), status=1)["error"]["code"] == "bad-input"
    if os.geteuid():
        (tmp_path / "closed").touch(mode=0)
        assert bounces(url, str(tmp_path / "closed"), status=1)["error"]["code"] == "bad-input"
    (tmp_path / "empty").touch()
    assert bounces(url, str(tmp_path / "empty"))["bounced"] == []
    with Billing.open(url) as books, pytest.raises(BadInput):
        returns.read(books, [str(tmp_path / "nowhere")])
