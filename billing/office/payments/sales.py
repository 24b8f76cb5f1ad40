"""Sells products with their invoices, takes payments and takes them back (G2, G3, M5, M10)."""

from datetime import date
from decimal import Decimal

from billing.core import crediting, invoicing, rating
from billing.core.book import Book
from billing.core.facts import Grant, Payment, Sale
from billing.core.units import ZERO
from billing.errors import Already, BadInput, Forbidden, one_of
from billing.office.balances import answers, names
from billing.office.balances.answers import Answer
from billing.office.invoicing import einvoices, papers
from billing.office.transaction import Transaction
from billing.requests import inputs
from billing.store import documents, ledger, parties, payments
from billing.store.documents import Kept
from billing.store.ledger import Head


def buy(
    tx: Transaction,
    customer: str,
    product: str,
    price: Decimal | None = None,
    quantity: int = 1,
    contacts: tuple[str, ...] = (),
    on: date | None = None,
    id: str | None = None,
    paid_on: date | None = None,
) -> tuple[bool, Answer]:
    """Sells a product and issues its invoice (G2, G3, M5); `paid_on` is the day of a payment that came before it."""
    head = tx.customer(customer)
    day = on or tx.today
    request = {"customer": customer, "product": product, "price": price, "quantity": quantity,
               "contacts": list(contacts), "on": on} | ({"paid": paid_on} if paid_on else {})  # fmt: skip
    before = tx.done_before("purchase", id, request)
    if before is not None:
        return False, _bought_before(tx, head, before[1], id)
    book = tx.book(head)
    term = rating.term_for(book, day, customer)
    sold = crediting.product_named(term, product)
    net = crediting.price_of(sold, price, quantity)
    others, numbers = tx.contact_rows(head, contacts)
    crediting.eligible(book, term, sold, quantity, len(numbers), day)
    if sold.limit is not None:
        _within_limit(tx, sold.name, sold.limit, quantity, day)
    line = invoicing.product_line(product, quantity, net, sold.minutes * quantity, day, answers.vat_on(tx, head))
    currency = term.tariff.currency
    totals = invoicing.totals([line], papers.round_to(tx, head, currency))
    if paid_on is not None and paid_on > day:
        raise BadInput("bad-date", f"paid on {paid_on}, after the sale of {day}: record that with `billing pay`")
    paid = ZERO if paid_on is None else totals.total
    draft = papers.Draft("invoice", (line,), totals, currency, paid=paid, paid_on=paid_on if paid else None)
    _demand(tx, head, draft, day)
    series = documents.lock_series(tx.connection, "INV", day)
    content, rows = papers.issue(tx, head, book, draft, day, series)
    sale, grant = crediting.sell(
        book, term, sold, quantity, net, numbers, day, content["number"], draft.totals.total
    )  # fmt: skip
    documents.save_series(tx.connection, series, content)
    tx.record(head, book, "purchase", day, [*others, *rows], id, request)
    if paid:
        tx.appender.flush()
        pay(tx, sale.invoice, paid_on)
        grant = grant or next((g for g in book.grants.values() if g.sale == sale.seq), None)
    return True, _bought(head, sale, id, draft.totals.total, grant)


def _demand(tx: Transaction, head: Head, draft: papers.Draft, day: date) -> None:
    """Refuses a sale whose invoice could not have the format that the issuer demands (M7): nothing is sold."""
    lack = einvoices.hold_for(tx, head, [draft], day)
    if lack is not None:
        raise BadInput("bad-input", f"{lack[0]}; {lack[1]}")


def _bought(head: Head, sale: Sale, id: str | None, total: Decimal, grant: Grant | None) -> Answer:
    return {
        "purchase": id or f"{head.code}-{sale.seq}",
        "customer": head.code,
        "invoice": sale.invoice,
        "total": str(total),
        "currency": sale.currency,
        "grant": names.grant_id(head, grant.number) if grant else None,
        "minutes_to_come": sale.minutes if grant is None else 0,
        "until": sale.until.isoformat() if sale.kind == "add-on" else None,
    }


def _bought_before(tx: Transaction, head: Head, seq: int, id: str | None) -> Answer:
    book = tx.book(head)
    sale = book.sales[seq]
    tx.appender.flush()
    kept = documents.find(tx.connection, sale.invoice)
    assert kept is not None
    at_once = next((g for g in book.grants.values() if g.sale == seq and g.seq == seq), None)
    return _bought(head, sale, id, kept.total, at_once)


def _within_limit(tx: Transaction, product: str, limit: int, quantity: int, on: date) -> None:
    """Refuses a sale over the tariff's cap on pieces in force at one time (G3); other sales of it wait."""
    tx.appender.flush()
    left = limit - payments.pieces_in_force(tx.connection, product, on)
    if quantity > left:
        raise Forbidden("not-eligible", f"{product} is limited to {limit} in force at one time; {max(left, 0)} left")


# Payments


def pay(
    tx: Transaction,
    invoice: str,
    on: date | None = None,
    amount: Decimal | None = None,
    own_money: bool = False,
    id: str | None = None,
) -> tuple[bool, Answer]:
    """Records a payment of an invoice, by default of all that is open; credits what it pays in full (M10)."""
    kept, head = invoice_named(tx, invoice)
    day = inputs.not_future(on or tx.today, tx.today, "a payment")
    book = tx.book(head)
    paid = crediting.paid(book, invoice)
    request = {"invoice": invoice, "on": on, "amount": amount, "own_money": own_money}
    if tx.done_before("payment", id, request):
        return False, _paid(head, kept, paid, [])
    open_amount = invoicing.settled(kept.total, kept.credited, paid)[1]
    if kept.content["kind"] == "credit-note" or open_amount == 0:
        raise Already("already-paid", f"nothing is open on {invoice}")
    amount = open_amount if amount is None else amount
    if amount <= 0:
        raise BadInput("bad-input", f"amount {amount}: give more than 0")
    if own_money:
        left = money_of(tx, head).get(kept.content["currency"], ZERO)
        if amount > left or amount > open_amount:
            would = min(left, open_amount)
            way = f"; --amount {would} would do" if would > 0 else ""
            raise BadInput(
                "bad-input", f"{head.code} has {left} of its own, and {open_amount} is open on {invoice}{way}"
            )
    seq = head.seq + 1
    book.seq = seq
    payment = Payment(seq, invoice, amount, day, own_money)
    grant = crediting.pay(book, payment, kept.total - kept.credited)
    tx.record(head, book, "payment", day, external_id=id, request=request)
    answer = _paid(head, kept, paid + amount, [grant] if grant else [])
    return True, answer | {"payment": id or f"{head.code}-{seq}", "amount": str(amount)}


def bounce(tx: Transaction, payment: str, on: date | None = None, id: str | None = None) -> tuple[bool, Answer]:
    """Takes a payment back, and with it what was paid with the customer's own money that it left over (M10)."""
    day = inputs.not_future(on or tx.today, tx.today, "a bounce")
    request = {"payment": payment, "on": on}
    head, seq = _find_payment(tx, payment)
    if tx.done_before("bounce", id, request):
        return False, {"payment": payment}
    book = tx.book(head)
    tx.appender.flush()
    kept, _ = invoice_named(tx, book.payments[seq].invoice)
    book.seq = head.seq + 1
    bounced = crediting.bounce(book, book.payments[seq], day, kept.total - kept.credited)
    paid = crediting.paid(book, kept.content["number"])
    tx.record(head, book, "bounce", day, external_id=id, request=request)
    lost = [] if bounced.grant is None else [names.grant_id(head, bounced.grant)]
    answer = _paid(head, kept, paid, []) | {"payment": payment, "no_longer_drawn": lost, "with_it": []}
    used = _used_without_cover(tx, head, book, kept.content["currency"])
    if used is not None:
        _, also = bounce(tx, f"{head.code}-{used.seq}", max(day, used.paid_on))
        answer["no_longer_drawn"] += also["no_longer_drawn"]
        answer["with_it"] = [also["payment"], *also["with_it"]]
    return True, answer


def _used_without_cover(tx: Transaction, head: Head, book: Book, currency: str) -> Payment | None:
    """The last payment that was made with own money which is not there any more."""
    left = money_of(tx, head).get(currency, ZERO)
    kept = documents.listed(tx.connection, customer_id=head.id) if left < 0 else []
    mine = {one.content["number"] for one in kept if one.content["currency"] == currency}
    return crediting.uncovered_use(book, mine, left)


def money_of(tx: Transaction, head: Head) -> dict[str, Decimal]:
    """What a customer paid beyond what its invoices need, by currency: its own money (M10)."""
    tx.appender.flush()
    paid = payments.paid_by_invoice(tx.connection, [head.id])
    invoices = [
        (kept.content["currency"], kept.total, kept.credited, paid.get(kept.content["number"], ZERO))
        for kept in documents.listed(tx.connection, customer_id=head.id)
        if kept.content["kind"] == "invoice"
    ]
    return invoicing.own_money(payments.received(tx.connection, head.id), invoices)


def invoice_named(tx: Transaction, number: str, lock: bool = True) -> tuple[Kept, Head]:
    """The document of a number and its customer, or a refusal that names the nearest."""
    tx.appender.flush()
    kept = documents.find(tx.connection, number)
    if kept is None:
        raise one_of("invoice", number, documents.numbers(tx.connection))
    return kept, tx.customer_by_id(kept.customer_id, lock)


def invoice_of_purchase(tx: Transaction, purchase: str) -> str:
    """The number of the invoice of a purchase, by the id it was given or the one we gave it."""
    found = tx.register.references.get(("purchase", purchase)) or ledger.find_reference(
        tx.connection, "purchase", purchase
    )
    if found is not None:
        head = tx.customer_by_id(found[0])
        return tx.book(head).sales[found[1]].invoice
    code, _, seq = purchase.rpartition("-")
    if seq.isascii() and seq.isdigit() and code in parties.codes(tx.connection):
        sale = tx.book(tx.customer(code)).sales.get(int(seq))
        if sale is not None:
            return sale.invoice
    raise BadInput("bad-input", f"there is no purchase {purchase!r} before this line")


def _paid(head: Head, kept: Kept, paid: Decimal, credited: list[Grant]) -> Answer:
    shown, left, status = invoicing.settled(kept.total, kept.credited, paid)
    return {
        "invoice": kept.content["number"],
        "customer": head.code,
        "paid": str(shown),
        "open": str(left),
        "status": status,
        "currency": kept.content["currency"],
        "credited": [names.grant_id(head, grant.number) for grant in credited],
    }


def _find_payment(tx: Transaction, payment: str) -> tuple[Head, int]:
    found = tx.register.references.get(("payment", payment))
    if found is None:
        tx.appender.flush()
        found = ledger.find_reference(tx.connection, "payment", payment)
    if found is not None:
        head = tx.customer_by_id(found[0])
        return head, found[1]
    code, _, seq = payment.rpartition("-")
    if code and seq.isascii() and seq.isdigit() and code in parties.codes(tx.connection):
        head = tx.customer(code)
        if int(seq) in tx.book(head).payments:
            return head, int(seq)
    raise BadInput("bad-input", f"there is no payment {payment!r}; `billing customer show CODE` lists payments")
