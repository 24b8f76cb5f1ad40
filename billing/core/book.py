"""The book of one customer: all that is recorded, with the running totals that the rules ask for.

A book only remembers and answers; it decides nothing. It can hold a customer's whole history or the part that one
request needs (the store says which); every total in it is a sum over what was recorded, so that dropping a book and
reading it again changes nothing (L2).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import field
from datetime import date
from decimal import Decimal
from typing import Any

from billing.core.facts import (
    Approval,
    BankPart,
    Bounce,
    BroughtInvoice,
    Cancellation,
    CaseEvent,
    Charge,
    Contract,
    Correction,
    CreditNote,
    Deposit,
    Draw,
    Entry,
    Fact,
    Grant,
    Opening,
    OpeningVoid,
    Payment,
    Quote,
    QuotedWork,
    QuoteEvent,
    Reduction,
    Refund,
    Reminder,
    Sale,
    SaleEnd,
    Term,
    TierChange,
    WriteOff,
)
from billing.core.tariff import Tariff
from billing.core.units import ZERO, Window
from billing.values import dataclass

PoolKey = tuple[object, ...]


@dataclass(slots=True)
class Pool:
    """The live, charged entries that are rounded together (T3): raw seconds and charged minutes so far."""

    logged_seconds: int = 0
    charged_minutes: int = 0


@dataclass(slots=True)
class Book:
    """What is recorded about one customer, in recorded order."""

    seq: int = 0  # the position that is being recorded
    fresh: list[Fact] = field(default_factory=list)  # recorded and not yet kept by the store
    contracts: dict[int, Contract] = field(default_factory=dict)
    terms: list[Term] = field(default_factory=list)
    tier_changes: list[TierChange] = field(default_factory=list)
    cancellations: dict[int, Cancellation] = field(default_factory=dict)
    sales: dict[int, Sale] = field(default_factory=dict)
    payments: dict[int, Payment] = field(default_factory=dict)
    deposits: dict[int, Deposit] = field(default_factory=dict)
    refunds: dict[int, Refund] = field(default_factory=dict)
    write_offs: list[WriteOff] = field(default_factory=list)
    bank_parts: dict[int, BankPart] = field(default_factory=dict)  # by the position of the money
    bounces: list[Bounce] = field(default_factory=list)
    credit_notes: dict[int, CreditNote] = field(default_factory=dict)
    reductions: list[Reduction] = field(default_factory=list)
    ended: dict[int, SaleEnd] = field(default_factory=dict)  # by sale
    grants: dict[int, Grant] = field(default_factory=dict)
    entries: dict[int, Entry] = field(default_factory=dict)
    charges: dict[int, list[Charge]] = field(default_factory=dict)  # by entry, in recorded order
    draws: dict[int, list[Draw]] = field(default_factory=dict)  # by entry, in recorded order
    corrections: list[Correction] = field(default_factory=list)
    approvals: list[Approval] = field(default_factory=list)
    reminders: list[Reminder] = field(default_factory=list)
    verified: set[str] = field(default_factory=set)
    used: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    returned_on: dict[int, date] = field(default_factory=dict)
    windows: dict[int, tuple[Window, ...]] | None = None  # kept by `windows.of`; None: to be derived again
    replaced_by: dict[int, int] = field(default_factory=dict)
    pools: dict[PoolKey, Pool] = field(default_factory=lambda: defaultdict(Pool))
    by_case: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_category: dict[tuple[int, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    cases: dict[str, list[CaseEvent]] = field(default_factory=lambda: defaultdict(list))  # by reference, in order
    owing: dict[int, int] = field(default_factory=dict)  # by entry: minutes still owed
    quotes: dict[int, Quote] = field(default_factory=dict)
    quote_events: dict[int, list[QuoteEvent]] = field(default_factory=lambda: defaultdict(list))  # by quote
    quoted: dict[int, int] = field(default_factory=dict)  # by entry: the quote that it is work on
    openings: dict[int, Opening] = field(default_factory=dict)  # by position; what was voided is not there
    brought: dict[str, BroughtInvoice] = field(default_factory=dict)  # by number
    owed_before: dict[int, Entry] = field(default_factory=dict)  # work of another system that minutes are owed for
    spent: dict[int, int] = field(default_factory=dict)  # by grant: minutes used before the opening
    grants_given: int = 0  # the number of the last one

    # Recording

    def record(self, fact: Fact) -> None:
        """Takes in something new, which the store has still to keep."""
        self.fresh.append(fact)
        self.remember(fact)

    def remember(self, fact: Fact) -> None:
        """Takes in something that is kept already, in recorded order."""
        _REMEMBER[type(fact)](self, fact)

    def let_go(self, seq: int) -> None:
        """Forgets an entry that is recorded and that nothing asks for by itself; its minutes stay in every sum (L2).

        Asked for are the first of a category (R2), what approvals are compared with (R5), what is owed for or quoted.
        """
        entry = self.entries[seq]
        of_category = self.by_category[entry.contract, entry.category]
        first = of_category[0]
        if seq in self.owing or seq in self.quoted or self.approvals:
            return
        if first == seq or first in self.quoted or not self.is_live(first):
            return
        del self.entries[seq], self.charges[seq]
        self.draws.pop(seq, None)
        self.pools.pop(("entry", seq), None)
        _take_back(of_category, seq)
        if entry.case is not None:
            _take_back(self.by_case[entry.case], seq)
            if not self.by_case[entry.case]:
                del self.by_case[entry.case]

    def _cancellation(self, cancellation: Cancellation) -> None:
        self.cancellations[cancellation.contract] = cancellation
        self.windows = None

    def _bounce(self, bounce: Bounce) -> None:
        self.bounces.append(bounce)
        self.windows = None

    def _sale_end(self, end: SaleEnd) -> None:
        self.ended[end.sale] = end
        if end.grant is not None:
            self.used[end.grant] += end.minutes
        self.windows = None

    def _grant(self, grant: Grant) -> None:
        self.grants[grant.number] = grant
        self.grants_given = max(self.grants_given, grant.number)
        if grant.replaces is not None:
            self.replaced_by[grant.replaces] = grant.number
        if grant.kind == "pack":
            self.windows = None

    def _opening(self, opening: Opening) -> None:
        self.openings[opening.seq] = opening
        if opening.grant is not None:
            self.spent[opening.grant] = opening.spent
            self.used[opening.grant] += opening.spent
            self.windows = None
        if opening.worked_on is not None:
            self.owed_before[opening.seq] = Entry(opening.seq, "", 0, None, "", opening.worked_on, 0)

    def _opening_void(self, void: OpeningVoid) -> None:
        """Forgets what an opening recorded: nothing hangs on it, or it could not have been voided (G14)."""
        of = void.opening
        opening = self.openings.pop(of)
        if opening.grant is not None:
            self.grants.pop(opening.grant, None)
            self.spent.pop(opening.grant)
            self.used.pop(opening.grant)
        self.contracts.pop(of, None)
        self.terms = [term for term in self.terms if term.seq != of]
        self.sales.pop(of, None)
        self.deposits.pop(of, None)
        for by_position in (self.owed_before, self.charges, self.owing):
            by_position.pop(of, None)
        self.brought = {number: one for number, one in self.brought.items() if one.seq != of}
        self.windows = None

    def _correction(self, correction: Correction) -> None:
        self.corrections.append(correction)
        if correction.kind == "verify" and correction.case is not None:
            self.verified.add(correction.case)

    def _entry(self, entry: Entry) -> None:
        self.entries[entry.seq] = entry
        self.by_category[entry.contract, entry.category].append(entry.seq)
        if entry.case is not None:
            self.by_case[entry.case].append(entry.seq)

    def _charge(self, charge: Charge) -> None:
        before = self.charge_of(charge.entry)
        if before is not None:
            self._pooled(before, -1)
        self.charges.setdefault(charge.entry, []).append(charge)
        self._pooled(charge, 1)
        self.owing.pop(charge.entry, None)
        if charge.owed:
            self.owing[charge.entry] = charge.owed

    def _draw(self, draw: Draw) -> None:
        self.draws.setdefault(draw.entry, []).append(draw)
        self.used[draw.grant] += draw.minutes
        if draw.minutes < 0:
            known = self.returned_on.get(draw.grant, date.min)
            self.returned_on[draw.grant] = max(known, draw.dated_on)
        if draw.kind == "settle":
            self.owing[draw.entry] -= draw.minutes
            if not self.owing[draw.entry]:
                del self.owing[draw.entry]

    def _pooled(self, charge: Charge, sign: int) -> None:
        if charge.free is None and charge.entry not in self.owed_before:
            key = self.pool_key(self.entries[charge.entry], charge.category)
            pool = self.pools[key]
            pool.logged_seconds += sign * self.entries[charge.entry].logged_seconds
            pool.charged_minutes += sign * charge.minutes

    # Answers

    @property
    def opened_on(self) -> date | None:
        """The day on which a customer's books opened with what it brought; none where it brought nothing (G14)."""
        return next((opening.on for opening in self.openings.values()), None)

    def is_before_opening(self, day: date) -> bool:
        """Whether nothing of that day is known, for the books opened after it (G14)."""
        return self.opened_on is not None and day < self.opened_on

    def work(self, entry: int) -> Entry:
        """An entry, or the work of another system that minutes are owed for."""
        return self.owed_before[entry] if entry in self.owed_before else self.entries[entry]

    def posted_on(self, seq: int, day: date) -> date:
        """The day on which money recorded at a position is in the books: its own, or that of its settling (M14)."""
        part = self.bank_parts.get(seq)
        return day if part is None or part.settled_on is None or part.money is not None else part.settled_on

    def money_at(self, seq: int) -> Decimal | None:
        """How much money a position recorded, whichever way it went; none where it did not, or moved inside."""
        bounce = next((bounce for bounce in self.bounces if bounce.seq == seq), None)
        of = bounce.payment if bounce else seq
        payment = self.payments.get(of)
        if payment is not None:
            return None if payment.own_money else payment.amount
        found = self.deposits.get(of) or self.refunds.get(of)
        return None if found is None else found.amount

    def contract_tariff(self, contract: int, day: date) -> Tariff:
        """The tariff version of the contract's term on a day, or of its last term."""
        last = None
        for term in self.terms:
            if term.contract == contract:
                if day in term.window:
                    return term.tariff
                last = term
        assert last is not None, contract
        return last.tariff

    def term_on(self, day: date) -> Term | None:
        """The term that covers a day, cancelled contracts cut short (R1, G10)."""
        for term in self.terms:
            if day in term.window:
                cancelled = self.cancellations.get(term.contract)
                if cancelled is None or day <= cancelled.on:
                    return term
        return None

    def tier_on(self, contract: int, day: date) -> str | None:
        """The tier in force on a day: the change recorded last among those in force by then (G8)."""
        for change in reversed(self.tier_changes):
            if change.contract == contract and change.effective_from <= day:
                return change.tier
        return self.contracts[contract].tier

    def price_of(self, sale: Sale, at: date = date.max) -> Decimal:
        """The net price of a sale on a day, less what credit notes took off it (M12)."""
        return sale.price - self.reduced_by(sale.invoice, at)

    def reduced_by(self, invoice: str, at: date = date.max) -> Decimal:
        """What notes that somebody asked for took off an invoice up to a day, net (M12)."""
        return sum((r.amount for r in self.reductions if r.invoice == invoice and r.on <= at), ZERO)

    def charge_of(self, entry: int) -> Charge | None:
        """The charge that stands for an entry."""
        charges = self.charges.get(entry)
        return charges[-1] if charges else None

    def is_live(self, entry: int) -> bool:
        """Whether an entry is not voided."""
        charge = self.charge_of(entry)
        return charge is not None and charge.free != "void"

    def live_draws(self, entry: int) -> list[Draw]:
        """What the charge that stands has drawn, settlements included."""
        charge = self.charge_of(entry)
        if charge is None:
            return []
        return self.draws_for(charge)

    def draws_for(self, charge: Charge) -> list[Draw]:
        """What one charge has drawn, settlements included, whether it stands or not."""
        mine = (charge.seq, charge.n)
        return [d for d in self.draws.get(charge.entry, ()) if d.charge == mine and d.minutes > 0 and d.kind != "move"]

    def remaining(self, grant: Grant) -> int:
        """Minutes of a grant that nothing recorded so far has drawn; none of one that was credited anew (M10)."""
        return 0 if grant.number in self.replaced_by else grant.minutes - self.used[grant.number]

    def first_case_of(self, contract: int, category: str) -> Entry | None:
        """The earliest recorded live entry of a category under a contract (R2); work on a quote is none of them."""
        seqs = self.by_category.get((contract, category), ())
        return next((self.entries[seq] for seq in seqs if self.is_live(seq) and not self._is_quoted(seq)), None)

    def _is_quoted(self, entry: int) -> bool:
        charge = self.charge_of(entry)
        return charge is not None and charge.free == "quote"

    def quote_of(self, entry: int) -> Quote | None:
        """The quote that an entry is work on."""
        return self.quotes[self.quoted[entry]] if entry in self.quoted else None

    def pool_key(self, entry: Entry, category: str) -> PoolKey:
        """Which entries are rounded together with this one (T2, T3)."""
        scope = self.contract_tariff(entry.contract, entry.worked_on).rounding
        if scope == "day":
            return (scope, category, entry.worked_on)
        if scope == "entry" or entry.case is None:
            return ("entry", entry.seq)
        if scope == "case-day":
            return (scope, entry.case, category, entry.worked_on)
        return (scope, entry.case, category)

    def pool_after(self, entry: Entry, category: str) -> Iterator[Entry]:
        """The live, charged entries of the same pool that were recorded after this one, in recorded order (C1)."""
        key = self.pool_key(entry, category)
        if key[0] == "entry":
            return
        seqs = self.entries if key[0] == "day" else self.by_case[entry.case or ""]
        for seq in seqs:
            charge = self.charge_of(seq)
            if seq > entry.seq and charge is not None and charge.free is None:
                other = self.entries[seq]
                if self.pool_key(other, charge.category) == key:
                    yield other


_REMEMBER: dict[type, Callable[[Book, Any], None]] = {
    Contract: lambda book, contract: book.contracts.__setitem__(contract.seq, contract),
    Term: lambda book, term: book.terms.append(term),
    TierChange: lambda book, change: book.tier_changes.append(change),
    Cancellation: Book._cancellation,
    Sale: lambda book, sale: book.sales.__setitem__(sale.seq, sale),
    Payment: lambda book, payment: book.payments.__setitem__(payment.seq, payment),
    Deposit: lambda book, deposit: book.deposits.__setitem__(deposit.seq, deposit),
    Refund: lambda book, refund: book.refunds.__setitem__(refund.seq, refund),
    WriteOff: lambda book, write_off: book.write_offs.append(write_off),
    Bounce: Book._bounce,
    CreditNote: lambda book, note: book.credit_notes.__setitem__(note.seq, note),
    Reduction: lambda book, reduction: book.reductions.append(reduction),
    SaleEnd: Book._sale_end,
    BankPart: lambda book, part: book.bank_parts.__setitem__(part.money or part.seq, part),
    Grant: Book._grant,
    Entry: Book._entry,
    Charge: Book._charge,
    Draw: Book._draw,
    Correction: Book._correction,
    Quote: lambda book, quote: book.quotes.__setitem__(quote.seq, quote),
    QuoteEvent: lambda book, event: book.quote_events[event.quote].append(event),
    QuotedWork: lambda book, work: book.quoted.__setitem__(work.seq, work.quote),
    CaseEvent: lambda book, event: book.cases[event.case].append(event),
    Approval: lambda book, approval: book.approvals.append(approval),
    Reminder: lambda book, reminder: book.reminders.append(reminder),
    Opening: Book._opening,
    BroughtInvoice: lambda book, invoice: book.brought.__setitem__(invoice.number, invoice),
    OpeningVoid: Book._opening_void,
}


def _take_back(seqs: list[int], seq: int) -> None:
    """Takes a position out of those of a book, where it mostly is the last: none before it is looked at."""
    if seqs[-1] == seq:
        seqs.pop()
    else:
        seqs.remove(seq)
