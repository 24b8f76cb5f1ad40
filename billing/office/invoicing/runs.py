"""The monthly run: invoices what was charged, credits what was taken back (M5 to M7, C4).

Customers are billed in the order of their codes, some in each transaction: a run that is killed and started again goes
on where it was, with the same numbers. Nothing says that a run took place but its documents.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from billing import interrupts
from billing.core import drafts, invoicing, lettering, naming, statement
from billing.core.book import Book
from billing.core.drafts import Draft, Remainder
from billing.core.invoicing import Billed, Plan
from billing.core.units import END_OF_TIME, month_later
from billing.crew import crew_for
from billing.errors import Forbidden, other_content
from billing.interrupts import keeping
from billing.office import lots, periods
from billing.office.balances import pending
from billing.office.invoicing import einvoices, issuing, papers
from billing.office.invoicing.ahead import Ahead
from billing.office.invoicing.issuing import Unnumbered
from billing.office.transacting import done, look
from billing.office.transaction import Setting, Transaction
from billing.store import billed as billed_lines
from billing.store import documents, numbering, parties, parts
from billing.store.engine import kept_open
from billing.store.heads import Head
from billing.store.numbering import Series
from billing.store.parties import Party
from billing.store.query import ask_of_each, some_of
from billing.store.sql import Connection
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

    head: Head
    party: Party
    plan: Plan
    billed: dict[str, list[Billed]]  # the lines that credits correct, by invoice
    book: Book  # with the entries that may be on a document


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
        keys = _to_bill(tx)
        _check_order(tx, keys, month, on)
    issued = Packed(partial(documents.read, number=""))
    held: list[Held] = []
    previewed: dict[str, Series] = {}
    with (
        keeping(lambda: None if dry_run else kept_of(issued)),
        kept_open(setting.engine) as engine,
        _ahead(replace(setting, engine=engine), 0 if dry_run else len(keys)) as ahead,
    ):
        quick = replace(setting, engine=engine)
        for start in range(0, len(keys), AT_ONCE):
            if start:
                sweep()
            if progress:
                progress(start, len(keys))
            some = keys[start : start + AT_ONCE]
            if dry_run:
                with look(quick) as tx:
                    contents, waiting = _bill_some(tx, some, month, on, previewed)
            else:
                part = partial(_bill_some, keys=some, month=month, on=on)
                contents, waiting = done(quick, part, bulk=True, late=True)
            new = [document for document, _ in contents]
            seen(new)
            issued.add([text or documents.written(document) for document, text in contents])
            held += waiting
            interrupts.check()
            if ahead:
                ahead.add([document.number for document in sorted(new, key=lambda one: one.is_note)])
        if ahead:
            ahead.end()
    if progress:
        progress(len(keys), len(keys))
    return issued, held


def _ahead(setting: Setting, count: int) -> AbstractContextManager[Ahead | None]:
    """Who draws the documents of so many customers while the next are billed; nobody where it does not pay."""
    wanted = setting.advance
    if wanted is None or count <= AT_ONCE:
        return nullcontext()
    crew = crew_for(count, wanted.workers, wanted.scheduler)
    return nullcontext() if crew.alone else Ahead(setting, crew, wanted.take)


def kept_of(issued: Sequence[Document]) -> Text | None:
    """What is said of the documents of a run that was stopped; nothing where there are none."""
    if not issued:
        return None
    numbers = naming.spans(document.number for document in issued)
    count = len(issued)
    return say(
        "{count} {count:document was|documents were} issued, {numbers}: run it again for the rest",
        count=count,
        numbers=numbers,
    )


def preview(tx: Transaction, month: date, on: date) -> Callable[[list[Head]], tuple[list[Document], list[Held]]]:
    """What a run would issue, as one look sees it: of customers, asked in the order of codes, what a run answers.

    Raises Forbidden (`out-of-order`) as a run does.
    """
    keys = _to_bill(tx)
    _check_order(tx, keys, month, on)
    previewed: dict[str, Series] = {}
    to_bill = set(keys)

    def of(heads: list[Head]) -> tuple[list[Document], list[Held]]:
        issued, held = _billed(tx, [head for head in heads if head.id in to_bill], month, on, previewed)
        return [document for document, _ in issued], held

    return of


def _bill_some(
    tx: Transaction, keys: Iterable[int], month: date, on: date, previewed: dict[str, Series] | None = None
) -> tuple[list[Issued], list[Held]]:
    """Issues the documents of some customers. All are locked before the series, as a sale locks them (L4)."""
    issued: list[Issued] = []
    held: list[Held] = []
    heads = [head for lot in lots.of(tx, keys, lock=previewed is None) for head in lot]
    for some in some_of(heads, AT_ONCE):
        documents, waiting = _billed(tx, some, month, on, previewed)
        issued += documents
        held += waiting
    return issued, held


def _billed(
    tx: Transaction, heads: list[Head], month: date, on: date, previewed: dict[str, Series] | None
) -> tuple[list[Issued], list[Held]]:
    """Issues the documents of customers who are locked, or with `previewed` shows them."""
    drafted: list[tuple[Due, Draft, list[int]]] = []  # with the entries that it lists
    held: list[Held] = []
    for due in _due(tx, heads, month):
        hold = _hold(tx, due, on)
        if hold is not None:
            held.append(Held(due.head.code, *hold))
        else:
            drafted += [(due, draft, drafts.annex(due.book, draft, month)) for draft in _drafts(tx, due)]
    ask_of_each(tx.connection, drafted, lambda connection, one: parties.notes(connection, one[0].head.id, one[2]))
    ready = [
        issuing.prepared(tx, due.head, due.party, due.book, draft, on, listed, month, kept=previewed is None)
        for due, draft, listed in drafted
    ]
    return _issued(tx, ready, on, previewed), held


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
    keys = _to_bill(tx)
    _check_order(tx, keys, month, on)
    return len(_bill_some(tx, keys, month, on)[0])


def _to_bill(tx: Transaction) -> list[int]:
    """The customers for whom something may have to be issued, in the order of their codes."""
    return list(parties.keys(tx.connection, set(billed_lines.customers_to_bill(tx.connection))))


def _due(tx: Transaction, heads: Iterable[Head], month: date) -> Iterator[Due]:
    """What a run of a month would issue for those for whom it would: all that is recorded counts (M5, C4)."""
    ask_of_each(tx.connection, heads, partial(_read_ahead, tx, month))
    marked = [(head, billed_lines.marked(tx.connection, head, END_OF_TIME)) for head in heads]
    ask_of_each(tx.connection, marked, lambda connection, one: billed_lines.read_unsettled(connection, one[1]))
    last = month_later(month, 1) - timedelta(days=1)
    planned: list[tuple[Head, Plan, dict[str, list[Billed]], set[int]]] = []  # with the entries that they may list
    for head, mark in marked:
        entries, billed = billed_lines.unsettled(tx.connection, mark)
        found = (statement.standing_overage(entry, charges, END_OF_TIME) for entry, charges in entries.values())
        standing = [overage for overage in found if overage is not None]
        plan = invoicing.plan(standing, billed, last, pending.vat_on(tx, head))
        by_invoice: dict[str, list[Billed]] = {}
        for line in billed:
            by_invoice.setdefault(line.document, []).append(line)
        if plan.lines or plan.credits:
            lines = (line for some in (plan.lines, *plan.credits.values()) for line in some)
            on_lines = {entry for line in lines for entry, _ in line.entries}
            planned.append((head, plan, by_invoice, on_lines | parts.worked(tx.connection, head, month, last)))
    asked = [one for one in planned if not tx.is_at_hand(one[0])]
    ask_of_each(tx.connection, asked, lambda connection, one: parts.read_entries(connection, one[0], one[3]))
    for head, plan, by_invoice, listed in planned:
        party, book = parties.customer(tx.connection, head.id), tx.with_entries(head, listed)
        yield Due(head, party, plan, by_invoice, book)


def _read_ahead(tx: Transaction, month: date, connection: Connection, head: Head) -> None:
    """Reads what a run looks at of each customer, but for what hangs on its last document (see `lots`)."""
    billed_lines.marked(connection, head, END_OF_TIME)
    parties.BY_KEY.rows(connection, {"of": head.id})
    parts.worked(connection, head, month, month_later(month, 1) - timedelta(days=1))
    if not tx.is_at_hand(head):
        parties.kept_versions(connection, head.id)
        parts.with_entries(connection, head, {}, ())


def _check_order(tx: Transaction, keys: Iterable[int], month: date, on: date) -> None:
    """Refuses an issue date before a document that it must follow, before anything is issued (M6).

    An invoice follows the last one; a credit note follows the last one and the invoice that it corrects.
    """
    last = {kind: numbering.peek_series(tx.connection, name).last_on for kind, name in numbering.SERIES.items()}
    if all(day is None or day <= on for day in last.values()):
        return
    for due in (due for heads in lots.of(tx, keys) for due in _due(tx, heads, month)):
        if _hold(tx, due, on) is None:
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
                    say("issue with --on {latest} or later", latest=str(latest)),
                )


def _hold(tx: Transaction, due: Due, on: date) -> Hold | None:
    """Why a customer's documents must wait, and the command that mends it (M7)."""
    head, party = due.head, due.party
    if head.held_reason is not None:
        return head.held_reason, f"billing customer release {head.code}"
    undrawn = lettering.undrawn(" ".join(str(party[name] or "") for name in _DRAWN))
    if undrawn:  # what an earlier version took
        why = say("no paper draws {signs} in its name or address", signs=undrawn[:10])
        return why, f"billing customer change {head.code} --name NAME"
    if einvoices.demanded(tx, party) is None:
        return None
    return einvoices.hold_for(tx, party, _drafts(tx, due), on)


def _series(tx: Transaction, name: str, on: date, previewed: dict[str, Series] | None) -> Series:
    if previewed is None:
        return numbering.lock_series(tx.connection, name, on)
    if name not in previewed:
        previewed[name] = numbering.peek_series(tx.connection, name)
    return previewed[name]


def _drafts(tx: Transaction, due: Due) -> list[Draft]:
    """The documents that a customer's plan makes (M7)."""
    left = documents.left_of(tx.connection, list(due.plan.credits))
    invoices = {
        number: Remainder(due.billed[number][0].issued_on, due.billed[number][0].currency, *left[number])
        for number in due.plan.credits
    }
    return list(drafts.of_plan(due.book, due.plan, invoices, partial(papers.round_to, tx, due.party)))
