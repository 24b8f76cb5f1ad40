"""All cases at once: the list, the queue, the sweep, the reports for the weekly meeting (S5 to S7).

Each reads the events of the cases that it is about in one pass, and the contracts of their customers in another.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from billing.core import cases, promises
from billing.core.book import Book
from billing.core.cases import Case, State
from billing.core.facts import CaseEvent
from billing.core.promises import Promise
from billing.core.tariff import TargetKind
from billing.core.units import month_later, whole_minutes
from billing.errors import BadInput
from billing.office.balances.answers import Answer
from billing.office.cases.case_answers import age_days, iso, promise_answer, window_answer
from billing.office.cases.case_rules import Rules, rules_at
from billing.office.cases.cases import not_ahead
from billing.office.transaction import Setting, Transaction, done, look
from billing.requests import inputs
from billing.store import cases as store

UNRESOLVED: tuple[State, ...] = ("open", "taken", "waiting")
_Events = Mapping[store.Key, list[CaseEvent]]


@dataclass(frozen=True, slots=True)
class _Found:
    """A case with what it goes by."""

    customer_id: int
    customer: str
    case: Case
    rules: Rules
    book: Book


# The list and the queue


def listed(setting: Setting, customer: str | None = None, state: str | None = None) -> Answer:
    """All cases that were opened, in order of arrival; of one customer, or in one state."""
    if state is not None and state not in ("open", "taken", "waiting", "resolved", "closed"):
        raise BadInput("bad-input", f"state {state!r}: open, taken, waiting, resolved or closed")
    with look(setting) as tx:
        if customer is not None:
            tx.customer(customer, lock=False)
        found = [
            one
            for one in _all(tx, store.every(tx.connection))
            if customer in (None, one.customer) and state in (None, one.case.state)
        ]
        found.sort(key=lambda one: (one.case.opened.at if one.case.opened else None, one.case.reference))
        return {"cases": [_listed(one) for one in found]}


def queue(setting: Setting, at: str | None = None) -> Answer:
    """What is to be done next: Support+ and urgent first, then by deadline, then by arrival (S6)."""
    with look(setting) as tx:
        now = _now(tx, at)
        rows = []
        for one in _as_of(tx, now, at):
            if one.case.state in UNRESOLVED:
                following = promises.next_due(_promises(one, now))
                plus = promises.has_priority_service(one.book, one.case, now.astimezone(one.rules.zone).date())
                first = plus or promises.is_urgent(one.case, one.rules.service)
                rows.append((promises.queue_key(one.case, first, following), one, following, plus))
        rows.sort(key=lambda row: row[0])
        answers = [_queued(one, following, plus, now) for _, one, following, plus in rows]
        return {"at": iso(now, ZoneInfo(tx.issuer["timezone"])), "cases": answers}


def _queued(one: _Found, following: Promise | None, plus: bool, now: datetime) -> Answer:
    coming = [event for event in one.case.callbacks if event.until_at is not None and event.until_at > now]
    return _listed(one) | {
        "priority_service": plus,
        "next": promise_answer(following, one.rules.zone) if following else None,
        "callbacks": [window_answer(event, one.rules.zone) for event in coming],
    }


def _listed(one: _Found) -> Answer:
    case, zone = one.case, one.rules.zone
    assert case.opened is not None and case.last is not None
    return {
        "case": case.reference,
        "customer": one.customer,
        "category": case.opened.category,
        "priority": case.priority,
        "owner": case.owner,
        "state": case.state,
        "opened": iso(case.opened.at, zone),
        "last": {"at": iso(case.last.at, zone), "kind": case.last.kind, "agent": case.last.agent},
    }


# The sweep


def sweep(setting: Setting, at: str | None = None, dry_run: bool = False) -> Answer:
    """Closes the cases that the tariffs' rules close, and says why for each (S5). Again, it closes nothing more."""
    with look(setting) as tx:
        now = _now(tx, at)
        if not dry_run:
            not_ahead(tx, now, ZoneInfo(tx.issuer["timezone"]))
        due = list(_to_close(tx, now))
    if due and not dry_run:
        due = _close(setting, now, {one.customer for one, _ in due})
    return {"closed": [{"case": one.case.reference, "reason": reason} for one, reason in due]}


def _to_close(tx: Transaction, now: datetime) -> Iterator[tuple[_Found, str]]:
    for one in _all(tx, store.not_closed(tx.connection)):
        reason = promises.reason_to_close(one.case, one.rules.service, one.rules.clocks, now)
        if reason is not None:
            yield one, reason


def _close(setting: Setting, now: datetime, customers: set[str]) -> list[tuple[_Found, str]]:
    """Locks the customers, in the order of their codes, and looks again: somebody may have been faster."""

    def answer(tx: Transaction) -> list[tuple[_Found, str]]:
        closed = []
        for code in sorted(customers):
            tx.customer(code)
        for one, reason in list(_to_close(tx, now)):
            if one.customer in customers:
                head, book = tx.customer(one.customer), Book()
                event = CaseEvent(head.seq + 1, one.case.reference, "close", now, "sweep", detail=reason)
                book.record(event)
                tx.record(head, book, "case-event", now.astimezone(one.rules.zone).date())
                closed.append((one, reason))
        return closed

    return done(setting, answer, bulk=True)


# Reports


def report_open(setting: Setting, at: str | None = None) -> Answer:
    """The unresolved cases for the weekly meeting, the oldest first (S6)."""
    with look(setting) as tx:
        now = _now(tx, at)
        found = [one for one in _as_of(tx, now, at) if one.case.state in UNRESOLVED]
        found.sort(key=lambda one: (one.case.opened.at if one.case.opened else now, one.case.reference))
        rows = []
        for one in found:
            following = promises.next_due(_promises(one, now))
            target = promise_answer(following, one.rules.zone) if following else None
            rows.append(_listed(one) | {"age_days": age_days(one.case, now), "next": target})
        return {"at": iso(now, ZoneInfo(tx.issuer["timezone"])), "cases": rows}


def report_errors(setting: Setting, first: date, last: date) -> Answer:
    """The verified program errors: what quality control takes on (S7)."""
    with look(setting) as tx:
        rows = []
        for code, customer, seq, reference, on in store.verified(tx.connection, first.isoformat(), last.isoformat()):
            worked = store.worked(tx.connection, customer, reference)
            case = cases.case_of(reference, store.events_of(tx.connection, customer, reference))
            opened = case.opened
            rows.append(
                {
                    "case": reference,
                    "customer": code,
                    "category": opened.category if opened else (worked[0][0].category if worked else None),
                    "date": on,
                    "position": seq,
                    "note": store.note_at(tx.connection, customer, opened.seq) if opened else None,
                    "raw": whole_minutes(sum(e.logged_seconds for e, charge in worked if charge.free != "void")),
                }
            )
        return {"from": first.isoformat(), "to": last.isoformat(), "errors": rows}


def report_sla(setting: Setting, month: date) -> Answer:
    """How the cases opened in a month kept their targets, by priority and target: met, missed, median, worst (S2).

    Median and worst are minutes of what was met, in or after time: business minutes, or of the calendar where the
    target is.
    """
    with look(setting) as tx:
        now = _now(tx, None)
        kept: dict[tuple[str, TargetKind], list[tuple[Promise, int | None]]] = defaultdict(list)
        ranks: dict[str, int] = {}
        for one in _all(tx, store.every(tx.connection)):
            opened = one.case.opened
            if opened is None or not _in_month(opened.at.astimezone(one.rules.zone).date(), month):
                continue
            for promise in _promises(one, max(now, one.case.last.at if one.case.last else now)):
                _, priority = one.case.met.get(promise.kind, (None, one.case.priority))
                ranks.setdefault(priority, cases.priorities(one.rules.service).index(priority))
                kept[priority, promise.kind].append((promise, _taken(one, promise)))
    order = sorted(kept, key=lambda key: (ranks[key[0]], key[0], promises.KINDS.index(key[1])))
    return {"month": month.strftime("%Y-%m"), "rows": [_sla_row(*key, kept[key]) for key in order]}


def _in_month(day: date, month: date) -> bool:
    return month <= day < month_later(month, 1)


def _taken(one: _Found, promise: Promise) -> int | None:
    met = one.case.met.get(promise.kind)
    if met is None or one.rules.service is None:
        return None
    target = one.rules.service.targets[met[1]][promise.kind]
    return promises.minutes_taken(one.case, promise, target, one.rules.clocks[met[1]])


def _sla_row(priority: str, kind: TargetKind, some: list[tuple[Promise, int | None]]) -> Answer:
    taken = sorted(minutes for _, minutes in some if minutes is not None)
    middle = len(taken) // 2
    median = None
    if taken:
        median = taken[middle] if len(taken) % 2 else (taken[middle - 1] + taken[middle] + 1) // 2  # half up
    states = [promise.state for promise, _ in some]
    return {
        "priority": priority,
        "kind": kind,
        "met": states.count("met"),
        "missed": states.count("late"),
        "running": states.count("running") + states.count("paused"),
        "median": median,
        "worst": taken[-1] if taken else None,
    }


# What all of them share


def _all(tx: Transaction, events: _Events) -> Iterator[_Found]:
    """The opened cases of these events, each with its customer's contracts and the rules of its term."""
    tariffs = tx.tariffs.every()
    books = store.agreed_with(tx.connection, {customer for customer, _ in events}, tariffs)
    codes, known = store.codes(tx.connection), tx.calendars(None)
    for (customer, reference), some in events.items():
        case = cases.case_of(reference, some)
        if case.opened is not None:
            rules = rules_at(tx, known, customer, books[customer], case.opened.at)
            yield _Found(customer, codes[customer], case, rules, books[customer])


def _as_of(tx: Transaction, now: datetime, asked: str | None) -> Iterator[_Found]:
    """The cases that are not closed; where a moment is asked for, as they were then."""
    if asked is None:
        return _all(tx, store.not_closed(tx.connection))
    events = store.every(tx.connection)
    return _all(tx, {key: [event for event in some if event.at <= now] for key, some in events.items()})


def _promises(one: _Found, now: datetime) -> list[Promise]:
    return promises.promises(one.case, one.rules.service, one.rules.clocks, now)


def _now(tx: Transaction, text: str | None) -> datetime:
    """The moment that is looked at: as given in the issuer's zone, else now; on a test clock, the end of what happened
    by then today."""
    now = tx.setting.now().replace(microsecond=0)
    if text is not None:
        return inputs.instant(text, ZoneInfo(tx.issuer["timezone"]), tx.today)
    if tx.setting.fixed_clock:
        last = store.last_at(tx.connection)
        return max(now, last) if last is not None else now
    return now
