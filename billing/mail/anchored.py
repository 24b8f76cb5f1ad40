"""A mail with an anchor: in a mailbox, who can change the database cannot change it."""

import secrets
from email.message import EmailMessage
from email.policy import SMTP

from billing.errors import MailRefusal
from billing.mail import composing
from billing.mail.post import Post
from billing.requests.mailboxes import Mailbox
from billing.service import Door
from billing.texts import Text, say
from billing.views.anchors import Anchored

MOST_BYTES = 5_000_000  # of an anchor that goes with the mail; of a larger one its digest and signature do


def send(books: Door, post: Post, anchor: Anchored, data: bytes | None, to: Mailbox, words: tuple[str, str]) -> None:
    """Sends an anchor, with its file where that is given; `words` are subject and text. Raises MailRefusal."""
    settings, (subject, text) = post.settings, words
    message = EmailMessage(policy=SMTP)
    message["From"] = composing.address(settings.name or anchor.issuer, settings.sender)
    message["To"] = composing.address("", to)
    message["Subject"] = composing.line(subject)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{text}\n", cte="quoted-printable")
    if data is not None:
        message.add_attachment(data, "application", "octet-stream", filename=f"{anchor.made_at.date()}.anchor")
    name = secrets.token_hex(16)
    composing.sent(message, name, settings.sender.domain, books.now(), settings.reply_to)
    answer = post.hand(message, settings.returns_to(name), to)
    if answer.result != "taken":
        raise MailRefusal("no-mail-server", say("the mail was not taken: {said}", said=answer.said))


def words(anchor: Anchored) -> tuple[Text, Text]:
    """Subject and text of the mail: what names the anchor, so that it can be told later from any other."""
    known = {"issuer": anchor.issuer, "moment": anchor.made_at.isoformat(" ", "minutes")}
    text = say(
        "Anchor of {issuer}, {moment}, {lines} lines.\n\nDigest: {digest}\nSignature: {signature}\nKey: {key}\n\n"
        "Keep this mail. {command} compares the books with it.",
        **known, lines=anchor.lines, digest=anchor.digest, signature=anchor.signature, key=anchor.key,
        command="billing audit --anchor FILE",
    )  # fmt: skip
    return say("Anchor of {issuer}, {moment}", **known), text
