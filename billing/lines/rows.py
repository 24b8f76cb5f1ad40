"""Rows of spreadsheets as lines of a bulk load: a column is a key, a cell its value as JSON Lines would have it.

What a line may hold is the codec's business; here a cell becomes text, a number, a day, by the type of its field.
"""

import types
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Union, cast, get_args, get_origin, get_type_hints

from billing.errors import BadInput
from billing.exchange import sheets
from billing.lines import codec
from billing.requests.fields import FirstDay
from billing.texts import Text, say
from billing.values import dataclass

Line = dict[str, Any]
Reading = Callable[[sheets.Value, sheets.Order], Any]
TYPE, ID = "type", "id"


@dataclass(frozen=True, slots=True)
class Key:
    """Where a cell of a column goes in a line, and how it is read; `dated` says whether the order of days counts."""

    outer: str
    inner: str
    read: Reading
    dated: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A line with its place in the file."""

    place: Text
    line: Line
    cells: dict[str, Text]  # the places of its cells, by key


def lines_of(
    book: sheets.Book, kind: str | None, date_order: str | None, shown: tuple[str, ...], faults: sheets.Faults
) -> Iterator[Placed]:
    """The lines that the rows of a file stand for, in their order; what is wrong with a cell is among the faults.

    Each row's type is in its column `type`, or it is the sheet's name, or `kind`; `shown` are those that there are.
    """
    typed = [(table, _kind_of(table, kind, shown, len(book.tables))) for table in book.tables]
    for table, fixed in typed:
        known = keys_of(fixed).keys() | {TYPE} if fixed else _all(shown)
        table.checked(known, faults)
    faults.check()
    rows = [(row, _row_kind(row, fixed, shown, faults)) for table, fixed in typed for row in table.rows]
    order = sheets.order_of(days_of(rows), date_order)
    for row, of in rows:
        before = faults.count
        line = line_of(row, of, order, faults) if of is not None else None
        if line is not None and faults.count == before:
            yield Placed(row.place(), line, {key: row.place(key) for key in row.cells})


def _kind_of(table: sheets.Table, kind: str | None, shown: tuple[str, ...], tables: int) -> str | None:
    """The type of all rows of a table; none where a column says it row by row."""
    if kind is not None:
        if kind not in shown:
            raise _unknown(kind, shown)
        if tables > 1:
            wrong = say("--type {kind}, and there are {count} sheets", kind=kind, count=tables)
            raise BadInput("bad-input", wrong, say("name each sheet as what its rows are"))
        return kind
    found = {sheets.key_of(each): each for each in shown}.get(sheets.key_of(table.name or ""))
    if found is not None or table.column(TYPE) is not None:
        return found
    if table.name is not None:
        raise _unknown(table.name, shown).at(say("sheet {sheet}", sheet=table.name))
    wrong = say("nothing says what the rows are")
    raise BadInput("bad-input", wrong, say("add a column type, or give --type, as in --type entry"))


def _unknown(kind: str, shown: tuple[str, ...]) -> BadInput:
    return BadInput("bad-input", say("{kind!r} is no type of a line", kind=kind), sheets.nearest(kind, shown))


def _row_kind(row: sheets.Row, fixed: str | None, shown: tuple[str, ...], faults: sheets.Faults) -> str | None:
    """The type of a row; none where what it says is among the faults."""
    said = row.cells.get(TYPE, fixed)
    if said is not None and (said == fixed or (fixed is None and said in shown)):
        return cast(str, said)
    wrong = _unknown(str(said), shown)
    if said is None:
        wrong = BadInput("bad-input", say("nothing says what this row is"), say("write it into the column type"))
    elif fixed is not None:
        wrong = BadInput("bad-input", say("{kind!r} among rows that are {fixed}", kind=str(said), fixed=fixed))
    faults.add(wrong.at(row.place(TYPE)))
    return None


def days_of(rows: Iterable[tuple[sheets.Row, str | None]]) -> Iterator[tuple[Text, sheets.Value]]:
    """The cells that are days, each with its place."""
    for row, kind in rows:
        known = keys_of(kind) if kind else {}
        for key, value in row.cells.items():
            if key in known and known[key].dated:
                yield row.place(key), value


def line_of(row: sheets.Row, kind: str, order: sheets.Order, faults: sheets.Faults) -> Line:
    """The line of a type that a row stands for; cells that cannot be read are among the faults."""
    line: Line = {TYPE: kind}
    known = keys_of(kind)
    for key, value in row.cells.items():
        if key == TYPE:
            continue
        with faults.at(row.place(key)):
            if key not in known:
                names = ", ".join(sorted(known))
                wrong = say("{kind} has no key {strange!r}", kind=kind, strange=key)
                raise BadInput("bad-input", wrong, say("it has {names}", names=names))
            at = known[key]
            read = at.read(value, order)
            if at.inner == at.outer:
                line[at.outer] = read
            else:
                line.setdefault(at.outer, {})[at.inner] = read
    return line


def _all(shown: tuple[str, ...]) -> set[str]:
    return {key for kind in shown for key in keys_of(kind)} | {TYPE}


@cache
def keys_of(kind: str) -> dict[str, Key]:
    """The columns of a type of line, by what they are looked up by: `city` and `address.city` are one."""
    of: Any = codec.BY_LINE[kind]
    hints = get_type_hints(of, include_extras=True)
    found = {ID: Key(ID, ID, lambda value, _: sheets.text(value))}
    for field in codec.fields_of(of):
        read, dated = _reading(hints[field.name])
        key = Key(field.outer, field.inner, read, dated)
        found[sheets.key_of(field.inner)] = key
        if field.outer != field.inner:
            found[sheets.key_of(f"{field.outer}.{field.inner}")] = key
    needed, may = codec.keys_of(kind)
    if "duration" in may:
        found["duration"] = Key("duration", "duration", lambda value, _: sheets.time_worked(value))
        found["minutes"] = Key("minutes", "minutes", lambda value, _: sheets.whole(value))
    return {name: key for name, key in found.items() if key.outer in needed | may | {ID}}


def _reading(hint: object) -> tuple[Reading, bool]:
    """How cells of a field of a type are read, and whether they are days."""
    if get_origin(hint) in (Union, types.UnionType):
        parts = [part for part in get_args(hint) if part is not type(None)]
        hint = parts[0]
    if get_origin(hint) is Annotated:
        if any(isinstance(bound, FirstDay) for bound in get_args(hint)[1:]):
            return lambda value, _: sheets.month(value), False
        return _reading(get_args(hint)[0])
    if get_origin(hint) is tuple:
        return lambda value, _: sheets.several(value), False
    return _READINGS.get(cast(Any, hint), _TEXT)


_TEXT: tuple[Reading, bool] = (lambda value, _: sheets.text(value)), False
_READINGS: dict[Any, tuple[Reading, bool]] = {
    int: (lambda value, _: sheets.whole(value), False),
    Decimal: (lambda value, _: sheets.money(value), False),
    bool: (lambda value, _: sheets.flag(value), False),
    date: (lambda value, order: order.day(value).isoformat(), True),
    datetime: (sheets.moment, True),
    time: (sheets.moment, True),
}
