"""What a customer owes in minutes: sums by day, and entry by entry what was corrected (G9)."""

from collections import defaultdict
from datetime import date

from billing.core import statement
from billing.core.facts import Charge, Draw
from billing.store.heads import Head
from billing.store.ledger import columns_of, fact_of, in_order
from billing.store.query import Query
from billing.store.sql import Connection

_SUM = Query("SELECT sum(minutes) FROM day_owed WHERE customer_id = :customer AND day <= :at")
_VOIDED = Query("SELECT opening FROM opening_void WHERE customer_id = :customer")
# What owed and was corrected, and openings that were taken back: the sums by day say nothing of which charge stands.
_APART = """
    SELECT c.entry FROM charge c WHERE c.customer_id = :customer AND c.free = 'void' AND EXISTS (
        SELECT 1 FROM charge o WHERE o.customer_id = c.customer_id AND o.entry = c.entry AND o.owed > 0)
    UNION
    SELECT v.opening FROM opening_void v WHERE v.customer_id = :customer
"""
_CHARGES = Query(f"SELECT {columns_of(Charge)} FROM charge WHERE customer_id = :customer AND entry IN ({_APART})")
_DRAWS = Query(f"SELECT {columns_of(Draw)} FROM draw WHERE customer_id = :customer AND entry IN ({_APART})")
_OWING = Query("""
    SELECT c.entry FROM charge c WHERE c.customer_id = :customer AND c.owed > 0 AND c.owed > (
        SELECT coalesce(sum(d.minutes), 0) FROM draw d WHERE d.customer_id = c.customer_id AND d.entry = c.entry
        AND d.kind = 'settle' AND d.charge_seq = c.seq AND d.charge_n = c.n)
""")


def on(connection: Connection, customer: Head, day: date) -> int:
    """The minutes that are owed at the end of a day."""
    values = {"customer": customer.id, "at": day.isoformat()}
    (found,) = _SUM.row(connection, values) or (0,)
    total = int(found or 0)
    charges: dict[int, list[Charge]] = defaultdict(list)
    for charge in in_order(_CHARGES.rows(connection, values)):
        charges[charge.entry].append(charge)
    if not charges:
        return total
    draws: dict[int, list[Draw]] = defaultdict(list)
    for row in _DRAWS.rows(connection, values):
        draw = fact_of(Draw, row)
        draws[draw.entry].append(draw)
    gone = {opening for (opening,) in _VOIDED.rows(connection, values)}
    for entry, some in charges.items():
        total -= sum(charge.owed for charge in some if charge.dated_on <= day)
        total += sum(draw.minutes for draw in draws[entry] if draw.kind == "settle" and draw.dated_on <= day)
        total += 0 if entry in gone else statement.owed_on(some, draws[entry], day)
    return total


def entries(connection: Connection, customer: Head) -> set[int]:
    """The entries and openings of which minutes may still be owed."""
    found = {entry for (entry,) in _OWING.rows(connection, {"customer": customer.id})}
    return found - {opening for (opening,) in _VOIDED.rows(connection, {"customer": customer.id})}
