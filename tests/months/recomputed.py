"""What documents must say, made again from the raw rows of a database: nothing of the engine is asked (M1 to M5, C4).

The rows are what was decided, the charges of entries and what documents bill of which entry; rates of VAT, rounding and
sums are worked out here a second time, from the rules alone.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import Engine, text

Row = dict[str, Any]
Key = tuple[str, int]  # a document's line
RATES = {"FR": Fraction(20), "CH": Fraction(81, 10), "DE": Fraction(19), "BE": Fraction(21)}
UNION = {"FR", "DE", "BE", "IT"}


@dataclass(frozen=True)
class Rows:
    """The tables that documents are made of; money is in cents."""

    customers: dict[int, Row]
    issuer: Row
    documents: list[Row]
    lines: dict[str, list[Row]]
    parts: dict[Key, list[Row]]
    entries: dict[tuple[int, int], Row]
    charges: dict[tuple[int, int], Row]  # the last of each entry: what stands
    reduced: set[Key]  # lines whose price somebody reduced (M12)


def read(engine: Engine) -> Rows:
    """All that is needed, as it is kept."""
    with engine.connect() as connection:

        def all_of(table: str, order: str) -> list[Row]:
            found = connection.execute(text(f"SELECT * FROM {table} ORDER BY {order}"))
            return [dict(row) for row in found.mappings()]

        lines: dict[str, list[Row]] = defaultdict(list)
        for row in all_of("document_line", "code, line"):
            lines[row["code"]].append(row)
        parts: dict[Key, list[Row]] = defaultdict(list)
        for row in all_of("document_entry", "code, line, entry"):
            parts[row["code"], row["line"]].append(row)
        entries = {(row["customer_id"], row["seq"]): row for row in all_of("entry", "customer_id, seq")}
        charges = {(row["customer_id"], row["entry"]): row for row in all_of("charge", "customer_id, seq, n")}
        (issuer,) = all_of("issuer", "id")
        return Rows(
            {row["id"]: row for row in all_of("customer", "id")},
            issuer,
            all_of("document", "issued_on, kind DESC, code"),
            lines,
            parts,
            entries,
            charges,
            {(row["invoice"], row["line"]) for row in all_of("reduction", "customer_id, seq, n")},
        )


def half_up(value: Fraction) -> int:
    """To whole cents, a half away from zero (M1)."""
    whole = int(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole


def priced(minutes: int, rate: int) -> int:
    """Minutes at a rate an hour, in cents (M1)."""
    return half_up(Fraction(minutes * rate, 60))


def taxed(issuer: Row, customer: Row) -> tuple[str, Fraction]:
    """The category and the rate between two parties, in 2025 (M2, M3)."""
    home, there = issuer["country"], customer["country"]
    if home == there:
        return "S", RATES[home]
    if home not in UNION or there not in UNION:
        return "O", Fraction(0)
    return ("AE", Fraction(0)) if customer["vat_id"] else ("S", RATES[home])


def faults(rows: Rows, just_run: bool = False) -> list[str]:
    """Where a document differs from what it must say; right after a run all that stands must be on documents too."""
    found: list[str] = []
    for document in rows.documents:
        found += [f"{document['code']}: {fault}" for fault in _of_document(rows, document)]
    found += _of_entries(rows) if just_run else []
    return found + _of_lines(rows) + _of_series(rows) + _of_totals(rows)


def _of_document(rows: Rows, document: Row) -> list[str]:
    """Its lines, VAT and sums, each from its own rows."""
    found = []
    category, rate = taxed(rows.issuer, rows.customers[document["customer_id"]])
    net = 0
    for line in rows.lines[document["code"]]:
        net += line["amount"]
        if (line["vat_category"], Fraction(line["vat_rate"])) != (category, rate):
            found.append(f"line {line['line']} is taxed {line['vat_category']} {line['vat_rate']}")
        minutes = sum(part["minutes"] for part in rows.parts[document["code"], line["line"]])
        if line["kind"] == "overage" and (minutes, priced(minutes, line["rate"])) != (line["minutes"], line["amount"]):
            found.append(f"line {line['line']} is {line['amount']} of {line['minutes']} min at {line['rate']}")
    vat = half_up(net * rate / 100)
    if (document["net"], document["vat"]) != (net, vat):
        found.append(f"net and VAT are {document['net']} and {document['vat']}, not {net} and {vat}")
    if document["total"] != net + vat + document["rounding"]:
        found.append("the total is not its sum")
    step = 5 if document["currency"] == "CHF" and rows.issuer["round_total"] else 1
    if document["corrects"] is None and document["rounding"] != half_up(Fraction(net + vat, step)) * step - net - vat:
        found.append(f"its rounding is {document['rounding']}")
    return found


def _of_lines(rows: Rows) -> list[str]:
    """An invoice's line with the notes on it is the line of the minutes that are left (C4)."""
    found = []
    noted: dict[Key, list[Row]] = defaultdict(list)
    for lines in rows.lines.values():
        for line in lines:
            if line["corrects"]:
                noted[line["corrects"], line["corrects_line"]].append(line)
    for code, lines in rows.lines.items():
        for line in lines:
            key = (code, line["line"])
            if line["kind"] != "overage" or key in rows.reduced:
                continue
            minutes = line["minutes"] + sum(note["minutes"] for note in noted[key])
            amount = line["amount"] + sum(note["amount"] for note in noted[key])
            if minutes < 0 or amount != priced(minutes, line["rate"]):
                found.append(f"{code}/{line['line']}: {amount} is left for {minutes} min at {line['rate']}")
    return found


def _of_entries(rows: Rows) -> list[str]:
    """What stands on an entry is on documents, once, at its rate; what was taken back is not (M5, C4)."""
    billed: dict[tuple[int, int], dict[tuple[str, int], int]] = defaultdict(lambda: defaultdict(int))
    rates = {(code, line["line"]): line for code, lines in rows.lines.items() for line in lines}
    for place, parts in rows.parts.items():
        line = rates[place]
        of = rates[line["corrects"], line["corrects_line"]] if line["corrects"] else line
        for part in parts:
            billed[part["customer_id"], part["entry"]][of["name"], of["rate"]] += part["minutes"]
    last = max((row["billed_to"] for row in rows.documents if row["billed_to"]), default="")
    found = []
    for key, entry in rows.entries.items():
        charge = rows.charges[key]
        due = {(charge["category"], charge["rate"]): charge["overage"]} if charge["overage"] else {}
        have = {what: minutes for what, minutes in billed[key].items() if minutes}
        if entry["worked_on"] <= last and have != due:
            found.append(f"entry {entry['id']} stands at {due}, documents bill {have}")
    return found


def _of_series(rows: Rows) -> list[str]:
    """Numbers without a gap, in the order of their dates (M6)."""
    found = []
    series: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in rows.documents:
        series[row["series"], row["year"]].append(row)
    for (name, year), mine in series.items():
        mine.sort(key=lambda row: row["number"])
        if [row["number"] for row in mine] != list(range(1, len(mine) + 1)):
            found.append(f"{name} {year} has gaps")
        if [row["issued_on"] for row in mine] != sorted(row["issued_on"] for row in mine):
            found.append(f"{name} {year} is not in the order of its dates")
    return found


def _of_totals(rows: Rows) -> list[str]:
    """An invoice whose notes brought its lines to nothing is at nothing with them (M10)."""
    found = []
    for invoice in (row for row in rows.documents if row["corrects"] is None):
        notes = [row for row in rows.documents if row["corrects"] == invoice["code"]]
        net = invoice["net"] + sum(note["net"] for note in notes)
        total = invoice["total"] + sum(note["total"] for note in notes)
        if net < 0 or total < 0 or (net == 0 and total != 0):
            found.append(f"{invoice['code']} and its notes come to {net} net, {total} in all")
    return found


def due_by(rows: Rows, on: date) -> dict[str, int]:
    """The totals of all documents up to a day, by currency, in cents."""
    sums: dict[str, int] = defaultdict(int)
    for row in rows.documents:
        if row["issued_on"] <= on.isoformat():
            sums[row["currency"]] += row["total"]
    return dict(sums)
