"""Speaks SMTP with the server that takes our mail, one mail after another over one connection.

What it answers of a mail is one of three: taken, refused (nothing went out), or nobody knows, where the line broke
after the server had the whole message.
"""

import base64
import smtplib
import socket
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from types import TracebackType
from typing import Literal

from billing.core.signs import on_one_line
from billing.errors import MailRefusal
from billing.mail.settings import Settings
from billing.requests.mailboxes import Mailbox
from billing.texts import Text, say
from billing.values import dataclass

PATIENCE = 60  # seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said to a mail, with its status, as 5.1.1 or 550."""

    result: Literal["taken", "refused", "unsure", "gone"]  # gone: the line broke before the server had it
    status: str | None = None
    said: str = ""


class Post:
    """A connection to the server, opened by the first mail that needs it, and again after it broke."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> "Post":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def open(self) -> None:
        """Connects, encrypts and logs in, if that is not done. Raises MailRefusal."""
        if self._server is not None:  # one that has hung up meanwhile shows when it is handed a mail
            return
        settings = self.settings
        where = {"host": settings.host, "port": settings.port}
        try:
            self._server = _connected(settings)
            self._server.ehlo_or_helo_if_needed()
            if settings.user:
                _log_in(self._server, settings.user, settings.password or "")
        except smtplib.SMTPAuthenticationError as refused:
            self._abandon()
            known = where | {"user": settings.user, "said": _line(refused.smtp_error)}
            raise MailRefusal("no-mail-server", say("{host}:{port} does not let {user} in: {said}", **known)) from None
        except (smtplib.SMTPException, OSError) as failed:
            self._abandon()
            raise MailRefusal(
                "no-mail-server", say("{host}:{port} cannot be reached: {why}", **where, why=_why(failed))
            ) from None

    def hand(self, message: EmailMessage, returns_to: str, to: Mailbox) -> Answer:
        """Hands over a mail; `open` was called before. The envelope has the return path that names it."""
        server = self._server
        assert server is not None
        options: list[str] = []
        if not to.is_ascii or not self.settings.sender.is_ascii:
            if not server.has_extn("smtputf8"):
                said = "the server takes no addresses with letters beyond ASCII (SMTPUTF8)"
                return Answer("refused", "5.6.7", said)
            options = ["SMTPUTF8", "BODY=8BITMIME"]
        data = message.as_bytes(policy=SMTP.clone(utf8=bool(options)))
        if server.has_extn("size"):  # one that is too large is refused before it travels
            options.append(f"SIZE={len(data)}")
        try:
            refused = self._enveloped(server, returns_to, str(to), options)
        except (smtplib.SMTPServerDisconnected, OSError) as broken:
            self._abandon()
            return Answer("gone", None, str(_why(broken)))
        return refused or self._data(server, data)

    def _enveloped(self, server: smtplib.SMTP, sender: str, to: str, options: list[str]) -> Answer | None:
        """Names the return path and the recipient; the refusal, if there is one."""
        for code, said in (server.mail(sender, options), server.rcpt(to)):
            if code == 421:
                raise smtplib.SMTPServerDisconnected(_line(said))
            if code not in (250, 251):
                server.rset()
                return _refused(code, said)
        return None

    def _data(self, server: smtplib.SMTP, data: bytes) -> Answer:
        try:
            code, said = server.data(data)
        except smtplib.SMTPDataError as refused:
            return _refused(refused.smtp_code, refused.smtp_error)
        except (smtplib.SMTPServerDisconnected, OSError) as broken:
            self._abandon()
            return Answer("unsure", None, str(_why(broken)))
        if code == 250:
            return Answer("taken", _status(code, said), _line(said))
        return _refused(code, said)

    def close(self) -> None:
        """Says good-bye, if there is somebody."""
        if self._server is not None:
            try:
                self._server.quit()
            except (smtplib.SMTPException, OSError):
                self._abandon()
        self._server = None

    def cut(self) -> None:
        """Breaks the line from another thread, so that whoever waits there for an answer gets none."""
        server = self._server
        if server is not None and server.sock is not None:
            with suppress(OSError):  # it broke by itself
                server.sock.shutdown(socket.SHUT_RDWR)

    def _abandon(self) -> None:
        if self._server is not None:
            self._server.close()
        self._server = None


def _log_in(server: smtplib.SMTP, user: str, password: str) -> None:
    """Logs in by what the server offers; Python's own way takes ASCII alone, where PLAIN is of UTF-8 (RFC 4616)."""
    if user.isascii() and password.isascii():
        server.login(user, password)
        return
    pair = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
    code, said = server.docmd("AUTH", f"PLAIN {pair}")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, said)


def _connected(settings: Settings) -> smtplib.SMTP:
    """A connection, encrypted as the settings want it; a line that should be and cannot is none."""
    if settings.security == "none":
        return smtplib.SMTP(settings.host, settings.port, timeout=PATIENCE)
    context = ssl.create_default_context(cafile=settings.ca_file)
    if settings.security == "tls":
        return smtplib.SMTP_SSL(settings.host, settings.port, timeout=PATIENCE, context=context)
    server = smtplib.SMTP(settings.host, settings.port, timeout=PATIENCE)
    try:
        server.starttls(context=context)
        server.ehlo()
    except BaseException:
        server.close()
        raise
    return server


def _refused(code: int, said: bytes | str) -> Answer:
    return Answer("refused", _status(code, said), _line(said))


def _status(code: int, said: bytes | str) -> str:
    """The enhanced status that an answer begins with (RFC 3463), else its three digits."""
    first = _line(said).partition(" ")[0]
    parts = first.split(".")
    return first if len(parts) == 3 and all(part.isascii() and part.isdecimal() for part in parts) else str(code)


def _line(said: bytes | str) -> str:
    """What a server said, on one line of bounded length."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return on_one_line(text)[:500]


def _why(failed: Exception) -> Text | str:
    if isinstance(failed, smtplib.SMTPNotSupportedError):
        return say("it does not encrypt (STARTTLS)")
    if isinstance(failed, smtplib.SMTPResponseException):
        return _line(failed.smtp_error)
    if isinstance(failed, OSError) and failed.strerror:
        return failed.strerror
    return _line(str(failed)) or type(failed).__name__
