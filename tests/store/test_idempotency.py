"""What has an external id is recorded once: same content changes nothing, other content is refused (L5)."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.errors import Already, Refusal
from billing.lines import bulk
from billing.office.transaction import Setting
from billing.requests.payments import Sell
from billing.service import Billing
from tests import support
from tests.history import Line, dumped
from tests.store import histories
from tests.support import contents, do, load, on

ADDRESS = {"street": "Rue", "house_number": "1", "postcode": "1000", "city": "Lausanne"}


@dataclass(frozen=True)
class Kind:
    """A line with an id: what it needs before it, the line with all its keys, other values for each, a refused one."""

    line: Line
    other: dict[str, Any]
    refused: Line  # changes that make it a line that is refused
    before: list[Line] = field(default_factory=list)


BOUGHT: list[Line] = [
    {"type": "purchase", "id": "p", "customer": "C0", "product": "half-fare", "price": "90", "date": "2025-01-05"},
    {"type": "purchase", "id": "q", "customer": "C1", "product": "half-fare", "price": "90", "date": "2025-01-05"},
]
PAID: list[Line] = [
    *BOUGHT,
    {"type": "payment", "id": "y", "purchase": "p", "amount": "20.00", "date": "2025-01-06"},
    {"type": "payment", "id": "z", "purchase": "q", "amount": "20.00", "date": "2025-01-06"},
]
MONEY: list[Line] = [
    {"type": "on-account", "customer": code, "amount": "40", "currency": currency, "date": "2025-01-06"}
    for code in ("C0", "C1")
    for currency in ("CHF", "EUR")
]
WORKED: list[Line] = [
    {"type": "entry", "id": id, "customer": "C0", "case": id.upper(), "category": "bug", "date": "2025-01-07",
     "minutes": 9} for id in ("e", "f")
]  # fmt: skip
OPENED: list[Line] = [
    line
    for case in ("K", "L")
    for line in (
        {"type": "case", "id": case, "customer": "C0", "at": "2025-01-10T09:00"},
        {"type": "case-event", "case": case, "kind": "take", "agent": "ana", "at": "2025-01-10T09:05"},
    )
]
UNSIGNED: list[Line] = [{"type": "customer", "code": code, "name": code, "country": "CH"} for code in ("NEW", "OLD")]
BROUGHT: list[Line] = [
    *UNSIGNED,
    {"type": "opening-contract", "customer": "NEW", "date": "2025-01-01", "tariff": "q3", "tier": "profi",
     "modules": ["COFI"], "fee": "480", "start": "2024-06-01"},
    {"type": "opening-contract", "customer": "OLD", "date": "2025-01-01", "tariff": "qualiodoo"},
    {"type": "opening-money", "id": "m", "customer": "NEW", "date": "2025-01-01", "amount": "7", "currency": "CHF"},
    {"type": "opening-money", "id": "n", "customer": "OLD", "date": "2025-01-01", "amount": "8", "currency": "EUR"},
]  # fmt: skip

KINDS = {
    "customer": Kind(
        {"code": "NEW", "name": "New SA", "country": "CH", "language": "fr", "email": "a@example.com",
         "vat_id": "CHE-116.281.710", "siren": "732829320", "electronic_address": "0225:732829320", "terms": 20,
         "round_total": "0.05", "vat_basis": "invoice", "consumer": False, "address": ADDRESS,
         "order": "PO-1", "buyer_reference": "04011000-1234512345-06", "einvoice": "ubl", "attention": "Marie",
         "hours": "mon-fri 08:00-17:00"},
        {"code": "NEWER", "name": "Newer SA", "country": "FR", "language": "de", "email": "b@example.com",
         "vat_id": "CHE-116.281.711", "siren": "552100554", "electronic_address": "0225:552100554", "terms": 21,
         "round_total": "0.10", "vat_basis": "payment", "consumer": True,
         "address": ADDRESS | {"city": "Genève"}, "order": "PO-2", "buyer_reference": "SERVICE", "einvoice": "none",
         "attention": "Paul", "hours": "mon-thu 08:00-17:00"},
        {"country": "Switzerland"},
    ),
    "contract": Kind(
        {"customer": "NEW", "tariff": "q3", "tier": "standard", "modules": ["COFI"], "fee": "100",
         "start": "2025-01-01"},
        {"customer": "OLD", "tariff": "qualiodoo", "tier": "profi", "modules": ["COFI", "Salaires"], "fee": "101",
         "start": "2025-01-02"},
        {"tier": "tears"},
        UNSIGNED,
    ),
    "renewal": Kind({"customer": "C0", "date": "2025-12-01"}, {"customer": "C1", "date": "2025-12-02"},
                    {"customer": "NEW"}, UNSIGNED),
    "tier": Kind({"customer": "C0", "tier": "profi", "date": "2025-02-01"},
                 {"customer": "C1", "tier": "premium", "date": "2025-02-02"}, {"tier": "tears"}),
    "cancel": Kind({"customer": "C0", "date": "2025-06-30"}, {"customer": "C1", "date": "2025-07-31"},
                   {"date": "2024-01-01"}),
    "purchase": Kind(
        {"customer": "C0", "product": "support-plus", "price": "565", "quantity": 1, "contacts": ["Marie"],
         "date": "2025-01-05", "paid": "2025-01-04", "order": "PO-1"},
        {"customer": "C1", "product": "half-fare", "price": "565.05", "quantity": 2, "contacts": ["Paul"],
         "date": "2025-01-06", "paid": "2025-01-05", "order": "PO-2"},
        {"product": "half-price"},
        [{"type": "tier", "customer": code, "tier": "profi", "date": "2025-01-01"} for code in ("C0", "C1")],
    ),
    "payment": Kind({"purchase": "p", "amount": "20", "date": "2025-01-06"},
                    {"purchase": "q", "invoice": "INV-2025-00002", "amount": "21", "date": "2025-01-07"},
                    {"date": "2031-01-01"}, BOUGHT),
    "on-account": Kind({"customer": "C0", "amount": "20", "currency": "CHF", "date": "2025-01-06"},
                       {"customer": "C1", "amount": "21", "currency": "EUR", "date": "2025-01-07"},
                       {"amount": "0"}),
    "refund": Kind({"customer": "C0", "amount": "20", "currency": "CHF", "date": "2025-01-07"},
                   {"customer": "C1", "amount": "21", "currency": "EUR", "date": "2025-01-08"},
                   {"amount": "40.01"}, MONEY),
    "case-change": Kind(
        {"case": "K", "subject": "another one", "contact": "Marie", "category": "bug",
         "reason": "agreed", "at": "2025-03-06T10:00", "agent": "ana"},
        {"case": "L", "subject": "a third one", "contact": "Paul", "category": "training",
         "reason": "a slip", "at": "2025-03-06T10:01", "agent": "ben"},
        {"category": "bugs"}, OPENED,
    ),
    "case-void": Kind(
        {"event": "K#2", "reason": "a slip", "at": "2025-03-06T10:00", "agent": "ana"},
        {"event": "L#2", "reason": "of another case", "at": "2025-03-06T10:01", "agent": "ben"},
        {"event": "K#9"}, OPENED,
    ),
    "write-off": Kind({"invoice": "INV-2025-00001", "amount": "2", "date": "2025-01-07", "reason": "a slip"},
                      {"invoice": "INV-2025-00002", "amount": "3", "date": "2025-01-08", "reason": "a gift"},
                      {"amount": "200"}, BOUGHT),
    "invoice-credit": Kind(
        {"invoice": "INV-2025-00001", "reason": "a slip", "line": 1, "amount": "2", "keep": True, "date": "2025-01-07"},
        {"invoice": "INV-2025-00002", "reason": "a gift", "line": 2, "amount": "3", "keep": False,
         "date": "2025-01-08"},
        {"amount": "200"}, BOUGHT),
    "bounce": Kind({"payment": "y", "date": "2025-01-08"}, {"payment": "z", "date": "2025-01-09"},
                   {"payment": "x"}, PAID),
    "entry": Kind(
        {"customer": "C0", "case": "K", "category": "support", "date": "2025-01-10", "minutes": 60, "agent": "ana",
         "contact": "Marie", "note": "a note", "changes_data": True},
        {"customer": "C1", "case": "L", "category": "training", "date": "2025-01-11", "minutes": 61, "agent": "ben",
         "contact": "Paul", "note": "another note", "duration": "1h01", "changes_data": False},
        {"category": "nonsense"},
    ),
    "void": Kind({"entry": "e", "reason": "twice", "date": "2025-01-12"},
                 {"entry": "f", "reason": "mistake", "date": "2025-01-13"}, {"entry": "g"}, WORKED),
    "edit": Kind(
        {"entry": "e", "customer": "C0", "case": "K", "category": "support", "date": "2025-01-10", "minutes": 60,
         "contact": "Marie", "note": "a note", "reason": "a slip"},
        {"entry": "f", "customer": "C1", "case": "L", "category": "training", "date": "2025-01-11", "minutes": 61,
         "contact": "Paul", "note": "another note", "duration": "1h01", "reason": "a mistake"},
        {"category": "nonsense"}, WORKED),
    "verify": Kind({"case": "E", "date": "2025-01-12", "kind": "program-error", "agent": "ana",
                    "with": ["bug"], "note": "found"},
                   {"case": "F", "date": "2025-01-13", "kind": "misuse", "agent": "ben",
                    "with": ["support"], "note": "seen"}, {"case": "G"}, WORKED),
    "case": Kind(
        {"customer": "C0", "priority": "urgent", "category": "support", "channel": "phone", "contact": "Marie",
         "at": "2025-01-10T09:00", "agent": "ana", "note": "a note", "subject": "no access",
         "agreed_with": "Marie"},
        {"customer": "C1", "priority": "normal", "category": "training", "channel": "mail", "contact": "Paul",
         "at": "2025-01-10T09:01", "agent": "ben", "note": "another note", "subject": "prints twice",
         "agreed_with": "Paul"},
        {"category": "nonsense"},
    ),
    "case-event": Kind(
        {"case": "K", "kind": "attempt", "at": "2025-01-10T10:00", "agent": "ana", "note": "a note",
         "channel": "phone"},
        {"case": "L", "kind": "take", "at": "2025-01-10T10:01", "agent": "ben", "note": "another note",
         "channel": "voicemail"},
        {"kind": "nonsense"},
        [{"type": "case", "id": case, "customer": "C0", "at": "2025-01-10T09:00"} for case in ("K", "L")],
    ),
    "goodwill": Kind(
        {"customer": "C0", "minutes": 30, "date": "2025-01-12", "expires": "2025-12-31", "reason": "sorry",
         "covers": ["support"]},
        {"customer": "C1", "minutes": 31, "date": "2025-01-13", "expires": "2025-12-30", "reason": "so sorry",
         "covers": ["support", "training"]},
        {"covers": ["nonsense"]},
    ),
    "close": Kind({"month": "2025-01", "date": "2025-02-03"}, {"month": "2025-02", "date": "2025-03-03"},
                  {"month": "2031-01"}),
    "reopen": Kind({"month": "2025-01", "reason": "a slip", "date": "2025-02-04"},
                   {"month": "2024-12", "reason": "a file was missing", "date": "2025-02-05"},
                   {"month": "2024-11"},
                   [{"type": "close", "month": month, "date": "2025-02-03"} for month in ("2024-12", "2025-01")]),
    "opening-contract": Kind(
        {"customer": "NEW", "date": "2025-01-01", "tariff": "q3", "tier": "standard", "modules": ["COFI"],
         "fee": "100", "start": "2024-06-01"},
        {"customer": "OLD", "date": "2025-01-02", "tariff": "qualiodoo", "tier": "profi",
         "modules": ["COFI", "Salaires"], "fee": "101", "start": "2024-06-02"},
        {"tariff": "nonsense"}, UNSIGNED),
    "opening-grant": Kind(
        {"customer": "NEW", "date": "2025-01-01", "kind": "add-on", "product": "support-plus", "minutes": 120,
         "left": 40, "price": "565", "starts": "2024-06-06", "expires": "2025-05-31", "invoice": "OLD-2",
         "contacts": ["Marie"]},
        {"customer": "OLD", "date": "2025-01-02", "kind": "pack", "product": "half-fare", "minutes": 240, "left": 41,
         "price": "566", "starts": "2024-06-07", "expires": "2025-05-30", "invoice": "OLD-3", "contacts": ["Paul"]},
        {"product": "nonsense"}, BROUGHT),
    "opening-owed": Kind(
        {"customer": "OLD", "date": "2025-01-01", "minutes": 30, "category": "support", "worked": "2024-12-20"},
        {"customer": "NEW", "date": "2025-01-02", "minutes": 31, "category": "incident", "worked": "2024-12-21"},
        {"category": "nonsense"}, BROUGHT),
    "opening-invoice": Kind(
        {"customer": "NEW", "date": "2025-01-01", "number": "OLD-9", "issued": "2024-12-01", "due": "2024-12-31",
         "total": "90", "open": "40", "currency": "CHF"},
        {"customer": "OLD", "date": "2025-01-02", "number": "OLD-8", "issued": "2024-12-02", "due": "2024-12-30",
         "total": "91", "open": "41", "currency": "EUR"},
        {"open": "90.01"}, BROUGHT),
    "opening-money": Kind(
        {"customer": "NEW", "date": "2025-01-01", "amount": "10", "currency": "CHF"},
        {"customer": "OLD", "date": "2025-01-02", "amount": "11", "currency": "EUR"}, {"amount": "0"}, BROUGHT),
    "opening-void": Kind({"opening": "m", "reason": "a slip"}, {"opening": "n", "reason": "a mistake"},
                         {"opening": "x"}, BROUGHT),
}  # fmt: skip
REPEATABLE = {"issuer", "agent", "invoice-run"}  # said again they do nothing more, with or without an id
EACH = pytest.mark.parametrize("kind", KINDS)


def line_of(kind: str) -> Line:
    return {"type": kind, "id": "ID", **KINDS[kind].line}


@pytest.fixture
def setting(copied: Callable[..., Setting]) -> Setting:
    return copied(histories.q3)


def prepared(setting: Setting, kind: str) -> Setting:
    load(setting, *KINDS[kind].before)
    return setting


def test_every_kind_of_line_is_tried() -> None:
    assert set(KINDS) | REPEATABLE == set(bulk.KEYS)
    alike = {"payment": {"invoice"}, "entry": {"duration"}, "edit": {"duration"}}  # said otherwise by another key
    elsewhere = {  # keys that go with one kind of event, a quote, own money, a fee: tested where these are
        "contract": {"invoice", "invoice_on"},
        "renewal": {"invoice", "invoice_on"},
        "entry": {"quote", "open"},
        "payment": {"own_money"},
        "write-off": {"yes"},  # no part of what is asked
        "invoice-credit": {"drawn"},
        "case-change": {"priority"},
        "opening-grant": {"covers", "reason"},
        "case-event": {"event", "from", "to", "priority", "window", "told", "agreed_with"},
    }
    for kind, tried in KINDS.items():
        needed, optional = bulk.KEYS[kind]
        keys = (needed | optional) - {"id"} - elsewhere.get(kind, set())
        assert set(tried.line) == keys - alike.get(kind, set()), kind
        assert set(tried.other) == keys, kind


@EACH
def test_the_same_again_changes_nothing(setting: Setting, kind: str) -> None:
    line = line_of(kind)
    prepared(setting, kind)
    assert load(setting, line) == {"lines": 1, "applied": 1, "unchanged": 0}
    before = contents(setting)
    assert load(setting, line) == {"lines": 1, "applied": 0, "unchanged": 1}
    assert load(setting, dict(reversed(line.items())), line) == {"lines": 2, "applied": 0, "unchanged": 2}
    assert contents(setting) == before


@EACH
def test_the_same_twice_in_one_file(setting: Setting, kind: str) -> None:
    line = line_of(kind)
    prepared(setting, kind)
    assert load(setting, line, line) == {"lines": 2, "applied": 1, "unchanged": 1}
    assert support.audit(setting)["ok"]


@EACH
def test_other_content_is_refused(setting: Setting, kind: str) -> None:
    """Whichever key differs, also one that was left out; also within one file, of which nothing is kept then."""
    line = line_of(kind)
    prepared(setting, kind)
    empty = contents(setting)
    for key, value in KINDS[kind].other.items():
        with pytest.raises(Already) as clash:
            load(setting, line, {**without(line, key), key: value})
        assert (clash.value.code, clash.value.message[:8]) == ("conflict", "line 2: "), key
    assert contents(setting) == empty
    load(setting, line)
    before = contents(setting)
    for key, value in KINDS[kind].other.items():
        with pytest.raises(Already) as clash:
            load(setting, {**without(line, key), key: value})
        assert clash.value.code == "conflict", key
    needed, optional = bulk.KEYS[kind]
    for key in set(line) & optional - needed - {"minutes", "purchase", "date", "start", "quantity", "kind"}:
        if (kind, key) == ("entry", "customer"):
            continue  # it may come from the case (R0)
        with pytest.raises(Already) as clash:
            load(setting, {name: value for name, value in line.items() if name != key})
        assert clash.value.code == "conflict", key
    assert contents(setting) == before


def without(line: Line, key: str) -> Line:
    """The line without what says the same by another key."""
    away = {"invoice": "purchase", "duration": "minutes"}.get(key)
    return {name: value for name, value in line.items() if name != away}


@EACH
def test_a_failed_attempt_does_not_use_up_the_id(setting: Setting, kind: str) -> None:
    line = line_of(kind)
    prepared(setting, kind)
    before = contents(setting)
    with pytest.raises(Refusal) as wrong:
        load(setting, line | KINDS[kind].refused)
    assert wrong.value.code != "conflict"
    nonsense: Line = {"type": "entry", "customer": "NOBODY", "minutes": 5}
    with pytest.raises(Refusal, match=r"line 2: unknown customer"):
        load(setting, line, nonsense)  # the file is taken whole or not at all
    assert bulk.load(Billing(setting), dumped([line]), dry_run=True)["applied"] == 1
    assert contents(setting) == before
    assert load(setting, line)["applied"] == 1
    assert support.audit(setting)["ok"]


def test_an_id_is_of_its_kind(setting: Setting) -> None:
    """One id names one thing of each kind: they do not stand in each other's way."""
    lines: list[Line] = [
        *BOUGHT,
        *WORKED,
        {"type": "payment", "id": "p", "purchase": "p"},
        {"type": "entry", "id": "p", "customer": "C3", "minutes": 5, "date": "2025-01-08"},
        {"type": "goodwill", "id": "p", "customer": "C3", "minutes": 5, "date": "2025-01-08", "expires": "2031-01-01",
         "reason": "x"},
    ]  # fmt: skip
    assert load(setting, *lines)["applied"] == len(lines)
    assert load(setting, *lines)["unchanged"] == len(lines)


def test_the_same_said_otherwise(setting: Setting) -> None:
    """Content is what a line means: an hour is 60 minutes, 90 is 90.00."""
    load(setting, *BOUGHT[:1], {"type": "entry", "id": "e", "customer": "C0", "minutes": 60, "date": "2025-01-05"})
    for line in (
        {"type": "entry", "id": "e", "customer": "C0", "duration": "1h", "date": "2025-01-05"},
        {"type": "entry", "id": "e", "customer": "C0", "duration": "1:00", "date": "2025-01-05", "case": None},
        BOUGHT[0] | {"price": 90}, BOUGHT[0] | {"price": "90.00", "quantity": 1}, BOUGHT[0] | {"contacts": []},
    ):  # fmt: skip
        assert load(setting, line)["unchanged"] == 1, line


def test_at_the_desk_as_in_a_file(setting: Setting) -> None:
    """What a file brought, the command finds again, and the other way round; the answer is the first one's."""
    request: dict[str, Any] = {"customer": "C0", "seconds": 300, "on": date(2025, 1, 5), "id": "e"}
    first = support.log(setting, **request)
    again = support.log(setting, **request)
    assert again.pop("unchanged") is True
    assert again == first
    line = {"type": "entry", "id": "e", "customer": "C0", "minutes": 5, "date": "2025-01-05"}
    assert load(setting, line)["unchanged"] == 1
    with pytest.raises(Already):
        support.log(setting, **request | {"seconds": 360})
    load(setting, BOUGHT[0])
    bought = Sell(customer="C0", product="half-fare", price=Decimal("90"), on=date(2025, 1, 5))
    assert do(setting, bought, "p")["unchanged"] is True
    with pytest.raises(Already):
        do(setting, replace(bought, quantity=2), "p")


def test_an_issuer_and_a_run_said_again_do_nothing_more(setting: Setting) -> None:
    load(setting, *WORKED)
    for line in (
        {"type": "issuer", "name": "Other SA", "terms": 14, "address": ADDRESS},
        {"type": "agent", "code": "ana", "name": "Ana Weber", "last": "2025-06-30"},
        {"type": "invoice-run", "month": "2025-01", "date": "2025-01-31"},
    ):
        assert load(setting, line)["applied"] == 1
        before = contents(setting)
        assert load(setting, line, line)["unchanged"] == 2
        assert contents(setting) == before


def test_a_line_without_a_date_sent_again_on_another_day(setting: Setting) -> None:
    """The same line on the next day: it has the same content, the day it was recorded stands."""
    for line in (
        {"type": "entry", "id": "e", "customer": "C0", "minutes": 5},
        {"type": "purchase", "id": "p", "customer": "C0", "product": "half-fare", "price": "90"},
        {"type": "payment", "id": "y", "purchase": "p"},
    ):
        assert load(on(setting, date(2025, 2, 3)), line)["applied"] == 1
        assert load(on(setting, date(2025, 2, 4)), line)["unchanged"] == 1


def test_a_run_with_an_id_is_that_run(setting: Setting) -> None:
    load(setting, *WORKED)
    with pytest.raises(Refusal):
        load(setting, {"type": "invoice-run", "id": "r", "month": "2025-01", "date": "2025-01-31"})
        load(setting, {"type": "invoice-run", "id": "r", "month": "2025-02", "date": "2025-02-28"})


def test_a_whole_history_said_again_changes_nothing(rich: Setting) -> None:
    """Wherever a line has an id, and every run."""
    lines = [line for line in histories.merged() if line.get("id") or line["type"] == "invoice-run"]
    assert len(lines) > 25
    before = contents(rich)
    assert load(rich, *lines) == {"lines": len(lines), "applied": 0, "unchanged": len(lines)}
    assert contents(rich) == before
