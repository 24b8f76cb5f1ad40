"""What a request will ask, before it asks: of a PostgreSQL all of it is asked in a few round trips.

It goes by what requests name (a customer, a case, an entry, an agent), whichever they are. Nothing is decided here, and
nothing hangs on it: what is not foreseen is asked when it is needed.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from billing.office.transaction import Transaction
from billing.requests.base import Question, Request
from billing.store import (
    agents,
    billed,
    calendars,
    case_names,
    cases,
    desk,
    heads,
    ledger,
    parties,
    parts,
    quoted,
    references,
)
from billing.store.ahead import Asked, rehearsed

Of = Request[Any] | Question[Any]


def at_first(asked: Of, key: str | None) -> list[Asked]:
    """Who and what is named: asked as the transaction begins."""
    (rehearsal, found), (customer, case, entry) = rehearsed(), _named(asked, "customer", "case", "entry")
    if customer is not None:
        heads.key_of(rehearsal, customer)
    if (case := case or customer) is not None:
        case_names.named(rehearsal, case.strip())
    if entry is not None:
        desk.find_entry(rehearsal, entry)
    if isinstance(asked, Request) and key is not None:
        references.find_reference(rehearsal, asked.KIND, key)
    return [*found, (parties.ISSUER, {})]


def of_customer(tx: Transaction, asked: Of, key: str | None, customer: int, at: int | None) -> Iterator[Asked]:
    """What is decided and told by, with the customer himself, and his lock: asked once it is known who he is.

    `at` is the position of an entry of his that is looked at.
    """
    (rehearsal, found), head = rehearsed(), heads.expected(customer)
    heads.head(rehearsal, customer, lock=not tx.reads)
    if isinstance(asked, Request) and key is not None:
        # Again, for another one may have come before the lock; what is known so far is taken out by the next line.
        references.find_reference(rehearsal, asked.KIND, key)
        before = references.placed(tx.connection, asked.KIND, key)
        if before is not None:
            references.request_at(rehearsal, *before)
            at = before[1] if before[0] == customer else at
    parties.kept_versions(rehearsal, customer)
    ledger.recorded(rehearsal, head, {}, ledger.AGREED if at is None else ledger.AGREED_WITH_TIERS)
    if at is not None:
        parts.at(rehearsal, head, at)
    day = _named(asked, "at")[0]
    billed.marked(rehearsal, head, day if type(day) is date else tx.today)  # of a case `at` is a moment
    if not tx.reads:
        tx.appender.ask_last(rehearsal)
    _of_work(tx, asked, customer, rehearsal)
    yield from found


def _of_work(tx: Transaction, asked: Of, customer: int, rehearsal: Any) -> None:
    """What is asked of the case, the agent and the contact of work."""
    code, reference, agent, contact, seconds = _named(asked, "customer", "case", "agent", "contact", "seconds")
    name = reference or code
    case = None if name is None else tx.cases.find(name)
    if case is not None and case[1] == customer:
        quoted.for_case(rehearsal, customer, case[0])
        for _ in range(2 if code is None else 1):  # which are looked at twice where the case says whose it is
            cases.events_of(rehearsal, customer, case[0])
        calendars.kept(rehearsal, customer)
    if agent is not None:
        agents.listed(rehearsal)
        if seconds is not None:
            desk.seconds_worked(rehearsal, agent, _named(asked, "on")[0] or tx.today)
    if contact is not None:
        parties.contacts(rehearsal, customer)
        parties.last_contact(rehearsal, customer)


def _named(asked: Of, *names: str) -> list[Any]:
    return [getattr(asked, name, None) for name in names]
