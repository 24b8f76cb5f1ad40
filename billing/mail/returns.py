"""Reads mails that came back: which mail did not arrive, at whom, and why (M20).

A report is a `multipart/report` of a mail server (RFC 3464), or one of the older forms of qmail and Exim. What it is
about stands in the address that it came to (the return path that named the mail), in the Message-ID of the mail that it
gives back, or in the header that names the document. Notices of delay, of delivery and of absence are none of it.
"""

import mailbox
import re
from collections.abc import Iterable, Iterator
from datetime import date
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path

from billing import given
from billing.core import mailing
from billing.core.signs import on_one_line
from billing.errors import BadInput, Unknown
from billing.mail.composing import DOCUMENT
from billing.requests.sending import RecordReturn
from billing.service import Door
from billing.texts import Text, say
from billing.values import dataclass
from billing.views.sending import MailReturned, NotUnderstood, ReturnsRead

_ADDRESSED = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-RCPT-TO", "To")
_GIVEN_BACK = ("Return-Path", "Message-ID")  # of the mail that came back
_ANSWERED = ("In-Reply-To", "References")
_STATUS = re.compile(r"\b([45]\.\d{1,3}\.\d{1,3})\b")


@dataclass(frozen=True, slots=True)
class Report:
    """That a mail did not arrive: at whom, since when, with which status, in which words."""

    to: str | None
    on: date | None
    status: str | None
    said: str
    mails: tuple[str, ...]  # what may be names of the mail, the likeliest first
    document: str | None


def read(books: Door, paths: Iterable[str], id: str | None = None, dry_run: bool = False) -> ReturnsRead:
    """Records each report of mailboxes, folders and files; read again, it is known. Raises BadInput."""
    bounced: list[MailReturned] = []
    known: list[MailReturned] = []
    others: list[NotUnderstood] = []
    for place, message in _messages(paths):
        found = report(message)
        returned = recorded(books, found, id, dry_run) if isinstance(found, Report) else None
        if returned is not None:
            (known if returned.known else bounced).append(returned)
            continue
        reason = found if isinstance(found, Text) else say("it names no mail of these books")
        others.append(NotUnderstood(place, _words(message.get("Subject", "")), reason))
    return ReturnsRead(bounced=tuple(bounced), known=tuple(known), others=tuple(others))


def recorded(books: Door, found: Report, id: str | None, dry_run: bool) -> MailReturned | None:
    """What was recorded of a report, by the first name that is one of ours; None where none is."""
    what = {"on": found.on, "status": found.status, "said": found.said or None, "to": found.to}
    requests = [RecordReturn(mail=name, **what) for name in found.mails]  # type: ignore[arg-type]
    if found.document:
        requests.append(RecordReturn(document=found.document, **what))  # type: ignore[arg-type]
    for request in requests:
        try:
            key = None if id is None else f"{id}/{request.mail or request.document}"
            return books.do(request, key, dry_run=dry_run).view
        except Unknown:
            continue
    return None


# What a mail says


def report(message: Message) -> Report | Text:
    """What a mail reports; or why it is no report that something did not arrive."""
    if _is_report(message):
        return _of_report(message)
    text = _plain(message)
    failed = message.get("X-Failed-Recipients")
    if failed or "This is the qmail-send program" in text:
        to = str(failed).split(",")[0].strip() if failed else _first_address(text)
        return _report(message, to, next(iter(_STATUS.findall(text)), None), _line(text))
    if str(message.get("Auto-Submitted", "")).strip().lower().startswith("auto-replied"):
        return say("an automatic answer")
    return say("no report of a mail server")


def _is_report(message: Message) -> bool:
    return message.get_content_type() == "multipart/report" and _status_part(message) is not None


def _status_part(message: Message) -> Message | None:
    return next((part for part in message.walk() if part.get_content_type() == "message/delivery-status"), None)


def _of_report(message: Message) -> Report | Text:
    """What a delivery report says of the recipient whom the mail did not reach."""
    part = _status_part(message)
    blocks = part.get_payload() if part is not None else []
    for block in blocks if isinstance(blocks, list) else []:
        if not isinstance(block, Message) or str(block.get("Action", "")).strip().lower() != "failed":
            continue
        recipient = block.get("Original-Recipient") or block.get("Final-Recipient") or ""
        status = next(iter(_STATUS.findall(str(block.get("Status", "")))), None)
        said = str(block.get("Diagnostic-Code", "")).partition(";")[2]
        return _report(message, str(recipient).partition(";")[2].strip(), status, _line(said))
    return say("a notice of delay or of delivery")


def _report(message: Message, to: str | None, status: str | None, said: str) -> Report:
    back = _given_back(message)
    headers = [*_values(message, _ADDRESSED), *_values(back, _GIVEN_BACK), *_values(message, _ANSWERED)]
    names = [name for value in headers for name in mailing.names_in(value)]
    document = None if back is None else _line(str(back.get(DOCUMENT, ""))) or None
    return Report(to=_fit(to), on=_day(message), status=status, said=said, mails=tuple(dict.fromkeys(names)),
                  document=document)  # fmt: skip


def _given_back(message: Message) -> Message | None:
    """The mail that came back, or its headers."""
    for part in message.walk():
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                return inner[0]
        if part.get_content_type() == "text/rfc822-headers":
            return message_from_bytes(_bytes(part))
    text = _plain(message)  # older reports put it below their own words
    start = re.search(r"^(Return-Path|Received|Message-ID|X-Billing-Document):", text, re.MULTILINE | re.IGNORECASE)
    return message_from_bytes(text[start.start() :].encode()) if start else None


def _values(message: Message | None, names: Iterable[str]) -> list[str]:
    if message is None:
        return []
    return [str(value) for name in names for value in message.get_all(name, [])]


def _plain(message: Message) -> str:
    """The first text of a mail."""
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            return _bytes(part).decode("utf-8", "replace")
    return ""


def _bytes(part: Message) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _first_address(text: str) -> str | None:
    found = re.search(r"<([^<>\s]+@[^<>\s]+)>", text)
    return found[1] if found else None


def _day(message: Message) -> date | None:
    try:
        return parsedate_to_datetime(str(message.get("Date", ""))).date()
    except (ValueError, TypeError, IndexError):
        return None


def _words(header: str) -> str:
    """A header as people read it."""
    try:
        return _line(str(make_header(decode_header(str(header)))))
    except (LookupError, UnicodeError, ValueError):
        return _line(str(header))


def _line(text: str) -> str:
    return on_one_line(text)[:500]


def _fit(text: str | None) -> str | None:
    return _line(text or "").strip("<>")[:200] or None


# Where mails are


def _messages(paths: Iterable[str]) -> Iterator[tuple[str, Message]]:
    """The mails of files and folders, each with its place: maildirs, folders of .eml, mboxes, single mails."""
    for named in paths:
        path = Path(named)
        try:
            if (path / "cur").is_dir() and (path / "new").is_dir():
                for folder in ("new", "cur"):
                    yield from ((str(file), _mail(file)) for file in _files(path / folder))
            elif path.is_dir():
                yield from ((str(file), _mail(file)) for file in _files(path) if file.suffix.lower() == ".eml")
            elif path.is_file() and _is_mbox(path):
                box = mailbox.mbox(path, create=False)
                try:
                    for number, message in enumerate(box, 1):
                        yield f"{path}: {number}", message
                finally:
                    box.close()
            else:
                yield str(path), _mail(path)
        except OSError as failed:
            raise BadInput(
                "bad-input", say("cannot read {file}: {strerror}", file=named, strerror=failed.strerror or "?")
            ) from None


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.is_file() and not file.name.startswith("."))


def _is_mbox(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(5) == b"From "


def _mail(path: Path) -> Message:
    return message_from_bytes(given.read(path, given.MAIL))
