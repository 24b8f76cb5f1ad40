"""Quotes: which kinds there are, what may become of one, when work on it may begin, how that work compares (S8).

A quote is drafted, sent, accepted or refused, then invoiced. A minor evolution is free: in place of an acceptance the
user group approves it. Delivery is told apart: it says what can be published and which day's VAT counts.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Literal, NoReturn

from billing.core.book import Book
from billing.core.facts import Entry, Quote, QuoteEvent, QuoteStep
from billing.core.tariff import Evolution, Tariff
from billing.core.units import ZERO, Window, percentage, price_of, to_cents, whole_minutes
from billing.errors import Already, BadInput, Forbidden
from billing.texts import Do, Text, say, say_as
from billing.values import dataclass

State = Literal["draft", "sent", "approved", "accepted", "refused", "invoiced"]
EVOLUTIONS = ("minor", "important", "specific")  # what is delivered of these is published (S13)
VALID_DAYS = 30  # where nobody says otherwise (ours)
_FROM: dict[QuoteStep, tuple[State, ...]] = {
    "sent": ("draft",),
    "accepted": ("sent",),
    "refused": ("sent",),
    "invoiced": ("accepted", "approved"),
    "delivered": ("accepted", "approved", "invoiced"),
    "named": ("draft", "sent", "accepted", "approved", "invoiced"),
}
_FROM_APPROVED: dict[QuoteStep, tuple[State, ...]] = _FROM | {
    "approved": ("draft", "sent"),
    "refused": ("draft", "sent"),
}
WORDS: dict[State | QuoteStep, Text] = {
    "draft": say_as("of a quote", "a draft"),
    "sent": say_as("of a quote", "sent"),
    "approved": say_as("of a quote", "approved"),
    "accepted": say_as("of a quote", "accepted"),
    "refused": say_as("of a quote", "refused"),
    "invoiced": say_as("of a quote", "invoiced"),
    "delivered": say_as("of a quote", "delivered"),
    "named": say_as("of a quote", "published with the site's name"),
    "reopened": say_as("of a quote", "open again"),
}
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
        raise BadInput("bad-input", say("a quote needs a title of 1 to 200 characters"))
    if quote.minutes is not None and not 0 < quote.minutes <= 1_000_000:
        raise BadInput("bad-duration", say("{minutes} min: quote 1 minute or more", minutes=quote.minutes))
    if quote.valid_until < quote.quoted_on:
        raise BadInput(
            "bad-date",
            say("valid until {last}, which is before the quote, on {on}", last=quote.valid_until, on=quote.quoted_on),
        )
    _check_kind(tariff, quote)
    assert quote.share is None or quote.price == percentage(quote.amount, Decimal(quote.share)), quote
    assert quote.currency == tariff.currency, quote
    book.record(quote)


def _check_kind(tariff: Tariff, quote: Quote) -> None:
    rule = rule_named(tariff, quote.kind)
    if rule.most_minutes is not None and quote.minutes is None:
        raise BadInput(
            "bad-duration",
            say("a {kind} takes up to {most} min", kind=quote.kind, most=rule.most_minutes),
            say("give its --minutes"),
        )
    if quote.minutes is not None and not _fits(rule, quote.minutes):
        others = [name for name, other in _rules(tariff).items() if name != quote.kind and _fits(other, quote.minutes)]
        _not_eligible(
            say("{minutes} min: {limits}", minutes=quote.minutes, limits=_limits(rule)),
            say("what fits: {kinds}", kinds=others or say("no other kind")),
        )
    if rule.free and quote.amount:
        _not_eligible(
            say("what is {kind} is free", kind=quote.kind),
            say("leave the amount of {amount} out, or quote another kind", amount=quote.amount),
        )
    if not rule.free and quote.price <= 0:
        raise BadInput(
            "price-required",
            say("a quote of kind {kind} has a price", kind=quote.kind),
            say("give an --amount above 0"),
        )


def rule_named(tariff: Tariff, kind: str) -> Evolution:
    """What the tariff says of a kind, else what counts where it says nothing (S8)."""
    rules = _rules(tariff)
    if kind == "minor" and kind not in rules:
        _not_eligible(
            say("tariff {tariff} has no free minor evolutions", tariff=tariff.name),
            say("it has {kinds}", kinds=list(rules)),
        )
    if kind not in rules:
        raise BadInput("bad-input", say("kind {kind!r}: known are {known}", kind=kind, known=list(rules)))
    return rules[kind]


def default_kind(tariff: Tariff) -> str:
    """The kind of a quote that names none: specific where the tariff tells evolutions apart, else service."""
    return "specific" if tariff.service is not None and "specific" in tariff.service.evolutions else "service"


def rule_of(book: Book, quote: Quote) -> Evolution:
    """What counts for a quote: the rule of its tariff version."""
    return rule_named(book.contract_tariff(quote.contract, quote.quoted_on), quote.kind)


def title_of(book: Book, quote: Quote, language: str) -> str:
    """What a quote's kind is called in a language, or its name where the tariff has no title for it."""
    return rule_of(book, quote).titles.get(language, quote.kind)


def part_of(rule: Evolution, amount: Decimal, percent: Decimal | None, part: Decimal | None) -> Decimal:
    """What the customer is to pay of a cost: a share in percent, a part in money, or all of it (S8)."""
    if percent is None and part is None:
        return amount
    if not rule.share:
        _not_eligible(
            say("what is {kind} is not quoted at a share of its cost", kind=rule.name), say("leave --share out")
        )
    if percent is not None:
        if not 0 < percent <= 100:
            raise BadInput("bad-input", say("share {percent}: give a percentage above 0, up to 100", percent=percent))
        return percentage(amount, percent)
    assert part is not None
    if not 0 < part <= amount:
        raise BadInput(
            "bad-input", say("share {part}: give an amount above 0, up to the cost of {cost}", part=part, cost=amount)
        )
    return part


def _rules(tariff: Tariff) -> dict[str, Evolution]:
    said = tariff.service.evolutions if tariff.service is not None else {}
    return said | {name: rule for name, rule in _RULES.items() if name not in said}


def _fits(rule: Evolution, minutes: int) -> bool:
    over = rule.most_minutes is not None and minutes > rule.most_minutes
    return not over and (rule.above_minutes is None or minutes > rule.above_minutes)


def _limits(rule: Evolution) -> Text:
    known = {"kind": rule.name, "least": rule.above_minutes, "most": rule.most_minutes}
    if rule.above_minutes is None:
        return say("what is {kind} takes up to {most} min", **known)
    if rule.most_minutes is None:
        return say("what is {kind} takes more than {least} min", **known)
    return say("what is {kind} takes more than {least} min and up to {most} min", **known)


# What becomes of a quote


def state_of(events: Iterable[QuoteEvent]) -> State:
    """Where a quote stands; one whose invoice was credited is agreed again (M12)."""
    state: State = "draft"
    agreed: State = "accepted"
    for event in events:
        if event.kind == "reopened":
            state = agreed
        elif event.kind != "delivered" and event.kind != "named":
            state = event.kind
            agreed = state if state in ("approved", "accepted") else agreed
    return state


def event_of(book: Book, quote: Quote, kind: QuoteStep) -> QuoteEvent | None:
    """The event of a kind that stands, of which a quote has one at most; an invoice that was credited is none (M12)."""
    found = None
    for event in book.quote_events[quote.seq]:
        if event.kind == kind:
            found = event
        elif event.kind == "reopened" and kind == "invoiced":
            found = None
    return found


def invoiced_by(book: Book, invoice: str) -> Quote | None:
    """The quote that an invoice is of, as long as it stands."""
    for quote in book.quotes.values():
        event = event_of(book, quote, "invoiced")
        if event is not None and event.invoice == invoice:
            return quote
    return None


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
    number, then = quote.number, _next(quote, rule, state)
    if rule.free and kind == "invoiced":
        _not_eligible(say("{number} is {kind}, which is free: nothing is invoiced", number=number, kind=quote.kind))
    if kind in ("accepted", "approved") and kind != consent_of(rule):
        raise Already("conflict", say("{number} is {kind}", number=number, kind=quote.kind), then)
    done = event_of(book, quote, kind)
    anew = kind == "approved" and _used_up(book, quote)
    if done is not None and not anew:
        raise Already("conflict", say("{number} was {what} on {on}", number=number, what=WORDS[kind], on=done.on), then)
    if not anew and state not in (_FROM_APPROVED if rule.approval else _FROM).get(kind, ()):
        if kind in _NEEDS_CONSENT:
            consent = WORDS[consent_of(rule)]
            wrong = say("{number} is not {consent}, it is {state}", number=number, consent=consent, state=WORDS[state])
            raise Forbidden("not-accepted", wrong, then)
        wrong = say("{number} is {state} and cannot be {what}", number=number, state=WORDS[state], what=WORDS[kind])
        raise Already("conflict", wrong, then)
    _check_days(quote, kind, on, max([quote.quoted_on, *(event.on for event in events)]))


def _check_days(quote: Quote, kind: QuoteStep, on: date, last: date) -> None:
    if on < last:
        raise BadInput(
            "bad-date",
            say("{on} is before {last}, the last date on {number}", on=on, last=last, number=quote.number),
            say("give that day or later"),
        )
    if kind == "accepted" and on > quote.valid_until:
        raise Already(
            "conflict",
            say("{number} was valid until {until}, which is before {on}", number=quote.number,
                until=quote.valid_until, on=on),
            say("quote anew with {do}, or give the day of the acceptance with --on", do=Do("quote add")),
        )  # fmt: skip


def needs_specification(book: Book, quote: Quote) -> bool:
    """Whether the tariff has a quote's kind begin with a specification, a document that is kept with it (S8)."""
    service = book.contract_tariff(quote.contract, quote.quoted_on).service
    return service is not None and quote.kind in service.evolutions and service.evolutions[quote.kind].specification


def check_specification(book: Book, quote: Quote, attached: int) -> None:
    """Refuses to send a quote whose specification is not kept with it (S8)."""
    if needs_specification(book, quote) and not attached:
        raise Forbidden(
            "not-eligible",
            say("{number} ({kind}) goes out with its specification", number=quote.number, kind=quote.kind),
            say("{do} keeps it with the quote", do=Do("quote attach", quote.number, "FILE")),
        )


def consent_of(rule: Evolution) -> QuoteStep:
    """What makes a quote agreed: the user group's approval, or the customer's acceptance (S8)."""
    return "approved" if rule.approval else "accepted"


def meant(book: Book, quote: Quote, kind: QuoteStep) -> QuoteStep:
    """The step that somebody means: what is free is accepted by the user group, which speaks for all users (S8)."""
    return "approved" if kind == "accepted" and rule_of(book, quote).approval else kind


def _next(quote: Quote, rule: Evolution, state: State) -> Text:
    """What works in a state."""
    number = quote.number
    consent = Do("quote approve", number, "--by", "…") if rule.approval else Do("quote accept", number)
    match state:
        case "draft" if not rule.approval:
            return say("{do} comes first", do=Do("quote send", number))
        case "draft":
            return say("{do} comes next", do=consent)
        case "sent":
            return say("{do} or {other} comes next", do=consent, other=Do("quote refuse", number))
        case "approved":
            return say("{do} comes next", do=Do("quote deliver", number))
        case "accepted":
            return say("{do} comes next", do=Do("quote invoice", number))
        case "refused":
            return say("{do} makes a new one", do=Do("quote add"))
        case "invoiced":
            return say("only its delivery can still be recorded")


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
        raise Forbidden("not-accepted", say("{number} was refused", number=quote.number), _next(quote, rule, state))
    if not rule.acceptance and not rule.approval:
        return
    consent = consent_of(rule)
    given = next((event for event in book.quote_events[quote.seq] if event.kind == consent), None)
    if given is None:
        wrong = say("work on {number} ({kind}) starts once it is {consent}, it is {state}", number=quote.number,
                    kind=quote.kind, consent=WORDS[consent], state=WORDS[state])  # fmt: skip
        raise Forbidden("not-accepted", wrong, _next(quote, rule, state))
    if day < given.on:
        raise Forbidden(
            "not-accepted",
            say("{number} was {what} on {on}", number=quote.number, what=WORDS[consent], on=given.on),
            say("work starts then, not on {day}", day=day),
        )


def check_approved(tariff: Tariff, category: str, quote: Quote | None) -> None:
    """Refuses time that needs an approved request and is on none (S8)."""
    rules = tariff.service.evolutions.values() if tariff.service is not None else ()
    rule = next((rule for rule in rules if rule.approval and category in rule.categories), None)
    if rule is not None and quote is None:
        raise Forbidden(
            "not-accepted",
            say("time on {category} needs a request that the user group has approved", category=category),
            say("{do}, then {do2}", do=Do("quote add", "CUSTOMER", "--kind", rule.name, "--case", "…"),
                do2=Do("quote approve", "…", "--by", "…")),
        )  # fmt: skip


def past_approval(book: Book, quote: Quote, before: int, seconds: int) -> Text | None:
    """That work goes past what was approved, which the kind's limit bounds; refused where it was past before (S8).

    `before` are the seconds worked on the quote so far. Each approval is for as much as the limit allows.
    """
    limit = _approved_minutes(book, quote)
    if not limit or before + seconds <= 60 * limit:  # with none yet, no work may begin
        return None
    again = Do("quote approve", quote.number, "--by", "…")
    if before >= 60 * limit:
        raise Forbidden(
            "not-accepted",
            say("the {limit} min that were approved for {number} are used up", limit=limit, number=quote.number),
            say("{do} records a new approval", do=again),
        )
    over = whole_minutes(before + seconds - 60 * limit)
    known = {"number": quote.number, "over": over, "limit": limit, "do": again}
    return say("{number} is {over} min past the {limit} min that were approved: the next needs {do}", **known)


def is_limited(book: Book, quote: Quote) -> bool:
    """Whether work on a quote is held against what was worked on it before (S8)."""
    return _approved_minutes(book, quote) is not None


def _approved_minutes(book: Book, quote: Quote) -> int | None:
    """For how much work there is an approval; None where the kind has neither approval nor limit."""
    rule = rule_of(book, quote)
    if not rule.approval or rule.most_minutes is None:
        return None
    return rule.most_minutes * sum(event.kind == "approved" for event in book.quote_events[quote.seq])


def _used_up(book: Book, quote: Quote) -> bool:
    """Whether all is worked that was approved, so that it can be approved anew (S8)."""
    limit = _approved_minutes(book, quote)
    return limit is not None and 0 < 60 * limit <= compared(book, quote).logged_seconds


def of_case(book: Book, case: str, category: str | None = None) -> Quote | None:
    """The quote that time on a case counts for: the last one that names it and was not refused (S8).

    Where the entry itself says a `category`, quotes that are for such work come before the others. One that work is
    under way on comes before one that nobody has agreed to yet, which time is on only where it waits for that, and
    where it is not other work than the quote is for.
    """
    states = {quote.seq: state_of(book.quote_events[quote.seq]) for quote in book.quotes.values() if quote.case == case}
    named = [quote for quote in reversed(book.quotes.values()) if states.get(quote.seq, "refused") != "refused"]
    for_such = [quote for quote in named if category in rule_of(book, quote).categories] or named
    under_way = [quote for quote in for_such if states[quote.seq] in ("approved", "accepted")]
    quote = next(iter([*under_way, *for_such]), None)
    if quote is None or states[quote.seq] not in ("draft", "sent"):
        return quote
    rule = rule_of(book, quote)
    other = category is not None and rule.categories and category not in rule.categories
    return quote if (rule.acceptance or rule.approval) and not other else None


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


def _not_eligible(why: Text, remedy: Text | None = None) -> NoReturn:
    raise Forbidden("not-eligible", why, remedy)
