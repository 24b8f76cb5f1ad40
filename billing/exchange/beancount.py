"""The books as a Beancount ledger: money in its currencies, minutes as the commodity MIN. It decides nothing.

Sums at the end are asserted with `balance`; they come from the engine's own functions, so that bean-check compares two
ways to the same number.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from billing.core.journal import Books, Entry, Leg, Minutes

_ACCOUNTS = {
    "receivable": "Assets:Receivable",
    "customer-money": "Liabilities:CustomerMoney",
    "bank": "Assets:Bank",
    "deferred": "Liabilities:Deferred",
    "revenue": "Income:Support",
    "add-ons": "Income:AddOns",
    "breakage": "Income:Breakage",
    "vat": "Liabilities:VAT",
    "rounding": "Income:Rounding",
}
_PER_CUSTOMER = ("receivable", "customer-money", "deferred")


def ledger(books: Books) -> str:
    """The whole ledger as text: options, accounts, entries, minutes, assertions."""
    bookings = [*_money(books), *_minutes(books)]
    checks = list(_checks(books))
    opened: dict[str, date] = {}
    for day, text in [*bookings, *checks]:
        for account in _NAMED.findall(text):
            opened[account] = min(opened.get(account, day), day)
    lines = [
        f'option "title" "{_quoted(books.issuer)}"',
        f'option "operating_currency" "{books.currency}"',
        "",
        *(f"{day} open {account}" for account, day in sorted(opened.items())),
    ]
    lines += [f"\n{text}" for _, text in sorted(bookings, key=lambda booking: booking[0])]
    lines += ["", *(text for _, text in checks)]
    return "\n".join(lines) + "\n"


_NAMED = re.compile(r"(?:Assets|Liabilities|Income|Equity):[A-Za-z0-9:-]+")


def _money(books: Books) -> Iterator[tuple[date, str]]:
    for entry in books.entries:
        name = books.names[entry.customer]
        head = f'{entry.on} * "{_quoted(name)}" "{_quoted(entry.text)}" ^{entry.document}'
        yield (
            entry.on,
            "\n".join([head, *(f"  {_account(entry, leg)}  {leg.amount} {leg.currency}" for leg in entry.legs)]),
        )


def _account(entry: Entry, leg: Leg) -> str:
    parts = [_ACCOUNTS[leg.role]]
    if leg.role in _PER_CUSTOMER:
        parts.append(component(entry.customer))
    elif leg.detail:
        parts.append(component(leg.detail))
    return ":".join(parts)


def _minutes(books: Books) -> Iterator[tuple[date, str]]:
    for moved in books.minutes:
        movement = moved.movement
        about = f"{movement.kind} {moved.case}" if moved.case else movement.kind
        kind = movement.kind.capitalize().replace("-", "")
        yield movement.on, "\n".join([
            f'{movement.on} * "{_quoted(books.names[moved.customer])}" "{_quoted(about)}"',
            f"  {_minutes_account(moved)}  {movement.minutes} MIN",
            f"  Equity:Minutes:{kind}  {-movement.minutes} MIN",
        ])  # fmt: skip


def _minutes_account(moved: Minutes) -> str:
    return f"Assets:Minutes:{component(moved.customer)}:{component(moved.grant)}"


def _checks(books: Books) -> Iterator[tuple[date, str]]:
    morning = books.until + timedelta(days=1)
    for check in books.checks:
        if check.role == "minutes":
            account = f"Assets:Minutes:{component(check.customer)}:{component(check.grant or '')}"
        else:
            account = f"{_ACCOUNTS[check.role]}:{component(check.customer)}"
        yield morning, f"{morning} balance {account}  {check.amount} {check.unit}"


def component(name: str) -> str:
    """A name as part of an account: a capital first, letters, digits and hyphens; no two names become one."""
    if re.fullmatch(r"[A-Za-z0-9-]+", name):
        return f"C{name}"
    return "X" + "".join(char if char.isascii() and char.isalnum() else f"-{ord(char):X}-" for char in name)


def _quoted(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
