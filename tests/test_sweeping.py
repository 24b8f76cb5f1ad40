"""What makes many objects does without Python's search for circles: while it lasts, and whatever becomes of it."""

import gc
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from billing import sweeping
from billing.errors import Unknown
from billing.lines import bulk
from billing.office.invoicing import files, runs
from billing.office.transaction import Setting
from billing.requests.audit import AskAudit
from billing.requests.base import Question
from billing.requests.books import AskBooks
from billing.requests.cases import AskQueue, AskSweep
from billing.requests.invoicing import AskFiles, RunMonth
from billing.requests.month import AskMonthEnd
from billing.requests.parties import AskCustomers
from billing.requests.reports import AskDeferred, AskReceivables, AskVat
from billing.service import Billing
from tests.support import made


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    return made(f"sqlite:///{tmp_path}/b.db")


def test_it_is_as_before_when_the_last_of_several_ends() -> None:
    assert gc.isenabled()
    with sweeping.unswept():
        with sweeping.unswept():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_load_that_is_refused_leaves_it_as_it_was(setting: Setting) -> None:
    seen: list[bool] = []

    def lines() -> Iterator[str]:
        seen.append(gc.isenabled())
        yield '{"type": "entry", "customer": "NOBODY", "minutes": 5}'

    with pytest.raises(Unknown, match="NOBODY"):
        bulk.load(Billing(setting), lines())
    assert seen == [False]
    assert gc.isenabled()


def test_a_load_leaves_no_circles_behind_by_the_line(setting: Setting) -> None:
    customer = '{"type": "customer", "code": "ANNA", "name": "Anna SA", "country": "CH"}'
    contract = '{"type": "contract", "customer": "ANNA", "tariff": "q3", "tier": "premium", "start": "2025-01-01"}'
    entry = '{"type": "entry", "customer": "ANNA", "case": "K%d", "date": "2025-01-10", "minutes": 5}'
    bulk.load(Billing(setting), [customer, contract])
    gc.collect()
    with sweeping.unswept():
        bulk.load(Billing(setting), [entry % n for n in range(500)])
        assert gc.collect() < 250


def worked(n: int) -> list[str]:
    """A customer with a contract, a case and work on it."""
    return [
        f'{{"type": "customer", "code": "C{n}", "name": "C{n} SA", "country": "CH"}}',
        f'{{"type": "contract", "customer": "C{n}", "tariff": "q3", "tier": "standard", "start": "2025-01-01"}}',
        f'{{"type": "case", "id": "K{n}", "customer": "C{n}", "at": "2025-01-10T09:00"}}',
        f'{{"type": "entry", "customer": "C{n}", "case": "K{n}", "date": "2025-01-10", "minutes": 5}}',
    ]


def test_a_run_and_its_files_leave_no_circles_behind_by_the_part(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction holds itself: those of 10,000 customers filled two megabytes before anybody looked."""
    lines = [line for n in range(30) for line in worked(n)]
    books = Billing(setting)
    bulk.load(books, lines)
    monkeypatch.setattr(runs, "AT_ONCE", 1)
    monkeypatch.setattr(files, "AT_ONCE", 1)
    gc.collect()
    with sweeping.unswept():
        made = books.do(RunMonth(month=date(2025, 1, 1), yes=True)).view
        assert gc.collect() < 600
        assert len(books.ask(AskFiles(numbers=tuple(each.number for each in made.invoices)))) == 30
        assert gc.collect() < 600


ASKED: list[Question[Any]] = [
    AskMonthEnd(month=date(2025, 1, 1)),
    AskReceivables(at=date(2025, 2, 1)),
    AskDeferred(at=date(2025, 2, 1)),
    AskVat(first=date(2025, 1, 1), last=date(2025, 2, 1)),
    AskBooks(since=date(2025, 1, 1), until=date(2025, 2, 1)),
    AskAudit(),
    AskCustomers(),
    AskQueue(),
    AskSweep(),
]


@pytest.fixture(scope="module")
def few_and_many(tmp_path_factory: pytest.TempPathFactory) -> list[Billing]:
    """Books of three and of thirty customers, with a month that was invoiced."""
    folder, made_of = tmp_path_factory.mktemp("circles"), []
    for customers in (3, 30):
        books = Billing(made(f"sqlite:///{folder}/{customers}.db"))
        bulk.load(books, [line for n in range(customers) for line in worked(n)])
        books.do(RunMonth(month=date(2025, 1, 1), yes=True))
        made_of.append(books)
    return made_of


@pytest.mark.parametrize("question", ASKED, ids=lambda question: type(question).__name__)
def test_a_question_leaves_no_circles_behind_by_the_customer(
    question: Question[Any], few_and_many: list[Billing]
) -> None:
    """Nobody looks for them while it is answered: what it leaves must not grow with the books."""
    left = []
    for books in few_and_many:
        books.ask(question)  # what is read in or compiled once
        gc.collect()
        with sweeping.unswept():
            books.ask(question)
            left.append(gc.collect())
    assert left[1] < left[0] + 27, left  # less than one for each of the others
