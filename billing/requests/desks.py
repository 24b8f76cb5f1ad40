"""Help desks: which there are, what each is to show, and up to where it does."""

import re
from typing import Annotated, ClassVar, get_args

from billing.core.helpdesks import Kind
from billing.errors import BadInput
from billing.requests.base import Question, Request
from billing.requests.fields import Letters, OneOf, Whole, Word
from billing.requests.hooks import Web
from billing.texts import say
from billing.values import dataclass
from billing.views.desks import DeskEntry, DeskKept, DeskMade, DeskRemoved, Desks, Pushes, PushKept

SETTINGS = ("case", "account", "database", "unit", "total-field")  # beside `agent.ID`


@dataclass(frozen=True, slots=True, eq=False)
class Called:
    """A desk's name: small letters, digits and strokes, for it stands in addresses of the web and in ids."""

    def check(self, value: str, name: str) -> None:
        """Refuses any other (`bad-input`)."""
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", value):
            raise BadInput("bad-input", say("{name} {value!r}: small letters, digits and strokes, up to 40", name=name,
                                            value=value))  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Set:
    """A setting as NAME=VALUE."""

    def check(self, value: str, name: str) -> None:
        """Refuses one that nothing is known of (`bad-input`)."""
        key, equals, given = value.partition("=")
        if not equals or not given.strip() or (key not in SETTINGS and not key.startswith("agent.")):
            raise BadInput("bad-input", say("{name} {value!r}: known are {known}", name=name, value=value,
                                            known=[*(f"{one}=…" for one in SETTINGS), "agent.ID=…"]))  # fmt: skip
        if key == "case" and "{id}" not in given:
            raise BadInput("bad-input", say("{name} {value!r}: say where the ticket's number stands", name=name,
                                            value=value), say("write case=T-{{id}}"))  # fmt: skip


DeskName = Annotated[str, Letters(40), Called()]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddDesk(Request[DeskMade]):
    """A help desk: its kind, where it is, the field in which it shows a balance, how it calls things.

    `secret` is the one that the desk gave; without, one is made. `frame` is the origin that may show the panel.
    """

    KIND: ClassVar[str] = "desk"
    name: DeskName
    kind: Annotated[str, OneOf(get_args(Kind))]
    url: Web | None = None
    field: Word | None = None
    settings: tuple[Annotated[str, Letters(200), Set()], ...] = ()
    secret: Annotated[str, Letters(200)] | None = None
    frame: Web | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveDesk(Request[DeskRemoved]):
    """The end of a desk: its secret and what it showed are forgotten; customers keep their ids there."""

    KIND: ClassVar[str] = "desk-end"
    name: DeskName


@dataclass(frozen=True, slots=True, kw_only=True)
class EndPush(Request[PushKept]):
    """That a desk shows a customer's sentence as of a position."""

    KIND: ClassVar[str] = "desk-push"
    desk: DeskName
    id: Word
    customer: Word
    seq: Annotated[int, Whole(0)]
    text: Annotated[str, Letters(10_000, lines=True, prose=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskDesks(Question[Desks]):
    """All help desks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPushes(Question[Pushes]):
    """What a desk is to show: of whom something was recorded since, with `due` also what the calendar changed."""

    desk: DeskName
    due: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskDesk(Question[DeskKept]):
    """A desk with its secret, for a server that is asked by it."""

    desk: DeskName


@dataclass(frozen=True, slots=True, kw_only=True)
class AskDeskEntry(Question[DeskEntry]):
    """What became of an entry that a desk has under an id: the last that was logged in its place (C1)."""

    entry: Word
