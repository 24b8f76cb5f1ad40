"""The balance of a customer on a day, and what is not invoiced yet (B1)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from billing.core import rating, statement, windows
from billing.core.book import Book
from billing.core.burndown import Lot
from billing.core.facts import Charge, Draw
from billing.core.invoicing import Billed, Plan
from billing.office import announced
from billing.office.balances.names import grant_id, grant_label
from billing.office.balances.pending import pending_of, planned_of
from billing.office.transaction import Transaction
from billing.requests.balances import AskBalance
from billing.store import ledger
from billing.store.ledger import Head
from billing.views.balances import Balance, GrantLeft, Unbilled


def asked(tx: Transaction, question: AskBalance) -> Balance:
    """The balance of a customer on a day, with the maintenance that is planned then (B1, S9)."""
    head = tx.customer(question.customer, lock=False)
    language = question.language or head.language or tx.issuer["language"]
    day = question.at or tx.today
    planned = announced.touching(tx, head, announced.at_of(tx, day), day)
    return replace(
        balance_of(tx, head, day, language),
        customer_name=head.name,
        language=language,
        maintenance=planned[0] if planned else None,
    )


def balance_of(tx: Transaction, head: Head, at: date, language: str = "en") -> Balance:
    """The balance, read from the database without the customer's entries."""
    book = tx.agreed(head)
    return balance_from(tx, head, book, ledger.read_used(tx.connection, head, book, at, at), at, language)


def balance_from(
    tx: Transaction, head: Head, book: Book, used: Mapping[int, int], at: date, language: str = "en"
) -> Balance:
    """The balance of a book on a day; `used` is what was drawn of each grant by then."""
    can_owe = any(term.tariff.overage == "owe" for term in book.terms)
    owing = ledger.read_owed(tx.connection, head).values() if can_owe else ()
    return _balance(tx, head, book, used, owing, pending_of(tx, head, at), at, language)


def balance_of_book(
    tx: Transaction, head: Head, book: Book, billed: list[Billed], at: date, language: str = "en"
) -> Balance:
    """The balance of a whole book on a day, from it alone and the lines that had billed its entries (L8, L9)."""
    used = statement.gone_by(book, at)
    owing = [(book.charges[entry], book.draws.get(entry, [])) for entry in book.entries]
    entries = {seq: (entry, book.charges[seq]) for seq, entry in book.entries.items()}
    return _balance(tx, head, book, used, owing, planned_of(tx, head, entries, billed, at), at, language)


def _balance(
    tx: Transaction,
    head: Head,
    book: Book,
    used: Mapping[int, int],
    owing: Iterable[tuple[list[Charge], list[Draw]]],
    pending: Plan,
    at: date,
    language: str,
) -> Balance:
    lots = statement.lots_on(book.grants.values(), windows.of(book), used, at, book.ended)
    return Balance(
        customer=head.code,
        at=at,
        minutes=sum(lot.remaining for lot in lots),
        owed=sum(statement.owed_on(charges, draws, at) for charges, draws in owing),
        unbilled=Unbilled(pending.minutes, pending.amount, currency_of(tx, book, at)),
        reduced_rate_until=max(
            (sale.until for sale in rating.in_force(book, at) if sale.reduced_rate is not None), default=None
        ),
        grants=tuple(_left(head, book, lot, language) for lot in lots),
        position=head.position,
    )


def _left(head: Head, book: Book, lot: Lot, language: str) -> GrantLeft:
    grant = lot.grant
    return GrantLeft(
        id=grant_id(head, grant.number),
        kind=grant.kind,
        product=grant.product,
        granted=max(grant.minutes, lot.remaining),  # more, where minutes of a bounced grant came back to it (M10)
        used=max(0, grant.minutes - lot.remaining),
        remaining=lot.remaining,
        starts=grant.starts,
        expires=lot.window.last,
        carried=lot.window.carried,
        covers=tuple(grant.covers),
        label=grant_label(book, grant, language),
    )


def currency_of(tx: Transaction, book: Book, at: date) -> str:
    """The currency of the contract on a day, of the last one, or the issuer's."""
    term = book.term_on(at) or (book.terms[-1] if book.terms else None)
    return term.tariff.currency if term else str(tx.issuer["currency"])


QUESTIONS = {AskBalance: asked}
