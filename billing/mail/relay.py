"""The relay: takes a mail, adds the balance, and hands it to the next hop, which takes it before we say that we did.

It keeps nothing: each command goes on to the next hop while the client waits, and what that answers is what the client
is answered. Where the next hop is away, or either side is stopped, the client is told to try again (451) or is not
answered, and keeps the mail (RFC 5321, 4.2.5).
"""

import asyncio
import ipaddress
import logging
import smtplib
import socket
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from billing.errors import BadInput
from billing.mail import stamping
from billing.mail.placing import MARKER
from billing.mail.settings import Settings
from billing.service import Billing, Door
from billing.texts import say
from billing.values import dataclass

LOG = logging.getLogger("billing.mail")
PATIENCE = 300  # seconds for the next hop's answer, as RFC 5321 (4.5.3.2) gives it
AWAY = "451 4.4.1 the next hop is away, try again"
BROKEN = "451 4.4.2 the next hop did not say whether it took the mail, try again"
NOT_HERE = "554 5.7.1 not from here"
AT_ONCE = 50  # mails that go through at a time
_NULL = "<>"  # how aiosmtpd calls the sender of what a machine sends

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LOOPBACK: tuple[Network, ...] = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))


@dataclass(frozen=True, slots=True)
class Hop:
    """Where somebody listens: a host and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Way:
    """How a relay works: where it listens and for whom, who is next, how large a mail may be; and which domains are
    ours, what the sentence replaces."""

    listen: Hop
    next: Hop
    inside: tuple[str, ...] = ()
    marker: str = MARKER
    allowed: tuple[Network, ...] = LOOPBACK
    largest: int = 100_000_000  # bytes
    lmtp: Hop | None = None  # where mails come in, if they do
    settings: Settings | None = None  # of the server that takes what is answered to them; none: nothing is


def hop(text: str) -> Hop:
    """A host and a port, as `127.0.0.1:10025`. Raises BadInput."""
    host, colon, port = text.strip().rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdecimal() or not 0 < int(port) < 65536:
        raise BadInput(
            "bad-input", say("{given!r} is no host and port", given=text), say("write it as 127.0.0.1:10025")
        )
    return Hop(host.removeprefix("[").removesuffix("]"), int(port))


def network(text: str) -> Network:
    """A network or an address of it, as `10.0.0.0/24`. Raises BadInput."""
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        raise BadInput(
            "bad-input", say("{given!r} is no network", given=text), say("write it as 10.0.0.0/24")
        ) from None


class Books:
    """The books as they are today, opened by the first mail that needs them; they may be away for a while.

    A database is opened once; to a server each thread has a connection of its own.
    """

    def __init__(self, opened: Callable[[], Door]) -> None:
        self._opened = opened
        self._books: Billing | None = None
        self._own = threading.local()
        self._lock = threading.Lock()

    def __call__(self) -> Door:
        with self._lock:
            if self._books is not None:
                return self._books.acting(None)
            own: Door | None = getattr(self._own, "books", None)
            found = own or self._opened()
            if isinstance(found, Billing):
                self._books = found
                return found.acting(None)
            self._own.books = found
            return found

    def close(self) -> None:
        """Ends the connection to the database."""
        with self._lock:
            if self._books is not None:
                self._books.close()
            self._books = None


class Passing:
    """One client's connection, with one to the next hop that follows it step by step."""

    def __init__(self, way: Way, books: Callable[[], Door], pool: ThreadPoolExecutor) -> None:
        self._way, self._books, self._pool = way, books, pool
        self._next: smtplib.SMTP | None = None

    # What aiosmtpd calls

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Begins a mail at the next hop too."""
        if not is_allowed(session.peer, self._way.allowed):
            return NOT_HERE
        answer = await self._in_thread(lambda: self._mail(address, options))
        if answer.startswith("2"):
            envelope.mail_from, envelope.mail_options = address, options
        return answer

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Whether a recipient is taken is the next hop's to say."""
        answer = await self._in_thread(lambda: self._asked(lambda to: to.rcpt(address)))
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """The mail, with the balance or as it came."""
        data = envelope.content
        assert isinstance(data, bytes)
        sender = None if envelope.mail_from in (None, "", _NULL) else envelope.mail_from
        found = stamping.Envelope(sender, tuple(envelope.rcpt_tos))
        return await self._in_thread(lambda: self._data(data, found))

    async def handle_RSET(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """The mail is given up."""
        if self._next is not None:
            await self._in_thread(lambda: self._asked(lambda to: to.rset()))
        return "250 OK"

    async def handle_exception(self, error: Exception) -> str:
        """A fault of ours is no reason to give a mail back."""
        LOG.error("a fault: %s: %s", type(error).__name__, error)
        return "451 4.3.0 a fault, try again"

    async def _in_thread(self, asked: Callable[[], str]) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._pool, asked)

    # What the next hop is asked, each in a thread

    def _mail(self, address: str, options: list[str]) -> str:
        sender = "" if address == _NULL else address
        return self._asked(lambda to: to.mail(sender, _known(to, options)), anew=True)

    def _data(self, data: bytes, envelope: stamping.Envelope) -> str:
        found = stamping.stamp(self._books, data, envelope, self._way.inside, self._way.marker)
        answer = self._asked(lambda to: to.data(found.data), broken=BROKEN)
        if found.customer is None:
            LOG.info("as it came: %s; %s", found.why, answer)
        else:
            LOG.info("with the balance of %s at %s; %s", found.customer, found.position, answer)
        return answer

    def _asked(self, ask: Callable[[smtplib.SMTP], tuple[int, bytes]], anew: bool = False, broken: str = AWAY) -> str:
        """What the next hop answers; where it is away, that the client is to try again."""
        try:
            if self._next is None:
                if not anew:
                    return AWAY
                self._next = self._connected()
            return _answer(*ask(self._next))
        except smtplib.SMTPNotSupportedError:
            return "550 5.6.7 the next hop takes no such addresses"
        except smtplib.SMTPResponseException as refused:
            return _answer(refused.smtp_code, refused.smtp_error)
        except (smtplib.SMTPException, OSError, ValueError) as failed:
            LOG.warning("next hop %s: %s", self._way.next, failed)
            self.close()
            return broken

    def _connected(self) -> smtplib.SMTP:
        found = smtplib.SMTP(
            self._way.next.host, self._way.next.port, local_hostname=socket.gethostname() or "localhost",
            timeout=PATIENCE,
        )  # fmt: skip
        try:
            found.ehlo_or_helo_if_needed()
        except BaseException:
            found.close()
            raise
        return found

    def close(self) -> None:
        """Ends the connection to the next hop; a mail that is not through is not taken there."""
        if self._next is not None:
            self._next.close()
        self._next = None


class _Server(SMTP):
    """A client's connection; a line of a mail may be longer than the standards have it, and goes on as it is."""

    line_length_limit = 2**24

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.close()
        super().connection_lost(error)


class Relay(Controller):
    """Listens; each client has a connection of its own to the next hop."""

    def __init__(self, way: Way, books: Callable[[], Door]) -> None:
        self._way, self._books = way, books
        self._pool = ThreadPoolExecutor(AT_ONCE, "mail")
        super().__init__(None, way.listen.host, way.listen.port, data_size_limit=way.largest, ident="billing")

    def factory(self) -> SMTP:
        """Who speaks with a new client."""
        return _Server(Passing(self._way, self._books, self._pool), **self.SMTP_kwargs)

    def stop(self, no_assert: bool = False) -> None:
        super().stop(no_assert)
        self._pool.shutdown(wait=False, cancel_futures=True)


def is_allowed(peer: object, allowed: Sequence[Network]) -> bool:
    """Whether somebody at an address may send through us: whoever else may would send in our name."""
    host = peer[0] if isinstance(peer, tuple) and peer else ""
    try:
        address = ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return any(mapped in network for network in allowed)


def _known(server: smtplib.SMTP, options: list[str]) -> list[str]:
    """What a mail is begun with, as the next hop knows it; its size has changed, and shows."""
    found = [each for each in options if not each.upper().startswith("SIZE=")]
    if not server.has_extn("8bitmime"):
        found = [each for each in found if not each.upper().startswith("BODY=")]
    return found


def _answer(code: int, said: bytes | str) -> str:
    """An answer of the next hop for the client; that it hangs up is ours to bear (421)."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    line = " ".join("".join(sign if " " <= sign < "\x7f" else " " for sign in text).split())[:400]
    return AWAY if code == 421 or not 200 <= code < 600 else f"{code} {line or 'OK'}"
