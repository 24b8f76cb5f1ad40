"""Quotes: which kinds there are, what may become of one, when work on it may begin, how that work compares (S8).

A quote is drafted, sent, accepted or refused, then invoiced. A minor evolution is free: in place of an acceptance the
user group approves it. Delivery is told apart: it says what can be published and which day's VAT counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, NoReturn, get_args

from billing.core.book import Book
from billing.core.facts import Entry, Quote, QuoteEvent, QuoteStep
from billing.core.tariff import Evolution, Tariff
from billing.core.units import ZERO, Window, percentage, price_of, to_cents, whole_minutes
from billing.errors import Already, BadInput, Forbidden

State = Literal["draft", "sent", "approved", "accepted", "refused", "invoiced"]
EVOLUTIONS = ("minor", "important", "specific")  # what is delivered of these is published (S13)
VALID_DAYS = 30  # where nobody says otherwise (ours)
_FROM: dict[QuoteStep, tuple[State, ...]] = {
    "sent": ("draft",),
    "accepted": ("sent",),
    "refused": ("sent",),
    "invoiced": ("accepted", "approved"),
    "delivered": ("accepted", "approved", "invoiced"),
}
_FROM_APPROVED: dict[QuoteStep, tuple[State, ...]] = _FROM | {
    "approved": ("draft", "sent"),
    "refused": ("draft", "sent"),
}
_SAID: dict[State, str] = {s: "a draft" if s == "draft" else s for s in get_args(State)}
_NEEDS_CONSENT: tuple[QuoteStep, ...] = ("invoiced", "delivered")
_RULES: dict[str, Evolution] = {  # where the tariff says nothing of a kind (ours)
    "important": Evolution("important", {}, (), share=True),
    "specific": Evolution("specific", {}, (), specification=True, acceptance=True),
    "service": Evolution("service", {}, ()),
}


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
    rule = rule_named(tariff, quote.kind)
    if rule.most_minutes is not None and quote.minutes is None:
        raise BadInput("bad-duration", f"a {quote.kind} takes up to {rule.most_minutes} min; give its --minutes")
    if quote.minutes is not None and not _fits(rule, quote.minutes):
        others = [name for name, other in _rules(tariff).items() if name != quote.kind and _fits(other, quote.minutes)]
        _not_eligible(f"{quote.minutes} min: {_limits(rule)}; what fits: {', '.join(others) or 'no other kind'}")
    if rule.free and quote.amount:
        _not_eligible(f"what is {quote.kind} is free; leave the amount of {quote.amount} out, or quote another kind")
    if not rule.free and quote.price <= 0:
        raise BadInput("price-required", f"a quote of kind {quote.kind} has a price; give an --amount above 0")


def rule_named(tariff: Tariff, kind: str) -> Evolution:
    """What the tariff says of a kind, else what counts where it says nothing (S8)."""
    rules = _rules(tariff)
    if kind == "minor" and kind not in rules:
        _not_eligible(f"tariff {tariff.name} has no free minor evolutions; it has {', '.join(rules)}")
    if kind not in rules:
        raise BadInput("bad-input", f"kind {kind!r}: known are {', '.join(rules)}")
    return rules[kind]


def default_kind(tariff: Tariff) -> str:
    """The kind of a quote that names none: specific where the tariff tells evolutions apart, else service."""
    return "specific" if tariff.service is not None and "specific" in tariff.service.evolutions else "service"


def rule_of(book: Book, quote: Quote) -> Evolution:
    """What counts for a quote: the rule of its tariff version."""
    return rule_named(book.contract_tariff(quote.contract, quote.quoted_on), quote.kind)


def part_of(rule: Evolution, amount: Decimal, percent: Decimal | None, part: Decimal | None) -> Decimal:
    """What the customer is to pay of a cost: a share in percent, a part in money, or all of it (S8)."""
    if percent is None and part is None:
        return amount
    if not rule.share:
        _not_eligible(f"what is {rule.name} is not quoted at a share of its cost; leave --share out")
    if percent is not None:
        if not 0 < percent <= 100:
            raise BadInput("bad-input", f"share {percent}: give a percentage above 0, up to 100")
        return percentage(amount, percent)
    assert part is not None
    if not 0 < part <= amount:
        raise BadInput("bad-input", f"share {part}: give an amount above 0, up to the cost of {amount}")
    return part


def _rules(tariff: Tariff) -> dict[str, Evolution]:
    said = tariff.service.evolutions if tariff.service is not None else {}
    return said | {name: rule for name, rule in _RULES.items() if name not in said}


def _fits(rule: Evolution, minutes: int) -> bool:
    over = rule.most_minutes is not None and minutes > rule.most_minutes
    return not over and (rule.above_minutes is None or minutes > rule.above_minutes)


def _limits(rule: Evolution) -> str:
    parts = [f"more than {rule.above_minutes} min"] if rule.above_minutes is not None else []
    parts += [f"up to {rule.most_minutes} min"] if rule.most_minutes is not None else []
    return f"what is {rule.name} takes {' and '.join(parts)}"


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
    rule, events = rule_of(book, quote), book.quote_events[quote.seq]
    state = state_of(events)
    if rule.free and kind == "invoiced":
        _not_eligible(f"{quote.number} is {quote.kind}, which is free: nothing is invoiced")
    if kind in ("accepted", "approved") and kind != consent_of(rule):
        raise Already("conflict", f"{quote.number} is {quote.kind}; {_next(quote, rule, state)}")
    done = event_of(book, quote, kind)
    if done is not None:
        raise Already("conflict", f"{quote.number} was {kind} on {done.on}; {_next(quote, rule, state)}")
    if state not in (_FROM_APPROVED if rule.approval else _FROM).get(kind, ()):
        if kind in _NEEDS_CONSENT:
            why = f"{quote.number} is not {consent_of(rule)}, it is {_SAID[state]}"
            raise Forbidden("not-accepted", f"{why}; {_next(quote, rule, state)}")
        raise Already("conflict", f"{quote.number} is {_SAID[state]} and cannot be {kind}; {_next(quote, rule, state)}")
    last = max([quote.quoted_on, *(event.on for event in events)])
    if on < last:
        raise BadInput("bad-date", f"{on} is before {last}, the last date on {quote.number}; give that day or later")
    if kind == "accepted" and on > quote.valid_until:
        raise Already(
            "conflict",
            f"{quote.number} was valid until {quote.valid_until}, which is before {on}; "
            "quote anew with `billing quote add`, or give the day of the acceptance with --on",
        )


def consent_of(rule: Evolution) -> QuoteStep:
    """What makes a quote agreed: the user group's approval, or the customer's acceptance (S8)."""
    return "approved" if rule.approval else "accepted"


def meant(book: Book, quote: Quote, kind: QuoteStep) -> QuoteStep:
    """The step that somebody means: what is free is accepted by the user group, which speaks for all users (S8)."""
    return "approved" if kind == "accepted" and rule_of(book, quote).approval else kind


def _next(quote: Quote, rule: Evolution, state: State) -> str:
    """What works in a state."""
    number = quote.number
    consent = f"`billing quote approve {number} --by …`" if rule.approval else f"`billing quote accept {number}`"
    return {
        "draft": f"{consent} comes next" if rule.approval else f"`billing quote send {number}` comes first",
        "sent": f"{consent} or `billing quote refuse {number}` comes next",
        "approved": f"`billing quote deliver {number}` comes next",
        "accepted": f"`billing quote invoice {number}` comes next",
        "refused": "`billing quote add` makes a new one",
        "invoiced": "only its delivery can still be recorded",
    }[state]


def published(book: Book, window: Window) -> list[tuple[Quote, QuoteEvent]]:
    """The evolutions delivered in a period, each with its delivery; services are not published (S13)."""
    delivered = ((quote, event_of(book, quote, "delivered")) for quote in book.quotes.values())
    return [
        (quote, event)
        for quote, event in delivered
        if event is not None and event.on in window and quote.kind in EVOLUTIONS
    ]


# Work on a quote


def check_work(book: Book, quote: Quote, day: date) -> None:
    """Refuses work on a quote before it may begin: specific once accepted, minor once approved (S8)."""
    rule, state = rule_of(book, quote), state_of(book.quote_events[quote.seq])
    if state == "refused":
        raise Forbidden("not-accepted", f"{quote.number} was refused; `billing quote add` makes a new one")
    if not rule.acceptance and not rule.approval:
        return
    consent = consent_of(rule)
    given = event_of(book, quote, consent)
    if given is None:
        why = f"work on {quote.number} ({quote.kind}) starts once it is {consent}, it is {_SAID[state]}"
        raise Forbidden("not-accepted", f"{why}; {_next(quote, rule, state)}")
    if day < given.on:
        raise Forbidden("not-accepted", f"{quote.number} was {consent} on {given.on}; work starts then, not on {day}")


def of_case(book: Book, case: str) -> Quote | None:
    """The quote that time on a case counts for, the last one that names it and was not refused (S8).

    Where work may begin before the customer agrees, time is on the quote once he has.
    """
    for quote in reversed(book.quotes.values()):
        state = state_of(book.quote_events[quote.seq])
        if quote.case == case and state != "refused":
            rule = rule_of(book, quote)
            agreed = state not in ("draft", "sent")
            return quote if agreed or rule.acceptance or rule.approval else None
    return None


def category_of(book: Book, quote: Quote) -> str | None:
    """What work on a quote is logged as where nobody says otherwise; None: the tariff's default."""
    return next(iter(rule_of(book, quote).categories), None)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Work on a quote beside what was quoted; over is positive. None where there is nothing to compare with."""

    entries: tuple[Entry, ...]
    logged_seconds: int
    minutes: int  # logged, up to whole minutes
    value: Decimal | None  # at the categories' hourly rates, else at what the quoted time costs
    value_by: Literal["category", "quote"] | None
    over_minutes: int | None
    over_amount: Decimal | None


def compared(book: Book, quote: Quote) -> Comparison:
    """Time logged on a quote beside its minutes, and its value beside the whole cost quoted (S8).

    Where a category has no hourly rate, an hour is worth what it costs on the quote.
    """
    entries = [book.entries[seq] for seq, of in book.quoted.items() if of == quote.seq and book.is_live(seq)]
    seconds: dict[Decimal | None, int] = {}
    for entry in entries:
        charge = book.charge_of(entry.seq)
        assert charge is not None
        rate = book.contract_tariff(entry.contract, entry.worked_on).categories[charge.category].rate
        seconds[rate] = seconds.get(rate, 0) + entry.logged_seconds
    value: Decimal | None = ZERO
    for rate, logged in seconds.items():
        value = None if rate is None or value is None else value + price_of(whole_minutes(logged), rate)
    total = sum(seconds.values())
    minutes = whole_minutes(total)
    value_by: Literal["category", "quote"] | None = None if value is None else "category"
    if value is None and quote.minutes:
        value, value_by = to_cents(quote.amount * minutes / quote.minutes), "quote"
    return Comparison(
        tuple(entries),
        total,
        minutes,
        value,
        value_by,
        None if quote.minutes is None else minutes - quote.minutes,
        None if value is None else value - quote.amount,
    )


def _not_eligible(why: str) -> NoReturn:
    raise Forbidden("not-eligible", why)
