"""The agent's desk: log time, void it, undo the last, verify a case."""

from datetime import date
from typing import Any

from billing.core import correction, quoting, rating
from billing.core.book import Book
from billing.core.cases import case_of
from billing.core.facts import Charge, Draw, Entry, Fact
from billing.errors import Already, BadInput, Unknown, one_of
from billing.office import quotes
from billing.office.balances import answers, balances
from billing.office.balances.answers import Answer
from billing.office.cases import cases
from billing.office.transaction import Setting, Transaction, done
from billing.requests import inputs
from billing.store import desk, ledger, parties
from billing.store.ledger import Head
from billing.views.codec import to_json

_ERROR = "program-error"


def log(setting: Setting, **request: Any) -> Answer:
    """Records an entry and answers what it was charged, with the balance on the day of the work (R1 to R5).

    Takes the arguments of `do_log`.
    """

    def answer(tx: Transaction) -> Answer:
        entry, book, head, fresh = do_log(tx, **request)
        if fresh is None:
            return _logged_before(tx, head, entry)
        charge = next(fact for fact in fresh if isinstance(fact, Charge))
        draws = [fact for fact in fresh if isinstance(fact, Draw)]
        answer = answers.entry_answer(head, book, entry, charge, draws)
        used = ledger.read_used(tx.connection, head, book, entry.worked_on, entry.worked_on)
        answer["balance"] = to_json(balances.balance_from(tx, head, book, used, entry.worked_on))
        return answer

    return done(setting, answer)


def do_log(
    tx: Transaction,
    customer: str,
    seconds: int,
    case: str | None = None,
    category: str | None = None,
    on: date | None = None,
    agent: str | None = None,
    contact: str | None = None,
    note: str | None = None,
    id: str | None = None,
    quote: str | None = None,
    open: bool = False,
) -> tuple[Entry, Book, Head, list[Fact] | None]:
    """Records an entry: the entry, the book, the customer and what was recorded; None for that if it was before.

    On a `quote`, named or that of the case, its case and category are the defaults, and nothing is charged (S8). With
    `open`, a case that does not exist is opened and taken up; else nothing opens or reopens one (S4, S5).
    """
    head = tx.customer(customer)
    case = (case or "").strip() or None
    for name, text in {"case": case, "agent": agent, "contact": contact, "id": id}.items():
        inputs.short(text, name)
    case = None if case is None else tx.cases.reference(case)
    request = {"customer": customer, "seconds": seconds, "case": case, "category": category, "on": on,
               "agent": agent, "contact": contact, "note": note} | ({"open": True} if open else {})  # fmt: skip
    if quote is not None:
        request["quote"] = quote
    on = inputs.not_future(on or tx.today, tx.today, "work")
    before = tx.done_before("entry", id, request)
    if before is not None:
        tx.appender.flush()
        return desk.entry_at(tx.connection, *before), Book(), tx.customer_by_id(before[0]), None
    if open:
        if case is None:
            raise BadInput("bad-input", "which case is to be opened? give its reference: --case REFERENCE --open")
        cases.open_for_log(tx, head, case, category, contact, on, agent)
    book = tx.book(head) if tx.bulk else tx.agreed(head)
    term = rating.term_for(book, on, customer)
    on_quote = None
    if quote is not None:
        on_quote = quotes.worked_on(tx, head, book, quote)
    elif case is not None:
        on_quote = quotes.of_case(tx, head, book, case)
    if on_quote is not None:
        case = case or on_quote.case
        category = category or quoting.category_of(book, on_quote)
    named = rating.category_named(term.tariff, category or term.tariff.default_category)
    others, numbers = tx.contact_rows(head, [contact or ""])
    entry = Entry(
        head.seq + 1, id or f"{head.code}-{head.seq + 1}", term.contract, case, named.name, on, seconds, agent,
        numbers[0] if numbers else None,
    )  # fmt: skip
    tx.claim_case(head, case)
    if case is not None:
        cases.check_log(tx, head, book, entry)
    if not tx.bulk:
        ledger.read_pool(tx.connection, head, book, entry, term)
        ledger.read_used(tx.connection, head, book, on, on)
    book.seq = entry.seq
    rating.rate(book, entry, term, on_quote)
    if note:
        others.append(parties.note_row(tx.appender, head, note))
    return entry, book, head, tx.record(head, book, "entry", on, others, id, request)


def void(setting: Setting, entry_id: str, reason: str, on: date | None = None) -> Answer:
    """Voids an entry and answers what that changed (C1)."""
    return done(setting, lambda tx: do_void(tx, entry_id, reason, on)[1])


def do_void(
    tx: Transaction, entry_id: str, reason: str, on: date | None = None, id: str | None = None
) -> tuple[bool, Answer]:
    """Voids an entry: whether that was new, and the answer."""
    request = {"entry": entry_id, "reason": reason, "on": on}
    on = inputs.not_future(on or tx.today, tx.today, "a correction")
    head, seq = find_entry(tx, entry_id)
    if tx.done_before("void", id, request):
        return False, {}
    if not reason.strip():
        raise BadInput("bad-input", "a void needs a reason")
    book = tx.book(head)
    entry = book.entries[seq]
    correction.void(book, entry, on, reason.strip())
    fresh = tx.record(head, book, "void", on, external_id=id, request=request)
    return True, _corrected(tx, head, book, fresh, on) | {"entry": entry.id}


def undo(setting: Setting, agent: str | None) -> Answer:
    """Voids the last live entry that the agent recorded."""

    def answer(tx: Transaction) -> Answer:
        last = desk.last_entry_of(tx.connection, agent)
        if last is None:
            raise Unknown("unknown-entry", f"{agent or 'you'} has no entry to undo")
        head = tx.customer_by_id(last.customer_id)
        book = tx.book(head)
        entry = book.entries[last.seq]
        on = max(tx.today, entry.worked_on)
        correction.void(book, entry, on, correction.UNDONE)
        fresh = tx.record(head, book, "void", on)
        return _corrected(tx, head, book, fresh, on) | {"entry": entry.id}

    return done(setting, answer)


def verify(
    setting: Setting, case: str, on: date | None = None, kind: str = "program-error", agent: str | None = None
) -> Answer:
    """Verifies a case: what was charged until somebody finds a program error is free (C2, S7)."""
    return done(setting, lambda tx: do_verify(tx, case, on, kind=kind, agent=agent)[1])


def do_verify(
    tx: Transaction,
    case: str,
    on: date | None = None,
    id: str | None = None,
    kind: str = "program-error",
    agent: str | None = None,
) -> tuple[bool, Answer]:
    """Verifies a case: whether that was new, and the answer. Only a program error changes what is charged (S7)."""
    head, case = tx.case(case)
    # As asked: sent again on another day, what names no day is the same request.
    request = (
        {"case": case, "on": on} | ({"kind": kind} if kind != _ERROR else {}) | ({"agent": agent} if agent else {})
    )
    on = inputs.not_future(on or tx.today, tx.today, "a verification")
    if tx.done_before("verify", id, request):
        return False, {}
    book = tx.book(head)
    known = _ERROR if case in book.verified else case_of(case, book.cases[case]).verdict
    if known == kind:
        return False, {"case": case, "customer": head.code, "kind": kind, "changed": [], "unchanged": True}
    if known == _ERROR:
        raise Already("conflict", f"case {case} is verified as a program error, and its time is free")
    event = cases.verdict(tx, head, book, case, kind, on, agent)
    if kind == _ERROR:
        correction.verify(book, case, on, kind)
    book.record(event)
    fresh = tx.record(head, book, "verify", on, external_id=id, request=request)
    return True, _corrected(tx, head, book, fresh, on) | {"case": case, "kind": kind}


def find_entry(tx: Transaction, entry_id: str, lock: bool = True) -> tuple[Head, int]:
    """The customer and position of an entry, by the id it was given or the one we gave it."""
    known = tx.register.references.get(("entry", entry_id))
    if known is not None:
        return tx.customer_by_id(known[0], lock), known[1]
    tx.appender.flush()
    found = desk.find_entry(tx.connection, entry_id)
    if found is None:
        hints = desk.entry_ids(tx.connection, entry_id)
        raise one_of("entry", entry_id, hints)
    return tx.customer_by_id(found.customer_id, lock), found.seq


def _logged_before(tx: Transaction, head: Head, entry: Entry) -> Answer:
    book = tx.book(head)
    charge = book.charges[entry.seq][0]
    mine = (charge.seq, charge.n)
    draws = [d for d in book.draws.get(entry.seq, ()) if d.charge == mine and d.seq == entry.seq]
    answer = answers.entry_answer(head, book, entry, charge, draws)
    return answer | {"balance": to_json(balances.balance_of(tx, head, entry.worked_on)), "unchanged": True}


def _corrected(tx: Transaction, head: Head, book: Book, fresh: list[Fact], on: date) -> Answer:
    """What a correction changed: each entry that it charged anew, before and after."""
    changed = []
    for seq in dict.fromkeys(fact.entry for fact in fresh if isinstance(fact, Charge)):
        before = [charge for charge in book.charges[seq] if charge.seq < fresh[0].seq][-1]
        after = book.charges[seq][-1]
        returned = -sum(fact.minutes for fact in fresh if isinstance(fact, Draw) and fact.entry == seq)
        changed.append(
            {
                "entry": book.entries[seq].id,
                "charged_before": before.minutes,
                "charged": after.minutes,
                "free": after.free,
                "returned": returned,
                "overage": after.overage - before.overage,
            }
        )
    tx.appender.flush()
    return {"customer": head.code, "changed": changed, "balance": to_json(balances.balance_of(tx, head, on))}
