"""An agent's day or week: the live entries, what each was charged to, and the gaps between them (L3)."""

from collections import defaultdict
from dataclasses import fields
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from billing.core.book import Book
from billing.core.facts import Entry
from billing.office.balances.charges import charged
from billing.office.entries import timing
from billing.office.transaction import Transaction
from billing.requests.work import AskWork
from billing.store import desk, ledger, parties, parts
from billing.store.heads import Head
from billing.views.work import Work, WorkedOn


def work(tx: Transaction, question: AskWork) -> Work:
    """What an agent worked on a day, or in the week from Monday to Sunday that the day is in."""
    on = question.on or tx.today
    first = on - timedelta(days=on.weekday()) if question.week else on
    last = first + timedelta(days=6) if question.week else on
    found = desk.worked(tx.connection, question.agent, first, last)
    seqs: dict[int, list[int]] = defaultdict(list)
    for place, _ in found:
        seqs[place.customer_id].append(place.seq)
    known = {customer: _known(tx, customer, of) for customer, of in seqs.items()}
    recorded: dict[date, datetime] = {}
    entries = []
    for place, at in found:
        head, book, notes = known[place.customer_id]
        entry = book.entries[place.seq]
        entries.append(_worked_on(head, book, entry, notes.get(place.seq), _gap(tx.zone, entry, at, recorded)))
    return Work(
        agent=question.agent,
        first=first,
        last=last,
        entries=tuple(entries),
        raw_seconds=sum(each.raw_seconds for each in entries),
        charged=sum(each.charged for each in entries),
        running=timing.running_of(tx, question.agent),
    )


def _known(tx: Transaction, customer: int, seqs: list[int]) -> tuple[Head, Book, dict[int, str]]:
    """A customer, with of his book what the entries at some positions need, and the notes."""
    head = tx.customer_by_id(customer, lock=False)
    book = tx.agreed(head)
    ledger.read_entries(tx.connection, head, book, seqs)
    if any(book.charges[seq][-1].free == "quote" for seq in seqs):
        parts.read_quoted(tx.connection, head, book, seqs)
    return head, book, parties.notes(tx.connection, head.id, seqs)


def _worked_on(head: Head, book: Book, entry: Entry, note: str | None, gap: int | None) -> WorkedOn:
    standing = book.charges[entry.seq][-1]
    found = charged(head, book, entry, standing, book.draws_for(standing))
    known = {field.name: getattr(found, field.name) for field in fields(found)}
    return WorkedOn(**known, customer_name=head.name, note=note, gap_seconds=gap)


def _gap(zone: ZoneInfo, entry: Entry, at: datetime, recorded: dict[date, datetime]) -> int | None:
    """How long nothing was recorded before an entry began, which was when it was recorded less its time.

    Of entries that were recorded on another day nobody knows when they were.
    """
    if at.astimezone(zone).date() != entry.worked_on:
        return None
    before = recorded.get(entry.worked_on)
    recorded[entry.worked_on] = at
    if before is None:
        return None
    gap = int((at - timedelta(seconds=entry.logged_seconds) - before).total_seconds())
    return gap if gap > 0 else None


QUESTIONS = {AskWork: work}
