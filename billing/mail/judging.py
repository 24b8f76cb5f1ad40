"""Whether a mail may be touched, and which of its parts are what somebody wrote.

Signed, encrypted, automatic and list mail is not touched; nor is what is not understood here.
"""

import re
from email.message import Message

from billing.mail.parts import Doubt, Part
from billing.texts import say

_SIGNATURES = ("dkim-signature", "domainkey-signature", "arc-seal", "x-google-dkim-signature")
LISTS = ("list-id", "list-post", "list-unsubscribe", "list-help", "list-owner", "mailing-list", "x-mailing-list")
_CLOSED = (
    "application/pkcs7-mime", "application/x-pkcs7-mime", "application/pkcs7-signature",
    "application/x-pkcs7-signature", "application/pgp-encrypted", "application/pgp-signature", "text/calendar",
    "application/ms-tnef",
)  # fmt: skip
_ARMOUR = re.compile(r"^-----BEGIN PGP (?:SIGNED MESSAGE|MESSAGE)-----", re.MULTILINE)


def check(mail: Part) -> None:
    """Doubts a mail that is signed, encrypted, automatic, of a list, or sent on by somebody else."""
    headers = mail.headers
    if "from" not in headers:
        raise Doubt("it is from nobody")
    if is_automatic(headers):
        raise Doubt(say("it is automatic"))
    if any(name in headers for name in LISTS):
        raise Doubt(say("it is of a list"))
    if any(name in headers for name in _SIGNATURES):
        raise Doubt(say("it is signed"))
    if any(name.lower().startswith("resent-") for name in headers):
        raise Doubt(say("it was sent on"))
    for part in mail.walk():
        if part.kind == "multipart/signed":
            raise Doubt(say("it is signed"))
        if part.kind == "multipart/encrypted" or (part.kind in _CLOSED and not _is_read_too(part)):
            raise Doubt(say("it is signed, encrypted or an invitation"))


def _is_read_too(part: Part) -> bool:
    """Whether a calendar is a file and no invitation that is answered."""
    return part.kind == "text/calendar" and part.is_file and part.headers.get_param("method") is None


def is_automatic(headers: Message) -> bool:
    """Whether a machine sent it, as its headers say (RFC 3834), or it goes to many."""
    said = str(headers.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    precedence = str(headers.get("Precedence", "")).strip().lower()
    return said != "no" or precedence in ("bulk", "junk", "list", "auto_reply") or any(
        name in headers for name in ("x-autoreply", "x-autorespond", "x-auto-reply-from", "x-loop", "feedback-id")
    )  # fmt: skip


def written(mail: Part) -> list[Part]:
    """The parts that are what somebody wrote: its text, its HTML, or both. Raises Doubt where that cannot be told."""
    found = _written(mail)
    if not found:
        raise Doubt("no text")
    return found


def _written(part: Part) -> list[Part]:
    if part.kind in ("text/plain", "text/html"):
        return [] if part.is_file else [part]
    if part.kind == "multipart/alternative":
        return [text for each in part.parts for text in _alternative(each)]
    if part.kind == "multipart/related":
        return _root(part)
    if part.kind == "multipart/mixed":
        return _first_of(part)
    return []


def _alternative(part: Part) -> list[Part]:
    found = _written(part)
    if len(found) != 1 or part.kind == "multipart/alternative":
        raise Doubt("a way of reading it that is not known")
    return found


def _root(part: Part) -> list[Part]:
    """What is read of a page with its pictures: the first part, or the one that is named."""
    if not part.parts:
        return []
    start = part.headers.get_param("start")
    if start is not None and str(part.parts[0].headers.get("Content-ID", "")).strip() != str(start).strip():
        raise Doubt("a page that is not its first part")
    return _written(part.parts[0])


def _first_of(part: Part) -> list[Part]:
    """The text among files; where there is more than one, nobody knows which is the mail."""
    found = [text for text in (_written(each) for each in part.parts) if text]
    if len(found) > 1:
        raise Doubt("more than one text")
    if found and part.parts and not _written(part.parts[0]):
        raise Doubt("files before the text")
    return found[0] if found else []


def is_armoured(text: str) -> bool:
    """Whether a text is signed or encrypted in itself (OpenPGP)."""
    return _ARMOUR.search(text) is not None
