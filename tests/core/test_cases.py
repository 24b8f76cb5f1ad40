"""What events make of a case, by hand and for every history; promises and closing rules (S2 to S10)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.core import case_checks, case_history, cases, promises
from billing.core.cases import Case, case_of
from billing.core.facts import CaseEvent
from billing.core.promises import Promise, reason_to_close
from billing.core.service import Clock
from billing.core.tariff import Closing, Service, Target, Week
from billing.errors import Refusal

ZONE = ZoneInfo("Europe/Paris")
NINE_TO_FIVE: Week = (((540, 1020),),) * 5 + ((), ())
CLOSED = frozenset({date(2025, 3, 10)})  # a Monday
CLOCKS = {name: Clock(NINE_TO_FIVE, CLOSED, ZONE) for name in ("urgent", "normal")}
SERVICE = Service(
    ("urgent", "normal"), "normal", {"urgent": NINE_TO_FIVE, "normal": NINE_TO_FIVE},
    {
        "urgent": {"reply": Target(60, "business-minutes"), "resolution": Target(2, "business-days")},
        "normal": {
            "reply": Target(48 * 60, "elapsed-minutes"),
            "take-up": Target(7 * 60, "business-minutes"),
            "resolution": Target(10, "business-days"),
        },
    },
    no_target=("wish",), closing=Closing(3, 2, 3, True),
)  # fmt: skip
RULES_BY_8_HOURS = replace(SERVICE, day_minutes=480)


def at(text: str) -> datetime:
    """A local time of March 2025: `4 10:00`."""
    day, _, time = text.partition(" ")
    hour, _, minute = time.partition(":")
    return datetime(2025, 3, int(day), int(hour), int(minute), tzinfo=ZONE).astimezone(UTC)


def events(*told: str, priority: str = "normal", category: str = "support") -> list[CaseEvent]:
    """Events as `4 10:00 ask ana`; `customer` and `sweep` send what they send."""
    found: list[CaseEvent] = []
    for seq, line in enumerate(told, 1):
        day, time, kind, *who = line.split()
        name = who[0] if who else None
        sender = name if name in ("customer", "sweep") else "customer" if kind == "files" else "agent"
        event = CaseEvent(seq, "T", kind, at(f"{day} {time}"), sender, name if sender == "agent" else None)  # type: ignore[arg-type]
        if kind == "open":
            event = replace(event, priority=priority, category=category, agent=None)
        elif kind == "hand-over":
            event = replace(event, recipient=who[1])
        elif kind == "priority":
            event = replace(event, priority=who[1], detail="agreed")
        elif kind == "verify":
            event = replace(event, detail=who[1])
        elif kind == "void":
            event = replace(event, refers=int(who[1]), detail="a slip")
        elif kind == "ask-files" and len(who) > 1:
            event = replace(event, detail="files were asked for")
        found.append(event)
    return found


STATES = [
    # what happened, the state, the owner
    (["3 09:00 open"], "open", None),
    (["3 09:00 open", "3 10:00 attempt ana"], "open", None),
    (["3 09:00 open", "3 10:00 take ana"], "taken", "ana"),
    (["3 09:00 open", "3 10:00 answer ana"], "taken", "ana"),
    (["3 09:00 open", "3 10:00 answer ana", "3 11:00 answer ben"], "taken", "ana"),
    (["3 09:00 open", "3 10:00 answer ana", "3 11:00 take ben"], "taken", "ben"),
    (["3 09:00 open", "3 10:00 reply ana", "3 11:00 reply ben"], "taken", "ana"),
    (["3 09:00 open", "3 10:00 note ana"], "open", None),
    (["3 09:00 open", "3 10:00 close ana", "3 11:00 answer customer"], "closed", "ana"),
    (["3 09:00 open", "3 10:00 ask-files ana closes"], "closed", "ana"),
    (["3 09:00 open", "3 10:00 ask-files ana closes", "3 11:00 files"], "taken", "ana"),
    (["3 09:00 open", "3 10:00 ask-files ana closes", "3 11:00 answer customer"], "taken", "ana"),
    (["3 11:00 ask ana", "3 09:00 open", "3 12:00 answer customer", "3 10:00 take ben"], "taken", "ben"),
    (["3 09:00 open", "3 10:00 resolve ana", "3 11:00 void ana 2"], "open", None),
    (["3 09:00 open", "3 10:00 take ana", "3 11:00 void ana 1"], "closed", "ana"),
    (["3 09:00 open", "3 10:00 take ana", "3 11:00 void ana 1", "3 12:00 reopen ana"], "taken", "ana"),
    (["3 09:00 open", "3 10:00 ask ana"], "waiting", "ana"),
    (["3 09:00 open", "3 10:00 ask ana", "3 11:00 answer customer"], "taken", "ana"),
    (["3 09:00 open", "3 10:00 ask ana", "3 11:00 answer ana"], "waiting", "ana"),
    (["3 09:00 open", "3 10:00 ask-files ana", "3 11:00 files"], "taken", "ana"),
    (["3 09:00 open", "3 10:00 take ana", "3 11:00 hand-over ana ben"], "taken", "ben"),
    (["3 09:00 open", "3 10:00 workaround ana"], "resolved", "ana"),
    (["3 09:00 open", "3 10:00 resolve ana"], "resolved", "ana"),
    (["3 09:00 open", "3 10:00 resolve ana", "3 11:00 ask ana"], "waiting", "ana"),
    (["3 09:00 open", "3 10:00 resolve ana", "3 11:00 answer customer"], "taken", "ana"),
    (["3 09:00 open", "3 10:00 ask ana", "3 11:00 resolve ana"], "resolved", "ana"),
    (["3 09:00 open", "3 10:00 close ana"], "closed", "ana"),
    (["3 09:00 open", "3 10:00 ask ana", "3 11:00 close sweep"], "closed", "ana"),
    (["3 09:00 open", "3 10:00 ask ana", "3 11:00 close sweep", "3 12:00 answer customer"], "taken", "ana"),
    (["3 09:00 open", "3 10:00 ask-files ana", "3 11:00 close sweep", "3 12:00 files"], "taken", "ana"),
    (["3 09:00 open", "3 10:00 close ana", "3 11:00 reopen ben"], "taken", "ana"),
    (["3 09:00 open", "3 10:00 take ana", "3 10:00 close ana", "3 11:00 reopen ben"], "taken", "ana"),
    (["3 09:00 open", "3 10:00 verify ana misuse"], "open", None),
]  # fmt: skip


@pytest.mark.parametrize(("told", "state", "owner"), STATES)
def test_the_state_and_the_owner_by_hand(told: list[str], state: str, owner: str | None) -> None:
    """S1, S10: the first to answer or to take owns a case until it is handed over."""
    case = case_of("T", events(*told))
    assert (case.state, case.owner) == (state, owner)


REFUSED = [
    (["3 09:00 open", "3 10:00 open"], "conflict"),
    (["3 09:00 take ana"], "unknown-case"),
    (["3 09:00 open", "3 08:59 take ana"], "bad-time"),
    (["3 09:00 open", "3 10:00 close ana", "3 11:00 close ana"], "case-closed"),
    (["3 09:00 open", "3 10:00 close ana", "3 11:00 answer ana"], "case-closed"),
    (["3 09:00 open", "3 10:00 ask-files ana closes", "3 11:00 reply ana"], "case-closed"),
    (["3 09:00 open", "3 10:00 take ana", "3 11:00 void ana 1", "3 12:00 answer customer"], "case-closed"),
    (["3 09:00 open", "3 10:00 take ana", "3 11:00 void ana 2", "3 12:00 void ana 2"], "conflict"),
    (["3 09:00 open", "3 10:00 take ana", "3 11:00 void ana 1", "3 12:00 void ana 1"], "conflict"),
    (["3 09:00 open", "3 10:00 take ana", "3 11:00 void ana 2", "3 12:00 void ana 3"], "not-eligible"),
    (["3 09:00 open", "3 10:00 verify ana misuse", "3 11:00 void ana 2"], "not-eligible"),
    (["3 09:00 open", "3 10:00 take ana", "3 09:59 void ana 2"], "bad-time"),
    (["3 09:00 open", "3 10:00 take ana", "3 11:00 void ana 7"], "not-found"),
    (["3 09:00 open", "3 10:00 close ana", "3 11:00 reopen ana", "3 12:00 reply ana", "3 13:00 void ana 3"],
     "conflict"),
    (["3 09:00 open", "3 11:00 reply ana", "3 10:00 close ana"], "conflict"),
    (["3 09:00 open", "3 11:00 reply ana", "3 10:00 hand-over ana ben"], "case-not-taken"),
    (["3 09:00 open", "3 10:00 close ana", "3 11:00 files"], "case-closed"),
    (["3 09:00 open", "3 10:00 ask ana", "3 11:00 close sweep", "3 12:00 resolve ana"], "case-closed"),
    (["3 09:00 open", "3 10:00 take ana", "3 11:00 take ana"], "conflict"),
    (["3 09:00 open", "3 10:00 hand-over ana ben"], "case-not-taken"),
    (["3 09:00 open", "3 10:00 take ana", "3 11:00 hand-over ben ana"], "conflict"),
    (["3 09:00 open", "3 10:00 priority ana normal"], "conflict"),
    (["3 09:00 open", "3 10:00 reopen ana"], "conflict"),
    (["3 09:00 open", "3 10:00 resolve ana", "3 11:00 resolve ana"], "conflict"),
    (["3 09:00 open", "3 10:00 resolve ana", "3 11:00 workaround ana"], "conflict"),
    (["3 09:00 open", "3 10:00 verify ana program-error", "3 11:00 verify ana misuse"], "conflict"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "code"), REFUSED)
def test_what_may_not_happen(told: list[str], code: str) -> None:
    """S5, S10: each refusal has its code and says what would work."""
    *before, last = events(*told)
    for n, event in enumerate(before):
        case_checks.check(before[:n], event, ZONE)
    with pytest.raises(Refusal) as refused:
        case_checks.check(before, last, ZONE)
    assert refused.value.code == code
    assert "T" in refused.value.message


def test_who_answers_first_keeps_the_case_where_the_tariff_says_so() -> None:
    """S10: in systell nobody takes a case from the agent who answered it."""
    *before, take = events("3 09:00 open", "3 10:00 answer ana", "3 11:00 take ben")
    case_checks.check(before, take, ZONE)
    with pytest.raises(Refusal, match="hand-over"):
        case_checks.check(before, take, ZONE, owner_is_first_answer=True)
    case_checks.check(before, replace(take, agent="ana"), ZONE, owner_is_first_answer=True)


def test_whose_answer_it_is() -> None:
    """S14: an answer is the customer's, always; what an agent says is a reply. An older file can say otherwise."""
    assert [cases.sender_of(kind) for kind in ("answer", "files", "reply", "ask")] == [
        "customer", "customer", "agent", "agent",
    ]  # fmt: skip
    assert cases.sender_of("answer", "agent") == "agent"
    by_agent, reply = (case_of("T", events("3 09:00 open", f"3 10:00 {kind} ana")) for kind in ("answer", "reply"))
    assert (by_agent.state, by_agent.met, by_agent.told) == (reply.state, reply.met, reply.told)


# Promises


def promised(told: list[str], now: str, priority: str = "normal", service: Service = SERVICE) -> dict[str, Promise]:
    case = case_of("T", events(*told, priority=priority))
    return {promise.kind: promise for promise in promises.promises(case, service, CLOCKS, at(now))}


PROMISES = [
    # told, priority, now, target, due, state; 10 March is a holiday, 8 and 9 March are a weekend
    (["4 16:30 open"], "urgent", "4 16:40", "reply", "5 09:30", "running"),
    (["4 16:30 open"], "urgent", "5 09:30", "reply", "5 09:30", "running"),
    (["4 16:30 open"], "urgent", "5 09:31", "reply", "5 09:30", "late"),
    (["4 16:30 open", "5 09:30 answer ana"], "urgent", "6 09:00", "reply", "5 09:30", "met"),
    (["4 16:30 open", "5 09:31 ask ana"], "urgent", "6 09:00", "reply", "5 09:30", "late"),
    (["4 16:30 open", "4 16:50 attempt ana"], "urgent", "6 09:00", "reply", "5 09:30", "met"),
    (["4 16:30 open", "4 16:50 take ana"], "urgent", "4 17:00", "reply", "5 09:30", "running"),
    (["4 16:30 open", "4 16:50 answer customer"], "urgent", "4 17:00", "reply", "5 09:30", "running"),
    (["4 16:30 open", "4 16:40 ask ana", "5 10:00 answer customer"], "urgent", "6 09:00", "reply", "5 09:30", "met"),
    (["7 12:00 open"], "normal", "7 12:00", "reply", "9 12:00", "running"),
    (["7 12:00 open"], "normal", "7 12:00", "take-up", "11 11:00", "running"),
    (["7 12:00 open", "11 10:00 answer ana"], "normal", "11 12:00", "take-up", "11 11:00", "met"),
    (["4 12:00 open"], "urgent", "4 12:00", "resolution", "6 12:00", "running"),
    (["7 12:00 open"], "urgent", "7 12:00", "resolution", "12 12:00", "running"),
    (["4 12:00 open", "4 13:00 ask ana"], "urgent", "5 12:00", "resolution", None, "paused"),
    (["4 12:00 open", "4 13:00 ask ana", "4 15:00 answer customer"], "urgent", "5 12:00", "resolution", "6 14:00",
     "running"),
    (["4 12:00 open", "4 16:00 ask ana", "5 10:00 answer customer"], "urgent", "5 12:00", "resolution", "6 14:00",
     "running"),
    (["4 12:00 open", "6 13:00 ask ana"], "urgent", "7 12:00", "resolution", "6 12:00", "late"),
    (["4 12:00 open", "4 13:00 ask ana", "4 15:00 workaround ana"], "urgent", "7 12:00", "resolution", "6 14:00",
     "met"),
    (["4 12:00 open", "6 12:01 resolve ana"], "urgent", "7 12:00", "resolution", "6 12:00", "late"),
    (["4 12:00 open", "5 12:00 close ana"], "urgent", "7 12:00", "resolution", "6 12:00", "met"),
    (["4 12:00 open", "4 13:00 resolve ana", "5 11:00 reopen ana"], "urgent", "5 12:00", "resolution", "7 10:00",
     "running"),
    (["4 12:00 open", "4 13:00 ask ana", "4 14:00 close sweep"], "urgent", "7 12:00", "resolution", None, "paused"),
    (["4 12:00 open", "4 13:00 priority ana urgent"], "normal", "4 14:00", "reply", "4 13:00", "late"),
    (["4 12:00 open", "5 13:00 answer ana", "5 14:00 priority ana urgent"], "normal", "5 15:00", "reply", "6 12:00",
     "met"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "priority", "now", "kind", "due", "state"), PROMISES)
def test_deadlines_by_hand(told: list[str], priority: str, now: str, kind: str, due: str | None, state: str) -> None:
    """S2, S3: business time stops at night, on holidays and while the customer is asked."""
    promise = promised(told, now, priority)[kind]
    assert (promise.due, promise.state) == (None if due is None else at(due), state)


def test_a_business_day_of_eight_hours() -> None:
    """S2: in moveon two business days are 16 hours of business, from wherever they start."""
    told = ["4 16:30 open", "5 10:00 ask ana", "6 10:00 answer customer"]
    assert promised(told, "6 12:00", "urgent", RULES_BY_8_HOURS)["resolution"].due == at("7 16:30")


def test_the_take_up_is_the_first_of_answer_and_take() -> None:
    """S4, S10: who takes over later does not move the moment from which time counts."""
    assert case_of("T", events("3 09:00 open", "3 10:00 answer ana", "3 11:00 take ben")).take_up == at("3 10:00")
    assert case_of("T", events("3 09:00 open", "3 10:00 attempt ana", "3 11:00 take ben")).take_up == at("3 11:00")


def test_how_long_a_target_took() -> None:
    """S3: 60 of 240 business minutes were the customer's; elapsed time counts the night."""
    told = ["4 12:00 open", "4 13:00 ask ana", "4 14:00 answer customer", "4 16:00 resolve ana"]
    case = case_of("T", events(*told, "5 09:00 close ana", priority="urgent"))
    found = {p.kind: p for p in promises.promises(case, SERVICE, CLOCKS, at("5 10:00"))}
    clock, urgent = CLOCKS["urgent"], SERVICE.targets["urgent"]
    assert promises.minutes_taken(case, found["resolution"], urgent["resolution"], clock) == 180
    assert promises.minutes_taken(case, found["reply"], urgent["reply"], clock) == 60
    late = case_of("T", events("4 16:00 open", "5 10:00 answer ana"))
    reply = promises.promises(late, SERVICE, CLOCKS, at("5 10:00"))[0]
    assert promises.minutes_taken(late, reply, SERVICE.targets["normal"]["reply"], clock) == 18 * 60


def test_what_has_no_target() -> None:
    """S3: a feature request has none, nor has a tariff without a service part."""
    wish = case_of("T", events("4 12:00 open", category="wish"))
    assert promises.promises(wish, SERVICE, CLOCKS, at("4 12:00")) == []
    assert promises.promises(case_of("T", events("4 12:00 open")), None, {}, at("4 12:00")) == []


def test_the_queue_by_hand() -> None:
    """S6: Support+, call-backs due now, late, urgent, by deadline, by arrival; what waits or has no target last."""

    def key(name: str, marks: str, opened: str, due: str | None) -> tuple[str, tuple[object, ...]]:
        told = [f"{opened} open"] + (["4 12:30 ask ana"] if "waits" in marks else [])
        case = case_of(name, [replace(event, case=name) for event in events(*told)])
        following = Promise("reply", at(due), None, "late" if "late" in marks else "running") if due else None
        return name, promises.queue_key(case, "plus" in marks, "urgent" in marks, "call" in marks, following)

    wanted = [
        key("plus, due last of all", "plus", "4 12:00", "9 11:00"),
        key("plus, without a target", "plus", "3 09:00", None),
        key("to be called now", "call", "4 12:00", None),
        key("late", "late", "4 11:00", "4 11:30"),
        key("late, and waits since", "late waits", "4 11:00", "4 11:40"),
        key("urgent, due", "urgent", "4 10:00", "6 11:00"),
        key("due first", "", "4 12:00", "4 12:30"),
        key("due second, came first", "", "3 12:00", "5 12:30"),
        key("due second, came later", "", "4 12:00", "5 12:30"),
        key("urgent, without a target", "urgent", "4 09:00", None),
        key("waits, due", "waits", "3 09:00", "4 12:40"),
        key("without, came first", "", "3 09:00", None),
        key("without", "", "3 09:01", None),
    ]
    assert sorted(wanted, key=lambda row: row[1]) == wanted


# Closing

SWEEPS = [
    # told, now, a word of the reason
    (["3 09:00 open", "3 10:00 attempt", "4 11:00 attempt", "5 10:00 attempt"], "5 10:00", "3 failed"),
    (["3 09:00 open", "3 10:00 attempt", "4 11:00 attempt", "5 10:01 attempt"], "5 12:00", None),
    (["3 09:00 open", "3 10:00 attempt", "4 11:00 attempt", "5 10:01 attempt", "6 11:00 attempt"], "6 12:00",
     "3 failed"),
    (["3 09:00 open", "3 10:00 attempt", "4 11:00 attempt"], "7 12:00", None),
    (["3 09:00 open", "7 10:00 attempt", "11 11:00 attempt", "12 10:00 attempt"], "12 12:00", "3 failed"),
    (["3 09:00 open", "3 10:00 attempt", "3 11:00 attempt", "3 12:00 answer customer", "3 13:00 attempt"], "3 14:00",
     None),
    (["3 09:00 open", "4 14:00 ask ana"], "7 13:59", None),
    (["3 09:00 open", "4 14:00 ask ana"], "7 14:00", "no answer"),
    (["3 09:00 open", "6 14:00 ask ana"], "12 13:59", None),
    (["3 09:00 open", "6 14:00 ask ana"], "12 14:00", "no answer"),
    (["3 09:00 open", "4 14:00 ask ana", "5 14:00 ask ana"], "7 14:00", None),
    (["3 09:00 open", "4 14:00 ask ana", "5 14:00 answer customer"], "31 14:00", None),
    (["3 09:00 open", "4 14:00 ask-files ana"], "4 14:00", "files"),
    (["3 09:00 open", "4 14:00 ask-files ana"], "4 13:00", None),
    (["3 09:00 open", "4 14:00 ask-files ana", "4 15:00 files"], "31 14:00", None),
    (["3 09:00 open", "4 14:00 ask-files ana", "4 15:00 close sweep"], "31 14:00", None),
    (["3 09:00 open", "4 14:00 ask-files ana", "4 15:00 close sweep", "5 09:00 reopen ana"], "31 14:00", None),
    (["3 09:00 open"], "31 14:00", None),
    (["3 09:00 open", "3 10:00 resolve ana"], "31 14:00", None),
    (["3 09:00 open", "3 10:00 resolve ana", "3 10:00 ask ana"], "6 10:00", "no answer"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "now", "word"), SWEEPS)
def test_what_the_rules_close(told: list[str], now: str, word: str | None) -> None:
    """S5: attempts within two business days, three business days of silence, files asked for; nothing else."""
    reason = reason_to_close(case_of("T", events(*told)), SERVICE, CLOCKS, at(now))
    assert (reason is None) if word is None else (reason is not None and word in str(reason))
    assert reason_to_close(case_of("T", events(*told)), replace(SERVICE, closing=None), CLOCKS, at(now)) is None


# Every history

KINDS = st.sampled_from(
    ["take", "ask", "ask-files", "answer", "answer customer", "files", "attempt", "workaround", "resolve", "close",
     "reopen", "hand-over", "priority", "verify", "authorisation", "sweep", "reply", "note", "change", "void",
     "callback", "callback-done", "callback-withdrawn"]
)  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> list[CaseEvent]:
    """Random events of which each was allowed when it came."""
    kept = events("3 09:00 open", priority=draw(st.sampled_from(["urgent", "normal"])))
    for kind in draw(st.lists(KINDS, min_size=1, max_size=25)):
        when = kept[-1].at + timedelta(minutes=draw(st.integers(0, 2000)))
        case = case_of("T", kept)
        name, _, said = kind.partition(" ")
        if name == "sweep":
            reason = reason_to_close(case, SERVICE, CLOCKS, when)
            if reason is not None:
                kept.append(CaseEvent(len(kept) + 1, "T", "close", when, "sweep", detail=str(reason)))
            continue
        agent = draw(st.sampled_from(["ana", "ben", None]))
        sender = cases.sender_of(name, said or "agent")  # type: ignore[arg-type]
        event = CaseEvent(len(kept) + 1, "T", name, when, sender, agent)  # type: ignore[arg-type]
        if name == "hand-over":
            event = replace(event, recipient=draw(st.sampled_from(["ana", "ben"])))
        elif name == "priority":
            event = replace(event, priority=draw(st.sampled_from(["urgent", "normal"])), detail="x")
        elif name == "verify":
            event = replace(event, detail=draw(st.sampled_from(cases.VERDICTS)))
        elif name == "change":
            event = replace(event, category=draw(st.sampled_from(["support", "wish"])), contact=draw(st.integers(1, 3)))
        elif name == "ask-files" and draw(st.booleans()):
            event = replace(event, detail="files were asked for")
        elif name == "callback":
            first = when + timedelta(minutes=draw(st.integers(0, 3000)))
            event = replace(event, from_at=first, until_at=first + timedelta(hours=2))
        elif name in ("void", "callback-done", "callback-withdrawn"):
            event = replace(event, refers=draw(st.integers(1, len(kept))), detail="x" if name == "void" else None)
        try:
            case_checks.check(kept, event, ZONE)
        except Refusal:
            continue
        kept.append(event)
    return kept


@settings(max_examples=300)
@given(histories(), st.data())
def test_what_is_recorded_late_is_as_if_it_had_been_recorded_in_time(
    history: list[CaseEvent], data: st.DataObject
) -> None:
    """S14: taken out and put in at the end, an event makes the same case and is allowed; so do all in any order.

    Those at one moment keep their order, which only recording tells. Of what was voided since, a later event may not go
    with what comes back.
    """
    moments = [event.at for event in history]
    one = data.draw(st.sampled_from(history))
    if moments.count(one.at) == 1 and one.kind != "void":
        rest = [event for event in history if event is not one]
        assert case_of("T", [*rest, one]) == case_of("T", history)
        if one.kind != "open" and not any(event.refers for event in history):
            case_checks.check(rest, one, ZONE)
    if len(set(moments)) == len(moments):
        assert case_of("T", data.draw(st.permutations(history))) == case_of("T", history)


@settings(max_examples=200)
@given(histories(), st.integers(0, 24))
def test_what_is_void_is_as_if_it_had_never_been(history: list[CaseEvent], which: int) -> None:
    """S14: of any event but the opening; that closes the case, which then counts in no target."""
    one = history[which % len(history)]
    now = max(event.at for event in history)
    void = CaseEvent(99, "T", "void", now, agent="ana", detail="a slip", refers=one.seq)
    try:
        case_checks.check(history, void, ZONE)
    except Refusal:
        return
    case = case_of("T", [*history, void])
    if one.kind == "open":
        assert (case.state, case.mistake) == ("closed", void)
        assert promises.promises(case, SERVICE, CLOCKS, now) == []
    else:
        assert case == case_of("T", [event for event in history if event is not one and event.refers != one.seq])
        assert one.seq in case_history.voided([*history, void])


@settings(max_examples=200)
@given(histories(), st.integers(0, 24), st.integers(0, 5_000))
def test_a_note_moves_nothing(history: list[CaseEvent], where: int, minutes: int) -> None:
    """S14: an internal note belongs to no clock, wherever it is put in."""
    when = history[where % len(history)].at + timedelta(minutes=minutes)
    note = CaseEvent(99, "T", "note", when, agent="ben")
    case_checks.check(history, note, ZONE)
    assert case_of("T", [*history, note]) == case_of("T", history)


def seen(case: Case, now: datetime) -> object:
    return case, promises.promises(case, SERVICE, CLOCKS, now), reason_to_close(case, SERVICE, CLOCKS, now)


@settings(max_examples=200)
@given(histories(), st.integers(0, 100_000))
def test_the_state_depends_only_on_the_events(history: list[CaseEvent], later: int) -> None:
    """S1, L2: folded at once or one by one, today or next year, a case is the same."""
    now = history[-1].at + timedelta(minutes=later)
    for n in range(1, len(history) + 1):
        assert case_of("T", history[:n]) == case_of("T", iter(history[:n]))
    assert seen(case_of("T", history), now) == seen(case_of("T", list(history)), now)
    assert (case_of("T", history).state == "closed") == (case_of("T", history).closed is not None)


@settings(max_examples=200)
@given(histories(), st.integers(0, 20_000))
def test_sweep_twice_equals_once(history: list[CaseEvent], later: int) -> None:
    """S5: what the rules closed they do not close again, then or ever after, unless somebody reopens it."""
    now = history[-1].at + timedelta(minutes=later)
    case = case_of("T", history)
    reason = reason_to_close(case, SERVICE, CLOCKS, now)
    assert reason == reason_to_close(case, SERVICE, CLOCKS, now)
    if reason is not None:
        closed = [*history, CaseEvent(99, "T", "close", now, "sweep", detail=str(reason))]
        for days in (0, 1, 30):
            assert reason_to_close(case_of("T", closed), SERVICE, CLOCKS, now + timedelta(days=days)) is None
        again = [*closed, CaseEvent(100, "T", "reopen", now, agent="ana")]
        assert reason_to_close(case_of("T", again), SERVICE, CLOCKS, now + timedelta(days=30)) is None


@settings(max_examples=200)
@given(histories(), st.integers(0, 5_000), st.integers(0, 5_000))
def test_pausing_and_resuming_at_once_changes_nothing(history: list[CaseEvent], wait: int, later: int) -> None:
    """S3: a question that is answered in the same moment moves no deadline that is still open."""
    case = case_of("T", history)
    if case.state not in ("open", "taken"):
        return
    when = history[-1].at + timedelta(minutes=wait)
    paused = [
        *history,
        CaseEvent(98, "T", "ask", when, "agent", case.owner),
        CaseEvent(99, "T", "answer", when, "customer"),
    ]
    now = when + timedelta(minutes=later)
    before = {p.kind: p for p in promises.promises(case, SERVICE, CLOCKS, now)}
    after = {p.kind: p for p in promises.promises(case_of("T", paused), SERVICE, CLOCKS, now)}
    assert before.keys() == after.keys()
    assert before.get("resolution") == after.get("resolution")
    assert {kind: p.due for kind, p in before.items()} == {kind: p.due for kind, p in after.items()}


@settings(max_examples=200)
@given(histories(), st.integers(0, 5_000))
def test_waiting_for_the_customer_never_brings_a_deadline_nearer(history: list[CaseEvent], wait: int) -> None:
    """S3: asked and answered later, the resolution is due later or at the same time."""
    case = case_of("T", history)
    if case.state not in ("open", "taken") or case.category in SERVICE.no_target:
        return
    since = history[-1].at
    now = since + timedelta(minutes=wait)
    paused = [
        *history,
        CaseEvent(98, "T", "ask", since, "agent", case.owner),
        CaseEvent(99, "T", "answer", now, "customer"),
    ]
    before = promises.promises(case, SERVICE, CLOCKS, now)[-1]
    after = promises.promises(case_of("T", paused), SERVICE, CLOCKS, now)[-1]
    assert before.kind == after.kind == "resolution"
    assert before.due is not None and after.due is not None and before.due <= after.due


def test_an_instant_is_written_as_the_clock_of_the_zone_shows_it_to_the_minute() -> None:
    assert cases.shown(datetime(2025, 12, 31, 23, 30, 59, tzinfo=UTC), ZONE) == "2026-01-01T00:30"


def test_what_a_change_does_not_name_stays_s14() -> None:
    opened = events("4 10:00 open")
    changes = [
        CaseEvent(2, "T", "change", at("4 11:00"), contact=7),
        CaseEvent(3, "T", "change", at("4 12:00"), category="training"),
        CaseEvent(4, "T", "change", at("4 13:00"), contact=8),
    ]
    seen = [(case.category, case.contact) for n in range(4) for case in [case_of("T", [*opened, *changes[:n]])]]
    assert seen == [("support", None), ("support", 7), ("training", 7), ("training", 8)]
    assert case_of("T", opened).reference == "T" == case_of("T", []).reference


def test_the_customer_hears_of_what_an_agent_says_and_of_a_take_up_that_was_told_s2() -> None:
    told = [CaseEvent(1, "T", kind, at("4 10:00"), sender, detail=detail)  # type: ignore[arg-type]
            for kind, sender, detail in [
                ("reply", "agent", None), ("reply", "customer", None), ("take", "agent", None),
                ("take", "agent", cases.TOLD), ("take", "customer", cases.TOLD), ("note", "agent", cases.TOLD),
            ]]  # fmt: skip
    assert [cases.tells(event) for event in told] == [True, False, False, True, False, False]
