"""`billing load` of a spreadsheet: its rows are lines as JSON Lines has them, whole or not at all, faults by place."""

import io
import json
import os
import random
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from billing.commands.load import load as command
from billing.errors import Refusal
from billing.exchange import sheets
from billing.exchange.tables import written
from billing.lines import bulk, rows
from billing.service import Billing
from tests.support import contents, made, run

MUTATIONS = 5_000 if "BILLING_EXAMPLES" in os.environ else 250
LINES: tuple[dict[str, Any], ...] = (
    {"type": "customer", "id": "c1", "code": "ALPINA", "name": "Alpina Müller SA", "country": "CH",
     "address": {"street": "Rue du Lac", "house_number": "12", "postcode": "01003", "city": "Genève"}},
    {"type": "contract", "id": "k1", "customer": "ALPINA", "tariff": "q3", "tier": "profi",
     "modules": ["COFI", "Salaires"], "fee": "1480.50", "start": "2025-01-01"},
    {"type": "purchase", "id": "p1", "customer": "ALPINA", "product": "half-fare", "price": "90.10",
     "date": "2025-01-15"},
    {"type": "payment", "id": "y1", "purchase": "p1", "date": "2025-01-20"},
    {"type": "case", "id": "T-2", "customer": "ALPINA", "at": "2025-02-03T09:15"},
    {"type": "entry", "id": "e1", "customer": "ALPINA", "case": "T-1", "date": "2025-01-31", "minutes": 12},
    {"type": "entry", "customer": "ALPINA", "case": "T-1", "date": "2025-02-04", "duration": "1h30", "note": "=1+1"},
    {"type": "goodwill", "customer": "ALPINA", "minutes": 30, "date": "2025-02-05", "expires": "2025-12-31",
     "reason": "late; sorry", "covers": ["support"]},
    {"type": "invoice-run", "month": "2025-01", "date": "2025-02-03"},
)  # fmt: skip
AS_PEOPLE_WRITE = {"2025-01-31": "31/01/2025", "2025-02-04": "04/02/2025", "1480.50": "1.480,50", "90.10": "90,10"}


def flat(line: dict[str, Any]) -> dict[str, Any]:
    """A line as a row: of lists and objects what a cell has."""
    row = {key: value for key, value in line.items() if key != "address"} | line.get("address", {})
    return {key: "; ".join(value) if isinstance(value, list) else value for key, value in row.items()}


def as_csv(lines: tuple[dict[str, Any], ...], shuffled: bool = False) -> bytes:
    """All lines in one table, with a column `type`, as people in Europe write it."""
    flats = [flat(line) for line in lines]
    head = list(dict.fromkeys(key for row in flats for key in row))
    if shuffled:
        random.Random(3).shuffle(head)
    names = [name.replace("_", " ").title() for name in head]
    return written(
        names, [[AS_PEOPLE_WRITE.get(str(row.get(key)), row.get(key)) for key in head] for row in flats]
    ).encode()


def as_xlsx(lines: tuple[dict[str, Any], ...]) -> bytes:
    """A sheet a type, with days that are days and amounts that are numbers."""
    book = Workbook()
    book.remove(book.active)
    for line in lines:
        row = flat(line)
        kind = row.pop("type")
        if kind not in book.sheetnames:
            book.create_sheet(kind).append(list(dict.fromkeys(k for o in lines if o["type"] == kind for k in flat(o))))
        sheet = book[kind]
        for column, key in enumerate((cell.value for cell in sheet[1]), 1):
            value = row.get(key)
            cell = sheet.cell(row=sheet.max_row + (column == 1), column=column)
            if key in ("price", "fee") and value is not None:
                value = float(value)
            if key in ("date", "start", "expires") and value is not None:
                value = date.fromisoformat(value)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def load(url: str, data: bytes, name: str = "a.csv", kind: str | None = None, **given: Any) -> dict[str, Any]:
    setting = made(url, today=date(2025, 3, 1)) if given.pop("fresh", True) else given.pop("setting")
    return bulk.load_book(Billing(setting), sheets.read(name, data), kind, **given)


@pytest.mark.parametrize("form", ["csv", "shuffled", "xlsx"])
def test_rows_give_the_ledger_that_json_lines_give(form: str, database_url: str, tmp_path: Path) -> None:
    """The same requests, id for id: what JSON Lines loaded before is known when it comes as a spreadsheet (L5)."""
    data = as_xlsx(LINES) if form == "xlsx" else as_csv(LINES, form == "shuffled")
    setting = made(database_url, today=date(2025, 3, 1))
    doors = Billing(setting)
    wanted = bulk.load(doors, [json.dumps(line) for line in LINES], dry_run=True)
    assert wanted["applied"] > 7
    assert bulk.load_book(doors, sheets.read(f"a.{form}", data), dry_run=True) == wanted
    assert bulk.load_book(doors, sheets.read(f"a.{form}", data)) == wanted
    again = bulk.load(doors, [json.dumps(line) for line in LINES if "id" in line])
    assert (again["applied"], again["unchanged"]) == (0, 6)
    with pytest.raises(Refusal, match="were loaded on") as found:
        bulk.load_book(doors, sheets.read(f"a.{form}", data), typed=True)
    assert found.value.code == "ask-back"


def test_lines_of_rows_are_those_of_json_lines() -> None:
    for data in (as_csv(LINES), as_xlsx(LINES)):
        faults = sheets.Faults()
        found = [each.line for each in rows.lines_of(sheets.read("a", data), None, None, bulk.TYPES, faults)]
        faults.check()
        assert found == list(LINES)


def test_the_type_is_said_by_an_option_a_column_or_the_sheet(tmp_path: Path) -> None:
    db, file = f"sqlite:///{tmp_path / 'a.db'}", tmp_path / "who.csv"
    made(db)
    file.write_text("code,name,country\nA,A SA,CH\n")
    status, _, err = run("--db", db, "load", str(file))
    assert status == 1 and "nothing says what the rows are; add a column type, or give --type" in err
    assert run("--db", db, "load", str(file), "--type", "custmer")[2].endswith("did you mean customer?\n")
    assert run("--db", db, "load", str(file), "--type", "customer", "--json")[1] == (
        '{"lines": 1, "applied": 1, "unchanged": 0}\n'
    )
    with_stdin = run("--db", db, "load", "-", "--type", "customer", stdin="code;name;country\nB;B SA;CH\n")
    assert with_stdin[0] == 0 and "1 applied" in with_stdin[1]
    assert command.__doc__ and "--type" in command.__doc__


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("type,code\nvoid,A\n", "line 2, column code: void has no key 'code'; it has date, entry, id, reason"),
        ("type,code,nme\ncustomer,A,B\n", "line 1, column nme: unknown column 'nme'; did you mean name"),
        ("type,code\nentri,A\n,B\n", "type: 'entri' is no type of a line; did you mean entry or agent?; line 3, "),
        ("type,code\ncustomer,A\n", "line 2: customer needs country, name"),
        ("type,customer,minutes,date\nentry,A,1.5,31.2.2025\n",
         "line 2, column minutes: '1.5': give a whole number; line 2, column date: '31.2.2025' is no date"),
        ("type,customer,minutes,date\nentry,A,5,04/05/2025\n", "line 2, column date: '04/05/2025' may be 2025-05-04"),
        ("type,customer,minutes\nentry,A,5\n", "line 2: unknown customer 'A'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_its_place_and_nothing_is_in(text: str, words: str, tmp_path: Path) -> None:
    setting = made(f"sqlite:///{tmp_path / 'a.db'}")
    before = contents(setting)
    with pytest.raises(Refusal) as found:
        bulk.load_book(Billing(setting), sheets.read("a.csv", text.encode()))
    assert words in found.value.message
    assert contents(setting) == before


def test_the_order_of_days_is_said_by_an_option(tmp_path: Path) -> None:
    db, file = f"sqlite:///{tmp_path / 'a.db'}", tmp_path / "a.csv"
    made(db)
    file.write_text(
        "type,code,name,country,customer,tariff,start\ncustomer,A,A,CH,,,\ncontract,,,,A,moveon,04/05/2025\n"
    )
    assert run("--db", db, "load", str(file))[0] == 1
    assert run("--db", db, "load", str(file), "--date-order", "mdy")[0] == 0
    assert '"start": "2025-04-05"' in run("--db", db, "customer", "show", "A", "--json")[1]


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The bytes with a few of them changed, taken away, doubled or moved."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(max(len(made), 1))
        what = chance.randrange(6)
        if what == 0:
            made[at : at + 1] = bytes([chance.randrange(256)])
        elif what == 1:
            del made[at : at + chance.randint(1, 40)]
        elif what == 2:
            made[at:at] = chance.choice(
                (b'"', b"'", b";", b",", b"\n", b"\0", b"=", b"<", b"&", b"99999999999", b"\xff")
            )
        elif what == 3:
            made[at:at] = made[at : at + chance.randint(1, 60)]
        elif what == 4:
            made = made[: max(at, 1)]
        else:
            made[at : at + 1] = chance.choice((b"-1", b"1e400", b"NaN", b"\xe9", "\u202e".encode(), b"]]>", b"\r"))
    return bytes(made)


def inside(data: bytes, chance: random.Random) -> bytes:
    """A workbook of which one part is mutated, and packed again."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        hit = chance.choice(old.namelist())
        for name in old.namelist():
            new.writestr(name, mutated(old.read(name), chance) if name == hit else old.read(name))
    return out.getvalue()


def mutants() -> Iterator[tuple[str, bytes]]:
    chance = random.Random(20261129)
    text, book = as_csv(LINES), as_xlsx(LINES)
    for number in range(MUTATIONS):
        if number % 5 < 2:
            yield "a.csv", mutated(text, chance)
        elif number % 5 < 4:
            yield "a.xlsx", inside(book, chance)
        else:
            yield "a.xlsx", mutated(book, chance)


def test_mutated_spreadsheets_are_taken_whole_or_refused(tmp_path: Path) -> None:
    """Whatever is in a file: a refusal with a stable code, or all of it; no other exception, nothing half in."""
    setting = made(f"sqlite:///{tmp_path / 'a.db'}", today=date(2025, 3, 1))
    before = contents(setting)
    doors = Billing(setting)
    refused = taken = 0
    for name, data in mutants():
        try:
            bulk.load_book(doors, sheets.read(name, data), dry_run=True)
            taken += 1
        except Refusal as found:
            refused += 1
            assert found.code != "internal" and found.message
    assert contents(setting) == before
    assert refused > MUTATIONS // 3 and taken > 0 and refused + taken == MUTATIONS
