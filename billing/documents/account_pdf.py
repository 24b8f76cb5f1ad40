"""A customer's account as a PDF: every movement with the running balance, what is open, own money (M10)."""

from collections.abc import Iterable

from billing.documents import account_text, fonts, letterhead, locale, words
from billing.documents.page import LEFT, MM, RIGHT, Sheets
from billing.documents.table import Head, Row, Setting, Table
from billing.locales import spoken
from billing.views.account import Account, AccountIn

_MOVEMENTS: tuple[Setting, ...] = ("whole", "wrap", "whole", "right", "right")
_OPEN: tuple[Setting, ...] = ("wrap", "whole", "whole", "right", "right")


def render(account: Account, logo: bytes | None = None) -> bytes:
    """The account's PDF; `logo` are the bytes that the issuer's head names."""
    return drawn(account, logo).pdf()


def drawn(account: Account, logo: bytes | None = None) -> Sheets:
    """The account laid out on sheets, before it is written."""
    account_text.check(account)
    language, issuer = spoken(account.language), account.issuer
    title = f"{words.said(language)(words.ACCOUNT_TITLE)} {account_text.period(account, language)}"
    sheets = letterhead.sheets_for(f"{title} – {account.customer}", issuer, language)
    y = letterhead.draw(sheets, issuer, account.recipient, _facts(account, language), title, logo) + 4
    for of in account.accounts:
        y = _movements(sheets, account, of, y) - 7 * MM
        y = _open(sheets, account, of, y)
    sheets.footers()
    return sheets


def _facts(account: Account, language: str) -> list[tuple[str, str]]:
    said, country = words.said(language), account.issuer.country
    facts = [(said(words.INVOICE_CUSTOMER), account.customer)]
    for of in account.accounts:
        facts.append((said(words.STATEMENT_CLOSING), locale.money(of.closing, of.currency, language, country)))
        if of.own_money:
            own = locale.money(of.own_money, of.currency, language, country)
            facts.append((said(words.ACCOUNT_OWN_MONEY), own))
    if account.position:
        facts.append((said(words.STATEMENT_POSITION), account.position))
    return facts


def _movements(sheets: Sheets, account: Account, of: AccountIn, y: float) -> float:
    said, language = words.said(sheets.language), sheets.language
    heads: list[Head] = list(zip(account_text.heads(language), _MOVEMENTS, strict=True))
    cells = list(account_text.rows(of, account, language))
    rows = [Row(row, bold=n in (0, len(cells) - 1)) for n, row in enumerate(cells)]
    y = _heading(sheets, f"{said(words.STATEMENT_MOVEMENTS)} ({of.currency})", y)
    return _table(sheets, heads, rows, y)


def _open(sheets: Sheets, account: Account, of: AccountIn, y: float) -> float:
    """What is open at the end; without anything nothing is drawn."""
    if not of.open:
        return y
    said, language = words.said(sheets.language), sheets.language
    titles = (words.REMINDER_INVOICE, words.INVOICE_DATE, words.REMINDER_DUE, words.REMINDER_TOTAL, words.REMINDER_OPEN)
    heads: list[Head] = list(zip(map(said, titles), _OPEN, strict=True))
    y = _heading(sheets, locale.elided(account_text.opened(account, language), language), y)
    return _table(sheets, heads, [Row(row) for row in account_text.open_rows(of, account, language)], y) - 7 * MM


def _heading(sheets: Sheets, text: str, y: float) -> float:
    """A heading that is not left alone at the foot of a page."""
    if y - 60 < sheets.bottom:
        y = sheets.turn()
    sheets.text(LEFT, y - 9, fonts.clean(text), 10, sheets.accent, True)
    return y - 15


def _table(sheets: Sheets, heads: list[Head], rows: Iterable[Row], y: float) -> float:
    return Table(sheets, heads, LEFT, RIGHT, size=7.5, leading=9.5, gap=3).draw(y, list(rows))
