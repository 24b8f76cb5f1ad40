"""Facts as rows: each kind of fact is kept as it always was, for rows are hashed into the customers' chains (L6)."""

import json
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest

from billing import tariffs
from billing.core import facts
from billing.core.tariff import Validity
from billing.core.units import Window
from billing.store import chain, rows

DAY, LATER = date(2025, 3, 1), date(2026, 2, 28)
AT = datetime(2025, 3, 1, 10, 30, 59, tzinfo=timezone(timedelta(hours=2)))
(Q3,) = tariffs.versions(tariffs.folders({}), "q3")
BARE: list[facts.Fact] = [  # facts with nothing in each field that can be without
    facts.Contract(1, "q3", None, (), None, DAY),
    facts.Grant(3, 2, 1, "goodwill", None, 0, DAY, LATER, ()),
    facts.Entry(4, "T-1", 1, None, "support", DAY, 300),
    facts.Charge(4, 0, 4, "support", 0, None, 0, None, 0, DAY),
    facts.CaseEvent(7, "C-1", "take", AT),
    facts.QuoteEvent(9, 8, "sent", DAY),
    facts.Bounce(9, 8, DAY, None),
    facts.Opening(9, "owed", DAY, worked_on=LATER),
    facts.BroughtInvoice(9, "OLD-1", DAY, None, "EUR", Decimal("90"), Decimal("0.01")),
    facts.Correction(5, "verify", None, None, DAY, "éà ok"),
]
FULL: list[facts.Fact] = [
    facts.Contract(1, "q3", "profi", ("COFI", "Créanciers"), Decimal("1200.5"), DAY),
    facts.Term(1, 1, 2, Window(DAY, LATER), 5, Q3.tariff),
    facts.TierChange(2, 1, "premium", DAY, LATER),
    facts.Cancellation(3, 1, LATER),
    facts.Sale(
        2, 1, "pack", "pack", 2, Decimal("1000.00"), "CHF", 120, DAY, Validity(6, "month"), LATER, "payment",
        ("support", "bug"), (1, 12), "plus", Decimal("119.05"), ("support",), 1, 30, "Q3-2025-00001",
    ),
    facts.Payment(3, "Q3-2025-00001", Decimal("0.07"), DAY, True),
    facts.Deposit(3, Decimal("250"), "CHF", DAY),
    facts.Refund(4, Decimal("12.30"), "CHF", DAY),
    facts.BankPart(4, "=0123456789", Decimal("89.59"), Decimal(5), LATER, 3),
    facts.WriteOff(4, "Q3-2025-00001", Decimal("0.03"), DAY, "a cent short"),
    facts.Bounce(4, 3, DAY, 1),
    facts.CreditNote(9, "CN-1", "Q3-2025-00001", DAY, "twice", True),
    facts.Reduction(9, "Q3-2025-00001", 1, Decimal("12.30"), DAY),
    facts.SaleEnd(9, 2, DAY, 3, 60, DAY),
    facts.Grant(3, 2, 1, "pack", "pack", 120, DAY, LATER, ("support",), (2,), 1, 30, 2, 1, "why"),
    facts.Entry(4, "T-1", 1, "C-1", "support", DAY, 300, "anna", 3),
    facts.Charge(4, 1, 4, "support", 5, "first", 5, Decimal("175"), 0, DAY),
    facts.Draw(5, 4, (4, 1), 3, -5, DAY, "draw"),
    facts.Correction(5, "void", 4, "C-1", DAY, "twice"),
    facts.Quote(
        8, "Q-1", 1, "Import", "service", Decimal("10.10"), Decimal("5"), "50", "EUR", 60, "C-1", DAY, LATER
    ),
    facts.QuoteEvent(9, 8, "invoiced", DAY, "Q3-2025-00002"),
    facts.QuotedWork(4, 8),
    facts.Opening(9, "grant", DAY, 3, 20),
    facts.BroughtInvoice(9, "OLD-1", DAY, LATER, "EUR", Decimal("90"), Decimal("40.50")),
    facts.OpeningVoid(10, 9, LATER, "a slip"),
    facts.CaseEvent(
        7, "C-1", "callback", AT, "customer", "anna", "urgent", "bug", "mail", 2, "beat", "detail", AT,
        AT.astimezone(UTC),
    ),
    facts.CaseEvent(8, "C-1", "void", AT, detail="a slip", refers=7),
    facts.CaseEvent(8, "C-1", "open", AT, agreed=3),
    facts.Approval(9, "C-1", 30, DAY),
    facts.Reminder(
        9, "Q3-2025-00001", 2, DAY, "EUR", Decimal("1000.00"), Decimal("3.21"), Decimal("40")
    ),
]  # fmt: skip
KEPT = r"""
["contract","q3","profi","[\"COFI\",\"Créanciers\"]",120050,"2025-03-01"]
["term",1,2,"2025-03-01","2026-02-28",5]
["tier_change",1,"premium","2025-03-01","2026-02-28"]
["cancellation",1,"2026-02-28"]
["sale",1,"pack","pack",2,100000,"CHF",120,"2025-03-01","6 month","2026-02-28","payment","[\"support\",\"bug\"]","[1,12]","plus",11905,"[\"support\"]",1,30,"Q3-2025-00001"]
["payment","Q3-2025-00001",7,"2025-03-01",1]
["deposit",25000,"CHF","2025-03-01"]
["refund",1230,"CHF","2025-03-01"]
["bank_part","=0123456789",8959,500,"2026-02-28",3]
["write_off","Q3-2025-00001",3,"2025-03-01","a cent short"]
["bounce",3,"2025-03-01",1]
["credit_note","CN-1","Q3-2025-00001","2025-03-01","twice",1]
["reduction","Q3-2025-00001",1,1230,"2025-03-01"]
["sale_end",2,"2025-03-01",3,60,"2025-03-01"]
["time_grant",3,1,"pack","pack",120,"2025-03-01","2026-02-28","[\"support\"]","[2]",1,30,2,1,"why"]
["entry","T-1",1,"C-1","support","2025-03-01",300,"anna",3]
["charge",4,"support",5,"first",5,17500,0,"2025-03-01"]
["draw",4,4,1,3,-5,"2025-03-01","draw"]
["correction","void",4,"C-1","2025-03-01","twice"]
["quote","Q-1",1,"Import","service",1010,500,"50","EUR",60,"C-1","2025-03-01","2026-02-28"]
["quote_event",8,"invoiced","2025-03-01","Q3-2025-00002"]
["quoted_work",8]
["opening","grant","2025-03-01",3,20,null]
["brought_invoice","OLD-1","2025-03-01","2026-02-28","EUR",9000,4050]
["opening_void",9,"2026-02-28","a slip"]
["case_event","C-1","callback","2025-03-01T08:30:59Z","customer","anna","urgent","bug","mail",2,"beat","detail","2025-03-01T08:30:59Z","2025-03-01T08:30:59Z"]
["case_event","C-1","void","2025-03-01T08:30:59Z","agent",null,null,null,null,null,null,"a slip",null,null,7]
["case_event","C-1","open","2025-03-01T08:30:59Z","agent",null,null,null,null,null,null,null,null,null,3]
["approval","C-1",30,"2025-03-01"]
["reminder","Q3-2025-00001",2,"2025-03-01","EUR",100000,321,4000]
["contract","q3",null,"[]",null,"2025-03-01"]
["time_grant",3,1,"goodwill",null,0,"2025-03-01","2026-02-28","[]","[]",null,null,null,null,null]
["entry","T-1",1,null,"support","2025-03-01",300,null,null]
["charge",4,"support",0,null,0,null,0,"2025-03-01"]
["case_event","C-1","take","2025-03-01T08:30:59Z","agent",null,null,null,null,null,null,null,null,null]
["quote_event",8,"sent","2025-03-01",null]
["bounce",8,"2025-03-01",null]
["opening","owed","2025-03-01",null,0,"2026-02-28"]
["brought_invoice","OLD-1","2025-03-01",null,"EUR",9000,1]
["correction","verify",null,null,"2025-03-01","éà ok"]
"""  # noqa: E501 - what is hashed of them since they are there; nothing of it may ever be changed


@dataclass(frozen=True)
class Odd:
    seq: int
    share: Fraction


def test_each_kind_of_fact_is_hashed_as_it_always_was() -> None:
    """Their columns were coded by name once, and are by type now: not a byte of the chains may differ."""
    assert {type(fact) for fact in FULL} == set(rows.TABLES)
    hashed = [chain.content_of(rows.TABLE[type(fact)], rows.values_of(fact)) for fact in (*FULL, *BARE)]
    assert [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in hashed] == KEPT.strip().splitlines()


@pytest.mark.parametrize("fact", [*FULL, *BARE], ids=lambda fact: type(fact).__name__)
def test_each_kind_of_fact_is_read_back(fact: facts.Fact) -> None:
    key = dict(zip(rows.KEY, (1, fact.seq, getattr(fact, "n", 0)), strict=True))
    row = key | dict(zip(rows.NAMES[type(fact)][len(key) :], rows.values_of(fact), strict=True))
    assert rows.from_row(type(fact), row, {5: Q3.tariff}) == fact


def test_a_field_of_a_type_that_has_no_code_is_refused_at_once() -> None:
    """A programmer's error: it would be found in a customer's chain otherwise, when the first such fact is kept."""
    with pytest.raises(TypeError, match=r"Odd\.share: .*Fraction"):
        rows.codes(Odd)


def test_each_field_has_a_code_before_anything_is_kept() -> None:
    for kind in rows.TABLES.keys() - {facts.Term}:  # which is told by hand
        assert [name for name, *_ in rows.codes(kind)] == [field.name for field in fields(kind)]
