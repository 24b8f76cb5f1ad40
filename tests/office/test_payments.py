"""Sales, payments and what the bank takes back, at the door (G2, M10, L5)."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing.errors import Already, BadInput, Refusal
from billing.office.transaction import Setting
from billing.requests.base import Request
from billing.requests.payments import Bounce, Pay, Sell
from billing.store import chain
from tests.support import audit, contents, do, load, made

DAY = date(2025, 1, 5)


@pytest.mark.parametrize(
    ("request_", "digest"),
    [
        (
            Sell(customer="A", product="half-fare", price=Decimal("90")),
            "65051ee403992ca2413e4b85badfac0c6fa0d1c0c243bade5590cfb226bbf1ed",
        ),
        (
            Sell(customer="A", product="support-plus", quantity=2, contacts=("Anna", "Beat"), on=DAY,
                 paid_on=date(2025, 1, 4)),
            "6f31d38a1758abde2f28b0820d42f8abab8f7b8a764ceda91b2efa8900b4a0db",
        ),
        (Pay(invoice="INV-2025-00001"), "334d43766c9641bbd8e966de44db20871ea39e68de65a6f15701c50a67072061"),
        (
            Pay(invoice="INV-2025-00001", on=date(2025, 2, 1), amount=Decimal("12.5"), own_money=True),
            "839913dde05c55a645f5fb5331512a219a1e26242e55672ed0785c09aa3ac095",
        ),
        (
            Bounce(payment="A-7", on=date(2025, 2, 1)),
            "91a884f557dd6d3e088df70172f7b859ff3dd95f041bd6e7903bfeca8232a293",
        ),
    ],
)  # fmt: skip
def test_ids_of_earlier_versions_stay_valid(request_: Request[Any], digest: str) -> None:
    """L5: what an id stands for is digested as it was before there were requests."""
    text = json.dumps(request_.content(), ensure_ascii=False, sort_keys=True, default=str, separators=(",", ":"))
    assert chain.salted(text, "0" * 32)[1] == digest


@pytest.fixture
def setting(database_url: str) -> Setting:
    made_ = made(database_url)
    load(
        made_,
        {"type": "customer", "code": "A", "name": "Alpina SA", "country": "CH"},
        {"type": "contract", "customer": "A", "tariff": "q3", "tier": "profi", "start": "2025-01-01"},
    )
    return made_


SALE = Sell(customer="A", product="half-fare", price=Decimal("100"), on=DAY)  # 108.10 with VAT


def test_asked_again_nothing_is_sold_paid_or_taken_back_twice(setting: Setting) -> None:
    first = do(setting, SALE, "s")
    assert do(setting, SALE, "s") == first | {"unchanged": True}
    paid = do(setting, Pay(invoice=first["invoice"], amount=Decimal("150"), on=DAY), "p")
    again = do(setting, Pay(invoice=first["invoice"], amount=Decimal("150.00"), on=DAY), "p")
    assert (paid["open"], paid["payment"], again["status"], again["unchanged"]) == ("0.00", "p", "paid", True)
    with pytest.raises(Already):
        do(setting, Pay(invoice=first["invoice"], amount=Decimal("150.01"), on=DAY), "p")
    back = do(setting, Bounce(payment="p", on=DAY), "b")
    assert (back["status"], back["open"], back["with_it"]) == ("open", "108.10", [])
    assert do(setting, Bounce(payment="p", on=DAY), "b")["unchanged"]


def test_a_payment_of_a_purchase_is_one_of_its_invoice(setting: Setting) -> None:
    """L5: the id stands for the invoice, however it was named."""
    number = do(setting, SALE, "s")["invoice"]
    assert do(setting, Pay(purchase="s", on=DAY), "p")["status"] == "paid"
    assert do(setting, Pay(invoice=number, on=DAY), "p")["unchanged"]
    line = {"type": "payment", "id": "p", "purchase": "s", "date": "2025-01-05"}
    assert load(setting, line)["unchanged"] == 1


@pytest.mark.parametrize("named", [{}, {"invoice": "INV-2025-00001", "purchase": "s"}])
def test_a_payment_names_one_thing(named: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="purchase or invoice, and not both"):
        Pay(**named)


def test_a_dry_run_answers_and_keeps_nothing(setting: Setting) -> None:
    before = contents(setting)
    sold = do(setting, SALE, "s", dry_run=True)
    assert (sold["invoice"], sold["total"]) == ("INV-2025-00001", "108.10")
    assert contents(setting) == before
    do(setting, SALE, "s")
    before = contents(setting)
    assert do(setting, Pay(purchase="s"), dry_run=True)["status"] == "paid"
    assert contents(setting) == before


def test_own_money_never_more_than_there_is(setting: Setting) -> None:
    first, second = do(setting, SALE), do(setting, SALE)
    do(setting, Pay(invoice=first["invoice"], amount=Decimal("150"), on=DAY))
    with pytest.raises(Refusal) as refused:
        do(setting, Pay(invoice=second["invoice"], own_money=True))
    line = {"type": "payment", "invoice": second["invoice"], "date": "2025-01-05", "amount": "41.91", "own_money": True}
    with pytest.raises(Refusal, match=r"41\.90 would do"):
        load(setting, line)
    assert str(refused.value) == (
        "A has 41.90 of its own, and 108.10 is open on INV-2025-00002; --amount 41.90 would do"
    )


def test_l5_a_bounce_asked_again_says_again_what_can_no_longer_be_drawn(database_url: str) -> None:
    """Who lost the answer did not hear of the pack."""
    setting = made(database_url, today=DAY)
    load(
        setting,
        {"type": "customer", "code": "B", "name": "B", "country": "CH"},
        {"type": "contract", "customer": "B", "tariff": "qualiodoo", "start": "2025-01-01"},
        {"type": "purchase", "id": "p", "customer": "B", "product": "pack-12h", "price": "720", "date": "2025-01-02"},
        {"type": "payment", "id": "y", "purchase": "p", "date": "2025-01-03"},
    )
    first, again = (do(setting, Bounce(payment="y", on=DAY), "b") for _ in range(2))
    assert first["no_longer_drawn"] == ["B-G1"] and again == first | {"unchanged": True}


PAID_PACK: list[dict[str, Any]] = [
    {"type": "customer", "code": "ANNA", "name": "Anna SA", "country": "FR"},
    {"type": "contract", "customer": "ANNA", "tariff": "qualiodoo", "start": "2025-01-01"},
    {
        "type": "purchase",
        "id": "p",
        "customer": "ANNA",
        "product": "pack-12h",
        "price": "900",
        "date": "2025-01-02",
    },
    {"type": "payment", "id": "m1", "purchase": "p", "date": "2025-01-10"},
]


def test_M10_G7_what_returned_after_a_pack_bounced_goes_to_its_heir_however_it_is_paid(database_url: str) -> None:
    """By itself as in a load: what a payment reads of the work was nothing, and the heir had the minutes twice."""
    lines: list[dict[str, Any]] = [
        *PAID_PACK,
        {"type": "entry", "id": "e1", "customer": "ANNA", "case": "K1", "date": "2025-02-01", "minutes": 60},
        {"type": "entry", "id": "e2", "customer": "ANNA", "case": "K2", "date": "2025-02-02", "minutes": 30},
        {"type": "bounce", "payment": "m1", "date": "2025-02-10"},
        {"type": "void", "entry": "e1", "reason": "not theirs", "date": "2025-03-01"},
    ]
    setting = made(database_url, "FR", today=date(2025, 12, 31))
    load(setting, *lines)
    do(setting, Pay(purchase="p", on=date(2025, 2, 15)), "m2")
    kept = contents(setting)
    assert [(grant["number"], grant["minutes"]) for grant in kept["time_grant"]] == [(1, 720), (2, 720 - 60 - 30)]
    moved = [(d["grant"], d["minutes"], d["dated_on"]) for d in kept["draw"] if d["kind"] == "move"]
    assert moved == [(1, 60, "2025-03-01"), (2, -60, "2025-03-01")]
    assert audit(setting)["faults"] == []
    setting.engine.dispose()


def test_M10_G7_what_returned_of_several_entries_goes_to_the_heir_in_the_order_of_a_load(tmp_path: Path) -> None:
    """One of them owed once: what moves is decided in one order, or the audit would decide it otherwise."""
    lines: list[dict[str, Any]] = [
        *PAID_PACK,
        {"type": "entry", "id": "e1", "customer": "ANNA", "case": "K", "date": "2025-02-01", "minutes": 60},
        {"type": "entry", "id": "e2", "customer": "ANNA", "case": "K", "date": "2025-02-02", "minutes": 700},
        {"type": "bounce", "payment": "m1", "date": "2025-02-10"},
        {"type": "verify", "case": "K", "with": ["support"], "date": "2025-03-01"},
    ]
    moved = []
    for name in ("load", "act"):
        setting = made(f"sqlite:///{tmp_path}/{name}.db", "FR", today=date(2025, 12, 31))
        load(setting, *lines)
        if name == "load":
            load(setting, {"type": "payment", "id": "m2", "purchase": "p", "date": "2025-02-15"})
        else:
            do(setting, Pay(purchase="p", on=date(2025, 2, 15)), "m2")
        draws = [d for d in contents(setting)["draw"] if d["kind"] == "move"]
        moved.append([(d["n"], d["entry"], d["grant"], d["minutes"]) for d in draws])
        assert audit(setting)["faults"] == []
        setting.engine.dispose()
    assert moved[0] == moved[1] and len(moved[0]) == 4
