"""Who asks at the door: his role, his customer, his name on what he records (A1 to A3)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from billing import requests
from billing.core.access import Principal
from billing.errors import Refusal
from billing.office.transaction import Setting
from billing.requests.base import Question, Request
from billing.service import Billing
from billing.store import schema
from billing.store.engine import reading
from billing.views.codec import to_json
from tests import support
from tests.neighbours import WORDS, neighbours

ALPINA = Principal("portal", "customer", "ALPINA", "Anna Ast")
ANA = Principal("ana", "agent")
MARCH: dict[str, Any] = {"first": date(2025, 3, 1), "last": date(2025, 3, 5)}


@pytest.fixture
def kept(database_url: str) -> Setting:
    return neighbours(database_url)


def as_(setting: Setting, who: Principal) -> Billing:
    return Billing(setting).acting(who)


def refused(ask: Callable[[], Any]) -> tuple[str, str]:
    with pytest.raises(Refusal) as caught:
        ask()
    return caught.value.code, str(caught.value)


def asking(of: str) -> list[Request[Any] | Question[Any]]:
    """What a customer may ask, about one of the two."""
    one, quote, invoice = of[0], {"A": "Q-2025-00001"}.get(of[0], "Q-2025-00002"), {"A": "1"}.get(of[0], "2")
    number = f"INV-2025-0000{invoice}"
    return [
        requests.AskBalance(customer=of),
        requests.AskStatement(customer=of, **MARCH),
        requests.AskAccount(customer=of, **MARCH),
        requests.AskDocuments(customer=of),
        requests.AskDocument(number=number),
        requests.AskFiles(numbers=(number,)),
        requests.AskFiles(numbers=(quote,), of="quote"),
        requests.AskWhy(what=f"E-{one}"),
        requests.AskWhy(what=f"T-{one}"),
        requests.AskWhy(what=f"{number}/1"),
        requests.AskCase(case=f"T-{one}"),
        requests.AskCase(case=f"t-{one}"),
        requests.ListCases(customer=of),
        requests.ListQuotes(customer=of),
        requests.AskQuote(quote=quote),
        requests.Answer(case=f"T-{one}", note="here"),
        requests.ReceiveFiles(case=f"T-{one}"),
        requests.OpenCase(customer=of, case="T-9"),
        requests.AcceptQuote(quote=quote),
    ]


def put(books: Billing, asked: Request[Any] | Question[Any], dry_run: bool = True) -> Any:
    return books.do(asked, dry_run=dry_run).view if isinstance(asked, Request) else books.ask(asked)


def said(view: Any) -> str:
    if isinstance(view, tuple):
        return " ".join(f"{file.number}" for file in view)
    return repr(to_json(view))


def test_A3_a_customer_sees_his_own_and_of_another_what_nobody_has(kept: Setting) -> None:
    """What is BEATUS's is refused in the very words of what does not exist."""
    books = as_(kept, ALPINA)
    nothing = refused(lambda: books.ask(requests.AskCase(case="T-404")))
    assert nothing[0] == "not-found"
    for own, other in zip(asking("ALPINA"), asking("BEATUS"), strict=True):
        answer = said(put(books, own))
        assert not [word for word in WORDS if word in answer], (own, answer)
        assert refused(lambda other=other: put(books, other)) == nothing, other  # type: ignore[misc]
    missing = {"customer": "NOBODY", "case": "T-404", "number": "INV-2025-00404", "quote": "Q-2025-00404",
               "what": "E-404", "numbers": ("INV-2025-00404",)}  # fmt: skip
    for own in asking("ALPINA"):
        there = {name: value for name, value in missing.items() if hasattr(own, name)}
        if not isinstance(own, requests.OpenCase):
            assert refused(lambda own=own, there=there: put(books, replace(own, **there))) == nothing  # type: ignore[misc]


def test_A3_a_list_without_a_customer_is_his_own(kept: Setting) -> None:
    books = as_(kept, ALPINA)
    assert {row.case for row in books.ask(requests.ListCases()).cases} == {"T-A"}
    assert {d.number for d in books.ask(requests.AskDocuments()).invoices} == {"INV-2025-00001"}
    assert refused(lambda: books.ask(requests.ListCases(agent="zoe")))[0] == "not-allowed"
    assert refused(lambda: books.ask(requests.AskCustomers()))[0] == "not-allowed"


def test_A3_a_reference_or_an_id_that_another_has_tells_nothing(kept: Setting) -> None:
    """Cases and ids are shared by all: his begin with his code, so that he meets nobody's."""
    books = as_(kept, ALPINA)
    opened = books.do(requests.OpenCase(customer="ALPINA", case="T-B"), "mine").view
    assert opened.case == "ALPINA-T-B"
    assert not books.do(requests.OpenCase(customer="ALPINA", case="T-B"), "mine").new
    as_(kept, Principal("other", "customer", "BEATUS")).do(requests.OpenCase(customer="BEATUS", case="T-C"), "mine")
    support.load(kept, {"type": "case", "id": "ALPINA-X", "customer": "BEATUS"})
    code, text = refused(lambda: books.do(requests.OpenCase(customer="ALPINA", case="X")))
    assert code == "conflict" and "BEATUS" not in text and "X" not in text


def test_A1_a_customer_speaks_for_himself_alone(kept: Setting) -> None:
    books = as_(kept, ALPINA)
    for wrong in (requests.Answer(case="T-A", agent="zoe"), requests.Answer(case="T-A", to="ana")):
        assert refused(lambda wrong=wrong: books.do(wrong))[0] == "not-allowed"  # type: ignore[misc]
    books.do(requests.Answer(case="T-A", note="it works", sender="agent"))
    last = books.ask(requests.AskCase(case="T-A")).events[-1]
    assert (last.kind, last.sender, last.note) == ("answer", "customer", "it works")
    books.do(requests.AcceptQuote(quote="Q-2025-00001", by="somebody"))
    assert "Anna Ast" in repr(books.ask(requests.AskQuote(quote="Q-2025-00001")))


def test_A1_a_role_is_asked_before_anything_is_looked_up(kept: Setting) -> None:
    assert refused(lambda: as_(kept, ANA).do(requests.RunMonth(month=date(2025, 2, 1))))[0] == "not-allowed"
    assert refused(lambda: as_(kept, ANA).do(requests.Hold(customer="NOBODY", reason="x")))[0] == "not-allowed"
    reply = as_(kept, Principal("desk", "reply"))
    assert reply.ask(requests.AskBalance(customer="BEATUS")).customer == "BEATUS"
    assert refused(lambda: reply.ask(requests.AskCase(case="T-A")))[0] == "not-allowed"


def test_A1_an_agent_takes_back_what_is_his_and_a_head_what_is_anybodys(kept: Setting) -> None:
    books = as_(kept, ANA)
    assert refused(lambda: books.do(requests.Void(entry="E-A", reason="slip")))[0] == "not-allowed"
    assert refused(lambda: books.do(requests.Edit(entry="E-A", seconds=60)))[0] == "not-allowed"
    books.do(requests.Log(customer="ALPINA", seconds=600, agent="zoe"), "tool-1")  # recorded by ana's key
    books.do(requests.Void(entry="tool-1", reason="slip"))
    as_(kept, Principal("zoe", "agent")).do(requests.Void(entry="E-A", reason="slip"))
    as_(kept, Principal("ben", "head")).do(requests.Void(entry="E-B", reason="slip"))


def test_A3_a_tool_of_one_customer_logs_for_him_alone(kept: Setting) -> None:
    books = as_(kept, Principal("tool", "agent", "ALPINA"))
    assert books.do(requests.Log(seconds=600, case="T-new"), "t1").view.customer == "ALPINA"
    nothing = refused(lambda: books.do(requests.Log(customer="BEATUS", seconds=600)))
    assert nothing == refused(lambda: books.do(requests.Log(seconds=600, case="T-B")))
    assert nothing == refused(lambda: books.do(requests.Void(entry="E-B", reason="slip")))
    assert nothing == refused(lambda: books.do(requests.Void(entry="E-404", reason="slip")))
    assert nothing[0] == "not-found"


def test_each_fact_holds_who_recorded_it_and_the_audit_sees_it(kept: Setting) -> None:
    as_(kept, ANA).do(requests.Log(customer="ALPINA", seconds=600))
    assert support.audit(kept)["ok"]
    with reading(kept.engine) as connection:
        by = [
            one for (one,) in connection.execute(select(schema.link.c.recorded_by).order_by(schema.link.c.recorded_at))
        ]
    assert by[-1] == "ana" and set(by[:-1]) == {None}
