"""What is told to wait, to be left or to be included holds: what it promises can be done, in every random history (B1).

Each promise is tried on a copy of the ledger: time is logged, the pack bought, the invoice paid, the contract renewed.
"""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given

from billing.core import holding, statement, windows
from billing.core.book import Book
from billing.core.burndown import Lot
from billing.core.units import day_after
from billing.errors import Refusal
from tests.core.build import Ledger
from tests.properties.strategies import EXAMPLES, LAST, History, Player, at_least, histories

seen: Counter[str] = Counter()


def lots_on(book: Book, at: date) -> list[Lot]:
    used = statement.gone_by(book, at)
    return statement.lots_on(book.grants.values(), windows.of(book), used, at, book.ended)


def copy_of(ledger: Ledger) -> Ledger:
    """Another ledger with the same facts."""
    other = Ledger(*ledger.versions)
    other.kept = list(ledger.kept)
    other.book = other.read_again()
    other.book.seq = ledger.book.seq
    return other


def waits(book: Book, at: date, kind: str) -> list[holding.Waiting]:
    found = holding.waiting(book, lots_on(book, at), statement.gone_by(book, at), at)
    return [each for each in found if each.kind == kind]


def test_what_is_left_can_be_logged_to_its_last_day() -> None:
    """B1, R1, R4, L8: by whom and for what the sentence says, on the day and until its end within the contract."""

    @at_least(EXAMPLES)
    @given(histories())
    def check(history: History) -> None:
        player = Player(history).play(history.steps)
        book, at = player.ledger.book, player.on
        under = holding.contract(book, at)
        assert under is not None and under.active == (book.term_on(at) is not None)
        if not under.active:
            return
        for lot in lots_on(book, at):
            tariff, served = holding.served(book, lot.grant, at)
            people = holding.admitted(book, lot.grant, at)
            if not lot.remaining or not served:
                continue
            assert under.until is not None
            for day in {at, min(lot.window.last, under.until, at + timedelta(days=3000))}:
                lots = lots_on(book, day)
                contact = people[0] if people and holding.admitted(book, lot.grant, day) == people else None
                if people and contact is None:
                    continue  # an add-on that lets somebody in has ended by then
                left = holding.available(book, lots, day, served[0], contact)
                whole = max(tariff.increment, tariff.minimum)
                minutes = left if tariff.overage != "refuse" else left // whole * whole
                if minutes:
                    charge = copy_of(player.ledger).log(day, minutes, None, served[0], contact)
                    assert charge.minutes - charge.overage - charge.owed == min(left, charge.minutes)
                    seen["logged"] += 1
                    seen["named"] += bool(people)
        seen["left"] += 1

    check()
    assert seen["left"] >= EXAMPLES // 3 and seen["logged"] > EXAMPLES and seen["named"]


def back_by(ledger: Ledger, waiting: holding.Waiting, day: date) -> int | None:
    """What a pack bought and paid on a day brings back of what ended on the day told; None where none is sold."""
    again, before = copy_of(ledger), windows.of(ledger.book)
    try:
        again.pay(again.sell("pack-12h", day, "900.00"), day)
    except Refusal:
        return None
    ended = [number for number, open_on in before.items() if open_on and open_on[-1].last == waiting.ended]
    back = [ledger.book.grants[number] for number in ended if windows.on(windows.of(again.book)[number], day)]
    seen["back"] += bool(back)
    return sum(grant.minutes - ledger.book.used[grant.number] for grant in back)


def test_minutes_in_grace_come_back_with_a_pack_paid_by_the_day_g5() -> None:
    """B1, G5: bought and paid on the last day told they are there again, a day later not; nothing else comes back."""

    @at_least(EXAMPLES)
    @given(histories(["packs", "odd, owe", "odd, refuse", "packs, by case, owe"]))
    def check(history: History) -> None:
        player = Player(history).play(history.steps)
        book = player.ledger.book
        ends = {w.last for some in windows.of(book).values() for w in some if player.on < w.last < LAST}
        for at in {player.on} | {end + timedelta(days=by) for end in ends for by in (1, 20)}:
            for each in waits(book, at, "grace"):
                assert each.until is not None and at <= each.until
                assert back_by(player.ledger, each, each.until) in (each.minutes, None)
                assert not back_by(player.ledger, each, each.until + timedelta(days=1))
                seen["grace"] += 1
        seen["graces"] += 1

    check()
    assert seen["graces"] >= EXAMPLES and seen["grace"] > EXAMPLES // 5 and seen["back"] > EXAMPLES // 5


def test_a_pack_that_waits_is_credited_by_its_payment_g2() -> None:
    """B1, G2, M10: paying what is open credits exactly the minutes told, and what is not told credits nothing."""

    @at_least(EXAMPLES)
    @given(histories(["packs", "odd, owe", "odd, refuse", "packs, by case, owe"]))
    def check(history: History) -> None:
        player = Player(history).play(history.steps)
        at = player.on
        told = {each.invoice: each.minutes for each in waits(player.ledger.book, at, "unpaid")}
        for sale in player.sales:
            if player._open(sale) > 0:
                again = copy_of(player.ledger)
                before = len(again.grants)
                again.pay(again.book.sales[sale.seq], at)
                credited = sum(grant.minutes for grant in again.grants[before:])
                assert credited == told.get(sale.invoice, 0), sale
                seen["paid"] += bool(credited)
                seen["not credited"] += not credited
        seen["unpaid"] += 1

    check()
    assert seen["unpaid"] >= EXAMPLES and seen["paid"] > EXAMPLES // 20 and seen["not credited"]


def test_what_waits_for_a_renewal_is_there_after_it_r1() -> None:
    """B1, R1, G13: with the contract renewed, the minutes told can be drawn on that day, no more and no less."""

    @at_least(EXAMPLES)
    @given(histories(["q3", "odd, owe", "odd, priorities", "q3, owe"]))
    def check(history: History) -> None:
        player = Player(replace(history, terms=1)).play(history.steps)
        book = player.ledger.book
        ends = {day_after(lot.window.last) for lot in lots_on(book, player.on) if lot.window.last < LAST}
        for at in {player.on, *(day_after(term.window.last) for term in book.terms), *ends}:
            if at < player.on:
                continue
            told = sum(each.minutes for each in waits(book, at, "no-contract"))
            if book.term_on(at) is not None:
                assert told == 0
                continue
            again = copy_of(player.ledger)
            try:
                if any(contract not in book.cancellations for contract in book.contracts):
                    again.renew(at)
                else:
                    again.sign(at, "profi")
            except Refusal:
                continue
            known = [lot for lot in lots_on(again.book, at) if lot.grant.number in book.grants]
            if again.book.term_on(at) and not book.owing:
                assert sum(lot.remaining for lot in known) == told
                seen["renewed"] += bool(told)
        seen["ended"] += 1

    check()
    assert seen["ended"] >= EXAMPLES and seen["renewed"] > EXAMPLES // 10
