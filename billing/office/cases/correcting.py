"""Cases that were recorded wrongly: what one is about is changed, an event is voided (S14)."""

from billing.core import case_checks, case_history, cases, rating
from billing.core.facts import CaseEvent
from billing.errors import Unknown
from billing.office.cases.case_rules import rules_of
from billing.office.cases.cases import priority_named
from billing.office.cases.recording import decided, instant, shown_again, with_case
from billing.office.transaction import Decided, Transaction
from billing.requests.corrections import ChangeCase, VoidEvent
from billing.requests.fields import one_line
from billing.texts import Do, say
from billing.views.cases import CaseShown


def change(tx: Transaction, request: ChangeCase, _key: str | None) -> Decided[CaseShown]:
    """Says what a case is about from now on: subject, contact, category, priority (S14, S10).

    Entries that were logged before stay as they are.
    """
    head, case = tx.case(request.case)
    book = with_case(tx, head, case)
    before = cases.case_of(case, book.cases[case])
    when = instant(tx, head, book, request.at, before)
    rules = rules_of(tx, head, book, before.opened.at if before.opened else when)
    category = None
    if request.category is not None:
        term = rules.term or rating.term_for(book, when.astimezone(rules.zone).date(), head.code)
        category = rating.category_named(term.tariff, request.category).name
    rows, numbers = tx.contact_rows(head, [request.contact or ""])
    event = CaseEvent(
        head.seq + 1, case, "change", when, agent=request.agent,
        priority=None if request.priority is None else priority_named(rules.service, request.priority),
        category=category, contact=numbers[0] if numbers else None, detail=request.reason,
    )  # fmt: skip
    case_checks.check(book.cases[case], event, rules.zone)
    subject = None if request.subject is None else one_line(request.subject)
    return decided(tx, head, book, event, rules, subject, rows)


def void(tx: Transaction, request: VoidEvent, _key: str | None) -> Decided[CaseShown]:
    """Voids an event: it stays in the history, and counts no more. With the opening the case is closed (S14)."""
    named = case_history.split(request.event)
    assert named is not None, "the request read it"
    head, case = tx.case(named[0])
    book = with_case(tx, head, case)
    events = book.cases[case]
    other = case_history.numbered(events, named[1])
    if other is None:
        wrong = say("case {case} has no event {event}", case=case, event=request.event)
        raise Unknown("not-found", wrong, say("{command} shows them", command=Do("case show", case)))
    before = cases.case_of(case, events)
    when = instant(tx, head, book, request.at, before)
    if request.at is None:
        when = max(when, other.at)  # on a test clock, which stands still
    rules = rules_of(tx, head, book, before.opened.at if before.opened else when)
    event = CaseEvent(head.seq + 1, case, "void", when, agent=request.agent, detail=request.reason, refers=other.seq)
    owns = rules.service is not None and rules.service.owner_is_first_answer
    case_checks.check(events, event, rules.zone, owns)
    return decided(tx, head, book, event, rules, None)


def void_again(tx: Transaction, request: VoidEvent, _head: object, _seq: int) -> CaseShown:
    """The case as it is now, for a voiding whose id was recorded before (L5)."""
    named = case_history.split(request.event)
    assert named is not None, "the request read it"
    return shown_again(tx, *tx.case(named[0], lock=False))
