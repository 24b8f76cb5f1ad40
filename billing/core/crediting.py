"""Sales, payments, bounces and write-offs, and the minutes that they credit or take away (G2, G3, G10, M10, M15)."""

from collections.abc import Container, Iterator
from datetime import date
from decimal import Decimal

from billing.core import rating, renewal
from billing.core.book import Book
from billing.core.facts import BankPart, Bounce, Draw, Grant, Payment, Sale, Term, WriteOff
from billing.core.tariff import Product
from billing.core.units import ZERO, Window
from billing.errors import Already, BadInput, Forbidden, one_of
from billing.texts import Do, Text, say


def product_named(term: Term, name: str) -> Product:
    """The product of the term's tariff, or a refusal that names the nearest."""
    if name not in term.tariff.products:
        raise one_of("product", name, list(term.tariff.products))
    return term.tariff.products[name]


def eligible(book: Book, term: Term, product: Product, quantity: int, contacts: int, on: date) -> None:
    """Refuses a sale that the product's tier, prerequisites or contacts forbid (G1, G3)."""
    name, tier = product.name, book.tier_on(term.contract, on)
    if product.tiers and tier not in product.tiers:
        _not_eligible(
            say("{name} is for tiers {tiers}; the contract is on {tier}", name=name, tiers=product.tiers, tier=tier)
        )
    running = {sale.product for sale in rating.in_force(book, on) if sale.contract == term.contract}
    running |= {g.product for g in book.grants.values() if g.contract == term.contract and g.product
                and g.starts <= on <= g.expires and g.sale not in book.ended}  # fmt: skip
    missing = [other for other in product.requires if other not in running]
    if missing:
        _not_eligible(
            say("{name} needs {missing} in force on {day}; sell that first", name=name, missing=missing, day=on)
        )
    if product.contacts and contacts != quantity:
        _not_eligible(
            say("{name} is for one registered contact a piece: {quantity} needed, {given} given", name=name,
                quantity=quantity, given=contacts)
        )  # fmt: skip
    if not product.contacts and contacts:
        _not_eligible(say("{name} is for all contacts; leave the contact out", name=name))


def price_of(product: Product, given: Decimal | None, quantity: int) -> Decimal:
    """The net price of all pieces: the one given, else the tariff's (G3)."""
    if quantity < 1:
        raise BadInput("bad-input", say("quantity {quantity}: give 1 or more", quantity=quantity))
    if given is not None and given < 0:
        raise BadInput("bad-input", say("price {given}: give 0 or more", given=given))
    each = product.price if given is None else given
    if each is None:
        raise BadInput(
            "price-required", say("the tariff has no price for {name}", name=product.name), say("give one with --price")
        )
    return each * quantity + ZERO


def sell(
    book: Book, term: Term, product: Product, quantity: int, price: Decimal, contacts: tuple[int, ...], on: date,
    invoice: str, total: Decimal,
) -> tuple[Sale, Grant | None]:  # fmt: skip
    """Records a sale, and credits it if it is credited on the sale or costs nothing.

    `price` is net, `total` what its `invoice` asks for.
    """
    carries = product.kind == "pack" and term.tariff.carry_over == "renewal"
    sale = Sale(
        seq=book.seq,
        contract=term.contract,
        product=product.name,
        kind=product.kind,
        quantity=quantity,
        price=price,
        currency=term.tariff.currency,
        minutes=product.minutes * quantity,
        sold_on=on,
        validity=product.validity,
        until=product.validity.until(on, term.window.last),
        credited_on=product.credited_on,
        covers=product.covers,
        contacts=contacts,
        extends=product.extends,
        reduced_rate=product.reduced_rate,
        applies_to=product.applies_to,
        priority=product.priority,
        grace_days=term.tariff.grace_days if carries else None,
        invoice=invoice,
    )
    book.record(sale)
    if sale.credited_on == "sale" or total == 0:
        return sale, _credit(book, sale, on, sale.minutes, None)
    return sale, None


def pay(book: Book, payment: Payment, due: Decimal) -> Grant | None:
    """Records a payment of an invoice of which `due` is to be paid in all, and credits what it pays in full (M10)."""
    book.record(payment)
    return credit_paid(book, payment.invoice, due)


def credit_paid(book: Book, invoice: str, due: Decimal, since: date = date.min) -> Grant | None:
    """Credits the sale of an invoice if it is paid or written off in full, not credited yet and not ended (G2, M10).

    `since` is the day of a note by which less is due.
    """
    sale = next((s for s in book.sales.values() if s.invoice == invoice and s.credited_on == "payment"), None)
    if sale is None or sale.seq in book.ended or paid(book, invoice) + written_off(book, invoice) < due:
        return None
    grants = [grant for grant in book.grants.values() if grant.sale == sale.seq]
    if not grants:
        return _credit(book, sale, max(_full_on(book, invoice, due), sale.sold_on, since), sale.minutes, None)
    bounced = {bounce.grant: bounce.on for bounce in book.bounces}
    last = grants[-1]
    if last.number not in bounced:
        return None
    taken_back = max(bounced[grant.number] for grant in grants if grant.number in bounced)
    day = max(_full_on(book, invoice, due), taken_back, sale.sold_on, since)
    back = _returned_after(book, last, day)
    left = book.remaining(last)
    grant = _credit(book, sale, day, max(left - sum(-draw.minutes for draw in back), 0), last.number)
    if grant is not None:
        _move(book, back, left - grant.minutes, grant)
    return grant


def sale_of(book: Book, invoice: str) -> Sale | None:
    """The sale that an invoice is of."""
    return next((sale for sale in book.sales.values() if sale.invoice == invoice), None)


def check_after(invoice: str, issued_on: date, on: date, customer: str) -> None:
    """Refuses a payment that somebody dates before its invoice: nobody paid what was not there (M10).

    A bank's file says when the money came, and is taken at its word.
    """
    if on < issued_on:
        raise BadInput(
            "bad-date",
            say("{on} is before {invoice}, issued on {issued_on}", on=on, invoice=invoice, issued_on=issued_on),
            say("date it from then on; {do} takes money that came before", do=Do("pay", "--on-account", customer)),
        )


def bounce(book: Book, payment: Payment, on: date, due: Decimal) -> Bounce:
    """Takes a payment back; the grant it credited can no longer be drawn from that day (M10)."""
    if any(known.payment == payment.seq for known in book.bounces):
        raise Already("conflict", say("that payment was taken back already"))
    if on < payment.paid_on:
        raise BadInput("bad-date", say("{on} is before the payment, on {paid_on}", on=on, paid_on=payment.paid_on))
    left = paid(book, payment.invoice) + written_off(book, payment.invoice) - payment.amount
    sales = {sale.seq for sale in book.sales.values() if sale.invoice == payment.invoice}
    gone = {known.grant for known in book.bounces}
    credited = [g.number for g in book.grants.values() if g.sale in sales and g.number not in gone]
    on_payment = any(book.sales[seq].credited_on == "payment" for seq in sales)
    hit = credited[-1] if credited and on_payment and left < due else None
    taken_back = Bounce(book.seq, payment.seq, on, hit)
    book.record(taken_back)
    return taken_back


def seen_by_bank(book: Book, part: BankPart) -> None:
    """Records which movement of the bank some money is; it must be all of that money, and said once (M14)."""
    money = book.money_at(part.money or part.seq)
    if money is None or part.amount + part.charges != money:
        seen = say("{amount} of the bank are not the {money} recorded", amount=part.amount, money=money or ZERO)
        raise BadInput("bad-input", seen)
    if (part.money or part.seq) in book.bank_parts:
        raise Already("conflict", say("the bank's movement of that money is known already"))
    book.record(part)


def uncovered_use(book: Book, invoices: Container[str], left: Decimal) -> Payment | None:
    """The use of own money that goes back when less than nothing of it is left: the last recorded that stands (M10).

    `invoices` are those in the currency of what is `left`.
    """
    if left >= 0:
        return None
    gone = {taken_back.payment for taken_back in book.bounces}
    uses = (p for p in book.payments.values() if p.own_money and p.seq not in gone and p.invoice in invoices)
    return max(uses, key=lambda payment: payment.seq, default=None)


def paid(book: Book, invoice: str, up_to: date = date.max) -> Decimal:
    """What was paid for an invoice up to a day, less what was taken back, before it is cut at the total (M10)."""
    return sum((amount for _, _, amount in _flows(book, invoice, up_to)), ZERO)


def write_off(book: Book, writing: WriteOff, due: Decimal, issued_on: date) -> Grant | None:
    """Writes off what will not be paid of an invoice of which `due` is to be paid; credits what that settles (M15)."""
    known = {"invoice": writing.invoice}
    left = due - paid(book, writing.invoice) - written_off(book, writing.invoice)
    if left <= 0:
        raise Already("already-paid", say("nothing is open on {invoice}", **known))
    if not 0 < writing.amount <= left:
        raise BadInput(
            "bad-input",
            say("amount {amount}: {left} is open on {invoice}", amount=writing.amount, left=left, **known),
            say("leave --amount out to write off all of it"),
        )
    if writing.on < issued_on:
        raise BadInput(
            "bad-date", say("{on} is before the invoice, of {issued_on}", on=writing.on, issued_on=issued_on)
        )
    book.record(writing)
    return credit_paid(book, writing.invoice, due)


def written_off(book: Book, invoice: str) -> Decimal:
    """What was written off of an invoice, whatever was paid since (M15)."""
    return sum((writing.amount for writing in book.write_offs if writing.invoice == invoice), ZERO)


def _flows(book: Book, invoice: str, up_to: date) -> Iterator[tuple[date, int, Decimal]]:
    for payment in book.payments.values():
        if payment.invoice == invoice and payment.paid_on <= up_to:
            yield payment.paid_on, payment.seq, payment.amount
    for taken_back in book.bounces:
        of = book.payments.get(taken_back.payment)  # none: it was on account
        if of is not None and of.invoice == invoice and taken_back.on <= up_to:
            yield taken_back.on, taken_back.seq, -of.amount


def _returned_after(book: Book, grant: Grant, day: date) -> list[Draw]:
    """What corrections recorded so far return to a grant after a day."""
    return [
        draw
        for draws in book.draws.values()
        for draw in draws
        if draw.grant == grant.number and draw.minutes < 0 and draw.dated_on > day
    ]


def _move(book: Book, back: list[Draw], minutes: int, heir: Grant) -> None:
    """What returns to a bounced grant after the day of the new one goes to that, on the day of its return (M10, G7)."""
    for draw in sorted(back, key=lambda draw: (draw.dated_on, draw.seq), reverse=True):
        moved = min(-draw.minutes, minutes)
        minutes -= moved
        if moved:
            book.record(Draw(book.seq, draw.entry, draw.charge, draw.grant, moved, draw.dated_on, "move"))
            book.record(Draw(book.seq, draw.entry, draw.charge, heir.number, -moved, draw.dated_on, "move"))


def _full_on(book: Book, invoice: str, due: Decimal) -> date:
    """The day from which an invoice that is paid or written off in full has been so (G7: by the days of payment)."""
    total, since = ZERO, date.min
    written = [(w.on, w.seq, w.amount) for w in book.write_offs if w.invoice == invoice]
    for day, _, amount in sorted([*_flows(book, invoice, date.max), *written]):
        if total < due <= total + amount:
            since = day
        total += amount
    return since


def _credit(book: Book, sale: Sale, on: date, minutes: int, replaces: int | None) -> Grant | None:
    """Grants the minutes of a sale from a day on, unless its contract had ended by then (G10).

    A pack that was drawn whole before it bounced is credited anew with nothing: what returns goes to it (M10).
    """
    cancelled = book.cancellations.get(sale.contract)
    if (minutes <= 0 and replaces is None) or (cancelled is not None and on > cancelled.on):
        return None
    assert sale.kind != "fee", "a fee has no minutes"
    if sale.kind == "pack":
        term = book.term_on(on)
        until = sale.validity.until(on, term.window.last if term else sale.until)
    else:
        until = sale.until
    return renewal.add_grant(
        book, sale.contract, sale.kind, minutes, Window(on, until), sale.covers,
        priority=sale.priority, sale=sale, replaces=replaces,
    )  # fmt: skip


def _not_eligible(why: Text) -> None:
    raise Forbidden("not-eligible", why)
