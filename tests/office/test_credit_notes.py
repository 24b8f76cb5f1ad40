"""Invoices that are credited because somebody asks for it: through the door, on paper, in reports and books (M12)."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from billing.core.units import ZERO
from billing.errors import BadInput, Forbidden, Refusal
from billing.office.transaction import Setting
from billing.requests.books import AskBooks
from billing.requests.explaining import AskWhy
from billing.requests.invoicing import AskDocument, AskFiles, CheckDocument, CreditInvoice
from billing.requests.parties import AskCustomer
from billing.requests.payments import Sell
from billing.requests.reports import AskVat
from billing.service import Billing
from billing.store import migrate, schema
from tests import support
from tests.exchange.test_beancount import equals_ours
from tests.invoicing import documents
from tests.support import ask, do, load, made

LAST = date(2025, 12, 31)
PACKS: list[dict[str, Any]] = [
    {"type": "customer", "code": "A", "name": "A", "country": "FR"},
    {"type": "contract", "customer": "A", "tariff": "qualiodoo", "start": "2025-01-01"},
    {"type": "purchase", "id": "p", "customer": "A", "product": "pack-12h", "price": "1000.00", "date": "2025-01-10",
     "paid": "2025-01-10"},
    {"type": "entry", "customer": "A", "date": "2025-02-03", "minutes": 360},
]  # fmt: skip
HOURS: list[dict[str, Any]] = [
    {"type": "customer", "code": "A", "name": "A", "country": "CH"},
    {"type": "contract", "customer": "A", "tariff": "q3", "tier": "premium", "start": "2025-01-01"},
    *({"type": "entry", "id": f"e{n}", "customer": "A", "case": f"{n}", "category": "training", "minutes": 30,
       "date": f"2025-02-0{n}"} for n in (3, 4, 5)),
    {"type": "invoice-run", "month": "2025-02", "date": "2025-02-28"},
]  # fmt: skip
INVOICE = "INV-2025-00001"


def credit(setting: Setting, on: str, invoice: str = INVOICE, key: str | None = None, **how: Any) -> dict[str, Any]:
    request = CreditInvoice(invoice=invoice, reason="sold by\nmistake", on=date.fromisoformat(on), **how)
    return do(setting, request, key)


def holds(setting: Setting) -> None:
    """The audit, the books and the exact check of every document."""
    assert support.audit(setting)["faults"] == []
    for at in (date(2025, 2, 15), date(2025, 3, 31), LAST, support.TODAY):
        equals_ours(setting, at, ["A"])
    for document in documents.list_documents(setting)["invoices"]:
        assert ask(setting, CheckDocument(number=document["number"], format="pdf"))["faults"] == []


@pytest.mark.parametrize("basis", ["invoice", "payment"])
def test_a_pack_half_drawn_and_paid_m12_m9_m10_m13(database_url: str, basis: str) -> None:
    """Half of 1000.00 comes back: 500.00 and 100.00 of VAT are own money and to refund; 500.00 are earned and stay."""
    setting = made(database_url, "FR", vat_basis=basis)
    load(setting, *PACKS)
    preview = do(setting, CreditInvoice(invoice=INVOICE, reason="m", on=date(2025, 3, 31)), dry_run=True)
    assert documents.list_documents(setting)["invoices"][-1]["number"] == INVOICE
    note = credit(setting, "2025-03-31", key="n")
    assert (note["net"], note["total"], note["reason"]) == ("-500.00", "-600.00", "sold by mistake")
    assert [note[key] for key in ("lines", "ends")] == [preview[key] for key in ("lines", "ends")]
    assert note["ends"] == [{"kind": "pack", "name": "pack-12h", "date": "2025-03-31", "minutes": 360}]
    again = credit(setting, "2025-03-31", key="n")
    assert again["number"] == note["number"]
    assert ask(setting, AskCustomer(customer="A"))["money"] == "600.00"
    assert support.balance(setting, "A", date(2025, 3, 30))["minutes"] == 360
    assert support.balance(setting, "A", date(2025, 3, 31))["grants"] == []
    (row,) = support.deferred(setting, LAST)["grants"]
    assert (row["recognised"], row["deferred"], row["credited"], row["ended"]) == ("500.00", "0.00", "500.00", True)
    vat = ask(setting, AskVat(first=date(2025, 1, 1), last=LAST))["rows"]
    assert [(r["base"], r["amount"]) for r in vat] == [("500.00", "100.00")]
    holds(setting)


@pytest.mark.parametrize("how", ["given away", "reduced to nothing"])
def test_a_pack_of_no_price_is_taken_back_by_a_note_of_nothing_m12(database_url: str, how: str) -> None:
    """It was refused, as if notes had taken its price, and the customer kept 6 hours for ever."""
    setting = made(database_url, "FR")
    sold = PACKS if how == "reduced to nothing" else [*PACKS[:2], {**PACKS[2], "price": "0"}, PACKS[3]]
    if how == "given away":
        sold[2].pop("paid")
    load(setting, *sold)
    if how == "reduced to nothing":
        credit(setting, "2025-02-28", amount=Decimal("1000.00"), keep=True)
    assert support.balance(setting, "A", date(2025, 3, 30))["minutes"] == 360
    with pytest.raises(Refusal, match="nothing is left" if how == "reduced to nothing" else "has no price"):
        credit(setting, "2025-03-31", keep=True)
    note = credit(setting, "2025-03-31", key="n")
    assert (note["kind"], note["net"], note["total"], note["corrects"]) == ("credit-note", "0.00", "0.00", INVOICE)
    assert note["ends"] == [{"kind": "pack", "name": "pack-12h", "date": "2025-03-31", "minutes": 360}]
    assert credit(setting, "2025-03-31", key="n")["number"] == note["number"]
    assert support.balance(setting, "A", date(2025, 3, 31))["grants"] == []
    with pytest.raises(Refusal, match="nothing is left" if how == "reduced to nothing" else "has ended"):
        credit(setting, "2025-04-01")
    holds(setting)


def test_an_add_on_of_no_price_is_taken_back_m12(database_url: str) -> None:
    setting = made(database_url, "CH")
    load(setting, *HOURS[:2])
    do(setting, Sell(customer="A", product="half-fare", price=ZERO, on=date(2025, 1, 5)))
    assert support.balance(setting, "A", date(2025, 2, 28))["reduced_rate_until"]
    note = credit(setting, "2025-03-01")
    assert (note["total"], note["ends"]) == (
        "0.00",
        [{"kind": "add-on", "name": "half-fare", "date": "2025-03-01", "minutes": 0}],
    )
    assert support.balance(setting, "A", date(2025, 3, 1))["reduced_rate_until"] is None
    holds(setting)


def test_overage_reduced_then_voided_entry_by_entry_m12_c4(database_url: str) -> None:
    """262.50 for 90 min, 200.00 off: without 30 or 60 min the line is no less than the 62.50 that are left of it; those
    are credited with the last 30 min. The database remembers what it did not credit, over a run in between."""
    setting = made(database_url)
    load(setting, *HOURS)
    credit(setting, "2025-03-01", amount=Decimal("200.00"))
    for n in (3, 4):
        support.void(setting, f"e{n}", "wrong", date(2025, 3, n))
        assert support.balance(setting, "A", date(2025, 3, 13))["unbilled"]["amount"] == "0.00"
        more = {"type": "entry", "customer": "A", "case": f"m{n}", "date": f"2025-03-0{n}", "minutes": 5}
        load(setting, more | {"category": "training"})
        run = documents.run(setting, date(2025, 3, 1), date(2025, 3, 10 + n))
        assert [(d["kind"], d["net"]) for d in run["invoices"]] == [("invoice", "14.58")]
    support.void(setting, "e5", "wrong", date(2025, 3, 20))
    assert support.balance(setting, "A", date(2025, 3, 20))["unbilled"]["amount"] == "-62.50"
    run = documents.run(setting, date(2025, 3, 1), date(2025, 3, 31))
    assert [(d["corrects"], d["net"]) for d in run["invoices"]] == [(INVOICE, "-62.50")]
    assert documents.show(setting, INVOICE)["status"] == "credited"
    assert documents.run(setting, date(2025, 3, 1), date(2025, 3, 31))["invoices"] == []
    holds(setting)


def test_three_part_notes_are_the_whole_m4_m10_m12(database_url: str) -> None:
    """An invoice rounded to 0.05 in three parts by amount: totals add up to nothing, and nothing is left."""
    setting = made(database_url, round_total=Decimal("0.05"))
    load(setting, *HOURS)
    total = Decimal(documents.show(setting, INVOICE)["total"])
    notes = [credit(setting, "2025-03-01", amount=Decimal(part)) for part in ("87.49", "87.51")]
    notes.append(credit(setting, "2025-03-02"))
    assert notes[-1]["net"] == "-87.50"
    assert total + sum((Decimal(note["total"]) for note in notes), ZERO) == 0
    assert documents.show(setting, INVOICE)["status"] == "credited"
    with pytest.raises(Refusal, match="nothing is left of"):
        credit(setting, "2025-03-02", amount=Decimal("0.01"))
    holds(setting)


def test_a_line_of_a_file_credits_as_the_command_does_m12(database_url: str) -> None:
    setting = made(database_url)
    load(setting, *HOURS)
    line = {"type": "invoice-credit", "id": "n", "invoice": INVOICE, "line": 1, "amount": "10.00", "reason": "agreed",
            "date": "2025-03-01"}  # fmt: skip
    assert load(setting, line) == {"lines": 1, "applied": 1, "unchanged": 0}
    assert load(setting, line) == {"lines": 1, "applied": 0, "unchanged": 1}
    assert documents.show(setting, "CN-2025-00001")["net"] == "-10.00"
    with pytest.raises(BadInput, match="leave --drawn out"):
        load(setting, line | {"id": "m", "drawn": True})
    holds(setting)


def test_a_note_is_dated_from_its_invoice_and_the_note_before_m6_m12(database_url: str) -> None:
    setting = made(database_url)
    load(setting, *HOURS)
    with pytest.raises(Forbidden, match="issued on 2025-02-28"):
        credit(setting, "2025-02-27", amount=Decimal("1.00"))
    credit(setting, "2025-03-05", amount=Decimal("1.00"))
    with pytest.raises(Forbidden, match="series CN, issued on 2025-03-05"):
        credit(setting, "2025-03-04", amount=Decimal("1.00"))


def test_a_piece_that_was_credited_counts_in_no_limit_g3_m12(database_url: str) -> None:
    """The price falls under --keep and the add-on stays in force; credited without, it is out of force."""
    setting = made(database_url)
    load(setting, *HOURS)
    sold = do(setting, Sell(customer="A", product="half-fare", price=Decimal("90.00"), on=date(2025, 3, 1)))
    credit(setting, "2025-03-02", sold["invoice"], amount=Decimal("9.00"), keep=True)
    assert support.balance(setting, "A", date(2025, 3, 2))["reduced_rate_until"] == "2026-02-28"
    note = credit(setting, "2025-03-03", sold["invoice"])
    assert note["net"] == "-81.00" and note["ends"][0]["kind"] == "add-on"
    assert support.balance(setting, "A", date(2025, 3, 3))["reduced_rate_until"] is None
    holds(setting)


def test_what_is_on_the_note_and_why_says_b4_m12(database_url: str) -> None:
    """The reason is on one line, in the XML as a note; `why` tells the minutes."""
    address = {"street": "Rue Basse", "house_number": "7", "postcode": "31000", "city": "Toulouse"}
    setting = made(database_url, "FR", vat_id="FR83404833048", siren="404833048", electronic_address="404833048",
                   iban="FR7630006000011234567890189", address=address)  # fmt: skip
    ours = {"vat_id": "FR83404833048", "siren": "404833048", "electronic_address": "404833048", "address": address}
    load(setting, PACKS[0] | ours, *PACKS[1:])
    note = credit(setting, "2025-03-31")
    checked = ask(setting, CheckDocument(number=note["number"]))
    assert {row["format"] for row in checked["formats"] if row["possible"]} == {"pdf", "factur-x", "cii", "ubl"}
    (made_,) = Billing(setting).ask(AskFiles(numbers=(note["number"],), format="cii"))
    assert b"sold by mistake" in made_.data and b">381<" in made_.data and INVOICE.encode() in made_.data
    text = "\n".join(ask(setting, AskWhy(what=note["number"]))["text"])
    assert "360 of 720 min, sold at 1000.00, were not drawn and end on 2025-03-31" in text
    holds(setting)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        (schema.reduction, {"amount": 1}),
        (schema.reduction, {"line": 2}),
        (schema.credit_note, {"reason": "other"}),
        (schema.credit_note, {"number": "CN-2025-00009"}),
        (schema.sale_end, {"minutes": 1}),
        (schema.sale_end, {"dated_on": "2025-03-30"}),
    ],
)
def test_a_note_that_was_tampered_with_is_named_l7_m12(database_url: str, table: Any, change: dict[str, Any]) -> None:
    """Beside the chain's hash the rules say so too: what was asked is not what is on the note, or not what follows."""
    setting = made(database_url, "FR")
    load(setting, *PACKS)
    credit(setting, "2025-03-31")
    with setting.engine.begin() as connection:
        migrate.unguard(connection, [table.name])
        connection.execute(update(table).values(**change))
        migrate.guard(connection, [table.name])
    faults = [fault for fault in support.audit(setting)["faults"] if "are not those that were recorded" not in fault]
    assert faults, json.dumps(change)


def test_documents_of_before_have_no_reason_m8(database_url: str) -> None:
    setting = made(database_url)
    load(setting, *HOURS)
    assert "reason" not in documents.content(setting, INVOICE)
    assert "ends" not in ask(setting, AskDocument(number=INVOICE))
    assert Billing(setting).ask(AskBooks()).entries
