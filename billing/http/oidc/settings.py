"""Which provider lets the staff in: from the environment alone, as nobody who keeps the books is to decide it."""

import os
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from urllib.parse import urlsplit

from billing import given as files
from billing.errors import BadInput, Forbidden
from billing.texts import Text, say
from billing.values import dataclass

URL = "BILLING_URL"
ISSUER, CLIENT, SECRET = "BILLING_OIDC_ISSUER", "BILLING_OIDC_CLIENT", "BILLING_OIDC_SECRET"
SECRET_FILE = "BILLING_OIDC_SECRET_FILE"
NAME, VERIFIED = "BILLING_OIDC_NAME", "BILLING_OIDC_VERIFIED"
BEGIN, BACK = "/staff/oidc", "/staff/oidc/back"  # where a log-in begins here, and where it comes back to
_HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Settings:
    """The provider, who we are there, and where it sends people back to."""

    issuer: str
    client: str
    secret: str = field(repr=False)
    back: str
    name: str  # on the button
    verified: str = "email_verified"  # the claim that says that the address was verified


def read(environ: Mapping[str, str]) -> Settings | None:
    """The settings; None where no provider is set. Raises BadInput (`bad-input`) where one is missing or wrong."""
    given = {name: environ.get(name, "").strip() for name in (ISSUER, CLIENT, SECRET, SECRET_FILE, URL)}
    if not any(given[name] for name in (ISSUER, CLIENT, SECRET, SECRET_FILE)):
        return None
    secret = given[SECRET] or _kept(given[SECRET_FILE])
    for name, value in ((ISSUER, given[ISSUER]), (CLIENT, given[CLIENT]), (SECRET, secret), (URL, given[URL])):
        if not value:
            needed = say("a log-in at a provider needs {variables}", variables=[ISSUER, CLIENT, SECRET, URL])
            raise BadInput("bad-input", say("{variable} is not set", variable=name), needed)
    for name in (ISSUER, URL):
        if not is_safe(given[name]) or urlsplit(given[name]).query:
            raise _wrong(name, given[name], say("give an address with https://; http:// for this machine alone"))
    return Settings(
        issuer=given[ISSUER],
        client=given[CLIENT],
        secret=secret,
        back=given[URL].rstrip("/") + BACK,
        name=environ.get(NAME, "").strip() or urlsplit(given[ISSUER]).hostname or "",
        verified=environ.get(VERIFIED, "").strip() or "email_verified",
    )


def is_safe(url: object) -> bool:
    """Whether what is sent to an address is read by its host alone: https, or this machine."""
    try:
        parts = urlsplit(url) if isinstance(url, str) and url.isprintable() and " " not in url else None
        host, _port = (None, None) if parts is None else (parts.hostname, parts.port)
    except ValueError:
        return False
    if parts is None or not host or "@" in parts.netloc or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in _HERE)


def _kept(path: str) -> str:
    """What a file holds that only its owner may read."""
    if not path:
        return ""
    file = Path(path)
    try:
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise Forbidden("not-allowed", say("others can read the secret in {file}", file=path),
                            say("chmod 600 {file}", file=path))  # fmt: skip
        return files.text(file).strip()
    except (OSError, ValueError) as failed:
        raise _wrong(SECRET_FILE, path, getattr(failed, "strerror", None) or "?") from None


def _wrong(variable: str, value: str, what: Text | str) -> BadInput:
    return BadInput("bad-input", say("{variable} {value!r}", variable=variable, value=value), what)
