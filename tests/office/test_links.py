"""Links and sessions: shown once, kept as a digest, dated, revocable, counted (A2)."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from billing import requests
from billing.errors import Refusal
from billing.office.transaction import Setting
from billing.requests.base import Request
from tests.support import ask, contents, do, load, made, on, run

TODAY = date(2025, 3, 5)


@pytest.fixture
def kept(database_url: str) -> Setting:
    setting = made(database_url, today=TODAY)
    load(setting, {"type": "customer", "code": "ANNA", "name": "Anna", "country": "CH"},
         *({"type": "agent", "code": code} for code in ("ana", "zoe")))  # fmt: skip
    return setting


def refused(setting: Setting, asked: Any) -> str:
    with pytest.raises(Refusal) as caught:
        (do if isinstance(asked, Request) else ask)(setting, asked)
    return caught.value.code


def test_A2_a_customers_link_opens_until_its_day_and_nothing_that_is_kept_opens(kept: Setting) -> None:
    link = do(kept, requests.MakeLink(customer="anna", contact="Rey", cases="own", days=20), "l1")
    assert (link["customer"], link["contact"], link["cases"], link["expires"]) == ("ANNA", "Rey", "own", "2025-03-25")
    again = do(kept, requests.MakeLink(customer="ANNA", contact="Rey", cases="own", days=20), "l1")
    assert "token" not in again and again["unchanged"]
    with pytest.raises(Refusal, match="other content"):
        do(kept, requests.MakeLink(customer="ANNA", days=20), "l1")
    first, second = (do(kept, requests.EnterByLink(token=link["token"])) for _ in range(2))
    assert first["expires"] == "2025-03-25"  # no session outlives its link
    everything = json.dumps(contents(kept))
    assert not [opens for opens in (link["token"], first["session"], second["session"]) if opens in everything]
    known = ask(kept, requests.AskSession(session=first["session"]))
    assert known == {"name": link["link"], "role": "customer", "customer": "ANNA", "contact": "Rey",
                     "own_cases": True, "language": "de", "expires": "2025-03-25"}  # fmt: skip
    do(kept, requests.EndSession(session=first["session"]))
    assert refused(kept, requests.AskSession(session=first["session"])) == "not-allowed"
    over = on(kept, TODAY + timedelta(days=21))
    assert refused(over, requests.AskSession(session=second["session"])) == "not-allowed"
    assert refused(over, requests.EnterByLink(token=link["token"])) == "not-allowed"
    assert refused(kept, requests.EnterByLink(token="guessed")) == "not-allowed"
    (row,) = ask(over, requests.AskLinks())["links"]
    assert (row["standing"], row["uses"], row["contact"]) == ("expired", 2, "Rey")
    do(kept, requests.RevokeLink(link=link["link"]))
    assert do(kept, requests.RevokeLink(link=link["link"]))["unchanged"]
    assert refused(kept, requests.AskSession(session=second["session"])) == "not-allowed"


def test_A2_an_agents_link_opens_once_and_his_session_ends_with_his_last_day(kept: Setting) -> None:
    assert refused(kept, requests.InviteAgent(agent="nobody", role="agent")) == "unknown-agent"
    assert refused(kept, requests.MakeLink(customer="NOBODY")) == "unknown-customer"
    with pytest.raises(Refusal):
        requests.InviteAgent(agent="ana", role="customer")
    link = do(kept, requests.InviteAgent(agent="ana", role="head"))
    session = do(kept, requests.EnterByLink(token=link["token"]))["session"]
    assert refused(kept, requests.EnterByLink(token=link["token"])) == "not-allowed"
    known = ask(kept, requests.AskSession(session=session))
    assert (known["name"], known["role"], known["customer"]) == ("ana", "head", None)
    do(kept, requests.EndAgent(code="ana", on=TODAY))
    assert ask(kept, requests.AskSession(session=session))["name"] == "ana"
    assert refused(on(kept, TODAY + timedelta(days=1)), requests.AskSession(session=session)) == "not-allowed"
    assert refused(on(kept, TODAY + timedelta(days=1)), requests.InviteAgent(agent="ana", role="head")) == "not-allowed"


def test_A2_a_log_in_is_of_the_one_who_has_the_address_and_works_here(kept: Setting) -> None:
    log_in = requests.EnterByProvider(email="Ana@ACME.example")
    assert refused(kept, log_in) == "not-allowed"
    for wrong in ({"email": "ana@acme.example"}, {"role": "head"}):  # they belong together
        assert refused(kept, requests.AddAgent(code="ana", **wrong)) == "bad-input"  # type: ignore[arg-type]
    for bad in ({"email": "ana"}, {"email": "", "role": "head"}, {"email": "a@b.example", "role": "customer"}):
        with pytest.raises(Refusal):
            requests.AddAgent(code="ana", **bad)  # type: ignore[arg-type]
    shown = do(kept, requests.AddAgent(code="ana", email="ana@Acme.example", role="head"))
    assert (shown["email"], shown["role"]) == ("ana@acme.example", "head")
    assert do(kept, requests.AddAgent(code="ana"))["unchanged"]  # what is not given stays
    assert refused(kept, requests.AddAgent(code="zoe", email="ANA@acme.example", role="agent")) == "conflict"
    entered = do(kept, log_in)
    assert (entered["role"], entered["expires"]) == ("head", "2025-04-04")
    assert ask(kept, requests.AskSession(session=entered["session"]))["name"] == "ana"
    (link,) = ask(kept, requests.AskLinks())["links"]
    assert (link["agent"], link["uses"], link["expires"]) == ("ana", 1, "2025-04-04")
    assert entered["session"] not in json.dumps(contents(kept))
    invited = do(kept, requests.InviteAgent(agent="ana", role="agent"))["token"]
    by_link = do(kept, requests.EnterByLink(token=invited))["session"]
    do(kept, requests.AddAgent(code="ana", role="agent"))  # ends what came by the role that he had, and no more
    assert refused(kept, requests.AskSession(session=entered["session"])) == "not-allowed"
    assert ask(kept, requests.AskSession(session=by_link))["role"] == "agent"
    do(kept, requests.EndAgent(code="ana", on=TODAY))
    later = on(kept, TODAY + timedelta(days=1))
    assert do(kept, log_in)["role"] == "agent" and refused(later, log_in) == "not-allowed"
    do(
        later, requests.AddAgent(code="zoe", email="ana@acme.example", role="agent")
    )  # who has left stands in nobody's way
    assert ask(later, requests.AskSession(session=do(later, log_in)["session"]))["name"] == "zoe"
    assert refused(later, requests.AddAgent(code="ana")) == "conflict"
    do(later, requests.AddAgent(code="zoe", email=""))
    assert refused(later, log_in) == "not-allowed"


def test_P5_links_are_forgotten_90_days_after_their_last_day(kept: Setting) -> None:
    do(kept, requests.EnterByLink(token=do(kept, requests.MakeLink(customer="ANNA", days=1))["token"]))
    do(on(kept, TODAY + timedelta(days=91)), requests.InviteAgent(agent="zoe", role="agent"))
    assert [row["role"] for row in ask(kept, requests.AskLinks())["links"]] == ["customer", "agent"]
    do(on(kept, TODAY + timedelta(days=92)), requests.InviteAgent(agent="zoe", role="agent"))
    assert [row["role"] for row in ask(kept, requests.AskLinks())["links"]] == ["agent", "agent"]
    assert contents(kept)["session"] == []


def test_the_command_line_prints_a_link_once(kept: Setting) -> None:
    env = {"BILLING_DB": str(kept.engine.url), "BILLING_TODAY": "2025-03-05", "BILLING_URL": "https://help.example/"}
    if kept.engine.url.password is not None:
        env["BILLING_DB"] = kept.engine.url.render_as_string(hide_password=False)
    status, out, _ = run("customer", "link", "ANNA", "--contact", "Rey", **env)
    assert status == 0 and "\nhttps://help.example/c/enter#" in out
    name = out.split()[0]
    assert run("link", "list", **env)[1].count("Rey") == 1
    assert run("link", "revoke", name, **env)[1] == f"{name} is revoked.\n"
    assert "revoked" in run("link", "list", **env)[1]
    assert run("agent", "add", "ana", "--email", "ana@acme.example", "--role", "head", **env)[0] == 0
    assert "head, ana@acme.example" in run("agent", "list", **env)[1]
    status, _, err = run("serve", BILLING_OIDC_ISSUER="https://id.example", **env)
    assert status == 1 and "BILLING_OIDC_CLIENT is not set" in err
