"""Tables that people give: CSV and XLSX in, as rows of values by column, each with its place for whoever looks it up.

    book = sheets.read(name, data)             # a Book: its tables, of CSV one, of XLSX one a sheet that is seen
    order = sheets.order_of(cells, given)      # the one reading of days in the file, or a refusal
    faults = sheets.Faults()                   # all that is wrong, told at once
    for row in table.checked({"customer", "start"}, faults).rows:
        with faults.at(row.place("start")):
            start = order.day(row.cells["start"])
    faults.check()

What a column means is not known here, and nothing is computed: of a formula the value that was kept beside it counts.
"""

from billing.exchange.sheets.days import Order, order_of
from billing.exchange.sheets.reading import is_sheet, read
from billing.exchange.sheets.table import Book, Column, Faults, Row, Table, Value, key_of, nearest
from billing.exchange.sheets.values import flag, moment, money, month, several, text, time_worked, whole

__all__ = [
    "Book",
    "Column",
    "Faults",
    "Order",
    "Row",
    "Table",
    "Value",
    "flag",
    "is_sheet",
    "key_of",
    "moment",
    "money",
    "month",
    "nearest",
    "order_of",
    "read",
    "several",
    "text",
    "time_worked",
    "whole",
]
