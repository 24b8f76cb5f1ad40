"""Call-backs as they are asked for: which window is meant, and which of several (S10)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from billing.core import callbacks, case_history, cases
from billing.core.cases import Case
from billing.core.facts import CaseEvent
from billing.core.naming import folded
from billing.core.service import Clock
from billing.errors import BadInput, Unknown, either
from billing.office.cases.case_rules import Rules
from billing.office.transaction import Transaction
from billing.requests import moments
from billing.requests.cases import RecordEvent
from billing.requests.working_hours import week_of
from billing.store import parties
from billing.store.heads import Head
from billing.texts import Do, say


def window(tx: Transaction, rules: Rules, request: RecordEvent, now: datetime) -> tuple[datetime, datetime]:
    """When the customer can be called back, from and to; a time of day will do for the end of the same day."""
    if request.window is None:
        command = Do("case callback add", request.case, "--from", "2025-03-05T09:00", "--to", "11:00")
        raise BadInput("bad-input", say("when? {command}", command=command))
    first = moments.instant(request.window[0], rules.zone, tx.today)
    last = moments.instant(request.window[1], rules.zone, first.astimezone(rules.zone).date())
    if first >= last:
        known = {"first": first.astimezone(rules.zone), "last": last.astimezone(rules.zone)}
        wrong = say("the window ends at {last}, not after it begins at {first}", **known)
        raise BadInput("bad-time", wrong)
    if last <= now and not tx.bulk:  # a file tells what was
        wrong = say("the window was over at {last}", last=cases.shown(last, rules.zone))
        raise BadInput("bad-time", wrong, say("give one that is still to come"))
    return first, last


def after_voicemail(tx: Transaction, head: Head, rules: Rules, priority: str, event: CaseEvent) -> CaseEvent:
    """The event, with the window that a message on a voicemail makes outside of the customer's working hours (S10).

    Whose hours nobody wrote down is called back when somebody thinks of it.
    """
    hours = parties.customer_data(tx.connection, head.id).hours if event.channel == "voicemail" else None
    if not hours:
        return event
    line = rules.clocks.get(priority) or next(iter(rules.clocks.values()), None)
    week = week_of(hours)
    theirs = Clock(week, line.holidays if line is not None else frozenset(), rules.zone)
    found = callbacks.after_voicemail(theirs, line or theirs, event.at)
    return event if found is None else replace(event, from_at=found[0], until_at=found[1])


def meant(request: RecordEvent, case: Case, events: Sequence[CaseEvent], when: datetime, loads: bool) -> int:
    """The position of the call-back that is meant: the one that is named, else the only one that it can be.

    In a load, one that was settled by the same event at the same time: then that is known (L5). Raises `not-found`, and
    `bad-input` where it can be several.
    """
    names = case_history.names(case.reference, events)
    if request.event is not None:
        named = case_history.split(request.event)
        mine = named is not None and folded(named[0]) == folded(case.reference)
        event = case_history.numbered(events, named[1]) if named is not None and mine else None
        if event is None or event.from_at is None:
            wrong = say("case {case} has no call-back {event}", case=case.reference, event=request.event)
            raise Unknown("not-found", wrong, say("{command} shows them", command=Do("case show", case.reference)))
        return event.seq
    for other in events if loads else ():
        if (other.kind, other.at, other.agent) == (request.kind, when, request.agent) and other.refers is not None:
            return other.refers
    found = callbacks.meant(case.callbacks, when)
    if not found:
        wrong = say("case {case} has no call-back that is still to be made", case=case.reference)
        raise Unknown("not-found", wrong, say("{command} shows them", command=Do("case show", case.reference)))
    if len(found) > 1:
        wrong = say("case {case} has several call-backs", case=case.reference)
        which = either([names[one.agreed.seq] for one in found])
        raise BadInput("bad-input", wrong, say("name {which}", which=which))
    return found[0].agreed.seq
