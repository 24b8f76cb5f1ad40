"""An entry edited: voided and logged anew in one transaction, or its note alone changed (C1)."""

import re
from collections.abc import Sequence
from dataclasses import replace

from billing.core import correction
from billing.core.book import Book
from billing.core.facts import Correction, Entry
from billing.errors import Already
from billing.office.balances import balances
from billing.office.entries import entries, guards
from billing.office.transaction import Act, Decided, Same, Transaction
from billing.requests.edits import Edit
from billing.requests.entries import Log
from billing.store import desk, parties
from billing.store.heads import Head
from billing.texts import say
from billing.views.balances import Balance
from billing.views.edits import Edited
from billing.views.entries import Change, Charged

_NUMBERED = re.compile(r"(.+)#([1-9][0-9]{0,5})")


def edit(tx: Transaction, request: Edit, _key: str | None) -> Decided[Edited] | Same[Edited]:
    """Puts an entry right and answers what the difference is (C1).

    Void and new entry have places of their own in the chain; the id of the edit takes the next, when both are done.
    """
    head, seq = _place(tx, request)
    book = tx.around(head, [seq])
    entry = book.entries[seq]
    if not book.is_live(seq):
        raise Already("already-voided", say("entry {id} is voided already", id=entry.id))
    if request.customer is not None:
        tx.customer(request.customer)  # an unknown one is refused before anything is taken back
    tx.appender.flush()
    note = parties.notes(tx.connection, head.id, [seq]).get(seq)
    wanted = _wanted(tx, head, book, entry, request, note)
    if not _differs(tx, head, book, entry, wanted):
        if wanted.note == note:
            return Same(Edited(entry=entry.id, replaces=None, customer=head.code, balance=_left(tx, head, book, entry)))
        return _noted(tx, head, book, entry, request)
    on = max(tx.today, entry.worked_on)
    correction.void(book, entry, on, (request.reason or correction.EDITED).strip())
    guards.taken_back(tx, entry)
    fresh = tx.record(head, book, request.KIND, on)
    changed = entries.changes(book, fresh)
    _read_anew(tx, head)
    new_id = next_id(tx, entry.id)
    decided = entries.log(tx, wanted, new_id)
    done = decided.view(tx.recorded(decided, wanted.KIND, new_id, wanted.content()))
    _read_anew(tx, decided.head)
    changed += (_new(done),)
    edited = Edited(
        entry=done.entry, replaces=entry.id, customer=done.customer, changed=changed, warnings=done.warnings
    )
    after = tx.around(decided.head, [decided.head.seq])
    stands = after.entries[decided.head.seq]
    return Decided(
        head, tx.book(head) if tx.bulk else tx.agreed(head), on,
        lambda _: replace(edited, balance=_left(tx, decided.head, after, stands)), only_asked=True,
        warnings=done.warnings,
    )  # fmt: skip


def _read_anew(tx: Transaction, head: Head) -> None:
    """Forgets a book, which may be a part; that of a file is whole, and has taken in what was recorded."""
    if not tx.bulk:
        tx.books.pop(head.id, None)


def _place(tx: Transaction, request: Edit) -> tuple[Head, int]:
    if request.entry is not None:
        return entries.find_entry(tx, request.entry)
    head, entry = entries.own_last(tx, request.agent)
    return head, entry.seq


def _wanted(tx: Transaction, head: Head, book: Book, entry: Entry, request: Edit, note: str | None) -> Log:
    """The entry as it should have been; case and contact are the customer's, and stay with him."""
    moved = request.customer is not None and request.customer != head.code
    contact = None if entry.contact is None or moved else tx.contacts_of(head).get(entry.contact)
    case = None if moved else entry.case
    quote = None if moved or request.case is not None else book.quote_of(entry.seq)
    return Log(
        customer=request.customer or head.code,
        seconds=request.seconds or entry.logged_seconds,
        case=case if request.case is None else tx.cases.reference(request.case),
        category=request.category or entry.category,
        on=request.on or entry.worked_on,
        agent=entry.agent,
        contact=request.contact or contact,
        note=request.note or note,
        quote=None if quote is None else quote.number,
        new=request.new or request.contact is None,
        yes=request.yes or request.on is None,
        typed=request.typed and (request.seconds is not None or request.on is not None),
    )


def _differs(tx: Transaction, head: Head, book: Book, entry: Entry, wanted: Log) -> bool:
    """Whether anything is other than it was, the note aside."""
    contact = None if entry.contact is None else tx.contacts_of(head).get(entry.contact)
    was = (head.code, entry.logged_seconds, entry.case, entry.category, entry.worked_on, contact)
    return was != (wanted.customer, wanted.seconds, wanted.case, wanted.category, wanted.on, wanted.contact)


def _noted(tx: Transaction, head: Head, book: Book, entry: Entry, request: Edit) -> Decided[Edited]:
    """Keeps another note of an entry; its charge stays as it is."""
    assert request.note is not None
    on = max(tx.today, entry.worked_on)
    correction.note(book, entry, on, (request.reason or correction.EDITED).strip())
    rows = [parties.note_row(tx.appender, head, request.note)]
    return Decided(
        head,
        book,
        on,
        lambda _: Edited(entry=entry.id, replaces=None, customer=head.code, balance=_left(tx, head, book, entry)),
        rows,
    )


def _left(tx: Transaction, head: Head, book: Book, entry: Entry | None = None) -> Balance | None:
    return None if tx.bulk else balances.left_today(tx, head, book, entry)


def _new(done: Charged) -> Change:
    """The new entry as a change: from nothing to what it is charged."""
    drawn = sum(each.minutes for each in done.drawn)
    return Change(done.entry, 0, done.charged, done.free, -drawn, done.overage.minutes if done.overage else 0)


def latest(tx: Transaction, entry_id: str) -> str:
    """The last of what replaced an entry, which stands for it."""
    found = _NUMBERED.fullmatch(entry_id)
    base, number = (found[1], int(found[2])) if found and is_known(tx, found[1]) else (entry_id, 1)
    last = entry_id
    while is_known(tx, f"{base}#{number + 1}"):
        number += 1
        last = f"{base}#{number}"
    return last


def next_id(tx: Transaction, entry_id: str) -> str:
    """The id of what replaces an entry: OLD#2, of that OLD#3, the next that is free."""
    found = _NUMBERED.fullmatch(entry_id)
    base, number = (found[1], int(found[2])) if found and is_known(tx, found[1]) else (entry_id, 1)
    while is_known(tx, f"{base}#{number + 1}"):
        number += 1
    return f"{base}#{number + 1}"


def is_known(tx: Transaction, entry_id: str) -> bool:
    """Whether there is an entry of that id."""
    known = tx.register.references.get(("entry", entry_id))
    return known is not None or desk.find_entry(tx.connection, entry_id) is not None


def _again(tx: Transaction, request: Edit, head: Head, seq: int) -> Edited:
    """What an edit came to that was asked before: the entry that stands for it now (L5)."""
    book = tx.book(head)
    kept = [fact for fact in book.corrections if fact.seq <= seq][-1]
    assert kept.entry is not None
    entry = book.entries[kept.entry]
    if kept.kind == "note":
        return Edited(entry=entry.id, replaces=None, customer=head.code, balance=_left(tx, head, book, entry))
    after = _after(tx, book, kept, entry)
    return Edited(
        entry=after, replaces=entry.id, customer=request.customer or head.code, balance=_left(tx, head, book, entry)
    )


def _after(tx: Transaction, book: Book, kept: Correction, entry: Entry) -> str:
    """The id of the entry that was logged in place of one: at the next position, or of another customer."""
    following: Sequence[Entry] = [other for other in (book.entries.get(kept.seq + 1),) if other is not None]
    for other in following:
        if other.id.partition("#")[0] == entry.id.partition("#")[0] and other.id != entry.id:
            return other.id
    found = _NUMBERED.fullmatch(entry.id)
    return f"{found[1]}#{int(found[2]) + 1}" if found else f"{entry.id}#2"


ACTS = {Edit: Act(edit, _again)}
