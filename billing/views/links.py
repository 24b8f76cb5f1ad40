"""Links without what opens, sessions without what they hold; only what is new is shown whole, once (A2)."""

from datetime import date, datetime

from billing.values import dataclass
from billing.views.fields import field
from billing.views.keys import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMade:
    """A new link; `token` is what opens, which nobody can show again."""

    link: str
    role: str
    customer: str | None = field(None, omit=True)
    contact: str | None = field(None, omit=True)
    cases: str | None = field(None, omit=True)
    agent: str | None = field(None, omit=True)
    expires: date
    token: str | None = field(None, omit=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """A link and how it stands."""

    link: str
    role: str
    customer: str | None
    contact: str | None
    agent: str | None
    made: datetime
    expires: date
    standing: Standing
    uses: int
    used: datetime | None


@dataclass(frozen=True, slots=True)
class Links:
    """All links, in the order in which they were made."""

    rows: tuple[LinkRow, ...] = field(key="links")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A session that began, until when at most; `session` is what opens, shown once. Of one that ended: nothing."""

    role: str
    expires: date
    session: str | None = field(None, omit=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionKnown:
    """Whose a session is: what a server needs to let somebody in; `name` is what he records is recorded by."""

    name: str
    role: str
    customer: str | None
    contact: str | None
    own_cases: bool
    language: str | None  # the customer's, in which papers are written to him
    expires: date
