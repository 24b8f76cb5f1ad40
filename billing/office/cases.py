"""What happens to cases: open one, record an event, show one with its history (S1 to S12).

A case keeps the rules of the term that covers the day on which it was opened: its tariff version, hours and targets.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from billing.core import cases, promises, rating
from billing.core.book import Book
from billing.core.cases import Case
from billing.core.facts import CaseEvent, CaseKind, Charge, Entry, Sender, Term
from billing.core.promises import Promise
from billing.core.service import Clock
from billing.core.tariff import Service
from billing.errors import BadInput
from billing.office import inputs, maintenance
from billing.office.answers import Answer
from billing.office.calendars import Calendars
from billing.office.transaction import Setting, Work, done, look
from billing.store import cases as store
from billing.store import parties
from billing.store.ledger import Head

_LONGEST = 200
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Rules:
    """What a case goes by: the term under which it was opened, if there is one, its clocks, the zone of its times."""

    term: Term | None
    zone: ZoneInfo
    clocks: Mapping[str, Clock]  # by priority

    @property
    def service(self) -> Service | None:
        return self.term.tariff.service if self.term else None


def rules_at(begun: Work, of: Calendars, customer_id: int, book: Book, at: datetime) -> Rules:
    """The rules of the term that covers the local day of an instant; none where no term does."""
    issuer = ZoneInfo(begun.issuer["timezone"])
    term = book.term_on(at.astimezone(issuer).date())
    if term is None:
        return Rules(None, issuer, {})
    service = term.tariff.service
    zone = ZoneInfo(service.timezone) if service and service.timezone else issuer
    return Rules(term, zone, of.clocks(customer_id, term))


def _rules(begun: Work, head: Head, book: Book, at: datetime) -> Rules:
    return rules_at(begun, begun.calendars(head.id), head.id, book, at)


def _holidays(begun: Work, head: Head, term: Term, at: datetime) -> list[Any]:
    """The rows that keep the holidays of a year and the next with the term, where it does not have them yet (S1)."""
    years = (at.year, at.year + 1)
    known = begun.calendars(head.id)
    if not any(known.missing(head.id, term, year) for year in years):
        return []
    known = begun.calendars(head.id, anew=True)
    return [row for year in years for row in known.missing(head.id, term, year)]


# Recording


def open_case(setting: Setting, **request: Any) -> Answer:
    """Opens a case and shows it. Takes the arguments of `do_open`."""

    def answer(begun: Work) -> Answer:
        new, head = do_open(begun, **request)
        return shown(begun, head, request["case"].strip()) | ({} if new else {"unchanged": True})

    return done(setting, answer)


def do_open(
    begun: Work,
    customer: str,
    case: str,
    priority: str | None = None,
    category: str | None = None,
    channel: str | None = None,
    contact: str | None = None,
    at: str | None = None,
    agent: str | None = None,
    note: str | None = None,
) -> tuple[bool, Head]:
    """Opens a case under the customer's contract (R1); its reference is its id (L5). Whether that was new.

    `at` is a local time in the tariff's zone, or one with its offset; without it, now.
    """
    head = begun.customer(customer)
    case = _checked_texts(case=case, channel=channel, agent=agent)
    request = {"customer": customer, "case": case, "priority": priority, "category": category, "channel": channel,
               "contact": contact, "at": at, "agent": agent, "note": note}  # fmt: skip
    if begun.done_before("case", case, request):
        return False, head
    book = _with_case(begun, head, case)
    when = _instant(begun, head, book, at, None)
    rules = _rules(begun, head, book, when)
    term = rules.term or rating.term_for(book, when.astimezone(rules.zone).date(), customer)
    about = rating.category_named(term.tariff, category or term.tariff.default_category)
    others, numbers = begun.contact_rows(head, [contact or ""])
    event = CaseEvent(
        head.seq + 1, case, "open", when, agent=agent, priority=_priority(rules.service, priority),
        category=about.name, channel=channel, contact=numbers[0] if numbers else None,
    )  # fmt: skip
    cases.check(book.cases[case], event, rules.zone)
    begun.claim_case(head, case)
    others += _holidays(begun, head, term, when)
    _record(begun, head, book, event, rules, note, others, "case", case, request)
    return True, head


def add_event(setting: Setting, case: str, kind: CaseKind, **request: Any) -> Answer:
    """Records one event of a case and shows the case. Takes the arguments of `do_event`."""

    def answer(begun: Work) -> Answer:
        new, head = do_event(begun, case, kind, **request)
        return shown(begun, head, case) | ({} if new else {"unchanged": True})

    return done(setting, answer)


def do_event(
    begun: Work,
    case: str,
    kind: CaseKind,
    at: str | None = None,
    agent: str | None = None,
    note: str | None = None,
    sender: Sender | None = None,
    to: str | None = None,
    priority: str | None = None,
    channel: str | None = None,
    window: tuple[str, str] | None = None,
    id: str | None = None,
) -> tuple[bool, Head]:
    """Records one event of a case: whether that was new, and the customer.

    A new priority needs a reason, which is its note; a hand-over without `to` goes to the agent it names. In a bulk
    load, the same event at the same time is known and changes nothing (L5).
    """
    request = {"case": case, "kind": kind, "at": at, "agent": agent, "note": note, "sender": sender, "to": to,
               "priority": priority, "channel": channel, "window": window}  # fmt: skip
    if begun.done_before("case-event", id, request):
        return False, begun.customer_of_case(case)
    _checked_texts(case=case, channel=channel, agent=agent, to=to)
    head = begun.customer_of_case(case)
    book = _with_case(begun, head, case)
    before = cases.case_of(case, book.cases[case])
    when = _instant(begun, head, book, at, before)
    rules = _rules(begun, head, book, before.opened.at if before.opened else when)
    event = CaseEvent(head.seq + 1, case, kind, when, cases.sender_of(before, kind, sender), agent, channel=channel)
    if kind == "hand-over":
        event = replace(event, recipient=_recipient(case, to, agent))
    elif kind == "priority":
        level, reason = _new_priority(rules.service, case, priority, note)
        event, note = replace(event, priority=level, detail=reason), None
    elif kind == "callback":
        first, last = _window(begun, rules, case, window)
        event = replace(event, from_at=first, until_at=last)
    elif kind == "authorisation" and not note:
        raise BadInput("bad-input", "an authorisation needs a note: who gave it, for what, and where it is")
    if begun.bulk and id is None and at is not None and _known(begun, head, book, event, note):
        return False, head
    owns = rules.service is not None and rules.service.owner_is_first_answer
    cases.check(book.cases[case], event, rules.zone, owns)
    _record(begun, head, book, event, rules, note, (), "case-event", id, request)
    return True, head


def _record(
    begun: Work,
    head: Head,
    book: Book,
    event: CaseEvent,
    rules: Rules,
    note: str | None,
    others: Iterable[Any],
    kind: str,
    id: str | None,
    request: dict[str, Any],
) -> None:
    rows = [*others, *([parties.note_row(begun.appender, head, note)] if note else [])]
    book.seq = event.seq
    book.record(event)
    begun.record(head, book, kind, event.at.astimezone(rules.zone).date(), rows, id, request if id else None)


def _with_case(begun: Work, head: Head, case: str) -> Book:
    """The customer's book with the events of one case."""
    if begun.bulk:
        return begun.book(head)
    book = begun.agreed(head)
    book.cases[case] = store.events_of(begun.connection, head.id, case)
    return book


def _known(begun: Work, head: Head, book: Book, event: CaseEvent, note: str | None) -> bool:
    """Whether the same event of the case stands in its history; who sent it followed from the case of that time."""
    for other in book.cases[event.case]:
        if replace(other, seq=event.seq, sender=event.sender) == event:
            begun.appender.flush()
            if store.note_at(begun.connection, head.id, other.seq) == note:
                return True
    return False


# Reading what is given


def _checked_texts(case: str, **others: str | None) -> str:
    case = case.strip()
    if not case:
        raise BadInput("bad-input", "a case needs a reference: up to 200 characters")
    for name, text in {"case": case, **others}.items():
        if text is not None and len(text) > _LONGEST:
            raise BadInput("bad-input", f"{name} is longer than {_LONGEST} characters")
    return case


def sender(text: str | None) -> Sender | None:
    """Who sent something, as people write it; None where the case says it."""
    if text not in (None, "agent", "customer"):
        raise BadInput("bad-input", f"from {text!r}: agent or customer")
    return cast("Sender | None", text)


def _instant(begun: Work, head: Head, book: Book, text: str | None, case: Case | None) -> datetime:
    """The time of an event, not in the future: as given, else now (a test clock stands still at the last event)."""
    now = begun.setting.now().replace(microsecond=0)
    last = case.last.at if case is not None and case.last is not None else now
    if text is None:
        return max(now, last)
    zone = _rules(begun, head, book, inputs.instant(text, _UTC, begun.today)).zone
    found = inputs.instant(text, zone, begun.today)
    not_ahead(begun, found, zone)
    return found


def not_ahead(begun: Work, at: datetime, zone: ZoneInfo) -> None:
    """Refuses a moment that has not come; on a test clock, one after its day."""
    now = begun.setting.now()
    if at.astimezone(zone).date() > begun.today if begun.setting.fixed_clock else at > now:
        limit = begun.today if begun.setting.fixed_clock else cases.shown(now, zone)
        raise BadInput("bad-time", f"{cases.shown(at, zone)} is in the future; give a time up to now, {limit}")


def _priority(service: Service | None, given: str | None) -> str:
    """A priority of the tariff, by default its usual one."""
    known = cases.priorities(service)
    if given is None:
        return service.default_priority if service else known[-1]
    if given not in known:
        raise BadInput("bad-input", f"unknown priority {given!r}; known: {', '.join(known)}")
    return given


def _new_priority(service: Service | None, case: str, priority: str | None, note: str | None) -> tuple[str, str]:
    """The new priority and the reason, from two values or from a note as `urgent: agreed by phone` (S10)."""
    if priority is None and note is not None:
        first = re.split(r"[\s:,;]+", note.strip(), maxsplit=1)
        if first[0] in cases.priorities(service):
            priority, note = first[0], first[-1]
    if priority is None or not (note or "").strip():
        raise BadInput(
            "bad-input",
            "a change of priority needs the new one and a reason: "
            f"`billing case priority {case} {cases.priorities(service)[0]} --note REASON`",
        )
    return _priority(service, priority), (note or "").strip()


def _recipient(case: str, to: str | None, agent: str | None) -> str:
    if not (to or agent or "").strip():
        raise BadInput("bad-input", f"to whom? `billing case hand-over {case} --to AGENT`")
    return (to or agent or "").strip()


def _window(begun: Work, rules: Rules, case: str, window: tuple[str, str] | None) -> tuple[datetime, datetime]:
    """When the customer can be called back, from and to; a time of day will do for the end of the same day."""
    if window is None:
        raise BadInput("bad-input", f"when? `billing case callback {case} --from 2025-03-05T09:00 --to 11:00`")
    first = inputs.instant(window[0], rules.zone, begun.today)
    last = inputs.instant(window[1], rules.zone, first.astimezone(rules.zone).date())
    if first >= last:
        raise BadInput("bad-time", f"the window ends at {window[1]}, not after it begins at {window[0]}")
    return first, last


# Time on a case


def check_log(begun: Work, head: Head, book: Book, entry: Entry) -> None:
    """Refuses an entry on a closed case or before the take-up (S4, S5)."""
    assert entry.case is not None
    events = book.cases.get(entry.case) if begun.bulk else store.events_of(begun.connection, head.id, entry.case)
    if not events:
        return
    case = cases.case_of(entry.case, events)
    rules = _rules(begun, head, book, events[0].at)
    cases.check_time(case, entry.worked_on, rules.service is not None and rules.service.from_take_up, rules.zone)


def open_for_log(
    begun: Work, head: Head, case: str, category: str | None, contact: str | None, on: Any, agent: str | None
) -> None:
    """Opens a case that does not exist and takes it up, because somebody is at work on it; one that exists stays."""
    book = _with_case(begun, head, case)
    if cases.case_of(case, book.cases[case]).opened is not None:
        return
    at = None if on == begun.today else f"{on}T12:00"
    do_open(begun, head.code, case, category=category, contact=contact, at=at, agent=agent)
    do_event(begun, case, "take", at=at, agent=agent)


# Verdicts


def verdict(begun: Work, head: Head, book: Book, case: str, kind: str, on: Any, agent: str | None) -> CaseEvent:
    """The event that a verification is, dated by its day; it never stands before what was recorded earlier (S7)."""
    if kind not in cases.VERDICTS:
        raise BadInput("bad-input", f"unknown kind {kind!r}; known: {', '.join(cases.VERDICTS)}")
    events = book.cases[case]
    zone = ZoneInfo(begun.issuer["timezone"])
    at = begun.setting.now() if on == begun.today else inputs.instant(f"{on}T12:00", zone, begun.today)
    at = max([at.replace(microsecond=0), *(event.at for event in events[-1:])])
    event = CaseEvent(book.seq, case, "verify", at, agent=agent, detail=kind)
    cases.check(events, event, zone)
    return event


# Showing


def show(setting: Setting, case: str, at: str | None = None) -> Answer:
    """A case with its targets, its history, and the time worked on it."""
    with look(setting) as looking:
        return shown(looking, looking.customer_of_case(case, lock=False), case, at)


def shown(looking: Work, head: Head, reference: str, at: str | None = None) -> Answer:
    """The case as `billing case show` answers it; `at` shows it as it was then."""
    book = looking.agreed(head)
    events = store.events_of(looking.connection, head.id, reference)
    now = _looked_at(looking, head, book, at, events)
    events = [event for event in events if event.at <= now]
    case = cases.case_of(reference, events)
    rules = _rules(looking, head, book, case.opened.at if case.opened else now)
    notes = store.notes_of(looking.connection, head.id, reference)
    worked = store.worked(looking.connection, head.id, reference)
    live = [(entry, charge) for entry, charge in worked if charge.free != "void"]
    found = promises.promises(case, rules.service, rules.clocks, now)
    opened, zone = case.opened, rules.zone
    contact = looking.contacts_of(head).get(opened.contact) if opened and opened.contact else None
    return {
        "case": reference,
        "customer": head.code,
        "category": opened.category if opened else (worked[0][0].category if worked else None),
        "priority": case.priority or None,
        "channel": opened.channel if opened else None,
        "contact": contact,
        "owner": case.owner,
        "state": case.state if opened else None,
        "targets": [promise_answer(promise, zone) for promise in found],
        "events": [_event_answer(event, notes.get(event.seq), zone) for event in events],
        "minutes": {
            "raw": -(-sum(entry.logged_seconds for entry, _ in live) // 60),
            "charged": sum(charge.minutes for _, charge in live),
        },
        "entries": [_entry_answer(entry, charge) for entry, charge in worked],
        "verdict": case.verdict or ("program-error" if any(c.free == "verified" for _, c in live) else None),
        "callbacks": [window_answer(event, zone) for event in case.callbacks],
        "authorised": [_event_answer(event, notes.get(event.seq), zone) for event in case.authorisations],
        "needs_authorisation": rules.service is not None and rules.service.written_authorisation,
        "maintenance": []
        if case.state == "closed"
        else maintenance.touching(looking, head, now, now.astimezone(zone).date()),
    }


def _looked_at(looking: Work, head: Head, book: Book, text: str | None, events: list[CaseEvent]) -> datetime:
    if text is None:
        return max([looking.setting.now(), *(event.at for event in events[-1:])])
    zone = _rules(looking, head, book, inputs.instant(text, _UTC, looking.today)).zone
    return inputs.instant(text, zone, looking.today)


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
