"""What a case turned out to be, and what that makes of the time on it (C2, S7)."""

from dataclasses import replace

from billing.core import correction
from billing.core.book import Book
from billing.core.cases import case_of
from billing.errors import Already, BadInput, Unknown
from billing.office.cases import working
from billing.office.entries.entries import corrected
from billing.office.transaction import Act, Decided, Same, Transaction
from billing.requests import inputs
from billing.requests.verdicts import Verify
from billing.store import cases as store
from billing.store import parties
from billing.store.heads import Head
from billing.texts import Do, Text, say
from billing.views.entries import Corrected, StillCharged

_ERROR = "program-error"


def verify(tx: Transaction, request: Verify, _key: str | None) -> Decided[Corrected] | Same[Corrected]:
    """Verifies a case: what was charged until somebody finds a program error is free (C2, S7).

    Only a program error changes what is charged. Categories that it names free the case's entries of them too, also
    where the case was verified before.
    """
    kind, also = request.kind, tuple(dict.fromkeys(request.also))
    on = inputs.not_future(request.on or tx.today, tx.today, "a verification")
    head, case = tx.case(request.case)
    book = _book(tx, head, case)
    known = _ERROR if case in book.verified else case_of(case, book.cases[case]).verdict
    _check_also(book, case, kind, also)
    frees = any(entry.category in also for entry in correction.charged_on(book, case))
    if known == kind and not frees:
        return Same(_left(Corrected(customer=head.code), book, case, kind))
    if known == _ERROR and kind != _ERROR:
        raise Already("conflict", say("case {case} is verified as a program error, and its time is free", case=case))
    if kind == _ERROR:
        correction.check_verified_on(book, case, on)
    if known == _ERROR:
        correction.declare(book, case, on, also)
    else:
        event = working.verdict(tx, head, book, case, kind, on, request.agent)
        if kind == _ERROR:
            correction.verify(book, case, on, kind, also)
        book.record(event)
    rows = [parties.note_row(tx.appender, head, request.note)] if request.note else []
    return Decided(head, book, on, lambda fresh: _left(corrected(tx, head, book, fresh), book, case, kind), rows)


def _book(tx: Transaction, head: Head, case: str) -> Book:
    """The book as far as a verdict on a case needs it: its entries, what is rounded with them, what happened to it."""
    book = tx.around(head, case=case)
    if case not in book.cases and not tx.bulk:
        for event in store.events_of(tx.connection, head.id, case):
            book.remember(event)
    return book


def _check_also(book: Book, case: str, kind: str, also: tuple[str, ...]) -> None:
    """Refuses categories with another verdict than a program error, and those that no entry of the case has (C2)."""
    if also and kind != _ERROR:
        raise BadInput("bad-input", say("{kind} frees nothing", kind=kind), say("--with goes with a program error"))
    worked = [book.entries[seq].category for seq in book.by_case.get(case, ()) if book.is_live(seq)]
    for category in also:
        if category not in worked:
            wrong = say("no entry of case {case} is logged as {category}", case=case, category=category)
            there = say("it has {known}", known=", ".join(dict.fromkeys(worked)) or say("none at all"))
            raise Unknown("unknown-category", wrong, there)


def _left(changed: Corrected, book: Book, case: str, kind: str) -> Corrected:
    """With the entries of the case that stay charged, and why (C2)."""
    found = []
    for entry in correction.charged_on(book, case):
        charge = book.charge_of(entry.seq)
        assert charge is not None
        why = _why(case, kind, entry.category)
        found.append(
            StillCharged(
                entry=entry.id, worked_on=entry.worked_on, category=entry.category, charged=charge.minutes, reason=why
            )
        )
    return replace(changed, case=case, kind=kind, still_charged=tuple(found))


def _why(case: str, kind: str, category: str) -> Text:
    if kind != _ERROR:
        return say("{kind} frees nothing", kind=kind)
    return say(
        "logged as {category}; {command} declares it free too",
        category=category,
        command=Do("verify", case, "--with", category),
    )


def verified_before(tx: Transaction, request: Verify, head: Head, _seq: int) -> Corrected:
    """What a verification left charged, as it is now, for a request whose id was recorded before (L5)."""
    _, case = tx.case(request.case)
    return _left(Corrected(customer=head.code), _book(tx, head, case), case, request.kind)


ACTS = {Verify: Act(verify, verified_before)}
