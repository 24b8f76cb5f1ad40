"""What was sent and is to be sent: the mails of papers as they are kept, and the papers of a month (M20)."""

import json
from collections.abc import Collection, Iterator
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from billing.core.mailing import MailEvent, Paper
from billing.store import schema
from billing.store.asked import chunks
from billing.store.rows import Row, columns, read
from billing.values import dataclass

_m, _p, _l, _doc, _c = (
    schema.mail.c, schema.personal.c, schema.link.c, schema.document.c, schema.customer.c,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class KeptMail:
    """An event of a mail with what is kept beside it: to whom, what was said, when it was recorded.

    `to` and `said` are empty where they were erased (P1).
    """

    customer_id: int
    event: MailEvent
    at: datetime
    to: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """A document as far as its sending needs it."""

    number: str
    customer_id: int
    on: date


def text(to: str, said: str = "") -> str:
    """What is kept as personal data of an event."""
    return json.dumps({"to": to, "said": said}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def row_of(event: MailEvent) -> Row:
    """The columns of an event, but for its key and the digest of what is kept aside."""
    return columns(event)


def of_papers(connection: Connection, paper: Paper, codes: Collection[str]) -> dict[str, list[KeptMail]]:
    """What happened to the mails of papers, by their codes, each in the order of recording."""
    found: dict[str, list[KeptMail]] = {code: [] for code in codes}
    for some in chunks(codes):
        for kept in _kept(connection, _m.paper == paper, _m.code.in_(some)):
            found[kept.event.code].append(kept)
    return found


def of_mails(connection: Connection, names: Collection[str]) -> list[KeptMail]:
    """What happened to mails, by their names, in the order of recording."""
    return list(_kept(connection, _m.mail.in_(sorted(names)))) if names else []


def _kept(connection: Connection, *conditions: ColumnElement[bool]) -> Iterator[KeptMail]:
    statement = (
        select(schema.mail, _l.recorded_at, _p.value)
        .join(schema.link, and_(_l.customer_id == _m.customer_id, _l.seq == _m.seq))
        .outerjoin(schema.personal, and_(_p.customer_id == _m.customer_id, _p.seq == _m.seq, _p.field == "mail"))
        .where(*conditions)
        .order_by(_m.customer_id, _m.seq, _m.n)
    )
    for row in connection.execute(statement).mappings():
        aside = json.loads(row["value"] or "{}")
        at = datetime.fromisoformat(row["recorded_at"])
        yield KeptMail(row["customer_id"], read(MailEvent, row), at, aside.get("to", ""), aside.get("said", ""))


_ISSUED = select(_doc.code, _doc.customer_id, _doc.issued_on).order_by(
    _doc.issued_on, _doc.series.desc(), _doc.year, _doc.number
)


def of_month(connection: Connection, month: str) -> list[Issued]:
    """The documents of a month, as 2025-03: those of its runs, and what was issued in it beside any run."""
    beside = and_(_doc.run_month.is_(None), _doc.issued_on.like(f"{month}-%"))
    return _issued(connection, or_(_doc.run_month == month, beside))


def numbered(connection: Connection, numbers: Collection[str]) -> list[Issued]:
    """The documents of these numbers, as far as there are any."""
    return [one for some in chunks(numbers) for one in _issued(connection, _doc.code.in_(some))]


def _issued(connection: Connection, condition: ColumnElement[bool]) -> list[Issued]:
    rows = connection.execute(_ISSUED.where(condition))
    return [Issued(number, customer, date.fromisoformat(on)) for number, customer, on in rows]


def has_letter(connection: Connection, customer_id: int, seq: int) -> bool:
    """Whether a reminder's letter was recorded at a place of a customer's chain."""
    n = schema.letter.c
    found = select(func.count()).where(n.customer_id == customer_id, n.seq == seq)
    return bool(connection.execute(found).scalar())
