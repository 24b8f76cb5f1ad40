"""Links and sessions: ordinary rows; a link is shown when it is made, a session when it begins (A2)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from billing.core import access, naming
from billing.errors import Forbidden, Unknown, one_of, other_content
from billing.office.transaction import Act, Same, Transaction
from billing.requests import links as requests
from billing.requests.agents import compared
from billing.store import links as store
from billing.store import parties
from billing.store.links import Link
from billing.texts import Do, say
from billing.views.links import Entered, LinkMade, LinkRow, Links, SessionKnown

SESSION_DAYS = 30


def make(tx: Transaction, request: requests.MakeLink, key: str | None) -> LinkMade | Same[LinkMade]:
    """Makes a link for a customer or one contact of his."""
    head = tx.customer(request.customer, lock=False)
    wanted = {"role": "customer", "customer": head.code, "contact": request.contact, "own": request.cases == "own"}
    return _new(tx, wanted, request.days, head.id, key)


def invite(tx: Transaction, request: requests.InviteAgent, key: str | None) -> LinkMade | Same[LinkMade]:
    """Makes a link for somebody who is on the list of agents."""
    code = request.agent.strip()
    known = tx.agents.get(code)
    if known is None:
        raise one_of("agent", code, [near] if (near := naming.slip_of(code, tx.agents)) else list(tx.agents))
    if _left(tx, code):
        raise Forbidden("not-allowed", say("{agent} has left", agent=code), say("put him on the list again"))
    return _new(tx, {"role": request.role, "agent": code}, request.days, None, key)


def _new(
    tx: Transaction, wanted: dict[str, Any], days: int, customer_id: int | None, key: str | None
) -> LinkMade | Same[LinkMade]:
    before = None if key is None else store.of_id(tx.connection, key)
    if before is not None:
        had = (before.role, before.customer, before.contact, before.own_cases, before.agent)
        asked = wanted["role"], *(wanted.get(name) for name in ("customer", "contact")), wanted.get("own", False)
        if had != (*asked, wanted.get("agent")):
            raise other_content("link", key)
        return Same(_made(before, None))
    token = store.fresh()
    made = Link(
        name=store.name_of(token), role=wanted["role"], customer=wanted.get("customer"),
        contact=wanted.get("contact"), own_cases=wanted.get("own", False), agent=wanted.get("agent"),
        made_at=tx.setting.now(), expires_on=tx.today + timedelta(days=days), revoked_at=None, uses=0, used_at=None,
    )  # fmt: skip
    store.forget(tx.connection, access.forgotten_before(tx.today))
    store.add(tx.connection, made, token, customer_id, tx.appender.by, key)
    return _made(made, token)


def revoke(tx: Transaction, request: requests.RevokeLink, _key: str | None) -> LinkRow | Same[LinkRow]:
    """Ends a link and its sessions; one that was ended stays so."""
    found = _named(tx, request.link)
    if found.revoked_at is not None:
        return Same(_row(tx, found))
    store.revoke(tx.connection, found.name, tx.setting.now())
    return _row(tx, _named(tx, request.link))


def enter(tx: Transaction, request: requests.EnterByLink, _key: str | None) -> Entered:
    """Begins a session by a link; what it was that is wrong with another is not said."""
    found = store.of_token(tx.connection, request.token)
    if found is None or _standing(tx, found) != "live" or _left(tx, found.agent):
        raise _closed()
    if not store.use(tx.connection, found.name, tx.setting.now(), found.once):
        raise _closed()
    return _begun(tx, found)


def log_in(tx: Transaction, request: requests.EnterByProvider, _key: str | None) -> Entered:
    """Begins a session of whose address it is, by a link that stands for the log-in, and that nobody is given."""
    address = compared(request.email)
    his = [agent for agent in tx.agents.values() if agent.email == address and agent.works_on(tx.today)]
    if address is None or len(his) != 1 or his[0].role is None:
        raise Forbidden("not-allowed", say("this log-in opens nothing here"), say("ask an admin for access"))
    token, now = store.fresh(), tx.setting.now()
    made = Link(
        name=store.name_of(token), role=his[0].role, customer=None, contact=None, own_cases=False, agent=his[0].code,
        made_at=now, expires_on=tx.today + timedelta(days=SESSION_DAYS), revoked_at=None, uses=1, used_at=now,
    )  # fmt: skip
    store.forget(tx.connection, access.forgotten_before(tx.today))
    store.add(tx.connection, made, token, None, tx.appender.by, None, by_provider=True)
    return _begun(tx, made)


def _begun(tx: Transaction, link: Link) -> Entered:
    session, last = store.fresh(), tx.today + timedelta(days=SESSION_DAYS)
    last = last if link.once else min(last, link.expires_on)
    store.begin(tx.connection, session, link.name, tx.setting.now(), last)
    return Entered(role=link.role, expires=last, session=session)


def leave(tx: Transaction, request: requests.EndSession, _key: str | None) -> Entered:
    """Ends a session."""
    link, last = _session(tx, request.session)
    store.end(tx.connection, request.session)
    return Entered(role=link.role, expires=last)


def listed(tx: Transaction, _question: requests.AskLinks) -> Links:
    """All links."""
    return Links(tuple(_row(tx, link) for link in store.every(tx.connection)))


def known(tx: Transaction, question: requests.AskSession) -> SessionKnown:
    """Whose a session is."""
    link, last = _session(tx, question.session)
    return SessionKnown(
        name=link.agent or link.name, role=link.role, customer=link.customer, contact=link.contact,
        own_cases=link.own_cases, language=_language(tx, link), expires=last,
    )  # fmt: skip


def _language(tx: Transaction, link: Link) -> str | None:
    if link.customer is None:
        return None
    head = tx.customer(link.customer, lock=False)
    language: str | None = parties.customer(tx.connection, head.id)["language"]
    return language or tx.issuer["language"]


def _session(tx: Transaction, session: str) -> "tuple[Link, Any]":
    found = store.session_of(tx.connection, session)
    if found is None or found[1] < tx.today or found[0].revoked_at is not None or _left(tx, found[0].agent):
        raise _closed()
    return found


def _closed() -> Forbidden:
    return Forbidden("not-allowed", say("this link opens nothing"), say("ask for a new one"))


def _left(tx: Transaction, agent: str | None) -> bool:
    """Whether an agent works here no more: with his last day his sessions end."""
    if agent is None:
        return False
    known = tx.agents.get(agent)
    return known is None or not known.works_on(tx.today)


def _named(tx: Transaction, name: str) -> Link:
    found = store.named(tx.connection, name)
    if found is None:
        wrong = say("there is no link {name!r}", name=name)
        raise Unknown("not-found", wrong, say("{do} shows all", do=Do("link list")))
    return found


def _standing(tx: Transaction, link: Link) -> access.Standing:
    return access.standing(link.expires_on, link.revoked_at is not None, tx.today)


def _made(link: Link, token: str | None) -> LinkMade:
    return LinkMade(
        link=link.name, role=link.role, customer=link.customer, contact=link.contact,
        cases=None if link.customer is None else ("own" if link.own_cases else "all"), agent=link.agent,
        expires=link.expires_on, token=token,
    )  # fmt: skip


def _row(tx: Transaction, link: Link) -> LinkRow:
    return LinkRow(
        link=link.name, role=link.role, customer=link.customer, contact=link.contact, agent=link.agent,
        made=link.made_at.astimezone(tx.zone), expires=link.expires_on, standing=_standing(tx, link), uses=link.uses,
        used=None if link.used_at is None else link.used_at.astimezone(tx.zone),
    )  # fmt: skip


ACTS = {
    requests.MakeLink: Act(make),
    requests.InviteAgent: Act(invite),
    requests.RevokeLink: Act(revoke),
    requests.EnterByLink: Act(enter),
    requests.EnterByProvider: Act(log_in),
    requests.EndSession: Act(leave),
}
QUESTIONS: dict[Any, Callable[..., Any]] = {requests.AskLinks: listed, requests.AskSession: known}
