"""From a day to a day: what all questions about a period have, with what is meant where a day is left out."""

from datetime import date
from typing import TypeVar

from billing.errors import BadInput
from billing.requests.base import Question
from billing.requests.fields import Rates, check_rates
from billing.texts import say
from billing.values import dataclass

V = TypeVar("V", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span(Question[V]):
    """A question about the days from `first` to `last`, both included; by default from 1 January until today."""

    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        if self.last is not None:
            in_order(self.first, self.last)

    def days(self, today: date) -> tuple[date, date]:
        """The first and the last day that are meant. Refuses a period that ends before it begins (`bad-date`)."""
        last = self.last or today
        first = self.first or last.replace(month=1, day=1)
        in_order(first, last)
        return first, last


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedSpan(Span[V]):
    """With `rates`, what one of another currency is in the issuer's."""

    rates: Rates = ()

    def __post_init__(self) -> None:
        Span.__post_init__(self)
        check_rates(self.rates)


def each_once(by: tuple[str, ...], known: tuple[str, ...]) -> None:
    """Refuses keys to add up by that are unknown or named twice, and none at all (`bad-input`)."""
    if not by or len(set(by)) != len(by) or not set(by) <= set(known):
        raise BadInput(
            "bad-input", say("by {by}: name each once", by=", ".join(by)), say("known: {known}", known=known)
        )


def in_order(first: date | None, last: date) -> None:
    """Refuses a period that ends before it begins (`bad-date`)."""
    if first is not None and last < first:
        raise BadInput(
            "bad-date", say("the period ends on {last}, before it begins on {first}", last=last, first=first)
        )
