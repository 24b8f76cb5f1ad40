"""The balance in a mail that goes out: nothing changes beside it, and in any doubt nothing at all (A4, B1)."""

import importlib
import re
from collections.abc import Iterator
from datetime import date
from email.message import Message
from email.mime.text import MIMEText
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from billing import requests
from billing.mail import placing, stamping
from billing.mail.parts import Doubt
from billing.mail.stamping import Envelope
from billing.service import Billing
from tests.mail import letters
from tests.mail.letters import BETWEEN, OUTLOOK, PAGE, PLAIN, QUOTING, SENTENCE
from tests.support import ask, do, load, log, made, on, run

TODAY = date(2025, 3, 5)
TOUCHED: dict[str, tuple[bytes, str]] = {  # mails, and a pattern that the text is then
    "utf-8 in base64": (letters.plain(), r"réglé\.\n\nTOLD\n\n-- \nAna"),
    "latin-1 that holds it not": (letters.plain(charset="iso-8859-1"), r"réglé\.\n\nTOLD\n\n-- \nAna"),
    "ascii": (letters.plain("Done.\n", "us-ascii"), r"Done\.\n\nTOLD\n$"),
    "quoted-printable": (
        letters.raw(b"C'est r=E9gl=E9.=\r\n Oui.\r\n--=20\r\nAna\r\n", b"MIME-Version: 1.0",
                    b"Content-Type: text/plain; charset=windows-1252; format=flowed",
                    b"Content-Transfer-Encoding: quoted-printable"), r"Oui\.\n\nTOLD\n\n-- \nAna"),
    "8bit": (letters.raw("C'est réglé.\r\n-- \r\nAna".encode(), b"MIME-Version: 1.0",
                         b"Content-Type: text/plain;\r\n\tcharset=utf-8", b"Content-Transfer-Encoding: 8bit"),
             r"réglé\.\n\nTOLD\n\n-- \nAna$"),
    "no MIME at all": (letters.raw(b"Done."), r"Done\.\n\nTOLD\n$"),
    "above what is quoted": (letters.plain(QUOTING), r"c'est fait\.\n\nTOLD\n\nLe 3 mars"),
    "below answers between": (letters.plain(BETWEEN), r"Demain\.\n\nTOLD\n$"),
    "above Outlook's line": (letters.plain(OUTLOOK), r"Ana\n\nTOLD\n\n____"),
    "in place of a marker": (letters.plain("Solde : {{balance}}.\n\n-- \nAna"), r"Solde : TOLD\.\n\n-- "),
    "text and HTML": (letters.headed(letters.both()), r"réglé\.\n\nTOLD\n\n-- "),
    "with files": (letters.headed(letters.multi("mixed", letters.both(), letters.file())), r"TOLD\n\n-- "),
    "with pictures": (letters.headed(letters.multi("mixed", letters.multi(
        "alternative", MIMEText(PLAIN, "plain", "utf-8"), letters.multi("related", letters.page(), letters.picture())),
        letters.file())), r"TOLD\n\n-- "),
    "HTML alone": (letters.headed(letters.page()), ""),
    "HTML in latin-1": (letters.headed(letters.page(charset="iso-8859-1")), ""),
}  # fmt: skip


def with_(name: str, value: str) -> bytes:
    return letters.plain(**{name: value})


def kind(written: str, body: bytes = b"x") -> bytes:
    return letters.raw(body, b"MIME-Version: 1.0", b"Content-Type: " + written.encode())


LEFT: dict[str, bytes] = {
    "signed (OpenPGP/MIME)": letters.headed(letters.multi("signed", letters.both(), letters.file("signature.asc"))),
    "signed (S/MIME)": kind("application/pkcs7-mime; smime-type=signed-data"),
    "signed in the text": letters.plain("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello\n"),
    "signed on the way": with_("DKIM_Signature", "v=1; a=rsa-sha256; d=acme.example"),
    "encrypted": letters.headed(letters.multi("encrypted", letters.file("encrypted.asc"))),
    "encrypted in the text": letters.plain("Voilà\n-----BEGIN PGP MESSAGE-----\n\nhQ\n"),
    "an invitation": letters.headed(letters.multi("alternative", MIMEText("come"), MIMEText("BEGIN:", "calendar"))),
    "an absence": with_("Auto_Submitted", "auto-replied"),
    "in bulk": with_("Precedence", "bulk"),
    "of a list": with_("List_Id", "<all.acme.example>"),
    "a newsletter": with_("List_Unsubscribe", "<mailto:x@acme.example>"),
    "sent on": with_("Resent_From", "boss@acme.example"),
    "told before": letters.plain(f"Hello\n\n{SENTENCE.text}\n\n-- \nAna\n"),
    "told in the signature": letters.plain(f"Hello\n\n-- \nAna\n{SENTENCE.text}\n"),
    "told in HTML": letters.headed(letters.page(f"<p>Hello</p>{SENTENCE.html}")),
    "a report": letters.headed(letters.multi("report", MIMEText("x"), letters.file())),
    "a file alone": letters.headed(letters.file()),
    "files before the text": letters.headed(letters.multi("mixed", letters.file(), MIMEText("x"))),
    "two texts": letters.headed(letters.multi("mixed", MIMEText("x"), MIMEText("y"))),
    "an unknown charset": kind("text/plain; charset=klingon"),
    "another charset than it says": kind("text/plain; charset=utf-8", b"r\xe9gl\xe9"),
    "an unknown encoding": letters.raw(b"x", b"Content-Type: text/plain", b"Content-Transfer-Encoding: x-uuencode"),
    "broken base64": letters.raw(b"r=e*", b"Content-Type: text/plain", b"Content-Transfer-Encoding: base64"),
    "no boundary": kind("multipart/mixed"),
    "a boundary without an end": kind("multipart/mixed; boundary=b", b"--b\r\n\r\nx\r\n"),
    "two content types": letters.raw(b"x", b"Content-Type: text/plain", b"Content-Type: text/html"),
    "a marker in the text alone": letters.headed(letters.both("{{balance}}", PAGE)),
    "a NUL": letters.raw(b"x\0y"),
    "an unfinished page": letters.headed(letters.page("<p>x<style>p {")),
    "nothing": b"",
}


@pytest.mark.parametrize("name", TOUCHED)
@pytest.mark.parametrize("eol", [b"\r\n", b"\n"])
def test_a_mail_differs_by_the_sentence_alone(name: str, eol: bytes) -> None:
    data, wanted = TOUCHED[name]
    data = data.replace(b"\r\n", eol)
    new = stamping.added(data, SENTENCE)
    differs_by_the_sentence(data, new)
    text = letters.texts(new)
    if wanted:
        assert re.search(wanted.replace("TOLD", re.escape(SENTENCE.text)), text["plain"]), text["plain"]
    if "html" in text:
        assert f'</div>\n\n{SENTENCE.html}<div class="gmail_signature"' in text["html"]
    assert (b"\r\n" in new) == (eol == b"\r\n") and new.count(b"\n") == new.count(eol)
    with pytest.raises(Doubt, match="already"):  # never twice
        stamping.added(new, SENTENCE)


@pytest.mark.parametrize("name", LEFT)
def test_in_any_doubt_nothing_is_touched(name: str) -> None:
    with pytest.raises(Doubt):
        stamping.added(LEFT[name], SENTENCE)


def differs_by_the_sentence(old: bytes, new: bytes) -> None:
    """Whoever reads both mails finds what was there, and the sentence once."""
    assert letters.rest(old) == letters.rest(new)
    before, after = letters.texts(old), letters.texts(new)
    assert before.keys() == after.keys()
    told = 0
    for name, text in after.items():
        put = SENTENCE.text if name == "plain" else SENTENCE.html.strip()
        if text == before[name]:
            continue
        parts = text.split(put) if put in text else re.split(r'<span lang="fr">.*?</span>', text, flags=re.DOTALL)
        assert len(parts) == 2, text
        told += 1
        was = before[name]
        marks = [found.span() for found in re.finditer("{{balance}}", was)]
        could = [was, *(was[:start] + was[end:] for start, end in marks)]
        assert "".join("".join(parts).split()) in {"".join(each.split()) for each in could}
    assert told


def touched(data: bytes) -> bool:
    """Whether a mail was touched; then it differs by the sentence alone."""
    try:
        new = stamping.added(data, SENTENCE)
    except Doubt:
        return False
    differs_by_the_sentence(data, new)
    return True


WORDS = st.sampled_from([
    b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"--b", b"--b--", b"Content-Type: ", b"text/plain", b"text/html",
    b"multipart/alternative; boundary=b", b"multipart/mixed; boundary=b", b"multipart/related; boundary=c", b"--c",
    b"--c--", b"; charset=utf-8", b"; charset=iso-8859-1", b"; format=flowed", b"Content-Transfer-Encoding: ",
    b"quoted-printable", b"base64", b"8bit", b"=E9", b"=", b"SGVsbG8=", b"\xc3\xa9", b"\xe9", b"hello", b"> ", b"-- ",
    b"<p>", b"</p>", b"<div class=gmail_quote>", b"</div>", b"<body>", b"</body>", b"<!--", b"-->", b"<style>",
    b"{{balance}}", b"From: a@acme.example", b"MIME-Version: 1.0", b":", b" ", b"\t", b"message/rfc822", b"\0",
    b"Content-Disposition: attachment", b"_" * 30,
])  # fmt: skip
HEAD = b"From: a@acme.example\r\nMIME-Version: 1.0\r\nContent-Type: "
MAILS = st.sampled_from([data for data, _ in TOUCHED.values()])


@given(st.one_of(st.binary(max_size=300), st.lists(WORDS, max_size=40).map(lambda words: HEAD + b"".join(words))))
@example(HEAD + b"text/plain\n\nhello")
@settings(max_examples=400)
def test_any_bytes_are_touched_by_the_sentence_or_not_at_all(data: bytes) -> None:
    touched(data)


@given(MAILS, st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 12), WORDS), max_size=4))
@settings(max_examples=400)
def test_a_mail_that_is_broken_anywhere_is_touched_by_the_sentence_or_not_at_all(
    data: bytes, breaks: list[tuple[int, int, bytes]]
) -> None:
    for at, length, put in breaks:
        at %= len(data) + 1
        data = data[:at] + put + data[at + length :]
    touched(data)


def test_the_mails_that_test_pythons_own_package() -> None:
    """Mails that were not written for this program; where they are not on the machine there is nothing to try."""
    found = Path(importlib.import_module("test").__file__ or "").parent / "test_email" / "data"
    mails = [path.read_bytes() for path in sorted(found.glob("msg_*.txt"))]
    if not mails:
        pytest.skip("this Python comes without its tests")
    assert len(mails) > 40
    done = [touched(data) for data in mails] + [touched(data.replace(b"\n", b"\r\n")) for data in mails]
    assert sum(done) >= 20


def test_L9_text_that_flows_is_stuffed() -> None:
    flowed = SimpleNamespace(headers=Message())
    flowed.headers["Content-Type"] = "text/plain; format=flowed"
    assert stamping._stuffed(flowed, "From now on \n>x") == " From now on\n >x"  # type: ignore[arg-type]


@pytest.mark.parametrize("html", [
    "<p>Hello</p>", "<body><p>Hello</body>", "<html><body><table><tr><td>Hello</td></tr></table></body></html>",
    "<div>Hello<br></div>", "Hello", "<span>Hello<blockquote type=cite>q</blockquote></span>",
    '<html><body>Hello<div id="appendonsend"></div><hr><div id="divRplyFwdMsg">From: Anna</div></body></html>',
    '<div><p>Hello</p></div><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>From:</b> Anna</p></div>',
])  # fmt: skip
def test_in_a_page_it_stands_where_a_paragraph_may(html: str) -> None:
    place = placing.in_html(html, "{{balance}}")
    before = html[: place.start]
    assert "Hello" in before or before in ("", "<body>", "<html><body>"), before
    assert not re.search(r"<(?:td|span|p|tr)[^>]*>[^/]*$", before), before
    assert not {"Anna", "q<"} & set(re.findall(r"Anna|q<", before))


# To whom


@pytest.fixture
def books(database_url: str) -> Iterator[Billing]:
    setting = made(database_url, today=TODAY, email="support@acme.example")
    for code in ("ALPINA", "BEAT"):
        load(setting, {"type": "customer", "code": code, "name": code, "country": "CH", "language": "de"},
             {"type": "contract", "customer": code, "tariff": "q3", "tier": "profi", "modules": ["COFI"], "fee": "480",
              "start": "2025-01-01"})  # fmt: skip
        do(setting, requests.AddAddress(customer=code, address=f"@{code.lower()}.example"))
    yield Billing(setting)


def told_to(books: Billing, *recipients: str, sender: str | None = "ana@acme.example") -> str | None:
    found = stamping.stamp(lambda: books, letters.plain(), Envelope(sender, recipients))
    assert (found.data == letters.plain()) == (found.customer is None) == (found.why is not None)
    return found.customer


def test_A4_the_balance_is_in_a_mail_to_one_customer_alone(books: Billing) -> None:
    assert told_to(books, "anna@alpina.example") == "ALPINA"
    assert told_to(books, "anna@alpina.example", "ext@ALPINA.example", "ben@acme.example") == "ALPINA"
    assert told_to(books, "anna@alpina.example", "b@beat.example") is None
    assert told_to(books, "anna@alpina.example", "somebody@else.example") is None
    assert told_to(books, "anna@alpina.example", "no address") is None
    assert told_to(books, "ben@acme.example") is None
    assert told_to(books) is None


def test_A4_it_is_in_no_mail_that_comes_from_outside_or_from_a_machine(books: Billing) -> None:
    assert told_to(books, "anna@alpina.example", sender="b@beat.example") is None
    assert told_to(books, "anna@alpina.example", sender=None) is None
    inside = stamping.stamp(lambda: books, letters.plain(), Envelope("x@brand.example", ("a@beat.example",)),
                            inside=("@Brand.example",))  # fmt: skip
    assert inside.customer == "BEAT"


def test_L9_the_sentence_in_a_mail_can_be_proved_later(books: Billing) -> None:
    found = stamping.stamp(lambda: books, letters.plain(), Envelope("a@acme.example", ("anna@alpina.example",)))
    log(books.setting, customer="ALPINA", seconds=600)
    later = on(books.setting, date(2025, 6, 1))
    assert found.position
    proof = ask(later, requests.AskProof(position=found.position, customer="ALPINA", at=TODAY))
    assert proof["holds"] and proof["text"] in letters.texts(found.data)["plain"]
    assert found.position in proof["text"]


def test_whatever_goes_wrong_the_bytes_go_on() -> None:
    def gone() -> Billing:
        raise RuntimeError("the disk is gone")

    found = stamping.stamp(gone, letters.plain(), Envelope("ana@acme.example", ("anna@alpina.example",)))
    assert (found.data, found.customer) == (letters.plain(), None) and "the disk is gone" in str(found.why)


def test_the_command(books: Billing) -> None:
    env = {"BILLING_DB": books.setting.engine.url.render_as_string(hide_password=False), "BILLING_TODAY": f"{TODAY}"}
    status, out, err = run("mail", "stamp", stdin=letters.plain().decode(), **env)
    assert status == 0 and err.startswith("with the balance of ALPINA at ")
    assert letters.texts(out.encode())["plain"].count("(Ref. ") == 1
    status, out, err = run("mail", "stamp", "--from", "x@else.example", stdin=letters.plain().decode(), **env)
    assert (status, out, err) == (0, letters.plain().decode(), "as it came: its sender is not one of ours\n")
    status, out, err = run("mail", "stamp", stdin=letters.plain().decode(), BILLING_DB="sqlite:////nowhere/b.db")
    assert (status, out) == (0, letters.plain().decode()) and err.startswith("as it came: ")


def test_a_sentence_that_is_there_is_known_by_its_position_l6() -> None:
    """L6: the long one of today, and the short one of papers until November 2026."""
    for position in ("42-3EEH-Q78V-KMDS-T6WX-3EEH-Q78V-KMDM", "42-7c1f09ab"):
        assert placing.is_told(f"Bonjour,\n\nil reste 1 h 35 (réf. {position})\n")
        assert placing.is_told_in_html(f"<p>il reste 1 h 35 (réf. {position})</p>")
    assert not placing.is_told("see (ref. 42-3EEH-Q78V) and 2025-1234-5678")
