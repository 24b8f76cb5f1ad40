"""What a table that was given is: columns by name, rows of values, the place of each; and all its faults at once."""

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import field
from datetime import date, time, timedelta
from decimal import Decimal

from billing.errors import BadInput, Refusal, either
from billing.texts import Text, say
from billing.values import dataclass

Value = str | int | Decimal | date | time | timedelta  # a datetime is a date here, and a bool a whole number
MOST_FAULTS = 20  # that are told; how many more there are is said
ROWS = 1_000_000
COLUMNS = 500
CELLS = 5_000_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the key that its name is looked up by, the name as it is written, and where it is, of the first 0."""

    key: str
    title: str
    at: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its values by the key of the column, those alone that are there."""

    table: "Table" = field(repr=False, compare=False)
    line: int
    cells: dict[str, Value]

    def place(self, key: str | None = None) -> Text:
        """Where it is, or where its cell of a column is: `line 7, column start`, `sheet entry, cell AB7`."""
        column = self.table.column(key)
        if self.table.name is None:
            if column:
                return say("line {line}, column {column}", line=self.line, column=column.title)
            return say("line {line}", line=self.line)
        if column:
            return place_of(self.table.name, self.line, column.at)
        return say("sheet {sheet}, row {line}", sheet=self.table.name, line=self.line)


@dataclass(frozen=True, slots=True)
class Table:
    """A table: of a workbook the sheet's name, of CSV none; its columns, and its rows that are not empty."""

    name: str | None
    line: int  # of its head
    columns: tuple[Column, ...]
    rows: list[Row] = field(default_factory=list, repr=False)

    def column(self, key: str | None) -> Column | None:
        """The column of a key, if it has one."""
        return next((column for column in self.columns if column.key == key), None)

    def place(self, column: Column) -> Text:
        """Where the name of a column stands."""
        return Row(self, self.line, {}).place(column.key)

    def checked(self, known: Collection[str], faults: "Faults", needed: Iterable[str] = ()) -> "Table":
        """The table itself; columns that it should not have, and those that it lacks, are among the faults."""
        for column in self.columns:
            if column.key not in known:
                faults.add(_unknown(column, known).at(self.place(column)))
        lacking = [key for key in needed if self.column(key) is None]
        if lacking:
            wrong = say("there is no column {names}", names=lacking)
            have = ", ".join(column.title for column in self.columns)
            faults.add(
                BadInput("bad-input", wrong, say("it has {names}", names=have)).at(Row(self, self.line, {}).place())
            )
        return self


@dataclass(frozen=True, slots=True)
class Book:
    """A file of tables, in their order."""

    name: str
    tables: tuple[Table, ...]


class Faults:
    """What is wrong with a file, so that all of it is told at once."""

    def __init__(self) -> None:
        self.found: list[Refusal] = []
        self.count = 0

    def add(self, refused: Refusal) -> None:
        """Keeps a refusal that names its place."""
        self.count += 1
        if len(self.found) < MOST_FAULTS:
            self.found.append(refused)

    @contextmanager
    def at(self, place: Text | str) -> Iterator[None]:
        """Keeps what is refused inside, with its place in front."""
        try:
            yield
        except Refusal as refused:
            self.add(refused.at(place))

    def check(self) -> None:
        """Raises all that was found as one refusal, with the code of the first."""
        if not self.found:
            return
        first = self.found[0]
        if self.count == 1:
            raise first
        told = first.text
        for other in self.found[1:]:
            told = say("{one}; {other}", one=told, other=other.text)
        if self.count > len(self.found):
            told = say("{one}; and {count} more", one=told, count=self.count - len(self.found))
        raise type(first)(first.code, told)


def place_of(sheet: str | None, line: int, at: int) -> Text:
    """The place of a cell by its position, of the first column 0."""
    if sheet is None:
        return say("line {line}, column {column}", line=line, column=at + 1)
    return say("sheet {sheet}, cell {cell}", sheet=sheet, cell=f"{letters(at)}{line}")


def letters(at: int) -> str:
    """The letters of a column of a workbook, of the first, 0, A."""
    name, left = "", at + 1
    while left:
        left, rest = divmod(left - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def key_of(title: str) -> str:
    """What the name of a column is looked up by: `Vat-ID`, `vat id` and `vat_id` are one."""
    return re.sub(r"[\s_.\-]+", "_", title.strip().casefold()).strip("_")


def nearest(name: str, known: Collection[str]) -> Text:
    """What would work in place of an unknown name: the near ones, or all that there are."""
    import difflib

    near = difflib.get_close_matches(name.casefold(), list(known), n=3, cutoff=0.6)
    if near:
        return say("did you mean {names}?", names=either(near))
    return say("known are {names}", names=", ".join(sorted(known)))


def _unknown(column: Column, known: Collection[str]) -> BadInput:
    return BadInput("bad-input", say("unknown column {name!r}", name=column.title), nearest(column.key, known))
