"""The days on which a grant can be drawn: expiry, carry-over, grace, bounces, cancellation (G4, G5, G10, M10)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from billing.core import windows
from billing.core.book import Book
from billing.core.facts import Grant
from billing.core.units import Window
from tests.core.build import day


def pack(number: int, starts: str, expires: str, **more: Any) -> Grant:
    values: dict[str, Any] = {"kind": "pack", "contract": 1, "grace_days": 30, "minutes": 60, **more}
    return Grant(
        number=number, seq=number, product="pack", starts=day(starts), expires=day(expires), covers=("support",),
        **values,
    )  # fmt: skip


@dataclass
class Case:
    """Grants, what happens to them, and the windows that are derived: `first..last`, `+` before a carried one."""

    name: str
    grants: list[Grant]
    windows: dict[int, str]
    bounced: dict[int, str] = field(default_factory=dict)
    cancelled: dict[int, str] = field(default_factory=dict)


ONE = pack(1, "2025-01-10", "2026-01-09")
OWN = "2025-01-10..2026-01-09"
TWO = pack(2, "2026-01-05", "2027-01-04")
CASES = [
    Case("G4: a grant by itself ends with its expiry", [ONE], {1: OWN}),
    Case("G5: a later pack credited before the expiry opens a window from the day after",
         [ONE, TWO], {1: f"{OWN} +2026-01-10..2027-01-04", 2: "2026-01-05..2027-01-04"}),
    Case("G5: credited on the day of the expiry",
         [ONE, pack(2, "2026-01-09", "2027-01-08")], {1: f"{OWN} +2026-01-10..2027-01-08"}),
    Case("G5: credited on the day after: no gap",
         [ONE, pack(2, "2026-01-10", "2027-01-09")], {1: f"{OWN} +2026-01-10..2027-01-09"}),
    Case("G5: credited within the days of grace: from the day of crediting",
         [ONE, pack(2, "2026-01-20", "2027-01-19")], {1: f"{OWN} +2026-01-20..2027-01-19"}),
    Case("G5: credited on the last day of grace, the 30th",
         [ONE, pack(2, "2026-02-08", "2027-02-07")], {1: f"{OWN} +2026-02-08..2027-02-07"}),
    Case("G5: on the 31st day it is lost", [ONE, pack(2, "2026-02-09", "2027-02-08")], {1: OWN}),
    Case("G5: without days of grace, the day of the expiry is the last",
         [pack(1, "2025-01-10", "2026-01-09", grace_days=0), pack(2, "2026-01-10", "2027-01-09")], {1: OWN}),
    Case("G5: without days of grace, credited in time",
         [pack(1, "2025-01-10", "2026-01-09", grace_days=0), pack(2, "2026-01-09", "2027-01-08")],
         {1: f"{OWN} +2026-01-10..2027-01-08"}),
    Case("G5: carry-over never", [pack(1, "2025-01-10", "2026-01-09", grace_days=None), TWO], {1: OWN}),
    Case("G5: carried minutes carry again",
         [ONE, TWO, pack(3, "2027-01-20", "2028-01-19")],
         {1: f"{OWN} +2026-01-10..2027-01-04 +2027-01-20..2028-01-19",
          2: "2026-01-05..2027-01-04 +2027-01-20..2028-01-19"}),
    Case("G5: carried again only within the days of grace of the carried window",
         [ONE, TWO, pack(3, "2027-02-04", "2028-02-03")],  # 31 days after 2027-01-04
         {1: f"{OWN} +2026-01-10..2027-01-04", 2: "2026-01-05..2027-01-04"}),
    Case("G5: of those that expire later it is the first credited, however long the others last",
         [ONE, pack(2, "2025-03-01", "2025-08-31"), pack(3, "2025-05-01", "2027-04-30"),
          pack(4, "2025-04-01", "2026-03-31")],
         {1: f"{OWN} +2026-01-10..2026-03-31 +2026-04-01..2027-04-30"}),
    Case("G5: one that expires on the same day opens nothing",
         [ONE, pack(2, "2025-07-10", "2026-01-09")], {1: OWN, 2: "2025-07-10..2026-01-09"}),
    Case("G5: only a later pack carries: an earlier one that lasts longer does not",
         [pack(1, "2025-01-10", "2028-01-09"), pack(2, "2025-02-01", "2026-01-31")],
         {1: "2025-01-10..2028-01-09", 2: "2025-02-01..2026-01-31"}),
    Case("G5: of two credited on one day the one of the higher number is later",
         [pack(1, "2025-01-10", "2026-01-09"), pack(2, "2025-01-10", "2027-01-09")],
         {1: f"{OWN} +2026-01-10..2027-01-09", 2: "2025-01-10..2027-01-09"}),
    Case("G5: and not the other way round",
         [pack(1, "2025-01-10", "2027-01-09"), pack(2, "2025-01-10", "2026-01-09")],
         {1: "2025-01-10..2027-01-09", 2: "2025-01-10..2026-01-09"}),
    Case("G5: a pack of another contract carries nothing",
         [ONE, pack(2, "2026-01-05", "2027-01-04", contract=2)], {1: OWN, 2: "2026-01-05..2027-01-04"}),
    Case("G5: only packs carry",
         [pack(1, "2025-01-10", "2026-01-09", kind="goodwill"), pack(2, "2025-01-10", "2026-01-09", kind="allowance"),
          pack(3, "2025-01-10", "2026-01-09", kind="add-on"), pack(4, "2026-01-05", "2027-01-04")],
         {1: OWN, 2: OWN, 3: OWN, 4: "2026-01-05..2027-01-04"}),
    Case("G5: and only to packs",
         [ONE, pack(2, "2026-01-05", "2027-01-04", kind="goodwill"),
          pack(3, "2026-01-05", "2027-01-04", kind="add-on")],
         {1: OWN}),
    Case("G10: a cancelled contract cuts what is open and drops what would come",
         [ONE, TWO], {1: "2025-01-10..2025-06-30", 2: ""}, cancelled={1: "2025-06-30"}),
    Case("G10: cancelled in a carried window",
         [ONE, TWO], {1: f"{OWN} +2026-01-10..2026-03-31", 2: "2026-01-05..2026-03-31"}, cancelled={1: "2026-03-31"}),
    Case("G10: cancelled on a grant's first day leaves it that day",
         [ONE], {1: "2025-01-10..2025-01-10"}, cancelled={1: "2025-01-10"}),
    Case("G10: another contract's end is nothing to it", [ONE], {1: OWN}, cancelled={2: "2025-06-30"}),
    Case("M10: a bounced grant ends the day before", [ONE], {1: "2025-01-10..2025-02-05"}, {1: "2025-02-06"}),
    Case("M10: bounced on its first day it never was", [ONE], {1: ""}, {1: "2025-01-10"}),
    Case("M10: bounced after its end it ended as it did", [ONE], {1: OWN}, {1: "2026-03-01"}),
    Case("M10: what is left of a bounced pack does not carry; its rest is credited anew",
         [ONE, pack(2, "2025-02-20", "2026-02-19", replaces=1)],
         {1: "2025-01-10..2025-02-05", 2: "2025-02-20..2026-02-19"}, {1: "2025-02-06"}),
    Case("M10: bounced in its carried window it was there until the day before",
         [ONE, TWO], {1: f"{OWN} +2026-01-10..2026-02-05", 2: "2026-01-05..2027-01-04"}, {1: "2026-02-06"}),
    Case("M10: bounced between its windows the later one never opens",
         [ONE, pack(2, "2026-01-20", "2027-01-19")], {1: OWN}, {1: "2026-01-15"}),
    Case("M10: a window that a bounced pack opened ends with it",
         [ONE, TWO], {1: f"{OWN} +2026-01-10..2026-02-05", 2: "2026-01-05..2026-02-05"}, {2: "2026-02-06"}),
    Case("M10: bounced before the old one's expiry it opens none",
         [ONE, pack(2, "2025-12-20", "2026-12-19")], {1: OWN, 2: "2025-12-20..2025-12-31"}, {2: "2026-01-01"}),
    Case("M10: grace runs from the day before the bounce",
         [ONE, TWO, pack(3, "2026-03-07", "2027-03-06")],  # 30 days after 2026-02-05
         {1: f"{OWN} +2026-01-10..2026-02-05 +2026-03-07..2027-03-06"}, {2: "2026-02-06"}),
    Case("M10: and on the 31st day it is over",
         [ONE, TWO, pack(3, "2026-03-08", "2027-03-07")],
         {1: f"{OWN} +2026-01-10..2026-02-05"}, {2: "2026-02-06"}),
    Case("M10: bounced and paid again on one day there is no gap",
         [ONE, TWO, pack(3, "2026-02-06", "2027-02-05", replaces=2)],
         {1: f"{OWN} +2026-01-10..2026-02-05 +2026-02-06..2027-02-05", 3: "2026-02-06..2027-02-05"},
         {2: "2026-02-06"}),
    Case("M10: a bounced pack is passed over for a later one that was credited in time",
         [ONE, pack(2, "2025-12-20", "2026-12-19"), pack(3, "2026-01-20", "2027-01-19")],
         {1: f"{OWN} +2026-01-20..2027-01-19"}, {2: "2026-01-01"}),
]  # fmt: skip


def written(found: tuple[Window, ...]) -> str:
    return " ".join(f"{'+' * w.carried}{w.first}..{w.last}" for w in found)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_windows(case: Case) -> None:
    bounced = {number: day(on) for number, on in case.bounced.items()}
    cancelled = {contract: day(on) for contract, on in case.cancelled.items()}
    found = windows.derive(case.grants, bounced, cancelled)
    assert {number: written(found[number]) for number in case.windows} == case.windows
    assert windows.derive(reversed(case.grants), bounced, cancelled) == found  # in whatever order they are read


def test_the_window_of_a_day_g4() -> None:
    found = windows.derive([ONE, pack(2, "2026-01-20", "2027-01-19")], {}, {})[1]

    def carried(on: str) -> bool | None:
        window = windows.on(found, day(on))
        return None if window is None else window.carried

    asked = ("2025-01-09", "2025-01-10", "2026-01-09", "2026-01-10", "2026-01-19", "2026-01-20", "2027-01-20")
    assert {on: carried(on) for on in asked} == {
        "2025-01-09": None,
        "2025-01-10": False,
        "2026-01-09": False,
        "2026-01-10": None,
        "2026-01-19": None,
        "2026-01-20": True,
        "2027-01-20": None,
    }


@pytest.mark.parametrize("grace", [0, 1, 30, 365])
def test_every_day_of_crediting_g5(grace: int) -> None:
    """G5: exactly the days up to `grace` after the expiry carry; the window begins the day after it or at crediting."""
    old = pack(1, "2025-01-10", "2026-01-09", grace_days=grace)
    carried = []
    for offset in range(-20, grace + 20):
        credited = old.expires + timedelta(days=offset)
        found = windows.derive([old, pack(2, str(credited), str(credited + timedelta(days=364)))], {}, {})[1]
        if len(found) > 1:
            carried.append(offset)
            assert found[1].first == max(credited, date(2026, 1, 10))
    assert carried == list(range(-20, grace + 1))


def test_a_pack_without_end_has_nothing_to_carry_g5() -> None:
    """G5: a pack that is valid to the end of an open term expires on the last day there is."""
    forever = pack(1, "2025-01-10", "9999-12-31")
    found = windows.derive([forever, pack(2, "2025-02-01", "2026-01-31")], {}, {})
    assert written(found[1]) == "2025-01-10..9999-12-31"
    assert written(found[2]) == "2025-02-01..2026-01-31"


def test_as_many_windows_are_made_as_packs_carry_g5(monkeypatch: pytest.MonkeyPatch) -> None:
    """G5: what a pack opens is opened once for all who are carried to it.

    Each pack went through all later ones for each of its windows: 200 packs of one customer took 43 s to load.
    """
    made: list[Window] = []

    def counted(*given: Any, **more: Any) -> Window:
        made.append(Window(*given, **more))
        return made[-1]

    monkeypatch.setattr(windows, "Window", counted)
    starts = [date(2025, 1, 1) + timedelta(days=7 * n) for n in range(60)]
    packs = [pack(n + 1, str(on), str(on + timedelta(days=364))) for n, on in enumerate(starts)]
    found = windows.derive(packs, {}, {})
    assert [len(found[n]) for n in (1, 2, 60)] == [60, 59, 1]
    assert len(made) == 60 + 59  # its own each, and each but the last is carried by the next


def test_what_is_no_pack_leaves_the_windows_of_the_others_g4(monkeypatch: pytest.MonkeyPatch) -> None:
    """G4: a year's allowance and goodwill add a window of their own; all were derived again for each of them."""
    derived: list[int] = []
    whole = windows.derive

    def counted(grants: Iterable[Grant], *more: Any) -> Any:
        given = [*grants]
        derived.append(len(given))
        return whole(given, *more)

    monkeypatch.setattr(windows, "derive", counted)
    book = Book()
    for grant in (ONE, TWO):
        book.remember(grant)
    before = dict(windows.of(book))
    for number in (3, 4):
        book.remember(pack(number, "2026-01-01", "2026-12-31", kind="goodwill"))
    assert windows.of(book) == before | {n: (Window(day("2026-01-01"), day("2026-12-31")),) for n in (3, 4)}
    assert derived == [2, 2] and [*windows.of(book)] == [1, 2, 3, 4]
    book.remember(pack(5, "2027-01-05", "2028-01-04"))
    assert len(windows.of(book)[1]) == 3 and derived == [2, 2, 5]
