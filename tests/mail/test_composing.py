"""Messages: nothing is smuggled into a header, names and subjects come back as they were, the same bytes each time."""

import email
from datetime import UTC, datetime
from email.policy import SMTP, default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.documents.covering import Covering
from billing.mail import composing
from billing.mail.composing import Attached
from billing.requests import mailboxes
from billing.requests.mailboxes import Mailbox

SENDER, TO = Mailbox("billing", "acme.example"), Mailbox("alpina", "kunde.example")
WORDS = Covering("Facture INV-1 – Démo", "Bonjour\n.\nligne\n" + "é" * 2000 + "\n", "<p>Bonjour é</p>\n" + "x" * 3000)
FILE = Attached("INV-1.pdf", "application/pdf", bytes(range(256)) * 50)


def plain(text: str) -> str:
    """With the line breaks of this machine; in a mail they are CRLF."""
    return text.replace("\r\n", "\n")


def made(covering: Covering = WORDS, name: str = "Acme", to: str = "Alpina", code: str = "INV-1") -> bytes:
    message = composing.message(covering, code, (name, SENDER), (to, TO), [FILE])
    return composing.sent(
        message, "inv-1.00000000", "acme.example", datetime(2025, 4, 2, 12, tzinfo=UTC), None
    ).as_bytes(policy=SMTP)


@pytest.mark.parametrize(
    "evil",
    [
        "Alpina\r\nBcc: spy@evil.example",
        "Alpina\nX-Injected: yes\n\nbody",
        "Alpina\r Bcc: spy@evil.example",
        "Alpina\u2028Bcc: spy@evil.example",
        "Alpina\x85Bcc: spy@evil.example",
        'Alpina" <spy@evil.example>, "x',
        "=?utf-8?q?Alpina=0ABcc:_spy=40evil.example?=",
    ],
)
def test_nothing_is_smuggled_into_a_header(evil: str) -> None:
    """A customer's name, the issuer's and a subject with line breaks are one line of one header."""
    for data in (made(to=evil), made(name=evil), made(Covering(evil, "t\n", "<p>t</p>\n"))):
        message = email.message_from_bytes(data, policy=default)
        assert message["Bcc"] is None and message["X-Injected"] is None
        assert [address.addr_spec for address in message["To"].addresses] == ["alpina@kunde.example"]
        assert [address.addr_spec for address in message["From"].addresses] == ["billing@acme.example"]
        assert sorted(message.keys()) == sorted(
            ["From", "To", "Subject", composing.DOCUMENT, "Auto-Submitted", "MIME-Version", "Content-Type", "Date",
             "Message-ID"]
        )  # fmt: skip


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), max_size=200))
def test_a_name_and_a_subject_come_back_as_they_were(text: str) -> None:
    message = email.message_from_bytes(
        made(Covering(f"Facture {text}.", "t\n", "<p>t</p>\n"), to=f"A{text}"), policy=default
    )
    (to,) = message["To"].addresses
    assert to.addr_spec == "alpina@kunde.example"
    assert letters(str(message["Subject"])) == letters(f"Facture {text}.")
    assert letters(to.display_name) == letters(f"A{text}")


def letters(text: str) -> str:
    """A text without blanks and what cannot be seen: a header has it on one line."""
    return "".join(sign for sign in text if sign.isprintable() and not sign.isspace())


def test_any_server_can_take_it() -> None:
    """Seven bits, no line longer than 998 signs (RFC 5321), text and files come back byte for byte."""
    long = Covering("Facture " + "très longue " * 60, WORDS.text, WORDS.html)
    data = made(long, to="Müller & Söhne, Zürich " * 8)
    assert data.isascii()
    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert b"\n" not in data.replace(b"\r\n", b"")
    message = email.message_from_bytes(data, policy=default)
    body, html = message.get_body(("plain",)), message.get_body(("html",))
    assert body is not None and html is not None
    assert plain(body.get_content()) == WORDS.text
    assert plain(html.get_content()).strip() == WORDS.html.strip()
    (attached,) = message.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == ("INV-1.pdf", "application/pdf")
    assert attached.get_content() == FILE.data


def test_the_same_paper_is_the_same_bytes() -> None:
    assert made() == made()
    draft = composing.message(WORDS, "INV-1", None, ("Alpina", TO), [FILE])
    again = composing.message(WORDS, "INV-1", None, ("Alpina", TO), [FILE])
    assert composing.draft(draft) == composing.draft(again)


def test_a_text_that_looks_like_a_boundary_ends_nothing() -> None:
    evil = "--=_INV-1_0_=--\n\n--=_INV-1_1_=\nContent-Type: text/html\n\nevil\n"
    data = made(Covering("s", evil, "<p>t</p>\n"))
    message = email.message_from_bytes(data, policy=default)
    body = message.get_body(("plain",))
    assert body is not None and plain(body.get_content()) == evil
    assert len(list(message.iter_attachments())) == 1


# Addresses


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a@b.example", "a@b.example"),
        (" A.B+c@B.Example ", "A.B+c@b.example"),
        ("mailto:a@b.example", "a@b.example"),
        ("o'neil@b.example", "o'neil@b.example"),
        ("rené@société.example", "rené@xn--socit-esab.example"),
        ("a@straße.example", "a@xn--strae-oqa.example"),
        ("a@BÜCHER.example", "a@xn--bcher-kva.example"),
        ("root@localhost", "root@localhost"),
        *((wrong, None) for wrong in (
            None, "", " ", "a", "a@", "@b.example", "a b@c.example", "a@b..example", "a@-b.example", "a.@b.example",
            "a@b.example,c@d.example", "a@b.example;c@d.example", "A <a@b.example>", "a@b.example\nBcc: c@d.example",
            "a@b_c.example", '"a b"@c.example', "a@[127.0.0.1]", "x" * 65 + "@b.example", "a@" + "b" * 64 + ".example",
            "a@b.example>", "<a@b.example", "a\u2028@b.example",
        )),
    ],
)  # fmt: skip
def test_one_address_is_read_and_all_else_is_none(written: str | None, read: str | None) -> None:
    found = mailboxes.read(written)
    assert (None if found is None else str(found)) == read
    assert (mailboxes.fault(written, "ALPINA") is None) == (read is not None)
