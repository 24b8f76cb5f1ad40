"""The books as a Beancount ledger: money in its currencies, minutes as the commodity MIN. It decides nothing.

Sums at the end are asserted to the cent with `balance`; they come from the engine's own functions, so that bean-check
compares two ways to the same number.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from billing.core.journal import MINUTES, Balance, Books, Entry, Leg, Minutes
from billing.core.units import day_after
from billing.exchange import wording
from billing.values import dataclass

_ACCOUNTS = {
    "receivable": "Assets:Receivable",
    "customer-money": "Liabilities:CustomerMoney",
    "bank": "Assets:Bank",
    "deferred": "Liabilities:Deferred",
    "revenue": "Income:Support",
    "add-ons": "Income:AddOns",
    "quotes": "Income:Quotes",
    "breakage": "Income:Breakage",
    "vat": "Liabilities:VAT",
    "vat-pending": "Liabilities:VATPending",
    "rounding": "Income:Rounding",
    "loss": "Expenses:Loss",
    "suspense": "Assets:Suspense",
    "bank-charges": "Expenses:BankCharges",
    "minutes": "Assets:Minutes",
    "opening-balance": "Equity:Opening",
}
_EARNED = "Income:Packs"  # the revenue that is no line of a document
_FEES = "Income:Fees"
_OPENING = "Equity:Opening"
_PER_CUSTOMER = ("receivable", "customer-money", "deferred")
_COMMODITIES = {MINUTES: "Minutes of prepaid support"}

Posting = tuple[str, Decimal, str]  # account, number, commodity


@dataclass(frozen=True, slots=True)
class _Transaction:
    """A transaction of the ledger. What is text is not escaped yet."""

    on: date
    payee: str
    narration: str
    postings: tuple[Posting, ...]
    link: str = ""


def ledger(books: Books) -> str:
    """The whole ledger as text: options, accounts, transactions, assertions; the same for the same books."""
    written = [*_opening(books), *sorted([*_money(books), *_minutes(books)], key=lambda each: each.on)]
    opened: dict[str, tuple[date, set[str]]] = {}
    for transaction in written:
        for account, _, commodity in transaction.postings:
            opened.setdefault(account, (transaction.on, set()))[1].add(commodity)
    used = {commodity for _, commodities in opened.values() for commodity in commodities}
    lines = [f"option {_quoted('title')} {_quoted(books.issuer)}"]
    lines += [f"option {_quoted('operating_currency')} {_quoted(currency)}" for currency in _currencies(books, used)]
    lines += ["", *_commodities(used, written)]
    lines += [f"{on} open {account}  {','.join(sorted(of))}" for account, (on, of) in sorted(opened.items())]
    lines += [f"\n{_text(transaction)}" for transaction in written]
    lines += ["", *_assertions(books, opened)]
    return "\n".join(lines) + "\n"


def component(name: str) -> str:
    """A customer's code or a grant as a part of an account's name; no two names become one.

    What is fit stays as it is. Anything else begins with `X-`, and what is no letter or digit is written as its number.
    """
    fit = re.fullmatch(r"[A-Z0-9][A-Za-z0-9-]*", name) and not name.startswith("X-")
    return name if fit else _spelt(name)


def title(name: str) -> str:
    """A tariff's name of a product or category likewise: `pack-12h` as `Pack-12h`; no two names become one."""
    fit = re.fullmatch(r"[a-z][A-Za-z0-9-]*", name) and not name.startswith("x-")
    return name[0].upper() + name[1:] if fit else _spelt(name)


def _spelt(name: str) -> str:
    return "X-" + "".join(char if char.isascii() and char.isalnum() else f"-{ord(char):X}-" for char in name)


def _money(books: Books) -> Iterator[_Transaction]:
    for entry in books.entries:
        postings = tuple((_account(entry, leg), leg.amount, leg.currency) for leg in entry.legs)
        name = books.name_of(entry.customer, entry.on)
        yield _Transaction(entry.on, name, wording.text(entry), postings, entry.document)


def _account(entry: Entry, leg: Leg) -> str:
    if entry.what == "fee-earned" and leg.role != "deferred":
        return _FEES
    if leg.role == "revenue" and entry.journal == "general":
        return f"{_EARNED}:{title(leg.detail)}"
    return _account_of(leg.role, entry.customer, leg.detail)


def _account_of(role: str, customer: str, detail: str) -> str:
    if role == "minutes":
        return f"{_ACCOUNTS[role]}:{component(customer)}:{component(detail)}"
    if role in _PER_CUSTOMER:
        return f"{_ACCOUNTS[role]}:{component(customer)}"
    if role in ("vat", "vat-pending"):
        return f"{_ACCOUNTS[role]}:{detail.replace('.', '-')}"  # S-8-1: a category and a rate, nothing else
    return f"{_ACCOUNTS[role]}:{title(detail)}" if detail else _ACCOUNTS[role]


def _minutes(books: Books) -> Iterator[_Transaction]:
    for moved in books.minutes:
        number = Decimal(moved.movement.minutes)
        kind = moved.movement.kind
        narration = wording.late(f"{kind}, case {moved.case}" if moved.case else kind, moved.own_day)
        other = f"Equity:Minutes:{''.join(part.capitalize() for part in kind.split('-'))}"
        postings = ((_minutes_account(moved), number, MINUTES), (other, -number, MINUTES))
        name = books.name_of(moved.customer, moved.movement.on)
        yield _Transaction(moved.movement.on, name, narration, postings)


def _minutes_account(moved: Minutes) -> str:
    return _account_of("minutes", moved.customer, moved.grant)


def _opening(books: Books) -> Iterator[_Transaction]:
    """What was there before the first day, against equity."""
    by_customer: dict[str, list[Balance]] = {}
    for balance in books.opening:
        by_customer.setdefault(balance.customer, []).append(balance)
    for customer, balances in by_customer.items():
        assert books.since is not None
        own = [(_account_of(b.role, customer, b.detail), b.amount, b.unit) for b in balances]
        others = [(_OPENING, -_sum(own, unit), unit) for unit in dict.fromkeys(b.unit for b in balances)]
        postings = tuple(posting for posting in [*own, *others] if posting[1])
        yield _Transaction(books.since, books.name_of(customer, books.since), "opening balance", postings)


def _assertions(books: Books, opened: dict[str, tuple[date, set[str]]]) -> list[str]:
    """What every account of customers, of VAT and of minutes must come to; `~ 0` lets not one cent go."""
    sums: dict[tuple[str, str], Decimal] = {}
    for balance in books.closing:
        key = (_account_of(balance.role, balance.customer, balance.detail), balance.unit)
        sums[key] = sums.get(key, Decimal(0)) + balance.amount
    morning = day_after(books.until)
    return [
        f"{morning} balance {account}  {amount} ~ 0 {unit}"
        for (account, unit), amount in sorted(sums.items())
        if amount or unit in opened.get(account, (morning, set()))[1]
    ]


def _currencies(books: Books, used: Iterable[str]) -> list[str]:
    """The issuer's currency, then the others."""
    return [books.currency, *sorted(set(used) - {books.currency, *_COMMODITIES})]


def _commodities(used: set[str], written: list[_Transaction]) -> Iterator[str]:
    for commodity, name in _COMMODITIES.items():
        if commodity in used:
            yield f"{min(each.on for each in written)} commodity {commodity}\n  name: {_quoted(name)}"


def _sum(postings: Iterable[Posting], unit: str) -> Decimal:
    return sum((number for _, number, of in postings if of == unit), Decimal(0))


def _text(transaction: _Transaction) -> str:
    link = f" ^{transaction.link}" if transaction.link else ""
    head = f"{transaction.on} * {_quoted(transaction.payee)} {_quoted(transaction.narration)}{link}"
    return "\n".join([head, *(f"  {account}  {number} {of}" for account, number, of in transaction.postings)])


def _quoted(text: str) -> str:
    plain = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'
