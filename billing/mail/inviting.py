"""A mail with a link that lets a customer in; nobody else is to see it, so that no copy of it is kept (A2, P5)."""

import secrets
from email.message import EmailMessage
from email.policy import SMTP

from billing.documents import locale, words
from billing.errors import MailRefusal
from billing.locales import spoken
from billing.mail import composing
from billing.mail.post import Post
from billing.requests.links import RevokeLink
from billing.requests.mailboxes import Mailbox
from billing.requests.parties import AskHead
from billing.service import Door
from billing.texts import say
from billing.views.links import LinkMade


def send(books: Door, post: Post, link: LinkMade, address: str, to: tuple[str, Mailbox], language: str) -> None:
    """Sends a link that was just made; one that cannot be sent is revoked. Raises MailRefusal."""
    said, settings = words.said(spoken(language)), post.settings
    issuer = books.ask(AskHead(language=language)).name
    until = locale.long_day(link.expires, spoken(language))
    text = "\n\n".join([said(words.MAIL_GREETING), said(words.MAIL_LINK).format(day=until), address, issuer])
    message = EmailMessage(policy=SMTP)
    message["From"] = composing.address(settings.name or issuer, settings.sender)
    message["To"] = composing.address(*to)
    message["Subject"] = composing.line(said(words.MAIL_LINK_SUBJECT).format(issuer=issuer))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{text}\n", cte="quoted-printable")
    name = secrets.token_hex(16)
    composing.sent(message, name, settings.sender.domain, books.now(), settings.reply_to)
    answer = post.hand(message, settings.returns_to(name), to[1])
    if answer.result != "taken":
        books.do(RevokeLink(link=link.link))
        raise MailRefusal("no-mail-server", say("the mail was not taken: {said}", said=answer.said),
                          say("{link} is revoked; make another one", link=link.link))  # fmt: skip
