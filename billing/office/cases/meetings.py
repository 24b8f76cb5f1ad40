"""Reports on cases for the weekly meeting: what is unresolved, verified errors, how targets were kept (S2, S6, S7)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from billing.core import case_history, cases, promises
from billing.core import sla as core
from billing.core.sla import Outcome
from billing.core.units import ONE_DAY, whole_minutes
from billing.office.cases import found
from billing.office.cases.found import Found
from billing.office.cases.showing import call_of, target_of
from billing.office.transaction import Transaction
from billing.requests import cases as requests
from billing.requests.reviews import AskCallBacks, AskSla
from billing.store import cases as store
from billing.views.cases import Miss, OpenCases, OpenRow, ProgramError, ProgramErrors, Sla, SlaRow
from billing.views.reviews import CallBackRow, CallBacks, CallBackSum

_ZONES = timedelta(hours=15)  # by which a zone's day can lie beside that of UTC


def open_cases(tx: Transaction, question: requests.AskOpenCases) -> OpenCases:
    """The unresolved cases for the weekly meeting, the oldest first (S6)."""
    now = found.moment(tx, question.at)
    unresolved = found.unresolved(tx, now, question.at, found.customer_of(tx, question))
    some, known = found.narrowed(tx, question, unresolved, now)
    return OpenCases(
        now.astimezone(tx.zone),
        tuple(
            OpenRow(
                **found.row(one, known),
                age_days=cases.age_days(one.case, now),
                next=found.following(one, promises.next_due(found.promised(one, now))),
            )
            for one in sorted(some, key=found.arrival)
        ),
    )


def program_errors(tx: Transaction, question: requests.AskProgramErrors) -> ProgramErrors:
    """The verified program errors: what quality control takes on; the other verdicts where they are asked for (S7)."""
    first, last = question.days(tx.today)
    some = [
        verdict
        for verdict in store.verdicts(tx.connection, tx.zone)
        if first <= verdict.on <= last and (question.others or verdict.kind == "program-error")
    ]
    references = {verdict.case for verdict in some}
    events = store.events_on(tx.connection, references)
    notes, categories = store.notes_on(tx.connection, references), store.first_categories(tx.connection, references)
    works, subjects = store.works(tx.connection, references), store.subjects(tx.connection, references)
    customers = store.customers(tx.connection)
    rows = []
    for verdict in some:
        key = (verdict.customer, verdict.case)
        case, work = cases.case_of(verdict.case, events.get(key, ())), works.get(key)
        if case.mistake is not None:
            continue
        opened = case.opened
        rows.append(
            ProgramError(
                case=verdict.case,
                customer=customers[verdict.customer].code,
                customer_name=customers[verdict.customer].name,
                category=case.category if opened else categories.get(key),
                kind=verdict.kind,
                date=verdict.on,
                agent=verdict.agent,
                position=verdict.seq,
                subject=subjects.get(key),
                note=notes.get((verdict.customer, opened.seq)) if opened else None,
                found=notes.get((verdict.customer, verdict.seq)),
                raw=whole_minutes(work.seconds) if work else 0,
            )
        )
    rows.sort(key=lambda row: (row.date, row.customer, row.position))
    return ProgramErrors(first=first, last=last, errors=tuple(rows))


def sla(tx: Transaction, question: AskSla) -> Sla:
    """How the cases opened in a period kept their targets, and each that was missed, by how much (S2).

    Cases that a log opened and on which nothing happened since are left out: nobody asked when they say so.
    """
    now, (first, last) = found.moment(tx, None), question.days(tx.today)
    some = list(_opened(tx, first, last))
    candidates = {one.case.reference for one in some if cases.is_only_opened(one.case)}
    logged = store.opened_by_log(tx.connection, candidates)
    counted = [one for one in some if one.key not in logged]
    known = found.about(tx, counted)
    outcomes = [outcome for one in counted for outcome in _outcomes(one, known.owner(one), now)]
    by_case = {one.case.reference: one for one in counted}
    return Sla(
        month=question.whole_month(tx.today),
        first=first,
        last=last,
        by=question.by,
        rows=tuple(
            SlaRow(
                **{question.by: row.of}, kind=row.kind, met=row.met, missed=row.missed, running=row.running,
                median=row.median, worst=row.worst,
            )
            for row in core.kept(outcomes, question.by)
        ),
        misses=tuple(_miss(outcome, by_case[outcome.case], known) for outcome in core.missed(outcomes)),
        logged=len(some) - len(counted),
    )  # fmt: skip


def callbacks(tx: Transaction, question: AskCallBacks) -> CallBacks:
    """The call-backs whose window begins in a period, in that order, and how many stand how (S10)."""
    now, (first, last) = found.moment(tx, None), question.days(tx.today)
    some = list(found.every(tx, store.with_windows(tx.connection)))
    known = found.about(tx, some)
    calls = []
    for one in some:
        within = [call for call in one.case.callbacks if first <= call.first.astimezone(one.rules.zone).date() <= last]
        names = case_history.names(one.case.reference, one.events) if within else {}
        for call in within:
            shown = call_of(call, one.rules.zone, names, now)
            calls.append(
                CallBackRow(
                    id=shown.id,
                    case=one.case.reference,
                    customer=one.customer.code,
                    customer_name=one.customer.name,
                    subject=known.subjects.get(one.key),
                    agent=known.owner(one),
                    first=shown.first,
                    last=shown.last,
                    state=shown.state,
                    late=call.done_late,
                    done=shown.done,
                    done_by=shown.agent,
                )
            )
    calls.sort(key=lambda row: (row.first, row.id))
    groups: dict[str, list[CallBackRow]] = {}
    for row in calls:
        groups.setdefault((row.agent or "") if question.by == "agent" else row.customer, []).append(row)
    return CallBacks(
        first=first,
        last=last,
        by=question.by,
        rows=tuple(_called(question.by, of, groups[of]) for of in sorted(groups)),
        calls=tuple(calls),
    )


def _called(by: str, of: str, rows: list[CallBackRow]) -> CallBackSum:
    states = [row.state for row in rows]
    return CallBackSum(
        agent=of if by == "agent" else None,
        customer=of if by == "customer" else None,
        due=states.count("due"),
        done=states.count("done"),
        late=sum(row.late for row in rows),
        missed=states.count("missed"),
        withdrawn=states.count("withdrawn"),
    )


def _opened(tx: Transaction, first: date, last: date) -> Iterator[Found]:
    """The cases opened from a day to a day, in the zone of their tariff."""
    since, until = (datetime.combine(day, time(), UTC) for day in (first, last))
    events = store.opened_between(tx.connection, since - _ZONES, until + ONE_DAY + _ZONES)
    for one in found.every(tx, events):
        if first <= one.opened.at.astimezone(one.rules.zone).date() <= last:
            yield one


def _outcomes(one: Found, owner: str | None, now: datetime) -> list[Outcome]:
    last = one.case.last
    at = now if last is None else max(now, last.at)
    return core.outcomes(one.case, one.rules.service, one.rules.clocks, at, one.customer.code, owner, one.rules.zone)


def _miss(outcome: Outcome, one: Found, known: found.About) -> Miss:
    target = target_of(outcome.promise, one.rules.zone)
    assert target.due is not None and outcome.late_by is not None
    return Miss(
        case=outcome.case,
        customer=outcome.customer,
        customer_name=one.customer.name,
        subject=known.subjects.get(one.key),
        agent=outcome.agent,
        priority=outcome.priority,
        kind=outcome.promise.kind,
        opened=one.opened.at.astimezone(one.rules.zone),
        due=target.due,
        met=target.met,
        late_by=outcome.late_by,
        unit=outcome.unit,
    )
