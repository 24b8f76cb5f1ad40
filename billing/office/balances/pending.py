"""What is not invoiced yet (B1)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from billing import law
from billing.core import invoicing, statement
from billing.core.facts import Charge, Entry
from billing.core.invoicing import Billed, Plan, Standing, VatOn
from billing.office.transaction import Transaction
from billing.store import billed as billed_lines
from billing.store.heads import Head


def vat_on(tx: Transaction, head: Head) -> VatOn:
    """How work or a sale of a day is taxed for this customer (M2, M3)."""
    country, is_exempt = tx.issuer["country"], bool(tx.issuer["exempt"])
    return lambda day: law.vat_class(country, head.country, head.vat_id, day, is_exempt)


def pending_of(tx: Transaction, head: Head, at: date) -> Plan:
    """The overage charged for work up to a day that no document dated up to it has billed (B1, C4)."""
    found = billed_lines.unbilled(tx.connection, head, at, in_months=law.is_by_month())
    return planned_of(tx, head, found.apart, found.billed, at, found.summed)


def planned_of(
    tx: Transaction, head: Head, entries: Mapping[int, tuple[Entry, list[Charge]]], billed: list[Billed], at: date,
    summed: Iterable[Standing] = (),
) -> Plan:  # fmt: skip
    """What entries come to that were worked up to a day, less what lines billed for them; and what sums say."""
    found = (statement.standing_overage(entry, charges, at) for entry, charges in entries.values())
    standing = [s for s in found if s is not None and s.worked_on <= at] + list(summed)
    worked = {seq for seq, (entry, _) in entries.items() if entry.worked_on <= at}
    billed = [replace(x, entries={seq: n for seq, n in x.entries.items() if seq in worked}) for x in billed]
    return invoicing.plan(standing, billed, at, vat_on(tx, head))
