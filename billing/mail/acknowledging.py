"""Tells a customer that his mail became a case; never to a machine, and never twice (RFC 3834)."""

import hashlib
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from billing.documents.covering import Covering
from billing.errors import MailRefusal
from billing.mail import composing
from billing.mail.composing import CASE
from billing.mail.post import Answer, Post
from billing.requests import mailboxes
from billing.texts import say


def name_of(answered: str, domain: str) -> str:
    """The name of what answers a mail: the same whenever it is asked for."""
    return f"<{hashlib.sha256(answered.encode()).hexdigest()[:32]}@{domain}>"


def send(post: Post, covering: Covering, case: str, to: str, answered: str, issuer: str, at: datetime) -> Answer:
    """Hands it to the mail server, with nobody to give it back to. Raises MailRefusal where that is away."""
    box, settings = mailboxes.read(to), post.settings
    if box is None:
        return Answer("refused", None, "no address")
    found = EmailMessage(policy=SMTP)
    found["From"] = composing.address(settings.name or issuer, settings.sender)
    found["To"] = composing.address("", box)
    found["Subject"] = composing.line(covering.subject)
    found["Date"] = format_datetime(at)
    found["Message-ID"] = name_of(answered, settings.sender.domain)
    found["In-Reply-To"] = found["References"] = composing.line(answered)
    found["Auto-Submitted"] = "auto-replied"
    found["X-Auto-Response-Suppress"] = "All"
    found[CASE] = composing.line(case)
    if settings.reply_to is not None:
        found["Reply-To"] = composing.address("", settings.reply_to)
    found.set_content(covering.text, cte="quoted-printable")
    found.add_alternative(covering.html, subtype="html", cte="quoted-printable")
    post.open()
    answer = post.hand(found, "", box)
    if answer.result == "gone":
        raise MailRefusal("no-mail-server", say("{host}:{port} cannot be reached: {why}", host=settings.host,
                                                port=settings.port, why=answer.said))  # fmt: skip
    return answer
