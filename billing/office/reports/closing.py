"""Closes months for the books, and opens them again (M16)."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from billing.core import closing
from billing.core.closing import Step
from billing.core.units import day_after, month_later
from billing.errors import BadInput, Forbidden, Refusal, other_content
from billing.office import lots
from billing.office.invoicing import runs
from billing.office.reports import books
from billing.office.transaction import Act, Same, Transaction
from billing.requests import inputs
from billing.requests.periods import AskPeriods, CloseMonth, ReopenMonth
from billing.store import bank, parties
from billing.store import periods as store
from billing.store.appending import instant
from billing.texts import Do, Text, say
from billing.views.periods import Closable, Period, Periods, PeriodStep

_NAMED = 5  # customers that a warning names


def close(tx: Transaction, request: CloseMonth, key: str | None) -> Period | Same[Period]:
    """Fixes the books of a month and of all before it; in order, and when it is over (M16)."""
    heads, names = _locked(tx)
    steps = store.steps(tx.connection)
    if (before := _asked_before(tx, request, key)) is not None:
        return Same(before)
    standing = closing.standing(steps)
    known = closing.of_day(standing, closing.last_of(request.month))
    if known is not None:
        return Same(_view(replace(known, month=request.month), standing))
    day = inputs.not_future(request.on or tx.today, tx.today, "closing")
    refused = _refused(standing, request.month, day)
    if refused is not None:
        raise refused
    settings = dict(books.settings_of(tx, None))
    step = Step(0, "close", request.month, day, None, heads, settings, names)
    warnings = _warnings(request.month, _uninvoiced(tx, request.month), _open_items(tx, step.end))
    entries, minutes, _ = books.posted(tx, standing, step.end)
    opens = closing.first_open(standing)
    fresh = [e for e in entries if e.on >= opens], [each for each in minutes if each.movement.on >= opens]
    store.keep(tx.connection, step, fresh, *_recorded(tx, request, key))
    return _view(step, [*standing, step], warnings)


def reopen(tx: Transaction, request: ReopenMonth, key: str | None) -> Period | Same[Period]:
    """Opens the last closed month again, with the reason (M16)."""
    heads, names = _locked(tx)
    steps = store.steps(tx.connection)
    if (before := _asked_before(tx, request, key)) is not None:
        return Same(before)
    standing = closing.standing(steps)
    day = inputs.not_future(request.on or tx.today, tx.today, "opening")
    if not standing or standing[-1].month != request.month:
        raise Forbidden(
            "out-of-order",
            say("{month} is not the last closed month", month=_month(request.month)),
            say("open {last} first", last=_month(standing[-1].month)) if standing else say("no month is closed"),
        )
    settings = dict(books.settings_of(tx, None))
    step = Step(0, "reopen", request.month, day, request.reason.strip(), heads, settings, names)
    store.keep(tx.connection, step, ([], []), *_recorded(tx, request, key))
    return _view(step, standing[:-1])


def status(tx: Transaction, question: AskPeriods) -> Periods:
    """Which months are closed, what became of them, and how the next one stands."""
    steps = store.steps(tx.connection)
    standing = closing.standing(steps)
    following = month_later(standing[-1].month, 1) if standing else month_later(tx.today.replace(day=1), -1)
    return Periods(
        closed_until=standing[-1].end if standing else None,
        next=closable(tx, question.month or following),
        steps=tuple(PeriodStep(step.kind, _month(step.month), step.on, step.reason) for step in steps),
    )


def closable(tx: Transaction, month: date, uninvoiced: tuple[str, ...] | None = None) -> Closable:
    """Whether a month can be closed today, why not, and what is to be looked at before.

    `uninvoiced` are the customers for whom something of it is to be invoiced, where that is known.
    """
    standing = closing.standing(store.steps(tx.connection))
    closed = closing.of_day(standing, closing.last_of(month)) is not None
    refused = None if closed else _refused(standing, month, tx.today)
    waiting = () if closed else _uninvoiced(tx, month) if uninvoiced is None else uninvoiced
    items = _open_items(tx, closing.last_of(month))
    return Closable(
        month=_month(month),
        closed=closed,
        closable=not closed and refused is None,
        why=None if refused is None else refused.text,
        uninvoiced=waiting,
        open_items=items,
        warnings=() if closed else _warnings(month, waiting, items),
    )


def _refused(standing: list[Step], month: date, day: date) -> Refusal | None:
    """Why a month cannot be closed on a day: it is not over, or not the next one."""
    if day <= closing.last_of(month):
        first = day_after(closing.last_of(month))
        return BadInput(
            "future-date",
            say("{month} is not over on {day}", month=_month(month), day=day),
            say("close it from {first} on", first=first),
        )
    if not standing:
        return None
    following = month_later(standing[-1].month, 1)
    if month != following:
        last = _month(standing[-1].month)
        return Forbidden(
            "out-of-order",
            say("months close in order, and the last closed one is {last}", last=last),
            say("next is {command}", command=Do("close", _month(following))),
        )
    if day < standing[-1].on:
        return BadInput("bad-date", say("{day} is before the last closing, of {last}", day=day, last=standing[-1].on))
    return None


def _uninvoiced(tx: Transaction, month: date) -> tuple[str, ...]:
    """The customers for whom something of a month, or of one before, is still to be invoiced or credited."""
    waiting: list[str] = []
    try:
        due = runs.preview(tx, month, tx.today)
        for heads in lots.of(tx, parties.keys(tx.connection)):
            documents, held = due(heads)
            waiting += {*(one.customer for one in documents), *(one.customer for one in held)}
            tx.let_go()
    except Refusal:  # no document can be issued today: nor is it known what is due
        return ()
    finally:
        tx.let_go()
    return tuple(sorted(waiting))


def _open_items(tx: Transaction, until: date) -> int:
    return sum(1 for item in bank.open_items(tx.connection) if item.value_on <= until)


def _warnings(month: date, uninvoiced: tuple[str, ...], items: int) -> tuple[Text, ...]:
    """What does not keep a month from being closed, but an accountant would do first."""
    found: list[Text] = []
    if uninvoiced:
        named = [*uninvoiced[:_NAMED], "…"] if len(uninvoiced) > _NAMED else list(uninvoiced)
        found.append(say("{month} is not invoiced yet for {customers}; {command}", month=_month(month),
                         customers=named, command=Do("invoice run", _month(month))))  # fmt: skip
    if items:
        found.append(say("movements of the bank on suspense: {count}; {command}", count=items,
                         command=Do("payments open")))  # fmt: skip
    return tuple(found)


# Recording


def _locked(tx: Transaction) -> tuple[dict[int, int], dict[str, str]]:
    """Makes other writers wait; where each customer's chain ends then, and the customers' names."""
    tx.appender.flush()
    heads, names = store.lock(tx.connection)
    for _ in lots.of(tx, heads, lock=True):
        pass
    return heads, names


def _recorded(
    tx: Transaction, request: CloseMonth | ReopenMonth, key: str | None
) -> tuple[str, str | None, str | None, str | None]:
    return instant(tx.setting.now()), tx.appender.by, key, None if key is None else _content(request)


def _content(request: CloseMonth | ReopenMonth) -> str:
    return json.dumps(request.content(), default=str, sort_keys=True)


def _asked_before(tx: Transaction, request: CloseMonth | ReopenMonth, key: str | None) -> Period | None:
    """What an id was used for before; of other content it is refused (L5)."""
    found = None if key is None else store.asked(tx.connection, request.KIND, key)
    if found is None:
        return None
    if found[0] != _content(request):
        raise other_content(request.KIND, key)
    steps = [step for step in store.steps(tx.connection) if step.n <= found[1]]
    return _view(steps[-1], closing.standing(steps))


def _view(step: Step, standing: list[Step], warnings: tuple[Text, ...] = ()) -> Period:
    return Period(
        month=_month(step.month),
        closed=step.kind == "close",
        on=step.on,
        reason=step.reason,
        open_from=closing.first_open(standing) if standing else None,
        warnings=warnings,
    )


def _month(month: date) -> str:
    return month.strftime("%Y-%m")


ACTS: dict[Any, Act] = {CloseMonth: Act(close), ReopenMonth: Act(reopen)}
QUESTIONS: dict[Any, Callable[..., Any]] = {AskPeriods: status}
