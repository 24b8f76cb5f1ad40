"""What is kept of a customer's chain by its hash costs less and answers the same (L2, L6)."""

import json
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from billing.errors import Refusal
from billing.lines import bulk
from billing.requests.balances import AskBalance
from billing.requests.entries import Log
from billing.requests.parties import AskCustomers, ChangeCustomer, SetIssuer
from billing.requests.privacy import Erase
from billing.service import Asked, Billing
from billing.store import ledger
from billing.store.light import LightConnection
from billing.store.query import Query
from billing.views.balances import Balance
from billing.views.entries import Charged
from tests.history import Random
from tests.store.histories import signed
from tests.support import load, made

LAST = date(2026, 12, 31)
DAYS = (None, date(2024, 7, 10), date(2024, 10, 10))


def figures(of: Balance) -> tuple[object, ...]:
    """What an entry's answer says of a balance: without names in a language."""
    grants = [(grant.id, grant.remaining, grant.expires) for grant in of.grants]
    return of.minutes, of.owed, of.unbilled, of.waiting, of.contract, of.position, grants


@pytest.mark.parametrize("seed", range(4))
def test_a_door_that_stays_answers_as_one_that_was_opened_just_now(tmp_path: Path, seed: int) -> None:
    """Of two doors, each of which does a part of it, and of what an entry has left (B1): what is derived is so (L2)."""
    tariff, day, logged = ["q3", "qualiodoo"][seed % 2], date(2024, 6, 1), 0
    url, pick = f"sqlite:///{tmp_path}/b.db", random.Random(seed)
    made(url, "CH" if tariff == "q3" else "FR").engine.dispose()
    with Billing.open(url) as one, Billing.open(url) as other:
        for line in Random(pick, tariff, 30).lines():
            day = max(day, date.fromisoformat(line.get("date", str(day))))
            for door in (one, other):
                door.setting = replace(door.setting, today=day, fixed_clock=True)
            work = Log(customer="ANNA", seconds=60 * pick.randint(1, 90), case=pick.choice([None, "ANNA1"]), yes=True,
                       on=day - timedelta(days=pick.choice([0, 0, 5, 40])))  # fmt: skip
            for asked in (*bulk.asked_of([json.dumps(line)])[0], Asked("", work)):
                try:
                    view = pick.choice([one, one, one, other]).do(asked.request, asked.key).view
                except Refusal:
                    continue
                with Billing.open(url, today=day) as fresh:
                    for code in {row.customer for row in fresh.ask(AskCustomers()).customers}:
                        for question in (AskBalance(customer=code, at=at, reply=at is None) for at in DAYS):
                            assert one.ask(question) == other.ask(question) == fresh.ask(question)
                        if isinstance(view, Charged) and view.customer == code:
                            logged += 1
                            assert view.balance is not None
                            assert figures(view.balance) == figures(fresh.ask(AskBalance(customer=code)))
    assert logged >= 10


def statements(door: Billing, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that a door runs from now on."""
    run: list[str] = []
    rows, many = LightConnection.rows, LightConnection.many

    def read(own: LightConnection, sql: str, values: Any = ()) -> list[tuple[Any, ...]]:
        run.append(sql)
        return rows(own, sql, values)

    def written(own: LightConnection, sql: str, values: Any) -> None:
        run.append(sql)
        many(own, sql, values)

    monkeypatch.setattr(LightConnection, "rows", read)
    monkeypatch.setattr(LightConnection, "many", written)
    return run


def test_the_next_entry_and_a_balance_after_others_logged_ask_little(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/b.db"
    setting = made(url, today=date(2025, 3, 15))
    load(setting, *signed("ANNA"), *signed("BEAT"))
    with Billing.open(url, today=date(2025, 3, 15)) as door:
        for n in range(2):
            door.do(Log(customer="ANNA", seconds=420, case=f"N{n}"))
            door.ask(AskBalance(customer="ANNA"))
        run = statements(door, monkeypatch)
        door.do(Log(customer="ANNA", seconds=420, case="N2"))
        assert len(run) <= 15, run
        run.clear()
        door.do(Log(customer="BEAT", seconds=420))
        run.clear()
        door.ask(AskBalance(customer="ANNA"))
        assert len(run) <= 20, run
        run.clear()
        door.do(Log(customer="BEAT", seconds=420))
        run.clear()
        door.ask(AskBalance(customer="ANNA"))
        assert len(run) <= 5, run


def test_a_name_or_the_issuer_changed_is_told_though_the_chain_is_the_same(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/b.db"
    setting = made(url, today=LAST)
    load(setting, *signed("ANNA"))
    question = AskBalance(customer="ANNA", reply=True)
    with Billing.open(url, today=LAST) as door, Billing.open(url, today=LAST) as other:
        told = [door.ask(question)]
        for change in (ChangeCustomer(customer="ANNA", name="Anna Neu AG"), SetIssuer(name="Demo SA", language="it")):
            other.do(change)
            told.append(door.ask(question))
        assert told[0].position == told[2].position
        assert len({(one.customer_name, one.language) for one in told}) == 3


def test_P1_what_was_erased_is_kept_no_more(tmp_path: Path) -> None:
    """The reason of goodwill is in what was agreed; an erasure empties it under the hash that it makes itself."""
    url = f"sqlite:///{tmp_path}/b.db"
    today = date(2029, 6, 1)
    setting = made(url, today=today)
    load(setting, *signed("ANNA"))
    load(setting, {"type": "goodwill", "customer": "ANNA", "minutes": 45, "reason": "a secret of Anna's",
                   "date": "2025-02-03", "expires": "2025-12-31"},
         {"type": "cancel", "customer": "ANNA", "date": "2025-12-31"})  # fmt: skip
    setting.engine.dispose()
    with Billing.open(url, today=today) as door:
        door.ask(AskBalance(customer="ANNA"))
        assert "a secret" in repr(door.setting.engine.known)  # type: ignore[attr-defined]
        assert door.do(Erase(who="ANNA", reason="asked for", yes=True)).view.erased
        door.ask(AskBalance(customer="ANNA"))
        assert "a secret" not in repr(door.setting.engine.known)  # type: ignore[attr-defined]


def test_what_is_being_read_is_not_taken_for_what_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """R4, L4: another thread that asks meanwhile waits for nothing, and is never told that nothing was drawn."""
    setting = made(f"sqlite:///{tmp_path}/a.db", today=LAST)
    entry = {"type": "entry", "customer": "ANNA", "date": f"{LAST}", "minutes": 3}
    load(setting, *signed("ANNA", start=f"{LAST.year}-01-01"), entry)
    rows, asked, others = Query.rows, list[Query](), list[Balance]()
    with Billing.open(f"sqlite:///{tmp_path}/a.db", today=LAST) as books:
        ask = partial(books.ask, AskBalance(customer="ANNA"))

        def meanwhile(query: Query, *given: Any) -> Any:
            if query is ledger._USED and not asked:
                asked.append(query)
                with ThreadPoolExecutor(1) as beside:
                    others.append(beside.submit(ask).result())
            return rows(query, *given)

        monkeypatch.setattr(Query, "rows", meanwhile)
        mine = ask()
    assert others == [mine]
    assert mine.minutes == 0  # of the five minutes of its tier
