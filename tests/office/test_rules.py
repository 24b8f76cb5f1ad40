"""Rules worked out by hand, one small history each, through the office as users have it. Each test names its rules."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing.errors import Refusal
from billing.office.transaction import Setting
from billing.requests.contracts import Cancel, Renew
from billing.requests.parties import AskCustomer
from billing.requests.payments import Bounce, Pay, Sell
from billing.requests.reports import AskVat
from tests import support
from tests.history import Line
from tests.invoicing import documents, einvoices
from tests.support import ask, do, init, load, made


def q3(**more: object) -> list[Line]:
    """A customer on q3, premium, without an allowance."""
    return [
        {"type": "customer", "code": "A", "name": "A", "country": "CH"},
        {"type": "contract", "customer": "A", "tariff": "q3", "tier": "premium", "start": "2025-01-01", **more},
    ]


def packs(start: str = "2025-01-01") -> list[Line]:
    return [
        {"type": "customer", "code": "A", "name": "A", "country": "FR"},
        {"type": "contract", "customer": "A", "tariff": "qualiodoo", "start": start},
    ]


def sold(id_: str, on: str, paid: str | None = None, product: str = "pack-12h", price: str = "900.00") -> list[Line]:
    line: Line = {"type": "purchase", "id": id_, "customer": "A", "product": product, "price": price, "date": on}
    return [line] + ([{"type": "payment", "id": f"y-{id_}", "purchase": id_, "date": paid}] if paid else [])


def worked(id_: str, on: str, minutes: int, case: str | None = None, category: str = "support", **more: str) -> Line:
    return {
        "type": "entry",
        "id": id_,
        "customer": "A",
        "date": on,
        "minutes": minutes,
        "category": category,
        **({"case": case} if case else {}),
        **more,
    }


@pytest.fixture
def swiss(tmp_path: Path) -> Setting:
    return made(f"sqlite:///{tmp_path}/b.db")


@pytest.fixture
def french(tmp_path: Path) -> Setting:
    return made(f"sqlite:///{tmp_path}/b.db", "FR")


def left(setting: Setting, at: str) -> int:
    return int(support.balance(setting, "A", date.fromisoformat(at))["minutes"])


def windows(setting: Setting, at: str) -> list[tuple[str, int, str, bool]]:
    found = support.balance(setting, "A", date.fromisoformat(at))["grants"]
    return [(g["id"], g["remaining"], g["expires"], g["carried"]) for g in found]


def charge(setting: Setting, **request: Any) -> dict[str, Any]:
    return support.log(setting, customer="A", **request)


def refused(setting: Setting, *lines: Line) -> str:
    with pytest.raises(Refusal) as caught:
        load(setting, *lines)
    assert caught.value.message.startswith("line ")
    return caught.value.code


def moved(setting: Setting, first: str, last: str) -> list[tuple[str, str, int]]:
    shown = support.statement(setting, "A", date.fromisoformat(first), date.fromisoformat(last))
    return [(f"{m.on}", m.kind, m.minutes) for m in shown.movements]


# Time and rating


def test_the_running_total_of_a_case_is_rounded(swiss: Setting) -> None:
    """T3: 3 then 4 are 5 and 5; 3 then 1 are 5 and 0; per category; without a case each is its own."""
    load(swiss, *q3())
    on = date(2025, 2, 1)
    assert [charge(swiss, seconds=s * 60, case="x", on=on)["charged"] for s in (3, 4, 3, 1)] == [5, 5, 0, 5]
    assert charge(swiss, seconds=60, case="x", category="training", on=on)["charged"] == 5
    assert [charge(swiss, seconds=60, on=on)["charged"] for _ in range(2)] == [5, 5]


def test_a_late_entry_is_rounded_in_recorded_order(swiss: Setting) -> None:
    """T3, R6: the entry recorded later is charged the difference, whenever its work was."""
    load(swiss, *q3(), worked("e1", "2025-03-10", 7, "x"), worked("e2", "2025-03-01", 2, "x"))
    assert charge(swiss, seconds=120, case="x", on=date(2025, 2, 1))["charged"] == 5  # 7 + 2 + 2 = 11: 15 - 10


def test_one_entry_part_grant_part_reduced_rate(swiss: Setting) -> None:
    """R4, R5, G3: what the allowance leaves goes at the half-fare; training never does."""
    load(swiss, *q3(fee="100", modules=["COFI"]), *sold("hf", "2025-01-05", None, "half-fare", "90"))
    answer = charge(swiss, seconds=3600, case="x", on=date(2025, 1, 5))
    assert ([d["minutes"] for d in answer["drawn"]], answer["overage"]["minutes"]) == ([25], 35)
    assert (answer["overage"]["rate"], answer["overage"]["amount"]) == ("119.00", "69.42")
    assert (
        charge(swiss, seconds=3600, case="t", category="training", on=date(2025, 1, 5))["overage"]["rate"] == "175.00"
    )
    assert charge(swiss, seconds=300, case="y", on=date(2025, 1, 4))["overage"]["rate"] == "175.00"


def test_the_burn_order(swiss: Setting) -> None:
    """R4: earliest expiry first, then what covers least."""
    load(
        swiss,
        *q3(fee="100", modules=["COFI"]),  # 25 min of support until 31 December
        {
            "type": "goodwill",
            "customer": "A",
            "minutes": 10,
            "date": "2025-01-01",
            "expires": "2025-06-30",
            "reason": "g",
        },
        {
            "type": "goodwill",
            "customer": "A",
            "minutes": 10,
            "date": "2025-01-01",
            "expires": "2025-12-31",
            "reason": "g",
        },
    )
    drawn = charge(swiss, seconds=40 * 60, case="x", on=date(2025, 2, 1))["drawn"]
    assert [(d["grant"], d["minutes"]) for d in drawn] == [("A-G2", 10), ("A-G1", 25), ("A-G3", 5)]


def test_first_case_free_again_after_a_void(swiss: Setting) -> None:
    """R2: the first case is that of the earliest recorded live entry."""
    load(
        swiss,
        *q3(),
        worked("e1", "2025-01-03", 10, "i1", "first-install"),
        worked("e2", "2025-01-04", 10, "i2", "first-install"),
    )
    assert support.void(swiss, "e1", "slip", date(2025, 1, 5))["changed"][0]["charged_before"] == 0
    answer = charge(swiss, seconds=600, case="i2", category="first-install", on=date(2025, 1, 6))
    assert answer["free"] == "first"
    assert charge(swiss, seconds=600, case="i3", category="first-install", on=date(2025, 1, 6))["free"] is None


def test_what_is_refused(swiss: Setting) -> None:
    """T4, R1, G1, G3: nothing of a refused line is kept."""
    load(swiss, *q3())
    assert refused(swiss, worked("e", "2025-02-01", 0)) == "bad-duration"
    assert refused(swiss, worked("e", "2025-02-01", 1441)) == "bad-duration"
    assert refused(swiss, worked("e", "2030-01-02", 5)) == "future-date"
    assert refused(swiss, worked("e", "2024-12-31", 5)) == "no-active-contract"
    assert refused(swiss, *sold("p", "2025-01-05", None, "support-plus", "565")) == "not-eligible"
    assert (
        refused(swiss, {"type": "contract", "customer": "A", "tariff": "q3", "tier": "profi", "start": "2025-06-01"})
        == "conflict"
    )
    assert refused(swiss, {"type": "tier", "customer": "A", "tier": "gold", "date": "2025-02-01"}) == "unknown-tier"
    assert support.audit(swiss)["checked"]["charges"] == 0


# Grants


def test_carry_over_again_and_the_first_credited(french: Setting) -> None:
    """G5: a pack carries to the first credited of those that expire later, and again; between windows it is closed."""
    load(
        french,
        *packs(),
        *sold("p1", "2025-01-10", "2025-01-10"),
        *sold("p2", "2026-01-20", "2026-01-20"),
        *sold("p3", "2027-02-01", "2027-02-10"),
    )
    assert windows(french, "2026-01-09")[0] == ("A-G1", 720, "2026-01-09", False)
    assert windows(french, "2026-01-15") == []
    assert windows(french, "2026-01-20") == [("A-G1", 720, "2027-01-19", True), ("A-G2", 720, "2027-01-19", False)]
    assert windows(french, "2027-02-10")[0] == ("A-G1", 720, "2028-02-09", True)
    assert [m for m in moved(french, "2026-01-01", "2026-01-31") if m[1] != "grant"] == [
        ("2026-01-10", "expiry", -720),
        ("2026-01-20", "carry-over", 720),
    ]


def test_grace_days_are_counted_from_the_expiry(french: Setting) -> None:
    """G5: credited within 30 days after the expiry carries, on the 31st it does not."""
    load(french, *packs(), *sold("p1", "2025-01-10", "2025-01-10"), *sold("p2", "2026-02-08", "2026-02-08"))
    assert left(french, "2026-02-08") == 1440
    load(french, {"type": "bounce", "payment": "y-p2", "date": "2026-02-09"})
    assert left(french, "2026-02-09") == 0


def test_the_31st_day_is_too_late(french: Setting) -> None:
    """G5: the hours are lost."""
    load(french, *packs(), *sold("p1", "2025-01-10", "2025-01-10"), *sold("p2", "2026-02-09", "2026-02-09"))
    assert left(french, "2026-02-09") == 720


def test_a_late_entry_draws_what_has_expired(french: Setting) -> None:
    """G6: an entry is rated on the grants of its day, whenever it is recorded; the expiry is less by it."""
    load(french, *packs(), *sold("p1", "2025-01-10", "2025-01-10"))
    assert moved(french, "2026-01-01", "2026-02-01") == [("2026-01-10", "expiry", -720)]
    load(french, worked("late", "2026-01-09", 20))
    assert moved(french, "2026-01-01", "2026-02-01") == [("2026-01-09", "draw", -20), ("2026-01-10", "expiry", -700)]


def test_returned_minutes_count_from_their_return(french: Setting) -> None:
    """C3, G6: what a correction brings back can be drawn from that day, also by a late entry."""
    load(french, *packs(), *sold("p1", "2025-01-10", "2025-01-10"), worked("e1", "2025-02-01", 720))
    load(french, {"type": "void", "entry": "e1", "date": "2025-03-01", "reason": "x"}, worked("e2", "2025-02-15", 30))
    assert moved(french, "2025-01-01", "2025-12-31") == [
        ("2025-01-10", "grant", 720),
        ("2025-02-01", "draw", -720),
        ("2025-03-01", "correction", 720),
        ("2025-03-01", "draw", -30),
    ]
    assert (left(french, "2025-02-28"), left(french, "2025-03-01")) == (0, 690)


def test_minutes_that_return_after_the_end_are_lost(french: Setting) -> None:
    """C3: with no window open they are worth nothing, to new work."""
    load(french, *packs(), *sold("p1", "2025-01-10", "2025-01-10"), worked("e1", "2025-02-01", 60))
    load(french, {"type": "void", "entry": "e1", "date": "2026-03-01", "reason": "x"})
    assert left(french, "2026-03-01") == 0
    assert moved(french, "2026-03-01", "2026-03-01") == [
        ("2026-03-01", "correction", 60),
        ("2026-03-01", "expiry", -60),
    ]


def test_owed_minutes_oldest_first_from_the_next_pack(french: Setting) -> None:
    """G9: settled on the day of crediting, work later than that on its own day; a late entry at once."""
    load(french, *packs(), worked("e1", "2025-01-20", 12), worked("e2", "2025-02-05", 8), *sold("p1", "2025-01-15"))
    load(french, {"type": "payment", "purchase": "p1", "date": "2025-02-01"})
    assert moved(french, "2025-01-01", "2025-12-31") == [
        ("2025-02-01", "grant", 720),
        ("2025-02-01", "settle", -15),
        ("2025-02-05", "settle", -10),
    ]
    late = charge(french, seconds=300, on=date(2025, 1, 10))
    assert (late["owed"], [(drawn["grant"], drawn["minutes"]) for drawn in late["drawn"]]) == (0, [("A-G1", 5)])
    assert support.balance(french, "A", date(2025, 1, 31))["owed"] == 20


def test_returned_minutes_do_not_settle(french: Setting) -> None:
    """G9: the next crediting does."""
    load(
        french,
        *packs(),
        *sold("p1", "2025-01-10", "2025-01-10"),
        worked("e1", "2025-02-01", 720),
        worked("e2", "2025-02-02", 10),
    )
    load(french, {"type": "void", "entry": "e1", "date": "2025-02-03", "reason": "x"})
    assert support.balance(french, "A", date(2025, 2, 3)) | {"minutes": 720, "owed": 10} == support.balance(
        french, "A", date(2025, 2, 3)
    )
    load(french, *sold("p2", "2025-02-04", "2025-02-04"))
    assert (support.balance(french, "A", date(2025, 2, 4))["owed"], left(french, "2025-02-04")) == (0, 1430)


def test_recording_a_payment_late_is_as_recording_it_in_time(french: Setting) -> None:
    """G7, M10: part payments credit on the day on which they reach the total, in whatever order they are recorded."""
    load(
        french,
        *packs(),
        *sold("p1", "2025-01-02"),
        {"type": "payment", "purchase": "p1", "date": "2025-03-01", "amount": "500.00"},
        {"type": "payment", "purchase": "p1", "date": "2025-02-01"},
    )
    assert windows(french, "2025-03-01") == [("A-G1", 720, "2026-02-28", False)]
    assert left(french, "2025-02-28") == 0


def test_bounced_and_paid_again(french: Setting) -> None:
    """M10: what was drawn stands, the rest is credited on the new day, what returns goes to the new grant."""
    load(french, *packs(), *sold("p1", "2025-01-10", "2025-01-10"), worked("e1", "2025-01-11", 20))
    load(french, {"type": "bounce", "payment": "y-p1", "date": "2025-02-01"})
    assert (left(french, "2025-01-31"), left(french, "2025-02-01")) == (700, 0)
    assert documents.show(french, "INV-2025-00001")["status"] == "open"
    load(french, {"type": "payment", "purchase": "p1", "date": "2025-03-01"})
    assert windows(french, "2025-03-01") == [("A-G2", 700, "2026-02-28", False)]
    load(french, {"type": "void", "entry": "e1", "date": "2025-03-02", "reason": "x"})
    assert windows(french, "2025-03-02") == [("A-G2", 720, "2026-02-28", False)]
    assert support.balance(french, "A", date(2025, 3, 2))["grants"][0]["granted"] == 720
    assert refused(french, {"type": "bounce", "payment": "y-p1", "date": "2025-04-01"}) == "conflict"


def test_a_bounce_counts_from_its_own_day(french: Setting) -> None:
    """M10, G5: what was carried over before the bounce was there until the day before it."""
    load(
        french,
        *packs(),
        *sold("p1", "2025-01-10", "2025-01-10"),
        *sold("p2", "2026-01-05", "2026-01-05"),
        {"type": "bounce", "payment": "y-p1", "date": "2026-03-01"},
    )
    assert [left(french, day) for day in ("2026-01-09", "2026-02-28", "2026-03-01")] == [1440, 1440, 720]


def test_a_pack_drawn_whole_and_bounced(french: Setting) -> None:
    """M10, C3: credited anew with nothing, it is there for what returns; the latest bounce counts."""
    load(
        french,
        *packs(),
        *sold("p1", "2025-01-10", "2025-01-10"),
        worked("e1", "2025-01-11", 720),
        {"type": "bounce", "payment": "y-p1", "date": "2025-02-01"},
        {"type": "payment", "purchase": "p1", "date": "2025-02-10"},
        {"type": "void", "entry": "e1", "date": "2025-03-01", "reason": "x"},
    )
    assert windows(french, "2025-03-01") == [("A-G2", 720, "2026-02-09", False)]
    assert support.audit(french)["faults"] == []


def test_unbilled_when_documents_are_recorded_in_another_order(swiss: Setting) -> None:
    """B1, L2: a credit note dated later does not count before, whatever invoice was recorded after it."""
    load(
        swiss,
        *q3(),
        worked("e1", "2025-05-19", 5),
        {"type": "invoice-run", "month": "2025-05", "date": "2025-05-31"},
        {"type": "void", "entry": "e1", "date": "2025-06-05", "reason": "x"},
        {"type": "invoice-run", "month": "2025-10", "date": "2025-11-09"},
    )
    assert support.balance(swiss, "A", date(2025, 8, 1))["unbilled"]["amount"] == "-14.58"
    load(swiss, worked("e2", "2025-06-04", 60), {"type": "invoice-run", "month": "2025-06", "date": "2025-06-30"})
    assert support.balance(swiss, "A", date(2025, 8, 1))["unbilled"]["amount"] == "-14.58"


def test_the_same_line_twice_in_one_file(swiss: Setting) -> None:
    """L5: the second is known."""
    load(swiss, *q3())
    assert load(swiss, worked("e1", "2025-02-01", 7), worked("e1", "2025-02-01", 7)) == {
        "lines": 2,
        "applied": 1,
        "unchanged": 1,
    }


def test_terms_from_29_february(swiss: Setting) -> None:
    """G12, G13: terms count from the first start; after a gap the year that contains the day."""
    load(
        swiss,
        {"type": "customer", "code": "A", "name": "A", "country": "CH"},
        {"type": "contract", "customer": "A", "tariff": "q3", "tier": "profi", "start": "2024-02-29"},
    )
    found = [
        support.do(swiss, Renew(customer="A", on=date.fromisoformat(day)))
        for day in ("2025-01-01", "2025-01-01", "2028-05-05")
    ]
    assert [(f["from"], f["to"]) for f in found] == [
        ("2025-03-01", "2026-02-28"),
        ("2026-03-01", "2027-02-28"),
        ("2028-02-29", "2029-02-28"),
    ]


def test_cancelling_ends_grants_and_credits(french: Setting) -> None:
    """G10: grants end with that day; a payment after it credits nothing."""
    load(
        french,
        *packs(),
        *sold("p1", "2025-01-10", "2025-01-10"),
        *sold("p2", "2025-02-01"),
        {"type": "cancel", "customer": "A", "date": "2025-03-31"},
    )
    assert (left(french, "2025-03-31"), left(french, "2025-04-01")) == (720, 0)
    paid = do(french, Pay(invoice="INV-2025-00002", on=date(2025, 4, 2)))
    assert paid["credited"] == []
    assert refused(french, worked("e", "2025-04-01", 5)) == "no-active-contract"


# Corrections and money


def test_void_rates_the_later_ones_of_the_pool_again(swiss: Setting) -> None:
    """C1: 3, 4 and 2 on a case are 5, 5, 0; without the first they are 5 and 5, 0 and so on."""
    load(swiss, *q3(), *(worked(f"e{n}", "2025-02-01", m, "x") for n, m in enumerate((3, 4, 2))))
    changed = support.void(swiss, "e0", "slip", date(2025, 2, 2))["changed"]
    assert [(c["entry"], c["charged_before"], c["charged"]) for c in changed] == [
        ("e0", 5, 0),
        ("e1", 5, 5),
        ("e2", 0, 5),
    ]
    assert refused(swiss, {"type": "void", "entry": "e0", "date": "2025-02-02", "reason": "x"}) == "already-voided"
    assert refused(swiss, {"type": "void", "entry": "e1", "date": "2025-01-31", "reason": "x"}) == "bad-date"


def test_a_credit_is_the_line_less_the_line_without_it(swiss: Setting) -> None:
    """C4, M1, M2: two credits on one line, each rounded as the difference; VAT on each note's own lines."""
    load(swiss, *q3(), *(worked(f"e{n}", "2025-01-10", 5, f"c{n}") for n in range(3)))
    first = documents.run(swiss, date(2025, 1, 1), date(2025, 1, 31))["invoices"][0]
    assert first["lines"][0]["amount"] == "43.75"  # 15 min at 175: not 3 × 14.58
    amounts = []
    for n in range(3):
        support.void(swiss, f"e{n}", "slip", date(2025, 2, 1))
        note = documents.run(swiss, date(2025, 2, 1), date(2025, 2, 28))["invoices"][0]
        amounts.append((note["net"], note["vat"][0]["amount"], note["corrects"]))
    assert amounts == [
        ("-14.58", "-1.18", "INV-2025-00001"),
        ("-14.59", "-1.18", "INV-2025-00001"),
        ("-14.58", "-1.18", "INV-2025-00001"),
    ]
    assert sum(Decimal(net) for net, *_ in amounts) == Decimal("-43.75")


def test_the_vat_rate_is_that_of_the_work(swiss: Setting) -> None:
    """M2: an invoice of January 2024 with work of December has two rates."""
    load(
        swiss,
        {"type": "customer", "code": "A", "name": "A", "country": "CH"},
        {"type": "contract", "customer": "A", "tariff": "q3", "tier": "profi", "start": "2023-07-01"},
        worked("e1", "2023-12-31", 60, "x"),
        worked("e2", "2024-01-01", 60, "y"),
    )
    issued = documents.run(swiss, date(2024, 1, 1), date(2024, 1, 31))["invoices"][0]
    assert [(v["rate"], v["base"], v["amount"]) for v in issued["vat"]] == [
        ("7.7", "175.00", "13.48"),
        ("8.1", "175.00", "14.18"),
    ]
    assert len(issued["lines"]) == 2


@pytest.mark.parametrize(
    ("issuer", "customer", "vat_id", "category", "rate"),
    [
        ("FR", "FR", None, "S", "20"),
        ("FR", "MC", None, "S", "20"),
        ("FR", "DE", "DE136695976", "AE", "0"),
        ("FR", "DE", None, "S", "20"),
        ("FR", "CH", None, "O", "0"),
        ("FR", "US", "123", "O", "0"),
    ],
)
def test_vat_by_country(
    tmp_path: Path, issuer: str, customer: str, vat_id: str | None, category: str, rate: str
) -> None:
    """M3."""
    setting = made(f"sqlite:///{tmp_path}/b.db", issuer)
    load(
        setting,
        {"type": "customer", "code": "A", "name": "A", "country": customer, "vat_id": vat_id},
        {"type": "contract", "customer": "A", "tariff": "qualiodoo", "start": "2025-01-01"},
        *sold("p", "2025-01-02"),
    )
    line = documents.show(setting, "INV-2025-00001")["lines"][0]
    assert (line["vat_category"], line["vat_rate"]) == (category, rate)


def test_the_note_that_ends_an_invoice_takes_its_rounding(tmp_path: Path) -> None:
    """M4, M10: credited in two notes, rounded to 0.05, nothing is left open."""
    setting = made(f"sqlite:///{tmp_path}/b.db", "CH", round_total=Decimal("0.05"))
    load(
        setting,
        *q3(),
        worked("e1", "2025-01-10", 35, "x"),
        worked("e2", "2025-01-10", 10, "y"),
        {"type": "invoice-run", "month": "2025-01", "date": "2025-01-31"},
    )
    assert documents.show(setting, "INV-2025-00001")["total"] == "141.90"  # 141.88 and 0.02
    for entry in ("e1", "e2"):
        support.void(setting, entry, "slip", date(2025, 2, 1))
        documents.run(setting, date(2025, 2, 1), date(2025, 2, 28))
    shown = documents.list_documents(setting)["invoices"]
    assert sum(Decimal(d["rounding"]) for d in shown) == 0
    assert shown[0]["status"] == "credited"


def test_notes_take_no_cent_more_than_their_invoice(tmp_path: Path) -> None:
    """M10: where the VAT of two notes adds up to a cent more, that cent is the last note's rounding."""
    address = {"street": "Rue du Lac", "house_number": "1", "postcode": "1000", "city": "Lausanne"}
    setting = made(f"sqlite:///{tmp_path}/b.db", vat_id="CHE-123.456.788 TVA", address=address)
    load(
        setting,
        *q3(start="2023-01-01"),
        worked("e1", "2023-01-10", 15, "x"),
        worked("e2", "2023-01-10", 10, "y"),
        {"type": "invoice-run", "month": "2023-01", "date": "2023-01-31"},
    )
    for entry in ("e1", "e2"):
        support.void(setting, entry, "slip", date(2023, 2, 1))
        documents.run(setting, date(2023, 2, 1), date(2023, 2, 28))
    shown = documents.list_documents(setting)["invoices"]
    assert [(d["net"], d["vat"][0]["amount"], d["rounding"], d["total"]) for d in shown] == [
        ("72.92", "5.61", "0.00", "78.53"), ("-43.75", "-3.37", "0.00", "-47.12"),
        ("-29.17", "-2.25", "0.01", "-31.41"),
    ]  # fmt: skip
    assert (shown[0]["status"], support.receivables(setting, date(2023, 3, 1))["rows"]) == ("credited", [])
    assert support.audit(setting)["faults"] == []
    for document in shown:
        checked = einvoices.check(setting, document["number"], "cii")
        assert (checked["ok"], checked["faults"]) == (True, [])


def test_own_money_pays_another_invoice(swiss: Setting) -> None:
    """M10: `paid` stops at the total; the rest is usable, once."""
    load(
        swiss,
        *q3(),
        *sold("a", "2025-01-05", None, "half-fare", "100"),
        *sold("b", "2025-01-06", None, "half-fare", "100"),
        {"type": "payment", "purchase": "a", "date": "2025-01-07", "amount": "150.00"},
    )
    assert documents.show(swiss, "INV-2025-00001")["paid"] == "108.10"
    pay: dict[str, Any] = {"invoice": "INV-2025-00002", "on": date(2025, 1, 8), "own_money": True}
    with pytest.raises(Refusal):
        do(swiss, Pay(amount=Decimal("41.91"), **pay))
    assert do(swiss, Pay(amount=Decimal("41.90"), **pay))["open"] == "66.20"
    with pytest.raises(Refusal):
        do(swiss, Pay(amount=Decimal("0.01"), **pay))


def test_numbers_are_in_order_of_dates(swiss: Setting) -> None:
    """M6: a run with an earlier date than the series' last is refused and issues nothing."""
    load(swiss, *q3(), *sold("a", "2025-02-05", None, "half-fare", "100"), worked("e1", "2025-01-10", 35, "x"))
    with pytest.raises(Refusal) as caught:
        documents.run(swiss, date(2025, 1, 1), date(2025, 1, 31))
    assert caught.value.code == "out-of-order"
    assert len(documents.list_documents(swiss)["invoices"]) == 1
    assert refused(swiss, *sold("b", "2025-02-04", None, "half-fare", "100")) == "out-of-order"


def test_a_credit_note_follows_its_invoice(swiss: Setting) -> None:
    """M6, C4: the first credit note of all is not dated before the invoice that it corrects."""
    load(swiss, *q3(), worked("e1", "2025-01-10", 35, "x"))
    documents.run(swiss, date(2025, 1, 1), date(2025, 2, 10))
    support.void(swiss, "e1", "slip", date(2025, 2, 11))
    with pytest.raises(Refusal) as caught:
        documents.run(swiss, date(2025, 2, 1), date(2025, 2, 9))
    assert caught.value.code == "out-of-order"
    assert documents.run(swiss, date(2025, 2, 1), date(2025, 2, 10))["invoices"][0]["number"] == "CN-2025-00001"


def test_a_preview_is_what_the_run_issues(swiss: Setting) -> None:
    """M7."""
    load(swiss, *q3(), worked("e1", "2025-01-10", 35, "x"), worked("e2", "2025-01-11", 20, "y", "training"))
    preview = documents.run(swiss, date(2025, 1, 1), date(2025, 1, 31), dry_run=True)
    assert documents.list_documents(swiss)["invoices"] == []
    issued = documents.run(swiss, date(2025, 1, 1), date(2025, 1, 31))
    assert (issued["invoices"], issued["held"]) == (preview["invoices"], preview["held"])  # it warns of less than that


def test_the_annex_says_all_of_each_entry(swiss: Setting) -> None:
    """M5: raw, charged, drawn, billed, or why free."""
    load(
        swiss,
        *q3(fee="100", modules=["COFI"]),
        worked("e1", "2025-01-03", 20, "i", "first-install", agent="ana"),
        worked("e2", "2025-01-04", 33, "x", agent="ben"),
    )
    annex = documents.run(swiss, date(2025, 1, 1), date(2025, 1, 31))["invoices"][0]["annex"]
    assert [(r["entry"], r["raw_seconds"], r["charged"], r["billed"], r["free"], r["agent"]) for r in annex] == [
        ("e1", 1200, 0, 0, "first", "ana"),
        ("e2", 1980, 35, 10, None, "ben"),
    ]
    assert annex[1]["drawn"] == [{"grant": "A-G1", "label": "Inklusivminuten", "minutes": 25}]


def test_a_case_is_one_customers(swiss: Setting) -> None:
    """T3: an issuer's case references are unique."""
    load(
        swiss,
        *q3(),
        worked("e1", "2025-01-03", 20, "x"),
        {"type": "customer", "code": "B", "name": "B", "country": "CH"},
        {"type": "contract", "customer": "B", "tariff": "q3", "tier": "profi", "start": "2025-01-01"},
    )
    assert refused(swiss, worked("e2", "2025-01-03", 5, "x") | {"customer": "B"}) == "conflict"


# Bulk load


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ({"type": "entri"}, "bad-input", "type 'entri'"),
        ({"type": "entry", "customer": "A", "minutes": 5, "colour": 1}, "bad-input", "no key 'colour'"),
        ({"type": "entry", "customer": "A"}, "bad-input", "duration or minutes"),
        ({"type": "entry", "customer": "A", "minutes": 5, "duration": "5"}, "bad-input", "not both"),
        ({"type": "entry", "customer": "A", "minutes": 5.5}, "bad-duration", "whole number"),
        ({"type": "entry", "customer": "A", "minutes": True}, "bad-duration", "whole number"),
        ({"type": "entry", "customer": 7, "minutes": 5}, "bad-input", "customer 7"),
        ({"type": "entry", "minutes": 5}, "bad-input", "needs customer"),
        ({"type": "payment", "date": "2025-01-01"}, "bad-input", "purchase or invoice"),
        ({"type": "bounce", "payment": "nope"}, "bad-input", "no payment"),
        ({"type": "verify", "case": "nope"}, "unknown-case", "nope"),
        ({"type": "void", "entry": "nope", "reason": "x"}, "unknown-entry", "nope"),
        ({"type": "renewal", "customer": "A", "date": "soon"}, "bad-date", "'soon'"),
        ({"type": "customer", "code": "a b", "name": "x", "country": "CH"}, "bad-input", "code 'a b'"),
        ({"type": "customer", "code": "C", "name": "x", "country": "Suisse"}, "bad-input", "two letters"),
        (
            {"type": "customer", "code": "C", "name": "x", "country": "CH", "address": {"zip": "1"}},
            "bad-input",
            "address has",
        ),
        ({"type": "purchase", "customer": "A", "product": "half-fare", "price": "-1"}, "bad-input", "from 0"),
        (
            {
                "type": "purchase",
                "customer": "A",
                "product": "half-fare",
                "price": "1",
                "quantity": 0,
                "date": "2025-01-05",
            },
            "bad-input",
            "quantity",
        ),
        ({"type": "issuer", "country": "US"}, "bad-input", "not supported"),
    ],
)
def test_a_fault_is_named_and_nothing_is_taken(swiss: Setting, line: Line, code: str, says: str) -> None:
    load(swiss, *q3())
    with pytest.raises(Refusal) as caught:
        load(swiss, worked("ok", "2025-01-02", 5), line)
    assert caught.value.code == code
    assert caught.value.message.startswith("line 2:") and says in caught.value.message
    assert support.audit(swiss)["checked"]["charges"] == 0


def test_one_bad_line_among_ten_thousand(swiss: Setting) -> None:
    load(swiss, *q3())
    lines = [worked(f"e{n}", "2025-01-02", 5) for n in range(10_000)]
    lines[7_654] = worked("bad", "2025-01-02", 5, category="nonsense")
    with pytest.raises(Refusal, match="line 7655: unknown category"):
        load(swiss, *lines)
    assert support.audit(swiss)["checked"]["charges"] == 0


@pytest.mark.parametrize("kind", ["entry", "purchase", "payment", "goodwill", "contract", "customer", "renewal"])
def test_an_id_is_used_once(swiss: Setting, kind: str) -> None:
    """L5: same content is known, other content refused, and a failed attempt does not use the id up."""
    before = [*q3(), *sold("sale", "2025-01-02", None, "half-fare", "90")]
    line, other = {
        "entry": (worked("i", "2025-01-02", 5), worked("i", "2025-01-02", 6)),
        "purchase": (
            sold("i", "2025-01-03", None, "half-fare", "90")[0],
            sold("i", "2025-01-03", None, "half-fare", "91")[0],
        ),
        "payment": (
            {"type": "payment", "id": "i", "purchase": "sale", "amount": "10.00"},
            {"type": "payment", "id": "i", "purchase": "sale", "amount": "11.00"},
        ),
        "goodwill": (
            {
                "type": "goodwill",
                "id": "i",
                "customer": "A",
                "minutes": 5,
                "expires": "2025-02-01",
                "reason": "g",
                "date": "2025-01-02",
            },
            {
                "type": "goodwill",
                "id": "i",
                "customer": "A",
                "minutes": 6,
                "expires": "2025-02-01",
                "reason": "g",
                "date": "2025-01-02",
            },
        ),
        "contract": (
            {"type": "contract", "id": "i", "customer": "A", "tariff": "q3", "tier": "profi", "start": "2027-01-01"},
            {"type": "contract", "id": "i", "customer": "A", "tariff": "q3", "tier": "profi", "start": "2028-01-01"},
        ),
        "customer": (
            {"type": "customer", "id": "i", "code": "N", "name": "N", "country": "CH"},
            {"type": "customer", "id": "i", "code": "N", "name": "M", "country": "CH"},
        ),
        "renewal": (
            {"type": "renewal", "id": "i", "customer": "A", "date": "2025-12-01"},
            {"type": "renewal", "id": "i", "customer": "A", "date": "2025-12-02"},
        ),
    }[kind]
    with pytest.raises(Refusal):
        load(swiss, *before, line, {"type": "verify", "case": "nope"})
    load(swiss, *before, line)
    assert load(swiss, line) == {"lines": 1, "applied": 0, "unchanged": 1}
    assert refused(swiss, other) == "conflict"
    assert load(swiss, line)["unchanged"] == 1


# Money that was left over, and what came back later


def open_of(setting: Setting, number: str) -> tuple[str, str]:
    shown = documents.show(setting, number)
    return shown["status"], shown["paid"]


def test_own_money_goes_back_with_the_payment_that_left_it_over_m10(swiss: Setting) -> None:
    """M10: 100 too much is used for a second invoice; the bank takes the payment back, so the second is open again too.

    It was: both paid in the end, nothing receivable, and own money of -100 that nobody owed.
    """
    load(swiss, *q3(fee="100"))
    first, second = (
        do(swiss, Sell(customer="A", product="half-fare", price=Decimal("90"), on=date(2025, 1, 5))) for _ in range(2)
    )
    too_much = do(swiss, Pay(invoice=first["invoice"], amount=Decimal("194.58"), on=date(2025, 1, 9)))
    do(swiss, Pay(invoice=second["invoice"], amount=Decimal("97.29"), on=date(2025, 1, 10), own_money=True))
    assert ask(swiss, AskCustomer(customer="A"))["own_money"] == []
    back = do(swiss, Bounce(payment=too_much["payment"], on=date(2025, 1, 20)))
    assert len(back["with_it"]) == 1
    assert [open_of(swiss, sold["invoice"]) for sold in (first, second)] == [("open", "0.00"), ("open", "0.00")]
    do(swiss, Pay(invoice=first["invoice"], on=date(2025, 1, 25)))
    assert [open_of(swiss, sold["invoice"])[0] for sold in (first, second)] == ["paid", "open"]
    assert ask(swiss, AskCustomer(customer="A"))["money"] == "0.00"
    assert [x["open"] for x in support.receivables(swiss, date(2025, 2, 1))["rows"]] == ["97.29"]
    assert support.audit(swiss)["ok"]


def test_own_money_is_of_its_currency_m10(swiss: Setting) -> None:
    """M10: what was paid too much in EUR pays no invoice in CHF."""
    load(swiss, *q3())
    in_chf = do(swiss, Sell(customer="A", product="half-fare", price=Decimal("90"), on=date(2025, 1, 5)))
    support.do(swiss, Cancel(customer="A", on=date(2025, 1, 31)))
    load(swiss, {"type": "contract", "customer": "A", "tariff": "qualiodoo", "start": "2025-02-01"})
    in_eur = do(swiss, Sell(customer="A", product="pack-12h", price=Decimal("100"), on=date(2025, 2, 5)))
    do(swiss, Pay(invoice=in_eur["invoice"], amount=Decimal("300"), on=date(2025, 2, 6)))
    assert [left["currency"] for left in ask(swiss, AskCustomer(customer="A"))["own_money"]] == ["EUR"]
    with pytest.raises(Refusal, match=r"has 0.00 of its own"):
        do(swiss, Pay(invoice=in_chf["invoice"], amount=Decimal("1"), own_money=True))


def test_what_returns_after_a_pack_was_paid_again_is_not_there_before_g7(french: Setting) -> None:
    """M10, G7: 720 min; 60 drawn on 10 February, voided as of 10 March; bounced on 1 March and paid again on 5 March,
    both recorded after the void. From 5 to 9 March 660 are there, from the 10th all 720."""
    load(
        french,
        *packs(),
        *sold("p", "2025-01-10", "2025-01-10"),
        worked("e", "2025-02-10", 60),
        {"type": "void", "entry": "e", "date": "2025-03-10", "reason": "wrong customer"},
        {"type": "bounce", "payment": "y-p", "date": "2025-03-01"},
        {"type": "payment", "id": "y2", "purchase": "p", "date": "2025-03-05"},
    )
    days = (
        "2025-02-09",
        "2025-02-10",
        "2025-02-28",
        "2025-03-01",
        "2025-03-04",
        "2025-03-05",
        "2025-03-09",
        "2025-03-10",
    )
    assert [left(french, day) for day in days] == [720, 660, 660, 0, 0, 660, 660, 720]
    told = support.statement(french, "A", date(2025, 1, 1), date(2025, 3, 31))
    assert told.opening + sum(m.minutes for m in told.movements) == told.closing == 720
    assert [m.minutes for m in told.movements if m.kind == "correction"] == [60]
    (sold_pack,) = support.deferred(french, date(2025, 3, 31))["grants"]
    assert (sold_pack["used"], sold_pack["deferred"]) == (0, "900.00")
    assert support.audit(french)["ok"]


def test_b2_an_owed_entry_is_on_the_statement_with_what_is_still_owed(french: Setting) -> None:
    """B2, R5, G9: it was in no row of it. The pack of April settles it; a void takes it away; each is of its period."""

    def owed(first: str, last: str) -> list[tuple[str, int, int]]:
        shown = support.statement(french, "A", date.fromisoformat(first), date.fromisoformat(last))
        return [(one.entry, one.owed, one.still_owed) for one in shown.owed]

    load(french, *packs(), worked("e1", "2025-03-03", 3), worked("e2", "2025-03-04", 10))
    assert owed("2025-03-01", "2025-03-31") == [("e1", 5, 5), ("e2", 10, 10)]
    assert owed("2025-02-01", "2025-02-28") == []
    load(french, *sold("p", "2025-04-01", "2025-04-01"))
    assert owed("2025-03-01", "2025-03-31") == [("e1", 5, 5), ("e2", 10, 10)]
    assert owed("2025-03-01", "2025-04-30") == [("e1", 5, 0), ("e2", 10, 0)]
    assert moved(french, "2025-04-01", "2025-04-30")[1:] == [
        ("2025-04-01", "settle", -5),
        ("2025-04-01", "settle", -10),
    ]
    load(french, {"type": "void", "entry": "e1", "date": "2025-05-02", "reason": "wrong customer"})
    assert owed("2025-03-01", "2025-04-30") == [("e1", 5, 0), ("e2", 10, 0)]
    assert owed("2025-03-01", "2025-05-31") == [("e2", 10, 0)]


def test_nothing_is_unbilled_before_the_work_was_done_b1(swiss: Setting) -> None:
    """B1: a run dated before work that it bills; the work is voided later. On the days before it, nothing is open."""
    load(
        swiss,
        *q3(),
        worked("e", "2025-01-20", 60),
        {"type": "invoice-run", "month": "2025-01", "date": "2025-01-15"},
        {"type": "void", "entry": "e", "date": "2025-01-25", "reason": "wrong customer"},
    )
    found = [support.balance(swiss, "A", date(2025, 1, day))["unbilled"]["minutes"] for day in (14, 15, 19, 20, 24, 25)]
    assert found == [0, 0, 0, 0, 0, -60]


def test_reverse_charge_does_not_wait_for_payments_m3(tmp_path: Path) -> None:
    """Directive 2006/112, art. 66: an issuer who owes VAT on receipts reports what customers abroad owe by document."""
    setting = made(f"sqlite:///{tmp_path}/b.db", "FR", vat_basis="payment")
    load(
        setting,
        {"type": "customer", "code": "A", "name": "A", "country": "DE", "vat_id": "DE136695976"},
        {"type": "contract", "customer": "A", "tariff": "qualiodoo", "start": "2025-01-01"},
        {"type": "customer", "code": "B", "name": "B", "country": "FR"},
        {"type": "contract", "customer": "B", "tariff": "qualiodoo", "start": "2025-01-01"},
        *sold("p1", "2025-01-10", "2025-02-10"),
        {"type": "purchase", "id": "p2", "customer": "B", "product": "pack-12h", "price": "100", "date": "2025-01-11"},
        {"type": "payment", "purchase": "p2", "date": "2025-02-11"},
    )
    found = [
        [
            (row["category"], row["base"], row["amount"])
            for row in support.ask(setting, AskVat(first=first, last=last))["rows"]
        ]
        for first, last in ((date(2025, 1, 1), date(2025, 1, 31)), (date(2025, 2, 1), date(2025, 2, 28)))
    ]
    assert found == [[("AE", "900.00", "0.00")], [("S", "100.00", "20.00")]]


def test_deferred_revenue_is_told_by_currency_m9(swiss: Setting) -> None:
    """M9: a Swiss issuer's packs in EUR: the total is in EUR; its own currency only if there are several."""
    load(swiss, *packs(), *sold("p1", "2025-01-10", "2025-01-10"))
    found = support.deferred(swiss, date(2025, 1, 31))
    assert (found["currency"], found["total"]) == ("EUR", "900.00")
    assert found["totals"] == [{"currency": "EUR", "total": "900.00"}]
    assert support.deferred(swiss, date(2025, 1, 1))["currency"] == "CHF"


def test_a_customer_can_have_a_rounding_of_its_own_m4(swiss: Setting) -> None:
    """M4: 97.29 becomes 97.30 by the issuer's step, stays 97.29 where a customer's is 0, as the customer agreed."""
    init(swiss, round_total=Decimal("0.05"))
    load(swiss, *q3(fee="100"))
    load(swiss, {"type": "customer", "code": "B", "name": "B", "country": "CH", "round_total": "0"})
    load(swiss, {"type": "contract", "customer": "B", "tariff": "q3", "tier": "standard", "start": "2025-01-01"})
    found = [
        do(swiss, Sell(customer=code, product="half-fare", price=Decimal("90"), on=date(2025, 1, 5))) for code in "AB"
    ]
    assert [sold["total"] for sold in found] == ["97.30", "97.29"]
    assert support.audit(swiss)["ok"]
