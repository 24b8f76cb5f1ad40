"""Help desks: which there are, how each signs what it sends, and whose balance it shows no longer as it is."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal

from billing.values import dataclass

Kind = Literal["zendesk", "zammad", "freshdesk", "glpi", "odoo", "chatwoot", "freescout", "helpscout", "generic"]
PUSHED: tuple[Kind, ...] = ("zendesk", "zammad", "freshdesk", "glpi", "odoo", "chatwoot", "freescout")
FIELDS: dict[str, str] = {"glpi": "comment", "odoo": "x_support_balance"}  # where there is one of our name nowhere
USUAL_FIELD = "support_balance"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a desk shows of a customer: up to which position, and the digest of the sentence."""

    customer: int
    seq: int
    digest: str


def is_stale(shown: Shown | None, customer: int, seq: int) -> bool:
    """Whether something was recorded of a customer since his balance was pushed, or it is another's by now."""
    return shown is None or (shown.customer, shown.seq) != (customer, seq)


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a desk signs: which header has the signature, which the time, how long a time counts, and over what."""

    header: str
    algorithm: Literal["sha1", "sha256"]
    text: Literal["hex", "base64"]
    prefix: str = ""
    time_header: str | None = None
    valid: timedelta = timedelta(minutes=5)
    signed: Literal["body", "time+body", "body+time", "time.body"] = "body"


# As the vendors describe them; GLPI signs when it queues, and its queue is worked off by the clock.
SCHEMES: dict[str, Scheme] = {
    "zendesk": Scheme("x-zendesk-webhook-signature", "sha256", "base64",
                      time_header="x-zendesk-webhook-signature-timestamp", signed="time+body"),
    "zammad": Scheme("x-hub-signature", "sha1", "hex", prefix="sha1="),
    "helpscout": Scheme("x-helpscout-signature", "sha1", "base64"),
    "freescout": Scheme("x-freescout-signature", "sha1", "base64"),
    "glpi": Scheme("x-glpi-signature", "sha256", "hex", time_header="x-glpi-timestamp", valid=timedelta(hours=1),
                   signed="body+time"),
    "chatwoot": Scheme("x-chatwoot-signature", "sha256", "hex", prefix="sha256=", time_header="x-chatwoot-timestamp",
                       signed="time.body"),
}  # fmt: skip
_ID, _TIME, _SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"  # of Standard Webhooks


def is_signed(kind: str, secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Whether a desk sent a body, and just now where it signs the time; `headers` by names in small letters.

    A desk that signs nothing by itself (freshdesk, odoo) sends the secret in `Authorization: Bearer`; each may do as
    Standard Webhooks does.
    """
    if _SIGNATURE in headers:
        return _is_standard(secret, headers, body, now)
    if kind in ("freshdesk", "odoo"):
        scheme, _, given = headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and _same(given.strip(), secret)
    found = SCHEMES.get(kind)
    return found is not None and _is_signed_so(found, secret, headers, body, now)


def _is_signed_so(scheme: Scheme, secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    at = b"" if scheme.time_header is None else headers.get(scheme.time_header, "").encode()
    if scheme.time_header is not None and not _is_recent(at.decode(), now, scheme.valid):
        return False
    signed = {"body": body, "time+body": at + body, "body+time": body + at, "time.body": at + b"." + body}
    made = hmac.new(secret.encode(), signed[scheme.signed], scheme.algorithm).digest()
    written = made.hex() if scheme.text == "hex" else base64.b64encode(made).decode()
    return _same(headers.get(scheme.header, ""), scheme.prefix + written)


def _is_standard(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    id, at = headers.get(_ID, ""), headers.get(_TIME, "")
    if not id or not _is_recent(at, now, timedelta(minutes=5)):
        return False
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):  # a secret that a desk gave us: as it is
        key = secret.encode()
    made = hmac.new(key, f"{id}.{at}.".encode() + body, hashlib.sha256).digest()
    wanted = f"v1,{base64.b64encode(made).decode()}"
    return any(_same(one, wanted) for one in headers[_SIGNATURE].split())


def _is_recent(at: str, now: datetime, within: timedelta) -> bool:
    """Whether a time that was signed, in seconds or as ISO 8601 has it, is about now: what is older is a replay."""
    try:
        found = datetime.fromtimestamp(int(at), UTC) if at.isdecimal() else datetime.fromisoformat(at)
    except (ValueError, OverflowError, OSError):
        return False
    return found.tzinfo is not None and abs(now - found) <= within


def _same(given: str, wanted: str) -> bool:
    """Whether two texts are one, in a time that does not tell where they differ."""
    return hmac.compare_digest(given.encode(), wanted.encode())
