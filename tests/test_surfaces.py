"""One table, three surfaces: what is refused, is refused alike by the command line, by a file and by Python (L5).

Alike is the code and the sentence; in a file `line N:` is before it. What no file can ask, as quotes, is compared on
the other two. Python is `Billing.do`, as whoever builds on the program calls it: what its constructor refuses counts
too.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing import Billing, Refusal, requests
from tests.support import do, jsonl, load, made, run

TODAY = date(2025, 3, 6)
LONG = "x" * 300
NOTE = "x" * 20_000
Line = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """The same thing, asked on three roads; what no file can ask has no line."""

    what: str
    code: str
    command: tuple[str, ...]
    line: Line | None
    request: Callable[[], Any]


def log(what: str, code: str, *options: str, line: Line, duration: str = "12", **request: Any) -> Asked:
    """Time on a case of ALPINA: an option more or less."""
    given = {"customer": "ALPINA", "seconds": 720, **request}
    asked_line = {"type": "entry", "customer": given["customer"], "minutes": 12, **line}
    return Asked(what, code, ("log", given["customer"], *options, "--", duration), asked_line,
                 lambda: requests.Log(**given))  # fmt: skip


def asked(
    kind: str, what: str, code: str, command: str, line: Line | None, request: Callable[..., Any], /, **of: Any
) -> Asked:
    """`command` is in words; `LONG` and `NOTE` stand for what is too long, `_` for a blank."""
    words = tuple({"LONG": LONG, "NOTE": NOTE, "_": " "}.get(word, word) for word in command.split())
    return Asked(what, code, words, None if line is None else {"type": kind, **line}, lambda: request(**of))


def quote(what: str, code: str, command: str, request: Callable[..., Any], /, **of: Any) -> Asked:
    """Something about a quote, which no file asks."""
    words = tuple({"LONG": LONG, "NOTE": NOTE, "_": " "}.get(word, word) for word in f"quote {command}".split())
    return Asked(what, code, words, None, lambda: request(**of))


DAY = date(2025, 3, 5)
FORM: dict[str, Any] = {"customer": "ALPINA", "title": "Form", "amount": Decimal(120)}
TABLE = [
    # What was taken on one road and refused on another
    log("a blank category", "bad-input", "--category", " ", line={"category": " "}, category=" "),
    log("a note without an end", "bad-input", "--note", NOTE, line={"note": NOTE}, note=NOTE),
    log("a NUL in a note", "bad-input", "--note", "a\0b", line={"note": "a\0b"}, note="a\0b"),
    log("a line break in a case", "bad-input", "--case", "T\n1", line={"case": "T\n1"}, case="T\n1"),
    log("negative time", "bad-duration", duration="-5m", line={"minutes": -5}, seconds=-300),
    asked("contract", "a blank module", "bad-input", "contract sign BEAT --tariff q3 --tier profi --module _",
          {"customer": "BEAT", "tariff": "q3", "tier": "profi", "modules": [" "]},
          requests.Sign, customer="BEAT", tariff="q3", tier="profi", modules=(" ",)),
    asked("goodwill", "a reason of 300 characters", "bad-input",
          "contract goodwill ALPINA 30 --expires 2025-06-30 --reason LONG",
          {"customer": "ALPINA", "minutes": 30, "expires": "2025-06-30", "reason": LONG},
          requests.Goodwill, customer="ALPINA", minutes=30, expires=date(2025, 6, 30), reason=LONG),
    asked("goodwill", "a blank reason", "bad-input", "contract goodwill ALPINA 30 --expires 2025-06-30 --reason _",
          {"customer": "ALPINA", "minutes": 30, "expires": "2025-06-30", "reason": " "},
          requests.Goodwill, customer="ALPINA", minutes=30, expires=date(2025, 6, 30), reason=" "),
    asked("void", "why an entry is void in 300 characters", "bad-input", "void E1 --reason LONG",
          {"entry": "E1", "reason": LONG}, requests.Void, entry="E1", reason=LONG),
    # Time worked
    log("an unknown customer", "unknown-customer", line={"customer": "NOBODY"}, customer="NOBODY"),
    log("no contract", "no-active-contract", line={"customer": "BEAT"}, customer="BEAT"),
    log("an unknown category", "unknown-category", "--category", "golf", line={"category": "golf"}, category="golf"),
    log("the future", "future-date", "--on", "2025-03-07", line={"date": "2025-03-07"}, on=date(2025, 3, 7)),
    log("before the contract", "no-active-contract", "--on", "2024-12-31", line={"date": "2024-12-31"},
        on=date(2024, 12, 31)),
    log("no time", "bad-duration", duration="0", line={"minutes": 0}, seconds=0),
    log("more than a day", "bad-duration", duration="25h", line={"minutes": 1500}, seconds=90_000),
    log("a case of 300 characters", "bad-input", "--case", LONG, line={"case": LONG}, case=LONG),
    log("an agent of two lines", "bad-input", "--agent", "a\nb", line={"agent": "a\nb"}, agent="a\nb"),
    log("a blank contact", "bad-input", "--contact", " ", line={"contact": " "}, contact=" "),
    log("half a character", "bad-input", "--note", "a\ud800", line={"note": "a\ud800"}, note="a\ud800"),
    log("somebody else's case", "conflict", "--case", "T-1", line={"customer": "CARA", "case": "T-1"},
        customer="CARA", case="T-1"),
    asked("void", "an unknown entry", "unknown-entry", "void E9 --reason slip", {"entry": "E9", "reason": "slip"},
          requests.Void, entry="E9", reason="slip"),
    asked("void", "an entry that is void", "already-voided", "void E2 --reason slip",
          {"entry": "E2", "reason": "slip"}, requests.Void, entry="E2", reason="slip"),
    asked("void", "before the work", "bad-date", "void E1 --reason slip --on 2025-02-01",
          {"entry": "E1", "reason": "slip", "date": "2025-02-01"},
          requests.Void, entry="E1", reason="slip", on=date(2025, 2, 1)),
    asked("verify", "an unknown case", "unknown-case", "verify T-99", {"case": "T-99"}, requests.Verify, case="T-99"),
    asked("verify", "an unknown kind", "bad-input", "verify T-1 --kind weather", {"case": "T-1", "kind": "weather"},
          requests.Verify, case="T-1", kind="weather"),
    # Contracts
    asked("contract", "an unknown tariff", "unknown-tariff", "contract sign BEAT --tariff golf",
          {"customer": "BEAT", "tariff": "golf"}, requests.Sign, customer="BEAT", tariff="golf"),
    asked("contract", "an unknown tier", "unknown-tier", "contract sign BEAT --tariff q3 --tier golf",
          {"customer": "BEAT", "tariff": "q3", "tier": "golf"},
          requests.Sign, customer="BEAT", tariff="q3", tier="golf"),
    asked("contract", "a fee of more than ten million", "bad-input",
          "contract sign BEAT --tariff q3 --tier profi --fee 10000000.01",
          {"customer": "BEAT", "tariff": "q3", "tier": "profi", "fee": "10000000.01"},
          requests.Sign, customer="BEAT", tariff="q3", tier="profi", fee=Decimal("10000000.01")),
    asked("contract", "a second contract", "conflict", "contract sign ALPINA --tariff q3 --tier profi",
          {"customer": "ALPINA", "tariff": "q3", "tier": "profi"},
          requests.Sign, customer="ALPINA", tariff="q3", tier="profi"),
    asked("tier", "an unknown tier to change to", "unknown-tier", "contract tier ALPINA golf",
          {"customer": "ALPINA", "tier": "golf"}, requests.ChangeTier, customer="ALPINA", tier="golf"),
    asked("renewal", "nothing to renew", "no-active-contract", "contract renew BEAT", {"customer": "BEAT"},
          requests.Renew, customer="BEAT"),
    asked("cancel", "nothing to cancel", "no-active-contract", "contract cancel BEAT --on 2025-03-05",
          {"customer": "BEAT", "date": "2025-03-05"}, requests.Cancel, customer="BEAT", on=DAY),
    asked("cancel", "an end before the beginning", "no-active-contract", "contract cancel ALPINA --on 2024-12-01",
          {"customer": "ALPINA", "date": "2024-12-01"}, requests.Cancel, customer="ALPINA", on=date(2024, 12, 1)),
    asked("goodwill", "minutes that are none", "bad-duration",
          "contract goodwill ALPINA 0 --expires 2025-06-30 --reason sorry",
          {"customer": "ALPINA", "minutes": 0, "expires": "2025-06-30", "reason": "sorry"},
          requests.Goodwill, customer="ALPINA", minutes=0, expires=date(2025, 6, 30), reason="sorry"),
    asked("goodwill", "an end before today", "bad-date",
          "contract goodwill ALPINA 30 --expires 2025-01-31 --reason sorry",
          {"customer": "ALPINA", "minutes": 30, "expires": "2025-01-31", "reason": "sorry"},
          requests.Goodwill, customer="ALPINA", minutes=30, expires=date(2025, 1, 31), reason="sorry"),
    # Sales and payments
    asked("purchase", "an unknown product", "unknown-product", "buy ALPINA golf",
          {"customer": "ALPINA", "product": "golf"}, requests.Sell, customer="ALPINA", product="golf"),
    asked("purchase", "no price", "price-required", "buy ALPINA half-fare",
          {"customer": "ALPINA", "product": "half-fare"}, requests.Sell, customer="ALPINA", product="half-fare"),
    asked("purchase", "a product of another tier", "not-eligible", "buy CARA support-plus --contact Rey",
          {"customer": "CARA", "product": "support-plus", "contacts": ["Rey"]},
          requests.Sell, customer="CARA", product="support-plus", contacts=("Rey",)),
    asked("purchase", "no pieces", "bad-input", "buy ALPINA half-fare --price 90 --quantity 0",
          {"customer": "ALPINA", "product": "half-fare", "price": "90", "quantity": 0},
          requests.Sell, customer="ALPINA", product="half-fare", price=Decimal(90), quantity=0),
    asked("purchase", "a price of more than ten million", "bad-input", "buy ALPINA half-fare --price 10000000.01",
          {"customer": "ALPINA", "product": "half-fare", "price": "10000000.01"},
          requests.Sell, customer="ALPINA", product="half-fare", price=Decimal("10000000.01")),
    asked("purchase", "a sale in 37 years", "ask-back", "buy ALPINA half-fare --price 90 --on 2062-11-28", None,
          requests.Sell, customer="ALPINA", product="half-fare", price=Decimal(90), on=date(2062, 11, 28)),
    asked("invoice-run", "a run in 37 years", "ask-back", "invoice run 2025-03 --on 2062-11-28", None,
          requests.RunMonth, month=date(2025, 3, 1), on=date(2062, 11, 28)),
    asked("purchase", "a hundred times the last price", "ask-back", "buy ALPINA half-fare --price 9000", None,
          requests.Sell, customer="ALPINA", product="half-fare", price=Decimal(9000)),
    quote("a quote in 37 years", "ask-back", "add ALPINA --title Form --amount 120 --on 2062-11-28",
          requests.AddQuote, **FORM, on=date(2062, 11, 28)),
    asked("payment", "an unknown invoice", "unknown-invoice", "pay INV-2025-00099", {"invoice": "INV-2025-00099"},
          requests.Pay, invoice="INV-2025-00099"),
    asked("payment", "an invoice that is paid", "already-paid", "pay INV-2025-00001", {"invoice": "INV-2025-00001"},
          requests.Pay, invoice="INV-2025-00001"),
    asked("payment", "an amount of nothing", "bad-input", "pay INV-2025-00002 --amount 0",
          {"invoice": "INV-2025-00002", "amount": "0"}, requests.Pay, invoice="INV-2025-00002", amount=Decimal("0.00")),
    asked("payment", "a payment in the future", "future-date", "pay INV-2025-00002 --on 2025-03-07",
          {"invoice": "INV-2025-00002", "date": "2025-03-07"},
          requests.Pay, invoice="INV-2025-00002", on=date(2025, 3, 7)),
    asked("on-account", "money of nobody", "unknown-customer", "pay --on-account NOBODY --amount 5",
          {"customer": "NOBODY", "amount": "5"}, requests.PayOnAccount, customer="NOBODY", amount=Decimal(5)),
    asked("on-account", "nothing on account", "bad-input", "pay --on-account ALPINA --amount 0",
          {"customer": "ALPINA", "amount": "0"}, requests.PayOnAccount, customer="ALPINA", amount=Decimal("0.00")),
    asked("on-account", "a currency of four letters", "bad-input",
          "pay --on-account ALPINA --amount 5 --currency EURO",
          {"customer": "ALPINA", "amount": "5", "currency": "EURO"},
          requests.PayOnAccount, customer="ALPINA", amount=Decimal(5), currency="EURO"),
    asked("on-account", "money of tomorrow", "future-date", "pay --on-account ALPINA --amount 5 --on 2025-03-07",
          {"customer": "ALPINA", "amount": "5", "date": "2025-03-07"},
          requests.PayOnAccount, customer="ALPINA", amount=Decimal(5), on=date(2025, 3, 7)),
    asked("refund", "a refund of what is not there", "bad-input", "refund ALPINA", {"customer": "ALPINA"},
          requests.Refund, customer="ALPINA"),
    asked("refund", "more than there is", "bad-input", "refund CARA --amount 30",
          {"customer": "CARA", "amount": "30"}, requests.Refund, customer="CARA", amount=Decimal(30)),
    asked("refund", "before it came", "bad-input", "refund CARA --amount 20 --on 2025-03-03",
          {"customer": "CARA", "amount": "20", "date": "2025-03-03"},
          requests.Refund, customer="CARA", amount=Decimal(20), on=date(2025, 3, 3)),
    asked("refund", "a refund of tomorrow", "future-date", "refund CARA --on 2025-03-07",
          {"customer": "CARA", "date": "2025-03-07"}, requests.Refund, customer="CARA", on=date(2025, 3, 7)),
    asked("write-off", "an invoice that nobody knows", "unknown-invoice", "write-off INV-2025-00099 --reason slip",
          {"invoice": "INV-2025-00099", "reason": "slip"}, requests.WriteOff, invoice="INV-2025-00099", reason="slip"),
    asked("write-off", "what is paid already", "already-paid", "write-off INV-2025-00001 --reason slip",
          {"invoice": "INV-2025-00001", "reason": "slip"}, requests.WriteOff, invoice="INV-2025-00001", reason="slip"),
    asked("write-off", "a bad debt unasked", "ask-back", "write-off INV-2025-00002 --reason bankrupt",
          {"invoice": "INV-2025-00002", "reason": "bankrupt"},
          requests.WriteOff, invoice="INV-2025-00002", reason="bankrupt"),
    asked("write-off", "more than is open", "bad-input", "write-off INV-2025-00002 --reason x --amount 200 --yes",
          {"invoice": "INV-2025-00002", "reason": "x", "amount": "200", "yes": True},
          requests.WriteOff, invoice="INV-2025-00002", reason="x", amount=Decimal(200), yes=True),
    asked("write-off", "before the invoice", "bad-date",
          "write-off INV-2025-00002 --reason x --amount 1 --on 2025-03-02",
          {"invoice": "INV-2025-00002", "reason": "x", "amount": "1", "date": "2025-03-02"},
          requests.WriteOff, invoice="INV-2025-00002", reason="x", amount=Decimal(1), on=date(2025, 3, 2)),
    asked("write-off", "no reason", "bad-input", "write-off INV-2025-00002 --reason _",
          {"invoice": "INV-2025-00002", "reason": " "}, requests.WriteOff, invoice="INV-2025-00002", reason=" "),
    # Customers
    asked("customer", "a blank name", "bad-input", "customer add NEW --country CH --name _",
          {"code": "NEW", "country": "CH", "name": " "}, requests.AddCustomer, code="NEW", country="CH", name=" "),
    asked("customer", "a name of 300 characters", "bad-input", "customer add NEW --country CH --name LONG",
          {"code": "NEW", "country": "CH", "name": LONG}, requests.AddCustomer, code="NEW", country="CH", name=LONG),
    asked("customer", "a code with a star", "bad-input", "customer add A*B --country CH --name New",
          {"code": "A*B", "country": "CH", "name": "New"},
          requests.AddCustomer, code="A*B", country="CH", name="New"),
    asked("customer", "a code that is taken", "conflict", "customer add ALPINA --country CH --name New",
          {"code": "ALPINA", "country": "CH", "name": "New"},
          requests.AddCustomer, code="ALPINA", country="CH", name="New"),
    asked("customer", "a country of three letters", "bad-input", "customer add NEW --country CHE --name New",
          {"code": "NEW", "country": "CHE", "name": "New"},
          requests.AddCustomer, code="NEW", country="CHE", name="New"),
    asked("customer", "a language that nobody writes", "bad-input",
          "customer add NEW --country CH --name New --language xx",
          {"code": "NEW", "country": "CH", "name": "New", "language": "xx"},
          requests.AddCustomer, code="NEW", country="CH", name="New", language="xx"),
    asked("customer", "years to pay", "bad-input", "customer add NEW --country CH --name New --terms 366",
          {"code": "NEW", "country": "CH", "name": "New", "terms": 366},
          requests.AddCustomer, code="NEW", country="CH", name="New", terms=366),
    # Sending
    Asked("an unknown document by post", "unknown-invoice", ("send", "mark", "INV-2025-00099"), None,
          lambda: requests.HandOverPaper(number="INV-2025-00099")),
    Asked("a document by post tomorrow", "future-date",
          ("send", "mark", "INV-2025-00001", "--on", "2025-03-07"), None,
          lambda: requests.HandOverPaper(number="INV-2025-00001", on=date(2025, 3, 7))),
    # Quotes
    quote("a blank title", "bad-input", "add ALPINA --title _ --amount 120",
          requests.AddQuote, **FORM | {"title": " "}),
    quote("a title of 300 characters", "bad-input", "add ALPINA --title LONG --amount 120",
          requests.AddQuote, **FORM | {"title": LONG}),
    quote("an amount of more than ten million", "bad-input", "add ALPINA --title Form --amount 10000000.01",
          requests.AddQuote, **FORM | {"amount": Decimal("10000000.01")}),
    quote("a blank case of a quote", "bad-input", "add ALPINA --title Form --amount 120 --case _",
          requests.AddQuote, **FORM, case=" "),
    quote("somebody else's case on a quote", "conflict", "add CARA --title Form --amount 120 --case T-1",
          requests.AddQuote, **FORM | {"customer": "CARA"}, case="T-1"),
    quote("an unknown kind of quote", "bad-input", "add ALPINA --title Form --amount 120 --kind golf",
          requests.AddQuote, **FORM, kind="golf"),
    quote("a quote without a price", "price-required", "add ALPINA --title Form",
          requests.AddQuote, customer="ALPINA", title="Form"),
    quote("a quote that ends before it begins", "bad-date",
          "add ALPINA --title Form --amount 120 --on 2025-03-05 --valid-until 2025-03-04",
          requests.AddQuote, **FORM, on=DAY, valid_until=date(2025, 3, 4)),
    quote("a share in another currency", "bad-input",
          "add ALPINA --title Form --amount 120 --kind important --share 60EUR",
          requests.AddQuote, **FORM, kind="important", part=Decimal(60), part_currency="EUR"),
    quote("a share of more than all", "bad-input",
          "add ALPINA --title Form --amount 120 --kind important --share 121CHF",
          requests.AddQuote, **FORM, kind="important", part=Decimal(121), part_currency="CHF"),
    quote("a quote for nobody", "unknown-customer", "add NOBODY --title Form --amount 120",
          requests.AddQuote, **FORM | {"customer": "NOBODY"}),
    quote("a quote without a contract", "no-active-contract", "add BEAT --title Form --amount 120",
          requests.AddQuote, **FORM | {"customer": "BEAT"}),
    quote("an unknown quote", "unknown-quote", "send Q-2025-00099", requests.SendQuote, quote="Q-2025-00099"),
    quote("a quote sent in the future", "future-date", "send Q-2025-00001 --on 2025-03-07",
          requests.SendQuote, quote="Q-2025-00001", on=date(2025, 3, 7)),
    quote("an acceptance of a draft", "conflict", "accept Q-2025-00001 --by Rey",
          requests.AcceptQuote, quote="Q-2025-00001", by="Rey"),
    asked("close", "a month that is not over", "future-date", "close 2025-03", {"month": "2025-03"},
          requests.CloseMonth, month=date(2025, 3, 1)),
    asked("close", "a closing in the future", "future-date", "close 2025-02 --on 2025-03-07",
          {"month": "2025-02", "date": "2025-03-07"},
          requests.CloseMonth, month=date(2025, 2, 1), on=date(2025, 3, 7)),
    asked("reopen", "a month that is open", "out-of-order", "reopen 2025-02 --reason slip",
          {"month": "2025-02", "reason": "slip"},
          requests.ReopenMonth, month=date(2025, 2, 1), reason="slip"),
    asked("reopen", "a month opened again for no reason", "bad-input", "reopen 2025-02 --reason _",
          {"month": "2025-02", "reason": " "}, requests.ReopenMonth, month=date(2025, 2, 1), reason=" "),
    quote("an acceptance by nobody", "bad-input", "accept Q-2025-00001 --by _",
          requests.AcceptQuote, quote="Q-2025-00001", by=" "),
    quote("an approval by nobody", "bad-input", "approve Q-2025-00001 --by _",
          requests.ApproveQuote, quote="Q-2025-00001", by=" "),
    quote("an empty file", "bad-input", "attach Q-2025-00001 /dev/null",
          requests.AttachToQuote, quote="Q-2025-00001", name="null", data=b""),
    asked("case", "an empty file for a case", "bad-input", "case attach T-1 /dev/null", None,
          requests.AttachToCase, case="T-1", name="null", data=b""),
    quote("a site named by nobody", "bad-input", "name Q-2025-00001 --by _",
          requests.NameSite, quote="Q-2025-00001", by=" "),
    quote("a refusal without an end", "bad-input", "refuse Q-2025-00001 --reason NOTE",
          requests.RefuseQuote, quote="Q-2025-00001", reason=NOTE),
    quote("the delivery of a draft", "not-accepted", "deliver Q-2025-00001",
          requests.DeliverQuote, quote="Q-2025-00001"),
    quote("the invoice of a draft", "not-accepted", "invoice Q-2025-00001",
          requests.InvoiceQuote, quote="Q-2025-00001"),
]  # fmt: skip


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """ALPINA under contract with work, a case, two invoices, one of them paid, and a quote; CARA with a lesser tier;
    BEAT with nothing."""
    url = f"sqlite:///{tmp_path_factory.mktemp('surfaces')}/billing.db"
    with_all = made(url, today=TODAY)
    customers = [
        {"type": "customer", "code": code, "name": code, "country": "CH"} for code in ("ALPINA", "BEAT", "CARA")
    ]
    signed = {"type": "contract", "tariff": "q3", "modules": ["COFI"], "fee": "480", "start": "2025-01-01"}
    sold = {"type": "purchase", "customer": "ALPINA", "product": "half-fare", "price": "90"}
    load(
        with_all,
        *customers,
        signed | {"customer": "ALPINA", "tier": "profi"},
        signed | {"customer": "CARA", "tier": "standard"},
        {"type": "case", "id": "T-1", "customer": "ALPINA", "at": "2025-03-03T09:00"},
        {"type": "entry", "id": "E1", "customer": "ALPINA", "case": "T-1", "date": "2025-03-04", "minutes": 12},
        {"type": "entry", "id": "E2", "customer": "ALPINA", "case": "T-1", "date": "2025-03-04", "minutes": 12},
        {"type": "void", "entry": "E2", "reason": "slip", "date": "2025-03-04"},
        sold | {"id": "p1", "date": "2025-03-01"},
        {"type": "payment", "purchase": "p1", "date": "2025-03-02"},
        sold | {"id": "p2", "date": "2025-03-03"},
        {"type": "on-account", "customer": "CARA", "amount": "20.00", "date": "2025-03-04"},
    )
    do(with_all, requests.AddQuote(**FORM, on=DAY))
    with_all.engine.dispose()
    return url


def by_command(url: str, one: Asked) -> tuple[str, str]:
    group = 2 if one.command[0] in ("contract", "case", "customer", "quote", "maintenance", "invoice", "send") else 1
    words = (*one.command[:group], "--json", *one.command[group:])
    status, out, err = run(*words, BILLING_DB=url, BILLING_TODAY=f"{TODAY}")
    assert (status, out) == (1, ""), (status, out, err)
    error = json.loads(err)["error"]
    return error["code"], error["message"]


def by_line(url: str, line: Line) -> tuple[str, str]:
    status, out, err = run("load", "-", "--json", stdin=jsonl([line]), BILLING_DB=url, BILLING_TODAY=f"{TODAY}")
    assert (status, out) == (1, ""), (status, out, err)
    error = json.loads(err)["error"]
    place, _, message = error["message"].partition(": ")
    assert place == "line 1"
    return error["code"], message


def by_python(url: str, one: Asked) -> tuple[str, str]:
    with Billing.open(url, today=TODAY) as books, pytest.raises(Refusal) as refused:
        books.do(one.request())
    return refused.value.code, str(refused.value)


@pytest.mark.parametrize("one", TABLE, ids=lambda one: one.what)
def test_what_is_refused_is_refused_alike_on_three_roads(database: str, one: Asked) -> None:
    before = Path(database.removeprefix("sqlite:///")).read_bytes()
    said = by_command(database, one)
    assert said[0] == one.code, said
    assert one.line is None or by_line(database, one.line) == said
    assert by_python(database, one) == said
    assert Path(database.removeprefix("sqlite:///")).read_bytes() == before


def test_the_table_is_long_enough_and_says_nothing_twice() -> None:
    """The pairs that were taken on one road and refused on another, and thirty more."""
    assert len({one.what for one in TABLE}) == len(TABLE) >= 38
    assert len({one.code for one in TABLE}) >= 12
