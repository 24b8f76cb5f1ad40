"""Tables on sheets: columns as wide as what stands in them, a head that comes again on every page.

A column takes what its widest cell needs. Where the page has not room for all, those that wrap give way, but none
becomes narrower than its longest word.
"""

from collections.abc import Iterable, Sequence
from dataclasses import field
from typing import Literal

from billing.documents import fonts
from billing.documents.page import BLACK, GREY, RULE, SHADE, Colour, Sheets, fit, shrunk, wrap
from billing.values import dataclass

_PAD = 0.28  # left and right of a cell, in sizes of its type
Setting = Literal["wrap", "whole", "right"]  # over several lines; on one line, shrunk; the same, ending at the right
_HEADED = 0.8  # of the rows' size: what a head may shrink to rather than make its column wider
_ASCENT = 0.88  # of a line above its base, in sizes
_LONGEST = 0.3  # of the width: a word that takes more is broken


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, its edges, and how cells are set."""

    head: str
    left: float
    right: float
    pad: float
    setting: Setting = "wrap"
    room: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "room", self.right - self.left - 2 * self.pad)


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row; `note` is a grey line under the first cell that wraps, `bold` a sum.

    A `wide` note goes on under the cells at its right.
    """

    cells: tuple[str, ...]
    note: str = ""
    bold: bool = False
    struck: bool = False
    wide: bool = False


Head = tuple[str, Setting]


@dataclass(slots=True)
class Table:
    """Draws rows under each other; goes on to the next page where one is full."""

    sheets: Sheets
    heads: Sequence[Head]
    left: float
    right: float
    size: float = 8
    leading: float = 10.5
    gap: float = 3.5  # between rows
    columns: Sequence[Column] = ()
    _head: Sequence[tuple[Column, float, tuple[str, ...]]] = ()  # of each column: how its head is set, on which lines

    def draw(self, y: float, rows: Iterable[Row]) -> float:
        """The head and the rows from y downwards; gives the y below them."""
        every = list(rows)
        self.columns = self._fitted(every)
        self._head = [self._headline(column) for column in self.columns]
        if y - self._head_height() - self.leading < self.sheets.bottom:
            y = self.sheets.turn()
        y = self.head(y)
        for row in every:
            y = self._row(y, row)
        return y

    def head(self, y: float) -> float:
        """The head, on a shaded band."""
        height = self._head_height()
        self.sheets.box(self.columns[0].left, y - height, self.columns[-1].right, y, SHADE)
        for column, size, lines in self._head:
            for n, line in enumerate(lines):
                self._put(column, y - self.gap - self.size - n * self.leading, line, size, GREY, True)
        return y - height

    # How wide columns are

    def _fitted(self, rows: Sequence[Row]) -> list[Column]:
        least, full, headed, noted = [], [], [], []
        for place, (head, setting) in enumerate(self.heads):
            cells = {(fonts.clean(row.cells[place]), row.bold) for row in rows}
            notes = {(fonts.clean(row.note), False) for row in rows if not row.wide} if place == self._noted else set()
            full.append(max(self._widest(cells), self._headed(head)))
            headed.append(max(full[-1], self._wide(fonts.width(fonts.clean(head), True))))
            noted.append(max(headed[-1], self._widest(notes)))
            words = cells | notes if setting == "wrap" else set()
            longest = max((fonts.longest(*one) for one in words), default=0.0)
            least.append(max(self._least(longest), self._headed(head)) if words else full[-1])
        return self._placed(self._widths(least, full, headed, noted))

    @property
    def _noted(self) -> int | None:
        return next((n for n, (_, setting) in enumerate(self.heads) if setting == "wrap"), None)

    @property
    def _pad(self) -> float:
        return self.size * _PAD

    def _wide(self, width: float) -> float:
        """The room that a text of a width takes in a column; a little more, so that it fits after rounding too."""
        return width * self.size + 2 * self._pad + 0.05

    def _widest(self, texts: Iterable[tuple[str, bool]]) -> float:
        """The room of the widest of some texts, bold or not; none of none."""
        widths = [fonts.width(text, bold) for text, bold in texts]
        return self._wide(max(widths)) if widths else 0.0

    def _headed(self, head: str) -> float:
        """The room for the longest word of a head."""
        return (self._least(fonts.longest(head, True)) - 2 * self._pad) * _HEADED + 2 * self._pad + 0.1

    def _least(self, longest: float) -> float:
        """The room that a column cannot do without, for the width of its longest word."""
        return min((self.right - self.left) * _LONGEST, self._wide(longest))

    def _widths(self, least: list[float], *wanted: list[float]) -> list[float]:
        """Widths that take the whole room: the least that each needs, then evenly up to what it could use.

        First for its cells on one line, then for its head, then for what stands under it.
        """
        room = self.right - self.left
        if sum(least) > room:
            return [width * room / sum(least) for width in least]
        widths = least[:]
        for full in wanted:
            widths = _grown(widths, full, room - sum(widths))
        return self._stretched(widths, room - sum(widths))

    def _stretched(self, widths: list[float], left: float) -> list[float]:
        """What nobody needs goes to the columns that wrap, most of it to the first of them, else to all."""
        wraps = [n for n, (_, setting) in enumerate(self.heads) if setting == "wrap"]
        for n in range(len(widths)):
            share = left * 0.5 / len(widths)
            widths[n] += share
        for n in wraps or range(len(widths)):
            widths[n] += left * 0.5 / len(wraps or widths)
        return widths

    def _placed(self, widths: list[float]) -> list[Column]:
        found, left = [], self.left
        for (head, setting), width in zip(self.heads, widths, strict=True):
            found.append(Column(fonts.clean(head), left, left + width, self._pad, setting))
            left += width
        return found

    # Drawing

    def _headline(self, column: Column) -> tuple[Column, float, tuple[str, ...]]:
        """A little smaller than the rows, and small enough that no word of the head is broken."""
        most = self.size - (1 if self.size > 8 else 0.5)
        size = min(shrunk(word, most, column.room - 0.01, True) for word in column.head.split(" "))
        return column, size, wrap(column.head, size, column.room, True)

    def _head_height(self) -> float:
        return max(len(lines) for *_, lines in self._head) * self.leading + self.gap + 1

    def _row(self, y: float, row: Row) -> float:
        lines = self._lines(row)
        while lines:
            room = int((y - self.sheets.bottom - self.gap) // self.leading)
            whole = len(lines) <= room
            if not whole and (len(lines) <= 12 or room < 2):  # a row stays together, unless it is a page of its own
                y = self.head(self.sheets.turn())
                continue
            part, lines = (lines, []) if whole else (lines[:room], lines[room:])
            top = y - self.gap / 2 - self.size * _ASCENT
            for n, line in enumerate(part):
                for column, text, colour in line:
                    self._put(column, top - n * self.leading, text, self.size, colour, row.bold)
            y -= len(part) * self.leading + self.gap
            self.sheets.rule([(self.columns[0].left, y), (self.columns[-1].right, y)], RULE, 0.8 if row.bold else 0.3)
        return y

    def _lines(self, row: Row) -> list[list[tuple[Column, str, Colour]]]:
        """What stands on each line of a row."""
        cells = [(column, fonts.clean(cell)) for column, cell in zip(self.columns, row.cells, strict=True)]
        colour = GREY if row.struck else BLACK
        if not row.note and all(self._is_short(column, cell, row.bold) for column, cell in cells):  # as most are
            return [[(column, cell, colour) for column, cell in cells if cell]]
        lines: list[list[tuple[Column, str, Colour]]] = [[]]
        noted = not row.note or row.wide
        for column, cell in cells:
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
        return lines + self._wide_note(row)

    def _is_short(self, column: Column, cell: str, bold: bool) -> bool:
        return column.setting != "wrap" or fonts.width(cell, bold) * self.size <= column.room

    def _wide_note(self, row: Row) -> list[list[tuple[Column, str, Colour]]]:
        if not (row.note and row.wide):
            return []
        under = Column("", self.columns[1].left, self.columns[-1].right, self._pad)
        return [[(under, line, GREY)] for line in wrap(fonts.clean(row.note), self.size, under.room, False)]

    def _put(self, column: Column, y: float, text: str, size: float, colour: Colour, bold: bool) -> None:
        if fonts.width(text, bold) * size > column.room:
            size = shrunk(text, size, column.room, bold)
            text = fit(text, size, column.room, bold)
        if column.setting == "right":
            self.sheets.text_to(column.right - column.pad, y, text, size, colour, bold)
        else:
            self.sheets.text(column.left + column.pad, y, text, size, colour, bold)


def _grown(widths: list[float], full: list[float], left: float) -> list[float]:
    """Widths that grow evenly up to what each could use, as far as there is room left."""
    widths = widths[:]
    while left > 0.01 and (open_ := [n for n, width in enumerate(widths) if full[n] - width > 0.01]):
        each = left / len(open_)
        for n in open_:
            more = min(each, full[n] - widths[n])
            widths[n] += more
            left -= more
    return widths
