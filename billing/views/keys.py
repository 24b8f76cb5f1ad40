"""Keys to the API, without what opens; only a new one is shown whole, once (A2)."""

from datetime import date, datetime
from typing import Literal

from billing.values import dataclass
from billing.views.fields import field

Standing = Literal["live", "expired", "revoked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyMade:
    """A new key; `key` is what opens, which nobody can show again."""

    name: str
    scope: str
    customer: str | None
    expires: date
    key: str | None = field(None, omit=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """A key and how it stands."""

    name: str
    scope: str
    customer: str | None
    made: datetime
    expires: date
    standing: Standing
    uses: int
    used: datetime | None


@dataclass(frozen=True, slots=True)
class Keys:
    """All keys, in the order in which they were made."""

    rows: tuple[KeyRow, ...] = field(key="keys")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyKnown:
    """Whose a key is: what a server needs to let somebody in."""

    name: str
    scope: str
    customer: str | None


@dataclass(frozen=True, slots=True)
class Used:
    """How many keys' uses were counted."""

    counted: int
