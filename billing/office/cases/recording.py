"""How an event of a case comes to be recorded, whatever it is: its case, its moment, its position in the chain."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from billing.core import cases
from billing.core.book import Book
from billing.core.cases import Case
from billing.core.facts import CaseEvent
from billing.office.cases import showing
from billing.office.cases.case_rules import Rules, not_ahead, rules_of
from billing.office.transaction import Decided, Transaction
from billing.requests import moments
from billing.requests.cases import OpenCase, RecordEvent
from billing.requests.corrections import ChangeCase
from billing.store import cases as store
from billing.store import parties
from billing.store.heads import Head
from billing.views.cases import CaseShown

_UTC = ZoneInfo("UTC")


def decided(
    tx: Transaction,
    head: Head,
    book: Book,
    event: CaseEvent,
    rules: Rules,
    note: str | None,
    others: Iterable[Any] = (),
) -> Decided[CaseShown]:
    """An event that is allowed, with its note and other rows: what is recorded, and the case that is shown then."""
    rows = [*others, *([parties.note_row(tx.appender, head, note)] if note else [])]
    book.seq = event.seq
    book.record(event)

    def view(_: Sequence[object]) -> CaseShown:
        if tx.bulk:  # nobody reads it, and a file has thousands
            return showing.brief(tx, head, event.case, book.cases[event.case])
        return showing.shown(tx, head, event.case)

    return Decided(head, book, event.at.astimezone(rules.zone).date(), view, rows)


def again(tx: Transaction, request: OpenCase | RecordEvent | ChangeCase, head: Head, _seq: int) -> CaseShown:
    """The case as it is now, for a request whose id was recorded before (L5)."""
    return shown_again(tx, head, request.case)


def shown_again(tx: Transaction, head: Head, case: str) -> CaseShown:
    """A case for whoever asked for something that was done before; in a load, which nobody reads, in short."""
    if tx.bulk:
        return showing.brief(tx, head, case, with_case(tx, head, case).cases[case])
    return showing.shown(tx, head, case)


def with_case(tx: Transaction, head: Head, case: str) -> Book:
    """The customer's book with the events of one case."""
    if tx.bulk:
        return tx.book_to_log(head, case)
    book = tx.agreed(head)
    book.cases[case] = store.events_of(tx.connection, head.id, case)
    return book


def instant(tx: Transaction, head: Head, book: Book, at: datetime | time | None, case: Case | None) -> datetime:
    """The time of an event, not in the future: as given, else now (a test clock stands still at the last event)."""
    now = tx.setting.now().replace(microsecond=0)
    last = case.last.at if case is not None and case.last is not None else now
    if at is None:
        return max(now, last)
    zone = rules_of(tx, head, book, moments.instant(at, _UTC, tx.today)).zone
    found = moments.instant(at, zone, tx.today)
    not_ahead(tx, found, zone)
    return cases.in_order(found, last)
