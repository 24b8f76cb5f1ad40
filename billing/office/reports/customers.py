"""Who the customers are and how each stands today."""

from collections.abc import Callable
from datetime import date
from typing import Any

from billing import law
from billing.core import drafts, naming, own_money
from billing.core.book import Book
from billing.core.facts import Contract, Deposit, Payment, Term
from billing.core.units import END_OF_TIME, ZERO, from_cents
from billing.errors import Unknown
from billing.office.balances import balances
from billing.office.invoicing import papers, standing
from billing.office.parties import on_paper
from billing.office.payments import sales
from billing.office.transaction import Transaction
from billing.requests import parties as requests
from billing.store import documents, issued, ledger, parties, payments
from billing.store.heads import Head
from billing.texts import say
from billing.views.paper import Address, Party
from billing.views.parties import (
    ContractRow,
    CustomerRow,
    Customers,
    CustomerShown,
    DocumentRow,
    Invoicing,
    LogoFile,
    OwnMoney,
    PaymentRow,
    RefundRow,
)


def listed(tx: Transaction, question: requests.AskCustomers) -> Customers:
    """All customers, or those that a text finds, with their contract on today; what is read once is that of all."""
    found, only = parties.customers(tx.connection), None
    if question.part is not None:
        wanted = {code for code, _ in naming.named(question.part, [(one.code, one.name) for one in found])}
        found = [one for one in found if one.code in wanted]
        only = [one.id for one in found]
    books = ledger.read_contracts(tx.connection, tx.tariffs.every(), only)
    return Customers(tuple(_row(books[one.id], one, tx.today) for one in found))


def shown(tx: Transaction, question: requests.AskCustomer) -> CustomerShown:
    """A customer: data, contracts, documents' sums, payments, its own money, the balance."""
    head = tx.customer(question.customer, lock=False)
    data, book = parties.customer_data(tx.connection, head.id), tx.without_work(head)
    money = {currency: amount for currency, amount in sorted(sales.money_of(tx, head).items()) if amount}
    currency = next(iter(money)) if len(money) == 1 else tx.issuer["currency"]
    return CustomerShown(
        code=head.code,
        name=data.name,
        country=data.country,
        language=data.language,
        email=data.email,
        vat_id=data.vat_id,
        siren=data.siren,
        electronic_address=data.electronic_address,
        terms=data.terms,
        consumer=bool(data.consumer),
        address=Address(
            street=data.street,
            house_number=data.house_number,
            second_line=data.second_line or None,
            postcode=data.postcode,
            city=data.city,
        ),
        attention=data.attention or None,
        hours=data.hours or None,
        held=data.held_reason,
        order=data.order or None,
        buyer_reference=data.buyer_reference or None,
        einvoice=data.einvoice or None,
        round_total=None if data.round_total is None else from_cents(data.round_total),
        vat_basis=data.vat_basis,
        invoicing=_invoicing(tx, data),
        contracts=tuple(_contract(head, book, contract, tx.today) for contract in book.contracts.values()),
        contacts=tuple(tx.contacts_of(head).values()),
        payments=tuple(_payment(head, book, payment) for payment in _came(book)),
        documents=_documents(tx, head, book),
        refunds=tuple(
            RefundRow(
                refund=sales.payment_name(tx, head, r.seq), amount=r.amount, currency=r.currency, paid_on=r.paid_on
            )
            for r in book.refunds.values()
        ),
        money=money.get(currency, ZERO),
        own_money=tuple(OwnMoney(amount, currency) for currency, amount in money.items()),
        balance=balances.balance_of(tx, head, tx.today, question.language),
    )


def _invoicing(tx: Transaction, data: parties.Customer) -> Invoicing:
    issuer = tx.issuer
    vat = law.vat_class(issuer["country"], data.country, data.vat_id, tx.today, bool(issuer["exempt"]))
    step = drafts.step_of("CHF", data.round_total, issuer["round_total"])
    return Invoicing(
        language=data.language or issuer["language"],
        terms=issuer["terms"] if data.terms is None else data.terms,
        vat_category=vat.category,
        vat_rate=papers.plain_rate(vat.rate),
        vat_basis=issuer["vat_basis"],
        round_total=step,
        einvoice=data.einvoice or issuer["einvoice"],
    )


def _row(book: Book, one: parties.Customer, today: date) -> CustomerRow:
    term = book.term_on(today)
    return CustomerRow(
        customer=one.code,
        name=one.name,
        country=one.country,
        language=one.language,
        tariff=term.tariff.name if term else None,
        tier=book.tier_on(term.contract, today) if term else None,
        until=_until(term) if term else None,
        held=one.held_reason,
    )


def _contract(head: Head, book: Book, contract: Contract, today: date) -> ContractRow:
    cancelled = book.cancellations.get(contract.seq)
    tier, later = book.tier_on(contract.seq, today), book.tier_on(contract.seq, date.max)
    return ContractRow(
        contract=f"{head.code}-{contract.seq}",
        tariff=contract.tariff,
        tier=tier,
        modules=contract.modules,
        fee=contract.fee,
        start=contract.starts_on,
        until=_until([term for term in book.terms if term.contract == contract.seq][-1]),
        cancelled=cancelled.on if cancelled else None,
        next_tier=later if later != tier else None,
    )


def _until(term: Term) -> date | None:
    """The last day of a term; None for one that is open."""
    return None if term.window.last == END_OF_TIME else term.window.last


def _came(book: Book) -> list[Payment | Deposit]:
    """What a customer paid, for invoices and on account, in recorded order."""
    return sorted([*book.payments.values(), *book.deposits.values()], key=lambda payment: payment.seq)


def _payment(head: Head, book: Book, payment: Payment | Deposit) -> PaymentRow:
    return PaymentRow(
        payment=f"{head.code}-{payment.seq}",
        invoice=payment.invoice if isinstance(payment, Payment) else None,
        amount=payment.amount,
        paid_on=payment.paid_on,
        bounced=next((bounce.on for bounce in book.bounces if bounce.payment == payment.seq), None),
    )


def _documents(tx: Transaction, head: Head, book: Book) -> tuple[DocumentRow, ...]:
    paid = payments.paid_by_invoice(tx.connection, [head.id])
    back = own_money.to_refund(book, issued.amounts(tx.connection, head.id))
    written = payments.written_off(tx.connection, [head.id])
    found = []
    for kept in documents.sums(tx.connection, head.id):
        number = kept.number
        _, status, lost = standing.standing(kept, paid.get(number, ZERO), written.get(number, ZERO))
        found.append(
            DocumentRow(
                number=number,
                issued_on=kept.on,
                total=kept.total,
                status=status,
                to_refund=back.get(number),
                written_off=lost,
            )
        )
    return tuple(found)


def logo(tx: Transaction, question: requests.AskLogo) -> LogoFile:
    """The bytes of a logo."""
    found = parties.picture(tx.connection, question.digest)
    if found is None:
        raise Unknown("not-found", say("no logo has the digest {digest}", digest=question.digest))
    return LogoFile(question.digest, found)


def head(tx: Transaction, question: requests.AskHead) -> Party:
    """The issuer as papers show him."""
    language = question.language or tx.issuer["language"]
    return Party(**on_paper.party(tx.issuer), head=on_paper.head(tx.issuer, language))


QUESTIONS: dict[Any, Callable[..., Any]] = {
    requests.AskHead: head,
    requests.AskCustomers: listed,
    requests.AskCustomer: shown,
    requests.AskLogo: logo,
}
