"""The books for DATEV: a batch of bookings (EXTF, Buchungsstapel), each with two accounts. It decides nothing.

The format is dated data, `datev.toml`. VAT is booked as the books have it, on accounts of its own and without keys that
would compute it again. A customer is a debtor with an account of its own: 10000 and the number it was entered under.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from billing.core.cells import harmless
from billing.core.journal import Books, Entry, Leg
from billing.core.rates import NO_RATES, Rates
from billing.core.units import ZERO
from billing.errors import BadInput
from billing.exchange import bookkeeping, wording
from billing.law.accounts import Chart as Accounts
from billing.law.accounts import on
from billing.texts import say
from billing.values import dataclass

Chart = Mapping[str, tuple[str, str]]
_DEBTORS = 60_000  # from 10000 to 69999
_TEXT, _DOCUMENT, _NAME = 60, 36, 30  # the most signs that a field takes


@dataclass(frozen=True, slots=True)
class Batch:
    """Whose books they are for DATEV: the adviser's number, the client's, the chart, the year's first day."""

    adviser: int
    client: int
    chart: str  # 03 or 04
    year: date


def batch(books: Books, chart: Chart, of: Batch, rates: Rates = NO_RATES) -> bytes:
    """The entries of a period as DATEV reads them, in its encoding; what was there before is left to DATEV.

    Raises BadInput (`bad-input`) where the period leaves the year, a rate is missing, or an account is no number.
    """
    form = _format(books.until)
    length = _length(chart)
    since = books.since or of.year
    if not of.year <= since <= books.until < of.year.replace(year=of.year.year + 1):
        raise BadInput(
            "bad-input",
            say("a batch for DATEV lies in one year, from {year} on", year=of.year),
            say("give --from and --to within it, or --year-start"),
        )
    lines = [_header(books, of, form, since, length), ";".join(form["columns"])]
    bookkeeping.check_rates(books, books.entries, rates)
    for entry, legs in bookkeeping.converted(books, books.entries, chart, rates):
        accounts = [(_account(books, entry, leg, chart, length), amount) for leg, amount in legs]
        lines += [_row(books, entry, pair, len(form["columns"])) for pair in _pairs(accounts)]
    return ("\r\n".join(lines) + "\r\n").encode(form["encoding"], "replace")


def _length(chart: Chart) -> int:
    """How many digits accounts have: as many as the longest, four at least; debtors have one more."""
    later = chart.later.values() if isinstance(chart, Accounts) else ()
    known = [(role, number) for accounts in (chart, *later) for role, (number, _) in accounts.items()]
    for role, number in known:
        if not re.fullmatch(r"\d{1,8}", number):
            raise BadInput("bad-input", say("account {number!r} of {role} is no number", number=number, role=role))
    return max(4, *(len(number) for _, number in known))


def _header(books: Books, of: Batch, form: Mapping[str, Any], since: date, length: int) -> str:
    """The first line. It is the same for the same books: the day on which it was made is the last of them."""
    made = f"{books.until:%Y%m%d}000000000"
    days = [f"{day:%Y%m%d}" for day in (of.year, since, books.until)]
    fields: list[str] = [
        _text("EXTF"), str(form["version"]), str(form["category"]), _text(form["name"]), str(form["format"]), made, "",
        _text(form["origin"]), _text(""), _text(""), str(of.adviser), str(of.client),
        *(days[0], str(length), days[1], days[2]),
        _text(_plain(books.issuer)[:_NAME]), _text(""), "1", "0", "0", _text(books.currency), "", _text(""), "", "",
        _text(of.chart), "", "", _text(""), _text(""),
    ]  # fmt: skip
    assert len(fields) == form["header_fields"]
    return ";".join(fields)


def _account(books: Books, entry: Entry, leg: Leg, chart: Chart, length: int) -> str:
    """The account of a leg: a debtor's for what a customer owes."""
    if leg.role != "receivable":
        return on(chart, entry.on)[leg.role][0].ljust(length, "0")
    number = books.numbers.get(entry.customer, 0)
    if not 0 < number < _DEBTORS:
        raise BadInput("bad-input", say("{customer}: DATEV has no number left for it", customer=entry.customer))
    return str(10**length + number * 10 ** (length - 4))


def _pairs(legs: Iterable[tuple[str, Decimal]]) -> Iterator[tuple[str, str, Decimal]]:
    """Debit and credit account with an amount each: together what the legs of an entry are, in their order."""
    debits = [[account, amount] for account, amount in legs if amount > 0]
    credits = [[account, -amount] for account, amount in legs if amount < 0]
    while debits and credits:
        (debit, left), (credit, due) = debits[0], credits[0]
        assert isinstance(left, Decimal) and isinstance(due, Decimal)
        amount = min(left, due)
        yield str(debit), str(credit), amount
        debits[0][1], credits[0][1] = left - amount, due - amount
        debits, credits = _rest(debits), _rest(credits)
    assert not debits and not credits


def _rest(sides: list[list[Any]]) -> list[list[Any]]:
    return sides if sides[0][1] > ZERO else sides[1:]


def _row(books: Books, entry: Entry, pair: tuple[str, str, Decimal], columns: int) -> str:
    debit, credit, amount = pair
    said = wording.label(entry, books.name_of(entry.customer, entry.on), "de")
    known = {
        0: f"{amount:.2f}".replace(".", ","),
        1: _text("S"),
        2: _text(books.currency),
        6: debit,
        7: credit,
        9: f"{entry.on:%d%m}",
        10: _text(re.sub(r"[^0-9A-Za-z$%&*+\-/]", "-", entry.document).lstrip("+-")[:_DOCUMENT]),
        13: _text(_plain(said)[:_TEXT]),
    }
    return ";".join(known.get(n, "") for n in range(columns))


def _text(value: str) -> str:
    return f'"{value.replace(chr(34), chr(34) * 2)}"'


def _plain(text: str) -> str:
    """Text on one line that no spreadsheet computes, without the signs that part fields."""
    return str(harmless(" ".join(text.replace(";", ",").replace('"', "'").split())))


def _format(day: date) -> Mapping[str, Any]:
    """The format that is written; books from before the first known day are written in it too."""
    rows = sorted(_formats(), key=lambda row: row["from"])
    return next((row for row in reversed(rows) if row["from"] <= day), rows[0])


@cache
def _formats() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads(Path(__file__).with_name("datev.toml").read_text(encoding="utf-8"))["format"])
