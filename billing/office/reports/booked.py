"""The journal of a period: the books' entries as the exports have them, and what they come to."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from billing.core.journal import Entry
from billing.core.units import ZERO
from billing.errors import BadInput
from billing.exchange import bookkeeping, wording
from billing.law.accounts import ROLES, Chart, chart, on
from billing.office.reports import books
from billing.office.transaction import Transaction
from billing.requests.books import AskBooks
from billing.requests.journal import AskJournal
from billing.texts import say
from billing.views.journal import AccountTotal, Journal, JournalEntry, JournalLine, JournalTotal


def journal_of(tx: Transaction, question: AskJournal) -> Journal:
    """The entries of a period, without what was there before it."""
    first, last = question.days(tx.today)
    found = books.journal_of(tx, AskBooks(since=first, until=last))
    of = _chart(found.country, question.accounts)
    entries = tuple(_entry(entry, of) for entry in found.entries)
    lines = [line for entry in entries for line in entry.lines]
    return Journal(first=first, last=last, entries=entries, totals=_totals(lines), accounts=_accounts(lines))


def _chart(country: str, own: Iterable[tuple[str, str, str]]) -> Chart:
    named: dict[str, tuple[str, str]] = {}
    for role, number, name in own:
        if role not in ROLES:
            raise BadInput("bad-input", say("{role!r} is no role of an account", role=role))
        named[role] = (number, name)
    return chart(country).with_own(Chart(named))


def _entry(entry: Entry, of: Chart) -> JournalEntry:
    return JournalEntry(
        on=entry.on,
        own_date=entry.own_day,
        journal=entry.journal,
        document=entry.document,
        customer=entry.customer or None,
        what=entry.what,
        about=entry.about,
        text=wording.text(entry),
        lines=tuple(
            JournalLine(
                account=on(of, entry.on)[leg.role][0],
                name=on(of, entry.on)[leg.role][1],
                debit=max(leg.amount, ZERO),
                credit=max(-leg.amount, ZERO),
                currency=leg.currency,
            )
            for leg in bookkeeping.merged(entry, of)
        ),
    )


def _totals(lines: Iterable[JournalLine]) -> tuple[JournalTotal, ...]:
    sums: dict[str, tuple[Decimal, Decimal]] = defaultdict(lambda: (ZERO, ZERO))
    for line in lines:
        debit, credit = sums[line.currency]
        sums[line.currency] = (debit + line.debit, credit + line.credit)
    assert all(debit == credit for debit, credit in sums.values()), sums
    return tuple(
        JournalTotal(currency=currency, debit=debit, credit=credit)
        for currency, (debit, credit) in sorted(sums.items())
    )


def _accounts(lines: Iterable[JournalLine]) -> tuple[AccountTotal, ...]:
    sums: dict[tuple[str, str, str], tuple[Decimal, Decimal]] = defaultdict(lambda: (ZERO, ZERO))
    for line in lines:
        key = line.account, line.name, line.currency
        debit, credit = sums[key]
        sums[key] = (debit + line.debit, credit + line.credit)
    return tuple(
        AccountTotal(account=account, name=name, currency=currency, debit=debit, credit=credit, balance=debit - credit)
        for (account, name, currency), (debit, credit) in sorted(sums.items())
    )


QUESTIONS: dict[Any, Callable[..., Any]] = {AskJournal: journal_of}
