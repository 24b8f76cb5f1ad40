"""`billing customer import`: customers and contracts as a spreadsheet has them, told first, done whole or not."""

import io
import json
import random
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from billing.errors import Refusal
from billing.exchange import sheets
from billing.lines import customers
from billing.service import Billing
from tests.exchange.test_loading_sheets import MUTATIONS, inside, mutated
from tests.support import contents, made, run

FIRST = (
    "Code;Name;Country;Language;City;VAT-ID;Consumer;Tariff;Tier;Modules;Fee;Start;Terms\n"
    "ALPINA;Alpina Müller SA;CH;fr;Genève;;no;q3;profi;COFI; ;01/01/2025;30\n"
    "EIGER;Eiger AG;ch;;Bern;;;;;;;;\n"
    'KLEE;"Klee; & Co";DE;de;Bonn;DE136695976;;qualiodoo;;;;13/01/2025;\n'
)


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    url = f"sqlite:///{tmp_path / 'b.db'}"
    made(url)
    return {"BILLING_DB": url, "BILLING_TODAY": "2025-06-01"}


def imported(env: dict[str, str], tmp_path: Path, text: str | bytes, *more: str, name: str = "c.csv") -> Any:
    file = tmp_path / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    status, out, err = run("customer", "import", str(file), "--json", *more, **env)
    assert (status == 0) == (err == ""), err
    return json.loads(out or err)


def codes(answer: dict[str, Any]) -> dict[str, list[str]]:
    return {part: [each["customer"] for each in answer[part]] for part in ("new", "changed")} | {
        "unchanged": answer["unchanged"]
    }


def test_a_file_makes_customers_and_contracts_and_twice_changes_nothing(env: dict[str, str], tmp_path: Path) -> None:
    text = FIRST.replace(";COFI; ;", ";COFI;1'480,50;")
    dry = imported(env, tmp_path, text, "--dry-run")
    assert json.loads(run("customer", "list", "--json", **env)[1]) == {"customers": []}
    answer = imported(env, tmp_path, text)
    assert answer == dry
    assert codes(answer) == {"new": ["ALPINA", "EIGER", "KLEE"], "changed": [], "unchanged": []}
    assert {"field": "contract.fee", "from": None, "to": "1480.50"} in answer["new"][0]["changes"]
    shown = json.loads(run("customer", "show", "ALPINA", "--json", **env)[1])
    assert (shown["name"], shown["address"]["city"], shown["terms"]) == ("Alpina Müller SA", "Genève", 30)
    (contract,) = shown["contracts"]
    assert {k: contract[k] for k in ("tariff", "tier", "modules", "fee", "start")} == {
        "tariff": "q3", "tier": "profi", "modules": ["COFI"], "fee": "1480.50", "start": "2025-01-01",
    }  # fmt: skip
    assert json.loads(run("audit", "--json", **env)[1])["ok"]
    again = imported(env, tmp_path, text)
    assert codes(again) == {"new": [], "changed": [], "unchanged": ["ALPINA", "EIGER", "KLEE"]}


def test_what_differs_is_told_and_changed_and_empty_cells_leave_what_is_there(
    env: dict[str, str], tmp_path: Path
) -> None:
    imported(env, tmp_path, FIRST)
    text = "terms,code,city,tier,name\n10,ALPINA,,standard,\n,EIGER,Thun,,Eiger AG\n,KLEE,Bonn,,\n"
    answer = imported(env, tmp_path, text, "--dry-run")
    assert answer == imported(env, tmp_path, text)
    assert codes(answer) == {"new": [], "changed": ["ALPINA", "EIGER"], "unchanged": ["KLEE"]}
    assert answer["changed"][0]["changes"] == [
        {"field": "terms", "from": 30, "to": 10},
        {"field": "contract.tier", "from": "profi", "to": "standard"},
    ]
    assert answer["changed"][1]["changes"] == [{"field": "city", "from": "Bern", "to": "Thun"}]
    shown = json.loads(run("customer", "show", "ALPINA", "--json", **env)[1])
    assert shown["address"]["city"] == "Genève" and shown["terms"] == 10
    assert (shown["contracts"][0]["tier"], shown["contracts"][0]["next_tier"]) == ("profi", "standard"), "G8"
    again = imported(env, tmp_path, text)
    assert codes(again) == {"new": [], "changed": [], "unchanged": ["ALPINA", "EIGER", "KLEE"]}, "a downgrade too"


def test_a_contract_may_be_on_a_sheet_of_its_own(env: dict[str, str], tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "Customers"
    for row in (["code", "name", "country", "postcode"], ["A", "A SA", "FR", 75001]):
        book.active.append(row)
    sheet = book.create_sheet("contracts")
    for row in (["customer", "tariff"], ["A", "moveon"]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    answer = imported(env, tmp_path, out.getvalue(), name="c.xlsx")
    assert codes(answer)["new"] == ["A"]
    shown = json.loads(run("customer", "show", "A", "--json", **env)[1])
    assert shown["address"]["postcode"] == "75001" and shown["contracts"][0]["start"] == "2025-06-01"
    sheet.append(["A", None])
    sheet["B2"] = "qualiodoo"
    out = io.BytesIO()
    book.save(out)
    error = imported(env, tmp_path, out.getvalue(), name="c.xlsx")["error"]
    assert error["code"] == "conflict"
    assert "the contract of A has the tariff moveon; leave it as it is, or end it first" in error["message"]


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("code,name\nNEW,New\n", "bad-input", "line 2: NEW is new and needs country"),
        ("code,nme\nEIGER,x\n", "bad-input", "line 1, column nme: unknown column 'nme'; did you mean name?"),
        ("name,country\nx,CH\n", "bad-input", "line 2: nothing says which customer this is; write its code"),
        ("code,city\nEIGER,a\nEIGER,b\n", "bad-input", "line 3: EIGER is there twice"),
        ("code,city\neiger,a\n", "conflict", "line 2: eiger differs from EIGER by capital letters alone; write EIGER"),
        ("code,terms\nEIGER,30.5\nKLEE,x\n", "bad-input", "column terms: '30.5': give a whole number; line 3, "),
        ("code,start,tariff\nEIGER,04/05/2025,q3\n", "bad-date", "line 2, column start: '04/05/2025' may be"),
        ("code,tier\nEIGER,profi\n", "bad-input", "line 2: EIGER has no contract; to sign one needs a tariff"),
        ("code,start\nALPINA,2025-02-01\n", "conflict", "has the start 2025-01-01"),
        ("code,tier\nALPINA,premum\n", "unknown-tier", "line 2: unknown tier 'premum'; did you mean premium?"),
        ("code,vat_id,city\nEIGER,,Thun\nKLEE,=1,\n", "", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_its_place_and_nothing_is_half_in(
    text: str, code: str, words: str, env: dict[str, str], tmp_path: Path
) -> None:
    imported(env, tmp_path, FIRST)
    before = run("customer", "list", "--json", **env)[1], run("journal", "--json", **env)[1]
    answer = imported(env, tmp_path, text)
    if code:
        assert answer["error"]["code"] == code and words in answer["error"]["message"], answer
        assert before == (run("customer", "list", "--json", **env)[1], run("journal", "--json", **env)[1])
    else:
        assert codes(answer)["changed"] == ["EIGER", "KLEE"]


def test_what_the_list_writes_can_be_edited_and_imported(env: dict[str, str], tmp_path: Path) -> None:
    imported(env, tmp_path, FIRST)
    file = tmp_path / "list.xlsx"
    run("customer", "list", "-o", str(file), **env)
    (table,) = sheets.read("list.xlsx", file.read_bytes()).tables
    assert [row.cells["customer"] for row in table.rows] == ["ALPINA", "EIGER", "KLEE"]


def test_mutated_files_are_taken_whole_or_refused(tmp_path: Path) -> None:
    setting = made(f"sqlite:///{tmp_path / 'a.db'}")
    doors, chance = Billing(setting), random.Random(7)
    doors.do(customers.request_of(sheets.read("c.csv", FIRST.encode()), None))
    before, book = contents(setting), Workbook()
    for row in (["code", "name", "country", "terms"], ["EIGER", "Eiger SA", "CH", 30], ["NEW", "New", "FR", None]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    changed = FIRST.replace("Bern", "Thun").replace("KLEE", "MOHN").encode()
    refused = 0
    for number in range(MUTATIONS // 5):
        name, data = ("c.csv", mutated(changed, chance)) if number % 2 else ("c.xlsx", inside(out.getvalue(), chance))
        try:
            doors.do(customers.request_of(sheets.read(name, data), None), dry_run=True)
        except Refusal as found:
            refused += 1
            assert found.code and found.message
    assert contents(setting) == before and 0 < refused < MUTATIONS // 5
