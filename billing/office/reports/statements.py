"""The statement of a period: opening, movements, closing, what was free, what was over (B2)."""

from collections.abc import Mapping
from datetime import date

from billing.core import statement
from billing.core.book import Book
from billing.core.burndown import Lot
from billing.core.facts import Entry
from billing.core.statement import Movement
from billing.core.units import price_of
from billing.office.balances import names
from billing.office.parties import on_paper
from billing.office.transaction import Transaction
from billing.requests.fields import one_line
from billing.requests.statements import AskStatement
from billing.store import parties, parts
from billing.store.heads import Head
from billing.views.paper import Party
from billing.views.statements import Freed, Lasting, Moved, Over, Owing, Statement


def asked(tx: Transaction, question: AskStatement) -> Statement:
    """The statement of a customer (B2)."""
    head = tx.customer(question.customer, lock=False)
    book = parts.of_period(tx.connection, head, tx.tariffs.of(head), question.first, question.last)
    return statement_of(tx, head, book, question.first, question.last, question.language)


def statement_of(
    tx: Transaction, head: Head, book: Book, first: date, last: date, language: str | None = None
) -> Statement:
    """The statement of a book from one day to another, both included, by default in the customer's language."""
    party = parties.customer(tx.connection, head.id)
    wanted = language or party["language"] or tx.issuer["language"]
    moved = statement.movements(book)
    opening, since = statement.opening(moved, first)
    within = [m for m in since if m.on <= last]
    worked = sorted(
        (entry for entry in book.entries.values() if first <= entry.worked_on <= last),
        key=lambda entry: (entry.worked_on, entry.seq),
    )
    notes = {seq: one_line(note) for seq, note in parties.notes(tx.connection, head.id, book.entries).items()}
    return Statement(
        customer=head.code,
        customer_name=head.name,
        first=first,
        last=last,
        language=wanted,
        issuer=Party(
            **on_paper.party(tx.issuer),
            iban=tx.issuer["iban"],
            tax_number=tx.issuer["tax_number"] or None,
            head=on_paper.head(tx.issuer, wanted),
        ),
        recipient=Party(**on_paper.party(party), code=head.code, attention=party["attention"] or None),
        opening=opening,
        movements=tuple(_moved(head, book, movement, wanted, notes) for movement in within),
        closing=opening + sum(m.minutes for m in within),
        free=tuple(row for entry in worked if (row := _free(book, entry, last, wanted, notes))),
        overage=tuple(over for entry in worked if (over := _over(book, entry, last, wanted, notes))),
        grants=tuple(
            Lasting(
                id=names.grant_id(head, lot.grant.number),
                label=names.grant_label(book, lot.grant, wanted),
                remaining=lot.remaining,
                expires=lot.window.last,
            )
            for lot in lots_of(book, last)
        ),
        position=head.position,
        owed=tuple(owing for entry in worked if (owing := _owing(book, entry, last, wanted, notes))),
    )


def lots_of(book: Book, at: date) -> list[Lot]:
    """The grants that can be drawn on a day, from a whole book."""
    return statement.lots_in(book, at)


def _moved(head: Head, book: Book, movement: Movement, language: str, notes: Mapping[int, str]) -> Moved:
    entry = book.entries.get(movement.entry or 0)
    return Moved(
        on=movement.on,
        kind=movement.kind,
        minutes=movement.minutes,
        entry=entry.id if entry else None,
        case=entry.case if entry else None,
        category=entry.category if entry else None,
        grant=names.grant_id(head, movement.grant),
        text=_reason(book, movement),
        label=_category_title(book, entry, language) if entry else "",
        grant_label=names.grant_label(book, book.grants[movement.grant], language),
        agent=entry.agent if entry else None,
        note=notes.get(entry.seq) if entry and movement.kind == "draw" else None,
        expires=book.grants[movement.grant].expires if movement.kind == "grant" else None,
    )


def _reason(book: Book, movement: Movement) -> str:
    """Why minutes were granted or corrected, where somebody gave a reason."""
    if movement.kind == "grant":
        return book.grants[movement.grant].reason or ""
    if movement.kind != "correction":
        return ""
    if movement.entry is None:
        return book.credit_notes[movement.position].reason
    return next((c.reason for c in book.corrections if c.kind == "void" and c.entry == movement.entry), "")


def _category_title(book: Book, entry: Entry, language: str) -> str:
    categories = book.contract_tariff(entry.contract, entry.worked_on).categories
    return names.label(categories[entry.category].titles, entry.category, language)


def _free(book: Book, entry: Entry, at: date, language: str, notes: Mapping[int, str]) -> Freed | None:
    charge = statement.standing_charge(book.charges[entry.seq], at)
    if charge is None or charge.free is None or charge.free == "void":
        return None
    return Freed(
        entry=entry.id,
        case=entry.case,
        category=entry.category,
        label=_category_title(book, entry, language),
        on=entry.worked_on,
        agent=entry.agent,
        raw_seconds=entry.logged_seconds,
        quote=_quote(book, entry),
        charged=0,
        free=charge.free,
        note=notes.get(entry.seq),
    )


def _over(book: Book, entry: Entry, at: date, language: str, notes: Mapping[int, str]) -> Over | None:
    charge = statement.standing_charge(book.charges[entry.seq], at)
    if charge is None or not charge.overage or charge.rate is None:
        return None
    return Over(
        entry=entry.id,
        case=entry.case,
        category=entry.category,
        label=_category_title(book, entry, language),
        on=entry.worked_on,
        agent=entry.agent,
        raw_seconds=entry.logged_seconds,
        quote=_quote(book, entry),
        charged=charge.minutes,
        minutes=charge.overage,
        rate=charge.rate,
        amount=price_of(charge.overage, charge.rate),
        currency=book.contract_tariff(entry.contract, entry.worked_on).currency,
        note=notes.get(entry.seq),
    )


def _owing(book: Book, entry: Entry, at: date, language: str, notes: Mapping[int, str]) -> Owing | None:
    owing = statement.owing_on(book.charges[entry.seq], book.draws.get(entry.seq, ()), at)
    if owing is None:
        return None
    charge, still_owed = owing
    return Owing(
        entry=entry.id,
        case=entry.case,
        category=entry.category,
        label=_category_title(book, entry, language),
        on=entry.worked_on,
        agent=entry.agent,
        raw_seconds=entry.logged_seconds,
        charged=charge.minutes,
        owed=charge.owed,
        still_owed=still_owed,
        note=notes.get(entry.seq),
    )


def _quote(book: Book, entry: Entry) -> str | None:
    quote = book.quote_of(entry.seq)
    return None if quote is None else quote.number


QUESTIONS = {AskStatement: asked}
