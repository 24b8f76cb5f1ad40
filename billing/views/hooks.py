"""Hooks and what they are told. A secret is shown when it is made; whoever delivers reads it again, for it signs."""

from datetime import datetime

from billing.values import dataclass
from billing.views.fields import field


@dataclass(frozen=True, slots=True, kw_only=True)
class HookMade:
    """A new hook; `secret` is what its listener checks signatures with, shown only now."""

    hook: int
    url: str
    events: tuple[str, ...]
    secret: str | None = field(None, omit=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class HookRow:
    """A hook: what it is told of, how much waits for it, and how much was given up."""

    hook: int
    url: str
    events: tuple[str, ...]
    made: datetime
    waiting: int
    dead: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that was given up after its last try."""

    message: str
    hook: int
    customer: str
    event: str
    at: datetime
    tries: int
    said: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """All hooks, and the newest dead letters."""

    hooks: tuple[HookRow, ...]
    letters: tuple[DeadLetter, ...] = field(key="dead")


@dataclass(frozen=True, slots=True)
class HookRemoved:
    """A hook that is gone, and how many messages waited for it."""

    hook: int
    waited: int


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many messages wait again."""

    messages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDeliver:
    """A message as whoever delivers it needs it."""

    message: str
    hook: int
    url: str
    secret: str
    body: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """Messages that are to be delivered now, by who asked for them."""

    messages: tuple[ToDeliver, ...]


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of a message: `next` is when it is tried again."""

    message: str
    state: str
    next: datetime | None = None


@dataclass(frozen=True, slots=True)
class NextTry:
    """When the next message is to be tried; none waits where there is none."""

    at: datetime | None
