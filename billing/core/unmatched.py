"""Why a movement of the bank is open: kept in English, and found again here to be said in a language (M14)."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from billing.texts import Text, say

BY_HAND = say("may be {refund} to {customer}, recorded by hand")
OWN = say("{customer} has {own} of its own")
CAME_BACK = say("money of the issuer's that came back: no customer has paid it")
RETURN = say("a return of a payment that is not known")
RETURN_OF_ANOTHER = say("{payment} is not of {payer}, whom the return names")
SAME = say("{payments} have the same id and amount: whose is it?")
CURRENCY = say("{number} is in {currency}, the money is {other}")
CREDITED = say("{numbers} is credited, and nothing is open on it")
WRITTEN_OFF = say("{numbers} is written off")
PAID = say("{numbers} is paid already")
WOULD_FIT = say("{reason}; {numbers} would fit by the amount")
OF_ANOTHER = say("{number} is of {customer}, the payer is {payer}")
MORE = say("{amount} is more than the {total} open on {numbers}")
LESS = say("{amount} is less than the {total} open on {numbers}: how is it spread?")
MEANT = say("no reference; {numbers} may be meant")
BY_AMOUNT = say("no reference; {numbers} would fit by the amount alone")
ALL_OWED = say("no reference; it is all that {payer} owes: {numbers}")
NOTHING_FITS = say("no reference, and no open invoice of this amount")
NO_AMOUNTS = say("its parts have no amounts")
PARTS_IN = say("its parts are in {currency}")
SUM = say("it is {whole}, its parts are {come} in all")
BOTH = say("{one}; {other}")

_REASONS = (
    BY_HAND, OWN, CAME_BACK, RETURN, RETURN_OF_ANOTHER, SAME, CURRENCY, CREDITED, WRITTEN_OFF, PAID, WOULD_FIT,
    OF_ANOTHER, MORE, LESS, MEANT, BY_AMOUNT, ALL_OWED, NOTHING_FITS, NO_AMOUNTS, PARTS_IN, SUM, BOTH,
)  # fmt: skip
_AMOUNTS = ("amount", "total", "own", "whole", "come")
_INSIDE = ("reason", "one", "other")  # reasons of their own


def read(kept: str) -> Text | str:
    """The reason that was kept as an English sentence; the sentence itself where no reason reads so."""
    for reason, pattern in _patterns():
        if found := pattern.fullmatch(kept):
            return reason.of(**{name: _value(name, value) for name, value in found.groupdict().items()})
    return kept


def _value(name: str, kept: str) -> object:
    if name in _AMOUNTS:
        return Decimal(kept)
    return read(kept) if name in _INSIDE else kept


@cache
def _patterns() -> tuple[tuple[Text, re.Pattern[str]], ...]:
    return tuple((reason, re.compile("".join(_parts(reason.template)), re.DOTALL)) for reason in _REASONS)


def _parts(template: str) -> Iterator[str]:
    for place, part in enumerate(re.split(r"\{(\w+)\}", template)):
        if place % 2 == 0:
            yield re.escape(part)
        else:
            yield f"(?P<{part}>{r'-?[0-9]+[.][0-9]+' if part in _AMOUNTS else '.+' if part in _INSIDE else '[^;]+'})"
