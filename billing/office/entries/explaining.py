"""Explains each minute and cent of an entry, a case or an invoice line (B4): the rule, the tariff version, the grants.

The explanation is made from what was recorded, as it was at that position of the chain: nothing is guessed, and later
facts do not change it.
"""

from billing.core import burndown, quoting, rating
from billing.core.book import Book
from billing.core.facts import Charge, Entry, Fact
from billing.core.units import charged_for, price_of
from billing.errors import Unknown
from billing.office.balances import answers, names
from billing.office.balances.answers import Answer
from billing.office.entries import desk
from billing.office.payments import sales
from billing.office.transaction import Setting, Transaction, look
from billing.store import ledger, parties
from billing.store.ledger import Head

History = list[tuple[tuple[int, int], Fact]]  # everything recorded, by position and place, in order
_FREE = {
    "always": "the category is always free under this tariff (R2)",
    "first": "it belongs to the first case of its category under the contract (R2)",
    "verified": "its case is verified (R2, C2)",
    "quote": "it is work on quote {quote}, which has a price of its own (S8)",
    "void": "a correction took it back (C1)",
}

_SCOPES = {
    "entry": "each entry by itself (T2)",
    "case": "the running total of the case (T3)",
    "case-day": "the total of the case on the day (T3)",
    "day": "the total of the day (T3)",
}


def why(setting: Setting, what: str) -> Answer:
    """Explains an entry, a case, an invoice (`INV-2025-00001`) or a line of one (`INV-2025-00001/2`)."""
    with look(setting) as tx:
        number, _, line = what.partition("/")
        try:
            kept, head = sales.invoice_named(tx, number, lock=False)
        except Unknown:
            return _entries(tx, what)
        wanted = [(i, row) for i, row in enumerate(kept.content["lines"], 1) if not line or line == str(i)]
        if not wanted:
            raise Unknown("unknown-invoice", f"{number} has lines 1 to {len(kept.content['lines'])}")
        text, lines = [], []
        for place, row in wanted:
            text += _line_text(number, place, row, kept.content["currency"])
            lines.append({"line": place, **row})
            text += _quoted(tx.book(head), row)
            if row["kind"] != "product":
                entries = ledger.entries_on_line(tx.connection, head.id, number, place)
                book = tx.book(head)
                for seq, billed in entries:
                    entry = book.entries[seq]
                    text.append(f"  {entry.id}: {billed} min of it, worked on {entry.worked_on}")
        return {"invoice": number, "customer": head.code, "lines": lines, "text": text}


def _line_text(number: str, place: int, row: Answer, currency: str) -> list[str]:
    name = row.get("category") or row.get("product")
    result = f"{currency} {row['amount']}"
    if row["kind"] == "product":
        made = f"{row['quantity']} × {row['unit_price']} = {result} (M5)"
    elif row["kind"] == "credit":
        made = f"{row['minutes']} min at {row['rate']}: the line without them less the line = {result} (C4)"
    else:
        made = f"{row['minutes']} min × {row['rate']} / 60 = {result}, rounded once (M1)"
    taxed = f"VAT category {row['vat_category']} at {row['vat_rate']} %, as on the day of the work or sale (M2, M3)"
    return [f"{number}/{place}: {name}: {made}", f"  {taxed}"]


def _quoted(book: Book, row: Answer) -> list[str]:
    """Where the price of a line that invoices a quote comes from (S8)."""
    quote = next((quote for quote in book.quotes.values() if quote.number == row.get("product")), None)
    if quote is None:
        return []
    part = "" if quote.price == quote.amount else f", of a cost of {quote.amount}"
    share = f" ({quote.share} %)" if quote.share else ""
    accepted = quoting.event_of(book, quote, "accepted") or quoting.event_of(book, quote, "approved")
    agreed = f", {accepted.kind} on {accepted.on}" if accepted else ""
    return [f"  Quoted on {quote.quoted_on} at {quote.price}{part}{share}{agreed} (S8)"]


def _entries(tx: Transaction, what: str) -> Answer:
    try:
        head, seq = desk.find_entry(tx, what, lock=False)
        book, seqs = tx.book(head), [seq]
    except Unknown as unknown:
        try:
            head, what = tx.case(what, lock=False)
        except Unknown:
            raise unknown from None
        book = tx.book(head)
        seqs = book.by_case.get(what, [])
    history = ledger.history(tx.connection, head, tx.tariffs.of(head))
    notes = parties.notes(tx.connection, head.id)
    explained = [_entry(head, book, history, notes.get(seq), book.entries[seq]) for seq in seqs]
    return {
        "customer": head.code,
        "entries": explained,
        "text": [line for entry in explained for line in entry["text"]]
        or [f"{what}: {head.code}, nothing was worked on it; `billing case show {what}` tells what happened."],
    }


def _entry(head: Head, book: Book, history: History, note: str | None, entry: Entry) -> Answer:
    charges = book.charges[entry.seq]
    text = [
        f"{entry.id}: {head.code}"
        + (f", case {entry.case}" if entry.case else "")
        + f", {entry.category}, worked on {entry.worked_on}: {_seconds(entry.logged_seconds)} raw"
    ]
    if note:
        text.append(f"  Note: {note}")
    for charge in charges:
        text += [f"  {line}" for line in _charge(head, book, _as_of(history, charge), entry, charge)]
    standing = charges[-1]
    answer = answers.entry_answer(head, book, entry, standing, book.draws_for(standing))
    return answer | {"tariff": _version(book, entry), "text": text}


def _charge(head: Head, book: Book, before: Book, entry: Entry, charge: Charge) -> list[str]:
    tariff = book.contract_tariff(entry.contract, entry.worked_on)
    when = "Recorded" if charge.seq == entry.seq else f"Corrected as of {charge.dated_on}"
    at = f"{when} at position {charge.seq}, tariff {_version(book, entry)}:"
    if charge.free is not None:
        quote = book.quote_of(entry.seq)
        return [f"{at} charged 0, because {_FREE[charge.free].format(quote=quote.number if quote else '')}."]
    lines = [at]
    if charge.category != entry.category:
        lines.append(f"  {entry.category} is charged as {charge.category} (R2).")
    pool = before.pools[before.pool_key(entry, charge.category)]
    total = charged_for(pool.logged_seconds + entry.logged_seconds, tariff.increment, tariff.minimum, tariff.tolerance)
    scope = _SCOPES[tariff.rounding]
    lines.append(
        f"  Rounded up to {tariff.increment} min over {scope}: {_seconds(pool.logged_seconds + entry.logged_seconds)} "
        f"make {total} min, {pool.charged_minutes} charged before: {charge.minutes} min."
    )
    lines += [f"  {line}" for line in _draws(head, book, before, entry, charge)]
    if charge.overage and charge.rate is not None:
        full = tariff.categories[charge.category].rate
        reduced = " (reduced rate of an add-on in force, R5)" if charge.rate != full else " (R5)"
        lines.append(
            f"  {charge.overage} min are covered by no grant and billed at {tariff.currency} {charge.rate} per hour"
            f"{reduced}: {price_of(charge.overage, charge.rate)} by itself; the invoice rounds its line once (M1)."
        )
    if charge.owed:
        lines.append(f"  {charge.owed} min are covered by no grant on the day of the work and owed (R5).")
    return lines


def _draws(head: Head, book: Book, before: Book, entry: Entry, charge: Charge) -> list[str]:
    mine = book.draws_for(charge)
    lots = sorted(rating.lots(before, entry.worked_on, charge.category, entry.contact), key=burndown.order)
    left = {lot.grant.number: lot.remaining for lot in lots}
    place = {lot.grant.number: i for i, lot in enumerate(lots, 1)}
    lines = []
    for draw in mine:
        grant = book.grants[draw.grant]
        name = f"{names.grant_id(head, grant.number)} ({grant.product or grant.kind})"
        if draw.kind == "settle":
            lines.append(f"{draw.minutes} min of what was owed were settled from {name} on {draw.dated_on} (G9).")
            continue
        had = left.get(grant.number, 0)
        lines.append(
            f"{draw.minutes} min drawn from {name}, number {place.get(grant.number, 1)} of {len(lots)} "
            f"that could be drawn; {had} min were left, {had - draw.minutes} after (R4)."
        )
    if len(lots) > 1:
        lines.append(f"Order: {'; '.join(_reason(head, lot) for lot in lots)} (R4).")
    return lines


def _reason(head: Head, lot: burndown.Lot) -> str:
    grant = lot.grant
    parts = [f"expires {lot.window.last}", f"covers {len(grant.covers)}"]
    if grant.priority is not None:
        parts.insert(0, f"priority {grant.priority}")
    if grant.contacts:
        parts.append("for registered contacts")
    return f"{names.grant_id(head, grant.number)} {', '.join(parts)}"


def _as_of(history: History, charge: Charge) -> Book:
    """The book as it was just before a charge was decided."""
    before = Book()
    for place, fact in history:
        if place >= (charge.seq, charge.n):
            break
        before.remember(fact)
    return before


def _version(book: Book, entry: Entry) -> str:
    tariff = book.contract_tariff(entry.contract, entry.worked_on)
    return f"{tariff.name} of {tariff.valid_from}"


def _seconds(seconds: int) -> str:
    whole, rest = divmod(seconds, 60)
    return f"{whole} min" + (f" {rest} s" if rest else "")
