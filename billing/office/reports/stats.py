"""A database in figures: sizes, growth, how long the usual questions take, and limits before they are met."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from billing.office.balances import balances
from billing.office.cases import caseload
from billing.office.reports import reports, statements
from billing.office.transaction import Transaction
from billing.requests.balances import AskBalance
from billing.requests.cases import AskQueue
from billing.requests.reports import AskReceivables
from billing.requests.statements import AskStatement
from billing.requests.stats import AskIssuer, AskStats
from billing.store import sizes
from billing.store.sizes import Sizes
from billing.store.url import shown
from billing.texts import say
from billing.views.stats import IssuerInShort, Limit, ReadTimed, Stats

NUMBERS = 99_999  # a number is printed with five digits (M6)
LARGE = 20 << 30  # bytes of a SQLite file: copying, checking and moving it take minutes from here on
_NEAR = 5  # a limit is near when a fifth is left
_COPIES = 2  # a backup and a migration each write a whole copy


def stats(tx: Transaction, _question: AskStats) -> Stats:
    """The figures; the questions are asked of the customer with the most entries."""
    size, tables = sizes.of(tx.connection), sizes.tables(tx.connection)
    rows = {table.table: table.rows for table in tables}
    first, lately = sizes.worked(tx.connection, tx.today)
    engine = tx.connection.engine
    return Stats(
        database=shown(engine.url.render_as_string(hide_password=True)),
        kind="sqlite" if engine.dialect.name == "sqlite" else "postgresql",
        size=size.size,
        unused=size.unused,
        customers=rows["customer"],
        entries=rows["entry"],
        documents=rows["document"],
        first=first,
        entries_last_year=lately,
        growth=size.size * lately // rows["entry"] if rows["entry"] else None,
        tables=tuple(tables),
        reads=tuple(sorted(_reads(tx), key=lambda read: -read.milliseconds)),
        limits=tuple(limits(tx, size)),
    )


def in_short(tx: Transaction, _question: AskIssuer) -> IssuerInShort:
    """The issuer, for a list of many."""
    customers, month = sizes.used(tx.connection)
    row = tx.issuer
    return IssuerInShort(
        name=row["name"],
        country=row["country"],
        currency=row["currency"],
        customers=customers,
        last_run=month,
    )


def _reads(tx: Transaction) -> Iterator[ReadTimed]:
    code = sizes.busiest(tx.connection)
    year = tx.today - timedelta(days=364)
    asked: list[tuple[Any, str | None, Callable[[], object]]] = [
        ("receivables", None, lambda: reports.receivables(tx, AskReceivables())),
        ("queue", None, lambda: caseload.queue(tx, AskQueue())),
    ]
    if code is not None:
        asked += [
            ("balance", code, lambda: balances.asked(tx, AskBalance(customer=code))),
            ("statement", code, lambda: statements.asked(tx, AskStatement(customer=code, first=year, last=tx.today))),
        ]
    for what, of, ask in asked:
        ask()  # what comes in for the first time is not counted
        began = time.perf_counter_ns()
        ask()
        yield ReadTimed(what, of, (time.perf_counter_ns() - began) // 1_000_000)


def limits(tx: Transaction, size: Sizes) -> Iterator[Limit]:
    """What there can only be so much of: numbers of this year, the disk, what a file is good for."""
    for series, last in sizes.numbered(tx.connection, tx.today.year).items():
        about = f"{series}-{tx.today.year}"
        text = say("{count} of {most} numbers of {series} {count:is|are} used", count=last, most=NUMBERS, series=about)
        yield Limit("numbers", about, last, NUMBERS, _is_near(last, NUMBERS), text)
    if size.left is not None:
        wanted = _COPIES * size.size
        text = say("the disk has {left} MB left; a backup and a newer program need {wanted} MB", left=size.left >> 20,
                   wanted=-(-wanted // (1 << 20)))  # fmt: skip
        yield Limit("disk", "disk", wanted, size.left, wanted > size.left, text)
        text = say("the file is of {size} MB; from {most} MB on, PostgreSQL is the better place", size=size.size >> 20,
                   most=LARGE >> 20)  # fmt: skip
        yield Limit("file", "file", size.size, LARGE, _is_near(size.size, LARGE), text)


def _is_near(now: int, most: int) -> bool:
    return now * _NEAR >= most * (_NEAR - 1)


QUESTIONS: dict[Any, Callable[..., Any]] = {AskStats: stats, AskIssuer: in_short}
