"""What goes over the wire comes out equal: every view, every text, every refusal; and nothing else is read (A2)."""

import dataclasses
import types
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest

from billing import requests
from billing.core.access import ACCESS
from billing.errors import BadInput, Refusal, Unknown
from billing.http.door import named
from billing.remote import wire
from billing.remote.wire import NOT_HERE
from billing.requests.importing import GivenContract, GivenCustomer, GivenData, Unread
from billing.texts import Do, Text, say, say_as
from billing.views.documents import DocumentShown, MonthRun
from billing.views.packed import Packed
from tests.core.test_access import SHAPES

TEXT = Text("of {day}: {what}, {amounts}; {remedy}", {
    "day": date(2025, 3, 4), "what": say_as("a word", "more {n}", n=3), "amounts": [Decimal("1.50"), Decimal("0E-7")],
    "remedy": Do("case take", "T-1", "it's"), "none": None, "at": datetime(2025, 3, 4, 12, tzinfo=UTC),
    "table": {"a": [date(2025, 1, 1)]}, "clock": time(8, 30),
})  # fmt: skip


def made(hint: Any, rng: Random, depth: int = 0) -> Any:
    """Some value of a type; a union's kinds each come in turn, and so do the kinds that a class has below it."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return made(parts[0], rng, depth)
    if origin in (Union, types.UnionType):
        return made(rng.choice(parts), rng, depth)
    if origin is Literal:
        return rng.choice(parts)
    if origin is Sequence or (origin is tuple and parts[-1:] == (Ellipsis,)):
        return tuple(made(parts[0], rng, depth + 1) for _ in range(rng.randrange(3) if depth < 5 else 0))
    if origin is tuple:
        return tuple(made(part, rng, depth + 1) for part in parts)
    if origin in (dict, Mapping):
        return {name: made(parts[1], rng, depth + 1) for name in ("a", "é b")[: rng.randrange(3)]}
    if hint in PLAIN:
        return rng.choice(PLAIN[hint])
    assert dataclasses.is_dataclass(hint), hint
    kind = rng.choice(wire._kinds(hint))  # type: ignore[arg-type]
    hints = get_type_hints(kind)
    values = {f.name: made(hints[f.name], rng, depth + 1) for f in dataclasses.fields(kind) if f.init}
    if not kind.__module__.startswith("billing.requests."):
        return kind(**values)
    unbound = object.__new__(kind)  # a part of a request, which would refuse them
    for name, value in values.items():
        object.__setattr__(unbound, name, value)
    return unbound


PLAIN: dict[Any, list[Any]] = {
    str: ["", "a “b” \n ‘c’ \U0001f600", "2025-03-04", "say"],
    int: [0, -7, 10**30],
    bool: [True, False],
    Decimal: [Decimal("0.00"), Decimal("-1234.50"), Decimal("1E+5"), Decimal("0.3333333333")],
    date: [date(2025, 3, 4), date.max],
    datetime: [datetime(2025, 3, 4, 12, 15, 1, 250), datetime(2025, 3, 4, tzinfo=timezone(timedelta(hours=1)))],
    time: [time(12, 15), time(0, 0)],
    bytes: [b"", b"%PDF\x00\xff"],
    type(None): [None],
    Text: [TEXT, say("plain")],
    Do: [Do("init")],
    Any: [None, 3, "x", [1, {"a": "b"}]],  # what was kept as JSON
}


@pytest.mark.parametrize("name", sorted(named()))
def test_every_view_comes_back_as_it_was(name: str) -> None:
    hint, rng = wire.view_of(named()[name]), Random(name)
    for _ in range(15):
        view = made(hint, rng)
        back = wire.read(hint, wire.value_of(wire.data_of({"view": wire.written(view)}))["view"])
        assert back == view and repr(back) == repr(view)  # 1.50 is not 1.5


def test_what_is_packed_comes_back_as_a_tuple() -> None:
    hint, view = MonthRun, made(MonthRun, Random("held"))
    shown = made(DocumentShown, Random("one"))
    invoices = Packed[DocumentShown](lambda _: shown)
    invoices.add(["first", "second"])
    view = dataclasses.replace(view, invoices=invoices)
    back = wire.read(hint, wire.value_of(wire.data_of({"view": wire.written(view)}))["view"])
    assert back == view and back.invoices == (shown, shown)


def test_every_request_is_reached_or_it_is_said_why_not() -> None:
    assert set(named()) | set(NOT_HERE) == set(ACCESS) == set(requests.__all__) - SHAPES
    assert not set(named()) & set(NOT_HERE)
    assert all(len(why) > 10 for why in NOT_HERE.values())


def test_requests_are_read_as_they_were_written() -> None:
    some = [
        requests.Log(customer="ALPINA", seconds=720, case="T-1", note="é"),
        requests.OpenCase(customer="ALPINA", case="T-2", at=time(12, 15)),
        requests.Take(case="T-2", at=datetime(2025, 3, 4, 12, 15)),
        requests.AttachToCase(case="T-2", name="a.txt", data=b"hello\n"),
        requests.ImportCustomers(
            customers=(
                GivenCustomer(code="A-1", place=say("line {line}", line=2), data=GivenData(terms=30, consumer=False)),
                GivenCustomer(
                    code=None,
                    place="row 3",
                    contract=GivenContract(place="row 4", fee=Decimal("1.50"), modules=("COFI",)),
                    unread=(Unread(code="bad-date", wrong=TEXT),),
                ),
            )
        ),
        requests.AskVat(first=date(2025, 1, 1), last=date(2025, 3, 31), rates=(("CHF", Decimal("0.95")),)),
    ]
    for asked in some:
        assert wire.read(type(asked), wire.value_of(wire.data_of(wire.written(asked)))) == asked


@pytest.mark.parametrize(
    "found",
    [
        {}, {"customer": "ALPINA"}, {"customer": "ALPINA", "seconds": "720"}, {"customer": "ALPINA", "seconds": 7.5},
        {"customer": "ALPINA", "seconds": True}, {"customer": ["ALPINA"], "seconds": 720}, {"odd": 1}, None, [], "x",
        {"customer": "ALPINA", "seconds": 720, "on": "2025-02-30"}, {"customer": "ALPINA", "seconds": 720, "on": 1},
        {"is": "Void", "customer": "ALPINA", "seconds": 720},
    ],
)  # fmt: skip
def test_what_is_no_request_is_not_read(found: object) -> None:
    with pytest.raises(wire.Unread):
        wire.read(requests.Log, found)


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b"[" * 100_000, b"{", b"1"])
def test_what_is_no_object_is_not_read(data: bytes) -> None:
    with pytest.raises(wire.Unread):
        wire.value_of(data)


def test_a_refusal_comes_back_with_code_kind_and_words() -> None:
    for refused in (
        Unknown(
            "unknown-case", say("unknown case {wanted!r}", wanted="T-9"), say("did you mean {names}?", names="T-1")
        ),
        BadInput("bad-input", "plain"),
        BadInput("bad-date", TEXT, Do("init").__str__()),
    ):
        back = wire.refusal_of(wire.value_of(wire.data_of(wire.refused(refused))))
        assert (type(back), back.code, back.what, back.remedy) == (
            type(refused), refused.code, refused.what, refused.remedy,
        )  # fmt: skip
    for odd in ({}, {"code": "nothing", "what": "", "remedy": None}, {"code": "bad-input"}):
        with pytest.raises(wire.Unread):
            raise wire.refusal_of(odd)


def test_every_kind_of_refusal_can_come_back() -> None:
    for kind in Refusal.__subclasses__():
        for code in kind.codes:
            assert type(wire.refusal_of({"code": code, "what": "x", "remedy": None})) is kind


@pytest.mark.parametrize(
    "template", ["{x}", "{", "{day.__class__}", "{day:>30000000}", "{day!s}", "{0}", "{}", "{day[0]}"]
)
def test_a_text_that_does_more_than_name_its_values_is_not_read(template: str) -> None:
    """Who asks writes texts too, and the server fills them in: into an error of its own, or 30 MB of blanks."""
    found = wire.value_of(wire.data_of(wire.written(GivenContract(place=say("of {day}", day=1)))))
    assert wire.read(GivenContract, found).place == say("of {day}", day=1)
    with pytest.raises(wire.Unread):
        wire.read(GivenContract, found | {"place": {"say": template, "of": {"day": 1}, "where": None}})
