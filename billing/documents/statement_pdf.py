"""A statement as a PDF: chart, movements with the running balance, free work, overage, owed time, what is left (B2)."""

from collections.abc import Sequence
from datetime import date

from billing.core.units import ZERO
from billing.documents import chart, fonts, letterhead, locale, statement_text, words
from billing.documents.page import LEFT, MM, RIGHT, Sheets
from billing.documents.table import Head, Row, Table
from billing.documents.words import free_because
from billing.locales import spoken
from billing.texts import Text
from billing.views.statements import Freed, Over, Owing, Statement


def render(statement: Statement, logo: bytes | None = None) -> bytes:
    """The statement's PDF; `logo` are the bytes that the issuer's head names."""
    return drawn(statement, logo).pdf()


def drawn(statement: Statement, logo: bytes | None = None) -> Sheets:
    """The statement laid out on sheets, before it is written."""
    statement_text.check(statement)
    language, issuer = spoken(statement.language), statement.issuer
    said = words.said(language)
    title = f"{said(words.STATEMENT_TITLE)} {_period(statement, language)}"
    sheets = letterhead.sheets_for(f"{title} – {statement.customer}", issuer, language)
    facts = _facts(statement, language)
    y = letterhead.draw(sheets, issuer, statement.recipient, facts, title, logo)
    y = _heading(sheets, said(words.STATEMENT_CHART), y + 4, room=60 * MM)
    y = chart.draw(sheets, statement, y, LEFT, RIGHT)
    y = _movements(sheets, statement, y - 4 * MM)
    y = _grants(sheets, statement, y - 7 * MM)
    y = _free(sheets, statement, y - 7 * MM)
    y = _overage(sheets, statement, y - 7 * MM)
    _owed(sheets, statement, y - 7 * MM)
    sheets.footers()
    return sheets


def _period(statement: Statement, language: str) -> str:
    days = (statement.first, statement.last)
    first, last = (locale.day(on, language, statement.issuer.country) for on in days)
    return words.said(language)(words.INVOICE_FROM_TO).format(first=first, last=last)


def _facts(statement: Statement, language: str) -> list[tuple[str, str]]:
    said = words.said(language)
    facts = [
        (said(words.INVOICE_CUSTOMER), statement.customer),
        (said(words.STATEMENT_OPENING), locale.duration(statement.opening, language)),
        (said(words.STATEMENT_CLOSING), locale.duration(statement.closing, language)),
    ]
    if statement.position:
        facts.append((said(words.STATEMENT_POSITION), statement.position))
    return facts


def _heading(sheets: Sheets, text: str, y: float, room: float = 60) -> float:
    """A heading that is not left alone at the foot of a page."""
    if y - room < sheets.bottom:
        y = sheets.turn()
    sheets.text(LEFT, y - 9, fonts.clean(text), 10, sheets.accent, True)
    return y - 15


def _movements(sheets: Sheets, statement: Statement, y: float) -> float:
    said, language, country = words.said(sheets.language), sheets.language, statement.issuer.country
    heads: list[Head] = [
        (said(words.INVOICE_DATE), "whole"),
        (said(words.STATEMENT_WHAT), "wrap"),
        (said(words.STATEMENT_GRANT), "wrap"),
        (said(words.STATEMENT_MINUTES), "right"),
        (said(words.STATEMENT_BALANCE), "right"),
    ]
    rows = [_balance_row(statement, statement.first, words.STATEMENT_OPENING, statement.opening, language)]
    balance = statement.opening
    for movement in statement.movements:
        balance += movement.minutes
        rows.append(
            Row(
                (
                    locale.day(movement.on, language, country),
                    statement_text.described(movement, language),
                    movement.grant_label,
                    locale.signed(movement.minutes, language),
                    locale.duration(balance, language),
                ),
                note=statement_text.remark(movement, language, country),
                wide=True,
            )
        )
    rows.append(_balance_row(statement, statement.last, words.STATEMENT_CLOSING, statement.closing, language))
    y = _heading(sheets, said(words.STATEMENT_MOVEMENTS), y)
    return _drawn(sheets, heads, rows, y)


def _balance_row(statement: Statement, day: date, which: Text, balance: int, language: str) -> Row:
    on = locale.day(day, language, statement.issuer.country)
    return Row((on, words.said(language)(which), "", "", locale.duration(balance, language)), bold=True)


def _grants(sheets: Sheets, statement: Statement, y: float) -> float:
    if not statement.grants:
        return y + 7 * MM
    said, language, country = words.said(sheets.language), sheets.language, statement.issuer.country
    heads: list[Head] = [
        (said(words.STATEMENT_GRANT), "wrap"),
        (said(words.STATEMENT_REMAINING), "right"),
        (said(words.STATEMENT_EXPIRES), "right"),
    ]
    rows = [
        Row(
            (
                grant.label,
                locale.duration(grant.remaining, language),
                statement_text.until(grant.expires, language, country),
            )
        )
        for grant in statement.grants
    ]
    title = said(words.STATEMENT_GRANTS).format(date=locale.long_day(statement.last, language))
    y = _heading(sheets, locale.elided(title, language), y)
    return _drawn(sheets, heads, rows, y, LEFT + 120 * MM)


def _free(sheets: Sheets, statement: Statement, y: float) -> float:
    """What cost nothing, then what was done on quotes, each with its time in all."""
    said = words.said(sheets.language, statement.issuer.country)
    for title, rows in ((words.STATEMENT_FREE, statement.freed), (words.STATEMENT_QUOTES, statement.quoted)):
        if rows:
            y = _unpaid(sheets, said(title), rows, statement.issuer.country, y) - 7 * MM
    return y + 7 * MM


def _unpaid(sheets: Sheets, title: str, entries: Sequence[Freed], country: str, y: float) -> float:
    said, language = words.said(sheets.language), sheets.language
    heads: list[Head] = [
        (said(words.INVOICE_DATE), "whole"),
        (said(words.ANNEX_CASE), "wrap"),
        (said(words.ANNEX_CATEGORY), "wrap"),
        (said(words.ANNEX_AGENT), "wrap"),
        (said(words.STATEMENT_WHY), "wrap"),
        (said(words.ANNEX_RAW), "right"),
    ]
    rows = [
        Row(
            (
                *_worked(entry, language, country),
                free_because(entry.free, entry.quote, language, country),
                locale.stopwatch(entry.raw_seconds, language),
            ),
            note=entry.note or "",
            wide=True,
        )
        for entry in entries
    ]
    whole = locale.stopwatch(sum(entry.raw_seconds for entry in entries), language)
    rows.append(Row((said(words.ANNEX_TOTAL), "", "", "", "", whole), bold=True))
    return _drawn(sheets, heads, rows, _heading(sheets, title, y))


def _overage(sheets: Sheets, statement: Statement, y: float) -> float:
    """What no credit covered, with its money; its minutes and its money in all, of each currency."""
    if not statement.overage:
        return y + 7 * MM
    said, language, country = words.said(sheets.language), sheets.language, statement.issuer.country
    heads: list[Head] = [
        (said(words.INVOICE_DATE), "whole"),
        (said(words.ANNEX_CASE), "wrap"),
        (said(words.ANNEX_CATEGORY), "wrap"),
        (said(words.ANNEX_AGENT), "wrap"),
        (said(words.STATEMENT_MINUTES), "right"),
        (said(words.STATEMENT_RATE), "right"),
        (said(words.INVOICE_AMOUNT), "right"),
    ]
    rows = [
        Row(
            (
                *_worked(entry, language, country),
                locale.duration(entry.minutes, language),
                locale.number(entry.rate, language, country),
                locale.money(entry.amount, entry.currency, language, country),
            ),
            note=entry.note or "",
            wide=True,
        )
        for entry in statement.overage
    ]
    for currency in dict.fromkeys(entry.currency for entry in statement.overage):
        of = [entry for entry in statement.overage if entry.currency == currency]
        minutes = locale.duration(sum(entry.minutes for entry in of), language)
        amount = locale.money(sum((entry.amount for entry in of), ZERO), currency, language, country)
        rows.append(Row((said(words.ANNEX_TOTAL), "", "", "", minutes, "", amount), bold=True))
    y = _heading(sheets, said(words.STATEMENT_OVERAGE), y)
    return _drawn(sheets, heads, rows, y)


def _owed(sheets: Sheets, statement: Statement, y: float) -> float:
    """What the next credit is to settle, with what of it still is on the last day."""
    if not statement.owed:
        return y + 7 * MM
    said, language, country = words.said(sheets.language), sheets.language, statement.issuer.country
    heads: list[Head] = [
        (said(words.INVOICE_DATE), "whole"),
        (said(words.ANNEX_CASE), "wrap"),
        (said(words.ANNEX_CATEGORY), "wrap"),
        (said(words.ANNEX_AGENT), "wrap"),
        (said(words.STATEMENT_MINUTES), "right"),
        (said(words.STATEMENT_STILL_OWED), "right"),
    ]
    rows = [
        Row(
            (
                *_worked(entry, language, country),
                locale.duration(entry.owed, language),
                locale.duration(entry.still_owed, language),
            ),
            note=entry.note or "",
            wide=True,
        )
        for entry in statement.owed
    ]
    sums = (sum(entry.owed for entry in statement.owed), sum(entry.still_owed for entry in statement.owed))
    whole = (locale.duration(minutes, language) for minutes in sums)
    rows.append(Row((said(words.ANNEX_TOTAL), "", "", "", *whole), bold=True))
    y = _heading(sheets, said(words.STATEMENT_OWED), y)
    return _drawn(sheets, heads, rows, y)


def _drawn(sheets: Sheets, heads: list[Head], rows: list[Row], y: float, right: float = RIGHT) -> float:
    return Table(sheets, heads, LEFT, right, size=7.5, leading=9, gap=2.4).draw(y, rows)


def _worked(entry: Freed | Over | Owing, language: str, country: str) -> tuple[str, str, str, str]:
    return locale.day(entry.on, language, country), entry.case or "", entry.label, entry.agent or ""
