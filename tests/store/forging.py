"""What a forger does who has the database: he changes a row, or cuts off an end, and makes every hash again."""

import json
from collections.abc import Callable

from sqlalchemy import Connection, delete, select, update

from billing.office.transaction import Setting
from billing.store import auditing, chain, journal, migrate, schema, totals, watching


def forge(setting: Setting, code: str, change: Callable[[Connection, int], None]) -> None:
    """Changes rows of a customer by his key with the guards off, and makes his chain again so that it holds."""
    with setting.engine.begin() as connection:
        migrate.unguard(connection)
        c = schema.customer.c
        key = connection.execute(select(c.id).where(c.code == code)).scalar_one()
        change(connection, key)
        rehash(connection, key)
        totals.rebuild(connection)
        migrate.guard(connection)


def rehash(connection: Connection, key: int) -> None:
    """Makes the hashes of a customer's chain again from its rows, and its head."""
    k, h = schema.link.c, schema.head.c
    seq, previous = 0, chain.GENESIS
    for position in auditing.positions(connection, key):
        if position.link is None:  # rows that stand at no place
            continue
        rows = [chain.content(name, row) for name, row in position.rows]
        seq, previous = position.seq, chain.link_hash(previous, position.link.hashed(), rows)
        connection.execute(update(schema.link).where(k.customer_id == key, k.seq == seq).values(hash=previous))
    connection.execute(update(schema.head).where(h.customer_id == key).values(seq=seq, hash=previous))


def cut(connection: Connection, key: int, after: int) -> None:
    """Cuts off all that a customer's chain holds after a position, with the ends of the series that were there."""
    papers = {
        row.series
        for row in connection.execute(
            select(schema.document).where(schema.document.c.customer_id == key, schema.document.c.seq > after)
        )
    }
    for table in (schema.reference, schema.case_name, schema.case_reference, schema.document_number, schema.personal):
        if "seq" in table.c:
            connection.execute(delete(table).where(table.c.customer_id == key, table.c.seq > after))
    for table in (*reversed(schema.LEDGER), schema.link):
        connection.execute(delete(table).where(table.c.customer_id == key, table.c.seq > after))
    codes = select(schema.document.c.code)
    connection.execute(delete(schema.payment_reference).where(schema.payment_reference.c.code.not_in(codes)))
    for name in papers:
        d = schema.document.c
        last = select(d.number, d.issued_on, d.series_hash).where(d.series == name)
        row = connection.execute(last.order_by(d.year.desc(), d.number.desc())).first() or (0, None, chain.GENESIS)
        values = dict(zip(("last_number", "last_on", "hash"), row, strict=True))
        connection.execute(update(schema.series).where(schema.series.c.name == name).values(**values))


def journal_again(connection: Connection) -> None:
    """Makes the journal again so that it says what the watched rows are, and knows none that is gone."""
    migrate.unguard(connection, ["journal"])
    facts = [dict(row) for row in connection.execute(select(schema.journal).order_by(schema.journal.c.n)).mappings()]
    kept = []
    for watched in watching.ALL:
        salts = journal.salts(connection, watched)
        rows = {str(row[watched.subject]): dict(row) for row in connection.execute(select(watched.table)).mappings()}
        for fact in facts:
            if fact["kind"] == watched.kind and fact["subject"] in rows:
                said = journal.content(watched, rows[fact["subject"]], salts.get(fact["subject"], ""))
                kept.append(fact | {"content": json.dumps(said)})
    n, previous = 0, chain.GENESIS
    for n, fact in enumerate(sorted(kept, key=lambda fact: fact["n"]), 1):
        fact["n"] = n
        fact["hash"] = previous = journal.link_hash(previous, fact)
    connection.execute(delete(schema.journal))
    connection.execute(schema.journal.insert(), kept)
    connection.execute(update(schema.issuer).values(journal_n=n, journal_hash=previous))
    migrate.guard(connection, ["journal"])
