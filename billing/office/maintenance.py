"""Maintenance: announced ahead, listed, shown with what it touches, acknowledged by customers (S9)."""

from collections.abc import Iterator
from datetime import date

from billing import tariffs as tariff_files
from billing.core.book import Book
from billing.core.notice import check_notice
from billing.core.tariff import Tariff
from billing.errors import Already, BadInput, Forbidden, other_content
from billing.office.announced import planned_of, tariff_of
from billing.office.transaction import Act, Decided, Same, Transaction
from billing.requests import inputs, moments
from billing.requests import maintenance as requests
from billing.requests.fields import one_line
from billing.store import maintenance as store
from billing.store import numbering, parties, schema
from billing.store.heads import Head
from billing.store.maintenance import Maintenance
from billing.store.rows import Row
from billing.texts import say
from billing.views.maintenance import Acknowledgement, Announcements, Planned


def announce(tx: Transaction, request: requests.Announce, key: str | None) -> Planned | Same[Planned]:
    """Announces maintenance; it belongs to no customer, so its id is kept with it (S9)."""
    now = tx.setting.now()
    starts_at, ends_at = (moments.instant(at, tx.zone, tx.today) for at in (request.starts, request.ends))
    asked = {"starts_at": store.text_of(starts_at), "ends_at": store.text_of(ends_at), "text": one_line(request.text),
             "emergency": request.emergency, "tariff": request.tariff}  # fmt: skip
    series = numbering.lock_series(tx.connection, numbering.MAINTENANCE, tx.today)
    before = None if key is None else store.by_id(tx.connection, key)
    if before is not None:
        if any(before[name] != value for name, value in asked.items()):
            raise other_content("maintenance", key)
        return Same(planned_of(tx, [_named(tx, before["number"])[0]], now)[0])
    concerned = _in_use(tx) if request.tariff is None else [tx.tariffs.on(request.tariff, tx.today)[1]]
    check_notice(concerned, starts_at, ends_at, now, request.emergency, tx.zone)
    day = tx.today
    number = numbering.code(series.name, day, series.next_number(day))
    content = asked | {"number": number, "announced": store.text_of(now), "day": day.isoformat(), "id": key}
    content |= {} if tx.appender.by is None else {"by": tx.appender.by}
    store.add(tx.connection, series, content, day)
    numbering.save_series(tx.connection, series)
    return planned_of(tx, [_named(tx, number)[0]], now)[0]


def acknowledge(tx: Transaction, request: requests.Acknowledge, _key: str | None) -> Decided[Acknowledgement]:
    """Keeps that a customer acknowledged what was announced, word for word, and by whom (S9, P1)."""
    head = tx.customer(request.customer)
    day = inputs.not_future(request.on or tx.today, tx.today, "an acknowledgement")
    planned, digest = _named(tx, request.maintenance)
    if planned.tariff is not None and planned.tariff != tariff_of(tx, head, day):
        raise Forbidden(
            "not-eligible",
            say("{number} concerns customers on {tariff}", number=planned.number, tariff=planned.tariff),
            say("{customer} is not on it", customer=head.code),
        )
    announced_on = planned.announced_at.astimezone(tx.zone).date()
    if day < announced_on:
        wrong = say("{day} is before {number} was announced, on {on}", day=day, number=planned.number, on=announced_on)
        raise BadInput("bad-date", wrong)
    known = store.acknowledgement(tx.connection, head.id, planned.number)
    if known is not None:
        wrong = say("{customer} acknowledged {number} on {on}", customer=head.code, number=planned.number, on=known[1])
        raise Already("conflict", wrong, say("once is enough"))
    row: Row = {"maintenance": planned.number, "terms": digest, "on": day.isoformat()}
    rows = [(schema.acknowledgement, row), parties.note_row(tx.appender, head, request.by)]
    view = _acknowledgement(request, day)
    return Decided(head, Book(), day, lambda _: view, rows)


def _acknowledged_again(tx: Transaction, request: requests.Acknowledge, _head: Head, _seq: int) -> Acknowledgement:
    return _acknowledgement(request, request.on or tx.today)


def _acknowledgement(request: requests.Acknowledge, day: date) -> Acknowledgement:
    return Acknowledgement(customer=request.customer, maintenance=request.maintenance, on=day, by=request.by)


def _announced_again(_tx: Transaction, request: requests.Announce, _head: Head, _seq: int) -> Planned:
    raise AssertionError(f"{request}: no customer's chain holds an announcement")


def _in_use(tx: Transaction) -> list[Tariff]:
    """The tariffs of which contracts cite a version, as they are today; before there are any, all that are known."""
    names = {kept.name for kept in parties.kept_versions(tx.connection)}
    known = sorted(names) or tariff_files.names(list(tx.setting.folders))
    return [tx.tariffs.on(name, tx.today)[1] for name in known]


def listed(tx: Transaction, question: requests.ListMaintenance) -> Announcements:
    """All announcements, or those that run at a moment or later."""
    if question.at is None:
        when, found = tx.setting.now(), store.listed(tx.connection)
    else:
        when = moments.instant(question.at, tx.zone, tx.today)
        found = store.ahead(tx.connection, when)
    return Announcements(planned_of(tx, found, when, with_missing=True))


def faults(tx: Transaction, codes: dict[int, str]) -> Iterator[str]:
    """Announcements that are not as announced, and acknowledgements of other words than those (L7)."""
    digests: dict[str, str] = {}
    for row, content, digest in store.checked(tx.connection):
        digests[row["code"]] = digest
        kept = [row[name] for name in ("code", "issued_on", "starts_at", "ends_at", "tariff", "external_id")]
        if kept != [content.get(name) for name in ("number", "day", "starts_at", "ends_at", "tariff", "id")]:
            yield f"{row['code']}: what was announced is not what is kept"
    for customer, seq, number, digest in store.terms(tx.connection):
        if digests.get(number) != digest:
            yield f"{codes.get(customer)} position {seq}: it acknowledges other words than those of {number}"


def _named(tx: Transaction, number: str) -> tuple[Maintenance, str]:
    found = store.find(tx.connection, number)
    if found is None:
        known = ", ".join(sorted(planned.number for planned in store.listed(tx.connection))[-5:])
        wrong = say("there is no maintenance {number!r}", number=number)
        raise BadInput("bad-input", wrong, say("known: {known}", known=known) if known else say("none is announced"))
    return found


ACTS = {
    requests.Announce: Act(announce, _announced_again),
    requests.Acknowledge: Act(acknowledge, _acknowledged_again),
}
QUESTIONS = {requests.ListMaintenance: listed}
