"""Every movement of the bank is in the books: on what it pays, or on suspense until somebody says what it is (M14)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.errors import Already, BadInput, Refusal
from billing.office.transaction import Setting
from billing.requests.bank import AskOpenItems, ImportBankFile, SettleItem
from billing.requests.parties import AskCustomer
from billing.requests.payments import Bounce, Pay, PayOnAccount, Refund
from tests import support
from tests.exchange.test_bank_kinds import (
    FIRST,
    FOURTH,
    REFERENCE,
    REFERENCE_2,
    SECOND,
    charged,
    document,
    entry,
    paid,
    part,
    setting,
    statement,
    take,
)
from tests.support import ask, do, on

__all__ = ["setting"]  # the fixture
APRIL = date(2025, 4, 7)
KEPT_BACK = '<Chrgs><TtlChrgsAndTaxAmt Ccy="CHF">5.00</TtlChrgsAndTaxAmt></Chrgs>'
PRICE = "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>MDOP</Cd><SubFmlyCd>CHRG</SubFmlyCd></Fmly></Domn></BkTxCd>"


def settle(setting: Setting, item: str, what: str, amount: str | None = None) -> dict[str, Any]:
    request = SettleItem(item=item, on=what, amount=None if amount is None else Decimal(amount))
    return do(setting, request)


def posted(setting: Setting, until: date = date(2025, 12, 31)) -> list[str]:
    """The entries of the bank's journal."""
    return [
        f"{e.on:%m-%d} {e.customer or '-'}: " + ", ".join(f"{leg.role} {leg.amount}" for leg in e.legs)
        for e in support.books(setting, until).entries
        if e.journal == "bank"
    ]


def own(setting: Setting, code: str) -> list[dict[str, Any]]:
    money: list[dict[str, Any]] = ask(setting, AskCustomer(customer=code))["own_money"]
    return money


def test_one_credit_on_two_invoices_and_on_account_m14(setting: Setting) -> None:
    """The bank is debited once, on its day; what is settled comes from suspense on the day of settling."""
    take(setting, statement(entry("300.00", part("300.00", text=["January, February"]), own="R1")))
    march = posted(setting)
    assert march == ["02-10 -: bank 300.00, suspense -300.00"]
    april = on(setting, APRIL)
    assert settle(april, "B1", FIRST, "94.59")["status"] == "paid"
    assert settle(april, "B1", FOURTH, "189.18")["status"] == "paid"
    with pytest.raises(BadInput, match=r"16\.23 is left"):
        settle(april, "B1", "ALPINA", "16.24")
    assert settle(april, "B1", "ALPINA")["own_money"] == "16.23"
    assert posted(april) == [
        *march,
        "04-07 ALPINA: suspense 16.23, customer-money -16.23",
        "04-07 ALPINA: suspense 94.59, receivable -94.59",
        "04-07 ALPINA: suspense 189.18, receivable -189.18",
    ]
    assert posted(april, date(2025, 4, 6)) == march
    assert support.receivables(april, date(2025, 2, 28))["rows"][0]["customer"] == "BAHN"  # paid when the bank had it
    assert ask(april, AskOpenItems())["open"] == []
    with pytest.raises(BadInput, match="no open item"):
        settle(april, "B1", "ALPINA", "1")
    assert support.audit(april)["faults"] == []


def test_money_out_waits_and_pays_own_money_out_m13(setting: Setting) -> None:
    """What was not a customer's was in no books at all."""
    answer = take(
        setting,
        statement(
            entry("110.00", part("110.00", text=[FIRST]), own="R1"),
            entry("15.41", part("15.41", text=["back"], name=None), own="R2", way="DBIT"),
            entry("900.00", own="R3", way="DBIT", text="rent"),
        ),
    )
    assert (answer["open"], answer["suspended"]) == ([], 2)
    assert ask(setting, AskOpenItems())["open"] == []
    waiting = ask(setting, AskOpenItems(everything=True))["open"]
    assert [(row["id"], row["amount"], row["out"], row["reference"]) for row in waiting] == [
        ("B2", "15.41", True, "back"), ("B3", "900.00", True, "rent")
    ]  # fmt: skip
    with pytest.raises(BadInput, match=r"15\.41 would do"):
        settle(setting, "B3", "ALPINA")
    assert settle(setting, "B2", "ALPINA")["own_money"] == "0.00"
    assert own(setting, "ALPINA") == []
    assert sorted(posted(setting)) == [
        "02-10 -: bank -15.41, suspense 15.41",
        "02-10 -: bank -900.00, suspense 900.00",
        "02-10 ALPINA: bank 110.00, receivable -94.59, customer-money -15.41",
        "03-31 ALPINA: suspense -15.41, customer-money 15.41",
    ]
    assert support.audit(setting)["faults"] == []


def out(amount: str, name: str, own: str = "R2", on: str = "2025-02-20") -> str:
    to = f"<Cdtr><Pty><Nm>{name}</Nm></Pty></Cdtr>"
    return entry(amount, part(amount, text=["thank you"], parties=to, own=own), own=own, way="DBIT", on=on)


def test_all_of_a_customers_own_money_that_goes_out_to_it_is_its_refund_m13(setting: Setting) -> None:
    over = entry("110.00", part("110.00", text=[FIRST]), own="R1")
    answer = take(setting, statement(over, out("15.41", "ALPINA  SA"), out("15.41", "Alpina SA", own="R3")))
    assert answer["paid_out"] == [
        {"customer": "ALPINA", "amount": "15.41", "currency": "CHF", "date": "2025-02-20", "refund": "bank:=" + KEY}
        for KEY in [answer["paid_out"][0]["refund"].removeprefix("bank:=")]
    ]
    assert own(setting, "ALPINA") == [] and answer["open"] == [] and answer["suspended"] == 1
    assert sorted(posted(setting)) == [
        "02-10 ALPINA: bank 110.00, receivable -94.59, customer-money -15.41",
        "02-20 -: bank -15.41, suspense 15.41",
        "02-20 ALPINA: bank -15.41, customer-money 15.41",
    ]
    again = take(setting, statement(over, out("15.41", "ALPINA  SA"), out("15.41", "Alpina SA", own="R3")))
    assert (again["known"], again.get("paid_out", [])) == (3, [])
    assert support.audit(setting)["faults"] == []


@pytest.mark.parametrize(
    ("amount", "name", "reason"),
    [
        ("15.00", "Alpina SA", "ALPINA has 15.41 of its own"),  # a part, or something else
        ("16.00", "Alpina SA", None),  # more than there is: a purchase from it, say
        ("15.41", "Bergbahn AG", None),
        ("10.00", "Cima Sagl", "may be r to CIMA, recorded by hand"),
    ],
)
def test_money_out_that_has_another_reading_waits_m14(
    setting: Setting, amount: str, name: str, reason: str | None
) -> None:
    do(setting, PayOnAccount(customer="CIMA", amount=Decimal(20), on=date(2025, 2, 10)))
    do(setting, Refund(customer="CIMA", amount=Decimal(10), on=date(2025, 2, 20)), "r")
    answer = take(setting, statement(entry("110.00", part("110.00", text=[FIRST]), own="R1"), out(amount, name)))
    assert answer.get("paid_out", []) == []
    assert [(row["reason"], row["out"]) for row in answer["open"]] == ([(reason, True)] if reason else [])
    assert (answer.get("suspended", 0), own(setting, "ALPINA")) == (
        0 if reason else 1, [{"amount": "15.41", "currency": "CHF"}],
    )  # fmt: skip
    if reason:
        what = "r" if name.startswith("Cima") else "ALPINA"
        settle(setting, answer["open"][0]["id"], what)
    assert support.audit(setting)["faults"] == []


def test_what_was_recorded_by_hand_is_there_once_m14(setting: Setting) -> None:
    """A payment, money on account, a refund and a bounce, each recorded before the bank's file came."""
    do(setting, Pay(invoice=FIRST, on=date(2025, 2, 10)), "y")
    do(setting, PayOnAccount(customer="BAHN", amount=Decimal(40), on=date(2025, 2, 10)), "d")
    do(setting, Refund(customer="BAHN", amount=Decimal(10), on=date(2025, 2, 11)), "r")
    do(setting, Bounce(payment="y", on=date(2025, 2, 12)))
    take(
        setting,
        statement(
            entry("94.59", own="R1"), entry("40.00", own="R2"), entry("10.00", own="R3", way="DBIT"),
            entry("94.59", own="R4", way="DBIT", on="2025-02-12"),
        ),
    )  # fmt: skip
    for item, what in (("B1", "y"), ("B2", "d"), ("B3", "r"), ("B4", "y")):
        assert settle(setting, item, what)["recognised"] == what
    books = support.books(setting, date(2025, 12, 31))
    sums = {role: sum(leg.amount for e in books.entries for leg in e.legs if leg.role == role)
            for role in ("bank", "suspense")}  # fmt: skip
    assert sums == {"bank": Decimal(30), "suspense": Decimal(0)}
    assert own(setting, "BAHN") == [{"amount": "30.00", "currency": "CHF"}]
    take(setting, statement(entry("94.59", own="R5", on="2025-02-13")))
    with pytest.raises(Already):
        settle(setting, "B5", "y")
    assert support.audit(setting)["faults"] == []


def test_charges_that_were_kept_back_are_the_issuers_m14(setting: Setting) -> None:
    """94.59 were paid and 89.59 came; 5.00 were open on the invoice."""
    words = part("94.59", text=[FIRST], own="R1", inside=KEPT_BACK)
    words = words.replace("</Refs>", "<EndToEndId>E2E-17</EndToEndId></Refs>")
    assert take(setting, statement(entry("89.59", words, own="R1")))["booked"][0]["status"] == "paid"
    assert posted(setting) == ["02-10 ALPINA: bank 89.59, bank-charges 5.00, receivable -94.59"]
    returned = words.replace("</TxDtls>", "<RtrInf/></TxDtls>").replace(">R1<", ">R2<")
    take(setting, statement(entry("89.59", returned, own="R2", way="DBIT", on="2025-02-20")))
    assert posted(setting)[1:] == ["02-20 ALPINA: bank -89.59, bank-charges -5.00, receivable 94.59"]
    assert support.audit(setting)["faults"] == []


def test_m14_a_return_is_his_whom_it_names_of_two_with_the_same_id(setting: Setting) -> None:
    """Two customers write the same end-to-end id and pay the same: the return of the one had bounced the other's."""

    def given(own: str, name: str, text: str, more: str = "") -> str:
        words = part("94.59", text=[text], name=name, own=own, inside=more)
        return words.replace("</Refs>", "<EndToEndId>E2E-17</EndToEndId></Refs>")

    take(setting, statement(entry("94.59", given("R1", "Alpina SA", FIRST), own="R1")))
    take(setting, statement(entry("94.59", given("R2", "Bergbahn AG", SECOND), own="R2")))
    way = {"way": "DBIT", "on": "2025-02-20"}
    back = take(setting, statement(entry("94.59", given("R3", "Alpina SA", "", "<RtrInf/>"), own="R3", **way)))
    assert [row["invoice"] for row in back["returned"]] == [FIRST]
    take(setting, statement(entry("94.59", given("R4", "Alpina SA", FIRST), own="R4", on="2025-02-21")))
    unnamed = given("R5", "", "", "<RtrInf/>")
    (item,) = take(setting, statement(entry("94.59", unnamed, own="R5", **way | {"on": "2025-02-22"})))["open"]
    assert "have the same id and amount: whose is it?" in item["reason"]
    creditor = unnamed.replace("<RltdPties>", "<RltdPties><Cdtr><Pty><Nm>Bergbahn AG</Nm></Pty></Cdtr>")
    back = take(
        setting, statement(entry("94.59", creditor.replace("R5", "R6"), own="R6", **way | {"on": "2025-02-23"}))
    )
    assert [row["invoice"] for row in back["returned"]] == [SECOND]
    assert support.audit(setting)["faults"] == []


def test_charges_of_what_waits_m14(setting: Setting) -> None:
    words = part("100.00", text=["?"], own="R1", inside=KEPT_BACK)
    (item,) = take(setting, statement(entry("95.00", words, own="R1")))["open"]
    assert item["amount"] == "100.00"
    settle(setting, "B1", SECOND)
    assert posted(setting) == [
        "02-10 -: bank 95.00, suspense -100.00, bank-charges 5.00",
        "03-31 BAHN: suspense 100.00, receivable -100.00",
    ]


def test_a_batch_net_of_charges_is_its_parts_m14(setting: Setting) -> None:
    parts = [part("94.59", text=[FIRST], own="T1"), part("141.88", text=[SECOND], name="Bergbahn AG", own="T2")]
    whole = entry("234.47", *parts, own="R1").replace("</Ntry>", KEPT_BACK.replace("5.00", "2.00") + "</Ntry>")
    assert [row["status"] for row in take(setting, statement(whole))["booked"]] == ["paid", "paid"]
    assert posted(setting) == [
        "02-10 ALPINA: bank 94.59, receivable -94.59",
        "02-10 BAHN: bank 139.88, bank-charges 2.00, receivable -141.88",
    ]


def test_the_banks_own_price_is_a_charge_m14(setting: Setting) -> None:
    price = entry("3.50", own="R1", way="DBIT").replace("</Ntry>", PRICE + "</Ntry>")
    assert "suspended" not in take(setting, statement(price))
    assert posted(setting) == ["02-10 -: bank -3.50, bank-charges 3.50"]
    assert ask(setting, AskOpenItems(everything=True))["open"] == []


def test_a_part_of_a_payment_is_not_taken_back_m14(setting: Setting) -> None:
    do(setting, Pay(invoice=FIRST, on=date(2025, 2, 10)), "y")
    take(setting, statement(entry("50.00", own="R1", way="DBIT")))
    with pytest.raises(Refusal, match=r"y is 94\.59, 50\.00 is left of B1"):
        settle(setting, "B1", "y")


def answered(setting: Setting, item: str, what: str, amount: str | None = None) -> tuple[dict[str, Any], str]:
    """What settling answers beside item and currency, and what it leaves out under the same id again (L5)."""
    request = SettleItem(item=item, on=what, amount=None if amount is None else Decimal(amount))
    first, again = (do(setting, request, f"settled {item} {what}") for _ in range(2))
    name = f"B{item.removeprefix('B')}"
    assert again.pop("unchanged") and all(first[key] == again[key] for key in again)
    assert [(one["item"], one.pop("currency"), one.pop("credited")) for one in (first, again)] == [
        (name, "CHF", [])
    ] * 2
    del first["item"]
    return first, " ".join(key for key in first if key not in again)


def test_what_settling_answers_and_answers_again_m14_l5(setting: Setting) -> None:
    """On an invoice, on account, paid out, taken back (an invoice's, and own money), recorded by hand before."""
    do(setting, PayOnAccount(customer="BAHN", amount=Decimal(40), on=date(2025, 2, 9)), "d")
    file = document(statement(
        entry("110.00", part("110.00", text=["?"]), own="R1"), entry("15.41", own="R2", way="DBIT"),
        entry("94.59", own="R3", way="DBIT", on="2025-02-12"), entry("40.00", own="R4"), entry("20.00", own="R5"),
        entry("20.00", own="R6", way="DBIT"),
    )).encode()  # fmt: skip
    first, second, under_id, again = (
        do(setting, ImportBankFile(file="x.xml", data=file), key) for key in (None, None, "i", "i")
    )
    assert (len(first.pop("open")), first.pop("suspended")) == (3, 3)
    came = {"file": "x.xml", "booked": [], "returned": []}
    assert first == came | {"known": 0}
    assert second == under_id == came | {"known": 6, "open": []}
    assert again in (second, second | {"unchanged": True})
    paid, no_more = answered(setting, "B1", FIRST, "94.59")
    payment = paid.pop("payment")
    back: dict[str, Any] = {"no_longer_drawn": [], "with_it": []}
    alpina = {"customer": "ALPINA"}
    assert paid == alpina | {"invoice": FIRST, "paid": "94.59", "open": "0.00", "status": "paid", "amount": "94.59"}
    assert no_more == "payment amount"
    assert answered(setting, "B1", "ALPINA") == (
        alpina | {"own_money": "15.41", "payment": f"{payment}/2", "amount": "15.41"}, "payment amount",
    )  # fmt: skip
    out, no_more = answered(setting, "2", "ALPINA")
    assert out.pop("refund").startswith("bank:=") and no_more == "refund amount"
    assert out == alpina | {"own_money": "0.00", "amount": "15.41"}
    assert answered(setting, "B3", payment) == (
        alpina | {"invoice": FIRST, "paid": "0.00", "open": "94.59", "status": "open", "payment": payment} | back, "",
    )  # fmt: skip
    assert answered(setting, "B4", "d") == ({"customer": "BAHN", "recognised": "d", "amount": "40.00"}, "amount")
    account, _ = answered(setting, "B5", "CIMA")
    assert account["own_money"] == "20.00"
    assert answered(setting, "B6", account["payment"]) == (
        {"customer": "CIMA", "own_money": "0.00", "payment": account["payment"]} | back, "own_money",
    )  # fmt: skip
    assert ask(setting, AskOpenItems(everything=True)) == {"open": []}


def returned_with(amount: str, fee: str, more: str = "") -> str:
    inside = charged(fee).replace("</Rcrd>", f"{more}</Rcrd>") + "<RtrInf/>"
    return statement(entry(amount, part(amount, ref=[REFERENCE], inside=inside), way="DBIT", on="2025-02-15"))


@pytest.mark.parametrize(
    ("amount", "fee"), [("99.59", ["02-15 -: bank -5.00, bank-charges 5.00"]), ("94.59", [])]
)  # a fee may be debited apart
def test_m14_a_return_with_the_banks_fee_takes_the_payment_back(setting: Setting, amount: str, fee: list[str]) -> None:
    """Of a debit of 99.59, of which 5.00 are charges, nothing was taken back, and no command could."""
    take(setting, statement(entry("94.59", part("94.59", ref=[REFERENCE]))))
    answer = take(setting, returned_with(amount, "5.00"))
    assert ([row["amount"] for row in answer["returned"]], answer["open"]) == (["94.59"], [])
    assert (paid(setting, FIRST), take(setting, returned_with(amount, "5.00"))["known"]) == ("0.00", 1)
    assert ask(setting, AskOpenItems(everything=True))["open"] == []
    assert sorted(posted(setting)) == [
        "02-10 ALPINA: bank 94.59, receivable -94.59", *fee, "02-15 ALPINA: bank -94.59, receivable 94.59",
    ]  # fmt: skip
    assert support.audit(setting)["faults"] == []


@pytest.mark.parametrize(("more", "left"), [("", "94.59"), ("<ChrgInclInd>false</ChrgInclInd>", "99.59")])
def test_m14_the_fee_of_a_return_that_waits_is_booked(setting: Setting, more: str, left: str) -> None:
    """What is left is what the payment was, unless the file says that the charges are not in the amount."""
    do(setting, Pay(invoice=FIRST, on=date(2025, 2, 10)), "by-hand")
    (item,) = take(setting, returned_with("99.59", "5.00", more))["open"]
    assert item["amount"] == left
    settle(setting, item["id"], "by-hand")
    assert paid(setting, FIRST) == "0.00"
    assert [row["amount"] for row in ask(setting, AskOpenItems())["open"]] == (["5.00"] if more else [])
    assert support.audit(setting)["faults"] == []


def test_m14_the_fees_of_returns_in_one_entry(setting: Setting) -> None:
    came = [("94.59", REFERENCE, "5.00"), ("141.88", REFERENCE_2, "6.00")]
    take(setting, statement(*(entry(amount, part(amount, ref=[ref])) for amount, ref, _ in came)))
    parts = [part(amount, ref=[ref], inside=charged(fee) + "<RtrInf/>", name=None) for amount, ref, fee in came]
    answer = take(setting, statement(entry("247.47", *parts, way="DBIT", on="2025-02-15")))
    assert ([row["amount"] for row in answer["returned"]], answer["open"]) == (["94.59", "141.88"], [])
    assert {row for row in posted(setting) if "charges" in row} == {
        "02-15 -: bank -5.00, bank-charges 5.00", "02-15 -: bank -6.00, bank-charges 6.00",
    }  # fmt: skip
