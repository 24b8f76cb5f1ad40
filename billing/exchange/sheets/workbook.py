"""XLSX: the sheets that are seen, as rows of values. Bounded before it is unpacked; nothing is computed, no macro run.

Numbers are exact: as the spreadsheet shows them, to 15 figures. Days and times are what their format says.
"""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import IO, TYPE_CHECKING
from xml.parsers import expat

from billing.errors import BadInput, Refusal
from billing.exchange.sheets import cells
from billing.exchange.sheets.table import CELLS, COLUMNS, ROWS, Faults, Value, place_of
from billing.texts import Text, say
from billing.values import dataclass

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

ZIP, OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
UNPACKED = 300_000_000  # bytes
RATIO = 300  # of what is unpacked to what is packed, where that is much
_MUCH = 10_000_000
PARTS = 2_000
_LARGE = 10**15  # beyond, a spreadsheet has lost figures
_NUMBER = re.compile(r"[-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]{1,3})?", re.ASCII)
_TRUE = {"1": True, "true": True, "0": False, "false": False}
_SAVE = say("save it as .xlsx or as CSV")
_NO_VALUE = say("open and save it in a spreadsheet, or write the value")
Line = tuple[int, list[Value | None]]


def sheets(name: str, data: bytes, faults: Faults) -> Iterator[tuple[str, list[Line]]]:
    """The sheets that are seen: their names and rows. Raises BadInput where it is no workbook, or too large a one."""
    _check(name, data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl leaves out is nothing that we read
        try:
            yield from _sheets(name, data, faults)
        except (Refusal, MemoryError):
            raise
        except cells.Disorder:
            wrong = say("{file} has a sheet whose rows or cells are not in their order", file=name)
            raise BadInput("bad-input", wrong, say("open and save it in a spreadsheet")) from None
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


def _sheets(name: str, data: bytes, faults: Faults) -> Iterator[tuple[str, list[Line]]]:
    from openpyxl import load_workbook

    given = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for sheet in given.worksheets:
            if sheet.sheet_state == "visible":
                part = sheet._worksheet_path  # neither this nor the texts has a public name
                yield sheet.title, list(_Sheet(sheet, faults).lines(name, packed.open(part)))


class _Sheet:
    """A sheet being read: its name, the texts that its cells share, and what its styles mean."""

    def __init__(self, sheet: "ReadOnlyWorksheet", faults: Faults) -> None:
        self.sheet, self.faults = sheet, faults
        self.title: str = sheet.title
        self.shared: list[str] = sheet._shared_strings
        self.styles: dict[str, _Style] = {}

    def lines(self, name: str, part: IO[bytes]) -> Iterator[Line]:
        """The rows that have cells. Raises BadInput where there are too many, or too wide ones."""
        total = 0
        for line, found in cells.rows(part):
            width = found[-1].at + 1
            total += len(found)
            if line > ROWS or total > CELLS:
                wrong = say("{file} has more than {rows} rows or {cells} cells", file=name, rows=ROWS, cells=CELLS)
                raise BadInput("bad-input", wrong, say("give it in parts"))
            values: list[Value | None] = [None] * min(width, COLUMNS + 1)
            for cell in found:
                value = self.value(line, cell)
                if value is not None:
                    values[min(cell.at, COLUMNS)] = value  # what is further out is refused by its column
            yield line, values

    def value(self, line: int, cell: cells.Cell) -> Value | None:
        """The value of a cell; what cannot be one is among the faults."""
        wrong: Text | None = None
        if cell.kind == "e":
            wrong = say("{value} is an error of the spreadsheet", value=str(cell.text))
        elif cell.text is None or cell.text == "":
            if cell.computed and cell.text is None and cell.kind not in ("str", "inlineStr"):
                self.fault(line, cell, say("a formula whose value is not in the file"), _NO_VALUE)
            return None
        else:
            try:
                return self.read(cell, cell.text)
            except (ValueError, OverflowError, IndexError, KeyError, ArithmeticError):
                wrong = say("what is there cannot be read")
        self.fault(line, cell, wrong)
        return None

    def fault(self, line: int, cell: cells.Cell, wrong: Text, remedy: Text | None = None) -> None:
        """Keeps a fault by its cell."""
        self.faults.add(BadInput("bad-input", wrong, remedy).at(place_of(self.title, line, cell.at)))

    def read(self, cell: cells.Cell, text: str) -> Value:
        """The value that a text stands for. Raises ValueError and its like where it is none."""
        if cell.kind == "s":
            if not text.isdecimal():
                raise ValueError(text)
            return self.shared[int(text)]
        if cell.kind in ("str", "inlineStr"):
            return text
        if cell.kind == "b":
            return _TRUE[text]
        if cell.kind == "d":
            return datetime.fromisoformat(text.removesuffix("Z"))
        return self.number(cell, text)

    def number(self, cell: cells.Cell, text: str) -> Value:
        """A number as the spreadsheet shows it, to 15 figures; a day or a time where its format says so."""
        from openpyxl.utils.datetime import from_excel

        style = self.styles.get(cell.style) or self.style(cell.style)
        if not _NUMBER.fullmatch(text):
            raise ValueError(text)
        if style.dated:
            found: Value = from_excel(float(text), self.sheet.parent.epoch, timedelta=style.lasting)
            return found
        exact = Decimal(format(float(text), ".15g"))
        if abs(exact) >= _LARGE:
            raise ValueError(text)
        if exact != exact.to_integral_value():
            return exact
        whole = int(exact)
        return f"{whole:0{style.noughts}d}" if style.noughts and whole >= 0 else whole

    def style(self, number: str) -> "_Style":
        """What a style means for a number."""
        from openpyxl.cell.read_only import ReadOnlyCell
        from openpyxl.styles.numbers import is_date_format, is_timedelta_format

        form = str(ReadOnlyCell(self.sheet, 1, 1, 0, "n", int(number)).number_format)
        noughts = len(form) if re.fullmatch("0{2,20}", form) else 0
        found = _Style(bool(is_date_format(form)), bool(is_timedelta_format(form)), noughts)
        return self.styles.setdefault(number, found)


@dataclass(frozen=True, slots=True)
class _Style:
    dated: bool  # whether numbers are days or times
    lasting: bool  # whether they are durations
    noughts: int  # how many figures a whole number has at least: a postcode 00000
