"""A statement as a PDF: the chart, every movement with the running balance, free work, overage, what is left (B2)."""

from datetime import date

from billing.documents import chart, fonts, letterhead, locale, statement_text, words
from billing.documents.page import ACCENT, BOTTOM, LEFT, MM, RIGHT, Sheets
from billing.documents.table import Row, Table, columns
from billing.documents.words import free_because
from billing.locales import spoken
from billing.texts import Text
from billing.views.statements import Freed, Over, Statement


def render(statement: Statement) -> bytes:
    """The statement's PDF."""
    return drawn(statement).pdf()


def drawn(statement: Statement) -> Sheets:
    """The statement laid out on sheets, before it is written."""
    statement_text.check(statement)
    language, issuer = spoken(statement.language), statement.issuer
    said = words.said(language)
    title = f"{said(words.STATEMENT_TITLE)} {_period(statement, language)}"
    sheets = Sheets(f"{title} – {statement.customer}", statement.issuer.name, language)
    facts = _facts(statement, language)
    y = letterhead.draw(sheets, issuer, statement.recipient, facts, title)
    y = _heading(sheets, said(words.STATEMENT_CHART), y + 4, room=60 * MM)
    y = chart.draw(sheets, statement, y, LEFT, RIGHT)
    y = _movements(sheets, statement, y - 4 * MM)
    y = _grants(sheets, statement, y - 7 * MM)
    y = _free(sheets, statement, y - 7 * MM)
    _overage(sheets, statement, y - 7 * MM)
    sheets.footers(letterhead.footer(issuer, language))
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
    if y - room < BOTTOM:
        y = sheets.turn()
    sheets.text(LEFT, y - 9, fonts.clean(text), 10, ACCENT, True)
    return y - 15


def _movements(sheets: Sheets, statement: Statement, y: float) -> float:
    said, language, country = words.said(sheets.language), sheets.language, statement.issuer.country
    heads = columns(
        LEFT,
        RIGHT,
        (said(words.INVOICE_DATE), 20, "whole"),
        (said(words.STATEMENT_WHAT), 78, "wrap"),
        (said(words.STATEMENT_GRANT), 38, "wrap"),
        (said(words.STATEMENT_MINUTES), 20, "right"),
        (said(words.STATEMENT_BALANCE), 22, "right"),
    )
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
                )
            )
        )
    rows.append(_balance_row(statement, statement.last, words.STATEMENT_CLOSING, statement.closing, language))
    y = _heading(sheets, said(words.STATEMENT_MOVEMENTS), y)
    return Table(sheets, heads, size=7.5, leading=9.5, gap=3).draw(y, rows)


def _balance_row(statement: Statement, day: date, which: Text, balance: int, language: str) -> Row:
    on = locale.day(day, language, statement.issuer.country)
    return Row((on, words.said(language)(which), "", "", locale.duration(balance, language)), bold=True)


def _grants(sheets: Sheets, statement: Statement, y: float) -> float:
    if not statement.grants:
        return y + 7 * MM
    said, language, country = words.said(sheets.language), sheets.language, statement.issuer.country
    heads = columns(
        LEFT,
        LEFT + 120 * MM,
        (said(words.STATEMENT_GRANT), 60, "wrap"),
        (said(words.STATEMENT_REMAINING), 25, "right"),
        (said(words.STATEMENT_EXPIRES), 35, "right"),
    )
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
    return Table(sheets, heads, size=7.5, leading=9.5, gap=3).draw(y, rows)


def _free(sheets: Sheets, statement: Statement, y: float) -> float:
    if not statement.free:
        return y + 7 * MM
    said, language, country = words.said(sheets.language), sheets.language, statement.issuer.country
    heads = columns(
        LEFT,
        RIGHT,
        (said(words.INVOICE_DATE), 20, "whole"),
        (said(words.ANNEX_CASE), 30, "wrap"),
        (said(words.ANNEX_CATEGORY), 38, "wrap"),
        (said(words.ANNEX_AGENT), 30, "wrap"),
        (said(words.STATEMENT_WHY), 38, "wrap"),
        (said(words.ANNEX_RAW), 22, "right"),
    )
    rows = [
        Row(
            (
                *_worked(entry, language, country),
                free_because(entry.free, entry.quote, language),
                locale.stopwatch(entry.raw_seconds, language),
            )
        )
        for entry in statement.free
    ]
    y = _heading(sheets, said(words.STATEMENT_FREE), y)
    return Table(sheets, heads, size=7.5, leading=9.5, gap=3).draw(y, rows)


def _overage(sheets: Sheets, statement: Statement, y: float) -> float:
    if not statement.overage:
        return y + 7 * MM
    said, language, country = words.said(sheets.language), sheets.language, statement.issuer.country
    heads = columns(
        LEFT,
        RIGHT,
        (said(words.INVOICE_DATE), 20, "whole"),
        (said(words.ANNEX_CASE), 30, "wrap"),
        (said(words.ANNEX_CATEGORY), 36, "wrap"),
        (said(words.ANNEX_AGENT), 28, "wrap"),
        (said(words.STATEMENT_MINUTES), 18, "right"),
        (said(words.STATEMENT_RATE), 20, "right"),
        (said(words.INVOICE_AMOUNT), 26, "right"),
    )
    rows = [
        Row(
            (
                *_worked(entry, language, country),
                locale.duration(entry.minutes, language),
                locale.number(entry.rate, language, country),
                fonts.clean(locale.money(entry.amount, entry.currency, language, country)),
            )
        )
        for entry in statement.overage
    ]
    y = _heading(sheets, said(words.STATEMENT_OVERAGE), y)
    return Table(sheets, heads, size=7.5, leading=9.5, gap=3).draw(y, rows)


def _worked(entry: Freed | Over, language: str, country: str) -> tuple[str, str, str, str]:
    return locale.day(entry.on, language, country), entry.case or "", entry.label, entry.agent or ""
