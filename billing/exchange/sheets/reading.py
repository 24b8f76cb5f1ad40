"""Reads a file that was given into tables: the head by name, then the rows; never more of them than there may be."""

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from billing.errors import BadInput
from billing.exchange.sheets import delimited, workbook
from billing.exchange.sheets.table import (
    CELLS,
    COLUMNS,
    ROWS,
    Book,
    Column,
    Faults,
    Row,
    Table,
    Value,
    key_of,
    place_of,
)
from billing.texts import say

Line = tuple[int, list[Value | None]]  # its number, and its values
_NAMES = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm")


def is_sheet(name: str, data: bytes) -> bool:
    """Whether a file is a table rather than JSON Lines: by its name, or because it is a workbook."""
    return data.startswith((workbook.ZIP, workbook.OLD)) or PurePath(name).suffix.casefold() in _NAMES


def read(name: str, data: bytes) -> Book:
    """The tables of a file, CSV or XLSX. Raises BadInput (`bad-input`) for what is none, with its place."""
    faults = Faults()
    if data.startswith((workbook.ZIP, workbook.OLD)):
        tables = [_table(name, title, lines, faults) for title, lines in workbook.sheets(name, data, faults)]
    else:
        tables = [_table(name, None, delimited.lines(name, data, faults), faults)]
    faults.check()
    found = tuple(table for table in tables if table is not None)
    if not found:
        raise BadInput(
            "bad-input", say("{file} is empty", file=name), say("its first row has the names of the columns")
        )
    return Book(name, found)


def _table(name: str, title: str | None, lines: Iterable[Line], faults: Faults) -> Table | None:
    rows = _filled(name, lines)
    head = next(rows, None)
    if head is None:
        return None
    table = _headed(title, *head, faults)
    keys = {column.at: column.key for column in table.columns}
    for line, values in rows:
        row = Row(table, line, {})
        for at, value in enumerate(values):
            if value is not None:
                if at not in keys:
                    place = place_of(title, line, at)
                    wrong = say("there is something in a column without a name")
                    faults.add(BadInput("bad-input", wrong, say("give it one in the first row")).at(place))
                else:
                    row.cells[keys[at]] = value
        table.rows.append(row)
    return table


def _filled(name: str, lines: Iterable[Line]) -> Iterator[Line]:
    """The lines that hold something. Raises BadInput where there are more than there may be."""
    rows = cells = 0
    for line, values in lines:
        rows, cells = rows + 1, cells + len(values)
        if rows > ROWS or cells > CELLS:
            wrong = say("{file} has more than {rows} rows or {cells} cells", file=name, rows=ROWS, cells=CELLS)
            raise BadInput("bad-input", wrong, say("give it in parts"))
        kept = [_trimmed(value) for value in values]
        while kept and kept[-1] is None:
            kept.pop()
        if len(kept) > COLUMNS:
            wrong = say("{file} has more than {count} columns", file=name, count=COLUMNS)
            raise BadInput("bad-input", wrong)
        if kept:
            yield line, kept


def _trimmed(value: Value | None) -> Value | None:
    return (value.strip() or None) if isinstance(value, str) else value


def _headed(title: str | None, line: int, values: list[Value | None], faults: Faults) -> Table:
    columns: list[Column] = []
    for at, value in enumerate(values):
        if value is None:
            continue
        column = Column(key_of(str(value)), str(value), at)
        twice = next((known for known in columns if known.key == column.key), None)
        if not column.key or twice:
            wrong = say("the column {name!r} is there twice", name=column.title)
            if not twice:
                wrong = say("{name!r} is no name of a column", name=column.title)
            faults.add(BadInput("bad-input", wrong).at(place_of(title, line, at)))
            faults.check()
        columns.append(column)
    return Table(title, line, tuple(columns))
