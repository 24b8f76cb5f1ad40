"""What a request's fields are: their bounds, checked by every constructor, and their names in a digest and in a line.

Bounds hold for each surface alike: what is refused here is refused at the terminal, in a file, over HTTP and from
Python. What a value means, and whether it exists, is decided further down.
"""

import dataclasses
import re
import types
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Annotated, Any, Protocol, Union, cast, get_args, get_origin, get_type_hints

from billing.core import lettering, signs
from billing.core.units import CENT, ZERO
from billing.errors import BadInput
from billing.texts import Text, say
from billing.values import dataclass

DAY_SECONDS = 24 * 3600
MOST_MONEY = Decimal("10000000")  # ten million: what is more is a slip of the keys, and cents stay small whole numbers
MOST_WHOLE = 10_000_000

Taken = Callable[[Any], tuple[Any, ...]]  # what takes some fields out of a request


class Bound(Protocol):
    """What a value must keep within. One is equal to itself alone, so that none has to be compared to be imported."""

    def check(self, value: Any, name: str) -> None:
        """Refuses a value that is outside, by the name of its field (BadInput)."""


@dataclass(frozen=True, slots=True, eq=False)
class Letters:
    """Text that every database and document can hold: not blank, no NUL, no half of a character, of bounded length.

    What is no prose has no sign that nobody sees, so that two names which look alike are not two.
    """

    most: int
    lines: bool = False  # whether it may have several
    prose: bool = False  # whether it may be pasted from anywhere: what nobody sees in it is kept, and shown as such
    drawn: bool = False  # whether it stands on documents by itself, so that a paper draws it letter for letter

    def check(self, value: Any, name: str) -> None:
        if (
            isinstance(value, str) and value.isascii() and value.isprintable()  # nothing can be hidden in it
            and len(value) <= self.most and value.strip() and not self.drawn
        ):  # fmt: skip
            return
        if not isinstance(value, str) or not value.strip() or len(value) > self.most:
            given = f"{value[:20]!r}… of {len(value)}" if isinstance(value, str) and len(value) > 60 else repr(value)
            raise BadInput(
                "bad-input",
                say("{name} {given}: give text of 1 to {most} characters", name=name, given=given, most=self.most),
            )
        check_signs(value, name, self.lines, self.prose, signs.PARTING if self.drawn else "")
        undrawn = lettering.undrawn(value) if self.drawn else ()
        if undrawn or (self.drawn and not lettering.written(value).strip()):
            raise BadInput(
                "bad-input",
                say("{name} {value!r}: no paper draws {signs}", name=name, value=value, signs=undrawn[:10] or value),
                say("write it in Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew or Arabic letters"),
            )


def check_signs(value: str, name: str, lines: bool, prose: bool = False, taken: str = "") -> None:
    """Refuses text with what is no text, or with signs that nobody sees, by the name of its field (`bad-input`).

    `taken` are signs that may be in it all the same.
    """
    found = signs.hidden(value)
    if not lines and any(sign < " " or "\x7f" <= sign < "\xa0" for sign in found):
        raise BadInput(
            "bad-input",
            say("{name} {value!r} holds a control character", name=name, value=value),
            say("write it on one line"),
        )
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in found):
        raise BadInput(
            "bad-input",
            say("{name} {value!r} holds a NUL or half a character, which is no text", name=name, value=value),
            say("leave it out"),
        )
    unseen = [signs.named(sign) for sign in found if sign not in taken and not (lines and sign in "\n\r\t")]
    if unseen and not prose:
        raise BadInput(
            "bad-input",
            say("{name} {value!r} holds what nobody sees: {signs}", name=name, value=value, signs=unseen),
            say("type it rather than paste it"),
        )


@dataclass(frozen=True, slots=True, eq=False)
class OneOf:
    """One of a few words."""

    known: tuple[str, ...]

    def check(self, value: Any, name: str) -> None:
        if value not in self.known:
            raise BadInput(
                "bad-input", say("{name} {value!r}: known are {known}", name=name, value=value, known=list(self.known))
            )


@dataclass(frozen=True, slots=True, eq=False)
class Sum:
    """An amount of money: from 0 to ten million, with no part of a cent."""

    def check(self, value: Any, name: str) -> None:
        if not isinstance(value, Decimal) or not value.is_finite():
            raise BadInput(
                "bad-input",
                say("{name} {value!r} is no amount", name=name, value=value),
                say("write one of 0 or more as 1234.50"),
            )
        if not ZERO <= value <= MOST_MONEY:
            raise BadInput(
                "bad-input",
                say(
                    "{name} {value}: give an amount from 0 to {most_money}",
                    name=name,
                    value=value,
                    most_money=MOST_MONEY,
                ),
            )
        if value != value.quantize(CENT):
            raise BadInput(
                "bad-input",
                say("{name} {value} has parts of a cent", name=name, value=value),
                say("give two decimals at most"),
            )


@dataclass(frozen=True, slots=True, eq=False)
class PerCent:
    """A part in per cent: more than none, all at most, with two decimals at most."""

    def check(self, value: Any, name: str) -> None:
        if not isinstance(value, Decimal) or not value.is_finite() or not 0 < value <= 100:
            raise BadInput(
                "bad-input", say("{name} {value}: give a percentage above 0, up to 100", name=name, value=value)
            )
        if value != value.quantize(CENT):
            raise BadInput("bad-input", say("{name} {value}: give two decimals at most", name=name, value=value))


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """A whole number between bounds."""

    least: int = -MOST_WHOLE
    most: int = MOST_WHOLE
    code: str = "bad-input"

    def check(self, value: Any, name: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) > MOST_WHOLE:
            raise BadInput(self.code, say("{name} {value!r}: give a whole number", name=name, value=value))
        if not self.least <= value <= self.most:
            raise BadInput(
                self.code,
                say(
                    "{name} {value}: give a whole number from {least} to {most}",
                    name=name,
                    value=value,
                    least=self.least,
                    most=self.most,
                ),
            )


@dataclass(frozen=True, slots=True, eq=False)
class Worked:
    """Seconds of work: more than none, a day at most (T4)."""

    def check(self, value: Any, name: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            raise BadInput("bad-duration", say("{name} {value!r}: give whole seconds", name=name, value=value))
        if value <= 0:
            raise BadInput(
                "bad-duration", say("{value} is no time worked", value=_time(value)), say("give more than none")
            )
        if value > DAY_SECONDS:
            raise BadInput(
                "bad-duration", say("{value} is more than 24 hours", value=_time(value)), say("log one entry a day")
            )


def _time(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{seconds} s" if rest else f"{minutes} min"


@dataclass(frozen=True, slots=True, eq=False)
class FirstDay:
    """A month, by its first day."""

    def check(self, value: Any, name: str) -> None:
        if not isinstance(value, date) or value.day != 1:
            raise BadInput("bad-date", say("{name} {value}: a month is given by its first day", name=name, value=value))


@dataclass(frozen=True, slots=True, eq=False)
class Capitals:
    """A code of a country or a currency, in small letters or capitals."""

    count: int
    wanted: Text

    def check(self, value: Any, name: str) -> None:
        if not isinstance(value, str) or not re.fullmatch(rf"[A-Za-z]{{{self.count}}}", value):
            shown = value.upper() if isinstance(value, str) else value
            raise BadInput("bad-input", say("{name} {value!r}: {wanted}", name=name, value=shown, wanted=self.wanted))


Word = Annotated[str, Letters(200)]  # a name, a reference: one line
Name = Annotated[str, Letters(200, drawn=True)]  # what stands on documents, letter for letter
Reason = Annotated[str, Letters(200, lines=True)]
Title = Annotated[str, Letters(200, lines=True, drawn=True)]
Prose = Annotated[str, Letters(10_000, lines=True, prose=True)]  # a note
Language = Annotated[str, OneOf(("fr", "de", "it", "nl", "en"))]  # that papers are written in
Amount = Annotated[Decimal, Sum()]
Percent = Annotated[Decimal, PerCent()]
Pieces = Annotated[int, Whole()]
Minutes = Annotated[int, Whole(code="bad-duration")]
Currency = Annotated[str, Capitals(3, say("give three letters, as CHF or EUR"))]
Month = Annotated[date, FirstDay()]
Seconds = Annotated[int, Worked()]
Rates = tuple[tuple[str, Decimal], ...]  # a currency and what one of it is in the books' own


def option(
    default: Any = None,
    *,
    digest: str | None = None,
    late: bool = False,
    line: str | None = None,
    aside: bool = False,
    needed: bool = False,
) -> Any:
    """A field's default, and what it is called elsewhere.

    `digest` is its name in the content that an id stands for (L5), `late` that it is there only when it is given, since
    it came later than the ids of earlier versions, `aside` that it never is; `line` is its key in a bulk load, "" where
    it has none, and `needed` says that a line has it all the same.
    """
    meta = {"digest": digest, "late": late, "line": line, "aside": aside, "needed": needed}
    return dataclasses.field(default=default, metadata=meta)


def one_line(text: str) -> str:
    """Text without outer blanks, with one blank where there were several or a new line."""
    return " ".join(text.split())


def check_rates(rates: Rates) -> None:
    """Refuses what is no rate of a currency, or two of one (`bad-input`)."""
    named = [currency for currency, _ in rates]
    for currency, rate in rates:
        fit = isinstance(rate, Decimal) and rate.is_finite() and 0 < rate < MOST_WHOLE
        if not fit or not re.fullmatch("[A-Z]{3}", currency) or named.count(currency) > 1:
            raise BadInput(
                "bad-input",
                say("rate {currency}={rate}: give each currency once, above 0", currency=currency, rate=rate),
            )


def check(request: Any) -> None:
    """Refuses a request of which a field is out of bounds, by that field's name."""
    bounds, taken = _bounds(cast(Any, type(request)))
    for (name, check_one, many), value in zip(bounds, taken(request), strict=True):
        if value is None:
            continue
        if many:
            for one in value:
                check_one(one, name)
        else:
            check_one(value, name)


def content(request: Any) -> dict[str, Any]:
    """What an id stands for: the request's fields as they were asked (L5)."""
    fields, taken = _contents(cast(Any, type(request)))
    return {
        digest: value if type(value) in _AS_IT_IS else _digested(value)
        for (digest, late, default), value in zip(fields, taken(request), strict=True)
        if not late or value != default
    }


_AS_IT_IS = {str, int, bool, types.NoneType, date}


@cache
def _contents(of: type) -> tuple[tuple[tuple[str, bool, Any], ...], Taken]:
    """The fields that an id stands for: name in the digest, whether it is there only when given, its default."""
    fields = [field for field in dataclasses.fields(cast(Any, of)) if not field.metadata.get("aside")]
    found = ((f.metadata.get("digest") or f.name, bool(f.metadata.get("late")), f.default) for f in fields)
    return tuple(found), _taken([field.name for field in fields])


def _taken(names: Sequence[str]) -> Taken:
    return attrgetter(*names) if len(names) > 1 else lambda request: tuple(getattr(request, name) for name in names)


def _digested(value: Any) -> Any:
    """Money with its cents, however it was written; several as a list."""
    if isinstance(value, Decimal) and value == value.quantize(CENT):
        return value.quantize(CENT)
    return list(value) if isinstance(value, tuple) else value


@cache
def _bounds(of: Any) -> tuple[tuple[tuple[str, Callable[[Any, str], None], bool], ...], Taken]:
    """The fields with bounds: name, what checks it, and whether it bounds each item of several; what takes them."""
    found = []
    for name, hint in get_type_hints(of, include_extras=True).items():
        for part in _parts(hint):
            many = get_origin(part) is tuple
            inner = get_args(part)[0] if many else part
            found += [(name, bound.check, many) for bound in getattr(inner, "__metadata__", ())]
    return tuple(found), _taken([name for name, _, _ in found])


def _parts(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
