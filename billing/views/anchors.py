"""An anchor that was written."""

from datetime import datetime

from billing.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchored:
    """An anchor's file: of whose books, when, by which key; the digest, which the signature is over, names it."""

    file: str
    made_at: datetime
    issuer: str
    lines: int
    digest: str
    signature: str
    key: str  # the public one
    key_file: str  # where the secret one is
