"""A real mail server on this machine, that takes, refuses or breaks off as a test wants, and keeps what it took."""

import asyncio
import email
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

TOO_MANY = "421 4.7.0 too many connections"
CERTIFICATE = Path(__file__).with_name("localhost.pem")  # of nobody, for localhost alone, with its key


@dataclass(frozen=True)
class Taken:
    """A mail as the server took it: its envelope, and the bytes."""

    sender: str
    recipients: list[str]
    data: bytes
    options: list[str]

    @property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.data, policy=default)

    def attached(self) -> dict[str, bytes]:
        return {part.get_filename() or "?": part.get_content() for part in self.message.iter_attachments()}

    def body(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        assert part is not None
        return str(part.get_content())


@dataclass
class Server:
    """What a server took, and how it behaves."""

    port: int
    taken: list[Taken] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)  # recipients, with what is answered
    break_before: int | None = None  # the line breaks when this mail begins, counted from 0
    break_after: int | None = None  # the line breaks when this mail was taken, before it is answered
    down: bool = False  # nobody is let in any more
    lets_in: int | None = None  # so many clients; others are told so as they come
    serves: int | None = None  # so many clients; others are told so as they begin a mail
    before_data: Callable[[], object] | None = None
    logins: list[tuple[str, str]] = field(default_factory=list)
    begun: int = 0
    clients: list[Session] = field(default_factory=list)

    def settings(self, **more: str) -> dict[str, str]:
        """The environment in which the program finds it."""
        return {
            "BILLING_SMTP_HOST": "127.0.0.1",
            "BILLING_SMTP_PORT": str(self.port),
            "BILLING_SMTP_SECURITY": "none",
            "BILLING_MAIL_FROM": "billing@acme.example",
            **more,
        }

    # What aiosmtpd calls

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.clients.append(session)
        return [TOO_MANY] if self.lets_in is not None and len(self.clients) > self.lets_in else responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.begun += 1
        if self.serves is not None and session not in self.clients[: self.serves]:
            return TOO_MANY
        if self.down or self.break_before == self.begun - 1:
            self.break_before = None
            _hang_up(server)
        envelope.mail_from, envelope.mail_options = address, options
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.before_data is not None:
            await asyncio.get_running_loop().run_in_executor(None, self.before_data)
        assert isinstance(envelope.content, bytes)
        self.taken.append(
            Taken(envelope.mail_from or "", list(envelope.rcpt_tos), envelope.content, list(envelope.mail_options))
        )
        if self.break_after == len(self.taken) - 1:
            self.break_after = None
            _hang_up(server)
        return "250 2.0.0 queued as 4711"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        pair = (data.login.decode(), data.password.decode())
        self.logins.append(pair)
        return AuthResult(success=pair in (("acme", "secret"), ("acme", "geheimnis-é")), handled=False)


def _hang_up(server: SMTP) -> None:
    assert server.transport is not None
    cast(asyncio.Transport, server.transport).abort()
    raise ConnectionResetError


@contextmanager
def serving(security: str = "none", **how: Any) -> Iterator[Server]:
    """A server while a test runs; `starttls` and `tls` have a certificate of their own, and then ask for a login."""
    server = Server(_free_port())
    if security != "none":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        how |= {"authenticator": server.authenticate, "auth_required": True}
        how |= (
            {"tls_context": context, "require_starttls": True} if security == "starttls" else {"ssl_context": context}
        )
        if security == "tls":
            how |= {"auth_required": False, "auth_require_tls": False}  # aiosmtpd does not notice that it is encrypted
    how.setdefault("enable_SMTPUTF8", True)
    controller = Controller(server, hostname="127.0.0.1", port=server.port, **how)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
