"""What is written as CSV or as a workbook is read again as it was: texts, amounts, days and numbers."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from billing.core.signs import shown
from billing.exchange import sheets
from billing.exchange.sheets.writing import xlsx_of
from billing.exchange.tables import written

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co")), min_size=1, max_size=30).filter(
    lambda text: text == text.strip() and shown(text) == text and not text.startswith("'")
)
AMOUNTS = st.decimals(-(10**9), 10**9, places=2)
DAYS = st.dates(date(1901, 1, 1), date(2199, 12, 31))
ROWS = st.lists(st.tuples(TEXTS, AMOUNTS, DAYS, st.integers(-(10**14), 10**14)), min_size=1, max_size=8)
HEAD = ("text", "amount", "day", "number")


def read(data: bytes) -> list[dict[str, Any]]:
    (table,) = sheets.read("a", data).tables
    return [row.cells for row in table.rows]


@settings(max_examples=120)
@given(ROWS)
def test_a_workbook_is_read_as_it_was_written(rows: list[tuple[str, Decimal, date, int]]) -> None:
    data = xlsx_of("a", HEAD, rows)
    assert data == xlsx_of("a", HEAD, rows)
    for row, cells in zip(rows, read(data), strict=True):
        text, amount, day, number = row
        assert cells["text"] == text
        assert Decimal(cells["amount"]) == amount and not isinstance(cells["amount"], float)
        assert cells["day"] == datetime(day.year, day.month, day.day)
        assert cells["number"] == number


@settings(max_examples=120)
@given(ROWS)
def test_csv_is_read_as_it_was_written(rows: list[tuple[str, Decimal, date, int]]) -> None:
    for row, cells in zip(rows, read(written(HEAD, rows).encode()), strict=True):
        text, amount, day, number = row
        assert cells["amount"] == str(amount) and cells["number"] == str(number)
        assert sheets.Order().day(cells["day"]) == day
        if ";" not in text and "\t" not in text:  # behind which an apostrophe keeps spreadsheets from computing
            assert cells["text"] == text
