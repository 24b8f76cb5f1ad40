"""Cases as lists have them: each with what it goes by, the work on it, what it is about; narrowed as asked (S14)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, time
from typing import Any

from billing.core import callbacks, case_history, cases, promises
from billing.core.book import Book
from billing.core.cases import Case
from billing.core.facts import CaseEvent
from billing.core.naming import folded
from billing.core.promises import Promise
from billing.core.units import whole_minutes
from billing.office.cases.case_rules import Rules, rules_at
from billing.office.cases.showing import call_of, last_of, target_of, worked_at
from billing.office.transaction import Transaction
from billing.requests import cases as requests
from billing.requests import moments
from billing.store import cases as store
from billing.values import dataclass
from billing.views.cases import CallBack, Minutes, Target

Events = Mapping[store.Key, list[CaseEvent]]


@dataclass(frozen=True, slots=True)
class Found:
    """A case with what it goes by."""

    customer_id: int
    customer: store.Who
    case: Case
    opened: CaseEvent
    rules: Rules
    book: Book
    events: Sequence[CaseEvent]  # in recorded order

    @property
    def key(self) -> store.Key:
        return self.customer_id, self.case.reference


@dataclass(frozen=True, slots=True)
class About:
    """What is known of cases beside their events: the work on them, and what they are about."""

    works: Mapping[store.Key, store.Work]
    subjects: Mapping[store.Key, str]

    def owner(self, one: Found) -> str | None:
        """Whose a case is: who answered first, else who worked on it first (S10, S14)."""
        work = self.works.get(one.key)
        return one.case.owner or (work.first_agent if work else None)


def about(tx: Transaction, some: Collection[Found]) -> About:
    """The work on some cases and their subjects, each in one pass."""
    references = {one.case.reference for one in some}
    return About(store.works(tx.connection, references), store.subjects(tx.connection, references))


def every(tx: Transaction, events: Events) -> Iterator[Found]:
    """The opened cases of these events, each with its customer's contracts and the rules of its term."""
    books = store.agreed_with(tx.connection, {customer for customer, _ in events}, tx.tariffs.every())
    customers, known = store.customers(tx.connection), tx.calendars(None)
    for (customer, reference), some in events.items():
        case = cases.case_of(reference, some)
        if case.opened is not None:
            rules = rules_at(tx, known, customer, books[customer], case.opened.at)
            yield Found(customer, customers[customer], case, case.opened, rules, books[customer], some)


def customer_of(tx: Transaction, question: requests.Narrowed[Any]) -> int | None:
    """The customer whose cases alone are read, so that no other's are. Raises `unknown-customer`."""
    return None if question.customer is None else tx.customer(question.customer, lock=False).id


def unresolved(
    tx: Transaction, now: datetime, asked: datetime | time | None, customer: int | None = None
) -> Iterator[Found]:
    """The cases, or a customer's, that somebody has to do something for; at a moment, as they were then."""
    if asked is None:
        found = every(tx, store.not_closed(tx.connection, customer))
    else:
        events = store.every(tx.connection, customer)
        found = every(tx, {key: [event for event in some if event.at <= now] for key, some in events.items()})
    return (one for one in found if one.case.state in cases.UNRESOLVED)


def narrowed(
    tx: Transaction, question: requests.Narrowed[Any], some: Iterable[Found], now: datetime
) -> tuple[list[Found], About]:
    """Those of some cases that a question asks for, with what is known of them."""
    customer = customer_of(tx, question)  # who is unknown is refused, and has no empty list
    found = [
        one
        for one in some
        if customer in (None, one.customer_id)
        and question.state in (None, one.case.state)
        and question.priority in (None, one.case.priority)
        and question.tariff in (None, one.rules.term.tariff.name if one.rules.term else None)
        and (not question.late or is_late(one, now))
    ]
    if question.contact is not None:
        found = [one for one in found if _is_of(tx, one, question.contact)]
    known = about(tx, found)
    return [one for one in found if question.agent in (None, known.owner(one))], known


def _is_of(tx: Transaction, one: Found, contact: str) -> bool:
    """Whether a case is a contact's."""
    head = tx.customer(one.customer.code, lock=False)
    return one.case.contact is not None and folded(tx.contacts_of(head).get(one.case.contact, "")) == folded(contact)


def is_late(one: Found, now: datetime) -> bool:
    """Whether a target that is not met yet is overdue."""
    return any(promise.met is None and promise.state == "late" for promise in promised(one, now))


def row(one: Found, known: About) -> dict[str, Any]:
    """What every row says of a case."""
    case, zone = one.case, one.rules.zone
    work = known.works.get(one.key)
    return {
        "case": case.reference,
        "customer": one.customer.code,
        "customer_name": one.customer.name,
        "subject": known.subjects.get(one.key),
        "category": case.category,
        "priority": case.priority,
        "owner": known.owner(one),
        "state": case.state,
        "opened": one.opened.at.astimezone(zone),
        "last": last_of(case, zone, worked_at(work, zone)),
        "told": None if case.told is None else case.told.astimezone(zone),
        "minutes": Minutes(whole_minutes(work.seconds), work.charged) if work else Minutes(0, 0),
    }


def following(one: Found, due: Promise | None) -> Target | None:
    """What is due next, in the zone of the tariff."""
    return None if due is None else target_of(due, one.rules.zone)


def to_call(one: Found, now: datetime) -> tuple[CallBack, ...]:
    """The call-backs that are still to be made, or were missed and not made up for (S10)."""
    some = callbacks.to_say(one.case.callbacks, now)
    names = case_history.names(one.case.reference, one.events) if some else {}
    return tuple(call_of(call, one.rules.zone, names, now) for call in some)


def arrival(one: Found) -> tuple[datetime, str]:
    """The order in which cases came."""
    return one.opened.at, one.case.reference


def promised(one: Found, now: datetime) -> list[Promise]:
    """The targets of a case at a moment."""
    return promises.promises(one.case, one.rules.service, one.rules.clocks, now)


def moment(tx: Transaction, at: datetime | time | None) -> datetime:
    """The moment that is looked at: as given in the issuer's zone, else now; on a test clock, the end of what happened
    by then today."""
    now = tx.setting.now().replace(microsecond=0)
    if at is not None:
        return moments.instant(at, tx.zone, tx.today)
    if tx.setting.fixed_clock:
        last = store.last_at(tx.connection)
        return max(now, last) if last is not None else now
    return now
