"""Void and verify: what is taken back, and what is rated again because of it (rules C).

A correction reverses the charges it touches, minutes going back to the grants they came from, and rates again, in
recorded order, the entries that were rounded together with what it took out.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from billing.core import rating
from billing.core.book import Book, PoolKey
from billing.core.facts import Correction, Draw, Entry
from billing.errors import Already, BadInput
from billing.texts import say

UNDONE = "undo"  # the reason of a void that its agent asked for with nothing but `undo`: the program's word, not his

EDITED = "edit"  # likewise of an entry that was edited


def void(book: Book, entry: Entry, on: date, reason: str) -> None:
    """Reverses an entry and rates again the later ones of its rounding pool (C1)."""
    if not book.is_live(entry.seq):
        raise Already("already-voided", say("entry {id} is voided already", id=entry.id))
    if on < entry.worked_on:
        raise BadInput(
            "bad-date",
            say("{on} is before the work, on {worked_on}", on=on, worked_on=entry.worked_on),
            say("an entry can be voided from then on"),
        )
    book.record(Correction(book.seq, "void", entry.seq, entry.case, on, reason))
    again = _later_in_pool(book, [entry])
    _reverse(book, [entry, *again], on)
    _rate_again(book, again, on)


def note(book: Book, entry: Entry, on: date, reason: str) -> None:
    """Gives an entry another note, which stands beside this fact; nothing is charged anew (C1)."""
    if not book.is_live(entry.seq):
        raise Already("already-voided", say("entry {id} is voided already", id=entry.id))
    book.record(Correction(book.seq, "note", entry.seq, entry.case, on, reason))


def verify(book: Book, case: str, on: date, reason: str, also: Sequence[str] = ()) -> None:
    """Frees a case's entries that are charged until somebody verifies it, and rates again their pool (C2).

    `also` are categories whose entries of the case who verifies declares free as well.
    """
    book.record(Correction(book.seq, "verify", None, case, on, reason))
    declare(book, case, on, also)


def declare(book: Book, case: str, on: date, also: Sequence[str]) -> None:
    """Frees what waited for the verification of a case, and its entries of the categories that are declared free (C2).

    What is logged under such a category afterwards is charged.
    """
    for category in also:
        book.record(Correction(book.seq, "with", None, case, on, category))
    freed = [entry for entry in charged_on(book, case) if entry.category in also or _waits(book, entry)]
    again = _later_in_pool(book, freed)
    _reverse(book, sorted([*freed, *again], key=lambda entry: entry.seq), on)
    for entry in freed:
        rating.free_again(book, entry, "verified", max(on, entry.worked_on))
    _rate_again(book, again, on)


def check_verified_on(book: Book, case: str, on: date) -> None:
    """Refuses (`bad-date`) to verify a case as of a day before its first work, as an entry is not voided so (C1, C2).

    Asked of what is new alone: what earlier versions took holds, and counts from the work.
    """
    worked = [book.entries[seq].worked_on for seq in book.by_case.get(case, ()) if book.is_live(seq)]
    if worked and on < min(worked):
        raise BadInput(
            "bad-date",
            say("{on} is before the work on case {case}, on {worked_on}", on=on, case=case, worked_on=min(worked)),
            say("it can be verified from then on"),
        )


def charged_on(book: Book, case: str) -> list[Entry]:
    """The live entries of a case that are charged, in recorded order (C2)."""
    charges = [book.charge_of(seq) for seq in book.by_case.get(case, ())]
    return [book.entries[charge.entry] for charge in charges if charge is not None and charge.free is None]


def _waits(book: Book, entry: Entry) -> bool:
    """Whether an entry that is charged is so only because nobody has verified its case."""
    return book.contract_tariff(entry.contract, entry.worked_on).categories[entry.category].free == "verified"


def _later_in_pool(book: Book, out: list[Entry]) -> list[Entry]:
    """The entries that were rounded after those that are taken out, in recorded order."""
    first: dict[PoolKey, tuple[Entry, str]] = {}  # of each pool: after it come those after the others too
    for entry in out:
        charge = book.charge_of(entry.seq)
        if charge is not None and charge.free is None:
            key = book.pool_key(entry, charge.category)
            if key not in first or entry.seq < first[key][0].seq:
                first[key] = entry, charge.category
    found = {later.seq: later for one in first.values() for later in book.pool_after(*one)}
    gone = {entry.seq for entry in out}
    return [found[seq] for seq in sorted(found) if seq not in gone]


def _reverse(book: Book, entries: Iterable[Entry], on: date) -> None:
    """Takes charges back: minutes return to their grants as of the correction (C3)."""
    for entry in entries:
        draws = book.live_draws(entry.seq)
        charge = rating.free_again(book, entry, "void", max(on, entry.worked_on))
        for draw in draws:
            heir = draw.grant
            while heir in book.replaced_by:  # a bounced grant is drawn no more: what returns goes to the new one (M10)
                heir = book.replaced_by[heir]
            since = max(on, draw.dated_on, book.grants[heir].starts if heir != draw.grant else date.min)
            back = Draw(book.seq, entry.seq, (charge.seq, charge.n), heir, -draw.minutes, since, "draw")
            book.record(back)


def _rate_again(book: Book, entries: Iterable[Entry], on: date) -> None:
    """Rates entries again, in recorded order; what is free stays so, and so does the category (C1)."""
    for entry in entries:
        before = book.charge_of(entry.seq)
        assert before is not None
        rating.charge(book, entry, before.category, max(on, entry.worked_on))
