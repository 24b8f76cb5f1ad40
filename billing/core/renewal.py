"""Contracts and their terms: signing, renewing, changing the tier, cancelling, and the allowances that follow (G1, G8,
G10, G12, G13)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from billing.core import rating
from billing.core.book import Book
from billing.core.facts import Cancellation, Contract, Grant, GrantKind, Sale, Term, TierChange
from billing.core.tariff import Tariff
from billing.core.units import END_OF_TIME, Window, anniversary, day_before, year_number
from billing.errors import Already, BadInput, Forbidden, Unknown, one_of
from billing.texts import Do, say

VersionOn = Callable[[str, date], tuple[int, Tariff]]  # a tariff's name and a day: the version in force, and its key


def sign(
    book: Book,
    versions: VersionOn,
    tariff_name: str,
    tier: str | None,
    modules: tuple[str, ...],
    fee: Decimal | None,
    start: date,
) -> Contract:
    """Signs a contract: its first term, and the allowance of its tier (G1)."""
    _, tariff = versions(tariff_name, start)
    tier = tier_named(tariff, tier)
    check_free(book, term_window(tariff, start, 0))
    contract = Contract(book.seq, tariff_name, tier, modules_named(tariff, modules), fee, start)
    book.record(contract)
    _add_term(book, versions, contract, 0)
    return contract


def check_free(book: Book, window: Window) -> None:
    """Refuses a term on days that another one covers already."""
    clash = next((t for t in book.terms if _overlaps(book, t, window)), None)
    if clash is not None:
        tariff, last = book.contracts[clash.contract].tariff, _last_day(book, clash)
        runs = say("a contract on {tariff} runs until {last}", tariff=tariff, last=last)
        if last == END_OF_TIME:
            runs = say("a contract on {tariff} runs until it is cancelled", tariff=tariff)
        raise Already("conflict", runs, say("cancel it first, or start the new one after it"))


def renew(book: Book, versions: VersionOn, on: date, customer: str) -> Term:
    """Adds the next contract year, or after a gap the one that contains `on` (G13)."""
    running = [c for c in book.contracts.values() if c.seq not in book.cancellations]
    if not running:
        raise Forbidden(
            "no-active-contract",
            say("{customer} has no contract to renew", customer=customer),
            say("{do} makes one", do=Do("contract sign", customer, "…")),
        )
    contract = running[-1]
    last = max((t for t in book.terms if t.contract == contract.seq), key=lambda t: t.number)
    if last.tariff.term == "open":
        raise Forbidden(
            "not-eligible",
            say("a contract on {tariff} runs on by itself", tariff=contract.tariff),
            say("there is nothing to renew"),
        )
    number = max(last.number + 1, year_number(contract.starts_on, on))
    window = term_window(last.tariff, contract.starts_on, number)
    if any(t.contract != contract.seq and _overlaps(book, t, window) for t in book.terms):
        raise Already(
            "conflict",
            say(
                "{customer} has another contract in {first} to {last}",
                customer=customer,
                first=window.first,
                last=window.last,
            ),
        )
    return _add_term(book, versions, contract, number)


def change_tier(book: Book, tier: str, on: date, customer: str) -> TierChange:
    """Changes the tier: an upgrade at once, with the difference of allowances, a downgrade from the next term (G8)."""
    term = rating.term_for(book, on, customer)
    contract = book.contracts[term.contract]
    tier = tier_named(term.tariff, tier) or ""
    changes = [change for change in book.tier_changes if change.contract == contract.seq]
    if changes and on < changes[-1].on:
        raise BadInput(
            "bad-date",
            say("{on} is before the last change of tier, on {last}", on=on, last=changes[-1].on),
            say("a change can be dated from then on"),
        )
    current = book.tier_on(contract.seq, on)
    pending = bool(changes) and changes[-1].effective_from > on
    if tier == current and not pending:
        raise Already("conflict", say("{customer} is on tier {tier} already", customer=customer, tier=tier))
    order = term.tariff.tiers
    signed = [t for t in book.terms if t.contract == contract.seq]
    upgrade = order.index(tier) >= (order.index(current) if current in order else -1)
    if upgrade or term.tariff.term == "open":
        effective = on
    else:
        effective = anniversary(contract.starts_on, max(t.number for t in signed) + 1)
    change = TierChange(book.seq, contract.seq, tier, on, effective)
    book.record(change)
    if upgrade:
        _grant_difference(book, contract, term, current, tier, on)
        for later in signed:
            if later.window.first > term.window.last:
                _grant_lack(book, contract, later, tier)
    return change


def cancel(book: Book, on: date, customer: str) -> Cancellation:
    """Ends the contract that runs on a day; that day is its last (G10)."""
    term = rating.term_for(book, on, customer)
    if term.contract in book.cancellations:
        last = book.cancellations[term.contract].on
        raise Already(
            "conflict",
            say("the contract of {customer} is cancelled already", customer=customer),
            say("its last day is {last}", last=last),
        )
    cancellation = Cancellation(book.seq, term.contract, on)
    book.record(cancellation)
    return cancellation


def goodwill(
    book: Book, minutes: int, on: date, expires: date, reason: str, covers: tuple[str, ...], customer: str
) -> Grant:
    """Grants minutes for a reason; without `covers` they cover every category (G11)."""
    term = rating.term_for(book, on, customer)
    if minutes <= 0:
        raise BadInput(
            "bad-duration", say("{minutes} minutes cannot be granted", minutes=minutes), say("give 1 or more")
        )
    if expires < on:
        raise BadInput("bad-date", say("the expiry {expires} is before the grant, on {on}", expires=expires, on=on))
    for name in covers:
        rating.category_named(term.tariff, name)
    return add_grant(
        book,
        term.contract,
        "goodwill",
        minutes,
        Window(on, expires),
        covers or tuple(term.tariff.categories),
        priority=term.tariff.goodwill_priority,
        reason=reason,
    )


def add_grant(
    book: Book,
    contract: int,
    kind: GrantKind,
    minutes: int,
    window: Window,
    covers: tuple[str, ...],
    *,
    priority: int | None = None,
    sale: Sale | None = None,
    replaces: int | None = None,
    reason: str | None = None,
) -> Grant:
    """Records a grant and settles with it what is owed (G9)."""
    grant = Grant(
        number=book.grants_given + 1,
        seq=book.seq,
        contract=contract,
        kind=kind,
        product=sale.product if sale else None,
        minutes=minutes,
        starts=window.first,
        expires=window.last,
        covers=covers,
        contacts=sale.contacts if sale else (),
        priority=priority,
        grace_days=sale.grace_days if sale else None,
        sale=sale.seq if sale else None,
        replaces=replaces,
        reason=reason,
    )
    book.record(grant)
    rating.settle(book, grant)
    return grant


def add_year(book: Book, versions: VersionOn, contract: Contract, number: int) -> Term:
    """Records a year of a contract, without its allowance."""
    key, tariff = versions(contract.tariff, anniversary(contract.starts_on, number))
    term = Term(book.seq, contract.seq, number, term_window(tariff, contract.starts_on, number), key, tariff)
    book.record(term)
    return term


def _add_term(book: Book, versions: VersionOn, contract: Contract, number: int) -> Term:
    term = add_year(book, versions, contract, number)
    tariff, first = term.tariff, anniversary(contract.starts_on, number)
    tier = tier_named(tariff, book.tier_on(contract.seq, first))
    minutes = tariff.allowance_minutes(tier, contract.modules, contract.fee)
    if minutes and tariff.allowance:
        _grant_allowance(book, term, minutes, first)
    return term


def _grant_difference(book: Book, contract: Contract, term: Term, old: str | None, new: str, on: date) -> None:
    """Grants what the new tier's allowance has more than the old one's, for the rest of the term (G8)."""
    before = term.tariff.allowance_minutes(old, contract.modules, contract.fee)
    more = term.tariff.allowance_minutes(new, contract.modules, contract.fee) - before
    if more > 0:
        _grant_allowance(book, term, more, on)


def _grant_lack(book: Book, contract: Contract, term: Term, tier: str) -> None:
    """Grants what a later term, signed already, lacks of the new tier's allowance (G8)."""
    granted = sum(
        g.minutes
        for g in book.grants.values()
        if g.kind == "allowance" and g.contract == contract.seq and g.starts in term.window
    )
    lack = term.tariff.allowance_minutes(tier, contract.modules, contract.fee) - granted
    if lack > 0:
        _grant_allowance(book, term, lack, term.window.first)


def _grant_allowance(book: Book, term: Term, minutes: int, first: date) -> None:
    rule = term.tariff.allowance
    assert rule is not None
    window = Window(first, term.window.last)
    add_grant(book, term.contract, "allowance", minutes, window, rule.covers, priority=rule.priority)


def term_window(tariff: Tariff, start: date, number: int) -> Window:
    """The days of a contract's year, counted from 0 (G12); all days from the start where the term is open."""
    if tariff.term == "open":
        return Window(start, END_OF_TIME)
    return Window(anniversary(start, number), day_before(anniversary(start, number + 1)))


def _last_day(book: Book, term: Term) -> date:
    cancelled = book.cancellations.get(term.contract)
    return term.window.last if cancelled is None else min(term.window.last, cancelled.on)


def _overlaps(book: Book, term: Term, window: Window) -> bool:
    return term.window.first <= window.last and window.first <= _last_day(book, term) >= term.window.first


def tier_named(tariff: Tariff, tier: str | None) -> str | None:
    """The tier, checked against the tariff's: one that has tiers needs one, one that has none takes none."""
    if tier is None and not tariff.tiers:
        return None
    if tier is None:
        raise Unknown(
            "unknown-tier", say("tariff {name} needs a tier: {tiers}", name=tariff.name, tiers=list(tariff.tiers))
        )
    if not tariff.tiers:
        raise Unknown("unknown-tier", say("tariff {name} has no tiers", name=tariff.name), say("leave the tier out"))
    if tier not in tariff.tiers:
        raise one_of("tier", tier, list(tariff.tiers))
    return tier


def modules_named(tariff: Tariff, modules: tuple[str, ...]) -> tuple[str, ...]:
    """The modules without repeats, the main ones spelt as in the tariff."""
    main = {name.casefold(): name for name in tariff.allowance.main_modules} if tariff.allowance else {}
    return tuple(dict.fromkeys(main.get(name.casefold(), name) for name in modules))
