"""The monthly run: invoices what was charged, credits what was taken back (M5 to M7, C4).

Customers are billed in the order of their codes, some in each transaction: a run that is killed and started again goes
on where it was, with the same numbers. Nothing says that a run took place but its documents.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from billing import interrupts
from billing.core import drafts, invoicing, lettering, naming, statement
from billing.core.book import Book
from billing.core.drafts import Draft, Remainder
from billing.core.invoicing import Billed, Plan
from billing.core.units import END_OF_TIME, month_later
from billing.errors import Forbidden, other_content
from billing.interrupts import keeping
from billing.office import periods
from billing.office.balances import pending
from billing.office.invoicing import einvoices, issuing, papers
from billing.office.invoicing.issuing import Unnumbered
from billing.office.transacting import done, look
from billing.office.transaction import Setting, Transaction
from billing.store import billed as billed_lines
from billing.store import documents, numbering, parties
from billing.store.engine import kept_open
from billing.store.heads import Head
from billing.store.numbering import Series
from billing.sweeping import sweep
from billing.texts import Text, say
from billing.values import dataclass
from billing.views.documents import Document, Held
from billing.views.packed import Packed

AT_ONCE = 50  # customers in a transaction: a commit costs as much as ten customers
Hold = tuple[Text | str, str]  # why, and the command that mends it
Issued = tuple[Document, str]  # with the text that is kept of it; none of one that is only shown
_DRAWN = ("name", "street", "house_number", "second_line", "postcode", "city", "attention")
Progress = Callable[[int, int], None]  # customers done, customers in all


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be issued for one customer."""

    plan: Plan
    billed: dict[str, list[Billed]]  # the lines that credits correct, by invoice


def run(
    setting: Setting,
    month: date,
    on: date,
    dry_run: bool = False,
    progress: Progress | None = None,
    seen: Callable[[list[Document]], None] = lambda _: None,
) -> tuple[Packed[Document], list[Held]]:
    """Issues, or only shows, the documents of a month: these, and the customers that are held (M7).

    `month` is its first day, `on` the issue date. The documents of each part are `seen` when they are issued, and then
    packed. Raises Forbidden (`out-of-order`) before anything is issued.
    """
    with look(setting) as tx:
        codes = _to_bill(tx)
        _check_order(tx, codes, month, on)
    issued = Packed(partial(documents.read, number=""))
    held: list[Held] = []
    previewed: dict[str, Series] = {}
    with keeping(lambda: None if dry_run else kept_of(issued)), kept_open(setting.engine) as engine:
        quick = replace(setting, engine=engine)
        for start in range(0, len(codes), AT_ONCE):
            if start:
                sweep()
            if progress:
                progress(start, len(codes))
            some = codes[start : start + AT_ONCE]
            if dry_run:
                with look(quick) as tx:
                    contents, waiting = _bill_some(tx, some, month, on, previewed)
            else:
                contents, waiting = done(quick, partial(_bill_some, codes=some, month=month, on=on), bulk=True)
            seen([document for document, _ in contents])
            issued.add([text or documents.written(document) for document, text in contents])
            held += waiting
            interrupts.check()
    if progress:
        progress(len(codes), len(codes))
    return issued, held


def kept_of(issued: Sequence[Document]) -> Text | None:
    """What is said of the documents of a run that was stopped; nothing where there are none."""
    if not issued:
        return None
    numbers = naming.spans(document.number for document in issued)
    count = len(issued)
    return say("{count} document(s) were issued, {numbers}: run it again for the rest", count=count, numbers=numbers)


def preview(tx: Transaction, month: date, on: date) -> Callable[[str], tuple[list[Document], list[Held]]]:
    """What a run would issue, as one look sees it: of each customer, asked in the order of codes, what a run answers.

    Raises Forbidden (`out-of-order`) as a run does.
    """
    codes = dict.fromkeys(_to_bill(tx))
    _check_order(tx, list(codes), month, on)
    previewed: dict[str, Series] = {}

    def of(code: str) -> tuple[list[Document], list[Held]]:
        issued, held = _bill_some(tx, [code], month, on, previewed) if code in codes else ([], [])
        return [document for document, _ in issued], held

    return of


def _bill_some(
    tx: Transaction, codes: list[str], month: date, on: date, previewed: dict[str, Series] | None = None
) -> tuple[list[Issued], list[Held]]:
    """Issues the documents of some customers. All are locked before the series, as a sale locks them (L4)."""
    issued: list[Issued] = []
    held: list[Held] = []
    if previewed is None:
        for code in codes:
            tx.customer(code)
    for start in range(0, len(codes), AT_ONCE):
        ready: list[Unnumbered] = []
        for code in codes[start : start + AT_ONCE]:
            drafted, reason = _bill(tx, code, month, on, previewed is None)
            ready += drafted
            if reason is not None:
                held.append(Held(code, *reason))
        issued += _issued(tx, ready, on, previewed)
    return issued, held


def _issued(tx: Transaction, ready: list[Unnumbered], on: date, previewed: dict[str, Series] | None) -> list[Issued]:
    """Gives documents their numbers, in their order, and records them.

    From here to the transaction's end no other document of the issuer can be issued: nothing else is to be done here.
    """
    wanted = {one.series for one in ready}
    series = {name: _series(tx, name, on, previewed) for name in numbering.SERIES.values() if name in wanted}
    if ready:
        periods.check_open(tx, on)
    made = []
    for one in ready:
        document, rows = one.numbered(series[one.series])
        made.append((document, str(rows[0][1]["content"]) if rows else ""))
        if previewed is None:
            tx.record(one.head, one.book, one.draft.kind, on, rows)
    if previewed is None:
        documents.save_series(tx.connection, series.values(), (document for document, _ in made))
    return made


def bill_in(tx: Transaction, month: date, on: date | None, id: str | None = None) -> int:
    """The run inside a bulk load's transaction: how many documents it issued; none if that id was a run before (L5)."""
    tx.appender.flush()
    if id is not None:
        if _was(tx, month, on, id) is not None:
            return 0
        documents.keep_run(tx.connection, id, month, on)
    return _bill_all(tx, month, on or tx.today)


def is_new(setting: Setting, month: date, on: date | None, id: str) -> bool:
    """Whether no run was asked for under that id; one that was of other content is refused (L5)."""
    with look(setting) as tx:
        return _was(tx, month, on, id) is None


def keep_id(setting: Setting, month: date, on: date | None, id: str) -> None:
    """Records that a run was asked for under an id, once it has ended: one that was stopped is asked for again."""
    done(setting, lambda tx: documents.keep_run(tx.connection, id, month, on))


def _was(tx: Transaction, month: date, on: date | None, id: str) -> tuple[date, date | None] | None:
    before = documents.run_of_id(tx.connection, id)
    if before is not None and before != (month, on):
        raise other_content("invoice-run", id)
    return before


def _bill_all(tx: Transaction, month: date, on: date) -> int:
    codes = _to_bill(tx)
    _check_order(tx, codes, month, on)
    return len(_bill_some(tx, codes, month, on)[0])


def _to_bill(tx: Transaction) -> list[str]:
    """The customers for whom something may have to be issued, in the order of their codes."""
    return parties.codes(tx.connection, set(billed_lines.customers_to_bill(tx.connection)))


def due_of(tx: Transaction, head: Head, month: date) -> Due:
    """What a run of a month would issue for a customer: everything recorded counts, whatever its date (M5, C4)."""
    entries, billed = billed_lines.unsettled(tx.connection, head, END_OF_TIME)
    found = (statement.standing_overage(entry, charges, END_OF_TIME) for entry, charges in entries.values())
    standing = [overage for overage in found if overage is not None]
    by_invoice: dict[str, list[Billed]] = {}
    for line in billed:
        by_invoice.setdefault(line.document, []).append(line)
    last = month_later(month, 1) - timedelta(days=1)
    return Due(invoicing.plan(standing, billed, last, pending.vat_on(tx, head)), by_invoice)


def _check_order(tx: Transaction, codes: list[str], month: date, on: date) -> None:
    """Refuses an issue date before a document that it must follow, before anything is issued (M6).

    An invoice follows the last one; a credit note follows the last one and the invoice that it corrects.
    """
    last = {kind: numbering.peek_series(tx.connection, name).last_on for kind, name in numbering.SERIES.items()}
    if all(day is None or day <= on for day in last.values()):
        return
    for code in codes:
        head = tx.customer(code, lock=False)
        due = due_of(tx, head, month)
        if _hold(tx, head, due, on) is None:
            before = [last["invoice"]] if due.plan.lines else []
            if due.plan.credits:
                before += [last["credit-note"], *(due.billed[invoice][0].issued_on for invoice in due.plan.credits)]
            latest = max((day for day in before if day is not None), default=on)
            if on < latest:
                raise Forbidden(
                    "out-of-order",
                    say(
                        "{on} is before the last document that it must follow, issued on {latest}", on=on, latest=latest
                    ),
                    say("issue with --on {latest} or later", latest=latest),
                )


def _bill(tx: Transaction, code: str, month: date, on: date, lock: bool) -> tuple[list[Unnumbered], Hold | None]:
    """One customer's documents, which only lack their numbers, and why the customer is held if it is."""
    head = tx.customer(code, lock)
    due = due_of(tx, head, month)
    if not due.plan.lines and not due.plan.credits:
        return [], None
    hold = _hold(tx, head, due, on)
    if hold is not None:
        return [], hold
    book = tx.book(head)
    made = _drafts(tx, head, book, due)
    return [
        issuing.prepared(tx, head, book, each, on, drafts.annex(book, each, month), month, kept=lock) for each in made
    ], None


def _hold(tx: Transaction, head: Head, due: Due, on: date) -> Hold | None:
    """Why a customer's documents must wait, and the command that mends it (M7)."""
    if head.held_reason is not None:
        return head.held_reason, f"billing customer release {head.code}"
    party = parties.customer(tx.connection, head.id)
    undrawn = lettering.undrawn(" ".join(str(party[name] or "") for name in _DRAWN))
    if undrawn:  # what an earlier version took
        why = say("no paper draws {signs} in its name or address", signs=undrawn[:10])
        return why, f"billing customer change {head.code} --name NAME"
    if einvoices.demanded(tx, head) is None:
        return None
    return einvoices.hold_for(tx, head, _drafts(tx, head, tx.book(head), due), on)


def _series(tx: Transaction, name: str, on: date, previewed: dict[str, Series] | None) -> Series:
    if previewed is None:
        return numbering.lock_series(tx.connection, name, on)
    if name not in previewed:
        previewed[name] = numbering.peek_series(tx.connection, name)
    return previewed[name]


def _drafts(tx: Transaction, head: Head, book: Book, due: Due) -> list[Draft]:
    """The documents that a customer's plan makes (M7)."""
    left = documents.left_of(tx.connection, list(due.plan.credits))
    invoices = {
        number: Remainder(due.billed[number][0].issued_on, due.billed[number][0].currency, *left[number])
        for number in due.plan.credits
    }
    return list(drafts.of_plan(book, due.plan, invoices, partial(papers.round_to, tx, head)))
