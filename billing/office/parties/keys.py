"""Keys to the API: ordinary rows; a key is shown when it is made, and known again by its digest alone (A2)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from billing.core import access
from billing.errors import Already, Forbidden, Unknown, other_content
from billing.office.transaction import Act, Same, Transaction
from billing.requests import keys as requests
from billing.store import keys as store
from billing.store.keys import Key
from billing.texts import Do, say
from billing.views.keys import KeyKnown, KeyMade, KeyRow, Keys, Used


def add(tx: Transaction, request: requests.AddKey, key: str | None) -> KeyMade | Same[KeyMade]:
    """Makes a key; asked again under its id it is not shown again. A name is never given twice, for facts hold it."""
    head = None if request.customer is None else tx.customer(request.customer, lock=False)
    made = Key(
        name=request.name, scope=request.scope, customer=None if head is None else head.code,
        made_at=tx.setting.now(), expires_on=tx.today + timedelta(days=request.days), revoked_at=None, uses=0,
        used_at=None,
    )  # fmt: skip
    before = None if key is None else store.of_id(tx.connection, key)
    if before is not None:
        if (before.name, before.scope, before.customer) != (made.name, made.scope, made.customer):
            raise other_content("key", key)
        return Same(_made(before, None))
    if store.named(tx.connection, request.name) is not None:
        raise Already(
            "conflict",
            say("there was a key {name!r} already, and what it recorded has its name", name=request.name),
            say("give this one another name"),
        )
    opens = store.fresh()
    store.add(tx.connection, made, opens, None if head is None else head.id, tx.appender.by, key)
    return _made(made, opens)


def revoke(tx: Transaction, request: requests.RevokeKey, _key: str | None) -> KeyRow | Same[KeyRow]:
    """Ends a key; one that was ended stays so."""
    found = _named(tx, request.name)
    if found.revoked_at is not None:
        return Same(_row(tx, found))
    store.revoke(tx.connection, found.name, tx.setting.now())
    return _row(tx, _named(tx, request.name))


def count(tx: Transaction, request: requests.CountUses, _key: str | None) -> Used:
    """Adds to the uses of keys."""
    for name, uses in request.uses:
        store.count(tx.connection, name, uses, request.at)
    return Used(len(request.uses))


def listed(tx: Transaction, _question: requests.AskKeys) -> Keys:
    """All keys."""
    return Keys(tuple(_row(tx, key) for key in store.every(tx.connection)))


def known(tx: Transaction, question: requests.AskKey) -> KeyKnown:
    """Whose a key is; what it was that is wrong with another is not said."""
    found = store.of_digest(tx.connection, question.key)
    if found is None or _standing(tx, found) != "live":
        raise Forbidden("not-allowed", say("this key opens nothing"), say("ask for a new one"))
    return KeyKnown(name=found.name, scope=found.scope, customer=found.customer)


def _named(tx: Transaction, name: str) -> Key:
    found = store.named(tx.connection, name)
    if found is None:
        raise Unknown("not-found", say("there is no key {name!r}", name=name), say("{do} shows all", do=Do("key list")))
    return found


def _standing(tx: Transaction, key: Key) -> access.Standing:
    return access.standing(key.expires_on, key.revoked_at is not None, tx.today)


def _made(key: Key, opens: str | None) -> KeyMade:
    return KeyMade(name=key.name, scope=key.scope, customer=key.customer, expires=key.expires_on, key=opens)


def _row(tx: Transaction, key: Key) -> KeyRow:
    return KeyRow(
        name=key.name, scope=key.scope, customer=key.customer, made=key.made_at.astimezone(tx.zone),
        expires=key.expires_on, standing=_standing(tx, key), uses=key.uses,
        used=None if key.used_at is None else key.used_at.astimezone(tx.zone),
    )  # fmt: skip


ACTS = {
    requests.AddKey: Act(add),
    requests.RevokeKey: Act(revoke),
    requests.CountUses: Act(count),
}
QUESTIONS: dict[Any, Callable[..., Any]] = {requests.AskKeys: listed, requests.AskKey: known}
