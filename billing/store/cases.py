"""Reads what happened to cases: one case, or all that are not closed in one pass (S1, S6)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from billing.core.book import Book
from billing.core.facts import Cancellation, CaseEvent, Charge, Contract, Entry, Opening, OpeningVoid, Sale, Term
from billing.core.naming import subject_in
from billing.core.tariff import Tariff
from billing.store import case_names
from billing.store.ahead import Asked
from billing.store.asked import chunks
from billing.store.charges import STANDS
from billing.store.ledger import fact_of, in_order
from billing.store.query import Query, each
from billing.store.rows import TABLES, instant, instant_text
from billing.store.sql import Connection, Select, and_, bindparam, exists, func, or_, schema, select, tuple_
from billing.values import dataclass

Key = tuple[int, str]  # the customer's key, the case
REOPENING = ("reopen", "answer", "files")
_c, _again, _e, _ch, _p, _k = (
    schema.case_event.c, schema.case_event.alias().c, schema.entry.c, schema.charge.c, schema.personal.c,
    schema.correction.c,
)  # fmt: skip
_closing = schema.case_event.alias().c
_opening = schema.case_event.alias().c
_ALL_EVENTS = select(_c.customer_id, *(_c[part.name] for part in fields(CaseEvent)))
_EVENTS = _ALL_EVENTS.order_by(_c.customer_id, _c.seq, _c.n)
OF_CASE = Query(
    _ALL_EVENTS.add_columns(_c.n).where(  # not sorted, for SQLite would walk all of the customer's
        _c.customer_id == bindparam("customer"), _c.case == bindparam("case")
    )
)
_IS_CLOSED = exists().where(  # for certain; of every other case its events tell
    _closing.customer_id == _opening.customer_id,
    _closing.case == _opening.case,
    _closing.kind == "close",
    ~exists().where(
        _again.customer_id == _closing.customer_id,
        _again.case == _closing.case,
        or_(_again.kind == "void", and_(_again.kind.in_(REOPENING), _again.at >= _closing.at)),
    ),
)
_opened, _taken = schema.case_event.alias(), schema.case_event.alias()
_at_opening, _at_entry = schema.link.alias(), schema.link.alias()
_BY_LOG = Query(  # opened, taken up and logged on at three positions, one after the other
    select(_opened.c.customer_id, _opened.c.case, _at_opening.c.recorded_at, _at_entry.c.recorded_at)
    .join(_taken, and_(_taken.c.customer_id == _opened.c.customer_id, _taken.c.seq == _opened.c.seq + 1,
                       _taken.c.case == _opened.c.case, _taken.c.kind == "take"))
    .join(schema.entry, and_(_e.customer_id == _opened.c.customer_id, _e.seq == _opened.c.seq + 2,
                             _e.case == _opened.c.case))
    .join(_at_opening, and_(_at_opening.c.customer_id == _opened.c.customer_id, _at_opening.c.seq == _opened.c.seq))
    .join(_at_entry, and_(_at_entry.c.customer_id == _e.customer_id, _at_entry.c.seq == _e.seq))
    .where(_opened.c.case.in_(bindparam("cases", expanding=True)), _opened.c.kind == "open")
)  # fmt: skip
_OWN = tuple_(_c.customer_id, _c.case)  # joined by the customer's key, which shards are by
_OPENINGS = select(_opening.customer_id, _opening.case)
_OPEN = _EVENTS.where(_OWN.in_(_OPENINGS.where(_opening.kind == "open", ~_IS_CLOSED)))
_NOT_CLOSED, _NOT_CLOSED_OF = Query(_OPEN), Query(_OPEN.where(_c.customer_id == bindparam("customer")))


def events_of(connection: Connection, customer_id: int, case: str) -> list[CaseEvent]:
    """What happened to a case, in recorded order."""
    return events_in(OF_CASE.rows(connection, {"customer": customer_id, "case": case}))


def events_in(rows: Iterable[Any]) -> list[CaseEvent]:
    """The events of the rows of a case, in recorded order."""
    return [_event(row[:-1]) for row in sorted(rows, key=lambda row: (row[1], row[-1]))]  # by position and place


def opened_between(connection: Connection, first: datetime, last: datetime) -> dict[Key, list[CaseEvent]]:
    """The events of every case that was opened from a moment to another, by case, in recorded order."""
    between = _opening.at.between(instant_text(first), instant_text(last))
    opened = _OPENINGS.where(_opening.kind == "open", between)
    return _by_case(connection.execute(_EVENTS.where(_OWN.in_(opened))))


def with_windows(connection: Connection) -> dict[Key, list[CaseEvent]]:
    """The events of every case that names a window for calling back, by case, in recorded order."""
    named = _OPENINGS.where(_opening.from_at.is_not(None))
    return _by_case(connection.execute(_EVENTS.where(_OWN.in_(named))))


def opened_by_log(connection: Connection, cases: Collection[str]) -> set[Key]:
    """Those of some cases that a log of time opened: recorded with their take-up and an entry, at one moment."""
    found = set()
    for some in chunks(cases):
        for customer, case, opened, logged in _BY_LOG.rows(connection, {"cases": some}):
            if instant(logged) - instant(opened) <= timedelta(microseconds=2):  # they rise by one within a transaction
                found.add((customer, case))
    return found


def not_closed(connection: Connection, customer_id: int | None = None) -> dict[Key, list[CaseEvent]]:
    """The events of every case that is opened and not closed, or of a customer's, by case, in recorded order."""
    query = _NOT_CLOSED if customer_id is None else _NOT_CLOSED_OF
    return _by_case(query.rows(connection, {"customer": customer_id}))


def every(connection: Connection, customer_id: int | None = None) -> dict[Key, list[CaseEvent]]:
    """The events of all cases, or of a customer's, by case, in recorded order."""
    return _by_case(connection.execute(_of(_EVENTS, customer_id)))


def _of(events: Select[Any], customer_id: int | None) -> Select[Any]:
    return events if customer_id is None else events.where(_c.customer_id == customer_id)


def _by_case(rows: Iterable[Any]) -> dict[Key, list[CaseEvent]]:
    found: dict[Key, list[CaseEvent]] = defaultdict(list)
    for row in rows:
        found[row[0], row[2]].append(_event(row))
    return found


_WINDOW = slice(8, 10)  # of a call-back, from_at and until_at, after the moment of the event


def _event(row: Any) -> CaseEvent:
    """The event of a row of `_EVENTS`: what `from_row` would make, in a third of the time; a queue has thousands."""
    _, seq, case, kind, at, *others = row
    first, last = others[_WINDOW]
    if first is not None:
        others[_WINDOW] = instant(first), instant(last)
    return CaseEvent(seq, case, kind, instant(at), *others)


def note_at(connection: Connection, customer_id: int, seq: int) -> str | None:
    """The note that was recorded at a position, unless it was erased."""
    found = _NOTE_AT.row(connection, {"customer": customer_id, "seq": seq})
    return None if found is None else str(found[0])


_NOTE_AT = Query(
    select(_p.value).where(_p.customer_id == bindparam("customer"), _p.seq == bindparam("seq"), _p.field == "note")
)


def notes_of(connection: Connection, customer_id: int, case: str) -> dict[int, str]:
    """The notes on a case's events by position."""
    return dict(_NOTES_OF.rows(connection, {"customer": customer_id, "case": case}))


_NOTES_OF = Query(
    select(_p.seq, _p.value)
    .join(schema.case_event, and_(_c.customer_id == _p.customer_id, _c.seq == _p.seq))
    .where(_p.customer_id == bindparam("customer"), _p.field == "note", _c.case == bindparam("case"))
)


def worked(connection: Connection, customer_id: int, case: str) -> list[tuple[Entry, Charge]]:
    """The entries of a case with the charge that stands, voided ones too, in recorded order."""
    of_case = {"customer": customer_id, "case": case}
    entries: list[Entry] = [fact_of(Entry, row) for row in sorted(_ENTRIES.rows(connection, of_case), key=_PLACE)]
    standing = {charge.entry: charge for charge in in_order(_CHARGES.rows(connection, of_case))}
    return [(entry, standing[entry.seq]) for entry in entries]


_OF_ONE = (_e.customer_id == bindparam("customer"), _e.case == bindparam("case"))
_PLACE = itemgetter(0, 1)  # customer and position: not sorted by SQLite, which would walk all of the customer's
_ENTRIES = Query(select(schema.entry).where(*_OF_ONE))
_CHARGES = Query(
    select(schema.charge).where(_ch.customer_id == bindparam("customer"), _ch.entry.in_(select(_e.seq).where(*_OF_ONE)))
)
_AGREED = (Contract, Term, Cancellation, Sale, Opening, OpeningVoid)
_AGREED_WITH = {
    kind: Query(
        select(TABLES[kind])
        .where(TABLES[kind].c.customer_id.in_(bindparam("customers", expanding=True)))
        .order_by(TABLES[kind].c.customer_id, TABLES[kind].c.seq, TABLES[kind].c.n)
    )
    for kind in _AGREED
}


def agreed_with(connection: Connection, customers: Collection[int], tariffs: dict[int, Tariff]) -> dict[int, Book]:
    """Contracts, terms and sales of many customers, by customer: what their cases are promised."""
    books: dict[int, Book] = {key: Book() for key in customers}
    for some in chunks(customers):
        for kind, query in _AGREED_WITH.items():
            for row in query.rows(connection, {"customers": some}):
                books[row[0]].remember(fact_of(kind, row, tariffs))  # a row begins with its customer
    return books


def last_at(connection: Connection) -> datetime | None:
    """When the last thing happened to any case."""
    (text,) = _LAST_AT.row(connection, {}) or (None,)
    return None if text is None else instant(text)


_LAST_AT = Query(select(func.max(_c.at)))


class Who(NamedTuple):
    """A customer's code and name."""

    code: str
    name: str


def customers(connection: Connection) -> dict[int, Who]:
    """Codes and names of all customers by key."""
    return {key: Who(code, name) for key, code, name in _CUSTOMERS.rows(connection, {})}


_CUSTOMERS = Query(select(schema.customer.c.id, schema.customer.c.code, schema.customer.c.name))


_l = schema.link.c
_OF_SOME = (
    _e.customer_id.in_(bindparam("customers", expanding=True)), _e.case.in_(bindparam("cases", expanding=True))
)  # fmt: skip
_TOGETHER = 100  # cases of several customers that are asked for at once: each is looked for at each of these
# Each entry has a charge: with an outer join SQLite begins with the entries of the case, and not with all charges
_WORK = Query(
    select(
        _e.customer_id, _e.seq, _e.case, _e.logged_seconds, _ch.minutes, _e.agent, _e.worked_on, _l.recorded_at,
    )
    .outerjoin(schema.charge, and_(_ch.customer_id == _e.customer_id, _ch.entry == _e.seq))
    .join(schema.link, and_(_l.customer_id == _e.customer_id, _l.seq == _e.seq))
    .where(*_OF_SOME, STANDS)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Work:
    """The live work on a case: seconds as logged, minutes as charged, who began it, and the last of it."""

    seconds: int
    charged: int
    first_agent: str | None
    last_agent: str | None
    last_on: date
    recorded_at: datetime  # the last of it


def works(connection: Connection, cases: Collection[str]) -> dict[Key, Work]:
    """The work on each of some cases on which time was worked; voided work is left out."""
    found: dict[Key, Work] = {}
    for rows in each(connection, _asked(connection, _WORK, cases)):
        for customer, _, reference, seconds, charged, agent, on, recorded in sorted(rows, key=_PLACE):
            before = found.get((customer, reference))
            found[customer, reference] = Work(
                seconds + (before.seconds if before else 0),
                charged + (before.charged if before else 0),
                (before.first_agent if before else None) or agent,
                agent,
                date.fromisoformat(on),
                instant(recorded),
            )
    return found


def _asked(connection: Connection, query: Query, cases: Collection[str]) -> list[Asked]:
    """What a statement is asked with, to answer for some cases: customers and theirs, some at once."""
    asked: list[Asked] = []
    together: dict[int, list[str]] = {}
    for key, his in sorted(case_names.by_owner(connection, cases).items()):
        if together and sum(map(len, together.values())) + len(his) > _TOGETHER:
            asked += _some(query, together)
            together = {}
        together[key] = his
    return asked + _some(query, together)


def _some(query: Query, owners: Mapping[int, list[str]]) -> list[Asked]:
    wanted = [case for his in owners.values() for case in his]
    return [(query, {"customers": [*owners], "cases": some}) for some in chunks(wanted)]


_NO_OPENING = ~exists().where(_opening.customer_id == _e.customer_id, _opening.case == _e.case, _opening.kind == "open")
_LOGGED = (
    select(_e.customer_id, _e.case, _e.category)
    .where(_e.case.is_not(None), _NO_OPENING)
    .order_by(_e.customer_id, _e.seq)
)
_LOGGED_ONLY, _LOGGED_ONLY_OF = Query(_LOGGED), Query(_LOGGED.where(_e.customer_id == bindparam("customer")))


def logged_only(connection: Connection, customer_id: int | None = None) -> dict[Key, str]:
    """The cases that nobody opened and that were logged on, or a customer's, each with its first entry's category."""
    found: dict[Key, str] = {}
    query = _LOGGED_ONLY if customer_id is None else _LOGGED_ONLY_OF
    for customer, reference, category in query.rows(connection, {"customer": customer_id}):
        found.setdefault((customer, reference), category)
    return found


_SUBJECTS = Query(
    select(_c.customer_id, _c.case, _p.value)
    .join(schema.personal, and_(_p.customer_id == _c.customer_id, _p.seq == _c.seq))
    .where(
        _c.case.in_(bindparam("cases", expanding=True)),
        _p.field == "note",
        or_(
            _c.kind == "open",
            and_(
                _c.kind == "change",
                ~exists().where(_again.customer_id == _c.customer_id, _again.case == _c.case, _again.refers == _c.seq),
            ),
        ),
    )
    .order_by(_c.customer_id, _c.at, _c.seq)
)


def subjects(connection: Connection, cases: Collection[str]) -> dict[Key, str]:
    """What each of some cases is about, as it was last said: the first line of what was noted (S14)."""
    return {
        (customer, reference): subject_in(text)
        for some in chunks(cases)
        for customer, reference, text in _SUBJECTS.rows(connection, {"cases": some})
    }


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a case was found to be: on which day, by whom, where that was recorded."""

    customer: int
    case: str
    seq: int
    kind: str
    on: date
    agent: str | None


def verdicts(connection: Connection, zone: ZoneInfo) -> list[Verdict]:
    """The verdict that stands on each case that has one: the last, of which a program error is always that (S7)."""
    agents = {}
    found: dict[Key, Verdict] = {}
    said = select(_c.customer_id, _c.seq, _c.case, _c.at, _c.agent, _c.detail).where(_c.kind == "verify")
    for customer, seq, case, at, agent, kind in connection.execute(said.order_by(_c.customer_id, _c.seq)):
        agents[customer, seq] = agent
        found[customer, case] = Verdict(customer, case, seq, kind, instant(at).astimezone(zone).date(), agent)
    errors = select(_k.customer_id, _k.seq, _k.case, _k.on).where(_k.kind == "verify")
    for customer, seq, case, on in connection.execute(errors.order_by(_k.customer_id, _k.seq)):
        agent = agents.get((customer, seq))
        found[customer, case] = Verdict(customer, case, seq, "program-error", date.fromisoformat(on), agent)
    return list(found.values())


def events_on(connection: Connection, cases: Collection[str]) -> dict[Key, list[CaseEvent]]:
    """The events of some cases, by case, in recorded order."""
    found: dict[Key, list[CaseEvent]] = {}
    for some in chunks(cases):
        found |= _by_case(_OF_CASES.rows(connection, {"cases": some}))
    return found


def notes_on(connection: Connection, cases: Collection[str]) -> dict[tuple[int, int], str]:
    """The notes on the events of some cases, by customer and position."""
    return {
        (customer, seq): value
        for some in chunks(cases)
        for customer, seq, value in _NOTES.rows(connection, {"cases": some})
    }


def first_categories(connection: Connection, cases: Collection[str]) -> dict[Key, str]:
    """The category of the first entry on each of some cases, voided ones too."""
    found: dict[Key, str] = {}
    for rows in each(connection, _asked(connection, _CATEGORIES, cases)):
        for customer, case, category in rows:
            found.setdefault((customer, case), category)
    return found


_OF_CASES = Query(_EVENTS.where(_c.case.in_(bindparam("cases", expanding=True))))
_NOTES = Query(
    select(_c.customer_id, _c.seq, _p.value)
    .join(schema.personal, and_(_p.customer_id == _c.customer_id, _p.seq == _c.seq))
    .where(_c.case.in_(bindparam("cases", expanding=True)), _p.field == "note")
)
_CATEGORIES = Query(select(_e.customer_id, _e.case, _e.category).where(*_OF_SOME).order_by(_e.customer_id, _e.seq))
