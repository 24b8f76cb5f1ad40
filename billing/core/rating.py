"""An entry and a customer's book in, the charge out: free? round, burn down, overage (rules R, T, G6, G9).

Everything here is decided once and kept (R6). What a correction decides again goes through the same functions.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from billing.core import burndown, quoting, windows
from billing.core.book import Book
from billing.core.facts import Charge, Draw, DrawKind, Entry, Grant, Quote, QuotedWork, Reason, Sale, Term
from billing.core.tariff import Category, Tariff
from billing.core.units import charged_for, day_before
from billing.errors import Forbidden, one_of
from billing.texts import Do, Text, named, say


def term_for(book: Book, day: date, customer: str) -> Term:
    """The term that covers a day; without one nothing can be logged or sold (R1)."""
    term = book.term_on(day)
    if term is None:
        cancelled = {seq: cancellation.on for seq, cancellation in book.cancellations.items()}
        spans = [(t.window.first, min(t.window.last, cancelled.get(t.contract, date.max))) for t in book.terms]
        past = [last for _, last in spans if last < day]
        later = [first for first, last in spans if day < first <= last]  # of a cancelled contract none begins
        parts = [say("the last one ended on {day}", day=max(past))] if past else []
        parts += [say("the next one begins on {day}", day=min(later))] if later else []
        known = parts or say("it has none")
        raise Forbidden(
            "no-active-contract",
            say("{customer} has no contract that covers {day}: {known}", customer=customer, day=day, known=known),
            _what_makes_one(customer, bool(past), bool(later), bool(book.contracts.keys() - cancelled.keys())),
        )
    return term


def _what_makes_one(customer: str, is_over: bool, is_ahead: bool, runs: bool) -> Text | None:
    """What would make a contract for a day that has none: before one that is signed already nothing does."""
    sign, renew = Do("contract sign", customer, "…"), Do("contract renew", customer)
    if is_over and runs:
        return say("{do} or {do2} makes one", do=sign, do2=renew)
    return None if is_ahead else say("{do} makes one", do=sign)


def category_named(tariff: Tariff, name: str) -> Category:
    """The tariff's category of that name; what it does not cover is refused with the reason (S11).

    Raises `out-of-scope`, or `unknown-category` with the nearest name.
    """
    outside = tariff.service.out_of_scope if tariff.service else {}
    if name in outside and name not in tariff.categories:
        raise Forbidden(
            "out-of-scope",
            say(
                "{tariff} does not cover {category}: {why}", tariff=tariff.name, category=name, why=named(outside[name])
            ),
            say("it covers {categories}, and other work goes by quote", categories=list(tariff.categories)),
        )
    if name not in tariff.categories:
        raise one_of("category", name, list(tariff.categories))
    return tariff.categories[name]


def rate(book: Book, entry: Entry, term: Term, quote: Quote | None = None) -> Charge:
    """Charges a new entry, which the book does not hold yet, and records entry, charge and draws (R2 to R5).

    Work on a `quote` has the quote's price: it is never charged, drawn or billed by itself (S8).
    """
    if quote is not None:
        return _on_quote(book, entry, term, quote)
    free, category = _free(book, entry, term.tariff.categories[entry.category])
    book.record(entry)
    if free is not None:
        return _record(book, entry, category, 0, free, entry.worked_on)
    return charge(book, entry, category, entry.worked_on)


def charge(book: Book, entry: Entry, category: str, decided_on: date) -> Charge:
    """Charges an entry that is not free, as `category`: rounds, burns down, the rest is overage or owed (R3 to R5).

    `decided_on` is the day from which it counts: the day of the work, or of a correction. Which grants can be drawn is
    always decided by the day of the work (C3).
    """
    tariff = book.contract_tariff(entry.contract, entry.worked_on)
    pool = book.pools[book.pool_key(entry, category)]
    seconds = pool.logged_seconds + entry.logged_seconds
    total = charged_for(seconds, tariff.increment, tariff.minimum, tariff.tolerance)
    minutes = max(0, total - pool.charged_minutes)
    taken = burndown.draw(lots(book, entry.worked_on, category, entry.contact), minutes)
    left = minutes - sum(part for _, part in taken)
    overage = left if tariff.overage in ("bill", "ask") else 0
    if left and tariff.overage == "ask":
        _check_approved(book, entry, left)
    if left and tariff.overage == "refuse":
        on_request = tariff.service.evolutions.values() if tariff.service else ()
        by_quote = any(category in work.categories for work in on_request)
        raise Forbidden(
            "overage-refused",
            say(
                "{minutes} min would be charged and {left} min are left on {day}",
                minutes=minutes,
                left=minutes - left,
                day=entry.worked_on,
            ),
            say(
                "tariff {tariff} refuses more: {what} first",
                tariff=tariff.name,
                what=say("agree on a quote") if by_quote else say("sell a pack"),
            ),
        )
    price = hourly_rate(book, tariff, category, entry.worked_on) if overage else None
    owed = left if tariff.overage == "owe" else 0
    decided = _record(book, entry, category, minutes, None, decided_on, overage, price, owed)
    for grant, part in taken:
        _draw(book, decided, grant, part, decided_on, "draw")
    if owed:
        _settle_late(book, entry, decided)
    return decided


def _check_approved(book: Book, entry: Entry, left: int) -> None:
    """Refuses minutes over what is prepaid that the customer has not approved by the day of the work (R5)."""
    free = (
        0 if entry.case is None else approved(book, entry.case, entry.worked_on) - billed(book, entry.case, entry.seq)
    )
    if left > free:
        raise Forbidden(
            "overage-refused",
            say("{left} min are over what is prepaid, and {free} min more are approved", left=left, free=max(0, free)),
            say("ask the customer first: he approves it on his page, or {do}",
                do=Do("case approve", entry.case or "CASE", left - free, "--by", "…",
                      "--on", entry.worked_on.isoformat())),
        )  # fmt: skip


def approved(book: Book, case: str, day: date) -> int:
    """Minutes of a case over what is prepaid that the customer had approved by a day (R5)."""
    return sum(approval.minutes for approval in book.approvals if approval.case == case and approval.on <= day)


def billed(book: Book, case: str, but: int | None = None) -> int:
    """Minutes of a case that are billed over what is prepaid, but for those of one entry."""
    charges = [book.charge_of(seq) for seq in book.by_case[case] if seq != but]
    return sum(charge.overage for charge in charges if charge is not None)


def hourly_rate(book: Book, tariff: Tariff, category: str, day: date) -> Decimal:
    """The category's hourly rate on a day, or the reduced one of an add-on in force (R5, G3)."""
    full = tariff.categories[category].rate
    assert full is not None, category  # the tariff was checked
    reduced = [s.reduced_rate for s in in_force(book, day) if s.reduced_rate is not None and category in s.applies_to]
    return min([full, *reduced])


def in_force(book: Book, day: date) -> Iterator[Sale]:
    """The add-ons that are in force on a day (G3, G10, M12)."""
    for sale in book.sales.values():
        if sale.kind == "add-on" and sale.sold_on <= day <= last_day(book, sale):
            yield sale


def last_day(book: Book, sale: Sale) -> date:
    """The last day on which an add-on is in force (G3): its contract may end before, or a note end it (G10, M12)."""
    cancelled, ended = book.cancellations.get(sale.contract), book.ended.get(sale.seq)
    return min(sale.until, cancelled.on if cancelled else date.max, day_before(ended.on) if ended else date.max)


def lots(book: Book, day: date, category: str, contact: int | None) -> list[burndown.Lot]:
    """The grants that an entry of a category and contact can draw on a day, with what is left of them (R4, G6)."""
    derived = windows.of(book)
    found = []
    for grant in book.grants.values():
        if category in grant.covers and (left := book.remaining(grant)) > 0:
            window = windows.on(derived[grant.number], day)
            if window is not None and admits(book, grant, contact, day):
                found.append(burndown.Lot(grant, window, left))
    return found


def settle(book: Book, grant: Grant) -> None:
    """Settles owed minutes that a newly credited grant covers, oldest work first (G9)."""
    for seq in sorted(book.owing, key=lambda seq: (book.work(seq).worked_on, seq)):
        entry, owed = book.work(seq), book.charge_of(seq)
        assert owed is not None
        day = max(grant.starts, entry.worked_on)
        if owed.category in grant.covers and admits(book, grant, entry.contact, day):
            _settle_on(book, entry, owed, day, day)


def _settle_late(book: Book, entry: Entry, owed: Charge) -> None:
    """Settles a late entry from grants that were credited after its work, at once (G9)."""
    later = (g for g in book.grants.values() if g.starts > entry.worked_on and owed.category in g.covers)
    for grant in sorted(later, key=lambda g: (g.starts, g.number)):
        if entry.seq in book.owing and admits(book, grant, entry.contact, grant.starts):
            _settle_on(book, entry, owed, grant.starts, max(grant.starts, owed.dated_on))


def _settle_on(book: Book, entry: Entry, owed: Charge, day: date, dated_on: date) -> None:
    """Draws what an entry owes from all that can be drawn on `day` (G9)."""
    for grant, part in burndown.draw(lots(book, day, owed.category, entry.contact), book.owing[entry.seq]):
        _draw(book, owed, grant, part, dated_on, "settle")


def admits(book: Book, grant: Grant, contact: int | None, day: date) -> bool:
    """Whether a contact can draw a grant: it is open to all, names him, or an add-on in force adds him (G3)."""
    return (
        not grant.contacts
        or contact in grant.contacts
        or any(extends(sale, grant) and contact in sale.contacts for sale in in_force(book, day))
    )


def extends(sale: Sale, grant: Grant) -> bool:
    """Whether an add-on lets its contacts draw a grant (G3)."""
    return sale.extends is not None and sale.extends == grant.product and sale.contract == grant.contract


def _on_quote(book: Book, entry: Entry, term: Term, quote: Quote) -> Charge:
    quoting.check_work(book, quote, entry.worked_on)
    category = term.tariff.categories[entry.category]
    book.record(entry)
    book.record(QuotedWork(entry.seq, quote.seq))
    return _record(book, entry, category.charged_as or category.name, 0, "quote", entry.worked_on)


def _free(book: Book, entry: Entry, category: Category) -> tuple[Reason | None, str]:
    """Why an entry is free, and the category that is charged (R2)."""
    if category.free == "always":
        return "always", category.name
    if category.free == "first":
        first = book.first_case_of(entry.contract, category.name)
        if first is None or (first.case is not None and first.case == entry.case):
            return "first", category.name
    if category.free == "verified" and entry.case in book.verified:
        return "verified", category.name
    return None, category.charged_as or category.name


def _record(
    book: Book,
    entry: Entry,
    category: str,
    minutes: int,
    free: Reason | None,
    dated_on: date,
    overage: int = 0,
    rate: Decimal | None = None,
    owed: int = 0,
) -> Charge:
    decided = Charge(book.seq, len(book.fresh), entry.seq, category, minutes, free, overage, rate, owed, dated_on)
    book.record(decided)
    return decided


def free_again(book: Book, entry: Entry, free: Reason, dated_on: date) -> Charge:
    """Charges an entry nothing, for a reason that a correction gives (C1, C2)."""
    before = book.charge_of(entry.seq)
    category = entry.category if free == "verified" or before is None else before.category
    return _record(book, entry, category, 0, free, dated_on)


def _draw(book: Book, of: Charge, grant: Grant, minutes: int, own_date: date, kind: DrawKind) -> None:
    """Records a draw; minutes that came back to a grant can be drawn from the day they came back (G6)."""
    dated_on = max(own_date, book.returned_on.get(grant.number, own_date))
    book.record(Draw(book.seq, of.entry, (of.seq, of.n), grant.number, minutes, dated_on, kind))
