"""Transactions of the office, begun and ended: one that writes, one that reads; done again where writers collide."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from billing.errors import DatabaseRefusal
from billing.office.transaction import Setting, Transaction
from billing.store import journal, parties
from billing.store.ahead import Asked
from billing.store.engine import Overtaken, reading, writing
from billing.store.refusing import collided, crossed, of_database, refusal_of
from billing.store.sql import Engine

T = TypeVar("T")


@contextmanager
def work(
    setting: Setting, bulk: bool = False, first: Iterable[Asked] = (), late: bool = False
) -> Iterator[Transaction]:
    """A transaction that writes; all of it or nothing is kept. `first` is asked as it begins, `late` see `writing`."""
    with writing(setting.engine, first, late) as connection:
        tx = Transaction(connection, setting, bulk)
        yield tx
        tx.appender.end()
        journal.flush(connection)


@contextmanager
def look(setting: Setting, first: Iterable[Asked] = ()) -> Iterator[Transaction]:
    """A transaction that only reads. `first` is asked as it begins."""
    with reading(setting.engine, first) as connection:
        yield Transaction(connection, setting, reads=True)


def done(
    setting: Setting,
    request: Callable[[Transaction], T],
    bulk: bool = False,
    dry_run: bool = False,
    first: Sequence[Asked] = (),
    late: bool = False,
) -> T:
    """Does a request in a transaction that writes, and answers what it answers; a dry run is taken back.

    It is done again where another writer came between: one that made the same id, case or customer at the same moment
    is seen the next time; of two that waited for each other, the database gives one up. What began `late`, so that a
    SQLite file is locked only while it is written to, is done again with the file locked from the start.
    """
    for left in reversed(range(_TRIES)):
        try:
            with suppress(_TakeBack), work(setting, bulk, first, late) as tx:
                answer = request(tx)
                if dry_run:
                    raise _TakeBack
            return answer
        except Overtaken:
            late = False
        except Exception as failed:
            if of_database(failed) and crossed(failed) and not left:
                raise refusal_of(setting.engine, failed) from failed
            if not of_database(failed) or not collided(failed) or not left:
                raise
    raise AssertionError("unreachable")


_TRIES = 5


class _TakeBack(Exception):
    """Ends a dry run: its transaction is rolled back."""


def today_of(engine: Engine, made: bool = True) -> date:
    """Today in the issuer's time zone: a day of work is a day there (T5); where there is no issuer, the clock's.

    He may not be there yet, or be lost: then `audit` still has to open the books, to say so.
    """
    try:
        zone = ZoneInfo(parties.issuer_of(engine)["timezone"]) if made else None
    except DatabaseRefusal as refused:
        if refused.code != "damaged":
            raise
        zone = None
    return (datetime.now().astimezone() if zone is None else datetime.now(zone)).date()
