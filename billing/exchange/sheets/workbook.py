"""XLSX: the sheets that are seen, as rows of values. Bounded before it is unpacked; nothing is computed, no macro run.

Numbers are exact: as the spreadsheet shows them, to 15 figures. Days and times are what their format says.
"""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from typing import IO, Any
from xml.parsers import expat

from billing.errors import BadInput, Refusal
from billing.exchange.sheets.table import CELLS, ROWS, Faults, Value, place_of
from billing.texts import say

ZIP, OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
UNPACKED = 300_000_000  # bytes
RATIO = 300  # of what is unpacked to what is packed, where that is much
_MUCH = 10_000_000
PARTS = 2_000
_LARGE = 1e15  # beyond, a spreadsheet has lost figures
_SAVE = say("save it as .xlsx or as CSV")


def sheets(name: str, data: bytes, faults: Faults) -> Iterator[tuple[str, list[tuple[int, list[Value | None]]]]]:
    """The sheets that are seen: their names and rows. Raises BadInput where it is no workbook, or too large a one."""
    _check(name, data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl leaves out is nothing that we read
        try:
            yield from _sheets(name, data, faults)
        except (Refusal, MemoryError):
            raise
        except Exception as wrong:  # whatever else is in the file
            why = type(wrong).__name__
            raise BadInput(
                "bad-input", say("{file} is no workbook that can be read: {why}", file=name, why=why), _SAVE
            ) from None


def _check(name: str, data: bytes) -> None:
    """Refuses what is no workbook, and what would be too large when it is unpacked."""
    if data.startswith(OLD):
        wrong = say("{file} is an old .xls, or has a password", file=name)
        raise BadInput("bad-input", wrong, _SAVE)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            _check_size(name, len(data), packed.infolist())
            for part in packed.infolist():
                if part.filename.casefold().endswith((".xml", ".rels")):
                    _check_declarations(name, packed.open(part))
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, RuntimeError, NotImplementedError, EOFError):
        raise BadInput("bad-input", say("{file} is damaged: it cannot be unpacked", file=name), _SAVE) from None


def _check_size(name: str, packed: int, parts: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > PARTS or unpacked > UNPACKED or unpacked > max(_MUCH, RATIO * packed):
        size = UNPACKED // 1_000_000
        wrong = say("{file} is larger than {size} MB when it is unpacked, or all but empty", file=name, size=size)
        raise BadInput("bad-input", wrong, say("give it in parts, or as CSV"))
    if any(part.flag_bits & 1 for part in parts):
        raise BadInput("bad-input", say("{file} has a password", file=name), _SAVE)
    if not any(part.filename.casefold() == "[content_types].xml" for part in parts):
        raise BadInput("bad-input", say("{file} is no .xlsx", file=name), _SAVE)


def _check_declarations(name: str, part: IO[bytes]) -> None:
    """Refuses a part that declares a document type or entities: no spreadsheet writes any."""
    parser = expat.ParserCreate()
    begun = []

    def refuse(*_: object) -> None:
        raise BadInput("bad-input", say("{file} declares a document type or entities; workbooks have none", file=name))

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = lambda *_: begun.append(True)
    try:
        while not begun and (piece := part.read(4096)):
            parser.Parse(piece, False)
    except (expat.ExpatError, LookupError):  # an encoding that is none, too
        raise BadInput("bad-input", say("{file} is damaged: it cannot be unpacked", file=name), _SAVE) from None


def _sheets(name: str, data: bytes, faults: Faults) -> Iterator[tuple[str, list[tuple[int, list[Value | None]]]]]:
    from openpyxl import load_workbook

    given = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    kept = None
    for sheet in given.worksheets:
        if sheet.sheet_state != "visible":
            continue
        rows, formulas = _rows(name, sheet, faults)
        if formulas:
            kept = kept or load_workbook(io.BytesIO(data), read_only=True, keep_links=False, data_only=True)
            _computed(name, sheet.title, kept[sheet.title], dict(rows), formulas, faults)
        yield sheet.title, rows


def _rows(name: str, sheet: Any, faults: Faults) -> tuple[list[tuple[int, list[Value | None]]], set[tuple[int, int]]]:
    """The rows that have cells, and where there are formulas."""
    rows: list[tuple[int, list[Value | None]]] = []
    formulas: set[tuple[int, int]] = set()
    for line, cells in _bounded(name, sheet):
        values: list[Value | None] = []
        for at, cell in enumerate(cells):
            if cell.value is not None and cell.data_type == "f":
                formulas.add((line, at))
                values.append(None)
            else:
                values.append(_value(sheet.title, line, at, cell, faults))
        rows.append((line, values))
    return rows, formulas


def _computed(
    name: str,
    title: str,
    sheet: Any,
    rows: dict[int, list[Value | None]],
    formulas: set[tuple[int, int]],
    faults: Faults,
) -> None:
    """Puts the values of formulas, which the spreadsheet kept beside them, into their rows."""
    for line, cells in _bounded(name, sheet):
        for at, cell in enumerate(cells):
            if (line, at) in formulas:
                formulas.remove((line, at))
                value = _value(title, line, at, cell, faults)
                if cell.value is None:
                    _not_computed(title, line, at, faults)
                rows[line][at] = value
    for line, at in sorted(formulas):
        _not_computed(title, line, at, faults)


def _not_computed(title: str, line: int, at: int, faults: Faults) -> None:
    wrong = BadInput(
        "bad-input",
        say("a formula whose value is not in the file"),
        say("open and save it in a spreadsheet, or write the value"),
    )
    faults.add(wrong.at(place_of(title, line, at)))


def _bounded(name: str, sheet: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The rows that have cells, by their number. Raises BadInput where there are too many, or too wide ones."""
    sheet.reset_dimensions()
    total = 0
    for line, cells in enumerate(sheet.iter_rows(), 1):
        total += len(cells)
        if line > ROWS or total > CELLS:
            wrong = say("{file} has more than {rows} rows or {cells} cells", file=name, rows=ROWS, cells=CELLS)
            raise BadInput("bad-input", wrong, say("give it in parts"))
        if cells:
            yield line, cells


def _value(title: str, line: int, at: int, cell: Any, faults: Faults) -> Value | None:
    """The value of a cell; what cannot be one is among the faults."""
    value = cell.value
    wrong = say("what is there cannot be read")
    if cell.data_type == "e":
        wrong = say("{value} is an error of the spreadsheet", value=str(value))
    elif value is None or isinstance(value, bool):
        return value
    elif isinstance(value, int):
        return _padded(cell)
    elif isinstance(value, float) and abs(value) < _LARGE:
        exact = Decimal(format(value, ".15g"))
        return int(exact) if exact == exact.to_integral_value() else exact
    elif isinstance(value, str | date | time | timedelta):
        return value
    faults.add(BadInput("bad-input", wrong).at(place_of(title, line, at)))
    return None


def _padded(cell: Any) -> int | str:
    """A whole number, or as text with the noughts before it that its format shows: a postcode 00000."""
    value: int = cell.value
    noughts = str(cell.number_format)
    return f"{value:0{len(noughts)}d}" if re.fullmatch("0{2,20}", noughts) and value >= 0 else value
