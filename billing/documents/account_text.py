"""A customer's account as text for the terminal or a mail, and as CSV for a spreadsheet (M10)."""

import csv as csv_
import io
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from billing.core.cells import harmless
from billing.documents import locale, words
from billing.documents.plain import aligned
from billing.locales import spoken
from billing.texts import Text
from billing.views.account import Account, AccountIn, AccountRow

FIELDS = ("kind", "date", "document", "due", "amount", "used", "balance", "currency", "reason")


def text(account: Account) -> str:
    """The account in plain lines: movements with the running balance, what is open, own money."""
    check(account)
    language, said = spoken(account.language), words.said(spoken(account.language))
    name = account.customer_name or account.customer
    parts = [f"{said(words.ACCOUNT_TITLE)} {period(account, language)}\n{name} ({account.customer})"]
    for of in account.accounts:
        parts.append(aligned([heads(language), *rows(of, account, language)], figures=2))
        if of.open:
            title = locale.elided(opened(account, language), language)
            parts.append(f"{title}\n{aligned([*open_rows(of, account, language)], figures=2)}")
        if of.own_money:
            amount = locale.money(of.own_money, of.currency, language, account.issuer.country)
            parts.append(said(words.NAMED).format(name=said(words.ACCOUNT_OWN_MONEY), value=amount))
    if account.position:
        parts.append(said(words.NAMED).format(name=said(words.STATEMENT_POSITION), value=account.position))
    return "\n\n".join(parts) + "\n"


def csv(account: Account) -> str:
    """The account as CSV (RFC 4180, comma, CRLF): ISO days, decimal points, one row a movement.

    In each currency `amount` sums up from the opening row's balance to that of the closing row.
    """
    out = io.StringIO()
    writer = csv_.writer(out)
    head, found = table(account)
    writer.writerow(head)
    writer.writerows([[harmless(cell) for cell in row] for row in found])
    return out.getvalue()


def table(account: Account) -> tuple[Sequence[str], list[list[object]]]:
    """The same as values, the names of the columns first."""
    return FIELDS, [[row.get(name) for name in FIELDS] for row in _moved(account)]


def _moved(account: Account) -> Iterator[dict[str, object]]:
    check(account)
    for of in account.accounts:
        yield _row("opening", account.first, of, of.opening)
        for moved in of.movements:
            known = {"document": moved.document, "due": moved.due, "amount": moved.amount, "used": moved.used or None}
            yield {**_row(moved.kind, moved.on, of, moved.balance), **known, "reason": moved.reason}
        yield _row("closing", account.last, of, of.closing)
        for item in of.open:
            yield {**_row("open", item.on, of, item.open), "document": item.invoice, "due": item.due}


def check(account: Account) -> None:
    """Asserts that opening and movements make the closing, and that it is what is open less own money (M10)."""
    for of in account.accounts:
        moved = sum((row.amount for row in of.movements), of.opening)
        open_ = sum((item.open for item in of.open), Decimal(0))
        assert moved == of.closing == open_ - of.own_money, (account.customer, of.currency, moved, of.closing)


def period(account: Account, language: str) -> str:
    """From one day to another, in words."""
    first, last = (locale.day(on, language, account.issuer.country) for on in (account.first, account.last))
    return words.said(language)(words.INVOICE_FROM_TO).format(first=first, last=last)


def opened(account: Account, language: str) -> str:
    """The title over what is open at the end."""
    return words.said(language)(words.ACCOUNT_OPEN).format(date=locale.long_day(account.last, language))


def heads(language: str) -> tuple[str, ...]:
    """What the columns of movements are called."""
    titles = (words.INVOICE_DATE, words.ACCOUNT_WHAT, words.REMINDER_DUE, words.SLIP_AMOUNT, words.STATEMENT_BALANCE)
    return tuple(map(words.said(language), titles))


def rows(of: AccountIn, account: Account, language: str) -> Iterator[tuple[str, ...]]:
    """The movements as they are printed, between the two balances."""
    country = account.issuer.country
    yield _balance(of, account, account.first, words.STATEMENT_OPENING, of.opening, language)
    for moved in of.movements:
        yield (
            locale.day(moved.on, language, country),
            described(moved, of, account, language),
            locale.day(moved.due, language, country) if moved.due else "",
            locale.number(moved.amount, language, country),
            locale.number(moved.balance, language, country),
        )
    yield _balance(of, account, account.last, words.STATEMENT_CLOSING, of.closing, language)


def open_rows(of: AccountIn, account: Account, language: str) -> Iterator[tuple[str, ...]]:
    """What is open at the end: invoice, its day, due day, total, what is open."""
    country = account.issuer.country
    for item in of.open:
        days = (item.on, item.due)
        yield (
            item.invoice,
            *(locale.day(on, language, country) if on else "" for on in days),
            locale.money(item.total, of.currency, language, country),
            locale.money(item.open, of.currency, language, country),
        )


def described(moved: AccountRow, of: AccountIn, account: Account, language: str) -> str:
    """A movement in words: what it is, of which document, how much own money, and why."""
    said = words.said(language, account.issuer.country)
    used = locale.money(moved.used, of.currency, language, account.issuer.country) if moved.used else ""
    parts = [said(words.ACCOUNT_MOVEMENTS[moved.kind]), moved.document, used, " ".join(moved.reason.split())]
    return " · ".join(part for part in parts if part)


def _balance(
    of: AccountIn, account: Account, day: date, which: Text, amount: Decimal, language: str
) -> tuple[str, ...]:
    country = account.issuer.country
    on = locale.day(day, language, country)
    return on, words.said(language)(which), "", "", locale.money(amount, of.currency, language, country)


def _row(kind: str, on: date, of: AccountIn, balance: Decimal) -> dict[str, object]:
    return {"kind": kind, "date": on, "balance": balance, "currency": of.currency}
