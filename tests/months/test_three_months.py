"""The first quarter of an issuer in France, Switzerland, Germany and Belgium, as an accountant lives it.

Work, sales, runs, bank files, what goes wrong and how it is put right; each month is closed. At the end of each every
document is made again from raw rows by another program (`recomputed`), the books are held against reports and the
bank, and what was declared of a closed month is the same bytes as on the day it was closed (M1 to M16).
"""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing import tariffs
from billing.core.units import day_before, month_later
from billing.office.transaction import Setting
from billing.requests.bank import AskOpenItems, ImportBankFile, SettleItem
from billing.requests.income import AskIncome
from billing.requests.invoicing import CreditInvoice, RunMonth
from billing.requests.parties import AskCustomer
from billing.requests.payments import Bounce, Pay, Refund, WriteOff
from billing.requests.periods import CloseMonth
from billing.requests.reports import AskVat
from tests import support
from tests.exchange.test_bank_kinds import document, entry, part
from tests.invoicing import documents
from tests.months import recomputed
from tests.support import ask, do, load, made, on

MONTHS = [date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)]
IBANS = {"FR": "FR7630006000011234567890189", "CH": "CH9300762011623852957", "DE": "DE89370400440532013000",
         "BE": "BE68539007547034"}  # fmt: skip
VAT_IDS = {"FR": "FR83404833048", "CH": "CHE-116.281.710", "DE": "DE136695976", "BE": "BE0403170701"}
ABROAD = {"FR": ("IT", "IT00743110157"), "CH": ("DE", "DE136695976"), "DE": ("FR", "FR83404833048"),
          "BE": ("FR", "FR83404833048")}  # fmt: skip
CATEGORIES = ["support", "support", "training", "programming", "bug", "forms"]
EXPORTS = (
    ("export", "csv", "--from", "{first}", "--to", "{last}"),
    ("export", "fec", "--from", "{first}", "--to", "{last}"),
    ("report", "vat", "--from", "{first}", "--to", "{last}", "--json"),
    ("report", "deferred", "--at", "{last}", "--json"),
    ("report", "revenue", "--from", "{first}", "--to", "{last}", "--json"),
    ("report", "journal", "--from", "{first}", "--to", "{last}", "--json"),
)


@dataclass
class Quarter:
    """An issuer's three months as they go on."""

    setting: Setting
    url: str
    folder: Path
    country: str
    currency: str
    pick: random.Random
    bank: Decimal = Decimal(0)  # what the bank's files have said, from the first on
    files: int = 0

    def at(self, day: date) -> Setting:
        return on(self.setting, day)

    def file(self, day: date, *entries: str) -> dict[str, Any]:
        """A bank's file of a day, imported."""
        self.files += 1
        iban = IBANS[self.country]
        inside = "".join(entries).replace('Ccy="CHF"', f'Ccy="{self.currency}"')
        stated = f"<Stmt><Acct><Id><IBAN>{iban}</IBAN></Id></Acct>{inside}</Stmt>"
        return do(self.at(day), ImportBankFile(file=f"{self.files}.xml", data=document(stated).encode()))

    def comes(self, day: date, amount: Decimal, name: str, *said: str) -> str:
        self.bank += amount
        return entry(f"{amount}", part(f"{amount}", text=said, name=name), own=self._own(), on=f"{day}")

    def goes(self, day: date, amount: Decimal, name: str) -> str:
        self.bank -= amount
        to = f"<Cdtr><Pty><Nm>{name}</Nm></Pty></Cdtr>"
        return entry(f"{amount}", part(f"{amount}", parties=to), own=self._own(), on=f"{day}", way="DBIT")

    def _own(self) -> str:
        self.entries_made = getattr(self, "entries_made", 0) + 1
        return f"R{self.entries_made:04}"

    def open_of(self, day: date) -> list[dict[str, Any]]:
        return list(support.receivables(self.at(day), day)["rows"])


@pytest.fixture
def quarter(tmp_path: Path, database_url: str) -> Callable[[str], Quarter]:
    """The issuer with its customers: at home, abroad with a VAT id, at home without business; one buys packs."""

    def begin(country: str) -> Quarter:
        currency, url = "CHF" if country == "CH" else "EUR", database_url
        _tariffs(tmp_path / "tariffs", currency)
        vat: dict[str, Any] = {"vat_basis": "payment"} if country == "FR" else {}
        rounded: dict[str, Any] = {"round_total": Decimal("0.05")} if country == "CH" else {}
        setting = made(url, country, iban=IBANS[country], vat_id=VAT_IDS[country], address=_address(country),
                       **vat, **rounded)  # fmt: skip
        setting = replace(setting, folders=(tmp_path / "tariffs",))
        there, vat_id = ABROAD[country]
        people = {"HOME": country, "ABROAD": there, "PERSON": country, "PACKS": country}
        load(
            setting,
            *({"type": "customer", "code": code, "name": f"{code.title()} SA", "country": land,
               "address": _address(land), **({"vat_id": vat_id} if code == "ABROAD" else {}),
               **({"consumer": True} if code == "PERSON" else {})} for code, land in people.items()),
            *({"type": "contract", "customer": code, "tariff": "desk", "tier": "profi", "start": "2025-01-01"}
              for code in ("HOME", "ABROAD", "PERSON")),
            {"type": "contract", "customer": "PACKS", "tariff": "packs", "start": "2025-01-01"},
        )  # fmt: skip
        return Quarter(setting, url, tmp_path, country, currency, random.Random(country))

    return begin


def _tariffs(folder: Path, currency: str) -> None:
    """Two that ship, in the issuer's currency and under other names."""
    for name, shipped in (("desk", "q3"), ("packs", "qualiodoo")):
        (folder / name).mkdir(parents=True)
        (version,) = tariffs.versions(tariffs.folders({}), shipped)
        words = version.text.replace(f'name = "{shipped}"', f'name = "{name}"')
        for known in ("CHF", "EUR"):
            words = words.replace(f'currency = "{known}"', f'currency = "{currency}"')
        (folder / name / "2020-01-01.toml").write_text(words)


def _address(country: str) -> dict[str, str]:
    return {"street": "Grand-Rue", "house_number": "1", "postcode": "1000", "city": f"Ville-{country}"}


@pytest.mark.parametrize("country", ["FR", "CH", "DE", "BE"])
def test_three_months_of_an_issuer(quarter: Callable[[str], Quarter], country: str) -> None:
    year = quarter(country)
    declared: dict[date, list[str]] = {}
    for number, month in enumerate(MONTHS):
        last = day_before(month_later(month, 1))
        _work(year, month, last)
        _sell(year, month)
        do(year.at(last), RunMonth(month=month, on=last))
        assert recomputed.faults(recomputed.read(year.setting.engine), just_run=True) == []
        _mistakes[number](year, last)
        _check(year, month_later(month, 1))
        closed = month_later(month, 1) + timedelta(days=9)
        do(year.at(closed), CloseMonth(month=month))
        declared[month] = _declared(year, month, last)
    for earlier in MONTHS[:-1]:
        assert _declared(year, earlier, day_before(month_later(earlier, 1))) == declared[earlier], (country, earlier)
    assert len(documents.list_documents(year.setting)["invoices"]) >= 14
    assert do(year.at(date(2025, 4, 30)), RunMonth(month=MONTHS[2], on=date(2025, 4, 30)))["invoices"] == []


# What happens


def _work(year: Quarter, month: date, last: date) -> None:
    """Some thirty entries a month, a few of them of the month before."""
    lines = []
    for n in range(30):
        worked = month + timedelta(days=year.pick.randrange((last - month).days + 1))
        late = month > MONTHS[0] and n % 10 == 0
        code = year.pick.choice(["HOME", "ABROAD", "PERSON", "PACKS"])
        category = "support" if code == "PACKS" else year.pick.choice(CATEGORIES)
        lines.append({"type": "entry", "id": f"{month:%m}-{n}", "customer": code, "category": category,
                      "date": str(month - timedelta(days=2) if late else worked), "case": f"{code}-{n % 7}",
                      "minutes": year.pick.choice([3, 7, 12, 25, 48, 95, 130]), "agent": "ana"})  # fmt: skip
    load(year.at(last), *lines)


def _sell(year: Quarter, month: date) -> None:
    """A pack that is paid by the bank, an add-on that is paid later."""
    sold = month + timedelta(days=4)
    lines: list[dict[str, Any]] = [
        {"type": "purchase", "id": f"pack-{month:%m}", "customer": "PACKS", "product": "pack-12h", "price": "1000.10",
         "date": str(sold)},
    ]  # fmt: skip
    if month == MONTHS[0]:
        lines.append({"type": "purchase", "id": "half", "customer": "HOME", "product": "half-fare", "price": "90",
                      "date": str(sold)})  # fmt: skip
    last = day_before(month_later(month, 1))
    load(year.at(last), *lines)


def _january(year: Quarter, last: date) -> None:
    """Paid exactly, paid too much, paid by somebody unknown; work that was wrong is voided after its invoice."""
    paid_on = last + timedelta(days=3)
    owed = {row["customer"]: row for row in year.open_of(last)}
    home, abroad = owed["HOME"], owed["ABROAD"]
    answer = year.file(
        paid_on,
        year.comes(paid_on, Decimal(abroad["open"]), "Abroad SA", abroad["invoice"]),
        year.comes(paid_on, Decimal(home["open"]) + 30, "Home SA", home["invoice"]),
        year.comes(paid_on, Decimal("77.70"), "Nobody", "thanks"),
    )
    assert [row["invoice"] for row in answer["booked"]] == [abroad["invoice"], home["invoice"]]
    (waiting,) = answer["open"]
    do(year.at(paid_on), SettleItem(item=waiting["id"], on="PERSON", amount=Decimal("70.00")))
    billed = documents.document(year.setting, abroad["invoice"]).annex
    wrong = next(row.entry for row in billed if row.billed)
    support.void(year.at(paid_on), wrong, "not theirs", paid_on)


def _february(year: Quarter, last: date) -> None:
    """January's note frees money, which is paid out; an add-on is credited; own money pays; a cent is missing."""
    day = last + timedelta(days=3)
    note = next(d for d in documents.list_documents(year.setting)["invoices"] if d["kind"] == "credit-note")
    assert note["customer"] == "ABROAD"
    free = ask(year.at(day), AskCustomer(customer="ABROAD"))["own_money"]
    answer = year.file(day, year.goes(day, Decimal(free[0]["amount"]), "Abroad SA"))
    assert [row["customer"] for row in answer["paid_out"]] == ["ABROAD"]
    half = _invoice_of(year, "half-fare")
    credited = do(year.at(day), CreditInvoice(invoice=half, reason="sold by mistake", drawn=True, on=day))
    assert Decimal(credited["net"]) == -90
    person = next(row for row in year.open_of(day) if row["customer"] == "PERSON")
    do(year.at(day), Pay(invoice=person["invoice"], amount=Decimal("70.00"), own_money=True))
    pack = next(row for row in year.open_of(day) if row["customer"] == "PACKS")
    short = Decimal(pack["open"]) - Decimal("0.01")
    year.file(day, year.comes(day, short, "Packs SA", pack["invoice"]))
    do(year.at(day), WriteOff(invoice=pack["invoice"], reason="a cent"))
    assert pack["invoice"] not in [row["invoice"] for row in year.open_of(day)]


def _march(year: Quarter, last: date) -> None:
    """A payment is taken back by the bank's customer; a refund by hand; a price reduction."""
    day = last + timedelta(days=3)
    rows = [row for row in year.open_of(last) if row["customer"] == "HOME"]
    do(year.at(day), Pay(invoice=rows[0]["invoice"], on=day), "by-hand")
    do(year.at(day), Bounce(payment="by-hand", on=day))
    money = ask(year.at(day), AskCustomer(customer="HOME"))["own_money"]
    assert money and Decimal(money[0]["amount"]) >= 30
    do(year.at(day), Refund(customer="HOME", amount=Decimal(10), on=day))
    year.bank -= 10
    line = CreditInvoice(invoice=rows[0]["invoice"], line=1, amount=Decimal("5.05"), reason="slow", on=day)
    assert do(year.at(day), line)["net"] == "-5.05"


_mistakes = (_january, _february, _march)


def _invoice_of(year: Quarter, product: str) -> str:
    found = documents.list_documents(year.setting)["invoices"]
    return next(str(d["number"]) for d in found if any(line.get("product") == product for line in d["lines"]))


# What must hold


def _check(year: Quarter, day: date) -> None:
    """Documents made again, books against the bank, the documents and the reports; nothing is lost, nothing twice."""
    day += timedelta(days=8)
    rows = recomputed.read(year.setting.engine)
    assert recomputed.faults(rows) == []
    assert support.audit(year.at(day))["faults"] == []
    books = support.books(year.at(day), day)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for each in books.entries:
        for leg in each.legs:
            sums[leg.role] += leg.amount
    assert sum(sums.values(), Decimal(0)) == 0
    assert sums["bank"] == year.bank
    waiting = ask(year.at(day), AskOpenItems(everything=True))["open"]
    assert -sums["suspense"] == sum((Decimal(item["amount"]) for item in waiting), Decimal(0))
    owed = sum((Decimal(row["open"]) for row in year.open_of(day)), Decimal(0))
    assert sums["receivable"] == owed
    own = sum((Decimal(m["amount"]) for code in books.names for m in
               ask(year.at(day), AskCustomer(customer=code))["own_money"]), Decimal(0))  # fmt: skip
    assert -sums["customer-money"] == own
    # documents are paid by money, lost, or open; what came beyond them is the customers' own
    due = Decimal(sum(recomputed.due_by(rows, day).values())) / 100
    assert due + own - sums["suspense"] == year.bank + sums["loss"] + sums["bank-charges"] + owed
    vat = ask(year.at(day), AskVat(first=date(2025, 1, 1), last=day))
    assert -sums["vat"] == sum((Decimal(row["amount"]) for row in vat["rows"]), Decimal(0))
    earned = ask(year.at(day), AskIncome(first=date(2025, 1, 1), last=day))["totals"]
    revenue = sum((sums[role] for role in ("revenue", "add-ons", "quotes", "breakage")), Decimal(0))
    assert -revenue == sum((Decimal(row["amount"]) for row in earned), Decimal(0))
    deferred = support.deferred(year.at(day), day)
    assert -sums["deferred"] == Decimal(deferred["total"])


def _declared(year: Quarter, first: date, last: date) -> list[str]:
    """All that is exported and reported of a month, as a process prints it on a later day."""
    env = {"BILLING_DB": year.url, "BILLING_TODAY": "2025-04-30", "BILLING_TARIFFS": str(year.folder / "tariffs")}
    said = []
    for command in EXPORTS:
        status, out, err = support.run(*(word.format(first=first, last=last) for word in command), **env)
        assert status == 0, err
        said.append(out)
    return said
