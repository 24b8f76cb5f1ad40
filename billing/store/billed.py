"""What documents have billed of the work, and what they have not: the lines and entries that a plan is made of (M5)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from billing.core.facts import Charge, Entry, Fact
from billing.core.invoicing import Billed, Standing
from billing.core.units import from_cents, in_cents
from billing.core.vat import VatClass
from billing.store import recall
from billing.store.heads import Head
from billing.store.ledger import columns_of, fact_of, in_order, is_new_work
from billing.store.query import Query, rows_of
from billing.store.sql import Connection, and_, bindparam, or_, schema, select
from billing.values import dataclass

_doc, _line = schema.document.c, schema.document_line.c
_ch, _e = schema.charge.c, schema.entry.c

# As text: to write out expressions of this size costs each process milliseconds, and SQLite plans anew, each time, what
# may use a partial index if its condition does not stand literally.
_CANDIDATES = """
    SELECT c.entry FROM charge c
    WHERE c.customer_id = :customer AND c.overage > 0 AND c.seq > :mark
    UNION
    SELECT c.entry FROM charge c
    WHERE c.customer_id = :customer AND c.free = 'void' AND (c.seq > :mark OR c.dated_on > :at)
    UNION
    SELECT c.entry FROM entry e JOIN charge c ON c.customer_id = e.customer_id AND c.entry = e.seq
    WHERE e.customer_id = :customer AND e.worked_on > :billed_to AND c.overage > 0
    UNION  -- what a line without one of them comes to is told by all that are on it, if its price was reduced (M12)
    SELECT p.entry FROM reduction r
    JOIN document_entry p ON p.customer_id = r.customer_id AND p.code = r.invoice AND p.line = r.line
    WHERE r.customer_id = :customer
"""
# Work that is looked at entry by entry where sums by day tell the rest: what was corrected, and what lines bill that
# are later than the mark or of later work. An index each, so that nothing else of the customer's is walked.
# What never was over the time credit is on no line and in no sum, and of many customers nothing ever was.
_OVER = """
    EXISTS (SELECT 1 FROM charge x WHERE x.customer_id = :customer AND x.overage > 0)
    AND EXISTS (SELECT 1 FROM charge o WHERE o.customer_id = c.customer_id AND o.entry = c.entry AND o.overage > 0)
"""
_APART = f"""
    SELECT c.entry FROM charge c
    WHERE c.customer_id = :customer AND c.free = 'void' AND c.seq > :mark AND {_OVER}
    UNION
    SELECT c.entry FROM charge c
    WHERE c.customer_id = :customer AND c.free = 'void' AND c.dated_on > :since AND {_OVER}
    UNION
    SELECT c.entry FROM reduction r CROSS JOIN document_entry p CROSS JOIN charge c
    WHERE r.customer_id = :customer AND p.customer_id = r.customer_id AND p.code = r.invoice AND p.line = r.line
      AND c.customer_id = p.customer_id AND c.entry = p.entry AND c.free = 'void'
    UNION
    SELECT p.entry FROM document d CROSS JOIN document_entry p
    WHERE p.customer_id = d.customer_id AND p.seq = d.seq
      AND d.customer_id = :customer AND d.seq > :mark AND d.issued_on <= :at
    UNION
    SELECT p.entry FROM document d CROSS JOIN document_entry p
    WHERE p.customer_id = d.customer_id AND p.seq = d.seq AND d.customer_id = :customer
      AND d.billed_to IS NOT NULL AND d.billed_to > :billed_to AND d.issued_on <= :at
"""
_APART_CHARGES = Query(f"SELECT {columns_of(Charge)} FROM charge WHERE customer_id = :customer AND entry IN ({_APART})")
_APART_WORK = Query(f"SELECT {columns_of(Entry)} FROM entry WHERE customer_id = :customer AND seq IN ({_APART})")
_APART_PARTS = Query(f"""
    SELECT p.code, p.line, p.entry, p.minutes, l.corrects, l.corrects_line
    FROM document_entry p
    JOIN document_line l ON l.customer_id = p.customer_id AND l.code = p.code AND l.line = p.line
    JOIN document d ON d.customer_id = p.customer_id AND d.seq = p.seq
    WHERE p.customer_id = :customer AND p.entry IN ({_APART}) AND d.issued_on <= :at
""")
_SUMMED = Query("""
    SELECT substr(s.day, 1, :digits), s.category, s.rate, sum(s.minutes) FROM (
        SELECT t.day, t.category, t.rate, t.minutes FROM day_overage t
        WHERE t.customer_id = :customer AND t.since >= :mark AND t.day <= :at
        UNION ALL
        SELECT t.day, t.category, t.rate, t.minutes FROM day_overage t
        WHERE t.customer_id = :customer AND t.since < :mark AND t.day > :billed_to AND t.day <= :at
    ) AS s GROUP BY 1, 2, 3
""")
_UNBILLED = "unbilled"
_DAY, _MONTH = len("2025-03-17"), len("2025-03")
_CHARGED = Query(f"SELECT {columns_of(Charge)} FROM charge WHERE customer_id = :customer AND entry IN ({_CANDIDATES})")
_WORKED = Query(f"SELECT {columns_of(Entry)} FROM entry WHERE customer_id = :customer AND seq IN ({_CANDIDATES})")
_PARTS = Query(f"""
    SELECT p.code, p.line, p.entry, p.minutes, l.corrects, l.corrects_line
    FROM document_entry p
    JOIN document_line l ON l.customer_id = p.customer_id AND l.code = p.code AND l.line = p.line
    JOIN document d ON d.customer_id = p.customer_id AND d.seq = p.seq
    WHERE p.customer_id = :customer AND p.entry IN ({_CANDIDATES}) AND d.issued_on <= :at
""")
_MARK = Query("""
    SELECT d.seq, d.billed_to FROM document d
    WHERE d.customer_id = :customer AND d.billed_to IS NOT NULL AND d.issued_on <= :at
      AND NOT EXISTS (  -- recorded before, yet dated after the day: what it billed is not billed on that day
          SELECT 1 FROM document b WHERE b.customer_id = d.customer_id AND b.seq < d.seq AND b.issued_on > :at)
    ORDER BY d.seq DESC LIMIT 1
""")
# Customers with work since the last document that billed some, or later than it billed; of each an index is asked.
_LAST_BILLED = "SELECT customer_id, max(seq) AS mark FROM document WHERE billed_to IS NOT NULL GROUP BY customer_id"
_SINCE = f"""
    SELECT h.customer_id FROM head h LEFT JOIN ({_LAST_BILLED}) l ON l.customer_id = h.customer_id
    WHERE EXISTS (
        SELECT 1 FROM charge c WHERE c.customer_id = h.customer_id AND c.seq > coalesce(l.mark, -1) AND c.{{}})
"""
_TO_BILL = Query(f"""
    {_SINCE.format("overage > 0")}
    UNION
    {_SINCE.format("free = 'void'")}
    UNION
    SELECT d.customer_id FROM ({_LAST_BILLED}) l JOIN document d ON d.customer_id = l.customer_id AND d.seq = l.mark
    WHERE EXISTS (
        SELECT 1 FROM entry e WHERE e.customer_id = d.customer_id AND e.worked_on > d.billed_to AND EXISTS (
            SELECT 1 FROM charge c WHERE c.customer_id = e.customer_id AND c.entry = e.seq AND c.overage > 0))
""")
_LINES = (
    select(_line.code, _line.line, _line.corrects, _line.corrects_line, _line.name, _line.rate, _line.minutes,
           _line.amount, _line.vat_category, _line.vat_rate, _doc.issued_on, _doc.currency)
    .join(schema.document, and_(_doc.customer_id == _line.customer_id, _doc.seq == _line.seq))
    .where(
        _line.customer_id == bindparam("customer"),
        or_(_line.code.in_(bindparam("codes", expanding=True)), _line.corrects.in_(bindparam("codes", expanding=True))),
        _doc.issued_on <= bindparam("at"),
        _line.seq <= bindparam("until"),
    )
)  # fmt: skip
_PARTS_UNTIL = Query("""
    SELECT p.code, p.line, p.entry, p.minutes, l.corrects, l.corrects_line
    FROM document_entry p
    JOIN document_line l ON l.customer_id = p.customer_id AND l.code = p.code AND l.line = p.line
    JOIN document d ON d.customer_id = p.customer_id AND d.seq = p.seq
    WHERE p.customer_id = :customer AND p.seq <= :until AND d.issued_on <= :at
""")
_LAST = 2**31 - 1  # no chain is longer


def billed_until(connection: Connection, customer: Head, until: int, at: date) -> list[Billed]:
    """The lines that had billed entries by a day, of the documents recorded up to a position (L9)."""
    values = {"customer": customer.id, "until": until, "at": at.isoformat()}
    return _billed(connection, _PARTS_UNTIL.rows(connection, values), values)


def unsettled(
    connection: Connection, values: dict[str, Any]
) -> tuple[dict[int, tuple[Entry, list[Charge]]], list[Billed]]:
    """The entries whose overage may differ from what is billed, and the lines that billed them; `values` of `marked`.

    All that a run has looked at is settled by its documents; only what was recorded since, or worked after the month
    it billed, can differ. Documents after the day do not count.
    """
    charges: dict[int, list[Charge]] = defaultdict(list)
    for charge in in_order(_CHARGED.rows(connection, values)):
        charges[charge.entry].append(charge)
    if not charges:
        return {}, []
    entries = {}
    for row in _WORKED.rows(connection, values):
        entry = fact_of(Entry, row)
        entries[entry.seq] = (entry, charges[entry.seq])
    return entries, _billed(connection, _PARTS.rows(connection, values), values | {"until": _LAST})


def read_unsettled(connection: Connection, values: Mapping[str, Any]) -> None:
    """Reads all that `unsettled` reads of most customers, whose lines are not corrected."""
    for query in (_CHARGED, _WORKED, _PARTS):
        query.rows(connection, values)


@dataclass(slots=True)
class Unbilled:
    """What may not be billed: sums of the work that nothing happened to, the rest entry by entry with its lines."""

    summed: list[Standing]
    apart: dict[int, tuple[Entry, list[Charge]]]
    billed: list[Billed]


def unbilled(
    connection: Connection, customer: Head, at: date, in_months: bool, values: dict[str, Any] | None = None
) -> Unbilled:
    """What `unsettled` tells of work up to a day, in few rows: most of it only summed, each sum as one that stands.

    An entry that was charged once and is on no line is in the sum of its day, or `in_months` in that of its month, as
    of the first; what is looked at apart is taken out. `values` are those of `marked`, where they are known.
    """
    known, key = recall.of(connection, customer), (_UNBILLED, at, in_months)
    if key not in known:
        known[key] = _unbilled(connection, in_months, values or marked(connection, customer, at))
    found: Unbilled = known[key]
    return found


def _unbilled(connection: Connection, in_months: bool, values: dict[str, Any]) -> Unbilled:
    digits = values["digits"] = _MONTH if in_months else _DAY
    values["since"] = min(values["at"], values["billed_to"])
    sums: dict[tuple[str, str, int], int] = defaultdict(int)
    for days, category, rate, minutes in _SUMMED.rows(connection, values):
        sums[days, category, rate] += int(minutes)
    charges: dict[int, list[Charge]] = defaultdict(list)
    for charge in in_order(_APART_CHARGES.rows(connection, values)):
        charges[charge.entry].append(charge)
        day = charge.dated_on.isoformat()
        is_summed = day <= values["at"] and (charge.seq > values["mark"] or day > values["billed_to"])
        if charge.overage and charge.rate is not None and is_summed:
            sums[day[:digits], charge.category, in_cents(charge.rate)] -= charge.overage
    summed = [
        Standing(0, date.fromisoformat(f"{days}-01"[:_DAY]), category, from_cents(rate), minutes)
        for (days, category, rate), minutes in sorted(sums.items())
        if minutes
    ]
    if not charges:
        return Unbilled(summed, {}, [])
    work, parts = rows_of(connection, [_APART_WORK, _APART_PARTS], values)
    apart = {entry.seq: (entry, charges[entry.seq]) for entry in (fact_of(Entry, row) for row in work)}
    return Unbilled(summed, apart, _billed(connection, parts, values | {"until": _LAST}))


def known_after(known: Mapping[Any, Any], fresh: Sequence[Fact]) -> dict[Any, Any]:
    """What is not billed, as far as that is known of a chain, once something is recorded on it: for new work alone."""
    if not is_new_work(fresh):
        return {}
    charges = [fact for fact in fresh if isinstance(fact, Charge)]
    return {key: _with(known[key], charges, *key[1:]) for key in known if key[0] == _UNBILLED}


def _with(found: Unbilled, charges: Iterable[Charge], at: date, in_months: bool) -> Unbilled:
    """What is not billed with new work: its sums are greater by that."""
    sums = {(each.worked_on, each.category, each.rate): each for each in found.summed}
    for charge in charges:
        if charge.overage and charge.rate is not None and charge.dated_on <= at:
            day = charge.dated_on.replace(day=1) if in_months else charge.dated_on
            of = (day, charge.category, charge.rate)
            minutes = charge.overage + (sums[of].minutes if of in sums else 0)
            sums[of] = Standing(0, *of, minutes)
    return Unbilled([sums[of] for of in sorted(sums)], found.apart, found.billed)


def marked(connection: Connection, customer: Head, at: date) -> dict[str, Any]:
    """The last run's document that counts on a day, and up to where it billed."""
    values: dict[str, Any] = {"customer": customer.id, "at": at.isoformat(), "mark": 0, "billed_to": "9999-12-31"}
    mark = _MARK.row(connection, values)
    if mark is not None:
        values["mark"], values["billed_to"] = mark
    return values


def _billed(connection: Connection, parts: list[tuple[Any, ...]], values: dict[str, Any]) -> list[Billed]:
    if not parts:
        return []
    codes = sorted({corrects or name for name, _, _, _, corrects, _ in parts})
    lines: dict[tuple[str, int], Billed] = {}
    credits = []
    for name, place, corrects, of, category, rate, minutes, amount, vat, vat_rate, on, currency in connection.execute(
        _LINES, {**values, "codes": codes}
    ):
        if corrects is not None:
            credits.append(((corrects, of), minutes, from_cents(amount)))
        elif rate is not None:
            taxed = VatClass(vat, Decimal(vat_rate))
            issued = date.fromisoformat(on)
            lines[name, place] = Billed(
                name, place, issued, category, from_cents(rate), taxed, minutes, from_cents(amount), {}, currency
            )
    for line_key, minutes, amount_less in credits:
        lines[line_key].minutes += minutes or 0
        lines[line_key].amount += amount_less
        lines[line_key].is_reduced |= minutes is None
    for name, place, entry, minutes, corrects, of in parts:
        left = lines[(corrects, of) if corrects is not None else (name, place)].entries
        left[entry] = left.get(entry, 0) + minutes
    return list(lines.values())


def customers_to_bill(connection: Connection) -> list[int]:
    """The keys of the customers for whom something may have to be issued."""
    return [key for (key,) in _TO_BILL.rows(connection, {})]
