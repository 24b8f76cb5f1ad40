"""Time worked: logged, taken back (R1 to R5, C1)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from billing.core import correction, naming, quoting, rating
from billing.core.book import Book
from billing.core.facts import Charge, Draw, Entry, Fact, Quote
from billing.errors import Already, BadInput, Unknown, one_of
from billing.office import quoted, slips
from billing.office.balances import balances
from billing.office.balances.charges import charged
from billing.office.cases import working
from billing.office.entries import guards
from billing.office.transaction import Act, Decided, Transaction
from billing.requests import inputs
from billing.requests.entries import Log, Undo, Void
from billing.store import desk, ledger, near, numbering, parties
from billing.store import quoted as store
from billing.store.heads import Head
from billing.store.query import ask_ahead
from billing.texts import Do, Text, say
from billing.views.entries import Change, Charged, Corrected, First, Taken

if TYPE_CHECKING:
    from billing.requests.timing import Stop


def resolve(tx: Transaction, request: Log) -> Log:
    """Puts the customer in place of the opened case that is named instead, or alone (R0).

    What is a customer's code and a case too is the customer.
    """
    named = request.customer
    if named is not None and tx.is_customer(named):
        return request
    if named is not None and (request.case is not None or tx.cases.find(named) is None):
        return request  # which is refused as a customer that nobody knows
    reference, owner = tx.cases.existing(named or request.case or "")
    head = tx.customer_by_id(owner)
    book = tx.book_to_log(head, reference, request.on or tx.today) if tx.bulk else Book()
    if working.opened(reference, working.events_of(tx, head, book, reference)) is None:
        raise Unknown(
            "unknown-case",
            say("case {case} of {customer} was never opened", case=reference, customer=head.code),
            say("name the customer: {command}", command=Do("log", head.code, "…", "--case", reference)),
        )
    return replace(request, customer=head.code, case=reference)


def log(tx: Transaction, request: Log, key: str | None) -> Decided[Charged]:
    """Records an entry and answers what it was charged, with what is left today (R1 to R5, B1).

    What it does not say is that of its case, if that was opened (R0). On a quote, named or that of the case, its case
    and category come first, and nothing is charged (S8).
    """
    assert request.customer is not None
    head = tx.customer(request.customer)
    case = None if request.case is None else tx.cases.reference(request.case)
    on = inputs.not_future(request.on or tx.today, tx.today, "work")
    slips.check_work(on, tx.today, request.yes)
    doubts = guards.check(tx, request, on)
    if request.open_case:
        if case is None:
            raise BadInput("bad-input", say("which case is to be opened? give its reference: --case REFERENCE --open"))
        from billing.office.cases import cases

        cases.open_for_log(tx, head, case, request.category, request.contact, on, request.agent)
    book = tx.book_to_log(head, case, on) if tx.bulk else tx.agreed(head)
    term = rating.term_for(book, on, request.customer)
    # Of a case that nobody has named before nothing is read: whatever is of a case has claimed it (T3)
    is_new = case is not None and not tx.bulk and tx.cases.find(case) is None
    on_quote = _quote(tx, head, book, request, None if is_new else case)
    category = request.category
    if on_quote is not None:
        case = case or on_quote.case
        category = category or quoting.category_of(book, on_quote)
    events = () if is_new else working.events_of(tx, head, book, case)
    opened = working.opened(case, events)
    if opened is not None:
        category = category or opened.category
    named = rating.category_named(term.tariff, category or term.tariff.default_category)
    quoting.check_approved(term.tariff, named.name, on_quote)
    if on_quote is not None:
        doubts += _past_approval(tx, head, book, on_quote, request.seconds)
    if not request.new:
        _check_contact(tx, head, request.contact)
    rows, numbers = tx.contact_rows(head, [request.contact or ""])
    contact = numbers[0] if numbers else opened.contact if opened is not None else None
    seq = head.seq + 1
    entry = Entry(
        seq, key or f"{head.code}-{seq}", term.contract, case, named.name, on, request.seconds, request.agent, contact
    )
    if request.changes_data:
        working.check_changes(tx, head, book, entry, events)
    if case is not None:
        working.check_log(tx, head, book, entry, events)
    if not tx.bulk:
        ledger.read_rated(tx.connection, head, book, entry, term, is_new)
    book.seq = seq
    rating.rate(book, entry, term, on_quote)
    tx.claim_case(head, case)
    if request.note:
        rows.append(parties.note_row(tx.appender, head, request.note))

    def view(fresh: Sequence[Fact]) -> Charged:
        return _logged(tx, head, book, entry, fresh, doubts, request.reply)

    return Decided(
        head, book, on, view, rows, balances.ahead_of(tx, head, book, tx.today, entry.contact), warnings=doubts
    )


def _check_contact(tx: Transaction, head: Head, contact: str | None) -> None:
    """Asks back where a contact would be a new one and is like a known one: `new` says that it is meant so."""
    if contact is not None:
        near = naming.slip_of(contact.strip(), tx.contacts_of(head).values())
        if near is not None and contact.strip().casefold() != near.casefold():  # that one is found as it is
            raise guards.asked_back(say("contact"), contact, near)


def _quote(tx: Transaction, head: Head, book: Book, request: Log, case: str | None) -> Quote | None:
    """The quote that the work is on: the one named, or that of the case (S8)."""
    if request.quote is not None:
        return quoted.worked_on(tx, head, book, request.quote)
    return None if case is None else quoted.of_case(tx, head, book, case, request.category)


def _past_approval(tx: Transaction, head: Head, book: Book, quote: Quote, seconds: int) -> tuple[Text, ...]:
    """What is to be said where work goes past what the user group approved (S8)."""
    if not quoting.is_limited(book, quote):
        return ()
    before = (
        quoting.compared(book, quote).logged_seconds
        if tx.bulk
        else store.logged_seconds(tx.connection, head.id, quote.seq)
    )
    past = quoting.past_approval(book, quote, before, seconds)
    return () if past is None else (past,)


def _logged(
    tx: Transaction, head: Head, book: Book, entry: Entry, fresh: Sequence[Fact], doubts: tuple[Text, ...],
    reply: bool,
) -> Charged:  # fmt: skip
    charge = next(fact for fact in fresh if isinstance(fact, Charge))
    draws = [fact for fact in fresh if isinstance(fact, Draw)]
    if tx.bulk:  # nobody reads a balance after each line of a file
        return charged(head, book, entry, charge, draws, warnings=doubts)
    first, left = _first(book, entry, charge), balances.left_today(tx, head, book, entry, reply)
    return charged(head, book, entry, charge, draws, warnings=doubts, first=first, balance=left)


def _first(book: Book, entry: Entry, charge: Charge) -> First | None:
    """The first case of a category of which only that is free, for an entry that is charged because of it (R2)."""
    category = book.contract_tariff(entry.contract, entry.worked_on).categories[entry.category]
    if category.free != "first" or charge.free is not None:
        return None
    first = book.first_case_of(entry.contract, entry.category)
    return None if first is None else First(entry=first.id, case=first.case, worked_on=first.worked_on)


def logged_before(tx: Transaction, request: "Log | Stop", head: Head, seq: int) -> Charged:
    """What an entry was charged that was recorded before, with what is left today (L5, B1)."""
    tx.appender.flush()
    book = tx.around(head, [seq])
    entry, charge = book.entries[seq], book.charges[seq][0]
    mine = (charge.seq, charge.n)
    draws = [d for d in book.draws.get(seq, ()) if d.charge == mine and d.seq == seq]
    found = charged(head, book, entry, charge, draws)
    if tx.bulk:
        return found
    ask_ahead(tx.connection, balances.ahead_of(tx, head, book, tx.today, entry.contact))
    left = balances.left_today(tx, head, book, entry, request.reply)
    return replace(found, balance=left, first=_first(book, entry, charge))


def void(tx: Transaction, request: Void, _key: str | None) -> Decided[Corrected]:
    """Voids an entry and answers what that changed (C1)."""
    on = inputs.not_future(request.on or tx.today, tx.today, "a correction")
    head, seq = find_entry(tx, request.entry)
    return _voided(tx, head, seq, on, request.reason.strip())


def undo(tx: Transaction, request: Undo, _key: str | None) -> Decided[Corrected]:
    """Voids the last live entry that the agent recorded (C1)."""
    head, entry = own_last(tx, request.agent)
    decided = _voided(tx, head, entry.seq, max(tx.today, entry.worked_on), correction.UNDONE)
    taken = Taken(
        worked_on=entry.worked_on, case=entry.case, category=entry.category, raw_seconds=entry.logged_seconds,
        note=parties.notes(tx.connection, head.id, [entry.seq]).get(entry.seq),
    )  # fmt: skip
    return replace(decided, view=lambda fresh: replace(decided.view(fresh), taken=taken))


def own_last(tx: Transaction, agent: str | None) -> tuple[Head, Entry]:
    """The last live entry that an agent recorded, over all customers, with its customer locked (C1).

    Raises `unknown-entry` where there is none, `conflict` where it is invoiced or was not recorded today.
    """
    zone = ZoneInfo(tx.issuer["timezone"])
    midnight = datetime.combine(tx.today, time(), zone)
    last = desk.last_entry_of(tx.connection, agent, midnight) or desk.last_entry_of(tx.connection, agent)
    if last is None:
        who = say("{agent} has no entry", agent=agent)
        nobody = say("there is no entry without an agent; say whose: --agent NAME")
        raise Unknown("unknown-entry", who if agent else nobody)
    head = tx.customer_by_id(last.place.customer_id, at=last.place.seq)
    entry = desk.entry_at(tx.connection, head.id, last.place.seq)
    recorded_on = last.recorded_at.astimezone(zone).date()
    if last.invoiced or recorded_on != tx.today:
        facts = {"entry": entry.id, "customer": head.code, "day": entry.worked_on, "recorded": recorded_on}
        invoiced = say("the last entry, {entry} ({customer}, {day}), is invoiced", **facts)
        earlier = say("the last entry, {entry} ({customer}, {day}), was recorded on {recorded}", **facts)
        mend = say("{command} takes it back", command=Do("void", entry.id, "--reason", "REASON"))
        raise Already("conflict", invoiced if last.invoiced else earlier, mend)
    return head, entry


def _voided(tx: Transaction, head: Head, seq: int, on: date, reason: str) -> Decided[Corrected]:
    book = tx.around(head, [seq])
    entry = book.entries[seq]
    correction.void(book, entry, on, reason)
    guards.taken_back(tx, entry)
    return Decided(
        head, book, on, lambda fresh: replace(corrected(tx, head, book, fresh, entry), entry=entry.id),
        then=balances.ahead_of(tx, head, book, tx.today, entry.contact),
    )  # fmt: skip


def _corrected_before(_tx: Transaction, request: Void | Undo, head: Head, _seq: int) -> Corrected:
    return Corrected(
        customer=head.code,
        entry=request.entry if isinstance(request, Void) else None,
    )


def corrected(tx: Transaction, head: Head, book: Book, fresh: Sequence[Fact], entry: Entry | None = None) -> Corrected:
    """What a correction changed, and what is left today."""
    left = None if tx.bulk else balances.left_today(tx, head, book, entry)
    return Corrected(customer=head.code, changed=changes(book, fresh), balance=left)


def changes(book: Book, fresh: Sequence[Fact]) -> tuple[Change, ...]:
    """Each entry that a correction charged anew, before and after."""
    returned: dict[int, int] = defaultdict(int)
    for fact in fresh:
        if isinstance(fact, Draw):
            returned[fact.entry] -= fact.minutes
    changed = []
    for seq in dict.fromkeys(fact.entry for fact in fresh if isinstance(fact, Charge)):
        before = [charge for charge in book.charges[seq] if charge.seq < fresh[0].seq][-1]
        after = book.charges[seq][-1]
        over = after.overage - before.overage
        changed.append(Change(book.entries[seq].id, before.minutes, after.minutes, after.free, returned[seq], over))
    return tuple(changed)


def find_entry(tx: Transaction, entry_id: str, lock: bool = True) -> tuple[Head, int]:
    """The customer and position of an entry, by the id it was given or the one we gave it."""
    known = tx.register.references.get(("entry", entry_id))
    if known is not None:
        return tx.customer_by_id(known[0], lock), known[1]
    tx.appender.flush()
    found = desk.find_entry(tx.connection, entry_id)
    if found is None:
        if numbering.is_number(entry_id):
            wrong = say("{number!r} is the number of a document, no entry", number=entry_id)
            raise Unknown("unknown-entry", wrong, say("{command} credits one", command=Do("invoice credit", entry_id)))
        raise one_of("entry", entry_id, near.entries(tx.connection, entry_id))
    return tx.customer_by_id(found.customer_id, lock, found.seq), found.seq


ACTS = {
    Log: Act(log, logged_before, resolve),
    Void: Act(void, _corrected_before),
    Undo: Act(undo, _corrected_before),
}
