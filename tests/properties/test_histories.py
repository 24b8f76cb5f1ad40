"""What holds for every history, whatever happens in it and in whatever order it is recorded."""

import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.core import revenue, statement, windows
from billing.core.book import Book
from billing.core.units import ZERO, price_of
from billing.errors import Refusal
from billing.office.reports import statements
from billing.office.transacting import look
from billing.office.transaction import Setting
from billing.store import heads
from billing.store.engine import open_engine
from tests import support
from tests.history import Line, Random
from tests.invoicing import documents
from tests.properties import strategies
from tests.support import TODAY, load, made

LAST = date(2029, 12, 31)
EXAMPLES = max(12, strategies.EXAMPLES // 12)  # of each property: a history in a database takes longer than one in core
LENGTH = 18
STEADY = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
PICKS = st.randoms(use_true_random=False)
ran: dict[str, int] = {}


class Databases:
    """Fresh databases for one test, copied from an empty one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        for country in ("CH", "FR"):
            made(f"sqlite:///{folder}/{country}.db", country).engine.dispose()

    def new(self, tariff: str) -> Setting:
        self.count += 1
        file = self.folder / f"{self.count}.db"
        shutil.copy(self.folder / f"{'CH' if tariff == 'q3' else 'FR'}.db", file)
        from billing import tariffs

        return Setting(open_engine(f"sqlite:///{file}"), TODAY, tuple(tariffs.folders({})), True)


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    return Databases(tmp_path_factory.mktemp("histories"))


def recorded(setting: Setting, lines: list[Line]) -> list[Line]:
    """Loads line by line; answers those that were not refused."""
    kept = []
    for line in lines:
        try:
            load(setting, line)
            kept.append(line)
        except Refusal:
            pass
    return kept


def books(setting: Setting) -> Iterator[tuple[str, Book]]:
    with look(setting) as tx:
        for code in ("ANNA", "BEAT"):
            head = heads.head(tx.connection, code)
            if head is not None:
                yield code, tx.book(head)


def days_of(book: Book) -> list[date]:
    """The days on which anything moves, and those beside them."""
    found = {m.on for m in statement.movements(book)}
    return sorted({day + timedelta(days=by) for day in found for by in (-1, 0, 1) if day < LAST})


def told(setting: Setting) -> list[object]:
    """All that is answered, without the position in the chain, whose hash has random salts in it."""
    found: list[object] = [documents.list_documents(setting)]
    for code, _ in books(setting):
        found.append(replace(support.statement(setting, code, date(2024, 1, 1), LAST), position=""))
    return found


def counted(name: str) -> None:
    ran[name] = ran.get(name, 0) + 1


@pytest.mark.parametrize("tariff", ["q3", "qualiodoo"])
def test_minutes_add_up_on_every_day(databases: Databases, tariff: str) -> None:
    """Granted = drawn + expired + left; no grant below zero; opening + movements = balance (B2, L4, L8, G6)."""

    @STEADY
    @given(PICKS)
    def check(pick: random.Random) -> None:
        setting = databases.new(tariff)
        recorded(setting, Random(pick, tariff, LENGTH).lines())
        assert support.audit(setting)["faults"] == []
        for code, book in books(setting):
            moved = statement.movements(book)
            for day in days_of(book)[:40]:
                lots = statements.lots_of(book, day)
                assert all(lot.remaining >= 0 for lot in lots), (day, lots)
                left = sum(m.minutes for m in moved if m.on <= day)
                balance = support.balance(setting, code, day)
                assert balance["minutes"] == sum(lot.remaining for lot in lots) == left
                assert balance["owed"] >= 0
            for number, grant in book.grants.items():
                mine = [m for m in moved if m.grant == number]
                if mine:
                    lost = -sum(m.minutes for m in mine if m.kind in ("expiry", "carry-over"))
                    used = -sum(m.minutes for m in mine if m.kind in ("draw", "settle", "correction"))
                    still = sum(m.minutes for m in mine)
                    assert grant.minutes == used + lost + still
                assert windows.of(book)[number] == tuple(sorted(windows.of(book)[number]))
        setting.engine.dispose()
        counted(f"minutes {tariff}")

    check()
    assert ran[f"minutes {tariff}"] >= EXAMPLES


@pytest.mark.parametrize("tariff", ["q3", "qualiodoo"])
def test_later_facts_change_no_earlier_charge(databases: Databases, tariff: str) -> None:
    """R6, G7: a charge stands until a correction of its own pool; asking in between changes nothing."""

    @STEADY
    @given(PICKS)
    def check(pick: random.Random) -> None:
        setting = databases.new(tariff)
        asked = databases.new(tariff)
        lines = Random(pick, tariff, 12).lines()
        for line in lines:
            before = {code: dict(book.charges) for code, book in books(setting)}
            if not recorded(setting, [line]):
                continue
            load(asked, line)
            told(asked)  # answers do not depend on who looked
            for code, book in books(setting):
                changed = {e for e, c in before.get(code, {}).items() if book.charges[e] != c}
                assert not changed or line["type"] in ("void", "verify"), (line, changed)
        assert told(setting) == told(asked)
        setting.engine.dispose()
        counted(f"later {tariff}")

    check()
    assert ran[f"later {tariff}"] >= EXAMPLES


@pytest.mark.parametrize("tariff", ["q3", "qualiodoo"])
def test_one_load_or_several_or_the_desk(databases: Databases, tariff: str) -> None:
    """A history split over several loads equals one load; logging at the desk reads only a part of the book (L2)."""

    @STEADY
    @given(PICKS)
    def check(pick: random.Random) -> None:
        single, whole, by_hand = (databases.new(tariff) for _ in range(3))
        kept = recorded(single, Random(pick, tariff, LENGTH).lines())
        load(whole, *kept)
        for line in kept:
            if line["type"] == "entry":
                request = {"customer": line["customer"], "seconds": line["minutes"] * 60, "category": line["category"],
                           "on": date.fromisoformat(line["date"]), "case": line.get("case"),
                           "contact": line.get("contact"), "id": line["id"]}  # fmt: skip
                support.log(by_hand, **request)
            else:
                load(by_hand, line)
        assert told(single) == told(whole) == told(by_hand)
        for setting in (single, whole, by_hand):
            setting.engine.dispose()
        counted(f"loads {tariff}")

    check()
    assert ran[f"loads {tariff}"] >= EXAMPLES


@pytest.mark.parametrize("tariff", ["q3", "qualiodoo"])
def test_money_adds_up(databases: Databases, tariff: str) -> None:
    """M1, M9, C4: an invoice with its credit notes is the invoice of what remains; a run repeated brings nothing;
    recognised + deferred = sold on every day."""

    @STEADY
    @given(PICKS)
    def check(pick: random.Random) -> None:
        setting = databases.new(tariff)
        recorded(setting, Random(pick, tariff, LENGTH).lines())
        documents.run(setting, date(2029, 12, 1), LAST)
        assert documents.run(setting, date(2029, 12, 1), LAST) == {"invoices": [], "held": []}
        left: dict[tuple[str, int], tuple[int, Decimal, Decimal]] = {}
        reduced: set[tuple[str, int]] = set()  # lines of which somebody asked for a part to be credited
        for document in documents.list_documents(setting)["invoices"]:
            for place, line in enumerate(document["lines"], 1):
                if "product" in line:
                    continue
                amount = Decimal(line["amount"])
                key = (
                    (document["corrects"], line["corrects_line"])
                    if document["corrects"]
                    else (document["number"], place)
                )
                if line["rate"] is None:
                    reduced.add(key)
                was = left.get(key) or (0, ZERO, Decimal(line["rate"]))
                left[key] = (was[0] + (line["minutes"] or 0), was[1] + amount, was[2])
        for key, (minutes, amount, rate) in left.items():
            full = price_of(minutes, rate)
            assert ZERO <= amount <= full if key in reduced else amount == full
        for code, book in books(setting):
            billed = sum(minutes for (number, _), (minutes, _, _) in left.items()
                         if documents.show(setting, number)["customer"] == code)  # fmt: skip
            stands = sum(book.charges[entry][-1].overage for entry in book.entries)
            assert billed == stands or (billed > stands and reduced)  # what a note took before is not credited again
            assert support.balance(setting, code, LAST)["unbilled"]["amount"] == "0.00"
            for day in days_of(book)[:30]:
                for row in revenue.deferred_on(book, day):
                    price = book.price_of(row.sale, day)
                    assert row.recognised + row.deferred == price
                    assert ZERO <= row.recognised <= price
        setting.engine.dispose()
        counted(f"money {tariff}")

    check()
    assert ran[f"money {tariff}"] >= EXAMPLES


@pytest.mark.parametrize("tariff", ["q3", "qualiodoo"])
def test_void_undoes_exactly(databases: Databases, tariff: str) -> None:
    """C1: an entry logged and voided leaves balance, owed and unbilled as they were."""

    @STEADY
    @given(PICKS, st.integers(1, 600))
    def check(pick: random.Random, minutes: int) -> None:
        setting = databases.new(tariff)
        maker = Random(pick, tariff, LENGTH)
        recorded(setting, maker.lines())
        before = support.balance(setting, "ANNA", LAST)
        try:
            logged = support.log(setting, customer="ANNA", seconds=minutes * 60, on=maker.now, case="ANNA1")
        except Refusal:
            return
        support.void(setting, logged["entry"], "a slip", LAST)
        after = support.balance(setting, "ANNA", LAST)
        assert {**before, "position": ""} == {**after, "position": ""}
        setting.engine.dispose()
        counted(f"void {tariff}")

    check()
    assert ran[f"void {tariff}"] >= EXAMPLES // 4
