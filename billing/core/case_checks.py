"""What may happen to a case: each refusal, with what would work (S4, S5, S10, S14). What it makes of it is `cases`'."""

from collections.abc import Sequence
from datetime import date, tzinfo

from billing.core.case_history import in_effect, opening_of, voided
from billing.core.cases import Case, case_of, happen, shown
from billing.core.facts import CaseEvent
from billing.core.tariff import Service
from billing.errors import Already, BadInput, Forbidden, Refusal, Unknown
from billing.texts import Do, say

_ANYWHERE = {"verify", "authorisation"}  # what can be added to a case in every state, and to one never opened
_ALWAYS = _ANYWHERE | {"note", "change", "void"}  # what can be added to a closed one too


def check(events: Sequence[CaseEvent], event: CaseEvent, zone: tzinfo, owner_is_first_answer: bool = False) -> Case:
    """The case before the event, or a refusal where its history does not allow it (S5, S10, S14).

    An event can come late: it is held against what had happened by its moment, and refused where something that
    happened since would not have been allowed after it. `zone` is that of the times in messages.
    """
    case = case_of(event.case, (other for other in events if other.at <= event.at))
    if event.kind == "void":
        _check_void(case_of(event.case, events), events, event, zone)
    else:
        _check_opened(case, events, event, zone)
        _check_now(case, event, zone, owner_is_first_answer)
    if events and (event.kind == "void" or any(other.at > event.at for other in events)):
        _check_later(events, event, zone, owner_is_first_answer)
    return case


def _check_opened(case: Case, events: Sequence[CaseEvent], event: CaseEvent, zone: tzinfo) -> None:
    """A case is opened once, and before anything else happens to it."""
    name, opening = f"case {event.case}", opening_of(events)
    opened = next((other for other in events if other.seq == opening), None)
    if event.kind == "open" and opened is not None:
        raise Already(
            "conflict",
            f"{name} was opened at {shown(opened.at, zone)}; give another reference, or `billing case show "
            f"{event.case}`",
        )
    if event.kind == "open" or event.kind in _ANYWHERE or case.opened is not None:
        return
    if opened is None:
        raise Unknown("unknown-case", f"{name} was never opened; `billing case open CUSTOMER {event.case}` opens it")
    raise BadInput(
        "bad-time",
        f"{event.kind} at {shown(event.at, zone)} is before {name} was opened, at {shown(opened.at, zone)}; give a "
        "time from then on",
    )


def _check_now(case: Case, event: CaseEvent, zone: tzinfo, owner_is_first_answer: bool) -> None:
    """Whether the case as it stands at the moment of the event lets it happen."""
    _check_closed(case, event, zone)
    _check_owner(case, event, owner_is_first_answer)
    _check_state(case, event)


def _check_later(events: Sequence[CaseEvent], event: CaseEvent, zone: tzinfo, owner_is_first_answer: bool) -> None:
    """Whether what happened since still could. What had been done before anyway is no contradiction."""
    before = _refused(events, zone, owner_is_first_answer)
    after = _refused([*events, event], zone, owner_is_first_answer)
    for seq, (other, why) in after.items():
        if seq != event.seq and seq not in before:
            raise Already(
                "conflict",
                f"{event.kind} at {shown(event.at, zone)} does not go with {other.kind} at {shown(other.at, zone)}: "
                f"{why}",
            )


def _refused(
    events: Sequence[CaseEvent], zone: tzinfo, owner_is_first_answer: bool
) -> dict[int, tuple[CaseEvent, str]]:
    """The events that would not be allowed where they stand, each with why."""
    found: dict[int, tuple[CaseEvent, str]] = {}
    case = Case(events[0].case)
    for event in in_effect(events):
        try:
            _check_now(case, event, zone, owner_is_first_answer)
        except Already:
            pass  # it was so already, and still is
        except Refusal as refused:
            found[event.seq] = (event, str(refused.what))
        happen(case, event)
    return found


def _check_void(case: Case, events: Sequence[CaseEvent], event: CaseEvent, zone: tzinfo) -> None:
    """What is voided is an event of the case that counts; a verification is not: it changed what was charged (C2)."""
    name = f"case {event.case}"
    other = next((other for other in events if other.seq == event.refers), None)
    if other is None:
        raise Unknown("not-found", f"{name} has no such event; `billing case show {event.case}` shows them")
    at = shown(other.at, zone)
    if other.kind in ("void", "verify"):
        fix = "record again what it voided" if other.kind == "void" else "`billing edit` or `void` corrects the entries"
        raise Forbidden("not-eligible", f"{other.kind} at {at} of {name} stands; {fix}")
    if other.seq in voided(events) and (other.kind != "open" or case.mistake is not None):
        raise Already(
            "conflict", f"{other.kind} at {at} of {name} is void already; see `billing case show {event.case}`"
        )
    if event.at < other.at:
        raise BadInput("bad-time", f"{other.kind} of {name} was at {at}; it can be voided from then on")


def _check_closed(case: Case, event: CaseEvent, zone: tzinfo) -> None:
    """Nothing happens to a closed case but what reopens it, what can be added in every state, and a word of thanks."""
    if case.closed is None or event.kind == "reopen":
        return
    if event.kind in _ALWAYS and event.priority is None:
        return
    says = event.sender == "customer" and (case.swept or event.kind == "answer")
    if not says or case.mistake is not None:
        raise closed(case, zone)


def _check_owner(case: Case, event: CaseEvent, owner_is_first_answer: bool) -> None:
    name = f"case {event.case}"
    owned = case.owner is not None or event.agent is None  # one that nobody named took can still be taken by name
    first = owner_is_first_answer and case.owner not in (None, event.agent)
    if event.kind == "take" and ((case.taken and owned) or first):
        raise Already(
            "conflict",
            f"{name} is {case.owner or 'somebody'}'s already; `billing case hand-over {event.case} --to AGENT` gives "
            "it to somebody else",
        )
    if event.kind == "hand-over" and case.owner is None and case.take_up is None:
        raise Forbidden("case-not-taken", f"nobody owns {name} yet; `billing case take {event.case}` takes it")
    if event.kind == "hand-over" and case.owner == event.recipient:
        raise Already("conflict", f"{name} is {case.owner}'s already; name another agent")


def _check_state(case: Case, event: CaseEvent) -> None:
    name = f"case {event.case}"
    if event.kind in ("priority", "change") and case.priority == event.priority:
        raise Already("conflict", f"{name} has the priority {case.priority} already; name another one")
    if event.kind == "reopen" and case.state not in ("closed", "resolved"):
        raise Already("conflict", f"{name} is {case.state}; only what is closed or resolved can be reopened")
    if event.kind in ("resolve", "workaround") and case.solution in ("resolve", event.kind):
        raise Already("conflict", f"{name} is resolved already; close it, or reopen it first")
    if event.kind == "verify" and case.verdict == "program-error":
        raise Already("conflict", f"{name} is verified as a program error already")
    if event.kind in ("callback-done", "callback-withdrawn"):
        one = next((one for one in case.callbacks if one.agreed.seq == event.refers), None)
        if one is None:
            raise Unknown("not-found", f"{name} had no such call-back then; `billing case show {event.case}`")
        if not one.open:
            raise Already("conflict", f"that call-back of {name} is {one.state(event.at)} already")


def check_time(case: Case, worked_on: date, from_take_up: bool, zone: tzinfo) -> None:
    """Refuses time on a closed case, and time before the take-up where the tariff says so (S4, S5).

    Work up to the day of the closing, that day included, can be recorded late (T5). A case that was never opened has no
    take-up.
    """
    if case.closed is not None and worked_on > case.closed.at.astimezone(zone).date():
        raise closed(case, zone)
    if not from_take_up or case.opened is None:
        return
    if case.take_up is None or worked_on < case.take_up.astimezone(zone).date():
        name = f"case {case.reference}"
        raise Forbidden(
            "case-not-taken",
            f"{name} was taken up at {shown(case.take_up, zone)}, and its time counts from that day on"
            if case.take_up
            else f"nobody has taken {name} up, and its time counts from then on: `billing case take {case.reference}`",
        )


def check_changes(case: Case | None, service: Service | None) -> None:
    """Refuses work that changes data without the customer's written authorisation, where the tariff asks for it (S12).

    It is kept with a case, so that without a case there is none.
    """
    if service is None or not service.written_authorisation or (case is not None and case.authorisations):
        return
    if case is None:
        wrong = say("work that changes data needs the customer's written authorisation, which is kept with a case")
        raise Forbidden("not-accepted", wrong, say("name the case: {option}", option="--case"))
    raise Forbidden(
        "not-accepted",
        say("case {case} has no written authorisation of the customer to change his data", case=case.reference),
        say("{do} keeps it", do=Do("case authorise", case.reference, "--note", "…")),
    )


def closed(case: Case, zone: tzinfo) -> Forbidden:
    """The refusal of whatever would go on with a closed case."""
    assert case.closed is not None
    how = "was opened by mistake, and closed" if case.mistake else "was closed"
    return Forbidden(
        "case-closed",
        f"case {case.reference} {how} at {shown(case.closed.at, zone)}; "
        f"`billing case reopen {case.reference}` opens it again",
    )
