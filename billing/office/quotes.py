"""Quotes: drafted, sent, approved or accepted, refused, delivered, invoiced; shown beside the work on them (S8, S13).

Who accepted or approved, and why somebody refused, is free text about persons: it is kept as notes are (P1).
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billing.core import invoicing, quoting, rating
from billing.core.book import Book
from billing.core.drafts import Draft
from billing.core.facts import Quote, QuoteEvent, QuoteStep
from billing.core.units import ZERO, Window
from billing.errors import Already, BadInput, one_of
from billing.office.balances import pending
from billing.office.invoicing import issuing, papers
from billing.office.transaction import Setting, Transaction, look
from billing.requests.inputs import not_future
from billing.store import documents, ledger, numbering, parties, quotes
from billing.store.ledger import Head
from billing.store.numbering import Content

Answer = dict[str, Any]
Share = tuple[Decimal | None, Decimal | None]  # in percent, or in money
_SAID = {"approved": "by", "accepted": "by", "refused": "reason", "delivered": "text"}  # what the text of a step is


def add(
    tx: Transaction,
    customer: str,
    title: str,
    amount: Decimal = ZERO,
    minutes: int | None = None,
    case: str | None = None,
    kind: str | None = None,
    valid_until: date | None = None,
    share: Share = (None, None),
    on: date | None = None,
    id: str | None = None,
    share_currency: str | None = None,
) -> tuple[bool, Answer]:
    """Drafts a quote, with the next number of its series (S8, M6)."""
    head = tx.customer(customer)
    day = on or tx.today
    case = tx.cases.reference(case) if case and case.strip() else None
    request = {"customer": customer, "title": title, "amount": amount, "minutes": minutes, "case": case, "kind": kind,
               "valid_until": valid_until, "share": list(share), "on": on}  # fmt: skip
    before = tx.done_before("quote", id, request)
    if before is not None:
        return False, _answer(tx, head, tx.book(head), tx.book(head).quotes[before[1]])
    book = tx.book(head)
    term = rating.term_for(book, day, customer)
    rule = quoting.rule_named(term.tariff, kind or quoting.default_kind(term.tariff))
    if share_currency not in (None, term.tariff.currency):
        raise BadInput(
            "bad-input", f"share in {share_currency}: tariff {term.tariff.name} is in {term.tariff.currency}"
        )
    tx.claim_case(head, case)
    series = numbering.lock_series(tx.connection, numbering.QUOTES, day)
    quote = Quote(
        book.seq,
        numbering.code(series.name, day, series.next_number(day)),
        term.contract,
        " ".join(title.split()),
        rule.name,
        amount,
        quoting.part_of(rule, amount, *share),
        None if share[0] is None else papers.rate_text(share[0]),
        term.tariff.currency,
        minutes,
        case,
        day,
        valid_until or day + timedelta(days=quoting.VALID_DAYS),
    )
    quoting.draft(book, term.tariff, quote)
    content = papers.quote_content(tx, head, quote, _line(tx, head, quote, day))
    row = quotes.row_of(series, content)
    numbering.save_series(tx.connection, series)
    tx.record(head, book, "quote", day, [row], id, request)
    return True, _answer(tx, head, book, quote)


def step(
    tx: Transaction,
    number: str,
    kind: QuoteStep,
    on: date | None = None,
    said: str | None = None,
    id: str | None = None,
) -> tuple[bool, Answer]:
    """Records that a quote was sent, approved, accepted, refused or delivered; `said` is by whom, or why (S8, S13)."""
    day = not_future(on or tx.today, tx.today, f"that a quote is {kind}")
    said = " ".join((said or "").split())
    if kind == "approved" and not said:
        raise BadInput("bad-input", "an approval needs who gave it: --by NAME")
    request = {"quote": number, "kind": kind, "on": on, "said": said}
    head, book, quote = named(tx, number)
    kind = quoting.meant(book, quote, kind)
    if tx.done_before(f"quote-{kind}", id, request):
        return False, _answer(tx, head, book, quote)
    quoting.step(book, quote, kind, day)
    others = [parties.note_row(tx.appender, head, said)] if said else []
    tx.record(head, book, f"quote-{kind}", day, others, id, request)
    return True, _answer(tx, head, book, quote)


def invoice(tx: Transaction, number: str, on: date | None = None, id: str | None = None) -> tuple[bool, Answer]:
    """Invoices an accepted quote at its price, with the VAT of its delivery or else of the invoice (S8, M2, M5)."""
    head, book, quote = named(tx, number)
    day = on or tx.today
    request = {"quote": number, "on": on}
    if tx.done_before("quote-invoiced", id, request):
        return False, _answer(tx, head, book, quote)
    quoting.check_step(book, quote, "invoiced", day)
    if head.held_reason is not None:
        raise Already(
            "conflict", f"{head.code} is held: {head.held_reason}; `billing customer release {head.code}` ends that"
        )
    delivered = quoting.event_of(book, quote, "delivered")
    line = _line(tx, head, quote, delivered.on if delivered else day)
    totals = invoicing.totals([line], papers.round_to(tx, head, quote.currency))
    draft = Draft("invoice", (line,), totals, quote.currency)
    series = numbering.lock_series(tx.connection, "INV", day)
    document, rows = issuing.issue(tx, head, book, draft, day, series)
    quoting.step(book, quote, "invoiced", day, document.number)
    documents.save_series(tx.connection, series, document)
    tx.record(head, book, "quote-invoiced", day, rows, id, request)
    return True, _answer(tx, head, book, quote) | {"invoice_total": str(document.total)}


# Looking


def show(setting: Setting, number: str) -> Answer:
    """A quote: what was offered, what became of it, and the work on it beside it (S8)."""
    with look(setting) as tx:
        head, book, quote = named(tx, number, lock=False)
        return _answer(tx, head, book, quote)


def list_quotes(setting: Setting, customer: str | None = None) -> Answer:
    """All quotes, or a customer's, in the order of their numbers."""
    with look(setting) as tx:
        key = tx.customer(customer, lock=False).id if customer is not None else None
        found = []
        for kept in quotes.listed(tx.connection, key):
            head = tx.customer_by_id(kept.customer_id, lock=False)
            book = tx.book(head)
            found.append(_answer(tx, head, book, book.quotes[kept.seq]))
        return {"quotes": found}


def content(setting: Setting, number: str) -> Content:
    """What is on a quote's paper, as it was kept when it was drafted (M8)."""
    with look(setting) as tx:
        return _kept(tx, number).content


def evolutions(setting: Setting, first: date, last: date) -> Answer:
    """The evolutions delivered in a period, for publication (S13)."""
    with look(setting) as tx:
        found = []
        for kept in quotes.listed(tx.connection):
            head = tx.customer_by_id(kept.customer_id, lock=False)
            quote = tx.book(head).quotes[kept.seq]
            delivered = quoting.event_of(tx.book(head), quote, "delivered")
            if delivered is not None and delivered.on in Window(first, last) and quote.kind in quoting.EVOLUTIONS:
                found.append(
                    {
                        "delivered": delivered.on.isoformat(),
                        "title": quote.title,
                        "kind": quote.kind,
                        "text": parties.notes(tx.connection, head.id).get(delivered.seq),
                        "quote": quote.number,
                    }
                )
        found.sort(key=lambda row: (row["delivered"], row["quote"]))
        return {"from": first.isoformat(), "to": last.isoformat(), "evolutions": found}


def named(tx: Transaction, number: str, lock: bool = True) -> tuple[Head, Book, Quote]:
    """A quote with its customer, whom it locks, and the whole book."""
    kept = _kept(tx, number)
    head = tx.customer_by_id(kept.customer_id, lock)
    book = tx.book(head)
    return head, book, book.quotes[kept.seq]


def worked_on(tx: Transaction, head: Head, book: Book, number: str) -> Quote:
    """The customer's quote of that number, for an entry; fills in the book's quotes where they are not read yet."""
    if not tx.bulk:
        ledger.read_quotes(tx.connection, head, book)
    quote = next((quote for quote in book.quotes.values() if quote.number == number), None)
    if quote is None:
        other = tx.customer_by_id(_kept(tx, number).customer_id, lock=False)
        raise Already("conflict", f"{number} is a quote of {other.code}; {head.code} needs one of its own")
    return quote


def of_case(tx: Transaction, head: Head, book: Book, case: str) -> Quote | None:
    """The customer's quote that time on a case counts for; fills in the book's quotes where there is one (S8)."""
    if not tx.bulk:
        if not quotes.names_case(tx.connection, head.id, case):
            return None
        ledger.read_quotes(tx.connection, head, book)
    return quoting.of_case(book, case)


def _kept(tx: Transaction, number: str) -> quotes.KeptQuote:
    kept = quotes.find(tx.connection, number)
    if kept is None:
        raise one_of("quote", number, quotes.numbers(tx.connection))
    return kept


def _line(tx: Transaction, head: Head, quote: Quote, day: date) -> invoicing.Line:
    """The line of the invoice: one piece, named by the quote's number (S8)."""
    return invoicing.product_line(quote.number, 1, quote.price, 0, day, pending.vat_on(tx, head))


def _answer(tx: Transaction, head: Head, book: Book, quote: Quote) -> Answer:
    events = book.quote_events[quote.seq]
    tx.appender.flush()
    said = parties.notes(tx.connection, head.id) if events else {}
    kept = _kept(tx, quote.number).content
    compared = quoting.compared(book, quote)
    invoiced = quoting.event_of(book, quote, "invoiced")
    delivered = quoting.event_of(book, quote, "delivered")
    return {
        "quote": quote.number,
        "customer": head.code,
        "title": quote.title,
        "kind": quote.kind,
        "state": quoting.state_of(events),
        "date": quote.quoted_on.isoformat(),
        "valid_until": quote.valid_until.isoformat(),
        "currency": quote.currency,
        "amount": str(quote.amount),
        "share": quote.share,
        "price": str(quote.price),
        "vat": kept["vat"],
        "rounding": kept["rounding"],
        "total": kept["total"],
        "minutes": quote.minutes,
        "case": quote.case,
        "delivered": delivered.on.isoformat() if delivered else None,
        "invoice": invoiced.invoice if invoiced else None,
        "events": [_event(event, said) for event in events],
        "entries": [entry.id for entry in compared.entries],
        "comparison": {
            "quoted": {"minutes": quote.minutes, "amount": str(quote.amount)},
            "logged": {
                "seconds": compared.logged_seconds,
                "minutes": compared.minutes,
                "value": None if compared.value is None else str(compared.value),
                "value_by": compared.value_by,
            },
            "over": {
                "minutes": compared.over_minutes,
                "amount": None if compared.over_amount is None else str(compared.over_amount),
            },
        },
    }


def _event(event: QuoteEvent, said: dict[int, str]) -> Answer:
    found: Answer = {"kind": event.kind, "on": event.on.isoformat()}
    if event.kind in _SAID:
        found[_SAID[event.kind]] = said.get(event.seq)
    if event.invoice is not None:
        found["invoice"] = event.invoice
    return found
