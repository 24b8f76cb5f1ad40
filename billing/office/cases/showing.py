"""A case as it is shown: its state, targets, history and the time worked on it (S1 to S12)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import overload
from zoneinfo import ZoneInfo

from billing.core import callbacks, case_history, cases, promises
from billing.core.book import Book
from billing.core.cases import Case
from billing.core.facts import CaseEvent, Charge, Entry
from billing.core.promises import Promise
from billing.core.service import Clock
from billing.core.units import whole_minutes
from billing.errors import BadInput
from billing.office import announced, attached
from billing.office.cases.case_rules import Rules, rules_of
from billing.office.transaction import Transaction
from billing.requests import moments
from billing.requests.cases import AskCase
from billing.store import cases as store
from billing.store.heads import Head
from billing.texts import say
from billing.views.cases import CallBack, CaseShown, Happened, Hours, Last, Minutes, Target, Worked

_UTC = ZoneInfo("UTC")


def asked(tx: Transaction, question: AskCase) -> CaseShown:
    """A case with its targets, its history, and the time worked on it; as it was at a moment."""
    return shown(tx, *tx.case(question.case, lock=False), question.at)


def shown(tx: Transaction, head: Head, reference: str, at: datetime | time | None = None) -> CaseShown:
    """The case as it is now, or as it was at a moment."""
    book = tx.agreed(head)
    events = store.events_of(tx.connection, head.id, reference)
    now = _looked_at(tx, head, book, at, events)
    began = min((event.at for event in events), default=now)
    if began > now:
        first = cases.shown(began, rules_of(tx, head, book, began).zone)
        wrong = say("case {case} began at {first}", case=reference, first=first)
        raise BadInput("bad-time", wrong, say("look at it as of then or later"))
    names = case_history.names(reference, events)
    events = [event for event in events if event.at <= now]
    case = cases.case_of(reference, events)
    rules = rules_of(tx, head, book, case.opened.at if case.opened else now)
    notes = store.notes_of(tx.connection, head.id, reference)
    worked = store.worked(tx.connection, head.id, reference)
    live = [(entry, charge) for entry, charge in worked if charge.free != "void"]
    opened, zone = case.opened, rules.zone
    work = store.works(tx.connection, {reference}).get((head.id, reference))
    about = case.category if opened else (worked[0][0].category if worked else None)
    contacts, gone = tx.contacts_of(head), case_history.voided(events)
    happened = {
        event.seq: _happened(event, notes.get(event.seq), zone, names, contacts, event.seq in gone)
        for event in sorted(events, key=lambda event: event.at)
    }
    touching = () if case.state == "closed" else announced.touching(tx, head, now, _day(now, zone))
    return CaseShown(
        case=reference,
        customer=head.code,
        customer_name=head.name,
        subject=store.subjects(tx.connection, {reference}).get((head.id, reference)),
        category=about,
        priority=_priority(case, rules),
        channel=opened.channel if opened else None,
        contact=None if case.contact is None else contacts.get(case.contact),
        owner=case.owner or (work.first_agent if work else None),
        state=case.state if opened or not worked else "logged",
        last=last_of(case, zone, worked_at(work, zone)),
        told=_local(case.told, zone),
        targets=tuple(
            target_of(promise, zone) for promise in promises.promises(case, rules.service, rules.clocks, now)
        ),
        events=tuple(happened.values()),
        minutes=Minutes(
            whole_minutes(sum(entry.logged_seconds for entry, _ in live)), sum(charge.minutes for _, charge in live)
        ),
        entries=tuple(_worked(entry, charge) for entry, charge in worked),
        verdict=case.verdict or ("program-error" if any(c.free == "verified" for _, c in live) else None),
        callbacks=tuple(call_of(call, zone, names, now) for call in case.callbacks),
        authorised=tuple(happened[event.seq] for event in case.authorisations),
        needs_authorisation=rules.service is not None and rules.service.written_authorisation,
        maintenance=touching,
        attachments=attached.listed(tx, head, "case", reference),
        meaning=rules.service.meanings.get(case.priority) if rules.service else None,
        line=_line(case, rules) if len(events) == 1 else None,
    )


def _line(case: Case, rules: Rules) -> Hours | None:
    """Whether somebody was there for its priority when the case was opened, and when somebody is next (S1)."""
    clock = rules.clocks.get(case.priority)
    return hours_at(clock, case.opened.at) if case.opened and clock else None


def hours_at(clock: Clock, at: datetime) -> Hours:
    """Whether a line is open at a moment, until when, or when it opens next (S1)."""
    is_open = clock.is_open(at)
    return Hours(is_open, clock.open_until(at), None if is_open else clock.next_opening(at))


def brief(tx: Transaction, head: Head, reference: str, events: Sequence[CaseEvent]) -> CaseShown:
    """How a case stands by its events alone, with neither its history nor its targets: for one line among thousands."""
    case = cases.case_of(reference, events)
    return CaseShown(
        case=reference,
        customer=head.code,
        customer_name=head.name,
        subject=None,
        category=case.category,
        priority=case.priority,
        channel=case.opened.channel if case.opened else None,
        contact=None,
        owner=case.owner,
        state=case.state,
        last=last_of(case, tx.zone),
        told=_local(case.told, tx.zone),
        targets=(),
        events=(),
        minutes=Minutes(0, 0),
        entries=(),
        verdict=case.verdict,
        callbacks=(),
        authorised=(),
        needs_authorisation=False,
        maintenance=(),
    )


def _looked_at(
    tx: Transaction, head: Head, book: Book, at: datetime | time | None, events: Sequence[CaseEvent]
) -> datetime:
    if at is None:
        return max([tx.setting.now(), *(event.at for event in events)])
    zone = rules_of(tx, head, book, moments.instant(at, _UTC, tx.today)).zone
    return moments.instant(at, zone, tx.today)


def _priority(case: Case, rules: Rules) -> str:
    usual = rules.service.default_priority if rules.service else cases.PRIORITIES[-1]
    return case.priority or usual


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


# Parts that lists show too


def last_of(case: Case, zone: ZoneInfo, work: tuple[datetime, str | None] | None = None) -> Last | None:
    """What happened last to a case: an event, or work on it (S14)."""
    event = None if case.last is None else Last(case.last.at.astimezone(zone), case.last.kind, case.last.agent)
    if work is None or (event is not None and event.at >= work[0]):
        return event
    return Last(work[0], "work", work[1])


@overload
def worked_at(work: store.Work, zone: ZoneInfo) -> tuple[datetime, str | None]: ...
@overload
def worked_at(work: store.Work | None, zone: ZoneInfo) -> tuple[datetime, str | None] | None: ...
def worked_at(work: store.Work | None, zone: ZoneInfo) -> tuple[datetime, str | None] | None:
    """When the last work on a case was, and whose: its moment is that of recording, if that was on the same day."""
    if work is None:
        return None
    recorded = work.recorded_at.astimezone(zone)
    same = recorded.date() == work.last_on
    return recorded if same else datetime.combine(work.last_on, time(12), zone), work.last_agent


def target_of(promise: Promise, zone: ZoneInfo) -> Target:
    """A target in the zone of the tariff."""
    return Target(promise.kind, _local(promise.due, zone), _local(promise.met, zone), promise.state)


def call_of(call: callbacks.CallBack, zone: ZoneInfo, names: Mapping[int, str], now: datetime) -> CallBack:
    """A call-back as it stands at a moment."""
    return CallBack(
        id=names[call.agreed.seq],
        first=call.first.astimezone(zone),
        last=call.last.astimezone(zone),
        state=call.state(now),
        done=None if call.done is None else call.done.at.astimezone(zone),
        agent=None if call.done is None else call.done.agent,
    )


def _local(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if at is None else at.astimezone(zone)


def _happened(
    event: CaseEvent,
    note: str | None,
    zone: ZoneInfo,
    names: Mapping[int, str],
    contacts: Mapping[int, str],
    void: bool,
) -> Happened:
    """An event; what only some kinds have is there where it is so."""
    changes = event.kind == "change"
    subject, note = (note, None) if changes else (None, note)
    told = event.kind == "take" and event.detail == cases.TOLD
    return Happened(
        id=names[event.seq],
        at=event.at.astimezone(zone),
        kind=event.kind,
        agent=event.agent,
        note=note if note is not None or told else event.detail,
        sender=event.sender,
        priority=event.priority,
        recipient=event.recipient,
        until=_local(event.until_at, zone),
        channel=event.channel,
        since=_local(event.from_at, zone),
        verdict=event.detail if event.kind == "verify" else None,
        subject=subject,
        category=event.category if changes else None,
        contact=contacts.get(event.contact) if changes and event.contact is not None else None,
        of=None if event.refers is None else names[event.refers],
        closes=(event.kind == "ask-files" and event.detail is not None) or None,
        void=void or None,
        told=told or None,
        agreed_with=None if event.agreed is None else contacts.get(event.agreed),
    )


def _worked(entry: Entry, charge: Charge) -> Worked:
    return Worked(entry.id, entry.worked_on, entry.agent, entry.logged_seconds, charge.minutes, charge.free)
