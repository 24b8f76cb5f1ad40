"""A statement as text for the terminal or a mail, and as CSV for a spreadsheet (B2)."""

import csv as csv_
import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from billing.core.cells import harmless
from billing.core.correction import EDITED, UNDONE
from billing.documents import locale, words
from billing.documents.plain import aligned
from billing.documents.words import free_because
from billing.locales import spoken
from billing.texts import Text
from billing.views.codec import to_json
from billing.views.statements import Freed, Moved, Over, Owing, Statement

FIELDS = (
    "kind", "date", "minutes", "balance", "entry", "case", "category", "label", "grant", "agent", "text",
    "raw_seconds", "charged", "free", "overage_minutes", "rate", "amount", "currency", "note",
    "owed", "still_owed",
)  # fmt: skip
_FREE_TEXT = ("case", "category", "label", "agent", "text", "grant", "note")


def text(statement: Statement) -> str:
    """The statement in plain lines: movements with the running balance, what is left, free work, overage, owed time."""
    check(statement)
    language = spoken(statement.language)
    said, country = words.said(language), statement.issuer.country
    days = [locale.day(on, language, country) for on in (statement.first, statement.last)]
    title = said(words.INVOICE_FROM_TO).format(first=days[0], last=days[1])
    name = statement.customer_name or statement.customer
    parts = [f"{said(words.STATEMENT_TITLE)} {title}\n{name} ({statement.customer})", _movements(statement, language)]
    parts += _sections(statement, language)
    if statement.position:
        parts.append(said(words.NAMED).format(name=said(words.STATEMENT_POSITION), value=statement.position))
    return "\n\n".join(parts) + "\n"


def csv(statement: Statement) -> str:
    """The statement as CSV (RFC 4180, comma, CRLF): ISO dates, whole minutes, one row a movement.

    `minutes` sums up from the opening row to the closing one; rows of free work, overage and owed time leave it empty.
    """
    out = io.StringIO()
    writer = csv_.DictWriter(out, FIELDS, extrasaction="ignore", restval="")
    writer.writeheader()
    writer.writerows([_safe(row) for row in _rows(statement)])
    return out.getvalue()


def table(statement: Statement) -> tuple[Sequence[str], list[list[object]]]:
    """The same as values, the names of the columns first: days are days, amounts are exact."""
    return FIELDS, [[_typed(name, row.get(name)) for name in FIELDS] for row in _rows(statement)]


def _typed(name: str, value: object) -> object:
    """A value of a row, as JSON has it, as what it is."""
    if isinstance(value, str) and name == "date":
        return date.fromisoformat(value)
    return Decimal(value) if isinstance(value, str) and name in ("rate", "amount") else value


def _rows(statement: Statement) -> list[dict[str, Any]]:
    check(statement)
    balance, language = statement.opening, spoken(statement.language)
    rows: list[dict[str, Any]] = [{"kind": "opening", "date": statement.first, "balance": balance}]
    for movement in statement.movements:
        balance += movement.minutes
        rows.append({**to_json(movement), "balance": balance, "text": reason(movement, language)})
    rows.append({"kind": "closing", "date": statement.last, "balance": statement.closing})
    rows += [{**to_json(entry), "kind": "free"} for entry in statement.freed]
    rows += [{**to_json(entry), "kind": "quote"} for entry in statement.quoted]
    rows += [
        {**to_json(entry), "kind": "overage", "minutes": None, "overage_minutes": entry.minutes}
        for entry in statement.overage
    ]
    rows += [{**to_json(entry), "kind": "owed"} for entry in statement.owed]
    return rows


def check(statement: Statement) -> None:
    """Asserts that opening and movements make the closing balance (B2): the engine's mistake if they do not."""
    moved = sum(movement.minutes for movement in statement.movements)
    assert statement.opening + moved == statement.closing, (statement.customer, moved)


def described(movement: Moved, language: str) -> str:
    """A movement in words: its kind, the category, the case, the agent, and the text that came with it."""
    parts = [words.said(language)(words.MOVEMENTS[movement.kind])]
    for told in (movement.label, movement.case, movement.agent, reason(movement, language)):
        value = " ".join((told or "").split())
        if value and value not in parts:
            parts.append(value)
    return " · ".join(parts)


def remark(movement: Moved, language: str, country: str) -> str:
    """What stands under a movement: what was done, or until when granted minutes can be used."""
    if movement.expires is None or locale.never_ends(movement.expires):
        return movement.note or ""
    return words.said(language)(words.VALID_UNTIL).format(date=locale.day(movement.expires, language, country))


def reason(movement: Moved, language: str) -> str:
    """Why minutes moved: as somebody wrote it, and what the program writes in the language of the paper (B2)."""
    ours = {UNDONE: words.MOVEMENT_UNDO, EDITED: words.MOVEMENT_CORRECTION} if movement.kind == "correction" else {}
    return words.said(language)(ours[movement.text]) if movement.text in ours else movement.text


def _movements(statement: Statement, language: str) -> str:
    said, country = words.said(language), statement.issuer.country
    balance = statement.opening
    rows = [_balance_row(statement, statement.first, words.STATEMENT_OPENING, balance, language)]
    for movement in statement.movements:
        balance += movement.minutes
        rows.append(
            (
                locale.day(movement.on, language, country),
                described(movement, language),
                movement.grant_label,
                locale.signed(movement.minutes, language),
                locale.duration(balance, language),
            )
        )
    rows.append(_balance_row(statement, statement.last, words.STATEMENT_CLOSING, statement.closing, language))
    heads = (
        words.INVOICE_DATE, words.STATEMENT_WHAT, words.STATEMENT_GRANT, words.STATEMENT_MINUTES,
        words.STATEMENT_BALANCE,
    )  # fmt: skip
    return aligned([tuple(map(said, heads)), *rows], figures=2)


def _balance_row(statement: Statement, day: date, which: Text, balance: int, language: str) -> tuple[str, ...]:
    on = locale.day(day, language, statement.issuer.country)
    return (on, words.said(language)(which), "", "", locale.duration(balance, language))


def _sections(statement: Statement, language: str) -> list[str]:
    """What follows the movements; a section without rows is left out."""
    said, country = words.said(language), statement.issuer.country
    grants: list[tuple[str, ...]] = [
        (g.label, locale.duration(g.remaining, language), until(g.expires, language, country)) for g in statement.grants
    ]
    free, quoted = (_unpaid(rows, language, country) for rows in (statement.freed, statement.quoted))
    overage: list[tuple[str, ...]] = [
        (
            *_worked(e, language, country),
            locale.duration(e.minutes, language),
            f"{locale.number(e.rate, language, country)} / h",
            locale.money(e.amount, e.currency, language, country),
        )
        for e in statement.overage
    ]
    owed: list[tuple[str, ...]] = [
        (
            *_worked(e, language, country),
            locale.duration(e.owed, language),
            said(words.STATEMENT_OF_IT_OWED).format(minutes=locale.duration(e.still_owed, language)),
        )
        for e in statement.owed
    ]
    on = locale.long_day(statement.last, language)
    sections: list[tuple[str, list[tuple[str, ...]], int]] = [
        (locale.elided(said(words.STATEMENT_GRANTS).format(date=on), language), grants, 2),
        (said(words.STATEMENT_FREE), free, 1),
        (words.said(language, country)(words.STATEMENT_QUOTES), quoted, 1),
        (said(words.STATEMENT_OVERAGE), overage, 3),
        (said(words.STATEMENT_OWED), owed, 2),
    ]
    return [f"{title}\n{aligned(rows, figures)}" for title, rows, figures in sections if rows]


def _unpaid(entries: Sequence[Freed], language: str, country: str) -> list[tuple[str, ...]]:
    return [
        (
            *_worked(e, language, country),
            free_because(e.free, e.quote, language, country),
            locale.stopwatch(e.raw_seconds, language),
        )
        for e in entries
    ]


def until(expires: date, language: str, country: str) -> str:
    """The last day of a grant, or that it has none."""
    if locale.never_ends(expires):
        return words.said(language)(words.STATEMENT_OPEN_END)
    return locale.day(expires, language, country)


def _worked(entry: Freed | Over | Owing, language: str, country: str) -> tuple[str, ...]:
    what = (entry.case, entry.label, entry.agent)
    return (locale.day(entry.on, language, country), *(" ".join((part or "").split()) for part in what))


def _safe(row: dict[str, Any]) -> dict[str, Any]:
    """A row in which no text is taken for a formula by a spreadsheet."""
    return {key: harmless(value) if key in _FREE_TEXT else value for key, value in row.items()}
