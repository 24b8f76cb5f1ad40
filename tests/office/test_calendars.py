"""Whose holidays count, and that a contract keeps those of its years (S1, S3)."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from billing.core.facts import Term
from billing.errors import BadInput
from billing.office import calendars
from billing.office.transacting import look
from billing.office.transaction import Setting
from billing.store import schema
from billing.tariffs import calendars as library
from tests import support
from tests.support import init, load, made, on, run

CHRISTMAS = datetime(2025, 12, 24, 18, tzinfo=ZoneInfo("Europe/Paris"))


def signed(url: str, tariff: str, country: str = "FR", **issuer: Any) -> Setting:
    setting = made(url, country, **issuer)
    load(
        setting,
        {"type": "customer", "code": "ANNA", "name": "A", "country": country},
        {"type": "contract", "customer": "ANNA", "tariff": tariff, "start": "2025-01-01"},
    )
    return setting


def kept(setting: Setting) -> dict[int, tuple[str, list[str]]]:
    with look(setting) as tx:
        rows = tx.connection.execute(select(schema.calendar_year)).mappings()
        return {row["year"]: (row["calendar"], json.loads(row["days"])) for row in rows}


def opens(setting: Setting, priority: str = "normal") -> str:
    """When the line of the contract opens after Christmas Eve."""
    with look(setting) as tx:
        head = tx.customer("ANNA", lock=False)
        (term,) = tx.agreed(head).terms
        return (
            calendars.Calendars(tx.connection, tx.issuer, tx.today, head.id)
            .clocks(head.id, term)[priority]
            .next_opening(CHRISTMAS)
            .isoformat()
        )


def test_a_year_that_no_term_keeps_is_asked_of_the_library_when_a_day_of_it_is() -> None:
    """S3: what is kept counts, of other years what the library has, and of years that nobody may ask about nothing."""
    asked: list[int] = []

    def days(_: str, year: int) -> tuple[date, ...]:
        asked.append(year)
        return (date(year, 5, 1), date(year, 12, 25))

    found = calendars.Holidays(frozenset({date(2025, 1, 1)}), frozenset({2026, 2027}), "FR")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(library, "days", days)
        assert date(2025, 1, 1) in found and date(2025, 5, 1) not in found
        assert asked == []
        assert date(2026, 5, 1) in found and date(2026, 5, 2) not in found
        assert date(2028, 5, 1) not in found and set(asked) == {2026}
    assert date(2026, 5, 1) not in calendars.Holidays(frozenset(), frozenset({2026}), None)


def test_a_contract_keeps_the_holidays_of_its_years(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """S3: those of its own and of the next, in which deadlines may fall; a later library changes nothing."""
    setting = signed(database_url, "moveon")
    before = kept(setting)
    assert {year: name for year, (name, _) in before.items()} == {2025: "FR", 2026: "FR"}
    assert before[2025][1][-1] == "2025-12-25" and len(before[2025][1]) == 11
    assert opens(setting) == "2025-12-26T09:00:00+01:00"
    monkeypatch.setattr(library, "days", lambda name, year: (date(year, 12, 26),))
    assert opens(setting) == "2025-12-26T09:00:00+01:00"
    load(setting, {"type": "renewal", "customer": "ANNA", "date": "2025-12-01"})
    assert kept(setting)[2025] == before[2025]
    with look(setting) as tx:
        days = tx.connection.execute(
            select(schema.calendar_year.c.days).where(
                schema.calendar_year.c.term == 1, schema.calendar_year.c.year == 2026
            )
        ).scalar()
    assert days == '["2026-12-26"]', "a new term asks anew"
    assert support.audit(setting)["ok"]


def test_the_issuers_region_counts_from_the_next_term_on(database_url: str) -> None:
    """S1: a canton or Alsace-Moselle; what was kept stays."""
    setting = signed(database_url, "moveon", region="alsace-moselle")
    assert {name for name, _ in kept(setting).values()} == {"FR-Alsace-Moselle"}
    assert opens(setting) == "2025-12-29T09:00:00+01:00"
    init(setting, region="")
    assert opens(setting) == "2025-12-29T09:00:00+01:00"


def test_an_open_term_keeps_further_years_when_they_are_decided_in(database_url: str) -> None:
    setting = signed(database_url, "qualiodoo")
    assert sorted(kept(setting)) == [2025, 2026]
    with look(on(setting, date(2029, 6, 1))) as tx:
        head = tx.customer("ANNA", lock=False)
        (term,) = tx.agreed(head).terms
        found = calendars.Calendars(tx.connection, tx.issuer, tx.today, head.id)
        assert found.missing(head.id, term, 2026) == []
        ((table, row),) = found.missing(head.id, term, 2028)
        assert (table, row["year"], row["contract"], row["term"]) == (schema.calendar_year, 2028, term.contract, 0)
        clock = found.clocks(head.id, term)["medium"]
        assert not clock.is_open(datetime(2028, 7, 14, 10, tzinfo=UTC)), "not kept yet: as the library says"
        assert clock.is_open(datetime(2028, 7, 13, 8, tzinfo=UTC))


def test_clocks_that_are_alike_are_one(database_url: str) -> None:
    """Ten thousand cases work out a day's hours once."""
    setting = signed(database_url, "moveon")
    load(
        setting,
        {"type": "customer", "code": "BEAT", "name": "B", "country": "FR"},
        {"type": "contract", "customer": "BEAT", "tariff": "moveon", "start": "2025-01-01"},
    )
    with look(setting) as tx:
        found = calendars.Calendars(tx.connection, tx.issuer, tx.today)
        clocks = []
        for code in ("ANNA", "BEAT"):
            head = tx.customer(code, lock=False)
            (term,) = tx.agreed(head).terms
            clocks.append(found.clocks(head.id, term)["low"])
    assert clocks[0] is clocks[1]


def test_a_tariff_without_a_service_part_keeps_nothing(database_url: str, tmp_path: Path) -> None:
    text = ('name = "plain"\ncurrency = "EUR"\nincrement = 5\nsource.increment = "x"\nrounding = "entry"\n'
            'term = "open"\noverage = "owe"\n[categories.support]\nsource = "x"\n')  # fmt: skip
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "2025-01-01.toml").write_text(text)
    setting = made(database_url, "FR")
    setting = Setting(setting.engine, setting.today, (tmp_path, *setting.folders), True)
    load(
        setting,
        {"type": "customer", "code": "ANNA", "name": "A", "country": "FR"},
        {"type": "contract", "customer": "ANNA", "tariff": "plain", "start": "2025-01-01"},
    )
    assert kept(setting) == {}
    with look(setting) as tx:
        head = tx.customer("ANNA", lock=False)
        (term,) = tx.agreed(head).terms
        assert isinstance(term, Term)
        assert calendars.Calendars(tx.connection, tx.issuer, tx.today).clocks(head.id, term) == {}


@pytest.mark.parametrize(
    ("country", "region", "message"),
    [
        ("CH", "ZZ", "CH has no region 'ZZ'; known: AG, AI,"),
        ("FR", "ZH", "FR has no region 'ZH'; known: Alsace-Moselle;"),
        ("MC", "X", "leave it out, the whole country has the same holidays"),
    ],
)
def test_an_unknown_region_is_refused_with_what_would_work(
    country: str, region: str, message: str, tmp_path: Path
) -> None:
    """S1: and no database is made."""
    with pytest.raises(BadInput, match="has no region") as refused:
        made(f"sqlite:///{tmp_path}/b.db", country, region=region)
    assert message in refused.value.message
    assert not (tmp_path / "b.db").exists()


def test_the_region_is_part_of_the_issuers_data(database_url: str) -> None:
    setting = made(database_url, region="zh")
    assert init(setting)["region"] == "ZH"
    load(setting, {"type": "issuer", "region": "GE"})
    assert init(setting)["region"] == "GE"
    assert load(setting, {"type": "issuer", "region": "ge"})["unchanged"] == 1
    with pytest.raises(BadInput, match="FR has no region 'GE'"):
        init(setting, country="FR")
    assert init(setting, country="FR", region="")["region"] is None
    with pytest.raises(BadInput, match="line 1: FR has no region 'GE'"):
        load(setting, {"type": "issuer", "region": "GE"})


def test_hours_are_those_of_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """S1: without --at it is the present moment."""
    monkeypatch.delenv("BILLING_TODAY", raising=False)
    db = f"sqlite:///{tmp_path}/none.db"
    status, out, _ = run("--db", db, "hours", "--tariff", "moveon", "--json")
    answer = json.loads(out)
    assert status == 0 and set(answer) == {"open", "until", "opens"}
    next_change = datetime.fromisoformat(answer["until"] or answer["opens"])
    assert datetime.now(UTC) < next_change < datetime.now(UTC) + timedelta(days=7)
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize(
    ("at", "answer"),
    [
        ("2025-03-04T12:15", "until 2025-03-04T17:00:00+01:00"),
        ("2025-03-04 12:15", "until 2025-03-04T17:00:00+01:00"),
        ("2025-03-04t08:59:59", "opens 2025-03-04T09:00:00+01:00"),
        ("2025-03-04T16:30Z", "opens 2025-03-05T09:00:00+01:00"),
        ("2025-03-04T16:30+02:00", "until 2025-03-04T17:00:00+01:00"),
        ("2025-07-13T12:00", "opens 2025-07-15T09:00:00+02:00"),
        ("2025-10-26T02:30", "opens 2025-10-27T09:00:00+01:00"),
    ],
)
def test_a_moment_as_it_is_written(at: str, answer: str, tmp_path: Path) -> None:
    """S1: local to the tariff's zone unless it has an offset."""
    made(f"sqlite:///{tmp_path}/b.db", "FR")
    status, out, _ = run("--db", f"sqlite:///{tmp_path}/b.db", "hours", "--tariff", "moveon", "--at", at, "--json")
    found = json.loads(out)
    assert status == 0 and [found["until"], found["opens"]].count(None) == 1
    assert (f"until {found['until']}" if found["open"] else f"opens {found['opens']}") == answer


NO_TIMES = [
    "", "now", "2025-03-04", "25:15", "2025-03-04T25:00", "2025-02-29T10:00", "2025-03-30T02:30", "9999-12-31T10:00",
    "2025-03-04T12:15+99:00",
]  # fmt: skip


@pytest.mark.parametrize("at", NO_TIMES)
def test_what_is_no_time(at: str, tmp_path: Path) -> None:
    status, _, err = run("--db", f"sqlite:///{tmp_path}/b.db", "hours", "--tariff", "moveon", "--at", at, "--json")
    assert (status, json.loads(err)["error"]["code"]) == (1, "bad-time")
