"""An agent's timer: kept in the database, so that another terminal sees it and a reboot loses nothing.

One runs at a time; `stop` makes its entry through the same act as `log`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time

from billing.core.book import Book
from billing.errors import Already, BadInput, Unknown
from billing.office.cases.case_rules import not_ahead
from billing.office.entries import entries, guards
from billing.office.transaction import Act, Decided, Same, Transaction
from billing.requests import moments
from billing.requests.entries import Log
from billing.requests.timing import AskTimers, Discard, Pause, Resume, Start, Stop
from billing.store import timers as store
from billing.store.heads import Head
from billing.store.timers import Timer
from billing.texts import Do, Text, say
from billing.views.entries import Charged
from billing.views.timing import Timers, TimerShown


def start(tx: Transaction, request: Start, _key: str | None) -> Decided[Timers] | Same[Timers]:
    """Sets a timer running for a case; one that runs for another is paused."""
    agent = _agent(request.agent)
    named = entries.resolve(tx, Log(case=request.case, seconds=1))
    assert named.case is not None and named.customer is not None
    head = tx.customer(named.customer)
    at, found = _instant(tx, request.at), store.of(tx.connection, agent)
    guards.check_agent(tx, agent, tx.today, request.new, request.typed)
    running = next((timer for timer in found if timer.since is not None), None)
    if running is not None and running.case == named.case:
        return Same(_shown(tx, agent, at))
    if running is not None:
        store.keep(tx.connection, _paused(running, at))
    mine = next((timer for timer in found if timer.case == named.case), None)
    timer = mine or Timer(agent, named.case, head.id, at, None, 0)
    store.keep(tx.connection, replace(timer, since=at), new=mine is None)
    return _done(tx, head, replace(_shown(tx, agent, at), paused_now=None if running is None else running.case))


def stop(tx: Transaction, request: Stop, key: str | None) -> Decided[Charged]:
    """Makes the entry of a timer, on the day on which it was begun, and forgets the timer."""
    agent = _agent(request.agent)
    timer = _chosen(store.of(tx.connection, agent), agent, request.case)
    seconds = (timer if timer.since is None else _paused(timer, _instant(tx, request.at))).seconds
    if not seconds:
        raise BadInput(
            "bad-duration", say("the timer of {case} has not run", case=timer.case),
            say("{command} forgets it", command=Do("cancel", timer.case)),
        )  # fmt: skip
    wanted = Log(
        customer=tx.customer_by_id(timer.customer_id).code, case=timer.case, seconds=seconds,
        on=timer.began_at.astimezone(tx.zone).date(), agent=agent, note=request.note, category=request.category,
        contact=request.contact, new=request.new, yes=request.yes, reply=request.reply, typed=request.typed,
    )  # fmt: skip
    decided = entries.log(tx, wanted, key)
    store.drop(tx.connection, timer)
    return decided


def pause(tx: Transaction, request: Pause, _key: str | None) -> Decided[Timers]:
    """Lets the running timer stand still."""
    agent = _agent(request.agent)
    at = _instant(tx, request.at)
    timer = next((timer for timer in store.of(tx.connection, agent) if timer.since is not None), None)
    if timer is None:
        raise Unknown("unknown-case", say("no timer of {agent} runs", agent=agent), _beginning())
    store.keep(tx.connection, _paused(timer, at))
    return _done(tx, tx.customer_by_id(timer.customer_id), _shown(tx, agent, at))


def resume(tx: Transaction, request: Resume, key: str | None) -> Decided[Timers] | Same[Timers]:
    """Lets a paused timer go on; one that runs for another case is paused."""
    agent = _agent(request.agent)
    found = store.of(tx.connection, agent)
    waiting = [timer for timer in found if timer.since is None]
    timer = _chosen(found if request.case or not waiting else waiting, agent, request.case)
    return start(tx, Start(case=timer.case, agent=agent, at=request.at), key)


def discard(tx: Transaction, request: Discard, _key: str | None) -> Decided[Timers]:
    """Forgets a timer; nothing is logged."""
    agent = _agent(request.agent)
    timer = _chosen(store.of(tx.connection, agent), agent, request.case)
    store.drop(tx.connection, timer)
    shown = replace(_shown(tx, agent, _instant(tx, None)), discarded=timer.case)
    return _done(tx, tx.customer_by_id(timer.customer_id), shown)


def asked(tx: Transaction, question: AskTimers) -> Timers:
    """The timers of an agent, as they stand now."""
    return _shown(tx, _agent(question.agent), _instant(tx, None))


def running_of(tx: Transaction, agent: str | None) -> TimerShown | None:
    """The timer of an agent that runs, for the top of his day."""
    return None if agent is None else _shown(tx, agent, _instant(tx, None)).running


def _agent(given: str | None) -> str:
    if given is None:
        raise BadInput("bad-input", say("whose timer? give --agent NAME or set BILLING_AGENT"))
    return given


def _instant(tx: Transaction, at: datetime | time | None) -> datetime:
    """The moment that is meant, by default now; never one that has not come."""
    if at is None:
        return tx.setting.now().astimezone(UTC).replace(microsecond=0)
    found = moments.instant(at, tx.zone, tx.today)
    not_ahead(tx, found, tx.zone)
    return found


def _paused(timer: Timer, at: datetime) -> Timer:
    """A timer that ran, standing still from a moment on; one before it was set running is refused."""
    if timer.since is None:
        return timer
    if at < timer.since:
        raise BadInput("bad-time", say("the timer of {case} was set running later than that", case=timer.case))
    return replace(timer, since=None, seconds=timer.worked(at))


def _chosen(found: Sequence[Timer], agent: str, case: str | None) -> Timer:
    """The timer that is meant: that of the case, else the one that runs, else the only one."""
    if case is not None:
        found = [timer for timer in found if timer.case == case]
    if not found:
        wrong = (
            say("{agent} has no timer on {case}", agent=agent, case=case)
            if case
            else say("{agent} has no timer", agent=agent)
        )
        raise Unknown("unknown-case", wrong, _beginning(case))
    if found[0].since is None and len(found) > 1:
        raise Already("conflict", say("several timers are paused; name one: {cases}", cases=[t.case for t in found]))
    return found[0]


def _beginning(case: str | None = None) -> Text:
    return say("{do} sets one running", do=Do("start", case or "CASE"))


def _shown(tx: Transaction, agent: str, at: datetime) -> Timers:
    found = [_timer(tx, timer, at) for timer in store.of(tx.connection, agent)]
    running = next((timer for timer in found if timer.state == "running"), None)
    return Timers(agent=agent, running=running, paused=tuple(timer for timer in found if timer is not running))


def _timer(tx: Transaction, timer: Timer, at: datetime) -> TimerShown:
    head = tx.customer_by_id(timer.customer_id, lock=False)
    return TimerShown(
        case=timer.case, customer=head.code, customer_name=head.name,
        state="paused" if timer.since is None else "running",
        began_at=timer.began_at.astimezone(tx.zone), seconds=max(timer.seconds, timer.worked(at)),
    )  # fmt: skip


def _done(tx: Transaction, head: Head, view: Timers) -> Decided[Timers]:
    return Decided(head, Book(seq=head.seq + 1), tx.today, lambda _: view, only_asked=True)


def _again(tx: Transaction, request: Start | Pause | Resume | Discard, _head: Head, _seq: int) -> Timers:
    return _shown(tx, _agent(request.agent), _instant(tx, None))


ACTS = {
    Start: Act(start, _again),
    Stop: Act(stop, entries.logged_before),
    Pause: Act(pause, _again),
    Resume: Act(resume, _again),
    Discard: Act(discard, _again),
}
QUESTIONS = {AskTimers: asked}
