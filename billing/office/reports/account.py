"""A customer's account: its documents and its money, with what is open at the end (M10)."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from billing.core import account, own_money, receipts
from billing.core.account import Moved
from billing.core.receipts import Open
from billing.core.units import ZERO
from billing.office.parties import on_paper
from billing.office.transaction import Transaction
from billing.requests.account import AskAccount
from billing.store import issued, parties
from billing.views.account import Account, AccountIn, AccountRow, OpenOnAccount
from billing.views.paper import Party


def account_of(tx: Transaction, question: AskAccount) -> Account:
    """The account of a customer from one day to another, both included."""
    head = tx.customer(question.customer, lock=False)
    book, party = tx.without_work(head), parties.customer(tx.connection, head.id)
    documents = issued.amounts(tx.connection, head.id)
    moves = account.moves(book, documents)
    open_ = receipts.open_on(documents, issued.receipts(tx.connection, head.id), question.last)
    own = own_money.on(book, documents, question.last)
    language = question.language or party["language"] or tx.issuer["language"]
    currencies = sorted({moved.currency for moved in moves}) or [tx.issuer["currency"]]
    return Account(
        customer=head.code,
        customer_name=head.name,
        first=question.first,
        last=question.last,
        language=language,
        issuer=Party(
            **on_paper.party(tx.issuer),
            iban=tx.issuer["iban"],
            tax_number=tx.issuer["tax_number"] or None,
            head=on_paper.head(tx.issuer, language),
        ),
        recipient=Party(**on_paper.party(party), code=head.code, attention=party["attention"] or None),
        accounts=tuple(
            _in(
                currency,
                [moved for moved in moves if moved.currency == currency],
                (question.first, question.last),
                [item for item in open_ if item.invoice.currency == currency],
                own.get(currency, ZERO),
            )
            for currency in currencies
        ),
        position=head.position,
    )


def _in(currency: str, moves: list[Moved], days: tuple[date, date], open_: Iterable[Open], own: Decimal) -> AccountIn:
    first, last = days
    before, since = account.opening(moves, first)
    opening = account.balances(before).get(currency, ZERO)
    rows = tuple(_rows(opening, (moved for moved in since if moved.on <= last)))
    return AccountIn(
        currency=currency,
        opening=opening,
        movements=rows,
        closing=rows[-1].balance if rows else opening,
        open=tuple(
            OpenOnAccount(
                invoice=item.invoice.number,
                on=item.invoice.issued_on,
                due=item.invoice.due_on,
                total=item.invoice.whole or item.invoice.total,
                open=item.open,
                days_late=item.days_late,
            )
            for item in open_
        ),
        own_money=own,
    )


def _rows(balance: Decimal, moves: Iterable[Moved]) -> Iterator[AccountRow]:
    for moved in moves:
        balance += moved.amount
        yield AccountRow(
            on=moved.on,
            kind=moved.kind,
            document=moved.document or None,
            amount=moved.amount,
            used=moved.used,
            due=moved.due,
            reason=moved.reason,
            balance=balance,
        )


QUESTIONS: dict[Any, Callable[..., Any]] = {AskAccount: account_of}
