"""All cases at once: the list, the queue, the sweep (S5, S6).

Each reads the events of the cases that it is about in one pass, and the contracts of their customers in another.
"""

from collections.abc import Iterator
from datetime import datetime

from billing.core import callbacks, cases, promises
from billing.core.book import Book
from billing.core.facts import CaseEvent
from billing.core.units import whole_minutes
from billing.office.cases import found
from billing.office.cases.case_rules import not_ahead
from billing.office.cases.found import Found
from billing.office.cases.showing import worked_at
from billing.office.transaction import Transaction
from billing.requests import cases as requests
from billing.store import cases as store
from billing.store.heads import Head
from billing.texts import Text
from billing.views.cases import CaseList, CaseRow, Closed, Last, Minutes, Queue, QueueRow, Swept

# The list and the queue


def listed(tx: Transaction, question: requests.ListCases) -> CaseList:
    """All cases in order of arrival, those that were only logged on too; narrowed as asked."""
    customer = found.customer_of(tx, question)
    of_state = store.not_closed if question.state in cases.UNRESOLVED else store.every
    events = of_state(tx.connection, customer)
    some, known = found.narrowed(tx, question, found.every(tx, events), found.moment(tx, None))
    rows = [(found.arrival(one), CaseRow(**found.row(one, known))) for one in some]
    rows += [((row.last.at, row.case), row) for row in _logged(tx, question)]
    rows.sort(key=lambda row: row[0])
    return CaseList(tuple(row for _, row in rows))


def _logged(tx: Transaction, question: requests.ListCases) -> Iterator[CaseRow]:
    """The cases that nobody opened, with the work on them; they have neither priority nor targets."""
    if question.state not in (None, "logged") or question.priority is not None or question.late:
        return
    if question.tariff is not None or question.contact is not None:
        return
    customers = store.customers(tx.connection)
    keys = store.logged_only(tx.connection, found.customer_of(tx, question))
    works = store.works(tx.connection, {reference for _, reference in keys})
    for key, category in keys.items():
        who, work = customers[key[0]], works.get(key)
        if work is None or question.agent not in (None, work.first_agent):
            continue
        yield CaseRow(
            case=key[1],
            customer=who.code,
            customer_name=who.name,
            subject=None,
            category=category,
            priority="",
            owner=work.first_agent,
            state="logged",
            opened=None,
            last=Last(worked_at(work, tx.zone)[0], "work", work.last_agent),
            told=None,
            minutes=Minutes(whole_minutes(work.seconds), work.charged),
        )


def queue(tx: Transaction, question: requests.AskQueue) -> Queue:
    """What is to be done next: Support+, then call-backs, late and urgent ones, then by deadline (S6)."""
    now = found.moment(tx, question.at)
    unresolved = found.unresolved(tx, now, question.at, found.customer_of(tx, question))
    some, known = found.narrowed(tx, question, unresolved, now)
    rows = []
    for one in some:
        following = promises.next_due(found.promised(one, now))
        plus = promises.has_priority_service(one.book, one.case, now.astimezone(one.rules.zone).date())
        urgent = promises.is_urgent(one.case, one.rules.service)
        key = promises.queue_key(one.case, plus, urgent, callbacks.due_now(one.case.callbacks, now), following)
        rows.append((key, one, following, plus))
    rows.sort(key=lambda row: row[0])
    return Queue(
        now.astimezone(tx.zone),
        tuple(
            QueueRow(
                **found.row(one, known),
                priority_service=plus,
                next=found.following(one, following),
                callbacks=found.to_call(one, now),
            )
            for _, one, following, plus in rows
        ),
    )


# The sweep


def would_sweep(tx: Transaction, question: requests.AskSweep) -> Swept:
    """What a sweep at a moment would close, and why."""
    now = found.moment(tx, question.at)
    return Swept(tuple(Closed(one.case.reference, why) for one, why in _to_close(tx, now)))


def sweep(tx: Transaction, request: requests.SweepCases, key: str | None) -> Swept:
    """Closes the cases that the tariffs' rules close, and says why for each (S5). Again, it closes nothing more.

    It locks the customers, in the order of their codes, and looks again: somebody may have been faster. An id is that
    of the first closing.
    """
    now = found.moment(tx, request.at)
    not_ahead(tx, now, tx.zone)
    locked = {code: tx.customer(code) for code in sorted({one.customer.code for one, _ in _to_close(tx, now)})}
    closed = []
    for one, why in [*_to_close(tx, now)] if locked else ():
        if one.customer.code in locked:
            head, book = locked[one.customer.code], Book()
            book.record(CaseEvent(head.seq + 1, one.case.reference, "close", now, "sweep", detail=str(why)))
            on = now.astimezone(one.rules.zone).date()
            tx.record(head, book, request.KIND, on, external_id=key, request=request.content() if key else None)
            key = None
            closed.append(Closed(one.case.reference, why))
    return Swept(tuple(closed))


def swept_before(_tx: Transaction, _request: requests.SweepCases, _head: Head, _seq: int) -> Swept:
    """A sweep whose id was recorded before closes nothing."""
    return Swept(())


def _to_close(tx: Transaction, now: datetime) -> Iterator[tuple[Found, Text]]:
    for one in found.every(tx, store.not_closed(tx.connection)):
        reason = promises.reason_to_close(one.case, one.rules.service, one.rules.clocks, now)
        if reason is not None:
            yield one, reason
