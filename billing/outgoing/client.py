"""Asks one address over HTTP, as a stranger told us to: nothing inside our network, no redirect, no endless answer.

A name is looked up once, all its addresses are checked, and the connection goes to one that was: a name that means
another address a moment later leads nowhere. Only whoever runs the program can let hosts inside be asked.
"""

import http.client
import ipaddress
import os
import socket
import ssl
from collections.abc import Mapping
from dataclasses import field
from threading import Timer
from urllib.parse import urlsplit

from billing.core.signs import on_one_line
from billing.values import dataclass

INSIDE = "BILLING_HOSTS_INSIDE"  # hosts that may be inside our network, with blanks between
PATIENCE_SECONDS = 10.0  # for each step
DEADLINE_SECONDS = 30.0  # for all of it
MOST_BYTES = 64 * 1024  # of an answer that are read
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Ip = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: a method, a web address, headers, a body."""

    url: str
    body: bytes = b""
    headers: Mapping[str, str] | None = None
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Answer:
    """The status, and the beginning of what was said; without a status nobody answered, and `said` is why."""

    status: int | None
    said: str
    headers: Mapping[str, str] = field(default_factory=dict)  # by names in small letters

    @property
    def taken(self) -> bool:
        """Whether it was done: any status from 200 to 299; a redirect is none."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def away(self) -> bool:
        """Whether whoever should answer is not there for anybody: no answer, too often, or a fault of its own."""
        return self.status is None or self.status == 429 or self.status >= 500


class Refused(Exception):
    """An address that is not asked."""


def ask(asked: Asked, whole: bool = False, most: int = MOST_BYTES) -> Answer:
    """Asks, and answers what was said; what cannot be asked or does not answer is an answer without a status.

    What was said is one line that can be shown, or `whole` as it came, up to so many bytes.
    """
    try:
        return _asked(asked, whole, most)
    except Refused as refused:
        return Answer(None, str(refused))
    except (OSError, http.client.HTTPException, ValueError) as failed:
        why = getattr(failed, "strerror", None) or str(failed) or type(failed).__name__
        return Answer(None, _line(str(why)))


def check(url: str) -> str:
    """An IP address of a web address's host that may be asked. Raises Refused for any other, OSError where none is."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host.casefold() in os.environ.get(INSIDE, "").casefold().split():
        return _addresses(host, _port(url))[0]
    if parts.scheme != "https":
        raise Refused(f"{parts.scheme}://{host} is not asked: what is sent goes over https alone")
    found = _addresses(host, _port(url))
    for address in found:
        if not is_outside(ipaddress.ip_address(address)):
            raise Refused(f"{host} is inside the network ({address}), and is not asked; {INSIDE} lets it")
    return found[0]


def is_outside(address: Ip) -> bool:
    """Whether an address is one of the open internet, also where one of another kind is written in it."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return is_outside(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if any(one is not None for one in inner):
            return all(is_outside(one) for one in inner if one is not None)
    return address.is_global and not address.is_multicast


def _addresses(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]).partition("%")[0] for one in found]


def _port(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)


def _asked(asked: Asked, whole: bool, most: int) -> Answer:
    parts = urlsplit(asked.url)
    connection = _connected(asked.url, parts.hostname or "", parts.scheme == "https")
    over = Timer(DEADLINE_SECONDS, _cut, [connection])
    over.daemon = True
    over.start()
    try:
        connection.request(asked.method, f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}", asked.body,
                           dict(asked.headers or {}))  # fmt: skip
        answer = connection.getresponse()
        said = answer.read(most).decode("utf-8", "replace")
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, said if whole else _line(said), headers)
    finally:
        over.cancel()
        connection.close()


def _connected(url: str, host: str, secure: bool) -> http.client.HTTPConnection:
    """A connection to the very address that was checked; the certificate is the host's."""
    address, port = check(url), _port(url)
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE_SECONDS)
    line = socket.create_connection((address, port), timeout=PATIENCE_SECONDS)
    try:
        connection.sock = ssl.create_default_context().wrap_socket(line, server_hostname=host) if secure else line
    except BaseException:
        line.close()
        raise
    connection.auto_open = 0  # a line that broke is not opened again, to who knows whom
    if secure:
        connection.default_port = 443
    return connection


def _cut(connection: http.client.HTTPConnection) -> None:
    """Ends a connection in whose answer somebody waits."""
    line = connection.sock
    if line is not None:
        try:
            line.shutdown(socket.SHUT_RDWR)
        except OSError:  # it is over by itself
            return


def _line(said: str) -> str:
    """What was said, on one line of bounded length."""
    return on_one_line(said)[:300]
