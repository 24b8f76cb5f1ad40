"""`billing report sla`: each miss and by how much, counted minute by minute beside the engine (S2, S3, S10)."""

import json
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from billing.office.transaction import Setting
from tests.support import load, made, run

BERLIN = ZoneInfo("Europe/Berlin")
TODAY = date(2025, 2, 20)  # no holiday since 6 January
NOW = datetime(2025, 2, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TARGETS = {  # of moveon, in business minutes of 8-hour days
    ("urgent", "reply"): 60, ("urgent", "resolution"): 960, ("high", "reply"): 480, ("high", "resolution"): 4800,
}  # fmt: skip
Line = dict[str, Any]


def is_open(at: datetime) -> bool:
    local = at.astimezone(BERLIN)
    return local.weekday() < 5 and 9 <= local.hour < 17


def walked(opened: datetime, minutes: int, met: datetime | None, waits: list[tuple[datetime, datetime]]) -> int | None:
    """By how many business minutes a target was missed; None where it was not. A step a minute, waiting left out."""
    at, counted = opened, 0
    while counted < minutes:
        if at >= NOW:
            return None
        counted += is_open(at) and not any(since <= at < until for since, until in waits)
        at += MINUTE
    end = met or NOW
    if end <= at:
        return None
    late = 0
    while at < end:
        late += is_open(at) and not any(since <= at < until for since, until in waits)
        at += MINUTE
    return late


class Desk:
    """Random cases of moveon, what the program is told of them, and what is to come out."""

    def __init__(self, seed: int) -> None:
        self.pick = random.Random(seed)
        self.lines: list[Line] = []
        self.missed: dict[tuple[str, str], int] = {}
        self.held: Counter[tuple[str, str]] = Counter()  # by agent and by week, what was missed
        for n in range(25):
            self._case(f"K{n}")

    def _later(self, at: datetime) -> datetime:
        return at + self.pick.choice([5, 40, 59, 60, 61, 200, 480, 1440, 2000, 4000]) * MINUTE

    def _case(self, case: str) -> None:
        pick = self.pick
        at = datetime(2025, 1, 13, 7, tzinfo=UTC) + pick.randrange(20 * 1440) * MINUTE
        opened, priority, agent = at, pick.choice(["urgent", "high"]), pick.choice(["ana", "ben"])
        self._line(case, {"type": "case", "id": case, "customer": pick.choice("AB"), "priority": priority}, at)
        replied = resolved = None
        waits = []
        for kind in pick.choice([[], ["ask", "back", "resolve"], ["reply"], ["reply", "ask", "back", "ask", "back",
                                 "resolve"], ["resolve"], ["take", "ask"]]):  # fmt: skip
            at = self._later(at)
            if at > NOW:
                break
            sender = {"from": "customer"} if kind == "back" else {"agent": agent}
            event = {"type": "case-event", "case": case, "kind": "answer" if kind == "back" else kind}
            self._line(case, event | sender, at)
            if kind == "ask":
                waits.append((at, NOW))
            if kind == "back":
                waits[-1] = (waits[-1][0], at)
            if kind in ("ask", "reply", "resolve") and replied is None:
                replied = at
            if kind == "resolve":
                resolved = at
        owner = agent if at > opened and any(line.get("case") == case for line in self.lines) else ""
        for kind, met, known in (("reply", replied, []), ("resolution", resolved, waits)):
            late = walked(opened, TARGETS[priority, kind], met, known)
            if late is not None:
                self.missed[case, kind] = late
                self.held["agent", owner] += 1
                self.held["week", f"{opened.astimezone(BERLIN):%G-W%V}"] += 1

    def _line(self, case: str, line: Line, at: datetime) -> None:
        self.lines.append(line | {"at": at.isoformat(timespec="minutes")})


def report(setting: Setting, *words: str) -> dict[str, Any]:
    env = {"BILLING_DB": setting.engine.url.render_as_string(hide_password=False), "BILLING_TODAY": str(TODAY)}
    status, out, err = run("report", "sla", *words, "--json", **env)
    assert (status, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def desk(url: str, tariff: str = "moveon") -> Setting:
    setting = made(url, "FR", today=TODAY)
    for code in "AB":
        load(setting, {"type": "customer", "code": code, "name": f"{code} SA", "country": "FR"},
             {"type": "contract", "customer": code, "tariff": tariff, "start": "2025-01-01"})  # fmt: skip
    return setting


@pytest.mark.parametrize("seed", range(4))
def test_each_miss_is_as_late_as_the_minutes_say_S2_S3(database_url: str, seed: int) -> None:
    """Met late or not met yet; waiting for the customer stops the resolution's clock after its deadline too."""
    setting, told = desk(database_url), Desk(seed)
    load(setting, *told.lines)
    span = ("--from", "2025-01-01", "--to", "2025-02-20")
    found = report(setting, *span)
    misses = {(miss["case"], miss["kind"]): miss["late_by"] for miss in found["misses"]}
    assert misses == told.missed
    assert len(misses) > 5
    assert {miss["unit"] for miss in found["misses"]} == {"business"}
    assert [miss["due"] for miss in found["misses"]] == sorted(miss["due"] for miss in found["misses"])
    assert sum(row["missed"] for row in found["rows"]) == len(misses)
    for by in ("agent", "week"):
        sums: Counter[tuple[str, str]] = Counter()
        for row in report(setting, *span, "--by", by)["rows"]:
            sums[by, row[by]] += row["missed"]
        assert +sums == Counter({key: count for key, count in told.held.items() if key[0] == by})
    whole = [report(setting, "2025-01"), report(setting, "--from", "2025-02-01", "--to", "2025-02-20")]
    assert sum(len(part["misses"]) for part in whole) == len(misses)


def test_elapsed_time_is_late_by_the_calendar_S2(database_url: str) -> None:
    """systell calls back within 48 hours of the calendar: over a week-end too, to the minute up."""
    setting = desk(database_url, "systell")
    load(
        setting,
        {"type": "case", "id": "S1", "customer": "A", "at": "2025-02-13T10:00", "note": "no sound\nsince Monday"},
        {"type": "case-event", "case": "S1", "kind": "reply", "agent": "ana", "at": "2025-02-15T10:01"},
        {"type": "case", "id": "S2", "customer": "B", "at": "2025-02-13T10:00"},
        {"type": "case-event", "case": "S2", "kind": "reply", "agent": "ana", "at": "2025-02-15T10:00"},
    )
    [miss] = report(setting)["misses"]
    assert (miss["case"], miss["late_by"], miss["unit"], miss["agent"]) == ("S1", 1, "elapsed", "ana")
    assert (miss["customer"], miss["customer_name"], miss["subject"]) == ("A", "A SA", "no sound")
    assert [(row["customer"], row["met"], row["missed"]) for row in report(setting, "--by", "customer")["rows"]] == [
        ("A", 0, 1), ("B", 1, 0),
    ]  # fmt: skip


def test_a_case_that_a_log_opened_is_not_counted_until_something_happens_to_it(database_url: str) -> None:
    """`log --open` opens a case and takes it up so that time can be logged: nobody asked at that moment."""
    setting = desk(database_url)
    load(setting, {"type": "case", "id": "K1", "customer": "A", "at": "2025-02-03T09:00", "priority": "urgent"},
         {"type": "case-event", "case": "K1", "kind": "take", "at": "2025-02-03T09:00", "agent": "ana"})  # fmt: skip
    env = {"BILLING_DB": setting.engine.url.render_as_string(hide_password=False), "BILLING_TODAY": str(TODAY)}
    for case in ("L1", "L2"):
        status, _, err = run("log", "A", "12", "--case", case, "--open", "--agent", "ana", "--on", "2025-02-04", **env)
        assert (status, err) == (0, "")
    found = report(setting)
    assert found["logged"] == 2
    assert [miss["case"] for miss in found["misses"]] == ["K1", "K1"]  # taken up when it was opened, by hand
    load(setting, {"type": "case-event", "case": "L1", "kind": "ask", "at": "2025-02-05T09:00", "agent": "ana"})
    found = report(setting)
    assert (found["logged"], sum(row["met"] for row in found["rows"])) == (1, 1)
    shown = run("report", "sla", **env)[1]
    assert "1 case that was only logged on" in shown and "K1" in shown and "of business time" in shown


def test_what_is_asked_wrongly_is_refused(database_url: str) -> None:
    setting = desk(database_url)
    env = {"BILLING_DB": setting.engine.url.render_as_string(hide_password=False), "BILLING_TODAY": str(TODAY)}
    for words, code in ((("2025-01", "--from", "2025-01-01"), "bad-input"), (("--by", "moon"), "bad-input"),
                        (("--from", "2025-02-01", "--to", "2025-01-01"), "bad-date")):  # fmt: skip
        status, _, err = run("report", "sla", *words, "--json", **env)
        assert (status, json.loads(err)["error"]["code"]) == (1, code)
    assert report(setting) == {
        "month": "2025-02", "from": "2025-02-01", "to": "2025-02-28", "by": "priority", "rows": [], "misses": [],
        "logged": 0,
    }  # fmt: skip
    assert run("report", "sla", "--misses", **env)[1] == "Nothing was missed from 2025-02-01 to 2025-02-28.\n"
    assert run("report", "sla", "--misses", "--csv", **env)[1].startswith("case,customer,customer_name,subject,agent,")
