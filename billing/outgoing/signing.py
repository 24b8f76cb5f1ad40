"""Signatures of webhooks as Standard Webhooks has them: over the id, the time and the body, so that none changes."""

import base64
import hashlib
import hmac

PREFIX = "whsec_"


def headers(secret: str, id: str, at: int, body: str) -> dict[str, str]:
    """The three headers of a message that is sent at a moment (seconds of Unix time)."""
    return {"webhook-id": id, "webhook-timestamp": str(at), "webhook-signature": signature(secret, id, at, body)}


def signature(secret: str, id: str, at: int, body: str) -> str:
    """`v1,` and the HMAC-SHA256 in base64 under the secret's bytes."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{id}.{at}.{body}".encode()
    return f"v1,{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"
