"""What happens to cases: open one, record an event, say what an error was (S1 to S12).

A case keeps the rules of the term that covers the day on which it was opened: its tariff version, hours and targets.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from billing.core import cases, rating
from billing.core.book import Book
from billing.core.cases import Case
from billing.core.facts import CaseEvent, CaseKind, Entry, Sender
from billing.core.tariff import Service
from billing.errors import BadInput
from billing.office.balances.answers import Answer
from billing.office.cases import case_answers
from billing.office.cases.case_rules import Rules, holidays_to_keep, rules_of
from billing.office.transaction import Setting, Transaction, done
from billing.requests import inputs
from billing.store import cases as store
from billing.store import parties
from billing.store.ledger import Head

_LONGEST = 200
_UTC = ZoneInfo("UTC")


# Recording


def open_case(setting: Setting, **request: Any) -> Answer:
    """Opens a case and shows it. Takes the arguments of `do_open`."""

    def answer(tx: Transaction) -> Answer:
        new, head = do_open(tx, **request)
        return case_answers.shown(tx, head, tx.cases.reference(request["case"])) | ({} if new else {"unchanged": True})

    return done(setting, answer)


def do_open(
    tx: Transaction,
    customer: str,
    case: str,
    priority: str | None = None,
    category: str | None = None,
    channel: str | None = None,
    contact: str | None = None,
    at: str | None = None,
    agent: str | None = None,
    note: str | None = None,
) -> tuple[bool, Head]:
    """Opens a case under the customer's contract (R1); its reference is its id (L5). Whether that was new.

    `at` is a local time in the tariff's zone, or one with its offset; without it, now.
    """
    head = tx.customer(customer)
    case = tx.cases.reference(_checked_texts(case=case, channel=channel, agent=agent))
    request = {"customer": customer, "case": case, "priority": priority, "category": category, "channel": channel,
               "contact": contact, "at": at, "agent": agent, "note": note}  # fmt: skip
    if tx.done_before("case", case, request):
        return False, head
    book = _with_case(tx, head, case)
    when = _instant(tx, head, book, at, None)
    rules = rules_of(tx, head, book, when)
    term = rules.term or rating.term_for(book, when.astimezone(rules.zone).date(), customer)
    about = rating.category_named(term.tariff, category or term.tariff.default_category)
    others, numbers = tx.contact_rows(head, [contact or ""])
    event = CaseEvent(
        head.seq + 1, case, "open", when, agent=agent, priority=_priority(rules.service, priority),
        category=about.name, channel=channel, contact=numbers[0] if numbers else None,
    )  # fmt: skip
    cases.check(book.cases[case], event, rules.zone)
    tx.claim_case(head, case)
    others += holidays_to_keep(tx, head, term, when)
    _record(tx, head, book, event, rules, note, others, "case", case, request)
    return True, head


def add_event(setting: Setting, case: str, kind: CaseKind, **request: Any) -> Answer:
    """Records one event of a case and shows the case. Takes the arguments of `do_event`."""

    def answer(tx: Transaction) -> Answer:
        new, head = do_event(tx, case, kind, **request)
        return case_answers.shown(tx, head, tx.cases.reference(case)) | ({} if new else {"unchanged": True})

    return done(setting, answer)


def do_event(
    tx: Transaction,
    case: str,
    kind: CaseKind,
    at: str | None = None,
    agent: str | None = None,
    note: str | None = None,
    sender: Sender | None = None,
    to: str | None = None,
    priority: str | None = None,
    channel: str | None = None,
    window: tuple[str, str] | None = None,
    id: str | None = None,
) -> tuple[bool, Head]:
    """Records one event of a case: whether that was new, and the customer.

    A new priority needs a reason, which is its note; a hand-over without `to` goes to the agent it names. In a bulk
    load, the same event at the same time is known and changes nothing (L5).
    """
    head, case = tx.case(_checked_texts(case=case, channel=channel, agent=agent, to=to))
    request = {"case": case, "kind": kind, "at": at, "agent": agent, "note": note, "sender": sender, "to": to,
               "priority": priority, "channel": channel, "window": window}  # fmt: skip
    if tx.done_before("case-event", id, request):
        return False, head
    book = _with_case(tx, head, case)
    before = cases.case_of(case, book.cases[case])
    when = _instant(tx, head, book, at, before)
    rules = rules_of(tx, head, book, before.opened.at if before.opened else when)
    event = CaseEvent(head.seq + 1, case, kind, when, cases.sender_of(before, kind, sender), agent, channel=channel)
    if kind == "hand-over":
        event = replace(event, recipient=_recipient(case, to, agent))
    elif kind == "priority":
        level, reason = _new_priority(rules.service, case, priority, note)
        event, note = replace(event, priority=level, detail=reason), None
    elif kind == "callback":
        first, last = _window(tx, rules, case, window)
        event = replace(event, from_at=first, until_at=last)
    elif kind == "authorisation" and not note:
        raise BadInput("bad-input", "an authorisation needs a note: who gave it, for what, and where it is")
    if tx.bulk and id is None and at is not None and _known(tx, head, book, event, note):
        return False, head
    owns = rules.service is not None and rules.service.owner_is_first_answer
    cases.check(book.cases[case], event, rules.zone, owns)
    _record(tx, head, book, event, rules, note, (), "case-event", id, request)
    return True, head


def _record(
    tx: Transaction,
    head: Head,
    book: Book,
    event: CaseEvent,
    rules: Rules,
    note: str | None,
    others: Iterable[Any],
    kind: str,
    id: str | None,
    request: dict[str, Any],
) -> None:
    rows = [*others, *([parties.note_row(tx.appender, head, note)] if note else [])]
    book.seq = event.seq
    book.record(event)
    tx.record(head, book, kind, event.at.astimezone(rules.zone).date(), rows, id, request if id else None)


def _with_case(tx: Transaction, head: Head, case: str) -> Book:
    """The customer's book with the events of one case."""
    if tx.bulk:
        return tx.book(head)
    book = tx.agreed(head)
    book.cases[case] = store.events_of(tx.connection, head.id, case)
    return book


def _known(tx: Transaction, head: Head, book: Book, event: CaseEvent, note: str | None) -> bool:
    """Whether the same event of the case stands in its history; who sent it followed from the case of that time."""
    for other in book.cases[event.case]:
        if replace(other, seq=event.seq, sender=event.sender) == event:
            tx.appender.flush()
            if store.note_at(tx.connection, head.id, other.seq) == note:
                return True
    return False


# Reading what is given


def _checked_texts(case: str, **others: str | None) -> str:
    case = case.strip()
    if not case:
        raise BadInput("bad-input", "a case needs a reference: up to 200 characters")
    for name, text in {"case": case, **others}.items():
        if text is not None and (len(text) > _LONGEST or not text.isprintable()):
            raise BadInput("bad-input", f"{name} {text[:40]!r}: give one line of up to {_LONGEST} characters")
    return case


def sender(text: str | None) -> Sender | None:
    """Who sent something, as people write it; None where the case says it."""
    if text not in (None, "agent", "customer"):
        raise BadInput("bad-input", f"from {text!r}: agent or customer")
    return cast("Sender | None", text)


def _instant(tx: Transaction, head: Head, book: Book, text: str | None, case: Case | None) -> datetime:
    """The time of an event, not in the future: as given, else now (a test clock stands still at the last event)."""
    now = tx.setting.now().replace(microsecond=0)
    last = case.last.at if case is not None and case.last is not None else now
    if text is None:
        return max(now, last)
    zone = rules_of(tx, head, book, inputs.instant(text, _UTC, tx.today)).zone
    found = inputs.instant(text, zone, tx.today)
    not_ahead(tx, found, zone)
    same_minute = found < last and last - found < timedelta(minutes=1)
    return last if same_minute else found  # who types a minute means no order within it


def not_ahead(tx: Transaction, at: datetime, zone: ZoneInfo) -> None:
    """Refuses a moment that has not come; on a test clock, one after its day."""
    now = tx.setting.now()
    if at.astimezone(zone).date() > tx.today if tx.setting.fixed_clock else at > now:
        limit = tx.today if tx.setting.fixed_clock else cases.shown(now, zone)
        raise BadInput("bad-time", f"{cases.shown(at, zone)} is in the future; give a time up to now, {limit}")


def _priority(service: Service | None, given: str | None) -> str:
    """A priority of the tariff, by default its usual one."""
    known = cases.priorities(service)
    if given is None:
        return service.default_priority if service else known[-1]
    if given not in known:
        raise BadInput("bad-input", f"unknown priority {given!r}; known: {', '.join(known)}")
    return given


def _new_priority(service: Service | None, case: str, priority: str | None, note: str | None) -> tuple[str, str]:
    """The new priority and the reason, from two values or from a note as `urgent: agreed by phone` (S10)."""
    if priority is None and note is not None:
        first = re.split(r"[\s:,;]+", note.strip(), maxsplit=1)
        if first[0] in cases.priorities(service):
            priority, note = first[0], first[-1]
    if priority is None or not (note or "").strip():
        raise BadInput(
            "bad-input",
            "a change of priority needs the new one and a reason: "
            f"`billing case priority {case} {cases.priorities(service)[0]} --note REASON`",
        )
    return _priority(service, priority), (note or "").strip()


def _recipient(case: str, to: str | None, agent: str | None) -> str:
    if not (to or agent or "").strip():
        raise BadInput("bad-input", f"to whom? `billing case hand-over {case} --to AGENT`")
    return (to or agent or "").strip()


def _window(tx: Transaction, rules: Rules, case: str, window: tuple[str, str] | None) -> tuple[datetime, datetime]:
    """When the customer can be called back, from and to; a time of day will do for the end of the same day."""
    if window is None:
        raise BadInput("bad-input", f"when? `billing case callback {case} --from 2025-03-05T09:00 --to 11:00`")
    first = inputs.instant(window[0], rules.zone, tx.today)
    last = inputs.instant(window[1], rules.zone, first.astimezone(rules.zone).date())
    if first >= last:
        raise BadInput("bad-time", f"the window ends at {window[1]}, not after it begins at {window[0]}")
    return first, last


# Time on a case


def check_log(tx: Transaction, head: Head, book: Book, entry: Entry) -> None:
    """Refuses an entry on a closed case or before the take-up (S4, S5)."""
    assert entry.case is not None
    events = book.cases.get(entry.case) if tx.bulk else store.events_of(tx.connection, head.id, entry.case)
    if not events:
        return
    case = cases.case_of(entry.case, events)
    rules = rules_of(tx, head, book, events[0].at)
    cases.check_time(case, entry.worked_on, rules.service is not None and rules.service.from_take_up, rules.zone)


def open_for_log(
    tx: Transaction, head: Head, case: str, category: str | None, contact: str | None, on: Any, agent: str | None
) -> None:
    """Opens a case that does not exist and takes it up, because somebody is at work on it; one that exists stays."""
    book = _with_case(tx, head, case)
    if cases.case_of(case, book.cases[case]).opened is not None:
        return
    at = None if on == tx.today else f"{on}T12:00"
    do_open(tx, head.code, case, category=category, contact=contact, at=at, agent=agent)
    do_event(tx, case, "take", at=at, agent=agent)


# Verdicts


def verdict(tx: Transaction, head: Head, book: Book, case: str, kind: str, on: Any, agent: str | None) -> CaseEvent:
    """The event that a verification is, dated by its day; it never stands before what was recorded earlier (S7)."""
    if kind not in cases.VERDICTS:
        raise BadInput("bad-input", f"unknown kind {kind!r}; known: {', '.join(cases.VERDICTS)}")
    events = book.cases[case]
    zone = ZoneInfo(tx.issuer["timezone"])
    at = tx.setting.now() if on == tx.today else inputs.instant(f"{on}T12:00", zone, tx.today)
    at = max([at.replace(microsecond=0), *(event.at for event in events[-1:])])
    event = CaseEvent(book.seq, case, "verify", at, agent=agent, detail=kind)
    cases.check(events, event, zone)
    return event
