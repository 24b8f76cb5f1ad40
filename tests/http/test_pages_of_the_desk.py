"""The desk's pages: an agent's day by forms, what the head of the desk reads, and who may see what (A1)."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from billing import requests
from billing.core.access import STAFF
from billing.http.pages.site import ROWS
from billing.office.transaction import Setting
from tests.http.visiting import Visitor, client_of
from tests.neighbours import neighbours
from tests.support import ask, do, load

ABOUT = {"{case:path}": "T-A", "{file:int}": "1", "{customer}": "ALPINA", "{quote}": "Q-2025-00001",
         "{number}": "INV-2025-00001", "{maintenance}": "M-2025-00001", "{month}": "2025-03",
         "{item}": "1", "{work}": "0000", "{report}": "vat"}  # fmt: skip
QUERY = "?first=2025-01-01&last=2025-03-05"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Visitor]:
    setting = neighbours(f"sqlite:///{tmp_path}/b.db")
    load(setting, *({"type": "agent", "code": code} for code in ("ana", "zoe")))
    do(setting, requests.AttachToCase(case="T-A", name="a <b>.txt", data=b"<script>alert(1)</script>"))
    with client_of(setting) as client:
        yield Visitor(setting, client)


def kinds(setting: Setting, case: str) -> list[str]:
    return [event["kind"] for event in ask(setting, requests.AskCase(case=case))["events"]]


def path_of(path: str) -> str:
    for name, value in ABOUT.items():
        path = path.replace(name, value)
    return path


def test_an_agents_day(site: Visitor) -> None:
    """From the queue to the solution: taken up, timed, logged, answered with the sentence, handed over, called back."""
    site.comes(agent="ana", role="agent")
    assert "T-A" in site.page and "T-B" in site.page and 'hx-get="/desk/rows' in site.page
    assert "T-B" not in site.get("/desk?customer=ALPINA") and "T-A" in site.page
    here = "/desk/case/T-A"
    site.get(here)
    site.sends(f"{here}/take", told="1")
    site.sends(f"{here}/timer", do="start")
    assert "data-seconds" in site.page
    site.sends(f"{here}/timer", do="pause")
    site.sends(f"{here}/timer", do="resume")
    site.sends(f"{here}/timer", do="discard")
    site.sends(f"{here}/work", duration="0:20", note="looked into it")
    entries = ask(site.setting, requests.AskCase(case="T-A"))["entries"]
    assert [(entry["agent"], entry["raw_seconds"]) for entry in entries][-1] == ("ana", 1200)
    told = ask(site.setting, requests.AskReply(case="T-A"))["text"]
    assert all(line in site.page for line in told.splitlines())
    site.sends(f"{here}/say", kind="reply", note="Try it with <less>")
    site.sends(f"{here}/say", kind="note", note="he is cross")
    site.sends(f"{here}/call", day="2025-03-06", first="09:00", last="10:00")
    site.sends(f"{here}/call", do="done")
    site.sends(f"{here}/hand-over", to="zoe")
    site.sends(f"{here}/priority", priority="urgent", reason="it burns", agreed_with="Anna Ast")
    site.sends(f"{here}/say", kind="resolve", note="done")
    assert kinds(site.setting, "T-A")[1:] == ["take", "reply", "note", "callback", "callback-done", "hand-over",
                                              "priority", "resolve"]  # fmt: skip
    assert "&lt;less&gt;" in site.page and "<script>alert" not in site.page
    site.get("/desk/customer/ALPINA")
    site.sends("/desk/customer/ALPINA/cases", case="T-NEW", subject="Another", note="it beeps")
    assert ask(site.setting, requests.AskCase(case="T-NEW"))["state"] == "open"
    assert "T-NEW" in site.get("/desk/find?q=anoth") and "Alpina AG" in site.get("/desk/find?q=alp")
    assert "/desk/case/T-A" in str(site.client.get("/desk/find?q=t-a").url)
    answer = site.client.get("/desk/file/1/T-A")
    assert answer.headers["content-disposition"].startswith("attachment") and answer.content.startswith(b"<script>")
    with_case = site.client.get("/c")
    assert with_case.status_code == 404  # what is a customer's is no agent's page
    customer = site.comes(customer="ALPINA").get("/c/case/T-A")
    assert "Try it with" in customer and "he is cross" not in customer


def test_what_is_refused_stands_on_the_page_with_what_was_typed(site: Visitor) -> None:
    site.comes(agent="ana", role="agent")
    site.get("/desk/case/T-A")
    page = site.sends("/desk/case/T-A/work", 422, duration="soon", note="long story")
    assert 'role="alert"' in page and 'value="soon"' in page and 'value="long story"' in page
    assert 'role="alert"' in site.sends("/desk/case/T-A/work", 404, duration="12", category="golf")
    site.get("/desk/case/T-404", 404)
    site.get("/desk/case/T-A")
    assert kinds(site.setting, "T-A") == ["open"]


def test_the_head_reads_targets_time_and_what_runs_out(site: Visitor) -> None:
    site.comes(agent="zoe", role="head")
    assert "Target" in site.get("/desk/targets?month=2025-03&by=agent")
    assert "zoe" in site.get("/desk/time?by=agent") and "<rect" in site.page
    assert "Beatus AG" in site.get("/desk/credit") or "Nobody" in site.page


def test_A1_every_page_with_every_role(site: Visitor) -> None:
    """Who has the role reads the page; for everybody else it is not there, in the same words."""
    for role in ("customer", *STAFF):
        site.comes(customer="ALPINA") if role == "customer" else site.comes(agent="ana", role=role)
        mark = site.page.split('name="mark" value="')[1][:32]
        for row in ROWS:
            path = path_of(row.path)
            if row.method == "GET":
                status = site.client.get(path + QUERY).status_code
            else:
                status = site.client.post(path, data={"mark": mark}).status_code
            if role not in row.roles:
                assert status == 404, (role, path, status)
            elif row.method == "GET":
                assert status == (404 if "{work}" in row.path else 200), (role, path, status)
            else:
                assert status in (200, 404, 409, 422, 502), (role, path, status)


@pytest.mark.parametrize("language", ["fr", "de", "it"])
def test_every_page_of_the_desk_in_every_language(site: Visitor, language: str) -> None:
    site.comes(agent="zoe", role="admin")
    site.client.get(f"/language?to={language}")
    for row in ROWS:
        if row.method == "GET" and "admin" in row.roles and "pdf" not in row.path and "file" not in row.path:
            if "{work}" in row.path:
                continue
            page = site.get(path_of(row.path) + QUERY)
            assert not re.search(r"\{[a-z_]+\}", page), row.path


def test_what_the_desk_is_asked_back_at_the_terminal_it_is_asked_back_on_the_page(site: Visitor) -> None:
    """qualiodoo's urgency is agreed with the customer: with whom is asked at opening and at a change (S10, P4)."""
    load(
        site.setting,
        {"type": "customer", "code": "BOIS", "name": "Bois", "country": "CH"},
        {"type": "contract", "customer": "BOIS", "tariff": "qualiodoo", "start": "2025-01-01"},
    )
    site.comes(agent="ana", role="agent")
    site.get("/desk/customer/BOIS")
    new = {"case": "B-1", "subject": "No order prints", "priority": "urgent"}
    site.sends("/desk/customer/BOIS/cases", 422, None, **new)
    assert 'name="yes"' in site.page and "with whom?" in site.page
    site.sends("/desk/customer/BOIS/cases", 200, None, **new, agreed_with="Mme Bois")
    site.sends("/desk/case/B-1/priority", priority="low", reason="it prints again", yes="1")
    site.sends("/desk/case/B-1/priority", 422, priority="urgent", reason="it burns")
    assert "it burns" in site.page and "with whom?" in site.page
    site.sends("/desk/case/B-1/priority", priority="urgent", reason="it burns", yes="1")
    assert kinds(site.setting, "B-1") == ["open", "priority", "priority"]


def test_a_reference_leads_to_its_case_however_many_begin_like_it(site: Visitor) -> None:
    load(site.setting, *({"type": "case", "id": f"T-A{n}", "customer": "ALPINA", "at": "2025-03-04T09:00"}
                         for n in range(40)))  # fmt: skip
    site.comes(agent="ana", role="agent")
    assert site.client.get("/desk/find?q=t-a").url.path == "/desk/case/T-A"


def test_a_priority_is_a_word_and_work_has_a_day_alone(site: Visitor) -> None:
    """`urgent` stood in a German page, as the command line types it, and at 12:00 what has no time of day."""
    load(site.setting, {"type": "case", "id": "T-C", "customer": "ALPINA", "priority": "urgent",
                        "at": "2025-03-04T10:00"},
         {"type": "entry", "customer": "ALPINA", "case": "T-D", "duration": "5", "date": "2025-03-03"})  # fmt: skip
    site.comes(agent="ana", role="agent")
    site.client.get("/language?to=de")
    assert "<td>dringend</td>" in site.get("/desk")
    assert " · dringend" in site.get("/desk/case/T-C") and '<option value="urgent" selected>dringend<' in site.page
    assert (
        "<td>03.03.2025</td>" in site.get("/desk/customer/ALPINA") and '<option value="urgent">dringend<' in site.page
    )
