"""What entries of a file are charged does not hang on whether a customer's work is read or summed (L2, R1 to R5)."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from billing.errors import Refusal
from billing.office.transaction import Setting
from billing.store import ledger
from billing.store.summed import Summed
from tests import quoted, support
from tests.history import Line
from tests.support import WHOLE, balance, contents, load, made

OWN = Path(__file__).parents[1] / "simulation" / "tariffs"
DAILY = (OWN / "daily" / "2020-01-01.toml").read_text()
FIRST, UNTIL = date(2025, 1, 1), date(2025, 3, 31)
# By customer: tariff, tier, what can be bought, categories
AGREED: dict[str, tuple[str, str | None, tuple[str, ...], tuple[str | None, ...]]] = {
    "ANNA": ("q3", "premium", ("half-fare",), (None, "bug", "first-install", "programming")),
    "BEAT": ("qualiodoo", None, ("pack-12h",), (None,)),
    "CARL": ("daily", None, ("hour", "five-hours"), (None, "travel", "courtesy")),
    "DORA": ("by-case-and-day", None, ("hour",), (None, "travel")),
    "EMIL": ("daily", None, (), (None, "travel")),  # who goes over to the other one
}
QUOTED = ("ANNA", "BEAT", "CARL")
COMPARED = (
    "entry",
    "charge",
    "draw",
    "case_event",
    "day_overage",
    "day_drawn",
    "day_owed",
    "time_grant",
    "quoted_work",
)


@pytest.fixture(autouse=True)
def own_tariffs(tmp_path: Path) -> Iterator[None]:
    folder = tmp_path / "tariffs" / "by-case-and-day"
    folder.mkdir(parents=True)
    mine = DAILY.replace('name = "daily"', 'name = "by-case-and-day"').replace('"day"', '"case-day"')
    (folder / "2020-01-01.toml").write_text(mine)
    with support.environment(BILLING_TARIFFS=f"{OWN}:{tmp_path / 'tariffs'}"):
        yield


def day(pick: random.Random) -> str:
    return f"{FIRST + timedelta(days=pick.randrange((UNTIL - FIRST).days))}"


def entry(pick: random.Random, code: str, number: int, cases: list[str]) -> Line:
    *_, categories = AGREED[code]
    line: Line = {"type": "entry", "customer": code, "date": day(pick), "minutes": pick.choice([1, 3, 7, 14, 31, 95])}
    more = {"case": pick.choice([*cases, None]), "category": pick.choice(categories), "agent": pick.choice("ab")}
    named = {"id": f"{code}-{number}"} if pick.random() < 0.7 else {}
    return line | named | {key: value for key, value in more.items() if value is not None}


def worked(pick: random.Random) -> list[Line]:
    """What there is: contracts, packs that are paid, not paid or bounced, cases and work, some of it taken back."""
    lines: list[Line] = []
    for code, (tariff, tier, products, _) in AGREED.items():
        lines.append({"type": "customer", "code": code, "name": f"{code} SA", "country": "CH"})
        contract: Line = {"type": "contract", "customer": code, "tariff": tariff, "start": f"{FIRST}"}
        lines.append(contract | ({} if tier is None else {"tier": tier}))
        if code == "EMIL":
            lines.append({"type": "cancel", "customer": code, "date": "2025-02-14"})
            lines.append({"type": "contract", "customer": code, "tariff": "by-case-and-day", "start": "2025-02-15"})
        for n, product in enumerate(products):
            lines.append({"type": "purchase", "id": f"{code}{n}", "customer": code, "product": product,
                          "price": "90", "date": f"{FIRST}"})  # fmt: skip
            if pick.random() < 0.6:
                lines.append({"type": "payment", "id": f"{code}{n}p", "purchase": f"{code}{n}", "date": f"{FIRST}"})
                if pick.random() < 0.3:
                    lines.append({"type": "bounce", "payment": f"{code}{n}p", "date": "2025-01-20"})
        opened = f"{code}-K0"
        lines.append({"type": "case", "id": opened, "customer": code, "at": f"{FIRST}T09:00", "category": "support"})
        lines.append({"type": "case-event", "case": opened, "kind": "take", "at": f"{FIRST}T09:30", "agent": "a"})
        done = [entry(pick, code, n, [f"{code}-K{k}" for k in range(4)]) for n in range(pick.choice([0, 3, 25]))]
        lines += done
        lines += [
            {"type": "void", "entry": line["id"], "date": f"{UNTIL}", "reason": "twice"}
            for line in done
            if "id" in line and pick.random() < 0.2
        ]
        bugs = {line["case"] for line in done if line.get("category") == "bug" and "case" in line}
        lines += [{"type": "verify", "case": bug, "kind": "program-error", "date": f"{UNTIL}"} for bug in sorted(bugs)]
    return lines


def quotes(setting: Setting, pick: random.Random) -> None:
    """Of some customers four quotes: agreed on a case and on none, sent, refused; work on the first two."""
    for code in QUOTED:
        for kind, case, step in (("specific", "K1", "accepted"), ("service", None, "accepted"),
                                 ("important", "K2", "sent"), ("specific", "K3", "refused")):  # fmt: skip
            known = None if case is None else f"{code}-{case}"
            number = quoted.add(setting, code, kind=kind, case=known, on=FIRST)["quote"]
            quoted.step(setting, number, "sent", FIRST)
            if step != "sent":
                quoted.step(setting, number, step, FIRST, said="Marie")
            for n in range(pick.choice([0, 1, 5]) if step == "accepted" else 0):
                support.log(setting, customer=code, seconds=60 * n + 300, quote=number, on=FIRST + timedelta(days=n))


def file(pick: random.Random) -> list[Line]:
    """Entries of one file: on cases that are known, also in other letters, on new ones, and on none; some on quotes."""
    lines = []
    for number in range(60):
        code = pick.choice([*AGREED])
        cases = [f"{code}-K0", f"{code}-k1", f"{code}-K2 ", f"{code}-N{number // 10}"]
        line = entry(pick, code, 100 + number, cases)
        if line.get("case") == f"{code}-K0" and pick.random() < 0.5:
            del line["customer"]
        elif code in QUOTED and pick.random() < 0.2:
            line["quote"] = f"Q-2025-{4 * QUOTED.index(code) + pick.choice([1, 2]):05}"
        if "-N" in line.get("case", "") and pick.random() < 0.3:
            line["open"] = True
        lines.append(line)
    return lines


def mixed(pick: random.Random) -> list[Line]:
    """The same with other lines between: what is sold, given and said, and entries of the file taken back."""
    lines: list[Line] = []
    for number, line in enumerate(file(pick)):
        lines.append(line)
        code = pick.choice([*AGREED])
        events: Line = {"type": "case-event", "case": f"{code}-K0", "at": f"{UNTIL}T{9 + number // 60:02}:{number:02}"}
        others: list[Line] = [
            {"type": "goodwill", "customer": code, "minutes": 30, "date": f"{UNTIL}", "expires": "2025-12-31",
             "reason": "late"},
            events | {"kind": pick.choice(["reply", "ask"]), "agent": "a"},
            {"type": "invoice-run", "month": "2025-01", "date": f"{UNTIL}"},
        ]  # fmt: skip
        products = AGREED[code][2]
        if products:
            others.append({"type": "purchase", "customer": code, "product": products[0], "price": "90",
                           "date": f"{UNTIL}"})  # fmt: skip
        if "id" in line:
            others.append({"type": "void", "entry": line["id"], "date": f"{UNTIL}", "reason": "twice"})
        if pick.random() < 0.2:
            lines.append(pick.choice(others))
    return lines


def outcome(setting: Setting, lines: list[Line]) -> list[Any]:
    """What a load comes to, which may be refused."""
    try:
        loaded: object = load(setting, *lines)
    except Refusal as refused:
        loaded = f"{refused}"
    kept = contents(setting)
    balances = [balance(setting, code) | {"position": None} for code in AGREED]  # that stands for salted texts too
    return [loaded, {table: kept[table] for table in COMPARED}, balances]


@pytest.mark.parametrize("seed", range(200 if WHOLE else 5))
def test_entries_of_a_file_come_to_the_same(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """T2, T3, R1 to R5, M10, C1: pools, free firsts, verdicts, minutes drawn, owed and given back."""
    compare(f"sqlite:///{tmp_path}/summed.db", f"sqlite:///{tmp_path}/whole.db", seed, monkeypatch)


def test_and_on_either_database(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compare(database_url, f"sqlite:///{tmp_path}/whole.db", 0, monkeypatch)


@pytest.mark.parametrize("seed", range(100 if WHOLE else 3))
def test_entries_among_other_lines_come_to_the_same(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """What goes through a customer's work has all of it, as soon as it is asked for (C1, C2, M3)."""
    lines = mixed(random.Random(seed))
    compare(f"sqlite:///{tmp_path}/summed.db", f"sqlite:///{tmp_path}/whole.db", seed, monkeypatch, lines)


def compare(
    summed: str, whole: str, seed: int, monkeypatch: pytest.MonkeyPatch, among: list[Line] | None = None
) -> None:  # fmt: skip
    before, after = worked(random.Random(seed)), among or file(random.Random(seed))
    settings = [made(url, today=UNTIL) for url in (summed, whole)]
    for setting in settings:
        load(setting, *before)
        quotes(setting, random.Random(seed))
    with monkeypatch.context() as patched:
        if among is None:
            patched.setattr(ledger, "history", lambda *_: pytest.fail("the whole book was read"))
        loaded = outcome(settings[0], after)
    monkeypatch.setattr(Summed, "read", lambda *_: None)
    assert loaded == outcome(settings[1], after)
