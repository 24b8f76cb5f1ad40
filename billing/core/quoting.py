"""Quotes: which kinds there are, what may become of one, when work on it may begin, how that work compares (S8).

A quote is drafted, sent, accepted or refused, then invoiced. A minor evolution is free: in place of an acceptance the
user group approves it. Delivery is told apart: it says what can be published and which day's VAT counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, NoReturn

from billing.core.book import Book
from billing.core.facts import Entry, Quote, QuoteEvent, QuoteStep
from billing.core.tariff import Tariff
from billing.core.units import ZERO, percentage, price_of, round_up
from billing.errors import Already, BadInput, Forbidden

State = Literal["draft", "sent", "approved", "accepted", "refused", "invoiced"]
EVOLUTIONS = ("minor", "important", "specific")  # what is delivered of these is published (S13)
VALID_DAYS = 30  # where nobody says otherwise (ours)
_FROM: dict[QuoteStep, tuple[State, ...]] = {
    "sent": ("draft",),
    "accepted": ("sent",),
    "refused": ("sent",),
    "invoiced": ("accepted",),
    "delivered": ("accepted", "approved", "invoiced"),
}
_FROM_MINOR: dict[QuoteStep, tuple[State, ...]] = _FROM | {"approved": ("draft", "sent"), "refused": ("draft", "sent")}
_NEEDS_CONSENT: tuple[QuoteStep, ...] = ("invoiced", "delivered")


# Drafting


def draft(book: Book, tariff: Tariff, quote: Quote) -> None:
    """Records a new quote, if its kind's limits allow it (S8)."""
    if not quote.title.strip() or len(quote.title) > 200:
        raise BadInput("bad-input", "a quote needs a title of 1 to 200 characters")
    if quote.minutes is not None and not 0 < quote.minutes <= 1_000_000:
        raise BadInput("bad-duration", f"{quote.minutes} min: quote 1 minute or more")
    if quote.valid_until < quote.quoted_on:
        raise BadInput("bad-date", f"valid until {quote.valid_until}, which is before the quote, on {quote.quoted_on}")
    _check_kind(tariff, quote)
    assert quote.share is None or quote.price == percentage(quote.amount, Decimal(quote.share)), quote
    assert quote.currency == tariff.currency, quote
    book.record(quote)


def _check_kind(tariff: Tariff, quote: Quote) -> None:
    limit = minor_minutes(tariff)
    if quote.kind == "minor":
        if limit is None:
            _not_eligible(f"tariff {tariff.name} has no free minor evolutions; quote it as specific or service")
        if quote.minutes is None:
            raise BadInput("bad-duration", f"a minor evolution takes up to {limit} min; give its --minutes")
        if quote.minutes > limit:
            _not_eligible(
                f"a minor evolution takes up to {limit} min, this one {quote.minutes}; quote it as important, "
                "with a share of the cost, or as specific"
            )
        if quote.amount:
            _not_eligible(f"a minor evolution is free; leave the amount of {quote.amount} out, or quote it as specific")
        return
    if quote.kind == "important" and limit is not None and quote.minutes is not None and quote.minutes <= limit:
        _not_eligible(f"an evolution of up to {limit} min, as these {quote.minutes}, is minor and free; quote it so")
    if quote.price <= 0:
        raise BadInput("price-required", f"a quote of kind {quote.kind} has a price; give an --amount above 0")


def part_of(kind: str, amount: Decimal, percent: Decimal | None, part: Decimal | None) -> Decimal:
    """What the customer is to pay of a cost: a share in percent, a part in money, or all of it (S8)."""
    if percent is None and part is None:
        return amount
    if kind != "important":
        _not_eligible(f"only an important evolution is quoted at a share of its cost, this one is {kind}")
    if percent is not None:
        if not 0 < percent <= 100:
            raise BadInput("bad-input", f"share {percent}: give a percentage above 0, up to 100")
        return percentage(amount, percent)
    assert part is not None
    if not 0 < part <= amount:
        raise BadInput("bad-input", f"share {part}: give an amount above 0, up to the cost of {amount}")
    return part


def minor_minutes(tariff: Tariff) -> int | None:
    """The most that a minor evolution takes, in minutes; None where the tariff has no free ones."""
    return None


# What becomes of a quote


def state_of(events: Iterable[QuoteEvent]) -> State:
    """Where a quote stands."""
    state: State = "draft"
    for event in events:
        if event.kind != "delivered":
            state = event.kind
    return state


def event_of(book: Book, quote: Quote, kind: QuoteStep) -> QuoteEvent | None:
    """The event of a kind, of which a quote has one at most."""
    return next((event for event in book.quote_events[quote.seq] if event.kind == kind), None)


def step(book: Book, quote: Quote, kind: QuoteStep, on: date, invoice: str | None = None) -> QuoteEvent:
    """Records what becomes of a quote on a day."""
    check_step(book, quote, kind, on)
    event = QuoteEvent(book.seq, quote.seq, kind, on, invoice)
    book.record(event)
    return event


def check_step(book: Book, quote: Quote, kind: QuoteStep, on: date) -> None:
    """Refuses what the quote's state, its kind or its dates do not allow; says what would work (S8)."""
    events = book.quote_events[quote.seq]
    state = state_of(events)
    minor = quote.kind == "minor"
    if minor and kind == "invoiced":
        _not_eligible(f"{quote.number} is a minor evolution, which is free: nothing is invoiced")
    if minor and kind == "accepted":
        raise Already("conflict", f"{quote.number} is a minor evolution; `billing quote approve {quote.number} --by …`")
    if not minor and kind == "approved":
        raise Already("conflict", f"{quote.number} is no minor evolution; `billing quote accept {quote.number}`")
    done = event_of(book, quote, kind)
    if done is not None:
        raise Already("conflict", f"{quote.number} was {kind} on {done.on}; {_next(quote, state)}")
    if state not in (_FROM_MINOR if minor else _FROM)[kind]:
        if kind in _NEEDS_CONSENT:
            consent = "approved" if minor else "accepted"
            raise Forbidden("not-accepted", f"{quote.number} is not {consent}, it is {state}; {_next(quote, state)}")
        raise Already("conflict", f"{quote.number} is {state} and cannot be {kind}; {_next(quote, state)}")
    last = max([quote.quoted_on, *(event.on for event in events)])
    if on < last:
        raise BadInput("bad-date", f"{on} is before {last}, when {quote.number} was {state}; give that day or later")
    if kind == "accepted" and on > quote.valid_until:
        raise Already(
            "conflict",
            f"{quote.number} was valid until {quote.valid_until}, which is before {on}; "
            "quote anew with `billing quote add`, or give the day of the acceptance with --on",
        )


def _next(quote: Quote, state: State) -> str:
    """What works in a state."""
    number, minor = quote.number, quote.kind == "minor"
    consent = f"`billing quote {'approve' if minor else 'accept'} {number}`"
    return {
        "draft": consent if minor else f"`billing quote send {number}` comes first, then {consent}",
        "sent": f"{consent} or `billing quote refuse {number}` comes next",
        "approved": f"`billing quote deliver {number}` comes next",
        "accepted": f"`billing quote invoice {number}` comes next",
        "refused": "`billing quote add` makes a new one",
        "invoiced": "nothing more is to be done but its delivery and payment",
    }[state]


# Work on a quote


def check_work(book: Book, quote: Quote, day: date) -> None:
    """Refuses work on a quote before it may begin: specific once accepted, minor once approved (S8)."""
    state = state_of(book.quote_events[quote.seq])
    if state == "refused":
        raise Forbidden("not-accepted", f"{quote.number} was refused; `billing quote add` makes a new one")
    wanted: dict[str, QuoteStep] = {"minor": "approved", "specific": "accepted"}
    consent = wanted.get(quote.kind)
    if consent is None:
        return
    given = event_of(book, quote, consent)
    if given is None:
        raise Forbidden(
            "not-accepted",
            f"work on {quote.number} ({quote.kind}) starts once it is {consent}, it is {state}; {_next(quote, state)}",
        )
    if day < given.on:
        raise Forbidden("not-accepted", f"{quote.number} was {consent} on {given.on}; work starts then, not on {day}")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Work on a quote beside what was quoted; over is positive. None where there is nothing to compare with."""

    entries: tuple[Entry, ...]
    logged_seconds: int
    minutes: int  # logged, up to whole minutes
    value: Decimal | None  # at the categories' hourly rates
    over_minutes: int | None
    over_amount: Decimal | None


def compared(book: Book, quote: Quote) -> Comparison:
    """Time logged on a quote beside its minutes, and its value beside the whole cost quoted (S8)."""
    entries = [book.entries[seq] for seq, of in book.quoted.items() if of == quote.seq and book.is_live(seq)]
    seconds: dict[Decimal | None, int] = {}
    for entry in entries:
        charge = book.charge_of(entry.seq)
        assert charge is not None
        rate = book.contract_tariff(entry.contract, entry.worked_on).categories[charge.category].rate
        seconds[rate] = seconds.get(rate, 0) + entry.logged_seconds
    value: Decimal | None = ZERO
    for rate, logged in seconds.items():
        value = None if rate is None or value is None else value + price_of(_minutes(logged), rate)
    total = sum(seconds.values())
    return Comparison(
        tuple(entries),
        total,
        _minutes(total),
        value,
        None if quote.minutes is None else _minutes(total) - quote.minutes,
        None if value is None else value - quote.amount,
    )


def _minutes(seconds: int) -> int:
    return round_up(seconds, 60) // 60  # up, to whole minutes: nothing is charged for them


def _not_eligible(why: str) -> NoReturn:
    raise Forbidden("not-eligible", why)
