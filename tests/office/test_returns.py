"""VAT in the boxes of a return and the books' VAT account beside it; lists of sales by VAT id (M11, M18)."""

import contextlib
import csv
import io
import json
import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing import tariffs
from billing.core.units import month_later
from billing.errors import Refusal
from billing.law.accounts import chart
from billing.office.transaction import Setting
from billing.requests.reports import AskVat
from billing.requests.returns import AskSalesLists, AskVatReturn
from billing.store.engine import open_engine
from tests import support
from tests.history import Random
from tests.invoicing import documents
from tests.support import TODAY, load, made, run

HISTORIES, LENGTH = 3, 60
RATES = (("CHF", Decimal("0.9317")), ("EUR", Decimal("1.0733")))
ABROAD: dict[str, list[dict[str, str]]] = {
    "FR": [{"country": "FR"}, {"country": "BE", "vat_id": "BE0403170701"}, {"country": "GP"}, {"country": "GF"},
           {"country": "US"}, {"country": "DE"}],
    "BE": [{"country": "BE", "vat_id": "BE0403170701"}, {"country": "FR", "vat_id": "FR40303265045"},
           {"country": "CH"}, {"country": "NL"}],
    "DE": [{"country": "DE"}, {"country": "FR", "vat_id": "FR40303265045"}, {"country": "US"}],
    "CH": [{"country": "CH"}, {"country": "LI"}, {"country": "FR", "vat_id": "FR40303265045"}],
}  # fmt: skip


def history(folder: Path, seed: int, country: str, basis: str) -> Setting:
    """A random history of an issuer whose customers are anywhere; every second one sells in another currency."""
    pick = random.Random(f"{seed} {country} {basis}")
    file = folder / f"{country}-{basis}-{seed}.db"
    made(f"sqlite:///{file}", country, vat_basis=basis).engine.dispose()
    setting = Setting(open_engine(f"sqlite:///{file}"), TODAY, tuple(tariffs.folders({})), True)
    maker = Random(pick, "q3" if seed % 2 else "qualiodoo", LENGTH)
    maker.customers = ["ANNA", "BEAT"]
    home, *abroad = ABROAD[country]
    where = {"ANNA": home if seed % 3 else pick.choice(abroad[1:]), "BEAT": abroad[0] if seed % 2 else home}
    now = maker.first
    for line in maker.lines():
        now = max(now, date.fromisoformat(line.get("date", "2000-01-01")))
        part = {"type": "payment", "purchase": line.get("id"), "date": f"{now}", "amount": "333.33"}
        run_ = {"type": "invoice-run", "month": f"{now}"[:7], "date": f"{now}"}
        if line["type"] == "customer":
            line = {"type": "customer", "code": line["code"], "name": line["name"], **where[line["code"]]}
        for one in (line, *((part, part) if line["type"] == "purchase" else (run_,) if pick.random() < 0.2 else ())):
            with contextlib.suppress(Refusal):
                load(setting, one)
    return setting


def months(setting: Setting) -> Iterator[tuple[date, date]]:
    days = {entry.on for entry in support.books(setting).entries}
    first = min(days, default=TODAY).replace(day=1)
    while days and first <= max(days):
        yield first, month_later(first, 1) - timedelta(days=1)
        first = month_later(first, 1)


@pytest.mark.parametrize("basis", ["invoice", "payment"])
@pytest.mark.parametrize("country", ["FR", "BE", "DE", "CH"])
def test_m18_the_boxes_are_the_VAT_account_to_the_cent(tmp_path: Path, country: str, basis: str) -> None:
    """Of every month, whatever happened in it, in either currency; and every base is in a box."""
    seen: dict[str, int] = defaultdict(int)
    for seed in range(HISTORIES):
        setting = history(tmp_path, seed, country, basis)
        for first, last in months(setting):
            answer = support.ask(setting, AskVatReturn(first=first, last=last, rates=RATES))
            report = support.ask(setting, AskVat(first=first, last=last, rates=RATES))["rows"]
            taxed = sum((Decimal(row["amount"]) for row in report), Decimal(0))
            account = answer["account"]
            assert account["difference"] == "0.00", (seed, first)
            assert Decimal(account["movement"]) == Decimal(account["declared"]) == taxed
            base = sum((Decimal(row["base"]) for row in report), Decimal(0))
            assert _base(country, answer["boxes"]) == base, (seed, first, answer["boxes"])
            seen["months"] += 1
            seen["taxed"] += bool(taxed)
            seen["base"] += bool(base)
        setting.engine.dispose()
    assert seen["months"] > 5 * HISTORIES and seen["base"] > 2 * HISTORIES and seen["taxed"] > HISTORIES, seen


def _base(country: str, boxes: list[dict[str, Any]]) -> Decimal:
    """What the turnover on a form comes to, by the form's own words and not by our table."""
    amount: dict[str, Decimal] = defaultdict(Decimal, {b["box"]: Decimal(b["base"]) for b in boxes if b["base"]})
    match country:
        case "FR":
            return sum((amount[code] for code in ("A1", "E2", "01", "05")), Decimal(0))
        case "BE":
            return (
                sum((amount[c] for c in ("01", "02", "03", "44", "45", "47")), Decimal(0)) - amount["48"] - amount["49"]
            )
        case "DE":
            return sum((amount[code] for code in ("81", "86", "35", "60", "21", "45")), Decimal(0))
    assert amount["299"] == amount["200"] - amount["289"] == amount["301"] + amount["302"] + amount["303"]
    return amount["200"]


def test_m18_the_boxes_recomputed_from_the_documents(tmp_path: Path) -> None:
    """A Belgian issuer on invoices: each grid from the rows of the documents, by a second way that knows no table."""
    for seed in range(0, 4, 2):
        setting = history(tmp_path, seed, "BE", "invoice")
        grids: dict[str, Decimal] = defaultdict(Decimal)
        for listed in documents.list_documents(setting)["invoices"]:
            content = documents.content(setting, listed["number"])
            country, note = content["recipient"]["country"], content["kind"] == "credit-note"
            for row in content["vat"]:
                base, vat = Decimal(row["base"]), Decimal(row["amount"])
                if country in ("BE", "NL"):  # a Dutch consumer pays the rate of Belgium
                    grids["49" if note else "03"] += -base if note else base
                    grids["64" if note else "54"] += -vat if note else vat
                elif country == "FR":
                    grids["48" if note else "44"] += -base if note else base
                else:
                    grids["49" if note else "47"] += -base if note else base
        found = support.ask(setting, AskVatReturn(first=date(2024, 1, 1), last=TODAY))["boxes"]
        for box in found:
            assert Decimal(box["base"] or box["vat"]) == grids[box["box"]], (seed, box)
        setting.engine.dispose()


def test_m18_in_another_currency_the_FEC_has_the_same_VAT(tmp_path: Path) -> None:
    """Month by month: the FEC that begins on its first day, and the whole one, move the account by what is declared."""
    some = 0
    for seed in (1, 3, 5):
        setting = history(tmp_path, seed, "FR", "payment" if seed in (3, 5) else "invoice")
        total = Decimal(0)
        for first, last in months(setting):
            found = support.books(setting, last, first)
            fec = support.fec(found, chart("FR"), dict(RATES))
            moved = sum((a for line in fec.split("\r\n")[1:-1] for a in _of(line, "44571", "AN")), Decimal(0))
            account = support.ask(setting, AskVatReturn(first=first, last=last, rates=RATES))["account"]
            assert Decimal(account["movement"]) == -moved, (seed, first)
            total -= moved
            some += bool(moved)
        whole = support.fec(support.books(setting), chart("FR"), dict(RATES))
        assert -sum((a for line in whole.split("\r\n")[1:-1] for a in _of(line, "44571", "")), Decimal(0)) == total
        setting.engine.dispose()
    assert some > 3


def _of(line: str, account: str, but: str) -> Iterator[Decimal]:
    """The amount of a line of a FEC on an account, journals but one."""
    row = line.split("\t")
    if row[4] == account and row[0] != but:
        yield Decimal(row[11].replace(",", ".")) - Decimal(row[12].replace(",", "."))


@pytest.mark.parametrize(("country", "code"), [("FR", "DES"), ("DE", "ZM"), ("BE", "intra")])
def test_m18_a_list_of_sales_is_what_the_report_has_as_reverse_charge(tmp_path: Path, country: str, code: str) -> None:
    some = 0
    for seed in range(HISTORIES):
        setting = history(tmp_path, seed, country, "payment" if seed % 3 else "invoice")
        for first, last in months(setting):
            report = support.ask(setting, AskVat(first=first, last=last, rates=RATES))["rows"]
            listed = support.ask(setting, AskSalesLists(first=first, last=last, code=code, rates=RATES))["lists"]
            due = sum((Decimal(row["base"]) for row in report if row["category"] == "AE"), Decimal(0))
            assert [Decimal(of["base"]) for of in listed] == [due]
            assert sum((Decimal(row["base"]) for row in listed[0]["rows"]), Decimal(0)) == due
            some += bool(due)
        setting.engine.dispose()
    assert some


BELGIAN = [
    {"type": "customer", "code": "LITTLE", "name": "=1+1", "country": "BE", "vat_id": "BE0403170701"},
    {"type": "customer", "code": "BIG", "name": "Big SA", "country": "BE", "vat_id": "0428.759.497"},
    {"type": "customer", "code": "TWIN", "name": "Big too", "country": "BE", "vat_id": "BE 0428 759 497"},
    {"type": "customer", "code": "PERSON", "name": "Person", "country": "BE"},
    {"type": "customer", "code": "ABROAD", "name": "Abroad", "country": "FR", "vat_id": "FR40303265045"},
]


def belgian(tmp_path: Path) -> dict[str, str]:
    """Sales of 2025 to each, 250.00 to LITTLE; one of 2024."""
    url = f"sqlite:///{tmp_path}/be.db"
    setting = made(url, "BE", today=date(2025, 12, 31))
    contract = {"type": "contract", "tariff": "qualiodoo", "start": "2024-01-01"}
    lines = [*BELGIAN, *(contract | {"customer": each["code"]} for each in BELGIAN)]
    sold = [
        ("BIG", "100.01", "2024-12-31"),
        ("LITTLE", "250.00", "2025-01-01"),
        ("BIG", "200.00", "2025-03-01"),
        ("PERSON", "900.00", "2025-04-01"),
        ("ABROAD", "300.50", "2025-05-01"),
        ("TWIN", "50.01", "2025-12-31"),
    ]
    for code, price, day in sold:
        lines.append({"type": "purchase", "customer": code, "product": "pack-12h", "price": price, "date": day})
    load(setting, *lines)
    return {"BILLING_DB": url, "BILLING_TODAY": "2025-12-31"}


def asked(env: dict[str, str], *words: str) -> dict[str, Any]:
    status, out, err = run("report", "sales-list", *words, "--json", **env)
    assert (status, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def test_m18_the_belgian_list_of_customers_is_of_a_year_and_of_more_than_250(tmp_path: Path) -> None:
    """Two customers of one VAT id are one row; exactly 250.00 is none; who has no VAT id is in no list."""
    env = belgian(tmp_path)
    year = ("--from", "2025-01-01", "--to", "2025-12-31")
    found = asked(env, "--list", "Clients", *year)["lists"]
    assert [(row["vat_id"], row["customers"], row["base"], row["vat"]) for row in found[0]["rows"]] == [
        ("BE0428759497", ["BIG", "TWIN"], "250.01", "52.50")
    ]
    assert [of["list"] for of in asked(env, *year)["lists"]] == ["intra", "clients"]
    quarter = asked(env, "--from", "2025-04-01", "--to", "2025-06-30")
    assert [of["list"] for of in quarter["lists"]] == ["intra"] and quarter["annual"] == ["clients"]
    assert [(row["vat_id"], row["kind"], row["declared"]) for row in quarter["lists"][0]["rows"]] == [
        ("FR40303265045", "S", "300.50")
    ]
    assert asked(env, "--list", "clients", "--from", "2024-01-01", "--to", "2024-12-31")["lists"][0]["rows"] == []
    for words, code in (
        (("--list", "clients", "--to", "2025-06-30"), "bad-date"),
        (("--list", "DES"), "bad-input"),
        (("--from", "2025-02-01", "--to", "2025-01-01"), "bad-date"),
        (("--rate", "CHF=1", "--rate", "CHF=2"), "bad-input"),
        (("--csv",), "bad-input"),
    ):
        status, _, err = run("report", "sales-list", *words, "--json", **env)
        assert (status, json.loads(err)["error"]["code"]) == (1, code), words


def test_m18_lists_as_CSV_hold_no_formula(tmp_path: Path) -> None:
    env = belgian(tmp_path)
    cent = {"type": "purchase", "customer": "LITTLE", "product": "pack-12h", "price": "0.01", "date": "2025-12-31"}
    load(support.opened(env["BILLING_DB"], date(2025, 12, 31)), cent)
    file = tmp_path / "lists.csv"
    words = ("report", "sales-list", "--from", "2025-01-01", "--to", "2025-12-31", "--csv", "-o", str(file))
    assert run(*words, **env) == (0, f"Written to {file}.\n", "")
    rows = list(csv.DictReader(io.StringIO(file.read_text())))
    assert [(row["list"], row["vat_id"], row["name"], row["base"]) for row in rows] == [
        ("intra", "FR40303265045", "Abroad", "300.50"),
        ("clients", "BE0403170701", "'=1+1", "250.01"),
        ("clients", "BE0428759497", "Big SA", "250.01"),
    ]


def test_m18_what_an_issuer_does_not_file_is_refused(tmp_path: Path) -> None:
    """Exempt by law, in a country whose form we do not know, or in another currency without a rate."""
    for country, words, says in (
        ("FR", ("--exempt",), "exempts from VAT files no 3310-CA3-SD"),
        ("LU", (), "the boxes of the VAT return of LU on 2025-12-31 are not known; known: "),
        ("CH", (), "in EUR, the books are in CHF"),
    ):
        env = {"BILLING_DB": f"sqlite:///{tmp_path}/{country}.db", "BILLING_TODAY": "2025-12-31"}
        assert run("init", "--name", "X", "--country", country, *words, **env)[0] == 0
        load(
            support.opened(env["BILLING_DB"], date(2025, 12, 31)),
            {"type": "customer", "code": "A", "name": "A", "country": country},
            {"type": "contract", "customer": "A", "tariff": "qualiodoo", "start": "2025-01-01"},
            {"type": "purchase", "customer": "A", "product": "pack-12h", "price": "10.00", "date": "2025-01-10"},
        )
        status, _, err = run("report", "vat", "--boxes", **env)
        assert status == 1 and says in err, err
        assert run("report", "vat", **env)[0] == 0
    assert "no list of sales by VAT id is known for CH" in run("report", "sales-list", **env)[2]
    found = json.loads(run("report", "vat", "--boxes", "--rate", "EUR=0.95", "--json", **env)[1])
    assert [(b["box"], b["base"], b["vat"]) for b in found["boxes"] if b["box"] in ("200", "303", "399")] == [
        ("200", "9.50", None), ("303", "9.50", "0.77"), ("399", None, "0.77"),
    ]  # fmt: skip
    assert found["rates"] == {"EUR": "0.95"} and found["account"]["account"] == "2200"
    rows = json.loads(run("report", "vat", "--rate", "EUR=0.95", "--json", **env)[1])["rows"]
    assert rows == [{"category": "S", "rate": "8.1", "currency": "CHF", "base": "9.50", "amount": "0.77"}]


def test_m18_another_currency_of_before_needs_no_rate(tmp_path: Path) -> None:
    """Only what moves is converted: a year without it asked for the rate of last year's euros, as a fault of ours."""
    setting = made(f"sqlite:///{tmp_path / 'billing.db'}", "CH")
    load(
        setting,
        {"type": "customer", "code": "ANNA", "name": "Anna SA", "country": "CH"},
        {"type": "contract", "customer": "ANNA", "tariff": "qualiodoo", "start": "2024-01-01"},
        {"type": "purchase", "customer": "ANNA", "product": "pack-12h", "price": "900.00", "date": "2024-03-01"},
    )
    found = support.ask(setting, AskVatReturn(first=date(2025, 1, 1), last=date(2025, 12, 31)))
    assert found["account"]["movement"] == "0.00"
    with pytest.raises(Refusal, match="--rate EUR=RATE"):
        support.ask(setting, AskVatReturn(first=date(2024, 1, 1), last=date(2025, 12, 31)))
