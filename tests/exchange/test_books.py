"""The books as entries: what each thing that happens posts, on which day, in which roles (M2, M4, M5, M9, M10)."""

import contextlib
import random
import shutil
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing import tariffs
from billing.core import journal
from billing.core.units import month_later
from billing.errors import Refusal
from billing.exchange import wording
from billing.law.accounts import chart
from billing.office.payments import sales
from billing.office.transacting import look
from billing.office.transaction import Setting
from billing.requests.bank import ImportBankFile
from billing.requests.parties import SetIssuer
from billing.requests.payments import Pay
from billing.requests.reports import AskVat
from billing.store.engine import open_engine
from tests import banked, support
from tests.history import Random
from tests.support import TODAY, do, load, made

Line = dict[str, Any]
HISTORIES, LENGTH = 6, 80
FR = {"type": "customer", "code": "A", "name": "A", "country": "FR"}
OF_PACKS = {"type": "contract", "customer": "A", "tariff": "qualiodoo", "start": "2025-01-01"}
OF_TIME = {"type": "contract", "customer": "A", "tariff": "q3", "tier": "standard", "start": "2025-01-01"}
PACK = {"type": "purchase", "id": "p", "customer": "A", "product": "pack-12h", "price": "1000.00", "date": "2025-01-10"}
HOUR = {"type": "entry", "id": "e", "customer": "A", "case": "K", "date": "2025-01-10", "minutes": 60}
RUN = {"type": "invoice-run", "month": "2025-01", "date": "2025-01-31"}


def paid(on: str, amount: str | None = None, of: str = "p") -> Line:
    line = {"type": "payment", "id": f"y{on}", "purchase": of, "date": on}
    return line if amount is None else line | {"amount": amount}


@pytest.fixture
def french(tmp_path: Path) -> Setting:
    return made(f"sqlite:///{tmp_path}/b.db", "FR")


def posted(setting: Setting, *lines: Line) -> list[str]:
    """The entries, each on one line: day, journal, document, legs by role."""
    load(setting, *lines)
    return shown(support.books(setting, date(2025, 12, 31)).entries)


def shown(entries: tuple[journal.Entry, ...]) -> list[str]:
    return [
        f"{entry.on:%m-%d} {entry.journal} {entry.document[-5:]}: "
        + ", ".join(f"{leg.role} {leg.amount}" for leg in entry.legs)
        for entry in entries
    ]


SOLD = "01-10 sales 00001: receivable 1200.00, deferred -1000.00, vat -200.00"


def test_a_pack_is_a_debt_until_it_is_used(french: Setting) -> None:
    entry = {"type": "entry", "customer": "A", "date": "2025-02-01", "minutes": 35}
    assert posted(french, FR, OF_PACKS, PACK, paid("2025-01-12"), entry) == [
        SOLD,
        "01-12 bank 00001: bank 1200.00, receivable -1200.00",
        "02-01 general 00001: deferred 48.61, revenue -48.61",
    ]


def test_part_payments_and_money_that_is_over(french: Setting) -> None:
    assert posted(french, FR, OF_PACKS, PACK, paid("2025-01-12", "700.00"), paid("2025-01-13", "600.00")) == [
        SOLD,
        "01-12 bank 00001: bank 700.00, receivable -700.00",
        "01-13 bank 00001: bank 600.00, receivable -500.00, customer-money -100.00",
    ]


def test_what_is_written_off_is_lost_until_it_is_paid_after_all_m15(french: Setting) -> None:
    written = {"type": "write-off", "invoice": "INV-2025-00001", "date": "2025-02-01", "reason": "x", "yes": True}
    after_all = {"type": "payment", "invoice": "INV-2025-00001", "date": "2025-03-01", "id": "late"}
    bounce = {"type": "bounce", "payment": "late", "date": "2025-03-05"}
    assert posted(
        french, FR, OF_PACKS, PACK, paid("2025-01-12", "1199.00"), written | {"amount": "0.50"}, written,
        after_all | {"amount": "0.75"}, bounce, after_all | {"amount": "10.00", "id": "more", "date": "2025-03-06"},
    ) == [
        SOLD,
        "01-12 bank 00001: bank 1199.00, receivable -1199.00",
        "02-01 general 00001: receivable -0.50, loss 0.50",
        "02-01 general 00001: receivable -0.50, loss 0.50",
        "03-01 bank 00001: bank 0.75, loss -0.75",
        "03-05 bank 00001: bank -0.75, loss 0.75",
        "03-06 bank 00001: bank 10.00, customer-money -9.00, loss -1.00",
    ]  # fmt: skip


def test_own_money_moves_inside_the_books(french: Setting) -> None:
    second = PACK | {"id": "q", "price": "50.00", "date": "2025-02-01"}
    load(french, FR, OF_PACKS, PACK, paid("2025-01-12", "1300.00"), second)
    do(french, Pay(invoice="INV-2025-00002", on=date(2025, 2, 2), own_money=True), "own")
    assert shown(support.books(french, date(2025, 12, 31)).entries)[-1] == (
        "02-02 general 00002: receivable -60.00, customer-money 60.00"
    )
    load(french, {"type": "bounce", "payment": "own", "date": "2025-02-03"})
    assert shown(support.books(french, date(2025, 12, 31)).entries)[-1] == (
        "02-03 general 00002: receivable 60.00, customer-money -60.00"
    )


def test_a_bounce_and_the_payment_after_it(french: Setting) -> None:
    bounce = {"type": "bounce", "payment": "y2025-01-12", "date": "2025-01-20"}
    assert posted(french, FR, OF_PACKS, PACK, paid("2025-01-12"), bounce, paid("2025-01-20")) == [
        SOLD,
        "01-12 bank 00001: bank 1200.00, receivable -1200.00",
        "01-20 bank 00001: bank -1200.00, receivable 1200.00",
        "01-20 bank 00001: bank 1200.00, receivable -1200.00",
    ]


def test_money_before_the_invoice_is_the_customers_until_then(french: Setting) -> None:
    """Only a bank's file may say so: what somebody types is dated from the invoice on."""
    do(french, SetIssuer(iban="FR7630006000011234567890189"))
    load(french, FR, OF_PACKS, PACK)
    file = banked.FILE.replace("CH9300762011623852957", "FR7630006000011234567890189").replace("CHF", "EUR")
    named = "<NtryDtls><TxDtls><RmtInf><Ustrd>INV-2025-00001</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    file = file.replace("90.00", "1200.00").replace("2025-03-10", "2025-01-05").replace("</Ntry>", named)
    do(french, ImportBankFile(file="bank.xml", data=file.encode()))
    assert posted(french) == [
        "01-05 bank 00001: bank 1200.00, customer-money -1200.00",
        SOLD,
        "01-10 general 00001: receivable -1200.00, customer-money 1200.00",
    ]
    early = support.books(french, date(2025, 1, 7))
    assert shown(early.entries) == ["01-05 bank 00001: bank 1200.00, customer-money -1200.00"]


def test_overage_and_the_credit_note_that_takes_it_back(tmp_path: Path) -> None:
    """What was paid and is credited becomes the customer's money; the totals are rounded to 0.05 and back."""
    setting = made(f"sqlite:///{tmp_path}/b.db", "CH", round_total=Decimal("0.05"))
    pay = {"type": "payment", "invoice": "INV-2025-00001", "date": "2025-02-10"}
    void = {"type": "void", "entry": "e", "date": "2025-02-11", "reason": "not ours"}
    again = {"type": "invoice-run", "month": "2025-02", "date": "2025-02-28"}
    assert posted(setting, FR | {"country": "CH"}, OF_TIME, HOUR, RUN, pay, void, again) == [
        "01-31 sales 00001: receivable 189.20, revenue -175.00, vat -14.18, rounding -0.02",
        "02-10 bank 00001: bank 189.20, receivable -189.20",
        "02-28 sales 00001: receivable -189.20, revenue 175.00, vat 14.18, rounding 0.02",
        "02-28 general 00001: receivable 189.20, customer-money -189.20",
    ]


def test_add_ons_are_earned_at_once_and_nothing_is_taxed_abroad(tmp_path: Path) -> None:
    setting = made(f"sqlite:///{tmp_path}/b.db", "CH")
    half_fare = {"type": "purchase", "customer": "A", "product": "half-fare", "price": "90.00", "date": "2025-01-10"}
    assert posted(setting, FR, OF_TIME, half_fare) == ["01-10 sales 00001: receivable 90.00, add-ons -90.00"]


def test_work_expiry_and_what_comes_back_later(french: Setting) -> None:
    """A void after the end turns what was earned into breakage; the sum stays the price."""
    entry = {"type": "entry", "id": "e", "customer": "A", "date": "2025-02-01", "minutes": 75}
    load(french, FR, OF_PACKS, PACK, paid("2025-01-12"), entry)
    load(french, {"type": "void", "entry": "e", "date": "2026-03-01", "reason": "x"})
    found = support.books(french, date(2026, 12, 31))
    assert shown(found.entries)[2:] == [
        "02-01 general 00001: deferred 104.17, revenue -104.17",
        "02-11 general 00001: deferred 895.83, breakage -895.83",
        "03-01 general 00001: revenue 104.17, breakage -104.17",
    ]
    assert [wording.text(entry) for entry in found.entries[2:]] == [
        "pack-12h: 75 min used of 720",
        "pack-12h: 645 min expired of 720",
        "pack-12h: -75 min used, 75 min expired of 720",
    ]


def test_a_period_that_ends_before_it_begins_is_refused(french: Setting) -> None:
    with pytest.raises(Refusal) as refused:
        support.books(french, date(2025, 1, 1), date(2025, 1, 2))
    assert refused.value.code == "bad-date"


# Whatever happens


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty database for each tariff."""
    folder = tmp_path_factory.mktemp("books")
    for tariff, country in (("q3", "CH"), ("qualiodoo", "FR")):
        rounded: dict[str, Any] = {"round_total": Decimal("0.05")} if country == "CH" else {}
        made(f"sqlite:///{folder}/{tariff}.db", country, **rounded).engine.dispose()
    return folder


def history(empty: Path, seed: int) -> tuple[Setting, random.Random]:
    pick = random.Random(seed)
    tariff = pick.choice(["q3", "qualiodoo", "qualiodoo"])
    file = empty / f"{seed}.db"
    shutil.copy(empty / f"{tariff}.db", file)
    setting = Setting(open_engine(f"sqlite:///{file}"), TODAY, tuple(tariffs.folders({})), True)
    for line in Random(pick, tariff, LENGTH).lines():
        with contextlib.suppress(Refusal):
            load(setting, line)
    if seed % 2:
        support.init(setting, vat_basis="payment", vat_basis_from=date(2000, 1, 1))
    return setting, pick


def test_entries_come_to_what_balances_and_reports_say(empty: Path) -> None:
    """On any day entries add up to what our own functions say, and no later day changes an earlier entry (L2, L8)."""
    seen: dict[str, int] = defaultdict(int)
    for seed in range(HISTORIES):
        setting, pick = history(empty, seed)
        whole = support.books(setting)
        turning = {e.on for e in whole.entries} | {m.movement.on for m in whole.minutes}
        days = sorted(day + timedelta(days=by) for day in turning for by in (-1, 0, 1))
        for at in [*pick.sample(days, min(15, len(days))), TODAY]:
            found = support.books(setting, at)
            assert found.entries == tuple(e for e in whole.entries if e.on <= at)
            assert found.minutes == tuple(m for m in whole.minutes if m.movement.on <= at)
            ours = [b for b in journal.carried_over(found.entries, found.minutes) if b.role != "bank"]
            assert _summed(ours) == _summed(found.closing), (seed, at)
            seen["days"] += 1
        with look(setting) as tx:
            for code in whole.names:
                money = sales.money_of(tx, tx.customer(code, lock=False))
                own = [b for b in whole.closing if (b.customer, b.role) == (code, "customer-money") and b.amount]
                assert {b.unit: -b.amount for b in own} == {unit: amount for unit, amount in money.items() if amount}
        for entry in whole.entries:
            assert sum(leg.amount for leg in entry.legs) == 0 and all(leg.amount for leg in entry.legs)
            seen[entry.journal] += 1
        setting.engine.dispose()
    assert seen["days"] > 10 * HISTORIES
    assert all(seen[name] > 2 * HISTORIES for name in ("sales", "bank", "general")), seen


@pytest.mark.parametrize("basis", ["invoice", "payment"])
def test_M18_the_VAT_account_is_the_VAT_report_at_every_months_end(empty: Path, basis: str) -> None:
    """Whatever is paid in parts, credited, taken back, written off or paid from own money; with what still waits."""
    seen: dict[str, int] = defaultdict(int)
    for seed in range(HISTORIES, 2 * HISTORIES):
        setting, _ = history(empty, seed)
        support.init(setting, vat_basis=basis, vat_basis_from=date(2000, 1, 1))
        whole = support.books(setting)
        first = min(entry.on for entry in whole.entries).replace(day=1)
        last = max(entry.on for entry in whole.entries)
        while first <= last:
            until = month_later(first, 1) - timedelta(days=1)
            asked = support.ask(setting, AskVat(first=first, last=until))["rows"]
            report = {(row["currency"], row["category"], Decimal(row["rate"])): Decimal(row["amount"]) for row in asked}
            assert _vat(e for e in whole.entries if first <= e.on <= until) == {k: v for k, v in report.items() if v}
            first, seen["months"] = month_later(first, 1), seen["months"] + 1
            seen["with VAT"] += any(report.values())
        pending, sales_ = _vat(whole.entries, "vat-pending"), [e for e in whole.entries if e.journal == "sales"]
        invoiced = _vat(sales_, "vat-pending" if basis == "payment" else "vat")
        assert _plus(_vat(whole.entries), pending) == invoiced
        seen["pending"] += bool(pending)
        setting.engine.dispose()
    assert seen["with VAT"] > 2 * HISTORIES, seen
    assert bool(seen["pending"]) == (basis == "payment")


def _vat(entries: Iterable[journal.Entry], role: str = "vat") -> dict[tuple[str, str, Decimal], Decimal]:
    """What an account of VAT comes to by currency, category and rate, as money owed."""
    sums: dict[tuple[str, str, Decimal], Decimal] = defaultdict(Decimal)
    for leg in (leg for entry in entries for leg in entry.legs if leg.role == role):
        category, _, rate = leg.detail.partition("-")
        sums[leg.currency, category, Decimal(rate)] -= leg.amount
    return {key: amount for key, amount in sums.items() if amount}


def _plus(
    one: dict[tuple[str, str, Decimal], Decimal], other: dict[tuple[str, str, Decimal], Decimal]
) -> dict[tuple[str, str, Decimal], Decimal]:
    sums = {key: one.get(key, Decimal(0)) + other.get(key, Decimal(0)) for key in {*one, *other}}
    return {key: amount for key, amount in sums.items() if amount}


def test_M18_VAT_on_receipts_waits_on_an_account_of_its_own(tmp_path: Path) -> None:
    """In the FEC on 44574 until it is paid, then on 44571; what a note takes off an unpaid invoice was never due."""
    setting = made(f"sqlite:///{tmp_path}/b.db", "FR", vat_basis="payment")
    bounce = {"type": "bounce", "payment": "y2025-01-20", "date": "2025-02-01"}
    lines = (FR, OF_PACKS, PACK, paid("2025-01-12", "400.00"), paid("2025-01-20", "800.00"), bounce)
    assert posted(setting, *lines) == [
        "01-10 sales 00001: receivable 1200.00, deferred -1000.00, vat-pending -200.00",
        "01-12 bank 00001: bank 400.00, receivable -400.00",
        "01-12 general 00001: vat-pending 66.67, vat -66.67",
        "01-20 bank 00001: bank 800.00, receivable -800.00",
        "01-20 general 00001: vat-pending 133.33, vat -133.33",
        "02-01 bank 00001: bank -800.00, receivable 800.00",
        "02-01 general 00001: vat-pending -133.33, vat 133.33",
    ]
    fec = support.fec(support.books(setting, date(2025, 12, 31)), chart("FR"), {})
    assert "\t44574\t" in fec and "TVA exigible sur l'encaissement de INV-2025-00001" in fec


def _summed(balances: Iterable[journal.Balance]) -> dict[journal.Balance, Decimal]:
    """Amounts by everything else, without those that are nothing."""
    sums: dict[journal.Balance, Decimal] = defaultdict(Decimal)
    for balance in balances:
        detail = "" if balance.role == "deferred" else balance.detail  # a customer's packs together
        customer = "" if balance.role == "suspense" else balance.customer  # it waits for nobody in particular
        sums[replace(balance, amount=Decimal(0), detail=detail, customer=customer)] += balance.amount
    return {key: amount for key, amount in sums.items() if amount}
