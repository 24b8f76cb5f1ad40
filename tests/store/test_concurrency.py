"""Writers at the same moment: no grant below zero, nothing twice, no number missing, nobody waits (L4, L5)."""

import json
import os
import subprocess
import sys
from datetime import date

import pytest
from sqlalchemy import text

from billing.office import answers, auditing, desk, documents
from billing.office.transaction import Setting, work
from tests.support import load, made, on

WRITERS = 8


def at_once(setting: Setting, commands: list[list[str]]) -> list[subprocess.CompletedProcess[str]]:
    """Runs command lines as processes at the same moment."""
    env = os.environ | {
        "BILLING_DB": setting.engine.url.render_as_string(hide_password=False),
        "BILLING_TODAY": setting.today.isoformat(),
    }
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "billing", *command], env=env, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for command in commands
    ]  # fmt: skip
    return [subprocess.CompletedProcess(p.args, p.wait(), *p.communicate()) for p in started]


def q3(setting: Setting, *codes: str) -> None:
    for code in codes:
        load(
            setting,
            {"type": "customer", "code": code, "name": code, "country": "CH"},
            {"type": "contract", "customer": code, "tariff": "q3", "tier": "standard", "modules": ["COFI"],
             "fee": "100", "start": "2025-01-01"},
        )  # fmt: skip


def test_one_of_eight_draws_the_last_five_minutes(database_url: str) -> None:
    """L4: the others get overage, and all eight are recorded."""
    setting = made(database_url, today=date(2025, 2, 1))
    q3(setting, "ANNA")
    done = at_once(setting, [["log", "ANNA", "5", "--case", f"C{n}", "--json"] for n in range(WRITERS)])
    assert [p.returncode for p in done] == [0] * WRITERS, [p.stderr for p in done]
    found = [json.loads(p.stdout) for p in done]
    assert sum(len(answer["drawn"]) for answer in found) == 1
    assert sum(answer["overage"] is not None for answer in found) == WRITERS - 1
    assert len({answer["entry"] for answer in found}) == WRITERS
    assert answers.balance(setting, "ANNA")["unbilled"]["minutes"] == 5 * (WRITERS - 1)
    assert auditing.audit(setting)["ok"]


def test_one_of_eight_draws_and_seven_owe(database_url: str) -> None:
    """L4 with R5's other answer, `owe`."""
    setting = made(database_url, "FR", today=date(2025, 2, 1))
    load(
        setting,
        {"type": "customer", "code": "ANNA", "name": "A", "country": "FR"},
        {"type": "contract", "customer": "ANNA", "tariff": "qualiodoo", "start": "2025-01-01"},
        {
            "type": "goodwill",
            "customer": "ANNA",
            "minutes": 5,
            "date": "2025-01-01",
            "expires": "2025-12-31",
            "reason": "g",
        },
    )
    done = at_once(setting, [["log", "ANNA", "5", "--json"] for _ in range(WRITERS)])
    assert [p.returncode for p in done] == [0] * WRITERS, [p.stderr for p in done]
    assert answers.balance(setting, "ANNA") | {"minutes": 0, "owed": 35} == answers.balance(setting, "ANNA")
    assert auditing.audit(setting)["ok"]


def test_the_same_id_twice_at_once_is_one_entry(database_url: str) -> None:
    """L5."""
    setting = made(database_url, today=date(2025, 2, 1))
    q3(setting, "ANNA")
    done = at_once(setting, [["log", "ANNA", "5", "--id", "x", "--json"]] * 2)
    assert [p.returncode for p in done] == [0, 0], [p.stderr for p in done]
    assert sorted(json.loads(p.stdout).get("unchanged", False) for p in done) == [False, True]
    assert len({json.loads(p.stdout)["entry"] for p in done}) == 1
    assert auditing.audit(setting)["checked"]["charges"] == 1


def test_numbers_without_gaps_when_all_sell_at_once(database_url: str) -> None:
    """M6."""
    setting = made(database_url, today=date(2025, 2, 1))
    codes = [f"C{n}" for n in range(6)]
    q3(setting, *codes)
    done = at_once(setting, [["buy", code, "half-fare", "--price", "90", "--json"] for code in codes])
    assert [p.returncode for p in done] == [0] * 6, [p.stderr for p in done]
    numbers = sorted(json.loads(p.stdout)["invoice"] for p in done)
    assert numbers == [f"INV-2025-{n:05d}" for n in range(1, 7)]
    assert auditing.audit(setting)["ok"]


def test_loads_in_opposite_order_do_not_wait_crosswise(database_url: str) -> None:
    """L4: a load locks its customers in one order, whatever order the file has."""
    setting = made(database_url, today=date(2025, 2, 1))
    q3(setting, "ANNA", "BEAT")
    lines = [{"type": "entry", "customer": code, "minutes": 5} for code in ("ANNA", "BEAT") * 20]
    env = os.environ | {
        "BILLING_DB": setting.engine.url.render_as_string(hide_password=False), "BILLING_TODAY": "2025-02-01",
    }  # fmt: skip
    started = []
    for order in (lines, lines[::-1]):
        p = subprocess.Popen([sys.executable, "-m", "billing", "load", "-"], env=env, stdin=subprocess.PIPE, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
        assert p.stdin
        p.stdin.write("".join(json.dumps(line) + "\n" for line in order))
        p.stdin.close()
        started.append(p)
    for p in started:
        assert p.wait(60) == 0, p.stderr.read() if p.stderr else ""
    assert auditing.audit(setting)["checked"]["charges"] == 80


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_customers_never_wait_for_each_other(database_url: str) -> None:
    """L4, on PostgreSQL: one customer is locked in an open transaction, the other's time is logged meanwhile."""
    setting = made(database_url, today=date(2025, 2, 1))
    q3(setting, "ANNA", "BEAT")
    with setting.engine.begin() as connection:
        database = connection.execute(text("SELECT current_database()")).scalar()
        connection.execute(text(f"ALTER DATABASE {database} SET lock_timeout = '3s'"))
    with work(setting) as begun:
        begun.customer("ANNA")
        other = on(setting, date(2025, 2, 1))
        assert desk.log(other, customer="BEAT", seconds=300)["charged"] == 5
    assert documents.list_documents(setting)["invoices"] == []
