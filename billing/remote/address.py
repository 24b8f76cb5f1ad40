"""Where a server is, and the key that opens it: out of an address, an environment, a file that nobody else reads."""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from billing import given as files
from billing.errors import BadInput, Forbidden
from billing.texts import say
from billing.values import dataclass

_HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Address:
    """A server: its host and port, whether by TLS, and the path before its own."""

    host: str
    port: int
    tls: bool
    path: str

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.tls else 80
        return f"http{'s' if self.tls else ''}://{host}{f':{self.port}' if self.port != usual else ''}{self.path}"


def is_server(url: str) -> bool:
    """Whether a database is named by the address of a server that has it."""
    return url.lower().startswith(("https://", "http://"))


def address(url: str) -> Address:
    """The server at an address. Raises BadInput where it is none, holds a name or a key, or would send the key bare."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as wrong:
        raise BadInput("bad-input", say("BILLING_DB is no address: {wrong}", wrong=wrong)) from None
    host = parts.hostname or ""
    tls = parts.scheme == "https"
    if not host or parts.username is not None or parts.query or parts.fragment or not url.isascii():
        raise BadInput(
            "bad-input",
            say("BILLING_DB is no address of a server"),
            say("write it as https://billing.example.org; the key is in BILLING_KEY"),
        )
    if not tls and host not in _HERE:
        raise BadInput(
            "bad-input",
            say("{host} would be sent the key unencrypted", host=host),
            say("use https://; http:// is for this machine alone"),
        )
    return Address(host, port or (443 if tls else 80), tls, parts.path.rstrip("/"))


def key(env: Mapping[str, str]) -> str:
    """The key: BILLING_KEY, or what is in BILLING_KEY_FILE or ~/.config/billing/key, which only its owner may read.

    Raises `not-allowed` where there is none, and where others could read it.
    """
    given = env.get("BILLING_KEY", "").strip()
    if not given:
        given = _kept(env)
    if not given.isascii() or not given.isprintable() or " " in given:
        raise BadInput("bad-input", say("the key holds signs that no key has"), say("give it as it was printed"))
    return given


def _kept(env: Mapping[str, str]) -> str:
    named = env.get("BILLING_KEY_FILE")
    file = Path(named) if named else _home(env)
    try:
        if file is not None and os.name == "posix" and file.stat().st_mode & 0o077:
            raise Forbidden(
                "not-allowed",
                say("others can read the key in {file}", file=str(file)),
                say("chmod 600 {file}", file=str(file)),
            )
        found = "" if file is None else files.text(file).strip()
    except FileNotFoundError:
        found = ""
    except (OSError, ValueError) as failed:
        raise BadInput(
            "bad-input",
            say("cannot read {file}: {strerror}", file=str(file), strerror=getattr(failed, "strerror", None) or "?"),
        ) from None
    if not found:
        raise Forbidden(
            "not-allowed",
            say("the server asks for a key"),
            say("put it in BILLING_KEY, or in {file} with mode 600", file=str(file or "BILLING_KEY_FILE")),
        )
    return found


def _home(env: Mapping[str, str]) -> Path | None:
    try:
        return Path(env.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "billing" / "key"
    except RuntimeError:
        return None
