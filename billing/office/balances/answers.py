"""What a customer has, what an entry was charged, what a document says: the JSON of cli.md, made in one place (L8)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from billing import law
from billing.core import invoicing, rating, statement, windows
from billing.core.book import Book
from billing.core.burndown import Lot
from billing.core.facts import Charge, Draw, Entry, Grant
from billing.core.invoicing import Plan, VatOn
from billing.core.units import ZERO, price_of
from billing.office import maintenance
from billing.office.transaction import Setting, Transaction, look
from billing.store import documents, ledger, payments
from billing.store.documents import Kept
from billing.store.ledger import Head

Answer = dict[str, Any]


# Balance


def balance(setting: Setting, code: str, at: date | None = None, language: str | None = None) -> Answer:
    """The balance of a customer on a day (B1), with titles in a language, by default the customer's."""
    with look(setting) as tx:
        head = tx.customer(code, lock=False)
        wanted = language or head.language or tx.issuer["language"]
        day = at or setting.today
        planned = maintenance.touching(tx, head, maintenance.at_of(tx, day), day)
        return balance_of(tx, head, day, wanted) | {
            "customer_name": head.name,
            "language": wanted,
            **({"maintenance": planned[0]} if planned else {}),
        }


def balance_of(tx: Transaction, head: Head, at: date, language: str = "en") -> Answer:
    """The balance, read from the database without the customer's entries."""
    book = tx.agreed(head)
    used = ledger.read_used(tx.connection, head, book, at, at)
    return balance_answer(tx, head, book, used, at, language)


def balance_answer(
    tx: Transaction, head: Head, book: Book, used: Mapping[int, int], at: date, language: str = "en"
) -> Answer:
    """The balance of a book on a day; `used` is what was drawn of each grant by then."""
    lots = statement.lots_on(book.grants.values(), windows.of(book), used, at)
    can_owe = any(term.tariff.overage == "owe" for term in book.terms)
    owing = ledger.read_owed(tx.connection, head).values() if can_owe else ()
    owed = sum(statement.owed_on(charges, draws, at) for charges, draws in owing)
    pending = pending_of(tx, head, at)
    reduced = [sale.until for sale in rating.in_force(book, at) if sale.reduced_rate is not None]
    return {
        "customer": head.code,
        "at": at.isoformat(),
        "minutes": sum(lot.remaining for lot in lots),
        "owed": owed,
        "unbilled": {
            "minutes": pending.minutes,
            "amount": str(pending.amount),
            "currency": currency_of(tx, book, at),
        },
        "reduced_rate_until": max(reduced).isoformat() if reduced else None,
        "grants": [_grant_answer(head, lot) | {"label": grant_label(book, lot.grant, language)} for lot in lots],
        "position": head.position,
    }


def _grant_answer(head: Head, lot: Lot) -> Answer:
    grant = lot.grant
    return {
        "id": grant_id(head, grant.number),
        "kind": grant.kind,
        "product": grant.product,
        "granted": max(grant.minutes, lot.remaining),  # more, where minutes of a bounced grant came back to it (M10)
        "used": max(0, grant.minutes - lot.remaining),
        "remaining": lot.remaining,
        "starts": grant.starts.isoformat(),
        "expires": lot.window.last.isoformat(),
        "carried": lot.window.carried,
        "covers": list(grant.covers),
    }


def grant_id(head: Head, number: int) -> str:
    """How a grant is called: `ALPINA-G1`."""
    return f"{head.code}-G{number}"


def currency_of(tx: Transaction, book: Book, at: date) -> str:
    """The currency of the contract on a day, of the last one, or the issuer's."""
    term = book.term_on(at) or (book.terms[-1] if book.terms else None)
    return term.tariff.currency if term else str(tx.issuer["currency"])


# What is not invoiced yet


def vat_on(tx: Transaction, head: Head) -> VatOn:
    """How work or a sale of a day is taxed for this customer (M2, M3)."""
    country = tx.issuer["country"]
    return lambda day: law.vat_class(country, head.country, head.vat_id, day)


def pending_of(tx: Transaction, head: Head, at: date) -> Plan:
    """The overage charged for work up to a day that no document dated up to it has billed (B1, C4)."""
    entries, billed = documents.unsettled(tx.connection, head, at)
    if not entries:
        return Plan()
    found = (statement.standing_overage(entry, charges, at) for entry, charges in entries.values())
    standing = [s for s in found if s is not None and s.worked_on <= at]
    worked = {seq for seq, (entry, _) in entries.items() if entry.worked_on <= at}
    billed = [replace(x, entries={seq: n for seq, n in x.entries.items() if seq in worked}) for x in billed]
    return invoicing.plan(standing, billed, at, vat_on(tx, head))


# Entries


def entry_answer(head: Head, book: Book, entry: Entry, charge: Charge, draws: Iterable[Draw]) -> Answer:
    """What an entry was charged, as `log` answers it."""
    taken: dict[int, int] = {}
    for draw in draws:
        taken[draw.grant] = taken.get(draw.grant, 0) + draw.minutes
    settled = sum(draw.minutes for draw in draws if draw.kind == "settle")
    tariff = book.contract_tariff(entry.contract, entry.worked_on)
    return {
        "entry": entry.id,
        "customer": head.code,
        "case": entry.case,
        "category": entry.category,
        "charged_as": charge.category,
        "date": entry.worked_on.isoformat(),
        "agent": entry.agent,
        "raw_seconds": entry.logged_seconds,
        "charged": charge.minutes,
        "free": charge.free,
        "drawn": [{"grant": grant_id(head, grant), "minutes": minutes} for grant, minutes in taken.items()],
        "overage": overage_answer(charge, tariff.currency),
        "owed": charge.owed - settled,
        "quote": quote_part(book, entry.seq).get("quote"),
    }


def quote_part(book: Book, entry: int) -> Answer:
    """The number of the quote that an entry is work on, if it is (S8)."""
    quote = book.quote_of(entry)
    return {} if quote is None else {"quote": quote.number}


def overage_answer(charge: Charge, currency: str) -> Answer | None:
    """The overage of one charge, priced by itself; the invoice prices its whole line once (M1)."""
    if not charge.overage or charge.rate is None:
        return None
    return {
        "minutes": charge.overage,
        "rate": str(charge.rate),
        "amount": str(price_of(charge.overage, charge.rate)),
        "currency": currency,
    }


# Documents


def document_answer(kept: Kept, paid: Decimal) -> Answer:
    """A document as `invoice show` answers it: what was issued, and how it stands."""
    content = kept.content
    if content["kind"] == "credit-note":
        shown, _, status = ZERO, ZERO, "paid"  # nothing is ever open on it
    else:
        shown, _, status = invoicing.settled(kept.total, kept.credited, paid)
    names = ("number", "kind", "customer", "date", "due", "currency", "lines", "net", "vat", "rounding", "total",
             "corrects", "period", "annex")  # fmt: skip
    return {name: content[name] for name in names} | {"paid": str(shown), "status": status}


def new_document_answer(content: documents.Content) -> Answer:
    """A document just issued: nothing paid, nothing credited."""
    return document_answer(Kept(0, 0, content, Decimal(content["total"]), ZERO), ZERO)


def documents_answer(tx: Transaction, found: Iterable[Kept]) -> list[Answer]:
    """Documents in order, each with how it stands."""
    known = list(found)
    paid = payments.paid_by_invoice(tx.connection, {kept.customer_id for kept in known})
    return [document_answer(kept, paid.get(kept.content["number"], ZERO)) for kept in known]


def label(titles: Mapping[str, str], name: str, language: str) -> str:
    """The title of a category or product in a language, else in English, else its name."""
    return titles.get(language) or titles.get("en") or name


def grant_label(book: Book, grant: Grant, language: str) -> str:
    """What a grant is called on paper: its product's title, or its kind."""
    tariff = book.contract_tariff(grant.contract, grant.starts)
    product = tariff.products.get(grant.product or "")
    return label(product.titles, product.name, language) if product else _KINDS[grant.kind].get(language, grant.kind)


_KINDS = {
    "allowance": {"fr": "Forfait inclus", "de": "Inklusivminuten", "it": "Minuti inclusi", "en": "Allowance"},
    "goodwill": {"fr": "Geste commercial", "de": "Kulanz", "it": "Gesto commerciale", "en": "Goodwill"},
    "pack": {"fr": "Pack d’heures", "de": "Stundenpaket", "it": "Pacchetto di ore", "en": "Pack of hours"},
    "add-on": {"fr": "Option", "de": "Zusatz", "it": "Opzione", "en": "Add-on"},
}
