"""Says which ordinary rows are not what the journal recorded of them, and what does not hold in its chain (L6, L7)."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Select, select

from billing.store import chain, journal, schema
from billing.store.watching import ALL, Watched

Row = dict[str, Any]
_COLUMNS = {
    "iban": "IBAN", "qr_iban": "QR-IBAN", "bic": "BIC", "vat_id": "VAT id", "siren": "SIREN", "vat_basis": "VAT basis",
    "exempt": "exemption from VAT", "round_total": "rounding", "held_reason": "hold", "customer_id": "customer",
    "einvoice": "e-invoice format", "key": "name at the bank", "email": "e-mail address", "postcode": "post code",
    "last_on": "last day", "external_id": "id", "order": "order number", "url": "address", "mark": "mark",
    "end_to_end": "end-to-end id", "batch": "entry at the bank", "is_batch": "kind", "is_charge": "kind",
    "by_provider": "kind", "own_cases": "bound to own cases", "valid_from": "first day", "value_on": "value day",
    "posted_on": "day in the books", "loaded_on": "day",
}  # fmt: skip


def faults(connection: Connection, codes: Mapping[int, str]) -> Iterator[str]:
    """What does not hold: places and hashes of the journal, and rows that are not their last facts."""
    last: dict[tuple[str, str], Row] = {}  # by kind and subject, what a row has become
    yield from _chain_faults(connection, last)
    yield from _log_in_faults(connection)
    for watched in ALL:
        known = {subject: row for (kind, subject), row in last.items() if kind == watched.kind}
        yield from _row_faults(connection, watched, known, codes)


def _chain_faults(connection: Connection, last: dict[tuple[str, str], Row]) -> Iterator[str]:
    previous, place = chain.GENESIS, 0
    for found in connection.execute(select(schema.journal).order_by(schema.journal.c.n)).mappings():
        row, where = dict(found), f"journal place {found['n']} ({found['kind']})"
        place += 1
        if row["n"] != place:
            yield f"journal: places {place} to {row['n'] - 1} are missing"
        if row["hash"] != journal.link_hash(previous, row):
            yield f"{where}: it is not what was recorded, or not in its place"
        previous, place = row["hash"], row["n"]
        last[row["kind"], row["subject"]] = row
    for end in connection.execute(select(schema.issuer.c.journal_n, schema.issuer.c.journal_hash)):
        if (end[0] or 0, end[1] or chain.GENESIS) != (place, previous):
            yield f"journal: it ends at {place}, its head says {end[0] or 0}"


def _row_faults(
    connection: Connection, watched: Watched, known: dict[str, Row], codes: Mapping[int, str]
) -> Iterator[str]:
    """Rows of a table that differ from their last facts, those that are gone, and those that nobody recorded."""
    salts = journal.salts(connection, watched)
    there = list(connection.execute(_watched_rows(watched)).mappings())
    for found in there:
        row = dict(found)
        fact = known.pop(str(row[watched.subject]), None)
        if not watched.has(row):
            if fact is not None and fact["act"] != "removed":
                yield f"{_called(watched, row, codes)}: the {_COLUMNS[watched.unless]} is not what was recorded"
            continue
        if fact is None or fact["act"] == "removed":
            yield f"{_called(watched, row, codes)}: nobody recorded it"
            continue
        said = _said(fact)
        if said is None:  # the fact was changed, which is said already
            continue
        where = _called(watched, row | {name: said.get(name) for name in watched.plain}, codes)
        salt = salts.pop(str(row[watched.subject]), "")
        if not salt and any(name in said for name in watched.salted):
            yield f"{where}: what its digests are made with is gone"
        now = journal.content(watched, row, salt)
        for name in (*watched.plain, *watched.salted):
            if said.get(name) != now.get(name) and (salt or name in watched.plain):
                yield f"{where}: the {_column(name)} is not what was recorded"
    for subject, fact in known.items():
        if fact["act"] != "removed":
            empty = dict.fromkeys(watched.plain) | {watched.subject: subject}
            yield f"{_called(watched, empty | (_said(fact) or {}), codes)}: it is missing"


def _watched_rows(watched: Watched) -> Select[Any]:
    names = {watched.subject, *watched.plain, *watched.salted, *([watched.unless] if watched.unless else [])}
    return select(*(watched.table.c[name] for name in sorted(names))).order_by(watched.table.c[watched.subject])


def _said(fact: Row) -> Row | None:
    """What a fact says a row became; none for one that cannot be read."""
    try:
        said = json.loads(fact["content"])
    except (ValueError, TypeError):
        return None
    return said if isinstance(said, dict) else None


def _called(watched: Watched, row: Mapping[str, Any], codes: Mapping[int, str]) -> str:
    """How a row is called in a fault."""
    subject = row[watched.subject]
    if watched.kind == "issuer":
        return "issuer"
    if watched.kind == "customer":
        return f"customer {row['code'] or subject}"
    if watched.kind == "address":
        return f"{row['kind']} of {codes.get(row['customer_id'], row['customer_id'])}"
    if watched.kind == "bank":
        return f"bank movement {subject} of {row['value_on']}"
    if watched.kind == "tariff":
        return f"tariff {row['name']} of {row['valid_from']}"
    if watched.kind in ("logo", "file"):
        return f"{'loaded file' if watched.kind == 'file' else 'logo'} {subject[:12]}"
    return f"{watched.kind} {subject}"


def _column(name: str) -> str:
    return _COLUMNS.get(name, name.replace("_", " "))


def _log_in_faults(connection: Connection) -> Iterator[str]:
    """Links that stand for a log-in at a provider and let somebody in as what he is not: they are in no journal."""
    link, agent = schema.access_link.c, schema.agent.c
    open_ = select(link.name, link.role, agent.role).select_from(
        schema.access_link.outerjoin(schema.agent, agent.code == link.agent)
    )
    for name, role, may in connection.execute(open_.where(link.by_provider == 1, link.revoked_at.is_(None))):
        if role != may:
            yield f"link {name}: it stands for a log-in as {role}, which its agent may not"
