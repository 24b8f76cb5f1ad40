"""Makes documents: gathers what goes on paper, numbers it and keeps it whole (M5 to M8)."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billing import law
from billing.core import drafts, invoicing, statement
from billing.core.book import Book
from billing.core.drafts import Draft
from billing.core.facts import Quote
from billing.core.invoicing import Line, Totals
from billing.core.units import END_OF_TIME, month_later
from billing.documents import payment
from billing.documents.words import words
from billing.office.balances import names
from billing.office.invoicing import einvoices
from billing.office.transaction import Transaction
from billing.store import documents, parties
from billing.store.documents import Content, Series
from billing.store.ledger import Head
from billing.store.rows import Row

_ADDRESS = ("street", "house_number", "postcode", "city")
_ISSUER = ("name", "country", "vat_id", "siren", "electronic_address", "iban", "qr_iban", "bic")
ByEntry = dict[int, list[tuple[Line, int]]]
_RECIPIENT = ("code", "name", "country", "vat_id", "siren", "electronic_address", "email", "consumer")


def round_to(tx: Transaction, head: Head, currency: str) -> Decimal | None:
    """The step to which totals of this currency are rounded: the customer's if it has one, else the issuer's (M4)."""
    return drafts.step_of(currency, parties.customer(tx.connection, head.id)["round_total"], tx.issuer["round_total"])


def issue(
    tx: Transaction,
    head: Head,
    book: Book,
    draft: Draft,
    on: date,
    series: Series,
    annex: Iterable[int] = (),
    month: date | None = None,
) -> tuple[Content, list[tuple[Any, Row]]]:
    """The content of a document with its number, and the rows that keep it; the series moves on.

    `month` is the month that a run bills; `annex` the entries that the document lists.
    """
    number = documents.code(series.name, on, series.next_number(on))
    party = parties.customer(tx.connection, head.id)
    language = party["language"] or tx.issuer["language"]
    terms = tx.issuer["terms"] if party["terms"] is None else party["terms"]
    invoice = draft.kind == "invoice"
    billed = _billed(draft)
    content: Content = {
        "number": number,
        "kind": draft.kind,
        "customer": head.code,
        "date": on.isoformat(),
        "due": (on + timedelta(days=terms)).isoformat() if invoice else None,
        "terms_days": terms if invoice else None,
        "currency": draft.currency,
        "language": language,
        "period": month.strftime("%Y-%m") if month else None,
        "corrects": draft.corrects,
        "corrects_date": draft.corrects_on.isoformat() if draft.corrects_on else None,
        "issuer": sender(tx.issuer),
        "recipient": recipient(party),
        "lines": [_line(book, line, language, on) for line in draft.lines],
        "net": str(draft.totals.net),
        "vat": vat_rows(draft.totals),
        "rounding": str(draft.totals.rounding),
        "total": str(draft.totals.total),
        "mentions": law.mentions(
            tx.issuer["country"],
            {row.vat.category for row in draft.totals.vat},
            draft.kind,
            language,
            on,
            not party["consumer"],
            tx.issuer["vat_basis"],
        ),
        "annex": [_annex_row(head, book, seq, billed.get(seq, []), language) for seq in annex],
    }
    content["payment"] = payment.chosen(content, head.id, on.year, series.next_number(on), draft.paid)
    einvoices.prepare(content, tx.issuer, draft.paid, draft.paid_on)
    billed_to = (month_later(month, 1) - timedelta(days=1)) if month else None
    return content, documents.rows_of(series, content, draft.lines, draft.totals, billed_to)


def sender(issuer: parties.Party) -> Content:
    """What stands on paper about the issuer."""
    return _party(issuer, _ISSUER)


def recipient(customer: parties.Party) -> Content:
    """What stands on paper about a customer."""
    return _party(customer, _RECIPIENT)


def _party(row: parties.Party, names: tuple[str, ...]) -> Content:
    return {name: row[name] for name in names} | {"address": {name: row[name] for name in _ADDRESS}}


def rate_text(rate: Decimal) -> str:
    """A percentage without zeros that say nothing: 8.1, 20."""
    return format(rate.normalize(), "f")


def vat_rows(totals: Totals) -> list[Content]:
    """The VAT breakdown as it is printed (M2)."""
    return [
        {"category": r.vat.category, "rate": rate_text(r.vat.rate), "base": str(r.base), "amount": str(r.amount)}
        for r in totals.vat
    ]


def _line(book: Book, line: Line, language: str, on: date) -> Content:
    key = "product" if line.kind == "product" else "category"
    first = line.first_on.isoformat() if line.first_on else None
    unit_price = invoicing.to_unit_price(line.amount, line.quantity) if line.quantity else None
    return {
        "kind": line.kind,
        key: line.name,
        "label": _title(book, line, language, on),
        "minutes": line.minutes,
        "quantity": line.quantity,
        "rate": None if line.rate is None else str(line.rate),
        "unit_price": None if unit_price is None else str(unit_price),
        "amount": str(line.amount),
        "vat_rate": rate_text(line.vat.rate),
        "vat_category": line.vat.category,
        "corrects_line": line.corrects[1] if line.corrects else None,
        "from": first,
        "to": line.last_on.isoformat() if line.last_on else None,
    }


def _title(book: Book, line: Line, language: str, on: date) -> str:
    day = line.first_on or on
    term = book.term_on(day) or book.terms[-1]
    if line.kind == "product":
        quote = next((quote for quote in book.quotes.values() if quote.number == line.name), None)
        if quote is not None:
            return f"{words(language)['quote.quote']} {quote.number} – {quote.title}"
        product = term.tariff.products.get(line.name)
        return names.label(product.titles, line.name, language) if product else line.name
    category = next(
        (t.tariff.categories[line.name] for t in [term, *book.terms] if line.name in t.tariff.categories), None
    )
    return names.label(category.titles, line.name, language) if category else line.name


def _billed(draft: Draft) -> ByEntry:
    """By entry, the lines that bill it, with the minutes."""
    found: ByEntry = {}
    for line in draft.lines:
        for entry, minutes in line.entries:
            found.setdefault(entry, []).append((line, minutes))
    return found


def _annex_row(head: Head, book: Book, seq: int, billed: list[tuple[Line, int]], language: str) -> Content:
    """One entry of the annex: raw and charged minutes, drawn, billed, or why free (M5)."""
    entry = book.entries[seq]
    charge = statement.standing_charge(book.charges[seq], END_OF_TIME)
    assert charge is not None
    tariff = book.contract_tariff(entry.contract, entry.worked_on)
    drawn: dict[int, int] = {}
    for draw in book.live_draws(seq):
        drawn[draw.grant] = drawn.get(draw.grant, 0) + draw.minutes
    quoted = book.quote_of(seq)
    owed = charge.owed - sum(draw.minutes for draw in book.live_draws(seq) if draw.kind == "settle")
    return {
        "entry": entry.id,
        "date": entry.worked_on.isoformat(),
        "case": entry.case,
        "category": entry.category,
        "label": names.label(tariff.categories[entry.category].titles, entry.category, language),
        "agent": entry.agent,
        "raw_seconds": entry.logged_seconds,
        "charged": charge.minutes,
        "drawn": [
            {
                "grant": names.grant_id(head, number),
                "label": names.grant_label(book, book.grants[number], language),
                "minutes": minutes,
            }
            for number, minutes in drawn.items()
        ],
        "owed": owed,
        "billed": sum(minutes for _, minutes in billed),
        "rate": str(billed[0][0].rate) if billed else None,
        "free": charge.free,
        **({} if quoted is None else {"quote": quoted.number}),
    }


# Quotes


def quote_content(tx: Transaction, head: Head, quote: Quote, line: Line) -> Content:
    """What stands on a quote: as on the invoice that it would become on the day of the quote (S8)."""
    party = parties.customer(tx.connection, head.id)
    language = party["language"] or tx.issuer["language"]
    totals = invoicing.totals([line], round_to(tx, head, quote.currency))
    categories = {row.vat.category for row in totals.vat}
    return {
        "number": quote.number,
        "kind": "quote",
        "customer": head.code,
        "date": quote.quoted_on.isoformat(),
        "valid_until": quote.valid_until.isoformat(),
        "currency": quote.currency,
        "language": language,
        "issuer": _party(tx.issuer, _ISSUER),
        "recipient": _party(party, _RECIPIENT),
        "title": quote.title,
        "evolution": quote.kind,
        "case": quote.case,
        "minutes": quote.minutes,
        "cost": str(quote.amount),
        "share": quote.share,
        "vat_rate": rate_text(line.vat.rate),
        "vat_category": line.vat.category,
        "net": str(totals.net),
        "vat": vat_rows(totals),
        "rounding": str(totals.rounding),
        "total": str(totals.total),
        "mentions": law.mentions(tx.issuer["country"], categories, "quote", language, quote.quoted_on, True),
    }
