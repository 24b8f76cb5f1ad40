"""Keys to the API: made, listed, revoked, known by what was shown once, counted (A2)."""

from datetime import datetime
from typing import Annotated, ClassVar

from billing.core.access import SCOPES
from billing.errors import BadInput
from billing.requests.base import Question, Request
from billing.requests.fields import Letters, OneOf, Whole, Word, option
from billing.texts import say
from billing.values import dataclass
from billing.views.keys import KeyKnown, KeyMade, KeyRow, Keys, Used

USUAL_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class AddKey(Request[KeyMade]):
    """A key for a program: what it may is its scope, `customer` bounds it to one; it ends by itself (A1, A2)."""

    KIND: ClassVar[str] = "key"
    name: Word
    scope: Annotated[str, OneOf(tuple(SCOPES))]
    customer: Word | None = None
    days: Annotated[int, Whole(1, 3650)] = option(USUAL_DAYS)

    def __post_init__(self) -> None:
        super(AddKey, self).__post_init__()
        if self.scope == "customer" and self.customer is None:
            raise BadInput("bad-input", say("a key of a customer needs to know whose"), say("name the customer"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeKey(Request[KeyRow]):
    """The end of a key: from now on it opens nothing (A2)."""

    KIND: ClassVar[str] = "key-end"
    name: Word


@dataclass(frozen=True, slots=True, kw_only=True)
class CountUses(Request[Used]):
    """How often keys were used since that was last told (A2): names, counts, and when last."""

    KIND: ClassVar[str] = "key-uses"
    uses: tuple[tuple[str, int], ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AskKeys(Question[Keys]):
    """All keys that were ever made, without what opens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskKey(Question[KeyKnown]):
    """Whose a key is, for the door of a server; one that opens nothing is `not-allowed` (A2)."""

    key: Annotated[str, Letters(200)]
