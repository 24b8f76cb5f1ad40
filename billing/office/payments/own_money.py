"""The customer's own money: taken on account, paid out (M10, M13)."""

from datetime import date
from decimal import Decimal
from typing import Any

from billing.core import crediting, facts, own_money
from billing.core.book import Book
from billing.core.receipts import Issued
from billing.core.units import ZERO
from billing.errors import BadInput
from billing.office.payments import sales
from billing.office.transaction import Act, Decided, Transaction
from billing.requests import inputs
from billing.requests.payments import PayOnAccount, Refund
from billing.store import documents, issued, parties, references
from billing.store.heads import Head
from billing.texts import say
from billing.views.payments import OnAccount, Refunded


def pay_on_account(
    tx: Transaction, request: PayOnAccount, key: str | None, seen: sales.Seen | None = None
) -> Decided[OnAccount]:
    """Takes money of a customer without an invoice (M10)."""
    head = tx.customer(request.customer)
    day = inputs.not_future(request.on or tx.today, tx.today, "a payment")
    amount = _some(request.amount)
    currency = (request.currency or _currency(tx, head)).upper()
    book = tx.without_work(head)
    book.seq = head.seq + 1
    deposit = facts.Deposit(book.seq, amount, currency, day)
    book.record(deposit)
    if seen is not None:
        crediting.seen_by_bank(book, seen.of(book.seq, amount))
    there = sales.money_of(tx, head).get(currency, ZERO) + amount
    view = OnAccount(
        payment=key or f"{head.code}-{deposit.seq}",
        customer=head.code, amount=amount, currency=currency, own_money=there,
    )  # fmt: skip
    return Decided(head, book, day, lambda _: view)


def refund(tx: Transaction, request: Refund, key: str | None, seen: sales.Seen | None = None) -> Decided[Refunded]:
    """Pays out own money, by default all that there is (M13)."""
    head = tx.customer(request.customer)
    day = inputs.not_future(request.on or tx.today, tx.today, "a refund")
    there = sales.money_of(tx, head)
    currency = _currency_of(tx, head, request, there)
    book, known = tx.without_work(head), issued.amounts(tx.connection, head.id)
    amount = _least(head, book, known, currency, day) if request.amount is None else _some(request.amount)
    book.seq = head.seq + 1
    own_money.refund(book, facts.Refund(book.seq, amount, currency, day), known)
    if seen is not None:
        crediting.seen_by_bank(book, seen.of(book.seq, amount))
    view = Refunded(
        refund=key or f"{head.code}-{book.seq}",
        customer=head.code, amount=amount, currency=currency, own_money=there[currency] - amount,
    )  # fmt: skip
    return Decided(head, book, day, lambda _: view)


def _least(head: Head, book: Book, known: list[Issued], currency: str, day: date) -> Decimal:
    """All that there is to pay out, that day and since."""
    found = own_money.least_since(book, known, currency, day)
    if found <= 0:
        raise _nothing(head)
    return found


def _nothing(head: Head) -> BadInput:
    return BadInput("bad-input", say("{customer} has no money of its own to pay out", customer=head.code))


def _some(amount: Decimal) -> Decimal:
    if amount <= 0:
        raise BadInput("bad-input", say("amount {amount}: give more than 0", amount=amount))
    return amount + ZERO  # with its cents, however it was written


def _currency(tx: Transaction, head: Head) -> str:
    """The currency that a customer is invoiced in, if there is one; else the issuer's."""
    known = {kept.currency for kept in documents.sums(tx.connection, head.id)}
    return known.pop() if len(known) == 1 else str(tx.issuer["currency"])


def _currency_of(tx: Transaction, head: Head, request: Refund, there: dict[str, Decimal]) -> str:
    """The currency to pay out: the one asked for, else the one that there is money in."""
    has = [currency for currency, amount in sorted(there.items()) if amount > 0]
    wanted = request.currency.upper() if request.currency else None
    if wanted is None and len(has) > 1:
        raise BadInput(
            "bad-input",
            say("{customer} has money of its own in {currencies}", customer=head.code, currencies=has),
            say("say which with --currency"),
        )
    if not has or (wanted or has[0]) not in has:
        raise _nothing(head)
    return wanted or has[0]


def find_refund(tx: Transaction, name: str) -> tuple[Head, int] | None:
    """The customer and the position of a refund, by the id that it was given or the one we gave it."""
    tx.appender.flush()
    found = references.find_reference(tx.connection, "refund", name)
    if found is not None:
        return tx.customer_by_id(found[0]), found[1]
    code, _, seq = name.rpartition("-")
    if seq.isascii() and seq.isdigit() and parties.has_customer(tx.connection, code):
        head = tx.customer(code)
        return (head, int(seq)) if int(seq) in tx.without_work(head).refunds else None
    return None


def _on_account_before(tx: Transaction, request: PayOnAccount, head: Head, seq: int) -> OnAccount:
    deposit = tx.without_work(head).deposits[seq]
    return OnAccount(
        payment=sales.payment_name(tx, head, seq),
        customer=head.code,
        amount=deposit.amount,
        currency=deposit.currency,
        own_money=sales.money_of(tx, head).get(deposit.currency, ZERO),
    )


def _refunded_before(tx: Transaction, request: Refund, head: Head, seq: int) -> Refunded:
    paid_out = tx.without_work(head).refunds[seq]
    return Refunded(
        refund=sales.payment_name(tx, head, seq),
        customer=head.code,
        amount=paid_out.amount,
        currency=paid_out.currency,
        own_money=sales.money_of(tx, head).get(paid_out.currency, ZERO),
    )


ACTS: dict[Any, Act] = {PayOnAccount: Act(pay_on_account, _on_account_before), Refund: Act(refund, _refunded_before)}
