"""What an entry was charged, as a view (R1 to R5)."""

from collections.abc import Sequence

from billing.core import windows
from billing.core.book import Book
from billing.core.facts import Charge, Draw, Entry, Grant
from billing.core.units import price_of
from billing.office.balances.names import grant_id, grant_title
from billing.store.heads import Head
from billing.texts import Text
from billing.views.balances import Balance
from billing.views.entries import Charged, Drawn, First, Overage


def charged(
    head: Head, book: Book, entry: Entry, charge: Charge, draws: Sequence[Draw], warnings: tuple[Text, ...] = (),
    first: First | None = None, balance: Balance | None = None,
) -> Charged:  # fmt: skip
    """What an entry was charged, and which minutes it took from which grant; what is told beside it."""
    taken: dict[int, int] = {}
    for draw in draws:
        taken[draw.grant] = taken.get(draw.grant, 0) + draw.minutes
    settled = sum(draw.minutes for draw in draws if draw.kind == "settle")
    quote = book.quote_of(entry.seq)
    return Charged(
        entry=entry.id,
        customer=head.code,
        case=entry.case,
        category=entry.category,
        charged_as=charge.category,
        worked_on=entry.worked_on,
        agent=entry.agent,
        raw_seconds=entry.logged_seconds,
        charged=charge.minutes,
        free=charge.free,
        drawn=tuple(_drawn(head, book, book.grants[grant], minutes, entry) for grant, minutes in taken.items()),
        overage=overage_of(charge, book.contract_tariff(entry.contract, entry.worked_on).currency),
        owed=charge.owed - settled,
        quote=None if quote is None else quote.number,
        warnings=warnings,
        first=first,
        balance=balance,
    )


def _drawn(head: Head, book: Book, grant: Grant, minutes: int, entry: Entry) -> Drawn:
    """What was taken from a grant; settled later than the work, its own end counts (G9)."""
    window = windows.on(windows.of(book)[grant.number], entry.worked_on)
    until = grant.expires if window is None else window.last
    return Drawn(grant_id(head, grant.number), minutes, grant.kind, grant_title(book, grant), until)


def overage_of(charge: Charge, currency: str) -> Overage | None:
    """The overage of one charge, priced by itself; the invoice prices its whole line once (M1)."""
    if not charge.overage or charge.rate is None:
        return None
    return Overage(charge.overage, charge.rate, price_of(charge.overage, charge.rate), currency)
