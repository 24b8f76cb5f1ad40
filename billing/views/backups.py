"""A copy of the whole database, and one that was put back."""

from datetime import datetime

from billing.values import dataclass
from billing.views.audit import AnchorSeen, Checked


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """A copy that was made, what an audit of it found, and its anchor's file."""

    file: str
    size: int  # bytes
    made_at: datetime
    anchor: str
    key: str
    checked: Checked
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Since:
    """A customer of whom more was recorded after the backup: his position in it, and in what was replaced."""

    customer: str
    then: int
    now: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A backup that was put in place, the anchor it fits, and what was recorded in the old database since."""

    database: str
    file: str
    anchor: AnchorSeen | None  # none: it was not asked for
    checked: Checked | None  # none: of a version before this program's, which `init` brings up
    since: tuple[Since, ...]
    kept: str | None  # where the database is that was replaced
