"""What listeners are to be told of a position, written in the transaction that records it."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from billing.core import invoicing, outbox
from billing.core.facts import Fact, Payment, WriteOff
from billing.core.units import ZERO, from_cents
from billing.store import documents, hooks, payments, schema
from billing.store.appending import Appender, instant
from billing.store.heads import Head
from billing.store.rows import Row

_BILLS = schema.document_entry.name


def tell(
    connection: Connection, appender: Appender, head: Head, facts: Sequence[Fact], rows: Sequence[tuple[Any, Row]]
) -> None:
    """Writes what each hook is to be told of the position that was just appended to a customer's chain."""
    papers = [row for table, row in rows if table.name == schema.document.name]
    issued = [str(row["code"]) for row in papers if row["kind"] == "invoice"]
    found = outbox.told(facts, issued, any(table.name == _BILLS for table, _ in rows))
    found += [(outbox.PAID, {"invoice": number}) for number in _paid(connection, appender, head, facts, papers)]
    write(connection, appender, head, found)


def write(connection: Connection, appender: Appender, head: Head, told: Sequence[outbox.Told]) -> None:
    """Writes events of a customer, who is locked: so his are numbered in the order of his chain."""
    if not told:
        return
    listening, due = hooks.told(connection), instant(datetime.now(UTC))
    for event, more in told:
        data = {"customer": head.code, **more, "position": head.position}
        body = json.dumps({"type": event, "timestamp": appender.instant, "data": data}, ensure_ascii=False)
        for hook, patterns in listening:
            if outbox.wanted(patterns, event):
                appender.add(
                    "outbox", id=hooks.fresh_id(), hook=hook, customer_id=head.id, event=event, body=body,
                    at=appender.instant, state="waiting", tries=0, next_at=due,
                )  # fmt: skip


def _paid(
    connection: Connection, appender: Appender, head: Head, facts: Sequence[Fact], papers: Sequence[Row]
) -> list[str]:
    """The invoices that were open before a position, and are paid by it (M10)."""
    less: dict[str, Decimal] = defaultdict(lambda: ZERO)  # what the position took off what is open
    for fact in facts:
        if isinstance(fact, Payment | WriteOff):
            less[fact.invoice] += fact.amount
    for row in papers:
        if row["corrects"] is not None:
            less[str(row["corrects"])] -= from_cents(int(row["total"] or 0))
    if not less:
        return []
    appender.flush()
    paid, written = payments.paid_by_invoice(connection, [head.id]), payments.written_off(connection, [head.id])
    found = []
    for number in sorted(less):
        kept = documents.find(connection, number) or next(iter(documents.brought(connection, number)), None)
        assert kept is not None, number
        known = paid.get(number, ZERO), written.get(number, ZERO)
        left = kept.total - kept.credited - sum(known)
        if left + less[number] > 0 and invoicing.settled(kept.total, kept.credited, *known)[2] == "paid":
            found.append(number)
    return found
