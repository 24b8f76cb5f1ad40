"""Sentences in the fields of help desks: the request of each template, and what is pushed when."""

import base64
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from billing.core.helpdesks import PUSHED
from billing.errors import Refusal
from billing.office.transaction import Setting
from billing.outgoing import pushing, templates
from billing.requests.addresses import AddAddress
from billing.requests.desks import AddDesk, AskDesks, RemoveDesk
from billing.service import Billing
from tests.neighbours import neighbours
from tests.outgoing.listener import INSIDE, Heard, Listener, listening
from tests.support import ask, balance, contents, do, log, on, run

CREDENTIALS = {"token": "t0p/s3cret", "user": "api@desk.example", "password": "pä$$", "client": "c1"}


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    monkeypatch.setenv(*next(iter(INSIDE.items())))
    with listening() as found:
        yield found


@pytest.fixture
def setting(database_url: str, listener: Listener, tmp_path: Path) -> Setting:
    found = neighbours(database_url)
    for customer, id in (("ALPINA", "7"), ("BEATUS", "8")):
        do(found, AddAddress(customer=customer, address=f"desk:{id}"))
    return found


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    file = tmp_path / "desks.toml"
    file.write_text("[desk]\n" + "".join(f'{name} = "{value}"\n' for name, value in CREDENTIALS.items()), "utf-8")
    return {"BILLING_DESKS": str(file)}


def added(setting: Setting, listener: Listener, kind: str = "zammad", **more: Any) -> None:
    do(setting, AddDesk(name="desk", kind=kind, url=listener.url, **more))


def basic(pair: str) -> str:
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


TEXT = "…"  # stands for the sentence
WANTED: dict[str, tuple[str, str, dict[str, str], Any]] = {
    "zendesk": (
        "PUT", "/api/v2/organizations/7.json", {"authorization": basic("api@desk.example/token:t0p/s3cret")},
        {"organization": {"organization_fields": {"support_balance": TEXT}}},
    ),
    "zammad": (
        "PUT", "/api/v1/organizations/7", {"authorization": "Token token=t0p/s3cret"}, {"support_balance": TEXT}
    ),
    "freshdesk": (
        "PUT", "/api/v2/companies/7", {"authorization": basic("t0p/s3cret:X")},
        {"custom_fields": {"support_balance": TEXT}},
    ),
    "glpi": (
        "PATCH", "/api.php/v2/Administration/Entity/7", {"authorization": "Bearer of an hour"}, {"comment": TEXT}
    ),
    "odoo": (
        "POST", "/json/2/res.partner/write", {"authorization": "bearer t0p/s3cret", "x-odoo-database": "books"},
        {"ids": [7], "vals": {"x_support_balance": TEXT}},
    ),
    "chatwoot": (
        "PUT", "/api/v1/accounts/3/contacts/7", {"api_access_token": "t0p/s3cret"},
        {"custom_attributes": {"support_balance": TEXT}},
    ),
    "freescout": (
        "PUT", "/api/customers/7/customer_fields", {"x-freescout-api-key": "t0p/s3cret"},
        {"customerFields": [{"id": 37, "value": TEXT}]},
    ),
}  # fmt: skip
MORE: dict[str, dict[str, Any]] = {
    "odoo": {"settings": ("database=books",)},
    "chatwoot": {"settings": ("account=3",)},
    "freescout": {"field": "37"},
}


def test_every_desk_that_is_pushed_to_is_tried() -> None:
    assert set(WANTED) == set(PUSHED)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", WANTED)
def test_a_desk_is_asked_as_its_vendor_says(
    setting: Setting, listener: Listener, environ: dict[str, str], kind: str
) -> None:
    if kind == "glpi":
        listener.says = lambda heard: '{"access_token": "of an hour"}' if heard.path == "/api.php/token" else ""
        listener.answers = lambda _: 200
    added(setting, listener, kind, **MORE.get(kind, {}))
    assert pushing.run(Billing(setting), "desk", False, environ).pushed == 2
    method, path, headers, body = WANTED[kind]
    heard = listener.heard[-2]
    assert (heard.method, heard.path) == (method, path)
    assert headers.items() <= heard.headers.items() and heard.headers["content-type"] == "application/json"
    sentence = do_told(setting, "ALPINA")
    assert heard.json == json.loads(json.dumps(body).replace(json.dumps(TEXT), json.dumps(sentence)))
    if kind == "glpi":
        assert "grant_type=password" in listener.heard[0].body and "password=p%C3%A4%24%24" in listener.heard[0].body
        assert len(listener.heard) == 3, "one token for the whole run"


def do_told(setting: Setting, customer: str) -> str:
    from billing.requests.balances import AskReply

    found: str = ask(setting, AskReply(customer=customer))["text"]
    return found


def test_what_changed_is_pushed_and_no_more(setting: Setting, listener: Listener, environ: dict[str, str]) -> None:
    added(setting, listener)
    books = Billing(setting)
    assert pushing.run(books, "desk", False, environ).pushed == 2
    assert pushing.run(books, "desk", True, environ).pushed == 0
    log(setting, customer="ALPINA", seconds=600)
    assert pushing.run(books, "desk", False, environ).pushed == 1
    assert balance(setting, "ALPINA")["position"] in listener.heard[-1].json["support_balance"]
    tomorrow = Billing(on(setting, setting.today + timedelta(days=1)))
    assert pushing.run(tomorrow, "desk", False, environ).pushed == 0
    assert pushing.run(tomorrow, "desk", True, environ).pushed == 2
    (row,) = ask(setting, AskDesks())["desks"]
    assert (row["customers"], row["field"], row["pushed"][:10]) == (2, "support_balance", "2025-03-06")
    assert "ALPINA" not in json.dumps(contents(setting)["desk_push"]), "no text in a log of deliveries (P5)"


def test_what_a_desk_refuses_is_tried_the_next_time(
    setting: Setting, listener: Listener, environ: dict[str, str]
) -> None:
    added(setting, listener)
    listener.answers = lambda heard: 404 if heard.path.endswith("/7") else 200
    done = pushing.run(Billing(setting), "desk", False, environ)
    assert (done.pushed, done.left, [one.customer for one in done.failed]) == (1, 0, ["ALPINA"])
    listener.answers = lambda _: 401  # it takes nobody's: the rest is not tried
    log(setting, customer="BEATUS", seconds=600)
    done = pushing.run(Billing(setting), "desk", False, environ)
    assert (done.pushed, done.left, len(done.failed)) == (0, 1, 1)
    listener.answers = lambda _: 200
    assert pushing.run(Billing(setting), "desk", False, environ).pushed == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_token_goes_where_its_file_says(setting: Setting, listener: Listener, tmp_path: Path) -> None:
    """Who may change desks over HTTP, and not this file, has it sent nowhere else."""
    do(setting, AddDesk(name="desk", kind="zammad", url="https://evil.example"))
    file = tmp_path / "desks.toml"
    file.write_text(f'[desk]\ntoken = "t"\nurl = "{listener.url}/"\n')
    assert pushing.run(Billing(setting), "desk", False, {"BILLING_DESKS": str(file)}).pushed == 2
    assert listener.heard[0].path == "/api/v1/organizations/7"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_commands_of_the_page(setting: Setting, listener: Listener) -> None:
    """What docs/desks/README.md says to type, with a desk that is there."""
    page = (Path(__file__).parents[2] / "docs" / "desks" / "README.md").read_text()
    env = {"BILLING_DB": setting.engine.url.render_as_string(hide_password=False),
           "BILLING_TODAY": f"{setting.today}", "BILLING_DESK_TOKEN": "t"}  # fmt: skip
    lines = re.findall(r"^billing (.+?)(?: +#.*)?$", page, re.MULTILINE)
    assert len(lines) == 3
    for line in lines:
        status, out, err = run(*line.replace("https://desk.example.org", listener.url).split(), **env)
        assert status == 0, (line, err)
    assert out == "zammad: pushed 1\n" and listener.heard[-1].path == "/api/v1/organizations/7"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_a_desk_needs(setting: Setting, listener: Listener, environ: dict[str, str], tmp_path: Path) -> None:
    added(setting, listener, "odoo")
    with pytest.raises(Refusal, match="wants database"):
        pushing.run(Billing(setting), "desk", False, environ)
    do(setting, RemoveDesk(name="desk"))
    added(setting, listener, "helpscout")
    with pytest.raises(Refusal, match="nothing can be pushed"):
        pushing.run(Billing(setting), "desk", False, environ)
    own = tmp_path / "own.toml"
    own.write_text('method = "POST"\nurl = "{url}/x?n={id}"\n[body]\nsaid = "{minutes}: {text}"\n', "utf-8")
    given = tmp_path / "given.toml"
    given.write_text(f'[desk]\ntemplate = "{own}"\n', "utf-8")
    assert pushing.run(Billing(setting), "desk", False, {"BILLING_DESKS": str(given)}).pushed == 2
    assert (listener.heard[-1].method, listener.heard[-1].path) == ("POST", "/x?n=8")
    with pytest.raises(Refusal, match="whole numbers"):
        templates.shipped("odoo").asked(
            {**CREDENTIALS, "url": "", "database": "b", "field": "f", "text": "", "id": "x"}
        )
    for wrong in ("no toml", 'methods = "PUT"', 'method = "GET"\nurl = ""', 'url = ""\n[login]\nurl = ""'):
        with pytest.raises(Refusal):
            templates.read(wrong, "wrong.toml")


def test_a_desk_that_was_removed_stays_so_when_it_is_asked_again_l5(setting: Setting, listener: Listener) -> None:
    """The answer was lost: asked again it was `not-found`. A name that no desk ever had is."""
    added(setting, listener, "odoo")
    with pytest.raises(Refusal, match="there is no desk 'other'"):
        do(setting, RemoveDesk(name="other"), "r0")
    assert do(setting, RemoveDesk(name="desk"), "r1") == {"name": "desk"}
    assert do(setting, RemoveDesk(name="desk"), "r1") == {"name": "desk", "unchanged": True}
    added(setting, listener, "odoo")
    assert do(setting, RemoveDesk(name="desk"), "r2") == {"name": "desk"}, "another of the same name"


def test_an_id_cannot_lead_elsewhere() -> None:
    """What stands in an address is escaped, and a header has one line."""
    values = {"url": "https://desk.example", "id": "../../x?a=1", "text": 'a "b"\n', "field": "f", "token": "t"}
    asked = templates.shipped("zammad").asked(values)
    assert asked.url == "https://desk.example/api/v1/organizations/..%2F..%2Fx%3Fa%3D1"
    assert json.loads(asked.body) == {"f": 'a "b"\n'}
    with pytest.raises(Refusal):
        templates.shipped("zammad").asked(values | {"token": "t\r\nx: y"})


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_commands(setting: Setting, listener: Listener, environ: dict[str, str], tmp_path: Path) -> None:
    env = {"BILLING_DB": setting.engine.url.render_as_string(hide_password=False),
           "BILLING_TODAY": f"{setting.today}", **environ}  # fmt: skip
    status, out, err = run("desk", "add", "desk", "--kind", "zammad", "--url", listener.url, "--id", "d1", **env)
    assert status == 0 and out.splitlines()[1].startswith("whsec_"), err
    assert run("desk", "add", "desk", "--kind", "zammad", "--url", listener.url, "--id", "d1", **env)[:2] == (
        0, "Desk desk was made before.\n",
    )  # fmt: skip
    assert run("desk", "add", "desk", "--kind", "glpi", **env)[0] == 1
    assert run("desk", "push", "--dry-run", **env)[1] == "desk: would push 2\n"
    assert run("desk", "push", **env)[:2] == (0, "desk: pushed 2\n")
    assert json.loads(run("desk", "push", "--json", **env)[1]) == {
        "desks": [{"desk": "desk", "pushed": 0, "failed": [], "left": 0}]
    }
    log(setting, customer="ALPINA", seconds=600)
    listener.answers = lambda _: 500
    status, _, err = run("desk", "push", **env)
    assert status == 1 and "desk did not take ALPINA (7): 500" in err
    assert "zammad" in run("desk", "list", **env)[1]
    assert run("desk", "remove", "desk", **env)[1] == "Desk desk is removed.\n"
    assert run("desk", "push", "desk", **env)[0] == 1
    secret = tmp_path / "secret"
    secret.write_text("theirs\n")
    status, out, _ = run("desk", "add", "d2", "--kind", "zendesk", "--secret-file", str(secret), **env)
    assert (status, out) == (0, "Desk d2 (zendesk) is known.\n")
    for wrong in (("--set", "x=1"), ("--set", "case=T"), ("--kind", "nonsense")):
        assert run("desk", "add", "d3", "--kind", "glpi", *wrong, **env)[0] == 1


def test_what_was_heard_is_kept_in_order() -> None:
    assert Heard("PUT", "/", {}, "{}").json == {}
