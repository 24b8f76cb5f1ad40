"""Whatever happened: an erasure keeps the audit, the books and the papers, and tampering is named (P1, L7)."""

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from billing.errors import Refusal
from billing.office.privacy import erasing
from billing.office.transaction import Setting
from billing.requests.privacy import AskErasures, Erase
from billing.store.engine import writing
from tests.history import Random
from tests.properties.test_histories import LENGTH, Databases, recorded
from tests.support import ask, audit, books, contents, deferred, do, statement

EXAMPLES = 10
LAST = date(2029, 12, 31)
CHANGES = (
    "DELETE FROM personal WHERE customer_id = {other}",
    "UPDATE link SET request = 'x:y' WHERE customer_id = {mine} AND seq IN (SELECT place FROM erasure)",
    "UPDATE correction SET reason = 'other' WHERE customer_id = {mine}",
    "INSERT INTO personal SELECT {mine}, seq, 'note', 'aa', 'new' FROM erasure WHERE customer_id = {mine} AND n = 0",
)


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    return Databases(Path(tmp_path_factory.mktemp("erased")))


def told(setting: Setting, codes: list[str]) -> Iterator[Any]:
    """What the books, the papers and the statements say, words apart."""
    for entry in books(setting).entries:
        yield entry.on, entry.document, [(leg.role, leg.amount, leg.currency) for leg in entry.legs]
    yield deferred(setting, LAST)
    for code in codes:
        shown = statement(setting, code, date(2024, 1, 1), LAST)
        yield shown.opening, shown.closing, [(m.on, m.kind, m.minutes, m.entry) for m in shown.movements]
    held = contents(setting)
    yield from (
        held[name] for name in ("document", "document_line", "issued_file", "charge", "draw", "entry", "payment")
    )


@pytest.mark.parametrize("tariff", ["q3", "qualiodoo"])
def test_P1_an_erasure_in_any_history(databases: Databases, tariff: str) -> None:
    ran = []

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.randoms(use_true_random=False))
    def check(pick: random.Random) -> None:
        setting = databases.new(tariff)
        recorded(setting, Random(pick, tariff, LENGTH).lines())
        codes = [row["code"] for row in contents(setting)["customer"]]
        if not codes:
            return
        before, code = list(told(setting, codes)), pick.choice(codes)
        with patch.object(erasing, "_obstacles", return_value=[]):  # as if all were settled
            done = do(setting, Erase(who=code, reason="over"))
        assert audit(setting)["faults"] == []
        assert list(told(setting, codes)) == before
        if done["erased"]:
            assert len(ask(setting, AskErasures())["erasures"]) == 1
            tampered(setting, pick, code)
        ran.append(done["erased"])
        setting.engine.dispose()

    check()
    assert len(ran) > EXAMPLES // 2 and any(ran)


def tampered(setting: Setting, pick: random.Random, code: str) -> None:
    """A change that touches a row is named, whichever it is."""
    keys = {row["code"]: row["id"] for row in contents(setting)["customer"]}
    other = next((key for name, key in keys.items() if name != code), 0)
    change = pick.choice(CHANGES).format(mine=keys[code], other=other)
    try:
        with writing(setting.engine) as connection:
            touched = connection.execute(text(change)).rowcount
    except (Refusal, DBAPIError):  # the guards were in the way
        return
    assert audit(setting)["ok"] == (touched == 0), change
