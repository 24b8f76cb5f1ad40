"""Whose a thing is that somebody asks about who is bounded to one customer (A3): what is another's is not there."""

import dataclasses
from typing import Any, TypeVar

from billing.core import access, case_history
from billing.core import cases as core_cases
from billing.core.access import Principal, Thing
from billing.core.naming import folded
from billing.errors import Refusal
from billing.office.owners import owner_of
from billing.office.transacting import look
from billing.office.transaction import Setting, Transaction
from billing.requests.base import Question, Request
from billing.requests.cases import Narrowed, OpenCase
from billing.store import cases, desk, documents, quotes
from billing.store.heads import Head
from billing.store.references import recorded_by
from billing.views.cases import CaseShown
from billing.views.maintenance import Announcements, Planned
from billing.views.quotes import Quotes, QuoteShown

V = TypeVar("V")
A = TypeVar("A", bound=Request[Any] | Question[Any])
Key = str | None


def admitted(setting: Setting, who: Principal, asked: A, key: Key = None) -> tuple[A, Key]:
    """The request as he may make it, and the id that it is known by: one of his own where he is bounded (A1, A3).

    Raises `not-allowed`, and `not-found` for what is another customer's as for what nobody has.
    """
    kept = access.check(who, type(asked).__name__)
    if who.customer is None and who.role != "agent":
        return asked, key
    if who.role == "customer":
        asked = _said_by_customer(who, asked, kept.own or frozenset())
    entry = next((getattr(asked, name) for name, thing in kept.things or () if thing == "entry"), None)
    if who.customer is None:
        if entry is not None:
            with look(setting) as tx:
                _check_own(tx, who, entry)
        return asked, key
    try:
        with look(setting) as tx:
            head = tx.customer(who.customer, lock=False)
            asked = _bounded(tx, head, asked, kept.things or ())
            if who.own_cases and (case := getattr(asked, "case", None)) is not None:
                _check_contact(tx, head, case, who.contact, isinstance(asked, OpenCase))
            if entry is not None:
                _check_own(tx, who, entry)
    except Refusal as refused:
        raise access.hidden(refused) from None
    return asked, None if key is None else f"{who.customer}/{key}"


def seen(who: Principal, view: V) -> V:
    """An answer as he may see it: of a case, a customer reads no internal note, and no list of files (S14).

    Whether he or an agent sent a file is not kept, and what agents keep with a case may be for the desk alone.
    """
    if who.role != "customer":
        return view
    if isinstance(view, CaseShown):
        told = tuple(event for event in view.events if event.kind != "note")
        known = tuple(_own_acknowledgements(who, planned) for planned in view.maintenance)
        return dataclasses.replace(view, events=told, attachments=(), maintenance=known)
    if isinstance(view, Announcements):
        planned = tuple(one for one in view.maintenance if one.tariff is None or who.customer in _concerned(one))
        return dataclasses.replace(view, maintenance=tuple(_own_acknowledgements(who, one) for one in planned))
    if isinstance(view, Quotes):
        return dataclasses.replace(view, quotes=tuple(quote for quote in view.quotes if quote.state != "draft"))
    if isinstance(view, QuoteShown) and view.state == "draft":
        raise access.not_found()  # it is not offered yet
    return view


def _concerned(planned: Planned) -> set[str]:
    """Whom an announcement for one tariff concerns: who has taken note of it, and who has not."""
    return {one.customer for one in planned.acknowledged} | set(planned.missing or ())


def _own_acknowledgements(who: Principal, planned: Planned) -> Planned:
    """An announcement without who else took note of it."""
    own = tuple(one for one in planned.acknowledged if one.customer == who.customer)
    return dataclasses.replace(planned, acknowledged=own, missing=None)


def _said_by_customer(who: Principal, asked: A, own: frozenset[str]) -> A:
    """What a customer may say of it; that it was he who said it follows from who he is."""
    given: dict[str, Any] = {}
    for field in dataclasses.fields(asked):
        value = getattr(asked, field.name)
        if field.name not in own and field.init and value != field.default:
            raise access.not_allowed(who, f"{type(asked).__name__}.{field.name}")
        if field.name == "sender":
            given["sender"] = "customer"
        himself = field.name in ("by", "contact") and field.name in own and who.contact is not None
        if himself and (who.own_cases or not isinstance(asked, Narrowed)):
            given[field.name] = who.contact
    return dataclasses.replace(asked, **given)


def _bounded(tx: Transaction, head: Head, asked: A, things: tuple[tuple[str, Thing], ...]) -> A:
    """The same where all that it names is the customer's; a customer that is not named is he."""
    given: dict[str, Any] = {}
    for name, thing in things:
        value = getattr(asked, name)
        if thing == "customer":
            if value is not None and value.casefold() != head.code.casefold():
                raise access.not_found()
            given[name] = head.code
        elif value is not None:
            for one in value if isinstance(value, tuple) else (value,):
                owner = _owner(tx, thing, one)
                if owner != head.id and not (owner is None and _may_be_new(asked, thing)):
                    raise access.not_found()
    if isinstance(asked, OpenCase) and not asked.case.casefold().startswith(f"{head.code}-".casefold()):
        given["case"] = f"{head.code}-{asked.case.strip()}"  # references are shared (T3): his begin with his code
    return dataclasses.replace(asked, **given)


def _may_be_new(asked: Request[Any] | Question[Any], thing: Thing) -> bool:
    """Whether a case that nobody has may be named: work can be logged on a reference before it is opened (R0)."""
    return thing == "case" and type(asked).__name__ in ("Log", "Edit", "AddQuote")


def _owner(tx: Transaction, thing: Thing, name: str) -> int | None:
    """The key of the customer whose a thing is; None for what nobody has."""
    if thing == "event":
        named = case_history.split(name)
        thing, name = "case", named[0] if named is not None else name
    if thing == "address":
        claim = owner_of(tx.connection, name)
        return None if claim is None else tx.customer(claim.customer, lock=False).id
    if thing in ("case", "any") and (case := tx.cases.find(name)) is not None:
        return case[1]
    if thing in ("entry", "any") and (entry := desk.find_entry(tx.connection, name)) is not None:
        return entry.customer_id
    if thing in ("document", "papers", "any"):
        paper = documents.find(tx.connection, name.partition("/")[0])
        if paper is not None:
            return paper.customer_id
    if thing in ("quote", "papers") and (quote := quotes.find(tx.connection, name)) is not None:
        return quote.customer_id
    return None


def _check_contact(tx: Transaction, head: Head, case: str, contact: str | None, may_be_new: bool) -> None:
    """Refuses a case that is not the contact's, as one that is not there."""
    reference = tx.cases.reference(case)
    events = cases.events_of(tx.connection, head.id, reference)
    if not events and may_be_new:
        return
    of = core_cases.case_of(reference, events).contact
    if of is None or contact is None or folded(tx.contacts_of(head).get(of, "")) != folded(contact):
        raise access.not_found()


def _check_own(tx: Transaction, who: Principal, entry: str) -> None:
    """Refuses what another agent worked to who is no head (A1); what is not there the office says."""
    place = desk.find_entry(tx.connection, entry)
    if place is not None:
        worked = desk.entry_at(tx.connection, place.customer_id, place.seq)
        access.check_own(who, {"agent": worked.agent, "by": recorded_by(tx.connection, place.customer_id, place.seq)})
