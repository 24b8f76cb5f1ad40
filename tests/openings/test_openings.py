"""What a customer brings from another system: grants and receivables like others, and no document of ours (G14)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.core.units import ZERO
from billing.errors import Refusal
from billing.office.transaction import Setting, Transaction
from billing.requests import openings as requests
from billing.requests.account import AskAccount
from billing.requests.base import Request
from billing.requests.invoicing import AskDocument, AskDocuments
from billing.requests.payments import Bounce, Pay, WriteOff
from billing.requests.periods import CloseMonth
from billing.requests.reminders import Remind
from billing.requests.reports import AskVat
from billing.service import Billing
from billing.store import ledger
from tests.support import ask, audit, balance, books, deferred, do, load, made, on, receivables, statement

DAY = date(2025, 7, 1)
TODAY = date(2025, 9, 1)
BEAT: list[dict[str, Any]] = [
    {"type": "customer", "code": "BEAT", "name": "Beat SA", "country": "FR", "language": "fr"},
    {"type": "opening-contract", "id": "o1", "customer": "BEAT", "date": "2025-07-01", "tariff": "qualiodoo",
     "start": "2024-02-15"},
    {"type": "opening-grant", "id": "o2", "customer": "BEAT", "date": "2025-07-01", "kind": "pack",
     "product": "pack-12h", "minutes": 720, "left": 300, "price": "900.00", "starts": "2025-02-10",
     "expires": "2026-02-09", "invoice": "OLD-17"},
    {"type": "opening-invoice", "id": "o3", "customer": "BEAT", "date": "2025-07-01", "number": "OLD-21",
     "issued": "2025-05-20", "due": "2025-06-19", "total": "1080.00", "open": "480.00"},
    {"type": "opening-money", "id": "o4", "customer": "BEAT", "date": "2025-07-01", "amount": "50.00"},
]  # fmt: skip
ANNA: list[dict[str, Any]] = [
    {"type": "customer", "code": "ANNA", "name": "Anna SA", "country": "CH"},
    {"type": "opening-contract", "id": "a1", "customer": "ANNA", "date": "2025-07-01", "tariff": "q3", "tier": "profi",
     "modules": ["COFI"], "fee": "480", "start": "2024-02-29"},
    {"type": "opening-grant", "id": "a2", "customer": "ANNA", "date": "2025-07-01", "kind": "allowance", "minutes": 15,
     "left": 5},
    {"type": "opening-grant", "id": "a3", "customer": "ANNA", "date": "2025-07-01", "kind": "add-on",
     "product": "half-fare", "price": "90", "starts": "2025-01-05", "invoice": "OLD-1"},
    {"type": "opening-grant", "id": "a4", "customer": "ANNA", "date": "2025-07-01", "kind": "add-on",
     "product": "support-plus", "minutes": 120, "left": 40, "price": "565", "starts": "2025-01-06", "invoice": "OLD-2",
     "contacts": ["Marie"]},
]  # fmt: skip


@pytest.fixture
def setting(database_url: str) -> Setting:
    return made(database_url, "FR", TODAY, iban="FR7630006000011234567890189")


def refused(setting: Setting, line: dict[str, Any]) -> str:
    """The code of the refusal of a line."""
    with pytest.raises(Refusal) as failed:
        load(setting, line)
    return failed.value.code


def test_G14_what_is_left_is_drawn_as_if_it_had_been_sold_here(setting: Setting) -> None:
    load(setting, *BEAT, {"type": "entry", "customer": "BEAT", "case": "A", "date": "2025-07-02", "minutes": 42})
    told = balance(setting, "BEAT")
    assert told["minutes"] == 255
    (grant,) = told["grants"]
    assert (grant["granted"], grant["used"], grant["remaining"]) == (720, 465, 255)
    assert (grant["starts"], grant["expires"]) == ("2025-02-10", "2026-02-09")
    assert audit(setting)["faults"] == []


def test_G14_a_contract_keeps_its_first_start_and_its_allowance_is_what_is_left(setting: Setting) -> None:
    """G12: terms count from the first start; the allowance of the year that runs is what was brought of it."""
    load(setting, *ANNA)
    told = balance(setting, "ANNA", date(2025, 7, 1))
    assert told["contract"] == {"until": "2026-02-28", "active": True}
    assert sorted((g["kind"], g["remaining"], g["expires"]) for g in told["grants"]) == [
        ("add-on", 40, "2026-01-05"), ("allowance", 5, "2026-02-28")]  # fmt: skip
    assert told["reduced_rate_until"] == "2026-01-04"
    load(setting, {"type": "renewal", "customer": "ANNA", "date": "2025-12-01"})
    later = balance(setting, "ANNA", date(2026, 3, 1))
    assert [(g["kind"], g["remaining"], g["starts"]) for g in later["grants"]] == [("allowance", 15, "2026-03-01")]
    assert audit(setting)["faults"] == []


def test_G14_a_statement_from_that_day_begins_with_what_was_brought(setting: Setting) -> None:
    load(setting, *BEAT)
    shown = statement(setting, "BEAT", DAY, date(2025, 7, 31))
    assert (shown.opening, shown.movements, shown.closing) == (300, (), 300)
    before = statement(setting, "BEAT", date(2025, 6, 1), date(2025, 7, 31))
    assert before.opening == 0
    assert [(m.on, m.kind, m.minutes) for m in before.movements] == [(DAY, "grant", 300)]
    assert balance(setting, "BEAT", date(2025, 6, 30))["minutes"] == 0


def test_G14_what_was_prepaid_is_earned_as_it_is_used(setting: Setting) -> None:
    """M9: recognised so far is price times minutes used, those before the opening included."""
    load(setting, *BEAT)
    assert deferred(setting, DAY)["total"] == "375.00"
    assert deferred(setting, date(2025, 6, 30))["grants"] == []
    load(setting, {"type": "entry", "customer": "BEAT", "case": "A", "date": "2025-07-02", "minutes": 42})
    (row,) = deferred(setting, date(2025, 7, 2))["grants"]
    assert (row["price"], row["used"], row["recognised"], row["deferred"]) == ("900.00", 465, "581.25", "318.75")


def test_G14_the_books_open_with_it_and_add_up(setting: Setting) -> None:
    load(setting, *BEAT)
    entries = books(setting, TODAY).entries
    assert [(e.journal, e.on, e.what, e.document) for e in entries] == [
        ("opening", DAY, "brought", "BEAT-4"), ("opening", DAY, "brought", "OLD-17"),
        ("opening", DAY, "brought", "OLD-21")]  # fmt: skip
    sums: dict[str, Decimal] = {}
    for leg in (leg for entry in entries for leg in entry.legs):
        sums[leg.role] = sums.get(leg.role, ZERO) + leg.amount
    assert sums == {
        "customer-money": Decimal("-50.00"), "deferred": Decimal("-375.00"), "receivable": Decimal("480.00"),
        "opening-balance": Decimal("-55.00"),
    }  # fmt: skip
    assert sum(sums.values()) == 0
    closing = {b.role: b.amount for b in books(setting, TODAY).closing if b.role != "minutes"}
    assert all(sums[role] == closing[role] for role in ("customer-money", "deferred", "receivable"))


def test_G14_an_open_invoice_is_paid_reminded_of_and_written_off_and_no_document(setting: Setting) -> None:
    load(setting, *BEAT)
    assert ask(setting, AskDocuments())["invoices"] == []
    assert ask(setting, AskVat(first=date(2025, 1, 1), last=TODAY))["rows"] == []
    with pytest.raises(Refusal, match="no document of ours"):
        ask(setting, AskDocument(number="OLD-21"))
    (row,) = receivables(setting, DAY)["rows"]
    assert (row["invoice"], row["open"], row["due"]) == ("OLD-21", "480.00", "2025-06-19")
    assert receivables(setting, date(2025, 6, 30))["rows"] == []
    paid = do(setting, Pay(invoice="OLD-21", amount=Decimal(80), on=date(2025, 7, 5)), "p1")
    assert (paid["open"], paid["status"]) == ("400.00", "open")
    assert do(setting, Pay(invoice="OLD-21", amount=Decimal(50), own_money=True))["open"] == "350.00"
    (letter,) = do(setting, Remind(on=TODAY))["reminders"]
    assert [(one["number"], one["open"]) for one in letter["invoices"]] == [("OLD-21", "350.00")]
    assert do(setting, Bounce(payment="p1"))["open"] == "430.00"
    assert do(setting, WriteOff(invoice="OLD-21", reason="lost", yes=True))["open"] == "0.00"
    assert audit(setting)["faults"] == []
    money = ask(setting, AskAccount(customer="BEAT", first=DAY, last=TODAY))["accounts"][0]
    assert (money["opening"], money["closing"]) == ("430.00", "0.00")
    told = ask(setting, AskAccount(customer="BEAT", first=date(2025, 6, 1), last=TODAY))["accounts"][0]
    assert [m["kind"] for m in told["movements"]][:2] == ["brought", "brought"]


def test_G14_a_pack_that_waits_for_its_payment_is_credited_by_it(setting: Setting) -> None:
    """G2: credited on the day its invoice, which was brought too, is paid in full."""
    waiting = {"type": "opening-grant", "customer": "BEAT", "date": "2025-07-01", "kind": "pack", "product": "pack-24h",
               "minutes": 1440, "price": "900.00", "invoice": "OLD-21"}  # fmt: skip
    assert refused(setting, waiting) == "unknown-customer"
    load(setting, *BEAT, waiting)
    told = balance(setting, "BEAT")
    assert [(w["kind"], w["minutes"], w["invoice"]) for w in told["waiting"]] == [("unpaid", 1440, "OLD-21")]
    assert deferred(setting, DAY)["total"] == "1275.00"
    paid = do(setting, Pay(invoice="OLD-21", on=date(2025, 8, 1)))
    assert paid["credited"] == ["BEAT-G2"]
    assert balance(setting, "BEAT")["minutes"] == 1740
    assert audit(setting)["faults"] == []


def test_G14_owed_minutes_are_settled_by_the_next_grant(setting: Setting) -> None:
    """G9: not by what was brought, which stood beside them."""
    owed = {"type": "opening-owed", "id": "w", "customer": "BEAT", "date": "2025-07-01", "minutes": 90,
            "worked": "2025-06-20"}  # fmt: skip
    load(setting, *BEAT, owed)
    assert (balance(setting, "BEAT")["owed"], balance(setting, "BEAT")["minutes"]) == (90, 300)
    load(
        setting,
        {"type": "purchase", "id": "p", "customer": "BEAT", "product": "pack-12h", "price": "900",
         "date": "2025-07-10"},
        {"type": "payment", "purchase": "p", "date": "2025-07-10"},
    )  # fmt: skip
    told = balance(setting, "BEAT")
    assert (told["owed"], told["minutes"]) == (0, 300 + 720 - 90)
    assert audit(setting)["faults"] == []
    books(setting, TODAY)


@pytest.mark.parametrize(
    "line",
    [
        {"type": "entry", "customer": "BEAT", "date": "2025-06-30", "minutes": 5},
        {"type": "purchase", "customer": "BEAT", "product": "pack-12h", "price": "900", "date": "2025-06-30"},
        {"type": "on-account", "customer": "BEAT", "amount": "5", "date": "2025-06-30"},
        {"type": "goodwill", "customer": "BEAT", "minutes": 5, "date": "2025-06-30", "expires": "2025-12-31",
         "reason": "x"},
        {"type": "payment", "invoice": "OLD-21", "date": "2025-06-30"},
        {"type": "cancel", "customer": "BEAT", "date": "2025-06-30"},
        {"type": "case", "id": "T", "customer": "BEAT", "at": "2025-06-30T10:00"},
        {"type": "edit", "entry": "e", "date": "2025-06-30", "reason": "x"},
    ],
)  # fmt: skip
def test_G14_nothing_is_recorded_before_that_day(setting: Setting, line: dict[str, Any]) -> None:
    load(setting, *BEAT, {"type": "entry", "id": "e", "customer": "BEAT", "date": "2025-07-01", "minutes": 5})
    assert refused(setting, line) == "bad-date"


def test_G14_all_is_as_of_one_day_before_anything_else(setting: Setting) -> None:
    load(setting, *BEAT)
    money = {"type": "opening-money", "customer": "BEAT", "date": "2025-07-02", "amount": "5"}
    assert refused(setting, money) == "bad-date"
    load(
        setting,
        {"type": "customer", "code": "CARA", "name": "Cara", "country": "FR"},
        {"type": "contract", "customer": "CARA", "tariff": "qualiodoo", "start": "2025-06-01"},
    )
    assert refused(setting, money | {"customer": "CARA"}) == "bad-date"
    load(setting, money | {"customer": "CARA", "date": "2025-06-01"})


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"left": 721}, "bad-duration"),
        ({"minutes": 0}, "bad-duration"),
        ({"price": None}, "price-required"),
        ({"invoice": None}, "bad-input"),
        ({"invoice": "INV-2025-00001"}, "conflict"),
        ({"kind": "add-on"}, "bad-input"),
        ({"product": "pack-13h"}, "unknown-product"),
        ({"starts": "2025-07-02"}, "bad-date"),
        ({"starts": None}, "bad-input"),
        ({"contacts": ["Marie"]}, "not-eligible"),
        ({"kind": "allowance", "product": None, "price": None, "invoice": None}, "not-eligible"),
        ({"kind": "gift"}, "bad-input"),
    ],
)
def test_G14_what_cannot_have_been_is_refused(setting: Setting, change: dict[str, Any], code: str) -> None:
    load(setting, *BEAT[:2])
    line = {key: value for key, value in (BEAT[2] | change).items() if value is not None}
    assert refused(setting, line) == code
    assert audit(setting)["faults"] == []


def test_L5_an_opening_is_entered_once(setting: Setting) -> None:
    load(setting, *BEAT)
    assert load(setting, *BEAT[1:]) == {"lines": 4, "applied": 0, "unchanged": 4}
    assert refused(setting, BEAT[2] | {"left": 299}) == "conflict"
    assert refused(setting, BEAT[3] | {"id": "other"}) == "conflict"


def test_G14_a_wrong_opening_is_taken_back_as_long_as_nothing_hangs_on_it(setting: Setting) -> None:
    """L1: the rows stay; what they recorded counts no more, and what was right takes its place."""
    load(setting, *BEAT)
    void = {"type": "opening-void", "opening": "o2", "reason": "a slip"}
    load(setting, void | {"id": "v2"})
    assert balance(setting, "BEAT")["minutes"] == 0
    assert deferred(setting, DAY)["total"] == "0.00"
    assert refused(setting, void) == "already-voided"
    load(setting, BEAT[2] | {"id": "o2b", "left": 240})
    assert balance(setting, "BEAT")["minutes"] == 240
    assert refused(setting, void | {"opening": "o1"}) == "conflict"
    load(setting, void | {"opening": "o4"})
    told = ask(setting, AskAccount(customer="BEAT", first=DAY, last=TODAY))["accounts"][0]
    assert told["own_money"] == "0.00"
    load(setting, {"type": "entry", "customer": "BEAT", "date": "2025-07-02", "minutes": 5})
    assert refused(setting, void | {"opening": "o2b"}) == "conflict"
    do(setting, Pay(invoice="OLD-21", amount=Decimal(5), on=DAY))
    assert refused(setting, void | {"opening": "o3"}) == "conflict"
    assert audit(setting)["faults"] == []
    shown = ask(setting, requests.AskOpenings())
    assert [row["opening"] for row in shown["customers"][0]["openings"]] == ["o1", "o3", "o2b"]


def test_G14_an_invoice_that_was_taken_back_can_be_brought_again(setting: Setting) -> None:
    load(setting, *BEAT, {"type": "opening-void", "opening": "o3", "reason": "a slip"})
    assert receivables(setting, DAY)["rows"] == []
    load(setting, BEAT[3] | {"id": "o3b", "open": "380.00"})
    assert [row["open"] for row in receivables(setting, DAY)["rows"]] == ["380.00"]
    assert audit(setting)["faults"] == []


def test_M16_the_books_of_a_closed_month_open_with_nothing_more(setting: Setting) -> None:
    load(setting, *BEAT)
    do(on(setting, TODAY), CloseMonth(month=date(2025, 7, 1)))
    assert refused(setting, {"type": "opening-void", "opening": "o4", "reason": "x"}) == "period-closed"
    money = {"type": "opening-money", "customer": "BEAT", "date": "2025-07-01", "amount": "5"}
    assert refused(setting, money) == "period-closed"
    assert audit(setting)["faults"] == []


def test_G14_what_customers_brought_is_shown_with_what_they_read(setting: Setting) -> None:
    load(setting, *BEAT, *ANNA)
    shown = ask(setting, requests.AskOpenings(customers=("BEAT",)))
    (beat,) = shown["customers"]
    assert beat["text"].startswith("Beat SA\u00a0: au 1er septembre 2025, il vous reste 5 h")
    assert (beat["minutes"], beat["owed"]) == (300, 0)
    assert beat["invoices"] == [
        {"number": "OLD-21", "on": "2025-05-20", "due": "2025-06-19", "total": "1080.00", "open": "480.00",
         "currency": "EUR"}]  # fmt: skip
    both = ask(setting, requests.AskOpenings())["totals"]
    assert (both["customers"], both["minutes"]) == (2, 345)
    assert both["deferred"] == [{"amount": "375.00", "currency": "EUR"}]


def test_G14_no_work_is_read_to_open_books_or_to_show_and_take_back(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """L2: what is told and refused is the same with all that was worked since, of which none is read."""
    owed = {"type": "opening-owed", "id": "o5", "customer": "BEAT", "date": "2025-07-01", "minutes": 90}
    free = {"type": "opening-grant", "id": "o6", "customer": "BEAT", "date": "2025-07-01", "kind": "goodwill",
            "minutes": 30, "expires": "2026-02-01", "reason": "late"}  # fmt: skip
    more: list[dict[str, Any]] = [
        {"type": "opening-void", "opening": "o6", "reason": "a slip"},
        {"type": "entry", "id": "e", "customer": "BEAT", "case": "A", "date": "2025-07-02", "minutes": 42},
        {"type": "void", "entry": "e", "date": "2025-07-03", "reason": "x"},
        {"type": "entry", "customer": "ANNA", "date": "2025-07-02", "minutes": 42},
    ]
    load(setting, *BEAT, owed, free, *ANNA, *more)

    def outcome(request: Request[Any], key: str | None = None) -> object:
        try:
            return Billing(setting).do(request, key, dry_run=True).view
        except Refusal as refused:
            return f"{refused.code} {refused}"

    def outcomes() -> list[object]:
        again = requests.OpenOwed(customer="BEAT", on=DAY, minutes=90)
        new = [requests.OpenMoney(customer=code, on=DAY, amount=Decimal(9)) for code in ("ANNA", "BEAT")]
        names = [f"o{n}" for n in range(1, 7)] + [f"a{n}" for n in range(1, 5)]
        voids = [requests.VoidOpening(opening=name, reason="x") for name in names]
        found = [outcome(again, "o5"), outcome(again), *map(outcome, [*new, *voids])]
        return [*found, ask(setting, requests.AskOpenings()), ask(setting, requests.AskOpenings(customers=("BEAT",)))]

    with monkeypatch.context() as patched:
        patched.setattr(ledger, "history", lambda *_: pytest.fail("the whole book was read"))
        found = outcomes()
    assert sum(isinstance(one, str) for one in found) == 5  # o1, o2, o6, a1, a2
    monkeypatch.setattr(Transaction, "_read", lambda self, head, read: self.book(head))
    assert outcomes() == found
