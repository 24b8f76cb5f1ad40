"""What a file of another tool holds: records, as CSV has them in rows and JSON in objects, not yet understood."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, NoReturn

from billing.errors import BadInput
from billing.exchange.imports.shapes import Shape
from billing.exchange.sheets import delimited, workbook
from billing.exchange.sheets.table import Faults, Value
from billing.texts import say
from billing.values import dataclass

Line = tuple[int, list[Value | None]]  # its number, and its cells
MOST = 1_000_000  # records of a file


@dataclass(frozen=True, slots=True)
class Record:
    """A row or an object, with its place in the file."""

    number: int
    cells: Mapping[str, Any]

    def value(self, path: str) -> object:
        """What is at a column or a path, as `user.name` or `partner_id.1`; None where there is nothing."""
        if path in self.cells:
            return self.cells[path]
        found: object = self.cells
        for part in path.split("."):
            if isinstance(found, Mapping):
                found = found.get(part)
            elif isinstance(found, list) and part.isdecimal() and int(part) < len(found):
                found = found[int(part)]
            else:
                return None
        return found

    def text(self, path: str) -> str:
        """The same as text without outer blanks; `A + B` is both, `A | B` the first that is filled in."""
        if " | " in path:
            return self.first(path.split(" | "))
        if not path:
            return ""
        return " ".join(filter(None, (_written(self.value(part.strip())) for part in path.split(" + "))))

    def first(self, paths: Iterable[str]) -> str:
        """The first text that is filled in."""
        return next(filter(None, map(self.text, paths)), "")

    def has(self, path: str) -> bool:
        """Whether there is something at each place of a path."""
        return all(self.value(part.strip()) is not None for part in re.split(r" [+|] ", path))

    def shown(self) -> dict[str, str]:
        """Each cell by its name, as it can be written into a table."""
        return {name: _written(value, nested=True) for name, value in self.cells.items()}


@dataclass(frozen=True, slots=True)
class Records:
    """All of a file, with the shape that it has."""

    shape: Shape
    found: list[Record]


def read(tool: str, name: str, data: bytes, shapes: Iterable[Shape]) -> Records:
    """The records of a file, JSON, CSV or XLSX, of one of a tool's shapes. Raises BadInput (`bad-input`)."""
    if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{"):
        return _of_json(tool, _parsed(data), list(shapes))
    return _of_table(tool, name, data, list(shapes))


# CSV and XLSX


def _of_table(tool: str, name: str, data: bytes, shapes: list[Shape]) -> Records:
    nearest: list[str] = []
    for rows in _sheets(name, data):
        head = [_cell(value).strip() for value in next(rows, (0, []))[1]]
        names = {name.casefold() for name in head}
        for shape in shapes:
            fit = shape.format != "json" and not shape.rows and shape.needs
            if fit and all(need.casefold() in names for need in shape.needs):
                return Records(shape, list(_rows(shape, head, rows)))
        nearest = nearest or head
    if not nearest:
        raise BadInput("bad-input", say("{file} is empty", file=name), say("export it again"))
    raise _no_file_of(tool, shapes, nearest)


def _sheets(name: str, data: bytes) -> Iterator[Iterator[Line]]:
    """The rows of each table, with their numbers. Raises BadInput for what is none, or torn."""
    faults = Faults()
    if data.startswith((workbook.ZIP, workbook.OLD)):
        found = [lines for _, lines in workbook.sheets(name, data, faults)]
    else:
        found = [list(delimited.lines(name, data, faults))]
    faults.check()
    for lines in found:
        yield (line for line in lines if any(_cell(value).strip() for value in line[1]))


def _cell(value: Value | None) -> str:
    """A cell as text; a number of a workbook, which is exact, with two decimals at least where it has any."""
    if isinstance(value, timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(value, Decimal) and value != value.to_integral_value():
        return f"{value:f}" if int(value.as_tuple().exponent) <= -2 else f"{value:.2f}"
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def _rows(shape: Shape, head: list[str], rows: Iterable[Line]) -> Iterator[Record]:
    """Each row by its columns, called as the shape calls them whatever their letters' case."""
    called = {name.casefold(): name for name in _columns_of(shape)}
    names = [called.get(name.casefold(), name) for name in head]
    for count, (number, row) in enumerate(rows):
        if count >= MOST:
            raise _too_many()
        cells: dict[str, str] = {}
        for name, value in zip(names, row, strict=False):
            cells.setdefault(name, _cell(value))
        yield Record(number, cells)


def _columns_of(shape: Shape) -> Iterator[str]:
    for value in (
        shape.id, shape.updated, shape.date, shape.start, shape.end, shape.duration, shape.before, *shape.customer,
        *shape.ticket, *shape.text, *shape.agent, *shape.category, *shape.tags, *shape.note, *shape.same, *shape.needs,
        *(one.column for one in shape.skip),
    ):  # fmt: skip
        yield from filter(None, (part.strip() for part in re.split(r" [+|] ", value)))


# JSON


def _parsed(data: bytes) -> object:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as failed:
        raise BadInput(
            "bad-input", say("the file is no text: {why}", why=failed.reason), say("export it as UTF-8")
        ) from None
    try:
        return _json(text)
    except (ValueError, RecursionError) as whole:
        lines = [line for line in text.splitlines() if line.strip()]
        try:
            if len(lines) > 1:  # an object a line, as webhooks are kept
                return [_json(line) for line in lines]
        except (ValueError, RecursionError):
            pass
        raise BadInput("bad-input", say("the file is no JSON: {why}", why=str(whole))) from None


def _json(text: str) -> object:
    found: object = json.loads(text, parse_float=Decimal, parse_int=_whole, parse_constant=_no_number)
    return found


def _whole(text: str) -> int:
    if len(text) > 30:
        raise ValueError(f"{text[:30]}… is too long a number")
    return int(text)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _of_json(tool: str, found: object, shapes: list[Shape]) -> Records:
    nearest: list[str] = []
    for shape in shapes:
        objects = None if shape.format == "csv" else _objects(found, shape)
        if objects is None:
            continue
        records = [Record(number, cells) for number, cells in enumerate(objects, 1)]
        if len(records) > MOST:
            raise _too_many()
        if not records or any(all(record.has(need) for need in shape.needs) for record in records):
            return Records(shape, records)
        nearest = nearest or list(records[0].cells)
    raise _no_file_of(tool, shapes, nearest)


def _objects(found: object, shape: Shape) -> list[Mapping[str, Any]] | None:
    """The objects of a file that has them where the shape says; None for another file."""
    pages = found if isinstance(found, list) and shape.rows else [found]
    parts = [page.get(shape.rows) if isinstance(page, dict) else None for page in pages] if shape.rows else pages
    if shape.rows and not all(isinstance(part, list) for part in parts):
        return None
    objects = [one for part in parts for one in _listed(part)]
    if not all(isinstance(one, dict) for one in objects):
        return None
    if not shape.each:
        return objects
    inner = [(one, one.get(shape.each)) for one in objects]
    return [
        {**one, shape.each: part}
        for one, parts in inner
        for part in (parts if isinstance(parts, list) else [])
        if isinstance(part, dict)
    ]


def _listed(found: object) -> list[Any]:
    return found if isinstance(found, list) else [found]


def _written(value: object, nested: bool = False) -> str:
    """A value as text; a list of words with commas. What is an object has none, but for a table."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list) and all(isinstance(one, str | int | Decimal) for one in value):
        return ", ".join(map(_written, value))
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)[:1000] if nested else ""
    return str(value)


def _no_file_of(tool: str, shapes: list[Shape], names: list[str]) -> BadInput:
    needs = min((shape.needs for shape in shapes), key=lambda some: len(set(some) - set(names)), default=())
    missing = [need for need in needs if need not in names]
    return BadInput(
        "bad-input",
        say("this is no file of {tool} that is known: it lacks {missing}", tool=tool, missing=missing or list(needs)),
        say("docs/importing.md says what to export; --map names other columns"),
    )


def _too_many() -> BadInput:
    return BadInput("bad-input", say("the file has more than {most} rows", most=MOST), say("give a part of it"))
