"""Tables on sheets: columns that wrap or shrink what is too wide, a head that comes again on every page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from billing.documents import fonts
from billing.documents.page import BLACK, BOTTOM, GREY, RULE, SHADE, Colour, Sheets, fit, shrunk, wrap

PAD = 2.5  # left and right of a cell
Setting = Literal["wrap", "whole", "right"]  # over several lines; on one line, shrunk; the same, ending at the right


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, its edges, and how cells are set."""

    head: str
    left: float
    right: float
    setting: Setting = "wrap"

    @property
    def room(self) -> float:
        return self.right - self.left - 2 * PAD


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row; `note` is a grey line under the first cell that wraps, `bold` a sum."""

    cells: tuple[str, ...]
    note: str = ""
    bold: bool = False
    struck: bool = False


def columns(left: float, right: float, *parts: tuple[str, float, Setting]) -> list[Column]:
    """Columns side by side: head, share of the width, how cells are set."""
    unit = (right - left) / sum(share for _, share, _ in parts)
    found = []
    for head, share, setting in parts:
        found.append(Column(fonts.clean(head), left, left + share * unit, setting))
        left += share * unit
    return found


@dataclass(slots=True)
class Table:
    """Draws rows under each other; goes on to the next page where one is full."""

    sheets: Sheets
    columns: list[Column]
    size: float = 8
    leading: float = 10.5
    gap: float = 3.5  # between rows
    bottom: float = BOTTOM

    def draw(self, y: float, rows: Iterable[Row]) -> float:
        """The head and the rows from y downwards; gives the y below them."""
        if y - self._head_height() - self.leading < self.bottom:
            y = self.sheets.turn()
        y = self.head(y)
        for row in rows:
            y = self._row(y, row)
        return y

    def head(self, y: float) -> float:
        """The head, on a shaded band."""
        height = self._head_height()
        self.sheets.box(self.columns[0].left, y - height, self.columns[-1].right, y, SHADE)
        for column in self.columns:
            size = self._head_size(column)
            for n, line in enumerate(wrap(column.head, size, column.room, True)):
                self._put(column, y - self.gap - self.size - n * self.leading, line, size, GREY, True)
        return y - height

    def _head_size(self, column: Column) -> float:
        """A little smaller than the rows, and small enough that no word of the head is broken."""
        size = self.size - (1 if self.size > 8 else 0.5)
        return min(shrunk(word, size, column.room - 0.01, True) for word in (column.head.split(" ") or [""]))

    def _head_height(self) -> float:
        lines = max(len(wrap(c.head, self._head_size(c), c.room, True)) for c in self.columns)
        return lines * self.leading + self.gap + 1

    def _row(self, y: float, row: Row) -> float:
        lines = self._lines(row)
        while lines:
            room = int((y - self.bottom - self.gap) // self.leading)
            whole = len(lines) <= room
            if not whole and (len(lines) <= 12 or room < 2):  # a row stays together, unless it is a page of its own
                y = self.head(self.sheets.turn())
                continue
            part, lines = (lines, []) if whole else (lines[:room], lines[room:])
            top = y - self.gap / 2 - self.size
            for n, line in enumerate(part):
                for column, text, colour in line:
                    self._put(column, top - n * self.leading, text, self.size, colour, row.bold)
            y -= len(part) * self.leading + self.gap
            self.sheets.rule([(self.columns[0].left, y), (self.columns[-1].right, y)], RULE, 0.8 if row.bold else 0.3)
        return y

    def _lines(self, row: Row) -> list[list[tuple[Column, str, Colour]]]:
        """What stands on each line of a row."""
        lines: list[list[tuple[Column, str, Colour]]] = [[]]
        noted = not row.note
        colour = GREY if row.struck else BLACK
        for column, cell in zip(self.columns, row.cells, strict=True):
            cell = fonts.clean(cell)
            broken = (cell,) if column.setting != "wrap" else wrap(cell, self.size, column.room, row.bold)
            parts = [(line, colour) for line in broken]
            if not noted and column.setting == "wrap":
                noted = True
                parts += [(line, GREY) for line in wrap(fonts.clean(row.note), self.size, column.room, row.bold)]
            while len(lines) < len(parts):
                lines.append([])
            for line, (text, ink) in zip(lines, parts, strict=False):
                if text:
                    line.append((column, text, ink))
        return lines

    def _put(self, column: Column, y: float, text: str, size: float, colour: Colour, bold: bool) -> None:
        if fonts.width(text, bold) * size > column.room:
            size = shrunk(text, size, column.room, bold)
            text = fit(text, size, column.room, bold)
        if column.setting == "right":
            self.sheets.text_to(column.right - PAD, y, text, size, colour, bold)
        else:
            self.sheets.text(column.left + PAD, y, text, size, colour, bold)
