"""Who may ask what (A1, A3): every request and question has its row in the one table."""

import dataclasses

import pytest

from billing import requests
from billing.core import access
from billing.core.access import ACCESS, STAFF, Principal
from billing.errors import Already, BadInput, Refusal, Unknown

SHAPES = {"Narrowed", "Span", "RatedSpan"}  # what questions are made of; nobody asks them
ANA, HEAD, BOOKS, ADMIN = (Principal(name, role) for name, role in zip(("ana", "ben", "cleo", "root"), STAFF,
                                                                       strict=True))  # fmt: skip
ALPINA = Principal("portal", "customer", "ALPINA")
REPLY = Principal("desk", "reply")


def may(who: Principal, asked: str) -> bool:
    try:
        access.check(who, asked)
    except Refusal as refused:
        assert refused.code == "not-allowed"
        return False
    return True


def test_A1_every_request_and_question_has_its_row_and_no_other_has() -> None:
    assert set(ACCESS) == set(requests.__all__) - SHAPES


def test_A1_the_fields_of_a_row_are_those_of_its_request() -> None:
    for name, row in ACCESS.items():
        fields = {field.name for field in dataclasses.fields(getattr(requests, name))}
        assert {field for field, _ in row.things or ()} <= fields, name
        assert (row.own or set()) <= fields, name
        assert row.least in STAFF


def test_A1_what_names_a_customer_bounds_who_is_bounded_to_one() -> None:
    """A request that has a customer, a case or a quote has it in its row, or is not for the bounded at all."""
    for name, row in ACCESS.items():
        fields = {field.name for field in dataclasses.fields(getattr(requests, name))}
        told = {field for field, _ in row.things or ()}
        wanted = fields & {"customer", "case", "quote", "entry", "number", "numbers", "what"}
        if name == "OpenCase":
            wanted -= {"case"}  # a new one, whose reference begins with the customer's code
        assert row.things is None or wanted <= told, name
        assert row.own is None or row.things is not None, name


def test_A1_a_role_may_what_those_before_it_may_and_no_more() -> None:
    assert may(ANA, "Log") and not may(ANA, "RunMonth") and not may(ANA, "AskSla")
    assert may(HEAD, "AskSla") and may(HEAD, "AddQuote") and not may(HEAD, "Sell")
    assert may(BOOKS, "Sell") and may(BOOKS, "RunMonth") and not may(BOOKS, "SetIssuer")
    assert all(may(ADMIN, name) for name in ACCESS)
    for lower, higher in zip((ANA, HEAD, BOOKS), (HEAD, BOOKS, ADMIN), strict=True):
        assert {name for name in ACCESS if may(lower, name)} < {name for name in ACCESS if may(higher, name)}


def test_A1_a_customer_may_little_and_a_key_for_replies_less() -> None:
    assert {name for name in ACCESS if may(REPLY, name)} == {"AskBalance", "AskReply", "AskLogo"}
    allowed = {name for name in ACCESS if may(ALPINA, name)}
    assert {"AskBalance", "AskCase", "Answer", "OpenCase", "AcceptQuote"} <= allowed
    assert not allowed & {"Log", "Take", "AskCustomer", "AskQueue", "Sell", "AskNames", "RecordEvent"}


def test_A1_who_is_bounded_may_not_ask_about_everybody() -> None:
    bounded = Principal("tool", "admin", "ALPINA")
    assert may(bounded, "Log") and not may(bounded, "AskCustomers") and not may(bounded, "AskAudit")


def test_A1_an_agent_changes_what_is_his() -> None:
    access.check_own(ANA, {"agent": "ana", "by": None})
    access.check_own(ANA, {"agent": "zoe", "by": "ana"})
    access.check_own(HEAD, {"agent": "zoe", "by": None})
    with pytest.raises(Refusal) as refused:
        access.check_own(ANA, {"agent": "zoe", "by": "zoe"})
    assert refused.value.code == "not-allowed"


def test_A3_a_refusal_to_the_bounded_names_nobody() -> None:
    said = [access.hidden(Unknown("unknown-customer", "unknown customer 'X'", "did you mean ALPINA?")),
            access.hidden(Unknown("unknown-case", "unknown case 'T-1'"))]  # fmt: skip
    assert {(one.code, one.message) for one in said} == {("not-found", access.not_found().message)}
    taken = access.hidden(Already("conflict", "case 'T-1' is a case of ALPINA"))
    assert taken.code == "conflict" and "ALPINA" not in taken.message
    own = BadInput("bad-date", "no day")
    assert access.hidden(own) is own
