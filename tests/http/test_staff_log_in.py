"""The staff logs in at a provider: to a session as by a link, and by nothing that the provider did not say (A1, A2)."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from billing import requests
from billing.errors import Refusal
from billing.http.app import made as application
from billing.http.oidc import settings as oidc
from billing.http.oidc.provider import LATEST_SECONDS, Provider
from billing.http.oidc.settings import BACK, BEGIN
from billing.office.transaction import Setting
from billing.service import Billing
from tests.http.vouching import CLIENT, EC, ED, OTHER, RSA, SECRET, WEAK, Vouching, vouching
from tests.support import ask, do, environment, load, made

pytestmark = pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
TODAY = date(2025, 3, 5)
HERE = "https://testserver"


class Clock:
    """Now, and what it is off by."""

    off = 0

    def __call__(self) -> float:
        return time.time() + self.off


class Staff:
    """The pages on some books, with a provider."""

    def __init__(self, setting: Setting, provider: Vouching) -> None:
        env = {oidc.ISSUER: provider.url, oidc.CLIENT: CLIENT, oidc.SECRET: SECRET, oidc.URL: HERE + "/",
               oidc.NAME: "Acme <ID>"}  # fmt: skip
        found = oidc.read(env)
        assert found is not None
        self.setting, self.provider, self.clock, self.log_in = setting, provider, Clock(), found
        self.anew()

    def anew(self, **more: Any) -> "Staff":
        """Another server, which has counted nothing and keeps nothing, and another browser."""
        app = application(Billing(self.setting), 1_000_000, Provider(replace(self.log_in, **more), self.clock))
        self.client = TestClient(app, base_url=HERE, follow_redirects=False)
        return self

    def begins(self) -> dict[str, str]:
        """Off to the provider, who lets him in: what he brings back."""
        answer = self.client.get(BEGIN)
        assert answer.status_code == 303, answer.text
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie and "secure" in cookie and "samesite=lax" in cookie and "max-age=600" in cookie
        return self.provider.lets_in(answer.headers["location"])

    def holds(self, cookie: str) -> None:
        """The browser's cookie is that."""
        self.client.cookies.set("__Host-oidc", cookie, domain="testserver.local", path="/")

    def back(self, brought: dict[str, str]) -> Any:
        return self.client.get(f"{BACK}?{urlencode(brought)}")

    def fails(self, code: str, brought: dict[str, str] | None = None) -> Any:
        """What he brings back opens nothing, and he reads why."""
        answer = self.back(self.begins() if brought is None else brought)
        assert answer.status_code in (403, 502) and f"<code>{code}</code>" in answer.text, answer.text
        assert "__Host-session" not in answer.headers["set-cookie"] and "Traceback" not in answer.text
        return answer

    def comes_in(self) -> Any:
        answer = self.back(self.begins())
        assert answer.status_code == 303, answer.text
        return answer


@pytest.fixture(scope="module")
def acme() -> Iterator[Vouching]:
    with environment(BILLING_HOSTS_INSIDE="127.0.0.1"), vouching() as found:
        yield found


@pytest.fixture
def staff(tmp_path: Path, acme: Vouching) -> Staff:
    setting = made(f"sqlite:///{tmp_path}/b.db", today=TODAY)
    do(setting, requests.AddAgent(code="ana", email="ANA@acme.example", role="head"))
    do(setting, requests.AddAgent(code="zoe"))
    fresh = Vouching(acme.listener)
    for name in ("claims", "alg", "key", "listed", "says", "discovery", "strict", "codes"):
        setattr(acme, name, getattr(fresh, name))
    acme.listener.heard.clear()
    return Staff(setting, acme)


def test_A2_a_log_in_opens_a_session_as_a_link_does(staff: Staff) -> None:
    """Counted, dated, revocable, with the role on the list; its address or role changed, or its last day over: out."""
    page = staff.client.get("/c/enter").text
    assert "Log in with Acme &lt;ID&gt;" in page and f'href="{BEGIN}"' in page
    answer = staff.comes_in()
    assert answer.headers["location"] == "/desk" and answer.headers["cache-control"] == "no-store"
    assert staff.client.get("/desk/targets").status_code == 200  # a head's
    assert staff.client.get("/books").status_code == 404
    (row,) = ask(staff.setting, requests.AskLinks())["links"]
    assert (row["agent"], row["role"], row["uses"], row["expires"]) == ("ana", "head", 1, "2025-04-04")
    assert staff.provider.asked("/keys") == staff.provider.asked("/.well-known/openid-configuration") == 1
    do(staff.setting, requests.RevokeLink(link=row["link"]))
    assert staff.client.get("/desk").headers["location"] == "/c/enter"
    changes: tuple[dict[str, Any], ...] = ({"role": "accountant"}, {"email": "ana@elsewhere.example"}, {"email": ""})
    for change in changes:
        do(staff.setting, requests.AddAgent(code="ana", email="ana@acme.example", role="head"))
        staff.anew().comes_in()
        assert staff.client.get("/desk").status_code == 200
        do(staff.setting, requests.AddAgent(code="ana", **change))
        assert staff.client.get("/desk").status_code == 303, change


def test_A3_who_is_not_on_the_list_reads_nothing_of_who_is(staff: Staff, caplog: pytest.LogCaptureFixture) -> None:
    """A stranger, one without an address and one who has left read the same; the role is never the provider's."""
    staff.provider.claims = {"email": "zoe@acme.example", "roles": ["admin"], "groups": ["ana"]}
    first = staff.fails("not-allowed").text
    do(staff.setting, requests.AddAgent(code="zoe", email="zoe@acme.example", role="agent"))
    assert staff.comes_in().headers["location"] == "/desk"
    assert staff.client.get("/desk/targets").status_code == 404  # no head's, whatever the provider says
    do(staff.setting, requests.EndAgent(code="zoe", on=TODAY - timedelta(days=1)))
    assert staff.client.get("/desk").status_code == 303
    assert staff.anew().fails("not-allowed").text == first
    assert "zoe" not in first and "ana" not in first
    assert [record.getMessage() for record in caplog.records if record.name == "billing.http"] == [
        "log-in: not-allowed"] * 2  # fmt: skip


def test_a_token_is_believed_only_if_all_of_it_holds(staff: Staff, caplog: pytest.LogCaptureFixture) -> None:
    acme, now = staff.provider, int(time.time())
    claims: dict[str, Any]
    key: Any
    for claims in (
        {}, {"aud": [CLIENT]}, {"aud": [CLIENT, "other"], "azp": CLIENT}, {"exp": now - 50}, {"iat": now + 50},
        {"email_verified": "true"},
    ):  # fmt: skip
        acme.claims = claims
        staff.anew().comes_in()
    for alg, key in (("ES256", EC), ("EdDSA", ED)):
        acme.alg, acme.key, acme.claims = alg, key, {}
        staff.anew().comes_in()
    acme.alg, acme.key = "RS256", RSA
    for claims, code in (
        ({"nonce": "another"}, "oidc-token"), ({"nonce": None}, "oidc-token"), ({"iss": acme.url + "/"}, "oidc-token"),
        ({"aud": "other"}, "oidc-token"), ({"aud": [CLIENT, "other"]}, "oidc-token"), ({"azp": "other"}, "oidc-token"),
        ({"exp": now - 70}, "oidc-token"), ({"exp": None}, "oidc-token"), ({"exp": True}, "oidc-token"),
        ({"iat": now + 90}, "oidc-token"), ({"iat": now - 800}, "oidc-token"), ({"nbf": now + 90}, "oidc-token"),
        ({"sub": None}, "oidc-token"), ({"email": None}, "oidc-email"), ({"email_verified": None}, "oidc-email"),
        ({"email_verified": False}, "oidc-email"), ({"email_verified": "false"}, "oidc-email"),
        ({"email": ["ana@acme.example"]}, "oidc-email"), ({"email": "ana@acme.example\nx"}, "oidc-email"),
        ({"email": "an\uff41@acme.example"}, "not-allowed"), ({"email": "\u212aai@acme.example"}, "oidc-email"),
    ):  # fmt: skip
        acme.claims = claims
        staff.anew().fails(code)
    acme.claims = {}
    for alg, key in (("none", RSA), ("HS256", RSA), ("RS256", OTHER), ("RS256", WEAK), ("RS384", RSA)):
        acme.alg, acme.key = alg, key
        staff.anew().fails("oidc-token")
    assert ask(staff.setting, requests.AskLinks())["links"][8:] == []  # eight came in
    log = "\n".join(record.getMessage() for record in caplog.records if record.name == "billing.http")
    assert "log-in: oidc-token (nonce)" in log and "acme.example" not in log and SECRET not in log


def test_a_log_in_ends_in_the_browser_and_the_minutes_in_which_it_began(staff: Staff) -> None:
    brought = staff.begins()
    kept = staff.client.cookies.get("__Host-oidc")
    victim = staff.client
    staff.anew().fails("oidc-late", brought)  # another browser, which never began
    staff.begins()
    staff.fails("oidc-state", brought)  # nor one that began another log-in
    staff.client = victim
    assert staff.back(brought).status_code == 303
    staff.fails("oidc-late", brought)  # its cookie is gone
    assert kept is not None
    staff.holds(kept)
    staff.fails("oidc-refused", brought)  # and a code is good once
    brought = staff.begins() | {"iss": "https://evil.example"}
    staff.fails("oidc-state", brought)
    brought = staff.begins()
    staff.fails("oidc-refused", {"state": brought["state"], "error": "access_denied", "error_description": "<b>no"})
    brought = staff.begins()
    staff.clock.off = LATEST_SECONDS + 5
    staff.fails("oidc-late", brought)
    staff.clock.off = 0
    brought = staff.begins()
    at, _, value = str(staff.client.cookies.get("__Host-oidc")).partition(".")
    staff.holds(f"{int(at) + 30}.{value}")
    staff.fails("oidc-state", brought)  # how old a cookie is cannot be changed
    for wrong in ("1", "x.y", f"{'9' * 40}.{value}", "1.%C3%A9"):
        staff.holds(wrong)
        staff.fails("oidc-late", brought)
    assert [staff.back(brought).status_code for _ in range(20)][-1] == 429  # as with links, so many a minute


def test_keys_that_change_are_asked_for_again_once(staff: Staff) -> None:
    acme = staff.provider
    staff.comes_in()
    acme.key, acme.listed = OTHER, (OTHER,)
    staff.comes_in()
    assert acme.asked("/keys") == 2
    staff.comes_in()
    assert acme.asked("/keys") == 2
    acme.key = RSA
    staff.fails("oidc-token")
    assert acme.asked("/keys") == 3


def test_a_provider_that_is_away_or_answers_nonsense_is_told_so(staff: Staff) -> None:
    acme, found = staff.provider, "/.well-known/openid-configuration"
    for status, said in ((503, ""), (200, "[]"), (200, "{"), (200, "[" * 60_000), (302, "{}"), (200, "x" * 70_000)):
        acme.says = {found: (status, said)}
        answer = staff.anew().client.get(BEGIN)
        assert answer.status_code == 502 and "<code>oidc-away</code>" in answer.text and "link" in answer.text
    acme.says = {}
    for wrong in ({"issuer": acme.url + "/"}, {"token_endpoint": "http://acme.example/token"}, {"jwks_uri": 7},
                  {"authorization_endpoint": "javascript:alert(1)"}, {"token_endpoint": "https://a b"}):  # fmt: skip
        acme.discovery = wrong
        assert staff.anew().client.get(BEGIN).status_code == 502, wrong
    acme.discovery = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    staff.anew().comes_in()
    acme.discovery = {}
    staff.anew(secret="wrong").fails("oidc-refused")
    for path, said in (("/token", "{}"), ("/token", '{"id_token": "a.b.c"}'), ("/token", '{"id_token": "a.b.c.d.e"}')):
        acme.says = {path: (200, said)}
        staff.anew().fails("oidc-token")
    for path in ("/token", "/keys"):
        acme.says = {path: (500, "secret words")}
        assert "secret words" not in staff.anew().fails("oidc-away").text
    acme.says = {"/keys": (200, "{}")}
    staff.anew().fails("oidc-away")
    with environment(BILLING_HOSTS_INSIDE=""):  # an address inside is asked only where that is allowed
        assert staff.anew().client.get(BEGIN).status_code == 502
    held = Provider(staff.log_in)
    room = [held._room.acquire() for _ in range(3)]
    with pytest.raises(Exception, match="too many at once"):
        held.begin()
    assert room == [True] * 3


def test_settings_are_whole_or_not_there(tmp_path: Path) -> None:
    whole = {oidc.ISSUER: "https://id.example/realm", oidc.CLIENT: "c", oidc.SECRET: "s3cret",
             oidc.URL: "https://help.example"}  # fmt: skip
    found = oidc.read(whole)
    assert found is not None and (found.back, found.name) == ("https://help.example/staff/oidc/back", "id.example")
    assert found.secret == "s3cret" and "s3cret" not in repr(found)
    assert oidc.read({oidc.URL: "https://help.example"}) is None
    for missing in whole:
        with pytest.raises(Refusal, match=missing):
            oidc.read({name: value for name, value in whole.items() if name != missing})
    for name, wrong in (
        (oidc.ISSUER, "http://id.example"), (oidc.ISSUER, "https://me@id.example"), (oidc.URL, "http://help.example"),
        (oidc.ISSUER, "https://id.example?x=1"), (oidc.ISSUER, "https://[x"), (oidc.ISSUER, "id.example"),
    ):  # fmt: skip
        with pytest.raises(Refusal, match="https"):
            oidc.read(whole | {name: wrong})
    file = tmp_path / "secret"
    file.write_text("from a file\n")
    file.chmod(0o644)
    by_file = {name: value for name, value in whole.items() if name != oidc.SECRET} | {oidc.SECRET_FILE: str(file)}
    with pytest.raises(Refusal, match="chmod 600"):
        oidc.read(by_file)
    file.chmod(0o600)
    read = oidc.read(by_file)
    assert read is not None and read.secret == "from a file"
    with pytest.raises(Refusal, match="No such file"):
        oidc.read(by_file | {oidc.SECRET_FILE: str(tmp_path / "none")})


def test_without_a_provider_there_is_no_such_page(tmp_path: Path) -> None:
    setting = made(f"sqlite:///{tmp_path}/b.db", today=TODAY)
    load(setting, {"type": "agent", "code": "ana", "email": "ana@acme.example", "role": "head"})
    client = TestClient(application(Billing(setting)), base_url=HERE)
    assert client.get(BEGIN).status_code == client.get(BACK).status_code == 404
    assert "Log in" not in client.get("/c/enter").text
