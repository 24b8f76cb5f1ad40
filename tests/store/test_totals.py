"""Sums by day are those of the ledger, and tell what a walk over a customer's work tells (B1, L2)."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from billing import law
from billing.office.balances import pending
from billing.office.reports import statements
from billing.office.transacting import look
from billing.office.transaction import Setting
from billing.requests.statements import AskStatement
from billing.store import billed, parties, schema, totals
from billing.store.engine import writing
from tests import support
from tests.store import histories
from tests.support import contents

DERIVED = [table.name for table in schema.DERIVED]


def test_l2_sums_by_day_are_made_anew_from_the_ledger(rich: Setting) -> None:
    """As they are added to while others write, so `rebuild` makes them; `audit` names another, `init` mends it."""
    kept = contents(rich)
    assert all(kept[name] for name in DERIVED)
    with writing(rich.engine) as connection:
        for table in schema.DERIVED:
            connection.execute(table.delete())
        totals.rebuild(connection)
    assert contents(rich) == kept
    with writing(rich.engine) as connection:
        wrong = kept["day_overage"][0]
        connection.execute(update(schema.day_overage).values(minutes=schema.day_overage.c.minutes + 1).where(
            *(schema.day_overage.c[name] == wrong[name] for name in wrong)))  # fmt: skip
    assert not support.audit(rich)["ok"]
    support.init(rich)
    assert support.audit(rich)["ok"]
    assert contents(rich)["day_overage"] == kept["day_overage"]


@pytest.mark.parametrize("by_month", [True, False])
def test_b1_what_sums_tell_is_what_each_entry_tells(
    copied: Callable[..., Setting], by_month: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On each tenth day of two years and after each document, for every customer of a rich history."""
    assert law.is_by_month()
    monkeypatch.setattr(law, "is_by_month", lambda: by_month)
    setting = copied(histories.rich)
    issued = {date.fromisoformat(str(row["issued_on"])) for row in contents(setting)["document"]}
    days = sorted({date(2024, 12, 1) + timedelta(days=10 * n) for n in range(60)} | issued)
    seen = 0
    with look(setting) as tx:
        for one in parties.customers(tx.connection):
            head = tx.customer(one.code, lock=False)
            for day in days:
                entries, lines = billed.unsettled(tx.connection, billed.marked(tx.connection, head, day))
                walked = pending.planned_of(tx, head, entries, lines, day)
                told = pending.pending_of(tx, head, day)
                assert (told.minutes, told.amount) == (walked.minutes, walked.amount), (one.code, day)
                seen += told.minutes != 0
    assert seen > 10


def test_b2_a_statement_of_a_month_is_that_of_the_whole_book(copied: Callable[..., Setting]) -> None:
    """What it reads of the time before, sums by day, opens it as all of the draws do."""
    months = [date(2024 + n // 12, 1 + n % 12, 1) for n in range(0, 30, 2)]
    seen = 0
    with look(copied(histories.rich)) as tx:
        for one in parties.customers(tx.connection):
            head = tx.customer(one.code, lock=False)
            book = tx.book(head)
            for first in months:
                last = first + timedelta(days=40)
                whole = statements.statement_of(tx, head, book, first, last)
                assert statements.asked(tx, AskStatement(customer=one.code, first=first, last=last)) == whole
                seen += bool(whole.opening)
    assert seen > 10
