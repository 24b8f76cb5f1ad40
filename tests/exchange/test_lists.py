"""Every list and every report as CSV and as a workbook: the rows of the JSON, days as days, amounts to the cent."""

import csv
import io
import json
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from typer.main import get_command

from billing.commands.app import program
from billing.commands.sheets import workbook
from billing.errors import Refusal
from billing.exchange import sheets
from billing.exchange.sheets.writing import xlsx_of
from billing.texts import say
from tests.exchange import test_tables
from tests.exchange.test_tables import REPORTS
from tests.support import run

env = test_tables.env
YEAR = ("--from", "2025-01-01", "--to", "2025-12-31")
LISTS: dict[str, tuple[str, ...]] = {  # and what is asked
    "agent list": (),
    "case list": (),
    "customer address list": (),
    "customer list": (),
    "day": ("--on", "2025-03-04"),
    "desk list": (),
    "hook list": (),
    "invoice list": (),
    "issuer list": (),
    "journal": (),
    "key list": (),
    "link list": (),
    "mail unknown": (),
    "maintenance list": (),
    "payments open": (),
    "privacy due": (),
    "queue": (),
    "quote list": (),
    "send list": ("2025-01",),
    "stats": (),
    "tariff list": (),
    "week": ("--on", "2025-03-04"),
}
ALL = LISTS | {f"report {name}": given for name, (given, _) in REPORTS.items()}
FILES = {"statement"}  # which names the file in --csv FILE and --xlsx FILE, as it did from the start


def commands() -> Iterator[tuple[str, Any]]:
    """All commands by their names."""
    found: list[tuple[str, Any]] = [("", get_command(program()))]
    while found:
        name, command = found.pop()
        inner = getattr(command, "commands", None)
        if inner is None:
            yield name, command
        else:
            found += [(f"{name} {below}".strip(), each) for below, each in inner.items()]


def asked(env: dict[str, str], name: str, *more: str) -> str:
    status, out, err = run(*name.split(), *ALL[name], *more, **env)
    assert (status, err) == (0, ""), (name, err)
    return out


def test_every_list_and_every_report_has_both() -> None:
    """By the tree of commands: what is called `list` or stands under `report`, and what lists under another name."""
    wanted = set()
    for name, command in commands():
        options = {option for parameter in command.params for option in parameter.opts}
        listed = name.endswith(" list") or name.startswith("report ")
        if listed or "--xlsx" in options or "--csv" in options:
            wanted.add(name)
            assert {"--csv", "--xlsx"} <= options, name
            assert name in FILES or {"-o", "--output", "--json"} <= options, name
    assert wanted == ALL.keys() | FILES


@pytest.fixture
def filled(env: dict[str, str]) -> dict[str, str]:
    """A database in which every list has something, as far as a command alone can put it there."""
    for words in (
        ("agent", "add", "ana", "--name", "=Ana"),
        ("key", "add", "k", "--scope", "read"),
        ("hook", "add", "https://listener.example/x"),
        ("maintenance", "announce", "--from", "2026-01-10T08:00", "--to", "2026-01-10T09:00", "--text", "@home"),
        ("customer", "address", "add", "V", "who@v.example"),
    ):
        run(*words, **env)
    return env | {"BILLING_AGENT": "ana"}


@pytest.mark.parametrize("name", ALL)
def test_csv_and_workbook_have_the_rows_of_the_json(filled: dict[str, str], tmp_path: Path, name: str) -> None:
    view = json.loads(asked(filled, name, "--json"))
    head, *rows = csv.reader(io.StringIO(asked(filled, name, "--csv"), newline=""))
    file = tmp_path / "out.xlsx"
    assert "out.xlsx" in asked(filled, name, "-o", str(file), *(() if len(name) % 2 else ("--xlsx",)))
    first = file.read_bytes()
    asked(filled, name, "--xlsx", "-o", str(file))
    if name != "stats":  # which times what it reads
        assert file.read_bytes() == first, "the same bytes for the same data"
    sheet = load_workbook(file).active
    top, *cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert top == head and len(cells) == len(rows)
    if name not in ("report sales-list", "report journal", "journal"):
        key = REPORTS.get(name.removeprefix("report "), ((), None))[1]
        assert len(rows) == len(view[key] if key else next(v for v in view.values() if isinstance(v, list)))
    for row, read in zip(rows, cells, strict=True):
        for key, text, value in zip(head, row, read, strict=True):
            assert _same(text, value), (key, text, value)


def _same(text: str, value: object) -> bool:
    """Whether a cell of a workbook is what CSV has; there is no formula, and what begins like one is text."""
    if value is None:
        return text == ""
    if isinstance(value, bool):
        return text == str(value)
    if isinstance(value, int | float):
        return Decimal(text) == Decimal(repr(value))
    if isinstance(value, datetime):
        return date.fromisoformat(text) == value.date()
    return text.removeprefix("'") == value or text == value


def test_a_workbook_is_typed_frozen_and_bold_and_no_text_is_a_formula() -> None:
    row = (date(2025, 3, 31), Decimal("9.95"), 12, "=1+1", True, None, ("a", "b"), Decimal("0.125"), say("a {b}", b=1))
    data = xlsx_of("A/B", [f"c{n}" for n in range(len(row))], [row, ("x" * 200,) * len(row)])
    sheet = load_workbook(io.BytesIO(data)).active
    assert sheet.title == "A B" and sheet.freeze_panes == "A2" and all(cell.font.b for cell in sheet[1])
    read = [cell.value for cell in sheet[2]]
    assert read == [datetime(2025, 3, 31), 9.95, 12, "=1+1", True, None, "a b", 0.125, "a 1"]
    assert [cell.data_type for cell in sheet[2]][:4] == ["d", "n", "n", "s"]
    assert [cell.number_format for cell in sheet[2]][:3] == ["yyyy\\-mm\\-dd", "#,##0.00", "0"]
    assert sheet["D2"].quotePrefix and sheet.column_dimensions["A"].width == 60
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        text = packed.read("xl/worksheets/sheet1.xml").decode()
        assert "<v>9.95</v>" in text and "<f>" not in text
        assert {part.date_time for part in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_amounts_are_written_to_the_cent_and_read_back() -> None:
    """9.95 was 9.949999999999999 as openpyxl writes it."""
    amounts = [Decimal(n) / 100 for n in (*range(0, 3000, 7), 995, 123456789, 999999999999, -5)]
    data = xlsx_of("a", ["amount"], [(amount,) for amount in amounts])
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        text = packed.read("xl/worksheets/sheet1.xml").decode()
    assert all(f"<v>{amount:f}</v>" in text for amount in amounts)
    (table,) = sheets.read("a.xlsx", data).tables
    assert [row.cells["amount"] for row in table.rows] == amounts


def test_signs_that_no_workbook_holds_are_written_out() -> None:
    data = xlsx_of("a", ["note"], [("a\x01b\x1b[0m\nc<&>\u202e",)])
    assert load_workbook(io.BytesIO(data)).active["A2"].value == "a<U+0001>b<U+001B>[0m\nc<&><U+202E>"


def test_no_terminal_shows_a_workbook(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    status, _, err = run("customer", "list", "--csv", "--xlsx", **env)
    assert (status, err) == (1, "error: --csv and --xlsx: one of both\n")
    assert run("customer", "list", "--csv", "-o", "a.xlsx", **env)[2].startswith("error: --csv into a.xlsx; name it")
    assert run("customer", "list", "--xlsx", "-o", "a.csv", **env)[2].startswith(
        "error: --xlsx into a.csv; name it .xlsx"
    )
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    for output in (None, "-"):
        with pytest.raises(Refusal, match="no terminal shows a workbook; give -o FILE"):
            workbook(False, True, output)
    assert workbook(False, True, "a.xlsx") and workbook(False, False, "A.XLSX") and not workbook(True, False, None)


def test_a_statement_is_a_workbook_too(env: dict[str, str], tmp_path: Path) -> None:
    for more in ((), ("--money",)):
        file = tmp_path / "s.xlsx"
        status, out, err = run("statement", "A", *YEAR, *more, "--xlsx", str(file), **env)
        assert (status, err) == (0, "") and "s.xlsx" in out
        text = run("statement", "A", *YEAR, *more, "--csv", "-", **env)[1]
        head, *rows = csv.reader(io.StringIO(text, newline=""))
        top, *cells = [[cell.value for cell in row] for row in load_workbook(file).active.iter_rows()]
        assert top == head and len(rows) == len(cells) > 1
        assert all(
            _same(text, value)
            for row, read in zip(rows, cells, strict=True)
            for text, value in zip(row, read, strict=True)
        )
        assert isinstance(cells[0][1], datetime)
