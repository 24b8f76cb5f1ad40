"""What runs by time: the closing rules, and what somebody should look at, each told once.

What there is to tell is looked for first, with nothing locked. One transaction then closes cases and keeps what is
told; of two ticks at once the second does it again and finds nothing left.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from billing.core import expiring
from billing.core import outbox as events
from billing.core.expiring import Ending
from billing.core.slips import ENTRY_SECONDS
from billing.core.units import Window
from billing.office import hooks, outbox
from billing.office.balances import names
from billing.office.cases import caseload, found
from billing.office.payments import reminders
from billing.office.privacy import passing
from billing.office.reports import stats
from billing.office.transacting import done, look
from billing.office.transaction import Setting, Transaction
from billing.requests.cases import SweepCases
from billing.requests.ticking import Tick
from billing.store import alerts as store
from billing.store import cases, sizes, standing, timers
from billing.store import hooks as store_hooks
from billing.store.alerts import Key
from billing.texts import Text, say
from billing.views.ticking import Alert, AlertKind, Ticked

_EVENTS: dict[AlertKind, str] = {"low": events.LOW, "grant": events.EXPIRING}
_TARGETS = {"reply": say("first reply"), "take-up": say("take-up"), "resolution": say("resolution")}


def tick(setting: Setting, request: Tick, _key: str | None, dry_run: bool, _progress: object) -> tuple[Ticked, bool]:
    """Does what runs by time; whether it is new says if there was anything."""
    with look(setting) as tx:
        now = found.moment(tx, request.at)
        day = now.astimezone(tx.zone).date()
        told = dict(
            [*_late(tx, now), *_missed(tx, now), *_timers(tx, now), *_ending(tx, day, request.days), *_limits(tx)]
        )
    told |= dict(_reminders(setting, day))
    ticked = done(setting, lambda tx: _kept(tx, request, now, told), dry_run=dry_run)
    return ticked, bool(ticked.closed or ticked.alerts)


def _kept(tx: Transaction, request: Tick, now: datetime, told: dict[Key, Alert]) -> Ticked:
    """Closes what the rules close, keeps which alerts are told now, and answers both."""
    closed = caseload.sweep(tx, SweepCases(at=request.at), None).closed
    untold = store.untold(tx.connection, told)
    gone = {one.case for one in closed}  # late until now
    fresh = [key for key, alert in told.items() if key in untold and not (key[0] == "late" and alert.about in gone)]
    store.keep(tx.connection, fresh, now)
    if request.at is None:  # what is low no more can be low again: another episode
        for kind in ("low", "limit"):
            store.forget(tx.connection, kind, [key for key in told if key[0] == kind])
        sizes.optimize(tx.connection)
        hooks.forget(tx)
        passing.forget(tx, told)
    _told(tx, [told[key] for key in sorted(fresh, key=lambda key: told[key].customer or "")])
    return Ticked(now.astimezone(tx.zone), closed, tuple(told[key] for key in fresh))


def _told(tx: Transaction, fresh: Iterable[Alert]) -> None:
    """Tells listeners what is low or ends, each with the customer locked: so what he is told is in one order."""
    listens = store_hooks.told(tx.connection)
    for alert in fresh if listens else ():
        event = _EVENTS.get(alert.kind)
        if event is not None and alert.customer is not None:
            more = {} if alert.due is None else {"expires": f"{alert.due}"}
            outbox.write(tx.connection, tx.appender, tx.customer(alert.customer), [
                (event, {"grant": alert.about, **more})])  # fmt: skip


def _late(tx: Transaction, now: datetime) -> Iterator[tuple[Key, Alert]]:
    """The targets of unresolved cases that are late, in the order in which they came (S2)."""
    rows = []
    for one in found.unresolved(tx, now, None):
        for promise in found.promised(one, now):
            if promise.state == "late" and promise.met is None and promise.due is not None:
                rows.append((promise.due, one, promise))
    for due, one, promise in sorted(rows, key=lambda row: (row[0], row[1].case.reference)):
        case, customer = one.case.reference, one.customer.code
        known = {"case": case, "customer": customer, "target": _TARGETS[promise.kind]}
        text = say("{case} ({customer}) is late: {target}, due {due}", **known, due=due.astimezone(one.rules.zone))
        alert = Alert(
            kind="late", customer=customer, about=case, due=due.astimezone(one.rules.zone), text=text,
            command=f"billing case show {case}",
        )  # fmt: skip
        yield ("late", case, promise.kind, due.isoformat()), alert


def _missed(tx: Transaction, now: datetime) -> Iterator[tuple[Key, Alert]]:
    """The call-backs whose window is over, and since which the customer heard nothing (S10)."""
    rows = [
        (call.last, one, call)
        for one in found.unresolved(tx, now, None)
        for call in found.to_call(one, now)
        if call.state == "missed"
    ]
    for last, one, call in sorted(rows, key=lambda row: (row[0], row[2].id)):
        case, customer, zone = one.case.reference, one.customer.code, one.rules.zone
        text = say(
            "{case} ({customer}) was not called back: {first} to {last}",
            case=case, customer=customer, first=call.first.astimezone(zone), last=last.astimezone(zone),
        )  # fmt: skip
        alert = Alert(
            kind="callback", customer=customer, about=case, due=last, text=text, command=f"billing case show {case}"
        )
        yield ("callback", case, call.id, last.isoformat()), alert


def _timers(tx: Transaction, now: datetime) -> Iterator[tuple[Key, Alert]]:
    """The timers that have run for longer than an entry does (M19's guard)."""
    customers = cases.customers(tx.connection)
    for timer in timers.running(tx.connection):
        assert timer.since is not None
        if timer.worked(now) > ENTRY_SECONDS:
            customer = customers[timer.customer_id].code
            text = say(
                "{agent}'s timer of {case} ({customer}) has run for {hours} {hours:hour|hours}",
                agent=timer.agent, case=timer.case, customer=customer, hours=timer.worked(now) // 3600,
            )  # fmt: skip
            alert = Alert(
                kind="timer", customer=customer, about=timer.case, due=timer.since.astimezone(tx.zone), text=text,
                command=f"billing stop {timer.case} --agent {timer.agent} --at TIME",
            )  # fmt: skip
            yield ("timer", timer.agent, timer.case, timer.since.isoformat()), alert


def _ending(tx: Transaction, day: date, days: int) -> Iterator[tuple[Key, Alert]]:
    """What ends within some days and can be bought again, and whose packs are nearly used up (G5, G13)."""
    customers = cases.customers(tx.connection)
    soon = Window(day, day + timedelta(days=days))
    rows = []
    for key, book in standing.books(tx.connection, tx.tariffs.every(), day).items():
        code = customers[key].code
        rows += [(ending.last, code, ending) for ending in expiring.expiring(book, soon)]
        low = expiring.low(book, day)
        if low is not None:
            text = say(
                "{customer}: {minutes} min are left of the packs, a tenth or less", customer=code, minutes=low.minutes
            )
            grant = names.numbered(code, low.grant)
            command = f"billing buy {code} {low.product}"
            yield (
                ("low", code, grant),
                Alert(kind="low", customer=code, about=grant, due=None, text=text, command=command),
            )
    for _, code, ending in sorted(rows, key=lambda row: (row[0], row[1], row[2].kind, row[2].name)):
        yield _of_ending(code, ending)


def _of_ending(code: str, ending: Ending) -> tuple[Key, Alert]:
    known: dict[str, object] = {"customer": code, "name": ending.name, "last": ending.last}
    if ending.kind == "contract":
        text = say("{customer}: the contract on {name} ends on {last}", **known)
    elif ending.kind == "pack":
        text = say("{customer}: {minutes} min of {name} end on {last}", **known, minutes=ending.minutes)
    else:
        text = say("{customer}: {name} ends on {last}", **known)
    about = ending.name if ending.grant is None else names.numbered(code, ending.grant)
    kind: AlertKind = "grant" if ending.kind == "pack" else ending.kind
    alert = Alert(
        kind=kind, customer=code, about=about, due=ending.last, text=text, command=names.goes_on(code, ending)
    )
    return (kind, code, about, f"{ending.last}"), alert


def _limits(tx: Transaction) -> Iterator[tuple[Key, Alert]]:
    """What there can only be so much of, when little is left."""
    for limit in stats.limits(tx, sizes.of(tx.connection)):
        if limit.near:
            yield (
                ("limit", limit.about),
                Alert(
                    kind="limit", customer=None, about=limit.about, due=None, text=limit.text, command="billing stats"
                ),
            )


def _reminders(setting: Setting, day: date) -> Iterable[tuple[Key, Alert]]:
    """The invoices that a run of reminders would remind of on a day: named, for sending them is somebody's act."""
    with look(setting) as tx:
        letters = reminders.preview(tx, day)
    for letter in letters:
        for one in letter.invoices:
            text: Text = say(
                "{invoice} ({customer}) is {days} {days:day|days} late: reminder {step} is due",
                invoice=one.number, customer=letter.customer, days=one.days_late, step=one.step,
            )  # fmt: skip
            alert = Alert(
                kind="reminder", customer=letter.customer, about=one.number, due=one.due, text=text,
                command="billing remind",
            )  # fmt: skip
            yield ("reminder", one.number, f"{one.step}"), alert
