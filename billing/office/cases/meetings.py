"""Reports on cases for the weekly meeting: what is unresolved, verified errors, how targets were kept (S2, S6, S7)."""

from datetime import date

from billing.core import cases, promises, sla
from billing.core.units import month_later, whole_minutes
from billing.office.cases import found
from billing.office.transaction import Transaction
from billing.requests import cases as requests
from billing.store import cases as store
from billing.views.cases import OpenCases, OpenRow, ProgramError, ProgramErrors, Sla


def open_cases(tx: Transaction, question: requests.AskOpenCases) -> OpenCases:
    """The unresolved cases for the weekly meeting, the oldest first (S6)."""
    now = found.moment(tx, question.at)
    some, known = found.narrowed(tx, question, found.unresolved(tx, now, question.at), now)
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
    """The verified program errors: what quality control takes on (S7)."""
    rows = []
    first, last = question.days(tx.today)
    for code, customer, seq, reference, on in store.verified(tx.connection, first.isoformat(), last.isoformat()):
        worked = store.worked(tx.connection, customer, reference)
        opened = cases.case_of(reference, store.events_of(tx.connection, customer, reference)).opened
        rows.append(
            ProgramError(
                case=reference,
                customer=code,
                category=opened.category if opened else (worked[0][0].category if worked else None),
                date=date.fromisoformat(on),
                position=seq,
                note=store.note_at(tx.connection, customer, opened.seq) if opened else None,
                raw=whole_minutes(sum(e.logged_seconds for e, charge in worked if charge.free != "void")),
            )
        )
    return ProgramErrors(first=first, last=last, errors=tuple(rows))


def sla_of_month(tx: Transaction, question: requests.AskSla) -> Sla:
    """How the cases opened in a month kept their targets (S2)."""
    now, month = found.moment(tx, None), question.month
    outcomes = [
        sla.outcome(one.case, promise, one.rules.service, one.rules.clocks)
        for one in found.every(tx, store.every(tx.connection))
        if one.rules.service is not None
        and month <= one.opened.at.astimezone(one.rules.zone).date() < month_later(month, 1)
        for promise in found.promised(one, max(now, one.case.last.at if one.case.last else now))
    ]
    return Sla(f"{month:%Y-%m}", tuple(sla.kept(outcomes)))
