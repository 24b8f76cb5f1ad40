"""Reads all work of a period at once, in three passes: the entries as they stand, what they drew, how cases came."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, select

from billing.core.timesheet import Worked
from billing.store import schema
from billing.store.charges import STANDS

_e, _ch, _d, _c = schema.entry.c, schema.charge.c, schema.draw.c, schema.case_event.c


def of_period(connection: Connection, first: date, last: date) -> Iterator[Worked]:
    """The live entries worked from a day to a day, each with the charge that stands today."""
    drawn = {(row[0], row[1], row[2]): (int(row[3]), int(row[4])) for row in connection.execute(_drawn(first, last))}
    channels = dict(iter(connection.execute(_CHANNELS)))
    for customer, seq, n, code, agent, category, of_case, on, seconds, minutes, overage, owed, free in (
        connection.execute(_standing(first, last))
    ):  # fmt: skip
        taken, settled = drawn.get((customer, seq, n), (0, 0))
        yield Worked(
            agent, code, category, channels.get(of_case), of_case, date.fromisoformat(on), seconds,
            charged=minutes, drawn=taken, billed=overage, owed=owed - settled, free=free,
        )  # fmt: skip


def _standing(first: date, last: date) -> Select[Any]:
    """Each entry with the last charge that was recorded for it, if that is not of a void."""
    return (
        select(
            _e.customer_id, _ch.seq, _ch.n, schema.customer.c.code, _e.agent, _e.category, _e.case, _e.worked_on,
            _e.logged_seconds, _ch.minutes, _ch.overage, _ch.owed, _ch.free,
        )
        .join(schema.customer, schema.customer.c.id == _e.customer_id)
        .join(schema.charge, and_(_ch.customer_id == _e.customer_id, _ch.entry == _e.seq))
        .where(
            _within(first, last),
            STANDS,
        )
        .order_by(_e.customer_id, _e.seq)
    )  # fmt: skip


def _drawn(first: date, last: date) -> Select[Any]:
    """The minutes that each charge drew, and those of them that settled what it had left owed."""
    return (
        select(
            _d.customer_id, _d.charge_seq, _d.charge_n, func.sum(_d.minutes),
            func.sum(case((_d.kind == "settle", _d.minutes), else_=0)),
        )
        .join(schema.entry, and_(_e.customer_id == _d.customer_id, _e.seq == _d.entry))
        .where(_within(first, last), _d.minutes > 0, _d.kind != "move")
        .group_by(_d.customer_id, _d.charge_seq, _d.charge_n)
    )  # fmt: skip


def _within(first: date, last: date) -> ColumnElement[bool]:
    return _e.worked_on.between(first.isoformat(), last.isoformat())


_CHANNELS = select(_c.case, _c.channel).where(_c.kind == "open", _c.channel.is_not(None))
