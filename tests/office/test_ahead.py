"""The PDFs of a run are drawn while its next documents are numbered, and never before their own are committed."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from billing.crew import Crew
from billing.errors import ServerRefusal
from billing.office.invoicing import drawing, files, runs
from billing.office.invoicing.drawing import Drawing
from billing.office.transacting import look
from billing.office.transaction import Advance, Setting
from billing.requests.invoicing import AskFiles, AskRunFiles
from billing.service import Billing
from billing.store import documents
from billing.store import files as stored
from billing.texts import say
from tests.store import histories
from tests.support import audit, load, made, opened

MONTH, ON = date(2025, 1, 1), date(2025, 1, 31)
NUMBERS = [f"INV-2025-{n:05}" for n in range(1, 11)]
Files = dict[str, bytes]


class Drawer(Executor):
    """Draws at once what is given to it, and remembers which documents others saw in the database by then."""

    def __init__(self, url: str) -> None:
        self.given: list[tuple[list[str], list[str]]] = []  # of each task, what is drawn and what was committed
        self._url = url

    def submit(self, work: Callable[..., Any], /, *tasks: Any, **_: Any) -> "Future[Any]":
        (drawing,) = tasks
        self.given.append(([paper.code for paper in drawing.papers], there(self._url)))
        done: Future[Any] = Future()
        done.set_result(work(drawing))
        return done


class Gone(Drawer):
    """The same, but for a scheduler that goes away at the second task."""

    def submit(self, work: Callable[..., Any], /, *tasks: Any, **_: Any) -> "Future[Any]":
        if self.given:
            done: Future[Any] = Future()
            done.set_exception(ServerRefusal("no-server", say("no answer")))
            return done
        return super().submit(work, *tasks)


def there(url: str) -> list[str]:
    """The documents that another connection sees."""
    setting = opened(url, ON)
    with look(setting) as tx:
        found = [each.number for each in documents.of_run(tx.connection, "2025-01")]
    setting.engine.dispose()
    return found


@pytest.fixture
def ready(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Setting:
    """Ten customers with something to invoice; a part of a run is two of them."""
    setting = made(database_url, today=ON)
    for n in range(10):
        load(setting, *histories.signed(f"C{n}", start="2025-01-01"),
             {"type": "entry", "customer": f"C{n}", "date": "2025-01-10", "minutes": 60})  # fmt: skip
    monkeypatch.setattr(runs, "AT_ONCE", 2)
    monkeypatch.setattr(files, "AT_ONCE", 2)
    return setting


def drawn(setting: Setting, drawer: Drawer, monkeypatch: pytest.MonkeyPatch) -> Files:
    """Runs the month with who draws: the files that came meanwhile."""
    begun: Future[Executor] = Future()
    begun.set_result(drawer)
    monkeypatch.setattr(Crew, "begun", lambda _: begun)
    monkeypatch.setattr(Crew, "close", lambda _: None)
    found: Files = {}
    issued, _ = runs.run(replace(setting, advance=Advance(2, None, found.update)), MONTH, ON)
    assert [document.number for document in issued] == NUMBERS
    return found


def test_documents_are_drawn_when_they_are_committed_and_before_the_next_are(
    ready: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawer = Drawer(ready.engine.url.render_as_string(hide_password=False))
    taken = drawn(ready, drawer, monkeypatch)
    assert drawer.given == [(NUMBERS[n : n + 2], NUMBERS[: n + 2]) for n in range(0, 10, 2)]
    assert list(taken) == NUMBERS
    books = Billing(ready)
    assert {file.number: file.data for file in books.ask(AskFiles(numbers=tuple(NUMBERS)))} == taken
    assert books.ask(AskRunFiles(month=MONTH)).pdf == tuple(NUMBERS)
    assert audit(ready)["faults"] == []


def test_the_files_are_those_that_are_drawn_afterwards(ready: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = drawn(ready, Drawer(ready.engine.url.render_as_string(hide_password=False)), monkeypatch)
    with look(ready) as tx:
        papers = stored.papers(tx.connection, NUMBERS)
    alone = drawing.drawn(Drawing(list(papers.values()), ("pdf",), {number: {} for number in NUMBERS}, {}))
    assert {number: one["pdf"].data for number, one in alone.items()} == taken


def test_a_run_goes_on_where_who_draws_is_gone(ready: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """What he had drawn is kept; the rest is made when the files are asked for."""
    taken = drawn(ready, Gone(ready.engine.url.render_as_string(hide_password=False)), monkeypatch)
    assert list(taken) == NUMBERS[:2]
    found = {file.number: file.data for file in Billing(ready).ask(AskFiles(numbers=tuple(NUMBERS)))}
    assert list(found) == NUMBERS and taken.items() < found.items()
    assert audit(ready)["faults"] == []
