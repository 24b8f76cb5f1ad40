"""Quotes in the core: kinds and their limits, what may become of one in each state, the comparison (S8)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.core import quoting, rating
from billing.core.book import Book
from billing.core.facts import Charge, Contract, Entry, Quote, QuoteEvent, QuoteStep, Term
from billing.core.tariff import Category, Evolution, Service, Tariff
from billing.core.units import Window
from billing.errors import Refusal

DAY = date(2025, 3, 3)
EVOLUTIONS = {
    "minor": Evolution("minor", {}, ("work",), most_minutes=240, approval=True, free=True),
    "important": Evolution("important", {}, ("work",), above_minutes=240, share=True),
    "specific": Evolution("specific", {}, ("work",), specification=True, acceptance=True),
}
CATEGORIES = {
    "support": Category("support", {}, Decimal("120.00")),
    "work": Category("work", {}, None, "always"),
    "first": Category("first", {}, Decimal("120.00"), "first", "support"),
}


def tariff(evolutions: dict[str, Evolution] = EVOLUTIONS) -> Tariff:
    service = Service(("normal",), "normal", {}, evolutions=evolutions)
    return Tariff("t", DAY, {}, "CHF", 5, "case", "year", "bill", CATEGORIES, service=service)


def book(of: Tariff | None = None) -> Book:
    found = Book(seq=2)
    found.remember(Contract(1, "t", None, (), None, date(2025, 1, 1)))
    found.remember(Term(1, 1, 0, Window(date(2025, 1, 1), date(2025, 12, 31)), 1, of or tariff()))
    return found


def quote(**other: Any) -> Quote:
    made: dict[str, Any] = {"seq": 2, "number": "Q-2025-00001", "contract": 1, "title": "Export", "kind": "specific",
            "amount": Decimal("1200.00"), "price": Decimal("1200.00"), "share": None, "currency": "CHF",
            "minutes": 480, "case": None, "quoted_on": DAY, "valid_until": date(2025, 4, 2)} | other  # fmt: skip
    return Quote(**made)


def drafted(*steps: QuoteStep, **other: Any) -> tuple[Book, Quote]:
    found, made = book(), quote(**other)
    quoting.draft(found, tariff(), made)
    for step in steps:
        quoting.step(found, made, step, DAY)
    return found, made


def charged(of: Book, entry: int) -> Charge:
    found = of.charge_of(entry)
    assert found is not None
    return found


def code(do: Callable[..., object], *args: object) -> str:
    with pytest.raises(Refusal) as refused:
        do(*args)
    return refused.value.code


FREE = {"kind": "minor", "amount": Decimal("0.00"), "price": Decimal("0.00"), "minutes": 240}
# state -> what may follow, for a kind that is accepted and for one that is approved
ROADS = {
    (): ({"sent"}, {"sent", "approved", "refused"}),
    ("sent",): ({"accepted", "refused"}, {"approved", "refused"}),
    ("sent", "refused"): (set(), set()),
    ("sent", "accepted"): ({"invoiced", "delivered"}, None),
    ("sent", "accepted", "delivered"): ({"invoiced"}, None),
    ("sent", "accepted", "invoiced"): ({"delivered"}, None),
    ("sent", "accepted", "invoiced", "delivered"): (set(), None),
    ("approved",): (None, {"delivered"}),
    ("sent", "approved", "delivered"): (None, set()),
}


@pytest.mark.parametrize("road", ROADS, ids="-".join)
@pytest.mark.parametrize("minor", [False, True])
def test_what_may_become_of_a_quote(road: tuple[QuoteStep, ...], minor: bool) -> None:
    """S8: each state lets happen what it lets happen, and nothing else; a refusal changes nothing."""
    allowed = ROADS[road][minor]
    if allowed is None:
        return
    for kind in ("sent", "approved", "accepted", "refused", "invoiced", "delivered"):
        found, made = drafted(*road, **(FREE if minor else {}))
        before = list(found.quote_events[made.seq])
        if kind in allowed:
            assert quoting.step(found, made, kind, DAY) == QuoteEvent(found.seq, made.seq, kind, DAY)
        else:
            needs = kind in ("invoiced", "delivered") and kind not in road and not (minor and kind == "invoiced")
            expected = "not-accepted" if needs else "not-eligible" if minor and kind == "invoiced" else "conflict"
            assert code(quoting.step, found, made, kind, DAY) == expected, kind
            assert found.quote_events[made.seq] == before


def test_days_of_a_quote_go_on() -> None:
    """S8: nothing happens before what happened last; an acceptance comes within the validity, its last day included."""
    found, made = drafted()
    assert code(quoting.step, found, made, "sent", date(2025, 3, 2)) == "bad-date"
    quoting.step(found, made, "sent", date(2025, 3, 5))
    assert code(quoting.step, found, made, "accepted", date(2025, 3, 4)) == "bad-date"
    assert code(quoting.step, found, made, "accepted", date(2025, 4, 3)) == "conflict"
    quoting.step(found, made, "accepted", date(2025, 4, 2))


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (FREE, None),
        (FREE | {"minutes": 241}, "not-eligible"),
        (FREE | {"minutes": None}, "bad-duration"),
        (FREE | {"amount": Decimal("1.00"), "price": Decimal("1.00")}, "not-eligible"),
        ({"kind": "important", "minutes": 241}, None),
        ({"kind": "important", "minutes": None}, None),
        ({"kind": "important", "minutes": 240}, "not-eligible"),
        ({"kind": "specific", "minutes": 10}, None),
        ({"kind": "service", "minutes": None}, None),
        ({"kind": "other"}, "bad-input"),
        ({"amount": Decimal("0.00"), "price": Decimal("0.00")}, "price-required"),
        ({"minutes": 0}, "bad-duration"),
        ({"title": " "}, "bad-input"),
        ({"valid_until": date(2025, 3, 2)}, "bad-date"),
    ],
)
def test_the_limits_of_kinds(other: dict[str, object], expected: str | None) -> None:
    """S8: minor up to half a day and free, important above it, the others as long as they take."""
    if expected is None:
        quoting.draft(book(), tariff(), quote(**other))  # not refused
    else:
        assert code(quoting.draft, book(), tariff(), quote(**other)) == expected


def test_a_refused_minor_names_the_kinds_that_fit() -> None:
    with pytest.raises(Refusal, match="what fits: important, specific, service"):
        quoting.draft(book(), tariff(), quote(**FREE | {"minutes": 300}))
    with pytest.raises(Refusal, match="what fits: minor"):
        quoting.draft(book(), tariff(), quote(kind="important", minutes=30))


def test_a_tariff_without_evolutions_has_no_free_ones() -> None:
    """S8: what a tariff does not say is not given away; work on a service may begin at once there."""
    plain = tariff({})
    assert code(quoting.draft, book(plain), plain, quote(**FREE)) == "not-eligible"
    assert quoting.default_kind(plain) == "service"
    assert quoting.default_kind(tariff()) == "specific"


def test_a_share_of_the_cost() -> None:
    """S8: in percent, rounded half-up to the cent, or in money; of an important evolution alone."""
    important = EVOLUTIONS["important"]
    cost = Decimal("2500.25")
    assert quoting.part_of(important, cost, None, None) == cost
    assert quoting.part_of(important, cost, Decimal(50), None) == Decimal("1250.13")
    assert quoting.part_of(important, cost, None, Decimal("0.01")) == Decimal("0.01")
    assert code(quoting.part_of, important, cost, Decimal(101), None) == "bad-input"
    assert code(quoting.part_of, important, cost, None, Decimal("2500.26")) == "bad-input"
    assert code(quoting.part_of, EVOLUTIONS["specific"], cost, Decimal(50), None) == "not-eligible"


# Transaction


def worked(found: Book, made: Quote, seconds: int, on: date = DAY, category: str = "work", seq: int = 9) -> None:
    found.seq = seq
    entry = Entry(seq, f"e{seq}", 1, "c", category, on, seconds)
    rating.rate(found, entry, found.terms[0], made)


@pytest.mark.parametrize(
    ("kind", "steps", "on", "allowed"),
    [
        ("specific", (), DAY, False),
        ("specific", ("sent",), DAY, False),
        ("specific", ("sent", "accepted"), DAY, True),
        ("specific", ("sent", "accepted"), date(2025, 3, 2), False),
        ("specific", ("sent", "accepted", "invoiced"), DAY, True),
        ("specific", ("sent", "refused"), DAY, False),
        ("minor", (), DAY, False),
        ("minor", ("sent", "approved"), DAY, True),
        ("minor", ("approved",), date(2025, 3, 2), False),
        ("important", (), date(2025, 3, 2), True),
        ("important", ("sent", "refused"), DAY, False),
        ("service", (), DAY, True),
    ],
)
def test_when_work_may_begin(kind: str, steps: tuple[QuoteStep, ...], on: date, allowed: bool) -> None:
    """S8: work on a specific request starts on the day of its acceptance, on a minor one with the approval."""
    found, made = drafted(*steps, **(FREE if kind == "minor" else {"kind": kind}))
    if allowed:
        worked(found, made, 60, on)
        assert charged(found, 9).free == "quote"
    else:
        assert code(worked, found, made, 60, on) == "not-accepted"
        assert 9 not in found.entries


def test_what_needs_an_approved_request_s8() -> None:
    """S8: time on a category of the kind that is approved is on a request, or refused; other categories are free."""
    assert code(quoting.check_approved, tariff(), "work", None) == "not-accepted"
    quoting.check_approved(tariff(), "support", None)
    quoting.check_approved(tariff({"specific": EVOLUTIONS["specific"]}), "work", None)


def test_past_its_limit_a_request_needs_a_new_approval_s8() -> None:
    """S8: the entry that passes the limit is taken and says so, the next is refused, a new approval is for as much."""
    found, made = drafted("approved", **FREE)
    assert quoting.past_approval(found, made, 0, 240 * 60) is None
    passed = quoting.past_approval(found, made, 239 * 60, 121)
    assert passed is not None and "is 2 min past the 240 min" in str(passed)
    assert code(quoting.past_approval, found, made, 240 * 60, 1) == "not-accepted"
    assert code(quoting.step, found, made, "approved", DAY) == "conflict"  # nothing is used up so far
    worked(found, made, 240 * 60, seq=9)
    found.seq = 10
    quoting.step(found, made, "approved", DAY)
    assert quoting.past_approval(found, made, 240 * 60, 240 * 60) is None
    assert code(quoting.step, found, made, "approved", DAY) == "conflict"
    other, specific = drafted("sent", "accepted")
    assert quoting.past_approval(other, specific, 10_000 * 60, 60) is None


def test_a_site_that_agreed_changes_no_state_s13() -> None:
    """S13: it can be said at any time but of what was refused, once."""
    found, made = drafted("sent", "named")
    assert quoting.state_of(found.quote_events[made.seq]) == "sent"
    assert code(quoting.step, found, made, "named", DAY) == "conflict"
    assert code(quoting.step, *drafted("sent", "refused"), "named", DAY) == "conflict"


def test_work_on_a_quote_draws_and_bills_nothing_and_is_no_first_case() -> None:
    """S8, R2, T3: neither charge nor overage, nothing in the rounding pool; the free first case is still to come."""
    found, made = drafted(kind="service")
    worked(found, made, 61, category="first", seq=9)
    charge = charged(found, 9)
    assert (charge.minutes, charge.overage, charge.owed, charge.free) == (0, 0, 0, "quote")
    assert found.draws == {} and not any(pool.logged_seconds for pool in found.pools.values())
    found.seq = 10
    rating.rate(found, Entry(10, "e10", 1, "d", "first", DAY, 60), found.terms[0])
    assert charged(found, 10).free == "first"
    found.seq = 11
    rating.rate(found, Entry(11, "e11", 1, "c", "support", DAY, 60), found.terms[0])
    assert (charged(found, 11).minutes, charged(found, 11).overage) == (5, 5)


def test_whose_invoice_it_is_s8() -> None:
    """The quote that was invoiced by it; none of another invoice, nor of what was only accepted."""
    found, made = drafted("sent", "accepted")
    assert quoting.invoiced_by(found, "INV-1") is None
    quoting.step(found, made, "invoiced", DAY, "INV-1")
    assert quoting.invoiced_by(found, "INV-1") == made
    assert quoting.invoiced_by(found, "INV-2") is None


def test_the_comparison() -> None:
    """S8: raw time summed to the second, up to whole minutes; worth the category's rate, else the quote's own."""
    found, made = drafted(kind="service", amount=Decimal("1000.00"), price=Decimal("1000.00"))
    worked(found, made, 3 * 3600 + 30, category="support", seq=9)
    worked(found, made, 30, category="support", seq=10)
    compared = quoting.compared(found, made)
    assert (compared.logged_seconds, compared.minutes, compared.over_minutes) == (10860, 181, -299)
    assert (compared.value, compared.value_by, compared.over_amount) == (
        Decimal("362.00"), "category", Decimal("-638.00"),
    )  # fmt: skip
    worked(found, made, 60, seq=11)  # no hourly rate: 1000 / 480 min × 182 min = 379.1666…
    compared = quoting.compared(found, made)
    assert (compared.value, compared.value_by, compared.minutes) == (Decimal("379.17"), "quote", 182)
    found, made = drafted(kind="service", minutes=None)
    worked(found, made, 60)
    compared = quoting.compared(found, made)
    assert (compared.over_minutes, compared.value, compared.over_amount) == (None, None, None)


def test_what_is_published_of_a_period() -> None:
    """S13: evolutions by the day of their delivery; no service, nothing that is not delivered."""
    found, first = drafted("sent", "accepted", "delivered")
    others: list[tuple[str, tuple[QuoteStep, ...]]] = [
        ("service", ("sent", "accepted", "delivered")), ("specific", ("sent", "accepted")),
    ]  # fmt: skip
    for kind, steps in others:
        found.seq += 1
        made = quote(seq=found.seq, number=f"Q-{kind}", kind=kind)
        quoting.draft(found, tariff(), made)
        for step in steps:
            quoting.step(found, made, step, DAY)
    delivered = quoting.event_of(found, first, "delivered")
    assert quoting.published(found, Window(DAY, DAY)) == [(first, delivered)]
    assert quoting.published(found, Window(date(2025, 3, 4), date(2025, 12, 31))) == []
    assert quoting.published(found, Window(date(2025, 1, 1), date(2025, 3, 2))) == []


def test_a_refused_kind_says_its_limits_s8() -> None:
    between = Evolution("between", {}, ("work",), above_minutes=60, most_minutes=240)
    of = tariff({**EVOLUTIONS, "between": between})
    for kind, minutes, said in (
        ("minor", 300, "what is minor takes up to 240 min;"),
        ("important", 30, "what is important takes more than 240 min;"),
        ("between", 60, "what is between takes more than 60 min and up to 240 min;"),
    ):
        free: dict[str, Any] = FREE if kind == "minor" else {}
        with pytest.raises(Refusal, match=f"^{minutes} min: {said}"):
            quoting.draft(book(of), of, quote(**free | {"kind": kind, "minutes": minutes}))


@pytest.mark.parametrize(
    ("steps", "step", "next_"),
    [((), "invoiced", "quote send"), (("sent",), "invoiced", "quote accept"),
     (("sent", "refused"), "sent", "quote add"), (("sent", "accepted"), "sent", "quote invoice")],
)  # fmt: skip
def test_what_cannot_become_of_a_quote_says_what_comes_next_s8(
    steps: tuple[QuoteStep, ...], step: QuoteStep, next_: str
) -> None:
    found, made = drafted(*steps)
    with pytest.raises(Refusal, match=next_):
        quoting.step(found, made, step, DAY)
