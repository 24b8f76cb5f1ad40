"""Contracts and terms: allowances, renewal, changes of tier, cancelling, goodwill (G1, G8, G10 to G13)."""

from collections.abc import Callable
from datetime import date

import pytest

from billing.core.tariff import Allowance
from billing.core.units import END_OF_TIME
from billing.errors import Already, BadInput, Forbidden, Refusal, Unknown
from tests.core.build import PACKS, PLUS, Q3, TIERS, Ledger, by_name, category, changed, chf, day, pack, packs, q3

ONE, SEVERAL = ("COFI",), ("COFI", "Salaires")


def allowances(ledger: Ledger) -> list[tuple[int, str, str]]:
    return [(g.minutes, str(g.starts), str(g.expires)) for g in ledger.grants if g.kind == "allowance"]


def terms(ledger: Ledger) -> list[str]:
    return [f"{term.window.first} to {term.window.last}" for term in ledger.book.terms]


def code_of(attempt: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        attempt()
    return caught.value.code


# G1: the allowance


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize(("modules", "row"), [(ONE, (5, 10, 15, 25)), (SEVERAL, (10, 15, 25, 35))])
def test_a_term_grants_its_tiers_allowance_g1(tier: str, modules: tuple[str, ...], row: tuple[int, ...]) -> None:
    ledger = q3(tier, modules=modules, fee="100.00")
    assert allowances(ledger) == [(row[TIERS.index(tier)], "2025-01-01", "2025-12-31")]
    assert ledger.grants[0].covers == ("support",)


@pytest.mark.parametrize(("fee", "granted"), [(None, 0), ("0.00", 0), ("99.99", 0), ("100.00", 1), ("100.01", 1)])
def test_only_from_an_annual_fee_g1(fee: str | None, granted: int) -> None:
    assert len(q3("profi", modules=ONE, fee=fee).grants) == granted


def test_no_allowance_of_nothing_g1() -> None:
    """A tier whose allowance is 0 minutes gets no grant."""
    rule = Q3.allowance
    assert rule is not None
    none = changed(Q3, allowance=type(rule)(("support",), {**rule.single, "standard": 0}, rule.several))
    ledger = Ledger(none)
    ledger.sign("2025-01-01", "standard")
    assert ledger.grants == []


def test_modules_are_kept_once_and_as_the_tariff_spells_them_g1() -> None:
    assert q3(modules=("cofi", "COFI", "Stock", "Stock")).book.contracts[1].modules == ("COFI", "Stock")


def test_the_allowance_does_not_carry_g5() -> None:
    ledger = q3("premium", modules=ONE, fee="100")
    ledger.renew("2025-12-01")
    assert [ledger.balance(on) for on in ("2025-12-31", "2026-01-01")] == [25, 25]
    assert ledger.left("2026-01-01") == {2: 25}


def test_a_tariff_with_tiers_needs_one_and_one_without_takes_none() -> None:
    for tariff, tier in ((Q3, None), (Q3, "gold"), (PACKS, "premium")):
        ledger = Ledger(tariff)
        with pytest.raises(Unknown) as caught:
            ledger.sign("2025-01-01", tier)
        assert caught.value.code == "unknown-tier"
        assert (ledger.kept, ledger.book.seq) == ([], 0)


# Signing


def test_signing_grants_the_allowance_in_a_back_dated_term() -> None:
    ledger = q3("standard", "2020-05-17", modules=ONE, fee="100")
    assert (terms(ledger), allowances(ledger)) == (["2020-05-17 to 2021-05-16"], [(5, "2020-05-17", "2021-05-16")])


def test_an_open_term_r1() -> None:
    assert packs("2025-03-01").book.terms[0].window.last == END_OF_TIME


@pytest.mark.parametrize(
    ("start", "code"),
    [
        ("2025-01-01", "conflict"),
        ("2025-12-31", "conflict"),
        ("2024-01-02", "conflict"),  # its own year reaches into the other
        ("2024-01-01", None),
        ("2026-01-01", None),
    ],
)
def test_two_contracts_never_cover_one_day_r1(start: str, code: str | None) -> None:
    ledger = q3()
    if code:
        assert code_of(lambda: ledger.sign(start, "profi")) == code
    else:
        ledger.sign(start, "profi")


def test_a_new_contract_from_the_day_after_a_cancellation_g10() -> None:
    ledger = q3()
    ledger.cancel("2025-06-30")
    assert code_of(lambda: ledger.sign("2025-06-30", "profi")) == "conflict"
    ledger.sign("2025-07-01", "profi")
    assert terms(ledger) == ["2025-01-01 to 2025-12-31", "2025-07-01 to 2026-06-30"]


# G12, G13: terms


def test_terms_count_from_the_first_start_g12() -> None:
    ledger = q3("standard", "2024-02-29", modules=ONE, fee="100")
    for _ in range(4):
        ledger.renew("2024-03-01")  # the date only says when it was agreed
    assert terms(ledger) == [
        "2024-02-29 to 2025-02-28",
        "2025-03-01 to 2026-02-28",
        "2026-03-01 to 2027-02-28",
        "2027-03-01 to 2028-02-28",
        "2028-02-29 to 2029-02-28",
    ]
    assert [start for _, start, _ in allowances(ledger)] == [
        "2024-02-29", "2025-03-01", "2026-03-01", "2027-03-01", "2028-02-29",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("on", "first"),
    [
        ("2024-01-01", "2026-03-15"),  # before the contract: the next one all the same
        ("2025-06-01", "2026-03-15"),
        ("2026-03-15", "2026-03-15"),
        ("2027-03-14", "2026-03-15"),
        ("2027-03-15", "2027-03-15"),  # after a gap the one that contains the date, from its first day
        ("2031-01-01", "2030-03-15"),
    ],
)
def test_renewal_gives_the_next_year_or_the_one_that_contains_its_date_g13(on: str, first: str) -> None:
    ledger = q3(start="2025-03-15")
    assert str(ledger.renew(on).window.first) == first


def test_after_a_gap_there_is_no_support_in_it_r1_g13() -> None:
    ledger = q3()
    ledger.renew("2027-05-05")
    assert terms(ledger) == ["2025-01-01 to 2025-12-31", "2027-01-01 to 2027-12-31"]
    assert code_of(lambda: ledger.log("2026-06-01", 5)) == "no-active-contract"
    assert ledger.log("2027-01-01", 5).minutes == 5


def test_what_cannot_be_renewed() -> None:
    assert code_of(lambda: Ledger(Q3).renew("2025-01-01")) == "no-active-contract"
    assert code_of(lambda: packs().renew("2025-01-01")) == "not-eligible"
    cancelled = q3()
    cancelled.cancel("2025-06-30")
    assert code_of(lambda: cancelled.renew("2025-07-01")) == "no-active-contract"


def test_a_renewal_into_another_contract_is_refused_r1() -> None:
    ledger = Ledger(Q3)
    ledger.sign("2027-01-01", "profi")
    ledger.sign("2025-01-01", "profi")
    ledger.renew("2025-12-01")
    assert code_of(lambda: ledger.renew("2026-12-01")) == "conflict"
    assert len(ledger.book.terms) == 3


def test_the_last_contract_is_the_one_that_is_renewed() -> None:
    ledger = q3()
    ledger.sign("2026-01-01", "standard")
    assert ledger.renew("2026-12-01").window.first == day("2027-01-01")


def test_a_term_has_the_tariff_version_of_its_first_day() -> None:
    """Section 11; the first version also counts for earlier days."""
    rule = Q3.allowance
    assert rule is not None
    newer = changed(Q3, valid_from=date(2026, 1, 1), allowance=type(rule)(("support",), dict.fromkeys(TIERS, 99), {}))
    ledger = Ledger(Q3, newer)
    ledger.sign("2019-01-01", "premium", ONE, "100")
    assert allowances(ledger)[0][0] == 25
    ledger.renew("2025-06-01")  # 2025-01-01: the old one
    ledger.renew("2025-06-01")
    assert [(minutes, first) for minutes, first, _ in allowances(ledger)[1:]] == [
        (25, "2025-01-01"),
        (99, "2026-01-01"),
    ]


# G8: tiers


def test_an_upgrade_grants_the_difference_at_once_g8() -> None:
    ledger = q3("standard", modules=SEVERAL, fee="100")
    change = ledger.tier("premium", "2025-07-01")
    assert change.effective_from == date(2025, 7, 1)
    assert allowances(ledger) == [(10, "2025-01-01", "2025-12-31"), (25, "2025-07-01", "2025-12-31")]
    ledger.renew("2025-12-01")
    assert allowances(ledger)[2:] == [(35, "2026-01-01", "2026-12-31")]


def test_two_upgrades_grant_what_one_does_g8() -> None:
    ledger = q3("standard", modules=ONE, fee="100")
    ledger.tier("advanced", "2025-03-01")
    ledger.tier("premium", "2025-03-01")
    assert [minutes for minutes, *_ in allowances(ledger)] == [5, 5, 15]


def test_an_upgrade_below_the_fee_grants_nothing_g8_g1() -> None:
    ledger = q3("standard", modules=ONE, fee="99")
    ledger.tier("premium", "2025-03-01")
    assert ledger.grants == []


def test_later_terms_get_what_they_lack_on_their_first_day_g8() -> None:
    ledger = q3("standard", modules=ONE, fee="100")
    for _ in range(2):
        ledger.renew("2025-01-02")
    ledger.tier("premium", "2026-05-01")  # in the second term
    assert allowances(ledger)[3:] == [(20, "2026-05-01", "2026-12-31"), (20, "2027-01-01", "2027-12-31")]
    ledger.renew("2025-01-02")
    assert allowances(ledger)[5:] == [(25, "2028-01-01", "2028-12-31")]


def test_a_downgrade_takes_effect_with_the_next_term_not_yet_signed_g8() -> None:
    ledger = q3("premium", modules=ONE, fee="100")
    ledger.renew("2025-01-02")
    change = ledger.tier("standard", "2025-06-01")
    assert change.effective_from == date(2027, 1, 1)
    assert [ledger.book.tier_on(1, day(on)) for on in ("2025-06-01", "2026-12-31", "2027-01-01")] == [
        "premium", "premium", "standard",
    ]  # fmt: skip
    ledger.renew("2025-06-02")
    assert [minutes for minutes, *_ in allowances(ledger)] == [25, 25, 5]


def test_a_downgrade_that_waits_is_taken_back_by_the_same_tier_again_g8() -> None:
    ledger = q3("premium", modules=ONE, fee="100")
    ledger.tier("standard", "2025-06-01")
    assert ledger.tier("premium", "2025-07-01").effective_from == date(2025, 7, 1)
    ledger.renew("2025-12-01")
    assert [minutes for minutes, *_ in allowances(ledger)] == [25, 25]


def test_an_upgrade_from_a_downgrade_that_waits_g8() -> None:
    """From the tier in force: nothing is granted twice."""
    ledger = q3("profi", modules=ONE, fee="100")
    ledger.tier("standard", "2025-06-01")
    ledger.tier("premium", "2025-07-01")
    ledger.renew("2025-12-01")
    assert [minutes for minutes, *_ in allowances(ledger)] == [15, 10, 25]


def test_an_upgrade_after_the_downgraded_term_is_signed_g8() -> None:
    """What the later term lacks counts from what it has."""
    ledger = q3("premium", modules=ONE, fee="100")
    ledger.tier("standard", "2025-06-01")
    ledger.renew("2025-11-01")  # 2026 is signed as standard
    ledger.tier("premium", "2025-12-01")
    assert allowances(ledger)[1:] == [(5, "2026-01-01", "2026-12-31"), (20, "2026-01-01", "2026-12-31")]


def test_changes_of_tier_are_in_order_of_their_dates_g8() -> None:
    ledger = q3("standard", modules=ONE, fee="100")
    ledger.tier("profi", "2025-06-01")
    assert code_of(lambda: ledger.tier("premium", "2025-05-31")) == "bad-date"
    ledger.tier("premium", "2025-06-01")  # the same day will do


def test_what_is_no_change_of_tier_g8() -> None:
    ledger = q3("profi")
    assert code_of(lambda: ledger.tier("profi", "2025-02-01")) == "conflict"
    assert code_of(lambda: ledger.tier("gold", "2025-02-01")) == "unknown-tier"
    assert code_of(lambda: ledger.tier("premium", "2026-02-01")) == "no-active-contract"
    assert code_of(lambda: packs().tier("premium", "2025-02-01")) == "unknown-tier"


def test_what_can_be_bought_depends_on_the_tier_in_force_g1_g8() -> None:
    ledger = q3("premium")
    ledger.tier("standard", "2025-06-01")
    ledger.renew("2025-06-02")
    ledger.sell("support-plus", "2025-12-31", contacts=(1,))
    assert code_of(lambda: ledger.sell("support-plus", "2026-01-01", contacts=(1,))) == "not-eligible"


def test_an_upgrade_settles_what_is_owed_g8_g9() -> None:
    ledger = Ledger(changed(Q3, overage="owe"))
    ledger.sign("2025-01-01", "standard", ONE, "100")
    owed = ledger.log("2025-02-01", 30, "x")
    ledger.tier("premium", "2025-03-01")
    assert ledger.dated(owed) == [("2025-02-01", 1, "draw", 5), ("2025-03-01", 2, "settle", 20)]


# G10: cancelling


def test_the_day_is_the_last_g10() -> None:
    ledger = q3("premium", modules=ONE, fee="100")
    ledger.cancel("2025-06-30")
    assert ledger.log("2025-06-30", 5).overage == 0
    assert code_of(lambda: ledger.log("2025-07-01", 5)) == "no-active-contract"
    assert [ledger.balance(on) for on in ("2025-06-30", "2025-07-01")] == [20, 0]


def test_add_ons_end_with_the_contract_g10() -> None:
    ledger = q3("premium")
    ledger.sell("half-fare", "2025-01-02", "90.00")
    ledger.cancel("2025-06-30")
    ledger.sign("2025-07-01", "premium")
    assert [str(ledger.log(on, 5).rate) for on in ("2025-06-30", "2025-07-01")] == ["119.00", "175.00"]


def test_terms_after_the_last_day_are_gone_g10() -> None:
    ledger = q3("premium", modules=ONE, fee="100")
    ledger.renew("2025-06-01")
    ledger.cancel("2025-12-31")
    assert ledger.book.term_on(day("2026-01-01")) is None
    assert ledger.balance("2026-01-01") == 0


def test_what_cannot_be_cancelled_g10() -> None:
    ledger = q3()
    assert code_of(lambda: ledger.cancel("2026-01-01")) == "no-active-contract"
    ledger.cancel("2025-06-30")
    with pytest.raises(Already, match="its last day is 2025-06-30"):
        ledger.cancel("2025-05-31")
    with pytest.raises(Forbidden):
        ledger.cancel("2025-07-01")


# G11: goodwill


def test_goodwill_covers_everything_unless_it_says_otherwise_g11() -> None:
    ledger = q3()
    assert ledger.goodwill(10, "2025-01-01", "2025-02-01").covers == tuple(Q3.categories)
    assert ledger.goodwill(10, "2025-01-01", "2025-02-01", "training").covers == ("training",)
    assert ledger.grants[0].reason == "sorry"


def test_goodwill_needs_a_contract_minutes_and_a_day_g11() -> None:
    ledger = q3()
    assert code_of(lambda: ledger.goodwill(10, "2024-12-31", "2025-02-01")) == "no-active-contract"
    assert code_of(lambda: ledger.goodwill(0, "2025-01-01", "2025-02-01")) == "bad-duration"
    assert code_of(lambda: ledger.goodwill(-5, "2025-01-01", "2025-02-01")) == "bad-duration"
    assert code_of(lambda: ledger.goodwill(10, "2025-01-02", "2025-01-01")) == "bad-date"
    assert code_of(lambda: ledger.goodwill(10, "2025-01-02", "2025-02-01", "nonsense")) == "unknown-category"
    assert ledger.goodwill(1, "2025-01-02", "2025-01-02").expires == date(2025, 1, 2)


def test_goodwill_may_outlast_the_term_but_not_the_contract_g11_g10() -> None:
    ledger = q3()
    ledger.renew("2025-06-01")
    ledger.goodwill(10, "2025-12-01", "2026-03-31")
    assert ledger.balance("2026-03-31") == 10
    ledger.cancel("2026-01-31")
    assert [ledger.balance(on) for on in ("2026-01-31", "2026-02-01")] == [10, 0]


def test_goodwill_neither_carries_nor_opens_a_window_g5_g11() -> None:
    ledger = packs()
    ledger.buy("pack-1h", "2025-01-10")
    ledger.goodwill(10, "2025-12-01", "2026-03-31")
    ledger.buy("pack-1h", "2026-03-01")
    assert ledger.open_on(1) == ["2025-01-10 to 2026-01-09"]
    assert ledger.open_on(2) == ["2025-12-01 to 2026-03-31"]


def test_grants_are_numbered_in_the_order_of_recording() -> None:
    ledger = q3("premium", modules=ONE, fee="100")
    ledger.sell("support-plus", "2025-03-01", contacts=(1,))
    ledger.goodwill(10, "2025-01-02", "2025-02-01")
    assert [(g.number, g.kind, g.product, g.covers) for g in ledger.grants] == [
        (1, "allowance", None, ("support",)),
        (2, "add-on", "support-plus", PLUS),
        (3, "goodwill", None, tuple(Q3.categories)),
    ]


def test_an_allowance_has_the_tariffs_priority_r4() -> None:
    rule = Q3.allowance
    assert rule is not None
    tariff = changed(Q3, allowance=type(rule)(("support",), rule.single, rule.several, priority=7), goodwill_priority=3,
                     categories=by_name(category("extra")), products=by_name(pack("p", 60, priority=5)))  # fmt: skip
    ledger = Ledger(tariff)
    ledger.sign("2025-01-01", "standard")
    ledger.goodwill(5, "2025-01-01", "2025-01-31")
    with pytest.raises(BadInput):
        ledger.sell("p", "2025-01-01")  # it has no price
    assert [g.priority for g in ledger.grants] == [7, 3]


def test_g8_a_tier_that_grants_one_minute_more_grants_it() -> None:
    """Of the later terms that are signed too, each on its first day."""
    allowance = Allowance(("support",), single={"standard": 5, "premium": 6}, several={"standard": 5, "premium": 6},
                          minimum_fee=chf("100.00"))  # fmt: skip
    ledger = Ledger(changed(Q3, tiers=("standard", "premium"), allowance=allowance))
    ledger.sign("2025-01-01", "standard", fee="100.00")
    ledger.renew("2026-01-01")
    ledger.tier("premium", "2025-06-01")
    assert sorted((str(g.starts), g.minutes) for g in ledger.grants) == [
        ("2025-01-01", 5), ("2025-06-01", 1), ("2026-01-01", 1), ("2026-01-01", 5),
    ]  # fmt: skip
