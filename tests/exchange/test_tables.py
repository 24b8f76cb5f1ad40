"""Reports as CSV: as many rows as the JSON has, under its names, and nothing that a spreadsheet computes."""

import csv
import io
import json
import re
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from billing.commands import printing
from billing.commands.app import program
from billing.exchange.tables import plain
from tests.support import load, made, run

SIGNS = ("=", "+", "-", "@")
SPAN = ("--from", "2025-01-01", "--to", "2025-12-31")
REPORTS: dict[str, tuple[tuple[str, ...], str]] = {  # what is asked, and where the JSON has the rows
    "vat": (SPAN, "rows"),
    "receivables": ((), "rows"),
    "deferred": (("--at", "2025-02-01"), "grants"),
    "revenue": ((*SPAN, "--by", "customer", "--by", "kind"), "rows"),
    "evolutions": (SPAN, "evolutions"),
    "errors": (SPAN, "errors"),
    "open": ((), "cases"),
    "sla": (("2025-03",), "rows"),
    "credit": (("--within", "3660d"), "rows"),
    "callbacks": (("--by", "agent"), "rows"),
    "time": ((*SPAN, "--by", "agent", "--by", "case"), "rows"),
    "sales-list": (SPAN, "lists"),
    "journal": (SPAN, "entries"),
}


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """Books in which every name and note that somebody types begins like a formula."""
    url = f"sqlite:///{tmp_path}/b.db"
    setting = made(url, "FR", vat_id="FR40303265045", vat_basis="invoice")
    load(
        setting,
        {"type": "customer", "code": "A", "name": "=cmd|'/c calc'!A1", "country": "DE", "vat_id": "DE136695976"},
        {"type": "contract", "customer": "A", "tariff": "qualiodoo", "start": "2025-01-01"},
        {"type": "purchase", "id": "p", "customer": "A", "product": "pack-12h", "price": "900", "date": "2025-01-02"},
        {"type": "purchase", "id": "q", "customer": "A", "product": "pack-24h", "price": "1700", "date": "2025-01-03"},
        {"type": "payment", "purchase": "p", "date": "2025-01-10"},
        {"type": "case", "id": "+1", "customer": "A", "at": "2025-03-03T09:00", "note": "@SUM(A1)"},
        {"type": "case-event", "case": "+1", "kind": "take", "at": "2025-03-03T09:30", "agent": "-ana"},
        {"type": "entry", "customer": "A", "case": "+1", "date": "2025-03-04", "minutes": 20, "agent": "-ana",
         "category": "bug"},
        {"type": "case-event", "case": "+1", "kind": "callback", "at": "2025-03-03T10:00",
         "window": ["2025-03-04T14:00", "2025-03-04T15:00"]},
        {"type": "verify", "case": "+1", "date": "2025-03-05"},
        {"type": "customer", "code": "V", "name": "V", "country": "FR"},
        {"type": "contract", "customer": "V", "tariff": "visualqie", "start": "2025-01-01"},
    )  # fmt: skip
    found = {"BILLING_DB": url, "BILLING_TODAY": "2025-12-31"}
    specification = tmp_path / "specification.txt"
    specification.write_text("What it shall do.")
    for words in (
        ("quote", "add", "V", "--title", "=1+1", "--amount", "100", "--kind", "specific"),
        ("quote", "attach", "Q-2025-00001", str(specification)),
        ("quote", "send", "Q-2025-00001"),
        ("quote", "accept", "Q-2025-00001"),
        ("quote", "deliver", "Q-2025-00001", "--text", "-2+3"),
    ):
        status, _, err = run(*words, **found)
        assert status == 0, (words, err)
    return found


def asked(env: dict[str, str], name: str, *more: str) -> str:
    status, out, err = run("report", name, *REPORTS[name][0], *more, **env)
    assert (status, err) == (0, ""), err
    return out


def test_every_report_is_here() -> None:
    reports: Any = get_command(program()).commands["report"].commands  # type: ignore[attr-defined]
    assert set(REPORTS) == set(reports)
    for name, command in reports.items():
        options = {option for parameter in command.params for option in parameter.opts}
        assert {"--csv", "-o", "--output", "--json"} <= options, name


@pytest.mark.parametrize("name", REPORTS)
def test_csv_has_the_rows_of_the_json(env: dict[str, str], tmp_path: Path, name: str) -> None:
    """On stdout and in a file alike; a cell that begins like a formula has an apostrophe before it."""
    text = asked(env, name, "--csv")
    assert text.endswith("\r\n")
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    view = json.loads(asked(env, name, "--json"))
    found = view[REPORTS[name][1]]
    if name == "sales-list":
        found = [row for each in found for row in each["rows"]]
    if name == "journal":
        found = [line for entry in found for line in entry["lines"]]
    assert found and len(rows) == len(found), name
    assert len(set(head)) == len(head) and all(len(row) == len(head) for row in rows)
    for row, known in zip(rows, found, strict=True):
        assert all(_number(cell) or not cell.startswith(SIGNS) for cell in row), row
        cells = dict(zip(head, row, strict=True))
        for key, value in known.items():
            if key in cells and (isinstance(value, str | int) or value is None):
                shown = "" if value is None else str(value)
                assert cells[key] == ("'" if shown.startswith(SIGNS) and not _number(shown) else "") + shown, key
    file = tmp_path / "out.csv"
    assert "out.csv" in asked(env, name, "-o", str(file))
    assert file.read_bytes().decode() == text
    assert json.loads(asked(env, name, "--csv", "-o", str(file), "--json")) == view
    status, out, err = run("report", name, *REPORTS[name][0], "--csv", "--json", **env)
    assert (status, out, json.loads(err)["error"]["code"]) == (1, "", "bad-input")


def _number(cell: str) -> bool:
    return cell.lstrip("-").replace(".", "", 1).isdigit()


def test_formulas_are_text() -> None:
    for text in ("=1", "+1", "-1", "@A", " =1", "＝1", "＠A"):
        assert plain(text) == f"'{text}"
    assert (plain("\t=1"), plain("\n=1"), plain("\r=1")) == ("'\t'=1", "'\n'=1", "<U+000D>=1")
    for cell in ("a=1", "", 5, -5, Decimal("-1.50"), None):
        assert plain(cell) == cell
    assert plain(("a", "b")) == "a b" and plain(("=a", "b")) == "'=a b"


def test_a_chart_is_of_blocks_on_a_terminal_and_of_plain_signs_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    series: list[tuple[str, int | Decimal, str]] = [
        ("2025-W10", 30, "30 min"),
        ("2025-W11", 0, "0 min"),
        ("2025-W12", Decimal(20), "20 min"),
    ]
    assert printing.bars(series, 3).splitlines() == [
        "2025-W10  30 min  ###",
        "2025-W11   0 min",
        "2025-W12  20 min  ##",
    ]
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert printing.bars(series, 4).splitlines()[0::2] == ["2025-W10  30 min  ████", "2025-W12  20 min  ██▌"]
    assert printing.bars(series[:1]) == printing.bars([]) == printing.bars([("a", 0, ""), ("b", 0, "")]) == ""


def test_a_chart_is_neither_in_json_nor_in_csv(env: dict[str, str]) -> None:
    words = ("report", "time", *SPAN, "--by", "week")
    assert "#" not in run(*words, "--json", **env)[1] + run(*words, "--csv", **env)[1]


MADE: dict[str, tuple[str, ...]] = {
    "statement": ("statement", "A", "--from", "2025-01-01", "--to", "2025-12-31", "--csv", "-"),
    "account": ("statement", "A", "--from", "2025-01-01", "--to", "2025-12-31", "--money", "--csv", "-"),
    "export csv": ("export", "csv", "--to", "2025-12-31"),
}


def test_no_spreadsheet_computes_what_a_command_writes(env: dict[str, str]) -> None:
    """Nor one that parts at semicolons, which German ones do, nor at tabs, whatever is quoted.

    DATEV's batch wrote names as they are, and `;=1+1` was a cell of its own in a German spreadsheet.
    """
    for words in (
        ("init", "--name", "=1+1;-2"),
        ("customer", "add", "B", "--name", "B;=1+1;@SUM(A1)", "--country", "DE", "--vat-id", "DE136695976"),
        ("contract", "sign", "B", "--tariff", "qualiodoo", "--start", "2025-01-01"),
        ("buy", "B", "pack-12h", "--price", "900", "--on", "2025-12-31", "--yes"),
    ):
        assert run(*words, **env)[0] == 0, words
    reports = {name: ("report", name, *REPORTS[name][0], "--csv") for name in REPORTS}
    for name, asked in {**reports, **MADE}.items():
        status, out, err = run(*asked, **env)
        assert (status, len(out.splitlines()) > 1) == (0, True), err
        for parted in ",;\t":
            for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
                for row in csv.reader(io.StringIO(out, newline=""), delimiter=parted, quoting=quoting):
                    wrong = [cell for cell in row if cell.strip('" ').startswith(SIGNS) and not _number(cell)]
                    assert not wrong, (name, parted, wrong)


def test_every_command_that_writes_csv_is_walked() -> None:
    """By its options, and by who imports what writes it: those make every cell harmless."""
    commands: list[tuple[str, Any]] = [("", get_command(program()))]
    found = set()
    while commands:
        name, command = commands.pop()
        commands += [(f"{name} {inner}".strip(), below) for inner, below in getattr(command, "commands", {}).items()]
        if any("--csv" in parameter.opts for parameter in command.params):
            found.add(name)
    assert {f"report {name}" for name in REPORTS} | {"statement"} < found, "the lists are walked by test_lists.py"
    writers = [file for file in Path("billing").rglob("*.py") if re.search(r"^import csv", file.read_text(), re.M)]
    assert writers and all("harmless" in file.read_text() for file in writers)
