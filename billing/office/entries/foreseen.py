"""What a log will ask, before it asks: of a PostgreSQL all of it is asked in a few round trips.

Nothing is decided here, and nothing hangs on it: what is not foreseen is asked when it is needed.
"""

from collections.abc import Iterator

from billing import law
from billing.core import holding
from billing.core.book import Book
from billing.core.facts import Entry
from billing.office.transaction import Transaction
from billing.requests.entries import Log
from billing.store import (
    agents,
    billed,
    calendars,
    case_names,
    cases,
    desk,
    heads,
    ledger,
    owed,
    parties,
    quoted,
    references,
)
from billing.store.ahead import Asked, rehearsed
from billing.store.heads import Head


def at_first(request: Log) -> list[Asked]:
    """Who is named, and which case: asked as the transaction begins."""
    rehearsal, asked = rehearsed()
    if request.customer is not None:
        heads.key_of(rehearsal, request.customer)
    if (case := request.case or request.customer) is not None:
        case_names.named(rehearsal, case)
    return asked


def before(tx: Transaction, request: Log, key: str | None) -> Iterator[Asked]:
    """What the entry is decided by, with the customer's lock: asked once it is known who he is."""
    named = request.customer
    case = tx.cases.find(request.case or named or "")
    number = None if named is None else heads.key_of(tx.connection, named)
    if number is None and case is not None:
        yield from _of_case(tx, request, key, *case)
    elif named is not None and number is not None:
        yield from _of_customer(tx, request, key, named, number, None if request.case is None else case)


def _of_case(tx: Transaction, request: Log, key: str | None, case: str, number: int) -> Iterator[Asked]:
    """The same where the case says whose it is (R0)."""
    rehearsal, asked = rehearsed()
    if request.customer is not None:
        heads.head(rehearsal, request.customer, lock=True)  # who is not there
    yield from _of_customer(tx, request, key, parties.customer(tx.connection, number)["code"], number, (case, number))
    cases.events_of(rehearsal, number, case)  # which are looked at twice
    yield from asked
    yield parties.BY_KEY, {"of": number}


def _of_customer(
    tx: Transaction, request: Log, key: str | None, code: str, number: int, case: case_names.Named | None
) -> Iterator[Asked]:
    (rehearsal, asked), head, on = rehearsed(), heads.expected(number, code), request.on or tx.today
    tx.keys[code] = number
    heads.head(rehearsal, code, lock=True, key=number)
    if key is not None:
        references.find_reference(rehearsal, request.KIND, key)
    if request.agent is not None:
        agents.listed(rehearsal)
        desk.seconds_worked(rehearsal, request.agent, on)
    parties.kept_versions(rehearsal, number)
    ledger.recorded(rehearsal, head, {}, ledger.AGREED)
    if case is not None:
        quoted.names_case(rehearsal, number, case[0])
        cases.events_of(rehearsal, number, case[0])
        calendars.kept(rehearsal, number)
    if request.contact is not None:
        parties.contacts(rehearsal, number)
        parties.last_contact(rehearsal, number)
    tx.appender.ask_last(rehearsal)
    billed.marked(rehearsal, head, tx.today)
    yield from asked
    yield parties.ISSUER, {}


def after(tx: Transaction, head: Head, book: Book, entry: Entry) -> Iterator[Asked]:
    """What the balance is told by that is left after it: asked with what is recorded."""
    (rehearsal, asked), at = rehearsed(), tx.today
    ledger.read_used(rehearsal, head, book, at, at, holding.asked(book, at))
    if any(term.tariff.overage == "owe" for term in book.terms):
        owed.on(rehearsal, head, at)
    if entry.contact is not None and head.id not in tx.contacts:  # his case's
        parties.contacts(rehearsal, head.id)
    billed.marked(rehearsal, head, at)
    billed.unbilled(rehearsal, head, at, law.is_by_month(), billed.marked(tx.connection, head, at))
    yield from asked
    yield parties.ISSUER, {}
