"""What help desks ask and tell: signed bodies, balances, time that is logged, edited and voided, tickets."""

import base64
import hmac
import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from billing import requests
from billing.http.desks import panel_signature
from billing.http.limits import MOST_BYTES
from billing.outgoing import signing
from billing.requests.addresses import AddAddress
from billing.requests.desks import AddDesk
from tests.http.served import Served, is_problem, served
from tests.neighbours import WORDS, neighbours
from tests.support import ask, audit, do

SECRET = "theirs, not ours"
KINDS = ("zammad", "glpi", "freshdesk", "zendesk", "odoo", "helpscout", "generic", "chatwoot", "freescout")
SETTINGS = {"zendesk": ("total-field=360001",), "zammad": ("agent.3=zoe", "case=T-{id}"), "odoo": ("agent.4=ben",)}


@pytest.fixture
def api(database_url: str) -> Iterator[Served]:
    setting = neighbours(database_url)
    for kind in KINDS:
        do(setting, AddDesk(name=kind, kind=kind, secret=SECRET, settings=SETTINGS.get(kind, ()),
                            frame="https://desk.example/app" if kind == "generic" else None))  # fmt: skip
        do(setting, AddAddress(customer="ALPINA", address=f"{kind}:7"))
    do(setting, AddAddress(customer="ALPINA", address="ruth@alpina.example"))
    do(setting, AddAddress(customer="BEATUS", address="@beatus.example"))
    with served(setting) as found:
        yield found


sqlite_alone = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def signed(kind: str, body: str, secret: str = SECRET) -> dict[str, str]:
    """The headers with which a desk of a kind sends a body now."""
    now = int(time.time())

    def made(text: str, algorithm: str) -> bytes:
        return hmac.new(secret.encode(), text.encode(), algorithm).digest()

    match kind:
        case "zammad":
            return {"X-Hub-Signature": f"sha1={made(body, 'sha1').hex()}"}
        case "helpscout":
            return {"X-HelpScout-Signature": base64.b64encode(made(body, "sha1")).decode()}
        case "glpi":
            return {"X-GLPI-signature": made(f"{body}{now}", "sha256").hex(), "X-GLPI-timestamp": str(now)}
        case "zendesk":
            at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            return {"X-Zendesk-Webhook-Signature": base64.b64encode(made(at + body, "sha256")).decode(),
                    "X-Zendesk-Webhook-Signature-Timestamp": at}  # fmt: skip
        case "freshdesk" | "odoo":
            return {"Authorization": f"Bearer {secret}"}
    key = base64.b64encode(secret.encode()).decode()  # of bytes that are the secret's: as Standard Webhooks signs
    return signing.headers(key, "msg_1", now, body)


def send(api: Served, kind: str, sent: Any) -> Any:
    body = sent if isinstance(sent, str) else json.dumps(sent)
    return api.client.post(f"/desk/{kind}", content=body, headers=signed(kind, body))


@sqlite_alone
def test_a_balance_is_answered_to_who_signs(api: Served) -> None:
    answer = send(api, "helpscout", {"ticket": {"id": 1}, "customer": {"id": 2, "emails": ["Ruth@Alpina.example"]}})
    wanted = ask(api.setting, requests.AskReply(customer="ALPINA"))
    assert answer.status_code == 200
    assert answer.json() == {key: wanted[key] for key in ("html", "text", "minutes", "position")}
    for sent in ({"email": "ruth@alpina.example"}, {"organization": 7}, {"ticket": "A"}):
        assert send(api, "zammad", sent).json()["text"] == wanted["text"], sent
    assert send(api, "generic", {"organization": "7"}).json()["text"] == wanted["text"]


@sqlite_alone
def test_nobody_learns_whether_there_is_such_a_desk(api: Served) -> None:
    """A wrong signature, none, and no desk at all read one sentence."""
    body = json.dumps({"email": "ruth@alpina.example"})
    answers = [
        api.client.post("/desk/zammad", content=body),
        api.client.post("/desk/zammad", content=body, headers=signed("zammad", body, "other")),
        api.client.post("/desk/zammad", content=body + " ", headers=signed("zammad", body)),
        api.client.post("/desk/nobody", content=body, headers=signed("zammad", body)),
        api.client.post("/desk/Not%20one", content=body),
    ]
    for answer in answers:
        is_problem(answer, 401, "not-allowed")
    assert len({answer.text for answer in answers}) == 1
    for _ in range(40):
        last = api.client.post("/desk/zammad", content=body)
    assert last.status_code == 429


@sqlite_alone
def test_a_replay_is_refused(api: Served) -> None:
    body = json.dumps({"organization": "7"})
    headers = signed("zendesk", body)
    assert api.client.post("/desk/zendesk", content=body, headers=headers).status_code == 200
    old = "2025-01-01T00:00:00Z"
    made = base64.b64encode(hmac.new(SECRET.encode(), (old + body).encode(), "sha256").digest()).decode()
    late = {"X-Zendesk-Webhook-Signature": made, "X-Zendesk-Webhook-Signature-Timestamp": old}
    is_problem(api.client.post("/desk/zendesk", content=body, headers=late), 401, "not-allowed")


@sqlite_alone
def test_a_body_is_bounded_before_it_is_signed(api: Served) -> None:
    body = json.dumps({"organization": "7", "more": "x" * MOST_BYTES})
    is_problem(api.client.post("/desk/zammad", content=body, headers=signed("zammad", body)), 413, "bad-input")
    is_problem(send(api, "zammad", "[1"), 400, "bad-input")
    for sent in ([], {"nothing": 1}, 7, [[1]], [{"organization": "7"}] * 201):
        is_problem(send(api, "zammad", sent), 422, "bad-input")


@sqlite_alone
def test_A4_no_balance_where_several_are_meant_or_nobody(api: Served) -> None:
    """A mail to two customers carries neither's; whom nobody knows is not there."""
    both = {"customer": {"emails": ["ruth@alpina.example", "bruno@beatus.example"]}}
    answer = send(api, "helpscout", both)
    assert (answer.status_code, answer.json()["html"]) == (200, "")
    is_problem(send(api, "generic", {"email": "who@nowhere.example"}), 404, "not-found")
    is_problem(send(api, "generic", [{"organization": "7"}, {"email": "bruno@beatus.example"}]), 404, "not-found")


def test_time_is_logged_edited_and_voided_under_the_desks_id(api: Served) -> None:
    """Sent twice it is once; a later edit is another entry in its place; what was deleted stays so."""
    task = {"item": {"id": 311, "content": "<p>VAT &amp; more</p>", "duration": 720, "user": {"id": 9, "name": "zoe"}},
            "event": "new", "parent_item": {"id": 25, "name": "VAT", "entity": {"id": 7, "name": "A"}}}  # fmt: skip
    first = send(api, "glpi", task)
    assert first.status_code == 200, first.text
    assert first.json()["done"] == [{"id": "311", "did": "logged", "entry": "glpi:311"}]
    assert first.json()["position"] == ask(api.setting, requests.AskReply(customer="ALPINA"))["position"]
    assert send(api, "glpi", task).json()["done"][0]["did"] == "nothing"
    assert [row["agent"] for row in book(api) if row["id"] == "glpi:311"] == ["zoe"]
    task["item"]["duration"], task["event"] = 1500, "update"  # type: ignore[index]
    assert send(api, "glpi", task).json()["done"] == [{"id": "311", "did": "edited", "entry": "glpi:311#2"}]
    assert send(api, "glpi", task).json()["done"][0]["did"] == "nothing"
    task["event"] = "delete"
    assert send(api, "glpi", task).json()["done"] == [{"id": "311", "did": "voided", "entry": "glpi:311#2"}]
    task["event"] = "update"  # that was on its way
    assert send(api, "glpi", task).json()["done"][0]["did"] == "nothing"
    found = audit(api.setting)
    assert found["ok"], found


SHAPES: dict[str, tuple[Any, list[str]]] = {
    "zammad": ([{"id": 6, "ticket_id": "A", "time_unit": "15.0", "created_by_id": 3,
                 "created_at": "2025-03-03T23:11:49.315Z"}], ["zammad:6 900 2025-03-04 zoe"]),
    "freshdesk": ([{"id": 4, "ticket_id": 27, "company_id": 7, "agent_id": 61, "time_spent": "01:05",
                    "timer_running": False, "executed_at": "2025-03-04T07:40:00Z", "note": "printer"},
                   {"id": 5, "ticket_id": 27, "company_id": 7, "time_spent": "00:00", "timer_running": True}],
                  ["freshdesk:4 3900 2025-03-04 None"]),
    "odoo": ([{"id": 901, "date": "2025-03-04", "employee_id": [4, "Ben"], "partner_id": [7, "A"],
               "helpdesk_ticket_id": [24, "S (#24)"], "name": "T-24 slip", "unit_amount": 0.08333333333333333}],
             ["odoo:901 300 2025-03-04 ben"]),
    "generic": ({"entry": {"id": "x1", "minutes": 12, "ticket": "9", "organization": "7", "date": "2025-03-04",
                           "agent": "zoe", "note": "by hand"}}, ["generic:x1 720 2025-03-04 zoe"]),
}  # fmt: skip
CASES = {"zammad": "T-A", "freshdesk": "freshdesk-27", "odoo": "odoo-24", "generic": "generic-9"}


@sqlite_alone
@pytest.mark.parametrize("kind", SHAPES)
def test_each_desk_tells_time_in_its_shape(api: Served, kind: str) -> None:
    """The issuer's day, whole seconds, the agent whom the desk's settings name (T1, T5)."""
    sent, wanted = SHAPES[kind]
    answer = send(api, kind, sent)
    assert answer.status_code == 200, answer.text
    rows = [row for row in book(api) if row["id"].startswith(f"{kind}:")]
    told = [f"{row['id']} {row['logged_seconds']} {row['worked_on']} {row['agent']}" for row in rows]
    assert told == wanted and rows[0]["case"] == CASES[kind]
    assert answer.json()["done"][0]["did"] == "logged"


def book(api: Served) -> list[dict[str, Any]]:
    from tests.support import contents

    return contents(api.setting)["entry"]


@sqlite_alone
def test_zendesk_tells_by_its_audits(api: Served) -> None:
    """What each audit adds to the field that counts is an entry of the ticket's case."""
    ticket = {"ticket": {"id": "26", "subject": "VAT", "organization": "7", "state": "open"}}
    assert send(api, "zendesk", ticket).json()["done"] == [{"id": "26", "did": "opened", "case": "zendesk-26"}]
    audits = {"audits": [
        {"id": 801, "ticket_id": 26, "author_id": 55, "created_at": "2025-03-04T08:00:00Z", "events": [
            {"id": 1, "type": "Change", "field_name": "360001", "value": "900", "previous_value": "600"},
            {"id": 2, "type": "Change", "field_name": "360002", "value": "300", "previous_value": "600"}]},
        {"id": 802, "ticket_id": 26, "created_at": "2025-03-04T09:00:00Z", "events": [
            {"type": "Change", "field_name": "360001", "value": "1200", "previous_value": "900"}]}]}  # fmt: skip
    assert [one["did"] for one in send(api, "zendesk", audits).json()["done"]] == ["logged", "logged"]
    rows = [(row["id"], row["logged_seconds"]) for row in book(api) if row["id"].startswith("zendesk")]
    assert rows == [("zendesk:801", 300), ("zendesk:802", 300)]


@sqlite_alone
def test_tickets_open_cases_and_resolve_them(api: Served) -> None:
    ticket = {"ticket": {"id": 50, "number": "17050", "title": "No access", "state": "new",
                         "organization": {"id": 7, "name": "A"}, "customer": {"email": "x@y.example"}},
              "article": {"id": 1, "body": "hello"}}  # fmt: skip
    assert send(api, "zammad", ticket).json()["done"][0]["did"] == "opened"
    shown = ask(api.setting, requests.AskCase(case="T-50"))
    assert (shown["customer"], shown["subject"], shown["state"]) == ("ALPINA", "No access", "open")
    assert send(api, "zammad", ticket).json()["done"][0]["did"] == "nothing"
    ticket["ticket"]["state"] = "closed"
    assert send(api, "zammad", ticket).json()["done"][0]["did"] == "resolved"
    assert send(api, "zammad", ticket).json()["done"][0]["did"] == "nothing"
    stranger = {"item": {"id": 9, "name": "Printer", "status": {"id": 1}, "entity": {"id": 99}}, "event": "new"}
    answer = send(api, "glpi", stranger)
    assert answer.status_code == 409 and answer.json()["done"][0]["refused"] == "not-found"
    stranger["item"]["entity"] = {"id": 7}  # type: ignore[index]
    assert send(api, "glpi", stranger).json()["done"][0]["did"] == "opened"


@sqlite_alone
def test_what_a_rule_forbids_is_said_and_the_rest_is_done(api: Served) -> None:
    """T4: less than no time is none; sent again, what was done stays done."""
    sent = [{"id": 7, "ticket_id": "A", "time_unit": "-5.0"}, {"id": 8, "ticket_id": "A", "time_unit": "5"}]
    for did in ("logged", "nothing"):
        answer = send(api, "zammad", sent)
        assert answer.status_code == 409
        refused, done = answer.json()["done"]
        assert refused["refused"] == "bad-duration" and done["did"] == did
    for wrong in ("nonsense", "1e99", [1]):
        is_problem(send(api, "zammad", {"id": 1, "time_unit": wrong}), 422, "bad-duration")
    is_problem(send(api, "freshdesk", {"id": 1, "time_spent": "1h"}), 422, "bad-duration")
    is_problem(send(api, "odoo", {"id": 1, "unit_amount": 1, "date": "soon"}), 422, "bad-date")


@sqlite_alone
def test_what_a_head_corrected_a_desk_leaves(api: Served) -> None:
    """A1: a desk changes what it told itself; the entries are recorded in its name (A2)."""
    sent = {"entry": {"id": "e", "minutes": 10, "organization": "7", "agent": "zoe"}}
    assert send(api, "generic", sent).json()["done"][0]["did"] == "logged"
    do(api.setting, requests.Edit(entry="generic:e", seconds=300))
    sent["entry"]["minutes"] = 20
    answer = send(api, "generic", sent)
    assert answer.json()["done"][0]["refused"] == "not-allowed"
    from tests.support import contents

    by = [row["recorded_by"] for row in contents(api.setting)["link"] if row["external_id"] == "generic:e"]
    assert by == ["desk generic"]


@sqlite_alone
def test_the_panel_is_framed_by_its_desk_alone(api: Served) -> None:
    def panel(about: str, at: int, desk: str = "generic", **more: str) -> Any:
        given = {
            "desk": desk,
            "about": about,
            "at": str(at),
            "signature": panel_signature(SECRET, desk, about, str(at)),
        }
        return api.client.get("/desk/panel", params=given | more)

    now = int(time.time())
    answer = panel("ruth@alpina.example", now)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")
    assert "frame-ancestors https://desk.example" in answer.headers["content-security-policy"]
    assert "/app" not in answer.headers["content-security-policy"] and "<script" not in answer.text
    assert ask(api.setting, requests.AskReply(customer="ALPINA"))["html"].strip() in answer.text
    assert not any(word in answer.text for word in WORDS)
    assert panel("7", now).status_code == 200
    others = panel_signature(SECRET, "generic", "8", str(now))
    for wrong in (
        panel("7", now - 400),
        panel("7", now, signature=others),
        panel("7", now, signature="0"),
        panel("7", now, "zammad"),
        panel("7", now, "nobody"),
        panel("", now),
        panel("7", 10**30),
    ):
        is_problem(wrong, 401, "not-allowed")
    is_problem(panel("who@nowhere.example", now), 404, "not-found")
    is_problem(api.client.get("/desk/panel?" + "a=1&" * 30), 400, "bad-input")


@sqlite_alone
def test_what_the_pages_show_is_understood(api: Served) -> None:
    """Each JSON on the pages of docs/desks is what that desk sends; what it is answered is there, too."""
    shown = 0
    for page in sorted((Path(__file__).parents[2] / "docs" / "desks").glob("*.md")):
        kind = "generic" if page.stem == "README" else page.stem
        for block in re.findall(r"^ *```json\n(.*?)^ *```", page.read_text(), re.MULTILINE | re.DOTALL):
            answer = send(api, kind, block)
            assert answer.status_code == 200, (page.name, block, answer.text)
            shown += 1
    assert shown >= 8
