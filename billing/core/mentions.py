"""What the words of a movement name: invoices, by reference, number or what people make of one, and people (M14)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Literal

from billing.core.movements import BankMovement, KeptMovement, Named, folded
from billing.values import dataclass

_BETWEEN = r"[\s._/\-\u2010-\u2015\u2212]"
_NUMBER = re.compile(rf"(?<![A-Z])(INV){_BETWEEN}*(\d{{4}}){_BETWEEN}*(\d{{5,}})(?!\d)", re.IGNORECASE | re.ASCII)
_LEAST = 5  # signs of a number of another system that is looked for in texts
_SHORT = re.compile(rf"(?<![A-Z])INV{_BETWEEN}*(\d{{4}}){_BETWEEN}+(\d{{1,4}})(?!\d)", re.IGNORECASE | re.ASCII)
_BARE = re.compile(r"(?<![\w.\-/])(20\d\d)[-/](\d{5})(?!\d)", re.ASCII)
_BELGIAN = re.compile(r"(?<!\d)(?:(\d{3}) ?/ ?(\d{4}) ?/ ?(\d{5})|(?<=[+*]{3})(\d{12})(?=[+*]{3}))(?!\d)", re.ASCII)
_QR = re.compile(r"(?<!\d)\d{2}(?: ?\d{5}){5}(?!\d)", re.ASCII)
_WITHOUT_ZEROS = re.compile(r"(?<!\d)\d{1,5}(?: ?\d{5}){2,5}(?!\d)", re.ASCII)  # a QR reference as some print it
_LEAST_OF_QR = 13  # its digits; a shorter number may be anything
_CREDITORS_OWN = re.compile(r"(?<![A-Za-z0-9])RF\d\d(?: ?[A-Za-z0-9]){1,21}", re.ASCII)
_SHORTEST_NAME = 3  # signs of a name that is looked for in texts
_FORMS = {
    "ag",
    "bv",
    "eurl",
    "gmbh",
    "inc",
    "kg",
    "llc",
    "ltd",
    "nv",
    "ohg",
    "plc",
    "sa",
    "sagl",
    "sarl",
    "sas",
    "srl",
    "sàrl",
}

_Movement = BankMovement | KeptMovement


@dataclass(frozen=True, slots=True)
class Payable:
    """An invoice as a bank file can name it: its customer, what is open on it, the reference that pays it."""

    number: str
    customer: str  # the name
    currency: str
    open: Decimal
    reference: str | None
    settled: Literal["paid", "credited", "written off"] = "paid"  # why nothing is open on it


class Mentions:
    """Finds the invoices and the people that movements name; `people` are the names of all who are known."""

    def __init__(self, payables: Mapping[str, Payable], people: Iterable[str]) -> None:
        self.payables = payables
        self.foreign = {number: _word(number) for number in payables if _is_telling(number)}
        self.by_reference = {canonical(p.reference): number for number, p in payables.items() if p.reference}
        self.people: dict[str, set[tuple[str, ...]]] = defaultdict(set)  # names as words, by their first
        for words in {tuple(folded(name).split()) for name in people}:
            if sum(map(len, words)) >= _SHORTEST_NAME:
                self.people[words[0]].add(words)

    def referred(self, movement: _Movement) -> Iterator[str]:
        """The invoices whose reference a movement has."""
        for reference in (*movement.references, *_typed(movement)):
            number = self.by_reference.get(canonical(reference))
            if number is not None:
                yield number

    def numbered(self, movement: _Movement) -> Iterator[str]:
        """The invoices whose number stands in a movement's words."""
        yield from (name for name in _numbers(movement) if name in self.payables)
        yield from (name for name, written in self.foreign.items() if written.search(_said(movement)))

    def shortened(self, movement: _Movement) -> Iterator[str]:
        """The invoices whose number is there as people shorten it."""
        found = [*_SHORT.findall(_said(movement)), *_BARE.findall(_said(movement))]
        names = dict.fromkeys(f"INV-{year}-{number:0>5}" for year, number in found)
        yield from (name for name in names if name in self.payables)

    def named(self, movement: _Movement) -> Named:
        """All that the words of a movement name, a number too that no invoice has."""
        invoices = {
            *self.referred(movement), *self.numbered(movement), *self.shortened(movement), *_numbers(movement),
        }  # fmt: skip
        people = {folded(self.payables[number].customer) for number in invoices if number in self.payables}
        people |= {folded(movement.name or ""), *self._people(folded(movement.text).split())}
        return Named(frozenset(invoices), frozenset(name.replace(" ", "") for name in people if name))

    def _people(self, words: list[str]) -> Iterator[str]:
        for place, word in enumerate(words):
            for name in self.people.get(word, ()):
                if tuple(words[place : place + len(name)]) == name:
                    yield " ".join(name)
            if place and word in _FORMS:  # a firm that nobody knows
                yield f"{words[place - 1]} {word}"


def canonical(reference: str) -> str:
    """A reference as it is compared: some banks leave out the zeros that a number begins with."""
    plain = "".join(reference.split()).upper()
    return plain.lstrip("0") if plain.isdigit() else plain


def _is_telling(number: str) -> bool:
    """Whether a number of another system (G14) is long enough not to stand in a text by chance."""
    return len(number) >= _LEAST and any(sign.isdigit() for sign in number) and not _NUMBER.fullmatch(number)


def _word(number: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){re.escape(number)}(?![\w-])", re.IGNORECASE)


def _numbers(movement: _Movement) -> Iterator[str]:
    """What in a movement's words is written as an invoice's number."""
    for series, year, number in _NUMBER.findall(_said(movement)):
        yield f"{series.upper()}-{year}-{number}"


def _typed(movement: _Movement) -> Iterator[str]:
    """What in a movement's text may be a reference: Belgium's, a QR reference, the beginnings of a creditor's."""
    said = _said(movement)
    for found in _BELGIAN.finditer(said):
        yield "".join(filter(None, found.groups()))
    yield from _QR.findall(said)
    yield from (found for found in _WITHOUT_ZEROS.findall(said) if sum(map(str.isdigit, found)) >= _LEAST_OF_QR)
    for found in _CREDITORS_OWN.finditer(said):
        plain = "".join(found[0].split())
        yield from (plain[:end] for end in range(len(plain), 4, -1))


def _said(movement: _Movement) -> str:
    return " ".join([movement.text, movement.end_to_end or "", *movement.references])
