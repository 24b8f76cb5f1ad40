"""The door over HTTP with every role and about somebody else's things; and with what nobody would send (A1, A3)."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, cast, get_type_hints

import pytest

from billing.core.access import SCOPES
from billing.errors import Refusal
from billing.http.door import named
from billing.remote import wire
from billing.requests import codec
from billing.requests.keys import AddKey
from tests.http.served import Served, is_problem, served
from tests.http.test_who import NOBODYS, OTHER, OWN, SAID, may
from tests.neighbours import WORDS, neighbours
from tests.remote.test_wire import made
from tests.support import WHOLE, contents, do


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Served]:
    with served(neighbours(f"sqlite:///{tmp_path}/b.db")) as found:
        found.keys["bounded"] = do(found.setting, AddKey(name="bounded", scope="admin", customer="ALPINA"))["key"]
        yield found


def asked(api: Served, scope: str, name: str, fields: object, **more: Any) -> Any:
    """What the door answers to a scope."""
    body = wire.data_of({"fields": fields, "id": None, "dry_run": True} | more)
    return api.ask(scope, "POST", f"{wire.PATH}/{name}", content=body, headers={"Content-Type": wire.MEDIA})


def about(name: str, whom: dict[str, str]) -> object:
    """The fields of a request about somebody's things; None where a constructor wants more than these."""
    said = SAID | whom | {"event": whom["event"].replace("%23", "#"), "numbers": [whom["number"]]}
    fields = {f.name: f for f in codec.fields_of(cast(Any, named()[name]))}
    given = {key: said[key] for key, f in fields.items() if key in said and (f.needed or key in {*whom, "numbers"})}
    if name == "VoidEvent" or "event" not in fields or not fields["event"].needed:
        given = {key: value for key, value in given.items() if key != "event" or name == "VoidEvent"}
    try:
        return wire.written(codec.request_of(named()[name], given))
    except Refusal:
        return None


def test_A1_every_request_with_every_role(api: Served) -> None:
    """Who may not is refused, whatever he sends, before it is read; and a dry run keeps nothing.

    Only a question keeps what it makes: the file of a document, which is made once, and so before.
    """
    assert asked(api, "admin", "AskFiles", about("AskFiles", OWN)).status_code == 200
    before = contents(api.setting)
    for name in named():
        fields = about(name, OWN) or {}
        for scope in SCOPES:
            answer = asked(api, scope, name, fields)
            assert answer.status_code != 500, (name, scope)
            if not may(scope, name):
                assert answer.status_code == 403, (name, scope, answer.text)
                assert asked(api, scope, name, {"odd": 1}).text == answer.text
    after = contents(api.setting)
    assert {table for table in before if before[table] != after[table]} <= {"access_key"}


def test_A3_who_is_bounded_to_a_customer_reads_nothing_of_another(api: Served) -> None:
    """About BEATUS the answer is word for word that about nobody, and no answer has a word of BEATUS in it."""
    tried = 0
    for name in named():
        if about(name, OTHER) is None:
            continue
        for scope in ("customer", "bounded"):
            own = asked(api, scope, name, about(name, OWN))
            other, nobodys = asked(api, scope, name, about(name, OTHER)), asked(api, scope, name, about(name, NOBODYS))
            for answer in (own, other, nobodys):
                assert answer.status_code != 500, (name, scope)
                assert not [word for word in WORDS if word in answer.text], (name, scope, answer.text)
            if scope == "customer":
                assert (other.status_code, other.text) == (nobodys.status_code, nobodys.text), name
            tried += own.status_code == 200
    assert tried >= 40


def test_what_nobody_would_send_is_no_fault_of_the_program(api: Served) -> None:
    """Fields of the right types with senseless values, fields that are strange, missing or no object: refused or
    answered, by what a client understands."""
    rng = Random(11)
    for name, of in named().items():
        hints = get_type_hints(of)
        fields = [f for f in dataclasses.fields(of) if f.init]
        odd: list[object] = [None, [], "x", {}, {"odd": 1}, {f.name: {} for f in fields}]
        for _ in range(3):
            odd.append({f.name: wire.written(made(hints[f.name], rng)) for f in fields if rng.random() < 0.7})
        for given in odd if WHOLE else rng.sample(odd, 4):
            answer = asked(api, "admin", name, given)
            assert answer.status_code != 500, (name, given, answer.text)
            assert answer.headers["content-type"] == wire.MEDIA


def test_what_is_no_request_at_all(api: Served) -> None:
    path = f"{wire.PATH}/AskBalance"
    is_problem(api.client.post(path, content=b"{}"), 401, "not-allowed")
    is_problem(api.client.get(wire.PATH), 401, "not-allowed")
    for body in (b"", b"[]", b"\xff", b"{" * 50_000, b'{"fields": {"customer": "ALPINA"}, "more": 1}'):
        answer = api.ask("log", "POST", path, content=body)
        assert answer.status_code in (200, 400), answer.text
    for name in ("AskKey", "CheckTariff", "Nothing", "Request", "log"):
        assert api.ask("admin", "POST", f"{wire.PATH}/{name}", content=b"{}").status_code in (400, 404, 405)
    assert asked(api, "log", "Log", {"is": "RunMonth", "month": "2025-02-01"}).json()["refused"]["code"] == (
        "wrong-version"
    )
    odd: tuple[object, ...] = ("", 7, "a\0b", "\ud800", "x" * 100_000, [])
    for key in odd:
        log = {"customer": "ALPINA", "seconds": 60, "case": "T-A"}
        assert asked(api, "log", "Log", log, id=key).status_code in (400, 413, 422), key
