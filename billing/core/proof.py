"""A printed position of a chain, and the book as it stood there (L6, L9). What was told then is made from it anew."""

import re
from collections.abc import Iterable

from billing.core.book import Book
from billing.core.facts import Fact
from billing.errors import BadInput
from billing.texts import Text, say
from billing.values import dataclass

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: none that is taken for another
_MANY = len(SIGNS)
_VALUE = {sign: value for value, sign in enumerate(SIGNS)}
BOUND = 128  # bits of a hash from which a position proves something
_DIGITS = 27  # 135 bits, and a check character: seven groups of four
_SHIFTS = range(5 * (_DIGITS - 1), -1, -5)
_READ_AS = str.maketrans("ILO", "110")
_PRINTED = re.compile(r"([0-9]{1,9})-(.+)", re.ASCII | re.DOTALL)
_SHORT = re.compile(r"[0-9a-f]{8,64}", re.ASCII)  # hexadecimal, as was printed until November 2026


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a chain as papers print it: its number and the head of its hash."""

    seq: int
    digest: str
    hexadecimal: bool = False  # as until November 2026: eight digits or more, nothing to check them by

    def __str__(self) -> str:
        return f"{self.seq}-{self.digest}"

    @property
    def bits(self) -> int:
        """How many bits of the hash it names."""
        return len(self.digest) * 4 if self.hexadecimal else _DIGITS * 5

    @property
    def weak(self) -> bool:
        """Whether another chain that has it too can be made: so few bits can be tried through."""
        return self.bits < BOUND

    def leads_to(self, whole: str) -> bool:
        """Whether a hash of that number is the one that is named."""
        return whole.startswith(self.digest) if self.hexadecimal else printed(self.seq, whole) == str(self)

    def told(self, whole: str) -> str:
        """How the program wrote this place, with the whole hash, when this one was printed."""
        return f"{self.seq}-{whole[:8]}" if self.weak else printed(self.seq, whole)


def printed(seq: int, whole: str) -> str:
    """A place in a chain for papers: its number, the head of its hash, a sign that tells a slip of the pen (L6)."""
    head = int(whole, 16) >> (len(whole) * 4 - _DIGITS * 5)
    signs = "".join([SIGNS[head >> shift & 31] for shift in _SHIFTS])
    signs += _sign(f"{seq}{signs}")
    return f"{seq}-{_grouped(signs)}"


def place(written: str) -> Place:
    """The place that a paper names, as `17-3EC8-E097-…` or, until November 2026, `42-7c1f09ab` (L6).

    Raises BadInput (`bad-input`), which tells a slip of the pen from what is no position.
    """
    found = _PRINTED.fullmatch(written.strip())
    if found is None:
        raise _none(written)
    seq, rest = int(found[1]), found[2]
    if _SHORT.fullmatch(rest.lower()) and len(rest) != _DIGITS + 1:
        return Place(seq, rest.lower(), hexadecimal=True)
    signs = re.sub(r"[\s-]", "", rest).upper().translate(_READ_AS)
    if not re.fullmatch(r"[0-9A-Z]{16,40}", signs, re.ASCII):
        raise _none(written)
    if len(signs) != _DIGITS + 1:
        raise _slip(say("position {position!r} is mistyped: it has {count} signs after its number, not {wanted}",
                        position=written, count=len(signs), wanted=_DIGITS + 1))  # fmt: skip
    if not set(signs) <= set(SIGNS) or _sign(f"{seq}{signs[:-1]}") != signs[-1]:
        raise _slip(say("position {position!r} is mistyped: its last sign does not fit the others", position=written))
    return Place(seq, _grouped(signs))


def _sign(text: str) -> str:
    """The check sign of a text by ISO 7064, MOD 37,36, as python-stdnum has it; that brings TLS along, at every log."""
    rest = _MANY // 2
    for sign in text:
        rest = ((rest or _MANY) * 2 % (_MANY + 1) + _VALUE[sign]) % _MANY
    return SIGNS[(1 - (rest or _MANY) * 2 % (_MANY + 1)) % _MANY]


def _grouped(signs: str) -> str:
    return "-".join([signs[at : at + 4] for at in range(0, len(signs), 4)])


def _none(written: str) -> BadInput:
    how = say("write it as a statement or a reply prints it, as 17-3EC8-E097-5M2D-84QY-6ZT1-0HKB-W3RP")
    return BadInput("bad-input", say("{position!r} is no position", position=written), how)


def _slip(what: Text) -> BadInput:
    return BadInput("bad-input", what, say("compare it with the paper, sign by sign, its number too"))


def book_at(recorded: Iterable[tuple[int, Fact]], seq: int) -> Book:
    """The book as it was at a position: of what is recorded, in order, all up to it and nothing after (L9)."""
    book = Book(seq=seq + 1)
    for position, fact in recorded:
        if position <= seq:
            book.remember(fact)
    return book
