"""The journals for other bookkeeping programs: the French FEC, hledger, and CSV. It decides nothing.

All take a chart of accounts, by role: number and name. Debit is positive.
"""

import csv as csv_
import io
from collections.abc import Iterator, Mapping
from decimal import Decimal

from billing.core.journal import Books, Entry, Leg
from billing.core.units import ZERO

Chart = Mapping[str, tuple[str, str]]
_JOURNALS = {"sales": ("VE", "Ventes"), "bank": ("BQ", "Banque"), "general": ("OD", "Opérations diverses")}
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


def fec(books: Books, chart: Chart) -> str:
    """The fichier des écritures comptables: 18 columns, tabs, decimal commas, entries numbered without gaps (A47 A-1).

    An entry is final when it is booked, so that it is valid from its own day.
    """
    lines = ["\t".join(FEC)]
    for number, entry in enumerate(books.entries, 1):
        code, journal = _JOURNALS[entry.journal]
        day = entry.on.strftime("%Y%m%d")
        for leg in _merged(entry, chart):
            account, name = chart[leg.role]
            of_customer = leg.role in ("receivable", "customer-money")
            foreign = leg.currency != books.currency
            row = [code, journal, str(number), day, account, name, entry.customer if of_customer else "",
                   books.names[entry.customer] if of_customer else "", entry.document, day, entry.text,
                   _comma(max(leg.amount, ZERO)), _comma(max(-leg.amount, ZERO)), "", "", day,
                   _comma(leg.amount) if foreign else "", leg.currency if foreign else ""]  # fmt: skip
            lines.append("\t".join(" ".join(cell.split()) for cell in row))
    return "\r\n".join(lines) + "\r\n"


def hledger(books: Books, chart: Chart) -> str:
    """The journals as hledger reads them: one transaction an entry, accounts by number and name."""
    used = sorted({f"{chart[leg.role][0]} {chart[leg.role][1]}" for e in books.entries for leg in e.legs})
    lines = [*(f"account {name}" for name in used), ""]
    for entry in books.entries:
        lines.append(f"{entry.on} ({entry.document}) {_plain(books.names[entry.customer])} | {_plain(entry.text)}")
        for leg in _merged(entry, chart):
            number, name = chart[leg.role]
            sub = f":{_plain(entry.customer)}" if leg.role in ("receivable", "customer-money", "deferred") else ""
            lines.append(f"    {number} {name}{sub}  {leg.amount} {leg.currency}")
        lines.append("")
    return "\n".join(lines)


def csv(books: Books, chart: Chart) -> str:
    """The journals as CSV, one row a leg: ISO dates, decimal points."""
    out = io.StringIO()
    writer = csv_.writer(out)
    writer.writerow(CSV)
    for number, entry in enumerate(books.entries, 1):
        for leg in _merged(entry, chart):
            account, name = chart[leg.role]
            writer.writerow([number, entry.journal, entry.on, entry.document, entry.customer, entry.text, account, name,
                             max(leg.amount, ZERO), max(-leg.amount, ZERO), leg.currency])  # fmt: skip
    return out.getvalue()


def _merged(entry: Entry, chart: Chart) -> Iterator[Leg]:
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
