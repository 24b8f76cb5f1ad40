"""A record of another tool as a row that can be placed: which day, how long, whose, which case, by whom, about what.

What cannot be read is parked with the reason, what is no time worked is left out and named. A row without an id of the
tool's has one made of what it says, and of its place among those that say the same.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from billing.errors import BadInput, Refusal
from billing.exchange.imports import durations, plain, records, times
from billing.exchange.imports.records import Record
from billing.exchange.imports.shapes import Own, Shape, Skip, fitted, shipped
from billing.exchange.imports.times import Day, Order
from billing.texts import Text, say
from billing.values import dataclass

_SAID = (say("a break"), say("its timer runs"), say("deleted"), say("no hours"), say("no change"))
_BECAUSE = {str(text): text for text in _SAID}  # what the tools' maps say, to be translated
_ROUNDED = 1800  # seconds: no tool rounds up by more than half an hour
_CASE = re.compile(r"[\[(#\s]*([A-Za-z][A-Za-z0-9]{0,9}-[0-9]{1,9})\b")
_NUMBER = re.compile(r"#([0-9]{1,12})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Time worked, as the tool has it. Of names, cases and categories there may be several: the first that is known
    counts; `named` says that one of the names is in words and a customer's. `group` is the ticket that corrections are
    taken from; `at` sorts the rows of a day."""

    number: int
    id: str
    on: date
    at: str
    seconds: int
    names: tuple[str, ...]
    named: bool
    cases: tuple[str, ...]
    agents: tuple[str, ...]
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    note: str | None
    group: str | None
    updated: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What was not taken, and why: a row that is parked has a code, one that is no time worked has none."""

    number: int
    id: str | None
    code: str
    reason: Text | str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """All of a file."""

    rows: tuple[Row, ...]
    parked: tuple[Left, ...]
    skipped: tuple[Left, ...]


def read(tool: str, name: str, data: bytes, own: Own, zone: ZoneInfo, order: Order | None) -> Read:
    """What a file of a tool holds. Raises BadInput where it is no such file, or its dates cannot be told apart."""
    mine = [fitted(shape, own) for shape in shipped(tool)]
    found = records.read(tool, name, data, mine)
    shape = found.shape
    if shape.total and own.total is None:
        raise BadInput(
            "bad-input",
            say("which field counts the seconds of a ticket is not known"),
            say('write total = "360001" into the --map, or add the desk with --set total-field=360001'),
        )
    wanted = [one for one in found.found if not shape.total or one.text(shape.total) == own.total]
    skipped = [left for one in wanted if (left := _skipped(one, shape.skip)) is not None]
    out = {left.number for left in skipped}
    kept = [one for one in wanted if one.number not in out]
    return _read(kept, shape, own, zone, times.order_of((one.text(shape.date) for one in kept), order), skipped)


def _read(
    kept: Iterable[Record], shape: Shape, own: Own, zone: ZoneInfo, order: Order | None, skipped: list[Left]
) -> Read:
    rows, parked, seen = [], [], Counter[str]()
    kept = list(kept)
    tell_minutes = durations.tell_minutes(record.text(shape.duration) for record in kept)
    for record in kept:
        id = _id(record, shape)
        try:
            if not record.text(shape.date):
                raise _undated(shape)
            day = times.day(record.text(shape.date), record.text(shape.start), order, zone)
            exact = _seconds(record, shape, day, order, zone, tell_minutes)
            seconds = durations.to_minute(exact)
            if seconds == 0:
                none = say("less than half a minute") if exact else say("no time")
                skipped.append(_left(record, id, "", none))
                continue
            if seconds < 0 and not shape.corrections:
                raise BadInput("bad-duration", say("{value} s is no time worked", value=seconds))
            if id is None:
                digest = _digest(record, shape, day, seconds)
                seen[digest] += 1
                id = digest if seen[digest] == 1 else f"{digest}.{seen[digest]}"
            rows.append(_row(record, shape, own, day, seconds, id))
        except Refusal as refused:
            parked.append(_left(record, id, refused.code, refused.text))
    return Read(rows=tuple(rows), parked=tuple(parked), skipped=tuple(skipped))


def _id(record: Record, shape: Shape) -> str | None:
    found = record.text(shape.id)
    numbered = re.fullmatch(shape.number, found) if shape.number else None
    return (numbered[1] if numbered else found) or None


def _skipped(record: Record, skips: Iterable[Skip]) -> Left | None:
    for skip in skips:
        value = record.text(skip.column).casefold()
        there = value in skip.values if skip.values else value == ""
        if there is not skip.unless:
            because: Text | str = (
                _BECAUSE.get(skip.because, skip.because) or f"{skip.column}: {record.text(skip.column)}"
            )
            return _left(record, None, "", because)
    return None


def _left(record: Record, id: str | None, code: str, reason: Text | str) -> Left:
    return Left(number=record.number, id=id, code=code, reason=reason, cells=record.shown())


def _undated(shape: Shape) -> BadInput:
    return BadInput(
        "bad-date", say("nothing in the row says on which day it was worked"),
        say("export it with {columns}", columns=shape.date),
    )  # fmt: skip


def _seconds(record: Record, shape: Shape, day: Day, order: Order | None, zone: ZoneInfo, tell_minutes: bool) -> int:
    if shape.unit == "span":
        end = times.day(record.text(shape.end), "", order, zone)
        if day.moment is None or end.moment is None:
            raise BadInput("bad-duration", say("begin and end are no moments"))
        return round(end.moment.timestamp() - day.moment.timestamp())
    found = durations.seconds(record.text(shape.duration), shape.unit, tell_minutes)
    if shape.end:
        _check_span(record, shape, day, zone, found)
    if shape.before:
        found -= durations.seconds(record.text(shape.before) or "0", shape.unit)
    return found


def _check_span(record: Record, shape: Shape, day: Day, zone: ZoneInfo, seconds: int) -> None:
    """Refuses a row that is longer than from its begin to its end by more than a tool rounds up; a break shortens."""
    begin, written = day.moment, record.text(shape.end)
    clock = times.clock(written)
    if begin is None or clock is None:
        return
    end = datetime.combine(begin.date(), clock.time(), zone)
    if end <= begin:
        end += timedelta(days=1)
    if seconds > end.timestamp() - begin.timestamp() + _ROUNDED:
        raise BadInput(
            "bad-duration",
            say("{minutes} min are more than from {begin} to {end}", minutes=durations.to_minute(seconds) // 60,
                begin=record.text(shape.start), end=written),
            say("put it right where it comes from, and export it again"),
        )  # fmt: skip


def _row(record: Record, shape: Shape, own: Own, day: Day, seconds: int, id: str) -> Row:
    ticket = _ticket(record, shape)
    note = plain.plain("\n".join(filter(None, (_prose(record, path) for path in shape.note))))
    agents = tuple(filter(None, map(record.text, shape.agent)))
    return Row(
        number=record.number, id=id, on=day.on, at=day.at, seconds=seconds,
        names=tuple(dict.fromkeys(_names(record, shape))),
        named=any(_names_one(record.value(path)) for path in shape.customer),
        cases=tuple(dict.fromkeys(_cases(record, shape, own, ticket))),
        agents=agents,
        categories=tuple(_values(record, shape.category)), tags=tuple(_values(record, shape.tags, parted=True)),
        note=note or None, group=ticket if shape.corrections else None, updated=record.text(shape.updated),
        cells=record.shown(),
    )  # fmt: skip


def _prose(record: Record, path: str) -> str:
    value = record.value(path)
    return plain.of_document(value) if isinstance(value, dict) else record.text(path)


def _values(record: Record, paths: Iterable[str], parted: bool = False) -> Iterator[str]:
    """The texts in some columns, each of a list; `parted` where one cell holds several with commas."""
    for path in paths:
        value = record.value(path)
        many = [str(one).strip() for one in value] if isinstance(value, list) else [record.text(path)]
        if parted and not isinstance(value, list):
            many = [part.strip() for part in many[0].split(",")]
        yield from filter(None, many)


def _names(record: Record, shape: Shape) -> Iterator[str]:
    """What a customer may be known by; of a tag as `#customer=alpina` also what stands behind."""
    for value in _values(record, shape.customer):
        yield value
        if value.startswith("#"):
            yield value[1:]
            yield value.partition("=")[2].strip("\"'") or value[1:]
        if shape.split and shape.split in value:
            yield value.partition(shape.split)[0].strip()


def _names_one(value: object) -> bool:
    """Whether a cell has a customer's name: no number, and none of several tags."""
    return isinstance(value, str) and bool(value.strip()) and not value.strip().isdecimal()


def _ticket(record: Record, shape: Shape) -> str | None:
    """The number of a ticket, also out of `Salaires (#24)`."""
    for value in _values(record, shape.ticket):
        numbered = _NUMBER.search(value)
        return numbered[1] if numbered and not value.isdecimal() else value
    return None


def _cases(record: Record, shape: Shape, own: Own, ticket: str | None) -> Iterator[str]:
    """The cases that a row may be of: that of its ticket, and one that its text begins with."""
    if ticket is not None:
        yield own.tickets.get(ticket) or (own.prefix or f"{own.source}-{{id}}").replace("{id}", ticket)
    for value in _values(record, shape.text):
        if own.prefix is not None:
            before, _, after = own.prefix.partition("{id}")
            found = re.search(rf"(?<![A-Za-z0-9]){re.escape(before)}[0-9]{{1,12}}{re.escape(after)}(?![0-9])", value,
                              re.IGNORECASE)  # fmt: skip
            if found:
                yield found[0]
        elif begun := _CASE.match(value):
            yield begun[1]


def _digest(record: Record, shape: Shape, day: Day, seconds: int) -> str:
    """What a row says, in a few letters: the same in whatever form its day and time are exported."""
    paths = (
        *shape.customer, *shape.ticket, *shape.agent, *shape.category, *shape.tags, *shape.text, *shape.note,
        *shape.same,
    )  # fmt: skip
    said = "\n".join((day.on.isoformat(), day.at, str(seconds), *(record.text(path) for path in paths)))
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16]
