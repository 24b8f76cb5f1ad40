"""Maintenance: announced ahead, listed, shown with what it touches, acknowledged by customers (S9)."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from billing import tariffs as tariff_files
from billing.core.tariff import Tariff
from billing.errors import Already, BadInput, Forbidden
from billing.office.transaction import Setting, Transaction, look
from billing.requests import inputs
from billing.store import documents, parties, schema
from billing.store import maintenance as store
from billing.store.ledger import Head
from billing.store.maintenance import Maintenance
from billing.store.rows import Row

Answer = dict[str, Any]


def announce(
    tx: Transaction,
    starts: str,
    ends: str,
    text: str,
    emergency: bool = False,
    tariff: str | None = None,
    id: str | None = None,
) -> tuple[bool, Answer]:
    """Announces maintenance from one time to another; less notice than the tariff's is for emergencies (S9).

    Times are ISO with offset, or local times of the issuer's zone. Without a `tariff` it concerns every customer, and
    the longest notice of their tariffs counts.
    """
    zone, now = zone_of(tx), tx.setting.now()
    starts_at, ends_at = _moment(starts, zone), _moment(ends, zone)
    text = " ".join(text.split())
    if not text or len(text) > 1000:
        raise BadInput("bad-input", "an announcement needs a text of 1 to 1000 characters")
    if ends_at <= starts_at:
        raise BadInput("bad-time", f"{ends} is not after {starts}; give --to a later time than --from")
    if ends_at <= now and not emergency:
        raise BadInput(
            "bad-time", f"{ends} is over already; what is planned is announced ahead, --emergency records it"
        )
    asked = {"starts_at": store.text_of(starts_at), "ends_at": store.text_of(ends_at), "text": text,
             "emergency": emergency, "tariff": tariff}  # fmt: skip
    series = documents.lock_series(tx.connection, documents.MAINTENANCE, tx.today)
    before = None if id is None else store.by_id(tx.connection, id)
    if before is not None:
        if any(before[name] != value for name, value in asked.items()):
            raise Already("conflict", f"maintenance {id!r} was announced otherwise; give a new one another id")
        return False, _answer(tx, _named(tx, before["number"])[0], now)
    _check_notice(tx, starts_at, now, emergency, tariff)
    day = tx.today
    number = documents.code(series.name, day, series.next_number(day))
    content = asked | {"number": number, "announced": store.text_of(now), "day": day.isoformat(), "id": id}
    store.add(tx.connection, series, content, day)
    documents.save_series(tx.connection, series, content)
    return True, _answer(tx, _named(tx, number)[0], now)


def _check_notice(tx: Transaction, starts_at: datetime, now: datetime, emergency: bool, tariff: str | None) -> None:
    concerned = _in_use(tx) if tariff is None else [tx.tariffs.on(tariff, tx.today)[1]]
    wanted = {t.name: t.service.notice_hours for t in concerned if t.service and t.service.notice_hours is not None}
    if emergency or not wanted:
        return
    name, hours = max(wanted.items(), key=lambda item: (item[1], item[0]))
    if starts_at - now < timedelta(hours=hours):
        earliest = _local(now + timedelta(hours=hours), zone_of(tx))
        raise Forbidden(
            "too-short-notice",
            f"tariff {name} wants {hours} h of notice; begin at {earliest} or later, or announce it with --emergency",
        )


def _in_use(tx: Transaction) -> list[Tariff]:
    """The tariffs of which contracts cite a version, as they are today; before there are any, all that are known."""
    names = {kept.name for kept in parties.kept_versions(tx.connection)}
    known = sorted(names) or tariff_files.names(list(tx.setting.folders))
    return [tx.tariffs.on(name, tx.today)[1] for name in known]


def list_maintenance(setting: Setting, at: str | None = None) -> Answer:
    """All announcements, or those that run at a time or later; `at` is also a day, from its beginning."""
    with look(setting) as tx:
        when = setting.now() if at is None else _moment(at, zone_of(tx))
        found = store.listed(tx.connection) if at is None else store.ahead(tx.connection, when)
        return {"maintenance": [_answer(tx, planned, when) for planned in found]}


def acknowledge(
    tx: Transaction, customer: str, number: str, by: str, on: date | None = None, id: str | None = None
) -> tuple[bool, Answer]:
    """Keeps that a customer acknowledged what was announced, word for word, and by whom (S9, P1)."""
    head = tx.customer(customer)
    day = inputs.not_future(on or tx.today, tx.today, "an acknowledgement")
    by = " ".join(by.split())
    if not by:
        raise BadInput("bad-input", "an acknowledgement needs who gave it: --by NAME")
    request = {"customer": customer, "maintenance": number, "by": by, "on": on}
    planned, digest = _named(tx, number)
    answer = {"customer": customer, "maintenance": number, "on": day.isoformat(), "by": by}
    if tx.done_before("acknowledgement", id, request):
        return False, answer
    if planned.tariff is not None and planned.tariff != _tariff_of(tx, head, day):
        raise Forbidden("not-eligible", f"{number} concerns customers on {planned.tariff}; {customer} is not on it")
    if day < planned.announced_at.astimezone(zone_of(tx)).date():
        raise BadInput("bad-date", f"{day} is before {number} was announced, on {planned.announced_at.date()}")
    known = store.acknowledgement(tx.connection, head.id, number)
    if known is not None:
        raise Already("conflict", f"{customer} acknowledged {number} on {known[1]}; once is enough")
    row: Row = {"maintenance": number, "terms": digest, "on": day.isoformat()}
    others = [(schema.acknowledgement, row), parties.note_row(tx.appender, head, by)]
    tx.record(head, tx.book(head), "acknowledgement", day, others, id, request)
    return True, answer


def touching(tx: Transaction, head: Head, at: datetime, day: date) -> list[Answer]:
    """What is running at a time or ahead of it for the customer's tariff of a day: for replies and cases (S9)."""
    if not store.announced(tx.connection, at):
        return []  # as nearly always: nothing more is read
    tariff = _tariff_of(tx, head, day)
    found = store.announced(tx.connection, at, tariff) if tariff is not None else []
    return [_answer(tx, planned, at) for planned in found]


def at_of(tx: Transaction, day: date) -> datetime:
    """The moment that stands for a day: now if it is today, else its beginning."""
    if day == tx.today:
        return tx.setting.now()
    return datetime.combine(day, time(), zone_of(tx))


def zone_of(tx: Transaction) -> ZoneInfo:
    """The issuer's time zone."""
    return ZoneInfo(tx.issuer["timezone"])


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


def _moment(text: str, zone: ZoneInfo) -> datetime:
    """A moment as people type it; a day alone is its first moment. Raises BadInput (`bad-time`)."""
    is_day = len(text.strip()) == len("2025-03-04")
    return inputs.moment(f"{text.strip()}T00:00" if is_day else text, zone)


def _local(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="seconds")


def _tariff_of(tx: Transaction, head: Head, day: date) -> str | None:
    term = tx.agreed(head).term_on(day)
    return None if term is None else term.tariff.name


def _named(tx: Transaction, number: str) -> tuple[Maintenance, str]:
    found = store.find(tx.connection, number)
    if found is None:
        known = ", ".join(sorted(planned.number for planned in store.listed(tx.connection))[-5:])
        raise BadInput("bad-input", f"there is no maintenance {number!r}; known: {known or 'none'}")
    return found


def _answer(tx: Transaction, planned: Maintenance, at: datetime) -> Answer:
    zone = zone_of(tx)
    state = "running" if planned.running(at) else "ahead" if planned.starts_at > at else "over"
    return {
        "maintenance": planned.number,
        "from": _local(planned.starts_at, zone),
        "to": _local(planned.ends_at, zone),
        "text": planned.text,
        "emergency": planned.emergency,
        "tariff": planned.tariff,
        "announced": _local(planned.announced_at, zone),
        "state": state,
        "acknowledged": [
            {"customer": code, "on": on, "by": by}
            for code, on, by in store.acknowledgements(tx.connection, planned.number)
        ],
    }
