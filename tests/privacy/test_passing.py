"""Links, sessions, mails, messages and alerts pass by themselves, and hold no balance (P5)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from billing.office.transaction import Setting
from billing.requests.links import MakeLink
from billing.requests.ticking import Tick
from billing.store import inventory, schema
from billing.store.engine import writing
from tests.privacy import played
from tests.support import audit, contents, do, on

PASSING = ("session", "access_link", "mail_thread", "mail_waiting", "alert", "outbox", "desk_push")


def rows(day: date) -> dict[str, dict[str, Any]]:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {
        "mail_thread": {"digest": f"d{day}", "customer_id": 1, "case": "T-1", "sender": "s", "at": at},
        "mail_waiting": {"digest": f"d{day}", "at": at, "sender": "a@b.example", "subject": "s", "why": "w",
                         "data": b"x"},
        "alert": {"kind": "late", "about": f"a{day}", "told_at": at},
    }  # fmt: skip


@pytest.fixture
def setting(database_url: str) -> Setting:
    return played.customer(database_url)


def test_P5_a_tick_takes_away_what_is_over(setting: Setting) -> None:
    today = date(2020, 12, 1)
    with writing(setting.engine) as connection:
        for day in (today - timedelta(days=91), today - timedelta(days=80)):
            for name, row in rows(day).items():
                connection.execute(insert(schema.metadata.tables[name]).values(**row))
    do(setting, MakeLink(customer="BACH", days=1))
    do(on(setting, today), Tick())
    for name in ("mail_thread", "mail_waiting"):
        assert len(contents(setting)[name]) == 1, name
    told = {row["about"] for row in contents(setting)["alert"]}
    assert "a2020-09-01" not in told and "a2020-09-12" in told
    do(on(setting, date(2021, 12, 1)), Tick())
    held = contents(setting)
    assert not [name for name in PASSING if held[name] and name not in ("alert", "outbox")]
    assert audit(setting)["faults"] == []


def test_P5_what_is_told_still_is_not_told_again(setting: Setting) -> None:
    """An alert that holds stays told, however old it is."""
    first = do(on(setting, date(2020, 12, 1)), Tick())["alerts"]
    assert first
    later = do(on(setting, date(2021, 6, 1)), Tick())["alerts"]
    assert not [one for one in later if one in first]


def test_P5_what_passes_has_a_day_by_which_it_goes() -> None:
    for name in PASSING:
        columns = inventory.columns_of(name, "passing", "figure")
        assert {"at", "told_at", "pushed_at", "expires_on"} & set(columns), name
