"""The statement of a period: opening, movements, closing, what was free, what was over (B2)."""

from datetime import date
from typing import Any

from billing.core import statement, windows
from billing.core.book import Book
from billing.core.facts import Entry
from billing.core.statement import Movement
from billing.errors import BadInput
from billing.office.balances import answers, names
from billing.office.balances.answers import Answer
from billing.office.transaction import Setting, look
from billing.store import parties
from billing.store.ledger import Head


def statement_of(setting: Setting, code: str, first: date, last: date, language: str | None = None) -> Answer:
    """The statement of a customer from one day to another, both included.

    Holds more than cli.md names, for the PDF: who it is from and for, titles in the customer's language.
    """
    if last < first:
        raise BadInput("bad-date", f"the period ends on {last}, before it begins on {first}")
    with look(setting) as tx:
        head = tx.customer(code, lock=False)
        book = tx.book(head)
        party = parties.customer(tx.connection, head.id)
        wanted = language or party["language"] or tx.issuer["language"]
        moved = statement.movements(book)
        opening = sum(m.minutes for m in moved if m.on < first)
        within = [m for m in moved if first <= m.on <= last]
        worked = [e for e in book.entries.values() if first <= e.worked_on <= last]
        return {
            "customer": code,
            "customer_name": head.name,
            "from": first.isoformat(),
            "to": last.isoformat(),
            "language": wanted,
            "issuer": _party(tx.issuer),
            "recipient": _party(party) | {"code": code},
            "opening": opening,
            "movements": [_movement(head, book, m, wanted) for m in within],
            "closing": opening + sum(m.minutes for m in within),
            "free": [row for e in worked if (row := _free(head, book, e, last, wanted))],
            "overage": [row for e in worked if (row := _overage(head, book, e, last, wanted))],
            "grants": _grants(head, book, last, wanted),
            "position": head.position,
        }


def used_on(book: Book, at: date) -> dict[int, int]:
    """What was drawn of each grant by the end of a day."""
    used: dict[int, int] = {}
    for draws in book.draws.values():
        for draw in draws:
            if draw.dated_on <= at:
                used[draw.grant] = used.get(draw.grant, 0) + draw.minutes
    return used


def lots_of(book: Book, at: date) -> list[Any]:
    """The grants that can be drawn on a day, from a whole book."""
    return statement.lots_on(book.grants.values(), windows.of(book), used_on(book, at), at)


def _movement(head: Head, book: Book, movement: Movement, language: str) -> Answer:
    grant = book.grants[movement.grant]
    entry = book.entries.get(movement.entry or 0)
    return {
        "date": movement.on.isoformat(),
        "kind": movement.kind,
        "minutes": movement.minutes,
        "entry": entry.id if entry else None,
        "case": entry.case if entry else None,
        "category": entry.category if entry else None,
        "grant": names.grant_id(head, movement.grant),
        "text": _reason(book, movement),
        "label": _category_title(book, entry, language) if entry else "",
        "grant_label": names.grant_label(book, grant, language),
        "agent": entry.agent if entry else None,
    }


def _reason(book: Book, movement: Movement) -> str:
    """Why minutes were granted or corrected, where somebody gave a reason."""
    if movement.kind == "grant":
        return book.grants[movement.grant].reason or ""
    if movement.kind != "correction" or movement.entry is None:
        return ""
    entry = book.entries[movement.entry]
    reasons = (c.reason for c in book.corrections if c.kind == "void" and (c.entry == entry.seq))
    return next(reasons, "")


def _category_title(book: Book, entry: Entry, language: str) -> str:
    categories = book.contract_tariff(entry.contract, entry.worked_on).categories
    return names.label(categories[entry.category].titles, entry.category, language)


def _entry(head: Head, book: Book, entry: Entry, language: str) -> Answer:
    return {
        "entry": entry.id,
        "case": entry.case,
        "category": entry.category,
        "label": _category_title(book, entry, language),
        "date": entry.worked_on.isoformat(),
        "agent": entry.agent,
        "raw_seconds": entry.logged_seconds,
        **answers.quote_part(book, entry.seq),
    }


def _free(head: Head, book: Book, entry: Entry, at: date, language: str) -> Answer | None:
    charge = statement.standing_charge(book.charges[entry.seq], at)
    if charge is None or charge.free is None or charge.free == "void":
        return None
    return _entry(head, book, entry, language) | {"charged": 0, "free": charge.free}


def _overage(head: Head, book: Book, entry: Entry, at: date, language: str) -> Answer | None:
    charge = statement.standing_charge(book.charges[entry.seq], at)
    if charge is None:
        return None
    priced = answers.overage_answer(charge, book.contract_tariff(entry.contract, entry.worked_on).currency)
    return None if priced is None else _entry(head, book, entry, language) | {"charged": charge.minutes, **priced}


def _grants(head: Head, book: Book, at: date, language: str) -> list[Answer]:
    return [
        {
            "id": names.grant_id(head, lot.grant.number),
            "label": names.grant_label(book, lot.grant, language),
            "remaining": lot.remaining,
            "expires": lot.window.last.isoformat(),
        }
        for lot in lots_of(book, at)
    ]


def _party(row: parties.Party) -> Answer:
    address = {name: row[name] for name in ("street", "house_number", "postcode", "city")}
    return {name: row[name] for name in ("name", "country", "vat_id", "siren")} | {
        "iban": row.get("iban"),
        "address": address,
    }
