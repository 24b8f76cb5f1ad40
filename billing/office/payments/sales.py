"""Sells products with their invoices, takes payments and takes them back (G2, G3, M5, M10)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from billing.core import crediting, invoicing, own_money, rating
from billing.core.book import Book
from billing.core.drafts import Draft
from billing.core.facts import BankPart, Deposit, Grant, Payment, Sale
from billing.core.tariff import Product
from billing.core.units import ZERO
from billing.errors import Already, BadInput, Forbidden
from billing.office import slips
from billing.office.balances import pending
from billing.office.balances.names import grant_id
from billing.office.invoicing import einvoices, issuing, papers
from billing.office.invoicing.named import receivable_named
from billing.office.transaction import Act, Decided, Transaction
from billing.requests import inputs
from billing.requests.payments import Bounce, Pay, Sell
from billing.store import documents, issued, parties, payments, references
from billing.store.documents import Kept
from billing.store.heads import Head
from billing.texts import Do, say
from billing.values import dataclass
from billing.views.payments import Paid, Sold, TakenBack


def sell(tx: Transaction, request: Sell, key: str | None) -> Decided[Sold] | Sold:
    """Sells a product and issues its invoice (G2, G3, M5)."""
    head = tx.customer(request.customer)
    day = request.on or tx.today
    slips.check_day(day, tx.today, request.yes)
    book = tx.without_work(head)
    term = rating.term_for(book, day, request.customer)
    sold = crediting.product_named(term, request.product)
    _check_price(tx, request, sold, term.tariff.currency)
    net = crediting.price_of(sold, request.price, request.quantity)
    others, numbers = tx.contact_rows(head, request.contacts)
    crediting.eligible(book, term, sold, request.quantity, len(numbers), day)
    if sold.limit is not None:
        _within_limit(tx, sold.name, sold.limit, request.quantity, day)
    vat_on = pending.vat_on(tx, head)
    line = invoicing.product_line(request.product, request.quantity, net, sold.minutes * request.quantity, day, vat_on)
    currency = term.tariff.currency
    totals = invoicing.totals([line], papers.round_to(tx, parties.customer(tx.connection, head.id), currency))
    paid = _paid_before(request, day, totals.total)
    draft = Draft(
        "invoice", (line,), totals, currency, paid=paid, paid_on=request.paid_on if paid else None, order=request.order
    )
    einvoices.demand(tx, head, draft, day)
    document, rows = issuing.issue(tx, head, book, draft, day)
    sale, grant = crediting.sell(book, term, sold, request.quantity, net, numbers, day, document.number, totals.total)
    sold_now = _sold(head, sale, key, totals.total, grant)
    decided = Decided(head, book, day, lambda _: sold_now, [*others, *rows])
    if not paid:
        return decided
    tx.keep(decided, request.KIND, key, request.content())
    tx.appender.flush()
    pay(tx, Pay(invoice=sale.invoice, on=request.paid_on))
    grants = tx.without_work(head).grants.values()
    credited = grant or next((g for g in grants if g.sale == sale.seq), None)
    return _sold(head, sale, key, totals.total, credited)


def _check_price(tx: Transaction, request: Sell, sold: Product, currency: str) -> None:
    """Asks back a price far above the tariff's, or above that of the last sale where the tariff has none (M19)."""
    if request.price is not None and not request.yes:
        usual = payments.last_price(tx.connection, sold.name, currency) if sold.price is None else sold.price
        slips.check_price(sold.name, request.price, usual, sure=False)


def _paid_before(request: Sell, day: date, total: Decimal) -> Decimal:
    """What was paid before the invoice: all of it, or nothing."""
    if request.paid_on is None:
        return ZERO
    if request.paid_on > day:
        raise BadInput(
            "bad-date",
            say("paid on {paid_on}, after the sale of {day}", paid_on=request.paid_on, day=day),
            say("record that with {command}", command=Do("pay")),
        )
    return total


def _sold(head: Head, sale: Sale, key: str | None, total: Decimal, grant: Grant | None) -> Sold:
    return Sold(
        purchase=key or f"{head.code}-{sale.seq}",
        customer=head.code,
        invoice=sale.invoice,
        total=total,
        currency=sale.currency,
        grant=grant_id(head, grant.number) if grant else None,
        minutes_to_come=sale.minutes if grant is None else 0,
        until=sale.until if sale.kind == "add-on" else None,
    )


def _sold_before(tx: Transaction, _request: Sell, head: Head, seq: int) -> Sold:
    book = tx.without_work(head)
    sale = book.sales[seq]
    kept, _ = receivable_named(tx, sale.invoice, lock=False)
    at_once = next((g for g in book.grants.values() if g.sale == seq and g.seq == seq), None)
    return _sold(head, sale, references.id_of(tx.connection, head.id, seq), kept.total, at_once)


def _within_limit(tx: Transaction, product: str, limit: int, quantity: int, on: date) -> None:
    """Refuses a sale over the tariff's cap on pieces in force at one time (G3); other sales of it wait."""
    tx.appender.flush()
    left = limit - payments.pieces_in_force(tx.connection, product, on)
    if quantity > left:
        raise Forbidden(
            "not-eligible",
            say("{product} is limited to {limit} in force at one time", product=product, limit=limit),
            say("{left} left", left=max(left, 0)),
        )


# Payments


@dataclass(frozen=True, slots=True)
class Seen:
    """A movement of the bank that some money is: its key, what the bank kept back, when somebody said so."""

    movement: str
    charges: Decimal = ZERO
    settled_on: date | None = None

    def of(self, seq: int, amount: Decimal) -> BankPart:
        """What the books keep of it, for money recorded at a position."""
        return BankPart(seq, self.movement, amount - self.charges, self.charges, self.settled_on)


def pay(tx: Transaction, request: Pay, id: str | None = None, seen: Seen | None = None) -> Paid:
    """Records a payment under an id, as a part of what is being recorded: a sale, a bank's file."""
    decided = _pay(tx, request, id)
    if seen is not None:
        paid: Paid = decided.view([])
        crediting.seen_by_bank(decided.book, seen.of(decided.book.seq, paid.amount or ZERO))
    return tx.keep(decided, request.KIND, id, request.content())


def _pay_dated(tx: Transaction, request: Pay, key: str | None) -> Decided[Paid]:
    """A payment that somebody dates: not before its invoice."""
    assert request.invoice is not None, "resolved before"
    kept, head = receivable_named(tx, request.invoice)
    crediting.check_after(kept.number, kept.on, request.on or tx.today, head.code)
    return _pay(tx, request, key)


def _pay(tx: Transaction, request: Pay, key: str | None) -> Decided[Paid]:
    """A payment of an invoice, by default of all that is open; credits what it pays in full (M10)."""
    assert request.invoice is not None, "resolved before"
    kept, head = receivable_named(tx, request.invoice)
    day = inputs.not_future(request.on or tx.today, tx.today, "a payment")
    book = tx.without_work(head)
    paid, written = crediting.paid(book, request.invoice), crediting.written_off(book, request.invoice)
    open_amount = invoicing.settled(kept.total, kept.credited, paid, written)[1]
    unpaid = invoicing.settled(kept.total, kept.credited, paid)[1]
    if kept.kind == "credit-note" or unpaid == 0 or (open_amount == 0 and request.amount is None):
        lost = unpaid > 0 and kept.kind == "invoice"
        raise Already(
            "already-paid",
            say("nothing is open on {invoice}", invoice=request.invoice),
            say("{amount} was written off: --amount takes what is paid of it", amount=unpaid) if lost else None,
        )
    amount = open_amount if request.amount is None else request.amount
    if amount <= 0:
        raise BadInput("bad-input", say("amount {amount}: give more than 0", amount=amount))
    if request.own_money:
        _check_own_money(tx, head, kept, amount, unpaid, day)
    seq = head.seq + 1
    book.seq = seq
    payment = Payment(seq, request.invoice, amount, day, request.own_money)
    grant = crediting.pay(book, payment, kept.total - kept.credited)
    after = _paid(head, kept, paid + amount, written, [grant] if grant else [])
    named = replace(after, payment=key or f"{head.code}-{seq}", amount=amount)
    return Decided(head, book, day, lambda _: named)


def _check_own_money(tx: Transaction, head: Head, kept: Kept, amount: Decimal, open_amount: Decimal, day: date) -> None:
    """Refuses to use more own money than there is that day and since, or than is open."""
    left = money_of(tx, head).get(kept.currency, ZERO)
    if left > 0:
        book = tx.without_work(head)
        there = own_money.least_since(book, issued.amounts(tx.connection, head.id), kept.currency, day)
        left = max(min(left, there), ZERO)
    would = min(left, open_amount)
    if amount > would:
        raise BadInput(
            "bad-input",
            say(
                "{customer} has {left} of its own, and {open} is open on {invoice}",
                customer=head.code, left=left, open=open_amount, invoice=kept.number,
            ),
            say("--amount {amount} would do", amount=would) if would > 0 else None,
        )  # fmt: skip


def paid_already(tx: Transaction, request: Pay, head: Head, _seq: int) -> Paid:
    """The invoice of a payment that was recorded before, as it is now."""
    kept, _ = receivable_named(tx, request.invoice or "", lock=False)
    book = tx.without_work(head)
    return _paid(head, kept, crediting.paid(book, kept.number), crediting.written_off(book, kept.number), [])


def _resolved(tx: Transaction, request: Pay) -> Pay:
    """The payment of a purchase as that of its invoice: what an id stands for is the invoice (L5)."""
    if request.purchase is None:
        return request
    return replace(request, invoice=invoice_of_purchase(tx, request.purchase), purchase=None)


def bounce(tx: Transaction, request: Bounce, id: str | None = None, seen: Seen | None = None) -> TakenBack:
    """Takes a payment back, and with it what was paid with the customer's own money that it left over (M10)."""
    day = inputs.not_future(request.on or tx.today, tx.today, "a bounce")
    head, seq = find_payment(tx, request.payment)
    book = tx.without_work(head)
    if seq in book.deposits:
        return _deposit_bounced(tx, request, id, head, book, book.deposits[seq], day, seen)
    kept, _ = receivable_named(tx, book.payments[seq].invoice)
    book.seq = head.seq + 1
    bounced = crediting.bounce(book, book.payments[seq], day, kept.total - kept.credited)
    lost = () if bounced.grant is None else (grant_id(head, bounced.grant),)
    back = _taken_back(head, kept, book, request.payment, lost)
    if seen is not None:
        crediting.seen_by_bank(book, seen.of(book.seq, book.payments[seq].amount))
    tx.keep(Decided(head, book, day, lambda _: back), request.KIND, id, request.content())
    return _with_uses(tx, head, book, back, day)


def _deposit_bounced(
    tx: Transaction, request: Bounce, id: str | None, head: Head, book: Book, deposit: Deposit, day: date,
    seen: Seen | None,
) -> TakenBack:  # fmt: skip
    """Takes back what came on account, and with it what was paid with that."""
    book.seq = head.seq + 1
    own_money.take_back(book, deposit, day)
    back = _deposit_taken_back(tx, head, deposit, request.payment)
    if seen is not None:
        crediting.seen_by_bank(book, seen.of(book.seq, deposit.amount))
    tx.keep(Decided(head, book, day, lambda _: back), request.KIND, id, request.content())
    back = _with_uses(tx, head, book, back, day)
    return replace(back, own_money=money_of(tx, head).get(deposit.currency, ZERO))


def _with_uses(tx: Transaction, head: Head, book: Book, back: TakenBack, day: date) -> TakenBack:
    """What was taken back with the uses of own money that is not there any more, each taken back too."""
    used = _used_without_cover(tx, head, book, back.currency)
    if used is None:
        return back
    also = bounce(tx, Bounce(payment=payment_name(tx, head, used.seq), on=max(day, used.paid_on)))
    return replace(
        back, no_longer_drawn=back.no_longer_drawn + also.no_longer_drawn, with_it=(also.payment, *also.with_it)
    )


def _deposit_taken_back(tx: Transaction, head: Head, deposit: Deposit, payment: str) -> TakenBack:
    return TakenBack(
        customer=head.code, currency=deposit.currency, payment=payment, no_longer_drawn=(), with_it=(),
        own_money=money_of(tx, head).get(deposit.currency, ZERO),
    )  # fmt: skip


def taken_back(tx: Transaction, head: Head, payment: str) -> TakenBack:
    """The invoice of a payment that was taken back before, as it is now, and what can no longer be drawn for it."""
    _, seq = find_payment(tx, payment)
    book = tx.without_work(head)
    if seq in book.deposits:
        return _deposit_taken_back(tx, head, book.deposits[seq], payment)
    kept, _ = receivable_named(tx, book.payments[seq].invoice, lock=False)
    grants = (bounce.grant for bounce in book.bounces if bounce.payment == seq)
    lost = tuple(grant_id(head, grant) for grant in grants if grant is not None)
    return _taken_back(head, kept, book, payment, lost)


def _taken_back(head: Head, kept: Kept, book: Book, payment: str, lost: tuple[str, ...]) -> TakenBack:
    paid, written = crediting.paid(book, kept.number), crediting.written_off(book, kept.number)
    shown, left, status = invoicing.settled(kept.total, kept.credited, paid, written)
    return TakenBack(
        invoice=kept.number, customer=head.code, paid=shown, open=left, status=status,
        currency=kept.currency, payment=payment, no_longer_drawn=lost, with_it=(),
    )  # fmt: skip


def _used_without_cover(tx: Transaction, head: Head, book: Book, currency: str) -> Payment | None:
    """The last payment that was made with own money which is not there any more."""
    left = money_of(tx, head).get(currency, ZERO)
    kept = _invoices(tx, head) if left < 0 else []
    mine = {one.number for one in kept if one.currency == currency}
    return crediting.uncovered_use(book, mine, left)


def money_of(tx: Transaction, head: Head) -> dict[str, Decimal]:
    """What a customer paid beyond what its invoices need, by currency: its own money (M10)."""
    tx.appender.flush()
    paid = payments.paid_by_invoice(tx.connection, [head.id])
    invoices = [
        (kept.currency, kept.total, kept.credited, paid.get(kept.number, ZERO))
        for kept in _invoices(tx, head)
        if kept.kind == "invoice"
    ]
    return invoicing.own_money(payments.received(tx.connection, head.id), invoices)


def _invoices(tx: Transaction, head: Head) -> list[Kept]:
    """A customer's documents, and the open invoices that he brought."""
    ours = documents.sums(tx.connection, head.id)
    return [*ours, *documents.brought(tx.connection, customer_id=head.id)]


def invoice_of_purchase(tx: Transaction, purchase: str) -> str:
    """The number of the invoice of a purchase, by the id it was given or the one we gave it."""
    found = tx.register.references.get(("purchase", purchase)) or references.find_reference(
        tx.connection, "purchase", purchase
    )
    if found is not None:
        head = tx.customer_by_id(found[0])
        return tx.without_work(head).sales[found[1]].invoice
    code, _, seq = purchase.rpartition("-")
    if seq.isascii() and seq.isdigit() and parties.has_customer(tx.connection, code):
        sale = tx.without_work(tx.customer(code)).sales.get(int(seq))
        if sale is not None:
            return sale.invoice
    raise BadInput("bad-input", say("there is no purchase {purchase!r} before this line", purchase=purchase))


def _paid(head: Head, kept: Kept, paid: Decimal, written: Decimal, credited: list[Grant]) -> Paid:
    shown, left, status = invoicing.settled(kept.total, kept.credited, paid, written)
    return Paid(
        invoice=kept.number,
        customer=head.code,
        paid=shown,
        open=left,
        status=status,
        currency=kept.currency,
        written_off=invoicing.lost_of(kept.total, kept.credited, paid, written),
        beyond=paid - invoicing.used_of(kept.total, kept.credited, paid),
        credited=tuple(grant_id(head, grant.number) for grant in credited),
    )


def payment_name(tx: Transaction, head: Head, seq: int) -> str:
    """What a payment or a refund is called: the id that it was given, else one of ours."""
    return references.id_of(tx.connection, head.id, seq) or f"{head.code}-{seq}"


def find_payment(tx: Transaction, payment: str) -> tuple[Head, int]:
    found = tx.register.references.get(("payment", payment))
    if found is None:
        tx.appender.flush()
        found = references.find_reference(tx.connection, "payment", payment)
    if found is not None:
        head = tx.customer_by_id(found[0])
        return head, found[1]
    code, _, seq = payment.rpartition("-")
    if code and seq.isascii() and seq.isdigit() and parties.has_customer(tx.connection, code):
        head = tx.customer(code)
        book = tx.without_work(head)
        if int(seq) in book.payments or int(seq) in book.deposits:
            return head, int(seq)
    raise BadInput(
        "bad-input",
        say("there is no payment {payment!r}", payment=payment),
        say("{command} lists payments", command=Do("customer show", "CODE")),
    )


ACTS = {
    Sell: Act(sell, _sold_before),
    Pay: Act(_pay_dated, paid_already, _resolved),
    Bounce: Act(bounce, lambda tx, request, head, _: taken_back(tx, head, request.payment)),
}
