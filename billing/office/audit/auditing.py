"""Checks everything: chains, each decision against its facts, each document against its lines, numbers (L7)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date

from billing import tariffs
from billing.core import (
    case_checks,
    correction,
    credit_notes,
    crediting,
    fees,
    openings,
    own_money,
    quoting,
    rating,
    renewal,
    windows,
)
from billing.core.book import Book
from billing.core.facts import (
    Approval,
    BankPart,
    Bounce,
    BroughtInvoice,
    Cancellation,
    CaseEvent,
    Charge,
    Contract,
    Correction,
    CreditNote,
    Deposit,
    Entry,
    Fact,
    Grant,
    Opening,
    OpeningVoid,
    Payment,
    Quote,
    QuotedWork,
    QuoteEvent,
    Reduction,
    Refund,
    Reminder,
    Sale,
    Term,
    TierChange,
    WriteOff,
)
from billing.core.tariff import Tariff
from billing.errors import DatabaseRefusal, Refusal
from billing.office import lots, maintenance
from billing.office.audit.auditing_documents import Issued, document_faults
from billing.office.audit.auditing_files import file_faults
from billing.office.audit.auditing_mails import mail_faults
from billing.office.audit.auditing_quotes import quote_faults
from billing.office.audit.auditing_reminders import reminder_faults
from billing.office.transaction import Transaction
from billing.requests.audit import AskAudit
from billing.store import auditing, auditing_journal, damage, parties, periods, soundness, totals
from billing.store.auditing import Position
from billing.store.heads import Head
from billing.store.kept import DocumentRow, ErasureRow, FileRow
from billing.values import dataclass
from billing.views.audit import Audited, Checked

Progress = Callable[[int, int | None], None]
BROKEN = (*damage.BROKEN, StopIteration, DatabaseRefusal)


@dataclass(slots=True)
class _Count:
    customers: int = 0
    facts: int = 0
    charges: int = 0
    documents: int = 0


def audited(tx: Transaction, _: AskAudit) -> Audited:
    """Checks the whole database; `faults` has a line for each thing that does not hold."""
    count = _Count()
    faults = tuple(_all_faults(tx, count, tx.progress))
    checked = Checked(count.customers, count.facts, count.charges, count.documents)
    return Audited(ok=not faults, checked=checked, faults=faults)


def _all_faults(tx: Transaction, count: _Count, progress: Progress | None) -> Iterator[str]:
    connection = tx.connection
    yield from soundness.file_faults(connection)
    yield from soundness.guard_faults(connection)
    codes = {one.id: one.code for one in parties.customers(connection)}
    yield from periods.faults(connection)
    yield from auditing_journal.faults(connection, codes)
    kept: dict[int, Tariff] = {}
    for version in auditing.versions(connection):
        try:
            kept[version.id] = tariffs.parse(version.text, date.fromisoformat(version.valid_from))
        except BROKEN as broken:
            yield f"tariff {version.name} of {version.valid_from}: it cannot be read ({broken})"
    tables = auditing.filled(connection)
    for done, head in enumerate((head for heads in lots.of(tx, codes) for head in heads), 1):
        code, found = head.code, auditing.positions(connection, head.id, tables=tables)
        count.customers += 1
        gone = auditing.erased(connection, head.id)
        yield from auditing.chain_faults(head, found, gone)
        yield from auditing.personal_faults(connection, head, found, gone)
        yield from _decision_faults(head, found, kept, count)
        for what, faults in (("files", file_faults), ("mails", mail_faults), ("reminders", reminder_faults)):
            try:
                yield from faults(code, found)
            except BROKEN as broken:
                yield f"{code}: its {what} cannot be checked ({type(broken).__name__}: {broken})"
        if progress:
            progress(done, len(codes))
    yield from auditing.series_faults(connection)
    yield from auditing.version_faults(connection)
    yield from auditing.picture_faults(connection)
    yield from auditing.reference_faults(connection, codes)
    yield from auditing.stray_faults(connection, codes)
    yield from totals.faults(connection, codes)
    try:
        yield from maintenance.faults(tx, codes)
    except BROKEN as broken:
        yield f"maintenance: an announcement cannot be read ({type(broken).__name__}: {broken})"


def _decision_faults(head: Head, found: list[Position], kept: dict[int, Tariff], count: _Count) -> Iterator[str]:
    """Decides everything again, position by position, and compares with what is kept."""
    book, issued = Book(), Issued()
    kept_facts: list[Fact] = []
    for position in found:
        where = f"{head.code} position {position.seq}"
        try:
            facts = position.facts(kept)
            count.facts += len(facts)
            count.charges += sum(isinstance(fact, Charge) for fact in facts)
            yield from (f"{where}: {fault}" for fault in _place_faults(position, facts))
            count.documents += len(position.of(DocumentRow))
            yield from document_faults(head.code, position, book, issued)
            book.seq, book.fresh = position.seq, []
            if position.link is not None:
                day = date.fromisoformat(position.link.effective_on)
                if isinstance(next(iter(facts), None), Opening):
                    openings.check_day(book, day, issued.earliest, head.code)
                elif not isinstance(next(iter(facts), None), OpeningVoid):
                    openings.check_after(book.opened_on, facts, day, head.code)
                    issued.earliest = openings.earliest(issued.earliest, facts, day)
            again = _decide(book, position, facts, issued, head.code)
            yield from (f"{where}: {fault}" for fault in quote_faults(book, position, facts))
            kept_facts += facts
            issued.unsettled |= {fact.entry for fact in facts if isinstance(fact, Charge)} - book.openings.keys()
            if again != facts:
                yield from _differences(where, facts, again)
                book = _rebuilt(kept_facts)
        except DatabaseRefusal as damaged:
            yield f"{where}: {damaged.what}"
            return
        except Refusal as refused:
            yield f"{where}: it would be refused today: {refused.message}"
            book = _rebuilt(kept_facts)
        except BROKEN as broken:
            yield f"{where}: its rows contradict each other ({type(broken).__name__}: {broken})"
            return
    for number, grant in book.grants.items():
        if book.used[number] > grant.minutes and number not in book.replaced_by.values():
            yield f"{head.code}: grant {number} is drawn below zero"


def _rebuilt(facts: list[Fact]) -> Book:
    book = Book()
    for fact in facts:
        book.remember(fact)
    return book


# What each first fact of a position is recorded as, and the day on which it counts
_RECORDED: dict[type, tuple[str, str]] = {
    Contract: ("contract", "starts_on"),
    TierChange: ("tier", "on"),
    Cancellation: ("cancel", "on"),
    Grant: ("goodwill", "starts"),
    Sale: ("purchase", "sold_on"),
    Payment: ("payment", "paid_on"),
    Deposit: ("payment", "paid_on"),
    Refund: ("refund", "paid_on"),
    WriteOff: ("write-off", "on"),
    Bounce: ("bounce", "on"),
    CreditNote: ("invoice-credit", "on"),
    BankPart: ("recognised", "settled_on"),
    Entry: ("entry", "worked_on"),
    Quote: ("quote", "quoted_on"),
    Reminder: ("reminder", "on"),
    Approval: ("approval", "on"),
    Opening: ("opening", "on"),
    OpeningVoid: ("opening-void", "on"),
}


_EVENTS = {"open": "case", "verify": "verify", "change": "case-change", "void": "case-void"}


def _place_faults(position: Position, facts: list[Fact]) -> Iterator[str]:
    """Whether a position is of the kind and the day that its rows are of."""
    link, first = position.link, next(iter(facts), None)
    if link is None:
        return
    kind, day = link.kind, link.effective_on
    if isinstance(first, Term):
        kind = "renewal"
    elif isinstance(first, Correction):
        kind, day = first.kind, first.on.isoformat()
        if kind == "note" or (kind == "void" and link.kind == "edit"):
            kind = "edit"
        if kind == "with":
            kind = "verify"
    elif isinstance(first, QuoteEvent):
        kind, day = f"quote-{first.kind}", first.on.isoformat()
    elif isinstance(first, CaseEvent):  # its day is one of the tariff's time zone
        kind = _EVENTS.get(first.kind, "case-event")
    elif first is not None:
        kind, name = _RECORDED[type(first)]
        day = getattr(first, name).isoformat()
    else:
        for row in position.of(DocumentRow):
            kind, day = row.kind, row.issued_on.isoformat()
        if position.of(FileRow):
            kind = "file"
        if position.of(ErasureRow):
            kind = "erasure"
    if (link.kind, link.effective_on) != (kind, day):
        yield f"it is recorded as {link.kind} of {link.effective_on}, its rows are {kind} of {day}"
    if isinstance(first, Entry) and first.id != link.external_id and not first.id.endswith(f"-{position.seq}"):
        yield f"the entry calls itself {first.id}"


def _fee(book: Book, facts: list[Fact]) -> None:
    """The fee that was invoiced with a contract or its renewal (M21)."""
    for sale in facts:
        if isinstance(sale, Sale):
            fees.sell(book, book.contracts[sale.contract], book.terms[-1], sale.sold_on, sale.invoice)


def _decide(book: Book, position: Position, facts: list[Fact], issued: Issued, code: str) -> list[Fact]:
    """What the rules decide on the facts of one position."""
    first = next(iter(facts), None)
    if isinstance(first, Contract):
        renewal.sign(book, _versions(facts), first.tariff, first.tier, first.modules, first.fee, first.starts_on)
        _fee(book, facts)
    elif isinstance(first, Term) and position.link:
        renewal.renew(book, _versions(facts), date.fromisoformat(position.link.effective_on), code)
        _fee(book, facts)
    elif isinstance(first, Opening):
        versions = _versions(facts) if first.kind == "contract" else None
        openings.decided_again(book, facts, versions, code)
        for fact in facts:
            if isinstance(fact, BroughtInvoice):
                issued.bring(code, first.on, fact)
    elif isinstance(first, OpeningVoid):
        taken = next((one.number for one in book.brought.values() if one.seq == first.opening), None)
        openings.void(book, first.opening, first.on, first.reason)
        if taken is not None:
            issued.forget(taken)
    elif isinstance(first, TierChange):
        renewal.change_tier(book, first.tier, first.on, code)
    elif isinstance(first, Cancellation):
        renewal.cancel(book, first.on, code)
    elif isinstance(first, Grant):
        assert first.kind == "goodwill" and first.reason is not None
        renewal.goodwill(book, first.minutes, first.starts, first.expires, first.reason, first.covers, code)
    elif isinstance(first, Sale):
        term = rating.term_for(book, first.sold_on, code)
        product = crediting.product_named(term, first.product)
        crediting.eligible(book, term, product, first.quantity, len(first.contacts), first.sold_on)
        total = issued.totals[first.invoice]
        crediting.sell(
            book, term, product, first.quantity, first.price, first.contacts, first.sold_on, first.invoice, total
        )
    elif isinstance(first, Payment):
        crediting.pay(book, first, issued.due(first.invoice))
    elif isinstance(first, Deposit | Approval):
        book.record(first)
    elif isinstance(first, Refund):
        own_money.refund(book, first, issued.documents)
    elif isinstance(first, WriteOff):
        (issued_on,) = (each.issued_on for each in issued.documents if each.number == first.invoice)
        crediting.write_off(book, first, issued.due(first.invoice), issued_on)
    elif isinstance(first, Bounce) and first.payment in book.deposits:
        own_money.take_back(book, book.deposits[first.payment], first.on)
    elif isinstance(first, Bounce):
        payment = book.payments[first.payment]
        crediting.bounce(book, payment, first.on, issued.due(payment.invoice))
    elif isinstance(first, CreditNote):
        amounts = [(fact.line, fact.amount) for fact in facts if isinstance(fact, Reduction)]
        credit_notes.credit(book, first, amounts, issued.due(first.invoice))
    elif isinstance(first, Entry):
        quote = next((book.quotes[fact.quote] for fact in facts if isinstance(fact, QuotedWork)), None)
        term = rating.term_for(book, first.worked_on, code)
        rating.rate(book, replace(first, contract=term.contract), term, quote)
    elif isinstance(first, Quote):
        quoting.draft(book, rating.term_for(book, first.quoted_on, code).tariff, first)
    elif isinstance(first, QuoteEvent):
        quoting.step(book, book.quotes[first.quote], first.kind, first.on, first.invoice)
    elif isinstance(first, Correction) and first.kind == "void" and first.entry is not None:
        correction.void(book, book.entries[first.entry], first.on, first.reason)
    elif isinstance(first, Correction) and first.kind == "note" and first.entry is not None:
        correction.note(book, book.entries[first.entry], first.on, first.reason)
    elif isinstance(first, Correction) and first.case is not None:
        also = [fact.reason for fact in facts if isinstance(fact, Correction) and fact.kind == "with"]
        if first.kind == "with":
            correction.declare(book, first.case, first.on, also)
        else:
            correction.verify(book, first.case, first.on, first.reason, also)
    elif isinstance(first, Reminder):
        for fact in facts:
            book.record(fact)  # `reminder_faults` decides them again
    for event in facts:
        if isinstance(event, BankPart):
            crediting.seen_by_bank(book, event)
        if isinstance(event, CaseEvent):
            case_checks.check(book.cases[event.case], event, UTC)
            book.record(event)
    windows.of(book)
    return book.fresh


def _versions(facts: list[Fact]) -> renewal.VersionOn:
    """The tariff version that the kept term cites, whatever the files say today."""
    term = next(fact for fact in facts if isinstance(fact, Term))

    def version_on(name: str, _: date) -> tuple[int, Tariff]:
        if name != term.tariff.name:
            raise ValueError(f"a contract on {name}, a term on {term.tariff.name}")
        return term.version, term.tariff

    return version_on


def _differences(where: str, kept: list[Fact], again: list[Fact]) -> Iterator[str]:
    for n in range(max(len(kept), len(again))):
        was = kept[n] if n < len(kept) else None
        now = again[n] if n < len(again) else None
        if was != now:
            what = type(was or now).__name__.lower()
            yield f"{where}: {what} {n} is not what the rules decide"


QUESTIONS = {AskAudit: audited}
