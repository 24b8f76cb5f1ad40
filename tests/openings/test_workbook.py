"""The workbook of openings: made with lists of the tariffs, read back, every fault by its sheet and cell (G14)."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from billing.commands.opening_sheets import workbook
from billing.lines.opening import KINDS
from tests import support
from tests.support import made, opened, run

DAY = date(2025, 7, 1)
ROWS: dict[str, list[dict[str, Any]]] = {
    "customer": [{"id": "c1", "code": "BEAT", "name": "Beat SA", "country": "FR", "language": "fr"}],
    "opening-contract": [
        {"id": "o1", "customer": "BEAT", "date": DAY, "tariff": "qualiodoo", "start": date(2024, 2, 15)}
    ],
    "opening-grant": [
        {"id": "o2", "customer": "BEAT", "date": DAY, "kind": "pack", "product": "pack-12h", "minutes": 720,
         "left": 300, "price": "900,00", "starts": "10.2.2025", "expires": date(2026, 2, 9), "invoice": "OLD-17"}
    ],
    "opening-owed": [{"id": "o5", "customer": "BEAT", "date": DAY, "minutes": 15}],
    "opening-invoice": [
        {"id": "o3", "customer": "BEAT", "date": DAY, "number": "OLD-21", "issued": "2025-05-20",
         "due": date(2025, 6, 19), "total": 1080, "open": 480.5}
    ],
    "opening-money": [{"id": "o4", "customer": "BEAT", "date": DAY, "amount": 50}],
}  # fmt: skip


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path}/billing.db"
    made(url, "FR", DAY).engine.dispose()
    monkeypatch.setenv("BILLING_DB", url)
    monkeypatch.setenv("BILLING_TODAY", str(DAY))
    return url


def template() -> bytes:
    """The workbook as the command makes it."""
    from billing.commands.context import close, state

    state.db = "sqlite:///nowhere.db"
    try:
        return workbook()
    finally:
        close()


def filled(path: Path, rows: dict[str, list[dict[str, Any]]]) -> str:
    """The workbook with rows below those that explain."""
    book: Workbook = load_workbook(io.BytesIO(template()))
    for sheet, some in rows.items():
        heads = [cell.value for cell in book[sheet][1]]
        for line, row in enumerate(some, 3):
            for key, value in row.items():
                book[sheet].cell(line, heads.index(key) + 1, value)
    book.save(path)
    return str(path)


def test_G14_the_workbook_has_a_sheet_a_kind_with_lists_of_the_tariffs() -> None:
    book = load_workbook(io.BytesIO(template()))
    assert book.sheetnames == ["Read me", "lists", *KINDS]
    assert book["lists"].sheet_state == "hidden"
    lists = {column[0].value: [c.value for c in column[1:] if c.value] for column in book["lists"].iter_cols()}
    assert {"q3", "qualiodoo"} <= set(lists["tariff"]) and {"profi", "premium"} <= set(lists["tier"])
    assert {"pack-12h", "support-plus"} <= set(lists["product"]) and {"support", "bug"} <= set(lists["category"])
    choices = {v.formula1 for v in book["opening-grant"].data_validations.dataValidation}
    assert len(choices) == 2, "kinds and products"
    assert [cell.value for cell in book["opening-money"][1]] == ["id", "customer", "date", "amount", "currency"]
    explained = [cell.value for cell in book["opening-money"][2]]
    assert all(str(text).startswith("↑ ") for text in explained)


def test_G14_a_workbook_that_nobody_filled_in_has_no_openings(db: str, tmp_path: Path) -> None:
    """What explains its columns is no row."""
    code, _, err = run("opening", filled(tmp_path / "start.xlsx", {}))
    assert code == 1 and "no openings" in err


def test_G14_a_filled_workbook_is_taken_over_once(db: str, tmp_path: Path) -> None:
    """L5: and the preview says what the customer reads, in his language, before anything is kept."""
    file = filled(tmp_path / "start.xlsx", ROWS)
    code, out, err = run("opening", file, "--dry-run", "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert told["applied"] == 6
    assert told["customers"][0]["text"].startswith("Beat SA\u00a0: au 1er juillet 2025, il vous reste 5 h")
    assert told["totals"] == {
        "customers": 1, "minutes": 300, "owed": 15, "open": [{"amount": "480.50", "currency": "EUR"}],
        "own_money": [{"amount": "50.00", "currency": "EUR"}], "deferred": [{"amount": "375.00", "currency": "EUR"}],
    }  # fmt: skip
    assert support.contents(opened(db))["opening"] == []
    assert json.loads(run("opening", file, "--json")[1])["applied"] == 6
    assert json.loads(run("opening", file, "--json")[1]) == told | {"applied": 0, "unchanged": 6} | {
        "customers": json.loads(run("opening", "show", "--json")[1])["customers"]}  # fmt: skip
    assert support.audit(opened(db))["ok"]


def test_G14_every_fault_is_named_by_its_cell_and_nothing_is_kept(db: str, tmp_path: Path) -> None:
    rows = {kind: [dict(row) for row in some] for kind, some in ROWS.items()}
    rows["opening-grant"][0] |= {"product": "pack-13h"}
    rows["opening-invoice"][0] |= {"open": 1480}
    rows["opening-money"][0] |= {"customer": "BEET"}
    rows["opening-owed"][0] |= {"category": "suport"}
    code, _, err = run("opening", filled(tmp_path / "start.xlsx", rows))
    assert code == 1
    for place in (
        "sheet opening-grant, cell E3: unknown product",
        "sheet opening-invoice, cell H3: OLD-21",
        "sheet opening-money, cell B3: unknown customer",
        "sheet opening-owed, cell E3: unknown category",
    ):
        assert place in err, place  # fmt: skip
    rows["opening-grant"][0] |= {"left": "many", "starts": "31.2.2025"}
    code, _, err = run("opening", filled(tmp_path / "start.xlsx", rows))
    assert code == 1 and "cell G3" in err and "cell I3" in err
    assert support.contents(opened(db))["customer"] == []


def test_G14_lines_that_are_no_openings_are_for_load(db: str) -> None:
    line = {"type": "entry", "customer": "BEAT", "minutes": 5}
    code, _, err = run("opening", "-", stdin=json.dumps(line))
    assert code == 1 and "line 1: entry is no opening" in err
    assert run("opening", "show")[1].startswith("No customer brought anything")


def test_G14_an_opening_is_taken_back_at_the_command_line(db: str, tmp_path: Path) -> None:
    run("opening", filled(tmp_path / "start.xlsx", ROWS))
    assert "o4" in run("opening", "show", "BEAT")[1]
    assert run("opening", "void", "o4", "--reason", "a slip", "--dry-run")[0] == 0
    assert run("opening", "void", "o4", "--reason", "a slip")[1] == "BEAT: opening o4 is taken back.\n"
    assert "o4" not in run("opening", "show", "BEAT")[1]
