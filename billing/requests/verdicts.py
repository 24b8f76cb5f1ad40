"""What a case turned out to be."""

from datetime import date
from typing import ClassVar

from billing.requests.base import Request
from billing.requests.fields import Prose, Word, option
from billing.values import dataclass
from billing.views.entries import Corrected


@dataclass(frozen=True, slots=True, kw_only=True)
class Verify(Request[Corrected]):
    """What a case turned out to be: a program error is free (C2, S7).

    `also` names categories whose entries of the case are declared free with it.
    """

    KIND: ClassVar[str] = "verify"
    LINE: ClassVar[str | None] = "verify"
    case: Word
    on: date | None = option(line="date")
    kind: Word = option("program-error", late=True)
    agent: Word | None = option(late=True)
    note: Prose | None = option(late=True)  # what it was, in words
    also: tuple[Word, ...] = option((), digest="with", late=True, line="with")
