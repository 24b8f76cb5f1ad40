"""A year's work rated anew under another tariff, beside what it came to: a comparison, of which nothing is kept.

The work stays as it is, with its days, times, cases and contacts; what was verified is free there too where that tariff
frees what is verified. Nothing is sold in the other year: packs and add-ons are what the comparison is made to choose.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from billing.core import correction, rating, renewal
from billing.core.book import Book
from billing.core.facts import Contract, Entry
from billing.core.tariff import Tariff
from billing.core.units import ZERO, Window, price_of
from billing.values import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """What work came to, in minutes, and in money net of VAT."""

    charged: int = 0
    covered: int = 0  # by allowances, packs and whatever else was granted
    overage: int = 0
    owed: int = 0
    amount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a year's work would have come to: on which tier, and which categories the tariff lacks."""

    tier: str | None
    cost: Cost
    lacking: tuple[str, ...]


def worked(book: Book, year: Window) -> list[Entry]:
    """The work of a year that stands: not voided, and not on quotes, which have prices of their own."""
    found = []
    for entry in book.entries.values():
        charge = book.charge_of(entry.seq)
        stands = charge is not None and charge.free not in ("void", "quote")
        if stands and entry.worked_on in year:
            found.append(entry)
    return sorted(found, key=lambda entry: entry.seq)


def cost(book: Book, entries: Iterable[Entry]) -> Cost:
    """What entries came to as they stand, priced as a month's invoice prices them: by category and rate (M1)."""
    charged = overage = owed = 0
    lines: dict[tuple[str, str, Decimal], int] = defaultdict(int)
    for entry in entries:
        charge = book.charge_of(entry.seq)
        assert charge is not None
        charged += charge.minutes
        owed += book.owing.get(entry.seq, 0)
        if charge.rate is not None:
            overage += charge.overage
            lines[entry.worked_on.strftime("%Y-%m"), charge.category, charge.rate] += charge.overage
    amount = sum((price_of(minutes, rate) for (_, _, rate), minutes in lines.items()), ZERO)
    return Cost(charged, charged - overage - owed, overage, owed, amount)


def replay(book: Book, year: Window, tariff: Tariff, tier: str | None = None) -> Replayed:
    """The year's work of a customer under another tariff, from the year's first day or that of its first contract.

    The tier is the one given, else that of the contract if the tariff has it, else the tariff's first. Work of a
    category that the tariff lacks is rated as its default one. What a tariff would refuse for want of credit is owed:
    that much more would have to be bought.
    """
    if tariff.overage == "ask":  # what they would have approved nobody knows: all of it
        tariff = replace(tariff, overage="bill")
    if tariff.overage == "refuse":
        tariff = replace(tariff, overage="owe")
    entries = worked(book, year)
    known = [c for c in book.contracts.values() if c.starts_on <= year.last]
    contract = known[-1] if known else None
    tier = _tier(tariff, book, contract, year, tier)
    start = max(year.first, min((c.starts_on for c in known), default=year.first))
    anew = Book(seq=1)
    modules, fee = (contract.modules, contract.fee) if contract else ((), None)
    signed = renewal.sign(anew, lambda *_: (0, tariff), tariff.name, tier, modules, fee, start)
    lacking = []
    for entry in entries:
        category = entry.category
        if category not in tariff.categories:
            lacking.append(category)
            category = tariff.default_category
        anew.seq += 1
        again = replace(entry, seq=anew.seq, contract=signed.seq, category=category)
        rating.rate(anew, again, anew.terms[0])
    for case in sorted({entry.case for entry in entries if entry.case in book.verified} - {None}):
        anew.seq += 1
        also = tuple(c.reason for c in book.corrections if c.kind == "with" and c.case == case)
        correction.verify(anew, case, year.last, "", also)
    return Replayed(tier, cost(anew, anew.entries.values()), tuple(dict.fromkeys(lacking)))


def _tier(tariff: Tariff, book: Book, contract: Contract | None, year: Window, given: str | None) -> str | None:
    if not tariff.tiers:
        return None
    agreed = book.tier_on(contract.seq, year.last) if contract else None
    return given or (agreed if agreed in tariff.tiers else tariff.tiers[0])
