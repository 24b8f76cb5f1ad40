"""Refusals as problems (RFC 9457): the code that scripts rely on, what was wrong, what would work."""

import json
import logging
import os
from dataclasses import dataclass, field

from billing.core.signs import escaped
from billing.errors import Already, BadInput, DatabaseRefusal, Forbidden, MailRefusal, Refusal, ServerRefusal, Unknown
from billing.texts import say

LOG = logging.getLogger("billing.http")
FAULT = say("this is a fault of the program; its log says more")
MEDIA = "application/problem+json"
_STATUS: dict[type[Refusal], int] = {
    Unknown: 404,
    BadInput: 422,
    Forbidden: 409,
    Already: 409,
    DatabaseRefusal: 503,
    MailRefusal: 502,
    ServerRefusal: 502,
}
TITLES = {
    400: "No request",
    401: "Who asks?",
    403: "Not allowed",
    404: "Not found",
    405: "Not done here",
    406: "Not made in that kind",
    409: "A rule forbids it",
    413: "Too long",
    422: "A value is wrong",
    429: "Too often",
    500: "A fault of the program",
    502: "The mail server",
    503: "The database",
}


@dataclass(eq=False)
class Problem(Exception):
    """What was wrong, as it is answered."""

    status: int
    code: str
    detail: str
    remedy: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def body(self) -> bytes:
        """The document."""
        found = {
            "type": f"urn:billing:error:{self.code}",
            "title": TITLES[self.status],
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        }
        found |= {"remedy": self.remedy} if self.remedy else {}
        return escaped(json.dumps(found, ensure_ascii=False)).encode()


def of(refused: Refusal) -> Problem:
    """The problem that a refusal is; its words are English, as all of JSON."""
    status = next(status for kind, status in _STATUS.items() if isinstance(refused, kind))
    if refused.code == "not-allowed":
        status = 403
    headers = {"Retry-After": "5"} if status == 503 else {}
    remedy = None if refused.remedy is None else str(refused.remedy)
    return Problem(status, refused.code, str(refused.what), remedy, headers)


def fault(where: str, unexpected: Exception) -> Problem:
    """The problem that a fault of the program is; what it was is in the log alone, whole with BILLING_DEBUG."""
    if os.environ.get("BILLING_DEBUG"):
        LOG.exception("a fault of the program")
    LOG.error("%s: %s: %s", where, type(unexpected).__name__, unexpected)
    return Problem(500, "internal", str(FAULT))
