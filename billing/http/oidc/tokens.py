"""Whether an ID token may be believed (OpenID Connect Core 3.1.3.7): who signed it, for whom, when, which log-in."""

import hmac
import unicodedata
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from joserfc import jwk, jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, GuestProtocol, OKPKey, RSAKey

from billing.http.oidc.faults import Fault
from billing.http.oidc.settings import Settings
from billing.requests.agents import compared
from billing.values import dataclass

KINDS = {"RS256": "RSA", "ES256": "EC", "EdDSA": "OKP", "Ed25519": "OKP"}  # what may sign, and with which keys
SKEW_SECONDS = 60  # that the provider's clock may be off
OLDEST_SECONDS = 600  # of a token: a log-in lasts no longer
LEAST_BITS = 2048  # of RSA
MOST_KEYS = 100
PublicKey = RSAKey | ECKey | OKPKey
# Of short keys, which are left out here, and of EdDSA, whose newer name (RFC 9864) few providers use.
warnings.filterwarnings("ignore", category=SecurityWarning)


class UnknownKey(Exception):
    """A token that none of the keys that are known signed: they may have changed."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key of the provider's."""

    name: str | None
    kind: str
    alg: str | None
    key: PublicKey


def keys(found: Mapping[str, Any]) -> list[Key]:
    """The keys of a JWKS that can sign what we take; it may well hold others, for other uses, which are left out."""
    listed = found.get("keys")
    if not isinstance(listed, list):
        raise Fault("oidc-away", "no keys")
    made = (_key(one) for one in listed[:MOST_KEYS] if isinstance(one, dict))
    return [key for key in made if key is not None]


def _key(data: dict[str, Any]) -> Key | None:
    if data.get("kty") not in KINDS.values() or data.get("use", "sig") != "sig":
        return None
    try:
        key = jwk.import_key({name: data[name] for name in ("kty", "crv", "n", "e", "x", "y") if name in data})
        public = key.public_key if isinstance(key, (RSAKey, ECKey, OKPKey)) else None
    except (JoseError, ValueError, KeyError, TypeError):  # of a curve that is not known here, or no key at all
        return None
    assert isinstance(key, (RSAKey, ECKey, OKPKey))
    if isinstance(key, RSAKey) and getattr(public, "key_size", 0) < LEAST_BITS:
        return None
    name, alg = data.get("kid"), data.get("alg")
    return Key(name if isinstance(name, str) else None, data["kty"], alg if isinstance(alg, str) else None, key)


def claims(token: str, known: Iterable[Key]) -> dict[str, Any]:
    """What a token says, if one of the keys signed it. Raises UnknownKey where its key is none of them, Fault."""
    if token.count(".") != 2:
        raise Fault("oidc-token", "form")

    def signer(of: GuestProtocol) -> PublicKey:
        header = of.headers()
        name, alg = header.get("kid"), header.get("alg")
        if alg not in KINDS:
            raise Fault("oidc-token", "alg")
        fitting = [key for key in known if key.kind == KINDS[alg] and key.alg in (None, alg)
                   and (name is None or key.name == name)]  # fmt: skip
        if len(fitting) != 1:
            raise UnknownKey
        return fitting[0].key

    try:
        return dict(jwt.decode(token, signer, algorithms=list(KINDS)).claims)
    except (JoseError, ValueError, TypeError):
        raise Fault("oidc-token", "signature") from None


def email(said: Mapping[str, Any], settings: Settings, nonce: str, now: int) -> str:
    """The verified address of who logged in. `now` is in seconds since 1970. Raises Fault."""
    of = said.get("aud")
    audience = of if isinstance(of, list) else [of]
    for check, holds in (
        ("iss", said.get("iss") == settings.issuer),
        ("aud", settings.client in audience),
        ("azp", said.get("azp", None if len(audience) > 1 else settings.client) == settings.client),
        ("exp", _at(said, "exp") > now - SKEW_SECONDS),
        ("iat", now - OLDEST_SECONDS - SKEW_SECONDS <= _at(said, "iat") <= now + SKEW_SECONDS),
        ("nbf", "nbf" not in said or _at(said, "nbf") <= now + SKEW_SECONDS),
        ("nonce", hmac.compare_digest(str(said.get("nonce")).encode(), nonce.encode())),
        ("sub", isinstance(said.get("sub"), str)),
    ):
        if not holds:
            raise Fault("oidc-token", check)
    address = said.get("email")
    if not isinstance(address, str) or not unicodedata.is_normalized("NFC", address) or compared(address) is None:
        raise Fault("oidc-email", "none")  # a sign that is another one written differently is no address that we know
    if said.get(settings.verified) not in (True, "true", "1"):  # Entra and some others write it as text
        raise Fault("oidc-email", "not verified")
    return address


def _at(said: Mapping[str, Any], name: str) -> int:
    value = said.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Fault("oidc-token", name)
    return value
