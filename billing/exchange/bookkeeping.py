"""The journals for other bookkeeping programs: the French FEC, hledger, and CSV. It decides nothing.

All take a chart of accounts, by role: number and name. Debit is positive.
"""

import csv as csv_
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from billing.core import journal
from billing.core.journal import Books, Entry, Leg
from billing.core.units import ZERO, to_cents
from billing.errors import BadInput
from billing.exchange import wording
from billing.texts import say

Chart = Mapping[str, tuple[str, str]]
Rates = Mapping[str, Decimal]  # by currency: how much of the books' currency one of it is
_NO_RATES: Rates = {}
_JOURNALS = {
    "opening": ("AN", "À-nouveaux"),
    "sales": ("VE", "Ventes"),
    "bank": ("BQ", "Banque"),
    "general": ("OD", "Opérations diverses"),
}
FEC = [
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
]
CSV = ["entry", "journal", "date", "document", "customer", "text", "account", "name", "debit", "credit", "currency"]


def fec(books: Books, chart: Chart, rates: Rates = _NO_RATES) -> str:
    """The fichier des écritures comptables: 18 columns, tabs, decimal commas, entries numbered without gaps (A47 A-1).

    An entry is final when it is booked, so that it is valid from its own day; that of a closed month is valid from the
    day of closing. What is posted later than its own day has that as the day of its piece (M16). Amounts are in the
    books' currency; what is in another one stands beside them, at its rate: how much of the books' currency one of it
    is. Raises BadInput (`bad-input`) that names the documents where a rate is missing.
    """
    entries = journal.opened(books)
    _check_rates(books, entries, rates)
    lines = ["\t".join(FEC)]
    for number, (entry, legs) in enumerate(_converted(books, entries, chart, rates), 1):
        code, title = _JOURNALS[entry.journal]
        day, piece = (each.strftime("%Y%m%d") for each in (entry.on, entry.own_day or entry.on))
        closed = books.closing_of(entry.on)
        valid = day if closed is None else closed.on.strftime("%Y%m%d")
        for leg, amount in legs:
            account, name = chart[leg.role]
            of_customer = leg.role in ("receivable", "customer-money")
            foreign = leg.currency != books.currency
            row = [code, title, str(number), day, account, name, entry.customer if of_customer else "",
                   books.name_of(entry.customer, entry.on) if of_customer else "", entry.document, piece,
                   wording.text(entry, "fr"),
                   _comma(max(amount, ZERO)), _comma(max(-amount, ZERO)), "", "", valid,
                   _comma(leg.amount) if foreign else "", leg.currency if foreign else ""]  # fmt: skip
            lines.append("\t".join(" ".join(cell.split()) for cell in row))
    return "\r\n".join(lines) + "\r\n"


def _check_rates(books: Books, entries: Iterable[Entry], rates: Rates) -> None:
    """Refuses books with documents in a currency whose rate is not known."""
    missing: dict[str, dict[str, None]] = {}  # documents by currency, in order
    for entry in entries:
        for leg in entry.legs:
            if leg.currency != books.currency and leg.currency not in rates:
                missing.setdefault(leg.currency, {})[entry.document] = None
    for currency, documents in missing.items():
        named = ", ".join([*documents][:5]) + (f" and {len(documents) - 5} more" if len(documents) > 5 else "")
        raise BadInput(
            "bad-input",
            say(
                "{named}: in {currency}, the books are in {own}, and the ledger has no rate",
                named=named,
                currency=currency,
                own=books.currency,
            ),
            say(
                "give --rate {currency}=RATE, with the {own} that one {currency} is, as --rate {currency}=0.95",
                currency=currency,
                own=books.currency,
            ),
        )


def _converted(
    books: Books, entries: Iterable[Entry], chart: Chart, rates: Rates
) -> Iterator[tuple[Entry, list[tuple[Leg, Decimal]]]]:
    """The entries with each leg's amount in the books' currency.

    What an account comes to is converted, not each amount by itself: an invoice that is paid in three parts comes to
    nothing. What an entry then lacks of nothing is its rounding, on an account of its own.
    """
    sums: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for entry in entries:
        legs: list[tuple[Leg, Decimal]] = []
        for leg in merged(entry, chart):
            amount = leg.amount
            if leg.currency != books.currency:
                key = (chart[leg.role][0], entry.customer, leg.currency)
                was = to_cents(sums[key] * rates[leg.currency])
                sums[key] += leg.amount
                amount = to_cents(sums[key] * rates[leg.currency]) - was
            legs.append((leg, amount))
        rest = sum((amount for _, amount in legs), ZERO)
        if rest:
            legs.append((Leg("rounding", -rest, books.currency), -rest))
        yield entry, legs


def hledger(books: Books, chart: Chart) -> str:
    """The journals as hledger reads them: one transaction an entry, accounts by number and name."""
    entries = journal.opened(books)
    used = {_account(entry, leg, chart) for entry in entries for leg in entry.legs}
    currencies = {leg.currency for entry in entries for leg in entry.legs}
    lines = ["decimal-mark .", *(f"commodity 1000.00 {currency}" for currency in sorted(currencies))]
    lines += [*(f"account {name}" for name in sorted(used)), ""]
    for entry in entries:
        of = f"{_plain(books.name_of(entry.customer, entry.on))} | " if entry.customer else ""
        lines.append(f"{entry.on} ({entry.document}) {of}{_plain(wording.text(entry))}")
        lines += [f"    {_account(entry, leg, chart)}  {leg.amount} {leg.currency}" for leg in merged(entry, chart)]
        lines.append("")
    return "\n".join(lines)


def _account(entry: Entry, leg: Leg, chart: Chart) -> str:
    sub = f":{entry.customer}" if leg.role in ("receivable", "customer-money", "deferred") else ""
    return f"{_plain(' '.join(chart[leg.role]))}{sub}"


def csv(books: Books, chart: Chart) -> str:
    """The journals as CSV, one row a leg: ISO dates, decimal points."""
    out = io.StringIO()
    writer = csv_.writer(out)
    writer.writerow(CSV)
    for number, entry in enumerate(journal.opened(books), 1):
        for leg in merged(entry, chart):
            account, name = chart[leg.role]
            sides = (max(leg.amount, ZERO), max(-leg.amount, ZERO), leg.currency)
            of = (number, entry.journal, entry.on, entry.document, entry.customer)
            writer.writerow([*of, wording.text(entry), account, name, *sides])
    return out.getvalue()


def merged(entry: Entry, chart: Chart) -> Iterator[Leg]:
    """The legs of an entry, those on one account added up; what comes to nothing is left out."""
    sums: dict[tuple[str, str], tuple[Leg, Decimal]] = {}
    for leg in entry.legs:
        key = (chart[leg.role][0], leg.currency)
        first, amount = sums.get(key, (leg, ZERO))
        sums[key] = (first, amount + leg.amount)
    for leg, amount in sums.values():
        if amount:
            yield Leg(leg.role, amount, leg.currency, leg.detail)


def _comma(amount: Decimal) -> str:
    return str(amount).replace(".", ",")


def _plain(text: str) -> str:
    return " ".join(text.replace(";", ",").replace("|", "/").split())
