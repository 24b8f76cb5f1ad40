"""Mails that a mail server brings (LMTP), and the process that relays and takes in until a signal ends it."""

import asyncio
import logging
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import replace

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from billing.core.signs import shown
from billing.errors import BadInput
from billing.mail import arriving
from billing.mail.post import Post
from billing.mail.relay import LOG, NOT_HERE, Books, Hop, Relay, Way, is_allowed
from billing.service import Door
from billing.texts import say


class Taking:
    """A mail server's connection that brings mails in (LMTP): each is taken, or is to be brought again."""

    def __init__(self, way: Way, books: Callable[[], Door], pool: ThreadPoolExecutor) -> None:
        self._way, self._books, self._pool = way, books, pool

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Begins a mail."""
        if not is_allowed(session.peer, self._way.allowed):
            return NOT_HERE
        envelope.mail_from, envelope.mail_options = address, options
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """An answer for each recipient (RFC 2033); the mail is taken in once."""
        data, sender = envelope.content, envelope.mail_from
        assert isinstance(data, bytes)
        answer = await asyncio.get_running_loop().run_in_executor(self._pool, lambda: self._taken(data, sender))
        return "\r\n".join([answer] * len(envelope.rcpt_tos))

    async def handle_exception(self, error: Exception) -> str:
        """A fault of ours is no reason to give a mail back."""
        LOG.error("a fault: %s: %s", type(error).__name__, error)
        return "451 4.3.0 a fault, try again"

    def _taken(self, data: bytes, sender: str | None) -> str:
        try:
            with ExitStack() as stack:
                post = None if self._way.settings is None else stack.enter_context(Post(self._way.settings))
                found = arriving.receive(self._books(), data, post, sender)
        except Exception as failed:
            LOG.warning("not taken in: %s: %s", type(failed).__name__, failed)
            return "451 4.3.0 it cannot be taken in now, try again"
        LOG.info("%s: case %s of %s", found.result, found.case or "-", found.customer or "-")
        return f"250 2.0.0 {found.result}"

    def close(self) -> None:
        """Nothing is left open between two mails."""


class _Brought(LMTP):
    """A mail server's connection that brings mails in."""

    line_length_limit = 2**24


class Inbox(Relay):
    """Listens where mails are brought in (LMTP)."""

    def __init__(self, way: Way, books: Callable[[], Door]) -> None:
        assert way.lmtp is not None
        super().__init__(replace(way, listen=way.lmtp), books)

    def factory(self) -> SMTP:
        """Who speaks with a mail server."""
        return _Brought(Taking(self._way, self._books, self._pool), **self.SMTP_kwargs)


class _Line(logging.Formatter):
    """What others wrote, in signs that are seen."""

    def format(self, record: logging.LogRecord) -> str:
        return shown(super().format(record))


def run(way: Way, opened: Callable[[], Door]) -> None:
    """Relays until a signal ends it. Raises BadInput (`bad-input`) where the address cannot be listened on."""
    if way.listen == way.next:
        raise BadInput("bad-input", say("the next hop of {hop} is not itself", hop=str(way.listen)),
                       say("give --next"))  # fmt: skip
    out = logging.StreamHandler(sys.stderr)
    out.setFormatter(_Line("%(asctime)s %(message)s"))
    LOG.handlers, LOG.propagate = [out], False
    LOG.setLevel(logging.INFO)
    books, ended = Books(opened), threading.Event()
    relays = [Relay(way, books), *([Inbox(way, books)] if way.lmtp is not None else [])]
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    started: list[Relay] = []
    try:
        for relay in relays:
            try:
                relay.start()
            except OSError as failed:
                where = Hop(relay.hostname, relay.port)
                raise BadInput(
                    "bad-input",
                    say("cannot listen on {hop}: {why}", hop=str(where), why=failed.strerror or "?"),
                    say("give another --listen"),
                ) from None
            started.append(relay)
        LOG.info("relaying from %s to %s", way.listen, way.next)
        if way.lmtp is not None:
            LOG.info("taking mails in at %s", way.lmtp)
        ended.wait()
    finally:
        for relay in started:
            with suppress(AssertionError):
                relay.stop()
        books.close()
    LOG.info("stopped")
