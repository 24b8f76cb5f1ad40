"""What was earned in a period, read from the books, so that it is what they say to the cent (M9)."""

from collections.abc import Callable
from typing import Any

from billing.core import income
from billing.office.reports import books
from billing.office.transaction import Transaction
from billing.requests.books import AskBooks
from billing.requests.income import AskIncome
from billing.views.income import Income, IncomeRow, IncomeTotal


def income_of(tx: Transaction, question: AskIncome) -> Income:
    """The revenue of a period by the keys asked for, and in all."""
    first, last = question.days(tx.today)
    entries = books.journal_of(tx, AskBooks(since=first, until=last)).entries
    rows = [
        IncomeRow(currency=row.currency, amount=row.amount, **dict(zip(question.by, row.by, strict=True)))
        for row in income.earned(entries, question.by)
    ]
    totals = [IncomeTotal(currency=row.currency, amount=row.amount) for row in income.earned(entries, ())]
    return Income(first=first, last=last, by=question.by, rows=tuple(rows), totals=tuple(totals))


QUESTIONS: dict[Any, Callable[..., Any]] = {AskIncome: income_of}
