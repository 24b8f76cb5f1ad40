"""Keys to the API: shown once, kept as a digest, dated, revocable, counted (A2)."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from billing import requests
from billing.core import access
from billing.errors import Refusal
from billing.office.transaction import Setting
from billing.service import Billing
from billing.store import keys, schema
from billing.store.engine import reading
from tests.support import ask, contents, do, load, made, on, run

TODAY = date(2025, 3, 5)


@pytest.fixture
def kept(database_url: str) -> Setting:
    setting = made(database_url, today=TODAY)
    load(setting, {"type": "customer", "code": "ANNA", "name": "Anna", "country": "CH"})
    return setting


def refused(setting: Setting, asked: Any) -> str:
    with pytest.raises(Refusal) as caught:
        (do if isinstance(asked, requests.AddKey | requests.RevokeKey) else ask)(setting, asked)
    return caught.value.code


def test_A2_a_key_is_shown_once_and_nothing_that_is_kept_opens(kept: Setting) -> None:
    made_ = do(kept, requests.AddKey(name="zammad", scope="reply", customer="ANNA", days=30), "k1")
    key = made_["key"]
    assert made_ == {"name": "zammad", "scope": "reply", "customer": "ANNA", "expires": "2025-04-04", "key": key}
    assert ask(kept, requests.AskKey(key=key)) == {"name": "zammad", "scope": "reply", "customer": "ANNA"}
    everything = json.dumps(contents(kept))
    assert key not in everything and keys.digest(key) in everything
    again = do(kept, requests.AddKey(name="zammad", scope="reply", customer="ANNA", days=30), "k1")
    assert "key" not in again and again["unchanged"]
    assert len({keys.fresh() for _ in range(100)}) == 100


def test_A2_a_key_ends_on_its_last_day_or_when_it_is_revoked(kept: Setting) -> None:
    keys_ = {name: do(kept, requests.AddKey(name=name, scope="log", days=2))["key"] for name in ("a", "b")}
    last = on(kept, TODAY + timedelta(days=2))
    assert ask(last, requests.AskKey(key=keys_["a"]))["scope"] == "log"
    over = on(kept, TODAY + timedelta(days=3))
    assert refused(over, requests.AskKey(key=keys_["a"])) == "not-allowed"
    do(kept, requests.RevokeKey(name="b"))
    assert do(kept, requests.RevokeKey(name="b"))["unchanged"]
    assert refused(kept, requests.AskKey(key=keys_["b"])) == "not-allowed"
    assert refused(kept, requests.AskKey(key="bk_wrong")) == "not-allowed"
    assert [row["standing"] for row in ask(over, requests.AskKeys())["keys"]] == ["expired", "revoked"]


def test_A2_how_a_key_stands() -> None:
    assert access.standing(TODAY, False, TODAY) == "live"
    assert access.standing(TODAY, False, TODAY + timedelta(days=1)) == "expired"
    assert access.standing(TODAY, True, TODAY) == "revoked"


def test_A2_uses_are_counted(kept: Setting) -> None:
    do(kept, requests.AddKey(name="a", scope="log"))
    at = datetime(2025, 3, 5, 11, 0, tzinfo=UTC)
    for uses in (3, 4):
        do(kept, requests.CountUses(uses=(("a", uses),), at=at))
    (row,) = ask(kept, requests.AskKeys())["keys"]
    assert (row["uses"], row["used"]) == (7, "2025-03-05T12:00:00+01:00")


def test_a_name_is_never_given_twice(kept: Setting) -> None:
    """What a key recorded has its name, also after its end."""
    do(kept, requests.AddKey(name="a", scope="log"), "k1")
    do(kept, requests.RevokeKey(name="a"))
    assert refused(kept, requests.AddKey(name="a", scope="books")) == "conflict"
    with pytest.raises(Refusal, match="other content"):
        do(kept, requests.AddKey(name="a", scope="books"), "k1")
    assert refused(kept, requests.RevokeKey(name="nobody")) == "not-found"


def test_what_a_key_needs(kept: Setting) -> None:
    for wrong in ({"scope": "all"}, {"scope": "customer"}, {"scope": "log", "days": 0}):
        with pytest.raises(Refusal) as caught:
            requests.AddKey(**{"name": "a", **wrong})  # type: ignore[arg-type]
        assert caught.value.code == "bad-input"
    assert refused(kept, requests.AddKey(name="a", scope="log", customer="NOBODY")) == "unknown-customer"


def test_who_made_a_key_is_kept(kept: Setting) -> None:
    Billing(replace(kept, by="ana")).do(requests.AddKey(name="a", scope="log"))
    with reading(kept.engine) as connection:
        assert connection.execute(select(schema.access_key.c.made_by)).scalars().all() == ["ana"]


def test_the_commands(kept: Setting) -> None:
    url = kept.engine.url.render_as_string(hide_password=False)
    env = {"BILLING_DB": url, "BILLING_TODAY": f"{TODAY}"}
    status, out, _ = run("key", "add", "zammad", "--scope", "reply", **env)
    assert status == 0 and out.splitlines()[1].startswith("bk_")
    status, out, _ = run("key", "list", **env)
    assert (status, "zammad  reply" in out, "bk_" in out) == (0, True, False)
    assert run("key", "revoke", "zammad", **env)[:2] == (0, "Key zammad is revoked.\n")
    assert run("key", "revoke", "ghost", **env)[0] == 1
