"""The API: what is asked and answered, refused, asked twice, tried, paged, tagged, and made as a file."""

import base64
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event

from billing import requests
from billing.core.access import ACCESS
from billing.http.routes import NOT_SERVED, ROUTES
from billing.office.balances import balances
from billing.office.transaction import Setting
from billing.requests import codec
from billing.service import Billing
from billing.views.codec import to_json
from tests import support
from tests.core.test_access import SHAPES
from tests.http.served import Served, is_problem, served
from tests.neighbours import neighbours


@pytest.fixture
def setting(database_url: str) -> Setting:
    return neighbours(database_url)


@pytest.fixture
def api(setting: Setting) -> Iterator[Served]:
    with served(setting) as found:
        yield found


def test_every_request_and_question_has_a_route_or_is_not_served() -> None:
    routed = {route.of.__name__ for route in ROUTES}
    assert routed | NOT_SERVED == set(ACCESS) == set(requests.__all__) - SHAPES
    assert not routed & NOT_SERVED
    assert len({(route.method, re.sub("{.*?}", "{}", route.path)) for route in ROUTES}) == len(ROUTES)
    for route in ROUTES:
        assert set(route.names) <= {field.name for field in codec.fields_of(route.of)}, route
    assert all(route.changes == (route.method != "GET") for route in ROUTES)


def test_time_is_logged_once_under_its_id_and_tried_without_keeping(api: Served) -> None:
    entry = {"case": "T-A", "seconds": 720, "agent": "ana", "note": "über"}
    tried = api.ask("log", "POST", "/v1/entries?dry_run=1", json=entry)
    assert tried.status_code == 200 and tried.json()["raw_seconds"] == 720, tried.text
    balance = api.ask("log", "GET", "/v1/balance?customer=ALPINA").json()
    first = api.ask("log", "POST", "/v1/entries", json=entry, headers={"Idempotency-Key": "zammad-7"})
    assert first.json()["entry"] == "zammad-7" and "unchanged" not in first.json()
    again = api.ask("log", "POST", "/v1/entries", json=entry, headers={"Idempotency-Key": "zammad-7"})
    assert again.json()["unchanged"] and again.json()["charged"] == first.json()["charged"]
    after = api.ask("log", "GET", "/v1/balance?customer=alpina").json()
    assert after["minutes"] == balance["minutes"] - sum(drawn["minutes"] for drawn in first.json()["drawn"])
    other = api.ask("log", "POST", "/v1/entries", json=entry | {"seconds": 60}, headers={"Idempotency-Key": "zammad-7"})
    is_problem(other, 409, "conflict")
    assert support.audit(api.setting)["ok"]


def test_L5_many_at_once_with_one_id_are_one_entry(api: Served) -> None:
    """And those with ids of their own are all there: no lock that is waited for loses or doubles one."""
    entry = {"customer": "ALPINA", "seconds": 300}

    def log(name: str) -> tuple[int, bool]:
        answer = api.ask("log", "POST", "/v1/entries", json=entry, headers={"Idempotency-Key": name})
        return answer.status_code, "unchanged" in answer.json()

    with ThreadPoolExecutor(8) as pool:
        same = list(pool.map(log, ["one"] * 8))
        others = list(pool.map(log, [f"n-{number}" for number in range(16)]))
    assert sorted(same) == [(200, False)] + [(200, True)] * 7
    assert others == [(200, False)] * 16
    assert support.audit(api.setting)["ok"]


def test_what_is_answered_is_the_view_as_the_command_line_has_it(api: Served) -> None:
    books = Billing(api.setting)
    for path, question in (
        ("/v1/balance?customer=ALPINA&language=fr", requests.AskBalance(customer="ALPINA", language="fr")),
        ("/v1/cases/T-A", requests.AskCase(case="T-A")),
        ("/v1/invoices/INV-2025-00001", requests.AskDocument(number="INV-2025-00001")),
        ("/v1/reports/sla?month=2025-03", requests.AskSla(month=date(2025, 3, 1))),
        ("/v1/months/2025-02", requests.AskMonthEnd(month=date(2025, 2, 1))),
        ("/v1/tariffs", requests.ListTariffs()),
        ("/v1/reports/vat?rates=EUR%3D0.95&first=2025-01-01",
         requests.AskVat(first=date(2025, 1, 1), rates=requests_rates())),
    ):  # fmt: skip
        assert api.ask("admin", "GET", path).json() == json.loads(json.dumps(to_json(books.ask(question)))), path


def requests_rates() -> Any:
    from billing.requests import inputs

    return (inputs.rate("EUR=0.95"),)


def test_a_reply_has_the_sentence_and_its_position(api: Served) -> None:
    """L9: what was sent can be proved by the position in it."""
    found = api.ask("reply", "GET", "/v1/reply?case=t-a").json()
    assert found.keys() >= {"html", "text", "minutes", "position"} and found["customer"] == "ALPINA"
    assert found["position"] in found["text"] and found["html"].startswith("<p lang=")
    assert api.ask("reply", "GET", "/v1/reply?customer=ALPINA").json() == found
    proof = api.ask("log", "GET", f"/v1/proofs/{found['position']}?customer=ALPINA").json()
    assert proof["holds"] and proof["text"] == found["text"]
    is_problem(api.ask("reply", "GET", "/v1/reply"), 422, "bad-input")


def test_a_case_is_lived_through(api: Served) -> None:
    opened = api.ask("log", "POST", "/v1/cases", json={"customer": "ALPINA", "case": "A/7", "priority": "urgent"})
    assert opened.json()["state"] == "open", opened.text
    assert api.ask("log", "POST", "/v1/cases/A/7/take", json={"agent": "ana"}).json()["owner"] == "ana"
    assert api.ask("log", "POST", "/v1/cases/A%2F7/resolve").json()["state"] == "resolved"
    assert api.ask("log", "GET", "/v1/cases/A/7").json()["state"] == "resolved"


def test_files_by_accept(api: Served) -> None:
    pdf = api.ask("books", "GET", "/v1/invoices/INV-2025-00001", headers={"Accept": "application/pdf"})
    assert pdf.content.startswith(b"%PDF") and pdf.headers["content-type"] == "application/pdf"
    days = "customer=ALPINA&first=2025-01-01&last=2025-03-05"
    for path in (f"/v1/statements?{days}", f"/v1/accounts?{days}"):
        assert api.ask("books", "GET", path, headers={"Accept": "application/pdf"}).content.startswith(b"%PDF")
        csv = api.ask("books", "GET", path, headers={"Accept": "text/csv, application/json;q=0.5"})
        assert csv.headers["content-type"] == "text/csv; charset=utf-8" and csv.text.count("\n") > 1
        assert api.ask("books", "GET", path, headers={"Accept": "*/*"}).json()["customer"]
    for report in ("vat", "receivables", "deferred", "revenue", "open", "errors", "evolutions", "time", "journal"):
        csv = api.ask("books", "GET", f"/v1/reports/{report}", headers={"Accept": "text/csv"})
        assert csv.status_code == 200 and csv.headers["content-type"].startswith("text/csv"), (report, csv.text)
    is_problem(api.ask("books", "GET", "/v1/customers", headers={"Accept": "text/csv"}), 406, "bad-input")


def test_lists_come_a_page_at_a_time(api: Served) -> None:
    every = api.ask("log", "GET", "/v1/customers").json()["customers"]
    found, path = [], "/v1/customers?limit=1"
    while path:
        answer = api.ask("log", "GET", path)
        found += answer.json()["customers"]
        link = re.match(r'<(.+)>; rel="next"', answer.headers.get("link", ""))
        path = link[1] if link else ""
    assert found == every and len(every) == 2
    for wrong in ("limit=0", "limit=x", "limit=1&limit=2", "cursor=AAAA", "limit=5000"):
        is_problem(api.ask("log", "GET", f"/v1/customers?{wrong}"), 422, "bad-input")


def walked(api: Served, scope: str, path: str, rows: str) -> list[Any]:
    """All rows of a list, a page after another."""
    found: list[Any] = []
    while path:
        answer = api.ask(scope, "GET", path)
        assert answer.status_code == 200, answer.text
        found += answer.json()[rows]
        link = re.match(r'<(.+)>; rel="next"', answer.headers.get("link", ""))
        path = link[1] if link else ""
    return found


def test_a_page_of_documents_is_read_and_no_more(api: Served) -> None:
    """In the order of the whole list, with credit notes; after what is another's there is nothing (A3)."""
    for number in ("INV-2025-00001", "INV-2025-00002"):
        assert api.ask("books", "POST", f"/v1/invoices/{number}/credit", json={"reason": "slip"}).status_code == 200
    every = api.ask("books", "GET", "/v1/invoices").json()["invoices"]
    assert len(every) >= 4
    for limit in (1, 2, 3, len(every), 100):
        assert walked(api, "books", f"/v1/invoices?limit={limit}", "invoices") == every
    own = [one for one in every if one["customer"] == "ALPINA"]
    assert walked(api, "customer", "/v1/invoices?limit=1", "invoices") == own
    month = api.ask("books", "GET", "/v1/invoices?month=2025-02").json()["invoices"]
    assert walked(api, "books", "/v1/invoices?month=2025-02&limit=1", "invoices") == month
    others, nobodys = (
        api.ask("customer", "GET", f"/v1/invoices?limit=1&cursor={base64.urlsafe_b64encode(name).decode()}")
        for name in (b"INV-2025-00002", b"INV-2025-00404")
    )
    assert others.text.replace("00002", "00404") == nobodys.text
    is_problem(others, 422, "bad-input")
    is_problem(api.ask("books", "GET", "/v1/invoices?cursor=%25"), 422, "bad-input")
    is_problem(api.ask("books", "GET", "/v1/invoices?most=3"), 422, "bad-input")
    sent: list[str] = []
    engine = api.setting.engine

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    api.ask("books", "GET", "/v1/invoices?limit=2")
    event.remove(engine, "before_cursor_execute", note)
    assert any("FROM document" in one and "LIMIT" in one for one in sent)


def test_a_tag_tells_whether_anything_changed(api: Served) -> None:
    first = api.ask("log", "GET", "/v1/balance?customer=ALPINA")
    tag = {"If-None-Match": first.headers["etag"]}
    same = api.ask("log", "GET", "/v1/balance?customer=ALPINA", headers=tag)
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", first.headers["etag"])
    api.ask("log", "POST", "/v1/entries", json={"customer": "ALPINA", "seconds": 60})
    assert api.ask("log", "GET", "/v1/balance?customer=ALPINA", headers=tag).status_code == 200


def test_what_cannot_be_read_is_a_problem(api: Served) -> None:
    for body in (b"{", b"[1]", b"\xff", b'{"a":1,"a":2}', b'{"seconds": NaN}', b"[" * 30_000):
        is_problem(api.ask("log", "POST", "/v1/entries", content=body), 400, "bad-input")
    for entry, code in (
        ({"customer": "ALPINA"}, "bad-input"),
        ({"customer": "ALPINA", "seconds": "720"}, "bad-input"),
        ({"customer": "ALPINA", "seconds": 720, "colour": "red"}, "bad-input"),
        ({"customer": "ALPINA", "seconds": 0}, "bad-duration"),
        ({"customer": "ALPINA", "seconds": 720, "on": "yesterday"}, "bad-date"),
        ({"customer": "ALPINA", "seconds": 720, "note": "a\0b"}, "bad-input"),
    ):
        is_problem(api.ask("log", "POST", "/v1/entries", json=entry), 422, code)
    unknown = api.ask("log", "POST", "/v1/entries", json={"customer": "NOBODY", "seconds": 60})
    is_problem(unknown, 404, "unknown-customer")
    is_problem(api.ask("log", "POST", "/v1/entries?dry_run=perhaps", json={}), 422, "bad-input")
    is_problem(api.ask("log", "POST", "/v1/entries?loud=1", json={}), 422, "bad-input")
    is_problem(api.ask("log", "GET", "/v1/balance?customer=ALPINA&when=now"), 422, "bad-input")
    is_problem(api.ask("log", "GET", "/v1/balance?customer=%FF"), 400, "bad-input")
    is_problem(api.ask("log", "POST", "/v1/entries", content=b"a=1", headers={"Content-Type": "text/plain"}), 400,
               "bad-input")  # fmt: skip
    is_problem(api.ask("log", "POST", "/v1/undo", headers={"Idempotency-Key": " "}), 400, "bad-input")


def test_paths_and_methods_that_are_not_there(api: Served) -> None:
    is_problem(api.client.get("/v2/balance"), 404, "not-found")
    wrong = api.client.delete("/v1/customers")
    is_problem(wrong, 405, "not-found")
    assert wrong.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert api.client.options("/v1/customers").headers["allow"] == "GET, HEAD, OPTIONS, POST"
    head = api.ask("log", "HEAD", "/v1/balance?customer=ALPINA")
    assert (head.status_code, head.content) == (200, b"") and head.headers["etag"]


def test_nothing_that_is_answered_is_kept_by_a_browser(api: Served) -> None:
    for answer in (api.ask("log", "GET", "/v1/tariffs"), api.client.get("/v1/tariffs")):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_fault_of_the_program_is_one_line(api: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(balances.QUESTIONS, requests.AskBalance, lambda *_: 1 / 0)
    is_problem(api.ask("log", "GET", "/v1/balance?customer=ALPINA"), 500, "internal")
