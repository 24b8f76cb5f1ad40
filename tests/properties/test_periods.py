"""What was closed stays to the byte, whatever comes later; and nothing is lost or posted twice by it (M16)."""

import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing.core.units import day_after, month_later
from billing.errors import Refusal
from billing.exchange import beancount, bookkeeping
from billing.law.accounts import chart
from billing.office.invoicing import papers
from billing.office.transaction import Setting
from billing.requests.income import AskIncome
from billing.requests.journal import AskJournal
from billing.requests.parties import SetIssuer
from billing.requests.periods import CloseMonth, ReopenMonth
from billing.requests.reports import AskDeferred, AskReceivables, AskVat
from billing.requests.returns import AskVatReturn
from tests import support
from tests.history import Line, Random
from tests.support import ask, do, load, made

EARLY, LATE = date(2020, 1, 1), date(2029, 12, 31)
LENGTH = 60  # lines of a history
MOST = 8  # months closed one after the other

Filed = tuple[date | None, date, dict[str, Any]]


def kept(setting: Setting, lines: list[Line]) -> list[Line]:
    """Loads line by line; answers those that were not refused."""
    taken = []
    for line in lines:
        try:
            load(setting, line)
        except Refusal:
            continue
        taken.append(line)
    return taken


def filed(setting: Setting, since: date | None, last: date) -> Filed:
    """All exports and reports of a time up to a day."""
    books = support.books(setting, last, since)
    accounts = chart(books.country)
    said = {
        "fec": support.fec(books, accounts),
        "hledger": bookkeeping.hledger(books, accounts),
        "csv": bookkeeping.csv(books, accounts),
        "beancount": beancount.ledger(books),
        "vat": ask(setting, AskVat(first=since or EARLY, last=last)),
        "boxes": boxes(setting, since or EARLY, last),
        "journal": ask(setting, AskJournal(first=since or EARLY, last=last)),
        "deferred": ask(setting, AskDeferred(at=last, since=since)),
        "revenue": ask(setting, AskIncome(first=since or EARLY, last=last, by=("month", "customer", "kind", "name"))),
        "receivables": ask(setting, AskReceivables(at=last)),
    }
    return since, last, said


def boxes(setting: Setting, first: date, last: date) -> dict[str, Any]:
    """The VAT return of a period, whose boxes are the books' VAT account to the cent (M18)."""
    answer = ask(setting, AskVatReturn(first=first, last=last))
    assert answer["account"]["difference"] == "0.00", (first, last, answer["account"])
    return answer


def require_same(setting: Setting, was: list[Filed]) -> None:
    """What was filed is what is answered now."""
    for since, last, then in was:
        now = filed(setting, since, last)[2]
        for what, text in then.items():
            assert now[what] == text, (what, since, last)


def sums(setting: Setting) -> dict[tuple[str, str, str, str], Decimal]:
    """What all postings of all time come to, by customer, role, currency and detail."""
    found: dict[tuple[str, str, str, str], Decimal] = defaultdict(Decimal)
    for entry in support.books(setting, LATE).entries:
        for leg in entry.legs:
            found[entry.customer, leg.role, leg.currency, leg.detail] += leg.amount
    return {key: amount for key, amount in found.items() if amount}


def vat(setting: Setting, *periods: tuple[date, date]) -> dict[tuple[str, str, str], tuple[Decimal, Decimal]]:
    """Base and VAT of periods together, by category, rate and currency."""
    found: dict[tuple[str, str, str], tuple[Decimal, Decimal]] = {}
    for first, last in periods:
        for row in ask(setting, AskVat(first=first, last=last))["rows"]:
            key = row["category"], row["rate"], row["currency"]
            was = found.get(key, (Decimal(0), Decimal(0)))
            found[key] = was[0] + Decimal(row["base"]), was[1] + Decimal(row["amount"])
    return {key: pair for key, pair in found.items() if any(pair)}


def account(setting: Setting, first: date, last: date) -> dict[tuple[str, str, str], Decimal]:
    """What the VAT account moved by, by category, rate and currency."""
    found: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for entry in support.books(setting, last, first).entries:
        for leg in entry.legs:
            if leg.role == "vat":
                category, _, rate = leg.detail.partition("-")
                found[category, papers.rate_text(Decimal(rate)), leg.currency] -= leg.amount
    return {key: amount for key, amount in found.items() if amount}


def close_up_to(setting: Setting, last_closed: date | None, wanted: date) -> tuple[date | None, list[Filed]]:
    """Closes the months up to one, and files the last of them."""
    if last_closed is not None and wanted <= last_closed:
        return last_closed, []
    month = wanted if last_closed is None else month_later(last_closed, 1)
    wanted = min(wanted, month_later(month, MOST))
    do(setting, CloseMonth(month=month))
    while month < wanted:
        month = month_later(month, 1)
        do(setting, CloseMonth(month=month))
    end = month_later(month, 1) - timedelta(days=1)
    return month, [filed(setting, None, end), filed(setting, month, end)]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("tariff", ["q3", "qualiodoo"])
def test_M16_a_closed_month_is_the_same_whatever_comes_later(tmp_path: Path, tariff: str, seed: int) -> None:
    pick = random.Random(f"{tariff} {seed}")
    country = "CH" if tariff == "q3" else "FR"
    basis, other = ("payment", "invoice") if seed % 2 else ("invoice", "payment")
    closing, plain = (made(f"sqlite:///{tmp_path}/{name}.db", country, vat_basis=basis) for name in ("a", "b"))
    lines = Random(pick, tariff, LENGTH).lines()
    taken: list[Line] = []
    month: date | None = None
    was: list[Filed] = []
    late = [line for line in lines if line["type"] in ("entry", "payment", "bounce", "void") and pick.random() < 0.3]
    lines = [line for line in lines if line not in late] + late
    for at in range(0, len(lines), 20):
        taken += kept(closing, lines[at : at + 20])
        days = [date.fromisoformat(line["date"]) for line in taken if "date" in line]
        if days:
            wanted = (max(days) - timedelta(days=pick.choice([0, 20, 60]))).replace(day=1)
            month, more = close_up_to(closing, month, wanted)
            was += more
    assert was and month is not None
    end = was[-1][1]
    do(closing, SetIssuer(vat_basis=other, vat_basis_from=day_after(end)))
    require_same(closing, was)
    books = support.books(closing, LATE)
    assert any(each.own_day for each in books.entries) or any(each.own_day for each in books.minutes)
    assert kept(plain, taken) == taken
    do(plain, SetIssuer(vat_basis=other, vat_basis_from=day_after(end)))
    assert sums(closing) == sums(plain)
    for first, last in ((EARLY, end), (day_after(end), month_later(end.replace(day=1), 2) - timedelta(days=1))):
        reported = {key: amount for key, (_, amount) in vat(closing, (first, last)).items() if amount}
        assert account(closing, first, last) == reported
    parts = vat(closing, (EARLY, end), (day_after(end), LATE))
    assert parts == vat(closing, (EARLY, LATE)) == vat(plain, (EARLY, LATE))
    for setting, first in ((closing, EARLY), (closing, day_after(end)), (plain, EARLY)):
        boxes(setting, first, LATE)
    for setting in (closing, plain):
        assert support.audit(setting)["faults"] == []
    do(closing, ReopenMonth(month=month, reason="one more invoice"))
    require_same(closing, [each for each in was if each[1] < month])
    assert sums(closing) == sums(plain)
    closing.engine.dispose()
    plain.engine.dispose()
