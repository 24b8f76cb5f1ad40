"""A provider of log-ins in this process: it checks what the standard says, and answers what it is told to."""

import base64
import hashlib
import hmac
import json
import secrets
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from tests.outgoing.listener import Heard, Listener, listening

CLIENT, SECRET = "billing app", "s3cret/:é"
RSA, EC, ED, OTHER = (
    RSAKey.generate_key(2048, {"kid": "r1"}), ECKey.generate_key("P-256", {"kid": "e1"}),
    OKPKey.generate_key("Ed25519", {"kid": "o1"}), RSAKey.generate_key(2048, {"kid": "r2"}),
)  # fmt: skip
with warnings.catch_warnings(action="ignore"):
    WEAK = RSAKey.generate_key(1024, {"kid": "w1"})


@dataclass
class Vouching:
    """What it says of who logs in: `claims` over the right ones, signed by `key` as `alg`; `listed` are its keys."""

    listener: Listener
    claims: dict[str, Any] = field(default_factory=dict)
    alg: str = "RS256"
    key: Any = field(default_factory=lambda: RSA)
    listed: tuple[Any, ...] = (RSA, EC, ED, WEAK)
    says: dict[str, tuple[int, str]] = field(default_factory=dict)  # by path, in place of the right answer
    discovery: dict[str, Any] = field(default_factory=dict)
    strict: bool = True  # whether a code is good once
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.listener.url

    def asked(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(heard.path == path for heard in self.listener.heard)

    def lets_in(self, place: str) -> dict[str, str]:
        """Somebody logs in where he was sent: what the browser brings back."""
        parts = urlsplit(place)
        query = {name: values[0] for name, values in parse_qs(parts.query, strict_parsing=True).items()}
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{self.url}/login"
        assert (query["response_type"], query["client_id"], query["code_challenge_method"]) == ("code", CLIENT, "S256")
        assert set(query["scope"].split()) == {"openid", "email"}
        code = secrets.token_urlsafe(8)
        self.codes[code] = query
        return {"code": code, "state": query["state"], "iss": self.url}

    def answer(self, heard: Heard) -> tuple[int, str]:
        path = urlsplit(heard.path).path
        if path in self.says:
            return self.says[path]
        match path:
            case "/.well-known/openid-configuration":
                found = {"issuer": self.url, "authorization_endpoint": f"{self.url}/login",
                         "token_endpoint": f"{self.url}/token", "jwks_uri": f"{self.url}/keys"}  # fmt: skip
                return 200, json.dumps(found | self.discovery)
            case "/keys":
                more = [{"kty": "EC", "crv": "P-1"}, {"kty": "oct", "k": "AAAA"}, {"kty": "RSA", "use": "enc"}, 7]
                return 200, json.dumps({"keys": [*more, *(key.as_dict(private=False) for key in self.listed)]})
            case "/token":
                return self._exchanged(heard)
        return 404, ""

    def _exchanged(self, heard: Heard) -> tuple[int, str]:
        form = {name: values[0] for name, values in parse_qs(heard.body, strict_parsing=True).items()}
        login = heard.headers.get("authorization", "").removeprefix("Basic ")
        told = base64.b64decode(login).decode() if login else ""
        by_header = told == "billing%20app:s3cret%2F%3A%C3%A9"
        if not by_header and (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return 401, '{"error": "invalid_client"}'
        asked = (self.codes.pop if self.strict else self.codes.get)(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if asked is None or asked["code_challenge"] != _text(digest) or asked["redirect_uri"] != form["redirect_uri"]:
            return 400, '{"error": "invalid_grant"}'
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "sub": "42", "iat": now, "exp": now + 300, "nonce": asked["nonce"],
                  "email": "Ana@Acme.example", "email_verified": True} | self.claims  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        return 200, json.dumps({"access_token": "x", "token_type": "Bearer", "id_token": self._signed(claims)})

    def _signed(self, claims: dict[str, Any]) -> str:
        header = {"alg": self.alg, "kid": self.key.kid}
        if self.alg not in ("none", "HS256"):
            return jwt.encode(header, claims, self.key, algorithms=[self.alg])
        # unsigned; or with the public key as the secret, which takes in who asks the token how to check it
        body = f"{_text(json.dumps(header).encode())}.{_text(json.dumps(claims).encode())}"
        digest = hmac.new(RSA.as_pem(private=False), body.encode(), hashlib.sha256).digest()
        return f"{body}.{'' if self.alg == 'none' else _text(digest)}"


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@contextmanager
def vouching() -> Iterator[Vouching]:
    with listening() as listener:
        found = Vouching(listener)
        said: dict[int, str] = {}

        def answers(heard: Heard) -> int:
            status, said[id(heard)] = found.answer(heard)
            return status

        listener.answers = answers
        listener.says = lambda heard: said.pop(id(heard))
        yield found
