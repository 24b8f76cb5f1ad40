"""What tests share: a database that is ready, lines loaded into it, the command line run in this process."""

import contextlib
import io
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from sqlalchemy import select

from billing import tariffs
from billing.core.journal import Books
from billing.core.rates import NO_RATES, Rates
from billing.exchange import bookkeeping
from billing.law.accounts import Chart
from billing.lines import bulk
from billing.office.transaction import Setting
from billing.requests import parties as requests
from billing.requests.audit import AskAudit
from billing.requests.balances import AskBalance
from billing.requests.base import Question, Request
from billing.requests.books import AskBooks
from billing.requests.entries import Log, Undo, Void
from billing.requests.payments import WriteOff
from billing.requests.reports import AskDeferred, AskReceivables
from billing.requests.statements import AskStatement
from billing.requests.verdicts import Verify
from billing.service import Billing
from billing.store import ledger, schema
from billing.store.engine import open_engine, reading
from billing.store.heads import Head
from billing.views.codec import to_json
from billing.views.statements import Statement

if TYPE_CHECKING:
    from pytest import MonkeyPatch

TODAY = date(2030, 1, 1)
WHOLE = bool(os.environ.get("BILLING_WHOLE"))  # long searches whole, as by night; else a share of each


def made(url: str, country: str = "CH", today: date = TODAY, **issuer: Any) -> Setting:
    """A database with an issuer, and a fixed today."""
    setting = opened(url, today)
    init(setting, **{"name": "Demo SA", "country": country, **issuer})
    return setting


def init(setting: Setting, **issuer: Any) -> dict[str, Any]:
    """Sets the issuer's data, as `billing init --json` answers it."""
    return do(setting, requests.SetIssuer(**_spread(issuer)))


def change_customer(setting: Setting, code: str, **given: Any) -> dict[str, Any]:
    """Changes a customer's data, as `billing customer change --json` answers it."""
    return do(setting, requests.ChangeCustomer(customer=code, **_spread(given)))


def _spread(given: dict[str, Any]) -> dict[str, Any]:
    """What a party is described by, with its address as fields of their own."""
    address: dict[str, Any] = given.get("address", {})
    return {name: value for name, value in given.items() if name != "address"} | address


def hold(setting: Setting, code: str, reason: str | None) -> dict[str, Any]:
    """Holds a customer for a reason, or releases it."""
    return do(setting, requests.Hold(customer=code, reason=reason) if reason else requests.Release(customer=code))


def opened(url: str, today: date = TODAY) -> Setting:
    """A database that is there already, on a fixed day."""
    return Setting(open_engine(url), today, tuple(tariffs.folders(os.environ)), fixed_clock=True)


def contents(setting: Setting) -> dict[str, list[dict[str, Any]]]:
    """All that the database holds: each table's rows in the order of their keys."""
    with reading(setting.engine) as connection:
        return {
            table.name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
            for table in schema.metadata.sorted_tables
        }


def do(setting: Setting, request: Request[Any], key: str | None = None, dry_run: bool = False) -> dict[str, Any]:
    """Does a request at the door: its view as the JSON of the command line.

    Tests look back from 2030: what looks like a typing error (M19) is meant.
    """
    if hasattr(request, "yes") and not isinstance(request, WriteOff):
        request = replace(request, yes=True)  # type: ignore[call-arg]
    outcome = Billing(setting).do(request, key, dry_run=dry_run)
    return to_json(outcome.view) | ({} if outcome.new else {"unchanged": True})


def ask(setting: Setting, question: Question[Any]) -> dict[str, Any]:
    """Asks a question at the door: its view as the JSON of the command line."""
    return to_json(Billing(setting).ask(question))


def balance(setting: Setting, code: str, at: date | None = None, language: str | None = None) -> dict[str, Any]:
    """A customer's balance, as `billing balance --json` answers it."""
    return ask(setting, AskBalance(customer=code, at=at, language=language))


def statement(setting: Setting, code: str, first: date, last: date) -> Statement:
    """A customer's statement of a period."""
    return Billing(setting).ask(AskStatement(customer=code, first=first, last=last))


def log(setting: Setting, id: str | None = None, **request: Any) -> dict[str, Any]:
    """Logs time, as `billing log --json` answers it."""
    return do(setting, Log(**request), id)


def void(setting: Setting, entry: str, reason: str, at: date | None = None) -> dict[str, Any]:
    """Voids an entry."""
    return do(setting, Void(entry=entry, reason=reason, on=at))


def undo(setting: Setting, agent: str | None = None) -> dict[str, Any]:
    """Voids an agent's last entry."""
    return do(setting, Undo(agent=agent))


def verify(setting: Setting, case: str, at: date | None = None, **request: Any) -> dict[str, Any]:
    """Verifies a case."""
    return do(setting, Verify(case=case, on=at, **request))


def audit(setting: Setting) -> dict[str, Any]:
    """What an audit finds, as `billing audit --json` answers it."""
    return ask(setting, AskAudit())


def books(setting: Setting, until: date | None = None, since: date | None = None) -> Books:
    """The books, as the exports have them."""
    return Billing(setting).ask(AskBooks(until=until, since=since))


def fec(found: Books, chart: Chart, rates: Rates = NO_RATES) -> str:
    """The whole FEC of books."""
    return "".join(bookkeeping.fec(found, chart, rates))


def receivables(setting: Setting, at: date) -> dict[str, Any]:
    """What is open on a day, as `billing report receivables --json` answers it."""
    return ask(setting, AskReceivables(at=at))


def deferred(setting: Setting, at: date) -> dict[str, Any]:
    """What is deferred on a day, as `billing report deferred --json` answers it."""
    return ask(setting, AskDeferred(at=at))


def on(setting: Setting, today: date) -> Setting:
    """The same database on another day."""
    return replace(setting, today=today)


def load(setting: Setting, *lines: dict[str, Any]) -> dict[str, int]:
    """Loads lines as `billing load` does."""
    return bulk.load(Billing(setting), [json.dumps(line) for line in lines])


@contextlib.contextmanager
def environment(**values: str) -> Iterator[None]:
    """Environment variables for a while."""
    with patch.dict(os.environ, values):
        yield


def run(*args: str, stdin: str = "", **env: str) -> tuple[int, str, str]:
    """Runs the command line in this process: exit status, stdout, stderr."""
    from billing.commands.app import main

    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    source = io.TextIOWrapper(io.BytesIO(stdin.encode()), "utf-8")
    with (
        patch.dict(os.environ, env),
        patch.object(sys, "argv", ["billing", *args]),
        patch.object(sys, "stdin", source),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
            status = 0
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    out.flush()
    return status, out.buffer.getvalue().decode(), err.getvalue()


def jsonl(lines: Iterable[dict[str, Any]]) -> str:
    """JSON Lines."""
    return "".join(json.dumps(line) + "\n" for line in lines)


def whole_books(monkeypatch: "MonkeyPatch") -> Counter[str]:
    """How often each customer's whole book is read from now on, by code."""
    read: Counter[str] = Counter()
    whole = ledger.history

    def counted(connection: Any, head: Head, tariffs: Any) -> Any:
        read[head.code] += 1
        return whole(connection, head, tariffs)

    monkeypatch.setattr(ledger, "history", counted)
    return read
