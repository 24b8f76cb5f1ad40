"""The cells of a sheet of a workbook as they stand in its XML: row by row, in their order, never more than asked for.

openpyxl leaves out, without a word, a row or a cell that comes after a later one; here such a sheet is refused. What a
number or a style means is not known here.
"""

import re
from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

from billing.values import dataclass

_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})", re.ASCII)
_LINE = re.compile(r"[0-9]{1,7}", re.ASCII)
_PIECE = 1 << 16


@dataclass(slots=True)
class Cell:
    """A cell: its column, of the first 0; its kind and the number of its style; its text; whether it is computed."""

    at: int
    kind: str
    style: str
    text: str | None = None
    computed: bool = False


class Disorder(ValueError):
    """A sheet whose rows or cells do not come in their order, or have no place."""


def rows(part: IO[bytes]) -> Iterator[tuple[int, list[Cell]]]:
    """The rows that have cells, by their number. Raises Disorder, and ExpatError for what is no XML."""
    reading = _Reading()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.data
    while piece := part.read(_PIECE):
        parser.Parse(piece, False)
        yield from reading.taken()
    parser.Parse(b"", True)
    yield from reading.taken()


class _Reading:
    """What has been read of a sheet so far."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, list[Cell]]] = []
        self.cells: list[Cell] = []
        self.cell: Cell | None = None
        self.line = 0
        self.at = -1  # the column of the last cell of the row
        self.kept = False  # whether text belongs to the cell
        self.spoken = False  # inside of how a word is spoken, which is no text of the cell

    def taken(self) -> list[tuple[int, list[Cell]]]:
        """The rows that are whole, each once."""
        found, self.rows = self.rows, []
        return found

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name[name.rfind("}") + 1 :]
        if tag == "c":
            self.at = self._column(attributes.get("r"))
            self.cell = Cell(self.at, attributes.get("t", "n"), attributes.get("s", "0"))
        elif tag in ("v", "t"):
            self.kept = not self.spoken
        elif tag == "f" and self.cell is not None:
            self.cell.computed = True
        elif tag == "row":
            self._begin(attributes.get("r"))
        elif tag == "rPh":
            self.spoken = True

    def end(self, name: str) -> None:
        tag = name[name.rfind("}") + 1 :]
        if tag == "c" and self.cell is not None:
            self.cells.append(self.cell)
            self.cell = None
        elif tag in ("v", "t"):
            self.kept = False
        elif tag == "row":
            if self.cells:
                self.rows.append((self.line, self.cells))
            self.cells = []
        elif tag == "rPh":
            self.spoken = False

    def data(self, text: str) -> None:
        if self.kept and self.cell is not None:
            self.cell.text = text if self.cell.text is None else self.cell.text + text

    def _begin(self, said: str | None) -> None:
        line = self.line + 1 if said is None else int(said) if _LINE.fullmatch(said) else 0
        if line <= self.line:
            raise Disorder("row")
        self.line, self.at = line, -1

    def _column(self, said: str | None) -> int:
        if said is None:
            return self.at + 1
        found = _PLACE.fullmatch(said)
        if found is None or int(found[2]) != self.line:
            raise Disorder("cell")
        at = 0
        for sign in found[1]:
            at = at * 26 + ord(sign) - ord("A") + 1
        if at - 1 <= self.at:
            raise Disorder("cell")
        return at - 1
