"""G14: a year played from an opening equals the same year played from the start, from that day on."""

import random
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from billing import tariffs
from billing.core.units import ZERO, day_before
from billing.office.transaction import Setting
from billing.requests.account import AskAccount
from billing.requests.invoicing import AskDocuments
from billing.store.engine import open_engine
from tests.openings.years import CODE, Years, brought, open_invoices, played
from tests.properties import strategies
from tests.support import TODAY, ask, audit, balance, books, deferred, made, statement

EXAMPLES = max(12, strategies.EXAMPLES // 15)
ran: Counter[str] = Counter()
Told = dict[str, Any]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("years")
    for tariff, country in (("q3", "CH"), ("qualiodoo", "FR")):
        made(f"sqlite:///{folder}/{tariff}.db", country, vat_id=VAT[country]).engine.dispose()
    return folder


VAT = {"CH": "CHE-123.456.788", "FR": "FR03552081317"}


def fresh(empty: Path, tariff: str, name: str) -> Setting:
    shutil.copy(empty / f"{tariff}.db", empty / f"{name}.db")
    return Setting(open_engine(f"sqlite:///{empty}/{name}.db"), TODAY, tuple(tariffs.folders({})), True)


def days_of(years: Years) -> Iterator[date]:
    yield from (years.opened + timedelta(days=n) for n in (0, 1, 13, 47, 101, 180, 260, 364))
    yield years.end


def told(setting: Setting, at: date) -> Told:
    """What the customer can be told of a day, without the position, the ids of grants and the numbers of invoices."""
    found = balance(setting, CODE, at)
    for grant in found["grants"]:
        del grant["id"]
    waiting = [(one["kind"], one["minutes"], one["until"]) for one in found["waiting"]]
    return {key: found[key] for key in ("minutes", "owed", "unbilled", "grants", "contract", "included",
                                        "reduced_rate_until")} | {"waiting": waiting}  # fmt: skip


def worked(moved: Any) -> Any:
    """What a movement names of the work; of that in the other system nothing is known here."""
    return None if moved.case is None or moved.case.endswith("False") else (moved.entry, moved.case, moved.category)


def stated(setting: Setting, years: Years) -> Told:
    shown = statement(setting, CODE, years.opened, years.end)
    return {
        "opening": shown.opening,
        "movements": [(m.on, m.kind, m.minutes, worked(m), m.text, m.grant_label) for m in shown.movements],
        "closing": shown.closing,
        "free": [(row.entry, row.free) for row in shown.free],
        "overage": [(row.entry, row.minutes, row.amount) for row in shown.overage],
        "left": [(row.label, row.remaining, row.expires) for row in shown.grants],
    }  # fmt: skip


def invoiced(setting: Setting, since: date) -> list[Any]:
    """What was issued from a day on, but for numbers: they are another series."""
    found = ask(setting, AskDocuments())["invoices"]
    return [
        (one["kind"], one["date"], one["due"], one["net"], one["total"], one["paid"], one["status"],
         [(line.get("category") or line.get("product"), line["minutes"], line["rate"], line["amount"])
          for line in one["lines"]])
        for one in found
        if one["date"] >= str(since)
    ]  # fmt: skip


def prepaid(setting: Setting, at: date) -> Any:
    """What is still to be earned of each sale, with how it stands."""
    found = deferred(setting, at)
    rows = [(r["product"], r["price"], r["minutes"], r["used"], r["expired"], r["recognised"], r["deferred"])
            for r in found["grants"] if r["deferred"] != "0.00"]  # fmt: skip
    return sorted(rows), found["total"]


def owed(setting: Setting, years: Years) -> Any:
    """The account from that day on: how it opens, what moves it, what it comes to, what is the customer's own."""
    (one,) = ask(setting, AskAccount(customer=CODE, first=years.opened, last=years.end))["accounts"] or [{}]
    moved = [(m["date"], m["kind"], m["amount"], m["balance"]) for m in one["movements"]]
    return one["opening"], moved, one["closing"], one["own_money"], [(o["open"], o["due"]) for o in one["open"]]


def earned(setting: Setting, years: Years) -> dict[tuple[str, str], Any]:
    """What each account of the books moved from that day on, what they opened with left out."""
    sums: dict[tuple[str, str], Any] = {}
    for entry in books(setting, years.end, years.opened).entries:
        for leg in entry.legs if entry.what != "brought" else ():
            key = leg.role, leg.currency
            sums[key] = sums.get(key, ZERO) + leg.amount
    return {key: amount for key, amount in sums.items() if amount}


@settings(  # a seed is a history already: there is nothing to make shorter
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
)
@given(seed=st.integers(0, 10**9))
def compared(empty: Path, seed: int) -> None:
    years = Years.of(random.Random(seed))
    whole = fresh(empty, years.tariff, "whole")
    assert played(whole, years.agreed()) == ["", ""], seed
    played(whole, list(years.before()))
    if balance(whole, CODE, years.opened)["contract"]["active"] is False:
        ran["lapsed"] += 1
        return
    old = [row["invoice"] for row in open_invoices(whole, day_before(years.opened))]
    from_opening = fresh(empty, years.tariff, "opened")
    lines = brought(whole, years.opened)
    assert played(from_opening, lines) == [""] * len(lines), lines
    after = list(years.after(old))
    said = played(whole, after)
    assert played(from_opening, after, {number: f"OLD-{number}" for number in old}) == said
    for at in days_of(years):
        assert told(from_opening, at) == told(whole, at), at
        assert prepaid(from_opening, at) == prepaid(whole, at), at
    for tell in (stated, owed, earned):
        assert tell(from_opening, years) == tell(whole, years), tell.__name__
    assert invoiced(from_opening, years.opened) == invoiced(whole, years.opened)
    assert audit(from_opening)["faults"] == []
    for setting in (whole, from_opening):
        setting.engine.dispose()
    ran["played"] += 1
    ran.update(line["type"] for line in lines)
    ran.update(f"after {line['type']}" for line, code in zip(after, said, strict=True) if not code)


def test_G14_a_year_from_an_opening_is_the_year_from_the_start(empty: Path) -> None:
    """And the years had something of everything: a generator proves how many cases it ran."""
    ran.clear()
    compared(empty)
    assert ran["played"] >= EXAMPLES // 2
    for kind in ("opening-grant", "opening-invoice", "opening-money", "after entry", "after payment", "after purchase"):
        assert ran[kind] > 0, (kind, ran)
