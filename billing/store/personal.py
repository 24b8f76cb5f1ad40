"""What is kept about persons: the rows of every table that are a customer's, a contact's or an agent's (P1, P3)."""

import json
from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import ColumnElement, Connection, Table, and_, false, func, or_, select

from billing.store import auditing, inventory, schema

_p, _c = schema.personal.c, schema.customer.c
_AGENTS = ("agent", "recipient", "recorded_by", "made_by", "added_by")  # columns that hold an agent's code
Row = dict[str, str | int | None]
Rows = list[tuple[str, list[Row]]]


def of_customer(connection: Connection, customer_id: int, emails: Iterable[str]) -> Rows:
    """All rows of a customer, by table; `emails` tell which waiting mails are his."""
    parts = schema.bank_part.c
    movements = select(parts.movement).where(parts.customer_id == customer_id)
    links = select(schema.access_link.c.name).where(schema.access_link.c.customer_id == customer_id)
    his_codes = select(schema.document.c.code).where(schema.document.c.customer_id == customer_id)
    codes = [code for (code,) in connection.execute(his_codes)]  # the references lie by themselves
    references = select(schema.case_reference.c.reference).where(schema.case_reference.c.customer_id == customer_id)
    others: dict[Table, ColumnElement[bool]] = {
        schema.customer: _c.id == customer_id,
        schema.bank_movement: schema.bank_movement.c.key.in_(movements),
        schema.session: schema.session.c.link.in_(links),
        schema.mail_waiting: func.lower(schema.mail_waiting.c.sender).in_(sorted(emails)),
        schema.payment_reference: schema.payment_reference.c.code.in_(codes),
        schema.case_name: schema.case_name.c.reference.in_(references),
        schema.journal: _in_journal(customer_id),
    }
    his = {
        table: table.c.customer_id == customer_id for table in schema.metadata.sorted_tables if "customer_id" in table.c
    }
    return _read(connection, his | others)


def _in_journal(customer_id: int) -> ColumnElement[bool]:
    """The journal's facts of the customer's own row, and of his addresses, links and keys."""
    j = schema.journal.c
    found = [and_(j.kind == "customer", j.subject == f"{customer_id}")]
    for table, kind, name in (
        (schema.customer_address, "address", "mark"), (schema.access_link, "link", "name"),
        (schema.access_key, "key", "name"),
    ):  # fmt: skip
        his = select(table.c[name]).where(table.c.customer_id == customer_id)
        found.append(and_(j.kind == kind, j.subject.in_(his)))
    return or_(*found)


def of_contact(connection: Connection, customer_id: int, number: int, name: str) -> Rows:
    """The rows that name a contact: by its number, or by its name in what was written."""
    places = naming_places(connection, customer_id, number)
    written = [(seq, field) for seq, field, value in texts(connection, customer_id)
             if field == f"contact-{number}" or seq in places or names(value, name)]  # fmt: skip
    link = schema.access_link.c
    links = [row[0] for row in connection.execute(select(link.name, link.contact).where(
        link.customer_id == customer_id)) if row[1] is not None and names(row[1], name)]  # fmt: skip
    wanted: dict[Table, ColumnElement[bool]] = {
        schema.personal: or_(false(), *(and_(_p.seq == seq, _p.field == field) for seq, field in written)),
        schema.contact: schema.contact.c.number == number,
        schema.entry: schema.entry.c.contact == number,
        schema.case_event: schema.case_event.c.contact == number,
        schema.sale: schema.sale.c.seq.in_(_of_list(connection, schema.sale, customer_id, number)),
        schema.time_grant: schema.time_grant.c.seq.in_(_of_list(connection, schema.time_grant, customer_id, number)),
        schema.access_link: link.name.in_(links),
    }
    return _read(
        connection, {table: and_(table.c.customer_id == customer_id, which) for table, which in wanted.items()}
    )


def naming_places(connection: Connection, customer_id: int, number: int) -> set[int]:
    """The positions whose rows name a contact by its number."""
    found: set[int] = set()
    for table in (schema.entry, schema.case_event):
        c = table.c
        found |= set(
            connection.execute(select(c.seq).where(c.customer_id == customer_id, c.contact == number)).scalars()
        )
    return found


def _of_list(connection: Connection, table: Table, customer_id: int, number: int) -> list[int]:
    rows = connection.execute(select(table.c.seq, table.c.contacts).where(table.c.customer_id == customer_id))
    return [seq for seq, contacts in rows if number in json.loads(contacts)]


def names(text: str, name: str) -> bool:
    """Whether a text names somebody: letter case and blanks make no difference."""
    return " ".join(name.split()).casefold() in " ".join(text.split()).casefold()


def texts(connection: Connection, customer_id: int) -> Iterator[tuple[int, str, str]]:
    wanted = select(_p.seq, _p.field, _p.value).where(_p.customer_id == customer_id, _p.field != "file")
    yield from (tuple(row) for row in connection.execute(wanted.order_by(_p.seq, _p.field)))


def of_agent(connection: Connection, code: str) -> Rows:
    """The rows that name an agent."""
    wanted = {}
    for table in schema.metadata.sorted_tables:
        named = [table.c[name] == code for name in _AGENTS if name in table.c]
        if table is schema.agent:
            named = [table.c.code == code]
        if table is schema.journal:
            named.append(and_(table.c.kind == "agent", table.c.subject == code))
        if named:
            wanted[table] = or_(*named)
    return _read(connection, wanted)


def _read(connection: Connection, wanted: dict[Table, ColumnElement[bool]]) -> Rows:
    found: Rows = []
    for table, which in wanted.items():
        columns = [column for column in table.columns if inventory.class_of(table.name, column.name) != "secret"]
        rows = connection.execute(select(*columns).where(which).order_by(*table.primary_key)).mappings()
        plain = [{name: _plain(value) for name, value in row.items()} for row in rows]
        if plain:
            found.append((table.name, plain))
    return found


def _plain(value: str | int | bytes | memoryview | None) -> str | int | None:
    """A value as JSON has it; bytes are files, which are given out beside."""
    return f"({len(value)} bytes)" if isinstance(value, bytes | memoryview) else value


# Contacts


def contacts_named(connection: Connection, name: str, customer_id: int | None = None) -> list[tuple[int, int, str]]:
    """The contacts of a name: the customer, the number, the name as it is written."""
    wanted = select(_p.customer_id, _p.field, _p.value).where(_p.field.like("contact-%"))
    if customer_id is not None:
        wanted = wanted.where(_p.customer_id == customer_id)
    folded = " ".join(name.split()).casefold()
    return [(key, int(field.removeprefix("contact-")), value)
            for key, field, value in connection.execute(wanted.order_by(_p.customer_id, _p.seq))
            if value.casefold() == folded]  # fmt: skip


# What ends


def last_days(connection: Connection, customer_id: int) -> tuple[date | None, date | None, date]:
    """The last days of a customer's payments and cases, and since when the customer is known."""
    paid = [connection.execute(select(func.max(t.c.paid_on)).where(t.c.customer_id == customer_id)).scalar()
            for t in (schema.payment, schema.deposit, schema.refund)]  # fmt: skip
    case = connection.execute(
        select(func.max(schema.case_event.c.at)).where(schema.case_event.c.customer_id == customer_id)
    ).scalar()
    j, k = schema.journal.c, schema.link.c
    since = connection.execute(
        select(func.min(j.recorded_at)).where(j.kind == "customer", j.subject == f"{customer_id}")
    ).scalar()
    begun = connection.execute(select(func.max(k.effective_on)).where(k.customer_id == customer_id)).scalar()
    days = [date.fromisoformat(day) for day in paid if day]
    known = max(day[:10] for day in (since, begun, "0001-01-01") if day)
    return max(days, default=None), date.fromisoformat(case[:10]) if case else None, date.fromisoformat(known)


def holds(connection: Connection, customer_id: int) -> bool:
    """Whether anything personal is held about a customer, papers apart."""
    row = connection.execute(select(schema.customer).where(_c.id == customer_id)).mappings().one()
    parts = inventory.columns_of("customer", "party")
    if any(row[name] is not None and (name, row[name]) != ("name", row["code"]) for name in parts):
        return True
    texts = (schema.personal, schema.customer_address)
    return any(connection.execute(select(1).where(t.c.customer_id == customer_id).limit(1)).first() for t in texts)


def papers_before(connection: Connection, day: date) -> list[tuple[str, int, date]]:
    """Papers issued before a day that have their recipients still: number, customer, day of issue."""
    found, without = [], auditing.pruned(connection)
    for table in (schema.document, schema.quote_document):
        c = table.c
        rows = select(c.code, c.customer_id, c.issued_on).where(c.issued_on < day.isoformat(), c.code.not_in(without))
        found += [(code, key, date.fromisoformat(on)) for code, key, on in connection.execute(rows)]
    return sorted(found, key=lambda one: (one[2], one[0]))
