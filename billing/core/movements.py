"""Movements of the bank, and which of them earlier files have brought already (M14, L5).

A bank's own reference names a movement wherever it comes again; where a file has none, its day, its amount and its
words do. Each movement that is kept stands for one of a file: of two equal payments, the second is new.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import field
from datetime import date
from decimal import Decimal

from billing.core.units import ZERO
from billing.texts import Text
from billing.values import dataclass

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
    charges: Decimal = ZERO  # what the bank kept back of a credit
    is_charge: bool = False  # money out that is the bank's own price
    parties: tuple[str, ...] = ()  # all whom it names, whoever is said to have sent it

    @property
    def gross(self) -> Decimal:
        """What was paid, before the bank kept its charges back."""
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


Entry = tuple[BankMovement, ...]
_Same = Callable[[BankMovement, KeptMovement], bool]


@dataclass(slots=True)
class Seen:
    """What of a file is known, by the places of entry and part; and open wholes of which the parts come now."""

    known: set[tuple[int, int]] = field(default_factory=set)
    replaced: dict[int, str] = field(default_factory=dict)  # by the entry's place: the key of the whole


def seen(entries: Sequence[Entry], kept: Iterable[KeptMovement]) -> Seen:
    """What came in earlier files: by the bank's ids first, then what is alike in all, then what does not differ."""
    found, rows = Seen(), _Rows(kept)
    left = dict(enumerate(entries))
    for look in (rows.same_id, rows.alike, rows.agreeing):
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

    def __init__(self, kept: Iterable[KeptMovement]) -> None:
        self.free: set[str] = set()
        self.by_key: dict[str, list[KeptMovement]] = defaultdict(list)
        self.by_batch: dict[str, list[KeptMovement]] = defaultdict(list)
        self.by_day: dict[object, list[KeptMovement]] = defaultdict(list)
        for row in kept:
            self.free.add(row.key)
            self.by_key[row.key.partition("-")[0]].append(row)
            self.by_batch[row.batch].append(row)
            self.by_day[row.value_on, row.currency, row.incoming].append(row)

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
        return self._by_content(entry, _agree) or self._sum(entry)

    def _by_content(self, entry: Entry, same: _Same) -> _Hit | None:
        found: list[KeptMovement | None] = []
        for movement in entry:
            found.append(
                next(
                    (
                        row
                        for row in self._free(self._that_day(movement))
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

    def _sum(self, entry: Entry) -> _Hit | None:
        """An entry as a whole where its parts came before, or the parts of one that came as a whole."""
        first, rows = entry[0], self._free(self._that_day(entry[0]))
        if not first.is_batch:
            wholes = (row for row in rows if row.is_batch and row.amount == first.whole)
            whole = next((row for row in wholes if not row.text or any(_speaks_of(row.text, m) for m in entry)), None)
            return None if whole is None or _both(first.batch, whole.batch) else _Hit(whole)
        parts: dict[str, list[KeptMovement]] = defaultdict(list)
        for row in rows:
            if not row.is_batch and not _both(first.batch, row.batch):
                parts[row.batch].append(row)
        for some in parts.values():
            if sum((row.amount for row in some), ZERO) == first.amount and (
                not first.text or any(_speaks_of(first.text, row) for row in some)
            ):
                return _Hit(rest=tuple(some))
        return None

    def _that_day(self, movement: BankMovement) -> list[KeptMovement]:
        return self.by_day[movement.value_on, movement.currency, movement.incoming]

    def _free(self, rows: Iterable[KeptMovement]) -> list[KeptMovement]:
        return [row for row in rows if row.key in self.free]


def _both(one: str, other: str) -> bool:
    """Whether both names are the bank's: what has two of them is two."""
    return one.startswith(OF_THE_BANK) and other.startswith(OF_THE_BANK)


def _told_apart(movement: BankMovement, row: KeptMovement) -> bool:
    return _both(movement.key, row.key) or _both(movement.batch, row.batch)


def _words(movement: BankMovement | KeptMovement) -> tuple[frozenset[str], str, str]:
    return frozenset(movement.references), folded(movement.text), folded(movement.name or "")


def _agree(movement: BankMovement, row: KeptMovement) -> bool:
    """Whether two say the same as far as both say something, and something is said by both."""
    (references, text, name), (others, other_text, other_name) = _words(movement), _words(row)
    if references and others:
        return bool(references & others)
    if name and other_name and name != other_name:
        return False
    if text and other_text and text not in other_text and other_text not in text:
        return False
    mute = movement.is_batch and not movement.incoming and not (other_text or other_name)  # money out, kept unread
    return bool((name and other_name) or (text and other_text)) or mute


def _speaks_of(text: str, movement: BankMovement | KeptMovement) -> bool:
    """Whether the words of an entry as a whole name one of its parts."""
    words, plain = folded(text), "".join(text.split()).upper()
    said = [folded(movement.name or ""), folded(movement.text)]
    return any(part and part in words for part in said) or any(part in plain for part in movement.references)


def folded(text: str) -> str:
    """Words without what banks and people change in them: case, blanks, punctuation."""
    return " ".join("".join(sign if sign.isalnum() else " " for sign in text.casefold()).split())
