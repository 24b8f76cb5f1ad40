"""Openings: what a customer brings from another system, entered once as of the beginning of a day (G14).

Each is decided by itself and recorded as it stood: nothing is settled, granted or invoiced by it. What is recorded is
a contract, a grant, a sale or own money like any other; an `Opening` at the same position says that it was brought.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from billing.core import crediting, rating, renewal
from billing.core.book import Book
from billing.core.facts import (
    BroughtInvoice,
    Charge,
    Contract,
    Deposit,
    Entry,
    Fact,
    Grant,
    Opening,
    OpeningVoid,
    Sale,
    Term,
)
from billing.core.kinds import GrantKind
from billing.core.tariff import Product
from billing.core.units import ZERO, Window, year_number
from billing.errors import Already, BadInput, Forbidden
from billing.texts import Do, Text, say
from billing.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """Minutes or an add-on as they stood: `minutes` were bought, so many are `left`; `price` is net, for all of them.

    A pack without a first day waits for the payment of its `invoice`.
    """

    kind: GrantKind
    product: str | None = None
    minutes: int = 0
    left: int | None = None
    price: Decimal | None = None
    starts: date | None = None
    expires: date | None = None
    invoice: str | None = None
    covers: tuple[str, ...] = ()
    contacts: tuple[int, ...] = ()
    reason: str | None = None


def check_day(book: Book, on: date, earliest: date | None, customer: str) -> None:
    """Refuses a second day of opening, and one after a day of which something is recorded already.

    `earliest` is the earliest day of what else is recorded of the customer.
    """
    opened = book.opened_on
    if opened is not None and opened != on:
        raise BadInput(
            "bad-date",
            say("the books of {customer} open on {opened}, not on {on}", customer=customer, opened=opened, on=on),
            say("all that a customer brings is as of one day"),
        )
    if earliest is not None and earliest < on:
        raise BadInput(
            "bad-date",
            say("the books of {customer} cannot open on {on}: something of {earliest} is recorded", customer=customer,
                on=on, earliest=earliest),
            say("open them on {earliest} or before", earliest=earliest),
        )  # fmt: skip


def check_after(opened: date | None, facts: Iterable[Fact], on: date, customer: str) -> None:
    """Refuses to record anything of a day before the books of a customer opened (G14)."""
    if opened is None:
        return
    known = list(facts)
    if any(isinstance(fact, Opening | OpeningVoid) for fact in known):
        return
    day = earliest(None, known, on)
    if day < opened:
        raise BadInput(
            "bad-date",
            say("{day} is before {opened}, when the books of {customer} open", day=day, opened=opened,
                customer=customer),
            say("what was before belongs to the earlier system; date it from {opened} on", opened=opened),
        )  # fmt: skip


def earliest(before: date | None, facts: Iterable[Fact], on: date) -> date:
    """The earliest day of what is recorded: as it was, the day of what comes, and of work in it."""
    days = [on, *(fact.worked_on for fact in facts if isinstance(fact, Entry))]
    return min(days if before is None else [before, *days])


def contract(
    book: Book,
    versions: renewal.VersionOn,
    on: date,
    tariff_name: str,
    tier: str | None,
    modules: tuple[str, ...],
    fee: Decimal | None,
    start: date,
) -> Contract:
    """A contract that began on `start`, with the year of the day; what is left of its allowance is a grant."""
    if start > on:
        raise BadInput(
            "bad-date",
            say("the contract begins on {start}, after {on}", start=start, on=on),
            say("sign it: {do}", do=Do("contract sign")),
        )
    _, tariff = versions(tariff_name, start)
    tier = renewal.tier_named(tariff, tier)
    number = 0 if tariff.term == "open" else year_number(start, on)
    renewal.check_free(book, renewal.term_window(tariff, start, number))
    book.record(Opening(book.seq, "contract", on))
    brought = Contract(book.seq, tariff_name, tier, renewal.modules_named(tariff, modules), fee, start)
    book.record(brought)
    year = renewal.add_year(book, versions, brought, number)
    renewal.tier_named(year.tariff, tier)
    return brought


def grant(book: Book, on: date, asked: Brought, customer: str) -> Sale | Grant:
    """Minutes or an add-on with what is left of them, or a pack that waits for its payment."""
    term = rating.term_for(book, on, customer)
    if asked.kind in ("allowance", "goodwill"):
        return _free(book, on, term, asked)
    if asked.product is None:
        raise BadInput("bad-input", say("{kind} needs {missing}", kind="opening-grant", missing=["product"]))
    product = crediting.product_named(term, asked.product)
    if product.kind != asked.kind:
        raise BadInput("bad-input", say("{product} is sold as {kind}", product=product.name, kind=product.kind))
    if asked.price is None:
        raise BadInput(
            "price-required",
            say("{product} was sold for a price, and it says none", product=product.name),
            say("give what it cost, net, for all its minutes; 0 where nothing"),
        )
    if asked.invoice is None:
        raise BadInput("bad-input", say("{kind} needs {missing}", kind="opening-grant", missing=["invoice"]))
    _check_minutes(asked, product)
    return _waiting(book, on, term, product, asked) if asked.starts is None else _bought(book, on, term, product, asked)


def _free(book: Book, on: date, term: Term, asked: Brought) -> Grant:
    """What is left of an allowance or of goodwill."""
    tariff, rule = term.tariff, term.tariff.allowance
    for name in ("product", "price", "invoice"):
        if getattr(asked, name) is not None:
            raise BadInput("bad-input", say("{kind} has no {name}", kind=asked.kind, name=name))
    if asked.kind == "allowance" and rule is None:
        raise Forbidden("not-eligible", say("tariff {tariff} has no allowance", tariff=tariff.name))
    if asked.kind == "goodwill" and (asked.reason is None or asked.expires is None):
        raise BadInput("bad-input", say("{kind} needs {missing}", kind="goodwill", missing=["reason", "expires"]))
    if asked.minutes <= 0:
        raise BadInput("bad-duration", say("{minutes} minutes cannot be granted", minutes=asked.minutes))
    first = asked.starts or (term.window.first if asked.kind == "allowance" else on)
    window = _window(on, first, asked.expires or term.window.last, carries=False)
    for name in asked.covers:
        rating.category_named(tariff, name)
    if asked.kind == "allowance":
        assert rule is not None
        covers, priority = asked.covers or rule.covers, rule.priority
    else:
        covers, priority = asked.covers or tuple(tariff.categories), tariff.goodwill_priority
    return _record(book, on, asked, term, window, covers, priority, None)


def _check_minutes(asked: Brought, product: Product) -> None:
    if (product.minutes > 0) != (asked.minutes > 0):
        raise BadInput(
            "bad-duration",
            say("{product} has {minutes} minutes a piece", product=product.name, minutes=product.minutes),
            say("give the minutes that were bought") if product.minutes else say("leave minutes out"),
        )
    if bool(product.contacts) != bool(asked.contacts):
        raise Forbidden(
            "not-eligible",
            say("{product} is for registered contacts: name them", product=product.name)
            if product.contacts
            else say("{product} is for all contacts; leave the contact out", product=product.name),
        )


def _bought(book: Book, on: date, term: Term, product: Product, asked: Brought) -> Sale | Grant:
    """A pack or an add-on that was bought; what it was sold for waits to be earned as far as minutes are left (M9)."""
    assert asked.starts is not None
    until = asked.expires or product.validity.until(asked.starts, term.window.last)
    carries = product.kind == "pack" and term.tariff.carry_over == "renewal"
    window = _window(on, asked.starts, until, carries)
    sale = _sale(book, term, product, asked, asked.starts, window.last, "sale")
    if not asked.minutes:
        book.record(Opening(book.seq, "grant", on))
        book.record(sale)
        return sale
    return _record(book, on, asked, term, window, product.covers, product.priority, sale)


def _waiting(book: Book, on: date, term: Term, product: Product, asked: Brought) -> Sale:
    """A pack that was sold and is credited when its invoice, which was brought too, is paid in full (G2)."""
    invoice = book.brought.get(asked.invoice or "")
    if product.kind != "pack" or product.credited_on != "payment":
        raise BadInput("bad-input", say("{kind} needs {missing}", kind="opening-grant", missing=["starts"]))
    if invoice is None or asked.left not in (None, asked.minutes):
        raise BadInput(
            "bad-input",
            say("a pack without a first day waits for its payment: its invoice is open, and nothing of it was drawn"),
            say("bring the invoice first, or say from when on the pack could be drawn"),
        )
    sale = _sale(book, term, product, asked, invoice.issued_on, product.validity.until(on, term.window.last), "payment")
    book.record(Opening(book.seq, "grant", on))
    book.record(sale)
    return sale


def _window(on: date, first: date, last: date, carries: bool) -> Window:
    """The days of a grant. Refuses what begins after the opening, or was over before it and cannot come back."""
    if first > on:
        raise BadInput(
            "bad-date",
            say("it begins on {first}, after the opening of {on}", first=first, on=on),
            say("sell or grant it then"),
        )
    if last < first:
        raise BadInput("bad-date", say("the expiry {expires} is before the grant, on {on}", expires=last, on=first))
    if last < on and not carries:
        raise BadInput(
            "bad-date",
            say("it ended on {last}, before the opening of {on}", last=last, on=on),
            say("leave it out: what was left of it is lost"),
        )
    return Window(first, last)


def _sale(
    book: Book, term: Term, product: Product, asked: Brought, sold_on: date, until: date, credited_on: str
) -> Sale:
    each = product.minutes
    pieces = asked.minutes // each if each and asked.minutes % each == 0 else max(1, len(asked.contacts))
    return Sale(
        seq=book.seq,
        contract=term.contract,
        product=product.name,
        kind=product.kind,
        quantity=pieces,
        price=asked.price or ZERO,
        currency=term.tariff.currency,
        minutes=asked.minutes,
        sold_on=sold_on,
        validity=product.validity,
        until=until,
        credited_on="payment" if credited_on == "payment" else "sale",
        covers=product.covers,
        contacts=asked.contacts,
        extends=product.extends,
        reduced_rate=product.reduced_rate,
        applies_to=product.applies_to,
        priority=product.priority,
        grace_days=term.tariff.grace_days if product.kind == "pack" and term.tariff.carry_over == "renewal" else None,
        invoice=asked.invoice or "",
    )


def _record(
    book: Book,
    on: date,
    asked: Brought,
    term: Term,
    window: Window,
    covers: tuple[str, ...],
    priority: int | None,
    sale: Sale | None,
) -> Grant:
    left = asked.minutes if asked.left is None else asked.left
    if not 0 <= left <= asked.minutes:
        raise BadInput(
            "bad-duration", say("{left} min left of {minutes}: give 0 to {minutes}", left=left, minutes=asked.minutes)
        )
    number = book.grants_given + 1
    book.record(Opening(book.seq, "grant", on, number, asked.minutes - left))
    if sale is not None:
        book.record(sale)
    brought = Grant(
        number=number,
        seq=book.seq,
        contract=term.contract,
        kind=asked.kind,
        product=asked.product,
        minutes=asked.minutes,
        starts=window.first,
        expires=window.last,
        covers=covers,
        contacts=asked.contacts,
        priority=priority,
        grace_days=sale.grace_days if sale else None,
        sale=sale.seq if sale else None,
        reason=asked.reason,
    )
    book.record(brought)
    return brought


def owed(book: Book, on: date, minutes: int, category: str | None, worked_on: date | None, customer: str) -> Charge:
    """Minutes that are owed for work in the other system; the next grant that covers them settles them (G9)."""
    term = rating.term_for(book, on, customer)
    if term.tariff.overage != "owe":
        raise Forbidden(
            "not-eligible",
            say("under tariff {tariff} no minutes are owed", tariff=term.tariff.name),
            say("invoice what is over in the earlier system, and bring the open invoice"),
        )
    if minutes <= 0:
        raise BadInput("bad-duration", say("{minutes} minutes cannot be owed", minutes=minutes), say("give 1 or more"))
    day = worked_on or on
    if day > on:
        raise BadInput("bad-date", say("the work of {day} is after the opening of {on}", day=day, on=on))
    of = rating.category_named(term.tariff, category or term.tariff.default_category)
    book.record(Opening(book.seq, "owed", on, worked_on=day))
    charge = Charge(book.seq, len(book.fresh), book.seq, of.charged_as or of.name, minutes, None, 0, None, minutes, on)
    book.record(charge)
    return charge


def invoice(book: Book, on: date, brought: BroughtInvoice) -> BroughtInvoice:
    """An open invoice: what is open of it is owed by the customer, and can be paid, reminded of and written off."""
    if brought.issued_on > on:
        raise BadInput(
            "bad-date", say("{number} is of {day}, after the opening of {on}", number=brought.number,
                            day=brought.issued_on, on=on)
        )  # fmt: skip
    if brought.due_on is not None and brought.due_on < brought.issued_on:
        raise BadInput("bad-date", say("{number} is due before it was issued", number=brought.number))
    if not 0 < brought.open <= brought.total:
        raise BadInput(
            "bad-input",
            say("{number}: {open} is open of {total}", number=brought.number, open=brought.open, total=brought.total),
            say("give what is open, more than 0 and no more than the total"),
        )
    if brought.number in book.brought:
        raise Already("conflict", say("invoice {number} was brought already", number=brought.number))
    book.record(Opening(book.seq, "invoice", on))
    book.record(brought)
    return brought


def money(book: Book, on: date, amount: Decimal, currency: str) -> Deposit:
    """The customer's own money, usable as what it pays on account (M10)."""
    if amount <= 0:
        raise BadInput("bad-input", say("amount {amount}: give more than 0", amount=amount))
    book.record(Opening(book.seq, "money", on))
    deposit = Deposit(book.seq, amount, currency, on)
    book.record(deposit)
    return deposit


def void(book: Book, opening: int, on: date, reason: str) -> OpeningVoid:
    """Takes an opening back, as long as nothing hangs on it."""
    hanging = _hanging(book, book.openings[opening])
    if hanging is not None:
        raise Already(
            "conflict",
            say("it cannot be taken back: {why}", why=hanging),
            say("take that back first, or correct it with goodwill, a payment or a write-off"),
        )
    voided = OpeningVoid(book.seq, opening, on, reason)
    book.record(voided)
    return voided


def _hanging(book: Book, opening: Opening) -> Text | None:
    """What was recorded since that could not be without an opening."""
    of = opening.seq
    if opening.kind == "contract":
        under: list[Any] = [*book.sales.values(), *book.grants.values(), *book.entries.values(), *book.quotes.values(),
                            *book.tier_changes, *book.cancellations.values(), *book.terms]  # fmt: skip
        hangs = any(one.contract == of and one.seq != of for one in under) or bool(book.owed_before)
        return say("something is under the contract") if hangs else None
    if opening.kind == "grant":
        if any(draw.grant == opening.grant for draws in book.draws.values() for draw in draws):
            return say("minutes of it were drawn")
        credited = any(grant.sale == of and grant.seq != of for grant in book.grants.values())
        return say("it was paid for and credited") if credited or of in book.ended else None
    if opening.kind == "owed":
        return say("something of it is settled") if of in book.draws else None
    if opening.kind == "invoice":
        return _naming(book, next(one.number for one in book.brought.values() if one.seq == of))
    back = {bounce.payment for bounce in book.bounces}
    used = any(p.own_money and p.seq not in back for p in book.payments.values()) or bool(book.refunds)
    return say("own money was used or paid out") if used or of in back else None


def _naming(book: Book, invoice: str) -> Text | None:
    """What was recorded of an invoice that was brought."""
    recorded: list[Any] = [*book.payments.values(), *book.write_offs, *book.reminders]
    if any(one.invoice == invoice for one in recorded):
        return say("it was paid, written off or reminded of")
    waits = any(sale.invoice == invoice and sale.credited_on == "payment" for sale in book.sales.values())
    return say("a pack waits for its payment") if waits else None


def decided_again(book: Book, facts: list[Fact], versions: renewal.VersionOn | None, customer: str) -> None:
    """Decides an opening again from the facts that were recorded with it (L7)."""
    opening = facts[0]
    assert isinstance(opening, Opening)
    kept: dict[type, Any] = {type(fact): fact for fact in facts[1:]}
    if opening.kind == "contract":
        of = kept[Contract]
        assert versions is not None
        contract(book, versions, opening.on, of.tariff, of.tier, of.modules, of.fee, of.starts_on)
    elif opening.kind == "grant":
        grant(book, opening.on, _asked(opening, kept.get(Sale), kept.get(Grant)), customer)
    elif opening.kind == "owed":
        of = kept[Charge]
        owed(book, opening.on, of.minutes, of.category, opening.worked_on, customer)
    elif opening.kind == "invoice":
        invoice(book, opening.on, kept[BroughtInvoice])
    else:
        money(book, opening.on, kept[Deposit].amount, kept[Deposit].currency)


def _asked(opening: Opening, sale: Sale | None, brought: Grant | None) -> Brought:
    """What was asked for, as a grant and its sale hold it."""
    if brought is not None:
        return Brought(
            kind=brought.kind, product=brought.product, minutes=brought.minutes, left=brought.minutes - opening.spent,
            price=sale.price if sale else None, starts=brought.starts, expires=brought.expires,
            invoice=sale.invoice if sale else None, covers=brought.covers, contacts=brought.contacts,
            reason=brought.reason,
        )  # fmt: skip
    assert sale is not None and sale.kind != "fee"
    waits = sale.credited_on == "payment"
    return Brought(
        kind=sale.kind, product=sale.product, minutes=sale.minutes, price=sale.price,
        starts=None if waits else sale.sold_on, expires=None if waits else sale.until, invoice=sale.invoice,
        contacts=sale.contacts,
    )  # fmt: skip
