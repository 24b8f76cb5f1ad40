"""Movements of the bank, and which of them earlier files have brought already (M14, L5).

A bank's own reference names a movement wherever it comes again; where a file has none, its day, its amount and its
words do, as far as they name anything. Each movement that is kept stands for one of a file: of two equal payments, the
second is new.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field
from datetime import date
from decimal import Decimal
from itertools import accumulate

from billing.core.units import ZERO
from billing.texts import Text
from billing.values import dataclass

_SOME_DAYS = 5  # by which two files give another value date to one movement
OF_THE_BANK, OF_CONTENT = "=", "~"  # what a key begins with; those of earlier versions begin with neither


@dataclass(frozen=True, slots=True)
class BankMovement:
    """One movement on the account. `key` names it, `batch` the entry it is part of: by the bank's id, or by content."""

    key: str
    batch: str
    is_batch: bool  # an entry as a whole, without its parts
    account: str
    amount: Decimal
    currency: str
    value_on: date
    booked_on: date
    incoming: bool
    returned: bool  # it takes an earlier movement back
    references: tuple[str, ...]
    text: str
    name: str | None
    end_to_end: str | None
    whole: Decimal  # the amount of the entry
    odd: Text | None = None  # why its parts cannot be read
    former: str | None = None  # what earlier versions called its entry
    charges: Decimal = ZERO  # what the bank kept back of a credit; below nothing: what it debited beside a return
    is_charge: bool = False  # money out that is the bank's own price
    parties: tuple[str, ...] = ()  # all whom it names, whoever is said to have sent it

    @property
    def gross(self) -> Decimal:
        """What was paid, before the bank kept its charges back, or what came back, without them."""
        return self.amount + self.charges


@dataclass(frozen=True, slots=True)
class KeptMovement:
    """What is kept of a movement of an earlier file; `booked` once something of it is."""

    key: str
    batch: str
    is_batch: bool
    amount: Decimal
    currency: str
    value_on: date
    incoming: bool
    references: tuple[str, ...]
    text: str
    name: str | None
    booked: bool
    end_to_end: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """What the words of a movement name: invoices by number, people by their folded names without blanks."""

    invoices: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()

    def denies(self, other: "Named") -> bool:
        """Whether two cannot be one movement: they name different invoices, else different people."""
        if self.invoices and other.invoices:
            return not self.invoices & other.invoices
        pairs = [(one, another) for one in self.people for another in other.people]
        return bool(pairs) and not any(one in another or another in one for one, another in pairs)


Entry = tuple[BankMovement, ...]
Naming = Callable[["BankMovement | KeptMovement"], Named]
_Same = Callable[[BankMovement, KeptMovement], bool]
_There = Callable[[BankMovement], list[KeptMovement]]
_Parts = Sequence[BankMovement | KeptMovement]
_SameSum = Callable[["BankMovement | KeptMovement", _Parts], bool]


@dataclass(slots=True)
class Seen:
    """What of a file is known, by the places of entry and part; and open wholes of which the parts come now."""

    known: set[tuple[int, int]] = field(default_factory=set)
    replaced: dict[int, str] = field(default_factory=dict)  # by the entry's place: the key of the whole


def seen(entries: Sequence[Entry], kept: Iterable[KeptMovement], naming: Naming = lambda _: Named()) -> Seen:
    """What came in earlier files: by the bank's ids first, then what is alike in all, then what does not differ.

    `naming` says what the words of a movement name: words that name nothing make no difference to an entry as a whole.
    """
    found, rows = Seen(), _Rows(kept, naming)
    rows.went_back(movement for entry in entries for movement in entry)
    left = dict(enumerate(entries))
    for look in (rows.same_id, rows.alike, rows.agreeing, rows.same_end_to_end, rows.silent, rows.booked_then):
        for place, entry in list(left.items()):
            if rows.take(place, entry, look(entry), found):
                del left[place]
    return found


@dataclass(slots=True)
class _Hit:
    """Rows of one earlier entry: a whole, or for each part of the file's entry its row, if there is one."""

    whole: KeptMovement | None = None
    parts: tuple[KeptMovement | None, ...] = ()
    rest: tuple[KeptMovement, ...] = ()  # further rows of that entry


class _Rows:
    """The rows of earlier files, each of which can be taken once."""

    def __init__(self, kept: Iterable[KeptMovement], naming: Naming) -> None:
        self.naming = naming
        self.free: set[str] = set()
        self.out: dict[str | None, list[date]] = defaultdict(list)  # the days of money out, by the payer's id
        self.by_key: dict[str, list[KeptMovement]] = defaultdict(list)
        self.by_batch: dict[str, list[KeptMovement]] = defaultdict(list)
        self.by_day: dict[object, list[KeptMovement]] = defaultdict(list)
        self.by_end_to_end: dict[object, list[KeptMovement]] = defaultdict(list)
        for row in kept:
            self.free.add(row.key)
            self.by_key[row.key.partition("-")[0]].append(row)
            self.by_batch[row.batch].append(row)
            self.by_day[row.value_on, row.currency, row.incoming].append(row)
            self.by_end_to_end[row.end_to_end, row.currency, row.incoming].append(row)
            self.went_back([row])

    def went_back(self, movements: Iterable[BankMovement | KeptMovement]) -> None:
        """Notes the money out among movements: what comes in after it, under the same id, was paid again."""
        for movement in movements:
            if not movement.incoming and movement.end_to_end:
                self.out[movement.end_to_end].append(movement.value_on)

    def take(self, place: int, entry: Entry, hit: _Hit | None, found: Seen) -> bool:
        """Takes the rows of a hit; whether the file's entry is dealt with."""
        if hit is None:
            return False
        rows = [row for row in (hit.whole, *hit.parts, *hit.rest) if row is not None]
        self.free -= {row.key for row in rows}
        if hit.whole is not None and not hit.whole.booked and not entry[0].is_batch:
            found.replaced[place] = hit.whole.key
            return True
        parts = (
            range(len(entry)) if hit.whole is not None or hit.rest else (n for n, row in enumerate(hit.parts) if row)
        )
        found.known |= {(place, n) for n in parts}
        return True

    def same_id(self, entry: Entry) -> _Hit | None:
        """Rows that the bank calls the same: the entry, else its parts."""
        first = entry[0]
        if first.batch.startswith(OF_THE_BANK):
            rows = self._free(self.by_batch[first.batch])
            rows += [row for row in self._free(self.by_batch[first.former or ""]) if row.value_on == first.value_on]
            whole = next((row for row in rows if row.is_batch), None)
            if rows:
                return _Hit(whole, rest=tuple(rows))
        found: list[KeptMovement | None] = []
        for movement in entry:
            same = self.by_key[movement.key] if movement.key.startswith(OF_THE_BANK) else []
            found.append(next((row for row in self._free(same) if row not in found), None))
        return _Hit(parts=tuple(found)) if any(found) else None

    def alike(self, entry: Entry) -> _Hit | None:
        """Rows of the same day and amount with the same words."""
        return self._by_content(entry, lambda movement, row: _words(movement) == _words(row))

    def agreeing(self, entry: Entry) -> _Hit | None:
        """Rows of the same day and amount that say nothing else, and say something that is the same."""
        return self._by_content(entry, _agree) or self._sum(entry, self._speaks)

    def silent(self, entry: Entry) -> _Hit | None:
        """Rows of the same day and amount where one is an entry as a whole that names nobody else, and nothing else."""
        return self._by_content(entry, self._says_less) or self._sum(entry, self._names_no_other)

    def same_end_to_end(self, entry: Entry) -> _Hit | None:
        """Rows of some days before or after with the payer's own id that say nothing else."""
        return self._by_content(entry, lambda movement, row: not _differ(movement, row), self._near)

    def booked_then(self, entry: Entry) -> _Hit | None:
        """Rows of the day on which an entry was booked, which the other file has for the value date too."""
        if not 0 < abs((entry[0].booked_on - entry[0].value_on).days) <= _SOME_DAYS:
            return None
        return self._by_content(entry, _name_the_same, self._booked) or self._sum(
            entry, self._speaks_of_all, self._booked
        )

    def _by_content(self, entry: Entry, same: _Same, there: _There | None = None) -> _Hit | None:
        found: list[KeptMovement | None] = []
        for movement in entry:
            found.append(
                next(
                    (
                        row
                        for row in self._free((there or self._that_day)(movement))
                        if row.amount == movement.amount
                        and row.is_batch == movement.is_batch
                        and row not in found
                        and not _told_apart(movement, row)
                        and same(movement, row)
                    ),
                    None,
                )
            )
        return _Hit(parts=tuple(found)) if any(found) else None

    def _sum(self, entry: Entry, same: _SameSum, there: _There | None = None) -> _Hit | None:
        """An entry as a whole where its parts came before, or the parts of one that came as a whole."""
        first, rows = entry[0], self._free((there or self._that_day)(entry[0]))
        rows = [row for row in rows if not _both(first.batch, row.batch)]
        if first.is_batch:
            parts = next((some for some in _sums(rows, first.amount) if same(first, some)), None)
            return _Hit(rest=parts) if parts else None
        wholes = (row for row in rows if row.is_batch and row.amount == first.whole)
        whole = next((row for row in wholes if same(row, entry)), None)
        return _Hit(whole) if whole else None

    def _speaks(self, whole: BankMovement | KeptMovement, parts: _Parts) -> bool:
        return any(_speaks_of(whole.text, part) for part in parts)

    def _speaks_of_all(self, whole: BankMovement | KeptMovement, parts: _Parts) -> bool:
        """Whether a whole is its parts on another day too: it speaks of one, or is the sum of several."""
        return self._speaks(whole, parts) or (len(parts) > 1 and self._names_no_other(whole, parts))

    def _names_no_other(self, whole: BankMovement | KeptMovement, parts: _Parts) -> bool:
        named = [self.naming(part) for part in parts]
        together = Named(
            frozenset().union(*(each.invoices for each in named)), frozenset().union(*(each.people for each in named))
        )
        return not self.naming(whole).denies(together)

    def _says_less(self, movement: BankMovement, row: KeptMovement) -> bool:
        """Whether of two entries as a whole one has no words, or is money out of which only the other has details."""
        less = not movement.text or not row.text
        bare = not movement.incoming and _is_bare(movement) != _is_bare(row)
        return movement.is_batch and (less or bare) and not self.naming(movement).denies(self.naming(row))

    def _that_day(self, movement: BankMovement) -> list[KeptMovement]:
        return self.by_day[movement.value_on, movement.currency, movement.incoming]

    def _booked(self, movement: BankMovement) -> list[KeptMovement]:
        return self.by_day[movement.booked_on, movement.currency, movement.incoming]

    def _near(self, movement: BankMovement) -> list[KeptMovement]:
        """What has the payer's own id of a movement within some days, the nearest first."""
        rows = self.by_end_to_end[movement.end_to_end, movement.currency, movement.incoming]
        near = []
        for row in rows if movement.end_to_end else ():
            first, last = sorted((row.value_on, movement.value_on))
            again = movement.incoming and any(first <= day <= last for day in self.out[movement.end_to_end])
            if (last - first).days <= _SOME_DAYS and not again:
                near.append((last - first, row))
        return [row for _, row in sorted(near, key=lambda each: each[0])]

    def _free(self, rows: Iterable[KeptMovement]) -> list[KeptMovement]:
        return [row for row in rows if row.key in self.free]


def _sums(rows: Iterable[KeptMovement], amount: Decimal) -> Iterator[tuple[KeptMovement, ...]]:
    """Parts that came before and come to an amount: single ones, an entry's, the first of several alike in name."""
    parts: dict[str, list[KeptMovement]] = defaultdict(list)
    for row in rows:
        if not row.is_batch:
            parts[row.batch].append(row)
    for some in parts.values():
        yield from ((row,) for row in some if row.amount == amount)
        come = list(accumulate(row.amount for row in some))
        if come[-1] == amount:
            yield tuple(some)
        elif amount in come:
            yield tuple(some[: come.index(amount) + 1])


def _is_bare(movement: BankMovement | KeptMovement) -> bool:
    """Whether the bank gave no details of an entry."""
    return not (movement.name or movement.end_to_end or movement.references)


def _both(one: str, other: str) -> bool:
    """Whether both names are the bank's: what has two of them is two."""
    return one.startswith(OF_THE_BANK) and other.startswith(OF_THE_BANK)


def _told_apart(movement: BankMovement, row: KeptMovement) -> bool:
    ids = {movement.end_to_end, row.end_to_end} - {None}
    return _both(movement.key, row.key) or _both(movement.batch, row.batch) or len(ids) > 1


def _words(movement: BankMovement | KeptMovement) -> tuple[frozenset[str], str, str]:
    return frozenset(movement.references), folded(movement.text), folded(movement.name or "")


def _agree(movement: BankMovement, row: KeptMovement) -> bool:
    """Whether two say the same as far as both say something, and something is said by both."""
    if _differ(movement, row):
        return False
    (references, text, name), (others, other_text, other_name) = _words(movement), _words(row)
    mute = movement.is_batch and not movement.incoming and not (other_text or other_name)  # money out, kept unread
    return bool((references and others) or (name and other_name) or (text and other_text)) or mute


def _differ(movement: BankMovement, row: KeptMovement) -> bool:
    """Whether both say something that is not the same; the same reference may stand beside any words."""
    (references, text, name), (others, other_text, other_name) = _words(movement), _words(row)
    if references and others:
        return not references & others
    if name and other_name and name != other_name:
        return True
    return bool(text and other_text) and text not in other_text and other_text not in text


def _name_the_same(movement: BankMovement, row: KeptMovement) -> bool:
    """Whether two have the same reference, or the same payer and words."""
    (references, text, name), (others, other_text, other_name) = _words(movement), _words(row)
    whole = (name and other_name) and (text and other_text)
    return not _differ(movement, row) and bool((references and others) or whole)


def _speaks_of(text: str, movement: BankMovement | KeptMovement) -> bool:
    """Whether the words of an entry as a whole name one of its parts."""
    words, plain = folded(text), "".join(text.split()).upper()
    said = [folded(movement.name or ""), folded(movement.text)]
    return any(part and part in words for part in said) or any(part in plain for part in movement.references)


def folded(text: str) -> str:
    """Words without what banks and people change in them: case, blanks, punctuation."""
    return " ".join("".join(sign if sign.isalnum() else " " for sign in text.casefold()).split())
