"""The month-end on one screen is one look at one moment (M7)."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from billing.requests.month import AskMonthEnd
from billing.service import Billing
from billing.store import ledger
from tests import support
from tests.support import load, made

FIRST, ON = date(2025, 3, 1), date(2025, 3, 31)


def lines(code: str) -> list[dict[str, Any]]:
    return [
        {"type": "customer", "code": code, "name": code, "country": "FR"},
        {"type": "contract", "customer": code, "tariff": "q3", "tier": "premium", "start": "2025-01-01"},
        {"type": "entry", "customer": code, "case": f"{code}-1", "date": "2025-02-03", "minutes": 35},
        {"type": "entry", "customer": code, "case": f"{code}-2", "date": "2025-03-03", "minutes": 20},
    ]


def test_the_screen_is_one_look_that_reads_each_book_once_m7(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """M7: what is ready, held, late, deferred and open is of one moment, and a customer's book is read once for it."""
    setting = made(f"sqlite:///{tmp_path}/b.db")
    codes = [f"C{n:02}" for n in range(60)]  # more than a run bills in one transaction
    load(setting, *(line for code in codes for line in lines(code)))
    setting_up = support.contents(setting)
    read: Counter[str] = Counter()
    begun: list[Any] = []
    whole = ledger.read_book

    def counted(connection: Any, head: ledger.Head, tariffs: Any) -> Any:
        read[head.code] += 1
        return whole(connection, head, tariffs)

    monkeypatch.setattr(ledger, "read_book", counted)
    event.listen(setting.engine, "begin", begun.append)
    found = Billing(setting).ask(AskMonthEnd(month=FIRST, on=ON))
    assert [row.customer for row in found.ready] == codes
    assert len(found.late) == len(codes)
    assert read == dict.fromkeys(codes, 1)
    assert len(begun) == 3  # the look that makes every sum, and the two of the reminders beside it
    assert support.contents(setting) == setting_up
