"""What a misspelt name may stand for is found among many by the index: what begins like it, and what one slip makes."""

import pytest

from billing import requests
from billing.errors import Refusal
from billing.office.transaction import Setting
from billing.requests.base import Request
from billing.service import Billing
from billing.store import near, schema
from billing.store.engine import reading
from tests.store import histories
from tests.support import load, made


@pytest.fixture
def ready(database_url: str) -> Setting:
    setting = made(database_url)
    load(
        setting,
        *histories.signed("ALPINA"),
        *(
            {"type": "entry", "id": f"e{n}", "customer": "ALPINA", "case": f"K{n}", "date": "2025-03-04", "minutes": 1}
            for n in range(100, 160)
        ),
        {"type": "entry", "customer": "ALPINA", "case": "Zermatt", "date": "2025-03-04", "minutes": 1},
    )
    return setting


def told(setting: Setting, request: Request[object]) -> str:
    with pytest.raises(Refusal) as refused:
        Billing(setting).do(request)
    return str(refused.value)


WRONG: tuple[tuple[Request[object], str], ...] = (
    (requests.Verify(case="K1333", kind="program-error"), "K133"),
    (requests.Verify(case="ermatt", kind="program-error"), "Zermatt"),
    (requests.Verify(case="eZrmatt", kind="program-error"), "Zermatt"),
    (requests.Void(entry="w123", reason="x"), "e123"),
    (requests.Log(customer="LAPINA", seconds=60), "ALPINA"),
    (requests.Void(entry="ALPINA-6O", reason="x"), "ALPINA-6"),
)


@pytest.mark.parametrize("few", [500, 5])
def test_the_likeliest_is_named_whether_there_are_few_or_many(
    ready: Setting, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(near, "FEW", few)
    for request, meant in WRONG:
        assert f"did you mean {meant}" in told(ready, request), (request, few)


def test_of_many_only_those_around_it_are_read(ready: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every case was read and compared: three seconds of a million."""
    monkeypatch.setattr(near, "FEW", 20)
    monkeypatch.setattr(near, "_BESIDE", 2)
    with reading(ready.engine) as connection:
        found = near.names(connection, schema.case_reference.c.reference, "K13O")
    assert len(found) < 30 and "K130" in found and "K131" in found
    assert "known: K100, K101" in told(ready, requests.Verify(case="?", kind="program-error"))


def test_slips_are_of_one_sign() -> None:
    slips = set(near.slips_of("ab"))
    assert {"b", "a", "ba", "aab", "a-b", "abz", "zb"} <= slips
    assert all(abs(len(slip) - 2) <= 1 for slip in slips)
    assert list(near.slips_of("a" * 41)) == []
