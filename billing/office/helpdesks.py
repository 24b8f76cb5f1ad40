"""Help desks: made and removed, what each is to show, and up to where it does. Nothing is sent here."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any, cast

from billing.core import helpdesks
from billing.core.helpdesks import Kind, Shown
from billing.errors import Already, Unknown
from billing.office.balances import balances
from billing.office.transaction import Act, Same, Transaction
from billing.requests import desks as requests
from billing.store import desk as entries
from billing.store import helpdesks as store
from billing.store import hooks
from billing.store.helpdesks import Desk
from billing.texts import Do, say
from billing.views.desks import DeskEntry, DeskKept, DeskMade, DeskRemoved, DeskRow, Desks, Pushes, PushKept, ToPush


def add(tx: Transaction, request: requests.AddDesk, key: str | None) -> DeskMade | Same[DeskMade]:
    """Makes a help desk; a secret that we made is shown, once."""
    known = store.named(tx.connection, request.name)
    kind = cast(Kind, request.kind)
    made = Desk(
        name=request.name, kind=kind, url=None if request.url is None else request.url.rstrip("/"),
        field=request.field or helpdesks.FIELDS.get(kind, helpdesks.USUAL_FIELD), frame=request.frame,
        settings=dict(one.split("=", 1) for one in request.settings), secret=request.secret or hooks.fresh(),
    )  # fmt: skip
    if known is not None:
        same = (known.kind, known.url, known.field, known.settings) == (made.kind, made.url, made.field, made.settings)
        if key is not None and same and store.id_of(tx.connection, known.name) == key:
            return Same(DeskMade(name=known.name, kind=known.kind))
        raise Already(
            "conflict",
            say("there is a desk {name!r} already", name=known.name),
            say("{do} first", do=Do("desk remove", known.name)),
        )
    store.add(tx.connection, made, tx.setting.now(), tx.appender.by, key)
    return DeskMade(name=made.name, kind=kind, secret=made.secret if request.secret is None else None)


def remove(tx: Transaction, request: requests.RemoveDesk, _key: str | None) -> DeskRemoved | Same[DeskRemoved]:
    """Forgets a help desk; one that was forgotten stays so, for who got no answer asks again (L5)."""
    if store.named(tx.connection, request.name) is None and store.was_removed(tx.connection, request.name):
        return Same(DeskRemoved(request.name))
    found = _desk(tx, request.name)
    store.remove(tx.connection, found.name)
    return DeskRemoved(found.name)


def end_push(tx: Transaction, request: requests.EndPush, _key: str | None) -> PushKept:
    """Keeps what a desk shows of a customer now."""
    desk, head = _desk(tx, request.desk), tx.customer(request.customer, lock=False)
    what = Shown(head.id, request.seq, _digest(request.text))
    store.show(tx.connection, desk.name, request.id, what, tx.setting.now())
    return PushKept(desk.name, request.id, request.seq)


def listed(tx: Transaction, _question: requests.AskDesks) -> Desks:
    """All help desks."""
    last = store.last_pushes(tx.connection)
    return Desks(
        tuple(
            DeskRow(
                name=desk.name, kind=desk.kind, url=desk.url, place=desk.field, settings=desk.settings,
                frame=desk.frame, customers=len(store.customers(tx.connection, desk.name)),
                pushed=last[desk.name].astimezone(tx.zone) if desk.name in last else None,
            )
            for desk in store.every(tx.connection)
        )
    )  # fmt: skip


def pushes(tx: Transaction, question: requests.AskPushes) -> Pushes:
    """What a desk does not show as it is: by the positions, with `due` by the sentences too (B1, S9)."""
    desk = _desk(tx, question.desk)
    return Pushes(
        name=desk.name, kind=desk.kind, url=desk.url, place=desk.field, settings=desk.settings,
        rows=tuple(_stale(tx, desk, question.due)),
    )  # fmt: skip


def _stale(tx: Transaction, desk: Desk, due: bool) -> Iterator[ToPush]:
    shown = store.shown(tx.connection, desk.name)
    for code, id in store.customers(tx.connection, desk.name):
        head = tx.customer(code, lock=False)
        stale = helpdesks.is_stale(shown.get(id), head.id, head.seq)
        if not stale and not due:
            continue
        told = balances.told_to(tx, head, tx.today, reply=True)
        if stale or shown[id].digest != _digest(told.text):
            yield ToPush(
                customer=code, id=id, seq=head.seq, text=told.text, html=told.html, minutes=told.minutes,
                position=told.position,
            )  # fmt: skip


def kept(tx: Transaction, question: requests.AskDesk) -> DeskKept:
    """A desk with its secret."""
    desk = _desk(tx, question.desk)
    return DeskKept(
        name=desk.name, kind=desk.kind, secret=desk.secret, settings=desk.settings, frame=desk.frame,
        timezone=str(tx.issuer["timezone"]),
    )  # fmt: skip


def entry(tx: Transaction, question: requests.AskDeskEntry) -> DeskEntry:
    """The entry that stands for an id: that itself, or the last of its edits (C1)."""
    id, place = question.entry, entries.find_entry(tx.connection, question.entry)
    if place is None:
        return DeskEntry(None, False)
    number = 2
    while (later := entries.find_entry(tx.connection, f"{question.entry}#{number}")) is not None:
        id, place, number = f"{question.entry}#{number}", later, number + 1
    return DeskEntry(id, not entries.is_voided(tx.connection, place))


def _desk(tx: Transaction, name: str) -> Desk:
    found = store.named(tx.connection, name)
    if found is None:
        raise Unknown(
            "not-found", say("there is no desk {name!r}", name=name), say("{do} shows all", do=Do("desk list"))
        )
    return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


ACTS = {
    requests.AddDesk: Act(add),
    requests.RemoveDesk: Act(remove),
    requests.EndPush: Act(end_push),
}
QUESTIONS: dict[Any, Callable[..., Any]] = {
    requests.AskDesks: listed,
    requests.AskPushes: pushes,
    requests.AskDesk: kept,
    requests.AskDeskEntry: entry,
}
