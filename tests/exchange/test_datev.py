"""The batch for DATEV: its header, its columns, and the same sums as the books (EXTF 700, Buchungsstapel)."""

import csv
import io
from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing.errors import BadInput
from billing.exchange import datev
from billing.law.accounts import of_datev
from tests import support
from tests.office.test_returns import history
from tests.support import load, made, run

YEAR = date(2025, 1, 1)


def rows(data: bytes) -> tuple[list[str], list[str], list[dict[str, str]]]:
    """Header, names of columns and bookings, as a reader of the format has them."""
    text = data.decode("cp1252")
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", "")
    header, columns, *found = csv.reader(io.StringIO(text), delimiter=";")
    assert all(len(row) == len(columns) for row in found)
    return header, columns, [dict(zip(columns, row, strict=True)) for row in found]


def sums(bookings: list[dict[str, str]]) -> dict[str, Decimal]:
    """What each account comes to; debtors together."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for row in bookings:
        amount = Decimal(row["Umsatz (ohne Soll/Haben-Kz)"].replace(",", "."))
        assert amount > 0 and row["Soll/Haben-Kennzeichen"] == "S"
        for side, account in ((1, row["Konto"]), (-1, row["Gegenkonto (ohne BU-Schlüssel)"])):
            found["debtors" if len(account) == 5 else account] += side * amount
    return {account: amount for account, amount in found.items() if amount}


@pytest.mark.parametrize("kept", ["04", "03"])
@pytest.mark.parametrize("basis", ["invoice", "payment"])
def test_the_bookings_come_to_what_the_books_do(tmp_path: Path, kept: str, basis: str) -> None:
    """Every entry, also of several accounts and in another currency, as pairs of accounts; year by year."""
    some = 0
    for seed in range(3):
        setting, chart = history(tmp_path, seed, "DE", basis), of_datev("DE", kept)
        for year in (2024, 2025, 2026):
            first, last = date(year, 1, 1), date(year, 12, 31)
            found = support.books(setting, last, first)
            batch = datev.batch(found, chart, datev.Batch(1001, 1, kept, first), {"CHF": Decimal(1)})
            _, _, bookings = rows(batch)
            expect: dict[str, Decimal] = defaultdict(Decimal)
            for entry in found.entries:
                for leg in entry.legs:
                    expect["debtors" if leg.role == "receivable" else chart[leg.role][0]] += leg.amount
            assert sums(bookings) == {account: amount for account, amount in expect.items() if amount}
            days = [f"{entry.on:%d%m}" for entry in found.entries]
            assert [row["Belegdatum"] for row in bookings if row["Belegdatum"] not in days] == []
            some += len(bookings)
        setting.engine.dispose()
    assert some > 30


def german_books(tmp_path: Path) -> dict[str, str]:
    env = {"BILLING_DB": f"sqlite:///{tmp_path}/de.db", "BILLING_TODAY": "2025-12-31"}
    pack: dict[str, Any] = {"type": "purchase", "product": "pack-12h", "price": "1000.00"}
    load(
        made(env["BILLING_DB"], "DE", today=date(2025, 12, 31), name='Müller; "Söhne" – Œuvre GmbH & Co. KG'),
        {"type": "customer", "code": "A", "name": "Größe\u202f€ \u0105", "country": "DE"},
        {"type": "customer", "code": "B", "name": "Belge SA", "country": "BE", "vat_id": "BE0403170701"},
        {"type": "contract", "customer": "A", "tariff": "qualiodoo", "start": "2024-01-01"},
        {"type": "contract", "customer": "B", "tariff": "qualiodoo", "start": "2024-01-01"},
        pack | {"customer": "A", "date": "2024-12-30"},
        pack | {"customer": "A", "id": "p", "date": "2025-02-01"},
        pack | {"customer": "B", "date": "2025-02-02"},
        {"type": "payment", "id": "y", "purchase": "p", "date": "2025-03-03", "amount": "1200.00"},
    )
    return env


def test_header_columns_and_rows_are_the_formats(tmp_path: Path) -> None:
    """125 columns and a header of 31 fields in CP1252; a debtor by the customer's number; what has no sign is `?`."""
    env, out = german_books(tmp_path), tmp_path / "EXTF.csv"
    words = ("--adviser", "29098", "--client", "55003", "-o", str(out))
    assert run("export", "datev", *words, **env) == (0, "", "")
    header, columns, bookings = rows(out.read_bytes())
    assert (len(header), len(columns)) == (31, 125)
    assert header[:5] == ["EXTF", "700", "21", "Buchungsstapel", "13"]
    assert header[10:17] == [
        "29098",
        "55003",
        "20250101",
        "4",
        "20250101",
        "20251231",
        "Müller, 'Söhne' – Œuvre GmbH &",
    ]
    assert (header[21], header[26]) == ("EUR", "04")
    assert (
        columns[:2] == ["Umsatz (ohne Soll/Haben-Kz)", "Soll/Haben-Kennzeichen"] and columns[-1] == "Abw. Skontokonto"
    )
    shown = [(r["Konto"], r["Gegenkonto (ohne BU-Schlüssel)"], r[columns[0]], r["Belegdatum"], r["Belegfeld 1"])
             for r in bookings]  # fmt: skip
    assert shown == [
        ("10001", "3900", "1000,00", "0102", "INV-2025-00001"),
        ("10001", "3800", "190,00", "0102", "INV-2025-00001"),
        ("10002", "3900", "1000,00", "0202", "INV-2025-00002"),
        ("1800", "10001", "1190,00", "0303", "INV-2025-00001"),
        ("1800", "3250", "10,00", "0303", "INV-2025-00001"),
    ]
    assert bookings[3]["Buchungstext"] == "Zahlung zu INV-2025-00001, Größe € ?"
    raw = out.read_bytes().split(b"\r\n")[2]
    assert raw.startswith(
        b'1000,00;"S";"EUR";;;;10001;3900;;0102;"INV-2025-00001";;;"Rechnung INV-2025-00001, Gr\xf6\xdfe'
    )
    assert run("export", "datev", *words, **env)[0] == 0 and out.read_bytes().split(b"\r\n")[2] == raw


def test_skr03_a_part_of_the_year_and_what_is_refused(tmp_path: Path) -> None:
    env = german_books(tmp_path)
    file = tmp_path / "part.csv"
    part = ("--chart", "03", "--from", "2025-03-01", "--to", "2025-03-31", "-o", str(file))
    assert run("export", "datev", *part, **env) == (0, "", "")
    header, _, bookings = rows(file.read_bytes())
    assert header[26] == "03" and [(r["Konto"], r["Gegenkonto (ohne BU-Schlüssel)"]) for r in bookings] == [
        ("1200", "10001"),
        ("1200", "1710"),
    ]
    for words, says in (
        (("--from", "2024-12-30"), "a batch for DATEV lies in one year, from 2025-01-01 on"),
        (("--chart", "05"), "chart '05': known are"),
        (("--year-start", "13-01"), "'13-01': write month and day"),
        (("--year-start", "02-29"), "'02-29': write month and day"),
        (("--accounts", str(_own(tmp_path))), "account '1O00' of bank is no number"),
    ):
        status, _, err = run("export", "datev", *words, **env)
        assert status == 1 and says in err, err
    other = ("--year-start", "07-01", "--from", "2024-12-30", "--to", "2025-02-01", "-o", str(file))
    assert run("export", "datev", *other, **env)[0] == 0
    swiss = {"BILLING_DB": f"sqlite:///{tmp_path}/ch.db", "BILLING_TODAY": "2025-12-31"}
    made(swiss["BILLING_DB"], "CH", today=date(2025, 12, 31))
    assert "DATEV is for issuers in Germany" in run("export", "datev", **swiss)[2]


def test_a_customer_beyond_the_debtors_is_refused(tmp_path: Path) -> None:
    german_books(tmp_path)
    found = support.books(support.opened(f"sqlite:///{tmp_path}/de.db", date(2025, 12, 31)), date(2025, 12, 31), YEAR)
    for number, last in ((59_999, "69999"), (60_000, None)):
        books = replace(found, numbers={"A": number, "B": 2})
        if last is None:
            with pytest.raises(BadInput, match="A: DATEV has no number left for it"):
                datev.batch(books, of_datev("DE", "04"), datev.Batch(1001, 1, "04", YEAR))
        else:
            _, _, bookings = rows(datev.batch(books, of_datev("DE", "04"), datev.Batch(1001, 1, "04", YEAR)))
            assert bookings[0]["Konto"] == last


def _own(tmp_path: Path) -> Path:
    own = tmp_path / "own.toml"
    own.write_text('bank = ["1O00", "Bank"]\n')
    return own


def test_no_text_of_the_batch_is_a_formula(tmp_path: Path) -> None:
    """Spreadsheets open the batch too: the issuer's name stood in it as it is."""
    env = german_books(tmp_path)
    assert run("init", "--name", "=1+1 GmbH", **env)[0] == 0
    out = tmp_path / "EXTF.csv"
    assert run("export", "datev", "--adviser", "29098", "--client", "55003", "-o", str(out), **env)[0] == 0
    assert rows(out.read_bytes())[0][16] == "'=1+1 GmbH"
