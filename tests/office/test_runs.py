"""The month's run: who is billed, in which order of days, who waits and why, under which id (M5 to M7, L5)."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from billing.errors import Refusal
from billing.office.invoicing import runs
from billing.office.transacting import look
from billing.office.transaction import Setting
from billing.requests.invoicing import RunMonth
from billing.service import Billing
from billing.store import schema
from billing.store.engine import writing
from tests.support import change_customer, hold, load, made, on, void

JANUARY, FEBRUARY = date(2025, 1, 1), date(2025, 2, 1)


def customer(code: str, **entries: str) -> list[dict[str, Any]]:
    """A customer with 35 minutes of work a case: `T1="2025-01-10"`."""
    return [
        {"type": "customer", "code": code, "name": code.title(), "country": "CH"},
        {"type": "contract", "customer": code, "tariff": "q3", "tier": "premium", "start": "2025-01-01"},
        *({"type": "entry", "id": f"{code}-{case}", "customer": code, "case": f"{code}-{case}", "date": day,
           "minutes": 35} for case, day in entries.items()),
    ]  # fmt: skip


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    """Three customers: A with work of two months, B and C of one."""
    found = made(f"sqlite:///{tmp_path}/b.db", today=date(2025, 3, 31))
    load(found, *customer("A", T1="2025-01-31", T2="2025-02-01"), *customer("B", T1="2025-01-10"),
         *customer("C", T1="2025-02-28"))  # fmt: skip
    return found


def billed(setting: Setting, month: date, day: date, **how: Any) -> tuple[list[tuple[str, str, str]], list[Any]]:
    """The documents of a run, as number, customer and total, and who is held."""
    issued, held = runs.run(setting, month, day, **how)
    assert all(document.on == day for document in issued)
    return [(each.number, each.customer, str(each.total)) for each in issued], [
        (each.customer, str(each.reason), each.command) for each in held
    ]


def test_m5_a_month_has_the_work_up_to_its_last_day(setting: Setting) -> None:
    """35 minutes are 102.08 net; what is shown first is what is issued, in the order of codes."""
    told: list[tuple[int, int]] = []
    shown = billed(setting, JANUARY, date(2025, 1, 31), dry_run=True)
    assert shown == ([("INV-2025-00001", "A", "110.35"), ("INV-2025-00002", "B", "110.35")], [])
    assert billed(setting, JANUARY, date(2025, 1, 31), progress=lambda *at: told.append(at)) == shown
    assert told == [(0, 3), (3, 3)]
    assert billed(setting, JANUARY, date(2025, 1, 31)) == ([], []), "twice issues nothing"
    assert [row[1] for row in billed(setting, FEBRUARY, date(2025, 2, 28))[0]] == ["A", "C"]


def test_m5_what_a_run_would_issue_is_shown_while_somebody_writes(setting: Setting) -> None:
    """Nothing is written for it, and then taken back."""
    with writing(setting.engine):
        assert [number for number, *_ in billed(setting, JANUARY, date(2025, 1, 31), dry_run=True)[0]] == [
            "INV-2025-00001", "INV-2025-00002",
        ]  # fmt: skip


def test_m6_a_run_is_not_before_the_documents_that_it_must_follow(setting: Setting) -> None:
    """On the day of the last one it may be; who has nothing to bill, or is held, keeps nobody from an earlier day."""
    billed(setting, JANUARY, date(2025, 2, 10))
    void(setting, "B-T1", "not his", date(2025, 2, 11))
    hold(setting, "A", "asks")
    hold(setting, "C", "asks")
    with pytest.raises(Refusal, match=r"2025-02-09 is before .*; issue with --on 2025-02-10") as no:
        runs.run(setting, FEBRUARY, date(2025, 2, 9))  # B's credit follows his invoice
    assert no.value.code == "out-of-order"
    with look(setting) as tx, pytest.raises(Refusal):
        runs.preview(tx, FEBRUARY, date(2025, 2, 9))
    hold(setting, "B", "asks")
    issued, held = billed(setting, FEBRUARY, date(2025, 2, 9))
    assert issued == []
    assert held == [(code, "asks", f"billing customer release {code}") for code in "ABC"]
    hold(setting, "B", None)
    issued, _ = billed(setting, FEBRUARY, date(2025, 2, 10))
    assert issued == [("CN-2025-00001", "B", "-110.35")]


def test_m6_who_waits_for_the_data_of_an_e_invoice_keeps_nobody_from_an_earlier_day(setting: Setting) -> None:
    billed(setting, JANUARY, date(2025, 2, 10))
    hold(setting, "C", "asks")
    change_customer(setting, "A", einvoice="ubl")
    issued, held = billed(setting, FEBRUARY, date(2025, 2, 9))
    assert (issued, [each[0] for each in held]) == ([], ["A", "C"])
    assert "address" in held[0][1], held
    change_customer(setting, "A", einvoice="none")
    with pytest.raises(Refusal, match="2025-02-09 is before"):
        billed(setting, FEBRUARY, date(2025, 2, 9))
    assert [row[1] for row in billed(setting, FEBRUARY, date(2025, 2, 10))[0]] == ["A"]


def test_m7_each_customer_is_asked_for_and_what_waits_says_why(setting: Setting) -> None:
    """A name that no paper draws is from an earlier version: it waits, and the others are billed."""
    hold(setting, "B", "disputes it")
    customers = schema.customer
    with writing(setting.engine) as connection:
        connection.execute(update(customers).where(customers.c.code == "A").values(city="北京"))
    with look(setting) as tx:
        heads = [tx.customer(code, lock=False) for code in ("A", "B", "C")]
        assert runs.preview(tx, FEBRUARY, date(2025, 2, 28))([]) == ([], [])
        shown = {head.code: runs.preview(tx, FEBRUARY, date(2025, 2, 28))([head]) for head in heads}
    assert [[document.number for document in documents] for documents, _ in shown.values()] == [
        [], [], ["INV-2025-00001"],
    ]  # fmt: skip
    issued, held = billed(setting, FEBRUARY, date(2025, 2, 28))
    assert issued == [("INV-2025-00001", "C", "110.35")]
    assert held == [
        ("A", "no paper draws 北, 京 in its name or address", "billing customer change A --name NAME"),
        ("B", "disputes it", "billing customer release B"),
    ]
    assert [[each.customer for each in waits] for _, waits in shown.values()] == [["A"], ["B"], []]


def test_l5_a_run_under_an_id_is_one_run(setting: Setting) -> None:
    """The same again is none; the same id for another month or day is refused."""
    books = Billing(on(setting, date(2025, 2, 28)))
    first = books.do(RunMonth(month=JANUARY, on=date(2025, 1, 31), yes=True), "run-1")
    assert first.new and [each.customer for each in first.view.invoices] == ["A", "B"]
    again = books.do(RunMonth(month=JANUARY, on=date(2025, 1, 31), yes=True), "run-1")
    assert (again.new, again.view.invoices, again.view.held) == (False, (), ())
    for month, day in ((FEBRUARY, date(2025, 1, 31)), (JANUARY, date(2025, 2, 1)), (JANUARY, None)):
        with pytest.raises(Refusal) as refused:
            books.do(RunMonth(month=month, on=day, yes=True), "run-1")
        assert refused.value.code == "conflict"
    assert runs.is_new(setting, FEBRUARY, None, "run-2")
    runs.keep_id(setting, FEBRUARY, None, "run-2")
    assert not runs.is_new(setting, FEBRUARY, None, "run-2")
    line = {"type": "invoice-run", "id": "run-3", "month": "2025-02", "date": "2025-02-28"}
    load(setting, line, line)
    assert billed(setting, FEBRUARY, date(2025, 2, 28)) == ([], [])
    with pytest.raises(Refusal):
        load(setting, line | {"date": "2025-03-01"})


def test_m7_a_run_that_is_stopped_says_what_it_issued(setting: Setting) -> None:
    assert runs.kept_of([]) is None
    issued, _ = runs.run(setting, JANUARY, date(2025, 1, 31))
    said = "2 documents were issued, INV-2025-00001 to INV-2025-00002: run it again for the rest"
    assert str(runs.kept_of(issued)) == said
