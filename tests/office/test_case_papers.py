"""What of a case a customer is given (S14): nothing internal, nothing void, in his language, and his alone."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from billing.core.access import Principal
from billing.errors import Refusal
from billing.office.transaction import Setting
from billing.requests import cases as requests
from billing.requests.cases import AskCasePaper
from billing.requests.corrections import VoidEvent
from billing.requests.entries import Log, Void
from billing.requests.quotes import AcceptQuote, AddQuote, SendQuote
from billing.service import Billing
from billing.views.case_papers import CasePaper
from tests.support import do, load, made

TODAY = date(2025, 3, 5)
SECRET = "only for the desk"


@pytest.fixture
def setting(database_url: str) -> Setting:
    found = made(database_url, "CH", today=TODAY)
    for code in ("ANNA", "BEAT"):
        load(
            found,
            {"type": "customer", "code": code, "name": code, "country": "CH", "language": "de"},
            {"type": "contract", "customer": code, "tariff": "q3", "tier": "profi", "start": "2025-01-01"},
        )
    do(found, requests.OpenCase(customer="ANNA", case="T-1", subject="No VAT", note="Since Monday", at=at(9)))
    return found


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2025, 3, 3, hour, minute)


def paper(setting: Setting, language: str | None = None) -> CasePaper:
    return Billing(setting).ask(AskCasePaper(case="t-1", language=language))


def test_nothing_internal_is_on_it_s14(setting: Setting) -> None:
    """Notes, and what was written of taking, handing over, urgency, attempts, closing and reopening, stay here."""
    for n, request in enumerate((
        requests.Take(case="T-1", note=SECRET, agent="ana", at=at(9, 5)),
        requests.NoteDown(case="T-1", note=SECRET, at=at(9, 6)),
        requests.HandOver(case="T-1", to="ben", note=SECRET, at=at(9, 7)),
        requests.ChangePriority(case="T-1", priority="urgent", note=SECRET, at=at(9, 8)),
        requests.Attempt(case="T-1", note=SECRET, at=at(9, 9)),
        requests.Authorise(case="T-1", note=SECRET, at=at(9, 10)),
        requests.Resolve(case="T-1", note="A box was ticked", at=at(9, 11)),
        requests.Close(case="T-1", note=SECRET, at=at(9, 12)),
        requests.Reopen(case="T-1", note=SECRET, at=at(9, 13)),
    )):  # fmt: skip
        do(setting, request, f"e{n}")
    found = paper(setting)
    assert [(line.kind, line.text) for line in found.history] == [
        ("open", "No VAT\nSince Monday"),
        ("attempt", None),
        ("resolve", "A box was ticked"),
        ("close", None),
        ("reopen", None),
    ]
    assert SECRET not in str(found)


def test_what_is_void_is_not_there(setting: Setting) -> None:
    """S14, C1: a voided event and its voiding, a voided entry; an event inserted late stands at its moment."""
    do(setting, requests.Reply(case="T-1", note=SECRET, at=at(10)))
    do(setting, VoidEvent(event="T-1#2", reason=SECRET, at=at(10, 5)))
    do(setting, requests.Reply(case="T-1", note="We look", at=at(11)))
    do(setting, requests.Answer(case="T-1", note="It is back", at=at(10, 30)))
    do(setting, Log(customer="ANNA", case="T-1", seconds=60, note=SECRET, on=date(2025, 3, 3)), "slip")
    do(setting, Log(customer="ANNA", case="T-1", seconds=90, note="looked", on=date(2025, 3, 4)))
    do(setting, Void(entry="slip", reason=SECRET))
    found = paper(setting)
    assert [(line.kind, line.by, line.text) for line in found.history[1:]] == [
        ("answer", "customer", "It is back"),
        ("reply", "desk", "We look"),
    ]
    assert [(work.note, work.raw_seconds) for work in found.work] == [("looked", 90)]
    assert SECRET not in str(found)


def test_a_case_opened_by_mistake_has_nothing_to_tell(setting: Setting) -> None:
    do(setting, VoidEvent(event="T-1#1", reason="another's", at=at(10)))
    assert paper(setting).history == ()


def test_its_words_are_the_customers(setting: Setting) -> None:
    found = paper(setting)
    assert (found.language, found.position) == ("de", Billing(setting).ask(AskCasePaper(case="T-1")).position)
    assert found.text.startswith("ANNA: Per 5. März 2025 haben Sie keinen")
    assert paper(setting, "en").text != found.text
    assert found.day == TODAY


def test_work_on_a_quote_names_it(setting: Setting) -> None:
    """S8: it is charged nothing there, for the quote has a price."""
    number = "Q-2025-00001"
    do(
        setting,
        AddQuote(customer="ANNA", title="Form", amount=Decimal(100), kind="service", case="T-1", on=date(2025, 3, 3)),
    )
    do(setting, SendQuote(quote=number, on=date(2025, 3, 3)))
    do(setting, AcceptQuote(quote=number, on=date(2025, 3, 3)))
    do(setting, Log(customer="ANNA", case="T-1", seconds=600, on=date(2025, 3, 4)))
    (work,) = paper(setting).work
    assert (work.free, work.quote, work.charged) == ("quote", number, 0)


def test_a_customer_is_given_his_own_alone_a3(setting: Setting) -> None:
    question = AskCasePaper(case="T-1")
    assert Billing(setting, who=Principal("key", "customer", "ANNA")).ask(question).case == "T-1"
    with pytest.raises(Refusal) as refused:
        Billing(setting, who=Principal("key", "customer", "BEAT")).ask(question)
    assert refused.value.code == "not-found"
