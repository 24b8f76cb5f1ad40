"""Quotes: drafted, sent, approved or accepted, refused, delivered, invoiced; shown beside the work on them (S8, S13).

Who accepted or approved, and why somebody refused, is free text about persons: it is kept as notes are (P1).
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

from billing.core import facts, invoicing, quoting, rating
from billing.core.book import Book
from billing.core.drafts import Draft
from billing.core.facts import Quote, QuoteStep, Term
from billing.core.tariff import Evolution
from billing.core.units import Window, to_cents
from billing.errors import Already, BadInput
from billing.office import attached, quoted, slips
from billing.office.balances import pending
from billing.office.invoicing import issuing, papers
from billing.office.transaction import Act, Decided, Transaction
from billing.requests import quotes as requests
from billing.requests.fields import one_line
from billing.requests.inputs import not_future
from billing.store import numbering, parties, parts
from billing.store import quoted as work
from billing.store import quotes as store
from billing.store.heads import Head
from billing.texts import Do, Text, say
from billing.views import quotes as views
from billing.views.attachments import Attachment
from billing.views.quotes import Evolutions, QuoteInvoiced, QuotePaper, Quotes, QuoteShown

Files = tuple[Attachment, ...]
Said = Mapping[int, str]  # by whom, why or what, by the event's position
_AHEAD: dict[QuoteStep, Text] = {
    "sent": say("that a quote is sent"),
    "approved": say("that a quote is approved"),
    "accepted": say("that a quote is accepted"),
    "refused": say("that a quote is refused"),
    "delivered": say("that a quote is delivered"),
    "named": say("that a site may be named"),
}


# Doing


def add(tx: Transaction, request: requests.AddQuote, _key: str | None) -> Decided[QuoteShown]:
    """Drafts a quote, with the next number of its series (S8, M6)."""
    head = tx.customer(request.customer)
    day = request.on or tx.today
    slips.check_day(day, tx.today, request.yes)
    book = tx.book(head) if tx.bulk else tx.agreed(head, with_tiers=True)
    term = rating.term_for(book, day, head.code)
    tariff = term.tariff
    rule = quoting.rule_named(tariff, request.kind or quoting.default_kind(tariff))
    if request.part_currency not in (None, tariff.currency):
        raise BadInput(
            "bad-input",
            say("share in {currency}: tariff {tariff} is in {own}", currency=request.part_currency, tariff=tariff.name,
                own=tariff.currency),
        )  # fmt: skip
    tx.claim_case(head, request.case)
    series = numbering.lock_series(tx.connection, numbering.QUOTES, day)
    number = numbering.code(series.name, day, series.next_number(day))
    quote = _drafted(request, book.seq, number, term, rule, day)
    quoting.draft(book, tariff, quote)
    paper = papers.quote_paper(tx, head, quote, _line(tx, head, quote, day))
    row = store.row_of(series, paper)
    numbering.save_series(tx.connection, series)
    return Decided(head, book, day, lambda _: _shown(tx, head, book, quote, paper, {}), [row])


def _drafted(request: requests.AddQuote, seq: int, number: str, term: Term, rule: Evolution, day: date) -> Quote:
    amount, part = to_cents(request.amount), None if request.part is None else to_cents(request.part)
    return Quote(
        seq=seq,
        number=number,
        contract=term.contract,
        title=one_line(request.title),
        kind=rule.name,
        amount=amount,
        price=quoting.part_of(rule, amount, request.percent, part),
        share=None if request.percent is None else papers.rate_text(request.percent),
        currency=term.tariff.currency,
        minutes=request.minutes,
        case=request.case,
        quoted_on=day,
        valid_until=request.valid_until or day + timedelta(days=quoting.VALID_DAYS),
    )


def step(tx: Transaction, request: requests.Step, _key: str | None) -> Decided[QuoteShown]:
    """Records that a quote was sent, approved, accepted, refused or delivered, by whom, or why (S8, S13)."""
    day = not_future(request.on or tx.today, tx.today, _AHEAD[request.STEP])
    head, book, quote, paper = _named(tx, request.quote)
    if request.STEP == "sent":
        quoting.check_specification(book, quote, len(attached.listed(tx, head, "quote", quote.number)))
    quoting.step(book, quote, request.STEP, day)
    rows = [parties.note_row(tx.appender, head, request.said)] if request.said else []
    return Decided(
        head, book, day, lambda _: _shown(tx, head, book, quote, paper, _said(tx, head, book, quote.seq)), rows
    )


def _meant(tx: Transaction, request: requests.AcceptQuote) -> requests.AcceptQuote:
    """The step that is meant: what is free is accepted by the user group (S8)."""
    kept = _kept(tx, request.quote)
    head = tx.customer_by_id(kept.customer_id)
    book = tx.book(head) if tx.bulk else tx.agreed(head)
    if not tx.bulk:
        parts.read_quotes(tx.connection, head, book, [kept.seq])
    meant = quoting.meant(book, book.quotes[kept.seq], request.STEP)
    return request if meant == request.STEP else request.as_approval()


def invoice(tx: Transaction, request: requests.InvoiceQuote, _key: str | None) -> Decided[QuoteInvoiced]:
    """Invoices an accepted quote at its price, with the VAT of its delivery or else of the invoice (S8, M2, M5)."""
    head, book, quote, paper = _named(tx, request.quote)
    day = request.on or tx.today
    slips.check_day(day, tx.today, request.yes)
    quoting.check_step(book, quote, "invoiced", day)
    if head.held_reason is not None:
        raise Already(
            "conflict",
            say("{customer} is held: {reason}", customer=head.code, reason=head.held_reason),
            say("{do} ends that", do=Do("customer release", head.code)),
        )
    delivered = quoting.event_of(book, quote, "delivered")
    line = _line(tx, head, quote, delivered.on if delivered else day)
    totals = invoicing.totals([line], papers.round_to(tx, parties.customer(tx.connection, head.id), quote.currency))
    draft = Draft("invoice", (line,), totals, quote.currency, order=request.order)
    document, rows = issuing.issue(tx, head, book, draft, day)
    quoting.step(book, quote, "invoiced", day, document.number)

    def view(_: list[facts.Fact]) -> QuoteInvoiced:
        return _invoiced(
            _shown(tx, head, book, quote, paper, _said(tx, head, book, quote.seq)), invoice_total=document.total
        )

    return Decided(head, book, day, view, rows)


def _added_before(tx: Transaction, _request: requests.AddQuote, head: Head, seq: int) -> QuoteShown:
    book = _book(tx, head, seq)
    quote = book.quotes[seq]
    return _shown(tx, head, book, quote, _kept(tx, quote.number).paper, _said(tx, head, book, quote.seq))


def _stepped_before(tx: Transaction, request: requests.Step, _head: Head, _seq: int) -> QuoteShown:
    return _of_number(tx, request.quote)


def _invoiced_before(tx: Transaction, request: requests.InvoiceQuote, _head: Head, _seq: int) -> QuoteInvoiced:
    return _invoiced(_of_number(tx, request.quote))


# Looking


def show(tx: Transaction, question: requests.AskQuote) -> QuoteShown:
    """A quote: what was offered, what became of it, and the work on it beside it (S8)."""
    return _of_number(tx, question.quote)


def listed(tx: Transaction, question: requests.ListQuotes) -> Quotes:
    """All quotes, or a customer's, in the order of their numbers; each customer's book and notes are read once."""
    key = None if question.customer is None else tx.customer(question.customer, lock=False).id
    listed = store.listed(tx.connection, key)
    of_customer: dict[int, list[int]] = {}
    for kept in listed:
        of_customer.setdefault(kept.customer_id, []).append(kept.seq)
    known = {customer: _known(tx, customer, quotes) for customer, quotes in of_customer.items()}
    found = []
    for kept in listed:
        head, book, said, files = known[kept.customer_id]
        there = files.get(kept.paper.number, ())
        found.append(_shown(tx, head, book, book.quotes[kept.seq], kept.paper, said, there))
    return Quotes(tuple(found))


def _known(tx: Transaction, customer: int, quotes: list[int]) -> tuple[Head, Book, Said, dict[str, Files]]:
    """A customer, with of his book what some quotes need, what was said of them, and their files."""
    head = tx.customer_by_id(customer, lock=False)
    book = _book(tx, head, *quotes)
    return head, book, _said(tx, head, book, *quotes), attached.by_quote(tx, head)


def evolutions(tx: Transaction, question: requests.AskEvolutions) -> Evolutions:
    """The evolutions delivered in a period, for publication. A site is named where it agreed to that."""
    first, last = question.days(tx.today)
    found, language = [], tx.issuer["language"] or "en"
    for owner, delivered in work.delivered(tx.connection, first, last).items():
        head, book = tx.customer_by_id(owner, lock=False), Book()
        parts.read_quotes(tx.connection, head, book, delivered)
        published = quoting.published(book, Window(first, last))
        said = _said(tx, head, book, *delivered)
        rules = tx.agreed(head) if published else book
        found += [
            views.Evolution(
                delivered=delivered.on,
                title=quote.title,
                kind=quote.kind,
                text=said.get(delivered.seq),
                quote=quote.number,
                label=quoting.title_of(rules, quote, language),
                site=head.name if quoting.event_of(book, quote, "named") else None,
            )
            for quote, delivered in published
        ]
    found.sort(key=lambda each: (each.delivered, each.quote))
    return Evolutions(first=first, last=last, language=language, evolutions=tuple(found))


def _named(tx: Transaction, number: str, lock: bool = True) -> tuple[Head, Book, Quote, QuotePaper]:
    """A quote with its customer, whom it locks, the book with the work on it, and what stands on its paper."""
    kept = _kept(tx, number)
    head = tx.customer_by_id(kept.customer_id, lock)
    book = _book(tx, head, kept.seq)
    return head, book, book.quotes[kept.seq], kept.paper


def _book(tx: Transaction, head: Head, *quotes: int) -> Book:
    """The customer's book with some quotes and the work on them, and no other."""
    return tx.with_work(head, lambda: parts.on_quotes(tx.connection, head, quotes), quotes)


def _kept(tx: Transaction, number: str) -> store.KeptQuote:
    tx.appender.flush()
    kept = store.find(tx.connection, number)
    if kept is None:
        raise quoted.unknown(tx, number)
    return kept


def _said(tx: Transaction, head: Head, book: Book, *quotes: int) -> Said:
    tx.appender.flush()
    events = [event.seq for quote in quotes for event in book.quote_events[quote]]
    return parties.notes(tx.connection, head.id, events)


def _line(tx: Transaction, head: Head, quote: Quote, day: date) -> invoicing.Line:
    """The line of the invoice: one piece, named by the quote's number (S8)."""
    return invoicing.product_line(quote.number, 1, quote.price, 0, day, pending.vat_on(tx, head))


# Views


def _of_number(tx: Transaction, number: str) -> QuoteShown:
    head, book, quote, paper = _named(tx, number, lock=False)
    return _shown(tx, head, book, quote, paper, _said(tx, head, book, quote.seq))


def _shown(
    tx: Transaction, head: Head, book: Book, quote: Quote, paper: QuotePaper, said: Said, files: Files | None = None
) -> QuoteShown:
    events = book.quote_events[quote.seq]
    compared = quoting.compared(book, quote)
    invoiced = quoting.event_of(book, quote, "invoiced")
    delivered = quoting.event_of(book, quote, "delivered")
    return QuoteShown(
        quote=quote.number,
        customer=head.code,
        title=quote.title,
        kind=quote.kind,
        state=quoting.state_of(events),
        on=quote.quoted_on,
        valid_until=quote.valid_until,
        currency=quote.currency,
        amount=quote.amount,
        share=quote.share,
        price=quote.price,
        vat=paper.vat,
        rounding=paper.rounding,
        total=paper.total,
        minutes=quote.minutes,
        case=quote.case,
        delivered=delivered.on if delivered else None,
        invoice=invoiced.invoice if invoiced else None,
        events=tuple(_event(event, said) for event in events),
        entries=tuple(entry.id for entry in compared.entries),
        comparison=_compared(quote, compared),
        attachments=attached.listed(tx, head, "quote", quote.number) if files is None else files,
    )


def _compared(quote: Quote, found: quoting.Comparison) -> views.QuoteCompared:
    return views.QuoteCompared(
        quoted=views.Offered(quote.minutes, quote.amount),
        logged=views.LoggedOn(found.logged_seconds, found.minutes, found.value, found.value_by),
        over=views.OverQuote(found.over_minutes, found.over_amount),
    )


def _event(event: facts.QuoteEvent, said: Said) -> views.QuoteEvent:
    words = said.get(event.seq)
    match event.kind:
        case "accepted" | "approved" | "named":
            return views.QuoteAgreed(kind=event.kind, on=event.on, by=words)
        case "refused":
            return views.QuoteRefused(kind=event.kind, on=event.on, reason=words)
        case "delivered":
            return views.QuoteDelivered(kind=event.kind, on=event.on, text=words)
        case "invoiced":
            assert event.invoice is not None, event
            return views.QuoteBilled(kind=event.kind, on=event.on, invoice=event.invoice)
        case "reopened":
            assert event.invoice is not None, event
            return views.QuoteReopened(kind=event.kind, on=event.on, note=event.invoice)
    return views.QuoteEvent(kind=event.kind, on=event.on)


def _invoiced(shown: QuoteShown, **more: Any) -> QuoteInvoiced:
    return QuoteInvoiced(**{part.name: getattr(shown, part.name) for part in fields(shown)}, **more)


ACTS: dict[Any, Act] = {
    requests.AddQuote: Act(add, _added_before),
    requests.SendQuote: Act(step, _stepped_before),
    requests.ApproveQuote: Act(step, _stepped_before),
    requests.AcceptQuote: Act(step, _stepped_before, _meant),
    requests.RefuseQuote: Act(step, _stepped_before),
    requests.DeliverQuote: Act(step, _stepped_before),
    requests.NameSite: Act(step, _stepped_before),
    requests.InvoiceQuote: Act(invoice, _invoiced_before),
}
QUESTIONS: dict[Any, Callable[..., Any]] = {
    requests.AskQuote: show,
    requests.ListQuotes: listed,
    requests.AskEvolutions: evolutions,
}
