"""What holds for every history of one customer, by the core alone. Each test counts the histories it has seen."""

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from billing.core import rating, revenue, statement, windows
from billing.core.book import Book
from billing.core.facts import Charge, Draw, Entry, Grant
from billing.core.units import END_OF_TIME, ZERO, charged_for, price_of
from billing.errors import Refusal
from tests.core.build import PACKS, Ledger
from tests.core.test_book import remembered
from tests.properties.strategies import (
    EXAMPLES,
    FIRST,
    KINDS,
    LAST,
    TARIFFS,
    History,
    Player,
    at_least,
    histories,
    played,
)

seen: Counter[str] = Counter()


def all_draws(book: Book) -> Iterator[Draw]:
    for draws in book.draws.values():
        yield from draws


def turning_days(book: Book) -> list[date]:
    """Every day on which something of a customer's minutes changes, and the days beside it."""
    found = {draw.dated_on for draw in all_draws(book)}
    found |= {grant.starts for grant in book.grants.values()}
    found |= {day for some in windows.of(book).values() for w in some for day in (w.first, w.last) if day <= LAST}
    found |= {charge.dated_on for charges in book.charges.values() for charge in charges}
    return sorted({day + timedelta(days=by) for day in found for by in (-1, 0, 1)})


def held(book: Book, grant: Grant, at: date) -> int:
    """The minutes of a grant on a day, whether they can be drawn or not: granted less drawn, and what ended (M12)."""
    used = sum(end.minutes for end in book.ended.values() if end.grant == grant.number and end.dated_on <= at)
    used += sum(draw.minutes for draw in all_draws(book) if draw.grant == grant.number and draw.dated_on <= at)
    return (grant.minutes if grant.starts <= at else 0) - used


def test_granted_is_drawn_and_expired_and_left_on_every_day() -> None:
    """B2, L4, L8, G4, G5, G6: nothing is lost or made, no grant is below zero on any day, the statement adds up."""

    @at_least(EXAMPLES)
    @given(histories())
    def check(history: History) -> None:
        book = played(history).book
        moved = statement.movements(book)
        open_on = windows.of(book)
        for at in turning_days(book):
            left = 0
            for grant in book.grants.values():
                has = held(book, grant, at)
                assert has >= 0, (grant, at)
                usable = has if any(w.first <= at <= w.last for w in open_on[grant.number]) else 0
                mine = [m for m in moved if m.grant == grant.number and m.on <= at]
                drawn = -sum(m.minutes for m in mine if m.kind in ("draw", "settle", "correction"))
                expired = -sum(m.minutes for m in mine if m.kind in ("expiry", "carry-over"))
                granted = sum(m.minutes for m in mine if m.kind == "grant")
                assert granted == drawn + expired + usable, (grant, at)
                left += usable
            used = Counter[int]()
            for draw in all_draws(book):
                used[draw.grant] += draw.minutes if draw.dated_on <= at else 0
            for end in book.ended.values():
                used[end.grant or 0] += end.minutes if end.dated_on <= at else 0
            lots = statement.lots_on(book.grants.values(), open_on, used, at, book.ended)
            assert sum(lot.remaining for lot in lots) == left == sum(m.minutes for m in moved if m.on <= at)
        seen["minutes"] += 1

    check()
    assert seen["minutes"] >= EXAMPLES


def test_no_line_of_a_statement_shows_a_balance_that_never_was() -> None:
    """B2: in the order of a statement the running balance is never negative nor above what was granted by then, and a
    day's lines stand as they were recorded, after what its beginning brings."""

    @at_least(EXAMPLES)
    @given(histories())
    def check(history: History) -> None:
        found = statement.movements(played(history).book)
        running = granted = 0
        for movement in found:
            running += movement.minutes
            granted += movement.minutes if movement.kind == "grant" else 0
            assert 0 <= running <= granted, movement
        places = [(m.on, m.position) for m in found]
        assert places == sorted(places)
        by_kind = sorted(found, key=lambda m: (m.on, KIND_ORDER.index(m.kind)))  # as they stood once
        sums = itertools.accumulate(m.minutes for m in by_kind)
        once = itertools.accumulate(m.minutes if m.kind == "grant" else 0 for m in by_kind)
        seen["order matters"] += any(not 0 <= left <= most for left, most in zip(sums, once, strict=True))
        seen["statements"] += 1

    check()
    assert seen["statements"] >= EXAMPLES
    assert seen["order matters"]


KIND_ORDER = ("expiry", "carry-over", "grant", "settle", "correction", "draw")


def test_windows_of_a_grant_are_in_order_and_apart() -> None:
    """G4, G5, G10: the first is its own; none overlaps; none goes beyond the contract."""

    @at_least(EXAMPLES)
    @given(histories())
    def check(history: History) -> None:
        book = played(history).book
        for number, found in windows.of(book).items():
            grant = book.grants[number]
            assert all(w.first <= w.last for w in found)
            assert all(a.last < b.first for a, b in itertools.pairwise(found))
            assert [w.carried for w in found[1:]] == [True] * len(found[1:])
            assert not found or (found[0].first == grant.starts and found[0].last <= grant.expires)
            cancelled = book.cancellations.get(grant.contract)
            assert cancelled is None or all(w.last <= cancelled.on for w in found)
            assert len(found) < 2 or (grant.kind == "pack" and grant.grace_days is not None)
        seen["windows"] += 1

    check()
    assert seen["windows"] >= EXAMPLES


def greedy(book: Book, entry: Entry, category: str, minutes: int) -> list[tuple[int, int]]:
    """What R4 says an entry draws, written down a second time."""
    choice = []
    for grant in book.grants.values():
        window = next((w for w in windows.of(book)[grant.number] if w.first <= entry.worked_on <= w.last), None)
        extended = any(
            sale.extends == grant.product and sale.contract == grant.contract and entry.contact in sale.contacts
            for sale in rating.in_force(book, entry.worked_on)
        )
        allowed = not grant.contacts or entry.contact in grant.contacts or extended
        left = grant.minutes - sum(draw.minutes for draw in all_draws(book) if draw.grant == grant.number)
        left -= sum(end.minutes for end in book.ended.values() if end.grant == grant.number)
        replaced = any(other.replaces == grant.number for other in book.grants.values())
        if window is not None and category in grant.covers and allowed and left > 0 and not replaced:
            choice.append(
                (
                    grant.priority is None, grant.priority or 0, window.last, len(grant.covers),
                    len(grant.contacts) == 0, grant.starts, grant.number, left,
                )
            )  # fmt: skip
    drawn = []
    for *_, number, left in sorted(choice):
        part = min(left, minutes)
        if part:
            drawn.append((number, part))
        minutes -= part
    return drawn


def test_every_charge_adds_up_and_draws_in_order() -> None:
    """R3 to R5, T1, T3, G9: charged = drawn + over + owed, in whole steps of the pool's total, drawn as R4 says."""

    @at_least(EXAMPLES)
    @given(histories())
    def check(history: History) -> None:
        player = Player(history)
        tariff = TARIFFS[history.tariff]
        for step in history.steps:
            before = player.ledger.read_again()
            if not player.step(step):
                continue
            book = player.ledger.book
            for charge in (fact for fact in book.fresh if isinstance(fact, Charge)):
                draws = [d for d in book.draws.get(charge.entry, ()) if d.charge == (charge.seq, charge.n)]
                taken = sum(d.minutes for d in draws if d.kind == "draw" and d.minutes > 0)
                settled = sum(d.minutes for d in draws if d.kind == "settle" and d.minutes > 0)
                assert charge.minutes == taken + charge.overage + charge.owed
                assert 0 <= settled <= charge.owed
                assert (charge.rate is not None) == (charge.overage > 0)
                assert tariff.overage == "bill" or not charge.overage
                assert tariff.overage == "owe" or not charge.owed
                assert charge.free is None or charge.minutes == 0
                if step.kind == "log":
                    entry = book.entries[charge.entry]
                    expected = greedy(before, entry, charge.category, charge.minutes)
                    assert [(d.grant, d.minutes) for d in draws if d.kind == "draw"] == expected
            for pool in book.pools.values():
                total = charged_for(pool.logged_seconds, tariff.increment, tariff.minimum, tariff.tolerance)
                assert pool.charged_minutes == total
        seen["charges"] += 1

    check()
    assert seen["charges"] >= EXAMPLES


def test_later_facts_change_no_earlier_charge() -> None:
    """R6, C1, C2: charges are only added to, and only by a correction of their own pool."""

    @at_least(EXAMPLES)
    @given(histories())
    def check(history: History) -> None:
        player = Player(history)
        for step in history.steps:
            before = {entry: list(charges) for entry, charges in player.ledger.book.charges.items()}
            keys = {
                entry: player.ledger.book.pool_key(player.ledger.book.entries[entry], charges[-1].category)
                for entry, charges in before.items()
            }
            if not player.step(step):
                continue
            book = player.ledger.book
            assert all(book.charges[entry][: len(charges)] == charges for entry, charges in before.items())
            changed = {entry for entry, charges in before.items() if book.charges[entry] != charges}
            if not changed:
                continue
            correction = book.corrections[-1]
            if correction.kind == "void":
                out = {correction.entry}
            else:
                out = {entry for entry in changed if book.charges[entry][-1].free == "verified"}
            assert step.kind in ("void", "verify")
            pools = {keys[entry] for entry in out if entry is not None}
            assert all(keys[entry] in pools for entry in changed)
            assert all(min(entry for entry in out if entry is not None) <= entry for entry in changed)
        seen["later"] += 1

    check()
    assert seen["later"] >= EXAMPLES


def test_what_happens_today_changes_nothing_before_today() -> None:
    """G7, R6, M10, C3: what a customer was told of an earlier day stays true, unless something is recorded late.

    A renewal after a gap is left out: it grants from its term's first day (G13).
    """

    @at_least(EXAMPLES)
    @given(histories())
    def check(history: History) -> None:
        player = Player(history)
        for step in history.steps:
            ledger, today = player.ledger, player.on + timedelta(days=step.after)
            days = {at for at in turning_days(ledger.book) if at < today} | {today - timedelta(days=1)}
            before = {at: (ledger.left(at), ledger.owed(at)) for at in days}
            happened = player.step(replace(step, back=0))
            if happened and step.kind != "renew":
                after = {at: (player.ledger.left(at), player.ledger.owed(at)) for at in days}
                assert after == before, step
        seen["today"] += 1

    check()
    assert seen["today"] >= EXAMPLES


def test_answers_do_not_depend_on_who_asked() -> None:
    """L2, G7: asked after every step, with all that is derived dropped and made anew, the same is recorded."""

    @at_least(EXAMPLES)
    @given(histories())
    def check(history: History) -> None:
        silent, asked = Player(history), Player(history)
        for step in history.steps:
            assert silent.step(step) == asked.step(step)
            ledger = asked.ledger
            for at in (FIRST, asked.on - timedelta(days=30), asked.on, asked.on + timedelta(days=400)):
                ledger.left(at)
                ledger.owed(at)
            ledger.moved()
            ledger.plan(asked.on)
            ledger.book = replace(ledger.read_again(), seq=ledger.book.seq)
        assert silent.ledger.kept == asked.ledger.kept
        assert remembered(silent.ledger.book) == remembered(asked.ledger.book)
        seen["asked"] += 1

    check()
    assert seen["asked"] >= EXAMPLES


def standing_sums(ledger: Ledger) -> object:
    """Balance and owed minutes on every day on which they may change, and what a run of any month would issue."""
    days = sorted({*turning_days(ledger.book), *(FIRST + timedelta(days=17 * n) for n in range(100))})
    plan = ledger.plan(LAST)
    return ({at: (ledger.left(at), ledger.owed(at)) for at in days}, plan.minutes, plan.amount)


def sums_on(ledger: Ledger, days: list[date]) -> object:
    moved = statement.movements(ledger.book)
    return [sum(m.minutes for m in moved if m.on == at) for at in days]


def test_void_undoes_exactly() -> None:
    """C1: an entry that is logged and voided the same day leaves every balance, day's sum and run as they were."""

    @at_least(EXAMPLES)
    @given(histories(), st.integers(1, 720), st.sampled_from(["x", "y", None]), st.integers(0, 400))
    def check(history: History, minutes: int, case: str | None, back: int) -> None:
        player = Player(history).play(history.steps)
        ledger = player.ledger
        day = max(FIRST, player.on - timedelta(days=back))
        before, days = standing_sums(ledger), turning_days(ledger.book)
        moved = sums_on(ledger, days)
        try:
            charge = ledger.log(day, minutes, case)
        except Refusal:
            return
        ledger.void(charge, day)
        assert standing_sums_again(ledger, before) == before
        assert sums_on(ledger, days) == moved
        seen["void"] += 1

    check()
    assert seen["void"] >= EXAMPLES // 3


def standing_sums_again(ledger: Ledger, before: object) -> object:
    """The same on the same days."""
    assert isinstance(before, tuple)
    plan = ledger.plan(LAST)
    return ({at: (ledger.left(at), ledger.owed(at)) for at in before[0]}, plan.minutes, plan.amount)


def test_a_void_on_a_later_day_undoes_from_that_day_on() -> None:
    """C1, C3: balances before it are as they were told; from it on as if the entry had never been."""

    @at_least(EXAMPLES)
    @given(histories(), st.integers(1, 720), st.integers(0, 400), st.integers(1, 400))
    def check(history: History, minutes: int, back: int, later: int) -> None:
        player = Player(history).play(history.steps)
        ledger = player.ledger
        day = max(FIRST, player.on - timedelta(days=back))
        before = {at: (ledger.left(at), ledger.owed(at)) for at in turning_days(ledger.book)}
        try:
            charge = ledger.log(day, minutes)
        except Refusal:
            return
        told = {at: (ledger.left(at), ledger.owed(at)) for at in turning_days(ledger.book)}
        on = day + timedelta(days=later)
        ledger.void(charge, on)
        last = max([on, *(draw.dated_on for draw in ledger.book.draws.get(charge.entry, ()))])
        assert all((ledger.left(at), ledger.owed(at)) == was for at, was in told.items() if at < on)
        assert all((ledger.left(at), ledger.owed(at)) == was for at, was in before.items() if at >= last)
        seen["void later"] += 1

    check()
    assert seen["void later"] >= EXAMPLES // 3


def test_an_invoice_and_its_notes_are_the_invoice_of_what_remains() -> None:
    """M1, C4: line by line, after any corrections and any runs; a run repeated brings nothing."""

    @at_least(EXAMPLES)
    @given(histories([name for name, tariff in TARIFFS.items() if tariff.overage == "bill"], 35))
    def check(history: History) -> None:
        ledger = played(history)
        ledger.run(LAST)
        assert ledger.run(LAST) == []
        remaining: Counter[tuple[int, str, Decimal]] = Counter()
        stands = {(s.entry, s.category, s.rate): s.minutes for s in ledger.standing()}
        for line in ledger.billed.values():
            assert line.minutes == sum(line.entries.values()) >= 0
            assert all(minutes >= 0 for minutes in line.entries.values())
            keys = {(entry, line.category, line.rate): minutes for entry, minutes in line.entries.items()}
            if line.is_reduced:  # no more is left than what stands costs; what a note took before is not credited again
                left = sum(min(minutes, stands.get(key, 0)) for key, minutes in keys.items())
                assert ZERO <= line.amount <= price_of(left, line.rate)
                seen["reduced"] += 1
                keys = {key: min(minutes, stands.get(key, 0)) for key, minutes in keys.items()}
            else:
                assert line.amount == price_of(line.minutes, line.rate)
            remaining.update(keys)
        assert {key: minutes for key, minutes in remaining.items() if minutes} == stands
        seen["invoices"] += 1

    check()
    assert seen["invoices"] >= EXAMPLES
    assert seen["reduced"] >= EXAMPLES // 15


THOUSAND = max(1000, EXAMPLES)


def month_ends(book: Book) -> list[date]:
    """The last day of each month in which something turns."""
    firsts = {day.replace(day=1) for day in turning_days(book) if day < END_OF_TIME.replace(month=12, day=1)}
    return sorted((first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1) for first in firsts)


def test_recognised_and_deferred_are_what_was_sold_at_every_months_end() -> None:
    """M9, M12: for each sale its price less what was credited by then, between nothing and that, and all of it once
    nothing can be drawn any more; over a thousand histories. What was credited is what the notes say."""

    @at_least(THOUSAND)
    @given(histories())
    def check(history: History) -> None:
        book = played(history).book
        for at in month_ends(book):
            for row in revenue.deferred_on(book, at):
                notes = [r.amount for r in book.reductions if r.invoice == row.sale.invoice and r.on <= at]
                price = row.sale.price - sum(notes, ZERO)
                assert price >= 0
                assert row.recognised + row.deferred == price
                assert ZERO <= row.earned <= row.recognised <= price
                end = book.ended.get(row.sale.seq)
                if end is not None and end.on <= at:
                    assert row.deferred == 0
                    seen["ended"] += 1
                assert row.used + row.expired <= row.whole
        for row in revenue.deferred_on(book, END_OF_TIME):
            mine = [grant for grant in book.grants.values() if grant.sale == row.sale.seq]
            bounced = {bounce.grant for bounce in book.bounces}
            if mine and mine[-1].number not in bounced and windows.of(book)[mine[-1].number]:
                ends = [w.last for grant in mine for w in windows.of(book)[grant.number]]
                if max(ends) < END_OF_TIME:
                    assert row.deferred == 0, row
        seen["revenue"] += 1

    check()
    assert seen["revenue"] >= THOUSAND
    assert seen["ended"] >= THOUSAND


DAYS = st.lists(st.integers(0, 1500), min_size=1, max_size=6, unique=True)


def test_payments_are_recorded_in_any_order() -> None:
    """G7, M10, G5: the same grants and windows, whatever was recorded first; bounces after their payment."""

    @at_least(EXAMPLES)
    @given(
        DAYS, st.lists(st.integers(0, 400), min_size=6, max_size=6), st.randoms(use_true_random=False), st.booleans()
    )
    def check(days: list[int], waits: list[int], pick: object, halves: bool) -> None:
        def recorded(order: list[int]) -> list[tuple[object, ...]]:
            ledger = Ledger(PACKS)
            ledger.sign(FIRST)
            sold = [FIRST + timedelta(days=n) for n in sorted(days)]
            names = ["pack-12h", "two-years", "half-year"]
            sales = [ledger.sell(names[n % 3], on, "100.00") for n, on in enumerate(sold)]
            due = [(n, part) for n in range(len(sales)) for part in range(1 + halves)]
            for place in order:
                n, part = due[place]
                paid_on = sales[n].sold_on + timedelta(days=waits[n] + part)
                ledger.pay(sales[n], paid_on, "50.00" if halves else "100.00")
            starts = Counter(grant.starts for grant in ledger.grants)
            if max(starts.values()) > 1:  # two of one day: which is the later one is not said (G5)
                return []
            found = windows.of(ledger.book)
            return sorted((g.sale, g.minutes, g.starts, g.expires, found[g.number]) for g in ledger.grants)

        places = list(range(len(days) * (1 + halves)))
        straight = recorded(places)
        shuffled = list(places)
        pick.shuffle(shuffled)  # type: ignore[attr-defined]
        assert recorded(shuffled) == straight
        seen["payments"] += 1

    check()
    assert seen["payments"] >= EXAMPLES


def test_a_payment_recorded_late_is_as_recorded_in_time() -> None:
    """G7, G9: with work in order and packs of one kind, what is left of each sale and what is owed is the same."""

    works = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 90)), min_size=3, max_size=25)

    @at_least(EXAMPLES)
    @given(works, st.lists(st.integers(0, 200), min_size=1, max_size=4), st.integers(0, 30))
    def check(works: list[tuple[int, int]], gaps: list[int], late_by: int) -> None:
        def recorded(late: int) -> Ledger:
            ledger = Ledger(PACKS)
            ledger.sign(FIRST)
            bought, waiting = [], []
            on = FIRST
            for gap in gaps:
                on += timedelta(days=gap)
                bought.append((on, ledger.sell("pack-1h", FIRST, "100.00")))
            today = FIRST
            for n, (after, minutes) in enumerate(works):
                today += timedelta(days=after)
                waiting += [(n + late, pay) for pay in bought if pay[0] <= today]
                bought = [pay for pay in bought if pay[0] > today]
                for _, (paid_on, sale) in [item for item in waiting if item[0] <= n]:
                    ledger.pay(sale, paid_on)
                waiting = [item for item in waiting if item[0] > n]
                ledger.log(today, minutes)
            for paid_on, sale in [pay for _, pay in waiting] + bought:
                ledger.pay(sale, paid_on)
            return ledger

        in_time, late = recorded(0), recorded(late_by)
        for at in sorted({*turning_days(in_time.book), *turning_days(late.book)}):
            assert in_time.left(at) == late.left(at), at
            assert in_time.owed(at) == late.owed(at), at
        seen["late"] += 1

    check()
    assert seen["late"] >= EXAMPLES


REACHED = (
    *KINDS, "carried", "settled", "returned", "credited anew", "on several grants", "rated again", "credit notes",
    "free: first", "free: verified", "free: always", "free: void", "over", "owed", "refused",
)  # fmt: skip


def test_histories_are_worth_checking() -> None:
    """The strategy reaches all that can happen: what these properties hold for is not nothing."""
    reached: Counter[str] = Counter()

    @at_least(EXAMPLES)
    @given(histories())
    def look(history: History) -> None:
        player = Player(history)
        for step in history.steps:
            happened = player.step(step)
            reached[step.kind] += happened
            reached["refused"] += not happened
        book = player.ledger.book
        reached["carried"] += any(len(found) > 1 for found in windows.of(book).values())
        reached["settled"] += any(draw.kind == "settle" for draw in all_draws(book))
        reached["returned"] += any(draw.minutes < 0 for draw in all_draws(book))
        reached["credited anew"] += bool(book.replaced_by)
        reached["on several grants"] += any(len({d.grant for d in draws}) > 1 for draws in book.draws.values())
        reached["rated again"] += any(len(charges) > 2 for charges in book.charges.values())
        reached["credit notes"] += any(document.corrects is not None for document in player.ledger.issued)
        for charges in book.charges.values():
            reached[f"free: {charges[-1].free}"] += 1
            reached["over"] += charges[-1].overage > 0
            reached["owed"] += charges[-1].owed > 0

    look()
    assert {what: reached[what] for what in REACHED if reached[what] < 5} == {}
