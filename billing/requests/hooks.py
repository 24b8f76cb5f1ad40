"""Hooks: who is told what happens; and the messages to them, claimed, ended, told again."""

import re
from datetime import date, datetime
from typing import Annotated, ClassVar
from urllib.parse import urlsplit

from billing.core.outbox import EVENTS, FAMILIES
from billing.errors import BadInput
from billing.requests.base import Question, Request
from billing.requests.fields import Letters, OneOf, Whole, Word, option
from billing.texts import say
from billing.values import dataclass
from billing.views.hooks import Claimed, Delivered, HookMade, HookRemoved, Hooks, NextTry, Replayed, ToDeliver


@dataclass(frozen=True, slots=True, eq=False)
class Address:
    """An address on the web: a scheme, a host, no name and password, nothing behind a #."""

    def check(self, value: str, name: str) -> None:
        """Refuses anything else (`bad-input`)."""
        try:
            found = urlsplit(value)
            fit = found.scheme in ("https", "http") and bool(found.hostname) and found.port != 0
        except ValueError:
            fit = False
        if not fit or "@" in found.netloc or found.fragment or not re.fullmatch(r"[\x21-\x7e]+", value):
            raise BadInput("bad-input", say("{name} {value!r} is no address of a listener", name=name, value=value),
                           say("write one as https://desk.example/hooks"))  # fmt: skip


Web = Annotated[str, Letters(1000), Address()]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddHook(Request[HookMade]):
    """A listener at an address, of some events or families of events, as `case.*`; by default of all."""

    KIND: ClassVar[str] = "hook"
    url: Web
    events: tuple[Annotated[str, OneOf((*EVENTS, *FAMILIES))], ...] = option(("*",))


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveHook(Request[HookRemoved]):
    """The end of a hook: its secret and what waits for it are gone."""

    KIND: ClassVar[str] = "hook-end"
    hook: Annotated[int, Whole(1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayMessages(Request[Replayed]):
    """Lets messages wait again: one, or those that were given up, or with `since` all from that day on."""

    KIND: ClassVar[str] = "hook-replay"
    message: Word | None = None
    hook: Annotated[int, Whole(1)] | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimMessages(Request[Claimed]):
    """Takes messages that are due, to deliver them now; who has not ended one within `seconds` loses it to others."""

    KIND: ClassVar[str] = "hook-claim"
    most: Annotated[int, Whole(1, 100)] = 10
    seconds: Annotated[int, Whole(1, 3600)] = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class EndMessage(Request[Delivered]):
    """What became of a try: whether it was taken, the status, what was said; `away` where nobody answered for all."""

    KIND: ClassVar[str] = "hook-end-message"
    message: Word
    taken: bool
    status: int | None = None
    said: Annotated[str, Letters(500)] | None = None
    away: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskHooks(Question[Hooks]):
    """All hooks, with what waits, and the dead letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskTrial(Question[ToDeliver]):
    """A message that says nothing, to try a hook with; it is signed as any other."""

    hook: Annotated[int, Whole(1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAnchorMessages(Question[Claimed]):
    """What listeners to `anchor.made` are told of an anchor: digest and signature, which commit to all of it."""

    made_at: datetime
    digest: Word
    signature: Word
    key: Word


@dataclass(frozen=True, slots=True, kw_only=True)
class AskNextTry(Question[NextTry]):
    """When there is something to deliver."""
