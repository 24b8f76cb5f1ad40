"""What happens to cases: open one, record an event, say what an error was (S1 to S12).

A case keeps the rules of the term that covers the day on which it was opened: its tariff version, hours and targets.
"""

import re
from dataclasses import replace
from datetime import date, datetime, time

from billing.core import case_checks, cases, promises, rating
from billing.core.book import Book
from billing.core.facts import CaseEvent
from billing.core.tariff import Service
from billing.errors import BadInput
from billing.office.cases import calling, showing
from billing.office.cases.case_rules import Rules, holidays_to_keep, rules_of
from billing.office.cases.recording import decided, instant, with_case
from billing.office.transaction import Decided, Same, Transaction
from billing.requests import cases as requests
from billing.requests.fields import one_line
from billing.store import cases as store
from billing.store.heads import Head
from billing.texts import Do, say
from billing.views.cases import CaseShown

# Recording


def open_case(tx: Transaction, request: requests.OpenCase, _key: str | None) -> Decided[CaseShown]:
    """Opens a case under the customer's contract (R1, S4)."""
    head, case = tx.customer(request.customer), request.case
    book = with_case(tx, head, case)
    when = instant(tx, head, book, request.at, None)
    rules = rules_of(tx, head, book, when)
    term = rules.term or rating.term_for(book, when.astimezone(rules.zone).date(), head.code)
    about = rating.category_named(term.tariff, request.category or term.tariff.default_category)
    priority = priority_named(rules.service, request.priority)
    _ask_who_agreed(rules.service, priority, request)
    rows, numbers = tx.contact_rows(head, [request.contact or ""])
    more, agreed = tx.contact_rows(head, [request.agreed_with or ""])
    event = CaseEvent(
        head.seq + 1, case, "open", when, agent=request.agent, priority=priority,
        category=about.name, channel=request.channel, contact=numbers[0] if numbers else None,
        agreed=agreed[0] if agreed else None,
    )  # fmt: skip
    event = calling.after_voicemail(tx, head, rules, event.priority or "", event)
    case_checks.check(book.cases[case], event, rules.zone)
    tx.claim_case(head, case)
    note = "\n".join(filter(None, (request.subject and one_line(request.subject), request.note))) or None
    return decided(tx, head, book, event, rules, note, [*rows, *more, *holidays_to_keep(tx, head, term, when)])


def record_event(
    tx: Transaction, request: requests.RecordEvent, key: str | None
) -> Decided[CaseShown] | Same[CaseShown]:
    """Records one event of a case (S2 to S12).

    In a bulk load, the same event at the same time is known and changes nothing (L5).
    """
    head, case = tx.case(request.case)
    book = with_case(tx, head, case)
    before = cases.case_of(case, book.cases[case])
    when = instant(tx, head, book, request.at, before)
    rules = rules_of(tx, head, book, before.opened.at if before.opened else when)
    event = CaseEvent(head.seq + 1, case, request.kind, when)
    if request.kind in requests.SETTLING:
        event = replace(event, refers=calling.meant(request, before, book.cases[case], when, tx.bulk))
    event, note = _event(tx, request, rules, event)
    rows, agreed = tx.contact_rows(head, [request.agreed_with or ""])
    event = replace(event, agreed=agreed[0] if agreed else None)
    if request.kind == "attempt":
        event = calling.after_voicemail(tx, head, rules, before.priority, event)
    if tx.bulk and key is None and request.at is not None and _known(tx, head, book, event, note):
        return Same(showing.brief(tx, head, case, book.cases[case]))
    owns = rules.service is not None and rules.service.owner_is_first_answer
    case_checks.check(book.cases[case], event, rules.zone, owns)
    return decided(tx, head, book, event, rules, note, rows)


def _event(
    tx: Transaction, request: requests.RecordEvent, rules: Rules, event: CaseEvent
) -> tuple[CaseEvent, str | None]:
    """The event with what its kind needs, and its note. The reason of a new priority is part of the event (S10)."""
    sender = cases.sender_of(request.kind, request.sender)
    event = replace(event, sender=sender, agent=request.agent, channel=request.channel)
    match request.kind:
        case "hand-over":
            return replace(event, recipient=_recipient(request)), request.note
        case "take" if request.told:
            return replace(event, detail=cases.TOLD), request.note
        case "priority":
            level, reason = _new_priority(rules.service, request)
            _ask_who_agreed(rules.service, level, request)
            return replace(event, priority=level, detail=reason), None
        case "callback":
            first, last = calling.window(tx, rules, request, event.at)
            return replace(event, from_at=first, until_at=last), request.note
        case "ask-files" if (closes := promises.files_close(rules.service)) is not None:
            return replace(event, detail=str(closes)), request.note
        case "note" if not request.note:
            raise BadInput("bad-input", say("what is to be noted?"))
        case "authorisation" if not request.note:
            raise BadInput("bad-input", say("an authorisation needs a note: who gave it, for what, and where it is"))
    return event, request.note


def _known(tx: Transaction, head: Head, book: Book, event: CaseEvent, note: str | None) -> bool:
    """Whether the same event of the case stands in its history; what followed from the case of that time apart."""
    for other in book.cases[event.case]:
        same = replace(other, seq=event.seq, sender=event.sender)
        if event.kind == "ask-files":
            same = replace(same, detail=event.detail)
        if event.kind == "attempt":
            same = replace(same, from_at=event.from_at, until_at=event.until_at)
        if same == event:
            tx.appender.flush()
            if store.note_at(tx.connection, head.id, other.seq) == note:
                return True
    return False


# Reading what is given


def priority_named(service: Service | None, given: str | None) -> str:
    """A priority of the tariff, by default its usual one."""
    known = cases.priorities(service)
    if given is None:
        return service.default_priority if service else known[-1]
    if given not in known:
        raise BadInput("bad-input", say("unknown priority {given!r}", given=given), say("known: {known}", known=known))
    return given


def _ask_who_agreed(service: Service | None, priority: str, request: requests.OpenCase | requests.RecordEvent) -> None:
    """Asks back who agreed to an urgency that is not the usual one, where the tariff has it agreed (S10)."""
    if not request.typed or request.yes or request.agreed_with is not None:
        return
    if service is not None and service.urgency_agreed and priority != service.default_priority:
        wrong = say("{priority} is agreed with the customer: with whom?", priority=priority)
        raise BadInput("ask-back", wrong, say("--agreed-with NAME says it, --yes takes it as it is"))


def _new_priority(service: Service | None, request: requests.RecordEvent) -> tuple[str, str]:
    """The new priority and the reason, from two values or from a note as `urgent: agreed by phone` (S10)."""
    priority, note = request.priority, (request.note or "").strip()
    known = cases.priorities(service)
    if priority is None and note:
        first = re.split(r"[\s:,;]+", note, maxsplit=1)
        if first[0] in known:
            priority, note = first[0], first[-1]
    if priority is None or not note:
        command = Do("case priority", request.case, known[0], "--note", "REASON")
        raise BadInput(
            "bad-input", say("a change of priority needs the new one and a reason: {command}", command=command)
        )
    return priority_named(service, priority), note


def _recipient(request: requests.RecordEvent) -> str:
    to = (request.to or request.agent or "").strip()
    if not to:
        command = Do("case hand-over", request.case, "--to", "AGENT")
        raise BadInput("bad-input", say("to whom? {command}", command=command))
    return to


# Work on a case


def open_for_log(
    tx: Transaction, head: Head, case: str, category: str | None, contact: str | None, on: date, agent: str | None
) -> None:
    """Opens a case that does not exist and takes it up, because somebody is at work on it; one that exists stays."""
    book = with_case(tx, head, case)
    if cases.case_of(case, book.cases[case]).opened is not None:
        return
    at = None if on == tx.today else datetime.combine(on, time(12))
    opening = requests.OpenCase(customer=head.code, case=case, category=category, contact=contact, at=at, agent=agent)
    made = open_case(tx, opening, case)
    tx.record(made.head, made.book, opening.KIND, made.on, made.rows, case, opening.content())
    taken = record_event(tx, requests.Take(case=case, at=at, agent=agent), None)
    if isinstance(taken, Decided):
        tx.record(taken.head, taken.book, requests.Take.KIND, taken.on, taken.rows)
