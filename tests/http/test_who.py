"""Every route with every role, about oneself and about somebody else: nobody reads another's name (A1, A3)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from billing.core.access import ACCESS, SCOPES, STAFF
from billing.http import openapi
from billing.http.routes import ROUTES, Route
from billing.http.schemas import Schemas
from billing.office.transaction import Setting
from billing.requests import codec
from tests.http.served import Served, is_problem, served
from tests.neighbours import WORDS, neighbours
from tests.support import contents

OWN = {"customer": "ALPINA", "case": "T-A", "entry": "E-A", "quote": "Q-2025-00001", "number": "INV-2025-00001",
       "invoice": "INV-2025-00001", "what": "E-A", "code": "ALPINA", "event": "T-A%231"}  # fmt: skip
OTHER = {"customer": "BEATUS", "case": "T-B", "entry": "E-B", "quote": "Q-2025-00002", "number": "INV-2025-00002",
         "invoice": "INV-2025-00002", "what": "E-B", "code": "BEATUS", "event": "T-B%231"}  # fmt: skip
NOBODYS = {"customer": "NOBODY", "case": "T-404", "entry": "E-404", "quote": "Q-2025-00404",
           "number": "INV-2025-00404", "invoice": "INV-2025-00404", "what": "E-404", "code": "NOBODY",
           "event": "T-404%231"}  # fmt: skip
SAID: dict[str, Any] = {
    "first": "2025-01-01", "last": "2025-03-05", "month": "2025-02", "position": "1-00000000", "tariff": "q3",
    "seconds": 60, "reason": "slip", "tier": "premium", "title": "A form", "amount": "10.00",
    "starts": "2025-04-01T10:00",
    "ends": "2025-04-01T11:00", "text": "more", "name": "tool", "scope": "log", "country": "CH", "product": "half-fare",
    "expires": "2025-12-31", "minutes": 5, "by": "A. Ast", "maintenance": "MNT-2025-00001", "payment": "nothing",
    "item": "1", "on": "2025-03-05", "data": "aGVsbG8=", "file": 1, "hook": 1,
    "agent": "zoe", "role": "agent", "link": "link-0123456789",
    "url": "https://desk.invalid/hooks", "kind": "zammad", "opening": "BEAT-1",
}  # fmt: skip


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Served]:
    with served(neighbours(f"sqlite:///{tmp_path}/b.db")) as found:
        yield found


def asked(api: Served, scope: str, route: Route, about: dict[str, str], dry_run: str = "1") -> Any:
    """What a route answers to a scope, about somebody."""
    said = SAID | about
    path = route.told.format_map(said)
    fields = [
        f
        for f in codec.fields_of(route.of)
        if f.name not in route.names
        and (f.needed or f.name in about)
        and bool not in codec._inner(f.hint)
        and f.name != "event"
    ]
    given = {f.name: said[f.name] for f in fields if f.name in said and f.name != "code"}
    given |= {f.name: said[f.name] for f in fields if f.needed and f.name in said}
    if route.of.__name__ == "SettleItem":
        given = {"on": "INV-2025-00001"}
    if route.changes:
        return api.ask(scope, route.method, f"{path}?dry_run={dry_run}", json=given)
    return api.ask(scope, route.method, path, params=given)


def may(scope: str, name: str) -> bool:
    role, row = SCOPES[scope], ACCESS[name]
    if role == "reply":
        return row.reply
    if role == "customer":
        return row.own is not None
    return STAFF.index(role) >= STAFF.index(row.least)


def test_A1_every_route_with_every_role(api: Served) -> None:
    """Refused is who may not, in the same words whatever he asks about; nobody else is refused for who he is."""
    before = contents(api.setting)
    for route in ROUTES:
        for scope in SCOPES:
            answer = asked(api, scope, route, OWN)
            if scope == "log" and route.of.__name__ in ("Void", "Edit"):
                is_problem(answer, 403, "not-allowed")  # it is zoe's
            elif may(scope, route.of.__name__):
                assert answer.status_code not in (401, 403, 500), (route, scope, answer.text)
            else:
                is_problem(answer, 403, "not-allowed")
                assert asked(api, scope, route, OTHER).text == asked(api, scope, route, NOBODYS).text == answer.text
    assert {name: rows for name, rows in contents(api.setting).items() if name != "access_key"} == {
        name: rows for name, rows in before.items() if name != "access_key"
    }


def test_A3_no_route_names_another_customer_to_a_customer(api: Served) -> None:
    """About BEATUS each route answers word for word as about nobody, and nothing that it answers about ALPINA or about
    all has a word of BEATUS in it."""
    tried = 0
    for route in ROUTES:
        own = asked(api, "customer", route, OWN)
        other, nobodys = asked(api, "customer", route, OTHER), asked(api, "customer", route, NOBODYS)
        for answer in (own, other, nobodys):
            assert not [word for word in WORDS if word in answer.text], (route, answer.text)
        assert (other.status_code, other.text) == (nobodys.status_code, nobodys.text), route
        if OWN.keys() & {f.name for f in codec.fields_of(route.of)} and may("customer", route.of.__name__):
            tried += 1
            is_problem(other, 404, "not-found")
            assert own.status_code < 500
    assert tried >= 18


def test_A3_a_tool_of_one_customer_sees_no_other(api: Served) -> None:
    """The same for a key of the staff that is bounded to a customer."""
    from billing.requests.keys import AddKey
    from tests.support import do

    api.keys["bounded"] = do(api.setting, AddKey(name="bounded", scope="admin", customer="ALPINA"))["key"]
    for route in ROUTES:
        for about in (OWN, OTHER, NOBODYS):
            answer = asked(api, "bounded", route, about)
            assert answer.status_code != 500
            assert not [word for word in WORDS if word in answer.text], (route, answer.text)


def test_the_document_names_every_route(setting: Setting | None = None) -> None:
    paths = openapi.document()["paths"]
    assert {(method.upper(), path) for path, methods in paths.items() for method in methods} == {
        (route.method, route.told) for route in ROUTES
    }
    assert Schemas().view(int) == {"type": "integer"}
