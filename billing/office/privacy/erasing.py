"""Erasing a customer, a contact or an agent: what stands in the way is kept, what is erased is a fact (P1, P4)."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from billing.core import rating
from billing.core.book import Book
from billing.errors import BadInput
from billing.office.privacy import ending, holding, who
from billing.office.privacy.who import Person
from billing.office.transacting import done
from billing.office.transaction import Setting, Transaction
from billing.requests.privacy import Erase
from billing.store import auditing, chain, documents, erasing, parties, personal, recall, schema
from billing.store.erasing import Places
from billing.store.heads import Head
from billing.store.kept import ErasureRow
from billing.store.rows import Row, columns
from billing.texts import Do, say
from billing.views.privacy import Erased, Kind, Obstacle

Progress = Callable[[int, int | None], None]
REFUSED = "refused"


def erase(
    setting: Setting, request: Erase, _key: str | None, dry_run: bool, _progress: Progress | None
) -> tuple[Erased, bool]:
    """Erases in one transaction, then writes the files of the database anew without it."""
    view = done(setting, lambda tx: _erased(tx, request), dry_run=dry_run)
    if dry_run or view.obstacles:
        return view, bool(view.erased or view.obstacles)
    return replace(view, scrubbed=erasing.scrub(setting.engine)), view.erased  # also where a kill came before it


def _erased(tx: Transaction, request: Erase) -> Erased:
    person = who.named(tx, request.who, request.customer, lock=True)
    _check_reason(tx, person, request.reason)
    if person.head is None:
        return _agent(tx, person)
    in_the_way = _obstacles(tx, person)
    if in_the_way:
        return _refused(tx, person, person.head, in_the_way, request.reason)
    if person.kind == "contact":
        return _contact(tx, person, person.head, request.reason)
    _check_time(tx, person.head, request.yes)
    return _customer(tx, person.head, request.reason)


def _check_reason(tx: Transaction, person: Person, reason: str) -> None:
    """Refuses a reason that says what is to be erased: it stays (P1)."""
    said = [person.name] if person.kind == "contact" else []
    if person.kind == "customer" and person.head is not None:
        data = parties.customer_data(tx.connection, person.head.id)
        said = [data.name, *([data.email] if data.email else []), *tx.contacts_of(person.head).values()]
    if person.kind == "agent" and (name := tx.agents[person.name].name):
        said = [name]
    if any(value != person.name or person.kind == "contact" for value in said if personal.names(reason, value)):
        raise BadInput("bad-input", say("the reason says who it is, and it stays"),
                       say("give one without names, as: on demand"))  # fmt: skip


def _obstacles(tx: Transaction, person: Person) -> list[Obstacle]:
    assert person.head is not None
    if person.kind == "customer":
        return ending.obstacles(tx, person.head, tx.today)
    return list(_registered(tx.agreed(person.head), person, tx))


def _registered(book: Book, person: Person, tx: Transaction) -> Iterable[Obstacle]:
    """The add-ons that run and name the contact: without his name nobody could draw them (R4)."""
    for sale in book.sales.values():
        last = rating.last_day(book, sale)
        if person.contact in sale.contacts and last >= tx.today:
            yield Obstacle("registered-contact", say("the contact is registered with {product} until {last}",
                                                     product=sale.product, last=last))  # fmt: skip


def _check_time(tx: Transaction, head: Head, yes: bool) -> None:
    """Asks back before the three years are over."""
    end = ending.ended(tx, head)
    if not yes and end.on is not None and end.erased_from is not None and end.erased_from > tx.today:
        raise BadInput(
            "ask-back",
            say("{customer}: the relationship ended on {ended}, and is erased from {day}",
                customer=head.code, ended=end.on, day=end.erased_from),
            say("--yes erases it now, as where it is demanded"),
        )  # fmt: skip


def _refused(tx: Transaction, person: Person, head: Head, in_the_way: list[Obstacle], reason: str) -> Erased:
    """Keeps that somebody wanted to erase, and what stood in the way; the reason is not kept."""
    kinds = tuple(sorted({one.kind for one in in_the_way}))
    row = ErasureRow(place=None, scope=REFUSED, fields=kinds, reason=person.kind)
    record(tx, head, [columns(row)])
    return Erased(kind=person.kind, who=called(person), erased=False, obstacles=tuple(in_the_way),
                  position=head.position)  # fmt: skip


def called(person: Person) -> str:
    """A person as an answer names him, without a contact's name."""
    return f"{person.head.code}/{person.contact}" if person.kind == "contact" and person.head else person.name


def record(tx: Transaction, head: Head, rows: list[Row]) -> None:
    """Puts an erasure on the customer's chain, so that the guards let it through from here on."""
    tx.record(head, Book(), Erase.KIND, tx.today, [(schema.erasure, row) for row in rows])
    tx.appender.flush()
    recall.keep(tx.connection, head, {})  # what is taken now is under that hash


def _customer(tx: Transaction, head: Head, reason: str) -> Erased:
    found = auditing.positions(tx.connection, head.id)
    places = erasing.of_customer(tx.connection, head.id, found)
    own = erasing.personal_columns(tx.connection, head.id)
    beside = tuple(f"customer.{name}" for name in own)
    emails = holding.emails(tx, head.id)
    if places or own or emails:
        _record(tx, head, places, found, "customer", beside, reason)
    erasing.take(tx.connection, head.id, places)
    erasing.clear_customer(tx.connection, head.id, head.code, own)
    erasing.clear_beside(tx.connection, head.id, emails, tx.appender.instant)
    without = auditing.pruned(tx.connection)
    issued = documents.sums(tx.connection, head.id)
    papers = tuple(kept.number for kept in issued if kept.number not in without)
    return _answer("customer", head.code, head, places, beside, papers)


def _contact(tx: Transaction, person: Person, head: Head, reason: str) -> Erased:
    found, connection = auditing.positions(tx.connection, head.id), tx.connection
    places = erasing.of_contact(connection, head.id, found, person.contact, person.name)
    attention = parties.customer_data(connection, head.id).attention
    own = ("attention",) if attention and personal.names(attention, person.name) else ()
    links = erasing.links_of(connection, head.id, person.name)
    beside = (*(f"customer.{name}" for name in own), *(f"access_link:{name}" for name in links))
    _record(tx, head, places, found, "contact", beside, reason)
    erasing.take(connection, head.id, places)
    erasing.clear_customer(connection, head.id, head.code, own)
    erasing.end_links(connection, schema.access_link.c.name.in_(links), tx.appender.instant)
    erasing.clear_messages(connection, head.id, person.name)
    return _answer("contact", called(person), head, places, beside, ())


def _record(
    tx: Transaction, head: Head, places: Places, found: list[auditing.Position], scope: str, beside: tuple[str, ...],
    reason: str,
) -> None:  # fmt: skip
    first = columns(ErasureRow(place=None, scope=scope, fields=beside, reason=reason.strip()))
    record(tx, head, [first, *erasing.rows_of(places, scope, found)])


def _answer(
    kind: Kind, name: str, head: Head, places: Places, beside: tuple[str, ...], papers: tuple[str, ...]
) -> Erased:
    fields = sorted({one for place in places.values() for one in place.fields} | set(beside))
    return Erased(
        kind=kind, who=name, erased=bool(fields), positions=len(places), fields=tuple(fields),
        position=chain.position(head.seq, head.hash) if fields else None, papers=papers,
    )  # fmt: skip


def _agent(tx: Transaction, person: Person) -> Erased:
    """Takes an agent's name and address away; entries, events and papers keep the code (P4)."""
    agent = tx.agents[person.name]
    if agent.works_on(tx.today):
        raise BadInput("bad-input", say("{agent} works here still", agent=person.name),
                       say("{do} says the last day", do=Do("agent end", person.name)))  # fmt: skip
    held = tuple(f"agent.{name}" for name in ("name", "email") if getattr(agent, name) is not None)
    if held:
        erasing.clear_agent(tx.connection, person.name)
        his = schema.access_link.c.agent == person.name
        erasing.end_links(tx.connection, his, tx.appender.instant)
    return Erased(kind="agent", who=person.name, erased=bool(held), fields=held)
