"""Quotes through the office, on both databases: chain, numbers, invoices, books, bulk lines, ids (S8, S13)."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from beancount import loader
from sqlalchemy import event

from billing.errors import Refusal
from billing.exchange import beancount
from billing.office.transaction import Setting
from billing.requests.base import Question
from billing.requests.payments import Pay
from billing.requests.quotes import AcceptQuote, AddQuote, AskEvolutions, InvoiceQuote, ListQuotes, NameSite, SendQuote
from billing.service import Asked, Billing
from billing.store import parts
from billing.store import quotes as quote_store
from billing.store.heads import Head
from tests import quoted, support
from tests.history import rich
from tests.invoicing import documents
from tests.support import ask, change_customer, do, hold, load, made, on, run


def prepared(url: str, country: str = "CH", tariff: str = "q3", **issuer: Any) -> Setting:
    found = made(url, country, today=date(2025, 3, 31), **issuer)
    contract: dict[str, Any] = {"type": "contract", "customer": "ANNA", "tariff": tariff, "start": "2025-01-01"}
    contract |= {"tier": "profi", "fee": "480.00", "modules": ["COFI"]} if tariff == "q3" else {}
    load(found, {"type": "customer", "code": "ANNA", "name": "Anna SA", "country": country}, contract)
    return found


@pytest.fixture
def setting(database_url: str) -> Setting:
    return prepared(database_url)


def accepted(setting: Setting, **request: Any) -> str:
    number = str(quoted.add(setting, **request)["quote"])
    quoted.step(setting, number, "sent", date(2025, 3, 4))
    quoted.step(setting, number, "accepted", date(2025, 3, 5), said="Marie")
    return number


def code(do: Callable[..., object], *args: object, **request: Any) -> str:
    with pytest.raises(Refusal) as refused:
        do(*args, **request)
    return refused.value.code


def test_from_draft_to_invoice(setting: Setting) -> None:
    """S8, M2: the quote, its events by whom and when, its invoice with the VAT of the day, and all of it audited."""
    number = accepted(setting, kind="specific", case="C-1")
    assert number == "Q-2025-00001"
    answer = quoted.invoice(setting, number, date(2025, 3, 31))
    assert (answer["state"], answer["invoice"], answer["invoice_total"]) == ("invoiced", "INV-2025-00001", "1297.20")
    shown = documents.show(setting, "INV-2025-00001")
    assert shown["lines"] == [
        {
            "kind": "product",
            "product": number,
            "label": "Offerte Q-2025-00001 – Own form",
            "minutes": None,
            "quantity": 1,
            "rate": None,
            "unit_price": "1200.00",
            "amount": "1200.00",
            "vat_rate": "8.1",
            "vat_category": "S",
            "corrects_line": None,
            "from": "2025-03-31",
            "to": "2025-03-31",
        }
    ]
    assert (shown["net"], shown["total"], shown["status"]) == ("1200.00", "1297.20", "open")
    events = quoted.show(setting, number)["events"]
    assert events == [
        {"kind": "sent", "on": "2025-03-04"},
        {"kind": "accepted", "on": "2025-03-05", "by": "Marie"},
        {"kind": "invoiced", "on": "2025-03-31", "invoice": "INV-2025-00001"},
    ]
    paid = do(setting, Pay(invoice="INV-2025-00001"))
    assert (paid["status"], paid["credited"]) == ("paid", [])
    assert support.audit(setting)["faults"] == []


def test_rounding_and_vat_of_the_delivery(database_url: str) -> None:
    """M2, M4: delivered in 2023, invoiced in 2024: 7.7 %; the total in steps of 0.05, its difference apart."""
    setting = made(database_url, today=date(2024, 2, 1), round_total=Decimal("0.05"))
    load(
        setting,
        {"type": "customer", "code": "ANNA", "name": "Anna SA", "country": "CH"},
        {"type": "contract", "customer": "ANNA", "tariff": "q3", "tier": "profi", "start": "2023-06-01"},
    )
    asked: dict[str, Any] = {"amount": Decimal("999.99"), "on": date(2023, 12, 1)}
    number = quoted.add(setting, **asked)["quote"]
    assert quoted.show(setting, number)["total"] == "1077.00"  # 999.99 + 77.00 = 1076.99, rounded to 1077.00
    quoted.step(setting, number, "sent", date(2023, 12, 1))
    quoted.step(setting, number, "accepted", date(2023, 12, 2))
    quoted.step(setting, number, "delivered", date(2023, 12, 31))
    quoted.invoice(setting, number, date(2024, 1, 31))
    shown = documents.show(setting, "INV-2024-00001")
    assert shown["vat"] == [{"category": "S", "rate": "7.7", "base": "999.99", "amount": "77.00"}]
    assert (shown["rounding"], shown["total"], shown["lines"][0]["from"]) == ("0.01", "1077.00", "2023-12-31")
    late = accepted_in(setting, date(2023, 12, 1), date(2024, 1, 31))
    assert documents.show(setting, late)["vat"][0]["rate"] == "8.1"  # not delivered yet: the day of the invoice
    assert support.audit(setting)["faults"] == []


def accepted_in(setting: Setting, drafted: date, invoiced: date) -> str:
    number = quoted.add(setting, on=drafted)["quote"]
    quoted.step(setting, number, "sent", drafted)
    quoted.step(setting, number, "accepted", drafted)
    return str(quoted.invoice(setting, number, invoiced)["invoice"])


def test_numbers_are_gapless_and_chronological(setting: Setting) -> None:
    """M6: one series over all customers, anew each year; a refused quote uses up no number."""
    load(
        setting,
        {"type": "customer", "code": "BEAT", "name": "Beat SA", "country": "CH"},
        {"type": "contract", "customer": "BEAT", "tariff": "q3", "tier": "profi", "start": "2025-01-01"},
        {"type": "renewal", "customer": "BEAT", "date": "2026-01-01"},
    )
    assert code(quoted.add, setting, amount=Decimal("0.00")) == "price-required"
    found = [quoted.add(setting, who)["quote"] for who in ("ANNA", "BEAT", "ANNA")]
    assert found == ["Q-2025-00001", "Q-2025-00002", "Q-2025-00003"]
    assert code(quoted.add, setting, on=date(2025, 3, 2)) == "out-of-order"
    assert quoted.add(setting, "BEAT", on=date(2026, 1, 5))["quote"] == "Q-2026-00001"
    assert [q["quote"] for q in quoted.listed(setting)["quotes"]] == [*found, "Q-2026-00001"]
    assert len(quoted.listed(setting, "ANNA")["quotes"]) == 2
    assert support.audit(setting)["faults"] == []


def test_a_quote_needs_a_contract(setting: Setting) -> None:
    """R1: on the day of the quote, and on the day of the work."""
    assert code(quoted.add, setting, on=date(2026, 1, 1)) == "no-active-contract"
    number = quoted.add(setting, kind="service")["quote"]
    assert code(support.log, setting, customer="ANNA", seconds=60, quote=number, on=date(2024, 12, 31)) == (
        "no-active-contract"
    )


def test_time_on_a_quote_is_never_drawn_or_billed(setting: Setting) -> None:
    """S8: the allowance stays, nothing is pending or invoiced by the run; the annex and the statement say why."""
    number = accepted(setting, kind="specific", case="C-1")
    before = support.balance(setting, "ANNA", date(2025, 3, 31))["minutes"]
    answer = support.log(setting, customer="ANNA", seconds=7200, quote=number, on=date(2025, 3, 10))
    assert (answer["free"], answer["quote"], answer["charged"], answer["drawn"]) == ("quote", number, 0, [])
    assert (answer["overage"], answer["owed"], answer["case"], answer["category"]) == (None, 0, "C-1", "support")
    assert before == answer["balance"]["minutes"] == 15
    on_its_case = support.log(setting, customer="ANNA", seconds=3600, case="C-1", on=date(2025, 3, 10))
    assert (on_its_case["quote"], on_its_case["charged"], on_its_case["drawn"]) == (number, 0, [])
    assert quoted.show(setting, number)["comparison"]["logged"]["minutes"] == 180
    plain = support.log(setting, customer="ANNA", seconds=3600, case="C-2", on=date(2025, 3, 10))
    assert (plain["quote"], plain["charged"], plain["overage"]["minutes"]) == (None, 60, 45)
    issued = documents.run(setting, date(2025, 3, 1), date(2025, 3, 31))["invoices"]
    assert [(line["minutes"], line["kind"]) for line in issued[0]["lines"]] == [(45, "overage")]
    annex = {row["entry"]: (row["free"], row.get("quote"), row["billed"]) for row in issued[0]["annex"]}
    assert annex[answer["entry"]] == ("quote", number, 0)
    shown = support.statement(setting, "ANNA", date(2025, 3, 1), date(2025, 3, 31))
    assert [(row.entry, row.quote, row.charged) for row in shown.free] == [
        (answer["entry"], number, 0),
        (on_its_case["entry"], number, 0),
    ]
    assert documents.run(setting, date(2025, 3, 1), date(2025, 3, 31))["invoices"] == []
    assert support.audit(setting)["faults"] == []


def test_a_void_takes_work_off_the_quote(setting: Setting) -> None:
    """C1, S8: the comparison counts live entries; no credit note comes of it."""
    number = quoted.add(setting, kind="service")["quote"]
    first = support.log(setting, customer="ANNA", seconds=3600, quote=number, on=date(2025, 3, 10))["entry"]
    support.log(setting, customer="ANNA", seconds=600, quote=number, on=date(2025, 3, 11))
    assert quoted.show(setting, number)["comparison"]["logged"]["minutes"] == 70
    support.void(setting, first, "slip")
    shown = quoted.show(setting, number)
    assert shown["comparison"] == {
        "quoted": {"minutes": 480, "amount": "1200.00"},
        "logged": {"seconds": 600, "minutes": 10, "value": "29.17", "value_by": "category"},
        "over": {"minutes": -470, "amount": "-1170.83"},
    }
    assert documents.run(setting, date(2025, 3, 1), date(2025, 3, 31))["invoices"] == []
    assert support.audit(setting)["faults"] == []


def test_time_on_the_case_of_a_quote_is_on_the_quote_s8(setting: Setting) -> None:
    """S8: specific work is refused until the quote is accepted, whoever names the case alone; a refused quote and one
    of a service that may begin before it is agreed leave the case's time as it is. One by one and in a load."""
    specific = quoted.add(setting, kind="specific", case="X")["quote"]
    assert code(support.log, setting, customer="ANNA", seconds=60, case="X") == "not-accepted"
    quoted.add(setting, kind="service", case="Y")
    lines = [{"type": "entry", "id": f"e{case}", "customer": "ANNA", "minutes": 5, "case": case, "date": "2025-03-06"}
             for case in ("X", "Y")]  # fmt: skip
    assert code(load, setting, lines[0]) == "not-accepted"
    assert support.log(setting, customer="ANNA", seconds=60, case="Y", on=date(2025, 3, 5))["quote"] is None
    quoted.step(setting, specific, "sent", date(2025, 3, 4))
    quoted.step(setting, specific, "accepted", date(2025, 3, 5))
    load(setting, *lines)
    assert support.log(setting, customer="ANNA", seconds=60, case="X", on=date(2025, 3, 6))["free"] == "quote"
    assert quoted.show(setting, specific)["entries"] == ["eX", "ANNA-9"]
    refused = quoted.add(setting, kind="specific", case="Z")["quote"]
    quoted.step(setting, refused, "sent")
    quoted.step(setting, refused, "refused")
    assert support.log(setting, customer="ANNA", seconds=60, case="Z", on=date(2025, 3, 6))["quote"] is None
    assert support.audit(setting)["faults"] == []


def test_work_before_acceptance_writes_nothing(setting: Setting) -> None:
    """S8: refused with `not-accepted`, and the chain has not moved."""
    number = quoted.add(setting, kind="specific")["quote"]
    before = support.balance(setting, "ANNA", date(2025, 3, 31))["position"]
    assert code(support.log, setting, customer="ANNA", seconds=60, quote=number) == "not-accepted"
    assert code(quoted.invoice, setting, number) == "not-accepted"
    line = {"type": "entry", "customer": "ANNA", "minutes": 1, "quote": number, "date": "2025-03-05"}
    assert code(load, setting, line) == "not-accepted"
    assert support.balance(setting, "ANNA", date(2025, 3, 31))["position"] == before


def test_entries_of_a_file_name_quotes(setting: Setting) -> None:
    """cli.md: `quote` is a key of entries alone; loaded and logged make the same answers, and the same id twice one."""
    number = accepted(setting, kind="specific", case="C-1")
    line = {"type": "entry", "id": "e1", "customer": "ANNA", "minutes": 61, "quote": number, "date": "2025-03-06"}
    assert load(setting, line) == {"lines": 1, "applied": 1, "unchanged": 0}
    assert load(setting, line) == {"lines": 1, "applied": 0, "unchanged": 1}
    again = support.log(setting, customer="ANNA", seconds=3660, quote=number, on=date(2025, 3, 6), id="e1")
    assert (again["unchanged"], again["quote"], again["case"]) == (True, number, "C-1")
    assert code(load, setting, {**line, "quote": None}) == "conflict"
    with pytest.raises(Refusal, match="line 1: void has no key 'quote'"):
        load(setting, {"type": "void", "entry": "e1", "reason": "x", "quote": number})
    with pytest.raises(Refusal, match=r"line 1: unknown quote 'Q-2025-00002'; did you mean Q-2025-00001\?"):
        load(setting, {**line, "id": "e2", "quote": "Q-2025-00002"})
    assert quoted.show(setting, number)["entries"] == ["e1"]


def test_entries_recorded_before_there_were_quotes_keep_their_ids(setting: Setting) -> None:
    """L5: an entry without a quote is asked for as ever: its request has no new key."""
    line = {"type": "entry", "id": "old", "customer": "ANNA", "minutes": 5, "date": "2025-03-06"}
    load(setting, line)
    asked: dict[str, Any] = {"customer": "ANNA", "seconds": 300, "case": None, "category": None, "on": date(2025, 3, 6),
             "agent": None, "contact": None, "note": None}  # fmt: skip
    from billing.office.transacting import look

    with look(setting) as tx:
        assert tx.done_before("entry", "old", asked) is not None


def test_another_customers_quote_and_case(setting: Setting) -> None:
    """T3, S8: a quote is one customer's, and so is its case."""
    load(
        setting,
        {"type": "customer", "code": "BEAT", "name": "Beat SA", "country": "CH"},
        {"type": "contract", "customer": "BEAT", "tariff": "q3", "tier": "profi", "start": "2025-01-01"},
    )
    number = quoted.add(setting, kind="service", case="C-1")["quote"]
    assert code(support.log, setting, customer="BEAT", seconds=60, quote=number) == "conflict"
    assert code(quoted.add, setting, "BEAT", case="C-1") == "conflict"
    assert code(support.log, setting, customer="BEAT", seconds=60, case="C-1") == "conflict"


def test_asked_twice_is_done_once(setting: Setting) -> None:
    """L5: the quote, each of its steps and its invoice."""
    first = quoted.add(setting, id="q1")
    assert quoted.add(setting, id="q1") == first | {"unchanged": True}
    assert code(quoted.add, setting, id="q1", title="Other") == "conflict"
    number = first["quote"]
    for kind in ("sent", "accepted"):
        quoted.step(setting, number, kind, date(2025, 3, 5), id=f"s-{kind}")
        assert quoted.step(setting, number, kind, date(2025, 3, 5), id=f"s-{kind}")["unchanged"]
        assert code(quoted.step, setting, number, kind, date(2025, 3, 5)) == "conflict"
    quoted.invoice(setting, number, id="i1")
    assert quoted.invoice(setting, number, id="i1")["unchanged"]
    assert code(quoted.invoice, setting, number) == "conflict"
    assert len(documents.list_documents(setting)["invoices"]) == 1
    assert code(quoted.step, setting, number, "delivered", date(2025, 4, 1)) == "future-date"


def test_a_customer_who_is_held(setting: Setting) -> None:
    """M7: whom the accountant holds gets no invoice, until released."""
    number = accepted(setting)
    hold(setting, "ANNA", "address unknown")
    with pytest.raises(Refusal, match="billing customer release ANNA"):
        quoted.invoice(setting, number)
    hold(setting, "ANNA", None)
    assert quoted.invoice(setting, number)["invoice"] == "INV-2025-00001"


def test_revenue_is_that_of_the_invoice(setting: Setting) -> None:
    """M9: nothing is deferred; the books know the price as revenue from the day of the invoice."""
    number = accepted(setting)
    quoted.invoice(setting, number, date(2025, 3, 31))
    legs = [leg for entry in support.books(setting).entries for leg in entry.legs]
    assert [(leg.role, leg.amount, leg.detail) for leg in legs] == [
        ("receivable", Decimal("1297.20"), ""),
        ("quotes", Decimal("-1200.00"), ""),
        ("vat", Decimal("-97.20"), "S-8.1"),
    ]
    assert support.deferred(setting, date(2025, 3, 31))["total"] == "0.00"
    _, errors, _ = loader.load_string(beancount.ledger(support.books(setting)))
    assert errors == []
    for format in ("beancount", "hledger", "fec", "csv"):
        status, out, err = run("export", format, BILLING_DB=_url(setting), BILLING_TODAY="2025-03-31")
        assert (status, err) == (0, ""), format
        assert "1200" in out


def _url(setting: Setting) -> str:
    return setting.engine.url.render_as_string(hide_password=False)


def test_delivered_evolutions_are_listed(database_url: str) -> None:
    """S13: those delivered in the period, in order; no service, and no customer where it is to be published."""
    setting = prepared(database_url, "FR", "visualqie")
    minor = quoted.add(setting, kind="minor", amount=Decimal("0.00"), minutes=240, title="Logo *two*")["quote"]
    quoted.step(setting, minor, "approved", date(2025, 3, 4), said="User group")
    quoted.step(setting, minor, "delivered", date(2025, 3, 9), said="A second logo")
    specific = accepted(setting, kind="specific")
    quoted.step(setting, specific, "delivered", date(2025, 3, 7))
    service = accepted(setting, kind="service")
    quoted.step(setting, service, "delivered", date(2025, 3, 8))
    found = quoted.evolutions(setting, date(2025, 3, 1), date(2025, 3, 9))["evolutions"]
    assert [(row["delivered"], row["title"], row["label"], row["text"], row["site"]) for row in found] == [
        ("2025-03-07", "Own form", "Développement spécifique", None, None),
        ("2025-03-09", "Logo *two*", "Évolution mineure", "A second logo", None),
    ]
    assert quoted.evolutions(setting, date(2025, 3, 1), date(2025, 3, 6))["evolutions"] == []
    env = {"BILLING_DB": _url(setting), "BILLING_TODAY": "2025-03-31"}
    _, out, _ = run("report", "evolutions", "--markdown", **env)
    assert r"- 09/03/2025 **Logo \*two\*** (Évolution mineure): A second logo" in out
    assert "Anna" not in out and "—" not in out and out.startswith("# Évolutions, du 01/01/2025 au 31/03/2025")
    support.do(setting, NameSite(quote=minor, by="Marie, by mail"))
    _, out, _ = run("report", "evolutions", "--markdown", **env)
    assert "A second logo — Anna SA" in out and out.count("—") == 1
    assert run("report", "evolutions", "--from", "2025-04-01", "--to", "2025-03-01", **env)[0] == 1


def test_approval_is_the_user_groups(database_url: str) -> None:
    """S8: an approval needs who gave it; a minor evolution is never invoiced."""
    setting = prepared(database_url, "FR", "visualqie")
    number = quoted.add(setting, kind="minor", amount=Decimal("0.00"), minutes=10)["quote"]
    assert code(quoted.step, setting, number, "approved", date(2025, 3, 4), said=" ") == "bad-input"
    other = quoted.add(setting, kind="minor", amount=Decimal("0.00"), minutes=10)["quote"]
    assert quoted.step(setting, other, "accepted", date(2025, 3, 4))["state"] == "approved"
    quoted.step(setting, number, "approved", date(2025, 3, 4), said="User group")
    assert quoted.show(setting, number)["events"][0]["by"] == "User group"
    assert code(quoted.invoice, setting, number) == "not-eligible"


@pytest.mark.parametrize(
    ("share", "price"),
    [("50", "600.00"), ("33.33 %", "399.96"), ("600 CHF", "600.00"), ("CHF 1'000.50", "1000.50"), (None, "1200.00")],
)
def test_shares_as_they_are_typed(tmp_path: Path, share: str | None, price: str) -> None:
    """S8: per cent, or money with its currency; too much, or money without currency, is refused."""
    setting = prepared(f"sqlite:///{tmp_path}/b.db")
    env = {"BILLING_DB": _url(setting), "BILLING_TODAY": "2025-03-31"}
    asked = ["quote", "add", "ANNA", "--title", "x", "--amount", "1200", "--kind", "important", "--json"]
    status, out, err = run(*asked, *(["--share", share] if share else []), **env)
    assert (status, err) == (0, "")
    assert json.loads(out)["price"] == price
    for wrong in ("0", "101", "600", "x", "1201 CHF", "-5"):
        assert run(*asked, "--share", wrong, **env)[0] == 1, wrong


@pytest.mark.parametrize(
    ("typed", "minutes"), [("8h", 480), ("480", 480), ("40h", 2400), ("1:30", 90), ("100h30", 6030)]
)
def test_quoted_times_may_be_longer_than_a_day(tmp_path: Path, typed: str, minutes: int) -> None:
    setting = prepared(f"sqlite:///{tmp_path}/b.db")
    env = {"BILLING_DB": _url(setting), "BILLING_TODAY": "2025-03-31"}
    asked = ["quote", "add", "ANNA", "--title", "x", "--amount", "1", "--json"]
    status, out, _ = run(*asked, "--minutes", typed, **env)
    assert (status, json.loads(out)["minutes"]) == (0, minutes)
    for wrong in ("0", "x", "-3", "99999999999h"):
        assert run(*asked, "--minutes", wrong, **env)[0] == 1


def test_the_audit_finds_what_does_not_fit_a_quote(database_url: str) -> None:
    """L7: a rich history holds; an invoice at another price than the quote's is named."""
    from sqlalchemy import text

    from billing.store import migrate

    setting = made(database_url)
    load(setting, *rich())
    quoted.everything(setting)
    assert support.audit(setting)["faults"] == []
    with setting.engine.begin() as connection:
        migrate.unguard(connection)
        connection.execute(text("UPDATE quote SET amount = amount + 100, price = price + 100 WHERE share IS NULL"))
        migrate.guard(connection)
    faults = "\n".join(support.audit(setting)["faults"])
    assert "it does not invoice Q-2025-00001 at 1201.00" in faults
    assert "Q-2025-00001: what is printed is not what is kept" in faults


def test_a_quote_stays_as_it_was_drafted(setting: Setting) -> None:
    """M8: the customer moves; the quote's paper does not."""
    number = quoted.add(setting)["quote"]
    with setting.engine.connect() as connection:
        before = quote_store.listed(connection)
    change_customer(on(setting, date(2025, 4, 1)), "ANNA", name="Anna Holding SA")
    with setting.engine.connect() as connection:
        assert quote_store.listed(connection) == before
    assert [(kept.paper.number, kept.paper.recipient.name) for kept in before] == [(number, "Anna SA")]


def test_of_two_who_invoice_at_once_one_does(setting: Setting) -> None:
    """L4, M6: one invoice, one number; the other is told that it is done."""
    number = accepted(setting)

    def attempt(_: int) -> str:
        try:
            return str(quoted.invoice(setting, number)["invoice"])
        except Refusal as refused:
            return refused.code

    with ThreadPoolExecutor(4) as pool:
        found = sorted(pool.map(attempt, range(4)))
    assert found == ["INV-2025-00001", "conflict", "conflict", "conflict"]
    assert support.audit(setting)["faults"] == []


def test_the_answer_has_its_keys_in_their_order(setting: Setting) -> None:
    """cli.md: whoever reads the JSON of a quote finds what was there before quotes were views."""
    number = accepted(setting, kind="specific", case="C-1")
    quoted.step(setting, number, "delivered", date(2025, 3, 10))
    found = quoted.invoice(setting, number)
    assert list(found) == [
        "quote", "customer", "title", "kind", "state", "date", "valid_until", "currency", "amount", "share", "price",
        "vat", "rounding", "total", "minutes", "case", "delivered", "invoice", "events", "entries", "comparison",
        "attachments", "invoice_total",
    ]  # fmt: skip
    assert list(found["vat"][0]) == ["amount", "base", "category", "rate"]
    assert [list(event) for event in found["events"]] == [
        ["kind", "on"], ["kind", "on", "by"], ["kind", "on", "text"], ["kind", "on", "invoice"]
    ]  # fmt: skip
    assert found["events"][2]["text"] is None
    assert {name: list(part) for name, part in found["comparison"].items()} == {
        "quoted": ["minutes", "amount"],
        "logged": ["seconds", "minutes", "value", "value_by"],
        "over": ["minutes", "amount"],
    }


def test_a_free_quote_accepted_twice_under_an_id_is_approved_once(database_url: str) -> None:
    """L5, S8: the id is that of an approval, and stands for the acceptance that was asked."""
    setting = prepared(database_url, "FR", "visualqie")
    number = quoted.add(setting, kind="minor", amount=Decimal("0.00"), minutes=10)["quote"]
    first = quoted.step(setting, number, "accepted", date(2025, 3, 4), id="a")
    assert quoted.step(setting, number, "accepted", date(2025, 3, 4), id="a") == first | {"unchanged": True}
    assert first["state"] == "approved"
    assert code(quoted.step, setting, number, "accepted", date(2025, 3, 5), id="a") == "conflict"
    assert code(quoted.step, setting, number, "approved", date(2025, 3, 4), said="Users") == "conflict"
    assert support.audit(setting)["faults"] == []


def test_a_dry_run_of_a_quote_answers_as_it_would(setting: Setting) -> None:
    """L5: the number, the state and the invoice's total; nothing is kept, and the next one has the same number."""
    before = support.contents(setting)
    asked = AddQuote(customer="ANNA", title="Own form", amount=Decimal(1200), on=date(2025, 3, 3))
    tried = do(setting, asked, "q", dry_run=True)
    assert support.contents(setting) == before
    assert do(setting, asked, "q") == tried
    number = tried["quote"]
    quoted.step(setting, number, "sent", date(2025, 3, 4))
    quoted.step(setting, number, "accepted", date(2025, 3, 5))
    before = support.contents(setting)
    tried = do(setting, InvoiceQuote(quote=number, on=date(2025, 3, 31)), dry_run=True)
    assert (tried["state"], tried["invoice_total"]) == ("invoiced", "1297.20")
    assert support.contents(setting) == before


def test_money_is_kept_in_cents_however_it_is_written(setting: Setting) -> None:
    """L5, M2: `Decimal(1200)` from Python is what `1200.00` is at the terminal."""
    asked: dict[str, Any] = {"customer": "ANNA", "title": "Form", "kind": "important", "on": date(2025, 3, 3)}
    plain = do(setting, AddQuote(amount=Decimal(1200), part=Decimal(600), **asked), "q")
    assert (plain["amount"], plain["price"], plain["total"]) == ("1200.00", "600.00", "648.60")
    assert do(setting, AddQuote(amount=Decimal("1200.00"), part=Decimal("600.0"), **asked), "q")["unchanged"]


def statements(setting: Setting, question: Question[Any]) -> int:
    seen: list[str] = []
    note = lambda *a: seen.append(a[2])  # noqa: E731
    event.listen(setting.engine, "before_cursor_execute", note)
    try:
        ask(setting, question)
    finally:
        event.remove(setting.engine, "before_cursor_execute", note)
    return len(seen)


@pytest.mark.parametrize(
    "question",
    [ListQuotes(), ListQuotes(customer="ANNA"), AskEvolutions(first=date(2025, 1, 1), last=date(2025, 3, 31))],
    ids=["all", "a customer's", "evolutions"],
)
def test_a_list_costs_as_much_for_ten_quotes_as_for_one(setting: Setting, question: Question[Any]) -> None:
    """A customer's book and notes are read once, however many quotes there are; each quote cost a whole book."""
    numbers = [accepted(setting, kind="specific")]
    quoted.step(setting, numbers[0], "delivered", date(2025, 3, 10), said="A form")
    for_one = statements(setting, question)
    numbers += [quoted.add(setting, kind="specific")["quote"] for _ in range(9)]
    for number in numbers[1:]:
        quoted.step(setting, number, "sent", date(2025, 3, 4))
        quoted.step(setting, number, "accepted", date(2025, 3, 5), said="Marie")
        quoted.step(setting, number, "delivered", date(2025, 3, 10), said="A form")
    found = ask(setting, question)
    assert len(found["quotes" if isinstance(question, ListQuotes) else "evolutions"]) == 10
    assert statements(setting, question) == for_one


def test_a_list_reads_no_whole_book(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each customer the quotes are read and the work on them, once, and nothing of what else was worked."""
    load(
        setting,
        {"type": "customer", "code": "BEAT", "name": "Beat SA", "country": "CH"},
        {"type": "contract", "customer": "BEAT", "tariff": "q3", "tier": "profi", "start": "2025-01-01"},
    )
    for who in ("ANNA", "BEAT", "ANNA", "BEAT", "ANNA"):
        quoted.add(setting, who)
    whole, read, with_entries = support.whole_books(monkeypatch), list[str](), parts.with_entries

    def counted(connection: Any, head: Head, *more: Any) -> Any:
        read.append(head.code)
        return with_entries(connection, head, *more)

    monkeypatch.setattr(parts, "with_entries", counted)
    assert [row["customer"] for row in quoted.listed(setting)["quotes"]] == ["ANNA", "BEAT", "ANNA", "BEAT", "ANNA"]
    quoted.evolutions(setting, date(2025, 1, 1), date(2025, 3, 31))
    assert not whole and read == ["ANNA", "BEAT"]


def test_a_batch_of_quotes_is_one_transaction(setting: Setting) -> None:
    """L5: drafted, sent, accepted and invoiced in one go, as whoever writes Python may; all of it or nothing."""
    number = "Q-2025-00001"
    asked = [
        Asked("1", AddQuote(customer="ANNA", title="Form", amount=Decimal(1200), on=date(2025, 3, 3)), "q"),
        Asked("2", SendQuote(quote=number, on=date(2025, 3, 4)), "s"),
        Asked("3", AcceptQuote(quote=number, on=date(2025, 3, 5), by="Marie"), "a"),
        Asked("4", InvoiceQuote(quote=number, on=date(2025, 3, 31)), "i"),
    ]
    assert Billing(setting).do_all(asked).applied == 4
    assert Billing(setting).do_all(asked).unchanged == 4
    assert quoted.show(setting, number)["invoice"] == "INV-2025-00001"
    assert support.audit(setting)["faults"] == []


def test_a_quote_that_nobody_has_accepted_stops_no_other_work_on_its_case_s8_r2(database_url: str) -> None:
    """Support that is free was refused because of a draft, and work under way because of a second one."""
    setting = made(database_url, "FR", today=date(2025, 7, 31))
    load(
        setting,
        {"type": "customer", "code": "ANNA", "name": "Anna SA", "country": "FR"},
        {"type": "contract", "customer": "ANNA", "tariff": "moveon", "start": "2025-07-01"},
    )
    known: dict[str, Any] = {"kind": "service", "case": "T-1", "on": date(2025, 7, 2)}
    first = quoted.add(setting, **known)["quote"]
    logged: dict[str, Any] = {"customer": "ANNA", "case": "T-1", "seconds": 600, "on": date(2025, 7, 3)}
    assert support.log(setting, **logged, category="support")["free"] == "always"
    for waits in ({}, {"category": "import"}):
        with pytest.raises(Refusal, match="starts once it is accepted"):
            support.log(setting, **logged, **waits)
    quoted.step(setting, first, "sent", date(2025, 7, 2))
    quoted.step(setting, first, "accepted", date(2025, 7, 3))
    second = quoted.add(setting, **known)["quote"]
    assert support.log(setting, **logged, category="import")["quote"] == first
    quoted.step(setting, second, "sent", date(2025, 7, 4))
    quoted.step(setting, second, "accepted", date(2025, 7, 4))
    assert support.log(setting, **logged | {"on": date(2025, 7, 4)}, category="import")["quote"] == second
    assert support.audit(setting)["faults"] == []


def test_the_quote_of_a_case_is_one_for_such_work_where_the_entry_says_which_s8(database_url: str) -> None:
    """Work on what is only drafted was logged on another kind's quote that was approved, or without any."""
    setting = prepared(database_url, "FR", "visualqie")
    minor = quoted.add(setting, kind="minor", case="X", amount=Decimal(0), minutes=60)["quote"]
    quoted.step(setting, minor, "sent", date(2025, 3, 4))
    quoted.step(setting, minor, "approved", date(2025, 3, 5), said="the group")
    specific = quoted.add(setting, kind="specific", case="X")["quote"]
    work: dict[str, Any] = {"customer": "ANNA", "case": "X", "seconds": 60, "on": date(2025, 3, 6)}
    with pytest.raises(Refusal, match=specific):
        support.log(setting, **work, category="evolution-specific")
    assert support.log(setting, **work, category="evolution-minor")["quote"] == minor
    drafted = quoted.add(setting, kind="specific", case="Y")["quote"]
    quoted.add(setting, kind="minor", case="Y", amount=Decimal(0), minutes=60)
    with pytest.raises(Refusal, match=drafted):
        support.log(setting, **work | {"case": "Y"}, category="evolution-specific")
    assert support.audit(setting)["faults"] == []
