"""What entries and verdicts ask of a case: whether work on it may be logged, what a verification is in it (S4, S7)."""

from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from billing.core import case_checks, cases
from billing.core.book import Book
from billing.core.cases import Case
from billing.core.facts import CaseEvent, Entry
from billing.errors import BadInput
from billing.office.cases.case_rules import rules_of
from billing.office.transaction import Transaction
from billing.requests import moments
from billing.store import cases as store
from billing.store.heads import Head
from billing.texts import say


def events_of(tx: Transaction, head: Head, book: Book, case: str | None) -> Sequence[CaseEvent]:
    """What happened to the case that an entry names; nothing where it names none."""
    if case is None:
        return ()
    return book.cases.get(case, ()) if tx.bulk else store.events_of(tx.connection, head.id, case)


def opened(case: str | None, events: Sequence[CaseEvent]) -> Case | None:
    """The case that speaks for the entries on it (R0), with what it is about now (S14); none where only logged on."""
    found = cases.case_of(case or "", events) if events else None
    return found if found is not None and found.opened is not None else None


def check_changes(tx: Transaction, head: Head, book: Book, entry: Entry, events: Sequence[CaseEvent]) -> None:
    """Refuses work that changes data without the written authorisation, where the tariff asks for it (S12)."""
    case = cases.case_of(entry.case, events) if entry.case is not None else None
    term = book.term_on(entry.worked_on)
    service = rules_of(tx, head, book, events[0].at).service if events else term.tariff.service if term else None
    case_checks.check_changes(case, service)


def check_log(tx: Transaction, head: Head, book: Book, entry: Entry, events: Sequence[CaseEvent]) -> None:
    """Refuses an entry on a closed case or before the take-up (S4, S5)."""
    assert entry.case is not None
    if not events:
        return
    case = cases.case_of(entry.case, events)
    rules = rules_of(tx, head, book, events[0].at)
    case_checks.check_time(case, entry.worked_on, rules.service is not None and rules.service.from_take_up, rules.zone)


def verdict(tx: Transaction, head: Head, book: Book, case: str, kind: str, on: date, agent: str | None) -> CaseEvent:
    """The event that a verification is, dated by its day; it never stands before what was recorded earlier (S7)."""
    events = book.cases[case]
    service = rules_of(tx, head, book, events[0].at if events else tx.setting.now()).service
    known = (*cases.VERDICTS, *(service.verdicts if service else ()))
    if kind not in known:
        raise BadInput("bad-input", say("unknown kind {kind!r}", kind=kind), say("known: {known}", known=known))
    zone = ZoneInfo(tx.issuer["timezone"])
    at = tx.setting.now() if on == tx.today else moments.instant(datetime.combine(on, time(12)), zone, tx.today)
    at = max([at.replace(microsecond=0), *(event.at for event in events)])
    event = CaseEvent(book.seq, case, "verify", at, agent=agent, detail=kind)
    case_checks.check(events, event, zone)
    return event
