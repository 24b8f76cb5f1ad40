"""Reads a mail that came in: who wrote it, in which words, with which files; whether a machine did.

What is written in it is somebody's: it becomes a note, cut to its bounds, and nothing in it is done.
"""

import hashlib
import re
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses
from html import unescape

from billing.core.signs import hidden, on_one_line
from billing.mail import judging, placing
from billing.mail.composing import CASE, DOCUMENT
from billing.values import dataclass

MOST_TEXT = 9_000  # signs of a note; the whole is kept as a file
MOST_FILES = 20
_SMALL = 20_000  # bytes of a picture that stands in a text: a logo of a signature
_IDS = re.compile(r"<[^<>\s]{1,900}>")


@dataclass(frozen=True, slots=True)
class File:
    """A file of a mail."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as far as it matters: its name, who wrote it (none where nobody or several did), what, and what with."""

    message: Message
    id: str
    sender: str | None
    name: str | None
    subject: str | None
    answers: tuple[str, ...]  # the names of mails that it answers, the last one last
    text: str | None
    files: tuple[File, ...]
    is_ours: bool  # this program wrote it, or one that it answered did so at once
    is_reply_of_machine: bool  # an absence, a notice that a mail was received
    is_automatic: bool


def read(data: bytes) -> Mail:
    """A mail out of its bytes, whatever they are; what cannot be read is of nobody."""
    try:
        return _read(message_from_bytes(data, policy=compat32), data)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        return _read(Message(), data)


def _read(message: Message, data: bytes) -> Mail:
    senders = [pair for pair in getaddresses(_values(message, "From")) if pair[1]]
    text = _text(message)
    short = None if text is None or len(text) <= MOST_TEXT else text[:MOST_TEXT].rstrip() + " …"
    files = _files(message)[:MOST_FILES]
    if short is not None and text is not None:
        files = (File("mail.txt", text.encode()), *files)
    said = str(message.get("Auto-Submitted", "")).partition(";")[0].strip().lower()
    return Mail(
        message=message,
        id=_id(message, data),
        sender=senders[0][1] if len(senders) == 1 and not hidden(senders[0][1]) else None,
        name=(line(_decoded(senders[0][0]))[:200].strip() or None) if len(senders) == 1 else None,
        subject=line(_decoded(str(message.get("Subject", ""))))[:200] or None,
        answers=tuple(dict.fromkeys(_answered(message)))[-50:],
        text=short or text,
        files=files,
        is_ours=CASE in message or DOCUMENT in message,
        is_reply_of_machine=said in ("auto-replied", "auto-notified") or _is_absence(message),
        is_automatic=judging.is_automatic(message) or any(name in message for name in judging.LISTS),
    )


def _is_absence(message: Message) -> bool:
    """An automatic answer as it is marked where nobody heeds RFC 3834."""
    return (
        any(name in message for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply-From"))
        or str(message.get("Precedence", "")).strip().lower() == "auto_reply"
    )


def _id(message: Message, data: bytes) -> str:
    found = _IDS.search(str(message.get("Message-ID", "")))
    return found[0] if found and not hidden(found[0]) else f"<{hashlib.sha256(data).hexdigest()}@no.id>"


def _answered(message: Message) -> list[str]:
    values = [*_values(message, "References"), *_values(message, "In-Reply-To")]
    return [found for value in values for found in _IDS.findall(value) if not hidden(found)]


def _values(message: Message, name: str) -> list[str]:
    return [str(value) for value in message.get_all(name, [])]


def line(text: str) -> str:
    """A text on one line, without signs that nobody sees."""
    return on_one_line(text)


def _decoded(header: str) -> str:
    try:
        return str(make_header(decode_header(header)))
    except (LookupError, UnicodeError, ValueError):
        return header


def _text(message: Message) -> str | None:
    """What somebody wrote: the first text, else the first HTML without its markup; not what he quotes below it."""
    parts = [part for part in message.walk() if part.get_content_maintype() == "text" and not _is_file(part)]
    plain = next((part for part in parts if part.get_content_subtype() == "plain"), None)
    page = next((part for part in parts if part.get_content_subtype() == "html"), None)
    written = _shown(plain) if plain is not None else "" if page is None else _stripped(_shown(page))
    clean = "".join(sign for sign in written if sign in "\n\t" or sign.isprintable())
    own = clean[: placing.quote_of(clean)].strip()
    return own or clean.strip() or None


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or part.get_filename() is not None


def _shown(part: Message) -> str:
    raw = _bytes(part)
    try:
        return raw.decode(part.get_content_charset("utf-8"), "replace").replace("\r\n", "\n")
    except LookupError:
        return raw.decode("utf-8", "replace").replace("\r\n", "\n")


def _bytes(part: Message) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


_BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "blockquote", "hr", "table"})
_SILENT = frozenset({"style", "script", "head", "title"})
_TAG = re.compile(r"/?([a-z][a-z0-9]*)", re.IGNORECASE)


def _stripped(page: str) -> str:
    """The words of a page, a line for each block, up to what is quoted; each sign is looked at once, whatever it is.

    Python's own reader of HTML takes minutes for pages that are made to be slow.
    """
    small, words, at = page.lower(), [], 0
    while (start := page.find("<", at)) >= 0:
        words.append(page[at:start])
        if small.startswith("<!--", start):
            end = page.find("-->", start)
            at = len(page) if end < 0 else end + 3
            continue
        end = page.find(">", start)
        named = _TAG.match(small, start + 1)
        if end < 0 or named is None:
            words.append("<")
            at = start + 1
            if end < 0:
                break
            continue
        tag, at = page[start:end], end + 1
        if not tag.startswith("</") and _is_quoted(tag[:500]):
            return _lined(words)
        if named[1] in _SILENT and not tag.startswith("</"):
            closing = small.find(f"</{named[1]}", at)
            at = len(page) if closing < 0 else closing
        elif named[1] in _BLOCKS:
            words.append("\n")
    return _lined([*words, page[at:]])


def _is_quoted(tag: str) -> bool:
    """Whether a tag begins what mail programs quote."""
    style = re.sub(r"\s", "", tag).lower()
    named = " ".join(re.findall(r"(?:class|id)\s*=\s*[\"']?([^\"'>]*)", tag, re.IGNORECASE))
    return (
        bool(placing.QUOTED.search(named))
        or (style.startswith("<blockquote") and "cite" in style)
        or "border-top:solid#e1e1e1" in style
        or "border-top:solid#b5c4df" in style
    )


def _lined(words: list[str]) -> str:
    text = "".join("\n" if word == "\n" else re.sub(r"\s+", " ", word) for word in words)
    lines = [" ".join(line_.split()) for line_ in unescape(text).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _files(message: Message) -> tuple[File, ...]:
    """What is attached, pictures that stand in the text too, but for those as small as a logo."""
    found = []
    for part in message.walk():
        if part.is_multipart() or not (_is_file(part) or part.get_content_maintype() not in ("text", "message")):
            continue
        data = _bytes(part)
        in_text = part.get_content_disposition() != "attachment" and "Content-ID" in part
        if data and not (in_text and len(data) < _SMALL):
            name = line(_decoded(part.get_filename() or part.get_content_type().replace("/", ".")))
            found.append(File(name[:200] or "file", data))
    return tuple(found)
