"""A printed position of a chain, and the book as it stood there (L6, L9). What was told then is made from it anew."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from billing.core.book import Book
from billing.core.facts import Fact
from billing.errors import BadInput
from billing.texts import say

_PRINTED = re.compile(r"([0-9]{1,9})-([0-9a-f]{8,64})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a chain as papers print it: its number and the head of its hash."""

    seq: int
    digest: str

    def __str__(self) -> str:
        return f"{self.seq}-{self.digest}"


def place(printed: str) -> Place:
    """The place that a paper names, as `42-7c1f09ab` (L6). Raises BadInput (`bad-input`)."""
    found = _PRINTED.fullmatch(printed.strip().lower())
    if found is None:
        raise BadInput(
            "bad-input",
            say("{position!r} is no position", position=printed),
            say("write it as a statement or a reply prints it, as 42-7c1f09ab"),
        )
    return Place(int(found[1]), found[2])


def book_at(recorded: Iterable[tuple[int, Fact]], seq: int) -> Book:
    """The book as it was at a position: of what is recorded, in order, all up to it and nothing after (L9)."""
    book = Book(seq=seq + 1)
    for position, fact in recorded:
        if position <= seq:
            book.remember(fact)
    return book
