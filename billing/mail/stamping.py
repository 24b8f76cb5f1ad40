"""Adds the balance to a mail on its way out, in its bytes: what comes out differs by the sentence, or by nothing.

Of a mail that is doubted, and whatever goes wrong, the bytes go on as they came. What was made is read again by
Python's own `email` package and compared with the original, part by part, before it counts.
"""

import base64
import binascii
import codecs
import quopri
import re
from collections.abc import Callable, Sequence
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses

from billing.errors import Refusal
from billing.mail import judging, parts, placing
from billing.mail.parts import Doubt, Part
from billing.mail.placing import MARKER, Place
from billing.requests.balances import AskMailReply
from billing.service import Door
from billing.texts import Text, say
from billing.values import dataclass
from billing.views.balances import Reply

LARGEST = 50_000_000  # bytes of a mail that is looked at
_DOUBTED = (Doubt, ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, OSError)


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom a mail is and to whom it goes, as servers say it to each other."""

    sender: str | None
    recipients: tuple[str, ...]


def named(data: bytes) -> Envelope:
    """The envelope that the headers of a mail name, where nobody tells the true one; from two it is from nobody."""
    headers = BytesHeaderParser(policy=compat32).parsebytes(data)
    senders = _addresses(headers, "From")
    recipients = _addresses(headers, "To", "Cc", "Bcc")
    return Envelope(senders[0] if len(senders) == 1 else None, tuple(recipients))


def _addresses(headers: Message, *names: str) -> list[str]:
    written = [str(value) for name in names for value in headers.get_all(name, [])]
    return [address for _, address in getaddresses(written) if address]


@dataclass(frozen=True, slots=True)
class Stamped:
    """A mail as it goes on: with the sentence of a customer at a position, or as it came, and why."""

    data: bytes
    customer: str | None = None
    position: str | None = None
    why: Text | str | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """A part that was written anew: what its text was, what was put in, and where."""

    was: str
    put: str
    place: Place

    @property
    def now(self) -> str:
        return self.was[: self.place.start] + self.put + self.was[self.place.end :]


def stamp(
    books: Callable[[], Door], data: bytes, envelope: Envelope, inside: Sequence[str] = (), marker: str = MARKER
) -> Stamped:
    """The mail with the balance of the one customer to whom it goes (A4, B1), or as it came; the books are opened only
    for a mail that may be touched."""
    try:
        mail = _touchable(data)
        asked = AskMailReply(sender=envelope.sender, recipients=envelope.recipients, inside=tuple(inside))
        found = books().ask(asked)
        if found.reply is None:
            return Stamped(data, why=found.why)
        return Stamped(_with(data, mail, found.reply, marker), found.reply.customer, found.reply.position)
    except Doubt as doubt:
        return Stamped(data, why=doubt.why)
    except Refusal as refused:
        return Stamped(data, why=refused.text)
    except Exception as unexpected:  # no fault of ours may stop a mail
        return Stamped(data, why=say("a fault: {kind}: {what}", kind=type(unexpected).__name__, what=str(unexpected)))


def added(data: bytes, reply: Reply, marker: str = MARKER) -> bytes:
    """The mail with a sentence in what somebody wrote. Raises Doubt where it is to be left as it is."""
    try:
        return _with(data, _touchable(data), reply, marker)
    except Doubt:
        raise
    except _DOUBTED as wrong:
        raise Doubt("a mail that is not understood") from wrong


def _touchable(data: bytes) -> Part:
    if len(data) > LARGEST:
        raise Doubt("too large")
    if b"\0" in data:
        raise Doubt("it holds a NUL")
    mail = parts.read(data)
    judging.check(mail)
    return mail


def _with(data: bytes, mail: Part, reply: Reply, marker: str) -> bytes:
    texts = judging.written(mail)
    changes = [_changed(data, part, reply, marker) for part in texts]
    if len({change.place.marked for change in changes}) > 1:
        raise Doubt("a marker in one of its texts alone")
    made = data
    for part, change in reversed(list(zip(texts, changes, strict=True))):
        made = made[: part.start] + _written(data, part, change) + made[part.end :]
    at = [number for number, part in enumerate(mail.walk()) if any(part is text for text in texts)]
    _compare(data, made, dict(zip(at, changes, strict=True)))
    return made


# What is put where


def _changed(data: bytes, part: Part, reply: Reply, marker: str) -> Changed:
    text = _lines(_text(data, part))
    if part.kind == "text/plain":
        if judging.is_armoured(text):
            raise Doubt(say("it is signed or encrypted"))
        if placing.is_told(text):
            raise Doubt(say("it has the sentence already"))
        place = placing.in_text(text, marker)
        return Changed(text, reply.text if place.marked else _paragraph(text, place, _stuffed(part, reply.text)), place)
    if placing.is_told_in_html(text):
        raise Doubt(say("it has the sentence already"))
    place = placing.in_html(text, marker)
    if place.marked:
        inline = re.sub(r"^<p( lang=\"[^\"]*\")>(.*)</p>\n$", r"<span\1>\2</span>", reply.html, flags=re.DOTALL)
        return Changed(text, inline, place)
    return Changed(text, f"\n{reply.html}", place)


def _paragraph(text: str, place: Place, sentence: str) -> str:
    """The sentence with an empty line before and behind, where there is something."""
    before, behind = text[: place.start], text[place.end :]
    gap = "" if not before.strip() or before.endswith("\n\n") else "\n" if before.endswith("\n") else "\n\n"
    return f"{gap}{sentence}\n" + ("\n" if behind.strip() else "")


def _stuffed(part: Part, sentence: str) -> str:
    """The sentence as text that flows has it (RFC 3676): no line seems quoted, none flows into the next."""
    if str(part.headers.get_param("format", "")).lower() != "flowed":
        return sentence
    return "\n".join((" " if re.match(r" |>|From ", line) else "") + line.rstrip(" ") for line in sentence.split("\n"))


# A part out of its bytes and into them


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


def _text(data: bytes, part: Part) -> str:
    raw = data[part.body : part.end]
    return _raw(part, raw).decode(_charset(part))


def _raw(part: Part, raw: bytes) -> bytes:
    match part.encoding:
        case "7bit" | "8bit" | "binary":
            return raw
        case "quoted-printable":
            return quopri.decodestring(raw)
        case "base64":
            return base64.b64decode(b"".join(raw.split()), validate=True)
    raise Doubt("an encoding that is not known")


def _charset(part: Part) -> str:
    return codecs.lookup(part.headers.get_content_charset("us-ascii")).name


def _written(data: bytes, part: Part, change: Changed) -> bytes:
    """The bytes of a part with its new text, in its own charset and encoding where these can hold it."""
    head, raw = data[part.start : part.body], data[part.body : part.end]
    charset = _charset(part)
    kept = _raw(part, raw)
    eol = "\r\n" if b"\r\n" in data[: part.body] or b"\r\n" in raw else "\n"
    try:
        now = change.now.encode(charset)
        fits = now.decode(charset) == change.now
    except UnicodeError:
        fits = False
    if not fits:
        now, head = change.now.encode("utf-8"), _in_utf8(head, part, eol)
    encoding = part.encoding
    if encoding == "7bit" and not now.isascii():
        encoding = "quoted-printable"
        head = _header(head, "Content-Transfer-Encoding", encoding, eol)
    lines = eol.encode()
    if encoding == "base64":
        inner = b"\r\n" if b"\r\n" in kept else b"\n"
        text = binascii.b2a_base64(now.replace(b"\n", inner), newline=False)
        last = lines if raw.endswith(b"\n") else b""
        return head + lines.join(text[at : at + 76] for at in range(0, len(text), 76)) + last
    if encoding == "quoted-printable":
        now = quopri.encodestring(now)
    return head + now.replace(b"\n", lines)


def _in_utf8(head: bytes, part: Part, eol: str) -> bytes:
    kind = [part.kind, 'charset="utf-8"']
    for name, value in part.headers.get_params([], unquote=False)[1:]:
        if name.lower() != "charset":
            kind.append(f"{name}={value}")
    head = _header(head, "Content-Type", "; ".join(kind), eol)
    return head if part.start or "MIME-Version" in part.headers else _header(head, "MIME-Version", "1.0", eol)


def _header(head: bytes, name: str, value: str, eol: str) -> bytes:
    """Headers with another value for one of them, which stands where it stood, or last."""
    line = f"{name}: {value}{eol}".encode()
    there = re.compile(rb"^" + name.encode() + rb"[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*", re.MULTILINE | re.IGNORECASE)
    if (found := there.search(head)) is not None:
        return head[: found.start()] + line + head[found.end() :]
    empty = re.search(rb"(?:\A|(?<=\n))\r?\n\Z", head)
    if empty is None:
        raise Doubt("headers without an end")
    return head[: empty.start()] + line + head[empty.start() :]


# Whether nothing else changed


def _compare(old: bytes, new: bytes, changes: dict[int, Changed]) -> None:
    """Doubts what was made unless each part is as it was, but for the sentence where it was put."""
    before, after = (list(message_from_bytes(data).walk()) for data in (old, new))
    if len(before) != len(after) or not changes.keys() <= set(range(len(before))):
        raise Doubt("it would have other parts")
    for number, (was, now) in enumerate(zip(before, after, strict=True)):
        change = changes.get(number)
        if _named(was, change) != _named(now, change) or [*map(repr, was.defects)] != [*map(repr, now.defects)]:
            raise Doubt("it would have other headers")
        if was.is_multipart() != now.is_multipart() or (was.preamble, was.epilogue) != (now.preamble, now.epilogue):
            raise Doubt("it would have other parts")
        if was.is_multipart():
            continue
        if change is None:
            if was.get_payload() != now.get_payload():
                raise Doubt("it would have another part")
        elif _lines(_shown(was)) != change.was or _lines(_shown(now)) != change.now:
            raise Doubt("it would have another text")


_ABOUT_TEXT = ("content-type", "content-transfer-encoding", "mime-version")


def _named(message: Message, change: Changed | None) -> list[tuple[str, str]]:
    """The headers that must be as they were: of a text that was written anew, not what says how it is written."""
    found = [(name, str(value)) for name, value in message.items()]
    return found if change is None else [each for each in found if each[0].lower() not in _ABOUT_TEXT]


def _shown(message: Message) -> str:
    raw = message.get_payload(decode=True)
    assert isinstance(raw, bytes)
    return raw.decode(message.get_content_charset("us-ascii"))
