"""Makes a message: headers that nothing can be smuggled into, text, HTML, files; the same bytes for the same papers.

Python's `email` package writes it (RFC 5322, 2045 to 2047, 6532): names and subjects that are not ASCII are encoded,
and what stands in a header is on one line. Text is quoted-printable and files are base64, as any server takes them.
"""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from billing.core.signs import on_one_line
from billing.documents.covering import Covering
from billing.requests.mailboxes import Mailbox
from billing.values import dataclass

CASE = "X-Billing-Case"  # tells a mail that answers another one at once: nothing is made of it
DOCUMENT = "X-Billing-Document"  # names the paper to whoever gets the mail back


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes with a mail."""

    name: str
    kind: str  # `application/pdf`
    data: bytes


def message(
    covering: Covering, code: str, sender: tuple[str, Mailbox] | None, to: tuple[str, Mailbox], files: list[Attached]
) -> EmailMessage:
    """The message about a paper, from and to named mailboxes; what belongs to its sending is added by `sent`.

    A draft may be without sender: whoever opens it sends it.
    """
    found = EmailMessage(policy=SMTP)
    if sender is not None:
        found["From"] = address(*sender)
    found["To"] = address(*to)
    found["Subject"] = line(covering.subject)
    found[DOCUMENT] = code
    found["Auto-Submitted"] = "auto-generated"  # nobody's absence is told to a machine (RFC 3834)
    found.set_content(covering.text, cte="quoted-printable")
    found.add_alternative(covering.html, subtype="html", cte="quoted-printable")
    for file in files:
        main, _, sub = file.kind.partition("/")
        found.add_attachment(file.data, maintype=main, subtype=sub, filename=file.name)
    _bound(found, code)
    return found


def sent(message: EmailMessage, mail: str, domain: str, at: datetime, reply_to: Mailbox | None) -> EmailMessage:
    """Adds what a mail has when it goes out: its day, its own name in the Message-ID, who is answered."""
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{mail}@{domain}>"
    if reply_to is not None:
        message["Reply-To"] = address("", reply_to)
    return message


def draft(message: EmailMessage) -> bytes:
    """The message as a draft, which mail programs open to be sent: they add the day and an id themselves."""
    message["X-Unsent"] = "1"
    return message.as_bytes(policy=SMTP.clone(utf8=_needs_utf8(message)))


def _needs_utf8(message: EmailMessage) -> bool:
    """Whether an address has letters before its @ that no encoding of headers may touch (RFC 6532)."""
    addresses = [each for header in ("From", "To") if header in message for each in message[header].addresses]
    return not all(each.addr_spec.isascii() for each in addresses)


def address(name: str, box: Mailbox) -> Address:
    """An address with a name, as a header has it."""
    return Address(line(name), box.local, box.domain)


def line(text: str) -> str:
    """Words of ours as a header takes them: on one line, nothing in them that is decoded when it is read.

    Before 3.11.10, Python decodes what looks like an encoded word when it is set, line breaks too, and writes them out.
    """
    return on_one_line(text).replace("=?", "= ?")


def _bound(message: EmailMessage, code: str) -> None:
    """Boundaries that depend on the paper alone, where Python would draw them by lot."""
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        legible = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in code)[:40]
        part.set_boundary(f"=_{legible}_{number}_=")
