"""An agent's timer: one runs, others may be paused."""

from typing import ClassVar

from billing.requests.base import Question, Request
from billing.requests.fields import Prose, Word, option
from billing.requests.moments import When
from billing.values import dataclass
from billing.views.entries import Charged
from billing.views.timing import Timers


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(Request[Timers]):
    """Work on an opened case begins or goes on; what ran for another case is paused."""

    KIND: ClassVar[str] = "timer"
    case: Word
    agent: Word | None = None
    at: When | None = None
    new: bool = option(False, aside=True)
    typed: bool = option(False, aside=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop(Request[Charged]):
    """Work ends: the timer becomes an entry, as `Log` makes it. Without a case the one that runs, or the only one."""

    KIND: ClassVar[str] = "entry"
    agent: Word | None = None
    case: Word | None = None
    at: When | None = None
    note: Prose | None = None
    category: Word | None = None
    contact: Word | None = None
    new: bool = option(False, aside=True)
    yes: bool = option(False, aside=True)
    typed: bool = option(False, aside=True)
    reply: bool = option(False, aside=True)  # the customer's sentences, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(Request[Timers]):
    """The running timer stands still."""

    KIND: ClassVar[str] = "timer"
    agent: Word | None = None
    at: When | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(Request[Timers]):
    """A paused timer goes on: that of a case, or the only one."""

    KIND: ClassVar[str] = "timer"
    agent: Word | None = None
    case: Word | None = None
    at: When | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Discard(Request[Timers]):
    """A timer is forgotten, without an entry."""

    KIND: ClassVar[str] = "timer"
    agent: Word | None = None
    case: Word | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskTimers(Question[Timers]):
    """The timers of an agent."""

    agent: Word | None = None
