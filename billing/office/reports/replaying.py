"""A year under another tariff, customer by customer; nothing is written."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from billing import tariffs
from billing.core import replaying
from billing.core.book import Book
from billing.core.replaying import Cost
from billing.core.tariff import Tariff
from billing.core.units import ZERO, Window
from billing.errors import one_of
from billing.office.transaction import Transaction
from billing.requests.replay import AskReplay
from billing.store import parties
from billing.views.replay import Came, Replay, ReplayRow


def replay(tx: Transaction, question: AskReplay) -> Replay:
    """What a year would have cost; customers without work in it are left out."""
    year = Window(date(question.year, 1, 1), date(question.year, 12, 31))
    known = tariffs.versions(tx.setting.folders, question.tariff)
    version = tariffs.version_for(known, question.at or year.first)
    if question.tier is not None and question.tier not in version.tariff.tiers:
        raise one_of("tier", question.tier, list(version.tariff.tiers))
    if question.customer is not None:
        codes = [tx.customer(question.customer, lock=False).code]
    else:
        codes = parties.codes(tx.connection)
    rows = []
    for done, code in enumerate(codes, 1):
        row = _row(tx.book(tx.customer(code, lock=False)), code, year, version.tariff, question.tier)
        rows += [row] if row else []
        tx.let_go()
        if tx.progress:
            tx.progress(done, len(codes))
    return Replay(tariff=version.name, valid_from=version.valid_from, year=question.year, customers=tuple(rows))


def _row(book: Book, code: str, year: Window, tariff: Tariff, tier: str | None) -> ReplayRow | None:
    entries = replaying.worked(book, year)
    if not entries:
        return None
    again = replaying.replay(book, year, tariff, tier)
    term = book.term_on(entries[-1].worked_on)
    assert term is not None, code  # nothing is logged without one
    agreed = book.tier_on(term.contract, entries[-1].worked_on)
    sold = sum((sale.price for sale in book.sales.values() if sale.sold_on in year and sale.kind != "fee"), ZERO)
    return ReplayRow(
        customer=code,
        entries=len(entries),
        was=_came(term.tariff, agreed, replaying.cost(book, entries), sold),
        would=_came(tariff, again.tier, again.cost, ZERO),
        lacking=again.lacking,
    )


def _came(tariff: Tariff, tier: str | None, cost: Cost, sold: Decimal) -> Came:
    return Came(
        tariff=tariff.name,
        tier=tier,
        charged=cost.charged,
        covered=cost.covered,
        overage=cost.overage,
        owed=cost.owed,
        amount=cost.amount,
        sold=sold,
        currency=tariff.currency,
    )


QUESTIONS: dict[Any, Callable[..., Any]] = {AskReplay: replay}
