"""A case as it is shown: its state, targets, history and the time worked on it (S1 to S12)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from billing.core import cases, promises
from billing.core.book import Book
from billing.core.cases import Case
from billing.core.facts import CaseEvent, Charge, Entry
from billing.core.promises import Promise
from billing.core.units import whole_minutes
from billing.errors import BadInput
from billing.office import maintenance
from billing.office.balances.answers import Answer
from billing.office.cases.case_rules import rules_of
from billing.office.transaction import Setting, Transaction, look
from billing.requests import inputs
from billing.store import cases as store
from billing.store.ledger import Head
from billing.views.codec import to_json

_UTC = ZoneInfo("UTC")


def show(setting: Setting, case: str, at: str | None = None) -> Answer:
    """A case with its targets, its history, and the time worked on it."""
    with look(setting) as tx:
        return shown(tx, *tx.case(case, lock=False), at)


def shown(tx: Transaction, head: Head, reference: str, at: str | None = None) -> Answer:
    """The case as `billing case show` answers it; `at` shows it as it was then."""
    book = tx.agreed(head)
    events = store.events_of(tx.connection, head.id, reference)
    now = _looked_at(tx, head, book, at, events)
    if events and events[0].at > now:
        first = cases.shown(events[0].at, _zone(tx, head, book, events[0].at))
        raise BadInput("bad-time", f"case {reference} began at {first}; look at it as of then or later")
    events = [event for event in events if event.at <= now]
    case = cases.case_of(reference, events)
    rules = rules_of(tx, head, book, case.opened.at if case.opened else now)
    notes = store.notes_of(tx.connection, head.id, reference)
    worked = store.worked(tx.connection, head.id, reference)
    live = [(entry, charge) for entry, charge in worked if charge.free != "void"]
    found = promises.promises(case, rules.service, rules.clocks, now)
    opened, zone = case.opened, rules.zone
    contact = tx.contacts_of(head).get(opened.contact) if opened and opened.contact else None
    return {
        "case": reference,
        "customer": head.code,
        "category": opened.category if opened else (worked[0][0].category if worked else None),
        "priority": case.priority or (rules.service.default_priority if rules.service else cases.PRIORITIES[-1]),
        "channel": opened.channel if opened else None,
        "contact": contact,
        "owner": case.owner,
        "state": case.state,
        "targets": [promise_answer(promise, zone) for promise in found],
        "events": [_event_answer(event, notes.get(event.seq), zone) for event in events],
        "minutes": {
            "raw": whole_minutes(sum(entry.logged_seconds for entry, _ in live)),
            "charged": sum(charge.minutes for _, charge in live),
        },
        "entries": [_entry_answer(entry, charge) for entry, charge in worked],
        "verdict": case.verdict or ("program-error" if any(c.free == "verified" for _, c in live) else None),
        "callbacks": [window_answer(event, zone) for event in case.callbacks],
        "authorised": [_event_answer(event, notes.get(event.seq), zone) for event in case.authorisations],
        "needs_authorisation": rules.service is not None and rules.service.written_authorisation,
        "maintenance": []
        if case.state == "closed"
        else [to_json(planned) for planned in maintenance.touching(tx, head, now, now.astimezone(zone).date())],
    }


def _looked_at(tx: Transaction, head: Head, book: Book, text: str | None, events: list[CaseEvent]) -> datetime:
    if text is None:
        return max([tx.setting.now(), *(event.at for event in events[-1:])])
    zone = _zone(tx, head, book, inputs.instant(text, _UTC, tx.today))
    return inputs.instant(text, zone, tx.today)


def _zone(tx: Transaction, head: Head, book: Book, at: datetime) -> ZoneInfo:
    return rules_of(tx, head, book, at).zone


def promise_answer(promise: Promise, zone: ZoneInfo) -> Answer:
    return {
        "kind": promise.kind,
        "due": iso(promise.due, zone),
        "met": iso(promise.met, zone),
        "state": promise.state,
    }


def window_answer(event: CaseEvent, zone: ZoneInfo) -> Answer:
    return {"from": iso(event.from_at, zone), "to": iso(event.until_at, zone)}


def _event_answer(event: CaseEvent, note: str | None, zone: ZoneInfo) -> Answer:
    """An event; what only some kinds have is there where it is so."""
    more = {"sender": event.sender, "priority": event.priority, "to": event.recipient, "channel": event.channel}
    if event.kind == "callback":
        more |= window_answer(event, zone)
    if event.kind == "verify":
        more["verdict"] = event.detail
    return {
        "at": iso(event.at, zone),
        "kind": event.kind,
        "agent": event.agent,
        "note": note if note is not None else event.detail,
    } | {name: value for name, value in more.items() if value is not None}


def _entry_answer(entry: Entry, charge: Charge) -> Answer:
    return {
        "entry": entry.id,
        "date": entry.worked_on.isoformat(),
        "agent": entry.agent,
        "raw_seconds": entry.logged_seconds,
        "charged": charge.minutes,
        "free": charge.free,
    }


def iso(at: datetime | None, zone: ZoneInfo) -> str | None:
    """An instant with the offset of a zone, to the second."""
    return None if at is None else at.astimezone(zone).isoformat(timespec="seconds")


def age_days(case: Case, now: datetime) -> int:
    """Whole days since a case was opened."""
    return max(timedelta(), now - case.opened.at).days if case.opened else 0
