"""What may happen to a case: each refusal, with what would work (S4, S5, S10, S14). What it makes of it is `cases`'."""

from collections.abc import Sequence
from datetime import date, tzinfo

from billing.core.case_history import in_effect, opening_of, voided
from billing.core.cases import Case, case_of, happen, shown
from billing.core.facts import CaseEvent
from billing.core.tariff import Service
from billing.errors import Already, BadInput, Forbidden, Refusal, Unknown
from billing.texts import Do, Text, say

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
    opening = opening_of(events)
    opened = next((other for other in events if other.seq == opening), None)
    if event.kind == "open" and opened is not None:
        raise Already(
            "conflict",
            say("case {case} was opened at {when}", case=event.case, when=shown(opened.at, zone)),
            say("give another reference, or {do}", do=Do("case show", event.case)),
        )
    if event.kind == "open" or event.kind in _ANYWHERE or case.opened is not None:
        return
    if opened is None:
        raise Unknown(
            "unknown-case",
            say("case {case} was never opened", case=event.case),
            say("{do} opens it", do=Do("case open", "CUSTOMER", event.case)),
        )
    raise BadInput(
        "bad-time",
        say(
            "{kind} at {when} is before case {case} was opened, at {opened}",
            kind=event.kind,
            when=shown(event.at, zone),
            case=event.case,
            opened=shown(opened.at, zone),
        ),
        say("give a time from then on"),
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
                say(
                    "{kind} at {when} does not go with {other} at {then}: {why}",
                    kind=event.kind,
                    when=shown(event.at, zone),
                    other=other.kind,
                    then=shown(other.at, zone),
                    why=why,
                ),
            )


def _refused(
    events: Sequence[CaseEvent], zone: tzinfo, owner_is_first_answer: bool
) -> dict[int, tuple[CaseEvent, str | Text]]:
    """The events that would not be allowed where they stand, each with why."""
    found: dict[int, tuple[CaseEvent, str | Text]] = {}
    case = Case(events[0].case)
    for event in in_effect(events):
        try:
            _check_now(case, event, zone, owner_is_first_answer)
        except Already:
            pass  # it was so already, and still is
        except Refusal as refused:
            found[event.seq] = (event, refused.what)
        happen(case, event)
    return found


def _check_void(case: Case, events: Sequence[CaseEvent], event: CaseEvent, zone: tzinfo) -> None:
    """What is voided is an event of the case that counts; a verification is not: it changed what was charged (C2)."""
    other = next((other for other in events if other.seq == event.refers), None)
    if other is None:
        raise Unknown(
            "not-found",
            say("case {case} has no such event", case=event.case),
            say("{do} shows them", do=Do("case show", event.case)),
        )
    known = {"kind": other.kind, "when": shown(other.at, zone), "case": event.case}
    if other.kind in ("void", "verify"):
        raise Forbidden(
            "not-eligible",
            say("{kind} at {when} of case {case} stands", **known),
            say("record again what it voided")
            if other.kind == "void"
            else say("{do} or {other} corrects the entries", do=Do("edit"), other=Do("void")),
        )
    if other.seq in voided(events) and (other.kind != "open" or case.mistake is not None):
        raise Already(
            "conflict",
            say("{kind} at {when} of case {case} is void already", **known),
            say("see {do}", do=Do("case show", event.case)),
        )
    if event.at < other.at:
        raise BadInput(
            "bad-time", say("{kind} of case {case} was at {when}", **known), say("it can be voided from then on")
        )


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
    owned = case.owner is not None or event.agent is None  # one that nobody named took can still be taken by name
    first = owner_is_first_answer and case.owner not in (None, event.agent)
    if event.kind == "take" and ((case.taken and owned) or first):
        raise Already(
            "conflict",
            say("case {case} is {owner}'s already", case=event.case, owner=case.owner)
            if case.owner
            else say("somebody has taken case {case} up already", case=event.case),
            say("{do} gives it to somebody else", do=Do("case hand-over", event.case, "--to", "AGENT")),
        )
    if event.kind == "hand-over" and case.owner is None and case.take_up is None:
        raise Forbidden(
            "case-not-taken",
            say("nobody owns case {case} yet", case=event.case),
            say("{do} takes it", do=Do("case take", event.case)),
        )
    if event.kind == "hand-over" and case.owner == event.recipient:
        raise Already(
            "conflict",
            say("case {case} is {owner}'s already", case=event.case, owner=case.owner),
            say("name another agent"),
        )


def _check_state(case: Case, event: CaseEvent) -> None:
    known = {"case": event.case}
    if event.kind in ("priority", "change") and case.priority == event.priority:
        raise Already(
            "conflict",
            say("case {case} has the priority {priority} already", priority=case.priority, **known),
            say("name another one"),
        )
    if event.kind == "reopen" and case.state not in ("closed", "resolved"):
        raise Already(
            "conflict",
            say("case {case} is not closed", **known),
            say("only what is closed or resolved can be reopened"),
        )
    if event.kind in ("resolve", "workaround") and case.solution in ("resolve", event.kind):
        raise Already("conflict", say("case {case} is resolved already", **known), say("close it, or reopen it first"))
    if event.kind == "verify" and case.verdict == "program-error":
        raise Already("conflict", say("case {case} is verified as a program error already", **known))
    if event.kind in ("callback-done", "callback-withdrawn"):
        one = next((one for one in case.callbacks if one.agreed.seq == event.refers), None)
        if one is None:
            raise Unknown(
                "not-found",
                say("case {case} had no such call-back then", **known),
                say("{do} shows them", do=Do("case show", event.case)),
            )
        if not one.open:
            raise Already(
                "conflict",
                say("that call-back of case {case} is done already", **known)
                if one.done is not None
                else say("that call-back of case {case} is withdrawn already", **known),
            )


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
        if case.take_up is not None:
            known = {"case": case.reference, "when": shown(case.take_up, zone)}
            raise Forbidden(
                "case-not-taken",
                say("case {case} was taken up at {when}, and its time counts from that day on", **known),
            )
        raise Forbidden(
            "case-not-taken",
            say("nobody has taken case {case} up, and its time counts from then on", case=case.reference),
            say("{do} takes it up", do=Do("case take", case.reference)),
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
    known = {"case": case.reference, "when": shown(case.closed.at, zone)}
    return Forbidden(
        "case-closed",
        say("case {case} was opened by mistake, and closed at {when}", **known)
        if case.mistake
        else say("case {case} was closed at {when}", **known),
        say("{do} opens it again", do=Do("case reopen", case.reference)),
    )
