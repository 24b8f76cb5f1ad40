"""What the movements of a bank file are, decided on values alone (M10, M14, L5)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.core import matching
from billing.core.matching import Credit, Decision, Owner
from billing.core.mentions import Payable
from billing.core.movements import BankMovement, KeptMovement, folded
from billing.texts import say

TODAY = date(2025, 3, 31)
ONE = Payable("INV-2025-00001", "Alpina SA", "CHF", Decimal("94.59"), "000000000120250000000000010")
TWO = Payable("INV-2025-00002", "Bergbahn AG", "CHF", Decimal("141.88"), "RF81INV202500002")
PAID = Payable("INV-2025-00003", "Alpina SA", "CHF", Decimal("0.00"), "REF3")
EURO = Payable("INV-2025-00004", "Alpina SA", "EUR", Decimal("10.00"), None)
FIVE = Payable("INV-2025-00005", "Alpina SA", "CHF", Decimal("5.41"), None)
BELGIAN = Payable("INV-2025-00006", "Delta SRL", "EUR", Decimal("20.00"), "250000000691")
INVOICES = (ONE, TWO, PAID, EURO, FIVE, BELGIAN)
CUSTOMERS = (("ALPINA", "Alpina SA"), ("BAHN", "Bergbahn AG"), ("CIMA", "Cima Sagl"))


def movement(amount: str = "94.59", text: str = "", key: str = "=K", **how: object) -> BankMovement:
    plain = BankMovement(
        key=key, batch=f"=whole of {key}", is_batch=False, account="CH93", amount=Decimal(amount), currency="CHF",
        value_on=date(2025, 3, 1), booked_on=date(2025, 3, 1), incoming=True, returned=False, references=(), text=text,
        name=None, end_to_end=None, whole=Decimal(amount),
    )  # fmt: skip
    return replace(plain, **how)  # type: ignore[arg-type]


def plan(
    *movements: BankMovement, kept: tuple[KeptMovement, ...] = (), credits: tuple[Credit, ...] = ()
) -> list[Decision]:
    return matching.plan([(one,) for one in movements], INVOICES, CUSTOMERS, kept, credits, TODAY)


def parts(decision: Decision) -> list[tuple[str, str]]:
    return [(number, str(amount)) for number, amount in decision.parts]


@pytest.mark.parametrize(
    ("given", "paid"),
    [
        (movement(references=("RF81INV202500002",)), [("INV-2025-00002", "94.59")]),
        (movement(references=("RF81INV202500002",), name="Alpina SA"), [("INV-2025-00002", "94.59")]),
        (movement("50.00", references=("120250000000000010",)), [("INV-2025-00001", "50.00")]),  # its zeros are lost
        (movement("200.00", references=("REF3", "RF81INV202500002")), [("INV-2025-00002", "200.00")]),
        (
            movement("236.47", references=("000000000120250000000000010", "RF81INV202500002")),
            [("INV-2025-00001", "94.59"), ("INV-2025-00002", "141.88")],
        ),
        (movement("50.00", "INV-2025-00002", references=("120250000000000010",)), [("INV-2025-00001", "50.00")]),
        (movement("50.00", "invoice INV-2025-00001"), [("INV-2025-00001", "50.00")]),
        (movement("50.00", "inv 2025 00001, thanks"), [("INV-2025-00001", "50.00")]),
        (movement("50.00", "INV–2025–00001"), [("INV-2025-00001", "50.00")]),  # dashes of a phone
        (movement("50.00", "SUPPORT INV202500001"), [("INV-2025-00001", "50.00")]),
        (movement("50.00", "INV-2025- 00001"), [("INV-2025-00001", "50.00")]),
        (movement("50.00", "INV-2025-1", name="Alpina SA"), [("INV-2025-00001", "50.00")]),
        (movement("50.00", "Rechnung 2025-00001", name="ALPINA S.A."), []),
        (movement("50.00", "Rechnung 2025-00001", name="alpina  sa"), [("INV-2025-00001", "50.00")]),
        (movement("101.00", "INV-2025-00001", name="Alpina SA"), [("INV-2025-00001", "101.00")]),  # over: own money
        (movement("90.00", "INV-2025-00001", name="A bank's desk"), [("INV-2025-00001", "90.00")]),  # no customer
        (movement("94.59", "INV-2025-00003 INV-2025-00001"), [("INV-2025-00001", "94.59")]),  # the one that is open
        (
            movement("236.47", "INV-2025-00001 INV-2025-00002"),
            [("INV-2025-00001", "94.59"), ("INV-2025-00002", "141.88")],
        ),
        (
            movement("110.00", "INV-2025-00005 INV-2025-00001", name="Alpina SA"),
            [("INV-2025-00005", "5.41"), ("INV-2025-00001", "104.59")],
        ),
        (movement(name="ALPINA sa"), [("INV-2025-00001", "94.59")]),
        # references as people type them
        (movement("50.00", "QRR 00 00000 00120 25000 00000 00010 merci"), [("INV-2025-00001", "50.00")]),
        (movement("50.00", "120250000000000010"), [("INV-2025-00001", "50.00")]),  # without the zeros before it
        (movement("50.00", "Ref. 120 25000 00000 00010, merci"), [("INV-2025-00001", "50.00")]),
        (movement("50.00", "Tel. 0120250000000000010 0"), [("INV-2025-00001", "50.00")]),
        (movement("50.00", "1120250000000000010"), []),
        (movement("5.00", "250000000691", currency="EUR"), []),
        (movement("50.00", "RF81 INV2 0250 0002 thank you"), [("INV-2025-00002", "50.00")]),
        (movement("5.00", "+++250/0000/00691+++", currency="EUR"), [("INV-2025-00006", "5.00")]),
        (movement("5.00", "***250/0000/00691***", currency="EUR"), [("INV-2025-00006", "5.00")]),
        (movement("5.00", "facture 250 / 0000 / 00691", currency="EUR"), [("INV-2025-00006", "5.00")]),
        (movement("5.00", "+++250000000691+++", currency="EUR"), [("INV-2025-00006", "5.00")]),
        (movement("5.00", references=("250000000691",), currency="EUR"), [("INV-2025-00006", "5.00")]),
        (movement("5.00", "1250/0000/006912", currency="EUR"), []),
    ],
)
def test_what_a_credit_pays(given: BankMovement, paid: list[tuple[str, str]]) -> None:
    (decision,) = plan(given)
    assert (decision.outcome, parts(decision)) == ("paid" if paid else "open", paid)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (movement("50.00"), "no reference, and no open invoice of this amount"),
        (movement(name="Somebody"), "no reference; INV-2025-00001 would fit by the amount alone"),
        (movement("50.00", "INV-2025-00003"), "INV-2025-00003 is paid already"),
        (movement("50.00", "INV-2025-00004"), "INV-2025-00004 is in EUR, the money is CHF"),
        (
            movement("200.00", "INV-2025-00001 INV-2025-00002"),
            "200.00 is less than the 236.47 open on INV-2025-00001, INV-2025-00002: how is it spread?",
        ),
        (movement("101.00", "INV-2025-00001"), "101.00 is more than the 94.59 open on INV-2025-00001"),
        (
            movement("100.00", "INV-2025-00001 + 5", name="Alpina SA"),  # all that it owes
            "100.00 is more than the 94.59 open on INV-2025-00001; INV-2025-00001, INV-2025-00005 would fit by the "
            "amount",
        ),
        (movement("50.00", "INV-2025-1"), "no reference; INV-2025-00001 may be meant"),
        (
            movement("141.88", "INV-2025-00001", name="Bergbahn AG"),
            "INV-2025-00001 is of Alpina SA, the payer is Bergbahn AG; INV-2025-00002 would fit by the amount",
        ),
        (
            movement("94.59", "INV-2025-00001", name="Cima Sagl"),  # has no invoice at all
            "INV-2025-00001 is of Alpina SA, the payer is Cima Sagl",
        ),
        (
            movement("100.00", name="Alpina SA"),
            "no reference; it is all that Alpina SA owes: INV-2025-00001, INV-2025-00005",
        ),
        (movement("50.00", odd=say("its parts have no amounts")), "its parts have no amounts"),
        (movement(returned=True), "money of the issuer's that came back: no customer has paid it"),
        (movement(incoming=False, returned=True), "a return of a payment that is not known"),
    ],
)
def test_why_it_is_open(given: BankMovement, reason: str) -> None:
    (decision,) = plan(given)
    assert (decision.outcome, decision.parts, str(decision.reason)) == ("open", (), reason)


CREDITED = Payable("INV-2025-00008", "Alpina SA", "CHF", Decimal(0), None, "credited")
WRITTEN_OFF = Payable("INV-2025-00009", "Cima Sagl", "CHF", Decimal(0), None, "written off")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (
            movement("94.59", "INV-2025-00003", name="Alpina SA"),
            "INV-2025-00003 is paid already; INV-2025-00001 would fit by the amount",
        ),
        (movement("94.59", "INV-2025-00003"), "INV-2025-00003 is paid already; INV-2025-00001 would fit by the amount"),
        (
            movement("100.00", references=("REF3",), name="Alpina SA"),
            "INV-2025-00003 is paid already; INV-2025-00001, INV-2025-00005 would fit by the amount",
        ),
        (
            movement("141.88", "INV-2025-00003", name="Bergbahn AG"),
            "INV-2025-00003 is paid already; INV-2025-00002 would fit by the amount",
        ),
        (movement("141.88", "INV-2025-00003", name="Alpina SA"), "INV-2025-00003 is paid already"),
        (
            movement("5.41", "INV-2025-00008"),
            "INV-2025-00008 is credited, and nothing is open on it; INV-2025-00005 would fit by the amount",
        ),
        (movement("7.00", "INV-2025-00009"), "INV-2025-00009 is written off"),
        (
            movement("7.00", "INV-2025-00003, INV-2025-00008"),
            "INV-2025-00008 is credited, and nothing is open on it; INV-2025-00003 is paid already",
        ),
    ],
)
def test_m14_a_number_on_which_nothing_is_open_is_told_with_what_would_fit(given: BankMovement, reason: str) -> None:
    """Nothing was proposed, and what was credited was called paid."""
    (decision,) = matching.plan([(given,)], [*INVOICES, CREDITED, WRITTEN_OFF], CUSTOMERS, (), (), TODAY)
    assert (decision.outcome, str(decision.reason)) == ("open", reason)


def test_m14_what_is_over_may_pay_one_more_of_three() -> None:
    """Who names one invoice and pays two of three has not said that the rest is his own money."""
    seven = Payable("INV-2025-00007", "Alpina SA", "CHF", Decimal("20.00"), None)
    given = movement("114.59", "INV-2025-00001", name="Alpina SA")
    (decision,) = matching.plan([(given,)], [*INVOICES, seven], CUSTOMERS, (), (), TODAY)
    assert str(decision.reason).endswith("; INV-2025-00001, INV-2025-00007 would fit by the amount")


def test_m14_what_is_over_may_pay_two_more_of_four() -> None:
    """Who names one invoice and writes the others short has not said that the rest is his own money."""
    more = [Payable(f"INV-2025-0000{n}", "Alpina SA", "CHF", Decimal(sum_), None) for n, sum_ in ((7, 20), (8, 35))]
    given = movement("149.59", "INV-2025-00001 + 7 + 8", name="Alpina SA")
    (decision,) = matching.plan([(given,)], [*INVOICES, *more], CUSTOMERS, (), (), TODAY)
    assert (decision.outcome, decision.parts) == ("open", ())
    assert str(decision.reason).endswith("INV-2025-00001, INV-2025-00007, INV-2025-00008 would fit by the amount")


def test_m14_an_invoice_of_somebody_else_beside_a_reference_is_left_open() -> None:
    """A reference says which invoice is paid, and nothing of another customer's whose number stands beside it."""
    mine, his = (payable for payable in INVOICES if payable.number in ("INV-2025-00001", "INV-2025-00002"))
    assert mine.reference and mine.customer != his.customer
    given = movement(str(mine.open + his.open), his.number, references=(mine.reference,), name=mine.customer)
    (decision,) = plan(given)
    assert decision.outcome == "open" and f"{his.number} is of {his.customer}" in str(decision.reason)


@pytest.mark.parametrize("how", [{}, {"incoming": False}, {"incoming": False, "returned": True}])
def test_m14_nothing_is_left_out(how: dict[str, Any]) -> None:
    """The bank's entry of a closing was an item that no command could settle."""
    (decision,) = plan(movement("0.00", "INV-2025-00001", **how))
    assert (decision.outcome, str(decision.reason)) == ("nothing", "its amount is nothing")


def test_one_sees_what_those_before_it_have_paid() -> None:
    """Two credits with the number of one invoice: the second finds it paid."""
    first, second = plan(movement(text="INV-2025-00001", key="=A"), movement("1.00", "INV-2025-00001", key="=B"))
    assert (first.outcome, str(second.reason)) == ("paid", "INV-2025-00001 is paid already")


def test_money_out_is_none_of_a_customers() -> None:
    assert [d.outcome for d in plan(movement(incoming=False))] == ["ours"]


def test_the_day_of_a_payment_is_never_ahead() -> None:
    """The value date, else the day of booking; where both are ahead the file is imported again then."""
    ahead, friday = date(2025, 4, 2), date(2025, 3, 31)
    first, second = plan(
        movement("1.00", "INV-2025-00001", value_on=ahead, booked_on=friday),
        movement("1.00", "INV-2025-00001", key="=B", value_on=ahead, booked_on=ahead),
    )
    assert (first.outcome, first.on) == ("paid", friday)
    assert (second.outcome, str(second.reason)) == (
        "later", "its value date 2025-04-02 is in the future: import it then",
    )  # fmt: skip


def test_equal_payments_of_one_file_have_keys_of_their_own() -> None:
    one = movement("1.00", "INV-2025-00001", key="~K", batch="~W")
    keys = [decision.movement.key for decision in plan(one, one, one)]
    assert keys == ["~K", "~K-2", "~K-3"]


def test_a_return_takes_back_its_credit() -> None:
    """The latest of the same amount and end-to-end id, or one of this file; each once."""
    back = movement(key="=BACK", incoming=False, returned=True, end_to_end="E")
    earlier = Credit("OLD", Decimal("94.59"), (), "E", (("bank:OLD", Decimal("94.59")),))
    other = replace(earlier, key="OTHER", amount=Decimal("5.00"))
    first, second = plan(back, replace(back, key="=BACK 2"), credits=(other, earlier))
    assert (first.outcome, parts(first), second.outcome) == ("returned", [("bank:OLD", "94.59")], "open")
    paid, returned = plan(
        movement("236.47", "INV-2025-00001 INV-2025-00002", end_to_end="E"), replace(back, amount=Decimal("236.47"))
    )
    assert paid.outcome == "paid"
    assert parts(returned) == [("bank:=K", "94.59"), ("bank:=K/2", "141.88")]


@pytest.mark.parametrize("apart", [0, 5])
@pytest.mark.parametrize("first", ["credit", "return"])
def test_m10_a_return_that_stands_before_its_credit_takes_it_back(apart: int, first: str) -> None:
    """In a file with the newest entry first it was called a return of a payment that is not known."""
    on = date(2025, 3, 1 + apart)
    credit = movement("94.59", "INV-2025-00001", end_to_end="E77")
    back = movement(key="=BACK", incoming=False, returned=True, end_to_end="E77", value_on=on, booked_on=on)
    decided = plan(*((credit, back) if first == "credit" else (back, credit)))
    assert [(d.outcome, parts(d)) for d in decided] == [
        ("paid", [("INV-2025-00001", "94.59")]), ("returned", [("bank:=K", "94.59")]),
    ]  # fmt: skip


def test_m10_a_payment_after_the_return_is_not_what_came_back() -> None:
    """Paid, returned and paid again, in one file: on another day than the return's it is the second payment."""
    credit = movement("94.59", "INV-2025-00001", end_to_end="E77")
    on, again = date(2025, 3, 5), date(2025, 3, 9)
    back = movement(key="=BACK", incoming=False, returned=True, end_to_end="E77", value_on=on, booked_on=on)
    file = [credit, back, replace(credit, key="=K2", value_on=again, booked_on=again)]
    for order in (file, file[::-1]):
        assert [(d.movement.key, d.outcome) for d in plan(*order)] == [
            ("=K", "paid"), ("=BACK", "returned"), ("=K2", "paid"),
        ]  # fmt: skip
    assert [d.outcome for d in plan(*file[1:])] == ["open", "paid"]
    before = replace(ONE, open=Decimal(0))
    old = Credit("OLD", Decimal("94.59"), (), "E77", (("p", Decimal("94.59")),), invoices=((ONE.number, ONE.open),))
    decided = matching.plan([(one,) for one in file[1:]], [before], CUSTOMERS, (), [old], TODAY)
    assert [d.outcome for d in decided] == ["returned", "paid"]


def twins() -> tuple[Credit, Credit]:
    """Credits of two customers with the same end-to-end id and the same amount, the latest first."""
    parts = {name: ((f"bank:{name}", Decimal("94.59")),) for name in ("BAHN", "ALPINA")}
    bahn = Credit("BAHN", Decimal("94.59"), ("B",), "E-7", parts["BAHN"], frozenset({"bergbahn ag"}))
    alpina = Credit("ALPINA", Decimal("94.59"), ("A",), "E-7", parts["ALPINA"], frozenset({"alpina sa", "holding"}))
    return bahn, alpina


def came_back(**how: object) -> BankMovement:
    return movement(key="=BACK", incoming=False, returned=True, **{"end_to_end": "E-7", **how})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ({"name": "Alpina S.A."}, []),  # it is nobody's name
        ({"name": "Alpina SA"}, ["bank:ALPINA"]),
        ({"name": "HOLDING"}, ["bank:ALPINA"]),  # who paid for it
        ({"name": "Demo SA", "parties": ("Demo SA", "Alpina SA")}, ["bank:ALPINA"]),  # sent by the issuer, as some say
        ({"name": "Bergbahn AG"}, ["bank:BAHN"]),
        ({"name": "Cima Sagl"}, []),  # another customer's
        ({"name": "Somebody"}, []),
        ({}, []),
        ({"references": ("A",)}, ["bank:ALPINA"]),  # it names one of both
        ({"references": ("A",), "name": "Bergbahn AG"}, []),  # it contradicts itself
    ],
)
def test_m14_of_two_customers_with_the_same_id_and_amount_the_payer_decides(
    given: dict[str, object], taken: list[str]
) -> None:
    """The return of one had taken the other's payment back, whichever was the latest."""
    (decision,) = plan(came_back(**given), credits=twins())
    assert [payment for payment, _ in decision.parts] == taken
    assert decision.outcome == ("returned" if taken else "open")
    if not given:
        assert str(decision.reason) == "bank:BAHN, bank:ALPINA have the same id and amount: whose is it?"


def test_m14_a_return_that_names_another_customer_takes_nothing_back() -> None:
    """Its own credit may be one that was booked by hand, or that no file has brought."""
    bahn, _ = twins()
    (decision,) = plan(came_back(name="Alpina SA"), credits=(bahn,))
    assert (decision.outcome, str(decision.reason)) == ("open", "bank:BAHN is not of Alpina SA, whom the return names")
    assert plan(came_back(name="Bergbahn, Brig"), credits=(bahn,))[0].outcome == "returned"  # a name as banks write it
    assert plan(came_back(), credits=(bahn,))[0].outcome == "returned"


def test_m14_of_equal_payments_of_one_payer_the_latest_is_taken_back() -> None:
    bahn, _ = twins()
    earlier = replace(bahn, key="EARLIER", payments=(("bank:EARLIER", Decimal("94.59")),))
    first, second, third = plan(*(replace(came_back(), key=f"=B{n}") for n in range(3)), credits=(bahn, earlier))
    assert [parts(first), parts(second), parts(third)] == [[("bank:BAHN", "94.59")], [("bank:EARLIER", "94.59")], []]


def test_m14_a_credit_with_the_id_of_anothers_is_not_anothers() -> None:
    """Both customers write the same into the field of the id: each pays its own invoice, or it is open."""
    ids: dict[str, Any] = {"end_to_end": "INV-2025-00001"}
    own, others = plan(movement(name="Alpina SA", **ids), movement(key="=K2", name="Bergbahn AG", **ids))
    assert (parts(own), others.outcome) == ([("INV-2025-00001", "94.59")], "open")
    (others,) = plan(movement(name="Bergbahn AG", **ids))
    assert (others.outcome, parts(others)) == ("open", [])


def out(name: str) -> BankMovement:
    return movement("20.00", "back", incoming=False, name=name)


@pytest.mark.parametrize(
    ("owners", "expected"),
    [
        ([Owner("ALPINA", Decimal("20.00"))], ("refunded", [("ALPINA", "20.00")])),
        ([Owner("ALPINA", Decimal("20.01"))], ("open", [])),
        ([Owner("ALPINA", Decimal("19.99"))], ("ours", [])),
        ([Owner("ALPINA", Decimal("20.00"), (("r", Decimal("20.00")),))], ("open", [])),
        ([Owner("ALPINA", Decimal("20.00")), Owner("OTHER", Decimal("20.00"))], ("open", [])),
    ],
)
def test_m13_money_out_to_a_customer_is_its_own_where_one_reading_is_left(
    owners: list[Owner], expected: tuple[str, list[tuple[str, str]]]
) -> None:
    [decision] = plan(out("alpina sa"))
    assert (decision.outcome, parts(decision)) == ("to-customer", [("ALPINA", "20.00")])
    found = matching.paid_out(decision, owners)
    assert (found.outcome, parts(found)) == expected


@pytest.mark.parametrize(
    ("number", "text", "found"),
    [
        ("RE-4711", "payment re-4711, thanks", True),
        ("RE-4711", "payment RE-47110", False),
        ("RE-4711", "payment XRE-4711", False),
        ("RE-4711", "payment RE-4711-2", False),
        ("R4711", "R4711", True),
        ("R471", "R471", False),  # too short to be told from chance
        ("INVOICE", "INVOICE", False),  # nor is a word
    ],
)
def test_g14_an_invoice_of_another_system_is_named_by_its_number(number: str, text: str, found: bool) -> None:
    brought = Payable(number, "Bergbahn AG", "CHF", Decimal("60.00"), None)
    given = movement("50.00", text)
    (decision,) = matching.plan([(given,)], [*INVOICES, brought], CUSTOMERS, (), (), TODAY)
    assert (decision.outcome, parts(decision)) == (("paid", [(number, "50.00")]) if found else ("open", []))
    assert decision.on == given.value_on


def test_m14_a_credit_is_held_against_what_may_be_meant_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """M14: one that fits nothing was held against all open invoices: 1,000 among 1,000 took 1.5 s."""
    names: list[str] = []

    def counted(name: str) -> str:
        names.append(name)
        return folded(name)

    monkeypatch.setattr(matching, "folded", counted)
    counts = []
    for many in (10, 100):
        names.clear()
        payables = [Payable(f"INV-2025-{n:05}", f"Name {n} SA", "CHF", Decimal(50), None) for n in range(1, many + 1)]
        credits_ = [(movement("51.00", payables[n].number, f"=K{n}", name=payables[n].customer),) for n in range(5)]
        credits_ += [(movement("51.00", "thanks", f"=L{n}", name=payables[n].customer),) for n in range(5)]
        decided = matching.plan(credits_, payables, [], [], (), date(2025, 3, 31))
        assert [one.outcome for one in decided] == ["paid"] * 5 + ["open"] * 5
        counts.append(len(names) - many)  # each is known by its name
    assert counts[0] == counts[1]
