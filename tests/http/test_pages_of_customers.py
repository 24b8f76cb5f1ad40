"""A customer's pages: he comes by his link, reads what is his, and what he sends becomes requests (A1 to A3)."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from billing import requests
from billing.office.transaction import Setting
from billing.requests import moments
from tests.http.visiting import Visitor, client_of
from tests.neighbours import WORDS, neighbours
from tests.support import ask, do, load

PAGES = ("/c", "/c/cases", "/c/cases/new", "/c/case/T-A", "/c/documents", "/c/quotes", "/c/quote/Q-2025-00001")
FILES = ("/c/document/INV-2025-00001.pdf", "/c/statement.pdf?first=2025-01-01&last=2025-03-05",
         "/c/quote/Q-2025-00001.pdf", "/c/paper/T-A")  # fmt: skip
FOREIGN = ("/c/case/T-B", "/c/paper/T-B", "/c/document/INV-2025-00002.pdf", "/c/quote/Q-2025-00002",
           "/c/quote/Q-2025-00002.pdf")  # fmt: skip


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Visitor]:
    setting = neighbours(f"sqlite:///{tmp_path}/b.db")
    load(setting, {"type": "goodwill", "customer": "ALPINA", "minutes": 45, "reason": "sorry", "date": "2025-02-03",
                   "expires": "2025-12-31"})  # fmt: skip
    starts, ends = (moments.moment(f"2025-03-10T{at}") for at in ("22:00", "23:30"))
    do(setting, requests.Announce(starts=starts, ends=ends, text="A new disk"))
    do(setting, requests.Acknowledge(customer="BEATUS", maintenance="M-2025-00001", by="Bruno Beer"))
    with client_of(setting) as client:
        yield Visitor(setting, client)


def events(setting: Setting, case: str) -> list[tuple[str, str]]:
    return [(event["kind"], event["sender"]) for event in ask(setting, requests.AskCase(case=case))["events"]]


def test_his_day(site: Visitor) -> None:
    """He reads his balance, opens a case with a file, answers, asks for a call, decides, takes note; all by forms."""
    front = site.comes(customer="ALPINA").page
    told = ask(site.setting, requests.AskBalance(customer="ALPINA", reply=True))["text"]
    assert all(line in front for line in told.splitlines())  # L8: the sentence of every reply, word for word
    assert 'class="chart chart-wide"' in front and "<polyline" in front
    assert all(word in front for word in ("T-A", "INV-2025-00001", "A form for Anna Ast", "A new disk"))
    site.sends("/c/maintenance/M-2025-00001", 200, None, **{"by-1": "Anna Ast"})
    site.get("/c/cases/new")
    upload = {"file": ("beep.txt", b"beep beep\r\n--x", "text/plain")}
    site.sends("/c/cases", subject="It <beeps>", note="& loudly", contact="Anna Ast", files=upload)
    assert "It &lt;beeps&gt;" in site.page and "<beeps>" not in site.page
    assert events(site.setting, "ALPINA-1") == [("open", "agent"), ("files", "customer")]
    (kept,) = ask(site.setting, requests.AskCase(case="ALPINA-1"))["attachments"]
    assert (kept["name"], kept["size"]) == ("beep.txt", len(b"beep beep\r\n--x"))
    site.sends("/c/case/ALPINA-1/answer", note="Still there")
    site.sends("/c/case/ALPINA-1/callback", day="2025-03-06", first="09:00", last="11:00")
    assert [kind for kind, _ in events(site.setting, "ALPINA-1")][2:] == ["answer", "callback"]
    site.get("/c/quote/Q-2025-00001")
    site.sends("/c/quote/Q-2025-00001/accept", by="Anna Ast, director")
    assert ask(site.setting, requests.AskQuote(quote="Q-2025-00001"))["state"] == "accepted"
    planned = ask(site.setting, requests.ListMaintenance())["maintenance"][0]
    assert {one["customer"]: one["by"] for one in planned["acknowledged"]} == {
        "ALPINA": "Anna Ast", "BEATUS": "Bruno Beer"}  # fmt: skip
    for path in FILES:
        assert site.bytes_of(path).startswith(b"%PDF-")
    site.get("/c")
    site.sends("/leave")
    assert site.client.get("/c", follow_redirects=False).headers["location"] == "/c/enter"


def test_all_days_of_a_page_are_written_as_the_issuers_country_does(site: Visitor) -> None:
    site.comes(customer="ALPINA")
    page = site.get("/language?to=fr")
    assert "31.12.2025</td>" in page and "31/12/2025" not in page


def test_A3_he_reads_nothing_of_another(site: Visitor) -> None:
    """What is BEATUS' is answered as what is not there; nothing that he reads has a word of theirs in it."""
    site.comes(customer="ALPINA")
    for path in PAGES:
        page = site.get(path)
        assert not [word for word in WORDS if word in page], path
    missing = {site.get(path.replace("T-B", "T-404").replace("00002", "00404"), 404) for path in FOREIGN}
    assert {site.get(path, 404) for path in FOREIGN} == missing and len(missing) == 1
    site.get("/c/case/T-A")
    mark = {"mark": site.page.split('name="mark" value="')[1][:32]}
    for path in ("/c/case/T-B/answer", "/c/case/T-B/callback", "/c/quote/Q-2025-00002/accept"):
        sent = mark | {"note": "x", "day": "2025-03-06", "first": "09:00", "last": "10:00", "by": "me"}
        assert site.client.post(path, data=sent).status_code == 404, path
    assert events(site.setting, "T-B") == [("open", "agent")]


def test_A1_a_contact_sees_his_own_cases_where_the_customer_chose_so(site: Visitor) -> None:
    do(site.setting, requests.OpenCase(customer="ALPINA", case="T-C", contact="Carl", note="secret of Carl"))
    site.comes(customer="ALPINA", contact="anna ast", cases="own")
    assert "T-A" in site.page and "T-C" not in site.page and "secret" not in site.get("/c/cases")
    for path in ("/c/case/T-C", "/c/paper/T-C"):
        site.get(path, 404)
    for path in (*FILES[:3], "/c/documents", "/c/quotes"):
        assert site.client.get(path).status_code in (403, 404), path
    site.get("/c/cases/new")
    site.sends("/c/cases", subject="Mine")
    assert ask(site.setting, requests.AskCase(case="ALPINA-1"))["contact"] == "Anna Ast"
    site.comes(customer="ALPINA", contact="Anna Ast")
    assert "T-C" in site.page and "INV-2025-00001" in site.page


def test_a_form_is_taken_from_a_page_of_his_alone(site: Visitor) -> None:
    """Without the session's mark, or from another site, nothing is done; sent twice, it is done once (L5)."""
    site.comes(customer="ALPINA")
    site.get("/c/case/T-A")
    path, before = "/c/case/T-A/answer", events(site.setting, "T-A")
    mark = site.page.split('name="mark" value="')[1][:32]
    for data, headers in (({"note": "x"}, {}), ({"note": "x", "mark": "0" * 32}, {}),
                          ({"note": "x", "mark": mark}, {"Sec-Fetch-Site": "cross-site"})):  # fmt: skip
        assert site.client.post(path, data=data, headers=headers).status_code == 403
    assert events(site.setting, "T-A") == before
    for _ in range(2):
        sent = {"note": "once", "mark": mark, "id": "form-1"}
        assert site.client.post(path, data=sent, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200
    assert events(site.setting, "T-A")[len(before) :] == [("answer", "customer")]


def test_what_is_refused_is_said_on_the_form_with_what_was_written(site: Visitor) -> None:
    site.comes(customer="ALPINA")
    site.get("/c/cases/new")
    page = site.sends("/c/cases", 422, subject=" ", note="my long story")
    assert 'role="alert"' in page and "my long story" in page
    site.sends("/c/cases", 422, subject="A program", files={"file": ("a.exe", b"MZ\x00\x00", "x/y")})
    assert ask(site.setting, requests.ListCases(customer="ALPINA"))["cases"][-1]["case"] == "T-A"
    site.get("/c/case/T-A")
    assert 'role="alert"' in site.sends("/c/case/T-A/callback", 422, day="2025-03-06", first="11:00", last="09:00")
    assert 'role="alert"' in site.sends("/c/case/T-A/callback", 422, day="soon", first="11:00", last="09:00")


def test_a_file_is_bounded_and_who_is_nobody_sends_none(site: Visitor) -> None:
    site.comes(customer="ALPINA")
    site.get("/c/case/T-A")
    big, huge = b"x" * 4_900_000, b"x" * 5_100_000
    assert 'role="alert"' not in site.sends("/c/case/T-A/answer", files={"file": ("a.txt", big, "text/plain")})
    mark = site.page.split('name="mark" value="')[1][:32]
    for path, status in (("/c/case/T-A/answer", 413), ("/c/case/T-A/callback", 413), ("/v1/cases", 413)):
        answer = site.client.post(path, data={"mark": mark}, files={"file": ("a.txt", huge, "text/plain")})
        assert answer.status_code == status, path
    site.client.cookies.clear()
    answer = site.client.post("/c/case/T-A/answer", files={"file": ("a.txt", big, "text/plain")})
    assert answer.status_code == 413


def test_what_stands_around_every_page(site: Visitor) -> None:
    """Strict headers, a cookie that no script reads; wrong links are counted, and over is over."""
    assert site.client.get("/", follow_redirects=False).headers["location"] == "/c/enter"
    assert site.client.post("/c/enter", data={"token": "guessed"}).status_code == 403
    token = do(site.setting, requests.MakeLink(customer="ALPINA"))["token"]
    entered = site.client.post("/c/enter", data={"token": f"https://x/c/enter#{token}"}, follow_redirects=False)
    cookie = entered.headers["set-cookie"]
    assert cookie.startswith("__Host-session=") and token not in cookie
    assert all(part in cookie for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"))
    answer = site.client.get("/c")
    assert "'unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store" and "max-age" in answer.headers["strict-transport-security"]
    assert " style=" not in answer.text and "<script>" not in answer.text and " onclick" not in answer.text
    assert site.client.get("/static/../app.py").status_code == 404
    assert site.client.get("/static/pages.css").headers["cache-control"].endswith("immutable")
    statuses = {site.client.post("/c/enter", data={"token": "guessed"}).status_code for _ in range(30)}
    assert statuses == {403, 429}


@pytest.mark.parametrize("path", ["/c", "/language"])
def test_an_address_with_more_than_a_page_has_is_refused_and_no_fault(site: Visitor, path: str) -> None:
    site.comes(customer="ALPINA")
    answer = site.client.get(f"{path}?{'&'.join(f'a{n}=1' for n in range(100))}")
    assert answer.status_code == 422 and "text/html" in answer.headers["content-type"]


@pytest.mark.parametrize(("language", "word"), [("fr", "Aperçu"), ("de", "Übersicht"), ("it", "Panoramica"),
                                                ("nl", "Overzicht"), ("en", "Overview")])  # fmt: skip
def test_every_page_in_every_language(site: Visitor, language: str, word: str) -> None:
    site.comes(customer="ALPINA")
    site.client.get(f"/language?to={language}")
    for path in PAGES:
        page = site.get(path)
        assert f'<html lang="{language}">' in page and word in page
        assert "{" not in page.partition("<main")[2], path


def test_a_quote_that_is_not_sent_yet_is_not_there(site: Visitor) -> None:
    from tests import quoted

    quote = quoted.add(site.setting, "ALPINA", title="Half an idea", on=date(2025, 3, 5))["quote"]
    site.comes(customer="ALPINA")
    assert "Half an idea" not in site.page + site.get("/c/quotes")
    site.get(f"/c/quote/{quote}", 404)


def test_his_open_requests_are_called_so(site: Visitor) -> None:
    """Above them stood `Reste dû`: what is open of an invoice, on the heading of its column."""
    site.comes(customer="ALPINA")
    for language, heading in (("fr", "Demandes en cours"), ("de", "Offene Anfragen"), ("it", "Richieste aperte")):
        site.client.get(f"/language?to={language}")
        assert f"<h2>{heading}</h2>" in site.get("/c/cases"), site.page


def test_days_in_what_is_refused_are_the_pages(site: Visitor) -> None:
    """It was `2025-03-06T09:00`, which nobody types into a page; French has a blank before a colon."""
    site.comes(customer="ALPINA")
    site.client.get("/language?to=fr")
    assert " : A new disk</p>" in site.get("/c/case/T-A")
    page = site.sends("/c/case/T-A/callback", 422, day="2025-03-06", first="11:00", last="09:00")
    alert = page.partition('role="alert"')[2][:300]
    assert "06.03.2025" in alert and "T09:00" not in alert, alert
    assert "31.12.2025" in site.client.get("/c/statement.pdf?first=2025-12-31&last=2025-01-01").text
