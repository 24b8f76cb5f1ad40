"""Announced maintenance as it stands at a moment: for replies, cases and lists (S9)."""

from collections.abc import Sequence
from datetime import date, datetime, time

from billing.office.transaction import Transaction
from billing.store import maintenance as store
from billing.store.heads import Head
from billing.store.maintenance import Maintenance
from billing.views.maintenance import Acknowledged, Planned


def touching(tx: Transaction, head: Head, at: datetime, day: date) -> tuple[Planned, ...]:
    """What is running at a time or ahead of it for the customer's tariff of a day: for replies and cases (S9)."""
    if not store.ahead(tx.connection, at):
        return ()  # as nearly always: nothing more is read
    tx.hourly = True
    tariff = tariff_of(tx, head, day)
    found = store.announced(tx.connection, at, tariff) if tariff is not None else []
    return planned_of(tx, found, at)


def at_of(tx: Transaction, day: date) -> datetime:
    """The moment that stands for a day: now if it is today, else its beginning."""
    if day == tx.today:
        return tx.setting.now()
    return datetime.combine(day, time(), tx.zone)


def tariff_of(tx: Transaction, head: Head, day: date) -> str | None:
    term = tx.agreed(head).term_on(day)
    return None if term is None else term.tariff.name


def missing(tx: Transaction, planned: Maintenance) -> tuple[str, ...]:
    """The customers whom an announcement concerns and who have not acknowledged it, by code (S9).

    Those under contract on the day on which it begins, on its tariff where it names one.
    """
    day = planned.starts_at.astimezone(tx.zone).date()
    return tuple(store.unacknowledged(tx.connection, planned.number, day, planned.tariff))


def planned_of(
    tx: Transaction, announced: Sequence[Maintenance], at: datetime, with_missing: bool = False
) -> tuple[Planned, ...]:  # fmt: skip
    """Announcements as they stand at a moment; who has not acknowledged one is worked out where that is asked for."""
    acknowledged = store.acknowledgements(tx.connection, [planned.number for planned in announced])
    return tuple(_planned(tx, planned, at, acknowledged.get(planned.number, ()), with_missing) for planned in announced)


def _planned(
    tx: Transaction, planned: Maintenance, at: datetime, acknowledged: Sequence[tuple[str, str, str | None]],
    with_missing: bool,
) -> Planned:  # fmt: skip
    return Planned(
        maintenance=planned.number,
        first=planned.starts_at.astimezone(tx.zone),
        last=planned.ends_at.astimezone(tx.zone),
        text=planned.text,
        emergency=planned.emergency,
        tariff=planned.tariff,
        announced=planned.announced_at.astimezone(tx.zone),
        state="running" if planned.running(at) else "ahead" if planned.starts_at > at else "over",
        acknowledged=tuple(Acknowledged(code, date.fromisoformat(on), by) for code, on, by in acknowledged),
        missing=missing(tx, planned) if with_missing else None,
    )
