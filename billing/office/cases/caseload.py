"""All cases at once: the list, the queue, the sweep, the reports for the weekly meeting (S5 to S7).

Each reads the events of the cases that it is about in one pass, and the contracts of their customers in another.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from billing.core import cases, promises, sla
from billing.core.book import Book
from billing.core.cases import Case
from billing.core.facts import CaseEvent
from billing.core.promises import Promise
from billing.core.units import month_later, whole_minutes
from billing.office.cases.case_rules import Rules, not_ahead, rules_at
from billing.office.cases.showing import last_of, target_of, window_of
from billing.office.transaction import Transaction
from billing.requests import cases as requests
from billing.requests import moments
from billing.store import cases as store
from billing.store.ledger import Head
from billing.texts import Text
from billing.views.cases import (
    CaseList,
    CaseRow,
    Closed,
    Minutes,
    OpenCases,
    OpenRow,
    ProgramError,
    ProgramErrors,
    Queue,
    QueueRow,
    Sla,
    Swept,
    Target,
)

_Events = Mapping[store.Key, list[CaseEvent]]


@dataclass(frozen=True, slots=True)
class _Found:
    """A case with what it goes by."""

    customer_id: int
    customer: store.Who
    case: Case
    opened: CaseEvent
    rules: Rules
    book: Book

    @property
    def key(self) -> store.Key:
        return self.customer_id, self.case.reference


# The list and the queue


def listed(tx: Transaction, question: requests.ListCases) -> CaseList:
    """All cases that were opened, in order of arrival; of one customer, or in one state."""
    if question.customer is not None:
        tx.customer(question.customer, lock=False)
    found = [
        one
        for one in _all(tx, store.every(tx.connection))
        if question.customer in (None, one.customer.code) and question.state in (None, one.case.state)
    ]
    found.sort(key=_arrival)
    worked = _minutes(tx, found)
    return CaseList(tuple(CaseRow(**_row(one, worked)) for one in found))


def queue(tx: Transaction, question: requests.AskQueue) -> Queue:
    """What is to be done next: Support+ and urgent first, then by deadline, then by arrival (S6)."""
    now = _now(tx, question.at)
    rows = []
    for one in _unresolved(tx, now, question.at):
        following = promises.next_due(_promises(one, now))
        plus = promises.has_priority_service(one.book, one.case, now.astimezone(one.rules.zone).date())
        first = plus or promises.is_urgent(one.case, one.rules.service)
        rows.append((promises.queue_key(one.case, first, following), one, following, plus))
    rows.sort(key=lambda row: row[0])
    worked = _minutes(tx, [one for _, one, _, _ in rows])
    return Queue(
        now.astimezone(tx.zone),
        tuple(
            QueueRow(
                **_row(one, worked),
                priority_service=plus,
                next=_next(one, following),
                callbacks=tuple(window_of(event, one.rules.zone) for event in cases.coming(one.case, now)),
            )
            for _, one, following, plus in rows
        ),
    )


def _row(one: _Found, worked: Mapping[store.Key, tuple[int, int]]) -> dict[str, Any]:
    """What every row says of a case."""
    case, zone = one.case, one.rules.zone
    seconds, charged = worked.get(one.key, (0, 0))
    return {
        "case": case.reference,
        "customer": one.customer.code,
        "customer_name": one.customer.name,
        "category": one.opened.category,
        "priority": case.priority,
        "owner": case.owner,
        "state": case.state,
        "opened": one.opened.at.astimezone(zone),
        "last": last_of(case, zone),
        "minutes": Minutes(whole_minutes(seconds), charged),
    }


def _next(one: _Found, following: Promise | None) -> Target | None:
    return None if following is None else target_of(following, one.rules.zone)


def _arrival(one: _Found) -> tuple[datetime, str]:
    return one.opened.at, one.case.reference


# The sweep


def would_sweep(tx: Transaction, question: requests.AskSweep) -> Swept:
    """What a sweep at a moment would close, and why."""
    return Swept(tuple(Closed(one.case.reference, why) for one, why in _to_close(tx, _now(tx, question.at))))


def sweep(tx: Transaction, request: requests.SweepCases, key: str | None) -> Swept:
    """Closes the cases that the tariffs' rules close, and says why for each (S5). Again, it closes nothing more.

    It locks the customers, in the order of their codes, and looks again: somebody may have been faster. An id is that
    of the first closing.
    """
    now = _now(tx, request.at)
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


def _to_close(tx: Transaction, now: datetime) -> Iterator[tuple[_Found, Text]]:
    for one in _all(tx, store.not_closed(tx.connection)):
        reason = promises.reason_to_close(one.case, one.rules.service, one.rules.clocks, now)
        if reason is not None:
            yield one, reason


# Reports


def open_cases(tx: Transaction, question: requests.AskOpenCases) -> OpenCases:
    """The unresolved cases for the weekly meeting, the oldest first (S6)."""
    now = _now(tx, question.at)
    found = sorted(_unresolved(tx, now, question.at), key=_arrival)
    worked = _minutes(tx, found)
    return OpenCases(
        now.astimezone(tx.zone),
        tuple(
            OpenRow(
                **_row(one, worked),
                age_days=cases.age_days(one.case, now),
                next=_next(one, promises.next_due(_promises(one, now))),
            )
            for one in found
        ),
    )


def program_errors(tx: Transaction, question: requests.AskProgramErrors) -> ProgramErrors:
    """The verified program errors: what quality control takes on (S7)."""
    rows = []
    period = question.first.isoformat(), question.last.isoformat()
    for code, customer, seq, reference, on in store.verified(tx.connection, *period):
        worked = store.worked(tx.connection, customer, reference)
        opened = cases.case_of(reference, store.events_of(tx.connection, customer, reference)).opened
        rows.append(
            ProgramError(
                case=reference,
                customer=code,
                category=opened.category if opened else (worked[0][0].category if worked else None),
                date=date.fromisoformat(on),
                position=seq,
                note=store.note_at(tx.connection, customer, opened.seq) if opened else None,
                raw=whole_minutes(sum(e.logged_seconds for e, charge in worked if charge.free != "void")),
            )
        )
    return ProgramErrors(first=question.first, last=question.last, errors=tuple(rows))


def sla_of_month(tx: Transaction, question: requests.AskSla) -> Sla:
    """How the cases opened in a month kept their targets (S2)."""
    now, month = _now(tx, None), question.month
    outcomes = [
        sla.outcome(one.case, promise, one.rules.service, one.rules.clocks)
        for one in _all(tx, store.every(tx.connection))
        if one.rules.service is not None
        and month <= one.opened.at.astimezone(one.rules.zone).date() < month_later(month, 1)
        for promise in _promises(one, max(now, one.case.last.at if one.case.last else now))
    ]
    return Sla(f"{month:%Y-%m}", tuple(sla.kept(outcomes)))


# What all of them share


def _all(tx: Transaction, events: _Events) -> Iterator[_Found]:
    """The opened cases of these events, each with its customer's contracts and the rules of its term."""
    books = store.agreed_with(tx.connection, {customer for customer, _ in events}, tx.tariffs.every())
    customers, known = store.customers(tx.connection), tx.calendars(None)
    for (customer, reference), some in events.items():
        case = cases.case_of(reference, some)
        if case.opened is not None:
            rules = rules_at(tx, known, customer, books[customer], case.opened.at)
            yield _Found(customer, customers[customer], case, case.opened, rules, books[customer])


def _unresolved(tx: Transaction, now: datetime, asked: datetime | time | None) -> Iterator[_Found]:
    """The cases that somebody has to do something for; where a moment is asked for, as they were then."""
    if asked is None:
        found = _all(tx, store.not_closed(tx.connection))
    else:
        events = store.every(tx.connection)
        found = _all(tx, {key: [event for event in some if event.at <= now] for key, some in events.items()})
    return (one for one in found if one.case.state in cases.UNRESOLVED)


def _promises(one: _Found, now: datetime) -> list[Promise]:
    return promises.promises(one.case, one.rules.service, one.rules.clocks, now)


def _minutes(tx: Transaction, some: Collection[_Found]) -> Mapping[store.Key, tuple[int, int]]:
    return store.minutes(tx.connection, {one.case.reference for one in some})


def _now(tx: Transaction, at: datetime | time | None) -> datetime:
    """The moment that is looked at: as given in the issuer's zone, else now; on a test clock, the end of what happened
    by then today."""
    now = tx.setting.now().replace(microsecond=0)
    if at is not None:
        return moments.instant(at, tx.zone, tx.today)
    if tx.setting.fixed_clock:
        last = store.last_at(tx.connection)
        return max(now, last) if last is not None else now
    return now
