"""The issuer, the customers, their contacts and notes, and the tariff versions that contracts cite."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import fields
from datetime import date
from typing import Any

from billing.store import chain, journal
from billing.store.appending import Appender
from billing.store.asked import chunks
from billing.store.damage import damaged
from billing.store.engine import glance
from billing.store.heads import Head
from billing.store.query import Query
from billing.store.rows import Row
from billing.store.sql import Connection, Engine, String, bindparam, cast, func, insert, literal, schema, select
from billing.store.written import COLUMNS
from billing.texts import say
from billing.values import dataclass

Party = dict[str, Any]


@dataclass(frozen=True)
class Customer:
    """A customer's ordinary data."""

    id: int
    code: str
    name: str
    country: str
    language: str | None
    email: str | None
    vat_id: str | None
    siren: str | None
    electronic_address: str | None
    street: str | None
    house_number: str | None
    second_line: str | None
    postcode: str | None
    city: str | None
    terms: int | None
    vat_basis: str | None
    round_total: int | None  # in cents
    consumer: int | None  # 1: a person, no business
    held_reason: str | None
    order: str | None
    buyer_reference: str | None
    einvoice: str | None
    attention: str | None
    hours: str | None


# Issuer and customers


def issuer(connection: Connection) -> Party:
    """The issuer's row. `billing init` makes it, so that every database of ours has one."""
    return _issuer(ISSUER.rows(connection, {}))


def issuer_of(engine: Engine) -> Party:
    """The issuer's row, where nothing else is asked."""
    return _issuer(glance(engine, ISSUER, {}))


def _issuer(rows: list[tuple[Any, ...]]) -> Party:
    if not rows:
        raise damaged(say("the issuer"))
    row, *_ = rows  # of several the first: the audit names the others
    return dict(zip(COLUMNS["issuer"], row, strict=True))


ISSUER = Query(select(schema.issuer).order_by(schema.issuer.c.id))


def save_issuer(connection: Connection, values: Party) -> None:
    """Makes the issuer's row or changes it."""
    if connection.execute(select(func.count()).select_from(schema.issuer)).scalar():
        journal.change(connection, schema.issuer, schema.issuer.c.id == 1, values)
    else:
        journal.put(connection, schema.issuer, [{"id": 1, **values}])


def keep_picture(connection: Connection, data: bytes) -> str:
    """The digest of a picture, kept as it was given from now on (M8)."""
    p, digest = schema.picture.c, hashlib.sha256(data).hexdigest()
    if connection.execute(select(p.digest).where(p.digest == digest)).first() is None:
        journal.put(connection, schema.picture, [{"digest": digest, "data": data}])
    return digest


def picture(connection: Connection, digest: str) -> bytes | None:
    """The bytes of a picture that was kept."""
    p = schema.picture.c
    found = connection.execute(select(p.data).where(p.digest == digest)).scalar()
    return None if found is None else bytes(found)


def pictures(connection: Connection) -> dict[str, bytes]:
    """All pictures that were kept, by digest: the logos of an issuer, some at most."""
    p = schema.picture.c
    return {digest: bytes(data) for digest, data in connection.execute(select(p.digest, p.data))}


def has_issuer(connection: Connection) -> bool:
    return bool(connection.execute(select(func.count()).select_from(schema.issuer)).scalar())


def add_customer(connection: Connection, values: Party) -> None:
    """Makes a customer with an empty chain."""
    (code,) = journal.put(connection, schema.customer, [values])
    _BEGUN.run(connection, [{"of": code}])


_c = schema.customer.c
_BEGUN = Query(
    insert(schema.head).from_select(
        ["customer_id", "seq", "hash"],
        select(_c.id, literal(0), literal(chain.GENESIS)).where(_c.code == bindparam("of")),
    )
)


def change_customer(connection: Connection, code: str, values: Party) -> None:
    """Changes a customer's ordinary data; nothing of it is in the customer's chain, the journal has it."""
    journal.change(connection, schema.customer, schema.customer.c.code == code, values)


def customer(connection: Connection, key: int | str) -> Party:
    """A customer's row, by key or code; it must exist."""
    query = BY_KEY if isinstance(key, int) else _BY_CODE
    (row,) = query.rows(connection, {"of": key})
    return dict(zip(COLUMNS["customer"], row, strict=True))


BY_KEY = Query(select(schema.customer).where(schema.customer.c.id == bindparam("of")))
_BY_CODE = Query(select(schema.customer).where(schema.customer.c.code == bindparam("of")))


def customers(connection: Connection) -> list[Customer]:
    """All customers, by code."""
    found = connection.execute(select(*_CUSTOMER))
    return sorted((Customer(*row) for row in found), key=lambda one: one.code)  # by code point in every database


def keys(connection: Connection, of: Collection[int] | None = None) -> dict[int, str]:
    """The codes of all customers by key, or of those with some keys, in the order of the codes."""
    found = connection.execute(select(_c.id, _c.code)).all()
    ordered = sorted(found, key=lambda row: row.code)
    return {key: code for key, code in ordered if of is None or key in of}


def codes(connection: Connection, of: Collection[int] | None = None) -> list[str]:
    """The codes of all customers, or of those with some keys, in their order."""
    return list(keys(connection, of).values())


def einvoices(connection: Connection) -> dict[str, str]:
    """What e-invoice customers demand, by code: those who demand one of their own."""
    found = connection.execute(select(_c.code, _c.einvoice).where(_c.einvoice.is_not(None)))
    return {row.code: row.einvoice for row in found}


def customer_data(connection: Connection, key: int) -> Customer:
    """A customer's ordinary data, by key; it must exist."""
    (row,) = _DATA.rows(connection, {"of": key})
    return Customer(*row)


_CUSTOMER = [schema.customer.c[each.name] for each in fields(Customer)]
_DATA = Query(select(*_CUSTOMER).where(schema.customer.c.id == bindparam("of")))


def has_customer(connection: Connection, code: str) -> bool:
    """Whether there is a customer of that code."""
    return _BY_CODE.row(connection, {"of": code}) is not None


def named(connection: Connection) -> list[tuple[str, str]]:
    """All customers, by code: codes and names."""
    columns = select(schema.customer.c.code, schema.customer.c.name).order_by(schema.customer.c.code)
    return [(code, name) for code, name in connection.execute(columns)]


def codes_like(connection: Connection, written: str) -> dict[str, int]:
    """The codes that are written so, whatever the letter case, with the keys of the customers."""
    return dict(_LIKE.rows(connection, {"lower": written.lower()}))


_code = schema.customer.c.code
_LIKE = Query(select(_code, schema.customer.c.id).where(func.lower(_code) == bindparam("lower")).order_by(_code))


# Contacts and notes: names and texts are personal data, the ledger has their digests (P1)

_CONTACTS = Query(
    select(schema.contact.c.number, schema.personal.c.value)
    .join(
        schema.personal,
        (schema.personal.c.customer_id == schema.contact.c.customer_id)
        & (schema.personal.c.seq == schema.contact.c.seq)
        & (schema.personal.c.field == literal("contact-") + cast(schema.contact.c.number, String)),
    )
    .where(schema.contact.c.customer_id == bindparam("customer"))
)


def contacts(connection: Connection, customer_id: int) -> dict[int, str]:
    """The names of a customer's contacts by number, without those that were erased."""
    return dict(_CONTACTS.rows(connection, {"customer": customer_id}))


def last_contact(connection: Connection, customer_id: int) -> int:
    """The highest number that a contact of a customer has, also of one who was erased."""
    (found,) = _LAST_CONTACT.row(connection, {"customer": customer_id}) or (None,)
    return found or 0


_LAST_CONTACT = Query(
    select(func.max(schema.contact.c.number)).where(schema.contact.c.customer_id == bindparam("customer"))
)


def contact_rows(
    appender: Appender, head: Head, known: dict[int, str], names: Iterable[str], last: int = 0
) -> tuple[list[tuple[Any, Row]], tuple[int, ...]]:
    """The numbers of contacts, and the rows that make those that are new. Case and blanks do not tell names apart.

    `last` is the highest number that somebody has or had: who was erased keeps his.
    """
    folded = {" ".join(name.split()).casefold(): number for number, name in known.items()}
    rows: list[tuple[Any, Row]] = []
    numbers = []
    for name in names:
        clean = " ".join(name.split())
        number = folded.get(clean.casefold())
        if number is None:
            number = max(last, *known, 0) + 1
            known[number], folded[clean.casefold()] = clean, number
            rows.append((schema.contact, _digested(appender, head, f"contact-{number}", clean) | {"number": number}))
        numbers.append(number)
    return rows, tuple(numbers)


def note_row(appender: Appender, head: Head, text: str) -> tuple[Any, Row]:
    """The row that puts a note's digest into the chain; the note itself can be erased."""
    return schema.note, _digested(appender, head, "note", text)


def file_digests(appender: Appender, head: Head, name: str, text: str) -> Row:
    """The digests of a file's name and of its bytes, written as text; both can be erased."""
    named = _digested(appender, head, "file-name", name)["digest"]
    return {"name": named} | _digested(appender, head, "file", text)


def letter_row(appender: Appender, head: Head, text: str) -> tuple[Any, Row]:
    """The row that puts a letter's digest into the chain; what stands on it, name and address too, can be erased."""
    return schema.letter, _digested(appender, head, "letter", text)


def mail_row(appender: Appender, head: Head, values: Row, text: str) -> tuple[Any, Row]:
    """The row of something that happened to a mail; to whom it went and what was said can be erased."""
    return schema.mail, values | _digested(appender, head, "mail", text)


def _digested(appender: Appender, head: Head, field: str, value: str) -> Row:
    salt, digest = chain.salted(value)
    appender.put("personal", head.id, head.seq + 1, field, salt, value)
    return {"digest": digest}


def notes(connection: Connection, customer_id: int, entries: Collection[int] | None = None) -> dict[int, str]:
    """The notes of a customer's entries by position: of all, or of some."""
    found: dict[int, str] = {}
    for some in (None,) if entries is None else chunks(entries):
        of = {"customer": customer_id, "places": some}
        changed = (_CHANGED if some is None else _CHANGED_AT).rows(connection, of)
        later = sorted(changed, key=lambda one: one[1])  # another note stands where it was recorded (C1)
        if some is not None:
            of["places"] = [*some, *(seq for _, seq in later)]
        read = dict((_NOTES if some is None else _NOTES_AT).rows(connection, of))
        found |= read | {entry: read[seq] for entry, seq in later if seq in read}
    return found


_p, _k = schema.personal.c, schema.correction.c
_NOTE = select(_p.seq, _p.value).where(_p.customer_id == bindparam("customer"), _p.field == "note")
_CHANGE = select(_k.entry, _k.seq).where(_k.customer_id == bindparam("customer"), _k.kind == "note")
_NOTES, _CHANGED = Query(_NOTE), Query(_CHANGE)
_NOTES_AT = Query(_NOTE.where(_p.seq.in_(bindparam("places", expanding=True))))
_CHANGED_AT = Query(_CHANGE.where(_k.entry.in_(bindparam("places", expanding=True))))


# Tariff versions


def keep_version(connection: Connection, name: str, valid_from: date, text: str) -> int:
    """The key of a tariff version's text, kept word for word from now on."""
    t = schema.tariff_version.c
    day = valid_from.isoformat()
    digest = chain.version_digest(name, day, text)
    same = select(t.id).where(t.name == name, t.valid_from == day, t.digest == digest)
    found = connection.execute(same).scalar()
    if found is None:
        values = {"name": name, "valid_from": day, "digest": digest, "text": text}
        (found,) = journal.put(connection, schema.tariff_version, [values])
    return int(found)


_t = schema.tariff_version.c
_KEPT = select(_t.id, _t.name, _t.valid_from, _t.text, _t.digest).order_by(_t.id)
_ALL_VERSIONS = Query(_KEPT)
_VERSIONS = Query(
    _KEPT.where(_t.id.in_(select(schema.term.c.version).where(schema.term.c.customer_id == bindparam("customer"))))
)


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """A tariff version as a contract cites it."""

    id: int
    name: str
    valid_from: date
    text: str


def kept_versions(connection: Connection, customer_id: int | None = None) -> list[KeptVersion]:
    """The tariff versions that a customer's terms cite, or all that are kept.

    Raises DatabaseRefusal (`damaged`) for one that is not what was kept: its prices would be nobody's.
    """
    values = {"customer": customer_id}
    rows = _ALL_VERSIONS.rows(connection, {}) if customer_id is None else _VERSIONS.rows(connection, values)
    for _, name, since, text, digest in rows:
        if chain.version_digest(name, since, text) != digest:
            raise damaged(say("tariff {name} of {since}", name=name, since=since))
    return [KeptVersion(key, name, date.fromisoformat(since), text) for key, name, since, text, _ in rows]
