"""Hooks, and their messages as whoever delivers them asks for them. Nothing is sent here."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from billing.core import outbox
from billing.errors import Unknown, other_content
from billing.office.transaction import Act, Same, Transaction
from billing.requests import hooks as requests
from billing.store import hooks as store
from billing.store.appending import instant
from billing.store.hooks import Hook, Message
from billing.texts import Do, say
from billing.views.hooks import (
    Claimed,
    DeadLetter,
    Delivered,
    HookMade,
    HookRemoved,
    HookRow,
    Hooks,
    NextTry,
    Replayed,
    ToDeliver,
)

_LETTERS = 100  # that are listed at once
_DELIVERED_DAYS, _DEAD_DAYS = 30, 90  # how long messages are kept (P5)
_PAUSE = timedelta(minutes=5)  # for all that waits for a listener who is away


def add(tx: Transaction, request: requests.AddHook, key: str | None) -> HookMade | Same[HookMade]:
    """Makes a hook; asked again under its id its secret is not shown again."""
    before = None if key is None else store.of_id(tx.connection, key)
    if before is not None:
        if (before.url, before.events) != (request.url, request.events):
            raise other_content("hook", key)
        return Same(HookMade(hook=before.number, url=before.url, events=before.events))
    made = Hook(number=0, url=request.url, events=request.events, secret=store.fresh(), made_at=tx.setting.now())
    number = store.add(tx.connection, made, tx.appender.by, key)
    return HookMade(hook=number, url=made.url, events=made.events, secret=made.secret)


def remove(tx: Transaction, request: requests.RemoveHook, _key: str | None) -> HookRemoved | Same[HookRemoved]:
    """Ends a hook; one that was ended stays so, for who got no answer asks again (L5)."""
    if store.was_removed(tx.connection, request.hook):
        return Same(HookRemoved(request.hook, 0))
    found = _hook(tx, request.hook)
    return HookRemoved(found.number, store.remove(tx.connection, found.number, tx.setting.now()))


def replay(tx: Transaction, request: requests.ReplayMessages, _key: str | None) -> Replayed | Same[Replayed]:
    """Lets messages wait again; they are told under the ids that they had."""
    if request.hook is not None:
        _hook(tx, request.hook)
    if request.message is not None and store.message(tx.connection, request.message) is None:
        raise Unknown(
            "not-found",
            say("there is no message {message!r}", message=request.message),
            say("{do} shows those that were given up", do=Do("hook list")),
        )
    since = None if request.since is None else datetime.combine(request.since, time(), tx.zone)
    which = store.which(request.message, request.hook, since)
    count = store.replay(tx.connection, tx.setting.now(), which)
    return Replayed(count) if count else Same(Replayed(0))


def claim(tx: Transaction, request: requests.ClaimMessages, _key: str | None) -> Claimed | Same[Claimed]:
    """Takes what is due. Of each hook and customer it is the first that waits: the next one follows when it ended."""
    now = datetime.now(UTC)
    known = {hook.number: hook for hook in store.live(tx.connection)}
    mine = store.claim(tx.connection, now, now + timedelta(seconds=request.seconds), request.most)
    found = Claimed(tuple(_to_deliver(known[one.hook], one.id, one.body) for one in mine))
    return found if mine else Same(found)


def end(tx: Transaction, request: requests.EndMessage, _key: str | None) -> Delivered | Same[Delivered]:
    """Keeps what became of a try; a message that ended meanwhile, or whose hook is gone, stays as it is."""
    now, found = datetime.now(UTC), store.message(tx.connection, request.message)
    if found is None or found.state != "waiting":
        return Same(Delivered(request.message, "gone" if found is None else found.state))
    if request.taken:
        store.end(tx.connection, found.id, now, "delivered", request.said)
        return Delivered(found.id, "delivered")
    later = outbox.after(found.tries + 1, request.status)
    if later is None:
        store.end(tx.connection, found.id, now, "dead", request.said)
        return Delivered(found.id, "dead")
    if request.away:
        store.pause(tx.connection, found.hook, now + min(later, _PAUSE))
    store.wait(tx.connection, found.id, now + later, request.said)
    return Delivered(found.id, "waiting", (now + later).astimezone(tx.zone))


def listed(tx: Transaction, _question: requests.AskHooks) -> Hooks:
    """All hooks and the newest dead letters."""
    return Hooks(
        hooks=tuple(
            HookRow(
                hook=hook.number, url=hook.url, events=hook.events, made=hook.made_at.astimezone(tx.zone),
                waiting=hook.waiting, dead=hook.dead,
            )
            for hook in store.live(tx.connection)
        ),
        letters=tuple(_letter(tx, one) for one in store.dead(tx.connection, _LETTERS)),
    )  # fmt: skip


def trial(tx: Transaction, question: requests.AskTrial) -> ToDeliver:
    """A message to try a hook with, in no order with others."""
    now = instant(tx.setting.now())
    body = json.dumps({"type": "hook.test", "timestamp": now, "data": {"hook": question.hook}})
    return _to_deliver(_hook(tx, question.hook), store.fresh_id(), body)


def anchor_messages(tx: Transaction, question: requests.AskAnchorMessages) -> Claimed:
    """What each listener to anchors is told of one; in no order with others, for it is of no customer."""
    data = {"made_at": instant(question.made_at), "digest": question.digest, "signature": question.signature,
            "key": question.key}  # fmt: skip
    body = json.dumps({"type": outbox.ANCHORED, "timestamp": instant(tx.setting.now()), "data": data})
    listening = [hook for hook in store.live(tx.connection) if outbox.wanted(hook.events, outbox.ANCHORED)]
    return Claimed(tuple(_to_deliver(hook, store.fresh_id(), body) for hook in listening))


def next_try(tx: Transaction, _question: requests.AskNextTry) -> NextTry:
    """When there is something to deliver."""
    return NextTry(store.next_at(tx.connection))


def forget(tx: Transaction) -> None:
    """Deletes messages whose time is over (P5)."""
    now = datetime.now(UTC)
    store.forget(tx.connection, now - timedelta(days=_DELIVERED_DAYS), now - timedelta(days=_DEAD_DAYS))


def _hook(tx: Transaction, number: int) -> Hook:
    found = next((hook for hook in store.live(tx.connection) if hook.number == number), None)
    if found is None:
        raise Unknown(
            "not-found", say("there is no hook {number}", number=number), say("{do} shows all", do=Do("hook list"))
        )
    return found


def _to_deliver(hook: Hook, id: str, body: str) -> ToDeliver:
    return ToDeliver(message=id, hook=hook.number, url=hook.url, secret=hook.secret, body=body)


def _letter(tx: Transaction, one: Message) -> DeadLetter:
    return DeadLetter(
        message=one.id, hook=one.hook, customer=one.customer, event=one.event, at=one.at.astimezone(tx.zone),
        tries=one.tries, said=one.said,
    )  # fmt: skip


ACTS = {
    requests.AddHook: Act(add),
    requests.RemoveHook: Act(remove),
    requests.ReplayMessages: Act(replay),
    requests.ClaimMessages: Act(claim),
    requests.EndMessage: Act(end),
}
QUESTIONS: dict[Any, Callable[..., Any]] = {
    requests.AskHooks: listed,
    requests.AskTrial: trial,
    requests.AskAnchorMessages: anchor_messages,
    requests.AskNextTry: next_try,
}
