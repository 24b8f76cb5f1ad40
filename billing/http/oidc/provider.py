"""Asks the provider: the authorization code flow with PKCE, its addresses from discovery, its keys from its JWKS.

What binds a log-in to a browser is one random value in a cookie: state, nonce and the verifier of PKCE are derived from
it and from when it began, so that the server keeps nothing, and none of the three tells another.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Mapping
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import quote, urlencode

from billing.http.oidc import tokens
from billing.http.oidc.faults import Fault
from billing.http.oidc.settings import Settings, is_safe
from billing.http.oidc.tokens import Key, UnknownKey
from billing.outgoing import client
from billing.outgoing.client import Asked
from billing.values import dataclass

LATEST_SECONDS = 600  # that somebody may take at the provider's
KEPT_SECONDS = 3600  # for which its addresses and keys are kept
AT_ONCE = 3  # questions to the provider: one that does not answer holds up no more of the server than that
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser goes, and what its cookie holds."""

    place: str
    cookie: str


@dataclass(frozen=True, slots=True)
class Places:
    """The provider's addresses, and how it wants to be told the secret."""

    login: str
    token: str
    keys: str
    in_header: bool


@dataclass(frozen=True, slots=True)
class _Secret:
    """What a cookie holds."""

    value: str
    at: int

    def of(self, use: str) -> str:
        """What is derived of it for a use: 43 signs."""
        digest = hmac.new(self.value.encode(), f"{use}.{self.at}".encode(), hashlib.sha256).digest()
        return _text(digest)


class Provider:
    """A provider of log-ins."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self.settings = settings
        self._clock = clock
        self._places: tuple[int, Places] | None = None  # with when they were asked for
        self._keys: tuple[int, list[Key]] | None = None
        self._room = BoundedSemaphore(AT_ONCE)

    def begin(self) -> Begun:
        """A log-in that begins. Raises Fault."""
        places, secret = self._found(), _Secret(secrets.token_urlsafe(32), self._now())
        challenge = _text(hashlib.sha256(secret.of("verifier").encode()).digest())
        query = urlencode({
            "response_type": "code", "scope": "openid email", "client_id": self.settings.client,
            "redirect_uri": self.settings.back, "state": secret.of("state"), "nonce": secret.of("nonce"),
            "code_challenge": challenge, "code_challenge_method": "S256",
        })  # fmt: skip
        return Begun(f"{places.login}{'&' if '?' in places.login else '?'}{query}", f"{secret.at}.{secret.value}")

    def email(self, query: Mapping[str, str], cookie: str) -> str:
        """The verified address of who comes back from the provider. Raises Fault."""
        secret = self._held(cookie)
        if not hmac.compare_digest(query.get("state", "").encode(), secret.of("state").encode()):
            raise Fault("oidc-state", "state")
        if query.get("iss", self.settings.issuer) != self.settings.issuer:  # RFC 9207
            raise Fault("oidc-state", "iss")
        if "error" in query or not query.get("code"):
            raise Fault("oidc-refused", "log-in")
        token = self._exchanged(query["code"], secret.of("verifier"))
        try:
            said = tokens.claims(token, self._known(KEPT_SECONDS))
        except UnknownKey:
            said = self._with_new_keys(token)
        return tokens.email(said, self.settings, secret.of("nonce"), self._now())

    def _held(self, cookie: str) -> _Secret:
        at, _, value = cookie.partition(".")
        if not (at.isascii() and at.isdecimal() and len(at) < 12 and len(value) >= 43):
            raise Fault("oidc-late", "no cookie")
        if not -tokens.SKEW_SECONDS <= self._now() - int(at) <= LATEST_SECONDS:
            raise Fault("oidc-late", "too old")
        return _Secret(value, int(at))

    def _with_new_keys(self, token: str) -> dict[str, Any]:
        """What a token says that a new key may have signed: the keys are asked for again, once."""
        try:
            return tokens.claims(token, self._known(0))
        except UnknownKey:
            raise Fault("oidc-token", "kid") from None

    def _exchanged(self, code: str, verifier: str) -> str:
        places, ours = self._found(), self.settings
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": ours.back, "code_verifier": verifier}
        headers = {"Content-Type": _FORM, "Accept": "application/json"}
        if places.in_header:
            pair = f"{quote(ours.client, safe='')}:{quote(ours.secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": ours.client, "client_secret": ours.secret}
        found = self._asked(Asked(places.token, urlencode(form).encode(), headers))
        token = found.get("id_token")
        if not isinstance(token, str):
            raise Fault("oidc-token", "none")
        return token

    def _found(self) -> Places:
        if self._places is not None and self._now() - self._places[0] < KEPT_SECONDS:
            return self._places[1]
        found = self._asked(self._get(self.settings.issuer.rstrip("/") + "/.well-known/openid-configuration"))
        if found.get("issuer") != self.settings.issuer:
            raise Fault("oidc-away", "another issuer")
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if not all(is_safe(found.get(name)) for name in names):
            raise Fault("oidc-away", "addresses")
        ways = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        in_header = not isinstance(ways, list) or "client_secret_post" not in ways or "client_secret_basic" in ways
        places = Places(found[names[0]], found[names[1]], found[names[2]], in_header)
        self._places = (self._now(), places)
        return places

    def _known(self, kept: int) -> list[Key]:
        if self._keys is not None and self._now() - self._keys[0] < kept:
            return self._keys[1]
        found = tokens.keys(self._asked(self._get(self._found().keys)))
        self._keys = (self._now(), found)
        return found

    def _get(self, url: str) -> Asked:
        return Asked(url, headers={"Accept": "application/json"}, method="GET")

    def _asked(self, asked: Asked) -> dict[str, Any]:
        """What the provider answers; what is not there, is too long or no JSON is `oidc-away`."""
        if not self._room.acquire(blocking=False):
            raise Fault("oidc-away", "too many at once")
        try:
            answer = client.ask(asked, whole=True)
        finally:
            self._room.release()
        if answer.status in (400, 401, 403) and asked.method == "POST":
            raise Fault("oidc-refused", f"code, status {answer.status}")
        if not answer.taken:
            raise Fault("oidc-away", "no answer" if answer.status is None else f"status {answer.status}")
        try:
            found = json.loads(answer.said)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise Fault("oidc-away", "no JSON")
        return found

    def _now(self) -> int:
        return int(self._clock())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
