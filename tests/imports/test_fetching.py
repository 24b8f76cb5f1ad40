"""APIs of other tools read page by page, from a server of the tests' own that answers in their shapes."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from billing.errors import Refusal
from billing.outgoing import fetching
from billing.outgoing.fetching import Api
from tests.imports.made import TODAY, counts, desk, live, take
from tests.outgoing.listener import INSIDE, Heard, Listener, listening
from tests.support import opened, run

KEYS = {fetching.KEY: "s3cret", fetching.USER: "api@desk.example", fetching.APP: "app"}
NOW = datetime(2025, 3, 31, 12, tzinfo=UTC)
Said = tuple[Any, dict[str, str]]


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    for name, value in (INSIDE | KEYS).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(fetching, "PAGE", 2)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    with listening() as found:
        yield found


def answering(listener: Listener, answer: Callable[[str, dict[str, str], Heard], Said]) -> None:
    """Answers each path and query, as JSON with headers."""
    made: dict[str, Said] = {}

    def status(heard: Heard) -> tuple[int, dict[str, str]]:
        parts = urlsplit(heard.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        made["now"] = answer(parts.path, query, heard)
        return 200, made["now"][1]

    listener.answers = status
    listener.says = lambda _: json.dumps(made["now"][0])


def fetched(tool: str, listener: Listener, **how: Any) -> Any:
    return json.loads(Api(tool, listener.url, KEYS, **how).fetch(NOW).data)


def sheet(id: int, **other: Any) -> dict[str, Any]:
    return {
        "id": id, "begin": "2025-03-03T09:00:00+0100", "end": "2025-03-03T09:10:00+0100", "duration": 600,
        "user": {"id": 2, "username": "anna"}, "activity": {"id": 4, "name": "Support"}, "description": f"T-{id} x",
        "project": {"id": 3, "name": "Support", "customer": {"id": 9, "name": "Alpina SA"}}, **other,
    }  # fmt: skip


def kimai(listener: Listener, sheets: list[dict[str, Any]]) -> None:
    def answer(path: str, query: dict[str, str], heard: Heard) -> Said:
        assert path == "/api/timesheets" and heard.headers["authorization"] == "Bearer s3cret"
        page, size = int(query["page"]), int(query["size"])
        return sheets[(page - 1) * size : page * size], {
            "X-Page": f"{page}",
            "X-Total-Pages": f"{-(-len(sheets) // size)}",
        }

    answering(listener, answer)


def test_kimai_is_read_by_its_count_of_pages(listener: Listener) -> None:
    kimai(listener, [sheet(id) for id in range(1, 6)])
    assert [one["id"] for one in fetched("kimai", listener)] == [1, 2, 3, 4, 5]
    assert len(listener.heard) == 3
    fetched("kimai", listener, first=date(2025, 3, 1), last=date(2025, 3, 31))
    assert "begin=2025-03-01T00%3A00%3A00&end=2025-03-31T23%3A59%3A59" in listener.heard[-1].path
    fetched("kimai", listener, since=datetime(2025, 3, 30, tzinfo=UTC))
    assert "modified_after=2025-03-30T00%3A00%3A00" in listener.heard[-1].path


def test_odoo_is_read_until_a_page_is_short(listener: Listener, database_url: str) -> None:
    lines = [
        {"id": id, "date": "2025-03-07", "employee_id": [4, "Eva"], "partner_id": [77, "Alpina SA"], "name": "x",
         "helpdesk_ticket_id": False, "unit_amount": 0.08333333333333333, "product_uom_id": [6, "Hours"]}
        for id in (1, 2, 3)
    ]  # fmt: skip

    def answer(path: str, _query: dict[str, str], heard: Heard) -> Said:
        assert path == "/json/2/account.analytic.line/search_read" and heard.method == "POST"
        assert heard.headers["authorization"] == "bearer s3cret"
        first = heard.json["offset"]
        return lines[first : first + heard.json["limit"]], {}

    answering(listener, answer)
    found = Api("odoo", listener.url, KEYS, since=datetime(2025, 3, 1, tzinfo=UTC)).fetch(NOW)
    assert len(listener.heard) == 2
    assert ["write_date", ">=", "2025-03-01 00:00:00"] in listener.heard[0].json["domain"]
    setting = desk(database_url)
    assert counts(take(setting, "odoo", found.data, cursor=found.cursor)) == (3, 0, 0, 0, 0)
    assert {row[4] for row in live(setting).values()} == {300}


def test_freshdesk_is_read_while_there_is_a_next_link(listener: Listener) -> None:
    def entry(id: int, day: str) -> dict[str, Any]:
        return {"id": id, "ticket_id": 27, "time_spent": "00:05", "executed_at": day, "updated_at": day}

    def answer(path: str, query: dict[str, str], heard: Heard) -> Said:
        assert path == "/api/v2/time_entries"
        assert base64.b64decode(heard.headers["authorization"].removeprefix("Basic ")) == b"s3cret:X"
        if query["page"] == "1":
            return [entry(1, "2025-03-01T08:00:00Z"), entry(2, "2025-03-20T08:00:00Z")], {
                "link": f'<{listener.url}/api/v2/time_entries?page=2>; rel="next"'
            }
        return [entry(3, "2025-03-21T08:00:00Z")], {}

    answering(listener, answer)
    assert [one["id"] for one in fetched("freshdesk", listener)] == [1, 2, 3]
    assert [one["id"] for one in fetched("freshdesk", listener, since=datetime(2025, 3, 10, tzinfo=UTC))] == [2, 3]


def test_zammad_has_all_times_of_each_ticket_that_was_touched(listener: Listener) -> None:
    tickets = [
        {"id": id, "organization_id": 7, "updated_at": f"2025-03-{id:02}T08:00:00.000Z"} for id in (5, 25, 26)
    ]  # fmt: skip

    def answer(path: str, query: dict[str, str], heard: Heard) -> Said:
        assert heard.headers["authorization"] == "Token token=s3cret"
        if path == "/api/v1/tickets":
            page, size = int(query["page"]), int(query["per_page"])
            return tickets[(page - 1) * size : page * size], {}
        ticket = int(path.split("/")[4])
        assert path == f"/api/v1/tickets/{ticket}/time_accountings"
        return [{"id": ticket * 10, "ticket_id": ticket, "time_unit": "15.0", "created_by_id": 3,
                 "created_at": "2025-03-25T08:00:00.000Z"}], {}  # fmt: skip

    answering(listener, answer)
    found = fetched("zammad", listener)
    assert [(one["id"], one["organization_id"]) for one in found] == [(50, 7), (250, 7), (260, 7)]
    found = fetched("zammad", listener, since=datetime(2025, 3, 20, tzinfo=UTC))
    assert [one["id"] for one in found] == [250, 260]


def test_glpi_is_read_by_ranges_in_a_session_that_ends(listener: Listener) -> None:
    tasks = [
        {"id": id, "tickets_id": 25, "actiontime": 720, "date": "2025-03-10 09:00:00", "users_id_tech": 9,
         "content": "&lt;p&gt;x&lt;/p&gt;", "date_mod": "2025-03-10 09:00:00"}
        for id in (1, 2, 3)
    ]  # fmt: skip

    def answer(path: str, query: dict[str, str], heard: Heard) -> Said:
        assert heard.headers["app-token"] == "app"
        if path == "/apirest.php/initSession":
            assert heard.headers["authorization"] == "user_token s3cret"
            return {"session_token": "abc"}, {}
        assert heard.headers["session-token"] == "abc"
        if path == "/apirest.php/Ticket/25":
            return {"id": 25, "entities_id": 7}, {}
        if path == "/apirest.php/killSession":
            return True, {}
        first, last = map(int, query["range"].split("-"))
        return tasks[first : last + 1], {"Content-Range": f"{query['range']}/{len(tasks)}"}

    answering(listener, answer)
    found = fetched("glpi", listener)
    assert [(one["id"], one["_ticket"]["entities_id"]) for one in found] == [(1, 7), (2, 7), (3, 7)]
    assert [heard.path for heard in listener.heard].count("/apirest.php/Ticket/25") == 1
    assert listener.heard[-1].path == "/apirest.php/killSession"


def test_zendesk_has_all_audits_of_each_ticket_that_was_changed(listener: Listener, database_url: str) -> None:
    def audit(id: int, value: int, before: int) -> dict[str, Any]:
        change = {"type": "Change", "field_name": "360001", "value": f"{value}", "previous_value": f"{before}"}
        return {
            "id": id,
            "ticket_id": 26,
            "author_id": 55,
            "created_at": f"2025-03-11T0{id}:00:00Z",
            "events": [change],
        }

    def answer(path: str, query: dict[str, str], heard: Heard) -> Said:
        login = base64.b64decode(heard.headers["authorization"].removeprefix("Basic "))
        assert login == b"api@desk.example/token:s3cret"
        if path == "/api/v2/incremental/tickets/cursor.json":
            if "cursor" in query:
                return {"tickets": [], "after_cursor": "c2", "end_of_stream": True}, {}
            return {"tickets": [{"id": 26, "organization_id": 7}], "after_cursor": "c1", "end_of_stream": False}, {}
        assert path == "/api/v2/tickets/26/audits.json"
        if "page[after]" in query:
            return {"audits": [audit(2, 1200, 900)], "meta": {"has_more": False}, "links": {"next": None}}, {}
        after = f"https://elsewhere.example{path}?page[size]=2&page[after]=xyz"  # never followed to another host
        return {
            "audits": [audit(1, 900, 0)],
            "meta": {"has_more": True, "after_cursor": "xyz"},
            "links": {"next": after},
        }, {}

    answering(listener, answer)
    found = Api("zendesk", listener.url, KEYS).fetch(NOW)
    setting = desk(database_url)
    own = 'total = "360001"\n[customers]\n"7" = "ALPINA"'
    assert counts(take(setting, "zendesk", found.data, own, cursor=found.cursor)) == (2, 0, 0, 0, 0)
    assert {id: row[4] for id, row in live(setting).items()} == {"zendesk:1": 900, "zendesk:2": 300}


def test_who_comes_too_early_waits_as_long_as_is_said_and_a_minute_at_most(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    said = iter([(429, {"retry-after": "7"}), (429, {"retry-after": "100000"}), (503, {}), (200, {})])
    listener.answers = lambda _: next(said)
    listener.says = lambda _: "[]"
    assert fetched("kimai", listener) == []
    assert waited == [7, 60, 1]
    listener.answers = lambda _: 429
    with pytest.raises(Refusal, match="refuses: 429"):
        fetched("kimai", listener)


@pytest.mark.parametrize(("status", "said"), [(401, "no"), (200, "<html>"), (200, '{"a": 1}'), (200, "[1]"), (302, "")])
@pytest.mark.parametrize("tool", fetching.TOOLS)
def test_what_an_api_should_not_answer_is_refused(listener: Listener, tool: str, status: int, said: str) -> None:
    listener.answers = lambda _: (status, {"location": "http://127.0.0.1:1/"} if status == 302 else {})
    listener.says = lambda _: said
    with pytest.raises(Refusal) as refused:
        fetched(tool, listener)
    assert refused.value.code == "bad-input"


def test_the_command_reads_what_was_changed_since_and_a_month_whole(
    listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cursor is kept with the rows; of a month what is gone is named; no key is ever shown."""
    url = f"sqlite:///{tmp_path}/b.db"
    desk(url).engine.dispose()
    monkeypatch.chdir(tmp_path)
    env = {"BILLING_DB": url, "BILLING_TODAY": f"{TODAY}"}
    kimai(listener, [sheet(1), sheet(2)])
    status, out, err = run("import", "kimai", "--api", listener.url, "--json", "--dry-run", **env)
    assert (status, err, json.loads(out)["new"]) == (0, "", 2)
    status, out, err = run("import", "kimai", listener.url, "--json", **env)
    assert (status, err, json.loads(out)["new"]) == (0, "", 2)
    assert not any("modified_after" in heard.path for heard in listener.heard)
    kimai(listener, [sheet(2, duration=1200)])
    status, out, err = run("import", "kimai", "--api", listener.url, "--json", **env)
    answer = json.loads(out)
    assert (answer["new"], answer["changed"], answer["gone"]) == (0, 1, 0)
    assert "modified_after=" in listener.heard[-1].path
    status, out, err = run("import", "kimai", "--api", listener.url, "--period", "2025-03", "--delete", "--json", **env)
    assert [gone["entry"] for gone in json.loads(out)["gone_entries"]] == ["kimai:1"]
    setting = opened(url, TODAY)
    assert {id: row[4] for id, row in live(setting).items()} == {"kimai:2#2": 1200}
    setting.engine.dispose()
    listener.answers = lambda _: 403
    listener.says = lambda _: "no"
    status, out, err = run("import", "kimai", "--api", listener.url, **env)
    assert (status, out) == (1, "") and "refuses: 403" in err and "s3cret" not in err


@pytest.mark.parametrize(
    ("words", "env", "says"),
    [
        (("kimai", "--api", "https://t.example"), {fetching.KEY: ""}, "BILLING_IMPORT_KEY"),
        (("toggl", "--api", "https://t.example"), {}, "toggl"),
        (("kimai", "file.csv", "--api", "https://t.example"), {}, "one of the two"),
        (("kimai",), {}, "nothing to read"),
        (("kimai", "--api", "http://t.example"), {}, "https alone"),
        (("kimai", "--api", "https://127.0.0.1"), {"BILLING_HOSTS_INSIDE": ""}, "inside the network"),
        (("cobol", "file.csv"), {}, "known are"),
    ],
)
def test_what_cannot_be_read_is_said(
    listener: Listener, tmp_path: Path, words: tuple[str, ...], env: dict[str, str], says: str
) -> None:
    url = f"sqlite:///{tmp_path}/b.db"
    desk(url).engine.dispose()
    (tmp_path / "file.csv").write_text("x\n")
    words = tuple(str(tmp_path / word) if word == "file.csv" else word for word in words)
    status, out, err = run("import", *words, **{"BILLING_DB": url, "BILLING_TODAY": f"{TODAY}", **env})
    assert (status, out) == (1, "")
    assert says in err
