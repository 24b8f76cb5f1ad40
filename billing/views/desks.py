"""Help desks, and what each is to show of whom. A secret is shown when it is made."""

from datetime import datetime

from billing.core.helpdesks import Kind
from billing.values import dataclass
from billing.views.fields import field


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskMade:
    """A new help desk; `secret` signs what it sends, and is shown only now where we made it."""

    name: str
    kind: Kind
    secret: str | None = field(None, omit=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRow:
    """A help desk: how many of its customers are known, and when one was pushed last."""

    name: str
    kind: Kind
    url: str | None
    place: str = field(key="field")
    settings: dict[str, str]
    frame: str | None
    customers: int
    pushed: datetime | None


@dataclass(frozen=True, slots=True)
class Desks:
    """All help desks."""

    rows: tuple[DeskRow, ...] = field(key="desks")


@dataclass(frozen=True, slots=True)
class DeskRemoved:
    """A help desk that is gone."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToPush:
    """What a desk is to show of a customer, whom it knows by an id of its own."""

    customer: str
    id: str
    seq: int
    text: str
    html: str
    minutes: int
    position: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushes:
    """What a desk does not show as it is, and where it is shown."""

    name: str
    kind: Kind
    url: str | None
    place: str = field(key="field")
    settings: dict[str, str]
    rows: tuple[ToPush, ...]


@dataclass(frozen=True, slots=True)
class PushKept:
    """Up to where a desk shows a customer now."""

    desk: str
    id: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskKept:
    """A help desk as a server needs it, to know what it sends."""

    name: str
    kind: Kind
    secret: str
    settings: dict[str, str]
    frame: str | None
    timezone: str  # of the issuer, whose days are those of work (T5)


@dataclass(frozen=True, slots=True)
class DeskEntry:
    """The entry that stands for what a desk has under an id; none was logged where there is none."""

    entry: str | None
    live: bool
