"""Invoices that are credited because somebody asks for it: how much of which line, and what ends with it (M12).

What is charged less since is credited by the monthly run (`invoicing`, C4). A note here takes an amount off lines: of a
pack or an add-on by default what is left of it, of all else the whole; the minutes that lines of overage bill stay
billed, so that no run bills them again.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NoReturn

from billing.core import crediting, fees, quoting, revenue, windows
from billing.core.book import Book
from billing.core.facts import Charge, CreditNote, Grant, QuoteEvent, Reduction, Sale, SaleEnd
from billing.core.invoicing import Line
from billing.core.units import ZERO, share, to_cents
from billing.errors import Already, BadInput, Unknown
from billing.texts import say
from billing.values import dataclass


@dataclass(frozen=True, slots=True)
class Left:
    """A line of an invoice with its place, and what the notes until now have left of its amount."""

    place: int
    line: Line
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks to be credited of an invoice: one line or all; an amount, or by default what is due."""

    line: int | None = None
    amount: Decimal | None = None
    drawn: bool = False  # what was used of a pack or an add-on too
    keep: bool = False  # what the invoice sold goes on


Taken = tuple[tuple[Left, Decimal], ...]  # lines, each with what is credited of it


# How much


def taken(book: Book, invoice: str, lines: Sequence[Left], wish: Wish, on: date) -> Taken:
    """What a note takes off which lines; refused with what is left where it asks for more (M12)."""
    wanted = _wanted(invoice, lines, wish.line)
    left = sum((item.amount for item in wanted), ZERO)
    if left <= 0 and wish.amount is None and not wish.keep and _goes_on(book, invoice, on):
        return tuple((item, ZERO) for item in wanted)  # of no price: what is sold ends all the same
    if left <= 0:
        _refuse_nothing(invoice, wanted)
    if wish.amount is None:
        parts = [(item, item.amount if wish.drawn else _due(book, invoice, item, on)) for item in wanted]
    else:
        _check_amount(invoice, wish, left)
        parts = list(zip(wanted, _split(wish.amount, [item.amount for item in wanted]), strict=True))
    found = tuple((item, amount) for item, amount in parts if amount > 0)
    if not found:
        raise Already(
            "conflict",
            say("all that {invoice} sold was used or has ended; {left} is left of its price", invoice=invoice,
                left=left),
            say("credit that too with --drawn, or give an --amount"),
        )  # fmt: skip
    return found


def lines_of(invoice: str, found: Taken, minutes: int) -> tuple[Line, ...]:
    """The lines of the note; of a pack with the `minutes` that end with it."""
    return tuple(
        Line(
            "credit",
            item.line.name,
            -amount,
            item.line.vat,
            -minutes or None,
            corrects=(invoice, item.place),
            first_on=item.line.first_on,
            last_on=item.line.last_on,
            of_product=item.line.kind == "product",
        )
        for item, amount in found
    )


def _wanted(invoice: str, lines: Sequence[Left], line: int | None) -> list[Left]:
    found = [item for item in lines if line in (None, item.place)]
    if not found:
        raise Unknown("unknown-invoice", say("{number} has lines 1 to {last}", number=invoice, last=len(lines)))
    return found


def _goes_on(book: Book, invoice: str, on: date) -> bool:
    """Whether what an invoice sold has not ended yet: a pack of which minutes are left, an add-on or a fee, a quote."""
    sale = crediting.sale_of(book, invoice)
    if sale is None:
        return quoting.invoiced_by(book, invoice) is not None
    if sale.kind != "pack":
        return sale.seq not in book.ended and on <= sale.until
    return sale.seq not in book.ended and revenue.undrawn(book, sale, on) > 0


def _refuse_nothing(invoice: str, lines: Sequence[Left]) -> NoReturn:
    if any(item.line.amount for item in lines):
        raise Already("conflict", say("nothing is left of {invoice}: its notes took all of it", invoice=invoice))
    raise Already("conflict", say("{invoice} has no price, and what it sold has ended", invoice=invoice))


def _check_amount(invoice: str, wish: Wish, left: Decimal) -> None:
    assert wish.amount is not None
    if wish.amount <= 0:
        raise BadInput("bad-input", say("amount {amount}: give more than 0", amount=wish.amount))
    if wish.amount > left:
        of = invoice if wish.line is None else f"{invoice}/{wish.line}"
        raise BadInput(
            "bad-input",
            say("amount {amount}: {left} net is left of {invoice}", amount=wish.amount, left=left, invoice=of),
            say("--amount {amount} would do", amount=left),
        )


def _split(amount: Decimal, lefts: Sequence[Decimal]) -> list[Decimal]:
    """An amount over lines in proportion to what is left of each; the parts add up to it, none is more than is left."""
    total, before, parts = sum(lefts, ZERO), ZERO, []
    reached = ZERO
    for left in lefts:
        reached += left
        so_far = to_cents(amount * reached / total)
        parts.append(so_far - before)
        before = so_far
    return parts


def _due(book: Book, invoice: str, item: Left, on: date) -> Decimal:
    """What is due by default: of a pack the share of its undrawn minutes, of a fee and an add-on that of the days to
    come, of an add-on that was not used yet all; of all else what is left."""
    sale = crediting.sale_of(book, invoice)
    if sale is None:
        return item.amount
    if sale.seq in book.ended:
        return ZERO
    if sale.kind == "pack":
        return min(item.amount, share(item.amount, revenue.undrawn(book, sale, on), sale.minutes))
    if sale.kind == "fee":
        return share(item.amount, fees.left(book, sale, on), fees.days(book, sale, on).whole)
    if not _was_used(book, sale):
        return item.amount
    days, to_come = (sale.until - sale.sold_on).days + 1, max((sale.until - on).days + 1, 0)
    return share(item.amount, to_come, days) if to_come else ZERO


def _was_used(book: Book, sale: Sale) -> bool:
    """Whether an add-on was of any use: minutes drawn of it or by its contacts, work billed at its reduced rate."""
    granted = {grant.number for grant in book.grants.values() if sale.seq == grant.sale}
    extended = {grant.number for grant in book.grants.values() if sale.extends and grant.product == sale.extends}
    for seq, entry in book.entries.items():
        drawn = {draw.grant for draw in book.live_draws(seq)}
        if drawn & granted or (drawn & extended and entry.contact in sale.contacts):
            return True
        if sale.sold_on <= entry.worked_on <= sale.until and _is_reduced(book.charge_of(seq), sale):
            return True
    return False


def _is_reduced(charge: Charge | None, sale: Sale) -> bool:
    """Whether a charge is billed at the reduced rate of an add-on."""
    if charge is None or not charge.overage or charge.category not in sale.applies_to:
        return False
    return sale.reduced_rate is not None and charge.rate == sale.reduced_rate


# What becomes of it


def ending(book: Book, invoice: str, amount: Decimal, on: date, keeps: bool) -> SaleEnd | None:
    """The end that a note over a net amount brings to the sale of an invoice, at the position that is recorded (M12).

    A pack that was never credited has nothing that could end before its whole price is credited: what is taken off it
    is a price reduction.
    """
    sale = crediting.sale_of(book, invoice)
    if sale is None or keeps or sale.seq in book.ended:
        return None
    grants = [grant for grant in book.grants.values() if grant.sale == sale.seq]
    if sale.minutes and not grants and book.price_of(sale) > amount:
        return None
    grant = grants[-1] if grants else None
    if grant is None:
        return SaleEnd(book.seq, sale.seq, on, None, 0, on)
    day = max(on, grant.starts, book.returned_on.get(grant.number, on))
    return SaleEnd(book.seq, sale.seq, on, grant.number, _left_of(book, grant, on), day)


def minutes_of(book: Book, end: SaleEnd | None) -> int:
    """The minutes that end with a sale; of one that was never credited all of them."""
    if end is None:
        return 0
    return book.sales[end.sale].minutes if end.grant is None else end.minutes


def credit(book: Book, note: CreditNote, amounts: Sequence[tuple[int, Decimal]], due: Decimal) -> Grant | None:
    """Records a note over net amounts by line, with what becomes of what its invoice sold (M12).

    `due` is what is left to be paid of the invoice in all. A sale that goes on is credited if it is paid in full so; a
    quote of which nothing is invoiced any more is open again.
    """
    end = ending(book, note.invoice, sum((amount for _, amount in amounts), ZERO), note.on, note.keeps)
    book.record(note)
    for line, amount in amounts:
        if amount:
            book.record(Reduction(book.seq, note.invoice, line, amount, note.on))
    if end is not None:
        book.record(end)
    quote = quoting.invoiced_by(book, note.invoice)
    if quote is not None and not note.keeps and book.reduced_by(note.invoice) == quote.price:
        book.record(QuoteEvent(book.seq, quote.seq, "reopened", note.on, note.number))
    return crediting.credit_paid(book, note.invoice, due, note.on)


def _left_of(book: Book, grant: Grant, on: date) -> int:
    """What can still be drawn of a grant: nothing once its windows have gone by."""
    open_on = windows.of(book)[grant.number]
    return book.remaining(grant) if open_on and open_on[-1].last >= on else 0
