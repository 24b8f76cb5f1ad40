"""The journals for other bookkeeping programs: the French FEC, hledger, and CSV. It decides nothing.

All take a chart of accounts, by role: number and name, each entry those of its day. Debit is positive.
"""

import csv as csv_
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from billing.core import journal
from billing.core.cells import harmless
from billing.core.journal import Books, Entry, Leg, Role
from billing.core.rates import NO_RATES, Conversion, Rates, check
from billing.core.units import ZERO
from billing.exchange import wording
from billing.law.accounts import on

Chart = Mapping[str, tuple[str, str]]
Converted = tuple[Entry, list[tuple[Leg, Decimal]]]  # an entry, its legs with what they are in the books' currency
Line = tuple[Leg, Decimal, str]  # the same of one leg, with the customer
_OF_CUSTOMERS = ("receivable", "customer-money")  # accounts with one for each customer
_ABOUT = (  # entries that name the invoice which they are about
    "credit-note", "payment", "payment-back", "own-money", "own-money-back", "customer-money", "write-off", "vat-due",
)  # fmt: skip
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


def fec(books: Books, chart: Chart, rates: Rates = NO_RATES) -> Iterator[str]:
    """The lines of the fichier des écritures comptables: 18 columns, tabs, decimal commas, entries numbered without
    gaps (A47 A-1).

    It begins with one entry of the balances that were there, a line an account. An entry is final when it is booked, so
    that it is valid from its own day; that of a closed month is valid from the day of closing. What is posted later
    than its own day has that as the day of its piece (M16). The lines of an invoice that is settled in it are lettered.
    Amounts are in the books' currency; what is in another one stands beside them, at its rate: how much of the books'
    currency one of it is. Raises BadInput (`bad-input`) that names the documents where a rate is missing.
    """
    entries = journal.opened(books)
    check_rates(books, entries, rates)

    def whole() -> Iterator[tuple[Entry, list[Line]]]:
        return _opened_at_once(converted(books, entries, chart, rates), chart)

    letters = _letters(whole())
    yield "\t".join(FEC) + "\r\n"
    for number, (entry, legs) in enumerate(whole(), 1):
        for leg in legs:
            yield _fec_line(books, chart, number, entry, leg, letters) + "\r\n"


def _fec_line(
    books: Books, chart: Chart, number: int, entry: Entry, line: Line, letters: Mapping[str, tuple[str, date]]
) -> str:
    leg, amount, customer = line
    code, title = _JOURNALS[entry.journal]
    day, piece = (_day(each) for each in (entry.on, entry.own_day or entry.on))
    closed = books.closing_of(entry.on)
    valid = day if closed is None else _day(closed.on)
    account, name = on(chart, entry.on)[leg.role]
    of_customer, foreign = leg.role in _OF_CUSTOMERS, leg.currency != books.currency
    letter, lettered = letters.get(_invoice(entry), ("", None)) if leg.role == "receivable" else ("", None)
    document = f"AN-{day}" if entry.what == "opening" else entry.document
    said = wording.label(replace(entry, document=document), books.name_of(customer, entry.on), "fr")
    row = [code, title, str(number), day, account, name, customer if of_customer else "",
           books.name_of(customer, entry.on) if of_customer else "", document, piece, said,
           _comma(max(amount, ZERO)), _comma(max(-amount, ZERO)), letter, _day(lettered) if lettered else "", valid,
           _comma(leg.amount) if foreign else "", leg.currency if foreign else ""]  # fmt: skip
    return "\t".join(" ".join(cell.split()) for cell in row)


def _opened_at_once(entries: Iterable[Converted], chart: Chart) -> Iterator[tuple[Entry, list[Line]]]:
    """The entries, those of the balances that were there made one: a line an account, of customers' accounts each."""
    sums: dict[tuple[str, str, str], tuple[Leg, Decimal]] = {}
    first: Entry | None = None
    for entry, legs in entries:
        if entry.what != "opening":
            if first is not None:
                yield from _opening(first, sums)
                first = None
            yield entry, [(leg, amount, entry.customer) for leg, amount in legs]
            continue
        first = first or replace(entry, customer="")
        for leg, amount in legs:
            key = on(chart, entry.on)[leg.role][0], entry.customer if leg.role in _OF_CUSTOMERS else "", leg.currency
            was, sum_ = sums.get(key, (replace(leg, amount=ZERO), ZERO))
            sums[key] = replace(was, amount=was.amount + leg.amount), sum_ + amount
    if first is not None:
        yield from _opening(first, sums)


def _opening(first: Entry, sums: dict[tuple[str, str, str], tuple[Leg, Decimal]]) -> Iterator[tuple[Entry, list[Line]]]:
    """The one entry of the balances that were there, where they do not come to nothing."""
    lines = [(leg, amount, customer) for (_, customer, _), (leg, amount) in sorted(sums.items()) if amount]
    if lines:
        yield first, lines


def _letters(entries: Iterable[tuple[Entry, list[Line]]]) -> dict[str, tuple[str, date]]:
    """What marks the lines of each invoice that comes to nothing, in order of the days on which it did."""
    sums: dict[str, tuple[Decimal, Decimal, date]] = {}
    issued: set[str] = set()
    for entry, lines in entries:
        invoice = _invoice(entry)
        issued |= {invoice} if entry.what in ("invoice", "brought") else set()
        for leg, amount, _ in lines:
            if leg.role == "receivable" and entry.what != "opening":
                own, foreign, _ = sums.get(invoice, (ZERO, ZERO, entry.on))
                sums[invoice] = own + amount, foreign + leg.amount, entry.on
    settled = [
        (on, invoice) for invoice, (own, foreign, on) in sums.items() if invoice in issued and own == foreign == 0
    ]
    return {invoice: (_letter(n), on) for n, (on, invoice) in enumerate(sorted(settled))}


def _letter(n: int) -> str:
    """AAA, AAB and so on, longer where there are more."""
    found = ""
    while n or len(found) < 3:
        n, place = divmod(n, 26)
        found = chr(ord("A") + place) + found
    return found


def _invoice(entry: Entry) -> str:
    """The invoice that an entry is about: its document, or the one that it names."""
    return entry.about[0] if entry.what in _ABOUT else entry.document


def check_rates(books: Books, entries: Iterable[Entry], rates: Rates) -> None:
    """Refuses books with documents in a currency whose rate is not known."""
    check(books.currency, ((leg.currency, entry.document) for entry in entries for leg in entry.legs), rates)


def converted(books: Books, entries: Iterable[Entry], chart: Chart, rates: Rates) -> Iterator[Converted]:
    """The entries with each leg's amount in the books' currency; what comes to nothing there is left out.

    What an account comes to is converted, not each amount by itself: an invoice that is paid in three parts comes to
    nothing. What an entry then lacks of nothing is its rounding, on an account of its own; of balances that were there
    it is a part of what was earned before.
    """
    conversion = Conversion(books.currency, rates)
    for entry in entries:
        legs = [
            (leg, conversion.convert(leg.amount, leg.currency, on(chart, entry.on)[leg.role][0], entry.customer))
            for leg in merged(entry, chart)
        ]
        rest = sum((amount for _, amount in legs), ZERO)
        if rest:
            role: Role = "retained" if entry.what == "opening" else "rounding"
            legs.append((Leg(role, -rest, books.currency), -rest))
        legs = [(leg, amount) for leg, amount in legs if amount]
        if legs:
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
    return f"{_plain(' '.join(on(chart, entry.on)[leg.role]))}{sub}"


def csv(books: Books, chart: Chart) -> str:
    """The journals as CSV, one row a leg: ISO dates, decimal points, and no text that is a formula."""
    out = io.StringIO()
    writer = csv_.writer(out)
    writer.writerow(CSV)
    for number, entry in enumerate(journal.opened(books), 1):
        for leg in merged(entry, chart):
            account, name = on(chart, entry.on)[leg.role]
            sides = (max(leg.amount, ZERO), max(-leg.amount, ZERO), leg.currency)
            of = (number, entry.journal, entry.on, entry.document, entry.customer)
            writer.writerow(map(harmless, [*of, wording.text(entry), account, name, *sides]))
    return out.getvalue()


def merged(entry: Entry, chart: Chart) -> Iterator[Leg]:
    """The legs of an entry, those on one account added up; what comes to nothing is left out."""
    sums: dict[tuple[str, str], tuple[Leg, Decimal]] = {}
    accounts = on(chart, entry.on)
    for leg in entry.legs:
        key = (accounts[leg.role][0], leg.currency)
        first, amount = sums.get(key, (leg, ZERO))
        sums[key] = (first, amount + leg.amount)
    for leg, amount in sums.values():
        if amount:
            yield Leg(leg.role, amount, leg.currency, leg.detail)


def _day(on: date) -> str:
    return on.strftime("%Y%m%d")


def _comma(amount: Decimal) -> str:
    return str(amount).replace(".", ",")


def _plain(text: str) -> str:
    return " ".join(text.replace(";", ",").replace("|", "/").split())
