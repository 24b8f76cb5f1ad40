"""Checks everything: chains, each decision against its facts, each document against its lines, numbers (L7)."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from billing import tariffs
from billing.core import correction, crediting, invoicing, rating, renewal, windows
from billing.core.book import Book
from billing.core.facts import (
    Bounce,
    Cancellation,
    Contract,
    Correction,
    Entry,
    Fact,
    Grant,
    Payment,
    Reminder,
    Sale,
    Term,
    TierChange,
)
from billing.core.invoicing import Line
from billing.core.tariff import Tariff
from billing.core.units import ZERO, from_cents, price_of
from billing.core.vat import VatClass
from billing.errors import Refusal
from billing.office.answers import Answer
from billing.office.auditing_reminders import reminder_faults
from billing.office.transaction import Setting, Work, look
from billing.store import auditing, parties
from billing.store.auditing import Position
from billing.store.ledger import Head

Progress = Callable[[int, int], None]
# What reading and deciding raise on rows that somebody changed: the fault is the row's, and is reported as one.
BROKEN = (LookupError, ValueError, TypeError, AssertionError, AttributeError, ArithmeticError, StopIteration)


@dataclass(slots=True)
class _Count:
    customers: int = 0
    facts: int = 0
    charges: int = 0
    documents: int = 0


@dataclass(slots=True)
class _Documents:
    """The documents of one customer as the audit has come to them."""

    totals: dict[str, Decimal] = field(default_factory=dict)
    credited: dict[str, Decimal] = field(default_factory=dict)
    lines: dict[tuple[str, int], tuple[int, Decimal]] = field(default_factory=dict)  # minutes and amount left

    def due(self, invoice: str) -> Decimal:
        return self.totals[invoice] - self.credited.get(invoice, ZERO)


def audit(setting: Setting, progress: Progress | None = None) -> Answer:
    """Checks the whole database; `faults` has a line for each thing that does not hold."""
    count = _Count()
    with look(setting) as looking:
        faults = list(_all_faults(looking, count, progress))
    return {
        "ok": not faults,
        "checked": {
            "customers": count.customers,
            "facts": count.facts,
            "charges": count.charges,
            "documents": count.documents,
        },
        "faults": faults,
    }


def _all_faults(looking: Work, count: _Count, progress: Progress | None) -> Iterator[str]:
    connection = looking.connection
    codes = {row["id"]: row["code"] for row in parties.customers(connection)}
    kept: dict[int, Tariff] = {}
    for version in auditing.versions(connection):
        try:
            kept[version["id"]] = tariffs.parse(version["text"], date.fromisoformat(version["valid_from"]))
        except BROKEN as broken:
            yield f"tariff {version['name']} of {version['valid_from']}: it cannot be read ({broken})"
    for done, code in enumerate(codes.values(), 1):
        head = looking.customer(code, lock=False)
        found = auditing.positions(connection, head.id)
        count.customers += 1
        yield from auditing.chain_faults(head, found)
        yield from auditing.personal_faults(connection, head, found)
        yield from _decision_faults(head, found, kept, count)
        try:
            yield from reminder_faults(code, found)
        except BROKEN as broken:
            yield f"{code}: its reminders cannot be checked ({type(broken).__name__}: {broken})"
        if progress:
            progress(done, len(codes))
    yield from auditing.series_faults(connection)
    yield from auditing.version_faults(connection)
    yield from auditing.reference_faults(connection, codes)
    yield from auditing.stray_faults(connection, codes)


def _decision_faults(head: Head, found: list[Position], kept: dict[int, Tariff], count: _Count) -> Iterator[str]:
    """Decides everything again, position by position, and compares with what is kept."""
    book, documents = Book(), _Documents()
    kept_facts: list[Fact] = []
    for position in found:
        where = f"{head.code} position {position.seq}"
        try:
            facts = position.facts(kept)
            count.facts += len(facts)
            count.charges += len(position.of("charge"))
            yield from _document_faults(position, documents, count)
            kind = position.link["kind"] if position.link else ""
            book.seq, book.fresh = position.seq, []
            again = _decide(book, kind, position, facts, documents, head.code)
            kept_facts += facts
            if again != facts:
                yield from _differences(where, facts, again)
                book = _rebuilt(kept_facts)
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


def _decide(
    book: Book, kind: str, position: Position, facts: list[Fact], documents: _Documents, code: str
) -> list[Fact]:
    """What the rules decide on the facts of one position."""
    first = next(iter(facts), None)
    if isinstance(first, Contract):
        renewal.sign(book, _versions(facts), first.tariff, first.tier, first.modules, first.fee, first.starts_on)
    elif isinstance(first, Term) and position.link:
        renewal.renew(book, _versions(facts), date.fromisoformat(position.link["effective_on"]), code)
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
        total = documents.totals[first.invoice]
        crediting.sell(
            book, term, product, first.quantity, first.price, first.contacts, first.sold_on, first.invoice, total
        )
    elif isinstance(first, Payment):
        crediting.pay(book, first, documents.due(first.invoice))
    elif isinstance(first, Bounce):
        payment = book.payments[first.payment]
        crediting.bounce(book, payment, first.on, documents.due(payment.invoice))
    elif isinstance(first, Entry):
        rating.rate(book, first, rating.term_for(book, first.worked_on, code))
    elif isinstance(first, Correction) and first.kind == "void" and first.entry is not None:
        correction.void(book, book.entries[first.entry], first.on, first.reason)
    elif isinstance(first, Correction) and first.case is not None:
        correction.verify(book, first.case, first.on, first.reason)
    elif isinstance(first, Reminder):
        for fact in facts:
            book.record(fact)  # `reminder_faults` decides them again
    windows.of(book)
    return book.fresh


def _versions(facts: list[Fact]) -> renewal.VersionOn:
    """The tariff version that the kept term cites, whatever the files say today."""
    term = next(fact for fact in facts if isinstance(fact, Term))
    return lambda name, day: (term.version, term.tariff)


def _differences(where: str, kept: list[Fact], again: list[Fact]) -> Iterator[str]:
    for n in range(max(len(kept), len(again))):
        was = kept[n] if n < len(kept) else None
        now = again[n] if n < len(again) else None
        if was != now:
            what = type(was or now).__name__.lower()
            yield f"{where}: {what} {n} is not what the rules decide"


# Documents


def _document_faults(position: Position, documents: _Documents, count: _Count) -> Iterator[str]:
    rows = position.of("document")
    for row in rows:
        count.documents += 1
        code = row["code"]
        content = json.loads(row["content"])
        lines = [line for line in position.of("document_line") if line["code"] == code]
        entries = [entry for entry in position.of("document_entry") if entry["code"] == code]
        total = from_cents(row["total"])
        documents.totals[code] = total
        if row["corrects"] is not None:
            documents.credited[row["corrects"]] = documents.credited.get(row["corrects"], ZERO) - total
        yield from (f"{code}: {fault}" for fault in _content_faults(row, content, lines))
        yield from (f"{code}: {fault}" for fault in _line_faults(code, lines, documents))
        for line in lines:
            parts = sum(e["minutes"] for e in entries if e["line"] == line["line"])
            if line["kind"] != "product" and parts != line["minutes"]:
                yield f"{code}: line {line['line']} has {line['minutes']} min, its entries {parts}"
    if not rows and (position.of("document_line") or position.of("document_entry")):
        yield f"position {position.seq}: lines of a document that is not there"


def _content_faults(row: auditing.Row, content: Answer, lines: list[auditing.Row]) -> Iterator[str]:
    """The sums of a document, made again from its lines, against what is kept and what is printed (M1, M2, M4)."""
    taxed = [
        Line(
            line["kind"],
            line["name"],
            from_cents(line["amount"]),
            VatClass(line["vat_category"], Decimal(line["vat_rate"])),
        )
        for line in lines
    ]
    sums = invoicing.totals(taxed, rounding=from_cents(row["rounding"]))
    kept = (from_cents(row["net"]), from_cents(row["vat"]), from_cents(row["total"]))
    vat = sum((part.amount for part in sums.vat), ZERO)
    if kept != (sums.net, vat, sums.total):
        yield f"net, VAT and total are {kept}, its lines make {(sums.net, vat, sums.total)}"
    printed = [
        content["net"],
        content["total"],
        content["rounding"],
        content["number"],
        content["date"],
        content["kind"],
    ]
    if printed != [str(sums.net), str(sums.total), str(sums.rounding), row["code"], row["issued_on"], row["kind"]]:
        yield "what is printed is not what is kept"
    if [(Decimal(v["base"]), Decimal(v["amount"])) for v in content["vat"]] != [(p.base, p.amount) for p in sums.vat]:
        yield "the VAT table is not what its lines make"
    if [(line["minutes"], line["amount"]) for line in content["lines"]] != [
        (line["minutes"], str(from_cents(line["amount"]))) for line in lines
    ]:
        yield "the printed lines are not those that are kept"
    step = abs(sums.rounding)
    if step >= Decimal("0.05") and row["corrects"] is None:
        yield f"its rounding of {sums.rounding} is more than any step"


def _line_faults(code: str, lines: list[auditing.Row], documents: _Documents) -> Iterator[str]:
    """Each line's amount against its minutes and rate, a credit against the line without it (M1, C4)."""
    for line in lines:
        amount, place = from_cents(line["amount"]), line["line"]
        if line["kind"] == "overage":
            if price_of(line["minutes"], from_cents(line["rate"])) != amount:
                yield f"line {place}: {line['minutes']} min at {from_cents(line['rate'])} are not {amount}"
            documents.lines[code, place] = (line["minutes"], amount)
        elif line["kind"] == "credit":
            of = (line["corrects"], line["corrects_line"])
            minutes, left = documents.lines[of]
            without = price_of(minutes + line["minutes"], from_cents(line["rate"]))
            if without - left != amount or minutes + line["minutes"] < 0:
                yield f"line {place}: it credits {amount}, the line without it is {without - left}"
            documents.lines[of] = (minutes + line["minutes"], left + amount)
