"""Minutes over what is prepaid, approved by the customer before they are worked (R5)."""

from billing.core import cases, rating
from billing.core.book import Book
from billing.core.facts import Approval
from billing.core.units import price_of
from billing.office.transaction import Decided, Transaction
from billing.requests import inputs
from billing.requests.approvals import ApproveOverage, AskOverage
from billing.store import cases as store
from billing.store import parties, parts
from billing.store.heads import Head
from billing.views.approvals import Offer, Overrun

_OFFERED = (15, 30, 60, 120)  # minutes


def approve(tx: Transaction, request: ApproveOverage, _key: str | None) -> Decided[Overrun]:
    """Keeps that the customer approves so many more minutes of a case, and by whom."""
    head, reference = tx.case(request.case)
    book = _book(tx, head, reference)
    day = inputs.not_future(request.on or tx.today, tx.today, "an approval")
    book.record(Approval(book.seq, reference, request.minutes, day))
    view = _overrun(tx, head, book, reference)
    rows = [parties.note_row(tx.appender, head, request.by)]
    return Decided(head, book, day, lambda _: view, rows)


def approved_before(tx: Transaction, request: ApproveOverage, head: Head, _seq: int) -> Overrun:
    """The same, asked again under its id."""
    reference = tx.cases.reference(request.case)
    return _overrun(tx, head, _book(tx, head, reference), reference)


def asked(tx: Transaction, question: AskOverage) -> Overrun:
    """How the case stands, and what more would cost."""
    head, reference = tx.case(question.case, lock=False)
    return _overrun(tx, head, _book(tx, head, reference), reference)


def _book(tx: Transaction, head: Head, reference: str) -> Book:
    """The customer's book with the work on a case, and no other."""
    return tx.with_work(head, lambda: parts.on_case(tx.connection, head, reference))


def _overrun(tx: Transaction, head: Head, book: Book, reference: str) -> Overrun:
    term = book.term_on(tx.today)
    tariff = None if term is None else term.tariff
    approved = rating.approved(book, reference, tx.today)
    billed = rating.billed(book, reference)
    offers: tuple[Offer, ...] = ()
    if tariff is not None:
        events = store.events_of(tx.connection, head.id, reference)
        category = (cases.case_of(reference, events).category if events else None) or tariff.default_category
        category = tariff.categories[category].charged_as or category
        if tariff.categories[category].rate is not None:
            rate = rating.hourly_rate(book, tariff, category, tx.today)
            steps = dict.fromkeys(-(-minutes // tariff.increment) * tariff.increment for minutes in _OFFERED)
            offers = tuple(Offer(minutes=minutes, amount=price_of(minutes, rate)) for minutes in steps)
    return Overrun(
        case=reference, customer=head.code, asks=tariff is not None and tariff.overage == "ask", approved=approved,
        billed=billed, left=max(0, approved - billed), currency=None if tariff is None else tariff.currency,
        offers=offers,
    )  # fmt: skip
