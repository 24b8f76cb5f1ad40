"""Explains each minute and cent of an entry, a case or an invoice line (B4): the rule, the tariff version, the grants.

The explanation is made from what was recorded, as it was at that position of the chain: nothing is guessed, and later
facts do not change it.
"""

from collections.abc import Sequence
from dataclasses import fields

from billing.core import burndown, quoting, rating
from billing.core.book import Book
from billing.core.facts import Charge, Entry
from billing.core.tariff import Tariff
from billing.core.units import charged_for, price_of
from billing.errors import Unknown
from billing.office.balances import names
from billing.office.balances.charges import charged
from billing.office.entries.entries import find_entry
from billing.office.invoicing.named import invoice_named, receivable
from billing.office.transaction import Transaction
from billing.requests.explaining import AskWhy
from billing.store import desk, ledger, parties, parts, quoted
from billing.store.heads import Head
from billing.texts import Do, Text, say
from billing.views.balances import GRANTS
from billing.views.codec import to_json
from billing.views.documents import DocumentLine
from billing.views.entries import Explained
from billing.views.explaining import Why

_FREE = {
    "always": say("the category is always free under this tariff (R2)"),
    "first": say("it belongs to the first case of its category under the contract (R2)"),
    "verified": say("its case is verified (R2, C2)"),
    "void": say("a correction took it back (C1)"),
}

_SCOPES = {
    "entry": say("each entry by itself (T2)"),
    "case": say("the running total of the case (T3)"),
    "case-day": say("the total of the case on the day (T3)"),
    "day": say("the total of the day (T3)"),
}


def why(tx: Transaction, question: AskWhy) -> Why:
    """Explains an entry, a case, an invoice (`INV-2025-00001`) or a line of one (`INV-2025-00001/2`)."""
    number, _, line = question.what.partition("/")
    if receivable(tx, number) is None:
        return _entries(tx, question.what)
    kept, head = invoice_named(tx, number, lock=False)
    document = kept.document()
    wanted = [(i, row) for i, row in enumerate(document.lines, 1) if not line or line == str(i)]
    if not wanted:
        raise Unknown("unknown-invoice", say("{number} has lines 1 to {last}", number=number, last=len(document.lines)))
    book, text = tx.without_work(head), []
    placed = [quoted.place_of(tx.connection, product) for product in {row.product or "" for _, row in wanted}]
    parts.read_quotes(tx.connection, head, book, {seq for owner, seq in filter(None, placed) if owner == head.id})
    on_lines = {place: ledger.entries_on_line(tx.connection, head.id, number, place) for place, _ in wanted}
    ledger.read_entries(tx.connection, head, book, {seq for some in on_lines.values() for seq, _ in some})
    for place, row in wanted:
        text += _line_text(number, place, row, kept.currency)
        text += _credited(book, number, row)
        text += _quoted(book, row)
        if row.kind != "product":
            for seq, billed in on_lines[place]:
                entry = book.entries[seq]
                text.append(
                    say("  {entry}: {minutes} min of it, worked on {day}", entry=entry.id, minutes=billed,
                        day=entry.worked_on)
                )  # fmt: skip
    lines = tuple({"line": place, **to_json(row)} for place, row in wanted)
    return Why(invoice=number, customer=head.code, lines=lines, text=tuple(text))


def _line_text(number: str, place: int, row: DocumentLine, currency: str) -> list[Text]:
    result = say("{currency} {amount}", currency=currency, amount=row.amount)
    if row.kind == "product":
        made = say("{pieces} × {price} = {sum} (M5)", pieces=row.quantity, price=row.unit_price, sum=result)
    elif row.kind == "credit" and row.rate is None:
        made = say("{sum} credited (M12)", sum=result)
    elif row.kind == "credit":
        made = say(
            "{minutes} min at {rate}: the line without them less the line = {sum} (C4)",
            minutes=row.minutes, rate=row.rate, sum=result,
        )  # fmt: skip
    else:
        made = say(
            "{minutes} min × {rate} / 60 = {sum}, rounded once (M1)",
            minutes=row.minutes, rate=row.rate, sum=result,
        )  # fmt: skip
    taxed = say(
        "  VAT category {category} at {rate} %, as on the day of the work or sale (M2, M3)",
        category=row.vat_category, rate=row.vat_rate,
    )  # fmt: skip
    name = row.name
    return [say("{number}/{place}: {name}: {made}", number=number, place=place, name=name, made=made), taxed]


def _credited(book: Book, number: str, row: DocumentLine) -> list[Text]:
    """Why somebody asked for a note, and what of a pack it is for (M12)."""
    note = next((note for note in book.credit_notes.values() if note.number == number), None)
    if note is None:
        return []
    place = f"{note.invoice}/{row.corrects_line}"
    text = [say("  It takes that off {line}; the reason: {reason}", line=place, reason=note.reason)]
    sale = next((sale for sale in book.sales.values() if sale.invoice == note.invoice), None)
    end = None if sale is None else book.ended.get(sale.seq)
    if sale is None or end is None or end.seq != note.seq:
        return text
    if row.minutes:
        text.append(
            say("  {minutes} of {all} min, sold at {price}, were not drawn and end on {day}", minutes=-row.minutes,
                all=sale.minutes, price=sale.price, day=end.dated_on)
        )  # fmt: skip
    elif not sale.minutes:
        text.append(
            say("  Sold at {price} for {first} to {last}, it ends on {day}", price=sale.price, first=sale.sold_on,
                last=sale.until, day=end.on)
        )  # fmt: skip
    return text


def _quoted(book: Book, row: DocumentLine) -> list[Text]:
    """Where the price of a line that invoices a quote comes from (S8)."""
    quote = next((quote for quote in book.quotes.values() if quote.number == row.product), None)
    if quote is None:
        return []
    part = "" if quote.price == quote.amount else say(", of a cost of {amount}", amount=quote.amount)
    share = f" ({quote.share} %)" if quote.share else ""
    accepted = quoting.event_of(book, quote, "accepted") or quoting.event_of(book, quote, "approved")
    agreed: str | Text = ""
    if accepted is not None:
        words = {"accepted": say(", accepted on {day}", day=accepted.on)}
        agreed = words.get(accepted.kind) or say(", approved on {day}", day=accepted.on)
    return [
        say("  Quoted on {day} at {price}{part}{share}{agreed} (S8)", day=quote.quoted_on, price=quote.price, part=part,
            share=share, agreed=agreed)
    ]  # fmt: skip


def _entries(tx: Transaction, what: str) -> Why:
    if desk.find_entry(tx.connection, what) is None and tx.cases.find(what) is not None:
        head, case = tx.case(what, lock=False)
        what, seqs = case, []
    else:
        head, seq = find_entry(tx, what, lock=False)
        case, seqs = None, [seq]
    history = parts.history(tx.connection, head, tx.tariffs.of(head), seqs, case)
    book = Book()
    parts.remember(book, history)
    seqs = book.by_case.get(case, []) if case is not None else seqs

    notes = parties.notes(tx.connection, head.id, seqs)
    told = _told(tx, head, book, history, [charge for seq in seqs for charge in book.charges[seq]])
    found = tuple(_entry(head, book, told, notes.get(seq), book.entries[seq]) for seq in seqs)
    nothing = say(
        "{case}: {customer}, nothing was worked on it; {command} tells what happened.",
        case=what, customer=head.code, command=Do("case show", what),
    )  # fmt: skip
    return Why(
        customer=head.code,
        entries=found,
        text=tuple(line for entry in found for line in entry.text) or (nothing,),
    )


Told = dict[tuple[int, int], list[Text]]  # by the place of a charge


def _told(tx: Transaction, head: Head, book: Book, history: parts.Placed, charges: list[Charge]) -> Told:
    """What is told of each charge, in recorded order, with the book as it was just before it was decided."""
    by_place = {(charge.seq, charge.n): charge for charge in charges}
    places = sorted(by_place)
    return {
        place: _charge(head, book, before, book.entries[by_place[place].entry], by_place[place])
        for place, before in zip(places, parts.as_of(tx.connection, head, history, places), strict=True)
    }


def _entry(head: Head, book: Book, told: Told, note: str | None, entry: Entry) -> Explained:
    text: list[Text] = [
        say(
            "{entry}: {customer}{case}, {category}, worked on {day}: {time} raw",
            entry=entry.id, customer=head.code, case=say(", case {case}", case=entry.case) if entry.case else "",
            category=entry.category, day=entry.worked_on, time=_seconds(entry.logged_seconds),
        )
    ]  # fmt: skip
    if note:
        text.append(say("  Note: {note}", note=note))
    for charge in book.charges[entry.seq]:
        text += [_indented(line) for line in told[charge.seq, charge.n]]
    standing = book.charges[entry.seq][-1]
    found = charged(head, book, entry, standing, book.draws_for(standing))
    known = {field.name: getattr(found, field.name) for field in fields(found)}
    return Explained(**known, tariff=_version(book, entry), text=tuple(text))


def _indented(line: Text) -> Text:
    return say("  {line}", line=line)


def _charge(head: Head, book: Book, before: Book, entry: Entry, charge: Charge) -> list[Text]:
    tariff = book.contract_tariff(entry.contract, entry.worked_on)
    when = say("Recorded") if charge.seq == entry.seq else say("Corrected as of {day}", day=charge.dated_on)
    at = say("{when} at position {seq}, tariff {version}:", when=when, seq=charge.seq, version=_version(book, entry))
    if charge.free is not None:
        return [say("{at} charged 0, because {reason}.", at=at, reason=_free(book, entry, charge))]
    lines = [at]
    if charge.category != entry.category:
        lines.append(say("  {category} is charged as {other} (R2).", category=entry.category, other=charge.category))
    lines.append(_rounded(before, entry, charge, tariff))
    lines += [_indented(line) for line in _draws(head, book, before, entry, charge)]
    if charge.overage and charge.rate is not None:
        full = tariff.categories[charge.category].rate
        lines.append(
            say(
                "  {minutes} min are covered by no grant and billed at {currency} {rate} per hour{reduced}: {sum} by "
                "itself; the invoice rounds its line once (M1).",
                minutes=charge.overage, currency=tariff.currency, rate=charge.rate,
                reduced=say(" (reduced rate of an add-on in force, R5)") if charge.rate != full else " (R5)",
                sum=price_of(charge.overage, charge.rate),
            )
        )  # fmt: skip
    if charge.owed:
        lines.append(
            say("  {minutes} min are covered by no grant on the day of the work and owed (R5).", minutes=charge.owed)
        )
    return lines


def _rounded(before: Book, entry: Entry, charge: Charge, tariff: Tariff) -> Text:
    pool = before.pools[before.pool_key(entry, charge.category)]
    seconds = pool.logged_seconds + entry.logged_seconds
    total = charged_for(seconds, tariff.increment, tariff.minimum, tariff.tolerance)
    return say(
        "  Rounded up to {step} min over {scope}: {time} make {total} min, {before} charged before: {minutes} min.",
        step=tariff.increment, scope=_SCOPES[tariff.rounding], time=_seconds(seconds), total=total,
        before=pool.charged_minutes, minutes=charge.minutes,
    )  # fmt: skip


def _free(book: Book, entry: Entry, charge: Charge) -> Text:
    if charge.free == "quote":
        quote = book.quote_of(entry.seq)
        number = quote.number if quote else ""
        return say("it is work on quote {quote}, which has a price of its own (S8)", quote=number)
    tariff = book.contract_tariff(entry.contract, entry.worked_on)
    if charge.free == "verified" and tariff.categories[entry.category].free != "verified":
        return say("it was declared free when its case was verified (C2)")
    return _FREE[str(charge.free)]


def _draws(head: Head, book: Book, before: Book, entry: Entry, charge: Charge) -> list[Text]:
    lots = sorted(rating.lots(before, entry.worked_on, charge.category, entry.contact), key=burndown.order)
    left = {lot.grant.number: lot.remaining for lot in lots}
    place = {lot.grant.number: i for i, lot in enumerate(lots, 1)}
    lines = []
    for draw in book.draws_for(charge):
        grant = book.grants[draw.grant]
        what = grant.product or GRANTS[grant.kind]
        name = say("{grant} ({what})", grant=names.grant_id(head, grant.number), what=what)
        if draw.kind == "settle":
            lines.append(
                say("{minutes} min of what was owed were settled from {grant} on {day} (G9).",
                    minutes=draw.minutes, grant=name, day=draw.dated_on)
            )  # fmt: skip
            continue
        had = left.get(grant.number, 0)
        lines.append(
            say(
                "{minutes} min drawn from {grant}, number {place} of {all} that could be drawn; {had} min were left, "
                "{after} after (R4).",
                minutes=draw.minutes, grant=name, place=place.get(grant.number, 1), all=len(lots), had=had,
                after=had - draw.minutes,
            )
        )  # fmt: skip
    if len(lots) > 1:
        order = say_list([_reason(head, lot) for lot in lots])
        lines.append(say("Order: {grants} (R4).", grants=order))
    return lines


def say_list(parts: Sequence[Text]) -> Text:
    """Texts one after another, with semicolons."""
    first, *rest = parts
    return say("{first}; {rest}", first=first, rest=say_list(rest)) if rest else first


def _reason(head: Head, lot: burndown.Lot) -> Text:
    grant = lot.grant
    priority = say(" priority {priority},", priority=grant.priority) if grant.priority is not None else ""
    restricted = say(", for registered contacts") if grant.contacts else ""
    return say(
        "{grant}{priority} expires {day}, covers {count} {count:category|categories}{restricted}",
        grant=names.grant_id(head, grant.number), priority=priority, day=lot.window.last, count=len(grant.covers),
        restricted=restricted,
    )  # fmt: skip


def _version(book: Book, entry: Entry) -> Text:
    tariff = book.contract_tariff(entry.contract, entry.worked_on)
    return say("{tariff} of {day}", tariff=tariff.name, day=tariff.valid_from)


def _seconds(seconds: int) -> str:
    whole, rest = divmod(seconds, 60)
    if not rest:
        return f"{whole} min"
    return f"{whole} min {rest:02} s" if whole else f"{rest} s"


QUESTIONS = {AskWhy: why}
