"""What of a period's VAT is whose: each customer's part by category and rate, as it stands on documents (M2, M18).

It is the VAT report taken apart, by the functions that make it, so that its sums are the report's. Which box of a form
or which list a part goes to is law (`billing.law.returns`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from billing.core import receipts
from billing.core.basis import Bases
from billing.core.rates import Conversion, Rates
from billing.core.receipts import Issued, Receipt, Rows
from billing.core.units import ZERO, day_before
from billing.core.vat import VatClass
from billing.values import dataclass


@dataclass(frozen=True, slots=True)
class Taxed:
    """Base and VAT of one category and rate, of an invoice or of the notes that correct it, in a period.

    `is_note` says that it takes back what was declared: a credit note, or on receipts what came off what had come.
    """

    invoice: str
    customer: str
    name: str
    country: str
    vat_id: str | None
    is_note: bool
    currency: str
    vat: VatClass
    base: Decimal
    amount: Decimal


def on_invoices(documents: Iterable[Issued], first: date, last: date) -> list[Taxed]:
    """What the documents issued in a period tax, document by document."""
    found: list[Taxed] = []
    for document in documents:
        rows = receipts.vat_on_invoices([document], first, last)
        found += _parts(document, document.corrects or document.number, document.corrects is not None, rows)
    return found


def on_receipts(documents: Iterable[Issued], came: Iterable[Receipt], first: date, last: date) -> list[Taxed]:
    """What the payments of a period make due, invoice by invoice with the notes that correct it."""
    flows: dict[str, list[Receipt]] = defaultdict(list)
    for receipt in came:
        flows[receipt.invoice].append(receipt)
    belong: dict[str, list[Issued]] = defaultdict(list)
    for document in documents:
        belong[document.corrects or document.number].append(document)
    found: list[Taxed] = []
    for invoice, mine in belong.items():
        rows = receipts.vat_on_receipts(mine, flows[invoice], first if first == date.min else day_before(first), last)
        for part in _parts(mine[0], invoice, False, rows):
            found.append(replace(part, is_note=part.base < 0))
    return found


def owed(documents: Iterable[Issued], came: Iterable[Receipt], bases: Bases, first: date, last: date) -> list[Taxed]:
    """What is due of a period, each invoice and its notes on the basis that counted on its day."""
    invoiced, received = receipts.by_basis(documents, bases)
    return [*on_invoices(invoiced, first, last), *on_receipts(received, came, first, last)]


def summed(parts: Iterable[Taxed]) -> Rows:
    """The VAT report that parts make: base and VAT by currency and class."""
    rows: Rows = {}
    for part in parts:
        was = rows.get((part.currency, part.vat), (ZERO, ZERO))
        rows[part.currency, part.vat] = (was[0] + part.base, was[1] + part.amount)
    return rows


def converted(earlier: Iterable[Taxed], parts: Iterable[Taxed], own: str, rates: Rates) -> list[Taxed]:
    """A period's parts in the books' currency; `earlier` are those of the time before it.

    What a customer's VAT comes to is converted, not each part by itself, as the books convert their accounts: periods
    that follow each other add up, and the VAT account is the same to the cent.
    """
    conversion = Conversion(own, rates)
    for part in earlier:
        _in_own(conversion, part)
    return [_in_own(conversion, part) for part in parts]


def _in_own(conversion: Conversion, part: Taxed) -> Taxed:
    base = conversion.convert(part.base, part.currency, part.customer, "base")
    amount = conversion.convert(part.amount, part.currency, part.customer, "vat")
    return replace(part, currency=conversion.own, base=base, amount=amount)


def _parts(document: Issued, invoice: str, is_note: bool, rows: Rows) -> Iterator[Taxed]:
    """The rows of a report as parts that belong to a customer, as the document names it."""
    for (currency, vat), (base, amount) in sorted(rows.items()):
        yield Taxed(
            invoice,
            document.customer,
            document.name,
            document.country,
            document.vat_id,
            is_note,
            currency,
            vat,
            base,
            amount,
        )
