"""Checks reminders: what was open that day is computed again from what was recorded before them (L7, M10)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from billing.core import receipts
from billing.core.receipts import Issued, Receipt
from billing.core.units import ZERO, from_cents
from billing.store.auditing import Position, Row


def reminder_faults(customer: str, found: list[Position]) -> Iterator[str]:
    """What does not hold in a customer's reminders: a step left out, a wrong amount, an invoice that was not due."""
    documents: dict[str, Issued] = {}
    payments: dict[int, Receipt] = {}
    flows: list[Receipt] = []
    last: dict[str, Row] = {}
    for position in found:
        for row in position.of("reminder"):
            where = f"{customer} position {position.seq}: the reminder of {row['invoice']}"
            yield from (f"{where} {fault}" for fault in _faults(row, last.get(row["invoice"]), documents, flows))
            last[row["invoice"]] = row
        for row in position.of("document"):
            documents[row["code"]] = _issued(customer, row)
        for row in position.of("payment"):
            paid = Receipt(row["invoice"], date.fromisoformat(row["paid_on"]), from_cents(row["amount"]))
            payments[row["seq"]] = paid
            flows.append(paid)
        for row in position.of("write_off"):
            written = Receipt(
                row["invoice"], date.fromisoformat(row["on"]), from_cents(row["amount"]), written_off=True
            )
            flows.append(written)
        for row in position.of("bounce"):
            if row["payment"] in payments:
                paid = payments[row["payment"]]
                flows.append(Receipt(paid.invoice, date.fromisoformat(row["on"]), -paid.amount))


def _faults(row: Row, before: Row | None, documents: dict[str, Issued], flows: list[Receipt]) -> Iterator[str]:
    """What does not hold in one reminder of an invoice; `before` is the one before it."""
    on = date.fromisoformat(row["on"])
    item = next(
        (i for i in receipts.open_on(documents.values(), flows, on) if i.invoice.number == row["invoice"]), None
    )
    left: Decimal = item.open if item else ZERO
    if left != from_cents(row["open"]):
        yield f"says that {from_cents(row['open'])} was open, it was {left}"
    elif item is None or item.days_late <= 0:
        yield f"is of {row['on']}, when it was not late"
    if row["step"] != (before["step"] + 1 if before else 1):
        yield f"is step {row['step']} after {before['step'] if before else 'none'}"
    if before and row["on"] <= before["on"]:
        yield f"is of {row['on']}, the one before it of {before['on']}"


def _issued(customer: str, row: Row) -> Issued:
    due = row["due_on"]
    return Issued(
        row["code"], customer, date.fromisoformat(row["issued_on"]), date.fromisoformat(due) if due else None,
        row["currency"], (), from_cents(row["total"]), row["corrects"],
    )  # fmt: skip
